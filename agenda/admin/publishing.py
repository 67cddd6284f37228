"""The admin of what is published as a whole: its state in words, and the steps around publishing."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agenda.admin.desks import granted
from agenda.admin.editions import edition_changes, editions_list, one_edition
from agenda.admin.preview import preview
from agenda.admin.previews import previews_screen, revoke_step
from agenda.admin.revisions import compare_revisions, one_revision, restore_step, revisions_list
from agenda.admin.screens import go_to, public_path, show
from agenda.admin.steps import call_off_step, publish_step, withdraw_step
from agenda.admin.suppressing import suppress_step
from agenda.checking import named
from agenda.drafts import Subject, type_of
from agenda.models import BackgroundTopic
from agenda.publishing import in_brussels
from agenda.revisions import keep_revision
from agenda.states import State, with_states
from meetings.audit import Actor, record
from meetings.clock import instant_of
from meetings.models import Act, Edition, Meeting, SubjectType
from meetings.rights import Right, may, names_of, refusal, who_may


class KeepsRevisions(admin.ModelAdmin):
    """Keeps after each save what the working copy says now: of the row itself, or of the meeting that it is part of."""

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **options: Any) -> HttpResponse:
        self.keep(request, obj)
        return super().response_add(request, obj, *args, **options)

    def response_change(self, request: HttpRequest, obj: Any, *args: Any, **options: Any) -> HttpResponse:
        self.keep(request, obj)
        return super().response_change(request, obj, *args, **options)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        told = type_of(whole(obj)), whole(obj).pk
        super().delete_model(request, obj)
        if whole(obj) is obj:
            record(Actor.of(request), Act.DELETED, *told, title=str(obj))
        else:
            self.keep(request, obj)

    def keep(self, request: HttpRequest, obj: Any) -> None:
        keep_revision(whole(obj), instant_of(request), Actor.of(request))


def whole(row: Model) -> Subject:
    subject: Subject = row if isinstance(row, Meeting | BackgroundTopic) else row.meeting  # type: ignore[attr-defined]
    return subject


class PublishingAdmin(KeepsRevisions):
    """Publishing, calling off and withdrawing need rights of their own; the rest is for viewers."""

    change_form_template = "admin/agenda/publishable_form.html"
    actions = ("delete_selected",)

    def get_urls(self) -> list[URLPattern]:
        def step(address: str, name: str, view: Callable[..., HttpResponse]) -> URLPattern:
            name = f"{self.opts.app_label}_{self.opts.model_name}_{name}"
            return path(f"<path:object_id>/{address}", self.admin_site.admin_view(view), name=name)

        return [
            step("publish/", "publish", self.with_right(Right.PUBLISH, publish_step)),
            step("call-off/", "call_off", self.with_right(Right.PUBLISH, call_off_step)),
            step("withdraw/", "withdraw", self.with_right(Right.WITHDRAW, withdraw_step)),
            step("preview/", "preview", self.for_viewers(preview)),
            step("editions/", "editions", self.for_viewers(self.editions)),
            step("editions/<uuid:edition_id>/", "edition", self.for_viewers(one_edition)),
            step("editions/<uuid:edition_id>/suppress/", "suppress", self.with_right(Right.SUPPRESS, suppress_step)),
            step("editions/<uuid:edition_id>/changes/", "edition_changes", self.for_viewers(edition_changes)),
            step("revisions/", "revisions", self.for_viewers(revisions_list)),
            step("revisions/compare/", "revision_changes", self.for_viewers(compare_revisions)),
            step("revisions/<int:revision_id>/", "revision", self.for_viewers(one_revision)),
            step("revisions/<int:revision_id>/restore/", "restore", self.with_right(Right.CHANGE, restore_step)),
            step("previews/", "previews", self.with_right(Right.SHARE, previews_screen)),
            step("previews/<uuid:link_id>/revoke/", "revoke", self.with_right(Right.SHARE, revoke_step)),
            *super().get_urls(),
        ]

    def with_right(self, right: Right, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def allowed(desk: ModelAdmin, request: HttpRequest, subject: Subject, **more: Any) -> HttpResponse:
            if may(request.user, right, subject):
                return view(desk, request, subject, **more)
            told, title = refusal(right, subject), gettext("Not allowed")
            return show(desk, request, subject, "not_allowed.html", title, status=HTTPStatus.FORBIDDEN, told=told)

        return self.for_viewers(allowed)

    def for_viewers(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def found(request: HttpRequest, object_id: str, **more: Any) -> HttpResponse:
            subject = self.get_object(request, unquote(object_id))
            if subject is None:
                raise Http404
            if not self.has_view_permission(request, subject):
                raise PermissionDenied
            return view(self, request, subject, **more)

        return found

    @staticmethod
    def editions(desk: "PublishingAdmin", request: HttpRequest, subject: Subject) -> HttpResponse:
        may_publish, may_withdraw = (may(request.user, right, subject) for right in (Right.PUBLISH, Right.WITHDRAW))
        return editions_list(desk, request, subject, may_publish=may_publish, may_withdraw=may_withdraw)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What has an edition is withdrawn and not deleted: its editions would stay, with nobody to correct them."""
        published = obj is not None and Edition.objects.of(type_of(obj), obj.pk).exists()
        return not published and super().has_delete_permission(request, obj)

    @admin.action(permissions=["delete"], description=_("Delete selected %(verbose_name_plural)s"))
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Nothing at all is deleted where something of the selection has an edition; that is said, and which."""
        if others := [one for one in queryset if not granted(self, request, "delete", one)]:
            told = gettext("Nothing was deleted. You may not delete %s: only the desk that edits it may.")
            self.message_user(request, told % named([str(one) for one in others]), messages.ERROR)
            return None
        if published := queryset.exclude(edition_number=0, appears_from=None):
            told = ngettext(
                "Nothing was deleted. %(names)s has an edition: withdraw or cancel it instead, or call off an edition "
                "that is still to come.",
                "Nothing was deleted. %(names)s have editions: withdraw or cancel them instead, or call off an edition "
                "that is still to come.",
                len(published),
            )
            self.message_user(request, told % {"names": named([str(one) for one in published])}, messages.ERROR)
            return None
        return delete_selected(self, request, queryset)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        subject_type = SubjectType.MEETING if self.model is Meeting else SubjectType.TOPIC
        return with_states(super().get_queryset(request), subject_type, instant_of(request))

    @admin.display(description=_("publication"))
    def state(self, subject: Any) -> SafeString:
        return format_html_join("", '<span class="state">{}</span>', ((w,) for w in State.of(subject).words()))

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **options: Any) -> HttpResponse:
        return self.onward(request, obj, super().response_add(request, obj, *args, **options))

    def response_change(self, request: HttpRequest, obj: Any, *args: Any, **options: Any) -> HttpResponse:
        return self.onward(request, obj, super().response_change(request, obj, *args, **options))

    def onward(self, request: HttpRequest, subject: Subject, otherwise: HttpResponse) -> HttpResponse:
        """After saving, the step whose button saved it; what is said of the saving is said there."""
        if "_preview" in request.POST:
            return go_to(self, "preview", subject.pk)
        if "_publish" in request.POST and may(request.user, Right.PUBLISH, subject):
            return go_to(self, "publish", subject.pk)
        return otherwise

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> HttpResponse:
        subject = context["original"]
        context["may_publish"] = may(request.user, Right.PUBLISH, subject)
        context["may_share"] = may(request.user, Right.SHARE, subject)
        context["may_withdraw"] = may(request.user, Right.WITHDRAW, subject)
        context["publishers"] = "" if context["may_publish"] else names_of(who_may(Right.PUBLISH, subject))
        if subject:
            context.update(self.facts(subject))
        return super().render_change_form(request, context, *args, **options)

    def facts(self, subject: Any) -> dict[str, Any]:
        state = State.of(subject)
        editions = Edition.objects.of(type_of(subject), subject.pk)
        live = editions.live(state.as_of).first() if state.is_live else None
        pending = editions.pending(state.as_of).first() if state.appears_from else None
        return {
            "state": state,
            "state_words": state.words(),
            "live_path": live and public_path(live.address),
            "pending": pending,
            "pending_from": pending and in_brussels(pending.available_from),
        }

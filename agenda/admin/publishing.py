"""The admin of what is published as a whole: its state in words, and the steps around publishing."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agenda.admin.approvals import approved_languages, tell_voided
from agenda.admin.desks import granted
from agenda.admin.editions import edition_changes, editions_list, one_edition
from agenda.admin.preview import preview
from agenda.admin.previews import previews_screen, revoke_step
from agenda.admin.progress import Progress
from agenda.admin.revisions import compare_revisions, one_revision, restore_step, revisions_list
from agenda.admin.screens import go_to, public_path, refused
from agenda.admin.steps import (
    call_off_step,
    force_step,
    release_step,
    review_step,
    rollback_step,
    submit_step,
    withdraw_step,
)
from agenda.admin.suppressing import suppress_step
from agenda.admin.translating import desk_step, everywhere_screen, languages_screen, submit_translation_step
from agenda.checking import named
from agenda.desk.ways import way_to
from agenda.drafts import Subject, type_of
from agenda.models import BackgroundTopic
from agenda.publishing import Refused, release_holding, release_of
from agenda.revisions import keep_deletion, keep_revision
from agenda.states import State, release_words, with_states
from meetings.audit import Actor
from meetings.clock import instant_of
from meetings.models import Edition, Meeting, SubjectType
from meetings.rights import Right, may


class KeepsRevisions(admin.ModelAdmin):
    """Keeps after each save what the working copy says now: of the row itself, or of the meeting that it is part of.

    Where that is no longer what was approved and waits for its release, it says so, and which languages' approval
    stands.
    """

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **options: Any) -> HttpResponse:
        self.keep(request, obj)
        return super().response_add(request, obj, *args, **options)

    def response_change(self, request: HttpRequest, obj: Any, *args: Any, **options: Any) -> HttpResponse:
        self.keep(request, obj)
        return super().response_change(request, obj, *args, **options)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        is_part = whole(obj) is not obj
        if not is_part:
            keep_deletion(obj, Actor.of(request))
        super().delete_model(request, obj)
        if is_part:
            self.keep(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Of meetings and topics: parts have no list that they could be chosen from."""
        for subject in queryset:
            keep_deletion(subject, Actor.of(request))
        super().delete_queryset(request, queryset)

    def keep(self, request: HttpRequest, obj: Any) -> None:
        subject, now = whole(obj), instant_of(request)
        before = approved_languages(subject)
        keep_revision(subject, now, Actor.of(request))
        if before:
            subject = type(subject)._default_manager.get(pk=subject.pk)
            tell_voided(request, subject, now, before, approved_languages(subject))


def whole(row: Model) -> Subject:
    subject: Subject = row if isinstance(row, Meeting | BackgroundTopic) else row.meeting  # type: ignore[attr-defined]
    return subject


class PublishingAdmin(KeepsRevisions):
    """Each step needs a right of its own; looking is for viewers, and the review screen says why it is not theirs."""

    change_form_template = "admin/agenda/publishable_form.html"
    actions = ("submit_together", "release_together", "delete_selected")

    def get_urls(self) -> list[URLPattern]:
        def step(address: str, name: str, view: Callable[..., HttpResponse]) -> URLPattern:
            name = f"{self.opts.app_label}_{self.opts.model_name}_{name}"
            return path(f"<path:object_id>/{address}", self.admin_site.admin_view(view), name=name)

        return [
            # These come first: a key, too, may have slashes.
            step("translate/<str:language>/", "translate", self.for_viewers(desk_step)),
            step("translate/<str:language>/submit/", "submit_translation", self.for_viewers(submit_translation_step)),
            step("submit/", "submit", self.with_right(Right.SUBMIT, submit_step)),
            step("review/", "review", self.for_viewers(review_step)),
            step("release/", "release", self.with_right(Right.PUBLISH, release_step)),
            step("force/", "force", self.with_right(Right.FORCE, force_step)),
            step("call-off/", "call_off", self.with_right(Right.PUBLISH, call_off_step)),
            step("withdraw/", "withdraw", self.with_right(Right.WITHDRAW, withdraw_step)),
            step("rollback/", "rollback", self.with_right(Right.WITHDRAW, rollback_step)),
            step("preview/", "preview", self.for_viewers(preview)),
            step("editions/", "editions", self.for_viewers(self.editions)),
            step("editions/<uuid:edition_id>/", "edition", self.for_viewers(one_edition)),
            step("editions/<uuid:edition_id>/suppress/", "suppress", self.with_right(Right.SUPPRESS, suppress_step)),
            step("editions/<uuid:edition_id>/changes/", "edition_changes", self.for_viewers(edition_changes)),
            step("revisions/", "revisions", self.for_viewers(revisions_list)),
            step("revisions/compare/", "revision_changes", self.for_viewers(compare_revisions)),
            step("revisions/<int:revision_id>/", "revision", self.for_viewers(one_revision)),
            step("revisions/<int:revision_id>/restore/", "restore", self.with_right(Right.CHANGE, restore_step)),
            step("everywhere/", "everywhere", self.for_viewers(everywhere_screen)),
            step("languages/", "languages", self.for_viewers(languages_screen)),
            step("previews/", "previews", self.with_right(Right.SHARE, previews_screen)),
            step("previews/<uuid:link_id>/revoke/", "revoke", self.with_right(Right.SHARE, revoke_step)),
            *super().get_urls(),
        ]

    def with_right(self, right: Right, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def allowed(desk: ModelAdmin, request: HttpRequest, subject: Subject, **more: Any) -> HttpResponse:
            if may(request.user, right, subject):
                return view(desk, request, subject, **more)
            return refused(desk, request, right, subject)

        return self.for_viewers(allowed)

    def for_viewers(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def found(request: HttpRequest, object_id: str, **more: Any) -> HttpResponse:
            subject = self.plainly(unquote(object_id))
            if not self.has_view_permission(request, subject):
                raise PermissionDenied
            try:
                return view(self, request, subject, **more)
            except Refused as refusal:  # it has been deleted meanwhile: there is no screen of it left to say so
                messages.error(request, str(refusal))
                return go_to(self, "changelist")

        return found

    def plainly(self, key: str) -> Subject:
        """Without what `with_states` adds: no step needs that, and it takes 12 ms to write. Raises Http404."""
        rows: QuerySet[Any] = self.model._default_manager.select_related(*self.list_select_related or ())
        try:
            subject: Subject = rows.get(pk=key)
        except (self.model.DoesNotExist, ValidationError) as error:  # or it is no key at all
            raise Http404 from error
        return subject

    @staticmethod
    def editions(desk: "PublishingAdmin", request: HttpRequest, subject: Subject) -> HttpResponse:
        may_publish, may_withdraw = (may(request.user, right, subject) for right in (Right.PUBLISH, Right.WITHDRAW))
        return editions_list(desk, request, subject, may_publish=may_publish, may_withdraw=may_withdraw)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What has an edition is withdrawn and not deleted: its editions would stay, with nobody to correct them.

        Nor is what stands in a release that may still go out.
        """
        if obj is not None and (Edition.objects.of(type_of(obj), obj.pk).exists() or release_holding(obj)):
            return False
        return super().has_delete_permission(request, obj)

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
        if held := [one for one in queryset if release_holding(one)]:
            told = gettext("Nothing was deleted. %s: this stands in a release; call that off first.")
            self.message_user(request, told % named([str(one) for one in held]), messages.ERROR)
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
        if "_submit" in request.POST and may(request.user, Right.SUBMIT, subject):
            return go_to(self, "submit", subject.pk)
        return otherwise

    @admin.action(description=_("Submit together…"))
    def submit_together(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        return self.go_together("submit", queryset)

    @admin.action(description=_("Release together…"))
    def release_together(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        return self.go_together("release", queryset)

    def go_together(self, step: str, chosen: QuerySet[Any]) -> HttpResponse:
        first, *others = chosen
        return HttpResponseRedirect(way_to(first, step, **{"with": [str(one.pk) for one in others]}))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        for name, right in (("submit_together", Right.SUBMIT), ("release_together", Right.PUBLISH)):
            if not may(request.user, right):
                actions.pop(name, None)
        return actions

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> HttpResponse:
        subject, user = context["original"], request.user
        rights = {"submit": Right.SUBMIT, "publish": Right.PUBLISH, "withdraw": Right.WITHDRAW, "share": Right.SHARE}
        context |= {f"may_{name}": may(user, right, subject) for name, right in rights.items()}
        if subject:
            context |= self.facts(subject, user)
        return super().render_change_form(request, context, *args, **options)

    def facts(self, subject: Any, user: Any) -> dict[str, Any]:
        progress = Progress.of(subject, State.of(subject))
        live, release, pending = progress.live_edition, progress.release, progress.pending_edition
        holds = pending and release_of(pending)
        return {
            "progress": progress,
            "state": progress.state,
            "languages": progress.languages(),
            "next_step": progress.next_step(user),
            "waits_for": progress.waits_for(user),
            "live_path": live and public_path(live.address),
            "has_before": bool(live and progress.state.number > 1),
            "pending": pending,
            "hold_way": holds and way_to(holds, "hold"),
            "release": release,
            "release_words": release and release_words(release, progress.state.as_of),
            "release_way": release and way_to(release, "change"),
        }

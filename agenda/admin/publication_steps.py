"""The admin of meetings and topics: the addresses of the note editor and of all steps of publication; deletion."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agenda.admin.editions import edition_detail, preview, suppress_step
from agenda.admin.history.versions import compare_versions, edition_changes
from agenda.admin.history.views import redirect_to_comparison, redirect_to_history, show_history
from agenda.admin.note_editor import get_editor_urls
from agenda.admin.permissions import DeskPermissionMixin, has_row_permission
from agenda.admin.preview_links import preview_links, revoke_preview_link
from agenda.admin.revisions import restore_step, revision_detail
from agenda.admin.screen import Screen
from agenda.admin.settings import settings_step
from agenda.admin.steps.confirming import confirm_step
from agenda.admin.steps.releasing import force_step, release_step
from agenda.admin.steps.reviewing import review_step
from agenda.admin.steps.submitting import submit_step
from agenda.admin.steps.withdrawing import call_off_step, rollback_step, withdraw_step
from agenda.admin.translation.editor import edit_translation
from agenda.admin.translation.find_and_replace import find_and_replace
from agenda.admin.translation.languages import show_languages
from agenda.admin.translation.submit import submit_translation_screen
from agenda.dashboard.admin_urls import admin_url
from agenda.documents.checks import format_names
from agenda.editor.drafts import list_others
from agenda.editor.internal_notes import delete_beside
from agenda.models import BackgroundTopic
from agenda.workflow.drafts import Subject, defer_texts, get_subject_type
from agenda.workflow.errors import WorkflowError
from agenda.workflow.note_history import HistoryFilter
from agenda.workflow.revisions import record_deletion
from agenda.workflow.scheduled_releases import find_open_release
from agenda.workflow.states import WorkflowState, load_states
from meetings.access import NotAllowed, Right, format_refusal, has_right
from meetings.access.audit import Actor
from meetings.admin.base import ListAdmin
from meetings.clock import get_instant
from meetings.database.prepared_query import fetch_objects
from meetings.models import Edition, Meeting

MAX_DELETED = 10  # meetings or topics at a time; each may have thousands of rows


def select_meeting(key: UUID) -> QuerySet[Meeting]:
    return Meeting.objects.filter(pk=key).select_related("configuration")


def select_topic(key: UUID) -> QuerySet[BackgroundTopic]:
    return BackgroundTopic.objects.filter(pk=key)


class PublishingAdmin(DeskPermissionMixin, ListAdmin):
    """Admin of meetings and topics: the note editor changes them, and each publication step has a screen.

    Each step requires its own right. Viewers can open the reading screens; the review screen explains to them why
    they cannot approve.
    """

    actions = ("submit_together", "release_together", "delete_selected")

    def get_urls(self) -> list[URLPattern]:
        def step(address: str, name: str, view: Callable[..., HttpResponse], right: Right | None = None) -> URLPattern:
            name = f"{self.opts.app_label}_{self.opts.model_name}_{name}"
            return path(f"<path:object_id>/{address}", self.build_screen_view(view, right), name=name)

        return [
            # The longest come first, because a key may contain slashes.
            *get_editor_urls(self),
            step("translate/<str:language>/", "translate", edit_translation),
            step("translate/<str:language>/submit/", "submit_translation", submit_translation_screen),
            step("submit/", "submit", submit_step, Right.SUBMIT),
            step("review/", "review", review_step),
            step("release/", "release", release_step, Right.PUBLISH),
            step("force/", "force", force_step, Right.FORCE),
            step("call-off/", "call_off", call_off_step, Right.PUBLISH),
            step("withdraw/", "withdraw", withdraw_step, Right.WITHDRAW),
            step("rollback/", "rollback", rollback_step, Right.WITHDRAW),
            step("confirm/<int:entry_id>/", "confirm", confirm_step),
            step("preview/", "preview", preview),
            step("history/", "history", show_history),
            step("history/compare/", "compare", compare_versions),
            # These were screens of their own.
            step("revisions/compare/", "revision_changes", redirect_to_comparison),
            step("editions/", "editions", redirect_to_history(HistoryFilter.PUBLISHED)),
            step("revisions/", "revisions", redirect_to_history(HistoryFilter.SAVES)),
            step("editions/<uuid:edition_id>/", "edition", edition_detail),
            step("editions/<uuid:edition_id>/suppress/", "suppress", suppress_step, Right.SUPPRESS),
            step("editions/<uuid:edition_id>/changes/", "edition_changes", edition_changes),
            step("revisions/<int:revision_id>/", "revision", revision_detail),
            step("revisions/<int:revision_id>/restore/", "restore", restore_step, Right.CHANGE),
            step("everywhere/", "everywhere", find_and_replace),
            step("languages/", "languages", show_languages),
            step("previews/", "previews", preview_links, Right.SHARE),
            step("previews/<uuid:link_id>/revoke/", "revoke", revoke_preview_link, Right.SHARE),
            step("settings/", "settings", settings_step, Right.CHANGE),
            *super().get_urls(),
        ]

    def build_screen_view(
        self, view: Callable[..., HttpResponse], right: Right | None = None
    ) -> Callable[..., HttpResponse]:
        """Return the view of a screen for users who may view the subject, and who have the right if it needs one."""

        def show_screen(request: HttpRequest, object_id: str, **more: Any) -> HttpResponse:
            screen = Screen(self, request, self.get_subject_or_404(unquote(object_id)))
            if not self.has_view_permission(request, screen.subject):
                raise NotAllowed(format_refusal(Right.VIEW))
            if right and not screen.may(right):
                return screen.render_refusal(right)
            try:
                return view(screen, **more)
            except WorkflowError as refusal:  # it was deleted meanwhile, so it has no screen for this message
                messages.error(request, str(refusal))
                return HttpResponseRedirect(reverse(admin_urlname(self.opts, SafeString("changelist"))))

        return self.admin_site.admin_view(show_screen)

    def get_subject_or_404(self, key: str) -> Subject:
        """Return the row, or raise Http404."""
        try:
            [subject] = fetch_objects(select_meeting if self.model is Meeting else select_topic, UUID(key))
        except ValueError as error:  # there is none, or the key is not valid
            raise Http404 from error
        found: Subject = subject
        return found

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse to delete what has editions, or belongs to a release that may still be published.

        Such a row is withdrawn instead: its editions would stay, and nobody could correct them.
        """
        if obj is not None and (
            Edition.objects.for_subject(get_subject_type(obj), obj.pk).exists()
            or find_open_release(obj, get_instant(request))
        ):
            return False
        return super().has_delete_permission(request, obj)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Check under the lock whether the row may be deleted, so that nobody can publish it in between.

        Say who is writing in it.
        """
        with transaction.atomic():
            if request.method == "POST":
                keys = self.clean_keys([unquote(object_id)])
                list(self.model._default_manager.filter(pk__in=keys).select_for_update(no_key=True))
            elif subject := self.get_object(request, unquote(object_id)):
                for other in list_others(request.user, subject, get_instant(request)):
                    messages.warning(request, gettext("%s has it open in the note editor.") % other["name"])
            return super().delete_view(request, object_id, extra_context)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Keep a last revision, and delete what the editor keeps beside the note."""
        record_deletion(obj, Actor.from_request(request))
        delete_beside(obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            rows = list(queryset.select_for_update(no_key=True, of=("self",)).order_by("pk"))
            if not all(self.has_delete_permission(request, row) for row in rows):
                raise PermissionDenied  # published after the confirmation page was shown
            for row in rows:
                record_deletion(row, Actor.from_request(request))
                delete_beside(row)
            super().delete_queryset(request, queryset)

    @admin.action(permissions=["delete"], description=_("Delete selected %(verbose_name_plural)s"))
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Delete nothing, and say why, if one of the selected rows may not be deleted, or if they are too many.

        Django loads all that belongs to them, to list it.
        """
        if (count := queryset.count()) > MAX_DELETED:
            message = gettext("Nothing was deleted. You selected %(count)d: delete at most %(most)d at a time.")
            self.message_user(request, message % {"count": count, "most": MAX_DELETED}, messages.ERROR)
            return None
        if others := [subject for subject in queryset if not has_row_permission(self, request, "delete", subject)]:
            message = gettext("Nothing was deleted. You cannot delete %(names)s: only the people who edit it can.")
        elif others := list(queryset.filter(pk__in=Edition.objects.values("subject_id"))):
            message = ngettext(
                "Nothing was deleted. %(names)s has been published or scheduled: withdraw it or cancel the scheduled "
                "publication instead.",
                "Nothing was deleted. %(names)s have been published or scheduled: withdraw them or cancel the "
                "scheduled publications instead.",
                len(others),
            )
        elif others := [subject for subject in queryset if find_open_release(subject, get_instant(request))]:
            message = gettext("Nothing was deleted. %(names)s is part of a scheduled publication: cancel that first.")
        else:
            return delete_selected(self, request, queryset)
        self.message_user(request, message % {"names": format_names([str(other) for other in others])}, messages.ERROR)
        return None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        is_list = request.resolver_match and str(request.resolver_match.url_name).endswith("_changelist")
        return defer_texts(rows) if is_list else rows

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Load the states of the rows of the page by themselves, with a prepared query: filters rarely need them."""
        changelist = super().get_changelist_instance(request)
        keys = [row.pk for row in changelist.result_list]
        rows = load_states(self.model, keys, get_instant(request))
        changelist.result_list = [rows[key] for key in keys if key in rows]
        return changelist

    @admin.display(description=_("publication"))
    def state(self, subject: Any) -> SafeString:
        return format_html_join(
            "", '<span class="state">{}</span>', ((w,) for w in WorkflowState(subject).get_labels())
        )

    @admin.action(description=_("Submit selected for approval…"))
    def submit_together(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return self.redirect_to_step("submit", queryset)

    @admin.action(description=_("Publish selected together…"))
    def release_together(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return self.redirect_to_step("release", queryset)

    def redirect_to_step(self, step: str, subjects: QuerySet[Any]) -> HttpResponse | None:
        """Redirect to the screen of the step; return None, for the list, if all have been deleted meanwhile."""
        first, *others = [*subjects] or [None]
        if first is None:
            return None
        return HttpResponseRedirect(admin_url(first, step, **{"with": [str(subject.pk) for subject in others]}))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        for name, right in (("submit_together", Right.SUBMIT), ("release_together", Right.PUBLISH)):
            if not has_right(request.user, right):
                actions.pop(name, None)
        return actions

"""The meeting form, with everything in a meeting on one screen."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agenda.admin.filters import ConfigurationFilter, MeetingDateFilter, PublicationFilter, ReviewFilter
from agenda.admin.inlines import MEETING_INLINES, AgendaFormSet
from agenda.admin.meeting_search import search_meetings
from agenda.admin.note_editor import get_editor_urls
from agenda.admin.permissions import limit_to_own_configurations
from agenda.admin.publication_steps import PublishingAdmin
from agenda.admin.same_day_changes.views import change_facts_view
from agenda.admin.start_meeting import start_meeting_view
from agenda.admin.versioned_forms import EditingAdmin
from agenda.documents.checks import explain_unusual_city
from agenda.models import AgendaItem, Result
from agenda.workflow.drafts import explain_missing_reason, get_live_document
from agenda.workflow.same_day_changes.publication import can_change_same_day
from agenda.workflow.states import WorkflowState
from meetings.access import Right, has_right
from meetings.admin.base import DateHierarchyAdmin
from meetings.clock import get_instant
from meetings.forms.fields import TimeZoneInput
from meetings.i18n.page_dates import format_page_date_range
from meetings.models import Chair, Configuration, Meeting, ProgrammePoint, Session

KEYS_WITHIN_MEETING: tuple[tuple[Any, str, Any], ...] = (
    (AgendaItem, "session", Session),
    (ProgrammePoint, "session", Session),
    (Chair, "session", Session),
    (AgendaItem, "parent", AgendaItem),
    (Result, "item", AgendaItem),
)


@admin.register(Meeting)
class MeetingAdmin(EditingAdmin, PublishingAdmin, DateHierarchyAdmin):
    change_form_template = "admin/agenda/meeting_form.html"
    list_display = ("days", "code", "full_title", "state", "status", "city", "updated_at")
    list_display_links = ("days", "full_title")
    list_filter = (MeetingDateFilter, PublicationFilter, ReviewFilter, ConfigurationFilter, "status", "form")
    list_select_related = ("configuration",)
    search_fields = ("title",)  # shows the search box; get_search_results decides what is searched
    search_help_text = gettext_lazy(
        "For example, “JHA 2017”. You can search by configuration, date (14/09/2017), document number (14996/1/22 REV "
        "1), procedure (2016/0142 (COD)), city, chair, presidency (Ireland) or words in titles."
    )
    date_hierarchy = "start_date"
    readonly_fields = ("previous_dates",)
    inlines = MEETING_INLINES
    fieldsets = (
        (None, {"fields": ("configuration", ("start_date", "end_date"), ("city", "venue"), "lead", "notice")}),
        (gettext_lazy("Status"), {"fields": (("status", "form", "agenda_status"), "status_reason", "previous_dates")}),
        (gettext_lazy("More details"), {
            "classes": ("collapse",),
            "fields": (
                "title", "number", "document_number", "references", "issued_on",
                "source_language", "time_zone", "address_word",
            ),
        }),
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        facts = self.build_screen_view(change_facts_view, Right.DUTY)
        return [
            path("<path:object_id>/facts/", facts, name="meetings_meeting_facts"),
            path(
                "start/", self.admin_site.admin_view(partial(start_meeting_view, self)), name="meetings_meeting_start"
            ),
            *get_editor_urls(self),
            *super().get_urls(),
        ]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> HttpResponse:
        meeting = context["original"]
        context["may_change_facts"] = bool(
            meeting
            and WorkflowState(meeting).is_live
            and has_right(request.user, Right.DUTY, meeting)
            and can_change_same_day(meeting, get_instant(request))
        )
        return super().render_change_form(request, context, *args, **options)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return search_meetings(queryset, search_term), False

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: Any, **options: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **options)
        if db_field.name == "configuration" and isinstance(field, ModelChoiceField):
            field.choices = group_by_validity(limit_to_own_configurations(field, request))
        return field

    def formfield_for_dbfield(self, db_field: Any, request: Any, **options: Any) -> Any:
        if db_field.name == "time_zone":
            options["widget"] = TimeZoneInput
        return super().formfield_for_dbfield(db_field, request, **options)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        deleted = collect_rows_of_deleted_sessions(formsets)
        super().save_related(request, form, formsets, change)
        for formset in formsets:
            if isinstance(formset, AgendaFormSet):
                formset.delete_items()
        meeting = form.instance
        # A row may have been saved after the row that it refers to was deleted in the same form.
        for model, key, target in KEYS_WITHIN_MEETING:
            existing = target._default_manager.filter(meeting=meeting).values("pk")
            dangling = model._default_manager.filter(meeting=meeting).exclude(**{key: None})
            dangling.exclude(**{f"{key}__in": existing}).update(**{key: None})
        for warning in (*describe_lost_sessions(deleted), *list_warnings(meeting, form.changed_data)):
            messages.warning(request, warning)

    @admin.display(description=pgettext_lazy("of a meeting", "date"), ordering="start_date")
    def days(self, meeting: Meeting) -> str:
        return format_page_date_range(meeting.start_date, meeting.end_date) or _("no date")

    @admin.display(description=gettext_lazy("Council configuration"), ordering="configuration__position")
    def code(self, meeting: Meeting) -> str:
        return meeting.configuration.code

    @admin.display(description=gettext_lazy("title"), ordering="title")
    def full_title(self, meeting: Meeting) -> str:
        return meeting.display_title

    @admin.display(description=gettext_lazy("Earlier dates and places"))
    def previous_dates(self, meeting: Meeting) -> str:
        return "; ".join(f"{x.start_date}–{x.end_date}, {x.city}" for x in meeting.previous) or "–"


def group_by_validity(configurations: Iterable[Configuration]) -> list[tuple[str, Any]]:
    """Return the choices with configurations in force first; the others are for past meetings."""
    today = timezone.localdate()
    choices: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
    for configuration in configurations:
        choices[configuration.is_in_force_on(today)].append((str(configuration.pk), str(configuration)))
    groups = [(_("In force"), choices[True]), (_("Not in force"), choices[False])]
    return [("", "---------"), *((name, group) for name, group in groups if group)]


def collect_rows_of_deleted_sessions(formsets: Any) -> list[tuple[str, dict[Any, list[Any]]]]:
    """Return the title of each session to be deleted, with the keys of the rows that refer to it, by model."""
    sessions = [form.instance for formset in formsets if formset.model is Session for form in formset.deleted_forms]
    kinds = [model for model, _key, target in KEYS_WITHIN_MEETING if target is Session]
    return [
        (x.title, {kind: [*kind._default_manager.filter(session=x).values_list("pk", flat=True)] for kind in kinds})
        for x in sessions
    ]


def describe_lost_sessions(named: list[tuple[str, dict[Any, list[Any]]]]) -> Iterator[str]:
    """Return a warning for each deleted session whose rows have no session now."""
    for session, keys in named:
        rows = [row for kind, those in keys.items() for row in kind._default_manager.filter(pk__in=those, session=None)]
        if rows:
            template = _("The session “%(session)s” was deleted. These rows no longer have a session: %(rows)s.")
            yield template % {"session": session, "rows": ", ".join(f"“{Truncator(row).chars(60)}”" for row in rows)}


def list_warnings(meeting: Meeting, changed: list[str]) -> list[str]:
    warnings = []
    unusual_city = explain_unusual_city(meeting.form, meeting.city, meeting.start_date, meeting.source_language)
    if unusual_city and {"start_date", "city"} & {*changed}:
        warnings.append(unusual_city)
    if missing := explain_missing_reason(meeting, get_live_document(meeting, timezone.now())):
        warnings.append(missing)
    return warnings

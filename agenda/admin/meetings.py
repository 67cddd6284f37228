"""A meeting with all that is in it on one screen."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import admin, messages
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.admin.desks import own_desks_for
from agenda.admin.editing import EditingAdmin
from agenda.admin.facts import facts_step
from agenda.admin.filters import ConfigurationFilter, PublicationFilter, ReviewFilter, WhenFilter
from agenda.admin.publishing import PublishingAdmin
from agenda.admin.rows import (
    AgendaFormSet,
    AgendaInline,
    AlertInline,
    ChairInline,
    ContactInline,
    FootnoteInline,
    LinkInline,
    ProgrammeInline,
    ResultInline,
    SessionInline,
)
from agenda.drafts import live_document, missing_reason
from agenda.models import AgendaItem, Result
from agenda.publishing.facts import facts_may_change
from agenda.searching import search_meetings
from agenda.states import State
from meetings.admin.lists import CalendarList
from meetings.clock import instant_of
from meetings.models import Chair, Configuration, Meeting, ProgrammePoint, Session
from meetings.rights import Right, may
from meetings.templatetags.publishing import date_range
from meetings.typed import TimeZoneInput
from meetings.vocabulary import Form

KEYS_WITHIN: tuple[tuple[Any, str, Any], ...] = (
    (AgendaItem, "session", Session),
    (ProgrammePoint, "session", Session),
    (Chair, "session", Session),
    (AgendaItem, "parent", AgendaItem),
    (Result, "item", AgendaItem),
)
MONTHS_IN_LUXEMBOURG = (4, 6, 10)
"""By Protocol No 6 to the Treaties, on the location of the seats of the institutions."""


@admin.register(Meeting)
class MeetingAdmin(EditingAdmin, PublishingAdmin, CalendarList):
    change_form_template = "admin/agenda/meeting_form.html"
    list_display = ("days", "code", "named", "state", "status", "city", "updated_at")
    list_display_links = ("days", "named")
    list_filter = (WhenFilter, PublicationFilter, ReviewFilter, ConfigurationFilter, "status", "form")
    list_select_related = ("configuration",)
    search_fields = ("title",)  # shows the box; get_search_results says what is searched
    search_help_text = gettext_lazy(
        "As JHA 2017, JHA December, 14/09/2017, 14996/1/22 REV 1, 2016/0142 (COD), a city, who chairs, the presidency "
        "(Ireland), or words in titles."
    )
    date_hierarchy = "start_date"
    readonly_fields = ("previous_dates",)
    inlines = (
        ChairInline,
        SessionInline,
        ProgrammeInline,
        AgendaInline,
        LinkInline,
        ResultInline,
        ContactInline,
        FootnoteInline,
        AlertInline,
    )
    fieldsets = (
        (None, {"fields": ("configuration", ("start_date", "end_date"), ("city", "venue"), "lead", "notice")}),
        (gettext_lazy("Status"), {"fields": (("status", "form", "agenda_status"), "status_reason", "previous_dates")}),
        (gettext_lazy("Further"), {
            "classes": ("collapse",),
            "fields": (
                "title", "number", "document_number", "references", "issued_on",
                "source_language", "time_zone", "address_word",
            ),
        }),
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        facts = self.admin_site.admin_view(self.with_right(Right.DUTY, facts_step))
        return [path("<path:object_id>/facts/", facts, name="meetings_meeting_facts"), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> HttpResponse:
        meeting = context["original"]
        context["may_change_facts"] = bool(
            meeting
            and State.of(meeting).is_live
            and may(request.user, Right.DUTY, meeting)
            and facts_may_change(meeting, instant_of(request))
        )
        return super().render_change_form(request, context, *args, **options)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return search_meetings(queryset, search_term), False

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: Any, **options: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **options)
        if db_field.name == "configuration" and isinstance(field, ModelChoiceField):
            field.choices = by_validity(own_desks_for(field, request))
        return field

    def formfield_for_dbfield(self, db_field: Any, request: Any, **options: Any) -> Any:
        if db_field.name == "time_zone":
            options["widget"] = TimeZoneInput
        return super().formfield_for_dbfield(db_field, request, **options)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        named = rows_of_deleted_sessions(formsets)
        super().save_related(request, form, formsets, change)
        for formset in formsets:
            if isinstance(formset, AgendaFormSet):
                formset.delete_at_last()
        meeting = form.instance
        for model, key, target in KEYS_WITHIN:  # a row may have been saved after what it names was deleted beside it
            there = target._default_manager.filter(meeting=meeting).values("pk")
            dangling = model._default_manager.filter(meeting=meeting).exclude(**{key: None})
            dangling.exclude(**{f"{key}__in": there}).update(**{key: None})
        for warning in (*sessions_lost(named), *unusual_in(meeting, form.changed_data)):
            messages.warning(request, warning)

    @admin.display(description=gettext_lazy("days"), ordering="start_date")
    def days(self, meeting: Meeting) -> str:
        return date_range(meeting.start_date, meeting.end_date) or _("no date")

    @admin.display(description=gettext_lazy("configuration"), ordering="configuration__position")
    def code(self, meeting: Meeting) -> str:
        return meeting.configuration.code

    @admin.display(description=gettext_lazy("title"), ordering="title")
    def named(self, meeting: Meeting) -> str:
        return meeting.shown_title

    @admin.display(description=gettext_lazy("Earlier dates and places"))
    def previous_dates(self, meeting: Meeting) -> str:
        return "; ".join(f"{x.start_date}–{x.end_date}, {x.city}" for x in meeting.previous) or "–"


def by_validity(configurations: Iterable[Configuration]) -> list[tuple[str, Any]]:
    """Those in force first: the others are for meetings of the past."""
    today = timezone.localdate()
    choices: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
    for configuration in configurations:
        choices[configuration.valid_on(today)].append((str(configuration.pk), str(configuration)))
    groups = [(_("In force"), choices[True]), (_("No longer, or not yet, in force"), choices[False])]
    return [("", "---------"), *((name, group) for name, group in groups if group)]


def rows_of_deleted_sessions(formsets: Any) -> list[tuple[str, dict[Any, list[Any]]]]:
    """The title of each session that is about to be deleted, and the keys of the rows that name it by their kind."""
    sessions = [form.instance for formset in formsets if formset.model is Session for form in formset.deleted_forms]
    kinds = [model for model, _key, target in KEYS_WITHIN if target is Session]
    return [
        (x.title, {kind: [*kind._default_manager.filter(session=x).values_list("pk", flat=True)] for kind in kinds})
        for x in sessions
    ]


def sessions_lost(named: list[tuple[str, dict[Any, list[Any]]]]) -> Iterator[str]:
    """Which of the rows are of no session now."""
    for session, keys in named:
        rows = [row for kind, those in keys.items() for row in kind._default_manager.filter(pk__in=those, session=None)]
        if rows:
            told = _("The session “%(session)s” was deleted. These rows named it, and are of no session now: %(rows)s.")
            yield told % {"session": session, "rows": ", ".join(f"“{Truncator(row).chars(60)}”" for row in rows)}


def unusual_in(meeting: Meeting, changed: list[str]) -> list[str]:
    """What was saved and is worth a second look."""
    warnings = []
    in_luxembourg = meeting.start_date and meeting.start_date.month in MONTHS_IN_LUXEMBOURG
    if (
        in_luxembourg
        and meeting.form == Form.FORMAL
        and meeting.city == "Brussels"
        and {"start_date", "city"} & {*changed}
    ):
        warnings.append(
            _("In April, June and October the Council meets in Luxembourg, and this meeting says Brussels.")
        )
    if missing := missing_reason(meeting, live_document(meeting, timezone.now())):
        warnings.append(missing)
    return warnings

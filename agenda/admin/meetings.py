"""A meeting with all that is in it on one screen; items and points have screens of their own for what hangs on them."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey
from django.forms import BaseInlineFormSet, ModelChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext as _

from agenda.admin.filters import ConfigurationFilter, PublicationFilter, WhenFilter
from agenda.admin.publishing import KeepsDigest, PublishingAdmin
from agenda.models import AgendaItem, MediaLink, Result
from agenda.searching import search_meetings
from meetings.models import (
    Alert,
    Chair,
    Contact,
    Footnote,
    IndexedItem,
    Meeting,
    ProgrammePoint,
    Session,
)

KEYS_WITHIN: tuple[tuple[Any, str, Any], ...] = (
    (AgendaItem, "session", Session),
    (ProgrammePoint, "session", Session),
    (Chair, "session", Session),
    (AgendaItem, "parent", AgendaItem),
    (Result, "item", AgendaItem),
)


class OfMeeting(admin.options.InlineModelAdmin):
    """Rows of a meeting, which offer only sessions, items and points of that meeting to choose from."""

    extra = 0

    def get_formset(self, request: HttpRequest, obj: Any = None, **options: Any) -> Any:
        self.meeting = obj if obj is None or isinstance(obj, Meeting) else obj.meeting
        return super().get_formset(request, obj, **options)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: Any, **options: Any) -> Any:
        model = db_field.remote_field.model
        if "meeting" in {field.name for field in model._meta.fields}:
            options["queryset"] = model._default_manager.filter(meeting=self.meeting)
        field = super().formfield_for_foreignkey(db_field, request, **options)
        if isinstance(field, ModelChoiceField):
            field.choices = [*field.choices]  # type: ignore[misc]  # asked once, and not once a row
        return field


class Stacked(OfMeeting, admin.StackedInline):
    pass


class Tabular(OfMeeting, admin.TabularInline):
    pass


class ChairInline(Tabular):
    model = Chair
    fields = ("position", "name", "role", "country", "session", "date")


class SessionInline(Tabular):
    model = Session
    fields = ("position", "title", "date", "place", "text")


class ProgrammeInline(Stacked):
    model = ProgrammePoint
    fields = (
        ("position", "kind", "date", "live"),
        "title",
        ("time", "time_precision", "time_text"),
        ("place", "session", "state"),
    )
    show_change_link = True


def was_published(item: AgendaItem) -> bool:
    return IndexedItem.objects.filter(item_id=item.pk).exists()


class AgendaFormSet(BaseInlineFormSet):
    """An item that has been in an edition leaves by its state: its number, anchor and address stay."""

    def clean(self) -> None:
        super().clean()
        for form in self.deleted_forms:
            if was_published(form.instance):
                raise ValidationError(
                    _("“%s” has been published: set its state to withdrawn or postponed instead of deleting it.")
                    % form.instance
                )


class AgendaInline(Stacked):
    model = AgendaItem
    formset = AgendaFormSet
    show_change_link = True
    fields = (
        ("position", "number", "kind", "public"),
        "title",
        "text",
        ("session", "parent"),
        ("outcome_sought", "state"),
    )


class ResultInline(Stacked):
    model = Result
    fields = ("position", ("date", "outcome", "item"), "title", "text")


class ContactInline(Stacked):
    model = Contact


class FootnoteInline(Tabular):
    model = Footnote


class AlertInline(Tabular):
    model = Alert


class LinkInline(admin.TabularInline):
    model = MediaLink
    extra = 0
    fields = ("position", "kind", "title", "url", "language")


@admin.register(Meeting)
class MeetingAdmin(PublishingAdmin):
    list_display = ("start_date", "configuration__code", "shown_title", "state", "status", "city", "updated_at")
    list_display_links = ("start_date", "shown_title")
    list_filter = (WhenFilter, PublicationFilter, ConfigurationFilter, "status", "form")
    list_select_related = ("configuration",)
    search_fields = ("title",)  # shows the box; get_search_results says what is searched
    search_help_text = _("As JHA 2017, 14/09/2017, 14996/1/22 REV 1, 2016/0142 (COD), or words in titles.")
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
        ("Status", {"fields": (("status", "form", "agenda_status"), "status_reason", "previous_dates")}),
        ("Further", {
            "classes": ("collapse",),
            "fields": (
                ("title", "number"), "document_number", "references", "issued_on",
                "source_language", "time_zone", "address_word",
            ),
        }),
    )  # fmt: skip

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return search_meetings(queryset, search_term), False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        meeting = form.instance
        for model, key, target in KEYS_WITHIN:  # a row may have been saved after what it names was deleted beside it
            there = target._default_manager.filter(meeting=meeting).values("pk")
            dangling = model._default_manager.filter(meeting=meeting).exclude(**{key: None})
            dangling.exclude(**{f"{key}__in": there}).update(**{key: None})

    @admin.display(description="Earlier dates and places")
    def previous_dates(self, meeting: Meeting) -> str:
        return "; ".join(f"{x.start_date}–{x.end_date}, {x.city}" for x in meeting.previous) or "–"


class PartAdmin(KeepsDigest):
    """What is reached from its meeting and not from the front page of the admin."""

    exclude = ("meeting",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def formfield_for_dbfield(self, db_field: Any, request: Any, **options: Any) -> Any:
        """Offers only sessions, items and points of the same meeting."""
        part = request.resolver_match.kwargs.get("object_id")
        related = getattr(db_field.remote_field, "model", None)
        if part and related and "meeting" in {field.name for field in related._meta.fields}:
            meeting = self.model._default_manager.filter(pk=part).values("meeting")
            options["queryset"] = related._default_manager.filter(meeting__in=meeting)
        return super().formfield_for_dbfield(db_field, request, **options)


@admin.register(AgendaItem)
class AgendaItemAdmin(PartAdmin):
    inlines = (LinkInline,)
    autocomplete_fields = ("topics",)
    filter_horizontal = ("points",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and was_published(obj))


@admin.register(ProgrammePoint)
class ProgrammePointAdmin(PartAdmin):
    exclude = ("meeting", "speakers", "previous")  # type: ignore[assignment]
    inlines = (LinkInline,)

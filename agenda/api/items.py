"""The agenda items resource of the API."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from msgspec.structs import asdict

from agenda.api import types
from agenda.api.item_addresses import build_item_addresses
from agenda.api.parts import PartResource, SourceDocument, build_part_orderings, build_printed_ordering
from agenda.api.search_filter import ItemSearchFilter
from meetings.api.csv_tables import build_columns, build_configuration_columns, build_member_columns
from meetings.api.filters import (
    Filter,
    ItemReferenceFilter,
    ItemTopicFilter,
    MeetingDayFilter,
    MeetingStatusFilter,
    PartModifiedSinceFilter,
    PresidencyFilter,
    StrictFilterSet,
    TakesPlaceFilter,
    build_item_condition,
)
from meetings.api.form_fields import (
    ChoiceField,
    ConfigurationField,
    CountryField,
    MultipleChoiceField,
    OutcomeField,
    UUIDField,
)
from meetings.api.reference_fields import DocumentField, ProcedureField
from meetings.api.resource_urls import build_api_url
from meetings.documents.choices import ItemKind, ItemState, ProcedureType, PublicSession
from meetings.documents.schema import Item, MeetingDocument
from meetings.models import AppearedItem, IndexedDelegation, IndexedItem


class DelegationFilter(Filter):
    """Items in which a delegation has a role."""

    def __init__(self, *args: Any, role: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.role = role

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(build_item_condition(IndexedDelegation.objects.filter(code=value, role=self.role)))


class AgendaItemFilterSet(StrictFilterSet):
    meeting = Filter(UUIDField, "edition__subject_id", label=_("Only items of this meeting, by its id."))
    configuration = Filter(
        ConfigurationField, "edition__configuration", label=_("Only items of this configuration, by code or slug.")
    )
    date_from = MeetingDayFilter("date", "gte", label=_("Only items on or after this day."))
    date_to = MeetingDayFilter("date", "lte", label=_("Only items on or before this day."))
    kind = Filter(
        MultipleChoiceField,
        "kind",
        "in",
        choices=ItemKind,
        label=_(
            "Only entries of this kind: items, lists of A items, any other business, or meals. Separate several values "
            "with commas."
        ),
    )
    state = Filter(
        MultipleChoiceField,
        "state",
        "in",
        choices=ItemState,
        label=_(
            "Only items that were added, withdrawn or postponed after publication. Separate several values with commas."
        ),
    )
    status = MeetingStatusFilter(
        label=_("Only items of meetings with this status. Separate several values with commas.")
    )
    takes_place = TakesPlaceFilter(
        label=_(
            "Only items of meetings that take place (true), or that are cancelled or postponed without a date (false)."
        )
    )
    public = Filter(
        ChoiceField,
        "public",
        choices=PublicSession,
        label=_("Only items that are in public session (yes), may be (possibly) or are not (no)."),
    )
    procedure_type = Filter(
        ChoiceField, "procedure_type", choices=ProcedureType, label=_("Only legislative or non-legislative items.")
    )
    outcome = Filter(
        OutcomeField,
        "outcome",
        "in",
        label=_("Only items with this outcome, or with any outcome. Separate several values with commas."),
    )
    procedure = ItemReferenceFilter(
        ProcedureField, label=_("Only items on this interinstitutional file, for example 2016/0133 (COD).")
    )
    document = ItemReferenceFilter(
        DocumentField, label=_("Only items that list this document, for example 14996/1/22 REV 1.")
    )
    information_from = DelegationFilter(
        CountryField,
        role=IndexedDelegation.Role.REQUEST,
        label=_("Only items on which this country's delegation informs the Council (Greece is EL)."),
    )
    supported_by = DelegationFilter(
        CountryField,
        role=IndexedDelegation.Role.SUPPORT,
        label=_("Only items that this country's delegation supports (Greece is EL)."),
    )
    q = ItemSearchFilter(
        label=_(
            "Only items with these words, as in the search of the site. The last word may be the beginning of a longer "
            "one. Not together with `as_of`."
        )
    )
    topic = ItemTopicFilter(label=_("Only items on this background topic, by id or slug."))
    presidency = PresidencyFilter(
        label=_("Only items in the presidency of this country (Greece is EL) or in this half-year (2017-2).")
    )
    modified_since = PartModifiedSinceFilter(
        label=_("Only items of meetings whose text changed at or after this time.")
    )


class AgendaItemResource(PartResource):
    """Items of published agendas, nested ones included."""

    singular, plural = "AgendaItem", "AgendaItems"
    summaries = {
        "list": _("List the items of all published agendas, latest meeting first, each agenda in its printed order."),
        "retrieve": _("Get a published agenda item."),
    }
    queryset = IndexedItem.objects.all()
    appeared = AppearedItem.objects.all()
    part_id, parts = "item_id", "items"
    shape = types.AgendaItem
    columns = (
        *build_columns("id", "meeting=meeting.id", "configuration=meeting.configuration.slug"),
        *build_columns("meeting_date=meeting.start_date", "meeting_title=meeting.title"),
        *build_columns("meeting_city=meeting.place.city", "meeting_status=meeting.status", "date"),
        *build_member_columns(Item),
        *build_columns("html_url", "url", "language", "edition=meeting.edition"),
        *build_columns("meeting_takes_place=meeting.takes_place"),
        *build_configuration_columns("meeting.configuration"),
        *build_columns("information_from_countries", "supported_by_countries"),
        *build_columns("meeting_starts_at=meeting.starts_at"),
        *build_columns("meeting_previous_start_date=meeting.previous.start_date"),
        *build_columns("meeting_previous_end_date=meeting.previous.end_date"),
    )
    ordering = build_printed_ordering("agenda-items")
    orderings = build_part_orderings(ordering)
    filterset_class = AgendaItemFilterSet

    def build_body(self, source: SourceDocument, row: Any) -> types.AgendaItem:
        assert isinstance(source.document, MeetingDocument)  # only meetings have items
        assert source.meeting is not None
        item = source.items[row.item_id]
        return types.AgendaItem(
            **asdict(item),
            url=build_api_url(self.request, "agenda-item", row.item_id),
            html_url=source.get_page_url(f"item-{row.item_id}"),
            language=source.document.language,
            fallbacks=source.list_fallbacks(item),
            date=row.date if source.meeting.start_date else None,
            parent=row.parent_id,
            **build_item_addresses(self.request, source.document, item, self.language),
            meeting=source.meeting,
        )

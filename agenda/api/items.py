"""Agenda items in the API."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from msgspec.structs import asdict

from agenda.api import shapes
from agenda.api.parts import PartResource, Whole, in_printed_order, orderings_of_parts
from meetings.answers import api_url
from meetings.filters.by import (
    ByConfiguration,
    ByDayOfMeeting,
    ById,
    ByOutcome,
    ByPresidency,
    ByStatusOfMeeting,
    ByWord,
    ItemsByReference,
    ItemsByTopic,
    PartsByModification,
)
from meetings.filters.strict import StrictFilterSet
from meetings.models import AppearedItem, IndexedItem, IndexedReference
from meetings.spreadsheets import columns
from meetings.vocabulary import ItemKind, ItemState, ProcedureType, PublicSession


class AgendaItemFilter(StrictFilterSet):
    meeting = ById("edition__subject_id", label=_("Those of a meeting, by its id."))
    configuration = ByConfiguration("edition__configuration", label=_("Those of a configuration, by code or slug."))
    date_from = ByDayOfMeeting("date", "gte", label=_("Those taken up on this day or later."))
    date_to = ByDayOfMeeting("date", "lte", label=_("Those taken up by this day."))
    kind = ByWord("kind", words=ItemKind, label=_("Items proper, lists of A items, other business, or meals."))
    state = ByWord("state", words=ItemState, label=_("Those added, withdrawn or postponed since publication."))
    status = ByStatusOfMeeting(label=_("Those of meetings with this status; several words with commas."))
    public = ByWord("public", words=PublicSession, label=_("Those in public session, possibly, or not."))
    procedure_type = ByWord("procedure_type", words=ProcedureType, label=_("Legislative ones, or others."))
    outcome = ByOutcome(label=_("Those with an outcome of this kind, or with any."))
    procedure = ItemsByReference(
        IndexedReference.Kind.PROCEDURE, label=_("Those of an interinstitutional file: 2016/0133 (COD).")
    )
    document = ItemsByReference(IndexedReference.Kind.DOCUMENT, label=_("Those with a document: 14996/1/22 REV 1."))
    topic = ItemsByTopic(label=_("Those that take up a background topic, by id or slug."))
    presidency = ByPresidency(label=_("Those under a country's presidency (Greece is EL), or in a half-year (2017-2)."))
    modified_since = PartsByModification(label=_("Those of meetings whose document changed then or later."))


class AgendaItemResource(PartResource):
    one, many = "AgendaItem", "AgendaItems"
    about = {
        "list": _("The items of all published agendas: the latest meeting first, and its agenda in printed order."),
        "retrieve": _("An agenda item as it is published now."),
    }
    queryset = IndexedItem.objects.all()
    appeared = AppearedItem.objects.all()
    part_id = "item_id"
    shape = shapes.AgendaItem
    columns = columns(
        *("id", "meeting=meeting.id", "configuration=meeting.configuration.slug", "meeting_date=meeting.start_date"),
        *("meeting_title=meeting.title", "meeting_city=meeting.place.city"),
        *("meeting_status=meeting.status", "date", "number", "kind", "title", "text", "state", "state_note"),
        *("procedure_type", "outcome_sought", "public", "documents", "procedures", "legal_basis"),
        *("topics=topics.slug", "outcome=result.outcome", "result=result.title", "html_url", "url", "language"),
        "edition=meeting.edition",
        rich=("text",),
    )
    ordering = in_printed_order("agenda-items")
    orderings = orderings_of_parts(ordering)
    filterset_class = AgendaItemFilter

    def parts(self, whole: Whole) -> Mapping[UUID, Any]:
        return whole.items

    def answer(self, whole: Whole, row: Any) -> shapes.AgendaItem:
        assert whole.meeting is not None  # only meetings have items
        item = whole.items[row.item_id]
        return shapes.AgendaItem(
            **asdict(item),
            url=api_url(self.request, "agenda-item", row.item_id),
            html_url=whole.page(f"item-{row.item_id}"),
            language=whole.document.language,
            fallbacks=whole.fallbacks(item),
            date=row.date if whole.meeting.start_date else None,
            parent=row.parent_id,
            meeting=whole.meeting,
        )

"""The meetings resource of the API."""

from typing import Any

import msgspec
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from msgspec.structs import asdict

from meetings.api import types
from meetings.api.csv_tables import build_columns, build_configuration_columns, build_member_columns
from meetings.api.edition_views import EDITION_COLUMNS, EditionResource
from meetings.api.filters import (
    Filter,
    MeetingDayFilter,
    MeetingStatusFilter,
    ModifiedSinceFilter,
    PlaceFilter,
    PresidencyFilter,
    ReferenceFilter,
    StrictFilterSet,
    TakesPlaceFilter,
    TopicFilter,
)
from meetings.api.form_fields import ChoiceField, ConfigurationField
from meetings.api.reference_fields import DocumentField, ProcedureField
from meetings.documents.called_off import is_called_off
from meetings.documents.choices import Form, PublicSession
from meetings.documents.schedule import get_live_url, get_meeting_start, get_point_start, takes_place
from meetings.documents.schema import MeetingDocument
from meetings.editions.keyset import MEETINGS_ORDERING, build_document_orderings
from meetings.models import IndexedItem, SubjectType

FIRST_COLUMNS = "configuration number title start_date end_date status form city venue presidency chairs lead".split()
"""The columns of the CSV table that were there before the order of the schema decided."""


class PublicItemFilter(Filter):
    """Meetings with an item whose `public` has this value."""

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(Exists(IndexedItem.objects.filter(edition=OuterRef("edition"), public=value)))


class MeetingFilterSet(StrictFilterSet):
    configuration = Filter(
        ConfigurationField, "edition__configuration", label=_("Only meetings of this configuration, by code or slug.")
    )
    date_from = MeetingDayFilter("edition__end_date", "gte", label=_("Only meetings that end on or after this day."))
    date_to = MeetingDayFilter("edition__start_date", "lte", label=_("Only meetings that begin on or before this day."))
    status = MeetingStatusFilter(label=_("Only meetings with this status. Separate several values with commas."))
    takes_place = TakesPlaceFilter(
        label=_("Only meetings that take place (true), or that are cancelled or postponed without a date (false).")
    )
    form = Filter(ChoiceField, "edition__form", choices=Form, label=_("Only meetings of this type."))
    presidency = PresidencyFilter(
        label=_("Only meetings in the presidency of this country (Greece is EL) or in this half-year (2017-2).")
    )
    place = PlaceFilter(
        "edition__city",
        label=_(
            "Only meetings in this city. Places where the Council usually meets may be in any of the 24 languages."
        ),
    )
    topic = TopicFilter(label=_("Only meetings on this background topic, by id or slug."))
    procedure = ReferenceFilter(
        ProcedureField,
        label=_("Only meetings with an item on this interinstitutional file, for example 2016/0133 (COD)."),
    )
    document = ReferenceFilter(
        DocumentField, label=_("Only meetings with an item that lists this document, for example 14996/1/22 REV 1.")
    )
    public = PublicItemFilter(
        ChoiceField,
        choices=PublicSession,
        label=_("Only meetings with an item that is in public session (yes), may be (possibly) or is not (no)."),
    )
    modified_since = ModifiedSinceFilter(
        label=_("Only meetings whose text, in the language of the answer, changed at or after this time.")
    )


class MeetingResource(EditionResource):
    """Published meetings as whole documents.

    What is computed from the document, such as `starts_at`, is added if `fields` asks for it, and to CSV. It cannot be
    in every answer: programs verify the digest over all members that they do not know as the envelope's (decision 87).
    """

    singular, plural = "Meeting", "Meetings"
    summaries = {
        "list": _("List published meetings with all their contents, latest date first."),
        "retrieve": _("Get a published meeting."),
    }
    subject_type = SubjectType.MEETING
    shape = types.Meeting
    selectable_shape = types.MeetingWithStart
    ordering = MEETINGS_ORDERING
    columns = (
        *build_columns("id"),
        *build_member_columns(MeetingDocument, first=FIRST_COLUMNS),
        *EDITION_COLUMNS,
        *build_columns("starts_at", "takes_place"),
        *build_configuration_columns("configuration"),
        *build_columns("previous_start_date=previous.start_date", "previous_end_date=previous.end_date"),
    )
    orderings = build_document_orderings(MEETINGS_ORDERING)
    filterset_class = MeetingFilterSet

    def add_requested_members(self, body: msgspec.Raw) -> Any:
        is_table = self.request.accepted_renderer.format == "csv"
        if not is_table and self.fields.keys().isdisjoint(("starts_at", "takes_place", "programme")):
            return body
        document = msgspec.json.decode(body, type=MeetingDocument)
        programme = [
            types.PointWithStart(
                **asdict(point),
                starts_at=get_point_start(document, point),
                takes_place=takes_place(document, point),
                live_url=get_live_url(document, point),
            )
            for point in document.programme
        ]
        members: dict[str, Any] = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        computed = {"starts_at": get_meeting_start(document), "takes_place": not is_called_off(document)}
        return members | computed | {"programme": programme}

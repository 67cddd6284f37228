"""The programme resource of the API: press conferences, doorsteps and everything else that happens at a time."""

import datetime as dt
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from msgspec.structs import asdict

from agenda.api import types
from agenda.api.parts import PartResource, SourceDocument
from meetings.api.csv_tables import build_columns, build_configuration_columns
from meetings.api.filters import (
    Filter,
    MeetingStatusFilter,
    PartModifiedSinceFilter,
    PresidencyFilter,
    StrictFilterSet,
)
from meetings.api.form_fields import (
    BooleanField,
    ConfigurationField,
    DateField,
    MultipleChoiceField,
    UUIDField,
)
from meetings.api.resource_urls import build_api_url
from meetings.documents.choices import PointKind
from meetings.documents.schedule import (
    find_live_streams,
    get_live_url,
    get_point_day,
    get_point_start,
    takes_place,
)
from meetings.documents.schema import MeetingDocument
from meetings.editions.keyset import Ordering, SmallInteger, UtcInstant
from meetings.models import AppearedPoint, IndexedPoint

BEFORE_ALL_POINTS = dt.datetime.min.replace(tzinfo=dt.UTC)
TWO_DAYS = dt.timedelta(days=2)  # a day of any time zone begins and ends within two days of midnight in UTC


class PointDayFilter(Filter):
    """A filter by the local day of a point, that uses the index on the instant by which points are sorted.

    If a meeting has lost its date, the days of its points no longer count.
    """

    def __init__(self, lookup: str, **options: Any) -> None:
        super().__init__(DateField, "date", lookup, **options)

    def filter(self, queryset: QuerySet[Any], value: dt.date) -> QuerySet[Any]:
        near = dt.datetime.combine(value, dt.time(), dt.UTC)
        with suppress(OverflowError):  # before the first day that Python has, or after the last
            near += -TWO_DAYS if self.lookup_expr == "gte" else TWO_DAYS
        dated = queryset.filter(edition__start_date__isnull=False)
        return dated.filter(**{f"date__{self.lookup_expr}": value, f"sorted_at__{self.lookup_expr}": near})


class ProgrammeFilterSet(StrictFilterSet):
    kind = Filter(
        MultipleChoiceField,
        "kind",
        "in",
        choices=PointKind,
        label=_("Only points of this kind, for example press_conference. Separate several values with commas."),
    )
    live = Filter(
        BooleanField, "live", label=_("Only points that are streamed live (true), or only the others (false).")
    )
    takes_place = Filter(
        BooleanField,
        "takes_place",
        label=_(
            "Only points that take place (true), or that are cancelled or whose meeting is cancelled or postponed "
            "without a date (false)."
        ),
    )
    date_from = PointDayFilter("gte", label=_("Only points on or after this day, by the time zone of their meeting."))
    date_to = PointDayFilter("lte", label=_("Only points on or before this day, by the time zone of their meeting."))
    configuration = Filter(
        ConfigurationField,
        "configuration",
        label=_("Only points of this configuration's meetings, by code or slug."),
    )
    meeting = Filter(UUIDField, "edition__subject_id", label=_("Only points of this meeting, by its id."))
    status = MeetingStatusFilter(
        label=_("Only points of meetings with this status. Separate several values with commas.")
    )
    presidency = PresidencyFilter(
        label=_("Only points in the presidency of this country (Greece is EL) or in this half-year (2017-2).")
    )
    modified_since = PartModifiedSinceFilter(
        label=_("Only points of meetings whose text changed at or after this time.")
    )


def build_time_ordering(name: str, sign: str = "") -> Ordering:
    """Return the ordering by time; at the same time by meeting and place in its programme. `sign` is - for reverse."""
    columns = {"sorted_at": UtcInstant, "edition__subject_id": UUID, "position": SmallInteger}
    return Ordering(name, {f"{sign}{column}": type_ for column, type_ in columns.items()})


def build_appeared_ordering(name: str, sign: str = "") -> Ordering:
    return Ordering(
        name, {f"{sign}edition__available_from": UtcInstant, f"{sign}edition__id": UUID, "position": SmallInteger}
    )


class ProgrammeResource(PartResource):
    """Points of published programmes, in the order of time."""

    singular, plural = "ProgrammePoint", "Programme"
    summaries = {
        "list": _("List the points of all published programmes by time: press conferences, doorsteps and others."),
        "retrieve": _("Get a point of a published programme."),
    }
    queryset = IndexedPoint.objects.all()
    appeared = AppearedPoint.objects.all()
    part_id, parts = "point_id", "points"
    shape = types.ProgrammePoint
    columns = (
        *build_columns("id", "kind", "title", "date", "starts_at", "time", "time_precision", "time_text", "timezone"),
        *build_columns("place", "state", "takes_place", "live", "live_url", "streams=streams.url", "in_margins"),
        *build_columns("speakers=speakers.name", "meeting=meeting.id"),
        *build_columns("configuration=meeting.configuration.slug", "meeting_title=meeting.title"),
        *build_columns("meeting_date=meeting.start_date", "meeting_starts_at=meeting.starts_at"),
        *build_columns("meeting_city=meeting.place.city", "meeting_status=meeting.status"),
        *build_columns("html_url", "url", "language", "edition=meeting.edition"),
        *build_columns("meeting_takes_place=meeting.takes_place"),
        *build_configuration_columns("meeting.configuration"),
    )
    ordering = build_time_ordering("programme")
    orderings = {
        "date": ordering,
        "-date": build_time_ordering("programme by -date", "-"),
        "-appeared": build_appeared_ordering("programme by -appeared", "-"),
        "appeared": build_appeared_ordering("programme by appeared"),
    }
    filterset_class = ProgrammeFilterSet

    def get_queryset(self) -> QuerySet[Any]:
        """Return the index rows of live editions.

        The condition on `sorted_at` matches all rows. It makes SQLite start with the index of the order of time.
        """
        is_by_time = "sorted_at" in self.ordering.column_names
        return self.find_live_rows().filter(**{"sorted_at__gte": BEFORE_ALL_POINTS} if is_by_time else {})

    def build_body(self, source: SourceDocument, row: Any) -> types.ProgrammePoint:
        document = source.document
        assert isinstance(document, MeetingDocument)
        assert source.meeting is not None
        point = source.points[row.point_id]
        members = asdict(point) | {"date": get_point_day(document, point)}
        return types.ProgrammePoint(
            **members,
            url=build_api_url(self.request, "programme-point", point.id),
            html_url=source.get_page_url(f"point-{point.id}"),
            language=document.language,
            fallbacks=source.list_fallbacks(point),
            starts_at=get_point_start(document, point),
            timezone=document.timezone,
            takes_place=takes_place(document, point),
            live_url=get_live_url(document, point),
            streams=find_live_streams(document, point),
            meeting=source.meeting,
        )

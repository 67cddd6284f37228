"""Find points that an earlier edition had on a day and the live one has not, although `previous` does not say so.

Whoever corrects a note may move or delete a point without recording its former time. Only plain columns of past
editions are read, never their texts: a point is shown with its present title, or with its kind alone.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, QuerySet
from django.http import HttpRequest

from meetings.clock import get_instant
from meetings.database.prepared_query import fetch_rows
from meetings.documents.choices import PointKind, PointState
from meetings.documents.dates import has_left_day
from meetings.documents.schema import EarlierTime, MeetingDocument, Point
from meetings.models import IndexedPoint
from meetings.models.edition import get_superseding_editions
from meetings.site.daily_schedule.entries import PreviousSlot, ScheduleEntry, combine_local_time
from meetings.site.publications import Publication

MAX_PAST_POINTS = 2_000  # rows; a meeting has some ten points and some three editions


@dataclass(frozen=True)
class PastPoint:
    """A point of a superseded edition."""

    meeting: UUID
    id: UUID
    kind: str
    time: dt.time | None
    state: str


def find_past_points(request: HttpRequest, day: dt.date) -> list[PastPoint]:
    """Return the points that superseded editions had on the day, each as it was published last, in one query.

    Points of withdrawn meetings and of suppressed editions are left out.
    """
    newest: dict[tuple[UUID, UUID], PastPoint] = {}
    for row in fetch_rows(find_superseded_points, get_instant(request), day):
        newest.setdefault((row[0], row[1]), PastPoint(*row))
    return list(newest.values())


def find_superseded_points(at: Any, day: Any) -> QuerySet[Any, Any]:
    later = get_superseding_editions(at, "edition__")
    rows = IndexedPoint.objects.filter(Exists(later), ~Exists(later.filter(is_tombstone=True)), date=day).readable()
    published = rows.filter(edition__available_from__lte=at).order_by("-edition__available_from", "position")
    return published.values_list("edition__subject_id", "point_id", "kind", "time", "state")[:MAX_PAST_POINTS]


def build_former_entries(
    meeting: Publication,
    document: MeetingDocument,
    day: dt.date,
    now: dt.datetime,
    *,
    past_points: Iterable[PastPoint],
    entries: Sequence[ScheduleEntry],
) -> Iterator[ScheduleEntry]:
    """Yield an entry for each past point of the meeting that is not among `entries`, its entries of the day.

    If the whole meeting left the day, its own line says so, and this yields nothing.
    """
    if has_left_day(document, day):
        return
    present_ids = {entry.point.id for entry in entries}
    # A removed point with the same kind and time as a present one was deleted and typed again.
    present = {(entry.point.kind, entry.point.time) for entry in entries if not entry.former_slot}
    points = {point.id: point for point in document.programme}
    for past in past_points:
        time = f"{past.time:%H:%M}" if past.time else None
        kind = PointKind(past.kind)
        is_removed = past.id not in points
        if past.meeting != document.id or past.id in present_ids or (is_removed and (kind, time) in present):
            continue
        if is_removed and past.state == PointState.ENDED:  # it took place, even if it was removed from the programme
            continue
        yield ScheduleEntry(
            meeting,
            document,
            points.get(past.id) or Point(id=past.id, kind=kind),
            day,
            combine_local_time(day, time, document.timezone),
            now,
            former_slot=PreviousSlot(0, EarlierTime(date=day, time=time), True),
            is_removed=is_removed,
        )

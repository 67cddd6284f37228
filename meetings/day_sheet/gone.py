"""Points that an earlier edition had on a day, and that are not on it any more, though nobody wrote so into `previous`:
whoever corrects a note moves a point or takes it out without a word.

Of those past editions the plain columns are read, never a text: a point is named as it is now, or by its kind.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists
from django.http import HttpRequest

from meetings.clock import instant_of
from meetings.day_sheet.entries import Earlier, Entry, instant
from meetings.documents.days import has_left
from meetings.documents.shape import EarlierTime, MeetingDocument, Point
from meetings.models import IndexedPoint
from meetings.models.edition import later_editions
from meetings.publications import Publication
from meetings.vocabulary import PointKind, PointState

MOST = 2_000  # rows; a meeting has some ten points and some three editions


@dataclass(frozen=True)
class PastPoint:
    meeting: UUID
    id: UUID
    kind: str
    time: dt.time | None
    state: str


def past_points(request: HttpRequest, day: dt.date) -> list[PastPoint]:
    """Those of editions that others have taken the place of, as each was told last; in one query.

    What was withdrawn since is not among them, nor what was taken out.
    """
    at = instant_of(request)
    later = later_editions(at, "edition__")
    rows = IndexedPoint.objects.filter(Exists(later), ~Exists(later.filter(is_tombstone=True)), date=day).readable()
    told = rows.filter(edition__available_from__lte=at).order_by("-edition__available_from", "position")
    columns = told.values_list("edition__subject_id", "point_id", "kind", "time", "state")
    newest: dict[tuple[UUID, UUID], PastPoint] = {}
    for row in columns[:MOST]:
        newest.setdefault((row[0], row[1]), PastPoint(*row))
    return list(newest.values())


def entries_gone(
    meeting: Publication,
    document: MeetingDocument,
    day: dt.date,
    minute: dt.datetime,
    *,
    past: Iterable[PastPoint],
    present: Sequence[Entry],
) -> Iterator[Entry]:
    """`present` are the meeting's entries of the day. Where the meeting left the day as a whole, that says it all."""
    if has_left(document, day):
        return
    here = {entry.point.id for entry in present}
    taken = {(entry.point.kind, entry.point.time) for entry in present if not entry.left}  # made anew, not removed
    points = {point.id: point for point in document.programme}
    for gone in past:
        time = f"{gone.time:%H:%M}" if gone.time else None
        kind = PointKind(gone.kind)
        is_removed = gone.id not in points
        if gone.meeting != document.id or gone.id in here or (is_removed and (kind, time) in taken):
            continue
        if is_removed and gone.state == PointState.ENDED:  # it took place, whatever became of the programme
            continue
        yield Entry(
            meeting,
            document,
            points.get(gone.id) or Point(id=gone.id, kind=kind),
            day,
            instant(day, time, document.timezone),
            minute,
            left=Earlier(0, EarlierTime(date=day, time=time), True),
            is_removed=is_removed,
        )

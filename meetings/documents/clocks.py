"""Find out from a meeting's programme when it begins and whether it has ended, never from the clock alone."""

import datetime as dt
from collections.abc import Iterator

from meetings.clock import build_local_datetime
from meetings.documents.calling_off import is_called_off
from meetings.documents.shape import MeetingDocument, Point
from meetings.vocabulary import PointKind, PointState


def find_points_on(document: MeetingDocument, day: dt.date) -> Iterator[Point]:
    """Yield the programme points that take place on `day`. A point without a day is on the meeting's first day."""
    for point in document.programme:
        if (point.date or document.start_date) == day and point.state != PointState.CANCELLED:
            yield point


def get_start_instant(document: MeetingDocument, day: dt.date) -> dt.datetime:
    """Return the instant of the meeting's first start on `day`; the latest possible one if no start is known.

    So a meeting without a known start is sorted last.
    """
    starts = (point.time for point in find_points_on(document, day) if point.kind == PointKind.START)
    clock = min(filter(None, starts), default=None)
    return build_local_datetime(day, clock, document.timezone) if clock else dt.datetime.max.replace(tzinfo=dt.UTC)


def is_marked_ended(document: MeetingDocument, day: dt.date) -> bool:
    """Return whether `day` is the meeting's last one and the press office has marked every point of it as ended.

    Cancelled points do not count, and a point without a day is on the first day. A meeting that is called off never
    ends.
    """
    if document.end_date != day or is_called_off(document):
        return False
    states = {point.state for point in find_points_on(document, day)}
    return states == {PointState.ENDED}

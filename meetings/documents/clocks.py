"""When a meeting begins and whether it has ended, by what its programme says and never by the clock alone."""

import datetime as dt
from collections.abc import Iterator

from meetings.clock import on_the_wall
from meetings.documents.calling_off import is_called_off
from meetings.documents.shape import MeetingDocument, Point
from meetings.vocabulary import PointKind, PointState


def points_on(document: MeetingDocument, day: dt.date) -> Iterator[Point]:
    """Those that take place. One without a day is on the meeting's first."""
    for point in document.programme:
        if (point.date or document.start_date) == day and point.state != PointState.CANCELLED:
            yield point


def begins_at(document: MeetingDocument, day: dt.date) -> dt.datetime:
    """The instant of its first start on the day; behind all others where none is known."""
    starts = (point.time for point in points_on(document, day) if point.kind == PointKind.START)
    clock = min(filter(None, starts), default=None)
    return on_the_wall(day, clock, document.timezone) if clock else dt.datetime.max.replace(tzinfo=dt.UTC)


def has_ended(document: MeetingDocument, day: dt.date) -> bool:
    """Whether the press office said on its last day that all of that day has ended; what is called off never ends."""
    if document.end_date != day or is_called_off(document):
        return False
    states = {point.state for point in points_on(document, day)}
    return states == {PointState.ENDED}

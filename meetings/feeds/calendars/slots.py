"""Compute SEQUENCE from the slots of a programme point: its time, place and status, as calendars show them."""

import datetime as dt
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import msgspec

from meetings.clock import build_local_datetime
from meetings.documents.called_off import is_called_off
from meetings.documents.choices import MeetingStatus, PointState, TimePrecision
from meetings.documents.schedule import get_point_day
from meetings.documents.schema import EarlierDate, Link, MeetingDocument, Place, Point
from meetings.feeds.calendars.ical import EventStatus
from meetings.i18n.event_texts import format_place, join_nonempty

HOUR = dt.timedelta(hours=1)
POINT_DURATION = dt.timedelta(minutes=30)  # notes only say when a point begins
UNREADABLE = object()
"""Stands for a suppressed text. It counts as different from everything, even from itself."""


class ProgrammeExtract(msgspec.Struct, kw_only=True):
    """The part of an earlier document that matters for calendars."""

    start_date: dt.date | None = None
    end_date: dt.date | None = None
    timezone: str = "Europe/Brussels"
    status: MeetingStatus = MeetingStatus.CONFIRMED
    place: Place = msgspec.field(default_factory=Place)
    previous: list[EarlierDate] = msgspec.field(default_factory=list)
    programme: list[Point] = msgspec.field(default_factory=list)
    links: list[Link] = msgspec.field(default_factory=list)


@dataclass(frozen=True)
class PointSlot:
    """The time, place and status of a programme point."""

    start: dt.datetime
    place: str
    status: EventStatus

    @property
    def end(self) -> dt.datetime:
        return self.start + POINT_DURATION


@dataclass(frozen=True)
class DaySlot:
    """The day, place and status of a programme point without a time."""

    start: dt.date
    end: dt.date
    place: str
    status: EventStatus


def get_event_status(document: MeetingDocument | ProgrammeExtract) -> EventStatus:
    if is_called_off(document):
        return EventStatus.CANCELLED
    return EventStatus.TENTATIVE if document.status == MeetingStatus.PROVISIONAL else EventStatus.CONFIRMED


def find_slot(document: MeetingDocument | ProgrammeExtract, point: Point) -> PointSlot | None:
    """Return the slot of a programme point, or None if it has no time."""
    day = point.date or document.start_date
    if day is None or point.time is None:
        return None
    start = build_local_datetime(day, point.time, document.timezone)
    return PointSlot(use_utc_near_dst(start), format_point_place(document, point), get_point_status(document, point))


def find_day_slot(document: MeetingDocument, point: Point) -> DaySlot | None:
    """Return the slot of a programme point without a time; None if it has no day either."""
    day = get_point_day(document, point)
    if day is None or day > dt.date.max - dt.timedelta(days=1):
        return None
    status = get_point_status(document, point)
    return DaySlot(day, day + dt.timedelta(days=1), format_point_place(document, point), status)


def format_point_place(document: MeetingDocument | ProgrammeExtract, point: Point) -> str:
    return join_nonempty(point.place, format_place(document.place))


def get_point_status(document: MeetingDocument | ProgrammeExtract, point: Point) -> EventStatus:
    meeting_status = get_event_status(document)
    if point.state == PointState.CANCELLED or meeting_status == EventStatus.CANCELLED:
        return EventStatus.CANCELLED
    return EventStatus.TENTATIVE if point.time_precision == TimePrecision.TO_BE_CONFIRMED else meeting_status


def use_utc_near_dst(start: dt.datetime) -> dt.datetime:
    """Return `start`, in UTC if the clocks change within an hour of it.

    Calendar programs disagree about local times that are skipped or repeated.
    """
    near = (start - HOUR, start, start + HOUR)
    steady = len({time.replace(fold=fold).utcoffset() for time in near for fold in (0, 1)}) == 1
    return start if steady else start.astimezone(dt.UTC)


def compute_sequence(unread: int, facts: Sequence[Hashable | None]) -> int:
    """Return the SEQUENCE of an event: how often its time, place or status has changed.

    `facts` are those of the editions that are read, oldest first; None where there was no such event. Its first
    appearance is not a change. Editions before the last withdrawal are not read, because public code cannot. Each of
    these `unread` editions counts as a change, so that the number never decreases, whatever is suppressed or left out.
    There is one exception: when a suppressed text becomes readable again, the number decreases by what suppressing it
    had added (decision 64).
    """
    is_new = unread == 0 and facts[0] is None and any(fact is not None for fact in facts)
    changes = sum(before is UNREADABLE or before != after for before, after in pairwise(facts))
    return unread + changes - is_new

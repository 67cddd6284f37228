"""The status of a meeting, and the time, place and status of a programme point, as calendars show them."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import msgspec

from meetings.calendars.words import format_place, join_nonempty
from meetings.clock import build_local_datetime
from meetings.documents.calling_off import is_called_off
from meetings.documents.shape import EarlierDate, Place, Point
from meetings.vocabulary import MeetingStatus, PointState, TimePrecision

HOUR = dt.timedelta(hours=1)
POINT_DURATION = dt.timedelta(minutes=30)  # notes only say when a point begins


class EventStatus(StrEnum):
    """A value of STATUS."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class HasProgramme(Protocol):
    """A meeting's document, or as much of it as we read from earlier editions."""

    start_date: dt.date | None
    timezone: str
    status: MeetingStatus
    place: Place
    previous: list[EarlierDate]
    programme: list[Point]


class ProgrammeExtract(msgspec.Struct, kw_only=True):
    """The part of an earlier document that matters for calendars."""

    start_date: dt.date | None = None
    timezone: str = "Europe/Brussels"
    status: MeetingStatus = MeetingStatus.CONFIRMED
    place: Place = msgspec.field(default_factory=Place)
    previous: list[EarlierDate] = msgspec.field(default_factory=list)
    programme: list[Point] = msgspec.field(default_factory=list)


def get_event_status(document: HasProgramme) -> EventStatus:
    if is_called_off(document):
        return EventStatus.CANCELLED
    return EventStatus.TENTATIVE if document.status == MeetingStatus.PROVISIONAL else EventStatus.CONFIRMED


@dataclass(frozen=True)
class PointSlot:
    """The time, place and status of a programme point. SEQUENCE counts changes of these."""

    start: dt.datetime
    place: str
    status: EventStatus

    @property
    def end(self) -> dt.datetime:
        return self.start + POINT_DURATION


def find_slot(document: HasProgramme, point: Point) -> PointSlot | None:
    """Return the slot of a programme point, or None if it has no time."""
    day = point.date or document.start_date
    if day is None or point.time is None:
        return None
    start = build_local_datetime(day, point.time, document.timezone)
    meeting_status = get_event_status(document)
    if point.state == PointState.CANCELLED or meeting_status == EventStatus.CANCELLED:
        status = EventStatus.CANCELLED
    elif point.time_precision == TimePrecision.TO_BE_CONFIRMED:
        status = EventStatus.TENTATIVE
    else:
        status = meeting_status
    return PointSlot(use_utc_near_dst(start), join_nonempty(point.place, format_place(document.place)), status)


def use_utc_near_dst(start: dt.datetime) -> dt.datetime:
    """Return `start`, in UTC if the clocks change within an hour of it.

    Calendar programs disagree about local times that are skipped or repeated.
    """
    near = (start - HOUR, start, start + HOUR)
    steady = len({time.replace(fold=fold).utcoffset() for time in near for fold in (0, 1)}) == 1
    return start if steady else start.astimezone(dt.UTC)

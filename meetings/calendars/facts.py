"""When, where and how certain: of a meeting and of a programme point, as calendars tell it."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import msgspec

from meetings.calendars.words import joined, place_of
from meetings.clock import on_the_wall
from meetings.documents.calling_off import is_called_off
from meetings.documents.shape import EarlierDate, Place, Point
from meetings.vocabulary import MeetingStatus, PointState, TimePrecision

HOUR = dt.timedelta(hours=1)
LENGTH = dt.timedelta(minutes=30)  # of a point: notes say when it begins only


class Status(StrEnum):
    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class Programmed(Protocol):
    """A meeting's document, or as much of it as is read of an earlier one."""

    start_date: dt.date | None
    timezone: str
    status: MeetingStatus
    place: Place
    previous: list[EarlierDate]
    programme: list[Point]


class Programme(msgspec.Struct, kw_only=True):
    start_date: dt.date | None = None
    timezone: str = "Europe/Brussels"
    status: MeetingStatus = MeetingStatus.CONFIRMED
    place: Place = msgspec.field(default_factory=Place)
    previous: list[EarlierDate] = msgspec.field(default_factory=list)
    programme: list[Point] = msgspec.field(default_factory=list)


def status_of(document: Programmed) -> Status:
    if is_called_off(document):
        return Status.CANCELLED
    return Status.TENTATIVE if document.status == MeetingStatus.PROVISIONAL else Status.CONFIRMED


@dataclass(frozen=True)
class Slot:
    """Of a point with a clock: these are what its SEQUENCE counts."""

    start: dt.datetime
    place: str
    status: Status

    @property
    def end(self) -> dt.datetime:
        return self.start + LENGTH


def slot_of(document: Programmed, point: Point) -> Slot | None:
    """None for a point without a clock."""
    day = point.date or document.start_date
    if day is None or point.time is None:
        return None
    start = on_the_wall(day, point.time, document.timezone)
    whole = status_of(document)
    if point.state == PointState.CANCELLED or whole == Status.CANCELLED:
        status = Status.CANCELLED
    elif point.time_precision == TimePrecision.TO_BE_CONFIRMED:
        status = Status.TENTATIVE
    else:
        status = whole
    return Slot(told_alike(start), joined(point.place, place_of(document.place)), status)


def told_alike(start: dt.datetime) -> dt.datetime:
    """In UTC near a change of the clocks, since programs differ about times that are skipped or repeated there."""
    near = (start - HOUR, start, start + HOUR)
    steady = len({time.replace(fold=fold).utcoffset() for time in near for fold in (0, 1)}) == 1
    return start if steady else start.astimezone(dt.UTC)

"""A programme point on a day: when it is by every clock, and what is known of it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location

from meetings import dates
from meetings.clock import BRUSSELS, on_the_wall
from meetings.documents.shape import EarlierTime, Link, MeetingDocument, Point
from meetings.languages import page_language
from meetings.publications import Publication
from meetings.times import printed_precision, says_more
from meetings.vocabulary import WATCHED, LinkKind, PointState

OPEN = (PointState.PLANNED, PointState.DELAYED, PointState.MOVED)


@dataclass(frozen=True)
class Earlier:
    """When and where a point was published to be before; `number` is its place among them, as paths count."""

    number: int
    was: EarlierTime
    has_other_day: bool

    @property
    def told(self) -> Point | None:
        """What has its time, to be told in words; None where only what was printed tells it."""
        if self.was.time is None or says_more(self.was.time_text):
            return None
        return Point(id=UUID(int=0), time=self.was.time, time_precision=printed_precision(self.was.time_text))


@dataclass(frozen=True)
class Entry:
    """A programme point on a day, or the place that it had there before it moved to another or was removed (`left`)."""

    meeting: Publication
    document: MeetingDocument
    point: Point
    day: dt.date | None
    at: dt.datetime | None
    minute: dt.datetime
    left: Earlier | None = None
    is_next: bool = False
    is_removed: bool = False

    @property
    def key(self) -> str:
        """The same on each sheet of the day, so that two can be compared: what left it has changed."""
        return f"at-{self.point.id}"

    @property
    def clock(self) -> str:
        """The time on the wall there, which tells apart what a change of summer time makes one instant."""
        return (self.left.was.time if self.left else self.point.time) or ""

    @property
    def is_over(self) -> bool:
        """The day is, at the place of the meeting; never of a meeting that lost its date."""
        return self.day is not None and self.minute.astimezone(ZoneInfo(self.document.timezone)).date() > self.day

    @property
    def state(self) -> PointState:
        """As the press office says; “ended” also where the day is over, and never by the clock."""
        if self.left:
            return PointState.CANCELLED if self.is_removed else PointState.MOVED
        said = self.point.state
        return PointState.ENDED if self.is_over and said != PointState.CANCELLED else said

    @property
    def is_expected(self) -> bool:
        """Its time has come, and nobody said that it began."""
        return not (self.left or self.is_over) and bool(self.at and self.at <= self.minute) and self.state in OPEN

    @property
    def is_ahead(self) -> bool:
        return not (self.left or self.is_over or self.is_expected) and self.state in OPEN

    @property
    def previous(self) -> list[Earlier]:
        """The last two that differ from what is now."""
        if self.left:
            return []
        return list(earlier_of(self.point, self.day))[-2:]

    @property
    def printed(self) -> str:
        """What a note prints of the time beside its value and precision."""
        return self.point.time_text if self.point.time and says_more(self.point.time_text) else ""

    @property
    def elsewhere(self) -> tuple[str, str] | None:
        """The city of the clock, and the time in Brussels, where clocks there show another."""
        if self.at is None:
            return None
        there, here = self.at.astimezone(ZoneInfo(self.document.timezone)), self.at.astimezone(BRUSSELS)
        if there.utcoffset() == here.utcoffset():
            return None
        language = page_language()
        time = dates.clock(here.time(), language)
        if here.date() != there.date():
            time = f"{dates.month_and_day(here.date(), language)}, {time}"
        return city_of(self.document.timezone, language), time

    @property
    def watch(self) -> list[Link]:
        """Its own links to watch, or else, where it is shown live, the meeting's live streams."""
        own = [link for link in self.point.links if link.kind in WATCHED and link.url]
        if own or not self.point.live or self.left:
            return own
        return [link for link in self.document.links if link.kind == LinkKind.LIVE_STREAM and link.url]


def entries_of(meeting: Publication, document: MeetingDocument, day: dt.date, minute: dt.datetime) -> Iterator[Entry]:
    """In the editors' order. A point without a day is on the meeting's first."""
    for point in document.programme:
        own = point.date or document.start_date
        if own == day:
            yield Entry(meeting, document, point, day, instant(day, point.time, document.timezone), minute)
        else:
            for earlier in [one for one in earlier_of(point, own) if one.was.date == day][-1:]:
                at = instant(day, earlier.was.time, document.timezone)
                yield Entry(meeting, document, point, day, at, minute, left=earlier)


def earlier_of(point: Point, day: dt.date | None) -> Iterator[Earlier]:
    """What was published before and is otherwise now, the oldest first."""
    for number, was in enumerate(point.previous):
        other_day = bool(was.date and was.date != day)
        other_time = bool(was.time or was.time_text) and (was.time, was.time_text) != (point.time, point.time_text)
        if other_day or other_time or (was.place and was.place != point.place):
            yield Earlier(number, was, other_day)


def instant(day: dt.date, time: str | None, zone: str) -> dt.datetime | None:
    return None if time is None else on_the_wall(day, time, zone).astimezone(dt.UTC)


def city_of(zone: str, language: str) -> str:
    return get_timezone_location(zone, locale=dates.locale_of(language), return_city=True)

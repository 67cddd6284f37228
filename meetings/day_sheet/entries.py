"""What is on a day's sheet, worked out from the documents of its meetings alone.

An entry stands where its clock puts it, over all meetings and time zones. What has no clock follows what stands before
it in its own meeting's programme on that day, as the editors put it there; where nothing with a clock does, it comes
last, by meeting. So a printed sheet is read from top to bottom, and nothing looks timed that is not.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location

from meetings import dates
from meetings.clock import BRUSSELS
from meetings.day_sheet.finding import is_on
from meetings.documents.shape import Alert, Chair, EarlierTime, Link, MeetingDocument, Point
from meetings.languages import page_language
from meetings.publications import Publication
from meetings.times import printed_precision, says_more
from meetings.vocabulary import CALLED_OFF, WATCHED, LinkKind, PointKind, PointState

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
    """A programme point on a day, or the place that it had there before it moved to another (`left`)."""

    meeting: Publication
    document: MeetingDocument
    point: Point
    day: dt.date
    at: dt.datetime | None
    minute: dt.datetime
    left: Earlier | None = None
    is_next: bool = False

    @property
    def key(self) -> str:
        """The same on each sheet of the day, so that two can be compared."""
        return f"{'left' if self.left else 'at'}-{self.point.id}"

    @property
    def clock(self) -> str:
        """The time on the wall there, which tells apart what a change of summer time makes one instant."""
        return (self.left.was.time if self.left else self.point.time) or ""

    @property
    def is_over(self) -> bool:
        """The day is, at the place of the meeting."""
        return self.minute.astimezone(ZoneInfo(self.document.timezone)).date() > self.day

    @property
    def state(self) -> PointState:
        """As the press office says; “ended” also where the day is over, and never by the clock."""
        if self.left:
            return PointState.MOVED
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


@dataclass(frozen=True)
class MeetingOfDay:
    """A meeting that is on the sheet: with `entries` of the day, or without any."""

    publication: Publication
    document: MeetingDocument
    day: dt.date
    entries: Sequence[Entry]

    @property
    def is_called_off(self) -> bool:
        return self.document.status in CALLED_OFF

    @property
    def is_moved_away(self) -> bool:
        """It has no date any more."""
        return self.document.start_date is None

    @property
    def is_around(self) -> bool:
        """The day is none of the meeting's: something of it happens before or afterwards."""
        return not is_on(self.document, self.day)

    @property
    def number_of_day(self) -> tuple[int, int] | None:
        """The second of three days, say; None of one that lasts a day."""
        start, end = self.document.start_date, self.document.end_date
        if start is None or end is None or start == end or self.is_around:
            return None
        return (self.day - start).days + 1, (end - start).days + 1

    @property
    def chairs(self) -> list[Chair]:
        return [chair for chair in self.document.chairs if chair.date in (None, self.day)]

    @property
    def watch(self) -> list[Link]:
        return [] if self.is_called_off else [one for one in self.document.links if one.kind in WATCHED and one.url]

    @property
    def told(self) -> list[Entry]:
        """What a list says of the day: its press conferences; where the meeting itself is on other days, all."""
        here = [entry for entry in self.entries if not entry.left]
        return here if self.is_around else [one for one in here if one.point.kind == PointKind.PRESS_CONFERENCE]


@dataclass(frozen=True)
class AlertOfDay:
    meeting: Publication
    document: MeetingDocument
    alert: Alert

    @property
    def at(self) -> dt.datetime:
        """At the place of the meeting."""
        return self.alert.at.astimezone(ZoneInfo(self.document.timezone))

    @property
    def time(self) -> str:
        return f"{self.at:%H:%M}"


@dataclass(frozen=True)
class Sheet:
    """`alerts` are what was told on the day, newest first. `timed` are in the order of time, and with each what follows
    it without a clock; `untimed` by meeting."""

    day: dt.date
    meetings: Sequence[MeetingOfDay]
    alerts: Sequence[AlertOfDay]
    timed: Sequence[Entry]
    untimed: Sequence[tuple[Publication, Sequence[Entry]]]

    @property
    def entries(self) -> list[Entry]:
        return [*self.timed, *(entry for _meeting, entries in self.untimed for entry in entries)]


def sheet_of(meetings: Iterable[Publication], day: dt.date, minute: dt.datetime) -> Sheet:
    """`meetings` may be of other days, too. `minute` is the instant of the answer to the minute."""
    found = [one for meeting in meetings if (one := meeting_of_day(meeting, day, minute))]
    timed: list[tuple[tuple[dt.datetime, str], int, Entry]] = []
    untimed: list[Entry] = []
    for place, one in enumerate(found):
        anchor: tuple[dt.datetime, str] | None = None
        for entry in one.entries:
            anchor = (entry.at, entry.clock) if entry.at else anchor
            if anchor:
                timed.append((anchor, place, entry))
            else:
                untimed.append(entry)
    timed.sort(key=lambda one: one[:2])  # stable: the editors' order within a meeting
    return Sheet(
        day=day,
        meetings=found,
        alerts=alerts_of(found, day),
        timed=with_next([entry for _at, _place, entry in timed], day, minute),
        untimed=[(meeting, list(some)) for meeting, some in groupby(untimed, key=attrgetter("meeting"))],
    )


def alerts_of(meetings: Iterable[MeetingOfDay], day: dt.date) -> list[AlertOfDay]:
    told = [AlertOfDay(one.publication, one.document, alert) for one in meetings for alert in one.document.alerts]
    return sorted((one for one in told if one.at.date() == day), key=lambda one: one.at, reverse=True)


def with_next(entries: Sequence[Entry], day: dt.date, minute: dt.datetime) -> list[Entry]:
    """Today, those that come next by the clock say so: several, where they are at the same time."""
    if minute.astimezone(BRUSSELS).date() != day:
        return list(entries)
    first = min((entry.at for entry in entries if entry.at and entry.is_ahead), default=None)
    return [replace(entry, is_next=entry.at == first and entry.is_ahead) for entry in entries]


def meeting_of_day(meeting: Publication, day: dt.date, minute: dt.datetime) -> MeetingOfDay | None:
    """None where nothing of it is on the day. What is called off has no programme."""
    document = meeting.document
    if not isinstance(document, MeetingDocument):
        return None
    entries = [] if document.status in CALLED_OFF else list(entries_of(meeting, document, day, minute))
    if not entries and not is_on(document, day):
        return None
    return MeetingOfDay(meeting, document, day, entries)


def entries_of(meeting: Publication, document: MeetingDocument, day: dt.date, minute: dt.datetime) -> Iterator[Entry]:
    """In the editors' order. A point without a day is on the meeting's first."""
    for point in document.programme:
        own = point.date or document.start_date
        if own == day:
            yield Entry(meeting, document, point, day, instant(day, point.time, document.timezone), minute)
        else:
            for earlier in earlier_of(point, own):
                if earlier.was.date == day:
                    at = instant(day, earlier.was.time, document.timezone)
                    yield Entry(meeting, document, point, day, at, minute, left=earlier)
                    break


def earlier_of(point: Point, day: dt.date | None) -> Iterator[Earlier]:
    """What was published before and is otherwise now, the oldest first."""
    for number, was in enumerate(point.previous):
        other_day = bool(was.date and was.date != day)
        other_time = bool(was.time or was.time_text) and (was.time, was.time_text) != (point.time, point.time_text)
        if other_day or other_time or (was.place and was.place != point.place):
            yield Earlier(number, was, other_day)


def instant(day: dt.date, time: str | None, zone: str) -> dt.datetime | None:
    if time is None:
        return None
    return dt.datetime.combine(day, dt.time.fromisoformat(time), ZoneInfo(zone)).astimezone(dt.UTC)


def city_of(zone: str, language: str) -> str:
    return get_timezone_location(zone, locale=dates.locale_of(language), return_city=True)

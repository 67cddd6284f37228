"""Entries of a daily schedule: a programme point on a day, with its times in the local time zone and in Brussels."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location

from meetings.clock import BRUSSELS, build_local_datetime
from meetings.documents.choices import AUDIOVISUAL_KINDS, PointState
from meetings.documents.schedule import find_live_streams
from meetings.documents.schema import EarlierTime, Link, MeetingDocument, Point
from meetings.i18n import date_formats
from meetings.i18n.languages import get_page_language
from meetings.i18n.printed_times import has_extra_words, parse_printed_precision
from meetings.site.publications import Publication

EXPECTED_DURATION = dt.timedelta(hours=3)  # a point may well take so long
OPEN_STATES = (PointState.PLANNED, PointState.DELAYED, PointState.MOVED)


@dataclass(frozen=True)
class PreviousSlot:
    """A time and place that an earlier edition gave for a point.

    `number` is its index in the point's `previous`, as paths of `fallbacks` count.
    """

    number: int
    was: EarlierTime
    has_other_day: bool

    @property
    def as_point(self) -> Point | None:
        """A point with this time, to format it in words; None if only the printed text tells the time."""
        if self.was.time is None or has_extra_words(self.was.time_text):
            return None
        return Point(id=UUID(int=0), time=self.was.time, time_precision=parse_printed_precision(self.was.time_text))


@dataclass(frozen=True)
class ScheduleEntry:
    """A programme point on a day.

    With `former_slot`, it is a point that is not on the day any more: it moved to another day or was removed
    (`is_removed`). `now` is the instant of the answer to the minute. `day` is None if the meeting lost its date.
    """

    meeting: Publication
    document: MeetingDocument
    point: Point
    day: dt.date | None
    starts_at: dt.datetime | None
    now: dt.datetime
    former_slot: PreviousSlot | None = None
    is_next: bool = False
    is_removed: bool = False

    @property
    def html_id(self) -> str:
        """The id of the element. It is the same in each copy of the schedule, so that day.js can compare two copies."""
        return f"at-{self.point.id}"

    @property
    def local_time(self) -> str:
        """The local time, to order two times that are one instant because the clocks go back or forward."""
        return (self.former_slot.was.time if self.former_slot else self.point.time) or ""

    @property
    def is_over(self) -> bool:
        """True if the day is over at the place of the meeting. Never True for a meeting that lost its date."""
        return self.day is not None and self.now.astimezone(ZoneInfo(self.document.timezone)).date() > self.day

    @property
    def state(self) -> PointState:
        """The state that the press office set, or “ended” if the day is over. The clock alone never ends a point."""
        if self.former_slot:
            return PointState.CANCELLED if self.is_removed else PointState.MOVED
        state = self.point.state
        return PointState.ENDED if self.is_over and state != PointState.CANCELLED else state

    @property
    def is_expected(self) -> bool:
        """True if its time has come and the press office has not said that it began."""
        if self.former_slot or self.is_over:
            return False
        return bool(self.starts_at and self.starts_at <= self.now) and self.state in OPEN_STATES

    @property
    def has_started_on_time(self) -> bool:
        """True if the press office has said that it is under way, and never gave it another time or place."""
        return self.state == PointState.UNDER_WAY and self.starts_at is not None and not self.previous

    @property
    def is_upcoming(self) -> bool:
        return not (self.former_slot or self.is_over or self.is_expected) and self.state in OPEN_STATES

    @property
    def previous(self) -> list[PreviousSlot]:
        """The last two earlier times or places that differ from the present ones."""
        if self.former_slot:
            return []
        return list(find_previous_slots(self.point, self.day))[-2:]

    @property
    def printed_time(self) -> str:
        """The printed time, if it says more than time and precision do; else an empty string."""
        return self.point.time_text if self.point.time and has_extra_words(self.point.time_text) else ""

    @property
    def brussels_time(self) -> tuple[str, str] | None:
        """The city of the meeting's time zone and the time in Brussels; None if both have the same time."""
        if self.starts_at is None:
            return None
        local, brussels = map(self.starts_at.astimezone, (ZoneInfo(self.document.timezone), BRUSSELS))
        if local.utcoffset() == brussels.utcoffset():
            return None
        language = get_page_language()
        time = date_formats.format_clock(brussels.time(), language)
        if brussels.date() != local.date():
            time = f"{date_formats.format_month_and_day(brussels.date(), language)}, {time}"
        city = get_timezone_location(self.document.timezone, date_formats.get_locale(language), return_city=True)
        return city, time

    @property
    def live_streams(self) -> list[Link]:
        """The links to its live stream; none if it is over or does not take place."""
        if self.former_slot or self.state == PointState.ENDED:
            return []
        return find_live_streams(self.document, self.point)

    @property
    def watch_links(self) -> list[Link]:
        """The links to its live stream, which may also have ended, and its own recordings and photos."""
        own = [link for link in self.point.links if link.kind in AUDIOVISUAL_KINDS and link.url]
        streams = [] if self.former_slot else find_live_streams(self.document, self.point)
        return [*(link for link in streams if link not in own), *own]


def build_entries(
    meeting: Publication, document: MeetingDocument, day: dt.date, now: dt.datetime
) -> Iterator[ScheduleEntry]:
    """Yield the points that are or were on the day, in the editors' order.

    A point without a date is on the meeting's first day.
    """
    for point in document.programme:
        point_day = point.date or document.start_date
        if point_day == day:
            at = combine_local_time(day, point.time, document.timezone)
            yield ScheduleEntry(meeting, document, point, day, at, now)
        else:
            for slot in [slot for slot in find_previous_slots(point, point_day) if slot.was.date == day][-1:]:
                at = combine_local_time(day, slot.was.time, document.timezone)
                yield ScheduleEntry(meeting, document, point, day, at, now, former_slot=slot)


def find_previous_slots(point: Point, day: dt.date | None) -> Iterator[PreviousSlot]:
    """Yield the earlier times and places that differ from the present ones, the oldest first."""
    for number, was in enumerate(point.previous):
        has_other_day = bool(was.date and was.date != day)
        has_other_time = bool(was.time or was.time_text) and (was.time, was.time_text) != (point.time, point.time_text)
        if has_other_day or has_other_time or (was.place and was.place != point.place):
            yield PreviousSlot(number, was, has_other_day)


def combine_local_time(day: dt.date, time: str | None, zone: str) -> dt.datetime | None:
    """Return the instant in UTC of a local time (“18:00”) on a day, or None without a time."""
    return None if time is None else build_local_datetime(day, time, zone).astimezone(dt.UTC)

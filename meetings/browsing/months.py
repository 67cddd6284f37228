"""A month as a calendar shows it: weeks from Monday, each with its days and the meetings of it, each of them once.

A day that a meeting left tells so: where it went, or that it has no date, or that it was withdrawn.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from meetings import dates
from meetings.browsing.choice import Month
from meetings.documents.clocks import begins_at
from meetings.documents.days import has_left
from meetings.documents.shape import MeetingDocument, Tombstone
from meetings.languages import page_language
from meetings.publications import Publication

DAY = dt.timedelta(days=1)
WEEK = 7 * DAY
LAST = dt.datetime.max.replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class Day:
    date: dt.date
    in_month: bool
    is_today: bool
    has_meetings: bool

    @property
    def weekday(self) -> str:
        """In the page's language: “Thu”."""
        return dates.short_weekday(self.date, page_language())


@dataclass(frozen=True)
class Span:
    """Days one after the other that a meeting has, or that it has left."""

    meeting: Publication
    start: dt.date
    end: dt.date
    is_left: bool = False

    @property
    def order(self) -> tuple[object, ...]:
        """Of one day's, the longest first, then by the clock of their start; what left the day comes last."""
        document = self.meeting.document
        begins = begins_at(document, self.start) if isinstance(document, MeetingDocument) else LAST
        return self.start, self.is_left, self.start - self.end, begins, self.meeting.path


@dataclass(frozen=True)
class Entry:
    """A meeting within one week: from which of its days (1 is Monday) over how many.

    `goes_on` is true in a second week of the same meeting, where it is not told again to who hears the page.
    """

    span: Span
    first: int
    length: int
    goes_on: bool

    @property
    def meeting(self) -> Publication:
        return self.span.meeting

    @property
    def is_left(self) -> bool:
        return self.span.is_left

    @property
    def is_withdrawn(self) -> bool:
        return isinstance(self.meeting.document, Tombstone)


@dataclass(frozen=True)
class Week:
    days: Sequence[Day]
    entries: Sequence[Entry]


def weeks(month: Month, meetings: Iterable[Publication], today: dt.date) -> list[Week]:
    """All weeks with a day of the month. `meetings` have, or had, a day in the month; `today` is marked."""
    spans = sorted((span for one in meetings for span in spans_of(one, month)), key=lambda span: span.order)
    monday = first_monday(month)
    found = []
    while monday <= month.last:
        sunday = monday + WEEK - DAY
        days = [monday + n * DAY for n in range(7)]
        entries = [
            Entry(
                span,
                first=(max(span.start, monday) - monday).days + 1,
                length=(min(span.end, sunday) - max(span.start, monday)).days + 1,
                goes_on=span.start < monday and monday > first_monday(month),
            )
            for span in spans
            if span.start <= sunday and span.end >= monday
        ]
        found.append(Week([day_of(day, month, today, entries) for day in days], entries))
        monday += WEEK
    return found


def first_monday(month: Month) -> dt.date:
    return month.first - month.first.weekday() * DAY


def spans_of(meeting: Publication, month: Month) -> Iterator[Span]:
    """Those with a day in the month."""
    document = meeting.document
    if isinstance(document, MeetingDocument):
        if document.start_date:
            yield from in_month([Span(meeting, document.start_date, document.end_date or document.start_date)], month)
        yield from in_month(runs(meeting, document, month), month)
    elif meeting.days:
        yield from in_month([Span(meeting, *meeting.days, is_left=True)], month)


def in_month(spans: Iterable[Span], month: Month) -> Iterator[Span]:
    return (span for span in spans if span.start <= month.last and span.end >= month.first)


def runs(meeting: Publication, document: MeetingDocument, month: Month) -> list[Span]:
    """The days within the month's weeks that it left, one after the other taken together."""
    found: list[Span] = []
    day, last = first_monday(month), month.last + WEEK
    while document.previous and day <= last:
        if has_left(document, day):
            goes_on = found and found[-1].end == day - DAY
            start = found.pop().start if goes_on else day
            found.append(Span(meeting, start, day, is_left=True))
        day += DAY
    return found


def day_of(date: dt.date, month: Month, today: dt.date, entries: Sequence[Entry]) -> Day:
    place = date.weekday() + 1
    busy = any(entry.first <= place < entry.first + entry.length for entry in entries)
    return Day(date, month.first <= date <= month.last, date == today, busy)

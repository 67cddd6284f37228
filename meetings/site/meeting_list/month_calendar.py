"""Build the weeks of a month calendar: seven days from Monday, and each meeting of the week once.

A meeting that moved, lost its date or was withdrawn is shown on its former days, too.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from meetings.documents.dates import has_left_day
from meetings.documents.schedule import get_start_instant
from meetings.documents.schema import MeetingDocument, Tombstone
from meetings.i18n import date_formats
from meetings.i18n.languages import get_page_language
from meetings.site.meeting_list.selection import Month
from meetings.site.publications import Publication
from meetings.site.withdrawal_notices import announces

DAY = dt.timedelta(days=1)
ONE_WEEK = 7 * DAY
END_OF_TIME = dt.datetime.max.replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class CalendarDay:
    """A day of a week in the calendar. `is_in_month` is False for days of the months before and after."""

    date: dt.date
    is_in_month: bool
    is_today: bool
    has_meetings: bool

    @property
    def weekday(self) -> str:
        """The short name in the page's language: “Thu”."""
        return date_formats.format_short_weekday(self.date, get_page_language())


@dataclass(frozen=True)
class MeetingSpan:
    """Consecutive days that a meeting has, or (`is_former`) had before it moved, lost its date or was withdrawn.

    The days of a withdrawn meeting that takes place are its present ones.
    """

    meeting: Publication
    start: dt.date
    end: dt.date
    is_former: bool = False

    @property
    def sort_key(self) -> tuple[object, ...]:
        """The order within a day: former spans last, then longest first, then by the time at which they start."""
        document = self.meeting.document
        starts_at = get_start_instant(document, self.start) if isinstance(document, MeetingDocument) else END_OF_TIME
        return self.start, self.is_former, self.start - self.end, starts_at, self.meeting.path


@dataclass(frozen=True)
class CalendarEntry:
    """The part of a span that lies in one week: its first day (1 is Monday) and the number of days.

    `is_continuation` is True in later weeks of the same span, where screen readers do not repeat the meeting.
    """

    span: MeetingSpan
    first_column: int
    length: int
    is_continuation: bool

    @property
    def is_withdrawn(self) -> bool:
        return isinstance(self.span.meeting.document, Tombstone)


@dataclass(frozen=True)
class CalendarCell:
    """A place in the grid of a week: an entry of several days, or the entries of a single day, one below the other.

    `row` is the first row that it takes, from 1. Single days take all rows below the entries of several days, so that
    nothing is left empty between two entries, however long their texts are.
    """

    entries: Sequence[CalendarEntry]
    row: int

    @property
    def first_column(self) -> int:
        return self.entries[0].first_column

    @property
    def length(self) -> int:
        return self.entries[0].length

    @property
    def is_continuation(self) -> bool:
        return all(entry.is_continuation for entry in self.entries)


def build_cells(entries: Sequence[CalendarEntry]) -> list[CalendarCell]:
    """Return the cells of a week in the order of days. An entry of several days takes the first row that is free."""
    last_rows = Counter[int]()  # by column
    cells: list[CalendarCell] = []
    for entry in entries:
        if entry.length > 1:
            columns = range(entry.first_column, entry.first_column + entry.length)
            row = max(last_rows[column] for column in columns) + 1
            last_rows.update({column: row - last_rows[column] for column in columns})
            cells.append(CalendarCell([entry], row))
    single_days = defaultdict[int, list[CalendarEntry]](list)  # by column
    for entry in entries:
        if entry.length == 1:
            single_days[entry.first_column].append(entry)
    cells += [CalendarCell(single, last_rows[column] + 1) for column, single in single_days.items()]
    return sorted(cells, key=lambda cell: (cell.first_column, cell.row))


def build_weeks(month: Month, meetings: Iterable[Publication], today: dt.date) -> list[dict[str, Any]]:
    """Return the `days` and `cells` of all weeks that have a day in the month.

    `meetings` have, or had, a day in the month. `rows` is the number of rows that entries of several days take.
    """
    spans = [span for meeting in meetings for span in find_spans(meeting, month)]
    spans.sort(key=lambda span: span.sort_key)
    monday = get_first_monday(month)
    weeks = []
    while monday <= month.last_day:
        sunday = monday + ONE_WEEK - DAY
        days = [monday + n * DAY for n in range(7)]
        entries = [
            CalendarEntry(
                span,
                first_column=(max(span.start, monday) - monday).days + 1,
                length=(min(span.end, sunday) - max(span.start, monday)).days + 1,
                is_continuation=span.start < monday and monday > get_first_monday(month),
            )
            for span in spans
            if span.start <= sunday and span.end >= monday
        ]
        cells = build_cells(entries)
        weeks.append(
            {
                "days": [build_day(day, month, today, entries) for day in days],
                "cells": cells,
                "rows": max((cell.row for cell in cells if cell.length > 1), default=0),
            }
        )
        monday += ONE_WEEK
    return weeks


def get_first_monday(month: Month) -> dt.date:
    return month.first_day - month.first_day.weekday() * DAY


def find_spans(meeting: Publication, month: Month) -> Iterator[MeetingSpan]:
    """Yield the meeting's present and former spans that have a day in the month."""
    document = meeting.document
    if isinstance(document, MeetingDocument):
        if document.start_date:
            span = MeetingSpan(meeting, document.start_date, document.end_date or document.start_date)
            yield from filter_by_month([span], month)
        yield from filter_by_month(find_former_spans(meeting, document, month), month)
    elif meeting.days:
        yield from filter_by_month([MeetingSpan(meeting, *meeting.days, is_former=not announces(meeting))], month)


def filter_by_month(spans: Iterable[MeetingSpan], month: Month) -> Iterator[MeetingSpan]:
    return (span for span in spans if span.start <= month.last_day and span.end >= month.first_day)


def find_former_spans(meeting: Publication, document: MeetingDocument, month: Month) -> list[MeetingSpan]:
    """Return the days in the month's weeks that the meeting had and has no longer; consecutive days make one span."""
    spans: list[MeetingSpan] = []
    day, last = get_first_monday(month), month.last_day + ONE_WEEK
    while document.previous and day <= last:
        if has_left_day(document, day):
            is_consecutive = spans and spans[-1].end == day - DAY
            start = spans.pop().start if is_consecutive else day
            spans.append(MeetingSpan(meeting, start, day, is_former=True))
        day += DAY
    return spans


def build_day(date: dt.date, month: Month, today: dt.date, entries: Sequence[CalendarEntry]) -> CalendarDay:
    column = date.weekday() + 1
    has_meetings = any(entry.first_column <= column < entry.first_column + entry.length for entry in entries)
    return CalendarDay(date, month.first_day <= date <= month.last_day, date == today, has_meetings)

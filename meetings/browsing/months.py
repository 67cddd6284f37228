"""A month as a calendar shows it: weeks from Monday, each with its days and the meetings of it, each of them once."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from meetings import dates
from meetings.browsing.choice import Month
from meetings.documents.shape import MeetingDocument
from meetings.languages import page_language
from meetings.publications import Publication

WEEK = dt.timedelta(days=7)


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
class Entry:
    """A meeting within one week: from which of its days (1 is Monday) over how many.

    `goes_on` is true in a second week of the same meeting, where it is not told again to who hears the page.
    """

    meeting: Publication
    first: int
    length: int
    goes_on: bool


@dataclass(frozen=True)
class Week:
    days: Sequence[Day]
    entries: Sequence[Entry]


def weeks(month: Month, meetings: Iterable[Publication], today: dt.date) -> list[Week]:
    """All weeks with a day of the month. `meetings` have a day in the month; `today` is marked."""
    dated = [(one, one.document) for one in meetings if isinstance(one.document, MeetingDocument)]
    spans = sorted(
        ((d.start_date, d.end_date or d.start_date, one) for one, d in dated if d.start_date),
        key=lambda span: (span[0], span[0] - span[1], span[2].path),  # of one day's, the longest first
    )
    monday = month.first - dt.timedelta(days=month.first.weekday())
    found = []
    while monday <= month.last:
        sunday = monday + WEEK - dt.timedelta(days=1)
        days = [monday + dt.timedelta(days=n) for n in range(7)]
        entries = [
            Entry(
                meeting,
                first=(max(start, monday) - monday).days + 1,
                length=(min(end, sunday) - max(start, monday)).days + 1,
                goes_on=start < monday and start >= month.first,
            )
            for start, end, meeting in spans
            if start <= sunday and end >= monday
        ]
        found.append(Week([day_of(day, month, today, entries) for day in days], entries))
        monday += WEEK
    return found


def day_of(date: dt.date, month: Month, today: dt.date, entries: Sequence[Entry]) -> Day:
    place = date.weekday() + 1
    busy = any(entry.first <= place < entry.first + entry.length for entry in entries)
    return Day(date, month.first <= date <= month.last, date == today, busy)

"""Parse and format printed days: “Monday 13 and Tuesday 14 November”, with or without a year."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from agenda.notes.line_reader import NoteError
from agenda.notes.phrases import (
    CalendarPhrases,
    compile_phrase,
    fold_case_and_accents,
    match_any_word,
    remove_group_names,
)
from meetings.i18n.calendar_names import get_months, get_weekdays
from meetings.i18n.date_formats import format_month_and_day

MAX_MEETING_DAYS = 7
"""A meeting is not longer. Days further apart are the dates of different things."""
MAX_NOTICE_DAYS = 62
"""A note is not issued earlier than this before the meeting. This decides the year of a meeting after New Year."""


@dataclass(frozen=True)
class PrintedDay:
    """The printed elements of a day. Months and weekdays are numbers; Monday is 0."""

    printed: str
    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None

    def fits(self, date: dt.date) -> bool:
        return (
            self.day in (None, date.day)
            and self.month in (None, date.month)
            and self.year in (None, date.year)
            and self.weekday in (None, date.weekday())
        )


@dataclass(frozen=True)
class PrintedDays:
    """Start and end, in a text, of an expression for one or several days, and these days."""

    start: int
    end: int
    days: tuple[PrintedDay, ...]


class DateParser:
    """A parser of days in one language."""

    def __init__(self, phrases: CalendarPhrases) -> None:
        months, weekdays = get_months(phrases.language), get_weekdays(phrases.language)
        self.months = [fold_case_and_accents(name) for name in months]
        self.weekdays = [fold_case_and_accents(name) for name in weekdays]
        month, weekday = match_any_word(months), match_any_word(weekdays)
        leading = rf"(?:\b{match_any_word(phrases.day_prefixes)} )?"
        dated = (
            rf"(?:(?P<weekday>{weekday})\b,? )?(?<![\d/.:])(?P<day>\d{{1,2}})"
            rf"(?:[./](?P<month_number>\d{{1,2}})[./](?P<year_after_number>\d{{4}})(?!\d)"
            rf"|(?:{match_any_word(phrases.ordinals)})?(?![\d/:])"
            rf"(?: (?P<month>{month})\b)?(?:,? (?P<year>\d{{4}})(?![\d/]))?)"
        )
        joiner = rf"(?:\s*[,–—-] |\s*[–—-]\s*|,? {match_any_word(phrases.day_joiners)} )"
        self.one_day = compile_phrase(rf"{leading}(?:{dated}|(?P<weekday_only>{weekday}))")
        self.dated_day = compile_phrase(dated)
        self.several_days = compile_phrase(
            rf"{leading}{remove_group_names(dated)}(?:{joiner}{remove_group_names(dated)}){{0,3}}"
        )
        self.pattern = rf"{leading}(?:{remove_group_names(dated)}|{weekday})"
        """A pattern for one day, or for a weekday alone, to be used inside other patterns."""

    def parse_day(self, text: str) -> PrintedDay | None:
        """Return the day if the whole text is a day."""
        match = self.one_day.fullmatch(text.strip())
        return self.build_day(match) if match else None

    def find_days(self, text: str) -> PrintedDays | None:
        """Return the first expression in the text that has days with number and month."""
        for match in self.several_days.finditer(text):
            days = fill_months_and_years([self.build_day(day) for day in self.dated_day.finditer(match[0])])
            if days:
                return PrintedDays(match.start(), match.end(), days)
        return None

    def build_day(self, match: re.Match[str]) -> PrintedDay:
        parts = match.groupdict()
        if parts.get("weekday_only"):
            return PrintedDay(match[0], weekday=self.weekdays.index(fold_case_and_accents(parts["weekday_only"])))
        month, year = parts["month"], parts["year"] or parts["year_after_number"]
        month_number = self.months.index(fold_case_and_accents(month)) + 1 if month else int(parts["month_number"] or 0)
        return PrintedDay(
            " ".join(match[0].split()),
            day=int(parts["day"]),
            month=month_number or None,
            year=int(year) if year else None,
            weekday=self.weekdays.index(fold_case_and_accents(parts["weekday"])) if parts["weekday"] else None,
        )


@cache
def get_date_parser(phrases: CalendarPhrases) -> DateParser:
    return DateParser(phrases)


def fill_months_and_years(days: Sequence[PrintedDay]) -> tuple[PrintedDay, ...]:
    """Give days without month or year those of the day after them: “13 and 14 November 2017”.

    Return nothing if no month is printed at all.
    """
    complete: list[PrintedDay] = []
    month = year = None
    for day in reversed(days):
        month, year = day.month or month, day.year or year
        complete.insert(0, replace(day, month=month, year=day.year or year))
    return tuple(complete) if all(day.month for day in complete) else ()


def resolve_dates(days: Sequence[PrintedDay], issued_on: dt.date | None, line: int) -> tuple[dt.date, dt.date]:
    """Return the first and the last date of the meeting.

    Raise NoteError if the days contradict each other or the date of issue.
    """
    first, last = days[0], days[-1]
    is_across_new_year = first.month == 12 and last.month == 1
    if is_across_new_year and last.year and str(first.year) not in first.printed:
        first = replace(first, year=last.year - 1)
    start = resolve_date(first, resolve_year(first, issued_on, line), line)
    if issued_on and start < issued_on:
        raise NoteError(
            line,
            f"The meeting is on {start} (“{first.printed}”), but the note was issued later, on {issued_on}. "
            "Correct one of the two dates.",
        )
    end = resolve_date(last, last.year or start.year + is_across_new_year, line)
    if end < start:
        raise NoteError(line, f"The meeting ends on {end}, before it starts on {start}. Correct one of the two dates.")
    if (end - start).days > MAX_MEETING_DAYS:
        raise NoteError(
            line,
            f"The meeting would last from {start} to {end}, which is too long. Correct the first or the last day.",
        )
    return start, end


def resolve_year(day: PrintedDay, issued_on: dt.date | None, line: int) -> int:
    """Return the printed year, or else the year of issue.

    If the day would be before the date of issue, return the year after it.
    """
    if day.year:
        return day.year
    if issued_on is None:
        raise NoteError(
            line,
            f"“{day.printed}” has no year, and the note has no date of issue. Add one of them, for example "
            "“Brussels, 12 September 2017”.",
        )
    if resolve_date(day, issued_on.year, line, check_weekday=False) >= issued_on:
        return issued_on.year
    next_year = resolve_date(day, issued_on.year + 1, line, check_weekday=False)
    return issued_on.year + ((next_year - issued_on).days <= MAX_NOTICE_DAYS)


def resolve_date(day: PrintedDay, year: int, line: int, check_weekday: bool = True) -> dt.date:
    """Return the date.

    Raise NoteError if it does not exist or, with `check_weekday`, is another weekday than printed.
    """
    if day.month == 2 and day.day == 29 and not check_weekday:
        return dt.date(year, 3, 1)
    try:
        date = dt.date(year, day.month or 0, day.day or 0)
    except ValueError:
        raise NoteError(line, f"“{day.printed}” does not exist in {year}. Correct the date.") from None
    if check_weekday and day.weekday not in (None, date.weekday()):
        raise NoteError(
            line, f"The weekday in “{day.printed}” is wrong: {date} is a {date:%A}. Correct the weekday or the date."
        )
    return date


def find_date_near(day: PrintedDay, start: dt.date, end: dt.date, line: int) -> dt.date | None:
    """Return the date of a day that belongs to the meeting, for example the evening before it.

    Return None if only a weekday is printed and the meeting has no such day. Raise NoteError if weekday and date
    contradict each other.
    """
    if day.day is None:
        days = (start + dt.timedelta(days) for days in range((end - start).days + 1))
        return next((date for date in days if day.fits(date)), None)
    near = [start + dt.timedelta(days) for days in range(-MAX_NOTICE_DAYS, MAX_NOTICE_DAYS)]
    without_weekday = replace(day, weekday=None)
    fitting = [date for date in near if without_weekday.fits(date)]
    if not fitting:
        return resolve_date(day, day.year or start.year, line) if day.month else None
    date = min(fitting, key=lambda date: (not start <= date <= end, abs(date - start)))
    return resolve_date(replace(day, month=date.month), date.year, line)


def format_day(date: dt.date, phrases: CalendarPhrases) -> str:
    return f"{get_weekdays(phrases.language)[date.weekday()]} {format_month_and_day(date, phrases.language)}"


def format_days(start: dt.date, end: dt.date, phrases: CalendarPhrases) -> str:
    """Return “Monday 13 and Tuesday 14 November” or, with days between them, “Monday 13 to Wednesday 15 November”."""
    if start == end:
        return format_day(start, phrases)
    joiner = phrases.day_joiners[0] if (end - start).days == 1 else phrases.day_joiners[1]
    first = format_day(start, phrases)
    if start.month == end.month:
        first = first.rpartition(" ")[0]
    return f"{first} {joiner} {format_day(end, phrases)}"

"""Dates and times in the language of the page, and in that of the interface within its sentences."""

import datetime as dt

from meetings.documents.dates import HasDates
from meetings.i18n import date_formats as dates_in
from meetings.i18n.languages import get_interface_language, get_page_language


def format_page_date_range(start: dt.date | None, end: dt.date | None) -> str:
    """Return “14 September 2017”, “15–16 November 2018” or “30 November – 1 December 2017”; "" without a start."""
    return format_date_range_in(get_page_language(), start, end)


def format_date_range_in_sentence(start: dt.date | None, end: dt.date | None) -> str:
    """Return the same for the middle of a sentence of the interface, which has one language."""
    return format_date_range_in(get_interface_language(), start, end)


def format_date_range_in(language: str, start: dt.date | None, end: dt.date | None) -> str:
    return dates_in.format_date_range(start, end or start, language) if start else ""


def format_move_in_sentence(earlier: HasDates, later: HasDates) -> tuple[str, str]:
    """Return what `format_move` does, for the middle of a sentence of the interface."""
    return format_move(earlier, later, get_interface_language())


def format_move(earlier: HasDates, later: HasDates, language: str) -> tuple[str, str]:
    """Return the earlier and the later date for “Moved from 8 to 17 December 2026”: “8” and “17 December 2026”.

    The earlier one leaves out the month and the year, or the year, if both have the same, in languages that write the
    year last.
    """
    before, after = (format_date_range_in(language, each.start_date, each.end_date) for each in (earlier, later))
    day, _space, month = before.partition(" ")
    if month and "–" not in before + after and month == after.partition(" ")[2]:
        return day, after
    rest, _space, year = before.rpartition(" ")
    return (rest if year.isdecimal() and year == after.rpartition(" ")[2] else before), after


def format_page_clock(time: str | None) -> str:
    """Return a document's “18:00” as the page's language writes it; "" without a time."""
    return dates_in.format_clock(dt.time.fromisoformat(time), get_page_language()) if time else ""

"""Dates and times in the language of the page."""

import datetime as dt

from meetings.documents.dates import HasDates
from meetings.i18n import date_formats as dates_in
from meetings.i18n.languages import get_page_language


def format_page_date_range(start: dt.date | None, end: dt.date | None) -> str:
    """Return “14 September 2017”, “15–16 November 2018” or “30 November – 1 December 2017”; "" without a start."""
    return dates_in.format_date_range(start, end or start, get_page_language()) if start else ""


def format_page_move(earlier: HasDates, later: HasDates) -> tuple[str, str]:
    """Return the earlier and the later date for “Moved from 8 to 17 December 2026”: “8” and “17 December 2026”.

    The earlier one leaves out the month and the year, or the year, if both have the same, in languages that write the
    year last.
    """
    before, after = (format_page_date_range(each.start_date, each.end_date) for each in (earlier, later))
    day, _space, month = before.partition(" ")
    if month and "–" not in before + after and month == after.partition(" ")[2]:
        return day, after
    rest, _space, year = before.rpartition(" ")
    return (rest if year.isdecimal() and year == after.rpartition(" ")[2] else before), after


def format_page_clock(time: str | None) -> str:
    """Return a document's “18:00” as the page's language writes it; "" without a time."""
    return dates_in.format_clock(dt.time.fromisoformat(time), get_page_language()) if time else ""

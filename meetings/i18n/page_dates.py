"""Dates and times in the language of the page."""

import datetime as dt

from meetings.i18n import date_formats as dates_in
from meetings.i18n.languages import get_page_language


def format_page_date_range(start: dt.date | None, end: dt.date | None) -> str:
    """Return “14 September 2017”, “15–16 November 2018” or “30 November – 1 December 2017”; "" without a start."""
    return dates_in.format_date_range(start, end or start, get_page_language()) if start else ""


def format_page_clock(time: str | None) -> str:
    """Return a document's “18:00” as the page's language writes it; "" without a time."""
    return dates_in.format_clock(dt.time.fromisoformat(time), get_page_language()) if time else ""

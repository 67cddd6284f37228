"""Format times of programme points in words, for readers.

Notes in Word print them differently (`meetings.i18n.printed_times`).
"""

import datetime as dt

from django.utils.translation import gettext as _

from meetings.documents.choices import TimePrecision
from meetings.documents.schema import Point
from meetings.i18n import date_formats
from meetings.i18n.languages import get_interface_language, get_page_language


def format_time_and_language(point: Point) -> tuple[str, str]:
    """Return the point's time in words and their language. A bare time is in the page's language, as dates are."""
    if point.time is None:
        return point.time_text, get_page_language()
    template = {
        TimePrecision.APPROXIMATE: _("about %s"),
        TimePrecision.FROM: _("from %s"),
        TimePrecision.TO_BE_CONFIRMED: _("%s, to be confirmed"),
    }.get(point.time_precision, "%s")
    language = get_page_language() if template == "%s" else get_interface_language()
    return template % date_formats.format_clock(dt.time.fromisoformat(point.time), language), language


def format_point_time(point: Point) -> str:
    """Return “about 13:00”, “from 08:30” or “13:00, to be confirmed”."""
    return format_time_and_language(point)[0]

"""Format times of programme points in words, for readers. Notes in Word print them differently (`meetings.times`)."""

import datetime as dt

from django.utils.translation import gettext as _

from meetings import dates
from meetings.documents.shape import Point
from meetings.languages import get_interface_language, get_page_language
from meetings.vocabulary import TimePrecision


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
    return template % dates.format_clock(dt.time.fromisoformat(point.time), language), language


def format_point_time(point: Point) -> str:
    """Return “about 13:00”, “from 08:30” or “13:00, to be confirmed”."""
    return format_time_and_language(point)[0]

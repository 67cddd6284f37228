"""Format times of programme points in words, for readers. Notes in Word print them differently (`meetings.times`)."""

import datetime as dt

from django.utils.translation import gettext as _

from meetings import dates
from meetings.documents.shape import Point
from meetings.languages import language_of_words, page_language
from meetings.vocabulary import TimePrecision


def said_time(point: Point) -> tuple[str, str]:
    """Return the point's time in words and their language. A bare time is in the page's language, as dates are."""
    if point.time is None:
        return point.time_text, page_language()
    template = {
        TimePrecision.APPROXIMATE: _("about %s"),
        TimePrecision.FROM: _("from %s"),
        TimePrecision.TO_BE_CONFIRMED: _("%s, to be confirmed"),
    }.get(point.time_precision, "%s")
    language = page_language() if template == "%s" else language_of_words()
    return template % dates.clock(dt.time.fromisoformat(point.time), language), language


def spoken_time(point: Point) -> str:
    """Return “about 13:00”, “from 08:30” or “13:00, to be confirmed”."""
    return said_time(point)[0]

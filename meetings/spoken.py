"""Times of programme points in words, as readers see them everywhere. Notes print them otherwise (`meetings.times`)."""

import datetime as dt

from django.utils.translation import gettext as _

from meetings import dates
from meetings.documents.shape import Point
from meetings.languages import language_of_words, page_language
from meetings.vocabulary import TimePrecision


def said_time(point: Point) -> tuple[str, str]:
    """The point's time in words, and their language: a bare time is in the page's, as dates are."""
    if point.time is None:
        return point.time_text, page_language()
    words = {
        TimePrecision.APPROXIMATE: _("about %s"),
        TimePrecision.FROM: _("from %s"),
        TimePrecision.TO_BE_CONFIRMED: _("%s, to be confirmed"),
    }.get(point.time_precision, "%s")
    language = page_language() if words == "%s" else language_of_words()
    return words % dates.clock(dt.time.fromisoformat(point.time), language), language


def spoken_time(point: Point) -> str:
    """“about 13:00”, “from 08:30”, “13:00, to be confirmed”."""
    return said_time(point)[0]

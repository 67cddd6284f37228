"""A day as somebody types it or puts it into an address."""

import calendar
import datetime as dt
from collections.abc import Iterator

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from meetings.typed import YEARS
from meetings.written_days import whole_day

LONGEST = 40
FROM_TODAY = {word: dt.timedelta(days) for days, word in enumerate(("yesterday", "today", "tomorrow"), start=-1)}


class NoSuchDay(ValueError):
    """It is none, or none of these years; the message says which there are. `near` are days perhaps meant."""

    def __init__(self, told: str, *near: dt.date) -> None:
        super().__init__(told)
        self.near = near


def read_day(typed: str, language: str, today: dt.date) -> dt.date:
    """The day of 2017-09-14, 20170914, 14.9.2017, 14/09/2017, tomorrow, or 14 September 2017, the last in the language
    or in English.

    Raises NoSuchDay.
    """
    text = " ".join(typed.split())
    if text.casefold() in FROM_TODAY:
        return today + FROM_TODAY[text.casefold()]
    parts = whole_day(text, language) if len(text) <= LONGEST else None
    if parts is None:
        example = {"typed": Truncator(text).chars(LONGEST), "example": "2017-09-14"}
        raise NoSuchDay(_("“%(typed)s” is no day: write it as %(example)s.") % example)
    year, month, day = parts
    if year not in YEARS:
        years = {"typed": text, "first": YEARS[0], "last": YEARS[-1]}
        raise NoSuchDay(_("“%(typed)s” is too far off: there are days of the years %(first)d to %(last)d.") % years)
    if not 1 <= month <= 12:
        raise NoSuchDay(_("“%(typed)s” is no day: there is no month %(month)d.") % {"typed": text, "month": month})
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        told = _("There is no day “%(typed)s”: that month has %(last)d days.") % {"typed": text, "last": last}
        raise NoSuchDay(told, *around_the_end(dt.date(year, month, last)))
    return dt.date(year, month, day)


def around_the_end(last: dt.date) -> Iterator[dt.date]:
    yield last
    if (last.month, last.day) < (12, 31) or last.year + 1 in YEARS:
        yield last + dt.timedelta(days=1)

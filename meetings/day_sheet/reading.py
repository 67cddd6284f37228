"""A day as somebody types it or puts it into an address."""

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from typing import Literal

from babel.dates import get_month_names
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from meetings.dates import locale_of
from meetings.typed import YEARS

CONTEXTS: tuple[Literal["format", "stand-alone"], ...] = ("format", "stand-alone")
WIDTHS: tuple[Literal["wide", "abbreviated"], ...] = ("wide", "abbreviated")
YEAR_FIRST = re.compile(r"([0-9]{4})[-./]([0-9]{1,2})[-./]([0-9]{1,2})")
UNPARTED = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
DAY_FIRST = re.compile(r"([0-9]{1,2})[./-] ?([0-9]{1,2})[./-] ?([0-9]{4})")
IN_WORDS = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th|er|η|º|\.)? (?:de )?([^\W\d_]+)\.? (?:de )?([0-9]{4})\.?")
LONGEST = 40
FROM_TODAY = {word: dt.timedelta(days) for days, word in enumerate(("yesterday", "today", "tomorrow"), start=-1)}
KNOWN = ("en",)  # beside the page's own language: what is copied from a note


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
    parts = parts_of(text, language) if len(text) <= LONGEST else None
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


def parts_of(text: str, language: str) -> tuple[int, int, int] | None:
    """Year, month and day as they are written, whether or not there is such a day."""
    if found := YEAR_FIRST.fullmatch(text) or UNPARTED.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := DAY_FIRST.fullmatch(text):
        return int(found[3]), int(found[2]), int(found[1])
    if found := IN_WORDS.fullmatch(text.casefold()):
        month = month_of(found[2], language)
        return (int(found[3]), month, int(found[1])) if month else None
    return None


def month_of(word: str, language: str) -> int | None:
    """By its name, or by three letters or more that only it begins with."""
    found = {number for name, number in months_in(language) if name == word}
    found = found or {number for name, number in months_in(language) if len(word) > 2 and name.startswith(word)}
    return found.pop() if len(found) == 1 else None


def months_in(language: str) -> Iterator[tuple[str, int]]:
    for known in (*KNOWN, language):
        for context in CONTEXTS:
            for width in WIDTHS:
                for number, name in get_month_names(width, context, locale_of(known)).items():
                    yield name.casefold().rstrip("."), number

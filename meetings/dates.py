"""Days and times as a language writes them, by CLDR: hours to 24, and the year told once where it is the same."""

import datetime as dt
import re
from functools import cache

from babel import Locale
from babel.dates import format_date, format_time

from meetings.reference.delegations import LOCALES

DAY, MONTH_AND_DAY, WEEKDAY = "long", "MMMMd", "full"
EUROPEAN = LOCALES | {"en": "en_GB"}
OURS = {("en", WEEKDAY): "EEEE d MMMM y"}  # without CLDR's comma
FIRST = {"el": "1η", "fr": "1er", "it": "1º"}  # of a month, which CLDR's patterns cannot say


@cache
def locale_of(language: str) -> Locale:
    return Locale.parse(EUROPEAN.get(language, language))


@cache
def pattern(language: str, name: str) -> str:
    locale = locale_of(language)
    if name in locale.datetime_skeletons:
        return str(locale.datetime_skeletons[name].pattern)
    return OURS.get((language, name)) or str(locale.date_formats[name].pattern)


@cache
def begins_with_the_year(language: str) -> bool:
    return pattern(language, DAY).startswith("y")


@cache
def day_alone(language: str) -> str:
    """The first of two days of a month: “14.–15. September” has a dot, “2017. szeptember 14–15.” none."""
    first, _second = locale_of(language).interval_formats["yMMMd"]["d"]
    return "d." if re.search(r"d\.\W*$", first) else "d"


def write(date: dt.date, shown: str, language: str) -> str:
    written = format_date(date, shown, locale=locale_of(language))
    return re.sub(r"\b1\b", FIRST.get(language, "1"), written, count=1) if date.day == 1 else written


def day(date: dt.date, language: str) -> str:
    """“14 September 2017”."""
    return write(date, pattern(language, DAY), language)


def weekday(date: dt.date, language: str) -> str:
    """“Thursday 14 September 2017”."""
    return write(date, pattern(language, WEEKDAY), language)


def month_and_day(date: dt.date, language: str) -> str:
    """“14 September”."""
    return write(date, pattern(language, MONTH_AND_DAY), language)


def month(date: dt.date, language: str) -> str:
    """“September 2017”."""
    return write(date.replace(day=2), pattern(language, "yMMMM"), language)


def month_alone(date: dt.date, language: str) -> str:
    """“September”."""
    return write(date.replace(day=2), "LLLL", language)


def short_weekday(date: dt.date, language: str) -> str:
    """“Thu”."""
    return write(date, "ccc", language)


def days(start: dt.date, end: dt.date, language: str) -> str:
    """“15–16 November 2018”, “30 November – 1 December 2017”."""
    if start == end:
        return day(end, language)
    if (start.year, start.month) == (end.year, end.month):
        first = write(start, day_alone(language), language)
        return re.sub(rf"\b{end.day}\b", lambda last: f"{first}–{last[0]}", day(end, language), count=1)
    first, last = pattern(language, DAY), pattern(language, DAY)
    if start.year == end.year and begins_with_the_year(language):
        last = pattern(language, MONTH_AND_DAY)
    elif start.year == end.year:
        first = pattern(language, MONTH_AND_DAY)
    return f"{write(start, first, language)} – {write(end, last, language)}"


def weekdays(start: dt.date, end: dt.date, language: str) -> tuple[str, str]:
    """The two days of “Thursday 15 – Friday 16 November 2018”."""
    first, last = pattern(language, DAY), pattern(language, DAY)
    if start.year == end.year and begins_with_the_year(language):
        last = pattern(language, MONTH_AND_DAY)
    elif (start.year, start.month) == (end.year, end.month):
        first = day_alone(language)
    elif start.year == end.year:
        first = pattern(language, MONTH_AND_DAY)
    whole = pattern(language, WEEKDAY)
    return (
        write(start, whole.replace(pattern(language, DAY), first), language),
        write(end, whole.replace(pattern(language, DAY), last), language),
    )


def clock(time: dt.time, language: str) -> str:
    """“18:00”, “18.00”; with the seconds where there are any."""
    skeleton = "Hms" if time.second else "Hm"
    return format_time(time, str(locale_of(language).datetime_skeletons[skeleton].pattern), locale=locale_of(language))


def moment(at: dt.datetime, language: str) -> str:
    """“14 September 2017, 18:00”, at the place of the time zone that it comes in."""
    return f"{day(at.date(), language)}, {clock(at.time(), language)}"

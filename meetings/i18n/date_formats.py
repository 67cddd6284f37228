"""Format dates and times in a language, with the patterns of CLDR.

Times have 24 hours. In a range, a year or month that both days have in common is written once.
"""

import datetime as dt
import re
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date, format_time

from meetings.reference.delegations import CLDR_LOCALES

LONG_DATE, MONTH_AND_DAY, FULL_DATE = "long", "MMMMd", "full"  # CLDR's names of formats; a full date has a weekday
LOCALE_NAMES = CLDR_LOCALES | {"en": "en_GB"}
PATTERN_OVERRIDES = {("en", FULL_DATE): "EEEE d MMMM y"}  # without CLDR's comma
MAX_KEPT_DATES = 5_000  # of some hundred bytes
FIRST_OF_MONTH = {"el": "1η", "fr": "1er", "it": "1º"}  # ordinals, which CLDR's patterns cannot express


@cache
def get_locale(language: str) -> Locale:
    return Locale.parse(LOCALE_NAMES.get(language, language))


@cache
def get_pattern(language: str, name: str) -> str:
    locale = get_locale(language)
    if name in locale.datetime_skeletons:
        return str(locale.datetime_skeletons[name].pattern)
    return PATTERN_OVERRIDES.get((language, name)) or str(locale.date_formats[name].pattern)


@cache
def is_year_first(language: str) -> bool:
    return get_pattern(language, LONG_DATE).startswith("y")


@cache
def get_first_day_pattern(language: str) -> str:
    """Return the pattern of the first of two days in a month: with a dot in “14.–15. September”, without one in
    “2017. szeptember 14–15.”
    """
    first, _second = get_locale(language).interval_formats["yMMMd"]["d"]
    return "d." if re.search(r"d\.\W*$", first) else "d"


def format_pattern(date: dt.date, pattern: str, language: str) -> str:
    return format_date_pattern(dt.date(date.year, date.month, date.day), pattern, language)


@lru_cache(MAX_KEPT_DATES)
def format_date_pattern(date: dt.date, pattern: str, language: str) -> str:
    text = format_date(date, pattern, locale=get_locale(language))
    return re.sub(r"\b1\b", FIRST_OF_MONTH.get(language, "1"), text, count=1) if date.day == 1 else text


def format_day(date: dt.date, language: str) -> str:
    """Return “14 September 2017”."""
    return format_pattern(date, get_pattern(language, LONG_DATE), language)


def format_weekday_date(date: dt.date, language: str) -> str:
    """Return “Thursday 14 September 2017”."""
    return format_pattern(date, get_pattern(language, FULL_DATE), language)


def format_month_and_day(date: dt.date, language: str) -> str:
    """Return “14 September”."""
    return format_pattern(date, get_pattern(language, MONTH_AND_DAY), language)


def format_weekday_and_day(date: dt.date, language: str) -> str:
    """Return “Thursday 14 September”."""
    full, long = get_pattern(language, FULL_DATE), get_pattern(language, LONG_DATE)
    return format_pattern(date, full.replace(long, get_pattern(language, MONTH_AND_DAY)), language)


def format_month(date: dt.date, language: str) -> str:
    """Return “September 2017”."""
    return format_pattern(date.replace(day=2), get_pattern(language, "yMMMM"), language)


def format_month_name(date: dt.date, language: str) -> str:
    """Return “September”."""
    return format_pattern(date.replace(day=2), "LLLL", language)


def format_short_weekday(date: dt.date, language: str) -> str:
    """Return “Thu”."""
    return format_pattern(date, "ccc", language)


def format_date_range(start: dt.date, end: dt.date, language: str) -> str:
    """Return “15–16 November 2018” or “30 November – 1 December 2017”."""
    if start == end:
        return format_day(end, language)
    if (start.year, start.month) == (end.year, end.month):
        first = format_pattern(start, get_first_day_pattern(language), language)
        return re.sub(rf"\b{end.day}\b", lambda last: f"{first}–{last[0]}", format_day(end, language), count=1)
    first, last = get_range_patterns(start, end, language)
    return f"{format_pattern(start, first, language)} – {format_pattern(end, last, language)}"


def format_weekday_range(start: dt.date, end: dt.date, language: str) -> tuple[str, str]:
    """Return the two parts of “Thursday 15 – Friday 16 November 2018”."""
    first, last = get_range_patterns(start, end, language)
    full, long = get_pattern(language, FULL_DATE), get_pattern(language, LONG_DATE)
    return (
        format_pattern(start, full.replace(long, first), language),
        format_pattern(end, full.replace(long, last), language),
    )


def get_range_patterns(start: dt.date, end: dt.date, language: str) -> tuple[str, str]:
    """Return the patterns of two days, without weekdays. What they have in common is written once."""
    long, short = get_pattern(language, LONG_DATE), get_pattern(language, MONTH_AND_DAY)
    if start.year != end.year:
        return long, long
    if is_year_first(language):
        return long, short
    return get_first_day_pattern(language) if start.month == end.month else short, long


def format_clock(time: dt.time, language: str) -> str:
    """Return “18:00” or “18.00”, with seconds if they are not 0."""
    locale = get_locale(language)
    skeleton = "Hms" if time.second else "Hm"
    return format_time(time, str(locale.datetime_skeletons[skeleton].pattern), locale=locale)


def format_datetime(at: dt.datetime, language: str) -> str:
    """Return “14 September 2017, 18:00”, in the time zone that `at` has."""
    return f"{format_day(at.date(), language)}, {format_clock(at.time(), language)}"

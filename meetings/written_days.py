"""Parse dates as people write them, in figures or with the name of the month in a language or in English.

A date may be the whole text or a part of it.
"""

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

from babel.dates import get_month_names

from meetings.dates import get_locale
from meetings.search.words import fold_word
from meetings.vocabulary import Language

CONTEXTS: tuple[Literal["format", "stand-alone"], ...] = ("format", "stand-alone")
WIDTHS: tuple[Literal["wide", "abbreviated"], ...] = ("wide", "abbreviated")
MIN_MONTH_LETTERS = 3  # fewer letters do not identify a month
YEAR, MONTH, DAY = "(?P<year>[0-9]{4})", "(?P<month>[0-9]{1,2})", "(?P<day>[0-9]{1,2})"
MONTH_NAME = r"(?P<name>[^\W\d_]+)\.?"
LONG_MONTH_NAME = r"(?P<name>[^\W\d_]+(?: [^\W\d_]+){0,2}?)\.?"  # up to three words, as “Meán Fómhair”
ORDINAL = "(?:st|nd|rd|th)"
PATTERNS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\w/-]){YEAR}(?P<sign>[/.-]) ?{MONTH}(?P=sign) ?{DAY}(?![\w/-])",
        rf"(?<![\w/.-]){DAY}(?P<sign>[/.-]) ?{MONTH}(?P=sign) ?{YEAR}(?![\w/-])",
        rf"(?<!\w){DAY}(?:\.|{ORDINAL}|er|º|η)? (?:de |ta[’'] )?{LONG_MONTH_NAME},? (?:de )?{YEAR}(?:\sг)?(?!\w)",
        rf"(?<!\w){MONTH_NAME} {DAY}{ORDINAL}?,? {YEAR}(?!\w)",
        rf"(?<!\w){YEAR}\.? (?:m\. )?{MONTH_NAME} {DAY}(?: d(?![\w’']))?(?!\w)",
        rf"(?<!\w){YEAR}\. gada {DAY}\.? {MONTH_NAME}(?!\w)",
    )
]
COMPACT_DATE = re.compile(f"{YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})")  # whole texts only: it may be any number
DateParts = tuple[int, int, int]


def parse_date_parts(text: str, language: str) -> DateParts | None:
    """Return year, month and day if the whole text is a date, or None. The day may not exist (31 September)."""
    for pattern in (*PATTERNS, COMPACT_DATE):
        if (match := pattern.fullmatch(text.removesuffix("."))) and (parts := get_date_parts(match, language)):
            return parts
    return None


def find_dates(text: str, language: str) -> Iterator[tuple[re.Match[str], dt.date]]:
    """Yield each date in a text, with its match."""
    rest = text
    for pattern in PATTERNS:
        for match in pattern.finditer(rest):
            if day := parse_match_as_date(match, language):
                yield match, day
                rest = f"{rest[: match.start()]}{' ' * len(match[0])}{rest[match.end() :]}"


def parse_match_as_date(match: re.Match[str], language: str) -> dt.date | None:
    """Return the date of a match, or None if there is no such day."""
    parts = get_date_parts(match, language)
    try:
        return dt.date(*parts) if parts else None
    except ValueError:
        return None


def get_date_parts(match: re.Match[str], language: str) -> DateParts | None:
    groups = match.groupdict()
    month = parse_month(groups["name"], language) if groups.get("name") else int(groups["month"])
    return (int(groups["year"]), month, int(groups["day"])) if month is not None else None


def parse_month(word: str, language: str) -> int | None:
    """Return the number of the month with this name, in any case and with or without accents, or None.

    Three or more first letters are enough if no other month begins with them.
    """
    name, known = fold_word(word), list_month_names(language)
    numbers = {number for month, number in known if month == name}
    if not numbers and len(name) >= MIN_MONTH_LETTERS:
        numbers = {number for month, number in known if month.startswith(name)}
    return numbers.pop() if len(numbers) == 1 else None


@cache
def list_month_names(language: str) -> frozenset[tuple[str, int]]:
    """Return the folded names of months, long and short, in the language and in English, with their numbers."""
    return frozenset(
        (fold_word(name), number)
        for name_language in (Language.EN, language)
        for context in CONTEXTS
        for width in WIDTHS
        for number, name in get_month_names(width, context, get_locale(name_language)).items()
    )

"""Days as people write them, in figures or with the month's name in a language or in English: whole texts or within."""

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

from babel.dates import get_month_names

from meetings.dates import locale_of
from meetings.search.words import fold
from meetings.vocabulary import Language

CONTEXTS: tuple[Literal["format", "stand-alone"], ...] = ("format", "stand-alone")
WIDTHS: tuple[Literal["wide", "abbreviated"], ...] = ("wide", "abbreviated")
SHORTEST = 3  # letters that a month is known by
YEAR, MONTH, DAY = "(?P<year>[0-9]{4})", "(?P<month>[0-9]{1,2})", "(?P<day>[0-9]{1,2})"
NAME = r"(?P<name>[^\W\d_]+)\.?"
NAME_OF_WORDS = r"(?P<name>[^\W\d_]+(?: [^\W\d_]+){0,2}?)\.?"  # Meán Fómhair
TH = "(?:st|nd|rd|th)"
PATTERNS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\w/-]){YEAR}(?P<sign>[/.-]) ?{MONTH}(?P=sign) ?{DAY}(?![\w/-])",
        rf"(?<![\w/.-]){DAY}(?P<sign>[/.-]) ?{MONTH}(?P=sign) ?{YEAR}(?![\w/-])",
        rf"(?<!\w){DAY}(?:\.|{TH}|er|º|η)? (?:de |ta[’'] )?{NAME_OF_WORDS},? (?:de )?{YEAR}(?:\sг)?(?!\w)",
        rf"(?<!\w){NAME} {DAY}{TH}?,? {YEAR}(?!\w)",
        rf"(?<!\w){YEAR}\.? (?:m\. )?{NAME} {DAY}(?: d(?![\w’']))?(?!\w)",
        rf"(?<!\w){YEAR}\. gada {DAY}\.? {NAME}(?!\w)",
    )
]
UNPARTED = re.compile(f"{YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})")  # within a text, any number might be one
Parts = tuple[int, int, int]


def whole_day(text: str, language: str) -> Parts | None:
    """Year, month and day that the text is, whether or not there is such a day."""
    for pattern in (*PATTERNS, UNPARTED):
        if (found := pattern.fullmatch(text.removesuffix("."))) and (parts := parts_of(found, language)):
            return parts
    return None


def days_within(text: str, language: str) -> Iterator[tuple[re.Match[str], dt.date]]:
    """The days that are written in a text, each with where."""
    rest = text
    for pattern in PATTERNS:
        for found in pattern.finditer(rest):
            if day := day_of(found, language):
                yield found, day
                rest = f"{rest[: found.start()]}{' ' * len(found[0])}{rest[found.end() :]}"


def day_of(found: re.Match[str], language: str) -> dt.date | None:
    parts = parts_of(found, language)
    try:
        return dt.date(*parts) if parts else None
    except ValueError:
        return None


def parts_of(found: re.Match[str], language: str) -> Parts | None:
    given = found.groupdict()
    month = month_of(given["name"], language) if given.get("name") else int(given["month"])
    return (int(given["year"]), month, int(given["day"])) if month is not None else None


def month_of(word: str, language: str) -> int | None:
    """By its name, whatever its accents, or by three letters or more that only it begins with."""
    name, known = fold(word), months(language)
    found = {number for month, number in known if month == name}
    if not found and len(name) >= SHORTEST:
        found = {number for month, number in known if month.startswith(name)}
    return found.pop() if len(found) == 1 else None


@cache
def months(language: str) -> frozenset[tuple[str, int]]:
    """The folded names of months, long and short, in the language and in English, with their numbers."""
    return frozenset(
        (fold(name), number)
        for each in (Language.EN, language)
        for context in CONTEXTS
        for width in WIDTHS
        for number, name in get_month_names(width, context, locale_of(each)).items()
    )

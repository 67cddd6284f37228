"""Parse dates as people write them, in figures or with the name of the month in a language or in English.

A date may be the whole text or a part of it.
"""

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from typing import NamedTuple

from meetings.documents.choices import Language
from meetings.i18n.calendar_names import get_month_numbers, get_typed_weekday_numbers
from meetings.i18n.text_folding import fold_word

MIN_MONTH_LETTERS = 3  # fewer letters do not identify a month
MIN_WEEKDAY_LETTERS = 3
MAX_ARTICLE_LENGTH = 4
YEAR, MONTH, DAY = "(?P<year>[0-9]{4})", "(?P<month>[0-9]{1,2})", "(?P<day>[0-9]{1,2})"
MONTH_NAME = r"(?P<name>[^\W\d_]+)\.?"
LONG_MONTH_NAME = r"(?P<name>[^\W\d_]+(?: [^\W\d_]+){0,2}?)\.?"  # up to three words, as “Meán Fómhair”
ORDINAL = "(?:st|nd|rd|th)"


def compile_patterns(*patterns: str) -> list[re.Pattern[str]]:
    return [re.compile(pattern, re.IGNORECASE) for pattern in patterns]


PATTERNS = compile_patterns(
    rf"(?<![\w/-]){YEAR}(?P<sign>[/.-]) ?{MONTH}(?P=sign) ?{DAY}(?![\w/-])",
    rf"(?<![\w/.-]){DAY}(?P<sign>[/.-]) ?{MONTH}(?P=sign) ?{YEAR}(?![\w/-])",
    rf"(?<!\w){DAY}(?:\.|{ORDINAL}|er|º|η)? (?:de |ta[’'] )?{LONG_MONTH_NAME},? (?:de )?{YEAR}(?:\sг)?(?!\w)",
    rf"(?<!\w){MONTH_NAME} {DAY}{ORDINAL}?,? {YEAR}(?!\w)",
    rf"(?<!\w){YEAR}\.? (?:m\. )?{MONTH_NAME} {DAY}(?: d(?![\w’']))?(?!\w)",
    rf"(?<!\w){YEAR}\. gada {DAY}\.? {MONTH_NAME}(?!\w)",
)
PARTIAL_PATTERNS = compile_patterns(
    rf"(?<!\w){MONTH_NAME} {YEAR}(?!\w)",
    r"(?<![\w/-])(?P<year>(?:19|20)[0-9]{2})-(?P<month>0?[1-9]|1[0-2])(?![\w/-])",
    rf"(?<!\w)(?P<day>0?[1-9]|[12][0-9]|3[01]) {MONTH_NAME}(?!\w)",
)
TYPED_PATTERNS = compile_patterns(  # whole texts only
    rf"{DAY}(?P<sign>[/.-]) ?{MONTH}(?P=sign) ?(?P<short_year>[0-9]{{2}})",
    rf"{DAY}(?:\.|{ORDINAL}|er|º|η)? (?:de |ta[’'] )?{LONG_MONTH_NAME}",
    rf"{MONTH_NAME} {DAY}{ORDINAL}?",
    rf"{DAY}[/.-] ?{MONTH}",
)
COMPACT_DATE = re.compile(f"{YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})")  # whole texts only: it may be any number
PERIOD_PATTERNS = (
    *(f"{YEAR}(?:[-/.]{MONTH}(?:[-/.]{DAY})?)?", f"(?:{DAY}[-/.])?{MONTH}[-/.]{YEAR}"),
    f"{YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})?",
)


class DateParts(NamedTuple):
    """A year, a month and a day as written; 0 for a part that is not written. There may be no such day."""

    year: int = 0
    month: int = 0
    day: int = 0

    @property
    def date(self) -> dt.date | None:
        with suppress(ValueError):
            return dt.date(*self)
        return None

    @property
    def days_in_month(self) -> int:
        """The number of days that the month has, or 0 if there is no such month."""
        return monthrange(self.year, self.month)[1] if self.year and 1 <= self.month <= 12 else 0


def parse_date_parts(text: str, language: str) -> DateParts | None:
    """Return year, month and day if the whole text is a date, or None. The day may not exist (31 September)."""
    for pattern in (*PATTERNS, COMPACT_DATE):
        if (match := pattern.fullmatch(text.removesuffix("."))) and (parts := get_date_parts(match, language)):
            return parts
    return None


class TypedDay(NamedTuple):
    """A day as somebody typed it. The year is 0 and the weekday None if they are not typed; Monday is 0."""

    parts: DateParts
    weekday: int | None = None


def parse_typed_day(text: str, language: str) -> TypedDay | None:
    """Return the day if the whole text is one, perhaps with a weekday, as “Thu 14 Oct”, or None. It may not exist.

    The weekday stands before or after the day. Short words beside it are ignored, as in “le jeudi” and “on Thursday”.
    """
    words = text.replace(",", " ").split()
    for start, end in ((0, 0), (1, 0), (2, 0), (0, 1)):
        others, rest = [*words[:start], *words[len(words) - end :]], words[start : len(words) - end]
        weekdays = [parse_weekday(word, language) for word in others]
        is_ignored = all(
            weekday is not None or len(word) <= MAX_ARTICLE_LENGTH
            for weekday, word in zip(weekdays, others, strict=True)
        )
        if is_ignored and (parts := parse_typed_parts(" ".join(rest), language)):
            return TypedDay(parts, next((weekday for weekday in weekdays if weekday is not None), None))
    return None


def parse_typed_parts(text: str, language: str) -> DateParts | None:
    text = " ".join(text.split()).removesuffix(".")
    if parts := parse_date_parts(text, language):
        return parts
    for pattern in TYPED_PATTERNS:
        match = pattern.fullmatch(text)
        if match and (parts := get_date_parts(match, language)):
            short_year = match.groupdict().get("short_year")
            return parts._replace(year=2000 + int(short_year)) if short_year else parts
    return None


def parse_period(text: str) -> DateParts | None:
    """Return the year, month or day if the whole text is one in figures, with or without signs between them."""
    matches = (re.fullmatch(pattern, text) for pattern in PERIOD_PATTERNS)
    return next((get_date_parts(match, Language.EN) for match in matches if match and int(match["year"])), None)


def find_dates(text: str, language: str) -> Iterator[tuple[re.Match[str], dt.date]]:
    """Yield each date in a text, with its match."""
    for match, parts in find_date_parts(text, language, PATTERNS):
        if parts.date:
            yield match, parts.date


def find_date_parts(
    text: str, language: str, patterns: Iterable[re.Pattern[str]] = (*PATTERNS, *PARTIAL_PATTERNS)
) -> Iterator[tuple[re.Match[str], DateParts]]:
    """Yield each date, month of a year and day of a month in a text, with its match. Days that do not exist are not."""
    rest = text
    for pattern in patterns:
        for match in pattern.finditer(rest):
            parts = get_date_parts(match, language)
            if parts and parts._replace(year=parts.year or LEAP_YEAR, day=parts.day or 1).date:
                yield match, parts
                rest = f"{rest[: match.start()]}{' ' * len(match[0])}{rest[match.end() :]}"


LEAP_YEAR = 2004  # has every day of the year


def get_date_parts(match: re.Match[str], language: str) -> DateParts | None:
    groups = match.groupdict()
    month = parse_month(groups["name"], language) if groups.get("name") else int(groups["month"] or 0)
    return DateParts(int(groups.get("year") or 0), month, int(groups.get("day") or 0)) if month is not None else None


def parse_month(word: str, language: str) -> int | None:
    """Return the number of the month with this name, in any case and with or without accents, or None.

    Three or more first letters are enough if no other month begins with them.
    """
    name, known = fold_word(word), list_month_names(language)
    numbers = {number for month, number in known if month == name}
    if not numbers and len(name) >= MIN_MONTH_LETTERS:
        numbers = {number for month, number in known if month.startswith(name)}
    return numbers.pop() if len(numbers) == 1 else None


def parse_weekday(word: str, language: str) -> int | None:
    """Return the number of the weekday with this name in the language or in English, perhaps shortened, or None."""
    name, known = fold_word(word), list_weekday_names(language)
    numbers = {number for weekday, number in known if weekday == name}
    if not numbers and len(name) >= MIN_WEEKDAY_LETTERS:
        numbers = {number for weekday, number in known if weekday.startswith(name)}
    return numbers.pop() if len(numbers) == 1 else None


@cache
def list_weekday_names(language: str) -> frozenset[tuple[str, int]]:
    known = (*get_typed_weekday_numbers(Language.EN).items(), *get_typed_weekday_numbers(language).items())
    return frozenset((fold_word(name), number) for name, number in known)


@cache
def list_month_names(language: str) -> frozenset[tuple[str, int]]:
    """Return the folded names of months, long and short, in the language and in English, with their numbers."""
    known = (*get_month_numbers(Language.EN).items(), *get_month_numbers(language).items())
    return frozenset((fold_word(name), number) for name, number in known)

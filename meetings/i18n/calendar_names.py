"""Names of months and weekdays in each language: from CLDR, with the grammatical cases that CLDR lacks."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from babel import Locale

from meetings.i18n.date_formats import get_locale
from meetings.reference.table_files import read_rows

FILE = Path(__file__).with_name("month_beginnings.txt")


@cache
def get_months(language: str) -> tuple[str, ...]:
    """Return the months as they are written in a date, from January on."""
    return tuple(get_locale(language).months["format"]["wide"].values())


@cache
def get_weekdays(language: str) -> tuple[str, ...]:
    """Return the weekdays as they are written in a date, from Monday on."""
    days = get_locale(language).days["format"]["wide"]
    return tuple(days[number] for number in range(7))


@cache
def get_month_numbers(language: str) -> Mapping[str, int]:
    """Return the numbers of the months by their names, long and short, in lower case and without a final dot."""
    months = [locale.months for locale in (Locale.parse(language), get_locale(language))]
    cldr = (
        (name.rstrip("."), number)
        for names in months
        for use in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in names[use][width].items()
    )
    of_two_words = ((name.replace("_", " "), number) for name, number in list_beginnings(language) if "_" in name)
    return lower_keys([*cldr, *of_two_words])


@cache
def get_weekday_numbers(language: str) -> Mapping[str, int]:
    """Return the numbers of the weekdays, with Monday as 0, by their names in lower case."""
    days = get_locale(language).days
    return lower_keys((name, number) for use in days.values() for number, name in use["wide"].items())


@cache
def get_typed_weekday_numbers(language: str) -> Mapping[str, int]:
    """Return the numbers of the weekdays as people type them: also shortened (“Thu”), which may be words of a text."""
    days = get_locale(language).days
    names = (
        (name, number)
        for use in days.values()
        for width in ("wide", "abbreviated")
        for number, name in use[width].items()
    )
    return lower_keys((name.rstrip("."), number) for name, number in names)


def find_month(language: str, word: str, next_word: str = "") -> int | None:
    """Return the number of the month that a word names in any case, alone or with the next word (“Meán Fómhair”)."""
    months, beginnings = get_month_numbers(language), get_month_beginnings(language)
    full_name = months.get(word) or months.get(f"{word} {next_word}")
    known = (word[:end] for end in range(min(len(word), 11), 2, -1) if word[:end] in beginnings)
    return full_name or beginnings.get(next(known, ""))


@cache
def get_month_beginnings(language: str) -> Mapping[str, int]:
    return lower_keys(list_beginnings(language))


def list_beginnings(language: str) -> Iterator[tuple[str, int]]:
    """Yield the beginnings of the months in grammatical cases that CLDR does not list, with their numbers."""
    months = next((months for known, months in read_rows(FILE) if known == language), "")
    for number, names in enumerate(months.split(), 1):
        yield from ((name, number) for name in names.split("/"))


def lower_keys(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    return {name.casefold(): number for name, number in pairs}

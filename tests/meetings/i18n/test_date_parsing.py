"""Parsing of dates as people write them, alone or within a text, in each language."""

import datetime as dt
from unicodedata import combining, normalize

import pytest

from meetings.documents.choices import Language
from meetings.i18n import date_formats
from meetings.i18n.date_parsing import (
    find_date_parts,
    find_dates,
    parse_date_parts,
    parse_month,
    parse_period,
)

DAY = dt.date(2060, 9, 14)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "14",
        "2060",
        "14 September",
        "14 Octember 2060",
        "14 Ju 2060",
        "2016/0142",
        "1-2-3-2060",
        "12.34",
        "x" * 9999,
    ],
)
def test_text_without_a_date(text: str) -> None:
    assert parse_date_parts(text, "en") is None
    assert list(find_dates(text, "en")) == []


def test_impossible_date_is_parsed_alone_but_not_found_in_text() -> None:
    assert parse_date_parts("31 September 2060", "en") == (2060, 9, 31)
    assert parse_date_parts("2060-13-01", "en") == (2060, 13, 1)
    assert list(find_dates("on 31 September 2060 or 2060-13-01", "en")) == []


def test_date_within_text_is_not_the_whole_text() -> None:
    assert parse_date_parts("on 14 September 2060", "en") is None
    assert [day for _found, day in find_dates("on 14 September 2060", "en")] == [DAY]


def test_several_dates_within_text() -> None:
    found = [(where[0], day.day) for where, day in find_dates("From 14.9.2060 to 16 Sept 2060, in Riga", "en")]
    assert found == [("14.9.2060", 14), ("16 Sept 2060", 16)]


@pytest.mark.parametrize(
    "text",
    [
        "2060-09-14",
        "2060/9/14",
        "2060.09.14.",
        "2060. 09. 14.",
        "14.9.2060",
        "14/09/2060",
        "14. 9. 2060",
        "14 September 2060",
        "14th september 2060.",
        "14 SEPT 2060",
        "Sep 14, 2060",
        "2060 September 14",
    ],
)
def test_ways_to_write_a_date(text: str) -> None:
    assert parse_date_parts(text, "en") == (2060, 9, 14)
    assert [day for _found, day in find_dates(f"({text})", "en")] == [DAY]


def remove_accents(text: str) -> str:
    return "".join(sign for sign in normalize("NFKD", text) if not combining(sign))


@pytest.mark.parametrize("language", Language.values)
def test_dates_of_each_language_with_or_without_accents(language: str) -> None:
    for month in range(1, 13):
        day = DAY.replace(month=month)
        written = date_formats.format_day(day, language)
        assert parse_date_parts(written, language) == (2060, month, 14), written
        assert parse_date_parts(remove_accents(written), language) == (2060, month, 14), written
        assert [found for _where, found in find_dates(f"– {written} –", language)] == [day], written


def test_month_by_unambiguous_beginning() -> None:
    assert (parse_month("septem", "fr"), parse_month("fevr", "fr"), parse_month("Φεβ", "el")) == (9, 2, 2)
    assert parse_month("ju", "en") is None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2060", (2060, 0, 0)),
        ("2060/9", (2060, 9, 0)),
        ("206009", (2060, 9, 0)),
        ("9.2060", (2060, 9, 0)),
        ("2060-09/14", (2060, 9, 14)),
        ("20600914", (2060, 9, 14)),
        ("14-9-2060", (2060, 9, 14)),
        ("2060/13", (2060, 13, 0)),
        ("0000/01", None),
        ("14-2060-9", None),
        ("60", None),
    ],
)
def test_period_in_an_address(text: str, parts: tuple[int, int, int] | None) -> None:
    assert parse_period(text) == parts


def test_months_and_days_without_a_year_are_found_where_they_are_meant() -> None:
    text = "JHA 2060, 14 September, 31 September, may 2060, 2060-07, 2060-13, 1 sept. 2060"
    found = [tuple(parts) for _match, parts in find_date_parts(text, "en")]
    assert found == [(2060, 9, 1), (2060, 5, 0), (2060, 7, 0), (0, 9, 14)]


def test_number_of_days_of_a_month_is_known_for_a_day_that_does_not_exist() -> None:
    days = [parts.days_in_month for text in ("30/2/2060", "2/30/2060") if (parts := parse_date_parts(text, "en"))]
    assert days == [29, 0]

"""Days as people write them, alone or within a text, in each language."""

import datetime as dt
from unicodedata import combining, normalize

import pytest

from meetings import dates
from meetings.vocabulary import Language
from meetings.written_days import days_within, month_of, whole_day

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
def test_what_is_none(text: str) -> None:
    assert whole_day(text, "en") is None
    assert list(days_within(text, "en")) == []


def test_a_day_that_there_is_not_is_read_and_is_none_of_a_text() -> None:
    assert whole_day("31 September 2060", "en") == (2060, 9, 31)
    assert whole_day("2060-13-01", "en") == (2060, 13, 1)
    assert list(days_within("on 31 September 2060 or 2060-13-01", "en")) == []


def test_what_is_only_within_a_text_is_not_the_whole() -> None:
    assert whole_day("on 14 September 2060", "en") is None
    assert [day for _found, day in days_within("on 14 September 2060", "en")] == [DAY]


def test_several_within_a_text() -> None:
    found = [(where[0], day.day) for where, day in days_within("From 14.9.2060 to 16 Sept 2060, in Riga", "en")]
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
def test_ways_to_write_one(text: str) -> None:
    assert whole_day(text, "en") == (2060, 9, 14)
    assert [day for _found, day in days_within(f"({text})", "en")] == [DAY]


def without_accents(text: str) -> str:
    return "".join(sign for sign in normalize("NFKD", text) if not combining(sign))


@pytest.mark.parametrize("language", Language.values)
def test_as_each_language_writes_it_with_accents_or_without(language: str) -> None:
    for month in range(1, 13):
        day = DAY.replace(month=month)
        written = dates.day(day, language)
        assert whole_day(written, language) == (2060, month, 14), written
        assert whole_day(without_accents(written), language) == (2060, month, 14), written
        assert [found for _where, found in days_within(f"– {written} –", language)] == [day], written


def test_a_month_by_as_much_as_tells_it_from_others() -> None:
    assert (month_of("septem", "fr"), month_of("fevr", "fr"), month_of("Φεβ", "el")) == (9, 2, 2)
    assert month_of("ju", "en") is None

"""Formats of dates and times in the 24 languages."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from meetings.clock import BRUSSELS
from meetings.documents.choices import Language
from meetings.i18n import date_formats

pytestmark = pytest.mark.once
NOVEMBER, NEW_YEAR = (dt.date(2018, 11, 15), dt.date(2018, 11, 18)), (dt.date(2017, 12, 31), dt.date(2018, 1, 1))
MONTHS = dt.date(2017, 11, 30), dt.date(2017, 12, 1)


def make_datetime(hour: int, minute: int, second: int = 0) -> dt.datetime:
    return dt.datetime(2017, 9, 14, hour, minute, second, tzinfo=BRUSSELS)


def test_english_formats() -> None:
    assert date_formats.format_date_range(*NOVEMBER, "en") == "15–18 November 2018"
    assert date_formats.format_date_range(*MONTHS, "en") == "30 November – 1 December 2017"
    assert date_formats.format_date_range(*NEW_YEAR, "en") == "31 December 2017 – 1 January 2018"
    assert date_formats.format_date_range(MONTHS[1], MONTHS[1], "en") == "1 December 2017"
    assert date_formats.format_weekday_date(MONTHS[1], "en") == "Friday 1 December 2017"
    assert date_formats.format_weekday_range(*NOVEMBER, "en") == ("Thursday 15", "Sunday 18 November 2018")
    assert date_formats.format_weekday_range(*MONTHS, "en") == ("Thursday 30 November", "Friday 1 December 2017")
    assert date_formats.format_weekday_range(*NEW_YEAR, "en") == ("Sunday 31 December 2017", "Monday 1 January 2018")
    assert date_formats.format_datetime(make_datetime(8, 5), "en") == "14 September 2017, 08:05"
    assert date_formats.format_datetime(make_datetime(18, 0, 7), "en") == "14 September 2017, 18:00:07"


def test_one_instant_has_another_day_in_another_time_zone() -> None:
    at = make_datetime(23, 0)
    in_tokyo = at.astimezone(ZoneInfo("Asia/Tokyo"))
    assert at == in_tokyo
    days = [date_formats.format_month_and_day(each, "en") for each in (at, in_tokyo)]
    assert days == ["14 September", "15 September"]


@pytest.mark.parametrize(
    ("language", "one", "several", "across"),
    [
        ("bg", "14 септември 2017 г., 18:05 ч.", "15–18 ноември 2018 г.", "30 ноември – 1 декември 2017 г."),
        ("de", "14. September 2017, 18:05", "15.–18. November 2018", "30. November – 1. Dezember 2017"),
        ("el", "14 Σεπτεμβρίου 2017, 18:05", "15–18 Νοεμβρίου 2018", "30 Νοεμβρίου – 1η Δεκεμβρίου 2017"),
        ("fi", "14. syyskuuta 2017, 18.05", "15.–18. marraskuuta 2018", "30. marraskuuta – 1. joulukuuta 2017"),
        ("fr", "14 septembre 2017, 18:05", "15–18 novembre 2018", "30 novembre – 1er décembre 2017"),
        ("hu", "2017. szeptember 14., 18:05", "2018. november 15–18.", "2017. november 30. – december 1."),
        ("lt", "2017 m. rugsėjo 14 d., 18:05", "2018 m. lapkričio 15–18 d.", "2017 m. lapkričio 30 d. – gruodžio 1 d."),
        (
            "lv",
            "2017. gada 14. septembris, 18:05",
            "2018. gada 15.–18. novembris",
            "2017. gada 30. novembris – 1. decembris",
        ),
        ("mt", "14 ta’ Settembru 2017, 18:05", "15–18 ta’ Novembru 2018", "30 ta’ Novembru – 1 ta’ Diċembru 2017"),
        ("pt", "14 de setembro de 2017, 18:05", "15–18 de novembro de 2018", "30 de novembro – 1 de dezembro de 2017"),
    ],
)
def test_order_of_each_language(language: str, one: str, several: str, across: str) -> None:
    formatted = (
        date_formats.format_datetime(make_datetime(18, 5), language),
        *(date_formats.format_date_range(*x, language) for x in (NOVEMBER, MONTHS)),
    )
    assert [text.replace("\u202f", " ") for text in formatted] == [one, several, across]  # Bulgarian has narrow spaces


@pytest.mark.parametrize(
    ("language", "several", "across"),
    [
        (
            "da",
            "torsdag den 15. – søndag den 18. november 2018",
            "torsdag den 30. november – fredag den 1. december 2017",
        ),
        (
            "es",
            "jueves, 15 – domingo, 18 de noviembre de 2018",
            "jueves, 30 de noviembre – viernes, 1 de diciembre de 2017",
        ),
        (
            "hu",
            "2018. november 15., csütörtök – november 18., vasárnap",
            "2017. november 30., csütörtök – december 1., péntek",
        ),
        ("it", "giovedì 15 – domenica 18 novembre 2018", "giovedì 30 novembre – venerdì 1º dicembre 2017"),
    ],
)
def test_ranges_with_weekdays(language: str, several: str, across: str) -> None:
    assert " – ".join(date_formats.format_weekday_range(*NOVEMBER, language)) == several
    assert " – ".join(date_formats.format_weekday_range(*MONTHS, language)) == across


@pytest.mark.parametrize("language", Language.values)
def test_times_have_24_hours_and_patterns_are_complete(language: str) -> None:
    assert date_formats.format_clock(dt.time(18, 5), language)[:2] == "18"
    first, last = date_formats.format_weekday_range(*NEW_YEAR, language)
    assert ("2017" in first, "2018" in last) == (True, True)
    assert not {"EEE", "MMM", "ccc"} & {text[:3] for text in f"{first} {last}".split()}

"""Test the parsing of printed days and times."""

import datetime as dt

import pytest

from agenda.notes.date_parser import find_date_near, format_days, get_date_parser, resolve_dates
from agenda.notes.language_detection import load_phrases_of_notes
from agenda.notes.line_reader import NoteError
from agenda.notes.time_parser import get_time_parser

ENGLISH = load_phrases_of_notes()
DATE_PARSER = get_date_parser(ENGLISH.calendar)
TIME_PARSER = get_time_parser(ENGLISH.clock)
ISSUED = dt.date(2017, 11, 8)


def parse_days(text: str, issued_on: dt.date | None = ISSUED) -> tuple[dt.date, dt.date]:
    found = DATE_PARSER.find_days(text)
    assert found
    return resolve_dates(found.days, issued_on, 7)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Tuesday 13 November", "The weekday in “Tuesday 13 November” is wrong: 2017-11-13 is a Monday"),
        ("Monday 13 and Friday 14 November", "2017-11-14 is a Tuesday"),
        ("6 November", "issued later, on 2017-11-08"),
        ("14 and 13 November", "ends on 2017-11-13, before it starts on 2017-11-14"),
        ("31 November", "“31 November” does not exist in 2017"),
        ("13 November to 4 December", "would last from 2017-11-13 to 2017-12-04"),
        ("29 February 2018", "does not exist"),
    ],
)
def test_impossible_days_are_refused(text: str, words: str) -> None:
    with pytest.raises(NoteError, match=r"^line 7: ") as refused:
        parse_days(text)
    assert words in refused.value.message


def test_day_without_year_needs_a_date_of_issue() -> None:
    with pytest.raises(NoteError, match="has no year"):
        parse_days("13 November", issued_on=None)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Monday 13 November", "2017-11-13", "2017-11-13"),
        ("Monday, 13 November 2017", "2017-11-13", "2017-11-13"),
        ("13th November 2017", "2017-11-13", "2017-11-13"),
        ("13.11.2017", "2017-11-13", "2017-11-13"),
        ("Monday 13 and Tuesday 14 November", "2017-11-13", "2017-11-14"),
        ("13-14 November 2017", "2017-11-13", "2017-11-14"),
        ("13 – 14 November", "2017-11-13", "2017-11-14"),
        ("13, 14 and 15 November", "2017-11-13", "2017-11-15"),
        ("from Monday 13 to Wednesday 15 November", "2017-11-13", "2017-11-15"),
        ("Thursday 30 November and Friday 1 December", "2017-11-30", "2017-12-01"),
        ("Sunday 31 December and Monday 1 January", "2017-12-31", "2018-01-01"),
        ("30 December 2017 - 2 January 2018", "2017-12-30", "2018-01-02"),
        ("Monday\u00a08 January", "2018-01-08", "2018-01-08"),
    ],
)
def test_days_are_parsed_with_their_year(text: str, start: str, end: str) -> None:
    assert parse_days(text) == (dt.date.fromisoformat(start), dt.date.fromisoformat(end))


@pytest.mark.parametrize("text", ["2017", "Article 16(8)", "13", "at 13.00", "Thursday", "6912/17", "26 delegations"])
def test_other_numbers_are_not_days(text: str) -> None:
    assert DATE_PARSER.find_days(text) is None


def test_formatted_days_can_be_parsed_back() -> None:
    for text in (
        "Monday 13 November",
        "Monday 13 and Tuesday 14 November",
        "Thursday 30 November and Friday 1 December",
    ):
        assert format_days(*parse_days(text), ENGLISH.calendar) == text


def test_day_of_a_point_is_found_near_the_meeting() -> None:
    start, end = dt.date(2017, 12, 31), dt.date(2018, 1, 1)
    for text, expected in (
        ("Monday", end),
        ("30 December", dt.date(2017, 12, 30)),
        ("Monday 1 January", end),
        ("Friday", None),
    ):
        day = DATE_PARSER.parse_day(text)
        assert day
        assert find_date_near(day, start, end, 1) == expected


@pytest.mark.parametrize(
    ("text", "time", "precision"),
    [
        ("10:00", "10:00", "exact"),
        ("at 9.30", "09:30", "exact"),
        ("13h30", "13:30", "exact"),
        ("2 pm", "14:00", "exact"),
        ("12.15 p.m.", "12:15", "exact"),
        ("noon", "12:00", "exact"),
        ("13:00 - 14:00", "13:00", "exact"),
        ("+/- 13:00", "13:00", "approximate"),
        ("+/-13.00", "13:00", "approximate"),
        ("± 13:00", "13:00", "approximate"),
        ("around 13 hours", "13:00", "approximate"),
        ("at approximately 8.05", "08:05", "approximate"),
        ("from 08.30", "08:30", "from"),
        ("At the end of the meeting (+/- 17.15)", "17:15", "approximate"),
        ("at the end of the Council, around 17.15", "17:15", "approximate"),
        ("at the end of the meeting", None, "relative"),
        ("after lunch", None, "relative"),
        ("+/- 17:00 (tbc)", "17:00", "to_be_confirmed"),
        ("time to be confirmed", None, "to_be_confirmed"),
    ],
)
def test_times_are_parsed_with_their_precision(text: str, time: str | None, precision: str) -> None:
    moment = TIME_PARSER.parse_time(text)
    assert moment
    assert (moment.time, moment.time_precision, moment.time_text) == (time, precision, text)


@pytest.mark.parametrize(
    "text", ["25:00", "10:61", "13 pm", "2016/0142", "6912/17", "10", "at", "13.11.2017", "soon", ""]
)
def test_other_numbers_are_not_times(text: str) -> None:
    assert TIME_PARSER.parse_time(text) is None

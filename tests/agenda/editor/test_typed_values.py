"""Test what is read from the text of one field."""

import datetime as dt
from typing import Any

import pytest

from agenda.editor.typed_values import TypedTime, TypedValue, read_typed

NEAR = dt.date(2027, 10, 14)  # a Thursday


@pytest.mark.parametrize("text", ["13", "1300", "25:00", "10:61", "14.10.2027", "6912/17"])
def test_numbers_that_are_no_time(text: str) -> None:
    expected = f"“{text}” is not a time. Enter a time such as 13:00, +/- 13:00 or from 8.30."
    assert read_typed("time", text, "en") == TypedValue(None, expected, is_readable=False)


@pytest.mark.parametrize(
    ("kind", "text"),
    [("time", "x" * 101), ("date", "1" * 10_000), ("documents", "1" * 10_001), ("procedures", "(" * 10_001)],
)
def test_text_that_is_too_long(kind: str, text: str) -> None:
    typed = read_typed(kind, text, "en", near=NEAR)
    assert (typed.value, typed.is_readable) == (None, False)


def test_unknown_kind() -> None:
    with pytest.raises(ValueError, match="colour"):
        read_typed("colour", "red", "en")


@pytest.mark.parametrize(
    ("text", "language", "time", "precision"),
    [
        ("+/- 13:00", "en", "13:00", "approximate"),
        ("± 13.00", "en", "13:00", "approximate"),
        ("from 8.30", "en", "08:30", "from"),
        ("13h00", "en", "13:00", "exact"),
        ("tbc", "en", None, "to_be_confirmed"),
        ("13:00 (tbc)", "en", "13:00", "to_be_confirmed"),
        ("9am", "en", "09:00", "exact"),
        ("18 h", "en", "18:00", "exact"),
        ("noon", "en", "12:00", "exact"),
        ("at the end of the meeting", "en", None, "relative"),
        ("", "en", None, ""),
        ("à partir de 8h30", "fr", "08:30", "from"),
        ("από τις 8.30", "el", "08:30", "from"),
        ("ab 8.30 Uhr", "de", "08:30", "from"),
        ("gegen 13 Uhr", "de", "13:00", "approximate"),
        ("am Ende der Tagung", "de", None, "relative"),
        ("dalle ore 8.30", "it", "08:30", "from"),
        ("noin klo 13.00", "fi", "13:00", "approximate"),
        ("from 8.30", "hu", "08:30", "from"),
    ],
)
def test_time_with_its_precision_and_its_text_as_typed(
    text: str, language: str, time: str | None, precision: str
) -> None:
    typed = read_typed("time", f" {text} ", language)
    assert (typed.value, typed.message) == (TypedTime(time, precision, text), "")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "time", "precision", "message"),
    [
        ("13:00 or later", "13:00", "exact", "We read 13:00 and keep the other words as printed: “13:00 or later”."),
        ("after Coreper", None, "relative", "“after Coreper” has no time of day, so it is shown as printed."),
    ],
)
def test_time_with_other_words_is_a_question(text: str, time: str | None, precision: str, message: str) -> None:
    typed = read_typed("time", text, "en")
    assert typed.value == TypedTime(time, precision, text)  # type: ignore[arg-type]
    assert typed.message.startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("soon", "“soon” is not a date. Enter the date as 14 October 2027, 14/10/2027 or 2027-10-14."),
        ("Thursday", "“Thursday” is not a date."),
        ("31 June", "“31 June” is not a date: there is no such day. Correct the day or the month."),
        ("30/02/2027", "“30/02/2027” is not a date: there is no such day."),
        ("14 October 0027", "Check the year: 0027 is not between 1952 and 2100."),
    ],
)
def test_text_that_is_no_date(text: str, message: str) -> None:
    typed = read_typed("date", text, "en", near=NEAR)
    assert (typed.value, typed.is_readable) == (None, False)
    assert typed.message.startswith(message)


def test_date_without_a_year_needs_another_date() -> None:
    assert read_typed("date", "14 Oct", "en").message == "“14 Oct” has no year. Enter the year as well."


def test_wrong_weekday_is_a_question() -> None:
    typed = read_typed("date", "Friday 14 October 2027", "en")
    assert typed == TypedValue("2027-10-14", "14 October 2027 is a Thursday, not a Friday.")


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        *((text, "en", "2027-10-14") for text in ("Thursday 14 October 2027", "14.10.2027", "14/10", "14 Oct")),
        *((text, "en", "2027-10-14") for text in ("Thu 14 Oct", "14/10/27", "on Thursday, 14th October", "2027-10-14")),
        ("2 January", "en", "2028-01-02"),
        ("29 Feb", "en", "2028-02-29"),
        ("", "en", None),
        ("le jeudi 14 octobre", "fr", "2027-10-14"),
        ("mar. 12 oct.", "fr", "2027-10-12"),
        ("Donnerstag, den 14. Oktober", "de", "2027-10-14"),
        ("Πέμπτη 14 Οκτωβρίου 2027", "el", "2027-10-14"),
        ("2027. október 14., csütörtök", "hu", "2027-10-14"),
    ],
)
def test_date(text: str, language: str, day: str | None) -> None:
    assert read_typed("date", text, language, near=NEAR) == TypedValue(day)


@pytest.mark.parametrize(
    ("kind", "text", "values", "message"),
    [
        ("documents", "soon", [], "“soon” is not a document number."),
        ("documents", "2016/0142 (COD)", [], "“2016/0142 (COD)” is a procedure number. Enter it in the field"),
        ("documents", "14996/2", ["14996/2"], "“14996/2” does not look like a document number such as"),
        ("documents", "14996/22 REV1", ["14996/1/22 REV 1"], "We wrote “14996/22 REV1” as 14996/1/22 REV 1."),
        ("documents", "see 14996/22 and COM(2016) 270", ["14996/22"], "We read only the Council's numbers in"),
        ("procedures", "soon", [], "“soon” is not a procedure number. Enter it as 2016/0142 (COD)."),
        ("procedures", "14996/22", [], "“14996/22” is not a procedure number."),
        ("procedures", "2016/142 COD", ["2016/0142 (COD)"], "We wrote “2016/142 COD” as 2016/0142 (COD)."),
        ("procedures", "2016/0142", ["2016/0142 (COD)"], "“2016/0142” does not say the kind of procedure, so we wrote"),
        ("procedures", "2016/0142 (XYZ)", ["2016/0142 (XYZ)"], "“XYZ” is not a usual kind of procedure"),
    ],
)
def test_number_with_a_message(kind: str, text: str, values: list[str], message: str) -> None:
    typed = read_typed(kind, text, "en")
    assert (typed.value, typed.is_readable) == (values, bool(values))
    assert typed.message.startswith(message)


@pytest.mark.parametrize(
    ("kind", "text", "values"),
    [
        ("documents", "", []),
        ("documents", "14996/1/22 rev 1, 6912/17 ADD1\n6912/17 ADD 1", ["14996/1/22 REV 1", "6912/17 ADD 1"]),
        ("documents", "ST 14996/22; doc. 15000/22 REV 2", ["14996/22", "15000/2/22 REV 2"]),
        ("documents", "COM(2016) 270 final", ["COM(2016) 270 final"]),
        ("procedures", "2016/0142(COD) and 2017/0003 (NLE)", ["2016/0142 (COD)", "2017/0003 (NLE)"]),
        ("procedures", "2013/0072/A (COD)\n2013/0072/A (COD)", ["2013/0072/A (COD)"]),
    ],
)
def test_pasted_numbers(kind: str, text: str, values: list[str]) -> None:
    assert read_typed(kind, text, "en") == TypedValue(values)


@pytest.mark.parametrize("kind", ["time", "date", "documents", "procedures"])
@pytest.mark.parametrize("text", ["\0", "\ud800", "٣١/٠٦", "½", "0/0/0", "99/99", "(((", "2016/0142 (COD" * 100])
def test_strange_text_raises_nothing(kind: str, text: Any) -> None:
    read_typed(kind, text, "el", near=dt.date(1, 1, 1))


def test_end_of_a_time_is_questioned_because_readers_do_not_see_it() -> None:
    found = read_typed("time", "13:00-14:00", "en")
    assert isinstance(found.value, TypedTime)
    assert (found.value.time, found.is_readable) == ("13:00", True)
    assert found.message == "Readers see only 13:00. If the end matters to them, write it in the title."

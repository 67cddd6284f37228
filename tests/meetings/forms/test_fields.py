"""Days, times, instants, countries, speakers and web addresses as people type them, in every field of the admin."""

import datetime as dt
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError

from agenda.admin.steps.forms import InstantOrTodayField
from meetings.clock import BRUSSELS
from meetings.forms.fields import CountryField, DayField, InstantField, SpeakersField
from meetings.models.validators import validate_web_address
from tests.factories import PRESS_DAY

SAID = [
    ("14.15 Uhr", dt.time(14, 15)),
    ("18h00", dt.time(18)),
    ("14:15 h", dt.time(14, 15)),
    ("18 h", dt.time(18)),
    ("18 Uhr", dt.time(18)),
    ("14 Uhr 15", dt.time(14, 15)),
    ("14.15", dt.time(14, 15)),
]


@pytest.mark.parametrize("typed", ["25 Uhr", "14.75 Uhr", "14:15 h 30", "h", "Uhr 14", "14.15 hours", "9:5"])
def test_invalid_time_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError, match="is not a time"):
        InstantField().clean(f"2060-09-14 {typed}")


@pytest.mark.parametrize(("typed", "time"), SAID)
@pytest.mark.parametrize("day", ["2060-09-14", "14/09/2060", "14.09.2060", "14 September 2060,"])
def test_instant(day: str, typed: str, time: dt.time) -> None:
    found = InstantField().clean(f"{day} {typed}")
    assert found == dt.datetime(2060, 9, 14, time.hour - 2, time.minute, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("tomorrow 9:00", (2060, 9, 15)),
        ("Today, 9:00", (2060, 9, 14)),
        ("1 December 9h00", (2060, 12, 1)),
        ("Wed 1 December at 9.00", (2060, 12, 1)),
        ("13 September 9:00", (2061, 9, 13)),
        ("29/2 9:00", (2064, 2, 29)),
    ],
)
def test_day_without_a_year_is_the_next_one(typed: str, day: tuple[int, int, int]) -> None:
    field = InstantOrTodayField()
    field.now = PRESS_DAY - dt.timedelta(hours=2)
    assert field.clean(typed) == dt.datetime(*day, 9, tzinfo=BRUSSELS)


@pytest.mark.parametrize("typed", ["Monday 1 December 9:00", "31 September 9:00", "yesterday 9:00", "x" * 5000])
def test_day_that_cannot_be_completed_is_refused(typed: str) -> None:
    field = InstantOrTodayField()
    field.now = PRESS_DAY
    with pytest.raises(ValidationError) as refusal:
        field.clean(typed)
    assert len(" ".join(refusal.value.messages)) < 200


@pytest.mark.parametrize(("typed", "time"), SAID)
def test_time_without_date_means_today(typed: str, time: dt.time) -> None:
    field = InstantOrTodayField()
    field.now = PRESS_DAY
    assert field.clean(typed) == dt.datetime(2060, 9, 14, time.hour - 2, time.minute, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "typed",
    [
        "2060-09-14",
        "14/09/2060",
        " 14.9.2060",
        "14 Sept 2060",
        "14 September  2060",
        "20600914",
        "Tuesday 14 September 2060",
        "14/09/60",
    ],
)
def test_day(typed: str) -> None:
    assert DayField().clean(typed) == dt.date(2060, 9, 14)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("31/09/2060", "that month has 30 days"),
        ("30 February 2060", "that month has 29 days"),
        ("13/13/2060", "Enter the date as 2017-09-14 or 14/09/2017"),
        ("Monday 14 September 2060", "14 September 2060 is a Tuesday"),
        ("14 September", "Enter the date"),
        ("September", "Enter the date as 2017-09-14 or 14/09/2017"),
        ("0026-09-14", "0026 is not between 1952 and 2100"),
    ],
)
def test_invalid_day_is_explained(typed: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        DayField().clean(typed)


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        (DayField, "09/14/2060", "Enter the date as 2017-09-14 or 14/09/2017."),
        (DayField, "31/02/2060", "“31/02/2060” is not a date: that month has 29 days."),
        (DayField, "2060-04-31", "“2060-04-31” is not a date: that month has 30 days."),
        (DayField, "31 June 2060", "that month has 30 days"),
        (DayField, "14/09/0060", "Check the year: 0060 is not between 1952 and 2100."),
        (DayField, "14/09/2206", "Check the year: 2206 is not between 1952 and 2100."),
        (InstantField, "2206-09-14 12:30", "Check the year: 2206"),
        (InstantField, "tomorrow", "is not a time"),
        (InstantField, "14/09/2060", "is not a time"),
        (InstantField, "2061-03-27 02:30", "the clocks go forward"),
        (InstantField, "30.10.2061 2.30", "occurs twice in Brussels"),
        (CountryField, "GR", "For Greece, enter EL"),
        (CountryField, "gb", "For United Kingdom, enter UK"),
        (CountryField, "XX", "not a valid country code"),
    ],
)
def test_invalid_input_is_explained(field: type[forms.Field], typed: str, message: str) -> None:
    with pytest.raises(ValidationError) as error:
        field().clean(typed)
    assert message in " ".join(error.value.messages)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("www.example.eu", "https://www.example.eu"),
        ("example.eu:80/x", "starting with https://"),
        ("javascript:alert(1)", "Links cannot start with “javascript:”"),
        ("HTTPS://example.eu/", "in lower-case letters"),
        ("https://example.eu/a b", "without spaces"),
        ("https://", "Enter a complete web address"),
    ],
)
def test_invalid_web_address_is_explained(address: str, message: str) -> None:
    with pytest.raises(ValidationError) as error:
        validate_web_address(address)
    assert message in " ".join(error.value.messages)


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        *((DayField, typed, dt.date(2060, 2, 1))
          for typed in ("2060-02-01", "01/02/2060", "1.2.2060", "1 February 2060", "1 feb 2060")),
        *((InstantField, typed, dt.datetime(2060, 9, 14, 16, tzinfo=dt.UTC))
          for typed in ("2060-09-14 18:00", "14/09/2060 18.00", "14 September 2060, 18h00")),
        (InstantField, "2061-10-30T02:30:00+01:00", dt.datetime(2061, 10, 30, 1, 30, tzinfo=dt.UTC)),
        (CountryField, "el", "EL"),
    ],
)  # fmt: skip
def test_input_is_parsed(field: type[forms.Field], typed: str, value: Any) -> None:
    assert field().clean(typed) == value


@pytest.mark.parametrize(
    ("typed", "speakers"),
    [
        ("Andres Anvelt, Minister", [("Andres Anvelt", "Minister")]),
        ("Anvelt, Andres | Minister, Estonia", [("Anvelt, Andres", "Minister, Estonia")]),
        ("Anvelt, Andres |\n\n Věra Jourová", [("Anvelt, Andres", ""), ("Věra Jourová", "")]),
        ("", []),
    ],
)
def test_speakers_are_parsed_and_shown_alike(typed: str, speakers: list[tuple[str, str]]) -> None:
    field = SpeakersField(required=False)
    found = field.clean(typed)
    assert [(speaker.name, speaker.role) for speaker in found] == speakers
    assert field.clean(field.prepare_value(found)) == found


@pytest.mark.parametrize(("typed", "message"), [(", Minister", "Line 1 has no name"), ("A\na\0b", "Line 2: null")])
def test_unreadable_speakers_are_explained(typed: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        SpeakersField().to_python(typed)

"""Times as people type them, in every field of the admin."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from agenda.admin.steps.forms import InstantOrTodayField
from meetings.forms.fields import ClockField, DayField, InstantField
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
        ClockField().clean(typed)
    with pytest.raises(ValidationError, match="is not a time"):
        InstantField().clean(f"2060-09-14 {typed}")


@pytest.mark.parametrize(("typed", "time"), SAID)
def test_time_of_day(typed: str, time: dt.time) -> None:
    assert ClockField().clean(typed) == time


@pytest.mark.parametrize(("typed", "time"), SAID)
@pytest.mark.parametrize("day", ["2060-09-14", "14/09/2060", "14.09.2060", "14 September 2060,"])
def test_instant(day: str, typed: str, time: dt.time) -> None:
    found = InstantField().clean(f"{day} {typed}")
    assert found == dt.datetime(2060, 9, 14, time.hour - 2, time.minute, tzinfo=dt.UTC)


@pytest.mark.parametrize(("typed", "time"), SAID)
def test_time_without_date_means_today(typed: str, time: dt.time) -> None:
    field = InstantOrTodayField()
    field.now = PRESS_DAY
    assert field.clean(typed) == dt.datetime(2060, 9, 14, time.hour - 2, time.minute, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "typed", ["2060-09-14", "14/09/2060", " 14.9.2060", "14 Sept 2060", "14 September  2060", "20600914"]
)
def test_day(typed: str) -> None:
    assert DayField().clean(typed) == dt.date(2060, 9, 14)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("31/09/2060", "that month has 30 days"),
        ("30 February 2060", "that month has 29 days"),
        ("13/13/2060", "Enter the date as 2017-09-14 or 14/09/2017"),
        ("September", "Enter the date as 2017-09-14 or 14/09/2017"),
        ("0026-09-14", "0026 is not between 1952 and 2100"),
    ],
)
def test_invalid_day_is_explained(typed: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        DayField().clean(typed)

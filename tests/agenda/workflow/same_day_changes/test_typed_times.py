"""Times as duty officers type them, and the days on which they can."""

import datetime as dt

import pytest

from agenda.workflow.same_day_changes.delays import format_typed_time, is_press_day, parse_point_time
from meetings.clock import InvalidTimeError
from meetings.documents.choices import TimePrecision
from tests.factories import DAY, MINUTE, PRESS_DATE, PRESS_DAY


@pytest.mark.parametrize(
    ("typed", "time", "precision"),
    [
        ("14:15", "14:15", TimePrecision.EXACT),
        ("1415", "14:15", TimePrecision.EXACT),
        ("+/- 14:15", "14:15", TimePrecision.APPROXIMATE),
        ("About  14:15 ", "14:15", TimePrecision.APPROXIMATE),
        ("from 14:15", "14:15", TimePrecision.FROM),
        ("14:15 (tbc)", "14:15", TimePrecision.TO_BE_CONFIRMED),
        ("tbc", None, TimePrecision.TO_BE_CONFIRMED),
        ("", None, TimePrecision.TO_BE_CONFIRMED),
    ],
)
def test_typed_time_is_parsed_and_written_again(typed: str, time: str | None, precision: TimePrecision) -> None:
    assert parse_point_time(typed) == (time, precision)
    assert parse_point_time(format_typed_time(time, precision, "")) == (time, precision)


@pytest.mark.parametrize("typed", ["soon", "about", "from", "14:15 15:00", "after 14:15", "25:00"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(InvalidTimeError, match=f"“{typed}” is not a time"):
        parse_point_time(typed)


def test_time_in_words_is_left_and_no_time_is_empty() -> None:
    assert format_typed_time(None, TimePrecision.RELATIVE, "afterwards") == "afterwards"
    assert format_typed_time(None, TimePrecision.NOT_STATED, "") == ""


@pytest.mark.parametrize(
    ("last", "hours", "is_possible"),
    [
        (None, -35, False),
        (None, -34, True),
        (None, 37, True),
        (None, 38, False),
        (PRESS_DATE + DAY, 38, True),
        (PRESS_DATE + DAY, 62, False),
    ],
)
def test_press_days_are_those_around_the_meeting(last: dt.date | None, hours: int, is_possible: bool) -> None:
    """At ten in Brussels, the day before began 34 hours ago, and the day after ends in 38 hours."""
    assert is_press_day(PRESS_DATE, last, "Europe/Brussels", PRESS_DAY + 60 * hours * MINUTE) is is_possible

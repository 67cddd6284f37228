"""Instants: written by people in Brussels time, stored in whole seconds of UTC."""

import datetime as dt

import pytest

from meetings.clock import InvalidTimeError, get_next_instant, parse_instant


class TestParseInstant:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "tomorrow",
            "2017-09-31 18:00",
            "18:00",
            "2017-09-14T18:00:00+99:00",
            "0001-01-01 00:00",
            "9999-12-31 00:00",
            "2017-09-14",
            "2017-W37",
        ],
    )
    def test_invalid_time_is_refused_with_an_example(self, text: str) -> None:
        with pytest.raises(InvalidTimeError, match="2017-09-14 18:00"):
            parse_instant(text)

    def test_fractions_of_seconds_are_refused(self) -> None:
        with pytest.raises(InvalidTimeError, match="whole seconds"):
            parse_instant("2017-09-14 18:00:00.5")

    def test_repeated_hour_is_refused_with_both_instants(self) -> None:
        with pytest.raises(InvalidTimeError) as refusal:
            parse_instant("2026-10-25 02:30")
        assert "Enter 2026-10-25 02:30+02:00 for summer time" in str(refusal.value)
        assert "or 2026-10-25 02:30+01:00 for winter time." in str(refusal.value)

    def test_skipped_hour_is_refused_with_both_neighbours(self) -> None:
        with pytest.raises(InvalidTimeError) as refusal:
            parse_instant("2027-03-28 02:30")
        assert "Enter 2027-03-28 01:30 or 2027-03-28 03:30." in str(refusal.value)

    @pytest.mark.parametrize(
        ("text", "instant"),
        [
            ("2017-09-14 18:00", "2017-09-14T16:00:00+00:00"),
            ("2017-12-14T18:00", "2017-12-14T17:00:00+00:00"),
            ("2017-09-14 18:00+00:00", "2017-09-14T18:00:00+00:00"),
            ("2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00+00:00"),
            ("2026-10-25 01:59:59", "2026-10-24T23:59:59+00:00"),
        ],
    )
    def test_time_is_parsed(self, text: str, instant: str) -> None:
        assert parse_instant(text).isoformat() == instant


@pytest.mark.parametrize(("now", "then"), [(".000", "01"), (".001", "02"), (".999", "02")])
def test_next_instant_is_at_least_one_second_ahead(now: str, then: str) -> None:
    start = dt.datetime.fromisoformat(f"2026-11-24T23:59:59{now}+00:00")
    assert get_next_instant(start) == dt.datetime.fromisoformat("2026-11-25T00:00:00+00:00") + dt.timedelta(
        seconds=int(then) - 1
    )

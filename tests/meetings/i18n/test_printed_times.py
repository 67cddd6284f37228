"""Times of day in printed and typed texts."""

import datetime as dt

import pytest

from meetings.i18n.printed_times import (
    has_extra_words,
    normalize_typed_clocks,
    parse_printed_clocks,
    parse_typed_clock,
)


@pytest.mark.parametrize(
    ("text", "clocks"),
    [
        ("+/- 13.00", [dt.time(13)]),
        ("from 8h30 to 13:00 (tbc)", [dt.time(8, 30), dt.time(13)]),
        ("3.15 p.m.", [dt.time(15, 15)]),
        ("12.30 pm", [dt.time(12, 30)]),
        ("9.30 am", [dt.time(9, 30)]),
        ("14.09.2017", []),
        ("24:00", []),
        ("after 2 h", []),
    ],
)
def test_printed_times(text: str, clocks: list[dt.time]) -> None:
    """Hours without minutes are durations as often as times, so they count only where a time is typed."""
    assert parse_printed_clocks(text) == clocks


@pytest.mark.parametrize(("text", "time"), [("2 h", dt.time(2)), ("14 Uhr 15", dt.time(14, 15)), ("at 14:15", None)])
def test_typed_time_is_the_whole_text(text: str, time: dt.time | None) -> None:
    assert parse_typed_clock(text) == time


def test_typed_times_in_a_text_get_one_spelling() -> None:
    assert normalize_typed_clocks("about 14.15 Uhr or 18 h") == "about 14:15 or 18:00"


@pytest.mark.parametrize(
    ("text", "has_words"),
    [
        ("13:00 or when the Eurogroup ends", True),
        ("+/- 13:00 after lunch", True),
        ("from the end of the meeting", True),
        ("13:00 ⓛⓤⓝⓒⓗ", True),
        ("13:00 +32 2 555 00 00", True),
        ("13:00–15:00", True),
        ("13.00 (tbc)", False),
        ("From 6.00 p.m. (TBC)", False),
        ("+/- 13h00", False),
        ("", False),
    ],
)
def test_a_time_with_its_precision_has_no_extra_words(text: str, has_words: bool) -> None:
    assert has_extra_words(text) == has_words

"""Delays of the whole programme, across midnight and changes of summer time."""

import datetime as dt
from typing import Any

import pytest

from agenda.workflow.errors import WorkflowError
from agenda.workflow.same_day_changes.alerts import format_length
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.same_day_changes.publication import publish_same_day_change
from meetings.models import Meeting, ProgrammePoint
from tests.agenda.workflow.same_day_changes.helpers import (
    get_document,
    get_press_conference,
    make_day,
    preview_change,
    publish_change,
)
from tests.factories import COMMAND, DAY, PRESS_DATE, make_meeting, publish_now

pytestmark = pytest.mark.django_db


def get_times(document: Any) -> list[tuple[str, str | None, str]]:
    return [(point.kind.value, point.time, point.state.value) for point in document.programme]


def add_point(meeting: Meeting, kind: str, time: str, **values: Any) -> ProgrammePoint:
    point: ProgrammePoint = meeting.programme.create(
        kind=kind, time=dt.time.fromisoformat(time), **{"time_precision": "exact"} | values
    )
    return point


@pytest.mark.once
@pytest.mark.parametrize("minutes", [-1, 721, 100_000])
def test_invalid_number_of_minutes_is_refused(meeting: Meeting, minutes: int) -> None:
    with pytest.raises(WorkflowError, match="from 1 to 720"):
        publish_same_day_change(meeting, SameDayChange(delay_minutes=minutes), by=COMMAND)


@pytest.mark.once
def test_nothing_to_delay_is_refused(meeting: Meeting, clock: Any) -> None:
    clock.move_to(dt.datetime(2060, 9, 14, 11, 40, tzinfo=dt.UTC))  # 13:40
    with pytest.raises(WorkflowError, match="There is nothing to delay"):
        publish_same_day_change(meeting, SameDayChange(delay_minutes=40), by=COMMAND)


@pytest.mark.parametrize("minutes", [40, 600])
def test_only_points_whose_announced_time_is_still_to_come_are_delayed(clock: Any, minutes: int) -> None:
    """It is ten o’clock. Whether the working lunch of 9:30 has begun is unknown, so it keeps its time."""
    meeting = make_day(configuration="env")
    add_point(meeting, "arrivals", "08:30", time_precision="from")
    add_point(meeting, "meal", "09:30")
    add_point(meeting, "doorstep", "12:00", state="cancelled")
    add_point(meeting, "start", "10:30", state="under_way")
    add_point(meeting, "press_briefing", "11:00", date=PRESS_DATE + DAY)
    meeting.programme.create(kind="meal", time_precision="relative", time_text="after the round table")
    publish_now(clock, meeting)
    edition = publish_change(clock, meeting, SameDayChange(delay_minutes=minutes))
    length, start, time = {40: ("40 minutes", "11:10", "13:40"), 600: ("10 hours", "20:30", "23:00")}[minutes]
    assert get_times(get_document(edition)) == [
        ("round_table", start, "delayed"),
        ("press_conference", time, "delayed"),
        ("arrivals", "08:30", ""),
        ("meal", "09:30", ""),
        ("doorstep", "12:00", "cancelled"),
        ("start", "10:30", "under_way"),
        ("press_briefing", "11:00", ""),
        ("meal", None, ""),
    ]
    assert edition.change_note == f"Everything is {length} later than announced: Press conference about {time}"


@pytest.mark.once
@pytest.mark.parametrize(
    ("minutes", "length"),
    [(1, "1 minute"), (60, "1 hour"), (90, "90 minutes"), (120, "2 hours"), (150, "2 hours 30 minutes")],
)
def test_long_delay_is_told_in_hours(minutes: int, length: str) -> None:
    assert format_length(minutes) == length


def test_point_can_have_a_new_time_of_its_own(meeting: Meeting, clock: Any) -> None:
    change = SameDayChange(
        points={get_press_conference(meeting).pk: {"time": "14:15", "state": "moved"}}, delay_minutes=40
    )
    document = preview_change(meeting, change)
    assert get_times(document) == [("round_table", "11:10", "delayed"), ("press_conference", "14:15", "moved")]
    assert [alert.text for alert in document.alerts] == [
        "Press conference: about 14:15 instead of about 13:00",
        "Everything else is 40 minutes later than announced",
    ]


def test_earlier_time_of_one_point_comes_before_the_delayed_ones(clock: Any) -> None:
    meeting = make_day(configuration="env")
    arrivals = add_point(meeting, "arrivals", "08:00", position=1)
    publish_now(clock, meeting)
    edition = publish_change(clock, meeting, SameDayChange(points={arrivals.pk: {"time": "10:30"}}, delay_minutes=40))
    assert edition.change_note == (
        "Arrivals: 10:30 instead of 08:00; "
        "Everything else is 40 minutes later than announced: Press conference about 13:40"
    )


def test_point_can_keep_its_time(meeting: Meeting, clock: Any) -> None:
    change = SameDayChange(points={get_press_conference(meeting).pk: {"time": "13:00"}}, delay_minutes=40)
    document = preview_change(meeting, change)
    assert get_times(document) == [("round_table", "11:10", "delayed"), ("press_conference", "13:00", "")]
    assert [alert.text for alert in document.alerts] == ["Everything else is 40 minutes later than announced"]


def test_new_time_stays_on_its_day(clock: Any) -> None:
    meeting = make_meeting("env")
    briefing = add_point(meeting, "press_briefing", "23:40")
    publish_now(clock, meeting)
    change = SameDayChange(points={briefing.pk: {"time": "23:50"}}, delay_minutes=40)
    point = preview_change(meeting, change).programme[1]
    assert (point.date, point.time, point.state) == (None, "23:50", "delayed")


def test_programme_can_be_delayed_again(meeting: Meeting, clock: Any) -> None:
    publish_change(clock, meeting, SameDayChange(delay_minutes=40))
    document = preview_change(meeting, SameDayChange(delay_minutes=20))
    press = document.programme[1]
    assert (press.time, [earlier.time for earlier in press.previous]) == ("14:00", ["13:00", "13:40"])


def test_delay_can_cross_midnight(clock: Any) -> None:
    meeting = make_meeting("env")
    add_point(meeting, "press_briefing", "23:40")
    publish_now(clock, meeting)
    edition = publish_change(clock, meeting, SameDayChange(delay_minutes=40))
    assert edition.change_note == (
        "Everything is 40 minutes later than announced: "
        "Press conference about 13:40; Press briefing Wednesday 15 September, 00:20"
    )
    briefing = get_document(edition).programme[1]
    assert (briefing.date, briefing.time) == (PRESS_DATE + DAY, "00:20")
    assert (briefing.previous[0].date, briefing.previous[0].time) == (PRESS_DATE, "23:40")
    clock.move_to(dt.datetime(2060, 9, 14, 22, 10, tzinfo=dt.UTC))  # 0:10 on the next day
    briefing = preview_change(meeting, SameDayChange(delay_minutes=30)).programme[1]
    assert (briefing.date, briefing.time) == (PRESS_DATE + DAY, "00:50")


def test_points_of_yesterday_keep_their_time_after_midnight(clock: Any) -> None:
    meeting = make_meeting("env")
    add_point(meeting, "press_briefing", "23:40")
    publish_now(clock, meeting)
    clock.move_to(dt.datetime(2060, 9, 14, 22, 10, tzinfo=dt.UTC))  # 0:10 on the next day
    with pytest.raises(WorkflowError, match="There is nothing to delay"):
        preview_change(meeting, SameDayChange(delay_minutes=40))


@pytest.mark.once
@pytest.mark.parametrize(
    ("day", "now", "planned", "becomes"),
    [
        (dt.date(2061, 3, 27), dt.datetime(2061, 3, 27, 0, 0, tzinfo=dt.UTC), "01:45", "03:25"),  # 02:25 is left out
        (dt.date(2060, 10, 31), dt.datetime(2060, 10, 30, 23, 0, tzinfo=dt.UTC), "02:45", "02:25"),  # for the 2nd time
        (dt.date(2060, 10, 31), dt.datetime(2060, 10, 30, 23, 0, tzinfo=dt.UTC), "03:15", "03:55"),
    ],
)
def test_delay_across_a_change_of_summer_time(
    clock: Any, day: dt.date, now: dt.datetime, planned: str, becomes: str
) -> None:
    meeting = make_meeting(start_date=day)
    point = add_point(meeting, "press_briefing", planned)
    publish_now(clock, meeting)
    clock.move_to(now)
    document = preview_change(meeting, SameDayChange(delay_minutes=40))
    assert next(other.time for other in document.programme if other.id == point.pk) == becomes


def test_day_is_that_of_the_meeting_place(clock: Any) -> None:
    """Ten in the evening in Brussels is early morning of the next day in Tokyo."""
    meeting = make_meeting(time_zone="Asia/Tokyo", start_date=PRESS_DATE + DAY)
    publish_now(clock, meeting)
    clock.move_to(dt.datetime(2060, 9, 14, 20, 0, tzinfo=dt.UTC))
    document = preview_change(meeting, SameDayChange(delay_minutes=40))
    assert get_times(document) == [("press_conference", "13:40", "delayed")]

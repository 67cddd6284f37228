"""The home page: what is under way and next today, the week, upcoming meetings and latest updates."""

import datetime as dt
import re
from typing import Any

import pytest

from meetings.documents import schema
from meetings.documents.choices import LinkKind, MeetingStatus, PointKind, PointState, TimePrecision
from meetings.editions.freezing import create_edition
from meetings.models import EditionReason
from tests.factories import DAY, MINUTE, PRESS_DATE, make_configuration, make_uuid, publish_now, withdraw
from tests.factories import make_meeting as made
from tests.meetings.site.daily_schedule.press_days import (
    TEN,
    extract_text,
    get_page,
    make_document,
    make_point,
    publish_documents,
)
from tests.public_requests import Visitor

pytestmark = pytest.mark.django_db


def group_by_heading(visitor: Visitor) -> dict[str, str]:
    """Return the text under each heading, by heading. Headings of meetings belong to the text, without their dates."""
    html = get_page(visitor, "/en/").partition("<main")[2].partition("</main>")[0]
    html = re.sub(r'(?s)(<h[34] class="row-title">.*?)<span class="visually-hidden">.*?</span>', r"\1", html)
    found = re.split(r'(?s)<h[23](?! class="row-title")[^>]*>(.*?)</h[23]>', html)[1:]
    return {extract_text(heading): extract_text(part) for heading, part in zip(found[::2], found[1::2], strict=True)}


def make_meeting_in_days(distance: int, slug: str, *points: schema.Point, **values: Any) -> Any:
    day = PRESS_DATE + distance * DAY
    return make_document(slug, *points, **{"start_date": day, "end_date": day} | values)


def make_press_conference(title: str, time: str) -> schema.Point:
    return make_point(title, time, kind=PointKind.PRESS_CONFERENCE)


class TestNotShown:
    def test_scheduled_edition_is_not_shown(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_meeting_in_days(0, "jha", make_point("Shown", "11:00")))
        before = get_page(visitor, "/en/")
        create_edition([make_meeting_in_days(0, "env", make_point("Hidden", "11:00"))], available_from=TEN + DAY)
        create_edition(
            [make_meeting_in_days(0, "jha", make_point("Hidden", "11:00"))],
            available_from=TEN + DAY,
            change_note="Hidden.",
        )
        assert get_page(visitor, "/en/") == before

    def test_withdrawn_meeting_is_not_shown(self, visitor: Visitor, clock: Any) -> None:
        gone = made(lead="<p>Zanzibar</p>")
        publish_now(clock, gone)
        clock.move_to(withdraw(gone, reason="Sent too early.").available_from)
        html = get_page(visitor, "/en/")
        assert "Sent too early." not in html
        assert "/en/meetings/jha/2060" not in html

    def test_no_countdown_is_shown(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_meeting_in_days(0, "jha", make_point("A", "10:30")))
        assert not re.search(r"\b(in|ago) \d+|\d+ minutes", extract_text(get_page(visitor, "/en/")))


class TestToday:
    def test_point_is_under_way_only_if_press_office_says_so(self, visitor: Visitor, clock: Any) -> None:
        ended, under_way = (
            make_point(str(state), "09:00", state=state) for state in (PointState.ENDED, PointState.UNDER_WAY)
        )
        loose = make_point("Loose", time_precision=TimePrecision.RELATIVE, time_text="at the end")
        publish_documents(
            clock,
            make_meeting_in_days(
                0, "jha", ended, under_way, make_point("Unsaid", "09:30"), make_point("Ahead", "10:30"), loose
            ),
        )
        found = group_by_heading(visitor)
        assert [*found][1:5] == ["Under way", "Scheduled to have started", "Next today", "Earlier today"]
        assert "under_way Under way" in found["Under way"]
        assert "Ahead" in found["Next today"]
        assert "at the end JHA Press briefing: Loose" in found["Next today"]
        assert "ended Ended" in found["Earlier today"]
        assert "Planned for 09:30 JHA Press briefing: Unsaid" in found["Scheduled to have started"]

    def test_point_should_have_started_for_three_hours(self, visitor: Visitor, clock: Any) -> None:
        stream = schema.Link(
            id=make_uuid("stream"), kind=LinkKind.LIVE_STREAM, title="Public session", url="https://video.example/"
        )
        publish_documents(
            clock, make_meeting_in_days(0, "jha", make_point("Talks", "10:00", live=True), links=[stream])
        )
        assert 'href="https://video.example/"' in get_page(visitor, "/en/")
        clock.move_to(TEN + 180 * MINUTE - MINUTE)
        assert "Planned for 10:00 JHA Press briefing: Talks" in group_by_heading(visitor)["Scheduled to have started"]
        clock.move_to(TEN + 180 * MINUTE)
        assert "Planned for 10:00 JHA Press briefing: Talks" in group_by_heading(visitor)["Earlier today"]

    def test_next_point_is_expected_a_minute_later(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_meeting_in_days(0, "jha", make_point("A", "10:01")))
        assert "A" in group_by_heading(visitor)["Next today"]
        clock.move_to(TEN + MINUTE)
        assert "Planned for 10:01 JHA Press briefing: A" in group_by_heading(visitor)["Scheduled to have started"]

    def test_point_of_today_of_a_meeting_of_another_day(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_meeting_in_days(20, "jha", make_point("Briefing", "11:00", date=PRESS_DATE)))
        assert "Briefing" in group_by_heading(visitor)["Next today"]

    def test_evening_in_new_york_is_shown_at_night_in_brussels(self, visitor: Visitor, clock: Any) -> None:
        """It is half past one in Brussels on the day after: points in New York are under way and next."""
        points = [
            make_point("Talks", "17:00", state=PointState.UNDER_WAY),
            make_point("Over", "18:00", state=PointState.ENDED),
            make_point("Later", "20:00"),
        ]
        publish_documents(
            clock,
            make_meeting_in_days(0, "fac", *points, timezone="America/New_York"),
            make_meeting_in_days(0, "jha", make_point("Here", "17:00")),
        )
        clock.move_to(dt.datetime(2060, 9, 14, 23, 30, tzinfo=dt.UTC))
        found = group_by_heading(visitor)
        assert "Talks" in found["Under way"]
        assert "Later" in found["Next today"]
        assert "Here" not in " ".join((found["Under way"], found["Next today"]))

    def test_cancelled_point_is_not_next(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(
            clock,
            make_meeting_in_days(
                0, "jha", make_point("Off", "11:00", state=PointState.CANCELLED), make_point("On", "12:00")
            ),
        )
        assert "Off" not in group_by_heading(visitor)["Next today"]

    def test_points_name_meeting_if_configuration_meets_twice(self, visitor: Visitor, clock: Any) -> None:
        trade = make_meeting_in_days(
            0, "fac", make_point("A", "11:00"), id=make_uuid("trade"), title="FAC (Trade)", address_word="trade"
        )
        publish_documents(clock, trade, make_meeting_in_days(0, "fac", make_point("B", "12:00")))
        assert "A FAC (Trade)" in group_by_heading(visitor)["Next today"]

    def test_links_to_daily_schedule(self, visitor: Visitor, clock: Any) -> None:
        assert 'href="/en/day/"' in get_page(visitor, "/en/")

    def test_number_of_more_points_is_shown(self, visitor: Visitor, clock: Any) -> None:
        past = [make_point(f"Past{n}", f"0{n}:00", state=PointState.ENDED) for n in range(8)]
        publish_documents(
            clock, make_meeting_in_days(0, "jha", *past, *(make_point(f"P{n}", f"{11 + n}:00") for n in range(9)))
        )
        found = group_by_heading(visitor)
        assert "P5 3 more in today’s schedule" in found["Next today"]
        assert "P6" not in found["Next today"]
        assert "2 earlier in today’s schedule" in found["Earlier today"]
        assert "Past1" not in found["Earlier today"]

    def test_six_points_are_all_shown(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(
            clock, make_meeting_in_days(0, "jha", *(make_point(f"P{n}", f"{11 + n}:00") for n in range(6)))
        )
        assert "more in today’s schedule" not in get_page(visitor, "/en/")


class TestThisWeek:
    def test_moved_meeting_is_on_former_day(self, visitor: Visitor, clock: Any) -> None:
        def was(distance: int) -> list[schema.EarlierDate]:
            day = PRESS_DATE + distance * DAY
            return [schema.EarlierDate(start_date=day, end_date=day)]

        lost = {"start_date": None, "end_date": None, "status": MeetingStatus.POSTPONED, "status_reason": "Snow."}
        publish_documents(
            clock, make_meeting_in_days(9, "jha", previous=was(0)), make_document("env", previous=was(1), **lost)
        )
        found = group_by_heading(visitor)
        assert "JHA Council Moved to Thursday 23 September 2060" in found["Today Tuesday 14 September 2060"]
        assert "Postponed, no new date ENVI Council Snow." in found["Schedule: Wednesday 15 September 2060"]
        assert "Moved from 14 to 23 September 2060" in found["Upcoming meetings"]
        assert "originally 15 September 2060" in found["Upcoming meetings"]

    def test_links_to_schedules_of_other_days_upcoming_first(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(
            clock,
            make_meeting_in_days(-1, "fac"),
            make_meeting_in_days(0, "jha"),
            make_meeting_in_days(1, "env", make_press_conference("Results", "15:00")),
            make_meeting_in_days(5, "eycs"),
            make_meeting_in_days(6, "gac"),
        )
        html = get_page(visitor, "/en/")
        assert re.findall(r'href="/en/day/(\d[-\d]+)/"', html) == ["2060-09-15", "2060-09-19", "2060-09-13"]
        found = group_by_heading(visitor)
        assert "ENVI Council Press conference: 15:00" in found["Schedule: Wednesday 15 September 2060"]
        assert "GAC Council" in found["Upcoming meetings"]

    def test_meeting_of_several_days_is_on_each_with_its_press_conference(self, visitor: Visitor, clock: Any) -> None:
        points = [
            make_press_conference("One", "15:00"),
            make_point("Two", "16:00", kind=PointKind.PRESS_CONFERENCE, date=PRESS_DATE + DAY),
        ]
        publish_documents(clock, make_meeting_in_days(0, "jha", *points, end_date=PRESS_DATE + DAY))
        found = group_by_heading(visitor)
        today, tomorrow = found["Today Tuesday 14 September 2060"], found["Schedule: Wednesday 15 September 2060"]
        assert "Day 1 of 2 Press conference: 15:00" in today
        assert "Day 2 of 2 Press conference: 16:00" in tomorrow
        assert "16:00" not in today

    def test_called_off_meeting_says_so(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(
            clock,
            make_meeting_in_days(
                1, "jha", make_press_conference("Off", "15:00"), status=MeetingStatus.CANCELLED, status_reason="Strike."
            ),
        )
        shown = group_by_heading(visitor)["Schedule: Wednesday 15 September 2060"]
        assert "Cancelled" in shown
        assert "Press conference" not in shown

    @pytest.mark.parametrize("distance", [-1, 5])
    def test_week_includes_monday_and_sunday(self, visitor: Visitor, clock: Any, distance: int) -> None:
        clock.move_to(TEN + distance * DAY)
        publish_documents(
            clock,
            make_meeting_in_days(-1, "fac"),
            make_meeting_in_days(5, "eycs"),
            make_meeting_in_days(6, "gac"),
            make_meeting_in_days(-2, "env"),
        )
        found = group_by_heading(visitor)
        days = {-1: ["Today Monday 13 September 2060"], 5: ["Today Sunday 19 September 2060"]}[distance]
        other = {-1: "Schedule: Sunday 19 September 2060", 5: "Schedule: Monday 13 September 2060"}[distance]
        assert {*days, other} <= {*found}
        assert "GAC Council" in found["Upcoming meetings"]
        assert "ENVI Council" in found["Before this week"]


class TestLatestUpdates:
    def test_five_latest_editions_with_notes(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        for number in range(6):
            corrected = {"reason": EditionReason.CORRECTION, "change_note": f"Note {number}."} if number else {}
            clock.shift(MINUTE)
            publish_documents(clock, make_meeting_in_days(0, "jha", place=schema.Place(venue=str(number))), **corrected)
        shown = group_by_heading(visitor)["Latest updates and corrections"]
        assert re.findall(r"Note (\d)", shown) == ["5", "4", "3", "2", "1"]
        assert shown.startswith("JHA 14 September 2060, 10:06 JHA Council , 14 September 2060 Corrected – Note 5.")
        assert 'href="/en/meetings/jha/2060/09/14/editions/5..6/"' in get_page(visitor, "/en/")

    def test_first_publication_links_to_editions(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_meeting_in_days(0, "jha"))
        assert "Published" in group_by_heading(visitor)["Latest updates and corrections"]
        assert 'href="/en/meetings/jha/2060/09/14/editions/"' in get_page(visitor, "/en/")


@pytest.mark.parametrize("day", [dt.date(1952, 1, 1), dt.date(2100, 12, 31)])
def test_any_day_may_be_today(visitor: Visitor, clock: Any, day: dt.date) -> None:
    clock.move_to(dt.datetime.combine(day, dt.time(12), dt.UTC))
    assert get_page(visitor, "/en/")

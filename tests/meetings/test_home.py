"""The home page: what is on now and next by what the office says and by the clock, the week, and what changed last."""

import datetime as dt
import re
from typing import Any

import pytest

from meetings.documents import shape
from meetings.editions import freeze
from meetings.models import EditionReason
from meetings.vocabulary import LinkKind, MeetingStatus, PointKind, PointState, TimePrecision
from tests.cast import DAY, MINUTE, PRESS_DATE, make_configuration, named, published, withdraw
from tests.cast import make_meeting as made
from tests.meetings.day_sheet.press_days import TEN, appear, meeting, page, point, words
from tests.publicity import Visitor

pytestmark = pytest.mark.django_db


def parts(visitor: Visitor) -> dict[str, str]:
    """The words under each heading, by its words."""
    html = page(visitor, "/en/").partition("<main")[2].partition("</main>")[0]
    found = re.split(r"(?s)<h[23][^>]*>(.*?)</h[23]>", html)[1:]
    return {words(heading): words(part) for heading, part in zip(found[::2], found[1::2], strict=True)}


def on(distance: int, slug: str, *points: shape.Point, **values: Any) -> Any:
    day = PRESS_DATE + distance * DAY
    return meeting(slug, *points, **{"start_date": day, "end_date": day} | values)


def press(title: str, time: str) -> shape.Point:
    return point(title, time, kind=PointKind.PRESS_CONFERENCE)


class TestWhatIsNotThere:
    def test_what_is_still_to_come(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, on(0, "jha", point("Shown", "11:00")))
        before = page(visitor, "/en/")
        freeze([on(0, "env", point("Hidden", "11:00"))], available_from=TEN + DAY)
        freeze([on(0, "jha", point("Hidden", "11:00"))], available_from=TEN + DAY, change_note="Hidden.")
        assert page(visitor, "/en/") == before

    def test_what_is_withdrawn(self, visitor: Visitor, clock: Any) -> None:
        gone = made(lead="<p>Zanzibar</p>")
        published(clock, gone)
        clock.move_to(withdraw(gone, reason="Sent too early.").available_from)
        html = page(visitor, "/en/")
        assert "Sent too early." not in html
        assert "/en/meetings/jha/2060" not in html

    def test_a_countdown(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, on(0, "jha", point("A", "10:30")))
        assert not re.search(r"\b(in|ago) \d+|\d+ minutes", words(page(visitor, "/en/")))


class TestToday:
    def test_now_is_what_the_office_says_and_never_what_the_clock_says(self, visitor: Visitor, clock: Any) -> None:
        ended, under_way = (
            point(str(state), "09:00", state=state) for state in (PointState.ENDED, PointState.UNDER_WAY)
        )
        loose = point("Loose", time_precision=TimePrecision.RELATIVE, time_text="at the end")
        appear(clock, on(0, "jha", ended, under_way, point("Unsaid", "09:30"), point("Ahead", "10:30"), loose))
        found = parts(visitor)
        assert [*found][1:5] == ["Under way", "Begun by the programme", "Next today", "Earlier today"]
        assert "under_way Under way" in found["Under way"]
        assert "Ahead" in found["Next today"]
        assert "at the end JHA Press briefing: Loose" in found["Next today"]
        assert "ended Ended" in found["Earlier today"]
        assert "Unsaid Expected 09:30" in found["Begun by the programme"]

    def test_for_three_hours_what_nobody_said_is_over_is_not_past(self, visitor: Visitor, clock: Any) -> None:
        stream = shape.Link(
            id=named("stream"), kind=LinkKind.LIVE_STREAM, title="Public session", url="https://video.example/"
        )
        appear(clock, on(0, "jha", point("Talks", "10:00", live=True), links=[stream]))
        assert 'href="https://video.example/"' in page(visitor, "/en/")
        clock.move_to(TEN + 180 * MINUTE - MINUTE)
        assert "Talks Expected 10:00" in parts(visitor)["Begun by the programme"]
        clock.move_to(TEN + 180 * MINUTE)
        assert "Talks Expected 10:00" in parts(visitor)["Earlier today"]

    def test_a_minute_later_what_was_next_is_expected(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, on(0, "jha", point("A", "10:01")))
        assert "A" in parts(visitor)["Next today"]
        clock.move_to(TEN + MINUTE)
        assert "A Expected 10:01" in parts(visitor)["Begun by the programme"]

    def test_a_point_of_today_of_a_meeting_of_another_day(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, on(20, "jha", point("Briefing", "11:00", date=PRESS_DATE)))
        assert "Briefing" in parts(visitor)["Next today"]

    def test_an_evening_in_new_york_is_the_night_here(self, visitor: Visitor, clock: Any) -> None:
        """Half past one in Brussels on the day after: what is on there is under way, and what is next there is next."""
        points = [
            point("Talks", "17:00", state=PointState.UNDER_WAY),
            point("Over", "18:00", state=PointState.ENDED),
            point("Later", "20:00"),
        ]
        appear(clock, on(0, "fac", *points, timezone="America/New_York"), on(0, "jha", point("Here", "17:00")))
        clock.move_to(dt.datetime(2060, 9, 14, 23, 30, tzinfo=dt.UTC))
        found = parts(visitor)
        assert "Talks" in found["Under way"]
        assert "Later" in found["Next today"]
        assert "Here" not in " ".join((found["Under way"], found["Next today"]))

    def test_what_is_cancelled_is_not_next(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, on(0, "jha", point("Off", "11:00", state=PointState.CANCELLED), point("On", "12:00")))
        assert "Off" not in parts(visitor)["Next today"]

    def test_two_meetings_of_one_configuration_are_told_apart(self, visitor: Visitor, clock: Any) -> None:
        trade = on(0, "fac", point("A", "11:00"), id=named("trade"), title="FAC (Trade)", address_word="trade")
        appear(clock, trade, on(0, "fac", point("B", "12:00")))
        assert "A FAC (Trade)" in parts(visitor)["Next today"]

    def test_its_day_sheet_is_one_step_away(self, visitor: Visitor, clock: Any) -> None:
        assert 'href="/en/day/"' in page(visitor, "/en/")

    def test_of_much_it_says_how_much_more_there_is(self, visitor: Visitor, clock: Any) -> None:
        past = [point(f"Past{n}", f"0{n}:00", state=PointState.ENDED) for n in range(8)]
        appear(clock, on(0, "jha", *past, *(point(f"P{n}", f"{11 + n}:00") for n in range(9))))
        found = parts(visitor)
        assert "P5 3 more today, on the day-sheet" in found["Next today"]
        assert "P6" not in found["Next today"]
        assert "2 before these, on the day-sheet" in found["Earlier today"]
        assert "Past1" not in found["Earlier today"]

    def test_six_are_no_more_than_it_shows(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, on(0, "jha", *(point(f"P{n}", f"{11 + n}:00") for n in range(6))))
        assert "more today" not in page(visitor, "/en/")


class TestThisWeek:
    def test_what_left_a_day_of_it_is_told_there(self, visitor: Visitor, clock: Any) -> None:
        def was(distance: int) -> list[shape.EarlierDate]:
            day = PRESS_DATE + distance * DAY
            return [shape.EarlierDate(start_date=day, end_date=day)]

        lost = {"start_date": None, "end_date": None, "status": MeetingStatus.POSTPONED, "status_reason": "Snow."}
        appear(clock, on(9, "jha", previous=was(0)), meeting("env", previous=was(1), **lost))
        found = parts(visitor)
        assert "JHA Council Moved to Thursday 23 September 2060" in found["Today Tuesday 14 September 2060"]
        assert "ENVI Council No new date yet. Snow." in found["Day-sheet: Wednesday 15 September 2060"]
        assert "moved from 14 September 2060" in found["Coming meetings"]
        assert "originally 15 September 2060" in found["Coming meetings"]

    def test_its_other_days_lead_to_their_sheets_those_to_come_first(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, on(-1, "fac"), on(0, "jha"), on(1, "env", press("Results", "15:00")), on(5, "eycs"), on(6, "gac"))
        html = page(visitor, "/en/")
        assert re.findall(r'href="/en/day/(\d[-\d]+)/"', html) == ["2060-09-15", "2060-09-19", "2060-09-13"]
        found = parts(visitor)
        assert "ENVI Council Press conference: 15:00" in found["Day-sheet: Wednesday 15 September 2060"]
        assert "GAC Council" in found["Coming meetings"]

    def test_a_meeting_of_several_days_is_on_each_with_its_press_conference(self, visitor: Visitor, clock: Any) -> None:
        points = [press("One", "15:00"), point("Two", "16:00", kind=PointKind.PRESS_CONFERENCE, date=PRESS_DATE + DAY)]
        appear(clock, on(0, "jha", *points, end_date=PRESS_DATE + DAY))
        found = parts(visitor)
        today, tomorrow = found["Today Tuesday 14 September 2060"], found["Day-sheet: Wednesday 15 September 2060"]
        assert "Day 1 of 2 Press conference: 15:00" in today
        assert "Day 2 of 2 Press conference: 16:00" in tomorrow
        assert "16:00" not in today

    def test_what_is_called_off_says_so(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, on(1, "jha", press("Off", "15:00"), status=MeetingStatus.CANCELLED, status_reason="Strike."))
        told = parts(visitor)["Day-sheet: Wednesday 15 September 2060"]
        assert "Cancelled" in told
        assert "Press conference" not in told

    @pytest.mark.parametrize("distance", [-1, 5])
    def test_monday_and_sunday_are_part_of_it(self, visitor: Visitor, clock: Any, distance: int) -> None:
        clock.move_to(TEN + distance * DAY)
        appear(clock, on(-1, "fac"), on(5, "eycs"), on(6, "gac"), on(-2, "env"))
        found = parts(visitor)
        days = {-1: ["Today Monday 13 September 2060"], 5: ["Today Sunday 19 September 2060"]}[distance]
        other = {-1: "Day-sheet: Sunday 19 September 2060", 5: "Day-sheet: Monday 13 September 2060"}[distance]
        assert {*days, other} <= {*found}
        assert "GAC Council" in found["Coming meetings"]
        assert "ENVI Council" in found["Before this week"]


class TestWhatChangedLast:
    def test_five_of_what_is_live_with_their_notes(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        for number in range(6):
            corrected = {"reason": EditionReason.CORRECTION, "change_note": f"Note {number}."} if number else {}
            clock.shift(MINUTE)
            appear(clock, on(0, "jha", place=shape.Place(venue=str(number))), **corrected)
        told = parts(visitor)["Published and corrected last"]
        assert re.findall(r"Note (\d)", told) == ["5", "4", "3", "2", "1"]
        assert told.startswith("JHA 14 September 2060, 10:06 JHA Council , 14 September 2060 Corrected – Note 5.")
        assert 'href="/en/meetings/jha/2060/09/14/editions/5..6/"' in page(visitor, "/en/")

    def test_a_first_publication_leads_to_its_editions(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, on(0, "jha"))
        assert "Published" in parts(visitor)["Published and corrected last"]
        assert 'href="/en/meetings/jha/2060/09/14/editions/"' in page(visitor, "/en/")


@pytest.mark.parametrize("day", [dt.date(1952, 1, 1), dt.date(2100, 12, 31)])
def test_any_day_may_be_today(visitor: Visitor, clock: Any, day: dt.date) -> None:
    clock.move_to(dt.datetime.combine(day, dt.time(12), dt.UTC))
    assert page(visitor, "/en/")

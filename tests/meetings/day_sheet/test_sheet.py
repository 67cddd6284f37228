"""The sheet of a day: what is on it, in which order, in which words, and what it costs."""

import datetime as dt
import re
from typing import Any

import pytest

from meetings.documents import shape
from meetings.editions import bury, freeze
from meetings.models import Edition
from meetings.vocabulary import Language, LinkKind, MeetingStatus, PointState, TimePrecision
from tests.cast import DAY, MINUTE, PRESS_DATE, SECOND, named
from tests.meetings.day_sheet.press_days import SHEET, TEN, appear, entries, meeting, page, point, titles, words
from tests.publicity import Visitor

pytestmark = pytest.mark.django_db
SUMMER_ENDS, SUMMER_BEGINS = dt.date(2060, 10, 31), dt.date(2060, 3, 28)


class TestWhatIsNotOnIt:
    def test_what_is_still_to_come(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, meeting("jha", point("Shown", "09:00")))
        before = page(visitor)
        freeze([meeting("env", point("Hidden", "10:00"))], available_from=TEN + DAY)
        freeze([meeting("jha", point("Later", "11:00"))], available_from=TEN + DAY)
        assert page(visitor) == before
        assert "Hidden" not in before

    def test_what_is_withdrawn(self, visitor: Visitor, clock: Any) -> None:
        [edition] = appear(clock, meeting("jha", point("Secret", "09:00")))
        notice = shape.Tombstone(id=named("jha"), language=Language.EN, title="JHA", reason="Early.", address="x")
        clock.move_to(bury(edition, [notice], available_from=TEN + MINUTE).available_from)
        told = page(visitor)
        assert "JHA Withdrawn Early." in words(told)
        assert not {"Secret", "JHA Council"} & set(re.findall("Secret|JHA Council", told))
        assert titles(visitor) == []
        assert "Nothing is published for this day." in words(page(visitor, "/en/day/2060-09-15/"))

    def test_what_an_earlier_edition_said(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, meeting("jha", point("First", "09:00")))
        appear(clock, meeting("jha", point("Second", "09:00")))
        assert titles(visitor) == ["Second"]
        assert "First" not in page(visitor)

    def test_what_is_on_another_day(self, visitor: Visitor, clock: Any) -> None:
        tomorrow = PRESS_DATE + DAY
        appear(clock, meeting("env", point("Other", "09:00"), start_date=tomorrow, end_date=tomorrow))
        assert titles(visitor) == []
        assert 'href="/en/day/2060-09-15/"' in page(visitor)

    def test_the_programme_of_what_is_called_off(self, visitor: Visitor, clock: Any) -> None:
        appear(
            clock,
            meeting("jha", point("Off", "09:00"), status=MeetingStatus.CANCELLED, status_reason="Strike."),
            meeting("env", point("Off", "09:00"), status=MeetingStatus.POSTPONED, status_reason="Snow."),
        )
        told = words(page(visitor))
        assert titles(visitor) == []
        assert "JHA Council Cancelled Strike." in told
        assert "ENVI Council Postponed Snow." in told

    def test_but_what_is_postponed_to_this_date_takes_place(self, visitor: Visitor, clock: Any) -> None:
        day = PRESS_DATE - 7 * DAY
        earlier = [shape.EarlierDate(start_date=day, end_date=day, city="Brussels")]
        moved = meeting("env", point("On", "09:00"), status=MeetingStatus.POSTPONED, previous=earlier)
        appear(clock, moved)
        assert titles(visitor) == ["On"]
        assert "Postponed to a new date" in words(page(visitor, "/en/meetings/"))

    def test_a_link_without_an_address(self, visitor: Visitor, clock: Any) -> None:
        link = shape.Link(id=named("link"), kind=LinkKind.LIVE_STREAM, title="Stream")
        appear(clock, meeting("jha", point("A", "09:00", links=[link]), links=[link]))
        assert 'href=""' not in page(visitor)


class TestTheOrder:
    def test_all_meetings_by_the_clock(self, visitor: Visitor, clock: Any) -> None:
        appear(
            clock,
            meeting("jha", point("Third", "13:00"), point("First", "08:00")),
            meeting("env", point("Second", "12:59"), point("Fourth", "13:00")),
        )
        told = titles(visitor)
        assert (told[:2], sorted(told[2:])) == (["First", "Second"], ["Fourth", "Third"])

    def test_what_has_no_clock_follows_what_it_follows_in_its_own_programme(self, visitor: Visitor, clock: Any) -> None:
        end = {"time_precision": TimePrecision.RELATIVE, "time_text": "at the end of the meeting"}
        appear(
            clock,
            meeting("jha", point("Start", "09:00"), point("Lunch"), point("Press", **end)),
            meeting("env", point("Between", "09:30")),
        )
        assert titles(visitor) == ["Start", "Lunch", "Press", "Between"]
        told = entries(page(visitor))
        assert told[1].startswith("no fixed time")
        assert told[2].startswith("at the end of the meeting")

    def test_what_follows_nothing_with_a_clock_stands_apart_by_meeting(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, meeting("jha", point("Unknown"), point("Start", "09:00")), meeting("env", point("Loose")))
        assert titles(visitor)[0] == "Start"
        apart = page(visitor).partition("Without a fixed time")[2]
        assert "JHA Council" in apart
        assert "ENVI Council" in apart
        assert len(entries(apart)) == 2

    def test_of_two_meetings_of_one_configuration_each_point_says_which(self, visitor: Visitor, clock: Any) -> None:
        trade = meeting(
            "fac", point("Trade start", "09:00"), id=named("trade"), title="FAC (Trade)", address_word="trade"
        )
        appear(clock, trade, meeting("fac", point("Start", "10:00")), meeting("env", point("Alone", "11:00")))
        first, second, third = entries(page(visitor))
        assert first.count("FAC (Trade)") == 2  # to see, and in the link for who hears it
        assert second.count("FAC Council") == 2
        assert third.count("ENVI Council") == 1

    def test_points_on_days_of_their_own(self, visitor: Visitor, clock: Any) -> None:
        tomorrow = PRESS_DATE + DAY
        days = {"start_date": PRESS_DATE, "end_date": tomorrow}
        appear(clock, meeting("jha", point("Today", "09:00"), point("Tomorrow", "08:00", date=tomorrow), **days))
        assert titles(visitor) == ["Today"]
        assert titles(visitor, "/en/day/2060-09-15/") == ["Tomorrow"]
        assert "Day 1 of 2" in page(visitor)
        assert "Day 2 of 2" in page(visitor, "/en/day/2060-09-15/")

    def test_a_point_on_a_day_that_is_none_of_its_meeting(self, visitor: Visitor, clock: Any) -> None:
        before = PRESS_DATE - 3 * DAY
        appear(clock, meeting("jha", point("Briefing", "15:00", date=before)))
        told = page(visitor, f"/en/day/{before}/")
        assert titles(visitor, f"/en/day/{before}/") == ["Briefing"]
        assert "Meets on Tuesday 14 September 2060" in words(told)

    def test_a_meeting_without_a_programme_is_named(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, meeting("jha"), meeting("env", end_date=PRESS_DATE + 2 * DAY))
        assert page(visitor).count("No programme for this day yet") == 2
        assert "ENVI Council" in page(visitor, "/en/day/2060-09-16/")
        assert "ENVI Council" not in page(visitor, "/en/day/2060-09-17/")

    def test_one_that_lost_its_date_is_named_where_it_was(self, visitor: Visitor, clock: Any) -> None:
        earlier = shape.EarlierDate(start_date=PRESS_DATE, end_date=PRESS_DATE)
        lost = {"start_date": None, "end_date": None, "previous": [earlier], "status": MeetingStatus.POSTPONED}
        appear(clock, meeting("jha", **lost))
        assert "JHA Council Postponed No new date yet." in words(page(visitor))
        assert "JHA" not in page(visitor, "/en/day/2060-09-15/")

    def test_what_moved_to_another_day_is_told_where_it_was(self, visitor: Visitor, clock: Any) -> None:
        was = shape.EarlierTime(date=PRESS_DATE, time="16:00", time_text="+/- 16:00", place="Press room 1")
        moved = {"date": PRESS_DATE + DAY, "state": PointState.MOVED, "previous": [was]}
        appear(clock, meeting("jha", point("Start", "09:00"), point("Press", "10:00", **moved)))
        [_start, told] = entries(page(visitor))
        assert told.startswith("about 16:00 JHA")
        assert told.endswith("Moved Moved to Wednesday 15 September 2060 , 10:00")


class TestPlacesElsewhere:
    def test_they_are_ordered_by_the_instant_and_say_whose_clock_it_is(self, visitor: Visitor, clock: Any) -> None:
        appear(
            clock,
            meeting("jha", point("Here", "09:30")),
            meeting("env", point("There", "10:00"), timezone="Europe/Tallinn", place=shape.Place(city="Tallinn")),
        )
        assert titles(visitor) == ["There", "Here"]
        there, here = entries(page(visitor))
        assert there.startswith("10:00 Tallinn time; 09:00 in Brussels")
        assert "Brussels" not in here

    def test_a_clock_that_shows_the_same_is_not_told_of(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, meeting("env", point("Same", "10:00"), timezone="Europe/Luxembourg"))
        assert "in Brussels" not in entries(page(visitor))[0]

    def test_where_it_is_another_day_in_brussels_that_is_told(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, meeting("fac", point("Early", "05:00"), timezone="Asia/Tokyo"))
        assert entries(page(visitor))[0].startswith("05:00 Tokyo time; 13 September, 22:00 in Brussels")

    @pytest.mark.parametrize(("day", "times"), [(SUMMER_ENDS, ("01:30", "03:30")), (SUMMER_BEGINS, ("01:30", "03:30"))])
    def test_a_day_of_23_or_25_hours(self, visitor: Visitor, clock: Any, day: dt.date, times: tuple[str, str]) -> None:
        points = [point(f"At{time}", time) for time in (times[1], "02:30", times[0])]
        appear(clock, meeting("jha", *points, start_date=day, end_date=day))
        assert titles(visitor, f"/en/day/{day}/") == ["At01:30", "At02:30", "At03:30"]


class TestTheWords:
    @pytest.mark.parametrize(
        ("precision", "words"),
        [
            (TimePrecision.EXACT, "13:00"),
            (TimePrecision.APPROXIMATE, "about 13:00"),
            (TimePrecision.FROM, "from 13:00"),
            (TimePrecision.TO_BE_CONFIRMED, "13:00, to be confirmed"),
        ],
    )
    def test_how_exact_a_time_is(self, visitor: Visitor, clock: Any, precision: TimePrecision, words: str) -> None:
        appear(clock, meeting("jha", point("A", "13:00", time_precision=precision, time_text="+/- 13:00")))
        assert entries(page(visitor))[0].startswith(f"{words} JHA")

    def test_what_is_printed_beside_the_time_is_not_lost(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, meeting("jha", point("A", "13:00", time_text="13:00 or when the Eurogroup ends")))
        assert entries(page(visitor))[0].startswith("13:00 13:00 or when the Eurogroup ends JHA")

    def test_a_time_to_be_confirmed(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, meeting("jha", point("A", time_precision=TimePrecision.TO_BE_CONFIRMED)))
        assert entries(page(visitor))[0].startswith("time to be confirmed JHA")

    @pytest.mark.parametrize("state", [PointState.DELAYED, PointState.MOVED, PointState.CANCELLED, PointState.ENDED])
    def test_what_the_office_says_of_it(self, visitor: Visitor, clock: Any, state: PointState) -> None:
        was = shape.EarlierTime(time="13:00", time_text="13:00", place="press room 1")
        changed = point("A", "14:00", state=state, previous=[was], place="press room 2")
        appear(clock, meeting("jha", point("Before", "11:00"), changed))
        [_before, told] = entries(page(visitor))
        assert f"A {state.label.capitalize()} was 13:00 , press room 1 press room 2" in told

    def test_under_way_is_what_the_office_says_is(self, visitor: Visitor, clock: Any) -> None:
        said = point("Said", "09:00", state=PointState.UNDER_WAY)
        appear(clock, meeting("jha", said, point("Unsaid", "09:30"), point("Ahead", "10:30")))
        on, unsaid, ahead = entries(page(visitor))
        assert on.endswith("Under way")
        assert unsaid.endswith("Expected 09:30")
        assert ahead.endswith("Next")

    def test_the_next_is_the_next_by_the_clock(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, meeting("jha", point("A", "10:01"), point("B", "10:02"), point("C")))
        assert [entry.endswith("Next") for entry in entries(page(visitor))] == [True, False, False]
        clock.move_to(TEN + MINUTE)
        told = entries(page(visitor))
        assert told[0].endswith("Expected 10:01")
        assert told[1].endswith("Next")
        clock.move_to(TEN - DAY)
        assert "Next<" not in page(visitor)

    def test_a_day_that_is_over_says_so_once(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, meeting("jha", point("A", "09:00"), point("B", "09:30", state=PointState.UNDER_WAY)))
        clock.move_to(dt.datetime(2060, 9, 14, 22, 0, tzinfo=dt.UTC))  # midnight in Brussels
        told = page(visitor)
        assert "This day is over." in told
        assert "Under way" not in told
        assert "Expected" not in told

    def test_only_what_may_still_change_by_the_clock_asks_for_news(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, meeting("jha", point("A", "09:00")), meeting("fac", point("B", "09:00"), timezone="America/Lima"))
        assert "Pause updating" in page(visitor)
        clock.move_to(dt.datetime(2060, 9, 15, 4, 0, tzinfo=dt.UTC))  # it is still the day before in Lima
        assert "Pause updating" in page(visitor)
        clock.move_to(dt.datetime(2060, 9, 15, 6, 0, tzinfo=dt.UTC))
        assert "Pause updating" not in page(visitor)

    def test_only_days_on_which_something_is_are_for_search_engines(self, visitor: Visitor, clock: Any) -> None:
        """Of the others there is no end."""
        appear(clock, meeting("jha"))
        assert "X-Robots-Tag" not in visitor.get(SHEET)
        assert visitor.get("/en/day/1952-01-01/")["X-Robots-Tag"] == "noindex, nofollow"

    def test_only_today_is_today(self, visitor: Visitor, clock: Any) -> None:
        current = '<a href="/en/day/" aria-current="true">Today</a>'
        assert current in page(visitor)
        assert current in page(visitor, "/en/day/")
        assert current not in page(visitor, "/en/day/2060-09-15/")

    def test_where_the_day_is_over_there_and_not_here(self, visitor: Visitor, clock: Any) -> None:
        clock.move_to(TEN - MINUTE)
        appear(clock, meeting("fac", point("There", "09:00"), timezone="Asia/Tokyo"), meeting("jha", point("Here")))
        clock.move_to(dt.datetime(2060, 9, 14, 15, 0, tzinfo=dt.UTC))
        there, here = entries(page(visitor))
        assert there.endswith("Ended")
        assert not here.endswith("Ended")

    def test_who_chairs_and_speaks_and_where_to_watch(self, visitor: Visitor, clock: Any) -> None:
        def link(title: str, kind: LinkKind = LinkKind.LIVE_STREAM) -> shape.Link:
            return shape.Link(id=named(title), kind=kind, title=title, url=f"https://video.example/{title}")

        chairs = [
            shape.Chair(id=named("a"), name="Ann Ode"),
            shape.Chair(id=named("b"), name="Bob Other", date=PRESS_DATE + DAY),
        ]
        own = point("Own", "09:00", live=True, links=[link("Room"), link("Doc", LinkKind.DOCUMENT)])
        speakers = [shape.Speaker(name="Ann Ode", role="Minister")]
        shown = point("Shown", "10:00", live=True, speakers=speakers)
        appear(clock, meeting("jha", own, shown, point("Closed", "11:00"), links=[link("Hall")], chairs=chairs))
        html = page(visitor)
        first, second, third = entries(html)
        assert "Streamed live: Room" in first
        assert "Ann Ode, Minister Streamed live: Hall" in second
        assert "Hall" not in third
        assert "Doc" not in html
        assert "In the chair: Ann Ode" in words(html)
        assert "Bob" not in html
        assert f'href="/en/meetings/jha/2060/09/14/#point-{named("Own")}"' in html

    def test_what_was_told_on_the_day(self, visitor: Visitor, clock: Any) -> None:
        alerts = [shape.Alert(id=named(str(n)), text=f"Told {n}.", at=TEN - n * DAY) for n in (0, 1)]
        appear(clock, meeting("jha", alerts=alerts))
        assert "10:00 JHA Told 0." in words(page(visitor))
        assert "Told 1." not in page(visitor)

    def test_a_text_of_another_language_is_marked(self, visitor: Visitor, clock: Any) -> None:
        greek = {"language": Language.EL, "source_language": Language.EL}
        appear(clock, meeting("jha", point("Άφιξη", "09:00"), **greek))
        assert '<span lang="el">Άφιξη</span>' in page(visitor)

    def test_which_edition_it_shows(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, meeting("jha"))
        appear(clock, meeting("jha", point("A", "09:00")))
        told = words(page(visitor))
        assert "As of 14 September 2060, 10:00 in Brussels. Newest edition on it: 14 September 2060, 10:00 ." in told
        assert "Edition 2, 14 September 2060, 10:00" in told


class TestTheNextDay:
    def test_is_one_on_which_something_happens(self, visitor: Visitor, clock: Any) -> None:
        def on(slug: str, distance: int, *points: shape.Point, **values: Any) -> Any:
            day = PRESS_DATE + distance * DAY
            return meeting(slug, *points, start_date=day, end_date=day, **values)

        appear(clock, on("env", 2, status=MeetingStatus.CANCELLED), on("jha", 9), on("fac", -3))
        assert "Next day with a meeting: 23 September 2060" in words(page(visitor))
        appear(clock, on("gac", 20, point("Early", date=PRESS_DATE + 5 * DAY)))
        assert "Next day with a meeting: 19 September 2060" in words(page(visitor))
        assert "Next day with a meeting: 11" not in words(page(visitor, "/en/day/2060-09-11/"))

    def test_a_meeting_that_goes_on_is_on_the_day_after(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, meeting("jha", end_date=PRESS_DATE + DAY))
        assert "Next day with a meeting" not in page(visitor)  # it is the day after, which has a link

    def test_far_off_days_are_not_looked_for(self, visitor: Visitor, clock: Any) -> None:
        far = PRESS_DATE + 500 * DAY
        appear(clock, meeting("jha", start_date=far, end_date=far))
        assert "Next day with a meeting" not in page(visitor)


class TestAnOldCopy:
    def again(self, visitor: Visitor, first: Any, address: str = SHEET) -> int:
        return int(visitor.get(address, headers={"if-none-match": first["ETag"]}).status_code)

    @pytest.mark.parametrize("address", [SHEET, "/en/day/", "/en/day/2060-12-24/", "/en/", "/en/meetings/corrections/"])
    def test_it_is_confirmed_without_a_query(self, visitor: Visitor, clock: Any, address: str) -> None:
        appear(clock, meeting("jha", point("A", "11:00")))
        first = visitor.get(address)
        clock.shift(5 * SECOND)
        again = visitor.get(address, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content, visitor.statements) == (304, b"", [])
        assert "Last-Modified" not in first

    @pytest.mark.parametrize("address", [SHEET, "/en/day/", "/en/"])
    def test_not_when_something_was_published(self, visitor: Visitor, clock: Any, address: str) -> None:
        appear(clock, meeting("jha", point("A", "11:00")))
        first = visitor.get(address)
        appear(clock, meeting("jha", point("B", "11:00")))
        assert self.again(visitor, first, address) == 200

    @pytest.mark.parametrize("address", [SHEET, "/en/day/", "/en/day/2060-09-15/", "/en/"])
    def test_not_in_the_next_minute(self, visitor: Visitor, clock: Any, address: str) -> None:
        appear(clock, meeting("jha", point("A", "11:00")))
        first = visitor.get(address)
        clock.move_to(TEN + MINUTE - SECOND)
        assert self.again(visitor, first, address) == 304
        clock.move_to(TEN + MINUTE)
        assert self.again(visitor, first, address) == 200

    def test_a_day_far_off_changes_at_midnight_only(self, visitor: Visitor, clock: Any) -> None:
        first = visitor.get("/en/day/2060-12-24/")
        clock.move_to(TEN + 13 * 60 * MINUTE)
        assert self.again(visitor, first, "/en/day/2060-12-24/") == 304
        clock.move_to(TEN + 14 * 60 * MINUTE)
        assert self.again(visitor, first, "/en/day/2060-12-24/") == 200

    def test_today_is_another_day_after_midnight_in_brussels(self, visitor: Visitor, clock: Any) -> None:
        clock.move_to(dt.datetime(2060, 9, 14, 21, 59, 59, tzinfo=dt.UTC))
        assert "Tuesday 14 September 2060" in page(visitor, "/en/day/")
        clock.shift(SECOND)
        assert "Wednesday 15 September 2060" in page(visitor, "/en/day/")


@pytest.mark.parametrize("number", [1, 30])
def test_it_takes_the_same_queries_however_much_there_is(visitor: Visitor, clock: Any, number: int) -> None:
    at = TEN + MINUTE
    for n in range(number):
        points = [point(f"P{n}-{m}", f"{8 + m:02}:00", live=True) for m in range(9)]
        freeze([meeting("jha", *points, id=named(f"{n}"), address_word=f"w{n}")], available_from=at)
    clock.move_to(at)
    assert len(entries(page(visitor))) == 9 * number
    assert len(visitor.statements) == 5  # which, their texts, past points; the next day with a meeting, with a point
    assert Edition.objects.count() == number

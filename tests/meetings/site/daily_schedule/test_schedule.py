"""The daily schedule: content, order, wording and number of queries."""

import datetime as dt
import re
from typing import Any

import pytest

from meetings.documents import schema
from meetings.documents.choices import Language, LinkKind, MeetingStatus, PointState, TimePrecision
from meetings.editions.freezing import create_edition, create_tombstone
from meetings.models import Edition
from tests.edition_publisher import EditionPublisher, appears, make_meeting_version
from tests.factories import DAY, MINUTE, PRESS_DATE, SECOND, make_uuid
from tests.meetings.site.daily_schedule.press_days import (
    SCHEDULE,
    TEN,
    extract_text,
    get_page,
    list_entries,
    list_titles,
    make_document,
    make_point,
    publish_documents,
    read_titles,
)
from tests.public_requests import Visitor

__all__ = ["appears"]

pytestmark = pytest.mark.django_db
SUMMER_ENDS, SUMMER_BEGINS = dt.date(2060, 10, 31), dt.date(2060, 3, 28)


class TestNotShown:
    def test_scheduled_edition_is_not_shown(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_document("jha", make_point("Shown", "09:00")))
        before = get_page(visitor)
        create_edition([make_document("env", make_point("Hidden", "10:00"))], available_from=TEN + DAY)
        create_edition([make_document("jha", make_point("Later", "11:00"))], available_from=TEN + DAY)
        assert get_page(visitor) == before
        assert "Hidden" not in before

    def test_withdrawn_meeting_shows_notice_only(self, visitor: Visitor, clock: Any) -> None:
        [edition] = publish_documents(clock, make_document("jha", make_point("Secret", "09:00")))
        notice = schema.Tombstone(id=make_uuid("jha"), language=Language.EN, title="JHA", reason="Early.", address="x")
        clock.move_to(create_tombstone(edition, [notice], available_from=TEN + MINUTE).available_from)
        shown = get_page(visitor)
        assert "JHA Withdrawn Early." in extract_text(shown)
        assert not {"Secret", "JHA Council"} & set(re.findall("Secret|JHA Council", shown))
        assert read_titles(shown) == []
        assert "Nothing is published for this day." in extract_text(get_page(visitor, "/en/day/2060-09-15/"))

    @pytest.mark.parametrize(
        ("takes_place", "heading"), [(True, "Meetings"), (None, "Meetings"), (False, "Meetings originally planned")]
    )
    def test_heading_agrees_with_the_notice(
        self, visitor: Visitor, appears: EditionPublisher, takes_place: bool | None, heading: str
    ) -> None:
        appears.withdraw(appears(make_meeting_version()), takes_place=takes_place)
        assert f'<h2 id="meetings">{heading}</h2>' in get_page(visitor)

    def test_superseded_edition_is_not_shown(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_document("jha", make_point("First", "09:00")))
        publish_documents(clock, make_document("jha", make_point("Second", "09:00")))
        shown = get_page(visitor)
        assert read_titles(shown) == ["Second"]
        assert "First" not in shown

    def test_meeting_of_another_day_is_not_shown(self, visitor: Visitor, clock: Any) -> None:
        tomorrow = PRESS_DATE + DAY
        publish_documents(
            clock, make_document("env", make_point("Other", "09:00"), start_date=tomorrow, end_date=tomorrow)
        )
        shown = get_page(visitor)
        assert read_titles(shown) == []
        assert 'href="/en/day/2060-09-15/"' in shown

    def test_programme_of_called_off_meeting_is_not_shown(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(
            clock,
            make_document("jha", make_point("Off", "09:00"), status=MeetingStatus.CANCELLED, status_reason="Strike."),
            make_document("env", make_point("Off", "09:00"), status=MeetingStatus.POSTPONED, status_reason="Snow."),
        )
        html = get_page(visitor)
        shown = extract_text(html)
        assert read_titles(html) == []
        assert "JHA Council Cancelled Strike." in shown
        assert "ENVI Council Postponed, no new date Snow." in shown

    def test_meeting_postponed_to_this_date_is_shown(self, visitor: Visitor, clock: Any) -> None:
        day = PRESS_DATE - 7 * DAY
        earlier = [schema.EarlierDate(start_date=day, end_date=day, city="Brussels")]
        moved = make_document("env", make_point("On", "09:00"), status=MeetingStatus.POSTPONED, previous=earlier)
        publish_documents(clock, moved)
        assert list_titles(visitor) == ["On"]
        assert "Moved from 7 to 14 September 2060" in extract_text(get_page(visitor, "/en/meetings/"))

    def test_link_without_url_is_not_shown(self, visitor: Visitor, clock: Any) -> None:
        link = schema.Link(id=make_uuid("link"), kind=LinkKind.LIVE_STREAM, title="Stream")
        publish_documents(clock, make_document("jha", make_point("A", "09:00", links=[link]), links=[link]))
        assert 'href=""' not in get_page(visitor)


class TestOrder:
    def test_points_of_all_meetings_are_sorted_by_time(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(
            clock,
            make_document("jha", make_point("Third", "13:00"), make_point("First", "08:00")),
            make_document("env", make_point("Second", "12:59"), make_point("Fourth", "13:00")),
        )
        shown = list_titles(visitor)
        assert (shown[:2], sorted(shown[2:])) == (["First", "Second"], ["Fourth", "Third"])

    def test_point_without_time_follows_previous_point_of_its_programme(self, visitor: Visitor, clock: Any) -> None:
        end = {"time_precision": TimePrecision.RELATIVE, "time_text": "at the end of the meeting"}
        publish_documents(
            clock,
            make_document("jha", make_point("Start", "09:00"), make_point("Lunch"), make_point("Press", **end)),
            make_document("env", make_point("Between", "09:30")),
        )
        html = get_page(visitor)
        assert read_titles(html) == ["Start", "Lunch", "Press", "Between"]
        shown = list_entries(html)
        assert shown[1].startswith("no fixed time")
        assert shown[2].startswith("at the end of the meeting")

    def test_points_after_no_timed_point_are_listed_by_meeting(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(
            clock,
            make_document("jha", make_point("Unknown"), make_point("Start", "09:00")),
            make_document("env", make_point("Loose")),
        )
        html = get_page(visitor)
        assert read_titles(html)[0] == "Start"
        apart = html.partition("Without a fixed time")[2]
        assert "JHA Council" in apart
        assert "ENVI Council" in apart
        assert len(list_entries(apart)) == 2

    def test_points_name_meeting_if_configuration_meets_twice(self, visitor: Visitor, clock: Any) -> None:
        trade = make_document(
            "fac", make_point("Trade start", "09:00"), id=make_uuid("trade"), title="FAC (Trade)", address_word="trade"
        )
        publish_documents(
            clock,
            trade,
            make_document("fac", make_point("Start", "10:00")),
            make_document("env", make_point("Alone", "11:00")),
        )
        first, second, third = list_entries(get_page(visitor))
        assert first.count("FAC (Trade)") == 2  # visible, and in the link for screen readers
        assert second.count("FAC Council") == 2
        assert third.count("ENVI Council") == 1

    def test_point_with_its_own_date(self, visitor: Visitor, clock: Any) -> None:
        tomorrow = PRESS_DATE + DAY
        days = {"start_date": PRESS_DATE, "end_date": tomorrow}
        publish_documents(
            clock,
            make_document("jha", make_point("Today", "09:00"), make_point("Tomorrow", "08:00", date=tomorrow), **days),
        )
        first, second = get_page(visitor), get_page(visitor, "/en/day/2060-09-15/")
        assert read_titles(first) == ["Today"]
        assert "Day 1 of 2" in first
        assert read_titles(second) == ["Tomorrow"]
        assert "Day 2 of 2" in second

    def test_point_on_a_day_that_its_meeting_has_not(self, visitor: Visitor, clock: Any) -> None:
        before = PRESS_DATE - 3 * DAY
        publish_documents(clock, make_document("jha", make_point("Briefing", "15:00", date=before)))
        shown = get_page(visitor, f"/en/day/{before}/")
        assert read_titles(shown) == ["Briefing"]
        assert "Meeting on Tuesday 14 September 2060" in extract_text(shown)

    def test_meeting_without_programme_is_shown(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_document("jha"), make_document("env", end_date=PRESS_DATE + 2 * DAY))
        assert get_page(visitor).count("No programme for this day yet") == 2
        assert "ENVI Council" in get_page(visitor, "/en/day/2060-09-16/")
        assert "ENVI Council" not in get_page(visitor, "/en/day/2060-09-17/")

    def test_meeting_that_lost_its_date_is_on_former_day(self, visitor: Visitor, clock: Any) -> None:
        earlier = schema.EarlierDate(start_date=PRESS_DATE, end_date=PRESS_DATE)
        lost = {"start_date": None, "end_date": None, "previous": [earlier], "status": MeetingStatus.POSTPONED}
        publish_documents(clock, make_document("jha", **lost))
        assert "JHA Council Postponed, no new date" in extract_text(get_page(visitor))
        assert "JHA" not in get_page(visitor, "/en/day/2060-09-15/")

    def test_moved_point_is_on_former_day(self, visitor: Visitor, clock: Any) -> None:
        was = schema.EarlierTime(date=PRESS_DATE, time="16:00", time_text="+/- 16:00", place="Press room 1")
        moved = {"date": PRESS_DATE + DAY, "state": PointState.MOVED, "previous": [was]}
        publish_documents(
            clock, make_document("jha", make_point("Start", "09:00"), make_point("Press", "10:00", **moved))
        )
        [_start, shown] = list_entries(get_page(visitor))
        assert shown.startswith("about 16:00 JHA")
        assert shown.endswith("Moved Moved to Wednesday 15 September 2060 , 10:00")


class TestTimeZones:
    def test_points_are_sorted_by_instant_and_name_time_zone(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(
            clock,
            make_document("jha", make_point("Here", "09:30")),
            make_document(
                "env", make_point("There", "10:00"), timezone="Europe/Tallinn", place=schema.Place(city="Tallinn")
            ),
            make_document("fac", make_point("Early", "05:00"), timezone="Asia/Tokyo"),
            make_document("gac", make_point("Same", "10:00"), timezone="Europe/Luxembourg"),
        )
        early, in_tallinn, here, same = list_entries(get_page(visitor))
        assert early.startswith("Planned for 05:00 Tokyo time; 13 September, 22:00 in Brussels")
        assert in_tallinn.startswith("Planned for 10:00 Tallinn time; 09:00 in Brussels")
        assert here.startswith("Planned for 09:30 JHA")
        assert same.startswith("Planned for 10:00 GAC")  # not repeated if the time is the same as in Brussels

    @pytest.mark.parametrize(("day", "times"), [(SUMMER_ENDS, ("01:30", "03:30")), (SUMMER_BEGINS, ("01:30", "03:30"))])
    def test_order_when_clocks_change(self, visitor: Visitor, clock: Any, day: dt.date, times: tuple[str, str]) -> None:
        points = [make_point(f"At{time}", time) for time in (times[1], "02:30", times[0])]
        publish_documents(clock, make_document("jha", *points, start_date=day, end_date=day))
        assert list_titles(visitor, f"/en/day/{day}/") == ["At01:30", "At02:30", "At03:30"]


class TestContent:
    def test_time_and_its_precision_in_words(self, visitor: Visitor, clock: Any) -> None:
        """The printed time is shown beside them if it says more."""
        times: dict[str, tuple[str | None, dict[str, Any]]] = {
            "13:00": ("13:00", {}),
            "about 13:00": ("13:00", {"time_precision": TimePrecision.APPROXIMATE, "time_text": "+/- 13:00"}),
            "from 13:00": ("13:00", {"time_precision": TimePrecision.FROM, "time_text": "+/- 13:00"}),
            "13:00, to be confirmed": ("13:00", {"time_precision": TimePrecision.TO_BE_CONFIRMED}),
            "13:00 13:00 or when the Eurogroup ends": ("13:00", {"time_text": "13:00 or when the Eurogroup ends"}),
            "time to be confirmed": (None, {"time_precision": TimePrecision.TO_BE_CONFIRMED}),
        }
        points = [make_point(f"A{n}", time, **values) for n, (time, values) in enumerate(times.values())]
        publish_documents(clock, make_document("jha", *points))
        shown = [entry.partition(" JHA")[0] for entry in list_entries(get_page(visitor))]
        assert shown == list(times)

    def test_state_and_former_time_of_point(self, visitor: Visitor, clock: Any) -> None:
        was = schema.EarlierTime(time="13:00", time_text="13:00", place="press room 1")
        states = [PointState.DELAYED, PointState.MOVED, PointState.CANCELLED, PointState.ENDED]
        changed = [
            make_point(state.name, "14:00", state=state, previous=[was], place="press room 2") for state in states
        ]
        publish_documents(clock, make_document("jha", make_point("Before", "11:00"), *changed))
        _before, *shown = list_entries(get_page(visitor))
        for state, entry in zip(states, shown, strict=True):
            assert f"{state.name} {state.label.capitalize()} was 13:00 , press room 1 press room 2" in entry

    def test_point_is_under_way_only_if_press_office_says_so(self, visitor: Visitor, clock: Any) -> None:
        announced = make_point("Said", "09:00", state=PointState.UNDER_WAY)
        publish_documents(
            clock, make_document("jha", announced, make_point("Unsaid", "09:30"), make_point("Ahead", "10:30"))
        )
        on, unsaid, ahead = list_entries(get_page(visitor))
        assert on.endswith("Under way")
        assert unsaid.startswith("Planned for 09:30")
        assert ahead.endswith("Next")

    def test_next_point_by_the_clock(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(
            clock, make_document("jha", make_point("A", "10:01"), make_point("B", "10:02"), make_point("C"))
        )
        assert [entry.endswith("Next") for entry in list_entries(get_page(visitor))] == [True, False, False]
        clock.move_to(TEN + MINUTE)
        shown = list_entries(get_page(visitor))
        assert shown[0].startswith("Planned for 10:01")
        assert shown[1].endswith("Next")
        clock.move_to(TEN - DAY)
        assert "Next<" not in get_page(visitor)

    def test_day_that_is_over_says_so(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(
            clock, make_document("jha", make_point("A", "09:00"), make_point("B", "09:30", state=PointState.UNDER_WAY))
        )
        clock.move_to(dt.datetime(2060, 9, 14, 22, 0, tzinfo=dt.UTC))  # midnight in Brussels
        shown = get_page(visitor)
        assert "This day is over." in shown
        assert "Under way" not in shown
        assert "Expected" not in shown

    def test_schedule_refreshes_only_until_day_is_over_everywhere(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(
            clock,
            make_document("jha", make_point("A", "09:00")),
            make_document("fac", make_point("B", "09:00"), timezone="America/Lima"),
        )
        assert "Pause updates" in get_page(visitor)
        clock.move_to(dt.datetime(2060, 9, 15, 4, 0, tzinfo=dt.UTC))  # it is still the day before in Lima
        assert "Pause updates" in get_page(visitor)
        clock.move_to(dt.datetime(2060, 9, 15, 6, 0, tzinfo=dt.UTC))
        assert "Pause updates" not in get_page(visitor)

    def test_empty_days_are_not_indexed(self, visitor: Visitor, clock: Any) -> None:
        """There is no end of empty days."""
        publish_documents(clock, make_document("jha"))
        assert "X-Robots-Tag" not in visitor.get(SCHEDULE)
        assert visitor.get("/en/day/1952-01-01/")["X-Robots-Tag"] == "noindex, nofollow"

    def test_navigation_marks_today_only(self, visitor: Visitor, clock: Any) -> None:
        current = '<a href="/en/day/" aria-current="true">Today</a>'
        assert current in get_page(visitor, "/en/day/")
        assert current not in get_page(visitor, "/en/day/2060-09-15/")

    def test_point_has_ended_when_day_is_over_locally(self, visitor: Visitor, clock: Any) -> None:
        clock.move_to(TEN - MINUTE)
        publish_documents(
            clock,
            make_document("fac", make_point("There", "09:00"), timezone="Asia/Tokyo"),
            make_document("jha", make_point("Here")),
        )
        clock.move_to(dt.datetime(2060, 9, 14, 15, 0, tzinfo=dt.UTC))
        elsewhere, here = list_entries(get_page(visitor))
        assert elsewhere.endswith("Ended")
        assert not here.endswith("Ended")

    def test_chairs_speakers_and_streams(self, visitor: Visitor, clock: Any) -> None:
        def link(title: str, kind: LinkKind = LinkKind.LIVE_STREAM) -> schema.Link:
            return schema.Link(id=make_uuid(title), kind=kind, title=title, url=f"https://video.example/{title}")

        chairs = [
            schema.Chair(id=make_uuid("a"), name="Ann Ode"),
            schema.Chair(id=make_uuid("b"), name="Bob Other", date=PRESS_DATE + DAY),
        ]
        own = make_point("Own", "09:00", live=True, links=[link("Room"), link("Doc", LinkKind.DOCUMENT)])
        speakers = [schema.Speaker(name="Ann Ode", role="Minister")]
        shown = make_point("Shown", "10:00", live=True, speakers=speakers)
        publish_documents(
            clock, make_document("jha", own, shown, make_point("Closed", "11:00"), links=[link("Hall")], chairs=chairs)
        )
        html = get_page(visitor)
        first, second, third = list_entries(html)
        assert "Streamed live , Press briefing: Own , 09:00" in first
        assert "Ann Ode, Minister Streamed live , Press briefing: Shown , 10:00" in second
        assert "Streamed live" not in third
        assert re.findall(r'<a href="https://video.example/(\w+)"[^>]*>Streamed live<', html) == ["Room", "Hall"]
        assert "Doc" not in html
        assert "Chaired by Ann Ode" in extract_text(html)
        assert "Bob" not in html
        assert f'href="/en/meetings/jha/2060/09/14/#point-{make_uuid("Own")}"' in html

    def test_alerts_of_the_day(self, visitor: Visitor, clock: Any) -> None:
        alerts = [schema.Alert(id=make_uuid(str(n)), text=f"Told {n}.", at=TEN - n * DAY) for n in (0, 1)]
        publish_documents(clock, make_document("jha", alerts=alerts))
        shown = extract_text(get_page(visitor))
        assert "10:00 JHA Told 0." in shown
        assert "Told 1." not in shown

    def test_text_in_another_language_is_marked(self, visitor: Visitor, clock: Any) -> None:
        greek = {"language": Language.EL, "source_language": Language.EL}
        publish_documents(clock, make_document("jha", make_point("Άφιξη", "09:00"), **greek))
        assert '<span lang="el">Άφιξη</span>' in get_page(visitor)

    def test_edition_and_last_update_are_shown(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_document("jha"))
        publish_documents(clock, make_document("jha", make_point("A", "09:00")))
        shown = extract_text(get_page(visitor))
        assert "As of 14 September 2060, 10:00 (Brussels time). Last update: 14 September 2060, 10:00 ." in shown
        assert "Edition 2, 14 September 2060, 10:00" in shown


class TestNextDay:
    def test_next_day_has_a_meeting_or_point(self, visitor: Visitor, clock: Any) -> None:
        def on(slug: str, distance: int, *points: schema.Point, **values: Any) -> Any:
            day = PRESS_DATE + distance * DAY
            return make_document(slug, *points, start_date=day, end_date=day, **values)

        publish_documents(clock, on("env", 2, status=MeetingStatus.CANCELLED), on("jha", 9), on("fac", -3))
        assert "Next day with a meeting: 23 September 2060" in extract_text(get_page(visitor))
        publish_documents(clock, on("gac", 20, make_point("Early", date=PRESS_DATE + 5 * DAY)))
        assert "Next day with a meeting: 19 September 2060" in extract_text(get_page(visitor))
        assert "Next day with a meeting: 11" not in extract_text(get_page(visitor, "/en/day/2060-09-11/"))

    def test_meeting_of_two_days_continues_on_next_day(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_document("jha", end_date=PRESS_DATE + DAY))
        assert "Next day with a meeting" not in get_page(visitor)  # the day after has a link of its own

    def test_next_day_is_not_searched_beyond_limit(self, visitor: Visitor, clock: Any) -> None:
        far = PRESS_DATE + 500 * DAY
        publish_documents(clock, make_document("jha", start_date=far, end_date=far))
        assert "Next day with a meeting" not in get_page(visitor)


class TestConditionalRequests:
    PAGES = [SCHEDULE, "/en/day/", "/en/day/2060-09-15/", "/en/"]

    def request_again(self, visitor: Visitor, first: Any, address: str = SCHEDULE) -> int:
        return int(visitor.get(address, headers={"if-none-match": first["ETag"]}).status_code)

    def test_unchanged_page_is_confirmed_until_its_content_changes(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_document("jha", make_point("A", "10:03")))
        clock.move_to(TEN + MINUTE)
        first = {address: visitor.get(address) for address in self.PAGES}
        clock.shift(5 * SECOND)
        assert {self.request_again(visitor, first[address], address) for address in self.PAGES} == {304}
        clock.move_to(TEN + 3 * MINUTE)  # the point is expected to have begun
        changed = {address: visitor.get(address) for address in self.PAGES}
        assert changed[SCHEDULE]["ETag"] != first[SCHEDULE]["ETag"]
        publish_documents(clock, make_document("jha", make_point("B", "11:00")))
        assert {self.request_again(visitor, changed[address], address) for address in (SCHEDULE, "/en/")} == {200}

    def test_today_changes_at_midnight_in_brussels(self, visitor: Visitor, clock: Any) -> None:
        clock.move_to(dt.datetime(2060, 9, 14, 21, 59, 59, tzinfo=dt.UTC))
        assert "Tuesday 14 September 2060" in get_page(visitor, "/en/day/")
        clock.shift(SECOND)
        assert "Wednesday 15 September 2060" in get_page(visitor, "/en/day/")


@pytest.mark.parametrize("number", [1, 4])
def test_number_of_queries_is_constant(visitor: Visitor, clock: Any, number: int) -> None:
    at = TEN + MINUTE
    for n in range(number):
        points = [make_point(f"P{n}-{m}", f"{8 + m:02}:00", live=True) for m in range(9)]
        create_edition([make_document("jha", *points, id=make_uuid(f"{n}"), address_word=f"w{n}")], available_from=at)
    clock.move_to(at)
    assert len(list_entries(get_page(visitor))) == 9 * number
    assert len(visitor.statements) == 5  # keys, texts, past points, next day with a meeting, next day with a point
    assert Edition.objects.count() == number

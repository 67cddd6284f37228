"""Test the feed and the calendar of press conferences and live streams."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from meetings.documents.choices import MeetingStatus, PointKind
from meetings.models import Meeting
from tests.factories import DAY, PRESS_DATE, make_meeting, publish_now, withdraw
from tests.meetings.feeds.calendars.calendar_reader import read_calendar, read_events
from tests.meetings.feeds.feed_reader import ATOM, list_entries, list_links, list_titles
from tests.programmes import STREAM, make_point, make_programme, make_stream, show_documents
from tests.public_requests import Visitor

pytestmark = pytest.mark.django_db
FEED, CALENDAR = "press-conferences/feed.atom", "/en/press-conferences/calendar.ics"


def change_meeting(clock: Any, meeting: Meeting, **values: Any) -> None:
    """Publish a change of the press conference, or of nothing in the programme, an hour later."""
    clock.move_to(timezone.now() + dt.timedelta(hours=1))
    if values:
        meeting.programme.update(**values)
    else:
        meeting.lead = f"<p>{timezone.now()}</p>"
        meeting.save()
    publish_now(clock, meeting)


def get_text(entry: Any, name: str) -> str:
    text: str = entry.findtext(f"{ATOM}{name}")
    return text


class TestFeed:
    def test_entry_says_what_when_where_and_with_which_stream(self, visitor: Visitor, clock: Any) -> None:
        point = make_point("Home Affairs", live=True, place="Press room")
        show_documents(clock, make_programme(point, links=[make_stream()]))
        [entry] = list_entries(visitor, FEED)
        assert get_text(entry, "title") == "Press conference: Home Affairs, 14 September 2060, 13:00"
        assert get_text(entry, "id") == f"urn:uuid:{point.id}"
        assert get_text(entry, "summary").splitlines() == [
            "Justice and Home Affairs Council",
            "Press room",
            f"Streamed live: {STREAM}",
        ]
        assert STREAM in [link.get("href") for link in entry.findall(f"{ATOM}link") if link.get("rel") == "related"]
        assert f"http://testserver/en/meetings/jha/2060/09/14/#point-{point.id}" in list_links(entry).values()

    def test_feed_has_the_coming_fortnight_in_the_order_of_time(self, visitor: Visitor, clock: Any) -> None:
        points = [make_point(f"day {n}", date=PRESS_DATE + n * DAY) for n in (15, 14, 0, -1, -2)]
        show_documents(clock, make_programme(*points))
        assert [str(title).split(": ")[1].split(",")[0] for title in list_titles(visitor, FEED)] == [
            "day -1",
            "day 0",
            "day 14",
        ]

    def test_called_off_entry_says_so(self, visitor: Visitor, clock: Any) -> None:
        show_documents(
            clock, make_programme(make_point("Press", live=True), status=MeetingStatus.CANCELLED, links=[make_stream()])
        )
        [entry] = list_entries(visitor, FEED)
        assert get_text(entry, "title").startswith("Cancelled: Press conference: Press")
        assert STREAM not in get_text(entry, "summary")

    def test_entry_is_updated_only_when_the_point_changes(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        first = publish_now(clock, meeting).available_from
        updated = [first.isoformat()]
        for values in ({}, {"place": "Press room 2"}, {}):
            change_meeting(clock, meeting, **values)
            updated.append(timezone.now().isoformat() if values else updated[-1])
            assert [get_text(entry, "updated") for entry in list_entries(visitor, FEED)] == updated[-1:]
        assert len(set(updated)) == 2

    def test_nothing_remains_of_a_withdrawn_meeting(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        clock.move_to(withdraw(meeting, reason="Too early.").available_from)
        assert list_titles(visitor, FEED) == []
        assert read_events(visitor, CALENDAR) == []


class TestFilter:
    @pytest.mark.parametrize(
        ("kind", "title", "shown"),
        [
            ("", "Press conferences and live streams", ["Doorstep", "Press"]),
            ("press_conference", "Press conferences", ["Press"]),
            ("live", "Live streams", ["Doorstep"]),
        ],
    )
    def test_page_leads_to_the_feed_and_calendar_of_the_kind(
        self, visitor: Visitor, clock: Any, kind: str, title: str, shown: list[str]
    ) -> None:
        doorstep = make_point("Doorstep", "11:10", kind=PointKind.DOORSTEP, live=True)
        show_documents(clock, make_programme(doorstep, make_point("Press")))
        query = f"?kind={kind}" if kind else ""
        page = visitor.get(f"/en/press-conferences/{query}").content.decode()
        assert f"<h1>{title}</h1>" in page
        assert page.count(f'="/en/{FEED}{query}"') == page.count(f'="{CALENDAR}{query}"') == 2
        assert f'="webcal://testserver{CALENDAR}{query}"' in page
        feed, calendar = f"{FEED}{query}", read_calendar(visitor, f"{CALENDAR}{query}")
        assert [str(each).split(": ")[1].split(",")[0] for each in list_titles(visitor, feed)] == shown
        assert [str(event["SUMMARY"]).split(": ")[1] for event in calendar.events] == shown
        assert (calendar["NAME"], calendar["URL"]) == (title, f"http://testserver/en/press-conferences/{query}")
        assert f"<title>{title}</title>" in visitor.get(f"/en/{feed}").content.decode()

    @pytest.mark.parametrize("address", [CALENDAR, f"/en/{FEED}", "/en/meetings/corrections.atom"])
    def test_wrong_kind_is_refused(self, visitor: Visitor, db: None, address: str) -> None:
        for query, words in (("kind=zz", "Use one of: p"), ("kind=live&kind=moved", "kind appears 2 times.")):
            response = visitor.get(f"{address}?{query}")
            assert (response.status_code, response.json()["parameter"]) == (400, "kind")
            assert words in response.json()["detail"]


class TestCalendar:
    def test_only_what_is_for_the_press_is_an_event(self, visitor: Visitor, clock: Any) -> None:
        start = make_point("Start", "09:00", kind=PointKind.START)
        show_documents(clock, make_programme(start, make_point("Press")))
        [event] = read_events(visitor, CALENDAR)
        assert (str(event["SUMMARY"]), event["DTSTART"].dt.isoformat()) == (
            "Press conference: Press",
            "2060-09-14T13:00:00+02:00",
        )

    def test_calendar_has_the_coming_six_months(self, visitor: Visitor, clock: Any) -> None:
        days = {name: PRESS_DATE + days * DAY for name, days in (("past", -59), ("near", 180), ("far", 200))}
        documents = [
            make_programme(make_point(name), name=name, start_date=day, end_date=day) for name, day in days.items()
        ]
        show_documents(clock, *documents)
        assert {str(event["SUMMARY"]) for event in read_events(visitor, CALENDAR)} == {
            "Press conference: past",
            "Press conference: near",
        }

    def test_point_without_a_time_lasts_all_day(self, visitor: Visitor, clock: Any) -> None:
        show_documents(clock, make_programme(make_point("Press", None, time_text="at the end of the meeting")))
        [event] = read_events(visitor, CALENDAR)
        assert (event["DTSTART"].dt, event["DTEND"].dt) == (PRESS_DATE, PRESS_DATE + DAY)
        assert str(event["SUMMARY"]) == "Press conference: Press (at the end of the meeting)"

    def test_event_keeps_its_id_when_its_time_becomes_known(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        meeting.programme.update(time=None, time_precision="relative", time_text="at the end")
        publish_now(clock, meeting)
        [before] = read_events(visitor, CALENDAR)
        change_meeting(clock, meeting, time=dt.time(16), time_precision="exact", time_text="16:00")
        [after] = read_events(visitor, CALENDAR)
        assert before["UID"] == after["UID"]
        assert after["DTSTART"].dt.hour == 16

    @pytest.mark.parametrize("values", [{"state": "cancelled"}, None])
    def test_cancelled_and_removed_points_stay_as_cancelled(
        self, visitor: Visitor, clock: Any, values: dict[str, Any] | None
    ) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        if values is None:
            meeting.programme.all().delete()
        change_meeting(clock, meeting, **values or {})
        [event] = read_events(visitor, CALENDAR)
        assert event["STATUS"] == "CANCELLED"

    def test_removed_point_of_another_kind_is_no_event(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        meeting.programme.update(kind=PointKind.MEAL)
        publish_now(clock, meeting)
        meeting.programme.all().delete()
        change_meeting(clock, meeting)
        assert read_events(visitor, CALENDAR) == []

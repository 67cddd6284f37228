"""Test the page of the coming fortnight's press conferences and live streams."""

import re
from typing import Any

import pytest
from msgspec.structs import replace

from meetings.documents.choices import MeetingStatus, PointKind, PointState, TimePrecision
from meetings.documents.schema import EarlierDate, EarlierTime, Place, Speaker
from tests.factories import (
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    make_configuration,
    make_meeting,
    make_uuid,
    publish,
    publish_now,
    withdraw,
)
from tests.meetings.site.daily_schedule.press_days import extract_text
from tests.programmes import STREAM, make_point, make_programme, make_stream, show_documents
from tests.public_requests import Visitor, get_visible_text

pytestmark = pytest.mark.django_db
PAGE = "/en/press-conferences/"


def read_page(visitor: Visitor, page: str = PAGE) -> str:
    content: str = visitor.get(page).content.decode()
    return content


def list_shown(visitor: Visitor, query: str = "") -> list[str]:
    """Return the titles of the points by day and time, without the next press conference above them."""
    page = read_page(visitor, PAGE + query)
    titles = re.findall(r"#point-[^>]+>[^<]*?: <span[^>]*>([^<]+)</span>(?:<span class=.*?</span></span>)?</a>", page)
    return titles[1:] if 'id="next"' in page else titles


class TestPage:
    def test_press_conference_has_its_time_place_meeting_and_stream(self, visitor: Visitor, clock: Any) -> None:
        speaker = Speaker(name="Andres Anvelt", role="Minister")
        point = make_point("Home Affairs", "13:15", live=True, place="Press room", speakers=[speaker])
        show_documents(clock, make_programme(point, links=[make_stream()]))
        page = read_page(visitor)
        assert f'<a href="/en/meetings/jha/2060/09/14/#point-{point.id}">' in page
        assert f'<a href="{STREAM}">Streamed live' in page
        text = get_visible_text(visitor.get(PAGE))
        assert "13:15 JHA Press conference: Home Affairs Streamed live" in text
        assert "Justice and Home Affairs Council Press room Andres Anvelt, Minister" in text

    def test_points_of_the_fortnight_are_in_the_order_of_time(self, visitor: Visitor, clock: Any) -> None:
        days = [make_point(f"day {n}", date=PRESS_DATE + n * DAY) for n in (-1, 0, 1, 14, 15)]
        lisbon = make_programme(make_point("Lisbon", "12:30"), name="lisbon", timezone="Europe/Lisbon")
        show_documents(clock, make_programme(*days), replace(lisbon, address_word="lisbon"))
        assert list_shown(visitor) == ["day 0", "Lisbon", "day 1", "day 14"]

    def test_only_what_is_for_the_press_or_streamed_is_shown(self, visitor: Visitor, clock: Any) -> None:
        points = [
            make_point("Arrivals", "11:00", kind=PointKind.ARRIVALS),
            make_point("Doorstep", "11:10", kind=PointKind.DOORSTEP, live=True),
            make_point("Debate", "11:20", kind=PointKind.SESSION, links=[make_stream()]),
            make_point("Briefing", "11:30", kind=PointKind.PRESS_BRIEFING),
            make_point("Press", "11:40"),
        ]
        show_documents(clock, make_programme(*points))
        assert list_shown(visitor) == ["Doorstep", "Debate", "Briefing", "Press"]
        assert list_shown(visitor, "?kind=press_conference") == ["Briefing", "Press"]
        assert list_shown(visitor, "?kind=live") == ["Doorstep", "Debate"]
        page = visitor.get(f"{PAGE}?kind=press_conferences")
        assert "Did you mean “press_conference”?" in get_visible_text(page)
        assert page["X-Robots-Tag"] == "noindex"

    def test_meeting_is_named_once_a_day(self, visitor: Visitor, clock: Any) -> None:
        show_documents(clock, make_programme(make_point("A", "11:00"), make_point("B", "12:00")))
        assert read_page(visitor, f"{PAGE}?kind=press_conference").count(">Justice and Home Affairs Council</a>") == 1

    def test_what_is_over_is_not_shown(self, visitor: Visitor, clock: Any) -> None:
        points = [
            make_point("Hours ago", "06:00"),
            make_point("Under way", "06:30", state=PointState.UNDER_WAY),
            make_point("Minutes ago", "09:55"),
            make_point("Ended", "09:56", state=PointState.ENDED),
        ]
        show_documents(clock, make_programme(*points))
        assert list_shown(visitor) == ["Under way", "Minutes ago"]
        assert "Planned for 09:55" in get_visible_text(visitor.get(PAGE))

    def test_next_press_conference_is_named_first(self, visitor: Visitor, clock: Any) -> None:
        points = [
            make_point("Doorstep", "11:00", kind=PointKind.DOORSTEP, live=True),
            make_point("Cancelled", "12:00", state=PointState.CANCELLED),
            make_point("Press", "13:00"),
        ]
        show_documents(clock, make_programme(*points))
        assert "Next press conference Tuesday 14 September 2060 13:00 JHA" in get_visible_text(visitor.get(PAGE))

    def test_changes_of_the_day_are_shown(self, visitor: Visitor, clock: Any) -> None:
        was = EarlierTime(time="13:00", time_text="13:00", place="")
        points = [
            make_point("Delayed", "14:00", state=PointState.DELAYED, previous=[was]),
            make_point("Cancelled", "15:00", state=PointState.CANCELLED, live=True),
            make_point("To be confirmed", "16:00", time_precision=TimePrecision.TO_BE_CONFIRMED),
        ]
        show_documents(clock, make_programme(*points, links=[make_stream()]))
        text = get_visible_text(visitor.get(PAGE))
        assert "Press conference: Delayed Delayed was 13:00" in text
        assert (
            "Press conference: Cancelled , Justice and Home Affairs Council Cancelled 16:00, to be confirmed" in text
        )  # and no stream
        assert "16:00, to be confirmed" in text

    @pytest.mark.parametrize(
        ("status", "state"),
        [(MeetingStatus.CANCELLED, "Cancelled"), (MeetingStatus.POSTPONED, "Postponed, no new date")],
    )
    def test_meeting_that_is_called_off_says_so(
        self, visitor: Visitor, clock: Any, status: MeetingStatus, state: str
    ) -> None:
        point = make_point("Press", live=True)
        show_documents(clock, make_programme(point, status=status, links=[make_stream()]))
        text = get_visible_text(visitor.get(PAGE))
        assert f"Press conference: Press {state} Justice" in text
        assert "Next press conference" not in text
        assert STREAM not in read_page(visitor)

    def test_meeting_that_lost_its_date_is_listed(self, visitor: Visitor, clock: Any) -> None:
        was = EarlierDate(start_date=PRESS_DATE + DAY, end_date=PRESS_DATE + DAY, city="Brussels")
        lost: dict[str, Any] = {
            "start_date": None,
            "end_date": None,
            "status": MeetingStatus.POSTPONED,
            "previous": [was],
        }
        show_documents(clock, make_programme(make_point("Press"), **lost))
        text = get_visible_text(visitor.get(PAGE))
        assert "Postponed, no new date JHA No date yet Justice and Home Affairs Council" in text
        assert "originally 15 September 2060" in text

    def test_stream_is_live_now_only_if_the_office_says_so(self, visitor: Visitor, clock: Any) -> None:
        points = [make_point("A", "09:55", live=True), make_point("B", "09:50", state=PointState.UNDER_WAY, live=True)]
        show_documents(clock, make_programme(*points, links=[make_stream()]))
        text = get_visible_text(visitor.get(PAGE))
        assert "A , Justice and Home Affairs Council Streamed live" in text
        assert "B Under way Live now" in text
        assert "Next press conference" not in text
        assert text.count("Live now") == 2  # also above the others

    def test_other_time_zone_is_named(self, visitor: Visitor, clock: Any) -> None:
        document = make_programme(make_point("Press", "23:30"), timezone="Europe/Lisbon", place=Place(city="Lisbon"))
        show_documents(clock, document)
        assert "23:30 Lisbon time; 15 September, 00:30 in Brussels" in get_visible_text(visitor.get(PAGE))

    def test_empty_fortnight_names_the_next_day(self, visitor: Visitor, clock: Any) -> None:
        assert "No press conference or live stream has been published" in read_page(visitor)
        later = PRESS_DATE + 20 * DAY
        show_documents(clock, make_programme(make_point("Press"), start_date=later, end_date=later))
        assert '<a href="/en/day/2060-10-04/">' in read_page(visitor)

    def test_page_is_in_24_languages_and_linked_from_home(self, visitor: Visitor, clock: Any) -> None:
        show_documents(clock, make_programme(make_point("Press")))
        assert visitor.get("/el/press-conferences/").status_code == 200
        assert read_page(visitor, "/en/").count(f'href="{PAGE}"') == 2

    def test_scheduled_and_withdrawn_points_are_not_shown(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish(meeting, at=PRESS_DAY + 2 * MINUTE)
        assert "Home Affairs Council" not in read_page(visitor)
        clock.move_to(PRESS_DAY + 2 * MINUTE)
        assert "Home Affairs Council" in read_page(visitor)
        clock.move_to(withdraw(meeting, reason="Too early.").available_from)
        assert "Home Affairs Council" not in read_page(visitor)

    def test_number_of_queries_is_constant(self, visitor: Visitor, clock: Any) -> None:
        for start in range(4):
            publish_now(clock, make_meeting(start_date=PRESS_DATE + start * DAY))
        read_page(visitor)
        assert len(visitor.statements) <= 3


class TestStreamedLive:
    """“Streamed live” is a link to the stream of the point, wherever it stands."""

    PAGES = ("/en/", "/en/meetings/", "/en/meetings/jha/", "/en/day/2060-09-14/", PAGE, "/en/meetings/jha/2060/09/14/")

    @pytest.fixture(autouse=True)
    @staticmethod
    def configuration(db: None) -> None:
        make_configuration()

    @staticmethod
    def find_links(visitor: Visitor, page: str) -> set[str]:
        found = re.findall(r'<a href="(https://[^"]+)"[^>]*>\s*Streamed live', read_page(visitor, page))
        return set(found)

    @pytest.mark.parametrize("page", PAGES)
    def test_links_to_two_streams_have_two_names(self, visitor: Visitor, clock: Any, page: str) -> None:
        """A screen reader lists the links of a page by their names alone."""
        streams = [make_stream(f"https://video.example/{number}") for number in range(4)]
        points = [
            make_point("Press", "15:00", live=True, links=[streams[0]], id=make_uuid("first")),
            make_point("Press", "16:00", live=True, links=[streams[1]], id=make_uuid("second")),
        ]
        space = make_programme(make_point("Press", "15:00", live=True, id=make_uuid("space")), links=streams[2:3])
        show_documents(
            clock, make_programme(*points), replace(space, id=make_uuid("other"), address_word="space", title="Space")
        )
        found = re.findall(r'(?s)<a href="(https://video[^"]+)"[^>]*>(.*?)</a>', read_page(visitor, page))
        streams_by_name: dict[str, set[str]] = {}
        for address, name in found:
            streams_by_name.setdefault(extract_text(name), set()).add(address)
        assert {name: len(addresses) for name, addresses in streams_by_name.items() if len(addresses) > 1} == {}
        assert len({address for address, _name in found}) >= 2

    @pytest.mark.parametrize("page", PAGES)
    def test_it_is_the_own_stream_of_the_point(self, visitor: Visitor, clock: Any, page: str) -> None:
        own = make_stream("https://video.example/own")
        show_documents(clock, make_programme(make_point("Press", live=True, links=[own]), links=[make_stream()]))
        assert self.find_links(visitor, page) == {own.url}

    @pytest.mark.parametrize("page", PAGES)
    def test_it_is_else_that_of_the_meeting(self, visitor: Visitor, clock: Any, page: str) -> None:
        show_documents(clock, make_programme(make_point("Press", live=True), links=[make_stream()]))
        assert self.find_links(visitor, page) == {STREAM}

    @pytest.mark.parametrize("page", PAGES)
    def test_it_is_only_words_while_there_is_no_stream(self, visitor: Visitor, clock: Any, page: str) -> None:
        show_documents(clock, make_programme(make_point("Press", live=True)))
        assert self.find_links(visitor, page) == set()
        assert "Streamed live, address to come" in get_visible_text(visitor.get(page))

    def test_meeting_says_that_the_address_follows(self, visitor: Visitor, clock: Any) -> None:
        follows = "Press (the address of the stream follows)"
        show_documents(clock, make_programme(make_point("Press", live=True)))
        assert follows in get_visible_text(visitor.get("/en/meetings/jha/2060/09/14/"))

    @pytest.mark.parametrize("page", PAGES)
    def test_nothing_is_streamed_that_does_not_take_place(self, visitor: Visitor, clock: Any, page: str) -> None:
        point = make_point("Press", live=True, state=PointState.CANCELLED)
        show_documents(clock, make_programme(point, links=[make_stream()]))
        assert self.find_links(visitor, page) == set()

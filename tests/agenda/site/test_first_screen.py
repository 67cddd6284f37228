"""What readers see first: the date in the heading, what comes next today, and what comes before what is past."""

import re
from typing import Any

import pytest

from meetings.documents.choices import LinkKind, PointKind, PointState
from meetings.documents.schema import Item, Link
from tests.factories import DAY, PRESS_DATE, make_uuid
from tests.meetings.site.daily_schedule.press_days import (
    TEN,
    extract_text,
    make_document,
    make_point,
    publish_documents,
)
from tests.public_requests import Visitor

pytestmark = pytest.mark.django_db
PAGE = "/en/meetings/jha/2060/09/14/"
SAME_DAY: dict[str, Any] = {"start_date": PRESS_DATE, "end_date": PRESS_DATE}


def read_opening(visitor: Visitor) -> str:
    html = visitor.get(PAGE).content.decode()
    return extract_text(html[html.index('<header class="opening">') : html.index('<section aria-labelledby="facts">')])


class TestMeetingPage:
    def test_heading_has_the_date(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_document("jha", **SAME_DAY))
        heading = re.search("(?s)<h1>(.*?)</h1>", visitor.get(PAGE).content.decode())
        assert heading
        assert extract_text(heading[1]) == "JHA Council Tuesday 14 September 2060"

    def test_next_point_and_agenda_come_first_on_the_day(self, visitor: Visitor, clock: Any) -> None:
        points = [
            make_point("Arrivals", "09:00", state=PointState.ENDED),
            make_point("Lunch", "13:00"),
            make_point("Briefing", "11:00"),
        ]
        agenda = [Item(id=make_uuid("item"), title="Asylum")]
        publish_documents(clock, make_document("jha", *points, agenda=agenda, **SAME_DAY))
        opening = read_opening(visitor)
        assert "Today Next: 11:00 Press briefing: Briefing" in opening
        assert "Programme Agenda" in opening

    def test_point_under_way_is_named(self, visitor: Visitor, clock: Any) -> None:
        point = make_point("Debate", "09:00", state=PointState.UNDER_WAY, kind="session")
        publish_documents(clock, make_document("jha", point, **SAME_DAY))
        assert "Under way Debate" in read_opening(visitor)

    def test_press_conference_that_has_begun_leads_to_its_stream(self, visitor: Visitor, clock: Any) -> None:
        stream = Link(
            id=make_uuid("s"), kind=LinkKind.LIVE_STREAM, title="Live stream", url="https://video.example.eu/s"
        )
        press = make_point(
            "JHA Council", "09:30", state=PointState.UNDER_WAY, kind=PointKind.PRESS_CONFERENCE, links=[stream]
        )
        session = make_point("Debate", "09:00", kind="session")
        doorstep = make_point("", None, time_text="after the last item", kind=PointKind.DOORSTEP)
        publish_documents(clock, make_document("jha", session, press, doorstep, **SAME_DAY))
        opening = read_opening(visitor)
        assert "Under way Press conference: JHA Council Live stream Next: after the last item Doorstep" in opening
        assert "Status Under way" not in extract_text(visitor.get(PAGE).content.decode())

    def test_point_that_should_have_begun_is_named(self, visitor: Visitor, clock: Any) -> None:
        session = make_point("Debate", "09:00", kind="session")
        press = make_point("JHA Council", "09:30", kind=PointKind.PRESS_CONFERENCE)
        publish_documents(clock, make_document("jha", session, press, **SAME_DAY))
        assert "Scheduled to have started 09:30 Press conference: JHA Council" in read_opening(visitor)

    def test_other_days_have_no_next_point(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_document("jha", make_point("Briefing", "11:00"), **SAME_DAY))
        clock.move_to(TEN + DAY)
        assert "Next:" not in read_opening(visitor)


class TestLists:
    def test_home_shows_what_comes_before_what_is_past(self, visitor: Visitor, clock: Any) -> None:
        monday = PRESS_DATE - DAY
        past = make_document("env", start_date=monday, end_date=monday)
        publish_documents(clock, past, make_document("jha", start_date=PRESS_DATE + 9 * DAY, end_date=None))
        headings = [extract_text(part) for part in re.findall("(?s)<h2.*?</h2>", visitor.get("/en/").content.decode())]
        assert headings.index("Upcoming meetings") < headings.index("Earlier this week")

    def test_link_of_a_meeting_is_a_heading_with_its_date(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_document("jha", **SAME_DAY))
        rows = re.findall('(?s)<h3 class="row-title">(.*?)</h3>', visitor.get("/en/meetings/").content.decode())
        assert [extract_text(row) for row in rows] == ["JHA Council , 14 September 2060"]

    def test_press_conference_is_a_link_with_its_state(self, visitor: Visitor, clock: Any) -> None:
        point = make_point("Press", "12:00", kind="press_conference", state=PointState.DELAYED)
        publish_documents(clock, make_document("jha", point, **SAME_DAY))
        page = visitor.get("/en/meetings/").content.decode()
        assert re.search(rf'<a href="{PAGE}#point-{point.id}">Press conference: .*?</a>', page)
        assert "Press conference: 12:00 Delayed" in extract_text(page)

"""Test the cache of calendars."""

from typing import Any

import pytest

from agenda.workflow.suppression import suppress
from meetings.feeds.calendars.cache import MAX_CALENDARS
from meetings.models import Edition, Meeting
from tests.admin_forms import create_client_with_role
from tests.factories import (
    COMMAND,
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    SECOND,
    make_meeting,
    publish,
    publish_now,
    withdraw,
)
from tests.meetings.feeds.calendars.calendar_reader import ALL, read_event, read_events
from tests.public_requests import Visitor

pytestmark = pytest.mark.django_db
POINTS = f"{ALL}?points=1"


@pytest.fixture
def meeting(clock: Any) -> Meeting:
    meeting = make_meeting()
    publish_now(clock, meeting)
    return meeting


class TestCacheIsNotStale:
    def test_withdrawn_meeting_disappears(self, visitor: Visitor, clock: Any, meeting: Meeting) -> None:
        gone = withdraw(meeting, reason="Sent too early.")
        assert read_event(visitor)["SUMMARY"] == "Justice and Home Affairs Council"
        clock.move_to(gone.available_from)
        assert read_event(visitor)["SUMMARY"] == "Withdrawn"

    def test_text_suppressed_a_moment_ago_disappears(self, visitor: Visitor, clock: Any, meeting: Meeting) -> None:
        """The process still uses the version of a second ago."""
        meeting.programme.get().delete()
        publish_now(clock, meeting)
        assert "Home Affairs Council" in read_events(visitor, POINTS)[1]["SUMMARY"]
        suppress(meeting, Edition.objects.order_by("available_from")[0], by=COMMAND, reason="A name was in it.")
        assert read_events(visitor, POINTS)[1]["SUMMARY"] == "Cancelled"

    def test_scheduled_meeting_appears_exactly_on_time(self, visitor: Visitor, clock: Any, meeting: Meeting) -> None:
        publish(make_meeting("env", PRESS_DATE + DAY), at=PRESS_DAY + DAY)
        clock.move_to(PRESS_DAY + DAY - SECOND)
        assert len(read_events(visitor)) == 1
        clock.move_to(PRESS_DAY + DAY)
        assert len(read_events(visitor)) == 2

    def test_time_travel_does_not_use_the_cache(self, visitor: Visitor, clock: Any, meeting: Meeting) -> None:
        publish(make_meeting("env", PRESS_DATE + DAY), at=PRESS_DAY + DAY)
        publisher = create_client_with_role("Publishers")
        publisher.post("/admin/another-time/", {"at": "2060-09-15 10:00"})
        assert publisher.get(ALL).content.count(b"BEGIN:VEVENT") == 2
        assert len(read_events(visitor)) == 1

    def test_meeting_disappears_after_a_year(self, visitor: Visitor, clock: Any, meeting: Meeting) -> None:
        clock.move_to(PRESS_DAY + 365 * DAY)
        assert len(read_events(visitor)) == 1
        clock.move_to(PRESS_DAY + 366 * DAY)
        assert read_events(visitor) == []


class TestCache:
    def test_unchanged_calendar_is_not_built_again(self, visitor: Visitor, clock: Any, meeting: Meeting) -> None:
        for address, queries in ((ALL, 0), (POINTS, 1), ("/en/meetings/jha/calendar.ics", 1)):
            clock.move_to(PRESS_DAY + 2 * MINUTE)
            first = visitor.get(address)
            clock.move_to(PRESS_DAY + 20 * MINUTE)
            again = visitor.get(address)
            assert (again.content, len(visitor.statements)) == (first.content, queries)
            headers = [dict(answer.headers) | {"X-Request-Id": ""} for answer in (first, again)]
            assert headers[0] == headers[1]

    def test_address_language_and_site_have_their_own_calendar(
        self, visitor: Visitor, clock: Any, meeting: Meeting, settings: Any
    ) -> None:
        settings.ALLOWED_HOSTS = ["testserver", "desk.example"]
        page = "/meetings/jha/2060/09/14/"
        assert [len(read_events(visitor, address)) for address in (ALL, POINTS, ALL)] == [1, 2, 1]
        assert read_event(visitor)["URL"] == f"http://testserver/en{page}"
        assert read_event(visitor, "/fr/meetings/calendar.ics")["URL"] == f"http://testserver/fr{page}"
        visitor.defaults["SERVER_NAME"] = "desk.example"
        assert read_event(visitor)["URL"] == f"http://desk.example/en{page}"

    def test_cache_is_small(self, visitor: Visitor, clock: Any, meeting: Meeting) -> None:
        visitor.get(ALL)
        for number in range(2 * MAX_CALENDARS):
            visitor.get(f"{ALL}?x={number}")
        visitor.get(ALL)
        assert visitor.statements != []

"""Test the calendar and the feed of the meetings that match the filters of the list."""

from typing import Any

import pytest

from agenda.models import AgendaItem
from meetings.documents.choices import MeetingStatus
from tests.factories import DAY, PRESS_DATE, make_meeting, make_topic, publish_now, withdraw
from tests.meetings.feeds.calendars.calendar_reader import ALL, read_calendar, read_events
from tests.meetings.feeds.feed_reader import get_text, list_links, list_titles, read_feed
from tests.public_requests import Visitor
from tests.worlds import share_world

pytestmark = pytest.mark.django_db
FEED = "meetings/feed.atom"


@share_world
def meetings(clock: Any) -> dict[str, Any]:
    """A meeting on a topic in Brussels, one in Tallinn, and a cancelled one."""
    justice, topic = make_meeting(title="Justice Council", city="Brussels"), make_topic()
    AgendaItem.objects.get(meeting=justice).topics.add(topic)
    informal = make_meeting("env", PRESS_DATE + DAY, title="Informal Council", city="Tallinn", form="informal")
    cancelled = make_meeting(
        "env",
        PRESS_DATE + 2 * DAY,
        title="Environment Council",
        status=MeetingStatus.CANCELLED,
        status_reason="The minister is ill.",
    )
    publish_now(clock, justice, topic, informal, cancelled)
    return {"justice": justice, "informal": informal, "cancelled": cancelled}


def count_queries(visitor: Visitor, address: str) -> int:
    assert visitor.get(address).status_code == 200
    return len(visitor.statements)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("configuration=env&takes_place=true", ["Informal Council"]),
        ("form=informal&place=tallinn", ["Informal Council"]),
        ("topic=migration-policy", ["Justice Council"]),
        ("configuration=jha&form=informal", []),
        ("configuration=jha", ["Justice Council"]),
        ("configuration=&form=", ["Cancelled: Environment Council", "Informal Council", "Justice Council"]),
    ],
)
@pytest.mark.usefixtures("meetings")
def test_any_filters_of_the_list_are_those_of_its_calendar_and_feed(
    visitor: Visitor, query: str, found: list[str]
) -> None:
    assert [str(event["SUMMARY"]) for event in read_events(visitor, f"{ALL}?{query}")] == found
    titles = [str(title).split(": ", 1)[1].split(",")[0] for title in list_titles(visitor, f"{FEED}?{query}")]
    assert sorted(titles) == sorted(title.removeprefix("Cancelled: ") for title in found)


@pytest.mark.usefixtures("meetings")
def test_subscription_says_what_it_is_of(visitor: Visitor) -> None:
    query = "configuration=env&takes_place=true"
    name = "Council meetings: Environment (ENVI), Takes place"
    calendar, feed = read_calendar(visitor, f"{ALL}?{query}"), read_feed(visitor, f"{FEED}?{query}")
    assert (str(calendar["NAME"]), get_text(feed, "title")) == (name, name)
    assert str(calendar["URL"]) == list_links(feed)[None] == f"http://testserver/en/meetings/?{query}"
    assert list_links(feed, "self")[None] == f"http://testserver/en/{FEED}?{query}"
    assert get_text(feed, "id") != get_text(read_feed(visitor), "id")


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("status=done", "status"), ("form=formal&form=informal", "form"), ("presidency=2060-3", "presidency")],
)
@pytest.mark.parametrize("address", [ALL, f"/en/{FEED}"])
def test_invalid_filter_is_refused_and_never_ignored(
    visitor: Visitor, address: str, query: str, parameter: str
) -> None:
    response = visitor.get(f"{address}?{query}")
    assert (response.status_code, response.json()["parameter"]) == (400, parameter)


@pytest.mark.usefixtures("meetings")
def test_calendar_of_a_place_waits_for_its_first_meeting(visitor: Visitor) -> None:
    assert read_events(visitor, f"{ALL}?place=Atlantis") == []


def test_withdrawn_meeting_is_found_by_its_configuration_alone(
    visitor: Visitor, meetings: dict[str, Any], clock: Any
) -> None:
    clock.move_to(withdraw(meetings["informal"], reason="Sent too early.").available_from)
    assert len(read_events(visitor, f"{ALL}?configuration=env")) == 2
    for query in ("place=Tallinn", "form=informal", "presidency=2060-2&configuration=env"):
        assert "Withdrawn" not in str(read_calendar(visitor, f"{ALL}?{query}")), query
        assert "Withdrawn" not in "".join(map(str, list_titles(visitor, f"{FEED}?{query}"))), query


@pytest.mark.usefixtures("meetings")
def test_number_of_queries_does_not_grow(visitor: Visitor, clock: Any) -> None:
    addresses = [f"{ALL}?form=formal", f"/en/{FEED}?form=formal"]
    before = [count_queries(visitor, address) for address in addresses]
    publish_now(clock, *(make_meeting("ecofin", PRESS_DATE + n * DAY) for n in range(5)))
    assert [count_queries(visitor, address) for address in addresses] == before


@pytest.mark.parametrize(
    "query", ["form=formal&place=brussels", "configuration=env&takes_place=true", "presidency=2060-2"]
)
@pytest.mark.usefixtures("meetings")
def test_unchanged_calendar_or_feed_counts_no_meetings(visitor: Visitor, query: str) -> None:
    """At most, it looks up which configurations there are."""
    for address in (f"{ALL}?{query}", f"/en/{FEED}?{query}"):
        tag = visitor.get(address)["ETag"]
        assert visitor.get(address, headers={"if-none-match": tag}).status_code == 304
        assert [sql for sql in visitor.queries if 'FROM "meetings_configuration"' not in sql] == []


@pytest.mark.parametrize("points", ["", "&points=1"])
def test_calendar_without_cancelled_meetings(visitor: Visitor, meetings: dict[str, Any], points: str) -> None:
    path = meetings["cancelled"]
    for address in (ALL, "/en/meetings/env/calendar.ics", f"/en/meetings/env/{path.start_date:%Y/%m/%d}/meeting.ics"):
        assert "CANCELLED" in {event["STATUS"] for event in read_events(visitor, f"{address}?cancelled=1{points}")}
        assert "CANCELLED" not in {event["STATUS"] for event in read_events(visitor, f"{address}?cancelled=0{points}")}


@pytest.mark.parametrize("headers", [{}, {"If-Modified-Since": "Fri, 31 Dec 2060 00:00:00 GMT"}])
@pytest.mark.parametrize("address", [ALL, "/en/meetings/jha/calendar.ics", "/en/press-conferences/calendar.ics"])
@pytest.mark.parametrize("name", ["cancelled", "points"])
@pytest.mark.usefixtures("meetings")
def test_options_of_calendars_are_yes_or_no(visitor: Visitor, address: str, name: str, headers: dict[str, str]) -> None:
    for query in (f"{name}=never", f"{name}=1&{name}=0"):
        response = visitor.get(f"{address}?{query}", headers=headers)
        assert (response.status_code, response.json()["parameter"]) == (400, name), query
    assert visitor.get(f"{address}?{name}=1&{name}=1").status_code == 200


@pytest.mark.usefixtures("meetings")
def test_filtered_list_offers_its_own_subscription(visitor: Visitor) -> None:
    calendar = "/en/meetings/calendar.ics?form=informal&amp;place=Tallinn"
    for page in ("meetings/", "meetings/2060/09/"):
        html = visitor.get(f"/en/{page}?form=informal&place=Tallinn").content.decode()
        for address in (calendar, calendar.replace("calendar.ics", "feed.atom")):
            assert f'href="{address}"' in html, (page, address)
        assert f'href="webcal://testserver{calendar}&amp;points=1"' in html
        assert "Subscribe to this list" in html

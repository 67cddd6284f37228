"""Test the calendar and the feed of a search."""

from typing import Any

import pytest

from council.program_paths import is_costly
from tests.factories import DAY, PRESS_DATE, make_meeting, make_topic, publish_now, withdraw
from tests.meetings.feeds.calendars.calendar_reader import read_calendar, read_events
from tests.meetings.feeds.feed_reader import get_text, list_titles, read_feed
from tests.public_requests import Visitor

pytestmark = pytest.mark.django_db
CALENDAR, FEED = "/en/search/calendar.ics", "search/feed.atom"


def list_summaries(visitor: Visitor, query: str) -> list[str]:
    return [str(event["SUMMARY"]) for event in read_events(visitor, f"{CALENDAR}?{query}")]


def test_search_has_a_calendar_and_a_feed(visitor: Visitor, clock: Any) -> None:
    meeting, topic = make_meeting(title="Council on wastewater"), make_topic("wastewater")
    publish_now(clock, meeting, topic, make_meeting("env", PRESS_DATE + DAY, title="Council on wine"))
    assert list_summaries(visitor, "q=wastewater") == ["Council on wastewater"]
    assert sorted(map(str, list_titles(visitor, f"{FEED}?q=wastewater"))) == [
        "Published: Council on wastewater, 14 September 2060",
        "Published: Wastewater",
    ]
    meeting.lead = "<p>Otherwise.</p>"
    meeting.save()
    publish_now(clock, meeting)
    assert len(list_titles(visitor, f"{FEED}?q=wastewater&in=meetings")) == 2
    clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
    assert list_summaries(visitor, "q=wastewater") == []
    assert list_titles(visitor, f"{FEED}?q=wastewater") == ["Published: Wastewater"]


def test_filters_of_the_search_count(visitor: Visitor, clock: Any) -> None:
    publish_now(clock, make_meeting(title="Wine"), make_meeting("env", PRESS_DATE + DAY, title="Wine and air"))
    assert list_summaries(visitor, "q=wine&configuration=env") == ["Wine and air"]
    assert list_summaries(visitor, f"q=wine&date_to={PRESS_DATE}") == ["Wine"]


def test_subscription_never_has_something_similar(visitor: Visitor, clock: Any) -> None:
    publish_now(clock, make_meeting(title="Wine"))
    assert "results have some of them" in visitor.get("/en/search/?q=wine+zanzibar").content.decode()
    assert list_summaries(visitor, "q=wine+zanzibar") == list_titles(visitor, f"{FEED}?q=wine+zanzibar") == []


def test_subscription_says_what_it_is_of(visitor: Visitor, clock: Any) -> None:
    calendar, feed = read_calendar(visitor, f"{CALENDAR}?q=wine"), read_feed(visitor, f"{FEED}?q=wine")
    assert str(calendar["NAME"]) == get_text(feed, "title") == "Council meetings: search for “wine”"
    assert str(calendar["URL"]) == "http://testserver/en/search/?q=wine"


def test_unchanged_calendar_or_feed_takes_no_search(visitor: Visitor, clock: Any) -> None:
    publish_now(clock, make_meeting(title="Wine"))
    for address in (f"{CALENDAR}?q=wine&configuration=jha", f"/en/{FEED}?q=wine&configuration=jha"):
        tag = visitor.get(address)["ETag"]
        assert visitor.get(address, headers={"if-none-match": tag}).status_code == 304
        assert visitor.queries == []


@pytest.mark.parametrize("query", ["+".join(f"word{n}" for n in range(13)), 201 * "a"])
def test_query_is_never_cut(visitor: Visitor, clock: Any, query: str) -> None:
    for address in (CALENDAR, f"/en/{FEED}"):
        response = visitor.get(f"{address}?q={query}")
        assert (response.status_code, response.json()["parameter"]) == (400, "q")


@pytest.mark.parametrize("query", ["", "q=", "q=the", "q=wine&date_from=soon", "q=wine&in=items&in=topics"])
def test_nothing_to_search_for_is_refused(visitor: Visitor, clock: Any, query: str) -> None:
    for address in (CALENDAR, f"/en/{FEED}"):
        assert visitor.get(f"{address}?{query}").status_code == 400


def test_results_offer_the_subscription(visitor: Visitor, clock: Any) -> None:
    publish_now(clock, make_meeting(title="Wine"))
    html = visitor.get("/en/search/?q=wine&in=meetings").content.decode()
    assert 'href="webcal://testserver/en/search/calendar.ics?q=wine&amp;in=meetings"' in html
    assert '<a href="/en/search/feed.atom?q=wine&amp;in=meetings">' in html
    assert 'title="Search: wine" href="/en/search/feed.atom?q=wine&amp;in=meetings">' in html.partition("</head>")[0]
    topics = visitor.get("/en/search/?q=wine&in=topics").content.decode()
    assert "search/feed.atom" in topics
    assert "search/calendar.ics" not in topics


def test_subscriptions_count_like_a_search(visitor: Visitor, clock: Any) -> None:
    assert is_costly(CALENDAR, "q=wine")
    assert is_costly(f"/en/{FEED}", "q=wine")

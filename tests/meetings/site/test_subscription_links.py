"""Links of pages to calendars and feeds, in the head for programs and in the text for people."""

import re
from typing import Any

import pytest

from agenda.models import AgendaItem
from tests.factories import make_configuration, make_meeting, make_topic, publish_now
from tests.public_requests import Visitor, get_visible_text
from tests.worlds import share_world

pytestmark = pytest.mark.usefixtures("published_meeting_and_topic")
FEED, CORRECTIONS, CALENDAR = (f"/en/meetings/{file}" for file in ("feed.atom", "corrections.atom", "calendar.ics"))
PAGES = {
    "": {FEED, CORRECTIONS},
    "meetings/": {FEED, CORRECTIONS, CALENDAR},
    "meetings/2060/09/": {FEED, CORRECTIONS, CALENDAR},
    "meetings/?configuration=jha": {"/en/meetings/jha/feed.atom", "/en/meetings/jha/calendar.ics", CORRECTIONS},
    "meetings/2060/09/?configuration=JHA": {"/en/meetings/jha/feed.atom", "/en/meetings/jha/calendar.ics"},
    "meetings/jha/": {"/en/meetings/jha/feed.atom", "/en/meetings/jha/calendar.ics"},
    "meetings/jha/2060/09/14/": {"/en/meetings/jha/2060/09/14/meeting.ics"},
    "meetings/corrections/": {CORRECTIONS},
    "press-conferences/": {"/en/press-conferences/feed.atom", "/en/press-conferences/calendar.ics"},
    "topics/": {FEED, CORRECTIONS},
    "topics/fish/": {"/en/topics/fish/feed.atom", "/en/topics/fish/calendar.ics"},
}


@share_world
def published_meeting_and_topic(clock: Any) -> None:
    make_configuration("env")
    topic, meeting = make_topic("fish"), make_meeting()
    AgendaItem.objects.get(meeting=meeting).topics.add(topic)
    publish_now(clock, topic, meeting)


@pytest.mark.parametrize("page", PAGES)
def test_head_links_to_feeds_and_calendars(visitor: Visitor, page: str) -> None:
    head = visitor.get(f"/en/{page}").content.decode().partition("</head>")[0]
    found = re.findall(
        r'<link rel="alternate" type="(?:application/atom\+xml|text/calendar)"[^>]* href="([^"]+)"', head
    )
    assert set(found) >= PAGES[page]
    assert set(found) <= set().union(*PAGES.values())


def test_linked_feeds_and_calendars_exist(visitor: Visitor) -> None:
    for address in set().union(*PAGES.values()):
        assert visitor.get(address).status_code == 200, address


@pytest.mark.parametrize(
    ("page", "calendar"),
    [
        ("", CALENDAR),
        ("meetings/", CALENDAR),
        ("meetings/2060/09/", CALENDAR),
        ("meetings/?configuration=jha", "/en/meetings/jha/calendar.ics"),
        ("meetings/jha/", "/en/meetings/jha/calendar.ics"),
        ("topics/fish/", "/en/topics/fish/calendar.ics"),
    ],
)
def test_page_offers_link_address_and_instructions(visitor: Visitor, page: str, calendar: str) -> None:
    response = visitor.get(f"/en/{page}")
    html = response.content.decode()
    assert f'href="webcal://testserver{calendar}"' in html
    for address in (f"http://testserver{calendar}", f"http://testserver{calendar}?points=1"):
        assert re.search(
            rf'<label for="([^"]+)">[^<]+</label>\s*<input id="\1" readonly value="{re.escape(address)}">', html
        )
    for program in ("Outlook:", "Google Calendar", "Apple:"):
        assert program in get_visible_text(response)


ALL_DATES, FILTER_FIRST = "The calendar and the feed include all dates", "filter this list first"
WITHOUT_CANCELLED, EVER, IN_DATES = "without cancelled meetings", "now or later", "within the dates that you chose"


@pytest.mark.parametrize(
    ("page", "said", "not_said"),
    [
        ("meetings/", {FILTER_FIRST, WITHOUT_CANCELLED}, {ALL_DATES}),
        ("meetings/?year=2060", {ALL_DATES, WITHOUT_CANCELLED}, {FILTER_FIRST}),
        ("meetings/?status=cancelled", set(), {WITHOUT_CANCELLED, FILTER_FIRST}),
        ("meetings/?takes_place=true", set(), {WITHOUT_CANCELLED}),
        ("search/?q=fish", {EVER}, {IN_DATES}),
        ("search/?q=fish&date_to=2017-01-01", {IN_DATES}, {EVER}),
    ],
)
def test_text_says_what_the_subscription_includes(
    visitor: Visitor, page: str, said: set[str], not_said: set[str]
) -> None:
    text = get_visible_text(visitor.get(f"/en/{page}"))
    assert {words for words in said | not_said if words in text} == said

"""Withdrawn meetings that take place: their notices stand where readers look for what comes."""

import re
from typing import Any

import pytest

from tests.factories import DAY, PRESS_DATE, make_configuration, make_meeting, publish_now, withdraw
from tests.meetings.site.daily_schedule.press_days import extract_text, get_page
from tests.public_requests import Visitor

pytestmark = pytest.mark.django_db
WITHDRAWN = "Page withdrawn The meeting itself takes place. Only its page was withdrawn. Sent too early."
PRESS = "/en/press-conferences/"
PAGES = ["/en/", "/en/meetings/", "/en/meetings/jha/"]


def publish_and_withdraw(clock: Any, days_ahead: int, *, takes_place: bool | None = True, days: int = 1) -> None:
    day = PRESS_DATE + days_ahead * DAY
    end = day + (days - 1) * DAY
    meeting = make_meeting(start_date=day, end_date=end, lead="<p>Zanzibar</p>", city="Tallinn")
    publish_now(clock, meeting)
    clock.move_to(withdraw(meeting, reason="Sent too early.", takes_place=takes_place).available_from)


@pytest.mark.parametrize("days_ahead", [0, 2, 6, 60])
@pytest.mark.parametrize("page", PAGES)
def test_notice_is_among_what_comes(visitor: Visitor, clock: Any, page: str, days_ahead: int) -> None:
    publish_and_withdraw(clock, days_ahead)
    html = get_page(visitor, page)
    assert extract_text(html).count(WITHDRAWN) == 1
    assert f'href="/en/meetings/jha/{PRESS_DATE + days_ahead * DAY:%Y/%m/%d}/"' in html
    assert 'data-body="jha">' in html
    assert "JHA" in map(extract_text, re.findall(r'(?s)<p class="row-badge">(.*?)</p>', html))
    assert "Zanzibar" not in html
    assert "Tallinn" not in html


def test_first_page_has_a_notice_over_the_weekend_on_the_days_of_this_week_only(visitor: Visitor, clock: Any) -> None:
    """As it has the meetings: they are upcoming if they begin after Sunday."""
    publish_and_withdraw(clock, 4, days=3)
    html = get_page(visitor, "/en/")
    assert "Saturday 18 September" in html
    assert "Sent too early." not in html[html.index("Upcoming meetings") :]


@pytest.mark.parametrize("page", ["/en/meetings/2060/09/", "/en/day/2060-09-16/"])
def test_calendar_and_day_say_that_it_takes_place_and_then_why_its_page_was_withdrawn(
    visitor: Visitor, clock: Any, page: str
) -> None:
    publish_and_withdraw(clock, 2)
    html = get_page(visitor, page)
    assert WITHDRAWN in extract_text(html)
    assert "is-former" not in html  # it has not left its day


def test_today_is_not_said_to_be_without_meetings(visitor: Visitor, clock: Any) -> None:
    publish_and_withdraw(clock, 0)
    assert "There are no meetings today." not in get_page(visitor, "/en/")


def test_configuration_has_the_notice_also_after_its_next_meeting(visitor: Visitor, clock: Any) -> None:
    """Its list by year has no notices, and who looks for a meeting there must find it."""
    publish_and_withdraw(clock, 20)
    publish_now(clock, make_meeting(start_date=PRESS_DATE + 5 * DAY, address_word="earlier"))
    text = extract_text(get_page(visitor, "/en/meetings/jha/"))
    assert text.index("Next meetings") < text.index("Sunday 19 September 2060") < text.index(WITHDRAWN)


@pytest.mark.parametrize(("days_ahead", "shown"), [(-1, False), (0, True), (14, True), (15, False)])
@pytest.mark.parametrize("query", ["", "?kind=live"])
def test_notice_is_among_press_conferences_of_the_fortnight(
    visitor: Visitor, clock: Any, query: str, days_ahead: int, shown: bool
) -> None:
    publish_and_withdraw(clock, days_ahead)
    text = extract_text(get_page(visitor, PRESS + query))
    notice = "Page withdrawn The meeting itself takes place. Only its page was withdrawn."
    assert (notice in text, "live stream has been published for the coming two weeks." in text) == (shown, True)


@pytest.mark.parametrize("takes_place", [None, False])
@pytest.mark.parametrize("page", [*PAGES, PRESS])
def test_notice_that_promises_no_meeting_is_not_shown(
    visitor: Visitor, clock: Any, page: str, takes_place: bool | None
) -> None:
    publish_and_withdraw(clock, 2, takes_place=takes_place)
    html = get_page(visitor, page)
    assert "Sent too early." not in html
    assert "ithdrawn" not in html


@pytest.mark.parametrize("page", [*PAGES, "/en/meetings/?year=2060"])
def test_notice_of_a_past_meeting_is_not_shown(visitor: Visitor, clock: Any, page: str) -> None:
    publish_and_withdraw(clock, -20)
    assert "Sent too early." not in get_page(visitor, page)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("configuration=jha", True),
        ("configuration=env", False),
        ("takes_place=true", True),
        ("takes_place=false", False),
        ("takes_place=perhaps", True),  # ignored, as in the list
        ("form=round", True),
        ("form=formal", False),
        ("year=2060", True),
        ("year=2061", False),
    ],
)
def test_list_finds_notice_by_what_it_says(visitor: Visitor, clock: Any, query: str, shown: bool) -> None:
    make_configuration("env")
    publish_and_withdraw(clock, 2)
    assert ("Sent too early." in get_page(visitor, f"/en/meetings/?{query}")) == shown

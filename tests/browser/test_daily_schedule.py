"""The daily schedule in a browser: it refreshes and announces changes, can be paused, and prints on one page."""

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from meetings.documents import schema
from meetings.documents.choices import LinkKind, PointState, TimePrecision
from meetings.documents.schema import MeetingDocument
from tests.browser.accessibility import check_accessibility
from tests.browser.publishing import publish_documents
from tests.external_tools import NuChecker, PageOpener
from tests.factories import make_configuration, make_uuid
from tests.meetings.site.daily_schedule.press_days import SCHEDULE, make_document, make_point
from tests.worlds import share_world

pytestmark = pytest.mark.browser
HALF_A_MINUTE = 31_000
HOURS = ("08:15", "08:30", "09:00", "10:00", "13:00", "15:30", "17:00")


def press_day(slug: str, **values: Any) -> MeetingDocument:
    """Return a meeting with seven points that have speakers, rooms and streams, and with a chair and a link."""
    streams = [
        schema.Link(id=make_uuid(f"{slug} live"), kind=LinkKind.LIVE_STREAM, title="Live", url="https://video.example/")
    ]
    speakers = [schema.Speaker(name="Andres Anvelt", role="Estonian Minister of the Interior")]
    points = [
        make_point(f"{slug}-{hour}", hour, live=True, place="Press room 1", speakers=speakers if hour > "12" else [])
        for hour in HOURS
    ]
    chairs = [schema.Chair(id=make_uuid(f"{slug} chair"), name="Andres Anvelt", role="Minister", country="EE")]
    return make_document(slug, *points, chairs=chairs, links=streams, **values)


@share_world
def published() -> None:
    make_configuration()
    publish_documents(press_day("jha"))


@pytest.fixture
def site(published: None, web_server: Any) -> str:
    return str(web_server.url)


class WatchedPage:
    """A page whose clock the test moves; `statuses` are the responses to its requests for the schedule."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.statuses: list[int] = []
        page.wait_for_load_state("networkidle")
        page.clock.install()
        page.reload()
        page.on("response", lambda answer: self.statuses.append(answer.status) if SCHEDULE in answer.url else None)

    def wait(self) -> None:
        """Move the clock by half a minute and wait for the response."""
        before = len(self.statuses)
        self.page.clock.fast_forward(HALF_A_MINUTE)
        for _attempt in range(50):
            if len(self.statuses) > before:
                break
            self.page.wait_for_timeout(20)
        self.page.wait_for_timeout(50)

    @property
    def announcement(self) -> str:
        return self.page.locator(".refresh [role=status]").inner_text()

    @property
    def marks(self) -> list[str]:
        return [one.inner_text() for one in self.page.locator(".refresh-mark").all()]


def test_refresh_stops_when_day_is_over(site: str, open_page: PageOpener) -> None:
    """The schedule of a day that is over is not refreshed and has no button to pause."""
    watched = WatchedPage(open_page(f"{site}{SCHEDULE}"))
    page = watched.page
    over = re.sub(r'(?s)<p class="refresh".*?</p>', "", page.request.get(f"{site}{SCHEDULE}").text())
    page.route(f"**{SCHEDULE}", lambda route: route.fulfill(content_type="text/html; charset=utf-8", body=over))
    watched.wait()
    assert watched.statuses == [200]
    assert page.get_by_role("button", name="Pause updates").count() == 0
    watched.wait()
    assert watched.statuses == [200]


def test_refresh_announces_and_marks_changes(site: str, open_page: PageOpener) -> None:
    watched = WatchedPage(open_page(f"{site}{SCHEDULE}", height=400))
    page = watched.page
    watched.wait()
    watched.wait()
    assert (watched.statuses, watched.announcement, watched.marks) == ([200, 304], "", [])
    link = page.get_by_role("link", name="Press briefing: jha-17:00", exact=True)
    link.focus()
    link.scroll_into_view_if_needed()
    place = link.bounding_box()
    changed = press_day("jha")
    changed.programme[4].state = PointState.CANCELLED
    changed.programme.pop(1)
    changed.programme.append(make_point("Added", "07:00"))
    publish_documents(changed)
    watched.wait()
    assert watched.statuses == [200, 304, 200]
    assert re.match(r"Updated \d\d:\d\d: ", watched.announcement)
    for words in ("new: 07:00 JHA: Press briefing, Added", "changed: 13:00 JHA: Press briefing, jha-13:00"):
        assert words in watched.announcement
    assert watched.marks == ["new", "changed", "changed"]  # the first point was removed, so it has no mark
    assert page.evaluate("document.activeElement.textContent") == "Press briefing: jha-17:00"
    now = page.get_by_role("link", name="Press briefing: jha-17:00", exact=True).bounding_box()
    assert place
    assert now
    assert abs(now["y"] - place["y"]) < 2
    watched.wait()
    assert watched.statuses == [200, 304, 200, 304]


def test_pause_lasts_for_the_visit(site: str, open_page: PageOpener) -> None:
    watched = WatchedPage(open_page(f"{site}{SCHEDULE}"))
    page = watched.page
    button = page.get_by_role("button", name="Pause updates")
    button.press("Space")
    assert button.get_attribute("aria-pressed") == "true"
    assert page.get_by_text("Updates are paused.").is_visible()
    publish_documents(press_day("jha", title="Renamed"))
    watched.wait()
    assert watched.statuses == []
    page.reload()
    assert button.get_attribute("aria-pressed") == "true"
    watched.statuses.clear()
    button.click()
    page.wait_for_timeout(200)
    watched.wait()
    assert button.get_attribute("aria-pressed") == "false"
    assert set(watched.statuses) <= {200, 304}
    assert watched.statuses


def test_refresh_continues_after_errors_and_shows_age(site: str, open_page: PageOpener) -> None:
    """Nobody restarts a screen in the press room."""
    watched = WatchedPage(open_page(f"{site}{SCHEDULE}"))
    page = watched.page
    page.route(f"**{SCHEDULE}", lambda route: route.abort())
    for _attempt in range(3):
        watched.wait()
    assert re.fullmatch(
        r"We cannot reach the site\. We will keep trying\. Last updated \d\d:\d\d", watched.announcement
    )
    page.unroute(f"**{SCHEDULE}")
    for _attempt in range(4):  # the interval is longer now
        watched.wait()
    assert watched.statuses
    assert set(watched.statuses) <= {200, 304}
    assert watched.announcement == ""
    assert open_page.problems
    assert all("failed" in problem or "ERR_FAILED" in problem for problem in open_page.problems)
    open_page.problems.clear()


def test_works_without_javascript(site: str, open_page: PageOpener) -> None:
    page = open_page(f"{site}{SCHEDULE}", javascript=False)
    assert not page.locator(".refresh").is_visible()
    page.get_by_label("Go to another day").fill("15.9.2060")
    page.get_by_role("button", name="Show").click()
    assert page.url == f"{site}/en/day/2060-09-15/"
    page.get_by_role("link", name="Previous day: 14 September 2060").click()
    assert page.url == f"{site}{SCHEDULE}"


def test_ordinary_press_day_prints_on_one_page(site: str, open_page: PageOpener) -> None:
    """There are two meetings with seven points each, and one without points."""
    publish_documents(press_day("env"), make_document("fac"))
    page = open_page(f"{site}{SCHEDULE}", media="print")
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    assert not page.locator(".refresh, .day-form").first.is_visible()


@pytest.mark.parametrize("address", ["/en/meetings/", "/en/search/?q=council", "/en/press-conferences/"])
def test_subscriptions_are_not_printed(site: str, open_page: PageOpener, address: str) -> None:
    page = open_page(f"{site}{address}", media="print")
    assert page.locator("#subscribe").count() == 1
    assert not page.locator("#subscribe").is_visible()


def test_is_accessible(site: str, open_page: PageOpener) -> None:
    page = open_page(f"{site}{SCHEDULE}")
    states = [PointState.DELAYED, PointState.UNDER_WAY, PointState.ENDED, PointState.CANCELLED]
    changed = press_day("jha", timezone="Europe/Tallinn")
    for one, state in zip(changed.programme, states, strict=False):
        one.state, one.previous = state, [schema.EarlierTime(time="07:00", time_text="07:00", place="Press room 2")]
    loose = make_point("Loose", time_precision=TimePrecision.TO_BE_CONFIRMED)
    publish_documents(
        changed,
        make_document("env", loose, alerts=[schema.Alert(id=make_uuid("alert"), text="Late.", at=timezone.now())]),
    )
    for address in (SCHEDULE, "/en/day/", "/en/", "/en/meetings/corrections/", "/en/press-conferences/"):
        page.goto(f"{site}{address}")
        assert check_accessibility(open_page, page) == []
    page.goto(f"{site}/en/day/?date=2060-02-30")
    open_page.problems.clear()  # the browser reports the 400
    assert check_accessibility(open_page, page) == []


def test_html_is_valid(site: str, open_page: PageOpener, nu_checker: NuChecker) -> None:
    page = open_page(f"{site}/en/")
    publish_documents(press_day("env"), make_document("fac"))
    for path in (
        SCHEDULE,
        "/mt/day/2060-09-14/",
        "/en/day/1952-01-01/",
        "/en/day/x/",
        "/en/",
        "/en/meetings/corrections/",
        "/en/press-conferences/",
    ):
        assert nu_checker(page.context.request.get(f"{site}{path}").text()) == []

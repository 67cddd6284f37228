"""The day-sheet in a browser: it renews itself and says so, can be paused, and stands on one page of paper."""

import re
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page

from agenda.publishing import wait_for
from meetings.clock import next_instant
from meetings.documents import shape
from meetings.documents.shape import MeetingDocument
from meetings.editions import freeze
from meetings.vocabulary import LinkKind, PointState, TimePrecision
from tests.agenda.test_forms_in_browser import judged
from tests.cast import make_configuration, named
from tests.meetings.day_sheet.press_days import SHEET, meeting, point
from tests.outside import SCREENS, NuChecker, PageOpener

pytestmark = pytest.mark.browser
HALF_A_MINUTE = 31_000
HOURS = ("08:15", "08:30", "09:00", "10:00", "13:00", "15:30", "17:00")


def publish(*documents: MeetingDocument) -> None:
    with transaction.atomic():
        editions = [freeze([document], available_from=next_instant(timezone.now())) for document in documents]
    wait_for(editions[-1])


def press_day(slug: str, **values: Any) -> MeetingDocument:
    """Seven points, with speakers, rooms and streams; chairs and links of the meeting."""
    streams = [
        shape.Link(id=named(f"{slug} live"), kind=LinkKind.LIVE_STREAM, title="Live", url="https://video.example/")
    ]
    speakers = [shape.Speaker(name="Andres Anvelt", role="Estonian Minister of the Interior")]
    points = [
        point(f"{slug}-{hour}", hour, live=True, place="Press room 1", speakers=speakers if hour > "12" else [])
        for hour in HOURS
    ]
    chairs = [shape.Chair(id=named(f"{slug} chair"), name="Andres Anvelt", role="Minister", country="EE")]
    return meeting(slug, *points, chairs=chairs, links=streams, **values)


@pytest.fixture
def site(committed: None, live_server: Any) -> str:
    make_configuration()
    publish(press_day("jha"))
    return str(live_server.url)


class Watched:
    """A page whose clock the test moves, and how its questions for the sheet were answered."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.answered: list[int] = []
        page.wait_for_load_state("networkidle")
        page.clock.install()
        page.reload()
        page.on("response", lambda answer: self.answered.append(answer.status) if SHEET in answer.url else None)

    def wait(self) -> None:
        """Half a minute, and for the answer."""
        before = len(self.answered)
        self.page.clock.fast_forward(HALF_A_MINUTE)
        for _attempt in range(50):
            if len(self.answered) > before:
                break
            self.page.wait_for_timeout(20)
        self.page.wait_for_timeout(50)

    @property
    def told(self) -> str:
        return self.page.locator(".renewal [role=status]").inner_text()

    @property
    def marked(self) -> list[str]:
        return [one.inner_text() for one in self.page.locator(".renewed").all()]


def test_it_ends_with_the_day(site: str, open_page: PageOpener) -> None:
    """Nothing renews the sheet of a day that is over, which has no such button either."""
    watched = Watched(open_page(f"{site}{SHEET}"))
    page = watched.page
    over = re.sub(r'(?s)<p class="renewal".*?</p>', "", page.request.get(f"{site}{SHEET}").text())
    page.route(f"**{SHEET}", lambda route: route.fulfill(content_type="text/html; charset=utf-8", body=over))
    watched.wait()
    assert watched.answered == [200]
    assert page.get_by_role("button", name="Pause updating").count() == 0
    watched.wait()
    assert watched.answered == [200]


def test_it_renews_itself_and_says_what_is_new(site: str, open_page: PageOpener) -> None:
    watched = Watched(open_page(f"{site}{SHEET}", height=400))
    page = watched.page
    watched.wait()
    assert (watched.answered, watched.told, watched.marked) == ([304], "", [])
    link = page.get_by_role("link", name="jha-17:00")
    link.focus()
    link.scroll_into_view_if_needed()
    place = link.bounding_box()
    changed = press_day("jha")
    changed.programme[4].state = PointState.CANCELLED
    changed.programme.pop(1)
    changed.programme.append(point("Added", "07:00"))
    publish(changed)
    watched.wait()
    assert watched.answered == [304, 200]
    assert re.match(r"Updated \d\d:\d\d: ", watched.told)
    for words in ("new: 07:00 JHA: Press briefing, Added", "changed: 13:00 JHA: Press briefing, jha-13:00"):
        assert words in watched.told
    assert watched.marked == ["new", "changed", "changed"]  # the second of them was taken out
    assert page.evaluate("document.activeElement.textContent") == "Press briefing: jha-17:00"
    now = page.get_by_role("link", name="jha-17:00").bounding_box()
    assert place
    assert now
    assert abs(now["y"] - place["y"]) < 2
    watched.wait()
    assert watched.answered == [304, 200, 304]


def test_it_can_be_paused_for_the_visit(site: str, open_page: PageOpener) -> None:
    watched = Watched(open_page(f"{site}{SHEET}"))
    page = watched.page
    button = page.get_by_role("button", name="Pause updating")
    button.press("Space")
    assert button.get_attribute("aria-pressed") == "true"
    assert page.get_by_text("Updating is paused.").is_visible()
    publish(press_day("jha", title="Renamed"))
    watched.wait()
    assert watched.answered == []
    page.reload()
    assert button.get_attribute("aria-pressed") == "true"
    watched.answered.clear()
    button.click()
    page.wait_for_timeout(200)
    watched.wait()
    assert button.get_attribute("aria-pressed") == "false"
    assert set(watched.answered) <= {200, 304}
    assert watched.answered


def test_it_goes_on_trying_after_errors_and_says_since_when_it_is_old(site: str, open_page: PageOpener) -> None:
    """Nobody is there who would start it again."""
    watched = Watched(open_page(f"{site}{SHEET}"))
    page = watched.page
    page.route(f"**{SHEET}", lambda route: route.abort())
    for _attempt in range(3):
        watched.wait()
    assert re.fullmatch(r"The site cannot be reached; it is tried again\. This is as of \d\d:\d\d", watched.told)
    page.unroute(f"**{SHEET}")
    for _attempt in range(4):  # it asks less often now
        watched.wait()
    assert set(watched.answered) == {304}
    assert watched.told == ""
    assert open_page.problems
    assert all("failed" in problem or "ERR_FAILED" in problem for problem in open_page.problems)
    open_page.problems.clear()


def test_without_scripts_there_is_nothing_to_pause(site: str, open_page: PageOpener) -> None:
    page = open_page(f"{site}{SHEET}", javascript=False)
    assert not page.locator(".renewal").is_visible()
    page.get_by_label("Another day").fill("15.9.2060")
    page.get_by_role("button", name="Show").click()
    assert page.url == f"{site}/en/day/2060-09-15/"
    page.get_by_role("link", name="The day before: 14 September 2060").click()
    assert page.url == f"{site}{SHEET}"


def test_an_ordinary_press_day_is_one_page_of_paper(site: str, open_page: PageOpener) -> None:
    """Two meetings with seven points each, and one that has none yet."""
    publish(press_day("env"), meeting("fac"))
    page = open_page(f"{site}{SHEET}", media="print")
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    assert not page.locator(".renewal, .choose-day").first.is_visible()


@pytest.mark.parametrize(("width", "colours"), SCREENS)
def test_everyone_can_read_it(site: str, open_page: PageOpener, width: int, colours: Any) -> None:
    page = open_page(f"{site}{SHEET}", width=width, colour_scheme=colours)
    states = [PointState.DELAYED, PointState.UNDER_WAY, PointState.ENDED, PointState.CANCELLED]
    changed = press_day("jha", timezone="Europe/Tallinn")
    for one, state in zip(changed.programme, states, strict=False):
        one.state, one.previous = state, [shape.EarlierTime(time="07:00", time_text="07:00", place="Press room 2")]
    loose = point("Loose", time_precision=TimePrecision.TO_BE_CONFIRMED)
    publish(changed, meeting("env", loose, alerts=[shape.Alert(id=named("alert"), text="Late.", at=timezone.now())]))
    for address in (SHEET, "/en/day/", "/en/", "/en/meetings/corrections/"):
        page.goto(f"{site}{address}")
        assert judged(open_page, page, width) == []
    page.goto(f"{site}/en/day/?date=2060-02-30")
    open_page.problems.clear()  # the browser tells of the 400
    assert judged(open_page, page, width) == []


def test_it_is_valid(site: str, open_page: PageOpener, nu_checker: NuChecker) -> None:
    page = open_page(f"{site}/en/")
    publish(press_day("env"), meeting("fac"))
    for path in (
        SHEET,
        "/mt/day/2060-09-14/",
        "/en/day/1952-01-01/",
        "/en/day/x/",
        "/en/",
        "/en/meetings/corrections/",
    ):
        assert nu_checker(page.context.request.get(f"{site}{path}").text()) == []

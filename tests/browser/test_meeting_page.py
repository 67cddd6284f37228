"""The pages of a meeting and a topic in a browser: reading order, accessibility, forced colours, print."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from agenda.documents.building import build_topic
from meetings.documents import schema
from meetings.documents.choices import ItemState, MeetingStatus, PointKind, PointState
from meetings.documents.schema import MeetingDocument
from tests.browser.accessibility import CONTRAST_RULES, check_accessibility, run_axe
from tests.browser.publishing import publish_documents
from tests.external_tools import NuChecker, PageOpener
from tests.factories import DAY, make_full_document, make_topic, make_uuid
from tests.pictures import make_stored_image
from tests.worlds import share_world

pytestmark = pytest.mark.browser
TOPIC = schema.TopicName(id=make_uuid("topic"), slug="migration-policy", title="Migration policy")
ORDER = ["alerts", "facts", "results", "lead", "programme", "agenda", "further", "contacts"]
MARKS = ".state, .marks li, .badge, .alerts, .notification"
SEEN = """(found) => found.filter((one) => {
  const style = getComputedStyle(one), edge = style.borderTopColor;
  return style.borderTopStyle === "none" || edge === getComputedStyle(document.body).backgroundColor;
}).map((one) => one.className)"""


def meeting(name: str = "today", day: dt.date | None = None, **values: Any) -> MeetingDocument:
    """Return a meeting with everything that the page can show; today, if no day is given."""
    day = day or timezone.localdate()
    document = make_full_document(
        id=make_uuid(name), start_date=day, end_date=day, address_word=name, status_reason="", previous=[], **values
    )
    [first] = document.agenda
    first.topics, first.links[0].image = [TOPIC], make_stored_image()
    first.state, first.state_note = ItemState.WITHDRAWN, "It was withdrawn."
    [press] = document.programme
    document.alerts = [
        schema.Alert(id=make_uuid(f"alert {n}"), text=f"Change {n}.", at=timezone.now().replace(microsecond=0))
        for n in range(5)
    ]
    for n, state in enumerate((PointState.UNDER_WAY, PointState.ENDED, PointState.CANCELLED, PointState.PLANNED)):
        document.programme.append(
            schema.Point(id=make_uuid(f"point {n}"), title=f"Point {n}", date=day, state=state, live=True, time="12:00")
        )
    document.programme.append(schema.Point(id=make_uuid("arrivals"), kind=PointKind.ARRIVALS, date=day, time="08:00"))
    press.date = day
    for number in range(4):
        document.agenda.append(
            schema.Item(
                id=make_uuid(f"item {number}"), number=str(number), title=f"Item {number}", text="<p>Text.</p>" * 9
            )
        )
    return document


def address(document: MeetingDocument) -> str:
    assert document.start_date
    return f"/en/meetings/jha/{document.start_date:%Y/%m/%d}-{document.address_word}/"


@share_world
def paths() -> list[str]:
    today = timezone.localdate()
    meetings = [
        meeting(),
        meeting("past", today - 2 * DAY),
        meeting("off", today + DAY, status=MeetingStatus.CANCELLED),
        meeting("late", today + 2 * DAY, status=MeetingStatus.POSTPONED),
    ]
    publish_documents(build_topic(make_topic(pk=make_uuid("topic"))), *meetings)
    return [*map(address, meetings), "/en/topics/migration-policy/"]


@pytest.fixture
def pages(paths: list[str], web_server: Any) -> list[str]:
    return [f"{web_server.url}{path}" for path in paths]


def get_positions(page: Page, names: list[str]) -> list[float]:
    found = [page.locator(f"#{name}").bounding_box() for name in names]
    return [box["y"] for box in found if box]


def test_visual_order_matches_the_document_order(pages: list[str], open_page: PageOpener) -> None:
    page = open_page(pages[0], width=320)
    places = get_positions(page, ORDER)
    assert len(places) == len(ORDER)
    assert places == sorted(places)
    page.set_viewport_size({"width": 1280, "height": 800})
    read = page.evaluate("[...document.querySelectorAll('main h2')].map((one) => one.id)")
    assert [name for name in read if name in ORDER] == ORDER
    lead, programme, agenda = get_positions(page, ["lead", "programme", "agenda"])
    assert abs(lead - programme) < 8
    assert agenda > lead


def test_terms_are_large_enough_to_tap(pages: list[str], open_page: PageOpener) -> None:
    terms = open_page(pages[0], width=375).locator("main a.term")
    heights = terms.evaluate_all("(found) => found.map((one) => [one.textContent, one.getBoundingClientRect().height])")
    assert {"Arrivals", "Documents"} <= {name.split(" (")[0].strip() for name, _height in heights}
    assert [(name, height) for name, height in heights if height < 24] == []


def test_pages_are_accessible(pages: list[str], open_page: PageOpener) -> None:
    page = open_page(pages[0])
    page.get_by_text("Earlier changes").click()
    assert check_accessibility(open_page, page) == []
    for url in pages[1:]:
        page.goto(url)
        assert check_accessibility(open_page, page) == []


def test_forced_colours(pages: list[str], open_page: PageOpener) -> None:
    """Marks and states have a visible border, and the borders of programme points differ by state."""
    page = open_page(pages[0], forced_colours=True)
    for url in pages:
        page.goto(url)
        assert page.locator(MARKS).count()
        assert page.locator(MARKS).evaluate_all(SEEN) == []
        assert run_axe(page, CONTRAST_RULES) == []
    page.goto(pages[0])
    edge = "(one) => getComputedStyle(one, '::after').borderTopWidth"
    assert page.locator(".point.under_way .slot-details").evaluate(edge) == "5px"
    assert page.locator(".point.ended .slot-details").evaluate(edge) == "2px"


def test_print_layout(pages: list[str], open_page: PageOpener) -> None:
    page = open_page(pages[0], media="print", width=700)
    for hidden in (".site-nav", ".contents", ".permalink", ".calendar", ".neighbours"):
        assert not page.locator(hidden).locator("visible=true").count()
    assert page.get_by_text("Change 4.").is_visible()
    address_of = "(one) => getComputedStyle(one, '::after').content"
    for url in (pages[0], pages[-1]):
        page.goto(url)
        assert page.locator(".colophon [data-address]").evaluate(address_of) == f'"{url}"'


def test_pages_are_valid_html(pages: list[str], open_page: PageOpener, nu_checker: NuChecker) -> None:
    page = open_page(pages[0])
    for url in pages:
        assert nu_checker(page.context.request.get(url).text()) == []

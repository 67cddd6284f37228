"""Revisions, preview links and time travel in a browser: wide and narrow, light and dark, and on paper."""

from typing import Any

import pytest
from playwright.sync_api import Page

from agenda.workflow.note_import import import_parsed_note, read_note_file
from agenda.workflow.transactions import wait_until_live
from meetings.clock import parse_instant
from meetings.models import Meeting
from tests.admin_forms import MEETINGS, create_user_with_role
from tests.agenda.notes.note_helpers import SEED
from tests.agenda.workflow.revision_helpers import save_revision
from tests.browser.accessibility import check_accessibility
from tests.browser.signing_in import open_as
from tests.browser.test_publishing import press
from tests.external_tools import NuChecker, PageOpener
from tests.factories import COMMAND, publish
from tests.worlds import share_world

pytestmark = pytest.mark.browser


@share_world
def note() -> Meeting:
    """Import the first note: published, with a scheduled correction and a later draft."""
    create_user_with_role("Publishers")
    meeting = import_parsed_note(read_note_file(SEED), by=COMMAND)
    wait_until_live(publish(meeting)[0])
    save_revision(meeting, notice="Σένγκεν")
    publish(meeting, at=parse_instant("2099-09-14 18:00"))
    save_revision(meeting, notice="A draft.")
    return meeting


def create_link_in_browser(page: Page) -> str:
    page.get_by_label("Recipient").fill("Αλέξης, ΑΠΕ")
    press(page, "button", "Create link")
    return page.get_by_label("Link to share").input_value()


def test_pages_are_accessible(note: Meeting, open_page: PageOpener, web_server: Any) -> None:
    history = f"{MEETINGS}{note.pk}/history/?show=saves"
    page = open_as("publisher", open_page, web_server, history)
    assert check_accessibility(open_page, page) == []
    for link in ("View", "Compare with the current draft"):
        page.goto(f"{web_server.url}{history}")
        page.locator(".history-links").get_by_role("link", name=link).last.click()
        assert check_accessibility(open_page, page) == []
    page.goto(f"{web_server.url}{MEETINGS}{note.pk}/previews/")
    address = create_link_in_browser(page)
    assert check_accessibility(open_page, page) == []
    page.goto(address)
    assert check_accessibility(open_page, page) == []
    page.goto(f"{web_server.url}/admin/another-time/")
    press(page, "button", "14 September 2099")
    for path in ("/en/", "/en/meetings/jha/2017/09/14/"):
        page.goto(f"{web_server.url}{path}")
        assert page.get_by_text("EMBARGO until 14 September 2099, 18:00 (Brussels)").count()
        assert check_accessibility(open_page, page) == []
    press(page, "button", "Return to the present")
    assert page.locator(".not-live").count() == 0


def test_banner_is_on_each_printed_page(note: Meeting, open_page: PageOpener, web_server: Any) -> None:
    """Browsers repeat the head of a table on every page and reserve space for it."""
    page = open_as("publisher", open_page, web_server, f"{MEETINGS}{note.pk}/previews/")
    page.goto(create_link_in_browser(page))
    page.emulate_media(media="print")
    display = "element => getComputedStyle(element).display"
    assert page.locator(".not-live").evaluate(display) == "table-header-group"
    assert page.locator("body").evaluate(display) == "table"
    assert page.locator(".not-live").is_visible()


def test_html_is_valid(note: Meeting, open_page: PageOpener, web_server: Any, nu_checker: NuChecker) -> None:
    page = open_as("publisher", open_page, web_server, f"{MEETINGS}{note.pk}/previews/")
    address = create_link_in_browser(page)
    page.goto(f"{web_server.url}/admin/another-time/")
    press(page, "button", "14 September 2099")
    for page_address in (address, f"{web_server.url}/en/", f"{web_server.url}/en/meetings/jha/2017/09/14/"):
        answer = page.context.request.get(page_address)
        assert nu_checker(answer.text()) == []

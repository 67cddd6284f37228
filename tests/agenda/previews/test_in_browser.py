"""Revisions, preview links and another time as an officer meets them: wide and narrow, light and dark, on paper."""

from typing import Any

import pytest
from playwright.sync_api import Page

from agenda.importing import import_reading, read_file
from agenda.publishing import wait_for
from meetings.clock import read_instant
from meetings.models import Meeting, User
from tests.agenda.filling import MEETINGS, member_of
from tests.agenda.revisions.keeping import kept
from tests.agenda.test_forms_in_browser import SEED, judged
from tests.agenda.test_publishing_in_browser import press, signed_in
from tests.cast import COMMAND, publish
from tests.outside import SCREENS, NuChecker, PageOpener

pytestmark = pytest.mark.browser


@pytest.fixture
def note(committed: None, live_server: Any) -> Meeting:
    """The first note, published; corrected since, for a day to come; and a draft after that."""
    member_of("Publishers")
    publisher = User.objects.get(username="publisher")
    publisher.set_password("a long word of mine")
    publisher.save()
    meeting = import_reading(read_file(SEED), by=COMMAND)
    wait_for(publish(meeting)[0])
    kept(meeting, notice="Σένγκεν")
    publish(meeting, at=read_instant("2099-09-14 18:00"))
    kept(meeting, notice="A draft.")
    return meeting


def link_made(page: Page, live_server: Any, note: Meeting) -> str:
    page.goto(f"{live_server.url}{MEETINGS}{note.pk}/previews/")
    page.get_by_label("Recipient").fill("Αλέξης, ΑΠΕ")
    press(page, "button", "Create link")
    return page.get_by_label("Link to share").input_value()


@pytest.mark.parametrize(("width", "colours"), SCREENS)
def test_everyone_can_use_it(note: Meeting, open_page: PageOpener, live_server: Any, width: int, colours: Any) -> None:
    page = signed_in(open_page, live_server, width=width, colour_scheme=colours)
    for screen in ("change/", "revisions/", "previews/", "preview/"):
        page.goto(f"{live_server.url}{MEETINGS}{note.pk}/{screen}")
        assert judged(open_page, page, width) == []
    for link in ("View", "Compare with the current draft", "Restore…"):
        page.goto(f"{live_server.url}{MEETINGS}{note.pk}/revisions/")
        page.get_by_role("link", name=link, exact=True).last.click()
        assert judged(open_page, page, width) == []
    address = link_made(page, live_server, note)
    assert judged(open_page, page, width) == []
    page.goto(address)
    assert judged(open_page, page, width) == []
    page.goto(f"{live_server.url}/admin/another-time/")
    assert judged(open_page, page, width) == []
    press(page, "button", "14 September 2099")
    for there in ("/en/", "/en/meetings/jha/2017/09/14/"):
        page.goto(f"{live_server.url}{there}")
        assert page.get_by_text("EMBARGO until 14 September 2099, 18:00 (Brussels)").count()
        assert judged(open_page, page, width) == []
    press(page, "button", "Back to now")
    assert page.locator(".not-live").count() == 0


def test_the_banner_stands_on_each_printed_page(note: Meeting, open_page: PageOpener, live_server: Any) -> None:
    """A browser repeats what heads a table, and makes room for it."""
    page = signed_in(open_page, live_server)
    page.goto(link_made(page, live_server, note))
    page.emulate_media(media="print")
    display = "element => getComputedStyle(element).display"
    assert page.locator(".not-live").evaluate(display) == "table-header-group"
    assert page.locator("body").evaluate(display) == "table"
    assert page.locator(".not-live").is_visible()


def test_it_is_valid(note: Meeting, open_page: PageOpener, live_server: Any, nu_checker: NuChecker) -> None:
    page = signed_in(open_page, live_server)
    address = link_made(page, live_server, note)
    page.goto(f"{live_server.url}/admin/another-time/")
    press(page, "button", "14 September 2099")
    for there in (address, f"{live_server.url}/en/", f"{live_server.url}/en/meetings/jha/2017/09/14/"):
        answer = page.context.request.get(there)
        assert nu_checker(answer.text()) == []

"""Publishing as a press officer does it: in a browser, wide and narrow, light and dark, and judged by axe."""

from typing import Any, Literal

import pytest
from playwright.sync_api import Page

from agenda.importing import import_reading, read_file
from agenda.publishing import wait_for
from meetings.models import Edition, Meeting, User
from tests.agenda.filling import MEETINGS, member_of
from tests.agenda.test_forms_in_browser import SCREENS, SEED, judged
from tests.cast import COMMAND, make_topic, publish
from tests.outside import PageOpener

pytestmark = pytest.mark.browser


@pytest.fixture
def note(committed: None, live_server: Any) -> Meeting:
    """The first note, published, and corrected since."""
    member_of("Publishers")
    publisher = User.objects.get(username="publisher")
    publisher.set_password("a long word of mine")
    publisher.save()
    meeting = import_reading(read_file(SEED), by=COMMAND)
    wait_for(publish(meeting)[0])
    item = meeting.agenda.first()
    assert item
    item.title, item.position = "Σένγκεν", 99
    item.save()
    return meeting


def press(page: Page, role: Literal["button", "link"], name: str) -> None:
    page.get_by_role(role, name=name).click()
    page.wait_for_load_state("networkidle")


def signed_in(open_page: PageOpener, live_server: Any, **options: Any) -> Page:
    page = open_page(f"{live_server.url}/admin/", **options)
    page.get_by_label("Username").fill("publisher")
    page.get_by_label("Password").fill("a long word of mine")
    press(page, "button", "Log in")
    return page


@pytest.mark.parametrize(("width", "colours"), SCREENS)
def test_everyone_can_use_it(note: Meeting, open_page: PageOpener, live_server: Any, width: int, colours: Any) -> None:
    page = signed_in(open_page, live_server, width=width, colour_scheme=colours)
    edition, topic = Edition.objects.get(), make_topic()
    screens = "change/ publish/ preview/ editions/ withdraw/".split()
    screens += [f"editions/{edition.pk}/", f"editions/{edition.pk}/changes/"]
    addresses = [MEETINGS, *(f"{MEETINGS}{note.pk}/{screen}" for screen in screens)]
    addresses += ["/admin/agenda/backgroundtopic/", f"/admin/agenda/backgroundtopic/{topic.pk}/publish/"]
    for address in addresses:
        page.goto(f"{live_server.url}{address}")
        assert judged(open_page, page, width) == []
    page.goto(f"{live_server.url}{MEETINGS}{note.pk}/publish/")
    page.get_by_label("Appears").fill("2099-01-01 12:00")
    press(page, "button", "Publish")  # without a note
    assert judged(open_page, page, width) == []
    page.get_by_label("What changed").fill("The order.")
    press(page, "button", "Publish")
    for screen in ("publish/", "call-off/", "editions/"):
        page.goto(f"{live_server.url}{MEETINGS}{note.pk}/{screen}")
        assert judged(open_page, page, width) == []
    page.goto(f"{live_server.url}{MEETINGS}{note.pk}/withdraw/")
    page.get_by_label("Public reason").fill("Sent out by mistake.")
    press(page, "button", "See what readers will see")
    assert judged(open_page, page, width) == []


def test_a_correction_is_scheduled_called_off_published_and_withdrawn(
    note: Meeting, open_page: PageOpener, live_server: Any
) -> None:
    page = signed_in(open_page, live_server)
    page.goto(f"{live_server.url}{MEETINGS}{note.pk}/change/")
    press(page, "button", "Save and publish…")
    assert page.locator("ins", has_text="Σένγκεν").count() == 1
    page.get_by_label("Appears").fill("2099-01-01 12:00")
    press(page, "button", "Check the time")
    page.get_by_text("Thursday 1 January 2099, 11:00:00").wait_for()  # in UTC
    page.get_by_label("What changed").fill("The title of an item.")
    press(page, "button", "Publish")
    press(page, "link", "Editions")
    press(page, "link", "Call off…")
    press(page, "button", "Call it off")
    page.get_by_text("Called off the edition").wait_for()
    page.goto(f"{live_server.url}{MEETINGS}{note.pk}/publish/")
    page.get_by_label("What changed").fill("The title of an item.")
    press(page, "button", "Publish")
    page.get_by_text("Live, edition 2").wait_for()
    press(page, "link", "View on site")
    page.get_by_text("The title of an item.").wait_for()
    page.goto(f"{live_server.url}{MEETINGS}{note.pk}/withdraw/")
    page.get_by_label("Public reason").fill("Sent out by mistake.")
    press(page, "button", "See what readers will see")
    press(page, "button", "Withdraw now")
    page.get_by_text("is withdrawn from").wait_for()
    assert page.locator("#content-main tbody tr").first.inner_text().split("\t")[2:4] == [
        "Withdrawal",
        "Sent out by mistake.",
    ]

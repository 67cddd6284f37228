"""Two people approve and publish a text in a browser: wide and narrow, light and dark, checked by axe."""

from typing import Any, Literal

import pytest
from playwright.sync_api import Page

from agenda.models import Release
from agenda.workflow.note_import import import_parsed_note, read_note_file
from agenda.workflow.planned_releases import plan_release
from agenda.workflow.transactions import wait_until_live
from meetings.clock import parse_instant
from meetings.models import Meeting, User
from tests.admin_forms import EMERGENCY, MEETINGS, create_user_with_role, give_role
from tests.agenda.admin.screens import create_client
from tests.agenda.notes.note_helpers import SEED
from tests.browser.accessibility import check_accessibility
from tests.browser.signing_in import open_as
from tests.external_tools import PageOpener
from tests.factories import COMMAND, make_topic, publish
from tests.worlds import share_world

pytestmark = pytest.mark.browser
NEW_YEAR = "2099-01-01 12:00"


@share_world
def note() -> Meeting:
    """Import the first note: published, and corrected since. Ada is an author; two others publish."""
    create_user_with_role("Authors", "ada")
    for name in ("publisher", "per"):
        create_client(name, "Publishers")
    give_role(User.objects.get(username="publisher"), EMERGENCY)
    meeting = import_parsed_note(read_note_file(SEED), by=COMMAND)
    wait_until_live(publish(meeting)[0])
    item = meeting.agenda.first()
    assert item
    item.title, item.position = "Σένγκεν", 99
    item.save()
    meeting.increase_version()
    return meeting


def press(page: Page, role: Literal["button", "link"], name: str) -> None:
    """Press the button or link with exactly this name, or else the first whose name begins with it."""
    exact = page.get_by_role(role, name=name, exact=True)
    (exact if exact.count() else page.get_by_role(role, name=name)).first.click()  # waits for where it leads
    page.wait_for_load_state()


def write_notice(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Notice").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def submit(page: Page) -> None:
    """Press the button of the note editor, which saves first."""
    page.get_by_role("button", name="Submit for approval").first.click()
    page.wait_for_url("**/submit/")


def test_screens_are_accessible(note: Meeting, open_page: PageOpener, web_server: Any) -> None:
    page = open_as("publisher", open_page, web_server)
    release = plan_release(make_topic(), by=COMMAND, at=parse_instant(NEW_YEAR))

    def look(*addresses: str) -> None:
        for address in addresses:
            page.goto(f"{web_server.url}{address}")
            assert check_accessibility(open_page, page) == []

    def of_note(*screens: str) -> list[str]:
        return [f"{MEETINGS}{note.pk}/{screen}" for screen in screens]

    # What depends on the note and on what is planned; `test_admin_forms.py` opens every screen.
    look("/admin/", *of_note("submit/", "review/", "release/"), f"/admin/agenda/release/{release.pk}/move/")
    look(f"/admin/agenda/release/{release.pk}/call-off/")
    page.goto(f"{web_server.url}{MEETINGS}{note.pk}/force/")
    page.locator("#id_at").fill(NEW_YEAR)
    press(page, "button", "Publish 1 page without approval")  # without a note, and without a reason
    assert check_accessibility(open_page, page) == []
    page.get_by_label("What changed").fill("The order.")
    page.get_by_label("Reason for publishing without approval").fill("The press is waiting.")
    press(page, "button", "Publish 1 page without approval")
    look(*of_note("change/", "release/"))
    page.goto(f"{web_server.url}{MEETINGS}{note.pk}/withdraw/")
    page.get_by_label("Public reason").fill("Sent out by mistake.")
    page.get_by_label("does not take place").check()
    press(page, "button", "Preview the notice")
    assert check_accessibility(open_page, page) == []
    Release.objects.filter(pk=release.pk).update(at=parse_instant("2026-01-01 12:00"))  # the alarm
    look("/admin/")


def test_two_people_publish_a_correction(note: Meeting, open_page: PageOpener, web_server: Any) -> None:
    path = f"{MEETINGS}{note.pk}/change/"
    change = f"{web_server.url}{path}"
    ada = open_as("ada", open_page, web_server, path)
    write_notice(ada, "Drawn up by the press office.")
    submit(ada)
    assert ada.locator("ins", has_text="Σένγκεν").count() == 1
    ada.get_by_label("Comment (optional)").fill("The title of an item.")
    press(ada, "button", "Submit for approval")
    ada.get_by_text("In review since").wait_for()
    # sent back, and submitted again
    pia = open_as("publisher", open_page, web_server)
    pia.get_by_text("The title of an item.").wait_for()
    pia.locator("[aria-labelledby=to-approve] a").first.click()
    pia.get_by_label("Overall comment (required to send back)").fill("The notice is too short.")
    press(pia, "button", "Send back")
    ada.goto(f"{web_server.url}/admin/")
    ada.get_by_text("The notice is too short.").wait_for()
    ada.goto(change)
    write_notice(ada, "Drawn up under the responsibility of the press office.")
    submit(ada)
    press(ada, "button", "Submit for approval")
    # approved, released at a time, and moved to now
    pia.goto(change)
    press(pia, "link", "Review…")
    pia.get_by_text("Compared with the previous submission").wait_for()
    press(pia, "button", "Approve")
    press(pia, "link", "Publish…")
    pia.locator("#id_at").fill(NEW_YEAR)
    press(pia, "button", "Check the time")
    pia.get_by_text("Thursday 1 January 2099, 11:00:00").wait_for()  # in UTC
    pia.get_by_label("What changed").fill("The title of an item.")
    press(pia, "button", "Schedule 1 page")
    ada.goto(change)
    write_notice(ada, "Too late.")
    press(ada, "button", "Save")
    ada.get_by_text("This will be published on 1 Jan 2099 12:00 without your latest change.").wait_for()
    pia.locator(".progress a").click()
    press(pia, "link", "Put on hold…")
    pia.get_by_label("Reason").fill("The minister is late.")
    press(pia, "button", "Put on hold")
    press(pia, "link", "Resume…")
    press(pia, "button", "Publish now…")
    press(pia, "button", "Publish 1 page now")
    pia.goto(change)
    pia.get_by_text("Changed since edition 2").first.wait_for()
    # taken back, in two ways
    pia.locator(".menu > summary").click()
    press(pia, "link", "Restore the previous edition…")
    pia.get_by_label("What changed").fill("The title was right.")
    press(pia, "button", "Restore the previous edition now")
    pia.get_by_text("Restored the previous edition").wait_for()
    press(pia, "link", "Withdraw…")
    pia.get_by_label("Public reason").fill("Sent out by mistake.")
    pia.get_by_label("takes place", exact=True).check()
    press(pia, "button", "Preview the notice")
    press(pia, "button", "Withdraw now")
    pia.get_by_text("was withdrawn at").wait_for()
    withdrawal = pia.locator(".history-entry").first.inner_text()
    assert "Withdrawal" in withdrawal
    assert "“Sent out by mistake.”" in withdrawal

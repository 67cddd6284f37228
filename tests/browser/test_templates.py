"""A publisher keeps a template and a shared block, and an author starts a meeting with them."""

import datetime as dt
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from agenda.editor.saving import build_edited_document
from agenda.editor.shared_blocks import save_block
from agenda.models import MeetingTemplate, SharedBlock
from meetings.models import Configuration, Meeting
from tests.admin_forms import MEETINGS, create_user_with_role
from tests.browser.accessibility import check_accessibility
from tests.browser.signing_in import open_as
from tests.external_tools import PageOpener
from tests.factories import COMMAND, make_meeting
from tests.worlds import share_world

pytestmark = pytest.mark.browser
CONTACT = {"name": "Ada", "role": "Justice", "phones": ["+32 2 555 00 00"], "email": "", "url": ""}


@share_world
def office() -> None:
    """An author, a publisher, a meeting of two days, and a contact that is a shared block with a newer number."""
    for name, role in (("anna", "Authors"), ("petra", "Publishers")):
        create_user_with_role(role, name)
    day = dt.date(2060, 9, 14)
    meeting = make_meeting(start_date=day, end_date=day + dt.timedelta(days=1), notice="Drawn up by the press office.")
    meeting.contacts.create(**CONTACT)
    meeting.programme.create(
        kind="arrivals", date=meeting.end_date, time=dt.time(8, 30), time_precision="from", live=True
    )
    block = SharedBlock(kind="contacts", name="Press officer")
    for number, phone in enumerate(("+32 2 555 00 00", "+32 2 555 11 11")):
        save_block(block, CONTACT | {"phones": [phone]}, by=COMMAND, number=number)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def make_template(page: Page) -> None:
    """Take the template from the meeting, and move its arrivals to another time."""
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Templates").click()
    page.get_by_role("link", name=re.compile("^JHA")).click()
    press(page, "Show it here")
    page.get_by_text("from 08:30 Arrivals", exact=True).click()
    page.get_by_label("Time:").nth(1).fill("from 9.15")
    page.get_by_text("Texts, shared blocks and language").click()
    page.get_by_label("Press officer (press contact)").check()
    press(page, "Save")


def test_meeting_starts_with_the_template_of_its_configuration(
    office: None, open_page: PageOpener, web_server: Any
) -> None:
    publisher = open_as("petra", open_page, web_server)
    make_template(publisher)
    expect(publisher.get_by_text("Saved the template of JHA.")).to_be_visible()
    assert MeetingTemplate.objects.get().by_name == "petra"

    author = open_as("anna", open_page, web_server, f"{MEETINGS}add/")
    author.get_by_label("Council configuration").select_option(str(Configuration.objects.get(slug="jha").pk))
    author.get_by_label("First day").fill("14 November 2060")
    author.get_by_label("Last day").fill("15 November 2060")
    press(author, "Start and write")
    author.locator("[data-ready=true]").wait_for()
    programme = author.locator("#programme")
    times = [box.input_value() for box in programme.get_by_role("textbox", name="Time").all()]
    assert times == ["+/- 13:00", "from 9.15"]
    facts = programme.locator(".row-facts").all_inner_texts()
    assert ["Sunday 14 November 2060" in facts[0], "Monday 15 November 2060" in facts[1]] == [True, True]
    expect(author.locator("#links")).to_contain_text("Live stream")
    expect(author.locator("#contacts .row-title")).to_have_text(["Ada", "Ada"])

    author.get_by_label("Add a shared block: press contacts").select_option(label="Press officer")
    author.keyboard.press("Control+s")
    expect(author.locator("#status")).to_contain_text("Saved", timeout=10_000)
    new = build_edited_document(Meeting.objects.get(start_date=dt.date(2060, 11, 14)))
    assert [point.date for point in new.programme] == [dt.date(2060, 11, 14), dt.date(2060, 11, 15)]
    assert [contact.phones for contact in new.contacts] == [[f"+32 2 555 {end}"] for end in ("00 00", "11 11", "11 11")]
    assert new.notice == "Drawn up by the press office."


def test_parts_are_moved_and_added_with_the_keyboard(office: None, open_page: PageOpener, web_server: Any) -> None:
    page = open_as("petra", open_page, web_server)
    make_template(page)
    page.get_by_role("link", name=re.compile("^JHA")).click()
    page.locator("summary", has_text="Usual programme").click()
    page.get_by_role("button", name="Move up: from 9.15 Arrivals").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Move up: from 9.15 Arrivals")).to_be_focused()
    expect(page.locator("#announcements")).to_have_text("from 9.15 Arrivals: 1 of 2")
    for title in ("Doorstep of the chair", "Lunch"):
        page.get_by_role("button", name="Add programme event").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")  # from the kind to the title
        page.keyboard.type(title)
    page.get_by_role("button", name="Add programme event").click()  # and nothing is typed into this one
    page.locator("summary", has_text="Lunch").focus()
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    press(page, "Save")
    expect(page.get_by_text("Saved the template of JHA.")).to_be_visible()
    programme = MeetingTemplate.objects.get().document.programme
    assert [point.title or str(point.kind) for point in programme] == [
        "arrivals",
        "Lunch",
        "Home Affairs Council",
        "Doorstep of the chair",
    ]


def test_screens_are_accessible(office: None, open_page: PageOpener, web_server: Any) -> None:
    page = open_as("petra", open_page, web_server)
    make_template(page)
    for path in (f"templates/{Configuration.objects.get(slug='jha').pk}/", "meetings/meeting/add/"):
        page.goto(f"{web_server.url}/admin/{path}")
        assert check_accessibility(open_page, page) == [], path

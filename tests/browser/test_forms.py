"""The forms in a browser: far from Brussels, on narrow screens, in dark mode, and checked by axe."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from agenda import notes
from agenda.workflow.note_import import import_parsed_note, read_note_file
from meetings.models import Meeting, User
from tests.admin_forms import MEETINGS, compute_meeting_digest, create_client_with_role, get_change_url
from tests.browser.accessibility import check_accessibility
from tests.external_tools import PageOpener
from tests.factories import COMMAND, make_topic
from tests.worlds import share_world

SEED = Path(notes.__file__).parent / "samples" / "jha-2017-09-14.txt"

pytestmark = pytest.mark.browser


@share_world
def note() -> Meeting:
    create_client_with_role("Authors")
    editor = User.objects.get(username="author")
    editor.set_password("a long word of mine")
    editor.save()
    return import_parsed_note(read_note_file(SEED), by=COMMAND)


def signed_in(open_page: PageOpener, web_server: Any, **options: Any) -> Page:
    page = open_page(f"{web_server.url}/admin/", time_zone="America/New_York", language="en-US", **options)
    page.get_by_label("Username").fill("author")
    page.get_by_label("Password").fill("a long word of mine")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state("networkidle")
    return page


def test_forms_are_accessible(note: Meeting, open_page: PageOpener, web_server: Any) -> None:
    sign_in = open_page(f"{web_server.url}/admin/login/")
    assert check_accessibility(open_page, sign_in) == []
    page = signed_in(open_page, web_server)
    parts = [note, note.agenda.first(), note.programme.first(), make_topic()]
    for address in ("/admin/", MEETINGS, f"{MEETINGS}add/", *map(get_change_url, parts)):
        page.goto(f"{web_server.url}{address}")
        assert check_accessibility(open_page, page) == []
    page.goto(f"{web_server.url}{get_change_url(note)}")
    page.get_by_label("First day").fill("09/14/2017")
    page.get_by_role("button", name="Save", exact=True).click()
    assert check_accessibility(open_page, page) == []


def test_dates_are_local_to_the_meeting(note: Meeting, open_page: PageOpener, web_server: Any) -> None:
    page = signed_in(open_page, web_server)
    page.goto(f"{web_server.url}{get_change_url(note)}")
    page.get_by_role("link", name="Today").first.wait_for()
    assert page.get_by_text("server time").count() == 0
    assert page.get_by_label("First day").input_value() == "2017-09-14"
    assert page.locator("#id_programme-0-time").input_value() == "13:00"


def test_errors_are_linked_from_the_summary(note: Meeting, open_page: PageOpener, web_server: Any) -> None:
    page = signed_in(open_page, web_server)
    page.goto(f"{web_server.url}{get_change_url(note)}")
    page.locator("#id_programme-0-time").fill("1 p.m.")
    page.get_by_text("Add another Chair").click()
    page.locator("#id_chairs-1-name").fill("Věra Jourová")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Programme, row 1").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("14h30")
    page.get_by_role("button", name="Save and continue editing").click()
    assert page.locator("#id_programme-0-time_text").input_value() == "+/- 14:30"
    assert page.locator("#id_chairs-1-name").input_value() == "Věra Jourová"


def test_saving_an_unchanged_form_changes_nothing(note: Meeting, open_page: PageOpener, web_server: Any) -> None:
    before = compute_meeting_digest(note)
    page = signed_in(open_page, web_server)
    for row in (note, *note.agenda.all(), *note.programme.all()):
        page.goto(f"{web_server.url}{get_change_url(row)}")
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_text("was changed successfully").wait_for()
        page.wait_for_load_state("networkidle")
    assert compute_meeting_digest(note) == before
    assert Meeting.objects.get().version == note.version


def warns_on_leaving(page: Page) -> bool:
    """Return whether the browser asks before leaving the page; if it asks, stay."""
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    address = page.url
    page.get_by_role("link", name="History").click()
    page.wait_for_timeout(300)
    page.remove_listener("dialog", stay)
    assert (page.url == address) is bool(asked)
    return asked == ["beforeunload"]


def test_leaving_with_unsaved_input_asks_first(note: Meeting, open_page: PageOpener, web_server: Any) -> None:
    page = signed_in(open_page, web_server)
    form = f"{web_server.url}{get_change_url(note)}"
    page.goto(form)
    page.locator("#id_venue").click()
    assert not warns_on_leaving(page)
    page.goto(form)
    venue = page.locator("#id_venue").input_value()
    page.locator("#id_venue").fill("Elsewhere")
    assert warns_on_leaving(page)
    page.locator("#id_venue").fill(venue)
    page.get_by_text("Add another Chair").click()
    page.locator("#id_chairs-1-name").fill("Věra Jourová")
    assert warns_on_leaving(page)
    page.locator("#chairs-1 .inline-deletelink").click()
    page.locator("#id_status").select_option("cancelled")
    assert warns_on_leaving(page)
    page.locator("#id_start_date").fill("x")
    page.get_by_role("button", name="Save and continue editing").click()
    page.get_by_text("is not a date").first.wait_for()
    assert warns_on_leaving(page)  # what was refused is still on the screen only
    page.locator("#id_start_date").fill("14/09/2017")
    page.get_by_role("button", name="Save and continue editing").click()
    page.get_by_text("was changed successfully").wait_for()
    assert not warns_on_leaving(page)

"""The note editor, menus and dialogs by keyboard alone. `test_admin_forms` walks through every other screen."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from meetings.models import Meeting, User
from tests.admin_forms import get_change_url
from tests.browser.keyboard import walk_by_keyboard
from tests.browser.signing_in import open_as
from tests.external_tools import PageOpener
from tests.factories import make_meeting
from tests.worlds import share_world

pytestmark = pytest.mark.browser
FAULTS = {
    '<iframe srcdoc="<button>Inner</button><button>Inner</button>"></iframe>': [],
    '<input type="radio" name="one" checked><input type="radio" name="one">': [],
    '<button style="outline: 0">Plain</button>': ["focus is not visible"],
    '<p style="position: relative"><button>Under</button><i style="position: absolute; inset: 0"></i></p>': [
        "focus is covered"
    ],
    '<p style="display: grid"><button style="order: 2">Low</button><button>High</button></p>': ["goes up"],
    '<button tabindex="1">First</button>': ["not reached"],
    '<button onkeydown="event.preventDefault()">Trap</button>': ["no way out of"],
}


@share_world
def note() -> Meeting:
    User.objects.create_superuser("root")
    return make_meeting()


@pytest.mark.parametrize("part", FAULTS)
def test_walk_reports_faults(browser: Browser, part: str) -> None:
    page = browser.new_page()
    page.set_content(f"<button>Before</button>{part}<button>After</button>")
    assert [problem for problem, *_where in walk_by_keyboard(page)] == FAULTS[part]
    page.close()


def open_note(open_page: PageOpener, web_server: Any, meeting: Meeting) -> Page:
    page = open_as("root", open_page, web_server, get_change_url(meeting))
    wait_for_editor(page)
    return page


def wait_for_editor(page: Page) -> None:
    page.locator("[data-ready=true]").wait_for()
    page.locator("[data-fill=state] .state").first.wait_for()


def test_tab_key_leaves_every_field_of_the_note_editor(note: Meeting, open_page: PageOpener, web_server: Any) -> None:
    page = open_note(open_page, web_server, note)
    before = page.evaluate("JSON.stringify(noteEditor.store.document)")
    page.evaluate("document.querySelector('#open-all').click()")
    assert walk_by_keyboard(page) == []
    assert page.evaluate("JSON.stringify(noteEditor.store.document)") == before


def test_tab_key_leaves_a_list_as_it_is(note: Meeting, open_page: PageOpener, web_server: Any) -> None:
    page = open_note(open_page, web_server, note)
    page.get_by_role("button", name="Migration policy", exact=True).first.click()
    text = page.locator("#agenda [contenteditable=true]").first
    text.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("- one")
    page.keyboard.press("Enter")
    page.keyboard.type("two")
    page.keyboard.press("Alt+Shift+ArrowRight")
    expect(text.locator("li li")).to_have_text("two")
    page.keyboard.press("Enter")
    page.keyboard.type("three")
    before = text.inner_html()
    page.keyboard.press("Tab")
    expect(text).not_to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(text).to_be_focused()
    assert text.inner_html() == before


def test_what_opens_over_a_screen_closes_with_escape_and_returns_focus(
    note: Meeting, open_page: PageOpener, web_server: Any
) -> None:
    page = open_as("root", open_page, web_server)
    search = page.get_by_role("link", name="Find").first
    search.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#find input")).to_be_focused()
    page.keyboard.type("migration")  # of which a search box is emptied by the first Escape
    page.keyboard.press("Escape")
    expect(page.locator("#find")).to_be_hidden()
    expect(search).to_be_focused()
    for menu in page.locator(".office-menu > summary").all():
        menu.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(menu).not_to_be_focused()
        page.keyboard.press("Escape")
        expect(menu).to_be_focused()
        assert menu.evaluate("element => !element.parentElement.open")

    page.goto(f"{web_server.url}{get_change_url(note)}")
    wait_for_editor(page)
    menu = page.locator(".menu > summary")
    menu.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    assert menu.evaluate("element => !element.parentElement.open")
    page.keyboard.press("Enter")
    page.locator("#save-remark").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#comment")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()

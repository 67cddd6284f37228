"""A translator's day: twenty texts, the keyboard alone, a telephone; judged by axe."""

from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Dialog, Page, expect

from agenda.models import AgendaItem
from agenda.workflow.note_import import import_parsed_note, read_note_file
from meetings.models import Meeting, Translation, User
from tests.admin_forms import create_user_with_role
from tests.agenda.admin.screens import get_step_url
from tests.agenda.admin.translation.editor import create_meeting, get_editor_url, keep_source_revision
from tests.agenda.notes.note_helpers import SEED
from tests.browser.accessibility import check_accessibility
from tests.browser.signing_in import open_as
from tests.browser.test_publishing import press
from tests.external_tools import PageOpener
from tests.factories import COMMAND, translate
from tests.worlds import share_world

pytestmark = pytest.mark.browser


@share_world
def note() -> Meeting:
    """The first note, the title of its first item translated and changed since, the second offered from elsewhere."""
    create_user_with_role("Translators", "eleni", language="el")
    note = import_parsed_note(read_note_file(SEED), by=COMMAND)
    first, second = note.agenda.order_by("position")[:2]
    translate(note, first, "el", title="Προθεσμία: 14:30")
    first.title += " and more at 15:30"
    first.save()
    keep_source_revision(note)
    earlier = create_meeting("env")
    earlier.agenda.update(title=second.title)
    translate(keep_source_revision(earlier), earlier.agenda.get(), "el", title="Το ίδιο κείμενο")
    return note


def field(page: Page, item: AgendaItem, name: str = "title") -> Any:
    return page.locator(f'[id="text-{item.pk}-{name}"]')


def test_editor_is_accessible(note: Meeting, open_page: PageOpener, web_server: Any) -> None:
    page = open_as("eleni", open_page, web_server)
    for address in (
        get_editor_url(note, "fr"),
        get_step_url(note, "everywhere/?find=Anvelt&becomes=Anvelts&find=Προθεσμία&becomes=Προθεσμια"),
        f"{get_editor_url(note, 'el')}?show=todo",
    ):
        page.goto(f"{web_server.url}{address}")
        assert check_accessibility(open_page, page) == []
    page.goto(f"{web_server.url}{get_editor_url(note, 'el')}")
    first = note.agenda.order_by("position")[0]
    field(page, first).fill("Προθεσμία: 16:30")
    page.get_by_role("button", name="Check without saving").click()
    page.get_by_text("Correct or confirm this").first.wait_for()
    assert check_accessibility(open_page, page) == []


def test_texts_are_translated_with_the_keyboard_alone(note: Meeting, open_page: PageOpener, web_server: Any) -> None:
    page = open_as("eleni", open_page, web_server, get_editor_url(note, "el"))
    first, second = note.agenda.order_by("position")[:2]
    field(page, first).focus()
    page.keyboard.press("Tab")  # copying the source
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # still right
    page.keyboard.press("Control+s")
    page.get_by_text("1 text saved.").wait_for()
    expect(field(page, first)).to_be_focused()
    field(page, second).focus()
    page.keyboard.press("Alt+Enter")
    assert field(page, second).input_value() == "Το ίδιο κείμενο"
    page.keyboard.press("Alt+Enter")
    assert field(page, second).input_value() == second.title
    page.keyboard.press("Alt+Enter")
    assert field(page, second).input_value() == ""
    page.keyboard.press("Alt+Enter")
    page.keyboard.press("Control+Enter")
    expect(field(page, second)).not_to_be_focused()
    page.keyboard.type("Άλλο κείμενο")
    page.keyboard.press("Control+s")
    page.get_by_text("2 texts saved.").wait_for()
    assert {"Το ίδιο κείμενο", "<p>Άλλο κείμενο</p>"} <= set(Translation.objects.values_list("text", flat=True))


def test_leaving_with_unsaved_text_asks_first(note: Meeting, open_page: PageOpener, web_server: Any) -> None:
    page = open_as("eleni", open_page, web_server, get_editor_url(note, "el"))
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    field(page, note.agenda.order_by("position")[0]).press_sequentially("Κάτι")
    page.get_by_role("link", name="All languages").click()
    page.wait_for_url("**/languages/")
    assert asked == ["beforeunload"]


def test_buttons_work_without_javascript(note: Meeting, open_page: PageOpener, web_server: Any) -> None:
    page = open_as("eleni", open_page, web_server, get_editor_url(note, "el"), javascript=False)
    second = note.agenda.order_by("position")[1]
    page.locator(f'button[value="{second.pk}-title:0"]').click()
    assert field(page, second).input_value() == "Το ίδιο κείμενο"
    expect(field(page, second)).to_be_focused()
    page.get_by_role("button", name="Save").first.click()
    page.get_by_text("1 text saved.").wait_for()


@pytest.mark.parametrize("what_happens", ["the session ends", "no answer comes"])
def test_form_that_is_filled_in_again_overwrites_nothing_of_colleagues(
    note: Meeting, open_page: PageOpener, web_server: Any, what_happens: str
) -> None:
    """It is sent as it was typed: over what stood there then."""
    User.objects.filter(username="eleni").update(password=make_password("a long word of mine"))
    page = open_as("eleni", open_page, web_server, get_editor_url(note, "el"))
    first, second = note.agenda.order_by("position")[:2]
    field(page, second).fill("Της Ελένης")
    if what_happens == "the session ends":
        page.context.clear_cookies()
    else:
        page.route("**/translate/el/", lambda route: route.fulfill(body="Temporarily unavailable"))
    press(page, "button", "Save")
    translate(note, first, "el", title="Του Πέτρου")
    if what_happens == "the session ends":
        page.get_by_label("Username").fill("eleni")
        page.get_by_label("Password").fill("a long word of mine")
        press(page, "button", "Sign in")
    else:
        page.get_by_text("Temporarily unavailable").wait_for()
        page.unroute_all()
        page.go_back()
    expect(page.get_by_text("What you typed is in the form again.")).to_be_visible()
    press(page, "button", "Save")
    page.get_by_text("1 text saved.").wait_for()
    texts = Translation.objects.filter(language="el", row_id__in=[first.pk, second.pk]).values_list("text", flat=True)
    assert {*texts} == {"Του Πέτρου", "Της Ελένης"}


def test_going_back_after_saving_overwrites_nothing_of_colleagues(
    note: Meeting, open_page: PageOpener, web_server: Any
) -> None:
    """The browser puts the typed words into the new form. They were typed over what stood there before."""
    page = open_as("eleni", open_page, web_server, get_editor_url(note, "el"))
    first, second = note.agenda.order_by("position")[:2]
    field(page, second).fill("Της Ελένης")
    press(page, "button", "Save")
    page.get_by_text("1 text saved.").wait_for()
    translate(note, second, "el", title="Του Πέτρου")
    AgendaItem.objects.filter(pk=first.pk).update(title="A new title")
    translate(note, first, "el", title="Ένας νέος τίτλος")
    untouched = Translation.objects.get(language="el", row_id=first.pk)
    page.go_back()
    expect(field(page, second)).to_have_value("Της Ελένης")
    expect(field(page, first)).to_have_value("Ένας νέος τίτλος")
    press(page, "button", "Save")
    expect(page.get_by_text("Του Πέτρου").first).to_be_visible()
    assert Translation.objects.get(language="el", row_id=second.pk).text == "Του Πέτρου"
    assert Translation.objects.get(pk=untouched.pk).source_digest == untouched.source_digest


def test_what_has_no_field_any_more_is_shown_to_be_copied(
    note: Meeting, open_page: PageOpener, web_server: Any
) -> None:
    User.objects.filter(username="eleni").update(password=make_password("a long word of mine"))
    page = open_as("eleni", open_page, web_server, f"{get_editor_url(note, 'el')}?show=todo")
    first, second = note.agenda.order_by("position")[:2]
    field(page, first).fill("Προθεσμία: 14:30 και 15:30")
    field(page, second).fill("Της Ελένης")
    translate(note, second, "el", title="Του Πέτρου")
    page.context.clear_cookies()
    press(page, "button", "Save")
    page.get_by_label("Username").fill("eleni")
    page.get_by_label("Password").fill("a long word of mine")
    press(page, "button", "Sign in")
    expect(page.get_by_label("What you typed here has no field on this page any more")).to_have_value("Της Ελένης")
    expect(field(page, first)).to_have_value("Προθεσμία: 14:30 και 15:30")
    press(page, "button", "Save")
    page.get_by_text("1 text saved.").wait_for()
    assert Translation.objects.get(language="el", row_id=second.pk).text == "Του Πέτρου"

"""The screens of the admin in a browser, checked by axe and by keyboard; forms ask before what was typed is lost."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from playwright.sync_api import Page

from agenda.editor.shared_blocks import save_block
from agenda.models import SharedBlock
from meetings.models import Configuration, Presidency, User
from tests.actions import submit
from tests.admin_forms import create_user_with_role, get_change_url, sign_in
from tests.agenda.admin.test_every_screen import list_addresses
from tests.agenda.workflow.revision_helpers import save_revision
from tests.browser.accessibility import check_accessibility
from tests.browser.keyboard import walk_by_keyboard
from tests.browser.signing_in import open_as
from tests.external_tools import PageOpener
from tests.factories import COMMAND, make_meeting, make_topic, publish
from tests.worlds import share_world

pytestmark = pytest.mark.browser
# Other tests let axe check these with more to show: test_publishing, test_same_day_changes, test_translating,
# test_preview and test_templates.
CHECKED_ELSEWHERE = {
    "submit/", "review/", "release/", "force/", "facts/", "translate/fr/", "everywhere/", "previews/",
    "meetings/meeting/change/",
}  # fmt: skip


@share_world
def administrator() -> None:
    create_user_with_role("Administrators")
    user = User.objects.create_superuser("root")
    assert user.is_staff
    meeting = make_meeting()
    meeting.agenda.get().topics.add(topic := make_topic())
    save_revision(meeting)
    publish(meeting, topic)
    save_block(SharedBlock(kind="notice", name="Notice"), {"notice": "Drawn up."}, by=COMMAND, number=0)
    keep_few(Permission, Presidency)
    meeting.lead = "<p>Changed, and submitted.</p>"
    meeting.save()
    submit(meeting)


def keep_few(*models: Any) -> None:
    """Delete most rows of the models, because the screens show each of them in the same way."""
    for model in models:
        model.objects.exclude(pk__in=[row.pk for row in model.objects.all()[:3]]).delete()


def test_screens_are_accessible_and_work_by_keyboard(
    administrator: None, open_page: PageOpener, web_server: Any
) -> None:
    login = open_page(f"{web_server.url}/admin/login/")
    assert check_accessibility(open_page, login) == []
    page = open_as("root", open_page, web_server)
    assert walk_by_keyboard(page) == []
    checked, client = set(), sign_in("root")
    for address in sorted(list_addresses(), key=lambda address: "/add/" in address):  # forms to change have more
        if (kind := get_kind(address)) not in checked and is_page(client, address):
            page.goto(f"{web_server.url}{address}")
            assert walk_by_keyboard(page, "main") == [], address  # the header is the same on all screens
            assert kind in CHECKED_ELSEWHERE or check_accessibility(open_page, page) == [], address
            checked.add(kind)
    assert len(checked) > 40
    assert checked >= CHECKED_ELSEWHERE


def test_header_has_two_rows_of_large_targets_on_a_phone(
    administrator: None, open_page: PageOpener, web_server: Any
) -> None:
    page = open_as("root", open_page, web_server, width=375, height=700)
    header = page.locator("#header")
    targets = header.locator("a:visible, summary:visible, button:visible").all()
    sizes = [box for box in (target.bounding_box() for target in targets) if box]
    assert len({round(box["y"]) for box in sizes}) == 2
    assert min(min(box["width"], box["height"]) for box in sizes) >= 44
    assert not header.get_by_role("link", name="Languages").is_visible()
    header.get_by_text("More", exact=True).focus()
    page.keyboard.press("Enter")
    assert header.get_by_role("link", name="Languages").is_visible()
    page.keyboard.press("Escape")
    assert not header.get_by_role("link", name="Languages").is_visible()


def get_kind(address: str) -> str:
    """Return the address without keys, and without the model if the screen is the same for all, such as “history”."""
    if "/user/" not in address:  # the form to add an account asks for other things than the one to change it
        address = address.replace("/add/", "/change/")
    _start, _admin, *parts = [part for part in address.split("/") if not re.search("[0-9]", part)]
    return "/".join(parts if {"change", ""} >= set(parts[2:]) else parts[2:])


def is_page(client: Client, address: str) -> bool:
    """Return whether the address is a screen with Django's or our header: no file, request, redirect or refusal."""
    if "/change/" in address and "/meetings/meeting/" in address:
        return False  # the note editor, which has tests of its own
    answer = client.get(address)
    return answer.status_code == 200 and b'id="header"' in b"".join(answer)


def test_form_with_mistakes_is_accessible(administrator: None, open_page: PageOpener, web_server: Any) -> None:
    form = get_change_url(Configuration.objects.get(code="JHA"))
    page = open_as("root", open_page, web_server, form, language="en-US")
    page.locator("#id_valid_until").fill("09/14/2017")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("is not a date").first.wait_for()
    assert check_accessibility(open_page, page) == []


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


def test_leaving_with_unsaved_input_asks_first(administrator: None, open_page: PageOpener, web_server: Any) -> None:
    form = get_change_url(Configuration.objects.get(code="JHA"))
    page = open_as("root", open_page, web_server, form)
    page.locator("#id_position").click()
    assert not warns_on_leaving(page)
    page.goto(f"{web_server.url}{form}")
    position = page.locator("#id_position").input_value()
    page.locator("#id_position").fill("99")
    assert warns_on_leaving(page)
    page.locator("#id_position").fill(position)
    page.locator("#id_valid_until").fill("x")
    page.get_by_role("button", name="Save and continue editing").click()
    page.get_by_text("is not a date").first.wait_for()
    assert warns_on_leaving(page)  # what was refused is still on the screen only
    page.locator("#id_valid_until").fill("")
    page.get_by_role("button", name="Save and continue editing").click()
    page.get_by_text("You changed nothing.").wait_for()
    assert not warns_on_leaving(page)


def test_note_is_found_by_keyboard(administrator: None, open_page: PageOpener, web_server: Any) -> None:
    page = open_as("root", open_page, web_server)
    page.keyboard.press("Control+k")
    page.keyboard.type("migration")
    page.locator("dialog a", has_text="Migration policy").first.wait_for()
    assert check_accessibility(open_page, page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/change/"))
    page.wait_for_load_state("networkidle")  # so that the note editor asks nothing after the test


def test_chosen_theme_has_the_colours_of_the_site(administrator: None, open_page: PageOpener, web_server: Any) -> None:
    page = open_as("root", open_page, web_server)
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.get_by_role("button", name="Toggle theme").click()
    dark = page.evaluate(background)
    page.reload()
    assert page.evaluate(background) == dark != light

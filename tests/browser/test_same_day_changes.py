"""A duty officer publishes a same-day change on a telephone, in three steps, checked by axe."""

from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from playwright.sync_api import expect

from agenda.workflow.note_import import import_parsed_note, read_note_file
from agenda.workflow.transactions import wait_until_live
from meetings.models import Edition, Meeting, User
from tests.admin_forms import MEETINGS, create_user_with_role
from tests.agenda.notes.note_helpers import SEED
from tests.browser.accessibility import check_accessibility
from tests.browser.signing_in import open_as
from tests.browser.test_publishing import press
from tests.external_tools import PageOpener
from tests.factories import COMMAND, publish
from tests.worlds import share_world

pytestmark = pytest.mark.browser


@share_world
def note() -> Meeting:
    """Import the first note with the date of today."""
    create_user_with_role("Duty")
    meeting = import_parsed_note(read_note_file(SEED), by=COMMAND)
    today = timezone.localdate()
    Meeting.objects.filter(pk=meeting.pk).update(start_date=today, end_date=today)
    meeting.refresh_from_db()
    wait_until_live(publish(meeting)[0])
    return meeting


def test_change_takes_three_steps(note: Meeting, open_page: PageOpener, web_server: Any) -> None:
    page = open_as("duty", open_page, web_server, f"{MEETINGS}{note.pk}/facts/")
    assert check_accessibility(open_page, page) == []
    page.get_by_role("group", name="Press conference").first.get_by_label("Time").fill("2.15.30")
    page.get_by_role("button", name="Preview the changes").click()
    assert check_accessibility(open_page, page) == []
    page.get_by_role("group", name="Press conference").first.get_by_label("Time").fill("1415")
    page.get_by_role("button", name="Preview the changes").click()
    assert check_accessibility(open_page, page) == []
    page.get_by_role("button", name="Publish now").click()
    page.get_by_text("Published on").wait_for()
    assert check_accessibility(open_page, page) == []
    page.get_by_role("link", name="View on site").last.click()
    page.get_by_text("14:15 instead of about 13:00").first.wait_for()
    assert Edition.objects.filter(reason="facts").count() == 1


def test_what_was_typed_is_kept_if_the_session_ends_at_the_question(
    note: Meeting, open_page: PageOpener, web_server: Any
) -> None:
    User.objects.filter(username="duty").update(password=make_password("a long word of mine"))
    page = open_as("duty", open_page, web_server, f"{MEETINGS}{note.pk}/facts/")
    time = page.get_by_role("group", name="Press conference").first.get_by_label("Time")
    time.fill("1415")
    press(page, "button", "Preview the changes")
    page.context.clear_cookies()
    press(page, "button", "Publish now")
    page.get_by_label("Username").fill("duty")
    page.get_by_label("Password").fill("a long word of mine")
    press(page, "button", "Sign in")
    expect(page.get_by_text("What you typed is in the form again.")).to_be_visible()
    expect(time).to_have_value("1415")
    assert Edition.objects.count() == 1

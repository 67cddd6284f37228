"""A publisher suppresses a past edition on a desktop and on a telephone, in light and dark."""

from typing import Any

import pytest

from agenda.workflow.publication import publish
from agenda.workflow.transactions import wait_until_live
from meetings.models import Edition, Meeting
from tests.admin_forms import MEETINGS
from tests.browser.accessibility import check_accessibility
from tests.browser.signing_in import open_as
from tests.browser.test_publishing import note, press
from tests.external_tools import PageOpener
from tests.factories import COMMAND

__all__ = ["note"]
pytestmark = [pytest.mark.browser, pytest.mark.sqlite]
REASON = "Ένας ιδιωτικός αριθμός τηλεφώνου. " * 10


def test_screens_are_accessible(note: Meeting, open_page: PageOpener, web_server: Any) -> None:
    first = Edition.objects.get()
    [second] = publish(note, by=COMMAND, note="The title of an item.", force="It is a test.")
    wait_until_live(second)
    page = open_as("publisher", open_page, web_server, f"{MEETINGS}{note.pk}/history/")
    press(page, "link", "Remove from the site…")
    assert check_accessibility(open_page, page) == []
    press(page, "button", "Preview the notice")  # without a reason
    assert page.get_by_text("Enter the public reason.").count() >= 1
    assert check_accessibility(open_page, page) == []
    page.get_by_label("Public reason").fill(REASON)
    press(page, "button", "Preview the notice")
    assert check_accessibility(open_page, page) == []
    press(page, "button", "Remove it from the site now")
    page.get_by_text("was removed from the site").wait_for()
    assert check_accessibility(open_page, page) == []
    page.goto(f"{web_server.url}{MEETINGS}{note.pk}/editions/{first.pk}/")
    page.get_by_text("It was removed from the site: readers only see the reason").wait_for()
    reader = open_page(f"{web_server.url}/en/{first.address}editions/")
    assert reader.get_by_text(REASON.strip()).count() == 1
    assert check_accessibility(open_page, reader) == []

"""A publisher suppresses a past edition on a desktop and on a telephone, in light and dark."""

from typing import Any

import pytest

from agenda.publishing import publish, wait_until_live
from meetings.models import Edition, Meeting
from tests.agenda.filling import MEETINGS
from tests.agenda.test_forms_in_browser import check_accessibility
from tests.agenda.test_publishing_in_browser import note, press, signed_in
from tests.cast import COMMAND
from tests.outside import SCREENS, PageOpener

__all__ = ["note"]
pytestmark = [pytest.mark.browser, pytest.mark.sqlite]
REASON = "Ένας ιδιωτικός αριθμός τηλεφώνου. " * 10


@pytest.mark.parametrize(("width", "colours"), SCREENS)
def test_screens_are_accessible(
    note: Meeting, open_page: PageOpener, live_server: Any, width: int, colours: Any
) -> None:
    first = Edition.objects.get()
    [second] = publish(note, by=COMMAND, note="The title of an item.", force="It is a test.")
    wait_until_live(second)
    page = signed_in(open_page, live_server, width=width, colour_scheme=colours)
    page.goto(f"{live_server.url}{MEETINGS}{note.pk}/editions/")
    press(page, "link", "Remove from the site…")
    assert check_accessibility(open_page, page, width) == []
    press(page, "button", "Preview the notice")  # without a reason
    assert page.get_by_text("Enter the public reason.").count() >= 1
    assert check_accessibility(open_page, page, width) == []
    page.get_by_label("Public reason").fill(REASON)
    press(page, "button", "Preview the notice")
    assert check_accessibility(open_page, page, width) == []
    press(page, "button", "Remove it from the site now")
    page.get_by_text("was removed from the site").wait_for()
    assert check_accessibility(open_page, page, width) == []
    page.goto(f"{live_server.url}{MEETINGS}{note.pk}/editions/{first.pk}/")
    page.get_by_text("It was removed from the site: readers only see the reason").wait_for()
    reader = open_page(f"{live_server.url}/en/{first.address}editions/", width=width, colour_scheme=colours)
    assert reader.get_by_text(REASON.strip()).count() == 1
    assert check_accessibility(open_page, reader, width) == []

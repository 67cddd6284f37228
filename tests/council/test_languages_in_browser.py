"""The language menu in a browser: wide and narrow, light and dark, by keyboard, without JavaScript, in print."""

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from msgspec.structs import replace

from agenda.publishing import wait_until_live
from meetings.clock import get_next_instant
from meetings.editions import create_edition
from meetings.vocabulary import Language
from tests.agenda.test_forms_in_browser import check_accessibility
from tests.cast import make_configuration, make_full_document
from tests.outside import SCREENS, NuChecker, PageOpener

pytestmark = pytest.mark.browser
PAGE = "/fi/meetings/jha/2060/09/14-15-second/"


@pytest.fixture
def site(committed: None, live_server: Any) -> str:
    """Publish a meeting in English and, except for one text, in Finnish."""
    make_configuration()
    english = make_full_document()
    path = f"agenda.{english.agenda[0].id}.text"
    finnish = replace(english, language=Language.FI, title="Oikeus- ja sisäasioiden neuvosto", fallbacks=[path])
    with transaction.atomic():
        edition = create_edition([english, finnish], available_from=get_next_instant(timezone.now()))
    wait_until_live(edition)
    return str(live_server.url)


@pytest.mark.parametrize(("width", "colours"), SCREENS)
def test_menu_is_accessible(site: str, open_page: PageOpener, width: int, colours: Any) -> None:
    page = open_page(f"{site}{PAGE}", width=width, colour_scheme=colours)
    assert check_accessibility(open_page, page, width) == []
    page.locator(".language summary").focus()
    page.keyboard.press("Enter")
    assert check_accessibility(open_page, page, width) == []
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "English"
    page.get_by_role("link", name="Malti").click()
    assert page.url == f"{site}{PAGE.replace('/fi/', '/mt/')}"
    page.goto(f"{site}/")
    assert page.url == f"{site}/mt/"
    for path in ("/fi/", "/fi/meetings/", f"{PAGE}editions/", f"{PAGE}editions/1/"):
        page.goto(f"{site}{path}")
        assert check_accessibility(open_page, page, width) == []


def test_menu_works_without_javascript(site: str, open_page: PageOpener) -> None:
    page = open_page(f"{site}/fi/meetings/?year=2060", javascript=False)
    page.locator(".language summary").click()
    page.get_by_role("link", name="Malti").click()
    assert page.url == f"{site}/mt/meetings/?year=2060"


def test_menu_is_not_printed(site: str, open_page: PageOpener) -> None:
    page = open_page(f"{site}{PAGE}", media="print")
    assert not page.locator(".language").is_visible()
    assert not page.locator(".languages").is_visible()


def test_html_is_valid(site: str, open_page: PageOpener, nu_checker: NuChecker) -> None:
    page = open_page(f"{site}/mt/")
    for path in ("/mt/", "/mt/meetings/?year=2060", PAGE, PAGE.replace("/fi/", "/mt/"), f"{PAGE}editions/1/"):
        assert nu_checker(page.context.request.get(f"{site}{path}").text()) == []

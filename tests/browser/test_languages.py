"""The language menu in a browser: wide and narrow, light and dark, by keyboard, without JavaScript, in print."""

from typing import Any

import pytest
from msgspec.structs import replace

from meetings.documents.choices import Language
from tests.browser.accessibility import check_accessibility
from tests.browser.publishing import publish_documents
from tests.external_tools import NuChecker, PageOpener
from tests.factories import make_configuration, make_full_document
from tests.worlds import share_world

pytestmark = pytest.mark.browser
PAGE = "/fi/meetings/jha/2060/09/14-15-second/"


@share_world
def published() -> None:
    """Publish a meeting in English and, except for one text, in Finnish."""
    make_configuration()
    english = make_full_document()
    path = f"agenda.{english.agenda[0].id}.text"
    finnish = replace(english, language=Language.FI, title="Oikeus- ja sisäasioiden neuvosto", fallbacks=[path])
    publish_documents([english, finnish])


@pytest.fixture
def site(published: None, web_server: Any) -> str:
    return str(web_server.url)


def test_menu_is_accessible(site: str, open_page: PageOpener) -> None:
    page = open_page(f"{site}{PAGE}")
    assert check_accessibility(open_page, page) == []
    page.locator(".language summary").focus()
    page.keyboard.press("Enter")
    assert check_accessibility(open_page, page) == []
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "English"
    page.get_by_role("link", name="Malti").click()
    assert page.url == f"{site}{PAGE.replace('/fi/', '/mt/')}"
    page.goto(f"{site}/")
    assert page.url == f"{site}/mt/"
    for path in ("/fi/", f"{PAGE}editions/"):
        page.goto(f"{site}{path}")
        assert check_accessibility(open_page, page) == []


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

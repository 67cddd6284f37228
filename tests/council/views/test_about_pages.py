"""Tests of the pages about the site, and of what the privacy statement says."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.council.test_settings import load_settings
from tests.factories import make_meeting, publish_now
from tests.paths import ROOT
from tests.public_requests import Visitor, get_visible_text

STATEMENT_PATHS = ("about/", "about/accessibility/", "about/privacy/", "about/legal/")


def test_wrong_contact_stops_the_start(tmp_path: Path) -> None:
    wrong = ("press", "press@", "ftp://example.eu/", "press@example.eu, x", "a b@example.eu")
    for error in load_settings(tmp_path, *({"SITE_CONTACT": contact} for contact in wrong)):
        assert "SITE_CONTACT" in error
        assert "set it to an email address" in error


class TestPages:
    @pytest.mark.parametrize("language", ["en", "fr", "mt"])
    @pytest.mark.parametrize("end", STATEMENT_PATHS)
    def test_pages_need_no_query(self, visitor: Visitor, language: str, end: str) -> None:
        response = visitor.get(f"/{language}/{end}")
        assert response.status_code == 200
        assert visitor.statements == []
        assert "Last updated" in get_visible_text(response)

    def test_every_page_links_to_the_statements(self, visitor: Visitor) -> None:
        for page in ("/en/about/", "/en/nothing/"):
            [nav] = re.findall(
                r'<nav aria-label="About this site">(.*?)</nav>', visitor.get(page).content.decode(), re.S
            )
            assert re.findall(r'href="([^"]+)"', nav) == [f"/en/{end}" for end in STATEMENT_PATHS]

    def test_every_page_leads_to_the_contact(self, visitor: Visitor) -> None:
        assert '<a href="/en/about/#contact">Contact</a>' in visitor.get("/en/nothing/").content.decode()
        assert re.search(r'<h2 id="contact">.*?</h2>\s*<p>', visitor.get("/en/about/").content.decode())

    @pytest.mark.parametrize("end", STATEMENT_PATHS)
    def test_contact_is_shown(self, visitor: Visitor, settings: Any, end: str) -> None:
        settings.SITE_CONTACT = ""
        page = visitor.get(f"/en/{end}")
        assert "it has no contact" in get_visible_text(page)
        assert "press contacts" not in get_visible_text(page)
        settings.SITE_CONTACT = "agendas@example.eu"
        assert 'href="mailto:agendas@example.eu"' in visitor.get(f"/en/{end}").content.decode()
        settings.SITE_CONTACT = "https://example.eu/contact"
        assert 'href="https://example.eu/contact"' in visitor.get(f"/en/{end}").content.decode()

    def test_licence_comes_from_the_settings(self, visitor: Visitor, settings: Any) -> None:
        settings.LICENCE_NAME, settings.LICENCE_URL = "A licence", "https://example.eu/licence"
        settings.ATTRIBUTION = "The office"
        page = visitor.get("/en/about/legal/")
        assert '<a href="https://example.eu/licence">A licence</a>' in page.content.decode()
        assert "Name as the source: The office." in get_visible_text(page)


@pytest.mark.django_db
class TestPrivacyStatement:
    def test_no_page_sets_a_cookie(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting())
        for path in (
            "",
            "meetings/",
            "meetings/jha/",
            "meetings/jha/2060/09/14/",
            "topics/",
            "nothing/",
            *STATEMENT_PATHS,
        ):
            assert not visitor.get(f"/en/{path}").cookies, path

    def test_content_security_policy_blocks_other_sites(self, visitor: Visitor) -> None:
        policy = visitor.get("/en/about/")["Content-Security-Policy"]
        assert set(re.findall(r"(?:https?:)?//[^ ;]+|\*", policy)) == set()
        assert "default-src 'none'" in policy

    def test_only_cookie_is_the_language_and_a_pause_is_kept_in_the_tab(self) -> None:
        scripts = ROOT / "static/js"
        for_readers = scripts.glob("*.js")  # those that keep something for officers are in folders
        keeping = {path.name for path in for_readers if re.search(r"cookie|Storage|indexedDB", path.read_text())}
        assert keeping == {"language.js", "day.js"}
        stores = re.findall(r"\w*(?:cookie|Storage|indexedDB)", (scripts / "day.js").read_text())
        assert set(stores) == {"sessionStorage"}
        assert "language=${chosen}; path=/; max-age=31536000" in (scripts / "language.js").read_text()

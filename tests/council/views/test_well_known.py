"""Tests of robots.txt, security.txt and the icons."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tests.council.test_settings import load_settings
from tests.factories import DAY, MINUTE, PRESS_DAY
from tests.public_requests import Visitor

SECURITY_TXT = "/.well-known/security.txt"
CONTACTS = ["mailto:security@example.eu", "https://example.eu/report"]
pytestmark = [pytest.mark.django_db, pytest.mark.once]


def fetch_lines(visitor: Visitor, path: str, **options: Any) -> list[str]:
    response = visitor.get(path, **options)
    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert response["Cache-Control"] == "no-cache"
    assert visitor.statements == []
    return str(response.content.decode()).splitlines()


class TestSecurityTxt:
    def test_not_found_without_a_contact(self, visitor: Visitor, settings: Any) -> None:
        settings.SECURITY_CONTACT = []
        assert visitor.get(SECURITY_TXT).status_code == 404

    def test_wrong_contact_stops_the_start(self, tmp_path: Path) -> None:
        wrong = ("security@example.eu", "http://example.eu/", "mailto:", "mailto:a b@example.eu")
        for error in load_settings(tmp_path, *({"SECURITY_CONTACT": contact} for contact in wrong)):
            assert "SECURITY_CONTACT" in error
            assert "mailto:security@example.eu" in error

    def test_no_canonical_address_without_tls(self, visitor: Visitor, settings: Any) -> None:
        settings.SECURITY_CONTACT = CONTACTS
        assert not [line for line in fetch_lines(visitor, SECURITY_TXT) if line.startswith("Canonical")]

    def test_contacts_keep_their_order(self, visitor: Visitor, settings: Any, clock: Any) -> None:
        settings.SECURITY_CONTACT, settings.SECURITY_LANGUAGES = CONTACTS, ["en", "fr"]
        assert fetch_lines(visitor, SECURITY_TXT, secure=True) == [
            "Contact: mailto:security@example.eu",
            "Contact: https://example.eu/report",
            "Expires: 2061-03-13T00:00:00Z",
            "Preferred-Languages: en, fr",
            f"Canonical: https://testserver{SECURITY_TXT}",
        ]

    def test_file_expires_within_a_year_and_is_the_same_all_day(
        self, visitor: Visitor, settings: Any, clock: Any
    ) -> None:
        settings.SECURITY_CONTACT = CONTACTS
        first = visitor.get(SECURITY_TXT)
        clock.move_to(PRESS_DAY + 600 * MINUTE)
        again = visitor.get(SECURITY_TXT, headers={"if-none-match": first["ETag"]})
        assert again.status_code == 304
        clock.move_to(PRESS_DAY + DAY)
        [expires] = [line for line in fetch_lines(visitor, SECURITY_TXT) if line.startswith("Expires: ")]
        ahead = dt.datetime.fromisoformat(expires.partition(": ")[2]) - (PRESS_DAY + DAY)
        assert 90 * DAY < ahead < 365 * DAY
        assert expires.encode() not in first.content


class TestRobots:
    def test_crawlers_may_not_read_forms_drafts_and_searches(self, visitor: Visitor) -> None:
        lines = fetch_lines(visitor, "/robots.txt")
        assert lines[0] == "User-agent: *"
        disallowed = {line.partition(": ")[2] for line in lines if line.startswith("Disallow: ")}
        assert disallowed == {"/admin/", "/preview/", "/*/search/?", "/*/search?"}
        assert lines[-1] == "Sitemap: http://testserver/sitemap.xml"

    def test_unchanged_file_is_not_sent_again(self, visitor: Visitor) -> None:
        tag = visitor.get("/robots.txt")["ETag"]
        assert visitor.get("/robots.txt", headers={"if-none-match": tag}).status_code == 304


class TestIcons:
    @pytest.mark.parametrize(
        ("path", "kind", "begins"),
        [("/favicon.ico", "image/x-icon", b"\0\0\1\0\3\0"), ("/apple-touch-icon.png", "image/png", b"\x89PNG")],
    )
    def test_icons_have_their_usual_addresses(self, visitor: Visitor, path: str, kind: str, begins: bytes) -> None:
        response = visitor.get(path)
        assert (response.status_code, response["Content-Type"]) == (200, kind)
        assert response.content.startswith(begins)
        assert visitor.statements == []
        assert visitor.get(path, headers={"if-none-match": response["ETag"]}).status_code == 304

    def test_pages_link_to_their_icons(self, visitor: Visitor) -> None:
        page = visitor.get("/en/").content.decode()
        assert '<link rel="apple-touch-icon" href="/static/img/apple-touch-icon' in page


@pytest.mark.parametrize("path", ["/robots.txt", "/sitemap.xml", "/favicon.ico", SECURITY_TXT])
def test_only_reading_is_allowed(visitor: Visitor, settings: Any, path: str) -> None:
    settings.SECURITY_CONTACT = CONTACTS
    assert visitor.post(path).status_code == 405

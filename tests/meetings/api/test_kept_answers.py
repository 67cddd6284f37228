"""Answers that the process keeps are sent again only while the edition that they show is live."""

from typing import Any

import pytest

from meetings.editions.published_version import known_versions
from tests.edition_publisher import EditionPublisher, appears, make_meeting_version, translate_to_french
from tests.factories import MINUTE, SECOND, make_uuid
from tests.meetings.site.kept_parts import render_all_parts
from tests.public_requests import Visitor

__all__ = ["appears"]
pytestmark = pytest.mark.django_db
DETAIL, LIST = f"/api/v1/meetings/{make_uuid('meeting')}/", "/api/v1/meetings/"
STORED_TEXT = '"meetings_storeddocument"."text"'
BROWSERS: tuple[dict[str, str], ...] = (
    {},
    {"accept_language": "fr"},
    {"accept": "text/csv"},
    {"accept": "application/json"},
    {"host": "localhost"},
    {"origin": "https://elsewhere.example"},
    {"if_none_match": "*"},
    {"if_match": '"another"'},
    {"if_modified_since": "Thu, 16 Sep 2100 08:00:00 GMT"},
)


@pytest.fixture
def published(appears: EditionPublisher, clock: Any) -> EditionPublisher:
    first = make_meeting_version(title="First")
    appears(first, translate_to_french(first, "Premier"))
    appears.advance(2 * MINUTE)
    return appears


@pytest.mark.parametrize("address", [DETAIL, f"{DETAIL}?lang=fr", LIST, f"{LIST}?fields=title"])
def test_answer_is_sent_again_without_reading_the_text(
    published: EditionPublisher, visitor: Visitor, address: str
) -> None:
    first = visitor.get(address)
    assert STORED_TEXT in visitor.statements[-1]
    again = visitor.get(address)
    assert len(visitor.statements) == 1
    assert STORED_TEXT not in visitor.statements[0]
    assert compare(again) == compare(first)


@pytest.mark.parametrize("address", [DETAIL, LIST])
def test_answer_follows_what_is_published(published: EditionPublisher, visitor: Visitor, address: str) -> None:
    def get_title() -> str:
        known_versions.clear()
        visitor.get(address)  # and so keep it, unless it is too young
        body = visitor.get(address).json()
        return "".join(meeting["title"] for meeting in body["results"]) if address == LIST else body["title"]

    assert get_title() == "First"
    second = published(make_meeting_version(title="Second"))
    assert get_title() == "Second"
    published.advance(2 * MINUTE)
    assert get_title() == "Second"
    published.withdraw(second)
    assert get_title() == ("" if address == LIST else "Withdrawn")


@pytest.mark.parametrize("address", [DETAIL, f"{DETAIL}?lang=fr", f"{DETAIL}?fields=title", LIST])
def test_kept_answer_is_what_each_client_would_get_without(
    published: EditionPublisher, visitor: Visitor, settings: Any, address: str
) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "localhost"]
    for method in (visitor.get, visitor.head, visitor.options):
        for headers in (*BROWSERS, *BROWSERS[::-1]):
            kept = method(address, headers=headers)
            with render_all_parts():
                assert compare(kept) == compare(method(address, headers=headers)), headers


def test_edition_of_the_last_minute_is_not_kept(appears: EditionPublisher, visitor: Visitor, clock: Any) -> None:
    """Another edition of the same seconds may become visible only then (decision 36), and the number is another."""
    edition = appears(make_meeting_version())
    clock.move_to(edition.available_from + MINUTE)
    for address in (DETAIL, LIST):
        assert "Last-Modified" not in visitor.get(address)
        visitor.get(address)
        assert any(STORED_TEXT in each for each in visitor.statements)
    clock.move_to(edition.available_from + MINUTE + SECOND)
    known_versions.clear()
    assert "Last-Modified" in visitor.get(DETAIL)


def compare(response: Any) -> tuple[Any, ...]:
    headers = {name: value for name, value in response.items() if name != "X-Request-Id"}
    body = b"" if response.status_code >= 400 else response.content  # a problem contains the id of the request
    return response.status_code, headers, body

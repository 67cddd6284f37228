"""A word that stood in the title, and so in the web address, of a removed edition: no address for readers has it."""

from typing import Any

import pytest

from meetings.documents.choices import Language
from meetings.models import Edition, EditionReason
from tests.edition_publisher import EditionPublisher, appears, make_meeting_version, make_topic_document
from tests.factories import make_configuration
from tests.public_requests import Visitor

__all__ = ["appears"]

WORD, TOPIC, MEETING = "forbiddenname", "/en/topics/a-person/", "/en/meetings/jha/2060/09/14-a-person/"
ADDRESSES = (
    *("/api/v1/changes/", "/api/v1/changes/?format=csv", "/api/v1/meetings/", "/api/v1/topics/", "/sitemap.xml"),
    *("/en/", "/en/meetings/", "/en/topics/", "/en/meetings/corrections/", "/en/search/?q=person"),
    *(
        "/en/meetings/feed.atom",
        "/fr/meetings/feed.atom",
        "/en/search/feed.atom?q=person",
        "/en/meetings/corrections.atom",
    ),
    *("/en/meetings/jha/", "/en/meetings/jha/feed.atom", "/en/day/2060-09-14/"),
    *(f"{page}{name}" for page in (TOPIC, MEETING) for name in ("", "editions/", "editions/1/")),
    *(f"{TOPIC}feed.atom", f"{MEETING}meeting.ics"),
)


@pytest.fixture
def removed(appears: EditionPublisher) -> EditionPublisher:
    """Publish a topic and a meeting in English and Maltese with the word; correct both in English; remove the word."""
    make_configuration("jha")
    lead: dict[str, Any] = {"lead": f"<p>{WORD}</p>"}
    languages = [lead, lead | {"language": Language.MT, "source_language": Language.EN}]
    first = [
        appears(*(make_topic_document(f"sanctions-{WORD}", **values) for values in languages)),
        appears(*(make_meeting_version("m", WORD, address_word=WORD, **values) for values in languages)),
    ]
    appears(make_topic_document("a-person"), reason=EditionReason.CORRECTION)
    appears(make_meeting_version("m", address_word="a-person"), reason=EditionReason.CORRECTION)
    for edition in first:
        assert WORD in edition.address
        appears.suppress(edition)
    return appears


@pytest.mark.usefixtures("removed")
class TestRemovedWord:
    def test_no_page_feed_or_response_has_it(self, visitor: Visitor) -> None:
        for address in ADDRESSES:
            response = visitor.get(address)
            assert response.status_code == (410 if address.endswith("/1/") else 200), address
            assert WORD not in response.content.decode(), address

    def test_change_leads_to_the_live_edition_and_tells_none_of_its_own_languages(self, visitor: Visitor) -> None:
        removed = [each for each in visitor.get_json("changes/?lang=mt")["results"] if each["suppressed"]]
        assert [each["html_url"].partition("testserver")[2] for each in removed] == [TOPIC, MEETING]
        for each in removed:
            assert (each["language"], each["changed_languages"], each["effects"]) == ("en", [], [])
        assert 'hreflang="mt"' not in visitor.get(f"{TOPIC}feed.atom").content.decode()

    def test_guessed_address_is_not_confirmed(self, visitor: Visitor) -> None:
        for page in (f"/en/topics/sanctions-{WORD}/", f"/en/meetings/jha/2060/09/14-{WORD}/"):
            for below in ("", "editions/", "editions/1/"):
                assert visitor.get(page + below).status_code == 404, page + below

    def test_guessed_address_is_not_confirmed_by_a_withdrawal(
        self, visitor: Visitor, removed: EditionPublisher
    ) -> None:
        removed.withdraw(Edition.objects.get(address="topics/a-person/"))
        assert visitor.get(TOPIC).status_code == 410
        assert visitor.get(f"/en/topics/sanctions-{WORD}/").status_code == 404

    def test_address_that_another_edition_has_had_redirects(self, visitor: Visitor, removed: EditionPublisher) -> None:
        """The text of the last edition with the address was removed; the one before stays known by it."""
        again = removed(make_topic_document("a-person", lead=f"<p>{WORD}</p>"), reason=EditionReason.CORRECTION)
        removed(make_topic_document("a-lady"), reason=EditionReason.CORRECTION)
        removed.suppress(again)
        assert visitor.get(TOPIC)["Location"] == "/en/topics/a-lady/"

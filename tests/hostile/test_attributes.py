"""Attributes of a text: a sentence that reviewers do not see is not published, and earlier texts stay as they are."""

from typing import Any

import pytest

from tests.edition_publisher import EditionPublisher, appears
from tests.factories import make_meeting, make_meeting_document, make_uuid, publish_now
from tests.public_requests import Visitor

__all__ = ["appears"]

MEETING = "/en/meetings/jha/2060/09/14/"


@pytest.mark.django_db
def test_unseen_sentence_is_not_published(visitor: Visitor, clock: Any) -> None:
    unseen = "The minister resigned at noon"
    link = f'<a href="https://press.example/" hreflang="{unseen}">press</a>'
    subtag = '<a href="https://press.example/" hreflang="the-minister-resigned-at-noon">press</a>'
    lead = f'<p>See {link} and {subtag}.</p><ol start="{unseen}"><li>One</li></ol><ol start="3"><li>Three</li></ol>'
    publish_now(clock, meeting := make_meeting(lead=lead))
    [page, answer] = [visitor.get(address).content.decode() for address in (MEETING, f"/api/v1/meetings/{meeting.pk}/")]
    for text in (page, answer):
        assert "resigned" not in text
    assert '<ol start="3"><li>Three</li></ol>' in page


@pytest.mark.parametrize("start", ["9" * 5_000, "Everybody resigned", "12"])
def test_earlier_edition_is_read_as_it_is(appears: EditionPublisher, visitor: Visitor, start: str) -> None:
    """With 5,000 digits, the plain text was an error 500."""
    lead = f'<p>See <a href="https://press.example/" hreflang="x">press</a>.</p><ol start="{start}"><li>One</li></ol>'
    appears(make_meeting_document("A council", lead=lead))
    assert lead in visitor.get(MEETING).content.decode()
    assert visitor.get_json(f"meetings/{make_uuid('meeting')}/")["lead"] == lead
    number = start if start == "12" else "1"
    note = visitor.get(f"{MEETING}note.txt")
    assert note.status_code == 200
    assert f"\n{number}. One\n" in note.content.decode()
    assert {visitor.get(f"{MEETING}note.{name}").status_code for name in ("pdf", "docx")} == {200}

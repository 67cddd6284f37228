"""Meetings in the API: whole documents as they are stored, in their envelope."""

import hashlib
from typing import Any

import pytest
import rfc8785

from meetings.editions import freeze
from tests.cast import (
    DAY,
    MINUTE,
    PRESS_DAY,
    full_document,
    make_configuration,
    make_meeting,
    many_documents,
    meeting_document,
    named,
    published,
    restore,
)
from tests.publicity import Visitor

ENVELOPE = {"url", "html_url", "edition", "languages", "published_at", "modified_at", "digest", "change_note"}


@pytest.mark.django_db
class TestAMeeting:
    def test_it_is_the_document_in_its_envelope(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        meeting = restore(full_document())
        published(clock, meeting, note="A first edition changes nothing that it could tell.")
        body = visitor.get(f"/api/v1/meetings/{meeting.pk}/").json()
        envelope = {name: body.pop(name) for name in ENVELOPE}
        assert envelope == {
            "url": f"http://testserver/api/v1/meetings/{meeting.pk}/",
            "html_url": "http://testserver/en/meetings/jha/2060/09/14-15-second/",
            "edition": 1,
            "languages": ["en"],
            "published_at": "2060-09-14T08:00:01Z",
            "modified_at": "2060-09-14T08:00:01Z",
            "digest": hashlib.sha256(rfc8785.dumps(body)).hexdigest(),  # so anyone can verify a copy
            "change_note": "",
        }

    def test_a_correction_is_the_next_edition(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        meeting.notice = "Corrected."
        meeting.save()
        clock.move_to(PRESS_DAY + DAY)
        published(clock, meeting, note="The notice.")
        body = visitor.get(f"/api/v1/meetings/{meeting.pk}/").json()
        assert (body["edition"], body["notice"], body["change_note"]) == (2, "Corrected.", "The notice.")
        assert (body["published_at"], body["modified_at"]) == ("2060-09-14T08:00:01Z", "2060-09-15T08:00:01Z")

    def test_an_unchanged_answer_is_not_sent_again(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        first = visitor.get(f"/api/v1/meetings/{meeting.pk}/")
        assert first["Cache-Control"] == "no-cache"
        again = visitor.get(f"/api/v1/meetings/{meeting.pk}/", headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.django_db
class TestTheLanguage:
    @pytest.fixture(autouse=True)
    def a_meeting_in_two_languages_and_one_in_one(self, clock: Any) -> None:
        english = meeting_document(start_date=PRESS_DAY.date() + DAY)
        finnish = meeting_document("Oikeus- ja sisäasiat", language="fi", start_date=PRESS_DAY.date() + DAY)
        freeze([english, finnish], available_from=PRESS_DAY + MINUTE)
        freeze([meeting_document(id=named("english only"))], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + DAY)

    def test_a_meeting_is_in_the_language_that_is_asked_for(self, visitor: Visitor) -> None:
        response = visitor.get(f"/api/v1/meetings/{named('meeting')}/?lang=fi")
        assert response["Content-Language"] == "fi"
        assert response.json()["title"] == "Oikeus- ja sisäasiat"

    def test_one_that_is_not_there_in_it_is_in_its_source_language(self, visitor: Visitor) -> None:
        response = visitor.get(f"/api/v1/meetings/{named('english only')}/", headers={"Accept-Language": "fi"})
        assert (response["Content-Language"], response.json()["language"]) == ("en", "en")

    def test_a_list_may_be_in_several(self, visitor: Visitor) -> None:
        response = visitor.get("/api/v1/meetings/", headers={"Accept-Language": "fi"})
        assert [meeting["language"] for meeting in response.json()["results"]] == ["fi", "en"]
        assert response["Content-Language"] == "fi, en"


@pytest.mark.django_db
class TestTheList:
    def test_empty_is_an_empty_list(self, visitor: Visitor) -> None:
        empty = visitor.json("meetings/")
        assert (empty["next"], empty["previous"], empty["results"]) == (None, None, [])

    def test_it_holds_whole_documents_the_latest_date_first(self, visitor: Visitor, clock: Any) -> None:
        meetings = [make_meeting(start_date=PRESS_DAY.date() + day * DAY) for day in range(3)]
        published(clock, *meetings)
        results = visitor.json("meetings/")["results"]
        assert [result["id"] for result in results] == [str(meeting.pk) for meeting in reversed(meetings)]
        assert results[0] == visitor.get(results[0]["url"]).json()


@pytest.mark.django_db
@pytest.mark.parametrize("number", [5, 500])
def test_a_list_takes_one_query_however_long_it_is(visitor: Visitor, clock: Any, number: int) -> None:
    documents = many_documents(number)
    for document in documents:
        freeze([document], available_from=PRESS_DAY + MINUTE)
    clock.move_to(PRESS_DAY + DAY)
    assert len(visitor.get("/api/v1/meetings/").json()["results"]) == min(number, 20)
    assert len(visitor.statements) == 1  # editions, documents and what the envelope says of them
    visitor.get(f"/api/v1/meetings/{documents[0].id}/")
    assert len(visitor.statements) == 1

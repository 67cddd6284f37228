"""Test meetings in the API."""

import gc
import hashlib
import weakref
from typing import Any

import pytest
import rfc8785
from django.test import RequestFactory
from django.urls import resolve
from django.utils import timezone

from meetings.documents.reading_order import sort_members
from meetings.editions.freezing import create_edition
from tests.factories import (
    DAY,
    MINUTE,
    PRESS_DAY,
    create_editions,
    make_configuration,
    make_documents,
    make_full_document,
    make_meeting,
    make_meeting_document,
    make_uuid,
    publish_now,
    restore,
)
from tests.public_requests import Visitor

ENVELOPE = {"url", "html_url", "edition", "languages", "published_at", "modified_at", "digest", "change_note"}


@pytest.mark.django_db
class TestMeeting:
    def test_meeting_is_a_document_in_an_envelope(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        meeting = restore(make_full_document())
        publish_now(clock, meeting, note="A first edition changes nothing that it could tell.")
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

    @pytest.mark.parametrize("path", ["", "{}/"])
    def test_answer_is_freed_as_soon_as_it_is_sent(self, clock: Any, path: str) -> None:
        """In a circle of objects it would stay until Python looks for circles, with a hundred others."""
        publish_now(clock, meeting := make_meeting())
        request: Any = RequestFactory().get(f"/api/v1/meetings/{path.format(meeting.pk)}")
        request.instant = timezone.now()
        view, arguments, values = resolve(request.path)
        gc.disable()
        try:
            response = weakref.ref(view(request, *arguments, **values).render())
            assert response() is None
        finally:
            gc.enable()

    def test_title_comes_first(self, visitor: Visitor, clock: Any) -> None:
        """Stored documents are in the order of the alphabet."""
        publish_now(clock, make_meeting())
        [meeting] = visitor.get_json("meetings/")["results"]
        assert list(meeting)[:5] == ["type", "id", "title", "configuration", "status"]
        assert set(list(meeting)[-8:]) == ENVELOPE

    @pytest.mark.parametrize(
        ("name", "member"), [("agenda-items", "agenda"), ("programme", "programme"), ("media-links", "links")]
    )
    def test_parts_have_the_order_of_their_own_lists(
        self, visitor: Visitor, clock: Any, name: str, member: str
    ) -> None:
        make_configuration()
        publish_now(clock, restore(make_full_document()))
        part = visitor.get_json("meetings/")["results"][0][member][0]
        [alone] = [each for each in visitor.get_json(f"{name}/")["results"] if each["id"] == part["id"]]
        assert list(part) == [each for each in alone if each in part]
        assert next(iter(part)) == "id"

    def test_nested_parts_are_in_reading_order(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        publish_now(clock, restore(make_full_document()))
        item = visitor.get_json("meetings/")["results"][0]["agenda"][0]
        for part in (item, item["items"][0]):
            assert list(part)[:5] == ["id", "number", "kind", "title", "text"]
        assert list(item["result"])[:3] == ["id", "date", "title"]

    def test_document_of_another_version_keeps_its_members(self) -> None:
        """Stored documents are never rewritten: one may lack a member, or have one of a newer version."""
        old = '{"agenda":[{"id":"b","links":[{"id":"c","title":"d","url":"e"}],"title":"a"}],"title":"f"}'
        text = sort_members(old, "meeting").decode()
        assert text == '{"title":"f","agenda":[{"id":"b","title":"a","links":[{"id":"c","title":"d","url":"e"}]}]}'
        newer = '{"agenda":[{"id":"b","mood":"good","title":"a"}],"title":"f"}'
        assert sort_members(newer, "meeting").decode() == newer

    def test_correction_is_the_next_edition(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        meeting.notice = "Corrected."
        meeting.save()
        clock.move_to(PRESS_DAY + DAY)
        publish_now(clock, meeting, note="The notice.")
        body = visitor.get(f"/api/v1/meetings/{meeting.pk}/").json()
        assert (body["edition"], body["notice"], body["change_note"]) == (2, "Corrected.", "The notice.")
        assert (body["published_at"], body["modified_at"]) == ("2060-09-14T08:00:01Z", "2060-09-15T08:00:01Z")

    def test_unchanged_answer_is_a_304(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        first = visitor.get(f"/api/v1/meetings/{meeting.pk}/")
        assert first["Cache-Control"] == "no-cache"
        again = visitor.get(f"/api/v1/meetings/{meeting.pk}/", headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.django_db
class TestLanguage:
    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def publish_meetings_in_two_and_one_languages(cls, class_clock: Any) -> None:
        english = make_meeting_document(start_date=PRESS_DAY.date() + DAY)
        finnish = make_meeting_document("Oikeus- ja sisäasiat", language="fi", start_date=PRESS_DAY.date() + DAY)
        create_edition([english, finnish], available_from=PRESS_DAY + MINUTE)
        create_edition([make_meeting_document(id=make_uuid("english only"))], available_from=PRESS_DAY + MINUTE)
        class_clock.move_to(PRESS_DAY + DAY)

    def test_meeting_is_in_the_requested_language(self, visitor: Visitor) -> None:
        response = visitor.get(f"/api/v1/meetings/{make_uuid('meeting')}/?lang=fi")
        assert response["Content-Language"] == "fi"
        assert response.json()["title"] == "Oikeus- ja sisäasiat"

    def test_untranslated_meeting_is_in_its_source_language(self, visitor: Visitor) -> None:
        response = visitor.get(f"/api/v1/meetings/{make_uuid('english only')}/", headers={"Accept-Language": "fi"})
        assert (response["Content-Language"], response.json()["language"]) == ("en", "en")

    def test_list_may_be_in_several_languages(self, visitor: Visitor) -> None:
        response = visitor.get("/api/v1/meetings/", headers={"Accept-Language": "fi"})
        assert [meeting["language"] for meeting in response.json()["results"]] == ["fi", "en"]
        assert response["Content-Language"] == "fi, en"


@pytest.mark.django_db
class TestList:
    def test_list_may_be_empty(self, visitor: Visitor) -> None:
        empty = visitor.get_json("meetings/")
        assert (empty["next"], empty["previous"], empty["results"]) == (None, None, [])

    def test_list_has_whole_documents_latest_date_first(self, visitor: Visitor, clock: Any) -> None:
        meetings = [make_meeting(start_date=PRESS_DAY.date() + day * DAY) for day in range(3)]
        publish_now(clock, *meetings)
        results = visitor.get_json("meetings/")["results"]
        assert [result["id"] for result in results] == [str(meeting.pk) for meeting in reversed(meetings)]
        assert results[0] == visitor.get(results[0]["url"]).json()


@pytest.mark.django_db
@pytest.mark.parametrize("number", [5, 500])
def test_list_takes_two_queries_and_one_once_its_texts_are_known(visitor: Visitor, clock: Any, number: int) -> None:
    documents = make_documents(number)
    create_editions(documents, available_from=PRESS_DAY + MINUTE)
    clock.move_to(PRESS_DAY + DAY)
    first = visitor.get("/api/v1/meetings/").json()["results"]
    assert (len(first), len(visitor.statements)) == (min(number, 20), 2)  # editions with envelopes, texts
    assert (visitor.get("/api/v1/meetings/").json()["results"], len(visitor.statements)) == (first, 1)
    visitor.get(f"/api/v1/meetings/{documents[0].id}/")
    assert len(visitor.statements) == 1

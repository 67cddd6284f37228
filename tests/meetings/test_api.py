"""The API: whole documents as they are stored, in their envelope; errors that say how to mend the request."""

import base64
import datetime as dt
import hashlib
from typing import Any

import jsonschema
import pytest
import rfc8785

from agenda.publishing import publish, withdraw
from agenda.restoring import restore
from meetings.documents.text import json_schema
from meetings.editions import freeze
from tests.cast import (
    DAY,
    MINUTE,
    PRESS_DAY,
    full_document,
    make_configuration,
    make_meeting,
    make_topic,
    many_documents,
    named,
    published,
)
from tests.publicity import Visitor

ENVELOPE = {"url", "html_url", "edition", "languages", "published_at", "modified_at", "digest", "change_note"}


def cursor(instant: str) -> str:
    written = f'["{instant}",false,"2020-01-01","{named("somebody")}"]'
    return base64.urlsafe_b64encode(written.encode()).decode()


@pytest.mark.django_db
class TestRefusals:
    def problem(self, visitor: Visitor, address: str, status: int) -> dict[str, Any]:
        response = visitor.get(address)
        assert response.status_code == status
        assert response["Content-Type"] == "application/problem+json"
        body: dict[str, Any] = response.json()
        assert body["status"] == status
        assert body["type"].startswith("/api/problems/")
        return body

    def test_an_unknown_parameter_names_the_nearest(self, visitor: Visitor) -> None:
        body = self.problem(visitor, "/api/v1/meetings/?configuraton=jha", 400)
        assert (body["parameter"], body["nearest"]) == ("configuraton", "configuration")

    @pytest.mark.parametrize(
        ("query", "parameter"),
        [
            ("limit=0", "limit"),
            ("limit=101", "limit"),
            ("limit=0001000", "limit"),
            ("limit=000020999999999999999999999999", "limit"),
            ("limit=٣", "limit"),
            ("limit=", "limit"),
            ("cursor=nonsense", "cursor"),
            ("cursor=", "cursor"),
            ("cursor=%F0%9F%98%80", "cursor"),
            (f"cursor={cursor('0001-01-01T00:00:00+14:00')}", "cursor"),
            (f"cursor={cursor('0001-01-01T00:00:00Z')}", "cursor"),
            (f"cursor={cursor('2026-01-01T00:00:00')}", "cursor"),
            (f"cursor={cursor('9999-12-31T23:59:59Z')}", "cursor"),
            ("lang=xx", "lang"),
            ("lang=", "lang"),
            ("date_from=yesterday", "date_from"),
            ("date_to=2060-02-30", "date_to"),
            ("date_from=01/02/2017", "date_from"),
            ("status=unsure", "status"),
            ("configuration=jha%00", "configuration"),
        ],
    )
    def test_a_bad_value_names_its_parameter(self, visitor: Visitor, query: str, parameter: str) -> None:
        assert self.problem(visitor, f"/api/v1/meetings/?{query}", 400)["parameter"] == parameter

    def test_a_cursor_of_an_instant_to_come_is_refused(self, visitor: Visitor, clock: Any) -> None:
        for month in range(1, 4):
            publish(make_meeting(start_date=dt.date(2060, month, 1)))
        clock.move_to(PRESS_DAY + DAY)
        following = visitor.get("/api/v1/meetings/?limit=1").json()["next"]
        assert visitor.get(following).status_code == 200
        clock.move_to(PRESS_DAY)
        assert self.problem(visitor, following, 400)["parameter"] == "cursor"

    @pytest.mark.parametrize("path", ["meetings/nonsense/", f"meetings/{named('nobody')}/", "nothing/", "meetings"])
    def test_nothing_there(self, visitor: Visitor, path: str) -> None:
        body = self.problem(visitor, f"/api/v1/{path}", 404)
        assert body["type"] == "/api/problems/not-found/"

    def test_a_withdrawn_meeting_says_so_and_why(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        published(clock, meeting)
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        body = self.problem(visitor, f"/api/v1/meetings/{meeting.pk}/", 410)
        assert body["detail"] == "Sent too early."

    def test_writing_is_not_allowed(self, visitor: Visitor) -> None:
        response = visitor.post("/api/v1/meetings/", "{}", content_type="application/json")
        assert response.status_code == 405
        assert response["Content-Type"] == "application/problem+json"
        assert "GET" in response["Allow"]


@pytest.mark.django_db
class TestAMeeting:
    def test_it_is_the_document_in_its_envelope(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        meeting = restore(full_document())
        published(clock, meeting, note="First edition")
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
            "change_note": "First edition",
        }

    def test_it_holds_against_the_schema(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        meeting = restore(full_document())
        published(clock, meeting)
        body = visitor.get(f"/api/v1/meetings/{meeting.pk}/").json()
        whole, parts = json_schema()
        schema = whole | {"components": {"schemas": parts}}
        jsonschema.Draft202012Validator(schema).validate({name: body[name] for name in body.keys() - ENVELOPE})

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
class TestTheList:
    def ids(self, visitor: Visitor, query: str = "") -> list[str]:
        return [meeting["id"] for meeting in visitor.get(f"/api/v1/meetings/{query}").json()["results"]]

    def test_empty_is_an_empty_list(self, visitor: Visitor) -> None:
        assert visitor.get("/api/v1/meetings/").json() == {"next": None, "previous": None, "results": []}

    def test_it_holds_whole_documents_the_latest_date_first(self, visitor: Visitor, clock: Any) -> None:
        meetings = [make_meeting(start_date=PRESS_DAY.date() + day * DAY) for day in range(3)]
        published(clock, *meetings)
        results = visitor.get("/api/v1/meetings/").json()["results"]
        assert [result["id"] for result in results] == [str(meeting.pk) for meeting in reversed(meetings)]
        assert results[0] == visitor.get(results[0]["url"]).json()

    def test_filters_by_columns_of_the_edition(self, visitor: Visitor, clock: Any) -> None:
        jha = make_meeting(start_date=dt.date(2060, 9, 14), end_date=dt.date(2060, 9, 15))
        env = make_meeting("env", start_date=dt.date(2060, 10, 1), status="provisional", form="informal")
        published(clock, jha, env)
        assert self.ids(visitor, "?configuration=jha") == [str(jha.pk)]
        assert self.ids(visitor, "?status=provisional&form=informal") == [str(env.pk)]
        assert self.ids(visitor, "?date_from=2060-09-15&date_to=2060-09-15") == [str(jha.pk)]
        assert self.ids(visitor, "?date_from=2060-09-16") == [str(env.pk)]

    def test_pages_lead_through_all_of_it_and_back(self, visitor: Visitor, clock: Any) -> None:
        meetings = [make_meeting(start_date=PRESS_DAY.date(), address_word=f"number-{n}") for n in range(3)]
        meetings += [make_meeting(start_date=PRESS_DAY.date() + day * DAY) for day in (1, 2)]
        published(clock, *meetings)
        forwards, address = [], "/api/v1/meetings/?limit=2"
        while address:
            page = visitor.get(address).json()
            forwards.append([meeting["id"] for meeting in page["results"]])
            last, address = page, page["next"]
        assert [len(ids) for ids in forwards] == [2, 2, 1]
        assert {key for ids in forwards for key in ids} == {str(meeting.pk) for meeting in meetings}
        backwards, address = [], last["previous"]
        while address:
            page = visitor.get(address).json()
            backwards.append([meeting["id"] for meeting in page["results"]])
            address = page["previous"]
        assert backwards == forwards[-2::-1]

    def test_a_walk_is_as_of_its_first_page(self, visitor: Visitor, clock: Any) -> None:
        meetings = [make_meeting(start_date=PRESS_DAY.date() + day * DAY) for day in range(2)]
        published(clock, *meetings)
        following = visitor.get("/api/v1/meetings/?limit=1").json()["next"]
        late = make_meeting(start_date=PRESS_DAY.date() - DAY)
        published(clock, late)
        clock.move_to(PRESS_DAY + MINUTE)
        page = visitor.get(following).json()
        assert [meeting["id"] for meeting in page["results"]] == [str(meetings[0].pk)]
        assert page["next"] is None

    def test_what_was_withdrawn_meanwhile_is_not_in_it(self, visitor: Visitor, clock: Any) -> None:
        meetings = [make_meeting(start_date=PRESS_DAY.date() + day * DAY) for day in range(2)]
        published(clock, *meetings)
        following = visitor.get("/api/v1/meetings/?limit=1").json()["next"]
        assert len(visitor.get(following).json()["results"]) == 1
        clock.move_to(withdraw(meetings[0], reason="Sent too early.").available_from)
        assert visitor.get(following).json()["results"] == []

    def test_topics_are_documents_too(self, visitor: Visitor, clock: Any) -> None:
        topic = make_topic()
        published(clock, topic)
        [found] = visitor.get("/api/v1/topics/").json()["results"]
        assert (found["type"], found["slug"], found["edition"]) == ("topic", "migration-policy", 1)
        assert visitor.get(f"/api/v1/topics/{topic.pk}/").json() == found


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

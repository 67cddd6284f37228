"""Test agenda items in the API."""

import datetime as dt
from typing import Any

import pytest
from django.core.management import call_command
from msgspec.structs import replace

from agenda.models import AgendaItem, BackgroundTopic, Result
from meetings.documents.choices import Language
from meetings.editions.freezing import create_edition
from meetings.models import Meeting, Session
from tests.factories import (
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    create_editions,
    make_documents,
    make_full_document,
    make_meeting,
    make_topic,
    make_uuid,
    publish,
    publish_now,
    withdraw,
)
from tests.public_requests import Visitor


@pytest.mark.django_db
class TestAnItem:
    def test_item_has_its_context(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        item = meeting.agenda.get()
        publish_now(clock, meeting)
        response = visitor.get(f"/api/v1/agenda-items/{item.pk}/")
        body = response.json()
        assert response["Content-Language"] == "en"
        assert body["html_url"] == f"http://testserver/en/meetings/jha/2060/09/14/#item-{item.pk}"
        assert f'id="item-{item.pk}"' in visitor.get(body["html_url"]).content.decode()
        assert visitor.get(body["url"]).json() == body
        assert visitor.get(body["meeting"]["url"]).json()["agenda"][0]["title"] == body["title"]

    @pytest.mark.parametrize(
        ("status", "takes_place"), [("confirmed", True), ("postponed", False), ("cancelled", False)]
    )
    def test_item_says_whether_its_meeting_takes_place(
        self, visitor: Visitor, clock: Any, status: str, takes_place: bool
    ) -> None:
        meeting = make_meeting(status=status, status_reason="A storm.")
        publish_now(clock, meeting)
        [item] = visitor.get_json("agenda-items/")["results"]
        assert item["meeting"]["takes_place"] is takes_place
        table = visitor.get("/api/v1/agenda-items/?format=csv&fields=meeting.takes_place").content.decode()
        assert table.split() == ["meeting_takes_place", str(takes_place).lower()]

    def test_nested_item_names_its_parent(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        parent = meeting.agenda.get()
        part = AgendaItem.objects.create(meeting=meeting, parent=parent, title="Resettlement", number="8 b")
        publish_now(clock, meeting)
        body = visitor.get_json(f"agenda-items/{part.pk}/")
        assert (body["title"], body["number"], body["parent"]) == ("Resettlement", "8 b", str(parent.pk))
        whole = visitor.get_json(f"agenda-items/{parent.pk}/")
        assert [item["id"] for item in whole["items"]] == [str(part.pk)]
        assert whole["parent"] is None

    def test_item_follows_a_correction(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        item = meeting.agenda.get()
        publish_now(clock, meeting)
        meeting.agenda.update(title="Migration policy: way forward")
        publish_now(clock, meeting)
        body = visitor.get_json(f"agenda-items/{item.pk}/")
        assert (body["title"], body["meeting"]["edition"]) == ("Migration policy: way forward", 2)
        assert len(visitor.get_json("agenda-items/")["results"]) == 1

    def test_item_of_a_scheduled_correction_is_not_found(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        item = AgendaItem.objects.create(meeting=meeting, title="Added")
        publish(meeting, at=PRESS_DAY + DAY)
        visitor.get_problem(f"agenda-items/{item.pk}/", 404)
        clock.move_to(PRESS_DAY + DAY)
        assert visitor.get_json(f"agenda-items/{item.pk}/")["title"] == "Added"

    def test_item_of_a_withdrawn_meeting_is_gone_with_the_reason(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        item = meeting.agenda.get()
        publish_now(clock, meeting)
        never = AgendaItem.objects.create(meeting=meeting, title="Added")
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        body = visitor.get_problem(f"agenda-items/{item.pk}/", 410)
        assert (body["type"], body["detail"]) == ("/api/problems/withdrawn/", "Sent too early.")
        assert body["id"] == str(meeting.pk)
        visitor.get_problem(f"agenda-items/{never.pk}/", 404)
        assert visitor.get_json("agenda-items/")["results"] == []

    def test_moved_item_is_the_one_published_last(self, visitor: Visitor, clock: Any) -> None:
        first, second = make_meeting(), make_meeting("env")
        item = first.agenda.get()
        publish_now(clock, first)
        AgendaItem.objects.filter(pk=item.pk).update(meeting=second, session=None)
        publish_now(clock, second)
        assert visitor.get_json(f"agenda-items/{item.pk}/")["meeting"]["configuration"]["slug"] == "env"

    def test_item_lists_its_fallbacks(self, visitor: Visitor, clock: Any) -> None:
        document = make_full_document()
        item = document.agenda[0]
        [nested] = item.items
        own = [f"agenda.{item.id}.text", f"links.{item.links[0].id}.title", f"agenda.{nested.id}.title"]
        fallbacks = sorted([*own, "title", "lead", f"programme.{document.programme[0].id}.title"])
        create_edition(
            [document, replace(document, language=Language.FI, fallbacks=fallbacks)], available_from=PRESS_DAY + MINUTE
        )
        clock.move_to(PRESS_DAY + DAY)
        body = visitor.get_json(f"agenda-items/{item.id}/?lang=fi")
        assert (body["language"], body["fallbacks"]) == ("fi", sorted(own))
        assert (body["meeting"]["source_language"], body["meeting"]["fallbacks"]) == ("en", ["title"])
        assert visitor.get_json(f"agenda-items/{nested.id}/?lang=fi")["fallbacks"] == own[2:]
        assert visitor.get_json(f"media-links/{item.links[0].id}/?lang=fi")["fallbacks"] == own[1:2]
        assert visitor.get_json(f"agenda-items/{item.id}/")["fallbacks"] == []


@pytest.mark.django_db
class TestTheList:
    def test_list_has_latest_meeting_first_in_printed_order(self, visitor: Visitor, clock: Any) -> None:
        create_editions(make_documents(2), available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + DAY)
        results = visitor.get_json("agenda-items/")["results"]
        assert [(item["meeting"]["start_date"], item["number"]) for item in results] == [
            ("2060-09-15", "8"),
            ("2060-09-15", "8 b"),
            ("2060-09-14", "8"),
            ("2060-09-14", "8 b"),
        ]

    @pytest.mark.parametrize("number", [5, 200])
    @pytest.mark.once
    def test_list_takes_two_queries(self, visitor: Visitor, clock: Any, number: int) -> None:
        documents = make_documents(number)
        create_editions(documents, available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + DAY)
        assert len(visitor.get_json("agenda-items/")["results"]) == min(2 * number, 20)
        assert len(visitor.statements) == 2  # a page of index rows; the documents of their editions
        visitor.get_json("agenda-items/?topic=migration-policy&kind=item")
        assert len(visitor.statements) <= 2
        create_edition([documents[0]], available_from=PRESS_DAY + 2 * DAY)
        visitor.get_json(f"agenda-items/{documents[0].agenda[0].id}/")
        assert len(visitor.statements) == 2


@pytest.mark.django_db
class TestFilters:
    topic: BackgroundTopic
    meeting: Meeting
    env: Meeting

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def cast(cls, class_clock: Any) -> None:
        """The item “everything” matches each filter, the item “other” matches none."""
        call_command("load_reference", verbosity=0)
        cls.topic = make_topic()
        cls.meeting = make_meeting()
        cls.meeting.agenda.all().delete()
        second_day = Session.objects.create(meeting=cls.meeting, title="Justice", date=PRESS_DATE + DAY)
        full_item = AgendaItem.objects.create(
            pk=make_uuid("everything"),
            meeting=cls.meeting,
            session=second_day,
            title="everything",
            kind="any_other_business",
            state="added",
            public="possibly",
            procedure_type="legislative",
            documents=["14996/1/22 REV 1"],
            procedures=["2016/0133 (COD)"],
        )
        full_item.topics.add(cls.topic)
        Result.objects.create(meeting=cls.meeting, item=full_item, date=PRESS_DATE, outcome="general_approach")
        cls.env = make_meeting("env", start_date=dt.date(2030, 1, 10))
        cls.env.agenda.update(title="other")
        publish_now(class_clock, cls.meeting, cls.env, cls.topic)

    def found(self, visitor: Visitor, query: str) -> set[str]:
        return {item["title"] for item in visitor.get_json(f"agenda-items/?{query}")["results"]}

    @pytest.mark.parametrize(
        "query",
        [
            "configuration=JHA",
            "date_from=2060-09-15",
            "kind=any_other_business",
            "state=added",
            "public=possibly",
            "procedure_type=legislative",
            "outcome=general_approach",
            "procedure=2016/0133(cod)",
            "document=14996/1/22%20REV%201",
            "topic=migration-policy",
        ],
    )
    def test_filters_find_items(self, visitor: Visitor, query: str) -> None:
        assert self.found(visitor, "") == {"everything", "other"}
        assert self.found(visitor, query) == {"everything"}

    def test_filters_by_meeting_topic_and_presidency(self, visitor: Visitor) -> None:
        assert self.found(visitor, f"meeting={self.env.pk}") == {"other"}
        assert self.found(visitor, f"topic={self.topic.pk}") == {"everything"}
        assert self.found(visitor, "presidency=SK") == {"other"}  # of the first half of 2030

    def test_reference_of_another_item_does_not_count(self, visitor: Visitor) -> None:
        assert self.found(visitor, "document=14996/1/22%20REV%201&kind=item") == set()
        assert self.found(visitor, f"topic={self.topic.pk}&kind=item") == set()

    @pytest.mark.once
    @pytest.mark.parametrize(
        ("query", "parameter"),
        [
            ("meeting=nobody", "meeting"),
            ("meeting=", "meeting"),
            ("kind=items", "kind"),
            ("state=", "state"),
            ("public=maybe", "public"),
            ("procedure_type=non-legislative", "procedure_type"),
            ("outcome=agreed", "outcome"),
            ("configuration=nothing", "configuration"),
            ("presidency=GR", "presidency"),
            ("status=confirmedly", "status"),
        ],
    )
    def test_wrong_values_are_refused(self, visitor: Visitor, query: str, parameter: str) -> None:
        assert visitor.get_problem(f"agenda-items/?{query}", 400)["parameter"] == parameter

"""Test `as_of`: answers as of an earlier instant, without what has been withdrawn or suppressed since."""

import datetime as dt
from itertools import product
from typing import Any

import pytest
from msgspec.structs import replace

from agenda.models import AgendaItem, BackgroundTopic, MediaLink
from agenda.workflow.suppression import suppress
from meetings.documents.choices import Language
from meetings.editions.freezing import create_edition
from meetings.models import Edition, Meeting
from tests.factories import (
    COMMAND,
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    make_full_document,
    make_meeting,
    make_topic,
    make_uuid,
    publish,
    publish_now,
    withdraw,
)
from tests.public_requests import Visitor

LISTS = ("meetings", "topics", "agenda-items", "media-links")


def format_as_of(instant: dt.datetime) -> str:
    return f"as_of={instant:%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.django_db
class TestRefusals:
    @pytest.mark.once
    @pytest.mark.parametrize(
        ("value", "message"),
        [
            ("2060-09-14T08:00:01Z", "in the future"),
            ("2060-09-14T12:00:00%2B02:00", "in the future"),
            ("9999-12-31T23:59:59Z", "in the future"),
            ("9999-12-31T23:59:59-14:00", "in the future"),
            ("yesterday", "Enter it like this: 2017-09-14T16:00:00Z."),
        ],
    )
    def test_future_or_invalid_instants_are_refused(
        self, visitor: Visitor, clock: Any, value: str, message: str
    ) -> None:
        for name in LISTS:
            body = visitor.get_problem(f"{name}/?as_of={value}", 400)
            assert body["parameter"] == "as_of"
            assert message in body["detail"]
        assert visitor.get_problem(f"meetings/{PRESS_DATE}/?as_of={value}", 404)

    @pytest.mark.once
    def test_as_of_is_refused_together_with_a_cursor(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting(), make_meeting("env"))
        following = visitor.get_json(f"meetings/?limit=1&{format_as_of(PRESS_DAY + dt.timedelta(seconds=1))}")["next"]
        assert "as_of" not in following
        query = following.split("?")[1]
        assert visitor.get_problem(f"meetings/?{query}&{format_as_of(PRESS_DAY)}", 400)["parameter"] == "as_of"

    def test_reference_data_has_no_as_of(self, visitor: Visitor, clock: Any) -> None:
        for name in ("configurations", "presidencies"):
            assert visitor.get_problem(f"{name}/?{format_as_of(PRESS_DAY)}", 400)["parameter"] == "as_of"


@pytest.mark.django_db
class TestAnEarlierState:
    meeting: Meeting
    topic: BackgroundTopic
    item: AgendaItem
    added: AgendaItem
    link: MediaLink
    first: dt.datetime
    second: dt.datetime

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def corrected(cls, class_clock: Any) -> None:
        """Publish a meeting and a topic on one day, correct them on the next, and move to the third."""
        cls.meeting, cls.topic = make_meeting(), make_topic()
        cls.item, cls.link = cls.meeting.agenda.get(), MediaLink.objects.get(meeting=cls.meeting)
        cls.first = publish_now(class_clock, cls.meeting, cls.topic).available_from
        cls.meeting.agenda.update(title="Corrected")
        cls.meeting.links.update(title="Corrected")
        cls.topic.title = "Corrected"
        cls.topic.save()
        cls.added = AgendaItem.objects.create(meeting=cls.meeting, title="Added")
        class_clock.move_to(PRESS_DAY + DAY)
        cls.second = publish_now(class_clock, cls.meeting, cls.topic).available_from
        class_clock.move_to(PRESS_DAY + 2 * DAY)

    def titles(self, visitor: Visitor, name: str, query: str) -> list[str]:
        return [each["title"] for each in visitor.get_json(f"{name}/?{query}")["results"]]

    def test_lists_show_the_earlier_state(self, visitor: Visitor) -> None:
        assert self.titles(visitor, "agenda-items", format_as_of(self.first)) == ["Migration policy"]
        assert self.titles(visitor, "agenda-items", format_as_of(self.second)) == ["Corrected", "Added"]
        assert self.titles(visitor, "agenda-items", "") == ["Corrected", "Added"]
        assert self.titles(visitor, "topics", format_as_of(self.first)) == ["Migration policy"]
        assert self.titles(visitor, "media-links", format_as_of(self.first))[0] == "Live stream"
        assert len(visitor.statements) == 2
        [meeting] = visitor.get_json(f"meetings/?{format_as_of(self.first)}")["results"]
        assert (meeting["edition"], len(meeting["agenda"])) == (1, 1)
        assert len(visitor.statements) == 1

    def test_details_show_the_earlier_state(self, visitor: Visitor) -> None:
        at = format_as_of(self.first)
        assert visitor.get_json(f"meetings/{self.meeting.pk}/?{at}")["edition"] == 1
        assert visitor.get_json(f"topics/{self.topic.pk}/?{at}")["title"] == "Migration policy"
        assert visitor.get_json(f"agenda-items/{self.item.pk}/?{at}")["title"] == "Migration policy"
        assert visitor.get_json(f"media-links/{self.link.pk}/?{at}")["title"] == "Live stream"
        assert len(visitor.statements) == 2

    def test_later_publications_are_not_found(self, visitor: Visitor) -> None:
        before = format_as_of(self.first - dt.timedelta(seconds=1))
        for name, key in {"meetings": self.meeting.pk, "topics": self.topic.pk, "agenda-items": self.item.pk}.items():
            assert visitor.get_json(f"{name}/?{before}")["results"] == []
            visitor.get_problem(f"{name}/{key}/?{before}", 404)
        visitor.get_problem(f"agenda-items/{self.added.pk}/?{format_as_of(self.first)}", 404)
        assert visitor.get_json("meetings/?as_of=0001-01-01T00:00:00%2B14:00")["results"] == []

    def test_instants_accept_any_offset_or_brussels_time(self, visitor: Visitor) -> None:
        for text in ("2060-09-14T08:00:01Z", "2060-09-14T13:00:01%2B05:00", "2060-09-14t10:00:01.5%2b02:00"):
            assert visitor.get_json(f"meetings/{self.meeting.pk}/?as_of={text}")["edition"] == 1
        assert visitor.get_json(f"meetings/{self.meeting.pk}/?as_of=2060-09-15%2010:01")["edition"] == 2

    def test_later_pages_are_as_of_the_same_instant(self, visitor: Visitor, clock: Any) -> None:
        page = visitor.get_json(f"media-links/?limit=1&{format_as_of(self.first)}")
        titles = [page["results"][0]["title"]]
        while page["next"]:
            page = visitor.get(page["next"]).json()
            titles += [each["title"] for each in page["results"]]
        assert titles == ["Live stream", "Migratory pressures"]

    def test_withdrawn_meetings_are_gone_with_the_reason(self, visitor: Visitor, clock: Any) -> None:
        clock.move_to(withdraw(self.meeting, reason="Sent too early.").available_from)
        for at in (self.first, self.second):
            for name in ("meetings", "agenda-items", "media-links"):
                assert [
                    each for each in visitor.get_json(f"{name}/?{format_as_of(at)}")["results"] if each.get("meeting")
                ] == []
            assert (
                visitor.get_problem(f"meetings/{self.meeting.pk}/?{format_as_of(at)}", 410)["detail"]
                == "Sent too early."
            )
            assert (
                visitor.get_problem(f"agenda-items/{self.item.pk}/?{format_as_of(at)}", 410)["detail"]
                == "Sent too early."
            )
            assert visitor.get_problem(f"media-links/{self.link.pk}/?{format_as_of(at)}", 410)["id"] == str(
                self.meeting.pk
            )
        visitor.get_problem(f"meetings/{self.meeting.pk}/?{format_as_of(self.first - DAY)}", 404)

    def test_withdrawn_meetings_are_gone_even_if_published_again(self, visitor: Visitor, clock: Any) -> None:
        gone = withdraw(self.meeting, reason="Sent too early.").available_from
        clock.move_to(gone)
        AgendaItem.objects.filter(pk=self.added.pk).delete()
        clock.move_to(gone + DAY)
        back = publish_now(clock, self.meeting).available_from
        clock.move_to(back + DAY)
        assert visitor.get_json(f"meetings/{self.meeting.pk}/?{format_as_of(back)}")["edition"] == 4
        for at in (self.second, gone, back - dt.timedelta(seconds=1)):
            assert (
                visitor.get_problem(f"meetings/{self.meeting.pk}/?{format_as_of(at)}", 410)["detail"]
                == "Sent too early."
            )
            assert (
                visitor.get_problem(f"agenda-items/{self.item.pk}/?{format_as_of(at)}", 410)["detail"]
                == "Sent too early."
            )
            assert visitor.get_json(f"meetings/?{format_as_of(at)}")["results"] == []
        clock.move_to(withdraw(self.meeting, reason="Sent too early again.").available_from)
        assert (
            visitor.get_problem(f"meetings/{self.meeting.pk}/?{format_as_of(self.second)}", 410)["detail"]
            == "Sent too early."
        )
        assert (
            visitor.get_problem(f"meetings/{self.meeting.pk}/?{format_as_of(back)}", 410)["detail"]
            == "Sent too early again."
        )
        visitor.get_problem(f"agenda-items/{self.item.pk}/?{format_as_of(self.first - DAY)}", 404)

    def test_suppressed_texts_are_gone_at_earlier_times(self, visitor: Visitor) -> None:
        """Also from lists of a process that has kept the texts."""
        for name in ("meetings", "agenda-items"):
            assert visitor.get_json(f"{name}/?{format_as_of(self.first)}")["results"] != []
        edition = Edition.objects.get(subject_id=self.meeting.pk, available_from=self.first)
        suppress(self.meeting, edition, by=COMMAND, reason="A private address.")
        for name in ("meetings", "agenda-items"):
            assert visitor.get_json(f"{name}/?{format_as_of(self.first)}")["results"] == []
            assert visitor.get_json(f"{name}/?{format_as_of(self.second)}")["results"] != []
        body = visitor.get_problem(f"meetings/{self.meeting.pk}/?{format_as_of(self.first)}", 410)
        assert (body["title"], body["detail"], body.get("name")) == ("Removed", "A private address.", None)
        assert visitor.get_problem(f"agenda-items/{self.item.pk}/?{format_as_of(self.first)}", 410)["id"] == str(
            self.meeting.pk
        )
        visitor.get_json(f"meetings/{self.meeting.pk}/")

    def test_scheduled_editions_leave_no_trace(self, visitor: Visitor) -> None:
        before = visitor.get_json(f"meetings/?{format_as_of(self.first)}")
        self.meeting.agenda.update(title="To come")
        publish(self.meeting, at=PRESS_DAY + 3 * DAY)
        assert visitor.get_json(f"meetings/?{format_as_of(self.first)}") == before


@pytest.mark.django_db
class TestModifiedSince:
    @pytest.mark.once
    @pytest.mark.parametrize("value", ["2060-09-14", "now", "", "2060-09-14T10:00:00+02:00", "2059-10-26%2002:30"])
    def test_invalid_instants_are_refused(self, visitor: Visitor, value: str) -> None:
        for name in LISTS:
            assert visitor.get_problem(f"{name}/?modified_since={value}", 400)["parameter"] == "modified_since"

    def test_modified_since_agrees_with_modified_at(self, visitor: Visitor, clock: Any) -> None:
        """One meeting is corrected in French only, one not at all, and one has an identical new edition."""
        topic = make_topic()

        def edition(number: int, minute: int, *, note: str = "", french: str = "") -> dt.datetime:
            document = make_full_document(id=make_uuid(f"meeting {number}"), notice=note)
            at = PRESS_DAY + minute * MINUTE
            create_edition([document, replace(document, language=Language.FR, lead=french)], available_from=at)
            return at

        first, *_others = (edition(number, 1) for number in range(3))
        second = edition(0, 2, french="<p>Les ministres se réunissent.</p>")
        edition(2, 2)
        third = edition(1, 3, note="Corrected.")
        clock.move_to(third)
        publish_now(clock, topic)
        for language, name in product(("en", "fr"), LISTS):
            listed = visitor.get_json(f"{name}/?lang={language}&limit=100")["results"]
            for instant in (first, second, third):
                for since in (instant, instant + dt.timedelta(microseconds=1), instant - DAY):
                    text = f"{since:%Y-%m-%dT%H:%M:%S.%fZ}"
                    found = visitor.get_json(f"{name}/?lang={language}&limit=100&modified_since={text}")["results"]
                    assert found == [each for each in listed if modified(each) >= since], (language, text, name)
        assert len(visitor.get_json(f"meetings/?modified_since={second:%Y-%m-%dT%H:%M:%SZ}")["results"]) == 1
        assert len(visitor.get_json(f"meetings/?lang=fr&modified_since={second:%Y-%m-%dT%H:%M:%SZ}")["results"]) == 2
        for early in ("1970-01-01T00:00:00Z", "0001-01-01T00:00:00%2B14:00"):
            assert len(visitor.get_json(f"meetings/?modified_since={early}")["results"]) == 3
        assert visitor.get_json("meetings/?modified_since=9999-12-31T23:59:59-14:00")["results"] == []

    def test_modified_since_takes_no_additional_query(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting(), make_topic())
        for name, queries in {"meetings": 1, "topics": 1, "agenda-items": 2, "media-links": 2}.items():
            assert visitor.get_json(f"{name}/?modified_since=2060-09-14T08:00:00Z")["results"] != []
            assert len(visitor.statements) == queries


def modified(answer: Any) -> dt.datetime:
    whole = answer if "modified_at" in answer else answer["meeting"] or answer["topic"]
    return dt.datetime.fromisoformat(whole["modified_at"])

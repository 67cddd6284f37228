"""The timeline of a topic: its agenda items, their results, and the next meeting."""

import datetime as dt
import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from agenda.documents.building import build_topic
from agenda.presentation import topic_context
from meetings.documents import schema
from meetings.documents.choices import ItemState, MeetingStatus, Outcome
from tests.factories import (
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    create_editions,
    make_meeting_document,
    make_topic,
    make_uuid,
)
from tests.public_requests import Visitor

PAGE = "/en/topics/migration-policy/"
TOPIC = schema.TopicName(id=make_uuid("topic"), slug="migration-policy", title="Migration policy")


def make_item(title: str, **values: Any) -> schema.Item:
    return schema.Item(id=make_uuid(title), title=title, **{"topics": [TOPIC]} | values)


def make_result(title: str, outcome: Outcome = Outcome.NOT_STATED) -> schema.Result:
    return schema.Result(id=uuid4(), title=title, outcome=outcome)


def build_meeting(day: dt.date, *items: schema.Item, **values: Any) -> schema.MeetingDocument:
    return make_meeting_document(id=uuid4(), start_date=day, end_date=day, agenda=list(items), **values)


def list_rows(visitor: Visitor, page: str = PAGE) -> list[str]:
    found = re.findall(
        r'<li class="row.*?(?=<li class="row|<div class="calendar)', visitor.get(page).content.decode(), re.S
    )
    return [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in found]


@pytest.fixture
def show(clock: Any) -> Any:
    """Return a function that publishes meetings together with the topic."""
    topic = build_topic(make_topic(pk=make_uuid("topic")))

    def show(*meetings: schema.MeetingDocument) -> None:
        documents: list[schema.MeetingDocument | schema.TopicDocument] = [topic, *meetings]
        create_editions(documents, available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + 2 * MINUTE)

    return show


@pytest.mark.django_db
class TestHiddenItems:
    def test_items_on_other_topics_are_not_shown(self, visitor: Visitor, show: Any) -> None:
        show(
            build_meeting(
                PRESS_DATE,
                make_item("Migration"),
                make_item("Fisheries", topics=[]),
                make_item("Asylum", topics=[other()]),
            )
        )
        [row] = list_rows(visitor)
        assert "Migration" in row
        assert "Fisheries" not in row
        assert "Asylum" not in row

    def test_no_next_meeting_if_all_are_past_or_called_off(self, visitor: Visitor, show: Any) -> None:
        off = {"status": MeetingStatus.CANCELLED, "status_reason": "Strike."}
        show(
            build_meeting(PRESS_DATE - DAY, make_item("Migration")),
            build_meeting(PRESS_DATE + DAY, make_item("Asylum"), **off),
        )
        assert len(list_rows(visitor)) == 2
        assert "Next meeting" not in " ".join(list_rows(visitor))


def other() -> schema.TopicName:
    return schema.TopicName(id=UUID(int=7), slug="asylum", title="Asylum")


@pytest.mark.django_db
class TestTimeline:
    def test_newest_first_with_today_and_next_marked(self, visitor: Visitor, show: Any) -> None:
        show(*(build_meeting(PRESS_DATE + n * DAY, make_item(f"Item {n + 9}")) for n in (-9, 0, 4, 8)))
        assert [("Today" in row, "Next meeting" in row, row.split()[-1]) for row in list_rows(visitor)] == [
            (False, False, "17"),
            (False, True, "13"),
            (True, False, "9"),
            (False, False, "0"),
        ]

    def test_second_day_of_a_meeting_is_today(self, visitor: Visitor, show: Any) -> None:
        show(replace(build_meeting(PRESS_DATE - DAY, make_item("Migration")), end_date=PRESS_DATE))
        [row] = list_rows(visitor)
        assert "Today" in row

    @pytest.mark.parametrize(
        ("values", "ending"),
        [
            ({"result": make_result("", Outcome.GENERAL_APPROACH)}, "General approach"),
            ({"result": make_result("All agreed", Outcome.CONCLUSIONS)}, "Conclusions"),
            ({"result": make_result("All agreed")}, "All agreed"),
            ({"state": ItemState.WITHDRAWN, "outcome_sought": "Policy debate"}, "Withdrawn"),
            ({"state": ItemState.POSTPONED}, "Postponed"),
            ({"outcome_sought": "Policy debate"}, "Outcome sought: Policy debate"),
            ({}, "8 b Migration"),
        ],
    )
    def test_result_of_an_item(self, visitor: Visitor, show: Any, values: Any, ending: str) -> None:
        show(build_meeting(PRESS_DATE, make_item("Migration", number="8 b", **values)))
        [row] = list_rows(visitor)
        assert row.endswith(ending)

    def test_nested_item_is_linked(self, visitor: Visitor, show: Any) -> None:
        show(build_meeting(PRESS_DATE, make_item("Any other business", topics=[], items=[make_item("Returns")])))
        page = visitor.get(PAGE).content.decode()
        [address] = re.findall(r'href="([^"]+#item-[^"]+)"', page)
        assert address == f"/en/meetings/jha/2060/09/14/#item-{make_uuid('Returns')}"
        assert f'id="item-{make_uuid("Returns")}"' in visitor.get(address.partition("#")[0]).content.decode()

    def test_fallback_title_has_its_language(self, visitor: Visitor, show: Any) -> None:
        document = build_meeting(PRESS_DATE, make_item("Migration"))
        fallbacks = [f"agenda.{make_uuid('Migration')}.title"]
        show(replace(document, language="fr", source_language="fr", fallbacks=fallbacks, title="Conseil"))
        assert '<span lang="fr">Migration</span>' in visitor.get(PAGE).content.decode()

    def test_two_queries_for_any_number_of_meetings(self, visitor: Visitor, show: Any) -> None:
        show(*(build_meeting(PRESS_DATE + n * DAY, make_item(f"Item {n}")) for n in range(30)))
        visitor.get(PAGE)
        assert len(list_rows(visitor)) == 30
        assert len(visitor.statements) == 2


@pytest.mark.django_db
def test_older_meetings_are_linked(visitor: Visitor, show: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topic_context, "MAX_STAGES", 2)
    show(*(build_meeting(PRESS_DATE + n * DAY, make_item(f"Item {n}"), address_word=f"no-{n}") for n in range(2)))
    assert "?topic=" not in visitor.get(PAGE).content.decode()
    monkeypatch.setattr(topic_context, "MAX_STAGES", 1)
    assert len(list_rows(visitor)) == 1
    [all_of_them] = re.findall(r'href="(/en/meetings/\?topic=migration-policy)"', visitor.get(PAGE).content.decode())
    assert visitor.get(all_of_them).content.decode().count('class="row-title"') == 2

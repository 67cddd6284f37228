"""Filters of the list of meetings: topics, documents in any revision, and repeated parameters."""

import datetime as dt
import re
from html import unescape
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from agenda.models import AgendaItem, BackgroundTopic
from meetings.models import IndexedReference, Meeting
from tests.cast import DAY, PRESS_DATE, PRESS_DAY, make_meeting, make_topic, publish, publish_now, translate, withdraw
from tests.publicity import Visitor, get_visible_text, lifted_guards

pytestmark = pytest.mark.django_db
LIST = "/en/meetings/"


def list_offered_topics(visitor: Visitor, address: str = LIST) -> dict[str, str]:
    """Return the titles of the topics to choose from, by slug; the chosen one with an asterisk."""
    [field] = re.findall(r'(?s)<select id="filter-topic".*?</select>', visitor.get(address).content.decode()) or [""]
    found = re.findall(r'<option value="([^"]+)"[^>]*?( selected)?>(.*?)</option>', field)
    return {slug: unescape(title) + ("*" if chosen else "") for slug, chosen, title in found}


def list_days(visitor: Visitor, query: str) -> list[int]:
    """Return the days in September of the listed meetings."""
    page = visitor.get(f"{LIST}?{query}").content.decode()
    return sorted({int(day) for day in re.findall(r'href="/en/meetings/jha/2060/09/(\d\d)/"', page)})


def make_meeting_with_item(day: int, **facts: Any) -> Meeting:
    """Create a meeting in September with one item that has these values."""
    meeting = make_meeting(start_date=dt.date(2060, 9, day))
    AgendaItem.objects.create(meeting=meeting, title="Paper", position=9, **facts)
    return meeting


def add_topics(meeting: Meeting, *topics: BackgroundTopic) -> None:
    AgendaItem.objects.get(meeting=meeting).topics.add(*topics)


class TestTopicFilter:
    def test_topic_of_scheduled_edition_only_is_not_offered(self, visitor: Visitor, clock: Any) -> None:
        topic = make_topic("zanzibar")
        publish_now(clock, topic)
        coming = make_meeting()
        add_topics(coming, topic)
        publish(coming, at=PRESS_DAY + DAY)
        assert list_offered_topics(visitor) == {}
        assert "zanzibar" not in visitor.get(LIST).content.decode().lower()
        clock.move_to(PRESS_DAY + DAY)
        assert list_offered_topics(visitor) == {"zanzibar": "Zanzibar"}

    def test_withdrawn_topic_or_topic_of_withdrawn_meeting_is_not_offered(self, visitor: Visitor, clock: Any) -> None:
        fish, bees = make_topic("fish"), make_topic("bees")
        first, second = make_meeting(), make_meeting(start_date=PRESS_DATE + DAY)
        add_topics(first, fish)
        add_topics(second, bees)
        publish_now(clock, fish, bees, first, second)
        assert set(list_offered_topics(visitor)) == {"fish", "bees"}
        clock.move_to(withdraw(fish, reason="Sent too early.").available_from)
        clock.move_to(withdraw(second, reason="Sent too early.").available_from)
        assert list_offered_topics(visitor) == {}

    def test_topic_without_meeting_is_not_offered(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_topic("fish"), make_meeting())
        assert list_offered_topics(visitor) == {}

    @pytest.fixture
    def topics(self, clock: Any) -> None:
        fish, bees = make_topic("fish", title="Fish & chips"), make_topic("bees", title="Éclat of bees")
        first, second = make_meeting(), make_meeting(start_date=PRESS_DATE + DAY)
        add_topics(first, fish, bees)
        add_topics(second, bees)
        translate(fish, language="fr", title="Poisson")
        publish_now(clock, fish, bees, first, second)

    @pytest.mark.usefixtures("topics")
    def test_topics_are_sorted_by_title_without_accents(self, visitor: Visitor) -> None:
        assert list(list_offered_topics(visitor).items()) == [("bees", "Éclat of bees"), ("fish", "Fish & chips")]

    @pytest.mark.usefixtures("topics")
    def test_chosen_topic_is_selected_and_filters_meetings(self, visitor: Visitor) -> None:
        assert list_offered_topics(visitor, f"{LIST}?topic=fish") == {"bees": "Éclat of bees", "fish": "Fish & chips*"}
        assert (list_days(visitor, "topic=fish"), list_days(visitor, "topic=bees")) == ([14], [14, 15])
        assert list_offered_topics(visitor, "/en/meetings/2060/09/?topic=BEES")["bees"] == "Éclat of bees*"

    @pytest.mark.usefixtures("topics")
    def test_unknown_topic_stays_in_form(self, visitor: Visitor) -> None:
        assert list_offered_topics(visitor, f"{LIST}?topic=once-fish")["once-fish"] == "once-fish*"
        assert list_days(visitor, "topic=once-fish") == []


class TestDocumentFilter:
    @pytest.fixture
    def documents(self, clock: Any) -> None:
        """Publish a meeting on each of these days, with an item that has the document."""
        numbers = {
            1: "97810/26",
            2: "97810/1/26 REV 1",
            3: "97810/26 REV 2",
            4: "ST 97810/26 COR 1",
            5: "97810/2/26 REV 2 ADD 1",
            6: "97810/27",
            7: "97810/1/27 REV 1",
            8: "97810/261",
            9: "9781/26",
            10: "197810/26",
            11: "97810/26/17",
            12: "97810/26 INIT",
        }
        publish_now(clock, *(make_meeting_with_item(day, documents=[number]) for day, number in numbers.items()))

    @pytest.mark.usefixtures("documents")
    @pytest.mark.parametrize("asked", ["97810/26", " 97810 / 26", "ST 97810/26", "st-97810-2026", "97810/2026"])
    def test_bare_number_finds_every_revision_and_no_other_document(self, visitor: Visitor, asked: str) -> None:
        assert list_days(visitor, f"document={asked}") == [1, 2, 3, 4, 5, 12]

    @pytest.mark.usefixtures("documents")
    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ("97810/1/26 REV 1", [2]),
            ("97810/26 REV 1", [2]),
            ("97810/26 REV 2", [3]),
            ("97810/26 COR 1", [4]),
            ("97810/26 INIT", [1, 12]),
            ("97810/3/26 REV 3", []),
        ],
    )
    def test_number_with_revision_finds_that_revision(self, visitor: Visitor, asked: str, found: list[int]) -> None:
        assert list_days(visitor, f"document={asked}") == found

    @pytest.mark.usefixtures("documents")
    def test_api_finds_exact_document_only(self, visitor: Visitor) -> None:
        found = visitor.get_json("meetings/?document=97810/26")["results"]
        assert sorted(meeting["start_date"][-2:] for meeting in found) == ["01", "12"]

    def test_migration_writes_the_same_rows_for_older_editions(
        self, visitor: Visitor, clock: Any, committed: None
    ) -> None:
        publish_now(clock, make_meeting_with_item(1, documents=["97810/1/26 REV 1", "97810/26", "COM(2026) 12"]))
        shared = IndexedReference.objects.filter(kind=IndexedReference.ReferenceKind.WHOLE_NUMBER)
        written = list(shared.values_list("edition", "item_id", "reference"))
        assert [reference for _edition, _item, reference in written] == ["97810/26"]
        migration = import_module("meetings.migrations.0021_documents_by_their_whole_number")
        with lifted_guards():
            shared.delete()
            with connection.schema_editor(atomic=True) as editor:
                migration.fill(apps, editor)
        assert list(shared.values_list("edition", "item_id", "reference")) == written
        with pytest.raises(DatabaseError, match="sealed"), transaction.atomic():
            shared.delete()


class TestInvalidFilters:
    @pytest.mark.parametrize("name", ["configuration", "topic", "place", "presidency", "document"])
    def test_long_invalid_value_does_not_make_page_long(self, visitor: Visitor, clock: Any, name: str) -> None:
        publish_now(clock, make_meeting())
        head = visitor.get(LIST, {name: "x" * 3_000}).content.partition(b"<body")[0]
        assert len(head) < 12_000
        page = visitor.get(LIST, {name: "x" * 3_000, "form": "formal"}).content.decode()
        assert 'href="/en/meetings/2060/09/?form=formal"' in page


class TestRepeatedParameters:
    @pytest.mark.parametrize(
        ("query", "shown"),
        [
            ("configuration=jha&configuration=env", "Council configuration: choose one value. The address has 2."),
            ("topic=a&topic=b&topic=c", "Topic: choose one value. The address has 3."),
            ("year=2060&year=2061", "Year: choose one value. The address has 2."),
            ("month=1&month=2", "Month: choose one value. The address has 2."),
        ],
    )
    def test_repeated_parameter_is_ignored_and_reported(
        self, visitor: Visitor, clock: Any, query: str, shown: str
    ) -> None:
        publish_now(clock, make_meeting())
        assert shown in get_visible_text(visitor.get(f"{LIST}?{query}"))
        assert list_days(visitor, query) == [14]

    @pytest.mark.parametrize("query", ["configuration=jha&configuration=jha", "configuration=&configuration=jha"])
    def test_same_value_twice_counts_once(self, visitor: Visitor, clock: Any, query: str) -> None:
        publish_now(clock, make_meeting(), make_meeting("env"))
        page = visitor.get(f"{LIST}?{query}")
        assert "We ignored some filters" not in get_visible_text(page)
        assert page.content.decode().count('class="row-title"') == 1

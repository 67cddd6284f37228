"""What readers choose meetings by: topics that are offered, documents in any revision, and what is given twice."""

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
from tests.cast import DAY, PRESS_DATE, PRESS_DAY, make_meeting, make_topic, publish, published, translate, withdraw
from tests.publicity import Visitor, guards_lifted, text

pytestmark = pytest.mark.django_db
LIST = "/en/meetings/"


def offered(visitor: Visitor, address: str = LIST) -> dict[str, str]:
    """Topics to choose, by their words in addresses; the chosen one with a star."""
    [field] = re.findall(r'(?s)<select id="filter-topic".*?</select>', visitor.get(address).content.decode()) or [""]
    found = re.findall(r'<option value="([^"]+)"[^>]*?( selected)?>(.*?)</option>', field)
    return {slug: unescape(title) + ("*" if chosen else "") for slug, chosen, title in found}


def days(visitor: Visitor, query: str) -> list[int]:
    """Of the meetings that are listed."""
    page = visitor.get(f"{LIST}?{query}").content.decode()
    return sorted({int(day) for day in re.findall(r'href="/en/meetings/jha/2060/09/(\d\d)/"', page)})


def on_table(day: int, **facts: Any) -> Meeting:
    """A meeting of the month with one item of these facts."""
    meeting = make_meeting(start_date=dt.date(2060, 9, day))
    AgendaItem.objects.create(meeting=meeting, title="Paper", position=9, **facts)
    return meeting


def take_up(meeting: Meeting, *topics: BackgroundTopic) -> None:
    AgendaItem.objects.get(meeting=meeting).topics.add(*topics)


class TestTopics:
    def test_a_topic_that_only_a_meeting_to_come_takes_up_is_not_offered(self, visitor: Visitor, clock: Any) -> None:
        topic = make_topic("zanzibar")
        published(clock, topic)
        coming = make_meeting()
        take_up(coming, topic)
        publish(coming, at=PRESS_DAY + DAY)
        assert offered(visitor) == {}
        assert "zanzibar" not in visitor.get(LIST).content.decode().lower()
        clock.move_to(PRESS_DAY + DAY)
        assert offered(visitor) == {"zanzibar": "Zanzibar"}

    def test_nor_one_that_is_withdrawn_or_whose_only_meeting_is(self, visitor: Visitor, clock: Any) -> None:
        fish, bees = make_topic("fish"), make_topic("bees")
        first, second = make_meeting(), make_meeting(start_date=PRESS_DATE + DAY)
        take_up(first, fish)
        take_up(second, bees)
        published(clock, fish, bees, first, second)
        assert set(offered(visitor)) == {"fish", "bees"}
        clock.move_to(withdraw(fish, reason="Sent too early.").available_from)
        clock.move_to(withdraw(second, reason="Sent too early.").available_from)
        assert offered(visitor) == {}

    def test_nor_one_that_no_meeting_takes_up(self, visitor: Visitor, clock: Any) -> None:
        published(clock, make_topic("fish"), make_meeting())
        assert offered(visitor) == {}

    @pytest.fixture
    def topics(self, clock: Any) -> None:
        fish, bees = make_topic("fish", title="Fish & chips"), make_topic("bees", title="Éclat of bees")
        first, second = make_meeting(), make_meeting(start_date=PRESS_DATE + DAY)
        take_up(first, fish, bees)
        take_up(second, bees)
        translate(fish, language="fr", title="Poisson")
        published(clock, fish, bees, first, second)

    @pytest.mark.usefixtures("topics")
    def test_they_stand_by_title_whatever_its_accents(self, visitor: Visitor) -> None:
        assert list(offered(visitor).items()) == [("bees", "Éclat of bees"), ("fish", "Fish & chips")]

    @pytest.mark.usefixtures("topics")
    def test_one_that_is_chosen_stays_so_and_finds_its_meetings(self, visitor: Visitor) -> None:
        assert offered(visitor, f"{LIST}?topic=fish") == {"bees": "Éclat of bees", "fish": "Fish & chips*"}
        assert (days(visitor, "topic=fish"), days(visitor, "topic=bees")) == ([14], [14, 15])
        assert offered(visitor, "/en/meetings/2060/09/?topic=BEES")["bees"] == "Éclat of bees*"

    @pytest.mark.usefixtures("topics")
    def test_what_the_address_names_otherwise_stays_in_the_form(self, visitor: Visitor) -> None:
        assert offered(visitor, f"{LIST}?topic=once-fish")["once-fish"] == "once-fish*"
        assert days(visitor, "topic=once-fish") == []


class TestDocuments:
    @pytest.fixture
    def papers(self, clock: Any) -> None:
        """By the day of their meeting."""
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
        published(clock, *(on_table(day, documents=[number]) for day, number in numbers.items()))

    @pytest.mark.usefixtures("papers")
    @pytest.mark.parametrize("asked", ["97810/26", " 97810 / 26", "ST 97810/26", "st-97810-2026", "97810/2026"])
    def test_a_bare_number_finds_every_revision_and_no_other_document(self, visitor: Visitor, asked: str) -> None:
        assert days(visitor, f"document={asked}") == [1, 2, 3, 4, 5, 12]

    @pytest.mark.usefixtures("papers")
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
    def test_a_revision_finds_itself(self, visitor: Visitor, asked: str, found: list[int]) -> None:
        assert days(visitor, f"document={asked}") == found

    @pytest.mark.usefixtures("papers")
    def test_to_programs_a_number_is_one_document(self, visitor: Visitor) -> None:
        found = visitor.json("meetings/?document=97810/26")["results"]
        assert sorted(meeting["start_date"][-2:] for meeting in found) == ["01", "12"]

    def test_of_what_was_published_before_the_rows_are_as_the_migration_writes_them(
        self, visitor: Visitor, clock: Any, committed: None
    ) -> None:
        published(clock, on_table(1, documents=["97810/1/26 REV 1", "97810/26", "COM(2026) 12"]))
        shared = IndexedReference.objects.filter(kind=IndexedReference.Kind.WHOLE_NUMBER)
        written = list(shared.values_list("edition", "item_id", "reference"))
        assert [reference for _edition, _item, reference in written] == ["97810/26"]
        migration = import_module("meetings.migrations.0021_documents_by_their_whole_number")
        with guards_lifted():
            shared.delete()
            with connection.schema_editor(atomic=True) as editor:
                migration.fill(apps, editor)
        assert list(shared.values_list("edition", "item_id", "reference")) == written
        with pytest.raises(DatabaseError, match="sealed"), transaction.atomic():
            shared.delete()


class TestWhatCannotBeRead:
    @pytest.mark.parametrize("name", ["configuration", "topic", "place", "presidency", "document"])
    def test_it_makes_no_page_long(self, visitor: Visitor, clock: Any, name: str) -> None:
        published(clock, make_meeting())
        head = visitor.get(LIST, {name: "x" * 3_000}).content.partition(b"<body")[0]
        assert len(head) < 12_000
        page = visitor.get(LIST, {name: "x" * 3_000, "form": "formal"}).content.decode()
        assert 'href="/en/meetings/2060/09/?form=formal"' in page


class TestGivenTwice:
    @pytest.mark.parametrize(
        ("query", "told"),
        [
            ("configuration=jha&configuration=env", "Who meets: there are 2 of them, and only one can be chosen."),
            ("topic=a&topic=b&topic=c", "Topic: there are 3 of them"),
            ("year=2060&year=2061", "Year: there are 2 of them"),
            ("month=1&month=2", "Month: there are 2 of them"),
        ],
    )
    def test_two_values_choose_nothing_and_that_is_told(
        self, visitor: Visitor, clock: Any, query: str, told: str
    ) -> None:
        published(clock, make_meeting())
        assert told in text(visitor.get(f"{LIST}?{query}"))
        assert days(visitor, query) == [14]

    @pytest.mark.parametrize("query", ["configuration=jha&configuration=jha", "configuration=&configuration=jha"])
    def test_the_same_twice_is_one(self, visitor: Visitor, clock: Any, query: str) -> None:
        published(clock, make_meeting(), make_meeting("env"))
        page = visitor.get(f"{LIST}?{query}")
        assert "could not be read" not in text(page)
        assert page.content.decode().count('class="row-title"') == 1

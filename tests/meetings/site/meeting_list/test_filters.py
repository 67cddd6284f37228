"""Filters of the list of meetings: topics, invalid values and repeated parameters."""

import re
from html import unescape
from typing import Any
from uuid import UUID

import pytest

from agenda.models import AgendaItem, BackgroundTopic
from meetings.models import Meeting
from tests.factories import (
    DAY,
    PRESS_DATE,
    PRESS_DAY,
    make_configuration,
    make_meeting,
    make_topic,
    publish,
    publish_now,
    translate,
    withdraw,
)
from tests.public_requests import Visitor, get_visible_text

pytestmark = pytest.mark.django_db
LIST = "/en/meetings/"


def list_offered_topics(visitor: Visitor, address: str = LIST) -> dict[str, str]:
    """Return the titles of the topics to choose from, by slug; the chosen one with an asterisk."""
    [field] = re.findall(r'(?s)<select id="filter-topic".*?</select>', visitor.get(address).content.decode()) or [""]
    found = re.findall(r'<option value="([^"]+)"[^>]*?( selected)?>(.*?)</option>', field)
    return {slug: unescape(title) + ("*" if chosen else "") for slug, chosen, title in found}


def read_days(response: Any) -> list[int]:
    """Return the days in September of the listed meetings."""
    page = response.content.decode()
    return sorted({int(day) for day in re.findall(r'href="/en/meetings/jha/2060/09/(\d\d)/"', page)})


def list_days(visitor: Visitor, query: str) -> list[int]:
    return read_days(visitor.get(f"{LIST}?{query}"))


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
    @pytest.mark.parametrize("topic", ["nonsense", UUID(int=7)])
    def test_unknown_topic_is_ignored_with_a_notice(self, visitor: Visitor, topic: Any) -> None:
        response = visitor.get(f"{LIST}?topic={topic}")
        assert f"Topic: “{topic}” is neither the id nor the slug of a topic." in get_visible_text(response)
        assert read_days(response) == [14, 15]
        assert str(topic) not in list_offered_topics(visitor, f"{LIST}?topic={topic}")
        assert visitor.get(f"{LIST}feed.atom?topic={topic}").status_code == 400

    @pytest.mark.usefixtures("topics")
    def test_former_slug_and_id_stay_in_form(self, visitor: Visitor, clock: Any) -> None:
        fish = BackgroundTopic.objects.get(slug="fish")
        assert list_days(visitor, f"topic={fish.pk}") == [14]
        fish.slug = "seafood"
        fish.save()
        publish_now(clock, fish)
        assert list_offered_topics(visitor, f"{LIST}?topic=fish")["fish"] == "fish*"
        assert list_days(visitor, "topic=fish") == [14]


class TestInvalidFilters:
    @pytest.mark.once
    @pytest.mark.parametrize("name", ["configuration", "topic", "place", "presidency", "document"])
    def test_long_invalid_value_does_not_make_page_long(self, visitor: Visitor, clock: Any, name: str) -> None:
        page = visitor.get(LIST, {name: "x" * 3_000, "form": "formal"}).content.decode()
        assert len(page.partition("<body")[0]) < 12_000
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
        response = visitor.get(f"{LIST}?{query}")
        assert shown in get_visible_text(response)
        assert read_days(response) == [14]

    @pytest.mark.parametrize(
        "query", ["configuration=jha&configuration=jha", "configuration=&configuration=jha", "configuration=jha&utm=x"]
    )
    def test_same_value_twice_counts_once(self, visitor: Visitor, clock: Any, query: str) -> None:
        publish_now(clock, make_meeting(), make_meeting("env"))
        page = visitor.get(f"{LIST}?{query}")
        assert "We ignored some filters" not in get_visible_text(page)
        assert page.content.decode().count('class="row-title"') == 1


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("", "Meetings – "),
        ("year=2017&configuration=jha", "Meetings: Justice and Home Affairs (JHA), 2017 – "),
        ("takes_place=false", "Meetings: Does not take place – "),
        ("status=cancelled&place=Riga", "Meetings: Riga, Cancelled – "),
        (
            "status=CANCELLED&form=Informal&takes_place=FALSE",
            "Meetings: Informal meeting, Does not take place, Cancelled – ",
        ),
        ("takes_place=true&status=nonsense", "Meetings: Takes place – "),
    ],
)
def test_title_says_what_is_chosen(visitor: Visitor, query: str, title: str) -> None:
    make_configuration()
    page = visitor.get(f"{LIST}?{query}").content.decode()
    assert " ".join(re.findall("(?s)<title>(.*?)</title>", page)[0].split()).startswith(title)

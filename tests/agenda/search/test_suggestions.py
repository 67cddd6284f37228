"""Suggestions if a search finds nothing: another spelling, prefixes, and results for single words."""

import re
from typing import Any

import pytest

from agenda.models import AgendaItem
from agenda.search.suggestions import compute_edit_distance
from meetings.models import Meeting
from tests.agenda.search.search_page import (
    fetch_search_page,
    list_result_titles,
    list_results,
    publish_approved,
    strip_html,
)
from tests.factories import (
    DAY,
    PRESS_DATE,
    PRESS_DAY,
    make_meeting,
    make_topic,
    publish,
    publish_now,
    translate,
    withdraw,
)
from tests.public_requests import Visitor

pytestmark = pytest.mark.django_db


def get_suggestion(visitor: Visitor, typed: str, language: str = "en", **more: Any) -> str:
    found = re.search(
        r'<p class="search-suggestion">(.*?)</p>', fetch_search_page(visitor, typed, language, **more), re.DOTALL
    )
    return strip_html(found[1]) if found else ""


def get_term_counts(visitor: Visitor, typed: str) -> list[str]:
    found = re.search(r'<div class="search-term-counts">.*?</div>', fetch_search_page(visitor, typed), re.DOTALL)
    return [strip_html(one) for one in re.findall(r"<li>(.*?)</li>", found[0], re.DOTALL)] if found else []


@pytest.fixture
def bees(clock: Any) -> Meeting:
    meeting = make_meeting(city="Luxembourg")
    AgendaItem.objects.create(meeting=meeting, title="Protecting pollinators", position=2, text="<p>Hoverflies</p>")
    AgendaItem.objects.create(meeting=meeting, title="Schéma d’aide aux forêts", position=3)
    publish_now(clock, meeting)
    return meeting


class TestNoSuggestion:
    def test_words_of_drafts_and_scheduled_texts(self, visitor: Visitor, clock: Any, bees: Meeting) -> None:
        make_topic(title="Zanzibar")
        publish(make_topic("mombasa", title="Mombasa"), at=PRESS_DAY + DAY)
        assert get_suggestion(visitor, "Zanzibir") == ""
        assert get_suggestion(visitor, "Mombassa") == ""
        assert fetch_search_page(visitor, "Mombassa").replace("Mombassa", "·") == fetch_search_page(
            visitor, "Zanzibir"
        ).replace("Zanzibir", "·")
        clock.move_to(PRESS_DAY + DAY)
        assert get_suggestion(visitor, "Mombassa") == "Did you mean Mombasa?"

    def test_words_of_withdrawn_and_corrected_texts(self, visitor: Visitor, clock: Any, bees: Meeting) -> None:
        topic, other = make_topic(title="Zanzibar"), make_topic("mombasa", title="Mombasa")
        publish_now(clock, topic, other)
        assert get_suggestion(visitor, "Zanzibir") == "Did you mean Zanzibar?"
        clock.move_to(withdraw(topic, reason="Sent too early.").available_from)
        other.title = "Nairobi"
        other.save()
        publish_now(clock, other)
        assert get_suggestion(visitor, "Zanzibir") == get_suggestion(visitor, "Mombassa") == ""

    @pytest.mark.parametrize(
        "typed", ["whales", "polar", "xyz", "12345", "20601", "pollinatorsandbees", "αβγδε", "____"]
    )
    def test_words_that_are_too_different(self, visitor: Visitor, bees: Meeting, typed: str) -> None:
        assert get_suggestion(visitor, typed) == ""

    def test_known_word_is_not_corrected_because_of_filters(self, visitor: Visitor, bees: Meeting) -> None:
        assert get_suggestion(visitor, "pollinators", **{"in": "topics"}) == ""


class TestSpelling:
    @pytest.mark.parametrize(
        "typed",
        [
            "pollnators",
            "polinators",
            "pollinatros",
            "opllinators",
            "ollinators",
            "bollinators",
            "ppollinators",
            "pollinatorss",
            "polinatrs",
        ],
    )
    def test_word_with_one_or_two_mistakes(self, visitor: Visitor, bees: Meeting, typed: str) -> None:
        assert get_suggestion(visitor, typed) == "Did you mean pollinators?"

    def test_suggestion_links_to_its_results(self, visitor: Visitor, bees: Meeting) -> None:
        html = fetch_search_page(visitor, "pollnators luxembourg", **{"in": "items"})
        assert (
            get_suggestion(visitor, "pollnators luxembourg", **{"in": "items"})
            == "Did you mean pollinators luxembourg?"
        )
        assert '<a href="?q=pollinators+luxembourg&amp;in=items">' in html
        assert list_result_titles(visitor, "pollinators luxembourg", **{"in": "items"}) == ["Protecting pollinators"]

    def test_suggestion_keeps_capitals_and_accents(self, visitor: Visitor, bees: Meeting) -> None:
        assert get_suggestion(visitor, "Luxemborg") == "Did you mean Luxembourg?"
        assert get_suggestion(visitor, "forrets") == "Did you mean forêts?"

    def test_two_words_at_once(self, visitor: Visitor, bees: Meeting) -> None:
        assert get_suggestion(visitor, "protcting pollnators") == "Did you mean protecting pollinators?"

    def test_other_alphabets(self, visitor: Visitor, clock: Any) -> None:
        topic = make_topic()
        translate(topic, language="el", title="Πολιτική ασύλου")
        translate(topic, language="bg", title="Политика за убежището")
        publish_approved(clock, topic)
        assert get_suggestion(visitor, "πολητικη", "el") == "Did you mean πολιτική?"
        assert get_suggestion(visitor, "палитика", "bg") == "Did you mean политика?"

    @pytest.mark.parametrize(
        ("one", "other", "far"),
        [("", "", 0), ("a", "", 1), ("ab", "ba", 1), ("bees", "bees", 0), ("bees", "beers", 1), ("form", "farms", 2)],
    )
    def test_edit_distance(self, one: str, other: str, far: int) -> None:
        assert compute_edit_distance(one, other) == compute_edit_distance(other, one) == far


class TestPrefixes:
    def test_prefixes_are_searched_if_nothing_matches_exactly(self, visitor: Visitor, bees: Meeting) -> None:
        html = fetch_search_page(visitor, "pollinat protec")
        assert "These results have words that start with them" in html
        assert "<mark>Protecting</mark> <mark>pollinators</mark>" in html
        assert [one.title for one in list_results(visitor, "pollinat protec")] == ["Protecting pollinators"]


class TestTermCounts:
    def test_count_of_each_word(self, visitor: Visitor, clock: Any, bees: Meeting) -> None:
        publish_now(clock, make_meeting(start_date=PRESS_DATE + DAY, city="Luxembourg"))
        term_counts = get_term_counts(visitor, "pollinators whales luxembourg")
        assert term_counts == ["pollinators 1", "whales no results", "luxembourg 2"]
        assert '<a href="?q=luxembourg">' in fetch_search_page(visitor, "pollinators whales luxembourg")

    def test_counts_if_no_word_is_found(self, visitor: Visitor, bees: Meeting) -> None:
        assert get_term_counts(visitor, "whales dolphins") == ["whales no results", "dolphins no results"]

    def test_single_word_has_no_counts(self, visitor: Visitor, bees: Meeting) -> None:
        assert get_term_counts(visitor, "whales") == []

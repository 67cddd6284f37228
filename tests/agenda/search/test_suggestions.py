"""Suggestions if a search finds nothing: another spelling, prefixes, and results for single words."""

import re
from typing import Any

import pytest
from django.utils import timezone

from agenda.models import AgendaItem
from agenda.search.queries import SearchScope
from agenda.search.query_parser import parse_query
from agenda.search.suggestions import compute_edit_distance, suggest_query
from meetings.clock import CHANGES_AT
from meetings.models import Meeting
from tests.agenda.search.search_page import (
    fetch_search_page,
    list_result_titles,
    publish_approved,
    read_results,
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
from tests.public_requests import Visitor, allow_public_reads
from tests.worlds import share_world

pytestmark = pytest.mark.usefixtures("bees")


def suggest(typed: str, language: str = "en") -> str:
    """Return the query that is suggested for words none of which is found, without a page."""
    query = parse_query(typed, language)
    with allow_public_reads():
        return suggest_query(query, query.terms, SearchScope(timezone.now(), language))


def read_suggestion(page: str) -> str:
    found = re.search(r'<p class="search-suggestion">(.*?)</p>', page, re.DOTALL)
    return strip_html(found[1]) if found else ""


def get_suggestion(visitor: Visitor, typed: str, language: str = "en", **more: Any) -> str:
    return read_suggestion(fetch_search_page(visitor, typed, language, **more))


def read_term_counts(page: str) -> list[str]:
    found = re.search(r'<div class="search-term-counts">.*?</div>', page, re.DOTALL)
    return [strip_html(entry) for entry in re.findall(r"<li>(.*?)</li>", found[0], re.DOTALL)] if found else []


@share_world
def bees(clock: Any) -> Meeting:
    meeting = make_meeting(city="Luxembourg")
    AgendaItem.objects.create(meeting=meeting, title="Protecting pollinators", position=2, text="<p>Hoverflies</p>")
    AgendaItem.objects.create(meeting=meeting, title="Schéma d’aide aux forêts", position=3)
    publish_now(clock, meeting)
    return meeting


class TestNoSuggestion:
    def test_search_that_takes_too_long_and_the_page_is_not_kept(
        self, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, clock: Any
    ) -> None:
        def fetch_slowly(words: str, scope: SearchScope) -> list[Any]:
            raise TimeoutError

        monkeypatch.setattr("agenda.search.suggestions.fetch_rows", fetch_slowly)
        response = visitor.get("/en/search/", {"q": "Luxemburg"})
        assert (response.status_code, read_suggestion(response.content.decode())) == (200, "")
        assert response.wsgi_request.META[CHANGES_AT] == timezone.now()

    def test_words_of_drafts_and_scheduled_texts(self, visitor: Visitor, clock: Any) -> None:
        make_topic(title="Zanzibar")
        publish(make_topic("mombasa", title="Mombasa"), at=PRESS_DAY + DAY)
        assert get_suggestion(visitor, "Zanzibir") == ""
        assert get_suggestion(visitor, "Mombassa") == ""
        assert fetch_search_page(visitor, "Mombassa").replace("Mombassa", "·") == fetch_search_page(
            visitor, "Zanzibir"
        ).replace("Zanzibir", "·")
        clock.move_to(PRESS_DAY + DAY)
        assert get_suggestion(visitor, "Mombassa") == "Did you mean Mombasa?"

    def test_words_of_withdrawn_and_corrected_texts(self, visitor: Visitor, clock: Any) -> None:
        topic, other = make_topic(title="Zanzibar"), make_topic("other", title="Mombasa")
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

    def test_known_word_is_not_corrected_because_of_filters(self, visitor: Visitor) -> None:
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

    def test_suggestion_links_to_its_results(self, visitor: Visitor) -> None:
        html = fetch_search_page(visitor, "pollnators luxembourg", **{"in": "items"})
        assert read_suggestion(html) == "Did you mean pollinators luxembourg?"
        assert '<a href="?q=pollinators+luxembourg&amp;in=items">' in html
        assert list_result_titles(visitor, "pollinators luxembourg", **{"in": "items"}) == ["Protecting pollinators"]

    def test_suggestion_keeps_capitals_and_accents(self) -> None:
        assert suggest("Luxemborg") == "Luxembourg"
        assert suggest("forrets") == "forêts"

    def test_one_word_in_two_spellings(self) -> None:
        assert suggest("forrets Forrets") == "forêts forêts"

    def test_two_words_at_once(self) -> None:
        assert suggest("protcting pollnators") == "protecting pollinators"

    def test_other_alphabets(self, clock: Any) -> None:
        topic = make_topic()
        translate(topic, language="el", title="Πολιτική ασύλου")
        translate(topic, language="bg", title="Политика за убежището")
        publish_approved(clock, topic)
        assert suggest("πολητικη", "el") == "πολιτική"
        assert suggest("палитика", "bg") == "политика"

    @pytest.mark.once
    @pytest.mark.parametrize(
        ("one", "other", "far"),
        [("", "", 0), ("a", "", 1), ("ab", "ba", 1), ("bees", "bees", 0), ("bees", "beers", 1), ("form", "farms", 2)],
    )
    def test_edit_distance(self, one: str, other: str, far: int) -> None:
        assert compute_edit_distance(one, other) == compute_edit_distance(other, one) == far


class TestWordsInTexts:
    def test_word_that_only_texts_have(self, visitor: Visitor) -> None:
        assert get_suggestion(visitor, "hoverflyes") == "Did you mean hoverflies?"

    def test_nearest_word(self, clock: Any) -> None:
        publish_now(clock, make_topic(title="Bees", lead="<p>Zanzibara or Zanzibarr</p>"))
        assert suggest("zanzibarrr") == "zanzibarr"


class TestSpaces:
    @pytest.mark.parametrize(
        ("typed", "suggested"),
        [
            ("wastewater", "waste water"),
            ("Wastewaters", "Waste waters"),
            ("policies on wastewater", "policies on waste water"),
            ("back ground", "background"),
            ("back-ground noise", "background noise"),
            ("wasteland", ""),
        ],
    )
    def test_one_word_and_two_words(self, clock: Any, typed: str, suggested: str) -> None:
        publish_now(clock, make_topic(title="Rivers", lead="<p>Waste water, and its background</p>"))
        assert suggest(typed) == suggested

    def test_scheduled_text_changes_no_step(self, visitor: Visitor, clock: Any) -> None:
        def fetch_pages() -> list[tuple[str, int]]:
            typed = "wastewater", "zanzibra", "zanzi bar"
            return [(fetch_search_page(visitor, each), len(visitor.statements)) for each in typed]

        fetch_pages()  # what is kept until the next publication
        before = fetch_pages()
        publish(make_topic(title="Waste water", lead="<p>Waste water in zanzibar</p>"), at=PRESS_DAY + DAY)
        assert fetch_pages() == before
        clock.move_to(PRESS_DAY + DAY)
        assert [read_suggestion(page) for page, _statements in fetch_pages()] == [
            "Did you mean waste water?",
            "Did you mean zanzibar?",
            "Did you mean zanzibar?",
        ]


class TestPrefixes:
    def test_prefixes_are_searched_if_nothing_matches_exactly(self, visitor: Visitor) -> None:
        html = fetch_search_page(visitor, "pollinat protec")
        assert "These results have words that start with them" in html
        assert "<mark>Protecting</mark> <mark>pollinators</mark>" in html
        assert [result.title for result in read_results(html)] == ["Protecting pollinators"]


class TestTermCounts:
    def test_count_of_each_word(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting(start_date=PRESS_DATE + DAY, city="Luxembourg"))
        html = fetch_search_page(visitor, "pollinators whales luxembourg")
        assert read_term_counts(html) == ["pollinators 1", "whales no results", "luxembourg 2"]
        assert '<a href="?q=luxembourg">' in html

    def test_counts_if_no_word_is_found(self, visitor: Visitor) -> None:
        assert read_term_counts(fetch_search_page(visitor, "whales dolphins")) == [
            "whales no results",
            "dolphins no results",
        ]

    def test_single_word_has_no_counts(self, visitor: Visitor) -> None:
        assert read_term_counts(fetch_search_page(visitor, "whales")) == []

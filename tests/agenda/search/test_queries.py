"""Searches in all spellings that people use, and with any input."""

import datetime as dt
from typing import Any

import pytest

from agenda.models import AgendaItem
from agenda.search.query_parser import MAX_QUERY_LENGTH, MAX_TERMS, parse_query
from meetings.models import Meeting
from tests.agenda.search.search_page import (
    fetch_search_page,
    list_result_titles,
    list_results,
    publish_approved,
    strip_html,
)
from tests.factories import make_meeting, make_topic, publish_now, translate
from tests.public_requests import Visitor

pytestmark = pytest.mark.django_db
DAY = dt.date(2060, 9, 14)
TITLE = "Justice and Home Affairs Council"


@pytest.fixture
def meeting(clock: Any) -> Meeting:
    """Publish a meeting with an item that has numbers, and a topic."""
    meeting = make_meeting(number="3560", document_number="12003/60", city="Luxembourg")
    AgendaItem.objects.create(
        meeting=meeting,
        title="Protecting pollinators",
        text="<p>Ministers take stock of the state of play: bees and hoverflies.</p>",
        procedures=["2016/0142 (COD)"],
        documents=["14996/1/17 REV 1"],
    )
    publish_now(clock, meeting, make_topic())
    return meeting


class TestUnusualInput:
    @pytest.mark.parametrize("typed", ["", "   ", "?!… ()", "the of and", "😀🐝", "\0", '"""', "a", "%", "\u200b"])
    def test_input_without_words_shows_tips(self, visitor: Visitor, meeting: Meeting, typed: str) -> None:
        html = fetch_search_page(visitor, typed)
        assert "What you can search for" in html
        assert not any("searchrow" in statement for statement in visitor.statements)

    @pytest.mark.parametrize(
        "typed",
        [
            "'; DROP TABLE meetings_edition; --",
            'bees AND OR NOT NEAR("x" y) {title}: ^a* + -',
            "words:* & | ! <-> ('",
            "bees\0pollinators",
            "%s %(words)s %% {} {0}",
            "\ud7ff\ufffe﷽ Ω≈ç√",
            "x" * 10_000,
            "bees " * 100,
            " ".join(f"word{number}" for number in range(100)),
            '"' + "bees " * 50 + '"',
            "9" * 300,
            "14.99.2017 0000-00-00 99 September 2017",
        ],
    )
    def test_any_input_is_answered_at_limited_cost(self, visitor: Visitor, meeting: Meeting, typed: str) -> None:
        html = fetch_search_page(visitor, typed)
        assert len(html) < 60_000
        assert len(visitor.queries) <= 8

    def test_long_query_is_cut_with_a_notice(self, visitor: Visitor, meeting: Meeting) -> None:
        html = fetch_search_page(visitor, "bees " + "x" * 10_000)
        assert "Your search is too long" in strip_html(html)
        assert "x" * (MAX_QUERY_LENGTH + 1) not in html
        words = parse_query(" ".join(f"word{number}" for number in range(20)), "en")
        assert (len(words.terms), words.was_cut) == (MAX_TERMS, True)

    def test_query_is_escaped(self, visitor: Visitor, meeting: Meeting) -> None:
        assert "<script" not in fetch_search_page(visitor, "<script>alert(1)</script> bees")


class TestSearchWords:
    @pytest.mark.parametrize(
        "typed",
        [
            "pollinators",
            "POLLINATORS",
            "pollinator",
            "protect pollinators",
            "pollin",
            "bees hoverfl",
            "bee",
            '"state of play" bees',
            "“protecting pollinators”",
            "the bees and the hoverflies",
            "JHA pollinators",
            "pollinators Luxembourg",
        ],
    )
    def test_item_is_found(self, visitor: Visitor, meeting: Meeting, typed: str) -> None:
        assert list_result_titles(visitor, typed) == ["Protecting pollinators"]

    @pytest.mark.parametrize(
        "typed", ["whales", "ollinators", "po", '"play of state"', '"bees protecting"', "bees whales"]
    )
    def test_item_is_not_found_by_other_words(self, visitor: Visitor, meeting: Meeting, typed: str) -> None:
        assert list_result_titles(visitor, typed) == []

    def test_result_links_to_the_item(self, visitor: Visitor, meeting: Meeting) -> None:
        item = meeting.agenda.get(title="Protecting pollinators")
        [found] = list_results(visitor, "pollinators")
        assert found.path == f"/en/meetings/jha/2060/09/14/#item-{item.pk}"
        assert f'id="item-{item.pk}"' in visitor.get(found.path).content.decode()

    def test_matches_are_highlighted(self, visitor: Visitor, meeting: Meeting) -> None:
        [found] = list_results(visitor, "pollinator bee")
        assert "Protecting <mark>pollinators</mark>" in found.html
        assert "the state of play: <mark>bees</mark> and hoverflies." in found.html
        assert "JHA" in found.text
        assert "Agenda item" in found.text
        assert "Luxembourg" in found.text
        assert 'datetime="2060-09-14"' in found.html

    def test_facts_of_the_result_are_not_repeated_in_an_extract(self, visitor: Visitor, meeting: Meeting) -> None:
        [found] = list_results(visitor, "JHA")
        assert "Ministers will discuss migration." in found.text
        assert "<mark>" not in found.html

    def test_results_with_some_of_the_words(self, visitor: Visitor, meeting: Meeting) -> None:
        html = fetch_search_page(visitor, "pollinators whales")
        assert "There are no results with all of these words" in html
        assert [one.title for one in list_results(visitor, "pollinators whales")] == ["Protecting pollinators"]

    def test_advice_if_there_are_no_results(self, visitor: Visitor, meeting: Meeting) -> None:
        html = fetch_search_page(visitor, "whales", **{"in": "items"})
        assert "No results" in html
        assert "Search again without filters" in html

    def test_rank_is_title_then_number_then_text(self, visitor: Visitor, clock: Any) -> None:
        in_text = make_meeting(start_date=dt.date(2060, 9, 17), lead="<p>Of 3561 fish</p>")
        in_number = make_meeting(start_date=dt.date(2060, 9, 16), number="3561")
        in_title = make_topic(title="All 3561 of them")
        publish_now(clock, in_text, in_number, in_title)
        paths = [one.path for one in list_results(visitor, "3561")]
        assert paths == ["/en/topics/migration-policy/", "/en/meetings/jha/2060/09/16/", "/en/meetings/jha/2060/09/17/"]

    def test_equal_ranks_are_sorted_newest_first(self, visitor: Visitor, clock: Any) -> None:
        days = [dt.date(2060, 9, day) for day in (15, 17, 16)]
        publish_now(clock, *(make_meeting(start_date=day, lead="<p>Fish</p>") for day in days))
        assert [one.path[-3:-1] for one in list_results(visitor, "fish")] == ["17", "16", "15"]


class TestNumbers:
    @pytest.mark.parametrize(
        "typed",
        ["2016/0142 (COD)", "2016/0142(COD)", "2016-0142", "2016/0142", "20160142", "20160142COD", "2016 0142 cod"],
    )
    def test_procedure_code_in_any_spelling(self, visitor: Visitor, meeting: Meeting, typed: str) -> None:
        [found] = list_results(visitor, typed)
        assert found.title == "Protecting pollinators"
        assert "<mark>2016/0142 (COD)</mark>" in found.html

    @pytest.mark.parametrize("typed", ["2016/0143", "2016/0142 (CNS)", "2017/0142"])
    def test_other_code_is_not_found(self, visitor: Visitor, meeting: Meeting, typed: str) -> None:
        assert list_result_titles(visitor, typed) == []

    @pytest.mark.parametrize("typed", ["14996/17", "14996/1/17", "14996/1/17 REV 1", "14996"])
    def test_document_number(self, visitor: Visitor, meeting: Meeting, typed: str) -> None:
        assert list_result_titles(visitor, typed) == ["Protecting pollinators"]

    @pytest.mark.parametrize("typed", ["3560", "12003/60", "in Luxembourg 3560", "14 September 2060", "September 2060"])
    def test_meeting_by_number_place_or_date(self, visitor: Visitor, meeting: Meeting, typed: str) -> None:
        assert TITLE in [one.title for one in list_results(visitor, typed)]

    def test_configuration_code_finds_its_meetings(self, visitor: Visitor, meeting: Meeting) -> None:
        assert list_result_titles(visitor, "JHA") == [TITLE]

    def test_place_finds_its_meetings(self, visitor: Visitor, meeting: Meeting) -> None:
        assert list_result_titles(visitor, "luxembourg") == [TITLE]


class TestDates:
    @pytest.mark.parametrize(
        ("language", "typed"),
        [
            ("en", "2060-09-14"),
            ("en", "14.9.2060"),
            ("en", "14/09/2060"),
            ("en", "14 September 2060"),
            ("en", "14 sept 2060"),
            ("en", "September 14, 2060"),
            ("fr", "14 septembre 2060"),
            ("fr", "14 September 2060"),
            ("el", "14 Σεπτεμβριου 2060"),
            ("de", "14. September 2060"),
            ("es", "14 de septiembre de 2060"),
            ("hu", "2060. szeptember 14."),
            ("lt", "2060 m. rugsėjo 14 d."),
            ("lv", "2060. gada 14. septembris"),
        ],
    )
    def test_date_links_to_its_day_and_finds_its_meetings(
        self, visitor: Visitor, meeting: Meeting, language: str, typed: str
    ) -> None:
        assert f'href="/{language}/day/2060-09-14/"' in fetch_search_page(visitor, typed, language)
        assert [one.path for one in list_results(visitor, typed, language)] == [f"/{language}/meetings/jha/2060/09/14/"]

    def test_impossible_date_has_no_link(self, visitor: Visitor, meeting: Meeting) -> None:
        assert "/day/" not in fetch_search_page(visitor, "31.9.2060 bees")


class TestLanguages:
    def test_greek_without_accents_and_in_capitals(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        translate(meeting, language="el", lead="<p>Η κατάσταση της Ευρώπης</p>")
        publish_approved(clock, meeting)
        for typed in ("ευρωπης", "ΕΥΡΩΠΗΣ", "Ευρώπης", "κατασταση"):
            [found] = list_results(visitor, typed, "el")
            assert "<mark>" in found.html, typed

    def test_polish_without_its_own_letters(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        translate(meeting, language="pl", lead="<p>Zażółć gęślą jaźń w Łodzi</p>")
        publish_approved(clock, meeting)
        for typed in ("lodzi", "Łodzi", "zazolc", "gesla jazn"):
            assert len(list_results(visitor, typed, "pl")) == 1, typed

    @pytest.mark.parametrize(
        ("language", "text", "typed"),
        [
            ("fr", "l’œuvre des ministres", "oeuvre ministre"),
            ("de", "Straßen und Maßnahmen", "strassen massnahme"),
            ("mt", "Għarb u Ħamrun", "gharb hamrun"),
            ("da", "Ærøs øer", "aeros oer"),
            ("bg", "Политика за миграцията", "ПОЛИТИКА"),
            ("ro", "Țări și piețe", "tari piete"),
            ("fi", "Kalastuksesta", "kalastuksen"),
        ],
    )
    def test_other_languages(self, visitor: Visitor, clock: Any, language: str, text: str, typed: str) -> None:
        meeting = make_meeting()
        translate(meeting, language=language, lead=f"<p>{text}</p>")
        publish_approved(clock, meeting)
        assert len(list_results(visitor, typed, language)) == 1

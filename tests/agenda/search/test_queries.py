"""Searches in all spellings that people use, and with any input."""

import datetime as dt
from typing import Any

import pytest

from agenda.models import AgendaItem
from agenda.search.query_parser import MAX_QUERY_LENGTH, MAX_TERMS, parse_query
from meetings.models import Meeting
from tests.agenda.search.search_page import (
    fetch_search_page,
    list_results,
    publish_approved,
    read_results,
    search,
    search_titles,
    strip_html,
)
from tests.factories import make_meeting, make_topic, publish_now, translate
from tests.public_requests import Visitor
from tests.worlds import share_world

pytestmark = pytest.mark.usefixtures("meeting")
DAY = dt.date(2060, 9, 14)
TITLE = "Justice and Home Affairs Council"


LEADS = {
    "bg": "Политика за миграцията",
    "da": "Ærøs øer",
    "de": "Straßen und Maßnahmen",
    "el": "Η κατάσταση της Ευρώπης",
    "fi": "Kalastuksesta",
    "fr": "l’œuvre des ministres",
    "mt": "Għarb u Ħamrun",
    "pl": "Zażółć gęślą jaźń w Łodzi",
    "ro": "Țări și piețe",
}


@share_world
def meeting(clock: Any) -> Meeting:
    """Publish a meeting in ten languages, with an item that has numbers, and a topic."""
    meeting = make_meeting(number="3560", document_number="12003/60", city="Luxembourg")
    AgendaItem.objects.create(
        meeting=meeting,
        title="Protecting pollinators",
        text="<p>Ministers take stock of the state of play: bees and hoverflies.</p>",
        procedures=["2016/0142 (COD)"],
        documents=["14996/1/17 REV 1"],
    )
    for language, lead in LEADS.items():
        translate(meeting, language=language, lead=f"<p>{lead}</p>")
    publish_approved(clock, meeting)
    publish_now(clock, make_topic())
    return meeting


class TestUnusualInput:
    @pytest.mark.parametrize("typed", ["", "   ", "?!… ()", "the of and", "😀🐝", "\0", '"""', "a", "%", "\u200b"])
    def test_input_without_words_searches_for_nothing(self, typed: str) -> None:
        assert parse_query(typed, "en").terms == ()

    def test_page_without_words_shows_tips(self, visitor: Visitor) -> None:
        assert "What you can search for" in fetch_search_page(visitor, "?!… \0")
        assert not any("searchrow" in statement for statement in visitor.statements)

    ANY_INPUT = [
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
    ]

    @pytest.mark.parametrize("typed", ANY_INPUT)
    def test_any_input_is_searched(self, typed: str) -> None:
        assert len(search(typed)) <= 1

    @pytest.mark.parametrize("typed", [ANY_INPUT[8], "bees ".join(ANY_INPUT)])
    def test_any_input_is_answered_at_limited_cost(self, visitor: Visitor, typed: str) -> None:
        html = fetch_search_page(visitor, typed)
        assert len(html) < 60_000
        assert len(visitor.queries) <= 11

    def test_long_query_is_cut_with_a_notice(self, visitor: Visitor) -> None:
        html = fetch_search_page(visitor, "bees " + "x" * 10_000)
        assert "Your search is too long" in strip_html(html)
        assert "x" * (MAX_QUERY_LENGTH + 1) not in html
        words = parse_query(" ".join(f"word{number}" for number in range(20)), "en")
        assert (len(words.terms), words.was_cut) == (MAX_TERMS, True)

    def test_query_is_escaped(self, visitor: Visitor) -> None:
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
    def test_item_is_found(self, typed: str) -> None:
        assert search_titles(typed) == ["Protecting pollinators"]

    @pytest.mark.parametrize(
        "typed", ["whales", "ollinators", "po", '"play of state"', '"bees protecting"', "bees whales"]
    )
    def test_item_is_not_found_by_other_words(self, typed: str) -> None:
        assert search_titles(typed) == []

    def test_result_links_to_the_item(self, visitor: Visitor, meeting: Meeting) -> None:
        item = meeting.agenda.get(title="Protecting pollinators")
        [found] = list_results(visitor, "pollinators")
        assert found.path == f"/en/meetings/jha/2060/09/14/#item-{item.pk}"
        assert f'id="item-{item.pk}"' in visitor.get(found.path).content.decode()

    def test_matches_are_highlighted(self, visitor: Visitor) -> None:
        [found] = list_results(visitor, "pollinator bee")
        assert "Protecting <mark>pollinators</mark>" in found.html
        assert "the state of play: <mark>bees</mark> and hoverflies." in found.html
        assert "JHA" in found.text
        assert "Agenda item" in found.text
        assert "Luxembourg" in found.text
        assert 'datetime="2060-09-14"' in found.html

    def test_facts_of_the_result_are_not_repeated_in_an_extract(self, visitor: Visitor) -> None:
        [found] = list_results(visitor, "JHA")
        assert "Ministers will discuss migration." in found.text
        assert "<mark>" not in found.html

    def test_results_with_some_of_the_words(self, visitor: Visitor) -> None:
        html = fetch_search_page(visitor, "pollinators whales")
        assert "There are no results with all of these words" in html
        assert [result.title for result in read_results(html)] == ["Protecting pollinators"]

    def test_advice_if_there_are_no_results(self, visitor: Visitor) -> None:
        html = fetch_search_page(visitor, "whales", **{"in": "items"})
        assert "No results" in html
        assert "Search again without filters" in html

    def test_rank_is_title_then_number_then_text(self, clock: Any) -> None:
        in_text = make_meeting(start_date=dt.date(2060, 9, 17), lead="<p>Of 3561 fish</p>")
        in_number = make_meeting(start_date=dt.date(2060, 9, 16), number="3561")
        in_title = make_topic("numbers", title="All 3561 of them")
        publish_now(clock, in_text, in_number, in_title)
        paths = [result.path for result in search("3561")]
        assert paths == ["/en/topics/numbers/", "/en/meetings/jha/2060/09/16/", "/en/meetings/jha/2060/09/17/"]

    def test_equal_ranks_are_sorted_newest_first(self, clock: Any) -> None:
        days = [dt.date(2060, 9, day) for day in (15, 17, 16)]
        publish_now(clock, *(make_meeting(start_date=day, lead="<p>Fish</p>") for day in days))
        assert [result.path[-3:-1] for result in search("fish")] == ["17", "16", "15"]


class TestNumbers:
    @pytest.mark.parametrize(
        "typed",
        ["2016/0142 (COD)", "2016/0142(COD)", "2016-0142", "2016/0142", "20160142", "20160142COD", "2016 0142 cod"],
    )
    def test_procedure_code_in_any_spelling(self, typed: str) -> None:
        [found] = search(typed)
        assert found.title == "Protecting pollinators"
        assert "<mark>2016/0142 (COD)</mark>" in found.html

    @pytest.mark.parametrize("typed", ["2016/0143", "2016/0142 (CNS)", "2017/0142"])
    def test_other_code_is_not_found(self, typed: str) -> None:
        assert search_titles(typed) == []

    @pytest.mark.parametrize("typed", ["14996/17", "14996/1/17", "14996/1/17 REV 1", "14996"])
    def test_document_number(self, typed: str) -> None:
        assert search_titles(typed) == ["Protecting pollinators"]

    @pytest.mark.parametrize("typed", ["3560", "12003/60", "in Luxembourg 3560", "14 September 2060", "September 2060"])
    def test_meeting_by_number_place_or_date(self, typed: str) -> None:
        assert TITLE in search_titles(typed)

    def test_configuration_code_finds_its_meetings(self) -> None:
        assert search_titles("JHA") == [TITLE]

    def test_place_finds_its_meetings(self) -> None:
        assert search_titles("luxembourg") == [TITLE]


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
    def test_date_finds_its_day_and_its_meetings(self, language: str, typed: str) -> None:
        assert parse_query(typed, language).days == [DAY]
        assert [result.path for result in search(typed, language)] == [f"/{language}/meetings/jha/2060/09/14/"]

    def test_page_links_to_the_day_and_to_its_meetings(self, visitor: Visitor) -> None:
        html = fetch_search_page(visitor, "14 Σεπτεμβριου 2060", "el")
        assert 'href="/el/day/2060-09-14/"' in html
        assert [result.path for result in read_results(html)] == ["/el/meetings/jha/2060/09/14/"]

    def test_impossible_date_has_no_link(self, visitor: Visitor) -> None:
        assert "/day/" not in fetch_search_page(visitor, "31.9.2060 bees")


class TestLanguages:
    @pytest.mark.parametrize(
        ("language", "typed"),
        [
            *[("el", typed) for typed in ("ευρωπης", "ΕΥΡΩΠΗΣ", "Ευρώπης", "κατασταση")],
            *[("pl", typed) for typed in ("lodzi", "Łodzi", "zazolc", "gesla jazn")],
            ("fr", "oeuvre ministre"),
            ("de", "strassen massnahme"),
            ("mt", "gharb hamrun"),
            ("da", "aeros oer"),
            ("bg", "ПОЛИТИКА"),
            ("ro", "tari piete"),
            ("fi", "kalastuksen"),
        ],
    )
    def test_text_is_found_without_accents_in_any_case_and_inflection(self, language: str, typed: str) -> None:
        [found] = search(typed, language)
        assert "<mark>" in found.html

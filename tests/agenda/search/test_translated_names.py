"""Configurations and places are found by their names in the language of the page and in English, in all texts."""

from typing import Any

import pytest

from agenda.search.query_parser import MAX_EQUIVALENTS, parse_query
from meetings.documents.choices import Language
from meetings.models import Meeting
from meetings.reference.configuration_names import get_configuration_name
from meetings.reference.configurations import CONFIGURATIONS
from tests.agenda.search.search_page import fetch_search_page, list_result_titles, publish_approved, search_titles
from tests.factories import DAY, PRESS_DATE, PRESS_DAY, make_meeting, publish, publish_now, translate
from tests.public_requests import Visitor
from tests.worlds import share_world

pytestmark = pytest.mark.usefixtures("meetings_in_english")


@share_world
def meetings_in_english(clock: Any) -> Meeting:
    """Publish a meeting on the environment in Brussels, and one on foreign affairs in Luxembourg."""
    meeting = make_meeting("env", city="Brussels")
    publish_now(clock, meeting, make_meeting("fac", start_date=PRESS_DATE + DAY, city="Luxembourg"))
    return meeting


@pytest.mark.once
@pytest.mark.parametrize(
    ("language", "typed", "found"),
    [
        ("fr", "environnement", ["Environment Council"]),
        ("fr", "environn", ["Environment Council"]),
        ("el", "Περιβάλλον", ["Environment Council"]),
        ("el", "περιβαλλον", ["Environment Council"]),
        ("de", "Auswärtige Angelegenheiten", ["Foreign Affairs Council"]),
        ("de", "„Auswärtige Angelegenheiten“", ["Foreign Affairs Council"]),
        ("fr", "Bruxelles", ["Environment Council"]),
        ("fi", "luxemburg", ["Foreign Affairs Council"]),
        ("fr", "environnement Bruxelles", ["Environment Council"]),
        ("fr", "Conseil Environnement", ["Environment Council"]),
        ("fr", "Conseil de l’environnement", ["Environment Council"]),
        ("el", "Συμβούλιο Περιβάλλον", ["Environment Council"]),
        ("el", "Συμβούλιο Περιβάλλοντος", ["Environment Council"]),
        ("el", "Εξωτερικών", ["Foreign Affairs Council"]),
        ("fr", "CAE", ["Foreign Affairs Council"]),
        ("nl", "RBZ", ["Foreign Affairs Council"]),
        ("de", "CAE", []),
        ("da", "Rådet (miljø)", ["Environment Council"]),
        ("fr", "environnement Luxembourg", []),
        ("fr", "Commission Environnement", []),
        ("en", "environnement", []),
    ],
)
def test_name_in_language_of_page(language: str, typed: str, found: list[str]) -> None:
    assert search_titles(typed, language) == found


@pytest.mark.once
@pytest.mark.parametrize("language", Language.values)
def test_full_names_are_understood_in_all_languages(language: str) -> None:
    for configuration in CONFIGURATIONS:
        name = get_configuration_name(configuration.slug, language)
        assert all(term.equivalents for term in parse_query(name, language).terms), name


def test_number_of_words_is_limited() -> None:
    words = "affairs social health energy fisheries culture sport youth education transport justice consumer"
    terms = parse_query(words, "en").terms
    assert 150 < sum(len(term.equivalents) for term in terms) <= MAX_EQUIVALENTS


def test_name_in_other_language_than_text(clock: Any, meetings_in_english: Meeting) -> None:
    translate(meetings_in_english, language="fr", title="Conseil « Environnement »", city="Bruxelles")
    publish_approved(clock, meetings_in_english)
    for typed in ("Bruxelles", "Brussels", "environment"):
        assert search_titles(typed, "fr") == ["Conseil « Environnement »"]
    assert search_titles("Bruselas", "fr") == []
    assert search_titles("Brüssel", "de") == ["Environment Council"]


def test_scheduled_text_is_not_found(visitor: Visitor, clock: Any) -> None:
    def read_page(typed: str) -> str:
        return fetch_search_page(visitor, typed, "fr").replace(typed, "·")

    publish(make_meeting("agrifish", city="Tallinn"), at=PRESS_DAY + DAY)
    assert read_page("Tallinn") == read_page("Zanzibar")
    assert list_result_titles(visitor, "pêche", "fr") == []
    clock.move_to(PRESS_DAY + DAY)
    for typed in ("Tallinn", "pêche"):
        assert list_result_titles(visitor, typed, "fr") == ["Agriculture and Fisheries Council"]


@pytest.mark.once
@pytest.mark.parametrize(("language", "typed"), [("fr", "Environnement"), ("en", "ENVI"), ("el", "environment")])
def test_whole_name_leads_to_configuration(visitor: Visitor, language: str, typed: str) -> None:
    assert f'<a href="/{language}/meetings/env/">' in fetch_search_page(visitor, typed, language)
    assert f'href="/{language}/meetings/env/"' not in fetch_search_page(visitor, f"{typed} bees", language)

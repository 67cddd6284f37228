"""What configurations, countries and places are called in the 24 languages."""

import unicodedata

import pytest

from meetings.reference.configuration_names import configuration_name, meeting_title, names
from meetings.reference.configurations import CONFIGURATIONS
from meetings.reference.delegations import BY_CODE, country_name
from meetings.reference.places import known_place, place_name, places
from meetings.vocabulary import Language

pytestmark = pytest.mark.once
TRANSLATED = [language.value for language in Language if language != Language.EN]


class TestConfigurations:
    def test_an_unknown_one_has_no_name(self) -> None:
        assert configuration_name("eurogroup", "fr") == meeting_title("eurogroup", "fr") == ""
        assert configuration_name("jha", "xx") == ""

    def test_every_configuration_has_a_name_and_a_title_in_every_language(self) -> None:
        assert set(names()) == {(language.value, facts.slug) for language in Language for facts in CONFIGURATIONS}
        assert all(name and title for name, title in names().values())

    @pytest.mark.parametrize("language", Language.values)
    def test_no_two_have_the_same_name(self, language: str) -> None:
        for name_of in (configuration_name, meeting_title):
            assert len({name_of(facts.slug, language) for facts in CONFIGURATIONS}) == len(CONFIGURATIONS)

    @pytest.mark.parametrize("language", TRANSLATED)
    def test_nothing_is_left_in_english_or_in_letters_of_another_script(self, language: str) -> None:
        script = {"bg": "CYRILLIC", "el": "GREEK"}.get(language, "LATIN")
        for facts in CONFIGURATIONS:
            name, title = configuration_name(facts.slug, language), meeting_title(facts.slug, language)
            assert name != facts.name
            assert all(unicodedata.name(sign).startswith(script) for sign in name + title if sign.isalpha())

    def test_in_english_they_are_those_of_the_reference_data(self) -> None:
        for facts in CONFIGURATIONS:
            assert configuration_name(facts.slug, "en") == facts.name
            assert meeting_title(facts.slug, "en") == f"{facts.name} Council"

    @pytest.mark.parametrize(
        ("slug", "language", "title"),
        [
            ("jha", "fr", 'Conseil "Justice et affaires intérieures"'),
            ("fac", "fr", "Conseil des affaires étrangères"),
            ("ecofin", "de", "Rat (Wirtschaft und Finanzen)"),
            ("jha", "fi", "Oikeus- ja sisäasioiden neuvosto"),
            ("jha", "el", "Συμβούλιο Δικαιοσύνης και Εσωτερικών Υποθέσεων"),
            ("agrifish", "cs", "Rada pro zemědělství a rybolov"),
            ("gaerc", "bg", "Съвет по общи въпроси и външни отношения"),
            ("env", "ga", "An Chomhairle Comhshaoil"),
        ],
    )
    def test_titles_are_in_the_style_of_the_language(self, slug: str, language: str, title: str) -> None:
        assert meeting_title(slug, language) == title


class TestCountries:
    def test_a_code_that_is_not_known_stays_a_code(self) -> None:
        assert country_name("GR", "fr") == "GR"

    @pytest.mark.parametrize("language", Language.values)
    def test_every_delegation_has_a_name_of_its_own(self, language: str) -> None:
        called = [country_name(code, language) for code in BY_CODE]
        assert len(set(called)) == len(BY_CODE)
        assert all(name[0].isupper() for name in called)

    @pytest.mark.parametrize(
        ("code", "language", "name"),
        [
            ("EL", "de", "Griechenland"),
            ("UK", "fr", "Royaume-Uni"),
            ("UK", "pl", "Zjednoczone Królestwo"),  # CLDR has Wielka Brytania
            ("NL", "et", "Madalmaad"),
            ("EE", "pt", "Estónia"),  # and not as in Brazil
            ("EE", "ga", "An Eastóin"),
            ("CZ", "mt", "Iċ-Ċekja"),
            ("CZ", "en", "Czechia"),
        ],
    )
    def test_they_are_those_of_the_style_guide(self, code: str, language: str, name: str) -> None:
        assert country_name(code, language) == name


class TestPlaces:
    @pytest.mark.parametrize("name", ["", "Tartu", "Bruxelles", "Europa"])
    def test_what_is_not_known_in_english_stays_as_it_is(self, name: str) -> None:
        assert not known_place(name)
        assert place_name(name, "fi") == name

    def test_english_stays_as_it_was_written(self) -> None:
        for name in ("Brussels", " brussels", "EUROPA  building", "Bruxelles"):
            assert place_name(name, "en") == name

    def test_every_place_has_a_name_in_every_language_or_one_of_its_own(self) -> None:
        for names_of_one in places().values():
            assert not names_of_one or set(names_of_one) == set(TRANSLATED)

    @pytest.mark.parametrize(
        ("name", "language", "written_in", "called"),
        [
            ("Brussels", "fi", "en", "Bryssel"),
            ("Brussels", "fr", "fr", "Bruxelles"),  # what a form begins with, in a French note
            ("Bruxelles", "el", "fr", "Βρυξέλλες"),
            ("Bruxelles", "en", "fr", "Brussels"),
            ("Bruxelles", "de", "de", "Bruxelles"),
            ("luxembourg", "lt", "en", "Liuksemburgas"),
            ("Europa building", "sv", "en", "Europabyggnaden"),
            ("Europa-Gebäude", "nl", "de", "Europagebouw"),
            ("European Convention Center", "pl", "en", "European Convention Center"),
        ],
    )
    def test_names_go_from_any_language_to_any_other(
        self, name: str, language: str, written_in: str, called: str
    ) -> None:
        assert place_name(name, language, written_in) == called

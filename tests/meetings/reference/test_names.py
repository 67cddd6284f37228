"""The names of configurations, countries and places in the 24 languages, and the standard phrases of notes."""

import unicodedata
from collections import Counter
from typing import get_args

import pytest

from meetings.documents.choices import Language
from meetings.models import Configuration
from meetings.reference.configuration_names import get_configuration_name, get_meeting_title, load_configuration_names
from meetings.reference.configurations import CONFIGURATIONS
from meetings.reference.delegations import DELEGATIONS_BY_CODE, get_country_name, get_delegations_by_name
from meetings.reference.phrases import PhraseContext, load_phrases, translate_phrase
from meetings.reference.places import FILE as PLACES
from meetings.reference.places import find_english_place_name, load_places, translate_place_name
from meetings.reference.table_files import read_rows

pytestmark = pytest.mark.once
OTHER_LANGUAGES = [language.value for language in Language if language != Language.EN]
SCRIPTS = {"bg": "CYRILLIC", "el": "GREEK"}
PHRASE_CONTEXTS: tuple[PhraseContext, ...] = get_args(PhraseContext)


def find_scripts(text: str) -> set[str]:
    return {unicodedata.name(sign).split()[0] for sign in text if sign.isalpha()}


class TestConfigurations:
    def test_unknown_configuration_has_no_name(self) -> None:
        assert get_configuration_name("eurogroup", "fr") == get_meeting_title("eurogroup", "fr") == ""
        assert get_configuration_name("jha", "xx") == ""

    @pytest.mark.parametrize("other", [{"kind": "other"}, {"name": "Asylum"}, {"slug": "asylum"}])
    def test_other_body_and_renamed_configuration_keep_their_own_name(self, other: dict[str, str]) -> None:
        facts = {"kind": "council", "slug": "jha", "name": "Justice and Home Affairs"}
        assert Configuration(**facts).get_name("fr") == "Justice et affaires intérieures"
        configuration = Configuration(**facts | other)
        assert (configuration.get_name("fr"), configuration.get_name_language("fr")) == (configuration.name, "en")

    def test_every_configuration_has_a_name_and_a_title_in_every_language(self) -> None:
        assert set(load_configuration_names()) == {
            (language.value, facts.slug) for language in Language for facts in CONFIGURATIONS
        }
        assert all(name and title for name, title in load_configuration_names().values())

    @pytest.mark.parametrize("language", Language.values)
    def test_names_are_unique_per_language(self, language: str) -> None:
        for name_of in (get_configuration_name, get_meeting_title):
            assert len({name_of(facts.slug, language) for facts in CONFIGURATIONS}) == len(CONFIGURATIONS)

    @pytest.mark.parametrize("language", OTHER_LANGUAGES)
    def test_names_are_translated_into_the_script_of_the_language(self, language: str) -> None:
        script = SCRIPTS.get(language, "LATIN")
        for facts in CONFIGURATIONS:
            name, title = get_configuration_name(facts.slug, language), get_meeting_title(facts.slug, language)
            assert name != facts.name
            assert find_scripts(name + title) == {script}

    def test_english_names_are_those_of_the_reference_data(self) -> None:
        for facts in CONFIGURATIONS:
            assert get_configuration_name(facts.slug, "en") == facts.name
            assert get_meeting_title(facts.slug, "en") == f"{facts.name} Council"

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
    def test_titles_follow_the_style_of_the_language(self, slug: str, language: str, title: str) -> None:
        assert get_meeting_title(slug, language) == title


class TestCountries:
    def test_unknown_code_stays_a_code(self) -> None:
        assert get_country_name("GR", "fr") == "GR"

    @pytest.mark.parametrize("language", Language.values)
    def test_country_names_are_unique_per_language(self, language: str) -> None:
        called = [get_country_name(code, language) for code in DELEGATIONS_BY_CODE]
        assert len(set(called)) == len(DELEGATIONS_BY_CODE)
        assert all(name[0].isupper() for name in called)
        assert find_scripts("".join(called)) == {SCRIPTS.get(language, "LATIN")}

    @pytest.mark.parametrize("language", Language.values)
    def test_delegations_are_found_by_country_name(self, language: str) -> None:
        """The countries associated with Schengen are included."""
        read = get_delegations_by_name(language)
        assert [read[get_country_name(code, language).casefold()].code for code in DELEGATIONS_BY_CODE] == list(
            DELEGATIONS_BY_CODE
        )

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
    def test_country_names_follow_the_style_guide(self, code: str, language: str, name: str) -> None:
        assert get_country_name(code, language) == name


class TestPlaces:
    @pytest.mark.parametrize("name", ["", "Tartu", "Bruxelles", "Europa"])
    def test_unknown_place_is_not_translated(self, name: str) -> None:
        assert not find_english_place_name(name)
        assert translate_place_name(name, "fi") == name

    def test_english_name_is_not_changed(self) -> None:
        for name in ("Brussels", " brussels", "EUROPA  building", "Bruxelles"):
            assert translate_place_name(name, "en") == name

    def test_places_have_names_in_all_languages_or_in_none(self) -> None:
        for called in load_places().values():
            assert not called or set(called) - {"en"} == set(OTHER_LANGUAGES)

    def test_no_line_is_repeated(self) -> None:
        assert [row for row, times in Counter(map(tuple, read_rows(PLACES))).items() if times > 1] == []

    @pytest.mark.parametrize("language", OTHER_LANGUAGES)
    def test_places_are_found_by_name_in_the_script_of_the_language(self, language: str) -> None:
        for english, called in load_places().items():
            assert [find_english_place_name(name, language) for name in called.get(language, ())] == [english] * bool(
                called
            )
            for name in called.get(language, ()):
                assert SCRIPTS.get(language, "LATIN") in find_scripts(name)
                assert language in SCRIPTS or find_scripts(name) == {"LATIN"}

    @pytest.mark.parametrize("name", ["Vienna", "Press room", "salle de presse", "VIENNE"])
    def test_name_in_the_source_language_is_not_changed(self, name: str) -> None:
        """So a new line in the table changes no source document."""
        assert translate_place_name(name, "fr", "fr") == name

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
            ("Vienna", "sl", "en", "Dunaj"),
            ("Dunaj", "en", "sl", "Vienna"),
            ("Press room, main", "fr", "en", "Salle de presse principale"),
            ("Justus Lipsius press room", "de", "en", "Presseraum, Justus-Lipsius-Gebäude"),
            ("Press room of the Europa building", "el", "en", "Αίθουσα Τύπου, κτίριο Europa"),
            ('Сграда "Европа"', "fi", "bg", "Europa-rakennus"),
        ],
    )
    def test_place_names_are_translated_between_all_languages(
        self, name: str, language: str, written_in: str, called: str
    ) -> None:
        assert translate_place_name(name, language, written_in) == called


class TestPhrases:
    @pytest.mark.parametrize(
        ("text", "where"),
        [
            ("", "item"),
            ("Any other business: honey", "item"),
            ("Culture", "item"),
            ("General approach", "item"),
            ("Divers", "item"),
            ("Any other business", "session"),
            ("High Representative", "institution"),  # it depends on who it is
        ],
    )
    def test_unknown_phrase_is_not_translated(self, text: str, where: PhraseContext) -> None:
        assert translate_phrase(text, where, "fr") == ""

    @pytest.mark.parametrize("where", PHRASE_CONTEXTS)
    def test_phrases_exist_in_all_languages(self, where: PhraseContext) -> None:
        assert load_phrases(where)
        for called in load_phrases(where).values():
            assert set(called) - {"en"} == set(OTHER_LANGUAGES)
            assert all(len(called[language]) == len(set(called[language])) for language in called)

    @pytest.mark.parametrize("language", OTHER_LANGUAGES)
    def test_phrases_use_the_script_of_the_language(self, language: str) -> None:
        for where in PHRASE_CONTEXTS:
            for called in load_phrases(where).values():
                for text in called[language]:
                    assert find_scripts(text.replace("MPEG4", "")) == {SCRIPTS.get(language, "LATIN")}

    @pytest.mark.parametrize("language", OTHER_LANGUAGES)
    def test_phrases_are_found_from_their_translations(self, language: str) -> None:
        for where in PHRASE_CONTEXTS:
            for english, called in load_phrases(where).items():
                for text in called[language]:
                    assert translate_phrase(text, where, "en", language) == english

    def test_few_phrases_equal_the_english_ones(self) -> None:
        same: dict[str, set[str]] = {}
        for where in PHRASE_CONTEXTS:
            for english, called in load_phrases(where).items():
                for language in OTHER_LANGUAGES:
                    if english in called[language]:
                        same.setdefault(english, set()).add(language)
        assert same == {
            "Adoption": {"fr"},
            "Agenda": {"nl"},
            "Agriculture": {"fr"},
            "Budget": {"da", "fr", "sv"},
            "Commission": {"fr"},
            "Conclusions": {"fr"},
            "Culture": {"fr"},
            "Justice": {"fr"},
            "Lunch": {"nl", "sv"},
            "Sport": {"cs", "da", "de", "et", "fr", "hr", "hu", "it", "mt", "nl", "pl", "ro"},
            "Transport": {"da", "et", "pl", "sv"},
        }

    @pytest.mark.parametrize(
        ("text", "context", "language", "source_language", "translation"),
        [
            ("General approach", "outcome", "fi", "en", "Yleisnäkemys"),
            ("general  approach", "outcome", "el", "en", "Γενική προσέγγιση"),
            ("Orientation debate", "outcome", "fr", "en", "Débat d'orientation"),
            ("Débat d’orientation", "outcome", "de", "fr", "Orientierungsaussprache"),
            ("Approval of ‘A’ items", "item", "fr", "en", 'Approbation des points "A"'),
            ('Approval of "A" items', "item", "de", "en", "Annahme der A-Punkte"),
            ("Approbation des points « A »", "item", "en", "fr", "Approval of “A” items"),
            ("HOME AFFAIRS", "session", "ga", "en", "Gnóthaí Baile"),
            ("Foreign Affairs", "session", "fr", "en", "Affaires étrangères"),
            ("at the end of the meeting", "time", "ga", "en", "ag deireadh an chruinnithe"),
            ("At the end of the meeting", "time", "ga", "en", "Ag deireadh an chruinnithe"),
            ("tbc", "time", "fr", "en", "à confirmer"),
        ],
    )
    def test_phrases_are_translated_between_all_languages(
        self, text: str, context: PhraseContext, language: str, source_language: str, translation: str
    ) -> None:
        assert translate_phrase(text, context, language, source_language) == translation

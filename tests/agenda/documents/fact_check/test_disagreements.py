"""Disagreements of a translation with its source, and above all no false alarms."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.documents.fact_check.disagreements import (
    Disagreement,
    find_blocking_disagreements,
    find_disagreements,
    find_text_disagreements,
)
from agenda.documents.fact_check.facts import FactKind
from agenda.documents.fact_check.language_rules import get_language_rules
from agenda.documents.fact_check.numbers import normalize_number
from agenda.documents.translations.segments import Segment
from meetings.documents import schema
from meetings.documents.choices import Language
from meetings.documents.encoding import validate_document
from meetings.i18n.calendar_names import find_month, get_month_beginnings, get_month_numbers
from meetings.reference.table_files import read_rows
from tests.factories import make_full_document, make_uuid
from tests.processor_time import within

pytestmark = pytest.mark.once
LONG = 200_000
HERE = Path(__file__).parent
PASSAGES = {row[0]: row[1] for row in read_rows(HERE / "passage.txt")}


def compare(source: str, text: str, language: str, rich: bool = False, written_in: str = "en") -> list[Disagreement]:
    """Return the disagreements, and check that those that block are found without the others, too."""
    segment = Segment("lead", rich, source, make_uuid("meeting"), "lead")
    found = list(find_text_disagreements(segment, text, written_in, language))
    blocking = list(find_blocking_disagreements(segment, text, written_in, language))
    assert blocking == [disagreement for disagreement in found if disagreement.blocks]
    return found


class TestSentences:
    @pytest.mark.parametrize(("language", "source", "text", "kinds"), list(read_rows(HERE / "disagreeing.txt")))
    def test_different_facts_are_found(self, language: str, source: str, text: str, kinds: str) -> None:
        for found in (
            compare(source, text, language),
            compare(text, source, "en", written_in=language),
        ):
            assert sorted(each.kind.value for each in found) == sorted(kinds.split())
            assert all(each.blocks == (each.kind == FactKind.TIME) for each in found)

    @pytest.mark.parametrize(("language", "source", "text"), list(read_rows(HERE / "agreeing.txt")))
    def test_equal_facts_are_no_disagreement(self, language: str, source: str, text: str) -> None:
        assert compare(source, text, language) == compare(text, source, "en", written_in=language) == []

    @pytest.mark.parametrize("language", PASSAGES)
    def test_a_passage_agrees_in_all_languages(self, language: str) -> None:
        for other, text in PASSAGES.items():
            assert compare(PASSAGES[language], text, other, written_in=language) == []

    @pytest.mark.parametrize("language", [language for language in PASSAGES if language != "en"])
    def test_one_wrong_number_in_a_passage_is_found(self, language: str) -> None:
        for right, wrong in (("26", "25"), ("28", "27"), ("3", "5")):
            text = PASSAGES[language].replace(right, wrong, 1)
            assert [each.kind for each in compare(PASSAGES["en"], text, language)] == [FactKind.DATE]
        [found] = compare(PASSAGES["en"], PASSAGES[language].replace("2017", "2016", 1), language)
        assert found.missing == ()
        assert "2016" in found.added[0]


class TestMessages:
    @pytest.mark.parametrize(
        ("source", "text", "message"),
        [
            ("At 13:00", "À 14:00", "The original says 13:00, the translation says 14:00."),
            ("At 13:00", "Plus tard", "The original says 13:00, the translation does not."),
            ("Later", "À 14h00", "The translation says 14h00, the original does not."),
            ("14 and 15 June", "14 et 16 juin", "The original says 15 June, the translation says 16 juin."),
            ("in 2019, 2020, 2021, 2022, 2023, 2024, 2025", "plus tard",
             "The original says 2019, 2020, 2021, 2022, 2023, …, the translation does not."),
            ("1,500 people", "1,500 personnes",
             "1,500 is a different number in the language of the translation. Check points, commas and spaces."),
            ("See https://a.example/1", "Voir", "The original links to https://a.example/1, the translation does not."),
            ("See the list of the items", "See the list of the items",
             "Still in the original language: “See the list of the items”"),
        ],
    )  # fmt: skip
    def test_message_of_a_disagreement(self, source: str, text: str, message: str) -> None:
        assert [found.message for found in compare(source, text, "fr")] == [message]

    def test_noon_alone_does_not_block(self) -> None:
        [found] = compare("The debate is at noon, in Riga, on Monday.", "Le débat est à 12h00, à Riga, lundi.", "fr")
        assert (found.kind, found.blocks, found.added) == (FactKind.TIME, False, ("12h00",))

    @pytest.mark.parametrize(
        ("source", "text"),
        [
            ("Ten ministers of 12 countries", "10 ministres de douze pays"),  # which of them is wrong, if any?
        ],
    )
    def test_different_small_numbers_are_reported_but_do_not_block(self, source: str, text: str) -> None:
        [found] = compare(source, text, "fr")
        assert (found.missing, found.added, found.blocks) == (("12",), ("10",), False)


class TestRichText:
    def test_equal_blocks_are_compared_one_by_one(self) -> None:
        source = "<p>Justice: 13:00</p><ul><li>Home affairs: 14:00</li></ul>"
        text = "<p>Justice: 14h00</p><ul><li>Affaires intérieures: 13h00</li></ul>"
        assert [(found.block, found.missing, found.added) for found in compare(source, text, "fr", rich=True)] == [
            (0, ("13:00",), ("14h00",)),
            (1, ("14:00",), ("13h00",)),
        ]

    def test_texts_with_different_blocks_are_compared_as_a_whole(self) -> None:
        source, text = "<p>Justice: 13:00</p><p>Home affairs: 14:00</p>", "<p>Justice: 13h00<br>Intérieur: 14h00</p>"
        [found] = compare(source, text, "fr", rich=True)
        assert (found.kind, found.block) == (FactKind.MARKUP, None)
        assert found.message == "The original has 2 paragraphs, the translation has 1 paragraph."

    def test_bold_words_are_counted(self) -> None:
        [found] = compare(
            "<p><strong>a</strong> <strong>b</strong> <em>c</em></p>", "<p><strong>d</strong></p>", "fr", True
        )
        assert (found.missing, found.added) == (("2 strong", "1 em"), ("1 strong", "0 em"))
        assert found.message == (
            "The original has 2 passages in bold, 1 passage in italics, the translation has 1 passage in bold, "
            "0 passages in italics."
        )

    def test_links_may_differ_in_language(self) -> None:
        source = '<p><a href="https://a.example/en/press/?x=1&amp;lang=en">Press</a></p>'
        for url in ("https://a.example/fr/press/?x=1&amp;lang=fr", "https://a.example/en/press/?x=1&amp;lang=en"):
            assert compare(source, f'<p><a hreflang="fr" href="{url}">Presse</a></p>', "fr", rich=True) == []
        [found] = compare(source, "<p><a>Presse</a></p>", "fr", rich=True)
        assert (found.kind, found.missing) == (FactKind.LINK, ("https://a.example/en/press/?x=1&lang=en",))

    def test_digits_in_urls_are_no_numbers(self) -> None:
        source = "<p>https://a.example/en/2017/14 or press-2017@a.example</p>"
        assert compare(source, "<p>https://a.example/fr/2017/14 ou presse@a.example</p>", "fr", rich=True) == []

    def test_superscript_and_entities_are_read(self) -> None:
        assert (
            compare(
                "<p>1st &amp; 2nd, 13:00</p>",
                "<p>1<sup>er</sup> &amp; 2<sup>e</sup>, 13&nbsp;h&nbsp;00</p>",
                "fr",
                True,
            )
            == []
        )


class TestDocuments:
    def translated(self, **values: Any) -> schema.MeetingDocument:
        return make_full_document(language=Language.FR, **values)

    def test_each_translated_text_is_compared(self) -> None:
        translation = self.translated()
        translation.agenda[0].text = "<p>Texte du point, à 14h00.</p><ul><li>un<ul><li>imbriqué</li></ul></li></ul>"
        translation.alerts[0].text = "Conférence de presse vers 15h00."
        found = [(each.path, each.kind, each.blocks) for each in find_disagreements(make_full_document(), translation)]
        assert (f"agenda.{make_uuid('item')}.text", FactKind.TIME, True) in found
        assert (f"alerts.{make_uuid('alert')}.text", FactKind.TIME, True) in found
        assert ("notice", FactKind.WORDS, False) in found

    def test_fallbacks_are_not_compared(self) -> None:
        source = make_full_document()
        paths = [each.path for each in find_disagreements(source, self.translated())]
        assert paths
        assert find_disagreements(source, self.translated(fallbacks=sorted(paths))) == []

    def test_texts_of_only_one_document_are_not_compared(self) -> None:
        source, translation = make_full_document(notice="13:00", alerts=[]), self.translated(notice="", alerts=[])
        assert "notice" not in {each.path for each in find_disagreements(source, translation)}

    def test_topics_are_compared(self) -> None:
        values: dict[str, Any] = {"id": make_uuid("topic"), "source_language": Language.EN, "slug": "migration"}
        source = schema.TopicDocument(language=Language.EN, title="Migration", lead="<p>Since 2015</p>", **values)
        translation = schema.TopicDocument(
            language=Language.FI, title="Muuttoliike", lead="<p>Vuodesta 2016</p>", **values
        )
        [found] = find_disagreements(source, validate_document(translation))
        assert (found.path, found.missing, found.added) == ("lead", ("2015",), ("2016",))

    def test_a_document_agrees_with_itself(self) -> None:
        assert find_disagreements(make_full_document(), make_full_document()) == []


class TestWordsOfTheLanguages:
    @pytest.mark.parametrize("language", Language.values)
    def test_every_language_has_twelve_different_months(self, language: str) -> None:
        months = get_month_numbers(language)
        assert set(months.values()) == set(range(1, 13))
        for name, number in months.items():
            first, _space, second = name.partition(" ")
            assert find_month(language, first, second) == number
        assert len(set(get_month_beginnings(language).values())) in (0, 12)

    @pytest.mark.parametrize("language", Language.values)
    def test_every_language_has_words_for_large_numbers(self, language: str) -> None:
        assert {3, 6, 9} >= set(get_language_rules(language).scale_powers.values()) >= {3, 6}

    @pytest.mark.parametrize(
        ("text", "decimal", "value"),
        [
            ("1,000.5", ".", "1000.5"),
            ("1 000,5", ",", "1000.5"),
            ("1.000,5", ",", "1000.5"),
            ("1.000", ",", "1000"),
            ("1.000", ".", "1.000"),
            ("1,000,000", ".", "1000000"),
            ("2.5", ",", "2.5"),
            ("0,125", ".", "0.125"),
            ("007", ".", "7"),
            ("1.2.3", ".", "1.2.3"),
        ],
    )
    def test_numbers_are_normalized(self, text: str, decimal: str, value: str) -> None:
        assert normalize_number(text, decimal) == value


class TestAnyText:
    @given(
        st.text(alphabet="0123456789.,:/-– hHμμ.p m14 June Σεπτ\0\u202f\u00adREV()<>&;@%"),
        st.sampled_from(["fr", "el", "hu"]),
    )
    def test_any_text_agrees_with_a_text_of_the_same_facts(self, text: str, language: str) -> None:
        for rich in (False, True):
            for source, other in ((text, ""), ("", text), (text, text[::-1])):
                assert all(found.message for found in compare(source, other, language, rich))

    @pytest.mark.parametrize("text", ["", " ", "\0\x01\x1f", "\u200b", "ΆΈ", "<p></p>"])
    def test_texts_without_facts_have_no_disagreement(self, text: str) -> None:
        assert compare(text, text, "el", rich=True) == []

    @pytest.mark.parametrize("part", [" ", "1", "x", "a@", "1.", "/", "<p ", '<a href="', "12345/17 + ", "&"])
    def test_long_text_is_compared_quickly(self, part: str) -> None:
        text = (part * LONG)[:LONG]
        with within(6):  # half a second; for ever, if a pattern tried again from every sign
            compare(text, f"{text} 13:00", "el", rich=True)


def list_untranslated(source: str, text: str, language: str, *, rich: bool = False) -> list[str]:
    found = compare(source, text, language, rich)
    return [sentence for each in found if each.kind == FactKind.WORDS for sentence in each.missing]


MINISTERS = "Ministers will discuss the state of play."
FILES = "They will also hear about two new files."


class TestUntranslatedSentences:
    """A sentence that is left in the original language is named. Names, numbers, addresses and titles are not."""

    @pytest.mark.parametrize(
        ("language", "text"),
        [
            ("fr", f"Les ministres feront le point. {FILES}"),
            ("el", f"Οι υπουργοί θα εξετάσουν την κατάσταση. {FILES}"),
        ],
    )
    def test_one_sentence_of_two_is_named(self, language: str, text: str) -> None:
        assert list_untranslated(f"{MINISTERS} {FILES}", text, language) == [FILES]

    @pytest.mark.parametrize(("language", "text"), [("fr", "Le point"), ("el", "Η κατάσταση")])
    def test_paragraphs_are_compared_even_if_their_number_differs(self, language: str, text: str) -> None:
        source = f"<p>{MINISTERS}</p><ul><li>{FILES}</li><li>The Presidency informs the ministers</li></ul>"
        translated = f"<p>{text}. {FILES}</p><p>The Presidency informs the ministers</p>"
        assert list_untranslated(source, translated, language, rich=True) == [
            FILES,
            "The Presidency informs the ministers",
        ]

    def test_marked_words_and_spaces_do_not_hide_it(self) -> None:
        source = "<p>Ministers will <strong>discuss</strong> the state of play.</p>"
        text = "<p>Lundi. Ministers  will discuss the <em>state</em> of play.</p>"
        assert list_untranslated(source, text, "fr", rich=True) == [MINISTERS]

    @pytest.mark.parametrize("language", ["fr", "el"])
    @pytest.mark.parametrize(
        "text",
        [
            "Dublin regulation",
            "State of play",
            "European Union Agency for Fundamental Rights",
            "European Agency for the Management of Operational Cooperation at the External Borders",
            "Kaja Kallas, Urmas Reinsalu, Margus Tsahkna, Andrus Ansip.",
            "Justus Lipsius, Rue de la Loi 175, 1048 Brussels",
            "COM(2016) 270 + ADD 1, 14996/1/22 REV 1, 2016/0142 (COD)",
            "press.centre@consilium.europa.eu https://www.consilium.europa.eu/en/press/contacts/",
            "+32 2 281 51 50 / +32 475 61 57 72",
        ],
    )
    def test_names_numbers_addresses_and_short_titles_may_be_the_same(self, text: str, language: str) -> None:
        assert list_untranslated(text, text, language) == []

    def test_words_within_another_word_do_not_count(self) -> None:
        assert list_untranslated("We see the item list", "Nous verrons: Ewe see the item lists", "fr") == []

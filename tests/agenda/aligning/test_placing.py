"""Which texts of a note find their place in the source document, and what is told of the others."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agenda.aligning import Plan, Why
from agenda.exporting import exported_note
from agenda.notes.lines import NoteError
from agenda.notes.reading import Reading
from agenda.translating import Made, disagreements, in_language, owned_segments, segments
from agenda.translating.known import known_text
from meetings.documents.shape import MeetingDocument
from meetings.documents.text import digest_of
from tests.agenda.aligning.notes import (
    ENGLISH,
    FRENCH,
    SAMPLES,
    beside,
    messages,
    plan,
    read,
    said,
    sample,
    told,
)

pytestmark = pytest.mark.once

GREEK_LETTERS = FRENCH.replace("a) Prog", "α) Prog").replace("b) Comp", "β) Comp")


def test_a_note_of_which_nothing_differs_is_placed_wholly_and_without_a_word() -> None:
    found = plan(FRENCH)
    assert messages(found) == []
    assert said(found) == {
        "<p>Ministers will meet.</p>": "<p>Les ministres se réuniront.</p>",
        "Solidarity corps": "Corps de solidarité",
        "<p>The corps will have 100 000 places.</p>": "<p>Le corps comptera 100 000 places.</p>",
        "Dialogue with the young": "Dialogue avec les jeunes",
        "<p>Ministers will answer two questions:</p><ul><li>on schools</li><li>on work</li></ul>": (
            "<p>Les ministres répondront à deux questions:</p><ul><li>sur l'école</li><li>sur le travail</li></ul>"
        ),
        "Youth policy": "La politique de la jeunesse",
        "Work programme": "Programme de travail",
        "Skills": "Compétences",
        "Press officer": "Attaché de presse",
    }
    standing = {segment.text for segment in segments(found.source) if segment.path in found.report.standing}
    assert {"Youth", "Policy debate", "Any other business", found.source.notice} <= standing  # from reference data
    [address] = [made.text for (_row, field), made in found.texts.items() if field == "url"]
    assert address == "https://www.consilium.europa.eu/fr/policies/youth/"


def test_each_text_is_kept_with_the_digest_of_what_it_was_made_from() -> None:
    found = plan(FRENCH)
    source = {segment.key: segment.text for segment in segments(found.source)}
    assert all(made.source_digest == digest_of(source[key]) for key, made in found.texts.items() if key in source)


@pytest.mark.parametrize("language", ["fr", "el"])
def test_the_sample_is_placed_wholly_and_agrees_with_its_source(language: str) -> None:
    source, reading = sample().document, sample(language)
    found = beside(reading, source)
    assert messages(found) == []
    translated = in_language(source, language, found.texts)
    assert isinstance(translated, MeetingDocument)
    assert translated.fallbacks == []
    assert disagreements(source, translated) == []
    written = (SAMPLES / f"jha-2017-09-14.{language}.txt").read_text(encoding="utf-8")
    assert exported_note(translated).split() == written.split()


def test_a_translation_into_english_is_placed_as_well() -> None:
    found = plan(ENGLISH, FRENCH)
    assert messages(found) == []
    assert said(found)["Corps de solidarité"] == "Solidarity corps"


def test_names_that_follow_need_no_translation() -> None:
    found = plan(FRENCH)
    assert not {"title", "place.city"} & set(found.report.placed)
    assert {"title", "place.city"} <= set(found.report.standing)


def test_greek_letters_are_those_of_the_points() -> None:
    assert messages(plan(GREEK_LETTERS)) == []


class TestWhatDiffers:
    def test_an_item_that_the_note_lacks_is_told_and_the_others_are_placed(self) -> None:
        lacking = re.sub(r"1\. Corps.*?(?=2\. Dialogue)", "", FRENCH, flags=re.DOTALL)
        found = plan(lacking)
        assert [finding.text for finding in told(found)] == ["Solidarity corps", "The corps will have 100 000 places."]
        assert {finding.why for finding in told(found)} == {Why.NOT_IN_NOTE}
        assert all(finding.path.startswith("agenda.") for finding in told(found))
        assert said(found)["Dialogue with the young"] == "Dialogue avec les jeunes"

    def test_so_it_is_where_the_others_were_numbered_anew(self) -> None:
        lacking = re.sub(r"1\. Corps.*?(?=2\. Dialogue)", "", FRENCH, flags=re.DOTALL)
        found = plan(lacking.replace("2. Dial", "1. Dial").replace("3. Divers", "2. Divers"))
        assert said(found)["Dialogue with the young"] == "Dialogue avec les jeunes"
        assert said(found)["Work programme"] == "Programme de travail"
        [number, *of_other_business] = messages(found, Why.SHARED)
        assert number == (
            "line 21: Agenda, item 2 “Dialogue with the young”: number is the same in every language: the note says "
            "“1”, the source “2”"
        )
        assert len(of_other_business) == 3

    def test_an_item_that_the_source_lacks_is_told_with_its_line_and_all_its_words(self) -> None:
        found = plan(FRENCH.replace("3. Divers", "Sport à l'école (14003/17)\n\nQuatre points.\n\n3. Divers"))
        [finding] = told(found)
        assert (finding.why, finding.line) == (Why.NO_COUNTERPART, 36)
        assert all(words in finding.text for words in ("Sport à l'école", "14003/17", "Quatre points."))

    def test_swapped_items_are_matched_by_what_tells_them_and_the_order_is_told(self) -> None:
        source, reading = sample().document, sample("fr")
        reading.document.agenda.reverse()
        found = beside(reading, source)
        assert said(found)["Migration policy"] == "Politique migratoire"
        assert messages(found) == ["Agenda: the note has another order, and the source's stands"]

    def test_another_hour(self) -> None:
        found = plan(FRENCH.replace("13:00", "14:30"))
        [message] = messages(found)
        assert message.startswith("line 13: Programme, press conference “Youth”: time is the same in every language")
        assert "“14:30”, the source “13:00”" in message
        assert said(found)["Youth policy"] == "La politique de la jeunesse"

    def test_another_number_in_a_text(self) -> None:
        found = plan(FRENCH.replace("100 000", "10 000"))
        [finding] = told(found)
        assert (finding.why, finding.line) == (Why.DISAGREES, 23)
        assert "The source says 100 000, the translation 10 000." in finding.message
        assert finding.path in found.report.placed

    def test_other_facts_that_are_shared(self) -> None:
        changed = FRENCH.replace("14002/17", "14003/17").replace("02 20", "02 21").replace("8 nov", "9 nov")
        changed = changed.replace("à Bruxelles", "à Luxembourg").replace("française et allemande", "italienne")
        told_of = [message.partition(" is the same")[0] for message in messages(plan(changed))]
        assert told_of == [
            "Issued on",
            "line 25: Agenda, item 2 “Dialogue with the young”: documents",
            "line 39: Agenda, any other business 3 b “Skills”: information from",
            "line 15: Press contacts, Niels Bohr: telephones",
            "line 7: Place",
        ]

    def test_paragraphs_that_were_put_together_are_placed_and_told(self) -> None:
        found = plan(FRENCH.replace("- sur l'école\n- sur le travail", "- sur l'école et le travail"))
        assert any("sur l'école et le travail" in text for text in said(found).values())
        assert {finding.why for finding in told(found)} == {Why.DISAGREES}
        assert "other paragraphs or lists than the source" in messages(found)[0]

    def test_what_nobody_could_read_is_told_with_its_line(self) -> None:
        found = plan(FRENCH.replace("NOTE D'", "Diffusion restreinte\n\nNOTE D'", 1))
        assert messages(found) == ["line 3: Not understood: “Diffusion restreinte”"]

    def test_what_several_could_match_is_not_placed(self) -> None:
        source = ENGLISH.replace("a) Work programme (information from the Commission)\n", "a) One\nb) Two\nb) Three\n")
        note = FRENCH.replace("a) Programme de travail (informations communiquées par la Commission)\n", "x) Un\n")
        found = plan(note, source)
        assert not {"One", "Two", "Three"} & said(found).keys()
        assert [finding.text for finding in told(found, Why.NOT_IN_NOTE)] == ["One", "Two", "Three"]
        [finding] = told(found, Why.NO_COUNTERPART)
        assert "Un" in finding.text

    def test_another_address_of_a_link_is_none_of_this_language(self) -> None:
        found = plan(FRENCH.replace("/fr/policies/youth/", "/fr/policies/sport/"))
        assert not [field for _row, field in found.texts if field == "url"]
        assert "address is the same in every language" in messages(found)[0]

    def test_a_note_with_nothing_but_its_title(self) -> None:
        title = FRENCH.split("Les ministres")[0]
        found = plan(title)
        assert found.texts == {}
        assert {finding.why for finding in told(found)} == {Why.NOT_IN_NOTE}
        assert len(told(found)) == 9

    def test_what_an_export_marked_as_borrowed_is_no_translation(self) -> None:
        source = sample().document
        half = {key: made for key, made in beside(sample("fr"), source).texts.items() if key[1] != "text"}
        translated = in_language(source, "fr", half)
        assert isinstance(translated, MeetingDocument)
        found = beside(read(exported_note(translated)), source, half)
        assert found.texts == {}
        assert len(told(found, Why.NOT_IN_NOTE)) == len(translated.fallbacks) == 2


class TestTranslationsThatAreThere:
    def test_the_same_once_more_changes_nothing(self) -> None:
        source, reading = read(ENGLISH).document, read(FRENCH)
        first = beside(reading, source)
        again = beside(reading, source, first.texts)
        assert (again.texts, messages(again)) == ({}, [])
        assert len(again.report.standing) == len(first.report.standing) + len(first.texts)

    def test_another_one_stays_unless_it_is_to_be_replaced(self) -> None:
        source = read(ENGLISH).document
        there = {(source.id, "notice"): Made("Autre avis.", digest_of(source.notice))}
        found = beside(read(FRENCH), source, there)
        assert (source.id, "notice") not in found.texts
        [message] = messages(found)
        assert message == (
            "line 17: Notice has another translation already, which stays: “La présente note a été rédigée sous la "
            "responsabilité du service de presse.”"
        )
        found = beside(read(FRENCH), source, there, replace=True)
        assert found.report.replaced == ["notice"]
        assert found.texts[source.id, "notice"].text.startswith("La présente note")

    def test_the_same_of_what_the_source_said_once_is_not_made_current_in_silence(self) -> None:
        source, note = read(ENGLISH).document, read(FRENCH)
        there = {(source.id, "lead"): Made(note.document.lead, digest_of("Something else."))}
        found = beside(note, source, there)
        assert (source.id, "lead") not in found.texts
        assert "made from what the source said once" in messages(found)[0]
        assert beside(note, source, there, replace=True).report.replaced == ["lead"]


def lost(reading: Reading, found: Plan) -> list[str]:
    """Texts of the note that are neither placed, nor there already, nor told, nor follow from reference data."""
    kept = [made.text for made in found.texts.values()]
    kept += [known_text(one, owner, found.source, "fr") for one, owner in owned_segments(found.source)]
    kept += [f"{one.text} {one.message}" for one in found.report.findings]
    everything = letters(" ".join(kept))
    return [
        segment.text
        for segment, _owner in owned_segments(reading.document)
        if segment.path not in ("title", "place.city")
        and "information_from" not in segment.path
        and not all(letters(block) in everything for block in re.split("<[^<>]*>", segment.text))
    ]


def letters(text: str) -> str:
    return re.sub("<[^<>]*>|&[a-z]+;|\\W|_", "", text)


BLOCKS = FRENCH.split("\n\n")


@given(st.permutations(range(4, len(BLOCKS))), st.sets(st.integers(4, len(BLOCKS) - 1), max_size=4))
@settings(max_examples=40, deadline=None)
def test_no_text_of_a_note_in_disorder_is_lost(order: list[int], without: set[int]) -> None:
    text = "\n\n".join([*BLOCKS[:4], *(BLOCKS[place] for place in order if place not in without)])
    try:
        reading = read(text)
    except NoteError:
        return
    assert lost(reading, beside(reading, read(ENGLISH).document)) == []


def long_notes(items: int) -> tuple[str, str]:
    """In English and French, with a number in each item that tells it from the others."""
    source, note = (
        head + "\n\n".join(f"{word} {place}\n\n{text} {place}." for place in range(items)) + "\n"
        for head, word, text in (
            (ENGLISH.split("1. Sol")[0], "Item", "It is item"),
            (FRENCH.split("1. Corps")[0], "Point", "C'est le point"),
        )
    )
    return source, note


def test_a_long_note_that_lacks_an_item_finds_all_others() -> None:
    source, note = long_notes(60)
    found = plan(note.replace("Point 30\n\nC'est le point 30.\n\n", ""), source)
    assert [finding.text for finding in told(found)] == ["Item 30", "It is item 30."]
    assert said(found)["Item 59"] == "Point 59"


def test_a_huge_note_is_placed_where_all_agrees_and_else_told_in_a_moment() -> None:
    source, note = long_notes(500)
    found = plan(note, source)
    assert messages(found) == []
    assert len(found.report.placed) > 1000
    found = plan(note.replace("Point 30\n\nC'est le point 30.\n\n", ""), source)
    assert len(told(found, Why.NO_COUNTERPART)) == 499
    assert len(told(found, Why.NOT_IN_NOTE)) == 1000

"""Match the texts of a note with the source document, and report the others."""

import re
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agenda.documents.fact_check.disagreements import find_disagreements
from agenda.documents.translations.reference_texts import KnownTexts
from agenda.documents.translations.segments import list_segments, list_segments_with_owner
from agenda.documents.translations.translated_document import TranslatedText, translate_document
from agenda.export.plain_text import render_marked_note
from agenda.notes.line_reader import NoteError
from agenda.notes.note_parser import ParsedNote
from agenda.translation.note_matching import FindingReason, ImportPlan, matcher
from meetings.documents.choices import PointKind
from meetings.documents.encoding import compute_digest
from meetings.documents.schema import Chair, MeetingDocument, Point, Session, Speaker
from tests.agenda.translation.note_matching.note_plans import (
    ENGLISH,
    FRENCH,
    SAMPLES,
    get_planned_texts,
    list_findings,
    list_messages,
    parse_note_text,
    plan_note,
    plan_reading,
    read_sample,
)

pytestmark = pytest.mark.once

GREEK_LETTERS = FRENCH.replace("a) Prog", "α) Prog").replace("b) Comp", "β) Comp")


def test_note_without_differences_is_imported_without_findings() -> None:
    found = plan_note(FRENCH)
    assert list_messages(found) == []
    assert get_planned_texts(found) == {
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
    current = {segment.text for segment in list_segments(found.source) if segment.path in found.report.standing}
    assert {"Youth", "Policy debate", "Any other business", found.source.notice} <= current  # from reference data
    [address] = [translated.text for (_row, field), translated in found.texts.items() if field == "url"]
    assert address == "https://www.consilium.europa.eu/fr/policies/youth/"


def test_texts_have_the_digest_of_their_source() -> None:
    found = plan_note(FRENCH)
    source = {segment.key: segment.text for segment in list_segments(found.source)}
    assert all(
        translated.source_digest == compute_digest(source[key])
        for key, translated in found.texts.items()
        if key in source
    )


@pytest.mark.parametrize("language", ["fr", "el"])
def test_sample_is_imported_completely(language: str) -> None:
    source, reading = read_sample().document, read_sample(language)
    found = plan_reading(reading, source)
    assert list_messages(found) == []
    translated = translate_document(source, language, found.texts)
    assert isinstance(translated, MeetingDocument)
    assert translated.fallbacks == []
    assert find_disagreements(source, translated) == []
    written = (SAMPLES / f"jha-2017-09-14.{language}.txt").read_text(encoding="utf-8")
    assert render_marked_note(translated).split() == written.split()


def test_english_translation_is_imported() -> None:
    found = plan_note(ENGLISH, FRENCH)
    assert list_messages(found) == []
    assert get_planned_texts(found)["Corps de solidarité"] == "Solidarity corps"


def test_known_names_need_no_translation() -> None:
    found = plan_note(FRENCH)
    assert not {"title", "place.city"} & set(found.report.placed)
    assert {"title", "place.city"} <= set(found.report.standing)


def test_greek_letters_match_latin_ones() -> None:
    assert list_messages(plan_note(GREEK_LETTERS)) == []


class TestDifferences:
    def test_missing_item_is_reported_and_the_others_are_imported(self) -> None:
        lacking = re.sub(r"1\. Corps.*?(?=2\. Dialogue)", "", FRENCH, flags=re.DOTALL)
        found = plan_note(lacking)
        [finding] = list_findings(found)
        assert (finding.why, finding.path) == (FindingReason.NOT_IN_NOTE, f"agenda.{found.source.agenda[0].id}")
        assert str(finding) == "Agenda, item 1 “Solidarity corps” was not found in the note (2 texts)"
        assert get_planned_texts(found)["Dialogue with the young"] == "Dialogue avec les jeunes"

    def test_missing_item_with_renumbered_items_is_one_finding(self) -> None:
        lacking = re.sub(r"1\. Corps.*?(?=2\. Dialogue)", "", FRENCH, flags=re.DOTALL)
        found = plan_note(lacking.replace("2. Dial", "1. Dial").replace("3. Divers", "2. Divers"))
        assert get_planned_texts(found)["Dialogue with the young"] == "Dialogue avec les jeunes"
        assert get_planned_texts(found)["Work programme"] == "Programme de travail"
        [message] = list_messages(found, FindingReason.SHARED)
        assert message == (
            "line 21: Agenda: 4 numbers differ in the note. Those of the original were kept: “1” instead of “2”, "
            "“2” instead of “3”, “2 a” instead of “3 a”, “2 b” instead of “3 b”"
        )

    def test_providers_identify_an_item_better_than_its_letter(self) -> None:
        first, second = FRENCH.splitlines()[-2:]
        swapped = plan_note(FRENCH.replace(first, f"a{second[1:]}").replace(f"\n{second}", f"\nb{first[1:]}"))
        assert get_planned_texts(swapped)["Skills"] == "Compétences"
        added = plan_note(
            FRENCH.replace("b) Comp", "b) Sport (informations communiquées par la délégation italienne)\nc) Comp")
        )
        assert get_planned_texts(added)["Skills"] == "Compétences"
        assert list_messages(added, FindingReason.NO_COUNTERPART) == [
            "line 39: Agenda, any other business 3 b “Sport” is not in the original"
        ]

    def test_different_day_is_one_finding(self) -> None:
        assert list_messages(plan_note(FRENCH.replace("lundi 20 novembre", "mardi 21 novembre"))) == [
            (
                "First day: the note says “Tuesday 21 November 2017”. The original says “Monday 20 November 2017”, "
                "which was kept"
            )
        ]

    def test_different_item_number_is_reported(self) -> None:
        assert list_messages(plan_note(FRENCH.replace("2. Dial", "4. Dial"))) == [
            (
                "line 25: Agenda, item 2 “Dialogue with the young”: number: the note says “4”. The original says “2”, "
                "which was kept"
            )
        ]

    def test_item_that_the_source_lacks_is_reported_with_line_and_text(self) -> None:
        found = plan_note(FRENCH.replace("3. Divers", "Sport à l'école (14003/17)\n\nQuatre points.\n\n3. Divers"))
        [finding] = list_findings(found)
        assert (finding.why, finding.line) == (FindingReason.NO_COUNTERPART, 36)
        assert all(words in finding.text for words in ("Sport à l'école", "14003/17", "Quatre points."))
        assert str(finding) == "line 36: Agenda, item “Sport à l'école” is not in the original"

    def test_missing_session_does_not_shift_the_others(self) -> None:
        source = ENGLISH + "\nCULTURE\n\n4. Books (14009/17)\n\nSPORT\n\n5. Games (14010/17)\n"
        found = plan_note(FRENCH + "\nSPORT\n\n5. Jeux (14010/17)\n", source)
        assert get_planned_texts(found)["Games"] == "Jeux"
        assert list_messages(found) == ["Agenda, item 4 “Books” was not found in the note (1 text)"]

    def test_swapped_items_are_matched_and_the_order_is_reported(self) -> None:
        source, reading = read_sample().document, read_sample("fr")
        reading.document.agenda.reverse()
        found = plan_reading(reading, source)
        assert get_planned_texts(found)["Migration policy"] == "Politique migratoire"
        assert list_messages(found) == ["Agenda: the note has a different order. That of the original was kept"]

    def test_links_without_url_are_matched_by_kind(self) -> None:
        source, reading = read_sample().document, read_sample("fr")
        reading.document.agenda[0].links.reverse()
        assert "Infographie" in get_planned_texts(plan_reading(reading, source))[source.agenda[0].links[1].title]
        del reading.document.agenda[0].links[0]
        found = plan_reading(reading, source)
        assert get_planned_texts(found)[source.agenda[0].links[0].title].startswith("Trouver des solutions")
        [message] = list_messages(found)
        assert "Infographic" in message

    def test_different_time_is_reported(self) -> None:
        found = plan_note(FRENCH.replace("13:00", "14:30"))
        [message] = list_messages(found)
        assert message == (
            "line 13: Programme, press conference “Youth”: time: the note says “+/- 14:30”. "
            "The original says “+/- 13:00”, which was kept"
        )
        assert get_planned_texts(found)["Youth policy"] == "La politique de la jeunesse"

    def test_different_number_in_a_text_is_reported(self) -> None:
        found = plan_note(FRENCH.replace("100 000", "10 000"))
        [finding] = list_findings(found)
        assert (finding.why, finding.line) == (FindingReason.DISAGREES, 23)
        assert "The original says 100 000, the translation says 10 000." in finding.message
        assert finding.path in found.report.placed

    def test_different_shared_facts_are_reported(self) -> None:
        changed = FRENCH.replace("14002/17", "14003/17").replace("02 20", "02 21").replace("8 nov", "9 nov")
        changed = changed.replace("à Bruxelles", "à Luxembourg").replace("française et allemande", "italienne")
        reported = [message.partition(": the note says")[0] for message in list_messages(plan_note(changed))]
        assert reported == [
            "line 7: Place",
            "line 15: Press contacts, Niels Bohr: phone numbers",
            "line 25: Agenda, item 2 “Dialogue with the young”: documents",
            "line 39: Agenda, any other business 3 b “Skills”: information from",
            "First issued",
        ]

    def test_merged_paragraphs_are_imported_and_reported(self) -> None:
        found = plan_note(FRENCH.replace("- sur l'école\n- sur le travail", "- sur l'école et le travail"))
        assert any("sur l'école et le travail" in text for text in get_planned_texts(found).values())
        assert [finding.why for finding in list_findings(found)] == [FindingReason.DISAGREES]
        [message] = list_messages(found)
        assert message == (
            "line 29: Agenda, item 2 “Dialogue with the young”: text: The original has 2 list items, the "
            "translation has 1 list item."
        )

    def test_missing_paragraph_with_its_date_is_one_finding(self) -> None:
        source = ENGLISH.replace("100 000 places.", "100 000 places.\n\nThey were agreed on 3 May 2017.")
        [message] = list_messages(plan_note(FRENCH, source))
        assert message == (
            "line 23: Agenda, item 1 “Solidarity corps”: text: The original says 3 May 2017, the translation does not. "
            "The original has 2 paragraphs, the translation has 1 paragraph."
        )

    def test_different_order_of_paragraphs_and_lists_is_reported(self) -> None:
        found = plan_note(
            FRENCH.replace("100 000 places.", "100 000 places.\n\n- un\n- deux"),
            ENGLISH.replace("The corps will", "- one\n- two\n\nThe corps will"),
        )
        [message] = list_messages(found)
        assert message.endswith("text: The paragraphs and lists are in a different order from the original.")

    def test_unread_line_is_reported(self) -> None:
        found = plan_note(FRENCH.replace("NOTE D'", "Diffusion restreinte\n\nNOTE D'", 1))
        assert list_messages(found) == ["line 3: Not understood: “Diffusion restreinte”"]

    def test_ambiguous_part_is_not_imported(self) -> None:
        source = ENGLISH.replace("a) Work programme (information from the Commission)\n", "a) One\nb) Two\nb) Three\n")
        note = FRENCH.replace("a) Programme de travail (informations communiquées par la Commission)\n", "x) Un\n")
        found = plan_note(note, source)
        assert not {"One", "Two", "Three"} & get_planned_texts(found).keys()
        assert [re.findall("“(.*)”", message) for message in list_messages(found, FindingReason.NOT_IN_NOTE)] == [
            ["One"], ["Two"], ["Three"],
        ]  # fmt: skip
        [finding] = list_findings(found, FindingReason.NO_COUNTERPART)
        assert "Un" in finding.text
        assert "was not imported, because it is not certain which part of the original it translates" in finding.message
        assert "Possible parts: any other business 3 a “One”; any other business 3 b “Two”" in finding.message

    def test_different_url_is_not_imported(self) -> None:
        found = plan_note(FRENCH.replace("/fr/policies/youth/", "/fr/policies/sport/"))
        assert not [field for _row, field in found.texts if field == "url"]
        assert "address: the note says “https://www.consilium.europa.eu/fr/policies/sport/”" in list_messages(found)[0]

    def test_note_with_only_a_title_reports_missing_texts(self) -> None:
        title = FRENCH.split("Les ministres")[0]
        found = plan_note(title)
        assert found.texts == {}
        assert {finding.why for finding in list_findings(found)} == {FindingReason.NOT_IN_NOTE}
        assert list_messages(found) == [
            "Lead is not in the note: “Ministers will meet.”",
            "Agenda, item 1 “Solidarity corps” was not found in the note (2 texts)",
            "Agenda, item 2 “Dialogue with the young” was not found in the note (3 texts)",
            "Agenda, any other business 3 “Any other business” was not found in the note (2 texts)",
            "Press contacts, Niels Bohr was not found in the note (1 text)",
        ]

    def test_marked_fallbacks_are_not_imported(self) -> None:
        source = read_sample().document
        half = {
            key: translated
            for key, translated in plan_reading(read_sample("fr"), source).texts.items()
            if key[1] != "text"
        }
        translated = translate_document(source, "fr", half)
        assert isinstance(translated, MeetingDocument)
        found = plan_reading(parse_note_text(render_marked_note(translated)), source, half)
        assert found.texts == {}
        assert len(list_findings(found, FindingReason.NOT_IN_NOTE)) == len(translated.fallbacks) == 2


def format_programme(*points: str) -> str:
    return "\n".join(f"- **{point.replace(' ', '** (', 1)})" for point in points)


def replace_programme(note: str, *points: str) -> str:
    return re.sub(r"- \*\*(?:Youth|Jeunesse).*", format_programme(*points), note)


THE_YOUTH = "Programme, press conference “Youth”"
YOUTH_AND_CULTURE = replace_programme(ENGLISH, "Youth 13:00", "Culture 17:00")


class TestDifferentTimes:
    """Points are also matched by kind and day, and as the only one between two matched points."""

    def test_point_with_a_different_time_among_several_is_matched(self) -> None:
        found = plan_note(
            replace_programme(FRENCH, "Jeunesse 14h00", "Culture 17h00", "Sport 18h00"), YOUTH_AND_CULTURE
        )
        assert list_messages(found) == [
            f"line 13: {THE_YOUTH}: time: the note says “14:00”. The original says “13:00”, which was kept",
            "line 15: Programme, press conference “Sport” (18:00) is not in the original",
        ]

    def test_different_precision_is_reported(self) -> None:
        [message] = list_messages(plan_note(FRENCH.replace("+/- 13:00", "14h00")))
        assert message.endswith("time: the note says “14:00”. The original says “+/- 13:00”, which was kept")

    def test_point_is_matched_beside_a_missing_point_of_another_kind(self) -> None:
        source, note = parse_note_text(ENGLISH).document, parse_note_text(FRENCH.replace("13:00", "14:00"))
        source.programme.insert(0, Point(id=uuid4(), kind=PointKind.DOORSTEP, time="09:00"))
        found = plan_reading(note, source)
        assert "the note says “+/- 14:00”. The original says “+/- 13:00”" in list_messages(found)[0]

    def test_ambiguous_point_reports_the_times_of_candidates(self) -> None:
        found = plan_note(replace_programme(FRENCH, "Presse 14h00"), YOUTH_AND_CULTURE)
        [finding, _culture] = list_findings(found)
        assert finding.why == FindingReason.NO_COUNTERPART
        assert str(finding) == (
            "line 11: Programme, press conference “Presse” (14:00) was not imported, because it is not certain "
            "which part of the original it translates. Possible parts: press conference “Youth” (13:00); "
            "press conference “Culture” (17:00)"
        )

    def test_point_of_another_session_is_not_matched(self) -> None:
        source, reading = parse_note_text(ENGLISH).document, parse_note_text(FRENCH.replace("13:00", "14:00"))
        source.sessions.append(Session(id=uuid4(), title="Sport"))
        source.programme[0].session = source.sessions[-1].id
        found = plan_reading(reading, source)
        assert not [path for path in found.report.placed if path.startswith("programme")]
        assert "“Jeunesse” (+/- 14:00) was not imported" in list_messages(found, FindingReason.NO_COUNTERPART)[0]

    def test_point_of_a_session_is_matched_among_more_points(self) -> None:
        found = plan_note(
            replace_programme(FRENCH, "Jeunesse 14h00", "Culture 17h00"), replace_programme(ENGLISH, "Youth 13:00")
        )
        assert list_messages(found) == [
            f"line 13: {THE_YOUTH}: time: the note says “14:00”. The original says “13:00”, which was kept",
            "line 14: Programme, press conference “Culture” (17:00) is not in the original",
        ]

    def test_swapped_times_do_not_swap_points(self) -> None:
        found = plan_note(replace_programme(FRENCH, "Jeunesse 17h00", "Culture 13h00"), YOUTH_AND_CULTURE)
        assert get_planned_texts(found)["Culture"] == "Culture"
        assert [message.partition(": the note says ")[2] for message in list_messages(found)] == [
            "“17:00”. The original says “13:00”, which was kept",
            "“13:00”. The original says “17:00”, which was kept",
        ]


CHAIRED = ENGLISH.replace(
    "Ministers will meet.", "The meeting will be chaired by **Ada Byron**, Estonian Minister of Education."
)
CHAIRED_IN_FRENCH = FRENCH.replace(
    "Les ministres se réuniront.", "La session sera présidée par **Ada Byron**, ministre estonien de l'éducation."
)


class TestPeople:
    """A role must never be matched with another person."""

    def test_chair_of_the_same_name_is_matched(self) -> None:
        found = plan_note(CHAIRED_IN_FRENCH, CHAIRED)
        assert list_messages(found) == []
        assert "chairs" in {path.partition(".")[0] for path in found.report.placed}

    def test_chair_of_another_name_is_not_matched(self) -> None:
        found = plan_note(CHAIRED_IN_FRENCH.replace("Ada Byron", "Marie Curie"), CHAIRED)
        assert not [path for path in found.report.placed if path.startswith("chairs")]
        curie, byron = list_messages(found)
        assert curie.startswith("line 9: Chairs, Marie Curie was not imported, because it is not certain")
        assert curie.endswith("Possible parts: Ada Byron")
        assert byron == "Chairs, Ada Byron was not found in the note (1 text)"

    def test_only_name_in_another_alphabet_is_matched_and_reported(self) -> None:
        found = plan_note(CHAIRED_IN_FRENCH.replace("Ada Byron", "Άντα Μπάιρον"), CHAIRED)
        assert [path for path in found.report.placed if path.startswith("chairs")]
        assert list_messages(found) == [
            "line 9: Chairs, Ada Byron: name: is “Άντα Μπάιρον” in the note the same as “Ada Byron” in the original?"
        ]

    def test_two_names_in_another_alphabet_are_not_matched(self) -> None:
        source, reading = parse_note_text(CHAIRED).document, parse_note_text(CHAIRED_IN_FRENCH)
        source.chairs.append(Chair(id=uuid4(), name="Marie Curie", role="Minister of Science"))
        reading.document.chairs[0].name = "Άντα Μπάιρον"
        reading.document.chairs.append(Chair(id=uuid4(), name="Μαρί Κιουρί", role="ministre"))
        found = plan_reading(reading, source)
        assert not [path for path in found.report.placed if path.startswith("chairs")]
        assert len(list_findings(found, FindingReason.NO_COUNTERPART)) == 2

    def test_contact_with_another_name_and_phone_is_not_matched(self) -> None:
        found = plan_note(FRENCH.replace("Niels Bohr, +32 2 555 02 20", "Marie Curie, +32 2 555 02 21"))
        assert not [path for path in found.report.placed if path.startswith("contacts")]
        assert "Possible parts: Niels Bohr" in list_messages(found)[0]

    def test_contact_with_the_same_phone_is_matched_and_reported(self) -> None:
        found = plan_note(FRENCH.replace("Niels Bohr", "Service de presse"))
        assert "name: the note says “Service de presse”. The original says “Niels Bohr”" in list_messages(found)[0]

    def test_speakers_are_matched_by_name(self) -> None:
        source, reading = parse_note_text(ENGLISH).document, parse_note_text(FRENCH)
        source.programme[0].speakers = [Speaker(name="Ada Byron", role="Minister"), Speaker(name="Niels Bohr")]
        reading.document.programme[0].speakers = [
            Speaker(name="Marie Curie", role="professeure"), Speaker(name="Ada Byron", role="ministre"),
        ]  # fmt: skip
        found = plan_reading(reading, source)
        assert get_planned_texts(found)["Minister"] == "ministre"
        assert [finding.text for finding in list_findings(found)] == ["Marie Curie, professeure"]


class TestStoredTranslations:
    def test_same_note_again_changes_nothing(self) -> None:
        source, reading = parse_note_text(ENGLISH).document, parse_note_text(FRENCH)
        first = plan_reading(reading, source)
        again = plan_reading(reading, source, first.texts)
        assert (again.texts, list_messages(again)) == ({}, [])
        assert len(again.report.standing) == len(first.report.standing) + len(first.texts)

    def test_other_translation_is_kept_unless_replaced(self) -> None:
        source = parse_note_text(ENGLISH).document
        stored = {(source.id, "notice"): TranslatedText("Autre avis.", compute_digest(source.notice))}
        found = plan_reading(parse_note_text(FRENCH), source, stored)
        assert (source.id, "notice") not in found.texts
        [message] = list_messages(found)
        assert message == (
            "line 17: Notice already has a different translation, which was kept: “Autre avis.”; the note says "
            "“La présente note a été rédigée sous la responsabilité du service de presse.”"
        )
        found = plan_reading(parse_note_text(FRENCH), source, stored, replace=True)
        assert found.report.replaced == ["notice"]
        assert found.texts[source.id, "notice"].text.startswith("La présente note")

    def test_finding_quotes_from_the_first_difference(self) -> None:
        source = parse_note_text(ENGLISH).document
        first = plan_note(FRENCH).texts
        key = next(key for key, translated in first.items() if "sur l'école" in translated.text)
        stored = {(source.agenda[1].id, "text"): first[key]}
        [message] = list_messages(
            plan_reading(parse_note_text(FRENCH.replace("sur le travail", "sur les métiers")), source, stored)
        )
        assert message.endswith(": “… sur l'école sur le travail”; the note says “… sur l'école sur les métiers”")
        bold = plan_reading(parse_note_text(FRENCH.replace("le travail", "le **travail**")), source, stored)
        assert (
            "already has these words with other paragraphs, lists or bold. They were not changed"
            in list_messages(bold)[0]
        )

    def test_same_translation_of_an_earlier_source_is_not_made_current(self) -> None:
        source, note = parse_note_text(ENGLISH).document, parse_note_text(FRENCH)
        stored = {(source.id, "lead"): TranslatedText(note.document.lead, compute_digest("Something else."))}
        found = plan_reading(note, source, stored)
        assert (source.id, "lead") not in found.texts
        assert "of an earlier version of the original" in list_messages(found)[0]
        assert plan_reading(note, source, stored, replace=True).report.replaced == ["lead"]


def find_lost_texts(reading: ParsedNote, found: ImportPlan) -> list[str]:
    """Return the texts of the note that are neither imported, stored, reported, nor in the reference data."""
    known = [translated.text for translated in found.texts.values()]
    known_texts, segments = KnownTexts(found.source), list_segments_with_owner(found.source)
    known += [known_texts.translate(segment, owner, "fr") for segment, owner in segments]
    known += [f"{finding.text} {finding.message}" for finding in found.report.findings]
    known_letters = keep_letters(" ".join(known))
    return [
        segment.text
        for segment, _owner in list_segments_with_owner(reading.document)
        if segment.path not in ("title", "place.city")
        and "information_from" not in segment.path
        and not all(keep_letters(block) in known_letters for block in re.split("<[^<>]*>", segment.text))
    ]


def keep_letters(text: str) -> str:
    return re.sub("<[^<>]*>|&[a-z]+;|\\W|_", "", text)


BLOCKS = FRENCH.split("\n\n")


@given(st.permutations(range(4, len(BLOCKS))), st.sets(st.integers(4, len(BLOCKS) - 1), max_size=4))
@settings(max_examples=20)
def test_no_text_of_a_shuffled_note_is_lost(order: list[int], without: set[int]) -> None:
    text = "\n\n".join([*BLOCKS[:4], *(BLOCKS[place] for place in order if place not in without)])
    try:
        reading = parse_note_text(text)
    except NoteError:
        return
    assert find_lost_texts(reading, plan_reading(reading, parse_note_text(ENGLISH).document)) == []


def build_long_notes(items: int) -> tuple[str, str]:
    """Return an English and a French note with a different number in each item."""
    source, note = (
        head + "\n\n".join(f"{word} {place}\n\n{text} {place}." for place in range(items)) + "\n"
        for head, word, text in (
            (ENGLISH.split("1. Sol")[0], "Item", "It is item"),
            (FRENCH.split("1. Corps")[0], "Point", "C'est le point"),
        )
    )
    return source, note


def test_long_note_without_one_item_matches_all_others() -> None:
    source, note = build_long_notes(60)
    found = plan_note(note.replace("Point 30\n\nC'est le point 30.\n\n", ""), source)
    assert list_messages(found) == ["Agenda, item “Item 30” was not found in the note (2 texts)"]
    assert get_planned_texts(found)["Item 59"] == "Point 59"


def test_huge_note_is_matched_or_reported_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matcher, "MAX_COMPARED_PAIRS", 20)
    source, note = build_long_notes(40)
    found = plan_note(note, source)
    assert list_messages(found) == []
    assert len(found.report.placed) > 80
    found = plan_note(note.replace("Point 30\n\nC'est le point 30.\n\n", ""), source)
    assert len(list_findings(found, FindingReason.NO_COUNTERPART)) == 39
    assert len(list_findings(found, FindingReason.NOT_IN_NOTE)) == 40

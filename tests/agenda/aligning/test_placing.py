"""Which texts of a note find their place in the source document, and what is told of the others."""

import re
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agenda.aligning import Plan, Why
from agenda.exporting.text import exported_note
from agenda.notes.lines import NoteError
from agenda.notes.reading import Reading
from agenda.translating import Made, disagreements, in_language, owned_segments, segments
from agenda.translating.known import known_text
from meetings.documents.shape import Chair, MeetingDocument, Point, Session, Speaker
from meetings.documents.text import digest_of
from meetings.vocabulary import PointKind
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
        [finding] = told(found)
        assert (finding.why, finding.path) == (Why.NOT_IN_NOTE, f"agenda.{found.source.agenda[0].id}")
        assert str(finding) == "Agenda, item 1 “Solidarity corps” was not found in the note (2 texts)"
        assert said(found)["Dialogue with the young"] == "Dialogue avec les jeunes"

    def test_so_it_is_where_the_others_were_numbered_anew(self) -> None:
        lacking = re.sub(r"1\. Corps.*?(?=2\. Dialogue)", "", FRENCH, flags=re.DOTALL)
        found = plan(lacking.replace("2. Dial", "1. Dial").replace("3. Divers", "2. Divers"))
        assert said(found)["Dialogue with the young"] == "Dialogue avec les jeunes"
        assert said(found)["Work programme"] == "Programme de travail"
        [message] = messages(found, Why.SHARED)
        assert message == (
            "line 21: Agenda: 4 numbers are others in the note, and those of the source stand: “1” for “2”, “2” for "
            "“3”, “2 a” for “3 a”, “2 b” for “3 b”"
        )

    def test_who_informs_tells_more_than_the_letter_of_a_point(self) -> None:
        first, second = FRENCH.splitlines()[-2:]
        swapped = plan(FRENCH.replace(first, f"a{second[1:]}").replace(f"\n{second}", f"\nb{first[1:]}"))
        assert said(swapped)["Skills"] == "Compétences"
        added = plan(
            FRENCH.replace("b) Comp", "b) Sport (informations communiquées par la délégation italienne)\nc) Comp")
        )
        assert said(added)["Skills"] == "Compétences"
        assert messages(added, Why.NO_COUNTERPART) == [
            "line 39: Agenda, any other business 3 b “Sport” is not in the source"
        ]

    def test_another_day_in_one_line(self) -> None:
        assert messages(plan(FRENCH.replace("lundi 20 novembre", "mardi 21 novembre"))) == [
            "First day: the note says “Tuesday 21 November 2017”, the source “Monday 20 November 2017”, which stands"
        ]

    def test_another_number_of_one_item(self) -> None:
        assert messages(plan(FRENCH.replace("2. Dial", "4. Dial"))) == [
            "line 25: Agenda, item 2 “Dialogue with the young”: number: the note says “4”, the source “2”, which stands"
        ]

    def test_an_item_that_the_source_lacks_is_told_with_its_line_and_all_its_words(self) -> None:
        found = plan(FRENCH.replace("3. Divers", "Sport à l'école (14003/17)\n\nQuatre points.\n\n3. Divers"))
        [finding] = told(found)
        assert (finding.why, finding.line) == (Why.NO_COUNTERPART, 36)
        assert all(words in finding.text for words in ("Sport à l'école", "14003/17", "Quatre points."))
        assert str(finding) == "line 36: Agenda, item “Sport à l'école” is not in the source"

    def test_a_session_that_the_note_lacks_does_not_shift_the_others(self) -> None:
        source = ENGLISH + "\nCULTURE\n\n4. Books (14009/17)\n\nSPORT\n\n5. Games (14010/17)\n"
        found = plan(FRENCH + "\nSPORT\n\n5. Jeux (14010/17)\n", source)
        assert said(found)["Games"] == "Jeux"
        assert messages(found) == ["Agenda, item 4 “Books” was not found in the note (1 text)"]

    def test_swapped_items_are_matched_by_what_tells_them_and_the_order_is_told(self) -> None:
        source, reading = sample().document, sample("fr")
        reading.document.agenda.reverse()
        found = beside(reading, source)
        assert said(found)["Migration policy"] == "Politique migratoire"
        assert messages(found) == ["Agenda: the note has another order, and the source's stands"]

    def test_links_without_address_are_matched_by_their_kind(self) -> None:
        source, reading = sample().document, sample("fr")
        reading.document.agenda[0].links.reverse()
        assert "Infographie" in said(beside(reading, source))[source.agenda[0].links[1].title]
        del reading.document.agenda[0].links[0]
        found = beside(reading, source)
        assert said(found)[source.agenda[0].links[0].title].startswith("Trouver des solutions")
        [message] = messages(found)
        assert "Infographic" in message

    def test_another_hour(self) -> None:
        found = plan(FRENCH.replace("13:00", "14:30"))
        [message] = messages(found)
        assert message == (
            "line 13: Programme, press conference “Youth”: time: the note says “+/- 14:30”, the source “+/- 13:00”, "
            "which stands"
        )
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
        told_of = [message.partition(": the note says")[0] for message in messages(plan(changed))]
        assert told_of == [
            "line 7: Place",
            "line 15: Press contacts, Niels Bohr: phone numbers",
            "line 25: Agenda, item 2 “Dialogue with the young”: documents",
            "line 39: Agenda, any other business 3 b “Skills”: information from",
            "First issued",
        ]

    def test_paragraphs_that_were_put_together_are_placed_and_told(self) -> None:
        found = plan(FRENCH.replace("- sur l'école\n- sur le travail", "- sur l'école et le travail"))
        assert any("sur l'école et le travail" in text for text in said(found).values())
        assert [finding.why for finding in told(found)] == [Why.DISAGREES]
        [message] = messages(found)
        assert message == (
            "line 29: Agenda, item 2 “Dialogue with the young”: text: The source has 2 points of a list, the "
            "translation 1 point of a list."
        )

    def test_a_paragraph_that_is_missing_with_its_date_is_told_in_one_line(self) -> None:
        source = ENGLISH.replace("100 000 places.", "100 000 places.\n\nThey were agreed on 3 May 2017.")
        [message] = messages(plan(FRENCH, source))
        assert message == (
            "line 23: Agenda, item 1 “Solidarity corps”: text: The source says 3 May 2017, the translation does not. "
            "The source has 2 paragraphs, the translation 1 paragraph."
        )

    def test_paragraphs_and_lists_in_another_order_are_told(self) -> None:
        found = plan(
            FRENCH.replace("100 000 places.", "100 000 places.\n\n- un\n- deux"),
            ENGLISH.replace("The corps will", "- one\n- two\n\nThe corps will"),
        )
        [message] = messages(found)
        assert message.endswith("text: The paragraphs and lists stand in another order than in the source.")

    def test_what_nobody_could_read_is_told_with_its_line(self) -> None:
        found = plan(FRENCH.replace("NOTE D'", "Diffusion restreinte\n\nNOTE D'", 1))
        assert messages(found) == ["line 3: Not understood: “Diffusion restreinte”"]

    def test_what_several_could_match_is_not_placed(self) -> None:
        source = ENGLISH.replace("a) Work programme (information from the Commission)\n", "a) One\nb) Two\nb) Three\n")
        note = FRENCH.replace("a) Programme de travail (informations communiquées par la Commission)\n", "x) Un\n")
        found = plan(note, source)
        assert not {"One", "Two", "Three"} & said(found).keys()
        assert [re.findall("“(.*)”", message) for message in messages(found, Why.NOT_IN_NOTE)] == [
            ["One"], ["Two"], ["Three"],
        ]  # fmt: skip
        [finding] = told(found, Why.NO_COUNTERPART)
        assert "Un" in finding.text
        assert "is not placed, since nothing tells for certain which one of the source it is, if any" in finding.message
        assert "Left there: any other business 3 a “One”; any other business 3 b “Two”" in finding.message

    def test_another_address_of_a_link_is_none_of_this_language(self) -> None:
        found = plan(FRENCH.replace("/fr/policies/youth/", "/fr/policies/sport/"))
        assert not [field for _row, field in found.texts if field == "url"]
        assert "address: the note says “https://www.consilium.europa.eu/fr/policies/sport/”" in messages(found)[0]

    def test_a_note_with_nothing_but_its_title(self) -> None:
        title = FRENCH.split("Les ministres")[0]
        found = plan(title)
        assert found.texts == {}
        assert {finding.why for finding in told(found)} == {Why.NOT_IN_NOTE}
        assert messages(found) == [
            "Lead is not in the note: “Ministers will meet.”",
            "Agenda, item 1 “Solidarity corps” was not found in the note (2 texts)",
            "Agenda, item 2 “Dialogue with the young” was not found in the note (3 texts)",
            "Agenda, any other business 3 “Any other business” was not found in the note (2 texts)",
            "Press contacts, Niels Bohr was not found in the note (1 text)",
        ]

    def test_what_an_export_marked_as_borrowed_is_no_translation(self) -> None:
        source = sample().document
        half = {key: made for key, made in beside(sample("fr"), source).texts.items() if key[1] != "text"}
        translated = in_language(source, "fr", half)
        assert isinstance(translated, MeetingDocument)
        found = beside(read(exported_note(translated)), source, half)
        assert found.texts == {}
        assert len(told(found, Why.NOT_IN_NOTE)) == len(translated.fallbacks) == 2


def programme(*points: str) -> str:
    return "\n".join(f"- **{point.replace(' ', '** (', 1)})" for point in points)


def with_programme(note: str, *points: str) -> str:
    return re.sub(r"- \*\*(?:Youth|Jeunesse).*", programme(*points), note)


THE_YOUTH = "Programme, press conference “Youth”"
YOUTH_AND_CULTURE = with_programme(ENGLISH, "Youth 13:00", "Culture 17:00")


class TestHoursThatDiffer:
    """What else a point is known by: its kind, its day, and that it is the only one between two that are found."""

    def test_one_of_several(self) -> None:
        found = plan(with_programme(FRENCH, "Jeunesse 14h00", "Culture 17h00", "Sport 18h00"), YOUTH_AND_CULTURE)
        assert messages(found) == [
            f"line 13: {THE_YOUTH}: time: the note says “14:00”, the source “13:00”, which stands",
            "line 15: Programme, press conference “Sport” (18:00) is not in the source",
        ]

    def test_how_exact_it_is_is_told_with_it(self) -> None:
        [message] = messages(plan(FRENCH.replace("+/- 13:00", "14h00")))
        assert message.endswith("time: the note says “14:00”, the source “+/- 13:00”, which stands")

    def test_beside_a_point_of_another_kind_that_the_note_lacks(self) -> None:
        source, note = read(ENGLISH).document, read(FRENCH.replace("13:00", "14:00"))
        source.programme.insert(0, Point(id=uuid4(), kind=PointKind.DOORSTEP, time="09:00"))
        found = beside(note, source)
        assert "the note says “+/- 14:00”, the source “+/- 13:00”" in messages(found)[0]

    def test_which_of_two_is_not_guessed_and_the_hours_that_are_left_are_told(self) -> None:
        found = plan(with_programme(FRENCH, "Presse 14h00"), YOUTH_AND_CULTURE)
        [finding, _culture] = told(found)
        assert finding.why == Why.NO_COUNTERPART
        assert str(finding) == (
            "line 11: Programme, press conference “Presse” (14:00) is not placed, since nothing tells for certain "
            "which one of the source it is, if any. Left there: press conference “Youth” (13:00); "
            "press conference “Culture” (17:00)"
        )

    def test_a_point_of_another_session_is_another_point(self) -> None:
        source, reading = read(ENGLISH).document, read(FRENCH.replace("13:00", "14:00"))
        source.sessions.append(Session(id=uuid4(), title="Sport"))
        source.programme[0].session = source.sessions[-1].id
        found = beside(reading, source)
        assert not [path for path in found.report.placed if path.startswith("programme")]
        assert "“Jeunesse” (+/- 14:00) is not placed" in messages(found, Why.NO_COUNTERPART)[0]

    def test_the_point_of_a_session_is_no_other_though_there_are_more(self) -> None:
        found = plan(with_programme(FRENCH, "Jeunesse 14h00", "Culture 17h00"), with_programme(ENGLISH, "Youth 13:00"))
        assert messages(found) == [
            f"line 13: {THE_YOUTH}: time: the note says “14:00”, the source “13:00”, which stands",
            "line 14: Programme, press conference “Culture” (17:00) is not in the source",
        ]

    def test_hours_that_were_swapped_do_not_swap_the_points(self) -> None:
        found = plan(with_programme(FRENCH, "Jeunesse 17h00", "Culture 13h00"), YOUTH_AND_CULTURE)
        assert said(found)["Culture"] == "Culture"
        assert [message.partition(": the note says ")[2] for message in messages(found)] == [
            "“17:00”, the source “13:00”, which stands",
            "“13:00”, the source “17:00”, which stands",
        ]


CHAIRED = ENGLISH.replace(
    "Ministers will meet.", "The meeting will be chaired by **Ada Byron**, Estonian Minister of Education."
)
CHAIRED_IN_FRENCH = FRENCH.replace(
    "Les ministres se réuniront.", "La session sera présidée par **Ada Byron**, ministre estonien de l'éducation."
)


class TestPeople:
    """Somebody's role is that of nobody else."""

    def test_a_chair_of_the_same_name(self) -> None:
        found = plan(CHAIRED_IN_FRENCH, CHAIRED)
        assert messages(found) == []
        assert "chairs" in {path.partition(".")[0] for path in found.report.placed}

    def test_a_chair_of_another_name_is_not_placed(self) -> None:
        found = plan(CHAIRED_IN_FRENCH.replace("Ada Byron", "Marie Curie"), CHAIRED)
        assert not [path for path in found.report.placed if path.startswith("chairs")]
        curie, byron = messages(found)
        assert curie.startswith("line 9: Chairs, Marie Curie is not placed, since nothing tells for certain which one")
        assert curie.endswith("Left there: Ada Byron")
        assert byron == "Chairs, Ada Byron was not found in the note (1 text)"

    def test_a_name_in_other_letters_is_placed_where_it_is_the_only_one_and_is_to_be_compared(self) -> None:
        found = plan(CHAIRED_IN_FRENCH.replace("Ada Byron", "Άντα Μπάιρον"), CHAIRED)
        assert [path for path in found.report.placed if path.startswith("chairs")]
        assert messages(found) == [
            "line 9: Chairs, Ada Byron: name: is “Άντα Μπάιρον” of the note “Ada Byron” of the source?"
        ]

    def test_of_two_names_in_other_letters_none_is_placed(self) -> None:
        source, reading = read(CHAIRED).document, read(CHAIRED_IN_FRENCH)
        source.chairs.append(Chair(id=uuid4(), name="Marie Curie", role="Minister of Science"))
        reading.document.chairs[0].name = "Άντα Μπάιρον"
        reading.document.chairs.append(Chair(id=uuid4(), name="Μαρί Κιουρί", role="ministre"))
        found = beside(reading, source)
        assert not [path for path in found.report.placed if path.startswith("chairs")]
        assert len(told(found, Why.NO_COUNTERPART)) == 2

    def test_a_contact_of_another_name_and_telephone_is_not_placed(self) -> None:
        found = plan(FRENCH.replace("Niels Bohr, +32 2 555 02 20", "Marie Curie, +32 2 555 02 21"))
        assert not [path for path in found.report.placed if path.startswith("contacts")]
        assert "Left there: Niels Bohr" in messages(found)[0]

    def test_a_contact_of_another_name_at_the_same_telephone_is_placed_and_told(self) -> None:
        found = plan(FRENCH.replace("Niels Bohr", "Service de presse"))
        assert "name: the note says “Service de presse”, the source “Niels Bohr”" in messages(found)[0]

    def test_speakers_are_found_by_their_names(self) -> None:
        source, reading = read(ENGLISH).document, read(FRENCH)
        source.programme[0].speakers = [Speaker(name="Ada Byron", role="Minister"), Speaker(name="Niels Bohr")]
        reading.document.programme[0].speakers = [
            Speaker(name="Marie Curie", role="professeure"), Speaker(name="Ada Byron", role="ministre"),
        ]  # fmt: skip
        found = beside(reading, source)
        assert said(found)["Minister"] == "ministre"
        assert [finding.text for finding in told(found)] == ["Marie Curie, professeure"]


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
            "line 17: Notice has another translation already, which stays: “Autre avis.”; the note says "
            "“La présente note a été rédigée sous la responsabilité du service de presse.”"
        )
        found = beside(read(FRENCH), source, there, replace=True)
        assert found.report.replaced == ["notice"]
        assert found.texts[source.id, "notice"].text.startswith("La présente note")

    def test_is_told_from_where_it_differs(self) -> None:
        source = read(ENGLISH).document
        first = plan(FRENCH).texts
        key = next(key for key, made in first.items() if "sur l'école" in made.text)
        there = {(source.agenda[1].id, "text"): first[key]}
        [message] = messages(beside(read(FRENCH.replace("sur le travail", "sur les métiers")), source, there))
        assert message.endswith(": “… sur l'école sur le travail”; the note says “… sur l'école sur les métiers”")
        bold = beside(read(FRENCH.replace("le travail", "le **travail**")), source, there)
        assert "has these words already, with other paragraphs, lists or bold, which stay" in messages(bold)[0]

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
    assert messages(found) == ["Agenda, item “Item 30” was not found in the note (2 texts)"]
    assert said(found)["Item 59"] == "Point 59"


def test_a_huge_note_is_placed_where_all_agrees_and_else_told_in_a_moment() -> None:
    source, note = long_notes(500)
    found = plan(note, source)
    assert messages(found) == []
    assert len(found.report.placed) > 1000
    found = plan(note.replace("Point 30\n\nC'est le point 30.\n\n", ""), source)
    assert len(told(found, Why.NO_COUNTERPART)) == 499
    assert len(told(found, Why.NOT_IN_NOTE)) == 500

"""The note as a Word document: real headings, lists and links, and no traces of the template."""

import io
import time
import zipfile
from typing import Any

import pytest
from docx.oxml.ns import qn

from agenda.export.formats import NOTE_FORMATS
from agenda.export.imprint import Imprint
from meetings.documents.choices import Language, PointKind, PointState, TimePrecision
from meetings.documents.schema import Footnote, MeetingDocument, Point
from tests.agenda.export.file_readers import (
    IMPRINT,
    extract_pdf_words,
    extract_word_words,
    make_validated_document,
    normalize_spaces,
    render_and_read_word,
)
from tests.factories import PRESS_DAY, make_meeting_document, make_uuid

pytestmark = pytest.mark.once


def list_styles(document: MeetingDocument) -> list[tuple[str, str]]:
    return [(each.style.name or "", each.text) for each in render_and_read_word(document).paragraphs if each.style]


def list_numbers(document: MeetingDocument) -> list[int]:
    """Return the numbering id of each entry of a numbered list."""
    return [each.val for each in render_and_read_word(document).element.body.iter(qn("w:numId"))]


def list_languages(document: MeetingDocument, imprint: Imprint = IMPRINT) -> dict[str, list[str]]:
    """Return the language of each piece of text; empty if it is that of the file."""
    runs = render_and_read_word(document, imprint).element.body.iter(qn("w:r"))
    return {run.xpath("string(.)"): run.xpath("w:rPr/w:lang/@w:val") for run in runs}


class TestTemplateTraces:
    def test_template_leaves_no_traces(self) -> None:
        with zipfile.ZipFile(io.BytesIO(NOTE_FORMATS["docx"].render(make_validated_document(), IMPRINT))) as file:
            names = file.namelist()
            content_read = b"".join(file.read(name) for name in names)
        assert not [name for name in names if "thumbnail" in name or "customXml" in name]
        assert b"python-docx" not in content_read
        assert b"en-US" not in content_read

    def test_same_note_has_the_same_bytes(self) -> None:
        one = NOTE_FORMATS["docx"].render(make_validated_document(), IMPRINT)
        time.sleep(2.1)  # times in a ZIP file have a resolution of two seconds
        assert NOTE_FORMATS["docx"].render(make_validated_document(), IMPRINT) == one


class TestStructure:
    def test_headings(self) -> None:
        found = list_styles(make_validated_document())
        assert ("Heading 1", "Justice and Home Affairs Council") in found
        assert ("Heading 2", "Agenda") in found
        assert ("Heading 3", "Home Affairs") in found
        assert ("Heading 4", "8\u2002Dublin regulation") in found

    def test_nested_lists(self) -> None:
        found = list_styles(make_validated_document())
        assert ("List Bullet", "one") in found
        assert ("List Bullet 2", "nested") in found

    def test_numbered_lists_restart(self) -> None:
        lead = "<ol><li>a</li><li>b</li></ol><p>and</p><ol><li>c</li></ol>"
        first, second, third = list_numbers(make_meeting_document(lead=lead))
        assert first == second != third

    def test_footnote_marks_are_links(self) -> None:
        note = Footnote(id=make_uuid("footnote"), mark="(*)", text="<p>A vote may be requested.</p>")
        document = make_meeting_document(lead="<p>Fish (*) and more.</p>", footnotes=[note])
        body = render_and_read_word(document).element.body
        [link] = body.iter(qn("w:hyperlink"))
        [place] = body.iter(qn("w:bookmarkStart"))
        assert link.get(qn("w:anchor")) == place.get(qn("w:name"))
        assert link.xpath("string(.)") == "(*)"

    def test_programme_table_repeats_its_header(self) -> None:
        [table] = render_and_read_word(make_validated_document()).tables
        assert [cell.text for cell in table.rows[0].cells] == ["Time", "Event"]
        assert table.rows[0]._tr.xpath("w:trPr/w:tblHeader")
        assert table.rows[1].cells[0].text == "about 13:00"

    def test_title_date_and_language(self) -> None:
        about = render_and_read_word(make_validated_document(language=Language.FR, title="Conseil")).core_properties
        assert (about.title, about.language) == ("Conseil, 14–15 septembre 2060", "fr")
        assert (about.author, about.comments, about.last_modified_by) == (
            "Council of the European Union, press office",
            "",
            "",
        )
        assert about.created == PRESS_DAY

    def test_long_title_is_cut_in_the_properties_only(self) -> None:
        """The file of a meeting with a longer title and day than 255 characters was an error."""
        file = render_and_read_word(make_validated_document(title=f"{'Fisheries ' * 49}policy"))
        assert len(file.core_properties.title) == 255
        assert any(paragraph.text.endswith("Fisheries policy") for paragraph in file.paragraphs)

    def test_fallback_text_has_its_language(self) -> None:
        document = make_validated_document(language=Language.FR, fallbacks=["lead"])
        found = {
            run.text: run._element.xpath("w:rPr/w:lang/@w:val")
            for each in render_and_read_word(document).paragraphs
            for run in each.runs
        }
        assert found["bold"] == ["en"]
        assert found["Andres Anvelt"] == []

    @pytest.mark.parametrize(("language", "expected"), [(Language.EN, ["el"]), (Language.EL, [])])
    def test_greek_words_are_read_aloud_as_greek(self, language: Language, expected: list[str]) -> None:
        lead = "<p>The <strong>Ελληνική Δημοκρατία</strong> and the angle α.</p>"
        found = list_languages(make_meeting_document("Council: Ελλάδα", language=language, lead=lead))
        assert found["Ελληνική Δημοκρατία"] == expected
        assert found[" and the angle α."] == []
        assert found.get("Ελλάδα", []) == expected

    def test_greek_words_of_a_fallback_in_a_greek_note(self) -> None:
        values: dict[str, Any] = {"language": Language.EL, "source_language": Language.EN, "fallbacks": ["lead"]}
        found = list_languages(make_meeting_document("Τίτλος", lead="<p>In Ελλάδα.</p>", **values))
        assert (found["In "], found["Ελλάδα"]) == (["en"], [])

    def test_our_own_words_are_marked_as_english(self) -> None:
        found = list_languages(
            make_meeting_document("Conseil", language=Language.FR), Imprint(at=PRESS_DAY, edition_number=1)
        )
        for words in ("Council of the European Union, press office", "When", "Licence"):
            assert found[words] == ["en"], words

    @pytest.mark.parametrize(("state", "shown"), [(PointState.PLANNED, True), (PointState.CANCELLED, False)])
    def test_start_time_is_a_key_fact(self, state: PointState, shown: bool) -> None:
        start = Point(
            id=make_uuid("start"), kind=PointKind.START, time="10:00", time_precision=TimePrecision.EXACT, state=state
        )
        document = make_validated_document(programme=[start])
        for form, read in (("docx", extract_word_words), ("pdf", extract_pdf_words)):
            assert (
                "September 2060 Start 10:00" in normalize_spaces(read(NOTE_FORMATS[form].render(document, IMPRINT)))
            ) is shown, form

    def test_status_label_is_on_each_page(self) -> None:
        content = NOTE_FORMATS["docx"].render(make_validated_document(), Imprint(at=PRESS_DAY, status_label="DRAFT"))
        assert extract_word_words(content).startswith("DRAFT")

"""The note as PDF: accessible, complete, and with the same bytes each time."""

import re
from itertools import chain
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.conf import settings

from agenda.export import pdf as pdf_format
from agenda.export.errors import TypesettingError
from agenda.export.formats import NOTE_FORMATS
from agenda.export.imprint import Imprint
from agenda.export.note_builder import build_printable_note
from meetings.documents.choices import Language, MeetingStatus
from meetings.documents.schema import ConfigurationName, Footnote, Item, MeetingDocument
from meetings.reference.emblems import EMBLEMS, SUCCESSORS
from tests.agenda.export.file_readers import (
    IMPRINT,
    count_internal_links,
    extract_pdf_words,
    make_validated_document,
    normalize_spaces,
    render_and_read_pdf,
)
from tests.factories import DAY, PRESS_DAY, make_meeting_document, make_uuid
from tests.programmes import make_point

pytestmark = pytest.mark.once
FOREIGN = "No font has this: 中文 😀"


def extract_text(document: MeetingDocument, imprint: Imprint = IMPRINT) -> str:
    return normalize_spaces(" ".join(page.extract_text() for page in render_and_read_pdf(document, imprint).pages))


def list_tags(document: MeetingDocument) -> list[str]:
    """Return the tags of the document structure, in reading order."""
    found = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for each in node:
                walk(each)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append(str(node["/S"]))
            if "/K" in node:
                walk(node["/K"])

    walk(render_and_read_pdf(document).root_object["/StructTreeRoot"])
    return found


def typeset_here(document: MeetingDocument) -> bytes:
    """Return the PDF, written in this process, so that a test can replace the library."""
    return pdf_format.typeset_pdf(build_printable_note(document, IMPRINT), IMPRINT.at)


def list_languages(reader: pypdf.PdfReader) -> set[str]:
    """Return the languages of all elements and passages that are not in the language of the file."""
    elements: Any = (reader.get_object(number) for number in chain(*reader.xref.values(), reader.xref_objStm))
    found = {str(each["/Lang"]) for each in elements if isinstance(each, dict) and each.get("/S") and "/Lang" in each}
    for page in reader.pages:
        contents: Any = page.get_contents()
        found |= {each.decode() for each in re.findall(rb"/Lang ?\((\w+)\)", contents.get_data())}
    return found - {str(reader.root_object["/Lang"])}


class TestTypesettingErrors:
    def test_missing_glyph_gives_a_plain_pdf(self, caplog: pytest.LogCaptureFixture) -> None:
        """Such a PDF does not meet the standards. The log says so."""
        document = make_meeting_document(lead=f"<p>{FOREIGN}</p>")
        assert "No font has this" in extract_text(document)
        assert "could not be displayed" in caplog.text

    def test_note_that_is_too_long(self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
        monkeypatch.setattr(pdf_format, "MAX_DATA_LENGTH", 1000)
        with pytest.raises(TypesettingError):
            typeset_here(make_validated_document())
        assert "is too long to be set" in caplog.text

    def test_panic_of_the_library(self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
        class PanicException(BaseException):
            pass

        def panic(*_args: Any, **_options: Any) -> bytes:
            raise PanicException

        monkeypatch.setattr("typst.compile", panic)
        with pytest.raises(TypesettingError):
            typeset_here(make_validated_document())

    def test_keyboard_interrupt_is_not_caught(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def stop(*_args: Any, **_options: Any) -> bytes:
            raise KeyboardInterrupt

        monkeypatch.setattr("typst.compile", stop)
        with pytest.raises(KeyboardInterrupt):
            typeset_here(make_validated_document())


class TestAccessibility:
    def test_metadata_names_the_standards(self) -> None:
        metadata: Any = render_and_read_pdf(make_validated_document()).root_object["/Metadata"]
        file_text = metadata.get_object().get_data().decode()
        assert re.search(r"<pdfuaid:part>1<", file_text)
        assert re.search(r"<pdfaid:part>2<.*<pdfaid:conformance>A<", file_text, re.DOTALL)

    def test_title_author_and_language(self) -> None:
        read = render_and_read_pdf(make_validated_document(language=Language.FR, title="Conseil"))
        assert read.metadata
        assert read.metadata.title == "Conseil, 14–15 septembre 2060"
        assert read.metadata.author == "Council of the European Union, press office"
        assert str(read.root_object["/Lang"]) == "fr"

    def test_passages_in_other_languages_are_tagged(self) -> None:
        lead = "<p>Ελληνικά κείμενα εδώ.</p><p>In <strong>Ελλάδα</strong>.</p>"
        reader = render_and_read_pdf(make_meeting_document("Council: Ελλάδα", lead=lead))
        assert list_languages(reader) == {"el"}
        assert list_languages(render_and_read_pdf(make_meeting_document("Council"))) == set()

    def test_structure_is_tagged(self) -> None:
        found = list_tags(make_validated_document())
        assert found.count("/H1") == 1
        assert {"/H2", "/H3", "/H4", "/L", "/LI", "/LBody", "/Link", "/Table", "/TR", "/TH", "/TD", "/P"} <= set(found)

    @pytest.mark.parametrize(
        ("mark", "text", "links"),
        [("(*)", "A title (*)", 1), ("*", "One* and **two** and three*", 2), ("1", "In 2011 there was 1", 0)],
    )
    def test_footnote_marks_are_links(self, mark: str, text: str, links: int) -> None:
        note = Footnote(id=make_uuid("footnote"), mark=mark, text=f"<p>It is so {mark}.</p>")
        item = Item(id=make_uuid("item"), title=text)
        content = NOTE_FORMATS["pdf"].render(make_meeting_document(agenda=[item], footnotes=[note]), IMPRINT)
        assert extract_pdf_words(content).count(text) == 1
        assert count_internal_links(content) == links

    def test_no_heading_level_is_skipped(self) -> None:
        lead = "<h4>Deep at once</h4><p>One.</p><h3></h3>"
        levels = [int(tag[2]) for tag in list_tags(make_meeting_document(lead=lead)) if re.fullmatch("/H[1-6]", tag)]
        assert levels[:3] == [1, 2, 3]


class TestContent:
    def test_inexact_times_are_in_words(self) -> None:
        assert "about 13:00" in extract_text(make_validated_document())

    def test_dates_are_in_the_language_of_the_note(self) -> None:
        document = make_validated_document(language=Language.EL)
        assert "14 Σεπτεμβρίου 2060" in extract_text(document)

    @pytest.mark.parametrize(
        ("values", "phrase"),
        [
            ({"status": MeetingStatus.PROVISIONAL}, "Provisional: date, place and agenda may still change."),
            (
                {"status": MeetingStatus.CANCELLED, "status_reason": "A storm."},
                "This meeting has been cancelled. A storm.",
            ),
            (
                {"status": MeetingStatus.CANCELLED, "programme": [make_point("Press", state="delayed")]},
                "This was the programme as planned. Time Event 13:00 Press · Press conference Local times",
            ),
            ({"status": MeetingStatus.POSTPONED, "start_date": None, "end_date": None}, "No new date yet"),
        ],
    )
    def test_status_of_the_meeting(self, values: dict[str, Any], phrase: str) -> None:
        assert phrase in extract_text(make_meeting_document(**values))

    def test_missing_translations_are_announced(self) -> None:
        document = make_validated_document(language=Language.FR, fallbacks=["lead"])
        assert "Parts of this text have not been translated. They are shown in: English." in extract_text(document)

    def test_edition_and_web_address(self) -> None:
        imprint = Imprint(
            at=PRESS_DAY,
            page_url="https://agendas.example.eu/en/meetings/jha/2060/09/14/",
            edition_number=2,
            published_at=PRESS_DAY - DAY,
            modified_at=PRESS_DAY,
            change_note="The hour.",
            change_language="en",
        )
        file_text = extract_text(make_validated_document(), imprint)
        for phrase in (
            "Edition 2",
            "Published 13 September 2060, 10:00 (Brussels)",
            "Last updated 14 September 2060, 10:00 (Brussels)",
            "What changed The hour.",
            "Web address https://agendas.example.eu/en/meetings/jha/2060/09/14/",
        ):
            assert phrase in file_text

    def test_status_label_is_on_each_page(self) -> None:
        lead = "".join(f"<p>{'Words and words. ' * 30}</p>" for _each in range(20))
        pages = render_and_read_pdf(
            make_meeting_document(lead=lead), Imprint(at=PRESS_DAY, status_label="EMBARGO until noon")
        ).pages
        assert len(pages) > 1
        assert all("EMBARGO until noon" in page.extract_text() for page in pages)

    def test_page_numbers(self) -> None:
        pages = render_and_read_pdf(make_validated_document()).pages
        for number, page in enumerate(pages, start=1):
            assert f"{number}/{len(pages)}" in page.extract_text()


class TestEmblem:
    @pytest.mark.parametrize("slug", [*EMBLEMS, *SUCCESSORS, "eurogroup"])
    def test_every_emblem_meets_the_standards(self, slug: str, caplog: pytest.LogCaptureFixture) -> None:
        body = ConfigurationName(code=slug.upper(), slug=slug, name="Who meets")
        assert f"{slug.upper()} Who meets" in extract_text(make_meeting_document(configuration=body))
        assert caplog.text == ""

    def test_colours_are_those_of_the_site(self) -> None:
        pages = (Path(settings.BASE_DIR) / "static/css/variables.css").read_text().partition("@media")[0]
        template = pdf_format.TYPST_TEMPLATE.read_text()
        names = {emblem.colour for emblem in EMBLEMS.values()}
        assert {name: find_colour(template, rf"{name}: \"") for name in names} == {
            name: find_colour(pages, f"--{name}: ") for name in names
        }


def find_colour(source: str, before: str) -> str:
    found = re.search(rf"(?<![a-z]){before}(#[0-9a-f]{{6}})", source)
    return found[1] if found else ""


class TestReproducibility:
    def test_same_note_has_the_same_bytes(self) -> None:
        one, other = (NOTE_FORMATS["pdf"].render(make_validated_document(), IMPRINT) for _each in range(2))
        assert one == other

    def test_creation_date_is_that_of_the_edition(self) -> None:
        metadata = render_and_read_pdf(make_validated_document()).metadata
        assert metadata
        assert metadata.creation_date == PRESS_DAY

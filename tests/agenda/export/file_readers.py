"""Helpers that read exported files: their words, links and metadata."""

import io
import re
import unicodedata
from collections.abc import Iterator
from itertools import chain
from typing import Any

import docx
import pypdf
from docx.document import Document

from agenda.export.formats import NOTE_FORMATS
from agenda.export.imprint import Imprint
from meetings.documents.encoding import validate_document
from meetings.documents.schema import MeetingDocument
from tests.factories import PRESS_DAY, make_full_document

IMPRINT = Imprint(at=PRESS_DAY)


def make_validated_document(**values: Any) -> MeetingDocument:
    """Return a document with a value in every member, as read from the database."""
    return validate_document(make_full_document(**values))


def render_and_read_pdf(document: MeetingDocument, imprint: Imprint = IMPRINT) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(NOTE_FORMATS["pdf"].render(document, imprint)))


def render_and_read_word(document: MeetingDocument, imprint: Imprint = IMPRINT) -> Document:
    return docx.Document(io.BytesIO(NOTE_FORMATS["docx"].render(document, imprint)))


def extract_pdf_words(content: bytes) -> str:
    """Return the words of the text, and the alternative texts of pictures."""
    reader = pypdf.PdfReader(io.BytesIO(content))
    return normalize_spaces(
        " ".join([*(page.extract_text() for page in reader.pages), *find_alternative_texts(reader)])
    )


def find_alternative_texts(reader: pypdf.PdfReader) -> Iterator[str]:
    """Yield the alternative texts in the structure of the file, which programs read aloud."""
    for number in chain(*reader.xref.values(), reader.xref_objStm):
        found: Any = reader.get_object(number)
        if isinstance(found, dict) and "/Alt" in found:
            yield str(found["/Alt"])


def extract_word_words(content: bytes) -> str:
    """Return the words of the text and of the headers and footers, and the alternative texts of pictures."""
    document = docx.Document(io.BytesIO(content))
    section = document.sections[0]
    parts = [*section.header.iter_inner_content(), *document.iter_inner_content(), *section.footer.iter_inner_content()]
    pictures = [str(shape._inline.docPr.get("descr")) for shape in document.inline_shapes]
    return normalize_spaces(" ".join([*map(extract_part_text, parts), *pictures]))


def extract_part_text(part: Any) -> str:
    if not hasattr(part, "rows"):
        return str(part.text)
    return " ".join(
        extract_part_text(each) for row in part.rows for cell in row.cells for each in cell.iter_inner_content()
    )


def normalize_spaces(text: str) -> str:
    """Return the text with single spaces and without ligatures."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def strip_spaces_and_tags(text: str) -> str:
    """Return the text without spaces, tags and hyphens, since line breaks may be anywhere."""
    return re.sub(r"[\s\u00ad-]+|<[^>]+>", "", unicodedata.normalize("NFKC", text))


def list_annotations(content: bytes) -> list[Any]:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return [each.get_object() for page in pages for each in page.get("/Annots", [])]


def list_pdf_links(content: bytes) -> set[str]:
    """Return the links that lead out of the PDF."""
    return {str(each["/A"]["/URI"]) for each in list_annotations(content) if "/URI" in each.get("/A", {})}


def count_internal_links(content: bytes) -> int:
    """Return the number of links to places within the PDF."""
    return len([each for each in list_annotations(content) if "/URI" not in each.get("/A", {})])


def list_word_links(content: bytes) -> set[str]:
    relations = docx.Document(io.BytesIO(content)).part.rels.values()
    return {relation.target_ref for relation in relations if relation.is_external}

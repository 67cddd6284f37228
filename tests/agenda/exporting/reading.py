"""Helpers that read exported files: their words, links and metadata."""

import io
import re
import unicodedata
from typing import Any

import docx
import pypdf
from docx.document import Document

from agenda.exporting.forms import NOTE_FORMATS
from agenda.exporting.imprint import Imprint
from meetings.documents.shape import MeetingDocument
from meetings.documents.text import validate_document
from tests.cast import PRESS_DAY, make_full_document

IMPRINT = Imprint(at=PRESS_DAY)


def whole(**values: Any) -> MeetingDocument:
    """Return a document with a value in every member, as read from the database."""
    return validate_document(make_full_document(**values))


def pdf(document: MeetingDocument, imprint: Imprint = IMPRINT) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(NOTE_FORMATS["pdf"].render(document, imprint)))


def word(document: MeetingDocument, imprint: Imprint = IMPRINT) -> Document:
    return docx.Document(io.BytesIO(NOTE_FORMATS["docx"].render(document, imprint)))


def words_of_pdf(content: bytes) -> str:
    return spaced(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages))


def words_of_word(content: bytes) -> str:
    """Return the words of the text and of the headers and footers."""
    document = docx.Document(io.BytesIO(content))
    section = document.sections[0]
    parts = [*section.header.iter_inner_content(), *document.iter_inner_content(), *section.footer.iter_inner_content()]
    return spaced(" ".join(texts_of(each) for each in parts))


def texts_of(part: Any) -> str:
    if not hasattr(part, "rows"):
        return str(part.text)
    return " ".join(texts_of(each) for row in part.rows for cell in row.cells for each in cell.iter_inner_content())


def spaced(text: str) -> str:
    """Return the text with single spaces and without ligatures."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def bare(text: str) -> str:
    """Return the text without spaces, tags and hyphens, since line breaks may be anywhere."""
    return re.sub(r"[\s\u00ad-]+|<[^>]+>", "", unicodedata.normalize("NFKC", text))


def annotations(content: bytes) -> list[Any]:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return [each.get_object() for page in pages for each in page.get("/Annots", [])]


def links_of_pdf(content: bytes) -> set[str]:
    """Return the links that lead out of the PDF."""
    return {str(each["/A"]["/URI"]) for each in annotations(content) if "/URI" in each.get("/A", {})}


def places_in_pdf(content: bytes) -> int:
    """Return the number of links to places within the PDF."""
    return len([each for each in annotations(content) if "/URI" not in each.get("/A", {})])


def links_of_word(content: bytes) -> set[str]:
    relations = docx.Document(io.BytesIO(content)).part.rels.values()
    return {relation.target_ref for relation in relations if relation.is_external}

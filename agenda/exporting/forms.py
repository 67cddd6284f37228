"""The forms that a note can be taken away in."""

from collections.abc import Callable
from dataclasses import dataclass

from agenda.exporting.imprint import Imprint
from agenda.exporting.reading_order import note_of
from agenda.exporting.text import text_of
from agenda.exporting.typeset import pdf_of
from agenda.exporting.word import word_of
from meetings.documents.shape import MeetingDocument
from meetings.documents.text import canonical_text

Write = Callable[[MeetingDocument, Imprint], bytes]


@dataclass(frozen=True)
class Form:
    """`name` ends the address and the file. `write` raises CannotBeSet where there is no file of a note."""

    name: str
    label: str
    content_type: str
    write: Write
    is_text: bool = False


def as_pdf(document: MeetingDocument, imprint: Imprint) -> bytes:
    return pdf_of(note_of(document, imprint), imprint.at)


def as_word(document: MeetingDocument, imprint: Imprint) -> bytes:
    return word_of(note_of(document, imprint), imprint.at)


def as_text(document: MeetingDocument, imprint: Imprint) -> bytes:
    return text_of(document, imprint).encode()


def as_json(document: MeetingDocument, imprint: Imprint) -> bytes:
    """The document itself, byte for byte as its digest is of it."""
    return canonical_text(document).encode()


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PUBLIC = (
    Form("pdf", "PDF", "application/pdf", as_pdf),
    Form("docx", "Word", WORD, as_word),
    Form("txt", "text", "text/plain; charset=utf-8", as_text, is_text=True),
)
"""JSON has an address in the API."""
FORMS = {form.name: form for form in (*PUBLIC, Form("json", "JSON", "application/json", as_json, is_text=True))}

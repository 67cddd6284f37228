"""The file formats in which a note can be downloaded or exported."""

from collections.abc import Callable
from dataclasses import dataclass

from agenda.export.imprint import Imprint
from meetings.documents.encoding import encode_document
from meetings.documents.schema import MeetingDocument

RenderNote = Callable[[MeetingDocument, Imprint], bytes]


@dataclass(frozen=True)
class NoteFormat:
    """A file format. `name` is the extension in URLs and file names.

    `render` raises TypesettingError if the note cannot be written in this format.
    """

    name: str
    label: str
    content_type: str
    render: RenderNote
    is_text: bool = False


def render_pdf(document: MeetingDocument, imprint: Imprint) -> bytes:
    from agenda.export.note_builder import build_printable_note
    from agenda.export.rendering_process import typeset_pdf

    return typeset_pdf(build_printable_note(document, imprint), imprint.at)


def render_word(document: MeetingDocument, imprint: Imprint) -> bytes:
    from agenda.export.note_builder import build_printable_note
    from agenda.export.rendering_process import build_word_file

    return build_word_file(build_printable_note(document, imprint), imprint.at)


def render_text(document: MeetingDocument, imprint: Imprint) -> bytes:
    from agenda.export.plain_text import render_plain_text

    return render_plain_text(document, imprint).encode()


def render_importable(document: MeetingDocument, imprint: Imprint) -> bytes:
    from agenda.export.plain_text import render_importable_text

    return render_importable_text(document, imprint).encode()


def render_json(document: MeetingDocument, imprint: Imprint) -> bytes:
    """Return the document itself, with exactly the bytes from which its digest is computed."""
    return encode_document(document).encode()


WORD_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PUBLIC_FORMATS = (
    NoteFormat("pdf", "PDF", "application/pdf", render_pdf),
    NoteFormat("docx", "Word", WORD_CONTENT_TYPE, render_word),
    NoteFormat("txt", "text", "text/plain; charset=utf-8", render_text, is_text=True),
)
"""Formats with a public address below the meeting's page. The JSON is available from the API."""
NOTE_FORMATS = {form.name: form for form in PUBLIC_FORMATS}
EXPORT_FORMATS = NOTE_FORMATS | {
    "txt": NoteFormat("txt", "text", "text/plain; charset=utf-8", render_importable, is_text=True),
    "json": NoteFormat("json", "JSON", "application/json", render_json, is_text=True),
}
"""The formats of `manage.py export_note`. Its text has the markup with which it can be imported again."""

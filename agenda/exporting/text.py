"""A document as the text of a note in which nobody takes what is borrowed for a translation."""

import datetime as dt
from collections.abc import Iterator

from agenda.exporting.imprint import Imprint
from agenda.notes.languages import READABLE
from agenda.notes.text_export import note_text
from agenda.translating import segments
from agenda.translating.borrowed import mark_of, with_marks
from meetings.documents.shape import MeetingDocument
from meetings.vocabulary import Language


def text_of(document: MeetingDocument, imprint: Imprint) -> str:
    """The note, over it that it is not live, and at its end where it comes from: an import knows that line."""
    mark = f"{imprint.mark}\n\n" if imprint.mark else ""
    return mark + exported_note(document) + (f"\n{provenance(document, imprint)}\n" if imprint.page else "")


def provenance(document: MeetingDocument, imprint: Imprint) -> str:
    at = imprint.at.astimezone(dt.UTC)
    return f"{imprint.page}note.txt, edition {imprint.number}, {document.language}, {at:%Y-%m-%dT%H:%M:%SZ}"


def exported_note(document: MeetingDocument) -> str:
    """What is borrowed from the source is marked, and lines at the top tell what has to be known of the note."""
    return "".join(f"{line}\n\n" for line in remarks(document)) + note_text(with_marks(document))


def remarks(document: MeetingDocument) -> Iterator[str]:
    language, source = Language(document.language), Language(document.source_language)
    if any(segment.path in document.fallbacks for segment in segments(document)):
        yield (
            f"What begins with “{mark_of(source).strip()}” is not translated: there the text in {source.label} stands "
            "in."
        )
    if language not in READABLE:
        named = f"{language.label} ({language})"
        yield f"The headings and other fixed words of this note are in English: there are none in {named} yet."

"""Texts of a note that stand in the source's language, since nobody has translated them: each is marked, as “[en] ”."""

import re
from collections.abc import Iterator

from agenda.notes.languages import READABLE
from agenda.translating import Segment, blocks, segments, with_texts
from agenda.translating.segments import with_texts_of
from meetings.documents.shape import MeetingDocument
from meetings.vocabulary import Language


def mark_of(language: str) -> str:
    return f"[{language}] "


def with_marks(document: MeetingDocument) -> MeetingDocument:
    """The document with the mark before each paragraph, point and line that is borrowed."""
    if not document.fallbacks:
        return document
    borrowed, mark = frozenset(document.fallbacks), mark_of(document.source_language)

    def say(segment: Segment, _owner: object) -> str:
        if segment.path not in borrowed:
            return segment.text
        if segment.rich:
            return with_texts(segment.text, [f"{mark}{block.text}" for block in blocks(segment.text)])
        return f"{mark}{segment.text}"

    return with_texts_of(document, say)


def is_borrowed(segment: Segment, language: str) -> bool:
    """Some of the text of a note that was read has the mark."""
    texts = [block.text for block in blocks(segment.text)] if segment.rich else [segment.text]
    mark = re.compile(rf"(?:<[^<>]*>)*{re.escape(mark_of(language).strip())}\s", re.IGNORECASE)
    return any(mark.match(text) for text in texts)


def remarks(document: MeetingDocument) -> Iterator[str]:
    """What has to be known of the note before it is read, a line each."""
    language, source = Language(document.language), Language(document.source_language)
    if any(segment.path in document.fallbacks for segment in segments(document)):
        yield (
            f"What begins with “{mark_of(source).strip()}” is not translated: there the text in {source.label} stands "
            "in."
        )
    if language not in READABLE:
        named = f"{language.label} ({language})"
        yield f"The headings and other fixed words of this note are in English: there are none in {named} yet."

"""Texts of a note that stand in the source's language, since nobody has translated them: each is marked, as “[en] ”."""

import re

from agenda.translating.segments import Segment, blocks, with_texts, with_texts_of
from meetings.documents.shape import MeetingDocument


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

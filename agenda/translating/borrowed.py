"""Mark the untranslated texts of a note: each stands in the source language and begins with its code, as “[en] ”."""

import re

from agenda.translating.segments import Segment, replace_block_texts, replace_texts, split_blocks
from meetings.documents.shape import MeetingDocument


def get_fallback_mark(language: str) -> str:
    return f"[{language}] "


def mark_fallbacks(document: MeetingDocument) -> MeetingDocument:
    """Return the document with the mark before each paragraph, list item and line that is a fallback."""
    if not document.fallbacks:
        return document
    fallbacks, mark = frozenset(document.fallbacks), get_fallback_mark(document.source_language)

    def add_mark(segment: Segment, _owner: object) -> str:
        if segment.path not in fallbacks:
            return segment.text
        if segment.rich:
            return replace_block_texts(segment.text, [f"{mark}{block.text}" for block in split_blocks(segment.text)])
        return f"{mark}{segment.text}"

    return replace_texts(document, add_mark)


def has_fallback_mark(segment: Segment, language: str) -> bool:
    """Return whether a paragraph of a text, read from a note, begins with the mark of the language."""
    texts = [block.text for block in split_blocks(segment.text)] if segment.rich else [segment.text]
    mark = re.compile(rf"(?:<[^<>]*>)*{re.escape(get_fallback_mark(language).strip())}\s", re.IGNORECASE)
    return any(mark.match(text) for text in texts)

"""The language of each text of a document: texts without a translation are in the source language."""

from typing import Any

from meetings.documents.schema import Document, Tombstone


def get_text_language(document: Document, *path: Any) -> str:
    """Return the language of a text of the document: the source language if the text is a fallback."""
    if isinstance(document, Tombstone) or not document.fallbacks:
        return document.language
    return document.source_language if ".".join(map(str, path)) in document.fallbacks else document.language

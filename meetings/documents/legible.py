"""Decode stored documents without failing: a broken document is logged, and other answers are not affected."""

import logging

from meetings.documents.shape import Document
from meetings.documents.text import InvalidDocument, read

log = logging.getLogger(__name__)
MAX_REMEMBERED_DIGESTS = 20_000
READ_BEFORE: set[str] = set()  # the text of a digest never changes, except that it can be erased


def legible(text: str, digest: str) -> Document | None:
    """Return the document that a stored text contains; None, with an error in the log, if it cannot be decoded."""
    try:
        return read(text)
    except InvalidDocument as error:
        log.error("The stored document %s cannot be read: %s", digest, error)
        return None


def is_legible(text: str, digest: str) -> bool:
    """Return whether a stored text can be decoded, for code that passes the text on unchanged.

    Each text is decoded once per process.
    """
    if text and digest in READ_BEFORE:
        return True
    if legible(text, digest) is None:
        return False
    if len(READ_BEFORE) >= MAX_REMEMBERED_DIGESTS:
        READ_BEFORE.clear()
    READ_BEFORE.add(digest)
    return True

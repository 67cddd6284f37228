"""Stored documents that can be read. One that cannot is told to the log, and takes nobody else's answer down."""

import logging

from meetings.documents.shape import Document
from meetings.documents.text import InvalidDocument, read

log = logging.getLogger(__name__)
MOST = 20_000
READ_BEFORE: set[str] = set()  # digests: a text never changes under its digest, but for being emptied


def legible(text: str, digest: str) -> Document | None:
    """The document; None where the text is none of a known shape."""
    try:
        return read(text)
    except InvalidDocument as error:
        log.error("The stored document %s cannot be read: %s", digest, error)
        return None


def is_legible(text: str, digest: str) -> bool:
    """Likewise, for who hands the text on as it is: each is read once a process."""
    if text and digest in READ_BEFORE:
        return True
    if legible(text, digest) is None:
        return False
    if len(READ_BEFORE) >= MOST:
        READ_BEFORE.clear()
    READ_BEFORE.add(digest)
    return True

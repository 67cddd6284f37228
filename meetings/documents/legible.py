"""Decode stored documents without failing: a broken document is logged, and other answers are not affected."""

import logging

from meetings.documents.shape import Document
from meetings.documents.text import InvalidDocument, decode_document

log = logging.getLogger(__name__)
MAX_REMEMBERED_DIGESTS = 20_000
DECODED_DIGESTS: set[str] = set()  # the text of a digest never changes, except that it can be erased


def decode_document_or_none(text: str, digest: str) -> Document | None:
    """Return the document that a stored text contains; None, with an error in the log, if it cannot be decoded."""
    try:
        return decode_document(text)
    except InvalidDocument as error:
        log.error("The stored document %s cannot be read: %s", digest, error)
        return None


def can_decode_document(text: str, digest: str) -> bool:
    """Return whether a stored text can be decoded, for code that passes the text on unchanged.

    Each text is decoded once per process.
    """
    if text and digest in DECODED_DIGESTS:
        return True
    if decode_document_or_none(text, digest) is None:
        return False
    if len(DECODED_DIGESTS) >= MAX_REMEMBERED_DIGESTS:
        DECODED_DIGESTS.clear()
    DECODED_DIGESTS.add(digest)
    return True

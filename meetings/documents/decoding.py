"""Decode stored documents without failing: a broken document is logged, and other answers are not affected."""

import logging
from uuid import UUID

from meetings.documents.encoding import InvalidDocument, decode_document
from meetings.documents.schema import Document

log = logging.getLogger(__name__)
MAX_REMEMBERED_KEYS = 20_000
DECODED_KEYS: set[UUID] = set()  # a stored text never changes, except that it can be erased


def decode_document_or_none(text: str, key: UUID | str) -> Document | None:
    """Return the document that a stored text contains; None, with an error in the log, if it cannot be decoded.

    `key` names it in the log.
    """
    try:
        return decode_document(text)
    except InvalidDocument as error:
        log.error("The stored document %s cannot be read: %s", key, error)
        return None


def can_decode_document(text: str, key: UUID) -> bool:
    """Return whether a stored text can be decoded, for code that passes the text on unchanged.

    Each text is decoded once per process.
    """
    if text and key in DECODED_KEYS:
        return True
    if decode_document_or_none(text, key) is None:
        return False
    if len(DECODED_KEYS) >= MAX_REMEMBERED_KEYS:
        DECODED_KEYS.clear()
    DECODED_KEYS.add(key)
    return True

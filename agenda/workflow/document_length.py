"""How long a note may be. Pages show one of this length in some seconds."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from msgspec import to_builtins

from agenda.workflow.document_checks import load_saved_document
from agenda.workflow.drafts import Subject, SubjectDocument
from meetings.documents.encoding import InvalidDocument
from meetings.fields.tag_nesting import MAX_TEXT_LENGTH

MAX_LIST_ENTRIES = 1_500  # a long note has some hundreds
MAX_DOCUMENT_LENGTH = 500_000  # characters of all texts and ids; a long note has a hundred thousand


def refuse_long_document(document: SubjectDocument, saved: Subject | None = None) -> None:
    """Raise InvalidDocument if a document is too long. `saved` is the working copy that it changes."""
    if message := explain_length(to_builtins(document), saved):
        raise InvalidDocument(message)


def explain_length(data: Any, saved: Subject | None = None) -> str:
    """Return why a document is too long to be shown in a moment: the entries of its lists, or its texts; or "".

    A note that was saved before there were these limits (`saved`) may stay as long as it is.
    """
    count, length = measure_document(data)
    if count <= MAX_LIST_ENTRIES and length <= MAX_DOCUMENT_LENGTH:
        return ""
    known_count, known_length = measure_saved_document(saved) if saved else (0, 0)
    if count > max(MAX_LIST_ENTRIES, known_count):
        message = _(
            "This note has %(count)s items, events, links, documents and other entries of lists. It can have up to "
            "%(limit)s. Leave some out."
        )
        return message % {"count": f"{count:,}", "limit": f"{MAX_LIST_ENTRIES:,}"}
    if length > max(MAX_DOCUMENT_LENGTH, known_length):
        message = _(
            "This note has %(length)s characters, with its formatting. It can have up to %(limit)s. Shorten its texts."
        )
        return message % {"length": f"{length:,}", "limit": f"{MAX_DOCUMENT_LENGTH:,}"}
    return ""


def measure_document(data: Any) -> tuple[int, int]:
    """Return the number of entries of all lists of a document, and the number of characters of its texts and ids."""
    count = length = 0
    for value in walk_values(data):
        count += len(value) if isinstance(value, list) else 0
        length += min(len(value), MAX_TEXT_LENGTH) if isinstance(value, str) else 0  # a longer one is refused itself
    return count, length


def measure_saved_document(saved: Subject) -> tuple[int, int]:
    """Measure the working copy as it was last saved, in one query; (0, 0) if it was not saved as a document."""
    document = load_saved_document(saved)
    return measure_document(to_builtins(document)) if document else (0, 0)


def walk_values(data: Any) -> Iterator[Any]:
    """Yield all values of what a browser sent, at all levels, which may be too many for a recursive function."""
    rest = [data]
    while rest:
        yield (value := rest.pop())
        if isinstance(value, dict | list):
            rest += value.values() if isinstance(value, dict) else value

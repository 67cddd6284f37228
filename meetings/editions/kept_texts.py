"""Texts of documents that each process keeps, for lists.

For readers, PostgreSQL takes longer for the text of a row than for all the rest of it.
"""

from collections.abc import Collection
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.db.models import QuerySet

from meetings.bounded_store import BoundedStore
from meetings.database.prepared_query import fetch_rows, pad_keys
from meetings.documents.encoding import compute_digest
from meetings.documents.reading_order import sort_members
from meetings.models import StoredDocument

CAPACITY = 2_000_000  # bytes: some 130 agendas
OVERHEAD = 300  # bytes for the key, the digest and the objects of a text, roughly


class LoadedText(NamedTuple):
    """A text in reading order, and the digest of the text as it is stored."""

    text: str
    text_digest: str


kept_texts = BoundedStore[UUID, tuple[bytes, str]](CAPACITY)


def load_texts(subject_type: str, keys: Collection[UUID]) -> dict[UUID, LoadedText]:
    """Return the texts of documents by key, in reading order. One that cannot be decoded is as it is stored; one
    that was just removed is left out.

    Ask only for documents of editions that were found to be live. This takes one query, and none if all are kept.
    """
    found = {key: LoadedText(kept[0].decode(), kept[1]) for key in keys if (kept := kept_texts.get(key))}
    if missing := set(keys) - found.keys():
        for key, stored in fetch_rows(find_texts, *pad_keys(missing)):
            if not stored:  # it was just removed, or is erased
                continue
            try:
                text = sort_members(stored, subject_type)
            except msgspec.MsgspecError:
                text = stored.encode()
            digest = compute_digest(stored)
            kept_texts.put(key, (text, digest), len(text) + OVERHEAD)
            found[key] = LoadedText(text.decode(), digest)
    return found


def find_texts(*keys: Any) -> QuerySet[Any, Any]:
    return StoredDocument.objects.filter(pk__in=keys).values_list("pk", "text")

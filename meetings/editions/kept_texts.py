"""Texts of documents that each process keeps by digest, for lists.

Under row-level security, PostgreSQL takes longer for the text of a row than for all the rest of it.
"""

from collections.abc import Collection
from typing import Any

import msgspec
from django.db.models import QuerySet

from meetings.bounded_store import BoundedStore
from meetings.database.prepared_query import fetch_rows, pad_keys
from meetings.documents.reading_order import sort_members
from meetings.models import StoredDocument

CAPACITY = 8_000_000  # bytes: some 500 agendas
OVERHEAD = 200  # bytes for the key and the objects of a text, roughly
kept_texts = BoundedStore[str, bytes](CAPACITY)


def load_texts(subject_type: str, digests: Collection[str]) -> dict[str, str]:
    """Return the texts of documents by digest, in reading order. One that cannot be decoded is as it is stored.

    Ask only for documents of editions that were found to be live. This takes one query, and none if all are kept.
    """
    found = {digest: text.decode() for digest in digests if (text := kept_texts.get(digest))}
    if missing := set(digests) - found.keys():
        for digest, stored in fetch_rows(find_texts, *pad_keys(missing)):
            try:
                text = sort_members(stored, subject_type)
            except msgspec.MsgspecError:
                text = stored.encode()
            kept_texts.put(digest, text, len(text) + OVERHEAD)
            found[digest] = text.decode()
    return found


def find_texts(*digests: Any) -> QuerySet[Any, Any]:
    return StoredDocument.objects.filter(digest__in=digests).values_list("digest", "text")

"""Read live documents as fast as possible, with prepared queries (decision 69).

The rows have the content of `with_history`, as plain tuples whose members are named like the columns of the models.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import CharField, DateTimeField, Field, UUIDField

from meetings.database.prepared_query import PreparedQuery, fetch_rows, pad_keys
from meetings.documents.choices import Language
from meetings.documents.encoding import compute_digest
from meetings.editions.kept_texts import LoadedText
from meetings.editions.keyset import MEETINGS_ORDERING, Cursor, Ordering, select_page_rows
from meetings.models import Edition, EditionDocument, SubjectType
from meetings.models.publication_history import PublicationHistory


class LiveEditionRow(NamedTuple):
    id: UUID
    available_from: dt.datetime
    subject_type: str
    subject_id: UUID
    address: str
    languages: list[Language]
    change_note: str


class LiveDocumentRow(NamedTuple):
    """A row that can be used like an EditionDocument from `with_history`."""

    edition: LiveEditionRow
    language: str
    document_id: UUID
    document: LoadedText
    history: PublicationHistory

    @property
    def edition_id(self) -> UUID:
        return self.edition.id


class ListedEdition(NamedTuple):
    id: UUID
    subject_id: UUID
    listed_on: dt.date
    sorted_at: dt.datetime


class ListedRow(NamedTuple):
    """A row of a page: an edition and its place in the list, without any of its documents."""

    edition: ListedEdition
    as_of: dt.datetime


EDITION_COLUMNS = tuple(f"edition__{name}" for name in LiveEditionRow._fields)
LIVE_COLUMNS = (*EDITION_COLUMNS, "language", "document_id", "history", "document__text")
LISTED_COLUMNS = (*(f"edition__{name}" for name in ListedEdition._fields), "as_of")
LANGUAGE_FIELD: Field = CharField(max_length=2)


def build_live_row(row: Sequence[Any]) -> LiveDocumentRow:
    *edition, language, key, history, text = row
    return LiveDocumentRow(LiveEditionRow(*edition), language, key, LoadedText(text, compute_digest(text)), history)


@cache
def get_subject_query(subject_type: SubjectType, *columns: str) -> PreparedQuery:
    def build_query(key: Any, at: Any, language: Any) -> Any:
        live = EditionDocument.objects.live(at).in_language(language).with_history()
        return live.filter(edition__subject_type=subject_type, edition__subject_id=key).values_list(*columns)

    return PreparedQuery(build_query, key=UUIDField(), at=DateTimeField(), language=LANGUAGE_FIELD)


def find_live_document(subject_type: SubjectType, key: UUID, at: dt.datetime, language: str) -> LiveDocumentRow | None:
    """Return the live document of a subject in a language, or in its source language; None if nothing is live.

    `at` must be the present instant.
    """
    rows = get_subject_query(subject_type, *LIVE_COLUMNS).fetch_rows(key=key, at=at, language=language)
    return build_live_row(rows[0]) if rows else None


def find_live_edition(
    subject_type: SubjectType, key: UUID, at: dt.datetime, language: str
) -> tuple[UUID, dt.datetime] | None:
    """Return the key and the instant of the edition that `find_live_document` would read."""
    query = get_subject_query(subject_type, "edition_id", "edition__available_from")
    rows = query.fetch_rows(key=key, at=at, language=language)
    return (rows[0][0], rows[0][1]) if rows else None


@cache
def get_page_query(subject_type: SubjectType, rows: int, ordering: Ordering, direction: str) -> PreparedQuery:
    """Return the query of a page. `direction` is `first` for the first page, else `next` or `previous`."""

    def build_query(at: Any, language: Any, now: Any = None, **values: Any) -> Any:
        live = EditionDocument.objects.live(at, now).in_language(language)
        cursor = Cursor(at, direction == "previous", ordering, tuple(values.values())) if values else None
        found = select_page_rows(live.filter(edition__subject_type=subject_type), at, cursor, ordering)
        return found.values_list(*LISTED_COLUMNS)[:rows]

    fields: dict[str, Field] = {"at": DateTimeField(), "language": LANGUAGE_FIELD}
    if direction != "first":
        fields["now"] = DateTimeField()
        columns = {field.name: field for field in Edition._meta.concrete_fields}
        fields |= {name: columns[name.removeprefix("edition__")] for name in ordering.column_names}
    return PreparedQuery(build_query, **fields)


def list_live_editions(
    subject_type: SubjectType, language: str, rows: int, *, now: dt.datetime, cursor: Cursor | None
) -> list[ListedRow]:
    """Return up to `rows` rows of the unfiltered list, the newest first, from the cursor on.

    No document is read: what a list shows of most editions is known from earlier pages.
    """
    direction, ordering, values = "first", MEETINGS_ORDERING, {}
    if cursor:
        direction, ordering = "previous" if cursor.backwards else "next", cursor.ordering
        values = {"now": now, **dict(zip(ordering.column_names, cursor.values, strict=True))}
    query = get_page_query(subject_type, rows, ordering, direction)
    found = query.fetch_rows(at=cursor.at if cursor else now, language=language, **values)
    return [ListedRow(ListedEdition(*edition), as_of) for *edition, as_of in found]


def load_documents(editions: Collection[UUID], language: str) -> list[LiveDocumentRow]:
    """Return the documents of editions in a language, or in their source language, in any order.

    Ask only for editions that were found to be live. Those whose text was removed since are left out.
    """
    return [build_live_row(row) for row in fetch_rows(find_documents, language, *pad_keys(editions))]


def find_documents(language: Any, *editions: Any) -> Any:
    found = EditionDocument.objects.filter(edition__in=editions)
    return found.in_language(language).with_history().values_list(*LIVE_COLUMNS)

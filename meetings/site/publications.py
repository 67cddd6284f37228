"""Published documents for public pages, with the data of their editions. Each is decoded when a page needs it."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from typing import Any, Self

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language

from meetings.clock import get_instant
from meetings.database.prepared_query import fetch_objects
from meetings.documents.dates import get_known_days
from meetings.documents.decoding import can_decode_document
from meetings.documents.encoding import decode_document
from meetings.documents.schema import Document
from meetings.editions.kept_texts import load_texts
from meetings.editions.keyset import MEETINGS_ORDERING, PAGE_SIZE, Cursor, KeysetPage, Ordering, select_page_rows
from meetings.http.time_travel import exclude_suppressed, get_time_travel
from meetings.i18n.page_paths import get_page_path
from meetings.models import Edition, EditionDocument, EditionReason, SubjectType
from meetings.models.edition import has_address
from meetings.reference.configurations import get_configuration_code


@dataclass(frozen=True)
class Publication:
    """A published document with the data of its edition.

    `language` is the document's language, which may differ from the page's. A row that is kept needs no document, so
    `read_document` is called when something asks for it.
    """

    read_document: Callable[[], Document] = field(repr=False, compare=False)
    path: str
    language: str
    source_language: str
    languages: list[str]
    edition: int
    published_at: dt.datetime
    modified_at: dt.datetime
    change_note: str
    text_key: str
    """Tells the text from all others: the key of a stored document, or the digest of a draft."""
    is_editorial: bool = False
    available_from: dt.datetime | None = None
    days: tuple[dt.date, dt.date] | None = None
    """The last days of the meeting, if this is the notice of its withdrawal."""
    start_date: dt.date | None = None
    end_date: dt.date | None = None
    status: str = ""
    configuration: str = ""
    """The slug, which is also known of a withdrawn meeting."""

    @cached_property
    def document(self) -> Document:
        return self.read_document()

    @classmethod
    def from_row(cls, row: EditionDocument) -> Self:
        """Build a publication from a row of a queryset with `with_history()`."""
        return cls(
            read_document=partial(decode_document, row.document.text),
            path=get_page_path(row.edition.address, get_language() or ""),
            language=row.language,
            source_language=row.edition.source_language,
            languages=row.edition.languages,
            edition=row.history.number,
            published_at=row.history.published_at,
            modified_at=row.history.modified_at,
            change_note=row.edition.change_note,
            text_key=str(row.document_id),
            is_editorial=row.edition.reason == EditionReason.EDITORIAL,
            available_from=row.edition.available_from,
            days=get_notice_days(row.edition) if row.edition.is_tombstone else None,
            start_date=row.edition.start_date,
            end_date=row.edition.end_date,
            status=row.edition.status,
            configuration=row.edition.configuration,
        )

    @property
    def configuration_code(self) -> str:
        return get_configuration_code(self.configuration)

    @property
    def is_partly_translated(self) -> bool:
        """True if some texts are in the source language. Names of topics do not count: they belong to the topics."""
        return any(not path.startswith("topics.") for path in getattr(self.document, "fallbacks", ()))


def get_notice_days(edition: Edition) -> tuple[dt.date, dt.date]:
    """Return the last days of the meeting that a tombstone replaces."""
    return get_known_days(edition.start_date, edition.end_date, ()) or (edition.listed_on, edition.listed_on)


def find_live_documents(request: HttpRequest, subject_type: SubjectType) -> QuerySet[EditionDocument]:
    """Return the documents that are live at the request's instant, in the page's language where they exist in it."""
    live = exclude_suppressed(request, EditionDocument.objects.live(get_instant(request)))
    return live.filter(edition__subject_type=subject_type).in_language(get_language() or "").with_history()


Selection = Callable[..., QuerySet[EditionDocument]]
"""Selects some of the given documents by values: texts, dates, instants or keys. It must pass them on to the query as
they are, and must not use them otherwise."""


@cache
def build_live_selection(subject_type: SubjectType, select: Selection) -> Selection:
    def build_query(at: Any, language: Any, *values: Any) -> QuerySet[EditionDocument]:
        live = EditionDocument.objects.live(at).filter(edition__subject_type=subject_type)
        return select(live.in_language(language).with_history(), *values)

    return build_query


def select_live_documents(
    request: HttpRequest, subject_type: SubjectType, select: Selection, *values: Any
) -> list[EditionDocument]:
    """Return some of `find_live_documents` with a prepared query."""
    if get_time_travel(request):
        return list(select(find_live_documents(request, subject_type), *values))
    query = build_live_selection(subject_type, select)
    return fetch_objects(query, get_instant(request), get_language() or "", *values)


def select_by_address(live: QuerySet[EditionDocument], address: Any) -> QuerySet[EditionDocument]:
    return live.filter(has_address(address, edition="edition__")).order_by("pk")[:1]


def find_live_document(request: HttpRequest, subject_type: SubjectType, address: str) -> EditionDocument | None:
    """Return the document that is live at an address; None if there is none."""
    return next(iter(select_live_documents(request, subject_type, select_by_address, address)), None)


def build_publications(rows: Iterable[EditionDocument]) -> list[Publication]:
    """Return the publications of all rows whose document can be decoded."""
    return [Publication.from_row(row) for row in rows if can_decode_document(row.document.text, row.document_id)]


def add_texts(subject_type: SubjectType, rows: Sequence[EditionDocument]) -> list[EditionDocument]:
    """Return rows with their texts, which some were read without (`defer`); none whose text has just been removed.

    Texts that are added are in reading order, but their `text_digest` is that of the text as it is stored.
    """
    bare = [row for row in rows if row.document.get_deferred_fields()]
    texts = load_texts(subject_type, [row.document_id for row in bare])
    for row in bare:
        if row.document_id in texts:
            row.document.text, row.document.text_digest = texts[row.document_id]
    return [row for row in rows if not row.document.get_deferred_fields()]


@cache
def build_page_selection(select: Selection, ordering: Ordering, direction: str) -> Selection:
    """Return the selection of a page. `direction` is `first` for the first page, else `next` or `previous`."""
    columns = 0 if direction == "first" else len(ordering.columns)

    def select_page(live: QuerySet[EditionDocument], at: Any, *values: Any) -> Any:
        cursor = Cursor(at, direction == "previous", ordering, values[:columns]) if columns else None
        return select_page_rows(select(live, *values[columns:]), at, cursor, ordering)[: PAGE_SIZE + 1]

    return select_page


def find_page(
    request: HttpRequest, find_documents: Callable[..., Sequence[EditionDocument]], select: Selection, *values: Any
) -> KeysetPage:
    """Return a page of the documents. An invalid cursor gives the first page.

    `find_documents` is called with a selection and its values, as the last arguments of `select_live_documents`.
    """
    at = get_instant(request)
    cursor = Cursor.parse(request.GET.get("cursor", ""), at)
    direction = "first" if cursor is None else "previous" if cursor.backwards else "next"
    page_selection = build_page_selection(select, cursor.ordering if cursor else MEETINGS_ORDERING, direction)
    found = find_documents(page_selection, at, *(cursor.values if cursor else ()), *values)
    return KeysetPage(found, at=at, cursor=cursor)

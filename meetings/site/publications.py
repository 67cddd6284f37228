"""Published documents for public pages, with the data of their editions. Each is decoded when a page needs it."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from typing import Any, Self

from django.db.models import DateField, DateTimeField, Field, QuerySet, TextField
from django.http import HttpRequest
from django.utils.translation import get_language

from meetings.clock import get_instant
from meetings.database.prepared_query import PreparedQuery
from meetings.documents.dates import get_known_days
from meetings.documents.decoding import can_decode_document
from meetings.documents.encoding import decode_document
from meetings.documents.schema import Document
from meetings.editions.keyset import Cursor, KeysetPage
from meetings.editions.live_rows import LANGUAGE_FIELD
from meetings.http.time_travel import exclude_suppressed, get_time_travel
from meetings.i18n.page_paths import get_page_path
from meetings.models import Edition, EditionDocument, EditionReason, SubjectType


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
    digest: str
    is_editorial: bool = False
    available_from: dt.datetime | None = None
    days: tuple[dt.date, dt.date] | None = None
    """The last days of the meeting, if this is the notice of its withdrawal."""
    start_date: dt.date | None = None
    end_date: dt.date | None = None
    status: str = ""

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
            digest=row.document_id,
            is_editorial=row.edition.reason == EditionReason.EDITORIAL,
            available_from=row.edition.available_from,
            days=get_notice_days(row.edition) if row.edition.is_tombstone else None,
            start_date=row.edition.start_date,
            end_date=row.edition.end_date,
            status=row.edition.status,
        )

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


Selection = Callable[[QuerySet[EditionDocument], Any], QuerySet[EditionDocument]]
"""Selects some of the live documents by a value: a text or a date."""


@cache
def get_selection_query(subject_type: SubjectType, select: Selection, field: type[Field]) -> PreparedQuery:
    def build_query(value: Any, at: Any, language: Any) -> QuerySet[EditionDocument]:
        live = EditionDocument.objects.live(at).filter(edition__subject_type=subject_type)
        return select(live.in_language(language).with_history(), value)

    return PreparedQuery(build_query, value=field(), at=DateTimeField(), language=LANGUAGE_FIELD)


def select_live_documents(
    request: HttpRequest, subject_type: SubjectType, select: Selection, value: str | dt.date
) -> list[EditionDocument]:
    """Return some of `find_live_documents` with a prepared query. `select` must not use the value otherwise."""
    if get_time_travel(request):
        return list(select(find_live_documents(request, subject_type), value))
    query = get_selection_query(subject_type, select, DateField if isinstance(value, dt.date) else TextField)
    return query.fetch_objects(value=value, at=get_instant(request), language=get_language() or "")


def select_by_address(live: QuerySet[EditionDocument], address: Any) -> QuerySet[EditionDocument]:
    return live.filter(edition__address=address).order_by("pk")[:1]


def find_live_document(request: HttpRequest, subject_type: SubjectType, address: str) -> EditionDocument | None:
    """Return the document that is live at an address; None if there is none."""
    return next(iter(select_live_documents(request, subject_type, select_by_address, address)), None)


def build_publications(rows: Iterable[EditionDocument]) -> list[Publication]:
    """Return the publications of all rows whose document can be decoded."""
    return [Publication.from_row(row) for row in rows if can_decode_document(row.document.text, row.document_id)]


def build_page_context(request: HttpRequest, documents: QuerySet[EditionDocument]) -> dict[str, Any]:
    """Return a page of the documents, and the cursors of the pages beside it. An invalid one gives the first page."""
    at = get_instant(request)
    page = KeysetPage(documents, at=at, cursor=Cursor.parse(request.GET.get("cursor", ""), at))
    return {"meetings": build_publications(page.rows), "newer": page.previous, "older": page.next}

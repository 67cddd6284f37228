"""Helpers of the views of meetings: readable documents and pagination."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from meetings.clock import get_instant
from meetings.documents.decoding import can_decode_document
from meetings.editions.keyset import Cursor, KeysetPage
from meetings.models import EditionDocument
from meetings.site.publications import Publication


def build_publications(rows: Iterable[EditionDocument]) -> list[Publication]:
    """Return the publications of all rows whose document can be decoded."""
    return [Publication.from_row(row) for row in rows if can_decode_document(row.document.text, row.document_id)]


def build_page_context(request: HttpRequest, documents: QuerySet[EditionDocument]) -> dict[str, Any]:
    """Return a page of the documents and the queries of the pages beside it. An invalid cursor gives the first page."""
    at = get_instant(request)
    cursor = Cursor.parse(request.GET.get("cursor", ""), at)
    page = KeysetPage(documents, at=at, cursor=cursor)
    return {
        "meetings": build_publications(page.rows),
        "newer": page.previous and build_cursor_query(request, page.previous),
        "older": page.next and build_cursor_query(request, page.next),
    }


def build_cursor_query(request: HttpRequest, cursor: Cursor) -> str:
    """Return the request's query string with another cursor."""
    query = request.GET.copy()
    query["cursor"] = str(cursor)
    return f"?{query.urlencode()}"

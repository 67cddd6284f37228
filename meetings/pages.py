"""Helpers of the views of meetings: today's date, readable documents and pagination."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from meetings.clock import BRUSSELS, instant_of
from meetings.documents.legible import is_legible
from meetings.models import EditionDocument
from meetings.paging import Cursor, Page
from meetings.publications import Publication


def today_of(request: HttpRequest) -> dt.date:
    """Return today's date in Brussels."""
    return instant_of(request).astimezone(BRUSSELS).date()


def publications(rows: Iterable[EditionDocument]) -> list[Publication]:
    """Return the publications of all rows whose document can be decoded."""
    return [Publication.of(row) for row in rows if is_legible(row.document.text, row.document_id)]


def build_page_context(request: HttpRequest, documents: QuerySet[EditionDocument]) -> dict[str, Any]:
    """Return a page of the documents and the queries of the pages beside it. An invalid cursor gives the first page."""
    at = instant_of(request)
    cursor = Cursor.read(request.GET.get("cursor", ""), at)
    page = Page(documents, at=at, cursor=cursor)
    return {
        "meetings": publications(page.rows),
        "newer": page.previous and build_cursor_query(request, page.previous),
        "older": page.next and build_cursor_query(request, page.next),
    }


def build_cursor_query(request: HttpRequest, cursor: Cursor) -> str:
    """Return the request's query string with another cursor."""
    query = request.GET.copy()
    query["cursor"] = str(cursor)
    return f"?{query.urlencode()}"

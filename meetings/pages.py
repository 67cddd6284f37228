"""What pages of meetings share: today, documents that can be read, a page of a list."""

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
    """Today's date in Brussels."""
    return instant_of(request).astimezone(BRUSSELS).date()


def publications(rows: Iterable[EditionDocument]) -> list[Publication]:
    """Those whose document can be read."""
    return [Publication.of(row) for row in rows if is_legible(row.document.text, row.document_id)]


def paged(request: HttpRequest, found: QuerySet[EditionDocument]) -> dict[str, Any]:
    """A page of the documents; a cursor that is none of ours begins at the first page."""
    at = instant_of(request)
    cursor = Cursor.read(request.GET.get("cursor", ""), at)
    page = Page(found, at=at, cursor=cursor)
    return {
        "meetings": publications(page.rows),
        "newer": page.previous and query_with(request, page.previous),
        "older": page.next and query_with(request, page.next),
    }


def query_with(request: HttpRequest, cursor: Cursor) -> str:
    query = request.GET.copy()
    query["cursor"] = str(cursor)
    return f"?{query.urlencode()}"

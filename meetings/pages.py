"""Calendar pages: the list of meetings, a configuration. They read editions and reference data only."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from meetings.clock import BRUSSELS, instant_of
from meetings.documents.legible import is_legible
from meetings.models import Configuration, EditionDocument, SubjectType
from meetings.paging import Cursor, Page
from meetings.publications import Publication, live_documents


def today_of(request: HttpRequest) -> dt.date:
    """Today's date in Brussels."""
    return instant_of(request).astimezone(BRUSSELS).date()


def publications(rows: Iterable[EditionDocument]) -> list[Publication]:
    """Those whose document can be read."""
    return [Publication.of(row) for row in rows if is_legible(row.document.text, row.document_id)]


def configuration(request: HttpRequest, slug: str) -> HttpResponse:
    """Who they are, and their meetings."""
    shown = Configuration.objects.filter(slug=slug).first()
    if shown is None:
        raise Http404
    found = live_documents(request, SubjectType.MEETING).filter(edition__configuration=slug)
    context = {"configuration": shown, "today": today_of(request)}
    return render(request, "meetings/configuration.html", context | paged(request, found))


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

"""The home page, and what all pages of meetings share. They read editions and reference data only."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from meetings.clock import BRUSSELS, instant_of
from meetings.documents.legible import is_legible
from meetings.documents.shape import MeetingDocument, Point
from meetings.models import Configuration, EditionDocument, SubjectType
from meetings.paging import Cursor, Page
from meetings.publications import Publication, live_documents
from meetings.vocabulary import CALLED_OFF

REMEMBERED = dt.timedelta(days=30)  # a meeting that lost its date, behind the day that it had


@dataclass(frozen=True)
class TimedPoint:
    """A programme point of a day's meetings, with the meeting it is part of."""

    point: Point
    meeting: Publication


def today_of(request: HttpRequest) -> dt.date:
    """Today's date in Brussels."""
    return instant_of(request).astimezone(BRUSSELS).date()


def publications(rows: Iterable[EditionDocument]) -> list[Publication]:
    """Those whose document can be read."""
    return [Publication.of(row) for row in rows if is_legible(row.document.text, row.document_id)]


def in_time_order(meetings: Iterable[Publication], day: dt.date) -> list[TimedPoint]:
    """What the meetings have on the day by the clock; what has no clock keeps the editors' order, at the end."""
    points = [
        TimedPoint(point, meeting)
        for meeting in meetings
        if isinstance(document := meeting.document, MeetingDocument) and document.status not in CALLED_OFF
        for point in document.programme
        if (point.date or document.start_date) == day
    ]
    return sorted(points, key=lambda entry: entry.point.time or "99")


def begun(meeting: Publication, day: dt.date) -> bool:
    start = meeting.document.start_date if isinstance(meeting.document, MeetingDocument) else None
    return start is not None and start <= day


def home(request: HttpRequest) -> HttpResponse:
    """The meetings of today, the next ones, the latest ones. Those postponed without a date end the next ones."""
    today = today_of(request)
    live = live_documents(request, SubjectType.MEETING)
    order = ("edition__listed_on", "edition__subject_id")
    ahead = live.filter(edition__end_date__gte=today).order_by(*order)[:12]
    undated = live.filter(edition__end_date=None, edition__listed_on__gte=today - REMEMBERED).order_by(*order)[:6]
    past = live.filter(edition__end_date__lt=today).order_by("-edition__listed_on", "edition__subject_id")[:6]
    to_come = publications(ahead)
    of_today = [meeting for meeting in to_come if begun(meeting, today)]
    context = {
        "today": today,
        "of_today": of_today,
        "programme": in_time_order(of_today, today),
        "next": [meeting for meeting in to_come if meeting not in of_today] + publications(undated),
        "latest": publications(past),
        "configurations": list(Configuration.objects.valid_on(today)),
    }
    return render(request, "meetings/home.html", context)


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

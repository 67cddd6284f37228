"""The page of corrections: what its feed has, by day, newest first, as far back as there are any."""

import datetime as dt
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from meetings.changes import appeared
from meetings.clock import instant_of
from meetings.feeds.pages import CORRECTED, OF_MEETINGS, of_the_past
from meetings.latest import news
from meetings.pages import query_with
from meetings.paging import At, Cursor, Ordering, Page

NEWEST_FIRST = Ordering("corrections", {"-available_from": At, "-id": UUID}, has_past=False)


@of_the_past
def corrections(request: HttpRequest) -> HttpResponse:
    """Twenty a page; a cursor that is none of ours begins at the first page."""
    at = instant_of(request)
    found = appeared(at, at).filter(OF_MEETINGS, reason__in=CORRECTED)
    cursor = Cursor.read(request.GET.get("cursor", ""), at, NEWEST_FIRST)
    page = Page(found, at=at, cursor=cursor, ordering=NEWEST_FIRST)
    context: dict[str, Any] = {
        "description": _(
            "What was said of Council meetings and is no longer so: corrected, postponed, cancelled, withdrawn."
        ),
        "days": [(day, list(some)) for day, some in groupby(news(request, page.rows), key=day_of)],
        "newer": page.previous and query_with(request, page.previous),
        "older": page.next and query_with(request, page.next),
    }
    return render(request, "meetings/corrections.html", context)


def day_of(one: Any) -> dt.date:
    day: dt.date = one.at_in_brussels.date()
    return day

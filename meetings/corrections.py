"""The page of corrections: everything that its feed has, by day, newest first, without a limit."""

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
from meetings.latest import NewsItem, build_news
from meetings.pages import build_cursor_query
from meetings.paging import At, Cursor, Ordering, Page

NEWEST_FIRST = Ordering("corrections", {"-available_from": At, "-id": UUID}, has_past=False)


@of_the_past
def corrections(request: HttpRequest) -> HttpResponse:
    """Show a page of corrections. An invalid cursor shows the first page."""
    at = instant_of(request)
    editions = appeared(at, at).filter(OF_MEETINGS, reason__in=CORRECTED)
    cursor = Cursor.read(request.GET.get("cursor", ""), at, NEWEST_FIRST)
    page = Page(editions, at=at, cursor=cursor, ordering=NEWEST_FIRST)
    context: dict[str, Any] = {
        "description": _(
            "Changes to published agendas of Council meetings: corrected, postponed, cancelled or withdrawn."
        ),
        "days": [(day, list(items)) for day, items in groupby(build_news(request, page.rows), key=get_brussels_date)],
        "newer": page.previous and build_cursor_query(request, page.previous),
        "older": page.next and build_cursor_query(request, page.next),
    }
    return render(request, "meetings/corrections.html", context)


def get_brussels_date(item: NewsItem) -> dt.date:
    return item.at_in_brussels.date()

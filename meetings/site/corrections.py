"""The page of corrections: everything that its feed has, by day, newest first, without a limit."""

from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from meetings.clock import get_instant
from meetings.editions.edition_history import get_appeared_editions
from meetings.editions.keyset import Cursor, KeysetPage, Ordering, UtcInstant
from meetings.feeds.views import CORRECTION_REASONS, MEETING_EDITIONS, conditional_by_etag
from meetings.site.news import build_news

NEWEST_FIRST = Ordering("corrections", {"-available_from": UtcInstant, "-id": UUID}, has_history=False)


@conditional_by_etag
def corrections(request: HttpRequest) -> HttpResponse:
    """Show a page of corrections. An invalid cursor shows the first page."""
    at = get_instant(request)
    editions = get_appeared_editions(at, at).filter(MEETING_EDITIONS, reason__in=CORRECTION_REASONS)
    cursor = Cursor.parse(request.GET.get("cursor", ""), at, NEWEST_FIRST)
    page = KeysetPage(editions, at=at, cursor=cursor, ordering=NEWEST_FIRST)
    news = build_news(request, page.rows)
    context: dict[str, Any] = {
        "description": _(
            "Changes to published agendas of Council meetings: corrected, postponed, cancelled or withdrawn."
        ),
        "days": [(day, list(items)) for day, items in groupby(news, key=lambda item: item.at_in_brussels.date())],
        "newer": page.previous,
        "older": page.next,
    }
    return render(request, "meetings/corrections.html", context)

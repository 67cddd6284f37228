"""The page of corrections: everything that its feed has, by day, newest first, without a limit."""

from collections.abc import Callable
from functools import cache
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from meetings.clock import get_instant
from meetings.database.prepared_query import fetch_objects
from meetings.editions.edition_history import get_appeared_editions
from meetings.editions.keyset import PAGE_SIZE, Cursor, KeysetPage, Ordering, UtcInstant, select_page_rows
from meetings.feeds.views import (
    CHANGE_KINDS,
    KINDS_OF_THE_API,
    build_change_condition,
    conditional_by_etag,
)
from meetings.models import Edition
from meetings.site.news import build_news
from meetings.site.query_parameters import add_robots_header, choose_value

NEWEST_FIRST = Ordering("corrections", {"-available_from": UtcInstant, "-id": UUID}, has_history=False)


@conditional_by_etag
def corrections(request: HttpRequest) -> HttpResponse:
    """Show a page of corrections, `?kind=results` only those of a kind.

    An invalid cursor shows the first page. An unknown kind is ignored, and the page says so.
    """
    at = get_instant(request)
    kind, messages = choose_value(request, "kind", _("Kind of change"), CHANGE_KINDS, KINDS_OF_THE_API)
    cursor = Cursor.parse(request.GET.get("cursor", ""), at, NEWEST_FIRST)
    query = build_page_query(kind, is_backwards=bool(cursor and cursor.backwards))
    page = KeysetPage(
        fetch_objects(query, at, *(cursor.values if cursor else ())), at=at, cursor=cursor, ordering=NEWEST_FIRST
    )
    news = build_news(request, page.rows)
    context: dict[str, Any] = {
        "description": _(
            "Changes to published agendas of Council meetings: corrected, postponed, cancelled or withdrawn."
        ),
        "days": [(day, list(items)) for day, items in groupby(news, key=lambda item: item.at_in_brussels.date())],
        "kinds": {name: each.label for name, each in CHANGE_KINDS.items()},
        "kind": kind,
        "messages": messages,
        "kind_label": CHANGE_KINDS[kind].label if kind else "",
        "newer": page.previous,
        "older": page.next,
    }
    return add_robots_header(render(request, "meetings/corrections.html", context), messages)


@cache
def build_page_query(kind: str, *, is_backwards: bool) -> Callable[..., QuerySet[Edition]]:
    def build_query(at: Any, *values: Any) -> QuerySet[Edition]:
        editions = get_appeared_editions(at, at).filter(build_change_condition(kind))
        cursor = Cursor(at, is_backwards, NEWEST_FIRST, values) if values else None
        return select_page_rows(editions, at, cursor, NEWEST_FIRST)[: PAGE_SIZE + 1]

    return build_query

"""Paging by keyset: a page is found by where the one before ended, so page one thousand costs what page one costs."""

import base64
import binascii
import datetime as dt
import re
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from meetings.answers import bad_parameter
from meetings.clock import instant_of
from meetings.models import EditionDocument
from meetings.models.edition import BEFORE_ALL


class Cursor(msgspec.Struct, array_like=True, frozen=True):
    """Where a page begins: behind (or before) these values of the ordering, as of the instant of the first page."""

    at: dt.datetime
    backwards: bool
    date: dt.date
    subject: UUID

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")

    @classmethod
    def read(cls, text: str, now: dt.datetime) -> "Cursor | None":
        """None for what this site never wrote; an instant to come would show what is still under embargo."""
        try:
            cursor = msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=cls)
        except (binascii.Error, ValueError, msgspec.DecodeError):
            return None
        written = cursor.at.utcoffset() == dt.timedelta() and BEFORE_ALL <= cursor.at <= now
        return cursor if written else None

    def condition(self) -> Q:
        date, subject = ("gt", "lt") if self.backwards else ("lt", "gt")
        same_day = Q(**{"edition__listed_on": self.date, f"edition__subject_id__{subject}": self.subject})
        return Q(**{f"edition__listed_on__{date}": self.date}) | same_day


class Page:
    """`limit` of the published documents, the latest date first and by subject within a day, in one query."""

    def __init__(
        self, published: QuerySet[EditionDocument], *, at: dt.datetime, cursor: Cursor | None = None, limit: int = 20
    ) -> None:
        backwards = cursor is not None and cursor.backwards
        order = (
            ("edition__listed_on", "-edition__subject_id")
            if backwards
            else ("-edition__listed_on", "edition__subject_id")
        )
        if cursor:
            published = published.filter(cursor.condition())
        rows = list(published.order_by(*order)[: limit + 1])
        more, rows = len(rows) > limit, rows[:limit]
        self.rows = rows[::-1] if backwards else rows
        self.next = self.cursor(at, -1, backwards=False) if rows and (more or backwards) else None
        self.previous = self.cursor(at, 0, backwards=True) if rows and (more if backwards else cursor) else None

    def cursor(self, at: dt.datetime, row: int, *, backwards: bool) -> Cursor:
        edition = self.rows[row].edition
        return Cursor(at, backwards, edition.listed_on, edition.subject_id)


class KeysetPagination(BasePagination):
    """Pages for the API. `cursor` and `limit` (20 by default, at most 100) are its parameters.

    A cursor carries the instant of the first page, and all pages behind it are as of that instant.
    """

    default_limit, max_limit = 20, 100
    parameters = ("cursor", "limit")

    @staticmethod
    def cursor(request: Request) -> Cursor | None:
        text = request.query_params.get("cursor")
        cursor = None if text is None else Cursor.read(text, instant_of(request._request))
        if text is not None and cursor is None:
            raise bad_parameter("cursor", _("This cursor is not one that the API gave: begin again without it."))
        return cursor

    def instant(self, request: Request) -> dt.datetime:
        """The instant that the answer is as of: the first page's, or the request's own."""
        cursor = self.cursor(request)
        return cursor.at if cursor else instant_of(request._request)

    def limit(self, request: Request) -> int:
        text = request.query_params.get("limit", str(self.default_limit))
        if not re.fullmatch("[1-9][0-9]{0,2}", text) or int(text) > self.max_limit:
            raise bad_parameter("limit", _("limit is a whole number from 1 to %d.") % self.max_limit)
        return int(text)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        self.page = Page(queryset, at=self.instant(request), cursor=self.cursor(request), limit=self.limit(request))
        return self.page.rows

    def link(self, cursor: Cursor | None) -> str | None:
        return replace_query_param(self.request.build_absolute_uri(), "cursor", str(cursor)) if cursor else None

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.link(self.page.next), "previous": self.link(self.page.previous), "results": data})

"""Paging by keyset: a page is found by where the one before ended, so page one thousand costs what page one costs."""

import base64
import binascii
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from meetings.clock import instant_of
from meetings.licence import licence
from meetings.links import site_of
from meetings.models.edition import Edition, last_of
from meetings.models.history import BEFORE_ALL
from meetings.parameters import AS_OF, Parameter
from meetings.problems import Problem, bad_parameter

Small = Annotated[int, msgspec.Meta(ge=0, le=32_767)]  # what the databases' small integers hold
At = Annotated[dt.datetime, msgspec.Meta(tz=True)]
Word = Annotated[str, msgspec.Meta(pattern=r"^[^\x00]{0,200}\Z")]


@dataclass(frozen=True)
class Ordering:
    """The order of a list, by the list's name: its columns, `-` before one that descends, and what each holds.

    No two rows of the list may agree in all of them, and none may be null: else pages would skip. `has_past`: its rows
    belong to editions. `was_nameless`: its cursors were given out before they had the list's name, and still hold.
    """

    name: str
    columns: Mapping[str, Any]
    has_past: bool = True
    was_nameless: bool = False

    @cached_property
    def names(self) -> list[str]:
        return [column.removeprefix("-") for column in self.columns]

    @cached_property
    def forms(self) -> list[Any]:
        """What a cursor may be."""
        values = tuple(self.columns.values())
        named, nameless = (dt.datetime, bool, Literal[self.name], *values), (dt.datetime, bool, *values)
        return [tuple.__class_getitem__(form) for form in ([named, nameless] if self.was_nameless else [named])]

    def by(self, *, backwards: bool) -> list[str]:
        return [f"-{name}" if self.descends(name) != backwards else name for name in self.names]

    def descends(self, name: str) -> bool:
        return f"-{name}" in self.columns

    def values_of(self, row: Any) -> tuple[Any, ...]:
        return tuple(attrgetter(name.replace("__", "."))(row) for name in self.names)

    def behind(self, values: tuple[Any, ...], *, backwards: bool, place: int = 0) -> Q:
        """The rows that come later than those values: later in the first column, or not before and later in the next.

        “Not before” on the first column alone is what lets a database begin in the middle of an index.
        """
        name, value = self.names[place], values[place]
        way = "lt" if self.descends(name) != backwards else "gt"
        later = Q(**{f"{name}__{way}": value})
        if place + 1 == len(values):
            return later
        return Q(**{f"{name}__{way}e": value}) & (later | self.behind(values, backwards=backwards, place=place + 1))


Orderings = Mapping[str, Ordering]


def newest_first(name: str) -> Ordering:
    """Of published documents: the latest day first, and by subject within a day."""
    return Ordering(name, {"-edition__listed_on": dt.date, "edition__subject_id": UUID}, was_nameless=True)


MEETINGS = newest_first("meetings")


def orderings(by_date: Ordering, backwards: Mapping[str, Any], within: Mapping[str, Any] | None = None) -> Orderings:
    """Those of a list, each along an index: by date from either end, and by when the present edition appeared.

    `backwards` are the columns of the one from the other end. `within` is what tells rows of an edition apart.
    """
    name = by_date.name
    latest = {"-edition__available_from": At, "-edition__id": UUID, **(within or {})}
    first = {column.removeprefix("-"): form for column, form in latest.items()}
    return {
        "-date": by_date,
        "date": Ordering(f"{name} by date", backwards),
        "-appeared": Ordering(f"{name} by -appeared", latest),
        "appeared": Ordering(f"{name} by appeared", first),
    }


def orderings_of_documents(by_date: Ordering) -> Orderings:
    return orderings(by_date, {"edition__listed_on": dt.date, "-edition__subject_id": UUID})


@dataclass(frozen=True)
class Cursor:
    """Where a page of a list begins: behind or before these values of the ordering, as of that instant."""

    at: dt.datetime
    backwards: bool
    ordering: Ordering
    values: tuple[Any, ...]

    def __str__(self) -> str:
        written = msgspec.json.encode([self.at, self.backwards, self.ordering.name, *self.values])
        return base64.urlsafe_b64encode(written).decode().rstrip("=")

    @classmethod
    def read(cls, text: str, now: dt.datetime, ordering: Ordering = MEETINGS) -> "Cursor | None":
        """None for what this site never wrote for this list; an instant to come would show what is under embargo."""
        try:
            written = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except (binascii.Error, ValueError):
            return None
        for form in ordering.forms:
            try:
                at, backwards, *values = msgspec.json.decode(written, type=form)
            except (ValueError, msgspec.DecodeError):
                continue
            instants = (each for each in (at, *values) if isinstance(each, dt.datetime))
            if all(each.utcoffset() == dt.timedelta() for each in instants) and BEFORE_ALL <= at <= now:
                return cls(at, backwards, ordering, tuple(values[-len(ordering.names) :]))
        return None


def rows_of_page(found: QuerySet[Any], at: dt.datetime, cursor: Cursor | None, ordering: Ordering) -> QuerySet[Any]:
    """All rows from the cursor on; backwards where it leads back. `as_of` is the instant for cursors behind them."""
    if ordering.has_past:
        found = found.annotate(as_of=last_of(Edition.objects.visible(at)))
    backwards = cursor is not None and cursor.backwards
    if cursor:
        found = found.filter(ordering.behind(cursor.values, backwards=backwards))
    return found.order_by(*ordering.by(backwards=backwards))


class Page:
    """`limit` of the rows in the ordering, behind the cursor, in one query; or those rows and one more, found already.

    Its cursors are as of the newest edition visible at `at`: nothing appeared between the two, so what they lead to is
    the same, and a page stays the same to the byte until something is published.
    """

    def __init__(
        self,
        found: QuerySet[Any] | Sequence[Any],
        *,
        at: dt.datetime,
        cursor: Cursor | None = None,
        limit: int = 20,
        ordering: Ordering = MEETINGS,
    ) -> None:
        self.ordering = ordering
        backwards = cursor is not None and cursor.backwards
        if isinstance(found, QuerySet):
            found = rows_of_page(found, at, cursor, ordering)[: limit + 1]
        rows = list(found)
        more, rows = len(rows) > limit, rows[:limit]
        self.rows = rows[::-1] if backwards else rows
        self.next = self.cursor(-1, backwards=False) if rows and (more or backwards) else None
        self.previous = self.cursor(0, backwards=True) if rows and (more if backwards else cursor) else None

    def cursor(self, row: int, *, backwards: bool) -> Cursor:
        at = self.rows[row].as_of if self.ordering.has_past else BEFORE_ALL
        return Cursor(at, backwards, self.ordering, self.ordering.values_of(self.rows[row]))


class KeysetPagination(BasePagination):
    """Pages of the API's lists, in the view's `ordering`.

    A cursor carries the instant of the first page, and all pages behind it are as of that instant.
    """

    default_limit, max_limit = 20, 100
    parameters = (
        Parameter(
            "limit",
            {"type": "integer", "minimum": 1, "maximum": max_limit, "default": default_limit},
            gettext_lazy("How many a page."),
        ),
        Parameter(
            "cursor",
            {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"},
            gettext_lazy(
                "Where the page begins: from `next` or `previous` of an earlier answer, and from nowhere else."
            ),
        ),
    )

    @staticmethod
    def cursor(request: Request, ordering: Ordering) -> Cursor | None:
        text = request.query_params.get("cursor")
        cursor = None if text is None else Cursor.read(text, instant_of(request._request), ordering)
        if text is not None and cursor is None:
            raise KeysetPagination.no_cursor()
        return cursor

    @staticmethod
    def no_cursor() -> Problem:
        detail = _("This cursor is not one that the API gave for this list: begin again without it.")
        return bad_parameter("cursor", detail)

    def limit(self, request: Request) -> int:
        text = request.query_params.get("limit", str(self.default_limit))
        if not re.fullmatch("[1-9][0-9]{0,2}", text) or int(text) > self.max_limit:
            raise bad_parameter("limit", _("limit is a whole number from 1 to %d.") % self.max_limit)
        return int(text)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        cursor = self.cursor(request, view.ordering)
        self.page = Page(queryset, at=view.at, cursor=cursor, limit=self.limit(request), ordering=view.ordering)
        return self.page.rows

    def link(self, cursor: Cursor | None) -> str | None:
        """Without `as_of`: the cursor carries the instant."""
        if cursor is None:
            return None
        asked = {**self.request.query_params.dict(), "cursor": str(cursor)}
        asked.pop(AS_OF.name, None)
        request = self.request._request
        return f"{site_of(request)}{request.path}?{urlencode(sorted(asked.items()))}"

    def get_paginated_response(self, data: Any) -> Response:
        links = {"next": self.link(self.page.next), "previous": self.link(self.page.previous)}
        return Response({**links, "licence": licence(), "results": data})

    def get_paginated_response_schema(
        self, schema: dict[str, Any], terms: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """`schema` is that of the results, `terms` that of the licence."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "licence", "results"],
            "properties": {
                "next": link | {"description": "The next page, or null on the last one."},
                "previous": link | {"description": "The page before, or null on the first one."},
                "licence": terms or {"type": "object"},
                "results": schema,
            },
        }

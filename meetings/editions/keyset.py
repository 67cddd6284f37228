"""Keyset order of lists: a page starts after given values of the whole ordering, not after a number of rows."""

import base64
import binascii
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from django.db.models import Q, QuerySet

from meetings.models.edition import Edition, build_last_instant
from meetings.models.publication_history import BEFORE_ALL_EDITIONS

SmallInteger = Annotated[int, msgspec.Meta(ge=0, le=32_767)]  # the range of the databases' small integers
PAGE_SIZE = 20
UtcInstant = Annotated[dt.datetime, msgspec.Meta(tz=True)]
ShortText = Annotated[str, msgspec.Meta(pattern=r"^[^\x00]{0,200}\Z")]


@dataclass(frozen=True, eq=False)
class Ordering:
    """The order of a list: the columns, with `-` before a descending one, and the type of each for cursors.

    No two rows may have the same values in all columns, and no column may be null; otherwise pages would skip rows.
    `name` is that of the list. `has_history` means that rows belong to editions. `accepts_unnamed_cursors` means that
    cursors were once given out without the name of the list, and that these are still valid. `earlier` is the order
    that the list once had: a cursor from then goes on in that order.
    """

    name: str
    columns: Mapping[str, Any]
    has_history: bool = True
    accepts_unnamed_cursors: bool = False
    earlier: "Ordering | None" = None

    @cached_property
    def column_names(self) -> list[str]:
        return [column.removeprefix("-") for column in self.columns]

    @cached_property
    def cursor_types(self) -> list[Any]:
        """The types that a decoded cursor may have."""
        values = tuple(self.columns.values())
        named, nameless = (dt.datetime, bool, Literal[self.name], *values), (dt.datetime, bool, *values)
        return [
            tuple.__class_getitem__(form) for form in ([named, nameless] if self.accepts_unnamed_cursors else [named])
        ]

    def get_order_by(self, *, backwards: bool) -> list[str]:
        return [f"-{name}" if self.is_descending(name) != backwards else name for name in self.column_names]

    def is_descending(self, name: str) -> bool:
        return f"-{name}" in self.columns

    def get_values(self, row: Any) -> tuple[Any, ...]:
        return tuple(attrgetter(name.replace("__", "."))(row) for name in self.column_names)

    def build_condition_after(self, values: tuple[Any, ...], *, backwards: bool, position: int = 0) -> Q:
        """Return a condition for the rows after these values: after them in the first column, or equal and after in
        the next.

        The redundant condition on the first column alone (`gte` or `lte`) lets the database start within an index.
        """
        name, value = self.column_names[position], values[position]
        lookup = "lt" if self.is_descending(name) != backwards else "gt"
        later = Q(**{f"{name}__{lookup}": value})
        if position + 1 == len(values):
            return later
        return Q(**{f"{name}__{lookup}e": value}) & (
            later | self.build_condition_after(values, backwards=backwards, position=position + 1)
        )


Orderings = Mapping[str, Ordering]


def build_date_ordering(name: str, columns: Mapping[str, Any], **more: Any) -> Ordering:
    """Return an ordering by day and, within a day, by the start. Once it was by day only.

    `columns` are all but the start, which is sorted in the direction of the day.
    """
    sorted_by_start: dict[str, Any] = {}
    for column, form in columns.items():
        sorted_by_start[column] = form
        if column.endswith("listed_on"):
            sorted_by_start[column.replace("listed_on", "sorted_at")] = UtcInstant
    return Ordering(name, sorted_by_start, earlier=Ordering(name, columns, **more))


def build_newest_first_ordering(name: str) -> Ordering:
    """Return the ordering of published documents: the latest day first, and the latest start first within a day."""
    columns = {"-edition__listed_on": dt.date, "edition__subject_id": UUID}
    return build_date_ordering(name, columns, accepts_unnamed_cursors=True)


MEETINGS_ORDERING = build_newest_first_ordering("meetings")
LATEST_FIRST = MEETINGS_ORDERING.get_order_by(backwards=False)
EARLIEST_FIRST = ("edition__listed_on", "edition__sorted_at", "edition__subject_id")
FILES_ORDERING = Ordering("files", {"-year": SmallInteger, "-number": SmallInteger, "slug": ShortText})


def build_orderings(
    by_date: Ordering, backwards: Mapping[str, Any], within: Mapping[str, Any] | None = None
) -> Orderings:
    """Return the orderings of a list: by date and by the time at which the current edition appeared, both directions.

    Each follows an index. `backwards` are the columns of the ordering by date, earliest first. `within` are the columns
    that distinguish rows of the same edition.
    """
    name = by_date.name
    latest = {"-edition__available_from": UtcInstant, "-edition__id": UUID, **(within or {})}
    first = {column.removeprefix("-"): form for column, form in latest.items()}
    return {
        "-date": by_date,
        "date": build_date_ordering(f"{name} by date", backwards),
        "-appeared": Ordering(f"{name} by -appeared", latest),
        "appeared": Ordering(f"{name} by appeared", first),
    }


def build_document_orderings(by_date: Ordering) -> Orderings:
    return build_orderings(by_date, {"edition__listed_on": dt.date, "-edition__subject_id": UUID})


@dataclass(frozen=True)
class Cursor:
    """The start of a page of a list: after (or `backwards`, before) these values, as of the instant `at`."""

    at: dt.datetime
    backwards: bool
    ordering: Ordering
    values: tuple[Any, ...]

    def __str__(self) -> str:
        written = msgspec.json.encode([self.at, self.backwards, self.ordering.name, *self.values])
        return base64.urlsafe_b64encode(written).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str, now: dt.datetime, ordering: Ordering = MEETINGS_ORDERING) -> "Cursor | None":
        """Decode a cursor. Return None for one that this site never gave out for this list.

        A cursor with an instant in the future is refused as well: it would show what is under embargo.
        """
        try:
            written = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except (binascii.Error, ValueError):
            return None
        for form in ordering.cursor_types:
            try:
                at, backwards, *values = msgspec.json.decode(written, type=form)
            except (ValueError, msgspec.DecodeError):
                continue
            instants = (each for each in (at, *values) if isinstance(each, dt.datetime))
            if all(each.utcoffset() == dt.timedelta() for each in instants) and BEFORE_ALL_EDITIONS <= at <= now:
                return cls(at, backwards, ordering, tuple(values[-len(ordering.column_names) :]))
        return cls.parse(text, now, ordering.earlier) if ordering.earlier else None


def select_page_rows(found: QuerySet[Any], at: dt.datetime, cursor: Cursor | None, ordering: Ordering) -> QuerySet[Any]:
    """Return all rows after the cursor and in its order, reversed if it leads backwards; without one, in `ordering`.

    The annotation `as_of` is the instant for the cursors that follow.
    """
    if ordering.has_history:
        found = found.annotate(as_of=build_last_instant(Edition.objects.visible(at)))
    if cursor is None:
        return found.order_by(*ordering.get_order_by(backwards=False))
    after = cursor.ordering.build_condition_after(cursor.values, backwards=cursor.backwards)
    return found.filter(after).order_by(*cursor.ordering.get_order_by(backwards=cursor.backwards))


class KeysetPage:
    """A page of at most `limit` rows after the cursor.

    Pass a queryset, which takes one query, or the rows of the page and one more. Its cursors are as of the newest
    edition that is visible at `at`, not of `at` itself. The result is the same, because nothing appeared between the
    two, and the page stays the same byte for byte until something is published.
    """

    def __init__(
        self,
        found: QuerySet[Any] | Sequence[Any],
        *,
        at: dt.datetime,
        cursor: Cursor | None = None,
        limit: int = PAGE_SIZE,
        ordering: Ordering = MEETINGS_ORDERING,
    ) -> None:
        self.ordering = cursor.ordering if cursor else ordering
        backwards = cursor is not None and cursor.backwards
        if isinstance(found, QuerySet):
            found = select_page_rows(found, at, cursor, ordering)[: limit + 1]
        rows = list(found)
        more, rows = len(rows) > limit, rows[:limit]
        self.rows = rows[::-1] if backwards else rows
        self.next = self.build_cursor(-1, backwards=False) if rows and (more or backwards) else None
        self.previous = self.build_cursor(0, backwards=True) if rows and (more if backwards else cursor) else None

    def build_cursor(self, row: int, *, backwards: bool) -> Cursor:
        at = self.rows[row].as_of if self.ordering.has_history else BEFORE_ALL_EDITIONS
        return Cursor(at, backwards, self.ordering, self.ordering.get_values(self.rows[row]))

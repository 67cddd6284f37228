"""Lists that end after a hundred rows: what one person has submitted does not push out that of others."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.db.models import F, QuerySet, Window
from django.db.models.functions import Greatest, RowNumber

from meetings.database.prepared_query import fetch_objects

FIRST_OF_EACH = 20
"""So many rows of each person come before all further ones."""


def fetch_fairly(
    select: Callable[..., QuerySet[Any]], *values: Any, limit: int, within: int = 0
) -> tuple[list[Any], bool]:
    """Return the first `limit` objects of `select(*values)`, and whether there are more.

    If there are, those whose `submitted_by` has submitted more than `FIRST_OF_EACH` come last among those that are
    equal by the first `within` members of the order. Only then does it take a second query, which costs twice as much.
    """
    found = fetch_objects(select, *values, limit=limit + 1)
    if len(found) <= limit:
        return found, False
    return fetch_objects(rank_by_person(select, within), *values, limit=limit), True


@cache
def rank_by_person(select: Callable[..., QuerySet[Any]], within: int) -> Callable[..., QuerySet[Any]]:
    def select_fairly(*values: Any) -> QuerySet[Any]:
        rows = select(*values)
        order: list[Any] = [*rows.query.order_by]
        number = Window(RowNumber(), partition_by=[*order[:within], F("submitted_by")], order_by=order[within:])
        return rows.order_by(*order[:within], Greatest(number, FIRST_OF_EACH), *order[within:])

    return select_fairly

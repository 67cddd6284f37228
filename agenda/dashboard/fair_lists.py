"""Lists that end after a hundred rows: what one person has submitted, or one desk has, does not push out the rest."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import Greatest, RowNumber

from meetings.access.decisions import get_grants, is_superuser
from meetings.database.prepared_query import fetch_objects, pad_keys
from meetings.models import Meeting, SubjectType, User

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


def fetch_of_desks(select: Callable[[], QuerySet[Any]], user: User, *, limit: int) -> list[Any]:
    """Return the first `limit` objects of `select()` that are not about a meeting of a desk of others."""
    desks = [grant.configuration for grant in get_grants(user)]
    if is_superuser(user) or None in desks:
        return fetch_objects(select, limit=limit)
    return fetch_objects(limit_to_desks(select), *pad_keys(filter(None, desks)), limit=limit)


@cache
def limit_to_desks(select: Callable[[], QuerySet[Any]]) -> Callable[..., QuerySet[Any]]:
    def select_of_desks(*desks: Any) -> QuerySet[Any]:
        meetings = Meeting.objects.filter(configuration__in=desks).values("pk")
        return select().filter(~Q(subject_type=SubjectType.MEETING) | Q(subject_id__in=meetings))

    return select_of_desks

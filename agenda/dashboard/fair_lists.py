"""Lists that end after some rows: what one person has submitted, or one desk has, does not push out the rest."""

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
    select: Callable[..., QuerySet[Any]], *values: Any, limit: int, person: str, ranks: int = 0
) -> tuple[list[Any], bool]:
    """Return the first `limit` objects of `select(*values)`, and whether there are more.

    If there are, the first `FIRST_OF_EACH` of each person come before all further ones. `person` is the name of an
    annotation. They are counted in each rank: the first `ranks` members of the order are one. Only what differs by the
    first of these stays before all others. Only then does it take a second query, which costs twice as much.
    """
    found = fetch_objects(select, *values, limit=limit + 1)
    if len(found) <= limit:
        return found, False
    return fetch_objects(rank_by_person(select, person, ranks, FIRST_OF_EACH), *values, limit=limit), True


@cache
def rank_by_person(
    select: Callable[..., QuerySet[Any]], person: str, ranks: int, first_of_each: int
) -> Callable[..., QuerySet[Any]]:
    def select_fairly(*values: Any) -> QuerySet[Any]:
        rows = select(*values)
        order: list[Any] = [*rows.query.order_by]
        number = Window(RowNumber(), partition_by=[*order[:ranks], F(person)], order_by=order[ranks:])
        start = min(ranks, 1)
        return rows.order_by(*order[:start], Greatest(number, first_of_each), *order[start:])

    return select_fairly


def fetch_of_desks(select: Callable[[], QuerySet[Any]], user: User, *, limit: int) -> list[Any]:
    """Return the first `limit` objects of `select()` that are not about a meeting of a desk of others."""
    narrowed, desks = narrow_to_desks(select, user)
    return fetch_objects(narrowed, *desks, limit=limit)


def narrow_to_desks(select: Callable[[], QuerySet[Any]], user: User) -> tuple[Callable[..., QuerySet[Any]], list[Any]]:
    """Return the query of what `select()` finds that is not about a meeting of a desk of others, and its values."""
    desks = [grant.configuration for grant in get_grants(user)]
    if is_superuser(user) or None in desks:
        return select, []
    return limit_to_desks(select), pad_keys(filter(None, desks))


@cache
def limit_to_desks(select: Callable[[], QuerySet[Any]]) -> Callable[..., QuerySet[Any]]:
    def select_of_desks(*desks: Any) -> QuerySet[Any]:
        meetings = Meeting.objects.filter(configuration__in=desks).values("pk")
        return select().filter(~Q(subject_type=SubjectType.MEETING) | Q(subject_id__in=meetings))

    return select_of_desks

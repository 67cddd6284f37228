"""The order of lists that end after a hundred rows: what one person has submitted does not push out that of others."""

from typing import Any

from django.db.models import F, Window
from django.db.models.functions import Greatest, RowNumber

FIRST_OF_EACH = 20
"""So many rows of each person come before all further ones."""


def rank_within_person(person: str, *order: str) -> Any:
    """Return an expression to order by. It is the same for the first rows of each person, and grows for further ones.

    `person` and `order` are names of columns or annotations.
    """
    number = Window(RowNumber(), partition_by=[F(person)], order_by=[F(name).asc() for name in order])
    return Greatest(number, FIRST_OF_EACH)

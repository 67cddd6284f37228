"""SEQUENCE: how often an event's own time, place or status changed.

What counts is read from the editions since the last withdrawal, since before it there is nothing that public code could
read. Every edition that is not read counts as a change: then a number never falls, whatever is closed or left out. It
falls in one case, by what that had added: where a text that was closed is opened again (decision 64).
"""

from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise

UNKNOWN = object()
"""What nobody may read any more: it differs from everything, from itself too."""


def changes(facts: Iterable[Hashable]) -> int:
    return sum(before is UNKNOWN or before != after for before, after in pairwise(facts))


def sequence(unread: int, facts: Sequence[Hashable | None]) -> int:
    """`facts` are those of the editions that are read, oldest first; None where there was no such event.

    That it came to be is no change of it.
    """
    came = unread == 0 and facts[0] is None and any(fact is not None for fact in facts)
    return unread + changes(facts) - came

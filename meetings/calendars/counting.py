"""Compute SEQUENCE: how often the time, place or status of an event has changed.

Changes are counted in the editions since the last withdrawal, because public code cannot read earlier ones. Every
edition that is not read counts as a change, so that the number never decreases, whatever is suppressed or left out.
There is one exception: when a suppressed text becomes readable again, the number decreases by what suppressing it had
added (decision 64).
"""

from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise

UNREADABLE = object()
"""Stands for a suppressed text. It counts as different from everything, even from itself."""


def count_changes(facts: Iterable[Hashable]) -> int:
    return sum(before is UNREADABLE or before != after for before, after in pairwise(facts))


def compute_sequence(unread: int, facts: Sequence[Hashable | None]) -> int:
    """Return the SEQUENCE of an event. `unread` is the number of editions that are not read.

    `facts` are those of the editions that are read, oldest first; None where there was no such event. Its first
    appearance is not a change.
    """
    is_new = unread == 0 and facts[0] is None and any(fact is not None for fact in facts)
    return unread + count_changes(facts) - is_new

"""Test that SEQUENCE never decreases, whatever happens to an event and its editions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.feeds.calendars.slots import UNREADABLE, compute_sequence

pytestmark = pytest.mark.once
FACTS = st.sampled_from(["monday", "tuesday", None])


@given(facts=st.lists(FACTS, min_size=1, max_size=30), read=st.integers(1, 6))
def test_sequence_never_decreases_as_editions_are_added(facts: list[str | None], read: int) -> None:
    sequences = []
    for number in range(1, len(facts) + 1):
        unread = max(0, number - read)
        sequences.append(compute_sequence(unread, facts[unread:number]))
    assert sequences == sorted(sequences)


@given(facts=st.lists(FACTS, min_size=2, max_size=12), data=st.data())
def test_sequence_never_decreases_as_editions_are_suppressed(facts: list[str | None], data: st.DataObject) -> None:
    closed = data.draw(st.lists(st.booleans(), min_size=len(facts), max_size=len(facts)))
    closed[-1] = False
    before = compute_sequence(0, facts)
    assert (
        compute_sequence(0, [UNREADABLE if shut else fact for fact, shut in zip(facts, closed, strict=True)]) >= before
    )


@pytest.mark.parametrize(
    ("facts", "count"),
    [
        (["monday"], 0),
        (["monday", "monday"], 0),
        (["monday", "tuesday", "monday"], 2),
        ([None, "monday"], 0),
        ([None, None, "monday", None, "monday"], 2),
        ([None], 0),
    ],
)
def test_changes_that_are_counted(facts: list[str | None], count: int) -> None:
    assert compute_sequence(0, facts) == count

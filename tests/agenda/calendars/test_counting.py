"""SEQUENCE: that no count falls, whatever happens to an event and to the editions that tell of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.calendars.counting import UNKNOWN, sequence

pytestmark = pytest.mark.once
FACTS = st.sampled_from(["monday", "tuesday", None])


@given(facts=st.lists(FACTS, min_size=1, max_size=30), read=st.integers(1, 6))
def test_no_count_falls_as_editions_are_added(facts: list[str | None], read: int) -> None:
    told = []
    for number in range(1, len(facts) + 1):
        unread = max(0, number - read)
        told.append(sequence(unread, facts[unread:number]))
    assert told == sorted(told)


@given(facts=st.lists(FACTS, min_size=2, max_size=12), data=st.data())
def test_no_count_falls_as_past_ones_are_closed(facts: list[str | None], data: st.DataObject) -> None:
    closed = data.draw(st.lists(st.booleans(), min_size=len(facts), max_size=len(facts)))
    closed[-1] = False
    before = sequence(0, facts)
    assert sequence(0, [UNKNOWN if shut else fact for fact, shut in zip(facts, closed, strict=True)]) >= before


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
def test_what_is_counted(facts: list[str | None], count: int) -> None:
    assert sequence(0, facts) == count

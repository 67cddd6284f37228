"""A process that publishes is killed at any statement: what was live stays live, nothing is half done, all works again.

By default at a few statements of each act. `make soak` does it at every one, and at SOAK moments by the clock.
"""

import os
import time
from contextlib import suppress

import pytest

from tests.atomicity.stage import AFTER_COMMIT, BEFORE_COMMIT, Killed, Stage

SOAK = int(os.environ.get("SOAK", "0"))
FEW = 4
# Each with what has to be so beforehand, and what shows that it works again and leaves all as it was.
ACTS = {
    "publish": ([], "schedule_and_call_off"),
    "move": (["schedule"], "move_there_and_back"),
    "call_off": (["schedule"], "move_there_and_back"),
    "withdraw": (["schedule"], "move_there_and_back"),
}


Editions = list[tuple[str, str, bool]]
EXPECTED = {
    "publish": "3 more, from 1 instant",
    "move": "3 fewer, 3 more, from 1 instant",
    "call_off": "3 fewer",
    "withdraw": "3 fewer, 1 more, from 1 instant, 1 tombstone",  # what was to appear with it is held
}


def describe_outcome(before: Editions, now: Editions) -> str:
    gone, come = [one for one in before if one not in now], [one for one in now if one not in before]
    tombstones = sum(one[2] for one in come)
    told = [f"{len(gone)} fewer"] * bool(gone) + [f"{len(come)} more"] * bool(come)
    told += [f"from {len({one[1] for one in come})} instant"] * bool(come)
    return ", ".join(told + [f"{tombstones} tombstone"] * bool(tombstones))


def count_statements(stage: Stage, act: str) -> int:
    with pytest.raises(Killed) as killed:
        stage.run(act, die=BEFORE_COMMIT)
    return killed.value.statements


@pytest.mark.parametrize("act", ACTS)
def test_process_killed_at_any_statement(stage: Stage, act: str) -> None:
    before, again = ACTS[act]
    for play in ("prepare", *before, again):
        stage.run(play)
    known, everything, live = stage.run("editions"), stage.run("everything"), stage.run("live")
    number = count_statements(stage, act)
    step = 1 if SOAK else max(1, number // FEW)
    for statement in [*range(1, number, step), number, BEFORE_COMMIT]:
        with pytest.raises(Killed):
            stage.run(act, die=statement)
        assert stage.run("everything") == everything, statement
        assert stage.run("live") == live == 3
        stage.run(again)
        assert stage.run("what_is_half_done") == [], statement
        everything = stage.run("everything")
    assert [(subject, instant) for subject, instant, _tombstone in stage.run("editions")] == [
        (subject, instant) for subject, instant, _tombstone in known
    ]
    with pytest.raises(Killed):
        stage.run(act, die=AFTER_COMMIT)
    assert stage.run("everything") != everything
    assert stage.run("what_is_half_done") == []
    assert describe_outcome(known, stage.run("editions")) == EXPECTED[act]


@pytest.mark.parametrize("act", ["publish", "withdraw"])
def test_process_killed_at_any_moment(stage: Stage, act: str) -> None:
    """By another process and by the clock, in the middle of a statement too: it is done, or nothing is."""
    scheduled = "schedule" in ACTS[act][0]
    stage.run("prepare")
    stage.run("begin_again", scheduled)
    started = time.monotonic()
    stage.run(act)
    lasts = time.monotonic() - started
    for part in range(1, 1 + (SOAK or FEW)):
        stage.run("begin_again", scheduled)
        known, everything = stage.run("editions"), stage.run("everything")
        with suppress(Killed):
            stage.run(act, kill_after=lasts * part / (SOAK or FEW))
        assert stage.run("live") == 3
        assert stage.run("what_is_half_done") == []
        if stage.run("everything") != everything:
            assert describe_outcome(known, stage.run("editions")) == EXPECTED[act]

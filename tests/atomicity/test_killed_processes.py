"""Kill a publishing process at any statement: the live editions stay, nothing is half done, and everything works again.

By default at a few statements of each action (of two on SQLite), and on PostgreSQL at a few moments in time. `make
soak` does it at every statement of each, and at SOAK moments, on both databases.
"""

import os
import time
from contextlib import suppress

import pytest

from tests.atomicity.processes import AFTER_COMMIT, BEFORE_COMMIT, Killed, Stage

SOAK = int(os.environ.get("SOAK", "0"))
FEW = 2
BY_DEFAULT_ON_POSTGRESQL = [] if SOAK else [pytest.mark.postgresql]
# For each action: what to do before it, and what proves that everything works afterwards (without changing anything).
ACTS = {
    "publish": ([], "schedule_and_call_off"),
    "move": (["schedule"], "move_and_move_back"),
    "call_off": (["schedule"], "move_and_move_back"),
    "withdraw": (["schedule"], "move_and_move_back"),
}


Editions = list[tuple[str, str, bool]]
EXPECTED = {
    "publish": "3 more, from 1 instant",
    "move": "3 fewer, 3 more, from 1 instant",
    "call_off": "3 fewer",
    "withdraw": "3 fewer, 1 more, from 1 instant, 1 tombstone",  # what was to appear with it is held
}


def describe_outcome(before: Editions, now: Editions) -> str:
    gone, come = (
        [edition for edition in before if edition not in now],
        [edition for edition in now if edition not in before],
    )
    tombstones = sum(edition[2] for edition in come)
    phrases = [f"{len(gone)} fewer"] * bool(gone) + [f"{len(come)} more"] * bool(come)
    phrases += [f"from {len({edition[1] for edition in come})} instant"] * bool(come)
    return ", ".join(phrases + [f"{tombstones} tombstone"] * bool(tombstones))


def count_statements(stage: Stage, act: str) -> int:
    """Return how many statements the act takes if it need not be tried again, as on a machine that is busy."""
    counts = []
    for _attempt in range(2):
        with pytest.raises(Killed) as killed:
            stage.run(act, die=BEFORE_COMMIT)
        counts.append(killed.value.statements)
    return min(counts)


@pytest.mark.parametrize(
    "act",
    ["publish", "withdraw", *(pytest.param(act, marks=BY_DEFAULT_ON_POSTGRESQL) for act in ("move", "call_off"))],
)
def test_process_killed_at_any_statement(stage: Stage, act: str) -> None:
    before, again = ACTS[act]
    for scenario in ("create_meetings", *before, again):
        stage.run(scenario)
    known, digest = stage.run("list_editions"), stage.run("compute_database_digest")
    assert stage.run("count_live") == 3
    number = count_statements(stage, act)
    step = 1 if SOAK else max(1, number // FEW)
    for statement in [*range(1, number, step), number, BEFORE_COMMIT]:
        with pytest.raises(Killed):
            stage.run(act, die=statement)
        assert stage.run("compute_database_digest") == digest, statement
    stage.run(again)
    assert stage.run("find_incomplete_editions") == []
    assert [(subject, instant) for subject, instant, _tombstone in stage.run("list_editions")] == [
        (subject, instant) for subject, instant, _tombstone in known
    ]
    digest = stage.run("compute_database_digest")
    with pytest.raises(Killed):
        stage.run(act, die=AFTER_COMMIT)
    assert stage.run("compute_database_digest") != digest
    assert stage.run("find_incomplete_editions") == []
    assert describe_outcome(known, stage.run("list_editions")) == EXPECTED[act]


@pytest.mark.parametrize("act", [pytest.param(act, marks=BY_DEFAULT_ON_POSTGRESQL) for act in ("publish", "withdraw")])
def test_process_killed_at_any_moment(stage: Stage, act: str) -> None:
    """Another process kills it after some time, perhaps within a statement: either all is done or nothing is."""
    scheduled = "schedule" in ACTS[act][0]
    stage.run("create_meetings")
    stage.run("reset", scheduled)
    started = time.monotonic()
    stage.run(act)
    lasts = time.monotonic() - started
    for part in range(1, 1 + (SOAK or FEW)):
        stage.run("reset", scheduled)
        known, digest = stage.run("list_editions"), stage.run("compute_database_digest")
        with suppress(Killed):
            stage.run(act, kill_after=lasts * part / (SOAK or FEW))
        assert stage.run("count_live") == 3
        assert stage.run("find_incomplete_editions") == []
        if stage.run("compute_database_digest") != digest:
            assert describe_outcome(known, stage.run("list_editions")) == EXPECTED[act]

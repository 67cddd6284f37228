"""Real processes that use a database and can be killed at any moment: `python -m tests.atomicity.processes`.

The stage is a process that has loaded Django and has no database connection. It forks for each order: the child
connects to the database of the order, runs the function that it names, and reports the outcome. A child can kill itself
(SIGKILL: nothing is closed, rolled back or reported) before its n-th statement, or before or after a commit; or the
stage kills it after some time. Or it creates a file when it is about to commit, and lingers.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import django

from tests.paths import ROOT

BEFORE_COMMIT, AFTER_COMMIT = "before the commit", "after the commit"
TIMEOUT_SECONDS = 120
LINGER_SECONDS = 0.7


class Killed(Exception):
    """The process was killed. `statements`: how many had begun (see `Stage.begin`), if it knew that."""

    def __init__(self, statements: int) -> None:
        super().__init__(f"killed after {statements} statements")
        self.statements = statements


class Stage:
    """One such process, for all tests. Orders are names of functions in `tests.atomicity.scenarios`.

    `url` says where its database is; `database` is the name of that of the present test. While `is_waiting`, it has not
    been asked for the result of an order.
    """

    database: str
    is_waiting = False

    def __init__(self, url: str, folder: Path) -> None:
        settings = {"DATABASE_URL": url, "VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "council.settings"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.atomicity.processes"],
            cwd=ROOT,
            env={**os.environ, **settings},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(
        self, scenario: str, *arguments: Any, die: int | str = "", kill_after: float = 0, linger: Path | str = ""
    ) -> None:
        """Send an order. `die` is the number of the statement before which the process kills itself (from 1), or a
        commit. Only statements in transactions count, and not those of an attempt that was too late and rolled back.
        """
        assert self.process.stdin
        order = {"scenario": scenario, "arguments": arguments, "die": die, "kill_after": kill_after}
        order |= {"linger": str(linger), "database": self.database}
        self.is_waiting = True
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def end(self) -> Any:
        """Return the result of the order. Raise Killed, or AssertionError with the traceback."""
        assert self.process.stdout
        outcome = json.loads(self.process.stdout.readline() or '{"failed": "The stage itself has ended."}')
        self.is_waiting = False
        assert "failed" not in outcome, outcome["failed"]
        if "killed" in outcome:
            raise Killed(outcome["killed"])
        return outcome["returned"]

    def run(self, scenario: str, *arguments: Any, die: int | str = "", kill_after: float = 0) -> Any:
        self.begin(scenario, *arguments, die=die, kill_after=kill_after)
        return self.end()

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(TIMEOUT_SECONDS)
        self.process.stdout.close()


def main() -> None:
    django.setup()
    from tests.atomicity import scenarios

    for line in sys.stdin:
        order = json.loads(line)
        read_end, write_end = os.pipe()
        child = os.fork()
        if not child:
            os.close(read_end)
            run_scenario(getattr(scenarios, order["scenario"]), order, write_end)
        os.close(write_end)
        killer = threading.Timer(order["kill_after"], os.kill, (child, signal.SIGKILL))
        if order["kill_after"]:
            killer.start()
        with os.fdopen(read_end) as pipe:
            last = (pipe.read().splitlines() or [""])[-1]
        killer.cancel()  # it is about to end: soon another process may have its id
        _child, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            last = json.dumps({"killed": int(last or 0)})
        print(last, flush=True)  # noqa: T201


def run_scenario(scenario: Callable[..., Any], order: dict[str, Any], write_end: int) -> NoReturn:
    from django.db import connection

    def tell(**outcome: Any) -> None:
        os.write(write_end, (json.dumps(outcome) + "\n").encode())

    connection.settings_dict["NAME"] = order["database"]
    try:
        with kill_at(order["die"], order["linger"], write_end):
            returned = scenario(*order["arguments"])
        tell(returned=returned)
    except BaseException:
        tell(failed=traceback.format_exc())
    os._exit(0)


@contextmanager
def kill_at(die: int | str, linger: str, write_end: int) -> Iterator[None]:
    from django.db import connection as opened

    connection: Any = opened
    begun = begun_before = 0  # in all transactions that are not rolled back, and in those that are committed

    def kill_self() -> None:
        os.write(write_end, f"{begun}\n".encode())
        os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(TIMEOUT_SECONDS)

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal begun
        begun += connection.in_atomic_block
        if begun == die:
            kill_self()
        return execute(sql, params, many, context)

    commit, rollback = connection._commit, connection._rollback

    def commit_with_orders() -> Any:
        nonlocal begun_before
        if die == BEFORE_COMMIT:
            kill_self()
        if linger:
            Path(linger).touch()
            time.sleep(LINGER_SECONDS)
        done = commit()
        if die == AFTER_COMMIT:
            kill_self()
        begun_before = begun
        return done

    def rollback_and_count_again() -> Any:
        nonlocal begun
        begun = begun_before
        return rollback()

    connection._commit, connection._rollback = commit_with_orders, rollback_and_count_again
    with connection.execute_wrapper(count):
        yield


if __name__ == "__main__":
    main()

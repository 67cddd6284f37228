"""Real processes that act on a database and can be killed at any moment: `python -m tests.atomicity.stage`.

The stage is a process that has loaded Django and holds no connection. For each order it forks: the child connects, does
what the order names, and tells the outcome. A child can be told to kill itself (SIGKILL: nothing is closed, rolled back
or said) before its n-th statement, before or after a commit; or the stage kills it when some time has passed. Or it
makes a file to say that it is about to commit, and lingers.
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

ROOT = Path(__file__).resolve().parents[2]
BEFORE_COMMIT, AFTER_COMMIT = "before the commit", "after the commit"
TIMEOUT_SECONDS = 120
LINGER_SECONDS = 0.7


class Killed(Exception):
    """The process was killed; `statements` had begun until then, where it knew that beforehand."""

    def __init__(self, statements: int) -> None:
        super().__init__(f"killed after {statements} statements")
        self.statements = statements


class Stage:
    """Holds one such process. Orders are functions of `tests.atomicity.plays`, by name."""

    def __init__(self, url: str, folder: Path) -> None:
        settings = {"DATABASE_URL": url, "VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "council.settings"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.atomicity.stage"],
            cwd=ROOT,
            env={**os.environ, **settings},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def begin(
        self, play: str, *arguments: Any, die: int | str = "", kill_after: float = 0, linger: Path | str = ""
    ) -> None:
        """`die` names the statement before which the process kills itself, the first being 1; or one of the commits."""
        assert self.process.stdin
        order = {"play": play, "arguments": arguments, "die": die, "kill_after": kill_after}
        order["linger"] = str(linger)
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def end(self) -> Any:
        """What the play returned. Raises Killed; and AssertionError with the trace of what it raised."""
        assert self.process.stdout
        outcome = json.loads(self.process.stdout.readline() or '{"failed": "The stage itself has ended."}')
        assert "failed" not in outcome, outcome["failed"]
        if "killed" in outcome:
            raise Killed(outcome["killed"])
        return outcome["returned"]

    def run(self, play: str, *arguments: Any, die: int | str = "", kill_after: float = 0) -> Any:
        self.begin(play, *arguments, die=die, kill_after=kill_after)
        return self.end()

    def close(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(TIMEOUT_SECONDS)
        self.process.stdout.close()


def main() -> None:
    django.setup()
    from tests.atomicity import plays

    for line in sys.stdin:
        order = json.loads(line)
        ear, mouth = os.pipe()
        child = os.fork()
        if not child:
            os.close(ear)
            run_play(getattr(plays, order["play"]), order, mouth)
        os.close(mouth)
        killer = threading.Timer(order["kill_after"], os.kill, (child, signal.SIGKILL))
        if order["kill_after"]:
            killer.start()
        with os.fdopen(ear) as pipe:
            last = (pipe.read().splitlines() or [""])[-1]
        killer.cancel()  # it has said its last word: soon it is no more, or another process has its number
        _child, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            last = json.dumps({"killed": int(last or 0)})
        print(last, flush=True)  # noqa: T201


def run_play(play: Callable[..., Any], order: dict[str, Any], mouth: int) -> NoReturn:
    def tell(**outcome: Any) -> None:
        os.write(mouth, (json.dumps(outcome) + "\n").encode())

    try:
        with kill_at(order["die"], order["linger"], mouth):
            returned = play(*order["arguments"])
        tell(returned=returned)
    except BaseException:
        tell(failed=traceback.format_exc())
    os._exit(0)


@contextmanager
def kill_at(die: int | str, linger: str, mouth: int) -> Iterator[None]:
    from django.db import connection as opened

    connection: Any = opened
    begun = 0

    def perish() -> None:
        os.write(mouth, f"{begun}\n".encode())
        os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(TIMEOUT_SECONDS)

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal begun
        begun += 1
        if begun == die:
            perish()
        return execute(sql, params, many, context)

    commit = connection._commit

    def last_breath() -> Any:
        if die == BEFORE_COMMIT:
            perish()
        if linger:
            Path(linger).touch()
            time.sleep(LINGER_SECONDS)
        done = commit()
        if die == AFTER_COMMIT:
            perish()
        return done

    connection._commit = last_breath
    with connection.execute_wrapper(count):
        yield


if __name__ == "__main__":
    main()

"""Run all tests on SQLite and then on PostgreSQL, and report both results. `make test` calls this.

With REQUIRE_ALL=1, a test that was not run counts as a failure. All arguments except `--only` are passed to pytest.
"""

import argparse
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests import external_tools, postgres
from tests.paths import ROOT

MAX_WORKERS = 8
PASSED, INTERRUPTED, NOTHING_COLLECTED = 0, 2, 5
KEEP_BYTECODE = {"PYTHONDONTWRITEBYTECODE": ""}


@dataclass
class DatabaseRun:
    """One run of pytest on one database."""

    vendor: str
    database: str
    code: int = PASSED
    seconds: float = 0
    not_run: dict[str, int] = field(default_factory=dict)

    def run(self, url: str, arguments: list[str]) -> None:
        print(f"\n== {self.database}", flush=True)
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.json"
            self.code = run_pytest(arguments, {"DATABASE_URL": url, "VAR_DIR": folder, "TEST_REPORT": str(report)})
            self._read(report)
        self.seconds = time.monotonic() - started

    def _read(self, report: Path) -> None:
        if not report.exists():
            return
        result = json.loads(report.read_text())
        self.not_run = result["not_run"]
        if result["vendor"] != self.vendor:
            print(f"These tests were to run on {self.vendor}, but the settings chose {result['vendor']}.")
            self.code = self.code or 1

    def __str__(self) -> str:
        results = {PASSED: "passed", INTERRUPTED: "interrupted", NOTHING_COLLECTED: "no tests for it"}
        return f"{self.vendor}: {results.get(self.code, 'FAILED')} in {self.seconds:.0f} s"


def run_pytest(arguments: list[str], environment: dict[str, str]) -> int:
    """Run pytest in parallel. Each worker takes a contiguous part, so that only one builds the world of a module.

    There is one worker more than processors, because tests of browsers and processes wait for a third of their time.
    Python keeps the compiled modules, since each worker and each process that a test starts would compile all of them
    again: PYTHONDONTWRITEBYTECODE triples the time until a worker runs its first test.
    """
    workers = str(min((os.cpu_count() or 1) + 1, MAX_WORKERS))
    command = [sys.executable, "-m", "pytest", "-n", workers, "--dist", "worksteal", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **KEEP_BYTECODE, **environment})
    try:
        return process.wait()
    except KeyboardInterrupt:  # pytest gets it too, and ends in good order
        return process.wait() or INTERRUPTED
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


@contextmanager
def nu_checker() -> Iterator[None]:
    """Start the checker's server early, for all workers."""
    if external_tools.find_missing_checker_part():
        yield
        return
    with external_tools.run_checker_server() as url:
        os.environ["NU_CHECKER_URL"] = url
        yield


def run_databases(only: str, arguments: list[str], stack: ExitStack) -> list[DatabaseRun]:
    server = stack.enter_context(postgres.start_server()) if only != "sqlite" else None
    done = []
    if only != "postgresql":
        with nu_checker():
            sqlite = DatabaseRun("sqlite", f"SQLite {sqlite3.sqlite_version}")
            sqlite.run("sqlite:///unused.sqlite3", arguments)  # Django keeps its test database in memory
        done.append(sqlite)
    if server and INTERRUPTED not in [run.code for run in done]:
        other = DatabaseRun("postgresql", str(server))
        with postgres.create_template(server):
            other.run(server.url, arguments)
        done.append(other)
    return done


def report_result(rounds: list[DatabaseRun], *, selection: bool = False) -> int:
    """Print the results and return the exit code.

    Each database must have run at least one test, unless the arguments are a selection of tests.
    """
    not_run = list(dict.fromkeys(reason for run in rounds for reason in run.not_run))
    if INTERRUPTED in [run.code for run in rounds]:
        not_run.append("what was left when it was interrupted")
    ran_on = [run.database for run in rounds if run.code != NOTHING_COLLECTED]
    print(f"\n{'; '.join(map(str, rounds))}")
    print(f"Ran on: {', '.join(ran_on) or 'no database, since no test was chosen'}")
    print(f"Not run: {'; '.join(not_run) or 'nothing was left out'}")
    allowed = {PASSED, NOTHING_COLLECTED} if selection and ran_on else {PASSED}
    if not {run.code for run in rounds} <= allowed:
        return 1
    if not_run and os.environ.get("REQUIRE_ALL") == "1":
        print("REQUIRE_ALL=1 is set, so what was not run counts as a failure.")
        return 1
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--only", choices=["sqlite", "postgresql"], default="")
    chosen, arguments = parser.parse_known_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped then too
    try:
        with ExitStack() as stack:
            return report_result(run_databases(chosen.only, arguments, stack), selection=bool(arguments))
    except postgres.PostgresUnavailable as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())

"""Run all tests on SQLite and on PostgreSQL, and report both results. `make test` calls this.

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
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

from tests import external_tools, postgres, sqlite_file
from tests.paths import ROOT

MAX_PROCESSORS = 8
MAX_FAILURE = 1_000  # characters
PASSED, INTERRUPTED, NOTHING_COLLECTED = 0, 2, 5
KEEP_BYTECODE = {"PYTHONDONTWRITEBYTECODE": ""}
PYTEST = (sys.executable, "-m", "pytest")


@dataclass
class DatabaseRun:
    """One run of pytest on one database."""

    vendor: str
    database: str
    niceness: int = 0
    code: int = PASSED
    seconds: float = 0
    not_run: dict[str, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def start(
        self,
        stack: ExitStack,
        variables: dict[str, str],
        arguments: list[str],
        workers: int,
        output: Path | None = None,
    ) -> None:
        """Start pytest with so many workers. Each takes a contiguous part: only one builds the world of a module.

        The output goes to the file `output`, if there is one, so that `finish` can print it.
        """
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        self.report, self.output = folder / "report.json", output
        if not output:
            print(f"\n== {self.database}", flush=True)
        environment = {**variables, "VAR_DIR": str(folder), "TEST_REPORT": str(self.report)}
        command = ["nice", "-n", str(self.niceness), *PYTEST, "-n", str(workers), "--dist", "worksteal", *arguments]
        self.process = stack.enter_context(start_pytest(command, environment, output))

    def finish(self) -> None:
        """Wait for the end of the run, and read what it reported."""
        try:
            self.code = self.process.wait()
        except KeyboardInterrupt:  # pytest gets it too, and ends in good order
            self.code = self.process.wait() or INTERRUPTED
        if self.output:
            print(f"\n== {self.database}\n{self.output.read_text()}", flush=True)
        if self.report.exists():
            self._read(json.loads(self.report.read_text()))

    def _read(self, result: dict[str, Any]) -> None:
        self.not_run, self.failed, self.seconds = result["not_run"], result["failed"], result["seconds"]
        if result["vendor"] != self.vendor:
            print(f"These tests were to run on {self.vendor}, but the settings chose {result['vendor']}.")
            self.code = self.code or 1

    def __str__(self) -> str:
        results = {PASSED: "passed", INTERRUPTED: "interrupted", NOTHING_COLLECTED: "no tests for it"}
        return f"{self.vendor}: {results.get(self.code, 'FAILED')} in {self.seconds:.0f} s"


@contextmanager
def start_pytest(
    command: list[str], environment: dict[str, str], output: Path | None
) -> Iterator[subprocess.Popen[bytes]]:
    """Start pytest.

    Python keeps the compiled modules, since each worker and each process that a test starts would compile all of them
    again: PYTHONDONTWRITEBYTECODE triples the time until a worker runs its first test.
    """
    variables = {**os.environ, **KEEP_BYTECODE, **environment}
    with output.open("wb") if output else nullcontext() as stdout:
        process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=stdout, stderr=stdout)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


@contextmanager
def compile_tests(arguments: list[str]) -> Iterator[None]:
    """Meanwhile, let pytest compile the tests, as it otherwise does in each worker that starts with a new clone."""
    variables = {**os.environ, **KEEP_BYTECODE, "DATABASE_URL": "sqlite://:memory:"}
    compiling = subprocess.Popen([*PYTEST, "--collect-only", *arguments], cwd=ROOT, env=variables, stdout=DEVNULL)
    yield
    compiling.wait()


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
    """Run the tests on both databases at the same time, or on one.

    There are more workers than processors, because tests of browsers, processes and databases wait for much of their
    time. PostgreSQL has a fifth of the tests and fewer workers, which go before those of SQLite: so no processor is
    idle while the last tests run.
    """
    processors = min(os.cpu_count() or 1, MAX_PROCESSORS)
    server = stack.enter_context(postgres.start_server()) if only != "sqlite" else None
    rounds = []
    if only != "postgresql":
        stack.enter_context(nu_checker())
        sqlite = DatabaseRun("sqlite", f"SQLite {sqlite3.sqlite_version}", niceness=5 if server else 0)
        # Django keeps its test database in memory.
        with nullcontext() if only else compile_tests(arguments):
            migrated = stack.enter_context(sqlite_file.migrate_file())
        sqlite.start(stack, {"DATABASE_URL": "sqlite:///unused.sqlite3", **migrated}, arguments, processors + 1)
        rounds.append(sqlite)
    if server:
        migrated = stack.enter_context(postgres.create_template(server))
        output = None if only else Path(stack.enter_context(tempfile.TemporaryDirectory())) / "output"
        postgresql = DatabaseRun("postgresql", str(server))
        workers = processors + 1 if only else processors
        postgresql.start(stack, {"DATABASE_URL": server.url, **migrated}, arguments, workers, output)
        rounds.append(postgresql)
    for run in rounds:
        run.finish()
    return rounds


def report_result(rounds: list[DatabaseRun], *, selection: bool = False) -> int:
    """Print the results and return the exit code.

    Each database must have run at least one test, unless the arguments are a selection of tests.
    """
    not_run = list(dict.fromkeys(reason for run in rounds for reason in run.not_run))
    if INTERRUPTED in [run.code for run in rounds]:
        not_run.append("what was left when it was interrupted")
    for run in rounds:
        for failure in run.failed:  # again, because the output of the other database may be between
            print(f"\nFailed on {run.vendor}: {failure[:MAX_FAILURE]}")
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

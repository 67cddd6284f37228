"""Run tests against mutants: `python -m pytest -p tests.mutation.run --mutate meetings/access tests/meetings/access`.

The tests run once, and coverage remembers which test reaches which line; each test builds its prepared queries and
cached properties anew, or only the first would reach the lines that build them. Then each mutant gets a copy of this
process (fork), which runs the tests that reach its line until one fails: first one for each way through the module,
those of its folder before others, and the quickest before others. Another copy without the mutant runs the same tests:
if they fail there as well, the mutant was not noticed. A mutant that no test notices is listed. On PostgreSQL, each
copy creates a database of its own and sets up the session's fixtures (the roles) with it. Options: `--mutants N`
takes a random sample of N (by `--mutants-seed`), `--tests-per-mutant N` is the number of tests to try.
"""

import os
import random
import signal
from collections import Counter, defaultdict
from collections.abc import Generator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from coverage import Coverage
from django.db import connection

from tests.mutation.mutants import KeptResults, Mutant, list_mutants
from tests.paths import ROOT
from tests.postgres import drop_database

MUTANT_SECONDS = 60  # of the processor; a mutant that takes longer counts as noticed if the code without it does not
MAX_TEST_SECONDS = 60  # for one that waits for ever
MAX_TESTS = 250  # for one mutant, since exit codes end at 255
UNNOTICED, NOT_IN_PLACE = 0, 255  # exit codes of a copy; another one is the number of tests up to the failed one


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("mutation")
    group.addoption("--mutate", action="append", default=[], help="a package, or a module, whose rules are removed")
    group.addoption("--mutants", type=int, default=0, help="the size of the sample; 0 for all")
    group.addoption("--mutants-seed", type=int, default=1)
    group.addoption("--tests-per-mutant", type=int, default=150)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(MutationRun(config), "mutation-run")


class MutationRun:
    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        files: list[Path] = []
        for name in config.getoption("--mutate"):
            path = ROOT / name
            files += [path] if path.is_file() else sorted(path.rglob("*.py"))
        self.files = files
        self.unnoticed: list[Mutant] = []
        self.untested: list[Mutant] = []
        self.unplaced: list[Mutant] = []
        self.count = 0
        self.coverage = Coverage(data_file=None, config_file=False, include=[str(file) for file in files])
        self.context = ""  # a test, or a fixture of the session

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        tests_by_line = self.run_once(session)
        mutants = [mutant for file in self.files for mutant in list_mutants(file)]
        if size := self.config.getoption("--mutants"):
            chosen = random.Random(self.config.getoption("--mutants-seed"))  # noqa: S311
            mutants = chosen.sample(mutants, min(size, len(mutants)))
        for mutant in mutants:
            tests = tests_by_line.get((str(mutant.file), mutant.statement_line), [])
            if not tests:
                self.untested.append(mutant)
            else:
                self.try_mutant(mutant, tests[: min(MAX_TESTS, self.config.getoption("--tests-per-mutant"))])
        self.count = len(mutants) - len(self.unplaced)
        return True

    def run_once(self, session: pytest.Session) -> dict[tuple[str, int], list[pytest.Item]]:
        """Run all tests. Return those that reach a line: different ones, those of its folder, then the quickest."""
        kept_results = KeptResults()
        seconds: dict[str, float] = {}
        self.coverage.start()
        for item, following in zip_longest(session.items, session.items[1:], fillvalue=session.items[-1]):
            self.switch_context(item.nodeid)
            kept_results.forget()
            reports = runtestprotocol(item, log=False, nextitem=following)
            seconds[item.nodeid] = sum(report.duration for report in reports)
            broken = [report for report in reports if report.failed]
            if broken:
                pytest.exit(f"Without any mutant, {item.nodeid} fails: {broken[0].longreprtext}", returncode=2)
        self.coverage.stop()
        self.context = ""
        # On SQLite, copies get the database of this process, which is in memory. On PostgreSQL, each creates its own.
        session._setupstate.teardown_exact(session if connection.vendor == "sqlite" else None)  # type: ignore[arg-type]
        items = {item.nodeid: item for item in session.items}
        contexts = {item.nodeid: {item.nodeid, *item.fixturenames} for item in session.items}  # type: ignore[attr-defined]
        found: dict[tuple[str, int], list[pytest.Item]] = defaultdict(list)
        for file in self.files:
            folder = f"tests/{file.parent.relative_to(ROOT)}/"
            names_by_line = {
                line: sorted(
                    (name for name in items if not contexts[name].isdisjoint(reaching)),
                    key=lambda name: (folder not in name, seconds[name]),
                )
                for line, reaching in self.coverage.get_data().contexts_by_lineno(str(file)).items()
            }
            for line, names in put_different_tests_first(names_by_line).items():
                found[str(file), line] = [items[name] for name in names]
        return found

    def switch_context(self, context: str) -> str:
        """Let coverage remember following lines as those of this context. Return the one before."""
        before, self.context = self.context, context
        self.coverage.switch_context(context)
        return before

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, Any, Any]:
        """Let all tests that use a fixture of the session reach its lines, if each copy sets it up."""
        if not self.context or fixturedef.scope != "session" or connection.vendor == "sqlite":
            return (yield)
        before = self.switch_context(fixturedef.argname)
        try:
            return (yield)
        finally:
            self.switch_context(before)

    def try_mutant(self, mutant: Mutant, tests: list[pytest.Item]) -> None:
        code = run_copy(mutant, tests)
        if code == NOT_IN_PLACE:
            self.unplaced.append(mutant)
        elif code == UNNOTICED or run_copy(None, tests[:code] if code > 0 else tests) != UNNOTICED:
            self.unnoticed.append(mutant)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self.files:
            return
        for title, mutants in (
            ("Not tried, since no function has this code", self.unplaced),
            ("No test reaches", self.untested),
            ("No test notices", self.unnoticed),
        ):
            for mutant in mutants:
                terminalreporter.write_line(f"{title}: {mutant}")
        noticed = self.count - len(self.unnoticed) - len(self.untested)
        terminalreporter.write_line(f"{noticed} of {self.count} mutants were noticed.")


def put_different_tests_first(names_by_line: Mapping[int, Sequence[str]]) -> dict[int, list[str]]:
    """Put the first test for each way through the module before all second ones, for each line of the module.

    Hundreds of tests reach some lines, in few ways: tests that are alike notice the same mutants.
    """
    lines: dict[str, set[int]] = defaultdict(set)
    for line, names in names_by_line.items():
        for name in names:
            lines[name].add(line)
    ways = {name: frozenset(found) for name, found in lines.items()}
    ordered = {}
    for line, names in names_by_line.items():
        seen = Counter[frozenset[int]]()
        turns = {}
        for name in names:
            turns[name] = seen[ways[name]]
            seen[ways[name]] += 1
        ordered[line] = sorted(names, key=turns.__getitem__)
    return ordered


def run_copy(mutant: Mutant | None, tests: list[pytest.Item]) -> int:
    """Run the tests in a copy of this process. Return its exit code, or a negative number if it was ended."""
    child = os.fork()
    if not child:
        code = NOT_IN_PLACE
        try:
            signal.setitimer(signal.ITIMER_PROF, MUTANT_SECONDS)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(1, 2)
            connection.settings_dict["TEST"]["NAME"] = name_database(os.getpid())
            if not mutant or mutant.replace_original():
                code = run_until_failure(tests)
        finally:
            os._exit(code)
    _child, status = os.waitpid(child, 0)
    if connection.vendor == "postgresql":
        drop_database(os.environ["DATABASE_URL"], name_database(child))
    return os.waitstatus_to_exitcode(status)


def name_database(process: int) -> str:
    """Return the name of the database that a copy creates on PostgreSQL. Those of its roles begin with it."""
    return f"mutant_{process}"


def run_until_failure(tests: list[pytest.Item]) -> int:
    """Return the number of tests up to the one that fails, or UNNOTICED if none fails."""
    following = [*tests[1:], tests[-1]]  # which keeps the session's fixtures
    for number, (item, next_item) in enumerate(zip(tests, following, strict=True), 1):
        signal.alarm(MAX_TEST_SECONDS)
        try:
            reports = runtestprotocol(item, log=False, nextitem=next_item)
        except BaseException:
            return number
        if any(report.failed for report in reports):
            return number
    return UNNOTICED

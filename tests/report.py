"""A pytest plugin that reports at the end which tests were not run, whatever the reason for skipping them.

Do not skip a test that cannot run on one of the databases: mark it `sqlite` or `postgresql`, and the run on the other
database leaves it out. Tests with an external tool (tests/external_tools.py), tests marked `browser` or `once`, and
tests without a database only run with SQLite.
"""

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from tests import external_tools


class OutcomeCounter:
    """Count the tests that were not run. It is only used in the process that gets all reports, not in the workers."""

    def __init__(self) -> None:
        self.not_run: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            self.not_run[reason.removeprefix("Skipped: ").removeprefix(external_tools.NOT_RUN)] += 1

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for reason, tests in self.not_run.items():
            terminalreporter.write_line(f"Not run: {reason}, {tests} test{'' if tests == 1 else 's'}")

    def pytest_sessionfinish(self) -> None:
        path = os.environ.get("TEST_REPORT")
        if path:
            Path(path).write_text(json.dumps({"vendor": get_database_vendor(), "not_run": self.not_run}))


def get_database_vendor() -> str:
    from django.db import connection

    return connection.vendor


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(OutcomeCounter())


def is_for_vendor(item: pytest.Item, vendor: str) -> bool:
    marks = {mark.name for mark in item.iter_markers()}
    needs_tool = "browser" in marks or external_tools.FIXTURES.intersection(getattr(item, "fixturenames", ()))
    is_of_one_round = needs_tool or marks & {"sqlite", "once"}
    if "postgresql" in marks:
        return vendor == "postgresql"
    asks_database = "django_db" in marks or {"db", "transactional_db"}.intersection(getattr(item, "fixturenames", ()))
    return vendor == "sqlite" or bool(asks_database and not is_of_one_round)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    database = get_database_vendor()
    elsewhere = [item for item in items if not is_for_vendor(item, database)]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if is_for_vendor(item, database)]

"""A pytest plugin that chooses the tests of each database, and reports at the end which tests were not run.

All tests run on SQLite, except those marked `postgresql`. On PostgreSQL only what SQL decides runs again: the folders
and files of `SQL_TESTS`, without tests of external tools and those marked `sqlite`, `browser` or `once`. Do not skip a
test that cannot run on one of the databases: mark it.
"""

import json
import os
from collections import Counter
from functools import cache
from pathlib import Path
from time import monotonic

import pytest

from tests import external_tools
from tests.paths import ROOT

# What SQL decides: editions and their guards, readers' tables, search, paging and filters, locks, publishing.
# Of the workflow, what writes or deletes editions, and what queries compute. Rights and messages follow in Python.
# `tests/leaks` also requests every public address, so that each page and each route of the API is read on PostgreSQL.
SQL_TESTS = (
    "tests/agenda/api/test_earlier_states.py",
    "tests/agenda/api/test_items.py",
    "tests/agenda/api/test_programme.py",
    "tests/agenda/api/test_query_plans.py",
    "tests/agenda/api/test_search.py",
    "tests/agenda/bulk",
    "tests/agenda/documents/test_working_copy.py",
    "tests/agenda/editor/test_images.py",
    "tests/agenda/editor/test_note_editor.py",
    "tests/agenda/editor/test_shared_blocks.py",
    "tests/agenda/editor/test_templates.py",
    "tests/agenda/link_check",
    "tests/agenda/mail",
    "tests/agenda/management/test_after_restore.py",
    "tests/agenda/search",
    "tests/agenda/site/test_images.py",
    "tests/agenda/workflow/same_day_changes/test_working_copy.py",
    "tests/agenda/workflow/test_live_languages.py",
    "tests/agenda/workflow/test_publishing.py",
    "tests/agenda/workflow/test_publishing_in_time.py",
    "tests/agenda/workflow/test_releasing.py",
    "tests/agenda/workflow/test_removed_places.py",
    "tests/agenda/workflow/test_restoring.py",
    "tests/agenda/workflow/test_rollback.py",
    "tests/agenda/workflow/test_states.py",
    "tests/agenda/workflow/test_suppressing.py",
    "tests/agenda/workflow/test_taken_back.py",
    "tests/atomicity",
    "tests/council/demo",
    "tests/council/response_cache/test_walk.py",
    "tests/council/test_site_role.py",
    "tests/leaks",
    "tests/meetings/access/test_audit.py",
    "tests/meetings/api/test_changes.py",
    "tests/meetings/api/test_filtered_lists.py",
    "tests/meetings/api/test_filters.py",
    "tests/meetings/api/test_pagination.py",
    "tests/meetings/database",
    "tests/meetings/editions",
    "tests/meetings/sign_in/test_password_links.py",
    "tests/meetings/sign_in/test_second_factor.py",
    "tests/meetings/site/meeting_list/test_document_filter.py",
    "tests/meetings/site/meeting_list/test_document_migration.py",
    "tests/meetings/site/meeting_list/test_filters.py",
    "tests/meetings/site/meeting_list/test_former_days.py",
    "tests/meetings/site/meeting_list/test_views.py",
    "tests/tooling",
)
SQL_PATHS = tuple(ROOT / path for path in SQL_TESTS)
POSTGRESQL_MARK = "mark.postgresql"


class OutcomeCounter:
    """Count the tests that were not run, and keep why others failed.

    It is only used in the process that gets all reports, not in the workers.
    """

    def __init__(self) -> None:
        self.not_run: Counter[str] = Counter()
        self.failed: list[str] = []
        self.started = monotonic()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._note(report)

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            self.not_run[reason.removeprefix("Skipped: ").removeprefix(external_tools.NOT_RUN)] += 1
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            self.failed.append(f"{report.nodeid}: {crash.message if crash else report.longrepr}")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for reason, tests in self.not_run.items():
            terminalreporter.write_line(f"Not run: {reason}, {tests} test{'' if tests == 1 else 's'}")

    def pytest_sessionfinish(self) -> None:
        path = os.environ.get("TEST_REPORT")
        if path:
            result = {
                "vendor": get_database_vendor(),
                "not_run": self.not_run,
                "failed": self.failed,
                "seconds": monotonic() - self.started,
            }
            Path(path).write_text(json.dumps(result))


def get_database_vendor() -> str:
    from django.db import connection

    return connection.vendor


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(OutcomeCounter())


@cache
def is_decided_by_sql(path: Path) -> bool:
    return any(map(path.is_relative_to, SQL_PATHS))


def is_for_vendor(item: pytest.Item, vendor: str) -> bool:
    marks = {mark.name for mark in item.iter_markers()}
    fixtures = set(getattr(item, "fixturenames", ()))
    if "postgresql" in marks:
        return vendor == "postgresql"
    if vendor == "sqlite":
        return True
    uses_database = "django_db" in marks or fixtures & {"db", "transactional_db"}
    is_of_one_round = marks & {"browser", "sqlite", "once"} or fixtures & external_tools.FIXTURES
    return bool(uses_database and not is_of_one_round and is_decided_by_sql(item.path))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not import test modules without a test for PostgreSQL, unless the command names them."""
    if not collection_path.name.startswith("test_") or get_database_vendor() != "postgresql":
        return None
    named = {Path(argument.partition("::")[0]).resolve() for argument in config.args}
    may_have_tests = (
        is_decided_by_sql(collection_path) or POSTGRESQL_MARK in collection_path.read_text() or collection_path in named
    )
    return None if may_have_tests else True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    database = get_database_vendor()
    elsewhere = [item for item in items if not is_for_vendor(item, database)]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if is_for_vendor(item, database)]

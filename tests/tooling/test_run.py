"""The summary at the end of `make test`."""

import pytest

from tests.paths import ROOT
from tests.report import SQL_PATHS, is_for_vendor
from tests.run import NOTHING_COLLECTED, DatabaseRun, report_result

pytestmark = pytest.mark.sqlite


def build_rounds(sqlite=0, postgresql=0, **not_run):
    return [
        DatabaseRun("sqlite", "SQLite 3.45.1", code=sqlite, not_run=not_run),
        DatabaseRun("postgresql", "PostgreSQL 15.20 (installed binaries)", code=postgresql),
    ]


@pytest.fixture(autouse=True)
def _require_all_unset(monkeypatch):
    monkeypatch.delenv("REQUIRE_ALL", raising=False)


def test_summary_names_both_databases(capsys):
    assert report_result(build_rounds()) == 0
    assert "Ran on: SQLite 3.45.1, PostgreSQL 15.20 (installed binaries)\nNot run: nothing" in capsys.readouterr().out


def test_failure_on_either_database_fails():
    assert report_result(build_rounds(sqlite=1)) == 1
    assert report_result(build_rounds(postgresql=1)) == 1


def test_failed_tests_are_named_at_the_end(capsys):
    rounds = build_rounds(sqlite=1)
    rounds[0].failed = ["tests/test_feeds.py::test_feed: assert 404 == 200"]
    report_result(rounds)
    assert "Failed on sqlite: tests/test_feeds.py::test_feed: assert 404 == 200\n" in capsys.readouterr().out


def test_selection_may_be_empty_on_one_database_only():
    assert report_result(build_rounds(postgresql=NOTHING_COLLECTED), selection=True) == 0
    assert report_result(build_rounds(sqlite=NOTHING_COLLECTED, postgresql=NOTHING_COLLECTED), selection=True) == 1


def test_whole_suite_may_be_empty_on_no_database(capsys):
    assert report_result(build_rounds(postgresql=NOTHING_COLLECTED)) == 1
    assert "Ran on: SQLite 3.45.1\n" in capsys.readouterr().out


def test_skipped_tests_are_listed_and_fail_if_required(capsys, monkeypatch):
    left_out = build_rounds(checker=3)
    assert report_result(left_out) == 0
    assert "Not run: checker" in capsys.readouterr().out
    monkeypatch.setenv("REQUIRE_ALL", "1")
    assert report_result(left_out) == 1


class FakeTestItem:
    def __init__(self, *marks, fixtures=("db",), path=SQL_PATHS[0]):
        self.marks = [getattr(pytest.mark, name).mark for name in marks]
        self.fixturenames, self.path = fixtures, path

    def iter_markers(self):
        return iter(self.marks)


@pytest.mark.parametrize(
    ("item", "databases"),
    [
        (FakeTestItem(), {"sqlite", "postgresql"}),
        (FakeTestItem(path=ROOT / "tests/agenda/admin/test_admin.py"), {"sqlite"}),
        (FakeTestItem("postgresql", path=ROOT / "tests/agenda/admin/test_admin.py"), {"postgresql"}),
        (FakeTestItem("django_db", fixtures=[]), {"sqlite", "postgresql"}),
        (FakeTestItem(fixtures=["tmp_path"]), {"sqlite"}),
        (FakeTestItem("sqlite"), {"sqlite"}),
        (FakeTestItem("once"), {"sqlite"}),
        (FakeTestItem("postgresql"), {"postgresql"}),
        (FakeTestItem("browser"), {"sqlite"}),
        (FakeTestItem(fixtures=["db", "nu_checker"]), {"sqlite"}),
        (FakeTestItem("postgresql", fixtures=["open_page"]), {"postgresql"}),
    ],
)
def test_databases_of_a_test(item, databases):
    assert {vendor for vendor in ("sqlite", "postgresql") if is_for_vendor(item, vendor)} == databases


def test_paths_of_sql_tests_exist():
    assert [path for path in SQL_PATHS if not path.exists()] == []

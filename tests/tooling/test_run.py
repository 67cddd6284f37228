"""The account at the end of `make test`."""

import pytest

from tests.report import belongs_to
from tests.run import NOTHING_COLLECTED, Round, verdict

pytestmark = pytest.mark.sqlite


def rounds(sqlite=0, postgresql=0, **not_run):
    return [
        Round("sqlite", "SQLite 3.45.1", code=sqlite, not_run=not_run),
        Round("postgresql", "PostgreSQL 15.20 (installed binaries)", code=postgresql),
    ]


@pytest.fixture(autouse=True)
def _requiring_nothing(monkeypatch):
    monkeypatch.delenv("REQUIRE_ALL", raising=False)


def test_it_names_both_databases(capsys):
    assert verdict(rounds()) == 0
    assert "Ran on: SQLite 3.45.1, PostgreSQL 15.20 (installed binaries)\nNot run: nothing" in capsys.readouterr().out


def test_a_failure_in_either_round_fails():
    assert verdict(rounds(sqlite=1)) == 1
    assert verdict(rounds(postgresql=1)) == 1


def test_a_selection_may_be_empty_on_one_database_but_not_on_both():
    assert verdict(rounds(postgresql=NOTHING_COLLECTED), selection=True) == 0
    assert verdict(rounds(sqlite=NOTHING_COLLECTED, postgresql=NOTHING_COLLECTED), selection=True) == 1


def test_the_whole_suite_may_be_empty_on_neither(capsys):
    assert verdict(rounds(postgresql=NOTHING_COLLECTED)) == 1
    assert "Ran on: SQLite 3.45.1\n" in capsys.readouterr().out


def test_what_was_not_run_is_told_and_fails_where_all_is_required(capsys, monkeypatch):
    left_out = rounds(checker=3)
    assert verdict(left_out) == 0
    assert "Not run: checker" in capsys.readouterr().out
    monkeypatch.setenv("REQUIRE_ALL", "1")
    assert verdict(left_out) == 1


class Item:
    def __init__(self, *marks, fixtures=("db",)):
        self.marks = [getattr(pytest.mark, name).mark for name in marks]
        self.fixturenames = fixtures

    def iter_markers(self):
        return iter(self.marks)


@pytest.mark.parametrize(
    ("item", "databases"),
    [
        (Item(), {"sqlite", "postgresql"}),
        (Item("django_db", fixtures=[]), {"sqlite", "postgresql"}),
        (Item(fixtures=["tmp_path"]), {"sqlite"}),
        (Item("sqlite"), {"sqlite"}),
        (Item("postgresql"), {"postgresql"}),
        (Item("browser"), {"sqlite"}),
        (Item(fixtures=["db", "nu_checker"]), {"sqlite"}),
        (Item("postgresql", fixtures=["open_page"]), {"postgresql"}),
    ],
)
def test_the_databases_that_a_test_runs_on(item, databases):
    assert {vendor for vendor in ("sqlite", "postgresql") if belongs_to(item, vendor)} == databases

"""`demo`, and `demo --fresh`: what is no demo is never changed, and never removed."""

import os
import sqlite3
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from council.samples import removing
from council.samples.calendar import TODAY_MEETING_ID
from meetings.models import Edition, Meeting, User
from tests.cast import make_meeting, published
from tests.law import Roles

ROOT = Path(__file__).resolve().parents[3]


def fresh() -> None:
    demo(fresh=True)


def demo(**options: bool) -> None:
    call_command("demo", no_serve=True, stdout=StringIO(), **options)


@pytest.mark.django_db
class TestRefusals:
    @pytest.mark.parametrize("begin_anew", [True, False])
    def test_a_site_for_others_stays_as_it_is(self, settings: Any, begin_anew: bool) -> None:
        make_meeting(pk=TODAY_MEETING_ID)
        settings.SERVES_ELSEWHERE = True
        with pytest.raises(CommandError, match="ALLOWED_HOSTS") as refusal:
            demo(fresh=begin_anew)
        assert refusal.value.returncode == 2
        assert Meeting.objects.count() == 1
        assert not User.objects.exists()

    def test_a_database_without_the_demo_keeps_everything(self) -> None:
        make_meeting()
        with pytest.raises(CommandError, match="does not contain the demo") as refusal:
            fresh()
        assert refusal.value.returncode == 2
        assert Meeting.objects.exists()


@pytest.mark.postgresql
def test_tables_go_with_their_guards_and_nothing_beside_them(committed: None, clock: Any, roles: Roles) -> None:
    published(clock, make_meeting(pk=TODAY_MEETING_ID))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE of_somebody_else (id int)")
    try:
        told = removing.remove_demo()
        assert "1 meetings, 1 editions and 0 accounts" in told
        assert removing.list_site_tables() == []
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM of_somebody_else")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE of_somebody_else")
        call_command("migrate", verbosity=0)
        call_command("database_roles", public=roles.public, editor=roles.editor, stdout=StringIO())  # for other tests
    assert Edition.objects.count() == 0


@pytest.mark.sqlite
class TestLocalFile:
    """In processes of their own: the tests' database is no file."""

    def manage(self, var: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            env=kept | {"VAR_DIR": str(var)} | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def test_it_is_begun_anew_unless_somebody_else_has_it_open(self, tmp_path: Path) -> None:
        file = tmp_path / "db.sqlite3"
        assert self.manage(tmp_path, "migrate", "-v0").returncode == 0
        with sqlite3.connect(file) as other:
            other.execute("CREATE TABLE old (id)")
            other.execute("SELECT * FROM old").fetchall()
            refused = self.manage(tmp_path, "demo", "--fresh", "--no-serve")
        other.close()
        assert refused.returncode == 2
        assert "is in use. Stop the programs that use it" in refused.stderr
        made = self.manage(tmp_path, "demo", "--fresh", "--no-serve")
        assert made.returncode == 0, made.stderr
        assert f"Removed from {file}: 0 meetings, 0 editions and 0 accounts." in made.stdout
        with sqlite3.connect(file) as now:
            assert now.execute("SELECT count(*) FROM sqlite_master WHERE name = 'old'").fetchone() == (0,)
        now.close()

    def test_another_file_is_kept(self, tmp_path: Path) -> None:
        elsewhere = {"DATABASE_URL": f"sqlite:///{tmp_path}/other.sqlite3"}
        assert self.manage(tmp_path, "migrate", "-v0", **elsewhere).returncode == 0
        refused = self.manage(tmp_path, "demo", "--fresh", "--no-serve", **elsewhere)
        assert refused.returncode == 2
        assert "does not contain the demo" in refused.stderr

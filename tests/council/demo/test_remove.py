"""Tests of `demo` and `demo --fresh`: they never change or remove anything that is not a demo."""

import os
import shutil
import sqlite3
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from council.demo import remove
from council.demo.sample_meetings import TODAY_MEETING_ID
from meetings.models import Configuration, Meeting, User
from tests.admin_forms import create_user
from tests.factories import make_meeting, publish_now
from tests.paths import ROOT


def run_fresh_demo() -> None:
    run_demo(fresh=True)


def run_demo(**options: bool) -> None:
    call_command("demo", no_serve=True, stdout=StringIO(), **options)


@pytest.mark.django_db
class TestRefusals:
    @pytest.mark.parametrize("begin_anew", [True, False])
    def test_site_for_other_visitors_is_not_changed(self, settings: Any, begin_anew: bool) -> None:
        make_meeting(pk=TODAY_MEETING_ID)
        settings.SERVES_ELSEWHERE = True
        with pytest.raises(CommandError, match="ALLOWED_HOSTS") as refusal:
            run_demo(fresh=begin_anew)
        assert refusal.value.returncode == 2
        assert Meeting.objects.count() == 1
        assert not User.objects.exists()

    def test_database_without_the_demo_is_not_changed(self) -> None:
        make_meeting()
        with pytest.raises(CommandError, match="does not contain the demo") as refusal:
            run_fresh_demo()
        assert refusal.value.returncode == 2
        assert Meeting.objects.exists()

    def test_database_of_another_site_is_not_filled(self) -> None:
        create_user("anna")
        with pytest.raises(CommandError, match="accounts of another site") as refusal:
            run_demo()
        assert refusal.value.returncode == 2
        assert User.objects.count() == 1
        assert not Configuration.objects.exists()


def list_tables_and_triggers() -> list[tuple[str, str | None]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, tgname FROM pg_class LEFT JOIN pg_trigger ON tgrelid = pg_class.oid AND NOT tgisinternal "
            "AND tgfoid::regproc::text !~ '^council_readers' "  # `database_roles` creates these
            "WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
        return list(cursor.fetchall())


@pytest.mark.postgresql
def test_tables_are_removed_with_their_guards_and_nothing_else_then_created_again(committed: None, clock: Any) -> None:
    publish_now(clock, make_meeting(pk=TODAY_MEETING_ID))
    before = list_tables_and_triggers()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE of_somebody_else (id int)")
        summary = remove.remove_demo()
        assert "1 meetings, 1 editions and 0 accounts" in summary
        assert remove.list_site_tables() == []
        cursor.execute("SELECT count(*) FROM of_somebody_else")
        call_command("migrate", verbosity=0)
        assert set(list_tables_and_triggers()) == {*before, ("of_somebody_else", None)}
        transaction.set_rollback(True)  # other tests need the tables


# Without the sample meetings, with a copy of all tables and with a fast hasher: all three take long.
# tests/browser/test_demo.py runs the whole command.
RUN_WITHOUT_SAMPLES = """
import os
import shutil
import sys
import django
from django.core.management import call_command, execute_from_command_line
django.setup()
from django.conf import settings
from council.management.commands import demo
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

def call_quickly(name, **options):
    if name == "migrate":
        shutil.copy(os.environ["MIGRATED"], settings.DATABASES["default"]["NAME"])
    else:
        call_command(name, **options)

demo.call_command = call_quickly
demo.Command.prepare = lambda command: None
execute_from_command_line(sys.argv)
"""


@pytest.mark.sqlite
class TestLocalFile:
    """These tests start new processes, because the tests' own database is not a file."""

    def run_command(self, var: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        inherited["DJANGO_SETTINGS_MODULE"] = "council.settings"
        return subprocess.run(
            [sys.executable, "-c", RUN_WITHOUT_SAMPLES, *arguments],
            cwd=ROOT,
            env=inherited | {"VAR_DIR": str(var)} | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def test_local_file_is_replaced_unless_it_is_in_use(self, django_db_setup: Path, tmp_path: Path) -> None:
        file = tmp_path / "db.sqlite3"
        shutil.copy(django_db_setup, file)
        with sqlite3.connect(file) as other:
            other.execute("CREATE TABLE old (id)")
            other.execute("SELECT * FROM old").fetchall()
            refused = self.run_command(tmp_path, "demo", "--fresh", "--no-serve", MIGRATED=str(django_db_setup))
        other.close()
        assert refused.returncode == 2
        assert "is in use. Stop the programs that use it" in refused.stderr
        result = self.run_command(tmp_path, "demo", "--fresh", "--no-serve", MIGRATED=str(django_db_setup))
        assert result.returncode == 0, result.stderr
        assert f"Removed from {file}: 0 meetings, 0 editions and 0 accounts." in result.stdout
        with sqlite3.connect(file) as now:
            assert now.execute("SELECT count(*) FROM sqlite_master WHERE name = 'old'").fetchone() == (0,)
        now.close()

    def test_other_file_is_kept(self, django_db_setup: Path, tmp_path: Path) -> None:
        elsewhere = {"DATABASE_URL": f"sqlite:///{tmp_path}/other.sqlite3"}
        shutil.copy(django_db_setup, tmp_path / "other.sqlite3")
        refused = self.run_command(tmp_path, "demo", "--fresh", "--no-serve", **elsewhere)
        assert refused.returncode == 2
        assert "does not contain the demo" in refused.stderr

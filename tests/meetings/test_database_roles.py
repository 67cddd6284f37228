"""`manage.py database_roles`: what it refuses, that it changes nothing twice, and that all of it can be taken away."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetings.law.tables import EDITION, GOVERNED
from tests.law import PASSWORD, Roles

CATALOGUE = """
    SELECT array(SELECT relname || ' ' || coalesce(relacl::text, '') || relrowsecurity FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S') ORDER BY 1),
        array(SELECT p::text FROM pg_policies p ORDER BY 1),
        array(SELECT defaclacl::text FROM pg_default_acl ORDER BY 1),
        (SELECT datacl::text FROM pg_database WHERE datname = current_database()),
        (SELECT nspacl::text FROM pg_namespace WHERE nspname = 'public')
"""


def refused(**options: Any) -> str:
    with pytest.raises(CommandError) as caught:
        call_command("database_roles", **options)
    assert caught.value.returncode
    return str(caught.value)


def run(roles: Roles, **options: Any) -> None:
    call_command("database_roles", public=roles.public, editor=roles.editor, **options)


def asked(question: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()


@pytest.mark.sqlite
def test_sqlite_has_no_roles() -> None:
    assert refused() == "Roles are PostgreSQL's: this database is SQLite, which knows none."


@pytest.mark.postgresql
@pytest.mark.django_db
class TestRefusals:
    @pytest.mark.parametrize("name", ['a"b', "", "Council", "pg_reader", "public", "x" * 64, "ö"])
    def test_a_name_that_is_none(self, name: str) -> None:
        assert "is no name for the public role" in refused(public=name)

    def test_one_name_for_both(self) -> None:
        assert "two" in refused(public="one", editor="one")

    def test_the_owner_of_the_tables(self, roles: Roles) -> None:
        assert "name another role" in refused(public=roles.owner, editor=roles.editor)
        assert "name another role" in refused(public=roles.public, editor=roles.owner)

    @pytest.mark.parametrize(
        ("statement", "why"),
        [
            ("ALTER ROLE {public} BYPASSRLS", "bypasses row-level security"),
            ("GRANT {editor} TO {public}", "is a member of the role"),
            ("ALTER TABLE agenda_medialink OWNER TO {public}", "owns agenda_medialink"),
        ],
    )
    def test_a_role_that_is_more_than_that(self, roles: Roles, statement: str, why: str) -> None:
        asked(statement.format(public=roles.public, editor=roles.editor) + "; SELECT 1")
        assert why in refused(public=roles.public, editor=roles.editor)

    def test_what_it_could_not_take_away_is_an_error(self, roles: Roles) -> None:
        asked(f"CREATE SCHEMA others; GRANT CREATE ON SCHEMA others TO {roles.public}; SELECT 1")
        said = refused(public=roles.public, editor=roles.editor)
        assert "it may create in the schema others" in said
        assert "docs/operations.md" in said

    def test_a_database_without_tables(self, roles: Roles) -> None:
        asked("ALTER TABLE meetings_presidency RENAME TO elsewhere; SELECT 1")
        said = refused(public=roles.public, editor=roles.editor)
        assert "nothing was changed" in said
        assert "after manage.py migrate" in said

    def test_a_file_that_cannot_be_read(self, roles: Roles, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("EDITOR_ROLE_PASSWORD_FILE", "/nowhere/password")
        assert "EDITOR_ROLE_PASSWORD_FILE names /nowhere/password" in refused()


@pytest.mark.postgresql
@pytest.mark.django_db
class TestWhatItDoes:
    def test_another_run_changes_nothing(self, roles: Roles) -> None:
        before = asked(CATALOGUE)
        run(roles)
        assert asked(CATALOGUE) == before

    def test_whoever_cleans_a_table_meanwhile_is_waited_for(self, roles: Roles) -> None:
        """As PostgreSQL's own cleaning does: it holds a table's lock, and writes to where grants are kept."""
        waiting = f"SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '{EDITION}'::regclass"
        parameters = connection.get_connection_params() | {"cursor_factory": None}

        def clean(held: Any) -> None:
            with held.cursor() as cursor:
                for _ in range(200):
                    cursor.execute(waiting)
                    if cursor.fetchone() != (0,):
                        break
                    time.sleep(0.05)
                else:
                    raise AssertionError("the command did not come for the table")
                cursor.execute(f"GRANT SELECT ON {EDITION} TO {roles.editor}")
            held.commit()

        with closing(psycopg2.connect(**parameters)) as held, ThreadPoolExecutor(1) as beside:
            held.cursor().execute(f"LOCK TABLE {EDITION} IN SHARE UPDATE EXCLUSIVE MODE")
            cleaned = beside.submit(clean, held)
            run(roles)
            cleaned.result()

    def test_what_was_granted_otherwise_is_gone(self, roles: Roles) -> None:
        before = asked(CATALOGUE)
        asked(
            f"GRANT ALL ON meetings_meeting TO {roles.public}, PUBLIC; GRANT SELECT (lead) ON meetings_meeting TO "
            f"{roles.public}; GRANT TRUNCATE ON meetings_meeting TO {roles.editor}; GRANT CREATE ON SCHEMA public TO "
            f"PUBLIC; ALTER TABLE meetings_edition DISABLE ROW LEVEL SECURITY; ALTER POLICY council_readers ON "
            f"meetings_edition USING (true); SELECT 1"
        )
        run(roles)
        assert asked(CATALOGUE) == before

    def test_no_statement_holds_a_password(self, roles: Roles, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PUBLIC_ROLE_PASSWORD", "a-plain-password")
        with CaptureQueriesContext(connection) as captured:
            run(roles)
        statements = " ".join(query["sql"] for query in captured)
        assert "SCRAM-SHA-256" in statements
        assert "a-plain-password" not in statements

    def test_a_password_from_a_file(
        self, roles: Roles, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any
    ) -> None:
        (tmp_path / "password").write_text(f"{PASSWORD}\n")
        monkeypatch.delenv("EDITOR_ROLE_PASSWORD", raising=False)
        monkeypatch.setenv("PUBLIC_ROLE_PASSWORD_FILE", str(tmp_path / "password"))
        run(roles)
        assert capsys.readouterr().out == (
            f"{roles.public} reads what is published; its password was set.\n"
            f"{roles.editor} does the editors' work; its password was left as it is.\n"
        )

    def test_it_can_be_taken_away_again(self, roles: Roles) -> None:
        run(roles, remove=True)
        assert asked("SELECT count(*) FROM pg_policies") == (0,)
        assert roles.public not in str(asked(CATALOGUE))
        assert roles.editor not in str(asked(CATALOGUE))
        for table in GOVERNED:  # nobody but the owner reads a row then
            assert asked(f"SELECT relrowsecurity FROM pg_class WHERE relname = '{table}'") == (True,)

    def test_a_migration_may_alter_a_governed_column_meanwhile(self, roles: Roles) -> None:
        run(roles, remove=True)
        asked("ALTER TABLE meetings_edition ALTER COLUMN subject_type TYPE varchar(9); SELECT 1")
        run(roles)

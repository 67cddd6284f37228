"""`manage.py database_roles`: its refusals, that a second run changes nothing, and that all rights can be removed."""

import datetime as dt
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from meetings.database.checks import find_open_ends
from meetings.database.roles import (
    BlockedError,
    DatabaseRole,
    end_sessions,
    keep_out,
    remove_rights,
    run_in_time,
    set_up_roles,
)
from meetings.database.search_function import SEARCH_FUNCTION
from meetings.models.public_tables import EDITION_TABLE
from tests.database_roles import PASSWORD, DatabaseRoles, RoleSession, open_session
from tests.factories import DAY
from tests.meetings.database.test_public_role import create_meeting_edition
from tests.public_requests import lifted_guards

CATALOGUE = """
    SELECT array(SELECT relname || ' ' || coalesce(relacl::text, '') || relrowsecurity FROM pg_class
            WHERE relnamespace::regnamespace::text ~ '^(public|readers)' AND relkind IN ('r', 'v', 'S') ORDER BY 1),
        array(SELECT proname || ' ' || coalesce(proacl::text, '') FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace ORDER BY 1),
        array(SELECT defaclacl::text FROM pg_default_acl ORDER BY 1),
        (SELECT datacl::text FROM pg_database WHERE datname = current_database()),
        array(SELECT nspacl::text FROM pg_namespace WHERE nspname ~ '^(public|readers)' ORDER BY 1)
"""

SETTINGS = """
    SELECT array_agg(line ORDER BY line) FROM (
        SELECT concat_ws(' ', setrole::regrole, setdatabase, unnest(setconfig)) FROM pg_db_role_setting
    ) AS found (line) WHERE line ~ '^{database}_'
"""


def get_refusal(**options: Any) -> str:
    with pytest.raises(CommandError) as caught:
        call_command("database_roles", **options)
    assert caught.value.returncode
    return str(caught.value)


@pytest.mark.postgresql
@pytest.mark.django_db
def test_older_version_of_the_site_changes_nothing() -> None:
    """It would give the editors' role rights that the newer version took away."""
    MigrationRecorder(connection).record_applied("agenda", "9999_later")
    assert "a newer version of the site has migrated this database (it has agenda.9999_later)" in get_refusal()


def run_command(roles: DatabaseRoles, **options: Any) -> None:
    call_command("database_roles", public=roles.public, editor=roles.editor, **options)


def fetch_one(query: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()


@pytest.mark.sqlite
def test_sqlite_is_refused() -> None:
    assert get_refusal() == "This command needs PostgreSQL: SQLite has no roles."


@pytest.mark.postgresql
@pytest.mark.django_db
class TestRefusals:
    @pytest.mark.parametrize("name", ['a"b', "", "Council", "pg_reader", "public", "x" * 64, "ö"])
    def test_invalid_role_name_is_refused(self, name: str) -> None:
        assert "is not a valid name for the public role" in get_refusal(public=name)

    def test_same_name_for_both_roles_is_refused(self) -> None:
        assert "two different roles" in get_refusal(public="one", editor="one")

    def test_owner_of_the_tables_is_refused(self, roles: DatabaseRoles) -> None:
        assert "name another role" in get_refusal(public=roles.owner, editor=roles.editor)
        assert "name another role" in get_refusal(public=roles.public, editor=roles.owner)

    @pytest.mark.parametrize(
        ("statement", "why"),
        [
            ("ALTER ROLE {public} BYPASSRLS", "bypasses row-level security"),
            ("GRANT {editor} TO {public}", "is a member of the role"),
            ("ALTER TABLE agenda_medialink OWNER TO {public}", "owns agenda_medialink"),
        ],
    )
    def test_too_powerful_role_is_refused(self, roles: DatabaseRoles, statement: str, why: str) -> None:
        fetch_one(statement.format(public=roles.public, editor=roles.editor) + "; SELECT 1")
        assert why in get_refusal(public=roles.public, editor=roles.editor)

    def test_remaining_rights_are_reported(self, roles: DatabaseRoles) -> None:
        fetch_one(f"CREATE SCHEMA others; GRANT CREATE ON SCHEMA others TO {roles.public}; SELECT 1")
        error = get_refusal(public=roles.public, editor=roles.editor)
        assert "it may create in the schema others" in error
        assert "docs/operations.md" in error

    def test_missing_tables_are_reported(self, roles: DatabaseRoles) -> None:
        fetch_one("ALTER TABLE meetings_presidency RENAME TO elsewhere; SELECT 1")
        error = get_refusal(public=roles.public, editor=roles.editor)
        assert "nothing was changed" in error
        assert "after manage.py migrate" in error

    def test_unreadable_password_file_is_reported(self, roles: DatabaseRoles, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("EDITOR_ROLE_PASSWORD_FILE", "/nowhere/password")
        assert "EDITOR_ROLE_PASSWORD_FILE is /nowhere/password" in get_refusal()


@pytest.mark.postgresql
class TestKeepOut:
    @pytest.fixture
    def public(self, roles: DatabaseRoles, monkeypatch: pytest.MonkeyPatch) -> DatabaseRole:
        monkeypatch.setattr("meetings.database.roles.MAX_WAIT", dt.timedelta(milliseconds=50))
        return DatabaseRole(roles.public)

    @pytest.mark.django_db(transaction=True)
    def test_sessions_are_ended_and_none_begin(
        self, roles: DatabaseRoles, public: DatabaseRole, reader: RoleSession, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Neither one that has locked its own role, nor one that begins before it may not sign in any more."""
        open_reader = contextmanager(open_session)
        with ExitStack() as opened:
            sessions = [reader]

            def come_back(*arguments: Any) -> None:
                end_sessions(*arguments)
                if len(sessions) == 1:
                    sessions.append(opened.enter_context(open_reader(roles, roles.public)))

            monkeypatch.setattr("meetings.database.roles.end_sessions", come_back)
            reader.execute("SET default_transaction_read_only = off")
            reader.execute("BEGIN")
            reader.execute(f"ALTER ROLE {roles.public} PASSWORD NULL")
            with keep_out(public):
                for session in sessions:
                    assert "terminat" in session.get_refusal("SELECT 1")
                with pytest.raises(psycopg2.OperationalError, match="not permitted to log in"):
                    opened.enter_context(open_reader(roles, roles.public))
            assert len(sessions) == 2
            assert opened.enter_context(open_reader(roles, roles.public)).execute("SELECT 1") == [(1,)]

    @pytest.mark.django_db(transaction=True)
    def test_lock_of_somebody_else_is_named(self, roles: DatabaseRoles, public: DatabaseRole) -> None:
        parameters = connection.get_connection_params() | {"cursor_factory": None}
        with closing(psycopg2.connect(**parameters)) as session:
            session.cursor().execute(
                f"SET idle_in_transaction_session_timeout = '5s'; ALTER ROLE {roles.public} CONNECTION LIMIT 1"
            )
            with pytest.raises(BlockedError, match=f"has changed {roles.public}"), keep_out(public):
                pass

    @pytest.mark.django_db
    def test_role_that_does_not_exist_has_no_sessions(self, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(1), keep_out(DatabaseRole("nobody")):
            pass

    @pytest.mark.django_db
    @pytest.mark.parametrize("is_superuser", [True, False])
    def test_owner_joins_the_role_only_to_end_its_sessions(
        self, roles: DatabaseRoles, public: DatabaseRole, reader: RoleSession, is_superuser: bool
    ) -> None:
        members = f"SELECT array_agg(m ORDER BY m) FROM pg_auth_members m WHERE roleid = '{roles.public}'::regrole"
        with connection.cursor() as cursor:
            if not is_superuser:
                fetch_one("CREATE ROLE an_owner CREATEROLE; SELECT 1")
                fetch_one("GRANT EXECUTE ON FUNCTION pg_terminate_backend TO an_owner; SELECT 1")
                if fetch_one("SELECT current_setting('server_version_num')::int >= 160000") == (True,):
                    # It has this for a role that it has created.
                    fetch_one(f"GRANT {roles.public} TO an_owner WITH ADMIN TRUE, INHERIT FALSE, SET FALSE; SELECT 1")
                fetch_one("SET LOCAL ROLE an_owner; SELECT 1")
            before = fetch_one(members)
            end_sessions(cursor, public)
            assert fetch_one(members) == before
        assert "terminat" in reader.get_refusal("SELECT 1")


@pytest.mark.postgresql
@pytest.mark.django_db
class TestSetUp:
    def test_second_run_changes_nothing(self, roles: DatabaseRoles) -> None:
        before = fetch_one(CATALOGUE)
        run_command(roles)
        assert fetch_one(CATALOGUE) == before

    def test_command_waits_for_vacuum(self, roles: DatabaseRoles) -> None:
        """A vacuum of PostgreSQL holds the lock of a table, and writes to the catalogue of grants."""
        waiting = f"SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '{EDITION_TABLE}'::regclass"
        parameters = connection.get_connection_params() | {"cursor_factory": None}

        def clean(session: Any) -> None:
            with session.cursor() as cursor:
                for _ in range(200):
                    cursor.execute(waiting)
                    if cursor.fetchone() != (0,):
                        break
                    time.sleep(0.05)
                else:
                    raise AssertionError("the command did not come for the table")
                cursor.execute(f"GRANT SELECT ON {EDITION_TABLE} TO {roles.editor}")
            session.commit()

        with closing(psycopg2.connect(**parameters)) as session, ThreadPoolExecutor(1) as executor:
            session.cursor().execute(f"LOCK TABLE {EDITION_TABLE} IN SHARE UPDATE EXCLUSIVE MODE")
            cleaned = executor.submit(clean, session)
            run_command(roles)
            cleaned.result()

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize(
        "statement",
        ["SELECT FROM meetings_edition", "ALTER ROLE {public} IN DATABASE {database} SET work_mem = '1GB'"],
    )
    def test_the_public_role_cannot_hold_it_up(
        self, roles: DatabaseRoles, reader: RoleSession, monkeypatch: pytest.MonkeyPatch, statement: str
    ) -> None:
        """Its open transactions are ended: the site's own take a second."""
        monkeypatch.setattr("meetings.database.roles.MAX_WAIT", dt.timedelta(milliseconds=200))
        database = connection.ops.quote_name(connection.settings_dict["NAME"])
        reader.execute("SET default_transaction_read_only = off")
        reader.execute("BEGIN")
        reader.execute(statement.format(public=roles.public, database=database))
        fetch_one("SET lock_timeout = '5s'; SELECT 1")
        try:
            run_command(roles)
        finally:
            fetch_one("RESET lock_timeout; SELECT 1")
        with pytest.raises(psycopg2.OperationalError, match="terminat"):
            reader.execute("SELECT 1")

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("statement", [f"SELECT FROM {EDITION_TABLE}", "ALTER ROLE {public} PASSWORD NULL"])
    def test_sessions_that_come_back_at_once_can_be_kept_out(
        self, roles: DatabaseRoles, monkeypatch: pytest.MonkeyPatch, statement: str
    ) -> None:
        """Otherwise they could keep an operator from changing the password that somebody else has."""
        monkeypatch.setattr("meetings.database.roles.MAX_WAIT", dt.timedelta(milliseconds=500))
        monkeypatch.setenv("PUBLIC_ROLE_PASSWORD", PASSWORD)
        open_reader = contextmanager(open_session)
        over = threading.Event()

        def come_back() -> None:
            while not over.is_set():
                with suppress(psycopg2.Error, AssertionError), open_reader(roles, roles.public) as session:
                    session.execute("SET default_transaction_read_only = off")
                    while not over.wait(0.01):
                        session.execute("BEGIN")
                        session.execute(statement.format(public=roles.public))
                        over.wait(0.3)
                        session.execute("ROLLBACK")

        with ThreadPoolExecutor(3) as executor:
            for _ in range(3):
                executor.submit(come_back)
            time.sleep(0.3)
            try:
                run_command(roles, end_sessions=True)
            finally:
                over.set()
        assert fetch_one(f"SELECT rolcanlogin FROM pg_roles WHERE rolname = '{roles.public}'") == (True,)

    def test_sessions_are_ended_only_with_a_new_password(
        self, roles: DatabaseRoles, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever has the old one would come back."""
        monkeypatch.delenv("PUBLIC_ROLE_PASSWORD")
        assert "needs a new password" in get_refusal(public=roles.public, editor=roles.editor, end_sessions=True)

    def test_role_that_was_kept_out_may_sign_in_again_with_a_password(
        self, roles: DatabaseRoles, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As after a run that was killed."""
        monkeypatch.setenv("PUBLIC_ROLE_PASSWORD", PASSWORD)
        fetch_one(f"ALTER ROLE {roles.public} NOLOGIN; SELECT 1")
        run_command(roles)
        assert fetch_one(f"SELECT rolcanlogin FROM pg_roles WHERE rolname = '{roles.public}'") == (True,)

    def test_a_session_that_blocks_it_is_named(
        self, roles: DatabaseRoles, editor: RoleSession, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Editors' transactions are not ended, because somebody may be publishing."""
        monkeypatch.setattr("meetings.database.roles.MAX_WAIT", dt.timedelta(milliseconds=50))
        editor.execute("BEGIN")
        editor.execute("SELECT FROM meetings_edition")
        error = get_refusal(public=roles.public, editor=roles.editor)
        assert f"{roles.editor} (process " in error
        assert "nothing was changed" in error
        editor.execute("COMMIT")

    def test_what_only_a_superuser_can_close_is_named(self, roles: DatabaseRoles, capsys: Any) -> None:
        run_command(roles)
        warning = capsys.readouterr().err
        assert "can connect to the database postgres" in warning
        assert "pg_advisory_lock" not in warning
        assert "backups" not in warning
        fetch_one("GRANT EXECUTE ON FUNCTION pg_advisory_lock(bigint) TO PUBLIC; SELECT 1")
        fetch_one("GRANT UPDATE ON pg_settings TO PUBLIC; SELECT 1")
        with connection.cursor() as cursor:
            found = find_open_ends(cursor, roles.public)
        assert {"can call pg_advisory_lock(bigint)", "can hold up backups"} <= {*found}

    @pytest.mark.django_db(transaction=True)
    def test_simultaneous_runs_take_turns(self, roles: DatabaseRoles) -> None:
        before = fetch_one(CATALOGUE)

        def repeat_setup(_number: int) -> None:
            names = DatabaseRole(roles.public), DatabaseRole(roles.editor)
            try:
                for _ in range(2):
                    remove_rights(*names)
                    set_up_roles(*names)
            finally:
                connection.close()

        with ThreadPoolExecutor(3) as executor:
            list(executor.map(repeat_setup, range(3)))
        assert fetch_one(CATALOGUE) == before

    def test_only_a_lock_is_waited_for(self, roles: DatabaseRoles) -> None:
        """Nobody would be found who has it."""
        with pytest.raises(OperationalError, match="too large"):
            run_in_time(lambda cursor: cursor.execute("SELECT repeat('x', 2000000000)"))

    def test_other_grants_are_removed(self, roles: DatabaseRoles) -> None:
        before = fetch_one(CATALOGUE)
        fetch_one(
            f"GRANT ALL ON meetings_meeting TO {roles.public}, PUBLIC; GRANT SELECT (lead) ON meetings_meeting TO "
            f"{roles.public}; GRANT TRUNCATE ON meetings_meeting TO {roles.editor}; GRANT CREATE ON SCHEMA public TO "
            f"PUBLIC; GRANT ALL ON meetings_edition, readers.pending_edition TO {roles.public}; GRANT ALL ON "
            f"readers.meetings_edition TO {roles.editor}; SELECT 1"
        )
        run_command(roles)
        assert fetch_one(CATALOGUE) == before

    def test_copies_can_be_made_again(self, roles: DatabaseRoles, committed: None) -> None:
        with lifted_guards(), transaction.atomic():
            create_meeting_edition("a", "A", timezone.now() - DAY)
            fetch_one("UPDATE meetings_edition SET city = 'Luxembourg'; SELECT 1")
        city = "SELECT city FROM readers.meetings_edition"
        fetch_one("UPDATE readers.meetings_edition SET city = 'Brussels'; SELECT 1")
        run_command(roles)
        assert fetch_one(city) == ("Brussels",)
        run_command(roles, copy_again=True)
        assert fetch_one(city) == ("Luxembourg",)

    def test_other_settings_are_removed(self, roles: DatabaseRoles) -> None:
        """With one of them, each page would be an error; a role may change its own."""
        database = connection.ops.quote_name(connection.settings_dict["NAME"])
        settings = SETTINGS.format(database=connection.settings_dict["NAME"])
        before = fetch_one(settings)
        for role in (roles.public, roles.editor):
            for where in ("", f"IN DATABASE {database}"):
                fetch_one(f"ALTER ROLE {role} {where} SET row_security = off; SELECT 1")
                fetch_one(f"ALTER ROLE {role} {where} SET statement_timeout = 1; SELECT 1")
        assert fetch_one(settings) != before
        run_command(roles)
        assert fetch_one(settings) == before

    def test_statements_contain_no_password(self, roles: DatabaseRoles, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PUBLIC_ROLE_PASSWORD", "a-plain-password")
        with CaptureQueriesContext(connection) as captured:
            run_command(roles)
        statements = " ".join(query["sql"] for query in captured)
        assert "SCRAM-SHA-256" in statements
        assert "a-plain-password" not in statements

    def test_password_is_read_from_a_file(
        self, roles: DatabaseRoles, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any
    ) -> None:
        (tmp_path / "password").write_text(f"{PASSWORD}\n")
        monkeypatch.delenv("EDITOR_ROLE_PASSWORD", raising=False)
        monkeypatch.setenv("PUBLIC_ROLE_PASSWORD_FILE", str(tmp_path / "password"))
        run_command(roles)
        assert capsys.readouterr().out == (
            f"{roles.public} can read published editions; its password was set.\n"
            f"{roles.editor} can do the editors' work; its password was not changed.\n"
        )

    def test_rights_can_be_removed(self, roles: DatabaseRoles) -> None:
        run_command(roles, remove=True)
        assert fetch_one("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'readers%'") == (0,)
        assert fetch_one(f"SELECT pg_catalog.to_regproc('public.{SEARCH_FUNCTION}')") == (None,)
        assert roles.public not in str(fetch_one(CATALOGUE))
        assert roles.editor not in str(fetch_one(CATALOGUE))
        create_meeting_edition("a", "A", timezone.now() + DAY)  # whose triggers must not look for what was removed

    def test_rights_of_roles_that_do_not_exist_need_no_removal(self, roles: DatabaseRoles) -> None:
        call_command("database_roles", public="nobody_reads", editor="nobody_writes", remove=True)
        assert roles.public in str(fetch_one(CATALOGUE))

    def test_protected_column_can_be_altered_after_removal(self, roles: DatabaseRoles) -> None:
        run_command(roles, remove=True)
        fetch_one("ALTER TABLE meetings_edition ALTER COLUMN subject_type TYPE varchar(9); SELECT 1")
        run_command(roles)

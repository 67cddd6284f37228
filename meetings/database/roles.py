"""Create the two roles and set up their privileges in one transaction.

So there is no moment at which more is readable than before or after. The public role can only read public tables. The
editor role writes rows but does not own the tables: it cannot disable a trigger, change a view or alter a table. The
owner of the tables is a third role, used for migrations.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.conf import settings
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg2.errors import LockNotAvailable
from psycopg2.extensions import encrypt_password

from meetings.database import (
    column_statistics,
    definitions,
    reader_tables,
    reader_triggers,
    search_function,
    search_triggers,
)
from meetings.database.checks import (
    IS_SHARED_RESOURCE,
    PUBLIC_SETTINGS,
    fetch_rules,
    fetch_settings,
    fetch_system_grants,
    fetch_triggers,
    find_attribute_faults,
)
from meetings.database.editor_rights import EDITOR_RIGHTS, get_closer_tables
from meetings.models.public_tables import PROTECTED_TABLES

MAX_WAIT = dt.timedelta(seconds=5)  # for a lock
MAX_ATTEMPTS = 6


class UnusableRoleError(Exception):
    """An existing role of that name cannot be used. The message says why."""


class BlockedError(Exception):
    """Others have locks that we need. The message names their sessions."""


@dataclass(frozen=True)
class DatabaseRole:
    """A role of PostgreSQL. If `password` is empty, the role keeps its password."""

    name: str
    password: str = ""


def set_up_roles(public: DatabaseRole, editor: DatabaseRole, *, copies_again: bool = False) -> None:
    """Create the roles if necessary, and set up their privileges, the tables of readers and the search function.

    The rows in the tables of readers stay if the tables are those of this version, unless `copies_again`.
    """
    run_without_waiting(public, lambda cursor: write_rights(cursor, public, editor, copies_again=copies_again))


def write_rights(cursor: CursorWrapper, public: DatabaseRole, editor: DatabaseRole, *, copies_again: bool) -> None:
    lock_tables(cursor)
    for role in (public, editor):
        ensure_role(cursor, role)
    names = quote_role(public), quote_role(editor)
    database = get_quoted_database(cursor)
    run_statements(cursor, build_setting_statements(*names, database))
    reset_database_settings(cursor, public.name, database)
    run_statements(cursor, build_guard_repairs(cursor))
    has_tables = not copies_again and definitions.are_tables_current(cursor)
    for removal in (search_function.build_search_removal, reader_triggers.build_removal, reader_tables.build_removal):
        run_statements(cursor, removal())
    run_statements(cursor, column_statistics.build_statistics_removal(cursor))  # takes locks, so before privileges
    if not has_tables:
        run_statements(cursor, reader_tables.build_tables(cursor))
    run_statements(cursor, build_privilege_statements(*names, database))
    run_statements(cursor, reader_tables.build_functions_and_views(names[0]))
    run_statements(cursor, reader_triggers.build_statements(names[1]))
    run_statements(cursor, search_function.build_search_function(*names))
    run_statements(cursor, search_triggers.build_search_triggers())
    cursor.execute(f"SELECT public.{reader_triggers.COPY_FUNCTION}()")
    definitions.write_comments(cursor)
    if is_superuser(cursor):
        cursor.execute(f"SELECT f.oid::regprocedure::text FROM pg_catalog.pg_proc f WHERE {IS_SHARED_RESOURCE}")
        functions = ", ".join(function for (function,) in cursor.fetchall())
        cursor.execute(f"REVOKE EXECUTE ON FUNCTION {functions} FROM PUBLIC")
        cursor.execute("REVOKE UPDATE ON pg_catalog.pg_settings FROM PUBLIC")
        for grants in [fetch_system_grants(cursor, role.name) for role in (public, editor)]:
            run_statements(cursor, (f"REVOKE {right} ON {what} FROM {whom}" for right, what, whom in grants))


def remove_rights(public: DatabaseRole, editor: DatabaseRole) -> None:
    """Take all rights in this database away from the roles. The roles themselves remain."""

    def remove(cursor: CursorWrapper) -> None:
        lock_tables(cursor)
        run_statements(cursor, search_function.build_search_removal())
        run_statements(cursor, reader_triggers.build_removal())
        run_statements(cursor, reader_tables.build_removal())
        cursor.execute(f"DROP SCHEMA IF EXISTS {reader_tables.READERS} CASCADE")
        existing = [quote_role(role) for role in (public, editor) if has_role(cursor, role)]
        run_statements(cursor, build_privilege_removal(existing, get_quoted_database(cursor)))

    run_without_waiting(public, remove)


def run_without_waiting(public: DatabaseRole, write: Callable[[CursorWrapper], None]) -> None:
    """Run `write` in a transaction. If it waits for a lock, end the transactions of the public role and try again.

    Somebody who can send statements as that role could otherwise hold the command up for ever. Raise BlockedError if
    the lock belongs to somebody else.
    """
    for _attempt in range(MAX_ATTEMPTS):
        if run_in_time(write):
            return
        with suppress(ProgrammingError), connection.cursor() as cursor:
            end_sessions(cursor, public, "datname = pg_catalog.current_database() AND xact_start IS NOT NULL")
    with connection.cursor() as cursor:
        raise BlockedError("; ".join(describe_blocking_sessions(cursor)) or "they ended just now")


def run_in_time(write: Callable[[CursorWrapper], None]) -> bool:
    """Run `write` in a transaction. Return False, without any effect, if it waits too long for a lock."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {int(MAX_WAIT.total_seconds() * 1000)}")
            write(cursor)
            return True
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return False
        raise


@contextmanager
def keep_out(role: DatabaseRole) -> Iterator[None]:
    """End all sessions of the role, in all databases, and let it begin no others until the end of the block.

    A session that is ended could come back at once, and take its locks again. Raise BlockedError if somebody else holds
    a lock of the role itself.
    """

    def forbid_sessions(cursor: CursorWrapper) -> None:
        end_sessions(cursor, role)  # which may hold a lock of the role
        cursor.execute(f"ALTER ROLE {quote_role(role)} NOLOGIN")

    with connection.cursor() as cursor:
        is_new = not has_role(cursor, role)
    if is_new:
        yield
        return
    if not any(run_in_time(forbid_sessions) for _attempt in range(MAX_ATTEMPTS)):
        raise BlockedError(f"one has changed {role.name} and not ended its transaction")
    try:
        with connection.cursor() as cursor:
            end_sessions(cursor, role)  # which began meanwhile
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER ROLE {quote_role(role)} LOGIN")


def end_sessions(cursor: CursorWrapper, role: DatabaseRole, condition: str = "true") -> None:
    """End the sessions of the role that fulfil the SQL condition. Raise ProgrammingError if we may not."""
    with transaction.atomic():
        must_join = not is_superuser(cursor)
        if must_join:
            cursor.execute(f"GRANT {quote_role(role)} TO CURRENT_USER")
        cursor.execute(
            "SELECT pg_catalog.pg_terminate_backend(pid, 5000) FROM pg_catalog.pg_stat_activity "
            f"WHERE usename = %s AND {condition}",
            [role.name],
        )
        if must_join:
            cursor.execute(f"REVOKE {quote_role(role)} FROM CURRENT_USER")


def describe_blocking_sessions(cursor: CursorWrapper) -> Iterator[str]:
    """Yield the sessions of others that have a lock on one of our tables."""
    cursor.execute(
        "SELECT DISTINCT usename, pid FROM pg_catalog.pg_locks JOIN pg_catalog.pg_stat_activity USING (pid) "
        "WHERE granted AND pid <> pg_catalog.pg_backend_pid() "
        "AND relation IN (SELECT oid FROM pg_catalog.pg_class WHERE relnamespace = 'public'::regnamespace)"
    )
    yield from (f"{user} (process {process})" for user, process in cursor.fetchall())


def is_superuser(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user")
    return bool(cursor.fetchone() == (True,))


def lock_tables(cursor: CursorWrapper) -> None:
    """Lock the protected tables before anything is granted, so that two runs of this command take turns.

    A vacuum holds the lock of its table and waits for transactions that grant privileges on it. It would be a deadlock
    if such a transaction asked for the lock afterwards.
    """
    cursor.execute(f"LOCK TABLE {', '.join(f'public.{table}' for table in PROTECTED_TABLES)} IN ACCESS EXCLUSIVE MODE")


def ensure_role(cursor: CursorWrapper, role: DatabaseRole) -> None:
    """Create the role if it does not exist, and set its password. Raise UnusableRoleError if it has too many rights."""
    if not has_role(cursor, role):
        cursor.execute(f"CREATE ROLE {quote_role(role)} LOGIN")
    elif reasons := list(find_attribute_faults(cursor, role.name)):
        raise UnusableRoleError(
            f"The role {role.name} {'; '.join(reasons[:6])}. The site's processes need roles without such rights: "
            "take them away, or name another role."
        )
    if role.password:  # as a verifier, so that no log of statements contains the password
        verifier = encrypt_password(role.password, role.name, connection.connection, "scram-sha-256")
        cursor.execute(f"ALTER ROLE {quote_role(role)} LOGIN PASSWORD %s", [verifier])


def has_role(cursor: CursorWrapper, role: DatabaseRole) -> bool:
    cursor.execute("SELECT FROM pg_catalog.pg_roles WHERE rolname = %s", [role.name])
    return cursor.fetchone() is not None


def quote_role(role: DatabaseRole) -> str:
    return connection.ops.quote_name(role.name)


def get_quoted_database(cursor: CursorWrapper) -> str:
    cursor.execute("SELECT current_database()")
    return connection.ops.quote_name(cursor.fetchone()[0])


def run_statements(cursor: CursorWrapper, statements: Iterable[str]) -> None:
    for statement in statements:
        cursor.execute(statement)


def build_setting_statements(public: str, editor: str, database: str) -> Iterator[str]:
    """Yield the statements that remove all settings of the roles, and then set ours."""
    for role in (public, editor):
        yield f"ALTER ROLE {role} RESET ALL"
        yield f"ALTER ROLE {role} IN DATABASE {database} RESET ALL"
        yield f"ALTER ROLE {role} VALID UNTIL 'infinity'"
    yield f"ALTER ROLE {public} CONNECTION LIMIT {settings.READERS_CONNECTIONS}"
    for setting in PUBLIC_SETTINGS:
        yield f"ALTER ROLE {public} IN DATABASE {database} SET {setting}"


def reset_database_settings(cursor: CursorWrapper, role: str, database: str) -> None:
    """Remove the settings that all roles have in this database. They stay if we may not remove them.

    Those of all databases of the server (`ALTER ROLE ALL`) are not ours to change: the command names them.
    """
    for setting, source in fetch_settings(cursor, role):
        if source == "ALTER DATABASE":
            name = ".".join(map(connection.ops.quote_name, setting.partition("=")[0].split(".")))
            with suppress(ProgrammingError), transaction.atomic():
                cursor.execute(f"ALTER DATABASE {database} RESET {name}")


def build_guard_repairs(cursor: CursorWrapper) -> Iterator[str]:
    """Yield the statements that turn on triggers that are off, and remove rules. The site has no rules of its own."""
    kind = "ALL" if is_superuser(cursor) else "USER"
    for table in sorted({table for table, _name, is_on in fetch_triggers(cursor) if not is_on}):
        yield f"ALTER TABLE public.{connection.ops.quote_name(table)} ENABLE TRIGGER {kind}"
    for relation, rule in fetch_rules(cursor):
        yield f"DROP RULE {rule} ON {relation}"


def build_privilege_statements(public: str, editor: str, database: str) -> Iterator[str]:
    """Yield the statements that revoke everything and then grant what each role needs.

    So privileges that were granted in another way are removed.
    """
    roles = f"{public}, {editor}"
    yield f"REVOKE ALL ON DATABASE {database} FROM PUBLIC, {roles}"  # also temporary tables, which can shadow others
    yield f"GRANT CONNECT ON DATABASE {database} TO {roles}"
    yield f"REVOKE ALL ON SCHEMA public FROM PUBLIC, {roles}"
    yield f"GRANT USAGE ON SCHEMA public TO {roles}"
    for kind in ("TABLES", "SEQUENCES", "ROUTINES"):
        yield f"REVOKE ALL ON ALL {kind} IN SCHEMA public FROM PUBLIC, {roles}"
    yield f"REVOKE ALL ON SCHEMA {reader_tables.READERS} FROM PUBLIC, {roles}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {reader_tables.READERS} FROM PUBLIC, {roles}"
    yield f"GRANT {', '.join(EDITOR_RIGHTS)} ON ALL TABLES IN SCHEMA public TO {editor}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {editor}"
    for table, rights in get_closer_tables().items():
        yield f"REVOKE ALL ON public.{table} FROM {editor}"
        if rights:
            yield f"GRANT {', '.join(rights)} ON public.{table} TO {editor}"
    # Tables of later migrations are for editors only.
    yield "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM PUBLIC"
    yield f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {', '.join(EDITOR_RIGHTS)} ON TABLES TO {editor}"
    yield f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {editor}"


def build_privilege_removal(roles: Iterable[str], database: str) -> Iterator[str]:
    """Yield the statements that take all privileges in this database away from the roles.

    Afterwards the roles can be dropped, unless they have privileges in another database.
    """
    for role in roles:
        yield f"REVOKE ALL ON DATABASE {database} FROM {role}"
        yield f"REVOKE ALL ON SCHEMA public FROM {role}"
        for kind in ("TABLES", "SEQUENCES", "ROUTINES"):
            yield f"REVOKE ALL ON ALL {kind} IN SCHEMA public FROM {role}"
        for kind in ("TABLES", "SEQUENCES"):
            yield f"ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON {kind} FROM {role}"

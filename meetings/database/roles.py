"""Create the two roles and set up their privileges in one transaction.

So there is no moment at which more is readable than before or after. The public role can only read public tables. The
editor role writes rows but does not own the tables: it cannot disable a trigger, change a policy or alter a table. The
owner of the tables is a third role, used for migrations.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg2.extensions import encrypt_password

from meetings.database import definitions, policies, search_function
from meetings.database.checks import PUBLIC_SETTINGS, find_attribute_faults
from meetings.models.public_tables import AUDIT_TABLE, MIGRATIONS_TABLE, PROTECTED_TABLES, PUBLIC_TABLES

EDITOR_PRIVILEGES = "SELECT, INSERT, UPDATE, DELETE"
# Any role could fill the disk with these; only superusers can restrict them.
LARGE_OBJECT_FUNCTIONS = "lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea)"


class UnusableRoleError(Exception):
    """An existing role of that name cannot be used. The message says why."""


@dataclass(frozen=True)
class DatabaseRole:
    """A role of PostgreSQL. If `password` is empty, the role keeps its password."""

    name: str
    password: str = ""


def set_up_roles(public: DatabaseRole, editor: DatabaseRole) -> None:
    """Create the roles if necessary, and set up their privileges, the policies and the search function."""
    with transaction.atomic(), connection.cursor() as cursor:
        lock_tables(cursor)
        for role in (public, editor):
            ensure_role(cursor, role)
        names = quote_role(public), quote_role(editor)
        database = get_quoted_database(cursor)
        run_statements(cursor, build_setting_statements(*names, database))
        run_statements(cursor, build_privilege_statements(*names, database))
        run_statements(cursor, policies.build_policy_statements(*names))
        run_statements(cursor, search_function.build_search_removal())
        run_statements(cursor, search_function.build_search_function(*names))
        definitions.write_comments(cursor)
        cursor.execute("SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user")
        if cursor.fetchone() == (True,):
            cursor.execute(f"REVOKE EXECUTE ON FUNCTION {LARGE_OBJECT_FUNCTIONS} FROM PUBLIC")  # PostgreSQL's own


def remove_rights(public: DatabaseRole, editor: DatabaseRole) -> None:
    """Take all rights in this database away from the roles. The roles themselves remain."""
    with transaction.atomic(), connection.cursor() as cursor:
        lock_tables(cursor)
        run_statements(cursor, search_function.build_search_removal())
        run_statements(cursor, policies.build_policy_removal())
        existing = [quote_role(role) for role in (public, editor) if has_role(cursor, role)]
        run_statements(cursor, build_privilege_removal(existing, get_quoted_database(cursor)))


def lock_tables(cursor: CursorWrapper) -> None:
    """Lock the protected tables before anything is granted, and so wait for other runs of this command.

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
    for setting in PUBLIC_SETTINGS:
        yield f"ALTER ROLE {public} IN DATABASE {database} SET {setting}"


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
    readable = ", ".join(f"public.{table}" for table in (*sorted(PUBLIC_TABLES), MIGRATIONS_TABLE))
    yield f"GRANT SELECT ON {readable} TO {public}"
    yield f"GRANT {EDITOR_PRIVILEGES} ON ALL TABLES IN SCHEMA public TO {editor}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {editor}"
    yield f"REVOKE INSERT, UPDATE, DELETE ON public.{MIGRATIONS_TABLE} FROM {editor}"
    yield f"REVOKE UPDATE, DELETE ON public.{AUDIT_TABLE} FROM {editor}"
    for table in (search_function.LIVE_TABLE, search_function.PENDING_TABLE):  # triggers write them
        yield f"REVOKE ALL ON public.{table} FROM {editor}"
    # Tables of later migrations are for editors only.
    yield "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM PUBLIC"
    yield f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {EDITOR_PRIVILEGES} ON TABLES TO {editor}"
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

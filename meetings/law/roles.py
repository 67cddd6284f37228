"""Create the two roles and set up their rights in one transaction.

So there is no moment at which more is readable than before or after.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg2.extensions import encrypt_password

from meetings.law import policies, privileges, searching
from meetings.law.faults import find_attribute_faults
from meetings.law.tables import PROTECTED_TABLES

SETUP_LOCK = 5_237_461  # the number of an advisory lock, chosen at random


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
        cursor.execute(f"ALTER ROLE {names[0]} SET default_transaction_read_only = on")
        run_statements(cursor, privileges.build_privilege_statements(*names, get_quoted_database(cursor)))
        run_statements(cursor, policies.build_policy_statements(*names))
        run_statements(cursor, searching.build_search_removal())
        run_statements(cursor, searching.build_search_function(*names))
        cursor.execute("SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user")
        if cursor.fetchone() == (True,):
            run_statements(cursor, privileges.build_superuser_statements())


def remove_rights(public: DatabaseRole, editor: DatabaseRole) -> None:
    """Take all rights in this database away from the roles. The roles themselves remain."""
    with transaction.atomic(), connection.cursor() as cursor:
        lock_tables(cursor)
        run_statements(cursor, searching.build_search_removal())
        run_statements(cursor, policies.build_policy_removal())
        existing = [quote_role(role) for role in (public, editor) if has_role(cursor, role)]
        run_statements(cursor, privileges.build_privilege_removal(existing, get_quoted_database(cursor)))


def lock_tables(cursor: CursorWrapper) -> None:
    """Lock the protected tables before anything is granted, and wait for other runs of this command.

    A vacuum holds the lock of its table and waits for transactions that grant privileges on it. It would be a deadlock
    if such a transaction asked for the lock afterwards.
    """
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SETUP_LOCK])
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

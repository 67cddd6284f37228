"""The two roles, and setting all of it up in one transaction: at no moment is more open than before or after."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg2.extensions import encrypt_password

from meetings.law import policies, privileges, searching
from meetings.law.faults import of_the_role
from meetings.law.tables import GOVERNED

ONE_AT_A_TIME = 5_237_461  # the number of an advisory lock; it stands for nothing


class NotARole(Exception):
    """What exists under that name cannot be made one of the two; the message says why."""


@dataclass(frozen=True)
class Role:
    """`password` is empty where the role's own stays as it is."""

    name: str
    password: str = ""


def set_up(public: Role, editor: Role) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        wait_for_others(cursor)
        for role in (public, editor):
            make(cursor, role)
        one, other = quoted(public), quoted(editor)
        cursor.execute(f"ALTER ROLE {one} SET default_transaction_read_only = on")
        run(cursor, privileges.privileges(one, other, database(cursor)))
        run(cursor, policies.law(one, other))
        run(cursor, searching.removal())
        run(cursor, searching.law(one, other))
        cursor.execute("SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user")
        if cursor.fetchone() == (True,):
            run(cursor, privileges.of_superusers())


def remove(public: Role, editor: Role) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        wait_for_others(cursor)
        run(cursor, searching.removal())
        run(cursor, policies.removal())
        there = [quoted(role) for role in (public, editor) if exists(cursor, role)]
        run(cursor, privileges.removal(there, database(cursor)))


def wait_for_others(cursor: CursorWrapper) -> None:
    """Tables are locked before anything is granted: PostgreSQL's own cleaning of a table holds its lock and waits for
    whoever grants on it, and would never end if that one came for the lock afterwards."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    cursor.execute(f"LOCK TABLE {', '.join(f'public.{table}' for table in GOVERNED)} IN ACCESS EXCLUSIVE MODE")


def make(cursor: CursorWrapper, role: Role) -> None:
    if not exists(cursor, role):
        cursor.execute(f"CREATE ROLE {quoted(role)} LOGIN")
    elif reasons := list(of_the_role(cursor, role.name)):
        raise NotARole(
            f"The role {role.name} {'; '.join(reasons[:6])}. The site's processes need roles that are nothing of the "
            "kind: take that away, or name another role."
        )
    if role.password:  # as a verifier, so that no log of statements holds it
        verifier = encrypt_password(role.password, role.name, connection.connection, "scram-sha-256")
        cursor.execute(f"ALTER ROLE {quoted(role)} LOGIN PASSWORD %s", [verifier])


def exists(cursor: CursorWrapper, role: Role) -> bool:
    cursor.execute("SELECT FROM pg_catalog.pg_roles WHERE rolname = %s", [role.name])
    return cursor.fetchone() is not None


def quoted(role: Role) -> str:
    return connection.ops.quote_name(role.name)


def database(cursor: CursorWrapper) -> str:
    cursor.execute("SELECT current_database()")
    return connection.ops.quote_name(cursor.fetchone()[0])


def run(cursor: CursorWrapper, statements: Iterable[str]) -> None:
    for statement in statements:
        cursor.execute(statement)

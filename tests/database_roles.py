"""Fixtures for the two PostgreSQL roles: the command sets them up in the test database, and tests connect as them."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from io import StringIO
from typing import Any
from urllib.parse import quote

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection

from council.postgresql import PLANNER_OPTIONS, READER_PLANNER_OPTIONS
from meetings.database.prepared_query import get_prepared_query
from meetings.editions.live_rows import get_page_query

PASSWORD = "p@ss:/ö 'x"


@dataclass(frozen=True)
class RoleSession:
    """A connection of a role. Each statement is a transaction of its own."""

    connection: Any

    def execute(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(query, parameters or None)
            return list(cursor.fetchall()) if cursor.description else []

    def get_refusal(self, statement: str, *parameters: Any) -> str:
        """Return the error message if PostgreSQL refuses the statement, or an empty text."""
        try:
            self.execute(statement, *parameters)
        except psycopg2.Error as error:
            return str(error)
        return ""


@dataclass(frozen=True)
class DatabaseRoles:
    public: str
    editor: str
    owner: str

    def parameters(self, role: str) -> dict[str, Any]:
        known = {name: value for name, value in connection.get_connection_params().items() if name in ("host", "port")}
        return {**known, "dbname": connection.settings_dict["NAME"], "user": role, "password": PASSWORD}

    def url(self, role: str) -> str:
        quoted = {name: quote(str(value), safe="") for name, value in self.parameters(role).items()}
        host = f"{quoted.get('host', '')}:{quoted.get('port', '')}".removesuffix(":")
        return f"postgres://{role}:{quoted['password']}@{host}/{quoted['dbname']}"


@pytest.fixture(scope="session")
def roles(django_db_setup: None, django_db_blocker: Any) -> Iterator[DatabaseRoles]:
    """The two roles. Roles belong to the whole server, so each worker's database has its own."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        database = connection.settings_dict["NAME"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            created = DatabaseRoles(f"{database}_public", f"{database}_editor", cursor.fetchone()[0])
        for kind in ("PUBLIC", "EDITOR"):
            patch.setenv(f"{kind}_ROLE_PASSWORD", PASSWORD)
        names = {"public": created.public, "editor": created.editor}
        command = partial(call_command, "database_roles", stdout=StringIO(), **names)
        command()
        try:
            yield created
        finally:
            command(remove=True)
            with connection.cursor() as cursor:
                cursor.execute(f"DROP ROLE {created.public}, {created.editor}")


def open_session(roles: DatabaseRoles, role: str, options: str = PLANNER_OPTIONS) -> Iterator[RoleSession]:
    with closing(psycopg2.connect(**roles.parameters(role), options=options)) as opened:
        opened.autocommit = True
        yield RoleSession(opened)


@pytest.fixture
def reader(roles: DatabaseRoles) -> Iterator[RoleSession]:
    """A session of the public role that can send any statement, with the planner settings of the public process."""
    yield from open_session(roles, roles.public, options=READER_PLANNER_OPTIONS)


@pytest.fixture
def editor(roles: DatabaseRoles) -> Iterator[RoleSession]:
    yield from open_session(roles, roles.editor)


@pytest.fixture
def reads_as_public_process(settings: Any) -> Iterator[None]:
    """Build the queries of the public process, which reads closed columns through functions."""
    settings.READS_READER_TABLES = True
    forget_queries()
    yield
    forget_queries()


def forget_queries() -> None:
    for build in (get_page_query, get_prepared_query):
        build.cache_clear()

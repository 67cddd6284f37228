"""Triggers for tables to which rows are only ever added, on PostgreSQL and SQLite, for use in migrations.

SQLite drops the triggers of a table that a later migration rebuilds: such a migration must end with `append_only`.
"""

from collections.abc import Iterator
from typing import Any

from django.db.migrations import RunPython

MESSAGE = "Rows of this table are only ever added: they are not changed and not deleted."


def append_only(*tables: str) -> RunPython:
    """Return a migration operation that forbids changing and deleting rows of the tables, and truncating them."""
    return RunPython(lambda _apps, editor: guard(editor, *tables), lambda _apps, editor: unguard(editor, *tables))


def guard(editor: Any, *tables: str, prefix: str = "") -> None:
    """Execute the statements for the tables that begin with the prefix: by default all of them."""
    for table in tables:
        for statement in STATEMENTS[editor.connection.vendor](table):
            if statement.startswith(prefix):
                editor.execute(statement, params=None)  # no placeholders: a % is a %


def unguard(editor: Any, *tables: str) -> None:
    guard(editor, *tables, prefix="DROP TRIGGER")


def build_postgresql_statements(table: str) -> Iterator[str]:
    refuse = f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'restrict_violation';"

    def function(name: str, body: str) -> str:
        return f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"

    def trigger(name: str, when: str, each: str, called: str) -> Iterator[str]:
        yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
        yield f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {called}()"

    yield function("council_append_only", refuse)
    yield from trigger("council_append_only", "UPDATE OR DELETE", "ROW", "council_append_only")
    has_some = f"EXISTS (SELECT 1 FROM {table})"
    yield function(f"{table}_emptying", f"IF {has_some} THEN {refuse} END IF; RETURN NULL;")
    yield from trigger("council_emptying", "TRUNCATE", "STATEMENT", f"{table}_emptying")


def build_sqlite_statements(table: str) -> Iterator[str]:
    # INSERT OR REPLACE deletes conflicting rows, and no trigger for deletions fires.
    replaced = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"
    for when, condition in (("UPDATE", "1"), ("DELETE", "1"), ("INSERT", replaced)):
        name = f"council_append_only_{when.lower()}_{table}"
        yield f"DROP TRIGGER IF EXISTS {name}"
        yield (
            f"CREATE TRIGGER {name} BEFORE {when} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )


STATEMENTS = {"postgresql": build_postgresql_statements, "sqlite": build_sqlite_statements}

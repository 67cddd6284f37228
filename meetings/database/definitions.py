"""The definitions on which the public role depends: what readers read, and its functions and triggers.

PostgreSQL stores them parsed, and shows them in words of its own, which differ between its versions. So
`database_roles` writes two digests into the comment of each: that of our SQL, and that of what PostgreSQL shows for it.
The check compares the first with the code and the second with what PostgreSQL shows now.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from meetings.database import reader_tables, reader_triggers, search_triggers
from meetings.database.reader_tables import READERS, READERS_SCHEMAS
from meetings.database.search_function import SEARCH_FUNCTION, build_search_definition

COMMENT = "Created by manage.py database_roles: "
# The rights under which views and functions run are those of their owner, so it belongs to what they do. Row-level
# security, tables that inherit from ours, and triggers change what readers read of a table.
DEFINITIONS_QUERY = f"""
    SELECT 'view ' || n.nspname || '.' || c.relname, pg_catalog.obj_description(c.oid, 'pg_class'),
        pg_catalog.concat_ws(' ', pg_catalog.pg_get_viewdef(c.oid), c.reloptions, c.relowner::regrole)
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'v' AND n.nspname IN {READERS_SCHEMAS}
    UNION ALL
    SELECT 'table ' || n.nspname || '.' || c.relname, pg_catalog.obj_description(c.oid, 'pg_class'),
        pg_catalog.concat_ws(' ', c.relowner::regrole, c.relrowsecurity, c.relforcerowsecurity, c.relhassubclass, (
            SELECT pg_catalog.string_agg(pg_catalog.pg_get_triggerdef(t.oid), '; ' ORDER BY t.tgname)
            FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid
        ), (
            SELECT pg_catalog.string_agg(a.attname || ' ' || a.atttypid::regtype, ', ' ORDER BY a.attnum)
            FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        ), (
            SELECT pg_catalog.string_agg(index, '; ' ORDER BY index)
            FROM pg_catalog.pg_index i, pg_catalog.pg_get_indexdef(i.indexrelid) AS index WHERE i.indrelid = c.oid
        ))
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = '{READERS}'
    UNION ALL
    SELECT 'function ' || f.proname, pg_catalog.obj_description(f.oid, 'pg_proc'),
        pg_catalog.concat_ws(' ', pg_catalog.pg_get_functiondef(f.oid), f.proowner::regrole)
    FROM pg_catalog.pg_proc f WHERE f.pronamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'trigger ' || t.tgname || ' of ' || c.relname, pg_catalog.obj_description(t.oid, 'pg_trigger'),
        pg_catalog.concat_ws(' ', pg_catalog.pg_get_triggerdef(t.oid), t.tgenabled)
    FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal
"""


def list_own_definitions(cursor: Any) -> dict[str, str]:
    """Return our SQL for each definition, by its name in the query above."""
    functions = {**reader_tables.list_function_definitions(), SEARCH_FUNCTION: build_search_definition()}
    triggers: dict[tuple[str, str], str] = {}
    for module in (reader_triggers, search_triggers):
        functions |= module.list_function_definitions()
        triggers |= module.list_trigger_definitions()
    return {
        **{f"table {name}": sql for name, sql in reader_tables.list_table_definitions(cursor).items()},
        **{f"view {name}": query for name, query in reader_tables.list_view_definitions().items()},
        **{f"function {name}": definition for name, definition in functions.items()},
        **{f"trigger {name} of {table}": sql for (name, table), sql in triggers.items()},
    }


def build_comments(cursor: Any) -> dict[str, tuple[str | None, str]]:
    """Return, for each of our definitions that exists, the comment that it has and the one that it must have."""
    own = list_own_definitions(cursor)
    return {
        name: (comment, f"{COMMENT}{compute_digest(own[name])} {compute_digest(shown)}")
        for name, comment, shown in fetch_definitions(cursor)
        if name in own
    }


def fetch_definitions(cursor: Any) -> list[tuple[str, str | None, str]]:
    """Return the name, the comment and the text of each definition.

    PostgreSQL leaves out the schema of what the search path finds, so that it must be the same each time.
    """
    cursor.execute("SELECT pg_catalog.current_setting('search_path')")
    [search_path] = cursor.fetchone()
    cursor.execute("SET search_path = pg_catalog")
    cursor.execute(DEFINITIONS_QUERY)
    found: list[tuple[str, str | None, str]] = cursor.fetchall()
    cursor.execute("SELECT pg_catalog.set_config('search_path', %s, false)", [search_path])
    return found


def compute_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def write_comments(cursor: Any) -> None:
    """Record what was just created. The names are those of our own objects, so that they need no quotes."""
    for name, (_current, comment) in build_comments(cursor).items():
        what, _space, which = name.partition(" ")
        which = which.replace(" of ", " ON ")
        schema = "public." if what == "function" else ""
        cursor.execute(f"COMMENT ON {what} {schema}{which} IS %s", [comment])


def list_altered_definitions(cursor: Any) -> list[str]:
    """Return the names of the definitions that differ from ours or are missing."""
    comments = build_comments(cursor)
    found = {name: comments.get(name, (None, COMMENT)) for name in list_own_definitions(cursor)}
    return [name for name, (current, expected) in found.items() if current != expected]


def find_altered_definitions(cursor: Any) -> Iterator[str]:
    """Yield the definitions that differ from ours or are missing, as faults of the public role."""
    for name in list_altered_definitions(cursor):
        yield f"depends on the {name}, which manage.py database_roles of this version did not create"


def are_tables_current(cursor: Any) -> bool:
    """Return whether readers' tables are those of this version, so that their rows can stay."""
    return not any(name.startswith("table ") for name in list_altered_definitions(cursor))

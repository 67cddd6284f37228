"""The definitions on which the public role depends: its views and policies, and the functions and triggers of search.

PostgreSQL stores them parsed, and shows them in words of its own, which differ between its versions. So
`database_roles` writes two digests into the comment of each: that of our SQL, and that of what PostgreSQL shows for it.
The check compares the first with the code and the second with what PostgreSQL shows now.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from meetings.database.policies import GUARD_FUNCTIONS, READERS_POLICY, VIEW_QUERIES, build_visibility_condition
from meetings.database.search_function import SEARCH_FUNCTION, build_search_definition
from meetings.database.search_triggers import list_function_definitions, list_trigger_definitions
from meetings.models.public_tables import PROTECTED_TABLES

COMMENT = "Created by manage.py database_roles: "
# The rights under which views and functions run are those of their owner, so it belongs to what they do.
DEFINITIONS_QUERY = f"""
    SELECT 'view ' || c.relname, pg_catalog.obj_description(c.oid, 'pg_class'),
        pg_catalog.concat_ws(' ', pg_catalog.pg_get_viewdef(c.oid), c.reloptions, c.relowner::regrole)
    FROM pg_catalog.pg_class c WHERE c.relkind = 'v' AND c.relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'policy {READERS_POLICY} of ' || c.relname, pg_catalog.obj_description(p.oid, 'pg_policy'),
        pg_catalog.concat_ws(
            ' ', p.polcmd, p.polpermissive, p.polroles::regrole[], pg_catalog.pg_get_expr(p.polqual, p.polrelid),
            pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)
        )
    FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
    WHERE c.relnamespace = 'public'::regnamespace AND p.polname = '{READERS_POLICY}'
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


def list_own_definitions() -> dict[str, str]:
    """Return our SQL for each definition, by its name in the query above."""
    return {
        **{f"view {name}": query for name, query in VIEW_QUERIES.items()},
        **{f"policy {READERS_POLICY} of {table}": build_visibility_condition(table) for table in PROTECTED_TABLES},
        **{f"function {guard.name}": guard.build_definition() for guard in GUARD_FUNCTIONS},
        f"function {SEARCH_FUNCTION}": build_search_definition(),
        **{f"function {name}": definition for name, definition in list_function_definitions().items()},
        **{f"trigger {name} of {table}": sql for (name, table), sql in list_trigger_definitions().items()},
    }


def build_comments(cursor: Any) -> dict[str, tuple[str, str]]:
    """Return, for each of our definitions that exists, the comment that it has and the one that it must have."""
    own = list_own_definitions()
    return {
        name: (comment or "", f"{COMMENT}{compute_digest(own[name])} {compute_digest(shown)}")
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
        schema = "public." if what in ("view", "function") else ""
        cursor.execute(f"COMMENT ON {what} {schema}{which} IS %s", [comment])


def find_altered_definitions(cursor: Any) -> Iterator[str]:
    """Yield the definitions that differ from ours or are missing, as faults of the public role.

    Other checks name a view that is missing, or the function that the role calls.
    """
    comments = build_comments(cursor)
    for name in list_own_definitions():
        current, expected = comments.get(name, ("", COMMENT))
        is_named_elsewhere = name.startswith("view") or name == f"function {SEARCH_FUNCTION}"
        if current != expected and (name in comments or not is_named_elsewhere):
            yield f"depends on the {name}, which manage.py database_roles of this version did not create"

"""Find faults of the public role (what it may do beyond reading public rows, and what it lacks) and of editions."""

from collections.abc import Iterator
from typing import Any

from meetings.database.column_statistics import fetch_closed_statistics
from meetings.database.definitions import find_altered_definitions
from meetings.database.reader_tables import (
    PUBLIC_RELATIONS,
    READERS,
    READERS_COMPLETE,
    READERS_SCHEMAS,
    list_function_definitions,
)
from meetings.database.search_function import SEARCH_FUNCTION

FORBIDDEN_ATTRIBUTES = {
    "rolsuper": "is a superuser",
    "rolbypassrls": "bypasses row-level security",
    "rolcreaterole": "may create roles",
    "rolcreatedb": "may create databases",
    "rolreplication": "may read the write-ahead log",
}
# PostgreSQL's own functions with which any role can fill the disk, hold up others, end connections of its own name, as
# those of the site have, or keep what a transaction sees for a later one. Only superusers can restrict them.
IS_SHARED_RESOURCE = (
    "f.pronamespace = 'pg_catalog'::regnamespace "
    "AND (f.proname ~ '^pg_(try_)?advisory_' OR f.proname IN "
    "('lo_creat', 'lo_create', 'lo_from_bytea', 'pg_cancel_backend', 'pg_terminate_backend', "
    "'pg_logical_emit_message', 'pg_export_snapshot'))"
)
IS_OUR_SCHEMA = "n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%%'"
RELATIONS_QUERY = f"""
    SELECT n.nspname || '.' || c.relname,
        pg_catalog.has_table_privilege(r.oid, c.oid, 'SELECT')
            OR pg_catalog.has_any_column_privilege(r.oid, c.oid, 'SELECT'),
        pg_catalog.has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
            OR pg_catalog.has_any_column_privilege(r.oid, c.oid, 'INSERT, UPDATE, REFERENCES')
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace, pg_catalog.pg_roles r
    WHERE r.rolname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {IS_OUR_SCHEMA}
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY 1, 2
"""
SEQUENCES_QUERY = f"""
    SELECT 'may use the sequence ' || c.relname
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE {IS_OUR_SCHEMA}
        AND CASE c.relkind WHEN 'S' THEN pg_catalog.has_sequence_privilege(%s, c.oid, 'USAGE, SELECT, UPDATE') END
"""
PUBLIC_FUNCTIONS = {  # by name, as an SQL expression that is null if the function does not exist
    SEARCH_FUNCTION: f"pg_catalog.to_regproc('public.{SEARCH_FUNCTION}')::oid",
    **{name: f"pg_catalog.to_regproc('public.{name}')::oid" for name in list_function_definitions()},
}
FUNCTIONS_QUERY = f"""
    SELECT 'may call the function ' || f.proname
    FROM pg_catalog.pg_proc f JOIN pg_catalog.pg_namespace n ON n.oid = f.pronamespace
    WHERE {IS_OUR_SCHEMA} AND pg_catalog.has_function_privilege(%s, f.oid, 'EXECUTE')
        AND NOT coalesce(f.oid = ANY (ARRAY[{", ".join(PUBLIC_FUNCTIONS.values())}]), false)
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = f.oid AND d.deptype = 'e')
"""
CLOSED_FUNCTION_QUERIES = [
    f"""
    SELECT 'cannot call the function {name}, which is public'
    WHERE NOT coalesce(pg_catalog.has_function_privilege(%s, {function}, 'EXECUTE'), false)
"""
    for name, function in PUBLIC_FUNCTIONS.items()
]
SCHEMAS_QUERY = """
    SELECT 'may create in the schema ' || nspname
    FROM pg_catalog.pg_namespace WHERE pg_catalog.has_schema_privilege(%s, oid, 'CREATE')
"""
CLOSED_SCHEMAS_QUERY = f"""
    SELECT 'may not use the schema ' || nspname
    FROM pg_catalog.pg_namespace
    WHERE nspname IN {READERS_SCHEMAS} AND NOT pg_catalog.has_schema_privilege(%s, oid, 'USAGE')
"""
DATABASE_QUERY = """
    SELECT 'may create schemas or temporary tables'
    WHERE pg_catalog.has_database_privilege(%s, pg_catalog.current_database(), 'CREATE, TEMPORARY')
"""
SETTINGS_QUERY = """
    SELECT setting
    FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_roles r ON r.oid = s.setrole,
        pg_catalog.unnest(s.setconfig) AS setting
    WHERE r.rolname = %s AND (
        s.setdatabase = 0 OR s.setdatabase = (
            SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()
        )
    )
"""
MEMBERSHIPS_QUERY = """
    SELECT 'is a member of the role ' || pg_catalog.pg_get_userbyid(m.roleid)
    FROM pg_catalog.pg_auth_members m WHERE pg_catalog.pg_get_userbyid(m.member) = %s
"""
OWNERSHIP_QUERY = """
    SELECT 'owns ' || relname FROM pg_catalog.pg_class
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND relnamespace <> 'pg_catalog'::regnamespace
        AND relnamespace <> 'information_schema'::regnamespace AND pg_catalog.pg_get_userbyid(relowner) = %s
"""


OTHER_QUERIES = (
    SEQUENCES_QUERY,
    FUNCTIONS_QUERY,
    *CLOSED_FUNCTION_QUERIES,
    SCHEMAS_QUERY,
    CLOSED_SCHEMAS_QUERY,
    DATABASE_QUERY,
)
OPEN_DATABASES_QUERY = """
    SELECT 'can connect to the database ' || datname FROM pg_catalog.pg_database
    WHERE pg_catalog.has_database_privilege(%s, oid, 'CONNECT') AND datallowconn
        AND datname IN ('postgres', 'template1') AND datname <> pg_catalog.current_database()
"""
OPEN_FUNCTIONS_QUERY = f"""
    SELECT 'can call ' || f.oid::regprocedure FROM pg_catalog.pg_proc f
    WHERE {IS_SHARED_RESOURCE} AND pg_catalog.has_function_privilege(%s, f.oid, 'EXECUTE')
"""
# Whoever may update a table or view may lock it, and `pg_dump` reads this one.
LOCKABLE_SETTINGS_QUERY = """
    SELECT 'can hold up backups' WHERE pg_catalog.has_table_privilege(%s, 'pg_catalog.pg_settings', 'UPDATE')
"""
# PostgreSQL takes the strongest lock of a table before it asks whether the role may create a rule on it.
UNGUARDED_DEFINITIONS_QUERY = """
    SELECT 'can stop everybody with CREATE RULE' FROM pg_catalog.pg_roles
    WHERE rolname = %s AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_event_trigger WHERE evtname = 'council_definitions' AND evtenabled IN ('O', 'A')
    )
"""
# With `track_commit_timestamp`, which the nightly command relies on. A second is what readers allow for (0036).
LATE_COMMITS_QUERY = """
    SELECT address || ' of ' || available_from FROM (
        SELECT address, available_from, CASE current_setting('track_commit_timestamp')
            WHEN 'on' THEN pg_catalog.pg_xact_commit_timestamp(xmin) END AS committed_at
        FROM public.meetings_edition
    ) AS editions
    WHERE committed_at > greatest(now() - interval '2 days', available_from + interval '1 second')
    ORDER BY available_from
"""

# These come before settings of the database and of all roles. A session can still change them.
SEARCH_PATH = f"{READERS_COMPLETE}, {READERS}, public"
PUBLIC_SETTINGS = ("default_transaction_read_only=on", f"search_path={SEARCH_PATH}")
LIMITS_BY_SUPERUSERS = ("temp_file_limit", "log_")  # a role cannot have set these itself


def find_role_faults(cursor: Any, role: str) -> list[str]:
    """Return the faults of a public role, each as the end of a sentence that begins with the name of the role.

    The list is empty if the role is set up correctly.
    """
    return [
        *find_attribute_faults(cursor, role),
        *find_relation_faults(cursor, role),
        *find_other_faults(cursor, role),
        *find_statistics_faults(cursor),
        *find_setting_faults(cursor, role),
        *find_altered_definitions(cursor),
    ]


def find_open_ends(cursor: Any, role: str) -> list[str]:
    """Return what the role can do to the server, though not to our rows, and what only a superuser can take away."""
    queries = (
        OPEN_DATABASES_QUERY,
        OPEN_FUNCTIONS_QUERY,
        LOCKABLE_SETTINGS_QUERY,
        UNGUARDED_DEFINITIONS_QUERY,
    )
    return [fault for query in queries for fault in fetch_faults(cursor, query, role)]


def find_late_commits(cursor: Any) -> list[str]:
    """Return the editions that came into the database in the last two days, after their instant, with the instant."""
    cursor.execute(LATE_COMMITS_QUERY)
    return [edition for (edition,) in cursor.fetchall()]


def find_attribute_faults(cursor: Any, role: str) -> Iterator[str]:
    """Yield forbidden attributes, memberships and ownerships. Neither of the two roles may have any."""
    cursor.execute(f"SELECT {', '.join(FORBIDDEN_ATTRIBUTES)} FROM pg_catalog.pg_roles WHERE rolname = %s", [role])
    attributes = cursor.fetchone() or ()
    yield from (fault for fault, is_set in zip(FORBIDDEN_ATTRIBUTES.values(), attributes, strict=False) if is_set)
    for query in (MEMBERSHIPS_QUERY, OWNERSHIP_QUERY):
        yield from fetch_faults(cursor, query, role)


def find_relation_faults(cursor: Any, role: str) -> Iterator[str]:
    cursor.execute(RELATIONS_QUERY, [role])
    found = set()
    for relation, reads, writes in cursor.fetchall():
        name = relation.removeprefix("public.")
        is_public = relation in PUBLIC_RELATIONS
        found |= {relation} if is_public else set()
        if reads and not is_public:
            yield f"can read {name}"
        if writes:
            yield f"can write {name}"
        if is_public and not reads:
            yield f"cannot read {name}, which is public"
    yield from (f"needs {name}, which does not exist" for name in sorted(PUBLIC_RELATIONS - found))


def find_other_faults(cursor: Any, role: str) -> Iterator[str]:
    for query in OTHER_QUERIES:
        yield from fetch_faults(cursor, query, role)


def find_statistics_faults(cursor: Any) -> Iterator[str]:
    for found in fetch_closed_statistics(cursor):
        yield f"can find values of {found.name} in statistics"


def find_setting_faults(cursor: Any, role: str) -> Iterator[str]:
    """Yield settings that the role has by `ALTER ROLE`, which any role can do to itself, and those that it lacks."""
    cursor.execute(SETTINGS_QUERY, [role])
    found = {setting for (setting,) in cursor.fetchall() if not setting.startswith(LIMITS_BY_SUPERUSERS)}
    yield from (f"has the setting {setting}" for setting in sorted(found.difference(PUBLIC_SETTINGS)))
    yield from (f"lacks the setting {setting}" for setting in PUBLIC_SETTINGS if setting not in found)


def fetch_faults(cursor: Any, query: str, role: str) -> list[str]:
    cursor.execute(query, [role])
    return [fault for (fault,) in cursor.fetchall()]

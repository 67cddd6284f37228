"""Find faults of the two roles (what they may do beyond their work, and what they lack), of guards and of editions."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings

from meetings.database.column_statistics import fetch_closed_statistics
from meetings.database.definitions import find_altered_definitions
from meetings.database.editor_rights import list_editor_rights
from meetings.database.guards import GUARDS
from meetings.database.reader_tables import (
    PUBLIC_RELATIONS,
    READERS,
    READERS_COMPLETE,
    READERS_SCHEMAS,
    list_function_definitions,
)
from meetings.database.reader_triggers import COPY_FUNCTION
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
FIRST_ID = 16384
"""Objects with this id and higher ones do not come with PostgreSQL, whichever schema they are in."""
IS_NOT_OF_EXTENSION = "NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = {} AND d.deptype = 'e')"
WRITE_RIGHTS = "INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER"
IS_OUR_RELATION = f"""
    c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.oid >= {FIRST_ID} AND {IS_NOT_OF_EXTENSION.format("c.oid")}
"""
RELATIONS_QUERY = f"""
    SELECT n.nspname || '.' || c.relname,
        pg_catalog.has_table_privilege(r.oid, c.oid, 'SELECT')
            OR pg_catalog.has_any_column_privilege(r.oid, c.oid, 'SELECT'),
        pg_catalog.has_table_privilege(r.oid, c.oid, %s)
            OR pg_catalog.has_any_column_privilege(r.oid, c.oid, 'INSERT, UPDATE, REFERENCES')
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace, pg_catalog.pg_roles r
    WHERE r.rolname = %s AND {IS_OUR_RELATION}
    ORDER BY 1, 2
"""
GRANTS_QUERY = f"""
    WITH granted AS (
        SELECT c.oid, a.privilege_type AS right, a.grantee
        FROM pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) a
        UNION ALL
        SELECT t.attrelid, a.privilege_type || ' (' || t.attname || ')', a.grantee
        FROM pg_catalog.pg_attribute t, pg_catalog.aclexplode(t.attacl) a
        WHERE NOT t.attisdropped
    )
    SELECT DISTINCT n.nspname || '.' || c.relname, granted.right
    FROM granted JOIN pg_catalog.pg_class c USING (oid) JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE (granted.grantee = 0 OR pg_catalog.pg_get_userbyid(granted.grantee) = %s) AND {IS_OUR_RELATION}
    ORDER BY 1, 2
"""
# What may be done with PostgreSQL's own objects, beyond what all may from the beginning. The rights of these are in
# `pg_init_privs` if they are not the usual ones: to call functions, but not to read tables.
SYSTEM_GRANTS_QUERY = f"""
    WITH granted AS (
        SELECT 'pg_class'::regclass AS catalogue, c.oid, 0 AS part, 'TABLE ' || c.oid::regclass AS what, '' AS suffix,
            a.privilege_type AS right, a.grantee
        FROM pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) a
        WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.oid < {FIRST_ID}
        UNION ALL
        SELECT 'pg_class'::regclass, t.attrelid, t.attnum, 'TABLE ' || t.attrelid::regclass, ' (' || t.attname || ')',
            a.privilege_type, a.grantee
        FROM pg_catalog.pg_attribute t JOIN pg_catalog.pg_class c ON c.oid = t.attrelid,
            pg_catalog.aclexplode(t.attacl) a
        WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.oid < {FIRST_ID}
        UNION ALL
        SELECT 'pg_proc'::regclass, f.oid, 0, 'FUNCTION ' || f.oid::regprocedure, '', a.privilege_type, a.grantee
        FROM pg_catalog.pg_proc f, pg_catalog.aclexplode(f.proacl) a
        WHERE f.pronamespace = 'pg_catalog'::regnamespace AND f.oid < {FIRST_ID}
    )
    SELECT DISTINCT granted.right || suffix, what,
        CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(grantee)) END
    FROM granted LEFT JOIN pg_catalog.pg_init_privs i
        ON i.classoid = catalogue AND i.objoid = granted.oid AND i.objsubid = part
    WHERE (grantee = 0 OR pg_catalog.pg_get_userbyid(grantee) = %s) AND CASE
        WHEN i.objoid IS NULL THEN catalogue = 'pg_class'::regclass
        ELSE NOT EXISTS (
            SELECT FROM pg_catalog.aclexplode(i.initprivs) a WHERE a.grantee = 0 AND a.privilege_type = granted.right
        )
    END
    ORDER BY 1, 2
"""
PARAMETERS_QUERY = """
    SELECT a.privilege_type, 'PARAMETER ' || p.parname,
        CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END
    FROM pg_catalog.pg_parameter_acl p, pg_catalog.aclexplode(p.paracl) a
    WHERE a.grantee = 0 OR pg_catalog.pg_get_userbyid(a.grantee) = %s
    ORDER BY 1, 2
"""
SEQUENCES_QUERY = f"""
    SELECT 'may use the sequence ' || c.relname
    FROM pg_catalog.pg_class c
    WHERE c.oid >= {FIRST_ID}
        AND CASE c.relkind WHEN 'S' THEN pg_catalog.has_sequence_privilege(%s, c.oid, 'USAGE, SELECT, UPDATE') END
"""
PUBLIC_FUNCTIONS = {  # by name, as an SQL expression that is null if the function does not exist
    SEARCH_FUNCTION: f"pg_catalog.to_regproc('public.{SEARCH_FUNCTION}')::oid",
    **{name: f"pg_catalog.to_regproc('public.{name}')::oid" for name in list_function_definitions()},
}


def build_functions_query(allowed: Iterable[str]) -> str:
    """Return the query of the functions that a role may call, other than `allowed`, which are SQL expressions."""
    return f"""
    SELECT 'may call the function ' || f.proname
    FROM pg_catalog.pg_proc f
    WHERE f.oid >= {FIRST_ID} AND pg_catalog.has_function_privilege(%s, f.oid, 'EXECUTE')
        AND NOT coalesce(f.oid = ANY (ARRAY[{", ".join(allowed)}]), false)
        AND {IS_NOT_OF_EXTENSION.format("f.oid")}
"""


EDITOR_FUNCTIONS_QUERY = build_functions_query([f"pg_catalog.to_regproc('public.{COPY_FUNCTION}')::oid"])
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
    SELECT setting, CASE
        WHEN s.setrole <> 0 THEN '' WHEN s.setdatabase <> 0 THEN 'ALTER DATABASE' ELSE 'ALTER ROLE ALL'
    END
    FROM pg_catalog.pg_db_role_setting s, pg_catalog.unnest(s.setconfig) AS setting
    WHERE (s.setrole = 0 OR pg_catalog.pg_get_userbyid(s.setrole) = %s) AND (
        s.setdatabase = 0 OR s.setdatabase = (
            SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()
        )
    )
    ORDER BY 1, 2
"""
EXPIRY_QUERY = """
    SELECT 'has a password that is valid until ' || rolvaliduntil
    FROM pg_catalog.pg_roles WHERE rolname = %s AND rolvaliduntil < 'infinity'
"""
CONNECTIONS_QUERY = f"""
    SELECT 'may use ' || CASE rolconnlimit WHEN -1 THEN 'all' ELSE rolconnlimit::text END || ' connections'
    FROM pg_catalog.pg_roles WHERE rolname = %s AND rolconnlimit < {settings.READERS_CONNECTIONS}
"""
TRIGGERS_QUERY = """
    SELECT c.relname, t.tgname, t.tgenabled IN ('O', 'A')
    FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = 'public'::regnamespace
    ORDER BY 1, 2
"""
RULES_QUERY = f"""
    SELECT c.oid::regclass::text, pg_catalog.quote_ident(r.rulename)
    FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN {("public", *READERS_SCHEMAS)} AND r.rulename <> '_RETURN'
        AND {IS_NOT_OF_EXTENSION.format("c.oid")}
    ORDER BY 1, 2
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
    build_functions_query(PUBLIC_FUNCTIONS.values()),
    *CLOSED_FUNCTION_QUERIES,
    SCHEMAS_QUERY,
    CLOSED_SCHEMAS_QUERY,
    DATABASE_QUERY,
    EXPIRY_QUERY,
    CONNECTIONS_QUERY,
)
EDITOR_QUERIES = (EDITOR_FUNCTIONS_QUERY, SCHEMAS_QUERY, DATABASE_QUERY, EXPIRY_QUERY)
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
# Neither gives one of the roles a right, and an operator may need one: to copy the database to a newer server, for
# example.
ADDITIONS_QUERY = f"""
    SELECT 'the publication ' || p.pubname || ' sends rows to whoever may replicate'
    FROM pg_catalog.pg_publication p WHERE {IS_NOT_OF_EXTENSION.format("p.oid")}
    UNION ALL
    SELECT 'the event trigger ' || e.evtname || ' runs at ' || e.evtevent
    FROM pg_catalog.pg_event_trigger e
    WHERE e.evtname <> 'council_definitions' AND {IS_NOT_OF_EXTENSION.format("e.oid")}
    ORDER BY 1
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
        *find_system_faults(cursor, role),
        *find_statistics_faults(cursor),
        *find_setting_faults(cursor, role, PUBLIC_SETTINGS),
        *find_altered_definitions(cursor),
        *find_rule_faults(cursor),
    ]


def find_editor_faults(cursor: Any, role: str) -> list[str]:
    """Return the faults of an editors' role, and of the guards that hold it, as `find_role_faults` does."""
    return [
        *find_attribute_faults(cursor, role),
        *find_grant_faults(cursor, role),
        *(fault for query in EDITOR_QUERIES for fault in fetch_faults(cursor, query, role)),
        *find_system_faults(cursor, role),
        *find_setting_faults(cursor, role, ()),
        *find_guard_faults(cursor),
        *find_rule_faults(cursor),
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


def find_additions(cursor: Any) -> list[str]:
    """Return what somebody has added to the database that is not of this site and does something by itself."""
    cursor.execute(ADDITIONS_QUERY)
    return [addition for (addition,) in cursor.fetchall()]


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
    # From PostgreSQL 17 on, MAINTAIN takes any lock. Earlier versions do not know it.
    rights = WRITE_RIGHTS + (", MAINTAIN" if cursor.connection.server_version >= 170000 else "")
    cursor.execute(RELATIONS_QUERY, [rights, role])
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


def find_grant_faults(cursor: Any, role: str) -> Iterator[str]:
    """Yield the rights on tables that an editors' role has and should not have."""
    cursor.execute(GRANTS_QUERY, [role])
    for relation, right in cursor.fetchall():
        name = relation.removeprefix("public.")
        if right not in list_editor_rights(name):
            yield f"has {right} on {name}"


def find_other_faults(cursor: Any, role: str) -> Iterator[str]:
    for query in OTHER_QUERIES:
        yield from fetch_faults(cursor, query, role)


def find_statistics_faults(cursor: Any) -> Iterator[str]:
    for found in fetch_closed_statistics(cursor):
        yield f"can find values of {found.name} in statistics"


def find_system_faults(cursor: Any, role: str) -> Iterator[str]:
    for right, what, _whom in fetch_system_grants(cursor, role):
        yield f"has {right} on {what}"


def fetch_system_grants(cursor: Any, role: str) -> list[tuple[str, str, str]]:
    """Return the rights that somebody has granted to the role, or to all, on what comes with PostgreSQL.

    Each is the right, the object and the grantee, as `REVOKE` names them.
    """
    cursor.execute(SYSTEM_GRANTS_QUERY, [role])
    found: list[tuple[str, str, str]] = cursor.fetchall()
    if cursor.connection.server_version >= 150000:  # earlier ones have no rights on parameters
        cursor.execute(PARAMETERS_QUERY, [role])
        found += cursor.fetchall()
    return found


def find_setting_faults(cursor: Any, role: str, own: Iterable[str]) -> Iterator[str]:
    """Yield settings that the role has by `ALTER ROLE`, which any role can do to itself, other than its `own`, and by
    `ALTER DATABASE` or `ALTER ROLE ALL`; and those that it lacks.
    """
    found = fetch_settings(cursor, role)
    for setting, source in found:
        if source or setting not in own:
            yield f"has the setting {setting}" + (f" by {source}" if source else "")
    yield from (f"lacks the setting {setting}" for setting in own if (setting, "") not in found)


def fetch_settings(cursor: Any, role: str) -> list[tuple[str, str]]:
    """Return the settings with which sessions of the role begin, each with the command that sets it for others, too.

    That is `ALTER DATABASE` or `ALTER ROLE ALL`, or empty. Limits and logging, which superusers set, are left out.
    """
    cursor.execute(SETTINGS_QUERY, [role])
    return [(setting, source) for setting, source in cursor.fetchall() if not setting.startswith(LIMITS_BY_SUPERUSERS)]


def find_guard_faults(cursor: Any) -> Iterator[str]:
    """Yield triggers that are off, of all tables, and guards that do not exist."""
    found = fetch_triggers(cursor)
    yield from (f"depends on the trigger {name} of {table}, which is off" for table, name, is_on in found if not is_on)
    existing = {(table, name) for table, name, _is_on in found}
    for table, names in GUARDS.items():
        for name in names:
            if (table, name) not in existing:
                yield f"depends on the trigger {name} of {table}, which does not exist"


def fetch_triggers(cursor: Any) -> list[tuple[str, str, bool]]:
    """Return the table and name of each trigger, also of foreign keys, and whether it is on."""
    cursor.execute(TRIGGERS_QUERY)
    found: list[tuple[str, str, bool]] = cursor.fetchall()
    return found


def find_rule_faults(cursor: Any) -> Iterator[str]:
    for relation, rule in fetch_rules(cursor):
        yield f"depends on {relation}, which has the rule {rule}"


def fetch_rules(cursor: Any) -> list[tuple[str, str]]:
    """Return the rules of our tables and views other than what views say, each as the table and the name."""
    cursor.execute(RULES_QUERY)
    found: list[tuple[str, str]] = cursor.fetchall()
    return found


def fetch_faults(cursor: Any, query: str, role: str) -> list[str]:
    cursor.execute(query, [role])
    return [fault for (fault,) in cursor.fetchall()]

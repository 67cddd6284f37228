"""What is wrong with a role as the public one: all that it may do beyond reading what is public, and what it lacks."""

from collections.abc import Iterator
from typing import Any

from meetings.law.policies import READERS
from meetings.law.privileges import PUBLIC_RELATIONS
from meetings.law.searching import SEARCH
from meetings.law.tables import GOVERNED

ATTRIBUTES = {
    "rolsuper": "is a superuser",
    "rolbypassrls": "bypasses row-level security",
    "rolcreaterole": "may create roles",
    "rolcreatedb": "may create databases",
    "rolreplication": "may read the write-ahead log",
}
OURS = "n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%%'"
RELATIONS = f"""
    SELECT n.nspname, c.relname, c.relrowsecurity,
        pg_catalog.has_table_privilege(r.oid, c.oid, 'SELECT')
            OR pg_catalog.has_any_column_privilege(r.oid, c.oid, 'SELECT'),
        pg_catalog.has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
            OR pg_catalog.has_any_column_privilege(r.oid, c.oid, 'INSERT, UPDATE, REFERENCES')
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace, pg_catalog.pg_roles r
    WHERE r.rolname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {OURS}
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY 1, 2
"""
SEQUENCES = f"""
    SELECT 'may use the sequence ' || c.relname
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE {OURS}
        AND CASE c.relkind WHEN 'S' THEN pg_catalog.has_sequence_privilege(%s, c.oid, 'USAGE, SELECT, UPDATE') END
"""
FUNCTIONS = f"""
    SELECT 'may call the function ' || f.proname
    FROM pg_catalog.pg_proc f JOIN pg_catalog.pg_namespace n ON n.oid = f.pronamespace
    WHERE {OURS} AND pg_catalog.has_function_privilege(%s, f.oid, 'EXECUTE')
        AND f.oid IS DISTINCT FROM pg_catalog.to_regproc('public.{SEARCH}')
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = f.oid AND d.deptype = 'e')
"""
SEARCHES = f"""
    SELECT 'cannot call the function {SEARCH}, which is public'
    WHERE NOT coalesce(
        pg_catalog.has_function_privilege(%s, pg_catalog.to_regproc('public.{SEARCH}'), 'EXECUTE'), false
    )
"""
SCHEMAS = """
    SELECT 'may create in the schema ' || nspname
    FROM pg_catalog.pg_namespace WHERE pg_catalog.has_schema_privilege(%s, oid, 'CREATE')
"""
DATABASE = """
    SELECT 'may create schemas or temporary tables'
    WHERE pg_catalog.has_database_privilege(%s, pg_catalog.current_database(), 'CREATE, TEMPORARY')
"""
POLICIES = f"""
    SELECT 'sees more of ' || c.relname || ' by the policy ' || p.polname
    FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid, pg_catalog.pg_roles r
    WHERE r.rolname = %s AND (r.oid = ANY (p.polroles) OR 0 = ANY (p.polroles)) AND p.polpermissive
        AND (p.polname <> '{READERS}' OR pg_catalog.pg_get_expr(p.polqual, p.polrelid) = 'true')
"""
MEMBERSHIPS = """
    SELECT 'is a member of the role ' || pg_catalog.pg_get_userbyid(m.roleid)
    FROM pg_catalog.pg_auth_members m WHERE pg_catalog.pg_get_userbyid(m.member) = %s
"""
OWNED = """
    SELECT 'owns ' || relname FROM pg_catalog.pg_class
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND relnamespace <> 'pg_catalog'::regnamespace
        AND relnamespace <> 'information_schema'::regnamespace AND pg_catalog.pg_get_userbyid(relowner) = %s
"""


def faults(cursor: Any, role: str) -> list[str]:
    """Each ends the sentence that begins with the role's name. Empty for a role that is as it should be."""
    return [*of_the_role(cursor, role), *of_relations(cursor, role), *of_all_else(cursor, role)]


def of_the_role(cursor: Any, role: str) -> Iterator[str]:
    """What it is by itself. Neither of the two roles may be anything of it."""
    cursor.execute(f"SELECT {', '.join(ATTRIBUTES)} FROM pg_catalog.pg_roles WHERE rolname = %s", [role])
    held = cursor.fetchone() or ()
    yield from (words for words, has in zip(ATTRIBUTES.values(), held, strict=False) if has)
    for question in (MEMBERSHIPS, OWNED):
        yield from answers(cursor, question, role)


def of_relations(cursor: Any, role: str) -> Iterator[str]:
    cursor.execute(RELATIONS, [role])
    seen = set()
    for schema, name, is_governed, reads, writes in cursor.fetchall():
        public = schema == "public" and name in PUBLIC_RELATIONS
        seen |= {name} if public else set()
        if reads and not public:
            yield f"can read {name}"
        if writes:
            yield f"can write {name}"
        if public and not reads:
            yield f"cannot read {name}, which is public"
        if public and name in GOVERNED and not is_governed:
            yield f"reads {name} without row-level security"
    yield from (f"looks for {name}, which there is not" for name in sorted(PUBLIC_RELATIONS - seen))


def of_all_else(cursor: Any, role: str) -> Iterator[str]:
    for question in (POLICIES, SEQUENCES, FUNCTIONS, SEARCHES, SCHEMAS, DATABASE):
        yield from answers(cursor, question, role)


def answers(cursor: Any, question: str, role: str) -> list[str]:
    cursor.execute(question, [role])
    return [words for (words,) in cursor.fetchall()]

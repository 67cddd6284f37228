"""The privileges of the two roles. The owner of the tables is a third role, used for migrations.

The public role can only read public tables. The editor role writes rows but does not own the tables: it cannot disable
a trigger, change a policy or alter a table.
"""

from collections.abc import Iterable, Iterator

from meetings.law.policies import VIEW_QUERIES
from meetings.law.tables import AUDIT_TABLE, MIGRATIONS_TABLE, PUBLIC_TABLES

EDITOR_PRIVILEGES = "SELECT, INSERT, UPDATE, DELETE"
# Any role could fill the disk with these.
LARGE_OBJECT_FUNCTIONS = "lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea)"


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
    yield from build_default_privileges(editor)


def build_default_privileges(editor: str) -> Iterator[str]:
    """Yield the statements by which tables of later migrations are for editors only."""
    yield "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM PUBLIC"
    yield f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {EDITOR_PRIVILEGES} ON TABLES TO {editor}"
    yield f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {editor}"


def build_superuser_statements() -> Iterator[str]:
    """Yield the statements on PostgreSQL's own functions, which only superusers can restrict."""
    yield f"REVOKE EXECUTE ON FUNCTION {LARGE_OBJECT_FUNCTIONS} FROM PUBLIC"


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


PUBLIC_RELATIONS = frozenset({*PUBLIC_TABLES, *VIEW_QUERIES, MIGRATIONS_TABLE})

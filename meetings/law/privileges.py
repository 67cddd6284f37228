"""What the two roles may do. The owner of the tables stays a third, for migrations.

The public role reads public tables, and can do nothing else. The editor role writes rows, and does not own the tables:
it cannot lift a guard, change a policy or alter a table.
"""

from collections.abc import Iterable, Iterator

from meetings.law.policies import VIEWS
from meetings.law.tables import AUDIT, MIGRATIONS, PUBLIC_TABLES

WORK = "SELECT, INSERT, UPDATE, DELETE"
LARGE_OBJECTS = "lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea)"  # anybody may fill the disk with them


def privileges(public: str, editor: str, database: str) -> Iterator[str]:
    """From nothing to what is right, so that what was granted otherwise is gone."""
    roles = f"{public}, {editor}"
    yield f"REVOKE ALL ON DATABASE {database} FROM PUBLIC, {roles}"  # temporary tables among it: they hide others
    yield f"GRANT CONNECT ON DATABASE {database} TO {roles}"
    yield f"REVOKE ALL ON SCHEMA public FROM PUBLIC, {roles}"
    yield f"GRANT USAGE ON SCHEMA public TO {roles}"
    for kind in ("TABLES", "SEQUENCES", "ROUTINES"):
        yield f"REVOKE ALL ON ALL {kind} IN SCHEMA public FROM PUBLIC, {roles}"
    readable = ", ".join(f"public.{table}" for table in (*sorted(PUBLIC_TABLES), MIGRATIONS))
    yield f"GRANT SELECT ON {readable} TO {public}"
    yield f"GRANT {WORK} ON ALL TABLES IN SCHEMA public TO {editor}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {editor}"
    yield f"REVOKE INSERT, UPDATE, DELETE ON public.{MIGRATIONS} FROM {editor}"
    yield f"REVOKE UPDATE, DELETE ON public.{AUDIT} FROM {editor}"
    yield from of_later_tables(editor)


def of_later_tables(editor: str) -> Iterator[str]:
    """A table of a later migration is the editors', and closed to all others."""
    yield "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM PUBLIC"
    yield f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {WORK} ON TABLES TO {editor}"
    yield f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {editor}"


def of_superusers() -> Iterator[str]:
    """What belongs to PostgreSQL itself, and is open to all."""
    yield f"REVOKE EXECUTE ON FUNCTION {LARGE_OBJECTS} FROM PUBLIC"


def removal(roles: Iterable[str], database: str) -> Iterator[str]:
    """Afterwards the roles have no right in this database, and can be dropped where they have none in another."""
    for role in roles:
        yield f"REVOKE ALL ON DATABASE {database} FROM {role}"
        yield f"REVOKE ALL ON SCHEMA public FROM {role}"
        for kind in ("TABLES", "SEQUENCES", "ROUTINES"):
            yield f"REVOKE ALL ON ALL {kind} IN SCHEMA public FROM {role}"
        for kind in ("TABLES", "SEQUENCES"):
            yield f"ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON {kind} FROM {role}"


PUBLIC_RELATIONS = frozenset({*PUBLIC_TABLES, *VIEWS, MIGRATIONS})

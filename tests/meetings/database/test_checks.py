"""The self-check of the database: what an owner or a superuser can change that the two roles must not have."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from meetings.database import reader_triggers, search_triggers
from meetings.database.checks import find_additions, find_editor_faults, find_role_faults
from meetings.database.guards import GUARDS
from meetings.database.roles import get_quoted_database, reset_database_settings
from tests.database_roles import DatabaseRoles

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]
AUDIT_TABLE = "meetings_auditentry"


@pytest.fixture
def cursor(roles: DatabaseRoles) -> Any:
    with connection.cursor() as opened:
        yield opened


def execute(cursor: Any, roles: DatabaseRoles, statement: str) -> None:
    database = get_quoted_database(cursor)
    cursor.execute(statement.format(public=roles.public, editor=roles.editor, database=database))


def find_faults(cursor: Any, roles: DatabaseRoles) -> dict[str, list[str]]:
    return {
        "public": find_role_faults(cursor, roles.public),
        "editor": find_editor_faults(cursor, roles.editor),
    }


# Each: a statement, and the faults of the public and of the editors' role.
SETTINGS = [
    (f"ALTER DATABASE {{database}} SET {name} = {value}", *[f"has the setting {name}={value} by ALTER DATABASE"] * 2)
    for name, value in (("default_transaction_isolation", "serializable"), ("session_replication_role", "replica"))
]
ROLES = [
    ("ALTER DATABASE {database} SET council.own = 1", *["has the setting council.own=1 by ALTER DATABASE"] * 2),
    ("ALTER ROLE {editor} SET row_security = off", "", "has the setting row_security=off"),
    ("ALTER ROLE {public} CONNECTION LIMIT 0", "may use 0 connections", ""),
    ("ALTER ROLE {public} CONNECTION LIMIT -1", "may use all connections", ""),
    (
        "ALTER ROLE {public} VALID UNTIL '2100-01-01'; ALTER ROLE {editor} VALID UNTIL '2100-01-01'",
        *["has a password that is valid until 2100-01-01 00:00:00+00"] * 2,
    ),
]
GRANTS = [
    ("GRANT SELECT ON pg_authid TO {public}", "has SELECT on TABLE pg_authid", ""),
    ("GRANT SELECT (rolpassword) ON pg_authid TO {editor}", "", "has SELECT (rolpassword) on TABLE pg_authid"),
    ("GRANT SELECT ON pg_statistic TO PUBLIC", *["has SELECT on TABLE pg_statistic"] * 2),
    ("GRANT EXECUTE ON FUNCTION pg_read_file(text) TO {public}", "has EXECUTE on FUNCTION pg_read_file(text)", ""),
    ("GRANT EXECUTE ON FUNCTION pg_ls_dir(text) TO PUBLIC", *["has EXECUTE on FUNCTION pg_ls_dir(text)"] * 2),
    ("GRANT TRUNCATE ON meetings_edition TO {editor}", "", "has TRUNCATE on meetings_edition"),
    (f"GRANT UPDATE ON {AUDIT_TABLE} TO {{editor}}", "", f"has UPDATE on {AUDIT_TABLE}"),
    (f"GRANT INSERT (id) ON {AUDIT_TABLE} TO {{editor}}", "", f"has INSERT (id) on {AUDIT_TABLE}"),
    ("GRANT INSERT ON agenda_verdict TO {editor}", "", "has INSERT on agenda_verdict"),
    ("GRANT INSERT ON meetings_erasure TO {editor}", "", "has INSERT on meetings_erasure"),
    ("GRANT UPDATE (text) ON meetings_storeddocument TO {editor}", "", "has UPDATE (text) on meetings_storeddocument"),
    ("GRANT SELECT ON readers.pending_edition TO {editor}", "", "has SELECT on readers.pending_edition"),
    (
        "GRANT EXECUTE ON FUNCTION council_copy_rows(uuid[]) TO {editor}",
        "",
        "may call the function council_copy_rows",
    ),
    ("GRANT SET ON PARAMETER log_statement TO {public}", "has SET on PARAMETER log_statement", ""),
    ("GRANT ALTER SYSTEM ON PARAMETER work_mem TO PUBLIC", *["has ALTER SYSTEM on PARAMETER work_mem"] * 2),
    ("GRANT MAINTAIN ON readers.pending_edition TO {public}", "can write readers.pending_edition", ""),
    ("GRANT MAINTAIN ON meetings_edition TO {editor}", "", "has MAINTAIN on meetings_edition"),
]
FIRST_VERSIONS = {" ON PARAMETER ": 15, "GRANT MAINTAIN ": 17}  # of PostgreSQL that have these rights
TRIGGERS = [
    (
        f"ALTER TABLE {AUDIT_TABLE} {change}",
        "",
        f"depends on the trigger council_append_only of {AUDIT_TABLE}, which is off",
    )
    for change in ("DISABLE TRIGGER USER", "DISABLE TRIGGER ALL", "ENABLE REPLICA TRIGGER council_append_only")
]
RULES = [
    (
        f"CREATE RULE hidden AS ON INSERT TO {AUDIT_TABLE} DO INSTEAD NOTHING",
        *[f"depends on {AUDIT_TABLE}, which has the rule hidden"] * 2,
    ),
    (
        'CREATE RULE "a b" AS ON DELETE TO readers.meetings_edition DO INSTEAD NOTHING',
        *['depends on readers.meetings_edition, which has the rule "a b"'] * 2,
    ),
]


class TestFaults:
    @pytest.mark.parametrize(("statement", "public", "editor"), [*SETTINGS, *ROLES, *GRANTS, *TRIGGERS, *RULES])
    def test_each_is_named_and_the_command_repairs_it(
        self, cursor: Any, roles: DatabaseRoles, statement: str, public: str, editor: str
    ) -> None:
        version = max((first for words, first in FIRST_VERSIONS.items() if words in statement), default=0)
        if cursor.connection.server_version < version * 10_000:
            with pytest.raises(DatabaseError), transaction.atomic():  # there is no such right
                execute(cursor, roles, statement)
            return
        assert find_faults(cursor, roles) == {"public": [], "editor": []}
        execute(cursor, roles, statement)
        found = find_faults(cursor, roles)
        for role, fault in (("public", public), ("editor", editor)):
            assert fault in found[role] if fault else not found[role]
        call_command("database_roles", public=roles.public, editor=roles.editor, stdout=StringIO())
        assert find_faults(cursor, roles) == {"public": [], "editor": []}

    def test_what_is_allowed_is_no_fault(self, cursor: Any, roles: DatabaseRoles) -> None:
        execute(cursor, roles, "GRANT EXECUTE ON FUNCTION pg_sleep(double precision) TO {public}, {editor}, PUBLIC")
        execute(cursor, roles, "GRANT SELECT ON pg_class, information_schema.tables TO {public}, {editor}")
        execute(cursor, roles, "ALTER DATABASE {database} SET temp_file_limit = '4GB'")
        # A column that was dropped keeps its rights.
        execute(
            cursor,
            roles,
            f"ALTER TABLE {AUDIT_TABLE} ADD COLUMN x int; GRANT INSERT (x) ON {AUDIT_TABLE} TO {{editor}}",
        )
        cursor.execute(f"ALTER TABLE {AUDIT_TABLE} DROP COLUMN x")
        execute(cursor, roles, "ALTER ROLE ALL SET log_min_duration_statement = '1s'")
        execute(cursor, roles, "ALTER ROLE {public} CONNECTION LIMIT 90")
        assert find_faults(cursor, roles) == {"public": [], "editor": []}

    def test_rule_of_a_table_of_an_extension_is_no_fault(self, cursor: Any, roles: DatabaseRoles) -> None:
        cursor.execute(
            "CREATE TABLE public.of_extension (x int); ALTER EXTENSION plpgsql ADD TABLE public.of_extension"
        )
        cursor.execute("CREATE RULE hidden AS ON INSERT TO public.of_extension DO INSTEAD NOTHING")
        call_command("database_roles", public=roles.public, editor=roles.editor, stdout=StringIO())
        assert find_faults(cursor, roles) == {"public": [], "editor": []}
        cursor.execute("SELECT FROM pg_rules WHERE tablename = 'of_extension'")
        assert cursor.fetchone() is not None

    def test_settings_of_all_databases_of_the_server_are_named_and_stay(
        self, cursor: Any, roles: DatabaseRoles
    ) -> None:
        execute(cursor, roles, "ALTER ROLE ALL SET default_transaction_isolation = serializable")
        fault = "has the setting default_transaction_isolation=serializable by ALTER ROLE ALL"
        with pytest.raises(CommandError, match=f"The role {roles.public} is not set up correctly: it {fault}"):
            call_command("database_roles", public=roles.public, editor=roles.editor, stdout=StringIO())
        assert find_faults(cursor, roles) == {"public": [fault], "editor": [fault]}

    def test_settings_that_the_owner_may_not_remove_stay(self, cursor: Any, roles: DatabaseRoles) -> None:
        """So that the command goes on to everything else, and then names them."""
        execute(cursor, roles, "ALTER DATABASE {database} SET session_replication_role = replica")
        execute(cursor, roles, "CREATE ROLE an_owner; SET LOCAL ROLE an_owner")
        reset_database_settings(cursor, roles.public, get_quoted_database(cursor))
        cursor.execute("RESET ROLE")
        fault = "has the setting session_replication_role=replica by ALTER DATABASE"
        assert find_faults(cursor, roles)["editor"] == [fault]


class TestGuards:
    def test_all_are_listed(self, cursor: Any) -> None:
        """A migration that adds or removes a trigger changes the list, too."""
        cursor.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal"
        )
        others = {
            (table, name)
            for module in (reader_triggers, search_triggers)
            for name, table in module.list_trigger_definitions()
        }
        assert {(table, name) for table, names in GUARDS.items() for name in names} == {*cursor.fetchall()} - others

    def test_one_that_does_not_exist_is_named(self, cursor: Any, roles: DatabaseRoles) -> None:
        cursor.execute(f"DROP TRIGGER council_append_only ON {AUDIT_TABLE}")
        fault = f"depends on the trigger council_append_only of {AUDIT_TABLE}, which does not exist"
        assert find_faults(cursor, roles) == {"public": [], "editor": [fault]}


def test_publications_and_event_triggers_are_named(cursor: Any, roles: DatabaseRoles, capsys: Any) -> None:
    """They give neither role a right, and an operator may need one: so the site starts."""
    assert find_additions(cursor) == []
    cursor.execute("CREATE PUBLICATION copies FOR TABLE meetings_edition")
    cursor.execute("CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'")
    cursor.execute("CREATE EVENT TRIGGER watching ON ddl_command_end EXECUTE FUNCTION watch()")
    call_command("database_roles", public=roles.public, editor=roles.editor, stdout=StringIO())
    assert (
        "This is not of the site: the event trigger watching runs at ddl_command_end; "
        "the publication copies sends rows to whoever may replicate"
    ) in capsys.readouterr().err

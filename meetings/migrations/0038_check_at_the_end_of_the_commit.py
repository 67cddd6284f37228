"""The instant of an edition is checked by COMMIT, when nothing else of the transaction is left to do.

`SET CONSTRAINTS` lets any role have a deferred constraint checked when it likes. Whoever had it checked early, and kept
the transaction open until after the instant, exchanged a published edition for another one. And a commit calls deferred
triggers in the order in which they were queued, and then runs held cursors to their end: a foreign key that waited for a
lock of another session, or a held cursor that slept, kept it open after the check.

So the triggers of editions and their parts refuse to be called by another statement than COMMIT, as drivers send it, or by
none (a message of the protocol, such as Sync, also ends a transaction). They only note in a table what is to be checked:
an instant that is earlier than all noted so far. The deferred trigger of that table comes after everything that was
queued before the commit. The last call has the least instant of all, so that however many editions and parts there are,
none of them is checked earlier than the others.

What PostgreSQL does between that call and the commit must not take long. So the check refuses cursors, which it would
close, and many notifications, which it would write (it sees them in the memory of the transaction, if a superuser has
allowed the owner of the tables to look: `deploy/postgres/council.sql`). It lets nothing be sent to a client, who may not
read it, nor wait for locks, as NOTIFY does. The owner, who can get around triggers anyway, may still check early, as
migrations and tests do.

SQLite checks when the row is written. It drops the triggers of a table that a later migration rebuilds: such a migration
ends with `install` of this module, which installs all guards of editions.
"""

from importlib import import_module

from django.db import migrations

from meetings.database.edition_guards import COMMIT_CHECK_TABLE, Guards
from meetings.migrations._operations import RunPython

first = import_module("meetings.migrations.0002_guard_editions")
earlier = import_module("meetings.migrations.0036_suppress_superseded_editions_only")

TABLE, CHECK = f"public.{COMMIT_CHECK_TABLE}", "council_check_commit"
TOO_EARLY = "The instant of an edition is checked at the commit, not before."
OPEN_QUERY = "A transaction that writes an edition holds no cursor."
NOTIFIES = "A transaction that writes an edition sends no notifications."
MAX_BYTES = 4_000_000  # an ordinary transaction has 1,500, and 700 for each savepoint
MEMORY = "pg_get_backend_memory_contexts()"
IS_LARGE = (
    f"(SELECT sum(used_bytes) FROM {MEMORY} WHERE name IN ('TopTransactionContext', 'CurTransactionContext')) "
    f"> {MAX_BYTES}"
)
IS_OWNED_BY_OTHERS = "session_user <> (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)"
IS_COMMIT = r"~* '^\s*commit\s*;?\s*$' IS TRUE"
IS_TOO_EARLY = f"{IS_OWNED_BY_OTHERS} AND NOT (current_query() {IS_COMMIT})"
HAS_OPEN_QUERY = f"EXISTS (SELECT FROM pg_cursors WHERE NOT (statement {IS_COMMIT}))"  # also one without a name


def refuse(message):
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation';"


def create_function(name, body):
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
        f"SET search_path = pg_catalog, pg_temp AS $$ BEGIN {body} RETURN NULL; END $$"
    )


def note(instants):
    """Return the statement that notes each instant of the query (`due`), unless an earlier one is noted already."""
    return (
        f"INSERT INTO {TABLE} SELECT due FROM ({instants}) AS found "
        f"WHERE NOT EXISTS (SELECT FROM {TABLE} WHERE instant <= due);"
    )


def postgresql():
    too_early = f"IF {IS_TOO_EARLY} THEN {refuse(TOO_EARLY)} END IF;"
    instant = "SELECT CASE TG_OP WHEN 'DELETE' THEN OLD.available_from ELSE NEW.available_from END AS due"
    instant_of_part = f"SELECT available_from AS due FROM public.{first.EDITION} WHERE id = NEW.edition_id"
    yield f"CREATE TABLE IF NOT EXISTS {TABLE} (instant timestamptz)"
    yield create_function("council_refuse_late", f"{too_early} {note(instant)}")
    yield create_function("council_refuse_late_part", f"{too_early} {note(instant_of_part)}")
    yield create_function(
        CHECK,
        f"IF {IS_OWNED_BY_OTHERS} THEN "
        f"IF pg_trigger_depth() > 1 THEN {refuse(TOO_EARLY)} END IF; "
        f"IF {HAS_OPEN_QUERY} THEN {refuse(OPEN_QUERY)} END IF; "
        f"IF has_function_privilege('{MEMORY}', 'EXECUTE') THEN "
        f"IF {IS_LARGE} THEN {refuse(NOTIFIES)} END IF; END IF; "
        "PERFORM set_config('client_min_messages', 'error', true), set_config('lock_timeout', '100ms', true); END IF; "
        f"DELETE FROM {TABLE}; "
        # The clock is looked at last, because a statement could wait for a lock.
        f"IF NEW.instant <= clock_timestamp() THEN {refuse(first.TOO_LATE)} END IF;",
    )
    yield f"DROP TRIGGER IF EXISTS {CHECK} ON {TABLE}"
    yield (
        f"CREATE CONSTRAINT TRIGGER {CHECK} AFTER INSERT ON {TABLE} DEFERRABLE INITIALLY DEFERRED "
        f"FOR EACH ROW EXECUTE FUNCTION {CHECK}()"
    )


def sqlite():
    return ()


guards = Guards({"postgresql": postgresql, "sqlite": sqlite}, after=earlier)
install, remove = guards.install, guards.remove


def take_back(apps, editor):
    guards.unguard(apps, editor)
    earlier.install(apps, editor)
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP TABLE {TABLE}")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0037_order_within_a_day")]
    operations = [RunPython(guards.guard, take_back)]

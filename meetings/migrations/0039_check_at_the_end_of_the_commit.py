"""The instant of an edition is checked when nothing else of the transaction is left to do.

A commit runs deferred triggers in the order in which they were queued, and then held cursors to their end. So a foreign
key that waits for a lock of another session, or a held cursor that sleeps, kept a commit open after its instant had been
checked. Now the check at the commit (0038) only notes what is to be checked, in a table; the deferred trigger of that
table comes after everything that was queued before the commit. It refuses to be called earlier, and held cursors.

SQLite checks when the row is written. It drops the triggers of a table that a later migration rebuilds: such a migration
ends with `install` of this module, which installs all guards of editions.
"""

from importlib import import_module

from django.db import migrations

from meetings.database.edition_guards import COMMIT_CHECK_TABLE, Guards

first = import_module("meetings.migrations.0002_guard_editions")
earlier = import_module("meetings.migrations.0038_check_at_the_commit")

TABLE, CHECK = f"public.{COMMIT_CHECK_TABLE}", "council_check_commit"
HELD = "A transaction that writes an edition holds no cursor."
IS_OWNED_BY_OTHERS = "session_user <> (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)"


def refuse(message):
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation';"


def create_function(name, body):
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
        f"SET search_path = pg_catalog, pg_temp AS $$ BEGIN {body} RETURN NULL; END $$"
    )


def postgresql():
    too_early = f"IF {earlier.IS_TOO_EARLY} THEN {refuse(earlier.TOO_EARLY)} END IF;"
    instant = "CASE TG_OP WHEN 'DELETE' THEN OLD.available_from ELSE NEW.available_from END"
    yield f"CREATE TABLE IF NOT EXISTS {TABLE} (instant timestamptz, edition_id uuid)"
    yield create_function("council_refuse_late", f"{too_early} INSERT INTO {TABLE} (instant) VALUES ({instant});")
    yield create_function(
        "council_refuse_late_part", f"{too_early} INSERT INTO {TABLE} (edition_id) VALUES (NEW.edition_id);"
    )
    edition = f"SELECT 1 FROM public.{first.EDITION} WHERE id = NEW.edition_id AND available_from <= clock_timestamp()"
    yield create_function(
        CHECK,
        f"IF {IS_OWNED_BY_OTHERS} THEN "
        f"IF pg_trigger_depth() > 1 THEN {refuse(earlier.TOO_EARLY)} END IF; "
        f"IF EXISTS (SELECT 1 FROM pg_cursors WHERE is_holdable) THEN {refuse(HELD)} END IF; END IF; "
        # The clock is looked at last, because a statement could wait for a lock.
        f"DELETE FROM {TABLE}; "
        f"IF EXISTS ({edition}) OR NEW.instant <= clock_timestamp() THEN {refuse(first.TOO_LATE)} END IF;",
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
    dependencies = [("meetings", "0038_check_at_the_commit")]
    operations = [migrations.RunPython(guards.guard, take_back)]

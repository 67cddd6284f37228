"""An edition is suppressed only when another one, or a withdrawal, has taken its place: never while readers see it.

On PostgreSQL, the database writes the time for the web processes, so that no time in the future gets around this.

SQLite drops the triggers of a table that a later migration rebuilds: such a migration ends with `install` of this
module, which installs all guards of editions.
"""

from importlib import import_module

from django.db import migrations

from meetings.database.edition_guards import Guards
from meetings.migrations._operations import RunPython

earlier = import_module("meetings.migrations.0033_delegations")

NAME = "council_superseded"
EDITION, SUPPRESSION = "meetings_edition", "meetings_suppression"
MESSAGE = "Only an edition in whose place there is another one is suppressed."
IS_SUPERSEDED = (
    f"EXISTS (SELECT 1 FROM {EDITION} e JOIN {EDITION} later ON later.subject_type = e.subject_type "
    "AND later.subject_id = e.subject_id AND later.available_from > e.available_from "
    "AND later.available_from <= NEW.at WHERE e.id = NEW.edition_id AND NOT e.is_tombstone)"
)


def postgresql():
    yield (
        f"CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF session_user <> (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN "
        "NEW.at := clock_timestamp(); END IF; "
        f"IF NOT {IS_SUPERSEDED} THEN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'restrict_violation'; END IF; "
        "RETURN NEW; END $$"
    )
    yield f"DROP TRIGGER IF EXISTS {NAME} ON {SUPPRESSION}"
    yield f"CREATE TRIGGER {NAME} BEFORE INSERT ON {SUPPRESSION} FOR EACH ROW EXECUTE FUNCTION {NAME}()"


def sqlite():
    yield f"DROP TRIGGER IF EXISTS {NAME}"
    yield (
        f"CREATE TRIGGER {NAME} BEFORE INSERT ON {SUPPRESSION} WHEN NOT {IS_SUPERSEDED} "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )


guards = Guards({"postgresql": postgresql, "sqlite": sqlite}, after=earlier)
install, remove = guards.install, guards.remove


class Migration(migrations.Migration):
    dependencies = [("meetings", "0035_tombstones_by_instant")]
    operations = [RunPython(guards.guard, guards.unguard)]

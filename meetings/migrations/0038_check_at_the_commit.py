"""The instant of an edition is checked at the commit, and for the web processes at no other time.

`SET CONSTRAINTS` lets any role have a deferred constraint checked when it likes. Whoever had it checked early, and kept
the transaction open until after the instant, exchanged a published edition for another one. So the check refuses to be
made by another statement than COMMIT, as drivers send it. The owner of the tables, who can get around triggers anyway,
may still check early, as migrations and tests do.

SQLite checks when the row is written. It drops the triggers of a table that a later migration rebuilds: such a migration
ends with `install` of this module, which installs all guards of editions.
"""

from importlib import import_module

from django.db import migrations

from meetings.database.edition_guards import Guards

first = import_module("meetings.migrations.0002_guard_editions")
earlier = import_module("meetings.migrations.0036_suppress_superseded_editions_only")

TOO_EARLY = "The instant of an edition is checked at the commit, not before."
IS_TOO_EARLY = (
    "session_user <> (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) "
    r"AND current_query() !~* '^\s*commit\s*;?\s*$'"
)
CHECKS = ("council_refuse_late", "council_refuse_late_part")


def postgresql():
    """Yield the functions of 0002 again, each with one more condition at its beginning."""
    for statement in first.postgresql():
        if statement.startswith(tuple(f"CREATE OR REPLACE FUNCTION {name}()" for name in CHECKS)):
            refusal = f"RAISE EXCEPTION '{TOO_EARLY}' USING ERRCODE = 'restrict_violation';"
            yield statement.replace("$$ BEGIN ", f"$$ BEGIN IF {IS_TOO_EARLY} THEN {refusal} END IF; ", 1)


def sqlite():
    return ()


guards = Guards({"postgresql": postgresql, "sqlite": sqlite}, after=earlier)
install, remove = guards.install, guards.remove


class Migration(migrations.Migration):
    dependencies = [("meetings", "0037_order_within_a_day")]
    operations = [migrations.RunPython(guards.guard, earlier.install)]

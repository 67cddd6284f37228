"""No guard of editions is asked in a transaction that repeats its reads: it would look at rows that are gone.

A live edition was suppressed in a transaction that still saw a later one, which had been called off. Functions of
triggers look at what is stored at their own time only if the transaction does not repeat its reads. The owner may still
do so, for backups.

SQLite drops the triggers of a table that a later migration rebuilds: such a migration ends with `install` of this
module, which installs all guards of editions.
"""

from importlib import import_module

from django.db import migrations

from meetings.database.edition_guards import Guards
from meetings.migrations._operations import RunPython

earlier = import_module("meetings.migrations.0038_check_at_the_end_of_the_commit")

NAME = "council_refuse_old_view"
MESSAGE = "Editions are written in transactions that read what is committed."
PARTS = (
    "editiondocument indexeddelegation indexedearlierdays indexedeffect indexedfile indexedimage "
    "indexeditem indexedlink indexedpoint indexedreference indexedtopic searchrow storedsearchresult"
)
TABLES = [f"meetings_{name}" for name in ("edition", *PARTS.split(), "storeddocument", "suppression", "erasure")]


def postgresql():
    is_old = "current_setting('transaction_isolation') <> 'read committed'"
    yield (
        f"CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {is_old} AND {earlier.IS_OWNED_BY_OTHERS} THEN {earlier.refuse(MESSAGE)} END IF; RETURN NULL; END $$"
    )
    for table in TABLES:
        yield f"DROP TRIGGER IF EXISTS {NAME} ON {table}"
        yield (
            f"CREATE TRIGGER {NAME} BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {NAME}()"
        )


def sqlite():
    return ()


guards = Guards({"postgresql": postgresql, "sqlite": sqlite}, after=earlier)
install, remove = guards.install, guards.remove


class Migration(migrations.Migration):
    dependencies = [("meetings", "0045_address_keys")]
    operations = [RunPython(guards.guard, guards.unguard)]

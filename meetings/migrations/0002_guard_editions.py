"""The rules of editions as laws of the database, on PostgreSQL and on SQLite.

1. Documents, editions and what belongs to an edition are never changed.
2. An edition is sealed by its own row: while that stands, nothing that belongs to it is added or taken away.
3. An edition is deleted only while its instant lies in the future.
4. No commit comes after the instant of an edition that it adds or deletes: PostgreSQL looks once more at the commit
   (a deferred constraint trigger). SQLite has none; there the edition's row is the last statement of a transaction
   that holds the only write lock.

SQLite drops the triggers of a table that a later migration rebuilds: such a migration ends with `install` again.
"""

from django.db import migrations

from meetings.migrations._operations import RunPython

EDITION = "meetings_edition"
DOCUMENT = "meetings_storeddocument"
PARTS = (
    "meetings_editiondocument",
    "meetings_indexeditem",
    "meetings_indexedreference",
    "meetings_indexedpoint",
    "meetings_indexedlink",
    "meetings_indexedtopic",
)
CHANGED = "Editions and their documents are never changed: publish a new edition."
SEALED = "This edition is sealed: nothing can be added to it or taken from it."
PAST = "The instant of this edition has passed: it can no longer be deleted."
TOO_LATE = "The instant of this edition has passed before it was committed."


def postgresql():
    def function(name, body):
        yield f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"

    def refuse(message):
        return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation';"

    def trigger(name, when, table, function, deferred=False):
        constraint, deferral = ("CONSTRAINT", "DEFERRABLE INITIALLY DEFERRED") if deferred else ("", "")
        yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
        yield (
            f"CREATE {constraint} TRIGGER {name} {when} ON {table} {deferral} "
            f"FOR EACH {'STATEMENT' if 'TRUNCATE' in when else 'ROW'} EXECUTE FUNCTION {function}()"
        )

    yield from function("council_refuse_change", refuse(CHANGED))
    yield from function(
        "council_refuse_sealed",
        f"IF EXISTS (SELECT 1 FROM {EDITION} WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.edition_id "
        f"ELSE NEW.edition_id END) THEN {refuse(SEALED)} END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;",
    )
    yield from function(
        "council_refuse_past", f"IF OLD.available_from <= clock_timestamp() THEN {refuse(PAST)} END IF; RETURN OLD;"
    )
    yield from function(
        "council_refuse_late",
        "IF (CASE TG_OP WHEN 'DELETE' THEN OLD.available_from ELSE NEW.available_from END) <= clock_timestamp() "
        f"THEN {refuse(TOO_LATE)} END IF; RETURN NULL;",
    )
    yield from function(
        "council_refuse_late_part",
        f"IF EXISTS (SELECT 1 FROM {EDITION} WHERE id = NEW.edition_id AND available_from <= clock_timestamp()) "
        f"THEN {refuse(TOO_LATE)} END IF; RETURN NULL;",
    )
    yield from function(
        "council_refuse_emptying",
        f"IF EXISTS (SELECT 1 FROM {EDITION} WHERE available_from <= clock_timestamp()) "
        f"THEN {refuse(PAST)} END IF; RETURN NULL;",
    )
    for table in (EDITION, DOCUMENT, *PARTS):
        yield from trigger("council_change", "BEFORE UPDATE", table, "council_refuse_change")
        yield from trigger("council_emptying", "BEFORE TRUNCATE", table, "council_refuse_emptying")
    for table in PARTS:
        yield from trigger("council_seal", "BEFORE INSERT OR DELETE", table, "council_refuse_sealed")
        yield from trigger("council_late", "AFTER INSERT", table, "council_refuse_late_part", deferred=True)
    yield from trigger("council_past", "BEFORE DELETE", EDITION, "council_refuse_past")
    yield from trigger("council_late", "AFTER INSERT OR DELETE", EDITION, "council_refuse_late", deferred=True)


def sqlite():
    now = "strftime('%Y-%m-%d %H:%M:%f', 'now')"  # compares as text with Django's UTC 'YYYY-MM-DD HH:MM:SS'

    def trigger(name, when, table, condition, message):
        yield f"DROP TRIGGER IF EXISTS {name}_{table}"
        yield (
            f"CREATE TRIGGER {name}_{table} BEFORE {when} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )

    # INSERT OR REPLACE deletes what is in its way, and no trigger for deletions fires.
    replaced = {
        EDITION: "id = NEW.id OR (subject_type = NEW.subject_type AND subject_id = NEW.subject_id "
        "AND available_from = NEW.available_from)",
        DOCUMENT: "digest = NEW.digest AND text <> NEW.text",
        **dict.fromkeys(PARTS, "id = NEW.id"),
    }
    for table, in_the_way in replaced.items():
        yield from trigger("council_change", "UPDATE", table, "1", CHANGED)
        exists = f"EXISTS (SELECT 1 FROM {table} WHERE {in_the_way})"
        yield from trigger("council_replace", "INSERT", table, exists, CHANGED)
    for table in PARTS:
        for when, row in (("INSERT", "NEW"), ("DELETE", "OLD")):
            sealed = f"EXISTS (SELECT 1 FROM {EDITION} WHERE id = {row}.edition_id)"
            yield from trigger(f"council_seal_{when.lower()}", when, table, sealed, SEALED)
    yield from trigger("council_past", "DELETE", EDITION, f"OLD.available_from <= {now}", PAST)
    yield from trigger("council_late", "INSERT", EDITION, f"NEW.available_from <= {now}", TOO_LATE)


STATEMENTS = {"postgresql": postgresql, "sqlite": sqlite}


def install(apps, schema_editor):
    for statement in STATEMENTS[schema_editor.connection.vendor]():
        schema_editor.execute(statement, params=None)  # no placeholders: a % is a %


def remove(apps, schema_editor):
    for statement in STATEMENTS[schema_editor.connection.vendor]():
        if statement.startswith("DROP TRIGGER"):
            schema_editor.execute(statement, params=None)  # no placeholders: a % is a %


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_people_meetings_editions")]
    operations = [RunPython(install, remove)]

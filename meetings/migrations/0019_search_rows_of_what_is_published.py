"""Search rows of the editions that are there, and from then on the guard of all other parts of editions.

1. Rows are never changed, and added only before their edition's own row is.
2. They are deleted with an edition that is still to come; and those of a text that was erased.

SQLite drops the triggers of a table that a later migration rebuilds: such a migration ends with `install` of this
module, which installs the guards of 0002 and 0007 as well.
"""

from importlib import import_module

from django.db import migrations

from meetings.documents.decoding import decode_document_or_none
from meetings.documents.schema import MeetingDocument, TopicDocument
from meetings.migrations._operations import RunPython
from meetings.search.document_parts import build_search_parts
from meetings.search.search_rows import build_search_columns

guards = import_module("meetings.migrations.0002_guard_editions")
guards_and_erasure = import_module("meetings.migrations.0007_suppression_and_erasure")

TABLE = "meetings_searchrow"
SEALED = f"EXISTS (SELECT 1 FROM {guards.EDITION} WHERE id = {{row}}.edition_id)"
KEPT = (
    f"{SEALED.format(row='OLD')} AND NOT EXISTS (SELECT 1 FROM meetings_editiondocument d "
    "JOIN meetings_erasure e ON e.digest = d.document_id "
    "WHERE d.edition_id = OLD.edition_id AND d.language = OLD.language)"
)


def fill(apps, schema_editor):
    """From the documents as they are stored. What cannot be read, or was erased, is not found either."""
    held = apps.get_model("meetings", "EditionDocument").objects.filter(edition__is_tombstone=False)
    model = apps.get_model("meetings", "SearchRow")
    found = []
    for one in held.select_related("edition", "document").order_by("pk").iterator(chunk_size=200):
        document = decode_document_or_none(one.document.text, one.document_id) if one.document.text else None
        if isinstance(document, MeetingDocument | TopicDocument):
            found += [
                model(edition_id=one.edition_id, **build_search_columns(document, part, one.edition.listed_on))
                for part in build_search_parts(document)
            ]
        if len(found) >= 1000:
            model.objects.bulk_create(found)
            found = []
    model.objects.bulk_create(found)
    if schema_editor.connection.vendor == "postgresql":  # which alters no table while keys are still to be checked
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def empty(apps, schema_editor):
    apps.get_model("meetings", "SearchRow").objects.all().delete()


def postgresql():
    def trigger(name, when, function, deferred=False):
        constraint, deferral = ("CONSTRAINT", "DEFERRABLE INITIALLY DEFERRED") if deferred else ("", "")
        yield f"DROP TRIGGER IF EXISTS {name} ON {TABLE}"
        yield (
            f"CREATE {constraint} TRIGGER {name} {when} ON {TABLE} {deferral} "
            f"FOR EACH {'STATEMENT' if 'TRUNCATE' in when else 'ROW'} EXECUTE FUNCTION {function}()"
        )

    refuse = f"RAISE EXCEPTION '{guards.SEALED}' USING ERRCODE = 'restrict_violation';"
    yield (
        f"CREATE OR REPLACE FUNCTION {TABLE}_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {KEPT} THEN {refuse} END IF; RETURN OLD; END $$"
    )
    yield from trigger("council_change", "BEFORE UPDATE", "council_refuse_change")
    yield from trigger("council_emptying", "BEFORE TRUNCATE", "council_refuse_emptying")
    yield from trigger("council_seal", "BEFORE INSERT", "council_refuse_sealed")
    yield from trigger("council_kept", "BEFORE DELETE", f"{TABLE}_kept")
    yield from trigger("council_late", "AFTER INSERT", "council_refuse_late_part", deferred=True)


def sqlite():
    # INSERT OR REPLACE deletes what is in its way, and no trigger for deletions fires.
    replaced = f"EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id)"
    for name, when, condition, message in (
        ("council_change", "UPDATE", "1", guards.CHANGED),
        ("council_replace", "INSERT", replaced, guards.CHANGED),
        ("council_seal_insert", "INSERT", SEALED.format(row="NEW"), guards.SEALED),
        ("council_seal_delete", "DELETE", KEPT, guards.SEALED),
    ):
        yield f"DROP TRIGGER IF EXISTS {name}_{TABLE}"
        yield (
            f"CREATE TRIGGER {name}_{TABLE} BEFORE {when} ON {TABLE} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )


STATEMENTS = {"postgresql": postgresql, "sqlite": sqlite}


def guard(apps, schema_editor):
    for statement in STATEMENTS[schema_editor.connection.vendor]():
        schema_editor.execute(statement, params=None)  # no placeholders: a % is a %


def unguard(apps, schema_editor):
    for statement in STATEMENTS[schema_editor.connection.vendor]():
        if statement.startswith("DROP TRIGGER"):
            schema_editor.execute(statement, params=None)


def install(apps, schema_editor):
    guards_and_erasure.install(apps, schema_editor)
    guard(apps, schema_editor)


def remove(apps, schema_editor):
    unguard(apps, schema_editor)
    guards_and_erasure.remove(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0018_search_rows")]
    operations = [
        RunPython(fill, empty, elidable=False),
        RunPython(guard, unguard),
    ]

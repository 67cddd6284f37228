"""Index rows of the days that meetings and their points left, for the editions that are there, and guarded as others.

SQLite drops the triggers of a table that a later migration rebuilds: such a migration ends with `install` of this
module, which installs the guards of 0002, 0007 and 0019 as well.
"""

import uuid
from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

from meetings.documents.decoding import decode_document_or_none
from meetings.documents.schema import MeetingDocument
from meetings.editions.index_rows import list_earlier_days
from meetings.migrations._operations import RunPython

guards = import_module("meetings.migrations.0002_guard_editions")
guards_so_far = import_module("meetings.migrations.0019_search_rows_of_what_is_published")

TABLE = "meetings_indexedearlierdays"


def fill(apps, schema_editor):
    """From the documents in their source languages. Of what cannot be read, or was erased, nothing is known."""
    sources = models.Q(language=models.F("edition__source_language"), edition__subject_type="meeting")
    held = apps.get_model("meetings", "EditionDocument").objects.filter(sources, edition__is_tombstone=False)
    model = apps.get_model("meetings", "IndexedEarlierDays")
    found = []
    for one in held.exclude(document__text="").select_related("document").order_by("pk").iterator(chunk_size=200):
        document = decode_document_or_none(one.document.text, one.document_id)
        if isinstance(document, MeetingDocument):
            found += [model(edition_id=one.edition_id, **columns) for columns in list_earlier_days(document)]
    model.objects.bulk_create(found, batch_size=1000)
    if schema_editor.connection.vendor == "postgresql":  # which alters no table while keys are still to be checked
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def postgresql():
    def trigger(name, when, function, deferred=False):
        constraint, deferral = ("CONSTRAINT", "DEFERRABLE INITIALLY DEFERRED") if deferred else ("", "")
        yield f"DROP TRIGGER IF EXISTS {name} ON {TABLE}"
        yield (
            f"CREATE {constraint} TRIGGER {name} {when} ON {TABLE} {deferral} "
            f"FOR EACH {'STATEMENT' if 'TRUNCATE' in when else 'ROW'} EXECUTE FUNCTION {function}()"
        )

    yield from trigger("council_change", "BEFORE UPDATE", "council_refuse_change")
    yield from trigger("council_emptying", "BEFORE TRUNCATE", "council_refuse_emptying")
    yield from trigger("council_seal", "BEFORE INSERT OR DELETE", "council_refuse_sealed")
    yield from trigger("council_late", "AFTER INSERT", "council_refuse_late_part", deferred=True)


def sqlite():
    # INSERT OR REPLACE deletes what is in its way, and no trigger for deletions fires.
    replaced = f"EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id)"
    sealed = f"EXISTS (SELECT 1 FROM {guards.EDITION} WHERE id = {{row}}.edition_id)"
    for name, when, condition, message in (
        ("council_change", "UPDATE", "1", guards.CHANGED),
        ("council_replace", "INSERT", replaced, guards.CHANGED),
        ("council_seal_insert", "INSERT", sealed.format(row="NEW"), guards.SEALED),
        ("council_seal_delete", "DELETE", sealed.format(row="OLD"), guards.SEALED),
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
    guards_so_far.install(apps, schema_editor)
    guard(apps, schema_editor)


def remove(apps, schema_editor):
    unguard(apps, schema_editor)
    guards_so_far.remove(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0019_search_rows_of_what_is_published")]

    operations = [
        migrations.CreateModel(
            name="IndexedEarlierDays",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("point_id", models.UUIDField(null=True)),
                ("start_date", models.DateField(null=True)),
                ("end_date", models.DateField(null=True)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="meetings.edition"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["start_date", "end_date"], name="earlier_days_by_date")]},
        ),
        RunPython(fill, RunPython.noop, elidable=False),
        RunPython(guard, unguard),
    ]

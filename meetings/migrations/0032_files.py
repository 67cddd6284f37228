"""Index rows of interinstitutional files, for the editions that are there, and guarded as others.

SQLite drops the triggers of a table that a later migration rebuilds: such a migration ends with `install` of this
module, which installs all guards of editions.
"""

import uuid
from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

from meetings.editions.index_rows import list_file_columns

earlier_days = import_module("meetings.migrations.0020_earlier_days")
earlier = import_module("meetings.migrations.0031_effects_of_editions")

TABLE = "meetings_indexedfile"


def fill(apps, schema_editor):
    """From the rows of the procedures and items, which are there of every edition."""
    references = apps.get_model("meetings", "IndexedReference").objects.filter(kind="procedure")
    items = apps.get_model("meetings", "IndexedItem").objects
    model = apps.get_model("meetings", "IndexedFile")
    procedures = {}
    for edition, item, reference in references.values_list("edition_id", "item_id", "reference").iterator():
        procedures.setdefault((edition, item), []).append(reference)
    columns = ("edition_id", "item_id", "position", "date", "state")
    model.objects.bulk_create(
        (
            model(**dict(zip(columns, row, strict=True)), **of_file)
            for row in items.values_list(*columns).iterator()
            for of_file in list_file_columns(procedures.get(row[:2], ()))
        ),
        batch_size=1000,
    )
    if schema_editor.connection.vendor == "postgresql":  # which alters no table while keys are still to be checked
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def list_statements(schema_editor):
    """Yield the statements that guard this index table, which are those of another one."""
    for statement in earlier_days.STATEMENTS[schema_editor.connection.vendor]():
        yield statement.replace(earlier_days.TABLE, TABLE)


def guard(apps, schema_editor):
    for statement in list_statements(schema_editor):
        schema_editor.execute(statement, params=None)  # no placeholders: a % is a %


def unguard(apps, schema_editor):
    for statement in list_statements(schema_editor):
        if statement.startswith("DROP TRIGGER"):
            schema_editor.execute(statement, params=None)


def install(apps, schema_editor):
    earlier.install(apps, schema_editor)
    guard(apps, schema_editor)


def remove(apps, schema_editor):
    unguard(apps, schema_editor)
    earlier.remove(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0031_effects_of_editions")]

    operations = [
        migrations.CreateModel(
            name="IndexedFile",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("item_id", models.UUIDField()),
                ("position", models.PositiveSmallIntegerField()),
                ("slug", models.CharField(max_length=20)),
                ("year", models.PositiveSmallIntegerField()),
                ("number", models.PositiveSmallIntegerField()),
                ("date", models.DateField(null=True)),
                ("state", models.CharField(max_length=16)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="meetings.edition"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["slug"], name="file_by_slug"),
                    models.Index(fields=["-year", "-number", "slug"], name="file_by_number"),
                    models.Index(fields=["date"], name="file_by_date"),
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=False),
        migrations.RunPython(guard, unguard),
    ]

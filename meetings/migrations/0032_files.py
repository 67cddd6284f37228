"""Index rows of interinstitutional files, for the editions that are there, and guarded as others.

SQLite drops the triggers of a table that a later migration rebuilds: such a migration ends with `install` of this
module, which installs all guards of editions.
"""

import uuid
from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

from meetings.database.edition_guards import EditionGuards
from meetings.editions.index_rows import list_file_columns
from meetings.migrations._operations import RunPython

earlier_days = import_module("meetings.migrations.0020_earlier_days")
earlier = import_module("meetings.migrations.0031_effects_of_editions")

guards = EditionGuards("meetings_indexedfile", like=earlier_days, after=earlier)
install, remove = guards.install, guards.remove


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
        RunPython(fill, RunPython.noop, elidable=False),
        RunPython(guards.guard, guards.unguard),
    ]

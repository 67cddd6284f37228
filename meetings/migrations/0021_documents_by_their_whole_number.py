"""Index rows of the numbers that revisions of a document share, for the editions that are there."""

from importlib import import_module

from django.db import migrations, models

from meetings.documents.document_numbers import get_base_number
from meetings.migrations._operations import RunPython

guards = import_module("meetings.migrations.0020_earlier_days")


def fill(apps, schema_editor):
    """From the rows of the documents' numbers, which are there of every edition. Afterwards all is guarded again."""
    model = apps.get_model("meetings", "IndexedReference")
    rows = model.objects.filter(kind="document").order_by("edition_id", "item_id")
    shared = dict.fromkeys(
        (edition, item, number)
        for edition, item, reference in rows.values_list("edition_id", "item_id", "reference").iterator()
        if (number := get_base_number(reference))
    )
    guards.remove(apps, schema_editor)
    model.objects.bulk_create(
        (
            model(edition_id=edition, item_id=item, kind="whole_number", reference=number)
            for edition, item, number in shared
        ),
        batch_size=1000,
    )
    if schema_editor.connection.vendor == "postgresql":  # which alters no table while keys are still to be checked
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    guards.install(apps, schema_editor)


def empty(apps, schema_editor):
    guards.remove(apps, schema_editor)
    apps.get_model("meetings", "IndexedReference").objects.filter(kind="whole_number").delete()
    guards.install(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0020_earlier_days")]

    operations = [
        migrations.AlterField(
            model_name="indexedreference",
            name="kind",
            field=models.CharField(
                choices=[("document", "Document"), ("procedure", "Procedure"), ("whole_number", "Whole Number")],
                max_length=16,
            ),
        ),
        RunPython(fill, empty, elidable=False),
    ]

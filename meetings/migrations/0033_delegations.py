"""Index rows of delegations, for the editions that are there, and guarded as others.

SQLite drops the triggers of a table that a later migration rebuilds: such a migration ends with `install` of this
module, which installs all guards of editions.
"""

import uuid
from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

from meetings.database.edition_guards import EditionGuards
from meetings.documents.decoding import decode_document_or_none
from meetings.documents.schema import MeetingDocument
from meetings.editions.index_rows import list_delegation_columns
from meetings.migrations._operations import RunPython

earlier_days = import_module("meetings.migrations.0020_earlier_days")
earlier = import_module("meetings.migrations.0032_files")

guards = EditionGuards("meetings_indexeddelegation", like=earlier_days, after=earlier)
install, remove = guards.install, guards.remove


def fill(apps, schema_editor):
    """From the documents in their source languages. Of what cannot be read, or was erased, nothing is known."""
    sources = models.Q(language=models.F("edition__source_language"), edition__subject_type="meeting")
    held = apps.get_model("meetings", "EditionDocument").objects.filter(sources, edition__is_tombstone=False)
    model = apps.get_model("meetings", "IndexedDelegation")
    found = []
    for one in held.exclude(document__text="").select_related("document").order_by("pk").iterator(chunk_size=200):
        document = decode_document_or_none(one.document.text, one.document_id)
        if isinstance(document, MeetingDocument):
            found += [model(edition_id=one.edition_id, **columns) for columns in list_delegation_columns(document)]
    model.objects.bulk_create(found, batch_size=1000)
    if schema_editor.connection.vendor == "postgresql":  # which alters no table while keys are still to be checked
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0032_files")]

    operations = [
        migrations.CreateModel(
            name="IndexedDelegation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=2)),
                (
                    "role",
                    models.CharField(
                        choices=[("request", "Request"), ("support", "Support"), ("chair", "Chair")], max_length=8
                    ),
                ),
                ("item_id", models.UUIDField(null=True)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="meetings.edition"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["code", "role"], name="delegation_by_code")]},
        ),
        RunPython(fill, RunPython.noop, elidable=False),
        RunPython(guards.guard, guards.unguard),
    ]

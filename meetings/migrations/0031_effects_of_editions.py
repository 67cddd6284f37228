"""Index rows of what each edition changed for readers, for the editions that are there, and guarded as the others.

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
from meetings.editions.effects import list_effects
from meetings.migrations._operations import RunPython

earlier = import_module("meetings.migrations.0020_earlier_days")
guards_so_far = import_module("meetings.migrations.0030_stored_search_results")

guards = EditionGuards("meetings_indexedeffect", like=earlier, after=guards_so_far)
install, remove = guards.install, guards.remove


def fill(apps, schema_editor):
    """Compare each edition with the one before it. Of a text that cannot be read, or was erased, nothing is known."""
    editions = apps.get_model("meetings", "Edition").objects.filter(subject_type="meeting")
    documents = apps.get_model("meetings", "EditionDocument").objects.select_related("document")
    model = apps.get_model("meetings", "IndexedEffect")
    rows, subject, before = [], None, None
    for edition in editions.order_by("subject_id", "available_from").iterator(chunk_size=200):
        if edition.subject_id != subject:
            subject, before = edition.subject_id, None
        source = documents.filter(edition=edition.pk, language=edition.source_language).first()
        document = decode_document_or_none(source.document.text, source.document_id) if source else None
        if edition.is_tombstone or not isinstance(document, MeetingDocument):
            before = None
            continue
        rows += [model(edition_id=edition.pk, kind=effect) for effect in list_effects(before, document)]
        before = document
    model.objects.bulk_create(rows, batch_size=1000)
    if schema_editor.connection.vendor == "postgresql":  # which alters no table while keys are still to be checked
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0030_stored_search_results")]

    operations = [
        migrations.CreateModel(
            name="IndexedEffect",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("cancelled", "cancelled"),
                            ("postponed", "postponed, no new date"),
                            ("moved", "moved"),
                            ("results", "results"),
                            ("other", "corrected"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="meetings.edition"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["edition", "kind"], name="effect_of_edition"),
                    models.Index(fields=["kind"], name="effect_by_kind"),
                ]
            },
        ),
        migrations.AlterField(
            model_name="edition",
            name="reason",
            field=models.CharField(
                choices=[
                    ("publication", "published"),
                    ("correction", "corrected"),
                    ("editorial", "minor correction (spelling or wording)"),
                    ("facts", "changed on the day"),
                    ("translation", "translated"),
                    ("again", "published again"),
                    ("restoration", "restored"),
                    ("withdrawal", "withdrawn"),
                ],
                default="publication",
                max_length=16,
            ),
        ),
        RunPython(fill, RunPython.noop, elidable=False),
        RunPython(guards.guard, guards.unguard),
    ]

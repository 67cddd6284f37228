"""What search results show of the editions that are there, guarded as their search rows are.

SQLite drops the triggers of a table that a later migration rebuilds: such a migration ends with `install` of this
module, which installs all guards of editions.
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

from meetings.database.edition_guards import EditionGuards
from meetings.documents.decoding import decode_document_or_none
from meetings.documents.schema import MeetingDocument, TopicDocument
from meetings.migrations._operations import RunPython
from meetings.search.document_parts import build_search_parts
from meetings.search.search_rows import build_result_columns

search_rows = import_module("meetings.migrations.0019_search_rows_of_what_is_published")
earlier = import_module("meetings.migrations.0024_images")

guards = EditionGuards("meetings_storedsearchresult", like=search_rows, after=earlier)
install, remove = guards.install, guards.remove
BATCH_SIZE = 1_000


def fill(apps, schema_editor):
    """From the documents as they are stored. What cannot be read, or was erased, is not shown."""
    documents = apps.get_model("meetings", "EditionDocument").objects.filter(edition__is_tombstone=False)
    model = apps.get_model("meetings", "StoredSearchResult")
    rows = []
    for each in documents.exclude(document__text="").select_related("document").order_by("pk").iterator(chunk_size=200):
        document = decode_document_or_none(each.document.text, each.document_id)
        if isinstance(document, MeetingDocument | TopicDocument):
            rows += [
                model(edition_id=each.edition_id, **build_result_columns(each.edition_id, document, part))
                for part in build_search_parts(document)
            ]
        if len(rows) >= BATCH_SIZE:
            model.objects.bulk_create(rows)
            rows = []
    model.objects.bulk_create(rows)
    if schema_editor.connection.vendor == "postgresql":  # which alters no table while keys are still to be checked
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0029_sign_in")]

    operations = [
        migrations.CreateModel(
            name="StoredSearchResult",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("language", models.CharField(max_length=2)),
                ("content", models.TextField()),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="meetings.edition"
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        RunPython(fill, RunPython.noop),
        RunPython(guards.guard, guards.unguard),
    ]

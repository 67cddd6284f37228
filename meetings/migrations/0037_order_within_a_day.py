"""The instant by which the meetings of a day are sorted, for the editions that are there.

SQLite rebuilds the table, which drops its triggers, and PostgreSQL must not refuse the changes: so all guards of
editions are removed first and installed again at the end.
"""

import datetime as dt
from importlib import import_module

from django.db import migrations, models

from meetings.documents.decoding import decode_document_or_none
from meetings.documents.schedule import END_OF_DAY, convert_to_utc, get_start_instant
from meetings.documents.schema import MeetingDocument
from meetings.migrations._operations import RunPython

guards = import_module("meetings.migrations.0036_suppress_superseded_editions_only")

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
BATCH = 500
BY_DATE = ["-listed_on", "-sorted_at", "subject_id"]
INDEXES = {
    "edition_by_date": ["subject_type", *BY_DATE, "available_from"],
    "edition_by_configuration": ["configuration", *BY_DATE],
    "edition_by_status": ["status", *BY_DATE],
    "edition_by_form": ["form", *BY_DATE],
    "edition_by_presidency": ["presidency", *BY_DATE],
}


def fill(apps, schema_editor):
    """Fill the new column from the documents in their source languages.

    The meeting of what cannot be read, or was erased or withdrawn, is sorted as one without a known start.
    """
    editions = apps.get_model("meetings", "Edition").objects
    editions.filter(subject_type="topic").update(sorted_at=models.F("available_from"))
    documents = apps.get_model("meetings", "EditionDocument").objects.select_related("document")
    changed = []
    for edition in editions.filter(subject_type="meeting").order_by("pk").iterator(chunk_size=200):
        row = documents.filter(edition=edition.pk, language=edition.source_language).first()
        document = decode_document_or_none(row.document.text, row.document_id) if row and row.document.text else None
        if isinstance(document, MeetingDocument):
            edition.sorted_at = get_start_instant(document, edition.listed_on)
        else:
            edition.sorted_at = convert_to_utc(edition.listed_on, END_OF_DAY, "Europe/Brussels")
        changed.append(edition)
        if len(changed) >= BATCH:
            editions.bulk_update(changed, ["sorted_at"])
            changed = []
    editions.bulk_update(changed, ["sorted_at"])
    if schema_editor.connection.vendor == "postgresql":  # which alters no table while keys are still to be checked
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0036_suppress_superseded_editions_only")]

    operations = [
        RunPython(guards.remove, guards.install),
        *(migrations.RemoveIndex("edition", name) for name in INDEXES),
        migrations.AddField("edition", "sorted_at", models.DateTimeField(default=EPOCH), preserve_default=False),
        RunPython(fill, RunPython.noop, elidable=False),
        *(migrations.AddIndex("edition", models.Index(fields=fields, name=name)) for name, fields in INDEXES.items()),
        RunPython(guards.install, guards.remove),
    ]

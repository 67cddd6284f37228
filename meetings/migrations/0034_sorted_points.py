"""The order of programme points in time, and whether they take place, for the editions that are there.

SQLite rebuilds the table, which drops its triggers, and PostgreSQL must not refuse the changes: so all guards of
editions are removed first and installed again at the end.
"""

import datetime as dt
from importlib import import_module

from django.db import migrations, models

from meetings.documents.decoding import decode_document_or_none
from meetings.documents.schedule import END_OF_DAY, convert_to_utc, list_sort_instants, takes_place
from meetings.documents.schema import MeetingDocument
from meetings.migrations._operations import RunPython

guards = import_module("meetings.migrations.0033_delegations")

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
BATCH = 500


def fill(apps, schema_editor):
    """Fill the new columns from the documents in their source languages.

    What cannot be read, or was erased, is sorted as if it were in Brussels.
    """
    points = apps.get_model("meetings", "IndexedPoint").objects
    edition = apps.get_model("meetings", "Edition").objects.filter(pk=models.OuterRef("edition"))
    points.update(configuration=models.Subquery(edition.values("configuration")))
    points.filter(date__isnull=False, time__isnull=False).update(is_timed=True)
    sources = models.Q(language=models.F("edition__source_language"), edition__subject_type="meeting")
    documents = apps.get_model("meetings", "EditionDocument").objects.filter(sources, edition__is_tombstone=False)
    changed = []
    for row in documents.select_related("document", "edition").order_by("pk").iterator(chunk_size=200):
        text = row.document.text
        document = decode_document_or_none(text, row.document_id) if text else None
        readable = isinstance(document, MeetingDocument)
        instants = list(list_sort_instants(document, row.edition.listed_on)) if readable else []
        for point in points.filter(edition=row.edition_id).order_by("position"):
            if point.position < len(instants):
                point.sorted_at = instants[point.position]
                point.takes_place = takes_place(document, document.programme[point.position])
            else:
                point.takes_place = point.state != "cancelled" and row.edition.status != "cancelled"
                time = point.time.isoformat() if point.time else END_OF_DAY
                point.sorted_at = convert_to_utc(point.date or row.edition.listed_on, time, "Europe/Brussels")
            changed.append(point)
        if len(changed) >= BATCH:
            points.bulk_update(changed, ["sorted_at", "takes_place"])
            changed = []
    points.bulk_update(changed, ["sorted_at", "takes_place"])
    if schema_editor.connection.vendor == "postgresql":  # which alters no table while keys are still to be checked
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0033_delegations")]

    operations = [
        RunPython(guards.remove, guards.install),
        migrations.AddField("indexedpoint", "is_timed", models.BooleanField(default=False), preserve_default=False),
        migrations.AddField("indexedpoint", "takes_place", models.BooleanField(default=True), preserve_default=False),
        migrations.AddField(
            "indexedpoint", "configuration", models.CharField(max_length=16, default=""), preserve_default=False
        ),
        migrations.AddField("indexedpoint", "sorted_at", models.DateTimeField(default=EPOCH), preserve_default=False),
        RunPython(fill, RunPython.noop, elidable=False),
        migrations.AddIndex("indexedpoint", models.Index(fields=["point_id"], name="point_by_id")),
        migrations.AddIndex("indexedpoint", models.Index(fields=["sorted_at"], name="point_by_time")),
        migrations.AddIndex(
            "indexedpoint", models.Index(fields=["configuration", "sorted_at"], name="point_by_configuration")
        ),
        migrations.AddIndex(
            "indexedpoint",
            models.Index(condition=models.Q(("takes_place", False)), fields=["sorted_at"], name="point_called_off"),
        ),
        RunPython(guards.install, guards.remove),
    ]

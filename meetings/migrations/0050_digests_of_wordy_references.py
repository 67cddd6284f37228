"""Write digests in the place of references that have words, which the public role could read of scheduled texts."""

import re
from importlib import import_module

from django.db import migrations

from meetings.documents.document_numbers import build_indexed_reference
from meetings.migrations._operations import RunPython

DIGEST = re.compile("=[0-9a-f]{32}")  # of a row that was written by this version, or by this migration before
guards = import_module("meetings.migrations.0048_document_keys")


def hide_words(apps, _editor):
    model = apps.get_model("meetings", "IndexedReference")
    changed = []
    for row in model.objects.order_by("pk").iterator():
        indexed = build_indexed_reference(row.reference)
        if indexed != row.reference and not DIGEST.fullmatch(row.reference):
            row.reference = indexed
            changed.append(row)
    model.objects.bulk_update(changed, ["reference"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0049_end_sessions")]
    operations = [
        RunPython(guards.remove, guards.install),
        RunPython(hide_words, RunPython.noop),
        RunPython(guards.install, guards.remove),
    ]

"""Index pictures by a key from which nobody can tell their digest, with which any file can be opened.

Taken back, it leaves the keys, so that pictures that are published already are not found.
"""

from importlib import import_module

from django.db import migrations, models

from meetings.migrations._operations import RunPython

check = import_module("meetings.migrations.0038_check_at_the_end_of_the_commit")
KEYS = {"postgresql": "encode(sha256(convert_to(key, 'UTF8')), 'hex')", "sqlite": "SHA256(key)"}


def compute_keys(apps, editor):
    check.remove(apps, editor)
    editor.execute(f"UPDATE meetings_indexedimage SET key = {KEYS[editor.connection.vendor]}")
    check.install(apps, editor)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0042_check_at_a_commit_only")]
    operations = [
        migrations.RemoveIndex("indexedimage", "image_by_digest"),
        migrations.RenameField("indexedimage", "digest", "key"),
        migrations.AddIndex("indexedimage", models.Index(fields=["key"], name="image_by_key")),
        RunPython(compute_keys, RunPython.noop),
    ]

"""Find editions by a key of their address, since an index has the words of deleted rows until they are vacuumed.

SQLite rebuilds the table, which drops its triggers, and PostgreSQL must not refuse the changes: so all guards of
editions are removed first and installed again at the end.
"""

from importlib import import_module

from django.db import migrations, models
from django.db.models.functions import MD5, Left

import meetings.models.edition
from meetings.migrations._operations import RunPython

check = import_module("meetings.migrations.0038_check_at_the_end_of_the_commit")


def fill(apps, editor):
    apps.get_model("meetings", "Edition").objects.update(address_key=Left(MD5("address"), 4))
    if editor.connection.vendor == "postgresql":  # which alters no table while keys are still to be checked
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0044_appeared_suppressions")]
    operations = [
        RunPython(check.remove, check.install),
        migrations.RemoveIndex("edition", "edition_by_address"),
        migrations.AddField(
            "edition",
            "address_key",
            meetings.models.edition.AddressKeyField(default="", editable=False, max_length=4),
            preserve_default=False,
        ),
        RunPython(fill, RunPython.noop),
        migrations.AddIndex(
            "edition", models.Index(fields=["address_key", "available_from"], name="edition_by_address")
        ),
        RunPython(check.install, check.remove),
    ]

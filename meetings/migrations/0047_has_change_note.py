"""Say which editions have a note on what changed, so that the function that reads it is called only then (decision 140).

SQLite rebuilds the table, which drops its triggers, and PostgreSQL must not refuse the changes: so all guards of
editions are removed first and installed again at the end.
"""

from importlib import import_module

from django.db import migrations, models

from meetings.migrations._operations import RunPython

guards = import_module("meetings.migrations.0046_write_without_old_views")


def fill(apps, editor):
    apps.get_model("meetings", "Edition").objects.exclude(change_note="").update(has_change_note=True)
    if editor.connection.vendor == "postgresql":  # which alters no table while keys are still to be checked
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0046_write_without_old_views")]
    operations = [
        RunPython(guards.remove, guards.install),
        migrations.AddField("edition", "has_change_note", models.BooleanField(default=False, editable=False)),
        RunPython(fill, RunPython.noop),
        RunPython(guards.install, guards.remove),
    ]

"""Going back, remove the tables that readers have on PostgreSQL (decision 160), which earlier versions do not know.

`manage.py database_roles` creates them after the migrations, because they belong to roles.
"""

from django.db import migrations

from meetings.database import reader_tables, reader_triggers
from meetings.migrations._operations import RunPython


def remove(_apps, editor):
    if editor.connection.vendor == "postgresql":
        for statement in (*reader_triggers.build_removal(), *reader_tables.build_removal()):
            editor.execute(statement, params=None)
        editor.execute(f"DROP SCHEMA IF EXISTS {reader_tables.READERS} CASCADE")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0051_instants_in_indexes")]
    operations = [RunPython(RunPython.noop, remove)]

from django.db import migrations

from meetings.migrations._operations import RunPython


def compress_by_lz4(apps, schema_editor):
    """Documents that are stored from now on; those that are there stay as they are, and are read as before."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 'lz4' = ANY (enumvals) FROM pg_settings WHERE name = 'default_toast_compression'")
        if cursor.fetchone() == (True,):  # PostgreSQL can be built without it
            cursor.execute("ALTER TABLE meetings_storeddocument ALTER COLUMN text SET COMPRESSION lz4")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0013_translated_by")]
    operations = [RunPython(compress_by_lz4, RunPython.noop, elidable=False)]

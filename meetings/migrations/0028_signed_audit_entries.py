"""The account of the database in each entry of the audit log; PostgreSQL writes it, and for web processes the time too.

SQLite has no accounts. It rebuilds the table for the new column, so that its triggers are created again.
"""

from django.db import migrations, models

from meetings.database.append_only import guard
from meetings.migrations._operations import RunPython

TABLE = "meetings_auditentry"
# The owner of the table could disable the trigger anyway, and its commands have the time of their own process.
SIGN = f"""
CREATE OR REPLACE FUNCTION council_sign_entry() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.database_user := session_user;
    IF session_user <> (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        NEW.at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION council_sign_entry() FROM PUBLIC;
CREATE TRIGGER council_signed BEFORE INSERT ON {TABLE} FOR EACH ROW EXECUTE FUNCTION council_sign_entry();
"""


def sign(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(SIGN, params=None)


def stop_signing(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER council_signed ON {TABLE}")
        schema_editor.execute("DROP FUNCTION council_sign_entry()")


def guard_again(apps, schema_editor):
    guard(schema_editor, TABLE)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0027_live_search_rows")]
    operations = [
        RunPython(RunPython.noop, guard_again),
        migrations.AddField(
            model_name="auditentry",
            name="database_user",
            field=models.CharField(blank=True, default="", max_length=63, verbose_name="database account"),
        ),
        RunPython(guard_again, RunPython.noop),
        RunPython(sign, stop_signing),
    ]

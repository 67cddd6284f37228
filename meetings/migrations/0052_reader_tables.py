"""Going back, remove the tables that readers have on PostgreSQL (decision 160), which earlier versions do not know.

`manage.py database_roles` creates them after the migrations, because they belong to roles.
"""

from django.db import migrations

from meetings.migrations._operations import RunPython

REMOVAL = """
    DROP SCHEMA IF EXISTS readers_complete, readers_and_pending, readers CASCADE;
    DO $$ DECLARE found regprocedure; BEGIN
        FOR found IN SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname ~
            '^council_(readers_|pending_|copy_|choose_schema|withdrawn_editions|document_text|result_|edition_digests)'
        LOOP EXECUTE 'DROP FUNCTION ' || found || ' CASCADE'; END LOOP;
    END $$
"""


def remove(_apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(REMOVAL, params=None)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0051_instants_in_indexes")]
    operations = [RunPython(RunPython.noop, remove)]

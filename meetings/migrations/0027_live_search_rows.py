"""On PostgreSQL, the search rows of live editions in a table of their own, the only one that readers search by words.

The function of the public role compares words before it can know whether a row is public. So nothing hidden may be in
the table that it searches (decision 94). `meetings_searchrow` still has all rows, guarded as before.

- `meetings_livesearchrow` has copies of the rows of editions that are live and have no scheduled withdrawal.
- `meetings_pendingsearch` has the editions that are not in it yet, or not any more because a withdrawal is scheduled,
  with their instants. Readers find them by their instant, and only then by their words.

Triggers keep both: an edition is pending from the moment when it is written. Each later publication copies what has
appeared in between; nobody has to come for an embargo to end. Editors cannot write either table.

SQLite has no roles: there, all searches use `meetings_searchrow`.
"""

from django.db import migrations

from meetings.database.reader_tables import IS_SUPPRESSED
from meetings.database.search_triggers import (
    build_search_trigger_removal,
    build_search_triggers,
    build_superseded,
)
from meetings.migrations._operations import RunPython

# Deleted rows leave their words in the index until a vacuum, and new ones are in a list that each search reads until
# then. So PostgreSQL is told to begin one after each change.
LIVE_OPTIONS = (
    "autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_insert_threshold = 0, "
    "autovacuum_vacuum_insert_scale_factor = 0, vacuum_index_cleanup = on, vacuum_truncate = off"
)


def list_statements():
    yield f"CREATE TABLE meetings_livesearchrow (LIKE meetings_searchrow, PRIMARY KEY (id)) WITH ({LIVE_OPTIONS})"
    yield "CREATE INDEX live_search_by_date ON meetings_livesearchrow (date DESC, part_id)"
    yield "CREATE INDEX live_search_by_edition ON meetings_livesearchrow (edition_id)"
    yield "CREATE TABLE meetings_pendingsearch (edition_id uuid PRIMARY KEY, available_from timestamptz NOT NULL)"
    yield "CREATE INDEX pending_search_by_instant ON meetings_pendingsearch (available_from)"
    yield (
        "INSERT INTO meetings_pendingsearch SELECT id, available_from FROM meetings_edition AS edition "
        f"WHERE NOT is_tombstone AND NOT {IS_SUPPRESSED} "
        f"AND NOT {build_superseded(' AND later.available_from <= clock_timestamp()')}"
    )
    yield from build_search_triggers()
    yield "SELECT council_update_search()"
    yield "CREATE INDEX live_search_by_words ON meetings_livesearchrow USING gin (words)"


def list_removals():
    yield from build_search_trigger_removal()
    yield "DROP TABLE meetings_livesearchrow, meetings_pendingsearch"


def install(apps, schema_editor):
    execute(schema_editor, list_statements())


def remove(apps, schema_editor):
    execute(schema_editor, list_removals())


def execute(schema_editor, statements):
    if schema_editor.connection.vendor == "postgresql":
        for statement in statements:
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0026_acts_of_one_person")]
    operations = [RunPython(install, remove)]

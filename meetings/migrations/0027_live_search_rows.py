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

SAME_SUBJECT = "{0}.subject_type = {1}.subject_type AND {0}.subject_id = {1}.subject_id"
SUPPRESSED = (
    "EXISTS (SELECT FROM public.meetings_suppression AS closed "
    "WHERE closed.edition_id = edition.id AND closed.lifted_at IS NULL)"
)


def build_superseded(until, only=""):
    """Return the condition that a later edition of the subject of `edition` exists, up to an instant."""
    return (
        f"EXISTS (SELECT FROM public.meetings_edition AS later WHERE {SAME_SUBJECT.format('later', 'edition')} "
        f"AND later.available_from > edition.available_from{until}{only})"
    )


WITHDRAWN = build_superseded("", " AND later.is_tombstone")  # now or later

# Two seconds: a search may be as of one second ago (`council_search`), and must find what was live then.
UPDATE = f"""
DECLARE settled timestamptz := clock_timestamp() - interval '2 seconds'; due uuid[];
BEGIN
    SELECT array_agg(locked.edition_id) INTO due FROM (
        SELECT edition_id FROM public.meetings_pendingsearch WHERE available_from <= settled
        FOR UPDATE SKIP LOCKED
    ) AS locked;
    DELETE FROM public.meetings_pendingsearch AS pending USING public.meetings_edition AS edition
    WHERE pending.edition_id = ANY (due) AND edition.id = pending.edition_id
        AND ({build_superseded(" AND later.available_from <= settled")} OR {SUPPRESSED});
    SELECT array_agg(pending.edition_id) INTO due
    FROM public.meetings_pendingsearch AS pending JOIN public.meetings_edition AS edition ON edition.id = pending.edition_id
    WHERE pending.edition_id = ANY (due) AND NOT {WITHDRAWN};
    DELETE FROM public.meetings_livesearchrow AS part
    USING public.meetings_edition AS earlier, public.meetings_edition AS edition
    WHERE edition.id = ANY (due) AND earlier.id = part.edition_id AND earlier.id <> edition.id
        AND {SAME_SUBJECT.format("earlier", "edition")};
    INSERT INTO public.meetings_livesearchrow SELECT * FROM public.meetings_searchrow WHERE edition_id = ANY (due);
    DELETE FROM public.meetings_pendingsearch WHERE edition_id = ANY (due);
    RETURN coalesce(cardinality(due), 0);
END
"""
# The locks wait for a transaction that is just copying rows of the same subject.
ADDED = f"""
BEGIN
    INSERT INTO public.meetings_pendingsearch SELECT id, available_from FROM added WHERE NOT is_tombstone;
    PERFORM FROM public.meetings_pendingsearch AS pending
    JOIN public.meetings_edition AS edition ON edition.id = pending.edition_id
    JOIN added AS withdrawal ON withdrawal.is_tombstone AND {SAME_SUBJECT.format("withdrawal", "edition")}
    FOR UPDATE OF pending;
    WITH removed AS (
        DELETE FROM public.meetings_livesearchrow AS part USING public.meetings_edition AS edition, added AS withdrawal
        WHERE part.edition_id = edition.id AND withdrawal.is_tombstone
            AND {SAME_SUBJECT.format("withdrawal", "edition")}
        RETURNING edition.id, edition.available_from
    )
    INSERT INTO public.meetings_pendingsearch SELECT DISTINCT id, available_from FROM removed;
    RETURN NULL;
END
"""
DELETED = """
BEGIN
    DELETE FROM public.meetings_pendingsearch WHERE edition_id IN (SELECT id FROM deleted);
    DELETE FROM public.meetings_livesearchrow WHERE edition_id IN (SELECT id FROM deleted);
    RETURN NULL;
END
"""
CLOSED = """
BEGIN
    DELETE FROM public.meetings_pendingsearch WHERE edition_id IN (SELECT edition_id FROM closed);
    DELETE FROM public.meetings_livesearchrow WHERE edition_id IN (SELECT edition_id FROM closed);
    RETURN NULL;
END
"""
COMMITTED = "BEGIN PERFORM public.council_update_search(); RETURN NULL; END"
FUNCTIONS = {
    "council_update_search": ("bigint", UPDATE),
    "council_search_added": ("trigger", ADDED),
    "council_search_deleted": ("trigger", DELETED),
    "council_search_closed": ("trigger", CLOSED),
    "council_search_committed": ("trigger", COMMITTED),
}
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
        f"WHERE NOT is_tombstone AND NOT {SUPPRESSED} "
        f"AND NOT {build_superseded(' AND later.available_from <= clock_timestamp()')}"
    )
    for name, (returned, body) in FUNCTIONS.items():
        yield (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS {returned} LANGUAGE plpgsql SECURITY DEFINER "
            f"SET search_path = pg_catalog, pg_temp AS $$ {body} $$"
        )
        yield f"REVOKE ALL ON FUNCTION {name}() FROM PUBLIC"
    for name, table, event, rows in (
        ("council_search_added", "meetings_edition", "INSERT", "NEW TABLE AS added"),
        ("council_search_deleted", "meetings_edition", "DELETE", "OLD TABLE AS deleted"),
        ("council_search_closed", "meetings_suppression", "INSERT", "NEW TABLE AS closed"),
    ):
        yield (
            f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {rows} FOR EACH STATEMENT "
            f"EXECUTE FUNCTION {name}()"
        )
    # At the commit, and before the guard `council_late` looks at the clock: triggers run in the order of their names.
    yield (
        "CREATE CONSTRAINT TRIGGER council_committed AFTER INSERT ON meetings_edition DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION council_search_committed()"
    )
    yield "SELECT council_update_search()"
    yield "CREATE INDEX live_search_by_words ON meetings_livesearchrow USING gin (words)"


def list_removals():
    yield "DROP TRIGGER council_committed ON meetings_edition"
    yield "DROP TRIGGER council_search_added ON meetings_edition"
    yield "DROP TRIGGER council_search_deleted ON meetings_edition"
    yield "DROP TRIGGER council_search_closed ON meetings_suppression"
    for name in FUNCTIONS:
        yield f"DROP FUNCTION {name}()"
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
    operations = [migrations.RunPython(install, remove)]

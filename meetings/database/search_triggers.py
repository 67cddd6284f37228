"""The functions and triggers that keep the tables which readers search on PostgreSQL (`0027_live_search_rows`).

What readers find depends on them. So `database_roles` creates them again each time, and the self-check compares them
(`definitions.py`). They run with the rights of the tables' owner: editors cannot write these tables.
"""

from collections.abc import Iterator

from meetings.database.reader_tables import IS_SUPPRESSED

SAME_SUBJECT = "{0}.subject_type = {1}.subject_type AND {0}.subject_id = {1}.subject_id"


def build_superseded(until: str, only: str = "") -> str:
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
    IF due IS NULL THEN RETURN 0; END IF;
    DELETE FROM public.meetings_pendingsearch AS pending USING public.meetings_edition AS edition
    WHERE pending.edition_id = ANY (due) AND edition.id = pending.edition_id
        AND ({build_superseded(" AND later.available_from <= settled")} OR {IS_SUPPRESSED});
    SELECT array_agg(pending.edition_id) INTO due
    FROM public.meetings_pendingsearch AS pending
    JOIN public.meetings_edition AS edition ON edition.id = pending.edition_id
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
NOW = "clock_timestamp()"
# Puts right what a clock that was ahead has done: words that were copied too early go back, and those of live editions,
# which these replaced, wait to be copied again.
REPAIR = f"""
WITH early AS (
    DELETE FROM public.meetings_livesearchrow AS part USING public.meetings_edition AS edition
    WHERE edition.id = part.edition_id AND edition.available_from > {NOW}
    RETURNING edition.id, edition.available_from
)
INSERT INTO public.meetings_pendingsearch
SELECT id, available_from FROM early
UNION SELECT id, available_from FROM public.meetings_edition AS edition
WHERE available_from <= {NOW} AND NOT is_tombstone AND NOT {IS_SUPPRESSED}
    AND NOT {build_superseded(f" AND later.available_from <= {NOW}")} AND NOT {WITHDRAWN}
    AND NOT EXISTS (SELECT FROM public.meetings_livesearchrow AS part WHERE part.edition_id = edition.id)
ON CONFLICT DO NOTHING
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
FUNCTIONS = {  # with what they return
    "council_update_search": ("bigint", UPDATE),
    "council_search_added": ("trigger", ADDED),
    "council_search_deleted": ("trigger", DELETED),
    "council_search_closed": ("trigger", CLOSED),
    "council_search_committed": ("trigger", COMMITTED),
}
TRIGGERS = {  # of these tables
    "council_search_added": ("meetings_edition", "INSERT", "NEW TABLE AS added"),
    "council_search_deleted": ("meetings_edition", "DELETE", "OLD TABLE AS deleted"),
    "council_search_closed": ("meetings_suppression", "INSERT", "NEW TABLE AS closed"),
}
# At the commit, and before the guard `council_late` looks at the clock: triggers run in the order of their names.
COMMIT_TRIGGER = ("council_committed", "meetings_edition")


def list_function_definitions() -> dict[str, str]:
    """Return the statements that create the functions, by name."""
    return {
        name: f"CREATE FUNCTION public.{name}() RETURNS {returned} LANGUAGE plpgsql SECURITY DEFINER "
        f"SET search_path = pg_catalog, pg_temp AS $$ {body} $$"
        for name, (returned, body) in FUNCTIONS.items()
    }


def list_trigger_definitions() -> dict[tuple[str, str], str]:
    """Return the statements that create the triggers, by name and table."""
    name, table = COMMIT_TRIGGER
    return {
        **{
            (name, table): f"CREATE TRIGGER {name} AFTER {event} ON public.{table} REFERENCING {rows} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION public.{name}()"
            for name, (table, event, rows) in TRIGGERS.items()
        },
        (name, table): f"CREATE CONSTRAINT TRIGGER {name} AFTER INSERT ON public.{table} DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION public.council_search_committed()",
    }


def build_search_triggers() -> Iterator[str]:
    """Yield the statements that create the functions and triggers again. Nobody but their owner may call them."""
    yield from build_search_trigger_removal()
    for name, definition in list_function_definitions().items():
        yield definition
        yield f"REVOKE ALL ON FUNCTION public.{name}() FROM PUBLIC"
    yield from list_trigger_definitions().values()


def build_search_trigger_removal() -> Iterator[str]:
    for name, table in list_trigger_definitions():
        yield f"DROP TRIGGER IF EXISTS {name} ON public.{table}"
    for name in FUNCTIONS:
        yield f"DROP FUNCTION IF EXISTS public.{name}()"

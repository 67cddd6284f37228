"""The functions and triggers that keep readers' tables (`reader_tables.py`), with the rights of the tables' owner.

An edition is pending when it is written. Each later publication copies, at its commit, what has appeared since; the
editors' process does it, too, and `manage.py update_search` at night. Readers find pending rows without that. All rows
of an edition are copied at once, so that readers find them either in the tables or pending. When a tombstone is copied,
what it withdrew is removed.
"""

import logging
from collections.abc import Iterable, Iterator

from django.db import Error, connection, transaction

from meetings.database.reader_tables import (
    EDITION_RELATIONS,
    IS_READ_COMMITTED,
    LAST_CHOICE,
    PENDING_EDITIONS,
    READERS,
    WAS_WITHDRAWN,
    WITHDRAWN_EDITIONS,
    ReaderRelation,
    Shown,
)
from meetings.models.public_tables import EDITION_TABLE, SUPPRESSION_TABLE

logger = logging.getLogger(__name__)
COPY_FUNCTION = "council_copy_appeared"
# At the commit, and before the guard `council_late` looks at the clock: triggers run in the order of their names.
COPY_TRIGGER = "council_copies"


def build_removals(editions: str, relations: Iterable[ReaderRelation] = EDITION_RELATIONS) -> str:
    """Return the statements that remove all rows of editions, an SQL condition on a key, from readers' tables."""
    return "\n".join(
        f"DELETE FROM {READERS}.{relation.name} WHERE {relation.edition_key} {editions};" for relation in relations
    )


INSERTIONS = "\n".join(
    f"INSERT INTO {READERS}.{relation.name} {relation.build_query('editions', WAS_WITHDRAWN)};"
    for relation in EDITION_RELATIONS
)
ADDED = f"""
BEGIN
    INSERT INTO {PENDING_EDITIONS} SELECT id, available_from, is_tombstone FROM added;
    RETURN NULL;
END
"""
DELETED = f"""
BEGIN
    DELETE FROM {PENDING_EDITIONS} WHERE edition_id IN (SELECT id FROM deleted);
    {build_removals("IN (SELECT id FROM deleted)")}
    RETURN NULL;
END
"""
# Readers see what is left of the edition at once. The locks wait for a transaction that is just copying or removing its
# rows, in the same order as there; each statement sees what was committed meanwhile.
SUPPRESSED = f"""
DECLARE editions uuid[] := ARRAY[COALESCE(NEW.edition_id, OLD.edition_id)];
BEGIN
    IF NOT {IS_READ_COMMITTED} THEN
        RAISE EXCEPTION 'A suppression must see what others commit (READ COMMITTED).';
    END IF;
    PERFORM FROM {PENDING_EDITIONS} WHERE edition_id = ANY (editions) FOR UPDATE;
    PERFORM FROM public.{EDITION_TABLE} WHERE id = ANY (editions) FOR NO KEY UPDATE;
    IF NOT EXISTS (SELECT FROM {PENDING_EDITIONS} WHERE edition_id = ANY (editions)) THEN
        {build_removals("= ANY (editions)")}
        PERFORM public.council_copy_rows(editions);
    END IF;
    RETURN NULL;
END
"""
# What another transaction is just copying or removing waits for the next call, as does a tombstone that withdraws it.
COPY = f"""
DECLARE found uuid[]; withdrawn uuid[]; locked uuid[];
BEGIN
    IF NOT {IS_READ_COMMITTED} THEN RETURN 0; END IF;  -- it would copy what was removed since it began
    SELECT array_agg(pending.edition_id) INTO found FROM (
        SELECT edition_id FROM {PENDING_EDITIONS} WHERE available_from <= {LAST_CHOICE} FOR UPDATE SKIP LOCKED
    ) AS pending;
    IF found IS NULL THEN RETURN 0; END IF;
    withdrawn := ARRAY({WITHDRAWN_EDITIONS} WHERE later.id = ANY (found));
    locked := ARRAY(
        SELECT id FROM public.{EDITION_TABLE} WHERE id = ANY (found || withdrawn) FOR NO KEY UPDATE SKIP LOCKED
    );
    found := ARRAY(
        SELECT id FROM unnest(found) AS each (id) WHERE id = ANY (locked)
            AND NOT EXISTS ({WITHDRAWN_EDITIONS} WHERE later.id = each.id AND edition.id <> ALL (locked))
    );
    withdrawn := ARRAY({WITHDRAWN_EDITIONS} WHERE later.id = ANY (found));
    {build_removals("= ANY (withdrawn)", [each for each in EDITION_RELATIONS if each.shown != Shown.FOR_EVER])}
    PERFORM public.council_copy_rows(found);
    DELETE FROM {PENDING_EDITIONS} WHERE edition_id = ANY (found);
    RETURN cardinality(found);
END
"""
# No publication fails because of what appeared before it. Readers find that without copies, too.
COMMITTED = f"""
BEGIN
    BEGIN
        PERFORM public.{COPY_FUNCTION}();
    EXCEPTION WHEN OTHERS THEN
        RAISE WARNING 'What has appeared could not be copied to the tables of readers: %', SQLERRM;
    END;
    RETURN NULL;
END
"""
FUNCTIONS = {  # with parameters, and what they return
    "council_copy_rows": ("editions uuid[]", "void", f"BEGIN {INSERTIONS} END"),
    "council_readers_added": ("", "trigger", ADDED),
    "council_readers_deleted": ("", "trigger", DELETED),
    "council_readers_suppressed": ("", "trigger", SUPPRESSED),
    COPY_FUNCTION: ("", "bigint", COPY),
    "council_readers_committed": ("", "trigger", COMMITTED),
}


def list_function_definitions() -> dict[str, str]:
    """Return the statements that create the functions, by name."""
    return {
        name: f"CREATE FUNCTION public.{name}({parameters}) RETURNS {returned} LANGUAGE plpgsql SECURITY DEFINER "
        f"SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$ {body} $$"
        for name, (parameters, returned, body) in FUNCTIONS.items()
    }


def list_trigger_definitions() -> dict[tuple[str, str], str]:
    """Return the statements that create the triggers, by name and table."""

    def statement(name: str, when: str, table: str, each: str) -> tuple[tuple[str, str], str]:
        kind = "CONSTRAINT TRIGGER" if name == COPY_TRIGGER else "TRIGGER"
        function = "council_readers_committed" if name == COPY_TRIGGER else name
        return (
            name,
            table,
        ), f"CREATE {kind} {name} {when} ON public.{table} {each} EXECUTE FUNCTION public.{function}()"

    return dict(
        [
            statement(
                "council_readers_added",
                "AFTER INSERT",
                EDITION_TABLE,
                "REFERENCING NEW TABLE AS added FOR EACH STATEMENT",
            ),
            statement(
                "council_readers_deleted",
                "AFTER DELETE",
                EDITION_TABLE,
                "REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT",
            ),
            statement(
                "council_readers_suppressed", "AFTER INSERT OR UPDATE OR DELETE", SUPPRESSION_TABLE, "FOR EACH ROW"
            ),
            statement(COPY_TRIGGER, "AFTER INSERT", EDITION_TABLE, "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"),
        ]
    )


def build_removal() -> Iterator[str]:
    """Yield the statements that remove the triggers and their functions."""
    for name, table in list_trigger_definitions():
        yield f"DROP TRIGGER IF EXISTS {name} ON public.{table}"
    for name in FUNCTIONS:
        yield f"DROP FUNCTION IF EXISTS public.{name}"


def build_statements(editor: str) -> Iterator[str]:
    """Yield the statements that create the functions and triggers.

    The role `editor` may copy. Others may not: whoever copies, and does not end the transaction, holds up withdrawals.
    """
    for name, definition in list_function_definitions().items():
        yield definition
        yield f"REVOKE ALL ON FUNCTION public.{name} FROM PUBLIC"
    yield f"GRANT EXECUTE ON FUNCTION public.{COPY_FUNCTION} TO {editor}"
    yield from list_trigger_definitions().values()


def copy_appeared_editions() -> None:
    """Copy what has appeared. Readers find it also if this fails, so an error is only logged."""
    if connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_catalog.to_regproc(%s) IS NOT NULL", [f"public.{COPY_FUNCTION}"])
            if cursor.fetchone() == (True,):  # `database_roles` has run
                cursor.execute(f"SELECT public.{COPY_FUNCTION}()")
    except Error:
        logger.warning("What has appeared could not be copied to the tables of readers.", exc_info=True)

"""Statistics of columns that are not public. PostgreSQL must keep none, because every role can find values in them.

PostgreSQL plans with statistics of all rows, and tells every role how many rows it expects: of public tables with
`EXPLAIN`, and of all others with `debug_print_plan`, since it plans a query before it refuses it. An estimate for a
prefix counts the values that begin with it, so that a whole value is found sign by sign.

- The columns are found in the catalogue, so that tables of later migrations and of libraries are among them.
- Booleans, integers, random keys and short codes (kinds, states, languages) keep their statistics, which show no words.
  `TELLING_COLUMNS` do not.
- Expressions of indexes have statistics of their own.
- The table of live words keeps those of its words and days, since it has live editions only (decision 94). Titles of a
  text that was withdrawn would stay in statistics until the next night. So do readers' tables, but for their words
  (`reader_tables.py`).
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from meetings.database.search_function import LIVE_TABLE
from meetings.models.public_tables import EDITION_TABLE, MIGRATIONS_TABLE, REFERENCE_TABLES

MAX_CODE_LENGTH = 20
# Numbers and short codes that confirm a guess: at an address, a document or file, or a country that asks for an item.
TELLING_COLUMNS = (
    f"{EDITION_TABLE}.address_key",
    *(f"meetings_indexedfile.{column}" for column in ("slug", "year", "number")),
    "meetings_indexeddelegation.code",
    "meetings_meeting.number",
)
OPEN_COLUMNS = (f"{LIVE_TABLE}.date", f"{LIVE_TABLE}.words")
# PostgreSQL stores the length of a varchar with 4 added.
IS_HARMLESS = f"""
    (a.atttypid = ANY ('{{boolean, smallint, integer, bigint, uuid}}'::regtype[])
        OR a.atttypid = 'varchar'::regtype AND a.atttypmod BETWEEN 5 AND {MAX_CODE_LENGTH + 4})
"""
# Before PostgreSQL 18, the owner of a table can remove statistics only by giving the column its own type again, which
# writes no row, or by creating an index again.
STATISTICS_QUERY = f"""
    SELECT c.relname || '.' || a.attname, pg_catalog.pg_has_role(c.relowner, 'USAGE'),
        CASE WHEN s.attname IS NULL THEN ''
            WHEN c.relkind = 'i'
            THEN pg_catalog.format('DROP INDEX public.%%I; ', c.relname) || pg_catalog.pg_get_indexdef(c.oid)
            ELSE pg_catalog.format('ALTER TABLE public.%%I ALTER COLUMN %%I TYPE ', c.relname, a.attname)
                || pg_catalog.format_type(a.atttypid, a.atttypmod)
                || coalesce(' COLLATE ' || nullif(a.attcollation, 0)::regcollation, '') END,
        CASE WHEN a.attstattarget = 0 THEN ''
            WHEN c.relkind = 'i'
            THEN pg_catalog.format('ALTER INDEX public.%%I ALTER COLUMN %%s SET STATISTICS 0', c.relname, a.attnum)
            ELSE pg_catalog.format('ALTER TABLE public.%%I ALTER COLUMN %%I SET STATISTICS 0', c.relname, a.attname) END
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
    LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
    LEFT JOIN pg_catalog.pg_stats s ON s.schemaname = 'public' AND s.tablename = c.relname AND s.attname = a.attname
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'm', 'i')
        AND a.attnum > 0 AND NOT a.attisdropped AND (a.attstattarget IS DISTINCT FROM 0 OR s.attname IS NOT NULL)
        AND (i.indexrelid IS NULL OR i.indkey[a.attnum - 1] = 0)
        AND c.relname || '.' || a.attname <> ALL (%s)
        AND c.relname <> ALL (%s) AND (NOT {IS_HARMLESS} OR c.relname || '.' || a.attname = ANY (%s))
        AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_depend d WHERE d.objid = coalesce(i.indrelid, c.oid) AND d.deptype = 'e'
        )
    ORDER BY c.relname, a.attnum
"""


class ColumnStatistics(NamedTuple):
    """A column, or an expression of an index, that has statistics or may get them.

    `removal` is the statement that removes the statistics that it has, and `prevention` the one that keeps it from
    getting any. A statement that is not needed is empty. Only the owner of the table knows what a column has.
    """

    name: str
    is_owned: bool
    removal: str
    prevention: str


def fetch_closed_statistics(cursor: Any) -> list[ColumnStatistics]:
    """Return the columns of which PostgreSQL must keep no statistics, and keeps or collects some."""
    cursor.execute(STATISTICS_QUERY, [[*OPEN_COLUMNS], [*REFERENCE_TABLES, MIGRATIONS_TABLE], [*TELLING_COLUMNS]])
    return [ColumnStatistics(*row) for row in cursor.fetchall()]


def build_statistics_removal(cursor: Any) -> Iterator[str]:
    """Yield the statements that remove statistics and keep PostgreSQL from collecting others.

    Each must be run before the next is asked for. The views on these columns must be removed first.
    """
    yield from (found.removal for found in fetch_closed_statistics(cursor) if found.is_owned and found.removal)
    # An index that was created again collects statistics again, so they are looked up again.
    yield from (found.prevention for found in fetch_closed_statistics(cursor) if found.is_owned and found.prevention)

"""Row-level security: which rows of the public tables are visible to the public role, whatever the query.

An edition is visible from its instant until a later tombstone of its subject takes effect; tombstones stay visible. The
parts of an edition are visible with it. A stored document is visible while a visible edition contains it. Of a
suppressed edition only its row, its digests and the reason are visible. A suppression that was lifted is not visible
at all, because its reason is for the audit log only.

- A withdrawal takes effect here one second after the site itself applies it. A response describes one instant but needs
  several queries: a response that began just before a withdrawal must not lose its rows half-way.
- The clock is that of the database (`statement_timestamp`), which no setting can move. No policy reads a setting.
- Conditions compare plain columns for equality and range only: PostgreSQL evaluates an index condition before a policy
  only if its operator is “leakproof”, that is, cannot reveal what it compared. Those operators are.
- A policy on editions that queried editions would recurse. So tombstones are looked up in a view, which has the rights
  of the owner of the tables and shows that an edition appeared, when and at which address, without any of its texts. It
  includes withdrawn editions. Three more views show the ids of their items, links and points, and whether a point had a
  time: editions are numbered on after a withdrawal, old addresses lead to the notice, and calendars report that a point
  is cancelled (`meetings.models.appearance`).
- PostgreSQL plans with statistics of all rows, and tells every role how many rows it expects. So it keeps none of the
  columns with words (`WORD_COLUMNS`), and plans as if it knew nothing about them.
- Queries in policies are subject to policies themselves, nested in each other. All readers need the texts, so the
  policy on texts queries a view of the visible digests instead, which has the same result: a detail page takes a fifth
  less time.
- Policies and views depend on the columns that they use. Run `manage.py database_roles --remove` before a migration
  that removes such a column or changes its type.
"""

from collections.abc import Iterator
from typing import Any

from meetings.models.public_tables import (
    DOCUMENT_TABLE,
    EDITION_DOCUMENT_TABLE,
    EDITION_TABLE,
    INDEX_TABLES,
    MIGRATIONS_TABLE,
    OPEN_DOCUMENT,
    PAST_EDITION,
    PAST_ITEM,
    PAST_LINK,
    PAST_POINT,
    POINT_TABLE,
    PROTECTED_TABLES,
    PUBLIC_TABLES,
    SUPPRESSION_TABLE,
    WORD_COLUMNS,
)

NOW = "pg_catalog.statement_timestamp()"
WITHDRAWAL_GRACE = "interval '1 second'"
WITHOUT_HASHING = "OFFSET 0"
"""At the end of a subquery in EXISTS: then PostgreSQL looks up each row, and never reads all rows into a hash first."""
READERS_POLICY, EDITORS_POLICY = "council_readers", "council_editors"


def build_visibility_condition(table: str) -> str:
    """Return the SQL condition under which a row of `table` is visible to the public role."""
    if table == EDITION_TABLE:
        same = " AND ".join(f"later.{column} = {EDITION_TABLE}.{column}" for column in ("subject_type", "subject_id"))
        in_force = f"later.is_tombstone AND later.available_from <= {NOW} - {WITHDRAWAL_GRACE}"
        is_later = f"{same} AND later.available_from > {EDITION_TABLE}.available_from"
        withdrawn = f"EXISTS (SELECT FROM public.{PAST_EDITION} AS later WHERE {in_force} AND {is_later})"
        return f"available_from <= {NOW} AND (is_tombstone OR NOT {withdrawn})"
    if table == DOCUMENT_TABLE:
        return f"EXISTS (SELECT FROM public.{OPEN_DOCUMENT} AS held WHERE held.document_id = {DOCUMENT_TABLE}.digest)"
    edition_is_visible = f"EXISTS (SELECT FROM public.{EDITION_TABLE} AS whole WHERE whole.id = {table}.edition_id)"
    if table == SUPPRESSION_TABLE:
        return f"{edition_is_visible} AND lifted_at IS NULL"
    if table == POINT_TABLE:  # lists read some points along an index, without a condition on their editions
        edition_is_visible = edition_is_visible.replace(")", f" {WITHOUT_HASHING})")
    if table in INDEX_TABLES:
        return f"{edition_is_visible} AND NOT {build_suppression_condition(table)}"
    return edition_is_visible


def build_suppression_condition(part: str) -> str:
    """Return the SQL condition under which the edition of a row of the table `part` is suppressed."""
    matches = f"closed.edition_id = {part}.edition_id AND closed.lifted_at IS NULL"
    return f"EXISTS (SELECT FROM public.{SUPPRESSION_TABLE} AS closed WHERE {matches})"


HAS_APPEARED = f"EXISTS (SELECT FROM public.{PAST_EDITION} AS past WHERE past.id = part.edition_id)"
VIEW_QUERIES = {
    PAST_EDITION: "SELECT id, subject_type, subject_id, available_from, is_tombstone, address "
    f"FROM public.{EDITION_TABLE} WHERE available_from <= {NOW}",
    PAST_ITEM: "SELECT part.id, part.edition_id, part.item_id FROM public.meetings_indexeditem AS part "
    f"WHERE {HAS_APPEARED}",
    PAST_LINK: "SELECT part.id, part.edition_id, part.link_id FROM public.meetings_indexedlink AS part "
    f"WHERE {HAS_APPEARED}",
    PAST_POINT: "SELECT part.id, part.edition_id, part.point_id, part.is_timed "
    f"FROM public.meetings_indexedpoint AS part WHERE {HAS_APPEARED}",
    OPEN_DOCUMENT: f"SELECT held.document_id FROM public.{EDITION_DOCUMENT_TABLE} AS held "
    f"JOIN public.{EDITION_TABLE} ON {EDITION_TABLE}.id = held.edition_id "
    f"WHERE {build_visibility_condition(EDITION_TABLE)} AND NOT {build_suppression_condition('held')}",
}
EXISTING_STATISTICS_QUERY = """
    SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_stats s ON s.schemaname = 'public' AND s.tablename = c.relname AND s.attname = a.attname
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname = %s AND a.attname = ANY (%s)
"""
PUBLIC_RELATIONS = frozenset({*PUBLIC_TABLES, *VIEW_QUERIES, MIGRATIONS_TABLE})


def build_policy_statements(public: str, editor: str) -> Iterator[str]:
    """Yield the statements that create all views and policies again; those of an earlier version may be different."""
    yield from build_policy_removal()
    for view, rows in VIEW_QUERIES.items():
        yield f"CREATE VIEW public.{view} WITH (security_barrier) AS {rows}"
        yield f"REVOKE ALL ON public.{view} FROM {editor}"  # a view over one table can be written through
        yield f"GRANT SELECT ON public.{view} TO {public}, {editor}"
    for table in PROTECTED_TABLES:
        yield f"ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY"
        is_visible = build_visibility_condition(table)
        yield f"CREATE POLICY {READERS_POLICY} ON public.{table} FOR SELECT TO {public} USING ({is_visible})"
        yield f"CREATE POLICY {EDITORS_POLICY} ON public.{table} TO {editor} USING (true) WITH CHECK (true)"


def build_statistics_removal(cursor: Any) -> Iterator[str]:
    """Yield the statements that keep PostgreSQL from collecting statistics of words, and remove those that there are.

    Before PostgreSQL 18, the owner can remove them only by giving the column its own type again, which writes no row.
    The views on these columns must be removed first.
    """
    for table, columns in WORD_COLUMNS.items():
        for column in columns:
            yield f"ALTER TABLE public.{table} ALTER COLUMN {column} SET STATISTICS 0"
        cursor.execute(EXISTING_STATISTICS_QUERY, [table, list(columns)])
        for column, column_type in cursor.fetchall():
            yield f"ALTER TABLE public.{table} ALTER COLUMN {column} TYPE {column_type}"


def build_policy_removal() -> Iterator[str]:
    """Yield the statements that remove all policies and views.

    Row-level security stays on: without a policy, only the owner can read the rows.
    """
    for table in PROTECTED_TABLES:
        for policy in (READERS_POLICY, EDITORS_POLICY):
            yield f"DROP POLICY IF EXISTS {policy} ON public.{table}"
    for view in reversed(VIEW_QUERIES):
        yield f"DROP VIEW IF EXISTS public.{view}"

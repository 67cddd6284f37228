"""Row-level security: which rows of the public tables there are for the public role, whatever the query.

An edition is there from its instant on, and no longer once a later tombstone of its subject is in force; tombstones
stay. What belongs to an edition is there with it. A stored document is there while one such edition holds it. Of an
edition that is suppressed, only that it is there, its digests and the reason; of one that was put back, not that it had
been, since why is for the audit log.

- A withdrawal takes effect here one second after the site itself heeds it. An answer is of one instant, and asks
  several times: one that began just before a withdrawal ends as it began, and not half-way in nothing.
- The clock is the database's (`statement_timestamp`), which no setting moves. No policy reads a setting.
- Conditions are equality and range of plain columns: PostgreSQL uses an index ahead of a policy for operators only that
  cannot tell what they compared (“leakproof”), and those are.
- A policy on editions that asks editions would ask itself. So tombstones are looked for in a view, which has the
  rights of the tables' owner: that an edition was there, when and at which address, without a word of it. Withdrawn
  ones are in it, and their items, links and points with a clock in three more: numbers go on after a withdrawal, what
  led to the text leads to the notice, and calendars tell that a point is off (`meetings.models.appearance`).
- What a policy asks is under policies itself, each within the other. The text is what everybody asks for, so its policy
  asks a view of the digests that may be read, which says the same at once: a detail takes a fifth less.
- Policies and views hold on to the columns that they name: a migration that alters the type of one, or removes it,
  needs `manage.py database_roles --remove` before it.
"""

from collections.abc import Iterator

from meetings.law.tables import DOCUMENT, EDITION, GOVERNED, HELD, INDEX, SUPPRESSION

NOW = "pg_catalog.statement_timestamp()"
PAST_EDITION, PAST_ITEM, PAST_LINK = "council_past_edition", "council_past_item", "council_past_link"
PAST_POINT, OPEN_DOCUMENT = "council_past_point", "council_open_document"
GRACE = "interval '1 second'"
READERS, EDITORS = "council_readers", "council_editors"


def visible(table: str) -> str:
    """The condition under which a row of the table is there for the public role."""
    if table == EDITION:
        same = " AND ".join(f"later.{column} = {EDITION}.{column}" for column in ("subject_type", "subject_id"))
        in_force = f"later.is_tombstone AND later.available_from <= {NOW} - {GRACE}"
        over_it = f"{same} AND later.available_from > {EDITION}.available_from"
        withdrawn = f"EXISTS (SELECT FROM public.{PAST_EDITION} AS later WHERE {in_force} AND {over_it})"
        return f"available_from <= {NOW} AND (is_tombstone OR NOT {withdrawn})"
    if table == DOCUMENT:
        return f"EXISTS (SELECT FROM public.{OPEN_DOCUMENT} AS held WHERE held.document_id = {DOCUMENT}.digest)"
    there = f"EXISTS (SELECT FROM public.{EDITION} AS whole WHERE whole.id = {table}.edition_id)"
    if table == SUPPRESSION:
        return f"{there} AND lifted_at IS NULL"
    return f"{there} AND NOT {suppressed(table)}" if table in INDEX else there


def suppressed(part: str) -> str:
    closed = f"closed.edition_id = {part}.edition_id AND closed.lifted_at IS NULL"
    return f"EXISTS (SELECT FROM public.{SUPPRESSION} AS closed WHERE {closed})"


VIEWS = {
    PAST_EDITION: f"SELECT id, subject_type, subject_id, available_from, is_tombstone, address FROM public.{EDITION} "
    f"WHERE available_from <= {NOW}",
    PAST_ITEM: "SELECT part.id, part.edition_id, part.item_id FROM public.meetings_indexeditem AS part "
    f"WHERE EXISTS (SELECT FROM public.{PAST_EDITION} AS past WHERE past.id = part.edition_id)",
    PAST_LINK: "SELECT part.id, part.edition_id, part.link_id FROM public.meetings_indexedlink AS part "
    f"WHERE EXISTS (SELECT FROM public.{PAST_EDITION} AS past WHERE past.id = part.edition_id)",
    PAST_POINT: "SELECT part.id, part.edition_id, part.point_id FROM public.meetings_indexedpoint AS part "
    "WHERE part.date IS NOT NULL AND part.time IS NOT NULL "
    f"AND EXISTS (SELECT FROM public.{PAST_EDITION} AS past WHERE past.id = part.edition_id)",
    OPEN_DOCUMENT: f"SELECT held.document_id FROM public.{HELD} AS held "
    f"JOIN public.{EDITION} ON {EDITION}.id = held.edition_id WHERE {visible(EDITION)} AND NOT {suppressed('held')}",
}


def law(public: str, editor: str) -> Iterator[str]:
    """All of it made anew: what an earlier version of the site made may have been otherwise."""
    yield from removal()
    for view, rows in VIEWS.items():
        yield f"CREATE VIEW public.{view} WITH (security_barrier) AS {rows}"
        yield f"REVOKE ALL ON public.{view} FROM {editor}"  # a view over one table can be written through
        yield f"GRANT SELECT ON public.{view} TO {public}, {editor}"
    for table in GOVERNED:
        yield f"ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY"
        yield f"CREATE POLICY {READERS} ON public.{table} FOR SELECT TO {public} USING ({visible(table)})"
        yield f"CREATE POLICY {EDITORS} ON public.{table} TO {editor} USING (true) WITH CHECK (true)"


def removal() -> Iterator[str]:
    """Row-level security stays on: without a policy, nobody but the owner reads a row."""
    for table in GOVERNED:
        for policy in (READERS, EDITORS):
            yield f"DROP POLICY IF EXISTS {policy} ON public.{table}"
    for view in reversed(VIEWS):
        yield f"DROP VIEW IF EXISTS public.{view}"

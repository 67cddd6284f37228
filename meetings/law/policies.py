"""Row-level security: which rows of the public tables there are for the public role, whatever the query.

An edition is there from its instant on, and no longer once a later tombstone of its subject is in force; tombstones
stay. What belongs to an edition is there with it. A stored document is there while one such edition holds it.

- The clock is the database's (`statement_timestamp`), which no setting moves. No policy reads a setting.
- Conditions are equality and range of plain columns: PostgreSQL uses an index ahead of a policy for operators only that
  cannot tell what they compared (“leakproof”), and those are.
- A policy on editions that asks editions would ask itself. So tombstones are looked for in a view, which has the
  rights of the tables' owner: that an edition was there, when and at which address, without a word of it. Withdrawn
  ones are in it, since numbers go on after a withdrawal and old addresses lead to the notice.
- Policies and views hold on to the columns that they name: a migration that alters the type of one, or removes it,
  needs `manage.py database_roles --remove` before it.
"""

from collections.abc import Iterator

from meetings.law.tables import DOCUMENT, EDITION, GOVERNED, PARTS

PAST = "council_past_edition"
PAST_COLUMNS = ("id", "subject_type", "subject_id", "available_from", "is_tombstone", "address")
READERS, EDITORS = "council_readers", "council_editors"


def visible(table: str) -> str:
    """The condition under which a row of the table is there for the public role."""
    if table == EDITION:
        same = " AND ".join(f"later.{column} = {EDITION}.{column}" for column in ("subject_type", "subject_id"))
        later = f"later.is_tombstone AND {same} AND later.available_from > {EDITION}.available_from"
        withdrawn = f"EXISTS (SELECT FROM public.{PAST} AS later WHERE {later})"
        return f"available_from <= pg_catalog.statement_timestamp() AND (is_tombstone OR NOT {withdrawn})"
    if table == DOCUMENT:
        return f"EXISTS (SELECT FROM public.{PARTS[0]} AS held WHERE held.document_id = {DOCUMENT}.digest)"
    return f"EXISTS (SELECT FROM public.{EDITION} AS whole WHERE whole.id = {table}.edition_id)"


def view(public: str, editor: str) -> Iterator[str]:
    yield (
        f"CREATE OR REPLACE VIEW public.{PAST} WITH (security_barrier) AS SELECT {', '.join(PAST_COLUMNS)} "
        f"FROM public.{EDITION} WHERE available_from <= pg_catalog.statement_timestamp()"
    )
    yield f"REVOKE ALL ON public.{PAST} FROM {editor}"  # a view over one table can be written through
    yield f"GRANT SELECT ON public.{PAST} TO {public}, {editor}"


def policies(public: str, editor: str) -> Iterator[str]:
    for table in GOVERNED:
        yield from removed_policies(table)
        yield f"ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY"
        yield f"CREATE POLICY {READERS} ON public.{table} FOR SELECT TO {public} USING ({visible(table)})"
        yield f"CREATE POLICY {EDITORS} ON public.{table} TO {editor} USING (true) WITH CHECK (true)"


def removed_policies(table: str) -> Iterator[str]:
    for policy in (READERS, EDITORS):
        yield f"DROP POLICY IF EXISTS {policy} ON public.{table}"


def removal() -> Iterator[str]:
    """Row-level security stays on: without a policy, nobody but the owner reads a row."""
    for table in GOVERNED:
        yield from removed_policies(table)
    yield f"DROP VIEW IF EXISTS public.{PAST}"

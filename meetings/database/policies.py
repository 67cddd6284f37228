"""Row-level security: which rows of the public tables are visible to the public role, whatever the query.

An edition is visible from its instant until a later tombstone of its subject takes effect; tombstones stay visible. The
parts of an edition are visible with it, and the text of a stored document while a visible edition contains it. Of a
suppressed edition only its row, the random keys of its documents and the reason are visible. A suppression that was
lifted is not visible at all, because its reason is for the audit log only.

- A withdrawal takes effect here one second after the site itself applies it. A response describes one instant but needs
  several queries: a response that began just before a withdrawal must not lose its rows half-way.
- The clock is that of the database, which no setting can move.
- A transaction may see rows that were deleted since, and wait for their instant. So a row must have appeared before the
  transaction began (`transaction_timestamp`), and transactions that repeat their reads, which may take over those of an
  earlier one, see nothing (`IS_READ_COMMITTED`). Withdrawals count at once (`NOW`).
- Conditions compare plain columns for equality and range only: PostgreSQL evaluates an index condition before a policy
  only if its operator is “leakproof”, that is, cannot reveal what it compared. Those operators are.
- PostgreSQL also evaluates a condition with such an operator before a policy that costs more, and `EXPLAIN ANALYZE`
  tells whether it went on to the policy: so `text >= 'a'` would answer a question about the text of a hidden row. So
  the role may not mention columns with texts (`CLOSED_COLUMNS`); functions return the texts of visible rows. Policies
  on tables with other words (`WORD_COLUMNS`) and with facts (`FACT_TABLES`) call a function that seems to cost next to
  nothing (`GUARD_FUNCTIONS`), so that PostgreSQL calls it before most conditions of a query, but not before all.
- A policy on editions that queried editions would recurse. So tombstones are looked up in a view, which has the rights
  of the owner of the tables and shows that an edition appeared and when, without any of its texts. It
  includes withdrawn editions. Three more views show the ids of their items, links and points, and whether a point had a
  time: editions are numbered on after a withdrawal, old addresses lead to the notice, and calendars report that a point
  is cancelled (`meetings.models.appearance`).
- PostgreSQL plans with statistics of all rows, and tells every role how many rows it expects. So it keeps none of the
  columns with words, nor of tables that are not public (`column_statistics`), and plans as if it knew nothing of them.
- Policies and views depend on the columns that they use. Run `manage.py database_roles --remove` before a migration
  that removes such a column or changes its type.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from meetings.models.public_tables import (
    ADDRESS_FUNCTION,
    CHANGE_NOTE_FUNCTION,
    DIGESTS_FUNCTION,
    DOCUMENT_TABLE,
    EDITION_DOCUMENT_TABLE,
    EDITION_TABLE,
    FACT_TABLES,
    INDEX_TABLES,
    MIGRATIONS_TABLE,
    OPEN_EDITION,
    PAST_EDITION,
    PAST_ITEM,
    PAST_LINK,
    PAST_POINT,
    PAST_SUPPRESSION,
    PROTECTED_TABLES,
    PUBLIC_TABLES,
    REASON_FUNCTION,
    SEARCH_RESULT_FUNCTION,
    SEARCH_RESULT_TABLE,
    SUPPRESSION_TABLE,
    TEXT_FUNCTION,
    WITHDRAWN_EDITION,
)

TRANSACTION_START = "pg_catalog.transaction_timestamp()"
CLOCK = "pg_catalog.clock_timestamp()"
NOW = f"(SELECT {CLOCK})"
"""The instant at which a query begins, as a subquery that PostgreSQL evaluates once in it.

`statement_timestamp` stands still in a block of code and in a message of several statements, however long they take.
"""
IS_READ_COMMITTED = "pg_catalog.current_setting('transaction_isolation') OPERATOR(pg_catalog.=) 'read committed'"
"""The condition that each statement sees what is stored at its own time.

It cannot be changed after a first query, except before PostgreSQL 16 by RESET. So the role may not export what a
transaction sees, for another one to import it and to reset this (`IS_SHARED_RESOURCE`).
"""
WITHDRAWAL_GRACE = "interval '1 second'"
WITHDRAWS = (
    f"later.is_tombstone AND later.available_from <= {NOW} - {WITHDRAWAL_GRACE} "
    "AND later.available_from > {edition}.available_from "
    "AND later.subject_type = {edition}.subject_type AND later.subject_id = {edition}.subject_id"
)
"""The condition under which the row `later` is a withdrawal, in force now, of the row `edition`."""
WITHOUT_HASHING = "OFFSET 0"
"""At the end of a subquery in EXISTS: then PostgreSQL looks up each row, and never reads all rows into a hash first."""
EQUALS = "OPERATOR(pg_catalog.=)"  # functions must not depend on the search path of whoever calls them
GUARD_COST = 0.0001
"""What PostgreSQL assumes that a guard function costs, where comparing two values costs 1."""
READERS_POLICY, EDITORS_POLICY = "council_readers", "council_editors"


@dataclass(frozen=True)
class GuardFunction:
    """A function that decides whether a row is visible, before PostgreSQL evaluates a query's own conditions on it.

    It returns true or null, since PostgreSQL expects that IS NOT NULL is nearly always true. It expects that a function
    is true for a third of the rows only. With several of them it would expect less than a page of any list, and
    therefore read and sort whole lists.
    """

    name: str
    parameters: str
    condition: str

    @property
    def signature(self) -> str:
        types = [parameter.partition(" ")[2] for parameter in self.parameters.split(", ")]
        return f"public.{self.name}({', '.join(types)})"

    def build_call(self, *arguments: str) -> str:
        return f"public.{self.name}({', '.join(arguments)}) IS NOT NULL"

    def build_definition(self) -> str:
        """Return the statement that creates it. In SQL, PostgreSQL would put the condition in the place of the call."""
        return (
            f"CREATE FUNCTION public.{self.name}({self.parameters}) RETURNS boolean LANGUAGE plpgsql STABLE "
            f"PARALLEL SAFE COST {GUARD_COST} AS $$ BEGIN RETURN CASE WHEN {self.condition} THEN true END; END $$"
        )


def build_edition_condition(edition: str) -> str:
    """Return the SQL condition under which a row of editions with the alias `edition` is visible, found by its id."""
    withdrawn = f"EXISTS (SELECT FROM public.{EDITION_TABLE} AS later WHERE {WITHDRAWS.format(edition=edition)})"
    appeared = f"{IS_READ_COMMITTED} AND {edition}.available_from <= {TRANSACTION_START}"
    return f"{appeared} AND ({edition}.is_tombstone OR NOT {withdrawn})"


def build_part_condition(edition: str) -> str:
    """Return the SQL condition under which the edition with the id `edition`, an expression, is visible."""
    found = f"public.{EDITION_TABLE} AS whole WHERE whole.id {EQUALS} {edition}"
    return f"EXISTS (SELECT FROM {found} {WITHOUT_HASHING})"


def build_open_condition(edition: str) -> str:
    """Return the same condition for functions. With the rights of the owner, they see editions that are not visible."""
    return f"EXISTS (SELECT FROM public.{OPEN_EDITION} AS whole WHERE whole.id {EQUALS} {edition})"


def build_suppression_condition(edition: str) -> str:
    """Return the SQL condition under which the edition with the id `edition`, an expression, is suppressed."""
    matches = f"closed.edition_id {EQUALS} {edition} AND closed.lifted_at IS NULL"
    return f"EXISTS (SELECT FROM public.{SUPPRESSION_TABLE} AS closed WHERE {matches})"


HAS_APPEARED = GuardFunction(
    "council_has_appeared",
    "instant timestamp with time zone",
    f"pg_catalog.timestamptz_le(instant, {TRANSACTION_START})",
)
SHOWS_EDITION = GuardFunction(
    "council_shows_edition",
    "edition uuid, instant timestamp with time zone, withdrawn uuid[]",
    f"pg_catalog.timestamptz_le(instant, {TRANSACTION_START}) AND edition OPERATOR(pg_catalog.<>) ALL (withdrawn)",
)
HAS_INSTANT_PASSED = f"available_from <= {TRANSACTION_START} AND {HAS_APPEARED.build_call('available_from')}"
"""The condition that the instant of a row has passed: for an index, and to be evaluated before most conditions."""
SHOWS_SUPPRESSION = GuardFunction("council_shows_suppression", "edition uuid", build_open_condition("edition"))


@dataclass(frozen=True)
class ReadFunction(GuardFunction):
    """A function with the rights of the owner, which returns a value of a row by its id.

    `value` is its SQL expression, and `otherwise` the literal for a row that is not visible or is suppressed.
    """

    value: str
    value_type: str
    otherwise: str
    table: str = EDITION_TABLE

    def build_definition(self) -> str:
        found = f"SELECT {self.value} FROM public.{self.table} AS found WHERE {self.condition}"
        return (
            f"CREATE FUNCTION public.{self.name}({self.parameters}) RETURNS {self.value_type} LANGUAGE plpgsql STABLE "
            "SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp "
            f"AS $$ BEGIN RETURN COALESCE(({found}), {self.otherwise}); END $$"
        )


IS_READABLE = (
    f"found.id = edition AND {build_edition_condition('found')} AND NOT {build_suppression_condition('found.id')}"
)
READS_CHANGE_NOTE = ReadFunction(
    CHANGE_NOTE_FUNCTION, "edition uuid", IS_READABLE, "found.change_note", "character varying", "''"
)
READS_DIGESTS = ReadFunction(
    DIGESTS_FUNCTION,
    "edition uuid",
    IS_READABLE,
    f"(SELECT jsonb_object_agg(held.language, stored.digest) FROM public.{EDITION_DOCUMENT_TABLE} AS held "
    f"JOIN public.{DOCUMENT_TABLE} AS stored ON stored.id = held.document_id WHERE held.edition_id = found.id)",
    "jsonb",
    "'{}'",
)
READS_ADDRESS = ReadFunction(  # also of what was withdrawn, since an old address leads to the notice
    ADDRESS_FUNCTION,
    "edition uuid",
    f"found.id = edition AND {IS_READ_COMMITTED} AND found.available_from <= {TRANSACTION_START}",
    "found.address",
    "character varying",
    "''",
)
READS_TEXT = ReadFunction(
    TEXT_FUNCTION,
    "document uuid",
    f"found.id = document AND EXISTS (SELECT FROM public.{EDITION_DOCUMENT_TABLE} AS part "
    f"JOIN public.{EDITION_TABLE} AS edition ON edition.id = part.edition_id WHERE part.document_id = document "
    f"AND {build_edition_condition('edition')} AND NOT {build_suppression_condition('part.edition_id')})",
    "found.text",
    "text",
    "''",
    DOCUMENT_TABLE,
)
READS_REASON = ReadFunction(
    REASON_FUNCTION,
    "suppression uuid",
    f"found.id = suppression AND found.lifted_at IS NULL AND {build_open_condition('found.edition_id')}",
    "found.reason",
    "character varying",
    "''",
    SUPPRESSION_TABLE,
)
READS_SEARCH_RESULT = ReadFunction(
    SEARCH_RESULT_FUNCTION,
    "result uuid",
    f"found.id = result AND {build_open_condition('found.edition_id')} "
    f"AND NOT {build_suppression_condition('found.edition_id')}",
    "found.content",
    "text",
    "''",
    SEARCH_RESULT_TABLE,
)
GUARD_FUNCTIONS = (
    HAS_APPEARED,
    SHOWS_EDITION,
    SHOWS_SUPPRESSION,
    READS_CHANGE_NOTE,
    READS_DIGESTS,
    READS_ADDRESS,
    READS_TEXT,
    READS_REASON,
    READS_SEARCH_RESULT,
)


FORMER_VIEW = "council_open_document"
FORMER_FUNCTIONS = ("council_shows_document", "council_shows_search_result")  # of earlier versions


def build_visibility_condition(table: str) -> str:
    """Return the SQL condition under which a row of `table` is visible to the public role."""
    if table == EDITION_TABLE:  # with the instant as a column, too, so that an index of instants can be used
        columns = (f"{EDITION_TABLE}.id", "available_from")
        withdrawn = f"ARRAY(SELECT id FROM public.{WITHDRAWN_EDITION})"  # null hides everything
        shows = SHOWS_EDITION.build_call(*columns, f"(SELECT CASE WHEN {IS_READ_COMMITTED} THEN {withdrawn} END)")
        return f"available_from <= {TRANSACTION_START} AND {shows}"
    if table == DOCUMENT_TABLE:
        return "true"  # the role may read its random keys only
    if table == SUPPRESSION_TABLE:
        return f"{SHOWS_SUPPRESSION.build_call('edition_id')} AND lifted_at IS NULL"
    edition_is_visible = build_part_condition(f"{table}.edition_id")
    if table in INDEX_TABLES:
        has_passed = f"{HAS_INSTANT_PASSED} AND " if table in FACT_TABLES else ""
        is_suppressed = build_suppression_condition(f"{table}.edition_id")
        return f"{has_passed}{edition_is_visible} AND NOT {is_suppressed}"
    return edition_is_visible


IS_OF_PAST_EDITION = f"EXISTS (SELECT FROM public.{PAST_EDITION} AS past WHERE past.id = part.edition_id)"
IS_PAST_FACT = f"{HAS_INSTANT_PASSED} AND {IS_OF_PAST_EDITION}"
VIEW_QUERIES = {
    PAST_EDITION: "SELECT id, subject_type, subject_id, available_from, is_tombstone, address_key "
    f"FROM public.{EDITION_TABLE} WHERE {IS_READ_COMMITTED} "
    f"AND {HAS_INSTANT_PASSED}",
    WITHDRAWN_EDITION: f"SELECT edition.id FROM public.{EDITION_TABLE} AS edition "
    f"JOIN public.{EDITION_TABLE} AS later ON {WITHDRAWS.format(edition='edition')} WHERE NOT edition.is_tombstone",
    PAST_ITEM: "SELECT part.id, part.edition_id, part.item_id FROM public.meetings_indexeditem AS part "
    f"WHERE {IS_PAST_FACT}",
    PAST_LINK: "SELECT part.id, part.edition_id, part.link_id FROM public.meetings_indexedlink AS part "
    f"WHERE {IS_PAST_FACT}",
    PAST_POINT: "SELECT part.id, part.edition_id, part.point_id, part.is_timed "
    f"FROM public.meetings_indexedpoint AS part WHERE {IS_PAST_FACT}",
    PAST_SUPPRESSION: f"SELECT part.id, part.edition_id, part.lifted_at FROM public.{SUPPRESSION_TABLE} AS part "
    f"WHERE part.lifted_at IS NULL AND {IS_OF_PAST_EDITION}",
    OPEN_EDITION: f"SELECT id FROM public.{EDITION_TABLE} AS edition WHERE {build_edition_condition('edition')}",
}
PUBLIC_RELATIONS = frozenset({*PUBLIC_TABLES, *VIEW_QUERIES, MIGRATIONS_TABLE})


def build_policy_statements(public: str, editor: str) -> Iterator[str]:
    """Yield the statements that create all views and policies again; those of an earlier version may be different."""
    yield from build_policy_removal()
    for guard in GUARD_FUNCTIONS:  # PostgreSQL reads their bodies when they are first called
        yield guard.build_definition()
        yield f"REVOKE ALL ON FUNCTION public.{guard.name} FROM PUBLIC"
        yield f"GRANT EXECUTE ON FUNCTION public.{guard.name} TO {public}, {editor}"
    for view, rows in VIEW_QUERIES.items():
        yield f"CREATE VIEW public.{view} WITH (security_barrier) AS {rows}"
        yield f"REVOKE ALL ON public.{view} FROM {editor}"  # a view over one table can be written through
        yield f"GRANT SELECT ON public.{view} TO {public}, {editor}"
    for table in PROTECTED_TABLES:
        yield f"ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY"
        is_visible = build_visibility_condition(table)
        yield f"CREATE POLICY {READERS_POLICY} ON public.{table} FOR SELECT TO {public} USING ({is_visible})"
        yield f"CREATE POLICY {EDITORS_POLICY} ON public.{table} TO {editor} USING (true) WITH CHECK (true)"


def build_policy_removal() -> Iterator[str]:
    """Yield the statements that remove all policies and views.

    Row-level security stays on: without a policy, only the owner can read the rows.
    """
    for table in PROTECTED_TABLES:
        for policy in (READERS_POLICY, EDITORS_POLICY):
            yield f"DROP POLICY IF EXISTS {policy} ON public.{table}"
    for view in (FORMER_VIEW, *reversed(VIEW_QUERIES)):
        yield f"DROP VIEW IF EXISTS public.{view}"
    names = ", ".join(f"'{name}'" for name in (*(guard.name for guard in GUARD_FUNCTIONS), *FORMER_FUNCTIONS))
    yield (  # with any parameters, also those that we did not create
        "DO $$ DECLARE guard regprocedure; BEGIN FOR guard IN SELECT oid FROM pg_catalog.pg_proc "
        f"WHERE pronamespace = 'public'::regnamespace AND proname IN ({names}) "
        "LOOP EXECUTE 'DROP FUNCTION ' || guard; END LOOP; END $$"
    )

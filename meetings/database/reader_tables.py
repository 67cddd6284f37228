"""The tables that readers read on PostgreSQL: copies of what is public, in a schema of its own, and of nothing else.

The public role may read no table of editions. PostgreSQL evaluates conditions of a query in an order of its own, also
before a policy that hides rows, so whoever may mention a column of a hidden row can find out its value (decision 160).

- The schema `readers` has a table for each of `EDITION_RELATIONS`, with the rows of editions that have appeared.
- An edition is pending until its rows are copied (`reader_triggers.py`). Functions find those of its rows that are
  public now, by the database's clock. What a tombstone withdraws stays in the tables until the tombstone is copied.
- The schema `readers_and_pending` has a view for each table, with its rows and pending ones. `readers_complete` has
  another one without rows that a pending tombstone has withdrawn, which is right at any moment. In each second, the
  public process chooses the simplest that is right (`council.postgresql`), because PostgreSQL plans simple tables
  better. All have the names of the tables of editions, so that the search path of the connection decides.
- Texts are not copied. Views have functions in their place, which return what is public by the key of a row.

An edition is visible from its instant until a later tombstone of its subject takes effect; tombstones stay visible.
Of a suppressed edition only its row, without the note on what changed, the random keys of its documents and the reason
are visible. A suppression that was lifted is not visible at all, because its reason is for the audit log only. Of an
edition that was withdrawn, it is visible that it existed, when and at which address, with the ids of its items, links
and points: editions are numbered on after a withdrawal, an old address leads to the notice, and calendars report that a
point is cancelled (`meetings.models.appearance`).

- A withdrawal takes effect here one second after the site itself applies it. A response describes one instant but needs
  several queries: a response that began just before a withdrawal must not lose its rows half-way.
- The clock is that of the database, which no setting can move.
- A transaction may see rows that were deleted since, and wait for their instant. So a pending row must have appeared
  before the transaction began (`transaction_timestamp`), and transactions that repeat their reads, which may take over
  those of an earlier one, see no pending rows (`IS_READ_COMMITTED`). Withdrawals count at once (`NOW`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.apps import apps

from meetings.models.public_tables import (
    DIGESTS_FUNCTION,
    DOCUMENT_TABLE,
    EDITION_DOCUMENT_TABLE,
    EDITION_PART_TABLES,
    EDITION_TABLE,
    FACT_TABLES,
    MIGRATIONS_TABLE,
    PAST_EDITION,
    PAST_ITEM,
    PAST_LINK,
    PAST_POINT,
    PAST_SUPPRESSION,
    REFERENCE_TABLES,
    RESULT_EDITION_FUNCTION,
    SEARCH_RESULT_FUNCTION,
    SEARCH_RESULT_TABLE,
    SUPPRESSION_TABLE,
    TEXT_FUNCTION,
)

# Schemas: what is right as long as nothing pending has appeared, as long as no tombstone has, and always.
READERS, READERS_AND_PENDING, READERS_COMPLETE = "readers", "readers_and_pending", "readers_complete"
READERS_SCHEMAS = (READERS, READERS_AND_PENDING, READERS_COMPLETE)
PENDING_EDITIONS = f"{READERS}.pending_edition"
CHOOSE_FUNCTION, WITHDRAWN_FUNCTION = "council_choose_schema", "council_withdrawn_editions"
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
HAS_APPEARED = f"{IS_READ_COMMITTED} AND edition.available_from <= {TRANSACTION_START}"
WITHDRAWS = (
    "later.is_tombstone AND later.available_from > edition.available_from "
    "AND later.subject_type = edition.subject_type AND later.subject_id = edition.subject_id"
)
"""The condition that the row `later` is a tombstone after the row `edition`, whether it is in force or not."""
LATER_WITHDRAWAL = f"SELECT FROM public.{EDITION_TABLE} AS later WHERE {WITHDRAWS}"
"""The later withdrawals of the row `edition`, whether they are in force or not."""
IS_WITHDRAWN = (
    f"NOT edition.is_tombstone AND EXISTS ({LATER_WITHDRAWAL} AND later.available_from <= {NOW} - {WITHDRAWAL_GRACE})"
)
LAST_CHOICE = f"{NOW} - interval '2 seconds'"
"""An instant since which all processes have chosen anew what they read, and after all commits that it had to wait for.

Tombstones up to then are copied, or just being copied, and their subjects are not shown in the tables.
"""
WITHDRAWN_EDITIONS = (
    f"SELECT edition.id FROM public.{EDITION_TABLE} AS later JOIN public.{EDITION_TABLE} AS edition "
    f"ON NOT edition.is_tombstone AND {WITHDRAWS}"
)
"""The beginning of a query for the editions that the tombstones `later` withdraw, some of them several times."""
WAS_WITHDRAWN = f"NOT edition.is_tombstone AND EXISTS ({LATER_WITHDRAWAL} AND later.available_from <= {LAST_CHOICE})"
IS_SUPPRESSED = (
    f"EXISTS (SELECT FROM public.{SUPPRESSION_TABLE} AS closed "
    "WHERE closed.edition_id = edition.id AND closed.lifted_at IS NULL)"
)
IS_VISIBLE = f"{HAS_APPEARED} AND NOT ({IS_WITHDRAWN})"
APPEARED_EDITIONS = (
    f"SELECT copied.edition_id FROM {READERS}.{EDITION_DOCUMENT_TABLE} AS copied WHERE copied.document_id = document "
    f"UNION ALL SELECT pending.edition_id FROM (SELECT * FROM public.{EDITION_DOCUMENT_TABLE} WHERE edition_id = ANY ("
    f"ARRAY(SELECT edition_id FROM {PENDING_EDITIONS} WHERE available_from <= {TRANSACTION_START})) OFFSET 0) "
    "AS pending WHERE pending.document_id = document"
)
"""The query for the editions with the stored text `document` that have appeared.

A scheduled correction has the texts that it keeps in common with the live edition. So no row is read by its text before
it is known to have appeared: PostgreSQL tells everybody how many rows they read.
"""


FUNCTION_SETTINGS = {
    "search_path": "pg_catalog, pg_temp",
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    **dict.fromkeys(("enable_indexscan", "enable_indexonlyscan", "enable_bitmapscan"), "on"),
    **dict.fromkeys(("enable_nestloop", "enable_hashjoin", "enable_mergejoin", "enable_material", "enable_sort"), "on"),
    "seq_page_cost": "1",
    "random_page_cost": "4",
    "cpu_tuple_cost": "0.01",
    "cpu_index_tuple_cost": "0.005",
    "cpu_operator_cost": "0.0025",
    "effective_cache_size": "'4GB'",
    "work_mem": "'4MB'",
    "from_collapse_limit": "8",
    "join_collapse_limit": "8",
    "geqo": "on",
    "geqo_threshold": "12",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
}
"""What the planner counts with in functions that read tables of which the public role sees a part.

Their callers may set it: the planner would take other indexes, and read hidden rows. A plan does not depend on the
values that are asked for either: PostgreSQL expects more rows of a text that scheduled corrections have, too.
"""


class Shown(Enum):
    """For how long a row is shown, from the instant of its edition on."""

    FOR_EVER = "true"
    UNTIL_WITHDRAWAL = "NOT ({withdrawn})"
    UNTIL_REMOVAL = f"NOT ({{withdrawn}}) AND NOT {IS_SUPPRESSED}"  # of its text, by a suppression


def join_settings(settings: dict[str, str]) -> str:
    """Return the clauses with which a function has these settings while it runs."""
    return " ".join(f"SET {name} = {value}" for name, value in settings.items())


@dataclass(frozen=True)
class ReaderRelation:
    """A table, and a view with pending rows, that readers have in the place of the table `source`.

    `columns` are its columns, all of the source if there are none. `other_values` are SQL expressions to read in the
    place of columns, and `condition` one that rows must fulfil; they may use the rows `part` and `edition`.
    """

    name: str
    source: str
    shown: Shown
    columns: tuple[str, ...] = ()
    other_values: tuple[tuple[str, str], ...] = ()
    condition: str = "true"

    @property
    def edition_key(self) -> str:
        return "id" if self.source == EDITION_TABLE else "edition_id"

    @property
    def function(self) -> str:
        """The name of the function that returns its pending rows."""
        return f"council_pending_{self.name.removeprefix('meetings_').removeprefix('council_')}"

    def list_columns(self) -> tuple[str, ...]:
        if self.columns:
            return self.columns
        [model] = [m for m in apps.get_models() if m._meta.db_table == self.source and m._meta.managed]
        return tuple(field.column for field in model._meta.concrete_fields)

    def build_query(self, editions: str, withdrawn: str) -> str:
        """Return the query for its rows of `editions`, an SQL array of keys. They must have appeared.

        `withdrawn` is the condition under which the row `edition` is withdrawn.
        """
        values = dict(self.other_values)
        columns = ", ".join(values.get(column, f"part.{column}") for column in self.list_columns())
        shown = self.shown.value.format(withdrawn=withdrawn)
        return (
            f"SELECT {columns} FROM public.{self.source} AS part "
            f"JOIN public.{EDITION_TABLE} AS edition ON edition.id = part.{self.edition_key} "
            f"WHERE part.{self.edition_key} = ANY ({editions}) AND {shown} AND {self.condition}"
        )


NOTE_IF_SHOWN = ("change_note", f"CASE WHEN {IS_SUPPRESSED} THEN '' ELSE part.change_note END::varchar(500)")
IS_NOT_LIFTED = "part.lifted_at IS NULL"
EDITION_RELATIONS = (
    ReaderRelation(EDITION_TABLE, EDITION_TABLE, Shown.UNTIL_WITHDRAWAL, other_values=(NOTE_IF_SHOWN,)),
    ReaderRelation(EDITION_DOCUMENT_TABLE, EDITION_DOCUMENT_TABLE, Shown.UNTIL_WITHDRAWAL),
    ReaderRelation(SUPPRESSION_TABLE, SUPPRESSION_TABLE, Shown.UNTIL_WITHDRAWAL, condition=IS_NOT_LIFTED),
    *(ReaderRelation(table, table, Shown.UNTIL_REMOVAL) for table in FACT_TABLES),
    ReaderRelation(
        PAST_EDITION,
        EDITION_TABLE,
        Shown.FOR_EVER,
        ("id", "subject_type", "subject_id", "available_from", "is_tombstone", "address", "address_key"),
    ),
    ReaderRelation(PAST_ITEM, "meetings_indexeditem", Shown.FOR_EVER, ("id", "edition_id", "item_id")),
    ReaderRelation(PAST_LINK, "meetings_indexedlink", Shown.FOR_EVER, ("id", "edition_id", "link_id")),
    ReaderRelation(
        PAST_POINT,
        "meetings_indexedpoint",
        Shown.FOR_EVER,
        ("id", "edition_id", "point_id", "is_timed"),
    ),
    ReaderRelation(
        PAST_SUPPRESSION, SUPPRESSION_TABLE, Shown.FOR_EVER, ("id", "edition_id", "lifted_at"), condition=IS_NOT_LIFTED
    ),
)


@dataclass(frozen=True)
class ReadFunction:
    """A function with the rights of the owner, which returns a value of a row by its key.

    `query` returns the value if the row is public, and `otherwise` is the literal for all others.
    """

    name: str
    parameter: str
    query: str
    value_type: str
    otherwise: str

    def build_definition(self) -> str:
        return (
            f"CREATE FUNCTION public.{self.name}({self.parameter} uuid) RETURNS {self.value_type} LANGUAGE plpgsql "
            "STABLE SECURITY DEFINER PARALLEL SAFE "
            f"{join_settings(FUNCTION_SETTINGS)} AS $$ BEGIN RETURN COALESCE(({self.query}), {self.otherwise}); END $$"
        )


READ_FUNCTIONS = (
    ReadFunction(
        DIGESTS_FUNCTION,
        "edition_key",
        "SELECT jsonb_object_agg(part.language, stored.digest) "
        f"FROM public.{EDITION_TABLE} AS edition JOIN public.{EDITION_DOCUMENT_TABLE} AS part "
        f"ON part.edition_id = edition.id JOIN public.{DOCUMENT_TABLE} AS stored ON stored.id = part.document_id "
        f"WHERE edition.id = edition_key AND {IS_VISIBLE} AND NOT {IS_SUPPRESSED}",
        "jsonb",
        "'{}'",
    ),
    ReadFunction(
        TEXT_FUNCTION,
        "document",
        f"SELECT stored.text FROM public.{DOCUMENT_TABLE} AS stored WHERE stored.id = document "
        f"AND EXISTS (SELECT FROM ({APPEARED_EDITIONS}) AS part "
        f"JOIN public.{EDITION_TABLE} AS edition ON edition.id = part.edition_id "
        f"WHERE {IS_VISIBLE} AND NOT {IS_SUPPRESSED})",
        "text",
        "''",
    ),
    *(
        ReadFunction(
            name,
            "result",
            f"SELECT stored.{column} FROM public.{SEARCH_RESULT_TABLE} AS stored "
            f"JOIN public.{EDITION_TABLE} AS edition ON edition.id = stored.edition_id "
            f"WHERE stored.id = result AND {IS_VISIBLE} AND NOT {IS_SUPPRESSED}",
            *returned,
        )
        for name, column, returned in (
            (SEARCH_RESULT_FUNCTION, "content", ("text", "''")),
            (RESULT_EDITION_FUNCTION, "edition_id", ("uuid", "NULL")),
        )
    ),
)
TEXT_VIEWS = {  # only the keys are columns; readers learn from them how many rows there are
    DOCUMENT_TABLE: f"SELECT id, NULL::varchar AS digest, public.{TEXT_FUNCTION}(id) AS text "
    f"FROM public.{DOCUMENT_TABLE}",
    SEARCH_RESULT_TABLE: f"SELECT id, public.{RESULT_EDITION_FUNCTION}(id) AS edition_id, NULL::varchar AS language, "
    f"public.{SEARCH_RESULT_FUNCTION}(id) AS content FROM public.{SEARCH_RESULT_TABLE}",
}
PUBLIC_RELATIONS = frozenset(
    {
        *(f"public.{table}" for table in (*REFERENCE_TABLES, MIGRATIONS_TABLE)),
        *(f"{schema}.{relation.name}" for schema in READERS_SCHEMAS for relation in EDITION_RELATIONS),
        *(f"{READERS}.{view}" for view in TEXT_VIEWS),
    }
)
FORMER_VIEWS = (
    "council_open_document",
    "council_open_edition",
    PAST_SUPPRESSION,
    PAST_POINT,
    PAST_LINK,
    PAST_ITEM,
    "council_withdrawn_edition",
    PAST_EDITION,
)
FORMER_FUNCTIONS = (
    "council_has_appeared",
    "council_shows_edition",
    "council_shows_suppression",
    "council_shows_document",
    "council_shows_search_result",
    "council_change_note",
    "council_edition_address",
    "council_suppression_reason",
)
# PostgreSQL begins a vacuum after each deletion, so that no index keeps what was withdrawn.
TABLE_OPTIONS = "autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0, vacuum_index_cleanup = on"
STATISTICS_SETTINGS = {
    # Words would stay in statistics after they were withdrawn.
    **dict.fromkeys(("change_note", "address", "address_key", "city", "reason"), "STATISTICS 0"),
    # A number is in few items. A filter names a dozen spellings of it, most of which are in none.
    "reference": "(n_distinct = -0.2)",
}
COLUMNS_QUERY = """
    SELECT attname, pg_catalog.format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END
    FROM pg_catalog.pg_attribute
    WHERE attrelid = pg_catalog.to_regclass(%s) AND attnum > 0 AND NOT attisdropped
"""
INDEXES_QUERY = """
    SELECT c.relname, pg_catalog.pg_get_indexdef(i.indexrelid)
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = pg_catalog.to_regclass(%s) AND NOT i.indisprimary ORDER BY c.relname
"""


def list_table_statements(cursor: Any, relation: ReaderRelation) -> list[str]:
    """Return the statements that create its table, with the indexes of the source that have no other columns."""
    source, table = f"public.{relation.source}", f"{READERS}.{relation.name}"
    cursor.execute(COLUMNS_QUERY, [source])
    types = dict(cursor.fetchall())
    columns = relation.list_columns()
    listed = ", ".join(f"{column} {types[column]}" for column in columns)
    statements = [f"CREATE TABLE {table} ({listed}, PRIMARY KEY (id)) WITH ({TABLE_OPTIONS})"]
    others = re.compile(rf"\b({'|'.join(sorted(types.keys() - {*columns}) or ['-'])})\b")
    prefix = "" if relation.name == relation.source else "past_"
    cursor.execute(INDEXES_QUERY, [source])
    for name, definition in cursor.fetchall():
        if not others.search(definition.partition(" USING ")[2]):
            statements.append(
                definition.replace(f" INDEX {name} ON {source} ", f" INDEX {prefix}{name} ON {table} ", 1)
            )
    alterations = [
        f"ALTER COLUMN {column} SET {setting}" for column, setting in STATISTICS_SETTINGS.items() if column in columns
    ]
    return [*statements, *(f"ALTER TABLE {table} {alteration}" for alteration in alterations)]


def build_pending_function(relation: ReaderRelation) -> str:
    """Return the statement that creates the function for its pending rows that are public now.

    It has two steps, so that PostgreSQL looks up the rows of each edition by an index, whatever it expects.
    """
    return (
        f"CREATE FUNCTION public.{relation.function}() RETURNS SETOF {READERS}.{relation.name} LANGUAGE plpgsql STABLE "
        f"SECURITY DEFINER PARALLEL SAFE ROWS 1 {join_settings(FUNCTION_SETTINGS)} AS $$ "
        f"DECLARE appeared uuid[]; BEGIN IF NOT {IS_READ_COMMITTED} THEN RETURN; END IF; "
        f"SELECT array_agg(edition_id) INTO appeared FROM {PENDING_EDITIONS} "
        f"WHERE available_from <= {TRANSACTION_START}; "
        f"IF appeared IS NOT NULL THEN RETURN QUERY {relation.build_query('appeared', IS_WITHDRAWN)}; END IF; END $$"
    )


def build_view(relation: ReaderRelation, schema: str) -> str:
    """Return the query of its view in the schema.

    With OFFSET, PostgreSQL can join rows by an index of the table; in a subquery, the function is called once a query.
    """
    columns = ", ".join(relation.list_columns())
    has_withdrawn = schema == READERS_COMPLETE and relation.shown != Shown.FOR_EVER
    without = (
        f"WHERE {relation.edition_key} <> ALL ((SELECT public.{WITHDRAWN_FUNCTION}())::uuid[])" if has_withdrawn else ""
    )
    return (
        f"SELECT {columns} FROM {READERS}.{relation.name} {without} UNION ALL "
        f"SELECT {columns} FROM (SELECT * FROM public.{relation.function}() OFFSET 0) AS pending"
    )


def list_function_definitions() -> dict[str, str]:
    """Return the statements that create the functions which the public role may call, by name."""
    pending = f"SELECT FROM {PENDING_EDITIONS} WHERE available_from <= {CLOCK}"
    choose = (
        f"CREATE FUNCTION public.{CHOOSE_FUNCTION}() RETURNS text LANGUAGE plpgsql SECURITY DEFINER "
        f"SET search_path = pg_catalog, pg_temp AS $$ BEGIN RETURN CASE WHEN NOT EXISTS ({pending}) THEN '{READERS}' "
        f"WHEN NOT EXISTS ({pending} AND is_tombstone) THEN '{READERS_AND_PENDING}' ELSE '{READERS_COMPLETE}' END; "
        "END $$"
    )
    withdrawn = (
        f"CREATE FUNCTION public.{WITHDRAWN_FUNCTION}() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER "
        f"PARALLEL SAFE {join_settings(FUNCTION_SETTINGS)} AS $$ BEGIN RETURN ARRAY("
        f"{WITHDRAWN_EDITIONS} JOIN {PENDING_EDITIONS} AS pending ON pending.edition_id = later.id "
        f"WHERE pending.is_tombstone AND pending.available_from <= {NOW} - {WITHDRAWAL_GRACE}); END $$"
    )
    return {
        **{function.name: function.build_definition() for function in READ_FUNCTIONS},
        CHOOSE_FUNCTION: choose,
        WITHDRAWN_FUNCTION: withdrawn,
        **{relation.function: build_pending_function(relation) for relation in EDITION_RELATIONS},
    }


def list_view_definitions() -> dict[str, str]:
    """Return the queries of the views, by schema and name."""
    return {
        **{f"{READERS}.{name}": query for name, query in TEXT_VIEWS.items()},
        **{
            f"{schema}.{relation.name}": build_view(relation, schema)
            for schema in (READERS_AND_PENDING, READERS_COMPLETE)
            for relation in EDITION_RELATIONS
        },
    }


def list_table_definitions(cursor: Any) -> dict[str, str]:
    """Return the statements that create each table, by schema and name."""
    columns = {
        "edition_id": "uuid PRIMARY KEY",
        "available_from": "timestamptz NOT NULL",
        "is_tombstone": "boolean NOT NULL",
    }
    pending = [
        f"CREATE TABLE {PENDING_EDITIONS} ({', '.join(map(' '.join, columns.items()))}) WITH ({TABLE_OPTIONS})",
        f"CREATE INDEX pending_by_instant ON {PENDING_EDITIONS} (available_from)",
        # Every role can find values of any table in PostgreSQL's statistics.
        *(f"ALTER TABLE {PENDING_EDITIONS} ALTER COLUMN {column} SET STATISTICS 0" for column in columns),
    ]
    return {
        PENDING_EDITIONS: "; ".join(pending),
        **{
            f"{READERS}.{relation.name}": "; ".join(list_table_statements(cursor, relation))
            for relation in EDITION_RELATIONS
        },
    }


def build_removal() -> Iterator[str]:
    """Yield the statements that remove what readers read but for the tables, also what earlier versions created."""
    yield f"DROP SCHEMA IF EXISTS {READERS_AND_PENDING}, {READERS_COMPLETE} CASCADE"
    for view in TEXT_VIEWS:
        yield f"DROP VIEW IF EXISTS {READERS}.{view}"
    for table in (EDITION_TABLE, DOCUMENT_TABLE, *EDITION_PART_TABLES):
        for policy in ("council_readers", "council_editors"):
            yield f"DROP POLICY IF EXISTS {policy} ON public.{table}"
        yield f"ALTER TABLE public.{table} DISABLE ROW LEVEL SECURITY"
    for view in FORMER_VIEWS:
        yield f"DROP VIEW IF EXISTS public.{view}"
    names = ", ".join(f"'{name}'" for name in (*list_function_definitions(), *FORMER_FUNCTIONS))
    yield (  # with any parameters, also those that we did not create
        "DO $$ DECLARE found regprocedure; BEGIN FOR found IN SELECT oid FROM pg_catalog.pg_proc "
        f"WHERE pronamespace = 'public'::regnamespace AND proname IN ({names}) "
        "LOOP EXECUTE 'DROP FUNCTION ' || found; END LOOP; END $$"
    )


def build_tables(cursor: Any) -> Iterator[str]:
    """Yield the statements that create the tables, without any rows, in the place of those that exist."""
    yield f"DROP SCHEMA IF EXISTS {READERS} CASCADE"
    yield f"CREATE SCHEMA {READERS}"
    yield from list_table_definitions(cursor).values()
    yield f"INSERT INTO {PENDING_EDITIONS} SELECT id, available_from, is_tombstone FROM public.{EDITION_TABLE}"


def build_functions_and_views(public: str) -> Iterator[str]:
    """Yield the statements that create them, and let the role `public` use them and read the tables."""
    for name, definition in list_function_definitions().items():
        yield definition
        yield f"REVOKE ALL ON FUNCTION public.{name} FROM PUBLIC"
        yield f"GRANT EXECUTE ON FUNCTION public.{name} TO {public}"
    for schema in (READERS_AND_PENDING, READERS_COMPLETE):
        yield f"CREATE SCHEMA {schema}"
    for name, query in list_view_definitions().items():
        yield f"CREATE VIEW {name} AS {query}"
    yield f"GRANT USAGE ON SCHEMA {', '.join(READERS_SCHEMAS)} TO {public}"
    yield f"GRANT SELECT ON {', '.join(sorted(PUBLIC_RELATIONS))} TO {public}"

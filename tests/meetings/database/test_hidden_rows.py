"""PostgreSQL compares no words of a hidden row with those of a query.

Comparing texts is “leakproof”: PostgreSQL may do it before it asks the policy whether the row is visible, and does so
if the policy seems to cost more. `EXPLAIN ANALYZE` tells whether the policy was asked, so that one statement answered
one question about a hidden text. A whole note under embargo could be read letter by letter.
"""

import json
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from meetings.models import INDEX_MODELS, Edition, IndexRow, Suppression
from meetings.models.closed_columns import ClosedField
from meetings.models.public_tables import (
    CLOSED_COLUMNS,
    COUNTED_COLUMNS,
    EDITION_TABLE,
    FACT_TABLES,
    WORD_COLUMNS,
)
from tests.database_roles import DatabaseRoles, RoleSession
from tests.factories import DAY
from tests.meetings.database.test_row_level_security import (
    create_meeting_edition,
    create_withdrawal,
)
from tests.public_requests import lifted_guards

pytestmark = pytest.mark.postgresql
FACT_MODELS = [model for model in INDEX_MODELS if model._meta.db_table in FACT_TABLES]
COLUMNS = [
    (table, column)
    for table, columns in WORD_COLUMNS.items()
    for column in columns
    if column not in CLOSED_COLUMNS[table]
]
CONDITION = re.compile(r'"[\w ]*(Cond|(?<!by )Filter)": "([^"\\]|\\.)*"')
EXECUTION = "ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF"
SEARCHES = re.compile(r'"Index Searches": \d+')
LAST_LETTERS = "\U0010ffff"
SETTINGS = ("cpu_operator_cost = 0", "enable_seqscan = on", "enable_indexscan = off", "enable_bitmapscan = on")


SECRET_WORD = "zanzibar"


@pytest.fixture
def hidden_rows(committed: None, roles: DatabaseRoles) -> Iterator[None]:
    """Scheduled, withdrawn and removed rows with words in each table, among visible ones.

    The role may not read places of rows where it may not read all columns, so here it may. The tables are emptied with
    their old rows. With those, PostgreSQL would read a whole table instead of one row by its place, and compare the
    words of visible rows, too.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(WORD_COLUMNS)} CASCADE")
        for table in CLOSED_COLUMNS:
            cursor.execute(f"GRANT SELECT (ctid) ON {table} TO {roles.public}")
    now = timezone.now().replace(microsecond=0)
    with lifted_guards(), transaction.atomic():
        create_meeting_edition("live", "Live", now - DAY)
        create_meeting_edition(SECRET_WORD, "Zanzibar", now + DAY)
        create_withdrawal(create_meeting_edition("gone", "Gone", now - 2 * DAY), now - DAY)
        lifted = {"lifted_at": now, "lifted_because": "It named a source"}
        closed = create_meeting_edition("closed", "Closed", now - 2 * DAY)
        Suppression.objects.create(edition=closed, at=now - DAY, reason="Too early", **lifted)
        Suppression.objects.create(edition=closed, at=now, reason="A leaked number")
    yield
    with connection.cursor() as cursor:
        for table in CLOSED_COLUMNS:
            cursor.execute(f"REVOKE SELECT (ctid) ON {table} FROM {roles.public}")


def list_hidden_rows(reader: RoleSession, table: str) -> list[str]:
    """Return the places in the table of the rows that the reader does not see."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ctid::text FROM {table}")
        stored = {place for (place,) in cursor.fetchall()}
    return sorted(stored - {place for (place,) in reader.execute(f"SELECT ctid::text FROM {table}")})


def explain(reader: RoleSession, source: str, conditions: str, word: str, options: str = EXECUTION) -> str:
    """Return what PostgreSQL tells about the execution, without the conditions themselves."""
    [([plan],)] = reader.execute(f"EXPLAIN ({options}, FORMAT JSON) SELECT FROM {source} WHERE {conditions}", word)
    return CONDITION.sub("", json.dumps(plan))


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_no_word_of_a_hidden_row_is_compared(hidden_rows: None, reader: RoleSession, table: str, column: str) -> None:
    """The second comparison would be with the result of a subquery, whose execution shows what the first one found."""
    rows = list_hidden_rows(reader, table)
    assert rows, "The test needs hidden rows."
    conditions = (f"{column} >= %s", f"{column} >= %s AND {column} >= (SELECT ''::text)", f"{column} = ANY (ARRAY[%s])")
    for setting in (None, *SETTINGS):
        reader.execute(f"SET {setting}" if setting else "RESET ALL")
        for row, condition in product(rows, conditions):
            told = {explain(reader, table, f"ctid = '{row}' AND {condition}", word) for word in ("", "M", LAST_LETTERS)}
            assert len(told) == 1, (setting, condition, told)


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table, columns in CLOSED_COLUMNS.items() for column in columns]
)
def test_no_condition_mentions_a_closed_column(reader: RoleSession, table: str, column: str) -> None:
    """A subscript of `jsonb` costs nothing, and all conditions cost the same if an operator costs next to nothing.

    So PostgreSQL evaluated some before the policy, and told every character of a hidden text.
    """
    reader.execute("SET cpu_operator_cost = '0x1p-1074'")
    for condition in (f"{column} >= ANY (ARRAY['x'])", f"('{{}}'::jsonb)[{column}] IS NULL"):
        statement = f"SELECT FROM {table} WHERE {condition} UNION ALL SELECT FROM {table} WHERE {condition}"
        assert "permission denied" in reader.get_refusal(statement)


HIDDEN_VALUES = {  # and values that no row has, by the type of a column
    "DateField": ("2061-02-03", "2061-02-04"),
    "DateTimeField": ("2061-02-03 10:00+00", "2061-02-04 10:00+00"),
    "TimeField": ("04:05", "04:06"),
    "PositiveIntegerField": ("4711", "4712"),
    "PositiveSmallIntegerField": ("4711", "4712"),
    "UUIDField": ("0a0b0c0d-0000-4000-8000-000000000001", "0a0b0c0d-0000-4000-8000-000000000002"),
    "CharField": ("zy", "zz"),
}


@pytest.fixture
def facts_of_scheduled(hidden_rows: None) -> None:
    """Many rows that have not appeared, whose facts no other row has, nor the statistics that another test left."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with lifted_guards(), transaction.atomic(), connection.cursor() as cursor:
        for model in FACT_MODELS:
            table = model._meta.db_table
            facts = [field.column for field in list_facts(model)]
            kept = ", ".join({field.column for field in model._meta.concrete_fields} - {"id", *facts})
            values = [HIDDEN_VALUES[field.get_internal_type()][0] for field in list_facts(model)]
            cursor.execute(
                f"INSERT INTO {table} (id, {', '.join(facts)}, {kept}) "
                f"SELECT gen_random_uuid(), {', '.join(['%s'] * len(facts))}, {kept} "
                f"FROM {table}, generate_series(1, 1000) WHERE available_from > now()",
                values,
            )
            assert cursor.rowcount, "The test needs rows of a scheduled edition."


def list_facts(model: type[IndexRow]) -> list[Any]:
    return [
        field
        for field in model._meta.concrete_fields
        if field.get_internal_type() in HIDDEN_VALUES and field.name not in ("id", "available_from")
    ]


@pytest.mark.parametrize("model", FACT_MODELS)
def test_no_index_tells_facts_of_a_scheduled_edition(
    facts_of_scheduled: None, reader: RoleSession, model: type[IndexRow]
) -> None:
    """But for how often PostgreSQL 18 skips along an index, which depends on entries that it leaves out."""
    for field, setting in product(list_facts(model), (None, *SETTINGS)):
        reader.execute(f"SET {setting}" if setting else "RESET ALL")
        values = HIDDEN_VALUES[field.get_internal_type()]
        for condition in (
            f"{field.column} = %s",
            f"{field.column} >= %s",
            f"{field.column} = %s AND edition_id >= (SELECT min(id::text)::uuid FROM meetings_edition)",
        ):
            told = [SEARCHES.sub("", explain(reader, model._meta.db_table, condition, value)) for value in values]
            assert told[0] == told[1], (setting, condition, told)


@pytest.mark.django_db
def test_every_index_of_facts_ends_with_the_instant() -> None:
    """So also one that PostgreSQL does not choose here, and one that Django makes for a foreign key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY (%s) AND indexname NOT LIKE '%%_pkey'",
            [[EDITION_TABLE, *FACT_TABLES]],
        )
        found = dict(cursor.fetchall())
    assert len(found) > len(FACT_TABLES)
    others = {name for name, index in found.items() if not re.search(r"available_from\)( WHERE .*)?$", index)}
    assert others == {"edition_by_instant"}


def test_fields_of_closed_columns_are_closed_fields() -> None:
    closed = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, ClosedField) and model._meta.managed
    }
    assert closed == {(table, column) for table, columns in CLOSED_COLUMNS.items() for column in columns}


@pytest.mark.parametrize("column", ["configuration", "status", "form", "presidency", "listed_on"])
def test_no_index_tells_columns_of_a_scheduled_edition(hidden_rows: None, reader: RoleSession, column: str) -> None:
    values = HIDDEN_VALUES["DateField" if column == "listed_on" else "CharField"]
    with lifted_guards(), transaction.atomic():
        Edition.objects.filter(address__contains=SECRET_WORD).update(**{column: values[0]})
    for setting, comparison in product((None, *SETTINGS), ("=", ">=")):
        reader.execute(f"SET {setting}" if setting else "RESET ALL")
        condition = f"subject_type = 'meeting' AND {column} {comparison} %s"
        told = [explain(reader, EDITION_TABLE, condition, value) for value in values]
        assert told[0] == told[1], (setting, condition, told)


def test_no_estimate_tells_facts_of_a_scheduled_edition(facts_of_scheduled: None, reader: RoleSession) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for model in FACT_MODELS:
        for field in list_facts(model):
            if field.column not in COUNTED_COLUMNS:
                for condition in (f"{field.column} = %s", f"{field.column} >= %s"):
                    values = HIDDEN_VALUES[field.get_internal_type()]
                    told = [explain(reader, model._meta.db_table, condition, value, "COSTS ON") for value in values]
                    assert told[0] == told[1], (model, condition, told)

"""Nothing that a role can ask PostgreSQL tells a fact of a hidden row.

PostgreSQL evaluates conditions in an order of its own: a subscript of `jsonb` costs nothing, and all conditions cost
the same if an operator costs next to nothing. `EXPLAIN ANALYZE` tells what came of them, so that each condition on a
hidden row was an answer. So hidden rows are not in the tables that readers read.
"""

import json
import re
from itertools import product
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from meetings.database.reader_tables import EDITION_RELATIONS, READERS, READERS_COMPLETE, Shown
from meetings.models import INDEX_MODELS, EditionDocument, StoredSearchResult, Suppression
from meetings.models.public_tables import TEXT_FUNCTION
from tests.database_roles import DatabaseRoles, RoleSession
from tests.factories import DAY
from tests.meetings.database.test_public_role import create_meeting_edition, create_withdrawal
from tests.meetings.database.test_search_steps import read_counters
from tests.public_requests import lifted_guards

pytestmark = pytest.mark.postgresql
FACT_MODELS = [model for model in INDEX_MODELS if model is not StoredSearchResult]
CONDITION = re.compile(r'"[\w ]*(Cond|(?<!by )Filter)": "([^"\\]|\\.)*"')
EXECUTION = "ANALYZE, COSTS ON, TIMING OFF, SUMMARY OFF, BUFFERS ON"
BLOCKS = re.compile(r'"(Shared Hit|Shared Read|Shared Dirtied) Blocks": \d+')  # they differ in the first call
HIDDEN_VALUES = {  # and values that no row has, by the type of a column
    "DateField": ("2061-02-03", "2061-02-04"),
    "DateTimeField": ("2061-02-03 10:00+00", "2061-02-04 10:00+00"),
    "TimeField": ("04:05", "04:06"),
    "PositiveIntegerField": ("4711", "4712"),
    "PositiveSmallIntegerField": ("4711", "4712"),
    "UUIDField": ("0a0b0c0d-0000-4000-8000-000000000001", "0a0b0c0d-0000-4000-8000-000000000002"),
    "CharField": ("zy", "zz"),
}


def list_facts(model: type[Any]) -> list[Any]:
    return [
        field
        for field in model._meta.concrete_fields
        if field.get_internal_type() in HIDDEN_VALUES and field.name != "id"
    ]


@pytest.fixture
def hidden_rows(committed: None, roles: DatabaseRoles) -> None:
    """Scheduled rows whose facts no other row has, and withdrawn and suppressed ones, among visible ones."""
    now = timezone.now().replace(microsecond=0)
    with lifted_guards(), transaction.atomic(), connection.cursor() as cursor:
        create_meeting_edition("live", "Live", now - DAY)
        create_withdrawal(create_meeting_edition("gone", "Gone", now - 2 * DAY), now - DAY)
        closed = create_meeting_edition("closed", "Closed", now - 2 * DAY)
        Suppression.objects.create(edition=closed, at=now, reason="A leaked number")
        cursor.execute("SELECT council_copy_appeared()")
        assert cursor.fetchone() == (4,)
        scheduled = create_meeting_edition("zanzibar", "Zanzibar", now + DAY)
        for model in FACT_MODELS:
            facts = {field.column: HIDDEN_VALUES[field.get_internal_type()][0] for field in list_facts(model)}
            kept = ", ".join({field.column for field in model._meta.concrete_fields} - {"id", *facts})
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} (id, {', '.join(facts)}, {kept}) "
                f"SELECT gen_random_uuid(), {', '.join(['%s'] * len(facts))}, {kept} "
                f"FROM {model._meta.db_table}, generate_series(1, 100) WHERE edition_id = %s",
                [*facts.values(), scheduled.pk],
            )
            assert cursor.rowcount, "The test needs rows of a scheduled edition."
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def explain(reader: RoleSession, query: str, *values: Any) -> str:
    """Return what PostgreSQL tells about the execution, without the conditions themselves."""
    [([plan],)] = reader.execute(f"EXPLAIN ({EXECUTION}, FORMAT JSON) {query}", *values)
    return BLOCKS.sub("", CONDITION.sub("", json.dumps(plan)))


def test_no_condition_tells_a_fact(hidden_rows: None, reader: RoleSession) -> None:
    settings = ("jit = off", "cpu_operator_cost = '0x1p-1074'", "enable_indexscan = off", "enable_seqscan = on")
    facts = [(model, field) for model in FACT_MODELS for field in list_facts(model)]
    for setting, (model, field) in product(settings, facts):
        reader.execute(f"SET {setting}")
        for condition in (f"{field.column} = %s", f"{field.column} >= %s"):
            rows = f"SELECT FROM {READERS_COMPLETE}.{model._meta.db_table} WHERE {condition}"
            values = HIDDEN_VALUES[field.get_internal_type()]
            query = f"{rows} UNION ALL {rows}"
            explain(reader, query, values[0], values[0])  # after it, indexes say what was deleted before this test
            told = [explain(reader, query, value, value) for value in values]
            assert told[0] == told[1], (model, setting, condition, told)


def test_hidden_rows_are_in_no_table_that_readers_read(hidden_rows: None) -> None:
    for relation in EDITION_RELATIONS:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT DISTINCT e.address FROM public.meetings_edition AS e JOIN {READERS}.{relation.name} AS part "
                f"ON part.{relation.edition_key} = e.id WHERE NOT e.is_tombstone"
            )
            addresses = " ".join(address for (address,) in cursor.fetchall())
        found = {name for name in ("live", "gone", "closed", "zanzibar") if name in addresses}
        is_empty = relation.name.endswith("suppression")  # but for those of suppressed editions
        shown = {
            Shown.FOR_EVER: {"live", "gone", "closed"},
            Shown.UNTIL_WITHDRAWAL: {"live", "closed"},
            Shown.UNTIL_REMOVAL: {"live"},
        }[relation.shown]
        assert found == ({"closed"} if is_empty else shown), relation


@pytest.mark.parametrize("setting", ["enable_nestloop = on", "enable_nestloop = off", "cpu_tuple_cost = 1e200"])
def test_no_edition_is_read_by_its_text(
    committed: None, roles: DatabaseRoles, reader: RoleSession, setting: str
) -> None:
    """A scheduled correction keeps texts, and the counters of their rows told how many corrections are scheduled."""
    now = timezone.now().replace(microsecond=0)
    with lifted_guards():
        with transaction.atomic():
            edition = create_meeting_edition("corrected", "Corrected", now - DAY)
        with transaction.atomic():
            create_meeting_edition("corrected", "Corrected", now + DAY)
    text = EditionDocument.objects.get(edition=edition).document_id
    assert EditionDocument.objects.filter(document=text).count() == 2
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    reader.execute(f"SET {setting}")
    reader.execute("BEGIN")
    assert reader.execute(f"SELECT length({TEXT_FUNCTION}(%s)) > 100", str(text)) == [(True,)]
    read = read_counters(reader)
    reader.execute("ROLLBACK")
    assert read["meetings_storeddocument_pkey: rows fetched"] == 1
    of_editions = {steps: number for steps, number in read.items() if steps.startswith(EditionDocument._meta.db_table)}
    assert not {steps: number for steps, number in of_editions.items() if "rows" in steps and number}


def test_no_setting_lets_a_text_with_scheduled_corrections_take_other_steps(
    committed: None, roles: DatabaseRoles, reader: RoleSession
) -> None:
    """With some settings of the caller, all editions were read, or in an order that depends on the hidden ones."""
    now = timezone.now().replace(microsecond=0)
    corrections = {"none": 0, "one": 1, "four": 4, "eight": 8}
    with lifted_guards():
        with transaction.atomic():
            live = [create_meeting_edition(name, name, now - DAY) for name in corrections]
            for number in range(6):
                create_meeting_edition(f"other {number}", "Other", now - DAY)
        with transaction.atomic():
            for name, count in corrections.items():
                for number in range(count):
                    create_meeting_edition(name, name, now + DAY * (number + 1))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    texts = [EditionDocument.objects.get(edition=edition).document_id for edition in live]
    assert [EditionDocument.objects.filter(document=text).count() for text in texts] == [1, 2, 5, 9]
    reader.execute(
        "SET plan_cache_mode = force_custom_plan; SET enable_indexscan = off; SET enable_hashjoin = off; "
        "SET from_collapse_limit = 1; SET cpu_index_tuple_cost = 1e200; SET random_page_cost = 0.1; "
        "SET cpu_operator_cost = 20"
    )
    read = [count_rows_read(reader, str(text)) for text in texts]
    assert read == read[:1] * len(read)


def count_rows_read(reader: RoleSession, text: str) -> dict[str, int]:
    statement = f"SELECT length({TEXT_FUNCTION}(%s)) > 100"
    reader.execute(statement, text)  # once before, so that the catalogue is in the caches of the session
    reader.execute("BEGIN")
    before = read_counters(reader)
    assert reader.execute(statement, text) == [(True,)]
    read = read_counters(reader) - before
    reader.execute("ROLLBACK")
    return {step: number for step, number in read.items() if "rows" in step and "toast" not in step}

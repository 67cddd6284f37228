"""Prepared queries return the same rows as the queryset, whatever the parameters."""

import datetime as dt
import gc
from contextlib import nullcontext
from typing import Any
from unittest.mock import patch
from uuid import UUID
from weakref import ref

import pytest
from django.db import InterfaceError, NotSupportedError, OperationalError, connection, transaction
from django.db.models import CharField, DateTimeField, QuerySet, UUIDField
from django.test.utils import CaptureQueriesContext

from council.views.errors import is_database_unavailable
from meetings.database.prepared_query import (
    CHANGED_COLUMNS,
    PREPARED_NAMES,
    ExecutedQuery,
    PreparedQuery,
    fetch_objects,
    fetch_rows,
    pad_keys,
)
from meetings.editions.freezing import create_edition
from meetings.models import EditionDocument, Presidency, SubjectType
from tests.factories import DAY, MINUTE, PRESS_DAY, make_meeting_document, make_uuid

FIRST, SECOND = PRESS_DAY + MINUTE, PRESS_DAY + DAY
COLUMNS = ("edition__subject_id", "language", "edition__languages", "history", "document__text")


def build_queryset(id: Any, at: Any, language: Any) -> QuerySet[EditionDocument, Any]:
    live = EditionDocument.objects.live(at).in_language(language).with_history()
    return live.filter(edition__subject_id=id).values_list(*COLUMNS)


def build_query() -> PreparedQuery:
    return PreparedQuery(build_queryset, id=UUIDField(), at=DateTimeField(), language=CharField(max_length=2))


@pytest.fixture
def two_editions() -> None:
    create_edition([make_meeting_document()], available_from=FIRST)
    create_edition(
        [make_meeting_document("Dubliini ‘–’ %s", language="fi"), make_meeting_document()], available_from=SECOND
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("two_editions")
class TestPreparedQuery:
    @pytest.mark.parametrize(
        ("id", "at", "language"),
        [
            (make_uuid("meeting"), FIRST, "fi"),
            (make_uuid("meeting"), SECOND, "fi"),
            (make_uuid("meeting"), SECOND, "el"),
            (make_uuid("meeting"), FIRST - MINUTE, "en"),
            (make_uuid("another"), SECOND, "en"),
            (make_uuid("meeting"), SECOND, "' OR 1"),
        ],
    )
    def test_rows_equal_those_of_the_queryset(self, id: UUID, at: dt.datetime, language: str) -> None:
        found = build_query().fetch_rows(id=id, at=at, language=language)
        assert [tuple(row) for row in found] == list(build_queryset(id, at, language))

    def test_objects_equal_those_of_the_queryset(self, django_assert_num_queries: Any) -> None:
        def build_objects(id: Any, at: Any) -> QuerySet[EditionDocument]:
            return EditionDocument.objects.live(at).with_history().filter(edition__subject_id=id).order_by("language")

        query, values = PreparedQuery(build_objects, id=UUIDField(), at=DateTimeField()), (make_uuid("meeting"), SECOND)
        with django_assert_num_queries(1):
            found = query.fetch_objects(id=values[0], at=values[1])
            seen = [(row.pk, row.edition.address, row.document.text, row.history) for row in found]
        expected = build_objects(*values)
        assert found == list(expected)
        assert seen == [(row.pk, row.edition.address, row.document.text, row.history) for row in expected]
        assert query.fetch_objects(id=make_uuid("another"), at=SECOND) == []

    def test_rows_are_freed_with_the_objects(self) -> None:
        executed = ExecutedQuery(None, [])
        reference = ref(executed)
        assert executed.query is executed
        del executed
        assert reference() is None

    def test_query_is_reused_with_other_values(self) -> None:
        query = build_query()
        with CaptureQueriesContext(connection) as statements:
            texts = [
                query.fetch_rows(id=make_uuid("meeting"), at=at, language="fi")[0][-1] for at in (FIRST, SECOND, FIRST)
            ]
        assert texts[0] == texts[2] != texts[1]
        assert len(statements) == 3


@pytest.mark.postgresql
@pytest.mark.usefixtures("committed", "two_editions")
class TestPreparedStatements:
    """Outside transactions, a query is planned once per connection. In a transaction, as above, it is not prepared."""

    def execute(self, query: PreparedQuery) -> list[Any]:
        with CaptureQueriesContext(connection) as statements:
            rows = query.fetch_rows(id=make_uuid("meeting"), at=SECOND, language="fi")
        assert [tuple(row) for row in rows] == list(build_queryset(make_uuid("meeting"), SECOND, "fi"))
        return [statement["sql"].split()[0] for statement in statements]

    def test_statement_is_prepared(self) -> None:
        query = build_query()
        assert self.execute(query) == self.execute(query) == ["EXECUTE"]
        with transaction.atomic():  # which a lost statement would end
            assert self.execute(query) == ["SELECT"]

    def test_new_connection_prepares_it_again(self) -> None:
        query = build_query()
        self.execute(query)
        closed = ref(connection.connection)
        connection.close()
        assert self.execute(query) == ["EXECUTE"]
        gc.collect()
        assert closed() is None  # nothing holds on to what it had prepared

    def test_lost_statement_runs_unprepared_and_is_prepared_again(self) -> None:
        query = build_query()
        self.execute(query)
        run_statement("DEALLOCATE ALL")
        assert [self.execute(query) for _time in range(3)] == [["EXECUTE", "SELECT"], ["EXECUTE"], ["EXECUTE"]]

    def test_statement_prepared_by_another_process_is_used(self) -> None:
        self.execute(build_query())
        PREPARED_NAMES.clear()  # as a process that never had this connection
        assert self.execute(build_query()) == ["EXECUTE"]

    def test_different_queries_have_different_names(self) -> None:
        others = [
            PreparedQuery(build_subject_queryset(kind), id=UUIDField(), at=DateTimeField()) for kind in SubjectType
        ]
        assert len({query.name for query in (build_query(), build_query(), *others)}) == 3

    def test_altered_column_is_handled(self) -> None:
        query = build_query()
        self.execute(query)
        run_statement("ALTER TABLE meetings_editiondocument ALTER COLUMN language TYPE varchar(3)")
        try:
            assert [self.execute(query) for _time in range(2)] == [["EXECUTE", "DEALLOCATE", "SELECT"], ["EXECUTE"]]
        finally:
            run_statement("ALTER TABLE meetings_editiondocument ALTER COLUMN language TYPE varchar(2)")

    def test_altered_column_on_an_exchanged_connection_is_handled(self) -> None:
        query = build_query()
        self.execute(query)
        run_statement(f"DEALLOCATE {query.name}")
        refused = NotSupportedError()
        refused.__cause__ = ChangedColumnsError()
        with patch.object(query, "execute_prepared", side_effect=refused):
            assert self.execute(query) == ["DEALLOCATE", "SELECT"]

    @pytest.mark.parametrize("was_prepared", [True, False])
    def test_lost_database_is_recognised(self, was_prepared: bool) -> None:
        query = build_query()
        assert query.name
        if was_prepared:
            self.execute(query)
        run_statement("SELECT pg_terminate_backend(pg_backend_pid())", fails=OperationalError)
        with pytest.raises((OperationalError, InterfaceError)) as raised:
            query.fetch_rows(id=make_uuid("meeting"), at=SECOND, language="fi")
        assert is_database_unavailable(raised.value)
        connection.close()


class ChangedColumnsError(Exception):
    pgcode = CHANGED_COLUMNS


def build_subject_queryset(kind: SubjectType) -> Any:
    live = EditionDocument.objects.filter(edition__subject_type=kind)
    return lambda **values: live.live(values["at"]).filter(edition__subject_id=values["id"]).values_list("pk")


def run_statement(statement: str, fails: type[Exception] | None = None) -> None:
    with connection.cursor() as cursor, pytest.raises(fails) if fails else nullcontext():
        cursor.execute(statement)


def find_editions(at: Any, *keys: Any) -> QuerySet[EditionDocument]:
    return EditionDocument.objects.filter(edition__available_from__lte=at, edition__in=keys).order_by("pk")


@pytest.mark.django_db
@pytest.mark.usefixtures("two_editions")
class TestListsOfKeys:
    @pytest.mark.parametrize("count", range(6))
    def test_any_number_of_keys_finds_the_rows_of_the_queryset(self, count: int) -> None:
        known = list(EditionDocument.objects.order_by("pk").values_list("edition_id", flat=True).distinct())
        keys = [*known, *(make_uuid(f"unknown {number}") for number in range(4))][:count]
        assert fetch_objects(find_editions, SECOND, *pad_keys(keys)) == list(find_editions(SECOND, *keys))

    def test_each_limit_has_a_query_of_its_own(self) -> None:
        keys = list(EditionDocument.objects.order_by("pk").values_list("edition_id", flat=True).distinct())
        expected = list(find_editions(SECOND, *keys))
        assert len(expected) > 1
        for limit in (1, None, 2, 1):
            assert fetch_objects(find_editions, SECOND, *keys, limit=limit) == expected[:limit]

    def test_few_queries_are_prepared(self) -> None:
        assert {len(pad_keys(range(count))) for count in range(1, 101)} == {1, 2, 4, 8, 16, 32, 64, 128}
        assert set(pad_keys(range(100))) == set(range(100))


def select_half_years(*years: int) -> QuerySet[Presidency, Any]:
    presidencies = Presidency.objects.filter(year=years[0]) if years else Presidency.objects.all()
    return presidencies.values_list("half")


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("years", [[2017], []])
def test_number_may_be_of_a_small_column_and_a_query_without_parameters(years: list[int]) -> None:
    Presidency.objects.create(country="EE", year=2017, half=2)
    assert [tuple(row) for row in fetch_rows(select_half_years, *years)] == [(2,)]

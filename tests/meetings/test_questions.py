"""Questions: a queryset that was put together once answers as the queryset does, whatever it is asked."""

import datetime as dt
import gc
from contextlib import nullcontext
from typing import Any
from unittest.mock import patch
from uuid import UUID
from weakref import ref

import pytest
from django.db import InterfaceError, NotSupportedError, OperationalError, connection
from django.db.models import CharField, DateTimeField, QuerySet, UUIDField
from django.test.utils import CaptureQueriesContext

from council.errors import is_away
from meetings.editions import freeze
from meetings.models import EditionDocument, SubjectType
from meetings.questions import OTHER_COLUMNS, PREPARED, Question
from tests.cast import DAY, MINUTE, PRESS_DAY, meeting_document, named

FIRST, SECOND = PRESS_DAY + MINUTE, PRESS_DAY + DAY
COLUMNS = ("edition__subject_id", "language", "edition__languages", "history", "document__text")


def standing(id: Any, at: Any, language: Any) -> QuerySet[EditionDocument, Any]:
    live = EditionDocument.objects.live(at).in_language(language).with_history()
    return live.filter(edition__subject_id=id).values_list(*COLUMNS)


def question() -> Question:
    return Question(standing, id=UUIDField(), at=DateTimeField(), language=CharField(max_length=2))


@pytest.fixture
def one_of_two_editions() -> None:
    freeze([meeting_document()], available_from=FIRST)
    freeze([meeting_document("Dubliini ‘–’ %s", language="fi"), meeting_document()], available_from=SECOND)


@pytest.mark.django_db
@pytest.mark.usefixtures("one_of_two_editions")
class TestAnAnswer:
    @pytest.mark.parametrize(
        ("id", "at", "language"),
        [
            (named("meeting"), FIRST, "fi"),
            (named("meeting"), SECOND, "fi"),
            (named("meeting"), SECOND, "el"),
            (named("meeting"), FIRST - MINUTE, "en"),
            (named("another"), SECOND, "en"),
            (named("meeting"), SECOND, "' OR 1"),
        ],
    )
    def test_it_is_that_of_the_queryset(self, id: UUID, at: dt.datetime, language: str) -> None:
        found = question().rows(id=id, at=at, language=language)
        assert [tuple(row) for row in found] == list(standing(id, at, language))

    def test_one_question_is_asked_of_many(self) -> None:
        asked = question()
        with CaptureQueriesContext(connection) as statements:
            texts = [asked.rows(id=named("meeting"), at=at, language="fi")[0][-1] for at in (FIRST, SECOND, FIRST)]
        assert texts[0] == texts[2] != texts[1]
        assert len(statements) == 3


@pytest.mark.postgresql
@pytest.mark.usefixtures("committed", "one_of_two_editions")
class TestOnPostgreSQLOutsideOfATransaction:
    """There it is planned once a connection. In a transaction, as all tests above, it is asked as it stands."""

    def ask(self, asked: Question) -> list[Any]:
        with CaptureQueriesContext(connection) as statements:
            rows = asked.rows(id=named("meeting"), at=SECOND, language="fi")
        assert [tuple(row) for row in rows] == list(standing(named("meeting"), SECOND, "fi"))
        return [statement["sql"].split()[0] for statement in statements]

    def test_it_is_prepared(self) -> None:
        asked = question()
        assert self.ask(asked) == self.ask(asked) == ["EXECUTE"]

    def test_another_connection_prepares_it_anew(self) -> None:
        asked = question()
        self.ask(asked)
        closed = ref(connection.connection)
        connection.close()
        assert self.ask(asked) == ["EXECUTE"]
        gc.collect()
        assert closed() is None  # nothing holds on to what it had prepared

    def test_where_a_pooler_exchanges_connections_it_is_asked_as_it_stands_and_then_prepared_anew(self) -> None:
        asked = question()
        self.ask(asked)
        run("DEALLOCATE ALL")
        assert [self.ask(asked) for _time in range(3)] == [["EXECUTE", "SELECT"], ["EXECUTE"], ["EXECUTE"]]

    def test_where_a_pooler_shares_a_connection_out_what_another_process_prepared_is_as_good(self) -> None:
        self.ask(question())
        PREPARED.clear()  # as a process that never had this connection
        assert self.ask(question()) == ["EXECUTE"]

    def test_its_name_never_stands_for_another_question(self) -> None:
        others = [Question(of(kind), id=UUIDField(), at=DateTimeField()) for kind in SubjectType]
        assert len({asked.name for asked in (question(), question(), *others)}) == 3

    def test_a_column_that_a_migration_widens_meanwhile_breaks_nothing(self) -> None:
        asked = question()
        self.ask(asked)
        run("ALTER TABLE meetings_editiondocument ALTER COLUMN language TYPE varchar(3)")
        try:
            assert [self.ask(asked) for _time in range(2)] == [["EXECUTE", "DEALLOCATE", "SELECT"], ["EXECUTE"]]
        finally:
            run("ALTER TABLE meetings_editiondocument ALTER COLUMN language TYPE varchar(2)")

    def test_nor_where_a_pooler_has_exchanged_the_connection_as_well(self) -> None:
        asked = question()
        self.ask(asked)
        run(f"DEALLOCATE {asked.name}")
        refused = NotSupportedError()
        refused.__cause__ = OtherColumns()
        with patch.object(asked, "ask_prepared", side_effect=refused):
            assert self.ask(asked) == ["DEALLOCATE", "SELECT"]

    @pytest.mark.parametrize("was_prepared", [True, False])
    def test_a_database_that_went_away_is_known_as_such(self, was_prepared: bool) -> None:
        asked = question()
        assert asked.name
        if was_prepared:
            self.ask(asked)
        run("SELECT pg_terminate_backend(pg_backend_pid())", fails=OperationalError)
        with pytest.raises((OperationalError, InterfaceError)) as told:
            asked.rows(id=named("meeting"), at=SECOND, language="fi")
        assert is_away(told.value)
        connection.close()


class OtherColumns(Exception):
    pgcode = OTHER_COLUMNS


def of(kind: SubjectType) -> Any:
    live = EditionDocument.objects.filter(edition__subject_type=kind)
    return lambda **given: live.live(given["at"]).filter(edition__subject_id=given["id"]).values_list("pk")


def run(statement: str, fails: type[Exception] | None = None) -> None:
    with connection.cursor() as cursor, pytest.raises(fails) if fails else nullcontext():
        cursor.execute(statement)

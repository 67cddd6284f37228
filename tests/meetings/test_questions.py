"""Questions: a queryset that was put together once answers as the queryset does, whatever it is asked."""

import datetime as dt
import gc
from typing import Any
from uuid import UUID
from weakref import ref

import pytest
from django.db import connection
from django.db.models import CharField, DateTimeField, QuerySet, UUIDField
from django.test.utils import CaptureQueriesContext

from meetings.editions import freeze
from meetings.models import EditionDocument
from meetings.questions import Question
from tests.cast import DAY, MINUTE, PRESS_DAY, meeting_document, named

FIRST, SECOND = PRESS_DAY + MINUTE, PRESS_DAY + DAY
COLUMNS = ("edition__subject_id", "language", "edition__languages", "number", "modified_at", "document__text")


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

    def test_where_something_between_exchanges_connections_it_is_asked_as_it_stands(self) -> None:
        asked = question()
        self.ask(asked)
        with connection.cursor() as cursor:
            cursor.execute("DEALLOCATE ALL")
        assert self.ask(asked) == ["EXECUTE", "SELECT"]

"""Time limits of statements: what they end, which errors they let through, and when they end themselves."""

import pytest
from django.db import DataError, OperationalError, connection, transaction

from meetings.database.time_limits import limit_database_time, limit_statements

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def read_timeout() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return str(cursor.fetchone()[0])


class TestTimeOfABlock:
    @pytest.mark.parametrize(
        ("statement", "error"),
        [
            ("SELECT 1 / 0", DataError),
            ("SELECT repeat('x', 2000000000)", OperationalError),
            ("SELECT pg_sleep(5)", TimeoutError),
        ],
    )
    def test_only_a_statement_that_takes_too_long_is_a_timeout(self, statement: str, error: type[Exception]) -> None:
        with pytest.raises(error), limit_database_time(0.1):
            execute(statement)
        assert read_timeout() == "0"

    def test_nothing_is_sent_when_no_time_is_left(self) -> None:
        with pytest.raises(TimeoutError), limit_database_time(0):
            execute("SELECT 1")


class TestTimeOfEachStatement:
    def test_limit_ends_after_an_error(self) -> None:
        with pytest.raises(OperationalError), limit_statements(0.05), transaction.atomic():
            execute("SELECT pg_sleep(5)")
        assert read_timeout() == "0"

    @pytest.mark.django_db(transaction=True)
    def test_limit_outlasts_a_transaction_that_failed(self) -> None:
        """PostgreSQL takes back what was set in it."""

        def fail() -> None:
            with pytest.raises(DataError), transaction.atomic():
                execute("SELECT 1 / 0")

        with limit_statements(10):
            fail()
            assert read_timeout() == "10s"
        with limit_statements(10), transaction.atomic():
            fail()
            assert read_timeout() == "10s"
        assert read_timeout() == "0"

    @pytest.mark.django_db(transaction=True)
    def test_limit_is_set_again_on_a_new_connection(self) -> None:
        with limit_statements(10):
            assert read_timeout() == "10s"
            connection.close()
            assert read_timeout() == "10s"
            connection.close()
        with limit_statements(10):
            pass
        assert connection.connection is None

    @pytest.mark.django_db(transaction=True)
    def test_lost_connection_is_replaced_after_the_block(self) -> None:
        with pytest.raises(OperationalError), limit_statements(10):
            execute("SELECT pg_terminate_backend(pg_backend_pid())")
        assert read_timeout() == "0"

"""Limit the time that PostgreSQL spends on some statements. SQLite has no such limit."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from psycopg2.errors import QueryCanceled
from psycopg2.extensions import TRANSACTION_STATUS_INERROR

Execute = Callable[..., Any]


@contextmanager
def limit_database_time(seconds: float) -> Iterator[None]:
    """Raise TimeoutError when all statements of the block together take longer.

    Each statement is sent together with its limit. To PostgreSQL the two are a transaction, so that the limit ends with
    it. Within a transaction, the block is a part of it that can be rolled back.
    """
    if connection.vendor != "postgresql":
        yield
        return
    left = seconds

    def execute_in_time(execute: Execute, sql: str, *arguments: Any) -> Any:
        nonlocal left
        if left <= 0:
            raise TimeoutError
        begun = time.monotonic()
        try:
            return execute(f"{build_timeout('SET LOCAL', left)}; {sql}", *arguments)
        except OperationalError as error:
            if not isinstance(error.__cause__, QueryCanceled):
                raise
            raise TimeoutError from error
        finally:
            left -= time.monotonic() - begun

    savepoint = transaction.atomic() if connection.in_atomic_block else nullcontext()
    with savepoint, connection.execute_wrapper(execute_in_time):
        yield


@contextmanager
def limit_statements(seconds: float) -> Iterator[None]:
    """Let PostgreSQL cancel each statement of the block that takes longer. A block without statements costs nothing.

    A limit that is set in a transaction ends if that is rolled back, so it is set again for each of its statements.
    """
    limited: Any = None  # the driver's connection
    is_lasting = False

    def execute_in_time(execute: Execute, *arguments: Any) -> Any:
        nonlocal limited, is_lasting
        has_failed = connection.connection.info.transaction_status == TRANSACTION_STATUS_INERROR
        if not has_failed and not (is_lasting and limited is connection.connection):
            set_timeout(seconds)
            limited, is_lasting = connection.connection, not connection.in_atomic_block
        return execute(*arguments)

    with connection.execute_wrapper(execute_in_time):
        try:
            yield
        finally:
            if limited is not None and limited is connection.connection:
                reset_timeout()


def set_timeout(seconds: float) -> None:
    """Set the limit with the driver's own cursor: this is not a query of the request."""
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(build_timeout("SET", seconds))


def build_timeout(command: str, seconds: float) -> str:
    return f"{command} statement_timeout = {max(1, round(seconds * 1000))}"


def reset_timeout() -> None:
    """Go back to the limit with which the connection began. Close a connection that cannot, unless it is in a
    transaction: that has failed, and going back to its start takes the limit back, too.
    """
    try:
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")
    except (DatabaseError, InterfaceError):
        if not connection.in_atomic_block:
            connection.close()

"""Limit the time that PostgreSQL spends on some statements. SQLite has no such limit."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from psycopg2.errors import QueryCanceled
from psycopg2.extensions import TRANSACTION_STATUS_INERROR

Execute = Callable[..., Any]


@contextmanager
def limit_database_time(seconds: float) -> Iterator[None]:
    """Raise TimeoutError when all statements of the block together take longer. The block is a transaction."""
    if connection.vendor != "postgresql":
        yield
        return
    left = seconds

    def execute_in_time(execute: Execute, *arguments: Any) -> Any:
        nonlocal left
        if left <= 0:
            raise TimeoutError
        set_timeout("SET LOCAL", left)
        begun = time.monotonic()
        try:
            return execute(*arguments)
        except OperationalError as error:
            if not isinstance(error.__cause__, QueryCanceled):
                raise
            raise TimeoutError from error
        finally:
            left -= time.monotonic() - begun

    with transaction.atomic(), connection.execute_wrapper(execute_in_time):
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
            set_timeout("SET", seconds)
            limited, is_lasting = connection.connection, not connection.in_atomic_block
        return execute(*arguments)

    with connection.execute_wrapper(execute_in_time):
        try:
            yield
        finally:
            if limited is not None and limited is connection.connection:
                reset_timeout()


def set_timeout(command: str, seconds: float) -> None:
    """Set the limit with the driver's own cursor: this is not a query of the request."""
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(f"{command} statement_timeout = {max(1, round(seconds * 1000))}")


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

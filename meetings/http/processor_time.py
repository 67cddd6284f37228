"""The time that other processes spend on a request, for the limit of requests.

PDF and Word files are written in a process of their own, and queries are executed by PostgreSQL. No clock of the web
process shows the processor time of either.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection

OTHER_SECONDS: ContextVar[float] = ContextVar("OTHER_SECONDS", default=0.0)


def add_seconds(seconds: float) -> None:
    OTHER_SECONDS.set(OTHER_SECONDS.get() + seconds)


@contextmanager
def count_database_time() -> Iterator[None]:
    """Add the time of PostgreSQL's statements. Those of SQLite take the processor time of this process."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.execute_wrapper(execute_and_count):
        yield


def execute_and_count(execute: Any, *arguments: Any) -> Any:
    begun = time.monotonic()
    try:
        return execute(*arguments)
    finally:
        add_seconds(time.monotonic() - begun)

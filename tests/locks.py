"""Wait for locks of PostgreSQL, for tests of what happens at the same moment."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections


def wait_for_blocked_query() -> None:
    """Wait until a statement waits for the lock of another transaction."""
    for _try in range(500):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # which a transaction keeps
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone() != (0,):
                return
            cursor.execute("SELECT pg_sleep(0.02)")
    pytest.fail("nobody waited for the lock")


def run_and_disconnect(step: Callable[[], Any]) -> Any:
    """Run the step in a thread of its own, which leaves no connection open."""
    try:
        return step()
    finally:
        connections.close_all()

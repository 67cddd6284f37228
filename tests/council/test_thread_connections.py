"""Tests of connections to the database whose thread has ended."""

import gc
import threading
import time
from collections.abc import Iterator

import pytest
from django.db import connection

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]


@pytest.fixture
def no_garbage_is_collected() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_garbage_is_collected")
def test_connection_ends_with_its_thread() -> None:
    """It stayed open, and readers had all their connections in use after some quiet minutes."""
    found = []

    def use_database() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            found.append(cursor.fetchone()[0])

    for _number in range(3):
        thread = threading.Thread(target=use_database)
        thread.start()
        thread.join()
    assert len({*found}) == 3
    end = time.monotonic() + 10
    while count_sessions(found) and time.monotonic() < end:
        time.sleep(0.05)
    assert count_sessions(found) == 0


def test_second_connection_of_a_thread_leaves_the_first_open() -> None:
    second = connection.copy()
    with second.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [(process,)] = cursor.fetchall()
    assert count_sessions([process]) == 1
    second.close()


def count_sessions(processes: list[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # PostgreSQL keeps it until the end of the transaction
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s)", [processes])
        [count] = cursor.fetchone()
    return int(count)

"""Worlds: what the tests of one module only read is built once for the module, not once for each test.

    @share_world
    def world(clock: Any) -> Meeting:
        meeting = make_meeting()
        publish_now(clock, meeting)
        return meeting

    def test_the_page_shows_the_title(world: Meeting, visitor: Visitor) -> None: ...

`world` becomes a fixture of the module. It is built in a transaction that stays open for the whole module, at ten
o'clock on the tests' day, and the clock then stands where the world left it. Each test runs in a savepoint that is
rolled back, so it may write, and move its own `clock`; other tests of the module see nothing of it. Every test of the
module that uses the database after the world was built sees the world: put tests that need an empty database into
another module.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar
from unittest.mock import patch

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from tests.factories import PRESS_DAY

World = TypeVar("World")
DATABASE_OF_WORLD = "world_database"

_clocks: list[Any] = []


def share_world(build: Callable[[Any], World]) -> Any:
    """Decorate a function that builds a world, and make it a fixture of the module with the same name."""

    @pytest.fixture(scope="module", name=build.__name__)
    def world(world_database: None, world_clock: Any) -> World:
        return build(world_clock)

    return world


def get_start() -> Any:
    """Return the instant at which the clock of a test starts: where the module's world left it, or the tests' day."""
    return timezone.now() if _clocks else PRESS_DAY


@pytest.fixture(scope="module")
def world_clock() -> Iterator[Any]:
    with time_machine.travel(PRESS_DAY, tick=False) as clock:
        _clocks.append(clock)
        yield clock
        _clocks.remove(clock)


@pytest.fixture(scope="module")
def world_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Open a transaction for a module. Django's test case must not close the connection after each test."""
    outer = transaction.atomic()
    outer._from_testcase = True  # type: ignore[attr-defined]  # code that must commit by itself may run in it
    with django_db_blocker.unblock(), outer:
        with patch.object(connection, "close", lambda: None):
            yield
        transaction.set_rollback(True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests of a world in a savepoint, together with the other tests that use the database."""
    for item in items:
        if DATABASE_OF_WORLD in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db)

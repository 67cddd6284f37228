"""Worlds: what the tests of one module only read is built once for the module, not once for each test.

    @share_world
    def world(clock: Any) -> Meeting:
        meeting = make_meeting()
        publish_now(clock, meeting)
        return meeting

    def test_the_page_shows_the_title(world: Meeting, visitor: Visitor) -> None: ...

`world` becomes a fixture of the module. It is built in a transaction that stays open for the whole module, at ten
o'clock on the tests' day, and the clock then stands where the world left it. A function without the parameter `clock`
builds its world in real time, for tests with a browser; they open it at the address of `web_server`. Each test runs in
a savepoint that is rolled back, so it may write, and move its own `clock`; other tests of the module see nothing of it.
Every test of the module that uses the database after the world was built sees the world: put tests that need an empty
database into another module.

What the tests of one class need beyond the world is built by a fixture of the class that uses `class_clock`:

    class TestScheduledMeeting:
        @pytest.fixture(scope="class")
        @classmethod
        def scheduled(cls, world: Meeting, class_clock: Any) -> Edition: ...

It is rolled back after the class. Return primary keys or load rows again in a fixture of the test: rows in memory keep
what a test did to them.
"""

import inspect
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from functools import wraps
from typing import Any, TypeVar
from unittest.mock import patch

import pytest
import time_machine
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, transaction
from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from django.utils import timezone
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from tests.external_tools import PageOpener
from tests.factories import PRESS_DAY

World = TypeVar("World")
DATABASE_OF_WORLD = "world_database"

_clocks: list[Any] = []


def share_world(build: Callable[..., World]) -> Any:
    """Decorate a function that builds a world, and make it a fixture of the module with the same name."""
    clock = ["world_clock"] if inspect.signature(build).parameters else []

    @pytest.fixture(scope="module", name=build.__name__)
    def world(world_database: None, request: pytest.FixtureRequest) -> World:
        return build(*map(request.getfixturevalue, clock))

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
def world_database(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, request: pytest.FixtureRequest
) -> Iterator[None]:
    """Open a transaction for a module. Django's test case must not close the connection after each test.

    Once Playwright has started, Django uses another connection in this thread, since it sees a running event loop. So
    a module of browser tests starts it first.
    """
    if request.node.get_closest_marker("browser"):
        request.getfixturevalue("browser")
    with django_db_blocker.unblock(), roll_back(), patch.object(connection, "close", lambda: None):
        yield


@contextmanager
def roll_back() -> Iterator[None]:
    """Run a block in a savepoint, and roll it back. Code that must commit by itself may run in it."""
    savepoint = transaction.atomic()
    savepoint._from_testcase = True  # type: ignore[attr-defined]
    with savepoint:
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="class")
def class_clock(world_database: None) -> Iterator[Any]:
    """Open a savepoint for a class. Return a clock that starts where the module's world left it."""
    with time_machine.travel(get_start(), tick=False) as clock, roll_back():
        _clocks.append(clock)
        yield clock
        _clocks.remove(clock)


@pytest.fixture(scope="session")
def web_server(django_db_setup: None, browser: Browser) -> Iterator[LiveServer]:
    """Serve the site for browsers. On SQLite its requests use the connection of the tests, and so see their worlds.

    Therefore it answers one request at a time: two would mix their savepoints on that connection. A query of the test
    waits until a request has ended, for example one that a page sends by itself: SQLite could wait for Python, and
    Python for SQLite, for ever. A request of a page that was closed would mix its savepoints with those of the next
    test, so it is refused. Tests that call the handler themselves are answered.
    """
    server, answer = LiveServer("127.0.0.1"), WSGIHandler.__call__
    port = str(server.thread.port)

    def answer_alone(handler: Any, environ: Any, start_response: Any) -> Any:
        with PageOpener.answering:
            if PageOpener.is_any_open or environ["SERVER_PORT"] != port:
                return answer(handler, environ, start_response)
        start_response("503 Service Unavailable", [])
        return []

    with ExitStack() as stack:
        stack.enter_context(server._live_server_modified_settings)
        stack.enter_context(patch.object(WSGIHandler, "__call__", answer_alone))
        for name in ("execute", "executemany", "fetchone", "fetchmany", "fetchall"):
            method = run_between_requests(getattr(SQLiteCursorWrapper, name))
            stack.enter_context(patch.object(SQLiteCursorWrapper, name, method))
        yield server
    server.stop()


def run_between_requests(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return the method of a cursor, which waits for the end of a request of an open page."""

    @wraps(method)
    def run(*arguments: Any, **options: Any) -> Any:
        with PageOpener.answering if PageOpener.is_any_open else nullcontext():
            return method(*arguments, **options)

    return run


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests of a world in a savepoint, together with the other tests that use the database."""
    for item in items:
        if DATABASE_OF_WORLD in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db)

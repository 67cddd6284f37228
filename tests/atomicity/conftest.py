"""A database that other processes can reach, and processes that use it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.atomicity.processes import Stage
from tests.sqlite_file import copy_database

SLOW_COMMIT_SQL = """
CREATE FUNCTION tests_slow_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF coalesce(current_setting('tests.slept', true), '') <> 'yes' THEN
        PERFORM set_config('tests.slept', 'yes', true), pg_sleep({seconds});
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION tests_quick_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM set_config('tests.slept', 'yes', true);
    RETURN OLD;
END $$;
CREATE TRIGGER zz_quick BEFORE DELETE ON meetings_edition FOR EACH ROW EXECUTE FUNCTION tests_quick_commit();
-- What the check of the clock queues comes after it, and what that queues comes last.
CREATE TABLE tests_after_check (available_from timestamptz);
ALTER TABLE tests_after_check ALTER available_from SET STATISTICS 0;  -- as `database_roles` wants it
CREATE FUNCTION tests_after_check() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO tests_after_check SELECT NEW.instant WHERE NEW.instant IS NOT NULL;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER zz_slow AFTER INSERT ON council_commit_check DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION tests_after_check();
CREATE CONSTRAINT TRIGGER zz_slow AFTER INSERT ON tests_after_check DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION tests_slow_commit();
"""


@contextmanager
def slow_commits(seconds: str) -> Iterator[None]:
    """Delay commits on PostgreSQL: add this many seconds between its check of the clock and the moment when others see
    them.

    `seconds` is an SQL expression. Each transaction waits once, however many editions it writes. Transactions that call
    off an edition do not wait: readers would see the edition for that long.
    """
    with connection.cursor() as cursor:
        cursor.execute(SLOW_COMMIT_SQL.format(seconds=seconds))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION tests_slow_commit, tests_quick_commit, tests_after_check CASCADE")
            cursor.execute("DROP TABLE tests_after_check")


@pytest.fixture
def url(committed: None, tmp_path: Path) -> str:
    """Return the address of a database: on PostgreSQL the tests' own one, on SQLite a file with a copy of the one in
    memory.
    """
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        address = urlsplit(os.environ["DATABASE_URL"])
        return address._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    return f"sqlite:///{copy_database(tmp_path / 'db.sqlite3')}"


@pytest.fixture(scope="session")
def idle_stages() -> Iterator[list[Stage]]:
    """Stages that no test uses now. Starting one takes seconds, because it loads all of Django."""
    stages: list[Stage] = []
    yield stages
    for stage in stages:
        stage.close()


@pytest.fixture
def open_stage(
    url: str, idle_stages: list[Stage], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Stage]]:
    stages: list[Stage] = []

    def opened() -> Stage:
        stages.append(idle_stages.pop() if idle_stages else Stage(url, tmp_path_factory.mktemp("stage")))
        stages[-1].database = urlsplit(url).path[1:]
        return stages[-1]

    yield opened
    for stage in stages:
        if stage.is_waiting:
            stage.close()
        else:
            idle_stages.append(stage)


@pytest.fixture
def stage(open_stage: Callable[[], Stage]) -> Stage:
    return open_stage()

"""Databases in SQLite files: the one that is migrated before all tests, and copies of the tests' database in memory."""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.backends.signals import connection_created

from tests.paths import ROOT

MIGRATED_VARIABLE = "TEST_MIGRATED_FILE"


def copy_database(file: Path) -> Path:
    """Copy the database with all that it contains now, so that other processes can open it. Return the file."""
    connection.ensure_connection()
    with closing(sqlite3.connect(file)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode = WAL")  # as in each file that Django opens with our settings
    return file


@contextmanager
def migrate_file() -> Iterator[dict[str, str]]:
    """Create a file with all tables, and return the variable with which each worker copies it (tests/conftest.py)."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "migrated.sqlite3"
        environment = {**os.environ, "DATABASE_URL": f"sqlite:///{file}", "VAR_DIR": folder}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
        yield {MIGRATED_VARIABLE: str(file)}


def load_migrated_file(file: str) -> None:
    """Fill the tests' database in memory with the tables of the file, as soon as Django connects to it."""

    def load(connection: Any, **_signal: Any) -> None:
        if connection.is_in_memory_db():
            connection_created.disconnect(load)
            with closing(sqlite3.connect(file)) as migrated:
                migrated.backup(connection.connection)

    connection_created.connect(load, weak=False)

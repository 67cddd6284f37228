"""Copy the tests' database, which SQLite keeps in memory, into a file that other processes can open."""

import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connection


def copy_database(file: Path) -> Path:
    """Copy the database with all that it contains now, and return the file."""
    connection.ensure_connection()
    with closing(sqlite3.connect(file)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode = WAL")  # as in each file that Django opens with our settings
    return file

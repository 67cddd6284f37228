"""What PostgreSQL expects of a query tells no words of hidden rows.

`EXPLAIN` tells every role how many rows PostgreSQL expects, from statistics of all rows. If two hidden editions had the
same public note, or address, it could be rebuilt letter by letter, a sentence in 41 seconds.
"""

from io import StringIO
from itertools import product

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models, transaction
from django.utils import timezone

from meetings.models import Edition, Suppression
from meetings.models.public_tables import EDITION_TABLE, PROTECTED_TABLES, SUPPRESSION_TABLE, WORD_COLUMNS
from tests.database_roles import DatabaseRoles, RoleSession
from tests.factories import DAY
from tests.meetings.database.test_row_level_security import create_meeting_edition
from tests.public_requests import lifted_guards

pytestmark = pytest.mark.postgresql
MAX_CODE_LENGTH = 24
SECRET_REASON = "It named a source"


@pytest.fixture
def hidden(committed: None, roles: DatabaseRoles) -> Edition:
    """Hidden rows that repeat their words, among live ones, and the statistics that PostgreSQL collects by itself.

    One of the hidden editions is returned.
    """
    now = timezone.now().replace(microsecond=0)
    with lifted_guards(), transaction.atomic():
        for number in range(20):
            live = create_meeting_edition(f"live-{number}", f"Live {number}", now - 3 * DAY)
            secret = create_meeting_edition("zanzibar", "Zanzibar", now + number * DAY + DAY)
            lifted = {"lifted_at": now, "lifted_because": SECRET_REASON}
            Suppression.objects.create(edition=live, at=now - DAY, reason="x", **lifted)
            Suppression.objects.create(edition=live, at=now, reason="y")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return secret


def expect_rows(reader: RoleSession, table: str, condition: str, value: str) -> int:
    """Return how many rows PostgreSQL expects, times a billion, which shows fractions."""
    query = f"SELECT FROM {table}, generate_series(1, 1000000000) WHERE {condition}"
    [([plan],)] = reader.execute(f"EXPLAIN (FORMAT JSON) {query}", value)
    return int(plan["Plan"]["Plan Rows"])


def test_hidden_words_are_expected_as_often_as_invented_ones(hidden: Edition, reader: RoleSession) -> None:
    secrets = [
        (EDITION_TABLE, "address", hidden.address),
        (EDITION_TABLE, "address_key", hidden.address_key),
        (SUPPRESSION_TABLE, "lifted_because", SECRET_REASON),
    ]
    for (table, column, secret), comparison in product(secrets, ("=", "<", ">=")):
        assert reader.execute(f"SELECT FROM {table} WHERE {column} = %s", secret) == []
        numbers = {expect_rows(reader, table, f"{column} {comparison} %s", each) for each in (secret, f"{secret}x")}
        assert len(numbers) == 1, (column, comparison)


def test_every_column_with_words_is_listed() -> None:
    """A table with texts that is added later would tell them, too. Codes are short; numbers can be guessed anyway."""
    long = {
        (model._meta.db_table, column.column)
        for model in apps.get_models()
        for column in model._meta.concrete_fields
        if model._meta.db_table in PROTECTED_TABLES and isinstance(column, models.CharField | models.TextField)
        if (column.max_length or MAX_CODE_LENGTH + 1) > MAX_CODE_LENGTH
    }
    listed = {(table, column) for table, columns in WORD_COLUMNS.items() for column in columns}
    with_words = {(table, column) for table, column in long if column not in ("digest", "key", "reference")}
    assert with_words | {(EDITION_TABLE, "address_key")} == listed


def test_statistics_that_exist_are_removed(hidden: Edition, roles: DatabaseRoles) -> None:
    columns = {(table, column) for table, columns in WORD_COLUMNS.items() for column in columns}
    with connection.cursor() as cursor:
        for table, column in columns:
            cursor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS -1")
        cursor.execute("ANALYZE")
        call_command("database_roles", public=roles.public, editor=roles.editor, stdout=StringIO())
        cursor.execute("ANALYZE")
        cursor.execute("SELECT tablename, attname FROM pg_stats")
        assert not columns & {*cursor.fetchall()}

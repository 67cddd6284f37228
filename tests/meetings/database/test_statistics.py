"""What PostgreSQL expects of a query tells no words of hidden rows, nor of tables that are not public.

`EXPLAIN` tells every role how many rows PostgreSQL expects, from statistics of all rows. If two hidden editions had the
same public note, or address, it could be rebuilt letter by letter, a sentence in 41 seconds. With `debug_print_plan`,
PostgreSQL also tells it of queries that it refuses afterwards: two keys of editors' sessions took 0.13 seconds.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from agenda.models import BackgroundTopic
from meetings.database.search_function import LIVE_TABLE
from meetings.models import Edition, StoredDocument, Suppression
from meetings.models.public_tables import EDITION_TABLE, MIGRATIONS_TABLE, REFERENCE_TABLES, SUPPRESSION_TABLE
from tests.database_roles import DatabaseRoles, RoleSession
from tests.factories import DAY
from tests.meetings.database.test_public_role import create_meeting_edition
from tests.public_requests import lifted_guards

pytestmark = pytest.mark.postgresql
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
            secret_key = f"{number:02}abcdefghijklmnopqrstuvwxyz0123"
            Session.objects.create(session_key=secret_key, session_data="x", expire_date=now)
            BackgroundTopic.objects.create(slug=f"topic-{number}", title=f"{number:02} Secret compromise")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return secret


def expect_refused_rows(reader: RoleSession, table: str, column: str, prefix: str, *, comparison: str = "^@") -> str:
    """Return how many rows PostgreSQL expects with the prefix, times a billion, for a query that it refuses.

    It would round the number of rows of one table up to one.
    """
    reader.execute("SET debug_print_plan = on")
    reader.execute("SET client_min_messages = log")
    query = (
        f"SELECT FROM {table}, generate_series(1, 1000000000) AS number WHERE {column} {comparison} %s OR number = -1"
    )
    del reader.connection.notices[:]
    assert "permission denied" in reader.get_refusal(query, prefix)
    [rows, *_parts] = re.findall(r":(?:\w+\.)*plan_rows ([\d.e+]+)", "".join(reader.connection.notices))
    return str(rows)


def test_estimates_of_refused_queries_tell_no_values(hidden: Edition, reader: RoleSession) -> None:
    digest = StoredDocument.objects.values_list("digest", flat=True)[0]
    secrets = [
        ("django_session", "session_key", "07abcdefg"),
        ("agenda_backgroundtopic", "title", "07 Secret"),
        ("meetings_storeddocument", "digest", digest[:9]),
        (EDITION_TABLE, "address", hidden.address[:-1]),
        (EDITION_TABLE, "address_key", hidden.address_key[:-1]),
        (SUPPRESSION_TABLE, "lifted_because", SECRET_REASON[:-1]),
    ]
    for table, column, prefix in secrets:
        nobodys = f"{prefix[:-1]}!"
        assert len({expect_refused_rows(reader, f"public.{table}", column, each) for each in (prefix, nobodys)}) == 1, (
            table
        )


def test_nothing_tells_instants_of_what_is_pending(hidden: Edition, reader: RoleSession) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT attname FROM pg_stats WHERE tablename = 'pending_edition'")
        assert ("available_from",) not in cursor.fetchall()
    rows = {
        expect_refused_rows(reader, "readers.pending_edition", "available_from", instant, comparison="<=")
        for instant in (str(hidden.available_from), str(hidden.available_from - DAY))
    }
    assert len(rows) == 1


def fetch_closed_types() -> set[tuple[str, int | None]]:
    """Return the types, each with its maximum length, of the columns with statistics in tables that are not public.

    Words and days of live editions are left out.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(
            "SELECT DISTINCT data_type, character_maximum_length FROM information_schema.columns "
            "JOIN pg_stats ON schemaname = table_schema AND tablename = table_name AND attname = column_name "
            "WHERE schemaname = 'public' AND tablename <> ALL (%s) AND tablename || '.' || attname <> ALL (%s)",
            [
                [*REFERENCE_TABLES, MIGRATIONS_TABLE],
                [f"{LIVE_TABLE}.date", f"{LIVE_TABLE}.words"],
            ],
        )
        return {*cursor.fetchall()}


def test_tables_that_are_not_public_have_statistics_of_codes_and_numbers_only(hidden: Edition) -> None:
    codes = {("character varying", length) for length in range(1, 21)}
    assert fetch_closed_types() <= codes | {
        (name, None) for name in ("boolean", "smallint", "integer", "bigint", "uuid")
    }


@pytest.mark.parametrize(
    ("table", "counted"),
    [
        ("meetings_indexedfile", {"id", "edition_id", "item_id", "position", "state"}),
        ("meetings_indexeddelegation", {"id", "edition_id", "item_id", "role"}),
    ],
)
def test_documents_and_countries_of_scheduled_editions_are_not_counted(
    roles: DatabaseRoles, table: str, counted: set[str]
) -> None:
    """On a small site, all codes of files were among the most common values, also those of an edition under embargo."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attstattarget IS DISTINCT FROM 0",
            [table],
        )
        assert {name for (name,) in cursor.fetchall()} == counted


def test_live_words_may_have_statistics(hidden: Edition) -> None:
    """Without them, a search for a rare word took two to three times as long."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'words' AND attstattarget = 0",
            [LIVE_TABLE],
        )
        assert cursor.fetchone() is None


def test_statistics_that_exist_are_removed(hidden: Edition, roles: DatabaseRoles) -> None:
    """Those of a database of an earlier version, and of a table and an index that somebody else creates."""
    with connection.cursor() as cursor, created_table():
        cursor.execute(
            "SELECT format('ALTER TABLE %I ALTER COLUMN %I SET STATISTICS -1', relname, attname) "
            "FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid "
            "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped"
        )
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
        assert ("text", None) in fetch_closed_types()
        call_command("database_roles", public=roles.public, editor=roles.editor, stdout=StringIO())
        assert ("text", None) not in fetch_closed_types()
        cursor.execute("SELECT tablename, attname FROM pg_stats WHERE schemaname = 'public'")
        assert not {table for table, _column in cursor.fetchall()} & {"later", "later_words"}
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'later_words'")
        assert "UNIQUE" in cursor.fetchone()[0]


@contextmanager
def created_table() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE later AS SELECT 'word ' || n AS remark FROM generate_series(1, 20) n")
        cursor.execute("CREATE UNIQUE INDEX later_words ON later (upper(remark), lower(remark))")
        cursor.execute("ANALYZE later")
        cursor.execute("SELECT count(*) FROM pg_stats WHERE tablename IN ('later', 'later_words')")
        assert cursor.fetchone() == (3,)
        try:
            yield
        finally:
            cursor.execute("DROP TABLE later")

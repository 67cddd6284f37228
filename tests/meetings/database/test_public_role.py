"""PostgreSQL itself hides unpublished rows from the public role, whatever the query."""

import datetime as dt
import hashlib
import re
import time
import uuid
from contextlib import ExitStack, closing, contextmanager
from io import StringIO
from itertools import product
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from meetings.database.checks import find_role_faults
from meetings.database.reader_tables import PUBLIC_RELATIONS, list_function_definitions
from meetings.database.search_function import SEARCH_FUNCTION
from meetings.documents.choices import Language, MeetingStatus
from meetings.documents.schema import Tombstone, TopicName
from meetings.editions.freezing import create_edition, create_tombstone
from meetings.models import INDEX_MODELS, Edition, EditionDocument, SearchRow, StoredDocument, Suppression
from meetings.models.public_tables import (
    DOCUMENT_TABLE,
    EDITION_DOCUMENT_TABLE,
    EDITION_PART_TABLES,
    EDITION_TABLE,
    INDEX_TABLES,
    PAST_EDITION,
    PROTECTED_TABLES,
    SEARCH_RESULT_TABLE,
    SUPPRESSION_TABLE,
)
from tests.database_roles import DatabaseRoles, RoleSession, open_session
from tests.factories import DAY, make_full_document, make_uuid
from tests.public_requests import lifted_guards

pytestmark = pytest.mark.postgresql
OPEN_VIEW = """
    CREATE OR REPLACE VIEW readers_complete.council_past_edition AS
    SELECT id, subject_type, subject_id, available_from, is_tombstone, address, address_key FROM meetings_edition
"""
COPYING_AT_ONCE = """
    DO $$ BEGIN
        EXECUTE replace(pg_get_functiondef('council_update_search'::regproc), '- interval ''2 s', '+ interval ''2 s');
    END $$
"""
SECOND_GUARD = """
    CREATE FUNCTION council_document_text(digest text) RETURNS boolean LANGUAGE sql SECURITY DEFINER AS 'SELECT true';
    GRANT EXECUTE ON FUNCTION council_document_text(text) TO PUBLIC
"""
UNRELATED_TRIGGER = """
    CREATE OR REPLACE TRIGGER council_search_closed AFTER INSERT ON meetings_suppression
    FOR EACH STATEMENT EXECUTE FUNCTION council_search_committed()
"""
LOSING_TRIGGER = """
    CREATE TRIGGER council_losing BEFORE INSERT ON readers.pending_edition
    FOR EACH ROW EXECUTE FUNCTION council_refuse_change()
"""
NOT_OURS = "which manage.py database_roles of this version did not create"
GUESSES = [
    f"SELECT digest FROM public.{DOCUMENT_TABLE}",
    f"SELECT FROM public.{DOCUMENT_TABLE} WHERE digest = %s",
    f"SELECT FROM public.{DOCUMENT_TABLE} WHERE digest >= %s AND digest < 'g'",
    f"SELECT FROM public.{DOCUMENT_TABLE} WHERE digest LIKE left(%s, 1) || '%%'",
    f"SELECT %s FROM public.{DOCUMENT_TABLE} ORDER BY digest",
    f"SELECT max(digest), %s FROM public.{DOCUMENT_TABLE}",
    f"SELECT FROM public.{DOCUMENT_TABLE} AS d WHERE d::text LIKE '%%' || %s || '%%'",
    f"SELECT FROM {EDITION_DOCUMENT_TABLE} e JOIN public.{DOCUMENT_TABLE} d ON d.id = e.document_id AND digest = %s",
    f"SELECT FROM (VALUES (%s)) AS guess (digest) JOIN public.{DOCUMENT_TABLE} USING (digest)",
    f"SELECT FROM meetings_edition WHERE %s IN (SELECT digest FROM public.{DOCUMENT_TABLE})",
    "SELECT FROM agenda_revisiondocument WHERE document_id = %s",
    "SELECT FROM meetings_erasure WHERE digest = %s",
    "SELECT FROM meetings_meeting WHERE digest = %s",
    "SELECT FROM meetings_auditentry WHERE digest = %s",
]
ALL_TABLES = {EDITION_TABLE, DOCUMENT_TABLE, EDITION_DOCUMENT_TABLE, *INDEX_TABLES}
SECOND = dt.timedelta(seconds=1)
RELATIONS = """
    SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
"""


def fetch_as_owner(query: str) -> list[Any]:
    """Return the first column of a query that is executed as the owner of the tables."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [row[0] for row in cursor.fetchall()]


def create_meeting_edition(name: str, title: str, available_from: dt.datetime) -> Edition:
    """Create an edition of the meeting of that name, with a row in each table."""
    topic = TopicName(id=make_uuid("topic"), slug="migration-policy", title="Migration policy")
    document = make_full_document(id=make_uuid(name), title=title, address_word=name)
    document.agenda[0].topics, document.status = [topic], MeetingStatus.CANCELLED
    return create_edition([document], available_from=available_from, change_note=f"Note on {title}")


def create_withdrawal(edition: Edition, available_from: dt.datetime) -> Edition:
    facts: dict[str, Any] = {"id": edition.subject_id, "language": Language.EN, "address": edition.address}
    notice = Tombstone(title="JHA", reason=f"Not since {available_from}.", **facts)
    return create_tombstone(edition, [notice], available_from=available_from)


def sleep_past(instant: dt.datetime) -> None:
    time.sleep(max(0.0, (instant - timezone.now()).total_seconds()) + 0.02)


@pytest.fixture
def editions(committed: None, roles: DatabaseRoles) -> dict[str, Edition]:
    """One edition in each state, relative to the real time."""
    now = timezone.now().replace(microsecond=0)
    created = {}
    with lifted_guards(), transaction.atomic():
        created["superseded"] = create_meeting_edition("corrected", "First", now - 2 * DAY)
        created["live"] = create_meeting_edition("corrected", "Second", now - DAY)
        created["scheduled"] = create_meeting_edition("corrected", "Third", now + DAY)
        created["scheduled, of a new meeting"] = create_meeting_edition("new", "New", now + DAY)
        created["withdrawn"] = create_meeting_edition("gone", "Gone", now - 2 * DAY)
        created["tombstone"] = create_withdrawal(created["withdrawn"], now - DAY)
        created["withdrawn before it came back"] = create_meeting_edition("returned", "Gone too", now - 3 * DAY)
        created["tombstone of what came back"] = create_withdrawal(
            created["withdrawn before it came back"], now - 2 * DAY
        )
        created["came back"] = create_meeting_edition("returned", "Back", now - DAY)
        created["withdrawn twice"] = create_meeting_edition("twice", "Twice", now - 4 * DAY)
        created["its first tombstone"] = create_withdrawal(created["withdrawn twice"], now - 3 * DAY)
        created["withdrawn the second time"] = create_meeting_edition("twice", "Twice again", now - 2 * DAY)
        created["its second tombstone"] = create_withdrawal(created["withdrawn the second time"], now - DAY)
        created["suppressed"] = create_meeting_edition("closed", "Closed", now - 2 * DAY)
        created["in its place"] = create_meeting_edition("closed", "Open", now - DAY)
        Suppression.objects.create(edition=created["suppressed"], at=now, reason="A leaked number")
        created["suppressed for a while"] = create_meeting_edition("reopened", "Reopened", now - 2 * DAY)
        created["after it"] = create_meeting_edition("reopened", "After it", now - DAY)
        lifted = {"lifted_at": now, "lifted_because": "It was edition 3"}
        Suppression.objects.create(edition=created["suppressed for a while"], at=now - DAY, reason="x", **lifted)
        created["live until its withdrawal"] = create_meeting_edition("going", "Going", now - DAY)
        created["scheduled tombstone"] = create_withdrawal(created["live until its withdrawal"], now + DAY)
    return created


HIDDEN_EDITIONS = [
    "scheduled",
    "scheduled, of a new meeting",
    "withdrawn",
    "withdrawn before it came back",
    "withdrawn twice",
    "withdrawn the second time",
    "scheduled tombstone",
]


def get_digests(edition: Edition) -> dict[str, str]:
    return {row.language: row.document.digest for row in edition.documents.all()}


def list_readable_columns(reader: RoleSession, relation: str) -> list[str]:
    query = (
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
        "AND has_column_privilege(attrelid, attnum, 'SELECT')"
    )
    return [f'"{column}"' for (column,) in reader.execute(query, relation)]


def find_visible_tables(reader: RoleSession, edition: Edition) -> set[str]:
    """Return the tables in which the reader sees rows of the edition."""
    found = {
        table
        for table in EDITION_PART_TABLES
        if reader.execute(f"SELECT 1 FROM {table} WHERE edition_id = %s", str(edition.pk))
    }
    found |= (
        {EDITION_TABLE} if reader.execute(f"SELECT 1 FROM {EDITION_TABLE} WHERE id = %s", str(edition.pk)) else set()
    )
    [key] = EditionDocument.objects.filter(edition=edition).values_list("document_id", flat=True)
    if not reader.execute(
        f"SELECT 1 FROM {SEARCH_RESULT_TABLE} WHERE content <> '' AND edition_id = %s", str(edition.pk)
    ):
        found.discard(SEARCH_RESULT_TABLE)
    return found | (
        {DOCUMENT_TABLE} if reader.execute("SELECT council_document_text(%s)", str(key)) != [("",)] else set()
    )


class TestTables:
    def test_only_public_tables_can_be_read(self, reader: RoleSession) -> None:
        """All relations are tested, so that a new table is closed without anybody having to remember it."""
        relations = {*fetch_as_owner(RELATIONS)}
        assert len(relations - PUBLIC_RELATIONS) > 30
        for relation in relations - PUBLIC_RELATIONS:
            for query in (
                "SELECT * FROM {}",
                "SELECT count(*) FROM {}",
                "EXPLAIN SELECT FROM {}",
                "COPY {} TO STDOUT",
            ):
                assert "permission denied" in reader.get_refusal(query.format(relation)), (query, relation)
        for relation in PUBLIC_RELATIONS:
            assert not reader.get_refusal(f"SELECT count(*) FROM {relation}"), relation

    def test_no_table_can_be_written(self, reader: RoleSession) -> None:
        reader.execute("SET default_transaction_read_only = off")
        for relation in PUBLIC_RELATIONS:
            for statement in ("INSERT INTO {} DEFAULT VALUES", "DELETE FROM {}", "TRUNCATE {}"):
                assert reader.get_refusal(statement.format(relation)), (statement, relation)
        assert "permission denied" in reader.get_refusal(f"UPDATE readers.{EDITION_TABLE} SET available_from = now()")

    def test_new_table_is_for_editors_only(self, reader: RoleSession, editor: RoleSession) -> None:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE of_later (id bigint GENERATED BY DEFAULT AS IDENTITY, word text)")
            cursor.execute("CREATE FUNCTION of_later() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        try:
            assert "permission denied" in reader.get_refusal("SELECT * FROM of_later")
            assert "permission denied" in reader.get_refusal("SELECT of_later()")
            editor.execute("INSERT INTO of_later (word) VALUES ('x')")
            assert editor.execute("SELECT id, word FROM of_later") == [(1, "x")]
        finally:
            with connection.cursor() as cursor:
                cursor.execute("DROP FUNCTION of_later()")
                cursor.execute("DROP TABLE of_later")

    def test_statistics_of_hidden_rows_are_not_visible(self, reader: RoleSession) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        query = "SELECT DISTINCT tablename FROM pg_stats WHERE schemaname = 'public' AND tablename = ANY(%s)"
        assert reader.execute(query, [*PROTECTED_TABLES, "meetings_meeting"]) == []


class TestRows:
    def test_scheduled_and_withdrawn_editions_are_invisible(
        self, editions: dict[str, Edition], reader: RoleSession
    ) -> None:
        for name in HIDDEN_EDITIONS:
            assert find_visible_tables(reader, editions[name]) == set(), name

    def test_other_editions_are_visible_in_full(self, editions: dict[str, Edition], reader: RoleSession) -> None:
        for name in editions.keys() - HIDDEN_EDITIONS - {"suppressed", "suppressed for a while"}:
            whole = {
                EDITION_TABLE,
                DOCUMENT_TABLE,
                EDITION_DOCUMENT_TABLE,
                *([] if editions[name].is_tombstone else INDEX_TABLES),
            }
            assert find_visible_tables(reader, editions[name]) == whole, name

    def test_suppressed_edition_has_no_text(self, editions: dict[str, Edition], reader: RoleSession) -> None:
        assert find_visible_tables(reader, editions["suppressed"]) == {
            EDITION_TABLE,
            EDITION_DOCUMENT_TABLE,
            SUPPRESSION_TABLE,
        }

    def test_note_of_a_suppressed_edition_is_invisible(self, editions: dict[str, Edition], reader: RoleSession) -> None:
        """It may say what was removed."""
        notes = dict(reader.execute(f"SELECT id::text, change_note FROM {EDITION_TABLE}"))
        assert notes == {
            str(edition.pk): "" if name == "suppressed" else edition.change_note
            for name, edition in editions.items()
            if name not in HIDDEN_EDITIONS
        }

    def test_lifted_suppression_is_invisible(self, editions: dict[str, Edition], reader: RoleSession) -> None:
        assert find_visible_tables(reader, editions["suppressed for a while"]) == ALL_TABLES
        assert reader.execute(f"SELECT reason FROM {SUPPRESSION_TABLE}") == [("A leaked number",)]

    def test_counts_include_visible_rows_only(self, editions: dict[str, Edition], reader: RoleSession) -> None:
        visible_count = len(editions) - len(HIDDEN_EDITIONS)
        assert reader.execute(f"SELECT count(*), count(DISTINCT id) FROM {EDITION_TABLE}") == [
            (visible_count, visible_count)
        ]
        texts = reader.execute(f"SELECT count(*) FROM {DOCUMENT_TABLE} WHERE text <> ''")
        assert texts == [(visible_count - 1,)]  # one is suppressed
        assert reader.execute(f"SELECT max(available_from) <= now() FROM {EDITION_TABLE}") == [(True,)]
        for model in INDEX_MODELS:
            [(count,)] = reader.execute(f"SELECT count(DISTINCT edition_id) FROM {model._meta.db_table}")
            assert 0 < count <= visible_count

    def test_hidden_texts_are_in_no_table(self, editions: dict[str, Edition], reader: RoleSession) -> None:
        for relation in PUBLIC_RELATIONS:
            for title in ("Third", "New", "Gone", "Gone too", "Twice", "Twice again"):
                pattern = f'(Note on {title}"|"title":"{title}"|\\["{title}",)'
                columns = ", ".join(list_readable_columns(reader, relation))
                rows = f"(SELECT {columns} FROM {relation}) AS r"
                assert not reader.execute(f"SELECT * FROM {rows} WHERE to_jsonb(r)::text ~ %s", pattern), relation

    def test_document_is_visible_with_any_visible_edition(self, committed: None, reader: RoleSession) -> None:
        now = timezone.now().replace(microsecond=0)
        with lifted_guards(), transaction.atomic():
            live = create_meeting_edition("a", "The same", now - DAY)
            again = create_meeting_edition("a", "The same", now + DAY)
        assert StoredDocument.objects.count() == 1
        assert find_visible_tables(reader, live) == ALL_TABLES
        assert find_visible_tables(reader, again) == {DOCUMENT_TABLE}

    def test_past_editions_are_visible_without_their_texts(
        self, editions: dict[str, Edition], reader: RoleSession
    ) -> None:
        """Editions are numbered on after a withdrawal, and an old address leads to the notice."""
        known = dict(reader.execute("SELECT id::text, address FROM council_past_edition"))
        hidden = {name: known.get(str(editions[name].pk)) for name in HIDDEN_EDITIONS}
        assert {name for name, address in hidden.items() if address} == {
            name for name in HIDDEN_EDITIONS if "withdrawn" in name
        }
        described = reader.execute("SELECT attname FROM pg_attribute WHERE attrelid = 'council_past_edition'::regclass")
        assert {name for (name,) in described} == {
            "id", "subject_type", "subject_id", "available_from", "is_tombstone", "address", "address_key"
        }  # fmt: skip

    def test_past_points_are_visible_without_their_times(
        self, editions: dict[str, Edition], reader: RoleSession
    ) -> None:
        """Calendars must report that these points are cancelled."""
        described = reader.execute("SELECT attname FROM pg_attribute WHERE attrelid = 'council_past_point'::regclass")
        assert {name for (name,) in described} == {"id", "edition_id", "point_id", "is_timed"}
        point_editions = {edition for (edition,) in reader.execute("SELECT edition_id::text FROM council_past_point")}
        assert str(editions["withdrawn"].pk) in point_editions
        assert not point_editions & {str(editions[name].pk) for name in HIDDEN_EDITIONS if "scheduled" in name}

    def test_past_suppressions_are_visible_without_their_reasons(
        self, editions: dict[str, Edition], reader: RoleSession
    ) -> None:
        """An old address whose words were removed is not confirmed by a withdrawal, either."""
        with lifted_guards():
            create_withdrawal(editions["in its place"], timezone.now().replace(microsecond=0) - 2 * SECOND)
        query = "SELECT attname FROM pg_attribute WHERE attrelid = 'council_past_suppression'::regclass"
        assert {name for (name,) in reader.execute(query)} == {"id", "edition_id", "lifted_at"}
        suppressed = reader.execute("SELECT edition_id::text, lifted_at FROM council_past_suppression")
        assert suppressed == [(str(editions["suppressed"].pk), None)]

    def test_visibility_follows_the_database_clock(self, committed: None, reader: RoleSession) -> None:
        instant = timezone.now().replace(microsecond=0) + 3 * SECOND
        with lifted_guards(), transaction.atomic():
            going = create_meeting_edition("going", "Going", instant - DAY)
        coming = create_meeting_edition("coming", "Coming", instant)
        create_withdrawal(going, instant)
        while timezone.now() < instant - SECOND / 3:
            assert (find_visible_tables(reader, coming), find_visible_tables(reader, going)) == (set(), ALL_TABLES)
            time.sleep(0.2)
        sleep_past(instant)
        assert find_visible_tables(reader, coming) == ALL_TABLES
        sleep_past(instant + SECOND)
        assert find_visible_tables(reader, going) == set()
        assert reader.execute(f"SELECT count(*) FROM {PAST_EDITION} WHERE id = %s", str(going.pk)) == [(1,)]

    def test_withdrawal_takes_effect_one_second_later(self, committed: None, reader: RoleSession) -> None:
        """A response describes an earlier instant and needs several queries."""
        instant = timezone.now().replace(microsecond=0) + 2 * SECOND
        with lifted_guards(), transaction.atomic():
            going = create_meeting_edition("going", "Going", instant - DAY)
        create_withdrawal(going, instant)
        sleep_past(instant)
        assert find_visible_tables(reader, going) == ALL_TABLES

    def test_withdrawal_takes_effect_in_open_transactions(self, committed: None, reader: RoleSession) -> None:
        instant = timezone.now().replace(microsecond=0) + 2 * SECOND
        with lifted_guards(), transaction.atomic():
            going = create_meeting_edition("going", "Going", instant - DAY)
        create_withdrawal(going, instant)
        reader.execute("BEGIN")
        assert find_visible_tables(reader, going) == ALL_TABLES
        sleep_past(instant + SECOND)
        assert find_visible_tables(reader, going) == set()
        reader.execute("COMMIT")


class TestDigests:
    """From the digest of a hidden text, the public role would confirm a guess at the text.

    Of a scheduled correction, or of a text that was removed, it knows all but a number: the live edition has the rest.
    It found six digits in a second.
    """

    def test_neither_query_nor_plan_compares_a_digest(self, editions: dict[str, Edition], reader: RoleSession) -> None:
        [digest] = get_digests(editions["scheduled"]).values()
        reader.execute("SET enable_seqscan = off")
        for guess, options in product(GUESSES, ("", "EXPLAIN ", "EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF) ")):
            for word in (digest, "0" * 64):
                error = reader.get_refusal(options + guess, *[word] * guess.count("%s"))
                assert "permission denied" in error, options + guess

    def test_no_row_has_what_follows_from_a_hidden_text(
        self, editions: dict[str, Edition], reader: RoleSession
    ) -> None:
        """All that the role reads is searched for what somebody would compute from the right guess."""
        digests: set[str] = set()
        for name in ("suppressed", "scheduled"):
            [row] = editions[name].documents.select_related("document")
            text, digest = row.document.text, row.document.digest
            digests |= {hashlib.new(kind, text.encode()).hexdigest() for kind in ("md5", "sha1", "sha256", "blake2b")}
            digests |= {hashlib.sha256(digest.encode()).hexdigest(), uuid.uuid5(uuid.NAMESPACE_OID, text).hex}
            assert digest in digests
        for relation in PUBLIC_RELATIONS:
            columns = ", ".join(list_readable_columns(reader, relation))
            rows = reader.execute(f"SELECT to_jsonb(r)::text FROM (SELECT {columns} FROM {relation}) AS r")
            shown = "".join(content for (content,) in rows).replace("-", "")
            assert not [each for each in digests if each[:32] in shown], relation

    def test_digests_are_read_of_visible_texts_only(
        self, editions: dict[str, Edition], reader: RoleSession, settings: Any
    ) -> None:
        """The role reads them through a function, as queries of the public process do."""
        read = "SELECT council_edition_digests(%s)"
        for name, edition in editions.items():
            digests = {} if name in (*HIDDEN_EDITIONS, "suppressed") else get_digests(edition)
            assert reader.execute(read, str(edition.pk)) == [(digests,)], name
        assert reader.execute(read, str(uuid.uuid4())) == [({},)]
        settings.READS_READER_TABLES = True
        live: Any = Edition.objects.filter(pk=editions["live"].pk).with_digests()
        assert "council_edition_digests" in str(live.query)
        settings.READS_READER_TABLES = False
        assert live.get().digests == get_digests(editions["live"])

    def test_texts_are_read_without_digests(self, editions: dict[str, Edition], reader: RoleSession) -> None:
        [row] = editions["live"].documents.select_related("document")
        read = f"SELECT digest, text FROM {DOCUMENT_TABLE} WHERE id = %s"
        assert reader.execute(read, str(row.document_id)) == [(None, row.document.text)]


class TestOldSnapshots:
    """A transaction still sees rows that were deleted since, and their instant passes while it is open."""

    def test_text_that_is_called_off_is_never_shown(self, committed: None, roles: DatabaseRoles) -> None:
        instant = timezone.now().replace(microsecond=0) + 3 * SECOND
        edition = create_meeting_edition("called-off", "Secret zanzibar talks", instant)
        [key] = EditionDocument.objects.values_list("document_id", flat=True)
        words = "'''enzanzibar''', 'en', '', '', '0001-01-01', '9999-12-31'"
        queries = (
            f"SELECT text FROM council_document_text('{key}') AS text WHERE text <> ''",
            f"SELECT part_id FROM {SEARCH_FUNCTION}({words}, clock_timestamp())",
            *(f"SELECT id FROM {table} WHERE id = '{edition.pk}'" for table in (EDITION_TABLE, PAST_EDITION)),
            *(f"SELECT edition_id FROM {table} WHERE edition_id = '{edition.pk}'" for table in EDITION_PART_TABLES),
        )
        with ExitStack() as opened:
            sessions = {
                name: opened.enter_context(contextmanager(open_session)(roles, roles.public))
                for name in ("repeats", "imports", "cursor", "new")
            }
            sessions["repeats"].execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            sessions["repeats"].execute("SELECT 1")
            cursor = opened.enter_context(opened.enter_context(closing(connection.copy())).cursor())
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")  # as `pg_dump --jobs` of the owner
            cursor.execute("SELECT pg_export_snapshot()")
            [snapshot] = cursor.fetchone()
            sessions["cursor"].execute("BEGIN")
            for number, query in enumerate(queries):
                sessions["cursor"].execute(f"DECLARE c{number} CURSOR FOR {query}")
            with transaction.atomic():
                tables: tuple[Any, ...] = (Edition, EditionDocument, SearchRow, *INDEX_MODELS)
                for model in tables:
                    model._default_manager.all().delete()
            sleep_past(edition.available_from)
            sessions["imports"].execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            sessions["imports"].execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
            for name in ("repeats", "imports", "new"):
                assert [sessions[name].execute(query) for query in queries] == [[]] * len(queries), name
            fetched = [sessions["cursor"].execute(f"FETCH ALL FROM c{number}") for number in range(len(queries))]
            assert fetched == [[]] * len(queries)

    def test_block_that_commits_reads_nothing_that_is_withdrawn(self, committed: None, reader: RoleSession) -> None:
        """In it, `statement_timestamp` stands still, while a new transaction begins with each COMMIT."""
        begins = timezone.now().replace(microsecond=0) + 2 * SECOND
        coming = create_meeting_edition("coming", "Coming", begins)
        create_withdrawal(coming, begins + SECOND)
        is_visible = f"EXISTS (SELECT FROM {EDITION_TABLE} WHERE id = '{coming.pk}')"
        reader.execute(
            f"DO $$ BEGIN PERFORM pg_sleep_until('{begins + 2.1 * SECOND}'); COMMIT; "
            f"RAISE NOTICE 'visible: %', {is_visible}; END $$"
        )
        assert reader.connection.notices[-1] == "NOTICE:  visible: f\n"

    def test_long_messages_read_nothing_that_was_withdrawn_since_they_began(
        self, committed: None, reader: RoleSession
    ) -> None:
        """Neither the block of code nor the statement after it begins a new transaction."""
        begins = timezone.now().replace(microsecond=0) + 2 * SECOND
        shown = create_meeting_edition("shown", "Shown", begins)
        create_withdrawal(shown, begins + 2 * SECOND)
        is_visible = f"EXISTS (SELECT FROM {EDITION_TABLE} WHERE id = '{shown.pk}')"
        sleep_past(begins)
        assert reader.execute(f"SELECT {is_visible}") == [(True,)]
        after = reader.execute(
            f"DO $$ BEGIN PERFORM pg_sleep_until('{begins + 3.1 * SECOND}'); "
            f"RAISE NOTICE 'visible: %', {is_visible}; END $$; SELECT {is_visible}"
        )
        assert reader.connection.notices[-1] == "NOTICE:  visible: f\n"
        assert after == [(False,)]


class TestClockCannotBeMoved:
    def test_not_by_any_setting(self, editions: dict[str, Edition], reader: RoleSession) -> None:
        """All settings that a role can change are tested. If a value makes the query fail, nothing is shown either."""
        found = reader.execute(
            "SELECT name, vartype, enumvals, min_val, max_val FROM pg_settings "
            "WHERE context = 'user' AND name NOT LIKE '%timeout'"  # timeouts would end the session
        )
        assert len(found) > 100
        hidden = f"SELECT count(*) FROM readers_complete.{EDITION_TABLE} WHERE id = ANY(%s::uuid[])"
        ids = [str(editions[name].pk) for name in HIDDEN_EDITIONS]
        for name, kind, choices, least, most in found:
            for value in {"bool": ["on", "off"], "enum": choices, "string": ["x", ""]}.get(kind, [least, most]):
                if not reader.get_refusal(f"SET {name} = '{value}'") and not reader.get_refusal(hidden, ids):
                    assert reader.execute(hidden, ids) == [(0,)], (name, value)
            assert not reader.get_refusal(f"RESET {name}") or name.startswith(
                "transaction_"
            )  # as PostgreSQL 18 refuses

    def test_not_by_an_invented_setting(self, editions: dict[str, Edition], reader: RoleSession) -> None:
        for setting in ("council.now = '2999-01-01'", "timezone = '-167:59'", "search_path = ''"):
            assert not reader.get_refusal(f"SET {setting}")
            assert reader.execute(f"SELECT count(*) FROM readers_complete.{EDITION_TABLE}") == [
                (len(editions) - len(HIDDEN_EDITIONS),)
            ], setting

    def test_not_by_shadowing_functions_or_tables(
        self, editions: dict[str, Edition], roles: DatabaseRoles, reader: RoleSession
    ) -> None:
        """The reader cannot create any, and if somebody had, no view and no function would use them."""
        later = "RETURNS timestamptz LANGUAGE sql AS $$ SELECT '2999-01-01'::timestamptz $$"
        with connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA trick")
            cursor.execute(f"CREATE FUNCTION trick.transaction_timestamp() {later}")
            for table in PROTECTED_TABLES:
                cursor.execute(f"CREATE TABLE trick.{table} AS TABLE public.{table} WITH NO DATA")
            cursor.execute(f"GRANT USAGE ON SCHEMA trick TO {roles.public}")
            cursor.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA trick TO {roles.public}")
            cursor.execute(f"GRANT ALL ON ALL ROUTINES IN SCHEMA trick TO {roles.public}")
        try:
            reader.execute("SET search_path = trick, pg_catalog, public")
            assert reader.execute("SELECT transaction_timestamp() > '2998-01-01'") == [(True,)]
            assert reader.execute(f"SELECT count(*) FROM readers_complete.{EDITION_TABLE}") == [
                (len(editions) - len(HIDDEN_EDITIONS),)
            ]
        finally:
            with connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA trick CASCADE")


class TestReaderRestrictions:
    @pytest.mark.parametrize(
        ("statement", "why"),
        [
            ("SET ROLE {owner}", "permission denied"),
            ("SET ROLE {editor}", "permission denied"),
            ("SET SESSION AUTHORIZATION {owner}", "permission denied"),
            ("SET session_replication_role = replica", "permission denied"),
            ("CREATE TEMP TABLE meetings_edition (id int)", "permission denied"),
            ("CREATE TABLE mine (id int)", "permission denied"),
            ("CREATE VIEW mine AS SELECT 1", "permission denied"),
            ("CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'", "permission denied"),
            ("CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'", "permission denied"),
            ("CREATE SCHEMA mine", "permission denied"),
            ("CREATE ROLE mine", "permission denied"),
            ("CREATE DATABASE mine", "permission denied"),
            ("ALTER ROLE {editor} PASSWORD 'x'", "permission denied"),
            ("ALTER TABLE public.meetings_edition RENAME TO mine", "must be owner"),
            ("ALTER TABLE meetings_edition DISABLE TRIGGER ALL", "must be owner"),
            (
                "CREATE OR REPLACE VIEW readers_complete.council_past_link AS SELECT 1",
                "permission denied|must be owner",
            ),
            ("ALTER FUNCTION council_document_text RESET ALL", "must be owner"),
            ("GRANT SELECT ON meetings_meeting TO {public}", "permission denied"),
            ("LOCK TABLE meetings_edition IN ACCESS EXCLUSIVE MODE", "permission denied|only be used in transaction"),
            ("SELECT * FROM meetings_edition FOR UPDATE", "permission denied"),
            ("SELECT lo_create(0)", "permission denied"),
            ("SELECT pg_logical_emit_message(false, 'x', 'x')", "permission denied"),
            ("SELECT pg_export_snapshot()", "permission denied"),
            ("SELECT lo_from_bytea(0, 'x')", "permission denied"),
            ("SELECT query_to_xml('SELECT * FROM meetings_meeting', true, true, '')", "permission denied"),
            ("SELECT pg_read_file('PG_VERSION')", "permission denied"),
            ("COPY (SELECT 1) TO PROGRAM 'true'", "must be superuser|permission denied"),
            ("COPY (SELECT 1) TO '/tmp/x'", "must be superuser|permission denied"),
            ("SELECT rolpassword FROM pg_authid", "permission denied"),
            ("SELECT council_refuse_change()", "permission denied"),
            ("SELECT pg_advisory_lock(1)", "permission denied"),
            ("SELECT pg_try_advisory_xact_lock_shared(1, 2)", "permission denied"),
            ("ALTER ROLE {public} CONNECTION LIMIT -1", "permission denied"),
        ],
    )
    def test_statement_is_refused(self, roles: DatabaseRoles, reader: RoleSession, statement: str, why: str) -> None:
        reader.execute("SET default_transaction_read_only = off")
        error = reader.get_refusal(statement.format(public=roles.public, editor=roles.editor, owner=roles.owner))
        assert any(reason in error for reason in why.split("|")), error

    def test_number_of_connections_is_limited(self, roles: DatabaseRoles) -> None:
        """So that others, who could end them, can still connect."""
        [limit] = fetch_as_owner(f"SELECT rolconnlimit FROM pg_roles WHERE rolname = '{roles.public}'")
        [highest] = fetch_as_owner("SELECT current_setting('max_connections')::int")
        assert 0 < limit < highest - 30

    def test_only_functions_that_read_what_is_public_can_be_called(self, reader: RoleSession) -> None:
        """All functions are tested: a new one is closed until somebody opens it."""
        opened = (SEARCH_FUNCTION, *list_function_definitions())
        functions = fetch_as_owner(
            "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
            f"WHERE n.nspname = 'public' AND p.proname NOT IN {opened}"
        )
        assert functions
        for function in functions:
            call = re.sub(r"[^(,]+(?=[,)])", "NULL", function)
            assert "permission denied" in reader.get_refusal(f"SELECT {call}"), function


class TestEditors:
    def test_editors_read_and_write_rows(self, editions: dict[str, Edition], editor: RoleSession) -> None:
        assert editor.execute(f"SELECT count(*) FROM {EDITION_TABLE}") == [(len(editions),)]
        editor.execute("UPDATE meetings_configuration SET name = 'x'")
        for table in (EDITION_TABLE, "meetings_meeting"):
            assert not editor.get_refusal(f"SELECT FROM {table} FOR UPDATE")

    @pytest.mark.parametrize(
        ("statement", "why"),
        [
            ("ALTER TABLE meetings_edition DISABLE TRIGGER ALL", "must be owner"),
            ("INSERT INTO readers.meetings_edition SELECT * FROM meetings_edition", "permission denied"),
            ("DELETE FROM readers.pending_edition", "permission denied"),
            ("SELECT council_copy_rows('{{}}')", "permission denied"),
            ("SET session_replication_role = replica", "permission denied"),
            ("SET ROLE {owner}", "permission denied"),
            ("TRUNCATE meetings_meeting CASCADE", "permission denied"),
            ("CREATE TEMP TABLE meetings_edition (id uuid)", "permission denied"),
            ("CREATE TABLE mine (id int)", "permission denied"),
            ("ALTER FUNCTION council_refuse_change() RENAME TO council_refuse_nothing", "must be owner"),
            ("DELETE FROM django_migrations", "permission denied"),
            ("UPDATE meetings_auditentry SET actor = 'x'", "permission denied"),
            ("DELETE FROM meetings_auditentry", "permission denied"),
            ("DELETE FROM agenda_verdict", "permission denied"),
            # The last approval and the last submission count, by number.
            ("INSERT INTO agenda_verdict (id) OVERRIDING SYSTEM VALUE VALUES (9e18)", "permission denied"),
            ("INSERT INTO agenda_revision (id) OVERRIDING SYSTEM VALUE VALUES (9e18)", "permission denied"),
            ("INSERT INTO agenda_authorapproval (id) VALUES (9e18)", "permission denied"),
            ("UPDATE readers.council_past_edition SET address_key = ''", "permission denied"),
            ("INSERT INTO meetings_erasure (digest, at, reason) VALUES ('x', now(), 'x')", "permission denied"),
            ("UPDATE meetings_storeddocument SET text = ''", "permission denied"),
        ],
    )
    def test_editors_cannot_change_access_rules(
        self, roles: DatabaseRoles, editor: RoleSession, statement: str, why: str
    ) -> None:
        error = editor.get_refusal(statement.format(owner=roles.owner))
        assert any(reason in error for reason in why.split("|")), error

    def test_audit_entries_are_dated_and_signed_by_the_database(self, committed: None, editor: RoleSession) -> None:
        """The editors' process writes the name of the person. It cannot write another time, place or account."""
        forged = {"at": "2001-01-01", "actor": "paul", "remote": "", "act": "approved", "subject_type": ""}
        forged |= {"address": "", "digest": "", "details": "{}", "database_user": "council"}
        statement = "INSERT INTO meetings_auditentry ({}) VALUES ({}) RETURNING at > now() - interval '1 minute'"
        columns, places = ", ".join(forged), ", ".join(["%s"] * len(forged))
        assert editor.execute(statement.format(columns, places), *forged.values()) == [(True,)]
        [(user, own)] = editor.execute("SELECT database_user, session_user::text FROM meetings_auditentry")
        assert user == own
        first = statement.format(f"id, {columns}", f"-1, {places}")
        assert "permission denied" in editor.get_refusal(first, *forged.values())

    def test_guards_apply_to_editors(self, editions: dict[str, Edition], editor: RoleSession) -> None:
        live = str(editions["live"].pk)
        assert "never changed" in editor.get_refusal(f"UPDATE {EDITION_TABLE} SET change_note = '' WHERE id = %s", live)
        assert "no longer be deleted" in editor.get_refusal(f"DELETE FROM {EDITION_TABLE} WHERE id = %s", live)
        assert "sealed" in editor.get_refusal(f"DELETE FROM {EDITION_DOCUMENT_TABLE} WHERE edition_id = %s", live)

    @pytest.mark.django_db
    def test_editors_are_told_that_the_owner_erases(self, roles: DatabaseRoles) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {roles.editor}")
        with pytest.raises(CommandError, match="Only the owner of the tables can erase") as caught:
            call_command("erase", "jha/2060/09/14", "2", reason="Court order.")
        assert caught.value.returncode == 2

    def test_editors_suppress_nothing_that_readers_see(self, editions: dict[str, Edition], editor: RoleSession) -> None:
        """Somebody with the role's password suppressed and erased 3,342 live editions in three seconds."""
        statement = (
            "INSERT INTO meetings_suppression (id, edition_id, at, reason, lifted_because) "
            "VALUES (gen_random_uuid(), %s, '9999-01-01', 'x', '') RETURNING at < now() + interval '1 minute'"
        )
        for name in ("live", "scheduled", "live until its withdrawal"):
            assert "there is another one" in editor.get_refusal(statement, str(editions[name].pk)), name
        assert editor.execute(statement, str(editions["superseded"].pk)) == [(True,)]


@pytest.mark.django_db
class TestFaults:
    """The faults that the command and the start of the public process check."""

    def find_faults(self, roles: DatabaseRoles) -> list[str]:
        with connection.cursor() as cursor:
            return find_role_faults(cursor, roles.public)

    @pytest.mark.parametrize("search_path", ["public", "readers, public", "pg_catalog"])
    def test_role_has_no_faults_after_setup(self, roles: DatabaseRoles, search_path: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL search_path = {search_path}")
        assert self.find_faults(roles) == []

    @pytest.mark.parametrize(
        ("statement", "fault"),
        [
            ("GRANT SELECT ON meetings_meeting TO {public}", "can read meetings_meeting"),
            ("GRANT SELECT (lead) ON meetings_meeting TO PUBLIC", "can read meetings_meeting"),
            ("GRANT SELECT ON meetings_edition TO {public}", "can read meetings_edition"),
            ("GRANT SELECT (city) ON meetings_edition TO {public}", "can read meetings_edition"),
            ("GRANT SELECT ON readers.pending_edition TO {public}", "can read readers.pending_edition"),
            ("GRANT INSERT ON meetings_edition TO {public}", "can write meetings_edition"),
            ("GRANT UPDATE (address) ON readers.meetings_edition TO {public}", "can write readers.meetings_edition"),
            (
                "REVOKE SELECT ON readers.meetings_edition FROM {public}",
                "cannot read readers.meetings_edition, which is public",
            ),
            *(
                (statement, "depends on the view readers_complete.council_past_edition, " + NOT_OURS)
                for statement in (
                    OPEN_VIEW,
                    "ALTER VIEW readers_complete.council_past_edition SET (security_barrier)",
                    "ALTER VIEW readers_complete.council_past_edition OWNER TO {editor}",
                )
            ),
            ("REVOKE USAGE ON SCHEMA readers FROM {public}", "may not use the schema readers"),
            (
                "DROP INDEX readers.pending_by_instant",
                "depends on the table readers.pending_edition, " + NOT_OURS,
            ),
            (
                "ALTER TABLE readers.meetings_edition ADD COLUMN remark text",
                "depends on the table readers.meetings_edition, " + NOT_OURS,
            ),
            *(
                (f"ALTER FUNCTION council_search {change}", "depends on the function council_search, " + NOT_OURS)
                for change in ("RESET search_path", "SECURITY INVOKER", "SET row_security = off", "OWNER TO {editor}")
            ),
            (
                "DO $$ BEGIN EXECUTE replace(pg_get_functiondef('council_search'::regproc), 'LEAST', 'LAST'); END $$",
                "depends on the function council_search, " + NOT_OURS,
            ),
            (
                "ALTER FUNCTION council_document_text RESET ALL",
                "depends on the function council_document_text, " + NOT_OURS,
            ),
            *(
                (statement, "depends on the function council_update_search, " + NOT_OURS)
                for statement in (COPYING_AT_ONCE, "ALTER FUNCTION council_update_search RESET ALL")
            ),
            *(
                (statement, "depends on the trigger council_search_closed of meetings_suppression, " + NOT_OURS)
                for statement in (
                    "DROP TRIGGER council_search_closed ON meetings_suppression",
                    "ALTER TABLE meetings_suppression DISABLE TRIGGER council_search_closed",
                    UNRELATED_TRIGGER,
                )
            ),
            (
                "DROP TRIGGER council_committed ON meetings_edition",
                "depends on the trigger council_committed of meetings_edition, " + NOT_OURS,
            ),
            ("ALTER ROLE {public} SET jit = off", "has the setting jit=off"),
            ("ALTER ROLE {public} IN DATABASE {database} SET work_mem = '1GB'", "has the setting work_mem=1GB"),
            (
                "ALTER ROLE {public} IN DATABASE {database} RESET search_path",
                "lacks the setting search_path=readers_complete, readers, public",
            ),
            (
                "DROP VIEW readers_complete.council_past_edition",
                "needs readers_complete.council_past_edition, which does not exist",
            ),
            ("GRANT CREATE ON SCHEMA public TO PUBLIC", "may create in the schema public"),
            ("GRANT TEMPORARY ON DATABASE {database} TO PUBLIC", "may create schemas or temporary tables"),
            (
                "GRANT EXECUTE ON FUNCTION council_refuse_change() TO PUBLIC",
                "may call the function council_refuse_change",
            ),
            (SECOND_GUARD, "may call the function council_document_text"),
            ("DROP FUNCTION council_search", "cannot call the function council_search, which is public"),
            (
                "REVOKE EXECUTE ON FUNCTION council_search FROM {public}",
                "cannot call the function council_search, which is public",
            ),
            ("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {public}", "may use the sequence meetings_user_id_seq"),
            ("GRANT {editor} TO {public}", "is a member of the role {editor}"),
            ("ALTER ROLE {public} BYPASSRLS", "bypasses row-level security"),
            (
                "ALTER TABLE meetings_edition ALTER COLUMN change_note SET STATISTICS -1",
                "can find values of meetings_edition.change_note in statistics",
            ),
            (
                "ALTER TABLE django_session ALTER COLUMN session_key SET STATISTICS -1",
                "can find values of django_session.session_key in statistics",
            ),
            ("CREATE TABLE later (remark text)", "can find values of later.remark in statistics"),
            ("ALTER ROLE {public} CREATEROLE", "may create roles"),
            ("ALTER TABLE agenda_medialink OWNER TO {public}", "owns agenda_medialink"),
        ],
    )
    def test_each_fault_is_named(self, roles: DatabaseRoles, statement: str, fault: str) -> None:
        names = {"public": roles.public, "editor": roles.editor, "database": connection.settings_dict["NAME"]}
        with connection.cursor() as cursor:
            cursor.execute(statement.format(**names))
        assert fault.format(**names) in self.find_faults(roles)

    @pytest.mark.parametrize(
        "statement",
        [
            COPYING_AT_ONCE,
            "DROP TRIGGER council_search_added ON meetings_edition",
            SECOND_GUARD,
            "ALTER TABLE readers.meetings_edition ADD COLUMN remark text",
            "DROP TABLE readers.council_past_link CASCADE",
            "ALTER TABLE readers.meetings_edition ENABLE ROW LEVEL SECURITY",
            "CREATE TABLE more () INHERITS (readers.meetings_edition)",
            LOSING_TRIGGER,
        ],
    )
    def test_command_creates_altered_definitions_again(self, roles: DatabaseRoles, statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)
        assert self.find_faults(roles) != []
        call_command("database_roles", public=roles.public, editor=roles.editor, stdout=StringIO())
        assert self.find_faults(roles) == []

    def test_what_belongs_to_an_extension_is_no_fault(self, roles: DatabaseRoles) -> None:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE mine (id int); CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'")
            cursor.execute("GRANT SELECT ON mine TO PUBLIC; GRANT EXECUTE ON FUNCTION mine() TO PUBLIC")
            assert len(self.find_faults(roles)) == 2
            cursor.execute("ALTER EXTENSION plpgsql ADD TABLE mine; ALTER EXTENSION plpgsql ADD FUNCTION mine()")
        assert self.find_faults(roles) == []

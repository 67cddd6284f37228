"""The table that readers search has the words of live editions only, whoever comes or does not come (decision 94)."""

import datetime as dt
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from io import StringIO
from typing import Any

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from meetings.database.search_function import LIVE_TABLE, PENDING_TABLE
from meetings.database.search_triggers import COMMIT_TRIGGER
from meetings.editions.freezing import delete_pending_editions
from meetings.models import Edition, Suppression
from tests.database_roles import DatabaseRoles, RoleSession
from tests.factories import DAY
from tests.meetings.database.test_public_role import create_meeting_edition, create_withdrawal, sleep_past
from tests.meetings.database.test_search_steps import search
from tests.public_requests import lifted_guards

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("committed")]
SECOND = dt.timedelta(seconds=1)


def fetch_ids(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT edition_id::text FROM {table}")
        return {edition for (edition,) in cursor.fetchall()}


def is_live(edition: Edition) -> bool:
    """Return whether the edition is in the table that is searched by words; if not, it must be pending."""
    return str(edition.pk) in fetch_ids(LIVE_TABLE)


def is_pending(edition: Edition) -> bool:
    return str(edition.pk) in fetch_ids(PENDING_TABLE)


def create_past_edition(name: str, title: str, ago: dt.timedelta = DAY) -> Edition:
    with lifted_guards(), transaction.atomic():
        return create_meeting_edition(name, title, timezone.now().replace(microsecond=0) - ago)


def get_instant(seconds: int) -> dt.datetime:
    return timezone.now().replace(microsecond=0) + seconds * SECOND


@contextmanager
def open_transaction() -> Iterator[Any]:
    """Open a second transaction of the owner of the tables. It is committed at the end."""
    parameters = connection.get_connection_params() | {"cursor_factory": None}
    with closing(psycopg2.connect(**parameters)) as session, session, session.cursor() as cursor:
        yield cursor


def test_embargoed_edition_is_copied_by_the_publication_after_it(reader: RoleSession) -> None:
    """It is found from its instant all the same, although nobody copied it."""
    earlier = create_past_edition("a", "Before")
    instant = get_instant(2)
    edition = create_meeting_edition("a", "Zanzibar", instant)
    sleep_past(instant)
    assert search(reader, "'enzanzibar'") == [str(edition.pk)]
    sleep_past(instant + 2 * SECOND)
    assert (is_live(edition), is_pending(edition), is_live(earlier)) == (False, True, True)
    create_meeting_edition("b", "Another", get_instant(3600))
    assert (is_live(edition), is_pending(edition), is_live(earlier)) == (True, False, False)
    assert search(reader, "'enzanzibar'") == [str(edition.pk)]


def test_commit_with_nothing_to_copy_reads_no_edition() -> None:
    """The trigger runs for each edition of a commit: fifty times in a batch of `load_meetings`."""
    assert is_live(create_past_edition("a", "Zanzibar"))
    with transaction.atomic():
        for name in ("b", "c"):
            create_meeting_edition(name, "Another", get_instant(3600))
        before = count_scans("meetings_edition", LIVE_TABLE)
        with connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS {COMMIT_TRIGGER[0]} IMMEDIATE")
        assert count_scans("meetings_edition", LIVE_TABLE) == before


def count_scans(*tables: str) -> int:
    """Return how often this transaction has begun to read the tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(seq_scan + coalesce(idx_scan, 0)) FROM pg_stat_xact_user_tables WHERE relname = ANY (%s)",
            [[*tables]],
        )
        return int(cursor.fetchone()[0])


def test_publication_does_not_copy_what_appeared_within_a_second(reader: RoleSession) -> None:
    """A search can be as of one second ago, when the edition before was live."""
    earlier = create_past_edition("a", "Before")
    instant = get_instant(2)  # the next second could pass before the commit
    edition = create_meeting_edition("a", "Zanzibar", instant)
    sleep_past(instant)
    create_meeting_edition("b", "Another", get_instant(3600))
    assert (is_live(edition), is_live(earlier)) == (False, True)
    assert search(reader, "'enbefor'", at=instant - SECOND / 10) == [str(earlier.pk)]
    assert search(reader, "'enbefor'", at=instant) == []


def test_scheduled_withdrawal_takes_the_words_out_at_once(reader: RoleSession) -> None:
    """The text is found until its withdrawal nevertheless, and not a moment longer."""
    edition = create_past_edition("a", "Zanzibar")
    assert is_live(edition)
    instant = get_instant(2)
    create_withdrawal(edition, instant)
    assert (is_live(edition), is_pending(edition)) == (False, True)
    if timezone.now() < instant - SECOND / 2:
        assert search(reader, "'enzanzibar'") == [str(edition.pk)]
    sleep_past(instant)
    assert search(reader, "'enzanzibar'") == []
    sleep_past(instant + 2 * SECOND)
    create_meeting_edition("b", "Another", get_instant(3600))
    assert not is_pending(edition)


def test_cancelled_withdrawal_puts_the_words_back(reader: RoleSession) -> None:
    edition = create_past_edition("a", "Zanzibar")
    withdrawal = create_withdrawal(edition, get_instant(3600))
    create_meeting_edition("b", "Another", get_instant(3600))
    assert is_pending(edition)
    delete_pending_editions(withdrawal)
    create_meeting_edition("c", "Another", get_instant(3600))
    assert (is_live(edition), is_pending(edition)) == (True, False)
    assert search(reader, "'enzanzibar'") == [str(edition.pk)]


def test_suppressed_and_deleted_editions_leave_both_tables() -> None:
    superseded, scheduled = (
        create_past_edition("a", "First", 2 * DAY),
        create_meeting_edition("b", "B", get_instant(60)),
    )
    with lifted_guards(), transaction.atomic():
        successor = create_meeting_edition("a", "Second", timezone.now().replace(microsecond=0) - SECOND)
    if timezone.now() < successor.available_from + 2 * SECOND:
        assert is_live(superseded)
    Suppression.objects.create(edition=superseded, at=timezone.now(), reason="A leaked number")
    delete_pending_editions(scheduled)
    assert not any((is_live(superseded), is_pending(superseded), is_pending(scheduled)))


@pytest.mark.parametrize("hide", ["withdraw", "suppress"])
def test_hiding_waits_for_a_transaction_that_is_copying(hide: str) -> None:
    """Otherwise the words would be copied after they were taken out."""
    edition = create_past_edition("a", "Zanzibar")
    if hide == "suppress":
        create_meeting_edition("a", "In its place", get_instant(60))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {LIVE_TABLE}")
        cursor.execute(f"DELETE FROM {PENDING_TABLE}")
        cursor.execute(f"INSERT INTO {PENDING_TABLE} VALUES (%s, %s)", [edition.pk, edition.available_from])

    def write() -> None:
        try:
            if hide == "withdraw":
                create_withdrawal(edition, get_instant(60))
            else:
                Suppression.objects.create(edition=edition, at=get_instant(120), reason="A leaked number")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as executor:
        with open_transaction() as copying:
            copying.execute("SELECT council_update_search()")
            assert copying.fetchone() == (1,)
            written = executor.submit(write)
            time.sleep(0.5)
            assert not written.done()
        written.result(10)
    assert not is_live(edition)


def test_two_publications_copy_at_the_same_time() -> None:
    """Neither waits for the other, or a publication could miss its instant."""
    edition = create_past_edition("a", "Zanzibar")
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {LIVE_TABLE}")
        cursor.execute(f"INSERT INTO {PENDING_TABLE} VALUES (%s, %s)", [edition.pk, edition.available_from])
    with open_transaction() as first:
        first.execute("SELECT council_update_search()")
        with open_transaction() as second:
            second.execute("SET LOCAL lock_timeout = '1s'; SELECT council_update_search()")
            assert second.fetchone() == (0,)
    assert (is_live(edition), is_pending(edition)) == (True, False)


def test_editors_can_neither_read_nor_write_them(editor: RoleSession) -> None:
    for table in (LIVE_TABLE, PENDING_TABLE):
        for statement in ("SELECT FROM {}", "INSERT INTO {} DEFAULT VALUES", "DELETE FROM {}"):
            assert "permission denied" in editor.get_refusal(statement.format(table))
    assert "permission denied" in editor.get_refusal("SELECT council_update_search()")


def test_vacuum_follows_each_change() -> None:
    """Until then a deleted row leaves its words in the index. By default PostgreSQL would wait for many more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(reloptions) FROM pg_class WHERE relname = %s", [LIVE_TABLE])
        options = {option for (option,) in cursor.fetchall()}
    waits = {f"autovacuum_vacuum_{kind}=0" for kind in ("threshold", "scale_factor", "insert_threshold")}
    assert options >= waits | {"vacuum_index_cleanup=on", "autovacuum_vacuum_insert_scale_factor=0"}


class TestCommand:
    def test_editors_are_refused(self, roles: DatabaseRoles) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET SESSION AUTHORIZATION {roles.editor}")
        with pytest.raises(CommandError, match="owner of the tables"):
            call_command("update_search")
        connection.close()

    def test_it_copies_what_has_appeared(self) -> None:
        edition = create_past_edition("a", "Zanzibar")
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {LIVE_TABLE}")
            cursor.execute(f"INSERT INTO {PENDING_TABLE} VALUES (%s, %s)", [edition.pk, edition.available_from])
        output = StringIO()
        call_command("update_search", stdout=output)
        assert output.getvalue() == "Editions that were added to the search table: 1.\n"
        assert is_live(edition)

    def test_it_puts_right_what_a_wrong_clock_has_done(self) -> None:
        """It copied the words of a scheduled correction, and removed those of the live text."""
        live = create_past_edition("a", "Zanzibar")
        correction = create_meeting_edition("a", "Madagascar", get_instant(3600))
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {LIVE_TABLE}")
            cursor.execute(f"DELETE FROM {PENDING_TABLE}")
            cursor.execute(
                f"INSERT INTO {LIVE_TABLE} SELECT * FROM meetings_searchrow WHERE edition_id = %s", [correction.pk]
            )
        call_command("update_search", stdout=StringIO())
        assert (is_live(live), is_pending(live)) == (True, False)
        assert (is_live(correction), is_pending(correction)) == (False, True)

    def test_postgresql_counts_what_was_loaded(self) -> None:
        """Otherwise it plans lists as for empty tables, and they time out."""
        create_past_edition("a", "Zanzibar")
        call_command("update_search", stdout=StringIO())
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'meetings_edition'::regclass")
            assert cursor.fetchone() == (1,)

    def test_it_names_editions_that_were_written_after_their_instant(self) -> None:
        """Something after the last check may hold up a commit that nobody has thought of."""
        in_time = create_meeting_edition("in-time", "In time", get_instant(2))
        late = create_past_edition("late", "What the attacker says")
        sleep_past(in_time.available_from)
        errors = StringIO()
        call_command("update_search", stdout=StringIO(), stderr=errors)
        assert late.address in errors.getvalue()
        assert in_time.address not in errors.getvalue()


def test_migration_copies_what_is_live(roles: DatabaseRoles) -> None:
    """Back and forth: what was superseded, withdrawn or suppressed before the upgrade is in neither table."""
    live, withdrawn = create_past_edition("a", "Live"), create_past_edition("c", "Withdrawn", 2 * DAY)
    superseded, later = create_past_edition("b", "First", 2 * DAY), create_past_edition("b", "Second")
    going = create_past_edition("d", "Withdrawn tomorrow")
    with lifted_guards(), transaction.atomic():
        create_withdrawal(withdrawn, timezone.now().replace(microsecond=0) - DAY)
    create_withdrawal(going, get_instant(3600))
    scheduled = create_meeting_edition("e", "Scheduled", get_instant(3600))
    Suppression.objects.create(edition=superseded, at=timezone.now(), reason="A leaked number")
    before = fetch_ids(LIVE_TABLE), fetch_ids(PENDING_TABLE)
    try:
        MigrationExecutor(connection).migrate([("meetings", "0026_acts_of_one_person")])
    finally:
        MigrationExecutor(connection).migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
        call_command("database_roles", public=roles.public, editor=roles.editor, stdout=StringIO())
    ids = [{str(edition.pk) for edition in some} for some in ([live, later], [going, scheduled])]
    assert [fetch_ids(LIVE_TABLE), fetch_ids(PENDING_TABLE)] == ids == list(before)

"""Readers find each row once, whether it is copied or pending, and whatever is written meanwhile."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import count
from threading import Thread
from typing import Any
from unittest.mock import patch

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from council.postgresql.base import Choice, DatabaseWrapper
from meetings.database.reader_tables import (
    EDITION_RELATIONS,
    IS_WITHDRAWN,
    READERS,
    READERS_AND_PENDING,
    READERS_COMPLETE,
    WITHDRAWN_FUNCTION,
)
from meetings.database.reader_triggers import copy_appeared_editions
from meetings.editions.freezing import delete_pending_editions
from meetings.models import Edition, Suppression
from tests.database_roles import PASSWORD, DatabaseRoles, RoleSession
from tests.factories import DAY, SECOND
from tests.meetings.database.test_public_role import create_meeting_edition, create_withdrawal, sleep_past
from tests.public_requests import lifted_guards

pytestmark = pytest.mark.postgresql
INDEXES = """
    SELECT regexp_replace(pg_get_indexdef(i.indexrelid), '.* USING ', ''), array(
        SELECT attname::text FROM pg_attribute WHERE attrelid = i.indrelid AND (attnum = ANY (i.indkey) OR attnum IN (
            SELECT refobjsubid FROM pg_depend WHERE objid = i.indexrelid AND refobjid = i.indrelid
        )) AND attnum > 0
    ) FROM pg_index i WHERE i.indrelid = '{}'::regclass
"""
APPEARED = "ARRAY(SELECT id FROM public.meetings_edition WHERE available_from <= now())"


def fetch_all(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall()) if cursor.description else []


def copy_appeared() -> int:
    [(count,)] = fetch_all("SELECT council_copy_appeared()")
    return int(count)


def count_pending() -> int:
    [(count,)] = fetch_all(f"SELECT count(*) FROM {READERS}.pending_edition")
    return int(count)


def assert_rows_are_right(reader: RoleSession) -> None:
    """Compare the rows that readers read with those that the rules choose from the tables of editions."""
    [(chosen,)] = reader.execute("SELECT council_choose_schema()")
    for relation in EDITION_RELATIONS:
        expected = sorted(
            fetch_all(f"SELECT to_jsonb(r)::text FROM ({relation.build_query(APPEARED, IS_WITHDRAWN)}) r")
        )
        for schema in {chosen, READERS_COMPLETE}:
            found = sorted(reader.execute(f"SELECT to_jsonb(r)::text FROM {schema}.{relation.name} AS r"))
            assert found == expected, (schema, relation.name)


class Writers:
    """Writes at random what can be written of three meetings, each edition at an instant of its own."""

    def __init__(self, seed: int) -> None:
        self.choice = random.Random(seed).choice  # noqa: S311
        self.numbers = count()
        self.past = iter(timezone.now().replace(microsecond=0) - number * SECOND for number in range(900, 0, -3))
        self.future = iter(timezone.now().replace(microsecond=0) + number * SECOND for number in range(900, 9000, 3))

    def publish(self) -> None:
        create_meeting_edition(self.choice("abc"), f"Title {next(self.numbers)}", next(self.past))

    def schedule(self) -> None:
        create_meeting_edition(self.choice("abc"), f"Title {next(self.numbers)}", next(self.future))

    def withdraw(self) -> None:
        if found := [*Edition.objects.filter(available_from__lt=timezone.now(), is_tombstone=False).order_by("id")]:
            create_withdrawal(self.choice(found), next(self.past))

    def schedule_withdrawal(self) -> None:
        if found := [*Edition.objects.filter(is_tombstone=False).order_by("id")]:
            create_withdrawal(self.choice(found), next(self.future))

    def call_off(self) -> None:
        for edition in Edition.objects.filter(available_from__gt=timezone.now()):
            delete_pending_editions(edition)

    def suppress(self) -> None:
        past = Edition.objects.filter(available_from__lt=timezone.now(), is_tombstone=False)
        if found := [*past.filter(suppressions=None).order_by("id")]:
            Suppression.objects.create(edition=self.choice(found), at=timezone.now(), reason="A number")

    def lift(self) -> None:
        Suppression.objects.filter(lifted_at=None).update(lifted_at=timezone.now(), lifted_because="It was another one")


@pytest.mark.django_db
def test_tables_have_the_indexes_of_their_sources(roles: DatabaseRoles) -> None:
    """All but those with columns that readers do not have."""
    for relation in EDITION_RELATIONS:
        columns = {*relation.list_columns()}
        expected = [index for index, used in fetch_all(INDEXES.format(relation.source)) if columns.issuperset(used)]
        found = [index for index, _used in fetch_all(INDEXES.format(f"{READERS}.{relation.name}"))]
        assert sorted(found) == sorted(expected), relation.name


@pytest.mark.django_db
def test_only_views_that_are_always_right_ask_what_is_withdrawn(roles: DatabaseRoles) -> None:
    """As long as no tombstone is pending, readers' queries need not."""
    asking = f"SELECT DISTINCT schemaname FROM pg_views WHERE definition LIKE '%{WITHDRAWN_FUNCTION}%'"
    assert fetch_all(asking) == [(READERS_COMPLETE,)]


@pytest.mark.parametrize("seed", range(3))
def test_rows_are_right_after_each_step_of_a_walk(committed: None, reader: RoleSession, seed: int) -> None:
    writers = Writers(seed)
    steps = [
        writers.publish,
        writers.publish,
        writers.schedule,
        writers.withdraw,
        writers.schedule_withdrawal,
        writers.call_off,
        writers.suppress,
        writers.lift,
        copy_appeared,
    ]
    with lifted_guards():
        for _step in range(30):
            with transaction.atomic():
                writers.choice(steps)()
            assert_rows_are_right(reader)
    copy_appeared()
    assert_rows_are_right(reader)
    assert count_pending() == Edition.objects.filter(available_from__gt=timezone.now()).count()


def test_rows_are_copied_two_seconds_after_their_instant(committed: None, reader: RoleSession) -> None:
    instant = timezone.now().replace(microsecond=0) + 2 * SECOND
    create_meeting_edition("a", "A", instant)
    for _part in range(4):
        assert reader.execute("SELECT count(*) FROM readers_complete.meetings_edition") == [(0,)]
        assert copy_appeared() == 0
        time.sleep(0.2)
    sleep_past(instant)
    assert copy_appeared() == 0
    assert reader.execute("SELECT count(*) FROM readers_complete.meetings_edition") == [(1,)]
    assert reader.execute("SELECT count(*) FROM readers.meetings_edition") == [(0,)]
    assert reader.execute("SELECT council_choose_schema()") == [(READERS_AND_PENDING,)]
    sleep_past(instant + 2 * SECOND)
    assert copy_appeared() == 1
    assert reader.execute("SELECT count(*) FROM readers.meetings_edition") == [(1,)]
    assert reader.execute("SELECT council_choose_schema()") == [(READERS,)]


def test_publication_copies_what_appeared_before(committed: None, reader: RoleSession) -> None:
    with lifted_guards(), transaction.atomic():
        create_meeting_edition("a", "A", timezone.now() - DAY)
    assert reader.execute("SELECT count(*) FROM readers.meetings_edition") == [(1,)]  # at the commit
    create_meeting_edition("b", "B", timezone.now() + DAY)
    assert reader.execute("SELECT count(*) FROM readers.meetings_edition") == [(1,)]
    assert count_pending() == 1


def test_publication_does_not_fail_if_others_cannot_be_copied(committed: None, reader: RoleSession) -> None:
    fetch_all("ALTER TABLE readers.meetings_edition ADD CONSTRAINT nothing CHECK (false)")
    try:
        with lifted_guards(), transaction.atomic():
            create_meeting_edition("a", "A", timezone.now() - DAY)
        with pytest.raises(DatabaseError, match="nothing"):
            copy_appeared()
        copy_appeared_editions()  # as a health check does
        assert reader.execute("SELECT count(*) FROM readers_complete.meetings_edition") == [(1,)]
    finally:
        fetch_all("ALTER TABLE readers.meetings_edition DROP CONSTRAINT nothing")
    copy_appeared_editions()
    assert reader.execute("SELECT count(*) FROM readers.meetings_edition") == [(1,)]


def test_withdrawn_rows_stay_until_all_processes_have_chosen_again(committed: None, reader: RoleSession) -> None:
    """So no response loses its rows half-way. Until then, all read the view that leaves them out on time."""
    instant = timezone.now().replace(microsecond=0) + 2 * SECOND
    with lifted_guards(), transaction.atomic():
        edition = create_meeting_edition("a", "A", instant - DAY)
    create_withdrawal(edition, instant)
    while timezone.now() < instant + 3 * SECOND / 2:
        copy_appeared()
        [(chosen,)] = reader.execute("SELECT council_choose_schema()")
        assert chosen == (READERS if timezone.now() < instant else READERS_COMPLETE)
        assert reader.execute("SELECT count(*) FROM readers.meetings_indexeditem") != [(0,)]
        time.sleep(0.1)
    assert reader.execute("SELECT count(*) FROM readers_complete.meetings_indexeditem") == [(0,)]
    sleep_past(instant + 2 * SECOND)
    copy_appeared()
    assert reader.execute("SELECT count(*) FROM readers.meetings_indexeditem") == [(0,)]
    assert reader.execute("SELECT council_choose_schema()") == [(READERS,)]
    assert_rows_are_right(reader)


def test_nothing_tells_that_a_withdrawal_is_scheduled(committed: None, reader: RoleSession) -> None:
    with lifted_guards(), transaction.atomic():
        edition = create_meeting_edition("a", "A", timezone.now() - DAY)

    def read_all() -> list[Any]:
        calls = ("council_choose_schema()", "council_withdrawn_editions()")
        relations = [f"{schema}.{each.name}" for schema in (READERS, READERS_COMPLETE) for each in EDITION_RELATIONS]
        return [
            *(reader.execute(f"SELECT {call}") for call in calls),
            *(reader.execute(f"SELECT xmin, ctid FROM {READERS}.{each.name}") for each in EDITION_RELATIONS),
            *(reader.execute(f"SELECT * FROM {relation}") for relation in relations),
        ]

    before = read_all()
    create_withdrawal(edition, timezone.now() + DAY)
    copy_appeared()
    assert read_all() == before


@pytest.mark.parametrize("is_withdrawn", [False, True])
def test_who_suppresses_waits_for_who_copies(committed: None, reader: RoleSession, is_withdrawn: bool) -> None:
    """Otherwise rows would be copied after they were hidden, or written again after they were withdrawn."""
    with lifted_guards(), transaction.atomic():
        edition = create_meeting_edition("a", "A", timezone.now() - DAY)
    with lifted_guards():
        pending = create_withdrawal(edition, timezone.now() - 3 * SECOND) if is_withdrawn else edition
        make_pending(pending)

        def suppress() -> None:
            Suppression.objects.create(edition=edition, at=timezone.now(), reason="A number")
            connection.close()

        with closing(connection.copy()) as copying, copying.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT council_copy_appeared()")
            assert cursor.fetchone() == (1,)
            suppressing = Thread(target=suppress)
            suppressing.start()
            suppressing.join(0.5)
            assert suppressing.is_alive()
            cursor.execute("COMMIT")
            suppressing.join(10)
            assert not suppressing.is_alive()
    assert_rows_are_right(reader)


def test_tombstone_waits_for_who_copies_what_it_withdraws(committed: None, reader: RoleSession) -> None:
    """Otherwise what it withdrew would be copied after it, and stay."""
    with lifted_guards():
        with transaction.atomic():
            edition = create_meeting_edition("a", "A", timezone.now() - DAY)
        make_pending(edition)
        with closing(connection.copy()) as copying, copying.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT council_copy_appeared()")
            assert cursor.fetchone() == (1,)
            create_withdrawal(edition, timezone.now() - 3 * SECOND)
            assert copy_appeared() == 0
            assert_rows_are_right(reader)
            cursor.execute("COMMIT")
        assert_rows_are_right(reader)
        assert copy_appeared() == 1
    assert_rows_are_right(reader)


def test_transaction_that_repeats_its_reads_neither_copies_nor_suppresses(
    committed: None, roles: DatabaseRoles, editor: RoleSession
) -> None:
    with lifted_guards():
        with transaction.atomic():
            edition = create_meeting_edition("a", "A", timezone.now() - DAY)
        make_pending(edition)
        editor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        assert editor.execute("SELECT council_copy_appeared()") == [(0,)]
        assert "READ COMMITTED" in editor.get_refusal(
            "INSERT INTO meetings_suppression (id, edition_id, at, reason, lifted_because) "
            f"VALUES (gen_random_uuid(), '{edition.pk}', now(), 'x', '')"
        )
        editor.execute("ROLLBACK")


def make_pending(edition: Edition) -> None:
    """Take the copies of its rows away, as they were not there before the last publication."""
    for relation in EDITION_RELATIONS:
        fetch_all(f"DELETE FROM {READERS}.{relation.name} WHERE {relation.edition_key} = '{edition.pk}'")
    fetch_all(
        f"INSERT INTO {READERS}.pending_edition VALUES ('{edition.pk}', now() - interval '1 minute', "
        f"{edition.is_tombstone})"
    )


@pytest.fixture
def connect(roles: DatabaseRoles) -> Iterator[Callable[[], Any]]:
    """Open connections of one public process, which has not chosen yet what it reads."""
    settings = {**connection.settings_dict, "USER": roles.public, "PASSWORD": PASSWORD}
    with ExitStack() as opened, patch("council.postgresql.base.choice", Choice(0, READERS_COMPLETE)):
        yield lambda: opened.enter_context(closing(DatabaseWrapper(settings, "public")))


def read(process: Any, query: str) -> Any:
    with process.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()


def test_public_process_chooses_in_each_second(committed: None, connect: Callable[[], Any]) -> None:
    process, seen = connect(), []
    instant = timezone.now().replace(microsecond=0) + 2 * SECOND
    create_meeting_edition("a", "A", instant)
    while timezone.now() < instant + SECOND:
        row = read(process, "SELECT current_schema(), (SELECT count(*) FROM meetings_edition)")
        seen.append((timezone.now() >= instant + SECOND / 10, *row))
        time.sleep(0.1)
    assert {row for row in seen if row[0]} == {(True, READERS_AND_PENDING, 1)}
    assert (False, READERS, 0) in seen


def test_process_chooses_again_after_its_clock_was_set_back(
    committed: None, connect: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process whose clock had been an hour ahead showed a withdrawn note for an hour."""
    process = connect()
    with monkeypatch.context() as ahead:
        ahead.setattr("time.time", lambda: 4_000_000_000.0)
        assert read(process, "SELECT current_schema()") == (READERS,)
    instant = timezone.now().replace(microsecond=0) + 2 * SECOND
    create_meeting_edition("a", "A", instant)
    time.sleep(max(0.0, (instant - timezone.now()).total_seconds()) + 0.1)
    assert read(process, "SELECT current_schema()") == (READERS_AND_PENDING,)


def test_all_connections_of_a_process_read_the_same(committed: None, connect: Callable[[], Any]) -> None:
    """Otherwise one would show what is older than the published version that another one has read."""
    first, second = connect(), connect()
    while timezone.now().microsecond > 300_000:
        time.sleep(0.01)
    assert read(first, "SELECT current_schema()") == (READERS,)
    with lifted_guards(), transaction.atomic(), connection.cursor() as cursor:
        create_meeting_edition("a", "A", timezone.now() - SECOND)  # committed late
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert read(second, "SELECT current_schema()") == (READERS,)
    time.sleep(1)
    assert {read(each, "SELECT current_schema()") for each in (first, second)} == {(READERS_AND_PENDING,)}


def test_process_that_may_not_ask_reads_what_is_always_right(
    committed: None, roles: DatabaseRoles, connect: Callable[[], Any]
) -> None:
    process = connect()
    assert read(process, "SELECT current_schema()") == (READERS,)
    fetch_all(f"REVOKE EXECUTE ON FUNCTION council_choose_schema FROM {roles.public}")
    try:
        time.sleep(1)
        assert read(process, "SELECT current_schema()") == (READERS_COMPLETE,)
    finally:
        fetch_all(f"GRANT EXECUTE ON FUNCTION council_choose_schema TO {roles.public}")

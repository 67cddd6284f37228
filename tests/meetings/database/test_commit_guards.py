"""Whoever has the password of the editors' role cannot commit an edition after its instant, whatever they send."""

import datetime as dt
import os
import socket
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from typing import Any
from uuid import UUID, uuid4

import psycopg2
import pytest
from django.db import transaction
from django.utils import timezone

from meetings.clock import get_next_instant
from meetings.models import INDEX_MODELS, Edition, EditionDocument, SearchRow, StoredDocument, Suppression, User
from tests.database_roles import DatabaseRoles, RoleSession
from tests.factories import DAY, MINUTE
from tests.meetings.database.test_public_role import create_meeting_edition, sleep_past
from tests.public_requests import lifted_guards

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("committed")]
SECOND = dt.timedelta(seconds=1)
PARTS: tuple[Any, ...] = (Edition, EditionDocument, SearchRow, *INDEX_MODELS)
DELETE_ALL = [f"DELETE FROM {model._meta.db_table}" for model in PARTS]


@pytest.fixture
def transaction_of_editor(roles: DatabaseRoles) -> Iterator[Any]:
    with closing(psycopg2.connect(**roles.parameters(roles.editor))) as session:
        yield session


def execute(session: Any, *statements: str) -> None:
    with session.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def build_deletion(edition: Edition) -> list[str]:
    return [
        f"{DELETE_ALL[0]} WHERE id = '{edition.pk}'",
        *(f"{each} WHERE edition_id = '{edition.pk}'" for each in DELETE_ALL[1:]),
    ]


def build_parts(number: UUID, parts: int) -> str:
    return (
        "INSERT INTO meetings_indexedearlierdays (id, edition_id) "
        f"SELECT gen_random_uuid(), '{number}' FROM generate_series(1, {parts})"
    )


def build_copy(edition: Edition, number: UUID, parts: int = 0) -> list[str]:
    """Return the statements that write the edition again, a second later and of another meeting, with so many parts."""
    columns = {field.column: field.column for field in Edition._meta.concrete_fields}
    changed = {
        "id": f"'{number}'",
        "subject_id": "gen_random_uuid()",
        "available_from": "available_from + interval '1 s'",
    }
    values = ", ".join((columns | changed).values())
    copy = f"INSERT INTO meetings_edition ({', '.join(columns)}) SELECT {values} FROM meetings_edition"
    return [build_parts(number, parts), f"{copy} WHERE id = '{edition.pk}'"]


@pytest.mark.parametrize(
    "early",
    [
        "SET CONSTRAINTS council_late IMMEDIATE",
        "SET CONSTRAINTS ALL IMMEDIATE",
        "/* COMMIT */ SET CONSTRAINTS ALL IMMEDIATE",
        "DO 'BEGIN SET CONSTRAINTS ALL IMMEDIATE; END'",
    ],
)
def test_check_cannot_be_made_early(transaction_of_editor: Any, early: str) -> None:
    """Otherwise the transaction could be kept open, and exchange the edition long after all have read it."""
    create_meeting_edition("meeting", "What everybody reads", timezone.now().replace(microsecond=0) + DAY)
    execute(transaction_of_editor, *DELETE_ALL)
    with pytest.raises(psycopg2.IntegrityError, match="checked at the commit"):
        execute(transaction_of_editor, early)


def test_edition_is_not_deleted_after_its_instant(transaction_of_editor: Any) -> None:
    edition = create_meeting_edition("meeting", "What everybody reads", get_next_instant(timezone.now()))
    execute(transaction_of_editor, *DELETE_ALL)
    sleep_past(edition.available_from)
    with pytest.raises(psycopg2.IntegrityError, match="passed before"):
        transaction_of_editor.commit()
    assert Edition.objects.count() == 1


def test_parts_of_another_edition_do_not_hold_up_a_commit_after_the_check(transaction_of_editor: Any) -> None:
    """Each part had a check of its own, which read all that was noted: 28 seconds for 30,000 parts."""
    far = create_meeting_edition("far", "Not yet", timezone.now().replace(microsecond=0) + DAY)
    edition = create_meeting_edition("meeting", "What everybody reads", get_next_instant(timezone.now()) + 5 * SECOND)
    execute(transaction_of_editor, *build_deletion(edition), *build_copy(far, uuid4(), parts=15_000))
    sleep_past(edition.available_from - SECOND)
    with suppress(psycopg2.IntegrityError):
        transaction_of_editor.commit()
        assert timezone.now() < edition.available_from + SECOND / 2


@pytest.mark.parametrize(
    ("before", "after", "refusal"),
    [
        ([], [], b"checked at the commit"),
        (["BEGIN"], ["SELECT generate_series(1, 9)", "COMMIT"], b"holds no cursor"),
    ],
)
def test_query_without_a_name_does_not_hold_up_a_commit_after_the_check(
    roles: DatabaseRoles, before: list[str], after: list[str], refusal: bytes
) -> None:
    """A message of the protocol ended the transaction, or a COMMIT with a name; closing it then took seconds."""
    create_meeting_edition("meeting", "What everybody reads", timezone.now().replace(microsecond=0) + MINUTE)
    with closing(psycopg2.connect(**roles.parameters(roles.editor))) as session:
        answer = send_messages(session, *before, *DELETE_ALL, *after)
    assert refusal in answer
    assert Edition.objects.count() == 1


def send_messages(session: Any, *statements: str) -> bytes:
    """Send the statements one by one, then Sync, and return what PostgreSQL answers.

    COMMIT has a name, so that it does not close the query before it, of which one row at most is fetched.
    """
    bodies = []
    for statement in statements:
        name = b"end" if statement == "COMMIT" else b""
        bodies += [
            (b"P", b"\0%s\0\0\0" % statement.encode()),
            (b"B", b"%s\0\0%s" % (name, bytes(6))),
            (b"E", b"%s\0%s" % (name, struct.pack(">I", 1))),
        ]
    with socket.socket(fileno=os.dup(session.fileno())) as raw:
        raw.setblocking(True)
        for kind, body in (*bodies, (b"S", b"")):
            raw.sendall(kind + struct.pack(">I", len(body) + 4) + body)
        answer = b""
        while not answer.endswith(b"Z\0\0\0\5I"):
            answer += raw.recv(10_000)
    return answer


@pytest.mark.parametrize("is_first", [True, False])
def test_earliest_instant_of_a_commit_decides(transaction_of_editor: Any, is_first: bool) -> None:
    far = create_meeting_edition("far", "Not yet", timezone.now().replace(microsecond=0) + DAY)
    edition = create_meeting_edition("meeting", "What everybody reads", get_next_instant(timezone.now()) + SECOND)
    steps = [build_deletion(edition), build_deletion(far)]
    for step in steps if is_first else reversed(steps):
        execute(transaction_of_editor, *step)
    sleep_past(edition.available_from)
    with pytest.raises(psycopg2.IntegrityError, match="passed before"):
        transaction_of_editor.commit()
    assert Edition.objects.count() == 2


def test_part_of_an_edition_that_another_session_wrote_is_not_added_after_its_instant(
    roles: DatabaseRoles, transaction_of_editor: Any
) -> None:
    edition = create_meeting_edition("meeting", "What everybody reads", get_next_instant(timezone.now()) + 2 * SECOND)
    number = uuid4()
    execute(transaction_of_editor, build_parts(number, 1))
    with closing(psycopg2.connect(**roles.parameters(roles.editor))) as beside:
        execute(beside, *build_copy(edition, number))
        beside.commit()
    sleep_past(edition.available_from + SECOND)
    with pytest.raises(psycopg2.IntegrityError, match="passed before"):
        transaction_of_editor.commit()


@pytest.mark.parametrize("declared", ["WITH HOLD FOR SELECT pg_sleep(4)", "FOR SELECT generate_series(1, 9)"])
def test_cursor_does_not_hold_up_a_commit_after_the_check(transaction_of_editor: Any, declared: str) -> None:
    """PostgreSQL runs a held one to its end when the deferred triggers have been called, and closes all others."""
    create_meeting_edition("meeting", "What everybody reads", get_next_instant(timezone.now()) + 2 * SECOND)
    execute(transaction_of_editor, f"DECLARE c CURSOR {declared}", *DELETE_ALL)
    with pytest.raises(psycopg2.IntegrityError, match="holds no cursor"):
        transaction_of_editor.commit()
    assert Edition.objects.count() == 1


@pytest.mark.parametrize("first", ["", "SET CONSTRAINTS council_check_commit IMMEDIATE"])
def test_foreign_key_does_not_hold_up_a_commit_after_the_check(
    roles: DatabaseRoles, transaction_of_editor: Any, first: str
) -> None:
    """It waits for the lock of another session, after deferred triggers that were queued before it."""
    user = User.objects.create(username="anna")
    edition = create_meeting_edition("meeting", "What everybody reads", get_next_instant(timezone.now()) + 2 * SECOND)
    with closing(psycopg2.connect(**roles.parameters(roles.editor))) as beside, ThreadPoolExecutor() as pool:
        execute(beside, f"SELECT FROM meetings_user WHERE id = {user.pk} FOR UPDATE")
        execute(transaction_of_editor, *filter(None, [first]), *DELETE_ALL)
        waiting = f"INSERT INTO meetings_knownnetwork (user_id, network, seen_at) VALUES ({user.pk}, 'x', now())"
        execute(transaction_of_editor, waiting)
        committed = pool.submit(transaction_of_editor.commit)
        sleep_past(edition.available_from)
        beside.rollback()
        with pytest.raises(psycopg2.IntegrityError, match=r"passed before|checked at the commit"):
            committed.result()
    assert Edition.objects.count() == 1


def test_client_that_does_not_read_does_not_hold_up_a_commit_after_the_check(transaction_of_editor: Any) -> None:
    """PostgreSQL waits until it has sent a message, and NOTIFY has some after all triggers."""
    create_meeting_edition("meeting", "Not yet", timezone.now().replace(microsecond=0) + MINUTE)
    execute(transaction_of_editor, "SET trace_notify = on", "SET client_min_messages = debug1", "NOTIFY someone")
    execute(transaction_of_editor, *DELETE_ALL)
    transaction_of_editor.commit()
    assert not [notice for notice in transaction_of_editor.notices if "PreCommit_Notify" in notice]


def test_notifications_do_not_hold_up_a_commit_after_the_check(transaction_of_editor: Any) -> None:
    """PostgreSQL writes them after all triggers: 1.7 GB of them took 19 seconds."""
    create_meeting_edition("meeting", "What everybody reads", timezone.now().replace(microsecond=0) + MINUTE)
    execute(transaction_of_editor, "SELECT pg_notify('x', repeat('x', 7000) || n) FROM generate_series(1, 2000) AS n")
    execute(transaction_of_editor, *DELETE_ALL)
    with pytest.raises(psycopg2.IntegrityError, match="sends no notifications"):
        transaction_of_editor.commit()
    assert Edition.objects.count() == 1


def test_edition_is_deleted_before_its_instant(transaction_of_editor: Any) -> None:
    create_meeting_edition("meeting", "Not yet", timezone.now().replace(microsecond=0) + MINUTE)
    execute(transaction_of_editor, *DELETE_ALL)
    transaction_of_editor.commit()
    assert not Edition.objects.exists()


def test_no_table_of_editions_is_written_by_a_transaction_that_repeats_its_reads(transaction_of_editor: Any) -> None:
    """It saw a later edition that had been called off, so that a live one was suppressed."""
    tables = (*PARTS, StoredDocument, Suppression)
    transaction_of_editor.set_session(isolation_level="REPEATABLE READ")
    for table in (model._meta.db_table for model in tables):
        with pytest.raises(psycopg2.errors.RestrictViolation, match="read what is committed"):
            execute(transaction_of_editor, f"INSERT INTO {table} SELECT * FROM {table} WHERE false")
        transaction_of_editor.rollback()
    transaction_of_editor.set_session(isolation_level="READ COMMITTED")
    execute(transaction_of_editor, f"INSERT INTO {table} SELECT * FROM {table} WHERE false")


def test_live_edition_is_not_suppressed_because_of_one_that_was_called_off(
    transaction_of_editor: Any, editor: RoleSession
) -> None:
    now = timezone.now().replace(microsecond=0)
    with lifted_guards(), transaction.atomic():
        live = create_meeting_edition("live", "Live", now - DAY)
    later = create_meeting_edition("live", "Later", now + 2 * SECOND)
    transaction_of_editor.set_session(isolation_level="REPEATABLE READ")
    execute(transaction_of_editor, "SELECT 1")
    with transaction.atomic():
        for model in PARTS:
            model.objects.filter(**{"pk" if model is Edition else "edition": later.pk}).delete()
    sleep_past(later.available_from)
    suppress_live = (
        "INSERT INTO meetings_suppression (id, edition_id, at, reason, lifted_because) "
        f"VALUES (gen_random_uuid(), '{live.pk}', now(), 'x', '')"
    )
    assert "another one" in editor.get_refusal(suppress_live)
    with pytest.raises(psycopg2.errors.RestrictViolation):
        execute(transaction_of_editor, suppress_live)

"""Whoever has the password of the editors' role cannot commit an edition after its instant, whatever they send."""

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import psycopg2
import pytest
from django.utils import timezone

from meetings.clock import get_next_instant
from meetings.models import INDEX_MODELS, Edition, EditionDocument, SearchRow, User
from tests.database_roles import DatabaseRoles
from tests.factories import DAY, MINUTE
from tests.meetings.database.test_row_level_security import create_meeting_edition, sleep_past

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


def test_held_cursor_does_not_hold_up_a_commit_after_the_check(transaction_of_editor: Any) -> None:
    """PostgreSQL runs it to its end when the deferred triggers have been called."""
    create_meeting_edition("meeting", "What everybody reads", get_next_instant(timezone.now()) + 2 * SECOND)
    execute(transaction_of_editor, "DECLARE c CURSOR WITH HOLD FOR SELECT pg_sleep(4)", *DELETE_ALL)
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


def test_edition_is_deleted_before_its_instant(transaction_of_editor: Any) -> None:
    create_meeting_edition("meeting", "Not yet", timezone.now().replace(microsecond=0) + MINUTE)
    execute(transaction_of_editor, *DELETE_ALL)
    transaction_of_editor.commit()
    assert not Edition.objects.exists()

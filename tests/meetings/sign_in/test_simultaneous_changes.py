"""Recovery codes that are renewed twice at once, and a session that ends while it gets another key."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from meetings.models import RecoveryCode, User, UserSession
from meetings.sign_in.recovery_codes import renew_codes
from meetings.sign_in.sessions import end_sessions
from tests.locks import run_and_disconnect, wait_for_blocked_query

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("committed")]


@pytest.fixture
def petra() -> User:
    return User.objects.create_user("petra")


def test_codes_that_are_renewed_twice_at_once_are_those_of_the_last(petra: User) -> None:
    """Both pages would show codes that work, also the page of somebody at an unlocked computer."""
    with ThreadPoolExecutor() as threads:
        with transaction.atomic():
            first = renew_codes(petra)
            renewing = threads.submit(run_and_disconnect, lambda: renew_codes(petra))
            wait_for_blocked_query()
        second = renewing.result(10)
    assert RecoveryCode.objects.count() == len(first) == len(second)


def test_session_that_gets_another_key_at_this_moment_has_ended(petra: User) -> None:
    """Django gives it one when somebody confirms their password."""
    now = timezone.now()
    row = UserSession.objects.create(user=petra, session_key="before", started_at=now, seen_at=now)
    with ThreadPoolExecutor() as threads:
        with transaction.atomic():
            UserSession.objects.filter(pk=row.pk).update(session_key="after")
            Session.objects.create(session_key="after", session_data="", expire_date=now + dt.timedelta(hours=1))
            ending = threads.submit(run_and_disconnect, lambda: end_sessions(UserSession.objects.filter(user=petra)))
            wait_for_blocked_query()
        assert ending.result(10) == 1
    assert not Session.objects.exists()
    assert not UserSession.objects.exists()

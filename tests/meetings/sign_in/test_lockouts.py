"""What somebody else does wrong keeps nobody out of the office: no colleague, and no stranger who knows a password."""

import pytest
from django.utils import timezone

from meetings.access.audit import Actor
from meetings.models import User
from meetings.sign_in.attempts import (
    NETWORK_LIMIT,
    SIGN_IN,
    TooManyAttemptsError,
    begin_attempt,
    forget_attempts,
    remember_network,
)

pytestmark = pytest.mark.django_db
OFFICE, STRANGE = "192.0.2.1", "198.51.100.9"


def fail(name: str, network: str = OFFICE, times: int = 1) -> None:
    for _time in range(times):
        begin_attempt(SIGN_IN, name, Actor(None, name, network), user_name=name).fail()


def succeed(name: str, network: str = OFFICE) -> None:
    begin_attempt(SIGN_IN, name, Actor(None, name, network), user_name=name).succeed()


def test_failures_of_others_do_not_keep_a_user_out_of_a_known_network() -> None:
    remember_network(User.objects.create_user("petra"), OFFICE, timezone.now())
    for number in range(NETWORK_LIMIT.free):
        fail(f"name {number}")
    with pytest.raises(TooManyAttemptsError):
        fail("anna")
    succeed("petra")


def test_success_leaves_no_pause_behind() -> None:
    for number in range(NETWORK_LIMIT.free - 1):
        fail(f"name {number}")
    for name in ("anna", "petra", "paul"):
        succeed(name)


def test_success_of_a_known_user_does_not_end_the_pause_of_others() -> None:
    remember_network(User.objects.create_user("petra"), OFFICE, timezone.now())
    for number in range(NETWORK_LIMIT.free):
        fail(f"name {number}")
    succeed("petra")
    with pytest.raises(TooManyAttemptsError):
        fail("anna")


def test_failures_on_a_known_network_do_count_for_the_user_there() -> None:
    remember_network(User.objects.create_user("petra"), OFFICE, timezone.now())
    fail("petra", times=5)
    with pytest.raises(TooManyAttemptsError):
        succeed("petra")
    succeed("petra", STRANGE)


def test_requests_for_links_have_a_count_of_their_own() -> None:
    for number in range(NETWORK_LIMIT.free):
        begin_attempt("password link", f"name {number}", Actor(None, "", OFFICE))
    succeed("anna")


def test_link_that_sets_a_password_ends_the_pause() -> None:
    User.objects.create_user("petra")
    fail("petra", STRANGE, times=5)
    with pytest.raises(TooManyAttemptsError):
        succeed("petra", STRANGE)
    forget_attempts("petra")
    succeed("petra", STRANGE)

"""Guessing passwords: attempts are limited by account and by network, and every refusal is counted in the audit log."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.contrib.auth import hashers
from django.db import connection
from django.test import Client
from django.utils import timezone

from meetings.access.audit import Actor
from meetings.models import Act, AuditEntry, User
from meetings.sign_in import attempts, backend
from meetings.sign_in.attempts import SIGN_IN, TooManyAttemptsError, begin_attempt
from tests.meetings.sign_in.conftest import PASSWORD

OUTSIDE, OFFICE = "203.0.113.9", "192.0.2.7"
TOO_MANY = "There were too many failed attempts"


def sign_in(password: str, name: str = "anna", remote: str = OUTSIDE) -> Any:
    return Client().post("/admin/login/", {"username": name, "password": password}, REMOTE_ADDR=remote)


def list_refusals() -> list[dict[str, Any]]:
    entries = AuditEntry.objects.filter(act=Act.SIGN_IN_REFUSED).order_by("pk")
    return [{"actor": entry.actor, **entry.details} for entry in entries]


class TestLimits:
    def test_right_password_after_many_wrong_ones_is_refused(self, anna: User) -> None:
        for number in range(12):
            sign_in(f"guess {number}", remote=f"203.0.113.{number}")
        answer = sign_in(PASSWORD)
        assert answer.status_code == 429
        assert TOO_MANY in answer.content.decode()
        assert int(answer["Retry-After"]) > 0

    def test_one_network_cannot_try_many_names(self, anna: User) -> None:
        answers = [sign_in("Summer-in-2026!", name=f"name{number}").status_code for number in range(62)]
        assert answers == [200] * 60 + [429] * 2

    def test_addresses_of_one_ipv6_network_count_together(self, anna: User) -> None:
        for number in range(60):
            sign_in("guess", name=f"name{number}", remote=f"2001:db8:0:{number + 1:x}::1")
        assert sign_in(PASSWORD, remote="2001:db8:0:ffff::1").status_code == 429

    def test_pause_ends_and_grows(self, anna: User, clock: Any) -> None:
        def count_attempts() -> int:
            return next(number for number in range(9) if sign_in("guess").status_code == 429)

        assert count_attempts() == 5
        clock.move_to(timezone.now() + dt.timedelta(seconds=61))
        assert count_attempts() == 1
        clock.move_to(timezone.now() + dt.timedelta(seconds=61))
        assert sign_in(PASSWORD).status_code == 429  # the second pause is longer
        clock.move_to(timezone.now() + dt.timedelta(seconds=60))
        assert sign_in(PASSWORD).status_code == 302

    def test_stranger_cannot_lock_somebody_out_of_their_office(self, anna: User) -> None:
        assert sign_in(PASSWORD, remote=OFFICE).status_code == 302
        for number in range(12):
            sign_in("guess", remote=f"203.0.113.{number}")
        assert sign_in(PASSWORD, remote=OFFICE).status_code == 302

    def test_unknown_name_is_refused_as_a_known_one(self, anna: User) -> None:
        def attempt(name: str) -> list[tuple[int, str]]:
            answers = [sign_in("guess", name, f"203.0.113.{number}") for number in range(7)]
            return [(answer.status_code, answer.context["form"].non_field_errors().as_text()) for answer in answers]

        assert attempt("nobody") == attempt("anna")

    @pytest.mark.parametrize("name", ["nobody", "anna"])
    def test_refusal_takes_the_same_steps(self, anna: User, name: str, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(9):
            sign_in("guess", name)

    def test_old_password_cannot_be_guessed(self, anna: User) -> None:
        client = Client()
        client.force_login(anna)
        new = {"new_password1": "another word of mine", "new_password2": "another word of mine"}
        for number in range(20):
            client.post("/admin/password_change/", new | {"old_password": f"guess {number}"})
        page = client.post("/admin/password_change/", new | {"old_password": PASSWORD})
        assert TOO_MANY in page.content.decode()
        assert User.objects.get(pk=anna.pk).check_password(PASSWORD)


class TestAuditLog:
    def test_empty_attempts_do_not_blind_the_log(self, anna: User) -> None:
        for _number in range(70):  # 60 of one address, or 1000 in all, once ended the log for an hour
            Client().post("/admin/login/", {"username": "", "password": ""}, REMOTE_ADDR="198.51.100.7")
        sign_in("guess", remote="198.51.100.7")
        assert list_refusals()[-1]["actor"] == "anna"

    def test_flood_of_unknown_names_is_counted_to_its_end(
        self, anna: User, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What came after the last power of two was in no entry."""
        monkeypatch.setattr(attempts, "MAX_SINGLE_ENTRIES", 3)
        for number in range(11):
            sign_in("guess", f"nobody{number}", remote=f"198.51.{number}.7")
        clock.move_to(timezone.now() + dt.timedelta(hours=2))
        sign_in("guess")
        assert [entry.get("all_attempts") for entry in list_refusals()] == [None] * 3 + [4, 8, 11, None]

    def test_refusals_without_a_check_are_counted(self, anna: User) -> None:
        for _attempt in range(5 + 10):
            sign_in("guess")
        assert [entry.get("attempts") for entry in list_refusals()] == [None] * 5 + [1, 2, 4, 8]

    def test_rest_of_the_count_is_recorded_later(self, anna: User, clock: Any) -> None:
        for _attempt in range(5 + 5):
            sign_in("guess")
        clock.move_to(timezone.now() + dt.timedelta(hours=25))
        sign_in(PASSWORD)
        assert [entry.get("attempts") for entry in list_refusals()][5:] == [1, 2, 4, 5]


@pytest.mark.postgresql
@pytest.mark.usefixtures("committed")
def test_simultaneous_guesses_are_all_counted() -> None:
    """Attempts are counted before the password is checked, so that many at once gain nothing."""
    checked: list[int] = []

    def attempt(number: int) -> None:
        network = f"203.0.113.{number}"
        try:
            begin_attempt(SIGN_IN, "anna", Actor(None, "anna", network))
            checked.append(number)
        except TooManyAttemptsError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(checked) == 5


def test_few_passwords_are_hashed_at_once() -> None:
    """A check takes half a second of a processor: whoever sends 16 at once must not stop the admin."""

    running, most, lock, release = 0, 0, threading.Lock(), threading.Event()

    def hash_slowly(*_arguments: Any, **_options: Any) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        release.wait(5)
        with lock:
            running -= 1

    refused: list[bool] = []

    def attempt() -> None:
        try:
            with backend.hashing_slot():
                hash_slowly()
        except backend.BusyError:
            refused.append(True)

    threads = [threading.Thread(target=attempt) for _number in range(16)]
    for thread in threads:
        thread.start()
    deadline = timezone.now() + dt.timedelta(seconds=5)
    while len(refused) < 14 and timezone.now() < deadline:
        pass
    release.set()
    for thread in threads:
        thread.join()
    assert (most, len(refused)) == (1, 14)


def test_attempts_that_were_not_checked_do_not_count(anna: User) -> None:
    with backend.places, backend.places:
        answers = [sign_in(PASSWORD) for _attempt in range(9)]
    assert {answer.status_code for answer in answers} == {429}
    assert "Too many people are signing in" in answers[0].content.decode()
    assert sign_in(PASSWORD).status_code == 302


def test_hasher_is_slow() -> None:
    assert hashers.PBKDF2PasswordHasher.iterations >= 600_000

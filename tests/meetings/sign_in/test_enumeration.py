"""No answer to a wrong password or to a request for a link tells whether a name has an account.

Whoever has signed in from a network is let in there, although others must wait. So a stranger in the same network could
compare the answers for known and for invented names, and the time that they take.
"""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from meetings.models import PasswordRequest, User
from meetings.sign_in import backend
from meetings.sign_in.attempts import ACCOUNT_LIMIT, NETWORK_LIMIT, remember_network
from tests.meetings.sign_in.conftest import PASSWORD
from tests.worlds import roll_back

pytestmark = pytest.mark.django_db
OFFICE, STRANGE, UNUSED = "192.0.2.1", "198.51.100.9", "198.51.100.77"


@pytest.fixture(autouse=True)
def known(anna: User, clock: Any) -> User:
    """Anna has signed in at the office."""
    remember_network(anna, OFFICE, timezone.now())
    return anna


def sign_in(name: str, password: str = "guess", network: str = OFFICE) -> Any:  # noqa: S107
    return Client().post("/admin/login/", {"username": name, "password": password}, REMOTE_ADDR=network)


def ask_for_link(name: str, network: str = OFFICE) -> Any:
    return Client().post("/admin/forgotten-password/", {"name": name}, REMOTE_ADDR=network)


def describe(answer: Any) -> tuple[Any, ...]:
    """Return what a stranger sees of an answer."""
    errors = answer.context["form"].non_field_errors() if answer.context["form"] else ""
    return answer.status_code, answer.get("Retry-After"), str(errors)


def use_up_network(ask: Any = sign_in) -> None:
    for number in range(NETWORK_LIMIT.free):
        ask(f"name {number}")


def use_up_account(name: str) -> None:
    for _time in range(ACCOUNT_LIMIT.free):
        sign_in(name, network=STRANGE)


class TestWrongPasswords:
    @pytest.mark.parametrize("used_up", ["nothing", "network", "account"])
    def test_known_name_has_the_answers_of_an_invented_one(self, used_up: str, clock: Any) -> None:
        """In many guesses, with pauses in between."""

        def guess(name: str) -> list[tuple[Any, ...]]:
            answers = []
            for minutes in (0, 0, 0, 0, 0, 0, 1, 1, 2, 30, 31, 60, 0, 240):
                clock.move_to(timezone.now() + dt.timedelta(minutes=minutes))
                answers.append(describe(sign_in(name)))
            clock.move_to(start)
            return answers

        start = timezone.now()
        if used_up == "network":
            use_up_network()
        for name in ("anna", "nobody") if used_up == "account" else ():
            use_up_account(name)
        with roll_back():
            answers = guess("nobody")
        assert {answer[0] for answer in answers} == {200, 429}
        assert guess("anna") == answers

    def test_sixty_failures_tell_nothing_about_the_names_among_them(self) -> None:
        """Those of known names count for the network, too."""
        for number in range(NETWORK_LIMIT.free):
            User.objects.create_user(f"name {number}")
            remember_network(User.objects.get(username=f"name {number}"), OFFICE, timezone.now())
        use_up_network()
        assert sign_in("nobody").status_code == 429

    @pytest.mark.parametrize("name", ["nobody", "anna"])
    def test_answer_takes_the_same_steps(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        use_up_network()
        hashed: list[bool] = []
        slot = backend.hashing_slot

        def count_hashing() -> Any:
            hashed.append(True)
            return slot()

        monkeypatch.setattr(backend, "hashing_slot", count_hashing)
        with CaptureQueriesContext(connection) as queries:
            assert sign_in(name).status_code == 429
        assert (len(queries), hashed) == (9, [True])

    def test_right_password_is_let_in_where_it_is_known(self) -> None:
        use_up_network()
        assert sign_in("anna", "guess").status_code == 429
        assert sign_in("anna", PASSWORD).status_code == 302

    def test_right_password_of_somebody_else_must_wait(self) -> None:
        User.objects.create_user("petra", password=PASSWORD, is_staff=True)
        use_up_network()
        assert describe(sign_in("petra", PASSWORD)) == describe(sign_in("nobody"))

    def test_answer_says_that_people_who_are_known_need_not_wait(self) -> None:
        use_up_network()
        assert "If you have signed in from here within the last month" in sign_in("anna").content.decode()

    def test_password_is_not_checked_where_nobody_is_known(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A flood from one address does not occupy the processor after sixty failures."""
        for number in range(NETWORK_LIMIT.free):
            sign_in(f"name {number}", network=UNUSED)
        monkeypatch.setattr(backend, "hashing_slot", None)
        assert sign_in("nobody", network=UNUSED).status_code == 429

    def test_password_cannot_be_guessed_while_others_must_wait(self) -> None:
        use_up_network()
        for number in range(ACCOUNT_LIMIT.free):
            sign_in("anna", f"guess {number}")
        assert sign_in("anna", PASSWORD).status_code == 429


class TestLinks:
    def test_known_name_has_the_answer_of_an_invented_one_and_gets_a_link(self) -> None:
        use_up_network(ask_for_link)
        PasswordRequest.objects.all().delete()
        answers = {name: (ask_for_link(name)) for name in ("anna", "nobody")}
        assert describe(answers["anna"]) == describe(answers["nobody"])
        assert answers["anna"].status_code == 429
        assert "we send yours all the same" in answers["anna"].content.decode()
        assert [request.name for request in PasswordRequest.objects.all()] == ["anna", ""]

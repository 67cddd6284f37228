"""What somebody else does wrong keeps nobody out of the office: no colleague, and no stranger who knows a password."""

import base64
import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from meetings.access.audit import Actor
from meetings.models import PasswordRequest, User
from meetings.sign_in.attempts import (
    KNOWN_FOR,
    NETWORK_LIMIT,
    SIGN_IN,
    TooManyAttemptsError,
    begin_attempt,
    forget_attempts,
    remember_network,
)
from meetings.sign_in.password_links import build_password_path
from tests.meetings.sign_in.conftest import PASSWORD

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


class TestBrowsers:
    """A browser in which somebody has signed in lets them in from anywhere, whatever strangers do."""

    TRAIN = "203.0.113.5"

    def sign_in(self, client: Client, password: str = PASSWORD, name: str = "anna", network: str = TRAIN) -> int:
        data = {"username": name, "password": password}
        status: int = client.post("/admin/login/", data, REMOTE_ADDR=network).status_code
        return status

    @pytest.fixture
    def laptop(self, anna: User, clock: Any) -> Client:
        """Anna has signed in at the office with it, and the session has ended."""
        laptop = Client()
        assert self.sign_in(laptop, network=OFFICE) == 302
        del laptop.cookies["sessionid"]
        return laptop

    def test_stranger_keeps_nobody_out_of_their_own_browser(self, anna: User, laptop: Client) -> None:
        fail("anna", STRANGE, times=5)
        assert self.sign_in(Client()) == 429
        assert self.sign_in(laptop) == 302

    def test_colleague_in_the_same_office_does_not_either(self, anna: User, laptop: Client) -> None:
        fail("anna", OFFICE, times=5)
        assert self.sign_in(Client(), network=OFFICE) == 429
        assert self.sign_in(laptop, network=OFFICE) == 302

    def test_stranger_who_asks_for_links_keeps_nobody_from_getting_one(self, anna: User, laptop: Client) -> None:
        def ask(client: Client, network: str) -> int:
            status: int = client.post("/admin/forgotten-password/", {"name": "anna"}, REMOTE_ADDR=network).status_code
            return status

        assert [ask(Client(), STRANGE) for _time in range(6)] == [*[200] * 5, 429]
        PasswordRequest.objects.all().delete()
        assert ask(laptop, self.TRAIN) == 200
        assert (ask(Client(), OFFICE), ask(Client(), self.TRAIN)) == (429, 429)
        assert [request.name for request in PasswordRequest.objects.all()] == ["anna", "anna"]

    def test_password_cannot_be_guessed_there_either(self, anna: User, laptop: Client) -> None:
        assert [self.sign_in(laptop, f"guess {number}") for number in range(6)] == [*[200] * 5, 429]
        assert self.sign_in(laptop) == 429
        assert self.sign_in(Client()) == 302

    @pytest.mark.parametrize("cookie", ["", "nonsense", "WyJhIiwiYiJd:1vP:forged", "of another user", "a month old"])
    def test_other_cookies_change_nothing(self, anna: User, laptop: Client, cookie: str, clock: Any) -> None:
        if cookie == "of another user":
            User.objects.create_user("petra", password=PASSWORD, is_staff=True)
            assert self.sign_in(laptop, name="petra", network=OFFICE) == 302
        elif cookie == "a month old":
            clock.move_to(timezone.now() + KNOWN_FOR + dt.timedelta(seconds=1))
        else:
            laptop.cookies["device"] = cookie
        fail("anna", STRANGE, times=5)
        assert self.sign_in(laptop) == 429

    def test_cookie_is_for_signing_in_only(self, anna: User, laptop: Client) -> None:
        cookie = laptop.cookies["device"]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
        assert "anna" not in base64.b64decode(cookie.value.split(":")[0] + "==").decode()
        assert laptop.get("/admin/").status_code == 302

    def test_link_that_sets_a_password_ends_the_pause_there(self, anna: User, laptop: Client) -> None:
        for number in range(6):
            self.sign_in(laptop, f"guess {number}")
        form = laptop.get(build_password_path(anna), follow=True).request["PATH_INFO"]
        word = "another long word of mine"
        assert laptop.post(form, {"new_password1": word, "new_password2": word}).status_code == 302
        assert self.sign_in(laptop, word) == 302

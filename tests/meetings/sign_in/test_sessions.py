"""Sessions end after an hour without use and after twelve hours; users see theirs and end them."""

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.test import Client, override_settings
from django.utils import timezone

from meetings.models import Act, AuditEntry, SecondFactor, User, UserSession
from meetings.sign_in.authenticator_app import compute_code
from meetings.sign_in.encryption import encrypt
from meetings.sign_in.forms import OwnPasswordForm
from meetings.sign_in.recovery_codes import count_unused, renew_codes
from meetings.sign_in.session_store import SessionStore
from meetings.sign_in.sessions import confirm_session, end_sessions, is_confirmed, list_sessions, now_in_seconds
from tests.admin_forms import get_change_url, post_form, read_form_data, read_messages
from tests.factories import SECOND
from tests.meetings.sign_in.conftest import PASSWORD

pytestmark = pytest.mark.usefixtures("real_times")


@pytest.fixture
def real_times() -> Any:
    with override_settings(SESSION_IDLE_AGE=3_600, SESSION_COOKIE_AGE=12 * 3_600):
        yield


def sign_in(name: str = "anna", **headers: str) -> Client:
    client = Client(headers=headers)
    assert client.post("/admin/login/", {"username": name, "password": PASSWORD}).status_code == 302
    return client


def build_client(session_key: Any) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session_key
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/admin/your-sign-in/").status_code == 200


def wait(clock: Any, minutes: int) -> None:
    clock.move_to(timezone.now() + dt.timedelta(minutes=minutes))


class TestEnd:
    def test_session_ends_after_an_hour_without_use(self, anna: User, clock: Any) -> None:
        client = sign_in()
        for minutes, expected in ((59, True), (59, True), (60, False), (0, False)):
            wait(clock, minutes)
            assert is_signed_in(client) == expected
        assert not UserSession.objects.exists()

    def test_what_the_page_sends_by_itself_is_no_use(self, anna: User, clock: Any) -> None:
        client = sign_in()
        for _minute in range(59):
            wait(clock, 1)
            assert client.get("/admin/session/", headers={"x-background": "1"}).json()["signed_in"]
        wait(clock, 1)
        assert client.get("/admin/session/", headers={"x-background": "1"}).json() == {"signed_in": False}

    @pytest.mark.parametrize("site", ["same-site", "cross-site"])
    def test_what_a_page_of_another_host_opens_is_no_use(self, anna: User, clock: Any, site: str) -> None:
        """Such a page kept the session for twelve hours, and opened and stopped ours without a click."""
        client = sign_in()
        opened = {"sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
        wait(clock, 30)
        assert client.get("/admin/", headers=opened).status_code == 200
        wait(clock, 30)
        assert not is_signed_in(client)

    @pytest.mark.parametrize(
        "facts", [{"sec-fetch-site": "cross-site", "sec-fetch-user": "?1"}, {"sec-fetch-site": "none"}]
    )
    def test_what_the_user_follows_or_types_is_use(self, anna: User, clock: Any, facts: dict[str, str]) -> None:
        client = sign_in()
        opened = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
        wait(clock, 30)
        assert client.get("/admin/", headers=opened | facts).status_code == 200
        wait(clock, 30)
        assert is_signed_in(client)

    def test_session_of_a_clock_that_was_ahead_has_ended(self, anna: User, clock: Any) -> None:
        """It lasted until that time, and never asked to sign in again."""
        client = sign_in()
        request = HttpRequest()
        request.session = SessionStore(client.cookies[settings.SESSION_COOKIE_NAME].value)
        wait(clock, -1)  # two servers may differ by this
        assert is_confirmed(request)
        assert is_signed_in(client)
        clock.move_to(timezone.now() - SECOND)
        assert not is_confirmed(request)
        assert not is_signed_in(client)

    def test_session_that_was_used_while_a_clock_was_ahead_has_ended(self, anna: User, clock: Any) -> None:
        client = sign_in()
        wait(clock, 30)
        assert is_signed_in(client)
        wait(clock, -25)
        assert not is_signed_in(client)

    def test_session_of_a_clock_that_was_ahead_does_not_go_on_at_that_time(self, anna: User, clock: Any) -> None:
        ahead = sign_in()
        wait(clock, -180)
        [listed] = list_sessions(anna)  # its user may end it
        sign_in()
        assert listed not in list_sessions(anna)
        wait(clock, 180)
        assert not is_signed_in(ahead)

    def test_signing_in_at_a_server_whose_clock_is_behind_ends_no_other_session(self, anna: User, clock: Any) -> None:
        client = sign_in()
        wait(clock, -1)
        sign_in()
        assert is_signed_in(client)

    def test_request_that_does_not_say_its_site_is_nobodys_if_the_browser_always_does(
        self, anna: User, clock: Any
    ) -> None:
        """Chromium sends a report for a page of another host, which redirects it to us, with the session."""
        client = sign_in(sec_fetch_site="same-origin")
        report = build_client(client.cookies[settings.SESSION_COOKIE_NAME].value)
        wait(clock, 30)
        assert not is_signed_in(report)
        assert report.get("/admin/session/").json() == {"signed_in": False}
        assert is_signed_in(client)

    def test_such_a_request_is_no_use(self, anna: User, clock: Any) -> None:
        client = sign_in(sec_fetch_site="same-origin")
        wait(clock, 30)
        assert not is_signed_in(build_client(client.cookies[settings.SESSION_COOKIE_NAME].value))
        wait(clock, 30)
        assert not is_signed_in(client)

    def test_session_ends_after_twelve_hours_of_use(self, anna: User, clock: Any) -> None:
        client = sign_in()
        for _time in range(23):
            wait(clock, 30)
            assert is_signed_in(client)
        wait(clock, 30)
        assert not is_signed_in(client)

    def test_time_left_is_told(self, anna: User, clock: Any) -> None:
        client = sign_in()
        wait(clock, 50)
        state = client.get("/admin/session/", headers={"x-background": "1"}).json()
        assert (state["idle"], state["rest"], state["user"]) == (600, 12 * 3600 - 3000, anna.pk)
        assert client.post("/admin/session/").json()["idle"] == 3600

    def test_session_of_before_this_rule_has_ended(self, anna: User) -> None:
        client = sign_in()
        session = client.session
        del session["signed_in_at"]
        session.save()
        assert not is_signed_in(client)

    def test_number_of_queries_stays(self, anna: User, clock: Any, django_assert_num_queries: Any) -> None:
        client = sign_in()
        client.get("/admin/session/")
        with django_assert_num_queries(2):  # session and user
            client.get("/admin/session/")


class TestOwnSessions:
    def test_sessions_are_listed_and_ended(self, anna: User) -> None:
        office, train = sign_in(user_agent="Office"), sign_in(user_agent="Train")
        page = office.get("/admin/your-sign-in/").content.decode()
        assert "Office" in page
        assert "Train" in page
        row = UserSession.objects.get(browser="Train")
        office.post("/admin/your-sign-in/sessions/end/", {"session": str(row.pk)})
        assert [is_signed_in(client) for client in (office, train)] == [True, False]
        assert AuditEntry.objects.filter(act=Act.SESSION_ENDED).count() == 1

    def test_all_others_are_ended(self, anna: User) -> None:
        clients = [sign_in() for _number in range(3)]
        clients[1].post("/admin/your-sign-in/sessions/end/")
        assert [is_signed_in(client) for client in clients] == [False, True, False]

    def test_account_has_few_sessions_and_second_steps(
        self, anna: User, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A program that signed in all the time made the pages about its account some megabytes long."""
        monkeypatch.setattr("meetings.sign_in.sessions.MAX_SESSIONS", 2)
        monkeypatch.setattr("meetings.sign_in.views.MAX_FACTORS", 1)
        clients = []
        for _number in range(3):
            clients.append(sign_in())
            wait(clock, 1)
        assert [is_signed_in(client) for client in clients] == [False, True, True]
        address = "/admin/second-step/set-up/app/"
        assert clients[2].get(address).status_code == 200
        SecondFactor.objects.create(user=anna, kind="app", name="App", secret="x", created_at=timezone.now())
        response = clients[2].post(address, {"code": "000000"}, follow=True)
        assert "You have 1 second steps. Remove one before you add another." in response.content.decode()

    def test_session_confirmed_twice_at_once_is_one_session(self, anna: User) -> None:
        """The other had a key that no list knew, so that “End all other sessions” did not end it."""
        client = sign_in()
        requests = [HttpRequest(), HttpRequest()]
        for request in requests:
            request.session = SessionStore(client.session.session_key)
            assert is_confirmed(request)
        for request in requests:
            confirm_session(request)
        first, second = (request.session.session_key for request in requests)
        assert is_signed_in(build_client(first))
        assert second is None

    def test_session_ended_while_it_is_confirmed_has_ended(self, anna: User) -> None:
        client, request = sign_in(), HttpRequest()
        request.session = SessionStore(client.session.session_key)
        assert is_confirmed(request)
        end_sessions(UserSession.objects.all())
        confirm_session(request)
        assert request.session.session_key is None

    def test_new_secret_key_ends_all_sessions(self, anna: User) -> None:
        """With the old one for second steps, too, which Django used to give sessions keys that no list knew."""
        clients = [sign_in() for _number in range(2)]
        new, old = "another secret of fifty letters and more, 0123456789", settings.SECRET_KEY
        with override_settings(SECRET_KEY=new, FORMER_SECRET_KEYS=[old]):
            assert [is_signed_in(client) for client in clients] == [False, False]
            assert is_signed_in(sign_in())
            end_sessions(list_sessions(anna))
            assert not Session.objects.exists()

    @pytest.mark.parametrize("flag", ["is_active", "is_staff"])
    def test_session_ends_with_the_account(self, anna: User, flag: str) -> None:
        client = sign_in()
        User.objects.filter(pk=anna.pk).update(**{flag: False})
        assert client.get("/admin/session/").json() == {"signed_in": False}
        assert client.get("/admin/second-step/set-up/app/").status_code == 302
        assert not is_signed_in(client)

    @pytest.mark.parametrize("flag", ["is_active", "is_staff"])
    def test_session_has_ended_when_the_account_is_opened_again(self, anna: User, flag: str) -> None:
        client, administrator = sign_in(), Client()
        administrator.force_login(User.objects.create_superuser("root"))
        for ticked in ("", "on"):
            assert post_form(administrator, get_change_url(anna), **{flag: ticked}).status_code == 302
        assert not is_signed_in(client)
        assert is_signed_in(sign_in())

    @pytest.mark.parametrize("what", ["end", "remove"])
    def test_superuser_ends_all_own_sessions(self, anna: User, clock: Any, what: str) -> None:
        User.objects.filter(pk=anna.pk).update(is_superuser=True)
        clients = [sign_in(), sign_in()]
        wait(clock, 2)  # so that the session is saved with the response
        address = f"/admin/meetings/user/{anna.pk}/password/"
        assert clients[0].post(address, {what: "1"})["Location"] == address
        assert [is_signed_in(client) for client in clients] == [False, False]

    @pytest.mark.parametrize("chosen", ["other", "nonsense"])
    def test_sessions_of_others_cannot_be_ended(self, anna: User, chosen: str) -> None:
        other = User.objects.create_user("other", password=PASSWORD, is_staff=True)
        client, attacker = sign_in(), sign_in("other")
        row = UserSession.objects.get(user=anna)
        attacker.post("/admin/your-sign-in/sessions/end/", {"session": str(row.pk) if chosen == "other" else chosen})
        assert is_signed_in(client)
        assert UserSession.objects.filter(user=other).count() == 1

    def test_new_password_ends_other_sessions(self, anna: User) -> None:
        client, other = sign_in(), sign_in()
        word = "another word of mine"
        client.post("/admin/password_change/", {"old_password": PASSWORD, "new_password1": word, "new_password2": word})
        assert [is_signed_in(each) for each in (client, other)] == [True, False]
        assert UserSession.objects.count() == 1
        client.post("/admin/logout/")
        assert not UserSession.objects.exists()

    @pytest.mark.parametrize("change", ["inactive", "another password", "ended"])
    def test_new_password_is_refused_if_the_account_or_session_changes_at_this_moment(
        self, anna: User, monkeypatch: pytest.MonkeyPatch, change: str
    ) -> None:
        """An intruder could keep a session that nobody could end."""
        client, is_valid, word = sign_in(), OwnPasswordForm.is_valid, "another word of mine"

        def be_overtaken(form: OwnPasswordForm) -> bool:
            result = is_valid(form)
            account = User.objects.get(pk=anna.pk)
            if change == "inactive":
                User.objects.filter(pk=anna.pk).update(is_active=False)
            elif change == "ended":
                end_sessions(UserSession.objects.filter(user=anna))
            else:
                account.set_password("a third word of mine")
                account.save()
            return result

        monkeypatch.setattr(OwnPasswordForm, "is_valid", be_overtaken)
        page = client.post(
            "/admin/password_change/", {"old_password": PASSWORD, "new_password1": word, "new_password2": word}
        )
        assert page["Location"].startswith("/admin/login/")
        assert "Nothing was saved" in read_messages(page)
        assert not is_signed_in(client)
        assert not User.objects.get(pk=anna.pk).check_password(word)
        assert not UserSession.objects.filter(session_key__in=Session.objects.values("session_key")).exists()

    def test_new_password_is_saved_although_the_old_one_was_hashed_anew(
        self, anna: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """This happens once to each account after an upgrade of Django."""
        client, is_valid, word = sign_in(), OwnPasswordForm.is_valid, "another word of mine"

        def hash_anew(form: OwnPasswordForm) -> bool:
            result = is_valid(form)
            User.objects.filter(pk=anna.pk).update(password=make_password(PASSWORD))
            return result

        monkeypatch.setattr(OwnPasswordForm, "is_valid", hash_anew)
        client.post("/admin/password_change/", {"old_password": PASSWORD, "new_password1": word, "new_password2": word})
        assert User.objects.get(pk=anna.pk).check_password(word)

    @pytest.mark.parametrize("name", ["is_superuser", "email", "first_name"])
    def test_new_password_saves_nothing_else(self, anna: User, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        """Whoever changed it again and again kept the rights that a superuser took away."""
        before = {"is_superuser": True, "email": "mark@example.eu", "first_name": "Mark"}
        User.objects.filter(pk=anna.pk).update(**before)
        changed: Any = {"is_superuser": False, "email": "anna@example.eu", "first_name": "Anna"}[name]
        client, is_valid, word = sign_in(), OwnPasswordForm.is_valid, "another word of mine"

        def be_overtaken(form: OwnPasswordForm) -> bool:
            result = is_valid(form)
            User.objects.filter(pk=anna.pk).update(**{name: changed})
            return result

        monkeypatch.setattr(OwnPasswordForm, "is_valid", be_overtaken)
        client.post("/admin/password_change/", {"old_password": PASSWORD, "new_password1": word, "new_password2": word})
        account = User.objects.get(pk=anna.pk)
        assert account.check_password(word)
        assert getattr(account, name) == changed

    def test_signing_in_makes_a_new_key(self, anna: User) -> None:
        client = Client()
        client.get("/admin/login/")
        client.post("/admin/second-step/", {"code": "1"})
        before = client.session.session_key
        client.post("/admin/login/", {"username": "anna", "password": PASSWORD})
        assert client.session.session_key != before


class TestSigningInAgain:
    """Before what nobody else should do at an unlocked computer."""

    @pytest.fixture
    def administrator(self, anna: User, clock: Any) -> Client:
        root = User.objects.create_superuser("root", password=PASSWORD)
        client = Client()
        client.force_login(root)
        wait(clock, 11)
        return client

    def test_role_is_given_only_after_the_password(self, anna: User, administrator: Client) -> None:
        address = get_change_url(anna)
        sent = read_form_data(administrator, address)
        publishers = Group.objects.get(name="Publishers")
        sent |= {"memberships-0-role": str(publishers.pk), "email": "anna@example.eu"}
        page = administrator.post(address, sent)
        assert page.status_code == 403
        assert not anna.memberships.filter(role=publishers).exists()
        # What was entered is carried on.
        assert 'value="anna@example.eu"' in page.content.decode()
        wrong = administrator.post(address, sent | {"confirm_password": "guess"})
        assert "This is not your password" in wrong.content.decode()
        assert administrator.post(address, sent | {"confirm_password": PASSWORD}).status_code == 302
        assert anna.memberships.filter(role=publishers).exists()
        assert AuditEntry.objects.filter(act=Act.CONFIRMED_IDENTITY).count() == 1
        assert administrator.post(address, sent).status_code == 302  # for ten minutes

    @pytest.fixture
    def secret(self, administrator: Client) -> bytes:
        """The administrator has an authenticator app. Return its secret."""
        secret = b"12345678901234567890"
        root = User.objects.get(username="root")
        SecondFactor.objects.create(
            user=root, kind="app", name="App", secret=encrypt(secret), created_at=timezone.now()
        )
        return secret

    def test_second_step_is_asked_for_too(self, anna: User, administrator: Client, secret: bytes) -> None:
        address = f"/admin/meetings/user/{anna.pk}/password/"
        for code, status in (("", 403), ("000000", 403), (compute_code(secret, now_in_seconds() // 30), 200)):
            before = administrator.session.session_key
            sent = {"link": "1", "confirm_password": PASSWORD, "confirm_code": code}
            assert administrator.post(address, sent).status_code == status
            assert (administrator.session.session_key == before) == (status == 403)
        assert UserSession.objects.get().session_key == Session.objects.get().session_key

    def test_recovery_code_is_enough_for_whoever_lost_the_app(
        self, anna: User, administrator: Client, secret: bytes
    ) -> None:
        [code, *_others] = renew_codes(User.objects.get(username="root"))
        address = f"/admin/meetings/user/{anna.pk}/password/"
        sent = {"link": "1", "confirm_password": PASSWORD}
        assert "or a recovery code" in administrator.post(address, sent).content.decode()
        assert administrator.post(address, sent | {"confirm_recovery": "AAAA-BBBB"}).status_code == 403
        page = administrator.post(address, sent | {"confirm_recovery": code.lower()})
        assert page.status_code == 200
        assert "You used a recovery code. You have 9 left." in page.content.decode()

    @pytest.mark.parametrize("wrong", [{"confirm_password": "guess"}, {"confirm_password": ""}])
    def test_wrong_password_uses_no_recovery_code(
        self, anna: User, administrator: Client, secret: bytes, wrong: dict[str, str]
    ) -> None:
        root = User.objects.get(username="root")
        [code, *_others] = renew_codes(root)
        address = f"/admin/meetings/user/{anna.pk}/password/"
        assert administrator.post(address, {"link": "1", "confirm_recovery": code} | wrong).status_code == 403
        assert count_unused(root) == 10

    def test_password_cannot_be_guessed_there(self, anna: User, administrator: Client) -> None:
        for number in range(6):
            page = administrator.post(get_change_url(anna), {"confirm_password": f"guess {number}"})
        assert "too many failed attempts" in page.content.decode()

    @pytest.mark.parametrize("path", ["", "add/", "{anna}/delete/", "{anna}/password/"])
    def test_accounts_are_protected(self, anna: User, administrator: Client, path: str) -> None:
        page = administrator.post(f"/admin/meetings/user/{path.format(anna=anna.pk)}", {"post": "yes", "link": "1"})
        assert (page.status_code, "Sign in again" in page.content.decode()) == (403, True)

    @pytest.mark.parametrize("path", ["", "add/", "1/change/", "1/delete/"])
    def test_roles_are_protected(self, anna: User, administrator: Client, path: str) -> None:
        assert "Sign in again" in administrator.post(f"/admin/auth/group/{path}", {"post": "yes"}).content.decode()

    @pytest.mark.parametrize("path", ["meetings/configuration/add/", "meetings/presidency/add/"])
    def test_reference_data_is_protected(self, anna: User, administrator: Client, path: str) -> None:
        page = administrator.post(f"/admin/{path}", {"name": "x"})
        assert (page.status_code, "Sign in again" in page.content.decode()) == (403, True)

    def test_change_that_waits_is_protected_when_it_is_confirmed(self, anna: User, administrator: Client) -> None:
        values = {"name": ["Eurogroup", "Euro Group"]}
        entry = AuditEntry.objects.create(
            act=Act.REFERENCE_CHANGED, details={"words": [], "values": values}, actor="ada", at=timezone.now()
        )
        page = administrator.post(f"/admin/confirm/{entry.pk}/")
        assert (page.status_code, "Sign in again" in page.content.decode()) == (403, True)

    @pytest.mark.parametrize(
        "path", ["second-step/set-up/app/", "your-sign-in/recovery-codes/", "your-sign-in/sessions/end/"]
    )
    def test_second_factors_are_protected(self, anna: User, administrator: Client, path: str) -> None:
        assert "Sign in again" in administrator.post(f"/admin/{path}", {"code": "1"}).content.decode()

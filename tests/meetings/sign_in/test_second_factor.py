"""The second step of signing in: an authenticator app, recovery codes, and who needs one."""

import base64
import datetime as dt
import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.utils import timezone

from meetings.models import Act, AuditEntry, RecoveryCode, SecondFactor, User
from meetings.sign_in.authenticator_app import compute_code, make_secret
from meetings.sign_in.second_factors import add_app
from tests.meetings.sign_in.conftest import PASSWORD

HALF_A_MINUTE = dt.timedelta(seconds=30)
SET_UP, STEP = "/admin/second-step/set-up/", "/admin/second-step/"


def enter_password(client: Client, username: str = "anna", next_url: str = "/admin/") -> Any:
    address = f"/admin/login/?next={next_url}"
    return client.post(address, {"username": username, "password": PASSWORD, "next": next_url})


def read_secret(page: Any) -> bytes:
    [key] = re.findall(r'class="key">([A-Z2-7 ]+)<', page.content.decode())
    return base64.b32decode(key.replace(" ", ""))


def compute_current_code(secret: bytes, later: int = 0) -> str:
    return compute_code(secret, int(timezone.now().timestamp()) // 30 + later)


def is_signed_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


@pytest.fixture
def elsewhere() -> Any:
    """A site for other machines, where publishers need a second step."""
    with override_settings(SERVES_ELSEWHERE=True, EDITORS_HOST="testserver"):
        yield


@pytest.fixture
def publisher(anna: User) -> User:
    anna.memberships.create(role=Group.objects.get(name="Publishers"))
    return anna


@pytest.fixture
def app(anna: User, clock: Any) -> tuple[bytes, list[str]]:
    """Anna has set up an app. Return its secret and her recovery codes."""
    client = Client(headers={"x-forwarded-proto": "https"})
    client.force_login(anna)
    secret = read_secret(client.get(f"{SET_UP}app/"))
    page = client.post(f"{SET_UP}app/", {"code": compute_current_code(secret)}).content.decode()
    codes = re.findall(r"<li>([A-Z2-7-]{29})</li>", page)
    clock.move_to(timezone.now() + 2 * HALF_A_MINUTE)
    return secret, codes


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """RFC 6238, appendix B, with the last six of its eight digits."""
    assert compute_code(b"12345678901234567890", seconds // 30) == code


class TestSigningIn:
    @pytest.mark.once
    def test_password_alone_does_not_sign_in(self, anna: User, app: Any) -> None:
        client = Client()
        assert enter_password(client)["Location"] == STEP
        assert not is_signed_in(client)
        assert not AuditEntry.objects.filter(act=Act.SIGNED_IN).exists()

    @pytest.mark.once
    def test_code_signs_in_and_leads_on(self, anna: User, app: Any) -> None:
        client = Client()
        enter_password(client, next_url="/admin/help/")
        answer = client.post(STEP, {"code": compute_current_code(app[0])})
        assert answer["Location"] == "/admin/help/"
        assert is_signed_in(client)
        assert AuditEntry.objects.get(act=Act.SIGNED_IN).details == {"second_factor": "app"}

    def test_code_works_once(self, anna: User, app: Any) -> None:
        code = compute_current_code(app[0])
        for expected in (True, False):
            client = Client()
            enter_password(client)
            client.post(STEP, {"code": code})
            assert is_signed_in(client) == expected

    @pytest.mark.parametrize("later", [-3, 3])
    @pytest.mark.once
    def test_code_of_another_time_is_refused(self, anna: User, app: Any, later: int) -> None:
        client = Client()
        enter_password(client)
        assert "is not right" in client.post(STEP, {"code": compute_current_code(app[0], later)}).content.decode()
        assert not is_signed_in(client)

    def test_codes_cannot_be_guessed(self, anna: User, app: Any) -> None:
        for number in range(5):
            client = Client()
            enter_password(client)
            client.post(STEP, {"code": f"{number:06}"}, REMOTE_ADDR=f"203.0.113.{number}")
        client = Client()
        enter_password(client)
        answer = client.post(STEP, {"code": compute_current_code(app[0])})
        assert (answer.status_code, is_signed_in(client)) == (429, False)
        assert AuditEntry.objects.filter(act=Act.SIGN_IN_REFUSED, details__reason="second factor").count() == 6

    @pytest.mark.once
    def test_code_without_password_is_refused(self, anna: User, app: Any) -> None:
        assert Client().post(STEP, {"code": compute_current_code(app[0])})["Location"] == "/admin/login/"

    @pytest.mark.once
    @pytest.mark.parametrize("minutes", [11, -2])  # a clock was ahead
    def test_second_step_ends_after_ten_minutes(self, anna: User, app: Any, clock: Any, minutes: int) -> None:
        client = Client()
        enter_password(client)
        clock.move_to(timezone.now() + dt.timedelta(minutes=minutes))
        assert client.post(STEP, {"code": compute_current_code(app[0])})["Location"] == "/admin/login/"

    @pytest.mark.once
    def test_second_step_ends_with_a_new_password(self, anna: User, app: Any) -> None:
        client = Client()
        enter_password(client)
        anna.set_password("another word of mine")
        anna.save()
        client.post(STEP, {"code": compute_current_code(app[0])})
        assert not is_signed_in(client)

    @pytest.mark.once
    def test_pending_user_cannot_add_a_factor_of_their_own(self, anna: User, app: Any) -> None:
        """Otherwise the password would be enough."""
        client = Client()
        enter_password(client)
        for path in ("", "app/", "passkey/"):
            assert client.get(SET_UP + path)["Location"] == "/admin/login/"
            assert client.post(SET_UP + path, {"code": "0"})["Location"] == "/admin/login/"

    def test_recovery_code_works_once(self, anna: User, app: Any) -> None:
        for expected in (True, False):
            client = Client()
            enter_password(client)
            client.post(f"{STEP}?with=recovery", {"recovery": app[1][3].lower().replace("-", " ")})
            assert is_signed_in(client) == expected
        assert len({*app[1]}) == 10

    @pytest.mark.once
    def test_database_has_neither_secret_nor_codes(self, anna: User, app: Any) -> None:
        stored = f"{SecondFactor.objects.get().secret} {[*RecoveryCode.objects.values_list('digest', flat=True)]}"
        assert base64.b32encode(app[0]).decode() not in stored
        assert app[0].hex() not in stored
        assert not any(code in stored or code.replace("-", "") in stored for code in app[1])
        with override_settings(SECRET_KEY="another secret of fifty letters and more, 0123456789"):
            client = Client()
            enter_password(client)
            client.post(STEP, {"code": compute_current_code(app[0])})
            assert not is_signed_in(client)


@pytest.mark.once
class TestWhoNeedsOne:
    def test_publisher_signs_in_with_a_password_on_this_machine(self, publisher: User) -> None:
        client = Client()
        assert enter_password(client)["Location"] == "/admin/"

    @pytest.mark.usefixtures("elsewhere")
    @pytest.mark.parametrize("role", ["Publishers", "Duty", "Revisers", "Administrators"])
    def test_second_step_is_set_up_at_the_first_sign_in(self, anna: User, role: str) -> None:
        anna.memberships.create(role=Group.objects.get(name=role))
        client = Client(headers={"x-forwarded-proto": "https"})
        assert enter_password(client)["Location"] == SET_UP
        assert not is_signed_in(client)
        secret = read_secret(client.get(f"{SET_UP}app/"))
        assert "is not right" in client.post(f"{SET_UP}app/", {"code": "000000"}).content.decode()
        page = client.post(f"{SET_UP}app/", {"code": compute_current_code(secret)}).content.decode()
        assert "Your recovery codes" in page
        assert is_signed_in(client)
        assert AuditEntry.objects.filter(act=Act.FACTOR_ADDED).count() == 1

    @pytest.mark.usefixtures("elsewhere")
    def test_author_needs_none(self, anna: User) -> None:
        assert enter_password(Client(headers={"x-forwarded-proto": "https"}))["Location"] == "/admin/"

    @pytest.mark.usefixtures("elsewhere")
    def test_everybody_can_be_made_to_need_one(self, anna: User) -> None:
        with override_settings(SECOND_STEP="everybody"):
            assert enter_password(Client(headers={"x-forwarded-proto": "https"}))["Location"] == SET_UP

    @pytest.mark.usefixtures("elsewhere")
    def test_session_without_one_ends_with_the_new_role(self, anna: User) -> None:
        client = Client(headers={"x-forwarded-proto": "https"})
        enter_password(client)
        assert is_signed_in(client)
        anna.memberships.create(role=Group.objects.get(name="Publishers"))
        assert not is_signed_in(client)

    @pytest.mark.usefixtures("elsewhere")
    def test_session_ends_with_the_new_role_if_the_last_one_was_removed(self, anna: User, app: Any) -> None:
        clients = []
        for later in (0, 1):
            client = Client(headers={"x-forwarded-proto": "https"})
            enter_password(client)
            client.post(STEP, {"code": compute_current_code(app[0], later)})
            clients.append(client)
        clients[0].post(f"/admin/your-sign-in/factors/{SecondFactor.objects.get().pk}/remove/")
        assert [is_signed_in(client) for client in clients] == [True, False]
        anna.memberships.create(role=Group.objects.get(name="Publishers"))
        assert not is_signed_in(clients[0])

    @pytest.mark.usefixtures("elsewhere")
    def test_secret_of_an_app_is_for_one_user_only(self, anna: User) -> None:
        """Whoever used the browser before has seen theirs."""
        client = Client(headers={"x-forwarded-proto": "https"})
        User.objects.create_user("other", password=PASSWORD, is_staff=True)
        secrets = []
        with override_settings(SECOND_STEP="everybody"):
            for name in ("anna", "other", "other"):
                enter_password(client, name)
                secrets.append(read_secret(client.get(f"{SET_UP}app/")))
        assert secrets[0] != secrets[1]
        assert secrets[1] == secrets[2]

    @pytest.mark.usefixtures("elsewhere")
    def test_last_one_cannot_be_removed(self, anna: User, app: Any) -> None:
        anna.memberships.create(role=Group.objects.get(name="Publishers"))
        client = Client(headers={"x-forwarded-proto": "https"})
        enter_password(client)
        client.post(STEP, {"code": compute_current_code(app[0])})
        address = f"/admin/your-sign-in/factors/{SecondFactor.objects.get().pk}/remove/"
        assert "Add another one" in client.post(address, follow=True).content.decode()
        assert SecondFactor.objects.exists()


def test_form_that_is_sent_twice_adds_one_app(anna: User, clock: Any) -> None:
    """Each row took every code for itself, so that one code signed in as often."""
    secret = make_secret()
    code = compute_current_code(secret)
    first, second = add_app(anna, secret, code), add_app(anna, secret, code)
    assert first
    assert first == second
    assert SecondFactor.objects.filter(user=anna).count() == 1


class TestOwnFactors:
    @pytest.mark.once
    def test_others_cannot_be_removed(self, anna: User, app: Any) -> None:
        other = User.objects.create_user("other", is_staff=True)
        client = Client()
        client.force_login(other)
        client.post(f"/admin/your-sign-in/factors/{SecondFactor.objects.get().pk}/remove/")
        assert SecondFactor.objects.exists()

    def test_removing_the_last_one_removes_recovery_codes(self, anna: User, app: Any) -> None:
        client = Client()
        client.force_login(anna)
        client.post(f"/admin/your-sign-in/factors/{SecondFactor.objects.get().pk}/remove/")
        assert not SecondFactor.objects.exists()
        assert not RecoveryCode.objects.exists()
        assert AuditEntry.objects.filter(act=Act.FACTOR_REMOVED).count() == 1

    def test_new_recovery_codes_replace_the_old_ones(self, anna: User, app: Any) -> None:
        client = Client()
        client.force_login(anna)
        client.post("/admin/your-sign-in/recovery-codes/")
        other = Client()
        enter_password(other)
        other.post(f"{STEP}?with=recovery", {"recovery": app[1][0]})
        assert not is_signed_in(other)

    @pytest.mark.once
    def test_administrator_removes_what_was_lost(self, anna: User, app: Any) -> None:
        root = User.objects.create_superuser("root")
        client = Client()
        client.force_login(root)
        client.post(f"/admin/meetings/user/{anna.pk}/password/", {"remove": "1"})
        assert enter_password(Client())["Location"] == "/admin/"

    @pytest.mark.once
    def test_command_removes_what_the_last_administrator_lost(self, anna: User, app: Any) -> None:
        with pytest.raises(CommandError, match="no account"):
            call_command("remove_second_step", "nobody")
        call_command("remove_second_step", "anna")
        assert enter_password(Client())["Location"] == "/admin/"
        entry = AuditEntry.objects.get(act=Act.FACTOR_REMOVED)
        assert entry.actor.startswith("manage.py remove_second_step (")

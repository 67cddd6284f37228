"""The first password, and a forgotten one: a link that works once, and no answer tells whether an account exists."""

import datetime as dt
import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.http import base36_to_int, int_to_base36, urlsafe_base64_encode

from agenda.mail.sending import SendReport, prepare_mails, send_due_notices
from meetings.models import Act, AuditEntry, PasswordRequest, User
from tests.admin_forms import create_user, read_form_data, read_messages, sign_in
from tests.meetings.sign_in.conftest import PASSWORD

FORGOTTEN = "/admin/forgotten-password/"
WORD = "another word of mine"
NEW = {"new_password1": WORD, "new_password2": WORD}


@pytest.fixture
def administrator(anna: User) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def create_link(administrator: Client, account: User) -> str:
    page = administrator.post(f"/admin/meetings/user/{account.pk}/password/", {"link": "1"})
    assert "no-store" in page["Cache-Control"]
    [link] = re.findall(r'value="http://[^/]+(/admin/set-password/[^"]+)"', page.content.decode())
    return str(link)


def set_password(link: str, client: Client | None = None, **fields: str) -> Any:
    client = client or Client()
    form = client.get(link)
    if form.status_code != 302:
        return form
    assert link not in form["Location"]  # the token is not in the address of the form
    return client.post(form["Location"], NEW | fields)


def can_sign_in(name: str, password: str) -> bool:
    return Client().post("/admin/login/", {"username": name, "password": password}).status_code == 302


class TestLink:
    def test_new_account_has_no_password_and_gets_a_link(self, administrator: Client) -> None:
        fields = {"username": "petra", "is_staff": "on", "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
        answer = administrator.post("/admin/meetings/user/add/", fields)
        petra = User.objects.get(username="petra")
        assert not petra.has_usable_password()
        assert answer["Location"] == f"/admin/meetings/user/{petra.pk}/password/"
        link = create_link(administrator, petra)
        assert set_password(link)["Location"] == "/admin/login/"
        assert can_sign_in("petra", WORD)
        assert AuditEntry.objects.filter(act=Act.PASSWORD_SET, actor="petra").count() == 1

    def test_link_is_used_in_a_browser_where_the_person_is_signed_in(self, anna: User, administrator: Client) -> None:
        """All sessions end, so that of this request could not be saved: the answer was an error."""
        client = Client()
        client.force_login(anna)
        page = set_password(create_link(administrator, anna), client)
        assert page["Location"] == "/admin/login/"
        assert "Your password is set. Sign in with it." in read_messages(page)
        assert client.get("/admin/").status_code == 302
        assert can_sign_in("anna", WORD)

    def test_link_works_once(self, anna: User, administrator: Client) -> None:
        link = create_link(administrator, anna)
        set_password(link)
        page = set_password(link, new_password1="a third word of mine", new_password2="a third word of mine")
        assert "does not work" in page.content.decode()
        assert can_sign_in("anna", WORD)

    def test_link_that_is_used_twice_at_once_works_once(
        self, anna: User, administrator: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        link, is_valid = create_link(administrator, anna), SetPasswordForm.is_valid

        def be_overtaken(form: SetPasswordForm) -> bool:
            monkeypatch.setattr(SetPasswordForm, "is_valid", is_valid)
            assert set_password(link).status_code == 302
            return is_valid(form)

        monkeypatch.setattr(SetPasswordForm, "is_valid", be_overtaken)
        page = set_password(link, new_password1="a third word of mine", new_password2="a third word of mine")
        assert "does not work" in page.content.decode()
        assert can_sign_in("anna", WORD)

    @pytest.mark.parametrize("name", ["is_superuser", "is_active"])
    def test_link_gives_back_no_right_that_is_taken_at_this_moment(
        self, anna: User, administrator: Client, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        User.objects.filter(pk=anna.pk).update(is_superuser=True)
        link, is_valid = create_link(administrator, anna), SetPasswordForm.is_valid

        def be_overtaken(form: SetPasswordForm) -> bool:
            User.objects.filter(pk=anna.pk).update(**{name: False})
            return is_valid(form)

        monkeypatch.setattr(SetPasswordForm, "is_valid", be_overtaken)
        assert "does not work" in set_password(link).content.decode()
        account = User.objects.get(pk=anna.pk)
        assert not getattr(account, name)
        assert account.check_password(PASSWORD)

    def test_time_of_a_link_cannot_be_moved_by_an_email_address(
        self, anna: User, administrator: Client, clock: Any
    ) -> None:
        """Django joins the time and the address: a link for “5anna@…” was one for “anna@…” ten times as late."""
        User.objects.filter(pk=anna.pk).update(email="5anna@example.eu")
        *start, token, end = create_link(administrator, anna).split("/")
        User.objects.filter(pk=anna.pk).update(email="anna@example.eu")
        time, signature = token.split("-")
        later = int_to_base36(int(f"{base36_to_int(time)}5"))
        clock.move_to(timezone.now() + dt.timedelta(days=400))
        page = set_password("/".join([*start, f"{later}-{signature}", end]))
        assert "does not work" in page.content.decode()

    def test_link_ends_after_a_day(self, anna: User, administrator: Client, clock: Any) -> None:
        link = create_link(administrator, anna)
        clock.move_to(timezone.now() + dt.timedelta(hours=24, seconds=1))
        assert "does not work" in set_password(link).content.decode()

    def test_link_of_a_former_secret_is_refused(self, anna: User, administrator: Client) -> None:
        """Whoever knew the secret could set passwords after it was changed."""
        link = create_link(administrator, anna)
        with override_settings(
            SECRET_KEY="another secret of fifty letters and more, 0123456789", FORMER_SECRET_KEYS=[settings.SECRET_KEY]
        ):
            assert set_password(link).status_code == 200
            assert not can_sign_in("anna", WORD)

    def test_weak_password_is_refused(self, anna: User, administrator: Client) -> None:
        page = set_password(create_link(administrator, anna), new_password1="Brussels1", new_password2="Brussels1")
        assert "12 characters" in page.content.decode()
        assert can_sign_in("anna", PASSWORD)

    @pytest.mark.parametrize("promotion", ["superuser", "role", "permission"])
    def test_link_ends_if_the_account_gets_other_rights(
        self, anna: User, administrator: Client, promotion: str
    ) -> None:
        """The administrator who created it may perhaps not change the account any more, but could sign in as it."""
        link = create_link(administrator, anna)
        if promotion == "superuser":
            User.objects.filter(pk=anna.pk).update(is_superuser=True)
        elif promotion == "role":
            anna.memberships.create(role=Group.objects.get(name="Administrators"))
        else:
            Group.objects.get(name="Authors").permissions.add(Permission.objects.get(codename="change_membership"))
        assert "does not work" in set_password(link).content.decode()
        assert set_password(create_link(administrator, anna)).status_code == 302

    @pytest.mark.parametrize("loss", ["role", "active", "staff", "account"])
    def test_link_ends_with_the_rights_of_its_creator(self, anna: User, loss: str) -> None:
        """It worked for a day after its creator had lost their role."""
        mark = create_user("mark", "Administrators")
        if loss == "staff":
            User.objects.filter(pk=mark.pk).update(is_superuser=True)
            anna.memberships.all().delete()  # so that Django's permissions decide, of which a superuser has all
        link = create_link(sign_in("mark"), anna)
        assert Client().get(link).status_code == 302
        if loss == "role":
            mark.memberships.all().delete()
        elif loss == "active":
            User.objects.filter(pk=mark.pk).update(is_active=False)
        elif loss == "staff":
            User.objects.filter(pk=mark.pk).update(is_staff=False)
        else:
            mark.delete()
        assert "does not work" in set_password(link).content.decode()

    def test_link_names_its_creator_for_good(self, anna: User, administrator: Client) -> None:
        mark = create_user("mark", "Administrators")
        _start, _key, token, _end = create_link(sign_in("mark"), anna).rsplit("/", 3)
        root = User.objects.get(username="root")
        for keys in (f"{anna.pk}", f"{anna.pk}.{root.pk}", f"{anna.pk}.{mark.pk}.{root.pk}", f"{anna.pk}.", "9" * 99):
            key = urlsafe_base64_encode(keys.encode())
            assert "does not work" in set_password(f"/admin/set-password/{key}/{token}/").content.decode()

    def test_deactivated_account_cannot_use_it(self, anna: User, administrator: Client) -> None:
        link = create_link(administrator, anna)
        User.objects.filter(pk=anna.pk).update(is_active=False)
        assert "does not work" in set_password(link).content.decode()


class TestForgottenPassword:
    @pytest.fixture(autouse=True)
    def _mails(self, anna: User) -> None:
        User.objects.filter(pk=anna.pk).update(email="anna@example.eu")
        Client().get("/")

    def ask(self, name: str) -> tuple[str, list[str]]:
        with CaptureQueriesContext(connection) as queries:
            page = Client().post(FORGOTTEN, {"name": name})
        words = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())
        return words, [re.sub(r"'[^']*'|\d+", "", query["sql"]) for query in queries]

    def test_answer_and_steps_are_the_same_for_unknown_names(self, anna: User) -> None:
        assert self.ask("anna") == self.ask("nobody")
        assert self.ask("anna@example.eu") == self.ask("nobody@example.eu")

    def test_mail_has_a_link(self, anna: User) -> None:
        for name in ("anna", "ANNA@example.eu", "nobody"):
            self.ask(name)
        send_due_notices()
        [message] = mail.outbox
        assert message.to == ["anna@example.eu"]
        [link] = re.findall(r"http://[^/]+(/admin/set-password/\S+)", str(message.body))
        assert set_password(link)["Location"] == "/admin/login/"
        assert can_sign_in("anna", WORD)
        assert not PasswordRequest.objects.exists()

    def test_mails_are_limited(self, anna: User) -> None:
        for number in range(9):
            self.ask("anna" if number % 2 else "ANNA")
        assert PasswordRequest.objects.count() == 5

    def test_spellings_that_the_database_takes_for_the_same_name_count_together(self) -> None:
        """PostgreSQL finds “iris” for “ırıs”, whose letters have no dots."""
        names = ("iris", "ırıs", "IRIS", "ıris", "irıs", "Iris")
        statuses = [Client().post(FORGOTTEN, {"name": name}).status_code for name in names]
        assert statuses == [200] * 5 + [429]

    def test_none_goes_to_an_address_that_no_superuser_confirmed(self, anna: User, administrator: Client) -> None:
        """An administrator gave an account their own address, and got a link once a superuser had promoted it."""
        user, access = f"/admin/meetings/user/{anna.pk}/change/", f"/admin/meetings/user/{anna.pk}/password/"

        def save(client: Client, **fields: str) -> Any:
            return client.post(user, read_form_data(client, user) | fields)

        create_user("mark", "Administrators")
        assert save(sign_in("mark"), email="mark@example.eu").status_code == 302
        anna.memberships.create(role=Group.objects.get(name="Administrators"))
        answer = save(administrator, first_name="Anna")
        assert "No link to set a password is sent to mark@example.eu" in read_messages(answer)
        page = administrator.get(access).content.decode()
        assert "neither a superuser nor the person has confirmed" in page
        assert 'name="mail"' not in page
        assert "No link was sent" in read_messages(administrator.post(access, {"mail": "1"}))
        self.ask("anna")
        send_due_notices()
        assert not mail.outbox
        administrator.post(access, {"address": "anna@example.eu"})  # that of a page from before
        assert not User.objects.get(pk=anna.pk).is_email_confirmed
        administrator.post(access, {"address": "mark@example.eu"})
        assert AuditEntry.objects.filter(act=Act.ACCOUNT_CHANGED, details__changed=["is_email_confirmed"]).exists()
        self.ask("anna")
        send_due_notices()
        assert len(mail.outbox) == 1

    def test_mail_that_waited_has_no_link_if_the_address_needs_to_be_confirmed_by_now(
        self, anna: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A server that refuses mails for a while is in the hands of whoever owns the address."""
        User.objects.filter(pk=anna.pk).update(is_email_confirmed=False)
        self.ask("anna")
        prepare_mails(SendReport())
        User.objects.filter(pk=anna.pk).update(is_superuser=True)
        send_due_notices()
        assert not mail.outbox

    def test_one_reaches_who_has_no_role_yet(self, administrator: Client) -> None:
        petra = User.objects.create_user("petra", "petra@example.eu", is_staff=True)
        administrator.post(f"/admin/meetings/user/{petra.pk}/password/", {"mail": "1"})
        send_due_notices()
        assert [message.to for message in mail.outbox] == [["petra@example.eu"]]

    def test_administrator_confirms_their_own_address_by_entering_it(self, administrator: Client) -> None:
        mark = create_user("mark", "Administrators")
        client, user = sign_in("mark"), f"/admin/meetings/user/{mark.pk}/change/"
        client.post(user, read_form_data(client, user) | {"email": "mark@example.eu"})
        mark.refresh_from_db()
        assert (mark.email, mark.is_email_confirmed) == ("mark@example.eu", True)

    def test_without_mail_an_administrator_helps(self, anna: User) -> None:
        with override_settings(SERVES_ELSEWHERE=True, EMAIL_HOST="", EDITORS_HOST="testserver"):
            client = Client(headers={"x-forwarded-proto": "https"})
            assert "Ask an administrator" in client.get(FORGOTTEN).content.decode()
            client.post(FORGOTTEN, {"name": "anna"})
        assert not PasswordRequest.objects.exists()

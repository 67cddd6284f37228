"""“Your settings”: the user's own time zone, which mails they get, and a test mail to themselves."""

from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.test import Client

from agenda.mail.sending import send_due_notices
from agenda.models import DeclinedNotice, Notice
from agenda.workflow.notices import NOTICE_KINDS
from meetings.models import Act, AuditEntry, User
from tests.admin_forms import create_user, sign_in, take_messages
from tests.factories import MINUTE
from tests.worlds import share_world

ADDRESS = "/admin/your-settings/"
ALL = [kind.name for kind in NOTICE_KINDS.values() if kind.wish]
ZONE = {"time_zone": "Europe/Brussels", "mails": ALL}


@share_world
def accounts(clock: Any) -> None:
    call_command("load_reference", verbosity=0)
    for name in ("anna", "berta"):
        create_user(name, "Authors")
        User.objects.filter(username=name).update(email=f"{name}@example.eu")


@pytest.fixture
def anna(accounts: None, clock: Any) -> Client:
    return sign_in("anna")


def read_messages(response: Any) -> str:
    return " ".join(str(message) for message in take_messages(response))


class TestTimeZone:
    def test_invalid_time_zone_is_refused(self, anna: Client) -> None:
        for typed, expected in (
            ("", "This field is required."),
            ("Athens", "“Athens” is not a time zone. Enter a name such as Europe/Athens."),
            ("localtime", "“localtime” is not a time zone"),
            ("Factory", "“Factory” is not a time zone"),
        ):
            assert expected in anna.post(ADDRESS, ZONE | {"time_zone": typed}).content.decode()
        assert User.objects.get(username="anna").time_zone == "Europe/Brussels"

    def test_own_time_zone_is_saved_and_recorded(self, anna: Client) -> None:
        for _time in range(2):
            response = anna.post(ADDRESS, ZONE | {"time_zone": "Europe/Helsinki"})
            assert "Your settings are saved." in read_messages(response)
        zones = dict(User.objects.values_list("username", "time_zone"))
        assert zones == {"anna": "Europe/Helsinki", "berta": "Europe/Brussels"}
        [entry] = AuditEntry.objects.filter(act=Act.ACCOUNT_CHANGED)
        assert (entry.actor, entry.details["changed"]) == ("anna", ["time_zone"])


class TestMails:
    def test_unknown_kind_is_refused(self, anna: Client) -> None:
        assert "is not one of the available choices" in anna.post(ADDRESS, ZONE | {"mails": "test"}).content.decode()

    def test_all_are_on_until_declined(self, anna: Client) -> None:
        assert anna.get(ADDRESS).content.decode().count(" checked") == len(ALL)
        anna.post(ADDRESS, ZONE | {"mails": ["sent_back"]})
        declined = [*DeclinedNotice.objects.values_list("user__username", "kind")]
        assert sorted(declined) == [
            ("anna", "comments"),
            ("anna", "not_approved"),
            ("anna", "put_on_hold"),
            ("anna", "to_approve"),
            ("anna", "unapproved"),
        ]
        assert anna.get(ADDRESS).content.decode().count(" checked") == 1
        [entry] = AuditEntry.objects.filter(act=Act.ACCOUNT_CHANGED)
        assert entry.details["changed"] == ["mails"]
        anna.post(ADDRESS, ZONE)
        assert not DeclinedNotice.objects.exists()

    def test_invalid_form_saves_nothing(self, anna: Client) -> None:
        anna.post(ADDRESS, {"time_zone": "Nowhere", "mails": []})
        assert not DeclinedNotice.objects.exists()

    def test_screen_takes_the_same_queries(self, anna: Client, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(6):  # session, user, account, declined kinds, roles, alarms
            anna.get(ADDRESS)


class TestTestMail:
    def test_without_an_address_the_screen_says_why(self, anna: Client) -> None:
        User.objects.filter(username="anna").update(email="")
        page = anna.get(ADDRESS).content.decode()
        assert "Your account has no email address" in page
        assert "Send a test mail" not in page
        assert "no email address" in read_messages(anna.post(ADDRESS, {"test": "1"}))
        assert not Notice.objects.exists()

    def test_without_a_mail_server_the_screen_says_why(self, anna: Client, settings: Any) -> None:
        settings.SERVES_ELSEWHERE = True
        assert "no mail server is set up" in anna.get(ADDRESS, secure=True).content.decode()

    def test_without_a_role_nothing_is_sent(self, anna: Client) -> None:
        User.objects.get(username="anna").memberships.all().delete()
        assert "has no role" in read_messages(anna.post(ADDRESS, {"test": "1"}))

    def test_only_one_a_minute_is_sent_to_oneself(
        self, anna: Client, clock: Any, mailoutbox: list[EmailMessage]
    ) -> None:
        assert "anna@example.eu" in read_messages(anna.post(ADDRESS, {"test": "1"}))
        assert "already on its way" in read_messages(anna.post(ADDRESS, {"test": "1"}))
        send_due_notices()
        assert [mail.to for mail in mailoutbox] == [["anna@example.eu"]]
        clock.shift(MINUTE)
        anna.post(ADDRESS, {"test": "1"})
        send_due_notices()
        assert len(mailoutbox) == 2

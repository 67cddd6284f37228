"""Sending: two processes, a crash, and a mail server that is down or refuses. Nobody is told twice, nothing is lost."""

import io
import smtplib
from collections.abc import Callable
from email.errors import HeaderParseError
from typing import Any

import pytest
from django.core.mail import EmailMessage, get_connection
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from agenda.mail import sending
from agenda.mail.sending import CLAIM_TIME, claim_batch, find_delays, send_due_notices
from agenda.models import Notice
from agenda.workflow.notices import TEST
from agenda.workflow.review_actions import submit
from meetings.models import User
from tests.agenda.mail.people import LATER, list_recipients, send_later, set_user
from tests.agenda.workflow.translations import People
from tests.factories import DAY, MINUTE, SECOND, make_meeting

Mails = list[EmailMessage]
DUMMY = "django.core.mail.backends.dummy.EmailBackend"


class Died(BaseException):
    """The process is gone: nothing that comes after runs."""


@pytest.fixture
def waiting(people: People) -> None:
    """A submission that Paul and Petra are to be told."""
    submit(make_meeting(), by=people["anna"])


def replace_hand_over(monkeypatch: pytest.MonkeyPatch, hand_over: Callable[..., None]) -> None:
    monkeypatch.setattr(sending, "hand_over", hand_over)


def get_message_ids(mails: Mails) -> list[str]:
    return [mail.message()["Message-ID"] for mail in mails]


def run_command(*options: str) -> tuple[int, str]:
    err = io.StringIO()
    try:
        call_command("send_notices", *options, stdout=io.StringIO(), stderr=err)
    except SystemExit as end:
        return int(str(end.code)), err.getvalue()
    return 0, err.getvalue()


@pytest.mark.usefixtures("waiting")
class TestOnce:
    def test_fault_in_a_step_before_keeps_back_no_mail(
        self, clock: Any, mailoutbox: Mails, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(_now: object) -> None:
            raise ValueError("A fault of ours.")

        monkeypatch.setattr(sending, "write_release_notices", fail)
        report = send_later(clock)
        assert list_recipients(mailoutbox)
        assert report.failures == ["A step before the mails failed, see the log: ValueError: A fault of ours."]

    def test_same_notice_cannot_be_written_twice(self) -> None:
        notice = Notice.objects.first()
        assert notice
        notice.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            notice.save()

    def test_claimed_batch_is_left_alone(self, clock: Any, mailoutbox: Mails) -> None:
        clock.shift(LATER)

        assert claim_batch(timezone.now())
        send_due_notices()
        assert list_recipients(mailoutbox) == ["petra"]

    def test_mail_that_was_not_marked_is_sent_again_with_the_same_id_and_only_then(
        self, people: People, clock: Any, mailoutbox: Mails, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A process dies when the server has accepted the mail."""
        deliver = sending.hand_over

        def die_after(connection: Any, mail: EmailMessage) -> None:
            deliver(connection, mail)
            raise Died

        replace_hand_over(monkeypatch, die_after)
        with pytest.raises(Died):
            send_later(clock)
        replace_hand_over(monkeypatch, deliver)
        submit(make_meeting("env"), by=people["anna"])
        send_due_notices()
        assert list_recipients(mailoutbox) == ["paul", "petra"]  # Petra's was never tried
        clock.shift(CLAIM_TIME)
        send_due_notices()
        assert list_recipients(mailoutbox) == ["paul", "paul", "paul", "petra"]
        first, _petra, *later = mailoutbox
        [again] = [mail for mail in later if get_message_ids([mail]) == get_message_ids([first])]
        assert (again.to, again.body) == (first.to, first.body)  # what came later is a mail of its own
        clock.shift(DAY)
        send_due_notices()
        assert len(mailoutbox) == 4

    def test_mail_is_not_lost_if_the_process_dies_before(
        self, clock: Any, mailoutbox: Mails, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        deliver = sending.hand_over

        def die(connection: Any, mail: EmailMessage) -> None:
            raise Died

        replace_hand_over(monkeypatch, die)
        with pytest.raises(Died):
            send_later(clock)
        replace_hand_over(monkeypatch, deliver)
        send_later(clock, CLAIM_TIME)
        assert list_recipients(mailoutbox) == ["paul", "petra"]

    def test_stop_never_comes_between_a_mail_and_its_mark(self, clock: Any, mailoutbox: Mails) -> None:
        clock.shift(LATER)
        send_due_notices(lambda: len(mailoutbox) == 1)
        assert Notice.objects.filter(sent_at__isnull=False).count() == 1


@pytest.mark.usefixtures("waiting")
class TestFailures:
    @pytest.fixture
    def down(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_arguments: Any) -> None:
            raise ConnectionRefusedError("Connection refused")

        connection = get_connection()
        monkeypatch.setattr(type(connection), "open", fail)

    def test_server_that_is_down_delays_and_never_loses(
        self, down: None, clock: Any, mailoutbox: Mails, monkeypatch: pytest.MonkeyPatch, settings: Any
    ) -> None:
        settings.EMAIL_HOST = "mail.example.eu"
        clock.shift(LATER)
        assert run_command() == (3, "The mail server cannot be used now: ConnectionRefusedError: Connection refused\n")
        clock.shift(3 * DAY)
        assert run_command()[0] == 3
        assert run_command("--check") == (3, "2 notices have been due for more than 10 minutes.\n")
        monkeypatch.undo()
        assert run_command() == (0, "")
        assert list_recipients(mailoutbox) == ["paul", "petra"]
        assert run_command("--check") == (0, "")

    def test_server_that_goes_away_gets_the_same_mail_later(
        self, clock: Any, mailoutbox: Mails, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        deliver = sending.hand_over

        def go_away(connection: Any, mail: EmailMessage) -> None:
            raise smtplib.SMTPServerDisconnected("please run connect() first")

        replace_hand_over(monkeypatch, go_away)
        [failure] = send_later(clock).failures
        assert failure.startswith("The mail server cannot be used now: SMTPServerDisconnected")
        replace_hand_over(monkeypatch, deliver)
        send_due_notices()
        assert list_recipients(mailoutbox) == ["petra"]
        clock.shift(CLAIM_TIME)
        assert send_due_notices().sent == 1

    def test_mail_at_which_the_server_hangs_up_does_not_stop_the_others(
        self, clock: Any, mailoutbox: Mails, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The next run leaves Paul alone; when he is tried again, those who have waited for longer come first."""
        deliver, petra = sending.hand_over, User.objects.get(username="petra")

        def hang_up_on_paul(connection: Any, mail: EmailMessage) -> None:
            if mail.to == ["paul@example.eu"]:
                raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
            deliver(connection, mail)

        replace_hand_over(monkeypatch, hang_up_on_paul)
        send_later(clock)
        send_due_notices()
        assert list_recipients(mailoutbox) == ["petra"]
        now = timezone.now()
        Notice.objects.create(recipient=petra, kind=TEST.name, instant=now, created_at=now, due_at=now)
        send_later(clock, CLAIM_TIME)
        assert list_recipients(mailoutbox) == ["petra", "petra"]

    def test_address_that_would_add_lines_to_the_header_gets_no_mail(self, clock: Any, mailoutbox: Mails) -> None:
        """It is from before such addresses were refused. The mails after it were not sent either."""
        set_user("paul", email='"a\vBcc:b"@example.eu')
        send_later(clock)
        assert list_recipients(mailoutbox) == ["petra"]

    @pytest.mark.parametrize(
        "error",
        [
            smtplib.SMTPRecipientsRefused({}),
            smtplib.SMTPDataError(552, b"full"),
            ValueError("header"),
            HeaderParseError("header"),
        ],
    )
    def test_refused_mail_stops_no_other_and_is_tried_less_and_less(
        self, error: Exception, clock: Any, mailoutbox: Mails, monkeypatch: pytest.MonkeyPatch, settings: Any
    ) -> None:
        settings.EMAIL_HOST = "mail.example.eu"
        deliver, tries = sending.hand_over, []

        def refuse_paul(connection: Any, mail: EmailMessage) -> None:
            if mail.to == ["paul@example.eu"]:
                tries.append(mail)
                raise error
            deliver(connection, mail)

        replace_hand_over(monkeypatch, refuse_paul)
        [failure] = send_later(clock).failures
        assert failure.startswith("The mail to the user 'paul' was refused")
        assert list_recipients(mailoutbox) == ["petra"]
        assert run_command("--check") == (3, "The mail server refused 1 notices.\n")
        for _minute in range(60):
            clock.shift(MINUTE)
            send_due_notices()
        assert 3 < len(tries) < 7
        assert len({*get_message_ids(tries)}) == 1
        clock.shift(DAY)
        assert run_command() == (0, "Notices deleted after a day, because the mail server refused them: 1.\n")
        assert find_delays(timezone.now()) == []


@pytest.mark.usefixtures("waiting")
@pytest.mark.once
class TestWithoutServer:
    def test_notices_expire_after_a_day(self, clock: Any, mailoutbox: Mails, settings: Any) -> None:
        settings.SERVES_ELSEWHERE, settings.EMAIL_BACKEND = True, DUMMY
        clock.shift(DAY)
        code, message = run_command()
        assert (code, Notice.objects.count()) == (0, 2)
        assert "has no mail server" in message
        clock.shift(SECOND)
        run_command()
        assert not Notice.objects.exists()
        assert mailoutbox == []

    def test_notices_expire_though_nobody_runs_the_command(self, people: People, clock: Any) -> None:
        clock.shift(DAY + SECOND)
        submit(make_meeting("env"), by=people["anna"])
        assert Notice.objects.count() == 2

    def test_what_was_sent_is_deleted_after_a_month(self, clock: Any) -> None:
        send_later(clock)
        clock.shift(30 * DAY + SECOND)
        send_due_notices()
        assert not Notice.objects.exists()

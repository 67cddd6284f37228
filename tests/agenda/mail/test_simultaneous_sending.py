"""What PostgreSQL decides: what several threads and processes do at the same moment, and who may read the tables."""

import os
import signal
import threading
import time
from collections import Counter
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from agenda.mail import sending
from agenda.mail.sending import send_due_notices
from agenda.models import Notice, Release, ReleaseEntry
from agenda.workflow.notices import TEST
from agenda.workflow.planned_releases import plan_release
from agenda.workflow.review_actions import submit
from meetings.models import User
from tests.agenda.mail.people import create_people_with_addresses
from tests.agenda.workflow.users import submit_and_approve
from tests.database_roles import RoleSession
from tests.factories import MINUTE, make_meeting

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("committed")]
PEOPLE, NOTICES, SENDERS = 12, 3, 4


@pytest.mark.parametrize("table", ["agenda_notice", "agenda_declinednotice"])
def test_public_role_cannot_read_the_tables(reader: RoleSession, table: str) -> None:
    assert "permission denied" in reader.get_refusal(f"SELECT * FROM {table}")


def test_senders_at_the_same_moment_send_each_notice_once(
    monkeypatch: pytest.MonkeyPatch, mailoutbox: list[EmailMessage]
) -> None:
    now = timezone.now()
    for number in range(PEOPLE):
        user = User.objects.create_user(f"user{number}", f"user{number}@example.eu", is_staff=True, is_superuser=True)
        for age in range(NOTICES):
            instant = now - (age + 1) * MINUTE
            Notice.objects.create(recipient=user, kind=TEST.name, instant=instant, created_at=instant, due_at=instant)
    deliver, start, reports = sending.hand_over, threading.Barrier(SENDERS), []

    def deliver_slowly(connection: Any, mail: EmailMessage) -> None:
        time.sleep(0.02)
        deliver(connection, mail)

    def run() -> None:
        start.wait(10)
        try:
            reports.append(send_due_notices())
        finally:
            connections.close_all()

    monkeypatch.setattr(sending, "hand_over", deliver_slowly)
    threads = [threading.Thread(target=run) for _sender in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(report.sent for report in reports) == PEOPLE
    assert max(report.sent for report in reports) < PEOPLE  # they shared the work
    assert set(Counter(address for mail in mailoutbox for address in mail.to).values()) == {1}
    assert len(mailoutbox) == PEOPLE
    assert not Notice.objects.filter(sent_at=None).exists()


def test_mail_server_that_never_answers_does_not_delay_what_is_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    """A release becomes ready while the first mail is sent, and is scheduled before that has ended."""
    people = create_people_with_addresses()
    first, second = make_meeting(), make_meeting("env")
    submit_and_approve(people, first)
    plan_release(first, second, by=people["paul"], at=timezone.now().replace(microsecond=0) + 25 * MINUTE)
    submit(second, by=people["anna"])
    Notice.objects.update(due_at=timezone.now())
    states, senders = [], list[threading.Thread]()

    def wait_for_schedule(_connection: object, _mail: EmailMessage) -> None:
        if senders:  # the next mail, before the command has seen the signal
            return
        senders.append(threading.current_thread())
        try:
            states.append(Release.objects.get().state)
            ReleaseEntry.objects.filter(subject_id=second.pk).delete()
            end = time.monotonic() + 20
            while Release.objects.get().state == Release.State.PLANNED and time.monotonic() < end:
                time.sleep(0.05)
            states.append(Release.objects.get().state)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(sending, "hand_over", wait_for_schedule)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        call_command("send_notices", "--every", "1")
    finally:
        for sender in senders:  # while the signal still stops the command, and not the process of the tests
            sender.join(30)
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert states == [Release.State.PLANNED, Release.State.SCHEDULED]

"""Send the notices that are due. Several processes may do this at once: each notice is sent by one of them.

A batch of notices is claimed in a short transaction, sent outside of any, and marked as sent. If the process dies after
the mail server has accepted the mail and before it is marked, the same mail is sent again after `CLAIM_TIME`; no
protocol without the server's help can avoid that. Nothing is lost at any point.
"""

import datetime as dt
import logging
import smtplib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import DatabaseError, transaction
from django.db.models import Exists, F, OuterRef, Subquery
from django.utils import timezone

from agenda.mail.messages import compose_mail
from agenda.models import Notice
from agenda.workflow.notices import (
    GATHERING_TIME,
    MAX_WAIT_WITHOUT_SERVER,
    PASSWORD_LINK,
    build_notices,
    write_notices,
)
from agenda.workflow.planned_releases import schedule_ready_releases
from agenda.workflow.release_notices import write_release_notices
from meetings.access.audit import Actor
from meetings.models import User
from meetings.sign_in.password_links import can_send_mail, take_requests

logger = logging.getLogger(__name__)

CLAIM_TIME = dt.timedelta(minutes=5)
"""How long a process has a batch for itself. Sending one mail takes less: see EMAIL_TIMEOUT."""
MAX_PAUSE = dt.timedelta(hours=1)
MAX_DELAY = dt.timedelta(minutes=10)
"""Notices that are due for longer are reported: nothing sends them, or the mail server is down."""
KEPT_FOR = dt.timedelta(days=30)
REFUSED_MAIL_ERRORS = (
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPDataError,
    smtplib.SMTPNotSupportedError,
    MessageError,
    ValueError,
)
"""Errors that concern one mail. All others mean that the server cannot be used now."""


@dataclass
class SendReport:
    """What one run did: the number of mails sent, of notices that expired, and what went wrong, in sentences."""

    sent: int = 0
    expired: int = 0
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Batch:
    """Notices of one person that are sent as one mail."""

    key: UUID
    recipient: User
    notices: list[Notice]

    def update(self, **values: Any) -> None:
        Notice.objects.filter(pk__in=[notice.pk for notice in self.notices]).update(**values)


def send_due_notices(should_stop: Callable[[], bool] = lambda: False, backend: str | None = None) -> SendReport:
    """Do once what `send_notices` does all the time: `prepare_mails` and `send_mails`, with the arguments of that."""
    report = SendReport()
    prepare_mails(report)
    send_mails(report, should_stop, backend)
    return report


def prepare_mails(report: SendReport) -> None:
    """Schedule the planned releases that are ready, write the notices of what is due, and delete old ones."""
    now = timezone.now()
    by = Actor.for_command("send_notices")
    steps: tuple[Callable[[], object], ...] = (
        lambda: schedule_ready_releases(by),
        lambda: write_release_notices(now),
        lambda: write_password_links(now),
    )
    for step in steps:
        try:
            step()
        except DatabaseError:
            raise  # nothing else would work either
        except Exception as error:  # a fault of ours in one step must not keep back the mails of the others
            logger.exception("A step before the mails failed")
            report.failures.append(f"A step before the mails failed, see the log: {describe_error(error)}")
    report.expired = delete_old_notices(now)


def send_mails(report: SendReport, should_stop: Callable[[], bool], backend: str | None = None) -> None:
    """Send what is due, one mail to each person.

    If the mail server is down, everything waits for the next run. `should_stop` is asked before each mail. `backend` is
    the Django mail backend to use; None is that of the settings.
    """
    if not can_send_mail() or not Notice.objects.filter(sent_at=None, due_at__lte=timezone.now()).exists():
        return
    connection = get_connection(backend)
    try:
        connection.open()
        while not should_stop() and (batch := claim_batch(timezone.now())):
            send_batch(connection, batch, report)
    except OSError as error:  # smtplib's errors are OSErrors
        report.failures.append(f"The mail server cannot be used now: {describe_error(error)}")
    finally:
        close_quietly(connection)


def write_password_links(now: dt.datetime) -> None:
    """Write a notice for each account for which somebody has asked for a link to set the password."""
    with transaction.atomic():
        for user in take_requests():
            own = User.objects.filter(pk=user.pk)
            write_notices(build_notices(PASSWORD_LINK, own, now, instant=now), now)


def claim_batch(now: dt.datetime) -> Batch | None:
    """Claim the notices of the person who has had a due one for longest; None if there is no such person.

    A batch that was claimed before and not sent comes again as it was. Otherwise all notices of the person that belong
    to no batch go together, also those that would be due soon; comments that wait for a decision go on waiting.
    """
    due = Notice.objects.filter(recipient=OuterRef("pk"), sent_at=None, due_at__lte=now)
    with transaction.atomic():
        first_due = Subquery(due.order_by("due_at").values("due_at")[:1])
        people = User.objects.filter(Exists(due)).order_by(first_due, "pk")
        user = people.select_for_update(no_key=True, skip_locked=True).first()
        soon = Notice.objects.filter(recipient=user, sent_at=None, due_at__lte=now + GATHERING_TIME)
        waiting = list(soon) if user else []
        # Another process may have claimed them between the two queries.
        first = min((notice for notice in waiting if notice.due_at <= now), key=lambda x: x.due_at, default=None)
        if user is None or first is None:
            return None
        batch = Batch(first.batch or uuid4(), user, [notice for notice in waiting if notice.batch == first.batch])
        batch.update(batch=batch.key, due_at=now + CLAIM_TIME)
    return batch


def send_batch(connection: Any, batch: Batch, report: SendReport) -> None:
    """Send a batch that was claimed. Raise OSError if the server cannot be used.

    The batch then stays claimed for `CLAIM_TIME`, and the next run begins with somebody else: it may be this mail at
    which the server hangs up. A mail that the server refuses is tried again later, and less and less often.
    """
    mail = compose_mail(batch.recipient, batch.notices, batch.key, timezone.now())
    if mail is None:
        Notice.objects.filter(batch=batch.key, sent_at=None).delete()
        return
    try:
        hand_over(connection, mail)
    except REFUSED_MAIL_ERRORS as error:
        refusals = 1 + max(notice.refusals for notice in batch.notices)
        pause = min(dt.timedelta(minutes=2 ** min(refusals, 10)), MAX_PAUSE)
        batch.update(refusals=F("refusals") + 1, due_at=timezone.now() + pause)
        report.failures.append(
            f"The mail to the user {batch.recipient.get_username()!r} was refused: {describe_error(error)}"
        )
    else:
        batch.update(sent_at=timezone.now())
        report.sent += 1


def hand_over(connection: Any, mail: EmailMessage) -> None:
    """Give the mail to the server. This is where a process may die in the worst moment."""
    connection.send_messages([mail])


def delete_old_notices(now: dt.datetime) -> int:
    """Delete what was sent long ago, and return how many notices expired unsent.

    They expire a day after they were written if there is no mail server, or if it refused them.
    """
    Notice.objects.filter(sent_at__lt=now - KEPT_FOR).delete()
    expired = Notice.objects.filter(sent_at=None, created_at__lt=now - MAX_WAIT_WITHOUT_SERVER)
    if settings.EMAIL_HOST:
        expired = expired.filter(refusals__gt=0)
    return expired.delete()[0]


def find_delays(now: dt.datetime) -> list[str]:
    """Return sentences for the operator: notices that are overdue, and mails that the server refused. Two queries."""
    if not can_send_mail():
        return []
    waiting = Notice.objects.filter(sent_at=None)
    overdue = waiting.filter(due_at__lt=now - MAX_DELAY).count()
    refused = waiting.filter(refusals__gt=0).count()
    messages = []
    if overdue:
        minutes = int(MAX_DELAY.total_seconds() // 60)
        messages.append(f"{overdue} notices have been due for more than {minutes} minutes.")
    if refused:
        messages.append(f"The mail server refused {refused} notices.")
    return messages


def describe_error(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"


def close_quietly(connection: Any) -> None:
    with suppress(OSError):  # the server is gone; what it accepted is marked
        connection.close()

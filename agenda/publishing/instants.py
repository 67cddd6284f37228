"""Writing before an instant: every commit precedes its effect."""

import datetime as dt
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agenda.drafts import Subject
from agenda.models import BackgroundTopic
from agenda.publishing.refusals import Refused
from meetings.clock import BRUSSELS, next_instant
from meetings.editions import TOO_LATE
from meetings.models import Edition, Meeting

Written = TypeVar("Written")
TRIES = 3


def before_its_instant(at: dt.datetime | None, write: Callable[[dt.datetime, dt.datetime], Written]) -> Written:
    """Runs `write(now, instant)` in a transaction that ends before the instant: `at`, or the next whole second.

    The database refuses a commit that comes too late; for “now”, all is then done again with a later second.
    """
    for _attempt in range(TRIES):
        now = timezone.now()
        instant = at or next_instant(now)
        if instant <= now or instant.microsecond:
            raise Refused(_("The time to publish at must be a whole second in the future."), about="at")
        try:
            with transaction.atomic(durable=True):
                return write(now, instant)
        except IntegrityError as error:
            if TOO_LATE not in str(error):
                raise
            if at:
                break
    raise Refused(
        _(
            "The time to publish at passed before the edition was written. Try again; where that does not help, the "
            "clocks of the site and of its database disagree."
        ),
        about="at",
    )


def refuse_late(deleted: Sequence[Edition]) -> None:
    """The last look before the commit at pending editions deleted in it: SQLite looks only at the deletion itself."""
    if any(edition.available_from <= timezone.now() for edition in deleted):
        raise IntegrityError(TOO_LATE)


def lock(subject: Subject) -> Subject:
    """The subject's row, fresh and locked until the end of the transaction: two publishers go one after the other.

    A meeting's configuration is locked with it, so that no two meetings claim one address at once.
    """
    if isinstance(subject, Meeting):
        rows = Meeting.objects.select_for_update(no_key=True).select_related("configuration")
        return rows.get(pk=subject.pk)
    return BackgroundTopic.objects.select_for_update(no_key=True).get(pk=subject.pk)


def wait_for(edition: Edition) -> None:
    """Sleeps until the edition has appeared: for commands, after which people look at once."""
    time.sleep(max(0.0, (edition.available_from - timezone.now()).total_seconds()))


def in_brussels(instant: dt.datetime) -> str:
    return date_format(instant.astimezone(BRUSSELS), "j F Y, H:i:s")

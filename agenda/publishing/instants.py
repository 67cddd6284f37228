"""Writing before an instant: every commit precedes its effect."""

import datetime as dt
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agenda.drafts import Subject, type_of
from agenda.models import BackgroundTopic
from agenda.publishing.refusals import Refused
from meetings.clock import BRUSSELS, next_instant
from meetings.closed import ClosedText
from meetings.editions import NO_LONGER_PENDING, TOO_LATE
from meetings.models import Configuration, Edition, Meeting

Written = TypeVar("Written")
TRIES = 3


def before_its_instant(at: dt.datetime | None, write: Callable[[dt.datetime, dt.datetime], Written]) -> Written:
    """Runs `write(now, instant)` in a transaction that ends before the instant: `at`, or the next whole second.

    The database refuses a commit that comes too late; for “now”, all is then done again, with a second that leaves it
    twice as long as it took.
    """
    margin = dt.timedelta()
    for _attempt in range(TRIES):
        now = timezone.now()
        instant = at or next_instant(now + margin)
        refuse_past(instant, now)
        try:
            with transaction.atomic(durable=True):
                return write(now, instant)
        except ClosedText as error:
            raise Refused(str(error)) from error
        except IntegrityError as error:
            if NO_LONGER_PENDING in str(error):  # it has appeared meanwhile: look at everything again
                continue
            if TOO_LATE not in str(error):
                raise
            if at:
                break
            margin = 2 * (timezone.now() - now)
    raise Refused(
        _(
            "The time to publish at passed before the edition was written. Try again; where that does not help, the "
            "clocks of the site and of its database disagree."
        ),
        about="at",
    )


def refuse_past(instant: dt.datetime, now: dt.datetime) -> None:
    """Raises Refused for what is no whole second in the future."""
    if instant <= now or instant.microsecond:
        raise Refused(_("The time to publish at must be a whole second in the future."), about="at")


def refuse_late(deleted: Sequence[Edition]) -> None:
    """The last look before the commit at pending editions deleted in it: SQLite looks only at the deletion itself."""
    if any(edition.available_from <= timezone.now() for edition in deleted):
        raise IntegrityError(TOO_LATE)


def lock(subject: Subject) -> Subject:
    return lock_all([subject])[0]


def lock_all(subjects: Iterable[Subject]) -> list[Subject]:
    """Their rows, fresh and locked until the end of the transaction: two publishers go one after the other.

    Meetings' configurations are locked with them, so that no two meetings claim one address at once; and before them,
    so that nobody who holds a meeting waits for its configuration, while who holds that waits for the meeting.
    """
    ordered = sorted(subjects, key=lambda subject: (type_of(subject), subject.pk))
    used = Meeting.objects.filter(pk__in=[subject.pk for subject in ordered]).values("configuration")
    list(Configuration.objects.filter(pk__in=used).order_by("pk").select_for_update(no_key=True))
    meetings = Meeting.objects.select_related("configuration").select_for_update(no_key=True, of=("self",))
    topics = BackgroundTopic.objects.select_for_update(no_key=True)
    return [(meetings if isinstance(subject, Meeting) else topics).get(pk=subject.pk) for subject in ordered]


def wait_for(edition: Edition) -> None:
    """Sleeps until the edition has appeared: for commands, after which people look at once."""
    time.sleep(max(0.0, (edition.available_from - timezone.now()).total_seconds()))


def in_brussels(instant: dt.datetime) -> str:
    return date_format(instant.astimezone(BRUSSELS), "j F Y, H:i:s")

"""Writing before an instant: every commit precedes its effect."""

import datetime as dt
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar
from uuid import UUID

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

WriteResult = TypeVar("WriteResult")
MAX_ATTEMPTS = 3


class RetryTransaction(Exception):
    """Somebody else committed between a first look and the locks: all is to be looked at again."""


def commit_before(
    at: dt.datetime | None,
    write: Callable[[dt.datetime, dt.datetime], WriteResult],
    margin: dt.timedelta = dt.timedelta(),
) -> WriteResult:
    """Runs `write(now, instant)` in a transaction that ends before the instant: `at`, or the next whole second, which
    `margin` puts off.

    The database refuses a commit that comes too late; for “now”, all is then done again, with a second that leaves it
    twice as long as it took.
    """
    for _attempt in range(MAX_ATTEMPTS):
        now = timezone.now()
        instant = at or next_instant(now + margin)
        refuse_past_instant(instant, now)
        try:
            with transaction.atomic(durable=True):
                return write(now, instant)
        except ClosedText as error:
            raise Refused(str(error)) from error
        except RetryTransaction:
            continue
        except IntegrityError as error:
            if NO_LONGER_PENDING in str(error):  # it has appeared meanwhile: look at everything again
                continue
            if TOO_LATE not in str(error):
                raise
            if at:
                break
            margin = 2 * max(margin, timezone.now() - now)
    raise Refused(
        _(
            "The time to publish at passed before the edition was written. Try again; where that does not help, the "
            "clocks of the site and of its database disagree."
        ),
        about="at",
    )


def refuse_past_instant(instant: dt.datetime, now: dt.datetime) -> None:
    """Raises Refused for what is no whole second in the future."""
    if instant <= now or instant.microsecond:
        raise Refused(_("The time to publish at must be a whole second in the future."), about="at")


def refuse_if_appeared(deleted_editions: Sequence[Edition]) -> None:
    """The last look before the commit at pending editions deleted in it: SQLite looks only at the deletion itself."""
    if any(edition.available_from <= timezone.now() for edition in deleted_editions):
        raise IntegrityError(TOO_LATE)


def list_no_topics(_meeting: Meeting) -> Iterable[UUID]:
    return ()


TopicLister = Callable[[Meeting], Iterable[UUID]]
"""Tells which topics the text of a meeting names that is to go out."""


def lock(subject: Subject, list_topics: TopicLister = list_no_topics) -> Subject:
    return lock_subjects([subject], list_topics)[0]


def lock_subjects(subjects: Iterable[Subject], list_topics: TopicLister = list_no_topics) -> list[Subject]:
    """Their rows, fresh and locked until the end of the transaction: two publishers go one after the other.

    Meetings' configurations are locked with them, so that no two meetings claim one address at once; and the topics
    that they name, so that nobody takes back what a meeting counts on to be public. The order is the same for all
    (configurations, meetings, topics, each by key), so that no two wait for each other.
    """
    ordered = sorted(subjects, key=lambda subject: (type_of(subject), subject.pk))
    keys = [subject.pk for subject in ordered]
    used = Meeting.objects.filter(pk__in=keys).values("configuration")
    list(Configuration.objects.filter(pk__in=used).order_by("pk").select_for_update(no_key=True))
    meetings = Meeting.objects.filter(pk__in=keys).order_by("pk").select_related("configuration")
    locked: dict[UUID, Subject] = {
        meeting.pk: meeting for meeting in meetings.select_for_update(no_key=True, of=("self",))
    }
    topic_ids = [topic for meeting in locked.values() if isinstance(meeting, Meeting) for topic in list_topics(meeting)]
    topics = BackgroundTopic.objects.filter(pk__in=[*keys, *topic_ids]).order_by("pk").select_for_update(no_key=True)
    locked |= {topic.pk: topic for topic in topics}
    for subject in ordered:
        if subject.pk not in locked:
            raise Refused(_("“%s” has been deleted.") % subject)
    return [locked[key] for key in keys]


def wait_for(edition: Edition) -> None:
    """Sleeps until the edition has appeared: for commands, after which people look at once."""
    time.sleep(max(0.0, (edition.available_from - timezone.now()).total_seconds()))


def in_brussels(instant: dt.datetime) -> str:
    return date_format(instant.astimezone(BRUSSELS), "j F Y, H:i:s")

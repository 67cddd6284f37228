"""Transactions that commit before the instant at which their edition becomes public."""

import datetime as dt
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextvars import ContextVar
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agenda.models import BackgroundTopic, ClaimedAddress
from agenda.workflow.drafts import Subject, SubjectDocument, get_subject_type
from agenda.workflow.errors import WorkflowError
from meetings.clock import BRUSSELS, get_next_instant
from meetings.documents.document_urls import find_address
from meetings.editions.freezing import NOT_PENDING_ERROR, TOO_LATE_ERROR, SuppressedTextError
from meetings.models import Edition, Meeting

WriteResult = TypeVar("WriteResult")
MAX_ATTEMPTS = 3


class RetryTransaction(Exception):
    """Another transaction committed between the first query and the locks, so the whole step must run again."""


TopicLister = Callable[[Meeting], Iterable[UUID]]
"""Lists the ids of the topics that the text of a meeting names."""


class LockedRows(NamedTuple):
    """What `lock_subjects` was asked for in this transaction, and how long it waited for others."""

    subjects: Sequence[Subject]
    list_topics: TopicLister | None
    waited: dt.timedelta


locked_rows: ContextVar[list[LockedRows] | None] = ContextVar("locked_rows", default=None)


def commit_before(
    at: dt.datetime | None,
    write: Callable[[dt.datetime, dt.datetime], WriteResult],
    margin: dt.timedelta = dt.timedelta(),
    *,
    earliest: dt.datetime | None = None,
) -> WriteResult:
    """Run `write(now, instant)` in a transaction that commits before `instant`, and return its result.

    The instant is `at`. If that is None, it is the next whole second after `margin`, or `earliest` if that is later.
    The database refuses a commit that comes too late. If `at` is None, we then try again with a second that leaves
    twice the time that this attempt took, and choose it when we have the locks: whoever holds one for long does not
    delay what others publish by more than that.

    Raise WorkflowError if the instant is in the past, or if every attempt was too late.
    """
    locked: list[LockedRows] = []
    for attempt in range(1, MAX_ATTEMPTS + 1):
        now, lock_first, locked = timezone.now(), locked, []
        try:
            with transaction.atomic(durable=True):
                for rows in lock_first:
                    lock_subjects(rows.subjects, rows.list_topics)
                now, token = timezone.now(), locked_rows.set(locked)
                instant = at or max(get_next_instant(now + margin), earliest or now)
                refuse_past_instant(instant, now)
                try:
                    return write(now, instant)
                finally:
                    locked_rows.reset(token)
        except SuppressedTextError as error:
            raise WorkflowError(str(error)) from error
        except RetryTransaction as error:
            locked = []  # it may need others
            if attempt == MAX_ATTEMPTS:
                message = _("Somebody else is changing this or what belongs to it. Nothing was done. Try again.")
                raise WorkflowError(message) from error
        except IntegrityError as error:
            if NOT_PENDING_ERROR in str(error):  # an edition is public by now: query everything again
                locked = []
                continue
            if TOO_LATE_ERROR not in str(error):
                raise
            if at:
                break
            waited = sum((rows.waited for rows in locked), dt.timedelta())
            margin = 2 * max(margin, timezone.now() - now - waited)
    message = _(
        "The time of publication passed before we could save. Nothing was published. Try again. If that does not "
        "help, the clocks of the website and its database differ."
    )
    raise WorkflowError(message, field="at")


def refuse_past_instant(instant: dt.datetime, now: dt.datetime) -> None:
    """Raise WorkflowError unless `instant` is a whole second in the future."""
    if instant <= now or instant.microsecond:
        message = _("The time of publication must be in the future, without fractions of a second.")
        raise WorkflowError(message, field="at")


def refuse_if_appeared(deleted_editions: Sequence[Edition]) -> None:
    """Raise IntegrityError if one of the pending editions that this transaction deleted is public by now.

    Call it just before the commit: SQLite checks the clock only at the deletion itself.
    """
    if any(edition.available_from <= timezone.now() for edition in deleted_editions):
        raise IntegrityError(TOO_LATE_ERROR)


def lock_subject(subject: Subject, list_topics: TopicLister | None = None) -> Subject:
    """Return the row of `subject`, fresh and locked until the end of the transaction (see `lock_subjects`)."""
    return lock_subjects([subject], list_topics)[0]


def lock_subjects(subjects: Iterable[Subject], list_topics: TopicLister | None = None) -> list[Subject]:
    """Return the rows of `subjects`, fresh and locked until the end of the transaction.

    So two publishers take turns. The topics that the meetings name (`list_topics`) are locked too, so that nobody
    withdraws a topic that a meeting relies on. Rows are always locked in the same order (meetings, topics, each by
    key; addresses come later, see `lock_addresses`), so that there are no deadlocks.

    Raise WorkflowError if a subject has been deleted.
    """
    begun = timezone.now()
    ordered = sorted(subjects, key=lambda subject: (get_subject_type(subject), subject.pk))
    keys = [subject.pk for subject in ordered]
    # Not joined with its configuration: PostgreSQL would leave out a meeting that is moved while this waits.
    meetings = list(Meeting.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True))
    prefetch_related_objects(meetings, "configuration")
    locked: dict[UUID, Subject] = {meeting.pk: meeting for meeting in meetings}
    topic_ids = [topic for meeting in meetings for topic in (list_topics(meeting) if list_topics else ())]
    topic_ids += [key for key in keys if key not in locked]
    topics = BackgroundTopic.objects.filter(pk__in=topic_ids).order_by("pk").select_for_update(no_key=True)
    locked |= {topic.pk: topic for topic in topics}
    if (so_far := locked_rows.get()) is not None:
        so_far.append(LockedRows(ordered, list_topics, timezone.now() - begun))
    for subject in ordered:
        if subject.pk not in locked:
            raise WorkflowError(_("“%s” has been deleted.") % subject)
    return [locked[key] for key in keys]


def lock_existing_subjects(keys: Collection[UUID]) -> None:
    """Lock the meetings and topics with these keys that exist, in the order of `lock_subjects`."""
    models: tuple[Any, ...] = (Meeting, BackgroundTopic)
    for model in models:
        list(model.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def lock_addresses(documents: Iterable[SubjectDocument]) -> None:
    """Lock the addresses of the documents until the end of the transaction, those that have one.

    Call it before you check that nobody else has the address. So no two meetings or topics get one at the same time,
    and nobody waits for a publication at another address.
    """
    addresses = sorted({address for document in documents if (address := find_address(document))})
    ClaimedAddress.objects.bulk_create(map(ClaimedAddress, addresses), ignore_conflicts=True)
    list(ClaimedAddress.objects.filter(pk__in=addresses).order_by("pk").select_for_update(no_key=True))


def wait_until_live(edition: Edition) -> None:
    """Sleep until the edition is public. For commands, after which people look at the page at once."""
    time.sleep(max(0.0, (edition.available_from - timezone.now()).total_seconds()))


def format_instant(instant: dt.datetime) -> str:
    """Format an instant in Brussels time, for example “14 September 2017, 18:00:00”."""
    return date_format(instant.astimezone(BRUSSELS), "j F Y, H:i:s")

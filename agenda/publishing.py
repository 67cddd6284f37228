"""Publishing: from the working copy to an edition that appears by itself at its instant."""

import datetime as dt
import time
from collections.abc import Callable, Collection, Sequence
from typing import Literal, TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agenda.building import build_topic
from agenda.drafts import (
    Subject,
    SubjectDocument,
    digest_of_draft,
    documents_of,
    draft_of,
    hindrances,
    keep_digest,
    note_digest,
    type_of,
)
from agenda.models import BackgroundTopic
from meetings.addresses import address_of
from meetings.clock import BRUSSELS, next_instant
from meetings.documents.shape import MeetingDocument, Tombstone
from meetings.documents.text import InvalidDocument
from meetings.editions import TOO_LATE, bury, delete_pending, freeze
from meetings.models import Edition, Meeting

Pending = Literal["ask", "keep", "replace"]
Written = TypeVar("Written")
TRIES = 3
LONGEST_NOTE = 500


class Refused(Exception):
    """The publication was refused and nothing was changed; the message tells an editor why and what to do.

    `about` names what was given wrongly (`at`, `note`, `pending`, `reason`), where it is that.
    """

    def __init__(self, message: str, about: str = "") -> None:
        super().__init__(message)
        self.about = about


class PendingEdition(Refused):
    """There is an edition still to come, and the caller did not say what is to become of it."""


class ChangedMeanwhile(Refused):
    """The working copy is another than the one that the caller was shown."""


def publish(
    *subjects: Subject,
    at: dt.datetime | None = None,
    note: str = "",
    pending: Pending = "ask",
    shown: Collection[str] | None = None,
) -> list[Edition]:
    """Publishes meetings and topics together: all of them from the same second, or none.

    `at` is an instant in UTC; None means now, which is the next whole second at least one ahead. `note` is the public
    change note. `pending` says what becomes of an edition still to come: refuse to go past it, keep it beside the new
    one, or put the new one in its place. `shown` are the digests that somebody has looked at: a document with another
    one is refused. Raises Refused.
    """
    if len(note) > LONGEST_NOTE:
        raise Refused(
            _("The note of what changed has %(length)d characters; at most %(most)d are possible.")
            % {"length": len(note), "most": LONGEST_NOTE},
            about="note",
        )
    return before_its_instant(
        at, lambda now, instant: publish_once(subjects, now, instant, note=note, pending=pending, shown=shown)
    )


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


def publish_once(
    subjects: Sequence[Subject],
    now: dt.datetime,
    instant: dt.datetime,
    *,
    note: str,
    pending: Pending,
    shown: Collection[str] | None,
) -> list[Edition]:
    locked = [lock(subject) for subject in sorted(subjects, key=lambda subject: (type_of(subject), subject.pk))]
    try:
        documents = release_of(locked, now)
    except InvalidDocument as error:
        raise Refused(str(error)) from error
    digests = [digest_of_draft(document) for document in documents]
    if shown is not None and not set(digests) <= set(shown):
        raise ChangedMeanwhile(
            _("Somebody has saved a change since this page was shown, and nothing was published: look at it again.")
        )
    replaced = [edition for subject in locked for edition in making_room(subject, now, instant, pending)]
    for document, digest in zip(documents, digests, strict=True):
        refuse_what_is_wrong(document, digest, now)
    addresses = [address_of(document) for document in documents]
    if len(set(addresses)) < len(addresses):
        raise Refused(_("Two of these have the same address: give one of them a word for its address."))
    for edition in replaced:
        delete_pending(edition)
    by_id = {subject.pk: subject for subject in locked}
    for document, digest in zip(documents, digests, strict=True):
        earlier = {"previous": document.previous} if isinstance(document, MeetingDocument) else {}
        note_digest(by_id[document.id], digest, **earlier)
    editions = [freeze([document], available_from=instant, change_note=note) for document in documents]
    refuse_late(replaced)
    return editions


def release_of(subjects: Sequence[Subject], now: dt.datetime) -> list[SubjectDocument]:
    """The documents of one release: topics first, so that its meetings name them as they are published with it."""
    topics = [build_topic(subject) for subject in subjects if isinstance(subject, BackgroundTopic)]
    return [*topics, *(draft_of(subject, now, topics) for subject in subjects if isinstance(subject, Meeting))]


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


def making_room(subject: Subject, now: dt.datetime, instant: dt.datetime, pending: Pending) -> list[Edition]:
    """The editions still to come that the new one replaces."""
    waiting = list(Edition.objects.of(type_of(subject), subject.pk).pending(now))
    if any(edition.is_tombstone for edition in waiting):
        raise Refused(_("“%s” is being withdrawn at this very moment: look at it again, then decide.") % subject)
    if pending == "replace":
        return waiting
    for edition in waiting:
        if pending == "ask" or instant > next_instant(now) or edition.available_from == instant:
            raise PendingEdition(
                _(
                    "An edition of “%(subject)s” is already to appear on %(time)s (Brussels time): "
                    "replace it, or wait for it."
                )
                % {"subject": subject, "time": in_brussels(edition.available_from)},
                about="pending",
            )
    return []


def wait_for(edition: Edition) -> None:
    """Sleeps until the edition has appeared: for commands, after which people look at once."""
    time.sleep(max(0.0, (edition.available_from - timezone.now()).total_seconds()))


def in_brussels(instant: dt.datetime) -> str:
    return date_format(instant.astimezone(BRUSSELS), "j F Y, H:i:s")


def refuse_what_is_wrong(document: SubjectDocument, digest: str, now: dt.datetime) -> None:
    if problems := hindrances(document, now):
        raise Refused(" ".join(problems))
    live = Edition.objects.of(type_of(document), document.id).live(now)
    if live.filter(documents__language=document.language, documents__document=digest).exists():
        raise Refused(_("“%s” is published just as it stands: nothing has changed.") % document.title)


def call_off(subject: Subject) -> dt.datetime:
    """Deletes the edition that is still to come. Returns the instant at which it was to appear. Raises Refused."""
    return before_its_instant(None, lambda now, _instant: call_off_once(lock(subject), now))


def call_off_once(subject: Subject, now: dt.datetime) -> dt.datetime:
    waiting = list(Edition.objects.of(type_of(subject), subject.pk).pending(now))
    if not waiting:
        raise Refused(_("No edition is still to come: it has appeared already, or was called off."))
    for edition in waiting:
        delete_pending(edition)
    keep_digest(subject, now)
    refuse_late(waiting)
    return waiting[0].available_from


def withdraw(subject: Subject, *, reason: str) -> Edition:
    """Puts a tombstone in the place of a live meeting or topic, now: notice and reason stay, every text goes.

    An edition still to come is deleted with it. Raises Refused.
    """
    if not reason.strip():
        raise Refused(_("Give the public reason for the withdrawal."), about="reason")
    return before_its_instant(None, lambda now, instant: withdraw_once(lock(subject), now, instant, reason.strip()))


def withdraw_once(subject: Subject, now: dt.datetime, instant: dt.datetime, reason: str) -> Edition:
    editions = Edition.objects.of(type_of(subject), subject.pk)
    live = editions.live(now).first()
    if live is None:
        raise Refused(_("Nothing is published that could be withdrawn."))
    waiting = list(editions.pending(now))
    tombstones = [
        Tombstone(
            id=live.subject_id, language=document.language, title=document.title, reason=reason, address=live.address
        )
        for document in documents_of(live)
    ]
    for edition in waiting:
        delete_pending(edition)
    tombstone = bury(live, tombstones, available_from=instant)
    refuse_late(waiting)
    return tombstone

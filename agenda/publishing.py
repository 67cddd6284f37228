"""Publishing: from the working copy to an edition that appears by itself at its instant."""

import datetime as dt
import time
from collections.abc import Callable, Sequence
from typing import Literal, TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agenda.building import build_meeting, build_topic, topic_names
from agenda.checking import errors_in
from agenda.models import BackgroundTopic
from meetings.addresses import address_of
from meetings.clock import BRUSSELS, next_instant
from meetings.documents.shape import EarlierDate, MeetingDocument, Tombstone, TopicDocument
from meetings.documents.text import InvalidDocument, canonical_text, digest_of, read
from meetings.editions import TOO_LATE, bury, delete_pending, freeze
from meetings.models import Edition, Meeting, SubjectType

Subject = Meeting | BackgroundTopic
Pending = Literal["ask", "keep", "replace"]
Written = TypeVar("Written")
TRIES = 3
LONGEST_NOTE = 500


class Refused(Exception):
    """The publication was refused and nothing was changed; the message tells an editor why and what to do."""


class PendingEdition(Refused):
    """There is an edition still to come, and the caller did not say what is to become of it."""


def publish(
    *subjects: Subject, at: dt.datetime | None = None, note: str = "", pending: Pending = "ask"
) -> list[Edition]:
    """Publishes meetings and topics together: all of them from the same second, or none.

    `at` is an instant in UTC; None means now, which is the next whole second at least one ahead. `note` is the public
    change note. `pending` says what becomes of an edition still to come: refuse to go past it, keep it beside the new
    one, or put the new one in its place. Raises Refused.
    """
    if len(note) > LONGEST_NOTE:
        raise Refused(
            _("The note of what changed has %(length)d characters; at most %(most)d are possible.")
            % {"length": len(note), "most": LONGEST_NOTE}
        )
    return before_its_instant(at, lambda now, instant: publish_once(subjects, now, instant, note, pending))


def before_its_instant(at: dt.datetime | None, write: Callable[[dt.datetime, dt.datetime], Written]) -> Written:
    """Runs `write(now, instant)` in a transaction that ends before the instant: `at`, or the next whole second.

    The database refuses a commit that comes too late; for “now”, all is then done again with a later second.
    """
    for _attempt in range(TRIES):
        now = timezone.now()
        instant = at or next_instant(now)
        if instant <= now or instant.microsecond:
            raise Refused(_("The time to publish at must be a whole second in the future."))
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
        )
    )


def publish_once(
    subjects: Sequence[Subject], now: dt.datetime, instant: dt.datetime, note: str, pending: Pending
) -> list[Edition]:
    locked = [lock(subject) for subject in sorted(subjects, key=lambda subject: (type_of(subject), subject.pk))]
    replaced = [edition for subject in locked for edition in making_room(subject, now, instant, pending)]
    try:
        documents = release_of(locked, now)
    except InvalidDocument as error:
        raise Refused(str(error)) from error
    for document in documents:
        refuse_what_is_wrong(document, now)
    addresses = [address_of(document) for document in documents]
    if len(set(addresses)) < len(addresses):
        raise Refused(_("Two of these have the same address: give one of them a word for its address."))
    for edition in replaced:
        delete_pending(edition)
    editions = [freeze([document], available_from=instant, change_note=note) for document in documents]
    refuse_late(replaced)
    return editions


def release_of(subjects: Sequence[Subject], now: dt.datetime) -> list[MeetingDocument | TopicDocument]:
    topics = [build_topic(subject) for subject in subjects if isinstance(subject, BackgroundTopic)]
    documents: list[MeetingDocument | TopicDocument] = [*topics]
    for subject in subjects:
        if isinstance(subject, Meeting):
            note_a_move(subject, now)
            names = topic_names(subject, subject.source_language, now, topics)
            documents.append(build_meeting(subject, topics=names))
    return documents


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


def type_of(subject: Subject) -> SubjectType:
    return SubjectType.MEETING if isinstance(subject, Meeting) else SubjectType.TOPIC


def making_room(subject: Subject, now: dt.datetime, instant: dt.datetime, pending: Pending) -> list[Edition]:
    """The editions still to come that the new one replaces."""
    waiting = list(Edition.objects.of(type_of(subject), subject.pk).pending(now))
    if pending == "replace":
        return waiting
    for edition in waiting:
        if pending == "ask" or instant > next_instant(now) or edition.available_from == instant:
            raise PendingEdition(
                _(
                    "An edition of “%(subject)s” is already to appear on %(time)s (Brussels time): "
                    "replace it, or wait for it."
                )
                % {"subject": subject, "time": in_brussels(edition.available_from)}
            )
    return []


def wait_for(edition: Edition) -> None:
    """Sleeps until the edition has appeared: for commands, after which people look at once."""
    time.sleep(max(0.0, (edition.available_from - timezone.now()).total_seconds()))


def in_brussels(instant: dt.datetime) -> str:
    return date_format(instant.astimezone(BRUSSELS), "j F Y, H:i:s")


def live_document(subject_type: str, subject: Subject, now: dt.datetime) -> MeetingDocument | TopicDocument | None:
    edition = Edition.objects.of(subject_type, subject.pk).live(now).first()
    if edition is None:
        return None
    return next(document for document in documents_of(edition) if document.language == edition.source_language)


def documents_of(edition: Edition) -> list[MeetingDocument | TopicDocument]:
    """The documents of an edition that is no tombstone."""
    documents = [read(held.document.text) for held in edition.documents.select_related("document")]
    return [document for document in documents if not isinstance(document, Tombstone)]


def note_a_move(meeting: Meeting, now: dt.datetime) -> None:
    """Keeps the date and place that were published with the meeting; a move or a cancellation needs a public reason."""
    live = live_document(SubjectType.MEETING, meeting, now)
    if not isinstance(live, MeetingDocument):
        return
    moved = (live.start_date, live.end_date, live.place.city) != (meeting.start_date, meeting.end_date, meeting.city)
    called_off = meeting.status != live.status and meeting.status in ("postponed", "cancelled")
    if (moved or called_off) and meeting.status_reason in ("", live.status_reason):
        raise Refused(
            _("“%s” is published with another date, place or status: give the public reason for the change first.")
            % meeting
        )
    previous = list(live.previous)
    if moved and live.start_date:
        previous.append(
            EarlierDate(
                start_date=live.start_date, end_date=live.end_date, city=live.place.city, venue=live.place.venue
            )
        )
    if meeting.previous != previous:
        meeting.previous = previous
        meeting.save(update_fields=["previous"])


def refuse_what_is_wrong(document: MeetingDocument | TopicDocument, now: dt.datetime) -> None:
    if problems := errors_in(document):
        raise Refused(" ".join(problems))
    subject_type = SubjectType.MEETING if isinstance(document, MeetingDocument) else SubjectType.TOPIC
    own = Edition.objects.of(subject_type, document.id)
    digest = digest_of(canonical_text(document))
    live = own.live(now).filter(documents__language=document.language, documents__document=digest)
    if live.exists():
        raise Refused(_("“%s” is published just as it stands: nothing has changed.") % document.title)
    claims = Edition.objects.filter(address=address_of(document)).exclude(subject_id=document.id)
    if (claims.live(now) | claims.pending(now)).exists():
        raise Refused(
            _("Another meeting or topic has the address %s: give this one a word for its address.")
            % address_of(document)
        )


def withdraw(subject: Subject, *, reason: str, at: dt.datetime | None = None) -> Edition:
    """Puts a tombstone in the place of a live meeting or topic: the notice and the reason stay, every text goes.

    An edition still to come is deleted with it. Raises Refused.
    """
    if not reason.strip():
        raise Refused(_("Give the public reason for the withdrawal."))
    return before_its_instant(at, lambda now, instant: withdraw_once(lock(subject), now, instant, reason.strip()))


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

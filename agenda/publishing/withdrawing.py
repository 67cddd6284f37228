"""Taking back what is public: withdrawing it, and going back to the edition before."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from agenda.drafts import Subject, documents_of, source_document, type_of
from agenda.publishing.instants import before_its_instant, lock, refuse_late
from agenda.publishing.refusals import PendingEdition, Refused
from agenda.publishing.releasing import leave_release
from agenda.publishing.stored import digests_of
from meetings.audit import Actor, record, record_about
from meetings.clock import next_instant
from meetings.closed import refuse_closed
from meetings.documents.shape import Tombstone
from meetings.editions import bury, compose, delete_pending, seal
from meetings.models import Act, Edition, EditionReason
from meetings.rights import Right, require


def withdraw(subject: Subject, *, by: Actor, reason: str) -> Edition:
    """Puts a tombstone in the place of a live meeting or topic, now: notice and reason stay, every text goes.

    An edition still to come is deleted with it. Raises Refused.
    """
    if not reason.strip():
        raise Refused(_("Give the public reason for the withdrawal."), about="reason")
    return before_its_instant(None, lambda now, instant: withdraw_once(lock(subject), now, instant, by, reason.strip()))


def withdraw_once(subject: Subject, now: dt.datetime, instant: dt.datetime, by: Actor, reason: str) -> Edition:
    require(by, Right.WITHDRAW, subject)
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
        leave_release(edition)
        delete_pending(edition)
    told: dict[str, Any] = {
        "title": tombstones[0].title,
        "reason": reason,
        "deleted": [str(one.available_from) for one in waiting],
    }
    record(by, Act.WITHDRAWN, live.subject_type, live.subject_id, address=live.address, **told)
    tombstone = bury(live, tombstones, available_from=instant)
    refuse_late(waiting)
    return tombstone


def rollback(subject: Subject, *, by: Actor, reason: str) -> Edition:
    """Publishes, now, the edition before the one that stands: over a correction, or over a withdrawal.

    `reason` is the public change note. The working copy is not touched. An edition still to
    come stays, and goes out at its time. Raises Refused.
    """
    if not reason.strip():
        raise Refused(_("Say, for readers, why the edition before is back."), about="reason")
    return before_its_instant(None, lambda now, instant: rollback_once(lock(subject), now, instant, by, reason.strip()))


def rollback_once(subject: Subject, now: dt.datetime, instant: dt.datetime, by: Actor, reason: str) -> Edition:
    require(by, Right.WITHDRAW, subject)
    editions = Edition.objects.of(type_of(subject), subject.pk)
    standing = editions.standing(now).first()
    if standing is None:
        raise Refused(_("Nothing is published that could be taken back."))
    before = edition_before(standing)
    if before is None:
        raise Refused(_("There is no edition before this one to go back to: withdraw it instead."))
    if any(edition.available_from <= next_instant(instant) for edition in editions.pending(now)):
        raise PendingEdition(
            _("An edition appears at this very moment: look at it again, then decide."), about="pending"
        )
    digests = digests_of(before)
    refuse_closed(digests.values())
    composition = compose(
        documents_of(before),
        available_from=instant,
        reason=EditionReason.RESTORATION,
        change_note=reason,
        digests=[digests[document.language] for document in documents_of(before)],
    )
    told = {"reason": reason, "back_to": before.available_from.isoformat()}
    record_about(by, Act.ROLLED_BACK, source_document(before), digest=digests[before.source_language], **told)
    seal([composition])
    return composition.edition


def edition_before(standing: Edition) -> Edition | None:
    """The last edition with other texts than the one that stands."""
    earlier = Edition.objects.of(standing.subject_type, standing.subject_id).filter(
        available_from__lt=standing.available_from, is_tombstone=False
    )
    said = set(digests_of(standing).values())
    for edition in earlier.order_by("-available_from")[:100]:
        if set(digests_of(edition).values()) != said:
            return edition
    return None

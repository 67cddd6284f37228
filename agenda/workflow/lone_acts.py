"""Confirm what a colleague published alone (`meetings.access.lone_acts`)."""

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.workflow.drafts import Subject, get_subject_key
from agenda.workflow.errors import WorkflowError
from meetings.access import Right, require_right
from meetings.access.audit import Actor, record_act
from meetings.access.lone_acts import IS_LONE, find_lone_acts
from meetings.models import Act, ActConfirmation, AuditEntry, User


def confirm_act(subject: Subject, entry_id: int, *, by: Actor) -> AuditEntry:
    """Record that `by` has looked at a lone act of somebody else, and return its audit entry.

    Raise NotAllowed without the right to approve, and WorkflowError if it was one's own act, or confirmed already.
    """
    require_right(by, Right.APPROVE, subject)
    entry = AuditEntry.objects.filter(IS_LONE, pk=entry_id, subject_id=subject.pk).first()
    if entry is None:
        raise WorkflowError(_("There is nothing to confirm here. Go back to “Your work”."))
    if by.user is None or entry.actor_id == by.user.pk:
        raise WorkflowError(_("You did this yourself, so a colleague must confirm it."))
    if entry.act == Act.FORCED:
        raise WorkflowError(_("Approve the text instead: this confirms that it was published without approval."))
    with transaction.atomic():
        signature = sign(by.user, by, timezone.now())
        confirmation, is_new = ActConfirmation.objects.get_or_create(entry=entry.pk, defaults=signature)
        if not is_new:
            raise WorkflowError(_("%s has confirmed this already.") % confirmation.by_name)
        about = get_subject_key(subject)
        record_act(by, Act.ACT_CONFIRMED, **about, address=entry.address, entry=entry.pk, of=entry.actor)
    return entry


def confirm_forced_texts(subject_id: UUID, digests: Collection[str], *, by: Actor) -> None:
    """Count the approval of texts that were published without one as the confirmation of that act."""
    if by.user is None:
        return
    entries = find_lone_acts().filter(act=Act.FORCED, subject_id=subject_id, digest__in=digests)
    signature = sign(by.user, by, timezone.now())
    keys = entries.exclude(actor_id=by.user.pk).values_list("pk", flat=True)
    ActConfirmation.objects.bulk_create(
        [ActConfirmation(entry=key, **signature) for key in keys], ignore_conflicts=True
    )


def sign(user: User, by: Actor, at: dt.datetime) -> dict[str, Any]:
    return {"by_id": user.pk, "by_name": by.display_name, "at": at}

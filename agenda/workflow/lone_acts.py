"""Confirm what a colleague published alone (`meetings.access.lone_acts`)."""

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.models import RevisionDocument, RevisionReason, Verdict
from agenda.workflow.approval_rights import find_approvers
from agenda.workflow.authors import find_authors_of_documents
from agenda.workflow.drafts import Subject, get_subject_key
from agenda.workflow.errors import WorkflowError
from meetings.access import (
    NotAllowed,
    Right,
    describe_administrators,
    format_user_names,
    format_whom_to_ask,
    has_right,
)
from meetings.access.audit import Actor, record_act
from meetings.access.lone_acts import EARLIER_APPROVAL, IS_LONE, WAITING_VALUES, apply_waiting_change, find_lone_acts
from meetings.models import Act, ActConfirmation, AuditEntry, EditionDocument, EditionReason, User


def confirm_act(subject: Subject | None, entry_id: int, *, by: Actor) -> AuditEntry:
    """Record that `by` has looked at a lone act of somebody else, and return its audit entry.

    Without a `subject`, it is a change of reference data, which everybody with the right to approve may confirm. If it
    has waited for that, it takes effect.

    Raise NotAllowed without the right to approve, and WorkflowError if it was one's own act or text, or confirmed
    already.
    """
    entry = find_lone_act(subject, entry_id)
    require_right_to_confirm(subject, entry, by)
    if entry is None:
        raise WorkflowError(_("There is nothing to confirm here. Go back to “Your work”."))
    if refusal := explain_who_must_confirm(subject, entry, require_person(by)):
        raise WorkflowError(refusal)
    if not exclude_texts_to_approve(AuditEntry.objects.filter(pk=entry.pk)).exists():
        raise WorkflowError(_("Approve the text instead: this confirms that it was published without approval."))
    with transaction.atomic():
        record_decision(subject, entry, Act.ACT_CONFIRMED, by)
        try:
            apply_waiting_change(entry)
        except ValidationError as error:
            raise WorkflowError(" ".join(error.messages)) from error
    return entry


def discard_waiting_change(entry_id: int, *, by: Actor) -> AuditEntry:
    """Record that a change of a configuration never takes effect. Who made it may do that, too.

    Raise as `confirm_act` does.
    """
    entry = find_lone_act(None, entry_id)
    if entry is None or by.user is None or entry.actor_id != by.user.pk:
        require_right_to_confirm(None, entry, by)
    if entry is None or WAITING_VALUES not in entry.details:
        raise WorkflowError(_("There is nothing to discard here. Go back to “Your work”."))
    with transaction.atomic():
        record_decision(None, entry, Act.ACT_DISCARDED, by)
    return entry


def record_decision(subject: Subject | None, entry: AuditEntry, act: Act, by: Actor) -> None:
    """Record that somebody confirms or discards a lone act. Raise WorkflowError if somebody has done so already."""
    signature = sign(require_person(by), by, timezone.now())
    decision, is_new = ActConfirmation.objects.get_or_create(entry=entry.pk, defaults=signature)
    if not is_new:
        is_waiting = WAITING_VALUES in entry.details
        refusal = _("%s has decided this already.") if is_waiting else _("%s has confirmed this already.")
        raise WorkflowError(refusal % decision.by_name)
    about: dict[str, Any] = get_subject_key(subject) if subject else {"title": entry.details.get("title", "")}
    if act == Act.ACT_CONFIRMED and WAITING_VALUES in entry.details and entry.details.get("deleted"):
        about["deleted"] = True
    record_act(by, act, **about, address=entry.address, entry=entry.pk, of=entry.actor)


def require_person(by: Actor) -> User:
    """Return the user who acts. Raise WorkflowError if it is a command."""
    if by.user is None:
        raise WorkflowError(_("Only a person can confirm this, not a command. Sign in."))
    return by.user


def require_right_to_confirm(subject: Subject | None, entry: AuditEntry | None, by: Actor) -> None:
    """Raise NotAllowed if the actor may confirm no act. The message names who can confirm this one."""
    if by.user is not None and not has_right(by.user, Right.APPROVE, subject):
        authors = find_authors_of_acts([entry])[entry.pk] if entry else set()
        whom_to_ask = format_whom_to_ask(Right.APPROVE, subject, without=authors)
        raise NotAllowed(f"{_('You do not have permission to confirm this.')} {whom_to_ask}")


def find_lone_act(subject: Subject | None, entry_id: int) -> AuditEntry | None:
    return AuditEntry.objects.filter(IS_LONE, pk=entry_id, subject_id=subject.pk if subject else None).first()


def exclude_texts_to_approve(acts: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
    """Leave out texts that were published without approval and that a colleague can approve: this confirms them.

    Nobody can approve a text again that had an approval (`EARLIER_APPROVAL`), or that whoever published it has approved
    since, in the submission of somebody else.
    """
    texts = select_forced_texts(document=OuterRef(OuterRef(OuterRef("digest"))))
    on_text = texts.filter(revision__subject_id=OuterRef("revision__subject_id"), document=OuterRef("document"))
    since = Verdict.objects.filter(revision__subject_id=OuterRef("subject_id"), at__gte=OuterRef("at"))
    verdicts = since.filter(Exists(on_text))
    by_the_same = Case(When(by=OuterRef("actor_id"), then=F("approved")), default=False)
    last_verdict = verdicts.order_by("-pk").annotate(counts=by_the_same).values("counts")[:1]
    is_approved = Q(details__has_key=EARLIER_APPROVAL) | Q(is_approved_alone=True)
    return acts.alias(is_approved_alone=Subquery(last_verdict)).filter(~Q(act=Act.FORCED) | is_approved)


def find_authors_of_acts(entries: Collection[AuditEntry]) -> dict[int, set[int]]:
    """Return who cannot confirm each lone act, by its key: who did it, and the authors of the text.

    The number of queries does not depend on the number of acts.
    """
    found = {entry.pk: {entry.actor_id} if entry.actor_id else set[int]() for entry in entries}
    restoring = [entry for entry in entries if entry.act == Act.ROLLED_BACK]
    published = [entry for entry in entries if entry.act == Act.FORCED or EARLIER_APPROVAL in entry.details]
    if not (restoring or published):
        return found
    restored = EditionDocument.objects.filter(
        edition__reason=EditionReason.RESTORATION, edition__subject_id__in=[entry.subject_id for entry in restoring]
    )
    columns = "edition__subject_id", "edition__available_from", "document__digest"
    rows = [*restored.values_list(*columns)]
    texts = {entry.pk: {(entry.subject_id, entry.digest)} for entry in published if entry.subject_id}
    for entry in restoring:
        later = [row for row in rows if row[0] == entry.subject_id and row[1] > entry.at]
        first = min((at for _subject, at, _digest in later), default=None)
        texts[entry.pk] = {(subject, digest) for subject, at, digest in later if at == first}
    authors = find_authors_of_documents({text for of_act in texts.values() for text in of_act})
    for key, of_act in texts.items():
        found[key] |= {author for text in of_act for author in authors[text]}
    return found


def explain_who_must_confirm(subject: Subject | None, entry: AuditEntry, user: User) -> str:
    """Say why the user cannot confirm this act, and who can; empty if nothing prevents it but perhaps a right."""
    authors = find_authors_of_acts([entry])[entry.pk]
    if user.pk not in authors:
        return ""
    reason = _("You wrote or submitted this text, so a colleague must confirm it.")
    if entry.actor_id == user.pk:
        reason = _("You did this yourself, so a colleague must confirm it.")
    colleagues = find_approvers(subject, subject.source_language if subject else "", authors)
    if not colleagues:
        return f"{reason} {_('Nobody else can confirm it yet. Contact %s.') % describe_administrators()}"
    return f"{reason} {_('These people can confirm it: %s.') % format_user_names(colleagues)}"


def confirm_forced_texts(subject_id: UUID, digests: Collection[str], *, by: Actor) -> None:
    """Count the approval of texts that were published without one as the confirmation of that act."""
    if by.user is None:
        return
    texts = select_forced_texts(document__in=digests).filter(revision__subject_id=subject_id).values("document")
    entries = find_lone_acts().filter(act=Act.FORCED, subject_id=subject_id, digest__in=texts)
    signature = sign(by.user, by, timezone.now())
    keys = entries.exclude(actor_id=by.user.pk).values_list("pk", flat=True)
    ActConfirmation.objects.bulk_create(
        [ActConfirmation(entry=key, **signature) for key in keys], ignore_conflicts=True
    )


def select_forced_texts(**condition: Any) -> QuerySet[RevisionDocument]:
    """Return the source texts of what was published without approval, if one of the same act meets a condition.

    A same-day change makes another text of it: a copy of the revision, with its instant.
    """
    published = RevisionDocument.objects.filter(
        revision__why=RevisionReason.FORCED, language=F("revision__source_language")
    )
    of_same_act = {"revision__subject_id": OuterRef("revision__subject_id"), "revision__at": OuterRef("revision__at")}
    return published.filter(Exists(published.filter(**of_same_act, **condition)))


def sign(user: User, by: Actor, at: dt.datetime) -> dict[str, Any]:
    return {"by_id": user.pk, "by_name": by.display_name, "at": at}

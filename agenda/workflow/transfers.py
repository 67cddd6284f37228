"""Decide who may move a meeting or topic to another desk."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.models import REVIEWABLE_REASONS, Release, ReleaseEntry, Revision, RevisionDocument
from agenda.workflow.drafts import Subject, get_subject_key
from agenda.workflow.lone_acts import exclude_texts_to_approve, find_authors_of_acts
from agenda.workflow.states import get_unapproved_entries
from meetings.access import NotAllowed, Right, format_whom_to_ask, require_right
from meetings.access.audit import Actor
from meetings.access.lone_acts import find_lone_acts
from meetings.models import Act, AuditEntry, Configuration, Edition, Meeting, User


def require_transfer(by: Actor, subject: Subject, to: Configuration | None) -> None:
    """Raise NotAllowed if `by` may not move the subject to this configuration; None stands for all desks.

    The configuration of the working copy decides the rights on everything that is submitted, scheduled or live.
    Therefore `by` needs the right to edit at both desks, and the right to publish at both if anything was submitted or
    published. Nor may `by` move it away from those who are asked to confirm what `by` published alone.
    """
    place = subject.configuration if isinstance(subject, Meeting) else subject.desk
    if place == to:
        return
    ends: tuple[Subject | Configuration | None, ...] = (subject, to)
    for end in ends:
        require_right(by, Right.CHANGE, end)
    if not is_submitted_or_released(subject):
        return
    for end in ends:
        try:
            require_right(by, Right.PUBLISH, end)
        except NotAllowed as error:
            message = _(
                "“%(subject)s” has already been submitted or published. To move it from %(here)s to %(there)s, you "
                "need the right to publish for both. You do not have it for %(lacking)s. %(who)s"
            )
            names = {
                "subject": subject,
                "here": format_configuration_code(place),
                "there": format_configuration_code(to),
                "lacking": format_configuration_code(place if end is subject else to),
                "who": format_whom_to_ask(Right.PUBLISH, end),
            }
            raise NotAllowed(message % names) from error
    if by.user and (acts := find_acts_to_confirm(subject, by.user)):
        refusal = _("You can move “%s” when a colleague has confirmed what you published alone.")
        authors = set().union(*find_authors_of_acts(acts).values())
        whom_to_ask = format_whom_to_ask(Right.APPROVE, subject, without=authors)
        or_cancel = _("Or cancel what is on hold.") if find_entries_on_hold(subject).exists() else ""
        raise NotAllowed(f"{refusal % subject} {whom_to_ask} {or_cancel}".strip())


def is_submitted_or_released(subject: Subject) -> bool:
    of_subject = get_subject_key(subject)
    return (
        Edition.objects.filter(**of_subject).exists()
        or Revision.objects.filter(**of_subject, why__in=REVIEWABLE_REASONS).exists()
        or ReleaseEntry.objects.filter(**of_subject).exists()
    )


def format_configuration_code(place: Configuration | None) -> str:
    return place.code if place else _("all configurations")


def find_acts_to_confirm(subject: Subject, user: User) -> list[AuditEntry]:
    """Return what “Your work” asks colleagues of this user to confirm, or to approve: what the user published alone.

    It asks nobody about a text that was sent back and replaced, called off or withdrawn. It will ask about one that is
    on hold, once somebody resumes it, and about one that readers still see, if its replacement is called off.
    """
    acts = find_lone_acts().filter(subject_id=subject.pk, actor_id=user.pk)
    unapproved = get_unapproved_entries(visible_at=timezone.now()).filter(subject_id=subject.pk)
    published = [entry.published for entries in (unapproved, find_entries_on_hold(subject)) for entry in entries]
    texts = RevisionDocument.objects.filter(revision__in=published, language=F("revision__source_language"))
    to_approve = Q(act=Act.FORCED, digest__in=texts.values("document"))
    return [*acts.filter(Q(pk__in=exclude_texts_to_approve(acts).values("pk")) | to_approve)]


def find_entries_on_hold(subject: Subject) -> QuerySet[Any]:
    """Return the entries of the subject that are on hold and not approved, with the revision that was `published`."""
    entries = ReleaseEntry.objects.filter(subject_id=subject.pk, release__state=Release.State.ON_HOLD)
    return entries.exclude(forced_reason="").annotate(published=Coalesce("revision__copied_from", "revision"))

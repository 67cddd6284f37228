"""Decide who may approve a text (nobody may approve their own), comment on it, or change its desk or language."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from agenda.models import REVIEWABLE_REASONS, Release, ReleaseEntry, Revision
from agenda.workflow.authors import get_authors
from agenda.workflow.drafts import Subject, get_subject_key
from agenda.workflow.errors import WorkflowError
from agenda.workflow.reviews import LanguageReview, Review, find_approved_review
from meetings.access import (
    NotAllowed,
    Right,
    describe_administrators,
    find_people_to_ask,
    format_user_names,
    format_whom_to_ask,
    has_right,
    has_right_by_role,
    load_holders,
    require_right,
)
from meetings.access.audit import Actor
from meetings.access.decisions import PERMISSIONS, get_desk
from meetings.models import Configuration, Edition, Meeting, User

COMMENT_RIGHTS = (Right.CHANGE, Right.APPROVE, Right.TRANSLATE, Right.REVISE)
"""Everybody who writes, translates or reviews the note may comment on it. Each of these rights is enough."""


def get_review_right(subject: Subject | None, language: str) -> tuple[Right, Subject | None, str]:
    """Return the right, with its subject and language, that is needed to approve a document or send it back.

    Without a subject, the right is to approve anything.
    """
    is_source = subject is None or language == subject.source_language
    return (Right.APPROVE if is_source else Right.REVISE, subject, language)


def may_review(by: Actor, subject: Subject, language: str) -> bool:
    return by.user is None or has_right(by.user, *get_review_right(subject, language))


def may_comment(user: User, subject: Subject) -> bool:
    return any(has_right(user, right, subject) for right in COMMENT_RIGHTS)


def find_approvers(subject: Subject | None, language: str, authors: Collection[int]) -> list[User]:
    """Return who may approve a text of these authors: users with a role for it or, if there are none, superusers."""
    return find_people_to_ask(*get_review_right(subject, language), without=authors)


def explain_who_can_approve(subject: Subject, language: str, authors: Collection[int]) -> str:
    """Say who may approve a text of these authors. Every screen uses this sentence."""
    approvers = find_approvers(subject, language, authors)
    if not approvers:
        return _("Nobody else can approve it yet. Contact %s.") % describe_administrators()
    if approvers[0].is_last_resort:
        template = _("An administrator can approve it, since nobody else can: %s.")
    else:
        template = _("These people can approve it: %s.")
    return template % format_user_names(approvers)


class ApprovalRequests:
    """Which texts wait for the approval of this user: the same people as `find_approvers`, for any number of texts.

    A superuser who has no role for a text may approve it, but is asked only if nobody with a role can. This costs one
    query for superusers, and none for others.
    """

    def __init__(self, user: User) -> None:
        self.user = user
        self.holders: dict[Right, list[tuple[int, Any]]] = {}

    def is_asked(self, subject: Subject | None, language: str, authors: Collection[int]) -> bool:
        place = get_review_right(subject, language)
        if self.user.pk in authors or not has_right(self.user, *place):
            return False
        return has_right_by_role(self.user, *place) or not self.has_colleague(subject, language, authors)

    def has_colleague(self, subject: Subject | None, language: str, authors: Collection[int]) -> bool:
        """Return whether somebody who is not an author may approve the text by a role."""
        right = get_review_right(subject, language)[0]
        if right not in self.holders:
            self.holders[right] = load_holders(right)
        desk = get_desk(subject)
        return any(
            key not in authors and grant.permits(PERMISSIONS[right], desk, language)
            for key, grant in self.holders[right]
        )


def refuse_own_text(revision: Revision, language: LanguageReview, by: Actor) -> None:
    """Raise WorkflowError if `by` wrote or submitted the text, or is a command."""
    if by.user is None:
        raise WorkflowError(_("Only a person can approve a text, not a command. Sign in."))
    if by.user.pk in get_authors(revision, language.language):
        message = _("You wrote or submitted this text (%s) after it was last approved, so a colleague must approve it.")
        raise WorkflowError(message % language.language.label)


def require_transfer(by: Actor, subject: Subject, to: Configuration | None) -> None:
    """Raise NotAllowed if `by` may not move the subject to this configuration; None stands for all desks.

    The configuration of the working copy decides the rights on everything that is submitted, scheduled or live.
    Therefore `by` needs the right to edit at both desks, and the right to publish at both if anything was submitted or
    published.
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


def format_configuration_code(place: Configuration | None) -> str:
    return place.code if place else _("all configurations")


def explain_fixed_language(subject: Subject) -> str:
    """Say why the original language cannot be changed; return an empty string if it can.

    Approvals, translations and editions refer to the original by its language.
    """
    if was_published_or_scheduled(subject):
        return _("The original language cannot be changed after the text was published or scheduled.")
    if find_reviews_to_send_back(subject):
        return _(
            "The original language cannot be changed while a text waits for approval or is approved. Somebody who may "
            "approve it can send it back."
        )
    return ""


def was_published_or_scheduled(subject: Subject) -> bool:
    of_subject = get_subject_key(subject)
    releases = ReleaseEntry.objects.filter(**of_subject).exclude(release__state=Release.State.CALLED_OFF)
    return Edition.objects.filter(**of_subject).exists() or releases.exists()


def find_reviews_to_send_back(subject: Subject) -> list[Review]:
    """Return the reviews that alone fix the original language: of the approved text, and of the one that waits."""
    if was_published_or_scheduled(subject):
        return []
    approved, last = find_approved_review(subject), Review.latest(subject)
    waiting = last if last and last.source.is_waiting else None
    return [review for review in (approved, waiting) if review]


def is_submitted_or_released(subject: Subject) -> bool:
    of_subject = get_subject_key(subject)
    return (
        Edition.objects.filter(**of_subject).exists()
        or Revision.objects.filter(**of_subject, why__in=REVIEWABLE_REASONS).exists()
        or ReleaseEntry.objects.filter(**of_subject).exists()
    )

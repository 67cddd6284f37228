"""Decide who may approve a text (nobody approves their own alone), comment on it, or change its language."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from agenda.models import AuthorApproval, Release, ReleaseEntry
from agenda.workflow.authors import get_authors
from agenda.workflow.drafts import Subject, get_subject_key
from agenda.workflow.errors import WorkflowError
from agenda.workflow.released_texts import TranslationPair
from agenda.workflow.reviews import (
    LanguageReview,
    Review,
    find_approved_review,
    find_first_approvals,
    select_open_author_approvals,
)
from meetings.access import (
    Right,
    describe_administrators,
    find_last_resort,
    find_users_with_right,
    format_user_names,
    has_right,
    has_right_by_role,
    load_holders,
)
from meetings.access.audit import Actor
from meetings.access.decisions import PERMISSIONS, get_desk
from meetings.models import Edition, User

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
    """Return who is asked to approve a text of these authors.

    They are users with a role for it who are not authors. If there are none, they are the authors of whom two approve a
    translation together (`find_joint_approvers`), or else superusers.
    """
    others, joint = split_approvers(subject, language, authors)
    return others or joint or find_last_resort(authors)


def find_joint_approvers(subject: Subject, language: str, authors: Collection[int]) -> list[User]:
    """Return the authors who have a role for a translation, if they are two or more: any two approve it together.

    They see the text, and each sees what the other wrote. If somebody else has the role, too, they are not asked, but
    may do so: that person may be away.
    """
    return split_approvers(subject, language, authors)[1] if is_translation(subject, language) else []


def split_approvers(subject: Subject | None, language: str, authors: Collection[int]) -> tuple[list[User], list[User]]:
    """Return who has a role for a text and is no author, and which authors may approve it together."""
    with_role = find_users_with_right(*get_review_right(subject, language))
    joint = [user for user in with_role if user.pk in authors] if is_translation(subject, language) else []
    return [user for user in with_role if user.pk not in authors], joint if len(joint) > 1 else []


def may_approve_together(user: int, joint: Collection[int], known: Collection[int | None]) -> bool:
    """Return whether the user may approve a translation as one of two of these authors; `known` are those who have.

    Nobody does so twice, unless another author has, too.
    """
    return user in joint and (user not in known or bool({*known} & {*joint} - {user}))


def is_translation(subject: Subject | None, language: str) -> bool:
    return subject is not None and language != subject.source_language


def find_first_approval(
    subject: Subject, language: str, authors: Collection[int], approvals: Collection[AuthorApproval]
) -> AuthorApproval | None:
    """Return that of these approvals of a text which counts as that of the first of two authors, if there is one."""
    joint = {user.pk for user in find_joint_approvers(subject, language, authors)} if approvals else set()
    return next((approval for approval in approvals if approval.by_id in joint), None)


def explain_who_can_approve(
    subject: Subject, language: str, authors: Collection[int], first: AuthorApproval | None = None
) -> str:
    """Say who may approve a text of these authors. Every screen uses this sentence.

    `first` is the approval of the first of two authors, if there is one.
    """
    others, joint = split_approvers(subject, language, authors)
    if joint and first:
        names = format_user_names([user for user in [*others, *joint] if user.pk != first.by_id])
        return _("Somebody else must approve it, too: %s.") % names
    if joint and others:
        facts = {"others": format_user_names(others), "authors": format_user_names(joint)}
        return _("These people can approve it: %(others)s. Or two of its authors together: %(authors)s.") % facts
    if joint:
        template = _("All who may approve it wrote or changed parts of it, so two of them must approve it: %s.")
        return template % format_user_names(joint)
    approvers = others or find_last_resort(authors)
    if not approvers:
        return _("Nobody else can approve it yet. Contact %s.") % describe_administrators()
    if approvers[0].is_last_resort:
        template = _("An administrator can approve it, since nobody else can: %s.")
    else:
        template = _("These people can approve it: %s.")
    return template % format_user_names(approvers)


class ApprovalRequests:
    """Which texts wait for the approval of this user: the same people as `find_approvers`, for any number of texts.

    A superuser who has no role for a text may approve it, but is asked only if nobody with a role can. This costs at
    most two queries for superusers and for authors, and none for others.
    """

    def __init__(self, user: User) -> None:
        self.user = user
        self.holders: dict[Right, list[tuple[int, Any]]] = {}

    def is_asked(
        self, subject: Subject | None, language: str, authors: Collection[int], pair: TranslationPair = ("", "")
    ) -> bool:
        """Return whether the user is asked. Of a translation, `pair` are the digests of its source and of itself."""
        place, is_author = get_review_right(subject, language), self.user.pk in authors
        if not has_right(self.user, *place):
            return False
        has_role = has_right_by_role(self.user, *place)
        if has_role and not is_author:
            return True
        if is_author and not (has_role and is_translation(subject, language)):
            return False
        with_role = self.find_holders(subject, language)
        if not with_role <= {*authors}:
            return False  # others are
        if is_translation(subject, language) and len(with_role) > 1:
            known = self.first_approvals[getattr(subject, "pk", None), language, *pair]
            return may_approve_together(self.user.pk, with_role, known)
        return not is_author

    def may_join(
        self, subject: Subject, language: str, authors: Collection[int], approvals: Iterable[AuthorApproval]
    ) -> bool:
        """Return whether the user may approve a translation as one of two of these authors.

        `approvals` are the first approvals of it.
        """
        joint = self.find_holders(subject, language) & {*authors} if is_translation(subject, language) else set()
        known = {approval.by_id for approval in approvals}
        return len(joint) > 1 and may_approve_together(self.user.pk, joint, known)

    def find_holders(self, subject: Subject | None, language: str) -> set[int]:
        """Return the keys of those who may approve the text by a role, whether they are authors or not."""
        right, desk = get_review_right(subject, language)[0], get_desk(subject)
        if right not in self.holders:
            self.holders[right] = load_holders(right)
        return {key for key, grant in self.holders[right] if grant.permits(PERMISSIONS[right], desk, language)}

    @cached_property
    def first_approvals(self) -> Mapping[tuple[UUID | None, str, str, str], set[int]]:
        """Who has approved the translations that the user has approved as the first of two authors.

        The keys are the subject, the language, and the digests of the original and of the translation.
        """
        own = AuthorApproval.objects.filter(by=self.user).values("document")
        rows = select_open_author_approvals().filter(document__in=own)
        found: dict[tuple[UUID | None, str, str, str], set[int]] = defaultdict(set)
        columns = "revision__subject_id", "language", "source__digest", "document__digest", "by"
        for subject, language, source, digest, user in rows.values_list(*columns):
            found[subject, language, source, digest].add(user)
        return found


def refuse_own_text(language: LanguageReview, authors: Collection[int], by: Actor) -> None:
    """Raise WorkflowError if `by` is one of the authors of the text, or is a command."""
    if by.user is None:
        raise WorkflowError(_("Only a person can approve a text, not a command. Sign in."))
    if by.user.pk in authors:
        message = _("You wrote or submitted this text (%s), or parts of it, so a colleague must approve it.")
        raise WorkflowError(message % language.language.label)


def needs_second_author(subject: Subject, review: Review, language: LanguageReview, by: Actor) -> bool:
    """Return whether a second author must approve the text, too, before the approval of `by` counts.

    Raise WorkflowError if `by` may not approve it, or has already done so as the first of two authors.
    """
    authors = get_authors(review.revision, language.language)
    joint = {user.pk for user in find_joint_approvers(subject, language.language, authors)}
    if by.user is None or by.user.pk not in joint:
        refuse_own_text(language, authors, by)
        return False
    known = {approval.by_id for approval in find_first_approvals(review).get(language.digest, ())}
    if not may_approve_together(by.user.pk, joint, known):
        message = _("You have approved this text (%s) already. Somebody else must approve it, too.")
        raise WorkflowError(message % language.language.label)
    return not known & joint - {by.user.pk}


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

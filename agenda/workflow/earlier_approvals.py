"""Find approvals of texts after which another text was approved: to publish the earlier one undoes that."""

import datetime as dt
from typing import NamedTuple

from django.db.models import F, Q, QuerySet

from agenda.models import REVIEWABLE_REASONS, ReleaseEntry, Revision, RevisionDocument, RevisionReason, Verdict
from agenda.workflow.reviews import Review, get_all_verdicts, get_verdicts
from agenda.workflow.unsaved_editions import get_live_digests
from meetings.access.audit import Actor
from meetings.models import User


class TextApprovals(NamedTuple):
    """Approvals of one text by people: the first and the last, and the last by somebody else than a user.

    The approval of others still counts: it has not ended, and the text has not been sent back since. It is None if
    there is none, so that the user, whose own approval may count, is alone with the text.
    """

    first: Verdict
    last: Verdict
    of_others: Verdict | None

    @property
    def of_others_or_first(self) -> Verdict:
        return self.of_others or self.first


def find_text_approvals(verdict: Verdict, revision: Revision, user: User | None) -> TextApprovals:
    """Return the approvals of the text of an approval, seen from a user; without one, all are those of others.

    If a same-day change carried the verdict to another text, we look at those on the text that people saw. `revision`
    is one of the same meeting or topic.
    """
    while verdict.carried_from:
        verdict = verdict.carried_from
    on_texts = select_verdicts_of_people(verdict, revision).annotate(ended_at=F("end__at")).order_by("pk")
    on_text = [*on_texts.filter(document__digest=verdict.document_id)]
    sent_back = max((index for index, one in enumerate(on_text) if not one.approved), default=-1)
    of_others = (
        one
        for one in reversed(on_text[sent_back + 1 :])
        if one.ended_at is None and (user is None or one.by_id != user.pk)
    )
    approvals = [one for one in on_text if one.approved]
    return TextApprovals(approvals[0], approvals[-1], next(of_others, None))


def select_verdicts_of_people(verdict: Verdict, revision: Revision) -> QuerySet[Verdict]:
    """Return the verdicts on texts in the language of this one, without those that were carried from other texts.

    `revision` is one of the same meeting or topic.
    """
    verdicts = get_all_verdicts(revision.subject_type, revision.subject_id)
    return verdicts.filter(language=verdict.language, carried_from=None)


def has_newer_text(verdict: Verdict, until: dt.datetime) -> bool:
    """Return whether another text was approved after the verdict, or published without approval, up to an instant."""
    since = {"at__gt": verdict.at, "at__lte": until}
    approvals, forced = select_others(verdict, verdict.revision)
    return approvals.filter(**since).exists() or forced.filter(**since).exists()


def find_replacement(approval: Verdict, revision: Revision) -> dt.datetime | None:
    """Return when another text was last approved, or published without approval, that was submitted after `revision`.

    Each submission of that text counts, also one after its approval. None if there is no such text.
    """
    approvals, forced = select_others(approval, revision)
    later = Q(version__gt=revision.version) | Q(version=revision.version, pk__gt=revision.pk)
    submissions = Revision.objects.for_subject(revision.subject_type, revision.subject_id).filter(
        later, why__in=REVIEWABLE_REASONS
    )
    texts = RevisionDocument.objects.filter(
        revision__in=submissions.order_by().values("pk"), language=approval.language
    )
    approved_at = approvals.filter(document__in=texts.values("document")).order_by().values_list("at")
    found = approved_at.union(forced.filter(later).order_by().values_list("at"))
    return max((at for (at,) in found), default=None)


def select_others(verdict: Verdict, revision: Revision) -> tuple[QuerySet[Verdict], QuerySet[Revision]]:
    """Return the approvals of other texts in the same language, and what was published without approval."""
    verdicts = select_verdicts_of_people(verdict, revision).exclude(document__digest=verdict.document_id)
    forced = Revision.objects.for_subject(revision.subject_type, revision.subject_id).filter(why=RevisionReason.FORCED)
    return verdicts.filter(approved=True), forced.exclude(documents__document__digest=verdict.document_id)


def find_later_text(
    review: Review, user: User | None, now: dt.datetime, *, is_planned: bool = False
) -> dt.datetime | None:
    """Return when a text that was submitted after this approved one was approved, or was to be published without that.

    It no longer counts: otherwise, this would not be the newest approved text. Somebody has sent it back since, or
    cancelled its publication. Return None if somebody else than the user has approved this one after that, or if
    readers have this one already, so that only languages join it. If it `is_planned`, the user is not shown the text,
    so whoever approved it may be alone.
    """
    verdict, revision = review.source.verdict, review.revision
    if verdict is None:
        return None
    at = find_replacement(verdict, revision)
    if at is None:
        return None
    approval = None if is_planned else find_text_approvals(verdict, revision, user).of_others
    if approval and at < approval.at:
        return None
    is_live = get_live_digests(revision.subject_id, now).get(revision.source_language) == review.source.digest
    return None if is_live else at


def find_earlier_approval_of_entry(entry: ReleaseEntry, now: dt.datetime, by: Actor) -> dt.datetime | None:
    """Return when the text of a release was approved, if a newer text was approved since; otherwise None.

    It is the approval of somebody else than `by`, if there is one. If there is none, the text may also be older because
    another one was submitted after it, and approved earlier.
    """
    if entry.revision is None:
        return None
    language = entry.revision.source_language
    digests = dict(entry.revision.documents.filter(language=language).values_list("language", "document__digest"))
    verdict = get_verdicts(entry.revision, digests).get(language)
    if verdict is None or not verdict.approved:
        return None
    approvals = find_text_approvals(verdict, entry.revision, by.user)
    approval = approvals.of_others_or_first
    if has_newer_text(approval, now):
        return approval.at
    is_alone = approvals.of_others is None and find_replacement(approvals.last, approvals.last.revision)
    return approval.at if is_alone else None

"""Find approvals of texts after which another text was approved: to publish the earlier one undoes that."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from agenda.models import REVIEWABLE_REASONS, ReleaseEntry, Revision, RevisionDocument, RevisionReason, Verdict
from agenda.workflow.authors import find_authors_of_documents
from agenda.workflow.reviews import Review, get_all_verdicts, get_verdicts
from agenda.workflow.unsaved_editions import get_live_digests
from meetings.access.audit import Actor
from meetings.models import User


@dataclass(frozen=True)
class TextApprovals:
    """The verdicts of people on a text that is approved, the oldest first, with their `ended_at`."""

    verdicts: Sequence[Any]

    @property
    def first(self) -> Verdict:
        first: Verdict = next(one for one in self.verdicts if one.approved)
        return first

    @property
    def last(self) -> Verdict:
        last: Verdict = next(one for one in reversed(self.verdicts) if one.approved)
        return last

    @property
    def refusals(self) -> dict[int | None, dt.datetime]:
        """When the text was sent back, by the key of who did it last."""
        return {one.by_id: one.at for one in self.verdicts if not one.approved}

    def was_taken_back(self, since: dt.datetime, until: dt.datetime) -> bool:
        """Return whether the text was sent back between these instants, or its approval ended, and neither undone."""
        last = next((one for one in reversed(self.verdicts) if one.at < until), None)
        taken_back_at = last and (last.ended_at if last.approved else last.at)
        return taken_back_at is not None and since <= taken_back_at <= until

    def find_of_others(self, user: User | None) -> Verdict | None:
        """Return the last approval by somebody else than the user that still counts, or None.

        Approvals from before the text was last sent back do not count. Without a user, all are those of others.
        """
        sent_back = max((index for index, one in enumerate(self.verdicts) if not one.approved), default=-1)
        since = reversed(self.verdicts[sent_back + 1 :])
        counting = (one for one in since if one.ended_at is None and (user is None or one.by_id != user.pk))
        found: Verdict | None = next(counting, None)
        return found

    def get_of_others_or_first(self, user: User | None) -> Verdict:
        return self.find_of_others(user) or self.first


def find_text_approvals(verdict: Verdict, revision: Revision) -> TextApprovals:
    """Return the approvals of the text of an approval.

    If a same-day change carried the verdict to another text, we look at those on the text that people saw. `revision`
    is one of the same meeting or topic.
    """
    while verdict.carried_from:
        verdict = verdict.carried_from
    on_texts = select_verdicts_of_people(revision).annotate(ended_at=F("end__at")).order_by("pk")
    return TextApprovals([*on_texts.filter(document__digest=verdict.document_id)])


def select_verdicts_of_people(revision: Revision) -> QuerySet[Verdict]:
    """Return the verdicts on originals, in whatever language, without those that were carried from other texts."""
    verdicts = get_all_verdicts(revision.subject_type, revision.subject_id)
    return verdicts.filter(source=F("document"), carried_from=None)


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
        revision__in=submissions.order_by().values("pk"), language=F("revision__source_language")
    )
    approved_at = approvals.filter(document__in=texts.values("document")).order_by().values_list("at")
    found = approved_at.union(forced.filter(later).order_by().values_list("at"))
    return max((at for (at,) in found), default=None)


def select_others(verdict: Verdict, revision: Revision) -> tuple[QuerySet[Verdict], QuerySet[Revision]]:
    """Return the approvals of other originals, and what was published without approval."""
    verdicts = select_verdicts_of_people(revision).exclude(document__digest=verdict.document_id)
    forced = Revision.objects.for_subject(revision.subject_type, revision.subject_id).filter(why=RevisionReason.FORCED)
    return verdicts.filter(approved=True), forced.exclude(documents__document__digest=verdict.document_id)


def has_author(approvals: TextApprovals) -> bool:
    """Return whether an author of the text has saved or submitted it, and not sent it back since; or a command has.

    The last approver does not count, nor does a submission of what was waiting or approved: it was for a translation.
    Otherwise, its authors took it back, and whoever approved it then is alone with it.
    """
    last, refusals = approvals.last, approvals.refusals
    if not refusals:
        return True
    text = last.revision.subject_id, last.document_id
    authors = find_authors_of_documents({text})[text]
    without_words = RevisionReason.TRANSLATED, RevisionReason.FACTS  # the text stands in these, too
    revisions = Revision.objects.for_subject(last.revision.subject_type, last.revision.subject_id)
    revisions = revisions.filter(documents__document__digest=last.document_id).exclude(why__in=without_words)
    others = authors - {last.by_id}
    submitted_at: dt.datetime | None = None
    for one in revisions.order_by("pk"):
        if one.why in REVIEWABLE_REASONS:
            since, submitted_at = submitted_at, one.at
            if since and not approvals.was_taken_back(since, one.at):
                continue
        if one.by_id is None or (one.by_id in others and refusals.get(one.by_id, one.at) <= one.at):
            return True
    return False


def was_replaced(approvals: TextApprovals, user: User | None) -> bool:
    """Return whether only the user's own approval counts, and another text was approved that was submitted after it."""
    last = approvals.last
    return approvals.find_of_others(user) is None and find_replacement(last, last.revision) is not None


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
    approval = None if is_planned else find_text_approvals(verdict, revision).find_of_others(user)
    if approval and at < approval.at:
        return None
    is_live = get_live_digests(revision.subject_id, now).get(revision.source_language) == review.source.digest
    return None if is_live else at


def find_earlier_approval_of_entry(entry: ReleaseEntry, now: dt.datetime, by: Actor) -> dt.datetime | None:
    """Return when the text of a release was approved, if a newer text was approved since; otherwise None.

    It is the approval of somebody else than `by`, if there is one. If there is none, the text may also be older because
    another one was submitted after it, and approved earlier, or its authors may have taken it back (`has_author`).
    """
    if entry.revision is None:
        return None
    language = entry.revision.source_language
    digests = dict(entry.revision.documents.filter(language=language).values_list("language", "document__digest"))
    verdict = get_verdicts(entry.revision, digests).get(language)
    if verdict is None or not verdict.approved:
        return None
    approvals = find_text_approvals(verdict, entry.revision)
    approval = approvals.get_of_others_or_first(by.user)
    if has_newer_text(approval, now) or was_replaced(approvals, by.user):
        return approval.at
    is_alone = not approvals.find_of_others(by.user) and not has_author(approvals)
    return approval.at if is_alone else None

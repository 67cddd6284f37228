"""Find approvals of texts after which another text was approved: to publish the earlier one undoes that."""

import datetime as dt

from django.db.models import F, Q, QuerySet

from agenda.models import ReleaseEntry, Revision, RevisionReason, Verdict
from agenda.workflow.reviews import Review, get_all_verdicts, get_verdicts
from agenda.workflow.unsaved_editions import get_live_digests
from meetings.access.audit import Actor
from meetings.models import User


def find_approval_of_others(verdict: Verdict, revision: Revision, user: User | None) -> Verdict:
    """Return the last approval of the text by somebody else than the user that still counts; else its first approval.

    So whoever publishes does not renew it alone. Approvals from before the text was last sent back do not count. If a
    same-day change carried the verdict to another text, we look at those on the text that people saw. `revision` is one
    of the same meeting or topic.
    """
    while verdict.carried_from:
        verdict = verdict.carried_from
    on_texts = select_verdicts_of_people(verdict, revision).annotate(ended_at=F("end__at")).order_by("pk")
    on_text = [*on_texts.filter(document__digest=verdict.document_id)]
    sent_back = max((index for index, one in enumerate(on_text) if not one.approved), default=-1)
    for one in reversed(on_text[sent_back + 1 :]):
        if one.ended_at is None and (user is None or one.by_id != user.pk):
            return one
    return next(one for one in on_text if one.approved)


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


def was_replaced(approval: Verdict) -> bool:
    """Return whether another text was approved, or published without approval, that was submitted after this one."""
    approvals, forced = select_others(approval, approval.revision)
    later = approval.revision_id
    return approvals.filter(revision__gt=later).exists() or forced.filter(pk__gt=later).exists()


def select_others(verdict: Verdict, revision: Revision) -> tuple[QuerySet[Verdict], QuerySet[Revision]]:
    """Return the approvals of other texts in the same language, and what was published without approval."""
    verdicts = select_verdicts_of_people(verdict, revision).exclude(document__digest=verdict.document_id)
    forced = Revision.objects.for_subject(revision.subject_type, revision.subject_id).filter(why=RevisionReason.FORCED)
    return verdicts.filter(approved=True), forced.exclude(documents__document__digest=verdict.document_id)


def find_later_text(review: Review, user: User | None, now: dt.datetime) -> dt.datetime | None:
    """Return when a text that was submitted after this approved one was approved, or was to be published without that.

    It no longer counts: otherwise, this would not be the newest approved text. Somebody has sent it back since, or
    cancelled its publication. Return None if somebody else than the user has approved this one after that, or if
    readers have this one already, so that only languages join it.
    """
    verdict, revision = review.source.verdict, review.revision
    if verdict is None:
        return None
    later = Q(version__gt=revision.version) | Q(version=revision.version, pk__gt=revision.pk)
    revisions = Revision.objects.for_subject(revision.subject_type, revision.subject_id).filter(later)
    approvals, forced = select_others(verdict, revision)
    approved_at = approvals.filter(revision__in=revisions.values("pk")).order_by().values_list("at")
    found = approved_at.union(forced.filter(later).order_by().values_list("at"))
    at: dt.datetime | None = max((at for (at,) in found), default=None)
    if at is None:
        return None
    approval = find_approval_of_others(verdict, revision, user)
    if at < approval.at and (user is None or approval.by_id != user.pk):
        return None
    is_live = get_live_digests(revision.subject_id, now).get(revision.source_language) == review.source.digest
    return None if is_live else at


def find_earlier_approval_of_entry(entry: ReleaseEntry, now: dt.datetime, by: Actor) -> dt.datetime | None:
    """Return when the text of a release was approved, if a newer text was approved since; otherwise None.

    It is the approval of somebody else than `by`, if there is one.
    """
    if entry.revision is None:
        return None
    language = entry.revision.source_language
    digests = dict(entry.revision.documents.filter(language=language).values_list("language", "document__digest"))
    verdict = get_verdicts(entry.revision, digests).get(language)
    if verdict is None or not verdict.approved:
        return None
    approval = find_approval_of_others(verdict, entry.revision, by.user)
    return approval.at if has_newer_text(approval, now) else None

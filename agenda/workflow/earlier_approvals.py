"""Find approvals of texts after which another text was approved: to publish the earlier one undoes that."""

import datetime as dt

from django.db.models import Q, QuerySet

from agenda.models import ReleaseEntry, Revision, RevisionReason, Verdict
from agenda.workflow.reviews import Review, get_verdicts
from meetings.access.audit import Actor
from meetings.models import User


def find_approval_of_others(verdict: Verdict, user: User | None) -> Verdict:
    """Return the last approval of the text that somebody else than the user gave; the first one if nobody else did.

    So whoever publishes does not renew it alone. If a same-day change carried the verdict to another text, approvals of
    the text that people looked at count.
    """
    while verdict.carried_from:
        verdict = verdict.carried_from
    approvals = select_approvals(verdict, verdict.revision).filter(document__digest=verdict.document_id).order_by("pk")
    by_others = [one for one in approvals if user is None or one.by_id != user.pk]
    return by_others[-1] if by_others else approvals[0]


def select_approvals(verdict: Verdict, revision: Revision) -> QuerySet[Verdict]:
    """Return the approvals of texts in the language of the verdict, without those that a same-day change carried.

    `revision` is one of the same meeting or topic.
    """
    about = {"revision__subject_type": revision.subject_type, "revision__subject_id": revision.subject_id}
    return Verdict.objects.filter(**about, language=verdict.language, approved=True, carried_from=None)


def has_newer_text(verdict: Verdict, until: dt.datetime) -> bool:
    """Return whether another text was approved after the verdict, or published without approval, up to an instant."""
    since = {"at__gt": verdict.at, "at__lte": until}
    approvals, forced = select_others(verdict, verdict.revision)
    return approvals.filter(**since).exists() or forced.filter(**since).exists()


def select_others(verdict: Verdict, revision: Revision) -> tuple[QuerySet[Verdict], QuerySet[Revision]]:
    """Return the approvals of other texts, as `select_approvals` does, and what was published without approval."""
    approvals = select_approvals(verdict, revision).exclude(document__digest=verdict.document_id)
    forced = Revision.objects.for_subject(revision.subject_type, revision.subject_id).filter(why=RevisionReason.FORCED)
    return approvals, forced.exclude(documents__document__digest=verdict.document_id)


def find_later_approval(review: Review) -> dt.datetime | None:
    """Return when a text that was submitted after this approved one was approved, or was to be published without that.

    It no longer counts: otherwise, this would not be the newest approved text. Somebody has sent it back since, or
    cancelled its publication.
    """
    verdict, revision = review.source.verdict, review.revision
    if verdict is None:
        return None
    later = Q(version__gt=revision.version) | Q(version=revision.version, pk__gt=revision.pk)
    revisions = Revision.objects.for_subject(revision.subject_type, revision.subject_id).filter(later)
    approvals, forced = select_others(verdict, revision)
    approved_at = approvals.filter(revision__in=revisions.values("pk")).order_by().values_list("at")
    found = approved_at.union(forced.filter(later).order_by().values_list("at"))
    return max((at for (at,) in found), default=None)


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
    approval = find_approval_of_others(verdict, by.user)
    return approval.at if has_newer_text(approval, now) else None

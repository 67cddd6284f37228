"""Which text a planned release publishes: the one that somebody meant last (decision 171)."""

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from agenda.models import REVIEWABLE_REASONS, Release, ReleaseEntry, Revision, RevisionDocument, RevisionReason
from agenda.workflow.drafts import Subject, SubjectDocument, get_subject_type
from agenda.workflow.reviews import (
    Review,
    find_approved_review,
    find_unreleased_review,
    get_all_verdicts,
    get_last_submission,
    load_documents_by_digest,
    will_be_approved_review,
)
from agenda.workflow.revisions import get_revision_documents
from meetings.models import EditionDocument


def get_meant_text(subject: Subject, shown: Collection[str]) -> dict[str, str]:
    """Return the language and the digest of the original that a plan is for (see `plan_release`)."""
    approved = find_shown_review(subject, shown)
    return {subject.source_language: approved.source.digest if approved else subject.digest}


def find_shown_review(subject: Subject, shown: Collection[str]) -> Review | None:
    """Return the approved text, if it is among those that the user looked at (`shown`, as in `plan_release`)."""
    approved = find_approved_review(subject)
    return approved if approved and approved.source.digest in shown else None


def find_planned_review(subject: Subject, release: Release) -> Review | None:
    """Return the approved text that a planned release may publish, or None.

    It is the text that somebody meant last. A submission, an approval or a publication without approval means its text;
    the plan means that of `plan_release`. But a submission alone does not bring an earlier approved text back. A draft
    that goes on means nothing until it is submitted, and the approval of what readers have, or of what is scheduled
    without approval, says nothing about what is to come.
    """
    review = find_unreleased_review(subject)
    return review if review and is_meant_last(release, subject, review) else None


def will_be_planned(release: Release, subject: Subject, review: Review) -> bool:
    """Return whether `find_planned_review` finds the text of this review, if its original and more is approved now."""
    return will_be_approved_review(subject, review) and is_meant_last(release, subject, review)


def is_meant_last(release: Release, subject: Subject, review: Review) -> bool:
    """Return whether the text of this review is the one that somebody meant last (see `find_planned_review`).

    If its original is not approved, it is as if it were approved now.
    """
    place, digest = (get_subject_type(subject), subject.pk), review.source.digest
    texts = find_same_day_texts(*place, digest)
    verdict = review.source.verdict if review.source.is_approved else None
    while verdict and verdict.carried_from:  # by same-day changes
        verdict = verdict.carried_from
    revision, approved_at = (verdict.revision, verdict.at) if verdict else (review.revision, timezone.now())
    is_late = revision.why == RevisionReason.FORCED or was_released(*place, texts, approved_at)
    meant_at = [] if is_late else [approved_at]
    others_meant_at = find_times_of_other_texts(*place, digest, texts)
    (meant_at if is_planned_for(release, subject, texts) else others_meant_at).append(release.created_at)
    return bool(meant_at) and max(meant_at) >= max(others_meant_at, default=max(meant_at))


def load_planned_documents(subject: Subject, release: Release) -> list[SubjectDocument]:
    """Load what a planned release publishes of a subject: the approved text, or else what may become it.

    That is the draft or the last submission.
    """
    if review := find_planned_review(subject, release):
        documents, _digests = review.get_approved_texts()
        return documents
    last = get_last_submission(subject)
    submitted = get_revision_documents(last).values() if last else ()
    return [*load_documents_by_digest([subject.digest]).values(), *submitted]


def is_planned_for(release: Release, subject: Subject, texts: Collection[str]) -> bool:
    """Return whether the release was planned for an original with one of these digests (see `plan_release`)."""
    entries = [entry for entry in release.entries.all() if entry.subject_id == subject.pk]
    return any(digest in texts for entry in entries for digest in entry.texts.values())


def find_same_day_texts(subject_type: str, subject_id: UUID, digest: str) -> set[str]:
    """Return this digest of an original, and those of all from which same-day changes made it or that they made.

    Two queries for each time that one of these was submitted again.
    """
    texts = {digest}
    sources = RevisionDocument.objects.filter(
        revision__in=Revision.objects.for_subject(subject_type, subject_id), language=F("revision__source_language")
    ).annotate(made_of=Coalesce("revision__copied_from", "revision"))
    while True:
        originals = {*sources.filter(document__in=texts).values_list("made_of", flat=True)}
        found = {*sources.filter(made_of__in=originals).values_list("document__digest", flat=True)}
        if found <= texts:
            return texts
        texts |= found


def find_times_of_other_texts(
    subject_type: str, subject_id: UUID, digest: str, texts: Collection[str]
) -> list[dt.datetime]:
    """Return when the last text other than `digest` was submitted or published without approval, and approved.

    `texts` are those of `find_same_day_texts`. One of these that was submitted after the same-day change undoes it.
    """
    place = subject_type, subject_id
    revisions = Revision.objects.for_subject(*place)
    changes = revisions.exclude(copied_from=None).filter(documents__document__in=texts)
    changed_in = changes.aggregate(last=Max("pk"))["last"] or 0
    submissions = revisions.filter(why__in=REVIEWABLE_REASONS).exclude(documents__document__in=[digest])
    submitted_at = submissions.exclude(pk__lt=changed_in, documents__document__in=texts).aggregate(at=Max("at"))["at"]
    verdicts = get_all_verdicts(*place).filter(
        approved=True, carried_from=None, source=F("document"), revision__why=RevisionReason.SUBMITTED
    )
    others = verdicts.exclude(document__in=texts).order_by("-at").values_list("document__digest", "at")
    approved_at = (at for other, at in others if not was_released(*place, find_same_day_texts(*place, other), at))
    return [at for at in (submitted_at, next(approved_at, None)) if at]


def was_released(subject_type: str, subject_id: UUID, texts: Collection[str], at: dt.datetime) -> bool:
    """Return whether readers had one of these originals at that time, or it was scheduled without approval.

    It does not matter whether that is on hold or was cancelled since.
    """
    documents = EditionDocument.objects.current(at).filter(
        edition__subject_type=subject_type, edition__subject_id=subject_id, document__digest__in=texts
    )
    entries = ReleaseEntry.objects.filter(
        subject_type=subject_type,
        subject_id=subject_id,
        revision__documents__document__in=texts,
        release__created_at__lt=at,
    )
    is_out = Q(release__at__gt=at) | Q(release__state__in=(Release.State.ON_HOLD, Release.State.CALLED_OFF))
    return documents.exists() or entries.filter(is_out).exclude(forced_reason="").exists()

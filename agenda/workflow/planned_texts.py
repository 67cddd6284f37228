"""Which text a planned release publishes: the one that somebody meant last (decision 171)."""

import datetime as dt
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, Max, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from agenda.models import REVIEWABLE_REASONS, Release, ReleaseEntry, Revision, RevisionDocument, RevisionReason
from agenda.workflow.drafts import Subject, get_subject_type
from agenda.workflow.reviews import Review, find_approved_review, find_unreleased_review, get_all_verdicts


def get_meant_text(subject: Subject, shown: Collection[str]) -> dict[str, str]:
    """Return the language and the digest of the original that a plan is for (see `plan_release`)."""
    approved = find_approved_review(subject)
    is_shown = approved is not None and approved.source.digest in shown
    return {subject.source_language: approved.source.digest if approved and is_shown else subject.digest}


def find_planned_review(subject: Subject, release: Release) -> Review | None:
    """Return the approved text that a planned release may publish, or None.

    It is the text that somebody meant last. A submission, an approval or a publication without approval means its text;
    the plan means that of `plan_release`. But a submission alone does not bring an earlier approved text back. A draft
    that goes on means nothing until it is submitted, and the approval of what was published or scheduled before says
    nothing about what is to come.
    """
    review = find_unreleased_review(subject)
    return review if review and is_meant_last(release, subject, review) else None


def will_be_planned(release: Release, subject: Subject, review: Review) -> bool:
    """Return whether `find_planned_review` finds the text of this review, if its original and more is approved now."""
    revision, approved = review.revision, find_approved_review(subject)
    is_newer = approved and (approved.revision.version, approved.revision.pk) > (revision.version, revision.pk)
    if approved and is_newer and approved.source.digest != review.source.digest:
        return False
    released = ReleaseEntry.objects.filter(subject_id=subject.pk, edition_id__isnull=False, revision__gt=revision)
    return not released.exists() and is_meant_last(release, subject, review)


def is_meant_last(release: Release, subject: Subject, review: Review) -> bool:
    """Return whether the text of this review is the one that somebody meant last (see `find_planned_review`).

    If its original is not approved, it is as if it were approved now.
    """
    verdict, texts = review.source.verdict if review.source.is_approved else None, find_same_day_texts(review)
    while verdict and verdict.carried_from:  # by same-day changes
        verdict = verdict.carried_from
    approved_at = verdict.at if verdict else timezone.now()
    about = get_subject_type(subject), subject.pk
    was_released = any(found.exists() for found in select_releases(*about, before=approved_at, document__in=texts))
    meant_at = [] if was_released else [approved_at]
    others_meant_at = find_times_of_other_texts(*about, texts)
    entries = [entry for entry in release.entries.all() if entry.subject_id == subject.pk]
    is_planned_for = any(digest in texts for entry in entries for digest in entry.texts.values())
    (meant_at if is_planned_for else others_meant_at).append(release.created_at)
    return bool(meant_at) and max(meant_at) >= max(others_meant_at, default=max(meant_at))


def find_same_day_texts(review: Review) -> set[str]:
    """Return the digests of the original of a review, and of all from which same-day changes made it or that they made.

    Two queries for each time that one of these was submitted again.
    """
    revision, texts = review.revision, {review.source.digest}
    sources = RevisionDocument.objects.filter(
        revision__in=Revision.objects.for_subject(revision.subject_type, revision.subject_id),
        language=F("revision__source_language"),
    ).annotate(made_of=Coalesce("revision__copied_from", "revision"))
    while True:
        originals = {*sources.filter(document__in=texts).values_list("made_of", flat=True)}
        found = {*sources.filter(made_of__in=originals).values_list("document__digest", flat=True)}
        if found <= texts:
            return texts
        texts |= found


def find_times_of_other_texts(subject_type: str, subject_id: UUID, texts: Collection[str]) -> list[dt.datetime]:
    """Return when the last text that is none of `texts` was submitted or published without approval, and approved."""
    revisions = Revision.objects.for_subject(subject_type, subject_id).filter(why__in=REVIEWABLE_REASONS)
    verdicts = get_all_verdicts(subject_type, subject_id).filter(approved=True, carried_from=None, source=F("document"))
    releases = select_releases(subject_type, subject_id, before=OuterRef("at"), document=OuterRef("document"))
    for released in releases:
        verdicts = verdicts.exclude(Exists(released))
    found = [
        revisions.exclude(documents__document__in=texts).aggregate(at=Max("at"))["at"],
        verdicts.exclude(document__in=texts).aggregate(at=Max("at"))["at"],
    ]
    return [at for at in found if at]


def select_releases(
    subject_type: str, subject_id: UUID, *, before: Any, **text: Any
) -> tuple[QuerySet[ReleaseEntry], QuerySet[Revision]]:
    """Return where a text was published or scheduled before an instant, also if that was cancelled since.

    `text` is the lookup of its document. An entry is deleted if its part is removed from a release, but the revision of
    what was published without approval stays.
    """
    entries = ReleaseEntry.objects.filter(subject_type=subject_type, subject_id=subject_id)
    forced = Revision.objects.for_subject(subject_type, subject_id).filter(why=RevisionReason.FORCED, at__lt=before)
    return (
        entries.filter(release__created_at__lt=before, **{f"revision__documents__{key}": text[key] for key in text}),
        forced.filter(**{f"documents__{key}": text[key] for key in text}),
    )

"""Copy revisions with a same-day change, so that their verdicts stay and the change approves nothing."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from agenda.models import Release, ReleaseEntry, Revision, RevisionReason
from agenda.workflow.drafts import NO_DOCUMENT, build_drafts, compute_draft_digest, save_digest
from agenda.workflow.errors import MAX_REMARK_LENGTH
from agenda.workflow.reviews import (
    Review,
    fetch_translations_of_same_source,
    find_approved_review,
    get_approved_digests,
)
from agenda.workflow.revisions import (
    collect_topic_names_by_language,
    create_revision,
    get_revision_documents,
    get_version_facts,
    write_revision,
)
from agenda.workflow.same_day_changes.changes import ResolvedChange, apply_change
from agenda.workflow.same_day_changes.merging import adapt_change
from agenda.workflow.translation_submission import carry_verdicts
from meetings.access.audit import Actor
from meetings.documents.encoding import InvalidDocument
from meetings.documents.schema import MeetingDocument
from meetings.editions.freezing import store_documents
from meetings.models import Meeting, SubjectType


def carry_into_revisions(meeting: Meeting, change: ResolvedChange, now: dt.datetime, by: Actor) -> None:
    """Copy every revision that is in review, approved or released, with the change, the oldest first.

    Releases then refer to the copy. Call this before the working copy is saved, whose revision must stay the latest.
    """
    for revision in get_open_revisions(meeting, now):
        if copy := copy_revision(revision, change, by):
            get_release_entries(meeting).filter(revision=revision).update(revision=copy)


def get_release_entries(meeting: Meeting) -> QuerySet[ReleaseEntry]:
    return ReleaseEntry.objects.filter(subject_type=SubjectType.MEETING, subject_id=meeting.pk, revision__isnull=False)


def get_open_revisions(meeting: Meeting, now: dt.datetime) -> QuerySet[Revision]:
    """Return the revisions that may still be approved or published, the oldest first."""
    reviews = (Review.latest(meeting), find_approved_review(meeting))
    keys = {review.revision.pk for review in reviews if review and not review.source.has_ended}
    to_come = Q(release__state=Release.State.SCHEDULED, release__at__gt=now) | Q(release__state=Release.State.ON_HOLD)
    keys.update(get_release_entries(meeting).filter(to_come).values_list("revision", flat=True))
    revisions = [*Revision.objects.filter(pk__in=keys)]
    keys.update(key for revision in revisions for key in get_fallback_revisions(revision))
    return Revision.objects.filter(pk__in=keys).order_by("pk")


def get_fallback_revisions(revision: Revision) -> list[int]:
    """Return the ids of revisions with a translation that goes out with this one, perhaps until its own is approved."""
    approved = {*get_approved_digests(revision).values()}
    translations = fetch_translations_of_same_source(revision)
    return [key for _language, digest, key in translations if digest in approved]


def list_sources_in_review(meeting: Meeting, now: dt.datetime) -> Iterator[MeetingDocument]:
    for revision in get_open_revisions(meeting, now):
        source = get_revision_documents(revision).get(revision.source_language)
        if isinstance(source, MeetingDocument):
            yield source


def copy_revision(revision: Revision, change: ResolvedChange, by: Actor) -> Revision | None:
    """Copy a revision with the change. It keeps its author, its time and the version that it was written at.

    Return None if the source text was erased.
    """
    documents = build_changed_documents(revision, change)
    if not documents:
        return None
    digests = dict(zip(documents, store_documents(list(documents.values())), strict=True))
    added = _("With a same-day change by %s.") % by.display_name
    remark = revision.remark if added in revision.remark else f"{revision.remark} {added}".strip()
    copy = create_revision(
        digests,
        **get_version_facts(revision),
        at=revision.at,
        by=revision.by,
        by_name=revision.by_name,
        why=revision.why,
        remark=Truncator(remark).chars(MAX_REMARK_LENGTH),
    )
    carry_verdicts(revision, copy, digests)
    return copy


def build_changed_documents(revision: Revision, change: ResolvedChange) -> dict[str, MeetingDocument]:
    """Return the documents of a revision with the change, by language, the source first; empty if it was erased."""
    documents: dict[str, Any] = get_revision_documents(revision)
    source = documents.pop(revision.source_language, None)
    if source is None:
        return {}
    changed = apply_change([source, *documents.values()], adapt_change(change, source))
    return {str(document.language): document for document in changed}


def keep_changed_working_copy(
    meeting: Meeting, before: Revision | None, change: ResolvedChange, now: dt.datetime, by: Actor
) -> None:
    """Save the working copy as a revision after the change.

    It takes over the verdicts of the revision before, for each language that differs by the change only.
    """
    expected = build_changed_documents(before, change) if before else {}
    try:
        drafts = build_drafts(
            meeting, now, names=collect_topic_names_by_language(get_revision_documents(before)) if before else {}
        )
    except InvalidDocument:
        # It was invalid before the change too. The history continues from the previous revision.
        if meeting.source_language in expected:
            write_revision(meeting, expected.values(), now, by, why=RevisionReason.FACTS)
        save_digest(meeting, NO_DOCUMENT)
        return
    revision = write_revision(meeting, drafts, now, by, why=RevisionReason.FACTS)
    assert revision is not None
    if before:
        digests = {language: compute_draft_digest(document) for language, document in expected.items()}
        rows = revision.documents.values_list("language", "document__digest")
        carry_verdicts(
            before, revision, {language: digest for language, digest in rows if digests.get(language) == digest}
        )

"""Copy revisions with a same-day change, so that their verdicts stay and the change approves nothing."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.db.models import Q, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from agenda.models import AuthorApproval, Release, ReleaseEntry, Revision, RevisionReason
from agenda.workflow.drafts import NO_DOCUMENT, build_drafts, compute_draft_digest, save_digest
from agenda.workflow.errors import MAX_REMARK_LENGTH
from agenda.workflow.reviews import (
    Review,
    fetch_translations_of_same_source,
    find_approved_review,
    get_approved_digests,
    select_open_author_approvals,
    select_submitted_documents,
)
from agenda.workflow.revisions import (
    create_revision,
    get_revision_documents,
    get_version_facts,
    load_topic_names_of_revision,
    write_revision,
)
from agenda.workflow.same_day_changes.changes import ResolvedChange, apply_change
from agenda.workflow.same_day_changes.merging import adapt_change
from agenda.workflow.translation_submission import carry_verdicts
from meetings.access.audit import Actor
from meetings.database.prepared_query import fetch_objects
from meetings.documents.encoding import InvalidDocument
from meetings.documents.plain_text import cut_text
from meetings.documents.schema import MeetingDocument
from meetings.editions.freezing import store_documents
from meetings.models import Meeting, SubjectType


def carry_into_revisions(meeting: Meeting, change: ResolvedChange, now: dt.datetime, by: Actor) -> None:
    """Copy every revision that is in review, approved or released, with the change, the oldest first.

    Releases then refer to the copy. Call this before the working copy is saved, whose revision must stay the latest.
    """
    texts, on_hold = ChangedTexts(change), [*select_held_entries(meeting).select_related("revision")]
    for revision in get_open_revisions(meeting, now):
        if copy := copy_revision(revision, texts, by):
            get_release_entries(meeting).filter(revision=revision).update(revision=copy)
    for entry in on_hold:
        assert entry.revision
        source = entry.texts.get(entry.revision.source_language)
        changed = {language: texts.digests.get((source, digest)) for language, digest in entry.texts.items()}
        entry.texts = {language: digest for language, digest in changed.items() if digest}
    ReleaseEntry.objects.bulk_update(on_hold, ["texts"])


def get_release_entries(meeting: Meeting) -> QuerySet[ReleaseEntry]:
    return ReleaseEntry.objects.filter(subject_type=SubjectType.MEETING, subject_id=meeting.pk, revision__isnull=False)


def select_held_entries(meeting: Meeting) -> QuerySet[ReleaseEntry]:
    return get_release_entries(meeting).filter(release__state=Release.State.ON_HOLD)


def get_open_revisions(meeting: Meeting, now: dt.datetime) -> QuerySet[Revision]:
    """Return the revisions that may still be approved or published, the oldest first."""
    reviews = (Review.latest(meeting), find_approved_review(meeting))
    keys = {review.revision.pk for review in reviews if review and not review.source.has_ended}
    to_come = Q(release__state=Release.State.SCHEDULED, release__at__gt=now) | Q(release__state=Release.State.ON_HOLD)
    keys.update(get_release_entries(meeting).filter(to_come).values_list("revision", flat=True))
    revisions = [*Revision.objects.filter(pk__in=keys)]
    prefetch_related_objects(revisions, "documents")
    on_hold = {text for texts in select_held_entries(meeting).values_list("texts", flat=True) for text in texts.items()}
    keys.update(key for revision in revisions for key in find_first_submissions(revision, on_hold))
    return Revision.objects.filter(pk__in=keys).order_by("pk").prefetch_related("documents")


def find_first_submissions(revision: Revision, on_hold: Collection[tuple[str, str]]) -> set[int]:
    """Return the key of a submission of each text of this one, and of each translation that goes out with it.

    `on_hold` are texts that are on hold, each a language and a digest. It is the first submission of that text and
    version, which says who submitted it. There may be hundreds of submissions of the same source text, one for each
    translation that somebody improved.
    """
    texts = {(row.language, row.document_id) for row in revision.documents.all()} | {*on_hold}
    texts.update(get_approved_digests(revision).items())
    found = {(language, digest): key for language, digest, key in fetch_translations_of_same_source(revision)}
    about = revision.subject_type, revision.subject_id
    of_version = fetch_objects(select_submitted_documents, *about, revision.version, revision.pk)
    found |= {(row.language, row.document_id): row.revision_id for row in reversed(of_version)}
    return {found[text] for text in texts & found.keys()}


def list_sources_in_review(meeting: Meeting, now: dt.datetime) -> Iterator[MeetingDocument]:
    for revision in get_open_revisions(meeting, now):
        source = get_revision_documents(revision).get(revision.source_language)
        if isinstance(source, MeetingDocument):
            yield source


class ChangedTexts:
    """What a change makes of stored documents. Each is built once, however many revisions have it."""

    def __init__(self, change: ResolvedChange) -> None:
        self.change = change
        self.digests: dict[tuple[str, str], str] = {}
        """The digest of a document with the change, by the digests of its source and of itself before."""

    def store(self, revision: Revision) -> dict[str, str]:
        """Store the documents of a revision with the change. Return their digests by language; none if it was erased.

        The documents of the revision must be prefetched.
        """
        before = {row.language: row.document_id for row in revision.documents.all()}
        source = before[revision.source_language]
        new = {language for language, digest in before.items() if (source, digest) not in self.digests}
        if new:
            documents = build_changed_documents(revision, self.change, {revision.source_language, *new})
            digests = store_documents([*documents.values()])
            self.digests |= {(source, before[key]): digest for key, digest in zip(documents, digests, strict=True)}
        pairs = {language: (source, digest) for language, digest in before.items()}
        return {language: self.digests[pair] for language, pair in pairs.items() if pair in self.digests}


def copy_revision(revision: Revision, texts: ChangedTexts, by: Actor) -> Revision | None:
    """Copy a revision with the change. It keeps its authors, its time and the version that it was written at.

    Return None if the source text was erased.
    """
    digests = texts.store(revision)
    if not digests:
        return None
    added = _("With a same-day change by %s.") % by.display_name
    remark = revision.remark if added in revision.remark else f"{revision.remark} {added}".strip()
    copy = create_revision(
        digests,
        **get_version_facts(revision),
        at=revision.at,
        by=revision.by,
        by_name=revision.by_name,
        why=revision.why,
        remark=cut_text(remark, MAX_REMARK_LENGTH),
        copied_from_id=revision.original_id,
    )
    carry_verdicts(revision, copy, digests)
    carry_first_approvals(revision, copy, digests)
    return copy


def carry_first_approvals(old: Revision, new: Revision, digests: Mapping[str, str]) -> None:
    """Copy the approvals of first authors to the copy of a revision, whose documents have these digests by language."""
    before = {row.language: row.document_id for row in old.documents.all()}
    source, of_subject = old.source_language, AuthorApproval.objects.filter(revision__subject_id=old.subject_id)
    copied = {*of_subject.filter(source__digest=digests[source]).values_list("by", "document__digest")}
    approvals = {
        (approval.by_id, approval.language): approval
        for approval in select_open_author_approvals().filter(
            revision__subject_id=old.subject_id, source__digest=before[source]
        )
        if approval.language in digests
        and approval.document_id == before.get(approval.language)
        and (approval.by_id, digests[approval.language]) not in copied
    }
    AuthorApproval.objects.bulk_create(
        AuthorApproval(
            revision=new,
            language=approval.language,
            document_id=digests[approval.language],
            source_id=digests[source],
            last_verdict=approval.last_verdict,
            by_id=approval.by_id,
            by_name=approval.by_name,
            at=approval.at,
            remark=approval.remark,
        )
        for approval in approvals.values()
    )


def build_changed_documents(
    revision: Revision, change: ResolvedChange, languages: Collection[str] = ()
) -> dict[str, MeetingDocument]:
    """Return the documents of a revision with the change, by language, the source first; empty if it was erased.

    They are in all languages, or in these, of which one is the source.
    """
    documents: dict[str, Any] = get_revision_documents(revision, languages)
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
        drafts = build_drafts(meeting, now, names=load_topic_names_of_revision(before))
    except InvalidDocument:
        # It was invalid before the change too. The history continues from the previous revision.
        if meeting.source_language in expected:
            write_revision(meeting, expected.values(), now, by, why=RevisionReason.FACTS, copied_from=before)
        save_digest(meeting, NO_DOCUMENT)
        return
    revision = write_revision(meeting, drafts, now, by, why=RevisionReason.FACTS, copied_from=before)
    assert revision is not None
    if before:
        digests = {language: compute_draft_digest(document) for language, document in expected.items()}
        rows = revision.documents.values_list("language", "document__digest")
        carry_verdicts(
            before, revision, {language: digest for language, digest in rows if digests.get(language) == digest}
        )

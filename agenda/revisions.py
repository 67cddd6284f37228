"""Save the documents of the working copy as revisions: at each save, with author and reason."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from agenda.drafts import NO_DOCUMENT, Subject, SubjectDocument, drafts_of, save_digest, type_of
from agenda.models import Revision, RevisionDocument, Why
from agenda.translating import topics_named
from meetings.audit import Actor, record, record_about
from meetings.documents.shape import TopicName
from meetings.documents.text import InvalidDocument, read
from meetings.editions import store
from meetings.models import Act, StoredDocument
from meetings.vocabulary import Language

AUDIT_ACTS = {
    Why.SAVED: Act.SAVED,
    Why.TRANSLATED: Act.TRANSLATED,
    Why.IMPORTED: Act.IMPORTED,
    Why.RESTORED: Act.RESTORED,
}
"""The acts that we record for revisions that were saved without review."""


def keep_revision(
    subject: Subject, now: dt.datetime, by: Actor, why: Why = Why.SAVED, remark: str = ""
) -> Revision | None:
    """Save the working copy as a revision, and write its digest to the row.

    Call this after every change to the working copy, in the same transaction. A save that did not change the version,
    or any document, adds no revision. Topics keep the names of the previous revision: only a submission looks up their
    names.
    """
    saved: Subject = type(subject)._default_manager.get(pk=subject.pk)
    last = latest(saved)
    if last and last.version == saved.version and saved.digest and why != Why.TRANSLATED:
        return None
    documents = documents_of_revision(last) if last else {}
    try:
        return write_revision(saved, drafts_of(saved, now, names=names_in(documents)), now, by, why=why, remark=remark)
    except InvalidDocument as error:
        save_digest(saved, NO_DOCUMENT)
        record(by, AUDIT_ACTS[why], type_of(saved), saved.pk, not_publishable=str(error))
        return None


def keep_translations(subject: Subject, now: dt.datetime, by: Actor, language: str) -> Revision | None:
    """Save a revision after translations were saved. The version stays the same, so that authors are not disturbed."""
    return keep_revision(subject, now, by, Why.TRANSLATED, Language(language).label)


def write_revision(
    subject: Subject, documents: Iterable[SubjectDocument], now: dt.datetime, by: Actor, *, why: Why, remark: str = ""
) -> Revision | None:
    """Save the documents, the source first, as a revision. Return None if nothing changed since the last one."""
    documents = list(documents)
    digests = store(documents)
    save_digest(subject, digests[0])
    last = latest(subject)
    digests_by_language: dict[str, str] = {
        document.language: digest for document, digest in zip(documents, digests, strict=True)
    }
    same = last and {x.language: x.document_id for x in last.documents.all()} == digests_by_language
    if same and why in AUDIT_ACTS:
        return None
    revision = add(
        digests_by_language,
        subject_type=type_of(subject),
        subject_id=subject.pk,
        version=subject.version,
        at=now,
        by=by.user,
        by_name=by.shown,
        why=why,
        remark=remark,
        source_language=documents[0].language,
    )
    if why in AUDIT_ACTS:
        record_about(by, AUDIT_ACTS[why], documents[0], digest=digests[0], remark=remark)
    return revision


def keep_deletion(subject: Subject, by: Actor) -> None:
    """Record what is about to be deleted in the audit log: its address and its text."""
    last = StoredDocument.objects.filter(digest=subject.digest).exclude(text="").first()
    document = read(last.text) if last else None
    if isinstance(document, SubjectDocument):
        record_about(by, Act.DELETED, document, digest=subject.digest)
    else:  # it never made a document, or its text was erased
        record(by, Act.DELETED, type_of(subject), subject.pk, title=str(subject))


def add(digests: Mapping[str, str], **facts: Any) -> Revision:
    """Create a revision with the stored documents of these digests, by language."""
    revision = Revision.objects.create(**facts)
    RevisionDocument.objects.bulk_create(
        RevisionDocument(revision=revision, language=language, document_id=digest)
        for language, digest in digests.items()
    )
    return revision


def latest(subject: Subject) -> Revision | None:
    """Return the newest revision of the subject, or None."""
    revisions = Revision.objects.for_subject(type_of(subject), subject.pk).newest_first()
    return revisions.prefetch_related("documents").first()


def documents_of_revision(revision: Revision) -> dict[str, SubjectDocument]:
    """Return the documents of the revision by language."""
    rows = revision.documents.select_related("document")
    documents = {row.language: read(row.document.text) for row in rows if row.document.text}
    return {language: document for language, document in documents.items() if isinstance(document, SubjectDocument)}


def names_in(documents: Mapping[str, SubjectDocument]) -> dict[str, dict[UUID, TopicName]]:
    """Return the names of the topics in the documents, by language."""
    return {language: topics_named(document) for language, document in documents.items()}

"""Keeping what the working copy says at each save: its documents, by whom, and why."""

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


def keep_revision(
    subject: Subject, now: dt.datetime, by: Actor, why: Why = Why.SAVED, remark: str = ""
) -> Revision | None:
    """Keeps what the working copy says, as last saved, and notes its digest on the row.

    To be called after every way in, in the same transaction. A save that moved no version, or left every document as it
    was, keeps nothing. Topics are called as they were in the revision before: only a submission looks up their names.
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
    """The same after translations were saved, which move no version: whoever writes the source is not disturbed."""
    return keep_revision(subject, now, by, Why.TRANSLATED, Language(language).label)


def write_revision(
    subject: Subject, documents: Iterable[SubjectDocument], now: dt.datetime, by: Actor, *, why: Why, remark: str = ""
) -> Revision | None:
    """A revision of the documents, the source's first; none where a mere save says what the one before says."""
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
    """Keeps in the audit log what is about to be deleted: where it would have been published, and what it said."""
    last = StoredDocument.objects.filter(digest=subject.digest).exclude(text="").first()
    document = read(last.text) if last else None
    if isinstance(document, SubjectDocument):
        record_about(by, Act.DELETED, document, digest=subject.digest)
    else:  # it never made a document, or its text was erased
        record(by, Act.DELETED, type_of(subject), subject.pk, title=str(subject))


def add(digests: Mapping[str, str], **facts: Any) -> Revision:
    """A revision with the stored documents of the digests by language."""
    revision = Revision.objects.create(**facts)
    RevisionDocument.objects.bulk_create(
        RevisionDocument(revision=revision, language=language, document_id=digest)
        for language, digest in digests.items()
    )
    return revision


def latest(subject: Subject) -> Revision | None:
    revisions = Revision.objects.for_subject(type_of(subject), subject.pk).newest_first()
    return revisions.prefetch_related("documents").first()


def documents_of_revision(revision: Revision) -> dict[str, SubjectDocument]:
    """By language."""
    rows = revision.documents.select_related("document")
    documents = {row.language: read(row.document.text) for row in rows if row.document.text}
    return {language: document for language, document in documents.items() if isinstance(document, SubjectDocument)}


def names_in(documents: Mapping[str, SubjectDocument]) -> dict[str, dict[UUID, TopicName]]:
    """What the documents call the topics of their items, by language."""
    return {language: topics_named(document) for language, document in documents.items()}

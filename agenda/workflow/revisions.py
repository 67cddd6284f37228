"""Save the documents of the working copy as revisions: at each save, with author and reason."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from types import EllipsisType, MappingProxyType
from typing import Any
from uuid import UUID

from django.db.models import Max, QuerySet, prefetch_related_objects
from django.forms import model_to_dict

from agenda.documents.building import MeetingRows, load_rows
from agenda.documents.translations.translated_document import collect_topic_names
from agenda.models import Revision, RevisionDocument, RevisionReason
from agenda.workflow.drafts import (
    NO_DOCUMENT,
    Subject,
    SubjectDocument,
    build_drafts,
    compute_draft_digest,
    get_subject_key,
    get_subject_type,
    get_translations,
    save_digest,
)
from meetings.access.audit import Actor, record_about_document, record_act
from meetings.database.prepared_query import fetch_objects, fetch_rows
from meetings.documents.choices import Language
from meetings.documents.encoding import InvalidDocument, decode_document
from meetings.documents.schema import TopicName
from meetings.editions.freezing import store_documents
from meetings.models import Act, Meeting, StoredDocument

AUDIT_ACTS = {
    RevisionReason.SAVED: Act.SAVED,
    RevisionReason.TRANSLATED: Act.TRANSLATED,
    RevisionReason.IMPORTED: Act.IMPORTED,
    RevisionReason.RESTORED: Act.RESTORED,
}
"""The acts that we record for revisions that were saved without review."""


def keep_revision(
    subject: Subject, now: dt.datetime, by: Actor, why: RevisionReason = RevisionReason.SAVED, remark: str = ""
) -> Revision | None:
    """Save the working copy as a revision, and write its digest to the row.

    Call this after every change to the working copy, in the same transaction. A save that did not change the version,
    or any document, adds no revision. Topics keep the names of the previous revision: only a submission looks up their
    names.
    """
    saved: Subject = type(subject)._default_manager.get(pk=subject.pk)
    _document, revision = keep_revision_of_saved(saved, now, by, why=why, remark=remark)
    return revision


def keep_revision_of_saved(
    saved: Subject,
    now: dt.datetime,
    by: Actor,
    *,
    why: RevisionReason,
    remark: str,
    rows: MeetingRows | None = None,
    language: str = "",
) -> tuple[SubjectDocument | None, Revision | None]:
    """Do what `keep_revision` does for a working copy that this transaction has just loaded or saved.

    `rows` are those of a meeting, if they are known. Only translations into `language` were changed, if it is given.
    Return the source document as well, even if it may not be stored; it is None if the version has not changed, or if
    the rows cannot be expressed as a document.
    """
    last = get_latest_revision(saved)
    if last and last.version == saved.version and saved.digest and why != RevisionReason.TRANSLATED:
        return None, None
    if rows is None and isinstance(saved, Meeting):
        rows = load_rows(saved)
    named_in = last if rows and rows.topics else None
    others = get_documents_in_other_languages(saved, last, language) if last and language else {}
    source = None
    try:
        if others:
            names = load_topic_names_of_revision(named_in, {saved.source_language, language})
            translations = get_translations(saved, language)
            drafts = build_drafts(saved, now, names=names, translations=translations, rows=rows)
        if not others or others[saved.source_language] != compute_draft_digest(drafts[0]):
            others, names = {}, load_topic_names_of_revision(named_in)
            drafts = build_drafts(saved, now, names=names, rows=rows)
        source = drafts[0]
        return source, write_revision(saved, drafts, now, by, why=why, remark=remark, last=last, others=others)
    except InvalidDocument as error:
        save_digest(saved, NO_DOCUMENT)
        record_act(by, AUDIT_ACTS[why], **get_subject_key(saved), not_publishable=str(error))
        return source, None


def get_documents_in_other_languages(saved: Subject, last: Revision, language: str) -> dict[str, str]:
    """Return the digests of the documents that a change of translations into `language` does not concern, by language.

    They are those of the last revision. Return none if it may have others than the working copy: it is of another
    version, or a submission, which has the approved translations.
    """
    if last.version != saved.version or last.why not in AUDIT_ACTS or language == saved.source_language:
        return {}
    digests = {document.language: document.document_id for document in last.documents.all()}
    digests.pop(language, None)
    return digests if saved.source_language in digests else {}


def keep_translation_revision(subject: Subject, now: dt.datetime, by: Actor, language: str) -> Revision | None:
    """Save a revision after translations into a language were saved.

    The version stays the same, so that authors are not disturbed. Only the document in this language is built, if
    possible: in a note of thousands of items, all languages take seconds, for which a withdrawal would wait.
    """
    saved: Subject = type(subject)._default_manager.get(pk=subject.pk)
    why, remark = RevisionReason.TRANSLATED, str(Language(language).label)
    return keep_revision_of_saved(saved, now, by, why=why, remark=remark, language=language)[1]


def write_revision(
    subject: Subject,
    documents: Iterable[SubjectDocument],
    now: dt.datetime,
    by: Actor,
    *,
    why: RevisionReason,
    remark: str = "",
    last: Revision | EllipsisType | None = ...,
    others: Mapping[str, str] = MappingProxyType({}),
    copied_from: Revision | None = None,
) -> Revision | None:
    """Save the documents, the source first, as a revision. Return None if nothing changed since the last one.

    `last` is the last revision, if it is loaded already. `others` are digests of documents that belong to the revision
    as well, and are stored already, by language. A same-day change made this one of `copied_from`.
    """
    documents = list(documents)
    digests = store_documents(documents)
    save_digest(subject, digests[0])
    last = get_latest_revision(subject) if last is ... else last
    digests_by_language: dict[str, str] = {
        **others,
        **{document.language: digest for document, digest in zip(documents, digests, strict=True)},
    }
    same = last and {x.language: x.document_id for x in last.documents.all()} == digests_by_language
    if same and why in AUDIT_ACTS:
        return None
    revision = create_revision(
        digests_by_language,
        **get_subject_key(subject),
        version=subject.version,
        **by.sign(now),
        why=why,
        remark=remark,
        source_language=documents[0].language,
        copied_from_id=copied_from.original_id if copied_from else None,
    )
    if why in AUDIT_ACTS:
        record_about_document(by, AUDIT_ACTS[why], documents[0], digest=digests[0], remark=remark)
    return revision


def record_deletion(subject: Subject, by: Actor) -> None:
    """Record what is about to be deleted in the audit log: its address and its text."""
    last = StoredDocument.objects.filter(digest=subject.digest).exclude(text="").first()
    document = decode_document(last.text) if last else None
    if isinstance(document, SubjectDocument):
        record_about_document(by, Act.DELETED, document, digest=subject.digest)
    else:  # it never made a document, or its text was erased
        record_about_subject(by, Act.DELETED, subject)


def record_about_subject(by: Actor, act: Act, subject: Subject, **details: Any) -> None:
    """Add an entry to the audit log about the working copy, with its present name."""
    record_act(by, act, **get_subject_key(subject), title=str(subject), **details)


def create_revision(digests: Mapping[str, str], **facts: Any) -> Revision:
    """Create a revision with the stored documents of these digests, by language."""
    revision = Revision.objects.create(**facts)
    RevisionDocument.objects.bulk_create(
        RevisionDocument(revision=revision, language=language, document_id=digest)
        for language, digest in digests.items()
    )
    return revision


def get_version_facts(revision: Revision) -> dict[str, Any]:
    """Return the members of a revision that say which version it is of, for `create_revision`."""
    return model_to_dict(revision, ("subject_type", "subject_id", "version", "source_language"))


def get_latest_revision(subject: Subject) -> Revision | None:
    return fetch_revision(select_last_revision, get_subject_type(subject), subject.pk)


def get_last_key(subject_id: UUID) -> int:
    """Return the key of the last revision, or 0."""
    return Revision.objects.filter(subject_id=subject_id).aggregate(last=Max("pk"))["last"] or 0


def get_last_version(subject_type: str, subject_id: UUID) -> int:
    """Return the version of the last revision, or 0.

    A working copy that is written again after it was deleted goes on from there: its next texts would otherwise count
    as older than those of before, which reviewers would see instead, and whose authors could approve them.
    """
    return select_last_revision(subject_type, subject_id).values_list("version", flat=True).first() or 0


def select_last_revision(subject_type: str, subject_id: UUID) -> QuerySet[Revision]:
    return Revision.objects.for_subject(subject_type, subject_id).newest_first()[:1]


def fetch_revision(select: Callable[..., QuerySet[Revision]], *values: Any) -> Revision | None:
    """Return the first revision of a prepared query (`fetch_objects`) with its documents, or None."""
    revisions = fetch_objects(select, *values)[:1]
    prefetch_related_objects(revisions, "documents")
    return revisions[0] if revisions else None


def get_revision_documents(revision: Revision, languages: Collection[str] = ()) -> dict[str, SubjectDocument]:
    """Return the documents of a revision by language, without erased texts: all of them, or those in `languages`."""
    rows = fetch_rows(select_texts_of_revision, revision.pk)
    wanted = [(language, text) for language, text in rows if not languages or language in languages]
    documents = {language: decode_document(text) for language, text in wanted}
    return {language: document for language, document in documents.items() if isinstance(document, SubjectDocument)}


def select_texts_of_revision(revision: int) -> QuerySet[RevisionDocument, Any]:
    rows = RevisionDocument.objects.filter(revision=revision).exclude(document__text="")
    return rows.values_list("language", "document__text")


def load_working_copy_documents(subject: Subject, now: dt.datetime) -> dict[str, SubjectDocument]:
    """Return the documents of the working copy as last saved, by language. Raise InvalidDocument.

    Topics have the names of the last revision, as in `keep_revision`.
    """
    names = load_topic_names_of_revision(get_latest_revision(subject))
    return {str(draft.language): draft for draft in build_drafts(subject, now, names=names)}


def load_topic_names_of_revision(
    revision: Revision | None, languages: Collection[str] = ()
) -> dict[str, dict[UUID, TopicName]]:
    """Return the names that topics have in a revision, in all languages or in these; none without a revision."""
    return collect_topic_names_by_language(get_revision_documents(revision, languages)) if revision else {}


def collect_topic_names_by_language(documents: Mapping[str, SubjectDocument]) -> dict[str, dict[UUID, TopicName]]:
    return {language: collect_topic_names(document) for language, document in documents.items()}

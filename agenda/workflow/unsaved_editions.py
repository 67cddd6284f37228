"""Compose editions from stored texts and change notes, and compare texts with those that readers know."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from msgspec.structs import replace

from agenda.documents.translations.segments import list_segments, replace_texts
from agenda.documents.validation import find_changed_facts
from agenda.models import Release, ReleaseEntry, Revision
from agenda.workflow.drafts import Subject, SubjectDocument, get_subject_key
from agenda.workflow.errors import NotApprovedError, PendingEditionError, clean_text
from agenda.workflow.reviews import (
    fetch_translations_of_same_source,
    get_approved_digests,
    get_last_verdicts,
    load_documents,
    load_documents_by_digest,
    select_first_approved,
)
from agenda.workflow.transactions import format_instant
from meetings.database.prepared_query import fetch_rows
from meetings.documents.choices import Language, OtherLanguages
from meetings.editions.freezing import UnsavedEdition, compose_edition, refuse_suppressed
from meetings.models import Edition, EditionDocument, EditionReason, Meeting, Translation


@dataclass(frozen=True)
class ChangeNote:
    """The public note on a change; for a minor correction (`is_editorial`), readers see no note."""

    text: str = ""
    is_editorial: bool = False


@dataclass(frozen=True)
class ChangeNotes:
    """The notes of a release: one by default, and others for some of its meetings and topics."""

    default: ChangeNote
    by_subject: Mapping[UUID, ChangeNote]

    @classmethod
    def clean(cls, note: str, is_editorial: bool, change_notes: Mapping[UUID, ChangeNote] | None = None) -> Self:
        """Clean the notes. Raise WorkflowError for a note that is too long."""
        notes_by_subject = {
            key: ChangeNote(clean_text(change_note.text, "note", subject_id=key), change_note.is_editorial)
            for key, change_note in (change_notes or {}).items()
        }
        return cls(ChangeNote(clean_text(note, "note"), is_editorial), notes_by_subject)

    def for_subject(self, subject_id: UUID) -> ChangeNote:
        return self.by_subject.get(subject_id, self.default)


def rebuild_edition(
    entry: ReleaseEntry,
    now: dt.datetime,
    instant: dt.datetime,
    known: Mapping[str, str],
    joining: Collection[str] | None = None,
) -> UnsavedEdition:
    """Compose the edition of a release entry for another instant, from the same stored bytes.

    `known` and `joining` are as for `select_texts_to_release`. Raise NotApprovedError if the text is no longer
    approved.
    """
    texts = select_texts_to_release(entry, known, joining)
    if not texts:
        raise NotApprovedError(_("“%s” is no longer approved. Cancel this publication.") % entry.title)
    refuse_suppressed(texts.values())
    facts = get_reason_and_note(entry.subject_id, texts, now, ChangeNote(entry.note, entry.is_editorial))
    digests = list(texts.values())
    return compose_edition(load_documents(digests), available_from=instant, **facts, digests=digests)


def select_texts_to_release(
    entry: ReleaseEntry, known: Mapping[str, str], joining: Collection[str] | None = None
) -> dict[str, str]:
    """Return the digests that a scheduled or held entry has at another time, by language, the source first.

    `known` are those that are scheduled, or were put on hold. They stay, but for `list_dropped_languages`. Others that
    are approved join them: all of them, or those with the digests `joining`. Empty if the source text is no longer
    approved.
    """
    revision = entry.revision
    assert revision is not None
    texts = get_forced_digests(revision) if entry.forced_reason else get_approved_digests(revision)
    dropped = list_dropped_languages(entry, known)
    kept = {language: digest for language, digest in known.items() if language not in dropped}
    approved = {
        language: digest
        for language, digest in texts.items()
        if language not in dropped and (joining is None or language == revision.source_language or digest in joining)
    }
    return merge_languages(kept, approved) if texts else {}


def list_dropped_languages(entry: ReleaseEntry, known: Mapping[str, str]) -> list[Language]:
    """List the languages that a scheduled or held entry loses at another time: they are no longer approved.

    Somebody sent the translation back, on the page of whichever submission, or restored an edition without it. If the
    entry goes out without approval, only what was sent back counts. `known` are the digests by language.
    """
    revision = entry.revision
    assert revision is not None
    verdicts = get_last_verdicts(revision, known.items())
    dropped = {
        language
        for (language, _digest), verdict in verdicts.items()
        if not verdict.approved or (verdict.ended_at and not entry.forced_reason)
    }
    return [language for language in Language if language in dropped - {revision.source_language}]


def list_replaced_languages(entry: ReleaseEntry, texts: Mapping[str, str]) -> list[Language]:
    """List the languages of which another translation is approved by now, which does not go out with the entry.

    `texts` are the digests with which it does, by language.
    """
    if entry.revision is None or entry.forced_reason:
        return []
    submitted = [
        (language, digest) for language, digest, _revision in fetch_translations_of_same_source(entry.revision)
    ]
    newest = select_first_approved(entry.revision, submitted)
    return [each for each in Language if each in newest and texts.get(each, newest[each]) != newest[each]]


def get_known_texts(entry: ReleaseEntry) -> Mapping[str, str]:
    """Return the digests that the entry is scheduled with, or was put on hold with, by language; none if planned."""
    if entry.edition_id:
        return dict(fetch_rows(select_edition_digests, entry.edition_id))
    return entry.texts if entry.revision_id else {}


def get_joining_digests(subject_id: UUID, revision: Revision) -> dict[str, str]:
    """Return the digests of the approved texts that may join what readers have, without those that are on hold."""
    texts, source, on_hold = get_approved_digests(revision), revision.source_language, find_digests_on_hold(subject_id)
    return {language: digest for language, digest in texts.items() if language == source or digest not in on_hold}


def find_digests_on_hold(subject_id: UUID) -> set[str]:
    entries = ReleaseEntry.objects.filter(subject_id=subject_id, release__state=Release.State.ON_HOLD)
    return {digest for texts in entries.values_list("texts", flat=True) for digest in texts.values()}


def get_forced_digests(revision: Revision) -> dict[str, str]:
    """Return the digests of what goes out without approval, by language, the source first.

    A translation does not if somebody has sent it back since. The source does: it waits for a decision afterwards.
    """
    source = revision.source_language
    digests = {row.language: row.document_id for row in revision.documents.order_by("language")}
    verdicts = get_last_verdicts(revision, digests.items())
    left_out = {source} | {language for (language, _digest), verdict in verdicts.items() if not verdict.approved}
    return {source: digests[source]} | {language: digests[language] for language in digests if language not in left_out}


def get_reason_and_note(
    subject_id: UUID, texts: Mapping[str, str], now: dt.datetime, change_note: ChangeNote
) -> dict[str, Any]:
    """Return the keyword arguments `reason` and `change_note` for `compose_edition`.

    A first edition carries no note.
    """
    reason = get_edition_reason(subject_id, texts, now, is_editorial=change_note.is_editorial)
    has_note = not change_note.is_editorial and reason != EditionReason.PUBLICATION
    return {"reason": reason, "change_note": change_note.text if has_note else ""}


def get_edition_reason(
    subject_id: UUID, texts: Mapping[str, str], now: dt.datetime, *, is_editorial: bool
) -> EditionReason:
    """Return why there will be an edition with these texts: the first one, more languages, or changed texts."""
    last = Edition.objects.filter(subject_id=subject_id).visible(now).last()
    if last is None:
        return EditionReason.PUBLICATION
    if last.is_tombstone:
        return EditionReason.AGAIN
    if not is_change_for_readers(get_live_digests(subject_id, now), texts):
        return EditionReason.TRANSLATION
    return EditionReason.EDITORIAL if is_editorial else EditionReason.CORRECTION


def list_lost_languages(known: Collection[str], languages: Collection[str]) -> list[Language]:
    """List the languages that readers have now, and will not have in a text in `languages`."""
    return [language for language in Language if language in known and language not in languages]


def is_change_for_readers(
    known: Mapping[str, str], texts: Mapping[str, str], unsaved: Mapping[str, SubjectDocument] = MappingProxyType({})
) -> bool:
    """Return True if readers of any language will find another text than the one they know, or none.

    `known` and `texts` are digests by language, `unsaved` the documents of those that are not stored. A translation
    that replaces a fallback does not count as another text.
    """
    others = [language for language, digest in known.items() if texts.get(language) != digest]
    if not all(language in texts for language in others):
        return True
    return any(not is_completed_translation(known[language], texts[language], unsaved) for language in others)


def merge_languages(current: Mapping[str, str], texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of an edition together with those that may join it without a change note.

    These are languages that it lacks, and translations of what was a fallback. All are digests by language; in the
    result, the source language comes first.
    """
    joining = {
        language: digest
        for language, digest in texts.items()
        if language not in current or current[language] == digest or is_completed_translation(current[language], digest)
    }
    source = next(iter(texts))
    merged = {**current, **joining}
    return {
        language: merged[language]
        for language in sorted(merged, key=lambda language_code: (language_code != source, language_code))
    }


def is_completed_translation(
    known: str, digest: str, unsaved: Mapping[str, SubjectDocument] = MappingProxyType({})
) -> bool:
    """Return True if the document differs from the known one only by translating its fallbacks."""
    documents = {**load_documents_by_digest([known, digest]), **unsaved}
    if not {known, digest} <= documents.keys():  # one is a draft, or erased
        return False
    before, after = documents[known], documents[digest]
    if not set(after.fallbacks) < set(before.fallbacks):
        return False
    borrowed = [segment for segment in list_segments(before) if segment.path in before.fallbacks]
    as_borrowed = {segment.key: segment.text for segment in borrowed}
    undone = replace_texts(after, lambda segment, _part: as_borrowed.get(segment.key, segment.text))
    return replace(undone, fallbacks=before.fallbacks) == before


def find_facts_changed_in(before: Iterable[SubjectDocument], after: Iterable[SubjectDocument]) -> list[str]:
    """Return the names of the parts whose facts differ between two texts, in the languages that both have."""
    known = {document.language: document for document in before}
    pairs = ((known[document.language], document) for document in after if document.language in known)
    return [*dict.fromkeys(name for pair in pairs for name in find_changed_facts(*pair))]


def refuse_silent_return(
    pending_editions: Iterable[Edition], documents: Sequence[SubjectDocument], digests: Mapping[str, str]
) -> None:
    """Raise PendingEditionError if a scheduled edition would undo these texts, published now, without a note.

    A minor correction and added languages have none. They were compared with what was live when they were scheduled.
    `digests` are those of the texts, by language.
    """
    for edition in pending_editions:
        has_note = edition.reason not in (EditionReason.EDITORIAL, EditionReason.TRANSLATION)
        if not has_note and is_change_for_readers(digests, get_edition_digests(edition)):
            message = _(
                "“%(subject)s” is scheduled for %(time)s (Brussels time) without a note for readers, and that text "
                "would undo this change. Cancel that scheduled publication."
            )
            facts = {"subject": documents[0].title, "time": format_instant(edition.available_from)}
            raise PendingEditionError(message % facts, field="pending")


def get_live_digests(subject_id: UUID, now: dt.datetime) -> dict[str, str]:
    """Return the digests of the live edition by language; empty if nothing is live."""
    return dict(fetch_rows(select_live_digests, subject_id, now))


def select_live_digests(subject_id: UUID, now: dt.datetime) -> QuerySet[EditionDocument, Any]:
    live = Edition.objects.filter(subject_id=subject_id).live(now)
    return EditionDocument.objects.filter(edition__in=live).values_list("language", "document__digest")


def get_edition_digests(edition: Edition) -> Mapping[str, str]:
    return dict(fetch_rows(select_edition_digests, edition.pk))


def select_edition_digests(edition: UUID) -> QuerySet[EditionDocument, Any]:
    return EditionDocument.objects.filter(edition=edition).values_list("language", "document__digest")


def list_missing_languages(subject: Subject, approved: Collection[str], now: dt.datetime) -> list[Language]:
    """List the languages that must be approved before the text in the `approved` languages may go out.

    The meeting's language rule applies to its first edition only: a correction goes out in the languages that are
    approved. Topics have no such rule.
    """
    if not isinstance(subject, Meeting) or get_live_digests(subject.pk, now):
        return []
    required = set(subject.required_languages)
    if subject.other_languages == OtherLanguages.WAIT:
        started = Translation.objects.filter(**get_subject_key(subject)).exclude(text="")
        required |= set(started.values_list("language", flat=True))
    return [language for language in Language if language in required - {*approved, subject.source_language}]


def require_languages(subject: Subject, approved: Collection[str], now: dt.datetime) -> None:
    """Raise NotApprovedError if the rule requires languages that are not in `approved`."""
    if waits_for := list_missing_languages(subject, approved, now):
        languages = ", ".join(language.label for language in waits_for)
        message = _(
            "“%(subject)s” cannot be published: its language rule requires %(languages)s, and this is not "
            "approved. Get it approved, or change the rule."
        )
        raise NotApprovedError(message % {"subject": subject, "languages": languages})

"""Editions made once more from bytes that are stored: what was released, or was public before."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from msgspec.structs import replace

from agenda.models import ReleaseEntry
from agenda.publishing.refusals import NotApprovedError
from agenda.publishing.telling import Told
from agenda.reviews import approved_digests, stored_documents
from agenda.translating import Segment, segments, with_texts_of
from meetings.closed import refuse_closed
from meetings.editions import Composition, compose
from meetings.models import Edition, EditionReason, StoredDocument


def rebuild_edition(
    entry: ReleaseEntry, now: dt.datetime, instant: dt.datetime, current: Mapping[str, str] | None = None
) -> Composition:
    """The edition of a release's entry for another instant: the same bytes, in the languages that are approved.

    `held` are the digests of the edition that languages join: what it says already it goes on to say.
    """
    revision = entry.revision
    assert revision is not None
    if entry.forced_reason:
        current = {row.language: row.document_id for row in revision.documents.order_by("language")}
        texts = {revision.source_language: current.pop(revision.source_language)} | current
    elif not (texts := approved_digests(revision)):
        raise NotApprovedError(_("“%s” is no longer approved: call this release off.") % entry.title)
    texts = merge_languages(current, texts) if current else texts
    refuse_closed(texts.values())
    return compose(
        stored_documents(texts.values()),
        available_from=instant,
        **get_reason_and_note(entry.subject_id, texts, now, Told(entry.note, entry.is_editorial)),
        digests=list(texts.values()),
    )


def get_reason_and_note(
    subject_id: UUID, texts: Mapping[str, str], now: dt.datetime, change_note: Told
) -> dict[str, Any]:
    """Why there will be an edition with these texts, and the note that it carries: a first edition has none."""
    reason = get_edition_reason(subject_id, texts, now, is_editorial=change_note.editorial)
    is_told = not change_note.editorial and reason != EditionReason.PUBLICATION
    return {"reason": reason, "change_note": change_note.note if is_told else ""}


def get_edition_reason(
    subject_id: UUID, texts: Mapping[str, str], now: dt.datetime, *, is_editorial: bool
) -> EditionReason:
    """Why there will be an edition with these texts: the first one, languages more, or other texts."""
    last = Edition.objects.filter(subject_id=subject_id).visible(now).last()
    if last is None:
        return EditionReason.PUBLICATION
    if last.is_tombstone:
        return EditionReason.AGAIN
    if not is_changed(live_digests(subject_id, now), texts):
        return EditionReason.TRANSLATION
    return EditionReason.EDITORIAL if is_editorial else EditionReason.CORRECTION


def is_changed(known: Mapping[str, str], texts: Mapping[str, str]) -> bool:
    """Readers of some language will find another text than the one they know, or none. Both are digests by language.

    What was borrowed and is translated now is no other text.
    """
    others = [language for language, digest in known.items() if texts.get(language) != digest]
    if not all(language in texts for language in others):
        return True
    return any(not is_completed_translation(known[language], texts[language]) for language in others)


def merge_languages(current: Mapping[str, str], texts: Mapping[str, str]) -> dict[str, str]:
    """What an edition holds, and those of the texts that join it with no word about it: languages that it has not, and
    translations of what was borrowed. Both are digests by language, the source's first.
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


def is_completed_translation(known: str, digest: str) -> bool:
    """The document says nothing else than the one that readers know, but in its language what was borrowed there."""
    texts = StoredDocument.objects.filter(digest__in=[known, digest]).exclude(text="")
    if len(texts) < 2:  # a draft, or erased
        return False
    before, after = stored_documents([known, digest])
    if before.language == before.source_language or not set(after.fallbacks) < set(before.fallbacks):
        return False
    borrowed = [segment for segment in segments(before) if segment.path in before.fallbacks]
    as_borrowed = {segment.key: segment.text for segment in borrowed}

    def as_before(segment: Segment, _part: Any) -> str:
        return as_borrowed.get(segment.key, segment.text)

    return replace(with_texts_of(after, as_before), fallbacks=before.fallbacks) == before


def live_digests(subject_id: UUID, now: dt.datetime) -> dict[str, str]:
    """By language; empty where nothing is live."""
    live = Edition.objects.filter(subject_id=subject_id).live(now).first()
    return dict(digests_of(live)) if live else {}


def digests_of(edition: Edition) -> Mapping[str, str]:
    """By language."""
    return dict(edition.documents.values_list("language", "document"))

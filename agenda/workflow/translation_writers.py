"""Who wrote the texts of translations, so that nobody approves their own alone.

Whoever ever changed a text is one of its writers, whatever has become of their words since: a submission may have them,
a colleague's open form, or a draft that is restored. Their words no longer count once the text is as somebody approved
it last.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple, TypeVar
from uuid import UUID

from agenda.documents.translations.segments import TextKey
from agenda.documents.translations.translated_document import TranslatedTexts
from agenda.models import Revision, RevisionDocument
from agenda.workflow.drafts import Subject, get_translations
from agenda.workflow.reviews import (
    ApprovedPair,
    SubjectLanguage,
    TextsOfPairs,
    get_last_approved_pairs,
    get_last_submission,
)
from agenda.workflow.revisions import get_last_key
from meetings.access.audit import Actor
from meetings.models import TranslationWriter

MAX_ROWS = 5000
"""For the texts of how many rows one query asks."""

UserKeys = set[int]
Key = TypeVar("Key")


def record_writers(subject: Subject, texts: Mapping[str, TranslatedTexts], by: Actor) -> None:
    """Record who changes these texts, by language, of which empty ones are deleted.

    This must run before they are stored, with the subject's row locked. Commands have no user and write nothing.
    """
    if by.user is None:
        return
    stored, last = get_translations(subject, *texts), get_last_key(subject.pk)
    TranslationWriter.objects.bulk_create(
        (
            TranslationWriter(
                subject_id=subject.pk, language=language, row_id=row, field=field, user=by.user, saved_after=last
            )
            for language, saved in texts.items()
            for row, field in list_changed_texts(saved, stored.get(language, {}))
        ),
        ignore_conflicts=True,  # they changed it before
    )


def list_changed_texts(saved: TranslatedTexts, stored: TranslatedTexts) -> list[TextKey]:
    """Return the texts whose words change, or the original that they are for."""
    return [key for key, text in saved.items() if text != stored.get(key) and (text.text or key in stored)]


class ChangedTexts(NamedTuple):
    """The texts of a translation that are not approved as they are, and the revision that has them, if any."""

    place: SubjectLanguage
    keys: set[TextKey]
    revision: int | None = None


def find_writers_of_submitted(
    translations: Mapping[tuple[Revision, str], int],
) -> dict[tuple[int, str], UserKeys]:
    """Return who wrote texts of these translations that nobody has approved, by the revision's key and the language.

    Each has the key of the revision in which it was submitted first: whoever changed a text after that does not count.
    The number of queries does not depend on the number of translations, up to some thousand texts.
    """
    rows = RevisionDocument.objects.filter(revision__in={revision.pk for revision, _language in translations})
    digests = {
        (revision, language): digest
        for revision, language, digest in rows.values_list("revision", "language", "document__digest")
    }
    approved = get_last_approved_pairs({(revision.subject_id, language) for revision, language in translations})
    pairs = {
        (revision, language): (digests[revision.pk, revision.source_language], digests[revision.pk, language])
        for revision, language in translations
    }
    texts = TextsOfPairs({*pairs.values(), *(each.pair for each in approved.values())})
    changed = {}
    for (revision, language), pair in sorted(pairs.items(), key=lambda item: item[1]):
        place = revision.subject_id, language
        sources = texts.get_source_digests(pair[0])
        keys = find_unapproved_texts(texts.get_texts(pair), sources, approved.get(place), texts)
        changed[revision.pk, language] = ChangedTexts(place, keys, translations[revision, language])
    return find_writers(changed)


def find_writers_of_draft(subject: Subject, language: str) -> UserKeys:
    """Do what `find_writers_of_submitted` does, for the working copy in a language.

    It has the translations of its original, and of the one that was submitted last; all, without a valid document.
    """
    place, stored = (subject.pk, language), get_translations(subject, language).get(language, {})
    approved, last = get_last_approved_pairs({place}).get(place), get_last_submission(subject)
    submitted = last.source_digest if last else subject.digest
    texts = TextsOfPairs({(subject.digest, submitted), *([approved.pair] if approved else [])})
    sources, submitted_sources = texts.get_source_digests(subject.digest), texts.get_source_digests(submitted)
    current = {
        key: text
        for key, text in stored.items()
        if not sources or text.source_digest in (sources.get(key), submitted_sources.get(key))
    }
    keys = find_unapproved_texts(current, sources, approved, texts)
    return find_writers({place: ChangedTexts(place, keys)})[place]


def find_unapproved_texts(
    current: TranslatedTexts, sources: Mapping[TextKey, str], approved: ApprovedPair | None, texts: TextsOfPairs
) -> set[TextKey]:
    """Return the texts of a translation that are not as they were approved last, for the same original.

    `current` are its texts, and `sources` the digests of the original. A text without words counts if the approved one
    has words for the same original: somebody took them out. If the approval is disputed, all words count.
    """
    before = texts.get_texts(approved.pair) if approved else {}
    undisputed = before if approved and not approved.is_disputed else {}
    emptied = {key for key, text in before.items() if key not in current and sources.get(key) == text.source_digest}
    return emptied | {key for key, text in current.items() if text != undisputed.get(key)}


def find_writers(changed: Mapping[Key, ChangedTexts]) -> dict[Key, UserKeys]:
    """Return who wrote each of these texts, before the revision that has them."""
    places = {texts.place for texts in changed.values()}
    stored = TranslationWriter.objects.filter(
        subject_id__in={subject for subject, _language in places}, language__in={language for _key, language in places}
    )
    writers: dict[tuple[UUID, str, TextKey], list[tuple[int, int]]] = defaultdict(list)
    rows = sorted({row for texts in changed.values() for row, _field in texts.keys})
    for start in range(0, len(rows), MAX_ROWS):
        found = stored.filter(row_id__in=rows[start : start + MAX_ROWS])
        for subject, language, row, field, user, saved_after in found.values_list(
            "subject_id", "language", "row_id", "field", "user", "saved_after"
        ):
            writers[subject, language, (row, field)].append((user, saved_after))
    return {
        key: {
            user
            for text in texts.keys
            for user, saved_after in writers.get((*texts.place, text), ())
            if texts.revision is None or saved_after < texts.revision
        }
        for key, texts in changed.items()
    }

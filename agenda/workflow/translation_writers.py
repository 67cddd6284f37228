"""Who wrote the words of translations, so that nobody approves their own.

Each save records it, by the text and its words. So it does not matter where the words go afterwards: into a submission
while the draft gets others, past later originals, or into what a same-day change copies.
"""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from agenda.documents.translations.segments import TextKey
from agenda.documents.translations.translated_document import TranslatedText, TranslatedTexts
from agenda.workflow.drafts import Subject, get_subject_key
from agenda.workflow.reviews import (
    SubjectLanguage,
    TranslationPair,
    get_approved_pairs,
    get_valid_verdicts,
    load_texts_of_pairs,
)
from meetings.access.audit import Actor
from meetings.models import Translation, TranslationWriter
from meetings.models.translation import compute_words_digest

MAX_DIGESTS = 5000
"""How many texts one query asks for."""

Keys = set[int]
"""Keys of users."""


def record_writers(subject: Subject, language: str, texts: TranslatedTexts, by: Actor) -> None:
    """Record who writes these texts. Call this before they are stored over others, with the subject's row locked.

    Whoever wrote the words before is a writer of the new ones, too, who may have changed only some of them, unless a
    colleague approved them.
    """
    place, stored = (subject.pk, language), get_stored_translations(subject, language)
    changed = {key: text for key, text in texts.items() if stored.get(key) != text}
    before = {key: stored[key] for key in changed.keys() & stored.keys()}
    approved = load_approved_texts([place]).get(place, {}) if before else {}
    replaced = digest_words({key: text for key, text in before.items() if approved.get(key) != text})
    earlier = fetch_writers([place], replaced.values())
    own = {by.user.pk} if by.user else Keys()
    new = digest_words({key: text for key, text in changed.items() if approved.get(key) != text})
    TranslationWriter.objects.bulk_create(
        (
            TranslationWriter(subject_id=subject.pk, language=language, words_digest=digest, user_id=user)
            for key, digest in new.items()
            for user in sorted(own | earlier.get((*place, replaced.get(key, "")), Keys()))
        ),
        ignore_conflicts=True,
    )


def get_stored_translations(subject: Subject, language: str) -> dict[TextKey, TranslatedText]:
    """Return the translations of the working copy into a language, outdated ones too."""
    rows = Translation.objects.filter(**get_subject_key(subject), language=language)
    columns = rows.values_list("row_id", "field", "text", "source_digest")
    return {(row, field): TranslatedText(text, source) for row, field, text, source in columns}


def load_approved_texts(places: Collection[SubjectLanguage]) -> dict[SubjectLanguage, TranslatedTexts]:
    """Return the translations that were approved last in these places, each text with the original that it is of."""
    pairs = select_approved_pairs(places)
    texts = load_texts_of_pairs(pairs.values()) if pairs else {}
    return {place: texts.get(pair, {}) for place, pair in pairs.items()}


def select_approved_pairs(places: Collection[SubjectLanguage]) -> dict[SubjectLanguage, TranslationPair]:
    pairs = get_approved_pairs(get_valid_verdicts({key for key, _language in places}))
    return {place: pair for place, pair in pairs.items() if place in places}


def find_unapproved_writers(
    pairs: Collection[tuple[SubjectLanguage, TranslationPair]],
) -> dict[tuple[SubjectLanguage, TranslationPair], Keys]:
    """Return who wrote words of these translations that nobody has approved for the same original.

    The number of queries does not depend on the number of translations, up to some thousand texts.
    """
    approved = select_approved_pairs({place for place, _pair in pairs})
    texts = load_texts_of_pairs({*approved.values(), *(pair for _place, pair in pairs)}) if pairs else {}
    words: dict[tuple[SubjectLanguage, TranslationPair], set[str]] = {}
    for place, pair in pairs:
        known = texts.get(approved[place], {}) if place in approved else {}
        unapproved = {key: text for key, text in texts.get(pair, {}).items() if known.get(key) != text}
        words[place, pair] = {*digest_words(unapproved).values()}
    writers = fetch_writers({place for place, _pair in words}, {digest for each in words.values() for digest in each})
    return {
        (place, pair): {user for digest in digests for user in writers.get((*place, digest), ())}
        for (place, pair), digests in words.items()
    }


def find_unapproved_writers_of_draft(subject: Subject, language: str) -> Keys:
    """Return who wrote words of the working copy in a language that nobody has approved for the same original."""
    place = subject.pk, language
    approved = load_approved_texts([place]).get(place, {})
    stored = get_stored_translations(subject, language)
    digests = digest_words({key: text for key, text in stored.items() if approved.get(key) != text})
    return {user for users in fetch_writers([place], digests.values()).values() for user in users}


def digest_words(texts: TranslatedTexts) -> dict[TextKey, str]:
    return {key: compute_words_digest(*key, *text) for key, text in texts.items()}


def fetch_writers(places: Collection[SubjectLanguage], digests: Collection[str]) -> dict[tuple[UUID, str, str], Keys]:
    """Return who wrote words in these places, by the subject, the language and the digest of the words."""
    subjects, languages = {key for key, _language in places}, {str(language) for _key, language in places}
    rows = TranslationWriter.objects.filter(subject_id__in=subjects, language__in=languages)
    wanted, found = sorted(digests), defaultdict[tuple[UUID, str, str], Keys](set)
    for start in range(0, len(wanted), MAX_DIGESTS):
        part = rows.filter(words_digest__in=wanted[start : start + MAX_DIGESTS])
        for subject, language, digest, user in part.values_list("subject_id", "language", "words_digest", "user"):
            found[subject, language, digest].add(user)
    return found

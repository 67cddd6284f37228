"""Who wrote the words of translations, so that nobody approves their own.

Each save records it, by the text and its words. So it does not matter where the words go afterwards: into a submission
while the draft gets others, past later originals, or into what a same-day change copies.
"""

import re
from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from agenda.documents.translations.segments import TextKey
from agenda.documents.translations.translated_document import TranslatedText, TranslatedTexts
from agenda.workflow.drafts import Subject, get_translations
from agenda.workflow.reviews import (
    SubjectLanguage,
    TranslationPair,
    get_approved_pairs,
    get_approved_translations,
    get_valid_verdicts,
    load_texts_of_pairs,
)
from meetings.access.audit import Actor
from meetings.documents.plain_text import html_to_search_text
from meetings.models import TranslationWriter
from meetings.models.translation import compute_words_digest

WORD = re.compile(r"\w+")
MAX_DIGESTS = 5000
"""How many texts one query asks for."""
REWRITTEN = 1 / 3
"""Whoever leaves a smaller part of the words has written the text anew."""

Keys = set[int]
"""Keys of users."""


def record_writers(subject: Subject, language: str, texts: TranslatedTexts, by: Actor) -> None:
    """Record who writes these texts. Call this before they are stored over others, with the subject's row locked.

    Whoever wrote the words before is a writer of the new ones, too, unless a colleague approved them or little of them
    is left. Words that the text had at some time keep their writers: putting them back adds none. Whoever keeps words
    for another original is recorded for that original only.
    """
    place, stored = (subject.pk, language), get_translations(subject, language).get(language, {})
    changed = {key: text for key, text in texts.items() if stored.get(key) != text}
    replaces_words = not changed.keys().isdisjoint(stored)
    approved = get_approved_translations(subject.pk, language).get(language, {}) if replaces_words else {}
    new, kept = dict[TextKey, str](), dict[TextKey, str]()
    for key, text in changed.items():
        known = {each[key].text for each in (stored, approved) if key in each}
        if text.text not in known:
            new[key] = text.text
        elif approved.get(key) != text:
            kept[key] = compute_words_digest(*key, *text)
    digests = {key: compute_words_digest(*key, text) for key, text in new.items()}
    before = {
        key: compute_words_digest(*key, stored[key].text)
        for key, text in new.items()
        if key in stored and not has_same_words(approved, key, stored[key]) and has_much_of(text, stored[key].text)
    }
    recorded = fetch_writers([place], {*digests.values(), *before.values()})
    own = {by.user.pk} if by.user else Keys()
    writers = {(digest, user) for digest in kept.values() for user in own}
    for key, digest in digests.items():
        if (*place, digest) not in recorded:
            writers |= {(digest, user) for user in own | recorded.get((*place, before.get(key, "")), Keys())}
    TranslationWriter.objects.bulk_create(
        (
            TranslationWriter(subject_id=subject.pk, language=language, words_digest=digest, user_id=user)
            for digest, user in sorted(writers)
        ),
        ignore_conflicts=True,
    )


def has_same_words(texts: TranslatedTexts, key: TextKey, text: TranslatedText) -> bool:
    """Return whether these texts have the same words, for whatever original."""
    return key in texts and texts[key].text == text.text


def has_much_of(text: str, before: str) -> bool:
    """Return whether the text has many of the words before, or consists of them."""
    words, old = ({*WORD.findall(html_to_search_text(each).casefold())} for each in (text, before))
    return len(words & old) >= REWRITTEN * min(len(words), len(old))


def find_unapproved_writers(
    pairs: Collection[tuple[SubjectLanguage, TranslationPair]],
) -> dict[tuple[SubjectLanguage, TranslationPair], Keys]:
    """Return who wrote words of these translations that nobody has approved, or kept words for the original.

    The number of queries does not depend on the number of translations, up to some thousand texts.
    """
    places = {place for place, _pair in pairs}
    verdicts = get_valid_verdicts({subject for subject, _language in places})
    approved = get_approved_pairs(each for each in verdicts if (each.subject, each.language) in places)
    texts = load_texts_of_pairs({*approved.values(), *(pair for _place, pair in pairs)}) if pairs else {}
    words: dict[tuple[SubjectLanguage, TranslationPair], set[str]] = {}
    for place, pair in pairs:
        known = texts.get(approved[place], {}) if place in approved else {}
        words[place, pair] = digest_unapproved_words(texts.get(pair, {}), known)
    writers = fetch_writers(places, {digest for each in words.values() for digest in each})
    return {
        (place, pair): {user for digest in digests for user in writers.get((*place, digest), ())}
        for (place, pair), digests in words.items()
    }


def find_unapproved_writers_of_draft(subject: Subject, language: str) -> Keys:
    """Do what `find_unapproved_writers` does, for the working copy in a language."""
    stored = get_translations(subject, language).get(language, {})
    approved = get_approved_translations(subject.pk, language).get(language, {})
    writers = fetch_writers([(subject.pk, language)], digest_unapproved_words(stored, approved))
    return {user for users in writers.values() for user in users}


def digest_unapproved_words(texts: TranslatedTexts, approved: TranslatedTexts) -> set[str]:
    """Return the digests of words that are not approved, and of all that are not approved for their original."""
    found = set[str]()
    for key, text in texts.items():
        if approved.get(key) != text:
            found.add(compute_words_digest(*key, *text))
            if not has_same_words(approved, key, text):
                found.add(compute_words_digest(*key, text.text))
    return found


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

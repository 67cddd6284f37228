"""Who wrote the words of translations, so that nobody approves their own.

Each save records it, by the text and its words. So it does not matter where the words go afterwards: into a submission
while the draft gets others, past later originals, or into what a same-day change copies.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import Max

from agenda.documents.translations.segments import TextKey
from agenda.documents.translations.translated_document import TranslatedText, TranslatedTexts
from agenda.workflow.drafts import Subject, get_translations
from agenda.workflow.reviews import Approval, SubjectLanguage, TranslationPair, fetch_approvals, load_texts_of_pairs
from agenda.workflow.revisions import get_last_key
from meetings.access.audit import Actor
from meetings.documents.plain_text import html_to_search_text
from meetings.models import TranslationWriter
from meetings.models.translation import compute_words_digest

WORD = re.compile(r"\w+")
MAX_DIGESTS = 5000
"""How many texts one query asks for."""
REWRITTEN = 1 / 3
"""Whoever leaves a smaller part of the words has written the text anew."""
NO_TEXT, NO_APPROVAL = TranslatedText("", ""), Approval({}, 1)

Keys = set[int]
"""Keys of users."""


class Writer(NamedTuple):
    """Somebody who wrote words, as `TranslationWriter` records it."""

    user: int
    approved_words: str = ""
    saved_after: int = 0


Writers = Mapping[tuple[UUID, str, str], Collection[Writer]]
"""The writers of words, by the subject, the language and the digest of the words."""


def record_writers(subject: Subject, language: str, texts: TranslatedTexts, by: Actor) -> None:
    """Record who writes these texts, of which empty ones are deleted. Call this before, with the subject's row locked.

    Writers of a text are, beside who saves it:

    - whoever saved it since the approved translation was first there, even if nothing of that seems to be left: a
      colleague may still have it in a window, and bring it back;
    - whoever wrote the words that it replaces, unless little of them is left. Writers of approved words count only if
      the approval is taken back.

    Whoever keeps words for another original is recorded for that original only.
    """
    place, stored = (subject.pk, language), get_translations(subject, language).get(language, {})
    changed = {key: text for key, text in texts.items() if text != stored.get(key) and (text.text or key in stored)}
    if not changed:
        return
    approval = fetch_approvals({place}).get(place, NO_APPROVAL)
    kept = {
        key: text
        for key, text in changed.items()
        if has_same_words(stored, key, text) or has_same_words(approval.texts, key, text)
    }
    new = {key: text.text for key, text in changed.items() if key not in kept}
    writers = find_new_writers(place, new, stored, approval)
    if by.user:
        own = Writer(by.user.pk, saved_after=get_last_key(subject.pk))
        writers = {words: {own, *inherited} for words, inherited in writers.items()}
        for key, text in kept.items():
            if text != approval.texts.get(key):
                writers[key, compute_words_digest(*key, *text)] = {Writer(by.user.pk)}
    TranslationWriter.objects.bulk_create(
        (
            TranslationWriter(
                subject_id=subject.pk,
                language=language,
                row_id=row,
                field=field,
                words_digest=digest,
                user_id=writer.user,
                approved_words=writer.approved_words,
                saved_after=writer.saved_after,
            )
            for ((row, field), digest), found in writers.items()
            for writer in sorted(found)
        ),
        ignore_conflicts=True,
    )


def find_new_writers(
    place: SubjectLanguage, new: Mapping[TextKey, str], stored: TranslatedTexts, approval: Approval
) -> dict[tuple[TextKey, str], set[Writer]]:
    """Return who counts as a writer of new words, beside who saves them, by the text and the digest of the words."""
    before = {
        key: compute_words_digest(*key, stored.get(key, NO_TEXT).text)
        for key, words in new.items()
        if key not in stored or has_much_of(words, stored[key].text)
    }
    recorded, savers = fetch_writers([place], {*before.values()}), fetch_savers(place, approval.revision)
    found: dict[tuple[TextKey, str], set[Writer]] = {}
    for key, words in new.items():
        digest = before.get(key, "")
        approved = digest if key in stored and has_same_words(approval.texts, key, stored[key]) else ""
        writers = {
            Writer(writer.user, approved or writer.approved_words) for writer in recorded.get((*place, digest), ())
        }
        found[key, compute_words_digest(*key, words)] = writers | {Writer(user) for user in savers.get(key, ())}
    return found


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
    pairs = [*pairs]
    texts = load_texts_of_pairs({pair for _place, pair in pairs}) if pairs else {}
    writers = find_writers_of_texts([(place, texts.get(pair, {})) for place, pair in pairs])
    return dict(zip(pairs, writers, strict=True))


def find_unapproved_writers_of_draft(subject: Subject, language: str) -> Keys:
    """Do what `find_unapproved_writers` does, for the working copy in a language."""
    [writers] = find_writers_of_texts([((subject.pk, language), get_translations(subject, language).get(language, {}))])
    return writers


def find_writers_of_texts(translations: Sequence[tuple[SubjectLanguage, TranslatedTexts]]) -> list[Keys]:
    """Return who wrote what is not in the approved translation, for each of these, or emptied what is."""
    places = {place for place, _texts in translations}
    approvals = fetch_approvals(places) if places else {}
    wanted = [[*list_unapproved_words(texts, approvals.get(place, NO_APPROVAL))] for place, texts in translations]
    writers = fetch_writers(places, {words.digest for each in wanted for words in each})
    return [
        {
            writer.user
            for words in each
            for writer in writers.get((*place, words.digest), ())
            if writer.approved_words != words.approved and writer.saved_after >= words.since
        }
        for (place, _texts), each in zip(translations, wanted, strict=True)
    ]


class UnapprovedWords(NamedTuple):
    """Words that are not in the approved translation.

    `approved` is the digest of the words that it has for this text, or None. Only those count who saved them after the
    revision `since`.
    """

    digest: str
    approved: str | None
    since: int = 0


def list_unapproved_words(texts: TranslatedTexts, approval: Approval) -> Iterator[UnapprovedWords]:
    """Yield the words of these texts that are not approved, or not for their original, and the empty ones of others."""
    for key, text in texts.items():
        before = approval.texts.get(key)
        if text != before:
            approved = compute_words_digest(*key, before.text) if before else None
            yield UnapprovedWords(compute_words_digest(*key, *text), approved)
            if before is None or text.text != before.text:
                yield UnapprovedWords(compute_words_digest(*key, text.text), approved)
    for key in approval.texts.keys() - texts.keys():
        yield UnapprovedWords(compute_words_digest(*key, ""), None, approval.revision)


def fetch_writers(places: Collection[SubjectLanguage], digests: Collection[str]) -> Writers:
    """Return who wrote words in these places, with the last revision before they saved them."""
    subjects, languages = {key for key, _language in places}, {str(language) for _key, language in places}
    rows = TranslationWriter.objects.filter(subject_id__in=subjects, language__in=languages)
    about = "subject_id", "language", "words_digest"
    wanted, found = sorted(digests), defaultdict[tuple[UUID, str, str], set[Writer]](set)
    for start in range(0, len(wanted), MAX_DIGESTS):
        part = rows.filter(words_digest__in=wanted[start : start + MAX_DIGESTS])
        for *place, user, approved, saved_after in part.values_list(*about, "user", "approved_words").annotate(
            last=Max("saved_after")
        ):
            found[*place].add(Writer(user, approved, saved_after))
    return found


def fetch_savers(place: SubjectLanguage, since: int) -> dict[TextKey, Keys]:
    """Return who saved each text in a language after this revision."""
    subject, language = place
    rows = TranslationWriter.objects.filter(subject_id=subject, language=language, saved_after__gte=since)
    found: dict[TextKey, Keys] = defaultdict(set)
    for row, field, user in rows.values_list("row_id", "field", "user").distinct():
        found[row, field].add(user)
    return found

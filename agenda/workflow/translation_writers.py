"""Who wrote the words of translations, so that nobody approves their own.

Each save records it, by the text and its words. So it does not matter where the words go afterwards: into a submission
while the draft gets others, past later originals, or into what a same-day change copies.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple
from uuid import UUID

from django.db.models import Max, Min, Q
from django.db.models.functions import Abs

from agenda.documents.translations.segments import TextKey
from agenda.documents.translations.translated_document import TranslatedText, TranslatedTexts
from agenda.models import Revision, RevisionDocument
from agenda.workflow.drafts import Subject, get_translations
from agenda.workflow.reviews import (
    SubjectLanguage,
    TextsOfPairs,
    TranslationPair,
    get_reviewed_pairs,
)
from agenda.workflow.revisions import get_last_key
from meetings.access.audit import Actor
from meetings.documents.plain_text import html_to_search_text
from meetings.models import TranslationWriter
from meetings.models.translation import compute_words_digest

WORD = re.compile(r"\w+")
MAX_DIGESTS = 5000
"""How many texts one query asks for."""
MAX_REVIEWED = 3
"""In how many of the translations that somebody approved last we look for the approved words of a text."""
MIN_KEPT_SHARE = 1 / 3
"""Whoever leaves a smaller part of the words has written the text anew."""

UserKeys = set[int]
Place = tuple[UUID, str, UUID, str]
"""A text of a subject in a language: the subject, the language, the row and the field."""


class Writer(NamedTuple):
    """Somebody who wrote words, as `TranslationWriter` records it."""

    user: int
    approved_words: str = ""


class Saver(NamedTuple):
    """Somebody who saved a text. `saved_after` is the last revision before they first did so.

    `last_row` is the key of the last row about it, `last_words` of the last one about new words (0 without any).
    """

    user: int
    saved_after: int
    last_row: int
    last_words: int


class ApprovedTexts(NamedTuple):
    """The texts that are approved, and those that were before somebody took them out, which was approved, too."""

    texts: TranslatedTexts
    ever: TranslatedTexts


NOTHING_APPROVED = ApprovedTexts({}, {})


class WriterRecord:
    """Who wrote the words with these digests in these places, and who saved each text there. It takes two queries."""

    def __init__(self, places: Collection[SubjectLanguage], digests: Collection[str]) -> None:
        subjects, languages = {key for key, _language in places}, {str(language) for _key, language in places}
        self.rows = TranslationWriter.objects.filter(subject_id__in=subjects, language__in=languages)
        self.writers: dict[tuple[UUID, str, str], set[Writer]] = defaultdict(set)
        self.last_rows: dict[tuple[UUID, str, str], int] = defaultdict(int)
        wanted = sorted(digests)
        for start in range(0, len(wanted), MAX_DIGESTS):
            self.load_writers(wanted[start : start + MAX_DIGESTS])
        self.savers: dict[Place, list[Saver]] = defaultdict(list)
        facts = self.rows.exclude(saved_after=0).values_list("subject_id", "language", "row_id", "field", "user")
        words = Max("pk", filter=Q(saved_after__gt=0), default=0)
        for *place, user, first, last, last_words in facts.annotate(
            first=Min(Abs("saved_after")), last=Max("pk"), words=words
        ):
            self.savers[*place].append(Saver(user, first, last, last_words))

    def load_writers(self, digests: Collection[str]) -> None:
        """Load who wrote these words, and when somebody saved them last as new ones: the key of that row."""
        facts = self.rows.filter(words_digest__in=digests)
        columns = "subject_id", "language", "words_digest", "user", "approved_words"
        saved = facts.values_list(*columns).annotate(last=Max("pk", filter=~Q(saved_after=0)))
        for subject, language, digest, user, approved_words, last_row in saved:
            self.writers[subject, language, digest].add(Writer(user, approved_words))
            if last_row:
                self.last_rows[subject, language, digest] = max(last_row, self.last_rows[subject, language, digest])

    def find_savers(
        self, place: SubjectLanguage, key: TextKey, approved: Iterable[str], *, only_words: bool
    ) -> Iterator[Saver]:
        """Yield who saved the text after its approved words, of these digests, or at any time if none are approved.

        With `only_words`, whoever only kept words for another original does not count.
        """
        since = max((self.last_rows.get((*place, digest), 0) for digest in approved), default=0)
        for saver in self.savers.get((*place, *key), ()):
            if (saver.last_words if only_words else saver.last_row) > since:
                yield saver


class ChangedTexts:
    """What a save changes in a language: texts that get new words (empty ones are deleted), and words that it keeps."""

    def __init__(
        self, place: SubjectLanguage, saved: TranslatedTexts, stored: TranslatedTexts, approved: ApprovedTexts
    ) -> None:
        self.place, self.stored, self.approved, self.ever_approved = place, stored, *approved
        self.new, self.kept = dict[TextKey, str](), dict[TextKey, TranslatedText]()
        for key, text in saved.items():
            if text in (stored.get(key), self.approved.get(key)) or not (text.text or key in stored):
                continue
            if has_same_words(stored, key, text) or has_same_words(self.approved, key, text):
                self.kept[key] = text
            else:
                self.new[key] = text.text
        self.replaced = {
            key: compute_words_digest(*key, stored[key].text)
            for key, words in self.new.items()
            if words and key in stored and has_much_of(words, stored[key].text)
        }

    def list_known_words(self) -> Iterator[str]:
        """Yield the digests of words that matter: those that are replaced, and those that are approved."""
        yield from self.replaced.values()
        yield from chain.from_iterable(list_digests(key, self.ever_approved) for key in self.new)

    def find_writers(self, key: TextKey, record: WriterRecord) -> set[Writer]:
        """Return who is a writer of new words, beside who saves them."""
        replaced = self.replaced.get(key, "")
        is_approved = replaced and has_same_words(self.approved, key, self.stored[key])
        inherited = {
            Writer(writer.user, replaced if is_approved else writer.approved_words)
            for writer in record.writers.get((*self.place, replaced), ())
        }
        savers = record.find_savers(self.place, key, list_digests(key, self.ever_approved), only_words=True)
        return inherited | {Writer(saver.user) for saver in savers}


def record_writers(subject: Subject, texts: Mapping[str, TranslatedTexts], by: Actor) -> None:
    """Record who writes these texts, by language, of which empty ones are deleted.

    This must run before they are stored, with the subject's row locked. Writers of a text are, beside who saves it:

    - whoever saved it since its approved words were there, even if nothing of that seems to be left: a colleague may
      still have it in a window, and bring it back;
    - whoever wrote the words that it replaces, unless little of them is left. Writers of approved words count only if
      the approval is taken back.

    Whoever keeps words for another original is recorded for that original only.
    """
    places = {(subject.pk, language) for language in texts}
    stored, approved = get_translations(subject, *texts), load_approved_texts(places)
    changes = [
        ChangedTexts(
            (subject.pk, language),
            saved,
            stored.get(language, {}),
            approved.get((subject.pk, language), NOTHING_APPROVED),
        )
        for language, saved in texts.items()
    ]
    record = WriterRecord(places, {*chain.from_iterable(change.list_known_words() for change in changes)})
    last = max(get_last_key(subject.pk), 1)
    own = [Writer(by.user.pk)] if by.user else []
    rows = list[TranslationWriter]()
    for change in changes:
        for key, words in change.new.items():
            digest = compute_words_digest(*key, words)
            rows += build_rows(change.place, key, digest, change.find_writers(key, record))
            rows += build_rows(change.place, key, digest, own, saved_after=last)
        for key, text in change.kept.items():
            rows += build_rows(change.place, key, compute_words_digest(*key, *text), own, saved_after=-last)
    TranslationWriter.objects.bulk_create(rows, ignore_conflicts=True)


def build_rows(
    place: SubjectLanguage, key: TextKey, digest: str, writers: Iterable[Writer], saved_after: int = 0
) -> Iterator[TranslationWriter]:
    (subject, language), (row, field) = place, key
    for writer in sorted(writers):
        yield TranslationWriter(
            subject_id=subject,
            language=language,
            row_id=row,
            field=field,
            words_digest=digest,
            user_id=writer.user,
            approved_words=writer.approved_words,
            saved_after=saved_after,
        )


def list_digests(key: TextKey, texts: TranslatedTexts) -> list[str]:
    """Return the digests of the words that a text has in these: whoever wrote them, and kept them for the original."""
    return (
        [compute_words_digest(*key, texts[key].text), compute_words_digest(*key, *texts[key])] if key in texts else []
    )


def has_same_words(texts: TranslatedTexts, key: TextKey, text: TranslatedText) -> bool:
    """Return whether these texts have the same words, for whatever original."""
    return key in texts and texts[key].text == text.text


def has_much_of(text: str, before: str) -> bool:
    """Return whether the text has many of the words before, or consists of them."""
    words, old = ({*WORD.findall(html_to_search_text(each).casefold())} for each in (text, before))
    return len(words & old) >= MIN_KEPT_SHARE * min(len(words), len(old))


def join_approved_texts(pairs: Collection[TranslationPair], texts: TextsOfPairs) -> ApprovedTexts:
    """Return the texts of these approved translations, of which the newest comes first.

    If one lacks a text, older words of it are approved only if they are for another original: otherwise somebody took
    them out.
    """
    approved, ever = dict[TextKey, TranslatedText](), dict[TextKey, TranslatedText]()
    lacking: dict[TextKey, set[str]] = defaultdict(set)
    for pair in pairs:
        translated = texts.get_texts(pair)
        for key, text in translated.items():
            ever.setdefault(key, text)
            if text.source_digest not in lacking[key]:
                approved.setdefault(key, text)
        for key, digest in texts.get_source_digests(pair[0]).items():
            if key not in translated:
                lacking[key].add(digest)
    return ApprovedTexts(approved, ever)


def load_approved_texts(places: Collection[SubjectLanguage]) -> dict[SubjectLanguage, ApprovedTexts]:
    approved = get_reviewed_pairs(places, MAX_REVIEWED)
    texts = TextsOfPairs({*chain.from_iterable(approved.values())})
    return {place: join_approved_texts(pairs, texts) for place, pairs in approved.items()}


class UnapprovedTexts:
    """The texts of a translation that are not approved, or not for their original, and approved ones that it lacks.

    `sources` are the digests of the original, and `until` is the revision of the translation; the draft has neither.
    Only digests of the words are kept.
    """

    def __init__(
        self,
        place: SubjectLanguage,
        texts: TranslatedTexts,
        approved: ApprovedTexts,
        sources: Mapping[TextKey, str] | None = None,
        until: int | None = None,
    ) -> None:
        self.place, self.until = place, until
        self.digests: dict[TextKey, list[str]] = {
            key: []
            for key, text in approved.texts.items()
            if key not in texts and (sources is None or sources.get(key) == text.source_digest)
        }
        for key, text in texts.items():
            if text != approved.texts.get(key):
                words, kept = list_digests(key, texts)
                self.digests[key] = [kept] if has_same_words(approved.texts, key, text) else [words, kept]
        self.approved = {key: list_digests(key, approved.texts) for key in self.digests}
        self.ever_approved = {key: list_digests(key, approved.ever) for key in self.digests}

    def list_all_digests(self) -> Iterator[str]:
        return chain.from_iterable([*self.digests.values(), *self.ever_approved.values()])

    def find_users(self, record: WriterRecord) -> UserKeys:
        """Return who wrote the words. If nobody did, since a text was emptied, everybody who saved it counts."""
        found = UserKeys()
        for key, digests in self.digests.items():
            writers = {each for digest in digests for each in record.writers.get((*self.place, digest), ())}
            found |= {each.user for each in writers if each.approved_words not in self.approved[key]}
            if not writers:
                savers = record.find_savers(self.place, key, self.ever_approved[key], only_words=False)
                found |= {each.user for each in savers if self.until is None or each.saved_after < self.until}
        return found


def find_writers_of_submitted(translations: Collection[tuple[Revision, str]]) -> dict[tuple[int, str], UserKeys]:
    """Return who wrote words of these translations that nobody has approved, by the revision's key and the language.

    Whoever emptied a text that is approved, or kept words for another original, counts, too. The number of queries does
    not depend on the number of translations, up to some thousand texts.
    """
    rows = RevisionDocument.objects.filter(revision__in={revision.pk for revision, _language in translations})
    digests = {
        (revision, language): digest
        for revision, language, digest in rows.values_list("revision", "language", "document__digest")
    }
    submitted = sorted(
        (
            revision.subject_id,
            language,
            digests[revision.pk, revision.source_language],
            revision.pk,
            revision.original_id,
        )
        for revision, language in translations
    )
    approved = get_reviewed_pairs({(subject, language) for subject, language, *_more in submitted}, MAX_REVIEWED)
    pairs = {(source, digests[key, language]) for _subject, language, source, key, _original in submitted}
    texts = TextsOfPairs(pairs.union(*approved.values()))
    unapproved = {
        (key, language): UnapprovedTexts(
            (subject, language),
            texts.get_texts((source, digests[key, language])),
            join_approved_texts(approved.get((subject, language), ()), texts),
            texts.get_source_digests(source),
            original,
        )
        for subject, language, source, key, original in submitted
    }
    record = WriterRecord(
        {each.place for each in unapproved.values()},
        {*chain.from_iterable(each.list_all_digests() for each in unapproved.values())},
    )
    return {submission: each.find_users(record) for submission, each in unapproved.items()}


def find_writers_of_draft(subject: Subject, language: str) -> UserKeys:
    """Do what `find_writers_of_submitted` does, for the working copy in a language."""
    place, texts = (subject.pk, language), get_translations(subject, language).get(language, {})
    unapproved = UnapprovedTexts(place, texts, load_approved_texts({place}).get(place, NOTHING_APPROVED))
    return unapproved.find_users(WriterRecord({place}, {*unapproved.list_all_digests()}))

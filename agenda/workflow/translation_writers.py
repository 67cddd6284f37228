"""Who wrote the words of translations, so that nobody approves their own.

Each save records it, by the text and its words. So it does not matter where the words go afterwards: into a submission
while the draft gets others, past later originals, or into what a same-day change copies.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

from django.db.models import Max

from agenda.documents.translations.segments import TextKey
from agenda.documents.translations.translated_document import TranslatedText, TranslatedTexts
from agenda.models import Revision, RevisionDocument
from agenda.workflow.drafts import Subject, get_translations
from agenda.workflow.reviews import SubjectLanguage, TextsOfPairs, fetch_approvals
from agenda.workflow.revisions import get_last_key
from meetings.access.audit import Actor
from meetings.documents.plain_text import html_to_search_text
from meetings.models import TranslationWriter
from meetings.models.translation import compute_words_digest

WORD = re.compile(r"\w+")
MAX_DIGESTS = 5000
"""How many texts one query asks for."""
MIN_KEPT_SHARE = 1 / 3
"""Whoever leaves a smaller part of the words has written the text anew."""

UserKeys = set[int]
Writers = Mapping[tuple[UUID, str, str], Collection["Writer"]]
"""The writers of words, by the subject, the language and the digest of the words."""


class Writer(NamedTuple):
    """Somebody who wrote words, as `TranslationWriter` records it."""

    user: int
    approved_words: str = ""
    saved_after: int = 0


class ApprovedTexts(NamedTuple):
    """The texts of the translation that was approved last, and the key of the first revision that had them."""

    texts: TranslatedTexts
    revision: int


NOTHING_APPROVED = ApprovedTexts({}, 1)


class UnapprovedWords(NamedTuple):
    """Words that are not in the approved translation.

    `approved` is the digest of the words that it has for this text, or None. Only those count who saved them after the
    revision `since`.
    """

    digest: str
    approved: str | None
    since: int = 0


SubmittedLanguage = tuple[int, str]
"""The key of a submission, and a language."""
WordsOfPlace = tuple[SubjectLanguage, list[UnapprovedWords]]


class ChangedTexts:
    """What a save changes in a language: texts that get new words (empty ones are deleted), and words that it keeps."""

    def __init__(self, given: TranslatedTexts, stored: TranslatedTexts, approved: ApprovedTexts) -> None:
        self.stored, self.approved = stored, approved
        self.new, self.kept = dict[TextKey, str](), dict[TextKey, TranslatedText]()
        for key, text in given.items():
            if text in (stored.get(key), approved.texts.get(key)) or not (text.text or key in stored):
                continue
            if has_same_words(stored, key, text) or has_same_words(approved.texts, key, text):
                self.kept[key] = text
            else:
                self.new[key] = text.text
        self.replaced = {
            key: compute_words_digest(*key, stored[key].text)
            for key, words in self.new.items()
            if words and key in stored and has_much_of(words, stored[key].text)
        }

    def find_writers(
        self, key: TextKey, before: Collection[Writer], savers: Collection[tuple[int, int]]
    ) -> set[Writer]:
        """Return who is a writer of new words, beside who saves them.

        `before` are the writers of the words that they replace. `savers` are the users who have saved the text, each
        with the last revision before that.
        """
        is_approved = key in self.stored and has_same_words(self.approved.texts, key, self.stored[key])
        approved_words = self.replaced.get(key, "") if is_approved else ""
        inherited = {Writer(writer.user, approved_words or writer.approved_words) for writer in before}
        return inherited | {Writer(user) for user, last in savers if last >= self.approved.revision}


def record_writers(subject: Subject, texts: Mapping[str, TranslatedTexts], by: Actor) -> None:
    """Record who writes these texts, by language, of which empty ones are deleted.

    This must run before they are stored, with the subject's row locked. Writers of a text are, beside who saves it:

    - whoever saved it since the approved translation was first there, even if nothing of that seems to be left: a
      colleague may still have it in a window, and bring it back;
    - whoever wrote the words that it replaces, unless little of them is left. Writers of approved words count only if
      the approval is taken back.

    Whoever keeps words for another original is recorded for that original only.
    """
    places = {(subject.pk, language) for language in texts}
    stored, approved = get_translations(subject, *texts), load_approved_texts(places)
    changes = {
        (subject.pk, language): ChangedTexts(
            given, stored.get(language, {}), approved.get((subject.pk, language), NOTHING_APPROVED)
        )
        for language, given in texts.items()
    }
    before = fetch_writers(places, {*chain.from_iterable(change.replaced.values() for change in changes.values())})
    savers, last = fetch_savers(subject.pk, texts), max(get_last_key(subject.pk), 1)
    found: list[tuple[str, TextKey, str, Writer]] = []
    for place, change in changes.items():
        for key, words in change.new.items():
            replaced = before.get((*place, change.replaced.get(key, "")), ())
            writers = change.find_writers(key, replaced, savers.get((place[1], *key), ()))
            own = {Writer(by.user.pk, saved_after=last)} if by.user else set()
            found += ((place[1], key, compute_words_digest(*key, words), each) for each in sorted(writers | own))
        if by.user:
            kept = change.kept.items()
            found += ((place[1], key, compute_words_digest(*key, *text), Writer(by.user.pk)) for key, text in kept)
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
            for language, (row, field), digest, writer in found
        ),
        ignore_conflicts=True,
    )


def has_same_words(texts: TranslatedTexts, key: TextKey, text: TranslatedText) -> bool:
    """Return whether these texts have the same words, for whatever original."""
    return key in texts and texts[key].text == text.text


def has_much_of(text: str, before: str) -> bool:
    """Return whether the text has many of the words before, or consists of them."""
    words, old = ({*WORD.findall(html_to_search_text(each).casefold())} for each in (text, before))
    return len(words & old) >= MIN_KEPT_SHARE * min(len(words), len(old))


def load_approved_texts(places: Collection[SubjectLanguage]) -> dict[SubjectLanguage, ApprovedTexts]:
    approvals = fetch_approvals(places)
    texts = TextsOfPairs([approval.pair for approval in approvals.values()])
    return {place: ApprovedTexts(texts.get_texts(pair), revision) for place, (pair, revision) in approvals.items()}


def find_writers_of_submitted(translations: Collection[tuple[Revision, str]]) -> dict[SubmittedLanguage, UserKeys]:
    """Return who wrote words of these translations that nobody has approved, by the revision's key and the language.

    Whoever emptied a text that is approved, or kept words for another original, counts, too. The number of queries does
    not depend on the number of translations, up to some thousand texts.
    """
    digests = {
        (revision, language): digest
        for revision, language, digest in RevisionDocument.objects.filter(
            revision__in={revision.pk for revision, _language in translations}
        ).values_list("revision", "language", "document__digest")
    }
    pairs = {
        (revision.pk, language): (
            (revision.subject_id, language),
            (digests[revision.pk, revision.source_language], digests[revision.pk, language]),
        )
        for revision, language in translations
    }
    approvals = fetch_approvals({place for place, _pair in pairs.values()})
    texts = TextsOfPairs([*(pair for _place, pair in pairs.values()), *(pair for pair, _first in approvals.values())])
    unapproved: dict[SubmittedLanguage, WordsOfPlace] = {}
    for submitted, (place, pair) in sorted(pairs.items(), key=itemgetter(1)):
        approved = NOTHING_APPROVED
        if place in approvals:
            approved = ApprovedTexts(texts.get_texts(approvals[place].pair), approvals[place].revision)
        unapproved[submitted] = place, [*list_unapproved_words(texts.get_texts(pair), approved)]
    return find_writers_of_words(unapproved)


def find_writers_of_draft(subject: Subject, language: str) -> UserKeys:
    """Do what `find_writers_of_submitted` does, for the working copy in a language."""
    place, texts = (subject.pk, language), get_translations(subject, language).get(language, {})
    approved = load_approved_texts({place}).get(place, NOTHING_APPROVED)
    draft = 0, language
    return find_writers_of_words({draft: (place, [*list_unapproved_words(texts, approved)])})[draft]


def list_unapproved_words(texts: TranslatedTexts, approved: ApprovedTexts) -> Iterator[UnapprovedWords]:
    """Yield words of these texts that are not approved, or not for their original; also of texts that they lack."""
    for key, text in texts.items():
        known = approved.texts.get(key)
        if text != known:
            approved_words = compute_words_digest(*key, known.text) if known else None
            yield UnapprovedWords(compute_words_digest(*key, *text), approved_words)
            if known is None or text.text != known.text:
                yield UnapprovedWords(compute_words_digest(*key, text.text), approved_words)
    for key in approved.texts.keys() - texts.keys():
        yield UnapprovedWords(compute_words_digest(*key, ""), None, approved.revision)


def find_writers_of_words(words: Mapping[SubmittedLanguage, WordsOfPlace]) -> dict[SubmittedLanguage, UserKeys]:
    """Return who wrote words, in the same few queries for all of them."""
    digests = {each.digest for _place, unapproved in words.values() for each in unapproved}
    writers = fetch_writers({place for place, _unapproved in words.values()}, digests)
    return {
        submitted: {
            writer.user
            for each in unapproved
            for writer in writers.get((*place, each.digest), ())
            if writer.approved_words != each.approved and writer.saved_after >= each.since
        }
        for submitted, (place, unapproved) in words.items()
    }


def fetch_writers(places: Collection[SubjectLanguage], digests: Collection[str]) -> Writers:
    """Return who wrote words in these places, each with the last revision before they saved them."""
    subjects, languages = {key for key, _language in places}, {str(language) for _key, language in places}
    rows = TranslationWriter.objects.filter(subject_id__in=subjects, language__in=languages)
    wanted, found = sorted(digests), defaultdict[tuple[UUID, str, str], set[Writer]](set)
    for start in range(0, len(wanted), MAX_DIGESTS):
        part = rows.filter(words_digest__in=wanted[start : start + MAX_DIGESTS])
        facts = part.values_list("subject_id", "language", "words_digest", "user", "approved_words")
        for subject, language, digest, user, approved, last in facts.annotate(last=Max("saved_after")):
            found[subject, language, digest].add(Writer(user, approved, last))
    return found


def fetch_savers(subject_id: UUID, languages: Collection[str]) -> dict[tuple[str, UUID, str], list[tuple[int, int]]]:
    """Return who saved each text of a subject in these languages, each with the last revision before that."""
    rows = TranslationWriter.objects.filter(subject_id=subject_id, language__in=languages, saved_after__gt=0)
    found: dict[tuple[str, UUID, str], list[tuple[int, int]]] = defaultdict(list)
    facts = rows.values_list("language", "row_id", "field", "user").annotate(last=Max("saved_after"))
    for language, row, field, user, last in facts:
        found[language, row, field].append((user, last))
    return found

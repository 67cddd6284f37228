"""Load what the readiness of languages depends on, in the same few queries for any number of meetings and topics."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import accumulate
from typing import TypeVar
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery

from agenda.documents.fact_check.disagreements import (
    compute_difference_digest,
)
from agenda.documents.translations.segments import TextKey
from agenda.documents.translations.status import (
    DRAFT_STATES,
    TranslationCounts,
    TranslationStatus,
    get_translation_statuses,
    list_source_texts,
)
from agenda.documents.translations.translated_document import TranslatedText, TranslatedTexts
from agenda.models import REVIEWABLE_REASONS, ConfirmedDifference, Revision, RevisionDocument, RevisionReason
from agenda.workflow.confirmed_differences import ComparisonTime, find_blocking_differences, find_kept_sentences
from agenda.workflow.drafts import Subject, SubjectDocument
from agenda.workflow.released_texts import TranslationPair
from agenda.workflow.reviews import (
    SubjectLanguage,
    VerdictRow,
    exclude_ended_verdicts,
    get_approved_pairs,
    get_verdict_rows,
    load_documents_by_digest,
    load_texts_of_pairs,
    measure_translations,
)
from meetings.documents.choices import Language
from meetings.models import EditionDocument, SubjectType, Translation

Key = TypeVar("Key", bound=Hashable)
MAX_SOURCES, MAX_TRANSLATION_BYTES = 6_000_000, 50_000_000  # bytes of the texts that are read for one page
ROW_BYTES = 500
"""What a translation takes beside its words. So a page reads 100,000 of them at most, in two seconds."""
NO_COUNTS = TranslationCounts()
SUBJECT_TYPES = SubjectType.values
"""Part of every query, since the indexes begin with the subject type."""


@dataclass
class NewestRevision:
    """The newest revision of a subject, with the digests of its documents by language."""

    revision: int
    why: str
    at: dt.datetime
    source_language: str
    digests: dict[str, str] = field(default_factory=dict)

    @property
    def source(self) -> str:
        return self.digests.get(self.source_language, "")

    def get_pair(self, language: str) -> TranslationPair:
        return self.source, self.digests[language]


class ReadinessData:
    """Texts, translations, revisions, verdicts and editions of some meetings and topics.

    A `SubjectLanguage` is a subject and a language. Whatever only some languages need is loaded when it is first used.
    """

    def __init__(self, subjects: Sequence[Subject], now: dt.datetime, languages: Sequence[Language]) -> None:
        self.keys = [subject.pk for subject in subjects]
        wanted = {*languages, *(subject.source_language for subject in subjects)}
        readable = find_readable(self.keys, wanted)
        self.sources = load_source_documents([subject for subject in subjects if subject.pk in readable])
        self.saved_source_digests = {subject.pk: subject.digest for subject in subjects}
        self.saved_revisions = self.find_newest(Revision.objects.all())
        self.live_digests = collect_digests(EditionDocument.objects.live(now), self.keys)
        pending = EditionDocument.objects.filter(edition__available_from__gt=now).order_by("edition__available_from")
        self.pending_digests = collect_digests(pending, self.keys)
        self.translations = load_translations(self.sources.keys(), wanted)
        self.source_texts = {key: list_source_texts(source) for key, source in self.sources.items()}
        self.status_cache: dict[SubjectLanguage, list[TranslationStatus]] = {}
        self.comparison_time = ComparisonTime()

    def find_newest(self, revisions: QuerySet[Revision]) -> dict[UUID, NewestRevision]:
        # One subquery for each subject. One that depends on the row would run for each revision, over all of them.
        ordered = revisions.order_by("-version", "-pk").values("pk")
        newest = [Subquery(ordered.filter(subject_id=key)[:1]) for key in self.keys]
        rows = RevisionDocument.objects.filter(revision__id__in=newest)
        found: dict[UUID, NewestRevision] = {}
        columns = ("subject_id", "why", "at", "source_language")
        for revision, language, digest, key, *facts in rows.values_list(
            "revision", "language", "document", *(f"revision__{column}" for column in columns)
        ):
            found.setdefault(key, NewestRevision(revision, *facts)).digests[language] = digest
        return found

    @cached_property
    def submitted_revisions(self) -> dict[UUID, NewestRevision]:
        """The revisions that were submitted last, or published without approval."""
        return self.find_newest(Revision.objects.filter(why__in=REVIEWABLE_REASONS))

    @cached_property
    def saved_digests(self) -> dict[SubjectLanguage, str]:
        """The digests of the working copies, as last saved.

        A submitted revision has only the approved texts of a language that was not submitted with it. Such a document
        may differ from the working copy, and is then left out.
        """
        wanted = {
            (key, language): saved.get_pair(language)
            for key, saved in self.saved_revisions.items()
            for language in saved.digests
            if saved.why in REVIEWABLE_REASONS and language != saved.source_language
        }
        texts = load_texts(wanted)
        return {
            (key, language): digest
            for key, saved in self.saved_revisions.items()
            for language, digest in saved.digests.items()
            if (key, language) not in wanted
            or self.has_all_current_texts(texts.get((key, language), {}), (key, language))
        }

    def has_all_current_texts(self, texts: TranslatedTexts, place: SubjectLanguage) -> bool:
        """Return whether the texts are all those that are translated from the current source."""
        translations = self.translations.get(place, {})
        return {key: text for key, text in texts.items() if key in translations} == self.get_current_texts(place)

    def get_statuses(self, place: SubjectLanguage) -> list[TranslationStatus]:
        key, language = place
        if place not in self.status_cache:
            texts, approved = self.translations.get(place, {}), self.approved_texts.get(place, {})
            source = self.sources.get(key)
            found = source and get_translation_statuses(
                source,
                language,
                texts,
                approved,
                self.source_texts[key],
                is_confirmed=lambda path, digest: (*place, path, digest) in self.confirmed_differences,
                find_sentences=partial(self.comparison_time.compare, find_kept_sentences),
            )
            self.status_cache[place] = found or []
        return self.status_cache[place]

    def count_texts(self, place: SubjectLanguage) -> TranslationCounts:
        return TranslationCounts.count(self.get_statuses(place))

    def list_drafts(self, place: SubjectLanguage) -> list[TranslationStatus]:
        return [status for status in self.get_statuses(place) if status.state in DRAFT_STATES]

    def get_current_texts(self, place: SubjectLanguage) -> dict[TextKey, TranslatedText]:
        """Return the translations that are not out of date, as a document would have them."""
        texts = {source_text.segment.key: source_text for source_text in self.source_texts.get(place[0], [])}
        return {
            key: translated
            for key, translated in self.translations.get(place, {}).items()
            if translated.text and key in texts and texts[key].digest == translated.source_digest
            if not (texts[key].is_optional and translated.text == texts[key].segment.text)
        }

    @cached_property
    def all_verdicts(self) -> list[VerdictRow]:
        return get_verdict_rows(self.keys)

    @cached_property
    def verdicts(self) -> list[VerdictRow]:
        """The verdicts that count."""
        return exclude_ended_verdicts(self.all_verdicts)

    @cached_property
    def last_verdicts(self) -> dict[tuple[UUID, str, TranslationPair], VerdictRow]:
        """The last verdict on each text of each source text, whether it counts or not."""
        return {(verdict.subject, verdict.language, verdict.pair): verdict for verdict in self.all_verdicts}

    def has_ended(self, submitted: "NewestRevision", place: SubjectLanguage) -> bool:
        """Return whether a submitted text was approved, and withdrawn or taken back since it was submitted."""
        last = self.last_verdicts.get((*place, submitted.get_pair(place[1])))
        return last is not None and last.ended_at is not None and last.ended_at > submitted.at

    def is_waiting(self, submitted: "NewestRevision", place: SubjectLanguage) -> bool:
        """Return whether somebody must approve a submitted text or send it back, as `LanguageReview.is_waiting` does.

        It does not depend on the working copy.
        """
        verdict = self.get_verdict_in(submitted.revision, place, submitted.get_pair(place[1]))
        return verdict is None and not self.has_ended(submitted, place)

    def get_verdict_in(self, revision: int, place: SubjectLanguage, pair: TranslationPair) -> bool | None:
        """Return the verdict on a document, as `agenda.workflow.reviews.get_verdicts` does.

        A document that was sent back and has been submitted again since is in review, so has no verdict.
        """
        last = self.last_verdicts.get((*place, pair))
        if last is None or last.ended_at is not None:
            return None
        return last.approved if last.approved or last.revision >= revision else None

    def get_source_language(self, key: UUID) -> str:
        return self.sources[key].language if key in self.sources else ""

    def get_saved_pair(self, place: SubjectLanguage) -> TranslationPair:
        """Return the digests of the original and of the text in the working copy; "" if there is none."""
        return self.saved_source_digests.get(place[0], ""), self.saved_digests.get(place, "")

    def get_verdict(self, place: SubjectLanguage) -> bool | None:
        """Return the verdict on the working copy: approved, sent back, or None."""
        pair, submitted = self.get_saved_pair(place), self.submitted_revisions.get(place[0])
        if not pair[1]:
            return None
        is_last = submitted is not None and place[1] in submitted.digests and submitted.get_pair(place[1]) == pair
        return self.get_verdict_in(submitted.revision if submitted and is_last else 0, place, pair)

    def is_in_review(self, place: SubjectLanguage) -> bool:
        """Return whether the working copy, or everything new in it, is submitted and has no verdict yet."""
        key, language = place
        submitted = self.submitted_revisions.get(key)
        if submitted is None or language not in submitted.digests:
            return False
        if not self.is_waiting(submitted, place):
            return False
        if submitted.get_pair(language) == self.get_saved_pair(place):
            return True
        is_source = language == submitted.source_language
        return not is_source and not self.find_new_texts(place, self.submitted_texts.get(place, {}))

    def find_new_texts(self, place: SubjectLanguage, texts: TranslatedTexts) -> set[TextKey]:
        """Return the keys of drafts that differ from the given texts."""
        translations = self.translations.get(place, {})
        keys = [draft.source.segment.key for draft in self.list_drafts(place)]
        return {key for key in keys if texts.get(key) != translations[key]}

    @cached_property
    def submitted_texts(self) -> dict[SubjectLanguage, TranslatedTexts]:
        """The texts submitted last, in languages whose working copy has changed since."""
        return load_texts(
            {
                (key, language): submitted.get_pair(language)
                for key, submitted in self.submitted_revisions.items()
                for language, digest in submitted.digests.items()
                if (key, language) in self.translations
                and self.get_saved_pair((key, language)) != (submitted.source, digest)
            }
        )

    @cached_property
    def submitted_source_digests(self) -> dict[UUID, dict[TextKey, str]]:
        """The digests of the submitted source texts, for subjects whose translations may be submitted now."""
        wanted = {
            key: submitted.source
            for key, submitted in self.submitted_revisions.items()
            if self.may_take_translations(key, submitted)
        }
        others = {*wanted.values()} - {*self.saved_source_digests.values()}
        documents = load_documents_by_digest(others, most=MAX_SOURCES)
        documents |= {self.saved_source_digests[key]: source for key, source in self.sources.items()}
        return {
            key: {source_text.segment.key: source_text.digest for source_text in list_source_texts(documents[digest])}
            for key, digest in wanted.items()
            if digest in documents
        }

    def may_take_translations(self, key: UUID, submitted: NewestRevision) -> bool:
        """Return whether translations may be submitted.

        They may not while the source is sent back, or after it was withdrawn or taken back. A source that was published
        without approval must be approved first.
        """
        place = key, submitted.source_language
        if self.is_waiting(submitted, place):
            return submitted.why != RevisionReason.FORCED
        return self.get_verdict_in(submitted.revision, place, (submitted.source, submitted.source)) is True

    def may_be_submitted(self, place: SubjectLanguage) -> bool:
        """Return whether something new in this language translates the submitted source."""
        digests, translations = self.submitted_source_digests.get(place[0], {}), self.translations.get(place, {})
        new = self.find_new_texts(place, self.submitted_texts.get(place, {}))
        return any(digests.get(key) == translations[key].source_digest for key in new)

    @cached_property
    def approved_texts(self) -> Mapping[SubjectLanguage, TranslatedTexts]:
        """The approved texts of languages with translations.

        They are the same as those of `agenda.workflow.reviews.get_approved_translations`.
        """
        pairs = {place: pair for place, pair in get_approved_pairs(self.verdicts).items() if place in self.translations}
        same = {
            place
            for place, pair in pairs.items()
            if pair == (self.saved_source_digests[place[0]], self.saved_digests.get(place, ""))
        }
        texts = load_texts({place: pair for place, pair in pairs.items() if place not in same})
        return texts | {place: self.get_current_texts(place) for place in same}

    @cached_property
    def sent_back(self) -> dict[SubjectLanguage, VerdictRow]:
        """The verdicts on translations that were sent back and have not been submitted again since."""
        last = {
            (verdict.subject, verdict.language): verdict for verdict in self.verdicts if verdict.carried_from is None
        }
        refused = {
            place: verdict for place, verdict in last.items() if not verdict.approved and place in self.translations
        }
        if not refused:
            return {}
        since = self.find_submissions_since(min(verdict.revision for verdict in refused.values()), refused)
        pairs = {
            (revision, place): pair
            for revision, place, pair in since
            if revision > refused[place].revision and pair[1] != refused[place].digest
        }
        again = {place for (_revision, place), texts in load_texts(pairs).items() if self.has_new_text(texts, place)}
        again |= {
            place
            for revision, place, pair in since
            if pair[1] == refused[place].digest and self.get_verdict_in(revision, place, pair) is None
        }
        return {place: verdict for place, verdict in refused.items() if place not in again}

    def has_new_text(self, texts: TranslatedTexts, place: SubjectLanguage) -> bool:
        """Return whether a text is new. Without new texts, a language only accompanies its source in a submission."""
        approved, translations = self.approved_texts.get(place, {}), self.translations[place]
        return any(approved.get(key) != text for key, text in texts.items() if key in translations)

    def find_submissions_since(
        self, revision: int, places: Collection[SubjectLanguage]
    ) -> list[tuple[int, SubjectLanguage, TranslationPair]]:
        """Return (revision, place, documents) of the submissions of these places after a revision."""
        rows = RevisionDocument.objects.filter(
            revision__subject_id__in={key for key, _language in places},
            revision__why__in=REVIEWABLE_REASONS,
            revision__gt=revision,
        )
        sources = RevisionDocument.objects.filter(
            revision=OuterRef("revision"), language=OuterRef("revision__source_language")
        )
        values = rows.exclude(language=F("revision__source_language")).values_list(
            "revision", "revision__subject_id", "language", Subquery(sources.values("document")[:1]), "document"
        )
        return [
            (revision, (key, language), (source, digest))
            for revision, key, language, source, digest in values
            if (key, language) in places
        ]

    @cached_property
    def confirmed_differences(self) -> set[tuple[UUID, str, str, str]]:
        rows = ConfirmedDifference.objects.filter(subject_type__in=SUBJECT_TYPES, subject_id__in=self.keys)
        return {*rows.values_list("subject_id", "language", "path", "digest")}

    def has_other_time(self, place: SubjectLanguage) -> bool:
        """Return whether a draft has an unconfirmed difference in time (see `find_unconfirmed_differences`).

        Of very long texts, not all are compared. Whoever submits them learns of a difference then.
        """
        key, language = place
        for draft in self.list_drafts(place):
            segment, text = draft.source.segment, draft.text
            languages = self.sources[key].language, language
            for found in self.comparison_time.compare(find_blocking_differences, segment, text, *languages):
                digest = compute_difference_digest(found, segment.text, text)
                if (*place, found.path, digest) not in self.confirmed_differences:
                    return True
        return False


def load_texts(pairs: Mapping[Key, TranslationPair]) -> dict[Key, TranslatedTexts]:
    """Return the translated texts of pairs of documents, without pairs that cannot be read."""
    texts = load_texts_of_pairs({*pairs.values()}) if pairs else {}
    return {key: texts[pair] for key, pair in pairs.items() if pair in texts}


def find_readable(keys: Collection[UUID], languages: Collection[str]) -> set[UUID]:
    """Return the keys of the shortest translations, up to `MAX_TRANSLATION_BYTES`. The others are not counted."""
    lengths = measure_translations(keys, languages, ROW_BYTES)
    shortest = sorted(lengths, key=lengths.__getitem__)
    so_far = accumulate(lengths[key] for key in shortest)
    return {key for key, length in zip(shortest, so_far, strict=True) if length <= MAX_TRANSLATION_BYTES}


def load_source_documents(subjects: Sequence[Subject]) -> dict[UUID, SubjectDocument]:
    """Return the source documents as last saved, without subjects whose rows made no valid document.

    The longest are left out if all together are longer than `MAX_SOURCES`.
    """
    documents = load_documents_by_digest({subject.digest for subject in subjects if subject.digest}, most=MAX_SOURCES)
    return {subject.pk: documents[subject.digest] for subject in subjects if subject.digest in documents}


def load_translations(
    keys: Collection[UUID], languages: Collection[str]
) -> dict[SubjectLanguage, dict[TextKey, TranslatedText]]:
    """Return the translations in the working copies, current or not."""
    rows = Translation.objects.filter(subject_type__in=SUBJECT_TYPES, subject_id__in=keys, language__in=languages)
    found: dict[SubjectLanguage, dict[TextKey, TranslatedText]] = defaultdict(dict)
    for key, language, row, name, text, digest in rows.values_list(
        "subject_id", "language", "row_id", "field", "text", "source_digest"
    ):
        found[key, language][row, name] = TranslatedText(text, digest)
    return dict(found)


def collect_digests(documents: QuerySet[EditionDocument], keys: Collection[UUID]) -> dict[SubjectLanguage, str]:
    """Return the digests of edition documents, without those of withdrawn subjects."""
    rows = documents.filter(
        edition__subject_type__in=SUBJECT_TYPES, edition__subject_id__in=keys, edition__is_tombstone=False
    )
    values = rows.values_list("edition__subject_id", "language", "document__digest")
    return {(key, language): digest for key, language, digest in values}

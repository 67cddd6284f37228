"""What is known of the languages of some meetings and topics, in the same few queries for any number of them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery

from agenda.drafts import Subject, SubjectDocument
from agenda.models import FOR_REVIEW, ConfirmedDifference, Revision, RevisionDocument, Why
from agenda.reviews import (
    Given,
    Pair,
    Place,
    approved_pairs,
    documents_by_digest,
    texts_of_pairs,
    verdicts_given,
)
from agenda.translating import (
    URL,
    Counts,
    Disagreement,
    Key,
    Made,
    Segment,
    SourceText,
    Standing,
    Texts,
    TextState,
    disagreements_in,
    standings,
    texts_of_source,
)
from agenda.translations.confirming import digest_of_difference
from meetings.models import EditionDocument, SubjectType, Translation
from meetings.vocabulary import Language

NOTHING = Counts()
KINDS = SubjectType.values
"""Said in each question, since the indexes begin with it."""


@dataclass
class Newest:
    """A revision's documents by language."""

    revision: int
    why: str
    source_language: str
    digests: dict[str, str] = field(default_factory=dict)

    @property
    def source(self) -> str:
        return self.digests.get(self.source_language, "")

    def pair(self, language: str) -> Pair:
        return self.source, self.digests[language]


class Facts:
    def __init__(self, subjects: Sequence[Subject], now: dt.datetime, languages: Sequence[Language]) -> None:
        self.keys = [one.pk for one in subjects]
        self.sources = source_documents(subjects)
        self.saved_sources = {one.pk: one.digest for one in subjects}
        self.saved = self.newest(Revision.objects.all())
        self.live = digests_in(EditionDocument.objects.live(now), self.keys)
        self.pending = digests_in(
            EditionDocument.objects.filter(edition__available_from__gt=now).order_by("edition__available_from"),
            self.keys,
        )
        self.made = made_texts(self.keys, {*languages, *(one.source_language for one in subjects)})
        self.texts: dict[UUID, list[SourceText]] = {key: texts_of_source(one) for key, one in self.sources.items()}
        self.known_standings: dict[Place, list[Standing]] = {}

    def newest(self, revisions: QuerySet[Revision]) -> dict[UUID, Newest]:
        of_subject = revisions.filter(subject_id=OuterRef("revision__subject_id"))
        rows = RevisionDocument.objects.filter(
            revision__subject_id__in=self.keys,
            revision=Subquery(of_subject.order_by("-version", "-pk").values("pk")[:1]),
        )
        found: dict[UUID, Newest] = {}
        for key, revision, why, source, language, digest in rows.values_list(
            "revision__subject_id",
            "revision",
            "revision__why",
            "revision__source_language",
            "language",
            "document",
        ):
            found.setdefault(key, Newest(revision, why, source)).digests[language] = digest
        return found

    @cached_property
    def submitted(self) -> dict[UUID, Newest]:
        """Last, or published without approval."""
        return self.newest(Revision.objects.filter(why__in=FOR_REVIEW))

    @cached_property
    def said(self) -> dict[Place, str]:
        """The digests of what the working copies say, as last saved.

        What was submitted holds of a language only what is approved, unless it was chosen. So that may be another text.
        """
        wanted = {
            (key, language): one.pair(language)
            for key, one in self.saved.items()
            for language in one.digests
            if one.why in FOR_REVIEW and language != one.source_language
        }
        texts = texts_of_pairs({*wanted.values()}) if wanted else {}
        return {
            (key, language): digest
            for key, one in self.saved.items()
            for language, digest in one.digests.items()
            if (key, language) not in wanted or self.is_all_of(texts.get(wanted[key, language], {}), (key, language))
        }

    def is_all_of(self, texts: Texts, place: Place) -> bool:
        """The texts are just those that are translated by now from the source as it stands."""
        made = self.made.get(place, {})
        return {key: text for key, text in texts.items() if key in made} == self.current(place)

    def standings(self, place: Place) -> list[Standing]:
        key, language = place
        if place not in self.known_standings:
            source, approved = self.sources.get(key), self.approved_texts.get(place, {})
            self.known_standings[place] = (
                standings(source, language, self.made.get(place, {}), approved, self.texts[key]) if source else []
            )
        return self.known_standings[place]

    def counts(self, place: Place) -> Counts:
        return Counts.of(self.standings(place))

    def drafts(self, place: Place) -> list[Standing]:
        return [one for one in self.standings(place) if one.state == TextState.DRAFT]

    def current(self, place: Place) -> dict[Key, Made]:
        """The translated texts of the source as it stands, as a document would have them."""
        texts = {one.segment.key: one for one in self.texts.get(place[0], [])}
        return {
            key: made
            for key, made in self.made.get(place, {}).items()
            if made.text and key in texts and texts[key].digest == made.source_digest
            if not (texts[key].is_optional and made.text == texts[key].segment.text)
        }

    @cached_property
    def given(self) -> list[Given]:
        return verdicts_given(self.keys)

    @cached_property
    def last_given(self) -> dict[tuple[UUID, str, str], Given]:
        return {(one.subject, one.language, one.digest): one for one in self.given}

    def verdict_in(self, revision: int, place: Place, digest: str) -> bool | None:
        """As `agenda.reviews.verdicts_on`: what was sent back and is submitted again since is in review."""
        last = self.last_given.get((*place, digest))
        return last.approved if last and (last.approved or last.revision >= revision) else None

    def verdict(self, place: Place) -> bool | None:
        """On what the working copy says."""
        said = self.said.get(place, "")
        submitted = self.submitted.get(place[0])
        is_last = submitted is not None and submitted.digests.get(place[1]) == said
        return self.verdict_in(submitted.revision if submitted and is_last else 0, place, said) if said else None

    def is_in_review(self, place: Place) -> bool:
        """It was submitted as the working copy has it, or all that is new in it was; and nobody has judged it."""
        key, language = place
        submitted = self.submitted.get(key)
        if submitted is None or language not in submitted.digests:
            return False
        digest = submitted.digests[language]
        if self.verdict_in(submitted.revision, place, digest) is not None:
            return False
        if digest == self.said.get(place):
            return True
        return language != submitted.source_language and not self.new_in(place, self.texts_submitted.get(place, {}))

    def new_in(self, place: Place, texts: Texts) -> set[Key]:
        """What is translated, not approved, and not among the texts."""
        made = self.made.get(place, {})
        return {key for one in self.drafts(place) if texts.get(key := one.source.segment.key) != made[key]}

    @cached_property
    def texts_submitted(self) -> dict[Place, Texts]:
        """Of the languages of which the working copy says something else than what was submitted last."""
        wanted = {
            (key, language): one.pair(language)
            for key, one in self.submitted.items()
            for language, digest in one.digests.items()
            if (key, language) in self.made and self.said.get((key, language)) != digest
        }
        texts = texts_of_pairs({*wanted.values()}) if wanted else {}
        return {place: texts[pair] for place, pair in wanted.items() if pair in texts}

    @cached_property
    def sources_submitted(self) -> dict[UUID, dict[Key, str]]:
        """The digests of the texts of the source that translations are of, where one may be submitted."""
        wanted = {key: one.source for key, one in self.submitted.items() if self.takes_translations(key, one)}
        documents = documents_by_digest({*wanted.values()} - {*self.saved_sources.values()})
        documents |= {self.saved_sources[key]: one for key, one in self.sources.items()}
        return {
            key: {one.segment.key: one.digest for one in texts_of_source(documents[digest])}
            for key, digest in wanted.items()
            if digest in documents
        }

    def takes_translations(self, key: UUID, submitted: Newest) -> bool:
        """Not while its source is sent back; what was published without approval has to be approved first."""
        judged = self.verdict_in(submitted.revision, (key, submitted.source_language), submitted.source)
        return judged is True or (judged is None and submitted.why != Why.FORCED)

    def may_be_submitted(self, place: Place) -> bool:
        """Something new of it is a translation of the source that was submitted."""
        said, made = self.sources_submitted.get(place[0], {}), self.made.get(place, {})
        new = self.new_in(place, self.texts_submitted.get(place, {}))
        return any(said.get(key) == made[key].source_digest for key in new)

    @cached_property
    def approved_texts(self) -> Mapping[Place, Texts]:
        """As `agenda.reviews.approved_translations`, of languages that are translated."""
        pairs = {place: pair for place, pair in approved_pairs(self.given).items() if place in self.made}
        same = {
            place for place, pair in pairs.items() if pair == (self.saved_sources[place[0]], self.said.get(place, ""))
        }
        texts = texts_of_pairs({pair for place, pair in pairs.items() if place not in same})
        return {
            place: self.current(place) if place in same else texts[pair]
            for place, pair in pairs.items()
            if place in same or pair in texts
        }

    @cached_property
    def sent_back(self) -> dict[Place, Given]:
        """The translations that were sent back, and not submitted again since."""
        last = {(one.subject, one.language): one for one in self.given if one.carried_from is None}
        refused = {place: one for place, one in last.items() if not one.approved and place in self.made}
        if not refused:
            return {}
        since = self.submitted_since(min(one.revision for one in refused.values()), refused)
        pairs = {
            (revision, place): pair
            for revision, place, pair in since
            if revision > refused[place].revision and pair[1] != refused[place].digest
        }
        texts = texts_of_pairs({*pairs.values()})
        again = {place for (_revision, place), pair in pairs.items() if self.has_new(texts.get(pair, {}), place)}
        again |= {
            place
            for revision, place, pair in since
            if pair[1] == refused[place].digest and self.verdict_in(revision, place, pair[1]) is None
        }
        return {place: one for place, one in refused.items() if place not in again}

    def has_new(self, texts: Texts, place: Place) -> bool:
        """Without new words, a language only goes along with its source: nobody has submitted it."""
        approved, made = self.approved_texts.get(place, {}), self.made[place]
        return any(approved.get(key) != text for key, text in texts.items() if key in made)

    def submitted_since(self, revision: int, places: Collection[Place]) -> list[tuple[int, Place, Pair]]:
        rows = RevisionDocument.objects.filter(
            revision__subject_id__in={key for key, _language in places},
            revision__why__in=FOR_REVIEW,
            revision__gt=revision,
        )
        sources = RevisionDocument.objects.filter(
            revision=OuterRef("revision"), language=OuterRef("revision__source_language")
        )
        told = rows.exclude(language=F("revision__source_language")).values_list(
            "revision", "revision__subject_id", "language", Subquery(sources.values("document")[:1]), "document"
        )
        return [
            (revision, (key, language), (source, digest))
            for revision, key, language, source, digest in told
            if (key, language) in places
        ]

    @cached_property
    def confirmed(self) -> set[tuple[UUID, str, str, str]]:
        rows = ConfirmedDifference.objects.filter(subject_type__in=KINDS, subject_id__in=self.keys)
        return {*rows.values_list("subject_id", "language", "path", "digest")}

    def says_another_hour(self, place: Place) -> bool:
        """As `agenda.translations.unconfirmed`, of what is not approved."""
        key, language = place
        return any(
            (*place, found.path, digest_of_difference(found, one.source.segment.text, one.text)) not in self.confirmed
            for one in self.drafts(place)
            for found in grave_differences(one.source.segment, one.text, self.sources[key].language, language)
        )


@lru_cache(maxsize=20_000)
def grave_differences(source: Segment, text: str, source_language: str, language: str) -> tuple[Disagreement, ...]:
    """Reading both texts takes a tenth of a millisecond or more: too long for a page of meetings in all languages."""
    if source.field == URL:
        return ()
    return tuple(found for found in disagreements_in(source, text, source_language, language) if found.blocks)


def source_documents(subjects: Iterable[Subject]) -> dict[UUID, SubjectDocument]:
    """As last saved; without those that make no document."""
    documents = documents_by_digest({one.digest for one in subjects if one.digest})
    return {one.pk: documents[one.digest] for one in subjects if one.digest in documents}


def made_texts(keys: Collection[UUID], languages: Collection[str]) -> dict[Place, dict[Key, Made]]:
    rows = Translation.objects.filter(subject_type__in=KINDS, subject_id__in=keys, language__in=languages)
    found: dict[Place, dict[Key, Made]] = defaultdict(dict)
    for key, language, row, name, text, digest in rows.values_list(
        "subject_id", "language", "row_id", "field", "text", "source_digest"
    ):
        found[key, language][row, name] = Made(text, digest)
    return dict(found)


def digests_in(documents: QuerySet[EditionDocument], keys: Collection[UUID]) -> dict[Place, str]:
    rows = documents.filter(edition__subject_type__in=KINDS, edition__subject_id__in=keys, edition__is_tombstone=False)
    told = rows.values_list("edition__subject_id", "language", "document")
    return {(key, language): digest for key, language, digest in told}

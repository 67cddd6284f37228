"""How far each language of some meetings and topics is: for lists, in the same few queries for any number of them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import F, Max, OuterRef, QuerySet, Subquery, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.drafts import Subject, SubjectDocument
from agenda.models import FOR_REVIEW, Revision, RevisionDocument, Verdict
from agenda.translating import Counts, Key, Made, SourceText, Texts, standings, texts_in, texts_of_source
from meetings.documents.text import read
from meetings.models import Edition, EditionDocument, StoredDocument, SubjectType, Translation
from meetings.models.edition import BEFORE_ALL
from meetings.vocabulary import Language

NOTHING = Counts()
KINDS = SubjectType.values
"""Said in each question, since the indexes begin with it."""


class Stage(TextChoices):
    """Where a language stands, in one word; the first that is so, in this order."""

    NO_DOCUMENT = "no_document", gettext_lazy("makes no document")
    NONE = "none", gettext_lazy("not begun")
    OUT_OF_DATE = "out_of_date", gettext_lazy("out of date")
    SENT_BACK = "sent_back", gettext_lazy("sent back")
    IN_REVIEW = "in_review", gettext_lazy("in review")
    LIVE = "live", gettext_lazy("live")
    APPROVED = "approved", gettext_lazy("approved")
    BEGUN = "begun", gettext_lazy("begun")
    TRANSLATED = "translated", gettext_lazy("translated, not submitted")
    WRITTEN = "written", gettext_lazy("written in this language, not submitted")


@dataclass(frozen=True)
class Readiness:
    """Of one language of one meeting or topic. `live` and `pending`: such an edition has the language at all."""

    language: Language
    stage: Stage
    counts: Counts = NOTHING
    is_source: bool = False
    is_live: bool = False
    is_pending: bool = False

    @property
    def is_to_do(self) -> bool:
        """For translators."""
        return not self.is_source and self.stage != Stage.NO_DOCUMENT and not self.counts.is_complete

    @property
    def mark(self) -> str:
        """What a narrow cell of a table has room for."""
        counted = f"{self.counts.done}/{self.counts.total}"
        return {
            Stage.NO_DOCUMENT: "?",
            Stage.NONE: "–",
            Stage.OUT_OF_DATE: f"! {self.counts.out_of_date}",
            Stage.SENT_BACK: "↩",
            Stage.IN_REVIEW: "…",
            Stage.LIVE: "●",
            Stage.APPROVED: "✓",
            Stage.BEGUN: counted,
            Stage.TRANSLATED: counted,
            Stage.WRITTEN: "✎",
        }[self.stage]

    @property
    def words(self) -> str:
        """As “in review, 31 of 34 translated, 3 missing; an earlier text is live”."""
        told = str(self.stage.label)
        if not self.is_source and self.counts.is_begun:
            told += f", {self.counts.words}"
        if self.is_pending:
            told += "; " + _("appears with the edition to come")
        if self.is_live and self.stage != Stage.LIVE:
            told += "; " + _("an earlier text is live")
        return told


def readiness_of(
    subjects: Sequence[Subject], now: dt.datetime, languages: Collection[str] = ()
) -> dict[UUID, dict[str, Readiness]]:
    """By subject and language, each in the order given; all languages where none are named."""
    wanted = [Language(code) for code in languages or Language.values]
    facts = Facts(subjects, now, wanted)
    return {one.pk: {language: facts.readiness(one, language) for language in wanted} for one in subjects}


@dataclass(frozen=True)
class Verdicts:
    """The last verdict on a text, and the last revision in which the text was submitted; 0 for never."""

    approved: bool | None = None
    judged_in: int = 0
    submitted_in: int = 0

    @property
    def stage(self) -> Stage | None:
        """As `agenda.reviews.verdicts_on`: what was sent back and is submitted again since is in review."""
        if not self.submitted_in:
            return None
        if self.approved is False and self.judged_in >= self.submitted_in:
            return Stage.SENT_BACK
        return Stage.APPROVED if self.approved else Stage.IN_REVIEW


Place = tuple[UUID, str]
"""A subject and a language."""


class Facts:
    def __init__(self, subjects: Sequence[Subject], now: dt.datetime, languages: Sequence[Language]) -> None:
        self.keys = [one.pk for one in subjects]
        self.sources = source_documents(subjects)
        spoken = {*languages, *(one.source_language for one in subjects)}
        self.saved = self.saved_digests()
        self.live = digests_in(EditionDocument.objects.live(now), self.keys)
        self.pending = digests_in(
            EditionDocument.objects.filter(edition__available_from__gt=now).order_by("edition__available_from"),
            self.keys,
        )
        self.made = made_texts(self.keys, spoken)
        self.withdrawn = withdrawn(self.keys)
        self.texts: dict[UUID, list[SourceText]] = {key: texts_of_source(one) for key, one in self.sources.items()}

    def readiness(self, subject: Subject, language: Language) -> Readiness:
        place = subject.pk, str(language)
        is_source = language == subject.source_language
        counted = self.counts(subject.pk, language) if not is_source else NOTHING
        facts = {"is_source": is_source, "is_live": place in self.live, "is_pending": place in self.pending}
        return Readiness(language, self.stage(place, counted, is_source), counted, **facts)

    def stage(self, place: Place, counted: Counts, is_source: bool) -> Stage:
        if place[0] not in self.sources:
            return Stage.NO_DOCUMENT
        if counted.out_of_date:
            return Stage.OUT_OF_DATE
        if counted.is_begun or is_source:
            return self.judged(place, counted) or self.unjudged(counted, is_source)
        return Stage.NONE

    def judged(self, place: Place, counted: Counts) -> Stage | None:
        """What was said of the text as it is saved; or, of a translation, of each of its texts."""
        said = self.saved.get(place, "")
        if said and self.live.get(place) == said:
            return Stage.LIVE
        if counted.is_reviewed:
            return Stage.APPROVED
        return self.verdicts.get((*place, said), Verdicts()).stage

    def unjudged(self, counted: Counts, is_source: bool) -> Stage:
        if is_source:
            return Stage.WRITTEN
        return Stage.TRANSLATED if counted.is_complete else Stage.BEGUN

    def counts(self, key: UUID, language: Language) -> Counts:
        source, texts = self.sources.get(key), self.made.get((key, str(language)), {})
        if source is None:
            return NOTHING
        approved = self.approved_texts.get((key, str(language)), {})
        return Counts.of(standings(source, language, texts, approved, self.texts[key]))

    def saved_digests(self) -> dict[Place, str]:
        """Of what the working copies say, as last saved."""
        of_subject = Revision.objects.filter(subject_id=OuterRef("revision__subject_id")).newest_first()
        rows = RevisionDocument.objects.filter(
            revision__subject_id__in=self.keys, revision=Subquery(of_subject.values("pk")[:1])
        )
        told = rows.values_list("revision__subject_id", "language", "document")
        return {(key, language): digest for key, language, digest in told}

    @cached_property
    def given(self) -> list[tuple[UUID, str, str, bool, int]]:
        """Verdicts that stand, in their order: what was approved before a withdrawal is looked at again."""
        rows = Verdict.objects.filter(revision__subject_id__in=self.keys).order_by("id")
        told = rows.values_list("revision__subject_id", "language", "document", "approved", "revision", "at")
        return [
            (key, language, digest, approved, revision)
            for key, language, digest, approved, revision, at in told
            if not approved or at >= self.withdrawn.get(key, BEFORE_ALL)
        ]

    @cached_property
    def verdicts(self) -> dict[tuple[UUID, str, str], Verdicts]:
        """On what the working copies say."""
        rows = RevisionDocument.objects.filter(
            revision__subject_id__in=self.keys,
            revision__why__in=FOR_REVIEW,
            document__in=[*self.saved.values()],
        )
        told = rows.values_list("revision__subject_id", "language", "document").annotate(last=Max("revision"))
        last = {tuple(place): (approved, revision) for *place, approved, revision in self.given}
        found = {}
        for key, language, digest, submitted_in in told:
            approved, judged_in = last.get((key, language, digest), (None, 0))
            found[key, language, digest] = Verdicts(approved, judged_in, submitted_in)
        return found

    @cached_property
    def approved_texts(self) -> Mapping[Place, Texts]:
        """As `agenda.reviews.approved_translations`, of languages that are translated."""
        last: dict[tuple[UUID, str, str], tuple[bool, int]] = {}
        for key, language, digest, approved, revision in self.given:
            last.pop((key, language, digest), None)
            last[key, language, digest] = approved, revision
        standing = {
            (key, language): (revision, digest)
            for (key, language, digest), (approved, revision) in last.items()
            if approved and (key, language) in self.made
        }
        rows = RevisionDocument.objects.filter(revision__in={revision for revision, _digest in standing.values()})
        rows = rows.filter(language__in={language for _key, language in standing}) | rows.filter(
            language=F("revision__source_language")
        )
        told = rows.values_list("revision", "language", "revision__source_language", "document")
        held = {(revision, language): digest for revision, language, _source, digest in told}
        sources = {revision: source for revision, _language, source, _digest in told}
        pairs = {
            place: (held[revision, sources[revision]], digest)
            for place, (revision, digest) in standing.items()
            if revision in sources and (revision, sources[revision]) in held
        }
        changed = {place: pair for place, pair in pairs.items() if pair != self.saved_pair(place)}
        documents = stored_documents({digest for pair in changed.values() for digest in pair})
        same: dict[Place, Texts] = {place: self.made[place] for place in pairs if place not in changed}
        return same | {
            place: texts_in(documents[source], documents[translation])
            for place, (source, translation) in changed.items()
            if source in documents and translation in documents
        }

    def saved_pair(self, place: Place) -> tuple[str, str]:
        """The digests of source and translation as saved: where just these are approved, all that they say is."""
        source = self.sources.get(place[0])
        return self.saved.get((place[0], source.language), "") if source else "", self.saved.get(place, "")


def source_documents(subjects: Iterable[Subject]) -> dict[UUID, SubjectDocument]:
    """As last saved; without those that make no document."""
    documents = stored_documents({one.digest for one in subjects if one.digest})
    return {one.pk: documents[one.digest] for one in subjects if one.digest in documents}


def stored_documents(digests: Collection[str]) -> dict[str, SubjectDocument]:
    rows = StoredDocument.objects.filter(digest__in=digests).exclude(text="").values_list("digest", "text")
    found = {digest: read(text) for digest, text in rows}
    return {digest: document for digest, document in found.items() if isinstance(document, SubjectDocument)}


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


def withdrawn(keys: Collection[UUID]) -> Mapping[UUID, dt.datetime]:
    """When last."""
    tombstones = Edition.objects.filter(subject_type__in=KINDS, subject_id__in=keys, is_tombstone=True).order_by()
    return dict(tombstones.values_list("subject_id").annotate(last=Max("available_from")))

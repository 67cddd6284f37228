"""What is known of the review of a meeting or topic: what was submitted last, and what was said of each language."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Max, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from agenda.drafts import NO_DOCUMENT, Subject, SubjectDocument, type_of
from agenda.models import FOR_REVIEW, ReleaseEntry, Revision, RevisionDocument, Verdict
from agenda.revisions import documents_of_revision, latest
from agenda.translating import Key, Made, texts_in
from meetings.documents.text import read
from meetings.models import Edition, StoredDocument, SubjectType
from meetings.models.history import BEFORE_ALL
from meetings.vocabulary import Language


class ReviewState(models.TextChoices):
    """Of a document in a language, as the working copy has it now."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    SENT_BACK = "sent_back", _("sent back")
    APPROVED = "approved", _("approved")


@dataclass(frozen=True)
class LanguageReview:
    """`digest` is of the document as submitted; `is_current`: the working copy still says that."""

    language: Language
    digest: str
    verdict: Verdict | None
    is_current: bool

    @property
    def shown(self) -> str:
        """What a reviewer looked at, for `approve` and `send_back`: the text, and the verdict on it if there is one."""
        return f"{self.digest} {self.verdict.pk}" if self.verdict else self.digest

    @property
    def is_approved(self) -> bool:
        return self.verdict is not None and self.verdict.approved

    @property
    def state(self) -> ReviewState:
        if not self.is_current:
            return ReviewState.DRAFT
        if self.verdict is None:
            return ReviewState.IN_REVIEW
        return ReviewState.APPROVED if self.verdict.approved else ReviewState.SENT_BACK


@dataclass(frozen=True)
class Review:
    """The source language comes first in `languages`."""

    revision: Revision
    languages: list[LanguageReview]

    @classmethod
    def of(cls, subject: Subject, revision: Revision, current_digests: Mapping[str, str] | None = None) -> Self:
        """Of a revision that was submitted, or published without approval. `said`: by `said_now`, where it is known."""
        current_digests = said_now(subject) if current_digests is None else current_digests
        rows = sorted(revision.documents.all(), key=lambda x: (x.language != revision.source_language, x.language))
        digests = {row.language: row.document_id for row in rows}
        verdicts = get_verdicts(revision, digests)
        return cls(
            revision,
            [
                LanguageReview(
                    Language(language),
                    digest,
                    verdicts.get(language),
                    is_current=current_digests.get(language) == digest,
                )
                for language, digest in digests.items()
            ],
        )

    @classmethod
    def last(cls, subject: Subject) -> Self | None:
        """Of what was submitted last."""
        revision = submitted(subject).first()
        return cls.of(subject, revision) if revision else None

    @property
    def source(self) -> LanguageReview:
        return self.languages[0]

    @property
    def is_approved(self) -> bool:
        """Its text may be published: other languages may follow."""
        return self.source.is_approved

    @property
    def is_whole(self) -> bool:
        """The working copy still says what is approved. Translations are made beside it, and hold up nothing."""
        return self.source.is_current

    def documents(self) -> list[SubjectDocument]:
        """In the order of `languages`."""
        documents = documents_of_revision(self.revision)
        return [documents[language_review.language] for language_review in self.languages]

    def submission_of(self, language_review: LanguageReview) -> Revision:
        """In which its text was submitted: each language by itself may have been, after the source or before others."""
        revisions = get_submissions_of_text(self.revision, language_review.language, language_review.digest)
        if language_review.verdict and not language_review.verdict.approved:
            revisions = revisions.filter(pk__gte=language_review.verdict.revision_id)
        return revisions.order_by("pk").first() or self.revision

    def approved_texts(self) -> tuple[list[SubjectDocument], list[str]]:
        """The documents of the languages that are approved, the source's first, and their digests."""
        digests = [*approved_digests(self.revision).values()]
        return stored_documents(digests), digests


def said_now(subject: Subject) -> dict[str, str]:
    """The digests of what the working copy says, as last saved, by language; none where it makes no document."""
    saved = latest(subject) if subject.digest != NO_DOCUMENT else None
    return {row.language: row.document_id for row in saved.documents.all()} if saved else {}


def approved_digests(revision: Revision) -> dict[str, str]:
    """Of the documents that go out with a submitted revision, by language, the source's first; empty where that is not
    approved.

    A translation that is not approved stands back behind one that is, of the same source text: so none goes because a
    better one is in review.
    """
    source = revision.source_language
    digests = {row.language: row.document_id for row in revision.documents.all()}
    wanted = [*digests.items(), *of_same_source(revision).values_list("language", "document")]
    verdicts = verdicts_on_pairs(revision, wanted)
    approved: dict[str, str] = {}
    for language, digest in wanted:
        if (language, digest) in verdicts and verdicts[language, digest].approved:
            approved.setdefault(language, digest)
    if source not in approved:
        return {}
    return {language: approved[language] for language in sorted(approved, key=lambda row: (row != source, row))}


def of_same_source(revision: Revision) -> models.QuerySet[RevisionDocument]:
    """The translations that were submitted of the very source text that the revision has, the newest first."""
    source_documents = RevisionDocument.objects.filter(revision=revision, language=revision.source_language).values(
        "document"
    )
    same = RevisionDocument.objects.filter(language=revision.source_language, document__in=source_documents).values(
        "revision"
    )
    submitted = get_submissions_by_id(revision.subject_type, revision.subject_id).filter(pk__in=same)
    rows = RevisionDocument.objects.filter(revision__in=submitted.values("pk"))
    return rows.exclude(language=revision.source_language).order_by("-revision__version", "-revision")


def get_submissions_of_text(revision: Revision, language: str, digest: str) -> models.QuerySet[Revision]:
    """Those of the revision's version, up to it, that hold the document in the language."""
    same = RevisionDocument.objects.filter(language=language, document=digest).values("revision")
    all_submissions = get_submissions_by_id(revision.subject_type, revision.subject_id)
    return all_submissions.filter(pk__in=same, pk__lte=revision.pk, version=revision.version)


def submitted_before(review: Review) -> dict[str, str]:
    """The digest of what was submitted of each language before its present text; a language is left out that was new.

    What is submitted at one instant of one source text is one submission, be it kept as two revisions.
    """
    present = {str(row.language): row.digest for row in review.languages}
    came: dict[str, tuple[dt.datetime, str]] = {}
    previous: dict[str, str] = {}
    about = review.revision.subject_type, review.revision.subject_id
    for revision in get_submissions_by_id(*about).filter(pk__lte=review.revision.pk):
        digests = {row.language: row.document_id for row in revision.documents.all()}
        submission = revision.at, digests[revision.source_language]
        for language, digest in digests.items():
            if digest == present.get(language):
                came[language] = submission
            elif came.get(language, submission) != submission:
                previous.setdefault(language, digest)
    return previous


def submitted(subject: Subject) -> models.QuerySet[Revision]:
    return get_submissions_by_id(type_of(subject), subject.pk)


def get_submissions_by_id(subject_type: str, subject_id: UUID) -> models.QuerySet[Revision]:
    """What was submitted, or published without approval, the newest first; not what was erased since."""
    revisions = Revision.objects.for_subject(subject_type, subject_id).filter(why__in=FOR_REVIEW)
    revisions = revisions.exclude(documents__document__text="")
    return revisions.newest_first().prefetch_related("documents")


def get_verdict(revision: Revision, language: str, digest: str) -> Verdict | None:
    return get_verdicts(revision, {language: digest}).get(language)


def get_verdicts(revision: Revision, digests: Mapping[str, str]) -> dict[str, Verdict]:
    """By language, as `verdicts_on_pairs`."""
    return {language: verdict for (language, _digest), verdict in verdicts_on_pairs(revision, digests.items()).items()}


def verdicts_on_pairs(revision: Revision, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Verdict]:
    """By language and digest: the last one on these bytes; none where they were sent back, and are submitted again
    since.

    A withdrawal ends all approvals that were given before it: what comes back is looked at again.
    """
    pairs = [*pairs]
    digests = [digest for _language, digest in pairs]
    verdicts = verdicts_about(revision.subject_type, revision.subject_id).filter(document__in=digests)
    last = {
        (verdict_row.language, verdict_row.document_id): verdict_row
        for verdict_row in verdicts.select_related("by").order_by("id")
    }
    withdrawn = get_withdrawal_time(revision.subject_type, revision.subject_id)

    def stands(verdict: Verdict) -> bool:
        return verdict.at >= withdrawn if verdict.approved else verdict.revision_id >= revision.pk

    return {pair: last[pair] for pair in pairs if pair in last and stands(last[pair])}


def verdicts_about(subject_type: str, subject_id: UUID) -> models.QuerySet[Verdict]:
    return Verdict.objects.filter(revision__subject_type=subject_type, revision__subject_id=subject_id)


def get_withdrawal_time(subject_type: str, subject_id: UUID) -> dt.datetime:
    """The last time, or before all times."""
    tombstones = Edition.objects.of(subject_type, subject_id).filter(is_tombstone=True)
    return tombstones.values_list("available_from", flat=True).last() or BEFORE_ALL


def approved_revision(subject: Subject) -> Review | None:
    """The newest text that is approved, as `verdicts_on` tells; none that is older than what was released last."""
    about = type_of(subject), subject.pk
    released = ReleaseEntry.objects.filter(
        subject_type=about[0], subject_id=about[1], edition_id__isnull=False, revision__isnull=False
    )
    last = released.order_by("-revision_id").values_list("revision", flat=True).first() or 0
    source = RevisionDocument.objects.filter(revision=OuterRef("pk"), language=OuterRef("source_language"))
    verdict = verdicts_about(*about).filter(language=OuterRef("source_language"), document=OuterRef("said"))
    revision = (
        submitted(subject)
        .filter(pk__gte=last)
        .annotate(said=Subquery(source.values("document")[:1]))
        .annotate(
            approved=Subquery(verdict.order_by("-id").values("approved")[:1]),
            judged_at=Subquery(verdict.order_by("-id").values("at")[:1]),
        )
        .filter(approved=True, judged_at__gte=get_withdrawal_time(*about))
        .first()
    )
    return Review.of(subject, revision) if revision else None


class Given(NamedTuple):
    """A verdict that stands. `carried_from`: the key of the one that it follows from, where nobody looked."""

    subject: UUID
    language: str
    digest: str
    approved: bool
    revision: int
    at: dt.datetime
    by_name: str
    remark: str
    carried_from: int | None


Place = tuple[UUID, str]
"""A subject and a language."""
Pair = tuple[str, str]
"""The digests of a source document and of its translation."""


def verdicts_given(keys: Collection[UUID]) -> list[Given]:
    """On these meetings and topics, in their order, in two queries: what was approved before a withdrawal is looked at
    again.
    """
    rows = Verdict.objects.filter(revision__subject_id__in=keys).order_by("id")
    values = rows.values_list(
        "revision__subject_id",
        "language",
        "document",
        "approved",
        "revision",
        "at",
        "by_name",
        "remark",
        "carried_from",
    )
    withdrawn = get_withdrawal_times(keys)
    return [
        verdict
        for verdict in map(Given._make, values)
        if not verdict.approved or verdict.at >= withdrawn.get(verdict.subject, BEFORE_ALL)
    ]


def get_withdrawal_times(keys: Collection[UUID]) -> dict[UUID, dt.datetime]:
    tombstones = Edition.objects.filter(subject_type__in=SubjectType.values, subject_id__in=keys, is_tombstone=True)
    return dict(tombstones.order_by().values_list("subject_id").annotate(last=Max("available_from")))


def approved_pairs(verdicts: Iterable[Given]) -> dict[Place, Pair]:
    """The translation that was approved last, and the source that it was approved beside; in one query.

    It is the document of the verdict: the revision may hold another one, which is in review.
    """
    last: dict[tuple[UUID, str, str], Given] = {}
    for verdict in verdicts:
        last.pop((verdict.subject, verdict.language, verdict.digest), None)  # what is approved again comes last
        last[verdict.subject, verdict.language, verdict.digest] = verdict
    approved = {(verdict.subject, verdict.language): verdict for verdict in last.values() if verdict.approved}
    rows = RevisionDocument.objects.filter(revision__in={verdict.revision for verdict in approved.values()})
    source_rows = rows.filter(language=F("revision__source_language")).values_list("revision", "language", "document")
    sources = {revision: (language, digest) for revision, language, digest in source_rows}
    return {
        place: (sources[verdict.revision][1], verdict.digest)
        for place, verdict in approved.items()
        if verdict.revision in sources and sources[verdict.revision][0] != verdict.language
    }


def approved_translations(subject: Subject, *languages: str) -> dict[str, dict[Key, Made]]:
    """The translated texts that were approved last, by language, each with the source text that it was approved beside.

    Of all languages where none are named. What was withdrawn since, or taken back, or erased, is not among them.
    """
    return get_approved_translations_by_id(subject.pk, *languages)


def get_approved_translations_by_id(key: UUID, *languages: str) -> dict[str, dict[Key, Made]]:
    """The same for the key of a meeting or topic."""
    verdicts = verdicts_given([key])
    pairs = (
        approved_pairs(verdict for verdict in verdicts if verdict.language in languages)
        if languages
        else approved_pairs(verdicts)
    )
    texts = texts_of_pairs(pairs.values())
    return {language: texts[pair] for (_key, language), pair in pairs.items() if pair in texts}


def texts_of_pairs(pairs: Collection[Pair]) -> dict[Pair, dict[Key, Made]]:
    """The translated texts of each, in one query; without those that were erased."""
    documents = documents_by_digest({digest for pair in pairs for digest in pair})
    return {
        (source, translation): texts_in(documents[source], documents[translation])
        for source, translation in pairs
        if source in documents and translation in documents
    }


def documents_by_digest(digests: Collection[str]) -> dict[str, SubjectDocument]:
    """Those that are there, and are no tombstones."""
    rows = StoredDocument.objects.filter(digest__in=digests).exclude(text="").values_list("digest", "text")
    documents = {digest: read(text) for digest, text in rows}
    return {digest: document for digest, document in documents.items() if isinstance(document, SubjectDocument)}


def stored_documents(digests: Collection[str]) -> list[SubjectDocument]:
    """In the order of the digests, each of which is there."""
    documents = documents_by_digest(digests)
    return [documents[digest] for digest in digests]


def document_of(text: str) -> SubjectDocument:
    document = read(text)
    assert isinstance(document, SubjectDocument)
    return document


def unreleased(subject: Subject) -> Review | None:
    """The newest approved text, where the last edition, be it live or still to come, says something else."""
    review = approved_revision(subject)
    last = Edition.objects.of(type_of(subject), subject.pk).last()
    if review is None or last is None:
        return review
    last_documents = set(last.documents.values_list("language", "document"))
    return None if last_documents == {*approved_digests(review.revision).items()} else review

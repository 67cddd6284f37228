"""The state of review of a meeting or topic: the last submission, and the verdict on each language."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from agenda.documents.translations.segments import TextKey, list_segments
from agenda.documents.translations.translated_document import (
    TranslatedText,
    compute_source_digests,
    extract_translated_texts,
)
from agenda.models import (
    REVIEWABLE_REASONS,
    AuthorApproval,
    ReleaseEntry,
    Revision,
    RevisionDocument,
    RevisionReason,
    Verdict,
)
from agenda.workflow.drafts import NO_DOCUMENT, Subject, SubjectDocument, get_subject_type
from agenda.workflow.released_texts import TextOfSubject, TranslationPair
from agenda.workflow.revisions import fetch_revision, get_latest_revision, get_revision_documents
from meetings.database.prepared_query import fetch_objects, fetch_rows, pad_keys
from meetings.documents.choices import Language
from meetings.documents.encoding import decode_document
from meetings.documents.schema import Tombstone
from meetings.editions.freezing import find_suppressed_digests
from meetings.models import Edition, EditionDocument, EditionReason, StoredDocument, SubjectType, Translation

TAKEN_BACK_BY = (EditionReason.WITHDRAWAL, EditionReason.RESTORATION)
"""Reasons of editions that take the edition before them back."""
REASONS_WITHOUT_RELEASE = (EditionReason.RESTORATION, EditionReason.FACTS, EditionReason.TRANSLATION)
"""Reasons of editions that do not release a new text."""
TRANSLATION_BYTES = 150  # what a translation takes in a submission beside its words


class ReviewState(models.TextChoices):
    """The state of a document in one language, as the working copy has it now."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    SENT_BACK = "sent_back", _("sent back")
    APPROVED = "approved", _("approved")


@dataclass(frozen=True)
class LanguageReview:
    """The review of one language.

    `digest` is that of the submitted document, `source` that of its original. `is_current` means that the working copy
    has not changed since, nor has its original, if this is a translation.
    `has_ended`: it was approved, and then withdrawn or taken back, or the original language was changed since. Before
    anyone can approve it, it must be submitted again. It may have been sent back before.
    `refusal`: somebody sent exactly this text back before it was submitted again.
    """

    language: Language
    digest: str
    source: str
    verdict: Verdict | None
    is_current: bool
    has_ended: bool = False
    refusal: Verdict | None = None

    @property
    def text_shown(self) -> str:
        """Return the text and its original as a value that begins `shown`."""
        return f"{self.digest}-{self.source}"

    @property
    def shown(self) -> str:
        """Return the text, its original, and what was decided on it, as an opaque value for `shown` of `approve` and
        `send_back`.
        """
        if self.verdict:
            return f"{self.text_shown} {self.verdict.pk}"
        return f"{self.text_shown} again {self.refusal.pk}" if self.refusal else self.text_shown

    @property
    def is_approved(self) -> bool:
        return self.verdict is not None and self.verdict.approved

    @property
    def is_sent_back(self) -> bool:
        return self.verdict is not None and not self.verdict.approved

    @property
    def is_waiting(self) -> bool:
        """Return True if somebody must approve this text or send it back."""
        return self.verdict is None and not self.has_ended

    @property
    def state(self) -> ReviewState:
        if not self.is_current or self.has_ended:
            return ReviewState.DRAFT
        if self.verdict is None:
            return ReviewState.IN_REVIEW
        return ReviewState.APPROVED if self.verdict.approved else ReviewState.SENT_BACK


@dataclass(frozen=True)
class Review:
    """The review of a submission. The source language comes first in `languages`."""

    revision: Revision
    languages: list[LanguageReview]

    @classmethod
    def for_revision(cls, subject: Subject, revision: Revision) -> Self:
        """Return the review of a revision that was submitted, or published without approval.

        It ends, also if it was approved, when the original gets another language: only translations could follow it.
        """
        current_digests = get_current_digests(subject)
        rows = sorted(revision.documents.all(), key=lambda x: (x.language != revision.source_language, x.language))
        digests = {row.language: row.document_id for row in rows}
        source = digests[revision.source_language]
        is_same_source = current_digests.get(revision.source_language) == source
        last = get_last_verdicts(revision, digests.items())
        is_of_original = revision.source_language == subject.source_language
        verdicts = {pair: select_valid_verdict(verdict, revision) for pair, verdict in last.items()}
        if not is_of_original:
            verdicts = {pair: verdict for pair, verdict in verdicts.items() if verdict and not verdict.approved}
        reviews = [
            LanguageReview(
                Language(language),
                digest,
                source,
                verdicts.get((language, digest)),
                is_current=is_same_source and current_digests.get(language) == digest,
                has_ended=not is_of_original or has_ended(last.get((language, digest)), revision),
                refusal=select_earlier_refusal(last.get((language, digest)), revision),
            )
            for language, digest in digests.items()
        ]
        return cls(revision, reviews)

    @classmethod
    def latest(cls, subject: Subject) -> Self | None:
        """Return the review of the last submission, or None."""
        revision = get_last_submission(subject)
        return cls.for_revision(subject, revision) if revision else None

    @property
    def source(self) -> LanguageReview:
        return self.languages[0]

    @property
    def is_approved(self) -> bool:
        """Return True if the source text is approved, so that it may be published. Other languages may follow."""
        return self.source.is_approved

    @property
    def is_current(self) -> bool:
        """Return True if the working copy still has the submitted source text. Translations do not count."""
        return self.source.is_current

    def get_documents(self) -> list[SubjectDocument]:
        """Return the documents in the order of `languages`."""
        documents = get_revision_documents(self.revision)
        return [documents[language_review.language] for language_review in self.languages]

    def get_submission(self, language_review: LanguageReview) -> Revision:
        """Return the revision in which the text of a language was first submitted with this version of the draft.

        Each language may have been submitted by itself, after the source or before other languages.
        """
        if language_review.verdict and not language_review.is_approved:
            return self.revision  # or it would have no verdict (`select_valid_verdict`)
        return next(iter(self.list_submissions(language_review)), self.revision)

    def list_submissions(self, language_review: LanguageReview) -> list[Revision]:
        """Return the submissions of the text with this version of the draft, the oldest first.

        Another text may have been submitted between: names of topics are in it, too.
        """
        text = language_review.language, language_review.digest
        return [row.revision for row in self.submitted_documents if (row.language, row.document_id) == text]

    @cached_property
    def submitted_documents(self) -> list[RevisionDocument]:
        """The documents of the submissions of the revision's version, up to this revision, the oldest first."""
        revision = self.revision
        about = revision.subject_type, revision.subject_id
        return fetch_objects(select_submitted_documents, *about, revision.version, revision.pk)

    def get_approved_texts(self) -> tuple[list[SubjectDocument], list[str]]:
        """Return the documents of the approved languages, the source first, and their digests."""
        digests = [*get_approved_digests(self.revision).values()]
        return load_documents(digests), digests


def get_current_digests(subject: Subject) -> dict[str, str]:
    """Return the digests of the working copy as last saved, by language; empty if it makes no document."""
    saved = get_latest_revision(subject) if subject.digest != NO_DOCUMENT else None
    return {row.language: row.document_id for row in saved.documents.all()} if saved else {}


def get_approved_digests(revision: Revision, assumed: Iterable[str] = ()) -> dict[str, str]:
    """Return the digests of the documents that go out with a submission, by language, the source first.

    Empty if the source text is not approved. If a translation is not approved, an approved one of the same source text
    goes out instead: a better translation in review removes no language. The texts of the submission in the `assumed`
    languages count as approved.
    """
    source = revision.source_language
    digests = {row.language: row.document_id for row in revision.documents.all()}
    others = [(language, digest) for language, digest, _revision in fetch_translations_of_same_source(revision)]
    approved = select_first_approved(revision, [*digests.items(), *others])
    approved |= {language: digests[language] for language in assumed}
    if source not in approved:
        return {}
    return {language: approved[language] for language in sorted(approved, key=lambda row: (row != source, row))}


def select_first_approved(revision: Revision, candidates: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the first digest of each language that is approved. The candidates are pairs of language and digest."""
    verdicts = get_verdicts_by_pair(revision, candidates)
    approved: dict[str, str] = {}
    for language, digest in candidates:
        if (language, digest) in verdicts and verdicts[language, digest].approved:
            approved.setdefault(language, digest)
    return approved


def fetch_translations_of_same_source(revision: Revision) -> list[tuple[str, str, int]]:
    """Return the translations that were submitted for the same source text as the revision has, the newest first.

    Each has its language, its digest and the key of its revision.
    """
    about = revision.subject_type, revision.subject_id
    return fetch_rows(select_translations_of_source, *about, revision.pk, revision.source_language)


def select_translations_of_source(
    subject_type: str, subject_id: UUID, revision: int, source_language: str
) -> models.QuerySet[RevisionDocument, Any]:
    sources = RevisionDocument.objects.filter(language=source_language)
    own_source = sources.filter(revision=revision).values("document")
    same = sources.filter(document__in=own_source).values("revision")
    submitted = get_submissions_by_id(subject_type, subject_id).filter(pk__in=same)
    rows = RevisionDocument.objects.filter(revision__in=submitted.values("pk")).exclude(language=source_language)
    return rows.order_by("-revision__version", "-revision_id").values_list("language", "document", "revision")


def select_submitted_documents(
    subject_type: str, subject_id: UUID, version: int, until: int
) -> models.QuerySet[RevisionDocument]:
    submissions = get_submissions_by_id(subject_type, subject_id).filter(version=version, pk__lte=until)
    documents = RevisionDocument.objects.filter(revision__in=submissions.order_by().values("pk"))
    return documents.select_related("revision").order_by("revision_id")


def get_previous_digests(review: Review) -> dict[str, str]:
    """Return the digest that was submitted for each language before its present text. New languages are left out.

    Two revisions that were submitted at one instant, with the same source text, are one submission.
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


def get_submissions(subject: Subject) -> models.QuerySet[Revision]:
    """Return all submissions of the subject, the newest first."""
    return get_submissions_by_id(get_subject_type(subject), subject.pk)


def get_submissions_by_id(subject_type: str, subject_id: UUID) -> models.QuerySet[Revision]:
    """Return what was submitted or published without approval, the newest first, without erased texts."""
    revisions = Revision.objects.for_subject(subject_type, subject_id).filter(why__in=REVIEWABLE_REASONS)
    revisions = revisions.exclude(documents__document__text="")
    return revisions.newest_first().prefetch_related("documents")


def get_last_submission(subject: Subject) -> Revision | None:
    return fetch_revision(select_last_submission, get_subject_type(subject), subject.pk)


def select_last_submission(subject_type: str, subject_id: UUID) -> models.QuerySet[Revision]:
    return get_submissions_by_id(subject_type, subject_id)[:1]


def get_verdicts(revision: Revision, digests: Mapping[str, str]) -> dict[str, Verdict]:
    """Return the current verdicts by language (see `get_verdicts_by_pair`)."""
    return {
        language: verdict for (language, _digest), verdict in get_verdicts_by_pair(revision, digests.items()).items()
    }


def get_verdicts_by_pair(revision: Revision, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Verdict]:
    """Return the last verdict on each pair of language and digest (see `get_last_verdicts`).

    A text that was sent back and is submitted again has no verdict; nor has one whose approval has ended.
    """
    last = get_last_verdicts(revision, pairs)
    valid = {pair: select_valid_verdict(verdict, revision) for pair, verdict in last.items()}
    return {pair: verdict for pair, verdict in valid.items() if verdict}


def get_all_verdicts(subject_type: str, subject_id: UUID) -> models.QuerySet[Verdict]:
    return Verdict.objects.filter(revision__subject_type=subject_type, revision__subject_id=subject_id)


def get_last_verdicts(revision: Revision, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Any]:
    """Return the last verdict on each pair of language and digest with its `ended_at`, whether it counts or not.

    They are those for the source document among the pairs or, if there is none, for that of the revision.
    """
    pairs = {*pairs}
    if not pairs:
        return {}
    sources = [digest for language, digest in pairs if language == revision.source_language]
    source = sources[0] if sources else revision.source_digest
    digests = sorted({digest for _language, digest in pairs})  # each of a document in one language
    rows = fetch_objects(
        select_verdicts_on_texts, revision.subject_type, revision.subject_id, source, *pad_keys(digests)
    )
    return {(row.language, row.document_id): row for row in rows}


def select_verdicts_on_texts(subject_type: str, subject_id: UUID, source: str, *digests: str) -> models.QuerySet[Any]:
    verdicts = get_all_verdicts(subject_type, subject_id).filter(source__digest=source, document__in=digests)
    return verdicts.select_related("by").annotate(ended_at=F("end__at")).order_by("id")


def select_valid_verdict(last: Any, revision: Revision) -> Verdict | None:
    """Return the last verdict on a text (of `get_last_verdicts`) if it counts for this submission of the text."""
    if last is None:
        return None
    counts = last.ended_at is None if last.approved else last.revision_id >= revision.pk
    return last if counts else None


def select_earlier_refusal(last: Any, revision: Revision) -> Verdict | None:
    """Return the last verdict on a text if with it the text was sent back, and submitted again since."""
    return last if last and not last.approved and last.revision_id < revision.pk else None


def has_ended(last: Any, revision: Revision) -> bool:
    """Return True if the text was approved, and withdrawn or taken back after it was submitted as this revision."""
    return last is not None and last.ended_at is not None and last.ended_at > revision.at


def select_open_author_approvals() -> models.QuerySet[AuthorApproval]:
    """Select the approvals of first authors since which nobody has decided on the text, or withdrawn the page."""
    decided = Verdict.objects.filter(
        revision__subject_id=OuterRef("revision__subject_id"),
        language=OuterRef("language"),
        document=OuterRef("document"),
        source=OuterRef("source"),
        pk__gt=OuterRef("last_verdict"),
    )
    withdrawals = Edition.objects.filter(
        subject_id=OuterRef("revision__subject_id"), is_tombstone=True, available_from__gte=OuterRef("at")
    )
    return AuthorApproval.objects.exclude(Exists(decided)).exclude(Exists(withdrawals))


def find_first_approvals(review: Review) -> dict[str, list[AuthorApproval]]:
    """Return the approvals of first authors of a submission, by the digest of the translation. One query."""
    found: dict[str, list[AuthorApproval]] = defaultdict(list)
    of_source = {"revision__subject_id": review.revision.subject_id, "source__digest": review.source.digest}
    for approval in select_open_author_approvals().filter(**of_source).order_by("-pk"):
        found[approval.document_id].append(approval)
    return found


def select_source_documents() -> models.QuerySet[RevisionDocument]:
    """Select, for an outer query with the column `revision`, the document in the original language of that revision."""
    return RevisionDocument.objects.filter(
        revision=OuterRef("revision"), language=OuterRef("revision__source_language")
    )


def annotate_last_verdict(documents: models.QuerySet[RevisionDocument]) -> models.QuerySet[Any]:
    """Annotate documents of revisions with their last `verdict` (True, False or None) and whether it `has_ended`.

    The rules are those of `select_valid_verdict` and `has_ended`.
    """
    on_same_text = Verdict.objects.filter(
        revision__subject_type=OuterRef("revision__subject_type"),
        revision__subject_id=OuterRef("revision__subject_id"),
        language=OuterRef("language"),
        document=OuterRef("document"),
        source=OuterRef("own_source"),
    ).order_by("-pk")
    source = select_source_documents()
    counts = Case(
        When(end__isnull=False, then=Value(None)),
        When(approved=False, revision__lt=OuterRef("revision"), then=Value(None)),
        default=F("approved"),
        output_field=models.BooleanField(null=True),
    )
    ended = Case(When(end__at__gt=OuterRef("revision__at"), then=Value(True)), default=Value(False))
    return documents.alias(own_source=Subquery(source.values("document")[:1])).annotate(
        verdict=Subquery(on_same_text.annotate(counts=counts).values("counts")[:1]),
        has_ended=Coalesce(Subquery(on_same_text.annotate(ended=ended).values("ended")[:1]), Value(False)),
    )


def find_approved_review(subject: Subject) -> Review | None:
    """Return the review of the newest approved text, or None. Texts older than the last release do not count.

    What was published without approval, and withdrawn or taken back since, can be approved afterwards. It must be
    submitted before it is published again.
    """
    revision = fetch_revision(select_approved_submissions, get_subject_type(subject), subject.pk)
    if revision is None or revision.source_language != subject.source_language:
        return None
    return Review.for_revision(subject, revision)


def will_be_approved_review(subject: Subject, review: Review) -> bool:
    """Return whether `find_approved_review` finds the text of this review, if its original is or becomes approved."""
    approved, text = find_approved_review(subject), review.source.digest
    if review.source.is_approved or (approved and approved.source.digest == text):
        return approved is not None and approved.source.digest == text
    newest = select_publishable_submissions(get_subject_type(subject), subject.pk).filter(text=text).first()
    if newest is None or approved is None:
        return newest is not None
    return (newest.version, newest.pk) > (approved.revision.version, approved.revision.pk)


def select_approved_submissions(subject_type: str, subject_id: UUID) -> models.QuerySet[Revision]:
    source = RevisionDocument.objects.filter(revision=OuterRef("pk"), language=OuterRef("source_language"))
    is_approved = Exists(annotate_last_verdict(source).filter(verdict=True))
    return select_publishable_submissions(subject_type, subject_id).filter(is_approved)[:1]


def select_publishable_submissions(subject_type: str, subject_id: UUID) -> models.QuerySet[Any]:
    """Select the submissions since the last release, the newest first, with the digest of the original as `text`.

    What was published without approval, and withdrawn or taken back since, is left out.
    """
    entries = ReleaseEntry.objects.filter(subject_type=subject_type, subject_id=subject_id)
    released = entries.filter(edition_id__isnull=False, revision__isnull=False)
    last = Subquery(released.order_by("-revision_id").values("revision")[:1])
    source = RevisionDocument.objects.filter(revision=OuterRef("pk"), language=OuterRef("source_language"))
    editions = Edition.objects.for_subject(subject_type, subject_id)
    with_text = editions.filter(documents__document__digest=OuterRef(OuterRef("text"))).order_by("-available_from")
    next_editions = editions.filter(available_from__gt=Subquery(with_text.values("available_from")[:1]))
    next_reason = next_editions.order_by("available_from").values("reason")
    return (
        get_submissions_by_id(subject_type, subject_id)
        .filter(pk__gte=Coalesce(last, Value(0), output_field=models.BigIntegerField()))
        .alias(text=Subquery(source.values("document")[:1]))
        .alias(next_reason=Coalesce(Subquery(next_reason[:1]), Value("")))
        .exclude(why=RevisionReason.FORCED, next_reason__in=TAKEN_BACK_BY)
    )


class VerdictRow(NamedTuple):
    """A verdict, without its model.

    `carried_from` is the key of the verdict that it was copied from, if nobody reviewed this text. `ended_at` is when
    it ended, if it is an approval that no longer counts (`ApprovalEnd`).
    """

    subject: UUID
    language: str
    digest: str
    source: str
    approved: bool
    revision: int
    at: dt.datetime
    by_name: str
    remark: str
    carried_from: int | None
    ended_at: dt.datetime | None
    id: int

    @property
    def pair(self) -> TranslationPair:
        return self.source, self.digest

    @property
    def text(self) -> TextOfSubject:
        return self.subject, self.language, self.pair

    @property
    def is_on_original(self) -> bool:
        return self.source == self.digest


SubjectLanguage = tuple[UUID, str]
"""A subject and a language."""


def get_verdict_rows(keys: Collection[UUID]) -> list[VerdictRow]:
    """Return all verdicts on these meetings and topics, in their order, in one query."""
    return [*map(VerdictRow._make, fetch_rows(select_verdicts, *pad_keys(keys)))]


def select_verdicts(*keys: UUID) -> models.QuerySet[Verdict, Any]:
    rows = Verdict.objects.filter(revision__subject_id__in=keys).annotate(ended_at=F("end__at")).order_by("id")
    return rows.values_list("revision__subject_id", "language", "document", *VerdictRow._fields[3:])


def get_valid_verdicts(keys: Collection[UUID]) -> list[VerdictRow]:
    """Return the verdicts that count on these meetings and topics, in their order, in one query."""
    return exclude_ended_verdicts(get_verdict_rows(keys))


def exclude_ended_verdicts(verdicts: Collection[VerdictRow]) -> list[VerdictRow]:
    """Return those of all verdicts of a subject that have not ended: neither they, nor a copy of the same verdict."""
    by_id = {verdict.id: verdict for verdict in verdicts}
    ended = {find_original_verdict(verdict, by_id).id for verdict in verdicts if verdict.ended_at is not None}
    return [verdict for verdict in verdicts if find_original_verdict(verdict, by_id).id not in ended]


def get_approved_pairs(verdicts: Collection[VerdictRow]) -> dict[SubjectLanguage, TranslationPair]:
    """Return the newest approved translation of each language, with the source that it was approved for.

    There is none if its words are disputed: nothing in the language is approved by itself until somebody approves it.
    """
    return {place: last.pair for place, last in find_last_approvals(verdicts).items() if not last.is_disputed}


def exclude_suppressed(pairs: Mapping[SubjectLanguage, TranslationPair]) -> dict[SubjectLanguage, TranslationPair]:
    """Return the translations whose words may be published again: not those that were removed from the site."""
    suppressed = find_suppressed_digests({digest for _source, digest in pairs.values()}) if pairs else set()
    return {place: pair for place, pair in pairs.items() if pair[1] not in suppressed}


class ApprovedPair(NamedTuple):
    """The newest approved translation of a language, with its source.

    It is disputed if somebody has sent back a translation that was approved, be it another one: nobody can tell for
    which words. No approval before that counts for them, nor does a later copy of it.
    """

    pair: TranslationPair
    is_disputed: bool = False


def get_last_approved_pairs(places: Collection[SubjectLanguage]) -> dict[SubjectLanguage, ApprovedPair]:
    """Return the newest approved translation of each language, and whether its words are disputed."""
    found = find_last_approvals(get_valid_verdicts({subject for subject, _language in places}))
    return {place: found[place] for place in places if place in found}


def find_last_approvals(verdicts: Collection[VerdictRow]) -> dict[SubjectLanguage, ApprovedPair]:
    """Return the newest approved translation of each language, and whether its words are disputed.

    That is the one of the newest submission. `verdicts` are all that count on these subjects, in their order.
    """
    by_id = {verdict.id: verdict for verdict in verdicts}
    disputed, found, revisions = set[int](), dict[SubjectLanguage, ApprovedPair](), dict[SubjectLanguage, int]()
    approved: dict[SubjectLanguage, dict[TranslationPair, int]] = defaultdict(dict)
    for verdict in verdicts:
        place = verdict.subject, verdict.language
        if verdict.approved and not verdict.is_on_original:
            original = approved[place][verdict.pair] = find_original_verdict(verdict, by_id).id
            if original not in disputed and verdict.revision >= revisions.get(place, 0):
                found[place], revisions[place] = ApprovedPair(verdict.pair), verdict.revision
        elif verdict.pair in approved[place]:
            disputed |= {*approved[place].values()}
            approved[place].clear()
            found[place] = found[place]._replace(is_disputed=True)
    return found


def list_valid_approvals(verdicts: Iterable[VerdictRow]) -> list[VerdictRow]:
    """Return the approvals that nobody has taken back, those of the newest submissions first, then the newest.

    So whoever approves an older submission later does not put its words in the place of newer ones. Whoever sends a
    text back also takes back the approval that its approval was copied from, and all its copies.
    """
    last, by_id = dict[tuple[UUID, str, TranslationPair], VerdictRow](), dict[int, VerdictRow]()
    taken_back = set[int]()
    for verdict in verdicts:
        by_id[verdict.id] = verdict
        before = last.pop(verdict.text, None)
        if before and before.approved and not verdict.approved:
            taken_back.add(find_original_verdict(before, by_id).id)
        last[verdict.text] = verdict
    valid = (
        verdict
        for verdict in last.values()
        if verdict.approved and find_original_verdict(verdict, by_id).id not in taken_back
    )
    return sorted(valid, key=attrgetter("revision", "id"), reverse=True)


def find_original_verdict(verdict: VerdictRow, verdicts: Mapping[int, VerdictRow]) -> VerdictRow:
    """Return the verdict of which this one is a copy, or this one. `verdicts` are those that count, by id."""
    while before := verdicts.get(verdict.carried_from or 0):
        verdict = before
    return verdict


def get_approved_translations(subject_id: UUID, *languages: str) -> dict[str, dict[TextKey, TranslatedText]]:
    """Return the texts of the newest approved translations, by language, each with its source text at that time.

    `languages` limits the languages. Texts that were withdrawn, sent back or erased since are left out.
    """
    verdicts = get_valid_verdicts([subject_id])
    pairs = get_approved_pairs([verdict for verdict in verdicts if not languages or verdict.language in languages])
    pairs = exclude_suppressed(pairs)
    texts = load_texts_of_pairs(pairs.values())
    return {language: texts[pair] for (_key, language), pair in pairs.items() if pair in texts}


def get_approved_wordings(subject_id: UUID, language: str, most: int = 3) -> dict[TextKey, tuple[str, str]]:
    """Return each text of the original with its translation, as in the newest approved translation that has it.

    So many of the newest approved translations are looked at.
    """
    approvals = list_valid_approvals(get_valid_verdicts([subject_id]))
    pairs = [*dict.fromkeys(one.pair for one in approvals if one.language == language and not one.is_on_original)]
    documents = TextsOfPairs(pairs[:most])
    found: dict[TextKey, tuple[str, str]] = {}
    for pair in pairs[:most]:
        source = documents.decode(pair[0])
        originals = {segment.key: segment.text for segment in list_segments(source)} if source else {}
        for key, text in documents.get_texts(pair).items():
            if key in originals:
                found.setdefault(key, (originals[key], text.text))
    return found


def split_keys(values: Sequence[UUID | str]) -> tuple[Sequence[UUID | str], Sequence[UUID | str]]:
    """Return the keys and the other values of a prepared query. The keys come first."""
    count = sum(isinstance(value, UUID) for value in values)
    return values[:count], values[count:]


class TextsOfPairs:
    """The texts of pairs of documents: loaded in one query, decoded when they are asked for.

    So a hundred long translations do not take the memory of the process. Erased documents are None, and have no texts.
    """

    def __init__(self, pairs: Collection[TranslationPair]) -> None:
        self.texts = dict(fetch_rows(select_texts, *pad_keys({digest for pair in pairs for digest in pair})))
        self.decode = lru_cache(maxsize=8)(self.decode_text)  # the next translation often has the same sources

    def decode_text(self, digest: str) -> SubjectDocument | None:
        document = decode_document(self.texts[digest]) if digest in self.texts else None
        assert not isinstance(document, Tombstone), "a withdrawal notice was submitted"
        return document

    def get_texts(self, pair: TranslationPair) -> dict[TextKey, TranslatedText]:
        source, translation = map(self.decode, pair)
        return extract_translated_texts(source, translation) if source and translation else {}

    def get_source_digests(self, digest: str) -> dict[TextKey, str]:
        """Return the digest of each text of the original with this digest."""
        source = self.decode(digest)
        return compute_source_digests(source) if source else {}


def load_texts_of_pairs(pairs: Collection[TranslationPair]) -> dict[TranslationPair, dict[TextKey, TranslatedText]]:
    """Return the translated texts of each pair, in one query, without erased ones."""
    documents = load_documents_by_digest({digest for pair in pairs for digest in pair})
    return {
        (source, translation): extract_translated_texts(documents[source], documents[translation])
        for source, translation in pairs
        if source in documents and translation in documents
    }


def load_documents_by_digest(digests: Collection[str], *, most: int = 0) -> dict[str, SubjectDocument]:
    """Return the stored documents by digest, without tombstones and erased ones.

    With `most`, return the shortest ones that have so many bytes together, so that a few very long ones do not take the
    memory of the process.
    """
    keys = pad_keys(digests)
    rows = fetch_rows(select_short_texts, most, *keys) if most else fetch_rows(select_texts, *keys)
    documents = {digest: decode_document(text) for digest, text in rows}
    return {digest: document for digest, document in documents.items() if isinstance(document, SubjectDocument)}


def select_texts(*digests: str) -> models.QuerySet[StoredDocument, Any]:
    return StoredDocument.objects.filter(digest__in=digests).exclude(text="").values_list("digest", "text")


def select_short_texts(most: int, *digests: str) -> models.QuerySet[StoredDocument, Any]:
    """Select the shortest of these texts, up to `most` bytes together."""
    return select_texts_by_length(digests).filter(so_far__lte=most).values_list("digest", "text")


def find_long_texts(most: int, digests: Collection[str]) -> set[str]:
    """Return the digests of those that `select_short_texts` leaves out because they are too long."""
    return {*select_texts_by_length(digests).filter(so_far__gt=most).values_list("digest", flat=True)}


def measure_texts(subjects: Collection[Subject]) -> dict[UUID, int]:
    """Return how long the working copies are, with all their translations: bytes on PostgreSQL, else characters.

    Each translation counts `TRANSLATION_BYTES` beside its words, so that many short ones count, too.
    """
    digests = [subject.digest for subject in subjects if subject.digest]
    sources = dict(StoredDocument.objects.filter(digest__in=digests).values_list("digest", ByteLength("text")))
    lengths = measure_translations([subject.pk for subject in subjects], Language.values, TRANSLATION_BYTES)
    return {subject.pk: sources.get(subject.digest, 0) + lengths[subject.pk] for subject in subjects}


def measure_translations(keys: Collection[UUID], languages: Collection[str], row_bytes: int) -> dict[UUID, int]:
    """Return how long the translations of each subject into these languages are together, as `measure_texts` does.

    Each text counts as so many bytes more, for what it takes beside its words.
    """
    rows = Translation.objects.filter(subject_type__in=SubjectType.values, subject_id__in=keys, language__in=languages)
    found = (
        rows.order_by()
        .values_list("subject_id")
        .annotate(length=models.Sum(ByteLength("text")) + models.Count("*") * row_bytes)
    )
    return dict.fromkeys(keys, 0) | dict(found)


def select_texts_by_length(digests: Collection[str]) -> models.QuerySet[Any]:
    """Select these texts, each with the bytes of itself and all shorter ones together as `so_far`."""
    length = ByteLength("text")
    so_far = models.Window(models.Sum(length), order_by=[length.asc(), F("digest").asc()])
    return StoredDocument.objects.filter(digest__in=digests).exclude(text="").alias(so_far=so_far)


class ByteLength(models.Func):
    """The length of a text in bytes, which PostgreSQL knows without reading it; on SQLite, in characters."""

    function = "OCTET_LENGTH"
    output_field = models.BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return super().as_sql(compiler, connection, function="LENGTH", **context)


def load_documents(digests: Collection[str]) -> list[SubjectDocument]:
    """Return the stored documents in the order of the digests. Raise KeyError if one is missing or erased."""
    documents = load_documents_by_digest(digests)
    return [documents[digest] for digest in digests]


def find_unreleased_review(subject: Subject) -> Review | None:
    """Return the newest approved text, or None if the last edition (live or scheduled) already has it."""
    review = find_approved_review(subject)
    return None if review and is_in_last_edition(subject, review) else review


def is_in_last_edition(subject: Subject, review: Review) -> bool:
    """Return whether the last edition, live or scheduled, has exactly the approved texts of this approved review."""
    last = {*fetch_rows(select_texts_of_last_edition, get_subject_type(subject), subject.pk)}
    return bool(last) and last == {*get_approved_digests(review.revision).items()}


def select_texts_of_last_edition(subject_type: str, subject_id: UUID) -> models.QuerySet[EditionDocument, Any]:
    last = Edition.objects.for_subject(subject_type, subject_id).order_by("-available_from")[:1]
    return EditionDocument.objects.filter(edition__in=last.values("pk")).values_list("language", "document__digest")

"""Describe what a step would publish or submit: the text, its changes, and what prevents it."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

from django.utils.translation import gettext as _

from agenda.admin.checklist import ChecklistGroup, build_checklist
from agenda.admin.screen import Screen
from agenda.dashboard.admin_urls import admin_url
from agenda.documents.checks import Check, CheckLevel
from agenda.documents.diff.changes import DocumentChange, compare_documents
from agenda.documents.diff.word_diff import ComparisonBudget
from agenda.documents.translations.segments import list_segments
from agenda.models import RevisionReason
from agenda.preview.views import build_publication, render_page_to_review
from agenda.workflow.document_checks import build_language_rule_checks, find_all_checks, find_unpublished_topics
from agenda.workflow.drafts import (
    Subject,
    SubjectDocument,
    SubjectEditions,
    compute_draft_digest,
    get_edition_documents,
    get_subject_type,
    get_translations,
)
from agenda.workflow.earlier_approvals import find_later_text
from agenda.workflow.errors import WorkflowError
from agenda.workflow.review_actions import DraftTexts
from agenda.workflow.reviews import (
    Review,
    ReviewState,
    find_approved_review,
    get_current_digests,
    is_in_last_edition,
    load_documents,
    select_last_submission,
)
from agenda.workflow.revisions import fetch_revision
from agenda.workflow.translation_releases import JoinableEdition, Obstacle
from agenda.workflow.unsaved_editions import (
    get_live_digests,
    is_change_for_readers,
    list_lost_languages,
    list_missing_languages,
)
from meetings.documents.choices import Language, OtherLanguages
from meetings.models import Edition, Meeting, User

MAX_PAGE_LENGTH = 2_000_000  # characters of the pages that one screen shows together
LanguageDifferences = dict[Language, list[DocumentChange] | None]
"""The changes from earlier documents, by language. They are None if there was no earlier one in the language."""


def compare_by_language(before: Iterable[SubjectDocument], after: Iterable[SubjectDocument]) -> LanguageDifferences:
    """Compare the documents language by language, in the order of `after`."""
    old, budget = {document.language: document for document in before}, ComparisonBudget()
    return {
        document.language: compare_documents(old[document.language], document, budget)
        if document.language in old
        else None
        for document in after
    }


@dataclass(frozen=True)
class ComparedEdition:
    """An edition that a text is compared with."""

    edition: Edition
    differences: LanguageDifferences

    @property
    def is_same(self) -> bool:
        return all(changes == [] for changes in self.differences.values())


@dataclass(frozen=True)
class PublicationOutlook:
    """A text that would be published or submitted, with its documents (source language first) and checks.

    `digests` are those of the documents, so that nothing is published but what is shown. `number` counts the visible
    editions. `error` says why there are no documents.
    `needs_note`: something that readers know in some language changes or disappears. `lost_languages`: those that
    readers have now, and the text has not. `page` is the whole text in HTML.
    """

    subject: Subject
    number: int
    documents: Sequence[SubjectDocument] = ()
    digests: Sequence[str] = ()
    error: str = ""
    checks: Sequence[Check] = ()
    live: ComparedEdition | None = None
    pending: ComparedEdition | None = None
    needs_note: bool = False
    lost_languages: Sequence[Language] = ()
    page: str = ""

    @classmethod
    def build(
        cls,
        subject: Subject,
        now: dt.datetime,
        documents: Sequence[SubjectDocument],
        digests: Sequence[str] = (),
        more_checks: Iterable[Check] = (),
    ) -> Self:
        """Build the outlook. `digests` are those of stored documents; without them, they are computed."""
        editions = SubjectEditions(subject, now)

        def against(edition: Edition | None) -> ComparedEdition | None:
            if edition is None or edition.is_tombstone:
                return None
            return ComparedEdition(edition, compare_by_language(get_edition_documents(edition), documents))

        digests = digests or [compute_draft_digest(document) for document in documents]
        texts: dict[str, str] = {document.language: digest for document, digest in zip(documents, digests, strict=True)}
        known = get_live_digests(subject.pk, now)
        return cls(
            subject,
            len(editions.visible),
            documents,
            digests,
            "",
            [*find_all_checks(documents[0], now), *more_checks],
            against(editions.live),
            against(editions.pending[-1] if editions.pending else None),
            is_change_for_readers(known, texts),
            list_lost_languages(known, texts),
        )

    @property
    def is_first(self) -> bool:
        return self.number == 0

    @property
    def lost_scheduled_languages(self) -> list[Language]:
        """The languages of the scheduled edition that the text has not."""
        return list_lost_languages(self.pending.edition.languages, self.languages) if self.pending else []

    @property
    def is_same(self) -> bool:
        """True if readers already see exactly this text."""
        return bool(self.live and self.live.is_same)

    @property
    def is_correct(self) -> bool:
        """True if no error prevents the submission and publication of these documents."""
        return bool(self.documents) and not any(check.level == CheckLevel.SUBMIT for check in self.checks)

    @property
    def can_be_published(self) -> bool:
        return self.is_correct and not self.is_same

    @property
    def checklist(self) -> list[ChecklistGroup]:
        return build_checklist(self.subject, self.documents[0], self.checks) if self.documents else []

    @property
    def languages(self) -> list[Language]:
        return [document.language for document in self.documents]

    def with_page(self, screen: Screen) -> Self:
        """Return the outlook with its page, if readers do not see another text now, with which it is compared."""
        if self.live or not self.documents:
            return self
        publication = build_publication(
            self.documents[0], self.digests[0], at=screen.now, number=self.number + 1, languages=self.languages
        )
        return replace(self, page=render_page_to_review(screen.request, publication, screen.now))


def add_pages(outlooks: Iterable[PublicationOutlook], screen: Screen) -> Iterator[PublicationOutlook]:
    """Yield the outlooks with their pages, as long as the pages before have at most `MAX_PAGE_LENGTH` together.

    The others have an error instead of documents, so that nothing is submitted or published that nobody could read.
    """
    error = _(
        "The texts above are too long for this page to show this one, too. Leave it out here, and choose it alone."
    )
    length = 0
    for outlook in outlooks:
        if length > MAX_PAGE_LENGTH and not outlook.live:
            yield PublicationOutlook(outlook.subject, outlook.number, error=outlook.error or error)
        else:
            shown = outlook.with_page(screen)
            length += len(shown.page)
            yield shown


def build_draft_outlooks(
    subjects: Sequence[Subject], drafts: DraftTexts, *, languages: Collection[str]
) -> list[PublicationOutlook]:
    """Build the outlooks of the working copies as last saved, as if they were published together.

    `drafts` are those of the subjects. `languages` has the same meaning as in `submit`.
    """
    keys, now = {subject.pk for subject in subjects}, drafts.now
    try:
        texts = {subject.pk: documents for subject, documents in drafts.build(languages)}
    except WorkflowError as error:
        return [PublicationOutlook(subject, 0, error=str(error)) for subject in subjects[:1]]
    return [
        PublicationOutlook.build(
            subject,
            now,
            texts[subject.pk],
            more_checks=find_unpublished_topics(subject, now, keys) if isinstance(subject, Meeting) else (),
        )
        for subject in subjects
    ]


def find_publishable_review(subject: Subject) -> Review | None:
    """Return the review whose text can be published, or None.

    This is an approved text that is not published yet. A published text counts only if nothing newer is submitted.
    """
    review = find_approved_review(subject)
    if review is None or not is_in_last_edition(subject, review):
        return review
    last = fetch_revision(select_last_submission, get_subject_type(subject), subject.pk)
    return review if review.is_current and last == review.revision else None


def find_translation_gaps(
    documents: Sequence[SubjectDocument], live: Collection[str]
) -> list[tuple[Language, int, int]]:
    """Count the texts that are shown in the source language, by language, and those that readers have in it now.

    `live` are the digests of the published documents.
    """
    known = {document.language: document for document in load_documents([*live])}
    gaps = []
    for document in documents:
        before = known.get(document.language)
        translated = {segment.path for segment in list_segments(before)} - {*before.fallbacks} if before else set()
        if document.fallbacks:
            gaps.append((document.language, len(document.fallbacks), len(translated & {*document.fallbacks})))
    return gaps


class ApprovedText:
    """The approved text of a meeting or topic, if there is one, and whether it can be published.

    `corrects`: readers have an edition, or had one that was withdrawn. `is_live`: they have the text of the working
    copy, so there is nothing to publish. `submitted`: the last submission, if nothing is approved. `left_out`:
    languages that are not approved; of them, `sent_back` waits for nobody. `not_submitted`: languages with translations
    of which none was submitted with this text. `awaited`: languages that must still be approved, by the meeting's
    publication rule. `pending`: the edition that is scheduled already. `is_on_hold`: languages are left out, and a
    release of this text, which readers have, is on hold. `later_text`: what `find_later_text` returns for the user.
    """

    outlook: PublicationOutlook | None = None
    awaited: Sequence[Language] = ()
    is_live = False
    submitted: Review | None = None

    def __init__(self, subject: Subject, user: User | None, now: dt.datetime) -> None:
        review, live = find_publishable_review(subject), get_live_digests(subject.pk, now)
        editions = SubjectEditions(subject, now)
        self.subject, self.corrects = subject, bool(editions.visible)
        pending = [edition for edition in editions.pending if not edition.is_tombstone]
        self.pending = pending[-1] if pending else None
        documents, digests = review.get_approved_texts() if review else ([], [])
        if review is None or not documents:  # or a colleague sends it back at this moment
            current = get_current_digests(subject).get(subject.source_language)
            self.is_live = current == live.get(subject.source_language, "")
            self.submitted = Review.latest(subject)
            return
        approved = [document.language for document in documents]
        submitted = [language.language for language in review.languages]
        begun = {*get_translations(subject)} - {*approved, *submitted}
        self.awaited = list_missing_languages(subject, approved, now)
        awaited_checks = build_language_rule_checks(documents[0], self.awaited)
        self.outlook = PublicationOutlook.build(subject, now, documents, digests, awaited_checks)
        self.is_current = review.is_current
        self.later_text = find_later_text(review, user, now)
        self.left_out = [language for language in submitted if language not in approved]
        joinable = JoinableEdition(subject, review, now) if self.left_out else None
        self.is_on_hold = joinable is not None and joinable.obstacle == Obstacle.ON_HOLD
        self.sent_back = [each.language for each in review.languages if each.is_sent_back]
        self.not_submitted = [language for language in Language if language in begun]
        self.gaps = find_translation_gaps(documents, live.values())
        self.preview_url = admin_url(subject, "revision", review.revision.pk)
        self.review_url = admin_url(subject, "review", revision=review.revision.pk)

    @property
    def needs_approval(self) -> bool:
        """True if something must be approved before publication."""
        return bool(self.awaited) or (self.outlook is None and not self.is_live)

    @property
    def follows(self) -> bool:
        """True if the languages that are left out are added automatically once they are approved."""
        waits = isinstance(self.subject, Meeting) and self.subject.other_languages == OtherLanguages.WAIT
        return not (waits or self.is_on_hold)

    @property
    def is_in_review(self) -> bool:
        """True if the last submission waits, whatever the draft says. What was published without one does not count."""
        submitted = self.submitted
        return submitted is not None and submitted.source.is_waiting and submitted.revision.why != RevisionReason.FORCED

    @property
    def is_sent_back(self) -> bool:
        """True if the text of the working copy was sent back."""
        return self.submitted is not None and self.submitted.source.state == ReviewState.SENT_BACK

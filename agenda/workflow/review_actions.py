"""Submit, approve and send back texts, so that two people see every text before it is published."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.documents.building import load_rows
from agenda.documents.translations.segments import TextKey
from agenda.documents.translations.translated_document import TranslatedText
from agenda.models import AuthorApproval, BackgroundTopic, ReleaseEntry, Revision, RevisionReason, Verdict
from agenda.workflow.approval_rights import get_review_right, may_review, needs_second_author, refuse_own_text
from agenda.workflow.authors import get_authors
from agenda.workflow.comments import find_open_comments
from agenda.workflow.confirmed_differences import ComparisonTime
from agenda.workflow.drafts import (
    Subject,
    SubjectDocument,
    build_drafts,
    compute_draft_digest,
    find_publication_blockers,
    get_translations,
)
from agenda.workflow.errors import StaleTextError, WorkflowError, clean_lines
from agenda.workflow.lone_acts import confirm_forced_texts
from agenda.workflow.notices import (
    notify_approvers,
    notify_authors,
    notify_second_author,
    release_comment_notices,
)
from agenda.workflow.reviews import (
    REASONS_WITHOUT_RELEASE,
    LanguageReview,
    Review,
    get_all_verdicts,
    get_approved_translations,
    get_verdicts,
)
from agenda.workflow.revisions import write_revision
from agenda.workflow.states import get_unapproved_entries
from agenda.workflow.time_differences import compare_without_lock, refuse_time_differences
from agenda.workflow.transactions import format_instant, lock_subject, lock_subjects
from agenda.workflow.translation_submission import (
    approve_copies_again,
    carry_translations,
    copy_approvals_of_followers,
    find_languages_that_follow,
    refuse_copies,
)
from agenda.workflow.unsaved_editions import get_live_digests
from agenda.workflow.verdicts import store_verdicts
from meetings.access import Right, has_right, require_right
from meetings.access.audit import Actor, record_about_document
from meetings.documents.choices import Language
from meetings.documents.encoding import InvalidDocument
from meetings.documents.plain_text import cut_text
from meetings.documents.schema import TopicDocument
from meetings.models import Act, Edition, EditionDocument, Meeting

MAX_QUOTED_COMMENT = 120  # characters


@compare_without_lock
def submit(
    *subjects: Subject,
    by: Actor,
    remark: str = "",
    shown: Collection[str] | None = None,
    languages: Collection[str] | None = None,
) -> list[Revision]:
    """Save the working copies as revisions that somebody else must approve.

    Meetings and topics that are submitted together name each other by their submitted titles. `languages` are the
    translations to submit, by default all; other languages go along as already approved. `shown` are the digests that
    the author looked at: nothing else is submitted.

    Raise WorkflowError and NotAllowed.
    """
    remark = clean_lines(remark, "remark")
    with transaction.atomic():
        locked = lock_subjects(subjects)
        for subject in locked:
            require_right(by, Right.SUBMIT, subject)
        now = timezone.now()
        revisions = []
        drafts, comparison_time = DraftTexts(locked, now), ComparisonTime(is_locked=True)
        texts = drafts.build(languages)
        has_translations = any(len(documents) > 1 for _subject, documents in texts)
        carried = {subject.pk: documents for subject, documents in (drafts.build(()) if has_translations else texts)}
        if shown is not None and not collect_digests(texts) <= set(shown):
            raise StaleTextError(
                _("Someone saved a change after you opened this page. Nothing was submitted. Check the text again.")
            )
        for subject, documents in texts:
            if problems := find_publication_blockers(documents[0], now):
                raise WorkflowError(" ".join(problems))
            last = Review.latest(subject)
            if explanation := explain_unneeded_submission(subject, documents, now, last):
                raise WorkflowError(explanation)
            refuse_time_differences(subject, documents, comparison_time)
            written = [
                write_revision(subject, version, now, by, why=RevisionReason.SUBMITTED, remark=remark)
                for version in build_submitted_versions(last, documents, carried[subject.pk])
            ]
            revision = written[-1]
            assert revision is not None
            revisions.append(revision)
            record_revision(by, Act.SUBMITTED, revision, documents[0], remark=remark)
            notify_approvers(subject, revision, by, now)
    return revisions


def collect_digests(texts: Iterable[tuple[Subject, Sequence[SubjectDocument]]]) -> set[str]:
    return {compute_draft_digest(document) for _subject, documents in texts for document in documents}


def build_submitted_versions(
    last: Review | None, documents: Sequence[SubjectDocument], approved_documents: Sequence[SubjectDocument]
) -> Iterator[list[SubjectDocument]]:
    """Yield the versions to save: first, if there are new translations, one with the approved translations instead.

    `last` is the review of the last submission.

    The first one goes out if the new translations are not approved in time
    (`agenda.workflow.reviews.get_approved_digests`). A translation of the same source text that was submitted before
    stays in review.
    """
    same = last if last and last.source.digest == compute_draft_digest(documents[0]) else None
    new = {document.language: document for document in documents}
    known = {document.language: document for document in approved_documents}
    if not same and any(language in known and known[language] != document for language, document in new.items()):
        yield [*(new | known).values()]
    before = {document.language: document for document in same.get_documents()} if same else {}
    yield [*(before | new).values()]


def explain_unneeded_submission(
    subject: Subject, documents: Sequence[SubjectDocument], now: dt.datetime, last: Review | None
) -> str:
    """Return why these documents need no submission after the last one, or an empty string.

    They may be in review, approved or live already.
    """
    if last is None:
        return ""
    explanation = explain_last_submission(
        last, {str(document.language): compute_draft_digest(document) for document in documents}, now
    )
    return explanation and explanation % subject


def explain_last_submission(last: Review, digests: Mapping[str, str], now: dt.datetime) -> str:
    """Return why documents with these digests need no submission after the last one, or an empty string.

    The message has `%s` in the place of the subject.
    """
    submitted = {str(language_review.language): language_review.digest for language_review in last.languages}
    is_last = submitted == {**submitted, **digests}
    if is_last and all(language_review.is_waiting for language_review in last.languages):
        if last.revision.why == RevisionReason.FORCED:
            goes_out = ReleaseEntry.objects.filter(revision=last.revision, edition_id__isnull=False).exists()
            message = _("“%s” was published without approval. It only needs to be approved now.")
            return message if goes_out else ""
        return _("“%s” is already in review and has not changed since.")
    verdicts = get_verdicts(last.revision, digests)
    if not all(language in verdicts and verdicts[language].approved for language in digests):
        return ""
    if get_live_digests(last.revision.subject_id, now) == digests:
        return _("There is nothing to submit. “%s” is the same as the published edition.")
    if is_last:
        return _("There is nothing to submit. “%s” is already approved.")
    return ""


class DraftTexts:
    """The working copies of subjects that go together, loaded once, of which the documents can be built."""

    def __init__(self, subjects: Iterable[Subject], now: dt.datetime) -> None:
        self.now = now
        # Topics come first, so that meetings name them by their new titles.
        self.subjects = sorted(subjects, key=lambda subject: not isinstance(subject, BackgroundTopic))
        self.translations = {subject.pk: get_translations(subject) for subject in self.subjects}
        self.approved = {subject.pk: get_approved_translations(subject.pk) for subject in self.subjects}
        self.rows = {subject.pk: load_rows(subject) for subject in self.subjects if isinstance(subject, Meeting)}
        self.built: list[tuple[Any, list[tuple[Subject, list[SubjectDocument]]]]] = []

    def build(self, languages: Collection[str] | None = None) -> list[tuple[Subject, list[SubjectDocument]]]:
        """Build the documents. `languages` is as for `submit`. Raise WorkflowError if a document is invalid."""
        translations = {subject.pk: self.select_translations(subject, languages) for subject in self.subjects}
        known = next((texts for selected, texts in self.built if selected == translations), None)
        if known is not None:  # the same texts, because nothing else is translated
            return known
        texts: list[tuple[Subject, list[SubjectDocument]]] = []
        released: list[TopicDocument] = []
        try:
            for subject in self.subjects:
                chosen, rows = translations[subject.pk], self.rows.get(subject.pk)
                documents = build_drafts(subject, self.now, released, translations=chosen, rows=rows)
                released += [document for document in documents if isinstance(document, TopicDocument)]
                texts.append((subject, documents))
        except InvalidDocument as error:
            raise WorkflowError(str(error)) from error
        self.built.append((translations, texts))
        return texts

    def build_if_valid(self, languages: Collection[str] | None = None) -> list[tuple[Subject, list[SubjectDocument]]]:
        """Build the documents, or none if one is invalid."""
        with suppress(WorkflowError):
            return self.build(languages)
        return []

    def select_translations(
        self, subject: Subject, languages: Collection[str] | None
    ) -> dict[str, dict[TextKey, TranslatedText]]:
        """Return the translations by language.

        They are those of the working copy if the language is selected or no selection is made, otherwise the approved
        ones. There are none into the language of the original, which may have been another one.
        """
        chosen = self.translations[subject.pk]
        if languages is not None:
            chosen = {language: chosen[language] for language in languages if language in chosen}
        texts = self.approved[subject.pk] | chosen
        return {language: text for language, text in texts.items() if language != subject.source_language}


def approve(
    subject: Subject,
    *,
    by: Actor,
    shown: Collection[str],
    languages: Collection[str] | None = None,
    remark: str = "",
    revision: Revision | None = None,
    as_first: Collection[str] = (),
) -> list[Verdict]:
    """Approve the last submission: the selected languages, or all that the user may approve.

    The source text takes an approver, a translation a reviser of its language. Translations in which nothing is new
    (all words were approved before, for what the source still says) are approved together with the source text.

    `revision` is another submission, or a text published without approval. It can be approved afterwards even if
    something newer has been submitted.

    `shown` is the `LanguageReview.shown` of each text that the reviewer looked at. Raise StaleTextError if there is
    another submission or verdict since, and WorkflowError if it is the reviewer's own text.

    Two authors of a translation who may review it can approve it together. Return the verdicts, of which the
    approval of the first one is none. `as_first` are the languages of which the reviewer was told that theirs is the
    first approval: raise StaleTextError if it is the second by now, which counts and may publish the text.
    """
    return review_texts(
        subject,
        by=by,
        shown=shown,
        languages=languages,
        remark=remark,
        revision=revision,
        approved=True,
        as_first=as_first,
    )


def send_back(
    subject: Subject,
    *,
    by: Actor,
    shown: Collection[str],
    languages: Collection[str] | None = None,
    remark: str,
    revision: Revision | None = None,
) -> list[Verdict]:
    """Return a submission to its author with a remark, or with the open comments on these languages.

    Without a remark, the verdict says how many comments there are, and how the newest begins. Raise WorkflowError if
    there are none either.

    This also takes back an approval, as long as nothing is released. By default, translations that follow the original
    are not sent back together with other texts: their words stay approved.
    """
    return review_texts(
        subject, by=by, shown=shown, languages=languages, remark=remark, revision=revision, approved=False
    )


@compare_without_lock
def review_texts(
    subject: Subject,
    *,
    by: Actor,
    shown: Collection[str],
    languages: Collection[str] | None,
    remark: str,
    revision: Revision | None,
    approved: bool,
    as_first: Collection[str] = (),
) -> list[Verdict]:
    remark = clean_lines(remark, "remark")
    with transaction.atomic():
        subject = lock_subject(subject)
        review, chosen = find_review(subject, by, languages, revision)
        if not approved and languages is None:
            follows = find_languages_that_follow(review)
            chosen = [each for each in chosen if each.language not in follows] or chosen
        refuse_ended(chosen)
        texts_shown = {value.partition(" ")[0] for value in shown}
        if not chosen or not {language_review.text_shown for language_review in chosen} <= texts_shown:
            raise StaleTextError(
                _("Someone submitted another text after you opened this page. Nothing was decided. Check it again.")
            )
        if approved:
            chosen = [language_review for language_review in chosen if not language_review.is_approved]
            if not chosen:
                raise WorkflowError(_("This text is already approved."))
            together = [each for each in chosen if needs_second_author(subject, review, each, by)]
            refuse_unseen_first_approval([each for each in chosen if each not in together], as_first)
        else:
            refuse_released_texts(review, chosen)
            refuse_own_unapproved_text(review, chosen, by)
            remark = remark or summarize_comments(subject, chosen)
        for language_review in chosen:
            if language_review.shown not in shown:
                raise StaleTextError(explain_unseen_verdict(language_review))
        source, *others = review.get_documents()
        documents = {document.language: document for document in (source, *others)}
        if approved:
            refuse_time_differences(subject, [source, *(documents[each.language] for each in chosen)])
            record_first_approvals(subject, review, together, documents, by=by, remark=remark)
            chosen = [language_review for language_review in chosen if language_review not in together]
        verdicts = [
            record_verdict(review.revision, each, documents[each.language], by, remark, approved=approved)
            for each in chosen
        ]
        if approved:
            store_verdicts(verdicts)
            follow_approval(subject, review, verdicts, by)
        else:
            store_refusals(subject, review, verdicts)
        release_comment_notices(subject, [verdict.language for verdict in verdicts], timezone.now())
        if not approved:
            notify_authors(subject, verdicts, by, timezone.now())
        return verdicts


def follow_approval(subject: Subject, review: Review, verdicts: Sequence[Verdict], by: Actor) -> None:
    """Do what follows from these approvals: for translations, and for texts that were published without one."""
    refused = {each.language for each in review.languages if each.refusal or each.is_sent_back}
    approve_copies_again(subject, [verdict for verdict in verdicts if verdict.language in refused])
    if review.source.language in {verdict.language for verdict in verdicts}:
        carry_translations(subject, review, by)
    confirm_forced_texts(subject.pk, [verdict.document_id for verdict in verdicts], by=by)


def store_refusals(subject: Subject, review: Review, verdicts: Sequence[Verdict]) -> None:
    """Store that texts were sent back: with them, the approvals that they are copies of, or would have followed."""
    languages = {verdict.language for verdict in verdicts if verdict.language != review.source.language}
    store_verdicts(copy_approvals_of_followers(subject, review, languages))
    store_verdicts(verdicts)
    refuse_copies(subject, verdicts)


def summarize_comments(subject: Subject, chosen: Iterable[LanguageReview]) -> str:
    """Return a remark with the number of open comments on the texts and the first words of the newest.

    Raise WorkflowError if there are none.
    """
    comments = [*find_open_comments(subject, [language_review.language for language_review in chosen])]
    if not comments:
        message = _("Say what needs to be corrected: here, or in comments on the page.")
        raise WorkflowError(message, field="remark")
    count = ngettext("%d comment", "%d comments", len(comments)) % len(comments)
    return f"{count}: {cut_text(' '.join(comments[-1].text.split()), MAX_QUOTED_COMMENT)}"


def find_review(
    subject: Subject, by: Actor, languages: Collection[str] | None, revision: Revision | None
) -> tuple[Review, list[LanguageReview]]:
    """Return the review and the languages that `by` decides on.

    Raise NotAllowed for a language that they may not review, or if there is none.
    """
    if by.user and not has_right(by.user, Right.REVISE, subject):
        require_right(by, Right.APPROVE, subject)
    review = Review.for_revision(subject, revision) if revision else Review.latest(subject)
    if review is None:
        raise WorkflowError(_("Nothing has been submitted for approval."))
    return review, select_languages(by, subject, review, languages)


def select_languages(
    by: Actor, subject: Subject, review: Review, languages: Collection[str] | None
) -> list[LanguageReview]:
    if languages is None:
        allowed = [each for each in review.languages if may_review(by, subject, each.language)]
        if not allowed:
            require_right(by, *get_review_right(subject, review.source.language))
        return allowed
    chosen = [language_review for language_review in review.languages if language_review.language in languages]
    for language_review in chosen:
        require_right(by, *get_review_right(subject, language_review.language))
    return chosen


def refuse_ended(chosen: Iterable[LanguageReview]) -> None:
    """Raise WorkflowError if one of the texts can no longer be approved (`LanguageReview.has_ended`)."""
    if ended := [language_review.language.label for language_review in chosen if language_review.has_ended]:
        message = _(
            "This text (%s) can no longer be approved: after it was submitted, it was withdrawn or taken back, or its "
            "original language was changed. It must be submitted again."
        )
        raise WorkflowError(message % ", ".join(ended))


def explain_unseen_verdict(review: LanguageReview) -> str:
    """Return a message for a reviewer whose text has another verdict by now."""
    message = _("This decision (%(language)s) is out of date: the text has changed since you opened the page.")
    details = {"language": review.language.label}
    if verdict := review.verdict:
        message = _(
            "%(who)s sent this text (%(language)s) back on %(time)s (Brussels time), after you opened the page."
        )
        if verdict.approved:
            message = _(
                "%(who)s approved this text (%(language)s) on %(time)s (Brussels time), after you opened the page."
            )
        details |= {"who": verdict.by_name, "time": format_instant(verdict.at)}
    return f"{message % details} {_('Nothing was decided. Check the text again.')}"


def refuse_unseen_first_approval(chosen: Iterable[LanguageReview], as_first: Collection[str]) -> None:
    """Raise StaleTextError if the reviewer was told that theirs is the first of two approvals of one of these."""
    for each in chosen:
        if each.language in as_first:
            message = _(
                "Another author approved this text (%s) after you opened the page, so yours would be the second "
                "approval. Nothing was decided. Check the text again."
            )
            raise StaleTextError(message % each.language.label)


def refuse_released_texts(review: Review, chosen: Iterable[LanguageReview]) -> None:
    """Raise WorkflowError if one of the texts is scheduled or published: then its approval cannot be taken back.

    The text and its original count, not the submission: translations are submitted later for the same one. A text that
    was replaced by a restored or corrected edition is no longer published.
    """
    texts = [Q(language=each.language, document__digest=each.digest) for each in chosen]
    with_source = EditionDocument.objects.filter(language=review.source.language, document__digest=review.source.digest)
    editions_with_text = EditionDocument.objects.filter(
        reduce(or_, texts), edition__in=with_source.values("edition")
    ).values("edition")
    entries = ReleaseEntry.objects.filter(
        subject_type=review.revision.subject_type,
        subject_id=review.revision.subject_id,
        edition_id__in=editions_with_text,
        forced_reason="",
    )
    now = timezone.now()
    editions = Edition.objects.for_subject(review.revision.subject_type, review.revision.subject_id)
    last = editions.live(now) | editions.pending(now)
    entry = entries.filter(edition_id__in=last.values("pk")).order_by("release__at").last()
    if entry is None:
        # A same-day change, a restoration or an added language has no entry of its own.
        others = last.filter(pk__in=editions_with_text, reason__in=REASONS_WITHOUT_RELEASE)
        of_subject = ReleaseEntry.objects.filter(subject_id=review.revision.subject_id, edition_id__isnull=False)
        released = of_subject.filter(release__at__lte=now).order_by("release__at").last()
        if not others.exists() or (released and released.forced_reason):
            return
    elif entry.release.at > now:
        message = _("This text is scheduled for %s (Brussels time). Put it on hold or cancel it first.")
        raise WorkflowError(message % format_instant(entry.release.at))
    raise WorkflowError(_("This text is published. Correct it, restore the previous edition, or withdraw it."))


def refuse_own_unapproved_text(review: Review, chosen: Collection[LanguageReview], by: Actor) -> None:
    """Raise WorkflowError if the source text is public or scheduled without approval, and `by` wrote or submitted it.

    It waits for the decision of a colleague. Whoever published it is one who submitted it.
    """
    about = {"subject_type": review.revision.subject_type, "subject_id": review.revision.subject_id}
    entries = get_unapproved_entries().filter(**about, digest=review.source.digest)
    if review.source in chosen and entries.exists():
        refuse_own_text(review.source, get_authors(review.revision, review.source.language), by)


def record_first_approvals(
    subject: Subject,
    review: Review,
    languages: Collection[LanguageReview],
    documents: Mapping[Language, SubjectDocument],
    *,
    by: Actor,
    remark: str,
) -> None:
    """Store that `by` approves these translations as the first of two authors, and tell the others."""
    if not languages:
        return
    now, of_subject = timezone.now(), get_all_verdicts(review.revision.subject_type, subject.pk)
    last = of_subject.aggregate(last=Max("pk"))["last"] or 0
    for each in languages:
        AuthorApproval.objects.create(
            revision=review.revision,
            language=each.language,
            document_id=each.digest,
            source_id=each.source,
            last_verdict=last,
            remark=remark,
            **by.sign(now),
        )
        document, details = documents[each.language], {"language": each.language, "remark": remark}
        record_about_document(by, Act.AUTHOR_APPROVED, document, digest=each.digest, **details)
    notify_second_author(subject, review.revision, [each.language for each in languages], by, now)


def record_verdict(
    revision: Revision, language: LanguageReview, document: SubjectDocument, by: Actor, remark: str, *, approved: bool
) -> Verdict:
    """Return an unsaved verdict after recording it in the audit log."""
    act = Act.APPROVED if approved else Act.SENT_BACK
    record_about_document(by, act, document, digest=language.digest, language=language.language, remark=remark)
    return Verdict(
        revision=revision,
        language=language.language,
        document_id=language.digest,
        source_id=language.source,
        approved=approved,
        remark=remark,
        **by.sign(timezone.now()),
    )


def record_revision(by: Actor, act: Act, revision: Revision, document: SubjectDocument, **details: Any) -> None:
    digests = {row.language: row.document_id for row in revision.documents.all()}
    record_about_document(
        by, act, document, digest=digests[revision.source_language], languages=sorted(digests), **details
    )

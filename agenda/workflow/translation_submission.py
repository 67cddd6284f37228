"""Submit translations for approval, and carry verdicts over to texts in which nothing is new.

Each translation is of a source text that is in review or approved.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, takewhile
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.documents.translations.segments import list_segments
from agenda.documents.translations.translated_document import (
    TranslatedTexts,
    build_document_in_language,
    collect_topic_names,
    translate_document,
)
from agenda.models import REVIEWABLE_REASONS, Revision, RevisionDocument, RevisionReason, Verdict
from agenda.workflow.approval_rights import explain_who_can_approve
from agenda.workflow.authors import get_authors
from agenda.workflow.drafts import (
    Subject,
    SubjectDocument,
    compute_draft_digest,
    get_subject_type,
    get_topic_names,
    get_translations,
)
from agenda.workflow.errors import StaleTextError, WorkflowError, clean_lines
from agenda.workflow.notices import notify_approvers
from agenda.workflow.released_texts import TranslationPair, fetch_live_texts, fetch_released_texts
from agenda.workflow.reviews import (
    Review,
    TextsOfPairs,
    VerdictRow,
    exclude_suppressed,
    fetch_translations_of_same_source,
    find_approved_review,
    find_original_verdict,
    get_all_verdicts,
    get_approved_digests,
    get_approved_pairs,
    get_valid_verdicts,
    get_verdict_rows,
    get_verdicts,
    get_verdicts_by_pair,
    select_source_documents,
)
from agenda.workflow.revisions import create_revision, get_version_facts
from agenda.workflow.time_differences import compare_without_lock, refuse_time_differences
from agenda.workflow.transactions import lock_subject
from agenda.workflow.verdicts import store_verdicts
from meetings.access import Right, require_right
from meetings.access.audit import Actor, record_about_document
from meetings.documents.choices import Language
from meetings.editions.freezing import store_documents
from meetings.models import Act


@compare_without_lock
def submit_translation(subject: Subject, language: str, *, by: Actor, remark: str = "", shown: str = "") -> Revision:
    """Freeze the translation of the source text that was submitted last, for a reviser of the language to approve.

    If that source text was sent back, the translation is of the approved one. `shown` is the digest of the document
    that the user saw (`build_translation_to_submit`): nothing else is submitted. Raise WorkflowError and NotAllowed.
    """
    remark = clean_lines(remark, "remark")
    with transaction.atomic():
        subject = lock_subject(subject)
        require_right(by, Right.TRANSLATE, subject, language)
        now = timezone.now()
        review = get_base_review(subject)
        document = build_translation(subject, review, language, now)
        digest = compute_draft_digest(document)
        if shown and shown != digest:
            raise StaleTextError(
                _("Someone saved a change after you opened this page. Nothing was submitted. Check the text again.")
            )
        refuse_unchanged(review, language, digest)
        refuse_time_differences(subject, [review.get_documents()[0], document])
        store_documents([document])
        others = {str(reviewed.language): reviewed.digest for reviewed in review.languages}
        base = review.revision
        revision = create_revision(
            others | {language: digest},
            **get_version_facts(base),
            **by.sign(now),
            why=RevisionReason.SUBMITTED,
            remark=remark,
        )
        carry_verdicts(base, revision, {key: value for key, value in others.items() if key != language})
        record_about_document(by, Act.SUBMITTED, document, digest=digest, languages=[language], remark=remark)
        notify_approvers(subject, revision, by, now)
    return revision


def build_translation_to_submit(subject: Subject, language: str, now: dt.datetime) -> SubjectDocument:
    """Return the document that `submit_translation` would freeze. Raise WorkflowError if there is none."""
    return build_translation(subject, get_base_review(subject), language, now)


def get_base_review(subject: Subject) -> Review:
    """Return the review of the source text that is translated. Raise WorkflowError if there is none."""
    last = Review.latest(subject)
    if last and last.revision.why == RevisionReason.FORCED and not last.is_approved:
        message = _("The original was published without approval and must be approved first.")
        language = last.source.language
        authors = get_authors(last.revision, language)
        raise WorkflowError(f"{message} {explain_who_can_approve(subject, language, authors)}")
    is_refused = last is not None and not (last.source.is_waiting or last.is_approved)
    review = find_approved_review(subject) if is_refused else last
    if review is None:
        message = _(
            "The original has not been submitted yet. Your translation is saved. "
            "It will be submitted with the original once it is complete."
        )
        raise WorkflowError(message)
    return review


def build_translation(subject: Subject, review: Review, language: str, now: dt.datetime) -> SubjectDocument:
    documents = {document.language: document for document in review.get_documents()}
    source, before = documents[review.source.language], documents.get(Language(language))
    names = {language: collect_topic_names(before)} if before else {}
    topics = get_topic_names(subject, now, (), names, {language})
    texts = get_translations(subject, language).get(language, {})
    document = translate_document(source, language, texts, topics.get(language))
    if document is None:
        raise WorkflowError(_("No part of the submitted text has been translated into this language (%s).") % language)
    if before:
        refuse_lost_texts(source, before, document, texts)
    return document


def refuse_lost_texts(
    source: SubjectDocument, before: SubjectDocument, after: SubjectDocument, texts: TranslatedTexts
) -> None:
    """Raise WorkflowError if a translated text would become a fallback.

    That is so if the text is now translated from a newer source text that has not been submitted.
    """
    lost = {*after.fallbacks} - {*before.fallbacks}
    newer = [segment for segment in list_segments(source) if segment.path in lost and segment.key in texts]
    if newer:
        message = ngettext(
            "You translated %d text from a newer version of the original, which the author has not submitted yet. "
            "Submit this translation after the author submits the new version. Until then, the translation that was "
            "submitted before is the better one.",
            "You translated %d texts from a newer version of the original, which the author has not submitted yet. "
            "Submit this translation after the author submits the new version. Until then, the translation that was "
            "submitted before is the better one.",
            len(newer),
        )
        raise WorkflowError(message % len(newer))


def refuse_unchanged(review: Review, language: str, digest: str) -> None:
    """Raise WorkflowError if this document is in review or approved already."""
    for reviewed in review.languages:
        if (reviewed.language, reviewed.digest) == (language, digest) and reviewed.is_waiting:
            raise WorkflowError(_("This translation is already in review. It has not changed since it was submitted."))
        if (reviewed.language, reviewed.digest) == (language, digest) and reviewed.is_approved:
            raise WorkflowError(_("This translation is already approved. There is nothing to submit."))


def carry_translations(subject: Subject, review: Review, by: Actor) -> None:
    """Approve the translations of the text that is being approved, if nothing in them is new.

    Each takes over the verdict on the same texts.
    """
    carried = []
    for document, verdict in find_carried_approvals(subject, review):
        carried.append(verdict)
        assert verdict.carried_from
        facts = {"digest": verdict.document_id, "language": verdict.language}
        record_about_document(by, Act.APPROVED, document, **facts, follows=verdict.carried_from.by_name)
    store_verdicts(carried)


def find_carried_approvals(subject: Subject, review: Review) -> Iterator[tuple[SubjectDocument, Verdict]]:
    """Yield the translations that are approved with the original of this review, each with a copy of its approval."""
    others = RevisionDocument.objects.filter(revision__in=find_first_and_newest(review.revision) - {review.revision.pk})
    submitted = {(str(each.language), each.digest) for each in review.languages if each is not review.source}
    submitted |= {*others.exclude(language=review.source.language).values_list("language", "document__digest")}
    return find_approvals_to_copy(subject, review, submitted)


def get_digests_with_approval(subject: Subject, review: Review, languages: Collection[str]) -> dict[str, str]:
    """Return `get_approved_digests` as if these languages of the review were approved now."""
    approved = get_approved_digests(review.revision, languages)
    if review.source.language in languages and not review.source.is_approved:
        carried = [verdict for _document, verdict in find_carried_approvals(subject, review)]
        approved = {verdict.language: verdict.document_id for verdict in carried} | approved
    return approved


def copy_approvals_of_followers(subject: Subject, review: Review, languages: Collection[str]) -> list[Verdict]:
    """Return copies of approvals for those of these languages that would follow the original.

    Whoever sends one back takes back the approval with the copy (`list_valid_approvals`).
    """
    submitted = {(str(each.language), each.digest) for each in review.languages if each.language in languages}
    return [verdict for _document, verdict in find_approvals_to_copy(subject, review, submitted)]


def find_approvals_to_copy(
    subject: Subject, review: Review, submitted: Collection[tuple[str, str]]
) -> Iterator[tuple[SubjectDocument, Verdict]]:
    """Yield those of these translations that wait and in which nothing is new, each with a copy of its approval."""
    waiting = {*submitted} - {*get_verdicts_by_pair(review.revision, submitted)}
    follows = find_translations_that_follow(
        TranslatedDocument(subject.pk, language, review.source.digest, digest) for language, digest in waiting
    )
    verdicts = get_all_verdicts(get_subject_type(subject), subject.pk).order_by("-id")
    for translation, document, (source, digest) in follows:
        approvals = verdicts.filter(language=translation.language, approved=True)
        before = approvals.filter(document__digest=digest, source__digest=source)[0]
        yield document, copy_verdict(before, review.revision, translation.digest, review.source.digest)


def find_first_and_newest(revision: Revision) -> set[int]:
    """Return the keys of the first and the newest submission of a source text, without another text between them.

    The first one has the words that were approved before. A translator may have replaced hundreds of others since:
    these go out only if somebody approves them.
    """
    submitted = RevisionDocument.objects.filter(
        revision__subject_type=revision.subject_type,
        revision__subject_id=revision.subject_id,
        revision__why__in=REVIEWABLE_REASONS,
        language=F("revision__source_language"),
    ).order_by("-revision__version", "-revision_id")
    for _source, rows in groupby(submitted.values_list("document", "revision"), key=itemgetter(0)):
        keys = [key for _source, key in rows]
        if revision.pk in keys:
            return {keys[0], keys[-1]}
    raise ValueError("The revision was not submitted.")


class TranslatedDocument(NamedTuple):
    """A translation of a source document, by their digests."""

    subject: UUID
    language: str
    source: str
    digest: str


def find_translations_that_follow(
    translations: Iterable[TranslatedDocument],
) -> Iterator[tuple[TranslatedDocument, SubjectDocument, TranslationPair]]:
    """Find the translations in which nothing is new: they are approved with their source, and wait for nobody.

    Yield each with its document, and the approved translation that has the same texts. The number of queries
    does not depend on the number of translations, nor does the number of documents that are decoded at a time.
    """
    translations = sorted(translations)
    if not translations:
        return
    verdicts = get_valid_verdicts({translation.subject for translation in translations})
    pairs = exclude_suppressed(get_approved_pairs(verdicts))
    needed = {
        translation: ((translation.source, translation.digest), pairs[translation.subject, translation.language])
        for translation in translations
        if (translation.subject, translation.language) in pairs
    }
    texts = TextsOfPairs({pair for own, approved in needed.values() for pair in (own, approved)})
    for translation, (own, approved) in needed.items():
        source, document, *approved_documents = map(texts.decode, (*own, *approved))
        if source and document and all(approved_documents):  # or one was erased
            words, names = texts.get_texts(approved), collect_topic_names(document)
            if build_document_in_language(source, translation.language, words, names) == document:
                yield translation, document, approved


def refuse_copies(subject: Subject, refusals: Iterable[Verdict]) -> None:
    """Store that other copies of an approval are refused, too, once somebody has sent one of them back.

    Those of texts that are live, scheduled or on hold stay: the approval counts no longer for what comes next. To stop
    such a publication, somebody sends back its own text, or cancels it.
    """
    rows = get_verdict_rows([subject.pk])
    by_id = {row.id: row for row in rows}
    released = fetch_released_texts(subject.pk, timezone.now())
    stored = []
    for refusal in refusals:
        pair, language = (refusal.source_id, refusal.document_id), refusal.language
        last = {row.pair: row for row in rows if row.language == language and row.id != refusal.pk}
        before = last.pop(pair, None)
        if before is None or not before.approved:
            continue
        original = find_original_verdict(before, by_id).id
        copies = [
            row
            for row in last.values()
            if row.approved and find_original_verdict(row, by_id).id == original and row.text not in released
        ]
        stored += [repeat_verdict(refusal, row) for row in move_to_newest_revisions(copies)]
    store_verdicts(stored)


def find_replacements(subject: Subject, review: Review) -> dict[Language, int]:
    """Return by language which submission has the translation that goes out if that of this review is sent back.

    It is for the same original, and approved, or will be with the original since nothing in it is new. If readers have
    that, it is left out.
    """
    own = {(str(each.language), each.digest) for each in review.languages}
    others = [row for row in fetch_translations_of_same_source(review.revision) if row[:2] not in own]
    if not others:
        return {}
    source, live = review.source.digest, fetch_live_texts(subject.pk, timezone.now())
    verdicts = get_verdicts_by_pair(review.revision, {(language, digest) for language, digest, _revision in others})
    goes_out = {text for text, verdict in verdicts.items() if verdict.approved}
    if review.source.is_waiting:
        carried = find_first_and_newest(review.revision)
        waiting = (row for row in others if row[2] in carried and row[:2] not in verdicts)
        follows = find_translations_that_follow(
            TranslatedDocument(subject.pk, language, source, digest) for language, digest, _revision in waiting
        )
        goes_out |= {(translation.language, translation.digest) for translation, *_more in follows}
    newest: dict[str, tuple[str, int]] = {}
    for language, digest, revision in others:  # the newest come first
        if (language, digest) in goes_out:
            newest.setdefault(language, (digest, revision))
    return {
        Language(language): revision
        for language, (digest, revision) in newest.items()
        if (subject.pk, language, (source, digest)) not in live
    }


def repeat_verdict(verdict: Verdict, row: VerdictRow) -> Verdict:
    """Return an unsaved copy of somebody's verdict, about the text of the row, which has the same words."""
    facts = {"language": row.language, "document_id": row.digest, "source_id": row.source, "approved": verdict.approved}
    signed = {"by": verdict.by, "by_name": verdict.by_name, "at": verdict.at, "remark": verdict.remark}
    return Verdict(revision_id=row.revision, carried_from=verdict, **facts, **signed)


def move_to_newest_revisions(rows: Sequence[VerdictRow]) -> list[VerdictRow]:
    """Return the rows, each with the newest submission that has its text: a refusal is about all of them until now."""
    documents = RevisionDocument.objects.filter(
        revision__subject_id__in={row.subject for row in rows},
        revision__why__in=REVIEWABLE_REASONS,
        document__in={row.digest for row in rows},
    )
    of_source = select_source_documents().values("document")
    found = documents.annotate(source=Subquery(of_source[:1])).order_by("revision_id")
    newest: dict[tuple[str, TranslationPair], int] = {
        (language, (source, digest)): revision
        for language, source, digest, revision in found.values_list(
            "language", "source", "document__digest", "revision"
        )
    }
    return [row._replace(revision=newest.get((row.language, row.pair), row.revision)) for row in rows]


def approve_copies_again(subject: Subject, approvals: Collection[Verdict]) -> None:
    """Store that copies of an approval count again, which were refused with one that is approved again now."""
    rows = get_verdict_rows([subject.pk]) if approvals else []
    by_id = {row.id: row for row in rows}
    last = {row.text: row for row in rows}
    approved = {row.text: row for row in rows if row.approved}
    stored = []
    for approval in approvals:
        text = subject.pk, approval.language, (approval.source_id, approval.document_id)
        own = [row for row in rows if row.text == text and row.id != approval.pk]
        refusals = {row.id for row in takewhile(lambda row: not row.approved, reversed(own))}
        copies = [
            row.text
            for row in last.values()
            if not row.approved
            and row.text != text
            and row.text in approved  # a same-day change may have copied the refusal only
            and find_original_verdict(row, by_id).id in refusals
        ]
        stored += [repeat_verdict(approval, approved[copy]) for copy in copies]
    store_verdicts(stored)


def find_languages_that_follow(review: Review) -> set[Language]:
    """Return the languages that wait and will be approved with the original, because nothing in them is new."""
    source, key = review.source.digest, review.revision.subject_id
    translations = [
        TranslatedDocument(key, each.language, source, each.digest) for each in review.languages[1:] if each.is_waiting
    ]
    return {Language(translation.language) for translation, *_more in find_translations_that_follow(translations)}


def carry_verdicts(old: Revision, new: Revision, digests: Mapping[str, str]) -> None:
    """Copy the current verdicts on the old revision to the new one, whose documents have these digests by language."""
    documents = dict(old.documents.filter(language__in=digests).values_list("language", "document__digest"))
    current, source = get_verdicts(new, digests), new.source_digest
    store_verdicts([
        copy_verdict(verdict, new, digests[language], source)
        for language, verdict in get_verdicts(old, documents).items()
        if language not in current or current[language].approved != verdict.approved
    ])  # fmt: skip


def copy_verdict(verdict: Verdict, revision: Revision, digest: str, source: str) -> Verdict:
    """Return an unsaved copy of a verdict, about another text: the document with this digest, for this source."""
    return Verdict(
        revision=revision,
        language=verdict.language,
        document_id=digest,
        source_id=source,
        approved=verdict.approved,
        by=verdict.by,
        by_name=verdict.by_name,
        at=timezone.now(),
        remark=verdict.remark,
        carried_from=verdict,
    )

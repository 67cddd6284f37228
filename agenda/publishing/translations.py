"""Submit translations for approval. Each translates a source text that is in review or approved."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.drafts import Subject, SubjectDocument, digest_of_draft, topics_called, translations_of, type_of
from agenda.models import Revision, Verdict, Why
from agenda.publishing.instants import lock
from agenda.publishing.refusals import LONGEST_REMARK, ChangedMeanwhile, Refused, checked
from agenda.publishing.verdicts import carry_verdicts
from agenda.reviews import (
    Review,
    approved_pairs,
    approved_revision,
    document_of,
    of_same_source,
    texts_of_pairs,
    verdicts_about,
    verdicts_given,
    verdicts_on_pairs,
)
from agenda.revisions import add
from agenda.translating import Texts, in_any_language, in_language, segments, topics_named
from agenda.translations import find_unconfirmed_differences
from meetings.audit import Actor, record_about
from meetings.editions import store
from meetings.models import Act
from meetings.rights import Right, may, names_of, require, who_may
from meetings.vocabulary import Language


def submit_translation(subject: Subject, language: str, *, by: Actor, remark: str = "", shown: str = "") -> Revision:
    """Freeze the translation of the source text that was submitted last, for a reviser of the language to approve.

    If that source text was sent back, the translation is of the approved one. `shown` is the digest of the document
    that the user saw (`build_translation_to_submit`): nothing else is submitted. Raise Refused and NotAllowed.
    """
    remark = checked(remark, "remark", LONGEST_REMARK)
    with transaction.atomic():
        subject = lock(subject)
        require(by, Right.TRANSLATE, subject, language)
        now = timezone.now()
        review = get_base_review(subject)
        document = build_translation(subject, review, language, now)
        digest = digest_of_draft(document)
        if shown and shown != digest:
            raise ChangedMeanwhile(
                _("Someone saved a change after you opened this page. Nothing was submitted. Check the text again.")
            )
        refuse_unchanged(review, language, digest)
        refuse_differing_hours(subject, [review.documents()[0], document])
        store([document])
        others = {str(reviewed.language): reviewed.digest for reviewed in review.languages}
        base = review.revision
        revision = add(
            others | {language: digest},
            subject_type=base.subject_type,
            subject_id=base.subject_id,
            version=base.version,
            at=now,
            by=by.user,
            by_name=by.shown,
            why=Why.SUBMITTED,
            remark=remark,
            source_language=base.source_language,
        )
        carry_verdicts(base, revision, {key: value for key, value in others.items() if key != language})
        record_about(by, Act.SUBMITTED, document, digest=digest, languages=[language], remark=remark)
    return revision


def translation_to_submit(subject: Subject, language: str, now: dt.datetime) -> SubjectDocument:
    """Return the document that `submit_translation` would freeze. Raise Refused if there is none."""
    return build_translation(subject, get_base_review(subject), language, now)


def get_base_review(subject: Subject) -> Review:
    """Return the review of the source text that is translated. Raise Refused if there is none."""
    last = Review.last(subject)
    if last and last.revision.why == Why.FORCED and not last.is_approved:
        message = _("The original was published without approval and must be approved first. Who can approve it: %s.")
        raise Refused(message % (names_of(who_may(Right.APPROVE, subject)) or _("nobody yet: ask an administrator")))
    sent_back = last is not None and last.source.verdict is not None and not last.is_approved
    review = approved_revision(subject) if sent_back else last
    if review is None:
        raise Refused(
            _(
                "The original has not been submitted yet. Your translation is saved. "
                "It will be submitted with the original once it is complete."
            )
        )
    return review


def build_translation(subject: Subject, review: Review, language: str, now: dt.datetime) -> SubjectDocument:
    documents = {document.language: document for document in review.documents()}
    source, before = documents[review.source.language], documents.get(Language(language))
    names = {language: topics_named(before)} if before else {}
    topics = topics_called(subject, now, (), names, {language})
    texts = translations_of(subject, language).get(language, {})
    document = in_language(source, language, texts, topics.get(language))
    if document is None:
        raise Refused(_("No part of the submitted text has been translated into this language (%s).") % language)
    if before:
        refuse_lost_texts(source, before, document, texts)
    return document


def refuse_lost_texts(source: SubjectDocument, before: SubjectDocument, after: SubjectDocument, texts: Texts) -> None:
    """Raise Refused if a translated text would become a fallback.

    That is so if the text is now translated from a newer source text that has not been submitted.
    """
    lost = {*after.fallbacks} - {*before.fallbacks}
    newer = [segment for segment in segments(source) if segment.path in lost and segment.key in texts]
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
        raise Refused(message % len(newer))


def refuse_unchanged(review: Review, language: str, digest: str) -> None:
    """Raise Refused if this document is in review or approved already."""
    for reviewed in review.languages:
        if (reviewed.language, reviewed.digest) == (language, digest) and reviewed.verdict is None:
            raise Refused(_("This translation is already in review. It has not changed since it was submitted."))
        if (reviewed.language, reviewed.digest) == (language, digest) and reviewed.is_approved:
            raise Refused(_("This translation is already approved. There is nothing to submit."))


def right_to_judge(subject: Subject, language: str) -> tuple[Right, Subject, str]:
    """Return the right, with its subject and language, that is needed to approve a document or send it back."""
    return (Right.APPROVE if language == subject.source_language else Right.REVISE, subject, language)


def may_judge(by: Actor, subject: Subject, language: str) -> bool:
    return by.user is None or may(by.user, *right_to_judge(subject, language))


def carry_translations(subject: Subject, review: Review, by: Actor) -> None:
    """Approve the translations of the text that is being approved, if nothing in them is new.

    Each takes over the verdict on the same texts.
    """
    source = review.documents()[0]
    pairs = {language: pair for (_key, language), pair in approved_pairs(verdicts_given([subject.pk])).items()}
    texts = texts_of_pairs(pairs.values())
    known = {language: (pair[1], texts[pair]) for language, pair in pairs.items() if pair in texts}
    rows = of_same_source(review.revision).filter(language__in=known).select_related("document")
    waiting = {(row.language, row.document_id): row for row in rows}
    for pair in verdicts_on_pairs(review.revision, waiting):
        del waiting[pair]
    for (language, digest), row in waiting.items():
        document, (approved, approved_texts) = document_of(row.document.text), known[language]
        if in_any_language(source, language, approved_texts, topics_named(document)) != document:
            continue
        verdicts = verdicts_about(type_of(subject), subject.pk).filter(language=language, document=approved)
        before = verdicts.filter(approved=True).order_by("-id")[0]
        Verdict.objects.create(
            revision=review.revision,
            language=language,
            document_id=digest,
            approved=True,
            by=before.by,
            by_name=before.by_name,
            at=timezone.now(),
            remark=before.remark,
            carried_from=before,
        )
        record_about(by, Act.APPROVED, document, digest=digest, language=language, follows=before.by_name)


def differing_hours(subject: Subject, documents: Sequence[SubjectDocument]) -> dict[Language, str]:
    """Return the languages with an unconfirmed difference in time, each with the message of the first one.

    The first document is the source.
    """
    source, *translations = documents
    found = {
        document.language: find_unconfirmed_differences(subject, source, document)
        for document in translations
        if document.language != source.language
    }
    return {language: differences[0].message for language, differences in found.items() if differences}


def refuse_differing_hours(subject: Subject, documents: Sequence[SubjectDocument]) -> None:
    """Raise Refused with a message for all languages of `find_time_differences`."""
    message = _("%(language)s: a time differs from the original. %(difference)s")
    found = differing_hours(subject, documents)
    if found:
        messages = [message % {"language": language.label, "difference": text} for language, text in found.items()]
        raise Refused(" ".join([*messages, _("Correct it, or confirm it in the translation.")]))

"""Translations on their way to readers: each is of a source text that is in review or approved."""

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
from agenda.translations import unconfirmed
from meetings.audit import Actor, record_about
from meetings.editions import store
from meetings.models import Act
from meetings.rights import Right, may, names_of, require, who_may
from meetings.vocabulary import Language


def submit_translation(subject: Subject, language: str, *, by: Actor, remark: str = "", shown: str = "") -> Revision:
    """Freezes the translation of the source text that was submitted last, for a reviser of the language to approve.

    Where that was sent back, it is one of what is approved. `shown` is the digest of the document that somebody looked
    at (`translation_to_submit`): nothing else is submitted. Raises Refused and NotAllowed.
    """
    remark = checked(remark, "remark", LONGEST_REMARK)
    with transaction.atomic():
        subject = lock(subject)
        require(by, Right.TRANSLATE, subject, language)
        now = timezone.now()
        review = base_of(subject)
        document = translation_of(subject, review, language, now)
        digest = digest_of_draft(document)
        if shown and shown != digest:
            raise ChangedMeanwhile(
                _("Somebody has saved a change since this page was shown, and nothing was submitted: look again.")
            )
        refuse_nothing_new(review, language, digest)
        refuse_differing_hours(subject, [review.documents()[0], document])
        store([document])
        others = {str(one.language): one.digest for one in review.languages}
        of_base = review.revision
        revision = add(
            others | {language: digest},
            subject_type=of_base.subject_type,
            subject_id=of_base.subject_id,
            version=of_base.version,
            at=now,
            by=by.user,
            by_name=by.shown,
            why=Why.SUBMITTED,
            remark=remark,
            source_language=of_base.source_language,
        )
        carry_verdicts(of_base, revision, {key: value for key, value in others.items() if key != language})
        record_about(by, Act.SUBMITTED, document, digest=digest, languages=[language], remark=remark)
    return revision


def translation_to_submit(subject: Subject, language: str, now: dt.datetime) -> SubjectDocument:
    """What `submit_translation` would freeze. Raises Refused where there is nothing."""
    return translation_of(subject, base_of(subject), language, now)


def base_of(subject: Subject) -> Review:
    """The review of the source text that translations are of. Raises Refused where there is none."""
    last = Review.last(subject)
    if last and last.revision.why == Why.FORCED and not last.is_approved:
        told = _("The source text was published without approval: somebody has to approve it first. Who may: %s.")
        raise Refused(told % (names_of(who_may(Right.APPROVE, subject)) or _("nobody yet: ask an administrator")))
    sent_back = last is not None and last.source.verdict is not None and not last.is_approved
    review = approved_revision(subject) if sent_back else last
    if review is None:
        raise Refused(
            _("The source text is not submitted yet. What is translated is kept, and goes along once it is complete.")
        )
    return review


def translation_of(subject: Subject, review: Review, language: str, now: dt.datetime) -> SubjectDocument:
    documents = {document.language: document for document in review.documents()}
    source, before = documents[review.source.language], documents.get(Language(language))
    names = {language: topics_named(before)} if before else {}
    called = topics_called(subject, now, (), names, {language})
    texts = translations_of(subject, language).get(language, {})
    document = in_language(source, language, texts, called.get(language))
    if document is None:
        raise Refused(_("Nothing of the text that was submitted is translated into this language (%s).") % language)
    if before:
        refuse_worse(source, before, document, texts)
    return document


def refuse_worse(source: SubjectDocument, before: SubjectDocument, after: SubjectDocument, texts: Texts) -> None:
    """Raises Refused where texts are lost since they are translated by now from what the author is still writing."""
    lost = {*after.fallbacks} - {*before.fallbacks}
    newer = [one for one in segments(source) if one.path in lost and one.key in texts]
    if newer:
        told = ngettext(
            "%d text is translated from what the author is still writing: submit when that is submitted. Until then "
            "what was submitted before is the better translation.",
            "%d texts are translated from what the author is still writing: submit when that is submitted. Until then "
            "what was submitted before is the better translation.",
            len(newer),
        )
        raise Refused(told % len(newer))


def refuse_nothing_new(review: Review, language: str, digest: str) -> None:
    for one in review.languages:
        if (one.language, one.digest) == (language, digest) and one.verdict is None:
            raise Refused(_("This translation is in review as it stands: nothing has changed since."))
        if (one.language, one.digest) == (language, digest) and one.is_approved:
            raise Refused(_("This translation is approved as it stands: there is nothing to submit."))


def right_to_judge(subject: Subject, language: str) -> tuple[Right, Subject, str]:
    """To approve a document, or to send it back."""
    return (Right.APPROVE if language == subject.source_language else Right.REVISE, subject, language)


def may_judge(by: Actor, subject: Subject, language: str) -> bool:
    return by.user is None or may(by.user, *right_to_judge(subject, language))


def carry_translations(subject: Subject, review: Review, by: Actor) -> None:
    """Lets those translations of the text that is being approved follow it in which nothing is new."""
    source = review.documents()[0]
    pairs = {language: pair for (_key, language), pair in approved_pairs(verdicts_given([subject.pk])).items()}
    texts = texts_of_pairs(pairs.values())
    known = {language: (pair[1], texts[pair]) for language, pair in pairs.items() if pair in texts}
    rows = of_same_source(review.revision).filter(language__in=known).select_related("document")
    waiting = {(row.language, row.document_id): row for row in rows}
    for pair in verdicts_on_pairs(review.revision, waiting):
        del waiting[pair]
    for (language, digest), row in waiting.items():
        document, (approved, made) = document_of(row.document.text), known[language]
        if in_any_language(source, language, made, topics_named(document)) != document:
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
    """The languages that name another hour than the source, which comes first, and what they say, where nobody says
    that it is meant.
    """
    source, *translations = documents
    found = {
        document.language: unconfirmed(subject, source, document)
        for document in translations
        if document.language != source.language
    }
    return {language: grave[0].message for language, grave in found.items() if grave}


def refuse_differing_hours(subject: Subject, documents: Sequence[SubjectDocument]) -> None:
    """Raises Refused for all languages of `differing_hours` at once."""
    told = _("%(language)s says another hour than the source text: %(what)s")
    found = differing_hours(subject, documents)
    if found:
        each = [told % {"language": language.label, "what": message} for language, message in found.items()]
        raise Refused(" ".join([*each, _("Mend it, or confirm it at the text.")]))

"""Decide who may approve a text (nobody may approve their own), and who may move one to another desk."""

from itertools import takewhile, zip_longest

from django.utils.translation import gettext as _

from agenda.documents.translations.translated_document import extract_translated_texts
from agenda.models import REVIEWABLE_REASONS, ReleaseEntry, Revision, RevisionReason
from agenda.workflow.drafts import Subject, get_subject_key
from agenda.workflow.errors import WorkflowError
from agenda.workflow.reviews import (
    LanguageReview,
    get_all_verdicts,
    get_approved_translations,
    get_submissions_of_text,
    load_documents,
)
from meetings.access import NotAllowed, Right, format_whom_to_ask, has_right, require_right
from meetings.access.audit import Actor
from meetings.models import Configuration, Edition, Meeting, Translation


def get_authors(revision: Revision, language: str) -> set[int]:
    """Return the keys of the users who wrote the document in this language since it was last approved, or submitted it.

    We go back to the revision that was approved, not to one with the same text: a change that was undone may have come
    back. The author of one of these texts before that counts, too. A same-day change makes nobody an author: its text
    belongs to the version that it was written at. Translators save beside the current source text, which may be of a
    later version than the one that is translated for readers.
    """
    digest = next(row.document_id for row in revision.documents.all() if row.language == language)
    verdicts = get_all_verdicts(revision.subject_type, revision.subject_id).filter(language=language)
    verdicts = verdicts.exclude(document=digest).order_by("id")
    approved = {
        document for document, is_approved in dict(verdicts.values_list("document", "approved")).items() if is_approved
    }
    until = set(verdicts.filter(approved=True, document__in=approved).values_list("revision", "document"))
    earlier = Revision.objects.for_subject(revision.subject_type, revision.subject_id).filter(
        pk__lte=revision.pk, documents__language=language
    )
    earlier = earlier.exclude(why=RevisionReason.FACTS).order_by("-version", "-pk")
    history = [*earlier.values_list("pk", "by", "documents__document", "why", "version")]
    since = takewhile(lambda entry: (entry[0], entry[2]) not in until, history)
    texts = {
        text
        for _key, _by, text, why, version in since
        if why == RevisionReason.TRANSLATED or version <= revision.version
    }
    texts = texts - approved | {digest}
    is_source = language == revision.source_language
    authors = {
        by
        for (_key, by, text, why, version), before in zip_longest(history, history[1:])
        if text in texts and (version <= revision.version or why == RevisionReason.TRANSLATED)
        if before is None or before[2] != text or (is_source and text == digest and why != RevisionReason.TRANSLATED)
    }
    if is_source:
        authors |= {revision.by_id}
    else:
        authors |= {get_submitter(revision, language, digest), *get_unapproved_savers(revision, digest)}
    return {author for author in authors if author is not None}


def get_submitter(revision: Revision, language: str, digest: str) -> int | None:
    """Return the key of the user who first submitted the translation.

    A later submission of it together with another language does not count.
    """
    submissions = get_submissions_of_text(revision, language, digest)
    verdicts = get_all_verdicts(revision.subject_type, revision.subject_id).filter(language=language, document=digest)
    sent_back = verdicts.filter(approved=False).order_by("-id").first()
    since = submissions.filter(pk__gt=sent_back.revision_id) if sent_back else submissions
    first = (since if since.exists() else submissions).order_by("pk").first() or revision
    return first.by_id


def get_unapproved_savers(revision: Revision, digest: str) -> set[int | None]:
    """Return the users who saved words of a translation that nobody has approved yet.

    Only words that the working copy still has count. Words that were saved for a source that has changed since are in
    no revision of the working copy.
    """
    [translation] = load_documents([digest])
    saved = Translation.objects.filter(
        subject_type=revision.subject_type, subject_id=revision.subject_id, language=translation.language
    ).exclude(by=None)
    if not saved:
        return set()
    source = next(row for row in revision.documents.all() if row.language == revision.source_language)
    texts = extract_translated_texts(load_documents([source.document_id])[0], translation)
    known = get_approved_translations(revision.subject_id, translation.language).get(translation.language, {})
    return {
        row.by_id
        for row in saved
        if (text := texts.get((row.row_id, row.field))) and text.text == row.text
        if known.get((row.row_id, row.field)) != text
    }


def get_review_right(subject: Subject, language: str) -> tuple[Right, Subject, str]:
    """Return the right, with its subject and language, that is needed to approve a document or send it back."""
    return (Right.APPROVE if language == subject.source_language else Right.REVISE, subject, language)


def may_review(by: Actor, subject: Subject, language: str) -> bool:
    return by.user is None or has_right(by.user, *get_review_right(subject, language))


def refuse_own_text(revision: Revision, language: LanguageReview, by: Actor) -> None:
    """Raise WorkflowError if `by` wrote or submitted the text, or is a command."""
    if by.user is None:
        raise WorkflowError(_("Only a person can approve a text, not a command. Sign in."))
    if by.user.pk in get_authors(revision, language.language):
        message = _("You wrote or submitted this text (%s) after it was last approved, so a colleague must approve it.")
        raise WorkflowError(message % language.language.label)


def require_transfer(by: Actor, subject: Subject, to: Configuration | None) -> None:
    """Raise NotAllowed if `by` may not move the subject to this configuration; None stands for all desks.

    The configuration of the working copy decides the rights on everything that is submitted, scheduled or live.
    Therefore `by` needs the right to edit at both desks, and the right to publish at both if anything was submitted or
    published.
    """
    place = subject.configuration if isinstance(subject, Meeting) else subject.desk
    if place == to:
        return
    ends: tuple[Subject | Configuration | None, ...] = (subject, to)
    for end in ends:
        require_right(by, Right.CHANGE, end)
    if not is_submitted_or_released(subject):
        return
    for end in ends:
        try:
            require_right(by, Right.PUBLISH, end)
        except NotAllowed as error:
            message = _(
                "“%(subject)s” has already been submitted or published. To move it from %(here)s to %(there)s, you "
                "need the right to publish for both. You do not have it for %(lacking)s. %(who)s"
            )
            names = {
                "subject": subject,
                "here": format_configuration_code(place),
                "there": format_configuration_code(to),
                "lacking": format_configuration_code(place if end is subject else to),
                "who": format_whom_to_ask(Right.PUBLISH, end),
            }
            raise NotAllowed(message % names) from error


def format_configuration_code(place: Configuration | None) -> str:
    return place.code if place else _("all configurations")


def is_submitted_or_released(subject: Subject) -> bool:
    of_subject = get_subject_key(subject)
    return (
        Edition.objects.filter(**of_subject).exists()
        or Revision.objects.filter(**of_subject, why__in=REVIEWABLE_REASONS).exists()
        or ReleaseEntry.objects.filter(**of_subject).exists()
    )

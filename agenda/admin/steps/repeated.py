"""Describe what was done already, for whoever sends a step twice: by a double click, or from another tab."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from django.utils.translation import gettext as _

from agenda.admin.screen import Screen
from agenda.models import RevisionReason
from agenda.workflow.drafts import Subject, SubjectDocument, get_subject_type
from agenda.workflow.review_actions import explain_unneeded_submission
from agenda.workflow.reviews import LanguageReview, Review
from agenda.workflow.states import format_to_the_minute
from agenda.workflow.transactions import format_instant
from agenda.workflow.unsaved_editions import get_edition_digests
from meetings.models import Edition

JUST_PUBLISHED = dt.timedelta(seconds=5)
"""An edition that is published now becomes public a second or two later."""


def describe_repeated_submission(texts: Iterable[tuple[Subject, Sequence[SubjectDocument]]], now: dt.datetime) -> str:
    """Say when these texts were submitted, if they wait for approval as they are; otherwise ""."""
    sentences = []
    for subject, documents in texts:
        last = Review.latest(subject)
        if last is None or last.revision.why == RevisionReason.FORCED or not last.source.is_waiting:
            return ""
        if not explain_unneeded_submission(subject, documents, now, last):
            return ""
        sentences.append(describe_submission(str(subject), last, last.source, now))
    return " ".join(sentences)


def describe_repeated_translation(subject: Subject, language: str, digest: str, now: dt.datetime) -> str:
    """Say when this translation was submitted, if it waits for approval; otherwise ""."""
    last = Review.latest(subject)
    for review in last.languages if last else ():
        if last and (review.language, review.digest) == (language, digest) and review.is_waiting:
            return describe_submission(review.language.label, last, review, now)
    return ""


def describe_submission(name: str, review: Review, language: LanguageReview, now: dt.datetime) -> str:
    revision = review.get_submission(language)
    facts = {"name": name, "when": format_to_the_minute(revision.at, now), "who": revision.by_name}
    return _("“%(name)s” was already submitted on %(when)s by %(who)s.") % facts


def describe_repeated_verdict(screen: Screen, review: Review | None, *, approved: bool) -> str:
    """Say when the user has decided the same on what they were shown; otherwise ""."""
    posted = screen.request.POST
    shown = {value.partition(" ")[0] for value in posted.getlist("shown")}
    languages = posted.getlist("language")
    found = [each for each in review.languages if not languages or each.language in languages] if review else []
    verdicts = [each.verdict for each in found if each.text_shown in shown and each.verdict]
    is_same = all(verdict.by_id == screen.user.pk and verdict.approved is approved for verdict in verdicts)
    if not verdicts or len(verdicts) < len(found) or not is_same:
        return ""
    template = (
        _("You already approved this text (%(languages)s) on %(when)s.")
        if approved
        else _("You already sent this text back (%(languages)s) on %(when)s.")
    )
    when = format_to_the_minute(verdicts[0].at, screen.now)
    return template % {"languages": ", ".join(each.language.label for each in found), "when": when}


def describe_repeated_publication(
    subjects: Iterable[Subject], shown: Collection[str], at: dt.datetime | None, now: dt.datetime
) -> str:
    """Say when exactly these texts were published, or for when they are scheduled; otherwise "".

    `at` is the time that was asked for, None for now.
    """
    sentences, digests = [], set[str]()
    for subject in subjects:
        editions = Edition.objects.for_subject(get_subject_type(subject), subject.pk)
        edition = editions.live(now + JUST_PUBLISHED if at is None else at).first()
        if edition is None or edition.is_tombstone or (at is not None and edition.available_from != at):
            return ""
        digests |= {*get_edition_digests(edition).values()}
        template = (
            _("“%(subject)s” was already published on %(time)s (Brussels time).")
            if at is None
            else _("“%(subject)s” is already scheduled for %(time)s (Brussels time).")
        )
        sentences.append(template % {"subject": subject, "time": format_instant(edition.available_from)})
    return " ".join(sentences) if digests and digests == {*shown} else ""

"""Warn editors whose save invalidates an approval."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from agenda.workflow.drafts import Subject, get_subject_type
from agenda.workflow.reviews import Review, ReviewState, find_unreleased_review
from agenda.workflow.transactions import format_instant
from meetings.clock import get_instant
from meetings.documents.choices import Language
from meetings.models import Edition


def get_approved_languages(subject: Subject) -> list[Language]:
    """Return the languages in which the working copy still has the approved text."""
    review = Review.latest(subject)
    found = review.languages if review else []
    return [language_review.language for language_review in found if language_review.state == ReviewState.APPROVED]


@contextmanager
def warn_of_lost_approvals(request: HttpRequest, subject: Subject) -> Iterator[None]:
    """Warn the user if a save within this context changes a text that was approved but is not published yet."""
    before = get_approved_languages(subject)
    yield
    if message := describe_lost_approvals(subject, before, get_instant(request)):
        messages.warning(request, message)


def describe_lost_approvals(subject: Subject, before: Sequence[Language], now: dt.datetime) -> str:
    """Return a message if a save has changed text that was approved in the languages `before`; otherwise ""."""
    if not before:
        return ""
    subject = type(subject)._default_manager.get(pk=subject.pk)
    after = get_approved_languages(subject)
    voided, still_approved = ([x.label for x in before if (x in after) is kept] for kept in (False, True))
    if not voided:
        return ""
    editions = Edition.objects.for_subject(get_subject_type(subject), subject.pk)
    pending = editions.pending(now).first()
    if pending is None and find_unreleased_review(subject) is None:
        return ""
    message = _("You changed text that was approved. It must be approved again: %s.") % ", ".join(voided)
    if still_approved:
        message += " " + _("Still approved: %s.") % ", ".join(still_approved)
    if pending:
        template = _("The edition scheduled for %s (Brussels time) will be published without your change.")
        return f"{message} {template % format_instant(pending.available_from)}"
    return f"{message} {_('Submit it for approval again.')}"

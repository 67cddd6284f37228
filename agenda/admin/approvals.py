"""Approvals that a save takes away."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from agenda.drafts import Subject, type_of
from agenda.publishing import in_brussels
from agenda.reviews import Review, ReviewState, unreleased
from meetings.models import Edition
from meetings.vocabulary import Language


def approved_languages(subject: Subject) -> list[Language]:
    """Those in which the working copy says what is approved."""
    review = Review.last(subject)
    found = review.languages if review else []
    return [one.language for one in found if one.state == ReviewState.APPROVED]


def tell_voided(
    request: HttpRequest, subject: Subject, now: dt.datetime, before: list[Language], after: list[Language]
) -> None:
    """Says so where what waits for its release is no longer what the working copy says: nothing, if it is out.

    `before` and `after` are the approved languages before and after a save.
    """
    voided, standing = ([x.label for x in before if (x in after) is kept] for kept in (False, True))
    if not voided:
        return
    pending = Edition.objects.of(type_of(subject), subject.pk).pending(now).first()
    if pending is None and unreleased(subject) is None:
        return
    told = _("The text that was approved has changed, and its approval is gone: %s.") % ", ".join(voided)
    if standing:
        told += " " + _("Still approved: %s.") % ", ".join(standing)
    if pending:
        words = _("What appears on %s (Brussels time) was approved before, and goes out without your change.")
        told += " " + words % in_brussels(pending.available_from)
    else:
        told += " " + _("Submit it again.")
    messages.warning(request, told)

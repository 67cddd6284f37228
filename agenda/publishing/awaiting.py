"""The languages that keep a first edition from going out, by the meeting's rule."""

import datetime as dt
from collections.abc import Collection

from django.utils.translation import gettext as _

from agenda.drafts import Subject, type_of
from agenda.publishing.refusals import NotApprovedError
from agenda.publishing.stored import live_digests
from meetings.models import Meeting, Translation
from meetings.vocabulary import Language, OtherLanguages


def awaited(subject: Subject, approved: Collection[str], now: dt.datetime) -> list[Language]:
    """What is approved in the languages given has to wait for these.

    Nothing holds up what is live: a correction goes out in the languages that are approved. Topics have no rule.
    """
    if not isinstance(subject, Meeting) or live_digests(subject.pk, now):
        return []
    required = set(subject.required_languages)
    if subject.other_languages == OtherLanguages.WAIT:
        started = Translation.objects.filter(subject_type=type_of(subject), subject_id=subject.pk).exclude(text="")
        required |= set(started.values_list("language", flat=True))
    return [
        Language(language)
        for language in Language.values
        if language in required - {*approved, subject.source_language}
    ]


def require_languages(subject: Subject, approved: Collection[str], now: dt.datetime) -> None:
    """Raises NotApproved where what is approved in the languages given has to wait for others."""
    if waits_for := awaited(subject, approved, now):
        languages = ", ".join(language.label for language in waits_for)
        raise NotApprovedError(
            _("“%(subject)s” waits for languages that are not approved: %(languages)s. Or change its rule.")
            % {"subject": subject, "languages": languages}
        )

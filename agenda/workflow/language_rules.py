"""Check which languages a first edition must have before it may be published."""

import datetime as dt
from collections.abc import Collection

from django.utils.translation import gettext as _

from agenda.workflow.drafts import Subject, get_subject_key
from agenda.workflow.errors import NotApprovedError
from agenda.workflow.unsaved_editions import get_live_digests
from meetings.documents.choices import Language, OtherLanguages
from meetings.models import Meeting, Translation


def list_missing_languages(subject: Subject, approved: Collection[str], now: dt.datetime) -> list[Language]:
    """List the languages that must be approved before the text in the `approved` languages may go out.

    The meeting's language rule applies to its first edition only: a correction goes out in the languages that are
    approved. Topics have no such rule.
    """
    if not isinstance(subject, Meeting) or get_live_digests(subject.pk, now):
        return []
    required = set(subject.required_languages)
    if subject.other_languages == OtherLanguages.WAIT:
        started = Translation.objects.filter(**get_subject_key(subject)).exclude(text="")
        required |= set(started.values_list("language", flat=True))
    return [language for language in Language if language in required - {*approved, subject.source_language}]


def require_languages(subject: Subject, approved: Collection[str], now: dt.datetime) -> None:
    """Raise NotApprovedError if the rule requires languages that are not in `approved`."""
    if waits_for := list_missing_languages(subject, approved, now):
        languages = ", ".join(language.label for language in waits_for)
        raise NotApprovedError(
            _(
                "“%(subject)s” cannot be published: its language rule requires %(languages)s, and this is not "
                "approved. Get it approved, or change the rule."
            )
            % {"subject": subject, "languages": languages}
        )

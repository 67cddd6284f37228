"""The languages that keep a first edition from going out, by the meeting's rule."""

import datetime as dt
from collections.abc import Collection

from agenda.drafts import Subject, type_of
from agenda.publishing.stored import live_digests
from meetings.models import Meeting, Translation
from meetings.vocabulary import Language, OtherLanguages


def awaited(subject: Subject, approved: Collection[str], now: dt.datetime) -> list[Language]:
    """What is approved in the languages given has to wait for these.

    Nothing holds up what is live: a correction goes out in the languages that are approved. Topics have no rule.
    """
    if not isinstance(subject, Meeting) or live_digests(subject.pk, now):
        return []
    wanted = set(subject.required_languages)
    if subject.other_languages == OtherLanguages.WAIT:
        begun = Translation.objects.filter(subject_type=type_of(subject), subject_id=subject.pk).exclude(text="")
        wanted |= set(begun.values_list("language", flat=True))
    return [Language(one) for one in Language.values if one in wanted - {*approved, subject.source_language}]

"""Dashboard lines for translators: what was sent back to them, and what to translate or submit soon."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db.models import F, Q, QuerySet

from agenda.dashboard.admin_urls import admin_url
from agenda.dashboard.dashboard_line import DashboardLine
from agenda.dashboard.revisers import LOOK_BACK
from agenda.models import BackgroundTopic, Verdict
from agenda.translation import LanguageReadiness, TranslationStage, format_sent_back, get_readiness
from agenda.workflow.reviews import ReviewState
from meetings.access import Right, has_right
from meetings.access.decisions import is_translator, list_own_languages
from meetings.clock import BRUSSELS
from meetings.documents.choices import Language
from meetings.models import Meeting, User

LOOK_AHEAD = dt.timedelta(days=14)
MAX_SUBJECTS = 50


def build_lines_to_translate(rows: Iterable[Any], user: User, now: dt.datetime) -> list[DashboardLine]:
    """Build the translator's lines, with texts that were sent back first.

    `rows` are the other rows of the dashboard, with states. For users who do not translate there is no query.
    """
    if not is_translator(user):
        return []
    languages = list_own_languages(user)
    near: dict[Any, Any] = {item.pk: item for item in get_upcoming_meetings(now)}
    near |= {item.pk: item for item in rows if item.review == ReviewState.IN_REVIEW}
    subjects = near | {item.pk: item for item in find_recently_sent_back(languages, now) if item.pk not in near}
    found = get_readiness([*subjects.values()], now, languages)
    returned, others = [], []
    for key, subject in subjects.items():
        own = [
            item
            for item in found[key].values()
            if item.is_to_do and has_right(user, Right.TRANSLATE, subject, item.language)
        ]
        back = [item for item in own if item.stage == TranslationStage.SENT_BACK]
        if back:
            returned.append(build_line(subject, back, now))
        wanted = [item for item in own if item not in back and (languages or is_wanted(subject, item))]
        if wanted and key in near:
            others.append(build_line(subject, wanted, now))
    return [*returned, *others]


def build_line(subject: Any, to_do: list[LanguageReadiness], now: dt.datetime) -> DashboardLine:
    [readiness, *more] = to_do
    return DashboardLine(
        str(subject),
        admin_url(subject, "languages") if more else get_next_url(subject, readiness),
        [f"{readiness.language.label}: {readiness.summary}" for readiness in to_do],
        " ".join(
            (f"{readiness.language.label}: " if more else "") + format_sent_back(readiness.sent_back, now)
            for readiness in to_do
            if readiness.sent_back
        ),
    )


def get_next_url(subject: Any, readiness: LanguageReadiness) -> str:
    """Return the URL of the texts to translate or, if there are none, of their submission."""
    if readiness.is_to_submit and not readiness.is_blocked:
        return admin_url(subject, "submit_translation", readiness.language)
    only = {} if readiness.stage == TranslationStage.SENT_BACK and readiness.counts.is_complete else {"show": "todo"}
    return admin_url(subject, "translate", readiness.language, **only)


def find_recently_sent_back(languages: Collection[Language], now: dt.datetime) -> Iterator[Any]:
    """Return subjects of which a translation was sent back recently, even if it was submitted again since."""
    verdicts = Verdict.objects.filter(approved=False, carried_from=None, at__gte=now - LOOK_BACK)
    verdicts = verdicts.exclude(language=F("revision__source_language"))
    if languages:
        verdicts = verdicts.filter(language__in=languages)
    keys = verdicts.order_by("-pk").values_list("revision__subject_id", flat=True)[:MAX_SUBJECTS]
    known = {*keys}
    if known:
        yield from Meeting.objects.filter(pk__in=known).select_related("configuration")
        yield from BackgroundTopic.objects.filter(pk__in=known)


def get_upcoming_meetings(now: dt.datetime) -> QuerySet[Meeting]:
    today = now.astimezone(BRUSSELS).date()
    soon = Q(start_date__lte=today + LOOK_AHEAD, end_date__gte=today)
    return (
        Meeting.objects.select_related("configuration")
        .filter(soon)
        .order_by("start_date", "configuration", "pk")[:MAX_SUBJECTS]
    )


def is_wanted(subject: Any, readiness: LanguageReadiness) -> bool:
    """Return whether to list this language for somebody who translates into all languages.

    It is listed if its translation has begun, or if publication waits for it.
    """
    required: list[Language] = getattr(subject, "required_languages", [])
    return readiness.counts.is_started or readiness.language in required

"""What waits for translators: what was sent back to them, and what is to be translated or submitted soon."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db.models import F, Q, QuerySet

from agenda.desk.lines import Line
from agenda.desk.revisers import LOOKED_BACK
from agenda.desk.ways import way_to
from agenda.models import BackgroundTopic, Verdict
from agenda.reviews import ReviewState
from agenda.translations import Readiness, Stage, readiness_of, sent_back_in_words
from agenda.translations.people import is_translator, languages_of
from meetings.clock import BRUSSELS
from meetings.models import Meeting, User
from meetings.rights import Right, may
from meetings.vocabulary import Language

AHEAD = dt.timedelta(days=14)
MOST = 50


def lines_to_translate(rows: Iterable[Any], user: User, now: dt.datetime) -> list[Line]:
    """What was sent back first. `rows` are what else the front page knows of, with states.

    Nothing is asked for who translates nothing.
    """
    if not is_translator(user):
        return []
    languages = languages_of(user)
    near: dict[Any, Any] = {one.pk: one for one in coming_up(now)}
    near |= {one.pk: one for one in rows if one.review == ReviewState.IN_REVIEW}
    subjects = near | {one.pk: one for one in sent_back_lately(languages, now) if one.pk not in near}
    found = readiness_of([*subjects.values()], now, languages)
    returned, others = [], []
    for key, subject in subjects.items():
        own = [one for one in found[key].values() if one.is_to_do and may(user, Right.TRANSLATE, subject, one.language)]
        back = [one for one in own if one.stage == Stage.SENT_BACK]
        if back:
            returned.append(line_of(subject, back, now))
        wanted = [one for one in own if one not in back and (languages or is_wanted(subject, one))]
        if wanted and key in near:
            others.append(line_of(subject, wanted, now))
    return [*returned, *others]


def line_of(subject: Any, to_do: list[Readiness], now: dt.datetime) -> Line:
    [one, *more] = to_do
    return Line(
        str(subject),
        way_to(subject, "languages") if more else way_of(subject, one),
        [f"{one.language.label}: {one.words}" for one in to_do],
        " ".join(
            (f"{one.language.label}: " if more else "") + sent_back_in_words(one.sent_back, now)
            for one in to_do
            if one.sent_back
        ),
    )


def way_of(subject: Any, one: Readiness) -> str:
    """To the texts that are to do, or, where none is, to their submission."""
    if one.is_to_submit and not one.is_blocked:
        return way_to(subject, "submit_translation", one.language)
    only = {} if one.stage == Stage.SENT_BACK and one.counts.is_complete else {"show": "todo"}
    return way_to(subject, "translate", one.language, **only)


def sent_back_lately(languages: Collection[Language], now: dt.datetime) -> Iterator[Any]:
    """Meetings and topics of which a translation was, be it submitted again by now or not."""
    given = Verdict.objects.filter(approved=False, carried_from=None, at__gte=now - LOOKED_BACK)
    given = given.exclude(language=F("revision__source_language"))
    if languages:
        given = given.filter(language__in=languages)
    keys = given.order_by("-pk").values_list("revision__subject_id", flat=True)[:MOST]
    known = {*keys}
    if known:
        yield from Meeting.objects.filter(pk__in=known).select_related("configuration")
        yield from BackgroundTopic.objects.filter(pk__in=known)


def coming_up(now: dt.datetime) -> QuerySet[Meeting]:
    today = now.astimezone(BRUSSELS).date()
    soon = Q(start_date__lte=today + AHEAD, end_date__gte=today)
    return (
        Meeting.objects.select_related("configuration")
        .filter(soon)
        .order_by("start_date", "configuration", "pk")[:MOST]
    )


def is_wanted(subject: Any, one: Readiness) -> bool:
    """For whoever translates into all languages: what is begun, and what a release waits for."""
    required: list[Language] = getattr(subject, "required_languages", [])
    return one.counts.is_begun or one.language in required

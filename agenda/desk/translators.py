"""What is to be translated, for translators: of meetings coming up, and of what is in review."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q, QuerySet

from agenda.desk.lines import Line
from agenda.desk.ways import way_to
from agenda.reviews import ReviewState
from agenda.translations import Readiness, readiness_of
from agenda.translations.people import is_translator, languages_of
from meetings.clock import BRUSSELS
from meetings.models import Meeting, User
from meetings.rights import Right, may
from meetings.vocabulary import Language

AHEAD = dt.timedelta(days=14)
MOST = 50


def lines_to_translate(rows: Iterable[Any], user: User, now: dt.datetime) -> Iterator[Line]:
    """`rows` are what else the front page knows of, with states. Nothing is asked for who translates nothing."""
    if not is_translator(user):
        return
    languages = languages_of(user)
    subjects: dict[Any, Any] = {one.pk: one for one in coming_up(now)}
    subjects |= {one.pk: one for one in rows if one.review == ReviewState.IN_REVIEW}
    found = readiness_of([*subjects.values()], now, languages)
    for key, subject in subjects.items():
        to_do = [
            one
            for one in found[key].values()
            if one.is_to_do
            and (languages or is_wanted(subject, one))
            and may(user, Right.TRANSLATE, subject, one.language)
        ]
        if to_do:
            way = way_to(subject, "translate", to_do[0].language, show="todo")
            way = way if len(to_do) == 1 else way_to(subject, "languages")
            yield Line(str(subject), way, [f"{one.language.label}: {one.words}" for one in to_do])


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

"""A source text that was translated before, word for word: in an earlier meeting, in another, or elsewhere in this one.

Whoever may translate may read all working copies (`Right.VIEW` reaches everywhere), so nothing here is shown to
anybody who could not open the text that it comes from.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from agenda.models import BackgroundTopic
from meetings.models import Meeting, SubjectType, Translation

MOST = 2
"""Translations of one text that are offered."""
LOOKED_AT = 5
"""The newest ones of each text, of which many say the same."""


@dataclass(frozen=True)
class Offer:
    """`where` is the meeting or topic whose text it is."""

    text: str
    where: str
    by_name: str


def offers(source_language: str, language: str, wanted: Collection[str]) -> dict[str, list[Offer]]:
    """By the digest of the source text, the newest first. In three queries, however many editions there are."""
    if not wanted:
        return {}
    newest = Window(
        RowNumber(), partition_by=F("source_digest"), order_by=(F("at").desc(nulls_last=True), F("pk").asc())
    )
    rows = (
        Translation.objects.filter(source_digest__in=wanted, language=language)
        .exclude(text="")
        .annotate(place=newest)
        .filter(place__lte=LOOKED_AT)
        .order_by("source_digest", "place")
        .values_list("source_digest", "text", "subject_type", "subject_id", "by_name")
    )
    found = list(rows)
    names = names_of({(kind, key) for _digest, _text, kind, key, _by in found}, source_language)
    told: dict[str, dict[str, Offer]] = defaultdict(dict)
    for digest, text, _kind, key, by_name in found:
        if key in names and len(told[digest]) < MOST:
            told[digest].setdefault(text, Offer(text, names[key], by_name))
    return {digest: list(one.values()) for digest, one in told.items() if one}


def names_of(subjects: Collection[tuple[str, UUID]], source_language: str) -> dict[UUID, str]:
    """Of those that were written in the language: the same letters in another one may mean something else."""
    meetings = Meeting.objects.filter(
        pk__in=[key for kind, key in subjects if kind == SubjectType.MEETING], source_language=source_language
    )
    topics = BackgroundTopic.objects.filter(
        pk__in=[key for kind, key in subjects if kind == SubjectType.TOPIC], source_language=source_language
    )
    return {one.pk: str(one) for one in [*meetings.select_related("configuration"), *topics]}

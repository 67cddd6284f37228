"""Translation memory: find earlier translations of exactly the same source text, in any meeting or topic.

Whoever may translate may read all working copies (`Right.VIEW` is not limited to a desk), so nobody sees a text here
that they could not open.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from agenda.models import BackgroundTopic
from meetings.models import Meeting, SubjectType, Translation

MAX_MATCHES = 2
"""The number of translations offered for one text."""
MAX_CANDIDATES = 5
"""The number of newest translations read for each text; many of them are the same."""


@dataclass(frozen=True)
class MemoryMatch:
    """An earlier translation of the same text, with the name of its meeting or topic and of who saved it."""

    text: str
    subject_name: str
    by_name: str


def find_memory_matches(source_language: str, language: str, wanted: Collection[str]) -> dict[str, list[MemoryMatch]]:
    """Return earlier translations by digest of the source text, the newest first.

    `wanted` are the digests. This takes three queries, however many translations there are.
    """
    if not wanted:
        return {}
    newest = Window(
        RowNumber(), partition_by=F("source_digest"), order_by=(F("at").desc(nulls_last=True), F("pk").asc())
    )
    rows = (
        Translation.objects.filter(source_digest__in=wanted, language=language)
        .exclude(text="")
        .annotate(rank=newest)
        .filter(rank__lte=MAX_CANDIDATES)
        .order_by("source_digest", "rank")
        .values_list("source_digest", "text", "subject_type", "subject_id", "by_name")
    )
    found = list(rows)
    names = get_subject_names({(kind, key) for _digest, _text, kind, key, _by in found}, source_language)
    matches: dict[str, dict[str, MemoryMatch]] = defaultdict(dict)
    for digest, text, _kind, key, by_name in found:
        if key in names and len(matches[digest]) < MAX_MATCHES:
            matches[digest].setdefault(text, MemoryMatch(text, names[key], by_name))
    return {digest: list(by_text.values()) for digest, by_text in matches.items() if by_text}


def get_subject_names(subjects: Collection[tuple[str, UUID]], source_language: str) -> dict[UUID, str]:
    """Return the names of the subjects with this source language.

    The same words in another source language may mean something else.
    """
    meetings = Meeting.objects.filter(
        pk__in=[key for kind, key in subjects if kind == SubjectType.MEETING], source_language=source_language
    )
    topics = BackgroundTopic.objects.filter(
        pk__in=[key for kind, key in subjects if kind == SubjectType.TOPIC], source_language=source_language
    )
    return {subject.pk: str(subject) for subject in [*meetings.select_related("configuration"), *topics]}

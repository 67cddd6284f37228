"""The editions of what is live, for the public: which there are, by number, and whether their text may still be read.

An edition's number is its place among those of its subject that have appeared. A withdrawal closes all before it for
good: those keep their numbers, and that is all that is told of them. The public process does not even see them, so
numbers are counted back from that of the live edition.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber

from meetings.models import Appearance, Edition, EditionDocument
from meetings.models.edition import get_active_suppression

MAX_EDITIONS_SEARCHED = 100
Digests = Mapping[UUID, Mapping[str, str]]


@dataclass(frozen=True)
class PastEdition:
    """`language` and `digest` are those of the document that the reader would get of it."""

    number: int
    edition: Edition
    language: str
    digest: str
    suppressed_at: datetime | None
    suppressed_because: str

    @property
    def is_readable(self) -> bool:
        return not (self.edition.is_tombstone or self.suppressed_at)


@dataclass(frozen=True)
class LastChange:
    """The newest edition that changed the text in the reader's language, and the one that it is compared with."""

    past: PastEdition
    before: PastEdition

    @property
    def range(self) -> str:
        """As the address of what changed has it."""
        return f"{self.before.number}..{self.past.number}"


def last_change(live: EditionDocument) -> LastChange | None:
    """None where the text stands as it was published first, or where what it was before may not be read.

    `live` is as of `Past`. One query, and none for what never changed.
    """
    if live.history.modified_at == live.history.published_at:
        return None
    readable = [
        past
        for past in Past(live, live.language).below(live.history.number + 1, MAX_EDITIONS_SEARCHED)
        if past.is_readable
    ]
    changes = (LastChange(past, before) for past, before in pairwise(readable) if past.digest != before.digest)
    last = next(changes, None)
    return last if last and last.past.language == last.before.language else None


class Past:
    """`live` is what a subject's live edition holds, with its history. Each reading is one query."""

    def __init__(self, live: EditionDocument, language: str) -> None:
        self.live, self.language = live, language

    def numbered(self, *numbers: int) -> dict[int, PastEdition]:
        """Those of the numbers that no later withdrawal has closed."""
        return {
            past.number: past
            for past in self.build_past_editions(self.get_rows().filter(back__in=map(self.count_back, numbers)))
        }

    def below(self, number: int, limit: int) -> list[PastEdition]:
        """The newest below the number, newest first, down to the last withdrawal, which ends them."""
        return list(self.build_past_editions(self.get_rows().filter(back__gt=self.count_back(number))[:limit]))

    def digests(self, found: Iterable[PastEdition]) -> Digests:
        """Those of the editions' documents, by the edition's key and by language."""
        held = EditionDocument.objects.filter(edition__in=[past.edition.pk for past in found])
        digests: dict[UUID, dict[str, str]] = defaultdict(dict)
        for edition, language, digest in held.values_list("edition", "language", "document"):
            digests[edition][language] = digest
        return digests

    def withdrawal_of(self, number: int) -> Edition | None:
        """The withdrawal that closed the edition with the number, or is it."""
        edition = self.live.edition
        subject = {"subject_type": edition.subject_type, "subject_id": edition.subject_id}
        appeared = Appearance.objects.filter(**subject).order_by("available_from").values("available_from")
        tombstones = Edition.objects.filter(**subject, is_tombstone=True).order_by("available_from")
        return tombstones.filter(available_from__gte=Subquery(appeared[number - 1 : number])).first()

    def count_back(self, number: int) -> int:
        """1 for the live edition, 2 for the one before; and the same the other way round."""
        return self.live.history.number + 1 - number

    def get_rows(self) -> QuerySet[Any]:
        edition = self.live.edition
        held = EditionDocument.objects.filter(
            edition__subject_type=edition.subject_type,
            edition__subject_id=edition.subject_id,
            edition__available_from__range=(self.live.history.hidden_until, edition.available_from),
        ).in_language(self.language)  # one row an edition, so that rows are counted and not languages
        standing = get_active_suppression("edition")
        return (
            held.select_related("edition")
            .annotate(
                back=Window(RowNumber(), order_by=F("edition__available_from").desc()),
                suppressed_at=Subquery(standing.values("at")),
                suppressed_because=Subquery(standing.values("reason")),
            )
            .order_by("-edition__available_from")
        )

    def build_past_editions(self, rows: Iterable[Any]) -> Iterable[PastEdition]:
        return (
            PastEdition(
                number=self.count_back(held.back),
                edition=held.edition,
                language=held.language,
                digest=held.document_id,
                suppressed_at=held.suppressed_at,
                suppressed_because=held.suppressed_because or "",
            )
            for held in rows
        )

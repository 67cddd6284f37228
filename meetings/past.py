"""The editions of what is live, for the public: which there are, by number, and whether their text may still be read.

An edition's number is its place among those of its subject that have appeared. A withdrawal closes all before it for
good: those keep their numbers, and that is all that is told of them.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import QuerySet, Subquery

from meetings.models import Appearance, Edition, EditionDocument
from meetings.models.edition import number_of, suppression


@dataclass(frozen=True)
class PastEdition:
    """`language` and `digest` are those of the document that the reader would get of it."""

    number: int
    edition: Edition
    language: str
    digest: str
    is_closed: bool  # by a withdrawal: the edition itself is one, or came before one
    suppressed_at: dt.datetime | None
    suppressed_because: str

    @property
    def is_readable(self) -> bool:
        return not (self.is_closed or self.suppressed_at)

    @classmethod
    def of(cls, held: Any, closed_until: dt.datetime) -> Self:
        return cls(
            number=held.place,
            edition=held.edition,
            language=held.language,
            digest=held.document_id,
            is_closed=held.edition.available_from <= closed_until,
            suppressed_at=held.suppressed_at,
            suppressed_because=held.suppressed_because or "",
        )


class Past:
    """`live` is what a subject's live edition holds, with its history. Each reading is one query."""

    def __init__(self, live: EditionDocument, language: str) -> None:
        self.live, self.language = live, language
        self.closed_until: dt.datetime = live.hidden_until

    def numbered(self, *numbers: int) -> dict[int, PastEdition]:
        """Those of the numbers that there are."""
        return {past.number: past for past in self.read(self.rows().filter(place__in=numbers))}

    def below(self, number: int, limit: int) -> list[PastEdition]:
        """The newest below the number, newest first, down to the last withdrawal, which ends them."""
        newest = self.read(self.rows().filter(place__lt=number)[:limit])
        return [past for past in newest if past.edition.available_from >= self.closed_until]

    def withdrawal_of(self, number: int) -> Edition:
        """The withdrawal that closed the edition of that number, which the public process does not see any more."""
        subject = (self.live.edition.subject_type, self.live.edition.subject_id)
        appeared = Appearance.objects.filter(subject_type=subject[0], subject_id=subject[1]).order_by("available_from")
        instant = Subquery(appeared.values("available_from")[number - 1 : number])
        later = Edition.objects.of(*subject).filter(is_tombstone=True, available_from__gte=instant)
        return later.earliest("available_from")

    def rows(self) -> QuerySet[Any]:
        edition = self.live.edition
        held = EditionDocument.objects.filter(
            edition__subject_type=edition.subject_type,
            edition__subject_id=edition.subject_id,
            edition__available_from__lte=edition.available_from,
        ).in_language(self.language)  # so each edition is one row
        standing = suppression("edition")
        return (
            held.select_related("edition")
            .annotate(
                place=number_of("edition__"),
                suppressed_at=Subquery(standing.values("at")),
                suppressed_because=Subquery(standing.values("reason")),
            )
            .order_by("-edition__available_from")
        )

    def read(self, rows: Iterable[Any]) -> Iterable[PastEdition]:
        return (PastEdition.of(held, self.closed_until) for held in rows)

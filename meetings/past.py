"""The past editions of a live subject, by number, and whether the public can read their texts.

An edition's number is its position among those of its subject that have appeared. A withdrawal closes all earlier
editions for good: they keep their numbers but are not shown. The public process cannot see them, so numbers are counted
backwards from that of the live edition.
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
DigestsByEdition = Mapping[UUID, Mapping[str, str]]


@dataclass(frozen=True)
class PastEdition:
    """A past edition. `language` and `digest` are those of the document that the reader would see."""

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
    """The newest edition that changed the text in the reader's language, and the one before it that can be read."""

    changed: PastEdition
    previous: PastEdition

    @property
    def range(self) -> str:
        """The range as in the address of the comparison, such as `1..2`."""
        return f"{self.previous.number}..{self.changed.number}"


def find_last_change(live: EditionDocument) -> LastChange | None:
    """Return the last change of a live document.

    Return None if it is as first published, or if the text before the change cannot be read. This takes one query, and
    none for a document that never changed.
    """
    if live.history.modified_at == live.history.published_at:
        return None
    readable = [
        past
        for past in EditionHistory(live, live.language).list_below(live.history.number + 1, MAX_EDITIONS_SEARCHED)
        if past.is_readable
    ]
    changes = (LastChange(past, before) for past, before in pairwise(readable) if past.digest != before.digest)
    last = next(changes, None)
    return last if last and last.changed.language == last.previous.language else None


class EditionHistory:
    """The past editions of a subject.

    `live` is a document of the live edition, with its history. Each method takes one query.
    """

    def __init__(self, live: EditionDocument, language: str) -> None:
        self.live, self.language = live, language

    def get_by_number(self, *numbers: int) -> dict[int, PastEdition]:
        """Return the editions with these numbers that no later withdrawal has closed."""
        return {
            past.number: past
            for past in self.build_past_editions(self.get_rows().filter(back__in=map(self.count_back, numbers)))
        }

    def list_below(self, number: int, limit: int) -> list[PastEdition]:
        """Return the newest editions below a number, newest first, after the last withdrawal."""
        return list(self.build_past_editions(self.get_rows().filter(back__gt=self.count_back(number))[:limit]))

    def get_digests(self, found: Iterable[PastEdition]) -> DigestsByEdition:
        """Return the digests of the editions' documents by edition and language."""
        documents = EditionDocument.objects.filter(edition__in=[past.edition.pk for past in found])
        digests: dict[UUID, dict[str, str]] = defaultdict(dict)
        for edition, language, digest in documents.values_list("edition", "language", "document"):
            digests[edition][language] = digest
        return digests

    def find_withdrawal(self, number: int) -> Edition | None:
        """Return the withdrawal that closed the edition with this number, or that has this number itself."""
        edition = self.live.edition
        subject = {"subject_type": edition.subject_type, "subject_id": edition.subject_id}
        appeared = Appearance.objects.filter(**subject).order_by("available_from").values("available_from")
        tombstones = Edition.objects.filter(**subject, is_tombstone=True).order_by("available_from")
        return tombstones.filter(available_from__gte=Subquery(appeared[number - 1 : number])).first()

    def count_back(self, number: int) -> int:
        """Convert a number into its distance from the live one (1 is the live edition), or such a distance back."""
        return self.live.history.number + 1 - number

    def get_rows(self) -> QuerySet[Any]:
        edition = self.live.edition
        documents = EditionDocument.objects.filter(
            edition__subject_type=edition.subject_type,
            edition__subject_id=edition.subject_id,
            edition__available_from__range=(self.live.history.hidden_until, edition.available_from),
        ).in_language(self.language)  # one row per edition, because the rows are counted
        suppression = get_active_suppression("edition")
        return (
            documents.select_related("edition")
            .annotate(
                back=Window(RowNumber(), order_by=F("edition__available_from").desc()),
                suppressed_at=Subquery(suppression.values("at")),
                suppressed_because=Subquery(suppression.values("reason")),
            )
            .order_by("-edition__available_from")
        )

    def build_past_editions(self, rows: Iterable[Any]) -> Iterable[PastEdition]:
        return (
            PastEdition(
                number=self.count_back(row.back),
                edition=row.edition,
                language=row.language,
                digest=row.document_id,
                suppressed_at=row.suppressed_at,
                suppressed_because=row.suppressed_because or "",
            )
            for row in rows
        )

"""What appeared, edition by edition, and what each changed: for the change feed and the Atom feeds."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from meetings.documents.legible import is_legible
from meetings.documents.text import read
from meetings.models import Edition, EditionDocument, StoredDocument
from meetings.models.edition import later_editions, number_of, suppression

MARGIN = dt.timedelta(seconds=1)  # decision 36: who reads in order leaves out what is younger
Held = Mapping[UUID, Mapping[str, str]]
Texts = Mapping[str, str | None]


class Head(msgspec.Struct):
    """The part of a stored document that is read of every change."""

    title: str
    reason: str = ""


@dataclass(frozen=True)
class Change:
    """`before` is the edition that this one took the place of: none for a first one, also after a withdrawal.

    Texts are in `language`. A suppressed edition has none, and no digests; one whose text cannot be read has no words,
    but its digests.
    """

    edition: Edition
    number: int
    before: Edition | None
    is_suppressed: bool
    is_legible: bool
    suppressed_at: dt.datetime | None
    suppressed_because: str
    language: str
    head: Head
    digests: Mapping[str, str]
    digests_before: Mapping[str, str]
    members: Sequence[str]

    @cached_property
    def languages(self) -> list[str]:
        """Those in which readers get something else than before; also one that was given up."""
        names = sorted({*self.digests, *self.digests_before})
        return [name for name in names if self.digests.get(name) != self.digests_before.get(name)]


def appeared(at: dt.datetime, now: dt.datetime) -> QuerySet[Any]:
    """The editions of all subjects up to an instant, but none that a withdrawal up to `now` has closed.

    Every withdrawal is among them. Each knows its number, the edition before it, and whether it is suppressed and why.
    """
    closed = Exists(later_editions(now).filter(is_tombstone=True))
    earlier = Edition.objects.filter(
        subject_type=OuterRef("subject_type"),
        subject_id=OuterRef("subject_id"),
        available_from__lt=OuterRef("available_from"),
    )
    return (
        Edition.objects.visible(at)
        .filter(Q(is_tombstone=True) | ~closed)
        .annotate(
            number=number_of(),
            before_id=Subquery(earlier.order_by("-available_from").values("pk")[:1]),
            suppressed_at=Subquery(suppression().values("at")),
            suppressed_because=Subquery(suppression().values("reason")),
        )
    )


def changes_of(editions: Iterable[Any], language: str) -> list[Change]:
    """What the editions, as `appeared` gives them, changed. Takes as many queries for a hundred as for one."""
    return Reading(list(editions), language).changes


class Reading:
    """All that is read at once for some editions: those before them, which documents they hold, and those needed."""

    def __init__(self, editions: Sequence[Any], language: str) -> None:
        self.editions, self.language = editions, language

    @cached_property
    def changes(self) -> list[Change]:
        return [self.change(edition) for edition in self.editions]

    @cached_property
    def before(self) -> Mapping[UUID, Any]:
        """By the key of the later edition. A withdrawal took the place of something that nobody is told of."""
        keys = {edition.before_id for edition in self.editions if edition.before_id and not edition.is_tombstone}
        found = Edition.objects.annotate(is_suppressed=Exists(suppression())).in_bulk(keys)
        pairs = ((edition.pk, found.get(edition.before_id)) for edition in self.editions)
        return {key: one for key, one in pairs if one and not one.is_tombstone}

    @cached_property
    def held(self) -> Held:
        """Digests by edition and language."""
        wanted = {*(edition.pk for edition in self.editions), *(edition.pk for edition in self.before.values())}
        held: dict[UUID, dict[str, str]] = defaultdict(dict)
        rows = EditionDocument.objects.filter(edition__in=wanted).order_by("language")
        for edition, language, digest in rows.values_list("edition", "language", "document"):
            held[edition][language] = digest
        return held

    @cached_property
    def texts(self) -> Texts:
        """Those of the documents whose words are told, or whose members are compared. None: it cannot be read."""
        wanted: set[str] = set()
        for edition in self.editions:
            if not edition.suppressed_at:
                wanted |= {self.held[edition.pk].get(self.language_of(edition), ""), *self.compared(edition)}
        found = StoredDocument.objects.filter(digest__in=wanted).exclude(text="")
        pairs = found.values_list("digest", "text")
        return {digest: text if is_legible(text, digest) else None for digest, text in pairs}

    def language_of(self, edition: Any) -> str:
        return self.language if self.language in self.held[edition.pk] else edition.source_language

    def compared(self, edition: Any) -> tuple[str, ...]:
        """The digests of the source document as it was and as it is, where they differ and both may be read."""
        before = self.before.get(edition.pk)
        if before is None or before.is_suppressed:
            return ()
        pair = tuple(self.held[one.pk].get(edition.source_language, "") for one in (before, edition))
        return pair if all(pair) and pair[0] != pair[1] else ()

    def change(self, edition: Any) -> Change:
        language, before = self.language_of(edition), self.before.get(edition.pk)
        held = self.held[edition.pk]
        text = "" if edition.suppressed_at else self.texts.get(held.get(language, ""), "")
        shows = text != ""  # without it, it was taken out, if only since this answer began
        return Change(
            edition=edition,
            number=edition.number,
            before=before,
            is_suppressed=not shows,
            is_legible=text is not None,
            suppressed_at=edition.suppressed_at,
            suppressed_because=edition.suppressed_because or "",
            language=language,
            head=msgspec.json.decode(text, type=Head) if text else Head(title=""),
            digests=held if shows and not edition.is_tombstone else {},
            digests_before=self.held[before.pk] if before and shows else {},
            members=self.members(edition) if shows else [],
        )

    def members(self, edition: Any) -> list[str]:
        """The top-level members of the source document that are not as they were, in the shape's order."""
        texts = [text for text in map(self.texts.get, self.compared(edition)) if text]
        if len(texts) < 2:
            return []
        old, new = map(read, texts)
        return [name for name in new.__struct_fields__ if getattr(old, name, None) != getattr(new, name)]

"""How each text of a document stands in another language, and how far that language is: facts, worked out each time."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import Struct

from agenda.translating.deriving import URL, SubjectDocument, Texts
from agenda.translating.known import known_text
from agenda.translating.segments import Segment, with_texts_of
from meetings.documents.shape import Link
from meetings.documents.text import digest_of


class TextState(TextChoices):
    """The labels are for people who look at one text."""

    MISSING = "missing", gettext_lazy("missing")
    OUT_OF_DATE = "out_of_date", gettext_lazy("out of date")
    DRAFT = "draft", gettext_lazy("draft")
    REVIEWED = "reviewed", gettext_lazy("reviewed")
    KNOWN = "known", gettext_lazy("follows by itself")
    OPTIONAL = "optional", gettext_lazy("as in the source")


COUNTED = (TextState.MISSING, TextState.OUT_OF_DATE, TextState.DRAFT, TextState.REVIEWED)


@dataclass(frozen=True)
class SourceText:
    """A text that may be translated, with the part that it stands in. `is_optional`: the address of a link."""

    segment: Segment
    owner: Struct
    is_optional: bool = False

    @cached_property
    def digest(self) -> str:
        return digest_of(self.segment.text)


@dataclass(frozen=True)
class Standing:
    """`text` is what the translation says, be it out of date or not; `known` what reference data say by themselves.

    `made_from` is the digest of the source text that the translation was made from.
    """

    source: SourceText
    state: TextState
    text: str = ""
    made_from: str = ""
    known: str = ""


@dataclass(frozen=True)
class Counts:
    """How many texts stand how; what follows by itself or need not be there is not among them."""

    missing: int = 0
    out_of_date: int = 0
    draft: int = 0
    reviewed: int = 0

    @classmethod
    def of(cls, standings: Iterable[Standing]) -> Self:
        found = Counter(one.state for one in standings)
        return cls(**{str(state.value): found[state] for state in COUNTED})

    @property
    def done(self) -> int:
        """Translated from the source as it stands now."""
        return self.draft + self.reviewed

    @property
    def total(self) -> int:
        return self.done + self.missing + self.out_of_date

    @property
    def is_begun(self) -> bool:
        return self.total > self.missing

    @property
    def is_complete(self) -> bool:
        return self.done == self.total

    @property
    def is_reviewed(self) -> bool:
        """All that is translated, which may not be everything."""
        return self.is_begun and self.reviewed == self.total - self.missing

    @property
    def words(self) -> str:
        """As “31 of 34 translated, 20 reviewed, 2 out of date, 1 missing”."""
        told = [_("%(done)d of %(total)d translated") % {"done": self.done, "total": self.total}]
        told += [_("%d reviewed") % self.reviewed] * bool(self.reviewed)
        told += [_("%d out of date") % self.out_of_date] * bool(self.out_of_date)
        told += [_("%d missing") % self.missing] * bool(self.missing)
        return ", ".join(told) if self.total else _("nothing to translate")


def texts_of_source(source: SubjectDocument) -> list[SourceText]:
    """In the order of the document; the address of a link comes after its title."""
    found: list[SourceText] = []

    def collect(segment: Segment, owner: Struct) -> str:
        found.append(SourceText(segment, owner))
        return segment.text

    def add_address(part: Any) -> Any:
        if isinstance(part, Link) and part.url:
            segment = Segment(f"links.{part.id}.{URL}", False, part.url, part.id, URL)
            found.append(SourceText(segment, part, is_optional=True))
        return part

    with_texts_of(source, collect, add_address)
    return found


def standings(
    source: SubjectDocument, language: str, texts: Texts, approved: Texts, of: Iterable[SourceText] | None = None
) -> list[Standing]:
    """Of each text of the source document in a language.

    `texts` are the translations of the working copy, `approved` those that were approved last, each with the source
    text that it was approved beside. Reviewed is what is approved word for word, beside the source as it stands.
    """
    return [standing(one, source, language, texts, approved) for one in (of or texts_of_source(source))]


def standing(one: SourceText, source: SubjectDocument, language: str, texts: Texts, approved: Texts) -> Standing:
    known = known_text(one.segment, one.owner, source, language) if not one.is_optional else ""
    made = texts.get(one.segment.key)
    if made and made.text and not (one.is_optional and made.text == one.segment.text):
        state = TextState.OUT_OF_DATE
        if made.source_digest == one.digest:
            state = TextState.REVIEWED if approved.get(one.segment.key) == made else TextState.DRAFT
        return Standing(one, state, made.text, made.source_digest, known)
    if known:
        return Standing(one, TextState.KNOWN, known=known)
    if one.is_optional:  # the source's own address may have been typed over again
        return Standing(one, TextState.OPTIONAL, *(made or ()))
    return Standing(one, TextState.MISSING)

"""The rows of the translation desk: each text of the source, its translation, and what a translator needs beside."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agenda.admin.translating.proposals import Proposal, proposals
from agenda.comparing import Run
from agenda.comparing.labels import LABELS, label_of
from agenda.comparing.sides import Side
from agenda.comparing.sides import Standing as Place
from agenda.comparing.words import compare_html, compare_texts
from agenda.drafts import Subject, SubjectDocument, type_of
from agenda.reviews import Given as Verdict
from agenda.reviews import approved_translations
from agenda.states import to_the_minute
from agenda.translating import (
    URL,
    Counts,
    Disagreement,
    Key,
    Made,
    Segment,
    Standing,
    TextState,
    standings,
)
from agenda.translations import (
    Begun,
    Offer,
    begun,
    fingerprint,
    offers,
    sentences_translated,
    source_texts_then,
)
from agenda.translations.confirming import Confirmation, confirmed_differences, differences_in
from agenda.translations.saving import Given, Kept, shown, typed_field
from meetings.documents.shape import MeetingDocument
from meetings.documents.text import digest_of
from meetings.models import Translation
from meetings.richtext import clean_html
from meetings.vocabulary import Language

LETTERS_A_LINE, MOST_LINES = 52, 24
NOT_YET = (TextState.MISSING, TextState.OUT_OF_DATE)
BY_ITSELF = (TextState.KNOWN, TextState.OPTIONAL)


@dataclass(frozen=True)
class Difference:
    """`confirmed`: by whom, and when, if somebody has said that it is meant."""

    found: Disagreement
    digest: str
    confirmed: Confirmation | None

    @property
    def is_meant(self) -> bool:
        return self.confirmed is not None


def told_differences(
    segment: Segment,
    text: str,
    source_language: str,
    language: str,
    confirmed: Mapping[tuple[str, str], Confirmation],
) -> list[Difference]:
    found = differences_in(segment, text, source_language, language)
    return [Difference(one, digest, confirmed.get((one.path, digest))) for one, digest in found]


@dataclass
class Row:
    """`given` is what was typed and is not saved, `refused` why; `then`: what changed in the source since.

    `is_overtaken`: somebody else saved another translation while this one was typed. `is_sent_back`: it is a draft that
    nobody has touched since a reviser sent the language back.
    """

    standing: Standing
    where: str
    label: str
    language: Language
    saved_by: str = ""
    saved_at: str = ""
    then: tuple[Run, ...] | None = None
    offers: list[Offer] = field(default_factory=list)
    begun: Begun | None = None
    differences: list[Difference] = field(default_factory=list)
    given: Given | None = None
    refused: str = ""
    is_overtaken: bool = False
    is_sent_back: bool = False

    @property
    def segment(self) -> Segment:
        return self.standing.source.segment

    @property
    def name(self) -> str:
        """In the names of the form's fields, and of the page's anchors."""
        return name_of(self.segment.key)

    @property
    def state(self) -> TextState:
        return self.standing.state

    @property
    def is_out_of_date(self) -> bool:
        return self.state == TextState.OUT_OF_DATE

    @property
    def is_by_itself(self) -> bool:
        """Needs no translation, and may have one."""
        return self.state in BY_ITSELF

    @property
    def is_open(self) -> bool:
        return self.given is not None

    @property
    def is_to_do(self) -> bool:
        is_doubtful = self.is_sent_back or any(not one.is_meant for one in self.differences)
        return self.state in NOT_YET or (self.state == TextState.DRAFT and is_doubtful)

    @property
    def typed(self) -> str:
        """What stands in the field."""
        return self.given.typed if self.given else shown(self.segment, self.standing.text)

    @property
    def html(self) -> str:
        """The translation as it is saved, sanitised also where it came in by another way."""
        return clean_html(self.standing.text)

    @property
    def is_still(self) -> bool:
        return bool(self.given and self.given.still)

    @property
    def made_from(self) -> str:
        """What the form carries: the source and the translation that what is typed was made from.

        What is typed over again keeps those that it was begun with, but for a translation that is told to be another.
        """
        source, was = self.standing.source.digest, fingerprint(self.segment, self.standing.text)
        if self.given and self.given.made_from:
            source, was = self.given.made_from, was if self.is_overtaken else self.given.was
        return f"{source} {was}"

    @property
    def text(self) -> str:
        """What would be saved. Tells in `refused` why it could not."""
        if self.given is None:
            return self.standing.text
        try:
            return typed_field(self.segment).clean(self.given.typed) or ""
        except ValidationError as error:
            self.refused = self.refused or " ".join(error.messages)
            return ""

    def take(self, given: Given) -> None:
        """Shows what was typed, where it is another text or something is ticked."""
        self.given = given
        if digest_of(self.text) == given.was and not (self.refused or given.still or given.meant):
            self.given = None

    @property
    def lines(self) -> int:
        text = max(self.typed, self.segment.text, key=len)
        counted = sum(1 + len(line) // LETTERS_A_LINE for line in text.splitlines())
        return min(MOST_LINES, max(1, counted))

    @property
    def proposals(self) -> Iterator[Proposal]:
        return proposals(self.name, self.standing, self.offers, self.begun)


def name_of(key: Key) -> str:
    return f"{key[0]}-{key[1]}"


def key_of(name: str) -> Key:
    """Raises ValueError for what names no text."""
    return UUID(name[:36]), name[37:]


@dataclass(frozen=True)
class Typed:
    """What was sent, and what became of it; `taken` names a proposal to take over."""

    given: Mapping[Key, Given]
    kept: Kept
    taken: str = ""


@dataclass(frozen=True)
class Group:
    """The texts of one part of the document."""

    where: str
    rows: list[Row]


@dataclass(frozen=True)
class Texts:
    """All texts of a meeting or topic beside their translations in a language."""

    source: SubjectDocument
    language: Language
    rows: list[Row]

    @classmethod
    def of(
        cls,
        subject: Subject,
        source: SubjectDocument,
        language: Language,
        now: dt.datetime,
        typed: Typed,
        *,
        sent_back: Verdict | None = None,
    ) -> Self:
        """What was typed is shown, and checked, as it was typed; the others as they are saved."""
        saved = {
            (row.row_id, row.field): row
            for row in Translation.objects.filter(
                subject_type=type_of(subject), subject_id=subject.pk, language=language
            )
        }
        texts = {key: Made(row.text, row.source_digest) for key, row in saved.items()}
        found = standings(source, language, texts, approved_translations(subject, language).get(language, {}))
        names = Names(source)
        rows = []
        for standing in found:
            segment = standing.source.segment
            row = Row(standing, *names.of(segment), language, refused=typed.kept.refused.get(segment.key, ""))
            row.is_overtaken = segment.key in typed.kept.overtaken
            if segment.key in typed.given:
                row.take(typed.given[segment.key])
            if one := saved.get(segment.key):
                row.saved_by, row.saved_at = one.by_name, to_the_minute(one.at, now) if one.at else ""
                row.is_sent_back = row.state == TextState.DRAFT and is_before(one.at, sent_back)
            rows.append(row)
        texts_of = cls(source, language, rows)
        texts_of.add_changes(subject, {key: row.at for key, row in saved.items()})
        texts_of.add_offers(now)
        texts_of.take_over(typed.taken)
        texts_of.add_differences(subject)
        return texts_of

    def add_changes(self, subject: Subject, saved_at: Mapping[Key, dt.datetime | None]) -> None:
        changed = [row for row in self.rows if row.is_out_of_date]
        then = source_texts_then(subject, {row.standing.made_from: saved_at[row.segment.key] for row in changed})
        for row in changed:
            if (said := then.get(row.standing.made_from)) is not None:
                compared = compare_html if row.segment.rich else compare_texts
                row.then = compared(said, row.segment.text)

    def add_offers(self, now: dt.datetime) -> None:
        wanted = {row.standing.source.digest: row for row in self.rows if row.state in NOT_YET}
        found = offers(self.source.language, self.language, wanted)
        for row in self.rows:
            if row.state in NOT_YET:
                row.offers = found.get(row.standing.source.digest, [])
        missing = [row for row in self.rows if row.state == TextState.MISSING and not row.offers]
        known = sentences_translated(self.source, self.language, now) if missing else {}
        for row in missing:
            row.begun = begun(row.segment, known)

    def take_over(self, taken: str) -> None:
        for row in self.rows:
            for proposal in row.proposals if taken.startswith(f"{row.name}:") else ():
                if proposal.name == taken:
                    source, was = row.made_from.split(" ")
                    begun = row.given or Given("", source, was)
                    row.given = replace(begun, typed=proposal.typed)

    def add_differences(self, subject: Subject) -> None:
        """Of what is typed, else of drafts: what is reviewed has been looked at, what is out of date will be."""
        confirmed = confirmed_differences(subject, self.language)
        for row in self.rows:
            segment, text = row.segment, row.text
            if text and segment.field != URL and (row.given or row.state == TextState.DRAFT):
                row.differences = told_differences(segment, text, self.source.language, self.language, confirmed)

    @property
    def counts(self) -> Counts:
        return Counts.of(row.standing for row in self.rows)

    @property
    def to_do(self) -> int:
        return sum(row.is_to_do for row in self.rows)

    def groups(self, only_to_do: bool) -> list[Group]:
        rows = [row for row in self.rows if not only_to_do or row.is_to_do or row.is_open]
        return [Group(where, list(some)) for where, some in groupby(rows, key=lambda row: row.where)]


def is_before(saved: dt.datetime | None, sent_back: Verdict | None) -> bool:
    """What was saved before anybody noted when is older than all verdicts."""
    return sent_back is not None and (saved is None or saved <= sent_back.at)


class Names:
    """Where a text stands, as people call it."""

    def __init__(self, document: SubjectDocument) -> None:
        self.document, self.side = document, Side(document)
        self.whole = _("The meeting") if isinstance(document, MeetingDocument) else _("The topic")

    def of(self, segment: Segment) -> tuple[str, str]:
        """The part, and the text in it: “Programme, press conference “Home Affairs””, “Speakers 1, role”."""
        kind, *rest = segment.path.split(".")
        place = self.part(kind, rest[0]) if rest else None
        if place is None:
            return self.whole, in_words(type(self.document), [kind, *rest])
        return place.where, in_words(type(place.part), rest[1:])

    def part(self, kind: str, key: str) -> Place | None:
        try:
            return self.side.parts.get((kind, UUID(key)))
        except ValueError:
            return None


def in_words(owner: type, path: list[str]) -> str:
    told = ""
    for step in path:
        if step.isdecimal():
            told += f" {int(step) + 1}"
        else:
            told += f"{', ' if told else ''}{label_of(owner, step)}"
    return str(capfirst(told.removeprefix(f"{LABELS['place']}, ")))

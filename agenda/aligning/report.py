"""What became of each text of a note, for people and for programs."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from agenda.notes.marks import plain_text
from agenda.notes.reading import Reading
from agenda.notes.words import unaccented

SHOWN = 200
FIRST_WORDS = 20


class Why(StrEnum):
    UNREAD = "unread"
    """A line that no rule of the importer understood."""
    NO_COUNTERPART = "no counterpart"
    """A text of the note with no place in the source."""
    NOT_IN_NOTE = "not in the note"
    """A text of the source that the note does not translate."""
    SHARED = "shared"
    """The note says otherwise what is the same in every language: the source's stands."""
    KEPT = "kept"
    """A translation that is there and says something else."""
    DISAGREES = "disagrees"
    """It was placed, and yet its structure, a number, an hour is not that of the source."""


@dataclass(frozen=True)
class Finding:
    """`path` is the place in the source document, `line` that in the note, as far as there is one."""

    why: Why
    message: str
    path: str = ""
    line: int | None = None
    text: str = ""

    def __str__(self) -> str:
        place = _("line %d") % self.line if self.line else ""
        told = self.why in (Why.DISAGREES, Why.KEPT) or (self.why is Why.NO_COUNTERPART and self.line)
        said = "" if told or not self.text else f"“{Truncator(' '.join(self.text.split())).chars(SHOWN)}”"
        return ": ".join(filter(None, (place, self.message, said)))


@dataclass
class Report:
    """`placed` are the paths of texts that are new, `replaced` of those that were there and said something else,
    `standing` of those that are there already, or that reference data say."""

    language: str
    placed: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    standing: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def changes(self) -> bool:
        return bool(self.placed or self.replaced)


class Locator:
    """Finds the line of a note in which a text begins."""

    def __init__(self, reading: Reading) -> None:
        self.lines = [(line.number, words_in(plain_text(line.source))) for line in reading.lines]
        self.holding: dict[str, list[int]] = defaultdict(list)
        for place, (_number, words) in enumerate(self.lines):
            for word in set(words.split()):
                self.holding[word].append(place)
        self.members: dict[int, set[str]] = defaultdict(set)
        for read in reading.read:
            for number in read.lines:
                self.members[number].update(read.field.split("."))

    def line_of(self, text: str, member: str = "") -> int | None:
        """The first that holds the beginning, of those that the member of the document was read from if there are any.

        None where the words are nowhere so.
        """
        words = words_in(text).split()
        for count in range(min(len(words), FIRST_WORDS), 0, -1):
            found = self.holding_all(words[:count])
            if found:
                return next((number for number in found if member in self.members[number]), found[0])
        return None

    def holding_all(self, words: list[str]) -> list[int]:
        start = f" {' '.join(words)} "
        rarest = min((self.holding.get(word, []) for word in words), key=len)
        return [number for number, line in (self.lines[place] for place in rarest) if start in f" {line} "]


def words_in(text: str) -> str:
    return unaccented(" ".join(re.findall(r"\w+", text)))

"""Report what happened to each text of an imported note, for people and for programs."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _

from agenda.notes.inline_markup import strip_markup
from agenda.notes.note_parser import ParsedNote
from agenda.notes.phrases import fold_case_and_accents
from meetings.documents.plain_text import cut_text

MAX_SHOWN_LENGTH = 200
MAX_FIRST_WORDS = 20


class FindingReason(StrEnum):
    UNREAD = "unread"
    """The importer has no rule for a line of the note."""
    NO_COUNTERPART = "no counterpart"
    """A text of the note has no place in the source."""
    NOT_IN_NOTE = "not in the note"
    """The note does not translate a text of the source."""
    SHARED = "shared"
    """The note differs in something that is the same in every language. The value of the source is kept."""
    KEPT = "kept"
    """A different translation is stored already, and was kept."""
    DISAGREES = "disagrees"
    """The text was imported, but its structure, a number or a time differs from the source."""


@dataclass(frozen=True)
class ImportFinding:
    """Something to report. `path` is the place in the source document, `line` the line of the note, if any."""

    why: FindingReason
    message: str
    path: str = ""
    line: int | None = None
    text: str = ""

    def __str__(self) -> str:
        place = _("line %d") % self.line if self.line else ""
        is_quoted = self.why in (FindingReason.DISAGREES, FindingReason.KEPT) or (
            self.why is FindingReason.NO_COUNTERPART and self.line
        )
        is_shown = self.text and not is_quoted
        quote = f"“{cut_text(' '.join(self.text.split()), MAX_SHOWN_LENGTH)}”" if is_shown else ""
        return ": ".join(filter(None, (place, self.message, quote)))


@dataclass
class ImportReport:
    """The result of an import, as paths of texts.

    `placed` are new; `replaced` replace a different translation; `standing` are stored already, or come from reference
    data.
    """

    language: str
    placed: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    standing: list[str] = field(default_factory=list)
    findings: list[ImportFinding] = field(default_factory=list)

    @property
    def has_changes(self) -> bool:
        return bool(self.placed or self.replaced)


class NoteLocator:
    """Find the line of a note in which a text begins."""

    def __init__(self, reading: ParsedNote) -> None:
        self.lines = [(line.number, normalize_words(strip_markup(line.source))) for line in reading.lines]
        self.indexes_by_word: dict[str, list[int]] = defaultdict(list)
        for index, (_number, words) in enumerate(self.lines):
            for word in set(words.split()):
                self.indexes_by_word[word].append(index)
        self.members_by_line: dict[int, set[str]] = defaultdict(set)
        for read in reading.applied_rules:
            for number in read.lines:
                self.members_by_line[number].update(read.field.split("."))

    def find_line(self, text: str, member: str = "") -> int | None:
        """Return the number of the first line with the beginning of the text, or None.

        Lines from which the member of the document was read come first.
        """
        words = normalize_words(text).split()
        for count in range(min(len(words), MAX_FIRST_WORDS), 0, -1):
            found = self.find_lines_with(words[:count])
            if found:
                return next((number for number in found if member in self.members_by_line[number]), found[0])
        return None

    def find_lines_with(self, words: list[str]) -> list[int]:
        """Return the numbers of the lines with these words in this order."""
        start = f" {' '.join(words)} "
        rarest = min((self.indexes_by_word.get(word, []) for word in words), key=len)
        return [number for number, line in (self.lines[index] for index in rarest) if start in f" {line} "]


def normalize_words(text: str) -> str:
    """Return the words of a text without accents and punctuation."""
    return fold_case_and_accents(" ".join(re.findall(r"\w+", text)))

"""Lines gathered into paragraphs: a line of the file is a paragraph in one note, and a piece of it in the next."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from agenda.notes.lines import Line
from agenda.notes.marks import Run, plain, read_marks

WIDEST_WRAPPED = 130
"""Where no line is longer, lines were broken to fit a page."""
CLEARLY_SHORT = 0.8
"""A line that had room for the next word, up to this part of the widest line, was ended on purpose."""

LONGEST_WITH_FACTS = 1_500

NUMBERED = re.compile(
    r"(?:\(?(?P<digits>\d{1,3})(?:\s?(?P<part>[a-z]))?[.)]|\(?(?P<letter>στ|[a-zα-ω]|[ivx]{1,4})\))\s+(?=\S)"
)
PAGE = re.compile(
    r"[-–]?\s*\d{1,3}\s*(?:/\s*\d{1,3})?\s*[-–]?|(?:page|σελίδα)\s+\d{1,3}(?:\s+(?:of|sur|από)\s+\d{1,3})?",
    re.IGNORECASE,
)
SEPARATOR = re.compile(r"[\W_]+")
PROVENANCE = re.compile(r"https?://\S+/note\.txt, edition \d+, [a-z]{2}, \S+Z")


@dataclass
class Paragraph:
    lines: list[Line]
    after_gap: bool = True
    """An empty line (or the edge of a page) stands before it."""
    bold_is_open: bool = False
    """The last line ends within bold words."""

    def __post_init__(self) -> None:
        self.mark_bold(*self.lines)

    def append(self, line: Line) -> None:
        self.lines.append(line)
        self.mark_bold(line)

    def mark_bold(self, *lines: Line) -> None:
        self.bold_is_open ^= sum(line.source.count("**") for line in lines) % 2 == 1

    @cached_property
    def is_long(self) -> bool:
        """Longer than any line that tells facts: text, and nothing is looked for in it."""
        return sum(len(line.source) for line in self.lines) > LONGEST_WITH_FACTS

    @property
    def numbers(self) -> list[int]:
        return [line.number for line in self.lines]

    @property
    def first(self) -> int:
        return self.lines[0].number

    @property
    def bullet(self) -> str:
        return self.lines[0].bullet

    @property
    def indent(self) -> int:
        return self.lines[0].indent

    @cached_property
    def source(self) -> str:
        """All of it on one line, with its bullet and marks."""
        return narrowed(line.source for line in self.lines)

    @cached_property
    def text(self) -> str:
        """Without the bullet, with its marks."""
        return narrowed([self.lines[0].text, *(line.source for line in self.lines[1:])])

    @cached_property
    def runs(self) -> list[Run]:
        return read_marks(self.text)

    @cached_property
    def words(self) -> str:
        """Without bullet and marks."""
        return plain(self.runs)


def narrowed(texts: Iterable[str]) -> str:
    """On one line, with single spaces (no-break spaces stay)."""
    return re.sub(r"[ \t\f]{2,}|[\t\f]", " ", " ".join(texts))


@dataclass
class Page:
    """The paragraphs of a note, and apart from them the lines that only belong to its paper."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    page_numbers: list[int] = field(default_factory=list)
    separators: list[int] = field(default_factory=list)
    language_marks: list[int] = field(default_factory=list)
    provenance: list[int] = field(default_factory=list)


def gather(lines: Sequence[Line], language: str) -> Page:
    page = Page()
    width = max((len(line.source) + line.indent for line in lines), default=0)
    gap, page_edge = True, False
    for line in lines:
        if not line.source:
            gap = True
        elif (paper := paper_of(line, page, language)) is not None:
            paper.append(line.number)
            gap = page_edge = True
        elif page.paragraphs and goes_on(page.paragraphs[-1], line, width, gap, page_edge):
            page.paragraphs[-1].append(line)
            gap = page_edge = False
        else:
            page.paragraphs.append(Paragraph([line], after_gap=gap))
            gap = page_edge = False
    return page


def paper_of(line: Line, page: Page, language: str) -> list[int] | None:
    if PAGE.fullmatch(line.source):
        return page.page_numbers
    if SEPARATOR.fullmatch(line.source):
        return page.separators
    if line.source == language.upper():
        return page.language_marks
    if PROVENANCE.fullmatch(line.source):
        return page.provenance
    return None


def goes_on(paragraph: Paragraph, line: Line, width: int, gap: bool, page_edge: bool) -> bool:
    last = paragraph.lines[-1]
    if line.bullet or NUMBERED.match(line.source):
        return False
    if page_edge and width <= WIDEST_WRAPPED:
        return line.source[0].islower() and last.source[-1] not in ".:;!?"
    if gap:
        return False
    if (paragraph.bullet and line.indent > paragraph.indent) or paragraph.bold_is_open:
        return True
    return width <= WIDEST_WRAPPED and not ended_on_purpose(last, line, width)


def ended_on_purpose(last: Line, line: Line, width: int) -> bool:
    next_word = line.source.split(maxsplit=1)[0]
    return last.indent + len(last.source) + 1 + len(next_word) < CLEARLY_SHORT * width


def blocks(paragraphs: Sequence[Paragraph], start: int, longest: int) -> Iterator[tuple[int, str]]:
    """The text of one, two, up to `longest` paragraphs from `start`, each with how many they are."""
    for count in range(1, min(longest, len(paragraphs) - start) + 1):
        if paragraphs[start + count - 1].is_long:
            return
        yield count, " ".join(paragraph.words for paragraph in paragraphs[start : start + count])

"""Collect lines into paragraphs. In some notes each line is a paragraph, in others lines are wrapped."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from agenda.notes import rules
from agenda.notes.inline_markup import TextRun, get_plain_text, parse_markup
from agenda.notes.line_reader import NoteLine
from agenda.notes.rules import AppliedRule

MAX_WRAPPED_WIDTH = 130
"""If no line is longer than this, we assume that lines were wrapped to fit a page."""
SHORT_LINE_RATIO = 0.8
"""A line ends on purpose if, with the next word, it is still shorter than this part of the widest line."""

MAX_LENGTH_WITH_FACTS = 1_500
"""Longer paragraphs are texts. We look for no facts in them."""

LEADING_NUMBER = re.compile(
    r"(?:\(?(?P<digits>\d{1,3})(?:\s?(?P<part>[a-z]))?[.)]|\(?(?P<letter>στ|[a-zα-ω]|[ivx]{1,4})\))\s+(?=\S)"
)
PAGE_NUMBER = re.compile(
    r"[-–]?\s*\d{1,3}\s*(?:/\s*\d{1,3})?\s*[-–]?|(?:page|σελίδα)\s+\d{1,3}(?:\s+(?:of|sur|από)\s+\d{1,3})?",
    re.IGNORECASE,
)
SEPARATOR = re.compile(r"[\W_]+")
PROVENANCE = re.compile(r"https?://\S+/note\.txt, edition \d+, [a-z]{2}, \S+Z")


@dataclass
class Paragraph:
    """Lines that belong together."""

    lines: list[NoteLine]
    follows_gap: bool = True
    """True if an empty line or the edge of a page is before the paragraph."""
    bold_is_open: bool = False
    """True if the last line ends within bold words."""

    def __post_init__(self) -> None:
        self.toggle_bold(*self.lines)

    def append(self, line: NoteLine) -> None:
        self.lines.append(line)
        self.toggle_bold(line)

    def toggle_bold(self, *lines: NoteLine) -> None:
        self.bold_is_open ^= sum(line.source.count("**") for line in lines) % 2 == 1

    @cached_property
    def is_long(self) -> bool:
        """True if the paragraph is longer than any line with facts, so that it is a text."""
        return sum(len(line.source) for line in self.lines) > MAX_LENGTH_WITH_FACTS

    @property
    def first_line(self) -> int:
        return self.lines[0].number

    @property
    def bullet(self) -> str:
        return self.lines[0].bullet

    @property
    def indent(self) -> int:
        return self.lines[0].indent

    @cached_property
    def source(self) -> str:
        """The whole paragraph on one line, with its bullet and markup."""
        return join_on_one_line(line.source for line in self.lines)

    @cached_property
    def text(self) -> str:
        """The paragraph on one line, without the bullet, with its markup."""
        return join_on_one_line([self.lines[0].text, *(line.source for line in self.lines[1:])])

    @cached_property
    def runs(self) -> list[TextRun]:
        return parse_markup(self.text)

    @cached_property
    def plain_text(self) -> str:
        """The paragraph on one line, without bullet and markup."""
        return get_plain_text(self.runs)


def join_on_one_line(texts: Iterable[str]) -> str:
    """Return the texts on one line with single spaces. No-break spaces stay."""
    return re.sub(r"[ \t\f]{2,}|[\t\f]", " ", " ".join(texts))


def collect_paragraphs(lines: Sequence[NoteLine], language: str) -> tuple[list[Paragraph], list[AppliedRule]]:
    """Return the paragraphs, and the rules for lines that belong to the paper and not to the text.

    `language` is needed to recognise the language mark (“EN”) of a page.
    """
    paragraphs: list[Paragraph] = []
    paper: list[AppliedRule] = []
    width = max((len(line.source) + line.indent for line in lines), default=0)
    gap, page_edge = True, False
    for line in lines:
        if not line.source:
            gap = True
        elif rule := get_paper_rule(line, language):
            paper.append(AppliedRule([line.number], rule.name, rule.field))
            gap = page_edge = True
        else:
            if paragraphs and is_continuation(paragraphs[-1], line, width, gap, page_edge):
                paragraphs[-1].append(line)
            else:
                paragraphs.append(Paragraph([line], follows_gap=gap))
            gap = page_edge = False
    return paragraphs, paper


def get_paper_rule(line: NoteLine, language: str) -> rules.Rule | None:
    """Return the rule for a line that belongs to the paper, or None if the line is part of the text."""
    if PAGE_NUMBER.fullmatch(line.source):
        return rules.PAGE_NUMBER
    if SEPARATOR.fullmatch(line.source):
        return rules.SEPARATOR
    if line.source == language.upper():
        return rules.LANGUAGE_MARK
    return rules.PROVENANCE if PROVENANCE.fullmatch(line.source) else None


def is_continuation(paragraph: Paragraph, line: NoteLine, width: int, gap: bool, page_edge: bool) -> bool:
    """Return True if the line continues the paragraph. `width` is the length of the widest line of the note."""
    last = paragraph.lines[-1]
    if line.bullet or LEADING_NUMBER.match(line.source):
        return False
    if page_edge and width <= MAX_WRAPPED_WIDTH:
        return line.source[0].islower() and last.source[-1] not in ".:;!?"
    if gap:
        return False
    if (paragraph.bullet and line.indent > paragraph.indent) or paragraph.bold_is_open:
        return True
    return width <= MAX_WRAPPED_WIDTH and not is_deliberate_break(last, line, width)


def is_deliberate_break(last: NoteLine, line: NoteLine, width: int) -> bool:
    """Return True if the next word would have fitted on the last line, so that the line was ended on purpose."""
    next_word = line.source.split(maxsplit=1)[0]
    return last.indent + len(last.source) + 1 + len(next_word) < SHORT_LINE_RATIO * width


def join_following_texts(paragraphs: Sequence[Paragraph], start: int, max_count: int) -> Iterator[tuple[int, str]]:
    """Yield how many paragraphs were joined, and their text: one, two, up to `max_count` paragraphs from `start`."""
    for count in range(1, min(max_count, len(paragraphs) - start) + 1):
        if paragraphs[start + count - 1].is_long:
            return
        yield count, " ".join(paragraph.plain_text for paragraph in paragraphs[start : start + count])

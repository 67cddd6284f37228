"""Running text: paragraphs and nested lists as the closed set of HTML."""

from dataclasses import dataclass, field
from itertools import groupby

from agenda.notes.marks import TextRun, parse_markup, render_runs
from agenda.notes.paragraphs import LEADING_NUMBER, Paragraph

NUMBER_BULLET = "1"
"""Stands for the bullet in a list with numbers."""


@dataclass(frozen=True)
class RichTextBlock:
    """`level` is 0 in a paragraph and counts from 1 in lists; `tag` is that of the list."""

    html: str
    level: int = 0
    tag: str = ""


@dataclass
class RichTextBuilder:
    blocks: list[RichTextBlock] = field(default_factory=list)
    open_lists: list[tuple[int, str]] = field(default_factory=list)
    """Indentation and bullet of each list that is open, the outermost first."""
    last_number: int = 0
    """How far the numbered list has come."""

    def __bool__(self) -> bool:
        return bool(self.blocks)

    @property
    def announces_list(self) -> bool:
        return bool(self.blocks) and (self.blocks[-1].level > 0 or self.blocks[-1].html.endswith(":"))

    def add(self, paragraph: Paragraph) -> None:
        if paragraph.bullet:
            self.add_list_item(paragraph, paragraph.runs, paragraph.bullet, "ul")
        elif self.continues_numbering(paragraph):
            self.last_number += 1
            match = LEADING_NUMBER.match(paragraph.text)
            self.add_list_item(
                paragraph, parse_markup(paragraph.text[match.end() if match else 0 :]), NUMBER_BULLET, "ol"
            )
        else:
            self.open_lists.clear()
            self.last_number = 0
            self.blocks.append(RichTextBlock(render_runs(paragraph.runs)))

    def continues_numbering(self, paragraph: Paragraph) -> bool:
        """The next number of a list that a colon announced, or that has begun. Letters stay in the text as printed."""
        match = LEADING_NUMBER.match(paragraph.text)
        return bool(
            match and match["digits"] == str(self.last_number + 1) and not match["part"] and self.announces_list
        )

    def add_list_item(self, paragraph: Paragraph, runs: list[TextRun], bullet: str, tag: str) -> None:
        indent = paragraph.indent
        if paragraph.follows_gap and self.open_lists and self.open_lists[-1][0] == indent:
            innermost = self.open_lists[-1][1]
            if NUMBER_BULLET in (bullet, innermost) and bullet != innermost:
                self.open_lists[-1] = (indent, bullet)
        self.blocks.append(RichTextBlock(render_runs(runs), self.enter_level(indent, bullet), tag))

    def enter_level(self, indent: int, bullet: str) -> int:
        """Lists nest by indentation, and where all are indented alike by another bullet (bullets and numbers that an
        empty line parts are two lists instead)."""
        while self.open_lists and indent < self.open_lists[-1][0]:
            self.open_lists.pop()
        if not self.open_lists or indent > self.open_lists[-1][0]:
            self.open_lists.append((indent, bullet))
        elif bullet != self.open_lists[-1][1]:
            same = [place for place, opened in enumerate(self.open_lists) if opened == (indent, bullet)]
            if same:
                del self.open_lists[same[0] + 1 :]
            else:
                self.open_lists.append((indent, bullet))
        return len(self.open_lists)

    def render(self) -> str:
        pieces = []
        for in_list, entries in groupby(self.blocks, key=lambda entry: entry.level > 0):
            group = list(entries)
            pieces += [render_lists(group, 1)] if in_list else [f"<p>{entry.html}</p>" for entry in group]
        return "".join(pieces)


def render_lists(entries: list[RichTextBlock], level: int) -> str:
    """The entries, none above this level and the first of it, as one list, or several of different tags."""
    pieces: list[tuple[str, list[str]]] = []
    at = 0
    while at < len(entries):
        end = at + 1
        while end < len(entries) and entries[end].level > level:
            end += 1
        inner = render_lists(entries[at + 1 : end], level + 1) if end > at + 1 else ""
        if not pieces or pieces[-1][0] != entries[at].tag:
            pieces.append((entries[at].tag, []))
        pieces[-1][1].append(f"<li>{entries[at].html}{inner}</li>")
        at = end
    return "".join(f"<{tag}>{''.join(items)}</{tag}>" for tag, items in pieces)

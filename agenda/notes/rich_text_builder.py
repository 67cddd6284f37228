"""Build rich text: paragraphs and nested lists in the HTML that documents may contain."""

from dataclasses import dataclass, field
from itertools import groupby

from agenda.notes.inline_markup import TextRun, parse_markup, render_runs
from agenda.notes.paragraphs import LEADING_NUMBER, Paragraph

NUMBER_BULLET = "1"
"""Stands for the bullet in numbered lists."""


@dataclass(frozen=True)
class RichTextBlock:
    """A paragraph (`level` 0) or a list entry (`level` from 1). `tag` is the tag of the list."""

    html: str
    level: int = 0
    tag: str = ""


@dataclass
class RichTextBuilder:
    """A builder that turns paragraphs of a note into HTML."""

    blocks: list[RichTextBlock] = field(default_factory=list)
    open_lists: list[tuple[int, str]] = field(default_factory=list)
    """Indentation and bullet of each open list, from the outermost."""
    last_number: int = 0
    """The last number of the open numbered list, or 0."""

    def __bool__(self) -> bool:
        return bool(self.blocks)

    @property
    def announces_list(self) -> bool:
        """True if a list may follow: the last block is a list entry or ends with a colon."""
        return bool(self.blocks) and (self.blocks[-1].level > 0 or self.blocks[-1].html.endswith(":"))

    def add(self, paragraph: Paragraph) -> None:
        if paragraph.bullet:
            self.add_list_item(paragraph, paragraph.runs, paragraph.bullet, "ul")
        elif self.continues_numbering(paragraph):
            self.last_number += 1
            text = LEADING_NUMBER.sub("", paragraph.text, count=1)
            self.add_list_item(paragraph, parse_markup(text), NUMBER_BULLET, "ol")
        else:
            self.open_lists.clear()
            self.last_number = 0
            self.blocks.append(RichTextBlock(render_runs(paragraph.runs)))

    def continues_numbering(self, paragraph: Paragraph) -> bool:
        """Return True if the paragraph has the next number of a list that has begun or that a colon announced.

        Letters are not list numbers: they stay in the text as printed.
        """
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
        """Open or close lists for an entry with this indentation and bullet, and return its level.

        Lists are nested by indentation or, if the indentation is the same, by a different bullet. (A bulleted and a
        numbered list that are separated by an empty line are two lists.)
        """
        while self.open_lists and indent < self.open_lists[-1][0]:
            self.open_lists.pop()
        if not self.open_lists or indent > self.open_lists[-1][0]:
            self.open_lists.append((indent, bullet))
        elif bullet != self.open_lists[-1][1]:
            if (indent, bullet) in self.open_lists:
                del self.open_lists[self.open_lists.index((indent, bullet)) + 1 :]
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
    """Return the entries as one list, or several if their tags differ.

    The first entry has this level, and none has a lower one.
    """
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

"""Parse rich text (the closed set of HTML in `meetings.fields.richtext`) into paragraphs, each with its place in lists.

Notes, exported files and comparisons are built from these paragraphs.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import NamedTuple

INLINE_TAGS = ("strong", "em", "sub", "sup", "a")
LIST_TAGS = ("ul", "ol")
LINE_BREAK = "\n"
WHITE_SPACE = re.compile(r"[ \t\r\n\f]+")


class InlineElement(NamedTuple):
    """Bold, a link or the like. `number` tells it apart from others in the same text."""

    tag: str
    attributes: Mapping[str, str | None]
    number: int


class TextPiece(NamedTuple):
    """Text, or a `LINE_BREAK`, with the elements around it, the innermost last."""

    text: str
    elements: tuple[InlineElement, ...]

    @property
    def tags(self) -> set[str]:
        return {element.tag for element in self.elements}


@dataclass(frozen=True)
class ListPlace:
    """A list around a paragraph, and the entry: `index` is its position, `entry` a number that tells it apart."""

    tag: str
    start: str
    number: int
    index: int = -1
    entry: int = 0

    @property
    def first_number(self) -> int:
        """The number of the first entry, or 0 for bullets. Texts of earlier versions may begin with any words."""
        if self.tag == "ul":
            return 0
        return int(self.start) if self.start.isdecimal() and len(self.start) < 6 else 1


@dataclass
class RichTextParagraph:
    """A paragraph, heading or part of a list entry.

    `lists` are the lists around it, the innermost last. `heading` is h3, h4 or empty. `quotation` is the number of the
    quotation around it, or 0; it is 0 within a list. `opened` are the tags of blocks that begin with this paragraph.
    """

    lists: tuple[ListPlace, ...]
    heading: str
    quotation: int
    opened: tuple[str, ...]
    pieces: list[TextPiece] = field(default_factory=list)


class RichTextParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs: list[RichTextParagraph] = []
        self.current: RichTextParagraph | None = None
        self.elements: list[InlineElement] = []
        self.lists: list[ListPlace] = []
        self.quotations: list[int] = []
        self.heading = ""
        self.opened: list[str] = []
        self.count = 0
        """The number of elements so far."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count += 1
        if tag in INLINE_TAGS:
            self.elements.append(InlineElement(tag, dict(attrs), self.count))
        elif tag == "br":
            self.add_text(LINE_BREAK)
        else:
            self.current = None
            self.opened.append(tag)
            if tag in LIST_TAGS:
                self.lists.append(ListPlace(tag, dict(attrs).get("start") or "", self.count))
            elif tag == "li" and self.lists:
                place = self.lists[-1]
                self.lists[-1] = replace(place, index=place.index + 1, entry=self.count)
            elif tag == "blockquote":
                self.quotations.append(0 if self.lists else self.count)
            elif tag in ("h3", "h4"):
                self.heading = tag

    def handle_endtag(self, tag: str) -> None:
        if tag in INLINE_TAGS:
            last = max((at for at, element in enumerate(self.elements) if element.tag == tag), default=None)
            if last is not None:
                del self.elements[last]
            return
        self.current = None
        if tag in LIST_TAGS and self.lists:
            self.lists.pop()
        elif tag == "blockquote" and self.quotations:
            self.quotations.pop()
        elif tag == self.heading:
            self.heading = ""

    def handle_data(self, data: str) -> None:
        self.add_text(WHITE_SPACE.sub(" ", data))

    def add_text(self, text: str) -> None:
        if self.current is None:
            if not text.strip(" "):
                return
            quotation = self.quotations[0] if self.quotations else 0
            self.current = RichTextParagraph(tuple(self.lists), self.heading, quotation, tuple(self.opened))
            self.paragraphs.append(self.current)
            self.opened.clear()
        self.current.pieces.append(TextPiece(text, tuple(self.elements)))


def parse_rich_text(html: str) -> list[RichTextParagraph]:
    """Return the paragraphs in their order. There may be spaces at their ends, and some may only have line breaks."""
    parser = RichTextParser()
    parser.feed(html)
    parser.close()
    return parser.paragraphs

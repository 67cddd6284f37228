"""Parse rich text (the closed set of HTML in `meetings.fields.richtext`) into blocks."""

import re
from html.parser import HTMLParser

from msgspec.structs import replace

from agenda.export.blocks import Blocks, Heading, ListBlock, Paragraph, QuoteBlock, TextRun, walk_runs
from agenda.notes.inline_markup import is_link_target

HEADING_LEVELS = {"h3": 3, "h4": 4}
# Lists that are nested more deeply are shown at this depth: the libraries that write files would not cope otherwise.
MAX_LIST_DEPTH = 5
INLINE_TAGS = ("strong", "em", "sub", "sup")
WHITE_SPACE = re.compile(r"[ \t\r\n\f]+")


class RichTextParser(HTMLParser):
    """A parser of rich text.

    `parent_level` is the level of the heading above the text, or 0 if the text must not contain headings.
    """

    def __init__(self, language: str, parent_level: int) -> None:
        super().__init__(convert_charrefs=True)
        self.language, self.parent_level = language, parent_level
        self.blocks: Blocks = []
        self.open_blocks: list[Blocks] = [self.blocks]
        self.lists: list[ListBlock] = []
        self.open_lists: list[ListBlock] = []
        self.open_inline = dict.fromkeys(INLINE_TAGS, 0)
        self.href = ""
        self.runs: list[TextRun] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag in self.open_inline:
            self.open_inline[tag] += 1
        elif tag == "a":
            href = attributes.get("href") or ""
            self.href = href if is_link_target(href) and href != "#" else ""
        elif tag == "br":
            self.add_text("\n")
        else:
            self.runs = None
            self.open_block(tag, attributes.get("start") or "")

    def open_block(self, tag: str, start: str) -> None:
        if tag in ("ul", "ol"):
            first = (int(start) if start.isdecimal() and len(start) < 6 else 1) if tag == "ol" else 0
            self.open_lists.append(ListBlock(first))
            if len(self.open_lists) <= MAX_LIST_DEPTH:
                self.open_blocks[-1].append(self.open_lists[-1])
                self.lists.append(self.open_lists[-1])
            else:
                self.open_lists[-1] = self.open_lists[-2]
        elif tag == "li" and self.open_lists:
            self.open_blocks.append([])
            self.open_lists[-1].entries.append(self.open_blocks[-1])
        elif tag == "blockquote" and len(self.open_blocks) == 1:
            quote = QuoteBlock()
            self.open_blocks[-1].append(quote)
            self.open_blocks.append(quote.blocks)
        elif tag in ("li", "blockquote"):
            self.open_blocks.append(self.open_blocks[-1])
        elif tag in HEADING_LEVELS:
            self.open_heading(HEADING_LEVELS[tag])

    def open_heading(self, level: int) -> None:
        """Start a heading. Within a list, a quotation or a table cell it becomes bold text, since it is not a part of
        the note.
        """
        self.runs = []
        if self.parent_level and len(self.open_blocks) == 1:
            self.open_blocks[-1].append(Heading(self.parent_level + level - 2, self.runs))
        else:
            self.open_inline["strong"] += 1
            self.open_blocks[-1].append(Paragraph(self.runs))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open_inline:
            self.open_inline[tag] = max(0, self.open_inline[tag] - 1)
        elif tag == "a":
            self.href = ""
        elif tag in HEADING_LEVELS and not (self.parent_level and len(self.open_blocks) == 1):
            self.open_inline["strong"] = max(0, self.open_inline["strong"] - 1)
        elif tag in ("ul", "ol") and self.open_lists:
            self.open_lists.pop()
        elif tag in ("li", "blockquote") and len(self.open_blocks) > 1:
            self.open_blocks.pop()
        if tag not in (*self.open_inline, "a", "br"):
            self.runs = None

    def handle_data(self, data: str) -> None:
        self.add_text(WHITE_SPACE.sub(" ", data))

    def add_text(self, text: str) -> None:
        if self.runs is None:
            if not text.strip():
                return
            self.runs = []
            self.open_blocks[-1].append(Paragraph(self.runs))
        style = {tag: count > 0 for tag, count in self.open_inline.items()}
        self.runs.append(replace(TextRun(text, self.language, self.href), **style))


def parse_rich_text(html: str, *, language: str = "", parent_level: int = 0) -> Blocks:
    parser = RichTextParser(language, parent_level)
    parser.feed(html)
    parser.close()
    for block in parser.lists:
        block.entries = list(filter(None, block.entries))
    for runs in walk_runs(parser.blocks):
        runs[:] = trim_runs(runs)
    return parser.blocks


def trim_runs(runs: list[TextRun]) -> list[TextRun]:
    """Return the runs without white space at the ends of the paragraph and without double spaces."""
    kept: list[TextRun] = []
    for run in runs:
        spaced = not kept or kept[-1].text.endswith((" ", "\n"))
        text = run.text.lstrip(" ") if spaced else run.text
        if text == "\n" and kept:
            kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip(" "))
        if text:
            kept.append(replace(run, text=text))
    while kept and not kept[-1].text.rstrip():
        kept.pop()
    if kept:
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip())
    return kept

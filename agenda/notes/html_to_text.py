"""Convert rich text to the text of a note: paragraphs and lists as lines, bold and links as inline markup."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from agenda.notes.inline_markup import Anchor, TextRun, get_anchors, is_link_target, merge_runs, write_markup
from agenda.notes.line_reader import BULLET
from agenda.notes.paragraphs import LEADING_NUMBER

BLOCKS = frozenset({"p", "h3", "h4", "blockquote", "li", "ul", "ol"})
LISTS = frozenset({"ul", "ol"})
INDENT_STEP = "  "


@dataclass
class HtmlBlock:
    """A paragraph, in a list entry if `level` is above 0. `marker` is the list marker of an entry's first paragraph."""

    level: int = 0
    marker: str = ""
    runs: list[TextRun] = field(default_factory=list)

    @property
    def line(self) -> str:
        text = write_markup(self.runs)
        if self.level == 0:
            return escape_list_marker(text)
        return INDENT_STEP * (self.level - 1) + (f"{self.marker} {text}" if self.marker else f"{INDENT_STEP}{text}")


class HtmlBlockParser(HTMLParser):
    """A parser that collects the blocks of rich text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[HtmlBlock] = []
        self.lists: list[list[int]] = []
        """The number of the next entry of each open list; 0 in a list without numbers."""
        self.strong = 0
        self.href: str | None = None
        self.links = 0
        self.current: HtmlBlock | None = None
        self.marker = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.current = None
        if tag in LISTS:
            start = dict(attrs).get("start") or ""
            self.lists.append([int(start) if start.isdecimal() else 1] if tag == "ol" else [0])
        elif tag == "li" and self.lists:
            number = self.lists[-1][0]
            self.marker = f"{number}." if number else "-"
            self.lists[-1][0] += bool(number)
        elif tag == "strong":
            self.strong += 1
        elif tag == "a":
            href = dict(attrs).get("href") or ""
            self.href, self.links = href if is_link_target(href) else "", self.links + 1
        elif tag == "br":
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.current = None
        if tag in LISTS and self.lists:
            self.lists.pop()
        elif tag == "strong":
            self.strong = max(0, self.strong - 1)
        elif tag == "a":
            self.href = None

    def handle_data(self, data: str) -> None:
        if self.current is None:
            if not data.strip(" \t\r\n\f"):
                return
            self.current = HtmlBlock(len(self.lists), self.marker)
            self.marker = ""
            self.blocks.append(self.current)
        text = re.sub(r"[ \t\r\n\f]+", " ", data)
        link = self.links if self.href is not None else 0
        self.current.runs.append(TextRun(text, self.strong > 0, self.href, link))


def parse_html_blocks(html: str) -> list[HtmlBlock]:
    parser = HtmlBlockParser()
    parser.feed(html)
    parser.close()
    for block in parser.blocks:
        block.runs = trim_runs(merge_runs(block.runs))
    return [block for block in parser.blocks if block.runs]


def trim_runs(runs: Sequence[TextRun]) -> list[TextRun]:
    """Return the runs without white space at their ends, and with single spaces between them."""
    kept: list[TextRun] = []
    spaced = True
    for run in runs:
        text = run.text.lstrip(" ") if spaced else run.text
        spaced = text.endswith(" ") if text else spaced
        kept.append(replace(run, text=text))
    while kept and not kept[-1].text.rstrip(" "):
        kept.pop()
    if kept:
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip(" "))
    return merge_runs(kept)


def convert_html_to_lines(html: str) -> list[str]:
    """Return the text in blocks of lines. A paragraph is a block, and so is a whole list."""
    blocks: list[str] = []
    in_list = False
    for block in parse_html_blocks(html):
        if block.level and in_list:
            blocks[-1] += f"\n{block.line}"
        else:
            blocks.append(block.line)
        in_list = block.level > 0
    return blocks


def find_html_anchors(*texts: str) -> set[Anchor]:
    return {anchor for html in texts for block in parse_html_blocks(html) for anchor in get_anchors(block.runs)}


def is_in_text(part: str, text: str) -> bool:
    """Return True if the text contains the words of the part, as whole words with any white space between them."""
    pattern = r"\s*".join(re.escape(word) for word in part.split())
    return bool(pattern) and re.search(rf"(?<!\w){pattern}(?!\w)", text) is not None


def escape_list_marker(text: str) -> str:
    """Return the paragraph so that its beginning is not parsed as a bullet or a list number."""
    if number := LEADING_NUMBER.match(text):
        end = number.end() - len(number[0]) + len(number[0].rstrip()) - 1
        return f"{text[:end]}\\{text[end:]}"
    return f"\\{text}" if BULLET.match(text) and text[0].isascii() else text

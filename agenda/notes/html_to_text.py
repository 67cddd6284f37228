"""Convert rich text to the text of a note: paragraphs and lists as lines, bold and links as inline markup."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agenda.notes.inline_markup import Anchor, TextRun, get_anchors, is_link_target, merge_runs, write_markup
from agenda.notes.line_reader import BULLET
from agenda.notes.paragraphs import LEADING_NUMBER
from agenda.notes.rich_text_parser import LINE_BREAK, ListPlace, TextPiece, parse_rich_text

INDENT_STEP = "  "


@dataclass
class HtmlBlock:
    """A paragraph, in a list entry if `level` is above 0. `marker` is the list marker of an entry's first paragraph."""

    level: int
    marker: str
    runs: list[TextRun]

    @property
    def line(self) -> str:
        text = write_markup(self.runs)
        if self.level == 0:
            return escape_list_marker(text)
        return INDENT_STEP * (self.level - 1) + (f"{self.marker} {text}" if self.marker else f"{INDENT_STEP}{text}")


def parse_html_blocks(html: str) -> list[HtmlBlock]:
    blocks = []
    is_first = False
    for paragraph in parse_rich_text(html):
        is_first |= "li" in paragraph.opened
        if runs := trim_runs(merge_runs(map(build_run, paragraph.pieces))):
            marker = format_list_marker(paragraph.lists[-1]) if is_first and paragraph.lists else ""
            blocks.append(HtmlBlock(len(paragraph.lists), marker, runs))
            is_first = False
    return blocks


def format_list_marker(place: ListPlace) -> str:
    return f"{place.first_number + place.index}." if place.first_number else "-"


def build_run(piece: TextPiece) -> TextRun:
    text, strong = " " if piece.text == LINE_BREAK else piece.text, "strong" in piece.tags
    link = next((element for element in piece.elements if element.tag == "a"), None)
    if link is None:
        return TextRun(text, strong)
    href = link.attributes.get("href") or ""
    return TextRun(text, strong, href if is_link_target(href) else "", link.number)


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

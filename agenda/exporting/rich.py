"""Rich text (the closed set of HTML in `meetings.richtext`) as blocks."""

import re
from html.parser import HTMLParser

from msgspec.structs import replace

from agenda.exporting.blocks import Block, Blocks, Heading, Listing, Paragraph, Quote, Run
from agenda.notes.marks import is_address

WRITTEN = {"h3": 3, "h4": 4}
DEEPEST = 5  # lists within lists; what is deeper stands at this depth, since writers of files know no end otherwise
INLINE = ("strong", "em", "sub", "sup")
SPACE = re.compile(r"[ \t\r\n\f]+")


class RichReader(HTMLParser):
    """`above` is the level of the heading that the text stands under; 0 where it may have no headings."""

    def __init__(self, language: str, above: int) -> None:
        super().__init__(convert_charrefs=True)
        self.language, self.above = language, above
        self.blocks: Blocks = []
        self.within: list[Blocks] = [self.blocks]
        self.lists: list[Listing] = []
        self.inline = dict.fromkeys(INLINE, 0)
        self.href = ""
        self.runs: list[Run] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in self.inline:
            self.inline[tag] += 1
        elif tag == "a":
            href = given.get("href") or ""
            self.href = href if is_address(href) and href != "#" else ""
        elif tag == "br":
            self.say("\n")
        else:
            self.runs = None
            self.begin(tag, given.get("start") or "")

    def begin(self, tag: str, start: str) -> None:
        if tag in ("ul", "ol"):
            first = (int(start) if start.isdecimal() and len(start) < 6 else 1) if tag == "ol" else 0
            self.lists.append(Listing(first))
            if len(self.lists) <= DEEPEST:
                self.within[-1].append(self.lists[-1])
            else:
                self.lists[-1] = self.lists[-2]
        elif tag == "li" and self.lists:
            self.within.append([])
            self.lists[-1].entries.append(self.within[-1])
        elif tag == "blockquote" and len(self.within) == 1:
            quote = Quote()
            self.within[-1].append(quote)
            self.within.append(quote.blocks)
        elif tag in ("li", "blockquote"):
            self.within.append(self.within[-1])
        elif tag in WRITTEN:
            self.begin_heading(WRITTEN[tag])

    def begin_heading(self, written: int) -> None:
        """Within a list, a quotation or a cell, bold words: nobody looks for a part of the note there."""
        self.runs = []
        if self.above and len(self.within) == 1:
            self.within[-1].append(Heading(self.above + written - 2, self.runs))
        else:
            self.inline["strong"] += 1
            self.within[-1].append(Paragraph(self.runs))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inline:
            self.inline[tag] = max(0, self.inline[tag] - 1)
        elif tag == "a":
            self.href = ""
        elif tag in WRITTEN and not (self.above and len(self.within) == 1):
            self.inline["strong"] = max(0, self.inline["strong"] - 1)
        elif tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        elif tag in ("li", "blockquote") and len(self.within) > 1:
            self.within.pop()
        if tag not in (*self.inline, "a", "br"):
            self.runs = None

    def handle_data(self, data: str) -> None:
        self.say(SPACE.sub(" ", data))

    def say(self, text: str) -> None:
        if self.runs is None:
            if not text.strip():
                return
            self.runs = []
            self.within[-1].append(Paragraph(self.runs))
        kinds = {kind: open_ > 0 for kind, open_ in self.inline.items()}
        self.runs.append(replace(Run(text, self.language, self.href), **kinds))


def rich_blocks(html: str, *, language: str = "", above: int = 0) -> Blocks:
    reader = RichReader(language, above)
    reader.feed(html)
    reader.close()
    return [trimmed(block) for block in reader.blocks]


def trimmed(block: Block) -> Block:
    """Without white space at the ends of paragraphs, and no two spaces in a row."""
    match block:
        case Heading() | Paragraph():
            return replace(block, runs=trimmed_runs(block.runs))
        case Listing():
            return replace(block, entries=[[trimmed(each) for each in entry] for entry in block.entries if entry])
        case Quote():
            return replace(block, blocks=[trimmed(each) for each in block.blocks])
    return block


def trimmed_runs(runs: list[Run]) -> list[Run]:
    kept: list[Run] = []
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

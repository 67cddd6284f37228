"""A note as a Word document: real headings, lists and links, the same bytes of the same note.

Paragraphs are put together element by element: the library's own ways look each style up anew, which takes seconds.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from msgspec.structs import replace

from agenda.exporting.blocks import (
    Blocks,
    Fact,
    Facts,
    Heading,
    Listing,
    Note,
    Paragraph,
    Quote,
    Run,
    Style,
    Timetable,
    printable,
)
from agenda.exporting.word_parts import begin_numbers, bytes_of, empty_document
from agenda.exporting.word_parts import element as w

STYLES = {Style.PLAIN: "", Style.NOTE: "Small", Style.NOTICE: "Notice"}
BREAKS = {"\n": "w:br", "\t": "w:tab"}
DEEPEST_LIST = 3  # of Word's own styles
WHEN, WHAT = "1985", "7200"  # twentieths of a point

Elements = Iterator[Any]


def word_of(note: Note, at: dt.datetime) -> bytes:
    """`at` is the date that the file says it is of."""
    writer = WordWriter(note, at)
    return bytes_of(writer.document)


class WordWriter:
    def __init__(self, note: Note, at: dt.datetime) -> None:
        self.document = empty_document(note, at)
        self.places = 0
        self.badge = Run(note.badge, strong=True)
        self.page_ends(note)
        end = self.document.element.body.sectPr
        end.addprevious(self.paragraph([Run(note.author, strong=True)], "Small"))
        for each in self.blocks(note.blocks):
            end.addprevious(each)

    def page_ends(self, note: Note) -> None:
        section = self.document.sections[0]
        if note.mark:
            head = section.header.paragraphs[0]._element
            head.extend(self.runs(replace(run, strong=True) for run in note.mark))
        foot = section.footer.paragraphs[0]._element
        numbers = (field("PAGE"), run_element(Run("/")), field("NUMPAGES"))
        foot.extend([*self.runs([*note.short, Run("\t")]), *numbers])

    def blocks(self, blocks: Blocks, depth: int = 0, around: str = "") -> Elements:
        """`depth` is how many lists are around them, `around` the style of what else is."""
        for block in blocks:
            match block:
                case Heading():
                    yield self.paragraph(block.runs, f"Heading{block.level}")
                case Paragraph(style=Style.KICKER):
                    yield self.paragraph([self.badge, Run("\u2002"), *block.runs], "Kicker")
                case Paragraph():
                    yield self.paragraph(block.runs, STYLES[block.style] or around)
                case Listing():
                    yield from self.listing(block, depth + 1)
                case Quote():
                    yield from self.blocks(block.blocks, depth, "Quote")
                case Facts():
                    for fact in block.facts:
                        yield from self.fact(fact)
                case Timetable():
                    yield self.timetable(block)

    def paragraph(self, runs: Iterable[Run], style: str, *properties: Any) -> Any:
        """`style` by its id; empty for Word's own."""
        named = [w("w:pStyle", val=style)] if style else []
        return w("w:p", w("w:pPr", *named, *properties), *self.runs(runs))

    def listing(self, listing: Listing, depth: int) -> Elements:
        suffix = str(min(depth, DEEPEST_LIST)) if depth > 1 else ""
        style = f"List{'Number' if listing.start else 'Bullet'}{suffix}"
        numbers = [begin_numbers(self.document, style, listing.start)] if listing.start else []
        for entry in listing.entries:
            for place, block in enumerate(entry):
                if isinstance(block, Paragraph) and not place:
                    given = [w("w:numPr", w("w:ilvl", val="0"), w("w:numId", val=key)) for key in numbers]
                    yield self.paragraph(block.runs, style, *given)
                else:
                    yield from self.blocks([block], depth, f"ListContinue{suffix}")

    def fact(self, fact: Fact) -> Elements:
        """The name, and behind a tab the lines that are told of it."""
        lines = [block.runs for block in fact.told if isinstance(block, Paragraph)]
        told = [run for place, line in enumerate(lines) for run in ([Run("\n")] if place else []) + line]
        name = [replace(run, quiet=True) for run in fact.name]
        shown = self.paragraph([*name, Run("\t"), *told], "Fact")
        if fact.place:
            self.places += 1
            shown.insert(1, w("w:bookmarkStart", id=str(self.places), name=fact.place))
            shown.append(w("w:bookmarkEnd", id=str(self.places)))
        yield shown
        yield from self.blocks([block for block in fact.told if not isinstance(block, Paragraph)])

    def timetable(self, timetable: Timetable) -> Any:
        widths = [w("w:gridCol", w=width) for width in (WHEN, WHAT)]
        head = [[self.paragraph([replace(run, quiet=True) for run in runs], "")] for runs in timetable.head]
        rows = [table_row(head, w("w:tblHeader"))]
        for row in timetable.rows:
            when = self.paragraph([replace(run, strong=True) for run in row.name], "")
            rows.append(table_row([[when], self.blocks(row.told)]))
        properties = w("w:tblPr", w("w:tblStyle", val="Timetable"), w("w:tblLayout", type="fixed"))
        return w("w:tbl", properties, w("w:tblGrid", *widths), *rows)

    def runs(self, runs: Iterable[Run]) -> Elements:
        for run in runs:
            shown = run_element(run)
            if run.href:
                link = w("w:hyperlink", shown)
                link.set(qn("r:id"), self.relation_to(printable(run.href)))
                yield link
            elif run.place:
                yield w("w:hyperlink", shown, anchor=run.place)
            else:
                yield shown

    def relation_to(self, href: str) -> str:
        return self.document.part.relate_to(href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)


def table_row(cells: Iterable[Iterable[Any]], *properties: Any) -> Any:
    told = zip((WHEN, WHAT), cells, strict=True)
    shown = [w("w:tc", w("w:tcPr", w("w:tcW", w=width, type="dxa")), *within) for width, within in told]
    return w("w:tr", w("w:trPr", *properties), *shown)


def run_element(run: Run) -> Any:
    """Properties in the order that the format asks for."""
    style = "Hyperlink" if run.href else "Quiet" if run.quiet else ""
    raised = "subscript" if run.sub else "superscript" if run.sup else ""
    properties = [
        w("w:rStyle", val=style) if style else None,
        w("w:b") if run.strong else None,
        w("w:i") if run.em else None,
        w("w:vertAlign", val=raised) if raised else None,
        w("w:lang", val=run.language) if run.language else None,
    ]
    made = w("w:r", w("w:rPr", *(each for each in properties if each is not None)))
    for piece in re.split("([\n\t])", printable(run.text)):
        if piece in BREAKS:
            made.append(w(BREAKS[piece]))
        elif piece:
            text = w("w:t")
            text.text = piece
            text.set(qn("xml:space"), "preserve")
            made.append(text)
    return made


def field(name: str) -> Any:
    """The page's number (PAGE), or how many there are (NUMPAGES)."""
    return w("w:fldSimple", run_element(Run("1")), instr=name)

"""Write a note as a Word document with real headings, lists and links, and with the same bytes each time.

Paragraphs are built from XML elements: python-docx's own methods look each style up again, which takes seconds.
"""

import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import Cm, Length
from msgspec.structs import replace

from agenda.export.blocks import (
    Blocks,
    DefinitionList,
    Heading,
    LabelledContent,
    ListBlock,
    Paragraph,
    ParagraphStyle,
    PictureBlock,
    PrintableNote,
    QuoteBlock,
    TextRun,
    Timetable,
    remove_control_characters,
)
from agenda.export.word_xml import build_element as w
from agenda.export.word_xml import create_document, restart_numbering, save_as_bytes

PARAGRAPH_STYLES = {
    ParagraphStyle.PLAIN: "",
    ParagraphStyle.KICKER: "Kicker",
    ParagraphStyle.SMALL: "Small",
    ParagraphStyle.NOTICE: "Notice",
}
BREAK_ELEMENTS = {"\n": "w:br", "\t": "w:tab"}
MAX_PICTURE_WIDTH, MAX_PICTURE_HEIGHT = Cm(15.5), Cm(20)
FULL_WIDTH_PIXELS = 960  # a narrower picture is not enlarged to the width of the page
MAX_LIST_STYLE_DEPTH = 3  # of Word's own styles
TIME_COLUMN_WIDTH, CONTENT_COLUMN_WIDTH = "1985", "7200"  # twentieths of a point

Elements = Iterator[Any]


def build_word_file(note: PrintableNote, at: dt.datetime) -> bytes:
    """Return the Word file. `at` becomes its creation date."""
    return save_as_bytes(WordDocumentBuilder(note, at).document)


class WordDocumentBuilder:
    def __init__(self, note: PrintableNote, at: dt.datetime) -> None:
        self.document = create_document(note, at)
        self.bookmark_count, self.files = 0, note.files
        self.badge = TextRun(note.badge, strong=True)
        self.write_header_and_footer(note)
        end = self.document.element.body.sectPr
        end.addprevious(self.build_paragraph(note.attribution, "Small"))
        for each in self.build_blocks(note.blocks):
            end.addprevious(each)

    def write_header_and_footer(self, note: PrintableNote) -> None:
        section = self.document.sections[0]
        if note.status_label:
            head = section.header.paragraphs[0]._element
            head.extend(self.build_runs(replace(run, strong=True) for run in note.status_label))
        foot = section.footer.paragraphs[0]._element
        numbers = (build_field("PAGE"), build_run_element(TextRun("/")), build_field("NUMPAGES"))
        foot.extend([*self.build_runs([*note.footer, TextRun("\t")]), *numbers])

    def build_blocks(self, blocks: Blocks, depth: int = 0, style: str = "") -> Elements:
        """Yield the elements of the blocks.

        `depth` is the number of lists around them, `style` that of paragraphs without a style of their own.
        """
        for block in blocks:
            match block:
                case Heading():
                    yield self.build_paragraph(block.runs, f"Heading{block.level}")
                case Paragraph():
                    badge = [self.badge, TextRun("\u2002")] if block.style == ParagraphStyle.KICKER else []
                    yield self.build_paragraph([*badge, *block.runs], PARAGRAPH_STYLES[block.style] or style)
                case ListBlock():
                    yield from self.build_list(block, depth + 1)
                case QuoteBlock():
                    yield from self.build_blocks(block.blocks, depth, "Quote")
                case DefinitionList():
                    for entry in block.entries:
                        yield from self.build_labelled_content(entry)
                case Timetable():
                    yield self.build_timetable(block)
                case PictureBlock():
                    yield self.build_picture(block, style)

    def build_paragraph(self, runs: Iterable[TextRun], style: str, *properties: Any) -> Any:
        """Return a paragraph. `style` is the id of its style; empty for Word's default."""
        named = [w("w:pStyle", val=style)] if style else []
        return w("w:p", w("w:pPr", *named, *properties), *self.build_runs(runs))

    def build_list(self, block: ListBlock, depth: int) -> Elements:
        suffix = str(min(depth, MAX_LIST_STYLE_DEPTH)) if depth > 1 else ""
        style = f"List{'Number' if block.start else 'Bullet'}{suffix}"
        numbering_ids = [restart_numbering(self.document, style, block.start)] if block.start else []
        for entry in block.entries:
            for index, child in enumerate(entry):
                if isinstance(child, Paragraph) and not index:
                    numbering = [w("w:numPr", w("w:ilvl", val="0"), w("w:numId", val=key)) for key in numbering_ids]
                    yield self.build_paragraph(child.runs, style, *numbering)
                else:
                    yield from self.build_blocks([child], depth, f"ListContinue{suffix}")

    def build_labelled_content(self, entry: LabelledContent) -> Elements:
        """Yield a paragraph with the label, a tab and the content, then the blocks that are not paragraphs."""
        lines = [block.runs for block in entry.content if isinstance(block, Paragraph)]
        content = [run for index, line in enumerate(lines) for run in ([TextRun("\n")] if index else []) + line]
        label = [replace(run, quiet=True) for run in entry.label]
        paragraph = self.build_paragraph([*label, TextRun("\t"), *content], "Fact")
        if entry.anchor:
            self.bookmark_count += 1
            paragraph.insert(1, w("w:bookmarkStart", id=str(self.bookmark_count), name=entry.anchor))
            paragraph.append(w("w:bookmarkEnd", id=str(self.bookmark_count)))
        yield paragraph
        yield from self.build_blocks([block for block in entry.content if not isinstance(block, Paragraph)])

    def build_timetable(self, timetable: Timetable) -> Any:
        widths = [w("w:gridCol", w=width) for width in (TIME_COLUMN_WIDTH, CONTENT_COLUMN_WIDTH)]
        head = [[self.build_paragraph([replace(run, quiet=True) for run in runs], "")] for runs in timetable.head]
        rows = [build_table_row(head, w("w:tblHeader"))]
        for row in timetable.rows:
            time = self.build_paragraph([replace(run, strong=True) for run in row.label], "")
            rows.append(build_table_row([[time], self.build_blocks(row.content)]))
        properties = w("w:tblPr", w("w:tblStyle", val="Timetable"), w("w:tblLayout", type="fixed"))
        return w("w:tbl", properties, w("w:tblGrid", *widths), *rows)

    def build_picture(self, block: PictureBlock, style: str) -> Any:
        """Return a paragraph with the picture, as large as the page allows."""
        width = min(MAX_PICTURE_WIDTH, MAX_PICTURE_HEIGHT * block.width // block.height)
        width = Length(min(width, MAX_PICTURE_WIDTH * block.width // FULL_WIDTH_PIXELS))
        inline: Any = self.document.part.new_pic_inline(io.BytesIO(self.files[block.file]), width=width)
        for properties in (inline.docPr, inline.graphic.graphicData.pic.nvPicPr.cNvPr):
            properties.set("descr", remove_control_characters(block.alt))
            properties.set("name", block.file)
        paragraph = self.build_paragraph([], style)
        run = w("w:r", w("w:rPr", w("w:lang", val=block.language)) if block.language else w("w:rPr"))
        drawing = w("w:drawing")
        drawing.append(inline)
        run.append(drawing)
        paragraph.append(run)
        return paragraph

    def build_runs(self, runs: Iterable[TextRun]) -> Elements:
        for run in runs:
            element = build_run_element(run)
            if run.href:
                link = w("w:hyperlink", element)
                link.set(qn("r:id"), self.add_hyperlink_relation(remove_control_characters(run.href)))
                yield link
            elif run.anchor:
                yield w("w:hyperlink", element, anchor=run.anchor)
            else:
                yield element

    def add_hyperlink_relation(self, href: str) -> str:
        return self.document.part.relate_to(href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)


def build_table_row(cells: Iterable[Iterable[Any]], *properties: Any) -> Any:
    widths_and_cells = zip((TIME_COLUMN_WIDTH, CONTENT_COLUMN_WIDTH), cells, strict=True)
    elements = [w("w:tc", w("w:tcPr", w("w:tcW", w=width, type="dxa")), *cell) for width, cell in widths_and_cells]
    return w("w:tr", w("w:trPr", *properties), *elements)


def build_run_element(run: TextRun) -> Any:
    """Return a run; its properties are in the order that the file format requires."""
    style = "Hyperlink" if run.href else "Quiet" if run.quiet else ""
    vertical_align = "subscript" if run.sub else "superscript" if run.sup else ""
    properties = [
        w("w:rStyle", val=style) if style else None,
        w("w:b") if run.strong else None,
        w("w:i") if run.em else None,
        w("w:vertAlign", val=vertical_align) if vertical_align else None,
        w("w:lang", val=run.language) if run.language else None,
    ]
    element = w("w:r", w("w:rPr", *(each for each in properties if each is not None)))
    for piece in re.split("([\n\t])", remove_control_characters(run.text)):
        if piece in BREAK_ELEMENTS:
            element.append(w(BREAK_ELEMENTS[piece]))
        elif piece:
            text = w("w:t")
            text.text = piece
            text.set(qn("xml:space"), "preserve")
            element.append(text)
    return element


def build_field(name: str) -> Any:
    """Return a field, such as the page number (PAGE) or the number of pages (NUMPAGES)."""
    return w("w:fldSimple", build_run_element(TextRun("1")), instr=name)

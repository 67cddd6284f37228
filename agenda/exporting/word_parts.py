"""What python-docx has no words for: links, fields, lists that begin anew, languages, and a file without its template's
traces."""

import datetime as dt
import io
import zipfile
from typing import Any

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from agenda.exporting.blocks import Note, printable

INK, SOFT, ACCENT = RGBColor(0x13, 0x19, 0x22), RGBColor(0x51, 0x59, 0x63), RGBColor(0x23, 0x37, 0x83)
SIZES = {1: 22, 2: 15, 3: 12.5, 4: 11, 5: 11, 6: 11}
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first that a ZIP file can tell
TRACES = ("thumbnail", "customXml", "stylesWithEffects", "extended-properties")


def element(tag: str, /, *within: Any, **attributes: str) -> Any:
    made = OxmlElement(tag)
    made.extend(within)
    for attribute, value in attributes.items():
        made.set(qn(f"w:{attribute}"), value)
    return made


def empty_document(note: Note, at: dt.datetime) -> Document:
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    section.top_margin, section.bottom_margin = Cm(2.3), Cm(2.2)
    about = document.core_properties
    about.title, about.author, about.language = printable(note.title), printable(note.author), note.language
    about.comments = about.last_modified_by = ""
    about.created = about.modified = at.astimezone(dt.UTC).replace(microsecond=0, tzinfo=None)
    without_traces(document)
    set_styles(document, note.language)
    return document


def without_traces(document: Document) -> None:
    for part in (document.part.package, document.part):
        for key, relation in list(part.rels.items()):
            if any(trace in relation.reltype for trace in TRACES):
                del part.rels[key]
    styles = document.styles.element
    for style in styles.findall(f"{qn('w:style')}[@{qn('w:type')}='table']"):
        if style.name_val != "Normal Table":
            styles.remove(style)
    language = document.settings.element.find(qn("w:themeFontLang"))
    if language is not None:
        document.settings.element.remove(language)


def set_styles(document: Document, language: str) -> None:
    styles = document.styles
    default = styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}/{qn('w:lang')}")
    default.attrib.clear()
    default.set(qn("w:val"), language)
    normal = styles["Normal"]
    normal.font.size, normal.font.color.rgb = Pt(10.5), INK
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(7), 1.12
    for level, size in SIZES.items():
        heading = styles[f"Heading {level}"]
        heading.font.size, heading.font.bold, heading.font.color.rgb = Pt(size), level < 5, INK
        heading.font.italic = level > 4
        heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(size * 0.9), Pt(4)
    for name, size in (("Kicker", 9.5), ("Small", 9.5), ("Notice", 10.5), ("Fact", 10.5)):
        made = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        made.base_style, made.font.size = normal, Pt(size)
    for name in ("Kicker", "Small"):
        styles[name].font.color.rgb = SOFT
    styles["Small"].paragraph_format.space_after = Pt(3)
    fact = styles["Fact"].paragraph_format
    fact.left_indent, fact.first_line_indent, fact.space_after = Cm(3.5), Cm(-3.5), Pt(3)
    fact.tab_stops.add_tab_stop(Cm(3.5))
    edge(styles["Notice"], "left", "773A00", 24)
    styles["Quote"].paragraph_format.left_indent = Cm(0.8)
    for name, colour in (("Quiet", SOFT), ("Hyperlink", ACCENT)):
        styles.add_style(name, WD_STYLE_TYPE.CHARACTER, builtin=name == "Hyperlink").font.color.rgb = colour
    styles["Hyperlink"].font.underline = True
    foot = styles["Footer"]
    foot.font.size, foot.font.color.rgb = Pt(8.5), SOFT
    foot.paragraph_format.tab_stops.clear_all()
    foot.paragraph_format.tab_stops.add_tab_stop(Cm(16.2), WD_TAB_ALIGNMENT.RIGHT)
    table = styles.add_style("Timetable", WD_STYLE_TYPE.TABLE)
    lines = element("w:insideH", val="single", sz="4", space="0", color="D0D5D9")
    table.element.append(element("w:tblPr", element("w:tblBorders", lines)))


def edge(style: Any, side: str, colour: str, width: int) -> None:
    line = element(f"w:{side}", val="single", sz=str(width), space="8", color=colour)
    borders = element("w:pBdr", line)
    style.element.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:ind", "w:jc")


def begin_numbers(document: Document, style: str, first: int) -> str:
    """The key of numbers that begin here. A style alone goes on where the list before it ended."""
    styled = document.styles.element.get_by_id(style).pPr.numPr.numId.val
    numbering = document.part.numbering_part.element
    made = numbering.add_num(numbering.num_having_numId(styled).abstractNumId.val)
    made.add_lvlOverride(ilvl=0).add_startOverride(first)
    return str(made.numId)


def bytes_of(document: Document) -> bytes:
    """As python-docx writes it, but for the hour at which it did."""
    written, told = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as given, zipfile.ZipFile(told, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in given.namelist():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            kept.writestr(entry, given.read(name))
    return told.getvalue()

"""Build what python-docx does not support: fields, lists that restart their numbers, languages, and a file without
traces of the library's template.
"""

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

from agenda.export.blocks import PrintableNote, remove_control_characters

INK, SOFT, ACCENT = RGBColor(0x13, 0x19, 0x22), RGBColor(0x51, 0x59, 0x63), RGBColor(0x23, 0x37, 0x83)
HEADING_SIZES = {1: 22, 2: 15, 3: 12.5, 4: 11, 5: 11, 6: 11}
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a ZIP file can contain
MAX_PROPERTY_LENGTH = 255  # characters of a title or author in the properties of a file, as OPC has it
TEMPLATE_TRACES = ("thumbnail", "customXml", "stylesWithEffects", "extended-properties")


def build_element(tag: str, /, *children: Any, **attributes: str) -> Any:
    element = OxmlElement(tag)
    element.extend(children)
    for attribute, value in attributes.items():
        element.set(qn(f"w:{attribute}"), value)
    return element


def create_document(note: PrintableNote, at: dt.datetime) -> Document:
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    section.top_margin, section.bottom_margin = Cm(2.3), Cm(2.2)
    about = document.core_properties
    words = map(remove_control_characters, (note.title, note.author))
    about.title, about.author = (text[:MAX_PROPERTY_LENGTH] for text in words)
    about.language = note.language
    about.comments = about.last_modified_by = ""
    about.created = about.modified = at.astimezone(dt.UTC).replace(microsecond=0, tzinfo=None)
    remove_template_traces(document)
    define_styles(document, note.language)
    return document


def remove_template_traces(document: Document) -> None:
    for part in (document.part.package, document.part):
        for key, relation in list(part.rels.items()):
            if any(trace in relation.reltype for trace in TEMPLATE_TRACES):
                del part.rels[key]
    styles = document.styles.element
    for style in styles.findall(f"{qn('w:style')}[@{qn('w:type')}='table']"):
        if style.name_val != "Normal Table":
            styles.remove(style)
    language = document.settings.element.find(qn("w:themeFontLang"))
    if language is not None:
        document.settings.element.remove(language)


def define_styles(document: Document, language: str) -> None:
    styles = document.styles
    default = styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}/{qn('w:lang')}")
    default.attrib.clear()
    default.set(qn("w:val"), language)
    normal = styles["Normal"]
    normal.font.size, normal.font.color.rgb = Pt(10.5), INK
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(7), 1.12
    for level, size in HEADING_SIZES.items():
        heading = styles[f"Heading {level}"]
        heading.font.size, heading.font.bold, heading.font.color.rgb = Pt(size), level < 5, INK
        heading.font.italic = level > 4
        heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(size * 0.9), Pt(4)
    for name, size in (("Kicker", 9.5), ("Small", 9.5), ("Notice", 10.5), ("Fact", 10.5)):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.font.size = normal, Pt(size)
    for name in ("Kicker", "Small"):
        styles[name].font.color.rgb = SOFT
    styles["Small"].paragraph_format.space_after = Pt(3)
    fact = styles["Fact"].paragraph_format
    fact.left_indent, fact.first_line_indent, fact.space_after = Cm(3.5), Cm(-3.5), Pt(3)
    fact.tab_stops.add_tab_stop(Cm(3.5))
    add_border(styles["Notice"], "left", "773A00", 24)
    styles["Quote"].paragraph_format.left_indent = Cm(0.8)
    for name, colour in (("Quiet", SOFT), ("Hyperlink", ACCENT)):
        styles.add_style(name, WD_STYLE_TYPE.CHARACTER, builtin=name == "Hyperlink").font.color.rgb = colour
    styles["Hyperlink"].font.underline = True
    foot = styles["Footer"]
    foot.font.size, foot.font.color.rgb = Pt(8.5), SOFT
    foot.paragraph_format.tab_stops.clear_all()
    foot.paragraph_format.tab_stops.add_tab_stop(Cm(16.2), WD_TAB_ALIGNMENT.RIGHT)
    table = styles.add_style("Timetable", WD_STYLE_TYPE.TABLE)
    lines = build_element("w:insideH", val="single", sz="4", space="0", color="D0D5D9")
    table.element.append(build_element("w:tblPr", build_element("w:tblBorders", lines)))


def add_border(style: Any, side: str, colour: str, width: int) -> None:
    line = build_element(f"w:{side}", val="single", sz=str(width), space="8", color=colour)
    borders = build_element("w:pBdr", line)
    style.element.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:ind", "w:jc")


def restart_numbering(document: Document, style: str, first: int) -> str:
    """Return the id of a numbering that starts at `first`. With the style alone, a list would continue the last one."""
    numbering_id = document.styles.element.get_by_id(style).pPr.numPr.numId.val
    numbering = document.part.numbering_part.element
    restarted = numbering.add_num(numbering.num_having_numId(numbering_id).abstractNumId.val)
    restarted.add_lvlOverride(ilvl=0).add_startOverride(first)
    return str(restarted.numId)


def save_as_bytes(document: Document) -> bytes:
    """Return the file as python-docx writes it, with a fixed time, so that the bytes are the same each time."""
    saved, result = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return result.getvalue()

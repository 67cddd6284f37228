"""The blocks that an exported note consists of, in reading order.

The writers of PDF and Word files know these blocks only, not the document.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from meetings.documents.choices import Language
from meetings.i18n.greek_words import split_greek
from meetings.reference.emblems import Emblem

MAX_HEADING_LEVEL = 6
# XML does not allow them, and fonts have no glyphs for them. Unicode's white space is not among them.
CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


class TextRun(Struct, frozen=True, omit_defaults=True):
    """A piece of text in one style and language.

    `language` is empty if it is the language of the note. A line feed is a line break. `anchor` is that of the footnote
    to which the text links.
    """

    text: str
    language: str = ""
    href: str = ""
    strong: bool = False
    em: bool = False
    sub: bool = False
    sup: bool = False
    quiet: bool = False
    anchor: str = ""


class ParagraphStyle(StrEnum):
    PLAIN = "plain"
    KICKER = "kicker"
    SMALL = "small"
    NOTICE = "notice"


class Heading(Struct, tag_field="kind", tag="heading"):
    level: int
    runs: list[TextRun]


class Paragraph(Struct, tag_field="kind", tag="paragraph"):
    runs: list[TextRun]
    style: ParagraphStyle = ParagraphStyle.PLAIN


class ListBlock(Struct, tag_field="kind", tag="list"):
    """A list. `start` is the number of its first entry, or 0 for a list with bullets."""

    start: int = 0
    entries: list["Blocks"] = field(default_factory=list)


class QuoteBlock(Struct, tag_field="kind", tag="quote"):
    blocks: "Blocks" = field(default_factory=list)


class LabelledContent(Struct):
    """A label and the blocks beside it. `anchor` is set for a footnote, so that its marks can link to it."""

    label: list[TextRun]
    content: "Blocks"
    anchor: str = ""


class DefinitionList(Struct, tag_field="kind", tag="definitions"):
    """A list of labels, each with its content."""

    entries: list[LabelledContent]
    small: bool = False


class Timetable(Struct, tag_field="kind", tag="timetable"):
    """A table of two columns with a header row. The first column contains the times."""

    head: tuple[list[TextRun], list[TextRun]]
    rows: list[LabelledContent]


class PictureBlock(Struct, tag_field="kind", tag="picture"):
    """A picture. `file` is its name among the files of the note; sizes are in pixels.

    `language` is that of the alternative text, as for a `TextRun`.
    """

    file: str
    alt: str
    width: int
    height: int
    language: str = ""


Block = Heading | Paragraph | ListBlock | QuoteBlock | DefinitionList | Timetable | PictureBlock
Blocks = list[Block]


class PrintableNote(Struct, kw_only=True):
    """A whole note, ready to be written to a file.

    `status_label` is printed on each page of a text that is not live, `footer` at the foot of each page. `badge` is the
    code of the configuration, `emblem` its shape and colour; bodies other than the Council have no emblem.
    """

    title: str
    language: str
    badge: str
    emblem: Emblem | None
    author: str
    footer: list[TextRun]
    status_label: list[TextRun]
    attribution: list[TextRun]
    blocks: Blocks
    files: dict[str, bytes] = field(default_factory=dict)
    """The files of the pictures, JPEG, by the names that their blocks have."""


def join_runs(parts: Sequence[list[TextRun]], separator: str = " · ") -> list[TextRun]:
    runs: list[TextRun] = []
    for part in filter(None, parts):
        runs += [TextRun(separator), *part] if runs else part
    return runs


def split_greek_runs(runs: Iterable[TextRun], note_language: str) -> list[TextRun]:
    """Return the runs with Greek words apart and marked as Greek, so that they are read aloud as Greek."""
    found = []
    for run in runs:
        if (run.language or note_language) == Language.EL:
            found.append(run)
            continue
        greek = "" if note_language == Language.EL else Language.EL.value
        found += [
            replace(run, text=piece, language=greek if is_greek else run.language)
            for piece, is_greek in split_greek(run.text)
        ]
    return found


def walk_runs(blocks: Blocks) -> Iterator[list[TextRun]]:
    """Yield the runs of each label, heading and paragraph, except those of footnotes, which have an anchor."""
    for block in blocks:
        match block:
            case Heading() | Paragraph():
                yield block.runs
            case ListBlock():
                for entry in block.entries:
                    yield from walk_runs(entry)
            case QuoteBlock():
                yield from walk_runs(block.blocks)
            case DefinitionList(entries=contents) | Timetable(rows=contents):
                for content in contents:
                    if not content.anchor:
                        yield content.label
                        yield from walk_runs(content.content)


def close_heading_gaps(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks so that no heading is more than one level below the last one, as PDF/UA requires.

    Headings without text are left out.
    """
    last = 0
    for block in blocks:
        if not isinstance(block, Heading):
            yield block
        elif any(run.text.strip() for run in block.runs):
            last = min(block.level, last + 1, MAX_HEADING_LEVEL)
            yield replace(block, level=last)


def remove_control_characters(data: Any) -> Any:
    """Return text, or a structure of lists and dictionaries that contain text, without characters that cannot be
    printed.
    """
    match data:
        case str():
            return CONTROL_CHARACTERS.sub("", data)
        case list() | tuple():
            return [remove_control_characters(each) for each in data]
        case dict():
            return {name: remove_control_characters(each) for name, each in data.items()}
    return data

"""What a note on paper is made of, in reading order. Whoever writes a file of it knows these and not the document."""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from meetings.reference.emblems import Emblem

LOWEST_HEADING = 6
# Neither XML nor a font knows them; what Unicode calls white space is left.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


class Run(Struct, frozen=True, omit_defaults=True):
    """Words of one kind. `language` is empty where they are in the note's own; a line break is a line feed.

    `place` is that of the footnote that they lead to.
    """

    text: str
    language: str = ""
    href: str = ""
    strong: bool = False
    em: bool = False
    sub: bool = False
    sup: bool = False
    quiet: bool = False
    place: str = ""


class Style(StrEnum):
    PLAIN = "plain"
    KICKER = "kicker"
    NOTE = "note"
    NOTICE = "notice"


class Heading(Struct, tag_field="kind", tag="heading"):
    level: int
    runs: list[Run]


class Paragraph(Struct, tag_field="kind", tag="paragraph"):
    runs: list[Run]
    style: Style = Style.PLAIN


class Listing(Struct, tag_field="kind", tag="list"):
    """`start` is the number of the first entry; 0 in a list without numbers."""

    start: int = 0
    entries: list["Blocks"] = field(default_factory=list)


class Quote(Struct, tag_field="kind", tag="quote"):
    blocks: "Blocks" = field(default_factory=list)


class Fact(Struct):
    """`place` is that of a footnote, to which marks lead."""

    name: list[Run]
    told: "Blocks"
    place: str = ""


class Facts(Struct, tag_field="kind", tag="facts"):
    """Names, each with what is told of it."""

    facts: list[Fact]
    small: bool = False


class Timetable(Struct, tag_field="kind", tag="timetable"):
    """A table of two columns with a head; the first says when."""

    head: tuple[list[Run], list[Run]]
    rows: list[Fact]


Block = Heading | Paragraph | Listing | Quote | Facts | Timetable
Blocks = list[Block]


class Note(Struct, kw_only=True):
    """A whole note. `mark` stands on each page of what is not live; `short` says at its foot what it is.

    `badge` is the code of who meets, `emblem` their shape and colour: of other bodies than the Council there is none.
    """

    title: str
    language: str
    badge: str
    emblem: Emblem | None
    author: str
    short: list[Run]
    mark: list[Run]
    blocks: Blocks


def joined(parts: Sequence[list[Run]], between: str = " · ") -> list[Run]:
    runs: list[Run] = []
    for part in filter(None, parts):
        runs += [Run(between), *part] if runs else part
    return runs


def without_gaps(blocks: Sequence[Block]) -> Iterator[Block]:
    """Headings no deeper than one below the last, as PDF/UA asks of them; those without words are left out."""
    last = 0
    for block in blocks:
        if not isinstance(block, Heading):
            yield block
        elif any(run.text.strip() for run in block.runs):
            last = min(block.level, last + 1, LOWEST_HEADING)
            yield replace(block, level=last)


def printable(data: Any) -> Any:
    """Text, or whatever is made of texts, without what cannot be printed."""
    match data:
        case str():
            return CONTROLS.sub("", data)
        case list() | tuple():
            return [printable(each) for each in data]
        case dict():
            return {name: printable(each) for name, each in data.items()}
    return data

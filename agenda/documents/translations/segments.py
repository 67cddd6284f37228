"""List and replace the texts of a document that are translated, and the blocks of rich text."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from meetings.documents import schema
from meetings.documents.members import Member, PersonName, Text, get_members
from meetings.documents.traversal import get_part_kind, is_part
from meetings.fields.richtext import BLOCK_TAG

BLOCK_TAGS = re.compile(rf"((?:{BLOCK_TAG}\s*)+)")
TAG_NAME = re.compile(r"<(/?)(\w+)")
SENTENCE_END = re.compile(r"[.!?…;]['\"’”»)]*(?:</\w+>)*(\s+)")
VOID_ELEMENT = "br"
OPENING_SIGNS = tuple("«“„\"'(")

Owner = TypeVar("Owner", bound=Struct)
TextKey = tuple[UUID, str]
"""The row and the field of a text; the same in every language."""


@dataclass(frozen=True)
class Segment:
    """A text that can be translated. `path` is its place in the document, as in `fallbacks`."""

    path: str
    rich: bool
    text: str
    row: UUID
    field: str

    @property
    def key(self) -> TextKey:
        return self.row, self.field


@dataclass(frozen=True)
class TextBlock:
    """A paragraph, list item or heading, with its element. Plain text has no blocks."""

    element: str
    text: str


def list_segments(document: schema.MeetingDocument | schema.TopicDocument, *, names: bool = False) -> list[Segment]:
    """Return every text that is not empty and can be translated, in the order of the document.

    `names`: see `replace_texts`.
    """
    return [segment for segment, _owner in list_segments_with_owner(document, names=names)]


def list_segments_with_owner(
    document: schema.MeetingDocument | schema.TopicDocument, *, names: bool = False
) -> list[tuple[Segment, Struct]]:
    """Return the texts as `list_segments` does, each with the part of the document that it belongs to."""
    found: list[tuple[Segment, Struct]] = []

    def collect(segment: Segment, owner: Struct) -> str:
        found.append((segment, owner))
        return segment.text

    replace_texts(document, collect, names=names)
    return found


def list_translated_segments(document: schema.MeetingDocument | schema.TopicDocument) -> list[Segment]:
    """Return the texts of a document that are no fallbacks."""
    return [segment for segment in list_segments(document) if segment.path not in document.fallbacks]


ReplaceText = Callable[[Segment, Struct], str]
FinishPart = Callable[[Any], Any]


def replace_texts(
    document: Owner, replace_segment: ReplaceText, finish: FinishPart = lambda part: part, *, names: bool = False
) -> Owner:
    """Return the document with every text that is not empty replaced by the result of `replace_segment`.

    `replace_segment` receives the text and the part that it belongs to. `finish` receives each part with its new texts,
    and may change it. With `names`, the names of people count as texts, although all languages share them.
    """
    return TextReplacer(replace_segment, finish, names).replace_in(document, PathPosition("", document.id, ""))  # type: ignore[attr-defined]


class PathPosition(NamedTuple):
    """A position in the document: the prefix of paths, the row, and the prefix of field names there."""

    path_prefix: str
    row: UUID
    field_prefix: str

    def get_entry_position(self, name: str) -> "PathPosition":
        """Return the position of an entry that has no row of its own."""
        return PathPosition(f"{self.path_prefix}{name}.", self.row, f"{self.field_prefix}{name}.")


class TextReplacer:
    """Walk through a document and replace its texts."""

    def __init__(self, replace_segment: ReplaceText, finish: FinishPart, names: bool) -> None:
        self.replace_segment, self.finish = replace_segment, finish
        self.replaced_kinds: tuple[type[Member], ...] = (Text, PersonName) if names else (Text,)

    def replace_in(self, owner: Owner, position: PathPosition) -> Owner:
        changes: dict[str, Any] = {}
        for name, member, is_text in list_members_with_texts(type(owner), self.replaced_kinds):
            value = getattr(owner, name)
            if not value:
                continue
            if isinstance(value, list) and (is_text or member.part):
                changes[name] = [
                    self.replace_in_entry(owner, f"{name}.{number}", member, entry, position)
                    for number, entry in enumerate(value)
                ]
            elif isinstance(value, schema.Place):
                changes[name] = self.replace_in(value, PathPosition(f"{name}.", position.row, ""))
            elif is_part(value):
                changes[name] = self.replace_in_part(value)
            elif isinstance(value, Struct):
                changes[name] = self.replace_in(value, position.get_entry_position(name))
            elif is_text and not has_time(owner, name):
                changes[name] = self.replace_text(owner, name, member, value, position)
        return replace(owner, **changes)

    def replace_in_entry(self, owner: Struct, name: str, member: Member, value: Any, position: PathPosition) -> Any:
        if is_part(value):
            return self.replace_in_part(value)
        if member.part:
            return self.replace_in(value, position.get_entry_position(name))
        return self.replace_text(owner, name, member, value, position)

    def replace_in_part(self, part: Any) -> Any:
        return self.finish(self.replace_in(part, PathPosition(f"{get_part_kind(part)}.{part.id}.", part.id, "")))

    def replace_text(self, owner: Struct, name: str, member: Member, value: str, position: PathPosition) -> str:
        path, field = f"{position.path_prefix}{name}", f"{position.field_prefix}{name}"
        return self.replace_segment(Segment(path, member.is_html, value, position.row, field), owner)


@cache
def list_members_with_texts(
    shape: type[Struct], text_kinds: tuple[type[Member], ...]
) -> Sequence[tuple[str, Member, bool]]:
    """Return the members of a class that are texts, or parts that may have texts: name, declaration, if it is a text.

    Most members are facts, which a note of thousands of items need not look at in each language.
    """
    members = [(name, member, isinstance(member, text_kinds)) for name, member in get_members(shape).items()]
    return [entry for entry in members if entry[2] or entry[1].part]


def has_time(owner: Struct, name: str) -> bool:
    """Return whether a member is the text of a time with a value, which is formatted as each language writes times."""
    return name == "time_text" and getattr(owner, "time", None) is not None


def split_blocks(html: str) -> list[TextBlock]:
    """Return the blocks of a rich text in order. A list item and the items within it are separate blocks."""
    found: list[TextBlock] = []
    open_elements = [""]
    for place, piece in enumerate(BLOCK_TAGS.split(html)):
        if place % 2:
            for end, element in TAG_NAME.findall(piece):
                if end:
                    del open_elements[max(1, len(open_elements) - 1) :]
                else:
                    open_elements.append(element)
        elif piece.strip():
            found.append(TextBlock(open_elements[-1], piece))
    return found


def replace_block_texts(html: str, texts: Sequence[str]) -> str:
    """Return the rich text with new texts for its blocks, in order. Raise ValueError if the number differs."""
    pieces = BLOCK_TAGS.split(html)
    indexes = [index for index in range(0, len(pieces), 2) if pieces[index].strip()]
    for index, text in zip(indexes, texts, strict=True):
        pieces[index] = text
    return "".join(pieces)


def split_sentences(text: str) -> list[str]:
    """Return sentences and the spaces between them, in turn. The content of an inline element is never split."""
    found, start, read, opened = [], 0, 0, 0
    for end in SENTENCE_END.finditer(text):
        opened, read = opened + count_opened(text[read : end.start(1)]), end.start(1)
        if opened == 0 and begins_sentence(text, end.end()):
            found += [text[start : end.start(1)], end[1]]
            start = end.end()
    return [*found, text[start:]]


def begins_sentence(text: str, position: int) -> bool:
    """Return whether a capital or an element comes next, after quotation marks."""
    while text.startswith(OPENING_SIGNS, position):
        position += 1
    return text[position : position + 1].isupper() or text.startswith("<", position)


def count_opened(html: str) -> int:
    """Return how many more elements start in the HTML than end in it."""
    return sum(-1 if end else 1 for end, element in TAG_NAME.findall(html) if element != VOID_ELEMENT)

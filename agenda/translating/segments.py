"""List and replace the texts of a document that are translated, and the blocks of rich text."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import fields, replace

from agenda.comparing.labels import get_part_kind, is_part
from agenda.comparing.sides import is_html_member
from agenda.models import AgendaItem, BackgroundTopic, MediaLink, Result
from meetings.documents import shape
from meetings.models import Alert, Chair, Contact, Footnote, Meeting, ProgrammePoint, Session

TRANSLATED_FIELDS: Mapping[type[Struct], tuple[str, ...]] = {
    shape.MeetingDocument: Meeting.translated,
    shape.Place: Meeting.translated,
    shape.TopicDocument: BackgroundTopic.translated,
    shape.Session: Session.translated,
    shape.Chair: Chair.translated,
    shape.Contact: Contact.translated,
    shape.Footnote: Footnote.translated,
    shape.Alert: Alert.translated,
    shape.Point: ProgrammePoint.translated,
    shape.Item: AgendaItem.translated,
    shape.Result: Result.translated,
    shape.Link: MediaLink.translated,
    shape.Speaker: ("role",),
    shape.EarlierTime: ("place", "time_text"),
    shape.EarlierDate: ("city", "venue"),
}
"""The translated fields by type. The texts of an entry without a row of its own have fields as `speakers.0.role`."""
PERSON_TYPES = (shape.Chair, shape.Speaker, shape.Contact)
"""The types whose `name` is that of a person."""
BLOCK_TAGS = re.compile(r"((?:</?(?:p|ul|ol|li|h3|h4|blockquote)(?: [^<>]*)?>\s*)+)")
TAG_NAME = re.compile(r"<(/?)(\w+)")

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


def list_segments(document: shape.MeetingDocument | shape.TopicDocument, *, names: bool = False) -> list[Segment]:
    """Return every text that is not empty and can be translated, in the order of the document.

    `names`: see `replace_texts`.
    """
    return [segment for segment, _owner in list_segments_with_owner(document, names=names)]


def list_segments_with_owner(
    document: shape.MeetingDocument | shape.TopicDocument, *, names: bool = False
) -> list[tuple[Segment, Struct]]:
    """Return the texts as `list_segments` does, each with the part of the document that it belongs to."""
    found: list[tuple[Segment, Struct]] = []

    def collect(segment: Segment, owner: Struct) -> str:
        found.append((segment, owner))
        return segment.text

    replace_texts(document, collect, names=names)
    return found


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


@cache
def get_member_names(part_type: type[Struct]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(part_type))


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
        self.person_types = PERSON_TYPES if names else ()

    def replace_in(self, owner: Owner, position: PathPosition) -> Owner:
        changes: dict[str, Any] = {}
        for name in get_member_names(type(owner)):
            value = getattr(owner, name)
            if not value:
                continue
            if isinstance(value, list):
                changes[name] = [
                    self.replace_in_entry(owner, name, number, entry, position) for number, entry in enumerate(value)
                ]
            elif isinstance(value, shape.Place):
                changes[name] = self.replace_in(value, PathPosition(f"{name}.", position.row, ""))
            elif is_part(value):
                changes[name] = self.replace_in_part(value)
            elif is_translated_text(owner, name) or (name == "name" and type(owner) in self.person_types):
                changes[name] = self.replace_text(owner, name, value, position)
        return replace(owner, **changes)

    def replace_in_entry(self, owner: Struct, name: str, number: int, value: Any, position: PathPosition) -> Any:
        if is_part(value):
            return self.replace_in_part(value)
        if type(value) in TRANSLATED_FIELDS:
            return self.replace_in(value, position.get_entry_position(f"{name}.{number}"))
        return self.replace_text(owner, f"{name}.{number}", value, position) if name in PROVIDER_FIELDS else value

    def replace_in_part(self, part: Any) -> Any:
        return self.finish(self.replace_in(part, PathPosition(f"{get_part_kind(part)}.{part.id}.", part.id, "")))

    def replace_text(self, owner: Struct, name: str, value: str, position: PathPosition) -> str:
        rich = is_html_member(type(owner), name)
        return self.replace_segment(
            Segment(f"{position.path_prefix}{name}", rich, value, position.row, f"{position.field_prefix}{name}"), owner
        )


PROVIDER_FIELDS = ("information_from", "supported_by")


def is_translated_text(owner: Struct, name: str) -> bool:
    """Return whether a field is translated.

    The text of a time is not, if the time has a value: then it is formatted as the language writes times.
    """
    has_value = name == "time_text" and getattr(owner, "time", None) is not None
    return name in TRANSLATED_FIELDS.get(type(owner), ()) and not has_value


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

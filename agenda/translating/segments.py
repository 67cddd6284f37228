"""The texts of a document that are translated, and rich text cut into its blocks and put together again."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import fields, replace

from agenda.comparing.labels import is_part, kind_of
from agenda.comparing.sides import is_html
from agenda.models import AgendaItem, BackgroundTopic, MediaLink, Result
from meetings.documents import shape
from meetings.models import Alert, Chair, Contact, Footnote, Meeting, ProgrammePoint, Session

TRANSLATED: Mapping[type[Struct], tuple[str, ...]] = {
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
"""Of what is no row of its own, the texts have their place in the field's name: `speakers.0.role`."""
NAMED = (shape.Chair, shape.Speaker, shape.Contact)
"""Those whose name is a person's."""
FRAME = re.compile(r"((?:</?(?:p|ul|ol|li|h3|h4|blockquote)(?: [^<>]*)?>\s*)+)")
TAG = re.compile(r"<(/?)(\w+)")

Owner = TypeVar("Owner", bound=Struct)
Key = tuple[UUID, str]
"""Of a text, in whatever language: its row and field."""


@dataclass(frozen=True)
class Segment:
    """A text and where it stands in the document, as `fallbacks` names it; and the row and field that it comes from."""

    path: str
    rich: bool
    text: str
    row: UUID
    field: str

    @property
    def key(self) -> Key:
        return self.row, self.field


@dataclass(frozen=True)
class Block:
    """A paragraph, a point of a list, a heading, with the element that it stands in; plain text has none."""

    element: str
    text: str


def segments(document: shape.MeetingDocument | shape.TopicDocument, *, names: bool = False) -> list[Segment]:
    """Every text that can be translated and is there, in the order of the document. `names`: as for `with_texts_of`."""
    return [segment for segment, _owner in owned_segments(document, names=names)]


def owned_segments(
    document: shape.MeetingDocument | shape.TopicDocument, *, names: bool = False
) -> list[tuple[Segment, Struct]]:
    """Each with the part that it stands in."""
    found: list[tuple[Segment, Struct]] = []

    def collect(segment: Segment, owner: Struct) -> str:
        found.append((segment, owner))
        return segment.text

    with_texts_of(document, collect, names=names)
    return found


Say = Callable[[Segment, Struct], str]
Finish = Callable[[Any], Any]


def with_texts_of(document: Owner, say: Say, finish: Finish = lambda part: part, *, names: bool = False) -> Owner:
    """The document again, with what `say` answers in the place of each text that is there.

    `say` is given the text and the part that it stands in, `finish` each part with its new texts, which it may change.
    With `names`, people's names are texts as well, although all languages share them.
    """
    return Walk(say, finish, names).through(document, Spot("", document.id, ""))  # type: ignore[attr-defined]


@cache
def members_of(shape_of: type[Struct]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(shape_of))


class Spot(NamedTuple):
    """What the paths of texts begin with, their row, and what the names of their fields begin with there."""

    within: str
    row: UUID
    prefix: str

    def entry(self, name: str) -> "Spot":
        """Of what is no row of its own."""
        return Spot(f"{self.within}{name}.", self.row, f"{self.prefix}{name}.")


class Walk:
    def __init__(self, say: Say, finish: Finish, names: bool) -> None:
        self.say, self.finish = say, finish
        self.named = NAMED if names else ()

    def through(self, owner: Owner, spot: Spot) -> Owner:
        changes: dict[str, Any] = {}
        for name in members_of(type(owner)):
            value = getattr(owner, name)
            if not value:
                continue
            if isinstance(value, list):
                changes[name] = [self.entry(owner, name, number, one, spot) for number, one in enumerate(value)]
            elif isinstance(value, shape.Place):
                changes[name] = self.through(value, Spot(f"{name}.", spot.row, ""))
            elif is_part(value):
                changes[name] = self.part(value)
            elif is_text(owner, name) or (name == "name" and type(owner) in self.named):
                changes[name] = self.text(owner, name, value, spot)
        return replace(owner, **changes)

    def entry(self, owner: Struct, name: str, number: int, value: Any, spot: Spot) -> Any:
        if is_part(value):
            return self.part(value)
        if type(value) in TRANSLATED:
            return self.through(value, spot.entry(f"{name}.{number}"))
        return self.text(owner, f"{name}.{number}", value, spot) if name in DELEGATIONS else value

    def part(self, part: Any) -> Any:
        return self.finish(self.through(part, Spot(f"{kind_of(part)}.{part.id}.", part.id, "")))

    def text(self, owner: Struct, name: str, value: str, spot: Spot) -> str:
        rich = is_html(type(owner), name)
        return self.say(Segment(f"{spot.within}{name}", rich, value, spot.row, f"{spot.prefix}{name}"), owner)


DELEGATIONS = ("information_from", "supported_by")


def is_text(owner: Struct, name: str) -> bool:
    """A time is written as the language writes it where it has a value, and is a text where it has none."""
    timed = name == "time_text" and getattr(owner, "time", None) is not None
    return name in TRANSLATED.get(type(owner), ()) and not timed


def blocks(html: str) -> list[Block]:
    """The blocks of a rich text in their order; a point stands apart from the points within it."""
    found: list[Block] = []
    open_elements = [""]
    for place, piece in enumerate(FRAME.split(html)):
        if place % 2:
            for end, element in TAG.findall(piece):
                if end:
                    del open_elements[max(1, len(open_elements) - 1) :]
                else:
                    open_elements.append(element)
        elif piece.strip():
            found.append(Block(open_elements[-1], piece))
    return found


def with_texts(html: str, texts: Sequence[str]) -> str:
    """The rich text with other words in its blocks, in their order. Raises ValueError where the number differs."""
    pieces = FRAME.split(html)
    places = [place for place in range(0, len(pieces), 2) if pieces[place].strip()]
    for place, text in zip(places, texts, strict=True):
        pieces[place] = text
    return "".join(pieces)

"""The texts of a document that are translated, and rich text cut into its blocks and put together again."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec import Struct
from msgspec.structs import fields

from agenda.comparing.labels import is_part, kind_of
from agenda.comparing.sides import is_html, listed
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
}
FRAME = re.compile(r"((?:</?(?:p|ul|ol|li|h3|h4|blockquote)(?: [^<>]*)?>\s*)+)")
TAG = re.compile(r"<(/?)(\w+)")


@dataclass(frozen=True)
class Segment:
    """A text and where it stands in the document, as `fallbacks` names it."""

    path: str
    rich: bool
    text: str


@dataclass(frozen=True)
class Block:
    """A paragraph, a point of a list, a heading, with the element that it stands in; plain text has none."""

    element: str
    text: str


def segments(document: shape.MeetingDocument | shape.TopicDocument) -> Iterator[Segment]:
    """Every text that can be translated and is there, in the order of the document."""
    return segments_of(document, "")


def segments_of(owner: Struct, within: str) -> Iterator[Segment]:
    for field in fields(owner):
        value = getattr(owner, field.name)
        if field.name in TRANSLATED.get(type(owner), ()):
            if value:
                yield Segment(f"{within}{field.name}", is_html(type(owner), field.name), value)
        elif isinstance(value, shape.Place):
            yield from segments_of(value, f"{field.name}.")
        else:
            for part in filter(is_part, listed(value)):
                yield from segments_of(part, f"{kind_of(part)}.{part.id}.")


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

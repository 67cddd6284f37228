"""Walk through the parts of a document."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from msgspec import Struct
from msgspec.structs import fields

from meetings.documents.members import get_members
from meetings.documents.schema import Image, Item, Link, MeetingDocument, Point, Session, TopicDocument

# Parts are the structures with an id, which keep it wherever they are. The kind of a part is the member of a meeting
# that lists parts of its class. It is the first word of the paths of its texts, as in `fallbacks`.
PART_KINDS: dict[type[Struct], str] = {
    member.part: name
    for name, member in get_members(MeetingDocument).items()
    if member.part and any(field.name == "id" for field in fields(member.part))
}


def is_part(value: Any) -> bool:
    return type(value) in PART_KINDS


def get_part_kind(part: Any) -> str:
    return PART_KINDS[type(part)]


def convert_to_list(value: Any) -> list[Any]:
    """Return the value as a list: a single part becomes a list of one, None an empty list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def walk_parts(owner: Struct) -> Iterator[Any]:
    """Yield all parts in a document or part, each before those in it, in the order of the document."""
    for name in owner.__struct_fields__:
        for part in filter(is_part, convert_to_list(getattr(owner, name))):
            yield part
            yield from walk_parts(part)


def list_repeated_parts(document: MeetingDocument | TopicDocument) -> Iterator[Any]:
    """Yield each part that has the id of the document, or of a part before it, whatever its kind.

    Pages, comments and results of the search find a part by its id.
    """
    seen = {document.id}
    for part in walk_parts(document):
        if part.id in seen:
            yield part
        seen.add(part.id)


def walk_items(items: list[Item], parent: Item | None = None) -> Iterator[tuple[Item, Item | None]]:
    """Yield all items of an agenda in printed order, each with the item that contains it."""
    for item in items:
        yield item, parent
        yield from walk_items(item.items, item)


def collect_links(document: MeetingDocument | TopicDocument) -> Iterator[tuple[str, UUID, Link]]:
    """Yield all links of a document, each with the type and the id of the object to which it belongs."""
    owner_type = "meeting" if isinstance(document, MeetingDocument) else "topic"
    yield from ((owner_type, document.id, link) for link in document.links)
    if isinstance(document, TopicDocument):
        return
    for item, _parent in walk_items(document.agenda):
        yield from (("item", item.id, link) for link in item.links)
        if item.result:
            yield from (("result", item.result.id, link) for link in item.result.links)
    for point in document.programme:
        yield from (("point", point.id, link) for link in point.links)
    for result in document.results:
        yield from (("result", result.id, link) for link in result.links)


def collect_images(document: MeetingDocument | TopicDocument) -> Iterator[tuple[Link, Image]]:
    """Yield the pictures of a document, each with its link, in the order of the document."""
    yield from ((link, link.image) for _type, _owner, link in collect_links(document) if link.image)


def find_session(document: MeetingDocument, session_id: UUID | None) -> Session | None:
    """Return the session that a chair, an item or a programme point belongs to, or None."""
    return next((session for session in document.sessions if session_id and session.id == session_id), None)


def find_items(document: MeetingDocument, point: Point) -> list[Item]:
    """Return the agenda items that a programme point is about, in the agenda's order."""
    return [item for item, _parent in walk_items(document.agenda) if item.id in point.items] if point.items else []

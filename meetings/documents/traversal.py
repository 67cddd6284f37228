"""Walk through the parts of a document."""

from collections.abc import Iterator
from uuid import UUID

from meetings.documents.schema import Item, Link, MeetingDocument, Point, Session, TopicDocument


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


def find_session(document: MeetingDocument, session_id: UUID | None) -> Session | None:
    """Return the session that a chair, an item or a programme point belongs to, or None."""
    return next((session for session in document.sessions if session_id and session.id == session_id), None)


def find_items(document: MeetingDocument, point: Point) -> list[Item]:
    """Return the agenda items that a programme point is about, in the agenda's order."""
    return [item for item, _parent in walk_items(document.agenda) if item.id in point.items] if point.items else []

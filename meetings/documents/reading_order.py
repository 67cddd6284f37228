"""Write stored documents with their members in reading order, at every depth. Values stay as they are, byte for byte.

Stored documents are canonical: their members are in the order of the alphabet, so a title is far down. A digest is
computed over sorted members, so their order in an answer does not matter.
"""

from typing import Annotated, Any, get_args, get_origin

import msgspec
from msgspec import UNSET, Struct

from meetings.documents.encoding import find_classes
from meetings.documents.schema import Document, MeetingDocument, TopicDocument

FIRST_MEMBERS = ("type", "id", "title", "slug", "configuration", "status", "start_date", "end_date", "place")
"""The first members of a meeting or topic. The others follow in the order of the schema, as do those of all parts."""


def sort_members(text: str, subject_type: str) -> bytes:
    """Return the text of a stored document with its members in reading order.

    If it has a member that the schema does not know, return it as it is: its digest is that of all members. A text that
    begins with its type is in this order already.
    """
    canonical = text.encode()
    if canonical.startswith(b'{"type":'):
        return canonical
    ordered = msgspec.json.encode(DECODERS[subject_type].decode(canonical))
    return ordered if len(ordered) == len(canonical) else canonical


def get_reading_position(name: str) -> int:
    """Return the place of a member of a meeting or topic among the first ones, or the place after them."""
    return FIRST_MEMBERS.index(name) if name in FIRST_MEMBERS else len(FIRST_MEMBERS)


def list_members_in_order(shape: type[Struct]) -> dict[str, Any]:
    """Return the hints of a struct's members by name, in reading order."""
    hints = {field.name: field.type for field in msgspec.structs.fields(shape)}
    if shape not in (MeetingDocument, TopicDocument):
        return hints
    return {name: hints.get(name) for name in sorted(("type", *hints), key=get_reading_position)}


def write_ordered_hint(hint: Any) -> str:
    """Return the source of a hint with ordered structs in place of those of the schema, and all else not decoded."""
    origin, within = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return write_ordered_hint(within[0])
    if not find_classes(hint, set()):
        return "msgspec.Raw"
    if origin is list:
        return f"list[{write_ordered_hint(within[0])}]"
    if within:  # or null
        return f"{write_ordered_hint(within[0])} | None"
    return f"Ordered{hint.__name__}"


ORDERED_SHAPES = {
    f"Ordered{shape.__name__}": msgspec.defstruct(
        f"Ordered{shape.__name__}",
        [
            (name, f"{write_ordered_hint(hint)} | msgspec.UnsetType", UNSET)
            for name, hint in list_members_in_order(shape).items()
        ],
        module=__name__,
    )
    for shape in sorted(find_classes(Document, set()), key=lambda shape: shape.__name__)
}
"""Structs whose members are in reading order and may be missing, as in documents from before they were added."""
globals().update(ORDERED_SHAPES)  # where msgspec looks for the names in hints
DECODERS = {
    "meeting": msgspec.json.Decoder(ORDERED_SHAPES["OrderedMeetingDocument"]),
    "topic": msgspec.json.Decoder(ORDERED_SHAPES["OrderedTopicDocument"]),
}

"""Find errors that prevent a document from being published, and the facts that a correction changes."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from agenda.documents.checks import check_errors, get_point_name
from meetings.documents.members import get_members
from meetings.documents.schema import MeetingDocument, Point, TopicDocument
from meetings.documents.traversal import convert_to_list, is_part, walk_parts


def find_errors(document: MeetingDocument | TopicDocument) -> list[str]:
    """Return messages that say why the document cannot be published. The list is empty if it can be."""
    return [check.message for check in check_errors(document)]


def find_changed_facts(old: MeetingDocument | TopicDocument, new: MeetingDocument | TopicDocument) -> Iterator[str]:
    """Yield the names of parts that differ in a fact, as the schema declares them, and of those that only one has.

    Texts are not facts, except those that say where something is. Both documents must be in the same language, because
    translated facts, such as a room, differ between languages.
    """
    if list(collect_facts(old)) != list(collect_facts(new)):
        yield new.title
    before, after = ({(type(part), part.id): part for part in walk_parts(document)} for document in (old, new))
    for key, part in (before | after).items():
        facts = [list(collect_facts(parts[key])) if key in parts else [] for parts in (before, after)]
        if facts[0] != facts[1]:
            yield (
                get_point_name(part)
                if isinstance(part, Point)
                else getattr(part, "title", "") or getattr(part, "name", "") or new.title
            )


def collect_facts(owner: Struct) -> Iterator[Any]:
    """Yield the facts of a document or part, including those of structures without an id, such as a place."""
    for name, member in get_members(type(owner)).items():
        value = getattr(owner, name)
        if member.fact:
            yield value
        elif member.part:
            for entry in convert_to_list(value):
                if not is_part(entry):
                    yield from collect_facts(entry)

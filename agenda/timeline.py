"""A topic's way through the meetings: what each had of it on the agenda, and what came of that."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from meetings.documents.calling_off import is_called_off
from meetings.documents.days import is_on
from meetings.documents.shape import Item, MeetingDocument
from meetings.indexing import walk
from meetings.publications import Publication


@dataclass(frozen=True)
class Stage:
    """A meeting that took the topic up; `items` are those of its agenda that carry the topic, in its order."""

    meeting: Publication
    items: Sequence[Item]
    is_today: bool
    is_next: bool


def timeline(meetings: Iterable[Publication], topic: UUID, today: dt.date) -> list[Stage]:
    """In the order of the meetings; marked are those of today and the first after today, unless they are called off."""
    held = [(one, one.document) for one in meetings if isinstance(one.document, MeetingDocument)]
    on = {one.path: document for one, document in held if document.start_date and not is_called_off(document)}
    ahead = {path: first for path, document in on.items() if (first := document.start_date) and first > today}
    next_one = min(ahead, key=lambda path: ahead[path], default="")
    return [
        Stage(
            one,
            carrying(document, topic),
            is_today=one.path in on and is_on(document, today),
            is_next=one.path == next_one,
        )
        for one, document in held
    ]


def carrying(document: MeetingDocument, topic: UUID) -> list[Item]:
    return [item for item, _parent in walk(document.agenda) if any(one.id == topic for one in item.topics)]

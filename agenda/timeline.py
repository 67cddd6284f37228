"""The timeline of a topic: the meetings with agenda items on it, and their results."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from meetings.documents.calling_off import is_called_off
from meetings.documents.days import takes_place_on
from meetings.documents.shape import Item, MeetingDocument
from meetings.indexing import walk_items
from meetings.publications import Publication


@dataclass(frozen=True)
class TopicStage:
    """A meeting with the topic on its agenda. `items` are its items on the topic, in the order of the agenda."""

    meeting: Publication
    items: Sequence[Item]
    is_today: bool
    is_next: bool


def build_timeline(meetings: Iterable[Publication], topic: UUID, today: dt.date) -> list[TopicStage]:
    """Return a stage for each meeting, in the given order.

    Meetings that are today and the first meeting after today are marked, unless they are called off.
    """
    pairs = [(meeting, meeting.document) for meeting in meetings if isinstance(meeting.document, MeetingDocument)]
    scheduled = {
        meeting.path: document for meeting, document in pairs if document.start_date and not is_called_off(document)
    }
    upcoming = {path: first for path, document in scheduled.items() if (first := document.start_date) and first > today}
    next_path = min(upcoming, key=lambda path: upcoming[path], default="")
    return [
        TopicStage(
            meeting,
            list_items_on_topic(document, topic),
            is_today=meeting.path in scheduled and takes_place_on(document, today),
            is_next=meeting.path == next_path,
        )
        for meeting, document in pairs
    ]


def list_items_on_topic(document: MeetingDocument, topic_id: UUID) -> list[Item]:
    return [item for item, _parent in walk_items(document.agenda) if any(topic.id == topic_id for topic in item.topics)]

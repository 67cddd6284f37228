"""Build what the page of a topic shows: the topic, and the timeline of the meetings with agenda items on it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from meetings.clock import get_instant, get_today
from meetings.documents.called_off import is_called_off
from meetings.documents.dates import takes_place_on
from meetings.documents.schema import Item, MeetingDocument
from meetings.documents.traversal import walk_items
from meetings.editions.keyset import KeysetPage
from meetings.models import IndexedTopic, SubjectType
from meetings.site.publications import Publication, build_publications, find_live_documents

MAX_STAGES = 100  # on the page of a topic; the list of meetings has all of them


def build_topic_context(request: HttpRequest, topic: Publication) -> dict[str, Any]:
    """Return the template context of a topic page, with its timeline."""
    editions = IndexedTopic.objects.filter(topic_id=topic.document.id).values("edition")
    meetings = find_live_documents(request, SubjectType.MEETING).filter(edition__in=editions)
    page = KeysetPage(meetings, at=get_instant(request), limit=MAX_STAGES)
    stages = build_timeline(build_publications(page.rows), topic.document.id, get_today(request))
    return {"topic": topic, "document": topic.document, "stages": stages, "has_older": page.next is not None}


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
            [item for item, _parent in walk_items(document.agenda) if topic in {each.id for each in item.topics}],
            is_today=meeting.path in scheduled and takes_place_on(document, today),
            is_next=meeting.path == next_path,
        )
        for meeting, document in pairs
    ]

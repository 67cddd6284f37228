"""Build what the page of a topic shows: the topic, and the timeline of the meetings with agenda items on it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Max, Min, Q, QuerySet
from django.http import HttpRequest

from meetings.clock import get_instant, get_today
from meetings.documents.called_off import is_called_off
from meetings.documents.choices import MeetingStatus
from meetings.documents.dates import takes_place_on
from meetings.documents.schema import Item, MeetingDocument
from meetings.documents.traversal import walk_items
from meetings.editions.index_rows import build_called_off_condition
from meetings.editions.keyset import LATEST_FIRST
from meetings.http.time_travel import exclude_suppressed
from meetings.models import EditionDocument, IndexedTopic, SubjectType
from meetings.site.publications import Publication, build_publications, select_live_documents

MAX_STAGES = 100  # on the page of a topic; the list of meetings has all of them


def build_topic_context(request: HttpRequest, topic: Publication) -> dict[str, Any]:
    """Return the template context of a topic page, with its timeline."""
    found = select_live_documents(request, SubjectType.MEETING, select_by_topic, topic.document.id)
    today = get_today(request)
    stages = build_timeline(build_publications(found[:MAX_STAGES]), topic.document.id, today)
    past = (stage for stage in stages if is_past(stage.meeting, today) and not is_meeting_called_off(stage.meeting))
    return {
        "topic": topic,
        "document": topic.document,
        "stages": stages,
        "has_older": len(found) > MAX_STAGES,
        "next_stage": next((stage for stage in reversed(stages) if stage.is_today or stage.is_next), None),
        "last_stage": next(past, None),
    }


def is_past(meeting: Publication, today: dt.date) -> bool:
    return meeting.end_date is not None and meeting.end_date < today


class TopicDays(NamedTuple):
    """The number of meetings on a topic, and the days of the last and the next one that takes place."""

    meetings: int
    last_date: dt.date | None
    next_date: dt.date | None


def find_topic_days(request: HttpRequest, today: dt.date) -> dict[UUID, TopicDays]:
    """Return the days of all topics that a live meeting has on its agenda, by topic, in one query."""
    live = exclude_suppressed(request, IndexedTopic.objects.live(get_instant(request)))
    takes_place = ~build_called_off_condition("edition__")
    rows = (
        live.order_by()
        .values_list("topic_id")
        .annotate(
            meetings=Count("edition", distinct=True),
            last_date=Max("edition__end_date", filter=takes_place & Q(edition__end_date__lt=today)),
            next_date=Min("edition__start_date", filter=takes_place & Q(edition__end_date__gte=today)),
        )
    )
    return {topic: TopicDays(*days) for topic, *days in rows}


def select_by_topic(live: QuerySet[EditionDocument], topic: Any) -> QuerySet[EditionDocument]:
    """Return the meetings with the topic on their agenda, the latest first. One more than is shown."""
    editions = IndexedTopic.objects.filter(topic_id=topic).values("edition")
    return live.filter(edition__in=editions).order_by(*LATEST_FIRST)[: MAX_STAGES + 1]


@dataclass(frozen=True)
class TopicStage:
    """A meeting with the topic on its agenda."""

    meeting: Publication
    topic: UUID
    is_today: bool
    is_next: bool

    @property
    def items(self) -> list[Item]:
        """The meeting's items on the topic, in the order of the agenda."""
        document = self.meeting.document
        assert isinstance(document, MeetingDocument)
        return [
            item for item, _parent in walk_items(document.agenda) if self.topic in {each.id for each in item.topics}
        ]


def build_timeline(meetings: Sequence[Publication], topic: UUID, today: dt.date) -> list[TopicStage]:
    """Return a stage for each meeting, in the given order."""
    today_paths, next_path = find_current_paths(meetings, today)
    return [
        TopicStage(meeting, topic, is_today=meeting.path in today_paths, is_next=meeting.path == next_path)
        for meeting in meetings
    ]


def find_current_paths(meetings: Sequence[Publication], today: dt.date) -> tuple[set[str], str]:
    """Return the paths of the meetings that are today, and of the first one after today; called-off ones do not count.

    The second path is empty if there is none.
    """
    scheduled = [meeting for meeting in meetings if meeting.start_date and not is_meeting_called_off(meeting)]
    upcoming = {meeting.path: day for meeting in scheduled if (day := meeting.start_date) and day > today}
    next_path = min(upcoming, key=lambda path: upcoming[path], default="")
    return {meeting.path for meeting in scheduled if takes_place_on(meeting, today)}, next_path


def is_meeting_called_off(meeting: Publication) -> bool:
    """Return whether the meeting is called off. Only a postponed one has to be decoded for it."""
    if meeting.status != MeetingStatus.POSTPONED:
        return meeting.status == MeetingStatus.CANCELLED
    assert isinstance(meeting.document, MeetingDocument)
    return is_called_off(meeting.document)

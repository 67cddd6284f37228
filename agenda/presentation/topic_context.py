"""Build what the page of a topic shows: the topic with the meetings that discuss it."""

from typing import Any

from django.http import HttpRequest

from agenda.presentation.topic_timeline import build_timeline
from meetings.clock import get_instant, get_today
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

"""The feed of a topic: its own editions, and those of the meetings that take it up."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from agenda.subscriptions import elsewhere
from meetings.answers import html_path
from meetings.documents.text import read
from meetings.feeds.pages import feed, of_the_past
from meetings.models import IndexedTopic, SubjectType
from meetings.publications import live_documents


@of_the_past
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """A meeting that was withdrawn is not in it: what it took up was withdrawn with it."""
    address = f"topics/{slug}/"
    held = live_documents(request, SubjectType.TOPIC).filter(edition__address=address).first()
    if held is None:
        return elsewhere(request, address, "feed.atom")
    key = held.edition.subject_id
    taken_up = IndexedTopic.objects.filter(topic_id=key).values("edition")
    found = Q(subject_type=SubjectType.TOPIC, subject_id=key) | Q(pk__in=taken_up)
    return feed(
        request, found, read(held.document.text).title, f"topics/{key}", html_path(address, get_language() or "")
    )

"""View of the feed of a topic: its own editions, and those of meetings on it."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from agenda.subscriptions import redirect_or_refuse
from meetings.answers import html_path
from meetings.documents.text import read
from meetings.feeds.pages import of_the_past, render_feed
from meetings.models import IndexedTopic, SubjectType
from meetings.publications import live_documents


@of_the_past
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the feed of a topic. A withdrawn meeting is not in it: its topics are not public."""
    address = f"topics/{slug}/"
    edition_document = live_documents(request, SubjectType.TOPIC).filter(edition__address=address).first()
    if edition_document is None:
        return redirect_or_refuse(request, address, "feed.atom")
    key = edition_document.edition.subject_id
    edition_ids = IndexedTopic.objects.filter(topic_id=key).values("edition")
    found = Q(subject_type=SubjectType.TOPIC, subject_id=key) | Q(pk__in=edition_ids)
    return render_feed(
        request,
        found,
        read(edition_document.document.text).title,
        f"topics/{key}",
        html_path(address, get_language() or ""),
    )

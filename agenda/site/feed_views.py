"""View of the feed of a topic: its own editions, and those of meetings on it."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from agenda.site.redirects import redirect_or_refuse
from meetings.documents.encoding import decode_document
from meetings.feeds.views import conditional_by_etag, render_feed
from meetings.i18n.page_paths import get_page_path
from meetings.models import IndexedTopic, SubjectType
from meetings.site.publications import find_live_document


@conditional_by_etag
def topic_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the feed of a topic. A withdrawn meeting is not in it: its topics are not public."""
    address = f"topics/{slug}/"
    edition_document = find_live_document(request, SubjectType.TOPIC, address)
    if edition_document is None:
        return redirect_or_refuse(request, address, "feed.atom")
    key = edition_document.edition.subject_id
    edition_ids = IndexedTopic.objects.filter(topic_id=key).readable().values("edition")
    found = Q(subject_type=SubjectType.TOPIC, subject_id=key) | Q(pk__in=edition_ids)
    title = decode_document(edition_document.document.text).title
    return render_feed(request, found, title, f"topics/{key}", get_page_path(address, get_language() or ""))

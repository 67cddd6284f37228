"""Views of the feeds: of all meetings, of a configuration, and of corrections. Each has the fifty newest editions."""

from functools import partial
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from meetings.changes import appeared, changes_of
from meetings.clock import instant_of
from meetings.conditional import conditional
from meetings.feeds.atom import AtomFeed, strip_invalid_xml
from meetings.feeds.entries import build_entry
from meetings.languages import page_language
from meetings.licence import licence
from meetings.links import add_link
from meetings.models import Configuration, EditionReason, SubjectType

MAX_ENTRIES = 50
FEED_NAMESPACE = UUID("b5a8a5a5-6e0c-4c0e-8a39-3c9a1f6d2b07")  # ids of feeds are derived from it
CORRECTED = (
    EditionReason.CORRECTION,
    EditionReason.EDITORIAL,
    EditionReason.FACTS,
    EditionReason.RESTORATION,
    EditionReason.WITHDRAWAL,
)
of_the_past = partial(conditional, by_date=False)
# The condition is negative so that the database keeps using the index that finds the newest editions.
OF_MEETINGS = ~Q(subject_type=SubjectType.TOPIC)


@of_the_past
def everything(request: HttpRequest) -> HttpResponse:
    return render_feed(request, OF_MEETINGS, _("Council meetings"), "meetings", reverse("meetings"))


@of_the_past
def corrections(request: HttpRequest) -> HttpResponse:
    """Return the feed of changes to what was published. It includes what was postponed, cancelled or withdrawn."""
    found = OF_MEETINGS & Q(reason__in=CORRECTED)
    return render_feed(request, found, _("Council meetings: corrections"), "corrections", reverse("corrections"))


@of_the_past
def configuration(request: HttpRequest, slug: str) -> HttpResponse:
    council_configuration = Configuration.objects.filter(slug=slug).first()
    if council_configuration is None:
        raise Http404
    found = OF_MEETINGS & Q(configuration=slug)
    title = council_configuration.title_in(page_language())
    return render_feed(request, found, title, f"configurations/{slug}", reverse("configuration", args=[slug]))


def render_feed(request: HttpRequest, found: Q, title: str, name: str, path: str) -> HttpResponse:
    """Return the feed of the editions that match `found`.

    `name` identifies the feed for ever, even if its address changes. `path` is that of the page with the same content.
    """
    language, at, terms = page_language(), instant_of(request), licence()
    editions = appeared(at, at).filter(found).order_by("-available_from", "-id")[:MAX_ENTRIES]
    changes = [change for change in changes_of(editions, language) if change.is_legible]
    metadata: dict[str, Any] = {
        "title": strip_invalid_xml(title),
        "link": request.build_absolute_uri(path),
        "description": "",
        "language": language,
        "feed_url": request.build_absolute_uri(request.path),
        "feed_guid": f"urn:uuid:{uuid5(FEED_NAMESPACE, f'{language}/{name}')}",
        "author_name": _("Press office of the Council of the European Union"),
        "feed_copyright": f"{terms.attribution}, {terms.name}: {terms.url}",
        "licence": terms.url,
    }
    atom = AtomFeed(**metadata)
    configurations = {each.slug: each for each in Configuration.objects.all()} if changes else {}
    for change in changes:
        atom.add_item(**build_entry(change, request, configurations))
    response = HttpResponse(content_type=AtomFeed.content_type)
    atom.write(response, "utf-8")
    response["Content-Language"] = language
    add_link(response, terms.url, "license")
    return response

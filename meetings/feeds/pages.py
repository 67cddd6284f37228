"""Addresses of feeds: of all meetings, of a configuration's, of corrections. Each has the fifty newest editions."""

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
from meetings.feeds.atom import AtomFeed, plain
from meetings.feeds.entries import entry
from meetings.languages import page_language
from meetings.licence import licence
from meetings.links import add_link
from meetings.models import Configuration, EditionReason, SubjectType

NEWEST = 50
FEEDS = UUID("b5a8a5a5-6e0c-4c0e-8a39-3c9a1f6d2b07")  # what ids of feeds are made of
CORRECTED = (
    EditionReason.CORRECTION,
    EditionReason.EDITORIAL,
    EditionReason.FACTS,
    EditionReason.RESTORATION,
    EditionReason.WITHDRAWAL,
)
of_the_past = partial(conditional, by_date=False)
# Told by what it is not, so that no database takes it for a reason to leave the index by which the newest are found.
OF_MEETINGS = ~Q(subject_type=SubjectType.TOPIC)


@of_the_past
def everything(request: HttpRequest) -> HttpResponse:
    return feed(request, OF_MEETINGS, _("Council meetings"), "meetings", reverse("meetings"))


@of_the_past
def corrections(request: HttpRequest) -> HttpResponse:
    """What was published once and is no longer so: also what was postponed, cancelled or withdrawn."""
    found = OF_MEETINGS & Q(reason__in=CORRECTED)
    return feed(request, found, _("Council meetings: corrections"), "corrections", reverse("corrections"))


@of_the_past
def configuration(request: HttpRequest, slug: str) -> HttpResponse:
    shown = Configuration.objects.filter(slug=slug).first()
    if shown is None:
        raise Http404
    found = OF_MEETINGS & Q(configuration=slug)
    title = shown.title_in(page_language())
    return feed(request, found, title, f"configurations/{slug}", reverse("configuration", args=[slug]))


def feed(request: HttpRequest, found: Q, title: str, name: str, path: str) -> HttpResponse:
    """`name` tells the feed from others for good, whatever its address; `path` is the page that shows the same."""
    language, at, terms = page_language(), instant_of(request), licence()
    editions = appeared(at, at).filter(found).order_by("-available_from", "-id")[:NEWEST]
    changes = [change for change in changes_of(editions, language) if change.is_legible]
    told: dict[str, Any] = {
        "title": plain(title),
        "link": request.build_absolute_uri(path),
        "description": "",
        "language": language,
        "feed_url": request.build_absolute_uri(request.path),
        "feed_guid": f"urn:uuid:{uuid5(FEEDS, f'{language}/{name}')}",
        "author_name": _("Press office of the Council of the European Union"),
        "feed_copyright": f"{terms.attribution}, {terms.name}: {terms.url}",
        "licence": terms.url,
    }
    atom = AtomFeed(**told)
    bodies = {each.slug: each for each in Configuration.objects.all()} if changes else {}
    for change in changes:
        atom.add_item(**entry(change, request, bodies))
    response = HttpResponse(content_type=AtomFeed.content_type)
    atom.write(response, "utf-8")
    response["Content-Language"] = language
    add_link(response, terms.url, "license")
    return response

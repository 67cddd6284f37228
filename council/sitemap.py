"""The sitemap: an index of files that tell search engines each page, in each language that its text is there in.

A file for all that stands always, and for topics and the meetings of each year as many as it takes. All of them follow
from the live editions, in one query each, and say no more than the pages.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from django.db.models import Count, Max
from django.db.models.functions import ExtractYear
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape
from django.views.decorators.http import require_safe

from meetings.answers import html_path
from meetings.clock import instant_of
from meetings.conditional import conditional
from meetings.languages import page_language
from meetings.links import site_of
from meetings.models import Configuration, Edition, SubjectType
from meetings.vocabulary import Language

SUBJECTS = 200  # of a file: in all 24 languages 4800 addresses, of the 50,000 that the protocol allows, and 14 MB of 50
ALWAYS_THERE = ("home", "today", "meetings", "corrections", "topics", "about", "accessibility", "privacy", "legal")
OPENING = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
WITH_LANGUAGES = f'{NAMESPACES} xmlns:xhtml="http://www.w3.org/1999/xhtml"'


@dataclass(frozen=True)
class Listed:
    """A page by its address behind the language. `default` is the address for readers of other languages."""

    below: str
    languages: Sequence[str]
    default: str
    modified: dt.datetime | None = None


@require_safe
@conditional
def index(request: HttpRequest) -> HttpResponse:
    site, changed = site_of(request), dict[str, dt.datetime]()
    number: dict[str, int] = {}
    live = Edition.objects.live(instant_of(request)).order_by()
    for kind, year, count, last in (
        live.annotate(year=ExtractYear("listed_on"))
        .values("subject_type", "year")
        .annotate(count=Count("pk"), last=Max("available_from"))
        .values_list("subject_type", "year", "count", "last")
    ):
        part = f"meetings-{year:04}" if kind == SubjectType.MEETING else "topics"
        number[part] = number.get(part, 0) + count
        changed[part] = max(last, changed.get(part, last))
    files = [entry(f"{site}{reverse('sitemap-part', args=['pages', 1])}")]
    for part in sorted(number):
        pages = range(1, ceil(number[part] / SUBJECTS) + 1)
        files += [entry(f"{site}{reverse('sitemap-part', args=[part, page])}", changed[part]) for page in pages]
    return xml(f"<sitemapindex {NAMESPACES}>", files, "</sitemapindex>")


def entry(address: str, changed: dt.datetime | None = None) -> str:
    modified = f"<lastmod>{stamp(changed)}</lastmod>" if changed else ""
    return f"<sitemap><loc>{escape(address)}</loc>{modified}</sitemap>"


@require_safe
@conditional
def part(request: HttpRequest, part: str, page: str) -> HttpResponse:
    """`part` is `pages`, `topics` or `meetings-2017`. One that holds nothing is not there."""
    pages = list(published(request, part, int(page)) if part != "pages" else always_there() if page == "1" else ())
    if not pages:
        raise Http404
    site = site_of(request)
    urls = (url for each in pages for url in urls_of(each, site))
    return xml(f"<urlset {WITH_LANGUAGES}>", urls, "</urlset>")


def always_there() -> Iterator[Listed]:
    paths = [reverse(name) for name in ALWAYS_THERE]
    paths += [reverse("configuration", args=[each.slug]) for each in Configuration.objects.all()]
    for path in paths:
        below = path.removeprefix(f"/{page_language()}/")
        yield Listed(below, Language.values, f"/{below}")


def published(request: HttpRequest, part: str, page: int) -> Iterator[Listed]:
    kind, _, year = part.partition("-")
    found = Edition.objects.live(instant_of(request)).order_by("-listed_on", "subject_id")
    if year:
        days = dt.date(int(year), 1, 1), dt.date(int(year), 12, 31)
        found = found.filter(subject_type=SubjectType.MEETING, listed_on__range=days)
    elif kind == "topics":
        found = found.filter(subject_type=SubjectType.TOPIC)
    else:
        return
    told = found.values_list("address", "languages", "source_language", "available_from")
    for below, languages, source, modified in told[(page - 1) * SUBJECTS : page * SUBJECTS]:
        yield Listed(below, languages, html_path(below, source), modified)


def urls_of(listed: Listed, site: str) -> Iterator[str]:
    """One for each language; each names all of them, itself as well, as search engines ask."""
    paths = {language: html_path(listed.below, language) for language in listed.languages}
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href="{escape(site + path)}"/>'
        for language, path in [*paths.items(), ("x-default", listed.default)]
        if len(paths) > 1
    )
    modified = f"<lastmod>{stamp(listed.modified)}</lastmod>" if listed.modified else ""
    for path in paths.values():
        yield f"<url><loc>{escape(site + path)}</loc>{modified}{others}</url>"


def stamp(instant: dt.datetime) -> str:
    return f"{instant.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


def xml(opening: str, lines: Iterable[str], closing: str) -> HttpResponse:
    return HttpResponse(
        OPENING + "\n".join([opening, *lines, closing, ""]), content_type="application/xml; charset=utf-8"
    )

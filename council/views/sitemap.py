"""The sitemap: an index and files that list all pages for search engines, in each language that a page's text has.

The fixed pages, topics and the meetings of each year have as many files as they need. Each file takes one query of the
live editions and reveals no more than the pages do.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from math import ceil
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.db.models.functions import ExtractYear
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape
from django.views.decorators.http import require_safe

from meetings.clock import get_instant
from meetings.documents.choices import Language
from meetings.http.conditional_get import conditional
from meetings.http.links import get_site_url
from meetings.i18n.languages import get_page_language
from meetings.i18n.page_paths import get_page_path
from meetings.models import Configuration, Edition, IndexedFile, SubjectType
from meetings.reference.delegations import DELEGATIONS_BY_CODE

# In 24 languages 20 subjects are 480 addresses and 1.3 MB. The protocol allows 50 MB, but a file is kept compressed and
# takes a hundredth: anybody could ask for all of it again and again, without compression, and read it slowly.
MAX_SUBJECTS_PER_FILE = 20
ABOUT_PAGES = ("about", "accessibility", "privacy", "legal")
LIST_PAGES = ("today", "press", "meetings", "corrections", "topics", "files", "delegations")
FIXED_PAGES = ("home", *LIST_PAGES, "glossary", *ABOUT_PAGES)
XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NAMESPACES_WITH_LINKS = f'{NAMESPACES} xmlns:xhtml="http://www.w3.org/1999/xhtml"'


@require_safe
@conditional
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """List the files of the sitemap, with the time of the latest change in each."""
    site, changed = get_site_url(request), dict[str, dt.datetime]()
    counts: dict[str, int] = {}
    live = Edition.objects.live(get_instant(request)).order_by()
    for kind, year, count, last in (
        live.annotate(year=ExtractYear("listed_on"))
        .values("subject_type", "year")
        .annotate(count=Count("pk"), last=Max("available_from"))
        .values_list("subject_type", "year", "count", "last")
    ):
        part = f"meetings-{year:04}" if kind == SubjectType.MEETING else "topics"
        counts[part] = counts.get(part, 0) + count
        changed[part] = max(last, changed.get(part, last))
    if count := list_live_files(request).count():
        counts["files"], changed["files"] = count, max(changed.values())
    files = []
    for part, count in {"pages": len(list_fixed_addresses()), **dict(sorted(counts.items()))}.items():
        pages = range(1, ceil(count / MAX_SUBJECTS_PER_FILE) + 1)
        addresses = [f"{site}{reverse('sitemap-part', args=[part, page])}" for page in pages]
        files += [render_file_entry(address, changed.get(part)) for address in addresses]
    return build_xml_response(f"<sitemapindex {NAMESPACES}>", files, "</sitemapindex>")


def render_file_entry(address: str, changed: dt.datetime | None = None) -> str:
    return f"<sitemap><loc>{escape(address)}</loc>{render_lastmod(changed)}</sitemap>"


@require_safe
@conditional
def sitemap_part(request: HttpRequest, part: str, page: str) -> HttpResponse:
    """List the pages of a file of the sitemap. Raise 404 if there are none.

    `part` is `pages`, `topics`, `files` or, say, `meetings-2017`.
    """
    if part == "pages":
        urls = list(render_fixed_pages(request, int(page)))
    elif part == "files":
        urls = list(render_file_pages(request, int(page)))
    else:
        urls = list(render_published_pages(request, part, int(page)))
    if not urls:
        raise Http404
    return build_xml_response(f"<urlset {NAMESPACES_WITH_LINKS}>", urls, "</urlset>")


def slice_page(page: int) -> slice:
    return slice((page - 1) * MAX_SUBJECTS_PER_FILE, page * MAX_SUBJECTS_PER_FILE)


def list_fixed_addresses() -> list[str]:
    """Return the addresses of pages that always exist, and those of configurations and delegations."""
    addresses = [reverse(name) for name in FIXED_PAGES]
    addresses += [reverse("configuration", args=[configuration.slug]) for configuration in Configuration.objects.all()]
    return [*addresses, *(reverse("delegation", args=[code.lower()]) for code in DELEGATIONS_BY_CODE)]


def render_fixed_pages(request: HttpRequest, page: int) -> Iterator[str]:
    """Yield these pages in all languages."""
    for address in list_fixed_addresses()[slice_page(page)]:
        path = address.removeprefix(f"/{get_page_language()}/")
        yield from render_urls(get_site_url(request), path, Language.values, f"/{path}")


def list_live_files(request: HttpRequest) -> QuerySet[IndexedFile, Any]:
    """Return the name in addresses and the last change of each interinstitutional file."""
    live = IndexedFile.objects.live(get_instant(request)).order_by("slug")
    return live.values("slug").annotate(changed=Max("edition__available_from")).values_list("slug", "changed")


def render_file_pages(request: HttpRequest, page: int) -> Iterator[str]:
    """Yield the pages of interinstitutional files. They are available in all languages."""
    for slug, changed in list_live_files(request)[slice_page(page)]:
        path = f"files/{slug}/"
        yield from render_urls(get_site_url(request), path, Language.values, f"/{path}", changed)


def render_published_pages(request: HttpRequest, part: str, page: int) -> Iterator[str]:
    """Yield the live meetings of a year, or the live topics, that are in the file with the number `page`."""
    kind, _, year = part.partition("-")
    editions = Edition.objects.live(get_instant(request)).order_by("-listed_on", "subject_id")
    if kind == "topics":
        editions = editions.filter(subject_type=SubjectType.TOPIC)
    else:
        days = dt.date(int(year), 1, 1), dt.date(int(year), 12, 31)
        editions = editions.filter(subject_type=SubjectType.MEETING, listed_on__range=days)
    rows = editions.values_list("address", "languages", "source_language", "available_from")
    for path, languages, source, modified in rows[slice_page(page)]:
        yield from render_urls(get_site_url(request), path, languages, get_page_path(path, source), modified)


def render_urls(
    site: str, path: str, languages: Iterable[str], default: str, modified: dt.datetime | None = None
) -> Iterator[str]:
    """Yield a url element for each language of a page.

    Each lists all languages and itself, as search engines require. `path` is the path after the language. `default` is
    the whole path for readers of other languages.
    """
    paths = {language: get_page_path(path, language) for language in languages}
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href="{escape(site + other)}"/>'
        for language, other in [*paths.items(), ("x-default", default)]
        if len(paths) > 1
    )
    for own in paths.values():
        yield f"<url><loc>{escape(site + own)}</loc>{render_lastmod(modified)}{others}</url>"


def render_lastmod(instant: dt.datetime | None) -> str:
    return f"<lastmod>{instant.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod>" if instant else ""


def build_xml_response(opening: str, lines: Iterable[str], closing: str) -> HttpResponse:
    return HttpResponse(
        XML_DECLARATION + "\n".join([opening, *lines, closing, ""]), content_type="application/xml; charset=utf-8"
    )

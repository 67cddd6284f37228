"""Build the canonical URL of a page and its URLs in other languages (hreflang)."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.http import HttpRequest

from meetings.http.links import get_site_url
from meetings.i18n.languages import get_page_language
from meetings.i18n.page_paths import get_page_path
from meetings.site.publications import Publication

# Query parameters that lead to another page, by the name of the route, in this order. All others are ignored.
SIGNIFICANT_PARAMETERS = {
    "meetings": ("configuration", "year", "month"),
    "month": ("configuration",),
    "configuration": ("year",),
    "delegation": ("year",),
    "meeting-editions": ("before",),
    "topic-editions": ("before",),
}
MAX_PARAMETER_LENGTH = 60  # characters; longer values are ignored, since each page would contain them some fifty times
# A cursor contains an instant, so there is no limit to the number of URLs with one.
CURSOR_ROUTES = ("meetings", "configuration", "corrections", "files")
UNINDEXED_ROUTES = ("search",)


def get_route_name(request: HttpRequest) -> str:
    """Return the name of the route of the request, or an empty string if it has none."""
    return getattr(getattr(request, "resolver_match", None), "url_name", None) or ""


def get_path_below_language(request: HttpRequest) -> str:
    """Return the path after the language, with the query string; that of the home page if the path has no language."""
    prefix, whole = f"/{get_page_language()}/", request.get_full_path()
    return whole.removeprefix(prefix) if whole.startswith(prefix) else ""


def is_indexable(request: HttpRequest) -> bool:
    """Return whether search engines should index the page. Search results and later pages of lists are excluded."""
    route = get_route_name(request)
    return route not in UNINDEXED_ROUTES and not (route in CURSOR_ROUTES and "cursor" in request.GET)


def get_canonical_path(request: HttpRequest) -> str:
    """Return the path after the language, with only those query parameters that lead to another page."""
    pairs = ((name, request.GET.get(name, "")) for name in SIGNIFICANT_PARAMETERS.get(get_route_name(request), ()))
    significant = [(name, value) for name, value in pairs if value and len(value) <= MAX_PARAMETER_LENGTH]
    return get_path_below_language(request).partition("?")[0] + (f"?{urlencode(significant)}" if significant else "")


def build_canonical_url(request: HttpRequest, publication: Publication | None) -> str:
    """Return the absolute URL. A page with a text in a fallback language gets the URL of the page in that language."""
    language = publication.language if publication else get_page_language()
    return get_site_url(request) + get_page_path(get_canonical_path(request), language)


def build_alternate_urls(site: str, path: str, languages: Sequence[str], source_language: str) -> list[tuple[str, str]]:
    """Return a page's absolute URLs by `hreflang`: in the languages of its text, and `x-default` for other readers.

    `path` is that below the language. The default is the source language of the text; for a page without a text it is
    the address that negotiates the language (`/`).
    """
    paths = [(language, get_page_path(path, language)) for language in languages]
    paths.append(("x-default", get_page_path(path, source_language) if source_language else f"/{path}"))
    return [(language, site + path) for language, path in paths]

"""The one address by which machines should know a page, and those of the same page in other languages."""

from urllib.parse import urlencode

from django.http import HttpRequest

from meetings.answers import html_path
from meetings.languages import page_language
from meetings.links import site_of
from meetings.publications import Publication
from meetings.vocabulary import Language

# What of a query makes another page of it, by the name of the route, in this order. All else leads to the same page.
TELLING = {
    "meetings": ("configuration", "year", "month"),
    "month": ("configuration",),
    "configuration": ("year",),
    "meeting-editions": ("before",),
    "topic-editions": ("before",),
}
LONGEST = 60  # characters of a value that any page is by: each is in a page some fifty times
CURSORS = (
    "meetings",
    "configuration",
    "corrections",
)  # a cursor carries its instant, so that there is no end of such addresses
UNLISTED = ("search",)


def route_of(request: HttpRequest) -> str:
    """The name of the route that the request took; empty where it took none."""
    return getattr(getattr(request, "resolver_match", None), "url_name", None) or ""


def below_language(request: HttpRequest) -> str:
    """The page's address behind its language, query included; that of the front page where it begins with none."""
    prefix, whole = f"/{page_language()}/", request.get_full_path()
    return whole.removeprefix(prefix) if whole.startswith(prefix) else ""


def is_listed(request: HttpRequest) -> bool:
    """Whether search engines should keep the page: neither what somebody searched for, nor a place in a long list."""
    route = route_of(request)
    return route not in UNLISTED and not (route in CURSORS and "cursor" in request.GET)


def page_below_language(request: HttpRequest) -> str:
    """As `below_language`, with as much of the query as makes it another page."""
    given = ((name, request.GET.get(name, "")) for name in TELLING.get(route_of(request), ()))
    told = [(name, value) for name, value in given if value and len(value) <= LONGEST]
    return below_language(request).partition("?")[0] + (f"?{urlencode(told)}" if told else "")


def canonical_address(request: HttpRequest, publication: Publication | None) -> str:
    """The whole address; that of the text's own page where the text is borrowed from another language."""
    language = publication.language if publication else page_language()
    return site_of(request) + html_path(page_below_language(request), language)


def alternate_addresses(request: HttpRequest, publication: Publication | None) -> list[tuple[str, str]]:
    """The page's whole address by `hreflang`: in the languages that its text is there in, and for all other readers.

    Those get the language that the text was written in; where there is no one text, what they ask for (`/`).
    """
    below = page_below_language(request)
    languages = publication.languages if publication else Language.values
    found = [(each, html_path(below, each)) for each in languages]
    found.append(("x-default", html_path(below, publication.source_language) if publication else f"/{below}"))
    return [(language, site_of(request) + path) for language, path in found]

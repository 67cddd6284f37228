"""Template tags that link a page to its other languages, for readers and for search engines."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context

from meetings.documents.choices import Language
from meetings.i18n.languages import get_page_language
from meetings.i18n.page_paths import get_page_path
from meetings.site.canonical import build_alternate_urls, build_canonical_url, get_path_below_language, is_indexable
from meetings.site.publications import Publication

register = template.Library()
MAX_ADDRESS_LENGTH = 600
"""Maximum length of an address whose query is kept in links to other languages: the page has one link for each."""


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> dict[str, Any]:
    """Return the links of the language menu: each language with its own name, its URL, and whether it is current.

    The text of the page exists in the `available` languages; in the `untranslated` ones readers see the source text.
    A page of many texts or of none is available in all languages. The links lead to `address` in the context instead of
    to the page itself if that is set, as on a page for an error.
    """
    publication: Publication | None = context.get("publication")
    available = publication.languages if publication else Language.values
    path = context["address"] if "address" in context else get_path_below_language(context["request"])
    path = path if len(path) <= MAX_ADDRESS_LENGTH else path.partition("?")[0]
    current = Language(get_page_language())
    links = [(language, get_page_path(path, language), language == current) for language in Language]
    return {
        "current": current.label,
        "available": [link for link in links if link[0] in available],
        "untranslated": [link for link in links if link[0] not in available],
    }


@register.simple_tag(takes_context=True, name="alternates")
def get_alternate_addresses(context: Context) -> list[tuple[str, str]]:
    """Return the addresses of the page in all languages; none if search engines should not keep the page."""
    request: HttpRequest = context["request"]
    return build_alternate_urls(request, context.get("publication")) if is_indexable(request) else []


@register.simple_tag(takes_context=True, name="canonical")
def get_canonical_address(context: Context) -> str:
    """Return the canonical address of the page; an empty string if search engines should not keep the page."""
    request: HttpRequest = context["request"]
    return build_canonical_url(request, context.get("publication")) if is_indexable(request) else ""

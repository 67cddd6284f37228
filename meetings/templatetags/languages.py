"""Template tags that link a page to its other languages, for readers and for search engines."""

from functools import lru_cache
from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from meetings.documents.choices import Language
from meetings.http.links import get_site_url
from meetings.i18n.languages import get_interface_language, get_page_language
from meetings.i18n.page_paths import get_page_path
from meetings.reference.phrases import translate_phrase
from meetings.site.canonical import (
    build_alternate_urls,
    build_canonical_url,
    get_canonical_path,
    get_path_below_language,
    is_indexable,
)
from meetings.site.publications import Publication

register = template.Library()
WHY_ENGLISH = "The menus of this site are in English because they have not been translated yet."
PLACEHOLDER, SITE_PLACEHOLDER = "\0", "\1"  # no address has these characters
MAX_KEPT_MENUS = 200  # of some kilobytes each: one for each set of languages and, in the menu, for each page language
MAX_ADDRESS_LENGTH = 600
"""Maximum length of an address whose query is kept in links to other languages: the page has one link for each."""


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> dict[str, Any]:
    """Return the links of the language menu: each language with its own name, its URL, and whether it is current.

    The text of the page exists in the `available` languages; in the `untranslated` ones readers see the source text.
    A page of many texts or of none is available in all languages. The links lead to `address` in the context instead of
    to the page itself if that is set, as on a page for an error. `why_english` is a sentence in the language of a page
    whose interface is not translated.
    """
    publication: Publication | None = context.get("publication")
    available = publication.languages if publication else Language.values
    path = context["address"] if "address" in context else get_path_below_language(context["request"])
    path = path if len(path) <= MAX_ADDRESS_LENGTH else path.partition("?")[0]
    current = Language(get_page_language())
    untranslated = tuple(language for language in Language if language not in available)
    has_own_interface = get_interface_language() == current.value
    return {
        "current": current.label,
        "language": current.value,
        "why_english": "" if has_own_interface else translate_phrase(WHY_ENGLISH, "page", current.value),
        "available": render_links(tuple(language for language in Language if language in available), current, path),
        "untranslated": render_links(untranslated, current, path) if untranslated else "",
    }


def render_links(languages: tuple[Language, ...], current: Language, path: str) -> SafeString:
    return mark_safe(render_menu(languages, current).replace(PLACEHOLDER, escape(path)))  # noqa: S308


@lru_cache(MAX_KEPT_MENUS)
def render_menu(languages: tuple[Language, ...], current: Language) -> str:
    """Return the links to a page in these languages, with PLACEHOLDER for its path below the language."""
    links = [(language, get_page_path(PLACEHOLDER, language), language == current) for language in languages]
    return render_to_string("includes/language_links.html", {"links": links})


@register.simple_tag(takes_context=True, name="alternates")
def render_alternates(context: Context) -> SafeString:
    """Return links to the page in all languages; none if search engines should not keep the page."""
    request: HttpRequest = context["request"]
    if not is_indexable(request):
        return mark_safe("")
    publication: Publication | None = context.get("publication")
    languages, source = (publication.languages, publication.source_language) if publication else (Language.values, "")
    links = render_alternate_links(tuple(languages), source)
    site, path = escape(get_site_url(request)), escape(get_canonical_path(request))
    return mark_safe(links.replace(SITE_PLACEHOLDER, site).replace(PLACEHOLDER, path))  # noqa: S308


@lru_cache(MAX_KEPT_MENUS)
def render_alternate_links(languages: tuple[str, ...], source_language: str) -> str:
    """Return the links to a page in these languages, with placeholders for the site and the path below the language."""
    addresses = build_alternate_urls(SITE_PLACEHOLDER, PLACEHOLDER, languages, source_language)
    return format_html_join("", '\n  <link rel="alternate" hreflang="{}" href="{}">\n', addresses)


@register.simple_tag(takes_context=True, name="canonical")
def get_canonical_address(context: Context) -> str:
    """Return the canonical address of the page; an empty string if search engines should not keep the page."""
    request: HttpRequest = context["request"]
    return build_canonical_url(request, context.get("publication")) if is_indexable(request) else ""

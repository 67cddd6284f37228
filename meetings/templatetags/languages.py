"""Template tags that link a page to its other languages, for readers and for search engines."""

from collections.abc import Iterable
from dataclasses import dataclass

from django import template
from django.http import HttpRequest
from django.template import Context

from meetings.answers import get_page_path
from meetings.canonical import build_alternate_urls, build_canonical_url, get_path_below_language, is_indexable
from meetings.languages import get_page_language
from meetings.publications import Publication
from meetings.vocabulary import Language

register = template.Library()
MAX_ADDRESS_LENGTH = 600
"""Maximum length of an address whose query is kept in links to other languages: the page has one link for each."""


@dataclass(frozen=True)
class LanguageLink:
    """A link to the page in a language, which is named in that language."""

    language: str
    name: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class LanguageLinks:
    """Links to the page in all languages.

    The text of the page exists in the `available` languages; in the `untranslated` ones readers see the source text.
    A page of many texts or of none is available in all languages.
    """

    current: str
    available: list[LanguageLink]
    untranslated: list[LanguageLink]


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> LanguageLinks:
    """Return the links of the language menu.

    They lead to `address` in the context instead of to the page itself if that is set, as on a page for an error.
    """
    publication: Publication | None = context.get("publication")
    available = publication.languages if publication else Language.values
    path = context["address"] if "address" in context else get_path_below_language(context["request"])
    path = path if len(path) <= MAX_ADDRESS_LENGTH else path.partition("?")[0]

    def build_links(languages: Iterable[str]) -> list[LanguageLink]:
        return [
            LanguageLink(
                language, Language(language).label, get_page_path(path, language), language == get_page_language()
            )
            for language in languages
        ]

    return LanguageLinks(
        Language(get_page_language()).label,
        build_links(language for language in Language.values if language in available),
        build_links(language for language in Language.values if language not in available),
    )


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

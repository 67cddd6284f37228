"""The page in its other languages: for readers to choose, and for machines to find."""

from collections.abc import Iterable
from dataclasses import dataclass

from django import template
from django.http import HttpRequest
from django.template import Context

from meetings.answers import html_path
from meetings.canonical import alternate_addresses, below_language, canonical_address, is_listed
from meetings.languages import page_language
from meetings.publications import Publication
from meetings.vocabulary import Language

register = template.Library()
LONGEST = 600
"""Characters of an address whose query goes with it into another language: it is in the page once for each."""


@dataclass(frozen=True)
class Choice:
    language: str
    name: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Choices:
    """`held` are those that the text of the page is there in, `others` those in which readers get the source text.

    Where a page is made of many texts or of none, all languages are `held`.
    """

    current: str
    held: list[Choice]
    others: list[Choice]


@register.simple_tag(takes_context=True)
def choices_of_language(context: Context) -> Choices:
    """`address` in the context says where to, where that is not the page itself: one that there is not, say."""
    publication: Publication | None = context.get("publication")
    held = publication.languages if publication else Language.values
    below = context["address"] if "address" in context else below_language(context["request"])
    below = below if len(below) <= LONGEST else below.partition("?")[0]

    def choices(languages: Iterable[str]) -> list[Choice]:
        return [
            Choice(each, Language(each).label, html_path(below, each), each == page_language()) for each in languages
        ]

    return Choices(
        Language(page_language()).label,
        choices(each for each in Language.values if each in held),
        choices(each for each in Language.values if each not in held),
    )


@register.simple_tag(takes_context=True)
def alternates(context: Context) -> list[tuple[str, str]]:
    """As `alternate_addresses`; none of what search engines should not keep."""
    request: HttpRequest = context["request"]
    return alternate_addresses(request, context.get("publication")) if is_listed(request) else []


@register.simple_tag(takes_context=True)
def canonical(context: Context) -> str:
    """Likewise."""
    request: HttpRequest = context["request"]
    return canonical_address(request, context.get("publication")) if is_listed(request) else ""

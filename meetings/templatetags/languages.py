"""The page in its other languages: for readers to choose, and for machines to find."""

from collections.abc import Iterable
from dataclasses import dataclass

from django import template
from django.http import HttpRequest
from django.template import Context

from meetings.answers import html_path
from meetings.languages import page_language
from meetings.publications import Publication
from meetings.vocabulary import Language

register = template.Library()


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


def below_language(request: HttpRequest) -> str:
    """The page's address behind its language, query included; that of the front page where it begins with none."""
    prefix, whole = f"/{page_language()}/", request.get_full_path()
    return whole.removeprefix(prefix) if whole.startswith(prefix) else ""


@register.simple_tag(takes_context=True)
def choices_of_language(context: Context) -> Choices:
    """`address` in the context says where to, where that is not the page itself: one that there is not, say."""
    publication: Publication | None = context.get("publication")
    held = publication.languages if publication else Language.values
    below = context["address"] if "address" in context else below_language(context["request"])

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
    """The page's whole address by `hreflang`: in the languages that its text is there in, and for all other readers.

    Those get the language that the text was written in; where there is no one text, what they ask for (`/`).
    """
    publication: Publication | None = context.get("publication")
    request: HttpRequest = context["request"]
    below = below_language(request)
    if publication:
        below = below.partition("?")[0]
        found = {each: html_path(below, each) for each in publication.languages}
        found["x-default"] = html_path(below, publication.source_language)
    else:
        found = {each: html_path(below, each) for each in Language.values}
        found["x-default"] = f"/{below}"
    return [(language, request.build_absolute_uri(path)) for language, path in found.items()]


@register.simple_tag(takes_context=True)
def canonical(context: Context) -> str:
    """The whole address of the page of the text that is borrowed for this one; empty where none is."""
    publication: Publication | None = context.get("publication")
    if publication is None or publication.language == page_language():
        return ""
    request: HttpRequest = context["request"]
    return request.build_absolute_uri(html_path(below_language(request).partition("?")[0], publication.language))

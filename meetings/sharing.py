"""What is shown of a page elsewhere: where somebody shares its address (Open Graph), and in search results.

Nothing that the page does not say.
"""

import re
from dataclasses import dataclass

from django.templatetags.static import static
from django.utils.translation import gettext as _

from meetings.calendars.words import of_html, status_in_words
from meetings.documents.shape import MeetingDocument, TopicDocument
from meetings.models import Configuration
from meetings.publications import Publication
from meetings.reference.configurations import CONFIGURATIONS
from meetings.reference.emblems import emblem_of
from meetings.vocabulary import MeetingStatus

LONGEST = 300  # characters of a description: what is longer is cut off at a place of others' choice
WIDTH, HEIGHT = 1200, 630  # of pictures (tests/drawings.py)
# Open Graph wants a country with each language: the one where it is the first, or is spoken most.
COUNTRIES = {"cs": "CZ", "da": "DK", "el": "GR", "en": "GB", "et": "EE", "ga": "IE", "sl": "SI", "sv": "SE"}


@dataclass(frozen=True)
class Picture:
    """`path` is on this site, `alt` what can be seen; the words in it are English."""

    path: str
    alt: str
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class Shared:
    type: str
    description: str
    picture: Picture
    locale: str
    other_locales: list[str]


def shared_as(
    language: str, publication: Publication | None, configuration: Configuration | None, description: str = ""
) -> Shared:
    """`language` is the page's; it may be about a text, a configuration, or neither, and have a description."""
    document = publication.document if publication else None
    slug = configuration.slug if configuration else ""
    if isinstance(document, MeetingDocument):
        slug = document.configuration.slug
    language = publication.language if publication else language
    others = publication.languages if publication else []
    return Shared(
        type="article" if publication else "website",
        description=description_of(document) or description or about(configuration, language) or about_the_site(),
        picture=picture_of(slug),
        locale=locale_of(language),
        other_locales=[locale_of(each) for each in others if each != language],
    )


def description_of(document: object) -> str:
    """Of a meeting first what became of it, where it does not take place as it was told."""
    if isinstance(document, MeetingDocument):
        is_as_told = document.status == MeetingStatus.PROVISIONAL or not status_in_words(document)
        told = "" if is_as_told else f"{status_in_words(document)} "
        return excerpt(told + of_html(document.lead))
    return excerpt(of_html(document.lead or document.text)) if isinstance(document, TopicDocument) else ""


def about(configuration: Configuration | None, language: str) -> str:
    if configuration is None:
        return ""
    return _("%s: its meetings year by year, with dates, places and agendas.") % configuration.title_in(language)


def about_the_site() -> str:
    return _("Agendas of the meetings of the Council of the European Union, published by its press office.")


def excerpt(text: str, longest: int = LONGEST) -> str:
    """The text in one line, cut between two words where it is too long."""
    line = " ".join(re.sub(r"^- ", "", text, flags=re.MULTILINE).split())
    if len(line) <= longest:
        return line
    return line[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;:.–-") + "…"


def picture_of(slug: str) -> Picture:
    """That of a configuration of the Council; for other bodies and all else that of the site."""
    facts = next((facts for facts in CONFIGURATIONS if facts.slug == slug), None)
    if facts is None or emblem_of(slug) is None:
        return Picture(static("img/og/council.png"), "Council agendas")
    return Picture(static(f"img/og/{slug}.png"), f"{facts.code}: {facts.name} Council")


def locale_of(language: str) -> str:
    """`fr_FR`."""
    return f"{language}_{COUNTRIES.get(language, language.upper())}"

"""Build the metadata with which other sites show a page: in shared links (Open Graph) and in search results.

It contains nothing that the page does not show.
"""

from dataclasses import dataclass
from typing import Any

from django.templatetags.static import static
from django.utils.translation import gettext as _

from meetings.documents.choices import MeetingStatus
from meetings.documents.plain_text import html_to_line, shorten_text
from meetings.documents.schema import MeetingDocument, TopicDocument
from meetings.documents.traversal import collect_images
from meetings.i18n.event_texts import describe_status_with_reason
from meetings.images.files import build_image_path, find_rendition
from meetings.models import Configuration
from meetings.reference.configurations import CONFIGURATIONS_BY_SLUG
from meetings.site.publications import Publication

MAX_DESCRIPTION_LENGTH = 300  # characters; other sites would cut a longer description anywhere
PICTURE_WIDTH, PICTURE_HEIGHT = 1200, 630  # pixels; see tests/meetings/reference/drawings.py
# Open Graph requires a country for each language: the one where most people speak it.
LOCALE_COUNTRIES = {"cs": "CZ", "da": "DK", "el": "GR", "en": "GB", "et": "EE", "ga": "IE", "sl": "SI", "sv": "SE"}


@dataclass(frozen=True)
class SharePicture:
    """A picture on this site: that of a configuration, with text and `alt` in English, or one of the document."""

    path: str
    alt: str
    width: int = PICTURE_WIDTH
    height: int = PICTURE_HEIGHT
    content_type: str = "image/png"


def build_open_graph_data(
    language: str, publication: Publication | None, configuration: Configuration | None, description: str = ""
) -> dict[str, Any]:
    """Return the metadata of a page in the language. The page may be about a text, a configuration, or neither."""
    document = publication.document if publication else None
    slug = configuration.slug if configuration else ""
    if isinstance(document, MeetingDocument):
        slug = document.configuration.slug
    language = publication.language if publication else language
    others = publication.languages if publication else []
    return {
        "type": "article" if publication else "website",
        "description": (
            describe_document(document)
            or description
            or describe_configuration(configuration, language)
            or _("Agendas of the meetings of the Council of the European Union, published by its press office.")
        ),
        "picture": find_document_picture(document) or get_share_picture(slug),
        "locale": get_locale(language),
        "other_locales": [get_locale(each) for each in others if each != language],
    }


def describe_document(document: object) -> str:
    """Return the start of the text. For a meeting that is not going ahead as planned, the status comes first."""
    if isinstance(document, MeetingDocument):
        is_as_planned = document.status == MeetingStatus.PROVISIONAL or not describe_status_with_reason(document)
        status = "" if is_as_planned else f"{describe_status_with_reason(document)} "
        return shorten_text(status + html_to_line(document.lead), MAX_DESCRIPTION_LENGTH)
    if isinstance(document, TopicDocument):
        return shorten_text(html_to_line(document.lead or document.text), MAX_DESCRIPTION_LENGTH)
    return ""


def describe_configuration(configuration: Configuration | None, language: str) -> str:
    if configuration is None:
        return ""
    return _("%s: all meetings by year, with dates, places and agendas.") % configuration.get_meeting_title(language)


def find_document_picture(document: object) -> SharePicture | None:
    """Return the first picture that the page shows, or None."""
    if not isinstance(document, MeetingDocument | TopicDocument):
        return None
    image = next((image for _link, image in collect_images(document)), None)
    if image is None:
        return None
    file = find_rendition(image, PICTURE_WIDTH)
    path = build_image_path(image.digest, file.name)
    return SharePicture(path, image.alt, file.width, file.height, file.content_type)


def get_share_picture(slug: str) -> SharePicture:
    """Return the picture of a Council configuration; for other bodies and all other pages, that of the site."""
    facts = CONFIGURATIONS_BY_SLUG.get(slug)
    if facts is None:
        return SharePicture(static("img/og/council.png"), "Council agendas")
    return SharePicture(static(f"img/og/{slug}.png"), f"{facts.code}: {facts.name} Council")


def get_locale(language: str) -> str:
    """Return the locale, such as `fr_FR`."""
    return f"{language}_{LOCALE_COUNTRIES.get(language, language.upper())}"

"""Build the entries of feeds from changes."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from meetings.api.resource_urls import build_page_url
from meetings.documents.choices import Language
from meetings.documents.plain_text import html_to_line, shorten_text
from meetings.editions.change_summary import describe_edition
from meetings.editions.edition_history import EditionChange
from meetings.feeds.atom import strip_invalid_xml
from meetings.i18n import date_formats
from meetings.i18n.event_texts import describe_takes_place, join_nonempty
from meetings.i18n.languages import get_interface_language, get_page_language
from meetings.models import Configuration

MAX_LEAD_LENGTH = 1_000  # characters


def build_entry(
    change: EditionChange, request: HttpRequest, configurations: Mapping[str, Configuration]
) -> dict[str, Any]:
    """Return the arguments of the feed's `add_item`. `configurations` are the configurations by slug."""
    edition = change.edition
    return {
        "title": strip_invalid_xml(format_entry_title(change)),
        "link": build_page_url(request, edition.address, get_page_language()),
        "description": None,
        "unique_id": f"urn:uuid:{edition.pk}",
        "pubdate": edition.available_from,
        "updateddate": change.suppressed_at or edition.available_from,
        "language": change.language,
        "alternates": [(each, build_page_url(request, edition.address, each)) for each in edition.languages],
        "summary": build_entry_summary(change) or build_first_summary(change),
        "category": build_entry_category(configurations.get(edition.configuration)),
    }


def format_entry_title(change: EditionChange) -> str:
    """Return “Cancelled: Justice and Home Affairs Council, 14 September 2017”."""
    if change.is_suppressed:
        return _("The text of edition %d has been removed") % change.number
    start, end = change.edition.start_date, change.edition.end_date
    day = f", {date_formats.format_date_range(start, end or start, change.language)}" if start else ""
    return f"{capfirst(describe_change(change))}: {change.head.title}{day}"


def describe_change(change: EditionChange) -> str:
    before = change.previous
    is_readable = before is not None and not before.is_suppressed  # type: ignore[attr-defined]
    return describe_edition(change.edition, change.effects, before if is_readable else None)


def build_entry_summary(change: EditionChange) -> tuple[str, str] | None:
    """Return the language and the text of the summary, or None.

    It is the change note, the public reason for a removal, with what a notice says about the meeting itself, or else a
    sentence on new languages.
    """
    edition = change.edition
    words = change.suppressed_because if change.is_suppressed else change.head.reason or edition.change_note
    if words:
        text = strip_invalid_xml(strip_label(words, describe_change(change)))
        more = describe_takes_place(change.head.takes_place)
        stop = "" if text.endswith((".", "!", "?", "…")) or not more else "."
        return edition.source_language, join_nonempty(f"{text}{stop}", more, by=" ")
    added = [Language(name).label for name in change.documents if name not in change.previous_documents]
    if change.previous and added:
        return get_interface_language(), _("Now also available in: %s.") % ", ".join(map(str, added))
    return None


def build_first_summary(change: EditionChange) -> tuple[str, str] | None:
    """Return the language and the lead of what is published for the first time, or None."""
    lead = strip_invalid_xml(shorten_text(html_to_line(change.head.lead), MAX_LEAD_LENGTH))
    if change.previous or not lead:
        return None
    return change.edition.source_language if "lead" in change.head.fallbacks else change.language, lead


def strip_label(note: str, label: str) -> str:
    """Return the note without its beginning “Corrected:” or “Correction:”, which stands before it anyway."""
    beginning, colon, rest = note.partition(":")
    labels = {_("correction"), *label.casefold().split(", ")}
    is_label = colon and beginning.strip().casefold() in labels
    return str(capfirst(rest.strip())) if is_label and rest.strip() else note


def build_entry_category(configuration: Configuration | None) -> tuple[str, str, str] | None:
    """Return the configuration as a category: the language of the name, the slug and the name."""
    if configuration is None:
        return None
    language = get_page_language()
    name = strip_invalid_xml(configuration.get_name(language))
    return configuration.get_name_language(language), configuration.slug, name

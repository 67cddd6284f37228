"""Build the entries of feeds from changes."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from meetings import dates
from meetings.answers import page_url
from meetings.changes import Change
from meetings.feeds.atom import strip_invalid_xml
from meetings.languages import language_of_words, page_language
from meetings.models import Configuration, EditionReason
from meetings.reference.delegations import DEFAULT_LANGUAGE
from meetings.vocabulary import CALLED_OFF, Language, MeetingStatus


def build_entry(change: Change, request: HttpRequest, configurations: Mapping[str, Configuration]) -> dict[str, Any]:
    """Return the arguments of the feed's `add_item`. `configurations` are the configurations by slug."""
    edition = change.edition
    return {
        "title": strip_invalid_xml(format_entry_title(change)),
        "link": build_entry_url(change, request, page_language()),
        "description": None,
        "unique_id": f"urn:uuid:{edition.pk}",
        "pubdate": edition.available_from,
        "updateddate": change.suppressed_at or edition.available_from,
        "language": change.language,
        "alternates": [(language, build_entry_url(change, request, language)) for language in edition.languages],
        "summary": summary(change),
        "category": build_entry_category(configurations.get(edition.configuration)),
    }


def build_entry_url(change: Change, request: HttpRequest, language: str) -> str:
    return page_url(request, change.edition.address, language)


def format_entry_title(change: Change) -> str:
    """Return “Postponed: Justice and Home Affairs Council, 14 September 2017”."""
    if change.is_suppressed:
        return _("The text of edition %d has been removed") % change.number
    start, end = change.edition.start_date, change.edition.end_date
    day = f", {dates.days(start, end or start, change.language)}" if start else ""
    return f"{capfirst(what_happened(change))}: {change.head.title}{day}"


def what_happened(change: Change) -> str:
    edition, before = change.edition, change.before
    if edition.status in CALLED_OFF and (before is None or before.status != edition.status):
        return str(MeetingStatus(edition.status).label)
    return str(EditionReason(edition.reason).label)


def summary(change: Change) -> tuple[str, str] | None:
    """Return the language and the text of the summary, or None.

    It is the change note, the public reason for a removal, or else a sentence on new languages.
    """
    edition = change.edition
    words = change.suppressed_because if change.is_suppressed else change.head.reason or edition.change_note
    if words:
        return edition.source_language, strip_invalid_xml(words)
    added = [Language(name).label for name in change.digests if name not in change.digests_before]
    if change.before and added:
        return language_of_words(), _("Now also available in: %s.") % ", ".join(map(str, added))
    return None


def build_entry_category(configuration: Configuration | None) -> tuple[str, str, str] | None:
    """Return the configuration as a category: the language of the name, the slug and the name."""
    if configuration is None:
        return None
    language = page_language()
    name_language = language if configuration.named_in(language) else DEFAULT_LANGUAGE
    return name_language, configuration.slug, strip_invalid_xml(configuration.name_in(language))

"""An edition as an entry of a feed: what happened, to what, and in which words."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from meetings import dates
from meetings.answers import page_url
from meetings.changes import Change
from meetings.feeds.atom import plain
from meetings.languages import language_of_words, page_language
from meetings.models import Configuration, EditionReason
from meetings.reference.delegations import DEFAULT_LANGUAGE
from meetings.vocabulary import CALLED_OFF, Language, MeetingStatus


def entry(change: Change, request: HttpRequest, bodies: Mapping[str, Configuration]) -> dict[str, Any]:
    """What the feed's `add_item` takes. `bodies` are the configurations by slug."""
    edition = change.edition
    return {
        "title": plain(title(change)),
        "link": address(change, request, page_language()),
        "description": None,
        "unique_id": f"urn:uuid:{edition.pk}",
        "pubdate": edition.available_from,
        "updateddate": change.suppressed_at or edition.available_from,
        "language": change.language,
        "alternates": [(language, address(change, request, language)) for language in edition.languages],
        "summary": summary(change),
        "body": body(bodies.get(edition.configuration)),
    }


def address(change: Change, request: HttpRequest, language: str) -> str:
    return page_url(request, change.edition.address, language)


def title(change: Change) -> str:
    """“Postponed: Justice and Home Affairs Council, 14 September 2017”."""
    if change.is_suppressed:
        return _("The text of edition %d was taken out") % change.number
    start, end = change.edition.start_date, change.edition.end_date
    day = f", {dates.days(start, end or start, change.language)}" if start else ""
    return f"{capfirst(what_happened(change))}: {change.head.title}{day}"


def what_happened(change: Change) -> str:
    edition, before = change.edition, change.before
    if edition.status in CALLED_OFF and (before is None or before.status != edition.status):
        return str(MeetingStatus(edition.status).label)
    return str(EditionReason(edition.reason).label)


def summary(change: Change) -> tuple[str, str] | None:
    """Language and words: the change note, or the public reason why a text is gone."""
    edition = change.edition
    words = change.suppressed_because if change.is_suppressed else change.head.reason or edition.change_note
    if words:
        return edition.source_language, plain(words)
    added = [Language(name).label for name in change.digests if name not in change.digests_before]
    if change.before and added:
        return language_of_words(), _("Now also in: %s.") % ", ".join(map(str, added))
    return None


def body(configuration: Configuration | None) -> tuple[str, str, str] | None:
    """Who met: the language of the name, the slug, the name."""
    if configuration is None:
        return None
    language = page_language()
    named = language if configuration.named_in(language) else DEFAULT_LANGUAGE
    return named, configuration.slug, plain(configuration.name_in(language))

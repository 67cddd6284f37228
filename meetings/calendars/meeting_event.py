"""A meeting as an event of whole days."""

import datetime as dt
from collections.abc import Iterator
from urllib.parse import urljoin

from django.utils.translation import gettext as _

from meetings.answers import html_path
from meetings.calendars.entries import Entry
from meetings.calendars.event import Happening
from meetings.calendars.facts import Status, status_of
from meetings.calendars.words import earlier_date, of_html, place_of, programme, status_in_words
from meetings.documents.days import days_known
from meetings.documents.shape import MeetingDocument, Tombstone
from meetings.languages import language_of_words, page_language
from meetings.models import Edition
from meetings.vocabulary import MeetingStatus

DAY = dt.timedelta(days=1)


def meeting_event(entry: Entry, document: MeetingDocument | Tombstone, page: str) -> Happening:
    """`document` is the entry's, `page` its address."""
    if isinstance(document, Tombstone):
        return withdrawn_meeting(entry, document, page)
    start, end = days_of(document, entry.held.edition)
    return Happening(
        id=document.id,
        sequence=entry.sequence,
        status=status_of(document),
        start=start,
        end=end + DAY,
        summary=summary(document),
        language=document.language,
        url=page,
        revised=entry.held.history.modified_at,
        created=entry.held.history.published_at,
        location=place_of(document.place),
        description="\n\n".join(part for part in (*description(document), page) if part),
        categories=(document.configuration.name, document.configuration.code),
    )


def withdrawn_meeting(entry: Entry, tombstone: Tombstone, page: str) -> Happening:
    """Nothing of what it was called or was about, and the days that its notice keeps."""
    edition = entry.held.edition
    start, end = days_of(tombstone, edition)
    return Happening(
        id=edition.subject_id,
        sequence=entry.sequence,
        status=Status.CANCELLED,
        start=start,
        end=end + DAY,
        summary=_("Withdrawn"),
        language=language_of_words(),
        url=page,
        revised=edition.available_from,
        description=withdrawn_text(page),
    )


def withdrawn_text(page: str) -> str:
    return f"{_('What stood at this address was withdrawn by the press office:')} {page}"


BEFORE_THE_LAST = dt.date.max - DAY


def days_of(document: MeetingDocument | Tombstone, edition: Edition) -> tuple[dt.date, dt.date]:
    """Its first day and its last, with a day behind them; of one that lost its date, those that it had."""
    had = document.previous if isinstance(document, MeetingDocument) else []
    known = days_known(edition.start_date, edition.end_date, had)
    if known is None:
        return edition.listed_on, edition.listed_on
    return min(known[0], BEFORE_THE_LAST), min(known[1], BEFORE_THE_LAST)


def summary(document: MeetingDocument) -> str:
    """Not every program shows STATUS, so that the title tells of what does not take place."""
    if status_of(document) != Status.CANCELLED:
        return document.title
    words = _("Postponed: %s") if document.status == MeetingStatus.POSTPONED else _("Cancelled: %s")
    return words % document.title


def description(document: MeetingDocument) -> Iterator[str]:
    yield "\n".join(part for part in (status_in_words(document), *map(earlier_date, document.previous)) if part)
    yield of_html(document.lead)
    if lines := "\n".join(programme(document)):
        yield f"{_('Local times (%(timezone)s)') % {'timezone': document.timezone}}\n{lines}"


def page_of(edition: Edition, site: str) -> str:
    return urljoin(site, html_path(edition.address, page_language()))

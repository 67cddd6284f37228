"""Build the event of a meeting, which lasts whole days."""

import datetime as dt
from collections.abc import Iterator
from urllib.parse import urljoin

from django.utils.translation import gettext as _

from meetings.documents.choices import MeetingStatus
from meetings.documents.dates import get_known_days
from meetings.documents.plain_text import html_to_lines
from meetings.documents.schema import MeetingDocument, Tombstone
from meetings.feeds.calendars.meetings import CalendarMeeting
from meetings.feeds.calendars.slots import EventStatus, get_event_status
from meetings.feeds.calendars.vevent_writer import CalendarEvent
from meetings.i18n.event_texts import (
    describe_status_with_reason,
    format_earlier_date,
    format_place,
    list_programme_lines,
)
from meetings.i18n.languages import get_interface_language, get_page_language
from meetings.i18n.page_paths import get_page_path
from meetings.models import Edition

DAY = dt.timedelta(days=1)


def build_meeting_event(meeting: CalendarMeeting, document: MeetingDocument | Tombstone, page: str) -> CalendarEvent:
    """Return the event of a meeting. `document` is the decoded one, `page` the address of its page."""
    if isinstance(document, Tombstone):
        return build_withdrawn_event(meeting, document, page)
    start, end = get_event_days(document, meeting.edition_document.edition)
    return CalendarEvent(
        id=document.id,
        sequence=meeting.sequence,
        status=get_event_status(document),
        start=start,
        end=end + DAY,
        summary=format_meeting_summary(document),
        language=document.language,
        url=page,
        modified_at=meeting.edition_document.history.modified_at,
        published_at=meeting.edition_document.history.published_at,
        location=format_place(document.place),
        description="\n\n".join(part for part in (*list_meeting_description(document), page) if part),
        categories=(document.configuration.name, document.configuration.code),
    )


def build_withdrawn_event(meeting: CalendarMeeting, tombstone: Tombstone, page: str) -> CalendarEvent:
    """Return the event of a withdrawn meeting: the days of the notice, and nothing about its title or content."""
    edition = meeting.edition_document.edition
    start, end = get_event_days(tombstone, edition)
    return CalendarEvent(
        id=edition.subject_id,
        sequence=meeting.sequence,
        status=EventStatus.CANCELLED,
        start=start,
        end=end + DAY,
        summary=_("Withdrawn"),
        language=get_interface_language(),
        url=page,
        modified_at=edition.available_from,
        description=format_withdrawal_notice(page),
    )


def format_withdrawal_notice(page: str) -> str:
    return f"{_('The press office has withdrawn the page at this address:')} {page}"


MAX_LAST_DAY = dt.date.max - DAY


def get_event_days(document: MeetingDocument | Tombstone, edition: Edition) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of the meeting; if it has lost its date, those it had.

    DTEND needs one more day, so the last day that Python has is not returned.
    """
    previous = document.previous if isinstance(document, MeetingDocument) else []
    days = get_known_days(edition.start_date, edition.end_date, previous)
    if days is None:
        return edition.listed_on, edition.listed_on
    return min(days[0], MAX_LAST_DAY), min(days[1], MAX_LAST_DAY)


def format_meeting_summary(document: MeetingDocument) -> str:
    """Return the title. It says “Postponed” or “Cancelled” where that applies, as not every program shows STATUS."""
    if get_event_status(document) != EventStatus.CANCELLED:
        return document.title
    words = _("Postponed: %s") if document.status == MeetingStatus.POSTPONED else _("Cancelled: %s")
    return words % document.title


def list_meeting_description(document: MeetingDocument) -> Iterator[str]:
    yield "\n".join(
        part for part in (describe_status_with_reason(document), *map(format_earlier_date, document.previous)) if part
    )
    yield html_to_lines(document.lead)
    if lines := "\n".join(list_programme_lines(document)):
        yield f"{_('Local times (%(timezone)s)') % {'timezone': document.timezone}}\n{lines}"


def get_edition_url(edition: Edition, site: str) -> str:
    return urljoin(site, get_page_path(edition.address, get_page_language()))

"""Render an event of a calendar as the component VEVENT."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from meetings.feeds.calendars.content_lines import format_line, format_text_line, format_time_line
from meetings.feeds.calendars.slots import EventStatus


@dataclass(frozen=True, kw_only=True)
class CalendarEvent:
    """The data of a VEVENT.

    `start` and `end` are instants, or days; then `end` is the day after the last. `language` is that of the texts.
    `parent_id` is the id of the meeting that a programme point belongs to.
    """

    id: UUID
    sequence: int
    status: EventStatus
    start: dt.date
    end: dt.date
    summary: str
    language: str
    url: str
    modified_at: dt.datetime
    published_at: dt.datetime | None = None
    location: str = ""
    description: str = ""
    categories: tuple[str, ...] = ()
    parent_id: UUID | None = None


def render_event(event: CalendarEvent) -> bytes:
    """Return the event as bytes. Without METHOD, DTSTAMP is the same as LAST-MODIFIED (RFC 5545, 3.8.7.2)."""
    return b"".join(render_event_lines(event))


def render_event_lines(event: CalendarEvent) -> Iterator[bytes]:
    """Yield the lines of the event, in the order in which the icalendar library writes them."""
    language = event.language
    takes_time = isinstance(event.start, dt.datetime) and event.status != EventStatus.CANCELLED
    yield format_line("BEGIN", "VEVENT")
    yield format_text_line("SUMMARY", event.summary, LANGUAGE=language)
    yield format_time_line("DTSTART", event.start)
    yield format_time_line("DTEND", event.end)
    yield format_time_line("DTSTAMP", event.modified_at)
    yield format_line("UID", str(event.id))
    yield format_line("SEQUENCE", str(event.sequence))
    yield format_text_line("CATEGORIES", *event.categories, LANGUAGE=language)
    yield format_line("CLASS", "PUBLIC")
    if event.published_at:
        yield format_time_line("CREATED", event.published_at)
    yield format_text_line("DESCRIPTION", event.description, LANGUAGE=language)
    yield format_time_line("LAST-MODIFIED", event.modified_at)
    yield format_text_line("LOCATION", event.location, LANGUAGE=language)
    if event.parent_id:
        yield format_line("RELATED-TO", str(event.parent_id), RELTYPE="PARENT")
    yield format_line("STATUS", event.status.value)
    yield format_line("TRANSP", "OPAQUE" if takes_time else "TRANSPARENT")
    yield format_line("URL", event.url)
    yield format_line("END", "VEVENT")

"""Render calendars (RFC 5545): their own properties, the time zones that events use, and the events.

The icalendar library writes the properties and time zones. We write the lines of events (3.1) byte for byte as it does,
but in less than half the time: a calendar can have tens of thousands of lines. The tests compare the two.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _

from meetings.clock import BRUSSELS
from meetings.fields.line import join_lines
from meetings.http.licence import get_licence
from meetings.http.links import add_link
from meetings.i18n.event_texts import clean_text
from meetings.i18n.languages import get_interface_language

if TYPE_CHECKING:
    from icalendar import Calendar, Timezone

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT_ID = "-//Council agendas//Calendars//EN"
REFRESH_INTERVAL = dt.timedelta(hours=1)
YEAR = dt.timedelta(days=366)
CALENDAR_END = b"END:VCALENDAR\r\n"
MAX_LINE_OCTETS = 74  # the space that starts a continuation line is one more
ESCAPES = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})


class EventStatus(StrEnum):
    """A value of STATUS."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, kw_only=True)
class CalendarEvent:
    """The data of a VEVENT.

    `start` and `end` are instants, or days; then `end` is the day after the last. `language` is that of the texts.
    `parent_id` is the id of the meeting that a programme point belongs to. `streams` are titles and addresses of live
    streams.
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
    streams: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class CalendarInfo:
    """The properties of a calendar itself.

    `language` is that of the name, `path` that of the page with the same content, `file` the name without extension.
    """

    name: str
    language: str
    path: str
    file: str


def build_calendar_response(request: HttpRequest, info: CalendarInfo, events: Sequence[CalendarEvent]) -> HttpResponse:
    opening = build_calendar(request, info, events).to_ical().removesuffix(CALENDAR_END)
    content = b"".join([opening, *map(render_event, events), CALENDAR_END])
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'inline; filename="{info.file}.ics"'
    response["Content-Language"] = str(info.language)
    add_link(response, get_licence().url, "license")
    return response


def build_calendar(request: HttpRequest, info: CalendarInfo, events: Iterable[CalendarEvent]) -> "Calendar":
    """Return the calendar without its events, but with the time zones that these need."""
    from icalendar import Calendar, vDuration, vText, vUri

    terms = get_licence()
    summary = _("Agendas of the meetings of the Council of the European Union, published by its press office.")
    name = join_lines(clean_text(info.name))
    description = join_lines(clean_text(f"{summary} {terms.attribution}, {terms.name}: {terms.url}"))
    calendar = Calendar()
    calendar.add("prodid", PRODUCT_ID)
    calendar.add("version", "2.0")
    calendar.add("name", name, parameters={"LANGUAGE": info.language})
    calendar.add("description", description, parameters={"LANGUAGE": get_interface_language()})
    # Programs older than RFC 7986 use the following two and X-PUBLISHED-TTL.
    calendar.add("x-wr-calname", vText(name))
    calendar.add("x-wr-caldesc", vText(description))
    calendar.add("url", vUri(request.build_absolute_uri(info.path)))
    calendar.add("source", vUri(request.build_absolute_uri()), parameters={"VALUE": "URI"})
    calendar.add("refresh-interval", vDuration(REFRESH_INTERVAL), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH_INTERVAL))
    for zone in build_time_zones(events):
        zone.pop("comment", None)  # the library adds it, but RFC 5545 does not allow it here
        calendar.add_component(zone)
    return calendar


def build_time_zones(events: Iterable[CalendarEvent]) -> "list[Timezone]":
    """Return the time zones of the events.

    A calendar must have at least one component, so one without events gets the time zone of Brussels.
    """
    from icalendar import Timezone

    starts = [event.start for event in events]
    if not starts:
        return [Timezone.from_tzinfo(BRUSSELS)]
    days = sorted(start.date() if isinstance(start, dt.datetime) else start for start in starts)
    names = {get_zone_name(start) for start in starts if isinstance(start, dt.datetime)} - {""}
    return [Timezone.from_tzid(name, first_date=days[0] - YEAR, last_date=days[-1] + YEAR) for name in sorted(names)]


def get_zone_name(at: dt.datetime) -> str:
    """Return the name of the time zone; empty for UTC, which needs no name."""
    name = find_tzid(at.tzinfo)
    return "" if name == "UTC" else name


@cache
def find_tzid(zone: dt.tzinfo | None) -> str:
    from icalendar.timezone import tzid_from_tzinfo

    return tzid_from_tzinfo(zone) or "UTC"


def render_event(event: CalendarEvent) -> bytes:
    """Return the event as bytes, with its lines in the order in which the icalendar library writes them.

    Without METHOD, DTSTAMP is the same as LAST-MODIFIED (RFC 5545, 3.8.7.2).
    """
    language = event.language
    takes_time = isinstance(event.start, dt.datetime) and event.status != EventStatus.CANCELLED
    lines = [
        format_line("BEGIN", "VEVENT"),
        format_text_line("SUMMARY", event.summary, LANGUAGE=language),
        format_time_line("DTSTART", event.start),
        format_time_line("DTEND", event.end),
        format_time_line("DTSTAMP", event.modified_at),
        format_line("UID", str(event.id)),
        format_line("SEQUENCE", str(event.sequence)),
        format_text_line("CATEGORIES", *event.categories, LANGUAGE=language),
        format_line("CLASS", "PUBLIC"),
        *(format_stream_line(title, address, language) for title, address in event.streams),
        format_time_line("CREATED", event.published_at) if event.published_at else b"",
        format_text_line("DESCRIPTION", event.description, LANGUAGE=language),
        format_time_line("LAST-MODIFIED", event.modified_at),
        format_text_line("LOCATION", event.location, LANGUAGE=language),
        format_line("RELATED-TO", str(event.parent_id), RELTYPE="PARENT") if event.parent_id else b"",
        format_line("STATUS", event.status.value),
        format_line("TRANSP", "OPAQUE" if takes_time else "TRANSPARENT"),
        format_line("URL", event.url),
        format_line("END", "VEVENT"),
    ]
    return b"".join(lines)


def format_line(name: str, value: str, **parameters: str) -> bytes:
    """Return a folded line. `value` is not escaped."""
    parameter_text = "".join(f";{key}={each}" for key, each in parameters.items())
    return fold_line(f"{name}{parameter_text}:{value}".encode())


def format_text_line(name: str, *texts: str, **parameters: str) -> bytes:
    """Return a folded line with escaped texts, separated by commas; empty if there is no text."""
    value = ",".join(clean_text(text).translate(ESCAPES) for text in texts)
    return format_line(name, value, **parameters) if value else b""


def format_stream_line(title: str, address: str, language: str) -> bytes:
    """Return a folded line with the address at which an event can be watched (RFC 7986, 5.11)."""
    from icalendar.parser import Parameters

    label = join_lines(clean_text(title))
    parameters = Parameters({"FEATURE": ["AUDIO", "VIDEO"], "LABEL": label, "LANGUAGE": language, "VALUE": "URI"})
    return fold_line(b"CONFERENCE;" + parameters.to_ical() + f":{iri_to_uri(address)}".encode())


def format_time_line(name: str, at: dt.date) -> bytes:
    """Return a folded line with a day, or with an instant in its time zone."""
    if not isinstance(at, dt.datetime):
        return format_line(name, f"{at.year:04}{at:%m%d}", VALUE="DATE")
    zone = get_zone_name(at)
    return format_line(name, f"{at:%Y%m%dT%H%M%S}", TZID=zone) if zone else format_line(name, f"{at:%Y%m%dT%H%M%SZ}")


def fold_line(octets: bytes) -> bytes:
    """Fold a line between two characters. Do not fold after an escape character, which some programs cannot read."""
    parts = []
    while len(octets) > MAX_LINE_OCTETS:
        end = MAX_LINE_OCTETS
        while octets[end] & 0b1100_0000 == 0b1000_0000:  # within a character
            end -= 1
        end -= octets[end - 1] in rb"\^"
        parts.append(octets[:end])
        octets = octets[end:]
    return b"\r\n ".join((*parts, octets)) + b"\r\n"

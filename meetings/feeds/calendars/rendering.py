"""Render a whole calendar: its own properties, the time zones that events use, and the events."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from icalendar import Calendar, Timezone, vDuration, vText, vUri

from meetings.clock import BRUSSELS
from meetings.feeds.calendars.content_lines import get_zone_name
from meetings.feeds.calendars.vevent_writer import CalendarEvent, render_event
from meetings.http.licence import get_licence
from meetings.http.links import add_link
from meetings.i18n.event_texts import clean_text

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT_ID = "-//Council agendas//Calendars//EN"
REFRESH_INTERVAL = dt.timedelta(hours=1)
YEAR = dt.timedelta(days=366)
CALENDAR_END = b"END:VCALENDAR\r\n"


@dataclass(frozen=True, kw_only=True)
class CalendarInfo:
    """The properties of a calendar itself.

    `source` is its address, `url` that of the page with the same content, `file` its file name without the extension.
    The name is in `language`; the description is in the language of the interface (`description_language`).
    """

    name: str
    description: str
    description_language: str
    language: str
    source: str
    url: str
    file: str


def render_ics(info: CalendarInfo, events: Sequence[CalendarEvent]) -> bytes:
    """Return the calendar as bytes, with the events at the end."""
    opening = build_calendar(info, events).to_ical().removesuffix(CALENDAR_END)
    return b"".join([opening, *map(render_event, events), CALENDAR_END])


def build_calendar(info: CalendarInfo, events: Iterable[CalendarEvent]) -> Calendar:
    """Return the calendar without its events, but with the time zones that these need."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT_ID)
    calendar.add("version", "2.0")
    calendar.add("name", clean_text(info.name), parameters={"LANGUAGE": info.language})
    calendar.add("description", clean_text(info.description), parameters={"LANGUAGE": info.description_language})
    # Programs older than RFC 7986 use the following two and X-PUBLISHED-TTL.
    calendar.add("x-wr-calname", vText(clean_text(info.name)))
    calendar.add("x-wr-caldesc", vText(clean_text(info.description)))
    calendar.add("url", vUri(info.url))
    calendar.add("source", vUri(info.source), parameters={"VALUE": "URI"})
    calendar.add("refresh-interval", vDuration(REFRESH_INTERVAL), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH_INTERVAL))
    for zone in build_time_zones(events):
        zone.pop("comment", None)  # the library adds it, but RFC 5545 does not allow it here
        calendar.add_component(zone)
    return calendar


def build_time_zones(events: Iterable[CalendarEvent]) -> list[Timezone]:
    """Return the time zones of the events.

    A calendar must have at least one component, so one without events gets the time zone of Brussels.
    """
    starts = [event.start for event in events]
    if not starts:
        return [Timezone.from_tzinfo(BRUSSELS)]
    days = sorted(map(get_day, starts))
    names = {get_zone_name(start) for start in starts if isinstance(start, dt.datetime)} - {""}
    return [Timezone.from_tzid(name, first_date=days[0] - YEAR, last_date=days[-1] + YEAR) for name in sorted(names)]


def get_day(start: dt.date) -> dt.date:
    return start.date() if isinstance(start, dt.datetime) else start


def build_calendar_response(info: CalendarInfo, text: bytes) -> HttpResponse:
    response = HttpResponse(text, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'inline; filename="{info.file}.ics"'
    response["Content-Language"] = str(info.language)
    add_link(response, get_licence().url, "license")
    return response

"""A whole calendar: its own properties, its events, and the time zones that they name."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from icalendar import Calendar, Timezone, vDuration, vText, vUri

from meetings.calendars.event import Happening, event_of
from meetings.calendars.words import plain
from meetings.clock import BRUSSELS

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Council agendas//Calendars//EN"
REFRESHED = dt.timedelta(hours=1)
YEAR = dt.timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class About:
    """Of a calendar: `source` is where it is, `url` the page that tells the same to people, `file` a name for it."""

    name: str
    description: str
    language: str
    source: str
    url: str
    file: str


def calendar_of(about: About, happenings: Sequence[Happening]) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    language = {"LANGUAGE": about.language}
    for name, text in (("name", about.name), ("description", about.description)):
        calendar.add(name, plain(text), parameters=language)
    # By the following and by X-PUBLISHED-TTL go programs that are older than RFC 7986.
    calendar.add("x-wr-calname", vText(plain(about.name)))
    calendar.add("x-wr-caldesc", vText(plain(about.description)))
    calendar.add("url", vUri(about.url))
    calendar.add("source", vUri(about.source), parameters={"VALUE": "URI"})
    calendar.add("refresh-interval", vDuration(REFRESHED), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESHED))
    for happening in happenings:
        calendar.add_component(event_of(happening))
    add_time_zones(calendar, happenings)
    return calendar


def add_time_zones(calendar: Calendar, happenings: Iterable[Happening]) -> None:
    """Those that events name. A calendar without a component would be none: an empty one has that of Brussels."""
    days = sorted(day_of(happening.start) for happening in happenings)
    if days:
        calendar.add_missing_timezones(days[0] - YEAR, days[-1] + YEAR)
    else:
        calendar.add_component(Timezone.from_tzinfo(BRUSSELS))
    for zone in calendar.timezones:
        zone.pop("comment", None)  # the library's; the grammar has none there


def day_of(start: dt.date) -> dt.date:
    return start.date() if isinstance(start, dt.datetime) else start


def answer(about: About, happenings: Sequence[Happening]) -> HttpResponse:
    response = HttpResponse(calendar_of(about, happenings).to_ical(), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'inline; filename="{about.file}.ics"'
    response["Content-Language"] = str(about.language)
    return response

"""A whole calendar: its own properties, its events, and the time zones that they name."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from icalendar import Calendar, Timezone, vDuration, vText, vUri

from meetings.calendars.event import Happening, event_of
from meetings.calendars.lines import zone_of
from meetings.calendars.words import plain
from meetings.clock import BRUSSELS
from meetings.licence import licence
from meetings.links import add_link

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Council agendas//Calendars//EN"
REFRESHED = dt.timedelta(hours=1)
YEAR = dt.timedelta(days=366)
END = b"END:VCALENDAR\r\n"


@dataclass(frozen=True, kw_only=True)
class About:
    """Of a calendar: `source` is where it is, `url` the page that tells the same to people, `file` a name for it.

    The name is in `language`; its description is ours, in the language of the site's words (`described_in`).
    """

    name: str
    description: str
    described_in: str
    language: str
    source: str
    url: str
    file: str


def text_of(about: About, happenings: Sequence[Happening]) -> bytes:
    """The events come last."""
    opening = calendar_of(about, happenings).to_ical().removesuffix(END)
    return b"".join([opening, *map(event_of, happenings), END])


def calendar_of(about: About, happenings: Iterable[Happening]) -> Calendar:
    """Without its events."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("name", plain(about.name), parameters={"LANGUAGE": about.language})
    calendar.add("description", plain(about.description), parameters={"LANGUAGE": about.described_in})
    # By the following and by X-PUBLISHED-TTL go programs that are older than RFC 7986.
    calendar.add("x-wr-calname", vText(plain(about.name)))
    calendar.add("x-wr-caldesc", vText(plain(about.description)))
    calendar.add("url", vUri(about.url))
    calendar.add("source", vUri(about.source), parameters={"VALUE": "URI"})
    calendar.add("refresh-interval", vDuration(REFRESHED), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESHED))
    for zone in time_zones(happenings):
        zone.pop("comment", None)  # the library's; the grammar has none there
        calendar.add_component(zone)
    return calendar


def time_zones(happenings: Iterable[Happening]) -> list[Timezone]:
    """Those that events name. A calendar without a component would be none: an empty one has that of Brussels."""
    starts = [happening.start for happening in happenings]
    if not starts:
        return [Timezone.from_tzinfo(BRUSSELS)]
    days = sorted(map(day_of, starts))
    named = {zone_of(start) for start in starts if isinstance(start, dt.datetime)} - {""}
    return [Timezone.from_tzid(name, first_date=days[0] - YEAR, last_date=days[-1] + YEAR) for name in sorted(named)]


def day_of(start: dt.date) -> dt.date:
    return start.date() if isinstance(start, dt.datetime) else start


def answer(about: About, text: bytes) -> HttpResponse:
    response = HttpResponse(text, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'inline; filename="{about.file}.ics"'
    response["Content-Language"] = str(about.language)
    add_link(response, licence().url, "license")
    return response

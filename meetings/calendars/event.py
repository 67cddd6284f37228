"""What happens, as the component VEVENT of a calendar."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from icalendar import Event, vUri

from meetings.calendars.facts import Status
from meetings.calendars.words import plain

KEPT = 8_000  # events: some 25 megabytes a process, and four languages of two thousand


@dataclass(frozen=True, kw_only=True)
class Happening:
    """`start` and `end` are days, `end` the one after the last, or instants.

    `revised` is since when all this is told as it is, `language` that of its texts, `part_of` the whole that a point
    belongs to.
    """

    id: UUID
    sequence: int
    status: Status
    start: dt.date
    end: dt.date
    summary: str
    language: str
    url: str
    revised: dt.datetime
    created: dt.datetime | None = None
    location: str = ""
    description: str = ""
    categories: tuple[str, ...] = ()
    part_of: UUID | None = None


def event_of(happening: Happening) -> Event:
    """Without METHOD, DTSTAMP says when it was last revised, as LAST-MODIFIED does (RFC 5545, 3.8.7.2)."""
    event = Event()
    event.add("uid", str(happening.id))
    event.add("sequence", happening.sequence)
    event.add("dtstamp", happening.revised)
    event.add("last-modified", happening.revised)
    if happening.created:
        event.add("created", happening.created)
    event.add("dtstart", happening.start)
    event.add("dtend", happening.end)
    event.add("status", happening.status.value)
    takes_time = isinstance(happening.start, dt.datetime) and happening.status != Status.CANCELLED
    event.add("transp", "OPAQUE" if takes_time else "TRANSPARENT")
    event.add("class", "PUBLIC")
    language = {"LANGUAGE": happening.language}
    for name in ("summary", "location", "description"):
        if text := plain(getattr(happening, name)):
            event.add(name, text, parameters=language)
    if happening.categories:
        event.add("categories", list(happening.categories), parameters=language)
    event.add("url", vUri(happening.url))
    if happening.part_of:
        event.add("related-to", str(happening.part_of), parameters={"RELTYPE": "PARENT"})
    return event


def written(happening: Happening) -> bytes:
    """The event's lines, from BEGIN to END. They follow from the happening alone, and so are written once and kept."""
    return lines(happening, str(getattr(happening.start, "tzinfo", "")))


@lru_cache(maxsize=KEPT)
def lines(happening: Happening, zone: str) -> bytes:
    """`zone` is named since one instant in two zones is equal, and not written alike."""
    text: bytes = event_of(happening).to_ical()
    return text

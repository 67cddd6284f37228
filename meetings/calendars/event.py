"""What happens, as the component VEVENT of a calendar."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from meetings.calendars.facts import Status
from meetings.calendars.lines import line, text_line, time_line


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


def event_of(happening: Happening) -> bytes:
    """Without METHOD, DTSTAMP says when it was last revised, as LAST-MODIFIED does (RFC 5545, 3.8.7.2)."""
    return b"".join(lines(happening))


def lines(happening: Happening) -> Iterator[bytes]:
    """In the library's order."""
    language = happening.language
    takes_time = isinstance(happening.start, dt.datetime) and happening.status != Status.CANCELLED
    yield line("BEGIN", "VEVENT")
    yield text_line("SUMMARY", happening.summary, LANGUAGE=language)
    yield time_line("DTSTART", happening.start)
    yield time_line("DTEND", happening.end)
    yield time_line("DTSTAMP", happening.revised)
    yield line("UID", str(happening.id))
    yield line("SEQUENCE", str(happening.sequence))
    yield text_line("CATEGORIES", *happening.categories, LANGUAGE=language)
    yield line("CLASS", "PUBLIC")
    if happening.created:
        yield time_line("CREATED", happening.created)
    yield text_line("DESCRIPTION", happening.description, LANGUAGE=language)
    yield time_line("LAST-MODIFIED", happening.revised)
    yield text_line("LOCATION", happening.location, LANGUAGE=language)
    if happening.part_of:
        yield line("RELATED-TO", str(happening.part_of), RELTYPE="PARENT")
    yield line("STATUS", happening.status.value)
    yield line("TRANSP", "OPAQUE" if takes_time else "TRANSPARENT")
    yield line("URL", happening.url)
    yield line("END", "VEVENT")

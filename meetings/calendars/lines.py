"""The lines of an event (RFC 5545, 3.1), octet by octet as the icalendar library writes them.

A calendar has tens of thousands of them, and the library takes twenty times as long. The tests hold these against its.
"""

import datetime as dt
from functools import cache

from icalendar.timezone import tzid_from_tzinfo

from meetings.calendars.words import plain

WIDEST = 74  # octets; the space that continues a line is one more
ESCAPES = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})
zone_name = cache(tzid_from_tzinfo)


def line(name: str, value: str, **parameters: str) -> bytes:
    """`value` is written as it is."""
    said = "".join(f";{key}={each}" for key, each in parameters.items())
    return folded(f"{name}{said}:{value}".encode())


def text_line(name: str, *texts: str, **parameters: str) -> bytes:
    """Nothing where there is no text."""
    value = ",".join(plain(text).translate(ESCAPES) for text in texts)
    return line(name, value, **parameters) if value else b""


def time_line(name: str, at: dt.date) -> bytes:
    """A day, or an instant in its time zone."""
    if not isinstance(at, dt.datetime):
        return line(name, f"{at.year:04}{at:%m%d}", VALUE="DATE")
    zone = zone_of(at)
    return line(name, f"{at:%Y%m%dT%H%M%S}", TZID=zone) if zone else line(name, f"{at:%Y%m%dT%H%M%SZ}")


def zone_of(at: dt.datetime) -> str:
    """The name of its time zone; empty for UTC, which calendars know without."""
    name = zone_name(at.tzinfo) or "UTC"
    return "" if name == "UTC" else name


def folded(octets: bytes) -> bytes:
    """Between two characters, and for some programs' sake not behind a sign that escapes the next one."""
    parts = []
    while len(octets) > WIDEST:
        end = WIDEST
        while octets[end] & 0b1100_0000 == 0b1000_0000:  # within a character
            end -= 1
        end -= octets[end - 1] in rb"\^"
        parts.append(octets[:end])
        octets = octets[end:]
    return b"\r\n ".join((*parts, octets)) + b"\r\n"

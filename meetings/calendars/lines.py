"""Write the lines of an event (RFC 5545, 3.1), byte for byte as the icalendar library writes them.

A calendar has tens of thousands of lines, and the library takes twenty times as long. The tests compare the two.
"""

import datetime as dt
from functools import cache

from icalendar.timezone import tzid_from_tzinfo

from meetings.calendars.words import clean_text

MAX_LINE_OCTETS = 74  # the space that starts a continuation line is one more
ESCAPES = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})
find_tzid = cache(tzid_from_tzinfo)


def format_line(name: str, value: str, **parameters: str) -> bytes:
    """Return a folded line. `value` is not escaped."""
    parameter_text = "".join(f";{key}={each}" for key, each in parameters.items())
    return fold_line(f"{name}{parameter_text}:{value}".encode())


def format_text_line(name: str, *texts: str, **parameters: str) -> bytes:
    """Return a folded line with escaped texts, separated by commas; empty if there is no text."""
    value = ",".join(clean_text(text).translate(ESCAPES) for text in texts)
    return format_line(name, value, **parameters) if value else b""


def format_time_line(name: str, at: dt.date) -> bytes:
    """Return a folded line with a day, or with an instant in its time zone."""
    if not isinstance(at, dt.datetime):
        return format_line(name, f"{at.year:04}{at:%m%d}", VALUE="DATE")
    zone = get_zone_name(at)
    return format_line(name, f"{at:%Y%m%dT%H%M%S}", TZID=zone) if zone else format_line(name, f"{at:%Y%m%dT%H%M%SZ}")


def get_zone_name(at: dt.datetime) -> str:
    """Return the name of the time zone; empty for UTC, which needs no name."""
    name = find_tzid(at.tzinfo) or "UTC"
    return "" if name == "UTC" else name


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

"""Calendars as a subscriber gets them, read by the icalendar library, after the checks that parsers do not make."""

import re
from typing import Any

from icalendar import Calendar

from tests.publicity import Visitor

ALL = "/en/meetings/calendar.ics"


def calendar_at(visitor: Visitor, address: str = ALL) -> Any:
    response = visitor.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert faults(response.content) == []
    return Calendar.from_ical(response.content)


def events_at(visitor: Visitor, address: str = ALL) -> list[Any]:
    return list(calendar_at(visitor, address).walk("VEVENT"))


def event_at(visitor: Visitor, address: str = ALL) -> Any:
    [event] = events_at(visitor, address)
    return event


def told(event: Any) -> dict[str, Any]:
    """What matters first: when, how certain, and how often changed."""
    start, end = (event.decoded(name, None) for name in ("dtstart", "dtend"))
    return {"days": (str(start), str(end)), "status": event["STATUS"], "sequence": int(event["SEQUENCE"])}


def faults(text: bytes) -> list[str]:
    """What is wrong with a calendar that the parsers let pass."""
    found = []
    if b"\n" in text.replace(b"\r\n", b"") or b"\r" in text.replace(b"\r\n", b"") or not text.endswith(b"\r\n"):
        found.append("a line that does not end in CRLF")
    for line in text.split(b"\r\n"):
        if len(line) > 75:
            found.append(f"more than 75 octets: {line!r}")
        try:
            line.decode()
        except UnicodeDecodeError:
            found.append(f"a character over two lines: {line!r}")
    unfolded = text.replace(b"\r\n ", b"").decode()
    if re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]", unfolded):
        found.append("a control character")
    names = re.findall(r"^([A-Z-]+)[;:]", unfolded, re.MULTILINE)
    if "METHOD" in names:
        found.append("METHOD, which is for invitations")
    uids = re.findall(r"^UID:(.+?)\r$", unfolded, re.MULTILINE)
    if len(uids) != len(set(uids)) or len(uids) != names.count("DTSTAMP"):
        found.append("not one UID an event")
    for start, end in re.findall(r"^DTSTART;VALUE=DATE:(\d{8})\r\nDTEND;VALUE=DATE:(\d{8})\r$", unfolded, re.MULTILINE):
        if end <= start:
            found.append(f"{end} does not come after {start}")
    return found

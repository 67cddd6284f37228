"""Read calendars with the icalendar library, after checks that parsers do not make."""

import re
from typing import Any

from icalendar import Calendar

from tests.public_requests import Visitor

ALL = "/en/meetings/calendar.ics"


def read_calendar(visitor: Visitor, address: str = ALL) -> Any:
    response = visitor.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert find_faults(response.content) == []
    return Calendar.from_ical(response.content)


def read_events(visitor: Visitor, address: str = ALL) -> list[Any]:
    return list(read_calendar(visitor, address).walk("VEVENT"))


def read_event(visitor: Visitor, address: str = ALL) -> Any:
    [event] = read_events(visitor, address)
    return event


def read_text(event: Any) -> dict[str, Any]:
    """Return start, end, status and sequence of an event."""
    start, end = (event.decoded(name, None) for name in ("dtstart", "dtend"))
    return {"days": (str(start), str(end)), "status": event["STATUS"], "sequence": int(event["SEQUENCE"])}


def find_faults(text: bytes) -> list[str]:
    """Return the faults of a calendar that the parsers do not report."""
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

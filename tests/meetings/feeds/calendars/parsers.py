"""Read calendars with four parsers by different authors, and return their results in the same form.

Days are dates, and times are seconds since 1970, so that they depend on each parser's knowledge of time zones.
"""

import ctypes
import datetime as dt
import json
import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import icalendar
import vobject  # type: ignore[import-untyped]

from tests.external_tools import find_ical_js, find_libical, find_tool

VEVENT = 4  # of libical's enumeration of components, which never changes


class Read(NamedTuple):
    uid: str
    start: str | int
    end: str | int
    status: str
    sequence: int
    summary: str
    location: str
    conference: str = ""


def parse_moment(time: dt.date) -> str | int:
    return int(time.timestamp()) if isinstance(time, dt.datetime) else time.isoformat()


def read_with_icalendar(text: bytes) -> list[Read]:
    calendar: Any = icalendar.Calendar.from_ical(text)
    assert [part.errors for part in calendar.walk() if part.errors] == []
    return [
        Read(
            str(event["UID"]),
            parse_moment(event.start),
            parse_moment(event.end),
            str(event["STATUS"]),
            int(event["SEQUENCE"]),
            str(event["SUMMARY"]),
            str(event.get("LOCATION", "")),
            str(event.get("CONFERENCE", "")),
        )
        for event in calendar.walk("VEVENT")
    ]


def read_with_vobject(text: bytes) -> list[Read]:
    time_zones = vars(vobject.icalendar)["__tzidMap"]  # vobject keeps those of the first calendar with their years
    for name in set(time_zones) - {"UTC"}:
        del time_zones[name]
    [calendar] = vobject.readComponents(text.decode(), validate=True)
    return [
        Read(
            event.uid.value,
            parse_moment(event.dtstart.value),
            parse_moment(event.dtend.value),
            event.status.value,
            int(event.sequence.value),
            event.summary.value,
            event.location.value if "location" in event.contents else "",
            event.conference.value if "conference" in event.contents else "",
        )
        for event in calendar.contents.get("vevent", [])
    ]


def collect_complaints(text: bytes) -> list[str]:
    """Return the errors that libical writes into a wrong calendar."""
    return re.findall(r"^X-LIC-ERROR.*$", text.decode().replace("\r\n ", ""), re.MULTILINE)


class Time(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_int) for name in ("year", "month", "day", "hour", "minute", "second")),
        ("is_date", ctypes.c_int),
        ("is_daylight", ctypes.c_int),
        ("zone", ctypes.c_void_p),
    ]


def read_with_libical(text: bytes) -> list[Read]:
    library = LibIcal(find_libical())
    calendar = library.parsed(text)
    try:
        library.icalrestriction_check(calendar)
        assert collect_complaints(library.icalcomponent_as_ical_string(calendar)) == []
        return [library.read(event) for event in library.events(calendar)]
    finally:
        library.icalcomponent_free(calendar)


class LibIcal:
    """The functions of the C library with their types."""

    def __init__(self, path: str) -> None:
        self.library = ctypes.CDLL(path)
        pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
        for name, result, *arguments in (
            ("icalparser_parse_string", pointer, text),
            ("icalcomponent_free", None, pointer),
            ("icalcomponent_as_ical_string", text, pointer),
            ("icalrestriction_check", number, pointer),
            ("icalcomponent_get_first_component", pointer, pointer, number),
            ("icalcomponent_get_next_component", pointer, pointer, number),
            ("icalcomponent_get_uid", text, pointer),
            ("icalcomponent_get_summary", text, pointer),
            ("icalcomponent_get_location", text, pointer),
            ("icalcomponent_get_sequence", number, pointer),
            ("icalcomponent_get_status", number, pointer),
            ("icalproperty_status_to_string", text, number),
            ("icalcomponent_get_dtstart", Time, pointer),
            ("icalcomponent_get_dtend", Time, pointer),
            ("icaltime_as_timet_with_zone", ctypes.c_long, Time, pointer),
        ):
            function = getattr(self.library, name)
            function.restype, function.argtypes = result, arguments

    def __getattr__(self, name: str) -> Any:
        return getattr(self.library, name)

    def parsed(self, text: bytes) -> Any:
        calendar = self.icalparser_parse_string(text)
        assert calendar
        return calendar

    def events(self, calendar: Any) -> list[Any]:
        found = []
        event = self.icalcomponent_get_first_component(calendar, VEVENT)
        while event:
            found.append(event)
            event = self.icalcomponent_get_next_component(calendar, VEVENT)
        return found

    def read(self, event: Any) -> Read:
        return Read(
            self.icalcomponent_get_uid(event).decode(),
            self.moment(self.icalcomponent_get_dtstart(event)),
            self.moment(self.icalcomponent_get_dtend(event)),
            self.icalproperty_status_to_string(self.icalcomponent_get_status(event)).decode(),
            self.icalcomponent_get_sequence(event),
            self.icalcomponent_get_summary(event).decode(),
            (self.icalcomponent_get_location(event) or b"").decode(),
            self.find_conference(event),
        )

    def find_conference(self, event: Any) -> str:
        """Return the address as the library writes it again: the number of this property differs between versions."""
        text = self.icalcomponent_as_ical_string(event).decode().replace("\r\n ", "")
        found = re.search(r"(?m)^CONFERENCE;[^\r]*?:(https:[^\r]+)", text)
        return found[1] if found else ""

    def moment(self, time: Time) -> str | int:
        if time.is_date:
            return f"{time.year:04}-{time.month:02}-{time.day:02}"
        return int(self.icaltime_as_timet_with_zone(time, time.zone))


def read_with_ical_js(text: bytes) -> list[Read]:
    script = Path(__file__).with_name("ical.cjs")
    command: Sequence[str | Path] = [find_tool("node"), script, find_ical_js()]
    done = subprocess.run(command, input=json.dumps([text.decode()]), capture_output=True, text=True, check=True)
    [events] = json.loads(done.stdout)
    return [Read(*event) for event in events]


PARSERS: Sequence[Callable[[bytes], list[Read]]] = (
    read_with_icalendar,
    read_with_vobject,
    read_with_libical,
    read_with_ical_js,
)

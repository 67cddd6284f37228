"""The lines of events: as a library writes them that knows the whole of RFC 5545, to the octet."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Event, vUri

from meetings.calendars.event import Happening, event_of
from meetings.calendars.facts import Status
from meetings.calendars.words import plain
from meetings.vocabulary import Language
from tests.agenda.calendars.reading import faults
from tests.cast import PRESS_DAY, named

pytestmark = pytest.mark.once
BRUSSELS = ZoneInfo("Europe/Brussels")
ZONES = [BRUSSELS, ZoneInfo("Europe/Helsinki"), ZoneInfo("Atlantic/Azores"), ZoneInfo("UTC"), dt.UTC]
# What is escaped, what takes several octets, and what breaks lines or may not be in them.
SIGNS = st.text("ab ,;:\\^\"'\n\t\r\x02\x85\u2028éΣ–😀") | st.text(st.characters(exclude_categories=["Cs"]))
TEXTS = SIGNS.map(lambda text: text.replace("\\N", "\\"))  # which the library takes for the end of a line
DAYS = st.dates(dt.date(2002, 1, 1), dt.date(2100, 12, 31))
UTC = st.integers(1_000_000_000, 4_100_000_000).map(lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC))
TIMES = st.builds(lambda at, zone: at.astimezone(zone), UTC, st.sampled_from(ZONES))
HAPPENINGS = st.builds(
    Happening,
    id=st.uuids(),
    sequence=st.integers(0, 300),
    status=st.sampled_from(Status),
    start=DAYS | TIMES,
    end=DAYS | TIMES,
    summary=TEXTS,
    language=st.sampled_from(Language),
    url=st.just("https://agenda.example/en/meetings/jha/2060/09/14/#point-") | st.just("https://agenda.example/en/"),
    revised=UTC,
    created=st.none() | UTC,
    location=TEXTS,
    description=TEXTS,
    categories=st.just(()) | st.tuples(TEXTS.filter(bool), st.just("JHA")),
    part_of=st.none() | st.uuids(),
)


def by_the_library(happening: Happening) -> bytes:
    event = Event()
    language = {"LANGUAGE": happening.language}
    for name, text in (
        ("summary", happening.summary),
        ("location", happening.location),
        ("description", happening.description),
    ):
        if plain(text):
            event.add(name, plain(text), parameters=language)
    if categories := [plain(text) for text in happening.categories]:
        event.add("categories", categories, parameters=language)
    if happening.part_of:
        event.add("related-to", str(happening.part_of), parameters={"RELTYPE": "PARENT"})
    is_busy = isinstance(happening.start, dt.datetime) and happening.status != Status.CANCELLED
    for name, value in {
        "uid": str(happening.id),
        "sequence": happening.sequence,
        "dtstamp": happening.revised,
        "last-modified": happening.revised,
        "created": happening.created,
        "dtstart": happening.start,
        "dtend": happening.end,
        "status": happening.status.value,
        "transp": "OPAQUE" if is_busy else "TRANSPARENT",
        "class": "PUBLIC",
        "url": vUri(happening.url),
    }.items():
        if value is not None:
            event.add(name, value)
    written: bytes = event.to_ical()
    return written


@given(HAPPENINGS)
def test_any_event(happening: Happening) -> None:
    assert event_of(happening) == by_the_library(happening)


@given(st.integers(60, 90), st.sampled_from(["a", "é", "–", "😀", "\\", ";", "\n", "^"]))
def test_wherever_a_line_is_folded(length: int, sign: str) -> None:
    happening = point(summary="x" * length + sign * 90)
    assert event_of(happening) == by_the_library(happening)
    assert faults(b"BEGIN:VCALENDAR\r\n" + event_of(happening)) == []


def test_an_address_on_a_disk_is_no_end_of_a_line() -> None:
    """Which the library makes of it."""
    assert b"SUMMARY;LANGUAGE=en:C:\\\\New\r\n" in event_of(point(summary=r"C:\New"))


def point(**values: Any) -> Happening:
    start = dt.datetime(2060, 9, 14, 13, tzinfo=BRUSSELS)
    given: dict[str, Any] = {
        "id": named("point"),
        "sequence": 0,
        "status": Status.CONFIRMED,
        "start": start,
        "end": start + dt.timedelta(minutes=30),
        "summary": "Press conference",
        "language": "en",
        "url": "https://agenda.example/en/",
        "revised": PRESS_DAY,
    }
    return Happening(**given | values)

"""Test that events are written byte for byte as the icalendar library writes them."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Event, vUri
from icalendar.parser import Parameters

from meetings.documents.choices import Language
from meetings.feeds.calendars.ical import CalendarEvent, EventStatus, render_event
from meetings.fields.line import join_lines
from meetings.i18n.event_texts import clean_text
from tests.factories import PRESS_DAY, make_uuid
from tests.meetings.feeds.calendars.calendar_reader import find_faults

pytestmark = pytest.mark.once
BRUSSELS = ZoneInfo("Europe/Brussels")
ZONES = [BRUSSELS, ZoneInfo("Europe/Helsinki"), ZoneInfo("Atlantic/Azores"), ZoneInfo("UTC"), dt.UTC]
# Characters that are escaped, take several bytes, break lines, or are not allowed.
SIGNS = st.text("ab ,;:\\^\"'\n\t\r\x02\x85\u2028éΣ–😀") | st.text(st.characters(exclude_categories=["Cs"]))
TEXTS = SIGNS.map(lambda text: text.replace("\\N", "\\"))  # the library takes it for a line break
DAYS = st.dates(dt.date(2002, 1, 1), dt.date(2100, 12, 31))
UTC = st.integers(1_000_000_000, 4_100_000_000).map(lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC))
TIMES = st.builds(lambda at, zone: at.astimezone(zone), UTC, st.sampled_from(ZONES))
EVENTS = st.builds(
    CalendarEvent,
    id=st.uuids(),
    sequence=st.integers(0, 300),
    status=st.sampled_from(EventStatus),
    start=DAYS | TIMES,
    end=DAYS | TIMES,
    summary=TEXTS,
    language=st.sampled_from(Language),
    url=st.just("https://agenda.example/en/meetings/jha/2060/09/14/#point-") | st.just("https://agenda.example/en/"),
    modified_at=UTC,
    published_at=st.none() | UTC,
    location=TEXTS,
    description=TEXTS,
    categories=st.just(()) | st.tuples(TEXTS.filter(bool), st.just("JHA")),
    parent_id=st.none() | st.uuids(),
    streams=st.just(()) | st.tuples(st.tuples(TEXTS, st.just("https://video.example/?a=1;b=2,3"))),
)


def render_with_library(event: CalendarEvent) -> bytes:
    component = Event()
    language = {"LANGUAGE": event.language}
    for name, text in (
        ("summary", event.summary),
        ("location", event.location),
        ("description", event.description),
    ):
        if clean_text(text):
            component.add(name, clean_text(text), parameters=language)
    if categories := [clean_text(text) for text in event.categories]:
        component.add("categories", categories, parameters=language)
    for title, address in event.streams:
        label = join_lines(clean_text(title))
        parameters = Parameters({**language, "LABEL": label, "FEATURE": ["AUDIO", "VIDEO"], "VALUE": "URI"})
        component.add("conference", vUri(address), parameters=parameters)
    if event.parent_id:
        component.add("related-to", str(event.parent_id), parameters={"RELTYPE": "PARENT"})
    is_busy = isinstance(event.start, dt.datetime) and event.status != EventStatus.CANCELLED
    for name, value in {
        "uid": str(event.id),
        "sequence": event.sequence,
        "dtstamp": event.modified_at,
        "last-modified": event.modified_at,
        "created": event.published_at,
        "dtstart": event.start,
        "dtend": event.end,
        "status": event.status.value,
        "transp": "OPAQUE" if is_busy else "TRANSPARENT",
        "class": "PUBLIC",
        "url": vUri(event.url),
    }.items():
        if value is not None:
            component.add(name, value)
    written: bytes = component.to_ical()
    return written


@given(EVENTS)
def test_any_event_is_written_like_the_library_does(event: CalendarEvent) -> None:
    assert render_event(event) == render_with_library(event)


@given(st.integers(60, 90), st.sampled_from(["a", "é", "–", "😀", "\\", ";", "\n", "^"]))
def test_lines_are_folded_like_the_library_does(length: int, sign: str) -> None:
    event = make_point(summary="x" * length + sign * 90)
    assert render_event(event) == render_with_library(event)
    assert find_faults(b"BEGIN:VCALENDAR\r\n" + render_event(event)) == []


def test_backslash_before_n_is_not_a_line_break() -> None:
    """The library reads it as one."""
    assert b"SUMMARY;LANGUAGE=en:C:\\\\New\r\n" in render_event(make_point(summary=r"C:\New"))


def make_point(**values: Any) -> CalendarEvent:
    start = dt.datetime(2060, 9, 14, 13, tzinfo=BRUSSELS)
    defaults: dict[str, Any] = {
        "id": make_uuid("point"),
        "sequence": 0,
        "status": EventStatus.CONFIRMED,
        "start": start,
        "end": start + dt.timedelta(minutes=30),
        "summary": "Press conference",
        "language": "en",
        "url": "https://agenda.example/en/",
        "modified_at": PRESS_DAY,
    }
    return CalendarEvent(**defaults | values)

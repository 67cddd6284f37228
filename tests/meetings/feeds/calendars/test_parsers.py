"""Test that four independent parsers read the same events, times and statuses, without errors."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from meetings.documents.choices import Language, MeetingStatus, PointKind, PointState, TimePrecision
from meetings.documents.schema import EarlierDate, MeetingDocument, Place, Point
from meetings.editions.freezing import compose_edition, create_edition, write_editions
from tests.factories import (
    DAY,
    PRESS_DATE,
    PRESS_DAY,
    SECOND,
    make_configuration,
    make_documents,
    make_full_document,
    make_meeting,
    make_meeting_document,
    make_uuid,
    publish_now,
    withdraw,
)
from tests.meetings.feeds.calendars.calendar_reader import find_faults
from tests.meetings.feeds.calendars.parsers import PARSERS, Read, read_with_libical
from tests.programmes import STREAM, make_point, make_programme, make_stream
from tests.public_requests import Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
BRUSSELS = ZoneInfo("Europe/Brussels")
SPRING, AUTUMN = dt.date(2061, 3, 27), dt.date(2061, 10, 30)  # the clocks go forward, and back
Parser = Callable[[bytes], list[Read]]


def fetch_calendar(visitor: Visitor, address: str = "/en/meetings/calendar.ics?points=1") -> bytes:
    response = visitor.get(address)
    assert response.status_code == 200
    assert find_faults(response.content) == []
    return bytes(response.content)


def appear(clock: Any, *documents: MeetingDocument) -> None:
    create_edition(documents, available_from=PRESS_DAY + SECOND)
    clock.move_to(PRESS_DAY + SECOND)


def at(day: dt.date, time: str, **values: Any) -> Point:
    exact = {"kind": PointKind.DOORSTEP, "time_precision": TimePrecision.EXACT}
    return Point(id=make_uuid(f"{day} {time}"), date=day, time=time, **exact | values)


def instant(day: dt.date, hour: int, minute: int = 0) -> int:
    """Return a UTC time as seconds since 1970."""
    return int(dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=dt.UTC).timestamp())


@pytest.mark.parametrize("parser", PARSERS)
class TestParsersAgree:
    def test_parsers_agree_on_days(self, visitor: Visitor, clock: Any, parser: Parser) -> None:
        days = [
            (dt.date(2060, 11, 30), dt.date(2060, 12, 1)),
            (dt.date(2060, 12, 31), dt.date(2061, 1, 1)),
            (dt.date(2060, 2, 29), dt.date(2060, 2, 29)),
            (SPRING - DAY, SPRING),
            (AUTUMN, AUTUMN),
        ]
        for number, (first, last) in enumerate(days):
            document = make_meeting_document(id=make_uuid(f"days {number}"), start_date=first, end_date=last)
            create_edition([document], available_from=PRESS_DAY + SECOND)
        clock.move_to(PRESS_DAY + SECOND)
        read = {(event.start, event.end) for event in parser(fetch_calendar(visitor))}
        assert read == {(first.isoformat(), (last + DAY).isoformat()) for first, last in days}

    def test_parsers_find_the_live_stream(self, visitor: Visitor, clock: Any, parser: Parser) -> None:
        own = make_stream("https://video.example/press?a=1&b=2;c=3", title='Press conference: "live"; sound, picture')
        points = [make_point("Own", live=True, links=[own]), make_point("Meeting's", live=True), make_point("None")]
        appear(clock, make_programme(*points, links=[make_stream()]))
        found = {event.uid: event.conference for event in parser(fetch_calendar(visitor))}
        of_points = [found[str(point.id)] for point in points]
        assert of_points == [own.url, STREAM, ""]
        assert found[str(make_uuid("meeting"))] == STREAM

    def test_parsers_agree_near_changes_of_the_clocks(self, visitor: Visitor, clock: Any, parser: Parser) -> None:
        """A skipped time is an hour later on the new clock; a repeated time is the first of the two."""
        programme = [
            at(day, time) for day in (SPRING, AUTUMN) for time in ("01:45", "02:30", "03:00", "00:00", "23:45")
        ]
        appear(clock, make_meeting_document(start_date=SPRING, end_date=AUTUMN, programme=programme))
        read = {event.uid: (event.start, event.end) for event in parser(fetch_calendar(visitor))}
        begins = {
            (SPRING, "00:00"): instant(SPRING - DAY, 23),
            (SPRING, "01:45"): instant(SPRING, 0, 45),
            (SPRING, "02:30"): instant(SPRING, 1, 30),
            (SPRING, "03:00"): instant(SPRING, 1),
            (SPRING, "23:45"): instant(SPRING, 21, 45),
            (AUTUMN, "00:00"): instant(AUTUMN - DAY, 22),
            (AUTUMN, "01:45"): instant(AUTUMN - DAY, 23, 45),
            (AUTUMN, "02:30"): instant(AUTUMN, 0, 30),
            (AUTUMN, "03:00"): instant(AUTUMN, 2),
            (AUTUMN, "23:45"): instant(AUTUMN, 22, 45),
        }
        for (day, time), start in begins.items():
            assert read[str(make_uuid(f"{day} {time}"))] == (start, start + 1800), (day, time)

    def test_parsers_agree_on_another_time_zone(self, visitor: Visitor, clock: Any, parser: Parser) -> None:
        programme = [at(PRESS_DATE, "13:00")]
        appear(clock, make_meeting_document(timezone="Europe/Sofia", programme=programme))
        assert {event.start for event in parser(fetch_calendar(visitor))} == {"2060-09-14", instant(PRESS_DATE, 10)}

    def test_parsers_agree_on_multibyte_characters(self, visitor: Visitor, clock: Any, parser: Parser) -> None:
        source = make_full_document()
        greek: dict[str, Any] = {
            "title": "Συμβούλιο Δικαιοσύνης και Εσωτερικών Υποθέσεων· έκτακτη σύνοδος, με «εισαγωγικά»; \\ και 😀",
            "lead": f"<p>{'Οι υπουργοί συζητούν τη μεταναστευτική πολιτική, ' * 20}</p>",
            "place": Place(city="Λουξεμβούργο", venue="Ευρωπαϊκό συνεδριακό κέντρο"),
        }
        appear(clock, source, replace(source, language=Language.EL, **greek))
        [meeting, _point] = parser(fetch_calendar(visitor, "/el/meetings/calendar.ics?points=1"))
        assert meeting.summary == greek["title"]
        assert meeting.location == "Ευρωπαϊκό συνεδριακό κέντρο, Λουξεμβούργο"

    def test_parsers_agree_on_status(self, visitor: Visitor, clock: Any, parser: Parser) -> None:
        earlier_dates = [EarlierDate(start_date=PRESS_DATE, end_date=PRESS_DATE + DAY)]
        documents = [
            make_meeting_document("certain", id=make_uuid("certain")),
            make_meeting_document("provisional", id=make_uuid("provisional"), status=MeetingStatus.PROVISIONAL),
            make_meeting_document("off", id=make_uuid("off"), status=MeetingStatus.CANCELLED),
            make_meeting_document(
                "put off",
                id=make_uuid("put off"),
                status=MeetingStatus.POSTPONED,
                start_date=None,
                end_date=None,
                previous=earlier_dates,
            ),
        ]
        write_editions([compose_edition([document], available_from=PRESS_DAY + SECOND) for document in documents])
        clock.move_to(PRESS_DAY + SECOND)
        read = {event.uid: (event.status, event.end) for event in parser(fetch_calendar(visitor))}
        assert read == {
            str(make_uuid("certain")): ("CONFIRMED", "2060-09-15"),
            str(make_uuid("provisional")): ("TENTATIVE", "2060-09-15"),
            str(make_uuid("off")): ("CANCELLED", "2060-09-15"),
            str(make_uuid("put off")): ("CANCELLED", "2060-09-16"),
        }

    def test_parsers_agree_on_withdrawn_meetings(self, visitor: Visitor, clock: Any, parser: Parser) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        point = meeting.programme.get()
        title, uids = "Withdrawn: Justice and Home Affairs Council", (str(meeting.pk), str(point.pk))
        days = ("2060-09-14", "2060-09-15", "CANCELLED", 1, title, "")
        assert parser(fetch_calendar(visitor)) == [Read(uid, *days) for uid in uids]

    def test_parsers_agree_on_an_empty_calendar(self, visitor: Visitor, clock: Any, parser: Parser) -> None:
        make_configuration()
        assert parser(fetch_calendar(visitor, "/en/meetings/jha/calendar.ics")) == []

    def test_parsers_agree_on_cancelled_and_unconfirmed_points(
        self, visitor: Visitor, clock: Any, parser: Parser
    ) -> None:
        programme = [
            at(PRESS_DATE, "13:00", state=PointState.CANCELLED),
            at(PRESS_DATE, "15:00", time_precision=TimePrecision.TO_BE_CONFIRMED),
        ]
        appear(clock, make_meeting_document(programme=programme))
        assert [event.status for event in parser(fetch_calendar(visitor))] == ["CONFIRMED", "CANCELLED", "TENTATIVE"]


def test_parsers_agree_on_a_hundred_meetings(visitor: Visitor, clock: Any) -> None:
    documents = make_documents(100)
    for document in documents:
        document.programme[0].id = make_uuid(f"point of {document.id}")
    write_editions([compose_edition([document], available_from=PRESS_DAY + SECOND) for document in documents])
    clock.move_to(PRESS_DAY + SECOND)
    text = fetch_calendar(visitor)
    read = [parser(text) for parser in PARSERS]
    assert len(read[0]) == 200
    assert all(events == read[0] for events in read)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b"\r\nEND:VTIMEZONE", b"\r\nCOMMENT:None may stand here\r\nEND:VTIMEZONE"),
        (b"\r\nCLASS:PUBLIC", b"\r\nCLASS:PUBLIC\r\nCLASS:PUBLIC"),
        (b"\r\nVERSION:2.0", b""),
    ],
)
def test_libical_reports_errors(visitor: Visitor, clock: Any, right: bytes, wrong: bytes) -> None:
    """Otherwise its silence about our calendars would mean nothing."""
    appear(clock, make_full_document())
    text = fetch_calendar(visitor)
    read_with_libical(text)
    assert right in text
    with pytest.raises(AssertionError):
        read_with_libical(text.replace(right, wrong))

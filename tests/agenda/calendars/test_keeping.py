"""What an event says is written once and kept; it is never told for another event."""

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from meetings.calendars import event
from meetings.calendars.event import Happening, written
from meetings.calendars.facts import Status
from tests.agenda.calendars.reading import ALL, event_at
from tests.cast import DAY, PRESS_DATE, PRESS_DAY, make_meeting, named, published
from tests.publicity import Visitor

BRUSSELS, PARIS = ZoneInfo("Europe/Brussels"), ZoneInfo("Europe/Paris")
START = dt.datetime(2060, 9, 14, 13, tzinfo=BRUSSELS)
END = START + dt.timedelta(minutes=30)
POINT = Happening(
    id=named("point"),
    sequence=0,
    status=Status.CONFIRMED,
    start=START,
    end=END,
    summary="Press conference",
    language="en",
    url="https://agenda.example/en/",
    revised=PRESS_DAY,
    created=PRESS_DAY,
)


class Writing:
    """Counts the events that are really written."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, happening: Happening) -> Any:
        self.number += 1
        return WRITE(happening)


WRITE = event.event_of


@pytest.fixture
def writing(monkeypatch: pytest.MonkeyPatch) -> Writing:
    event.lines.cache_clear()
    counting = Writing()
    monkeypatch.setattr(event, "event_of", counting)
    return counting


@pytest.mark.once
class TestOneEvent:
    @pytest.mark.parametrize(
        "values",
        [
            {"id": UUID(int=1)},
            {"sequence": 1},
            {"status": Status.CANCELLED},
            {"start": START + dt.timedelta(minutes=5)},
            {"start": START.astimezone(PARIS), "end": END.astimezone(PARIS)},
            {"start": START.astimezone(dt.UTC), "end": END.astimezone(dt.UTC)},
            {"start": PRESS_DATE, "end": PRESS_DATE + DAY},
            {"end": END + dt.timedelta(minutes=5)},
            {"summary": "Doorstep"},
            {"language": "fr"},
            {"url": "https://desk.example/en/"},
            {"revised": PRESS_DAY + DAY},
            {"created": None},
            {"location": "Press room"},
            {"description": "In the press room."},
            {"categories": ("JHA",)},
            {"part_of": UUID(int=2)},
        ],
    )
    def test_another_is_written_otherwise(self, values: dict[str, Any]) -> None:
        kept, other = written(POINT), replace(POINT, **values)
        assert written(other) == WRITE(other).to_ical() != kept
        assert written(POINT) == kept == WRITE(POINT).to_ical()

    def test_not_without_end(self) -> None:
        assert event.lines.cache_info().maxsize == event.KEPT


@pytest.mark.django_db
class TestACalendar:
    def test_only_what_changed_is_written_anew(self, visitor: Visitor, clock: Any, writing: Writing) -> None:
        meeting = make_meeting()
        published(clock, meeting, make_meeting("env", PRESS_DATE + DAY))
        first = visitor.get(ALL).content
        assert (visitor.get(ALL).content, writing.number) == (first, 2)
        clock.move_to(PRESS_DAY + DAY)
        meeting.lead = "<p>Changed.</p>"
        meeting.save()
        published(clock, meeting)
        assert b"Changed." in visitor.get(ALL).content
        assert writing.number == 3

    def test_each_language_and_each_site_has_its_own(self, visitor: Visitor, clock: Any, settings: Any) -> None:
        settings.ALLOWED_HOSTS = ["testserver", "desk.example"]
        published(clock, make_meeting())
        page = "/meetings/jha/2060/09/14/"
        assert event_at(visitor)["URL"] == f"http://testserver/en{page}"
        assert event_at(visitor, "/fr/meetings/calendar.ics")["URL"] == f"http://testserver/fr{page}"
        visitor.defaults["SERVER_NAME"] = "desk.example"
        assert event_at(visitor)["URL"] == f"http://desk.example/en{page}"

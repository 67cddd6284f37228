"""What an editor should look at before publishing, as the step in the admin and the command tell it."""

import datetime as dt
from typing import Any

import pytest

from agenda.checking import errors_in, warnings_in
from meetings.documents import shape
from meetings.documents.shape import MeetingDocument
from meetings.vocabulary import ItemKind, PointKind
from tests.cast import DAY, PRESS_DATE, PRESS_DAY, full_document, meeting_document, named

HOME_AFFAIRS, JUSTICE = (
    shape.Session(id=named("home affairs"), title="Home Affairs"),
    shape.Session(id=named("justice"), title="Justice"),
)


def item(title: str, session: shape.Session | None = None, **values: Any) -> shape.Item:
    return shape.Item(id=named(title), title=title, session=session.id if session else None, **values)


def point(title: str = "", **values: Any) -> shape.Point:
    return shape.Point(id=named(title), kind=PointKind.DOORSTEP, title=title, **values)


def warnings_of(agenda: list[shape.Item] | None = None, **values: Any) -> list[str]:
    """Those of a meeting that has a chair and an item, of which nothing is said."""
    chair = shape.Chair(id=named("chair"), name="Andres Anvelt")
    return warnings_in(meeting_document(chairs=[chair], agenda=agenda or [item("Dublin")], **values), PRESS_DAY)


def on(day: dt.date) -> list[str]:
    return warnings_of(start_date=day, end_date=day)


class TestAYearThatCannotBe:
    """As in every field for a day. What is imported passes no form, and is refused when it is published."""

    @pytest.mark.parametrize("year", [1, 1951, 2101, 9999])
    def test_of_anything_that_calendars_tell(self, year: int) -> None:
        day = dt.date(year, 12, 31)
        with_points = [point(date=day, time="23:59")]
        for values in ({"start_date": day, "end_date": day}, {"programme": with_points}):
            [error] = errors_in(meeting_document(**values))
            assert error == f"Check the year: {year:04} is not between 1952 and 2100."

    def test_not_of_an_earlier_date_else_a_wrong_one_could_never_be_corrected(self) -> None:
        day = dt.date(2206, 9, 14)
        earlier = [shape.EarlierDate(start_date=day, end_date=day, city="Brussels")]
        assert errors_in(meeting_document(previous=earlier)) == []

    @pytest.mark.parametrize("day", [dt.date(1952, 1, 1), dt.date(2100, 12, 31)])
    def test_the_first_and_the_last_that_can(self, day: dt.date) -> None:
        assert errors_in(meeting_document(start_date=day, end_date=day, programme=[point(date=day)])) == []


@pytest.mark.parametrize("day", [dt.date(2001, 12, 31), dt.date(1206, 9, 14), PRESS_DATE + 6 * 365 * DAY])
def test_a_year_that_may_be_mistyped(day: dt.date) -> None:
    [warning] = on(day)
    assert warning == f"The meeting is on {day.day} {day:%B} {day.year}: is the year right?"


@pytest.mark.parametrize("day", [dt.date(2002, 1, 1), dt.date(2017, 9, 14), PRESS_DATE + 4 * 365 * DAY])
def test_a_year_that_may_well_be(day: dt.date) -> None:
    assert on(day) == []


class TestSessions:
    def test_items_that_belong_to_none_while_others_do(self) -> None:
        agenda = [item("Dublin", HOME_AFFAIRS), item("Fraud"), item("Courts")]
        assert warnings_of(agenda, sessions=[HOME_AFFAIRS]) == ["2 items belong to no session: “Fraud”, “Courts”"]

    def test_many_of_them(self) -> None:
        agenda = [item("Dublin", HOME_AFFAIRS), *(item(f"{n}") for n in range(7))]
        [warning] = warnings_of(agenda, sessions=[HOME_AFFAIRS])
        assert warning == "7 items belong to no session: “0”, “1”, “2”, “3”, “4”, …"

    def test_a_session_without_items_while_another_has_some(self) -> None:
        warnings = warnings_of([item("Dublin", HOME_AFFAIRS)], sessions=[HOME_AFFAIRS, JUSTICE])
        assert warnings == ["1 session has no items: “Justice”"]

    def test_no_item_belongs_to_one(self) -> None:
        assert warnings_of([item("Dublin")], sessions=[HOME_AFFAIRS, JUSTICE]) == []

    @pytest.mark.parametrize(
        "other", [item("A items", kind=ItemKind.A_ITEMS), item("Lunch", kind=ItemKind.MEAL), item("Both", HOME_AFFAIRS)]
    )
    def test_what_may_stand_as_it_does(self, other: shape.Item) -> None:
        part = item("Part of the first")
        assert warnings_of([item("Dublin", HOME_AFFAIRS, items=[part]), other], sessions=[HOME_AFFAIRS]) == []


class TestProgramme:
    def test_points_without_a_day_in_a_meeting_of_several(self) -> None:
        programme = [point("Minister X"), point(date=PRESS_DATE), point()]
        [warning] = warnings_of(end_date=PRESS_DATE + DAY, programme=programme)
        assert warning == (
            "The meeting has several days, and 2 points of the programme name none: “Minister X”, “Doorstep”"
        )
        assert warnings_of(programme=programme) == []

    @pytest.mark.parametrize(
        ("time", "text"), [("13:00", "+/- 14:00"), ("13:00", "13.30"), ("13:00", "from 9h00"), ("09:00", "9.00 p.m.")]
    )
    def test_a_printed_time_that_is_another(self, time: str, text: str) -> None:
        [warning] = warnings_of(programme=[point("Minister X", time=time, time_text=text)])
        assert warning == f"“Minister X” is at {time}, and its printed time says “{text}”."

    @pytest.mark.parametrize(
        ("time", "text"),
        [
            ("13:00", "+/- 13:00"),
            ("13:00", "13.00 - 14.30"),
            ("09:00", "9h00"),
            ("13:00", "1.00 pm"),
            ("13:00", "at the end of the meeting"),
            ("13:00", ""),
            (None, "after 13:00"),
        ],
    )
    def test_a_printed_time_that_is_the_same_or_none(self, time: str | None, text: str) -> None:
        assert warnings_of(programme=[point("Minister X", time=time, time_text=text)]) == []


def test_nothing_is_said_of_a_full_document() -> None:
    document: MeetingDocument = full_document()
    assert warnings_in(document, PRESS_DAY) == []

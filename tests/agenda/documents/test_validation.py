"""Test the errors that prevent publication, the possible oversights, and the facts that a correction changes."""

import datetime as dt
from typing import Any

import pytest
from msgspec import Struct

from agenda.documents.checks import check_oversights
from agenda.documents.validation import find_changed_facts, find_errors
from meetings.documents import schema
from meetings.documents.choices import ItemKind, PointKind
from meetings.documents.members import Text, get_members
from meetings.documents.traversal import walk_parts
from tests.factories import DAY, PRESS_DATE, PRESS_DAY, make_full_document, make_meeting_document, make_uuid

HOME_AFFAIRS, JUSTICE = (
    schema.Session(id=make_uuid("home affairs"), title="Home Affairs"),
    schema.Session(id=make_uuid("justice"), title="Justice"),
)


def build_item(title: str, session: schema.Session | None = None, **values: Any) -> schema.Item:
    return schema.Item(id=make_uuid(title), title=title, session=session.id if session else None, **values)


def build_point(title: str = "", **values: Any) -> schema.Point:
    return schema.Point(id=make_uuid(title), kind=PointKind.DOORSTEP, title=title, **values)


def list_warnings(agenda: list[schema.Item] | None = None, **values: Any) -> list[str]:
    """Return the warnings of a meeting with a chair and an item, which cause no warning themselves."""
    chair = schema.Chair(id=make_uuid("chair"), name="Andres Anvelt")
    document = make_meeting_document(chairs=[chair], agenda=agenda or [build_item("Dublin")], **values)
    return [check.message for check in check_oversights(document, PRESS_DAY)]


def list_warnings_on(day: dt.date) -> list[str]:
    return list_warnings(start_date=day, end_date=day)


def test_missing_title_is_an_error() -> None:
    assert find_errors(make_meeting_document(title=" ")) == ["The title is missing."]


def test_public_reason_without_a_state_is_an_error() -> None:
    """Pages left it out, so that an approver did not see what files, search and the API had."""
    odd, explained = build_item("Odd", state_note="He resigns."), build_item("Late", state="postponed", state_note="X")
    parent = build_item("Parent", items=[odd, explained])
    [error] = find_errors(make_meeting_document(agenda=[parent]))
    assert error.startswith("Select what happened to the item (added, withdrawn, postponed)")


class TestImpossibleYear:
    """An impossible year is an error, as in every date field: imported documents pass no form."""

    @pytest.mark.parametrize("year", [1, 1951, 2101, 9999])
    def test_year_of_a_meeting_or_point_is_an_error(self, year: int) -> None:
        day = dt.date(year, 12, 31)
        with_points = [build_point(date=day, time="23:59")]
        for values in ({"start_date": day, "end_date": day}, {"programme": with_points}):
            [error] = find_errors(make_meeting_document(**values))
            assert error == f"Check the year: {year:04} is not between 1952 and 2100."

    def test_year_of_an_earlier_date_is_allowed_so_that_it_can_be_corrected(self) -> None:
        day = dt.date(2206, 9, 14)
        earlier = [schema.EarlierDate(start_date=day, end_date=day, city="Brussels")]
        assert find_errors(make_meeting_document(previous=earlier)) == []

    @pytest.mark.parametrize("day", [dt.date(1952, 1, 1), dt.date(2100, 12, 31)])
    def test_first_and_last_possible_day(self, day: dt.date) -> None:
        assert find_errors(make_meeting_document(start_date=day, end_date=day, programme=[build_point(date=day)])) == []


@pytest.mark.parametrize("day", [dt.date(2001, 12, 31), dt.date(1206, 9, 14), PRESS_DATE + 6 * 365 * DAY])
def test_unlikely_year_is_a_warning(day: dt.date) -> None:
    [warning] = list_warnings_on(day)
    assert warning == f"The meeting is on {day.day} {day:%B} {day.year}. Check the year."


@pytest.mark.parametrize("day", [dt.date(2002, 1, 1), dt.date(2017, 9, 14), PRESS_DATE + 4 * 365 * DAY])
def test_likely_year_is_no_warning(day: dt.date) -> None:
    assert list_warnings_on(day) == []


class TestSessions:
    def test_items_without_a_session_while_others_have_one(self) -> None:
        agenda = [build_item("Dublin", HOME_AFFAIRS), build_item("Fraud"), build_item("Courts")]
        assert list_warnings(agenda, sessions=[HOME_AFFAIRS]) == ["2 items are not in a session: “Fraud”, “Courts”"]

    def test_long_list_of_items_is_shortened(self) -> None:
        agenda = [build_item("Dublin", HOME_AFFAIRS), *(build_item(f"{n}") for n in range(7))]
        [warning] = list_warnings(agenda, sessions=[HOME_AFFAIRS])
        assert warning == "7 items are not in a session: “0”, “1”, “2”, “3”, “4”, …"

    def test_session_without_items_while_another_has_some(self) -> None:
        warnings = list_warnings([build_item("Dublin", HOME_AFFAIRS)], sessions=[HOME_AFFAIRS, JUSTICE])
        assert warnings == ["1 session has no items: “Justice”"]

    def test_no_warning_if_no_item_has_a_session(self) -> None:
        assert list_warnings([build_item("Dublin")], sessions=[HOME_AFFAIRS, JUSTICE]) == []

    @pytest.mark.parametrize(
        "other",
        [
            build_item("A items", kind=ItemKind.A_ITEMS),
            build_item("Lunch", kind=ItemKind.MEAL),
            build_item("Both", HOME_AFFAIRS),
        ],
    )
    def test_items_that_need_no_session(self, other: schema.Item) -> None:
        part = build_item("Part of the first")
        assert list_warnings([build_item("Dublin", HOME_AFFAIRS, items=[part]), other], sessions=[HOME_AFFAIRS]) == []


class TestProgramme:
    def test_points_without_a_date_in_a_meeting_of_several_days(self) -> None:
        programme = [build_point("Minister X"), build_point(date=PRESS_DATE), build_point()]
        [warning] = list_warnings(end_date=PRESS_DATE + DAY, programme=programme)
        assert warning == (
            "The meeting lasts several days, and 2 programme events have no date: “Minister X”, “Doorstep”"
        )
        assert list_warnings(programme=programme) == []

    @pytest.mark.parametrize(
        ("time", "text"), [("13:00", "+/- 14:00"), ("13:00", "13.30"), ("13:00", "from 9h00"), ("09:00", "9.00 p.m.")]
    )
    def test_printed_time_that_differs_from_the_time(self, time: str, text: str) -> None:
        [warning] = list_warnings(programme=[build_point("Minister X", time=time, time_text=text)])
        assert warning == f"“Minister X” is at {time}, but its time as printed says “{text}”."

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
    def test_printed_time_that_agrees_or_is_missing(self, time: str | None, text: str) -> None:
        assert list_warnings(programme=[build_point("Minister X", time=time, time_text=text)]) == []


class TestChangedFacts:
    """Minor corrections must not change facts. All members that are declared as facts count."""

    def list_changed_members(self) -> dict[str, bool]:
        """Return whether emptying a member changes a fact, by class and member, for all members with a value."""
        found = {}
        parts: list[Struct] = [make_full_document(), *walk_parts(make_full_document())]
        for place, part in enumerate(parts):
            for name in get_members(type(part)):
                old, new = make_full_document(), make_full_document()
                changed = [new, *walk_parts(new)][place]
                if getattr(changed, name) and name != "id":
                    setattr(changed, name, type(getattr(changed, name))() if name == "place" else None)
                    found[f"{type(part).__name__}.{name}"] = bool(list(find_changed_facts(old, new)))
        return found

    def test_every_declared_fact_counts(self) -> None:
        found = self.list_changed_members()
        facts = {
            f"{shape.__name__}.{name}"
            for shape in schema.SHAPES.values()
            for name, member in get_members(shape).items()
            if member.fact
        }
        assert {name for name in found.keys() & facts if not found[name]} == set()
        assert {
            "Item.documents",
            "MeetingDocument.number",
            "Chair.name",
            "Point.place",
            "Contact.phones",
        } <= found.keys()

    def test_wording_may_change(self) -> None:
        found = self.list_changed_members()
        for shape in schema.SHAPES.values():
            for name, member in get_members(shape).items():
                path = f"{shape.__name__}.{name}"
                if isinstance(member, Text) and not member.fact and path in found:
                    assert not found[path], path
        assert not found["Footnote.mark"]

    def test_added_footnote_is_no_changed_fact_but_an_added_point_is(self) -> None:
        full = make_full_document()
        assert list(find_changed_facts(make_full_document(footnotes=[]), full)) == []
        assert "Home Affairs Council" in find_changed_facts(make_full_document(programme=[]), full)

    def test_place_and_speakers_are_facts_although_they_are_translated(self) -> None:
        moved, other = make_full_document(), make_full_document()
        moved.place.venue = "Europa building"
        other.programme[0].speakers[0].role = "Commissioner"
        assert list(find_changed_facts(make_full_document(), moved)) == [moved.title]
        assert list(find_changed_facts(make_full_document(), other)) == ["Home Affairs Council"]

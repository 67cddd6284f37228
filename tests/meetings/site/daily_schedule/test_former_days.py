"""The daily schedule of a day that a meeting or a point left, for readers with an older printed copy."""

import datetime as dt
from typing import Any

import pytest

from meetings.documents import schema
from meetings.documents.choices import Language, MeetingStatus, PointState
from meetings.editions.freezing import create_edition, create_tombstone
from meetings.models import IndexedEarlierDays, Suppression
from tests.factories import DAY, MINUTE, PRESS_DATE, make_uuid
from tests.meetings.site.daily_schedule.press_days import (
    SCHEDULE,
    TEN,
    extract_text,
    get_page,
    list_entries,
    list_titles,
    make_document,
    make_point,
    publish_documents,
    read_titles,
)
from tests.public_requests import Visitor

pytestmark = pytest.mark.django_db
THURSDAY = PRESS_DATE + 2 * DAY
CANCELLED = {"status": MeetingStatus.CANCELLED}
LOST: dict[str, Any] = {"start_date": None, "end_date": None, "status": MeetingStatus.POSTPONED}


def make_earlier_dates(*days: dt.date) -> list[schema.EarlierDate]:
    return [schema.EarlierDate(start_date=day, end_date=day, city="Brussels") for day in days]


def make_moved_meeting(slug: str = "jha", *points: schema.Point, **values: Any) -> schema.MeetingDocument:
    """Return a meeting that moved from PRESS_DATE to the Thursday after it, unless `values` say otherwise."""
    defaults: dict[str, Any] = {
        "start_date": THURSDAY,
        "end_date": THURSDAY,
        "previous": make_earlier_dates(PRESS_DATE),
    }
    return make_document(slug, *points, **defaults | {"status_reason": "Snow."} | values)


def schedule_url(day: dt.date) -> str:
    return f"/en/day/{day}/"


class TestNotShown:
    def test_scheduled_move_is_not_shown(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_document("jha", make_point("Start", "09:00")))
        before = [
            get_page(visitor, address)
            for address in (SCHEDULE, schedule_url(THURSDAY), "/en/meetings/2060/09/", "/en/")
        ]
        create_edition([make_moved_meeting()], available_from=TEN + DAY)
        assert IndexedEarlierDays.objects.exists()
        after = [
            get_page(visitor, address)
            for address in (SCHEDULE, schedule_url(THURSDAY), "/en/meetings/2060/09/", "/en/")
        ]
        assert before == after

    def test_reverted_move_is_not_shown(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_moved_meeting())
        publish_documents(clock, make_document("jha", make_point("Start", "09:00")))
        assert "Moved" not in get_page(visitor)
        assert "JHA" not in get_page(visitor, schedule_url(THURSDAY))

    def test_former_days_of_withdrawn_meeting_are_not_shown(self, visitor: Visitor, clock: Any) -> None:
        """The notice is on the last days of the meeting only."""
        [edition] = publish_documents(clock, make_moved_meeting("jha", make_point("Secret", "09:00")))
        notice = schema.Tombstone(
            id=make_uuid("jha"), language=Language.EN, title="A note", reason="Early.", address="x"
        )
        clock.move_to(create_tombstone(edition, [notice], available_from=TEN + MINUTE).available_from)
        assert "Nothing is published for this day." in extract_text(get_page(visitor))
        last_day = extract_text(get_page(visitor, schedule_url(THURSDAY)))
        assert "A note Withdrawn Early." in last_day
        assert "Snow" not in last_day

    def test_change_of_place_is_not_a_move(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_moved_meeting(start_date=PRESS_DATE, end_date=PRESS_DATE))
        assert "Moved" not in get_page(visitor)


class TestMovedMeeting:
    def test_links_to_new_day(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(
            clock,
            make_moved_meeting("jha", make_point("Start", "09:00")),
            make_document("env", make_point("Here", "10:00")),
        )
        shown = get_page(visitor)
        assert "JHA Council Moved Moved to Thursday 16 September 2060 : Snow." in extract_text(shown)
        assert f'href="{schedule_url(THURSDAY)}"' in shown
        assert read_titles(shown) == ["Here"]
        assert list_titles(visitor, schedule_url(THURSDAY)) == ["Start"]

    def test_meeting_moved_twice_is_on_both_former_days(self, visitor: Visitor, clock: Any) -> None:
        between = PRESS_DATE + DAY
        publish_documents(clock, make_moved_meeting(previous=make_earlier_dates(PRESS_DATE, between)))
        for day in (PRESS_DATE, between):
            assert "Moved to Thursday 16 September 2060" in extract_text(get_page(visitor, schedule_url(day)))

    def test_meeting_that_lost_its_date_after_a_move_is_on_both_former_days(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_moved_meeting(**LOST, previous=make_earlier_dates(PRESS_DATE, THURSDAY)))
        for day in (PRESS_DATE, THURSDAY):
            assert "JHA Council Postponed, no new date Snow." in extract_text(get_page(visitor, schedule_url(day)))
        assert "JHA" not in get_page(visitor, schedule_url(PRESS_DATE + DAY))

    def test_meeting_moved_by_a_day_is_shown_as_moved_on_first_day_only(self, visitor: Visitor, clock: Any) -> None:
        earlier = [schema.EarlierDate(start_date=PRESS_DATE, end_date=PRESS_DATE + DAY)]
        publish_documents(clock, make_moved_meeting(start_date=PRESS_DATE + DAY, previous=earlier))
        assert "Moved to Wednesday 15 – Thursday 16 September 2060" in extract_text(get_page(visitor))
        new_day = get_page(visitor, schedule_url(PRESS_DATE + DAY))
        assert "Moved to" not in new_day
        assert "Day 1 of 2" in new_day

    def test_meeting_cancelled_after_a_move(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_moved_meeting(status=MeetingStatus.CANCELLED))
        assert "JHA Council Cancelled Moved to Thursday 16 September 2060" in extract_text(get_page(visitor))

    def test_meetings_that_take_place_come_first_by_start_time(self, visitor: Visitor, clock: Any) -> None:
        start = {"kind": "start"}
        publish_documents(
            clock,
            make_moved_meeting("gac"),
            make_document("jha", make_point("Later", "10:00", **start)),
            make_document("env", make_point("Unknown")),
            make_document("fac", make_point("Sooner", "09:00", **start)),
        )
        shown = extract_text(get_page(visitor)).partition("Meetings")[2]
        assert sorted(("FAC C", "JHA C", "ENVI C", "GAC C"), key=shown.index) == ["FAC C", "JHA C", "ENVI C", "GAC C"]


class TestMovedPoint:
    def test_point_moved_alone_is_on_former_day(self, visitor: Visitor, clock: Any) -> None:
        """The meeting has nothing else on the former day."""
        before, was = PRESS_DATE - 3 * DAY, PRESS_DATE - 4 * DAY
        earlier = [schema.EarlierTime(date=was, time=time, time_text=time) for time in ("10:00", "11:00")]
        publish_documents(
            clock,
            make_document("jha", make_point("Press", "15:00", date=before, state=PointState.MOVED, previous=earlier)),
        )
        html = get_page(visitor, schedule_url(was))
        [shown] = list_entries(html)
        assert shown.startswith("11:00 JHA")
        assert shown.endswith("Moved to Saturday 11 September 2060 , 15:00")
        assert f'href="{schedule_url(before)}"' in html

    @pytest.mark.parametrize(
        ("values", "shown"), [(LOST, "Postponed"), ({"status": MeetingStatus.CANCELLED}, "Cancelled")]
    )
    def test_point_of_called_off_meeting_will_not_take_place(
        self, visitor: Visitor, clock: Any, values: dict[str, Any], shown: str
    ) -> None:
        before = PRESS_DATE - 3 * DAY
        publish_documents(clock, make_moved_meeting("jha", make_point("Early", "15:00", date=before), **values))
        html = get_page(visitor, schedule_url(before))
        text = extract_text(html)
        assert f"JHA Council {shown}" in text
        assert "Will not take place: Press briefing: Early , 15:00" in text
        assert read_titles(html) == []


class TestPointOfSupersededEdition:
    """A correction does not record where a point was."""

    def test_moved_point_has_its_present_title(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(
            clock, make_document("jha", make_point("Start", "09:00"), make_point("Old", "16:00", id=make_uuid("press")))
        )
        new = make_point("New", "10:00", id=make_uuid("press"), date=PRESS_DATE + DAY)
        publish_documents(clock, make_document("jha", make_point("Start", "09:00"), new))
        html = get_page(visitor)
        [_start, shown] = list_entries(html)
        assert shown.startswith("16:00 JHA")
        assert shown.endswith("New Moved Moved to Wednesday 15 September 2060 , 10:00")
        assert "Old" not in html

    def test_removed_point_is_named_by_its_kind(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_document("jha", make_point("Start", "09:00"), make_point("Secret", "16:00")))
        publish_documents(clock, make_document("jha", make_point("Start", "09:00")))
        html = get_page(visitor)
        [_start, shown] = list_entries(html)
        assert shown.endswith("Press briefing Removed This is no longer in the programme.")
        assert "Secret" not in html

    def test_removed_point_on_a_day_without_other_points(self, visitor: Visitor, clock: Any) -> None:
        before = PRESS_DATE - 3 * DAY
        publish_documents(clock, make_document("jha", make_point("Early", "15:00", date=before)))
        publish_documents(clock, make_document("jha"))
        assert "This is no longer in the programme." in get_page(visitor, schedule_url(before))

    def test_point_that_was_typed_again_is_not_removed(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_document("jha", make_point("Start", "09:00", id=make_uuid("one"))))
        publish_documents(clock, make_document("jha", make_point("Start", "09:00", id=make_uuid("two"))))
        assert len(list_entries(get_page(visitor))) == 1

    def test_points_of_moved_meeting_are_not_listed(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_document("jha", make_point("Start", "09:00")))
        publish_documents(clock, make_moved_meeting("jha", make_point("Start", "09:00")))
        assert list_entries(get_page(visitor)) == []

    def test_points_of_suppressed_edition_are_not_shown(self, visitor: Visitor, clock: Any) -> None:
        [first] = publish_documents(clock, make_document("jha", make_point("Secret", "16:00")))
        publish_documents(clock, make_document("jha"))
        assert len(list_entries(get_page(visitor))) == 1
        Suppression.objects.create(edition=first, at=TEN + DAY, reason="A private number stood in it.")
        assert list_entries(get_page(visitor)) == []

    def test_points_of_withdrawn_meeting_are_not_shown(self, visitor: Visitor, clock: Any) -> None:
        [first] = publish_documents(clock, make_document("jha", make_point("Secret", "16:00")))
        notice = schema.Tombstone(
            id=make_uuid("jha"), language=Language.EN, title="A note", reason="Early.", address="x"
        )
        clock.move_to(create_tombstone(first, [notice], available_from=TEN + MINUTE).available_from)
        publish_documents(clock, make_document("jha"))
        assert list_entries(get_page(visitor)) == []

    def test_points_of_scheduled_edition_are_not_shown(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_document("jha", make_point("Start", "09:00")))
        create_edition(
            [make_document("jha", make_point("Start", "09:00"), make_point("Secret", "16:00"))],
            available_from=TEN + DAY,
        )
        create_edition([make_document("jha", make_point("Start", "09:00"))], available_from=TEN + 2 * DAY)
        assert len(list_entries(get_page(visitor))) == 1


class TestNextDay:
    def test_next_day_skips_called_off_meetings(self, visitor: Visitor, clock: Any) -> None:
        day = {"start_date": THURSDAY, "end_date": THURSDAY}
        publish_documents(
            clock, make_document("jha", status=MeetingStatus.POSTPONED, **day), make_moved_meeting("gac", **LOST)
        )
        assert "Next day with a meeting" not in get_page(visitor)

    def test_next_day_includes_new_date_of_postponed_meeting(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_moved_meeting(status=MeetingStatus.POSTPONED))
        assert "Next day with a meeting: 16 September 2060" in extract_text(get_page(visitor))


@pytest.mark.parametrize("number", [1, 4])
def test_number_of_queries_is_constant(visitor: Visitor, clock: Any, number: int) -> None:
    at = TEN + MINUTE
    for n in range(number):
        create_edition([make_moved_meeting("jha", id=make_uuid(f"{n}"), address_word=f"w{n}")], available_from=at)
    clock.move_to(at)
    assert get_page(visitor).count("Moved to") == number
    assert len(visitor.statements) == 5

"""A day that a meeting or a point left: its sheet says so to who comes with the print of last week."""

import datetime as dt
from typing import Any

import pytest

from meetings.documents import shape
from meetings.editions import bury, freeze
from meetings.models import IndexedEarlierDays, Suppression
from meetings.vocabulary import Language, MeetingStatus, PointState
from tests.cast import DAY, MINUTE, PRESS_DATE, named
from tests.meetings.day_sheet.press_days import SHEET, TEN, appear, entries, meeting, page, point, titles, words
from tests.publicity import Visitor

pytestmark = pytest.mark.django_db
THURSDAY = PRESS_DATE + 2 * DAY
CANCELLED = {"status": MeetingStatus.CANCELLED}
LOST: dict[str, Any] = {"start_date": None, "end_date": None, "status": MeetingStatus.POSTPONED}


def was_on(*days: dt.date) -> list[shape.EarlierDate]:
    return [shape.EarlierDate(start_date=day, end_date=day, city="Brussels") for day in days]


def moved(slug: str = "jha", *points: shape.Point, **values: Any) -> shape.MeetingDocument:
    """From the day to the Thursday, unless said otherwise."""
    given: dict[str, Any] = {"start_date": THURSDAY, "end_date": THURSDAY, "previous": was_on(PRESS_DATE)}
    return meeting(slug, *points, **given | {"status_reason": "Snow."} | values)


def sheet(day: dt.date) -> str:
    return f"/en/day/{day}/"


class TestWhatIsNotTold:
    def test_a_move_that_is_still_to_come(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, meeting("jha", point("Start", "09:00")))
        before = [page(visitor, address) for address in (SHEET, sheet(THURSDAY), "/en/meetings/2060/09/", "/en/")]
        freeze([moved()], available_from=TEN + DAY)
        assert IndexedEarlierDays.objects.exists()
        after = [page(visitor, address) for address in (SHEET, sheet(THURSDAY), "/en/meetings/2060/09/", "/en/")]
        assert before == after

    def test_a_move_that_was_taken_back(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, moved())
        appear(clock, meeting("jha", point("Start", "09:00")))
        assert "Moved" not in page(visitor)
        assert "JHA" not in page(visitor, sheet(THURSDAY))

    def test_where_something_withdrawn_had_moved_to_or_from(self, visitor: Visitor, clock: Any) -> None:
        """Its notice keeps the days that it had last."""
        [edition] = appear(clock, moved("jha", point("Secret", "09:00")))
        notice = shape.Tombstone(id=named("jha"), language=Language.EN, title="A note", reason="Early.", address="x")
        clock.move_to(bury(edition, [notice], available_from=TEN + MINUTE).available_from)
        assert "Nothing is published for this day." in words(page(visitor))
        assert "A note Withdrawn Early." in words(page(visitor, sheet(THURSDAY)))
        assert "Snow" not in page(visitor, sheet(THURSDAY))

    def test_that_only_the_place_changed(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, moved(start_date=PRESS_DATE, end_date=PRESS_DATE))
        assert "Moved" not in page(visitor)


class TestAMeeting:
    def test_that_moved_leads_to_its_new_day(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, moved("jha", point("Start", "09:00")), meeting("env", point("Here", "10:00")))
        told = page(visitor)
        assert "JHA Council Moved Moved to Thursday 16 September 2060 : Snow." in words(told)
        assert f'href="{sheet(THURSDAY)}"' in told
        assert titles(visitor) == ["Here"]
        assert titles(visitor, sheet(THURSDAY)) == ["Start"]

    def test_that_moved_twice_is_told_on_both_days(self, visitor: Visitor, clock: Any) -> None:
        between = PRESS_DATE + DAY
        appear(clock, moved(previous=was_on(PRESS_DATE, between)))
        for day in (PRESS_DATE, between):
            assert "Moved to Thursday 16 September 2060" in words(page(visitor, sheet(day)))

    def test_that_lost_its_date_after_a_move_is_told_on_both_days(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, moved(**LOST, previous=was_on(PRESS_DATE, THURSDAY)))
        for day in (PRESS_DATE, THURSDAY):
            assert "JHA Council Postponed No new date yet. Snow." in words(page(visitor, sheet(day)))
        assert "JHA" not in page(visitor, sheet(PRESS_DATE + DAY))

    def test_that_moved_by_a_day_is_told_where_it_is_no_more(self, visitor: Visitor, clock: Any) -> None:
        earlier = [shape.EarlierDate(start_date=PRESS_DATE, end_date=PRESS_DATE + DAY)]
        appear(clock, moved(start_date=PRESS_DATE + DAY, previous=earlier))
        assert "Moved to Wednesday 15 – Thursday 16 September 2060" in words(page(visitor))
        assert "Moved to" not in page(visitor, sheet(PRESS_DATE + DAY))
        assert "Day 1 of 2" in page(visitor, sheet(PRESS_DATE + DAY))

    def test_that_was_cancelled_after_a_move(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, moved(status=MeetingStatus.CANCELLED))
        assert "JHA Council Cancelled Moved to Thursday 16 September 2060" in words(page(visitor))

    def test_what_takes_place_comes_before_it_by_its_start(self, visitor: Visitor, clock: Any) -> None:
        start = {"kind": "start"}
        appear(
            clock,
            moved("gac"),
            meeting("jha", point("Later", "10:00", **start)),
            meeting("env", point("Unknown")),
            meeting("fac", point("Sooner", "09:00", **start)),
        )
        told = words(page(visitor)).partition("Who meets")[2]
        assert sorted(("FAC C", "JHA C", "ENVI C", "GAC C"), key=told.index) == ["FAC C", "JHA C", "ENVI C", "GAC C"]


class TestAPoint:
    def test_that_moved_to_another_day_alone_is_found(self, visitor: Visitor, clock: Any) -> None:
        """Its meeting has nothing else on the day that it left."""
        before, was = PRESS_DATE - 3 * DAY, PRESS_DATE - 4 * DAY
        earlier = [shape.EarlierTime(date=was, time=time, time_text=time) for time in ("10:00", "11:00")]
        appear(clock, meeting("jha", point("Press", "15:00", date=before, state=PointState.MOVED, previous=earlier)))
        [told] = entries(page(visitor, sheet(was)))
        assert told.startswith("11:00 JHA")
        assert told.endswith("Moved to Saturday 11 September 2060 , 15:00")
        assert f'href="{sheet(before)}"' in page(visitor, sheet(was))

    @pytest.mark.parametrize(
        ("values", "told"), [(LOST, "Postponed"), ({"status": MeetingStatus.CANCELLED}, "Cancelled")]
    )
    def test_of_a_meeting_that_is_called_off_does_not_take_place(
        self, visitor: Visitor, clock: Any, values: dict[str, Any], told: str
    ) -> None:
        before = PRESS_DATE - 3 * DAY
        appear(clock, moved("jha", point("Early", "15:00", date=before), **values))
        text = words(page(visitor, sheet(before)))
        assert f"JHA Council {told}" in text
        assert "Does not take place: Press briefing: Early , 15:00" in text
        assert titles(visitor, sheet(before)) == []


class TestAPointOfAnEarlierEdition:
    """Whoever corrects a note writes nothing of where a point was."""

    def test_that_moved_is_told_by_its_present_name(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, meeting("jha", point("Start", "09:00"), point("Old", "16:00", id=named("press"))))
        new = point("New", "10:00", id=named("press"), date=PRESS_DATE + DAY)
        appear(clock, meeting("jha", point("Start", "09:00"), new))
        [_start, told] = entries(page(visitor))
        assert told.startswith("16:00 JHA")
        assert told.endswith("New Moved Moved to Wednesday 15 September 2060 , 10:00")
        assert "Old" not in page(visitor)

    def test_that_is_in_the_programme_no_more_is_told_by_its_kind(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, meeting("jha", point("Start", "09:00"), point("Secret", "16:00")))
        appear(clock, meeting("jha", point("Start", "09:00")))
        [_start, told] = entries(page(visitor))
        assert told.endswith("Press briefing Removed It is not in the programme any more.")
        assert "Secret" not in page(visitor)

    def test_on_a_day_on_which_its_meeting_has_nothing_else(self, visitor: Visitor, clock: Any) -> None:
        before = PRESS_DATE - 3 * DAY
        appear(clock, meeting("jha", point("Early", "15:00", date=before)))
        appear(clock, meeting("jha"))
        assert "It is not in the programme any more." in page(visitor, sheet(before))

    def test_nothing_of_one_that_was_made_anew(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, meeting("jha", point("Start", "09:00", id=named("one"))))
        appear(clock, meeting("jha", point("Start", "09:00", id=named("two"))))
        assert len(entries(page(visitor))) == 1

    def test_nothing_more_of_a_meeting_that_left_as_a_whole(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, meeting("jha", point("Start", "09:00")))
        appear(clock, moved("jha", point("Start", "09:00")))
        assert entries(page(visitor)) == []

    def test_nothing_of_a_text_that_was_taken_out(self, visitor: Visitor, clock: Any) -> None:
        [first] = appear(clock, meeting("jha", point("Secret", "16:00")))
        appear(clock, meeting("jha"))
        assert len(entries(page(visitor))) == 1
        Suppression.objects.create(edition=first, at=TEN, reason="A private number stood in it.")
        assert entries(page(visitor)) == []

    def test_nothing_of_what_was_withdrawn_meanwhile(self, visitor: Visitor, clock: Any) -> None:
        [first] = appear(clock, meeting("jha", point("Secret", "16:00")))
        notice = shape.Tombstone(id=named("jha"), language=Language.EN, title="A note", reason="Early.", address="x")
        clock.move_to(bury(first, [notice], available_from=TEN + MINUTE).available_from)
        appear(clock, meeting("jha"))
        assert entries(page(visitor)) == []

    def test_nothing_of_what_is_still_to_come(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, meeting("jha", point("Start", "09:00")))
        freeze([meeting("jha", point("Start", "09:00"), point("Secret", "16:00"))], available_from=TEN + DAY)
        freeze([meeting("jha", point("Start", "09:00"))], available_from=TEN + 2 * DAY)
        assert len(entries(page(visitor))) == 1


class TestTheNextDay:
    def test_is_none_of_what_is_called_off(self, visitor: Visitor, clock: Any) -> None:
        day = {"start_date": THURSDAY, "end_date": THURSDAY}
        appear(clock, meeting("jha", status=MeetingStatus.POSTPONED, **day), moved("gac", **LOST))
        assert "Next day with a meeting" not in page(visitor)

    def test_but_one_to_which_something_was_postponed(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, moved(status=MeetingStatus.POSTPONED))
        assert "Next day with a meeting: 16 September 2060" in words(page(visitor))


@pytest.mark.parametrize("number", [1, 30])
def test_it_takes_the_same_queries_however_much_left(visitor: Visitor, clock: Any, number: int) -> None:
    at = TEN + MINUTE
    for n in range(number):
        freeze([moved("jha", id=named(f"{n}"), address_word=f"w{n}")], available_from=at)
    clock.move_to(at)
    assert page(visitor).count("Moved to") == number
    assert len(visitor.statements) == 5

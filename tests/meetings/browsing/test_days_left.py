"""The calendar of a month tells of days that meetings left; the list where today is, and what a meeting was before."""

import datetime as dt
import re
from typing import Any

import pytest

from meetings.documents import shape
from meetings.editions import bury, freeze
from meetings.vocabulary import Language, MeetingStatus, PointKind, PointState
from tests.cast import DAY, MINUTE, PRESS_DATE, make_configuration, make_meeting, named, published, withdraw
from tests.meetings.day_sheet.press_days import TEN, appear, meeting, page, point, words
from tests.publicity import Visitor

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER = "/en/meetings/2060/09/", "/en/meetings/2060/10/"
IN_OCTOBER = dt.date(2060, 10, 5)
LOST: dict[str, Any] = {"start_date": None, "end_date": None, "status": MeetingStatus.POSTPONED}


def boxes(visitor: Visitor, address: str = SEPTEMBER) -> list[str]:
    """What stands in each box of the calendar."""
    found = re.findall(r'(?s)<li class="entry (from-\d over-\d).*?>(.*?)</li>', page(visitor, address))
    return [f"{place}: {words(box)}" for place, box in found]


def moved(slug: str = "jha", to: dt.date | None = IN_OCTOBER, **values: Any) -> shape.MeetingDocument:
    earlier = [shape.EarlierDate(start_date=PRESS_DATE, end_date=PRESS_DATE + DAY, city="Brussels")]
    given: dict[str, Any] = {"start_date": to, "end_date": to, "previous": earlier, "status_reason": "Snow."}
    return meeting(slug, **given | values)


def withdrawn(clock: Any, document: shape.MeetingDocument) -> None:
    [edition] = appear(clock, document)
    notice = shape.Tombstone(
        id=document.id, language=Language.EN, title="A note", reason="Sent early.", address=edition.address
    )
    clock.move_to(bury(edition, [notice], available_from=TEN + 5 * MINUTE).available_from)


class TestAMonth:
    def test_of_what_moved_away_it_says_where_to(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, moved())
        dates = "Tuesday 14 – Wednesday 15 September 2060"
        assert boxes(visitor) == [f"from-2 over-2: {dates} JHA JHA Council Moved to Tuesday 5 October 2060"]
        assert boxes(visitor, OCTOBER) == ["from-2 over-1: Tuesday 5 October 2060 JHA JHA Council"]
        assert 'href="/en/day/2060-09-15/"' in page(visitor, SEPTEMBER)

    def test_within_a_month_it_stands_on_both_days(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, moved(to=PRESS_DATE + DAY))
        left, now = boxes(visitor)
        assert left.startswith("from-2 over-1: Tuesday 14 September 2060")
        assert now == "from-3 over-1: Wednesday 15 September 2060 JHA JHA Council"

    def test_of_what_lost_its_date_it_says_why(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, moved(**LOST))
        [told] = boxes(visitor)
        assert told.endswith("JHA Council Postponed No new date yet. Snow.")

    def test_a_withdrawn_one_is_its_notice(self, visitor: Visitor, clock: Any) -> None:
        withdrawn(clock, meeting("jha", point("Secret", "09:00"), status_reason="Secret"))
        assert boxes(visitor) == ["from-2 over-1: Tuesday 14 September 2060 A note Withdrawn Sent early."]
        assert 'href="/en/meetings/jha/2060/09/14/"' in page(visitor, SEPTEMBER)
        assert "Secret" not in page(visitor, SEPTEMBER)

    @pytest.mark.parametrize(
        ("query", "left", "notices"),
        [("configuration=jha", 1, 1), ("configuration=env", 0, 0), ("status=confirmed", 1, 0), ("form=informal", 0, 0)],
    )
    def test_what_is_chosen_holds_for_them_too(
        self, visitor: Visitor, clock: Any, query: str, left: int, notices: int
    ) -> None:
        """Of a notice, nothing is known but who was to meet."""
        make_configuration("jha")
        make_configuration("env")
        appear(clock, moved(id=named("moved"), address_word="moved"))
        withdrawn(clock, meeting("jha"))
        told = " ".join(boxes(visitor, f"{SEPTEMBER}?{query}"))
        assert (told.count("Moved to"), told.count("Withdrawn")) == (left, notices)

    def test_those_of_a_day_stand_by_the_clock_of_their_start(self, visitor: Visitor, clock: Any) -> None:
        def starting(slug: str, time: str) -> shape.MeetingDocument:
            return meeting(slug, point("Start", time, kind=PointKind.START))

        appear(clock, meeting("gac"), starting("jha", "11:00"), starting("fac", "09:00"), starting("env", "10:00"))
        assert [box.split()[-2] for box in boxes(visitor)] == ["FAC", "ENVI", "JHA", "GAC"]

    def test_a_notice_beside_one_that_moved_from_the_same_day(self, visitor: Visitor, clock: Any) -> None:
        gone = make_meeting("env")
        published(clock, gone)
        clock.move_to(withdraw(gone, reason="Sent too early.").available_from)
        earlier = [shape.EarlierDate(start_date=PRESS_DATE, end_date=PRESS_DATE)]
        appear(clock, meeting("jha", start_date=IN_OCTOBER, end_date=IN_OCTOBER, previous=earlier))
        assert len(boxes(visitor)) == 2

    @pytest.mark.parametrize("number", [1, 20])
    def test_as_many_queries_however_much_left(self, visitor: Visitor, clock: Any, number: int) -> None:
        for n in range(number):
            freeze([moved(id=named(f"{n}"), address_word=f"w{n}")], available_from=TEN + MINUTE)
        clock.move_to(TEN + MINUTE)
        assert len(boxes(visitor)) == number
        assert len(visitor.statements) == 7


def parts(visitor: Visitor, query: str = "") -> dict[str, str]:
    html = page(visitor, f"/en/meetings/{query}").partition("<main")[2].partition('<nav class="years"')[0]
    found = re.split(r"(?s)<h2[^>]*>(.*?)</h2>", html)[1:]
    return {words(heading): words(part) for heading, part in zip(found[::2], found[1::2], strict=True)}


class TestTheList:
    def test_it_is_parted_where_today_is(self, visitor: Visitor, clock: Any) -> None:
        def on(slug: str, first: int, last: int) -> shape.MeetingDocument:
            return meeting(slug, start_date=PRESS_DATE + first * DAY, end_date=PRESS_DATE + last * DAY)

        to_come = on("compet", 3, 3), on("gac", 9, 9)
        appear(clock, *to_come, on("jha", -2, 0), on("env", -1, -1), on("fac", 0, 0), on("eycs", -9, -9))
        found = parts(visitor)
        assert [*found] == ["Today Tuesday 14 September 2060", "To come", "Past"]
        today, ahead, past = found.values()
        assert ahead.index("COMPET Council") < ahead.index("GAC Council")
        assert today.index("JHA Council") < today.index("FAC Council")
        assert past.index("ENVI Council") < past.index("EYCS Council")

    def test_an_old_year_has_one_part(self, visitor: Visitor, clock: Any) -> None:
        day = dt.date(2003, 2, 27)
        appear(clock, meeting("jha", start_date=day, end_date=day))
        assert [*parts(visitor, "?year=2003")] == ["Past"]

    def test_a_meeting_that_moved_says_from_when(self, visitor: Visitor, clock: Any) -> None:
        appear(clock, moved())
        assert "moved from 14–15 September 2060" in parts(visitor)["To come"]

    @pytest.mark.parametrize("query", ["", "?year=2060", "?year=2060&month=9"])
    def test_one_without_a_date_says_which_it_had(self, visitor: Visitor, clock: Any, query: str) -> None:
        appear(clock, moved(**LOST))
        [told] = parts(visitor, query).values()
        assert "No date yet" in told
        assert "originally 14–15 September 2060" in told
        assert "JHA" not in page(visitor, "/en/meetings/?year=2059").partition("<h2")[2]

    def test_one_of_today_has_ended_when_the_office_said_so_of_all(self, visitor: Visitor, clock: Any) -> None:
        ended = {"state": PointState.ENDED}
        appear(clock, meeting("jha", point("A", "09:00", **ended), point("B", "09:30")))
        assert "Ended" not in page(visitor, "/en/meetings/") + page(visitor, "/en/").partition("Earlier today")[0]
        off = point("C", state=PointState.CANCELLED)
        appear(clock, meeting("jha", point("A", "09:00", **ended), point("B", "09:30", **ended), off))
        assert "Ended" in page(visitor, "/en/meetings/")
        assert "Ended" in page(visitor, "/en/").partition("Earlier today")[0]

    def test_all_years_are_one_step_away(self, visitor: Visitor, clock: Any) -> None:
        years = re.findall(
            r'href="/en/meetings/\?form=informal&amp;year=(\d+)"', page(visitor, "/en/meetings/?form=informal")
        )
        assert years == [str(year) for year in range(2062, 2001, -1)]
        assert 'href="/en/meetings/2003/09/"' in page(visitor, SEPTEMBER)

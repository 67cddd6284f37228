"""Former days of moved, undated and withdrawn meetings in the month calendar and in the list."""

import datetime as dt
import re
from typing import Any

import pytest

from meetings.documents import schema
from meetings.documents.choices import Language, MeetingStatus, PointKind, PointState
from meetings.editions.freezing import create_edition, create_tombstone
from tests.factories import DAY, MINUTE, PRESS_DATE, make_configuration, make_meeting, make_uuid, publish_now, withdraw
from tests.meetings.site.daily_schedule.press_days import (
    TEN,
    extract_text,
    get_page,
    make_document,
    make_point,
    publish_documents,
)
from tests.public_requests import Visitor

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER = "/en/meetings/2060/09/", "/en/meetings/2060/10/"
IN_OCTOBER = dt.date(2060, 10, 5)
LOST: dict[str, Any] = {"start_date": None, "end_date": None, "status": MeetingStatus.POSTPONED}


def list_boxes(visitor: Visitor, address: str = SEPTEMBER) -> list[str]:
    """Return position and text of each box in the calendar."""
    cells = re.findall(r'(?s)<li class="cell (from-\d over-\d).*?>(.*?)</li>', get_page(visitor, address))
    boxes = [(place, box) for place, cell in cells for box in re.findall(r'(?s)<div class="entry.*?>(.*?)</div>', cell)]
    return [f"{place}: {extract_text(box)}" for place, box in boxes]


def make_moved_meeting(slug: str = "jha", to: dt.date | None = IN_OCTOBER, **values: Any) -> schema.MeetingDocument:
    earlier = [schema.EarlierDate(start_date=PRESS_DATE, end_date=PRESS_DATE + DAY, city="Brussels")]
    defaults: dict[str, Any] = {"start_date": to, "end_date": to, "previous": earlier, "status_reason": "Snow."}
    return make_document(slug, **defaults | values)


def publish_and_withdraw(clock: Any, document: schema.MeetingDocument) -> None:
    [edition] = publish_documents(clock, document)
    notice = schema.Tombstone(
        id=document.id, language=Language.EN, title="A note", reason="Sent early.", address=edition.address
    )
    clock.move_to(create_tombstone(edition, [notice], available_from=TEN + 5 * MINUTE).available_from)


class TestFormerDaysInCalendar:
    def test_moved_meeting_shows_new_date_on_former_days(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_moved_meeting())
        dates = "Tuesday 14 – Wednesday 15 September 2060"
        assert list_boxes(visitor) == [f"from-2 over-2: {dates} JHA JHA Council Moved to Tuesday 5 October 2060"]
        assert list_boxes(visitor, OCTOBER) == [
            "from-2 over-1: Tuesday 5 October 2060 JHA JHA Council Moved from 14–15 September to 5 October 2060"
        ]
        assert 'href="/en/day/2060-09-15/"' in get_page(visitor, SEPTEMBER)

    def test_meeting_moved_within_month_is_on_both_days(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_moved_meeting(to=PRESS_DATE + DAY))
        left, now = list_boxes(visitor)
        assert left.startswith("from-2 over-1: Tuesday 14 September 2060")
        assert now.endswith("JHA Council Moved from 14–15 September to 15 September 2060")

    def test_meeting_without_date_shows_reason(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_moved_meeting(**LOST))
        [shown] = list_boxes(visitor)
        assert shown.endswith("JHA Council Postponed, no new date Snow.")

    def test_withdrawn_meeting_shows_its_notice(self, visitor: Visitor, clock: Any) -> None:
        publish_and_withdraw(clock, make_document("jha", make_point("Secret", "09:00"), status_reason="Secret"))
        assert list_boxes(visitor) == ["from-2 over-1: Tuesday 14 September 2060 A note Withdrawn Sent early."]
        assert 'href="/en/meetings/jha/2060/09/14/"' in get_page(visitor, SEPTEMBER)
        assert "Secret" not in get_page(visitor, SEPTEMBER)

    @pytest.mark.parametrize(
        ("query", "left", "notices"),
        [("configuration=jha", 1, 1), ("configuration=env", 0, 0), ("status=confirmed", 1, 0), ("form=informal", 0, 0)],
    )
    def test_filters_apply_to_moved_and_withdrawn_meetings(
        self, visitor: Visitor, clock: Any, query: str, left: int, notices: int
    ) -> None:
        """Only the configuration is known of a withdrawn meeting."""
        make_configuration("jha")
        make_configuration("env")
        publish_documents(clock, make_moved_meeting(id=make_uuid("moved"), address_word="moved"))
        publish_and_withdraw(clock, make_document("jha"))
        shown = " ".join(list_boxes(visitor, f"{SEPTEMBER}?{query}"))
        assert (shown.count("Moved to"), shown.count("Withdrawn")) == (left, notices)

    def test_meetings_of_a_day_are_sorted_by_start_time(self, visitor: Visitor, clock: Any) -> None:
        def starting(slug: str, time: str) -> schema.MeetingDocument:
            return make_document(slug, make_point("Start", time, kind=PointKind.START))

        publish_documents(
            clock, make_document("gac"), starting("jha", "11:00"), starting("fac", "09:00"), starting("env", "10:00")
        )
        assert [box.split()[-2] for box in list_boxes(visitor)] == ["FAC", "ENVI", "JHA", "GAC"]

    def test_notice_and_moved_meeting_on_same_day(self, visitor: Visitor, clock: Any) -> None:
        gone = make_meeting("env")
        publish_now(clock, gone)
        clock.move_to(withdraw(gone, reason="Sent too early.").available_from)
        earlier = [schema.EarlierDate(start_date=PRESS_DATE, end_date=PRESS_DATE)]
        publish_documents(clock, make_document("jha", start_date=IN_OCTOBER, end_date=IN_OCTOBER, previous=earlier))
        assert len(list_boxes(visitor)) == 2

    @pytest.mark.parametrize("number", [1, 20])
    def test_number_of_queries_is_constant(self, visitor: Visitor, clock: Any, number: int) -> None:
        for n in range(number):
            create_edition(
                [make_moved_meeting(id=make_uuid(f"{n}"), address_word=f"w{n}")], available_from=TEN + MINUTE
            )
        clock.move_to(TEN + MINUTE)
        assert len(list_boxes(visitor)) == number
        assert len(visitor.statements) == 8


def group_by_heading(visitor: Visitor, query: str = "") -> dict[str, str]:
    html = get_page(visitor, f"/en/meetings/{query}").partition("<main")[2].partition('<nav class="years"')[0]
    found = re.split(r"(?s)<h2[^>]*>(.*?)</h2>", html)[1:]
    return {extract_text(heading): extract_text(part) for heading, part in zip(found[::2], found[1::2], strict=True)}


class TestFormerDaysInList:
    def test_list_is_grouped_by_today(self, visitor: Visitor, clock: Any) -> None:
        def on(slug: str, first: int, last: int) -> schema.MeetingDocument:
            return make_document(slug, start_date=PRESS_DATE + first * DAY, end_date=PRESS_DATE + last * DAY)

        to_come = on("compet", 3, 3), on("gac", 9, 9)
        publish_documents(clock, *to_come, on("jha", -2, 0), on("env", -1, -1), on("fac", 0, 0), on("eycs", -9, -9))
        found = group_by_heading(visitor)
        assert [*found] == ["Today Tuesday 14 September 2060", "Upcoming", "Past"]
        today, ahead, past = found.values()
        assert ahead.index("COMPET Council") < ahead.index("GAC Council")
        assert today.index("JHA Council") < today.index("FAC Council")
        assert past.index("ENVI Council") < past.index("EYCS Council")

    def test_old_year_has_one_group(self, visitor: Visitor, clock: Any) -> None:
        day = dt.date(2003, 2, 27)
        publish_documents(clock, make_document("jha", start_date=day, end_date=day))
        assert [*group_by_heading(visitor, "?year=2003")] == ["Past"]

    def test_moved_meeting_shows_former_date(self, visitor: Visitor, clock: Any) -> None:
        publish_documents(clock, make_moved_meeting())
        assert "Moved from 14–15 September to 5 October 2060" in group_by_heading(visitor)["Upcoming"]

    @pytest.mark.parametrize("query", ["", "?year=2060", "?year=2060&month=9"])
    def test_meeting_without_date_shows_former_date(self, visitor: Visitor, clock: Any, query: str) -> None:
        publish_documents(clock, make_moved_meeting(**LOST))
        [shown] = group_by_heading(visitor, query).values()
        assert "No date yet" in shown
        assert "originally 14–15 September 2060" in shown
        assert "JHA" not in get_page(visitor, "/en/meetings/?year=2059").partition("<h2")[2]

    def test_meeting_has_ended_when_all_its_points_have(self, visitor: Visitor, clock: Any) -> None:
        ended = {"state": PointState.ENDED}
        publish_documents(clock, make_document("jha", make_point("A", "09:00", **ended), make_point("B", "09:30")))
        assert (
            "Ended" not in get_page(visitor, "/en/meetings/") + get_page(visitor, "/en/").partition("Earlier today")[0]
        )
        off = make_point("C", state=PointState.CANCELLED)
        publish_documents(
            clock, make_document("jha", make_point("A", "09:00", **ended), make_point("B", "09:30", **ended), off)
        )
        assert "Ended" in get_page(visitor, "/en/meetings/")
        assert "Ended" in get_page(visitor, "/en/").partition("Earlier today")[0]

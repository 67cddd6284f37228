"""What a requested same-day change does to a point, an item and the meeting, and what its alerts say."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from agenda.workflow.same_day_changes.changes import ResolvedChange, SameDayChange
from agenda.workflow.same_day_changes.resolution import SameDayChangeError, resolve_change
from meetings.documents.choices import ItemState, MeetingStatus, Outcome, PointKind, PointState, TimePrecision
from meetings.documents.schema import EarlierDate, Item, MeetingDocument, Point, Result, Speaker
from tests.factories import DAY, PRESS_DATE, PRESS_DAY, make_meeting_document, make_uuid

EXACT, ABOUT, OPEN = TimePrecision.EXACT, TimePrecision.APPROXIMATE, TimePrecision.TO_BE_CONFIRMED
DELAYED, MOVED = PointState.DELAYED, PointState.MOVED
POINT = Point(
    id=make_uuid("point"), kind=PointKind.PRESS_CONFERENCE, time="13:00", time_precision=EXACT, place="Room 1"
)
ITEM = Item(id=make_uuid("item"), title="Asylum")
ADOPTED = Result(id=make_uuid("result"), outcome=Outcome.ADOPTED)
WITHOUT_TIME: dict[str, Any] = {"time": None, "time_text": ""}
UNDATED: dict[str, Any] = {"start_date": None, "end_date": None}
POSTPONED = {"status": MeetingStatus.POSTPONED, "status_reason": "Fog."} | UNDATED
EARLIER = EarlierDate(start_date=PRESS_DATE, end_date=PRESS_DATE)
MOVED_ON: dict[str, Any] = {
    "status": MeetingStatus.POSTPONED,
    "previous": [EARLIER],
    **dict.fromkeys(("start_date", "end_date"), PRESS_DATE + DAY),
}


def resolve(live: MeetingDocument, **values: Any) -> ResolvedChange:
    return resolve_change(SameDayChange(**values), [live], PRESS_DAY, PRESS_DAY)


def times(time: str | None, precision: TimePrecision, text: str) -> dict[str, Any]:
    return {"time": time, "time_precision": precision, "time_text": text}


@pytest.mark.parametrize(
    ("live", "requested", "resolved"),
    [
        ({}, {"time": "14:15"}, times("14:15", EXACT, "14:15") | {"state": DELAYED}),
        ({}, {"time": "12:15"}, times("12:15", EXACT, "12:15") | {"state": MOVED}),
        ({"time_precision": ABOUT}, {"time": "14:15"}, times("14:15", ABOUT, "+/- 14:15") | {"state": DELAYED}),
        ({"state": MOVED}, {"time": "14:15"}, times("14:15", EXACT, "14:15") | {"state": DELAYED}),
        *(
            ({"state": state}, {"time": "14:15", "place": "Agora"}, times("14:15", EXACT, "14:15") | {"place": "Agora"})
            for state in (PointState.UNDER_WAY, PointState.ENDED, PointState.CANCELLED)
        ),
        (
            {"state": PointState.CANCELLED},
            {"state": "", "time": "14:15"},
            times("14:15", EXACT, "14:15") | {"state": ""},
        ),
        ({}, {"time": "14:15", "state": "cancelled"}, times("14:15", EXACT, "14:15") | {"state": "cancelled"}),
        ({}, {"time": None}, times(None, OPEN, "")),
        ({}, {"time": None, "time_precision": ""}, times(None, TimePrecision.NOT_STATED, "")),
        ({}, {"time_precision": "approximate"}, times("13:00", ABOUT, "+/- 13:00")),
        (WITHOUT_TIME | {"time_precision": OPEN}, {"time": "14:15"}, times("14:15", OPEN, "14:15 (tbc)")),
        (WITHOUT_TIME | {"time_precision": ""}, {"time": "14:15"}, times("14:15", EXACT, "14:15")),
        (
            WITHOUT_TIME | {"time_precision": TimePrecision.RELATIVE, "time_text": "afterwards"},
            {"time": "14:15"},
            times("14:15", EXACT, "14:15"),
        ),
        ({}, {"place": "Room 2"}, {"place": "Room 2", "state": MOVED}),
        ({}, {"place": ""}, {"place": "", "state": MOVED}),
        ({"place": ""}, {"place": "Room 2"}, {"place": "Room 2"}),
        ({}, {"place": "Room 1", "live": True}, {"live": True}),
        ({}, {"date": PRESS_DATE, "live": True}, {"live": True}),
        ({"date": PRESS_DATE + DAY}, {"date": None, "live": True}, {"live": True}),
        ({}, {"date": PRESS_DATE + DAY}, {"date": PRESS_DATE + DAY, "state": MOVED}),
    ],
)
def test_values_of_a_point(live: Mapping[str, Any], requested: Mapping[str, Any], resolved: Mapping[str, Any]) -> None:
    published = make_meeting_document(programme=[replace(POINT, **live)])
    change = resolve(published, points={POINT.id: requested})
    assert change.points == {POINT.id: resolved}
    has_moved = not {"date", "time", "place"}.isdisjoint(resolved)
    assert {key: (one.date, one.time, one.place) for key, one in change.earlier_times.items()} == (
        {POINT.id: (live.get("date", PRESS_DATE), live.get("time", "13:00"), live.get("place", "Room 1"))}
        if has_moved
        else {}
    )


@pytest.mark.parametrize(
    ("live", "requested", "resolved", "outcome"),
    [
        ({}, {"state": "withdrawn", "state_note": "Later"}, {"state": "withdrawn", "state_note": "Later"}, None),
        (
            {"state": ItemState.WITHDRAWN, "state_note": "Later"},
            {"state": ""},
            {"state": "", "state_note": ""},
            None,
        ),
        ({"state": ItemState.ADDED}, {"state": ""}, {"state": ""}, None),
        ({"state_note": "Later"}, {"outcome": "adopted"}, {"outcome": "adopted"}, "adopted"),
        (
            {"state": ItemState.WITHDRAWN, "state_note": "Later"},
            {"state": "postponed"},
            {"state": "postponed"},
            None,
        ),
        ({"result": Result(id=make_uuid("result"))}, {"outcome": "adopted"}, {"outcome": "adopted"}, None),
        ({"result": ADOPTED}, {"outcome": ""}, {"outcome": ""}, None),
    ],
)
def test_values_of_an_item(
    live: Mapping[str, Any], requested: Mapping[str, Any], resolved: Mapping[str, Any], outcome: str | None
) -> None:
    change = resolve(make_meeting_document(agenda=[replace(ITEM, **live)]), items={ITEM.id: requested})
    assert change.items == {ITEM.id: resolved}
    new = {key: (result.outcome, result.date) for key, result in change.new_results.items()}
    assert new == ({ITEM.id: (outcome, PRESS_DATE)} if outcome else {})


@pytest.mark.parametrize(
    ("live", "requested", "resolved"),
    [
        ({}, {"status": "provisional"}, {"status": "provisional"}),
        ({}, {"status": "cancelled", "status_reason": "Fog."}, {"status": "cancelled", "status_reason": "Fog."}),
        (
            {"status": MeetingStatus.CANCELLED, "status_reason": "Fog."},
            {"status": "confirmed"},
            {"status": "confirmed", "status_reason": ""},
        ),
        (
            {"status": MeetingStatus.CANCELLED, "status_reason": "Fog."},
            {"status": "confirmed", "status_reason": "No fog."},
            {"status": "confirmed", "status_reason": "No fog."},
        ),
        ({"status_reason": "Fog."}, {"status": "provisional"}, {"status": "provisional"}),
        (
            {},
            {"status": "postponed", "status_reason": "Fog."},
            {"status": "postponed", "status_reason": "Fog.", "previous": [EARLIER]} | UNDATED,
        ),
        (
            POSTPONED | {"previous": [EARLIER]},
            {"status": "confirmed", "status_reason": "No fog."},
            {
                "status": "confirmed",
                "status_reason": "No fog.",
                "previous": [],
                "start_date": PRESS_DATE,
                "end_date": PRESS_DATE,
            },
        ),
        (POSTPONED | {"previous": [EARLIER]}, {"status_reason": "Storm."}, {"status_reason": "Storm."}),
        (
            POSTPONED | {"status": MeetingStatus.CANCELLED, "previous": [EARLIER]},
            {"status": "postponed", "status_reason": "Storm."},
            {"status": "postponed", "status_reason": "Storm."},
        ),
    ],
)
def test_values_of_the_meeting(
    live: Mapping[str, Any], requested: Mapping[str, Any], resolved: Mapping[str, Any]
) -> None:
    published = make_meeting_document(**{"status": MeetingStatus.CONFIRMED, **live})
    assert resolve(published, meeting=requested).meeting == resolved


CLOCKS_CHANGE = dict.fromkeys(("start_date", "end_date"), dt.date(2060, 3, 28))
CANCELLED: dict[str, Any] = {"status": MeetingStatus.CANCELLED, "status_reason": "Fog."}
NOT_ON_THE_DAY = "cannot be changed on the day"


@pytest.mark.parametrize(
    ("live", "point", "message"),
    [
        ({}, {"time": "25:00"}, "Time: "),
        ({}, {"time": "a quarter past"}, "Time: "),
        ({}, {"time_precision": "relative"}, "A time in words"),
        ({}, {"time_precision": "sharp"}, "Time precision: "),
        ({}, {"time": None, "time_precision": "approximate"}, "Enter a time"),
        ({}, {"time": "14:15", "time_precision": ""}, "Select the precision"),
        ({}, {"date": "tomorrow"}, "Date: "),
        ({}, {"date": PRESS_DATE - 2 * DAY}, "more than one day before or after the meeting"),
        ({}, {"date": PRESS_DATE + 2 * DAY}, "more than one day before or after the meeting"),
        ({}, {"place": "x" * 201}, "Place: .*at most 200"),
        ({}, {"place": "Press\0room"}, "Place: There is an invisible control character"),
        ({}, {"state": "late"}, "State: "),
        ({}, {"speakers": [{"role": "Minister"}]}, "Speakers: "),
        ({}, {"speakers": "Ann"}, "Speakers: "),
        ({}, {"speakers": [{"name": "Ann\0"}]}, "Speakers: There is an invisible control character"),
        # The clocks go from two to three.
        (CLOCKS_CHANGE, {"time": "02:30"}, "02:30 does not exist on 28 March 2060 .*03:30 or 01:30"),
        (
            dict.fromkeys(CLOCKS_CHANGE, dt.date(2060, 3, 27)),
            {"date": dt.date(2060, 3, 28), "time": "02:30"},
            "02:30 does not exist on 28 March 2060",
        ),
        *(
            ({}, {name: "other"}, f"“{name}” {NOT_ON_THE_DAY}")
            for name in ("title", "text", "kind", "in_margins", "time_text", "previous", "id", "__class__")
        ),
    ],
)
def test_refusals_of_a_point(live: Mapping[str, Any], point: Mapping[str, Any], message: str) -> None:
    with pytest.raises(SameDayChangeError, match=message):
        resolve(make_meeting_document(programme=[POINT], **live), points={POINT.id: point})


@pytest.mark.parametrize(
    ("live", "requested", "message"),
    [
        ({}, {"items": {ITEM.id: {"title": "Other"}}}, f"“title” {NOT_ON_THE_DAY}"),
        ({}, {"items": {ITEM.id: {"state_note": "No majority."}}}, "Select what happened to the item"),
        ({}, {"meeting": {"start_date": "2060-09-15"}}, f"“start_date” {NOT_ON_THE_DAY}"),
        ({}, {"meeting": {"status": "postponed"}}, "public reason"),
        ({}, {"meeting": {"status": "cancelled"}}, "public reason"),
        (CANCELLED, {"meeting": {"status_reason": ""}}, "public reason"),
        ({"status_reason": "Fog."}, {"meeting": {"status": "cancelled"}}, "still the one for the earlier change"),
        (CANCELLED, {"meeting": {"status": "postponed"}}, "still the one for the earlier change"),
        ({}, {"alert": "a" * 501}, "at most 500"),
    ],
)
def test_refusals(live: Mapping[str, Any], requested: Mapping[str, Any], message: str) -> None:
    with pytest.raises(SameDayChangeError, match=message):
        resolve(make_meeting_document(agenda=[ITEM], **live), **requested)


@pytest.mark.parametrize(("day", "time"), [(dt.date(2060, 3, 28), "03:30"), (dt.date(2060, 10, 31), "02:30")])
def test_time_after_the_clocks_change_or_one_that_comes_twice_is_valid(day: dt.date, time: str) -> None:
    published = make_meeting_document(programme=[POINT], start_date=day, end_date=day)
    assert resolve(published, points={POINT.id: {"time": time}}).points[POINT.id]["time"] == time


def test_point_of_a_meeting_without_a_date_can_have_another_time() -> None:
    published = make_meeting_document(programme=[POINT], **POSTPONED, previous=[EARLIER])
    assert resolve(published, points={POINT.id: {"time": "14:15"}}).points[POINT.id]["time"] == "14:15"


def test_all_problems_are_told_at_once() -> None:
    published = make_meeting_document(programme=[POINT], agenda=[ITEM])
    requested = {"points": {POINT.id: {"time_precision": ""}}, "items": {ITEM.id: {"state_note": "Later"}}}
    with pytest.raises(SameDayChangeError) as refusal:
        resolve(published, **requested, meeting={"title": "Another"}, alert="a" * 999, delay_minutes=-1)
    assert [(problem.part_id, problem.field) for problem in refusal.value.every] == [
        (None, "late"),
        (None, "text"),
        (POINT.id, "time"),
        (ITEM.id, "state"),
        (None, ""),
    ]


def list_alerts(live: MeetingDocument, **values: Any) -> list[str]:
    return [alert.get_text("en") for alert in resolve(live, **values).alerts]


@pytest.mark.parametrize(
    ("live", "requested", "words"),
    [
        ({}, {"time": "14:15"}, "14:15 instead of 13:00"),
        ({"time_precision": ABOUT}, {"time_precision": "exact"}, "13:00 instead of about 13:00"),
        ({}, {"time": None}, "time to be confirmed instead of 13:00"),
        ({}, {"time": None, "time_precision": ""}, "no time instead of 13:00"),
        (WITHOUT_TIME | {"time_precision": ""}, {"time": "14:15"}, "14:15"),
        (
            {},
            {"date": PRESS_DATE + DAY, "time": "08:00"},
            "Wednesday 15 September, 08:00 instead of Tuesday 14 September, 13:00",
        ),
        ({}, {"place": "Room 2"}, "Room 2 instead of Room 1"),
        ({}, {"place": "Room 2", "state": "moved"}, "Room 2 instead of Room 1"),
        ({}, {"place": ""}, "no longer in Room 1"),
        ({"place": ""}, {"place": "Room 2"}, "Room 2"),
        ({}, {"live": True}, "streamed live"),
        ({"title": "Asylum"}, {"live": True}, "streamed live"),
        ({"live": True}, {"live": False}, "not streamed live"),
        ({}, {"speakers": [{"name": "Ann Lee", "role": "Minister"}]}, "with Ann Lee"),
        ({"speakers": [Speaker(name="Ann Lee")]}, {"speakers": []}, "without the speakers who were announced"),
        ({}, {"state": "cancelled"}, "cancelled"),
        ({}, {"state": "under_way"}, "under way"),
        ({}, {"state": "ended", "live": True}, "ended, streamed live"),
        ({}, {"state": "delayed"}, "delayed"),
        ({"state": DELAYED}, {"state": ""}, "as planned"),
        (
            {"state": PointState.CANCELLED},
            {"state": "", "place": "Room 2"},
            "takes place after all, Room 2 instead of Room 1",
        ),
        ({"state": PointState.CANCELLED}, {"place": "Room 2"}, "Room 2 instead of Room 1"),
    ],
)
def test_alert_of_a_point(live: Mapping[str, Any], requested: Mapping[str, Any], words: str) -> None:
    published = make_meeting_document(programme=[replace(POINT, **live)])
    assert list_alerts(published, points={POINT.id: requested}) == [f"Press conference: {words}"]


@pytest.mark.parametrize(
    ("point", "other", "name"),
    [
        ({"title": "Asylum"}, {"kind": PointKind.DOORSTEP}, "Press conference"),
        ({"title": "Asylum"}, {"title": "Trade"}, "Press conference (Asylum)"),
        ({"title": ""}, {"title": "Trade"}, "Press conference"),
        ({"kind": PointKind.OTHER, "title": "Family photo"}, {}, "Family photo"),
        ({"kind": PointKind.OTHER}, {}, "Other"),
    ],
)
def test_name_of_a_point_in_alerts(point: Mapping[str, Any], other: Mapping[str, Any], name: str) -> None:
    programme = [replace(POINT, **point), replace(POINT, id=make_uuid("other"), **other)]
    alerts = list_alerts(make_meeting_document(programme=programme), points={POINT.id: {"live": True}})
    assert alerts == [f"{name}: streamed live"]


@pytest.mark.parametrize(
    ("live", "requested", "words"),
    [
        ({}, {"state": "withdrawn", "state_note": "Later"}, "“Asylum”: withdrawn from the agenda (Later)"),
        ({"number": "3"}, {"state": "postponed", "outcome": "adopted"}, "“3 Asylum”: postponed, adopted"),
        ({"state": ItemState.WITHDRAWN, "state_note": "Later"}, {"state": ""}, "“Asylum”: on the agenda again"),
        ({"state": ItemState.ADDED}, {"state_note": "Now"}, "“Asylum”: added to the agenda (Now)"),
        (
            {"result": ADOPTED},
            {"outcome": ""},
            "“Asylum”: no result yet",
        ),
    ],
)
def test_alert_of_an_item(live: Mapping[str, Any], requested: Mapping[str, Any], words: str) -> None:
    agenda = [replace(ITEM, **live), replace(ITEM, id=make_uuid("other"))]
    assert list_alerts(make_meeting_document(agenda=agenda), items={ITEM.id: requested}) == [words]


@pytest.mark.parametrize(
    ("live", "requested", "words"),
    [
        ({}, {"status": "provisional"}, "The meeting is provisional."),
        (MOVED_ON, {"status": "provisional"}, "The meeting is provisional."),
        ({}, {"status": "postponed", "status_reason": "Fog."}, "The meeting is postponed. Fog."),
        (
            {"status": MeetingStatus.CANCELLED, "status_reason": "Fog."},
            {"status": "confirmed"},
            "The meeting takes place.",
        ),
        (
            MOVED_ON,
            {"status_reason": "Storm."},
            "This meeting has been moved from 14 to 15 September 2060. Storm.",
        ),
    ],
)
def test_alert_of_the_meeting(live: Mapping[str, Any], requested: Mapping[str, Any], words: str) -> None:
    published = make_meeting_document(**{"status": MeetingStatus.CONFIRMED, **live})
    assert list_alerts(published, meeting=requested) == [words]


ALL_LATER, OTHERS_LATER = (f"Everything {words}is 1 hour later than announced" for words in ("", "else "))


@pytest.mark.parametrize(
    ("points", "requested", "alerts"),
    [
        ([{}], {}, [f"{ALL_LATER}: Press conference 14:00"]),
        ([{"time": "23:30"}], {}, [f"{ALL_LATER}: Press conference Wednesday 15 September, 00:30"]),
        ([], {}, [ALL_LATER]),
        ([WITHOUT_TIME | {"time_precision": OPEN}], {}, [ALL_LATER]),
        ([{"date": PRESS_DATE + DAY}], {}, [ALL_LATER]),
        ([{"state": PointState.CANCELLED}], {}, [ALL_LATER]),
        ([{"time": "10:00"}], {}, [ALL_LATER]),
        (
            [{"kind": PointKind.DOORSTEP, "time": "23:30"}],
            {},
            [f"{ALL_LATER}: Doorstep Wednesday 15 September, 00:30"],
        ),
        ([{}], {"time": "13:00"}, [OTHERS_LATER]),
        ([{}], {"time": "13:30"}, ["Press conference: 13:30 instead of 13:00", OTHERS_LATER]),
        ([{"time": "09:00"}], {"time": "11:00"}, ["Press conference: 11:00 instead of 09:00", OTHERS_LATER]),
    ],
)
def test_alert_of_a_delay(points: list[dict[str, Any]], requested: Mapping[str, Any], alerts: list[str]) -> None:
    """It is ten o'clock, and a doorstep at noon is late, too."""
    doorstep = Point(id=make_uuid("doorstep"), kind=PointKind.DOORSTEP, time="12:00", time_precision=EXACT)
    published = make_meeting_document(programme=[doorstep, *(replace(POINT, **each) for each in points)])
    changed = {POINT.id: requested} if requested else {}
    assert list_alerts(published, points=changed, delay_minutes=60) == alerts


def test_alerts_have_an_order() -> None:
    published = make_meeting_document(programme=[POINT], agenda=[ITEM], status_reason="Fog.")
    unchanged: dict[str, Any] = {"points": {POINT.id: {"place": "Room 1"}}, "items": {ITEM.id: {"state": ""}}}
    assert list_alerts(published, **unchanged, alert="Wait.") == ["Wait."]
    items, meeting = {ITEM.id: {"state": "added"}}, {"status": "provisional"}
    assert list_alerts(published, items=items, meeting=meeting, alert=" Please  wait. ", delay_minutes=90) == [
        "Please wait.",
        "The meeting is provisional. Fog.",
        "Everything is 90 minutes later than announced: Press conference 14:30",
        "“Asylum”: added to the agenda",
    ]

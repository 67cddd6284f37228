"""Which values of a same-day change a text that is not live takes over: those that it has as readers saw them."""

from collections.abc import Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from agenda.workflow.same_day_changes.changes import NewAlert, ResolvedChange, apply_change
from agenda.workflow.same_day_changes.merging import adapt_change, describe_conflicts
from meetings.documents.choices import ItemState, Language, MeetingStatus, Outcome, PointKind, PointState, TimePrecision
from meetings.documents.schema import Item, MeetingDocument, Point, Result, Speaker
from tests.factories import DAY, PRESS_DATE, PRESS_DAY, make_meeting_document, make_uuid

PLANNED, DELAYED, MOVED = PointState.PLANNED, PointState.DELAYED, PointState.MOVED
UNDER_WAY, CANCELLED = PointState.UNDER_WAY, PointState.CANCELLED
POINT = Point(
    id=make_uuid("point"),
    kind=PointKind.PRESS_CONFERENCE,
    time="13:00",
    time_precision=TimePrecision.EXACT,
    place="Room 1",
    speakers=[Speaker(name="Ann Lee")],
)
NEXT_DAY = {"start_date": PRESS_DATE + DAY, "end_date": PRESS_DATE + DAY}
UNDATED: dict[str, Any] = {"start_date": None, "end_date": None}
ADOPTED = Result(id=make_uuid("result"), outcome=Outcome.ADOPTED)


def resolve(live: MeetingDocument, **values: Any) -> ResolvedChange:
    nothing: dict[str, Any] = {"points": {}, "earlier_times": {}, "items": {}, "new_results": {}, "meeting": {}}
    nothing |= {"alerts": (), "delay_minutes": 0, "now": PRESS_DAY}
    return ResolvedChange(**nothing | {"live_documents": [live]} | values)


@pytest.mark.parametrize(
    ("new", "own", "live", "adopted"),
    [
        ({"time": "14:15", "place": "Room 2", "live": True}, {}, {}, "time place live"),
        ({"time": "14:15", "place": "Room 2"}, {"time": "15:00"}, {}, "place"),
        ({"time": "14:15"}, {"date": PRESS_DATE + DAY}, {}, ""),
        ({"time": "14:15"}, {"date": PRESS_DATE}, {}, "time"),
        ({"time": "14:15"}, {"time_precision": TimePrecision.FROM, "time_text": "from 13:00"}, {}, "time"),
        ({"time": "14:15"}, {"time": None, "time_text": "soon"}, {"time": None, "time_text": "later"}, ""),
        ({"time": "14:15", "place": "Room 2"}, {"place": "Room 3"}, {}, "time"),
        ({"speakers": []}, {"speakers": [Speaker(name="Bo Lee")]}, {}, ""),
        ({"live": True}, {"live": True}, {}, "live"),
        ({"time": "14:15", "state": DELAYED}, {}, {}, "time state"),
        ({"time": "14:15", "state": DELAYED}, {"time": "15:00"}, {}, ""),
        ({"time": "14:15", "place": "Room 2", "state": MOVED}, {"place": "Room 3"}, {}, "time state"),
        ({"state": DELAYED}, {"time": "15:00"}, {}, "state"),
        ({"state": DELAYED}, {"state": MOVED}, {}, ""),
        ({"time": "14:15", "state": CANCELLED}, {"time": "15:00"}, {}, "state"),
        ({"state": CANCELLED}, {"state": DELAYED}, {}, "state"),
        ({"state": CANCELLED}, {"state": UNDER_WAY}, {}, ""),
        ({"state": PLANNED}, {"state": DELAYED}, {"state": CANCELLED}, ""),
        ({"time": "14:15", "state": PLANNED}, {"time": "15:00", "state": CANCELLED}, {"state": CANCELLED}, "state"),
    ],
)
def test_values_of_a_point(
    new: Mapping[str, Any], own: Mapping[str, Any], live: Mapping[str, Any], adopted: str
) -> None:
    published = make_meeting_document(programme=[replace(POINT, **live)])
    text = make_meeting_document(programme=[replace(POINT, **{**live, **own})])
    assert " ".join(adapt_change(resolve(published, points={POINT.id: new}), text).points[POINT.id]) == adopted


@pytest.mark.parametrize(
    ("new", "own", "live", "adopted"),
    [
        ({"state": ItemState.WITHDRAWN, "state_note": "Later"}, {}, {}, "state state_note"),
        ({"state": ItemState.WITHDRAWN, "state_note": "Later"}, {"state_note": "Soon"}, {}, "state state_note"),
        ({"state": ItemState.WITHDRAWN, "state_note": "Later"}, {"state": ItemState.POSTPONED}, {}, ""),
        ({"state_note": "Later"}, {"state_note": "Soon"}, {}, ""),
        ({"state_note": "Later"}, {}, {"state_note": "Soon"}, "state_note"),
        ({"outcome": Outcome.ADOPTED}, {"state": ItemState.POSTPONED}, {}, "outcome"),
        ({"outcome": Outcome.ADOPTED}, {"result": ADOPTED}, {}, ""),
        ({"outcome": Outcome.NOT_STATED}, {}, {"result": ADOPTED}, "outcome"),
        ({"outcome": Outcome.NOT_STATED}, {"result": replace(ADOPTED, title="Asylum")}, {"result": ADOPTED}, "outcome"),
        ({"outcome": Outcome.NOT_STATED}, {"result": replace(ADOPTED, id=make_uuid("x"))}, {"result": ADOPTED}, ""),
    ],
)
def test_values_of_an_item(
    new: Mapping[str, Any], own: Mapping[str, Any], live: Mapping[str, Any], adopted: str
) -> None:
    item = replace(Item(id=make_uuid("item"), title="Asylum"), **live)
    published, text = (make_meeting_document(agenda=[each]) for each in (item, replace(item, **own)))
    assert " ".join(adapt_change(resolve(published, items={item.id: new}), text).items[item.id]) == adopted


@pytest.mark.parametrize(
    ("new", "own", "live", "adopted"),
    [
        ({"status": MeetingStatus.CANCELLED, "status_reason": "Strike."}, {}, {}, "status status_reason"),
        ({"status": MeetingStatus.CANCELLED}, {"status": MeetingStatus.PROVISIONAL}, {}, ""),
        ({"status_reason": "Strike."}, {"status": MeetingStatus.PROVISIONAL}, {}, "status_reason"),
        ({"status": MeetingStatus.CANCELLED, "status_reason": "Strike."}, {"status_reason": "Fog."}, {}, "status"),
        ({"status_reason": "Strike."}, {"status_reason": ""}, {"status_reason": "Fog."}, "status_reason"),
        ({"status_reason": "Strike."}, {}, {"status_reason": "Fog."}, "status_reason"),
        ({"status": MeetingStatus.POSTPONED, **UNDATED}, {}, {}, "status start_date end_date"),
        ({"status": MeetingStatus.POSTPONED, **UNDATED}, NEXT_DAY, {}, "status"),
        ({"status": MeetingStatus.POSTPONED, **UNDATED}, UNDATED, {}, "status"),
        ({"status": MeetingStatus.CANCELLED}, UNDATED, {}, ""),
        ({"status": MeetingStatus.CANCELLED}, NEXT_DAY, {}, "status"),
        ({"status": MeetingStatus.CONFIRMED, **NEXT_DAY}, {}, UNDATED, "status start_date end_date"),
    ],
)
def test_values_of_the_meeting(
    new: Mapping[str, Any], own: Mapping[str, Any], live: Mapping[str, Any], adopted: str
) -> None:
    published = make_meeting_document(**live)
    assert " ".join(adapt_change(resolve(published, meeting=new), replace(published, **own)).meeting) == adopted


def test_delay_applies_to_points_that_readers_have_not_seen() -> None:
    """It is ten o'clock."""
    early, late, evening = (replace(POINT, id=make_uuid(time), time=time) for time in ("09:00", "14:00", "23:30"))
    published, text = make_meeting_document(programme=[POINT]), make_meeting_document(programme=[early, late, evening])
    exact = {"time_precision": TimePrecision.EXACT}
    assert adapt_change(resolve(published, delay_minutes=60), text).points == {
        late.id: {"time": "15:00", "time_text": "15:00"} | exact,
        evening.id: {"time": "00:30", "time_text": "00:30", "date": PRESS_DATE + DAY} | exact,
    }
    for change in (
        resolve(published),
        resolve(text, delay_minutes=60),
        resolve(published, delay_minutes=60, now=PRESS_DAY + DAY),
    ):
        assert adapt_change(change, text).points == {}


@pytest.mark.parametrize(
    ("new", "own", "words"),
    [
        ({"place": "Room 2"}, {"place": "Room 3"}, "Press conference: Room 3"),
        ({"place": "Room 2"}, {"place": ""}, "Press conference: no place"),
        ({"place": "Room 2"}, {"place": "Room 2"}, ""),
        ({"speakers": [Speaker(name="Bo Lee")]}, {"speakers": []}, "Press conference: no speaker"),
        ({"speakers": []}, {"speakers": [Speaker(name="Bo Lee")]}, "Press conference: with Bo Lee"),
        ({"time": "14:15"}, {"time": None, "time_precision": ""}, "Press conference: no time"),
        ({"time": "14:15"}, {"time": "16:00"}, "Press conference: 16:00"),
        ({"time": "14:15"}, {"date": PRESS_DATE + DAY}, "Press conference: Wednesday 15 September 13:00"),
        ({"state": CANCELLED}, {"state": UNDER_WAY}, "Press conference: under way"),
        ({"state": CANCELLED}, {"state": UNDER_WAY, "place": "Room 3"}, "Press conference: under way"),
        ({"time": "14:15", "state": DELAYED}, {"time": "16:00"}, "Press conference: 16:00"),
        ({"time": "14:15"}, {}, ""),
    ],
)
def test_conflicts_of_a_point(new: Mapping[str, Any], own: Mapping[str, Any], words: str) -> None:
    published, text = (make_meeting_document(programme=[replace(POINT, **each)]) for each in ({}, own))
    assert describe_conflicts(resolve(published, points={POINT.id: new}), text) == words


@pytest.mark.parametrize(
    ("new", "own", "words"),
    [
        ({"status_reason": "Strike."}, {"status_reason": "Fog."}, "The meeting: “Fog.”"),
        ({"status": MeetingStatus.CANCELLED}, {"status": MeetingStatus.PROVISIONAL}, "The meeting: provisional"),
        ({"status": MeetingStatus.POSTPONED, **UNDATED}, NEXT_DAY | {"status_reason": "Fog."}, ""),
        ({}, {"status": MeetingStatus.CANCELLED, "status_reason": "Fog."}, ""),
    ],
)
def test_conflicts_of_the_meeting(new: Mapping[str, Any], own: Mapping[str, Any], words: str) -> None:
    published = make_meeting_document()
    assert describe_conflicts(resolve(published, meeting=new), replace(published, **own)) == words


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({"state": ItemState.POSTPONED}, "“Asylum”: postponed"),
        ({"state": ItemState.POSTPONED, "state_note": "Soon", "number": "3"}, "“3 Asylum”: postponed (Soon)"),
        ({"state": ItemState.POSTPONED, "result": Result(id=make_uuid("result"))}, "“Asylum”: postponed"),
        ({"state": ItemState.POSTPONED, "result": ADOPTED}, "“Asylum”: postponed, adopted"),
        ({"state": ItemState.WITHDRAWN}, ""),
    ],
)
def test_conflicts_of_an_item(own: Mapping[str, Any], words: str) -> None:
    item = Item(id=make_uuid("item"), title="Asylum")
    published, text = (make_meeting_document(agenda=[each]) for each in (item, replace(item, **own)))
    assert describe_conflicts(resolve(published, items={item.id: {"state": ItemState.WITHDRAWN}}), text) == words


def test_alert_is_in_the_language_of_the_text_or_of_the_live_one() -> None:
    alert = NewAlert(make_uuid("alert"), PRESS_DAY, "en", {"en": "Wait.", "fr": "Attendez."})
    for language, words in ((Language.EN, "Wait."), (Language.FR, "Attendez."), (Language.DE, "Wait.")):
        text = make_meeting_document(language=language, source_language=language)
        [changed] = apply_change([text], resolve(make_meeting_document(), alerts=(alert,)))
        assert [each.text for each in changed.alerts] == [words]


def test_live_document_is_the_one_in_the_language_or_the_source() -> None:
    english, french = (make_meeting_document(language=language) for language in (Language.EN, Language.FR))
    change = resolve(english, live_documents=[english, french])
    assert [change.get_live_document(language) for language in ("fr", "en", "de")] == [french, english, english]

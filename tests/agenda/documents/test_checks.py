"""Test the checks that the note editor shows beside its fields."""

import datetime as dt
from typing import Any
from zoneinfo import available_timezones

import pytest

from agenda.documents.checks import Appearance, Check, find_odd_checks
from agenda.documents.translations.translated_document import TranslatedText
from meetings.documents import schema
from meetings.documents.choices import Form, Language, MeetingStatus, PointKind, PointState
from meetings.documents.encoding import compute_digest
from meetings.documents.schema import MeetingDocument
from meetings.reference.places import TIME_ZONES, load_places
from tests.factories import PRESS_DAY, make_full_document, make_meeting_document, make_uuid

THURSDAY, SATURDAY, SUNDAY = dt.date(2060, 9, 16), dt.date(2060, 9, 18), dt.date(2060, 9, 19)
OCTOBER = dt.date(2060, 10, 14)  # a Thursday
CHAIR = schema.Chair(id=make_uuid("chair"), name="Andres Anvelt", country="EE")


def make_document(**values: Any) -> MeetingDocument:
    """Return a meeting on one day, with nothing odd besides the values."""
    day = values.setdefault("start_date", THURSDAY)
    members = {"end_date": day, "chairs": [CHAIR], "agenda": [make_item("Dublin")]}
    return make_meeting_document(**members | values)


def make_item(title: str, **values: Any) -> schema.Item:
    return schema.Item(id=make_uuid(str((title, values))), title=title, **values)


def make_point(title: str, time: str | None = None, **values: Any) -> schema.Point:
    return schema.Point(id=make_uuid(title), title=title, time=time, **values)


def make_speaker(name: str) -> list[schema.Speaker]:
    return [schema.Speaker(name=name)]


def find(document: MeetingDocument, **more: Any) -> list[Check]:
    return find_odd_checks(document, PRESS_DAY, **more)


def list_places(checks: list[Check]) -> list[tuple[str, str, str]]:
    return [(check.kind, check.id, check.member) for check in checks]


def test_full_document_has_nothing_odd() -> None:
    assert find(make_full_document()) == []


@pytest.mark.parametrize(
    ("zone", "day", "time", "words"),
    [
        ("Europe/Brussels", dt.date(2027, 3, 28), "02:30", "02:30 does not exist on 28 March 2027"),
        ("Europe/Brussels", dt.date(2027, 10, 31), "02:30", "02:30 occurs twice on 31 October 2027"),
        ("Europe/Brussels", dt.date(2027, 3, 28), "03:00", ""),
        ("Asia/Tokyo", dt.date(2027, 3, 28), "02:30", ""),
    ],
)
def test_time_at_a_change_of_the_clocks(zone: str, day: dt.date, time: str, words: str) -> None:
    point = make_point("Doorstep", time, date=day)
    found = [check for check in find(make_document(timezone=zone, programme=[point])) if check.member == "time"]
    assert [check.message[: len(words)] for check in found] == [words] * bool(words)


class TestDays:
    @pytest.mark.parametrize(
        ("days", "messages"),
        [
            ((SATURDAY, SATURDAY), ["18 September 2060 is a Saturday. Check that the meeting is at the weekend."]),
            ((THURSDAY, SUNDAY), ["19 September 2060 is a Sunday. Check that the meeting is at the weekend."]),
            ((THURSDAY, THURSDAY), []),
            ((None, None), []),
        ],
    )
    def test_weekend(self, days: tuple[Any, Any], messages: list[str]) -> None:
        document = make_document(start_date=days[0], end_date=days[1], status=MeetingStatus.POSTPONED)
        assert [check.message for check in find(document)] == messages

    @pytest.mark.parametrize(
        ("values", "is_odd"),
        [
            ({}, True),
            ({"place": schema.Place(city="Bruxelles"), "source_language": Language.FR}, True),
            ({"form": Form.INFORMAL}, False),
            ({"place": schema.Place(city="Luxembourg")}, False),
            ({"start_date": THURSDAY}, False),
        ],
    )
    def test_formal_meeting_in_brussels_in_a_month_of_luxembourg(self, values: dict[str, Any], is_odd: bool) -> None:
        document = make_document(**{"start_date": OCTOBER, "place": schema.Place(city="Brussels")} | values)
        expected = [("meeting", str(document.id), "place.city")] if is_odd else []
        assert list_places(find(document)) == expected

    @pytest.mark.parametrize(
        ("city", "zone", "is_odd"),
        [
            ("Athens", "Europe/Brussels", True),
            ("Λευκωσία", "Europe/Brussels", True),
            ("Luxembourg", "Europe/Athens", True),
            ("Nicosia", "Europe/Athens", False),
            ("Luxembourg", "Europe/Brussels", False),
            ("Strasbourg", "Europe/Brussels", False),
            ("Kuressaare", "Europe/Brussels", False),  # we do not know where this is
            ("", "Europe/Athens", False),
        ],
    )
    def test_time_zone_with_another_time_than_the_city(self, city: str, zone: str, is_odd: bool) -> None:
        language = Language.EL if city.startswith("Λ") else Language.EN
        document = make_document(place=schema.Place(city=city), timezone=zone, source_language=language)
        assert list_places(find(document)) == [("meeting", str(document.id), "timezone")] * is_odd

    def test_each_known_city_has_a_time_zone(self) -> None:
        buildings = ("building", "room", "entrance", "centre", "Center", "Justus Lipsius")
        assert {name for name in load_places() if not name.endswith(buildings)} == TIME_ZONES.keys()
        assert set(TIME_ZONES.values()) <= available_timezones()

    @pytest.mark.parametrize(("days_ahead", "is_odd"), [(-1, False), (0, True), (14, True), (15, False)])
    def test_meeting_that_is_still_provisional(self, days_ahead: int, is_odd: bool) -> None:
        day = PRESS_DAY.date() + dt.timedelta(days=days_ahead)
        document = make_document(start_date=day, status=MeetingStatus.PROVISIONAL)
        assert (("meeting", str(document.id), "status") in list_places(find(document))) is is_odd

    def test_day_of_a_part_outside_the_meeting(self) -> None:
        session = schema.Session(id=make_uuid("session"), title="Justice", date=SATURDAY)
        points = [make_point("Lunch", date=SATURDAY), make_point("Badges", date=SATURDAY, kind=PointKind.REGISTRATION)]
        points += [make_point("Bilateral", date=SATURDAY, in_margins=True)]
        checks = find(make_document(sessions=[session], programme=points))
        assert [check.id for check in checks] == [str(session.id), str(points[0].id)]
        assert checks[0].message == "18 September 2060 is outside the meeting (16 September 2060). Check the date."


class TestChair:
    @pytest.mark.parametrize(("country", "is_odd"), [("FI", True), ("EE", False)])
    def test_country_that_does_not_hold_the_presidency(self, country: str, is_odd: bool) -> None:
        presidency = schema.PresidencyName(country=country, name="")
        checks = find(make_document(presidency=presidency))
        assert list_places(checks) == [("chairs", str(CHAIR.id), "country")] * is_odd
        if is_odd:
            assert checks[0].message == (
                "The chair “Andres Anvelt” is from Estonia, but Finland holds the presidency on that date. Check the "
                "chair and the date."
            )

    def test_no_chair(self) -> None:
        [check] = find(make_document(chairs=[]))
        assert (check.level, check.member, check.message) == ("odd", "chairs", "The meeting has no chair.")


class TestPressConference:
    def list_messages(self, *others: schema.Point, **values: Any) -> list[str]:
        conference = make_point("Press", **{"time": "09:00", "kind": PointKind.PRESS_CONFERENCE} | values)
        return [check.message for check in find(make_document(programme=[conference, *others]))]

    def test_before_the_first_day(self) -> None:
        [message] = self.list_messages(date=THURSDAY - dt.timedelta(1))
        assert message == "The press conference “Press” is on 15 September 2060, before the meeting. Check its date."

    def test_before_the_start_although_after_a_doorstep(self) -> None:
        doorstep, start = make_point("Doorstep", "08:30"), make_point("Start", "10:00", kind=PointKind.START)
        [message] = self.list_messages(doorstep, start)
        assert message == (
            "The press conference “Press” is at 09:00, before the first programme event “Start” at 10:00. Check the "
            "two times."
        )
        assert self.list_messages(doorstep) == []

    @pytest.mark.parametrize("values", [{"in_margins": True}, {"state": PointState.CANCELLED}, {"time": None}])
    def test_those_that_may_be_earlier(self, values: dict[str, Any]) -> None:
        assert self.list_messages(make_point("Start", "10:00", kind=PointKind.START), **values) == []


class TestItems:
    def test_same_title_on_the_same_level(self) -> None:
        twice = [make_item("Dublin reform", number="1"), make_item("DUBLIN  reform", number="2")]
        [check] = find(make_document(agenda=twice))
        assert (check.id, check.member) == (str(twice[1].id), "title")
        assert check.message == ("Item 1 also has the title “DUBLIN  reform”. Delete one of them, or change its title.")

    def test_same_title_on_another_level_is_not_odd(self) -> None:
        nested = make_item("Asylum", items=[make_item("Dublin reform")])
        assert find(make_document(agenda=[make_item("Dublin reform"), nested])) == []

    @pytest.mark.parametrize(
        ("text", "member"),
        [
            ("See 6912/17 and 14996/22.", "documents"),
            ("See 2016/0133 (COD).", "procedures"),
            ("See 14996/2/22 REV 2 ADD 1 and 2016/0142 (COD).", ""),
            ("By Regulation (EU) 1234/17 of 2016/17.", ""),
        ],
    )
    def test_number_in_a_text_that_the_item_does_not_have(self, text: str, member: str) -> None:
        numbers: dict[str, Any] = {"documents": ["14996/22"], "procedures": ["2016/0142 (COD)"]}
        item = make_item("Dublin", text=f"<p>{text}</p>", **numbers)
        assert list_places(find(make_document(agenda=[item]))) == [("agenda", str(item.id), member)] * bool(member)
        assert find(make_document(agenda=[make_item("Dublin", text=f"<p>{text}</p>")])) == []

    def test_document_number_that_looks_wrong(self) -> None:
        item = make_item("Dublin", documents=["14996/222", "14996/1/22 REV 1", "COM(2022) 650", "PE 123"])
        [check] = [check for check in find(make_document(agenda=[item])) if check.member == "documents"]
        assert (check.id, check.message[:11]) == (str(item.id), "“14996/222”")

    def test_link_without_address(self) -> None:
        link = schema.Link(id=make_uuid("link"), title="Proposal")
        [check] = find(make_document(agenda=[make_item("Dublin", links=[link])]))
        assert (check.kind, check.id, check.member) == ("links", str(link.id), "url")


class TestDoubleBookings:
    def test_same_room_and_same_speaker_at_the_same_time(self) -> None:
        first = make_point("Doorstep", "08:30", place="VIP entrance", speakers=make_speaker("Andres Anvelt"))
        second = make_point("Arrivals", "08:30", place="vip entrance", speakers=make_speaker("ANDRES ANVELT"))
        room, speaker = find(make_document(programme=[first, second]))
        assert room.message == (
            "“Arrivals” and “Doorstep” are both in “vip entrance” at 08:30. Check the room and the times."
        )
        assert (room.id, room.member, speaker.member) == (str(second.id), "place", "speakers")
        assert (
            speaker.message == "ANDRES ANVELT speaks at “Arrivals” and at “Doorstep”, both at 08:30. Check the times."
        )

    @pytest.mark.parametrize(
        "values", [{"time": "09:00"}, {"date": SATURDAY}, {"place": ""}, {"state": PointState.CANCELLED}]
    )
    def test_what_does_not_collide(self, values: dict[str, Any]) -> None:
        first, second = (dict[str, Any]({"time": "08:30", "place": "Press room", "in_margins": True}) for _ in range(2))
        points = [make_point("Doorstep", **first), make_point("Arrivals", **second | values)]
        assert find(make_document(programme=points)) == []

    def test_other_meeting(self) -> None:
        other = Appearance("ECOFIN, 16 September 2060", "Briefing", THURSDAY, "13:00", "Press room", ())
        [check] = find(make_document(programme=[make_point("Press", "13:00", place="Press room")]), elsewhere=[other])
        assert "“Press” and “Briefing” (ECOFIN, 16 September 2060) are both in “Press room” at 13:00" in check.message


class TestTranslations:
    """A translation goes out of date when a changed text is saved. One that is out of date already does not count."""

    saved = make_document(lead="<p>Old.</p>", agenda=[make_item("Dublin")])
    item = saved.agenda[0]

    def find(self, document: MeetingDocument) -> list[Check]:
        texts = {
            (self.item.id, "title"): TranslatedText("Dublin", compute_digest("Dublin")),
            (self.saved.id, "lead"): TranslatedText("<p>Vieux.</p>", compute_digest("<p>Even older.</p>")),
        }
        return find(document, saved=self.saved, translations={"fr": texts, "el": texts})

    def test_changed_text(self) -> None:
        changed = make_document(lead="<p>New.</p>", agenda=[schema.Item(id=self.item.id, title="Dublin reform")])
        [check] = self.find(changed)
        assert (check.kind, check.id, check.member) == ("agenda", str(self.item.id), "title")
        assert check.message == ("If you save this text, its translations will be out of date: français, ελληνικά.")

    def test_unchanged_text(self) -> None:
        assert self.find(self.saved) == []

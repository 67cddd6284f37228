"""Test the programme in the API: points of all meetings in the order of time."""

import datetime as dt
from typing import Any

import pytest
from msgspec.structs import replace

from meetings.documents.choices import Language, MeetingStatus, PointKind, PointState, TimePrecision
from meetings.documents.schema import EarlierDate, EarlierTime, Place
from meetings.editions.freezing import create_edition
from meetings.models import Meeting, ProgrammePoint
from tests.factories import (
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    make_meeting,
    make_uuid,
    publish,
    publish_now,
    withdraw,
)
from tests.programmes import STREAM, make_point, make_programme, make_stream, show_documents
from tests.public_requests import Visitor

pytestmark = pytest.mark.django_db


def get_titles(visitor: Visitor, query: str = "") -> list[str]:
    return [point["title"] for point in visitor.get_json(f"programme/{query}")["results"]]


def get_point(visitor: Visitor, name: str, query: str = "") -> Any:
    return visitor.get_json(f"programme/{make_uuid(name)}/{query}")


class TestAPoint:
    def test_point_has_its_instant_and_its_meeting(self, visitor: Visitor, clock: Any) -> None:
        point = make_point("Press", "13:15", time_text="+/- 13:15", place="Press room", live=True)
        start = make_point("Start", "09:30", kind=PointKind.START)
        show_documents(clock, make_programme(start, point, links=[make_stream()], place=Place(city="Brussels")))
        body = get_point(visitor, "Press")
        assert (body["date"], body["time"], body["time_text"]) == ("2060-09-14", "13:15", "+/- 13:15")
        assert (body["starts_at"], body["timezone"]) == ("2060-09-14T13:15:00+02:00", "Europe/Brussels")
        assert (body["place"], body["live"], body["live_url"]) == ("Press room", True, STREAM)
        assert body["takes_place"] is True
        assert body["meeting"]["starts_at"] == "2060-09-14T09:30:00+02:00"
        assert body["meeting"]["place"]["city"] == "Brussels"
        page = visitor.get(body["html_url"]).content.decode()
        assert f'id="{body["html_url"].split("#")[1]}"' in page
        assert visitor.get(body["url"]).json() == body

    @pytest.mark.parametrize(
        ("values", "starts_at"),
        [
            ({"time": "13:00", "time_precision": TimePrecision.APPROXIMATE}, "2060-09-14T13:00:00+02:00"),
            ({"time": "13:00", "time_precision": TimePrecision.FROM}, "2060-09-14T13:00:00+02:00"),
            ({"time": "13:00", "time_precision": TimePrecision.TO_BE_CONFIRMED}, None),
            ({"time": None, "time_text": "at the end of the meeting"}, None),
            ({"time": "00:00", "date": PRESS_DATE + DAY}, "2060-09-15T00:00:00+02:00"),
            ({"time": "23:59"}, "2060-09-14T23:59:00+02:00"),
            ({"state": PointState.DELAYED, "time": "14:00", "previous": [EarlierTime(time="13:00")]},
             "2060-09-14T14:00:00+02:00"),
            ({"state": PointState.CANCELLED}, "2060-09-14T13:00:00+02:00"),
        ],
    )  # fmt: skip
    def test_instant_follows_day_time_and_precision(
        self, visitor: Visitor, clock: Any, values: dict[str, Any], starts_at: str | None
    ) -> None:
        show_documents(clock, make_programme(make_point("Press", **values)))
        assert get_point(visitor, "Press")["starts_at"] == starts_at

    @pytest.mark.parametrize(
        ("zone", "printed", "starts_at"),
        [
            ("Europe/Lisbon", "2060-09-14 13:00", "2060-09-14T13:00:00+01:00"),
            ("Europe/Brussels", "2060-10-31 02:30", "2060-10-31T02:30:00+02:00"),  # of two, the first
            ("Europe/Brussels", "2060-03-28 02:30", "2060-03-28T03:30:00+02:00"),  # skipped
            ("Europe/Brussels", "2060-12-01 13:00", "2060-12-01T13:00:00+01:00"),
        ],
    )
    def test_instant_is_in_the_time_zone_of_the_meeting(
        self, visitor: Visitor, clock: Any, zone: str, printed: str, starts_at: str
    ) -> None:
        day, time = dt.date.fromisoformat(printed[:10]), printed[11:]
        document = make_programme(make_point("Press", time), timezone=zone, start_date=day, end_date=day)
        show_documents(clock, document)
        assert get_point(visitor, "Press")["starts_at"] == starts_at

    @pytest.mark.parametrize(
        ("live", "streams", "live_url"),
        [
            (True, (["https://own.example/"], [STREAM]), "https://own.example/"),
            (False, (["https://own.example/"], []), "https://own.example/"),
            (True, ([], [STREAM]), STREAM),
            (False, ([], [STREAM]), None),
            (True, ([], []), None),
            (True, ([], [""]), None),
            (True, ([], [STREAM, "https://another.example/"]), None),
        ],
    )
    def test_stream_is_its_own_or_the_only_one_of_the_meeting(
        self, visitor: Visitor, clock: Any, live: bool, streams: Any, live_url: str | None
    ) -> None:
        own, of_meeting = ([make_stream(url) for url in urls] for urls in streams)
        show_documents(clock, make_programme(make_point("Press", live=live, links=own), links=of_meeting))
        assert get_point(visitor, "Press")["live_url"] == live_url

    def test_all_streams_are_listed_and_that_in_the_language_is_meant(self, visitor: Visitor, clock: Any) -> None:
        streams = [make_stream("https://en.example/", "en"), make_stream("https://fr.example/", "fr")]
        document = make_programme(make_point("Press", live=True), links=streams)
        create_edition([document, replace(document, language=Language.FR)], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + 2 * MINUTE)
        body = get_point(visitor, "Press", "?lang=fr")
        assert body["live_url"] == "https://fr.example/"
        assert [link["url"] for link in body["streams"]] == ["https://en.example/", "https://fr.example/"]

    @pytest.mark.parametrize(
        ("values", "point_values"),
        [
            ({"status": MeetingStatus.CANCELLED}, {}),
            ({"status": MeetingStatus.POSTPONED}, {}),
            ({}, {"state": PointState.CANCELLED}),
        ],
    )
    def test_point_that_is_called_off_has_no_stream(
        self, visitor: Visitor, clock: Any, values: dict[str, Any], point_values: dict[str, Any]
    ) -> None:
        point = make_point("Press", live=True, **point_values)
        show_documents(clock, make_programme(point, links=[make_stream()], **values))
        body = get_point(visitor, "Press")
        assert (body["takes_place"], body["live_url"], body["streams"]) == (False, None, [])

    def test_meeting_that_moved_takes_place(self, visitor: Visitor, clock: Any) -> None:
        before = EarlierDate(start_date=PRESS_DATE - DAY, end_date=PRESS_DATE - DAY)
        show_documents(clock, make_programme(make_point("Press"), status=MeetingStatus.POSTPONED, previous=[before]))
        assert get_point(visitor, "Press")["takes_place"] is True

    def test_days_of_a_meeting_without_a_date_do_not_count(self, visitor: Visitor, clock: Any) -> None:
        before = EarlierDate(start_date=PRESS_DATE, end_date=PRESS_DATE)
        document = make_programme(make_point("Press", date=PRESS_DATE), start_date=None, end_date=None)
        show_documents(clock, replace(document, status=MeetingStatus.POSTPONED, previous=[before]))
        body = get_point(visitor, "Press")
        assert (body["date"], body["starts_at"], body["meeting"]["starts_at"]) == (None, None, None)
        assert get_titles(visitor) == ["Press"]
        assert get_titles(visitor, "?date_from=2060-01-01") == []

    def test_point_lists_its_fallbacks(self, visitor: Visitor, clock: Any) -> None:
        point = make_point("Press", links=[make_stream()])
        document = make_programme(point)
        own = [f"links.{point.links[0].id}.title", f"programme.{point.id}.title"]
        french = replace(document, language=Language.FR, fallbacks=[*own, "title"])
        create_edition([document, french], available_from=PRESS_DAY + MINUTE)
        clock.move_to(PRESS_DAY + 2 * MINUTE)
        assert get_point(visitor, "Press", "?lang=fr")["fallbacks"] == own


class TestTheList:
    def test_points_of_all_meetings_are_in_the_order_of_time(self, visitor: Visitor, clock: Any) -> None:
        brussels = make_programme(make_point("Third", "13:30"), make_point("First", "12:30"))
        lisbon = make_programme(make_point("Second", "12:00"), name="lisbon", timezone="Europe/Lisbon")
        show_documents(clock, brussels, replace(lisbon, address_word="lisbon"))
        assert get_titles(visitor) == ["First", "Second", "Third"]
        assert get_titles(visitor, "?ordering=-date") == ["Third", "Second", "First"]

    def test_point_without_a_time_follows_the_one_before_it(self, visitor: Visitor, clock: Any) -> None:
        show_documents(
            clock,
            make_programme(make_point("To be confirmed", None), make_point("Meal", "13:00"), make_point("After", None)),
            make_programme(make_point("Later", "15:00"), name="other", address_word="other"),
        )
        assert get_titles(visitor) == ["Meal", "After", "Later", "To be confirmed"]

    def test_pages_join_without_gaps(self, visitor: Visitor, clock: Any) -> None:
        same = [make_programme(*(make_point(f"{name}{n}") for n in range(3)), name=name, address_word=name)
                for name in ("one", "two")]  # fmt: skip
        show_documents(clock, *same)
        whole = get_titles(visitor)
        assert len(whole) == 6
        for ordering in ("date", "-date", "appeared", "-appeared"):
            address, found = f"/api/v1/programme/?limit=2&ordering={ordering}", []
            while address:
                page = visitor.get(address).json()
                found += [point["title"] for point in page["results"]]
                address = page["next"]
            assert sorted(found) == sorted(whole)
            assert found == get_titles(visitor, f"?ordering={ordering}")

    @pytest.mark.parametrize(
        ("query", "titles"),
        [
            ("kind=press_conference", ["Press", "Cancelled", "Env"]),
            ("kind=press_conference,doorstep", ["Doorstep", "Press", "Cancelled", "Env"]),
            ("live=true", ["Press"]),
            ("kind=press_conference&kind=doorstep", ["Doorstep", "Press", "Cancelled", "Env"]),
            ("live=false", ["Doorstep", "Cancelled", "Env"]),
            ("takes_place=true", ["Doorstep", "Press"]),
            ("takes_place=false", ["Cancelled", "Env"]),
            ("configuration=ENVI", ["Env"]),
            ("status=cancelled", ["Env"]),
            ("date_from=2060-09-15", ["Cancelled", "Env"]),
            ("date_to=2060-09-14", ["Doorstep", "Press"]),
            ("date_from=2060-09-15&date_to=2060-09-15", ["Cancelled"]),
            ("date_from=0001-01-01&date_to=9999-12-31", ["Doorstep", "Press", "Cancelled", "Env"]),
            (f"meeting={make_uuid('env')}", ["Env"]),
        ],
    )
    def test_filters(self, visitor: Visitor, clock: Any, query: str, titles: list[str]) -> None:
        jha = make_programme(
            make_point("Doorstep", "08:30", kind=PointKind.DOORSTEP),
            make_point("Press", live=True),
            make_point("Cancelled", date=PRESS_DATE + DAY, state=PointState.CANCELLED),
            end_date=PRESS_DATE + DAY,
        )
        configuration = replace(jha.configuration, code="ENVI", slug="env", name="Environment")
        day = PRESS_DATE + 2 * DAY
        env = make_programme(make_point("Env"), name="env", configuration=configuration, start_date=day, end_date=day)
        make_meeting("env")
        show_documents(clock, jha, replace(env, status=MeetingStatus.CANCELLED))
        assert get_titles(visitor, f"?{query}") == titles

    def test_day_is_that_at_the_place_of_the_meeting(self, visitor: Visitor, clock: Any) -> None:
        show_documents(clock, make_programme(make_point("Late", "23:30"), timezone="America/New_York"))
        assert get_titles(visitor, "?date_from=2060-09-14&date_to=2060-09-14") == ["Late"]
        assert get_titles(visitor, "?date_from=2060-09-15") == []

    @pytest.mark.parametrize(
        ("query", "nearest"),
        [
            ("kinds=x", "kind"),
            ("kind=press", ""),
            ("datefrom=2060-09-14", "date_from"),
        ],
    )
    def test_mistakes_are_named(self, visitor: Visitor, query: str, nearest: str) -> None:
        assert nearest in visitor.get_problem(f"programme/?{query}", 400)["nearest"]

    @pytest.mark.parametrize("query", ["live=yes", "live=1", "takes_place=no"])
    def test_booleans_are_true_or_false(self, visitor: Visitor, query: str) -> None:
        problem = visitor.get_problem(f"programme/?{query}", 400)
        assert (problem["parameter"], problem["allowed"]) == (query.partition("=")[0], ["true", "false"])

    def test_csv_has_times(self, visitor: Visitor, clock: Any) -> None:
        show_documents(clock, make_programme(make_point("Press", live=True), links=[make_stream()]))
        names, row = visitor.get("/api/v1/programme/?format=csv").content.decode().splitlines()
        cells = dict(zip(names.split(","), row.split(","), strict=True))
        assert (cells["starts_at"], cells["time"], cells["live_url"]) == ("2060-09-14T13:00:00+02:00", "13:00", STREAM)

    def test_fields_select_members(self, visitor: Visitor, clock: Any) -> None:
        show_documents(clock, make_programme(make_point("Press")))
        [point] = visitor.get_json("programme/?fields=title,starts_at,meeting.title")["results"]
        assert point == {
            "title": "Press",
            "starts_at": "2060-09-14T13:00:00+02:00",
            "meeting": {"title": "Justice and Home Affairs Council"},
        }

    def test_etag_confirms_the_list(self, visitor: Visitor, clock: Any) -> None:
        show_documents(clock, make_programme(make_point("Press")))
        etag = visitor.get("/api/v1/programme/")["ETag"]
        assert visitor.get("/api/v1/programme/", headers={"if-none-match": etag}).status_code == 304

    def test_number_of_queries_is_constant(self, visitor: Visitor, clock: Any) -> None:
        many = [make_programme(make_point(f"{n}"), name=f"{n}", address_word=f"n{n}") for n in range(5)]
        show_documents(clock, *many)
        visitor.get_json("programme/?takes_place=true&date_from=2060-09-01")
        assert len(visitor.statements) <= 3


class TestPublication:
    def get_press(self, meeting: Meeting) -> ProgrammePoint:
        return meeting.programme.get()

    def test_same_day_change_moves_the_point(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        point = self.get_press(meeting)
        first = publish_now(clock, meeting)
        meeting.programme.update(time=dt.time(15), time_text="15:00", state="delayed")
        publish_now(clock, meeting)
        body = visitor.get_json(f"programme/{point.pk}/")
        assert (body["starts_at"], body["state"]) == ("2060-09-14T15:00:00+02:00", "delayed")
        [_only] = visitor.get_json("programme/")["results"]
        earlier = visitor.get_json(f"programme/?as_of={first.available_from:%Y-%m-%dT%H:%M:%SZ}")["results"]
        assert [point["state"] for point in earlier] == [""]

    def test_scheduled_point_is_not_found_before_its_time(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish(meeting, at=PRESS_DAY + DAY)
        visitor.get_problem(f"programme/{self.get_press(meeting).pk}/", 404)
        assert visitor.get_json("programme/")["results"] == []
        clock.move_to(PRESS_DAY + DAY)
        assert len(visitor.get_json("programme/")["results"]) == 1

    @pytest.mark.parametrize("time", [dt.time(13), None])
    def test_point_of_a_withdrawn_meeting_is_gone(self, visitor: Visitor, clock: Any, time: dt.time | None) -> None:
        meeting = make_meeting()
        precision = "exact" if time else "relative"
        meeting.programme.update(time=time, time_precision=precision, time_text="" if time else "at the end")
        publish_now(clock, meeting)
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        assert visitor.get_problem(f"programme/{self.get_press(meeting).pk}/", 410)["detail"] == "Sent too early."
        assert visitor.get_json("programme/")["results"] == []


class TestMeetings:
    def test_meeting_has_starts_if_they_are_asked_for(self, visitor: Visitor, clock: Any) -> None:
        points = (make_point("Start", "09:30", kind=PointKind.START), make_point("Press", live=True))
        show_documents(clock, make_programme(*points, links=[make_stream()]))
        fields = "starts_at,programme.title,programme.starts_at,programme.live_url,programme.takes_place"
        body = visitor.get_json(f"meetings/{make_uuid('meeting')}/?fields={fields}")
        starts = ["2060-09-14T09:30:00+02:00", "2060-09-14T13:00:00+02:00"]
        assert body["starts_at"] == starts[0]
        assert [point["starts_at"] for point in body["programme"]] == starts
        assert body["programme"][1] | {"live_url": STREAM, "takes_place": True} == body["programme"][1]

    def test_whole_meeting_has_only_what_its_digest_covers(self, visitor: Visitor, clock: Any) -> None:
        """Programs verify the digest over all members that are not in the envelope they know."""
        show_documents(clock, make_programme(make_point("Press")))
        body = visitor.get_json(f"meetings/{make_uuid('meeting')}/")
        assert "starts_at" not in body
        assert "starts_at" not in body["programme"][0]

    @pytest.mark.parametrize(
        "values",
        [
            {"time": None},
            {"state": PointState.CANCELLED},
            {"time_precision": TimePrecision.TO_BE_CONFIRMED},
            {"date": PRESS_DATE + DAY},
            {"kind": PointKind.ARRIVALS},
        ],
    )
    def test_start_that_is_not_certain_is_null(self, visitor: Visitor, clock: Any, values: dict[str, Any]) -> None:
        show_documents(clock, make_programme(make_point("Start", **{"kind": PointKind.START} | values)))
        assert visitor.get_json("meetings/?fields=starts_at")["results"] == [{"starts_at": None}]

    def test_csv_has_the_start(self, visitor: Visitor, clock: Any) -> None:
        show_documents(clock, make_programme(make_point("Start", "09:30", kind=PointKind.START)))
        names, row = visitor.get("/api/v1/meetings/?format=csv&fields=title,starts_at").content.decode().splitlines()
        assert (names, row) == ("title,starts_at", "Justice and Home Affairs Council,2060-09-14T09:30:00+02:00")

"""A meeting as a schema.org Event. It contains nothing that the page does not show."""

import datetime as dt
from typing import Any

import pytest
from msgspec.structs import replace

from agenda.preview.views import build_publication
from meetings.documents import schema
from meetings.documents.choices import Form, LinkKind, MeetingStatus, PointKind, PointState, TimePrecision
from meetings.documents.schema import MeetingDocument
from meetings.site.json_ld import build_meeting_event
from tests.factories import DAY, PRESS_DATE, PRESS_DAY, make_full_document, make_meeting_document, make_uuid

pytestmark = pytest.mark.once
SITE = "https://agenda.example"
PAGE = f"{SITE}/en/meetings/jha/2060/09/14/"
EARLIER = schema.EarlierDate(start_date=PRESS_DATE - DAY, end_date=PRESS_DATE - DAY, city="Brussels")
SCHEMA = "https://schema.org/Event"


def build_event(document: MeetingDocument) -> Any:
    publication = build_publication(document, "0" * 64, at=PRESS_DAY, number=1, languages=["en"])
    return build_meeting_event(publication, PAGE, SITE)


def make_point(kind: PointKind = PointKind.PRESS_CONFERENCE, time: str | None = "13:00", **values: Any) -> schema.Point:
    exact = {"time_precision": TimePrecision.EXACT} if time else {}
    return schema.Point(id=make_uuid("point"), kind=kind, time=time, **exact | values)


def with_point(*points: schema.Point, **values: Any) -> Any:
    return build_event(make_meeting_document(programme=list(points), **values))


class TestOmittedProperties:
    def test_chair_is_left_out(self) -> None:
        assert not {"performer", "attendee", "contributor", "actor"} & build_event(make_full_document()).keys()

    def test_end_of_a_point_is_left_out(self) -> None:
        [node] = with_point(make_point())["subEvent"]
        assert "endDate" not in node

    def test_meeting_that_never_had_a_date(self) -> None:
        node = build_event(make_meeting_document(start_date=None, end_date=None, status=MeetingStatus.POSTPONED))
        assert not {"startDate", "endDate", "previousStartDate"} & node.keys()
        assert node["eventStatus"] == f"{SCHEMA}Postponed"

    def test_unknown_place_is_left_out(self) -> None:
        assert "location" not in build_event(make_meeting_document())

    def test_empty_lead_is_left_out(self) -> None:
        assert "description" not in build_event(make_meeting_document())

    @pytest.mark.parametrize(
        "start",
        [
            make_point(PointKind.START, time_precision=TimePrecision.APPROXIMATE),
            make_point(PointKind.START, time_precision=TimePrecision.TO_BE_CONFIRMED),
            make_point(PointKind.START, time_precision=TimePrecision.FROM),
            make_point(PointKind.START, None, time_precision=TimePrecision.RELATIVE),
            make_point(PointKind.START, state=PointState.CANCELLED),
            make_point(PointKind.START, date=PRESS_DATE + DAY),
            make_point(PointKind.ROUND_TABLE),
        ],
    )
    def test_inexact_start_time_is_left_out(self, start: schema.Point) -> None:
        assert with_point(start, end_date=PRESS_DATE + DAY)["startDate"] == "2060-09-14"

    def test_called_off_meeting_has_no_stream(self) -> None:
        link = schema.Link(id=make_uuid("link"), kind=LinkKind.LIVE_STREAM, title="Live", url="https://video.example/")
        assert "location" not in build_event(make_meeting_document(links=[link], status=MeetingStatus.CANCELLED))
        assert "location" not in build_event(make_meeting_document(links=[replace(link, url="")]))

    @pytest.mark.parametrize(
        "other",
        [
            make_point(time=None),
            make_point(PointKind.MEAL),
            make_point(PointKind.START),
            make_point(PointKind.ROUND_TABLE),
        ],
    )
    def test_only_press_points_with_a_time_are_events(self, other: schema.Point) -> None:
        assert "subEvent" not in with_point(other)

    def test_point_without_a_day_is_left_out(self) -> None:
        assert "subEvent" not in with_point(
            make_point(), start_date=None, end_date=None, previous=[EARLIER], status=MeetingStatus.POSTPONED
        )


class TestMeetingEvent:
    def test_single_day_has_no_end_date(self) -> None:
        assert "endDate" not in build_event(make_full_document(end_date=PRESS_DATE))

    def test_properties_of_a_meeting(self) -> None:
        node = build_event(
            make_full_document(lead="<p>Ministers will discuss:</p><ul><li>one</li><li>two &amp; three</li></ul>")
        )
        assert node["@type"] == "Event"
        assert node["url"] == node["@id"] == PAGE
        assert node["identifier"] == f"urn:uuid:{make_uuid('meeting')}"
        assert node["name"] == "Justice and Home Affairs Council"
        assert node["description"] == "Ministers will discuss: one two & three"
        assert node["inLanguage"] == "en"
        assert (node["startDate"], node["endDate"]) == ("2060-09-14", "2060-09-15")
        assert node["location"] == {
            "@type": "Place",
            "name": "European Convention Center",
            "address": {"@type": "PostalAddress", "addressLocality": "Luxembourg"},
        }
        assert node["organizer"]["@type"] == "GovernmentOrganization"
        assert node["organizer"]["name"] == "Council of the European Union"
        assert node["image"] == f"{SITE}/images/{'0' * 64}/1200.jpg"

    def test_meeting_without_a_picture_has_that_of_its_configuration(self) -> None:
        assert build_event(make_meeting_document())["image"].startswith(f"{SITE}/static/img/og/jha")

    def test_long_description_ends_with_a_whole_word(self) -> None:
        description = build_event(make_meeting_document(lead=f"<p>{'Ministers discuss. ' * 60}</p>"))["description"]
        assert len(description) <= 300
        assert description.endswith(("discuss…", "Ministers…"))

    def test_other_bodies_are_their_own_organizers(self) -> None:
        body = schema.ConfigurationName(code="EUROGROUP", slug="eurogroup", name="Eurogroup")
        node = build_event(make_meeting_document(configuration=body))
        assert node["organizer"] == {"@type": "GovernmentOrganization", "name": "Eurogroup"}
        assert "img/og/council" in node["image"]

    def test_video_conference_has_a_virtual_location(self) -> None:
        link = schema.Link(id=make_uuid("link"), kind=LinkKind.LIVE_STREAM, title="Live", url="https://video.example/")
        node = build_event(make_meeting_document(form=Form.VIDEO_CONFERENCE, links=[link]))
        assert node["location"] == {"@type": "VirtualLocation", "name": "Live", "url": "https://video.example/"}
        assert node["eventAttendanceMode"] == "https://schema.org/OnlineEventAttendanceMode"

    @pytest.mark.parametrize(
        ("day", "zone", "begins"),
        [
            (dt.date(2060, 9, 14), "Europe/Brussels", "2060-09-14T13:00:00+02:00"),
            (dt.date(2060, 12, 14), "Europe/Brussels", "2060-12-14T13:00:00+01:00"),
            (dt.date(2060, 9, 14), "Europe/Athens", "2060-09-14T13:00:00+03:00"),
            (dt.date(2060, 9, 14), "UTC", "2060-09-14T13:00:00+00:00"),
        ],
    )
    def test_exact_start_has_the_local_offset(self, day: dt.date, zone: str, begins: str) -> None:
        node = with_point(make_point(PointKind.START), start_date=day, end_date=day, timezone=zone)
        assert node["startDate"] == begins

    @pytest.mark.parametrize(
        ("status", "previous", "start", "node"),
        [
            (MeetingStatus.CONFIRMED, [], PRESS_DATE, "Scheduled"),
            (MeetingStatus.PROVISIONAL, [], PRESS_DATE, "Scheduled"),
            (MeetingStatus.CONFIRMED, [EARLIER], PRESS_DATE, "Rescheduled"),
            (
                MeetingStatus.CONFIRMED,
                [replace(EARLIER, start_date=PRESS_DATE, end_date=PRESS_DATE)],
                PRESS_DATE,
                "Scheduled",
            ),
            (MeetingStatus.POSTPONED, [EARLIER], PRESS_DATE, "Rescheduled"),
            (MeetingStatus.POSTPONED, [], PRESS_DATE, "Postponed"),
            (MeetingStatus.POSTPONED, [EARLIER], None, "Postponed"),
            (MeetingStatus.CANCELLED, [EARLIER], PRESS_DATE, "Cancelled"),
        ],
    )
    def test_event_status(self, status: Any, previous: Any, start: dt.date | None, node: str) -> None:
        found = build_event(make_meeting_document(status=status, previous=previous, start_date=start, end_date=start))
        assert found["eventStatus"] == f"{SCHEMA}{node}"
        assert found.get("previousStartDate") == ("2060-09-13" if node == "Rescheduled" else None)
        assert found["startDate"] == ("2060-09-14" if start else "2060-09-13")


class TestPressEvents:
    def test_point_has_its_own_url(self) -> None:
        [node] = with_point(make_point(title="Home Affairs", place="Press room"), place=schema.Place(city="Brussels"))[
            "subEvent"
        ]
        assert node["url"] == node["@id"] == f"{PAGE}#point-{make_uuid('point')}"
        assert node["name"] == "Press conference: Home Affairs"
        assert node["startDate"] == "2060-09-14T13:00:00+02:00"
        assert node["eventStatus"] == f"{SCHEMA}Scheduled"
        assert (node["location"]["name"], node["location"]["address"]["addressLocality"]) == ("Press room", "Brussels")

    def test_all_kinds_of_press_points_are_events(self) -> None:
        kinds = [PointKind.ARRIVALS, PointKind.DOORSTEP, PointKind.PRESS_BRIEFING, PointKind.PRESS_CONFERENCE]
        found = with_point(*map(make_point, kinds))["subEvent"]
        assert [each["name"].partition(":")[0] for each in found] == [
            "Arrivals",
            "Doorstep",
            "Press briefing",
            "Press conference",
        ]

    def test_inexact_time_is_described(self) -> None:
        [node] = with_point(make_point(time_precision=TimePrecision.APPROXIMATE))["subEvent"]
        assert node["description"] == "about 13:00"

    def test_point_on_the_second_day(self) -> None:
        [node] = with_point(make_point(date=PRESS_DATE + DAY), end_date=PRESS_DATE + DAY)["subEvent"]
        assert node["startDate"] == "2060-09-15T13:00:00+02:00"

    def test_moved_point(self) -> None:
        earlier = [schema.EarlierTime(time="12:00", time_text="12:00")]
        [node] = with_point(make_point(state=PointState.DELAYED, previous=earlier))["subEvent"]
        assert node["eventStatus"] == f"{SCHEMA}Rescheduled"
        assert node["previousStartDate"] == "2060-09-14T12:00:00+02:00"

    @pytest.mark.parametrize(
        ("state", "status", "becomes"),
        [
            (PointState.CANCELLED, MeetingStatus.CONFIRMED, "Cancelled"),
            (PointState.PLANNED, MeetingStatus.CANCELLED, "Cancelled"),
            (PointState.PLANNED, MeetingStatus.POSTPONED, "Postponed"),
        ],
    )
    def test_status_of_a_called_off_point(self, state: PointState, status: MeetingStatus, becomes: str) -> None:
        [node] = with_point(make_point(state=state), status=status)["subEvent"]
        assert node["eventStatus"] == f"{SCHEMA}{becomes}"

    def test_point_of_a_rescheduled_meeting_is_scheduled(self) -> None:
        [node] = with_point(make_point(), status=MeetingStatus.POSTPONED, previous=[EARLIER])["subEvent"]
        assert node["eventStatus"] == f"{SCHEMA}Scheduled"

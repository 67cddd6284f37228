"""A meeting as schema.org's Event: nothing that its page does not say."""

import datetime as dt
from typing import Any

import pytest
from msgspec.structs import replace

from agenda.showing import publication_of
from meetings.documents import shape
from meetings.documents.shape import MeetingDocument
from meetings.structured import meeting_event
from meetings.vocabulary import Form, LinkKind, MeetingStatus, PointKind, PointState, TimePrecision
from tests.cast import DAY, PRESS_DATE, PRESS_DAY, full_document, meeting_document, named

pytestmark = pytest.mark.once
SITE = "https://agenda.example"
PAGE = f"{SITE}/en/meetings/jha/2060/09/14/"
EARLIER = shape.EarlierDate(start_date=PRESS_DATE - DAY, end_date=PRESS_DATE - DAY, city="Brussels")
SCHEMA = "https://schema.org/Event"


def event(document: MeetingDocument) -> Any:
    publication = publication_of(document, "0" * 64, at=PRESS_DAY, number=1, languages=["en"])
    return meeting_event(publication, PAGE, SITE)


def point(kind: PointKind = PointKind.PRESS_CONFERENCE, time: str | None = "13:00", **values: Any) -> shape.Point:
    exact = {"time_precision": TimePrecision.EXACT} if time else {}
    return shape.Point(id=named("point"), kind=kind, time=time, **exact | values)


def with_point(*points: shape.Point, **values: Any) -> Any:
    return event(meeting_document(programme=list(points), **values))


class TestWhatIsNotSaid:
    def test_who_is_in_the_chair_performs_nothing(self) -> None:
        assert not {"performer", "attendee", "contributor", "actor"} & event(full_document()).keys()

    def test_when_a_point_ends(self) -> None:
        [told] = with_point(point())["subEvent"]
        assert "endDate" not in told

    def test_a_date_where_there_never_was_one(self) -> None:
        told = event(meeting_document(start_date=None, end_date=None, status=MeetingStatus.POSTPONED))
        assert not {"startDate", "endDate", "previousStartDate"} & told.keys()
        assert told["eventStatus"] == f"{SCHEMA}Postponed"

    def test_a_place_where_none_is_known(self) -> None:
        assert "location" not in event(meeting_document())

    def test_an_empty_lead(self) -> None:
        assert "description" not in event(meeting_document())

    @pytest.mark.parametrize(
        "start",
        [
            point(PointKind.START, time_precision=TimePrecision.APPROXIMATE),
            point(PointKind.START, time_precision=TimePrecision.TO_BE_CONFIRMED),
            point(PointKind.START, time_precision=TimePrecision.FROM),
            point(PointKind.START, None, time_precision=TimePrecision.RELATIVE),
            point(PointKind.START, state=PointState.CANCELLED),
            point(PointKind.START, date=PRESS_DATE + DAY),
            point(PointKind.ROUND_TABLE),
        ],
    )
    def test_a_clock_that_is_not_exactly_that_of_the_start(self, start: shape.Point) -> None:
        assert with_point(start, end_date=PRESS_DATE + DAY)["startDate"] == "2060-09-14"

    def test_where_to_watch_what_does_not_take_place(self) -> None:
        link = shape.Link(id=named("link"), kind=LinkKind.LIVE_STREAM, title="Live", url="https://video.example/")
        assert "location" not in event(meeting_document(links=[link], status=MeetingStatus.CANCELLED))
        assert "location" not in event(meeting_document(links=[replace(link, url="")]))

    @pytest.mark.parametrize(
        "other",
        [point(time=None), point(PointKind.MEAL), point(PointKind.START), point(PointKind.ROUND_TABLE)],
    )
    def test_points_without_a_clock_or_not_for_the_press_are_no_events(self, other: shape.Point) -> None:
        assert "subEvent" not in with_point(other)

    def test_a_clock_without_a_day(self) -> None:
        assert "subEvent" not in with_point(
            point(), start_date=None, end_date=None, previous=[EARLIER], status=MeetingStatus.POSTPONED
        )


class TestTheMeeting:
    def test_a_single_day_has_no_end_which_would_come_before_a_start_with_an_hour(self) -> None:
        assert "endDate" not in event(full_document(end_date=PRESS_DATE))

    def test_what_it_is(self) -> None:
        told = event(full_document(lead="<p>Ministers will discuss:</p><ul><li>one</li><li>two &amp; three</li></ul>"))
        assert told["@type"] == "Event"
        assert told["url"] == told["@id"] == PAGE
        assert told["identifier"] == f"urn:uuid:{named('meeting')}"
        assert told["name"] == "Justice and Home Affairs Council"
        assert told["description"] == "Ministers will discuss: one two & three"
        assert told["inLanguage"] == "en"
        assert (told["startDate"], told["endDate"]) == ("2060-09-14", "2060-09-15")
        assert told["location"] == {
            "@type": "Place",
            "name": "European Convention Center",
            "address": {"@type": "PostalAddress", "addressLocality": "Luxembourg"},
        }
        assert told["organizer"]["@type"] == "GovernmentOrganization"
        assert told["organizer"]["name"] == "Council of the European Union"
        assert told["image"].startswith(f"{SITE}/static/img/og/jha")

    def test_a_long_lead_ends_with_a_whole_word(self) -> None:
        said = event(meeting_document(lead=f"<p>{'Ministers discuss. ' * 60}</p>"))["description"]
        assert len(said) <= 300
        assert said.endswith(("discuss…", "Ministers…"))

    def test_other_bodies_hold_their_own_meetings(self) -> None:
        body = shape.ConfigurationName(code="EUROGROUP", slug="eurogroup", name="Eurogroup")
        told = event(meeting_document(configuration=body))
        assert told["organizer"] == {"@type": "GovernmentOrganization", "name": "Eurogroup"}
        assert "img/og/council" in told["image"]

    def test_a_video_conference_is_where_its_stream_is(self) -> None:
        link = shape.Link(id=named("link"), kind=LinkKind.LIVE_STREAM, title="Live", url="https://video.example/")
        told = event(meeting_document(form=Form.VIDEO_CONFERENCE, links=[link]))
        assert told["location"] == {"@type": "VirtualLocation", "name": "Live", "url": "https://video.example/"}
        assert told["eventAttendanceMode"] == "https://schema.org/OnlineEventAttendanceMode"

    @pytest.mark.parametrize(
        ("day", "zone", "begins"),
        [
            (dt.date(2060, 9, 14), "Europe/Brussels", "2060-09-14T13:00:00+02:00"),
            (dt.date(2060, 12, 14), "Europe/Brussels", "2060-12-14T13:00:00+01:00"),
            (dt.date(2060, 9, 14), "Europe/Athens", "2060-09-14T13:00:00+03:00"),
            (dt.date(2060, 9, 14), "UTC", "2060-09-14T13:00:00+00:00"),
        ],
    )
    def test_an_exact_start_has_the_offset_of_the_place(self, day: dt.date, zone: str, begins: str) -> None:
        told = with_point(point(PointKind.START), start_date=day, end_date=day, timezone=zone)
        assert told["startDate"] == begins

    @pytest.mark.parametrize(
        ("status", "previous", "start", "told"),
        [
            (MeetingStatus.CONFIRMED, [], PRESS_DATE, "Scheduled"),
            (MeetingStatus.PROVISIONAL, [], PRESS_DATE, "Scheduled"),
            (MeetingStatus.CONFIRMED, [EARLIER], PRESS_DATE, "Rescheduled"),
            (MeetingStatus.CONFIRMED, [replace(EARLIER, start_date=PRESS_DATE)], PRESS_DATE, "Scheduled"),
            (MeetingStatus.POSTPONED, [EARLIER], PRESS_DATE, "Rescheduled"),
            (MeetingStatus.POSTPONED, [], PRESS_DATE, "Postponed"),
            (MeetingStatus.POSTPONED, [EARLIER], None, "Postponed"),
            (MeetingStatus.CANCELLED, [EARLIER], PRESS_DATE, "Cancelled"),
        ],
    )
    def test_what_became_of_it(self, status: Any, previous: Any, start: dt.date | None, told: str) -> None:
        found = event(meeting_document(status=status, previous=previous, start_date=start, end_date=start))
        assert found["eventStatus"] == f"{SCHEMA}{told}"
        assert found.get("previousStartDate") == ("2060-09-13" if told == "Rescheduled" else None)
        assert found["startDate"] == ("2060-09-14" if start else "2060-09-13")


class TestThePress:
    def test_each_point_has_an_address_of_its_own(self) -> None:
        [told] = with_point(point(title="Home Affairs", place="Press room"), place=shape.Place(city="Brussels"))[
            "subEvent"
        ]
        assert told["url"] == told["@id"] == f"{PAGE}#point-{named('point')}"
        assert told["name"] == "Press conference: Home Affairs"
        assert told["startDate"] == "2060-09-14T13:00:00+02:00"
        assert told["eventStatus"] == f"{SCHEMA}Scheduled"
        assert (told["location"]["name"], told["location"]["address"]["addressLocality"]) == ("Press room", "Brussels")

    def test_arrivals_and_doorsteps_are_events_too(self) -> None:
        kinds = [PointKind.ARRIVALS, PointKind.DOORSTEP, PointKind.PRESS_BRIEFING, PointKind.PRESS_CONFERENCE]
        found = with_point(*map(point, kinds))["subEvent"]
        assert [each["name"].partition(":")[0] for each in found] == [
            "Arrivals",
            "Doorstep",
            "Press briefing",
            "Press conference",
        ]

    def test_a_time_that_is_not_exact_says_so(self) -> None:
        [told] = with_point(point(time_precision=TimePrecision.APPROXIMATE))["subEvent"]
        assert told["description"] == "about 13:00"

    def test_on_the_second_day_of_a_meeting(self) -> None:
        [told] = with_point(point(date=PRESS_DATE + DAY), end_date=PRESS_DATE + DAY)["subEvent"]
        assert told["startDate"] == "2060-09-15T13:00:00+02:00"

    def test_one_that_was_moved(self) -> None:
        earlier = [shape.EarlierTime(time="12:00", time_text="12:00")]
        [told] = with_point(point(state=PointState.DELAYED, previous=earlier))["subEvent"]
        assert told["eventStatus"] == f"{SCHEMA}Rescheduled"
        assert told["previousStartDate"] == "2060-09-14T12:00:00+02:00"

    @pytest.mark.parametrize(
        ("state", "status", "becomes"),
        [
            (PointState.CANCELLED, MeetingStatus.CONFIRMED, "Cancelled"),
            (PointState.PLANNED, MeetingStatus.CANCELLED, "Cancelled"),
            (PointState.PLANNED, MeetingStatus.POSTPONED, "Postponed"),
        ],
    )
    def test_one_that_is_off_by_itself_or_with_its_meeting(
        self, state: PointState, status: MeetingStatus, becomes: str
    ) -> None:
        [told] = with_point(point(state=state), status=status)["subEvent"]
        assert told["eventStatus"] == f"{SCHEMA}{becomes}"

    def test_one_of_a_meeting_that_was_postponed_to_a_date_takes_place(self) -> None:
        [told] = with_point(point(), status=MeetingStatus.POSTPONED, previous=[EARLIER])["subEvent"]
        assert told["eventStatus"] == f"{SCHEMA}Scheduled"

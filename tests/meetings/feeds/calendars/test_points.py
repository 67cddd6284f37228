"""Test events of programme points with a time, including removed ones."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from agenda.workflow.suppression import lift_suppression, suppress
from meetings.documents.choices import Language, TimePrecision
from meetings.documents.schema import EarlierTime, MeetingDocument
from meetings.editions.freezing import compose_edition, create_edition, write_editions
from meetings.models import Edition, Meeting, ProgrammePoint
from tests.factories import (
    COMMAND,
    DAY,
    PRESS_DATE,
    PRESS_DAY,
    SECOND,
    make_configuration,
    make_documents,
    make_full_document,
    make_meeting,
    make_topic,
    make_uuid,
    publish_now,
    withdraw,
)
from tests.meetings.feeds.calendars.calendar_reader import ALL, read_event, read_events, read_text
from tests.public_requests import Visitor

pytestmark = pytest.mark.django_db
POINTS = f"{ALL}?points=1"
ADDRESSES = [ALL, "/en/meetings/jha/calendar.ics", "/en/topics/migration-policy/calendar.ics"]
ADDRESSES += ["/en/meetings/jha/2060/09/14/meeting.ics"]


def read_points(visitor: Visitor, address: str = POINTS) -> list[Any]:
    return [event for event in read_events(visitor, address) if "RELATED-TO" in event]


def read_point(visitor: Visitor) -> Any:
    [point] = read_points(visitor)
    return point


def change_point(clock: Any, point: ProgrammePoint, **values: Any) -> Edition:
    """Publish a changed point a day later."""
    clock.move_to(timezone.now() + DAY)
    if values:
        ProgrammePoint.objects.filter(pk=point.pk).update(**values)
    return publish_now(clock, point.meeting)


def make_point(clock: Any, **values: Any) -> ProgrammePoint:
    meeting = make_meeting(city="Luxembourg")
    meeting.programme.update(**{"time_precision": "exact"} | values)
    publish_now(clock, meeting)
    return meeting.programme.get()


class TestScheduledEditions:
    def test_point_of_a_scheduled_edition_has_no_event(self, visitor: Visitor, clock: Any) -> None:
        """It appears at its instant, and points that the edition leaves out are then cancelled."""
        make_configuration()
        create_edition([make_full_document()], available_from=PRESS_DAY + SECOND)
        to_come = make_full_document()
        to_come.programme[0].id = make_uuid("to come")
        create_edition([to_come], available_from=PRESS_DAY + DAY)
        statuses = {str(make_uuid("point")): "CONFIRMED"}
        for at in (PRESS_DAY + SECOND, PRESS_DAY + DAY - SECOND, PRESS_DAY + DAY):
            clock.move_to(at)
            if at == PRESS_DAY + DAY:
                statuses = {str(make_uuid("point")): "CANCELLED", str(make_uuid("to come")): "CONFIRMED"}
            assert {event["UID"]: event["STATUS"] for event in read_points(visitor)} == statuses, at


class TestPointsParameter:
    def test_points_are_included_on_request(self, visitor: Visitor, clock: Any) -> None:
        meeting, topic = make_meeting(), make_topic()
        meeting.agenda.get().topics.add(topic)
        publish_now(clock, meeting, topic)
        both = [str(meeting.pk), str(meeting.programme.get().pk)]
        for address in ADDRESSES:
            assert [event["UID"] for event in read_events(visitor, address)] == both[:1], address
            assert [event["UID"] for event in read_events(visitor, f"{address}?points=1")] == both, address

    def test_values_other_than_yes_or_no_are_refused(self, visitor: Visitor, clock: Any) -> None:
        meeting, topic = make_meeting(), make_topic()
        meeting.agenda.get().topics.add(topic)
        publish_now(clock, meeting, topic)
        words = ("", "2", "-1", "maybe", "01", "yes!", "1 ", "oui", "\0")
        for address, word in [*((address, "maybe") for address in ADDRESSES), *((ALL, word) for word in words)]:
            answer = visitor.get(address, {"points": word})
            assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json"), (address, word)
            problem = answer.json()
            assert (problem["type"], problem["parameter"]) == ("/api/problems/bad-parameter/", "points")
            assert problem["allowed"] == ["1", "true", "yes", "0", "false", "no"]
            assert "1, true, yes, 0, false, no" in problem["detail"]
            assert 'rel="license"' in answer["Link"]

    def test_yes_and_no_have_synonyms(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting())
        synonyms = {"1": 2, "true": 2, "Yes": 2, "YES": 2, "0": 1, "False": 1, "no": 1}
        assert {word: len(read_events(visitor, f"{ALL}?points={word}")) for word in synonyms} == synonyms

    def test_other_parameters_are_ignored(self, visitor: Visitor, clock: Any) -> None:
        """Programs and mail services add parameters to addresses."""
        publish_now(clock, make_meeting())
        for query in ("?point=1", "?x=1", "?utm_source=mail&fbclid=x"):
            assert len(read_events(visitor, ALL + query)) == 1, query

    def test_number_of_queries_is_constant(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        costs = []
        for number in (1, 4):
            documents = make_documents(number)[number // 4 :]
            for document in documents:
                document.programme[0].id = make_uuid(f"point of {document.id}")
            for edition in (1, 2):
                at = PRESS_DAY + SECOND * (number + edition)
                write_editions([compose_edition([document], available_from=at) for document in documents])
                documents = [shape_of(document, title=f"Edition {edition}") for document in documents]
            clock.move_to(PRESS_DAY + SECOND * (number + 40))
            assert len(read_events(visitor, POINTS)) == 2 * number
            costs.append(len(visitor.statements))
        assert costs == [5, 5]


def shape_of(document: MeetingDocument, **values: Any) -> MeetingDocument:
    for name, value in values.items():
        setattr(document, name, value)
    return document


class TestPoints:
    def test_point_lasts_half_an_hour_in_the_time_zone_of_the_meeting(self, visitor: Visitor, clock: Any) -> None:
        point = make_point(clock, place="Press room")
        event = read_point(visitor)
        assert event["DTSTART"].params["TZID"] == "Europe/Brussels"
        assert str(event.start) == "2060-09-14 13:00:00+02:00"
        assert event.end - event.start == dt.timedelta(minutes=30)
        assert event["SUMMARY"] == "Press conference: Home Affairs Council"
        assert event["LOCATION"] == "Press room, Europa building, Luxembourg"
        assert event["URL"] == f"http://testserver/en/meetings/jha/2060/09/14/#point-{point.pk}"
        assert (event["RELATED-TO"], event["TRANSP"]) == (str(point.meeting.pk), "OPAQUE")
        assert event["RELATED-TO"].params["RELTYPE"] == "PARENT"

    @pytest.mark.parametrize(
        ("values", "summary", "status"),
        [
            ({"time_precision": "approximate"}, "Press conference: Home Affairs Council (about 13:00)", "CONFIRMED"),
            ({"time_precision": "from"}, "Press conference: Home Affairs Council (from 13:00)", "CONFIRMED"),
            (
                {"time_precision": "to_be_confirmed"},
                "Press conference: Home Affairs Council (13:00, to be confirmed)",
                "TENTATIVE",
            ),
            ({"state": "cancelled"}, "Cancelled: Press conference: Home Affairs Council", "CANCELLED"),
            ({"kind": "doorstep", "title": ""}, "Doorstep: Justice and Home Affairs Council", "CONFIRMED"),
            ({"kind": "other"}, "Home Affairs Council", "CONFIRMED"),
        ],
    )
    def test_status_of_a_point(
        self, visitor: Visitor, clock: Any, values: dict[str, Any], summary: str, status: str
    ) -> None:
        make_point(clock, **values)
        event = read_point(visitor)
        assert (event["SUMMARY"], event["STATUS"]) == (summary, status)

    def test_description_of_a_point(self, visitor: Visitor, clock: Any) -> None:
        create_edition([make_full_document()], available_from=PRESS_DAY + SECOND)
        clock.move_to(PRESS_DAY + SECOND)
        page = "http://testserver/en/meetings/jha/2060/09/14-15-second/"
        assert read_point(visitor)["DESCRIPTION"].splitlines() == [
            "Justice and Home Affairs Council",
            "",
            "Moved",
            "Previously planned: 14 September 2060, 12:00, Press room 1",
            "",
            "Andres Anvelt, Minister",
            "",
            "In the press room.",
            "",
            "Link of the point: https://example.eu/point",
            "",
            f"{page}#point-{make_uuid('point')}",
        ]

    def test_description_has_the_earlier_time(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        wordings: dict[str, tuple[str | None, str]] = {
            "about 20:15": ("20:15", "+/- 20:15"),
            "from 20:15": ("20:15", "from 20:15"),
            "20:15, to be confirmed": ("20:15", "20:15 (tbc)"),
            "20:15": ("20:15", ""),
            "at the end of the meeting": (None, "at the end of the meeting"),
        }
        for number, (wording, (time, printed)) in enumerate(wordings.items(), 1):
            document = make_full_document(document_number=str(number))
            document.programme[0].previous = [EarlierTime(date=PRESS_DATE, time=time, time_text=printed)]
            create_edition([document], available_from=PRESS_DAY + SECOND * number)
            clock.move_to(PRESS_DAY + SECOND * number)
            assert f"\nPreviously planned: 14 September 2060, {wording}\n" in read_point(visitor)["DESCRIPTION"]

    @pytest.mark.parametrize(
        "values",
        [
            {"time": None, "time_precision": "relative", "time_text": "at the end of the meeting"},
            {"time": None, "time_precision": "to_be_confirmed", "time_text": ""},
            {"time": None, "time_precision": "", "time_text": ""},
        ],
    )
    def test_point_without_a_time_has_no_event(self, visitor: Visitor, clock: Any, values: dict[str, Any]) -> None:
        make_point(clock, **values)
        assert read_points(visitor) == []

    @pytest.mark.parametrize(("status", "of_the_point"), [("provisional", "TENTATIVE"), ("cancelled", "CANCELLED")])
    def test_point_has_the_status_of_its_meeting(
        self, visitor: Visitor, clock: Any, status: str, of_the_point: str
    ) -> None:
        publish_now(clock, make_meeting(status=status, status_reason="The airport is closed."))
        assert read_point(visitor)["STATUS"] == of_the_point

    def test_point_in_another_language(self, visitor: Visitor, clock: Any) -> None:
        source = make_full_document()
        greek = make_full_document(language=Language.EL, title="Συμβούλιο")
        greek.programme[0].title = "Εσωτερικές Υποθέσεις"
        create_edition([source, greek], available_from=PRESS_DAY + SECOND)
        clock.move_to(PRESS_DAY + SECOND)
        [point] = read_points(visitor, "/el/meetings/calendar.ics?points=1")
        assert (point["SUMMARY"].params["LANGUAGE"], point["SEQUENCE"]) == ("el", 0)
        assert "Εσωτερικές Υποθέσεις" in point["SUMMARY"]


class TestChanges:
    def test_moved_point_is_the_same_event_with_a_higher_sequence(self, visitor: Visitor, clock: Any) -> None:
        point = make_point(clock)
        changes: list[dict[str, Any]] = [
            {"time": dt.time(15), "state": "moved"},
            {"place": "Press room"},
            {"time_precision": "to_be_confirmed", "time_text": "15:00 (tbc)"},
            {"state": "cancelled"},
        ]
        for number, values in enumerate(changes, 1):
            edition = change_point(clock, point, **values)
            event = read_point(visitor)
            assert (event["UID"], event["SEQUENCE"]) == (str(point.pk), number)
            assert event.decoded("last-modified") == event.decoded("dtstamp") == edition.available_from
        assert event["STATUS"] == "CANCELLED"

    def test_changed_text_does_not_increase_sequence(self, visitor: Visitor, clock: Any) -> None:
        point = make_point(clock)
        change_point(clock, point, title="Council on Home Affairs", text="<p>By video link.</p>", state="ended")
        assert read_point(visitor)["SEQUENCE"] == 0

    def test_point_moves_with_its_meeting(self, visitor: Visitor, clock: Any) -> None:
        point = make_point(clock)
        day = PRESS_DATE + 20 * DAY
        Meeting.objects.update(start_date=day, end_date=day, status_reason="The airport was closed.")
        publish_now(clock, Meeting.objects.get())
        event = read_point(visitor)
        assert (str(event.start), event["SEQUENCE"]) == ("2060-10-04 13:00:00+02:00", 1)
        assert event["UID"] == str(point.pk)

    def test_added_point_starts_at_sequence_zero(self, visitor: Visitor, clock: Any) -> None:
        point = make_point(clock)
        later = ProgrammePoint.objects.create(
            meeting=point.meeting, kind="doorstep", time=dt.time(9), time_precision="exact"
        )
        change_point(clock, later)
        assert {event["SEQUENCE"] for event in read_points(visitor)} == {0}

    def test_sequence_never_decreases_with_many_editions(self, visitor: Visitor, clock: Any) -> None:
        """There are more editions than are read."""
        make_configuration()
        counts = []
        for number in range(16):
            hidden = number % 5 == 2
            document = make_full_document(lead=f"<p>Edition {number}.</p>", programme=make_full_document().programme)
            document.programme[0].time = f"{13 + number // 2}:00"
            document.programme = [] if hidden else document.programme
            create_edition([document], available_from=PRESS_DAY + SECOND * (number + 1))
            clock.move_to(PRESS_DAY + SECOND * (number + 1))
            counts.append(int(read_point(visitor)["SEQUENCE"]))
        assert counts == sorted(counts)
        assert counts[0] == 0
        assert counts[-1] > counts[8]

    def test_translation_does_not_increase_sequence(self, visitor: Visitor, clock: Any) -> None:
        source, french = make_full_document(), make_full_document(language=Language.FR)
        french.programme[0].place = "Salle de presse 2"
        for number, documents in enumerate(([source], [source, french]), 1):
            create_edition(documents, available_from=PRESS_DAY + SECOND * number)
        clock.move_to(PRESS_DAY + SECOND * 2)
        for language in ("en", "fr"):
            [point] = read_points(visitor, f"/{language}/meetings/calendar.ics?points=1")
            assert point["SEQUENCE"] == 0


class TestRemovedPoints:
    def test_removed_point_stays_as_cancelled(self, visitor: Visitor, clock: Any) -> None:
        point = make_point(clock)
        meeting, id_ = point.meeting, point.pk
        clock.move_to(PRESS_DAY + DAY)
        point.delete()
        edition = publish_now(clock, meeting)
        event = read_point(visitor)
        assert (event["UID"], event["STATUS"], event["SEQUENCE"]) == (str(id_), "CANCELLED", 1)
        assert event["SUMMARY"] == "Cancelled: Press conference: Home Affairs Council"
        assert str(event.start) == "2060-09-14 13:00:00+02:00"
        assert event.decoded("dtstamp") == edition.available_from
        clock.move_to(PRESS_DAY + 2 * DAY)
        meeting.lead = "<p>Something else.</p>"
        meeting.save()
        publish_now(clock, meeting)
        assert read_point(visitor).to_ical() == event.to_ical()

    def test_restored_point_is_the_same_event_with_a_higher_sequence(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        document = make_full_document()
        for number, programme in enumerate((document.programme, [], document.programme), 1):
            create_edition([make_full_document(programme=programme)], available_from=PRESS_DAY + SECOND * number)
        clock.move_to(PRESS_DAY + SECOND * 3)
        event = read_point(visitor)
        assert (event["UID"], event["STATUS"], event["SEQUENCE"]) == (str(make_uuid("point")), "CONFIRMED", 2)

    def test_point_that_lost_its_time_is_cancelled_at_its_old_time(self, visitor: Visitor, clock: Any) -> None:
        point = make_point(clock)
        change_point(clock, point, time=None, time_precision="relative", time_text="at the end of the meeting")
        event = read_point(visitor)
        assert (event["STATUS"], str(event.start)) == ("CANCELLED", "2060-09-14 13:00:00+02:00")
        [meeting] = read_events(visitor)
        assert "- at the end of the meeting – Press conference" in meeting["DESCRIPTION"]

    def test_points_of_a_meeting_postponed_without_a_date_are_cancelled(self, visitor: Visitor, clock: Any) -> None:
        make_point(clock)
        Meeting.objects.update(start_date=None, end_date=None, status="postponed", status_reason="A strike.")
        publish_now(clock, Meeting.objects.get())
        event = read_point(visitor)
        assert (event["STATUS"], str(event.start)) == ("CANCELLED", "2060-09-14 13:00:00+02:00")

    def test_points_of_a_withdrawn_meeting_have_its_title_and_no_content(self, visitor: Visitor, clock: Any) -> None:
        point = make_point(clock, place="Press room")
        gone = withdraw(point.meeting, reason="Sent too early.")
        clock.move_to(gone.available_from)
        event = read_point(visitor)
        assert read_text(event) == {"days": ("2060-09-14", "2060-09-15"), "status": "CANCELLED", "sequence": 1}
        assert (event["UID"], event["SUMMARY"]) == (str(point.pk), "Withdrawn: Justice and Home Affairs Council")
        assert event.decoded("dtstamp") == gone.available_from
        words = event.to_ical().decode()
        assert not any(word in words for word in ("Press", "Home Affairs Council (", "1300", "Europa"))

    def test_point_missing_after_a_withdrawal_stays_cancelled(self, visitor: Visitor, clock: Any) -> None:
        point = make_point(clock)
        meeting, id_ = point.meeting, point.pk
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        point.delete()
        other = ProgrammePoint.objects.create(
            meeting=meeting, kind="doorstep", time=dt.time(9), time_precision=TimePrecision.EXACT
        )
        publish_now(clock, meeting)
        read = {event["UID"]: (event["STATUS"], event["SEQUENCE"], event["SUMMARY"]) for event in read_points(visitor)}
        assert read == {
            str(id_): ("CANCELLED", 2, "Cancelled"),
            str(other.pk): ("CONFIRMED", 2, "Doorstep: Justice and Home Affairs Council"),
        }

    def test_points_of_a_suppressed_edition_have_no_content(self, visitor: Visitor, clock: Any) -> None:
        point = make_point(clock, title="Zanzibar")
        meeting = point.meeting
        point.delete()
        publish_now(clock, meeting)
        before = int(read_point(visitor)["SEQUENCE"])
        suppress(meeting, Edition.objects.order_by("available_from")[0], by=COMMAND, reason="A name was in it.")
        event = read_point(visitor)
        assert (event["STATUS"], event["SUMMARY"]) == ("CANCELLED", "Cancelled")
        assert int(event["SEQUENCE"]) >= before

    def test_sequence_only_decreases_when_a_suppression_is_lifted(self, visitor: Visitor, clock: Any) -> None:
        """docs/api.md describes this exception."""
        point = make_point(clock)
        first = Edition.objects.get()
        Meeting.objects.update(lead="<p>Something else.</p>")
        publish_now(clock, Meeting.objects.get())
        counts = [int(read_point(visitor)["SEQUENCE"])]
        for act in (suppress, lift_suppression):
            act(point.meeting, first, by=COMMAND, reason="A name was in it.")
            clock.shift(SECOND)
            counts.append(int(read_point(visitor)["SEQUENCE"]))
        assert counts == [0, 1, 0]

    def test_point_removed_many_editions_ago_is_cancelled_not_withdrawn(self, visitor: Visitor, clock: Any) -> None:
        """There are more programmes than are read, so nothing is known of the point. The meeting still has a page."""
        make_configuration()
        for number in range(13):
            document = make_full_document(document_number=str(number))
            document.programme = [] if number else document.programme
            create_edition([document], available_from=PRESS_DAY + SECOND * (number + 1))
        clock.move_to(PRESS_DAY + DAY)
        event = read_point(visitor)
        page = "http://testserver/en/meetings/jha/2060/09/14-15-second/"
        assert (event["UID"], event["SUMMARY"], event["DESCRIPTION"]) == (str(make_uuid("point")), "Cancelled", page)
        assert read_text(event) == {"days": ("2060-09-14", "2060-09-15"), "status": "CANCELLED", "sequence": 3}
        assert visitor.get(event["URL"]).status_code == 200

    def test_removed_point_that_never_had_a_time_has_no_event(self, visitor: Visitor, clock: Any) -> None:
        point = make_point(clock, time=None, time_precision="relative", time_text="at the end")
        clock.move_to(withdraw(point.meeting, reason="Sent too early.").available_from)
        assert read_points(visitor) == []
        assert read_text(read_event(visitor))["status"] == "CANCELLED"

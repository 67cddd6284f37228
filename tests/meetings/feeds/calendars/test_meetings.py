"""Test events of meetings, including those that are moved, postponed, cancelled or withdrawn."""

import datetime as dt
import re
from typing import Any

import pytest
from msgspec.structs import replace

from agenda.models import AgendaItem
from meetings.documents.choices import Language
from meetings.editions.freezing import compose_edition, create_edition, write_editions
from meetings.http.licence import get_licence
from meetings.models import Meeting
from tests.factories import (
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    SECOND,
    make_configuration,
    make_documents,
    make_full_document,
    make_meeting,
    make_meeting_document,
    make_topic,
    make_uuid,
    publish_now,
    withdraw,
)
from tests.meetings.feeds.calendars.calendar_reader import (
    ALL,
    find_faults,
    read_calendar,
    read_event,
    read_events,
    read_text,
)
from tests.public_requests import Visitor

pytestmark = pytest.mark.django_db
JHA = "/en/meetings/jha/calendar.ics"
TOPIC = "/en/topics/migration-policy/calendar.ics"
MEETING = "/en/meetings/jha/2060/09/14/meeting.ics"


def publish_meetings(clock: Any) -> Meeting:
    """Publish a meeting on a topic, and one of another configuration without it."""
    meeting, topic = make_meeting(), make_topic()
    AgendaItem.objects.get(meeting=meeting).topics.add(topic)
    publish_now(clock, meeting, topic, make_meeting("env", PRESS_DATE + DAY))
    return meeting


def change_meeting(clock: Any, meeting: Meeting, **values: Any) -> None:
    for name, value in {"status_reason": f"It is {len(values)} times {values}.", **values}.items():
        setattr(meeting, name, value)
    meeting.save()
    publish_now(clock, meeting)


class TestAddresses:
    def test_unknown_address_is_not_found(self, visitor: Visitor, clock: Any) -> None:
        make_configuration("env")
        publish_now(clock, make_meeting())
        for address in (
            "/en/meetings/nobody/calendar.ics",
            "/en/topics/nothing/calendar.ics",
            "/en/meetings/jha/2060/09/15/meeting.ics",
            "/en/meetings/env/2060/09/14/meeting.ics",
            "/xx/meetings/calendar.ics",
            "/en/meetings/calendar.ics/",
        ):
            assert visitor.get(address).status_code == 404, address

    def test_calendars_are_read_only(self, visitor: Visitor, clock: Any) -> None:
        assert visitor.post(ALL).status_code == 405

    def test_each_calendar_has_its_meetings(self, visitor: Visitor, clock: Any) -> None:
        meeting = publish_meetings(clock)
        for address, number in {ALL: 2, JHA: 1, TOPIC: 1, MEETING: 1}.items():
            events = read_events(visitor, address)
            assert len(events) == number, address
            assert str(meeting.pk) in {event["UID"] for event in events}, address

    def test_head_has_the_same_headers(self, visitor: Visitor, clock: Any) -> None:
        publish_meetings(clock)
        whole, head = visitor.get(ALL), visitor.head(ALL)
        assert (head.status_code, head.content) == (200, b"")
        assert (head["Content-Type"], head["Content-Length"]) == (whole["Content-Type"], str(len(whole.content)))

    def test_unchanged_calendar_is_a_304(self, visitor: Visitor, clock: Any) -> None:
        meeting = publish_meetings(clock)
        etags = {address: visitor.get(address)["ETag"] for address in (ALL, JHA, TOPIC, MEETING)}
        clock.move_to(PRESS_DAY + DAY / 4)
        for address, etag in etags.items():
            again = visitor.get(address, headers={"If-None-Match": etag})
            assert (again.status_code, again["ETag"]) == (304, etag), address
            assert len(visitor.statements) == (1 if address == JHA else 0), address
        change_meeting(clock, meeting, city="Tallinn")
        for address, etag in etags.items():
            assert visitor.get(address, headers={"If-None-Match": etag}).status_code == 200, address

    def test_meeting_that_is_a_year_old_changes_the_etag(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting(start_date=PRESS_DATE - 365 * DAY))
        clock.move_to(PRESS_DAY + 2 * MINUTE)
        kept = visitor.get(ALL)
        clock.move_to(PRESS_DAY + DAY)
        for headers in ({"If-None-Match": kept["ETag"]}, {"If-Modified-Since": kept["Last-Modified"]}):
            assert visitor.get(ALL, headers=headers).status_code == 200

    def test_calendar_has_a_file_name(self, visitor: Visitor, clock: Any) -> None:
        publish_meetings(clock)
        names = [visitor.get(address)["Content-Disposition"] for address in (ALL, JHA, TOPIC, MEETING)]
        assert names == [
            'inline; filename="council.ics"',
            'inline; filename="jha.ics"',
            'inline; filename="migration-policy.ics"',
            'inline; filename="jha-2060-09-14.ics"',
        ]

    def test_moved_address_redirects(self, visitor: Visitor, clock: Any) -> None:
        meeting = publish_meetings(clock)
        change_meeting(clock, meeting, start_date=PRESS_DATE + 7 * DAY, end_date=PRESS_DATE + 7 * DAY)
        answer = visitor.get(f"{MEETING}?points=1")
        assert (answer.status_code, answer["Location"]) == (302, "/en/meetings/jha/2060/09/21/meeting.ics?points=1")

    def test_calendar_of_a_withdrawn_topic_is_gone(self, visitor: Visitor, clock: Any) -> None:
        topic = make_topic()
        publish_now(clock, topic)
        clock.move_to(withdraw(topic, reason="Sent too early.").available_from)
        assert visitor.get(TOPIC).status_code == 410


class TestLinksOnPages:
    def test_pages_link_to_calendars(self, visitor: Visitor, clock: Any) -> None:
        publish_meetings(clock)
        for address in (ALL, JHA, TOPIC):
            page = visitor.get(address.removesuffix("calendar.ics")).content.decode()
            assert f'<link rel="alternate" type="text/calendar" href="{address}">' in page
            assert re.search(rf'<a href="webcal://testserver{address}">[^<]* your calendar</a>', page)
            assert f'<a href="webcal://testserver{address}?points=1">' in page
            assert f'<a href="{address}">' in page

    def test_meeting_page_links_to_its_calendar(self, visitor: Visitor, clock: Any) -> None:
        publish_meetings(clock)
        page = visitor.get(MEETING.removesuffix("meeting.ics")).content.decode()
        assert f'<link rel="alternate" type="text/calendar" href="{MEETING}">' in page
        assert f'<a href="{MEETING}">Add to your calendar</a>' in page

    def test_past_editions_do_not_link_to_calendars(self, visitor: Visitor, clock: Any) -> None:
        meeting = publish_meetings(clock)
        change_meeting(clock, meeting, city="Tallinn")
        assert "meeting.ics" not in visitor.get(f"{MEETING.removesuffix('meeting.ics')}editions/1/").content.decode()


class TestTheCalendar:
    def test_calendar_has_properties(self, visitor: Visitor, clock: Any) -> None:
        publish_meetings(clock)
        calendar = read_calendar(visitor, JHA)
        properties = {name: str(calendar[name]) for name in ("VERSION", "NAME", "X-WR-CALNAME", "URL", "SOURCE")}
        assert properties == {
            "VERSION": "2.0",
            "NAME": "Justice and Home Affairs Council",
            "X-WR-CALNAME": "Justice and Home Affairs Council",
            "URL": "http://testserver/en/meetings/jha/",
            "SOURCE": "http://testserver/en/meetings/jha/calendar.ics",
        }
        unfolded = visitor.get(JHA).content.replace(b"\r\n ", b"")
        assert b"X-WR-CALDESC:Agendas of the meetings of the Council of the European Union\\," in unfolded
        assert calendar.decoded("REFRESH-INTERVAL") == dt.timedelta(hours=1)
        assert calendar["X-PUBLISHED-TTL"].to_ical() == b"PT1H"

    def test_calendar_names_its_licence(self, visitor: Visitor, clock: Any) -> None:
        publish_meetings(clock)
        terms = get_licence()
        assert f'<{terms.url}>; rel="license"' in visitor.get(ALL)["Link"]
        assert str(read_calendar(visitor)["DESCRIPTION"]).endswith(f"{terms.attribution}, {terms.name}: {terms.url}")

    def test_calendar_without_meetings_is_valid(self, visitor: Visitor, clock: Any) -> None:
        """The grammar requires at least one component."""
        make_configuration()
        calendar = read_calendar(visitor, JHA)
        assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE"]

    def test_calendar_starts_a_year_ago(self, visitor: Visitor, clock: Any) -> None:
        for days in (-366, -365, 800):
            publish_now(clock, make_meeting(start_date=PRESS_DATE + days * DAY))
        assert len(read_events(visitor)) == 2
        assert len(read_events(visitor, JHA)) == 2

    def test_number_of_queries_is_constant(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        costs = []
        for number in (1, 4):
            documents = make_documents(number)[number // 4 :]
            write_editions(
                [compose_edition([document], available_from=PRESS_DAY + SECOND * number) for document in documents]
            )
            clock.move_to(PRESS_DAY + SECOND * (number + 40))
            read_events(visitor, JHA)
            costs.append(len(visitor.statements))
        assert costs == [3, 3]

    def test_calendar_has_at_most_five_hundred_meetings(self, visitor: Visitor, clock: Any) -> None:
        make_configuration()
        days = [PRESS_DATE + number * DAY for number in range(501)]
        documents = [make_meeting_document(id=make_uuid(f"{day}"), start_date=day, end_date=day) for day in days]
        write_editions([compose_edition([document], available_from=PRESS_DAY + SECOND) for document in documents])
        clock.move_to(PRESS_DAY + SECOND)
        events = read_events(visitor)
        assert len(events) == 500
        assert min(event.decoded("dtstart") for event in events) == PRESS_DATE + DAY


class TestMeetings:
    @pytest.mark.parametrize(
        ("first", "last", "days"),
        [
            (dt.date(2060, 9, 14), dt.date(2060, 9, 14), ("2060-09-14", "2060-09-15")),
            (dt.date(2060, 11, 30), dt.date(2060, 12, 1), ("2060-11-30", "2060-12-02")),
            (dt.date(2060, 12, 31), dt.date(2061, 1, 1), ("2060-12-31", "2061-01-02")),
            (dt.date(2060, 2, 28), dt.date(2060, 2, 28), ("2060-02-28", "2060-02-29")),
            (dt.date(2060, 10, 30), dt.date(2060, 10, 31), ("2060-10-30", "2060-11-01")),
        ],
    )
    def test_meeting_lasts_whole_days_and_ends_on_the_day_after(
        self, visitor: Visitor, clock: Any, first: dt.date, last: dt.date, days: tuple[str, str]
    ) -> None:
        publish_now(clock, make_meeting(start_date=first, end_date=last))
        event = read_event(visitor)
        assert read_text(event) == {"days": days, "status": "CONFIRMED", "sequence": 0}
        assert event["TRANSP"] == "TRANSPARENT"

    def test_meeting_has_title_and_place(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting(city="Luxembourg")
        edition = publish_now(clock, meeting)
        event = read_event(visitor)
        assert event["UID"] == str(meeting.pk)
        assert event["SUMMARY"] == "Justice and Home Affairs Council"
        assert event["SUMMARY"].params["LANGUAGE"] == "en"
        assert event["LOCATION"] == "Europa building, Luxembourg"
        assert event["URL"] == "http://testserver/en/meetings/jha/2060/09/14/"
        assert event.categories == ["Justice and Home Affairs", "JHA"]
        assert {event.decoded(name) for name in ("created", "dtstamp", "last-modified")} == {edition.available_from}

    def test_description_is_plain_text(self, visitor: Visitor, clock: Any) -> None:
        document = make_full_document(
            lead="<p>One &amp; <strong>all</strong>:</p><ul><li>first</li><li>second</li></ul>"
        )
        create_edition([document], available_from=PRESS_DAY + SECOND)
        clock.move_to(PRESS_DAY + SECOND)
        assert read_event(visitor)["DESCRIPTION"].splitlines() == [
            "This meeting has been moved from 13 September to 14–15 September 2060. The airport was closed.",
            "Previously planned: 13 September 2060, Justus Lipsius, Brussels",
            "",
            "One & all:",
            "- first",
            "- second",
            "",
            "Local times (Europe/Brussels)",
            "- about 13:00 – Press conference: Home Affairs Council (Press room 2) [Moved]",
            "",
            "http://testserver/en/meetings/jha/2060/09/14-15-second/",
        ]

    @pytest.mark.parametrize(
        ("values", "line"),
        [
            (
                {"time": None, "time_precision": "relative", "time_text": "at the end"},
                "- at the end – Press conference",
            ),
            (
                {"time": None, "time_precision": "to_be_confirmed", "time_text": ""},
                "- time to be confirmed – Press conference",
            ),
            ({"time": dt.time(8, 30), "time_precision": "from"}, "- from 08:30 – Press conference"),
            (
                {"time": None, "time_precision": "", "time_text": "", "state": "cancelled"},
                "- Press conference: Home Affairs Council [Cancelled]",
            ),
        ],
    )
    def test_point_is_a_line_of_the_description(
        self, visitor: Visitor, clock: Any, values: dict[str, Any], line: str
    ) -> None:
        meeting = make_meeting()
        meeting.programme.update(**values)
        publish_now(clock, meeting)
        assert f"\n{line}" in read_event(visitor)["DESCRIPTION"]

    def test_programme_of_a_cancelled_meeting_is_what_was_planned(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting(status="cancelled", status_reason="A storm.")
        meeting.programme.update(state="delayed")
        publish_now(clock, meeting)
        lines = read_event(visitor)["DESCRIPTION"].splitlines()
        start = lines.index("This was the programme as planned.")
        assert lines[start + 1] == "Local times (Europe/Brussels)"
        assert lines[start + 2] == "- about 13:00 – Press conference: Home Affairs Council"

    def test_days_are_named_if_there_are_several(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting(end_date=PRESS_DATE + DAY)
        meeting.programme.update(date=PRESS_DATE + DAY)
        publish_now(clock, meeting)
        assert "\nWednesday 15 September 2060\n- about 13:00" in read_event(visitor)["DESCRIPTION"]

    def test_texts_are_in_another_language(self, visitor: Visitor, clock: Any) -> None:
        source = make_full_document()
        greek: dict[str, Any] = {
            "title": "Συμβούλιο Δικαιοσύνης και Εσωτερικών Υποθέσεων",
            "lead": "<p>Η μεταναστευτική πολιτική.</p>",
        }
        create_edition([source, replace(source, language=Language.EL, **greek)], available_from=PRESS_DAY + SECOND)
        clock.move_to(PRESS_DAY + SECOND)
        event = read_event(visitor, "/el/meetings/calendar.ics")
        assert (event["SUMMARY"], event["SUMMARY"].params["LANGUAGE"]) == (greek["title"], "el")
        assert "μεταναστευτική πολιτική" in event["DESCRIPTION"]
        assert event["URL"] == "http://testserver/el/meetings/jha/2060/09/14-15-second/"
        assert event["UID"] == read_event(visitor)["UID"]
        assert read_event(visitor, "/fi/meetings/calendar.ics")["SUMMARY"].params["LANGUAGE"] == "en"

    def test_pasted_control_characters_do_not_break_lines(self, visitor: Visitor, clock: Any) -> None:
        text = "<p>one\u2028two\x85three\x0bfour, five; six\\n\x02seven:\ud83d\ude00</p>".encode(
            "utf-16", "surrogatepass"
        )
        create_edition([make_full_document(lead=text.decode("utf-16"))], available_from=PRESS_DAY + SECOND)
        clock.move_to(PRESS_DAY + SECOND)
        assert "four, five; six\\nseven:😀" in read_event(visitor)["DESCRIPTION"]


class TestChanges:
    def test_changed_text_is_a_revision_of_the_same_event(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        first = publish_now(clock, meeting)
        clock.move_to(PRESS_DAY + DAY)
        meeting.lead = "<p>Changed.</p>"
        meeting.save()
        second = publish_now(clock, meeting)
        event = read_event(visitor)
        assert read_text(event) == {"days": ("2060-09-14", "2060-09-15"), "status": "CONFIRMED", "sequence": 0}
        assert event.decoded("created") == first.available_from
        assert event.decoded("last-modified") == event.decoded("dtstamp") == second.available_from

    def test_changed_day_place_or_status_increases_sequence(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting(status="provisional", city="Brussels")
        publish_now(clock, meeting)
        assert read_text(read_event(visitor))["status"] == "TENTATIVE"
        changes: list[dict[str, Any]] = [
            {"status": "confirmed"},
            {"city": "Tallinn"},
            {"start_date": PRESS_DATE + DAY, "end_date": PRESS_DATE + DAY},
            {"status": "cancelled", "end_date": PRESS_DATE + 2 * DAY},
        ]
        for number, values in enumerate(changes, 1):
            change_meeting(clock, meeting, **values)
            event = read_event(visitor)
            assert (event["SEQUENCE"], event["UID"]) == (number, str(meeting.pk))
        change_meeting(clock, meeting, lead="<p>Still cancelled.</p>")
        assert read_text(read_event(visitor)) == {
            "days": ("2060-09-15", "2060-09-17"),
            "status": "CANCELLED",
            "sequence": 4,
        }
        assert read_event(visitor)["SUMMARY"] == "Cancelled: Justice and Home Affairs Council"

    def test_meeting_postponed_without_a_date_is_cancelled_on_its_old_day(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting(end_date=PRESS_DATE + DAY)
        publish_now(clock, meeting)
        change_meeting(clock, meeting, status="postponed", start_date=None, end_date=None)
        event = read_event(visitor)
        assert read_text(event) == {"days": ("2060-09-14", "2060-09-16"), "status": "CANCELLED", "sequence": 1}
        assert event["SUMMARY"] == "Postponed: Justice and Home Affairs Council"
        change_meeting(clock, meeting, start_date=PRESS_DATE + 9 * DAY, end_date=PRESS_DATE + 9 * DAY)
        assert read_text(read_event(visitor)) == {
            "days": ("2060-09-23", "2060-09-24"),
            "status": "CONFIRMED",
            "sequence": 2,
        }

    def test_postponed_meeting_that_keeps_its_day(self, visitor: Visitor, clock: Any) -> None:
        publish_now(clock, make_meeting(status="postponed", status_reason="The airport is closed."))
        assert read_text(read_event(visitor))["status"] == "CANCELLED"


class TestWithdrawal:
    def test_withdrawn_meeting_stays_with_nothing_but_its_notice(self, visitor: Visitor, clock: Any) -> None:
        meeting = publish_meetings(clock)
        withdrawn = withdraw(meeting, reason="Sent too early.")
        clock.move_to(withdrawn.available_from)
        for address in (ALL, JHA, MEETING):
            [event] = [event for event in read_events(visitor, address) if event["UID"] == str(meeting.pk)]
            assert read_text(event) == {"days": ("2060-09-14", "2060-09-15"), "status": "CANCELLED", "sequence": 1}
            assert event["SUMMARY"] == "Withdrawn: Justice and Home Affairs Council"
            assert str(event["DESCRIPTION"]).startswith("Sent too early.\n\nThe press office has withdrawn")
            assert event.decoded("last-modified") == event.decoded("dtstamp") == withdrawn.available_from
            words = event.to_ical().decode().replace("\r\n ", "")
            hidden = ("Migration", "migration", "Europa", "Press conference")
            assert not any(word in words for word in hidden), address
            assert event["URL"] == "http://testserver/en/meetings/jha/2060/09/14/"

    def test_withdrawn_meeting_that_takes_place_says_so(self, visitor: Visitor, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        clock.move_to(withdraw(meeting, reason="Sent too early.", takes_place=True).available_from)
        assert read_calendar(visitor, MEETING)["NAME"] == "Withdrawn: Justice and Home Affairs Council"
        event = read_event(visitor)
        assert (event["STATUS"], event["SUMMARY"]) == ("CONFIRMED", "Page withdrawn: Justice and Home Affairs Council")
        assert "\n\nThe meeting itself takes place. Only its page was withdrawn.\n\n" in event["DESCRIPTION"]

    def test_withdrawn_meeting_is_not_in_the_calendar_of_its_topic(self, visitor: Visitor, clock: Any) -> None:
        meeting = publish_meetings(clock)
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        assert read_events(visitor, TOPIC) == []

    def test_earlier_address_of_a_withdrawn_meeting_has_its_event(self, visitor: Visitor, clock: Any) -> None:
        meeting = publish_meetings(clock)
        change_meeting(clock, meeting, start_date=PRESS_DATE + DAY, end_date=PRESS_DATE + DAY)
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        assert read_text(read_event(visitor, MEETING))["days"] == ("2060-09-15", "2060-09-16")

    def test_sequence_continues_after_a_withdrawal(self, visitor: Visitor, clock: Any) -> None:
        """Editions before a withdrawal cannot be read, but the sequence does not decrease."""
        meeting = make_meeting()
        publish_now(clock, meeting)
        counts = []
        steps: list[dict[str, Any] | None] = [
            {"city": "Tallinn"},
            None,
            {},
            {"city": "Brussels"},
            None,
            {"lead": "<p>Again.</p>"},
            {},
        ]
        for values in steps:
            counts.append(int(read_event(visitor)["SEQUENCE"]))
            if values is None:
                clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
            else:
                change_meeting(clock, meeting, **values)
        assert counts == [0, 1, 2, 3, 4, 5, 6]


class TestChecks:
    """The checks find faults that parsers do not report."""

    GOOD = b"BEGIN:VCALENDAR\r\nUID:a\r\nDTSTAMP:x\r\nDTSTART;VALUE=DATE:20600914\r\nDTEND;VALUE=DATE:20600915\r\n"

    def test_valid_calendar_passes(self) -> None:
        assert find_faults(self.GOOD) == []

    @pytest.mark.parametrize(
        ("bad", "fault"),
        [
            (GOOD.replace(b"\r\n", b"\n"), "CRLF"),
            (GOOD + b"SUMMARY:" + b"x" * 70 + b"\r\n", "75 octets"),
            (GOOD + b"SUMMARY:\xce\r\n \xb1\r\n", "a character over two lines"),
            (GOOD + b"METHOD:PUBLISH\r\n", "METHOD"),
            (GOOD + b"UID:a\r\nDTSTAMP:x\r\n", "UID"),
            (GOOD.replace(b"0915", b"0914"), "does not come after"),
            (GOOD + b"SUMMARY:\x02\r\n", "control"),
        ],
    )
    def test_invalid_calendar_fails(self, bad: bytes, fault: str) -> None:
        assert fault in " ".join(find_faults(bad))

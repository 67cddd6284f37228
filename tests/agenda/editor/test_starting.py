"""Start meetings: empty, like an earlier one, and many from a pasted calendar."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from agenda.editor.saving import build_edited_document
from agenda.editor.starting import read_calendar
from meetings.models import Configuration, Meeting
from tests.admin_forms import MEETINGS, create_user, create_user_with_role, read_messages, sign_in
from tests.agenda.admin.screens import read_visible_words
from tests.factories import make_meeting, make_uuid
from tests.worlds import share_world

START = f"{MEETINGS}add/"


@share_world
def earlier(clock: Any) -> Meeting:
    create_user_with_role("Authors", "anna", of="jha gac")
    create_user("clerk")
    meeting = make_meeting(notice="Drawn up by the press office.")
    meeting.contacts.create(name="Ada", phones=["+32 2 555 00 00"])
    return meeting


@pytest.fixture
def anna(earlier: Meeting, clock: Any) -> Client:
    return sign_in("anna")


def start(client: Client, **values: str) -> Any:
    configuration = str(Configuration.objects.get(slug="jha").pk)
    return client.post(
        START,
        {"configuration": configuration, "start_date": "14 October 2060", "like": "", "status": "provisional"} | values,
    )


def paste(client: Client, calendar: str, **values: str) -> Any:
    return client.post(START, {"calendar": calendar, "status": "provisional"} | values)


class TestRefusals:
    def test_staff_without_a_role_cannot_start_a_meeting(self, earlier: Meeting) -> None:
        assert sign_in("clerk").get(START).status_code == 403

    @pytest.mark.parametrize(
        ("values", "message"),
        [
            ({"start_date": ""}, "This field is required"),
            ({"start_date": "Σήμερα"}, "is not a date"),
            ({"end_date": "13 October 2060"}, "The last day is before the first day."),
            ({"like": str(make_uuid("unknown"))}, "Select a valid choice"),
            ({"status": ""}, "This field is required"),
            ({"status": "cancelled"}, "Select a valid choice"),
        ],
    )
    def test_wrong_value_is_named(self, anna: Client, values: dict[str, str], message: str) -> None:
        assert message in start(anna, **values).content.decode()
        assert Meeting.objects.count() == 1

    def test_configuration_of_another_desk_is_refused(self, anna: Client) -> None:
        other = str(Configuration.objects.get(slug="ecofin").pk)
        page = start(anna, configuration=other).content.decode()
        assert "You can only choose from the configurations that you edit: GAC and JHA." in page

    def test_second_meeting_on_the_day_needs_a_word_for_its_address(self, anna: Client) -> None:
        assert start(anna).status_code == 302
        assert "Another meeting of this configuration starts on the same day" in start(anna).content.decode()
        assert start(anna, address_word="informal").status_code == 302

    def test_mistake_is_shown_at_its_field(self, anna: Client) -> None:
        errors = start(anna, address_word="Ελλάδα").context["form"].errors
        assert [*errors] == ["address_word"]


class TestStarting:
    def test_empty_meeting_opens_in_the_editor(self, anna: Client) -> None:
        response = start(anna)
        meeting = Meeting.objects.get(start_date=dt.date(2060, 10, 14))
        assert response["Location"] == f"{MEETINGS}{meeting.pk}/change/"
        assert (meeting.start_date, meeting.end_date) == (dt.date(2060, 10, 14), dt.date(2060, 10, 14))
        assert (meeting.city, meeting.status) == ("Luxembourg", "provisional")

    def test_status_is_the_one_that_was_chosen(self, anna: Client) -> None:
        start(anna, status="confirmed")
        assert Meeting.objects.get(start_date=dt.date(2060, 10, 14)).status == "confirmed"

    def test_meeting_like_an_earlier_one_has_its_frame_and_not_its_texts(self, earlier: Meeting, anna: Client) -> None:
        start(anna, like=str(earlier.pk))
        new = build_edited_document(Meeting.objects.get(start_date=dt.date(2060, 10, 14)))
        old = build_edited_document(earlier)
        assert new.notice == "Drawn up by the press office."
        assert [contact.name for contact in new.contacts] == ["Ada"]
        assert [link.title for link in new.links] == [link.title for link in old.links]
        assert [session.title for session in new.sessions] == [session.title for session in old.sessions]
        assert {link.id for link in new.links}.isdisjoint(link.id for link in old.links)
        assert [link.url for link in new.links] == [""]
        assert (new.lead, new.agenda, new.programme) == ("", [], [])


@pytest.mark.django_db
class TestCalendar:
    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            ("JHA 14-15 October 2060 in Luxembourg", ("JHA", "2060-10-14", "2060-10-15", "Luxembourg", "formal")),
            ("14 and 15 October 2060, Justice and Home Affairs", ("JHA", "2060-10-14", "2060-10-15", "", "formal")),
            ("gac, 31 August 2060 to 1 September 2060", ("GAC", "2060-08-31", "2060-09-01", "", "formal")),
            ("Informal meeting of JHA, 3 May 2060, in Αθήνα", ("JHA", "2060-05-03", "2060-05-03", "Αθήνα", "informal")),
            ("JHA 14/15 November 2060", ("JHA", "2060-11-14", "2060-11-15", "", "formal")),
            ("JHA\t7\t8 June 2060", ("JHA", "2060-06-07", "2060-06-08", "", "formal")),
            ("JHA 30 September - 1 October 2060", ("JHA", "2060-09-30", "2060-10-01", "", "formal")),
            ("JHA 31 Dec to 2 January 2061 in Riga", ("JHA", "2060-12-31", "2061-01-02", "Riga", "formal")),
            ("JHA 28-29 March 2060 informal, Nicosia", ("JHA", "2060-03-28", "2060-03-29", "Nicosia", "informal")),
            ("JHA, Monday 29 March 2060, Saint-Malo", ("JHA", "2060-03-29", "2060-03-29", "Saint-Malo", "formal")),
            ("JHA 29.02.2060", ("JHA", "2060-02-29", "2060-02-29", "", "formal")),
        ],
    )
    def test_line_is_read(self, earlier: Meeting, line: str, expected: tuple[str, ...]) -> None:
        [read] = read_calendar(line, Configuration.objects.all())
        new = read.meeting
        assert new, read.message
        found = (new.configuration.code, f"{new.start_date}", f"{new.end_date}", new.city, str(new.form))
        assert found == expected

    def test_words_that_were_not_understood_are_named(self, earlier: Meeting) -> None:
        text = "JHA 14-15 October 2060 Nicosia (tbc)\nExtraordinary Council meeting (JHA), Thursday 21 Oct 2060"
        [one, other] = read_calendar(text, Configuration.objects.all())
        assert (one.state, one.message) == ("new", "Not understood: Nicosia, tbc. Check the meeting in the note.")
        assert other.message == ""

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ("JHA", "No date was found"),
            ("JHA 30 February 2060", "there is no such day"),
            ("JHA 31 September - 1 October 2060", "The first day does not exist."),
            ("JHA Friday 14 October 2060", "14 October 2060 is a Thursday, not a Friday."),
            ("31-1 October 2060 JHA", "The last day is before the first."),
            ("Σύνοδος 14 October 2060", "No configuration was found."),
            ("ECOFIN 14 October 2060", "You do not edit meetings of ECOFIN."),
            ("JHA 1 to 20 October 2060", "A meeting can last at most two weeks."),
            (f"JHA 14 October 2060 in {'A' * 101}", "This is too long: 101 characters."),
        ],
    )
    def test_line_that_cannot_be_read_says_why(self, earlier: Meeting, line: str, message: str) -> None:
        [read] = read_calendar(line, Configuration.objects.filter(slug="jha"))
        assert read.meeting is None
        assert message in read.message

    def test_lines_that_are_not_started_say_why_and_what_to_do(self, anna: Client) -> None:
        calendar = "JHA 14 September 2060\nJHA 14 October 2060\nGAC\nJHA 14-15 October 2060\nGAC 16 October 2060"
        page = paste(anna, calendar)
        assert [(line.number, line.state) for line, *_more in page.context["lines"]] == [
            (1, "existing"), (2, "new"), (3, "refused"), (4, "repeated"), (5, "new"),
        ]  # fmt: skip
        words = read_visible_words(page)
        for expected in (
            "2 meetings will be started. 3 lines will not: correct them below and select “Read the list” again, or",
            "Exists already JHA, 14 September 2060 This meeting exists already and stays as it is.",
            "Not started No date was found",
            "Twice in this list JHA, 14 October 2060 – 15 October 2060 Line 2 has this meeting already. Delete one",
        ):
            assert expected in words
        assert read_messages(paste(anna, calendar, confirm="x")) == "2 meetings were started."
        assert Meeting.objects.filter(status="provisional").count() == 2

    def test_list_is_shown_first_and_then_started(self, anna: Client) -> None:
        calendar = "JHA 14 October 2060\n\nGAC 16 October 2060\nECOFIN 17 October 2060"
        assert "JHA, 14 October 2060" in paste(anna, calendar).content.decode()
        assert Meeting.objects.count() == 1
        response = paste(anna, calendar, status="confirmed", confirm="yes")
        assert read_messages(response) == "2 meetings were started."
        assert Meeting.objects.filter(start_date__month=10, status="confirmed").count() == 2
        assert "No meeting can be started from this list." in read_visible_words(paste(anna, calendar, confirm="yes"))
        assert Meeting.objects.count() == 3

    def test_long_calendar_takes_the_same_queries(self, earlier: Meeting, django_assert_num_queries: Any) -> None:
        lines = [f"JHA {day} October 2060" for day in range(1, 28)]
        for calendar in (lines[:1], lines):
            with django_assert_num_queries(3):
                read_calendar("\n".join(calendar), Configuration.objects.all())


def test_only_configuration_is_chosen_already(anna: Client) -> None:
    assert "configuration" not in anna.get(START).context["form"].initial
    create_user_with_role("Authors", "carla", of="gac")
    form = sign_in("carla").get(START).context["form"]
    assert form.initial["configuration"] == Configuration.objects.get(slug="gac").pk

"""Input in the admin forms: what is accepted, what is refused with which message, and what is kept unchanged."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agenda import notes
from agenda.documents.building import build_meeting, build_topic
from agenda.models import AgendaItem, BackgroundTopic, MediaLink, Result
from agenda.workflow.note_import import import_parsed_note, read_note_file
from meetings.forms.fields import ClockField, CountryField, DayField, InstantField
from meetings.models import Alert, Configuration, Contact, Footnote, Meeting, Presidency, ProgrammePoint, User
from meetings.models.validators import validate_web_address
from tests.admin_forms import (
    MEETINGS,
    compute_meeting_digest,
    create_user,
    get_change_url,
    get_form_errors,
    parse_form_errors,
    post_form,
    post_invalid_form,
    read_form_data,
    read_messages,
    save_form,
    skip_rendering,
)
from tests.agenda.admin.screens import create_client
from tests.factories import COMMAND, DAY, PRESS_DATE, make_full_document, make_meeting, make_topic, publish_now, restore

SEED = Path(notes.__file__).parent / "samples" / "jha-2017-09-14.txt"

pytestmark = pytest.mark.once


@pytest.fixture
def editor(anna: Client) -> Client:
    return anna


def with_rows() -> Meeting:
    """A meeting with a row of each kind."""
    meeting = make_meeting()
    Result.objects.create(meeting=meeting, title="Agreed")
    Contact.objects.create(meeting=meeting, name="Press officer")
    Footnote.objects.create(meeting=meeting, mark="*", text="<p>Note.</p>")
    Alert.objects.create(meeting=meeting, text="Later.", at=dt.datetime(2060, 9, 14, 9, 30, tzinfo=dt.UTC))
    return meeting


class TestFields:
    """What may be typed into one field, in every form."""

    @pytest.mark.parametrize(
        ("field", "typed", "message"),
        [
            (DayField, "09/14/2060", "Enter the date as 2017-09-14 or 14/09/2017."),
            (DayField, "14/09/60", "“14/09/60” is not a date."),
            (DayField, "31/02/2060", "“31/02/2060” is not a date: that month has 29 days."),
            (DayField, "2060-04-31", "“2060-04-31” is not a date: that month has 30 days."),
            (DayField, "31 June 2060", "that month has 30 days"),
            (DayField, "14/09/0060", "Check the year: 0060 is not between 1952 and 2100."),
            (DayField, "14/09/2206", "Check the year: 2206 is not between 1952 and 2100."),
            (ClockField, "25:00", "Use the format 13:00."),
            (ClockField, "1 p.m.", "“1 p.m.” is not a time"),
            (ClockField, "13:00:30", "Use the format 13:00."),
            (InstantField, "2206-09-14 12:30", "Check the year: 2206"),
            (InstantField, "tomorrow", "is not a time"),
            (InstantField, "14/09/2060", "is not a time"),
            (InstantField, "2061-03-27 02:30", "the clocks go forward"),
            (InstantField, "30.10.2061 2.30", "occurs twice in Brussels"),
            (CountryField, "GR", "For Greece, enter EL"),
            (CountryField, "gb", "For United Kingdom, enter UK"),
            (CountryField, "XX", "not a valid country code"),
        ],
    )
    def test_invalid_input_is_explained(self, field: type[forms.Field], typed: str, message: str) -> None:
        with pytest.raises(ValidationError) as error:
            field().clean(typed)
        assert message in " ".join(error.value.messages)

    @pytest.mark.parametrize(
        ("address", "message"),
        [
            ("www.example.eu", "https://www.example.eu"),
            ("example.eu:80/x", "starting with https://"),
            ("javascript:alert(1)", "Links cannot start with “javascript:”"),
            ("HTTPS://example.eu/", "in lower-case letters"),
            ("https://example.eu/a b", "without spaces"),
            ("https://", "Enter a complete web address"),
        ],
    )
    def test_invalid_web_address_is_explained(self, address: str, message: str) -> None:
        with pytest.raises(ValidationError) as error:
            validate_web_address(address)
        assert message in " ".join(error.value.messages)

    @pytest.mark.parametrize(
        ("field", "typed", "value"),
        [
            *((DayField, typed, dt.date(2060, 2, 1))
              for typed in ("2060-02-01", "01/02/2060", "1.2.2060", "1 February 2060", "1 feb 2060")),
            *((ClockField, typed, dt.time(13)) for typed in ("13:00", "13.00", "13h00")),
            (ClockField, "9:05", dt.time(9, 5)),
            *((ClockField, typed, dt.time(9)) for typed in ("9h", "9 h")),
            *((InstantField, typed, dt.datetime(2060, 9, 14, 16, tzinfo=dt.UTC))
              for typed in ("2060-09-14 18:00", "14/09/2060 18.00", "14 September 2060, 18h00")),
            (InstantField, "2061-10-30T02:30:00+01:00", dt.datetime(2061, 10, 30, 1, 30, tzinfo=dt.UTC)),
            (CountryField, "el", "EL"),
        ],
    )  # fmt: skip
    def test_input_is_parsed(self, field: type[forms.Field], typed: str, value: Any) -> None:
        assert field().clean(typed) == value


def make_point(**values: Any) -> ProgrammePoint:
    return ProgrammePoint(meeting=Meeting(start_date=PRESS_DATE, end_date=PRESS_DATE), **values)


class TestTimesOfPoints:
    """The clock time, its precision and the time as printed belong together."""

    @pytest.mark.parametrize("precision", ["", "exact", "to_be_confirmed"])
    def test_printed_time_without_a_time_is_refused(self, precision: str) -> None:
        with pytest.raises(ValidationError) as error:
            make_point(time_precision=precision, time_text="about 18h00").clean()
        message = "The time as printed is 18:00. Enter it here as well, or clear the time as printed."
        assert error.value.message_dict == {"time": [message]}

    @pytest.mark.parametrize(
        ("printed", "precision"),
        [
            ("+/- 18:00", "approximate"),
            ("From 18h00", "from"),
            ("18.00 (tbc)", "to_be_confirmed"),
            ("18:00/19:00", "exact"),
            ("on 13.09.2060 at 18:00", "exact"),
            ("after the dinner", "exact"),
        ],
    )
    def test_precision_follows_the_printed_time(self, printed: str, precision: str) -> None:
        point = make_point(time=dt.time(18), time_text=printed)
        point.clean()
        assert (point.time_precision, point.time_text) == (precision, printed)

    @pytest.mark.parametrize("printed", ["at the end of the meeting", "after the lunch of 13:00"])
    def test_relative_time_may_be_printed_with_any_words(self, printed: str) -> None:
        point = make_point(time_precision="relative", time_text=printed)
        point.clean()
        assert point.time_text == printed


@pytest.fixture(scope="class")
def rows(press_office: None, class_clock: Any) -> dict[str, Any]:
    """Return the form of the meeting with a row of each kind."""
    meeting = with_rows()
    client = create_client("author", "Authors")
    return {"address": get_change_url(meeting), "data": read_form_data(client, get_change_url(meeting))}


class TestErrors:
    """Each invalid input is explained at its field, and nothing is saved."""

    @pytest.mark.parametrize(
        "wrong",
        [
            {
                "issued_on": ("2017-09-12", "more than a year from the meeting (14 September 2060)"),
                "time_zone": ("Brussels", "Enter a name such as Europe/Brussels"),
                "address_word": ("Informal", "Use only lower-case letters"),
                "title": ("x" * 10_000, "at most 300 characters (it has 10000)"),
                "lead": ("a\0b", "Null characters are not allowed"),
                "references": ("OJ CONS 57\na\0b", "Line 2: null characters are not allowed"),
                "sessions-0-title": ("", "required"),
                "sessions-0-date": ("2060-09-15", "This date is outside the meeting (14 September 2060)."),
                "chairs-0-date": ("2060-09-15", "outside the meeting"),
                "chairs-0-name": ("", "required"),
                "chairs-0-country": ("GR", "For Greece, enter EL"),
                "programme-0-date": ("2060-09-15", "on another day, select “alongside the meeting”"),
                "programme-0-time": ("25:00", "Use the format 13:00."),
                "programme-0-speakers": (", Minister", "Line 1 has no name"),
                "agenda-0-title": ("", "required"),
                "agenda-0-position": ("2147483647", "Positions go up to 9999."),
                "agenda-0-session": ("6f0f6b9e-52a4-4f0e-9a55-5d6a5a1c0009", "This is not in this meeting any more."),
                "results-0-date": ("2060-09-15", "outside the meeting"),
                "links-0-url": ("www.example.eu", "https://www.example.eu"),
                "links-0-title": ("", "required"),
                "contacts-0-phones": ("+32 2 555 00 00\ncall me", "“call me” is not a telephone number"),
                "contacts-0-email": ("press at example.eu", "in the format name@example.eu."),
                "footnotes-0-text": ("<script>x</script>", "Enter some words"),
                "alerts-0-at": ("", "Enter a date and time in Brussels time, for example 2017-09-14 12:30."),
            },
            {
                "configuration": ("", "required"),
                "start_date": ("", "Only a postponed meeting can have no date."),
                "time_zone": ("lisbon", "Enter a name such as Europe/Lisbon"),
                "sessions-0-title": ("x" * 301, "at most 300 characters (it has 301)"),
                "programme-0-time": ("", "Enter the time, or choose another precision."),
                "agenda-0-position": ("-3", "Positions start at 1. Enter 0 to put a row last."),
                "links-0-title": ("x" * 501, "at most 500 characters (it has 501)"),
                "alerts-0-at": ("tomorrow", "is not a time"),
            },
            {
                "start_date": ("31/02/2060", "“31/02/2060” is not a date: that month has 29 days."),
                "programme-0-time_precision": ("relative", "A relative time cannot have a clock time"),
            },
            {
                "end_date": ("2060-09-13", "The last day is before the first day"),
                "programme-0-time_text": (
                    "18:00",
                    "The time as printed is 18:00 but the time is 13:00. Correct one of them",
                ),
            },
            {
                "end_date": ("2060-10-05", "at most two weeks"),
                "programme-0-time_text": (
                    "from 18.00 to 19h30",
                    "The time as printed is 18:00 but the time is 13:00",
                ),
            },
            {"programme-0-date": ("1/2/2060", "outside the meeting")},
        ],
        ids=["rows", "days", "unreadable", "before", "long", "outside"],
    )
    def test_errors_are_shown_at_their_fields(
        self, editor: Client, rows: dict[str, Any], wrong: dict[str, tuple[str, str]]
    ) -> None:
        meeting = Meeting.objects.get()
        before = compute_meeting_digest(meeting)
        found = post_invalid_form(editor, rows["address"], rows["data"] | {name: wrong[name][0] for name in wrong})
        missing = {name: found.get(name) for name, (_, message) in wrong.items() if message not in found.get(name, "")}
        assert not missing, found
        assert compute_meeting_digest(meeting) == before

    def test_postponed_meeting_with_only_a_last_day(self, editor: Client, rows: dict[str, Any]) -> None:
        found = post_invalid_form(editor, rows["address"], rows["data"] | {"start_date": "", "status": "postponed"})
        assert found == {"start_date": "Enter the first day as well, or clear the last day."}

    def test_configuration_that_is_not_in_force(self, editor: Client, rows: dict[str, Any]) -> None:
        found = post_invalid_form(editor, rows["address"], rows["data"] | {"start_date": "2001-09-14", "end_date": ""})
        assert "JHA is not in force on that day: it is in force since 22 July 2002." in found["configuration"]

    def test_summary_links_to_the_fields(self, editor: Client, rows: dict[str, Any]) -> None:
        wrong = {"links-0-url": "www.example.eu", "programme-0-time": "25:00", "start_date": "x"}
        page = editor.post(rows["address"], rows["data"] | wrong).content.decode()
        assert '<a href="#id_start_date">First day</a>: “x” is not a date.' in page
        assert '<a href="#id_programme-0-time">Programme, row 1 “+/- 13:00 Home Affairs Council”: Time</a>' in page
        assert '<a href="#id_links-0-url">Links, row 1 “Live stream”: Web address</a>' in page


class TestRefusals:
    def test_errors_on_the_screen_of_an_item(self, editor: Client) -> None:
        address = get_change_url(make_meeting().agenda.get())
        shown = read_form_data(editor, address) | {"public": "no"}
        wrong = {"public_basis": "debate", "procedures": "2016/142(COD)", "documents": "see annex"}
        found = post_invalid_form(editor, address, shown | wrong)
        assert "The item is not public" in found["public_basis"]
        assert "Enter it as 2016/0142 (COD)" in found["procedures"]
        assert "is not a document number" in found["documents"]
        found = post_invalid_form(
            editor, address, shown | {"procedures": "2016/0142 (COD)\nCOD", "documents": "1" * 61}
        )
        assert "“COD” is not a procedure number" in found["procedures"]
        assert "too long for a document number" in found["documents"]

    def test_unreadable_value_is_not_also_reported_as_missing(self, editor: Client) -> None:
        jha = Configuration.objects.get(code="JHA")
        point = {"programme-0-time": "25:00", "programme-0-time_precision": "exact", "programme-0-position": "0"}
        point |= {"programme-0-kind": "start", "programme-TOTAL_FORMS": "1"}
        new = {"configuration": str(jha.pk), "start_date": "31/02/2060", **point}
        assert get_form_errors(editor, f"{MEETINGS}add/", **new) == {
            "start_date": "“31/02/2060” is not a date: that month has 29 days.",
            "programme-0-time": "“25:00” is not a time. Use the format 13:00.",
        }

    def test_days_of_rows_are_not_checked_if_the_meeting_ends_before_it_starts(self, editor: Client) -> None:
        meeting = make_meeting()
        meeting.sessions.update(date=PRESS_DATE)
        errors = get_form_errors(editor, get_change_url(meeting), start_date="16/09/2060", end_date="15/09/2060")
        assert "end_date" in errors
        assert "sessions-0-date" not in errors

    def test_second_meeting_on_the_same_day(self, editor: Client) -> None:
        make_meeting()
        other = make_meeting(address_word="informal")
        found = get_form_errors(editor, get_change_url(other), address_word="")
        assert "Enter a word for the address of this one" in found["address_word"]

    def test_item_that_is_part_of_itself(self, editor: Client) -> None:
        meeting = make_meeting()
        first, second = meeting.agenda.get(), AgendaItem.objects.create(meeting=meeting, title="Second")
        message = "An item cannot be part of itself or of one of its own parts."
        assert get_form_errors(editor, get_change_url(first), parent=str(first.pk)) == {"parent": message}
        circle = {"agenda-0-parent": str(second.pk), "agenda-1-parent": str(first.pk)}
        assert get_form_errors(editor, get_change_url(meeting), **circle) == dict.fromkeys(circle, message)

    def test_rows_of_another_meeting_are_refused(self, editor: Client) -> None:
        item, other = make_meeting().agenda.get(), make_meeting("env")
        for field, row in (("parent", other.agenda.get()), ("session", other.sessions.get())):
            found = get_form_errors(editor, get_change_url(item), **{field: str(row.pk)})
            assert found[field] == "This is not in this meeting any more. Choose another."
            setattr(item, field, row)
            with pytest.raises(ValidationError, match="is in another meeting"):
                item.full_clean()
            item.refresh_from_db()

    def test_item_cannot_have_two_results(self, editor: Client) -> None:
        meeting = with_rows()
        item = str(meeting.agenda.get().pk)
        Result.objects.create(meeting=meeting, title="Second")
        found = get_form_errors(editor, get_change_url(meeting), **{"results-0-item": item, "results-1-item": item})
        assert "An item can only have one result" in found["results"]

    def test_days_of_rows_are_checked_when_the_meeting_moves(self, editor: Client) -> None:
        meeting = make_meeting()
        meeting.sessions.update(date=PRESS_DATE)
        found = get_form_errors(editor, get_change_url(meeting), start_date="16/09/2060", end_date="17/09/2060")
        assert "outside the meeting (16 September 2060 to 17 September 2060)" in found["sessions-0-date"]
        new = {"start_date": "16/09/2060", "end_date": "", "sessions-0-date": "16/09/2060"}
        save_form(editor, get_change_url(meeting), **new)


class TestAcceptedInput:
    def test_typed_values_are_saved_as_they_are_meant(self, editor: Client) -> None:
        meeting = with_rows()
        typed = {
            "start_date": "1 feb 2060",
            "end_date": "",
            "alerts-0-at": "14/09/2060 18.00",
            "chairs-0-country": "el",
        }
        typed |= {"programme-0-time": "12h30", "programme-0-time_precision": ""}
        save_form(editor, get_change_url(meeting), **typed)
        meeting, point = Meeting.objects.get(), ProgrammePoint.objects.get()
        assert (meeting.start_date, meeting.end_date) == (dt.date(2060, 2, 1), dt.date(2060, 2, 1))
        assert (point.time, point.time_precision, point.time_text) == (dt.time(12, 30), "exact", "12:30")
        assert Alert.objects.get().at == dt.datetime(2060, 9, 14, 16, tzinfo=dt.UTC)  # Brussels time
        assert build_meeting(meeting).chairs[0].country == "EL"

    def test_instant_in_the_repeated_hour_is_unchanged(self, editor: Client) -> None:
        meeting = with_rows()
        at = dt.datetime(2061, 10, 30, 1, 30, tzinfo=dt.UTC)
        Alert.objects.update(at=at)
        assert read_form_data(editor, get_change_url(meeting))["alerts-0-at"] == "2061-10-30T02:30:00+01:00"
        save_form(editor, get_change_url(meeting), **{"alerts-0-text": "Changed"})
        assert Alert.objects.get().at == at

    def test_rows_on_another_day_of_the_meeting(self, editor: Client) -> None:
        meeting = make_meeting()
        save_form(editor, get_change_url(meeting), **{"programme-0-date": "13/09/2060", "programme-0-in_margins": "on"})
        briefing = {"programme-0-date": "10/09/2060", "programme-0-kind": "press_briefing"}
        save_form(editor, get_change_url(meeting), **briefing)

    @pytest.mark.parametrize(
        ("typed", "speakers"),
        [
            ("Andres Anvelt, Minister", [("Andres Anvelt", "Minister")]),
            ("Anvelt, Andres | Minister, Estonia", [("Anvelt, Andres", "Minister, Estonia")]),
            ("Anvelt, Andres |\n\n Věra Jourová", [("Anvelt, Andres", ""), ("Věra Jourová", "")]),
            ("", []),
        ],
    )
    def test_speakers_are_parsed_and_shown_alike(self, typed: str, speakers: list[tuple[str, str]]) -> None:
        field: Any = ProgrammePoint._meta.get_field("speakers").formfield()
        found = field.clean(typed)
        assert [(speaker.name, speaker.role) for speaker in found] == speakers
        assert field.clean(field.prepare_value(found)) == found

    def test_speakers_are_saved_on_both_screens(self, editor: Client) -> None:
        meeting = make_meeting()
        save_form(editor, get_change_url(meeting), **{"programme-0-speakers": "Anvelt, Andres |\n\n Věra Jourová"})
        for _time in range(2):
            found = build_meeting(Meeting.objects.get()).programme[0].speakers
            assert [(speaker.name, speaker.role) for speaker in found] == [("Anvelt, Andres", ""), ("Věra Jourová", "")]
            save_form(editor, get_change_url(meeting.programme.get()), title="Changed")

    def test_long_texts_are_not_cut(self, editor: Client) -> None:
        for row in (make_meeting(), make_meeting("env").agenda.get(), make_topic()):
            page = editor.get(get_change_url(row)).content.decode()
            assert "Save the meeting first" not in page
            cut = [field for field in re.findall(r"<input[^>]*maxlength[^>]*>", page) if 'type="text"' in field]
            assert {name for field in cut for name in re.findall(r'name="([\w-]+)"', field)} <= {"slug", "time_zone"}

    def test_form_of_a_new_meeting(self, editor: Client) -> None:
        """Configurations in force come first, and what belongs to a stored meeting cannot be chosen yet."""
        page = editor.get(f"{MEETINGS}add/").content.decode()
        assert "Save the meeting first to choose from this list." in page
        assert page.index("In force") < page.index("GAC –") < page.index("Not in force") < page.index("GAERC –")


NASTY = {
    "markup": "<script>alert(1)</script>",
    "scripts": "\u202eright to left\u202c שלום 🇪🇺👩‍👩‍👧 Μεταναστευτική",
    "signs": "&amp; &lt;b&gt; \"quotes\" 'and' `more` ' OR 1=1; --",
    "template": "{{ template }} {% tag %} %s %(x)s \\u0000",
    "control": "\x0b\x1f\x7f\ufeff\u2028control",
    "lines": "line\nbreak",
    "long": "x" * 300,
}


class TestDocumentFromForm:
    @pytest.mark.parametrize("typed", NASTY.values(), ids=NASTY)
    def test_every_field_is_in_the_document(self, editor: Client, rows: dict[str, Any], typed: str) -> None:
        """Fields that refuse such text are left out; they have their own message."""
        meeting = Meeting.objects.get()
        texts = ["title", "lead", "notice", "venue", "references", "sessions-0-title", "programme-0-place"]
        texts += ["programme-0-speakers", "agenda-0-title", "links-0-title", "contacts-0-name", "footnotes-0-text"]
        shown = rows["data"] | {"footnotes-0-text": "x"}
        changes = {field: shown.get(field, "") + typed for field in texts}
        with skip_rendering():
            response: Any = editor.post(rows["address"], shown | changes)
        if response.status_code == 200:
            refused = parse_form_errors(response)
            assert set(refused) < set(texts)
            accepted = {field: text for field, text in changes.items() if field not in refused}
            assert editor.post(rows["address"], shown | accepted).status_code == 302
        document = build_meeting(Meeting.objects.get())
        assert restore(document) == meeting
        assert build_meeting(Meeting.objects.get()) == document


def test_hundreds_of_rows_are_in_the_document(editor: Client) -> None:
    meeting = make_meeting()
    for n in range(105):
        AgendaItem.objects.create(meeting=meeting, title=f"{n}")
    data = read_form_data(editor, get_change_url(meeting))
    assert len(data) > 1000
    response = editor.post(
        get_change_url(meeting), data | {"references": "\n".join(f"OJ CONS {n}" for n in range(5000))}
    )
    assert response.status_code == 302
    assert len(build_meeting(Meeting.objects.get()).references) == 5000


class TestSavingWithoutAChange:
    def test_imported_note_is_unchanged(self, editor: Client) -> None:
        meeting = import_parsed_note(read_note_file(SEED), by=COMMAND)
        before, version = compute_meeting_digest(meeting), Meeting.objects.get().version
        save_form(editor, get_change_url(meeting))
        for part in (*meeting.agenda.all(), *meeting.programme.all()):
            save_form(editor, get_change_url(part))
        assert (compute_meeting_digest(meeting), Meeting.objects.get().version) == (before, version)

    def test_complete_note_is_unchanged(self, editor: Client) -> None:
        meeting = restore(make_full_document())
        before, version = compute_meeting_digest(meeting), Meeting.objects.get().version
        save_form(editor, get_change_url(meeting))
        for part in (*meeting.agenda.all(), *meeting.programme.all(), *meeting.results.all()):
            save_form(editor, get_change_url(part))
        assert (compute_meeting_digest(meeting), Meeting.objects.get().version) == (before, version)

    def test_day_outside_the_meeting_is_unchanged(self, editor: Client) -> None:
        meeting = make_meeting()
        meeting.programme.update(date=PRESS_DATE - DAY)
        save_form(editor, get_change_url(meeting), **{"agenda-0-title": "Changed"})
        errors = get_form_errors(editor, get_change_url(meeting), **{"programme-0-date": "12/09/2060"})
        assert "outside the meeting" in errors["programme-0-date"]

    def test_two_printed_times_are_unchanged(self, editor: Client) -> None:
        meeting = make_meeting()
        meeting.programme.update(time_text="18:00")
        save_form(editor, get_change_url(meeting), **{"programme-0-title": "Changed"})
        assert (
            "is 18:30"
            in get_form_errors(editor, get_change_url(meeting), **{"programme-0-time_text": "18:30"}).popitem()[1]
        )
        save_form(editor, get_change_url(meeting), **{"programme-0-time": "19:00"})
        assert ProgrammePoint.objects.get().time_text == "+/- 19:00"

    def test_topic_is_unchanged(self, editor: Client) -> None:
        topic = make_topic(text="<p>One.</p><ul><li>two</li></ul>")
        before, version = build_topic(topic), topic.version
        save_form(editor, get_change_url(topic))
        topic = BackgroundTopic.objects.get()
        assert (build_topic(topic), topic.version) == (before, version)


class TestWarningsOnSaving:
    def test_cancelled_meeting_without_a_reason(self, editor: Client, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        for reason, expected in (("", True), ("Snow.", False)):
            response = post_form(editor, get_change_url(meeting), status="cancelled", status_reason=reason)
            assert ("Enter the public reason for the change first" in read_messages(response)) is expected

    def test_brussels_in_a_luxembourg_month(self, editor: Client) -> None:
        meeting = make_meeting()
        for city, expected in (("Brussels", True), ("Luxembourg", False)):
            values = {"start_date": "12/10/2060", "end_date": "", "city": city}
            page = read_messages(post_form(editor, get_change_url(meeting), **values))
            assert ("meets in Luxembourg in April, June and October" in page) is expected


class TestScreensOfParts:
    @pytest.mark.parametrize(
        ("kind", "section"), [("agenda", "agenda"), ("programme", "programme"), ("results", "results")]
    )
    def test_parts_return_to_their_meeting(self, editor: Client, kind: str, section: str) -> None:
        meeting = with_rows()
        part = getattr(meeting, kind).get()
        back = f"{MEETINGS}{meeting.pk}/change/"
        page = editor.get(get_change_url(part)).content.decode()
        assert page.count(f'<a href="{back}">JHA, 14 September 2060</a>') == 2  # in the breadcrumbs and in the form
        assert "_addanother" not in page
        assert save_form(editor, get_change_url(part), title="Changed")["Location"] == f"{back}#{section}-group"
        assert save_form(editor, get_change_url(part), _continue="1")["Location"] == get_change_url(part)
        deleted = editor.post(get_change_url(part).replace("change", "delete"), {"post": "yes"})
        assert deleted["Location"] == f"{back}#{section}-group"
        assert not getattr(meeting, kind).exists()

    @pytest.mark.parametrize("address", ["agenda/agendaitem/", "meetings/programmepoint/", "agenda/result/"])
    def test_lists_of_parts_redirect_to_the_meetings(self, editor: Client, address: str) -> None:
        assert editor.get(f"/admin/{address}")["Location"] == MEETINGS


class TestQueries:
    """The number of queries is constant. A list needs those for session, user, roles, alarms, counts and rows."""

    def count(self, client: Client, address: str) -> int:
        client.get(address)  # content types are kept from the first time on
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    def test_part_screens_take_a_constant_number_of_queries(self, editor: Client) -> None:
        short, long = make_meeting(), make_meeting("env")
        for n in range(4):
            AgendaItem.objects.create(meeting=long, title=f"{n}")
            ProgrammePoint.objects.create(meeting=long, title=f"{n}")
            MediaLink.objects.create(item=long.agenda.first(), title=f"{n}")
            MediaLink.objects.create(point=long.programme.first(), title=f"{n}")
        # the session, the user, the roles, what alarms, the row with its meeting, sessions to choose
        # from, links; of items also whether it was published, items, topics and points to choose from, those chosen
        for kind, number in (("agenda", 13), ("programme", 7)):
            counts = [self.count(editor, get_change_url(getattr(meeting, kind).first())) for meeting in (short, long)]
            assert counts == [number, number], kind

    def test_lists_take_a_constant_number_of_queries(self, press_office: None) -> None:
        client = Client()
        client.force_login(User.objects.create_superuser("root"))
        Configuration.objects.exclude(slug="jha").delete()
        Presidency.objects.exclude(year=2017).delete()
        lists = {"agenda/backgroundtopic": 6, "meetings/configuration": 6, "meetings/presidency": 7, "meetings/user": 9}
        make_topic()
        few = {name: self.count(client, f"/admin/{name}/") for name in lists}
        call_command("load_reference", verbosity=0)
        for n in range(4):
            make_topic(f"topic-{n}")
            create_user(f"editor-{n}", "Authors")
        assert {name: self.count(client, f"/admin/{name}/") for name in lists} == few == lists


class TestReferenceForms:
    @pytest.fixture
    def administrator(self, press_office: None) -> Client:
        return create_client("administrator", "Administrators")

    @pytest.mark.parametrize(
        "wrong",
        [
            {
                "code": ("JHA", "Another configuration has this code."),
                "slug": ("JHA", "Use only lower-case letters"),
                "valid_from": ("12/31/2030", "Enter the date as 2017-09-14 or 14/09/2017."),
            },
            {
                "code": ("J H", "Use only letters and digits"),
                "slug": ("jha", "Another configuration already uses this word"),
                "valid_until": ("2029-01-01", "must not be before the first"),
            },
        ],
        ids=["first", "second"],
    )
    def test_configuration_errors(self, administrator: Client, wrong: dict[str, tuple[str, str]]) -> None:
        data = {"code": "NEW", "slug": "new", "name": "New", "kind": "council", "valid_from": "2030-01-01"}
        data |= {name: typed for name, (typed, _message) in wrong.items()}
        found = post_invalid_form(administrator, "/admin/meetings/configuration/add/", data)
        missing = {name: found.get(name) for name, (_, message) in wrong.items() if message not in found.get(name, "")}
        assert not missing, found

    @pytest.mark.parametrize(
        ("changes", "field", "message"),
        [
            ({"country": "GR"}, "country", "For Greece, enter EL"),
            ({"country": "NO"}, "country", "choice"),
            ({"year": "17"}, "year", "The first presidency was in 1958."),
            ({"year": "2017"}, "", "There is already a presidency for this half-year."),
        ],
    )
    def test_presidency_errors(self, administrator: Client, changes: Any, field: str, message: str) -> None:
        right = {"country": "EE", "year": "2031", "half": "1"}
        found = post_invalid_form(administrator, "/admin/meetings/presidency/add/", right | changes)
        assert message in found.get(field, ""), found

    def test_presidencies_can_be_searched_by_country_and_year(self, administrator: Client) -> None:
        for wanted, number in (("eston", 1), ("2017", 2), ("Atlantis", 0)):
            with skip_rendering():
                page: Any = administrator.get("/admin/meetings/presidency/", {"q": wanted})
            assert page.context_data["cl"].result_count == number

    def test_list_shows_validity_as_text(self, administrator: Client) -> None:
        page = administrator.get("/admin/meetings/configuration/").content.decode()
        assert "in force since 1 December 2009" in page
        assert "in force from 22 July 2002 to 30 November 2009" in page

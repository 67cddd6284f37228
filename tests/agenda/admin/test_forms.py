"""Input in the admin forms: what is accepted, what is refused with which message, and what is kept unchanged."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agenda import notes
from agenda.documents.building import build_meeting, build_topic
from agenda.models import AgendaItem, BackgroundTopic, MediaLink, Result
from agenda.workflow.note_import import import_parsed_note, read_note_file
from meetings.models import Alert, Configuration, Contact, Footnote, Meeting, Presidency, ProgrammePoint, User
from tests.admin_forms import (
    MEETINGS,
    compute_meeting_digest,
    create_client_with_role,
    get_change_url,
    get_form_errors,
    post_form,
    read_form_data,
    save_form,
    skip_rendering,
)
from tests.factories import COMMAND, DAY, PRESS_DATE, make_full_document, make_meeting, make_topic, publish_now, restore

SEED = Path(notes.__file__).parent / "samples" / "jha-2017-09-14.txt"

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def editor(clock: Any) -> Client:
    return create_client_with_role("Authors")


def with_rows() -> Meeting:
    """A meeting with a row of each kind."""
    meeting = make_meeting()
    Result.objects.create(meeting=meeting, title="Agreed")
    Contact.objects.create(meeting=meeting, name="Press officer")
    Footnote.objects.create(meeting=meeting, mark="*", text="<p>Note.</p>")
    Alert.objects.create(meeting=meeting, text="Later.", at=dt.datetime(2060, 9, 14, 9, 30, tzinfo=dt.UTC))
    return meeting


class TestRefusals:
    """Each invalid input is explained at its field, and nothing is saved."""

    @pytest.mark.parametrize(
        ("field", "typed", "message"),
        [
            ("configuration", "", "required"),
            ("start_date", "", "Only a postponed meeting can have no date."),
            ("start_date", "09/14/2060", "Enter the date as 2017-09-14 or 14/09/2017."),
            ("start_date", "14/09/60", "“14/09/60” is not a date."),
            ("start_date", "31/02/2060", "“31/02/2060” is not a date: that month has 29 days."),
            ("start_date", "2060-04-31", "“2060-04-31” is not a date: that month has 30 days."),
            ("start_date", "31 June 2060", "that month has 30 days"),
            ("start_date", "14/09/0060", "Check the year: 0060 is not between 1952 and 2100."),
            ("start_date", "14/09/2206", "Check the year: 2206 is not between 1952 and 2100."),
            ("end_date", "2060-09-13", "The last day is before the first day"),
            ("end_date", "2060-10-05", "at most two weeks"),
            ("issued_on", "2017-09-12", "more than a year from the meeting (14 September 2060)"),
            ("time_zone", "Brussels", "Enter a name such as Europe/Brussels"),
            ("time_zone", "lisbon", "Enter a name such as Europe/Lisbon"),
            ("address_word", "Informal", "Use only lower-case letters"),
            ("title", "x" * 10_000, "at most 300 characters (it has 10000)"),
            ("lead", "a\0b", "Null characters are not allowed"),
            ("references", "OJ CONS 57\na\0b", "Line 2: null characters are not allowed"),
            ("sessions-0-title", "", "required"),
            ("sessions-0-date", "2060-09-15", "This date is outside the meeting (14 September 2060)."),
            ("chairs-0-date", "2060-09-15", "outside the meeting"),
            ("chairs-0-name", "", "required"),
            ("chairs-0-country", "GR", "For Greece, enter EL"),
            ("chairs-0-country", "gb", "For United Kingdom, enter UK"),
            ("chairs-0-country", "XX", "not a valid country code"),
            ("programme-0-date", "2060-09-15", "on another day, select “alongside the meeting”"),
            ("programme-0-date", "1/2/2060", "outside the meeting"),
            ("programme-0-time", "25:00", "Use the format 13:00."),
            ("programme-0-time", "1 p.m.", "“1 p.m.” is not a time"),
            ("programme-0-time", "13:00:30", "Use the format 13:00."),
            ("programme-0-time", "", "Enter the time, or choose another precision."),
            ("programme-0-time_precision", "relative", "A relative time cannot have a clock time"),
            (
                "programme-0-time_text",
                "18:00",
                "The time as printed is 18:00 but the time is 13:00. Correct one of them",
            ),
            ("programme-0-time_text", "from 18.00 to 19h30", "The time as printed is 18:00 but the time is 13:00"),
            ("programme-0-speakers", ", Minister", "Line 1 has no name"),
            ("agenda-0-title", "", "required"),
            ("agenda-0-position", "2147483647", "Positions go up to 9999."),
            ("agenda-0-position", "-3", "Positions start at 1. Enter 0 to put a row last."),
            ("agenda-0-session", "6f0f6b9e-52a4-4f0e-9a55-5d6a5a1c0009", "This is not in this meeting any more."),
            ("results-0-date", "2060-09-15", "outside the meeting"),
            ("links-0-url", "www.example.eu", "https://www.example.eu"),
            ("links-0-url", "example.eu:80/x", "starting with https://"),
            ("links-0-url", "javascript:alert(1)", "Links cannot start with “javascript:”"),
            ("links-0-url", "HTTPS://example.eu/", "in lower-case letters"),
            ("links-0-url", "https://example.eu/a b", "without spaces"),
            ("links-0-url", "https://", "Enter a complete web address"),
            ("links-0-title", "", "required"),
            ("contacts-0-phones", "+32 2 555 00 00\ncall me", "“call me” is not a telephone number"),
            ("contacts-0-email", "press at example.eu", "in the format name@example.eu."),
            ("footnotes-0-text", "<script>x</script>", "Enter some words"),
            ("sessions-0-title", "x" * 301, "at most 300 characters (it has 301)"),
            ("links-0-title", "x" * 501, "at most 500 characters (it has 501)"),
            ("alerts-0-at", "", "Enter a date and time in Brussels time, for example 2017-09-14 12:30."),
            ("alerts-0-at", "2206-09-14 12:30", "Check the year: 2206"),
            ("alerts-0-at", "tomorrow", "is not a time"),
            ("alerts-0-at", "14/09/2060", "is not a time"),
            ("alerts-0-at", "2061-03-27 02:30", "the clocks go forward"),
            ("alerts-0-at", "30.10.2061 2.30", "occurs twice in Brussels"),
        ],
    )
    def test_error_is_shown_at_its_field(self, editor: Client, field: str, typed: str, message: str) -> None:
        meeting = with_rows()
        before = compute_meeting_digest(meeting)
        found = get_form_errors(editor, get_change_url(meeting), **{field: typed})
        assert message in found.get(field, ""), found
        assert compute_meeting_digest(meeting) == before

    @pytest.mark.parametrize(
        ("field", "typed", "message"),
        [
            ("public_basis", "debate", "The item is not public"),
            ("procedures", "2016/142(COD)", "Enter it as 2016/0142 (COD)"),
            ("procedures", "2016/0142 (COD)\nCOD", "“COD” is not a procedure number"),
            ("documents", "see annex", "is not a document number"),
            ("documents", "1" * 61, "too long for a document number"),
        ],
    )
    def test_error_on_the_screen_of_an_item(self, editor: Client, field: str, typed: str, message: str) -> None:
        item = make_meeting().agenda.get()
        found = get_form_errors(editor, get_change_url(item), **{"public": "no", field: typed})
        assert message in found.get(field, ""), found

    def test_postponed_meeting_with_only_a_last_day(self, editor: Client) -> None:
        found = get_form_errors(editor, get_change_url(make_meeting()), start_date="", status="postponed")
        assert found == {"start_date": "Enter the first day as well, or clear the last day."}

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

    def test_configuration_that_is_not_in_force(self, editor: Client) -> None:
        found = get_form_errors(editor, get_change_url(make_meeting()), start_date="2001-09-14", end_date="")
        assert "JHA is not in force on that day: it is in force since 22 July 2002." in found["configuration"]

    @pytest.mark.parametrize("precision", ["", "exact", "to_be_confirmed"])
    def test_printed_time_without_a_time(self, editor: Client, precision: str) -> None:
        printed = {"time": "", "time_precision": precision, "time_text": "about 18h00"}
        found = get_form_errors(editor, get_change_url(make_meeting().programme.get()), **printed)
        assert found == {"time": "The time as printed is 18:00. Enter it here as well, or clear the time as printed."}

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

    def test_summary_links_to_the_fields(self, editor: Client) -> None:
        meeting = with_rows()
        wrong = {"links-0-url": "www.example.eu", "programme-0-time": "25:00", "start_date": "x"}
        page = post_form(editor, get_change_url(meeting), **wrong).content.decode()
        assert '<a href="#id_start_date">First day</a>: “x” is not a date.' in page
        assert '<a href="#id_programme-0-time">Programme, row 1 “+/- 13:00 Home Affairs Council”: Time</a>' in page
        assert '<a href="#id_links-0-url">Links, row 1 “Live stream”: Web address</a>' in page


class TestAcceptedInput:
    @pytest.mark.parametrize("typed", ["2060-02-01", "01/02/2060", "1.2.2060", "1 February 2060", "1 feb 2060"])
    def test_dates_are_accepted(self, editor: Client, typed: str) -> None:
        meeting = make_meeting()
        save_form(editor, get_change_url(meeting), start_date=typed, end_date="")
        assert Meeting.objects.get().start_date == dt.date(2060, 2, 1)

    @pytest.mark.parametrize(
        ("typed", "time"),
        [
            ("13:00", dt.time(13)),
            ("13.00", dt.time(13)),
            ("13h00", dt.time(13)),
            ("9:05", dt.time(9, 5)),
            ("9h", dt.time(9)),
            ("9 h", dt.time(9)),
        ],
    )
    def test_times_are_accepted(self, editor: Client, typed: str, time: dt.time) -> None:
        save_form(editor, get_change_url(make_meeting()), **{"programme-0-time": typed})
        assert ProgrammePoint.objects.get().time == time

    def test_time_without_precision_is_exact(self, editor: Client) -> None:
        save_form(
            editor, get_change_url(make_meeting()), **{"programme-0-time_precision": "", "programme-0-time": "12:30"}
        )
        point = ProgrammePoint.objects.get()
        assert (point.time_precision, point.time_text) == ("exact", "12:30")

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
    def test_precision_follows_the_printed_time(self, editor: Client, printed: str, precision: str) -> None:
        typed = {"time": "18:00", "time_precision": "", "time_text": printed}
        save_form(editor, get_change_url(make_meeting().programme.get()), **typed)
        point = ProgrammePoint.objects.get()
        assert (point.time_precision, point.time_text) == (precision, printed)

    @pytest.mark.parametrize("printed", ["at the end of the meeting", "after the lunch of 13:00"])
    def test_relative_time_follows_the_printed_time(self, editor: Client, printed: str) -> None:
        typed = {"time": "", "time_precision": "relative", "time_text": printed}
        save_form(editor, get_change_url(make_meeting().programme.get()), **typed)
        assert ProgrammePoint.objects.get().time_text == printed

    @pytest.mark.parametrize(
        ("typed", "instant"),
        [
            ("2060-09-14 18:00", "2060-09-14T16:00:00+00:00"),
            ("14/09/2060 18.00", "2060-09-14T16:00:00+00:00"),
            ("14 September 2060, 18h00", "2060-09-14T16:00:00+00:00"),
            ("2061-10-30T02:30:00+01:00", "2061-10-30T01:30:00+00:00"),
        ],
    )
    def test_instants_are_in_brussels_time(self, editor: Client, typed: str, instant: str) -> None:
        save_form(editor, get_change_url(with_rows()), **{"alerts-0-at": typed})
        assert Alert.objects.get().at.isoformat() == instant

    def test_instant_in_the_repeated_hour_is_unchanged(self, editor: Client) -> None:
        meeting = with_rows()
        at = dt.datetime(2061, 10, 30, 1, 30, tzinfo=dt.UTC)
        Alert.objects.update(at=at)
        assert read_form_data(editor, get_change_url(meeting))["alerts-0-at"] == "2061-10-30T02:30:00+01:00"
        save_form(editor, get_change_url(meeting), **{"alerts-0-text": "Changed"})
        assert Alert.objects.get().at == at

    def test_country_in_lower_case_is_accepted(self, editor: Client) -> None:
        save_form(editor, get_change_url(make_meeting()), **{"chairs-0-country": "el"})
        assert build_meeting(Meeting.objects.get()).chairs[0].country == "EL"

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
    def test_speakers_on_both_screens(self, editor: Client, typed: str, speakers: list[tuple[str, str]]) -> None:
        meeting = make_meeting()
        point = meeting.programme.get()
        save_form(editor, get_change_url(meeting), **{"programme-0-speakers": typed})
        for _time in range(2):
            found = build_meeting(Meeting.objects.get()).programme[0].speakers
            assert [(speaker.name, speaker.role) for speaker in found] == speakers
            save_form(editor, get_change_url(point), title="Changed")

    def test_long_texts_are_not_cut(self, editor: Client) -> None:
        for row in (make_meeting(), make_meeting("env").agenda.get(), make_topic()):
            page = editor.get(get_change_url(row)).content.decode()
            cut = [field for field in re.findall(r"<input[^>]*maxlength[^>]*>", page) if 'type="text"' in field]
            assert {name for field in cut for name in re.findall(r'name="([\w-]+)"', field)} <= {"slug", "time_zone"}

    def test_new_meeting_says_to_save_first(self, editor: Client) -> None:
        expected = "Save the meeting first to choose from this list."
        assert expected in editor.get(f"{MEETINGS}add/").content.decode()
        assert expected not in editor.get(get_change_url(make_meeting())).content.decode()

    def test_configurations_in_force_come_first(self, editor: Client) -> None:
        page = editor.get(f"{MEETINGS}add/").content.decode()
        assert page.index("In force") < page.index("GAC –") < page.index("Not in force")
        assert page.index("Not in force") < page.index("GAERC –")


NASTY = [
    "<script>alert(1)</script>",
    "\u202eright to left\u202c שלום",
    "🇪🇺👩‍👩‍👧 emoji",
    "Μεταναστευτική πολιτική, ελληνικά",
    "&amp; &lt;b&gt; \"quotes\" 'and' `more`",
    "' OR 1=1; --",
    "{{ template }} {% tag %} %s %(x)s \\u0000",
    "\x0b\x1f\x7f\ufeff\u2028control",
    "line\nbreak",
    "x" * 300,
]


class TestDocumentFromForm:
    @pytest.mark.parametrize("typed", NASTY, ids=range(len(NASTY)))
    def test_every_field_is_in_the_document(self, editor: Client, typed: str) -> None:
        """Fields that refuse such text are left out; they have their own message."""
        meeting = with_rows()
        texts = ["title", "lead", "notice", "venue", "references", "sessions-0-title", "programme-0-place"]
        texts += ["programme-0-speakers", "agenda-0-title", "links-0-title", "contacts-0-name", "footnotes-0-text"]
        shown = read_form_data(editor, get_change_url(meeting)) | {"footnotes-0-text": "x"}
        changes = {field: shown.get(field, "") + typed for field in texts}
        with skip_rendering():
            is_refused = editor.post(get_change_url(meeting), shown | changes).status_code == 200
        if is_refused:
            refused = get_form_errors(editor, get_change_url(meeting), **changes)
            assert set(refused) < set(texts)
            save_form(
                editor,
                get_change_url(meeting),
                **{field: text for field, text in changes.items() if field not in refused},
            )
        document = build_meeting(Meeting.objects.get())
        assert restore(document) == meeting
        assert build_meeting(Meeting.objects.get()) == document

    def test_hundreds_of_rows_are_in_the_document(self, editor: Client) -> None:
        meeting = make_meeting()
        for n in range(150):
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
            data = read_form_data(editor, get_change_url(meeting)) | {"status": "cancelled", "status_reason": reason}
            page = editor.post(get_change_url(meeting), data, follow=True).content.decode()
            assert ("Enter the public reason for the change first" in page) is expected

    def test_brussels_in_a_luxembourg_month(self, editor: Client) -> None:
        meeting = make_meeting()
        for city, expected in (("Brussels", True), ("Luxembourg", False)):
            data = read_form_data(editor, get_change_url(meeting)) | {
                "start_date": "12/10/2060",
                "end_date": "",
                "city": city,
            }
            page = editor.post(get_change_url(meeting), data, follow=True).content.decode()
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
        for n in range(15):
            AgendaItem.objects.create(meeting=long, title=f"{n}")
            ProgrammePoint.objects.create(meeting=long, title=f"{n}")
            MediaLink.objects.create(item=long.agenda.first(), title=f"{n}")
            MediaLink.objects.create(point=long.programme.first(), title=f"{n}")
        # the session, the user, the roles, what alarms, the row with its meeting, sessions to choose
        # from, links; of items also whether it was published, items, topics and points to choose from, those chosen
        for kind, number in (("agenda", 13), ("programme", 7)):
            counts = [self.count(editor, get_change_url(getattr(meeting, kind).first())) for meeting in (short, long)]
            assert counts == [number, number], kind

    def test_lists_take_a_constant_number_of_queries(self, clock: Any) -> None:
        admin = User.objects.create_superuser("root")
        client = Client()
        client.force_login(admin)
        call_command("load_reference", verbosity=0)
        Configuration.objects.exclude(slug="jha").delete()
        Presidency.objects.exclude(year=2017).delete()
        lists = {"agenda/backgroundtopic": 6, "meetings/configuration": 6, "meetings/presidency": 7, "meetings/user": 9}
        make_topic()
        few = {name: self.count(client, f"/admin/{name}/") for name in lists}
        call_command("load_reference", verbosity=0)
        for n in range(15):
            make_topic(f"topic-{n}")
            create_client_with_role("Authors", f"editor-{n}")
        assert {name: self.count(client, f"/admin/{name}/") for name in lists} == few == lists


class TestReferenceForms:
    @pytest.fixture
    def administrator(self, clock: Any) -> Client:
        return create_client_with_role("Administrators")

    @pytest.mark.parametrize(
        ("field", "typed", "message"),
        [
            ("code", "JHA", "Another configuration has this code."),
            ("code", "J H", "Use only letters and digits"),
            ("slug", "JHA", "Use only lower-case letters"),
            ("slug", "jha", "Another configuration already uses this word"),
            ("valid_from", "12/31/2030", "Enter the date as 2017-09-14 or 14/09/2017."),
            ("valid_until", "2029-01-01", "must not be before the first"),
        ],
    )
    def test_configuration_errors(self, administrator: Client, field: str, typed: str, message: str) -> None:
        right = {"code": "NEW", "slug": "new", "name": "New", "kind": "council", "valid_from": "2030-01-01"}
        found = get_form_errors(administrator, "/admin/meetings/configuration/add/", **right | {field: typed})
        assert message in found.get(field, ""), found

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
        found = get_form_errors(administrator, "/admin/meetings/presidency/add/", **right | changes)
        assert message in found.get(field, ""), found

    @pytest.mark.parametrize(("wanted", "number"), [("eston", 1), ("2017", 2), ("Atlantis", 0)])
    def test_presidencies_can_be_searched_by_country_and_year(
        self, administrator: Client, wanted: str, number: int
    ) -> None:
        page = administrator.get("/admin/meetings/presidency/", {"q": wanted})
        assert page.context["cl"].result_count == number

    def test_list_shows_validity_as_text(self, administrator: Client) -> None:
        page = administrator.get("/admin/meetings/configuration/").content.decode()
        assert "in force since 1 December 2009" in page
        assert "in force from 22 July 2002 to 30 November 2009" in page

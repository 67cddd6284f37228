"""Templates: what the meetings of a configuration start with, kept by its publishers."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agenda.editor.saving import build_edited_document
from agenda.editor.starting import NewMeeting, start_meeting, start_meetings
from agenda.editor.templates import build_template_from_meeting, save_template
from agenda.models import MeetingTemplate, SharedBlock, SharedBlockVersion
from meetings.documents.choices import Form
from meetings.documents.schema import MeetingDocument
from meetings.models import AuditEntry, Configuration, Meeting
from meetings.models.public_tables import PUBLIC_TABLES
from tests.admin_forms import MEETINGS, create_user, create_user_with_role, read_messages, sign_in
from tests.factories import COMMAND, DAY, PRESS_DATE, make_meeting
from tests.worlds import share_world

LIST = "/admin/templates/"
START = f"{MEETINGS}add/"
FIRST, SECOND = dt.date(2060, 11, 14), dt.date(2060, 11, 15)
NEW_ROWS = {
    "sessions-0-title": "Justice",
    "sessions-0-day": "0",
    "programme-0-kind": "press_conference",
    "programme-0-title": "After the meeting",
    "programme-0-day": "1",
    "programme-0-clock": "+/- 13.00",
    "programme-0-session_title": "Justice",
    "links-0-title": "Accreditation",
    "links-0-kind": "registration",
    "links-0-url": "https://example.eu/accreditation",
    "contacts-0-name": "Ada",
    "contacts-0-phones": "+32 2 555 00 00\n+32 470 55 00 00",
}


@share_world
def earlier(clock: Any) -> Meeting:
    """A meeting of two days, an author, publishers of JHA and of ECOFIN, and somebody without a role."""
    create_user_with_role("Authors", "anna", of="jha ecofin")
    create_user_with_role("Publishers", "petra", of="jha")
    create_user_with_role("Publishers", "paul", of="ecofin")
    create_user("clerk")
    meeting = make_meeting(notice="Drawn up by the press office.", end_date=PRESS_DATE + DAY)
    meeting.contacts.create(name="Ada", role="Justice", phones=["+32 2 555 00 00"])
    meeting.programme.create(kind="arrivals", date=PRESS_DATE + DAY, time=dt.time(8, 30), time_precision="from")
    return meeting


@pytest.fixture
def anna(earlier: Meeting, clock: Any) -> Client:
    return sign_in("anna")


@pytest.fixture
def petra(earlier: Meeting, clock: Any) -> Client:
    return sign_in("petra")


def get_configuration(slug: str = "jha") -> Configuration:
    return Configuration.objects.get(slug=slug)


def get_address(slug: str = "jha") -> str:
    return f"{LIST}{get_configuration(slug).pk}/"


def read_form(client: Client, address: str) -> dict[str, Any]:
    """Return what a browser would send if the form is submitted unchanged."""
    page = client.get(address).context["page"]
    posted: dict[str, Any] = {}
    for formset in page.formsets.values():
        posted |= {bound.html_name: bound.value() for bound in formset.management_form}
    for form in [page.form, *(form for formset in page.formsets.values() for form in formset)]:
        for bound in form:
            posted[bound.html_name] = bound.value()
    return {name: value for name, value in posted.items() if value or (value == 0 and value is not False)}


def post_template(client: Client, address: str, **values: Any) -> Any:
    return client.post(address, read_form(client, address) | values)


def save_from(meeting: Meeting) -> MeetingTemplate:
    template = build_template_from_meeting(build_edited_document(meeting), meeting.configuration)
    return save_template(meeting.configuration, template, by=COMMAND, version=0)


def start(client: Client, **values: str) -> Any:
    configuration = str(get_configuration().pk)
    shown = client.get(START).context["form"].initial
    return client.post(START, {"configuration": configuration, "start_date": f"{FIRST}"} | shown | values)


def read_started(day: dt.date = FIRST) -> MeetingDocument:
    return build_edited_document(Meeting.objects.get(start_date=day))


class TestRefusals:
    @pytest.mark.once
    def test_staff_without_a_role_cannot_read_templates(self, earlier: Meeting) -> None:
        clerk = sign_in("clerk")
        assert [clerk.get(address).status_code for address in (LIST, get_address())] == [403, 403]

    @pytest.mark.parametrize("name", ["anna", "paul"])
    @pytest.mark.once
    def test_only_publishers_of_the_configuration_can_change_it(self, earlier: Meeting, name: str) -> None:
        client = sign_in(name)
        page = client.get(get_address()).content.decode()
        assert "You can only read this." in page
        assert 'type="submit" class="default"' not in page
        refused = client.post(get_address(), {"version": "0"})
        assert refused.status_code == 403
        assert (
            "Only publishers of JHA can change its template. Ask one of these people: petra" in refused.content.decode()
        )
        assert not MeetingTemplate.objects.exists()

    @pytest.mark.once
    @pytest.mark.parametrize(
        ("values", "message"),
        [
            ({"programme-0-clock": "25:70"}, "“25:70” is not a time."),
            ({"programme-0-session_title": "Home"}, "There is no session “Home” above."),
            ({"programme-0-day": "99"}, "Select a valid choice."),
            ({"links-0-url": "example"}, "Enter the full address, starting with https://."),
            ({"contacts-0-phones": "ring me"}, "ring me"),
            ({"contacts-0-name": ""}, "This field is required."),
            ({"contacts-0-phones": "+32 2\0"}, "Null characters are not allowed."),
        ],
    )
    def test_mistake_is_shown_and_nothing_is_lost(self, petra: Client, values: dict[str, str], message: str) -> None:
        page = post_template(petra, get_address(), **NEW_ROWS | values).content.decode()
        assert message in page
        assert "Nothing was saved yet." in page
        assert "After the meeting" in page
        assert not MeetingTemplate.objects.exists()

    @pytest.mark.postgresql
    def test_language_that_no_database_stores_is_a_mistake(self, petra: Client) -> None:
        assert "Select a valid choice." in post_template(petra, get_address(), language="\0").content.decode()

    def test_template_that_somebody_else_has_changed_is_not_overwritten(self, earlier: Meeting, petra: Client) -> None:
        save_from(earlier)
        posted = read_form(petra, get_address())
        assert petra.post(get_address(), posted | {"notice": "First."}).status_code == 302
        for late in (posted | {"notice": "Second."}, {"delete": "x", "version": posted["version"]}):
            page = petra.post(get_address(), late).content.decode()
            assert "petra has changed this since you opened the page." in page
        assert MeetingTemplate.objects.get().document.notice == "First."

    @pytest.mark.once
    def test_meeting_of_another_configuration_is_no_source(self, petra: Client) -> None:
        other = make_meeting("ecofin")
        for key in (other.pk, "x"):
            assert petra.get(f"{get_address()}?from={key}").status_code == 404

    def test_public_code_reads_no_template_and_no_block(self) -> None:
        for model in (MeetingTemplate, SharedBlock, SharedBlockVersion):
            assert model._meta.db_table not in PUBLIC_TABLES
            assert not hasattr(model, "shape")


class TestKeeping:
    def test_meeting_is_shown_as_a_template_and_saved(self, earlier: Meeting, petra: Client) -> None:
        address = f"{get_address()}?from={earlier.pk}"
        assert "nothing is saved yet" in petra.get(address).content.decode()
        assert not MeetingTemplate.objects.exists()
        assert post_template(petra, address).status_code == 302
        saved = MeetingTemplate.objects.get().document
        assert saved == build_template_from_meeting(build_edited_document(earlier), earlier.configuration)
        assert [point.time_text for point in saved.programme] == ["+/- 13:00", "from 08:30"]
        assert (saved.lead, saved.agenda, saved.chairs) == ("", [], [])

    def test_template_is_written_in_the_form(self, petra: Client) -> None:
        values = NEW_ROWS | {"lead": "Bring your **badge**.", "notice": "Drawn up.", "venue": "Europa building"}
        assert post_template(petra, get_address(), **values).status_code == 302
        saved = MeetingTemplate.objects.get()
        assert (saved.by_name, saved.version) == ("petra", 1)
        [point], [contact] = saved.document.programme, saved.document.contacts
        assert (point.time, point.time_precision, point.session) == (
            "13:00",
            "approximate",
            saved.document.sessions[0].id,
        )
        assert contact.phones == ["+32 2 555 00 00", "+32 470 55 00 00"]
        assert saved.document.lead == "<p>Bring your <strong>badge</strong>.</p>"
        assert "petra" in petra.get(LIST).content.decode()
        entry = AuditEntry.objects.get(act="template_changed")
        assert (entry.actor, entry.details["title"]) == ("petra", "JHA")
        assert entry.details["changed"] == [
            "lead",
            "sessions",
            "programme",
            "links",
            "contacts",
            "notice",
            "source_language",
            "place",
        ]

    def test_part_is_moved_and_another_deleted(self, earlier: Meeting, petra: Client) -> None:
        save_from(earlier)
        moved = {"programme-0-ORDER": "9", "contacts-0-DELETE": "on"}
        assert post_template(petra, get_address(), **moved).status_code == 302
        saved = MeetingTemplate.objects.get().document
        assert [point.kind for point in saved.programme] == ["arrivals", "press_conference"]
        assert saved.contacts == []
        assert AuditEntry.objects.latest("pk").details["changed"] == ["programme", "contacts"]

    def test_template_is_deleted(self, earlier: Meeting, petra: Client) -> None:
        save_from(earlier)
        assert petra.post(get_address(), {"delete": "x", "version": "1"}).status_code == 302
        assert not MeetingTemplate.objects.exists()

    @pytest.mark.once
    def test_number_of_queries_does_not_depend_on_the_template(self, earlier: Meeting, petra: Client) -> None:
        def count_queries() -> int:
            with CaptureQueriesContext(connection) as queries:
                assert petra.get(get_address()).status_code == 200
                assert petra.get(LIST).status_code == 200
            return len(queries)

        save_from(earlier)
        few = count_queries()
        for number in range(12):
            earlier.contacts.create(name=f"Contact {number}")
            make_meeting("jha", PRESS_DATE - (number + 1) * DAY)
        MeetingTemplate.objects.all().delete()
        save_from(earlier)
        assert len(MeetingTemplate.objects.get().document.contacts) == 13
        assert count_queries() == few


@pytest.mark.once
class TestStarting:
    def test_template_of_the_configuration_is_preselected(self, earlier: Meeting, anna: Client) -> None:
        assert anna.get(START).context["form"].initial == {"like": "", "status": "provisional"}
        save_from(earlier)
        form = anna.get(START).context["form"]
        assert form.initial == {"like": "template", "status": "provisional"}
        assert "(there is one for JHA)" in str(form["like"])

    def test_meeting_has_the_template_on_its_own_days(self, earlier: Meeting, anna: Client) -> None:
        template = save_from(earlier).document
        assert start(anna, end_date=f"{SECOND}").status_code == 302
        new = read_started()
        assert [(point.date, point.time_text) for point in new.programme] == [
            (FIRST, "+/- 13:00"),
            (SECOND, "from 08:30"),
        ]
        assert [(link.title, link.url) for link in new.links] == [("Live stream", "https://video.example/")]
        assert [contact.name for contact in new.contacts] == ["Ada"]
        assert [session.title for session in new.sessions] == ["Home Affairs"]
        assert (new.notice, new.place.venue) == ("Drawn up by the press office.", "Europa building")
        assert (new.lead, new.agenda, new.chairs) == ("", [], [])
        assert {link.id for link in new.links}.isdisjoint(link.id for link in template.links)

    def test_events_of_days_that_the_meeting_does_not_have_are_left_out(self, earlier: Meeting, anna: Client) -> None:
        save_from(earlier)
        response = start(anna)
        assert "1 programme event of the template was left out" in read_messages(response)
        assert [(point.date, point.kind) for point in read_started().programme] == [(None, "press_conference")]

    def test_configuration_without_a_template_starts_empty_and_says_so(self, earlier: Meeting, anna: Client) -> None:
        save_from(earlier)
        response = start(anna, configuration=str(get_configuration("ecofin").pk))
        assert read_messages(response) == "ECOFIN has no template, so the meeting starts empty."
        assert read_started().programme == []

    def test_changed_template_leaves_meetings_as_they_are(self, earlier: Meeting, anna: Client, petra: Client) -> None:
        save_from(earlier)
        start(anna, end_date=f"{SECOND}")
        before = read_started()
        post_template(petra, get_address(), notice="Other.", **{"contacts-0-DELETE": "on"})
        assert read_started() == before

    def test_calendar_uses_templates_of_formal_meetings_unless_told_otherwise(
        self, earlier: Meeting, anna: Client
    ) -> None:
        save_from(earlier)
        calendar = "JHA 14-15 November 2060\nECOFIN 16 November 2060\nInformal JHA 17-18 November 2060"
        page = anna.post(START, {"calendar": calendar, "status": "provisional", "templates": "on"}).content.decode()
        assert page.count("from the template") == 1
        anna.post(START, {"calendar": calendar, "status": "provisional", "templates": "on", "confirm": "x"})
        days = (FIRST, dt.date(2060, 11, 16), dt.date(2060, 11, 17))
        assert [len(read_started(day).programme) for day in days] == [2, 0, 0]
        anna.post(START, {"calendar": "JHA 1 December 2060", "status": "provisional", "confirm": "x"})
        assert read_started(dt.date(2060, 12, 1)).programme == []

    def test_templates_of_a_calendar_are_loaded_in_one_query(self, earlier: Meeting) -> None:
        save_from(earlier)
        new = [NewMeeting(get_configuration(), FIRST + number * DAY, FIRST + number * DAY) for number in range(3)]
        with CaptureQueriesContext(connection) as queries:
            start_meetings(new, by=COMMAND)
        assert sum('FROM "agenda_meetingtemplate"' in query["sql"] for query in queries) == 1

    def test_informal_meeting_can_start_from_a_template_that_is_chosen(self, earlier: Meeting) -> None:
        new = NewMeeting(get_configuration(), FIRST, SECOND, city="Riga", form=Form.INFORMAL)
        meeting = start_meeting(new, by=COMMAND, like=save_from(earlier))
        assert build_edited_document(meeting).place.venue == ""

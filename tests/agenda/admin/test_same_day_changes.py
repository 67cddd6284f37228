"""The admin screen for same-day changes: a short form of the programme, a preview and one button."""

import datetime as dt
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from agenda.admin.same_day_changes.forms import PointForm
from agenda.models import Release
from meetings.models import Edition, Meeting, User
from tests.admin_forms import MEETINGS, create_user, get_field_values, give_role, sign_in
from tests.agenda.admin.screens import create_client, read_screen
from tests.agenda.workflow.same_day_changes.helpers import (
    find_press_conference,
    get_document,
    get_press_conference,
    make_day,
    publish_day,
    save_with_revision,
)
from tests.factories import DAY, PRESS_DATE, PRESS_DAY, make_full_document, publish, publish_now, withdraw
from tests.note_editor import read_publication
from tests.worlds import share_world

pytestmark = pytest.mark.once


@share_world
def day(clock: Any) -> dict[str, Any]:
    """A meeting on its day, live in two languages, and its duty officer. Return the form as she sees it."""
    call_command("load_reference", verbosity=0)
    meeting = publish_day(clock)
    create_user("dora", "Duty", of="jha")
    return fill_form(sign_in("dora"), meeting)


@pytest.fixture
def shown(day: dict[str, Any]) -> dict[str, Any]:
    """What a browser sends if nothing was changed."""
    return dict(day)


@pytest.fixture
def meeting(day: Any) -> Meeting:
    return Meeting.objects.get()


@pytest.fixture
def duty(day: Any) -> Client:
    return sign_in("dora")


@pytest.fixture(autouse=True)
def record_waiting(monkeypatch: pytest.MonkeyPatch) -> list[Edition]:
    """Record calls instead of waiting for an edition, because the tests' clock does not move."""
    waited: list[Edition] = []
    monkeypatch.setattr("agenda.admin.same_day_changes.views.wait_until_live", waited.append)
    return waited


def address_of(meeting: Meeting) -> str:
    return f"{MEETINGS}{meeting.pk}/facts/"


def fill_form(client: Client, meeting: Meeting) -> dict[str, Any]:
    page = client.get(address_of(meeting))
    data = {"shown": page.context["shown"]}
    for form in page.context["form"].list_forms():
        data |= get_field_values(form)
    return data


def find_press_prefix(meeting: Meeting, **values: str) -> dict[str, str]:
    return {f"point-{get_press_conference(meeting).pk}-{name}": value for name, value in values.items()}


def get_text(response: Any) -> str:
    return " ".join(response.content.decode().split())


class TestRefusals:
    def test_user_without_the_right_sees_who_has_it(self, meeting: Meeting, duty: Client) -> None:
        author = create_client("author", "Authors", of="jha")
        for response in (author.get(address_of(meeting)), author.post(address_of(meeting), {"confirmed": "1"})):
            assert response.status_code == 403
            assert "You do not have permission to make same-day changes" in get_text(response)
            assert "Ask one of these people: dora" in get_text(response)
        page = read_screen(author, meeting, "change/")
        assert "Same-day change…" not in page
        assert address_of(meeting) not in read_publication(author, meeting)

    def test_duty_officer_of_another_configuration_is_refused(self, meeting: Meeting) -> None:
        other = create_client("emil", "Duty", of="env")
        assert other.get(address_of(meeting)).status_code == 403

    def test_unpublished_meeting_is_refused(self, clock: Any, duty: Client) -> None:
        meeting = make_day(address_word="informal")
        assert "This meeting is not published yet" in get_text(duty.get(address_of(meeting)))
        assert "This meeting is not published yet" in get_text(duty.post(address_of(meeting), {"confirmed": "1"}))
        page = read_screen(duty, meeting, "change/")
        assert "Same-day change…" not in page
        assert address_of(meeting) not in read_publication(duty, meeting)

    def test_withdrawn_meeting_is_refused(self, clock: Any, meeting: Meeting, duty: Client) -> None:
        clock.move_to(withdraw(meeting, reason="A mistake.").available_from)
        assert "This meeting is withdrawn" in get_text(duty.get(address_of(meeting)))

    def test_other_day_is_refused(self, clock: Any, meeting: Meeting, duty: Client) -> None:
        clock.move_to(PRESS_DAY + 2 * DAY)
        assert "submit a correction" in get_text(duty.get(address_of(meeting)))

    def test_invalid_time_is_refused(self, meeting: Meeting, duty: Client, shown: dict[str, Any]) -> None:
        response = duty.post(address_of(meeting), shown | find_press_prefix(meeting, time="25:00"))
        assert response.status_code == 200
        [mistake] = response.context["mistakes"]
        assert (mistake.where, mistake.anchor) == (
            "Press conference: Time",
            f"id_point-{get_press_conference(meeting).pk}-time",
        )
        assert mistake.anchor in get_text(response)
        assert not response.context["outlook"]

    def test_refused_form_keeps_its_input(self, meeting: Meeting, duty: Client, shown: dict[str, Any]) -> None:
        response = duty.post(address_of(meeting), shown | {"meeting-status": "cancelled"})
        assert "enter the public reason" in get_text(response).lower()
        assert response.context["form"].status["status"].value() == "cancelled"

    def test_unchanged_form_is_refused(self, meeting: Meeting, duty: Client, shown: dict[str, Any]) -> None:
        assert "You have not changed anything" in get_text(duty.post(address_of(meeting), shown))

    def test_change_by_somebody_else_is_shown(
        self, clock: Any, meeting: Meeting, duty: Client, shown: dict[str, Any]
    ) -> None:
        form = shown
        duty.post(address_of(meeting), form | find_press_prefix(meeting, time="14:15") | {"confirmed": "1"})
        clock.move_to(Edition.objects.get(reason="facts").available_from)
        response = duty.post(address_of(meeting), form | find_press_prefix(meeting, time="14:30") | {"confirmed": "1"})
        page = get_text(response)
        assert "Your changes are not published yet" in page
        assert "dora, 14 Sep 10:00: changed on the day. Press conference: 14:15 instead of about 13:00" in page
        time = response.context["form"].today[0]["time"]
        assert f'<a href="#{time.id_for_label}">Press conference: Time</a>' in page
        assert "Readers see now: Time: 14:15. What you typed is kept: check it." in page
        assert (time.value(), response.context["outlook"]) == ("14:30", None)
        assert Edition.objects.count() == 2
        again = {
            field.html_name: field.value() or "" for form in response.context["form"].list_forms() for field in form
        }
        outlook = duty.post(address_of(meeting), again | {"shown": response.context["shown"]})
        assert outlook.context["outlook"]["languages"][0]["points"] == ["Press conference: 14:15 → 14:30"]

    def test_independent_input_is_kept_and_must_be_confirmed_again(
        self, clock: Any, meeting: Meeting, duty: Client, shown: dict[str, Any]
    ) -> None:
        form = shown
        duty.post(address_of(meeting), form | find_press_prefix(meeting, time="14:15") | {"confirmed": "1"})
        clock.move_to(Edition.objects.get(reason="facts").available_from)
        item = f"item-{meeting.agenda.get().pk}"
        typed = form | {f"{item}-state": "withdrawn", f"{item}-state_note": "No majority.", "all-alert": "Wait."}
        response = duty.post(address_of(meeting), typed | find_press_prefix(meeting, live="on") | {"confirmed": "1"})
        page = get_text(response)
        assert "We kept what you typed" in page
        assert "A colleague has also changed these details" not in page
        assert "dora, 14 Sep 10:00: changed on the day." in page
        assert Edition.objects.count() == 2
        response = duty.post(address_of(meeting), get_hidden_fields(response) | {"confirmed": "1"})
        assert response.status_code == 302
        document = get_document(Edition.objects.latest("available_from"))
        assert (document.agenda[0].state, document.agenda[0].state_note) == ("withdrawn", "No majority.")
        assert (find_press_conference(document).time, find_press_conference(document).live) == ("14:15", True)
        assert "Wait." in [alert.text for alert in document.alerts]

    def test_only_conflicting_input_is_asked_about(
        self, clock: Any, meeting: Meeting, duty: Client, shown: dict[str, Any]
    ) -> None:
        """A delay depends on the earlier times, and a time depends on its day."""
        form = shown
        duty.post(address_of(meeting), form | find_press_prefix(meeting, date="15/09/2060") | {"confirmed": "1"})
        clock.move_to(Edition.objects.get(reason="facts").available_from)
        typed = form | find_press_prefix(meeting, time="14:30", place="Room 2") | {"all-late": "40"}
        response = duty.post(address_of(meeting), typed | {"again": "1"})
        page = get_text(response)
        [press] = [form for form in response.context["form"].other_days if form.key == get_press_conference(meeting).pk]
        assert "The times have changed meanwhile. What you typed is kept: check it." in page
        assert "Changed meanwhile. Readers see now: Day: 2060-09-15. What you typed is kept" in page
        assert (response.context["form"].all.conflicts, press.conflicts) == (("late",), ("time",))
        assert (press["place"].value(), press["time"].value()) == ("Room 2", "14:30")
        assert response.context["form"].all["late"].value() == "40"

    def test_page_that_was_never_live_is_refused_and_keeps_its_input(
        self, meeting: Meeting, duty: Client, shown: dict[str, Any]
    ) -> None:
        response = duty.post(address_of(meeting), shown | {"shown": "x", "all-alert": "Wait.", "confirmed": "1"})
        assert "Your changes are not published yet." in get_text(response)
        assert response.context["form"].all["alert"].value() == "Wait."
        assert Edition.objects.count() == 1

    def test_input_about_an_event_that_was_deleted_is_named(
        self, clock: Any, meeting: Meeting, duty: Client, shown: dict[str, Any]
    ) -> None:
        typed = shown | find_press_prefix(meeting, time="14:30")
        get_press_conference(meeting).delete()
        publish(meeting)
        clock.shift(dt.timedelta(seconds=2))
        page = get_text(duty.post(address_of(meeting), typed))
        assert "have no place any more" in page
        assert "<li>Press conference: Time: 14:30</li>" in page

    def test_all_errors_are_shown_at_once_beside_their_fields(
        self, meeting: Meeting, duty: Client, shown: dict[str, Any]
    ) -> None:
        item = f"item-{meeting.agenda.get().pk}"
        wrong = {"meeting-status": "postponed", "all-late": "0", f"{item}-state_note": "No majority."}
        response = duty.post(
            address_of(meeting),
            shown | find_press_prefix(meeting, time="25:00", place="a" * 300) | wrong,
        )
        press = f"id_point-{get_press_conference(meeting).pk}"
        errors = {
            mistake.anchor: (mistake.where, " ".join(mistake.messages)) for mistake in response.context["mistakes"]
        }
        assert errors.keys() == {
            "id_all-late", f"{press}-time", f"{press}-place", "id_meeting-status_reason", f"id_{item}-state"
        }  # fmt: skip
        assert errors["id_all-late"][1] == "Enter a delay in minutes, from 1 to 720."
        assert errors[f"{press}-place"] == (
            "Press conference: Place",
            "This must be 200 characters or fewer. It has 300.",
        )
        assert errors["id_meeting-status_reason"] == (
            "Public reason",
            "Enter the public reason why the meeting is postponed or cancelled.",
        )
        assert not response.context["refusals"]

    def test_error_of_the_whole_change_is_shown_beside_its_field(
        self, meeting: Meeting, duty: Client, shown: dict[str, Any]
    ) -> None:
        response = duty.post(address_of(meeting), shown | find_press_prefix(meeting, date="20/09/2060"))
        [mistake] = response.context["mistakes"]
        assert (mistake.where, mistake.anchor) == (
            "Press conference: Day",
            f"id_point-{get_press_conference(meeting).pk}-date",
        )
        assert "more than one day before or after the meeting" in get_text(response)

    def test_pressing_the_button_twice_is_refused(self, meeting: Meeting, duty: Client, shown: dict[str, Any]) -> None:
        form = shown | find_press_prefix(meeting, time="14:15") | {"confirmed": "1"}
        duty.post(address_of(meeting), form)
        response = duty.post(address_of(meeting), form, follow=True)
        assert "Perhaps you sent this change twice" in get_text(response)
        assert response.context["form"].today[0]["time"].value() == "14:15"
        assert Edition.objects.count() == 2

    def test_incomplete_form_changes_nothing(self, meeting: Meeting, duty: Client) -> None:
        incomplete: list[dict[str, str]] = [{}, {"confirmed": "1"}, {"confirmed": "1", "shown": "x"}]
        for data in incomplete:
            assert duty.post(address_of(meeting), data).status_code == 200
        assert Edition.objects.count() == 1

    def test_missing_fields_stay_unchanged(self, meeting: Meeting, duty: Client) -> None:
        shown = duty.get(address_of(meeting)).context["shown"]
        data = find_press_prefix(meeting, time="14:15", place="Press room 1", state="") | {
            "shown": shown,
            "confirmed": "1",
        }
        response = duty.post(address_of(meeting), data)
        assert response.status_code == 302
        document = get_document(Edition.objects.get(reason="facts"))
        assert [point.time for point in document.programme] == ["10:30", "14:15"]


def test_change_leads_from_the_form_to_the_public_page(
    meeting: Meeting, duty: Client, shown: dict[str, Any], clock: Any, record_waiting: Any
) -> None:
    assert address_of(meeting) in read_publication(duty, meeting)
    data = shown | find_press_prefix(meeting, time="1415", place="Press room 2")
    outlook = duty.post(address_of(meeting), data)
    assert Edition.objects.count() == 1
    seen = get_text(outlook)
    assert '<del><span class="visually-hidden">removed: </span>about</del>' in seen
    assert '<ins><span class="visually-hidden">new: </span>14:15</ins>' in seen
    assert "14:15 instead of about 13:00, Press room 2 instead of Press room 1" in seen
    assert "français" in seen
    again = {"shown": data["shown"], "confirmed": "1"} | get_hidden_fields(outlook)
    response = duty.post(address_of(meeting), again)
    assert (response.status_code, response["Location"]) == (302, address_of(meeting))
    edition = Edition.objects.get(reason="facts")
    assert record_waiting == [edition]
    assert find_press_conference(get_document(edition, "fr")).place == "Press room 2"
    clock.move_to(edition.available_from)
    page_text = get_text(duty.get(address_of(meeting)))
    assert "Published on 14 September 2060, 10:00:0" in page_text
    assert "in 2 languages: Press conference: 14:15 instead of about 13:00, Press room 2 instead of" in page_text
    history = get_text(duty.get(f"{MEETINGS}{meeting.pk}/history/"))
    assert "Edition 2: changed on the day" in history


def test_what_changes_most_often_comes_first(meeting: Meeting, duty: Client, clock: Any) -> None:
    meeting.programme.create(kind="press_briefing", state="ended", position=0)
    publish(meeting)
    clock.shift(dt.timedelta(seconds=2))
    response = duty.get(address_of(meeting))
    names = [form.name for form in response.context["form"].today]
    assert names == ["Press conference", "Round table", "Press briefing"]
    page = get_text(response)
    places = [page.index("Press conference</legend>")]
    places += [page.index(f'<h2 id="{section}">') for section in ("all", "items", "status")]
    assert places == sorted(places)


def test_confirmation_begins_with_the_public_text(meeting: Meeting, duty: Client, shown: dict[str, Any]) -> None:
    data = shown | {"all-late": "40", "all-alert": "Bring a badge."} | find_press_prefix(meeting, place="Room 2")
    outlook = duty.post(address_of(meeting), data)
    [english, french] = outlook.context["outlook"]["languages"]
    assert english["alerts"][0] == "Bring a badge."
    assert len(english["alerts"]) == 3
    assert english["points"] == [
        "Round table: 10:30 → 11:10",
        "Press conference: about 13:00 → about 13:40, Press room 1 → Room 2",
    ]
    page = get_text(outlook)
    places = [page.index(word) for word in ("Bring a badge.</li>", "10:30 → 11:10", "Detailed changes", "<del>")]
    assert places == sorted(places)
    assert "Salle de presse 1 → Room 2" in french["points"][1]


def test_state_and_new_day_are_shown(meeting: Meeting, duty: Client, shown: dict[str, Any]) -> None:
    data = shown | find_press_prefix(meeting, date="15/09/2060")
    [english, _french] = duty.post(address_of(meeting), data).context["outlook"]["languages"]
    assert english["points"] == [
        "Press conference: Tuesday 14 September about 13:00 → Wednesday 15 September about 13:00"
    ]
    data = shown | find_press_prefix(meeting, state="cancelled")
    [english, _french] = duty.post(address_of(meeting), data).context["outlook"]["languages"]
    assert english["points"] == ["Press conference: cancelled"]


def test_duty_officer_sees_the_link(meeting: Meeting, duty: Client) -> None:
    """The link is on the dashboard for today's meetings, and among the first buttons of the meeting."""
    assert address_of(meeting) in get_text(duty.get("/admin/"))
    assert address_of(meeting) not in get_text(create_client("author", "Authors", of="jha").get("/admin/"))
    page = read_screen(duty, meeting, "change/")
    assert page.index("Same-day change…") < page.index("Preview the saved draft")
    assert "you cannot change it" not in page
    assert "You can only read this. Once it is published, you can make same-day changes on the day." in page


def test_no_link_on_other_days_or_for_drafts(clock: Any, meeting: Meeting, duty: Client) -> None:
    draft = make_day(address_word="informal")
    assert address_of(draft) not in get_text(duty.get("/admin/"))
    clock.move_to(PRESS_DAY + 2 * DAY)
    for page in (get_text(duty.get("/admin/")), read_publication(duty, meeting)):
        assert address_of(meeting) not in page


def test_link_is_shown_from_the_day_before_to_the_day_after(clock: Any, duty: Client) -> None:
    meeting = make_day(address_word="informal")
    clock.move_to(PRESS_DAY - 3 * DAY)
    duty.force_login(User.objects.get(username="dora"))  # at that time
    publish_now(clock, meeting)
    assert address_of(meeting) not in read_publication(duty, meeting)
    clock.move_to(PRESS_DAY - DAY)
    assert "same-day change only" not in get_text(duty.get(address_of(meeting)))
    for page in (get_text(duty.get("/admin/")), read_publication(duty, meeting)):
        assert address_of(meeting) in page
    clock.move_to(PRESS_DAY + DAY)
    assert address_of(meeting) in read_publication(duty, meeting)


def test_result_of_an_item_is_added_beside_the_agenda(meeting: Meeting, duty: Client, shown: dict[str, Any]) -> None:
    item = meeting.agenda.get()
    data = shown | {f"item-{item.pk}-outcome": "general_approach"}
    assert "“Migration policy”: general approach" in duty.post(address_of(meeting), data).content.decode()
    duty.post(address_of(meeting), data | {"confirmed": "x"})
    [result] = meeting.results.all()
    assert (result.item, result.outcome, result.date) == (item, "general_approach", PRESS_DATE)
    assert "Write the text of the result" not in read_screen(duty, meeting, "facts/")
    give_role(User.objects.get(username="dora"), "Authors")
    assert "Write the text of the result" in read_screen(duty, meeting, "facts/")


def test_scheduled_publication_can_be_moved_from_here(meeting: Meeting, duty: Client) -> None:
    Meeting.objects.update(notice="Another.")
    publish(meeting, at=PRESS_DAY + DAY, note="The notice.")
    page = duty.get(address_of(meeting)).content.decode()
    assert "A publication of this meeting is scheduled for 15 September 2060, 10:00:00 (Brussels time)." in page
    assert "/move/" not in page
    give_role(User.objects.get(username="dora"), "Publishers")
    release = Release.objects.get(at=PRESS_DAY + DAY)
    assert f"/admin/agenda/release/{release.pk}/move/" in duty.get(address_of(meeting)).content.decode()


def test_past_time_gives_a_warning(clock: Any, meeting: Meeting, duty: Client, shown: dict[str, Any]) -> None:
    data = shown
    outlook = duty.post(address_of(meeting), data | find_press_prefix(meeting, time="09:43"))
    assert "Press conference: 09:43 was 17 minutes ago." in get_text(outlook)
    assert "Publish now" in get_text(outlook)
    for values in ({"time": "10:00"}, {"time": "09:43", "state": "ended"}, {"place": "Room 2"}):
        response = duty.post(address_of(meeting), data | find_press_prefix(meeting, **values))
        assert not response.context["outlook"]["past_times"]


def test_meeting_has_its_live_name(meeting: Meeting, duty: Client) -> None:
    Meeting.objects.update(start_date="2060-12-14", end_date="2060-12-14")  # a draft
    page = get_text(duty.get(address_of(meeting)))
    assert "Same-day change: JHA, 14 September 2060</h1>" in page
    assert "JHA, 14 September 2060</a>" in page  # among the breadcrumbs
    assert "December" not in page


def get_hidden_fields(response: Any) -> dict[str, str]:
    found: dict[str, str] = {}

    class Inputs(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            facts = dict(attrs)
            if tag == "input" and facts.get("type") == "hidden" and "name" in facts:
                found[facts["name"]] = facts.get("value") or ""

    Inputs().feed(response.content.decode())
    return found


def test_confirmation_sends_all_input_again(meeting: Meeting, duty: Client, shown: dict[str, Any]) -> None:
    """Every kind of field passes through the confirmation unchanged."""
    item = meeting.agenda.get()
    data = shown | find_press_prefix(
        meeting,
        time="from 14:15",
        place="Αίθουσα 2",
        state="delayed",
        date="15/09/2060",
        speakers="Ann Lee, Minister\nBo Ek",
        live="on",
    )
    data |= {f"item-{item.pk}-state": "withdrawn", f"item-{item.pk}-state_note": 'No "majority" <yet>.'}
    data |= {"meeting-status": "provisional", "all-alert": "Bring a badge.", "all-late": "40"}
    outlook = duty.post(address_of(meeting), data)
    response = duty.post(address_of(meeting), get_hidden_fields(outlook) | {"confirmed": "1"})
    assert response.status_code == 302
    document = get_document(Edition.objects.get(reason="facts"))
    point = find_press_conference(document)
    assert (point.time_text, point.place, point.state, point.live) == ("from 14:15", "Αίθουσα 2", "delayed", True)
    assert (point.date, [speaker.name for speaker in point.speakers]) == (dt.date(2060, 9, 15), ["Ann Lee", "Bo Ek"])
    assert (document.agenda[0].state, document.agenda[0].state_note) == ("withdrawn", 'No "majority" <yet>.')
    assert (document.status, document.programme[0].time, len(document.alerts)) == ("provisional", "11:10", 5)


def test_effect_on_other_texts_is_shown(meeting: Meeting, duty: Client, shown: dict[str, Any]) -> None:
    meeting.agenda.update(title="Later")
    publish(meeting, at=PRESS_DAY.replace(hour=16))
    meeting.agenda.update(title="Later still")
    save_with_revision(meeting)
    seen = get_text(duty.post(address_of(meeting), shown | find_press_prefix(meeting, time="14:15")))
    assert "The edition scheduled for 14 September 2060, 18:00:00 (Brussels time) will be changed too" in seen
    assert "Your unpublished draft stays unpublished" in seen
    assert "Later" not in seen


def test_conflicts_are_shown_before_and_after(meeting: Meeting, duty: Client, shown: dict[str, Any]) -> None:
    meeting.programme.filter(kind="press_conference").update(time=dt.time(16), time_text="16:00")
    publish(meeting, at=PRESS_DAY.replace(hour=16))
    time = "14 September 2060, 18:00:00 (Brussels time)"
    conflict = f"The edition scheduled for {time} keeps its own details: Press conference: about 16:00."
    outlook = duty.post(address_of(meeting), shown | {"all-late": "40"})
    assert conflict in get_text(outlook)
    response = duty.post(address_of(meeting), get_hidden_fields(outlook) | {"confirmed": "1"}, follow=True)
    assert conflict in get_text(response)


def test_white_space_is_not_a_change(clock: Any, meeting: Meeting, duty: Client) -> None:
    meeting.programme.update(place=" Press room 1 ")
    publish(meeting)
    clock.shift(dt.timedelta(seconds=2))
    assert "You have not changed anything" in get_text(duty.post(address_of(meeting), fill_form(duty, meeting)))


def test_second_change_before_the_first_is_public(meeting: Meeting, duty: Client, shown: dict[str, Any]) -> None:
    data = shown | find_press_prefix(meeting, time="14:15")
    form = duty.post(address_of(meeting), data | {"again": "1"}).context["form"]
    assert form.today[0]["time"].value() == "14:15"
    assert Edition.objects.count() == 1


def test_times_in_words_can_stay(clock: Any, meeting: Meeting, duty: Client) -> None:
    meeting.programme.create(kind="doorstep", time_precision="relative", time_text="at the end", position=5)
    meeting.programme.create(kind="meal", time_precision="to_be_confirmed", position=6)
    publish(meeting)
    clock.shift(dt.timedelta(seconds=2))
    data = fill_form(duty, meeting)
    assert {"at the end", "tbc"} <= set(data.values())
    duty.post(address_of(meeting), data | find_press_prefix(meeting, time="14:15") | {"confirmed": "1"})
    document = get_document(Edition.objects.get(reason="facts"))
    assert [(point.time_text, point.state) for point in document.programme[2:]] == [("at the end", ""), ("", "")]


@pytest.mark.parametrize(
    ("typed", "time", "precision"),
    [
        ("14.15", "14:15", "exact"),
        ("14h15", "14:15", "exact"),
        ("14.15 Uhr", "14:15", "exact"),
        ("18h00", "18:00", "exact"),
        ("14:15 h", "14:15", "exact"),
        ("14 H", "14:00", "exact"),
        ("from 14.15 Uhr", "14:15", "from"),
        ("14:15 h (tbc)", "14:15", "to_be_confirmed"),
        ("+/- 14:15", "14:15", "approximate"),
        ("About 14:15", "14:15", "approximate"),
        ("from 0900", "09:00", "from"),
        ("14:15 (tbc)", "14:15", "to_be_confirmed"),
        ("tbc", None, "to_be_confirmed"),
        ("", None, "to_be_confirmed"),
    ],
)
def test_times_are_parsed_with_their_precision(typed: str, time: str | None, precision: str) -> None:
    values = build_point_form(typed).get_changed_values()
    assert (values["time"], values["time_precision"]) == (time, precision)


@pytest.mark.parametrize(
    "typed", ["25:00", "a quarter past two", "14:15 or 14:30", "at the end", "14", "25 Uhr", "14:15 h 30", "\0"]
)
def test_invalid_times_are_refused(typed: str) -> None:
    assert [*build_point_form(typed).errors] == ["time"]


def build_point_form(typed: str) -> PointForm:
    """Return the form of a press conference at about one o'clock, with another time typed."""
    document = make_full_document()
    [point] = document.programme
    form = PointForm(point, document, {f"point-{point.id}-time": typed})
    form.full_clean()
    return form


def test_number_of_queries_is_constant(
    meeting: Meeting, duty: Client, clock: Any, django_assert_num_queries: Any
) -> None:
    """They are: the session, the user, memberships twice; the meeting with its configuration; the current edition, its
    documents and the scheduled editions; the scheduled publication.
    """
    for number in range(3):
        meeting.programme.create(kind="other", title=f"Point {number}")
        meeting.agenda.create(title=f"Item {number}")
    publish(meeting)
    clock.shift(dt.timedelta(seconds=2))
    with django_assert_num_queries(9):
        duty.get(address_of(meeting))

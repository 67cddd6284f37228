"""The screen of the person on duty: the programme as a short form, what readers will see, one button."""

import datetime as dt
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from meetings.models import Edition, Meeting
from tests.agenda.facts.press_day import document_of, live_day, make_day, press_in, press_of, saved
from tests.agenda.filling import MEETINGS, fields_of, member_of
from tests.agenda.filling import change_of as form_of
from tests.cast import DAY, PRESS_DAY, publish, published, withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def meeting(clock: Any) -> Meeting:
    return live_day(clock)


@pytest.fixture
def duty(clock: Any) -> Client:
    return member_of("Duty", "dora", of="jha")


@pytest.fixture(autouse=True)
def slept(monkeypatch: pytest.MonkeyPatch) -> list[Edition]:
    """Waiting until an edition has appeared: the tests' clock stands still."""
    waited: list[Edition] = []
    monkeypatch.setattr("agenda.admin.facts.screen.wait_for", waited.append)
    return waited


def address_of(meeting: Meeting) -> str:
    return f"{MEETINGS}{meeting.pk}/facts/"


def filled(client: Client, meeting: Meeting) -> dict[str, Any]:
    page = client.get(address_of(meeting))
    data = {"shown": page.context["shown"]}
    for form in page.context["form"].list_forms():
        data |= fields_of(form)
    return data


def at_press(meeting: Meeting, **values: str) -> dict[str, str]:
    return {f"point-{press_of(meeting).pk}-{name}": value for name, value in values.items()}


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


class TestRefusals:
    def test_whoever_lacks_the_right_is_told_who_has_it(self, meeting: Meeting, duty: Client) -> None:
        author = member_of("Authors", of="jha")
        for response in (author.get(address_of(meeting)), author.post(address_of(meeting), {"confirmed": "1"})):
            assert response.status_code == 403
            assert "You may not change facts on the day" in text_of(response)
            assert "Who may: dora" in text_of(response)
        assert "Same-day change" not in text_of(author.get(form_of(meeting)))

    def test_of_another_configuration(self, meeting: Meeting) -> None:
        other = member_of("Duty", "emil", of="env")
        assert other.get(address_of(meeting)).status_code == 403

    def test_nothing_is_live(self, clock: Any, duty: Client) -> None:
        meeting = make_day()
        assert "Nothing of it is published yet" in text_of(duty.get(address_of(meeting)))
        assert "Nothing of it is published yet" in text_of(duty.post(address_of(meeting), {"confirmed": "1"}))
        assert "Same-day change" not in text_of(duty.get(form_of(meeting)))

    def test_withdrawn(self, clock: Any, meeting: Meeting, duty: Client) -> None:
        clock.move_to(withdraw(meeting, reason="A mistake.").available_from)
        assert "It is withdrawn" in text_of(duty.get(address_of(meeting)))

    def test_another_day(self, clock: Any, meeting: Meeting, duty: Client) -> None:
        clock.move_to(PRESS_DAY + 2 * DAY)
        assert "write a correction" in text_of(duty.get(address_of(meeting)))

    @pytest.mark.parametrize(
        "typed", ["25:00", "a quarter past two", "14:15 or 14:30", "at the end", "14", "25 Uhr", "14:15 h 30", "\0"]
    )
    def test_a_time_that_cannot_be_read(self, meeting: Meeting, duty: Client, typed: str) -> None:
        response = duty.post(address_of(meeting), filled(duty, meeting) | at_press(meeting, time=typed))
        assert response.status_code == 200
        [mistake] = response.context["mistakes"]
        assert (mistake.where, mistake.anchor) == ("Press conference: Time", f"id_point-{press_of(meeting).pk}-time")
        assert mistake.anchor in text_of(response)
        assert not response.context["outlook"]

    def test_what_is_refused_keeps_what_was_typed(self, meeting: Meeting, duty: Client) -> None:
        response = duty.post(address_of(meeting), filled(duty, meeting) | {"meeting-status": "cancelled"})
        assert "give the public reason" in text_of(response).lower()
        assert response.context["form"].status["status"].value() == "cancelled"

    def test_nothing_changes(self, meeting: Meeting, duty: Client) -> None:
        assert "Nothing changes" in text_of(duty.post(address_of(meeting), filled(duty, meeting)))

    def test_somebody_else_was_first(self, clock: Any, meeting: Meeting, duty: Client) -> None:
        form = filled(duty, meeting)
        duty.post(address_of(meeting), form | at_press(meeting, time="14:15") | {"confirmed": "1"})
        clock.move_to(Edition.objects.get(reason="facts").available_from)
        response = duty.post(address_of(meeting), form | at_press(meeting, time="14:30") | {"confirmed": "1"})
        page = text_of(response)
        assert "Your changes are not published yet" in page
        assert "dora, 14 Sep 10:00: changed on the day. Press conference: 14:15 instead of about 13:00" in page
        assert "<li>Press conference: Time: 14:30</li>" in page  # what was typed over a time that stands no more
        assert response.context["form"].today[0]["time"].value() == "14:15"
        assert not response.context["outlook"]
        assert Edition.objects.count() == 2

    def test_what_does_not_touch_is_kept_and_confirmed_once_more(
        self, clock: Any, meeting: Meeting, duty: Client
    ) -> None:
        form = filled(duty, meeting)
        duty.post(address_of(meeting), form | at_press(meeting, time="14:15") | {"confirmed": "1"})
        clock.move_to(Edition.objects.get(reason="facts").available_from)
        item = f"item-{meeting.agenda.get().pk}"
        typed = form | {f"{item}-state": "withdrawn", f"{item}-state_note": "No majority.", "all-alert": "Wait."}
        response = duty.post(address_of(meeting), typed | at_press(meeting, live="on") | {"confirmed": "1"})
        page = text_of(response)
        assert "We kept what you typed" in page
        assert "We did not keep these changes" not in page
        assert "dora, 14 Sep 10:00: changed on the day." in page
        assert Edition.objects.count() == 2
        response = duty.post(address_of(meeting), hidden_in(response) | {"confirmed": "1"})
        assert response.status_code == 302
        document = document_of(Edition.objects.latest("available_from"))
        assert (document.agenda[0].state, document.agenda[0].state_note) == ("withdrawn", "No majority.")
        assert (press_in(document).time, press_in(document).live) == ("14:15", True)
        assert "Wait." in [alert.text for alert in document.alerts]

    def test_of_what_touches_only_that_is_lost(self, clock: Any, meeting: Meeting, duty: Client) -> None:
        """Later by so many minutes is later than it said; and a time is one of a day."""
        form = filled(duty, meeting)
        duty.post(address_of(meeting), form | at_press(meeting, date="15/09/2060") | {"confirmed": "1"})
        clock.move_to(Edition.objects.get(reason="facts").available_from)
        typed = form | at_press(meeting, time="14:30", place="Room 2") | {"all-late": "40"}
        response = duty.post(address_of(meeting), typed | {"again": "1"})
        page = text_of(response)
        assert "<li>Delay everything by (minutes): 40</li><li>Press conference: Time: 14:30</li></ul>" in page
        assert "<li>Press conference: Place" not in page
        [press] = [form for form in response.context["form"].other_days if form.key == press_of(meeting).pk]
        assert (press["place"].value(), press["time"].value()) == ("Room 2", "+/- 13:00")

    def test_a_page_that_shows_nothing_that_was_ever_live(self, meeting: Meeting, duty: Client) -> None:
        response = duty.post(address_of(meeting), filled(duty, meeting) | {"shown": "x", "all-alert": "Wait."})
        assert "Nothing was saved: check it again" in text_of(response)
        assert Edition.objects.count() == 1

    def test_all_that_is_wrong_is_said_at_once_where_it_was_typed(self, meeting: Meeting, duty: Client) -> None:
        item = f"item-{meeting.agenda.get().pk}"
        wrong = {"meeting-status": "postponed", "all-late": "0", f"{item}-state_note": "No majority."}
        response = duty.post(
            address_of(meeting), filled(duty, meeting) | at_press(meeting, time="25:00", place="a" * 300) | wrong
        )
        press = f"id_point-{press_of(meeting).pk}"
        told = {mistake.anchor: (mistake.where, " ".join(mistake.messages)) for mistake in response.context["mistakes"]}
        assert told.keys() == {
            "id_all-late", f"{press}-time", f"{press}-place", "id_meeting-status_reason", f"id_{item}-state"
        }  # fmt: skip
        assert told["id_all-late"][1] == "Write by how many minutes everything is later, from 1 to 720."
        assert told[f"{press}-place"] == (
            "Press conference: Place",
            "This must be 200 characters or fewer. It has 300.",
        )
        assert told["id_meeting-status_reason"] == (
            "Public reason",
            "Give the public reason why the meeting is postponed or cancelled.",
        )
        assert not response.context["refusals"]

    def test_what_only_the_programme_tells_is_told_at_its_field(self, meeting: Meeting, duty: Client) -> None:
        response = duty.post(address_of(meeting), filled(duty, meeting) | at_press(meeting, date="20/09/2060"))
        [mistake] = response.context["mistakes"]
        assert (mistake.where, mistake.anchor) == ("Press conference: Day", f"id_point-{press_of(meeting).pk}-date")
        assert "not around the meeting" in text_of(response)

    def test_the_button_pressed_twice(self, meeting: Meeting, duty: Client) -> None:
        form = filled(duty, meeting) | at_press(meeting, time="14:15") | {"confirmed": "1"}
        duty.post(address_of(meeting), form)
        response = duty.post(address_of(meeting), form, follow=True)
        assert "perhaps this one, sent twice" in text_of(response)
        assert response.context["form"].today[0]["time"].value() == "14:15"
        assert Edition.objects.count() == 2

    @pytest.mark.parametrize("data", [{}, {"confirmed": "1"}, {"confirmed": "1", "shown": "x"}])
    def test_half_a_form_changes_nothing(self, meeting: Meeting, duty: Client, data: dict[str, str]) -> None:
        response = duty.post(address_of(meeting), data)
        assert response.status_code == 200
        assert Edition.objects.count() == 1

    def test_fields_that_were_not_sent_stay_as_they_are(self, meeting: Meeting, duty: Client) -> None:
        shown = duty.get(address_of(meeting)).context["shown"]
        data = at_press(meeting, time="14:15", place="Press room 1", state="") | {"shown": shown, "confirmed": "1"}
        response = duty.post(address_of(meeting), data)
        assert response.status_code == 302
        document = document_of(Edition.objects.get(reason="facts"))
        assert [point.time for point in document.programme] == ["09:30", "14:15"]


def test_from_the_meeting_to_the_page_of_readers(meeting: Meeting, duty: Client, clock: Any, slept: Any) -> None:
    assert address_of(meeting) in text_of(duty.get(form_of(meeting)))
    data = filled(duty, meeting) | at_press(meeting, time="1415", place="Press room 2")
    outlook = duty.post(address_of(meeting), data)
    assert Edition.objects.count() == 1
    seen = text_of(outlook)
    assert '<del><span class="visually-hidden">removed: </span>about</del>' in seen
    assert '<ins><span class="visually-hidden">new: </span>14:15</ins>' in seen
    assert "14:15 instead of about 13:00, Press room 2 instead of Press room 1" in seen
    assert "français" in seen
    again = {"shown": data["shown"], "confirmed": "1"} | hidden_in(outlook)
    response = duty.post(address_of(meeting), again)
    assert (response.status_code, response["Location"]) == (302, address_of(meeting))
    edition = Edition.objects.get(reason="facts")
    assert slept == [edition]
    assert press_in(document_of(edition, "fr")).place == "Press room 2"
    clock.move_to(edition.available_from)
    told = text_of(duty.get(address_of(meeting)))
    assert "Published on 14 September 2060, 10:00:0" in told
    assert "in 2 languages: Press conference: 14:15 instead of about 13:00, Press room 2 instead of" in told
    history = text_of(duty.get(f"{MEETINGS}{meeting.pk}/history/"))
    assert "Same-day change published on" in history


def test_what_concerns_all_comes_before_the_points(meeting: Meeting, duty: Client) -> None:
    page = text_of(duty.get(address_of(meeting)))
    assert (
        page.index("Delay everything by") < page.index("Message to readers") < page.index("Press conference</legend>")
    )


def test_the_confirmation_begins_with_what_readers_read(meeting: Meeting, duty: Client) -> None:
    data = filled(duty, meeting) | {"all-late": "40", "all-alert": "Bring a badge."} | at_press(meeting, place="Room 2")
    outlook = duty.post(address_of(meeting), data)
    [english, french] = outlook.context["outlook"].languages
    assert english.alerts[0] == "Bring a badge."
    assert len(english.alerts) == 3
    assert english.points == [
        "Round table: 09:30 → 10:10",
        "Press conference: about 13:00 → about 13:40, Press room 1 → Room 2",
    ]
    page = text_of(outlook)
    places = [page.index(word) for word in ("Bring a badge.</li>", "09:30 → 10:10", "Detailed changes", "<del>")]
    assert places == sorted(places)
    assert "Salle de presse 1 → Room 2" in french.points[1]


def test_a_state_and_another_day_are_told(meeting: Meeting, duty: Client) -> None:
    data = filled(duty, meeting) | at_press(meeting, date="15/09/2060")
    [english, _french] = duty.post(address_of(meeting), data).context["outlook"].languages
    assert english.points == ["Press conference: 14 September about 13:00 → 15 September about 13:00"]
    data = filled(duty, meeting) | at_press(meeting, state="cancelled")
    [english, _french] = duty.post(address_of(meeting), data).context["outlook"].languages
    assert english.points == ["Press conference: cancelled"]


def test_whoever_is_on_duty_is_led_there(meeting: Meeting, duty: Client) -> None:
    """From the front page for the meetings of today, and by one of the first buttons of the note."""
    assert address_of(meeting) in text_of(duty.get("/admin/"))
    assert address_of(meeting) not in text_of(member_of("Authors", of="jha").get("/admin/"))
    page = text_of(duty.get(form_of(meeting)))
    assert page.index("Same-day change…") < page.index("Preview the saved draft")
    assert "you cannot change it" not in page
    assert "You can only read this. Once it is published, you can make same-day changes on the day." in page


def test_there_is_no_way_to_facts_of_another_day_or_of_a_draft(clock: Any, meeting: Meeting, duty: Client) -> None:
    draft = make_day(address_word="informal")
    assert address_of(draft) not in text_of(duty.get("/admin/"))
    clock.move_to(PRESS_DAY + 2 * DAY)
    for page in ("/admin/", form_of(meeting)):
        assert address_of(meeting) not in text_of(duty.get(page))


def test_the_way_is_there_from_the_day_before_to_the_day_after(clock: Any, duty: Client) -> None:
    meeting = make_day()
    clock.move_to(PRESS_DAY - 3 * DAY)
    published(clock, meeting)
    assert address_of(meeting) not in text_of(duty.get(form_of(meeting)))
    clock.move_to(PRESS_DAY - DAY)
    assert "Facts change" not in text_of(duty.get(address_of(meeting)))
    for page in ("/admin/", form_of(meeting)):
        assert address_of(meeting) in text_of(duty.get(page))
    clock.move_to(PRESS_DAY + DAY)
    assert address_of(meeting) in text_of(duty.get(form_of(meeting)))


def test_a_time_that_is_past_is_remarked_on(clock: Any, meeting: Meeting, duty: Client) -> None:
    data = filled(duty, meeting)
    outlook = duty.post(address_of(meeting), data | at_press(meeting, time="09:43"))
    assert "Press conference: 09:43 was 17 minutes ago." in text_of(outlook)
    assert "Publish now" in text_of(outlook)
    for values in ({"time": "10:00"}, {"time": "09:43", "state": "ended"}, {"place": "Room 2"}):
        assert not duty.post(address_of(meeting), data | at_press(meeting, **values)).context["outlook"].past_times


def test_it_names_the_meeting_as_it_is_live(meeting: Meeting, duty: Client) -> None:
    Meeting.objects.update(start_date="2060-12-14", end_date="2060-12-14")  # a draft
    page = text_of(duty.get(address_of(meeting)))
    assert "Same-day change: JHA, 14 September 2060</h1>" in page
    assert "JHA, 14 September 2060</a>" in page  # among the breadcrumbs
    assert "December" not in page


def hidden_in(response: Any) -> dict[str, str]:
    found: dict[str, str] = {}

    class Inputs(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            facts = dict(attrs)
            if tag == "input" and facts.get("type") == "hidden" and "name" in facts:
                found[facts["name"]] = facts.get("value") or ""

    Inputs().feed(response.content.decode())
    return found


def test_all_that_was_typed_is_sent_again(meeting: Meeting, duty: Client) -> None:
    """Every kind of field passes through the confirmation as it was typed."""
    item = meeting.agenda.get()
    data = filled(duty, meeting) | at_press(
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
    response = duty.post(address_of(meeting), hidden_in(outlook) | {"confirmed": "1"})
    assert response.status_code == 302
    document = document_of(Edition.objects.get(reason="facts"))
    point = press_in(document)
    assert (point.time_text, point.place, point.state, point.live) == ("from 14:15", "Αίθουσα 2", "delayed", True)
    assert (point.date, [speaker.name for speaker in point.speakers]) == (dt.date(2060, 9, 15), ["Ann Lee", "Bo Ek"])
    assert (document.agenda[0].state, document.agenda[0].state_note) == ("withdrawn", 'No "majority" <yet>.')
    assert (document.status, document.programme[0].time, len(document.alerts)) == ("provisional", "10:10", 5)


def test_what_becomes_of_all_else_is_said(meeting: Meeting, duty: Client) -> None:
    meeting.agenda.update(title="Later")
    publish(meeting, at=PRESS_DAY.replace(hour=16))
    meeting.agenda.update(title="Later still")
    saved(meeting)
    seen = text_of(duty.post(address_of(meeting), filled(duty, meeting) | at_press(meeting, time="14:15")))
    assert "The version scheduled for 14 September 2060, 18:00:00 (Brussels time) will be changed too" in seen
    assert "Your unpublished draft stays unpublished" in seen
    assert "Later" not in seen


def test_who_keeps_a_time_of_its_own_is_said_before_and_after(meeting: Meeting, duty: Client) -> None:
    meeting.programme.filter(kind="press_conference").update(time=dt.time(16), time_text="16:00")
    publish(meeting, at=PRESS_DAY.replace(hour=16))
    told = "The edition of 14 September 2060, 18:00:00 (Brussels time) keeps its own: Press conference: about 16:00."
    outlook = duty.post(address_of(meeting), filled(duty, meeting) | {"all-late": "40"})
    assert told in text_of(outlook)
    response = duty.post(address_of(meeting), hidden_in(outlook) | {"confirmed": "1"}, follow=True)
    assert told in text_of(response)


def test_white_space_around_a_place_is_no_change(clock: Any, duty: Client) -> None:
    meeting = make_day()
    meeting.programme.update(place=" Press room 1 ")
    publish(meeting)
    clock.shift(dt.timedelta(seconds=2))
    assert "Nothing changes" in text_of(duty.post(address_of(meeting), filled(duty, meeting)))


def test_it_can_be_changed_once_more_before_it_is_public(meeting: Meeting, duty: Client) -> None:
    data = filled(duty, meeting) | at_press(meeting, time="14:15")
    form = duty.post(address_of(meeting), data | {"again": "1"}).context["form"]
    assert form.today[0]["time"].value() == "14:15"
    assert Edition.objects.count() == 1


def test_times_in_words_may_stand(clock: Any, duty: Client) -> None:
    meeting = make_day()
    meeting.programme.create(kind="doorstep", time_precision="relative", time_text="at the end", position=5)
    meeting.programme.create(kind="meal", time_precision="to_be_confirmed", position=6)
    publish(meeting)
    clock.shift(dt.timedelta(seconds=2))
    data = filled(duty, meeting)
    assert {"at the end", "tbc"} <= set(data.values())
    duty.post(address_of(meeting), data | at_press(meeting, time="14:15") | {"confirmed": "1"})
    document = document_of(Edition.objects.get(reason="facts"))
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
def test_times_are_typed_with_how_exact_they_are(
    meeting: Meeting, duty: Client, typed: str, time: str | None, precision: str
) -> None:
    duty.post(address_of(meeting), filled(duty, meeting) | at_press(meeting, time=typed) | {"confirmed": "1"})
    point = press_in(document_of(Edition.objects.get(reason="facts")))
    assert (point.time, point.time_precision) == (time, precision)


def test_the_form_costs_the_same_for_every_length(
    meeting: Meeting, duty: Client, clock: Any, django_assert_num_queries: Any
) -> None:
    """The session, the user, and twice their memberships; the meeting with its configuration; the standing edition, its
    documents, and those to come."""
    for number in range(10):
        meeting.programme.create(kind="other", title=f"Point {number}")
        meeting.agenda.create(title=f"Item {number}")
    publish(meeting)
    clock.shift(dt.timedelta(seconds=2))
    with django_assert_num_queries(8):
        duty.get(address_of(meeting))

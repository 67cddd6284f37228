"""Test two editors at once: a save that is not based on the newest version is refused, and nothing typed is lost."""

import threading
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from agenda.models import AgendaItem, BackgroundTopic
from meetings.models import Chair, Meeting, Session, User
from tests.admin_forms import (
    compute_meeting_digest,
    create_client_with_role,
    get_change_url,
    read_form_data,
    save_form,
    sign_in,
)
from tests.agenda.admin.screens import create_client, save_correction
from tests.factories import make_configuration, make_full_document, make_meeting, make_topic, restore

ADD = "/admin/meetings/meeting/add/"
REFUSED = "To avoid overwriting their changes, yours were not saved"


@pytest.fixture
def anna(press_office: None) -> Client:
    User.objects.filter(username="anna").update(first_name="Anna", last_name="Editor")
    return sign_in("anna")


@pytest.fixture
def bert(anna: Client) -> Client:
    return create_client("bert", "Authors")


@pytest.fixture(scope="class")
def opened_form(press_office: None, class_clock: Any) -> dict[str, Any]:
    """Return the form of a meeting as somebody opened it."""
    return read_form_data(sign_in("petra"), get_change_url(make_meeting()))


@pytest.fixture
def meeting(opened_form: dict[str, Any]) -> Meeting:
    return Meeting.objects.get()


@pytest.fixture
def opened(opened_form: dict[str, Any]) -> dict[str, Any]:
    return dict(opened_form)


def save(meeting: Meeting, **values: Any) -> None:
    """Save the meeting as its form does."""
    Meeting.objects.filter(pk=meeting.pk).update(**values)
    save_correction(meeting, by="anna")


def post_refused(client: Client, row: Any, data: dict[str, Any]) -> str:
    """Post the form, check that it is refused, and return the page."""
    response = client.post(get_change_url(row), data)
    assert response.status_code == 200
    page: str = response.content.decode()
    assert REFUSED in page
    return page


class TestSecondSaveOfAMeetingIsRefused:
    def test_two_saves_of_a_meeting(self, anna: Client, bert: Client, meeting: Meeting, opened: dict[str, Any]) -> None:
        save_form(anna, get_change_url(meeting), venue="Justus Lipsius")
        page = post_refused(bert, meeting, opened | {"venue": "European Convention Center"})
        assert "Anna Editor saved this meeting on 14 September 2060, 10:00 (Brussels time), after you opened it" in page
        assert (
            f'<a href="{get_change_url(meeting)}" target="_blank">Open the latest version in a new window</a>' in page
        )
        assert 'value="European Convention Center"' in page  # what was typed is still there
        assert Meeting.objects.get().venue == "Justus Lipsius"

    def test_refused_again_until_based_on_the_newest_version(
        self, anna: Client, bert: Client, meeting: Meeting, opened: dict[str, Any]
    ) -> None:
        save(meeting, venue="Justus Lipsius")
        for _time in range(2):
            response = bert.post(get_change_url(meeting), opened | {"venue": "Elsewhere"})
            opened = opened | {"based_on": response.context["adminform"].form["based_on"].value()}
            assert response.status_code == 200
        opened["based_on"] = read_form_data(bert, get_change_url(meeting))["based_on"]
        assert bert.post(get_change_url(meeting), opened | {"venue": "Elsewhere"}).status_code == 302
        assert Meeting.objects.get().venue == "Elsewhere"

    def test_save_after_only_a_row_was_changed(
        self, anna: Client, bert: Client, meeting: Meeting, opened: dict[str, Any]
    ) -> None:
        save_form(anna, get_change_url(meeting), **{"agenda-0-title": "Changed"})
        post_refused(bert, meeting, opened | {"venue": "Elsewhere"})

    @pytest.mark.parametrize("kind", ["agenda", "programme"])
    def test_save_of_the_meeting_after_one_of_its_parts(
        self, anna: Client, bert: Client, meeting: Meeting, opened: dict[str, Any], kind: str
    ) -> None:
        save_form(anna, get_change_url(getattr(meeting, kind).get()), title="Changed on its own screen")
        assert "Anna Editor saved" in post_refused(bert, meeting, opened)
        assert getattr(meeting, kind).get().title == "Changed on its own screen"
        history = anna.get(get_change_url(meeting).replace("change", "history")).content.decode()
        assert "Changed on its own screen" in history

    def test_save_of_the_meeting_after_a_part_was_deleted(
        self, anna: Client, bert: Client, meeting: Meeting, opened: dict[str, Any]
    ) -> None:
        anna.post(get_change_url(meeting.programme.get()).replace("change", "delete"), {"post": "yes"})
        post_refused(bert, meeting, opened)

    def test_save_of_a_form_without_its_version(self, anna: Client, meeting: Meeting, opened: dict[str, Any]) -> None:
        del opened["based_on"]
        post_refused(anna, meeting, opened)


class TestSecondSaveIsRefused:
    def test_save_after_rows_were_added_and_deleted(self, anna: Client, bert: Client) -> None:
        meeting = make_meeting()
        Session.objects.create(meeting=meeting, title="Justice")
        opened = read_form_data(bert, get_change_url(meeting))
        added = {"chairs-TOTAL_FORMS": "2", "chairs-1-name": "Added", "chairs-1-position": "0"}
        save_form(anna, get_change_url(meeting), **{"sessions-0-DELETE": "on"} | added)
        before = compute_meeting_digest(meeting)
        page = post_refused(bert, meeting, opened | {"sessions-1-title": "Typed by Bert", "chairs-0-DELETE": "on"})
        assert "Typed by Bert" in page
        assert compute_meeting_digest(meeting) == before
        assert Chair.objects.count() == 2

    @pytest.mark.parametrize("kind", ["agenda", "programme"])
    def test_save_of_a_part_after_its_meeting(self, anna: Client, bert: Client, kind: str) -> None:
        meeting = make_meeting()
        part = getattr(meeting, kind).get()
        opened = read_form_data(bert, get_change_url(part))
        save_form(anna, get_change_url(meeting), **{f"{kind}-0-title": "Changed with the meeting"})
        post_refused(bert, part, opened | {"title": "Changed on its own screen"})
        assert getattr(meeting, kind).get().title == "Changed with the meeting"

    def test_save_of_a_part_after_a_link_of_another_part(self, anna: Client, bert: Client) -> None:
        meeting = make_meeting()
        other = AgendaItem.objects.create(meeting=meeting, title="Other")
        opened = read_form_data(bert, get_change_url(other))
        save_form(anna, get_change_url(meeting.agenda.get(title="Migration policy")), **{"links-0-title": "Changed"})
        post_refused(bert, other, opened)

    def test_two_saves_of_a_topic(self, anna: Client, bert: Client) -> None:
        topic = make_topic()
        opened = read_form_data(bert, get_change_url(topic))
        save_form(anna, get_change_url(topic), title="Changed")
        post_refused(bert, topic, opened | {"title": "Overwritten"})
        assert BackgroundTopic.objects.get().title == "Changed"

    def test_save_after_an_import_or_restored_edition(self, anna: Client) -> None:
        make_meeting()
        meeting = restore(make_full_document())
        opened = read_form_data(anna, get_change_url(meeting))
        restore(make_full_document(notice="Restored."))
        assert "Someone saved this meeting" in post_refused(anna, meeting, opened)


class TestNoConflict:
    def test_saves_one_after_the_other(self, anna: Client, bert: Client) -> None:
        meeting = make_meeting()
        save_form(anna, get_change_url(meeting), venue="One")
        save_form(bert, get_change_url(meeting), venue="Two")
        save_form(anna, get_change_url(meeting.agenda.get()), title="Three")

    def test_save_without_changes(self, anna: Client, bert: Client) -> None:
        meeting = make_meeting()
        opened = read_form_data(bert, get_change_url(meeting))
        save_form(anna, get_change_url(meeting))
        assert bert.post(get_change_url(meeting), opened | {"venue": "Elsewhere"}).status_code == 302

    def test_saves_of_different_meetings(self, anna: Client, bert: Client) -> None:
        meeting, other = make_meeting(), make_meeting("env")
        opened = read_form_data(bert, get_change_url(meeting))
        save_form(anna, get_change_url(other), venue="Elsewhere")
        assert bert.post(get_change_url(meeting), opened | {"venue": "Here"}).status_code == 302

    def test_new_meeting(self, anna: Client) -> None:
        jha = str(make_meeting().configuration_id)
        save_form(anna, ADD, configuration=jha, start_date="2060-09-15")


@pytest.mark.postgresql
@pytest.mark.parametrize("through", ["meeting", "item"])
def test_one_of_two_simultaneous_saves_wins(committed: None, through: str) -> None:
    meeting = make_meeting()
    clients = [create_client_with_role("Authors", name) for name in ("anna", "bert")]
    row = meeting if through == "meeting" else meeting.agenda.get()
    opened = read_form_data(clients[0], get_change_url(row))
    field = "venue" if through == "meeting" else "title"
    posts = [opened | {field: typed} for typed in ("One", "Two")]
    statuses = post_simultaneously(clients, get_change_url(row), posts)
    assert sorted(statuses) == [200, 302]
    row.refresh_from_db()
    assert getattr(row, field) == posts[statuses.index(302)][field]


@pytest.mark.postgresql
def test_one_of_two_simultaneous_new_meetings_is_refused(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    both_validated, save = threading.Barrier(2), Meeting.save

    def save_together(meeting: Meeting, *args: Any, **options: Any) -> None:
        both_validated.wait(10)
        save(meeting, *args, **options)

    monkeypatch.setattr(Meeting, "save", save_together)
    clients = [create_client_with_role("Authors", name) for name in ("anna", "bert")]
    jha = str(make_configuration().pk)
    posts = [read_form_data(client, ADD) | {"configuration": jha, "start_date": "2060-09-15"} for client in clients]
    statuses = post_simultaneously(clients, ADD, posts)
    assert sorted(statuses) == [200, 302]
    assert Meeting.objects.count() == 1


def post_simultaneously(clients: list[Client], address: str, posts: list[dict[str, Any]]) -> list[int]:
    """Return the status of the response to each client's post."""
    barrier, statuses = threading.Barrier(len(clients)), [0] * len(clients)

    def save(n: int) -> None:
        barrier.wait(10)
        statuses[n] = clients[n].post(address, posts[n]).status_code
        connections.close_all()

    threads = [threading.Thread(target=save, args=(n,)) for n in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return statuses


def test_conflict_is_shown_above_other_errors(anna: Client) -> None:
    meeting = make_meeting()
    opened = read_form_data(anna, get_change_url(meeting))
    save(meeting, venue="Elsewhere")
    response = anna.post(get_change_url(meeting), opened | {"links-0-url": "www.example.eu"})
    assert REFUSED in response.content.decode()
    assert "https://www.example.eu" in response.content.decode()

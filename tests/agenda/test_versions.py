"""Test two editors at once: a save that is not based on the newest version is refused, and nothing typed is lost."""

import threading
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from agenda.models import AgendaItem, BackgroundTopic
from meetings.models import Chair, Meeting, Session, User
from tests.agenda.filling import change_of, digest, filled, member_of, posted, saved
from tests.cast import make_configuration, make_full_document, make_meeting, make_topic, restore

ADD = "/admin/meetings/meeting/add/"
REFUSED = "To avoid overwriting their changes, yours were not saved"


@pytest.fixture
def anna(db: None, clock: Any) -> Client:
    client = member_of("Authors", "anna")
    User.objects.filter(username="anna").update(first_name="Anna", last_name="Editor")
    return client


@pytest.fixture
def bert(anna: Client) -> Client:
    return member_of("Authors", "bert")


def post_refused(client: Client, row: Any, data: dict[str, Any]) -> str:
    """Post the form, check that it is refused, and return the page."""
    response = client.post(change_of(row), data)
    assert response.status_code == 200
    page: str = response.content.decode()
    assert REFUSED in page
    return page


class TestSecondSaveIsRefused:
    def test_two_saves_of_a_meeting(self, anna: Client, bert: Client) -> None:
        meeting = make_meeting()
        opened = filled(bert, change_of(meeting))
        saved(anna, change_of(meeting), venue="Justus Lipsius")
        page = post_refused(bert, meeting, opened | {"venue": "European Convention Center"})
        assert "Anna Editor saved this meeting on 14 September 2060, 10:00 (Brussels time), after you opened it" in page
        assert f'<a href="{change_of(meeting)}" target="_blank">Open the latest version in a new window</a>' in page
        assert 'value="European Convention Center"' in page  # what was typed is still there
        assert Meeting.objects.get().venue == "Justus Lipsius"

    def test_refused_again_until_based_on_the_newest_version(self, anna: Client, bert: Client) -> None:
        meeting = make_meeting()
        opened = filled(bert, change_of(meeting))
        saved(anna, change_of(meeting), venue="Justus Lipsius")
        for _time in range(2):
            response = bert.post(change_of(meeting), opened | {"venue": "Elsewhere"})
            opened = opened | {"based_on": response.context["adminform"].form["based_on"].value()}
            assert response.status_code == 200
        saved(bert, change_of(meeting), venue="Elsewhere")
        assert Meeting.objects.get().venue == "Elsewhere"

    def test_save_after_rows_were_added_and_deleted(self, anna: Client, bert: Client) -> None:
        meeting = make_meeting()
        Session.objects.create(meeting=meeting, title="Justice")
        opened = filled(bert, change_of(meeting))
        added = {"chairs-TOTAL_FORMS": "2", "chairs-1-name": "Added", "chairs-1-position": "0"}
        saved(anna, change_of(meeting), **{"sessions-0-DELETE": "on"} | added)
        before = digest(meeting)
        page = post_refused(bert, meeting, opened | {"sessions-1-title": "Typed by Bert", "chairs-0-DELETE": "on"})
        assert "Typed by Bert" in page
        assert digest(meeting) == before
        assert Chair.objects.count() == 2

    def test_save_after_only_a_row_was_changed(self, anna: Client, bert: Client) -> None:
        meeting = make_meeting()
        opened = filled(bert, change_of(meeting))
        saved(anna, change_of(meeting), **{"agenda-0-title": "Changed"})
        post_refused(bert, meeting, opened | {"venue": "Elsewhere"})

    @pytest.mark.parametrize("kind", ["agenda", "programme"])
    def test_save_of_the_meeting_after_one_of_its_parts(self, anna: Client, bert: Client, kind: str) -> None:
        meeting = make_meeting()
        opened = filled(bert, change_of(meeting))
        saved(anna, change_of(getattr(meeting, kind).get()), title="Changed on its own screen")
        assert "Anna Editor saved" in post_refused(bert, meeting, opened)
        assert getattr(meeting, kind).get().title == "Changed on its own screen"
        history = anna.get(change_of(meeting).replace("change", "history")).content.decode()
        assert "Changed on its own screen" in history

    def test_save_of_the_meeting_after_a_part_was_deleted(self, anna: Client, bert: Client) -> None:
        meeting = make_meeting()
        opened = filled(bert, change_of(meeting))
        anna.post(change_of(meeting.programme.get()).replace("change", "delete"), {"post": "yes"})
        post_refused(bert, meeting, opened)

    @pytest.mark.parametrize("kind", ["agenda", "programme"])
    def test_save_of_a_part_after_its_meeting(self, anna: Client, bert: Client, kind: str) -> None:
        meeting = make_meeting()
        part = getattr(meeting, kind).get()
        opened = filled(bert, change_of(part))
        saved(anna, change_of(meeting), **{f"{kind}-0-title": "Changed with the meeting"})
        post_refused(bert, part, opened | {"title": "Changed on its own screen"})
        assert getattr(meeting, kind).get().title == "Changed with the meeting"

    def test_save_of_a_part_after_a_link_of_another_part(self, anna: Client, bert: Client) -> None:
        meeting = make_meeting()
        other = AgendaItem.objects.create(meeting=meeting, title="Other")
        opened = filled(bert, change_of(other))
        saved(anna, change_of(meeting.agenda.get(title="Migration policy")), **{"links-0-title": "Changed"})
        post_refused(bert, other, opened)

    def test_two_saves_of_a_topic(self, anna: Client, bert: Client) -> None:
        topic = make_topic()
        opened = filled(bert, change_of(topic))
        saved(anna, change_of(topic), title="Changed")
        post_refused(bert, topic, opened | {"title": "Overwritten"})
        assert BackgroundTopic.objects.get().title == "Changed"

    def test_save_after_an_import_or_restored_edition(self, anna: Client) -> None:
        make_meeting()
        meeting = restore(make_full_document())
        opened = filled(anna, change_of(meeting))
        restore(make_full_document(notice="Restored."))
        assert "Someone saved this meeting" in post_refused(anna, meeting, opened)

    def test_save_of_a_form_without_its_version(self, anna: Client) -> None:
        meeting = make_meeting()
        data = filled(anna, change_of(meeting))
        del data["based_on"]
        post_refused(anna, meeting, data)


class TestNoConflict:
    def test_saves_one_after_the_other(self, anna: Client, bert: Client) -> None:
        meeting = make_meeting()
        saved(anna, change_of(meeting), venue="One")
        saved(bert, change_of(meeting), venue="Two")
        saved(anna, change_of(meeting.agenda.get()), title="Three")

    def test_save_without_changes(self, anna: Client, bert: Client) -> None:
        meeting = make_meeting()
        opened = filled(bert, change_of(meeting))
        saved(anna, change_of(meeting))
        assert bert.post(change_of(meeting), opened | {"venue": "Elsewhere"}).status_code == 302

    def test_saves_of_different_meetings(self, anna: Client, bert: Client) -> None:
        meeting, other = make_meeting(), make_meeting("env")
        opened = filled(bert, change_of(meeting))
        saved(anna, change_of(other), venue="Elsewhere")
        assert bert.post(change_of(meeting), opened | {"venue": "Here"}).status_code == 302

    def test_new_meeting(self, anna: Client) -> None:
        jha = str(make_meeting().configuration_id)
        saved(anna, ADD, configuration=jha, start_date="2060-09-15")


@pytest.mark.postgresql
@pytest.mark.parametrize("through", ["meeting", "item"])
def test_one_of_two_simultaneous_saves_wins(committed: None, through: str) -> None:
    meeting = make_meeting()
    clients = [member_of("Authors", name) for name in ("anna", "bert")]
    row = meeting if through == "meeting" else meeting.agenda.get()
    opened = filled(clients[0], change_of(row))
    field = "venue" if through == "meeting" else "title"
    posts = [opened | {field: typed} for typed in ("One", "Two")]
    statuses = post_simultaneously(clients, change_of(row), posts)
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
    clients = [member_of("Authors", name) for name in ("anna", "bert")]
    jha = str(make_configuration().pk)
    posts = [filled(client, ADD) | {"configuration": jha, "start_date": "2060-09-15"} for client in clients]
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
    opened = filled(anna, change_of(meeting))
    saved(anna, change_of(meeting), venue="Elsewhere")
    response = posted(anna, change_of(meeting), **opened | {"links-0-url": "www.example.eu"})
    assert REFUSED in response.content.decode()
    assert "https://www.example.eu" in response.content.decode()

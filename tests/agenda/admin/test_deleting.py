"""Deleting rows in a form: nothing that was published is deleted, and nothing silently."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from agenda.documents.building import build_meeting
from agenda.models import AgendaItem, MediaLink, Result
from meetings.models import Chair, Meeting, ProgrammePoint, Session
from tests.admin_forms import get_change_url, get_form_errors, read_form_data, read_messages, save_form
from tests.factories import make_meeting, publish_now


@pytest.fixture
def editor(anna: Client) -> Client:
    return anna


@pytest.fixture(scope="class")
def published(press_office: None, class_clock: Any) -> UUID:
    """Return the key of a meeting with a published item below a heading that was added later."""
    meeting = make_meeting("env")
    publish_now(class_clock, meeting)
    item = meeting.agenda.get()
    heading = AgendaItem.objects.create(meeting=meeting, title="New heading")
    AgendaItem.objects.filter(pk=item.pk).update(parent=heading, position=9)
    return meeting.pk


@pytest.fixture
def nested(published: UUID) -> Meeting:
    return Meeting.objects.get(pk=published)


def get_delete_fields(row: Any) -> str:
    return get_change_url(row).replace("/change/", "/delete/")


class TestDeletingAnItem:
    refused = "You cannot delete “New heading” because it has parts (“Migration policy”). Delete or move them first."

    def test_item_with_a_published_part_cannot_be_deleted(self, editor: Client, nested: Meeting) -> None:
        assert get_form_errors(editor, get_change_url(nested), **{"agenda-0-DELETE": "on"}) == {"agenda": self.refused}
        errors = get_form_errors(editor, get_change_url(nested), **{"agenda-0-DELETE": "on", "agenda-1-DELETE": "on"})
        assert "“Migration policy” because it is published" in errors["agenda"]
        assert nested.agenda.count() == 2

    def test_item_with_a_published_part_two_levels_down_cannot_be_deleted(
        self, editor: Client, nested: Meeting
    ) -> None:
        above = AgendaItem.objects.create(meeting=nested, title="Above all")
        nested.agenda.filter(title="New heading").update(parent=above)
        assert read_form_data(editor, get_change_url(nested))["agenda-2-title"] == "Above all"
        found = get_form_errors(editor, get_change_url(nested), **{"agenda-0-DELETE": "on", "agenda-2-DELETE": "on"})
        assert found == {"agenda": self.refused}
        assert nested.agenda.count() == 3

    def test_item_with_an_unpublished_part(self, editor: Client) -> None:
        meeting = make_meeting()
        new = {"agenda-1-title": "New part", "agenda-1-parent": str(meeting.agenda.get().pk), "agenda-1-position": "0"}
        new |= {"agenda-1-kind": "item", "agenda-TOTAL_FORMS": "2", "agenda-0-DELETE": "on"}
        assert "has parts (“New part”)" in get_form_errors(editor, get_change_url(meeting), **new)["agenda"]

    def test_item_with_a_result(self, editor: Client) -> None:
        meeting = make_meeting()
        Result.objects.create(meeting=meeting, item=meeting.agenda.get(), title="Agreed")
        found = get_form_errors(editor, get_change_url(meeting), **{"agenda-0-DELETE": "on"})
        refusal = "You cannot delete “Migration policy” because it has a result. "
        advice = "Delete the result or choose another item for it first."
        assert found == {"results-0-item": refusal + advice}
        assert meeting.agenda.exists()

    def test_item_on_its_own_screen(self, editor: Client, nested: Meeting) -> None:
        heading = nested.agenda.get(title="New heading")
        for method in (editor.get, editor.post):
            response = method(get_delete_fields(heading), {"post": "yes"})
            assert response["Location"] == get_change_url(heading)
            assert self.refused in read_messages(response)
        nested.agenda.filter(title="Migration policy").update(parent=None)
        Result.objects.create(meeting=nested, item=heading, title="Agreed")
        response = editor.post(get_delete_fields(heading), {"post": "yes"})
        assert "“New heading” because it has a result" in read_messages(response)
        assert nested.agenda.count() == 2

    def test_parts_and_result_can_move_away_in_the_same_save(self, editor: Client, nested: Meeting) -> None:
        heading, item = nested.agenda.get(title="New heading"), nested.agenda.get(title="Migration policy")
        result = Result.objects.create(meeting=nested, item=heading, title="Agreed")
        MediaLink.objects.create(result=result, title="Conclusions")
        moves = {"agenda-1-parent": "", "results-0-item": str(item.pk), "agenda-0-DELETE": "on"}
        save_form(editor, get_change_url(nested), **moves)
        [remaining] = build_meeting(nested).agenda
        assert (remaining.id, [link.title for link in remaining.links]) == (item.pk, ["Migratory pressures"])
        assert remaining.result
        assert [link.title for link in remaining.result.links] == ["Conclusions"]

    def test_parts_and_result_are_deleted_with_the_item(self, editor: Client) -> None:
        meeting = make_meeting()
        item = meeting.agenda.get()
        AgendaItem.objects.create(meeting=meeting, title="Part", parent=item)
        Result.objects.create(meeting=meeting, item=item, title="Agreed")
        rows = ("agenda-0", "agenda-1", "results-0")
        save_form(editor, get_change_url(meeting), **{f"{row}-DELETE": "on" for row in rows})
        assert not meeting.agenda.exists()
        assert not meeting.results.exists()


class TestDeletingASession:
    def test_chairs_stay_and_a_warning_names_what_lost_the_session(self, editor: Client) -> None:
        meeting = make_meeting()
        session = meeting.sessions.get()
        Chair.objects.update(session=session)
        ProgrammePoint.objects.update(session=session)
        data = read_form_data(editor, get_change_url(meeting)) | {"sessions-0-DELETE": "on"}
        page = read_messages(editor.post(get_change_url(meeting), data))
        named = "“Migration policy”, “+/- 13:00 Home Affairs Council”, “Andres Anvelt”"
        message = "The session “Home Affairs” was deleted. These rows no longer have a session:"
        assert f"{message} {named}." in page
        assert meeting.chairs.get().session is None

    def test_rows_that_are_changed_or_deleted_too_are_not_named(self, editor: Client) -> None:
        meeting = make_meeting()
        Chair.objects.update(session=meeting.sessions.get())
        other = Session.objects.create(meeting=meeting, title="Justice")
        moves = {"sessions-0-DELETE": "on", "chairs-0-DELETE": "on", "agenda-0-session": str(other.pk)}
        data = read_form_data(editor, get_change_url(meeting)) | moves
        assert "was deleted" not in read_messages(editor.post(get_change_url(meeting), data))
        assert (meeting.agenda.get().session, meeting.chairs.count()) == (other, 0)

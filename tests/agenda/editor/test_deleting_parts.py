"""Deleting parts of a note in the editor: nothing that was published is deleted, and nothing else with it."""

from typing import Any

import pytest

from agenda.documents.building import build_meeting
from agenda.models import AgendaItem, MediaLink, Result
from meetings.models import Chair, Meeting, ProgrammePoint
from tests.admin_forms import create_user_with_role
from tests.factories import make_meeting, publish_now
from tests.note_editor import EditorSession, save_in_editor
from tests.worlds import share_world


@share_world
def nested(clock: Any) -> Meeting:
    """Create a meeting with a published item within a heading that was added later, and an author."""
    create_user_with_role("Authors", "anna")
    meeting = make_meeting("env")
    publish_now(clock, meeting)
    item = meeting.agenda.get()
    heading = AgendaItem.objects.create(meeting=meeting, title="New heading")
    AgendaItem.objects.filter(pk=item.pk).update(parent=heading, position=9)
    meeting.increase_version()
    return meeting


class TestRefusals:
    @pytest.mark.parametrize("levels", [1, 2])
    def test_item_with_a_published_part_is_not_deleted(self, nested: Meeting, levels: int) -> None:
        if levels == 2:
            above = AgendaItem.objects.create(meeting=nested, title="Above all")
            AgendaItem.objects.filter(title="New heading").update(parent=above)
        before = nested.agenda.count()
        session = EditorSession("anna", nested)
        session.document["agenda"] = []
        response = session.save()
        assert response.status_code == 422
        [problem] = response.json()["problems"]
        assert problem["message"].startswith("You cannot delete “Migration policy” because it is published.")
        assert nested.agenda.count() == before


class TestDeleting:
    def test_parts_and_result_can_move_away_in_the_same_save(self, nested: Meeting) -> None:
        heading = nested.agenda.get(title="New heading")
        result = Result.objects.create(meeting=nested, item=heading, title="Agreed")
        MediaLink.objects.create(result=result, title="Conclusions")

        def move(note: dict[str, Any]) -> None:
            [outer] = note["agenda"]
            [inner] = outer["items"]
            note["agenda"] = [inner | {"result": outer["result"]}]

        save_in_editor("anna", nested, move)
        [remaining] = build_meeting(nested).agenda
        assert (remaining.title, [link.title for link in remaining.links]) == (
            "Migration policy", ["Migratory pressures"],
        )  # fmt: skip
        assert remaining.result
        assert [link.title for link in remaining.result.links] == ["Conclusions"]

    def test_parts_and_result_are_deleted_with_the_item(self, nested: Meeting) -> None:
        meeting = make_meeting()
        item = meeting.agenda.get()
        AgendaItem.objects.create(meeting=meeting, title="Part", parent=item)
        Result.objects.create(meeting=meeting, item=item, title="Agreed")
        save_in_editor("anna", meeting, agenda=[])
        assert not meeting.agenda.exists()
        assert not meeting.results.exists()

    def test_what_named_a_deleted_session_stays_without_one(self, nested: Meeting) -> None:
        meeting = make_meeting()
        session = meeting.sessions.get()
        Chair.objects.update(session=session)
        ProgrammePoint.objects.update(session=session)
        document = EditorSession("anna", meeting)
        document.document["sessions"] = []
        response = document.save()
        assert response.status_code == 422
        assert "This session is not in this meeting any more." in response.json()["problems"][0]["message"]
        for kind in ("agenda", "programme", "chairs"):
            document.document[kind][0]["session"] = None
        assert document.save().status_code == 200
        assert (meeting.agenda.get().session, meeting.chairs.get().session) == (None, None)

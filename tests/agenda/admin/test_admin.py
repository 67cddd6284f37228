"""The admin of meetings and topics: permissions, deletion, constant numbers of queries."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agenda.models import AgendaItem, BackgroundTopic, EditorDraft, InternalNote, MediaLink
from agenda.workflow.planned_releases import plan_release
from meetings.models import Chair, Configuration, Edition, Meeting, Presidency, ProgrammePoint, Session, User
from tests.admin_forms import create_user
from tests.agenda.admin.screens import create_client, get_actor
from tests.factories import DAY, PRESS_DAY, make_meeting, make_topic, publish_now
from tests.note_editor import EditorSession, read_publication

LIST = "/admin/meetings/meeting/"


@pytest.fixture
def editor(anna: Client) -> Client:
    return anna


class TestPermissions:
    def test_editor_can_edit_but_not_publish(self, editor: Client) -> None:
        meeting = make_meeting()
        assert "Publish…" not in read_publication(editor, meeting)
        assert editor.get(f"{LIST}{meeting.pk}/release/").status_code == 403
        assert editor.post(f"{LIST}{meeting.pk}/release/", {}).status_code == 403
        assert not Edition.objects.exists()


class TestDeletingAndLists:
    def test_published_subjects_cannot_be_deleted(self, editor: Client, clock: Any) -> None:
        meeting, draft = make_meeting(), make_meeting("env")
        publish_now(clock, meeting)
        assert editor.post(f"{LIST}{meeting.pk}/delete/", {"post": "yes"}).status_code == 403
        action = {"action": "delete_selected", "_selected_action": [str(meeting.pk), str(draft.pk)], "post": "yes"}
        editor.post(LIST, action)
        assert Meeting.objects.count() == 2
        assert editor.post(f"{LIST}{draft.pk}/delete/", {"post": "yes"}).status_code == 302
        assert Meeting.objects.get() == meeting

    def test_published_or_planned_topic_cannot_be_deleted(self, editor: Client, clock: Any) -> None:
        """A meeting is also protected by its published items; a topic has none."""
        published, planned = make_topic(), make_topic("asylum")
        publish_now(clock, published)
        plan_release(planned, by=get_actor("petra"), at=PRESS_DAY + DAY)
        for topic in (published, planned):
            assert editor.post(f"/admin/agenda/backgroundtopic/{topic.pk}/delete/", {"post": "yes"}).status_code == 403
        assert BackgroundTopic.objects.count() == 2

    def test_notes_for_colleagues_and_drafts_go_with_what_is_deleted(self, editor: Client) -> None:
        one, two = make_meeting(), make_meeting("env")
        for meeting in (one, two):
            session = EditorSession(editor, meeting)
            session.keep()
            session.post("internal", {"part": str(meeting.pk), "text": "Private."})
        assert editor.post(f"{LIST}{one.pk}/delete/", {"post": "yes"}).status_code == 302
        assert InternalNote.objects.get().subject_id == EditorDraft.objects.get().subject_id == two.pk
        editor.post(LIST, {"action": "delete_selected", "_selected_action": [str(two.pk)], "post": "yes"})
        assert [kind.objects.count() for kind in (Meeting, InternalNote, EditorDraft)] == [0, 0, 0]

    def test_deletion_names_who_is_writing(self, editor: Client) -> None:
        meeting = make_meeting()
        EditorSession(create_client("bert", "Authors"), meeting).keep()
        assert "has it open in the note editor." in editor.get(f"{LIST}{meeting.pk}/delete/").content.decode()

    def test_lists_take_a_constant_number_of_queries(self, press_office: None) -> None:
        """Those for session, user, roles, alarms, counts and rows."""
        client = Client()
        client.force_login(User.objects.create_superuser("root"))
        Configuration.objects.exclude(slug="jha").delete()
        Presidency.objects.exclude(year=2017).delete()
        lists = {"agenda/backgroundtopic": 7, "meetings/configuration": 7, "meetings/presidency": 7, "meetings/user": 9}
        make_topic()
        few = {name: self.count(client, f"/admin/{name}/") for name in lists}
        call_command("load_reference", verbosity=0)
        for n in range(4):
            make_topic(f"topic-{n}")
            create_user(f"editor-{n}", "Authors")
        assert {name: self.count(client, f"/admin/{name}/") for name in lists} == few == lists

    def count(self, client: Client, address: str) -> int:
        client.get(address)  # content types are kept from the first time on
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    def test_editor_takes_a_constant_number_of_queries(self, editor: Client) -> None:
        short, long = make_meeting(), make_meeting("env")
        session = Session.objects.create(meeting=long, title="Second")
        for n in range(4):
            AgendaItem.objects.create(meeting=long, title=f"{n}", session=session)
            ProgrammePoint.objects.create(meeting=long, title=f"{n}", session=session)
            Chair.objects.create(meeting=long, name=f"{n}", session=session)
            MediaLink.objects.create(meeting=long, title=f"{n}")
        counts = [self.count(editor, f"{LIST}{meeting.pk}/change/") for meeting in (short, long)]
        assert counts[0] == counts[1]


def test_impossible_date_redirects_to_the_list(editor: Client) -> None:
    far = f"{LIST}?start_date__year=2060&start_date__month=1&start_date__"
    asked = [f"{far}{part}=99999999999999999999" for part in ("year", "month", "day")]
    for address in (*asked, f"{LIST}?start_date__year=9999", "/admin/agenda/release/?at__year=99999999999"):
        response = editor.get(address)
        assert (response.status_code, response.headers.get("Location")) == (302, f"{address.partition('?')[0]}?e=1")

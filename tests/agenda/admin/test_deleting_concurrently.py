"""Deleting while somebody publishes: a subject with an edition keeps its working copy."""

import threading
from typing import Any

import pytest
from django.db import connections

from meetings.editions.freezing import write_editions
from meetings.models import Edition, Meeting
from tests.admin_forms import MEETINGS, create_client_with_role
from tests.factories import make_meeting, publish
from tests.locks import wait_for_blocked_query

pytestmark = pytest.mark.postgresql
QUESTION = {"post": "yes"}


def deletion(how: str, meeting: Meeting) -> tuple[str, dict[str, Any]]:
    if how == "of one":
        return f"{MEETINGS}{meeting.pk}/delete/", QUESTION
    return MEETINGS, QUESTION | {"action": "delete_selected", "_selected_action": [str(meeting.pk)]}


@pytest.mark.parametrize("how", ["of one", "of the selected"])
def test_deletion_waits_for_the_publication_and_is_refused(
    committed: None, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    meeting = make_meeting()
    editor = create_client_with_role("Authors")
    meeting.agenda.get().links.all().delete()
    address, question = deletion(how, meeting)
    locked, asked = threading.Event(), threading.Event()

    def seal_when_asked(*args: Any) -> None:
        locked.set()
        asked.wait(10)
        write_editions(*args)

    monkeypatch.setattr("agenda.workflow.publication.write_editions", seal_when_asked)

    def release() -> None:
        publish(meeting)
        connections.close_all()

    def ask() -> None:
        locked.wait(10)
        answers.append(editor.post(address, question))
        connections.close_all()

    answers: list[Any] = []
    threads = [threading.Thread(target=release), threading.Thread(target=ask)]
    for thread in threads:
        thread.start()
    wait_for_blocked_query()
    asked.set()
    for thread in threads:
        thread.join(30)
    assert answers[0].status_code == 403
    assert Edition.objects.get().subject_id == Meeting.objects.get().pk
    assert meeting.agenda.count() == 1

"""An edition is committed before its instant; one that appears meanwhile stays."""

import datetime as dt
from time import sleep as real_sleep
from typing import Any

import pytest
from django.utils import timezone

from agenda.documents.building import build_meeting
from agenda.workflow import drafts, publication, scheduled_releases
from agenda.workflow.errors import WorkflowError
from meetings.documents.schema import MeetingDocument
from meetings.editions.freezing import write_editions
from meetings.models import Edition
from tests.factories import DAY, call_off, make_meeting, publish


def test_edition_that_appears_while_it_is_replaced_stays(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = make_meeting()
    [pending] = publish(meeting)

    def slow(*args: Any) -> None:
        real_sleep(max(0.0, (pending.available_from - timezone.now()).total_seconds()) + 0.05)
        write_editions(*args)

    monkeypatch.setattr(publication, "write_editions", slow)
    with pytest.raises(WorkflowError, match="passed"):
        publish(meeting, at=(timezone.now() + DAY).replace(microsecond=0), pending="replace")
    assert Edition.objects.get() == pending


def test_edition_that_appears_while_it_is_called_off_stays(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = make_meeting()
    [pending] = publish(meeting)

    def slow(*args: Any, **details: Any) -> None:
        real_sleep(max(0.0, (pending.available_from - timezone.now()).total_seconds()) + 0.05)

    monkeypatch.setattr(scheduled_releases, "record_release", slow)  # comes after the deletion
    with pytest.raises(WorkflowError, match="This was published"):
        call_off(meeting)
    assert Edition.objects.get() == pending


def test_late_commit_is_retried_with_a_later_second(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = make_meeting()
    tries: list[dt.datetime] = []

    def slow_at_first(*args: Any, **options: Any) -> MeetingDocument:
        tries.append(timezone.now())
        if len(tries) == 1:
            real_sleep(2.1)
        return build_meeting(*args, **options)

    monkeypatch.setattr(drafts, "build_meeting", slow_at_first)
    [edition] = publish(meeting)
    assert len(tries) == 2
    assert edition.available_from > tries[1]
    assert Edition.objects.count() == 1

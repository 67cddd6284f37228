"""An edition is committed before its instant; one that appears meanwhile stays."""

import datetime as dt
from time import sleep as real_sleep
from typing import Any

import pytest
from django.utils import timezone

from agenda.documents.building import build_meeting
from agenda.workflow import drafts, publication, scheduled_releases, withdrawal
from agenda.workflow.errors import WorkflowError
from agenda.workflow.transactions import wait_until_live
from meetings.clock import get_next_instant
from meetings.documents.schema import MeetingDocument
from meetings.editions.freezing import create_edition, create_tombstone, delete_pending_editions, write_editions
from meetings.models import Edition
from tests.agenda.workflow.users import save_changes
from tests.factories import DAY, call_off, make_meeting, make_topic, publish, withdraw


def wait_until_public(edition: Edition) -> None:
    real_sleep(max(0.0, (edition.available_from - timezone.now()).total_seconds()) + 0.05)


@pytest.mark.once
def test_waiting_for_an_edition_ends_when_it_is_public() -> None:
    edition = Edition(available_from=timezone.now() + dt.timedelta(seconds=0.02))
    for _time in range(2):
        wait_until_live(edition)
        assert timezone.now() >= edition.available_from


def test_edition_that_appears_while_it_is_replaced_stays(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = make_meeting()
    [pending] = publish(meeting)

    def slow(*args: Any) -> None:
        wait_until_public(pending)
        write_editions(*args)

    monkeypatch.setattr(publication, "write_editions", slow)
    with pytest.raises(WorkflowError, match="passed"):
        publish(meeting, at=(timezone.now() + DAY).replace(microsecond=0), pending="replace")
    assert Edition.objects.get() == pending


def test_edition_that_appears_while_it_is_called_off_stays(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = make_meeting()
    [pending] = publish(meeting)

    def slow(*args: Any, **details: Any) -> None:
        wait_until_public(pending)

    monkeypatch.setattr(scheduled_releases, "record_release", slow)  # comes after the deletion
    with pytest.raises(WorkflowError, match="This was published"):
        call_off(meeting)
    assert Edition.objects.get() == pending


def test_edition_without_a_release_that_appears_while_it_is_called_off_stays(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = make_topic()
    pending = create_edition(
        [drafts.build_draft(topic, timezone.now())], available_from=get_next_instant(timezone.now())
    )

    def slow(edition: Edition) -> None:
        delete_pending_editions(edition)
        wait_until_public(pending)

    monkeypatch.setattr(scheduled_releases, "delete_pending_editions", slow)
    with pytest.raises(WorkflowError, match="It has already been published"):
        call_off(topic)
    assert Edition.objects.get() == pending


def test_edition_that_appears_during_a_withdrawal_is_withdrawn_and_stays_in_the_history(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = make_meeting()
    [live] = publish(meeting)
    wait_until_public(live)
    [pending] = publish(save_changes(meeting, notice="Second."))

    def slow(*args: Any, **values: Any) -> Edition:
        tombstone = create_tombstone(*args, **values)
        wait_until_public(pending)
        return tombstone

    monkeypatch.setattr(withdrawal, "create_tombstone", slow)
    notice = withdraw(meeting, reason="Sent too early.")
    assert [*Edition.objects.order_by("available_from")] == [live, pending, notice]


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

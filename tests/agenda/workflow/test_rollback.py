"""Withdraw a meeting, and restore the previous edition."""

import datetime as dt
from typing import Any

import pytest

from agenda.workflow.errors import PendingEditionError, WorkflowError
from agenda.workflow.publication import publish
from agenda.workflow.suppression import suppress
from agenda.workflow.withdrawal import rollback, withdraw
from meetings.access import NotAllowed
from meetings.access.audit import Actor
from meetings.models import Act, AuditEntry, Edition, EditionReason, Meeting
from tests.agenda.workflow.users import save_changes, submit_and_approve
from tests.factories import DAY, PRESS_DAY, make_meeting, publish_now
from tests.public_requests import Visitor
from tests.worlds import share_world

People = dict[str, Actor]
SECOND = dt.timedelta(seconds=1)


def get_digests() -> list[str]:
    return [edition.documents.get().document.digest for edition in Edition.objects.order_by("available_from")]


@share_world
def published(clock: Any) -> Meeting:
    """Return a meeting with two editions."""
    meeting = make_meeting(notice="First.")
    publish_now(clock, meeting)
    publish_now(clock, save_changes(meeting, notice="Second."))
    return meeting


@pytest.fixture
def corrected(published: Meeting) -> Meeting:
    return Meeting.objects.get(pk=published.pk)


class TestRefusals:
    def test_user_without_the_right_is_refused(self, people: People, corrected: Meeting) -> None:
        for step in (withdraw, rollback):
            for name in ("anna", "dora"):
                with pytest.raises(NotAllowed):
                    step(corrected, by=people[name], reason="No.")

    def test_reason_is_required(self, people: People, corrected: Meeting) -> None:
        for step in (withdraw, rollback):
            with pytest.raises(WorkflowError) as refusal:
                step(corrected, by=people["paul"], reason=" ")
            assert refusal.value.field == "reason"

    def test_unpublished_meeting_cannot_be_rolled_back(self, people: People) -> None:
        with pytest.raises(WorkflowError, match="never published"):
            rollback(make_meeting("env"), by=people["paul"], reason="No.")

    def test_first_edition_cannot_be_rolled_back(self, people: People, clock: Any) -> None:
        meeting = make_meeting("env")
        publish_now(clock, meeting)
        with pytest.raises(WorkflowError, match="Withdraw this one instead"):
            rollback(meeting, by=people["paul"], reason="No.")

    def test_rollback_is_refused_while_another_edition_is_being_published(
        self, people: People, corrected: Meeting, clock: Any
    ) -> None:
        submit_and_approve(people, save_changes(corrected, notice="Third."))
        publish(corrected, by=people["paul"], note="Third.", at=PRESS_DAY + DAY)
        for seconds in (2, 1):
            clock.move_to(PRESS_DAY + DAY - seconds * SECOND)
            with pytest.raises(PendingEditionError):
                rollback(corrected, by=people["paul"], reason="No.")


def test_rollback_restores_the_previous_edition(
    people: People, corrected: Meeting, clock: Any, visitor: Visitor
) -> None:
    edition = rollback(corrected, by=people["paul"], reason="The second was not agreed.")
    clock.move_to(edition.available_from)
    first, second, third = get_digests()
    assert third == first != second
    assert (edition.reason, edition.change_note) == (EditionReason.RESTORATION, "The second was not agreed.")
    page = visitor.get("/en/meetings/jha/2060/09/14/").content.decode()
    assert "First." in page
    assert "Second." not in page
    assert Meeting.objects.get().notice == "Second."  # the working copy stays
    [entry] = AuditEntry.objects.filter(act=Act.ROLLED_BACK)
    assert (entry.actor, entry.digest) == ("paul", first)


def test_rollback_ends_a_withdrawal(people: People, corrected: Meeting, clock: Any, visitor: Visitor) -> None:
    clock.move_to(withdraw(corrected, by=people["paul"], reason="Sent too early.").available_from)
    assert visitor.get("/en/meetings/jha/2060/09/14/").status_code == 410
    clock.move_to(rollback(corrected, by=people["petra"], reason="It was right.").available_from)
    assert "Second." in visitor.get("/en/meetings/jha/2060/09/14/").content.decode()


def test_second_rollback_undoes_the_first(people: People, corrected: Meeting, clock: Any) -> None:
    clock.move_to(rollback(corrected, by=people["paul"], reason="No.").available_from)
    clock.move_to(rollback(corrected, by=people["paul"], reason="Yes.").available_from)
    first, second, third, fourth = get_digests()
    assert (third, fourth) == (first, second)


def test_rollback_to_the_text_that_is_live_is_refused(people: People, corrected: Meeting, clock: Any) -> None:
    """The only other text was removed from the site."""
    clock.move_to(rollback(corrected, by=people["paul"], reason="It had a private number.").available_from)
    suppress(corrected, Edition.objects.order_by("available_from")[1], by=people["paul"], reason="The number.")
    with pytest.raises(WorkflowError, match="Withdraw this one instead"):
        rollback(corrected, by=people["paul"], reason="Back.")


def test_scheduled_edition_stays(people: People, corrected: Meeting) -> None:
    submit_and_approve(people, save_changes(corrected, notice="Third."))
    publish(corrected, by=people["paul"], note="Third.", at=PRESS_DAY + DAY)
    rollback(corrected, by=people["paul"], reason="No.")
    first, _second, restored, scheduled = get_digests()
    assert restored == first != scheduled
    assert Edition.objects.filter(available_from=PRESS_DAY + DAY).exists()

"""Invalid same-day changes are refused with a message, and nothing changes."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from agenda.workflow import publication, scheduled_releases
from agenda.workflow.errors import PendingEditionError, StaleTextError, WorkflowError
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.same_day_changes.publication import (
    find_shown_version,
    get_live_meeting,
    publish_same_day_change,
)
from agenda.workflow.same_day_changes.resolution import FieldProblem, SameDayChangeError
from meetings.access import NotAllowed
from meetings.access.audit import Actor
from meetings.models import AuditEntry, Edition, Meeting, Translation, User
from tests.admin_forms import create_user_with_role
from tests.agenda.workflow.same_day_changes.helpers import (
    approve_meeting,
    build_change,
    get_press_conference,
    make_day,
    publish_change,
    save_with_revision,
    submit_meeting,
)
from tests.factories import COMMAND, DAY, PRESS_DATE, PRESS_DAY, publish, publish_now, withdraw

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


def assert_refused(meeting: Meeting, change: SameDayChange, match: str, **options: Any) -> None:
    before = Edition.objects.count(), AuditEntry.objects.count(), Meeting.objects.get(pk=meeting.pk).version
    with pytest.raises(WorkflowError, match=match):
        publish_same_day_change(meeting, change, **{"by": COMMAND} | options)
    assert (Edition.objects.count(), AuditEntry.objects.count(), Meeting.objects.get(pk=meeting.pk).version) == before


def build_press_change(meeting: Meeting, **values: Any) -> SameDayChange:
    return SameDayChange(points={get_press_conference(meeting).pk: values})


def test_unpublished_meeting_cannot_be_changed(clock: Any) -> None:
    meeting = make_day(configuration="env")
    assert_refused(meeting, build_change(meeting), "This meeting is not published yet")
    publish(meeting, at=PRESS_DAY + DAY)
    assert_refused(meeting, build_change(meeting), "This meeting is not published yet")


def test_hundreds_of_changes_are_refused(meeting: Meeting, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """In five minutes, a duty officer made five thousand alerts, and each page of the note was some megabytes long."""
    monkeypatch.setattr("agenda.workflow.same_day_changes.publication.MAX_LISTED_CHANGES", 3)
    publish_change(clock, meeting, build_press_change(meeting, place="Press room 2"))  # an alert and an earlier place
    assert_refused(meeting, build_press_change(meeting, place="Press room 3"), "Publish a correction instead")
    publish_change(clock, meeting, SameDayChange(alert="The lift is out of order."))
    assert_refused(meeting, SameDayChange(alert="The lift works again."), "Publish a correction instead")


def test_withdrawn_meeting_cannot_be_changed(meeting: Meeting, clock: Any) -> None:
    tombstone = withdraw(meeting, reason="A mistake.")
    assert_refused(meeting, build_change(meeting), "This meeting is withdrawn")
    clock.move_to(tombstone.available_from)
    assert_refused(meeting, build_change(meeting), "This meeting is withdrawn")


def test_user_without_the_right_is_refused(meeting: Meeting) -> None:
    create_user_with_role("Duty", "dora", of="env")
    create_user_with_role("Publishers", "rita", of="jha")
    create_user_with_role("Duty", "david", of="jha")
    for name in ("dora", "rita"):
        refusal = "You do not have permission to make same-day changes.*Ask one of these people: david"
        with pytest.raises(NotAllowed, match=refusal):
            publish_same_day_change(meeting, build_change(meeting), by=Actor(User.objects.get(username=name), name))
    assert Edition.objects.count() == 1


def test_duty_right_is_sufficient(meeting: Meeting, clock: Any) -> None:
    create_user_with_role("Duty", "david", of="jha")
    publish_change(clock, meeting, build_change(meeting), by=Actor(User.objects.get(username="david"), "david"))
    assert Edition.objects.count() == 2


@pytest.mark.once
@pytest.mark.parametrize("days", [-2, 2])
def test_change_on_another_day_is_refused(clock: Any, days: int) -> None:
    meeting = make_day(start_date=PRESS_DATE - days * DAY)
    publish_now(clock, meeting)
    assert_refused(
        meeting,
        build_change(meeting),
        "You can make a same-day change only from 1. September 2060 to 1. September 2060",
    )


@pytest.mark.once
def test_day_ends_in_the_time_zone_of_the_meeting(meeting: Meeting, clock: Any) -> None:
    clock.move_to(dt.datetime(2060, 9, 15, 21, 59, tzinfo=dt.UTC))  # 23:59 in Brussels
    publish_change(clock, meeting, build_change(meeting))
    clock.move_to(dt.datetime(2060, 9, 15, 22, 0, tzinfo=dt.UTC))
    assert_refused(meeting, build_change(meeting, time="14:30"), "submit a correction")


@pytest.mark.once
def test_change_without_effect_is_refused(meeting: Meeting) -> None:
    assert_refused(meeting, SameDayChange(), "You have not changed anything")
    assert_refused(meeting, SameDayChange(alert="  "), "You have not changed anything")
    assert_refused(
        meeting,
        build_press_change(meeting, time="13:00", place="Press room 1", state=""),
        "You have not changed anything",
    )
    for day in (PRESS_DATE, None):
        assert_refused(meeting, build_press_change(meeting, date=day), "You have not changed anything")


def test_unpublished_point_cannot_be_changed(meeting: Meeting) -> None:
    draft = meeting.programme.create(kind="doorstep", time=dt.time(12), time_precision="exact")
    for key in (draft.pk, uuid4(), meeting.agenda.get().pk):
        assert_refused(meeting, SameDayChange(points={key: {"time": "14:15"}}), "no longer in the published edition")
    assert_refused(
        meeting,
        SameDayChange(items={get_press_conference(meeting).pk: {"state": "added"}}),
        "no longer in the published edition",
    )


@pytest.mark.once
def test_item_note_needs_a_state(meeting: Meeting) -> None:
    change = SameDayChange(items={meeting.agenda.get().pk: {"state_note": "No majority."}})
    assert_refused(meeting, change, "Select what happened to the item")


def test_edition_that_the_user_did_not_see_is_refused(meeting: Meeting, clock: Any) -> None:
    shown = get_live_meeting(meeting, timezone.now()).shown
    edition = publish_change(clock, meeting, build_change(meeting))
    with pytest.raises(StaleTextError, match="Your change was not published"):
        publish_same_day_change(meeting, build_press_change(meeting, time="14:30"), by=COMMAND, shown=shown)
    assert Edition.objects.count() == 2
    meeting.agenda.update(title="Not public yet")
    publish(meeting, at=PRESS_DAY + DAY)
    version = find_shown_version(get_live_meeting(meeting, timezone.now()), shown, timezone.now())
    assert version
    assert [*version[1]] == [edition]


def test_translation_that_the_user_did_not_see_is_refused(meeting: Meeting, clock: Any) -> None:
    """The duty officer confirms what readers will see in each language."""
    shown = get_live_meeting(meeting, timezone.now()).shown
    Translation.objects.filter(field="place").update(text="Salle de presse un")
    save_with_revision(meeting)
    submit_meeting(meeting)
    approve_meeting(meeting)
    [edition] = publication.publish(meeting, by=COMMAND, note="The room, in French.")
    clock.move_to(edition.available_from)
    with pytest.raises(StaleTextError, match="Your change was not published"):
        publish_same_day_change(meeting, build_change(meeting), by=COMMAND, shown=shown)


def test_change_is_refused_while_an_edition_is_being_published(meeting: Meeting) -> None:
    meeting.agenda.update(title="Later")
    publish(meeting, at=Edition.objects.get().available_from + SECOND)
    with pytest.raises(PendingEditionError, match="is being published right now"):
        publish_same_day_change(meeting, build_change(meeting), by=COMMAND)
    assert Edition.objects.count() == 2


def test_failure_in_the_middle_changes_nothing(meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting.agenda.update(title="Later")
    [pending] = publish(meeting, at=PRESS_DAY + DAY)

    def read_all_tables() -> Any:
        with connection.cursor() as cursor:
            tables = [
                name for name in connection.introspection.table_names() if name.startswith(("meetings", "agenda"))
            ]
            found = {}
            for table in tables:
                cursor.execute(f'SELECT count(*) FROM "{table}"')
                found[table] = cursor.fetchone()
        return found, Meeting.objects.values().get(), list(meeting.programme.values()), list(Edition.objects.values())

    before = read_all_tables()

    def fail(*args: Any) -> None:
        raise RuntimeError("pulled the plug")

    monkeypatch.setattr("agenda.workflow.same_day_changes.publication.write_editions", fail)
    with pytest.raises(RuntimeError):
        publish_same_day_change(meeting, build_change(meeting), by=COMMAND)
    assert read_all_tables() == before
    assert scheduled_releases.find_release(pending)


def test_message_has_all_problems_each_with_its_part() -> None:
    problems = [FieldProblem(None, "", "status", "No reason."), FieldProblem(uuid4(), "Doorstep", "time", "Too late.")]
    error = SameDayChangeError(problems)
    assert (str(error), error.field) == ("No reason. Doorstep: Too late.", "status")

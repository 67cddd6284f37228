"""A meeting that is postponed on the day has no date until it gets a new one, or takes place after all."""

import datetime as dt
from typing import Any

import pytest
from msgspec.structs import replace

from agenda.workflow.drafts import explain_unchanged_date
from agenda.workflow.errors import WorkflowError
from agenda.workflow.same_day_changes.changes import SameDayChange
from meetings.documents.called_off import is_called_off
from meetings.documents.choices import MeetingStatus
from meetings.documents.schema import EarlierDate
from meetings.models import Edition, Meeting
from tests.agenda.workflow.same_day_changes.helpers import (
    build_change,
    get_document,
    make_day,
    preview_change,
    publish_change,
    save_with_revision,
)
from tests.factories import DAY, PRESS_DATE, PRESS_DAY, make_meeting, make_meeting_document, publish, publish_now
from tests.public_requests import Visitor, get_visible_text

pytestmark = pytest.mark.django_db
AT_SIX = PRESS_DAY.replace(hour=16)  # 18:00 in Brussels
STORM = SameDayChange(meeting={"status": "postponed", "status_reason": "Storm."})


def schedule_later_edition(meeting: Meeting, **values: Any) -> None:
    """Schedule the working copy for 18:00, after saving a revision."""
    Meeting.objects.filter(pk=meeting.pk).update(**values)
    save_with_revision(meeting)
    publish(Meeting.objects.get(pk=meeting.pk), at=AT_SIX)


def get_scheduled_document() -> Edition:
    return Edition.objects.get(available_from=AT_SIX)


def test_postponed_meeting_has_no_date(meeting: Meeting, clock: Any) -> None:
    live = get_document(publish_change(clock, meeting, STORM))
    assert (live.start_date, live.end_date, live.previous[-1].start_date) == (None, None, PRESS_DATE)
    assert is_called_off(live)
    row = Meeting.objects.get()
    assert (row.start_date, row.previous[-1].start_date, row.status) == (None, PRESS_DATE, "postponed")


@pytest.mark.parametrize("status", ["confirmed", "cancelled"])
def test_date_is_restored_if_the_meeting_takes_place_after_all(meeting: Meeting, clock: Any, status: str) -> None:
    before = get_document(publish_change(clock, meeting, build_change(meeting)))
    publish_change(clock, meeting, STORM)
    after = get_document(
        publish_change(clock, meeting, SameDayChange(meeting={"status": status, "status_reason": "Sun."}))
    )
    assert (after.start_date, after.end_date, after.previous) == (before.start_date, before.end_date, [])
    assert after.status_reason == "Sun."
    assert (Meeting.objects.get().start_date, Meeting.objects.get().previous) == (before.start_date, [])


@pytest.mark.parametrize("status", ["confirmed", "cancelled"])
def test_draft_on_that_day_does_not_keep_it_from_taking_place(meeting: Meeting, clock: Any, status: str) -> None:
    """It was an error 500, and readers went on seeing “postponed”."""
    publish_change(clock, meeting, STORM)
    make_meeting(meeting.configuration.slug)
    back = SameDayChange(meeting={"status": status, "status_reason": "Sun."})
    after = get_document(publish_change(clock, meeting, back))
    assert (after.status, after.start_date) == (status, PRESS_DATE)
    row = Meeting.objects.get(pk=meeting.pk)
    assert (row.status, row.start_date) == (status, PRESS_DATE)


def test_meeting_that_was_moved_to_this_day_keeps_its_date_with_another_status(clock: Any) -> None:
    moved = [EarlierDate(start_date=PRESS_DATE - DAY, end_date=PRESS_DATE - DAY)]
    meeting = make_day(configuration="env", previous=moved)
    publish_now(clock, meeting)
    document = preview_change(meeting, SameDayChange(meeting={"status": "provisional"}))
    assert (document.status, document.start_date, document.previous) == ("provisional", PRESS_DATE, moved)


def test_reason_of_a_meeting_that_takes_place_stays(meeting: Meeting, clock: Any) -> None:
    """Such as the one for another city."""
    publish_change(clock, meeting, SameDayChange(meeting={"status_reason": "The airport was closed."}))
    after = get_document(publish_change(clock, meeting, SameDayChange(meeting={"status": "provisional"})))
    assert (after.status, after.status_reason) == ("provisional", "The airport was closed.")


def test_scheduled_edition_without_a_date_is_cancelled_like_the_live_one(meeting: Meeting, clock: Any) -> None:
    publish_change(clock, meeting, STORM)
    schedule_later_edition(meeting, lead="<p>More.</p>")
    publish_change(clock, meeting, SameDayChange(meeting={"status": "cancelled", "status_reason": "No majority."}))
    assert get_document(get_scheduled_document()).status == "cancelled"


def test_scheduled_edition_loses_its_date_too(meeting: Meeting, clock: Any) -> None:
    schedule_later_edition(meeting, lead="<p>More.</p>")
    publish_change(clock, meeting, STORM)
    assert (get_document(get_scheduled_document()).start_date, get_document(get_scheduled_document()).status) == (
        None,
        "postponed",
    )


def test_scheduled_edition_keeps_a_date_of_its_own(meeting: Meeting, clock: Any) -> None:
    tomorrow = PRESS_DATE + dt.timedelta(days=1)
    schedule_later_edition(meeting, start_date=tomorrow, end_date=tomorrow, status_reason="The airport is closed.")
    publish_change(clock, meeting, STORM)
    assert (get_document(get_scheduled_document()).start_date, get_document(get_scheduled_document()).status) == (
        tomorrow,
        "postponed",
    )
    assert not is_called_off(get_document(get_scheduled_document()))


def test_earlier_change_of_place_does_not_restore_the_old_date(meeting: Meeting, clock: Any, visitor: Visitor) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(city="Luxembourg", status_reason="It is October.")
    save_with_revision(meeting)
    edition = publish_now(clock, Meeting.objects.get(pk=meeting.pk))
    publish_change(clock, meeting, STORM)
    page = get_visible_text(visitor.get(f"/en/{edition.address}"))
    assert "Postponed" in page
    assert "Postponed from" not in page
    assert "this is the new date" not in page


def test_cancelled_meeting_without_a_date_can_be_postponed_without_one() -> None:
    cancelled = make_meeting_document(status=MeetingStatus.CANCELLED, start_date=None, end_date=None)
    assert explain_unchanged_date(replace(cancelled, status=MeetingStatus.POSTPONED), cancelled) == ""


def test_correction_that_keeps_the_date_is_refused(meeting: Meeting, clock: Any) -> None:
    """Readers would take it as the new date. On another day the same correction is accepted."""
    Meeting.objects.filter(pk=meeting.pk).update(status="postponed", status_reason="Storm.")
    save_with_revision(meeting)
    with pytest.raises(
        WorkflowError, match=r"still has the published date\. Enter the new date, or delete the old one"
    ):
        publish(Meeting.objects.get(pk=meeting.pk))
    tomorrow = PRESS_DATE + dt.timedelta(days=1)
    Meeting.objects.filter(pk=meeting.pk).update(start_date=tomorrow, end_date=tomorrow)
    save_with_revision(meeting)
    assert not is_called_off(get_document(publish_now(clock, Meeting.objects.get(pk=meeting.pk))))


def test_new_reason_of_a_moved_meeting_does_not_call_it_postponed(meeting: Meeting, clock: Any) -> None:
    tomorrow = PRESS_DATE + dt.timedelta(days=1)
    values = {"start_date": tomorrow, "end_date": tomorrow, "status": "postponed", "status_reason": "Storm."}
    Meeting.objects.filter(pk=meeting.pk).update(**values)
    save_with_revision(meeting)
    publish_now(clock, Meeting.objects.get(pk=meeting.pk))
    after = get_document(publish_change(clock, meeting, SameDayChange(meeting={"status_reason": "A strike."})))
    moved = "This meeting has been moved from 14 to 15 September 2060. A strike."
    assert after.alerts[0].text == moved

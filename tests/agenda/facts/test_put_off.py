"""A meeting that is put off on the day has no date any more, until somebody gives it one or takes that back."""

import datetime as dt
from typing import Any

import pytest

from agenda.publishing import FactsChange, Refused
from meetings.documents.calling_off import is_called_off
from meetings.models import Edition, Meeting
from tests.agenda.facts.press_day import changed, document_of, live_day, saved, to_1415
from tests.cast import PRESS_DATE, PRESS_DAY, publish, published
from tests.publicity import Visitor, text

pytestmark = pytest.mark.django_db
AT_SIX = PRESS_DAY.replace(hour=16)  # 18:00 in Brussels
STORM = FactsChange(meeting={"status": "postponed", "status_reason": "Storm."})


def schedule_later_edition(meeting: Meeting, **values: Any) -> None:
    """For six o'clock, and kept as saved."""
    Meeting.objects.filter(pk=meeting.pk).update(**values)
    saved(meeting)
    publish(Meeting.objects.get(pk=meeting.pk), at=AT_SIX)


def get_scheduled_document() -> Edition:
    return Edition.objects.get(available_from=AT_SIX)


def test_postponed_meeting_has_no_date(clock: Any) -> None:
    meeting = live_day(clock)
    live = document_of(changed(clock, meeting, STORM))
    assert (live.start_date, live.end_date, live.previous[-1].start_date) == (None, None, PRESS_DATE)
    assert is_called_off(live)
    row = Meeting.objects.get()
    assert (row.start_date, row.previous[-1].start_date, row.status) == (None, PRESS_DATE, "postponed")


@pytest.mark.parametrize("status", ["confirmed", "cancelled"])
def test_date_is_restored_if_the_meeting_takes_place_after_all(clock: Any, status: str) -> None:
    meeting = live_day(clock)
    before = document_of(changed(clock, meeting, to_1415(meeting)))
    changed(clock, meeting, STORM)
    after = document_of(changed(clock, meeting, FactsChange(meeting={"status": status, "status_reason": "Sun."})))
    assert (after.start_date, after.end_date, after.previous) == (before.start_date, before.end_date, [])
    assert (Meeting.objects.get().start_date, Meeting.objects.get().previous) == (before.start_date, [])


def test_scheduled_edition_loses_its_date_too(clock: Any) -> None:
    meeting = live_day(clock)
    schedule_later_edition(meeting, lead="<p>More.</p>")
    changed(clock, meeting, STORM)
    assert (document_of(get_scheduled_document()).start_date, document_of(get_scheduled_document()).status) == (
        None,
        "postponed",
    )


def test_scheduled_edition_keeps_a_date_of_its_own(clock: Any) -> None:
    meeting = live_day(clock)
    tomorrow = PRESS_DATE + dt.timedelta(days=1)
    schedule_later_edition(meeting, start_date=tomorrow, end_date=tomorrow, status_reason="The airport is closed.")
    changed(clock, meeting, STORM)
    assert (document_of(get_scheduled_document()).start_date, document_of(get_scheduled_document()).status) == (
        tomorrow,
        "postponed",
    )
    assert not is_called_off(document_of(get_scheduled_document()))


def test_earlier_change_of_place_does_not_restore_the_old_date(clock: Any, visitor: Visitor) -> None:
    meeting = live_day(clock)
    Meeting.objects.filter(pk=meeting.pk).update(city="Luxembourg", status_reason="It is October.")
    saved(meeting)
    edition = published(clock, Meeting.objects.get(pk=meeting.pk))
    changed(clock, meeting, STORM)
    page = text(visitor.get(f"/en/{edition.address}"))
    assert "Postponed" in page
    assert "Postponed to this date" not in page


def test_correction_that_keeps_the_date_is_refused(clock: Any) -> None:
    """It would be read as the new one; on another day the same is taken as it is written."""
    meeting = live_day(clock)
    Meeting.objects.filter(pk=meeting.pk).update(status="postponed", status_reason="Storm.")
    saved(meeting)
    with pytest.raises(Refused, match=r"still has the published date\. Enter the new date, or delete the old one"):
        publish(Meeting.objects.get(pk=meeting.pk))
    tomorrow = PRESS_DATE + dt.timedelta(days=1)
    Meeting.objects.filter(pk=meeting.pk).update(start_date=tomorrow, end_date=tomorrow)
    saved(meeting)
    assert not is_called_off(document_of(published(clock, Meeting.objects.get(pk=meeting.pk))))

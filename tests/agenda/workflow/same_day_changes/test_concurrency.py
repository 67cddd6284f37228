"""Two duty officers publish a change at the same time: one edition, and one clear error."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from agenda.models import Revision
from agenda.workflow.errors import PendingEditionError, StaleTextError
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.same_day_changes.publication import get_live_meeting, publish_same_day_change
from agenda.workflow.transactions import lock_subject, wait_until_live
from meetings.models import Edition, Meeting
from tests.agenda.workflow.same_day_changes.helpers import get_press_conference
from tests.factories import COMMAND, make_meeting, publish

pytestmark = pytest.mark.postgresql
DAY = dt.timedelta(days=1)


@pytest.fixture
def published_today(committed: None) -> Meeting:
    """Return a meeting that is live by the real clock, with an edition scheduled for tomorrow."""
    meeting = make_meeting(start_date=timezone.localdate())
    wait_until_live(publish(meeting)[0])
    meeting.agenda.update(title="Tomorrow")
    publish(meeting, at=timezone.now().replace(microsecond=0) + DAY)
    return meeting


def test_second_of_two_simultaneous_changes_is_refused(published_today: Meeting) -> None:
    shown = get_live_meeting(published_today, timezone.now()).shown
    start, outcomes = threading.Barrier(2), []

    def change(time: str) -> None:
        try:
            start.wait(10)
            edition: Any = publish_same_day_change(
                published_today,
                SameDayChange(points={get_press_conference(published_today).pk: {"time": time}}),
                by=COMMAND,
                shown=shown,
            )
            wait_until_live(edition)
            outcomes.append(time)
        except (PendingEditionError, StaleTextError) as error:  # before the first one's second, or after it
            outcomes.append(f"refused: {error}")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=change, args=(time,)) for time in ("14:15", "14:30")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert Edition.objects.filter(reason="facts").count() == 1, outcomes
    assert len([outcome for outcome in outcomes if outcome.startswith("refused")]) == 1, outcomes
    assert Edition.objects.count() == 3
    assert Revision.objects.filter(why="facts").count() == 1


def test_change_does_not_wait_for_who_publishes_another_note(published_today: Meeting) -> None:
    """Whoever publishes a long note, or ten, locks their configuration for some seconds."""
    is_locked, go_on = threading.Event(), threading.Event()

    def publish_for_long() -> None:
        try:
            with transaction.atomic():
                lock_subject(make_meeting(start_date=timezone.localdate() + DAY))
                is_locked.set()
                go_on.wait(10)
        finally:
            connections.close_all()

    def change() -> Edition:
        press_conference = get_press_conference(published_today)
        change = SameDayChange(points={press_conference.pk: {"time": "14:15"}})
        try:
            return publish_same_day_change(published_today, change, by=COMMAND)
        finally:
            connections.close_all()

    with ThreadPoolExecutor() as threads:
        publishing = threads.submit(publish_for_long)
        assert is_locked.wait(10)
        changing = threads.submit(change)
        try:
            assert changing.result(5).reason == "facts"
        finally:
            go_on.set()
        publishing.result()

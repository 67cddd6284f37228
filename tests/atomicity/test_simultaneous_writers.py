"""Simultaneous writers: one of two publishers gets an error message, and a polling reader misses no edition."""

import datetime as dt
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from meetings.editions.freezing import delete_pending_editions
from meetings.models import Edition
from tests import actions
from tests.atomicity.conftest import slow_commits
from tests.atomicity.processes import Stage
from tests.factories import DAY, make_meeting, make_uuid

SOAK = int(os.environ.get("SOAK", "0"))
WRITERS = 3
SECONDS = SOAK or 3
SETTLE_SECONDS = 5  # by then, the last scheduled edition is public
OpenStage = Callable[[], Stage]


def test_second_of_two_simultaneous_publishers_is_refused(open_stage: OpenStage, tmp_path: Path) -> None:
    """The second one begins when the first is about to commit."""
    first, second = open_stage(), open_stage()
    first.run("create_meetings")
    first.run("submit_and_approve")
    before = first.run("list_editions")
    committing = tmp_path / "committing"
    first.begin("schedule_after", "", 0, linger=committing)
    second.begin("schedule_after", str(committing), 1)
    assert first.end() == ""
    assert "is already scheduled for" in second.end()
    assert len(first.run("list_editions")) == len(before) + 3
    assert first.run("find_incomplete_editions") == []


def test_polling_reader_misses_no_edition(open_stage: OpenStage) -> None:
    """Meanwhile others publish, schedule, replace, call off and withdraw the same subjects."""
    reader, *writers = [open_stage() for _stage in range(1 + WRITERS)]
    reader.run("create_meetings", 4)
    end = time.time() + SECONDS
    reader.begin("read_until", end + SETTLE_SECONDS, MARGIN)
    for seed, writer in enumerate(writers):
        writer.begin("write_until", end, seed)
    done = sum((Counter(writer.end()) for writer in writers), Counter())
    last = dt.datetime.fromtimestamp(
        end + SETTLE_SECONDS - MARGIN - 1, dt.UTC
    ).isoformat()  # the reader has seen everything up to here
    seen, existing = (
        [edition for edition in editions if edition[0] < last]
        for editions in (reader.end(), writers[0].run("list_editions_in_order"))
    )
    assert seen == existing
    assert writers[0].run("find_incomplete_editions") == []
    assert len(seen) > 5, done  # more than at the beginning


def test_edition_that_appears_while_it_is_replaced_stays(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database refuses to delete it. We then try again, and the new edition is added to it."""
    meeting = make_meeting()
    [first] = actions.publish(meeting)
    meeting.lead = "<p>Changed.</p>"
    meeting.save()

    def delete_late(edition: Edition) -> None:
        time.sleep(max(0.0, edition.available_from.timestamp() - time.time()) + 0.1)
        delete_pending_editions(edition)

    monkeypatch.setattr("agenda.workflow.scheduled_releases.delete_pending_editions", delete_late)
    [second] = actions.replace(meeting, at=first.available_from + DAY)
    assert [edition.pk for edition in Edition.objects.all()] == [first.pk, second.pk]


MARGIN = 1.0  # seconds; see `TestMargin`


@pytest.mark.postgresql
class TestMargin:
    """The database checks the clock at the end of a transaction, but others see the commit later.

    In between, it writes the log: a millisecond or so, or more if the disk hangs or a standby has to confirm. Here a
    trigger after the check makes it longer. A reader that polls in order must stay behind the clock by more than that.
    """

    @pytest.fixture
    def slow(self, url: str) -> Iterator[None]:
        with slow_commits("coalesce(nullif(current_setting('tests.slow_commit', true), ''), '0')::float"):
            yield

    LEAD = 2.0  # seconds for publishing on a busy machine, up to the check of the clock
    TAKES = 2.5

    def count_missed(self, open_stage: OpenStage, *, margin: float) -> int:
        """Return how many editions a reader misses if one of two for the same instant takes long to commit."""
        reader, slow, quick = [open_stage() for _stage in range(3)]
        reader.run("create_meetings")
        second = int(time.time()) + 4
        at = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(second))}+00:00"
        first, last = sorted(str(make_uuid(name)) for name in ("one", "another"))
        reader.begin("read_until", second + 4, margin)
        quick.run("publish_slowly", 0, at, last, 0)
        time.sleep(second - self.LEAD - time.time())
        slow.run("publish_slowly", 1, at, first, self.TAKES)
        seen = reader.end()
        return sum(edition not in seen for edition in quick.run("list_editions_in_order"))

    def test_reader_without_a_margin_misses_late_commits(self, open_stage: OpenStage, slow: None) -> None:
        assert self.count_missed(open_stage, margin=0) == 1

    def test_reader_with_a_sufficient_margin_misses_nothing(self, open_stage: OpenStage, slow: None) -> None:
        assert self.count_missed(open_stage, margin=self.TAKES + 0.3) == 0

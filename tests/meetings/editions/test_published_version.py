"""The published version, on which the tags of answers are based."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetings.editions import published_version
from meetings.editions.published_version import (
    MAX_AGE,
    MAX_CACHED_INSTANTS,
    compute_closed_version,
    compute_published_version,
    get_published_version,
    known_versions,
)
from meetings.models import Suppression
from meetings.models.public_tables import REFERENCE_TABLES
from tests.edition_publisher import EditionPublisher, appears, make_meeting_version
from tests.factories import MINUTE, PRESS_DAY, SECOND, make_configuration, make_meeting, publish_now

__all__ = ["appears"]


@pytest.mark.django_db
class TestPublishedVersion:
    def test_each_edition_changes_the_version(self, clock: Any) -> None:
        meeting = make_meeting()
        before = get_published_version(PRESS_DAY)
        edition = publish_now(clock, meeting)
        assert get_published_version(PRESS_DAY) == before
        assert get_published_version(edition.available_from) != before

    @pytest.mark.parametrize("table", REFERENCE_TABLES)
    def test_every_public_table_that_no_edition_fills_counts(self, table: str) -> None:
        """Otherwise, kept responses would not follow its changes."""
        with CaptureQueriesContext(connection) as queries:
            compute_published_version(PRESS_DAY)
        assert any(table in query["sql"] for query in queries)

    def test_process_remembers_a_few_instants_only(self) -> None:
        for minutes in range(3 * MAX_CACHED_INSTANTS):
            get_published_version(PRESS_DAY + minutes * MINUTE)
            assert len(known_versions) <= MAX_CACHED_INSTANTS

    def test_suppression_changes_the_version_until_it_is_lifted(self, clock: Any) -> None:
        meeting = make_meeting()
        edition = publish_now(clock, meeting)
        meeting.lead = "<p>Ministers meet.</p>"
        meeting.save()
        at = publish_now(clock, meeting).available_from
        before = compute_published_version(at)
        Suppression.objects.create(edition=edition, at=at, reason="A private number.")
        assert compute_published_version(at) != before
        Suppression.objects.update(lifted_at=at, lifted_because="It was not private.")
        assert compute_published_version(at) == before

    def test_withdrawal_that_is_visible_after_its_instant_counts_as_later(self, appears: EditionPublisher) -> None:
        """A dump that was written in between still has what was withdrawn."""
        edition = appears(make_meeting_version())
        written_at = edition.available_from + MINUTE + SECOND
        before = compute_closed_version(written_at, written_at)
        assert appears.withdraw(edition).available_from < written_at
        assert compute_closed_version(written_at, written_at + MINUTE) != before

    def test_process_reads_an_instant_again_after_a_second(self, monkeypatch: pytest.MonkeyPatch) -> None:
        times = iter((0.0, MAX_AGE - 0.1, MAX_AGE))
        monkeypatch.setattr(published_version, "time", SimpleNamespace(monotonic=lambda: next(times)))
        before = get_published_version(PRESS_DAY)
        make_configuration()
        assert get_published_version(PRESS_DAY) == before
        assert get_published_version(PRESS_DAY) != before

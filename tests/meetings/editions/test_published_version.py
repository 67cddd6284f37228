"""The published version, on which the tags of answers are based."""

from typing import Any

import pytest

from meetings.editions import published_version
from meetings.editions.published_version import MAX_CACHED_INSTANTS, get_published_version
from tests.factories import MINUTE, PRESS_DAY, make_meeting, publish_now


@pytest.mark.django_db
class TestPublishedVersion:
    def test_each_edition_changes_the_version(self, clock: Any) -> None:
        before = get_published_version(PRESS_DAY)
        edition = publish_now(clock, make_meeting())
        assert get_published_version(PRESS_DAY) == before
        assert get_published_version(edition.available_from) != before

    def test_process_remembers_a_few_instants_only(self) -> None:
        for minutes in range(3 * MAX_CACHED_INSTANTS):
            get_published_version(PRESS_DAY + minutes * MINUTE)
        assert len(published_version._known) <= MAX_CACHED_INSTANTS

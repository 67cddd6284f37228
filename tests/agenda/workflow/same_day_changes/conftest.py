"""A meeting on its day, published once for the tests of a module."""

from typing import Any

import pytest

from meetings.models import Meeting
from tests.agenda.workflow.same_day_changes.helpers import publish_day
from tests.worlds import share_world


@share_world
def published_day(clock: Any) -> Meeting:
    return publish_day(clock)


@pytest.fixture
def meeting(published_day: Meeting) -> Meeting:
    return Meeting.objects.get(pk=published_day.pk)

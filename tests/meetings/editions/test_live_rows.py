"""The list of live documents, which prepared queries read."""

import pytest

from meetings.editions.freezing import create_edition
from meetings.editions.live_rows import list_live_editions
from meetings.models import SubjectType
from tests.edition_publisher import EditionPublisher, appears, make_meeting_version
from tests.factories import MINUTE

__all__ = ["appears"]
pytestmark = pytest.mark.django_db


def test_list_has_the_live_edition_of_each_meeting_only(appears: EditionPublisher) -> None:
    appears(make_meeting_version(title="Superseded"))
    live = appears(make_meeting_version(title="Live"))
    withdrawal = appears.withdraw(appears(make_meeting_version("withdrawn")))
    create_edition([make_meeting_version("scheduled")], available_from=withdrawal.available_from + MINUTE)
    now = withdrawal.available_from
    rows = list_live_editions(SubjectType.MEETING, "en", 10, now=now, cursor=None)
    assert [row.edition.id for row in rows] == [live.pk]

"""The list of live documents, which prepared queries read."""

import pytest

from meetings.editions.freezing import create_edition
from meetings.editions.keyset import KeysetPage
from meetings.editions.live_rows import list_live_editions
from meetings.models import SubjectType
from tests.edition_publisher import EditionPublisher, appears, make_meeting_version
from tests.factories import DAY, MINUTE, PRESS_DATE

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


def test_pages_of_the_list_follow_each_other(appears: EditionPublisher) -> None:
    editions = [appears(make_meeting_version(name, start_date=PRESS_DATE + n * DAY)) for n, name in enumerate("abc")]
    now = editions[-1].available_from
    cursor, pages = None, []
    for direction in ("next", "previous", "next"):
        rows = list_live_editions(SubjectType.MEETING, "en", 3, now=now, cursor=cursor)
        page = KeysetPage(rows, at=now, cursor=cursor, limit=2)
        pages.append([row.edition.id for row in page.rows])
        cursor = getattr(page, direction)
    newest_first = [edition.pk for edition in reversed(editions)]
    assert pages == [newest_first[:2], newest_first[2:], newest_first[:2]]

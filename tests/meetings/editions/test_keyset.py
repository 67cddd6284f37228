"""Test that a list accepts its own cursors only."""

import base64
import datetime as dt
import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from agenda.api.items import AgendaItemResource
from agenda.api.links import MediaLinkResource
from agenda.api.topics import TopicResource
from meetings.api.changes import CHANGES_ORDERING
from meetings.api.meetings import MeetingResource
from meetings.api.reference import ConfigurationResource, PresidencyResource
from meetings.editions.keyset import (
    Cursor,
    KeysetPage,
    Ordering,
    ShortText,
    SmallInteger,
    UtcInstant,
    build_date_ordering,
    build_orderings,
)
from meetings.models import Edition, SubjectType
from meetings.models.publication_history import BEFORE_ALL_EDITIONS
from tests.edition_publisher import EditionPublisher, appears, make_meeting_version
from tests.factories import DAY, PRESS_DATE, PRESS_DAY, make_uuid

__all__ = ["appears"]
pytestmark = pytest.mark.once

RESOURCES = (MeetingResource, TopicResource, AgendaItemResource, MediaLinkResource)
REFERENCE = (ConfigurationResource, PresidencyResource)
ORDERINGS = [ordering for resource in RESOURCES for ordering in resource.orderings.values()]
ORDERINGS += [*(resource.ordering for resource in REFERENCE), CHANGES_ORDERING]
BY_NAME = {ordering.name: ordering for ordering in ORDERINGS}
SAMPLES = {dt.date: PRESS_DATE, UUID: make_uuid("a"), SubjectType: SubjectType.MEETING, SmallInteger: 1}
SAMPLES |= {UtcInstant: PRESS_DAY, ShortText: "JHA"}
PRESS_DAY_TEXT = "2060-09-14T08:00:00Z"


def encode(values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def make_cursor(ordering: Ordering) -> Cursor:
    return Cursor(PRESS_DAY, False, ordering, tuple(SAMPLES[kind] for kind in ordering.columns.values()))


def test_each_ordering_has_its_own_name() -> None:
    assert len(BY_NAME) == len(ORDERINGS) == 19


@pytest.mark.parametrize("name", BY_NAME)
def test_cursor_belongs_to_one_ordering_of_one_list(name: str) -> None:
    cursor = make_cursor(BY_NAME[name])
    for ordering in ORDERINGS:
        parsed = Cursor.parse(str(cursor), PRESS_DAY, ordering)
        assert parsed == (cursor if ordering.name == name else None), ordering.name


@pytest.mark.parametrize("name", BY_NAME)
def test_cursor_without_a_name_is_valid_for_meetings_and_topics_only(name: str) -> None:
    """They once gave out such cursors."""
    once = BY_NAME[name].earlier or BY_NAME[name]
    at, backwards, _name, *values = json.loads(base64.urlsafe_b64decode(str(make_cursor(once)) + "=="))
    found = Cursor.parse(encode([at, backwards, *values]), PRESS_DAY, BY_NAME[name])
    assert (found is not None) == (name in ("meetings", "topics"))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("configurations", ["configurations", 10**30, "JHA"]),
        ("configurations", ["configurations", -1, "JHA"]),
        ("configurations", ["configurations", 1, "J\0HA"]),
        ("configurations", ["configurations", 1, ["JHA"]]),
        ("presidencies", ["presidencies", 2017]),
        ("presidencies", ["presidencies", 2017, 1.5]),
        ("agenda-items", ["agenda-items", "session", "2060-09-14", str(make_uuid("meeting")), 1]),
        ("agenda-items", ["agenda-items", "meeting", "2060-02-30", str(make_uuid("meeting")), 1]),
        ("meetings", ["meetings", "2060-09-14", "nobody"]),
        ("meetings", []),
        ("changes", ["changes", "2060-09-14T08:00:00", str(make_uuid("a"))]),
        ("changes", ["changes", "2060-09-14", str(make_uuid("a"))]),
        ("changes", ["changes", PRESS_DAY_TEXT, "x"]),
        ("changes", ["changes"]),
    ],
)
def test_invented_values_are_refused(name: str, values: list[Any]) -> None:
    assert Cursor.parse(encode([PRESS_DAY_TEXT, False, *values]), PRESS_DAY, BY_NAME[name]) is None


@pytest.mark.parametrize(
    "at",
    [
        "0001-01-01T00:00:00+14:00",
        "0001-01-01T00:00:00Z",
        "2026-01-01T00:00:00",
        "2060-09-14T10:00:00+02:00",
        "9999-12-31T23:59:59Z",
        (PRESS_DAY + DAY).isoformat(),
    ],
)
def test_instant_in_the_future_or_in_another_form_is_refused(at: str) -> None:
    values = ["2060-09-14", str(make_uuid("a"))]
    assert Cursor.parse(encode([PRESS_DAY_TEXT, False, "meetings", *values]), PRESS_DAY) is not None
    assert Cursor.parse(encode([at, False, "meetings", *values]), PRESS_DAY) is None


@pytest.mark.parametrize("text", [encode({}), encode([]), encode([[[[]]]]), "W" * 2000, "bnVsbA", "x", "", "😀"])
def test_text_that_is_not_a_cursor_is_refused(text: str) -> None:
    assert Cursor.parse(text, PRESS_DAY) is None


@pytest.mark.parametrize("backwards", [False, True])
def test_page_without_rows_leads_nowhere(backwards: bool) -> None:
    """Such as one behind rows that are no longer in the list."""
    page = KeysetPage([], at=PRESS_DAY, cursor=replace(make_cursor(BY_NAME["meetings"]), backwards=backwards))
    assert (page.rows, page.next, page.previous) == ([], None, None)


NUMBERS = Ordering("numbers", {"number": SmallInteger})
FORWARDS, BACKWARDS = (Cursor(PRESS_DAY, backwards, NUMBERS, (0,)) for backwards in (False, True))


@pytest.mark.parametrize(
    ("cursor", "found", "shown", "has_previous", "has_next"),
    [
        (None, [1, 2], [1, 2], False, False),
        (None, [1, 2, 3], [1, 2], False, True),
        (FORWARDS, [1, 2], [1, 2], True, False),
        (FORWARDS, [1, 2, 3], [1, 2], True, True),
        (BACKWARDS, [3, 2], [2, 3], False, True),
        (BACKWARDS, [3, 2, 1], [2, 3], True, True),
    ],
)
def test_page_leads_to_the_rows_before_and_after_it(
    cursor: Cursor | None, found: list[int], shown: list[int], has_previous: bool, has_next: bool
) -> None:
    for ordering, at in ((NUMBERS, PRESS_DAY), (replace(NUMBERS, has_history=False), BEFORE_ALL_EDITIONS)):
        rows = [SimpleNamespace(number=number, as_of=PRESS_DAY) for number in found]
        start = cursor and replace(cursor, ordering=ordering)
        page = KeysetPage(rows, at=PRESS_DAY, cursor=start, limit=2, ordering=ordering)
        assert [row.number for row in page.rows] == shown
        assert page.previous == (Cursor(at, True, ordering, (shown[0],)) if has_previous else None)
        assert page.next == (Cursor(at, False, ordering, (shown[-1],)) if has_next else None)


def test_pages_of_a_query_follow_each_other(appears: EditionPublisher) -> None:
    editions = [appears(make_meeting_version(name)) for name in ("one", "two", "three")]
    ordering = Ordering("editions", {"subject_type": SubjectType, "-available_from": UtcInstant})
    at = editions[-1].available_from
    query = Edition.objects.visible(at)
    first = KeysetPage(query, at=at, limit=2, ordering=ordering)
    second = KeysetPage(query, at=at, cursor=first.next, limit=2)
    again = KeysetPage(query, at=at, cursor=second.previous, limit=2)
    assert [page.rows for page in (first, second, again)] == [editions[:0:-1], editions[:1], editions[:0:-1]]
    assert (first.previous, second.next, again.previous, again.next) == (None, None, None, first.next)
    assert first.next
    assert first.next.at == at


def test_rows_of_a_day_are_sorted_by_their_start_and_rows_of_an_edition_by_their_own_columns() -> None:
    by_date = build_date_ordering("items", {"-edition__listed_on": dt.date, "item_id": UUID})
    assert [*by_date.columns] == ["-edition__listed_on", "-edition__sorted_at", "item_id"]
    for within in ({"item_id": UUID}, None):
        orderings = build_orderings(by_date, {"edition__listed_on": dt.date}, within)
        assert [*orderings["-appeared"].columns] == ["-edition__available_from", "-edition__id", *(within or ())]
        assert [*orderings["appeared"].columns] == ["edition__available_from", "edition__id", *(within or ())]

"""Test that a list accepts its own cursors only."""

import base64
import datetime as dt
import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from agenda.api.items import AgendaItemResource
from agenda.api.links import MediaLinkResource
from agenda.api.topics import TopicResource
from meetings.api.changes import CHANGES_ORDERING
from meetings.api.meetings import MeetingResource
from meetings.api.reference import ConfigurationResource, PresidencyResource
from meetings.editions.keyset import Cursor, KeysetPage, Ordering, ShortText, SmallInteger, UtcInstant
from meetings.models import SubjectType
from tests.factories import DAY, PRESS_DATE, PRESS_DAY, make_uuid

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

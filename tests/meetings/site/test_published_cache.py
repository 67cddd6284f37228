"""What follows from everything published is built once, and again after each publication."""

import datetime as dt
from itertools import count
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone

from meetings.editions.published_version import known_versions
from meetings.http.time_travel import TimeTravel
from meetings.site.published_cache import MAX_ENTRIES, entries, keep_while_published
from tests.factories import DAY, make_meeting, publish_now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def make_request(**more: Any) -> HttpRequest:
    request = RequestFactory().get("/")
    vars(request).update(instant=timezone.now(), **more)
    return request


def test_value_is_built_once_for_each_key_and_version(clock: Any) -> None:
    numbers = count()

    def build() -> int:
        return next(numbers)

    assert [keep_while_published(make_request(), key, build) for key in ("en", "en", "fr", "en")] == [0, 0, 1, 0]
    publish_now(clock, make_meeting())
    known_versions.clear()  # the next second
    assert [keep_while_published(make_request(), key, build) for key in ("en", "en")] == [2, 2]


def test_nothing_is_kept_during_time_travel() -> None:
    """A scheduled edition can be replaced by another of the same instant."""
    numbers, now = count(), timezone.now()
    travel = TimeTravel(at=now + DAY, now=now, until=now + dt.timedelta(hours=1))
    assert [keep_while_published(make_request(travel=travel), "en", lambda: next(numbers)) for _ in range(2)] == [0, 1]
    assert not entries


def test_number_of_entries_is_bounded() -> None:
    for number in range(3 * MAX_ENTRIES):
        keep_while_published(make_request(), number, lambda: "")
    assert len(entries) <= MAX_ENTRIES

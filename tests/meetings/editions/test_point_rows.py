"""Test that the migration fills the new columns of points as publishing does, for editions that are there already."""

import datetime as dt
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import connection

from meetings.documents.choices import MeetingStatus, PointState
from meetings.models import IndexedPoint, StoredDocument
from tests.factories import PRESS_DAY
from tests.programmes import make_point, make_programme, show_documents
from tests.public_requests import lifted_guards

COLUMNS = ("sorted_at", "is_timed", "takes_place", "configuration")
LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
fill = import_module("meetings.migrations.0034_sorted_points").fill


def list_rows() -> list[Any]:
    return sorted(IndexedPoint.objects.values_list("point_id", *COLUMNS))


def fill_again() -> None:
    IndexedPoint.objects.update(sorted_at=LONG_AGO, is_timed=False, takes_place=True, configuration="")
    with connection.schema_editor() as editor:
        fill(apps, editor)


def test_migration_fills_the_rows_of_published_editions(committed: None, clock: Any) -> None:
    lisbon = make_programme(make_point("Lisbon"), make_point("Cancelled", state=PointState.CANCELLED), name="lisbon")
    lisbon.timezone, lisbon.address_word = "Europe/Lisbon", "lisbon"
    cancelled = make_programme(make_point("Called off"), make_point("At the end", None), name="cancelled")
    cancelled.status, cancelled.address_word = MeetingStatus.CANCELLED, "cancelled"
    show_documents(clock, make_programme(make_point("Press"), make_point("After", None)), lisbon, cancelled)
    rows = list_rows()
    assert len({row[1] for row in rows}) == 2  # 13:00 in Lisbon is another instant than in Brussels
    with lifted_guards():
        fill_again()
    assert list_rows() == rows


def test_migration_sorts_points_of_erased_texts_by_brussels_time(committed: None, clock: Any) -> None:
    show_documents(clock, make_programme(make_point("Press")))
    with lifted_guards():
        StoredDocument.objects.update(text="")
        fill_again()
    assert [row[1:] for row in list_rows()] == [(PRESS_DAY.replace(hour=11), True, True, "jha")]

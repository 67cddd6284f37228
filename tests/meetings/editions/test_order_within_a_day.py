"""Editions have the instant by which lists sort the meetings of a day; the migration fills it for those of before."""

import datetime as dt
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import connection

from meetings.documents.choices import PointKind
from meetings.models import Edition, StoredDocument
from tests.edition_publisher import make_topic_document
from tests.factories import MINUTE, PRESS_DAY
from tests.programmes import make_point, make_programme, show_documents
from tests.public_requests import lifted_guards

END_OF_DAY = dt.datetime(2060, 9, 14, 21, 59, 59, tzinfo=dt.UTC)  # in Brussels
LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
fill = import_module("meetings.migrations.0037_order_within_a_day").fill


def list_instants() -> list[dt.datetime]:
    return list(Edition.objects.order_by("sorted_at").values_list("sorted_at", flat=True))


def fill_again() -> None:
    Edition.objects.update(sorted_at=LONG_AGO)
    with connection.schema_editor() as editor:
        fill(apps, editor)


def publish_three(clock: Any) -> None:
    start = make_point("Start", "13:00", kind=PointKind.START)
    show_documents(
        clock, make_programme(start), make_programme(name="no start", address_word="x"), make_topic_document()
    )


def test_meeting_has_its_start_and_a_topic_its_publication(committed: None, clock: Any) -> None:
    publish_three(clock)
    expected = [PRESS_DAY + MINUTE, PRESS_DAY.replace(hour=11), END_OF_DAY]
    assert list_instants() == expected
    with lifted_guards():
        fill_again()
    assert list_instants() == expected


def test_migration_sorts_erased_texts_last(committed: None, clock: Any) -> None:
    publish_three(clock)
    with lifted_guards():
        StoredDocument.objects.update(text="")
        fill_again()
    assert list_instants() == [PRESS_DAY + MINUTE, END_OF_DAY, END_OF_DAY]

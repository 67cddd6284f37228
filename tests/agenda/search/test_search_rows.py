"""The rows of the search index: what is written with an edition, and that nothing changes it afterwards."""

from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from meetings.documents.decoding import decode_document_or_none
from meetings.models import Edition, SearchRow, StoredSearchResult
from meetings.search.document_parts import build_search_parts
from tests.agenda.search.search_page import list_results, publish_approved
from tests.factories import DAY, PRESS_DAY, make_meeting, publish, translate
from tests.public_requests import Visitor
from tests.worlds import share_world

pytestmark = pytest.mark.usefixtures("edition")


@share_world
def edition(clock: Any) -> Edition:
    meeting = make_meeting()
    translate(meeting, lead="<p>Baleines</p>")
    return publish_approved(clock, meeting)


def test_one_row_for_each_part_of_each_document(edition: Edition) -> None:
    rows = SearchRow.objects.filter(edition=edition)
    assert sorted(rows.values_list("language", "kind")) == [
        ("en", "item"),
        ("en", "meeting"),
        ("fr", "item"),
        ("fr", "meeting"),
    ]


def test_rows_cannot_be_changed(edition: Edition) -> None:
    row = SearchRow.objects.filter(edition=edition).first()
    assert row
    for act in (
        lambda: SearchRow.objects.update(title_words="x"),
        lambda: SearchRow.objects.all().delete(),
        lambda: SearchRow.objects.create(edition=row.edition, part_id=row.part_id, date=row.date, words="enx"),
    ):
        with pytest.raises(IntegrityError, match=r"never changed|sealed"), transaction.atomic():
            act()


@pytest.mark.sqlite
def test_rows_cannot_be_replaced(edition: Edition) -> None:
    columns = ", ".join(f'"{field.column}"' for field in SearchRow._meta.fields)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"REPLACE INTO meetings_searchrow ({columns}) SELECT {columns} FROM meetings_searchrow")


def test_rows_are_deleted_with_a_cancelled_edition(visitor: Visitor, clock: Any, edition: Edition) -> None:
    meeting = make_meeting("env", lead="<p>Zanzibar</p>")
    others = SearchRow.objects.exclude(edition=edition)
    publish(meeting, at=PRESS_DAY + DAY)
    assert others.exists()
    publish(meeting, at=PRESS_DAY + 2 * DAY, pending="replace")
    assert others.values("edition").distinct().count() == 1
    clock.move_to(PRESS_DAY + 2 * DAY)
    assert len(list_results(visitor, "Zanzibar")) == 1


def test_rows_are_like_those_of_the_migration(edition: Edition) -> None:
    rows = SearchRow.objects.filter(edition=edition)
    migration = import_module("meetings.migrations.0019_search_rows_of_what_is_published")
    columns = ("language", "kind", "part_id", "configuration", "date", "title_words", "reference_words")
    written = sorted(rows.values_list(*columns))
    expected = [
        tuple(migration.build_search_columns(document, part, edition.listed_on)[name] for name in columns)
        for document in read_documents(edition)
        for part in build_search_parts(document)
    ]
    assert sorted(expected) == written


def test_stored_results_are_like_those_of_the_migration(edition: Edition) -> None:
    migration = import_module("meetings.migrations.0030_stored_search_results")
    columns = ("id", "language", "content")
    expected = [
        tuple(migration.build_result_columns(edition.pk, document, part)[name] for name in columns)
        for document in read_documents(edition)
        for part in build_search_parts(document)
    ]
    assert sorted(StoredSearchResult.objects.values_list(*columns)) == sorted(expected)
    assert len(expected) == SearchRow.objects.count()


def read_documents(edition: Edition) -> list[Any]:
    rows = edition.documents.select_related("document")
    return [decode_document_or_none(row.document.text, row.document_id) for row in rows]

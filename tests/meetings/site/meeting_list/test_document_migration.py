"""Migrations of the index of document numbers."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from meetings.models import IndexedReference
from tests.factories import publish_now
from tests.meetings.site.meeting_list.test_document_filter import make_meeting_with_item
from tests.public_requests import lifted_guards


def test_migration_writes_the_same_rows_for_older_editions(clock: Any, committed: None) -> None:
    publish_now(clock, make_meeting_with_item(1, documents=["97810/1/26 REV 1", "97810/26", "COM(2026) 12"]))
    shared = IndexedReference.objects.filter(kind=IndexedReference.ReferenceKind.WHOLE_NUMBER)
    written = list(shared.values_list("edition", "item_id", "reference"))
    assert [reference for _edition, _item, reference in written] == ["97810/26"]
    migration = import_module("meetings.migrations.0021_documents_by_their_whole_number")
    with lifted_guards():
        shared.delete()
        with connection.schema_editor(atomic=True) as editor:
            migration.fill(apps, editor)
    assert list(shared.values_list("edition", "item_id", "reference")) == written
    with pytest.raises(DatabaseError, match="sealed"), transaction.atomic():
        shared.delete()


def test_migration_hides_words_of_older_editions(clock: Any, committed: None) -> None:
    publish_now(clock, make_meeting_with_item(1, documents=["Letter of Ruritania 7/26", "97810/26"]))
    references = IndexedReference.objects.filter(kind=IndexedReference.ReferenceKind.DOCUMENT).order_by("reference")
    written = list(references.values_list("reference", flat=True))
    migration = import_module("meetings.migrations.0050_digests_of_wordy_references")
    with lifted_guards(), connection.schema_editor(atomic=True) as editor:
        references.exclude(reference="97810/26").update(reference="LETTEROFRURITANIA7/26")
        for _again in range(2):
            migration.hide_words(apps, editor)
    assert list(references.values_list("reference", flat=True)) == written

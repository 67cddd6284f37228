"""The migration that indexes documents by their whole number."""

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

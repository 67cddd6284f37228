"""Rows that are inserted with one statement are those that `bulk_create` and `save` would have written."""

from typing import Any

import pytest
from django.db import connection
from django.utils.translation import gettext_lazy

from agenda.models import BackgroundTopic
from meetings.database.row_insertion import insert_rows
from meetings.models import AuditEntry, StoredDocument
from tests.factories import PRESS_DAY

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]


def build_entry(**values: Any) -> AuditEntry:
    return AuditEntry(**{"at": PRESS_DAY, "actor": "anna", "act": "approved"} | values)


def test_no_rows_need_no_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert insert_rows([]) == []


def test_long_rows_are_inserted_in_portions(django_assert_num_queries: Any) -> None:
    """So that a session needs no more memory for many of them: PostgreSQL takes many times the length of a text."""
    names = [f"{number}" for number in range(5)]
    with django_assert_num_queries(3):
        rows = insert_rows(build_entry(actor=name, details={"text": "α" * 200_000}) for name in names)
    assert [(row.pk, row.actor) for row in AuditEntry.objects.order_by("pk")] == [(row.pk, row.actor) for row in rows]


def test_rows_get_their_keys_in_order(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        rows = insert_rows(build_entry(actor=name) for name in ("anna", "ben", "cleo"))
    assert [row.pk for row in rows] == sorted(row.pk for row in rows)
    assert [*AuditEntry.objects.order_by("pk")] == rows
    assert [row.actor for row in rows] == ["anna", "ben", "cleo"]
    assert {(row._state.adding, row._state.db) for row in rows} == {(False, connection.alias)}


@pytest.mark.parametrize(("are_clean", "lead"), [(False, "<p>a</p>"), (True, "<p>a</p><script>b</script>")])
def test_rich_text_is_cleaned_unless_the_caller_has_done_it(are_clean: bool, lead: str) -> None:
    topic = BackgroundTopic(slug="a", title="A", lead="<p>a</p><script>b</script>")
    insert_rows([topic], are_clean=are_clean)
    stored = BackgroundTopic.objects.get()
    assert (stored.lead, topic.lead) == (lead, lead)


def test_rows_that_exist_stay() -> None:
    insert_rows([StoredDocument(digest="a", text="first")])
    insert_rows([StoredDocument(digest=digest, text="second") for digest in "ab"], ignore_conflicts=True)
    assert dict(StoredDocument.objects.values_list("digest", "text")) == {"a": "first", "b": "second"}


def test_lazy_translations_are_texts_and_other_types_are_refused() -> None:
    insert_rows([build_entry(details={"remark": gettext_lazy("Meeting")})])
    assert AuditEntry.objects.get().details == {"remark": "Meeting"}
    with pytest.raises(TypeError, match="no column has a complex"):
        insert_rows([build_entry(actor=1j)])

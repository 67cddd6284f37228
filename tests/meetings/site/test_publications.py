"""Texts of lists, which come from those that the process keeps."""

from typing import Any

import pytest

from meetings.models import EditionDocument, StoredDocument, SubjectType
from meetings.site.publications import add_texts
from tests.factories import make_meeting, publish_now


@pytest.mark.django_db
def test_a_text_in_reading_order_has_the_digest_of_the_stored_text(committed: None, clock: Any) -> None:
    publish_now(clock, make_meeting())
    rows = EditionDocument.objects.select_related("document").defer("document__text")
    [row] = add_texts(SubjectType.MEETING, list(rows))
    stored = StoredDocument.objects.get(pk=row.document_id)
    assert row.document.text != stored.text
    assert row.document.text_digest == stored.digest

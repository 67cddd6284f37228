"""Texts of documents for lists: in reading order if that is known, and kept by the process."""

from uuid import UUID, uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from meetings.documents.encoding import compute_digest, encode_document
from meetings.documents.reading_order import sort_members
from meetings.editions.kept_texts import LoadedText, load_texts
from meetings.models import StoredDocument
from tests.factories import make_meeting_document

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def store(text: str) -> UUID:
    return StoredDocument.objects.create(digest=compute_digest(text), text=text).pk


def test_texts_are_read_once_and_removed_ones_are_left_out(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    text, broken = encode_document(make_meeting_document()), "{"
    ordered = sort_members(text, "meeting").decode()
    readable, undecodable, empty, gone = store(text), store(broken), store(""), uuid4()
    expected = {
        readable: LoadedText(ordered, compute_digest(text)),
        undecodable: LoadedText(broken, compute_digest(broken)),
    }
    assert ordered != text
    assert load_texts("meeting", [readable, undecodable, empty, gone]) == expected
    with django_assert_num_queries(0):
        assert load_texts("meeting", [readable, undecodable]) == expected

"""Test that documents are encoded canonically, so that their digests can be checked with any library."""

import msgspec
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from meetings.documents.encoding import encode_document
from tests.factories import make_full_document, make_meeting_document


@given(st.text())
@example("\0\x08\t\n\x0b\f\r\x1b\x7f\x80\"\\/<>&'\u00ad\u2028\ufeff\uffff\U0001f600é")
def test_document_is_encoded_as_rfc_8785_requires(title: str) -> None:
    document = make_meeting_document(title)
    assert encode_document(document).encode() == rfc8785.dumps(msgspec.to_builtins(document))


def test_all_members_are_sorted() -> None:
    document = make_full_document()
    assert encode_document(document).encode() == rfc8785.dumps(msgspec.to_builtins(document))

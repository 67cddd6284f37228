"""Test the words for what an edition changed."""

from types import SimpleNamespace
from typing import Any

import pytest

from meetings.editions.change_summary import format_changed_members
from meetings.models import SubjectType


@pytest.mark.parametrize(
    ("subject", "members", "words"),
    [
        ("meeting", ["status_reason", "start_date", "end_date", "lead"], "status, date, introduction"),
        ("meeting", ["document_number", "references", "agenda_status", "agenda"], "references, agenda"),
        ("meeting", ["address_word", "previous", "fallbacks"], "translations (Deutsch)"),
        ("topic", ["text"], "text"),
        ("topic", ["slug", "title"], "title"),
    ],
)
def test_words(subject: str, members: list[str], words: str) -> None:
    change: Any = SimpleNamespace(
        edition=SimpleNamespace(subject_type=SubjectType(subject)),
        changed_members=members,
        previous=object(),
        languages=["de"],
    )
    assert format_changed_members(change) == words

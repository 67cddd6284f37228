"""What one person publishes alone: whether somebody must confirm it, and who has."""

import datetime as dt
from typing import Any

import pytest

from meetings.access.lone_acts import describe_confirmation, serialize_value
from meetings.models import Act, AuditEntry

WORDS: dict[str, Any] = {"words": ["Sent too early."]}
CHANGE: dict[str, Any] = WORDS | {"values": {"name": ["Eurogroup", "Euro Group"]}}
NOBODY_YET = "not confirmed by a colleague yet"


@pytest.mark.parametrize(
    ("act", "details", "confirmed_by", "words"),
    [
        (Act.FORCED, {}, None, NOBODY_YET),
        (Act.FORCED, {}, "Petra", "confirmed by Petra"),
        (Act.ROLLED_BACK, {}, None, NOBODY_YET),
        (Act.WITHDRAWN, WORDS, None, NOBODY_YET),
        (Act.WITHDRAWN, WORDS, "Petra", "confirmed by Petra"),
        (Act.WITHDRAWN, {}, None, ""),
        (Act.APPROVED, WORDS, None, ""),
        (Act.REFERENCE_CHANGED, CHANGE, None, NOBODY_YET),
        (Act.REFERENCE_CHANGED, CHANGE, "Petra", "decided by Petra"),
    ],
)
def test_act_of_one_person_is_described(
    act: Act, details: dict[str, Any], confirmed_by: str | None, words: str
) -> None:
    assert describe_confirmation(AuditEntry(act=act, details=details), confirmed_by) == words


def test_empty_values_wait_as_nothing() -> None:
    values = [7, False, "", None, "Eurogroup", dt.date(2031, 1, 1)]
    assert [serialize_value(value) for value in values] == [7, False, None, None, "Eurogroup", "2031-01-01"]

"""Test a whole calendar byte for byte."""

from pathlib import Path
from typing import Any

import pytest

from meetings.documents.choices import MeetingStatus
from meetings.documents.schema import Place
from meetings.editions.freezing import create_edition
from tests.factories import (
    DAY,
    PRESS_DATE,
    PRESS_DAY,
    SECOND,
    make_configuration,
    make_full_document,
    make_meeting_document,
    make_uuid,
)
from tests.public_requests import Visitor

GOLDEN = Path(__file__).with_name("jha.ics")


@pytest.mark.django_db
def test_whole_calendar_is_as_stored(visitor: Visitor, clock: Any) -> None:
    """A change reaches every subscriber. If you intend one, check the difference and store the new file."""
    make_configuration()
    create_edition([make_full_document()], available_from=PRESS_DAY + SECOND)
    provisional = make_meeting_document(
        "Συμβούλιο Δικαιοσύνης και Εσωτερικών Υποθέσεων: έκτακτη σύνοδος",
        id=make_uuid("another"),
        status=MeetingStatus.PROVISIONAL,
        start_date=PRESS_DATE + 108 * DAY,
        end_date=PRESS_DATE + 109 * DAY,
        lead="<p>Year's end;</p><ul><li>one,</li><li>two</li></ul>",
    )
    create_edition([provisional], available_from=PRESS_DAY + SECOND)
    changed = make_full_document(programme=[], place=Place(city="Tallinn", venue="Kultuurikatel"))
    create_edition([changed], available_from=PRESS_DAY + 2 * SECOND)
    clock.move_to(PRESS_DAY + DAY)
    response = visitor.get("/en/meetings/jha/calendar.ics?points=1")
    assert response.status_code == 200
    assert response.content == GOLDEN.read_bytes()

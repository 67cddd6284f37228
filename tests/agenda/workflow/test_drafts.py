"""What a draft says about a change of date, place or status, compared with what is live."""

from typing import Any

import pytest
from msgspec.structs import replace

from agenda.workflow.drafts import explain_missing_reason, explain_unchanged_date, get_earlier_dates
from meetings.documents.choices import MeetingStatus
from meetings.documents.schema import EarlierDate, MeetingDocument, Place, TopicDocument
from tests.factories import DAY, PRESS_DATE, make_meeting_document, make_uuid

LIVE = make_meeting_document(status=MeetingStatus.CONFIRMED, place=Place(city="Brussels"))
CANCELLED = {"status": MeetingStatus.CANCELLED}
POSTPONED = {"status": MeetingStatus.POSTPONED}
MOVED: dict[str, Any] = {"start_date": PRESS_DATE + DAY, "end_date": PRESS_DATE + DAY}
UNDATED: dict[str, Any] = {"start_date": None, "end_date": None}
BEFORE = EarlierDate(start_date=PRESS_DATE - DAY, end_date=PRESS_DATE - DAY, city="Luxembourg")
TOPIC = TopicDocument(
    id=make_uuid("topic"), language=LIVE.language, source_language=LIVE.language, slug="asylum", title="Asylum"
)


def make_live(values: dict[str, Any]) -> MeetingDocument:
    return replace(LIVE, **values)


@pytest.mark.parametrize(
    ("live", "draft", "words"),
    [
        ({}, {}, ""),
        ({}, CANCELLED, "Enter the public reason for the change first."),
        ({}, POSTPONED, "Enter the public reason"),
        ({}, MOVED, "Enter the public reason"),
        ({}, {"end_date": PRESS_DATE + DAY}, "Enter the public reason"),
        ({}, {"place": Place(city="Luxembourg")}, "Enter the public reason"),
        ({}, {"place": Place(city="Brussels", venue="Lex building")}, ""),
        ({}, {"status": MeetingStatus.PROVISIONAL}, ""),
        ({}, CANCELLED | {"status_reason": "Fog."}, ""),
        ({}, MOVED | {"status_reason": "Fog."}, ""),
        ({"status_reason": "Fog."}, MOVED | {"status_reason": "Fog."}, "still the one for the earlier change (“Fog.”)"),
        ({"status_reason": "Fog."}, MOVED | {"status_reason": ""}, "Enter the public reason"),
        ({"status_reason": "Fog."}, MOVED | {"status_reason": "Storm."}, ""),
        (CANCELLED | {"status_reason": "Fog."}, {}, ""),
        (CANCELLED | {"status_reason": "Fog."}, {"status": MeetingStatus.CONFIRMED}, ""),
        (POSTPONED | {"status_reason": "Fog."}, CANCELLED, "still the one for the earlier change"),
    ],
)
def test_move_or_cancellation_of_a_published_meeting_needs_a_new_reason(
    live: dict[str, Any], draft: dict[str, Any], words: str
) -> None:
    published = make_live(live)
    message = explain_missing_reason(replace(published, **draft), published)
    assert (words in message) if words else message == ""


@pytest.mark.parametrize("live", [None, TOPIC])
def test_unpublished_meeting_needs_no_reason_and_keeps_its_earlier_dates(live: TopicDocument | None) -> None:
    draft = make_live(CANCELLED | {"previous": [BEFORE]})
    assert explain_missing_reason(draft, live) == ""
    assert explain_unchanged_date(replace(draft, **POSTPONED), live) == ""
    assert get_earlier_dates(draft, live) == [BEFORE]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("live", "draft", "is_refused"),
    [
        ({}, POSTPONED, True),
        ({}, POSTPONED | MOVED, False),
        ({}, POSTPONED | {"end_date": PRESS_DATE + DAY}, False),
        ({}, POSTPONED | UNDATED, False),
        ({}, CANCELLED, False),
        (POSTPONED, {}, False),
        (UNDATED, POSTPONED, False),
    ],
)
def test_postponed_meeting_does_not_keep_its_date(
    live: dict[str, Any], draft: dict[str, Any], is_refused: bool
) -> None:
    published = make_live(live)
    assert bool(explain_unchanged_date(replace(published, **draft), published)) == is_refused


@pytest.mark.parametrize(
    ("live", "draft", "earlier"),
    [
        ({}, {}, []),
        ({"previous": [BEFORE]}, {"previous": []}, [BEFORE]),
        ({}, {"previous": [BEFORE]}, []),
        ({}, MOVED, [EarlierDate(start_date=PRESS_DATE, end_date=PRESS_DATE, city="Brussels")]),
        (
            {"previous": [BEFORE]},
            {"place": Place(city="Luxembourg")},
            [BEFORE, EarlierDate(start_date=PRESS_DATE, end_date=PRESS_DATE, city="Brussels")],
        ),
        (UNDATED | {"previous": [BEFORE]}, MOVED, [BEFORE]),
    ],
)
def test_date_that_was_published_stays_when_the_meeting_moves(
    live: dict[str, Any], draft: dict[str, Any], earlier: list[EarlierDate]
) -> None:
    published = make_live(live)
    assert get_earlier_dates(replace(published, **draft), published) == earlier  # type: ignore[arg-type]

"""What a draft says about a change of date, place or status, compared with what is live; and which editions matter."""

from typing import Any

import pytest
from django.utils import timezone
from msgspec.structs import replace

from agenda.workflow.drafts import (
    RelatedEditions,
    explain_missing_reason,
    explain_unchanged_date,
    get_earlier_dates,
    get_live_document,
    load_related_editions,
)
from meetings.documents.choices import MeetingStatus
from meetings.documents.schema import EarlierDate, Item, MeetingDocument, Place, TopicDocument, TopicName
from meetings.editions.freezing import create_edition
from tests.edition_publisher import EditionPublisher, appears, make_meeting_version, make_topic_document
from tests.factories import DAY, PRESS_DATE, PRESS_DAY, make_meeting_document, make_uuid

__all__ = ["appears"]

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


def test_related_editions_are_those_of_the_meeting_its_topics_and_its_address(appears: EditionPublisher) -> None:
    topics = [TopicName(id=make_uuid(name), slug=name, title=name) for name in ("live", "scheduled", "other")]
    document = make_meeting_version(agenda=[Item(id=make_uuid("item"), title="Asylum", topics=topics[:2])])
    assert load_related_editions(document, timezone.now()) == RelatedEditions(None, False, set())
    create_edition([document], available_from=PRESS_DAY + DAY)
    for topic in topics:
        text = make_topic_document(topic.slug, id=topic.id)
        if topic.slug == "scheduled":
            create_edition([text], available_from=PRESS_DAY + DAY)
        else:
            appears(text)
    appears(make_meeting_version("other"))
    assert load_related_editions(document, timezone.now()) == RelatedEditions(None, False, {make_uuid("live")})
    create_edition([make_meeting_version("another", address_word="meeting")], available_from=PRESS_DAY + DAY)
    edition = appears(document)
    assert load_related_editions(document, timezone.now()) == RelatedEditions(edition, True, {make_uuid("live")})


def test_live_document_is_neither_a_scheduled_nor_an_earlier_nor_a_withdrawn_one(appears: EditionPublisher) -> None:
    documents = [make_meeting_version(title=title) for title in ("First", "Second")]
    scheduled = make_meeting_version(title="Scheduled")
    found = [get_live_document(scheduled, timezone.now())]
    create_edition([scheduled], available_from=PRESS_DAY + DAY)
    found.append(get_live_document(scheduled, timezone.now()))
    for document in documents:
        edition = appears(document)
        found.append(get_live_document(document, timezone.now()))
    appears.withdraw(edition)
    found.append(get_live_document(scheduled, timezone.now()))
    assert found == [None, None, *documents, None]

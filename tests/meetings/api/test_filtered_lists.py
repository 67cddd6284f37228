"""Test filters with meetings of their own: spellings of documents, slugs, lost dates, and status of the meeting."""

from typing import Any
from urllib.parse import quote

import pytest

from agenda.models import AgendaItem, MediaLink
from tests.factories import DAY, PRESS_DATE, make_meeting, make_topic, publish_now
from tests.public_requests import Visitor


@pytest.mark.django_db
def test_document_is_found_in_any_spelling(visitor: Visitor, clock: Any) -> None:
    """Notes may write “INIT” and “ST”, and other institutions have other numbers."""
    meeting = make_meeting()
    numbers = ["ST 9733/60 INIT", "9734/60 INIT", "9735/60 ADD 1-3", "PE-CONS 25/60"]
    AgendaItem.objects.create(meeting=meeting, title="Papers", documents=numbers)
    publish_now(clock, meeting)
    for value in (
        "9733/60",
        "ST 9734/60",
        "ST-9734-2060-INIT",
        "9735/60 add 1-3",
        "ST-9735-2060-ADD-1-3",
        "pe-cons25/60",
    ):
        assert len(visitor.get_json(f"agenda-items/?document={quote(value)}")["results"]) == 1, value


@pytest.mark.django_db
def test_topic_slug_with_capitals_is_found(visitor: Visitor, clock: Any) -> None:
    publish_now(clock, make_topic("Schengen"))
    assert len(visitor.get_json("topics/?slug=Schengen")["results"]) == 1


@pytest.mark.django_db
def test_meeting_without_a_date_is_in_no_period(visitor: Visitor, clock: Any) -> None:
    """Its items and links are not found either, although its sessions and points keep their days."""
    meeting = make_meeting()
    meeting.sessions.update(date=PRESS_DATE)
    meeting.programme.update(date=PRESS_DATE)
    MediaLink.objects.create(point=meeting.programme.get(), title="Of the point", url="https://video.example/")
    publish_now(clock, meeting)
    assert len(visitor.get_json(f"agenda-items/?date_from={PRESS_DATE}")["results"]) == 1
    assert len(visitor.get_json(f"media-links/?date_from={PRESS_DATE}")["results"]) == 3
    meeting.status, meeting.status_reason, meeting.start_date, meeting.end_date = "postponed", "A strike.", None, None
    meeting.save()
    publish_now(clock, meeting)
    [item] = visitor.get_json("agenda-items/")["results"]
    assert (item["date"], item["meeting"]["start_date"]) == (None, None)
    for name in ("meetings", "agenda-items", "media-links"):
        assert visitor.get_json(f"{name}/")["results"] != []
        for bound in ("date_from=2000-01-01", "date_to=2999-12-31", f"date_from={PRESS_DATE}&date_to={PRESS_DATE}"):
            assert visitor.get_json(f"{name}/?{bound}")["results"] == []


@pytest.mark.django_db
def test_items_and_links_are_filtered_by_status_of_the_meeting(visitor: Visitor, clock: Any) -> None:
    sure, off, topic = make_meeting(), make_meeting("env", start_date=PRESS_DATE + DAY), make_topic()
    MediaLink.objects.create(topic=topic, title="Infographic", url="https://example.eu/")
    publish_now(clock, sure, off, topic)
    off.status, off.status_reason = "cancelled", "A strike."
    off.save()
    publish_now(clock, off)
    for name in ("agenda-items", "media-links"):
        for words, meetings in {
            "confirmed": {sure},
            "provisional,confirmed": {sure},
            "cancelled": {off},
            "confirmed,cancelled": {sure, off},
            "postponed": set(),
        }.items():
            found = visitor.get_json(f"{name}/?status={words}")["results"]
            assert {part["meeting"]["id"] for part in found} == {str(meeting.pk) for meeting in meetings}

"""Search shows live texts only. Nothing reveals that other texts exist, neither a word nor a count."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from agenda.models import AgendaItem
from agenda.workflow import suppression
from agenda.workflow.suppression import get_edition_by_number
from meetings.models import Meeting, SearchRow, StoredSearchResult
from tests.agenda.search.search_page import fetch_search_page, list_result_titles, list_results, publish_approved
from tests.factories import (
    COMMAND,
    DAY,
    PRESS_DATE,
    PRESS_DAY,
    make_meeting,
    make_topic,
    publish,
    publish_now,
    translate,
    withdraw,
)
from tests.public_requests import Visitor

pytestmark = pytest.mark.django_db


def is_not_found(visitor: Visitor, word: str) -> bool:
    """Return whether the page is the same as for a word that no text contains."""
    html = fetch_search_page(visitor, word).replace(word, "·")
    return html == fetch_search_page(visitor, "Kilimandsharo").replace("Kilimandsharo", "·")


def make_item(meeting: Meeting, title: str, **facts: Any) -> AgendaItem:
    return AgendaItem.objects.create(meeting=meeting, title=title, **facts)


def test_draft_is_not_found(visitor: Visitor, clock: Any) -> None:
    make_meeting(lead="<p>Zanzibar</p>")
    make_topic(lead="<p>Zanzibar</p>")
    assert is_not_found(visitor, "Zanzibar")


def test_scheduled_text_is_not_found_before_its_instant(visitor: Visitor, clock: Any) -> None:
    publish(make_meeting(lead="<p>Zanzibar</p>"), at=PRESS_DAY + DAY)
    clock.move_to(PRESS_DAY + DAY - dt.timedelta(milliseconds=1))
    assert is_not_found(visitor, "Zanzibar")
    clock.move_to(PRESS_DAY + DAY)
    assert list_result_titles(visitor, "Zanzibar") == ["Justice and Home Affairs Council"]


def test_scheduled_correction_changes_nothing_before_its_instant(visitor: Visitor, clock: Any) -> None:
    meeting = make_meeting(lead="<p>Madagascar</p>")
    publish_now(clock, meeting)
    before = fetch_search_page(visitor, "Madagascar")
    meeting.lead = "<p>Zanzibar</p>"
    meeting.save()
    publish(meeting, at=PRESS_DAY + DAY)
    assert is_not_found(visitor, "Zanzibar")
    assert fetch_search_page(visitor, "Madagascar") == before
    clock.move_to(PRESS_DAY + DAY)
    assert is_not_found(visitor, "Madagascar")
    assert len(list_results(visitor, "Zanzibar")) == 1


def test_withdrawn_text_is_not_found(visitor: Visitor, clock: Any) -> None:
    meeting = make_meeting(lead="<p>Zanzibar</p>")
    publish_now(clock, meeting)
    clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
    assert is_not_found(visitor, "Zanzibar")


def test_suppressed_edition_is_not_found_and_erased_one_not_stored(visitor: Visitor, clock: Any) -> None:
    meeting = make_meeting(lead="<p>Zanzibar</p>")
    publish_now(clock, meeting)
    while_it_was_live = timezone.now()
    meeting.lead = "<p>Madagascar</p>"
    meeting.save()
    second = publish_now(clock, meeting)
    edition = get_edition_by_number(meeting, 1)
    suppression.suppress(meeting, edition, by=COMMAND, reason="A number.")
    assert is_not_found(visitor, "Zanzibar")
    clock.move_to(while_it_was_live)  # as during time travel
    assert is_not_found(visitor, "Zanzibar")
    clock.move_to(second.available_from)
    models: list[Any] = [SearchRow, StoredSearchResult]
    assert all(model.objects.filter(edition=edition).exists() for model in models)
    suppression.erase(meeting, edition, by=COMMAND, reason="A number.")
    assert not any(model.objects.filter(edition=edition).exists() for model in models)
    assert len(list_results(visitor, "Madagascar")) == 1


def test_text_in_another_language_is_not_found(visitor: Visitor, clock: Any) -> None:
    meeting = make_meeting(lead="<p>Whales</p>")
    translate(meeting, lead="<p>Baleines</p>")
    publish_approved(clock, meeting)
    assert len(list_result_titles(visitor, "Baleines", "fr")) == 1
    assert list_result_titles(visitor, "Baleines") == []
    assert list_result_titles(visitor, "Whales", "fr") == []


def test_source_text_is_found_if_there_is_no_translation(visitor: Visitor, clock: Any) -> None:
    meeting = make_meeting(lead="<p>Whales</p>")
    translate(meeting, lead="<p>Baleines</p>")
    publish_approved(clock, meeting)
    [found] = list_results(visitor, "whale", "fi", **{"in": "meetings"})
    assert found.path == f"/fi/meetings/jha/{PRESS_DATE:%Y/%m/%d}/"


def test_fallback_text_is_found(visitor: Visitor, clock: Any) -> None:
    """It is found with the inflections of the source language."""
    meeting = make_meeting(lead="<p>Whales</p>")
    make_item(meeting, "Fishing in stormy seas")
    translate(meeting, lead="<p>Baleines</p>")
    publish_approved(clock, meeting)
    [found] = list_results(visitor, "stormy sea", "fr")
    assert found.title == "Fishing in stormy seas"

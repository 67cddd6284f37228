"""What readers see after a same-day change, in each language."""

import datetime as dt
from typing import Any

import pytest

from agenda.workflow.same_day_changes import alerts, resolution
from agenda.workflow.same_day_changes.changes import SameDayChange
from meetings.documents.schema import EarlierTime
from meetings.models import Meeting, Translation
from tests.agenda.workflow.same_day_changes.helpers import (
    build_change,
    find_press_conference,
    get_document,
    get_press_conference,
    make_day,
    preview_change,
    publish_change,
)
from tests.factories import PRESS_DATE, make_uuid, publish_now

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_press_conference_moves_to_another_room(meeting: Meeting, clock: Any) -> None:
    edition = publish_change(clock, meeting, build_change(meeting))
    point, document = find_press_conference(get_document(edition)), get_document(edition)
    assert (point.time, point.time_precision, point.time_text, point.place) == (
        "14:15",
        "exact",
        "14:15",
        "Press room 2",
    )
    assert point.state == "moved"
    assert point.previous == [
        EarlierTime(date=PRESS_DATE, time="13:00", time_text="+/- 13:00", place="Press room 1"),
    ]
    expected = "Press conference: 14:15 instead of about 13:00, Press room 2 instead of Press room 1"
    assert [(alert.text, alert.at) for alert in document.alerts] == [(expected, edition.available_from)]
    assert (edition.reason, edition.change_note, edition.languages) == ("facts", expected, ["en", "fr"])


def test_previewed_documents_are_those_that_are_published(
    meeting: Meeting, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resolution, "uuid4", lambda: make_uuid("alert"))
    previews = {language: preview_change(meeting, build_change(meeting), language) for language in ("en", "fr")}
    edition = publish_change(clock, meeting, build_change(meeting))
    assert {language: get_document(edition, language) for language in previews} == previews


def test_new_text_is_a_fallback_in_other_languages(meeting: Meeting, clock: Any) -> None:
    document = preview_change(meeting, build_change(meeting), "fr")
    point, alert = find_press_conference(document), document.alerts[0]
    assert (point.title, point.time, point.place) == ("Conseil JAI", "14:15", "Press room 2")
    assert point.previous[0].place == "Press room 1"
    assert {f"programme.{point.id}.place", f"alerts.{alert.id}.text"} <= set(document.fallbacks)
    assert f"programme.{point.id}.title" not in document.fallbacks


def test_language_without_phrases_has_a_fallback(meeting: Meeting, clock: Any) -> None:
    document = preview_change(meeting, build_change(meeting), "fr")
    assert document.alerts[0].text.startswith("Press conference: 14:15")
    assert f"alerts.{document.alerts[0].id}.text" in document.fallbacks


def test_language_with_phrases_has_its_own_alert(meeting: Meeting, clock: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(alerts, "has_catalogue", lambda language: language == "fr")
    document = get_document(publish_change(clock, meeting, build_change(meeting)), "fr")
    alert = document.alerts[0].id
    assert f"alerts.{alert}.text" not in document.fallbacks
    assert [row.language for row in Translation.objects.filter(row_id=alert)] == ["fr"]  # not the source itself


def test_draft_that_is_not_translated_gets_its_alert_in_no_other_language(
    meeting: Meeting, clock: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(alerts, "has_catalogue", lambda language: language == "fr")
    Translation.objects.update(subject_id=make_uuid("another meeting"))
    document = get_document(publish_change(clock, meeting, build_change(meeting)), "fr")
    assert not Translation.objects.filter(row_id=document.alerts[0].id).exists()


def test_every_language_counts_as_modified(meeting: Meeting, clock: Any, visitor: Any) -> None:
    clock.shift(dt.timedelta(minutes=5))
    edition = publish_change(clock, meeting, build_change(meeting))
    for language in ("en", "fr"):
        answer = visitor.get_json(f"meetings/{meeting.pk}/?lang={language}")
        assert answer["modified_at"] == f"{edition.available_from:%Y-%m-%dT%H:%M:%SZ}"
        assert answer["edition"] == 2


def test_item_can_be_withdrawn(meeting: Meeting, clock: Any) -> None:
    item = meeting.agenda.get()
    document = preview_change(
        meeting, SameDayChange(items={item.pk: {"state": "withdrawn", "state_note": "No majority."}}), "fr"
    )
    assert (document.agenda[0].state, document.agenda[0].state_note) == ("withdrawn", "No majority.")
    assert f"agenda.{item.pk}.state_note" in document.fallbacks
    assert document.alerts[0].text == "“Migration policy”: withdrawn from the agenda (No majority.)"


def test_restored_item_loses_its_note(meeting: Meeting, clock: Any) -> None:
    item = meeting.agenda.get()
    publish_change(clock, meeting, SameDayChange(items={item.pk: {"state": "withdrawn", "state_note": "No majority."}}))
    document = preview_change(meeting, SameDayChange(items={item.pk: {"state": ""}}), "fr")
    assert (document.agenda[0].state, document.agenda[0].state_note) == ("", "")
    assert f"agenda.{item.pk}.state_note" not in document.fallbacks
    assert document.alerts[0].text == "“Migration policy”: on the agenda again"


def test_meeting_can_be_cancelled(meeting: Meeting, clock: Any) -> None:
    edition = publish_change(
        clock, meeting, SameDayChange(meeting={"status": "cancelled", "status_reason": "A bomb alert."})
    )
    assert (edition.status, edition.change_note) == ("cancelled", "The meeting is cancelled. A bomb alert.")
    document = get_document(edition, "fr")
    assert (document.status, document.status_reason) == ("cancelled", "A bomb alert.")
    assert "status_reason" in document.fallbacks


def test_alert_can_stand_alone_and_comes_before_generated_ones(meeting: Meeting, clock: Any) -> None:
    assert (
        publish_change(clock, meeting, SameDayChange(alert=" Use the  north entrance. ")).change_note
        == "Use the north entrance."
    )
    change = SameDayChange(points=build_change(meeting).points, alert="Σύντομα: bring your badge.")
    texts = [alert.text for alert in get_document(publish_change(clock, meeting, change)).alerts]
    assert texts[0] == "Σύντομα: bring your badge."
    assert texts[1].startswith("Press conference: 14:15")
    assert texts[2] == "Use the north entrance."


def test_note_joins_sentences_and_lists(meeting: Meeting, clock: Any) -> None:
    points = {point.pk: {"time": "14:15"} for point in meeting.programme.all()}
    edition = publish_change(clock, meeting, SameDayChange(points=points, alert="Αφίξεις από τη βόρεια είσοδο."))
    assert edition.change_note == (
        "Αφίξεις από τη βόρεια είσοδο. Round table: 14:15 instead of 10:30; "
        "Press conference: about 14:15 instead of about 13:00"
    )


def test_long_note_is_truncated(meeting: Meeting, clock: Any) -> None:
    edition = publish_change(clock, meeting, SameDayChange(points=build_change(meeting).points, alert="a" * 495))
    assert len(edition.change_note) == 500
    assert edition.change_note.endswith("…")


def test_alert_is_on_the_public_page(meeting: Meeting, clock: Any, visitor: Any) -> None:
    item = meeting.agenda.get()
    change = SameDayChange(points=build_change(meeting).points, items={item.pk: {"state": "withdrawn"}})
    edition = publish_change(clock, meeting, change)
    page = " ".join(visitor.get(f"/en/{edition.address}").content.decode().split())
    assert "14:15 instead of about 13:00" in page
    assert 'was <time datetime="13:00">about 13:00</time>, Press room 1</p>' in page
    assert "Current details:" not in page  # nothing is told twice
    assert '<span class="state">Withdrawn</span>' in page


def test_note_is_in_english_if_the_source_language_has_no_phrases(clock: Any) -> None:
    """Only the alert that the duty officer wrote may be in another language."""
    meeting = make_day(configuration="env", source_language="fr")
    publish_now(clock, meeting)
    document = preview_change(
        meeting, SameDayChange(points={get_press_conference(meeting).pk: {"time": "14:15"}}, alert="Par ici."), "fr"
    )
    assert [alert.text for alert in document.alerts] == [
        "Par ici.",
        "Press conference: about 14:15 instead of about 13:00",
    ]
    assert document.fallbacks == []

"""The working copy has the same facts; its drafts stay drafts."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agenda.drafts import digest_of_draft, drafts_of
from agenda.models import Revision
from agenda.publishing import FactsChange
from agenda.states import State, with_states
from meetings.models import AuditEntry, Edition, Meeting, SubjectType, Translation
from tests.agenda.facts.press_day import (
    changed,
    document_of,
    live_day,
    person,
    press_in,
    press_of,
    saved,
    to_1415,
)
from tests.agenda.filling import MEETINGS, filled, member_of
from tests.cast import PRESS_DATE, make_configuration

pytestmark = pytest.mark.django_db


def drafts(meeting: Meeting) -> dict[str, Any]:
    return {each.language: each for each in drafts_of(Meeting.objects.get(pk=meeting.pk), timezone.now())}


CHANGES: dict[str, Any] = {
    "a time and a place": {"points": {"time": "14:15", "time_precision": "exact", "place": "Press room 2"}},
    "no place": {"points": {"place": ""}},
    "no time": {"points": {"time": None}},
    "another day": {"points": {"date": PRESS_DATE + dt.timedelta(days=1)}},
    "speakers": {"points": {"speakers": [{"name": "Ann Lee", "role": ""}], "live": True}},
    "an item": {"items": {"state": "withdrawn", "state_note": "No majority."}},
    "the meeting": {"meeting": {"status": "postponed", "status_reason": "Storm."}},
    "an alert": {"alert": "Bring a badge."},
    "lateness": {"late": 40},
}


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize("languages", ["en", "en fr"])
def test_rows_and_documents_are_changed_alike(clock: Any, settings: Any, what: str, languages: str) -> None:
    """What is built of the rows afterwards is what the documents became, byte for byte, in each language."""
    settings.LANGUAGES = [(language, language) for language in languages.split()]
    meeting = live_day(clock)
    wanted = dict(CHANGES[what])
    for kind, key in (("points", press_of(meeting).pk), ("items", meeting.agenda.get().pk)):
        wanted |= {kind: {key: wanted[kind]}} if kind in wanted else {}
    edition = changed(clock, meeting, FactsChange(**wanted))
    built = drafts(meeting)
    assert built == {language: document_of(edition, language) for language in ("en", "fr")}
    assert {digest_of_draft(each) for each in built.values()} == set(
        edition.documents.values_list("document", flat=True)
    )


def test_an_unfinished_draft_stays_one(clock: Any) -> None:
    meeting = live_day(clock)
    meeting.agenda.update(title="Not agreed yet")
    press = press_of(meeting)
    press.title = "Secret guest"
    press.save()
    saved(meeting)
    edition = changed(clock, meeting, to_1415(meeting))
    for language in ("en", "fr"):
        assert "Not agreed yet" not in str(document_of(edition, language))
        assert "Secret guest" not in str(document_of(edition, language))
    draft = drafts(meeting)["en"]
    assert (draft.agenda[0].title, press_in(draft).title) == ("Not agreed yet", "Secret guest")
    assert (press_in(draft).time, press_in(draft).place) == ("14:15", "Press room 2")
    assert State.of(with_states(Meeting.objects.all(), SubjectType.MEETING, timezone.now()).get()).words() == [
        "Changed since edition 2"
    ]


def test_without_a_draft_nothing_waits_afterwards(clock: Any) -> None:
    meeting = live_day(clock)
    changed(clock, meeting, to_1415(meeting))
    assert State.of(with_states(Meeting.objects.all(), SubjectType.MEETING, timezone.now()).get()).words() == [
        "Live, edition 2"
    ]


def test_a_point_that_the_draft_has_deleted_stays_deleted(clock: Any) -> None:
    meeting = live_day(clock)
    key = press_of(meeting).pk
    meeting.programme.filter(pk=key).delete()
    saved(meeting)
    edition = changed(clock, meeting, FactsChange(points={key: {"time": "14:15"}}))
    assert press_in(document_of(edition)).time == "14:15"
    assert [point.kind for point in drafts(meeting)["en"].programme] == ["round_table"]


def test_the_translation_of_what_is_no_longer_so_is_out_of_date(clock: Any) -> None:
    meeting = live_day(clock)
    changed(clock, meeting, to_1415(meeting))
    french = drafts(meeting)["fr"]
    press = press_of(meeting)
    assert french.programme[1].place == press.place == "Press room 2"
    assert f"programme.{press.pk}.place" in french.fallbacks
    assert Translation.objects.filter(text="Salle de presse 1").exists()  # nobody's work is lost


def test_who_has_the_form_open_is_told(clock: Any) -> None:
    make_configuration()
    editor = member_of("Authors")
    meeting = live_day(clock)
    address = f"{MEETINGS}{meeting.pk}/change/"
    form = filled(editor, address)
    changed(clock, meeting, to_1415(meeting))
    response = editor.post(address, form | {"venue": "Lex building"})
    assert response.status_code == 200
    assert "yours were not saved" in response.content.decode()


def test_a_revision_says_who_and_why(clock: Any) -> None:
    meeting = live_day(clock)
    changed(clock, meeting, to_1415(meeting), by=person("dora"))
    meeting.refresh_from_db()
    latest = Revision.objects.first()
    assert latest
    assert (latest.why, latest.by_name, latest.version) == ("facts", "dora", meeting.version)
    assert {one.document_id for one in latest.documents.all()} >= {meeting.digest}


def test_a_working_copy_that_is_no_document_is_changed_all_the_same(clock: Any) -> None:
    meeting = live_day(clock)
    item = meeting.agenda.get()
    other = meeting.agenda.create(title="Part", parent=item)
    meeting.agenda.filter(pk=item.pk).update(parent=other)
    edition = changed(clock, meeting, to_1415(meeting))
    assert (press_in(document_of(edition)).time, press_of(meeting).time) == ("14:15", dt.time(14, 15))
    assert Meeting.objects.get().digest == "-"


def test_the_audit_log_has_old_and_new(clock: Any) -> None:
    meeting = live_day(clock)
    edition = changed(clock, meeting, to_1415(meeting), by=person("dora"))
    entry = AuditEntry.objects.get(act="facts_changed")
    assert (entry.actor, entry.subject_id, entry.address) == ("dora", meeting.pk, edition.address)
    assert entry.digest == edition.documents.get(language="en").document_id
    [change] = entry.details["changes"]
    assert change == {
        "of": str(press_of(meeting).pk),
        "old": {
            "time": "13:00",
            "time_precision": "approximate",
            "time_text": "+/- 13:00",
            "place": "Press room 1",
            "state": "",
        },
        "new": {
            "time": "14:15",
            "time_precision": "exact",
            "time_text": "14:15",
            "place": "Press room 2",
            "state": "moved",
        },
    }
    assert entry.details["note"] == edition.change_note
    assert AuditEntry.objects.filter(act="saved").count() == 0


def test_it_costs_the_same_for_every_length(clock: Any) -> None:
    meeting = live_day(clock)
    with CaptureQueriesContext(connection) as first:
        changed(clock, meeting, to_1415(meeting))
    for number in range(20):
        meeting.agenda.create(title=f"Item {number}")
        meeting.programme.create(kind="other", title=f"Point {number}")
    changed(clock, meeting, to_1415(meeting, time="14:20"))
    with CaptureQueriesContext(connection) as again:
        changed(clock, meeting, to_1415(meeting, time="14:30"))
    assert len(again) <= len(first) + 4
    assert Edition.objects.count() == 4


def test_a_draft_that_is_written_in_another_language_by_now(clock: Any) -> None:
    meeting = live_day(clock)
    Meeting.objects.filter(pk=meeting.pk).update(source_language="de")
    saved(meeting)
    edition = changed(clock, meeting, to_1415(meeting))
    assert drafts(meeting)["de"].alerts[0].text == document_of(edition).alerts[0].text

"""Same-day changes apply to the working copy, too, and drafts stay drafts."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agenda.models import Revision
from agenda.workflow.drafts import build_drafts, compute_draft_digest
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.states import WorkflowState, annotate_states
from meetings.models import AuditEntry, Edition, Meeting, SubjectType, Translation
from tests.admin_forms import create_client_with_role
from tests.agenda.workflow.same_day_changes.helpers import (
    build_change,
    create_actor,
    find_press_conference,
    get_document,
    get_press_conference,
    publish_change,
    save_with_revision,
)
from tests.factories import PRESS_DATE, make_configuration
from tests.note_editor import EditorSession

pytestmark = pytest.mark.django_db


def get_drafts(meeting: Meeting) -> dict[str, Any]:
    return {draft.language: draft for draft in build_drafts(Meeting.objects.get(pk=meeting.pk), timezone.now())}


CHANGES: dict[str, Any] = {
    "all at once": {
        "points": {"time": "14:15", "time_precision": "exact", "place": "Press room 2"},
        "items": {"state": "withdrawn", "state_note": "No majority."},
        "meeting": {"status": "postponed", "status_reason": "Storm."},
        "alert": "Bring a badge.",
    },
    "no place": {"points": {"place": ""}},
    "no time": {"points": {"time": None}},
    "another day": {"points": {"date": PRESS_DATE + dt.timedelta(days=1)}},
    "speakers": {"points": {"speakers": [{"name": "Ann Lee", "role": ""}], "live": True}},
    "lateness": {"delay_minutes": 40},
    "result": {"items": {"outcome": "general_approach"}},
}


@pytest.mark.parametrize(("what", "languages"), [*((what, "en fr") for what in CHANGES), ("all at once", "en")])
def test_rows_and_documents_get_the_same_values(
    meeting: Meeting, clock: Any, settings: Any, what: str, languages: str
) -> None:
    """The documents built from the changed rows equal the changed documents, byte for byte, in each language."""
    settings.LANGUAGES = [(language, language) for language in languages.split()]
    wanted = dict(CHANGES[what])
    for kind, key in (("points", get_press_conference(meeting).pk), ("items", meeting.agenda.get().pk)):
        wanted |= {kind: {key: wanted[kind]}} if kind in wanted else {}
    edition = publish_change(clock, meeting, SameDayChange(**wanted))
    built = get_drafts(meeting)
    assert built == {language: get_document(edition, language) for language in ("en", "fr")}
    assert {compute_draft_digest(document) for document in built.values()} == set(
        edition.documents.values_list("document__digest", flat=True)
    )


def test_unfinished_draft_stays_unpublished(meeting: Meeting, clock: Any) -> None:
    meeting.agenda.update(title="Not agreed yet")
    press = get_press_conference(meeting)
    press.title = "Secret guest"
    press.save()
    save_with_revision(meeting)
    edition = publish_change(clock, meeting, build_change(meeting))
    for language in ("en", "fr"):
        assert "Not agreed yet" not in str(get_document(edition, language))
        assert "Secret guest" not in str(get_document(edition, language))
    draft = get_drafts(meeting)["en"]
    assert (draft.agenda[0].title, find_press_conference(draft).title) == ("Not agreed yet", "Secret guest")
    assert (find_press_conference(draft).time, find_press_conference(draft).place) == ("14:15", "Press room 2")
    assert WorkflowState(
        annotate_states(Meeting.objects.all(), SubjectType.MEETING, timezone.now()).get()
    ).get_labels() == ["Changed since edition 2"]


def test_point_deleted_in_the_draft_stays_deleted(meeting: Meeting, clock: Any) -> None:
    key = get_press_conference(meeting).pk
    meeting.programme.filter(pk=key).delete()
    save_with_revision(meeting)
    edition = publish_change(clock, meeting, SameDayChange(points={key: {"time": "14:15"}}))
    assert find_press_conference(get_document(edition)).time == "14:15"
    assert [point.kind for point in get_drafts(meeting)["en"].programme] == ["round_table"]


def test_open_editor_merges_with_it(meeting: Meeting, clock: Any) -> None:
    make_configuration()
    session = EditorSession(create_client_with_role("Authors"), meeting)
    edition = publish_change(clock, meeting, build_change(meeting))
    session.document["place"]["venue"] = "Lex building"
    saved = session.save_and_merge().json()
    assert saved["conflicts"] == []
    assert saved["document"]["place"]["venue"] == "Lex building"
    assert (
        get_press_conference(meeting).time
        == dt.time(14, 15)
        == dt.time.fromisoformat(find_press_conference(get_document(edition)).time or "")
    )


def test_invalid_working_copy_is_changed_too(meeting: Meeting, clock: Any) -> None:
    item = meeting.agenda.get()
    other = meeting.agenda.create(title="Part", parent=item)
    meeting.agenda.filter(pk=item.pk).update(parent=other)
    edition = publish_change(clock, meeting, build_change(meeting))
    assert (find_press_conference(get_document(edition)).time, get_press_conference(meeting).time) == (
        "14:15",
        dt.time(14, 15),
    )
    assert Meeting.objects.get().digest == "-"
    assert [revision.why for revision in Revision.objects.newest_first()[:1]] == ["facts"]


def test_number_of_queries_is_constant(meeting: Meeting, clock: Any) -> None:
    with CaptureQueriesContext(connection) as first:
        publish_change(clock, meeting, build_change(meeting))
    for number in range(5):
        meeting.agenda.create(title=f"Item {number}")
        meeting.programme.create(kind="other", title=f"Point {number}")
    publish_change(clock, meeting, build_change(meeting, time="14:20"))
    with CaptureQueriesContext(connection) as again:
        publish_change(clock, meeting, build_change(meeting, time="14:30"))
    assert len(again) <= len(first) + 4
    assert Edition.objects.count() == 4


def test_draft_with_another_source_language_is_changed(meeting: Meeting, clock: Any) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(source_language="de")
    save_with_revision(meeting)
    edition = publish_change(clock, meeting, build_change(meeting))
    assert get_drafts(meeting)["de"].alerts[0].text == get_document(edition).alerts[0].text


class TestWithoutADraft:
    """Dora moves the press conference, while the working copy has nothing that is not published."""

    @pytest.fixture(scope="class")
    @classmethod
    def changed(cls, published_day: Meeting, class_clock: Any) -> Edition:
        meeting = Meeting.objects.get(pk=published_day.pk)
        return publish_change(class_clock, meeting, build_change(meeting), by=create_actor("dora"))

    @pytest.fixture
    def meeting(self, changed: Edition) -> Meeting:
        return Meeting.objects.get(pk=changed.subject_id)

    def test_nothing_is_left_to_submit_without_a_draft(self, meeting: Meeting) -> None:
        assert WorkflowState(
            annotate_states(Meeting.objects.all(), SubjectType.MEETING, timezone.now()).get()
        ).get_labels() == ["Live, edition 2"]

    def test_translation_of_a_changed_value_is_out_of_date(self, meeting: Meeting) -> None:
        french = get_drafts(meeting)["fr"]
        press = get_press_conference(meeting)
        assert french.programme[1].place == press.place == "Press room 2"
        assert f"programme.{press.pk}.place" in french.fallbacks
        assert Translation.objects.filter(text="Salle de presse 1").exists()  # nobody's work is lost

    def test_revision_has_author_and_reason(self, meeting: Meeting) -> None:
        meeting.refresh_from_db()
        latest = Revision.objects.first()
        assert latest
        assert (latest.why, latest.by_name, latest.version) == ("facts", "dora", meeting.version)
        assert {row.document_id for row in latest.documents.all()} >= {meeting.digest}

    def test_audit_log_has_old_and_new_values(self, meeting: Meeting, changed: Edition) -> None:
        entry = AuditEntry.objects.get(act="facts_changed")
        assert (entry.actor, entry.subject_id, entry.address) == ("dora", meeting.pk, changed.address)
        assert entry.digest == changed.documents.get(language="en").document.digest
        [change] = entry.details["changes"]
        assert change == {
            "of": str(get_press_conference(meeting).pk),
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
        assert entry.details["note"] == changed.change_note
        assert AuditEntry.objects.filter(act="saved").count() == 0

    def test_audit_log_names_the_meeting_with_its_own_values(self, meeting: Meeting, clock: Any) -> None:
        publish_change(clock, meeting, SameDayChange(meeting={"status": "provisional"}))
        [change] = AuditEntry.objects.filter(act="facts_changed").latest("pk").details["changes"]
        assert (change["of"], change["new"]) == (str(meeting.pk), {"status": "provisional"})

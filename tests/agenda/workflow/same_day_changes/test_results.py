"""The outcome of an agenda item is a fact: people on duty can publish it without approval."""

from typing import Any

import pytest
from django.utils import timezone

from agenda.models import MediaLink, Result
from agenda.workflow.errors import WorkflowError
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.same_day_changes.publication import get_live_meeting, preview_same_day_change
from meetings.models import AuditEntry, Edition, Meeting
from tests.agenda.workflow.same_day_changes.helpers import (
    get_document,
    publish_change,
    save_with_revision,
)
from tests.factories import PRESS_DATE, publish

pytestmark = pytest.mark.django_db


def build_outcome(meeting: Meeting, outcome: str) -> SameDayChange:
    return SameDayChange(items={meeting.agenda.get().pk: {"outcome": outcome}})


def get_result(edition: Edition, language: str = "en") -> Any:
    return get_document(edition, language).agenda[0].result


class TestRefusals:
    @pytest.mark.parametrize("outcome", ["rejected", "\0", "x" * 200])
    def test_unknown_outcome_is_refused(self, meeting: Meeting, clock: Any, outcome: str) -> None:
        with pytest.raises(WorkflowError, match="Outcome"):
            publish_change(clock, meeting, build_outcome(meeting, outcome))

    def test_text_of_a_result_is_refused(self, meeting: Meeting, clock: Any) -> None:
        with pytest.raises(WorkflowError, match="cannot be changed on the day"):
            publish_change(clock, meeting, SameDayChange(items={meeting.agenda.get().pk: {"text": "<p>New.</p>"}}))

    def test_same_outcome_is_no_change(self, meeting: Meeting, clock: Any) -> None:
        with pytest.raises(WorkflowError, match="not changed anything"):
            publish_change(clock, meeting, build_outcome(meeting, ""))


def test_outcome_is_published_in_all_languages(meeting: Meeting, clock: Any) -> None:
    edition = publish_change(clock, meeting, build_outcome(meeting, "adopted"))
    results = [get_result(edition, language) for language in ("en", "fr")]
    assert results[0] == results[1]
    assert (results[0].outcome, results[0].date) == ("adopted", PRESS_DATE)
    assert edition.change_note == "“Migration policy”: adopted"
    assert Result.objects.get().pk == results[0].id
    [change] = AuditEntry.objects.latest("pk").details["changes"]
    assert (change["old"], change["new"]) == ({"outcome": ""}, {"outcome": "adopted"})


def test_outcome_added_by_mistake_is_corrected_and_removed_again(meeting: Meeting, clock: Any) -> None:
    for outcome in ("adopted", "no_decision"):
        edition = publish_change(clock, meeting, build_outcome(meeting, outcome))
        assert get_result(edition).outcome == Result.objects.get().outcome == outcome
    edition = publish_change(clock, meeting, build_outcome(meeting, ""))
    assert get_result(edition) is None
    assert not Result.objects.exists()


@pytest.mark.parametrize(("title", "text"), [("Adopted by all", ""), ("", "<p>By all.</p>"), ("", "")])
def test_result_that_says_more_only_loses_its_outcome(meeting: Meeting, clock: Any, title: str, text: str) -> None:
    row = Result.objects.create(meeting=meeting, item=meeting.agenda.get(), outcome="adopted", title=title, text=text)
    if not (title or text):
        MediaLink.objects.create(result=row, kind="press_release", title="Joint declaration")
    save_with_revision(meeting)
    [edition] = publish(meeting)
    clock.move_to(edition.available_from)
    changed = publish_change(clock, meeting, build_outcome(meeting, ""))
    result = get_result(changed)
    assert (result.title, result.text, bool(result.links)) == (title, text, not (title or text))
    assert result.outcome == Result.objects.get().outcome == ""


@pytest.mark.once
@pytest.mark.parametrize(("outcome", "words"), [("no_decision", ", no decision"), ("", "")])
def test_draft_with_a_result_of_its_own_keeps_it(meeting: Meeting, clock: Any, outcome: str, words: str) -> None:
    Result.objects.create(meeting=meeting, item=meeting.agenda.get(), outcome=outcome, title="After lunch")
    save_with_revision(meeting)
    change = build_outcome(meeting, "adopted")
    _documents, conflicts = preview_same_day_change(get_live_meeting(meeting, timezone.now()), change, timezone.now())
    assert conflicts == [f"The draft keeps its own details: “Migration policy”: on the agenda{words}."]
    edition = publish_change(clock, meeting, change)
    assert get_result(edition).outcome == "adopted"
    assert Result.objects.get().outcome == outcome

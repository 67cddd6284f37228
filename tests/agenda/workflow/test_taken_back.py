"""A text that was withdrawn, or replaced by the previous edition, waits for nobody until somebody submits it again."""

from typing import Any

import pytest

from agenda.admin.publication_outlook import ApprovedText
from agenda.translation.readiness import TranslationStage, get_readiness
from agenda.workflow.drafts import SubjectEditions
from agenda.workflow.errors import NotApprovedError, WorkflowError
from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve, send_back, submit
from agenda.workflow.reviews import ReviewState, find_approved_review, get_approved_translations
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.same_day_changes.publication import publish_same_day_change
from agenda.workflow.states import WorkflowState, annotate_states, get_unapproved_entries
from agenda.workflow.translation_submission import submit_translation
from agenda.workflow.withdrawal import find_earlier_editions, rollback, withdraw
from meetings.access.audit import Actor
from meetings.models import Meeting, SubjectType
from tests.agenda.workflow.translations import (
    FRENCH,
    approve_french_translation,
    create_translators,
    get_people,
    get_states,
    release_approved_translations,
    save_translation,
)
from tests.agenda.workflow.users import get_shown, save_changes, submit_and_approve
from tests.factories import PRESS_DAY, make_meeting
from tests.worlds import share_world

People = dict[str, Actor]


@share_world
def published(clock: Any) -> Meeting:
    """Return a meeting with two approved editions: “First.” and “Second.”."""
    people = create_translators()
    meeting = make_meeting(lead="<p>Ministers meet.</p>")
    for notice in ("First.", "Second."):
        submit_and_approve(people, save_changes(meeting, notice=notice))
        clock.move_to(publish(meeting, by=people["paul"], note="Changed.")[0].available_from)
    return meeting


@pytest.fixture
def meeting(published: Meeting) -> Meeting:
    return Meeting.objects.get(pk=published.pk)


@pytest.fixture
def people(published: Meeting) -> People:
    return get_people()


def get_state(meeting: Meeting) -> WorkflowState:
    row = annotate_states(Meeting.objects.all(), SubjectType.MEETING, PRESS_DAY.replace(hour=20)).get(pk=meeting.pk)
    return WorkflowState(row)


def roll_back(meeting: Meeting, people: People, clock: Any) -> None:
    clock.move_to(rollback(meeting, by=people["paul"], reason="It was wrong.").available_from)


def take_back_languages(meeting: Meeting, people: People, clock: Any) -> None:
    """Restore the edition before languages were added, which is the second choice."""
    evening = PRESS_DAY.replace(hour=20)
    current = SubjectEditions(meeting, evening).current
    assert current
    shown = [str(current.pk), str(find_earlier_editions(current, evening)[1].pk)]
    clock.move_to(rollback(meeting, by=people["paul"], reason="It was wrong.", shown=shown).available_from)


class TestAfterRollback:
    def test_text_cannot_be_published_again(self, meeting: Meeting, people: People, clock: Any) -> None:
        roll_back(meeting, people, clock)
        with pytest.raises(NotApprovedError):
            publish(meeting, by=people["paul"], note="Again.")
        assert ApprovedText(meeting, people["paul"].user, PRESS_DAY).outlook is None

    def test_text_can_be_neither_approved_nor_sent_back(self, meeting: Meeting, people: People, clock: Any) -> None:
        roll_back(meeting, people, clock)
        for decide in (approve, send_back):
            with pytest.raises(WorkflowError, match="must be submitted again"):
                decide(meeting, by=people["petra"], shown=get_shown(meeting), remark="It is right.")

    def test_text_is_a_draft(self, meeting: Meeting, people: People, clock: Any) -> None:
        roll_back(meeting, people, clock)
        assert get_states(meeting) == {"en": ReviewState.DRAFT}
        assert get_state(meeting).get_labels() == ["Changed since edition 3"]
        assert get_state(meeting).is_unsubmitted

    def test_text_can_be_submitted_and_approved_again(self, meeting: Meeting, people: People, clock: Any) -> None:
        roll_back(meeting, people, clock)
        submit(meeting, by=people["anna"])
        assert get_states(meeting) == {"en": ReviewState.IN_REVIEW}
        assert get_state(meeting).get_labels() == ["Changed since edition 3", "In review"]
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        assert publish(meeting, by=people["paul"], note="It was right.")[0].reason == "correction"

    def test_same_day_change_does_not_submit_it(self, meeting: Meeting, people: People, clock: Any) -> None:
        roll_back(meeting, people, clock)
        edition = publish_same_day_change(meeting, SameDayChange(alert="Wait."), by=people["dora"])
        clock.move_to(edition.available_from)
        assert "In review" not in get_state(meeting).get_labels()
        assert find_approved_review(meeting) is None

    def test_other_approved_text_is_still_offered(self, meeting: Meeting, people: People, clock: Any) -> None:
        submit_and_approve(people, save_changes(meeting, notice="Third."))
        roll_back(meeting, people, clock)
        assert get_state(meeting).is_waiting_for_release
        publish(meeting, by=people["paul"], note="Corrected.")

    def test_undoing_it_restores_the_approval(self, meeting: Meeting, people: People, clock: Any) -> None:
        approve_french_translation(meeting, people)
        for _n in range(2):
            roll_back(meeting, people, clock)
        assert get_state(meeting).get_labels() == ["Live, edition 4"]
        assert get_states(meeting)["en"] == ReviewState.APPROVED

    def test_publishing_it_without_approval_does_not_restore_the_approval(
        self, meeting: Meeting, people: People, clock: Any
    ) -> None:
        roll_back(meeting, people, clock)
        clock.move_to(publish(meeting, by=people["paul"], force="On air.", note="Again.")[0].available_from)
        assert get_unapproved_entries().count() == 1
        assert get_state(meeting).get_labels() == ["Live, edition 4", "Published without approval"]
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        assert not get_unapproved_entries().exists()

    def test_text_published_without_approval_is_approved_afterwards_but_not_offered(
        self, meeting: Meeting, people: People, clock: Any
    ) -> None:
        meeting = save_changes(meeting, notice="Third.")
        clock.move_to(publish(meeting, by=people["paul"], force="On air.", note="New.")[0].available_from)
        roll_back(meeting, people, clock)
        assert get_state(meeting).get_labels() == ["Changed since edition 4", "Published without approval"]
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        assert get_state(meeting).get_labels() == ["Changed since edition 4"]
        with pytest.raises(NotApprovedError):
            publish(meeting, by=people["paul"], note="Again.")
        save_translation(meeting, people, lead=FRENCH)
        submit_translation(meeting, "fr", by=people["theo"])


class TestTranslations:
    """Only the text that was taken back loses its approval: the source, or if that stays, the translation."""

    def test_translation_taken_back_is_not_added_again(self, meeting: Meeting, people: People, clock: Any) -> None:
        approve_french_translation(meeting, people)
        joined = release_approved_translations(meeting, people["rita"])
        assert joined
        clock.move_to(joined.edition.available_from)
        take_back_languages(meeting, people, clock)
        assert get_states(meeting) == {"en": ReviewState.APPROVED, "fr": ReviewState.DRAFT}
        assert get_approved_translations(meeting.pk) == {}
        with pytest.raises(WorkflowError, match="nothing to publish"):
            publish(meeting, by=people["paul"])

    def test_it_can_be_submitted_again(self, meeting: Meeting, people: People, clock: Any) -> None:
        self.test_translation_taken_back_is_not_added_again(meeting, people, clock)
        submit_translation(meeting, "fr", by=people["theo"])
        assert get_states(meeting)["fr"] == ReviewState.IN_REVIEW

    def test_translation_cannot_be_submitted_with_a_source_that_was_taken_back(
        self, meeting: Meeting, people: People, clock: Any
    ) -> None:
        roll_back(meeting, people, clock)
        save_translation(meeting, people, lead=FRENCH)
        assert not get_readiness([meeting], PRESS_DAY, ["fr"])[meeting.pk]["fr"].may_be_submitted
        with pytest.raises(WorkflowError, match="The original has not been submitted"):
            submit_translation(meeting, "fr", by=people["theo"])

    def test_words_of_translations_stay_approved_if_the_source_was_taken_back(
        self, meeting: Meeting, people: People, clock: Any
    ) -> None:
        save_translation(meeting, people, lead=FRENCH)
        submit(meeting := save_changes(meeting, notice="Third."), by=people["anna"])
        for name in ("paul", "rita"):
            approve(meeting, by=people[name], shown=get_shown(meeting))
        clock.move_to(publish(meeting, by=people["paul"], note="New.")[0].available_from)
        roll_back(meeting, people, clock)
        assert [*get_approved_translations(meeting.pk)] == ["fr"]
        submit_and_approve(people, save_changes(meeting, notice="Fourth."))
        assert get_states(meeting) == {"en": ReviewState.APPROVED, "fr": ReviewState.APPROVED}


class TestAfterWithdrawal:
    def test_approved_change_does_not_wait_for_approval(self, meeting: Meeting, people: People, clock: Any) -> None:
        submit_and_approve(people, save_changes(meeting, notice="Third."))
        clock.move_to(withdraw(meeting, by=people["paul"], reason="It leaked.").available_from)
        assert get_states(meeting) == {"en": ReviewState.DRAFT}
        assert get_state(meeting).get_labels() == ["Withdrawn", "Draft changed since"]
        roll_back(meeting, people, clock)
        assert get_state(meeting).get_labels() == ["Changed since edition 4"]

    def test_text_that_was_in_review_still_is(self, meeting: Meeting, people: People, clock: Any) -> None:
        submit(save_changes(meeting, notice="Third."), by=people["anna"])
        clock.move_to(withdraw(meeting, by=people["paul"], reason="It leaked.").available_from)
        assert get_state(meeting).get_labels() == ["Withdrawn", "In review"]

    def test_translations_do_not_wait_for_approval(self, meeting: Meeting, people: People, clock: Any) -> None:
        approve_french_translation(meeting, people)
        clock.move_to(withdraw(meeting, by=people["paul"], reason="It leaked.").available_from)
        assert get_states(meeting) == {"en": ReviewState.DRAFT, "fr": ReviewState.DRAFT}
        readiness = get_readiness([Meeting.objects.get()], PRESS_DAY, ["fr"])[meeting.pk]["fr"]
        assert readiness.stage != TranslationStage.IN_REVIEW

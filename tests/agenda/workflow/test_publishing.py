"""Publish a working copy now or schedule it, or refuse it with a message."""

import datetime as dt
from typing import Any

import pytest

from agenda.documents.building import build_meeting, build_topic
from agenda.models import AgendaItem
from agenda.workflow.errors import PendingEditionError, StaleTextError, WorkflowError
from meetings.documents.encoding import decode_document
from meetings.documents.schema import EarlierDate, MeetingDocument
from meetings.models import Act, AuditEntry, Edition, Meeting
from tests.factories import DAY, MINUTE, PRESS_DAY, call_off, make_meeting, make_topic, publish, publish_now, withdraw

SECOND = dt.timedelta(seconds=1)


def get_document(edition: Edition) -> MeetingDocument:
    document = decode_document(edition.documents.get(language=edition.source_language).document.text)
    assert isinstance(document, MeetingDocument)
    return document


pytestmark = pytest.mark.django_db


class TestRefusals:
    def test_past_time_is_refused(self, clock: Any) -> None:
        with pytest.raises(WorkflowError, match="in the future"):
            publish(make_meeting(), at=PRESS_DAY)

    def test_fraction_of_a_second_is_refused(self, clock: Any) -> None:
        with pytest.raises(WorkflowError, match="without fractions of a second"):
            publish(make_meeting(), at=PRESS_DAY + DAY + dt.timedelta(milliseconds=1))

    def test_scheduled_edition_needs_a_decision(self, clock: Any) -> None:
        meeting = make_meeting()
        publish(meeting, at=PRESS_DAY + DAY)
        with pytest.raises(PendingEditionError, match=r"15 September 2060, 10:00:00 \(Brussels time\)"):
            publish(meeting)
        assert Edition.objects.get().available_from == PRESS_DAY + DAY

    def test_second_scheduled_edition_is_refused(self, clock: Any) -> None:
        meeting = make_meeting()
        publish(meeting, at=PRESS_DAY + DAY)
        with pytest.raises(PendingEditionError):
            publish(meeting, at=PRESS_DAY + 2 * DAY, pending="keep")

    def test_taken_address_is_refused(self, clock: Any) -> None:
        publish_now(clock, make_meeting())
        other = make_meeting(address_word="second")
        other.address_word = ""
        type(other).objects.filter(address_word="").delete()
        other.save()
        with pytest.raises(WorkflowError, match="meetings/jha/2060/09/14/"):
            publish(other)

    def test_two_meetings_of_a_release_cannot_have_one_address(self, clock: Any) -> None:
        moved = make_meeting(address_word="moved", start_date=None, status="postponed", status_reason="Snow.")
        moved.previous = [EarlierDate(start_date=PRESS_DAY.date(), end_date=PRESS_DAY.date())]
        moved.address_word = ""
        moved.save()
        with pytest.raises(WorkflowError, match="same address"):
            publish(make_meeting(), moved)
        assert not Edition.objects.exists()

    def test_publishing_twice_within_a_second_is_refused(self, clock: Any) -> None:
        meeting = make_meeting()
        publish(meeting)
        meeting.notice = "Another."
        meeting.save()
        with pytest.raises(PendingEditionError):
            publish(meeting, pending="keep")

    def test_items_that_contain_each_other_are_refused(self, clock: Any) -> None:
        meeting = make_meeting()
        first, second = meeting.agenda.get(), AgendaItem.objects.create(meeting=meeting, title="Second")
        AgendaItem.objects.filter(pk=first.pk).update(parent=second)
        AgendaItem.objects.filter(pk=second.pk).update(parent=first)
        with pytest.raises(WorkflowError, match="in a circle"):
            publish(meeting)

    def test_text_that_the_user_did_not_see_is_refused(self, clock: Any) -> None:
        meeting = make_meeting()
        with pytest.raises(StaleTextError):
            publish(meeting, shown=[])
        assert not Edition.objects.exists()

    def test_note_has_a_maximum_length(self, clock: Any) -> None:
        with pytest.raises(WorkflowError, match="501 characters"):
            publish(make_meeting(), note="x" * 501)

    def test_cancellation_needs_a_public_reason(self, clock: Any) -> None:
        with pytest.raises(WorkflowError, match="public reason"):
            publish(make_meeting(status="cancelled"))

    def test_reason_without_a_state_is_refused_unless_readers_see_it_already(
        self, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever corrects something else, or translates, cannot know what happened to an item long ago."""
        meeting = make_meeting()
        item = meeting.agenda.get()
        AgendaItem.objects.update(state_note="Next week.")
        with pytest.raises(WorkflowError, match="Select what happened to the item"):
            publish(meeting)
        with monkeypatch.context() as before_this_rule:
            before_this_rule.setattr("agenda.documents.checks.find_reasons_without_state", lambda _meeting: [])
            publish_now(clock, meeting)
        meeting.lead = "<p>Ministers meet.</p>"
        meeting.save()
        publish_now(clock, meeting)
        meeting.agenda.create(title="Another", position=item.position + 1, state_note="He resigns.")
        with pytest.raises(WorkflowError, match="Select what happened to the item"):
            publish(meeting)

    def test_meeting_without_any_date_is_refused(self, clock: Any) -> None:
        with pytest.raises(WorkflowError, match="first day"):
            publish(make_meeting(start_date=None, status="postponed", status_reason="Snow."))

    def test_one_refused_subject_stops_the_whole_release(self, clock: Any) -> None:
        with pytest.raises(WorkflowError):
            publish(make_topic(), make_meeting(status="cancelled"))
        assert not Edition.objects.exists()


class TestPublishing:
    def test_now_is_the_next_whole_second_at_least_one_ahead(self, clock: Any) -> None:
        clock.move_to(PRESS_DAY + dt.timedelta(milliseconds=300))
        [edition] = publish(make_meeting())
        assert edition.available_from == PRESS_DAY + 2 * SECOND

    def test_called_off_edition_can_be_published_again(self, clock: Any) -> None:
        meeting = make_meeting()
        publish(meeting, at=PRESS_DAY + DAY)
        assert call_off(meeting) == PRESS_DAY + DAY
        assert not Edition.objects.exists()
        [edition] = publish(meeting, at=PRESS_DAY + DAY)
        assert Edition.objects.get() == edition

    def test_scheduled_edition_can_be_replaced(self, clock: Any) -> None:
        meeting = make_meeting()
        publish(meeting, at=PRESS_DAY + DAY)
        publish(meeting, at=PRESS_DAY + 2 * DAY, pending="replace")
        assert Edition.objects.get().available_from == PRESS_DAY + 2 * DAY

    def test_scheduled_edition_can_be_kept_beside_a_new_one(self, clock: Any) -> None:
        meeting = make_meeting()
        publish(meeting, at=PRESS_DAY + DAY)
        publish(meeting, pending="keep")
        assert [edition.available_from for edition in Edition.objects.all()] == [PRESS_DAY + SECOND, PRESS_DAY + DAY]

    def test_translated_city_is_not_a_move(self, clock: Any) -> None:
        meeting = make_meeting(source_language="de", city="Brussels")
        publish_now(clock, meeting)
        meeting.city, meeting.notice = "Brüssel", "Geändert."
        meeting.save()
        document = get_document(publish_now(clock, meeting))
        assert (document.place.city, document.previous) == ("Brüssel", [])


class TestLiveMeeting:
    """The meeting is live."""

    @pytest.fixture(scope="class")
    @classmethod
    def published(cls, class_clock: Any) -> Edition:
        return publish_now(class_clock, make_meeting())

    @pytest.fixture
    def meeting(self, published: Edition) -> Meeting:
        return Meeting.objects.get(pk=published.subject_id)

    def test_unchanged_text_is_refused(self, meeting: Meeting, clock: Any) -> None:
        with pytest.raises(WorkflowError, match=f"“{meeting}” has not changed since it was published"):
            publish(meeting)
        assert Edition.objects.count() == 1

    def test_move_needs_a_public_reason(self, meeting: Meeting, clock: Any) -> None:
        meeting.start_date = meeting.end_date = PRESS_DAY.date() + DAY
        meeting.save()
        with pytest.raises(
            WorkflowError, match=rf"“{meeting}” is published.*Enter the public reason for the change first"
        ):
            publish(meeting)

    def test_calling_off_needs_a_scheduled_edition(self, meeting: Meeting, clock: Any) -> None:
        with pytest.raises(WorkflowError, match="No edition is scheduled"):
            call_off(meeting)

    def test_second_move_needs_a_new_reason(self, meeting: Meeting, clock: Any) -> None:
        for day in (1, 2):
            meeting.start_date = meeting.end_date = PRESS_DAY.date() + day * DAY
            meeting.status_reason = "The airport is closed."
            meeting.save()
            if day == 1:
                publish_now(clock, meeting)
        with pytest.raises(WorkflowError, match=r"still the one for the earlier change \(“The airport is closed\.”\)"):
            publish(meeting)

    def test_move_keeps_the_published_date_and_place(self, meeting: Meeting, clock: Any) -> None:
        meeting.start_date = meeting.end_date = PRESS_DAY.date() + DAY
        meeting.city, meeting.status_reason = "Luxembourg", "The airport is closed."
        meeting.save()
        document = get_document(publish_now(clock, meeting))
        [previous] = document.previous
        assert (previous.start_date, previous.city, previous.venue) == (PRESS_DAY.date(), "Brussels", "Europa building")
        assert document.place.city == "Luxembourg"

    def test_earlier_dates_outlive_a_stale_save(self, meeting: Meeting, clock: Any) -> None:
        meeting.start_date = meeting.end_date = PRESS_DAY.date() + DAY
        meeting.status_reason = "The airport is closed."
        meeting.save()
        publish_now(clock, meeting)
        meeting.notice = "Saved by somebody who had opened it before."
        meeting.save()  # with no earlier dates
        document = get_document(publish_now(clock, meeting))
        assert [earlier.start_date for earlier in document.previous] == [PRESS_DAY.date()]

    def test_working_copy_is_frozen(self, meeting: Meeting, published: Edition, clock: Any) -> None:
        assert get_document(published) == build_meeting(meeting)
        AgendaItem.objects.update(title="Changed afterwards")
        assert get_document(published).agenda[0].title == "Migration policy"

    def test_withdrawal_needs_a_reason(self, meeting: Meeting, clock: Any) -> None:
        with pytest.raises(WorkflowError, match="reason"):
            withdraw(meeting, reason=" ")

    def test_tombstone_has_only_title_and_reason(self, meeting: Meeting, clock: Any) -> None:
        edition = withdraw(meeting, reason="Sent too early.")
        text = edition.documents.get().document.text
        assert "Sent too early." in text
        assert "Justice and Home Affairs Council" in text
        assert "migration" not in text.lower()

    def test_withdrawal_deletes_the_scheduled_edition(self, meeting: Meeting, clock: Any) -> None:
        meeting.lead = "<p>To come.</p>"
        meeting.save()
        publish(meeting, at=PRESS_DAY + DAY)
        withdraw(meeting, reason="Sent too early.")
        assert [edition.is_tombstone for edition in Edition.objects.all()] == [False, True]
        entry = AuditEntry.objects.get(act=Act.WITHDRAWN)
        assert entry.details["deleted"] == [(PRESS_DAY + DAY).isoformat()]
        assert "held" not in entry.details

    def test_publication_of_the_same_second_does_not_undo_a_withdrawal(self, meeting: Meeting, clock: Any) -> None:
        meeting.lead = "<p>Changed.</p>"
        meeting.save()
        withdraw(meeting, reason="Sent too early.")
        for pending in ("ask", "replace", "keep"):
            with pytest.raises(WorkflowError, match="being withdrawn"):
                publish(meeting, note="Changed.", pending=pending)
        assert Edition.objects.filter(is_tombstone=True).exists()

    def test_publishing_again_ends_a_withdrawal_without_a_change(self, meeting: Meeting, clock: Any) -> None:
        edition = withdraw(meeting, reason="Sent too early.")
        clock.move_to(edition.available_from + MINUTE)
        again = publish_now(clock, meeting)
        assert Edition.objects.live(again.available_from).get() == again


class TestTopics:
    """A meeting names a topic by the title in the topic's edition, or leaves it out."""

    def take_up(self, **values: Any) -> tuple[Any, Any]:
        meeting, topic = make_meeting(), make_topic(**values)
        AgendaItem.objects.get().topics.add(topic)
        return meeting, topic

    def test_unpublished_topic_is_left_out(self, clock: Any) -> None:
        meeting, _topic = self.take_up()
        assert get_document(publish_now(clock, meeting)).agenda[0].topics == []

    def test_topic_of_the_same_release_is_named(self, clock: Any) -> None:
        meeting, topic = self.take_up()
        [named] = get_document(publish_now(clock, meeting, topic)).agenda[0].topics
        assert (named.id, named.slug, named.title) == (topic.pk, "migration-policy", "Migration policy")

    def test_topic_has_the_name_of_its_live_edition(self, clock: Any) -> None:
        meeting, topic = self.take_up()
        publish_now(clock, topic)
        topic.title = "A draft of another title"
        topic.save()
        [named] = get_document(publish_now(clock, meeting)).agenda[0].topics
        assert named.title == "Migration policy"

    def test_later_change_of_a_topic_does_not_change_meetings(self, clock: Any) -> None:
        meeting, topic = self.take_up()
        edition = publish_now(clock, meeting, topic)
        topic.title = "Asylum and migration"
        topic.save()
        publish_now(clock, topic)
        assert get_document(edition).agenda[0].topics[0].title == "Migration policy"
        assert build_topic(topic).title == "Asylum and migration"


class TestWithdrawal:
    def test_only_a_live_text_can_be_withdrawn(self, clock: Any) -> None:
        meeting = make_meeting()
        publish(meeting, at=PRESS_DAY + DAY)
        with pytest.raises(WorkflowError, match="there is nothing to withdraw"):
            withdraw(meeting, reason="Sent too early.")

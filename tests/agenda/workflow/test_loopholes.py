"""Loopholes around approval, embargo and withdrawal, which are closed."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from msgspec.structs import replace

from agenda.documents.building import build_meeting
from agenda.editor.settings import change_settings
from agenda.models import AgendaItem, BackgroundTopic, MediaLink, Release
from agenda.workflow.approval_rights import find_reviews_to_send_back
from agenda.workflow.errors import NotApprovedError, PendingEditionError, WorkflowError, clean_text
from agenda.workflow.planned_releases import (
    move_planned_release,
    plan_release,
    schedule_planned_release,
)
from agenda.workflow.publication import publish, publish_translations
from agenda.workflow.restoring import restore_meeting
from agenda.workflow.review_actions import approve, send_back, submit
from agenda.workflow.reviews import Review
from agenda.workflow.revisions import keep_revision, keep_translation_revision
from agenda.workflow.scheduled_releases import (
    call_off_edition,
    call_off_release,
    find_release,
    hold_release,
    move_release,
    resume_release,
)
from agenda.workflow.suppression import get_edition_by_number, suppress
from agenda.workflow.translation_submission import submit_translation
from agenda.workflow.withdrawal import rollback, withdraw
from meetings.access import NotAllowed
from meetings.access.audit import Actor
from meetings.documents.choices import Language
from meetings.documents.encoding import InvalidDocument, encode_document
from meetings.models import Act, AuditEntry, Configuration, Edition, Meeting, Suppression, Translation
from tests.admin_forms import create_client_with_role, create_user
from tests.agenda.workflow.translations import release_approved_translations
from tests.agenda.workflow.users import get_people, get_shown, save_changes, submit_and_approve
from tests.factories import (
    COMMAND,
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    make_meeting,
    make_topic,
    publish_now,
    translate,
)

People = dict[str, Actor]
EVENING = PRESS_DAY + dt.timedelta(hours=8)


def get_release(subject: Any) -> Release:
    return Release.objects.get(entries__subject_id=subject.pk)


def reload(topic: BackgroundTopic, meeting: Meeting) -> tuple[BackgroundTopic, Meeting]:
    return BackgroundTopic.objects.get(pk=topic.pk), Meeting.objects.get(pk=meeting.pk)


class TestApproval:
    def test_submitting_again_does_not_restore_an_approval(self, people: People) -> None:
        meeting = make_meeting()
        submit_and_approve(people, meeting)
        send_back(meeting, by=people["petra"], shown=get_shown(meeting), remark="A number that must not be told.")
        submit(meeting, by=people["anna"])
        with pytest.raises(NotApprovedError):
            publish(meeting, by=people["paul"])

    def test_author_stays_author_when_a_colleague_corrects_the_language(self, people: People) -> None:
        meeting = make_meeting()
        keep_revision(save_changes(meeting, lead="<p>Mine.</p>"), PRESS_DAY, people["paul"])
        change_settings(meeting, by=people["petra"], language=Language.FR)
        meeting.refresh_from_db()
        submit(meeting, by=people["anna"])
        for name in ("paul", "petra"):
            with pytest.raises(WorkflowError, match="You wrote or submitted this text"):
                approve(meeting, by=people[name], shown=get_shown(meeting))

    def test_original_language_stays_while_a_text_waits_or_is_approved_or_public(self, people: People) -> None:
        """Approvals, translations and editions refer to the original by its language."""
        meeting = make_meeting()

        def change_language() -> None:
            change_settings(meeting, by=people["anna"], language=Language.FR)

        submit(meeting, by=people["anna"])
        with pytest.raises(WorkflowError, match="while a text waits for approval"):
            change_language()
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        with pytest.raises(WorkflowError, match="while a text waits for approval"):
            change_language()
        publish(meeting, by=people["petra"])
        with pytest.raises(WorkflowError, match="after the text was published"):
            change_language()
        with pytest.raises(InvalidDocument, match="after the text was published"):
            restore_meeting(
                replace(build_meeting(meeting), language=Language.FR, source_language=Language.FR), by=COMMAND
            )

    def test_change_of_the_original_language_ends_no_approval_and_can_be_undone(self, people: People) -> None:
        meeting = make_meeting(notice="Approved.")
        submit_and_approve(people, meeting)
        meeting = save_changes(meeting, notice="Not so good.")
        keep_revision(meeting, PRESS_DAY, people["anna"])
        submit(meeting, by=people["anna"])
        send_back(meeting, by=people["petra"], shown=get_shown(meeting), remark="No.")
        with pytest.raises(WorkflowError, match="while a text waits for approval"):
            change_settings(meeting, by=people["anna"], language=Language.FR)
        [approved] = find_reviews_to_send_back(meeting)
        shown = [one.shown for one in approved.languages]
        send_back(meeting, by=people["petra"], shown=shown, remark="Both.", revision=approved.revision)
        change_settings(meeting, by=people["anna"], language=Language.FR)
        other = make_meeting("env")
        call_off_release(plan_release(other, by=people["paul"], at=EVENING), by=people["paul"], reason="Not yet.")
        submit(other, by=people["anna"])
        send_back(other, by=people["petra"], shown=get_shown(other), remark="It is in French.")
        for language in (Language.FR, Language.EN):
            change_settings(other, by=people["anna"], language=language)
            other.refresh_from_db()
            assert other.source_language == language
            last = Review.latest(other)
            assert last
            assert last.source.verdict
            assert last.source.verdict.remark == "It is in French."

    def test_text_that_was_sent_back_in_another_language_must_be_submitted_again(self, people: People) -> None:
        """A translator's approved words in the new language do not take its place, nor does anybody approve the old."""
        meeting = make_meeting(notice="Neutral.")
        submit_and_approve(people, meeting)
        translate(meeting, None, "fr", notice="Words of Paul.")
        keep_translation_revision(meeting, PRESS_DAY, people["paul"], "fr")
        submit_translation(meeting, "fr", by=people["paul"])
        approve(meeting, by=people["petra"], shown=get_shown(meeting), languages=["fr"])
        send_back(meeting, by=people["petra"], shown=get_shown(meeting), languages=["en"], remark="It is in French.")
        change_settings(meeting, by=people["anna"], language=Language.FR)
        meeting.refresh_from_db()
        for languages in (None, ["en"], ["fr"]):
            with pytest.raises(WorkflowError, match="must be submitted again"):
                approve(meeting, by=people["petra"], shown=get_shown(meeting), languages=languages)
        with pytest.raises(WorkflowError):
            publish(meeting, by=people["petra"])
        submit(meeting, by=people["anna"])
        review = Review.latest(meeting)
        assert review
        assert [language.language for language in review.languages] == ["fr"]
        assert "Neutral." in encode_document(review.get_documents()[0])

    def test_translation_of_a_text_under_embargo_does_not_go_live(self, people: People, clock: Any) -> None:
        """An earlier version let the language change then: neither text had a document in the new one."""
        meeting = make_meeting(notice="Old notice.")
        submit_and_approve(people, meeting)
        clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
        meeting = save_changes(meeting, notice="Under embargo.")
        keep_revision(meeting, PRESS_DAY, people["anna"])
        translate(meeting, None, "de", notice="Gesperrt.")
        keep_translation_revision(meeting, PRESS_DAY, people["anna"], "de")
        submit(meeting, by=people["anna"])
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        meeting = save_changes(meeting, source_language=Language.MT)
        assert release_approved_translations(meeting, people["petra"]) is None
        with pytest.raises(WorkflowError):
            publish_translations(meeting, [], by=people["petra"], refuse=lambda now: None)
        with pytest.raises(WorkflowError):
            publish(meeting, by=people["petra"])
        with pytest.raises(WorkflowError, match="It will be submitted with the original"):
            submit_translation(meeting, "de", by=people["petra"])
        assert Edition.objects.count() == 1

    def test_scheduled_text_must_be_held_before_it_is_sent_back(self, people: People) -> None:
        meeting = make_meeting()
        submit_and_approve(people, meeting)
        [edition] = publish(meeting, by=people["paul"], at=EVENING)
        with pytest.raises(WorkflowError, match="Put it on hold or cancel it"):
            send_back(meeting, by=people["petra"], shown=get_shown(meeting), remark="No.")
        release = find_release(edition)
        assert release
        hold_release(release, by=people["petra"], reason="No.")
        send_back(meeting, by=people["petra"], shown=get_shown(meeting), remark="No.")
        with pytest.raises(NotApprovedError, match="no longer approved"):
            resume_release(release, by=people["paul"])

    @pytest.mark.parametrize("take_back", [withdraw, rollback])
    def test_author_of_a_text_that_was_taken_back_stays_author_of_the_next_one(
        self, people: People, clock: Any, take_back: Callable[..., Edition]
    ) -> None:
        """A colleague changed a room in it, and the approval that had ended stood between Paul's words and that."""
        meeting = make_meeting(notice="Neutral.")
        submit_and_approve(people, meeting)
        clock.move_to(publish(meeting, by=people["petra"])[0].available_from)
        meeting = save_changes(meeting, notice="Words of Paul.")
        keep_revision(meeting, PRESS_DAY, people["paul"])
        submit(meeting, by=people["anna"])
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        clock.move_to(publish(meeting, by=people["petra"], note="A correction.")[0].available_from)
        clock.move_to(take_back(meeting, by=people["petra"], reason="These words are wrong.").available_from)
        meeting = save_changes(meeting, venue="Another room")
        keep_revision(meeting, PRESS_DAY, people["anna"])
        submit(meeting, by=people["anna"])
        with pytest.raises(WorkflowError, match="You wrote or submitted"):
            approve(meeting, by=people["paul"], shown=get_shown(meeting))

    @pytest.mark.once
    def test_author_cannot_approve_a_withdrawn_text_that_is_submitted_again(self, people: People, clock: Any) -> None:
        """The approval that Petra gave has ended, so that it does not stand between Paul's words and the new one."""
        meeting = make_meeting()
        for name in ("paul", "anna"):
            meeting = save_changes(meeting, notice=f"By {name}.")
            keep_revision(meeting, PRESS_DAY, people[name])
        submit(meeting, by=people["anna"])
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        clock.move_to(publish(meeting, by=people["petra"])[0].available_from)
        clock.move_to(withdraw(meeting, by=people["petra"], reason="Sent too early.").available_from)
        submit(meeting, by=people["anna"])
        with pytest.raises(WorkflowError, match="You wrote or submitted this text"):
            approve(meeting, by=people["paul"], shown=get_shown(meeting))
        approve(meeting, by=people["petra"], shown=get_shown(meeting))

    def test_author_cannot_approve_words_that_somebody_else_saved_again(self, people: People) -> None:
        meeting = make_meeting(notice="Neutral.")
        submit_and_approve(people, meeting)
        for name, notice in (("petra", "By Petra."), ("anna", "Neutral."), ("anna", "By Petra.")):
            meeting = save_changes(meeting, notice=notice)
            keep_revision(meeting, PRESS_DAY, people[name])
        submit(meeting, by=people["anna"])
        with pytest.raises(WorkflowError, match="a colleague must approve"):
            approve(meeting, by=people["petra"], shown=get_shown(meeting))

    def test_author_cannot_approve_words_that_were_taken_back_and_restored(self, people: People) -> None:
        """Between them, another text was approved. What the colleague changes after it has these words still."""
        meeting = make_meeting(notice="Neutral.")
        for name, values in (
            ("paul", {"notice": "By Paul."}),
            ("anna", {"lead": "<p>By Anna.</p>"}),
            ("anna", {"notice": "Neutral.", "lead": ""}),
        ):
            meeting = save_changes(meeting, **values)
            keep_revision(meeting, PRESS_DAY, people[name])
        submit(meeting, by=people["anna"])
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        for lead in ("<p>By Anna.</p>", "<p>By Anna, better.</p>"):
            meeting = save_changes(meeting, notice="By Paul.", lead=lead)
            keep_revision(meeting, PRESS_DAY, people["anna"])
            submit(meeting, by=people["anna"])
            with pytest.raises(WorkflowError, match="a colleague must approve"):
                approve(meeting, by=people["paul"], shown=get_shown(meeting))
        approve(meeting, by=people["petra"], shown=get_shown(meeting))

    def test_resuming_a_forced_release_needs_the_right_to_force(self, people: People) -> None:
        [edition] = publish(make_meeting(), by=people["paul"], at=EVENING, force="It is urgent.")
        release = find_release(edition)
        assert release
        hold_release(release, by=people["paul"], reason="Not that urgent.")
        with pytest.raises(NotAllowed):
            resume_release(release, by=people["anna"])


class TestTopicUnderEmbargo:
    def test_name_must_be_public_in_the_same_language(self, people: People) -> None:
        topic, meeting = make_topic(), make_meeting()
        AgendaItem.objects.get().topics.add(topic)
        for subject, row, text in ((topic, topic, "Nom secret"), (meeting, meeting.agenda.get(), "Migration")):
            translate(subject, row, title=text)
        submit(topic, meeting, by=people["anna"])
        approve(topic, by=people["paul"], shown=get_shown(topic), languages=["en"])
        approve(meeting, by=people["paul"], shown=get_shown(meeting))
        with pytest.raises(
            WorkflowError, match=rf"“{meeting}” \(français\) names the topic “Nom secret”.*in that language too"
        ):
            publish(topic, meeting, by=people["paul"])
        approve(topic, by=people["petra"], shown=get_shown(topic))
        publish(topic, meeting, by=people["paul"])

    def test_meeting_may_use_an_earlier_public_name(self, people: People, clock: Any) -> None:
        topic, meeting = make_topic(), make_meeting()
        AgendaItem.objects.get().topics.add(topic)
        publish_now(clock, topic)
        submit_and_approve(people, meeting)
        publish_now(clock, save_changes(topic, title="The new name"))
        publish(meeting, by=people["paul"], at=EVENING)
        clock.move_to(withdraw(topic, by=people["paul"], reason="It leaked.").available_from)
        publish_now(clock, save_changes(topic, title="A clean name"))
        with pytest.raises(WorkflowError, match="“Migration policy”, which will not be public under that name"):
            resume_release(get_release(meeting), by=people["paul"])


class TestScheduledTopic:
    """A topic is scheduled for 18:00, and a meeting that names it a minute later."""

    @pytest.fixture(scope="class")
    @classmethod
    def scheduled(cls, press_office: People, class_clock: Any) -> tuple[Any, Meeting]:
        topic, meeting = make_topic(), make_meeting()
        AgendaItem.objects.get().topics.add(topic)
        submit_and_approve(press_office, topic, meeting)
        publish(topic, by=press_office["paul"], at=EVENING)
        publish(meeting, by=press_office["paul"], at=EVENING + MINUTE)
        return topic, meeting

    @pytest.fixture
    def named(self, scheduled: tuple[Any, Meeting]) -> tuple[Any, Meeting]:
        return reload(*scheduled)

    def test_topic_that_a_scheduled_meeting_names_cannot_be_unscheduled(
        self, people: People, named: tuple[Any, Meeting]
    ) -> None:
        topic, meeting = named
        for step in (
            lambda: hold_release(get_release(topic), by=people["paul"], reason="No."),
            lambda: call_off_release(get_release(topic), by=people["paul"]),
            lambda: publish(topic, by=people["paul"], at=EVENING + DAY, pending="replace"),
        ):
            with pytest.raises(
                WorkflowError, match=rf"“{meeting}” is scheduled.*would not be public under that name by then"
            ):
                step()
        assert Edition.objects.count() == 2

    def test_other_topic_of_a_scheduled_meeting_does_not_matter(self, people: People, clock: Any) -> None:
        """Its name was suppressed since the meeting was scheduled, which puts that on hold now."""
        topic, other, meeting = make_topic("visas"), make_topic("secret"), make_meeting("env")
        meeting.agenda.get().topics.add(topic, other)
        publish_now(clock, other)
        submit_and_approve(people, topic, meeting)
        publish(topic, by=people["paul"], at=EVENING)
        publish(meeting, by=people["paul"], at=EVENING + MINUTE)
        publish_now(clock, save_changes(other, title="Asylum"))
        Suppression.objects.create(edition=get_edition_by_number(other, 1), at=timezone.now(), reason="A secret.")
        [edition] = publish(topic, by=people["paul"], at=EVENING - MINUTE, pending="replace")
        assert edition.available_from == EVENING - MINUTE

    def test_withdrawing_the_topic_puts_the_meeting_on_hold(
        self, people: People, named: tuple[Any, Meeting], clock: Any
    ) -> None:
        topic, meeting = named
        clock.move_to(EVENING)
        withdraw(topic, by=people["paul"], reason="Sent too early.")
        assert get_release(meeting).state == "held"
        assert not Edition.objects.filter(subject_id=meeting.pk).exists()

    def test_withdrawing_a_meeting_puts_on_hold_what_relies_on_a_topic_that_is_published_with_it(
        self, people: People, clock: Any
    ) -> None:
        """It would name a topic that nobody knows."""
        topic, meeting, other = make_topic("secret"), make_meeting("ecofin"), make_meeting("env")
        publish_now(clock, meeting)
        other.agenda.get().topics.add(topic)
        submit_and_approve(people, topic, save_changes(meeting, notice="Changed."), other)
        publish(topic, meeting, by=people["paul"], at=EVENING, note="Changed.")
        publish(other, by=people["paul"], at=EVENING + MINUTE)
        withdraw(meeting, by=people["paul"], reason="Sent too early.")
        assert [get_release(subject).state for subject in (topic, other)] == ["held", "held"]
        assert not Edition.objects.filter(subject_id=other.pk).exists()


class TestRenamedTopic:
    """The new name of a live topic was submitted together with a meeting that uses it."""

    @pytest.fixture(scope="class")
    @classmethod
    def submitted(cls, press_office: People, class_clock: Any) -> tuple[Any, Meeting]:
        topic, meeting = make_topic(), make_meeting()
        AgendaItem.objects.get().topics.add(topic)
        submit_and_approve(press_office, topic)
        class_clock.move_to(publish(topic, by=press_office["paul"])[0].available_from)
        topic = save_changes(topic, title="Secret new name")
        submit(topic, meeting, by=press_office["anna"])
        approve(meeting, by=press_office["paul"], shown=get_shown(meeting))
        return topic, meeting

    @pytest.fixture
    def renamed(self, submitted: tuple[Any, Meeting]) -> tuple[Any, Meeting]:
        return reload(*submitted)

    def test_meeting_cannot_reveal_the_new_name(self, people: People, renamed: tuple[Any, Meeting]) -> None:
        topic, meeting = renamed
        with pytest.raises(WorkflowError, match="“Secret new name”, which will not be public under that name"):
            publish(meeting, by=people["paul"])  # nobody has even approved the name
        approve(topic, by=people["paul"], shown=get_shown(topic))
        publish(topic, by=people["paul"], at=EVENING, note="Renamed.")
        with pytest.raises(WorkflowError, match="“Secret new name”, which will not be public under that name"):
            publish(meeting, by=people["paul"])
        publish(meeting, by=people["paul"], at=EVENING)
        release = get_release(meeting)
        with pytest.raises(WorkflowError, match="will not be public under that name"):
            move_release(release, by=people["paul"], at=EVENING - MINUTE)
        hold_release(release, by=people["paul"], reason="Later.")
        with pytest.raises(WorkflowError, match="will not be public under that name"):
            resume_release(release, by=people["paul"])

    def test_name_that_a_scheduled_meeting_uses_cannot_be_unscheduled(
        self, people: People, renamed: tuple[Any, Meeting]
    ) -> None:
        topic, meeting = renamed
        approve(topic, by=people["paul"], shown=get_shown(topic))
        [edition] = publish(topic, by=people["paul"], at=EVENING, note="Renamed.")
        publish(meeting, by=people["paul"], at=EVENING)
        renaming = find_release(edition)
        assert renaming
        submit_and_approve(people, save_changes(topic, title="Yet another name"))
        for step in (
            lambda: call_off_release(renaming, by=people["paul"]),
            lambda: move_release(renaming, by=people["paul"], at=EVENING + MINUTE),
            lambda: publish(topic, by=people["paul"], at=EVENING, note="Renamed.", pending="replace"),
        ):
            with pytest.raises(WorkflowError, match="“Secret new name”, which would not be public under that name"):
                step()
        move_release(renaming, by=people["paul"], at=EVENING - MINUTE)

    def test_suppressed_name_in_a_past_edition_does_not_prevent_unscheduling(self, people: People, clock: Any) -> None:
        """Only what scheduled meetings name counts, not what meetings have named."""
        topic, meeting = make_topic("secret"), make_meeting("env")
        meeting.agenda.get().topics.add(topic)
        publish_now(clock, topic, meeting)
        topic = save_changes(topic, title="Asylum")
        publish_now(clock, topic, meeting)
        suppress(topic, get_edition_by_number(topic, 1), by=people["paul"], reason="A secret.")
        submit_and_approve(people, save_changes(topic, title="Asylum policy"))
        [pending] = publish(topic, by=people["paul"], note="Renamed.", at=EVENING)
        release = find_release(pending)
        assert release
        call_off_release(release, by=people["paul"])
        assert not Edition.objects.filter(pk=pending.pk).exists()

    def test_replaced_edition_does_not_make_its_name_public(self, people: People, renamed: tuple[Any, Meeting]) -> None:
        topic, meeting = renamed
        approve(topic, by=people["paul"], shown=get_shown(topic))
        publish(topic, by=people["paul"], at=EVENING, note="Renamed.")
        topic = save_changes(topic, title="Yet another name")
        submit_and_approve(people, topic)
        with pytest.raises(WorkflowError, match="“Secret new name”, which will not be public under that name"):
            publish(topic, meeting, by=people["paul"], at=EVENING, note="Renamed.", pending="replace")


class TestRemovedTitle:
    """The first title of a topic is removed from the site, while a meeting is scheduled that names it."""

    @pytest.fixture
    def topic(self, people: People, clock: Any) -> Any:
        topic = make_topic("secret")
        publish_now(clock, topic)
        return topic

    def schedule_meeting(self, people: People, code: str, topic: Any) -> Meeting:
        meeting = make_meeting(code)
        meeting.agenda.get().topics.add(topic)
        submit_and_approve(people, meeting)
        publish(meeting, by=people["paul"], at=EVENING)
        return meeting

    def rename(self, clock: Any, topic: Any) -> Edition:
        """Publish another title, and return the edition with the first one."""
        publish_now(clock, save_changes(topic, title="Asylum"))
        return get_edition_by_number(topic, 1)

    def test_meeting_is_put_on_hold(self, people: People, topic: Any, clock: Any) -> None:
        """Whoever removes it needs no right for the meeting. Once more on the site, it would stay there."""
        meeting = self.schedule_meeting(people, "env", topic)
        create_user("jan", "Publishers", of="jha")
        topic = save_changes(topic, desk=Configuration.objects.get(code="JHA"))
        first, jan = self.rename(clock, topic), get_people()["jan"]
        with pytest.raises(NotAllowed):
            hold_release(get_release(meeting), by=jan, reason="A secret.")
        release = get_release(meeting)
        assert suppress(topic, first, by=jan, reason="A secret.") == [release]
        release.refresh_from_db()
        assert (release.state, release.reason) == ("held", "A secret.")
        assert not Edition.objects.filter(subject_id=meeting.pk).exists()
        log = AuditEntry.objects
        assert log.get(act=Act.SUPPRESSED).details["held"] == [str(release.pk)]
        assert [entry.actor for entry in log.filter(act=Act.PUT_ON_HOLD, subject_id=meeting.pk)] == ["jan"]
        with pytest.raises(WorkflowError, match="will not be public under that name"):
            resume_release(release, by=people["paul"], at=EVENING)
        call_off_release(release, by=people["paul"])
        submit_and_approve(people, meeting)
        assert publish(meeting, by=people["paul"], at=EVENING)

    def test_only_meetings_that_reveal_it_are_put_on_hold(self, people: People, topic: Any, clock: Any) -> None:
        other = make_topic("other")
        publish_now(clock, other)
        unconcerned = self.schedule_meeting(people, "env", other)
        first = self.rename(clock, topic)
        current = self.schedule_meeting(people, "ecofin", topic)
        assert suppress(topic, first, by=people["paul"], reason="A secret.") == []
        assert {get_release(meeting).state for meeting in (unconcerned, current)} == {"scheduled"}
        assert "held" not in AuditEntry.objects.get(act=Act.SUPPRESSED).details

    def test_title_that_another_edition_has_stays_known(self, people: People, topic: Any, clock: Any) -> None:
        meeting = self.schedule_meeting(people, "env", topic)
        publish_now(clock, save_changes(topic, lead="<p>Another lead.</p>"))
        first = self.rename(clock, topic)
        assert suppress(topic, first, by=people["paul"], reason="A secret.") == []
        assert get_release(meeting).state == "scheduled"
        second = get_edition_by_number(topic, 2)
        assert suppress(topic, second, by=people["paul"], reason="A secret.") == [get_release(meeting)]

    def test_what_is_published_with_the_meeting_and_what_relies_on_that_are_put_on_hold(
        self, people: People, topic: Any, clock: Any
    ) -> None:
        """Otherwise somebody could keep a title from being removed with a second topic and a second meeting."""
        other, one, two = make_topic("other"), make_meeting("env"), make_meeting("ecofin")
        one.agenda.get().topics.add(topic)
        two.agenda.get().topics.add(other)
        submit_and_approve(people, other, one, two)
        publish(other, one, by=people["paul"], at=EVENING)
        publish(two, by=people["paul"], at=EVENING)
        first = self.rename(clock, topic)
        releases = [get_release(one), get_release(two)]
        assert suppress(topic, first, by=people["paul"], reason="A secret.") == releases
        assert [get_release(subject).state for subject in (one, other, two)] == ["held"] * 3
        assert not Edition.objects.filter(available_from=EVENING).exists()

    def test_edition_without_a_release_must_be_cancelled_first(self, people: People, topic: Any, clock: Any) -> None:
        """Editions from before there were releases have none."""
        meeting = self.schedule_meeting(people, "env", topic)
        first, title = self.rename(clock, topic), topic.title
        Release.objects.filter(at=EVENING).delete()
        with pytest.raises(WorkflowError, match=f"is scheduled for .* names the topic “{title}”"):
            suppress(topic, first, by=people["paul"], reason="A secret.")
        assert not Suppression.objects.exists()
        call_off_edition(meeting, by=people["paul"])
        suppress(topic, first, by=people["paul"], reason="A secret.")

    def test_edition_that_cannot_be_removed_puts_nothing_on_hold(self, people: People, topic: Any) -> None:
        meeting = self.schedule_meeting(people, "env", topic)
        with pytest.raises(WorkflowError, match="This edition is live"):
            suppress(topic, get_edition_by_number(topic, 1), by=people["paul"], reason="A secret.")
        assert get_release(meeting).state == "scheduled"


class TestWithdrawn:
    def test_rollback_does_not_reach_behind_a_withdrawal(self, people: People, clock: Any) -> None:
        meeting = make_meeting(notice="Secret.")
        publish_now(clock, meeting)
        clock.move_to(withdraw(meeting, by=people["paul"], reason="It leaked.").available_from)
        publish_now(clock, save_changes(meeting, notice="Clean."))
        with pytest.raises(WorkflowError, match="no previous edition"):
            rollback(meeting, by=people["paul"], reason="Back.")

    def test_planned_release_does_not_republish_a_withdrawn_text(self, people: People, clock: Any) -> None:
        one, other = make_meeting(), make_meeting("env")
        release = plan_release(one, other, by=people["paul"], at=EVENING, note="Both.")
        submit_and_approve(people, one)
        clock.move_to(publish(one, by=people["paul"])[0].available_from)
        clock.move_to(withdraw(one, by=people["paul"], reason="It leaked.").available_from)
        submit_and_approve(people, other)
        schedule_planned_release(Release.objects.get(pk=release.pk), people["paul"])
        assert list(Edition.objects.pending(PRESS_DAY + MINUTE).values_list("subject_id", flat=True)) == [other.pk]

    def test_held_release_does_not_republish_a_withdrawn_text(self, people: People, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        submit_and_approve(people, save_changes(meeting, notice="Second."))
        [edition] = publish(meeting, by=people["paul"], at=EVENING, note="Second.")
        release = find_release(edition)
        assert release
        hold_release(release, by=people["paul"], reason="Later.")
        clock.move_to(withdraw(meeting, by=people["paul"], reason="It leaked.").available_from)
        with pytest.raises(WorkflowError, match="cancelled"):
            resume_release(release, by=people["paul"])

    def test_withdrawn_text_needs_a_new_approval_and_a_note(self, people: People, clock: Any) -> None:
        meeting = make_meeting()
        submit_and_approve(people, meeting)
        clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
        clock.move_to(withdraw(meeting, by=people["paul"], reason="Sent too early.").available_from)
        clock.move_to(EVENING)
        with pytest.raises(NotApprovedError):
            publish(meeting, by=people["paul"], note="It was right.")
        with pytest.raises(WorkflowError, match="must be submitted again"):
            approve(meeting, by=people["petra"], shown=get_shown(meeting))
        submit(meeting, by=people["anna"])
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        with pytest.raises(WorkflowError, match="why it is back"):
            publish(meeting, by=people["paul"])
        assert publish(meeting, by=people["paul"], note="It was right.")[0].reason == "again"


FACTS: dict[str, Callable[[Meeting], object]] = {
    "time": lambda meeting: meeting.programme.update(time=dt.time(14, 15)),
    "room": lambda meeting: meeting.programme.update(place="Press room 2"),
    "item": lambda meeting: meeting.agenda.update(state="postponed"),
    "day": lambda meeting: save_changes(
        meeting, start_date=PRESS_DATE + DAY, end_date=PRESS_DATE + DAY, status_reason="The airport is closed."
    ),
    "zone": lambda meeting: save_changes(meeting, time_zone="Asia/Tokyo"),
    "session": lambda meeting: meeting.sessions.update(place="Room 20.45"),
    "strand": lambda meeting: meeting.sessions.update(date=PRESS_DATE + DAY),
    "chair": lambda meeting: meeting.chairs.update(name="Urmas Reinsalu"),
    "link": lambda _meeting: MediaLink.objects.filter(kind="live_stream").update(url="https://other.example/"),
}


class TestMinorCorrection:
    """The meeting is live in English, and the names of a room and of an item also in French."""

    @pytest.fixture(scope="class")
    @classmethod
    def live(cls, press_office: People, class_clock: Any) -> Meeting:
        meeting = make_meeting(lead="<p>To for in.</p>")
        meeting.programme.update(place="Press room 1")
        translate(meeting, meeting.programme.get(), place="Salle de presse 1")
        translate(meeting, meeting.agenda.get(), title="Politique migratoir")
        submit_and_approve(press_office, meeting)
        class_clock.move_to(publish(meeting, by=press_office["paul"])[0].available_from)
        return meeting

    @pytest.fixture
    def meeting(self, live: Meeting) -> Meeting:
        return Meeting.objects.get(pk=live.pk)

    @pytest.mark.once
    @pytest.mark.parametrize("fact", FACTS)
    def test_changed_fact_is_not_a_minor_correction(self, people: People, meeting: Meeting, fact: str) -> None:
        FACTS[fact](meeting)
        with pytest.raises(WorkflowError, match="A minor correction must not change a date") as refusal:
            publish(Meeting.objects.get(), by=people["paul"], editorial=True, force="It is urgent.")
        assert refusal.value.field == "editorial"

    def test_changed_fact_of_a_translation_is_not_a_minor_correction(self, people: People, meeting: Meeting) -> None:
        Translation.objects.filter(field="place").update(text="Salle de presse 2")
        submit_and_approve(people, meeting)
        with pytest.raises(WorkflowError, match="A minor correction must not change a date"):
            publish(meeting, by=people["paul"], editorial=True)
        publish(meeting, by=people["paul"], note="Changed.")

    def test_changed_wording_is_a_minor_correction(self, people: People, meeting: Meeting) -> None:
        Translation.objects.filter(field="title").update(text="Politique migratoire")
        MediaLink.objects.update(title="The live stream")
        meeting.chairs.update(role="Minister of the Interior of Estonia")
        meeting = save_changes(meeting, lead="<p>Two for in.</p>")
        submit_and_approve(people, meeting)
        [edition] = publish(meeting, by=people["paul"], editorial=True)
        assert edition.reason == "editorial"

    @pytest.fixture
    def scheduled(self, meeting: Meeting, people: People) -> Meeting:
        """A minor correction is scheduled for the evening."""
        meeting = save_changes(meeting, lead="<p>Two for in.</p>")
        submit_and_approve(people, meeting)
        publish(meeting, by=people["paul"], at=EVENING, editorial=True)
        return meeting

    def test_scheduled_one_cannot_undo_changed_facts(self, people: People, scheduled: Meeting) -> None:
        """Readers would read of it in no note."""
        scheduled.programme.update(time=dt.time(17, 30), time_text="17:30")
        meeting = save_changes(scheduled)
        submit_and_approve(people, meeting)
        for force in ("", "It is urgent."):
            with pytest.raises(PendingEditionError, match="would undo this change") as refusal:
                publish(meeting, by=people["paul"], note="At 17:30.", pending="keep", force=force)
            assert refusal.value.field == "pending"
        publish(meeting, by=people["paul"], note="At 17:30.", pending="replace")
        assert not Edition.objects.filter(available_from=EVENING).exists()

    def test_scheduled_one_cannot_undo_changed_words(self, people: People, scheduled: Meeting) -> None:
        meeting = save_changes(scheduled, notice="It is not public.")
        submit_and_approve(people, meeting)
        with pytest.raises(PendingEditionError, match="would undo this change"):
            publish(meeting, by=people["paul"], note="Correction.", pending="keep")

    def test_scheduled_one_cannot_undo_a_restored_edition(self, people: People, meeting: Meeting, clock: Any) -> None:
        meeting.programme.update(time=dt.time(17, 30), time_text="17:30")
        publish_now(clock, save_changes(meeting))
        correction = save_changes(meeting, lead="<p>Two for in.</p>")
        submit_and_approve(people, correction)
        publish(correction, by=people["paul"], at=EVENING, editorial=True)
        with pytest.raises(PendingEditionError, match="would undo this change"):
            rollback(correction, by=people["paul"], reason="It is not at 17:30.")
        call_off_edition(correction, by=people["paul"])
        assert rollback(correction, by=people["paul"], reason="It is not at 17:30.").reason == "restoration"

    def test_scheduled_translation_cannot_undo_a_correction(self, people: People, meeting: Meeting) -> None:
        translate(meeting, language="de", title="Rat")
        submit_and_approve(people, meeting)
        [edition] = publish(meeting, by=people["paul"], at=EVENING)
        assert edition.reason == "translation"
        meeting = save_changes(meeting, notice="Welcome.")
        submit_and_approve(people, meeting)
        with pytest.raises(PendingEditionError, match="would undo this change"):
            publish(meeting, by=people["paul"], note="A welcome.", pending="keep")


class TestDeleted:
    def test_release_with_a_deleted_subject_can_only_be_called_off(self, people: People) -> None:
        meeting, other = make_meeting(), make_meeting("env")
        submit_and_approve(people, meeting, other)
        [edition, _other] = publish(meeting, other, by=people["paul"], at=EVENING)
        release = find_release(edition)
        assert release
        hold_release(release, by=people["paul"], reason="Later.")
        Meeting.objects.filter(pk=meeting.pk).delete()
        with pytest.raises(WorkflowError, match="has been deleted"):
            resume_release(release, by=people["paul"])
        call_off_release(release, by=people["paul"])

    def test_deleted_subject_is_refused(self, people: People) -> None:
        meeting, topic = make_meeting(), make_topic()
        for subject in (meeting, topic):
            gone = save_changes(subject)
            type(subject)._default_manager.filter(pk=subject.pk).delete()
            for step in (
                lambda gone=gone: submit(gone, by=people["anna"]),
                lambda gone=gone: publish(gone, by=people["paul"], force="It is urgent."),
                lambda gone=gone: plan_release(gone, by=people["paul"], at=EVENING),
                lambda gone=gone: withdraw(gone, by=people["paul"], reason="It leaked."),
            ):
                with pytest.raises(WorkflowError, match=f"“{gone}” has been deleted"):
                    step()

    def test_subject_of_a_release_cannot_be_deleted(self, people: People) -> None:
        meeting = make_meeting()
        plan_release(meeting, by=people["paul"], at=EVENING)
        client = create_client_with_role("Authors", "alba")
        response = client.post(f"/admin/meetings/meeting/{meeting.pk}/delete/", {"post": "yes"})
        assert response.status_code == 403
        assert Meeting.objects.exists()


@pytest.mark.once
def test_planned_release_that_was_moved_since_is_not_published(people: People) -> None:
    meeting = make_meeting()
    release = plan_release(meeting, by=people["paul"], at=EVENING)
    move_planned_release(Release.objects.get(), by=people["paul"], at=EVENING + MINUTE)
    submit_and_approve(people, meeting)
    with pytest.raises(WorkflowError, match=r"The time of this publication is now .*18:01"):
        schedule_planned_release(release, people["paul"])
    assert not Edition.objects.exists()


def test_rollback_to_a_taken_address_is_refused(people: People, clock: Any) -> None:
    meeting = make_meeting()
    publish_now(clock, meeting)
    publish_now(
        clock,
        save_changes(meeting, start_date=PRESS_DAY.date() + DAY, end_date=PRESS_DAY.date() + DAY, status_reason="x"),
    )
    publish_now(clock, make_meeting())
    with pytest.raises(WorkflowError, match="Another meeting or topic has the address"):
        rollback(meeting, by=people["paul"], reason="Back.")


@pytest.mark.parametrize("text", ["ψ" * 501, "a\0b", "a\ud800b"])
def test_invalid_text_is_refused(text: str) -> None:
    with pytest.raises(WorkflowError, match="character"):
        clean_text(text, "reason")
    assert clean_text(f" {'ψ' * 500} ", "reason") == "ψ" * 500


def test_each_step_refuses_invalid_text(people: People, clock: Any) -> None:
    meeting, text = make_meeting(), "a\0b"
    [edition] = publish(meeting, by=people["paul"], at=EVENING, force="It is urgent.")
    release = find_release(edition)
    assert release
    for step in (
        lambda: hold_release(release, by=people["paul"], reason=text),
        lambda: plan_release(make_meeting("env"), by=people["paul"], at=EVENING, note=text),
        lambda: withdraw(meeting, by=people["paul"], reason=text),
        lambda: publish(meeting, by=people["paul"], note=text),
    ):
        with pytest.raises(WorkflowError, match="invisible control character"):
            step()

"""Releases: published together or not at all, forced, planned, moved, held and called off."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from agenda.mail.sending import send_due_notices
from agenda.models import AgendaItem, BackgroundTopic, Notice, Release, ReleaseEntry
from agenda.workflow import publication, scheduled_releases
from agenda.workflow.drafts import build_draft, get_edition_documents
from agenda.workflow.errors import NotApprovedError, PendingEditionError, WorkflowError
from agenda.workflow.planned_releases import (
    list_release_alarms,
    list_unapproved_subjects,
    move_planned_release,
    plan_release,
    resume_planned_release,
    schedule_planned_release,
)
from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve, send_back, submit
from agenda.workflow.reviews import Review
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.same_day_changes.publication import publish_same_day_change
from agenda.workflow.scheduled_releases import (
    call_off_edition,
    call_off_release,
    get_release_subjects,
    hold_all_releases,
    hold_release,
    move_release,
    resume_release,
)
from agenda.workflow.translation_releases import set_language_rule
from agenda.workflow.withdrawal import withdraw
from meetings.access import NotAllowed
from meetings.access.audit import Actor
from meetings.editions.freezing import create_edition
from meetings.models import Act, AuditEntry, Edition, EditionReason, Meeting, User
from tests.admin_forms import EMERGENCY, create_user_with_role
from tests.agenda.workflow.revision_helpers import save_revision
from tests.agenda.workflow.users import get_people, get_shown, get_submitted_digests, save_changes, submit_and_approve
from tests.factories import DAY, MINUTE, PRESS_DAY, make_meeting, make_topic, publish_now

People = dict[str, Actor]
EVENING = PRESS_DAY + dt.timedelta(hours=8)  # 18:00 in Brussels
SECOND = dt.timedelta(seconds=1)


class TestRefusals:
    def test_correction_needs_a_note(self, people: People, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        submit_and_approve(people, save_changes(meeting, notice="Changed."))
        with pytest.raises(WorkflowError, match="what changed") as refusal:
            publish(meeting, by=people["paul"])
        assert refusal.value.field == "note"

    def test_author_cannot_plan_a_release(self, people: People) -> None:
        with pytest.raises(NotAllowed):
            plan_release(make_meeting(), by=people["anna"], at=EVENING)
        assert not Release.objects.exists()

    def test_meeting_cannot_name_a_topic_that_is_not_public_by_then(self, people: People) -> None:
        """The title was approved with the meeting's text. Published alone, the meeting would reveal it."""
        topic, meeting = make_topic(), make_meeting()
        AgendaItem.objects.get().topics.add(topic)
        submit_and_approve(people, topic, meeting)
        with pytest.raises(WorkflowError, match="Publish both together"):
            publish(meeting, by=people["paul"], at=EVENING)
        publish(topic, by=people["paul"], at=EVENING + MINUTE)
        with pytest.raises(WorkflowError, match="Publish both together"):
            publish(meeting, by=people["paul"], at=EVENING)
        publish(meeting, by=people["paul"], at=EVENING + MINUTE)


class TestTogether:
    def test_several_subjects_go_live_at_the_same_instant(self, people: People, clock: Any) -> None:
        topic, meeting = make_topic(), make_meeting()
        AgendaItem.objects.get().topics.add(topic)
        submit_and_approve(people, topic, meeting)
        publish(topic, meeting, by=people["paul"], at=EVENING)
        release = Release.objects.get()
        assert (release.state, release.at, release.entries.count()) == ("scheduled", EVENING, 2)
        assert set(release.entries.values_list("edition_id", flat=True)) == set(
            Edition.objects.values_list("pk", flat=True)
        )
        assert not Edition.objects.live(EVENING - SECOND).exists()
        assert Edition.objects.live(EVENING).count() == 2

    def test_withdrawing_one_subject_holds_the_rest_without_a_right_to_it(self, people: People, clock: Any) -> None:
        one, other = make_meeting(), make_meeting("env")
        publish_now(clock, one)
        submit_and_approve(people, save_changes(one, notice="Second."), other)
        publish(one, other, by=people["paul"], at=EVENING, note="Second.")
        create_user_with_role("Publishers", "jan", of="jha")
        withdraw(one, by=Actor(User.objects.get(username="jan"), "jan"), reason="It leaked.")
        release = Release.objects.get(at=EVENING)
        assert (release.state, release.reason) == ("held", "It leaked.")
        assert [entry.subject_id for entry in release.entries.all()] == [other.pk]
        assert not Edition.objects.filter(available_from=EVENING).exists()
        log = AuditEntry.objects.order_by("id")
        assert [(x.act, x.subject_id) for x in log][-3:] == [
            (Act.CALLED_OFF, one.pk),
            (Act.PUT_ON_HOLD, other.pk),
            (Act.WITHDRAWN, one.pk),
        ]
        withdrawn = log.get(act=Act.WITHDRAWN)
        live = Edition.objects.get(subject_id=one.pk, is_tombstone=False)
        assert withdrawn.digest == live.documents.get().document.digest
        assert withdrawn.details["held"] == [str(release.pk)]
        [edition] = resume_release(release, by=people["paul"], at=EVENING)
        assert edition.subject_id == other.pk


class TestApprovedMeeting:
    @pytest.fixture(scope="class")
    @classmethod
    def approved(cls, press_office: People, class_clock: Any) -> Meeting:
        meeting = make_meeting()
        submit_and_approve(press_office, meeting)
        return meeting

    @pytest.fixture
    def meeting(self, approved: Meeting) -> Meeting:
        return Meeting.objects.get(pk=approved.pk)

    @pytest.mark.parametrize("name", ["anna", "dora"])
    def test_user_without_the_right_cannot_publish(self, meeting: Meeting, people: People, name: str) -> None:
        with pytest.raises(NotAllowed):
            publish(meeting, by=people[name])
        with pytest.raises(NotAllowed):
            publish(meeting, by=people[name], force="It is urgent.")
        assert not Edition.objects.exists()

    def test_nothing_is_published_if_one_text_is_not_approved(self, meeting: Meeting, people: People) -> None:
        with pytest.raises(NotApprovedError):
            publish(meeting, make_meeting("env"), by=people["paul"], at=EVENING)
        assert not Edition.objects.exists()
        assert not Release.objects.exists()

    def test_plan_is_recorded_with_the_current_text(self, meeting: Meeting, people: People) -> None:
        plan_release(meeting, by=people["paul"], at=EVENING)
        entry = AuditEntry.objects.get(act=Act.PLANNED)
        assert (entry.digest, entry.address) == (get_submitted_digests(meeting)[0], "meetings/jha/2060/09/14/")
        plan_release(make_topic(title="Not saved yet"), by=people["paul"], at=EVENING)
        assert AuditEntry.objects.filter(act=Act.PLANNED)[0].details["title"] == "Not saved yet"

    def test_cancelled_plan_cannot_be_published(self, meeting: Meeting, people: People) -> None:
        release = plan_release(meeting, by=people["paul"], at=EVENING)
        call_off_release(release, by=people["paul"])
        with pytest.raises(WorkflowError, match="cancelled"):
            schedule_planned_release(release, people["paul"])
        assert not Edition.objects.exists()

    def test_planned_correction_is_not_ready_while_the_live_text_is_the_approved_one(
        self, meeting: Meeting, people: People, clock: Any
    ) -> None:
        clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
        release = plan_release(meeting, by=people["paul"], at=EVENING, note="Corrected.")
        assert list_unapproved_subjects(release, timezone.now())
        assert [alarm.missing for alarm in list_release_alarms(EVENING)] == [[meeting]]
        submit_and_approve(people, save_changes(meeting, notice="Corrected."))
        assert not list_unapproved_subjects(release, timezone.now())

    def test_rights_are_checked_for_each_subject_of_a_release(
        self, meeting: Meeting, people: People, clock: Any
    ) -> None:

        other = make_meeting("env")
        create_user_with_role("Publishers", "jan", of="jha")
        jan = User.objects.get(username="jan")
        submit_and_approve(people, other)
        with pytest.raises(NotAllowed):
            publish(meeting, other, by=Actor(jan, "jan"), at=EVENING)
        publish(meeting, by=Actor(jan, "jan"), at=EVENING)
        submit(save_changes(other, notice="x"), by=people["anna"])
        with pytest.raises(NotAllowed):
            approve(other, by=Actor(jan, "jan"), shown=get_shown(other))


class TestScheduledTogether:
    @pytest.fixture(scope="class")
    @classmethod
    def scheduled(cls, press_office: People, class_clock: Any) -> tuple[Meeting, Meeting]:
        """Return a meeting of JHA and one of ENVI, which are scheduled for the same instant."""
        both = make_meeting("jha"), make_meeting("env")
        submit_and_approve(press_office, *both)
        publish(*both, by=press_office["paul"], at=EVENING)
        return both

    @pytest.fixture
    def jha(self, scheduled: tuple[Meeting, Meeting]) -> Meeting:
        return Meeting.objects.get(pk=scheduled[0].pk)

    @pytest.fixture
    def env(self, scheduled: tuple[Meeting, Meeting]) -> Meeting:
        return Meeting.objects.get(pk=scheduled[1].pk)

    def test_calling_off_one_subject_calls_off_the_whole_release(
        self, people: People, jha: Meeting, env: Meeting
    ) -> None:
        assert call_off_edition(env, by=people["paul"], reason="Not agreed.") == EVENING
        assert not Edition.objects.exists()
        assert Release.objects.get().state == "called_off"

    def test_one_subject_of_a_release_cannot_be_replaced_alone(
        self, people: People, jha: Meeting, env: Meeting
    ) -> None:
        """Otherwise the other one would be published alone, by a user who may not call the release off."""
        create_user_with_role("Publishers", "jan", of="jha")
        jan = Actor(User.objects.get(username="jan"), "jan")
        for step in (
            lambda: publish(jha, by=jan, at=EVENING + DAY, pending="replace"),
            lambda: publish(jha, by=people["paul"], pending="replace", force="It is urgent."),
        ):
            with pytest.raises(WorkflowError, match=r"together with “ENVI, 14 September 2060”\. Publish") as refusal:
                step()
            assert refusal.value.field == "pending"
        assert Edition.objects.filter(available_from=EVENING).count() == 2

    def test_all_subjects_are_replaced_together_and_recorded(self, people: People, jha: Meeting, env: Meeting) -> None:
        publish(jha, env, by=people["paul"], at=EVENING + MINUTE, pending="replace")
        assert {edition.available_from for edition in Edition.objects.all()} == {EVENING + MINUTE}
        assert [release.state for release in Release.objects.order_by("at")] == ["called_off", "scheduled"]
        log = AuditEntry.objects.order_by("id")
        called_off = log.filter(act=Act.CALLED_OFF)
        assert {entry.subject_id for entry in called_off} == {jha.pk, env.pk}
        assert {entry.details["at"] for entry in called_off} == {EVENING.isoformat()}
        assert {entry.details["reason"] for entry in called_off} == {"Replaced by another edition."}
        assert log.filter(act=Act.SCHEDULED)[2].details["replaced"] == [EVENING.isoformat()]


class TestEditionWithoutRelease:
    """A scheduled edition that was written before there were releases, or by another program."""

    @pytest.fixture
    def topic(self, clock: Any) -> BackgroundTopic:
        """Return a topic that is live, with a scheduled edition under another name."""
        topic = make_topic()
        publish_now(clock, topic)
        topic.title = "Asylum"
        topic.save()
        create_edition([build_draft(topic, EVENING)], available_from=EVENING, change_note="The title.")
        return topic

    def test_calling_off_deletes_only_the_scheduled_edition(self, people: People, topic: BackgroundTopic) -> None:
        assert call_off_edition(topic, by=people["paul"], reason="Not agreed.") == EVENING
        assert Edition.objects.get().available_from < EVENING
        entry = AuditEntry.objects.filter(act=Act.CALLED_OFF).get()
        assert (entry.subject_id, entry.actor, entry.details["reason"]) == (topic.pk, "paul", "Not agreed.")
        with pytest.raises(WorkflowError, match="No edition is scheduled"):
            call_off_edition(topic, by=people["paul"])

    def test_it_is_deleted_when_another_replaces_it(self, people: People, topic: BackgroundTopic, clock: Any) -> None:
        options: dict[str, Any] = {"at": EVENING + MINUTE, "pending": "replace", "force": "It is urgent."}
        [edition] = publish(topic, by=people["paul"], note="The name.", **options)
        assert [*Edition.objects.filter(available_from__gte=EVENING)] == [edition]
        assert AuditEntry.objects.get(act=Act.CALLED_OFF).details["reason"] == "It is urgent."

    def test_it_is_deleted_when_the_topic_is_withdrawn(self, people: People, topic: BackgroundTopic) -> None:
        live = Edition.objects.earliest("available_from")
        notice = withdraw(topic, by=people["paul"], reason="Sent too early.")
        assert [*Edition.objects.order_by("available_from")] == [live, notice]
        assert AuditEntry.objects.get(act=Act.WITHDRAWN).details["deleted"] == [EVENING.isoformat()]
        assert AuditEntry.objects.get(act=Act.CALLED_OFF).digest

    def test_author_cannot_call_it_off(self, people: People, topic: BackgroundTopic) -> None:
        with pytest.raises(NotAllowed):
            call_off_edition(topic, by=people["anna"])
        assert Edition.objects.count() == 2

    def test_it_stays_while_a_scheduled_meeting_names_the_topic(self, people: People, clock: Any) -> None:
        topic, meeting = make_topic(), make_meeting()
        AgendaItem.objects.get().topics.add(topic)
        submit_and_approve(people, topic, meeting)
        publish(topic, meeting, by=people["paul"], at=EVENING)
        ReleaseEntry.objects.filter(subject_id=topic.pk).delete()
        with pytest.raises(WorkflowError, match="would not be public under that name by then"):
            call_off_edition(topic, by=people["paul"])
        assert Edition.objects.filter(subject_id=topic.pk).exists()

    def test_edition_that_got_a_release_meanwhile_stays(
        self, people: People, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Another publisher replaces the edition while the first one waits for the lock."""
        topic = make_topic()
        publish(topic, by=people["paul"], at=EVENING, force="It is urgent.")
        answers = iter([None])  # as it was before the lock
        find_release = scheduled_releases.find_release
        monkeypatch.setattr(scheduled_releases, "find_release", lambda edition: next(answers, find_release(edition)))
        with pytest.raises(WorkflowError, match="Someone has replaced this edition"):
            call_off_edition(topic, by=people["paul"])
        assert Edition.objects.get().available_from == EVENING


class TestMinorCorrection:
    def test_minor_correction_has_no_public_note(self, people: People, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        submit_and_approve(people, save_changes(meeting, notice="Changed."))
        [edition] = publish(meeting, by=people["paul"], editorial=True, note="A comma, said Petra.")
        assert (edition.reason, edition.change_note) == (EditionReason.EDITORIAL, "")
        assert ReleaseEntry.objects.get(edition_id=edition.pk).note == "A comma, said Petra."

    def test_first_publication_is_no_correction(self, people: People) -> None:
        meeting = make_meeting()
        submit_and_approve(people, meeting)
        with pytest.raises(WorkflowError, match="is not published, so there is nothing to correct"):
            publish(meeting, by=people["paul"], editorial=True)

    def test_new_text_may_go_out_with_a_minor_correction_of_another(self, people: People, clock: Any) -> None:
        topic, meeting = make_topic(), make_meeting()
        publish_now(clock, topic)
        submit_and_approve(people, save_changes(topic, lead="<p>Changed.</p>"), meeting)
        editions = publish(topic, meeting, by=people["paul"], editorial=True)
        assert {edition.reason for edition in editions} == {EditionReason.EDITORIAL, EditionReason.PUBLICATION}


class TestForce:
    def test_forced_text_stays_listed_until_a_colleague_approves_it(self, people: People) -> None:
        meeting = make_meeting()
        [edition] = publish(meeting, by=people["paul"], force="The minister is on air.")
        entry = ReleaseEntry.objects.get(edition_id=edition.pk)
        assert entry.forced_reason == "The minister is on air."
        with pytest.raises(WorkflowError, match="a colleague must approve"):
            approve(meeting, by=people["paul"], shown=get_shown(meeting))
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        [logged] = AuditEntry.objects.filter(act=Act.FORCED)
        assert logged.details["reason"] == "The minister is on air."


class TestPlanOnHold:
    """A planned release that was put on hold, as it is after a backup is restored."""

    @pytest.fixture
    def meeting(self, people: People, clock: Any) -> Meeting:
        return make_meeting()

    @pytest.fixture
    def release(self, meeting: Meeting, people: People) -> Release:
        plan_release(meeting, by=people["paul"], at=EVENING)
        [release] = hold_all_releases(by=people["paul"], reason="A backup was restored.")
        return release

    def test_refusal_changes_nothing(self, meeting: Meeting, release: Release, people: People, clock: Any) -> None:
        submit_and_approve(people, meeting)
        clock.move_to(publish(meeting, by=people["paul"], pending="keep")[0].available_from)
        submit_and_approve(people, save_changes(meeting, notice="Second."))
        entries = AuditEntry.objects.count()
        for at in (None, EVENING + MINUTE):
            with pytest.raises(WorkflowError, match="Tell readers in a sentence what changed"):
                resume_planned_release(release, by=people["paul"], at=at)
        assert Release.objects.filter(pk=release.pk, state="held", at=EVENING).exists()
        assert AuditEntry.objects.count() == entries

    def test_publishing_now_is_recorded_as_that(
        self, meeting: Meeting, release: Release, people: People, clock: Any
    ) -> None:
        submit_and_approve(people, meeting)
        clock.move_to(EVENING + MINUTE)
        entries = list(AuditEntry.objects.values_list("pk", flat=True))
        [edition] = resume_planned_release(release, by=people["paul"], reason="It was not cancelled.")
        assert edition.available_from == Release.objects.get().at == EVENING + MINUTE + SECOND
        entry = AuditEntry.objects.exclude(pk__in=entries).get()
        assert (entry.act, entry.details["reason"]) == (Act.PUBLISHED, "It was not cancelled.")

    def test_what_is_not_approved_is_planned_again(self, release: Release, people: People) -> None:
        with pytest.raises(NotApprovedError):
            resume_planned_release(release, by=people["paul"])
        assert resume_planned_release(release, by=people["paul"], at=EVENING + DAY, reason="Still true.") == []
        assert Release.objects.filter(state="planned", at=EVENING + DAY).exists()
        assert AuditEntry.objects.filter(act=Act.PLANNED)[0].details["reason"] == "Still true."

    def test_approval_that_comes_before_the_lock_counts(
        self, meeting: Meeting, release: Release, people: People, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lock_release = scheduled_releases.lock_release

        def approve_and_lock(*arguments: Any, **options: Any) -> Release:
            submit_and_approve(people, meeting)
            return lock_release(*arguments, **options)

        monkeypatch.setattr("agenda.workflow.planned_releases.lock_release", approve_and_lock)
        [edition] = resume_planned_release(release, by=people["paul"], at=EVENING)
        assert edition.available_from == EVENING


class TestPlannedRelease:
    def test_missing_approval_raises_an_alarm_thirty_minutes_before(self, people: People) -> None:
        meeting, other = make_meeting(), make_meeting("env")
        submit_and_approve(people, other)
        release = plan_release(meeting, other, by=people["paul"], at=EVENING)
        assert not Edition.objects.exists()
        assert list_release_alarms(EVENING - 30 * MINUTE - SECOND) == []
        [alarm] = list_release_alarms(EVENING - 30 * MINUTE)
        assert (alarm.release, list(alarm.missing), alarm.is_overdue) == (release, [meeting], False)
        assert list_release_alarms(EVENING)[0].is_overdue

    def test_planned_release_is_scheduled_once_approved(self, people: People) -> None:
        meeting = make_meeting()
        release = plan_release(meeting, by=people["paul"], at=EVENING)
        assert list_unapproved_subjects(release, timezone.now())
        submit_and_approve(people, meeting)
        assert not list_unapproved_subjects(release, timezone.now())
        [edition] = schedule_planned_release(release, people["paul"])
        assert edition.available_from == EVENING
        assert not AuditEntry.objects.filter(act=Act.MOVED).exists()
        assert Release.objects.get().state == "scheduled"
        assert list_release_alarms(EVENING) == []

    @pytest.mark.parametrize("way", ["another language rule", "a part published separately"])
    def test_what_becomes_ready_without_an_approval_is_scheduled(self, people: People, clock: Any, way: str) -> None:
        """The process that sends mails looks at it every minute."""
        meeting, other = make_meeting(), make_meeting("env")
        submit_and_approve(people, meeting)
        release = plan_release(meeting, *([other] if "separately" in way else []), by=people["paul"], at=EVENING)
        if way == "another language rule":
            set_language_rule(meeting, by=people["paul"], required=["fr"], others="follow")
        clock.move_to(EVENING - 20 * MINUTE)
        send_due_notices()
        assert Release.objects.get(pk=release.pk).state == "planned"
        set_language_rule(meeting, by=people["paul"], required=[], others="follow")
        if "separately" in way:
            publish(other, by=people["paul"], force="On air.")
        send_due_notices()
        scheduled = Release.objects.get(pk=release.pk)
        assert (scheduled.state, scheduled.by_name) == ("scheduled", "paul")
        edition = Edition.objects.get(subject_id=meeting.pk)
        assert edition.available_from == EVENING
        entry = AuditEntry.objects.get(act=Act.SCHEDULED)
        assert entry.actor.startswith("manage.py send_notices")
        assert entry.details["at"] == EVENING.isoformat()

    def test_draft_that_goes_on_does_not_stop_it(self, people: People) -> None:
        """As it does not stop what is scheduled."""
        submit(meeting := make_meeting(), by=people["anna"])
        release = plan_release(meeting, by=people["paul"], at=EVENING)
        save_revision(meeting, notice="Another sentence.")
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        assert not list_unapproved_subjects(release, timezone.now())
        [edition] = schedule_planned_release(release, people["petra"])
        assert "Another sentence." not in str(get_edition_documents(edition))

    @pytest.mark.parametrize(
        ("later", "missing"),
        [
            ("the draft goes on", False),
            ("a newer text is submitted", True),
            ("a newer text is sent back", True),
            ("what was public without approval is approved", False),
            ("a same-day change", False),
        ],
    )
    def test_text_that_somebody_meant_last_goes_out(
        self, people: People, clock: Any, later: str, *, missing: bool
    ) -> None:
        meeting, other = make_meeting(), make_meeting("env")
        clock.move_to(publish(meeting, by=people["paul"], force="On air.")[0].available_from)
        forced = Review.latest(meeting)
        assert forced
        clock.shift(MINUTE)
        save_revision(meeting, notice="Corrected.")
        submit(meeting, by=people["anna"])
        release = plan_release(meeting, other, by=people["petra"], at=EVENING, note="Corrected.")
        clock.shift(MINUTE)
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        clock.shift(MINUTE)
        if later == "the draft goes on":
            save_revision(meeting, notice="Another sentence.")
        elif later == "a same-day change":
            publish_same_day_change(Meeting.objects.get(pk=meeting.pk), SameDayChange(alert="Wait."), by=people["dora"])
        elif "without approval" in later:
            shown = [each.shown for each in forced.languages]
            approve(meeting, by=people["petra"], shown=shown, revision=forced.revision)
        else:
            save_revision(meeting, notice="Newer.")
            submit(Meeting.objects.get(pk=meeting.pk), by=people["anna"])
            clock.shift(MINUTE)
            if "sent back" in later:
                send_back(meeting, by=people["petra"], shown=get_shown(meeting), remark="Why?")
        clock.shift(MINUTE)
        submit_and_approve(people, other)
        assert list_unapproved_subjects(release, timezone.now()) == [meeting] * missing
        if not missing:
            editions = schedule_planned_release(release, people["petra"])
            assert sorted(edition.available_from for edition in editions) == [EVENING, EVENING]
            [text] = [edition for edition in editions if edition.subject_id == meeting.pk]
            assert "Corrected." in str(get_edition_documents(text))

    @pytest.mark.parametrize("approved", ["before it was written", "as it was planned"])
    def test_plan_is_for_the_draft_of_its_time(self, people: People, clock: Any, approved: str) -> None:
        """“Change the time” scheduled what was approved before that draft was written."""
        meeting, other = make_meeting(), make_meeting("env")
        submit_and_approve(people, meeting)
        clock.shift(MINUTE)
        if approved == "before it was written":
            save_revision(meeting, notice="A new sentence.")
        release = plan_release(meeting, other, by=people["petra"], at=EVENING)
        clock.shift(MINUTE)
        submit_and_approve(people, other)
        move_planned_release(release, by=people["petra"], at=EVENING + MINUTE)
        is_scheduled = approved == "as it was planned"
        assert Edition.objects.filter(available_from=EVENING + MINUTE).count() == 2 * is_scheduled

    @pytest.mark.parametrize("is_submitted", [False, True])
    def test_earlier_text_that_somebody_puts_back_is_not_scheduled_by_itself(
        self, people: People, clock: Any, *, is_submitted: bool
    ) -> None:
        meeting = make_meeting(notice="4 bn")
        submit_and_approve(people, meeting)
        clock.shift(MINUTE)
        save_revision(meeting, notice="5 bn")
        submit(Meeting.objects.get(), by=people["anna"])
        release = plan_release(meeting, by=people["petra"], at=EVENING)
        clock.shift(MINUTE)
        if is_submitted:
            approve(meeting, by=people["paul"], shown=get_shown(meeting))
        clock.shift(MINUTE)
        save_revision(meeting, notice="4 bn")
        if is_submitted:
            submit(Meeting.objects.get(), by=people["anna"])
        clock.move_to(EVENING - 20 * MINUTE)
        send_due_notices()
        assert Release.objects.get(pk=release.pk).state == "planned"
        assert list_unapproved_subjects(release, timezone.now()) == [meeting]

    def test_what_is_ready_but_cannot_be_scheduled_is_told_to_who_can_publish_it(
        self, people: People, clock: Any
    ) -> None:
        User.objects.update(email="x@example.eu")
        meeting = make_meeting()
        submit_and_approve(people, meeting)
        plan_release(meeting, by=people["petra"], at=EVENING)
        User.objects.get(username="petra").memberships.all().delete()
        clock.move_to(EVENING - 20 * MINUTE)
        send_due_notices()
        told = Notice.objects.filter(kind="not_approved").values_list("recipient__username", flat=True)
        assert "paul" in told

    def test_fault_in_one_release_keeps_back_no_other_and_no_mail(
        self, people: People, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        User.objects.update(email="x@example.eu")
        first, second = make_meeting(), make_meeting("env")
        submit_and_approve(people, first, second)
        for number, meeting in enumerate((first, second)):
            plan_release(meeting, by=people["petra"], at=EVENING + number * MINUTE)
        write = publication.write_editions

        def fail_once(compositions: Any) -> None:
            monkeypatch.setattr(publication, "write_editions", write)
            raise IntegrityError("A fault of ours.")

        monkeypatch.setattr(publication, "write_editions", fail_once)
        clock.move_to(EVENING - 20 * MINUTE)
        send_due_notices()
        assert [release.state for release in Release.objects.order_by("at")] == ["planned", "scheduled"]
        assert Notice.objects.filter(kind="not_approved").exists()

    def test_what_is_ready_too_late_or_may_not_be_published_stays_planned(self, people: People, clock: Any) -> None:
        meeting, other = make_meeting(), make_meeting("env")
        submit_and_approve(people, meeting, other)
        plan_release(meeting, by=people["petra"], at=EVENING)
        plan_release(other, by=people["paul"], at=PRESS_DAY + MINUTE)
        User.objects.get(username="petra").memberships.all().delete()
        clock.move_to(PRESS_DAY + 2 * MINUTE)
        send_due_notices()
        assert {release.state for release in Release.objects.all()} == {"planned"}

    def test_subject_cannot_be_planned_twice(self, people: People) -> None:
        meeting = make_meeting()
        plan_release(meeting, by=people["paul"], at=EVENING)
        with pytest.raises(WorkflowError, match="is already scheduled"):
            plan_release(meeting, by=people["paul"], at=EVENING + DAY)

    def test_publishing_earlier_ends_the_plan(self, people: People, clock: Any) -> None:
        meeting, other = make_meeting(), make_meeting("env")
        for planned in ((meeting, other), (make_meeting("ecofin"),)):
            plan_release(*planned, by=people["paul"], at=EVENING)
        meetings = (meeting, *planned)
        submit_and_approve(people, *meetings)
        publish(meeting, by=people["paul"], force="It is urgent.")
        publish(*planned, by=people["paul"])
        assert [alarm.missing for alarm in list_release_alarms(EVENING)] == [[other]]
        log = AuditEntry.objects.filter(act=Act.CALLED_OFF)
        reasons = {meeting.pk: "It is urgent.", planned[0].pk: "Published separately."}
        assert {entry.subject_id: entry.details["reason"] for entry in log} == reasons
        assert all(entry.digest and entry.address for entry in log)

    def test_planned_release_can_be_moved_and_called_off(self, people: People) -> None:
        release = plan_release(make_meeting(), by=people["paul"], at=EVENING)
        with pytest.raises(NotApprovedError):
            move_planned_release(release, by=people["paul"], at=None)
        with pytest.raises(WorkflowError, match="must be in the future"):
            move_planned_release(release, by=people["paul"], at=PRESS_DAY - DAY)
        move_planned_release(release, by=people["paul"], at=EVENING + DAY)
        release.refresh_from_db()
        assert release.at == EVENING + DAY
        moved = AuditEntry.objects.get(act=Act.MOVED)
        assert (moved.details["before"], moved.details["at"]) == (EVENING.isoformat(), release.at.isoformat())
        call_off_release(release, by=people["paul"])
        assert list_release_alarms(EVENING + DAY) == []


class TestScheduledRelease:
    @pytest.fixture(scope="class")
    @classmethod
    def scheduled(cls, press_office: People, class_clock: Any) -> Release:
        """Return the release of a correction."""
        meeting = make_meeting()
        publish_now(class_clock, meeting)
        submit_and_approve(press_office, save_changes(meeting, notice="The new text."))
        publish(meeting, by=press_office["paul"], at=EVENING, note="A new text.")
        return Release.objects.get(at=EVENING)

    @pytest.fixture
    def release(self, scheduled: Release) -> Release:
        return Release.objects.get(pk=scheduled.pk)

    def live(self) -> Edition:
        return Edition.objects.order_by("available_from")[0]

    def test_published_release_can_be_neither_moved_nor_held(
        self, people: People, release: Release, clock: Any
    ) -> None:
        clock.move_to(EVENING)
        for step in (
            lambda: hold_release(release, by=people["paul"], reason="No."),
            lambda: move_release(release, by=people["paul"], at=EVENING + DAY),
            lambda: call_off_release(release, by=people["paul"]),
        ):
            with pytest.raises(WorkflowError, match="This was published"):
                step()
        assert Edition.objects.count() == 2

    def test_author_can_neither_hold_nor_move_a_release(self, people: People, release: Release) -> None:
        with pytest.raises(NotAllowed):
            hold_release(release, by=people["anna"], reason="No.")
        with pytest.raises(NotAllowed):
            move_release(release, by=people["anna"], at=EVENING + DAY)

    def test_release_without_approval_is_moved_and_resumed_by_those_who_may_force(self, people: People) -> None:
        publish(make_meeting("env"), by=people["paul"], at=EVENING + MINUTE, force="On air.")
        forced = Release.objects.get(at=EVENING + MINUTE)
        User.objects.get(username="petra").memberships.filter(role__name=EMERGENCY).delete()
        petra = get_people()["petra"]
        with pytest.raises(NotAllowed):
            move_release(forced, by=petra, at=EVENING + DAY)
        hold_release(forced, by=petra, reason="Not now.")
        with pytest.raises(NotAllowed):
            resume_release(forced, by=petra, at=EVENING + DAY)
        assert resume_release(forced, by=people["paul"], at=EVENING + DAY)

    def test_moved_release_keeps_its_text_and_the_live_edition(self, people: People, release: Release) -> None:
        live, [before] = self.live(), Edition.objects.pending(PRESS_DAY + MINUTE)
        digest = before.documents.get().document_id
        [moved] = move_release(release, by=people["paul"], at=EVENING + DAY)
        assert moved.documents.get().document_id == digest
        assert list(Edition.objects.order_by("available_from")) == [live, moved]
        assert (moved.available_from, moved.change_note, moved.reason) == (EVENING + DAY, "A new text.", "correction")

    def test_release_can_be_moved_to_now(self, people: People, release: Release, clock: Any) -> None:
        clock.move_to(EVENING - MINUTE)
        [moved] = move_release(release, by=people["paul"])
        assert moved.available_from == EVENING - MINUTE + SECOND

    def test_scheduled_minor_correction_can_be_moved_without_a_note(self, people: People, clock: Any) -> None:
        meeting = make_meeting("env")
        publish_now(clock, meeting)
        submit_and_approve(people, save_changes(meeting, notice="Another notice."))
        publish(meeting, by=people["paul"], at=EVENING + MINUTE, editorial=True)
        correction = Release.objects.get(state=Release.State.SCHEDULED, at=EVENING + MINUTE)
        [moved] = move_release(correction, by=people["paul"], at=EVENING + DAY)
        assert (moved.available_from, moved.change_note) == (EVENING + DAY, "")

    def test_release_can_be_held_and_resumed(self, people: People, release: Release, clock: Any) -> None:
        live = self.live()
        hold_release(release, by=people["paul"], reason="Not agreed.")
        clock.move_to(EVENING + MINUTE)
        assert list(Edition.objects.all()) == [live]
        [edition] = resume_release(Release.objects.get(pk=release.pk), by=people["petra"], at=EVENING + DAY)
        assert edition.available_from == EVENING + DAY
        assert [entry.act for entry in AuditEntry.objects.order_by("id")][-2:] == [Act.PUT_ON_HOLD, Act.SCHEDULED]

    def test_held_release_cannot_undo_a_newer_edition(self, people: People, release: Release, clock: Any) -> None:
        hold_release(release, by=people["paul"], reason="Not agreed.")

        [meeting] = get_release_subjects(release)
        publish_now(clock, save_changes(meeting, notice="Newer."), pending="keep")
        with pytest.raises(WorkflowError, match=f"A newer text of “{meeting}” has been"):
            resume_release(Release.objects.get(pk=release.pk), by=people["paul"])

    def test_publishing_beside_a_held_release_needs_a_decision(self, people: People, release: Release) -> None:
        hold_release(release, by=people["paul"], reason="Not agreed.")
        [meeting] = get_release_subjects(release)
        before = Edition.objects.count()
        for at in (None, EVENING + DAY):
            with pytest.raises(PendingEditionError, match=r"is on hold \(reason: “Not agreed.”\). Choose"):
                publish(meeting, by=people["petra"], at=at, note="Changed.")
        assert Edition.objects.count() == before

    def test_replacing_a_held_release_calls_it_off(self, people: People, release: Release) -> None:
        hold_release(release, by=people["paul"], reason="Not agreed.")
        [meeting] = get_release_subjects(release)
        [edition] = publish(meeting, by=people["petra"], note="Changed.", pending="replace")
        assert Release.objects.get(pk=release.pk).state == "called_off"
        assert AuditEntry.objects.filter(act=Act.CALLED_OFF).count() == 1
        assert edition in Edition.objects.all()

    def test_held_release_is_not_resumed_if_its_text_is_already_live(
        self, people: People, release: Release, clock: Any
    ) -> None:
        hold_release(release, by=people["paul"], reason="Not agreed.")
        [meeting] = get_release_subjects(release)
        [edition] = publish(meeting, by=people["petra"], note="Changed.", pending="keep")
        clock.move_to(edition.available_from)
        with pytest.raises(WorkflowError, match="is already published with exactly this text"):
            resume_release(Release.objects.get(pk=release.pk), by=people["paul"], at=EVENING + DAY)

    def test_release_cannot_be_held_or_resumed_twice(self, people: People, release: Release) -> None:
        hold_release(release, by=people["paul"], reason="Not agreed.")
        with pytest.raises(WorkflowError, match="it is now on hold"):
            hold_release(release, by=people["paul"], reason="Not agreed.")
        resume_release(release, by=people["paul"], at=EVENING)
        with pytest.raises(WorkflowError, match="it is now scheduled"):
            resume_release(release, by=people["paul"], at=EVENING)

    def test_scheduled_edition_is_never_replaced_silently(self, people: People, release: Release) -> None:

        [meeting] = get_release_subjects(release)
        submit_and_approve(people, save_changes(meeting, notice="Yet another."))
        with pytest.raises(PendingEditionError):
            publish(meeting, by=people["paul"], at=EVENING + DAY, note="Yet another.")
        assert Edition.objects.filter(available_from=EVENING).exists()

"""Who is told what by mail: those whom it concerns, once, and nobody else."""

import io
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agenda.mail.sending import send_due_notices
from agenda.models import DeclinedNotice, Notice, Release
from agenda.workflow import withdrawal
from agenda.workflow.errors import WorkflowError
from agenda.workflow.planned_releases import move_planned_release, plan_release, schedule_planned_release
from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve, send_back, submit
from agenda.workflow.revisions import keep_revision
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.same_day_changes.publication import publish_same_day_change
from agenda.workflow.scheduled_releases import call_off_release
from agenda.workflow.translation_submission import submit_translation
from meetings.access.audit import Actor
from meetings.models import Meeting, Membership, User
from tests.admin_forms import create_user
from tests.agenda.mail.people import LATER, list_recipients, send_later, set_user
from tests.agenda.workflow.translations import (
    FRENCH,
    People,
    approve_english_text,
    approve_french_translation,
    save_translation,
)
from tests.agenda.workflow.users import get_shown, save_changes
from tests.factories import DAY, MINUTE, PRESS_DAY, SECOND, make_meeting, make_topic, publish_now, withdraw

Mails = list[EmailMessage]
EVENING = PRESS_DAY + 480 * MINUTE


@pytest.mark.once
class TestNobodyElse:
    """Paul and Petra approve; Anna writes; Dora is on duty; Théo, Rita and Elena translate and revise."""

    def test_nothing_is_told_about_what_did_not_happen(self, people: People) -> None:
        meeting = make_meeting(status="cancelled")
        with pytest.raises(WorkflowError):
            submit(meeting, by=people["anna"])
        with pytest.raises(ValueError, match="undo"), transaction.atomic():
            submit(make_meeting("env"), by=people["anna"])
            raise ValueError("undo")
        assert not Notice.objects.exists()

    def test_author_who_may_approve_is_not_told_of_their_own_text(
        self, people: People, clock: Any, mailoutbox: Mails
    ) -> None:
        meeting = save_changes(make_meeting(), notice="By Petra.")
        keep_revision(meeting, PRESS_DAY, people["petra"])
        submit(meeting, by=people["anna"])
        send_later(clock)
        assert list_recipients(mailoutbox) == ["paul"]

    def test_approver_of_another_configuration_is_not_told(self, people: People, clock: Any, mailoutbox: Mails) -> None:
        make_meeting("env")
        create_user("emil", "Publishers", of="env")
        set_user("emil", email="emil@example.eu")
        submit(make_meeting(), by=people["anna"])
        send_later(clock)
        assert list_recipients(mailoutbox) == ["paul", "petra"]

    @pytest.mark.parametrize(
        "values", [{"is_active": False}, {"is_staff": False}, {"email": ""}, {"email": "paul@example.eu\nBcc: a@b.eu"}]
    )
    @pytest.mark.parametrize("when", ["before", "after"])
    def test_who_cannot_get_it_is_not_told(
        self, people: People, clock: Any, mailoutbox: Mails, values: dict[str, Any], when: str
    ) -> None:
        if when == "before":
            set_user("paul", **values)
        submit(make_meeting(), by=people["anna"])
        set_user("paul", **values)
        assert send_later(clock).failures == []
        assert list_recipients(mailoutbox) == ["petra"]
        assert not Notice.objects.filter(sent_at=None).exists()

    @pytest.mark.parametrize("when", ["before", "after"])
    def test_who_declined_it_or_left_is_not_told(
        self, people: People, clock: Any, mailoutbox: Mails, when: str
    ) -> None:
        paul, petra = (User.objects.get(username=name) for name in ("paul", "petra"))
        if when == "after":
            submit(make_meeting(), by=people["anna"])
        DeclinedNotice.objects.create(user=paul, kind="to_approve")
        Membership.objects.filter(user=petra).delete()
        if when == "before":
            create_user("berta", "Publishers")  # somebody with a role must remain, or superusers are asked
            submit(make_meeting(), by=people["anna"])
        send_later(clock)
        assert mailoutbox == []

    def test_text_in_review_is_not_told_again_with_a_translation(
        self, people: People, clock: Any, mailoutbox: Mails
    ) -> None:
        meeting = make_meeting(lead="<p>Ministers meet.</p>")
        submit(meeting, by=people["anna"])
        send_later(clock)
        mailoutbox.clear()
        save_translation(meeting, people, lead=FRENCH)
        submit_translation(meeting, "fr", by=people["theo"])
        send_later(clock)
        assert list_recipients(mailoutbox) == ["rita"]
        assert "(French)" in str(mailoutbox[0].body)

    def test_what_is_decided_meanwhile_is_not_told(self, people: People, clock: Any, mailoutbox: Mails) -> None:
        meeting = make_meeting()
        submit(meeting, by=people["anna"])
        approve(meeting, by=people["paul"], shown=get_shown(meeting))
        send_later(clock)
        assert mailoutbox == []
        assert not Notice.objects.exists()

    def test_text_that_a_newer_one_replaced_is_not_told(self, people: People, clock: Any, mailoutbox: Mails) -> None:
        meeting = make_meeting()
        for notice in ("First.", "Second."):
            submit(save_changes(meeting, notice=notice), by=people["anna"])
        approve(meeting, by=people["paul"], shown=get_shown(meeting))
        send_later(clock)
        assert mailoutbox == []

    def test_text_that_was_submitted_again_is_not_told_as_sent_back(
        self, people: People, clock: Any, mailoutbox: Mails
    ) -> None:
        meeting = make_meeting()
        submit(meeting, by=people["anna"])
        send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="Which room?", languages=["en"])
        submit(save_changes(meeting, venue="Room 2"), by=people["anna"])
        send_later(clock)
        assert list_recipients(mailoutbox) == ["paul", "petra"]

    def test_reviewer_is_not_told_what_they_sent_back_themselves(
        self, people: People, clock: Any, mailoutbox: Mails
    ) -> None:
        meeting = make_meeting()
        submit(meeting, by=people["paul"])
        send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="Not yet.", languages=["en"])
        send_later(clock)
        assert mailoutbox == []

    def test_deleted_meeting_is_not_told(self, people: People, clock: Any, mailoutbox: Mails) -> None:
        meeting = make_meeting()
        submit(meeting, by=people["anna"])
        Meeting.objects.filter(pk=meeting.pk).delete()
        send_later(clock)
        assert mailoutbox == []
        assert not Notice.objects.exists()


@pytest.mark.once
class TestReview:
    def test_approvers_are_told_of_a_submission(self, people: People, clock: Any, mailoutbox: Mails) -> None:
        meeting = make_meeting()
        submit(meeting, by=people["anna"])
        send_later(clock)
        send_later(clock)
        assert list_recipients(mailoutbox) == ["paul", "petra"]
        assert mailoutbox[0].subject == "Waiting for your approval: JHA, 14 September 2060"
        assert f"/admin/meetings/meeting/{meeting.pk}/review/" in str(mailoutbox[0].body)

    def test_approvers_are_told_of_a_text_that_comes_with_a_new_translation(
        self, people: People, clock: Any, mailoutbox: Mails
    ) -> None:
        """It is submitted twice at once: with the approved translation, too."""
        meeting = approve_english_text(people)
        approve_french_translation(meeting, people)
        save_translation(meeting, people, lead=FRENCH, notice="Pour la presse.")
        Notice.objects.all().delete()
        submit(save_changes(meeting, venue="Lex building"), by=people["anna"])
        send_later(clock)
        assert list_recipients(mailoutbox) == ["paul", "petra", "rita"]

    def test_same_day_change_does_not_silence_the_submission(
        self, people: People, clock: Any, mailoutbox: Mails
    ) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        Notice.objects.all().delete()
        submit(save_changes(meeting, notice="Second."), by=people["anna"])
        publish_same_day_change(meeting, SameDayChange(alert="Wait."), by=people["dora"])
        send_later(clock)
        assert list_recipients(mailoutbox) == ["paul", "petra"]

    def test_text_that_comes_back_is_told_again(self, people: People, clock: Any, mailoutbox: Mails) -> None:
        meeting = make_meeting()
        submit(meeting, by=people["anna"])
        send_later(clock)
        send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="Why?", languages=["en"])
        send_later(clock)
        submit(meeting, by=people["anna"])
        send_later(clock)
        assert [list_recipients([mail]) for mail in mailoutbox] == [
            ["paul"], ["petra"], ["anna"], ["paul"], ["petra"],
        ]  # fmt: skip

    def test_all_authors_and_the_submitter_are_told_what_is_sent_back(
        self, people: People, clock: Any, mailoutbox: Mails
    ) -> None:
        meeting = save_changes(make_meeting(), notice="By Dora.")
        keep_revision(meeting, PRESS_DAY, people["dora"])
        submit(meeting, by=people["anna"])
        send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="Why?")
        send_later(clock)
        assert list_recipients(mailoutbox) == ["anna", "dora"]
        assert mailoutbox[0].subject == "Sent back to you: JHA, 14 September 2060"
        assert f"/admin/meetings/meeting/{meeting.pk}/change/" in str(mailoutbox[0].body)

    def test_translator_is_told_what_is_sent_back(self, people: People, clock: Any, mailoutbox: Mails) -> None:
        meeting = approve_english_text(people)
        save_translation(meeting, people, lead=FRENCH)
        submit_translation(meeting, "fr", by=people["theo"])
        send_back(meeting, by=people["rita"], shown=get_shown(meeting), remark="Non.", languages=["fr"])
        send_later(clock)
        assert list_recipients(mailoutbox) == ["theo"]
        assert f"/admin/meetings/meeting/{meeting.pk}/translate/fr/" in str(mailoutbox[0].body)

    def test_approvers_are_told_what_was_published_without_approval(
        self, people: People, clock: Any, mailoutbox: Mails
    ) -> None:
        set_user("paul", first_name="Paul")
        by = Actor(User.objects.get(username="paul"))
        clock.move_to(publish(make_meeting(), by=by, force="The minister is on air.")[0].available_from)
        send_later(clock)
        assert list_recipients(mailoutbox) == ["petra"]
        assert mailoutbox[0].subject == "Published without approval: review now: JHA, 14 September 2060"
        assert "by Paul, public since 14 Sep 10:00: “The minister is on air.”" in str(mailoutbox[0].body)

    @pytest.mark.parametrize("since", ["a change of the day", "a newer text"])
    def test_approvers_are_told_although_something_was_done_since(
        self, people: People, clock: Any, mailoutbox: Mails, since: str
    ) -> None:
        meeting = make_meeting()
        clock.move_to(publish(meeting, by=people["paul"], force="On air.")[0].available_from)
        if since == "a newer text":
            submit(save_changes(meeting, notice="Newer."), by=people["anna"])
            approve(meeting, by=people["petra"], shown=get_shown(meeting))
        else:
            change = SameDayChange(points={meeting.programme.get().pk: {"time": "15:15"}})
            clock.move_to(publish_same_day_change(meeting, change, by=people["dora"]).available_from)
        send_later(clock)
        assert list_recipients(mailoutbox) == ["petra"]
        assert "PUBLISHED WITHOUT APPROVAL: REVIEW NOW" in str(mailoutbox[0].body)
        assert "by paul, public since 14 Sep 10:00: “On air.”" in str(mailoutbox[0].body)

    def test_reason_is_kept_until_the_text_is_public(self, people: People, clock: Any, mailoutbox: Mails) -> None:
        publish(make_meeting(), by=people["paul"], force="The minister resigns.", at=PRESS_DAY + DAY)
        send_later(clock)
        assert "by paul, will be public 15 Sep 10:00" in str(mailoutbox[0].body)
        assert "resigns" not in mailoutbox[0].message().as_string()

    def test_withdrawn_text_is_not_told(self, people: People, clock: Any, mailoutbox: Mails) -> None:
        meeting = make_meeting()
        clock.move_to(publish(meeting, by=people["paul"], force="On air.")[0].available_from)
        clock.move_to(withdraw(meeting, reason="Wrong.").available_from)
        send_later(clock)
        assert mailoutbox == []

    def test_several_events_become_one_mail(self, people: People, clock: Any, mailoutbox: Mails) -> None:
        for day in range(5):
            submit(make_meeting(start_date=PRESS_DAY.date() + day * DAY), by=people["anna"])
            clock.shift(20 * SECOND)
        send_due_notices()
        assert mailoutbox == []  # the first has not waited for two minutes
        clock.shift(LATER - 100 * SECOND)
        send_due_notices()
        assert list_recipients(mailoutbox) == ["paul", "petra"]
        assert mailoutbox[0].subject == "Waiting for your approval: JHA, 14 September 2060, and 4 more"


@pytest.mark.once
class TestOnHold:
    """A colleague of another desk withdraws a topic just before a meeting that names it is published."""

    @pytest.fixture
    def release(self, people: People, clock: Any) -> Release:
        meeting, topic = make_meeting(), make_topic()
        meeting.agenda.get().topics.add(topic)
        clock.move_to(publish(topic, by=people["paul"], force="On air.")[0].available_from)
        create_user("emil", "Publishers", of="env")
        set_user("emil", email="emil@example.eu")
        publish(meeting, by=people["paul"], force="On air.", at=EVENING)
        send_later(clock)
        mail.outbox.clear()
        clock.move_to(EVENING - 2 * MINUTE)
        withdrawal.withdraw(topic, by=Actor(User.objects.get(username="emil")), reason="Mistake.")
        return Release.objects.get(at=EVENING)

    def test_publishers_of_its_desk_are_told_at_once_and_once(
        self, release: Release, clock: Any, mailoutbox: Mails
    ) -> None:
        for _time in range(2):
            send_later(clock, SECOND)
        assert (release.state, list_recipients(mailoutbox)) == ("held", ["paul", "petra"])
        assert "PUT ON HOLD" in str(mailoutbox[0].body)
        assert "was scheduled for 14 Sep 18:00" in str(mailoutbox[0].body)
        assert "Mistake" not in str(mailoutbox[0].body)

    def test_nobody_is_told_if_it_is_resumed_before(
        self, release: Release, people: People, clock: Any, mailoutbox: Mails
    ) -> None:
        call_off_release(release, by=people["paul"])
        send_later(clock)
        assert mailoutbox == []


@pytest.mark.once
class TestDueReleases:
    @pytest.fixture
    def meeting(self, people: People) -> Meeting:
        meeting = make_meeting()
        submit(meeting, by=people["anna"])
        plan_release(meeting, by=people["petra"], at=EVENING)
        Notice.objects.all().delete()
        return meeting

    def test_nobody_is_told_earlier(self, meeting: Meeting, clock: Any, mailoutbox: Mails) -> None:
        clock.move_to(EVENING - 31 * MINUTE)
        send_due_notices()
        assert mailoutbox == []

    def test_nobody_is_told_if_it_is_approved(
        self, meeting: Meeting, people: People, clock: Any, mailoutbox: Mails
    ) -> None:
        approve(meeting, by=people["paul"], shown=get_shown(meeting))
        schedule_planned_release(Release.objects.get(), people["paul"])
        clock.move_to(EVENING - 20 * MINUTE)
        send_due_notices()
        assert mailoutbox == []

    def test_nobody_is_told_a_day_later(self, meeting: Meeting, clock: Any, mailoutbox: Mails) -> None:
        clock.move_to(EVENING + DAY)
        send_due_notices()
        assert mailoutbox == []

    def test_approvers_submitter_and_planner_are_told_at_once_and_once(
        self, meeting: Meeting, clock: Any, mailoutbox: Mails
    ) -> None:
        clock.move_to(EVENING - 30 * MINUTE)
        for _run in range(3):
            send_due_notices()
            clock.shift(MINUTE)
        assert list_recipients(mailoutbox) == ["anna", "paul", "petra"]
        assert "JHA, 14 September 2060, due 14 Sep 18:00 Brussels time" in str(mailoutbox[0].body)

    def test_one_run_looks_at_few_releases_but_the_next_at_others(
        self, meeting: Meeting, people: People, clock: Any, mailoutbox: Mails, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Three thousand planned releases kept all other mails waiting for more than five minutes, each time."""
        monkeypatch.setattr("agenda.workflow.release_notices.MAX_RELEASES", 1)
        plan_release(topic := make_topic(), by=people["petra"], at=EVENING + MINUTE)
        clock.move_to(EVENING)
        for _run in range(3):
            send_due_notices()
        bodies = [str(mail.body) for mail in mailoutbox if mail.to == ["petra@example.eu"]]
        found = [[str(subject.pk) in body for subject in (meeting, topic)] for body in bodies]
        assert sorted(found) == [[False, True], [True, False]]

    def test_another_time_is_told_again(self, meeting: Meeting, people: People, clock: Any, mailoutbox: Mails) -> None:
        clock.move_to(EVENING - 30 * MINUTE)
        send_due_notices()
        move_planned_release(Release.objects.get(), by=people["petra"], at=EVENING + DAY, reason="Later.")
        clock.shift(MINUTE)
        send_due_notices()
        assert len(mailoutbox) == 3
        clock.move_to(EVENING + DAY - 30 * MINUTE)
        send_due_notices()
        assert len(mailoutbox) == 6

    def test_who_wrote_a_text_that_was_never_submitted_is_told(
        self, people: People, clock: Any, mailoutbox: Mails
    ) -> None:
        meeting = save_changes(make_meeting(), notice="By Dora.")
        keep_revision(meeting, PRESS_DAY, people["dora"])
        plan_release(meeting, by=people["petra"], at=EVENING)
        clock.move_to(EVENING - 30 * MINUTE)
        send_due_notices()
        assert list_recipients(mailoutbox) == ["dora", "paul", "petra"]

    @pytest.mark.parametrize("is_submitted", [False, True])
    def test_earlier_text_that_is_approved_does_not_count(
        self, meeting: Meeting, people: People, clock: Any, mailoutbox: Mails, is_submitted: bool
    ) -> None:
        """Somebody submitted a newer one, or planned the draft as it was then. The alarm said that it was approved."""
        approve(meeting, by=people["paul"], shown=get_shown(meeting))
        clock.shift(MINUTE)
        meeting = save_changes(meeting, notice="By Dora.")
        keep_revision(meeting, timezone.now(), people["dora"])
        if is_submitted:
            submit(meeting, by=people["anna"])
        else:
            call_off_release(Release.objects.get(), by=people["petra"])
            plan_release(meeting, by=people["petra"], at=EVENING)
        Notice.objects.all().delete()
        clock.move_to(EVENING - 30 * MINUTE)
        send_due_notices()
        writer = "anna" if is_submitted else "dora"
        assert list_recipients(mailoutbox) == sorted([writer, "paul", "petra"])
        assert "Due soon, and not ready" in mailoutbox[0].subject
        err = io.StringIO()
        with pytest.raises(SystemExit):
            call_command("releases", stdout=io.StringIO(), stderr=err)
        assert "is not approved" in err.getvalue()

    def test_translator_who_has_not_submitted_is_told_with_those_who_approve(
        self, people: People, clock: Any, mailoutbox: Mails
    ) -> None:
        """An error ended each run, so that nobody got any mail."""
        meeting = make_meeting(lead="<p>Ministers meet.</p>", required_languages=["fr"])
        submit(meeting, by=people["anna"])
        approve(meeting, by=people["paul"], shown=get_shown(meeting))
        plan_release(meeting, by=people["petra"], at=EVENING)
        save_translation(meeting, people, lead=FRENCH)
        Notice.objects.all().delete()
        clock.move_to(EVENING - 30 * MINUTE)
        send_due_notices()
        assert list_recipients(mailoutbox) == ["petra", "rita", "theo"]

    def test_who_only_made_a_same_day_change_is_not_told(self, people: People, clock: Any, mailoutbox: Mails) -> None:
        meeting = make_meeting()
        submit(meeting, by=people["anna"])
        clock.move_to(publish(meeting, by=people["paul"], force="On air.")[0].available_from)
        plan_release(meeting, by=people["petra"], at=EVENING, note="Corrected.")
        clock.move_to(publish_same_day_change(meeting, SameDayChange(alert="Wait."), by=people["dora"]).available_from)
        Notice.objects.all().delete()
        clock.move_to(EVENING - 30 * MINUTE)
        send_due_notices()
        assert list_recipients(mailoutbox) == ["paul", "petra"]

    def test_other_notices_go_along(self, meeting: Meeting, people: People, clock: Any, mailoutbox: Mails) -> None:
        clock.move_to(EVENING - 30 * MINUTE)
        submit(make_meeting("env"), by=people["anna"])
        send_due_notices()
        assert list_recipients(mailoutbox) == ["anna", "paul", "petra"]
        body = str(next(mail.body for mail in mailoutbox if mail.to == ["paul@example.eu"]))
        assert body.index("DUE SOON, AND NOT READY") < body.index("WAITING FOR YOUR APPROVAL")
        send_later(clock)
        assert len(mailoutbox) == 3


@pytest.mark.once
def test_submission_takes_the_same_queries_for_few_and_many_approvers(people: People) -> None:
    submit(make_meeting("env"), by=people["anna"])  # from here on, Anna's rights are known
    counts = []
    for number in (0, 10):
        for place in range(number):
            create_user(f"approver{place}", "Publishers")
            set_user(f"approver{place}", email=f"approver{place}@example.eu")
        meeting = make_meeting(start_date=PRESS_DAY.date() + number * DAY)
        with CaptureQueriesContext(connection) as queries:
            submit(meeting, by=people["anna"])
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert Notice.objects.count() == 2 + 2 + 12

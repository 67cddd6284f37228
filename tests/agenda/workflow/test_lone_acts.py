"""What one person published alone is shown to colleagues until one of them has confirmed it."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from agenda.editor.settings import change_settings
from agenda.models import Release, ReleaseEntry, Revision, Verdict
from agenda.workflow.errors import WorkflowError
from agenda.workflow.lone_acts import confirm_act, exclude_texts_to_approve
from agenda.workflow.planned_releases import plan_release, schedule_planned_release
from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve, send_back, submit
from agenda.workflow.reviews import Review, find_approved_review
from agenda.workflow.revisions import keep_revision, keep_translation_revision
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.same_day_changes.publication import publish_same_day_change
from agenda.workflow.scheduled_releases import (
    call_off_release,
    find_release,
    has_older_text,
    hold_release,
    move_release,
    resume_release,
)
from agenda.workflow.states import get_unapproved_entries
from agenda.workflow.suppression import suppress
from agenda.workflow.translation_submission import submit_translation
from agenda.workflow.withdrawal import rollback, withdraw
from meetings.access import NotAllowed
from meetings.access.audit import Actor
from meetings.access.lone_acts import find_lone_acts
from meetings.documents.choices import Language
from meetings.documents.schema import Speaker
from meetings.models import Act, AuditEntry, Configuration, Edition, Meeting, User
from tests.admin_forms import create_user, create_user_with_role, give_role, sign_in
from tests.agenda.workflow.translations import release_approved_translations
from tests.agenda.workflow.users import (
    get_people,
    get_shown,
    get_submitted_digests,
    save_changes,
    submit_and_approve,
)
from tests.factories import (
    COMMAND,
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    make_configuration,
    make_meeting,
    make_topic,
    publish_now,
    translate,
)
from tests.worlds import roll_back

People = dict[str, Actor]


@pytest.fixture
def live(people: People, clock: Any) -> Meeting:
    meeting = make_meeting()
    submit_and_approve(people, meeting)
    [edition] = publish(meeting, by=people["paul"])
    clock.move_to(edition.available_from)
    return meeting


def list_acts() -> list[str]:
    return [entry.act for entry in find_lone_acts()]


def test_publication_after_approval_is_nothing_that_one_person_did(live: Meeting) -> None:
    assert list_acts() == []


def test_approval_afterwards_confirms_a_forced_text(people: People, clock: Any) -> None:
    meeting, other = make_meeting(), make_meeting("env")
    [edition, _other] = publish(meeting, other, by=people["paul"], force="It is urgent.")
    clock.move_to(edition.available_from)
    assert list_acts() == [Act.FORCED, Act.FORCED]
    approve(meeting, by=people["petra"], shown=get_shown(meeting))
    assert [entry.subject_id for entry in find_lone_acts()] == [other.pk]


def test_approval_after_a_same_day_change_confirms_a_forced_text(people: People, clock: Any) -> None:
    """The change is carried into the text, which is another one by then."""
    meeting = make_meeting()
    clock.move_to(publish(meeting, by=people["paul"], force="It is urgent.")[0].available_from)
    for hour in (15, 16):
        change = SameDayChange(points={meeting.programme.get().pk: {"time": dt.time(hour)}})
        clock.move_to(publish_same_day_change(meeting, change, by=people["dora"]).available_from)
    [entry] = get_unapproved_entries()
    assert entry.revision
    shown = [one.shown for one in Review.for_revision(meeting, entry.revision).languages]
    approve(meeting, by=people["petra"], shown=shown, revision=entry.revision)
    assert list_acts() == []


def test_approval_of_a_translation_does_not_confirm_a_forced_text(people: People, clock: Any) -> None:
    meeting = make_meeting()
    translate(meeting, title="Conseil")
    submit(meeting, by=people["anna"])
    approve(meeting, by=people["petra"], shown=get_shown(meeting))
    meeting = save_changes(meeting, notice="Changed.")
    clock.move_to(publish(meeting, by=people["paul"], force="It is urgent.")[0].available_from)
    approve(meeting, by=people["petra"], shown=get_shown(meeting), languages=["fr"])
    assert list_acts() == [Act.FORCED]


def test_whoever_forced_a_text_does_not_confirm_it_by_approving_the_submission_of_another(
    people: People, clock: Any
) -> None:
    meeting = make_meeting()
    [submission] = submit(meeting, by=people["anna"])
    shown = get_shown(meeting)
    clock.move_to(publish(meeting, by=people["paul"], force="It is urgent.")[0].available_from)
    approve(meeting, by=people["paul"], shown=shown, revision=submission)
    assert list_acts() == [Act.FORCED]


def test_only_a_colleague_decides_on_a_text_that_was_published_without_approval(people: People, clock: Any) -> None:
    """Whoever published it could send it back. Nobody saw it any more once a newer text was approved."""
    meeting = make_meeting()
    clock.move_to(publish(meeting, by=people["paul"], force="It is urgent.")[0].available_from)
    page, shown = f"/admin/meetings/meeting/{meeting.pk}/review/", get_shown(meeting)
    form = {"shown": shown, "remark": "Wrong.", "send_back": "1"}
    assert "Send back" not in sign_in("paul").get(page).content.decode()
    assert "so a colleague must approve it" in sign_in("paul").post(page, form).content.decode()
    translate(meeting, lead="<p>Les ministres.</p>")
    submit(meeting, by=people["anna"], languages=["fr"])  # the same text again
    with pytest.raises(WorkflowError, match="a colleague must approve it"):
        send_back(meeting, by=people["paul"], shown=get_shown(meeting), languages=["en"], remark="Wrong.")
    submit(save_changes(meeting, notice="Newer."), by=people["anna"])
    approve(meeting, by=people["petra"], shown=get_shown(meeting), languages=["en"])
    assert "Published without approval" in sign_in("petra").get("/admin/").content.decode()


class TestTextThatItsPublisherApproved:
    """Paul published a text without approval that Petra had submitted, and has approved her submission since."""

    @pytest.fixture
    def meeting(self, people: People, clock: Any) -> Meeting:
        create_user_with_role("Publishers", "third")
        meeting = make_meeting()
        [submission] = submit(meeting, by=people["petra"])
        shown = get_shown(meeting)
        clock.move_to(publish(meeting, by=people["paul"], force="It is urgent.")[0].available_from)
        approve(meeting, by=people["paul"], shown=shown, revision=submission)
        return meeting

    def get_page(self, meeting: Meeting) -> str:
        return f"/admin/meetings/meeting/{meeting.pk}/confirm/{find_lone_acts().get().pk}/"

    def test_colleague_who_did_not_write_it_confirms_it(self, meeting: Meeting) -> None:
        page = self.get_page(meeting)
        assert page in sign_in("third").get("/admin/").content.decode()
        assert "yours: a colleague must confirm it" in sign_in("paul").get("/admin/").content.decode()
        assert page not in sign_in("petra").get("/admin/").content.decode()
        for name, refusal in (("paul", "You did this yourself"), ("petra", "You wrote or submitted this text")):
            assert refusal in sign_in(name).post(page).content.decode()
        assert list_acts() == [Act.FORCED]
        assert sign_in("third").post(page).status_code == 302
        assert list_acts() == []
        assert page not in sign_in("third").get("/admin/").content.decode()

    def test_it_is_sent_back_and_approved_by_a_colleague(self, people: People, meeting: Meeting) -> None:
        page = self.get_page(meeting)
        send_back(meeting, by=get_people()["third"], shown=get_shown(meeting), remark="Why?")
        assert page not in sign_in("third").get("/admin/").content.decode()
        assert "Approve the text instead" in sign_in("third").post(page).content.decode()
        submit(meeting, by=people["petra"])
        approve(meeting, by=get_people()["third"], shown=get_shown(meeting))
        assert list_acts() == []

    def test_it_is_published_without_approval_again_after_a_withdrawal(
        self, people: People, meeting: Meeting, clock: Any
    ) -> None:
        """The approval of before has ended, so a colleague must approve it."""
        confirm_act(meeting, find_lone_acts().get().pk, by=get_people()["third"])
        clock.move_to(withdraw(meeting, by=people["paul"], reason="Sent too early.").available_from)
        confirm_act(meeting, find_lone_acts().get().pk, by=people["petra"])
        [edition] = publish(meeting, by=people["paul"], note="It is back.", force="It is urgent.")
        clock.move_to(edition.available_from)
        page = self.get_page(meeting)
        assert page not in sign_in("third").get("/admin/").content.decode()
        assert "Approve the text instead" in sign_in("third").post(page).content.decode()


class TestTextThatItsPublisherApprovedAroundASameDayChange:
    """The change makes another text of what Petra submitted and Paul published without approval."""

    @pytest.fixture
    def meeting(self, people: People, clock: Any) -> Meeting:
        create_user_with_role("Publishers", "third")
        meeting = make_meeting()
        submit(meeting, by=people["petra"])
        clock.move_to(publish(meeting, by=people["paul"], force="It is urgent.")[0].available_from)
        return meeting

    def approve(self, meeting: Meeting, by: Actor) -> None:
        submission = Revision.objects.filter(why="submitted").latest("pk")
        shown = [one.shown for one in Review.for_revision(meeting, submission).languages]
        approve(meeting, by=by, shown=shown, revision=submission)

    def change(self, meeting: Meeting, people: People, clock: Any) -> None:
        change = SameDayChange(points={meeting.programme.get().pk: {"time": dt.time(15)}})
        clock.move_to(publish_same_day_change(meeting, change, by=people["dora"]).available_from)

    @pytest.mark.parametrize("is_before", [True, False], ids=["approved before it", "approved after it"])
    def test_colleague_confirms_it(self, people: People, meeting: Meeting, clock: Any, *, is_before: bool) -> None:
        if is_before:
            self.approve(meeting, people["paul"])
        self.change(meeting, people, clock)
        if not is_before:
            self.approve(meeting, people["paul"])
        assert not get_unapproved_entries()
        page = f"/admin/meetings/meeting/{meeting.pk}/confirm/{find_lone_acts().get().pk}/"
        assert page in sign_in("third").get("/admin/").content.decode()
        assert sign_in("third").post(page).status_code == 302
        assert list_acts() == []

    def test_it_is_listed_once_if_a_colleague_sends_it_back(self, people: People, meeting: Meeting, clock: Any) -> None:
        self.approve(meeting, people["paul"])
        self.change(meeting, people, clock)
        send_back(meeting, by=get_people()["third"], shown=get_shown(meeting), remark="Why?")
        assert len(get_unapproved_entries()) == 1
        assert not exclude_texts_to_approve(find_lone_acts())


def test_text_that_a_colleague_approved_before_confirmations_were_recorded_is_not_listed(
    people: People, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agenda.workflow.review_actions.confirm_forced_texts", lambda *_arguments, **_options: None)
    meeting = make_meeting()
    clock.move_to(publish(meeting, by=people["paul"], force="It is urgent.")[0].available_from)
    approve(meeting, by=people["petra"], shown=get_shown(meeting))
    assert list_acts() == [Act.FORCED]
    page = f"/admin/meetings/meeting/{meeting.pk}/confirm/{find_lone_acts().get().pk}/"
    for name in ("paul", "petra"):
        assert page not in sign_in(name).get("/admin/").content.decode()
        assert "yours: a colleague must confirm it" not in sign_in(name).get("/admin/").content.decode()


def test_restored_edition_waits_for_a_colleague(people: People, live: Meeting, clock: Any) -> None:
    publish_now(clock, save_changes(live, notice="Changed."))
    [forced] = find_lone_acts()
    with pytest.raises(WorkflowError, match="Approve the text instead"):
        confirm_act(live, forced.pk, by=people["petra"])
    rollback(live, by=people["paul"], reason="Wrong.")
    [entry] = find_lone_acts().exclude(act=Act.FORCED)
    with pytest.raises(WorkflowError, match="You did this yourself"):
        confirm_act(live, entry.pk, by=people["paul"])
    with pytest.raises(WorkflowError, match="Only a person can confirm this"):
        confirm_act(live, entry.pk, by=COMMAND)
    with pytest.raises(NotAllowed):
        confirm_act(live, entry.pk, by=people["anna"])
    confirm_act(live, entry.pk, by=people["petra"])
    assert list_acts() == [Act.FORCED]
    with pytest.raises(WorkflowError, match="petra has confirmed this already"):
        confirm_act(live, entry.pk, by=people["petra"])
    assert AuditEntry.objects.latest("pk").details == {"entry": entry.pk, "of": "paul"}


def test_reason_that_readers_see_waits_for_a_colleague(people: People, live: Meeting, clock: Any) -> None:
    """Any sentence can be typed as one."""
    first = Edition.objects.get()
    submit_and_approve(people, save_changes(live, notice="Changed."))
    clock.move_to(publish(live, by=people["paul"], note="A notice.")[0].available_from)
    suppress(live, first, by=people["paul"], reason="It had a private number.")
    clock.move_to(withdraw(live, by=people["paul"], reason="Sent too early.").available_from)
    assert list_acts() == [Act.WITHDRAWN, Act.SUPPRESSED]
    assert [entry.details["words"] for entry in find_lone_acts()] == [["Sent too early."], ["It had a private number."]]
    for entry in find_lone_acts():
        confirm_act(live, entry.pk, by=people["petra"])
    assert list_acts() == []


def test_older_text_of_the_same_draft_comes_back(people: People, clock: Any) -> None:
    """A topic that the meeting names got another title meanwhile: this is another text, and no change of the draft."""
    topic = make_topic()
    publish_now(clock, topic)
    meeting = make_meeting()
    meeting.agenda.get().topics.add(topic)
    submit(meeting, by=people["anna"])
    approve(meeting, by=people["petra"], shown=get_shown(meeting))
    clock.shift(MINUTE)
    topic = save_changes(topic, title="Another title")
    submit(topic, meeting, by=people["anna"])
    for subject in (topic, meeting):
        approve(subject, by=people["petra"], shown=get_shown(subject))
    clock.shift(MINUTE)
    submit(meeting, by=people["petra"])
    publish(meeting, by=people["petra"], shown=get_submitted_digests(meeting))
    assert [entry.act for entry in find_lone_acts().filter(subject_id=meeting.pk)] == [Act.PUBLISHED]


class TestWordsThatTheirAuthorCorrected:
    """Anna submitted a mistake, and then its correction, which Paul approved. Petra brings the mistake back."""

    @pytest.fixture
    def meeting(self, people: People, clock: Any) -> Any:
        meeting = make_meeting(notice="Wrong.")
        submit(meeting, by=people["anna"])
        meeting = save_changes(meeting, notice="Right.")
        keep_revision(meeting, timezone.now(), people["anna"])
        submit(meeting, by=people["anna"])
        approve(meeting, by=people["paul"], shown=get_shown(meeting))
        clock.shift(MINUTE)
        return meeting

    def submit_again(self, meeting: Meeting, people: People) -> None:
        meeting = save_changes(meeting, notice="Wrong.")
        keep_revision(meeting, timezone.now(), people["petra"])
        submit(meeting, by=people["petra"])

    def approve_first_submission(self, meeting: Meeting, by: Actor) -> None:
        self.decide_on(meeting, self.get_submissions()[0], approve, by)

    def send_back_correction(self, meeting: Meeting, by: Actor) -> None:
        self.decide_on(meeting, self.get_submissions()[1], send_back, by, remark="A comma.")

    def get_submissions(self) -> list[Revision]:
        return [*Revision.objects.filter(why="submitted").order_by("pk")]

    def decide_on(self, meeting: Meeting, revision: Revision, step: Any, by: Actor, **details: str) -> None:
        shown = [each.shown for each in Review.for_revision(meeting, revision).languages]
        step(meeting, by=by, shown=shown, revision=revision, **details)

    def take_back_approval_of_first_submission(self, meeting: Meeting, people: People, clock: Any) -> None:
        """Paul, who approved the correction, approves the mistake, too, and takes that back."""
        self.approve_first_submission(meeting, people["paul"])
        clock.shift(MINUTE)
        self.decide_on(meeting, self.get_submissions()[0], send_back, people["paul"], remark="It is wrong.")
        clock.shift(MINUTE)

    def publish_approved_text(self, meeting: Meeting, by: Actor, **details: Any) -> list[Edition]:
        review = find_approved_review(meeting)
        assert review is not None
        return publish(meeting, by=by, shown=review.get_approved_texts()[1], **details)

    def test_approval_of_the_first_submission_counts_for_hers_and_needs_a_colleague(
        self, people: People, meeting: Meeting
    ) -> None:
        self.submit_again(meeting, people)
        with pytest.raises(WorkflowError, match="a colleague must approve it"):
            self.approve_first_submission(meeting, people["petra"])
        self.approve_first_submission(meeting, people["paul"])
        publish(meeting, by=people["petra"], shown=get_submitted_digests(meeting))
        assert list_acts() == []

    def test_she_publishes_alone_if_she_approved_it_before(self, people: People, meeting: Meeting, clock: Any) -> None:
        self.approve_first_submission(meeting, people["petra"])
        clock.shift(MINUTE)
        self.submit_again(meeting, people)
        publish(meeting, by=people["petra"], shown=get_submitted_digests(meeting))
        assert list_acts() == [Act.PUBLISHED]

    @pytest.mark.parametrize("approves_first", [True, False])
    def test_she_publishes_alone_if_she_sends_the_correction_back(
        self, people: People, meeting: Meeting, clock: Any, *, approves_first: bool
    ) -> None:
        steps = [
            lambda: self.approve_first_submission(meeting, people["petra"]),
            lambda: send_back(meeting, by=people["petra"], shown=get_shown(meeting), remark="A comma."),
        ]
        for step in steps if approves_first else reversed(steps):
            step()
            clock.shift(MINUTE)
        self.publish_approved_text(meeting, people["petra"])
        assert list_acts() == [Act.PUBLISHED]

    def test_approval_that_a_colleague_took_back_makes_nobody_a_second_person(
        self, people: People, meeting: Meeting, clock: Any
    ) -> None:
        self.take_back_approval_of_first_submission(meeting, people, clock)
        self.approve_first_submission(meeting, people["petra"])
        self.send_back_correction(meeting, people["petra"])
        self.publish_approved_text(meeting, people["petra"])
        assert list_acts() == [Act.PUBLISHED]

    def test_nor_if_she_submits_it_again(self, people: People, meeting: Meeting, clock: Any) -> None:
        self.take_back_approval_of_first_submission(meeting, people, clock)
        self.approve_first_submission(meeting, people["petra"])
        clock.shift(MINUTE)
        self.submit_again(meeting, people)
        self.publish_approved_text(meeting, people["petra"])
        assert list_acts() == [Act.PUBLISHED]

    def test_nor_if_she_changes_the_time_of_its_publication(self, people: People, meeting: Meeting, clock: Any) -> None:
        self.take_back_approval_of_first_submission(meeting, people, clock)
        self.approve_first_submission(meeting, people["petra"])
        self.send_back_correction(meeting, people["petra"])
        [edition] = self.publish_approved_text(meeting, people["petra"], at=PRESS_DAY + DAY)
        confirm_act(meeting, find_lone_acts().get().pk, by=people["paul"])
        release = find_release(edition)
        assert release
        move_release(release, by=people["petra"], at=PRESS_DAY + 2 * DAY)
        assert list_acts() == [Act.MOVED]

    def test_correction_that_was_approved_before_its_author_submitted_it_again(
        self, people: People, clock: Any
    ) -> None:
        meeting = make_meeting()
        for notice in ("Right.", "Wrong.", "Right."):
            meeting = save_changes(meeting, notice=notice)
            keep_revision(meeting, timezone.now(), people["anna"])
            submit(meeting, by=people["anna"])
            if not Verdict.objects.exists():
                approve(meeting, by=people["paul"], shown=get_shown(meeting))
            clock.shift(MINUTE)
        _right, wrong, again = self.get_submissions()
        self.decide_on(meeting, wrong, approve, people["petra"])
        self.decide_on(meeting, again, send_back, people["petra"], remark="A comma.")
        self.publish_approved_text(meeting, people["petra"])
        assert list_acts() == [Act.PUBLISHED]

    def test_colleague_approved_it_between_two_corrections(self, people: People, meeting: Meeting, clock: Any) -> None:
        self.approve_first_submission(meeting, people["paul"])
        clock.shift(MINUTE)
        meeting = save_changes(meeting, notice="Better.")
        keep_revision(meeting, timezone.now(), people["anna"])
        submit(meeting, by=people["anna"])
        approve(meeting, by=people["paul"], shown=get_shown(meeting))
        clock.shift(MINUTE)
        for correction in self.get_submissions()[1:]:
            self.decide_on(meeting, correction, send_back, people["petra"], remark="A comma.")
        self.publish_approved_text(meeting, people["petra"])
        assert list_acts() == [Act.PUBLISHED]

    def test_correction_in_another_original_language(self, people: People, clock: Any) -> None:
        meeting = make_meeting(notice="Wrong.")
        submit(meeting, by=people["anna"])
        self.decide_on(meeting, self.get_submissions()[0], send_back, people["petra"], remark="In French.")
        clock.shift(MINUTE)
        change_settings(Meeting.objects.get(), by=people["anna"], language=Language.FR)
        meeting = save_changes(meeting, notice="Juste.")
        keep_revision(meeting, timezone.now(), people["anna"])
        submit(meeting, by=people["anna"])
        approve(meeting, by=people["paul"], shown=get_shown(meeting))
        clock.shift(MINUTE)
        self.send_back_correction(meeting, people["petra"])
        change_settings(Meeting.objects.get(), by=people["petra"], language=Language.EN)
        meeting = Meeting.objects.get()
        clock.shift(MINUTE)
        self.approve_first_submission(meeting, people["petra"])
        self.publish_approved_text(meeting, people["petra"])
        assert list_acts() == [Act.PUBLISHED]

    def test_planned_release_waits_for_a_decision_since_its_planner_was_shown_nothing(
        self, people: People, meeting: Meeting, clock: Any
    ) -> None:
        other = make_meeting("env")
        submit(other, by=people["anna"])
        plan_release(meeting, other, by=people["paul"], at=PRESS_DAY + DAY)
        self.approve_first_submission(meeting, people["petra"])
        self.send_back_correction(meeting, people["petra"])
        approve(other, by=people["petra"], shown=get_shown(other))
        with pytest.raises(WorkflowError, match="was approved after this one"):
            schedule_planned_release(Release.objects.get(), by=people["petra"])

    def test_colleague_who_approves_it_after_the_correction_is_the_second_person(
        self, people: People, meeting: Meeting, clock: Any
    ) -> None:
        send_back(meeting, by=people["petra"], shown=get_shown(meeting), remark="A comma.")
        clock.shift(MINUTE)
        self.approve_first_submission(meeting, people["paul"])
        self.publish_approved_text(meeting, people["petra"])
        assert list_acts() == []


class TestTextThatItsAuthorTookBack:
    """Paul wrote it, submitted it, and sent it back himself. Petra approves it all the same."""

    @pytest.fixture
    def meeting(self, people: People, clock: Any) -> Any:
        meeting = make_meeting(notice="Wrong.")
        keep_revision(meeting, timezone.now(), people["paul"])
        self.submit(meeting, people, clock)
        send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="It is wrong.")
        clock.shift(MINUTE)
        return meeting

    def submit(self, meeting: Meeting, people: People, clock: Any) -> None:
        submit(meeting, by=people["paul"])
        clock.shift(MINUTE)

    def test_she_publishes_it_alone(self, people: People, meeting: Meeting) -> None:
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        publish(meeting, by=people["petra"])
        assert list_acts() == [Act.PUBLISHED]

    @pytest.mark.parametrize("translator", ["theo", "paul"])
    def test_she_publishes_it_alone_although_somebody_translates_it(
        self, people: People, meeting: Meeting, clock: Any, translator: str
    ) -> None:
        create_user_with_role("Translators", "theo")
        translate(meeting, notice="Faux.")
        keep_translation_revision(meeting, timezone.now(), get_people()[translator], "fr")
        clock.shift(MINUTE)
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        publish(meeting, by=people["petra"])
        assert list_acts() == [Act.PUBLISHED]

    @pytest.mark.parametrize("is_before", [True, False])
    def test_she_publishes_it_alone_although_a_colleague_submits_a_translation_of_it(
        self, people: People, clock: Any, *, is_before: bool
    ) -> None:
        """Translators do so all day: before its author took it back, or after she approved it."""
        create_user_with_role("Translators", "theo")
        meeting = make_meeting(notice="Wrong.")
        keep_revision(meeting, timezone.now(), people["paul"])
        self.submit(meeting, people, clock)
        translate(meeting, notice="Faux.")
        if is_before:
            submit_translation(meeting, "fr", by=get_people()["theo"])
            clock.shift(MINUTE)
        send_back(meeting, by=people["paul"], shown=get_shown(meeting), languages=["en"], remark="It is wrong.")
        clock.shift(MINUTE)
        approve(meeting, by=people["petra"], shown=get_shown(meeting), languages=["en"])
        clock.shift(MINUTE)
        if not is_before:
            submit_translation(meeting, "fr", by=get_people()["theo"])
        publish(meeting, by=people["petra"])
        assert list_acts() == [Act.PUBLISHED]

    def test_she_publishes_it_alone_although_she_submits_it_again_with_a_translation(
        self, people: People, meeting: Meeting, clock: Any
    ) -> None:
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        translate(meeting, notice="Faux.")
        clock.shift(MINUTE)
        submit(meeting, by=people["petra"])
        publish(meeting, by=people["petra"])
        assert list_acts() == [Act.PUBLISHED]

    def test_she_resumes_it_alone(self, people: People, clock: Any) -> None:
        meeting = make_meeting()
        submit_and_approve({**people, "anna": people["paul"], "paul": people["petra"]}, meeting)
        [edition] = publish(meeting, by=people["petra"], at=PRESS_DAY + DAY)
        release = find_release(edition)
        assert release
        hold_release(release, by=people["paul"], reason="It is wrong.")
        clock.shift(MINUTE)
        send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="It is wrong.")
        clock.shift(MINUTE)
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        resume_release(Release.objects.get(), by=people["petra"], at=PRESS_DAY + DAY)
        assert list_acts() == [Act.SCHEDULED]

    def test_planned_release_waits_for_a_decision(self, people: People, meeting: Meeting) -> None:
        plan_release(meeting, by=people["paul"], at=PRESS_DAY + DAY)
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        with pytest.raises(WorkflowError, match="was approved after this one"):
            schedule_planned_release(Release.objects.get(), by=people["petra"])

    def test_colleague_publishes_it(self, people: People, meeting: Meeting) -> None:
        create_user_with_role("Publishers", "gina")
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        publish(meeting, by=get_people()["gina"])
        assert list_acts() == []

    def test_colleague_submits_it_again(self, people: People, meeting: Meeting) -> None:
        submit(meeting, by=people["anna"])
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        publish(meeting, by=people["petra"])
        assert list_acts() == []

    def test_author_submits_it_again(self, people: People, meeting: Meeting, clock: Any) -> None:
        self.submit(meeting, people, clock)
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        publish(meeting, by=people["petra"])
        assert list_acts() == []


def test_one_person_undoes_a_same_day_change_alone(people: People, live: Meeting, clock: Any) -> None:
    clock.shift(MINUTE)
    change = SameDayChange(alert="Nobody may enter.")
    clock.move_to(publish_same_day_change(live, change, by=people["dora"]).available_from + MINUTE)
    confirm_act(live, find_lone_acts().get().pk, by=people["petra"])
    meeting = Meeting.objects.get()
    meeting.alerts.all().delete()
    keep_revision(save_changes(meeting), timezone.now(), people["paul"])
    submit(meeting, by=people["paul"])
    publish(meeting, by=people["paul"], note="As before.")
    assert list_acts() == [Act.PUBLISHED]


class TestTextThatWasReplaced:
    """Paul wrote a text that was published and corrected since, or not published because another one was."""

    @pytest.fixture(scope="class", params=[True, False], ids=["published", "only approved"])
    @classmethod
    def replaced(cls, request: pytest.FixtureRequest, press_office: People, class_clock: Any) -> Iterator[None]:
        with roll_back():
            people, meeting = press_office, make_meeting()
            for notice, is_published in (("Zero.", True), ("Wrong.", request.param), ("Right.", True)):
                meeting = save_changes(meeting, notice=notice)
                keep_revision(meeting, timezone.now(), people["paul"])
                submit(meeting, by=people["paul"])
                approve(meeting, by=people["petra"], shown=get_shown(meeting))
                if is_published:
                    class_clock.move_to(publish(meeting, by=people["paul"], note=notice)[0].available_from)
                class_clock.shift(MINUTE)
            yield

    @pytest.fixture
    def corrected(self, replaced: None, people: People, clock: Any) -> Meeting:
        return self.write(Meeting.objects.get(), people, "Wrong.")

    def write(self, meeting: Meeting, people: People, notice: str) -> Meeting:
        meeting = save_changes(meeting, notice=notice)
        keep_revision(meeting, timezone.now(), people["paul"])
        return meeting

    def test_who_submits_and_publishes_it_again_does_so_alone(self, people: People, corrected: Meeting) -> None:
        submit(corrected, by=people["paul"])
        publish(corrected, by=people["paul"], note="Wrong.")
        [entry] = find_lone_acts()
        assert (entry.act, entry.actor) == (Act.PUBLISHED, "paul")
        page = f"/admin/meetings/meeting/{corrected.pk}/confirm/{entry.pk}/"
        assert f'href="{page}"' in sign_in("petra").get("/admin/").content.decode()
        assert "The text had been approved before" in sign_in("petra").get(page).content.decode()
        with pytest.raises(WorkflowError, match="You did this yourself"):
            confirm_act(corrected, entry.pk, by=people["paul"])
        confirm_act(corrected, entry.pk, by=people["petra"])
        assert list_acts() == []

    def test_who_publishes_it_again_does_so_alone_although_a_colleague_submits_a_translation_of_it(
        self, people: People, corrected: Meeting, clock: Any
    ) -> None:
        submit(corrected, by=people["paul"])
        clock.shift(MINUTE)
        translate(corrected, by=people["petra"], notice="Faux.")
        submit(corrected, by=people["petra"], languages=["fr"])
        publish(corrected, by=people["paul"], note="Wrong.", shown=get_submitted_digests(corrected)[:1])
        assert list_acts() == [Act.PUBLISHED]

    def test_who_publishes_it_without_approval_does_so_alone(self, people: People, corrected: Meeting) -> None:
        """Nobody could approve the text, since it had an approval, so the act was never confirmed."""
        publish(corrected, by=people["paul"], note="Wrong.", force="It is urgent.")
        [entry] = find_lone_acts()
        assert entry.act == Act.FORCED
        page = f"/admin/meetings/meeting/{corrected.pk}/confirm/{entry.pk}/"
        assert f'href="{page}"' in sign_in("petra").get("/admin/").content.decode()
        assert sign_in("petra").post(page).status_code == 302
        assert list_acts() == []

    def test_two_people_bring_it_back(self, people: People, corrected: Meeting) -> None:
        submit(corrected, by=people["anna"])
        publish(corrected, by=people["paul"], note="Wrong.", shown=get_submitted_digests(corrected))
        assert list_acts() == []

    def test_planned_release_does_not_bring_it_back_since_nobody_was_shown_it(
        self, people: People, corrected: Meeting
    ) -> None:
        """An author alone could undo a correction: a reviser’s approval of a translation released it."""
        release = plan_release(corrected, by=people["petra"], at=PRESS_DAY + DAY, note="The results are in.")
        submit(corrected, by=people["anna"])
        with pytest.raises(WorkflowError, match="was approved after this one"):
            schedule_planned_release(release, people["paul"])

    def test_it_is_approved_again(self, people: People, corrected: Meeting) -> None:
        submit(corrected, by=people["paul"])
        send_back(corrected, by=people["petra"], shown=get_shown(corrected), remark="Why?")
        submit(corrected, by=people["paul"])
        approve(corrected, by=people["petra"], shown=get_shown(corrected))
        publish(corrected, by=people["paul"], note="Wrong.")
        assert list_acts() == []

    def test_text_that_is_changed_back_after_a_newer_one_was_approved(
        self, people: People, corrected: Meeting, clock: Any
    ) -> None:
        """Whoever approved the newer one expects that it goes out."""
        for notice in ("New.", "Newer.", "New."):
            meeting = self.write(corrected, people, notice)
            submit(meeting, by=people["paul"])
            if get_review(meeting).source.is_waiting:
                approve(meeting, by=people["petra"], shown=get_shown(meeting))
            clock.shift(MINUTE)
        publish(meeting, by=people["paul"], note="New.")
        assert list_acts() == [Act.PUBLISHED]

    def test_same_day_change_approves_nothing_anew(self, people: People, corrected: Meeting, clock: Any) -> None:
        submit(corrected, by=people["paul"])
        clock.shift(MINUTE)
        clock.move_to(publish_same_day_change(corrected, SameDayChange(alert="Wait."), by=COMMAND).available_from)
        acts = len(list_acts())
        publish(corrected, by=people["paul"], note="Wrong.")
        assert list_acts()[:-acts] == [Act.PUBLISHED]

    def test_it_takes_the_place_of_a_scheduled_text(self, people: People, corrected: Meeting, clock: Any) -> None:
        meeting = self.write(corrected, people, "Better.")
        submit(meeting, by=people["paul"])
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        publish(meeting, by=people["petra"], at=PRESS_DAY + DAY, note="Better.")
        clock.shift(MINUTE)
        meeting = self.write(meeting, people, "Wrong.")
        submit(meeting, by=people["paul"])
        publish(meeting, by=people["paul"], note="Wrong.", pending="replace")
        assert list_acts() == [Act.PUBLISHED]

    def test_text_on_hold_is_resumed_after_its_correction_was_approved(
        self, people: People, corrected: Meeting, clock: Any
    ) -> None:
        self.get_approved(corrected, people, "Newer.")
        publish(corrected, by=people["paul"], at=PRESS_DAY + DAY, note="Newer.")
        release = Release.objects.get(at=PRESS_DAY + DAY)
        hold_release(release, by=people["petra"], reason="It is wrong.")
        clock.shift(MINUTE)
        self.get_approved(corrected, people, "Newest.")
        clock.shift(MINUTE)
        resume_release(release, by=people["paul"], at=PRESS_DAY + DAY)
        assert list_acts() == [Act.SCHEDULED]

    def get_approved(self, meeting: Meeting, people: People, notice: str) -> None:
        """Have Paul’s next text approved by Petra."""
        meeting = self.write(meeting, people, notice)
        submit(meeting, by=people["paul"])
        approve(meeting, by=people["petra"], shown=get_shown(meeting))

    def test_command_brings_it_back(self, people: People, corrected: Meeting) -> None:
        submit(corrected, by=people["anna"])
        publish(corrected, by=COMMAND, note="Wrong.", shown=get_submitted_digests(corrected))
        assert list_acts() == [Act.PUBLISHED]

    def test_it_is_submitted_before_a_scheduled_text_appears(
        self, people: People, corrected: Meeting, clock: Any
    ) -> None:
        meeting = self.write(corrected, people, "Better.")
        submit(meeting, by=people["paul"])
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        [edition] = publish(meeting, by=people["petra"], at=PRESS_DAY + DAY, note="Better.")
        clock.shift(MINUTE)
        meeting = self.write(meeting, people, "Wrong.")
        submit(meeting, by=people["paul"])
        clock.move_to(edition.available_from + MINUTE)
        publish(meeting, by=people["paul"], note="Wrong.")
        assert list_acts() == [Act.PUBLISHED]

    def test_text_that_waited_while_another_one_was_published(
        self, people: People, corrected: Meeting, clock: Any
    ) -> None:
        """Its author submits it again with a translation."""
        meeting = self.write(corrected, people, "New.")
        submit(meeting, by=people["paul"])
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        [edition] = publish(meeting, by=people["paul"], at=PRESS_DAY + DAY, note="New.")
        meeting = self.write(meeting, people, "Newer.")
        submit(meeting, by=people["paul"])
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        clock.move_to(edition.available_from + MINUTE)
        translate(meeting, notice="Nouveau.")
        keep_translation_revision(meeting, timezone.now(), people["anna"], "fr")
        submit(meeting, by=people["paul"])
        publish(meeting, by=people["paul"], note="Newer.")
        assert list_acts() == []


class TestOlderTextAfterTheNewerOneIsSentBack:
    """Anna wrote a text that was approved. She corrected it, which was approved, too, and somebody sent that back."""

    @pytest.fixture
    def right(self, people: People, clock: Any) -> Meeting:
        meeting = make_meeting()
        for notice in ("Wrong.", "Right."):
            meeting = self.get_approved(meeting, people, notice)
            clock.shift(MINUTE)
        return meeting

    def get_approved(self, meeting: Meeting, people: People, notice: str) -> Meeting:
        meeting = save_changes(meeting, notice=notice)
        keep_revision(meeting, timezone.now(), people["anna"])
        submit(meeting, by=people["anna"])
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        return meeting

    def get_approved_digests(self, meeting: Meeting) -> list[str]:
        review = find_approved_review(meeting)
        assert review
        return [one.digest for one in review.languages]

    @pytest.mark.parametrize("name", ["paul", "petra"])
    def test_who_publishes_it_does_so_alone(self, people: People, right: Meeting, clock: Any, name: str) -> None:
        send_back(right, by=people[name], shown=get_shown(right), remark="A comma.")
        clock.shift(MINUTE)
        page = sign_in("paul").get(f"/admin/meetings/meeting/{right.pk}/release/").content.decode()
        assert "is sent back, cancelled or on hold now" in page
        publish(right, by=people["paul"], shown=self.get_approved_digests(right))
        [entry] = find_lone_acts()
        assert (entry.act, entry.actor) == (Act.PUBLISHED, "paul")
        confirm_act(right, entry.pk, by=people["petra"])
        assert list_acts() == []

    def approve_wrong_text_again(self, meeting: Meeting, by: Actor) -> None:
        """Take its approval back, and give it again, which makes it the last one."""
        wrong = Revision.objects.filter(why="submitted").earliest("pk")
        steps: tuple[tuple[Any, dict[str, str]], ...] = ((send_back, {"remark": "A comma."}), (approve, {}))
        for step, details in steps:
            review = Review.for_revision(meeting, wrong)
            step(meeting, by=by, shown=[one.shown for one in review.languages], revision=wrong, **details)

    def test_who_publishes_it_approves_it_again_before(self, people: People, right: Meeting, clock: Any) -> None:
        self.approve_wrong_text_again(right, people["paul"])
        clock.shift(MINUTE)
        send_back(right, by=people["paul"], shown=get_shown(right), remark="A comma.")
        publish(right, by=people["paul"], shown=self.get_approved_digests(right))
        assert list_acts() == [Act.PUBLISHED]

    @pytest.mark.parametrize(("name", "acts"), [("paul", [Act.SCHEDULED]), ("petra", [])])
    def test_who_resumes_it_approves_it_again_before(
        self, people: People, clock: Any, name: str, acts: list[str]
    ) -> None:
        """Petra has looked at it again, and Paul is another one."""
        meeting = self.get_approved(make_meeting(), people, "Wrong.")
        [edition] = publish(meeting, by=people["paul"], at=PRESS_DAY + DAY)
        release = find_release(edition)
        assert release
        hold_release(release, by=people["petra"], reason="It is wrong.")
        clock.shift(MINUTE)
        meeting = self.get_approved(meeting, people, "Right.")
        clock.shift(MINUTE)
        self.approve_wrong_text_again(meeting, people[name])
        release.refresh_from_db()
        resume_release(release, by=people["paul"], at=PRESS_DAY + DAY)
        assert list_acts() == acts

    def test_approval_that_a_colleague_took_back_does_not_count(self, people: People, clock: Any) -> None:
        """Anna and Dora may approve, too, here."""
        for name in ("anna", "dora"):
            give_role(User.objects.get(username=name), "Publishers")
        people = get_people()
        meeting = self.get_approved(make_meeting(), people, "Wrong.")
        [edition] = publish(meeting, by=people["paul"], at=PRESS_DAY + DAY)
        release = find_release(edition)
        assert release
        hold_release(release, by=people["petra"], reason="It is wrong.")
        clock.shift(MINUTE)
        meeting = self.get_approved(meeting, people, "Right.")
        for name in ("dora", "paul"):
            clock.shift(MINUTE)
            self.approve_wrong_text_again(meeting, people[name])
        release.refresh_from_db()
        resume_release(release, by=people["paul"], at=PRESS_DAY + DAY)
        assert list_acts() == [Act.SCHEDULED]

    @pytest.mark.parametrize("name", ["paul", "petra"])
    def test_colleague_approves_it_for_a_planned_publication(self, people: People, clock: Any, name: str) -> None:
        """Anna submits it again, Petra plans it, and whoever approves it publishes it with that: nobody is alone."""
        meeting = make_meeting()
        for notice in ("Wrong.", "Right."):
            meeting = self.get_approved(meeting, people, notice)
            clock.shift(MINUTE)
            send_back(meeting, by=people["petra"], shown=get_shown(meeting), remark="Not sure.")
        clock.shift(MINUTE)
        meeting = save_changes(meeting, notice="Wrong.")
        keep_revision(meeting, timezone.now(), people["anna"])
        submit(meeting, by=people["anna"])
        plan_release(meeting, by=people["petra"], at=PRESS_DAY + DAY)
        clock.shift(MINUTE)
        approve(meeting, by=people[name], shown=get_shown(meeting))
        schedule_planned_release(Release.objects.get(), by=people[name])
        assert list_acts() == []

    def test_colleague_approves_it_after_the_newer_one(self, people: People, clock: Any) -> None:
        meeting = save_changes(make_meeting(), notice="Wrong.")
        keep_revision(meeting, timezone.now(), people["anna"])
        [first] = submit(meeting, by=people["anna"])
        meeting = self.get_approved(meeting, people, "Right.")
        clock.shift(MINUTE)
        send_back(meeting, by=people["petra"], shown=get_shown(meeting), remark="The first one was better.")
        clock.shift(MINUTE)
        shown = [one.shown for one in Review.for_revision(meeting, first).languages]
        approve(meeting, by=people["petra"], shown=shown, revision=first)
        publish(meeting, by=people["paul"], shown=self.get_approved_digests(meeting))
        assert list_acts() == []

    def test_only_languages_join_what_readers_have(self, people: People, clock: Any) -> None:
        meeting = self.get_approved(make_meeting(), people, "Live.")
        clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
        translate(meeting, notice="En ligne.")
        keep_translation_revision(meeting, timezone.now(), people["anna"], "fr")
        [first] = submit(meeting, by=people["anna"])
        clock.shift(MINUTE)
        meeting = self.get_approved(meeting, people, "Newer.")
        clock.shift(MINUTE)
        send_back(meeting, by=people["petra"], shown=get_shown(meeting), remark="A comma.")
        shown = [one.shown for one in Review.for_revision(meeting, first).languages]
        approve(meeting, by=people["petra"], shown=shown, languages=["fr"], revision=first)
        publish(meeting, by=people["paul"], shown=self.get_approved_digests(meeting), note="French.")
        assert list_acts() == []

    def test_newer_text_was_to_be_published_without_approval(self, people: People, right: Meeting, clock: Any) -> None:
        forced = save_changes(right, notice="Right, with a comma.")
        keep_revision(forced, timezone.now(), people["anna"])
        [edition] = publish(forced, by=people["petra"], at=PRESS_DAY + DAY, force="It is urgent.")
        release = find_release(edition)
        assert release
        call_off_release(release, by=people["paul"], reason="A comma.")
        publish(right, by=people["paul"], shown=self.get_approved_digests(right))
        assert list_acts() == [Act.PUBLISHED, Act.FORCED]

    def test_newer_text_differs_only_in_the_name_of_a_topic(self, people: People, clock: Any) -> None:
        """Both submissions have the version of the meeting, which nobody changed."""
        meeting, topic = make_meeting(), make_topic()
        meeting.agenda.get().topics.add(topic)
        publish_now(clock, topic)
        submit_and_approve(people, meeting)
        clock.shift(MINUTE)
        topic = save_changes(topic, title="Right title")
        keep_revision(topic, timezone.now(), people["anna"])
        submit(topic, meeting, by=people["anna"])
        for subject in (topic, meeting):
            approve(subject, by=people["petra"], shown=get_shown(subject))
        send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="A comma.")
        publish(meeting, by=people["paul"], shown=self.get_approved_digests(meeting))
        assert Act.PUBLISHED in list_acts()

    def test_it_is_approved_again(self, people: People, right: Meeting, clock: Any) -> None:
        send_back(right, by=people["petra"], shown=get_shown(right), remark="A comma.")
        clock.shift(MINUTE)
        self.get_approved(right, people, "Right, with a comma.")
        page = sign_in("paul").get(f"/admin/meetings/meeting/{right.pk}/release/").content.decode()
        assert "is sent back, cancelled or on hold now" not in page
        publish(right, by=people["paul"])
        assert list_acts() == []


class TestOlderTextThatIsScheduled:
    """Paul wrote a text that is scheduled. It was approved before a newer one, which it will replace."""

    @pytest.fixture(scope="class", params=[True, False], ids=["correction", "first text"])
    @classmethod
    def scheduled(cls, request: pytest.FixtureRequest, press_office: People, class_clock: Any) -> Iterator[None]:
        with roll_back():
            meeting = make_meeting()
            if request.param:
                publish_now(class_clock, save_changes(meeting, notice="Zero."))
                approve(meeting, by=press_office["petra"], shown=get_shown(meeting))
            meeting = cls.get_approved(meeting, press_office, "Wrong.")
            publish(meeting, by=press_office["paul"], at=PRESS_DAY + DAY, note="Wrong.")
            class_clock.shift(MINUTE)
            yield

    @pytest.fixture
    def meeting(self, scheduled: None, people: People, clock: Any) -> Meeting:
        return Meeting.objects.get()

    @pytest.fixture
    def right(self, meeting: Meeting, people: People, clock: Any) -> Meeting:
        meeting = self.get_approved(meeting, people, "Right.")
        clock.shift(MINUTE)
        return meeting

    @staticmethod
    def get_approved(meeting: Meeting, people: People, notice: str) -> Meeting:
        meeting = save_changes(meeting, notice=notice)
        keep_revision(meeting, timezone.now(), people["paul"])
        submit(meeting, by=people["paul"])
        approve(meeting, by=people["petra"], shown=get_shown(meeting))
        return meeting

    def get_scheduled(self) -> Edition:
        return Edition.objects.get(available_from=PRESS_DAY + DAY)

    def get_release(self) -> Release:
        release = find_release(self.get_scheduled())
        assert release
        return release

    def test_who_keeps_it_does_so_alone(self, people: People, right: Meeting) -> None:
        scheduled = self.get_scheduled()
        publish(right, by=people["paul"], note="Right.", pending="keep")
        [entry] = find_lone_acts()
        assert (entry.act, entry.actor) == (Act.KEPT, "paul")
        assert entry.digest == scheduled.documents.get().document.digest
        page = f"/admin/meetings/meeting/{right.pk}/confirm/{entry.pk}/"
        assert f'href="{page}"' in sign_in("petra").get("/admin/").content.decode()
        shown = sign_in("petra").get(page).content.decode()
        assert "paul kept an older text scheduled" in shown
        assert "A newer text was approved after this one" in shown
        assert f"/editions/{scheduled.pk}/changes/" in shown
        assert "Scheduled for 15 Sep 10:00" in shown
        with pytest.raises(WorkflowError, match="You did this yourself"):
            confirm_act(right, entry.pk, by=people["paul"])
        assert sign_in("petra").post(page).status_code == 302
        assert list_acts() == []

    def test_its_author_does_not_confirm_that_a_colleague_kept_it(self, people: People, right: Meeting) -> None:
        publish(right, by=people["petra"], note="Right.", pending="keep")
        [entry] = find_lone_acts()
        with pytest.raises(WorkflowError, match="You wrote or submitted this text"):
            confirm_act(right, entry.pk, by=people["paul"])

    def test_who_changes_its_time_does_so_alone(self, people: People, right: Meeting, clock: Any) -> None:
        [moved] = move_release(self.get_release(), by=people["paul"], reason="For colleagues.")
        clock.move_to(moved.available_from)
        [entry] = find_lone_acts()
        assert (entry.act, entry.actor) == (Act.MOVED, "paul")
        page = f"/admin/meetings/meeting/{right.pk}/confirm/{entry.pk}/"
        assert f'href="{page}"' in sign_in("petra").get("/admin/").content.decode()
        shown = sign_in("petra").get(page).content.decode()
        assert "For colleagues." not in shown
        assert f"/editions/{moved.pk}/changes/" in shown
        with pytest.raises(WorkflowError, match="You did this yourself"):
            confirm_act(right, entry.pk, by=people["paul"])
        confirm_act(right, entry.pk, by=people["petra"])
        assert list_acts() == []

    def read_page(self, address: str) -> str:
        response = sign_in("paul").get(address)
        assert response.status_code == 200
        return response.content.decode()

    def test_screens_say_before_that_a_colleague_must_confirm_it(self, people: People, right: Meeting) -> None:
        release = self.get_release()
        kept, newer = "If you keep it, a colleague must confirm that afterwards", "A newer text was approved after this"
        assert kept in self.read_page(f"/admin/meetings/meeting/{right.pk}/release/")
        assert newer in self.read_page(f"/admin/agenda/release/{release.pk}/move/")
        assert newer not in self.read_page(f"/admin/agenda/release/{release.pk}/call-off/")
        hold_release(release, by=people["petra"], reason="Wait.")
        assert newer in self.read_page(f"/admin/agenda/release/{release.pk}/resume/")
        assert kept not in self.read_page(f"/admin/meetings/meeting/{right.pk}/release/")

    def test_screens_say_nothing_of_the_newest_text(self, people: People, meeting: Meeting) -> None:
        release = self.get_release()
        for step in ("move", "resume"):
            assert "A newer text was approved" not in self.read_page(f"/admin/agenda/release/{release.pk}/{step}/")
            if step == "move":
                hold_release(release, by=people["petra"], reason="Wait.")

    @pytest.mark.parametrize("notice", ["Right.", "Wrong."])
    def test_screen_says_it_before_another_text_is_published_without_approval(
        self, people: People, meeting: Meeting, notice: str
    ) -> None:
        save_changes(meeting, notice=notice)
        page = self.read_page(f"/admin/meetings/meeting/{meeting.pk}/force/")
        assert "Keep it scheduled" in page
        assert ("If you keep it, a colleague must confirm that afterwards" in page) == (notice == "Right.")

    def test_approval_of_whoever_lets_it_appear_makes_it_no_newer(
        self, people: People, right: Meeting, clock: Any
    ) -> None:
        create_user_with_role("Publishers", "third")
        people, release = get_people(), self.get_release()
        entries = release.entries.all()
        hold_release(release, by=people["petra"], reason="Wait.")
        revision = entries.get().revision
        assert revision
        shown = [one.shown for one in Review.for_revision(right, revision).languages]
        send_back(right, by=people["third"], shown=shown, revision=revision, remark="Why?")
        clock.shift(MINUTE)
        shown = [one.shown for one in Review.for_revision(right, revision).languages]
        approve(right, by=people["third"], shown=shown, revision=revision)
        assert has_older_text(entries, timezone.now(), people["third"])
        assert not has_older_text(entries, timezone.now(), people["petra"])

    def test_approval_of_its_translation_makes_it_no_newer(self, people: People, meeting: Meeting, clock: Any) -> None:
        self.approve_translation(meeting, people)
        assert release_approved_translations(meeting, people["petra"])
        right = self.get_approved(meeting, people, "Right.")
        release = self.get_release()
        hold_release(release, by=people["petra"], reason="Wait.")
        revision = release.entries.get().revision
        assert revision
        for decide, options in ((send_back, {"remark": "Why?"}), (approve, {})):
            clock.shift(MINUTE)
            shown = [one.shown for one in Review.for_revision(right, revision).languages]
            decide(right, by=people["petra"], shown=shown, languages=["fr"], revision=revision, **options)
        assert Verdict.objects.latest("pk").document_id in revision.documents.values_list("document__digest", flat=True)
        assert has_older_text(release.entries.all(), timezone.now(), people["paul"])

    def test_whoever_approved_the_newest_text_needs_no_colleague(self, people: People, meeting: Meeting) -> None:
        assert not has_older_text(self.get_release().entries.all(), timezone.now(), people["petra"])

    def test_one_query_finds_that_nothing_is_older(
        self, people: People, meeting: Meeting, django_assert_num_queries: Any
    ) -> None:
        others = [make_meeting(configuration) for configuration in ("env", "ecofin")]
        submit_and_approve(people, *others)
        publish(*others, by=people["paul"], at=PRESS_DAY + DAY)
        scheduled = ReleaseEntry.objects.filter(release__at=PRESS_DAY + DAY)
        assert len(scheduled) == 3
        with django_assert_num_queries(1):
            assert not has_older_text(scheduled, timezone.now(), people["anna"])

    def test_command_keeps_it(self, people: People, right: Meeting) -> None:
        publish(right, by=COMMAND, note="Right.", pending="keep")
        assert list_acts() == [Act.KEPT]

    def test_command_changes_its_time(self, people: People, right: Meeting) -> None:
        move_release(self.get_release(), by=COMMAND)
        assert list_acts() == [Act.MOVED]

    def test_it_is_kept_beside_a_text_without_approval(self, people: People, meeting: Meeting) -> None:
        meeting = save_changes(meeting, notice="Right.")
        publish(meeting, by=people["petra"], note="Right.", pending="keep", force="It is urgent.")
        assert list_acts() == [Act.KEPT, Act.FORCED]
        assert has_older_text(self.get_release().entries.all(), timezone.now(), people["paul"])

    def test_it_is_kept_and_published_at_once_without_approval(self, people: People, meeting: Meeting) -> None:
        """The same text is no newer one."""
        publish(meeting, by=people["paul"], note="Wrong.", pending="keep", force="It is urgent.")
        assert list_acts() == [Act.FORCED]

    def test_page_says_that_it_was_cancelled(self, people: People, right: Meeting) -> None:
        publish(right, by=people["paul"], note="Right.", pending="keep")
        call_off_release(self.get_release(), by=people["petra"])
        shown = sign_in("petra").get(f"/admin/meetings/meeting/{right.pk}/confirm/{find_lone_acts().get().pk}/")
        assert "Cancelled; was scheduled for 15 Sep 10:00" in shown.content.decode()
        assert "What it" not in shown.content.decode()

    def test_history_says_that_it_was_kept(self, people: People, right: Meeting) -> None:
        publish(right, by=people["paul"], note="Right.", pending="keep")
        history = sign_in("petra").get(f"/admin/meetings/meeting/{right.pk}/history/?show=published")
        assert "Kept an older text scheduled (15 Sep 10:00)" in history.content.decode()

    def test_newest_text_is_moved(self, people: People, meeting: Meeting) -> None:
        move_release(self.get_release(), by=people["paul"], at=PRESS_DAY + 2 * DAY)
        assert list_acts() == []

    @pytest.mark.parametrize("scheduled", [True], indirect=True)
    def test_newest_text_is_moved_after_a_same_day_change(self, people: People, meeting: Meeting, clock: Any) -> None:
        change = SameDayChange(points={meeting.programme.get().pk: {"time": dt.time(15)}})
        clock.move_to(publish_same_day_change(meeting, change, by=people["dora"]).available_from)
        move_release(self.get_release(), by=people["paul"], at=PRESS_DAY + 2 * DAY)
        assert list_acts() == []

    def test_translation_joins_it(self, people: People, right: Meeting) -> None:
        meeting = save_changes(right, notice="Wrong.")
        self.approve_translation(meeting, people)
        assert release_approved_translations(meeting, people["petra"])
        assert self.get_scheduled().languages == ["en", "fr"]
        assert list_acts() == []

    def test_it_is_kept_while_a_translation_of_it_is_published(self, people: People, meeting: Meeting) -> None:
        self.publish_translation(meeting, people)
        assert list_acts() == []

    def test_it_is_kept_again_while_a_translation_of_the_newer_text_is_published(
        self, people: People, right: Meeting, clock: Any
    ) -> None:
        clock.move_to(publish(right, by=people["paul"], note="Right.", pending="keep")[0].available_from)
        confirm_act(right, find_lone_acts().get().pk, by=people["petra"])
        self.publish_translation(right, people)
        assert list_acts() == []

    def publish_translation(self, meeting: Meeting, people: People) -> None:
        self.approve_translation(meeting, people)
        publish(meeting, by=people["paul"], note="In French.", pending="keep")

    def approve_translation(self, meeting: Meeting, people: People) -> None:
        translate(meeting, notice="Un avis.")
        keep_translation_revision(meeting, timezone.now(), people["anna"], "fr")
        submit(meeting, by=people["paul"])
        approve(meeting, by=people["petra"], shown=get_shown(meeting), languages=["fr"])


def get_review(meeting: Meeting) -> Review:
    review = Review.latest(meeting)
    assert review
    return review


class TestAuthorOfARestoredText:
    """Petra wrote the text, Paul approved it, and it is public again after Paul took a later one back."""

    @pytest.fixture
    def note(self, people: People, clock: Any) -> Meeting:
        create_user_with_role("Publishers", "third")
        meeting = make_meeting()
        submit(meeting, by=people["petra"])
        approve(meeting, by=people["paul"], shown=get_shown(meeting))
        [edition] = publish(meeting, by=people["paul"])
        clock.move_to(edition.available_from)
        return meeting

    def restore(self, people: People, clock: Any, note: Meeting) -> AuditEntry:
        publish_now(clock, save_changes(note, notice="Changed."))
        clock.move_to(rollback(note, by=people["paul"], reason="Wrong.").available_from)
        return find_lone_acts().get(act=Act.ROLLED_BACK)

    def test_cannot_confirm_it(self, people: People, clock: Any, note: Meeting) -> None:
        entry = self.restore(people, clock, note)
        with pytest.raises(
            WorkflowError, match=r"You wrote or submitted this text.* These people can confirm it: third"
        ):
            confirm_act(note, entry.pk, by=people["petra"])
        confirm_act(note, entry.pk, by=get_people()["third"])

    def test_can_confirm_the_return_to_another_text(self, people: People, clock: Any, note: Meeting) -> None:
        """Paul changed his mind twice, so that in the end Petra's text is public again."""
        first = self.restore(people, clock, note)
        for reason in ("It was right.", "It was wrong."):
            clock.move_to(rollback(note, by=people["paul"], reason=reason).available_from)
        second, third = find_lone_acts().filter(act=Act.ROLLED_BACK, pk__gt=first.pk).order_by("pk")
        for entry in (first, third):
            with pytest.raises(WorkflowError, match="You wrote or submitted this text"):
                confirm_act(note, entry.pk, by=people["petra"])
        confirm_act(note, second.pk, by=people["petra"])

    def test_cannot_confirm_it_after_a_same_day_change(self, people: People, clock: Any, note: Meeting) -> None:
        change = SameDayChange(points={note.programme.get().pk: {"time": dt.time(15)}}, alert="Nobody may enter.")
        clock.move_to(publish_same_day_change(note, change, by=people["dora"]).available_from)
        entry = self.restore(people, clock, note)
        with pytest.raises(WorkflowError, match="You wrote or submitted this text"):
            confirm_act(note, entry.pk, by=people["petra"])
        confirm_act(note, find_lone_acts().get(act=Act.FACTS_CHANGED).pk, by=people["petra"])

    def test_is_asked_to_confirm_what_the_same_person_does_alone_afterwards(
        self, people: People, clock: Any, note: Meeting
    ) -> None:
        """Only the first act was on the dashboard, and of that she is an author: she saw none of the later ones."""
        self.restore(people, clock, note)
        clock.move_to(withdraw(note, by=people["paul"], reason="Ministers have resigned.").available_from)
        [entry] = find_lone_acts().filter(act=Act.WITHDRAWN)
        for name in ("petra", "third"):
            page = sign_in(name).get("/admin/").content.decode()
            assert f"/{note.pk}/confirm/{entry.pk}/" in page
            assert "the first of several" not in page
        confirm_act(note, entry.pk, by=people["petra"])

    def test_later_acts_do_not_displace_first_ones_of_others(
        self, people: People, clock: Any, note: Meeting, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("agenda.dashboard.dashboard.MAX_ROWS", 2)
        self.restore(people, clock, note)
        withdraw(note, by=people["paul"], reason="Ministers have resigned.")
        other = make_meeting("env")
        publish_now(clock, other)
        publish_same_day_change(other, SameDayChange(alert="Nobody may enter."), by=people["dora"])
        page = sign_in("third").get("/admin/").content.decode()
        assert ("Nobody may enter." in page, "Ministers have resigned." in page) == (True, False)

    def test_is_not_asked_to(self, people: People, clock: Any, note: Meeting) -> None:
        address = f"/admin/meetings/meeting/{note.pk}/confirm/{self.restore(people, clock, note).pk}/"
        assert address in sign_in("third").get("/admin/").content.decode()
        petra = sign_in("petra")
        assert address not in petra.get("/admin/").content.decode()
        assert "You wrote or submitted this text" in petra.get(address).content.decode()


def test_only_words_of_a_same_day_change_wait(people: People, live: Meeting, clock: Any) -> None:
    point = live.programme.get()
    edition = publish_same_day_change(live, SameDayChange(points={point.pk: {"time": dt.time(15)}}), by=people["dora"])
    assert list_acts() == []
    clock.move_to(edition.available_from)
    publish_same_day_change(live, SameDayChange(alert="Nobody may enter."), by=people["dora"])
    [entry] = find_lone_acts()
    assert (entry.act, entry.details["words"]) == (Act.FACTS_CHANGED, ["Nobody may enter."])


def test_new_places_and_people_are_words(people: People, live: Meeting, clock: Any) -> None:
    """Any sentence can be typed as a place or a person, and goes into the message at the top of the page."""
    sentences = "cancelled, since the Minister has resigned", "Anna Sample, who has just announced it"
    point, speaker = live.programme.get(), Speaker(name="Anna Sample", role="who has just announced it")
    values: dict[str, Any] = {"place": sentences[0], "speakers": [speaker]}
    edition = publish_same_day_change(live, SameDayChange(points={point.pk: values}), by=people["dora"])
    [entry] = find_lone_acts()
    assert entry.details["words"] == [*sentences]
    clock.move_to(edition.available_from)
    known: dict[str, Any] = {"place": live.venue or live.city, "speakers": []}
    publish_same_day_change(live, SameDayChange(points={point.pk: known}), by=people["dora"])
    assert [*find_lone_acts()] == [entry]


class TestTransferOfWhatOnePersonPublished:
    """Nobody moves to another desk what their colleagues are asked about; what nobody is asked about can be moved."""

    @pytest.fixture
    def env(self) -> Configuration:
        return make_configuration("env")

    @pytest.fixture
    def forced(self, people: People) -> Meeting:
        meeting = make_meeting(notice="Wrong.")
        publish(meeting, by=people["paul"], at=PRESS_DAY + DAY, force="It is urgent.")
        return meeting

    def move(self, people: People, env: Configuration) -> None:
        change_settings(Meeting.objects.get(), by=people["paul"], place=env)

    def test_not_until_a_colleague_has_approved_it(self, people: People, live: Meeting, env: Configuration) -> None:
        """Whoever published for two desks took from the sight of one what they had published alone for it."""
        publish(save_changes(live, notice="Other."), by=people["paul"], note="Changed.", force="It is urgent.")
        with pytest.raises(NotAllowed, match=r"when a colleague has confirmed .* Ask one of these people: petra\.$"):
            self.move(people, env)
        approve(live, by=people["petra"], shown=get_shown(live))
        self.move(people, env)

    def test_not_while_it_is_scheduled_or_on_hold(self, people: People, forced: Meeting, env: Configuration) -> None:
        with pytest.raises(NotAllowed, match="when a colleague has confirmed"):
            self.move(people, env)
        hold_release(Release.objects.get(), by=people["paul"], reason="Wait.")
        with pytest.raises(NotAllowed, match="when a colleague has confirmed"):
            self.move(people, env)

    def test_refusal_names_nobody_who_wrote_it(self, people: People, env: Configuration) -> None:
        meeting = make_meeting(notice="Wrong.")
        keep_revision(meeting, timezone.now(), people["petra"])
        create_user_with_role("Publishers", "gina")
        publish(meeting, by=people["paul"], at=PRESS_DAY + DAY, force="It is urgent.")
        with pytest.raises(NotAllowed, match=r"Ask one of these people: gina\.$"):
            self.move(people, env)

    def test_not_after_it_was_sent_back_until_another_text_is_there(
        self, people: People, forced: Meeting, env: Configuration, clock: Any
    ) -> None:
        clock.move_to(PRESS_DAY + DAY + MINUTE)
        send_back(forced, by=people["petra"], shown=get_shown(forced), remark="Wrong.")
        with pytest.raises(NotAllowed, match="when a colleague has confirmed"):
            self.move(people, env)
        keep_revision(save_changes(forced, notice="Right."), timezone.now(), people["anna"])
        submit(forced, by=people["anna"])
        approve(forced, by=people["petra"], shown=get_shown(forced))
        publish(forced, by=people["paul"], note="Corrected.", at=PRESS_DAY + 2 * DAY)
        with pytest.raises(NotAllowed, match="when a colleague has confirmed"):
            self.move(people, env)  # readers have the text still, and its replacement can be called off
        clock.move_to(PRESS_DAY + 2 * DAY)
        self.move(people, env)

    def test_what_was_replaced_prevents_nothing_if_a_colleague_publishes_alone_later(
        self, people: People, forced: Meeting, env: Configuration, clock: Any
    ) -> None:
        clock.move_to(PRESS_DAY + DAY + MINUTE)
        send_back(forced, by=people["petra"], shown=get_shown(forced), remark="Wrong.")
        changed = save_changes(forced, notice="Right.")
        edition = publish(changed, by=people["petra"], note="Corrected.", force="It is urgent.")[0]
        clock.move_to(edition.available_from)
        self.move(people, env)

    def test_refusal_says_that_what_is_on_hold_can_be_cancelled(
        self, people: People, forced: Meeting, env: Configuration
    ) -> None:
        hold_release(Release.objects.get(), by=people["paul"], reason="Wait.")
        send_back(forced, by=people["petra"], shown=get_shown(forced), remark="Wrong.")
        with pytest.raises(NotAllowed, match=r"Or cancel what is on hold\.$"):
            self.move(people, env)
        call_off_release(Release.objects.get(), by=people["paul"], reason="Wrong.")
        self.move(people, env)

    def test_whatever_is_alone_on_another_meeting(
        self, people: People, env: Configuration, forced: Meeting, clock: Any
    ) -> None:
        clock.move_to(PRESS_DAY + DAY + MINUTE)
        withdraw(forced, by=people["paul"], reason="It is wrong.")
        other = make_meeting("jha", PRESS_DATE + DAY)
        submit_and_approve(people, other)
        change_settings(other, by=people["paul"], place=env)

    def test_not_until_a_colleague_has_confirmed_the_reason_of_a_withdrawal(
        self, people: People, live: Meeting, env: Configuration, clock: Any
    ) -> None:
        clock.move_to(withdraw(live, by=people["paul"], reason="It is wrong.").available_from)
        with pytest.raises(NotAllowed, match="when a colleague has confirmed"):
            self.move(people, env)
        confirm_act(live, find_lone_acts().get().pk, by=people["petra"])
        self.move(people, env)

    def test_after_it_was_called_off(self, people: People, forced: Meeting, env: Configuration) -> None:
        call_off_release(Release.objects.get(), by=people["paul"], reason="Wrong.")
        self.move(people, env)

    def test_after_it_was_withdrawn(self, people: People, forced: Meeting, env: Configuration, clock: Any) -> None:
        clock.move_to(PRESS_DAY + DAY + MINUTE)
        clock.move_to(withdraw(forced, by=people["petra"], reason="It is wrong.").available_from)
        self.move(people, env)


def test_act_of_another_meeting_cannot_be_confirmed(people: People, live: Meeting, clock: Any) -> None:
    publish_same_day_change(live, SameDayChange(alert="Nobody may enter."), by=people["dora"])
    [entry] = find_lone_acts()
    with pytest.raises(WorkflowError, match="nothing to confirm"):
        confirm_act(make_meeting("env"), entry.pk, by=people["petra"])
    with pytest.raises(WorkflowError, match="nothing to confirm"):
        confirm_act(live, 0, by=people["petra"])


class TestScreens:
    @pytest.fixture
    def entry(self, people: People, live: Meeting) -> AuditEntry:
        publish_same_day_change(live, SameDayChange(alert="Nobody may enter."), by=people["dora"])
        return find_lone_acts().get()

    def read(self, client: Client, address: str) -> str:
        response = client.get(address)
        assert response.status_code == 200
        return response.content.decode()

    def test_colleague_confirms_from_the_dashboard(self, live: Meeting, entry: AuditEntry) -> None:
        address = f"/admin/meetings/meeting/{live.pk}/confirm/{entry.pk}/"
        petra = sign_in("petra")
        assert address in self.read(petra, "/admin/")
        assert "Nobody may enter." in self.read(petra, address)
        assert petra.post(address).status_code == 302
        assert address not in self.read(petra, "/admin/")
        assert "petra has confirmed this already" in petra.post(address).content.decode()

    def test_acts_of_others_do_not_displace_the_first(
        self, entry: AuditEntry, people: People, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A duty officer hid a sentence behind a hundred harmless messages, and those of one desk those of others."""
        monkeypatch.setattr("agenda.dashboard.dashboard.MAX_ROWS", 1)
        env = make_meeting("env")
        publish_now(clock, env)
        create_user("emil", "Publishers", of="env")
        for number in range(3):
            edition = publish_same_day_change(env, SameDayChange(alert=f"Room {number}."), by=people["dora"])
            clock.move_to(edition.available_from)
        page = self.read(sign_in("petra"), "/admin/")
        assert ("Nobody may enter." in page, "Room 0." in page, "There are more" in page) == (True, False, True)
        page = self.read(sign_in("emil"), "/admin/")
        assert ("Nobody may enter." in page, "Room 0." in page, "There are more" in page) == (False, True, False)
        assert page.count("the first of several") == 1

    def test_removal_is_confirmed_beside_the_history(self, people: People, live: Meeting, clock: Any) -> None:
        """It publishes nothing: the edition that happens to come next has nothing to do with it."""
        first = Edition.objects.get()
        for notice in ("Changed.", "Changed again."):
            submit_and_approve(people, save_changes(live, notice=notice))
            clock.move_to(publish(live, by=people["paul"], note=notice)[0].available_from)
            if notice == "Changed.":
                suppress(live, first, by=people["paul"], reason="It had a private number.")
        page = self.read(sign_in("petra"), f"/admin/meetings/meeting/{live.pk}/confirm/{find_lone_acts().get().pk}/")
        assert page.count("It had a private number.") == 1
        assert "What it changed" not in page
        assert f'href="/en/{first.address}editions/"' in page

    def test_author_of_the_act_reads_that_a_colleague_must(self, live: Meeting, entry: AuditEntry) -> None:
        dora = sign_in("dora")
        assert "yours: a colleague must confirm it" in self.read(dora, "/admin/")
        assert dora.post(f"/admin/meetings/meeting/{live.pk}/confirm/{entry.pk}/").status_code == 403

    def test_audit_log_shows_what_is_not_confirmed(self, live: Meeting, entry: AuditEntry, people: People) -> None:
        root = people["anna"].user
        assert root
        root.is_superuser = True
        root.save()
        log = "/admin/meetings/auditentry/?unconfirmed=1"
        assert "not confirmed by a colleague yet" in self.read(sign_in("anna"), log)
        confirm_act(live, entry.pk, by=people["petra"])
        assert "not confirmed by a colleague yet" not in self.read(sign_in("anna"), log)
        assert "confirmed by petra" in self.read(sign_in("anna"), "/admin/meetings/auditentry/")

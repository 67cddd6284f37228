"""What is scheduled before it is approved goes out as the screens say, in all languages, or somebody is told."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from agenda.models import BackgroundTopic, MediaLink, Release, Revision, Verdict
from agenda.workflow import planned_releases, translation_releases
from agenda.workflow.planned_releases import (
    list_unapproved_subjects,
    plan_release,
    resume_held_release,
    schedule_ready_releases,
)
from agenda.workflow.publication import publish
from agenda.workflow.restoring import restore_document
from agenda.workflow.review_actions import approve, send_back, submit
from agenda.workflow.revisions import get_revision_documents, keep_revision, keep_translation_revision
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.same_day_changes.publication import publish_same_day_change
from agenda.workflow.scheduled_releases import (
    call_off_release,
    hold_all_releases,
    hold_release,
    join_release,
    move_release,
)
from agenda.workflow.translation_releases import release_translations, set_language_rule
from agenda.workflow.translation_submission import submit_translation
from agenda.workflow.withdrawal import rollback, withdraw
from meetings.access.audit import Actor
from meetings.models import AuditEntry, Edition, Meeting, User
from tests import actions
from tests.admin_forms import give_role, read_messages, sign_in
from tests.agenda.admin.screens import (
    create_client_with_permissions,
    get_actor,
    get_step_url,
    list_hidden_values,
    read_screen,
    send_step,
    send_step_now,
)
from tests.agenda.workflow.translations import (
    approve_french_translation,
    approve_greek_translation,
    create_translators,
    save_translation,
)
from tests.agenda.workflow.users import get_people, get_shown, save_changes, submit_and_approve
from tests.factories import DAY, MINUTE, PRESS_DATE, PRESS_DAY, make_meeting, make_topic, translate
from tests.worlds import share_world

NOON, EVENING = PRESS_DAY + dt.timedelta(hours=2), PRESS_DAY + dt.timedelta(hours=8)
AT_SIX = {"at": "14 September 2060 18:00", "plan": "x"}
People = dict[str, Actor]


@share_world
def press_office_of_two_languages(clock: Any) -> None:
    create_translators()


@pytest.fixture
def people(press_office_of_two_languages: None) -> People:
    return get_people()


@pytest.fixture
def meeting(people: People) -> Meeting:
    """A meeting whose first text is approved."""
    meeting = make_meeting(lead="<p>Ministers meet.</p>", notice="First.")
    submit_and_approve(people, meeting)
    return meeting


def save(meeting: Meeting, people: People, notice: str) -> Meeting:
    keep_revision(save_changes(meeting, notice=notice), timezone.now(), people["anna"])
    return Meeting.objects.get(pk=meeting.pk)


def submit_again_in_french(people: People) -> None:
    save_translation(Meeting.objects.get(), people, lead="<p>Les ministres se réunissent.</p>")
    submit(Meeting.objects.get(), by=people["anna"])


def plan_beside_unapproved_text(meeting: Meeting, people: People, clock: Any) -> tuple[Release, Release]:
    """Schedule “Second.” without approval, plan “Third.”, and return both releases."""
    save(meeting, people, "Second.")
    publish(meeting, by=people["paul"], force="On air.", at=NOON)
    scheduled = Release.objects.get()
    submit_again_in_french(people)
    save(meeting, people, "Third.")
    clock.shift(MINUTE)
    release = plan_release(Meeting.objects.get(), by=people["paul"], at=EVENING)
    return scheduled, release


def test_plan_is_scheduled_once_another_publication_of_a_part_is_cancelled(
    meeting: Meeting, people: People, clock: Any
) -> None:
    """Half a minute before its time, only the process that sends mails scheduled it, and that was too late."""
    publish(meeting, by=people["paul"], at=EVENING + DAY)
    in_the_way, other = Release.objects.get(), make_meeting("env")
    submit_and_approve(people, other)
    plan = plan_release(meeting, other, by=people["petra"], at=EVENING)
    answer = send_step(sign_in("petra"), in_the_way, "call-off/", reason="Sooner.")
    assert "everything is approved, and will be published on 14 September 2060, 18:00" in read_messages(answer)
    assert Release.objects.get(pk=plan.pk).state == Release.State.SCHEDULED
    assert AuditEntry.objects.latest("pk").actor == "plan of petra"


def carry_from_review(opened: Any) -> dict[str, list[str]]:
    assert "it will be added to the edition scheduled for" in opened.content.decode()
    return {name: list_hidden_values(opened, name) for name in ("shown", "language", "announced")}


class TestShownText:
    """A plan is for the text that its page showed."""

    @pytest.mark.parametrize("is_older", [False, True], ids=["newer draft", "draft of an older text"])
    def test_approved_text_goes_out_although_the_draft_is_another(
        self, meeting: Meeting, people: People, clock: Any, *, is_older: bool
    ) -> None:
        clock.shift(MINUTE)
        submit_and_approve(people, save(meeting, people, "Second."))
        clock.shift(MINUTE)
        save(meeting, people, "First." if is_older else "Third.")
        other = make_meeting("env")
        submit(other, by=people["anna"])
        page = f"release/?with={other.pk}"
        assert "This version will be published without that change." in read_screen(sign_in("petra"), meeting, page)
        send_step(sign_in("petra"), meeting, page, **AT_SIX)
        clock.shift(MINUTE)
        send_step(sign_in("paul"), other, "review/", approve="x")
        assert Edition.objects.filter(available_from=EVENING).count() == 2
        text = Edition.objects.get(subject_id=meeting.pk).documents.get().document.text
        assert "Second." in text

    def test_older_text_that_one_person_submits_again_does_not(
        self, meeting: Meeting, people: People, clock: Any
    ) -> None:
        clock.shift(MINUTE)
        submit_and_approve(people, save(meeting, people, "Second."))
        clock.shift(MINUTE)
        save(meeting, people, "First.")
        other = make_meeting("env")
        submit(other, by=people["anna"])
        send_step(sign_in("petra"), meeting, f"release/?with={other.pk}", **AT_SIX)
        clock.shift(MINUTE)
        submit(Meeting.objects.get(pk=meeting.pk), by=people["anna"])
        answer = send_step(sign_in("paul"), other, "review/", approve="x")
        assert "still waiting for other approvals" in read_messages(answer)
        assert not Edition.objects.exists()
        assert list_unapproved_subjects(Release.objects.get(), timezone.now()) == [meeting]

    def test_text_that_was_approved_since_the_page_was_opened_is_refused(
        self, meeting: Meeting, people: People, clock: Any
    ) -> None:
        other = make_meeting("env")
        petra, page = sign_in("petra"), get_step_url(meeting, f"release/?with={other.pk}")
        shown = list_hidden_values(petra.get(page), "shown")
        clock.shift(MINUTE)
        submit_and_approve(people, save(meeting, people, "Second."))
        answer = petra.post(page, {"shown": shown, **AT_SIX})
        assert "The approved text has changed since you opened this page." in answer.content.decode()
        assert not Release.objects.exists()


class TestTranslationsOfWhatReadersHave:
    def test_they_join_it_while_a_correction_is_on_hold(self, meeting: Meeting, people: People, clock: Any) -> None:
        clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
        save_translation(meeting, people, lead="<p>Les ministres se réunissent.</p>")
        submit_translation(meeting, "fr", by=people["theo"])
        clock.shift(MINUTE)
        plan_release(save(meeting, people, "Second."), by=people["petra"], at=EVENING, note="Corrected.")
        hold_all_releases(by=people["petra"], reason="A backup was restored.")
        send_step(sign_in("rita"), Meeting.objects.get(), "review/", approve="x")
        assert Edition.objects.latest("available_from").languages == ["en", "fr"]
        assert Release.objects.filter(state="held").exists()

    @pytest.mark.parametrize("stop", [hold_release, call_off_release])
    @pytest.mark.parametrize("moment", ["before the approval", "during the approval"])
    def test_nothing_is_published_earlier_than_the_page_of_the_review_has_said(
        self, meeting: Meeting, people: People, clock: Any, monkeypatch: pytest.MonkeyPatch, *, stop: Any, moment: str
    ) -> None:
        clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
        clock.shift(MINUTE)
        approve_greek_translation(meeting, people)
        publish(meeting, by=people["petra"], at=EVENING)
        release = Release.objects.get(at=EVENING)
        save_translation(meeting, people, lead="<p>Les ministres se réunissent.</p>")
        submit_translation(Meeting.objects.get(), "fr", by=people["theo"])
        rita, page = sign_in("rita"), get_step_url(meeting, "review/")
        carried = carry_from_review(rita.get(page))

        def stop_once(*arguments: Any, **options: Any) -> list[Edition]:
            stop(release, by=people["petra"], reason="Not agreed.")
            return join_release(*arguments, **options)

        clock.shift(MINUTE)
        if moment == "during the approval":
            monkeypatch.setattr(translation_releases, "join_release", stop_once)
        else:
            stop(release, by=people["petra"], reason="Not agreed.")
        answer = rita.post(page, carried | {"approve": "x"})
        assert "nothing was published: What is scheduled or published has changed" in read_messages(answer)
        assert Edition.objects.latest("available_from").languages == ["en"]

    def test_nor_earlier_than_what_was_planned_before_anybody_had_it(
        self, meeting: Meeting, people: People, clock: Any
    ) -> None:
        other = make_meeting("env")
        plan = plan_release(meeting, other, by=people["petra"], at=EVENING, shown=get_shown(meeting))
        save_translation(meeting, people, lead="<p>Les ministres se réunissent.</p>")
        submit_translation(Meeting.objects.get(pk=meeting.pk), "fr", by=people["theo"])
        rita, page = sign_in("rita"), get_step_url(meeting, "review/")
        opened = rita.get(page)
        assert "Publication is scheduled for 14 September 2060, 18:00" in opened.content.decode()
        carried = {name: list_hidden_values(opened, name) for name in ("shown", "language", "announced")}
        call_off_release(plan, by=people["petra"], reason="Not today.")
        clock.move_to(publish(meeting, by=people["petra"])[0].available_from)
        answer = rita.post(page, carried | {"approve": "x"})
        assert "nothing was published: What is scheduled or published has changed" in read_messages(answer)
        assert Edition.objects.latest("available_from").languages == ["en"]

    def test_answer_names_the_time_for_which_the_text_was_planned_anew(self, meeting: Meeting, people: People) -> None:
        """It had also said that nothing was published."""
        set_language_rule(meeting, by=people["petra"], required=["fr"], others="follow")
        plan = plan_release(meeting, by=people["petra"], at=EVENING, shown=get_shown(meeting))
        save_translation(meeting, people, lead="<p>Les ministres se réunissent.</p>")
        submit_translation(Meeting.objects.get(), "fr", by=people["theo"])
        rita, page = sign_in("rita"), get_step_url(meeting, "review/")
        opened = rita.get(page)
        carried = {name: list_hidden_values(opened, name) for name in ("shown", "language", "announced")}
        call_off_release(plan, by=people["petra"], reason="Sooner.")
        plan_release(meeting, by=people["petra"], at=NOON, shown=get_shown(meeting))
        answer = read_messages(rita.post(page, carried | {"approve": "x"}))
        assert "It will be published on 14 September 2060, 12:00" in answer
        assert "nothing was published" not in answer

    def test_answer_says_so_if_the_original_is_withdrawn_since(
        self, meeting: Meeting, people: People, clock: Any
    ) -> None:
        clock.move_to(publish(meeting, by=people["petra"])[0].available_from)
        save_translation(meeting, people, lead="<p>Les ministres se réunissent.</p>")
        submit_translation(Meeting.objects.get(), "fr", by=people["theo"])
        rita, page = sign_in("rita"), get_step_url(meeting, "review/")
        opened = rita.get(page)
        assert "When you approve it, it will be published immediately." in opened.content.decode()
        carried = {name: list_hidden_values(opened, name) for name in ("shown", "language", "announced")}
        clock.move_to(withdraw(meeting, by=people["petra"], reason="A mistake.").available_from)
        answer = read_messages(rita.post(page, carried | {"approve": "x"}))
        assert "nothing was published: What is scheduled or published has changed" in answer

    @pytest.mark.parametrize("is_now", [False, True], ids=["sooner", "now"])
    def test_it_may_be_earlier_if_the_publication_is(
        self, meeting: Meeting, people: People, clock: Any, *, is_now: bool
    ) -> None:
        """Who publishes sooner has read that the language is added automatically."""
        publish(meeting, by=people["petra"], at=EVENING)
        save_translation(meeting, people, lead="<p>Les ministres se réunissent.</p>")
        submit_translation(Meeting.objects.get(), "fr", by=people["theo"])
        rita, page = sign_in("rita"), get_step_url(meeting, "review/")
        carried = carry_from_review(rita.get(page))
        [moved] = move_release(Release.objects.get(), by=people["petra"], at=None if is_now else NOON)
        if is_now:
            clock.move_to(moved.available_from)
            clock.shift(MINUTE)
        rita.post(page, carried | {"approve": "x"})
        assert Edition.objects.latest("available_from").languages == ["en", "fr"]

    def test_none_joins_it_while_some_are_on_hold(self, meeting: Meeting, people: People, clock: Any) -> None:
        clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
        clock.shift(MINUTE)
        Meeting.objects.update(other_languages="wait")
        approve_french_translation(Meeting.objects.get(), people)
        [edition] = publish(Meeting.objects.get(), by=people["paul"], at=EVENING)
        on_hold = Release.objects.get(entries__edition_id=edition.pk)
        hold_release(on_hold, by=people["paul"], reason="Too early.")
        Meeting.objects.update(other_languages="follow")
        french = Verdict.objects.get(language="fr")
        assert release_translations(Meeting.objects.get(), by=people["rita"], approved=[french]) is None
        clock.shift(MINUTE)
        save_translation(meeting, people, "el", lead="<p>Οι υπουργοί συνεδριάζουν.</p>")
        submit_translation(Meeting.objects.get(), "el", by=people["elena"])
        give_role(User.objects.get(username="rita"), "Revisers", language="el")
        assert "until somebody resumes that" in read_screen(sign_in("rita"), meeting, "review/")
        send_step(sign_in("rita"), meeting, "review/", approve="x", language="el")
        assert Edition.objects.latest("available_from").languages == ["en"]
        resume_held_release(on_hold, by=people["petra"], at=EVENING)
        assert Edition.objects.get(available_from=EVENING).languages == ["el", "en", "fr"]

    def test_nor_if_what_was_scheduled_before_is_put_on_hold_since(
        self, meeting: Meeting, people: People, clock: Any
    ) -> None:
        other = make_meeting("env")
        submit_and_approve(people, other)
        publish(meeting, other, by=people["paul"], at=EVENING)
        scheduled = Release.objects.get()
        clock.shift(MINUTE)
        clock.move_to(publish(meeting, by=people["paul"], pending="keep")[0].available_from)
        clock.shift(MINUTE)
        hold_release(scheduled, by=people["petra"], reason="Not before tomorrow.")
        change = SameDayChange(alert="The doorstep is at 14:15.")
        clock.move_to(publish_same_day_change(meeting, change, by=people["dora"]).available_from)
        save_translation(meeting, people, lead="<p>Les ministres se réunissent.</p>")
        submit_translation(Meeting.objects.get(pk=meeting.pk), "fr", by=people["theo"])
        assert "until somebody resumes that" in read_screen(sign_in("rita"), meeting, "review/")
        send_step(sign_in("rita"), meeting, "review/", approve="x")
        assert Edition.objects.filter(subject_id=meeting.pk).latest("available_from").languages == ["en"]

    @pytest.mark.parametrize("state", ["live", "scheduled"])
    def test_they_join_it_while_a_correction_is_planned(
        self, meeting: Meeting, people: People, clock: Any, state: str
    ) -> None:
        """They were approved, and never published, although the button said “immediately”."""
        [edition] = publish(meeting, by=people["paul"], at=NOON if state == "scheduled" else None)
        if state == "live":
            clock.move_to(edition.available_from)
        save_translation(meeting, people, lead="<p>Les ministres se réunissent.</p>")
        submit_translation(meeting, "fr", by=people["theo"])
        clock.shift(MINUTE)
        save(meeting, people, "Second.")
        release = plan_release(Meeting.objects.get(), by=people["petra"], at=EVENING, note="Corrected.")
        send_step(sign_in("rita"), Meeting.objects.get(), "review/", approve="x")
        assert [*Edition.objects.latest("available_from").languages] == ["en", "fr"]
        release.refresh_from_db()
        assert (release.state, release.entries.count()) == ("planned", 1)

    def test_page_of_an_earlier_text_does_not_promise_it(self, meeting: Meeting, people: People, clock: Any) -> None:
        clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
        save_translation(meeting, people, lead="<p>Les ministres se réunissent.</p>")
        submission = submit_translation(meeting, "fr", by=people["theo"])
        clock.shift(MINUTE)
        submit(save(meeting, people, "Second."), by=people["anna"], languages=())
        approve(Meeting.objects.get(), by=people["paul"], shown=get_shown(meeting), languages=["en"])
        page = read_screen(sign_in("rita"), meeting, f"review/?revision={submission.pk}")
        assert "A newer text has been approved, so this will not be published automatically." in page
        assert "published immediately" not in page


class TestLostLanguages:
    """Readers lose no language that nobody was shown."""

    @pytest.fixture
    def corrected(self, meeting: Meeting, people: People, clock: Any) -> Meeting:
        """It is live in English and French. A correction is submitted, with the French that follows it."""
        approve_french_translation(meeting, people)
        clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
        clock.shift(MINUTE)
        submit(save(meeting, people, "Second."), by=people["anna"])
        return Meeting.objects.get()

    @pytest.mark.parametrize("planned", ["before the page is opened", "after it"])
    def test_what_is_sent_back_after_the_page_was_opened(
        self, corrected: Meeting, people: People, clock: Any, planned: str
    ) -> None:
        clock.shift(MINUTE)
        if planned == "before the page is opened":
            plan_release(corrected, by=people["petra"], at=EVENING, note="Corrected.")
        petra = sign_in("petra")
        page = petra.get(get_step_url(corrected, "review/"))
        shown = {name: list_hidden_values(page, name) for name in ("shown", "lost")}
        assert shown["lost"] == []
        send_back(corrected, by=people["rita"], shown=get_shown(corrected), languages=["fr"], remark="Wrong.")
        if planned == "after it":
            plan_release(corrected, by=people["petra"], at=EVENING, note="Corrected.")
        answer = petra.post(get_step_url(corrected, "review/"), {**shown, "approve": "x", "language": "en"})
        assert "Readers would lose languages" in read_messages(answer)
        assert Release.objects.get(entries__edition_id=None).state == "planned"

    def test_what_the_page_named_goes_out_without_it(self, corrected: Meeting, people: People, clock: Any) -> None:
        clock.shift(MINUTE)
        plan_release(corrected, by=people["petra"], at=EVENING, note="Corrected.")
        send_back(corrected, by=people["rita"], shown=get_shown(corrected), languages=["fr"], remark="Wrong.")
        send_step(sign_in("paul"), corrected, "review/", approve="x")
        assert Edition.objects.latest("available_from").languages == ["en"]


def test_review_of_what_was_published_without_approval_says_nothing_about_a_plan(people: People, clock: Any) -> None:
    meeting = make_meeting(notice="On air.")
    clock.move_to(publish(meeting, by=people["paul"], force="On air.")[0].available_from)
    save(meeting, people, "Second.")
    plan_release(Meeting.objects.get(), by=people["petra"], at=EVENING, note="Corrected.")
    assert "Publication is scheduled for" not in read_screen(sign_in("petra"), meeting, "review/")


def test_approval_of_what_was_published_without_it_takes_over_no_plan(people: People, clock: Any) -> None:
    """The planned text was missing at its time, and a language was lost."""
    meeting = make_meeting(lead="<p>Ministers meet.</p>", notice="First.")
    submit_and_approve(people, meeting)
    approve_french_translation(meeting, people)
    clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
    save(meeting, people, "Forced.")
    clock.move_to(publish(meeting, by=people["paul"], force="On air.", note="New.")[0].available_from)
    send_back(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"], remark="Wrong.")
    save(meeting, people, "Third.")
    clock.shift(MINUTE)
    release = plan_release(Meeting.objects.get(), by=people["paul"], at=EVENING, note="Corrected.")
    clock.shift(MINUTE)
    page = sign_in("petra").get(get_step_url(meeting, "review/"))
    assert list_hidden_values(page, "lost") == []
    send_step(sign_in("petra"), meeting, "review/", approve="x")
    release.refresh_from_db()
    assert (release.state, list_unapproved_subjects(release, timezone.now())) == ("planned", [meeting])


@pytest.mark.parametrize("is_live", [True, False], ids=["live", "scheduled"])
def test_nor_does_it_if_that_text_was_submitted_again_with_another_language(
    meeting: Meeting, people: People, clock: Any, *, is_live: bool
) -> None:
    """The planned text was missing at its time, and the note of its correction stood on words that had not changed."""
    clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
    save(meeting, people, "Second.")
    publish(meeting, by=people["paul"], force="On air.", note="New.", at=None if is_live else NOON)
    clock.shift(MINUTE)
    Meeting.objects.update(other_languages="wait")
    submit_again_in_french(people)
    save(meeting, people, "Third.")
    clock.shift(MINUTE)
    release = plan_release(Meeting.objects.get(), by=people["paul"], at=EVENING, note="Corrected.")
    clock.shift(MINUTE)
    send_step(sign_in("petra"), meeting, "review/", approve="x")
    page = read_screen(sign_in("rita"), meeting, "review/")
    assert ("is not approved, so this must be published by hand" in page) != is_live
    send_step(sign_in("rita"), meeting, "review/", approve="x")
    clock.move_to(EVENING - 25 * MINUTE)
    schedule_ready_releases(Actor(name="send_notices"))
    assert list_unapproved_subjects(Release.objects.get(pk=release.pk), timezone.now()) == [meeting]
    submit_and_approve(people, Meeting.objects.get())
    schedule_ready_releases(Actor(name="send_notices"))
    document = Edition.objects.get(available_from=EVENING).documents.get(language="en").document
    assert "Third." in document.text


@pytest.mark.parametrize("is_live", [True, False], ids=["live", "scheduled"])
def test_nor_does_it_keep_the_planned_text_back(meeting: Meeting, people: People, clock: Any, *, is_live: bool) -> None:
    [second] = submit(save(meeting, people, "Second."), by=people["anna"])
    clock.move_to(publish(meeting, by=people["paul"], force="On air.", at=None if is_live else NOON)[0].available_from)
    submit(save(meeting, people, "Third."), by=people["anna"])
    clock.shift(MINUTE)
    other = make_meeting("env")
    submit(other, by=people["anna"])
    plan_release(Meeting.objects.get(pk=meeting.pk), other, by=people["petra"], at=EVENING, note="Corrected.")
    clock.shift(MINUTE)
    send_step(sign_in("paul"), meeting, "review/", approve="x")
    clock.shift(MINUTE)
    send_step(sign_in("petra"), meeting, f"review/?revision={second.pk}", approve="x")
    clock.shift(MINUTE)
    send_step(sign_in("paul"), other, "review/", approve="x")
    assert "Third." in Edition.objects.get(subject_id=meeting.pk, available_from=EVENING).documents.get().document.text


def test_plan_for_what_is_out_already_goes_on_after_a_same_day_change(
    meeting: Meeting, people: People, clock: Any
) -> None:
    """Everything was approved, and the plan waited for it for ever."""
    Meeting.objects.update(other_languages="wait")
    save(meeting, people, "Second.")
    clock.move_to(publish(meeting, by=people["paul"], force="On air.")[0].available_from)
    submit_again_in_french(people)
    plan_release(Meeting.objects.get(), by=people["petra"], at=EVENING)
    clock.shift(MINUTE)
    change = SameDayChange(alert="Doors open at nine.")
    clock.move_to(publish_same_day_change(meeting, change, by=people["dora"]).available_from)
    send_step(sign_in("petra"), meeting, "review/", approve="x")
    assert "it will be published automatically" in read_screen(sign_in("rita"), meeting, "review/")
    send_step(sign_in("rita"), meeting, "review/", approve="x")
    assert Edition.objects.get(available_from=EVENING).languages == ["en", "fr"]


def test_translations_of_what_readers_have_wait_for_the_time_that_is_planned_for_them(
    meeting: Meeting, people: People, clock: Any
) -> None:
    """They were public at once, and the rest of the plan was missing at its time."""
    other = make_meeting("env")
    submit(other, by=people["anna"])
    clock.move_to(publish(meeting, by=people["paul"], force="On air.")[0].available_from)
    save_translation(Meeting.objects.get(pk=meeting.pk), people, lead="<p>Les ministres se réunissent.</p>")
    submit(Meeting.objects.get(pk=meeting.pk), by=people["anna"])
    plan_release(Meeting.objects.get(pk=meeting.pk), other, by=people["petra"], at=EVENING)
    clock.shift(MINUTE)
    page = read_screen(sign_in("rita"), meeting, "review/")
    assert ("Publication is scheduled for 14 September 2060, 18:00" in page, "immediately" in page) == (True, False)
    send_step(sign_in("rita"), meeting, "review/", approve="x")
    assert Edition.objects.latest("available_from").languages == ["en"]
    clock.shift(MINUTE)
    send_step(sign_in("paul"), other, "review/", approve="x")
    assert Edition.objects.get(subject_id=meeting.pk, available_from=EVENING).languages == ["en", "fr"]


def test_review_says_which_translations_the_approval_of_the_original_publishes(
    meeting: Meeting, people: People, clock: Any
) -> None:
    clock.move_to(publish(meeting, by=people["paul"], force="On air.")[0].available_from)
    save(meeting, people, "Second.")
    clock.move_to(publish(Meeting.objects.get(), by=people["paul"], force="On air.", note="New.")[0].available_from)
    submit_again_in_french(people)
    words = "It will be published as soon as the original is approved, too."
    assert words in read_screen(sign_in("rita"), meeting, "review/")
    send_step(sign_in("rita"), meeting, "review/", approve="x")
    words = "When you approve it, translations that are approved will be published immediately: français."
    assert words in read_screen(sign_in("petra"), meeting, "review/")
    send_step(sign_in("petra"), meeting, "review/", approve="x")
    assert Edition.objects.latest("available_from").languages == ["en", "fr"]


class TestApprovalOfTheOriginal:
    """What is live without approval has a French translation that is approved."""

    @pytest.fixture
    def forced(self, meeting: Meeting, people: People, clock: Any) -> Edition:
        [edition] = publish(save(meeting, people, "Second."), by=people["paul"], force="On air.")
        clock.move_to(edition.available_from)
        submit_again_in_french(people)
        clock.shift(MINUTE)
        return edition

    def approve_french(self, meeting: Meeting) -> None:
        send_step(sign_in("rita"), meeting, "review/", approve="x")

    def test_review_does_not_promise_what_is_planned(
        self, forced: Edition, meeting: Meeting, people: People, clock: Any
    ) -> None:
        other = make_meeting("env")
        submit(other, by=people["anna"])
        plan_release(Meeting.objects.get(pk=meeting.pk), other, by=people["petra"], at=EVENING)
        clock.shift(MINUTE)
        self.approve_french(meeting)
        page = read_screen(sign_in("petra"), meeting, "review/")
        assert ("Publication is scheduled for 14 September 2060, 18:00" in page, "immediately" in page) == (True, False)
        send_step(sign_in("petra"), meeting, "review/", approve="x")
        assert Edition.objects.latest("available_from").languages == ["en"]

    @pytest.mark.parametrize("together", [True, False], ids=["with the original", "before it"])
    def test_translations_wait_if_what_the_page_has_said_holds_no_longer(
        self, forced: Edition, meeting: Meeting, people: People, clock: Any, *, together: bool
    ) -> None:
        Meeting.objects.update(other_languages="wait")
        if not together:
            self.approve_french(meeting)
        give_role(User.objects.get(username="rita"), "Publishers")
        rita, page = sign_in("rita"), get_step_url(meeting, "review/")
        opened = rita.get(page)
        carried = {name: list_hidden_values(opened, name) for name in ("shown", "announced")}
        Meeting.objects.update(other_languages="follow")
        clock.shift(MINUTE)
        answer = rita.post(page, carried | {"approve": "x", "language": ["en", "fr"] if together else "en"})
        assert "nothing was published: What is scheduled or published has changed" in read_messages(answer)
        assert Edition.objects.latest("available_from").languages == ["en"]

    def test_review_of_an_older_text_promises_nothing(
        self, forced: Edition, meeting: Meeting, people: People, clock: Any
    ) -> None:
        page = f"review/?revision={Revision.objects.filter(why='submitted').latest('pk').pk}"
        self.approve_french(meeting)
        submit_and_approve(people, save(meeting, people, "Third."))
        assert "immediately" not in read_screen(sign_in("petra"), meeting, page)

    def test_review_names_a_translation_that_was_submitted_later(self, forced: Edition, meeting: Meeting) -> None:
        page = f"review/?revision={Release.objects.get(entries__edition_id=forced.pk).entries.get().revision_id}"
        self.approve_french(meeting)
        words = "When you approve it, translations that are approved will be published immediately: français."
        assert words in read_screen(sign_in("petra"), meeting, page)
        send_step(sign_in("petra"), meeting, page, approve="x")
        assert Edition.objects.latest("available_from").languages == ["en", "fr"]


class TestTranslationsOfAPlan:
    """Readers have English. French waits for the time of a plan, until somebody puts that on hold or cancels it."""

    @pytest.fixture
    def planned(self, meeting: Meeting, people: People, clock: Any) -> Release:
        other = make_meeting("env")
        submit(other, by=people["anna"])
        clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
        save_translation(Meeting.objects.get(pk=meeting.pk), people, lead="<p>Les ministres se réunissent.</p>")
        submit_translation(Meeting.objects.get(pk=meeting.pk), "fr", by=people["theo"])
        clock.shift(MINUTE)
        return plan_release(Meeting.objects.get(pk=meeting.pk), other, by=people["petra"], at=EVENING)

    def submit_greek(self, meeting: Meeting, people: People) -> None:
        meeting = Meeting.objects.get(pk=meeting.pk)
        save_translation(meeting, people, "el", lead="<p>Οι υπουργοί συνεδριάζουν.</p>")
        submit_translation(Meeting.objects.get(pk=meeting.pk), "el", by=people["elena"])
        give_role(User.objects.get(username="rita"), "Revisers", language="el")

    def test_what_is_on_hold_is_not_published(
        self, planned: Release, meeting: Meeting, people: People, clock: Any
    ) -> None:
        hold_all_releases(by=people["petra"], reason="A backup was restored.")
        page = read_screen(sign_in("rita"), meeting, "review/")
        assert "français: not approved, left out" in read_screen(sign_in("petra"), meeting, "release/")
        words = "Its publication is on hold, so it will not be published until somebody resumes that."
        assert (words in page, "immediately" in page) == (True, False)
        send_step(sign_in("rita"), meeting, "review/", approve="x")
        assert Edition.objects.latest("available_from").languages == ["en"]
        other = Meeting.objects.exclude(pk=meeting.pk).get()
        approve(other, by=people["paul"], shown=get_shown(other))
        clock.shift(MINUTE)
        planned.refresh_from_db()
        resume_held_release(planned, by=people["petra"], at=EVENING)
        assert Edition.objects.get(subject_id=meeting.pk, available_from=EVENING).languages == ["en", "fr"]

    def test_nor_is_what_was_cancelled_a_moment_ago(
        self, planned: Release, meeting: Meeting, people: People, clock: Any
    ) -> None:
        self.submit_greek(meeting, people)
        clock.shift(MINUTE)
        send_step(sign_in("rita"), meeting, "review/", approve="x", language="fr")
        call_off_release(planned, by=people["petra"], reason="Not today.")
        clock.shift(3)
        send_step(sign_in("rita"), meeting, "review/", approve="x", language="el")
        assert Edition.objects.latest("available_from").languages == ["el", "en"]

    def test_what_is_cancelled_is_not_published_with_another_language(
        self, planned: Release, meeting: Meeting, people: People, clock: Any
    ) -> None:
        """It was public at once, although somebody had stopped it, and no page named it."""
        send_step(sign_in("rita"), meeting, "review/", approve="x")
        call_off_release(planned, by=people["petra"], reason="Not today.")
        clock.shift(MINUTE)
        self.submit_greek(meeting, people)
        send_step(sign_in("rita"), meeting, "review/", approve="x", language="el")
        assert Edition.objects.latest("available_from").languages == ["el", "en"]

    def test_what_is_cancelled_is_listed_although_another_translation_waits(
        self, planned: Release, meeting: Meeting, people: People, clock: Any
    ) -> None:
        send_step(sign_in("rita"), meeting, "review/", approve="x")
        save_translation(Meeting.objects.get(pk=meeting.pk), people, lead="<p>Les ministres discutent.</p>")
        submit_translation(Meeting.objects.get(pk=meeting.pk), "fr", by=people["theo"])
        call_off_release(planned, by=people["petra"], reason="Not today.")
        assert "Approved, ready to publish" in sign_in("petra").get("/admin/").content.decode()

    def test_nor_with_a_language_that_joins_what_is_scheduled(
        self, meeting: Meeting, people: People, clock: Any
    ) -> None:
        [edition] = publish(meeting, by=people["paul"], at=NOON)
        save_translation(Meeting.objects.get(), people, lead="<p>Les ministres se réunissent.</p>")
        submit_translation(meeting, "fr", by=people["theo"])
        plan = plan_release(meeting, by=people["petra"], at=EVENING)
        clock.shift(MINUTE)
        send_step(sign_in("rita"), meeting, "review/", approve="x")
        call_off_release(plan, by=people["petra"], reason="The French is wrong.")
        clock.shift(MINUTE)
        self.submit_greek(meeting, people)
        send_step(sign_in("rita"), meeting, "review/", approve="x", language="el")
        assert Edition.objects.get(available_from=edition.available_from).languages == ["el", "en"]

    def test_approval_of_a_translation_of_a_newer_text_publishes_nothing(
        self, planned: Release, meeting: Meeting, people: People, clock: Any
    ) -> None:
        """What waits for eighteen o'clock was public at ten."""
        send_step(sign_in("rita"), meeting, "review/", approve="x")
        clock.shift(MINUTE)
        save(meeting, people, "Second.")
        self.submit_greek(meeting, people)
        submit(Meeting.objects.get(pk=meeting.pk), by=people["anna"])
        send_step(sign_in("rita"), Meeting.objects.get(pk=meeting.pk), "review/", approve="x", language="el")
        assert Edition.objects.latest("available_from").languages == ["en"]

    def test_nor_does_that_of_the_same_words_for_a_newer_text(
        self, planned: Release, meeting: Meeting, people: People, clock: Any
    ) -> None:
        send_step(sign_in("rita"), meeting, "review/", approve="x")
        call_off_release(planned, by=people["petra"], reason="The French is wrong.")
        clock.shift(MINUTE)
        meeting = save_changes(Meeting.objects.get(pk=meeting.pk), lead="<p>The ministers meet.</p>")
        keep_revision(meeting, timezone.now(), people["anna"])
        save_translation(meeting, people, lead="<p>Les ministres se réunissent.</p>")
        submit(meeting, by=people["anna"])
        send_step(sign_in("rita"), meeting, "review/", approve="x", language="fr")
        assert Edition.objects.latest("available_from").languages == ["en"]

    def test_translation_waits_for_a_person_once_the_plan_is_for_a_newer_text(
        self, planned: Release, meeting: Meeting, people: People, clock: Any
    ) -> None:
        page = f"review/?revision={Revision.objects.filter(why='submitted', subject_id=meeting.pk).latest('pk').pk}"
        clock.shift(MINUTE)
        submit(save(meeting, people, "Second."), by=people["anna"], languages=())
        words = "What is scheduled is for a newer text, so this must be published by hand after it is approved."
        assert words in read_screen(sign_in("rita"), meeting, page)
        send_step(sign_in("rita"), meeting, page, approve="x")
        assert Edition.objects.latest("available_from").languages == ["en"]
        assert "Approved, ready to publish" in sign_in("petra").get("/admin/").content.decode()


@pytest.mark.parametrize("is_past", [False, True], ids=["before its time", "after its time"])
def test_text_that_was_on_hold_and_is_cancelled_takes_over_no_plan(
    meeting: Meeting, people: People, clock: Any, *, is_past: bool
) -> None:
    scheduled, release = plan_beside_unapproved_text(meeting, people, clock)
    hold_release(scheduled, by=people["paul"], reason="Wait.")
    clock.move_to(NOON + MINUTE if is_past else NOON - MINUTE)
    send_step(sign_in("petra"), meeting, "review/", approve="x")
    call_off_release(scheduled, by=people["paul"])
    assert list_unapproved_subjects(release, timezone.now()) == [meeting]


def test_text_that_was_withdrawn_and_is_approved_again_counts(meeting: Meeting, people: People, clock: Any) -> None:
    """It was missing at its time, although it was approved."""
    clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
    clock.move_to(withdraw(meeting, by=people["paul"], reason="Mistake.").available_from)
    save(meeting, people, "Second.")
    plan_release(Meeting.objects.get(), by=people["petra"], at=EVENING, note="It is back.")
    clock.shift(MINUTE)
    submit(save(meeting, people, "First."), by=people["anna"])
    assert "it will be published automatically" in read_screen(sign_in("paul"), meeting, "review/")
    send_step(sign_in("paul"), meeting, "review/", approve="x")
    assert Edition.objects.get(available_from=EVENING).change_note == "It is back."


def test_submission_that_undoes_a_same_day_change_is_another_text(meeting: Meeting, people: People, clock: Any) -> None:
    clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
    second, other = submit(save(meeting, people, "Second."), by=people["anna"])[0], make_meeting("env")
    submit(other, by=people["anna"])
    plan_release(Meeting.objects.get(pk=meeting.pk), other, by=people["petra"], at=EVENING, note="Corrected.")
    clock.shift(MINUTE)
    change = SameDayChange(points={meeting.programme.get().pk: {"place": "Room 2"}})
    clock.move_to(publish_same_day_change(meeting, change, by=people["dora"]).available_from)
    send_step(sign_in("paul"), meeting, "review/", approve="x")
    clock.shift(MINUTE)
    restore_document(get_revision_documents(second)["en"], by=people["anna"])
    submit(Meeting.objects.get(pk=meeting.pk), by=people["anna"])
    assert f"It is also waiting for: {meeting}" in read_screen(sign_in("paul"), other, "review/")


def test_nor_does_it_if_its_publication_is_cancelled(meeting: Meeting, people: People, clock: Any) -> None:
    scheduled, release = plan_beside_unapproved_text(meeting, people, clock)
    clock.shift(MINUTE)
    send_step(sign_in("petra"), meeting, "review/", approve="x")
    call_off_release(scheduled, by=people["paul"])
    assert list_unapproved_subjects(release, timezone.now()) == [meeting]


def test_text_that_a_plan_waits_for_needs_approval_although_it_was_scheduled_without(
    people: People, clock: Any
) -> None:
    meeting = make_meeting(notice="On air.")
    publish(meeting, by=people["paul"], force="On air.", at=NOON)
    call_off_release(Release.objects.get(), by=people["paul"])
    clock.shift(MINUTE)
    plan_release(Meeting.objects.get(), by=people["paul"], at=EVENING)
    page = read_screen(sign_in("petra"), meeting, "review/")
    assert "Once you approve, it will be published automatically" in page
    assert "nobody needs to approve it" not in page


def test_required_language_that_is_approved_already_is_not_waited_for(meeting: Meeting, people: People) -> None:
    meeting = save(meeting, people, "Second.")
    Meeting.objects.update(required_languages=["fr"])
    plan_release(meeting, by=people["petra"], at=EVENING)
    save_translation(meeting, people, lead="<p>Les ministres se réunissent.</p>")
    submit(Meeting.objects.get(), by=people["anna"])
    approve(Meeting.objects.get(), by=people["rita"], shown=get_shown(meeting), languages=["fr"])
    assert "It is also waiting for" not in read_screen(sign_in("petra"), meeting, "review/")
    send_step(sign_in("petra"), meeting, "review/", approve="x")
    assert Edition.objects.get().languages == ["en", "fr"]


def test_another_publication_is_named_that_a_person_must_decide_about(
    meeting: Meeting, people: People, clock: Any
) -> None:
    [edition] = publish(meeting, by=people["paul"], at=NOON)
    clock.shift(MINUTE)
    submit(save(meeting, people, "Second."), by=people["anna"])
    plan_release(Meeting.objects.get(), by=people["petra"], at=EVENING, note="Corrected.")
    words = f"It is also waiting for: a decision about another publication of “{meeting}”"
    assert words in read_screen(sign_in("petra"), meeting, "review/")
    clock.move_to(edition.available_from)
    assert "It is also waiting for" not in read_screen(sign_in("petra"), meeting, "review/")


def test_required_language_that_is_approved_with_the_original_is_not_waited_for(
    meeting: Meeting, people: People, clock: Any
) -> None:
    """Its newest translation waits, but an earlier one is approved."""
    approve_french_translation(meeting, people)
    Meeting.objects.update(required_languages=["fr"])
    clock.shift(MINUTE)
    save_translation(meeting, people, lead="<p>Les ministres.</p>")
    submit(save(meeting, people, "Second."), by=people["anna"])
    plan_release(Meeting.objects.get(), by=people["petra"], at=EVENING)
    assert "It is also waiting for" not in read_screen(sign_in("petra"), meeting, "review/")
    send_step(sign_in("petra"), meeting, "review/", approve="x", language="en")
    assert Edition.objects.get().languages == ["en", "fr"]


def test_approval_of_what_was_published_without_it_and_taken_back_schedules_nothing(
    meeting: Meeting, people: People, clock: Any
) -> None:
    clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
    save(meeting, people, "Second.")
    clock.shift(MINUTE)
    clock.move_to(publish(Meeting.objects.get(), by=people["paul"], force="On air.", note="New.")[0].available_from)
    page = f"review/?revision={Revision.objects.latest('pk').pk}"
    clock.shift(MINUTE)
    clock.move_to(rollback(meeting, by=people["paul"], reason="Wrong.").available_from)
    clock.shift(MINUTE)
    plan_release(Meeting.objects.get(), by=people["petra"], at=EVENING, note="Corrected.")
    assert "it will be published automatically" not in read_screen(sign_in("petra"), meeting, page)


def test_rest_of_a_plan_is_scheduled_once_what_it_waits_for_is_published_separately(
    meeting: Meeting, people: People
) -> None:
    """It waited for the process that sends mails, which may have come too late."""
    other = make_meeting("env")
    plan_release(meeting, other, by=people["petra"], at=EVENING)
    send_step_now(sign_in("petra"), other, "force/", force="It is urgent.")
    assert Edition.objects.get(subject_id=meeting.pk).available_from == EVENING


class TestWithdrawing:
    @pytest.fixture
    def planned(self, meeting: Meeting, people: People, clock: Any) -> Meeting:
        clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
        clock.shift(MINUTE)
        return save(meeting, people, "Second.")

    def test_what_is_planned_together_is_put_on_hold(self, planned: Meeting, people: People) -> None:
        """The rest of it went out alone."""
        other = make_meeting("env")
        release = plan_release(planned, other, by=people["petra"], at=EVENING, note="Corrected.")
        words = "They will be put on hold until someone resumes them: Scheduled for 14 Sep 18:00, not yet approved"
        assert words in read_screen(sign_in("petra"), planned, "withdraw/")
        send_step(sign_in("petra"), planned, "withdraw/", reason="It leaked.", takes_place="unknown", confirmed="x")
        release.refresh_from_db()
        assert (release.state, [entry.subject_id for entry in release.entries.all()]) == ("held", [other.pk])

    def test_screen_names_what_is_cancelled_beside_what_is_put_on_hold(
        self, planned: Meeting, people: People, clock: Any
    ) -> None:
        other = make_meeting("env")
        submit_and_approve(people, planned, other)
        publish(planned, other, by=people["paul"], at=NOON, note="Corrected.")
        clock.shift(MINUTE)
        plan_release(save(planned, people, "Third."), by=people["petra"], at=EVENING, note="Corrected.")
        page = read_screen(sign_in("petra"), planned, "withdraw/")
        assert "They will be put on hold until someone resumes them: Scheduled for 14 Sep 12:00" in page
        assert (
            "What is scheduled for 14 September 2060, 18:00:00 (Brussels time), and not approved yet, will be" in page
        )

    def test_screens_name_what_is_planned(self, planned: Meeting, people: People, clock: Any) -> None:
        plan_release(planned, by=people["petra"], at=EVENING, note="Corrected.")
        words = "What is scheduled for 14 September 2060, 18:00:00 (Brussels time), and not approved yet, will"
        assert f"{words} be cancelled" in read_screen(sign_in("petra"), planned, "withdraw/")
        clock.move_to(publish(planned, by=people["paul"], force="On air.", note="New.")[0].available_from)
        plan_release(save(planned, people, "Third."), by=people["petra"], at=EVENING, note="Corrected.")
        assert f"{words} still be published then if it" in read_screen(sign_in("petra"), planned, "rollback/")


class TestWhatCannotBePublished:
    """What publication would refuse is said when it is planned or reviewed, not after the approval."""

    def test_withdrawn_note_needs_a_sentence(self, meeting: Meeting, people: People, clock: Any) -> None:
        clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
        clock.move_to(withdraw(meeting, by=people["paul"], reason="Mistake.").available_from)
        submit(save(meeting, people, "Second."), by=people["anna"])
        page = send_step(sign_in("petra"), meeting, "release/", **AT_SIX)
        assert "Tell readers in one sentence what changed" in page.content.decode()
        send_step(sign_in("petra"), meeting, "release/", note="The right text.", **AT_SIX)
        clock.shift(MINUTE)
        send_step(sign_in("paul"), meeting, "review/", approve="x")
        assert Edition.objects.get(available_from=EVENING).change_note == "The right text."

    def test_minor_correction_changes_no_fact(self, meeting: Meeting, people: People, clock: Any) -> None:
        clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
        MediaLink.objects.update(url="https://other.example/")
        submit(save(meeting, people, "First."), by=people["anna"])
        page = send_step(sign_in("petra"), meeting, "release/", editorial="on", **AT_SIX)
        assert "A minor correction must not change a date" in page.content.decode()

    def test_plan_that_names_a_withdrawn_topic_is_put_on_hold(self, people: People, clock: Any) -> None:
        meeting, topic = make_meeting(), make_topic()
        meeting.agenda.get().topics.add(topic)
        clock.move_to(publish(topic, by=people["paul"], force="On air.")[0].available_from)
        submit(meeting, by=people["anna"])
        release = plan_release(meeting, by=people["petra"], at=EVENING)
        page = read_screen(sign_in("paul"), topic, "withdraw/")
        assert "They will be put on hold until someone resumes them: Scheduled for 14 Sep 18:00" in page
        withdraw(topic, by=people["paul"], reason="Mistake.")
        release.refresh_from_db()
        assert (release.state, release.reason) == (Release.State.ON_HOLD, "Mistake.")

    def test_nor_is_one_whose_draft_alone_names_it(self, meeting: Meeting, people: People, clock: Any) -> None:
        """The text that was approved and planned was missing at its time."""
        topic, other = make_topic(), make_meeting("env")
        clock.move_to(publish(topic, by=people["paul"], force="On air.")[0].available_from)
        submit(other, by=people["anna"])
        page = f"release/?with={other.pk}"
        send_step(sign_in("petra"), meeting, page, **AT_SIX)
        meeting.agenda.get().topics.add(topic)
        save(meeting, people, "Second.")
        withdraw(topic, by=people["paul"], reason="Mistake.")
        assert Release.objects.get(at=EVENING).state == Release.State.PLANNED

    def test_review_says_that_another_part_of_the_plan_is_refused(
        self, meeting: Meeting, people: People, clock: Any
    ) -> None:
        planned = make_meeting("env")
        submit(planned, by=people["anna"])
        plan_release(meeting, planned, by=people["petra"], at=EVENING)
        taken = make_meeting(start_date=PRESS_DATE + DAY)
        Meeting.objects.filter(pk=taken.pk).update(start_date=PRESS_DATE, end_date=PRESS_DATE)
        clock.move_to(publish(taken, by=people["paul"], force="On air.")[0].available_from)
        words = f"It is also waiting for: {meeting}"
        assert words in read_screen(sign_in("paul"), planned, "review/")

    def test_review_says_that_another_meeting_has_the_address(
        self, meeting: Meeting, people: People, clock: Any
    ) -> None:
        submit(save(meeting, people, "Second."), by=people["anna"])
        plan_release(Meeting.objects.get(), by=people["petra"], at=EVENING)
        other = make_meeting(start_date=PRESS_DATE + DAY)
        Meeting.objects.filter(pk=other.pk).update(start_date=PRESS_DATE, end_date=PRESS_DATE)
        clock.move_to(publish(other, by=people["paul"], force="On air.")[0].available_from)
        page = read_screen(sign_in("paul"), meeting, "review/")
        assert "As it is now, it cannot be published: Another meeting or topic has the address" in page

    def test_review_says_that_a_topic_is_not_public(self, people: People, clock: Any) -> None:
        meeting, topic = make_meeting(), make_topic()
        meeting.agenda.get().topics.add(topic)
        submit(meeting, topic, by=people["anna"])
        actions.approve(topic)
        plan_release(meeting, by=people["petra"], at=EVENING)
        assert "which will not be public under that name by then" in read_screen(sign_in("paul"), meeting, "review/")

    @pytest.mark.parametrize("is_approved", [True, False])
    def test_review_says_that_the_plan_has_the_topic_under_another_name(
        self, people: People, clock: Any, *, is_approved: bool
    ) -> None:
        meeting, topic = make_meeting(), make_topic()
        meeting.agenda.get().topics.add(topic)
        submit(meeting, topic, by=people["anna"])
        clock.shift(MINUTE)
        keep_revision(save_changes(topic, title="Another title"), timezone.now(), people["anna"])
        submit(BackgroundTopic.objects.get(), by=people["anna"])
        if is_approved:
            actions.approve(topic)
        plan_release(meeting, BackgroundTopic.objects.get(), by=people["petra"], at=EVENING)
        assert "which will not be public under that name by then" in read_screen(sign_in("paul"), meeting, "review/")

    def test_review_of_a_topic_says_that_a_meeting_names_it_otherwise(self, people: People, clock: Any) -> None:
        """The draft has the earlier name again, but the plan publishes the text in review."""
        meeting, topic = make_meeting(), make_topic()
        meeting.agenda.get().topics.add(topic)
        submit(meeting, topic, by=people["anna"])
        approve(meeting, by=people["paul"], shown=get_shown(meeting))
        title = topic.title
        clock.shift(MINUTE)
        keep_revision(save_changes(topic, title="Another title"), timezone.now(), people["anna"])
        submit(BackgroundTopic.objects.get(), by=people["anna"])
        plan_release(meeting, BackgroundTopic.objects.get(), by=people["petra"], at=EVENING)
        clock.shift(MINUTE)
        keep_revision(save_changes(BackgroundTopic.objects.get(), title=title), timezone.now(), people["anna"])
        page = read_screen(sign_in("paul"), topic, "review/")
        assert "It is also waiting for: JHA" in page
        assert "it will be published automatically" not in page

    def test_review_says_that_the_plan_has_no_topic_in_that_language(self, people: People, clock: Any) -> None:
        meeting, topic = make_meeting(), make_topic()
        meeting.agenda.get().topics.add(topic)
        for subject, title in ((topic, "Politique migratoire"), (meeting, "Conseil")):
            translate(subject, None, "fr", people["theo"], title=title)
            keep_translation_revision(subject, timezone.now(), people["theo"], "fr")
        submit(Meeting.objects.get(), BackgroundTopic.objects.get(), by=people["anna"])
        plan_release(meeting, topic, by=people["petra"], at=EVENING)
        clock.shift(MINUTE)
        approve(topic, by=people["paul"], shown=get_shown(topic), languages=["en"])
        approve(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"])
        page = read_screen(sign_in("paul"), meeting, "review/")
        assert "names the topic “Politique migratoire”, which will not be public under that name by then" in page


def test_approver_reads_the_sentence_that_the_planner_wrote(meeting: Meeting, people: People, clock: Any) -> None:
    """Only the audit entry of the approver had it, whose page did not show it."""
    clock.move_to(publish(meeting, by=people["petra"])[0].available_from)
    clock.shift(MINUTE)
    save(meeting, people, "Second.")
    plan_release(Meeting.objects.get(), by=people["petra"], at=EVENING, note="Ministers meet earlier.")
    submit(Meeting.objects.get(), by=people["anna"])
    paul = sign_in("paul")
    words = "Readers will be told what changed: “Ministers meet earlier.”"
    assert words in read_screen(paul, meeting, "review/")
    send_step(paul, meeting, "review/", approve="x")
    planned, scheduled = AuditEntry.objects.filter(act__in=["planned", "scheduled"]).order_by("pk")
    assert (planned.actor, planned.details["note"]) == ("petra", "Ministers meet earlier.")
    assert (scheduled.actor, scheduled.details["planned_by"]) == ("paul", "petra")


def test_pages_mark_the_languages_that_were_approved_since(meeting: Meeting, people: People, clock: Any) -> None:
    publish(meeting, by=people["petra"], at=EVENING)
    release, petra = Release.objects.get(), sign_in("petra")
    hold_release(release, by=people["petra"], reason="Wait.")
    assert "Approved since" not in read_screen(petra, release, "resume/")
    approve_french_translation(Meeting.objects.get(), people)
    assert "Approved since, and added now: français" in read_screen(petra, release, "resume/")


def test_text_that_is_sent_back_at_this_moment_is_no_error(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its approval was read a moment before. Whoever reviewed another text of the plan got an error 500."""
    meeting = make_meeting()
    plan = plan_release(meeting, by=people["petra"], at=EVENING + DAY)
    submit(meeting, by=people["anna"])
    set_language_rule(meeting, by=people["petra"], required=["fr"], others=meeting.other_languages)
    approve(meeting, by=people["paul"], shown=get_shown(meeting))
    get = planned_releases.get_approved_digests

    def send_back_first(revision: Revision) -> dict[str, str]:
        send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="Not yet.")
        return get(revision)

    monkeypatch.setattr(planned_releases, "get_approved_digests", send_back_first)
    assert planned_releases.list_refused_subjects(plan, timezone.now(), {}) == []
    assert not Verdict.objects.latest("pk").approved


class TestPlannerWhoMayNoLongerPublish:
    """Paul scheduled it and has lost his role since: who may publish goes on, and others are told."""

    @pytest.fixture
    def plan(self, people: People) -> Release:
        meeting = make_meeting()
        plan = plan_release(meeting, by=people["paul"], at=EVENING)
        paul = User.objects.get(username="paul")
        paul.memberships.all().delete()
        submit(meeting, by=people["anna"])
        return plan

    def test_approval_of_an_approver_does_not_publish_it(self, plan: Release, people: People) -> None:
        agnes = create_client_with_permissions("agnes", "view_meeting", "approve_note")
        meeting = Meeting.objects.get()
        lacking = "also waiting for: somebody who may publish it, since paul no longer may."
        assert 'name="plan"' not in agnes.get(get_step_url(meeting, "review/")).content.decode()
        assert lacking in read_screen(agnes, meeting, "review/")
        answer = read_messages(send_step(agnes, meeting, "review/", approve="x"))
        assert "publication could not be scheduled: You do not have permission to publish" in answer
        assert schedule_ready_releases() == schedule_ready_releases(people["petra"]) == []
        petra = sign_in("petra")
        assert "paul scheduled this, and may no longer publish it." in read_screen(petra, plan, "change/")
        send_step(petra, plan, "move/", at="14 September 2060 19:00")
        plan.refresh_from_db()
        assert (plan.state, plan.by_name) == (Release.State.SCHEDULED, "petra")

    def test_rule_on_languages_does_not(self, plan: Release, people: People) -> None:
        """Its page does not show what would be published."""
        meeting = Meeting.objects.get()
        set_language_rule(meeting, by=people["petra"], required=["fr"], others=meeting.other_languages)
        petra = sign_in("petra")
        send_step(petra, meeting, "review/", approve="x")
        answer = read_messages(petra.post(get_step_url(meeting, "languages/"), {"others": meeting.other_languages}))
        assert "publication could not be scheduled: paul scheduled this, and may no longer publish it" in answer
        plan.refresh_from_db()
        assert plan.state == Release.State.PLANNED

    def test_approval_of_another_text_does_not(self, meeting: Meeting, people: People, clock: Any) -> None:
        """Its page, of a translation of the live text, does not name the plan."""
        clock.move_to(publish(meeting, by=people["petra"])[0].available_from)
        clock.shift(MINUTE)
        save_translation(meeting, people, lead="<p>Les ministres se réunissent.</p>")
        submit_translation(meeting, "fr", by=people["theo"])
        address = get_step_url(meeting, f"review/?revision={Revision.objects.latest('pk').pk}")
        plan = plan_release(save(meeting, people, "Second."), by=people["paul"], at=EVENING, note="Second.")
        User.objects.get(username="paul").memberships.all().delete()
        submit(Meeting.objects.get(), by=people["anna"])
        create_client_with_permissions("agnes", "view_meeting", "approve_note")
        approve(Meeting.objects.get(), by=get_actor("agnes"), shown=get_shown(Meeting.objects.get()))
        give_role(User.objects.get(username="petra"), "Revisers")
        petra = sign_in("petra")
        shown = list_hidden_values(petra.get(address), "shown")
        answer = read_messages(petra.post(address, {"shown": shown, "language": "fr", "approve": "x"}))
        assert "publication could not be scheduled: paul scheduled this" in answer
        plan.refresh_from_db()
        assert plan.state == Release.State.PLANNED

    def test_approval_of_a_publisher_does(self, plan: Release) -> None:
        petra, meeting = sign_in("petra"), Meeting.objects.get()
        assert "Once you approve, it will be published automatically" in read_screen(petra, meeting, "review/")
        assert "It will be published on" in read_messages(send_step(petra, meeting, "review/", approve="x"))
        plan.refresh_from_db()
        assert (plan.state, plan.by_name) == (Release.State.SCHEDULED, "petra")

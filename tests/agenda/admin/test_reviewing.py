"""Review of submitted texts: a colleague approves them or sends them back."""

import datetime as dt
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from agenda.admin.steps import verdicts
from agenda.models import AgendaItem, Release, Revision, Verdict
from agenda.workflow import planned_releases, publication, review_actions, translation_releases
from agenda.workflow.errors import WorkflowError
from agenda.workflow.review_actions import approve
from agenda.workflow.reviews import get_approved_digests
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.same_day_changes.publication import publish_same_day_change
from agenda.workflow.translation_submission import submit_translation
from meetings.models import Edition, Meeting, User
from tests.admin_forms import create_user, give_role, read_messages, sign_in
from tests.agenda.admin.screens import (
    Subject,
    correct_item_title,
    create_client,
    create_client_with_permissions,
    get_actor,
    get_step_url,
    list_buttons,
    list_field_errors,
    list_hidden_values,
    list_history,
    read_reviewed_page,
    read_screen,
    read_visible_words,
    save_correction,
    send_step,
    submit_as,
)
from tests.agenda.workflow.users import get_shown
from tests.factories import COMMAND, make_meeting, make_topic, publish, publish_now, translate, withdraw

pytestmark = pytest.mark.once

AT_SIX = dt.datetime(2060, 9, 14, 16, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def submitted(press_office: None, world_clock: Any) -> None:
    """A meeting submitted by anna."""
    submit_as(make_meeting(), by="anna", remark="Please look at item 1.")


@pytest.fixture
def meeting(submitted: None) -> Meeting:
    return Meeting.objects.get()


def approve_as(meeting: Meeting, by: str = "petra", languages: list[str] | None = None) -> None:
    approve(meeting, by=get_actor(by), shown=get_shown(meeting), languages=languages)


def send_back_as(meeting: Meeting, by: str = "petra", remark: str = "Which policy?") -> None:
    review_actions.send_back(meeting, by=get_actor(by), shown=get_shown(meeting), remark=remark)


def post_review(client: Client, subject: Subject, **values: Any) -> Any:
    """Send what the screen sends of an English text, from the last submission."""
    posted = {"language": "en", "shown": get_shown(subject)} | values
    return client.post(get_step_url(subject, "review/"), posted)


def list_checked_languages(response: Any) -> list[str]:
    return re.findall(r'name="language" value="(\w+)" checked', response.content.decode())


def list_verdicts() -> list[bool]:
    return [verdict.approved for verdict in Verdict.objects.order_by("pk")]


class TestRefused:
    def test_nothing_submitted(self, petra: Client) -> None:
        response = petra.get(get_step_url(make_meeting("env"), "review/"))
        assert "Nothing has been submitted for approval." in read_visible_words(response)
        assert list_buttons(response) == []

    def test_author_can_read_and_sees_who_approves(self, anna: Client, meeting: Meeting) -> None:
        response = anna.get(get_step_url(meeting, "review/"))
        assert (
            "a colleague must approve it. These people can approve it: petra. You can read this text but you cannot "
            "approve it" in read_visible_words(response)
        )
        assert list_buttons(response) == []
        page = read_visible_words(anna.post(get_step_url(meeting, "review/"), {"approve": "x", "language": "en"}), 403)
        assert f"You do not have permission to approve “{meeting}”. Ask one of these people: petra." in page
        assert list_verdicts() == []

    def test_own_text_has_no_approve_button(self, petra: Client, piet: Client) -> None:
        meeting = make_meeting("env")
        submit_as(meeting, by="petra")
        page = petra.get(get_step_url(meeting, "review/"))
        expected = "You wrote or submitted this text (English), or parts of it, so a colleague must approve it."
        assert f"{expected} These people can approve it: piet." in read_visible_words(page)
        assert list_buttons(page) == ["Send back"]
        forged = {"approve": "x", "language": "en", "shown": list_hidden_values(page, "shown")}
        assert expected.removesuffix(".") in read_visible_words(petra.post(get_step_url(meeting, "review/"), forged))
        assert list_verdicts() == []
        assert "Approve" in list_buttons(piet.get(get_step_url(meeting, "review/")))

    def test_author_cannot_approve_text_submitted_by_another(self, petra: Client) -> None:
        meeting = make_meeting("env")
        correct_item_title(meeting, "Petra's words.")
        save_correction(meeting, by="petra")
        submit_as(meeting, by="anna")
        assert "Approve" not in list_buttons(petra.get(get_step_url(meeting, "review/")))

    def test_text_submitted_meanwhile_is_not_approved_unseen(self, petra: Client, meeting: Meeting) -> None:
        shown = get_shown(meeting)
        correct_item_title(meeting)
        submit_as(meeting, by="anna")
        response = post_review(petra, meeting, approve="x", shown=shown)
        assert "Someone submitted another text after you opened this page" in read_visible_words(response)
        assert "Migration and asylum" in read_visible_words(response)  # and here it is
        assert list_verdicts() == []

    @pytest.mark.parametrize(
        ("first", "expected"),
        [
            ("approve", "piet approved this text (English) on 14 September 2060, 10:00:00 (Brussels time)"),
            ("send_back", "piet sent this text (English) back on 14 September 2060, 10:00:00 (Brussels time)"),
        ],
    )
    def test_verdict_given_meanwhile_is_not_overturned_unseen(
        self, petra: Client, piet: Client, meeting: Meeting, first: str, expected: str
    ) -> None:
        then = {"approve": "send_back", "send_back": "approve"}[first]
        shown = get_shown(meeting)
        post_review(piet, meeting, remark="By piet.", **{first: "x"})
        response = post_review(petra, meeting, remark="By petra.", shown=shown, **{then: "x"})
        assert (
            f"{expected}, after you opened the page. Nothing was decided. Check the text again."
            in read_visible_words(response)
        )
        assert "By petra.</textarea>" in response.content.decode()
        assert list_verdicts() == [first == "approve"]
        shown = list_hidden_values(response, "shown")  # now it was seen
        post_review(petra, meeting, remark="By petra.", shown=shown, reverse="on", **{then: "x"})
        assert list_verdicts() == [first == "approve", then == "approve"]

    def test_text_sent_back_and_submitted_again_meanwhile(self, petra: Client, piet: Client, meeting: Meeting) -> None:
        send_back_as(meeting, by="piet")
        shown = get_shown(meeting)
        submit_as(meeting, by="anna", remark="It says so.")
        response = post_review(petra, meeting, approve="x", shown=shown)
        assert "This decision (English) is out of date" in read_visible_words(response)
        assert list_verdicts() == [False]

    def test_form_without_digests_or_language_approves_nothing(self, petra: Client, meeting: Meeting) -> None:
        incomplete: list[dict[str, Any]] = [{"shown": []}, {"language": []}, {"language": "zz"}]
        for values in incomplete:
            assert post_review(petra, meeting, approve="x", **values).status_code == 200
        assert list_verdicts() == []

    def test_sending_back_needs_a_comment(self, petra: Client, meeting: Meeting) -> None:
        response = post_review(petra, meeting, send_back="x")
        assert list_field_errors(response, "remark") == [
            "Say what needs to be corrected: here, or in comments on the page."
        ]
        assert list_verdicts() == []

    def test_revision_that_was_not_submitted_is_not_found(self, petra: Client, meeting: Meeting) -> None:
        for revision in ("x", "0", "9" * 30, "²"):
            assert petra.get(get_step_url(meeting, f"review/?revision={revision}")).status_code == 404


class TestReviewScreen:
    def test_first_edition_is_shown_as_a_page(self, petra: Client, meeting: Meeting) -> None:
        page = read_screen(petra, meeting, "review/")
        assert "anna submitted this text on 14 Sep 10:00. Please look at item 1." in page
        assert "read all of it below" in page
        assert "Migratory pressures" in page  # the checklist
        frame = read_reviewed_page(petra, meeting)
        assert "<h1" in frame
        assert "Migration policy" in frame

    def test_preview_shows_the_submitted_text(self, petra: Client, meeting: Meeting) -> None:
        correct_item_title(meeting, "Saved since")
        for step in ("review/", "release/"):
            page = petra.get(get_step_url(meeting, step)).content.decode()
            [way] = re.findall(r'href="([^"]*)">Preview the page', page)
            text = petra.get(unescape(way)).content.decode()
            assert "Migration policy" in text
            assert "Saved since" not in text
            if step == "review/":
                approve_as(meeting)

    def test_text_is_compared_with_live_and_previous_submission(self, petra: Client, clock: Any) -> None:
        meeting = make_meeting("env")
        publish_now(clock, meeting)
        correct_item_title(meeting, "First try")
        submit_as(meeting, by="anna")
        send_back_as(meeting)
        correct_item_title(meeting, "Second <try> & άσυλο")
        submit_as(meeting, by="anna")
        live, before = read_screen(petra, meeting, "review/").split("Compared with the previous submission")
        assert "Compared with published edition 1" in live
        assert "removed: Migration policy" in live
        assert "removed: First" in before
        assert "<try> & άσυλο" in before


class TestVerdicts:
    def test_approve(self, petra: Client, meeting: Meeting) -> None:
        response = petra.get(send_step(petra, meeting, "review/", approve="x", remark="Fine.")["Location"])
        assert "Approved: English." in read_visible_words(response)
        assert "Approved by petra, 14 Sep 10:00" in read_screen(petra, meeting, "change/")
        assert list_history(meeting)[-1] == "Approved: English. “Fine.”"
        assert list_verdicts() == [True]
        assert list_buttons(petra.get(get_step_url(meeting, "review/"))) == ["Send back"]  # nothing is left to approve

    def test_send_back(self, anna: Client, petra: Client, meeting: Meeting) -> None:
        send_step(petra, meeting, "review/", send_back="x", remark="Item 1: which policy?")
        assert "Sent back by petra: “Item 1: which policy?”" in read_screen(anna, meeting, "change/")
        assert list_verdicts() == [False]

    def test_text_that_was_sent_back_is_approved_only_on_purpose(self, petra: Client, meeting: Meeting) -> None:
        send_back_as(meeting)
        page = petra.get(get_step_url(meeting, "review/"))
        assert "petra sent this text (English) back. Its author is correcting it now." in read_visible_words(page)
        assert 'name="approve" class="default"' not in page.content.decode()
        refused = send_step(petra, meeting, "review/", approve="x")
        assert "To approve it all the same, tick the box." in read_visible_words(refused)
        assert list_verdicts() == [False]
        send_step(petra, meeting, "review/", approve="x", reverse="on")
        assert list_verdicts() == [False, True]

    def test_superuser_is_told_that_a_colleague_is_asked(self, meeting: Meeting) -> None:
        User.objects.create_user("boss", is_superuser=True, is_staff=True)
        page = read_screen(sign_in("boss"), meeting, "review/")
        assert "As an administrator, approve it only if nobody else can. These people can approve it: petra." in page

    def test_take_back_an_approval(self, petra: Client, meeting: Meeting) -> None:
        approve_as(meeting)
        send_step(petra, meeting, "review/", send_back="x", remark="Wait.")
        assert "Sent back by petra: “Wait.”" in read_screen(petra, meeting, "change/")

    def test_approve_one_language_of_two(self, petra: Client) -> None:
        meeting = make_meeting("env")
        item = meeting.agenda.get()
        translate(meeting, item, title="Politique migratoire")
        submit_as(meeting, by="anna")
        page = petra.get(get_step_url(meeting, "review/"))
        assert list_hidden_values(page, "language") == ["en", "fr"]
        refused = send_step(petra, meeting, "review/", send_back="x", language=["fr"])  # without a remark
        assert list_checked_languages(refused) == ["fr"]
        send_step(petra, meeting, "review/", approve="x", language=["fr"])
        expected = read_screen(petra, meeting, "change/")
        assert "English In review since 14 Sep 10:00, submitted by anna" in expected
        assert "français Approved by petra" in expected
        auditor = create_client_with_permissions("ada", "read_audit")
        assert "– français" in read_visible_words(auditor.get("/admin/meetings/auditentry/"))

    def test_screen_names_who_sent_back_exactly_this_text(self, petra: Client, piet: Client, meeting: Meeting) -> None:
        send_back_as(meeting, by="piet", remark="A lie.")
        before = list_hidden_values(petra.get(get_step_url(meeting, "review/")), "shown")
        submit_as(meeting, by="anna")
        said = "It was submitted after piet sent back exactly these words on 14 Sep 10:00: “A lie.”"
        assert said in read_screen(petra, meeting, "review/")
        assert "out of date" in read_visible_words(post_review(petra, meeting, approve="x", shown=before))

    def test_only_what_is_chosen_is_sent_back(self, petra: Client) -> None:
        """Petra may send back the approved English text, and the French one, of which she is the author."""
        meeting = make_meeting("env")
        submit_as(meeting, by="anna")
        approve_as(meeting)
        translate(meeting, meeting.agenda.get(), by=get_actor("petra"), title="Politique migratoire")
        submit_translation(meeting, "fr", by=get_actor("petra"))
        page = petra.get(get_step_url(meeting, "review/"))
        assert re.findall(r'name="language" value="(\w+)"( checked)?', page.content.decode()) == [
            ("en", ""),
            ("fr", ""),
        ]
        refused = send_step(petra, meeting, "review/", send_back="x", remark="Wrong.", language=[])
        assert "Choose at least one language to send back." in read_visible_words(refused)
        send_step(petra, meeting, "review/", send_back="x", remark="Wrong.", language=["fr"])
        assert "English Approved by petra" in read_screen(petra, meeting, "change/")

    def test_translation_that_follows_is_not_ticked(self, petra: Client, clock: Any) -> None:
        meeting = make_meeting("env")
        translate(meeting, meeting.agenda.get(), title="Politique migratoire")
        submit_as(meeting, by="anna")
        approve_as(meeting)
        Meeting.objects.update(venue="Room 7")
        save_correction(meeting, by="anna")
        submit_as(meeting, by="anna")
        page = petra.get(get_step_url(meeting, "review/")).content.decode()
        assert re.findall(r'name="language" value="(\w+)"( checked)?', page) == [("en", " checked"), ("fr", "")]
        translate(meeting, meeting.agenda.get(), language="el", title="Μετανάστευση")
        submit_as(meeting, by="anna")
        reviser = create_client("vera", "Revisers").get(get_step_url(meeting, "review/")).content.decode()
        assert re.findall(r'name="language" value="(\w+)"( checked)?', reviser) == [("el", " checked"), ("fr", "")]

    def test_translation_that_goes_out_instead_is_named_and_can_be_sent_back_too(self, petra: Client) -> None:
        meeting = make_meeting("env")
        for title in ("Politique migratoire", "Migration et asile"):
            translate(meeting, meeting.agenda.get(), title=title)
            submit_as(meeting, by="anna")
            if title == "Politique migratoire":
                approve_as(meeting)
        assert "It can be published instead if you send this one back." in read_screen(petra, meeting, "review/")
        page = petra.get(get_step_url(meeting, "review/")).content.decode()
        [other] = re.findall(r'href="[^"]*(review/\?revision=\d+)"', page)
        sent = send_step(petra, meeting, "review/", send_back="x", remark="Wrong.")
        assert "Another translation is approved and can be published instead: français." in read_messages(sent)
        sent = send_step(petra, meeting, other, send_back="x", remark="Wrong, too.", language=["fr"])
        assert read_messages(sent) == "Sent back: français."
        assert get_approved_digests(Revision.objects.latest("pk")).keys() == {"en"}

    def test_submission_is_not_compared_with_itself(self, anna: Client, petra: Client, meeting: Meeting) -> None:
        """A submission with new and approved texts is stored as two revisions."""
        give_role(create_user("rita"), "Revisers", language="fr")
        item = meeting.agenda.get()
        translate(meeting, item, title="Politique migratoire")
        submit_as(meeting, by="anna")
        approve_as(meeting, languages=["en"])
        approve_as(meeting, by="rita", languages=["fr"])
        correct_item_title(meeting)
        translate(meeting, item, title="Migration et asile")
        submit_as(meeting, by="anna")
        page = read_screen(petra, meeting, "review/")
        assert "Compared with the previous submission" in page
        assert "There are no changes." not in page


class TestPlannedRelease:
    """The last missing approval schedules the planned release."""

    @pytest.fixture
    def release(self, meeting: Meeting) -> Release:
        return planned_releases.plan_release(meeting, by=get_actor("petra"), at=AT_SIX)

    def test_screen_says_what_approval_will_do(self, petra: Client, meeting: Meeting, release: Release) -> None:
        response = petra.get(get_step_url(meeting, "review/"))
        assert "Once you approve, it will be published automatically" in read_visible_words(response)

    def test_last_approval_schedules_the_release(self, petra: Client, meeting: Meeting, release: Release) -> None:
        response = send_step(petra, meeting, "review/", approve="x")
        expected = (
            "Everything is approved. It will be published on 14 September 2060, 18:00:00 (Brussels time) as scheduled."
        )
        assert expected in read_messages(response)
        assert Edition.objects.get().available_from == AT_SIX
        release.refresh_from_db()
        assert release.state == Release.State.SCHEDULED

    def test_release_waits_for_other_approvals(self, anna: Client, petra: Client, meeting: Meeting) -> None:
        topic = make_topic()
        planned_releases.plan_release(meeting, topic, by=get_actor("petra"), at=AT_SIX)
        response = petra.get(get_step_url(meeting, "review/"))
        assert "It is also waiting for: Migration policy." in read_visible_words(response)
        assert "Approve" in list_buttons(response)
        assert "is still waiting for other approvals" in read_messages(post_review(petra, meeting, approve="x"))
        assert not Edition.objects.exists()
        submit_as(topic, by="anna")
        post_review(petra, topic, approve="x")
        assert Edition.objects.count() == 2

    def test_overdue_release_is_not_scheduled(
        self, petra: Client, meeting: Meeting, release: Release, clock: Any
    ) -> None:
        clock.move_to(AT_SIX + dt.timedelta(minutes=2))
        assert "That time has passed, so publish it after you have approved it" in read_screen(
            petra, meeting, "review/"
        )
        response = post_review(petra, meeting, approve="x")
        assert "This was saved, but publication could not be scheduled" in read_messages(response)
        assert list_verdicts() == [True]
        assert not Edition.objects.exists()

    def test_approver_needs_no_right_to_publish(self, meeting: Meeting, release: Release, petra: Client) -> None:
        rita = create_client_with_permissions("rita", "view_meeting", "approve_note")
        assert "Everything is approved. It will be published on" in read_messages(
            post_review(rita, meeting, approve="x")
        )
        assert Edition.objects.get().available_from == AT_SIX

    def test_reviser_can_give_the_last_approval(self, meeting: Meeting, release: Release, petra: Client) -> None:
        translation_releases.set_language_rule(meeting, by=get_actor("petra"), required=["el", "fr"], others="follow")
        for name, language in (("rita", "fr"), ("elena", "el")):
            give_role(create_user(name), "Revisers", language=language)
        rita, elena = sign_in("rita"), sign_in("elena")
        for language, title in (("fr", "Politique migratoire"), ("el", "Μεταναστευτική πολιτική")):
            translate(meeting, meeting.agenda.get(), language, title=title)
        submit_as(meeting, by="anna")
        assert "It is also waiting for: ελληνικά, English." in read_visible_words(
            rita.get(get_step_url(meeting, "review/"))
        )
        approve_as(meeting, languages=["en"])
        expected = read_messages(send_step(rita, meeting, "review/", approve="x", language=["fr"]))
        assert "The scheduled publication is still waiting for other approvals." in expected
        page = elena.get(get_step_url(meeting, "review/"))
        assert "Once you approve, it will be published automatically" in read_visible_words(page)
        assert "Everything is approved. It will be published on" in read_messages(
            send_step(elena, meeting, "review/", approve="x", language=["el"])
        )
        assert Edition.objects.get().languages == ["el", "en", "fr"]

    def test_refused_scheduling_keeps_the_approval(
        self, petra: Client, meeting: Meeting, release: Release, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_arguments: Any, **_facts: Any) -> None:
            raise WorkflowError("Another meeting has the address.")

        monkeypatch.setattr(verdicts, "schedule_planned_release", refuse)
        response = post_review(petra, meeting, approve="x")
        assert "could not be scheduled: Another meeting has the address. Publish it from its page." in read_messages(
            response
        )
        assert list_verdicts() == [True]
        release.refresh_from_db()
        assert release.state == Release.State.PLANNED


class TestApprovalAfterPublication:
    """Texts published without approval are reviewed on the same screen, even if a newer text was submitted."""

    @pytest.fixture
    def forced(self, press_office: None, clock: Any) -> Meeting:
        meeting = make_meeting("env")
        [edition] = publication.publish(meeting, by=get_actor("petra"), force="The press is waiting.")
        clock.move_to(edition.available_from)
        return meeting

    def test_publisher_cannot_approve_own_text(self, petra: Client, forced: Meeting) -> None:
        assert "Approve" not in list_buttons(petra.get(get_step_url(forced, "review/")))

    def test_colleague_approves(self, piet: Client, forced: Meeting) -> None:
        page = read_screen(piet, forced, "review/")
        assert "petra published this text without approval on 14 Sep 10:00. A colleague must approve it now" in page
        assert "The press is waiting." in page
        send_step(piet, forced, "review/", approve="x")
        assert "Approved by piet" in read_screen(piet, forced, "change/")

    def test_same_day_change_does_not_change_when_and_why(self, piet: Client, forced: Meeting, clock: Any) -> None:
        clock.shift(dt.timedelta(minutes=42))
        edition = publish_same_day_change(forced, SameDayChange(alert="Wait."), by=COMMAND)
        clock.move_to(edition.available_from)
        page = piet.get(get_step_url(forced, "review/"))
        assert "without approval on 14 Sep 10:00. A colleague" in read_visible_words(page)
        assert '<blockquote class="notice-shown"><p>The press is waiting.</p></blockquote>' in page.content.decode()
        assert "With a same-day change by" in read_visible_words(page)

    def test_withdrawn_text_needs_no_approval(self, piet: Client, forced: Meeting, clock: Any) -> None:
        clock.move_to(withdraw(forced, reason="Wrong.").available_from)
        page = read_screen(piet, forced, "review/")
        assert "It was withdrawn or replaced since, so nobody needs to approve it." in page
        assert "must approve it now" not in page

    def test_approve_beside_a_newer_submission(self, piet: Client, forced: Meeting) -> None:
        correct_item_title(forced)
        submit_as(forced, by="anna")
        first = Revision.objects.get(why="forced")
        step = f"review/?revision={first.pk}"
        assert "A newer text has been submitted since." in read_screen(piet, forced, step)
        send_step(piet, forced, step, approve="x")
        assert [one.revision for one in Verdict.objects.all()] == [first]


def test_save_without_document_is_a_draft_again(anna: Client, petra: Client, meeting: Meeting) -> None:
    approve_as(meeting)
    item = meeting.agenda.get()
    second = AgendaItem.objects.create(meeting=meeting, title="Second", parent=item)
    AgendaItem.objects.filter(pk=item.pk).update(parent=second)
    save_correction(meeting, by="anna")
    assert "Changed since approval (petra" in read_screen(anna, meeting, "change/")


def test_renamed_topic_allows_a_new_submission_without_save(petra: Client, clock: Any) -> None:
    meeting, topic = make_meeting("env"), make_topic()
    meeting.agenda.get().topics.add(topic)
    publish_now(clock, topic)
    submit_as(meeting, by="anna")
    topic.title = "Asylum and migration"
    topic.save()
    publish_now(clock, topic)
    submit_as(meeting, by="anna")
    assert "Asylum and migration" in read_screen(petra, meeting, "review/").split("the previous submission")[1]


def test_texts_older_than_the_last_release_cannot_be_published(
    anna: Client, petra: Client, meeting: Meeting, clock: Any
) -> None:
    """After a newer text was published, a text approved earlier cannot be published."""
    approve_as(meeting)
    clock.move_to(publication.publish(meeting, by=get_actor("petra"))[0].available_from)
    correct_item_title(meeting)
    clock.move_to(publish(meeting)[0].available_from)
    assert "There is nothing to publish." in read_screen(petra, meeting, "release/")

"""Publish approved texts now or at a time, plan texts not yet approved, publish without approval."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.test import Client

from agenda.admin.steps.forms import ForceForm, InstantOrTodayField, ReleaseForm
from agenda.models import BackgroundTopic, Release
from agenda.workflow import planned_releases, publication, review_actions, scheduled_releases
from agenda.workflow.reviews import Review
from meetings.models import Act, AuditEntry, Edition, EditionReason, Meeting, Translation, User
from tests.admin_forms import read_messages, take_messages
from tests.agenda.admin.screens import (
    LIST,
    correct_item_title,
    create_client,
    create_client_with_permissions,
    get_actor,
    get_step_url,
    list_buttons,
    list_field_errors,
    list_hidden_values,
    list_history,
    list_pages_in_frames,
    post_release,
    post_release_now,
    read_screen,
    read_visible_words,
    save_correction,
    send_step,
    send_step_now,
    submit_and_approve,
    submit_as,
)
from tests.agenda.workflow.users import get_shown, get_submitted_digests
from tests.factories import (
    DAY,
    PRESS_DATE,
    PRESS_DAY,
    make_meeting,
    make_topic,
    publish,
    publish_now,
    translate,
    withdraw,
)
from tests.note_editor import read_publication

pytestmark = pytest.mark.once

NOON = PRESS_DAY + dt.timedelta(hours=2)
FORCED_NOW = {"force": "It burns.", "when": "now", "confirmed": "x"}


def publish_approved(clock: Any, meeting: Meeting) -> None:
    clock.move_to(publication.publish(meeting, by=get_actor("petra"))[0].available_from)


@pytest.fixture(scope="class")
def draft(press_office: None, class_clock: Any) -> None:
    make_meeting()


@pytest.fixture(scope="class")
def submitted(draft: None) -> None:
    submit_as(Meeting.objects.get(), by="anna")


@pytest.fixture(scope="class")
def approved(draft: None) -> None:
    """Written by anna, approved by petra."""
    submit_and_approve(Meeting.objects.get(), by="petra", submitter="anna")


@pytest.fixture(scope="class")
def live(approved: None, class_clock: Any) -> None:
    """Live as edition 1; a correction is approved."""
    meeting = Meeting.objects.get()
    publish_approved(class_clock, meeting)
    correct_item_title(meeting)
    submit_and_approve(meeting, by="petra", submitter="anna")


@pytest.fixture(scope="class")
def waiting(live: None) -> None:
    """A correction at noon; another one is approved."""
    meeting = Meeting.objects.get()
    publication.publish(meeting, by=get_actor("petra"), at=NOON, note="At noon.")
    correct_item_title(meeting, "Newer")
    submit_and_approve(meeting, by="petra", submitter="anna")


@pytest.fixture(scope="class")
def changed(approved: None, class_clock: Any) -> None:
    """Live, and changed since by anna."""
    meeting = Meeting.objects.get()
    publish_approved(class_clock, meeting)
    correct_item_title(meeting)
    save_correction(meeting, by="anna")


@pytest.fixture
def meeting(press_office: None) -> Meeting:
    """The meeting of the class."""
    return Meeting.objects.get()


def approve_topic() -> BackgroundTopic:
    topic = make_topic()
    submit_and_approve(topic, by="petra", submitter="anna")
    return topic


def send_back(meeting: Meeting) -> None:
    review_actions.send_back(meeting, by=get_actor("petra"), shown=get_shown(meeting), remark="Which policy?")


class TestTimeField:
    """What may be typed as a time; the screens show the errors beside the field."""

    @staticmethod
    def clean(typed: str) -> Any:
        field = InstantOrTodayField()
        field.now = PRESS_DAY
        return field.clean(typed)

    @pytest.mark.parametrize(
        ("at", "message"),
        [
            ("tomorrow", "“tomorrow” is not a time. Enter it like this: 2017-09-14 18:00 (Brussels time)."),
            ("14/09/2060", "is not a time"),
            ("25:00", "is not a time"),
            ("09/14/2060 18:00", "is not a time"),
            ("9" * 5000, f"“{'9' * 40}…” is not a time"),
            ("2061-03-27 02:30", "Enter 2061-03-27 01:30 or 2061-03-27 03:30."),
            ("2060-10-31 02:30", "Enter 2060-10-31 02:30+02:00 for summer time"),
            ("2017-09-14 18:00", "14 September 2017, 18:00:00 has passed: it is now 14 September 2060, 10:00:00"),
            ("9:59", "14 September 2060, 09:59:00 has passed"),
            ("10:00", "14 September 2060, 10:00:00 has passed"),
        ],
    )
    def test_invalid_or_past_time_is_refused(self, at: str, message: str) -> None:
        with pytest.raises(ValidationError) as error:
            self.clean(at)
        assert message in " ".join(error.value.messages)

    @pytest.mark.parametrize(
        ("now", "expected"),
        [
            ((2060, 9, 14, 21, 59), "2060-09-15 07:00"),
            ((2060, 9, 14, 22, 0), "2060-09-16 07:00"),
            ((2060, 10, 30, 21, 30), "2060-10-31 08:00"),  # the clocks go back in that night
            ((2061, 3, 26, 22, 30), "2061-03-27 07:00"),  # and forward
        ],
    )
    def test_tomorrow_at_nine_is_nine_in_brussels(self, now: tuple[int, int, int, int, int], expected: str) -> None:
        form = ReleaseForm(QueryDict("tomorrow=x"), dt.datetime(*now, tzinfo=dt.UTC), [])
        assert form.is_valid()
        assert form.is_check_only
        assert f"{form.cleaned_data['at']:%Y-%m-%d %H:%M}" == expected
        assert form.cleaned_data["when"] == "at"

    @pytest.mark.parametrize(
        "at",
        [
            "18:00", "18.00", " 18h00 ", "14/09/2060 18:00", "14.9.2060, 18h00", "14 September 2060 18.00",
            "2060-09-14 18.00", "2060-09-14T18:00", "2060-09-14 16:00:00+00:00",
        ],
    )  # fmt: skip
    def test_time_without_date_means_today(self, at: str) -> None:
        assert self.clean(at) == PRESS_DAY.replace(hour=16)

    @pytest.mark.parametrize(
        ("values", "errors"),
        [
            ({}, {"when": ["Choose when to publish: now, or at a time."]}),
            ({"when": "at"}, {"at": ["Enter the publication time."]}),
            ({"when": "now", "at": "18:00"}, {"when": ["Choose “Now” or enter a time, not both."]}),
            (
                {"when": "now", "at": "soon"},
                {"at": ["“soon” is not a time. Enter it like this: 2017-09-14 18:00 (Brussels time)."]},
            ),
            ({"when": "now"}, {}),
            ({"when": "at", "at": "18:00"}, {}),
            ({"at": "18:00"}, {}),
        ],
    )
    @pytest.mark.parametrize("form", [ReleaseForm, ForceForm])
    def test_no_choice_does_not_mean_now(
        self, form: type[ReleaseForm], values: dict[str, str], errors: dict[str, list[str]]
    ) -> None:
        assert form(values | {"force": "The press waits."}, PRESS_DAY, []).errors == errors


@pytest.mark.usefixtures("approved")
class TestFirstEditionRefused:
    def test_author_is_refused(self, anna: Client, meeting: Meeting) -> None:
        page = read_visible_words(anna.post(get_step_url(meeting, "release/"), {"release": "x"}), 403)
        assert (
            f"You do not have permission to publish “{meeting}”. Ask one of these people: petra. Nothing was changed."
            in page
        )
        assert not Edition.objects.exists()

    def test_subject_of_another_desk_is_refused(self, meeting: Meeting) -> None:
        emil = create_client("emil", "Publishers", of="env")
        ours = make_meeting("env")
        page = read_visible_words(emil.get(get_step_url(ours, f"release/?with={meeting.pk}")), 403)
        assert f"You do not have permission to publish “{meeting}”." in page

    @pytest.mark.parametrize("button", ["check", "release"])
    def test_invalid_time_is_explained_beside_the_field(self, petra: Client, meeting: Meeting, button: str) -> None:
        response = post_release(petra, meeting, at="tomorrow", **{button: "x"})
        assert list_field_errors(response, "at")[0].startswith("“tomorrow” is not a time.")
        assert not response.context["clocks"]
        assert not Edition.objects.exists()

    @pytest.mark.parametrize("step", ["release/", "force/"])
    def test_no_choice_does_not_mean_now(self, petra: Client, meeting: Meeting, step: str) -> None:
        page = petra.get(get_step_url(meeting, step))
        assert page.content.decode().count('type="radio"') == 2
        assert " checked" not in page.content.decode()
        assert list_buttons(page)[0] == "Check the time"  # which the Enter key presses
        values = {"shown": list_hidden_values(page, "shown"), "force": "The press waits.", "confirmed": "x"}
        response = petra.post(get_step_url(meeting, step), values)
        assert response.context["form"].errors == {"when": ["Choose when to publish: now, or at a time."]}
        assert not Edition.objects.exists()

    def test_approval_taken_back_meanwhile_schedules_nothing(self, petra: Client, meeting: Meeting) -> None:
        shown = get_submitted_digests(meeting)
        send_back(meeting)
        response = post_release(petra, meeting, shown=shown, at="18:00")
        assert "The approved text has changed since you opened this page" in read_visible_words(response)
        assert not Release.objects.exists()

    def test_unchanged_text_is_not_published(self, petra: Client, meeting: Meeting, clock: Any) -> None:
        publish_approved(clock, meeting)
        response = petra.get(get_step_url(meeting, "release/"))
        assert "There are no changes from the published edition." in read_visible_words(response)
        assert "There is nothing to publish." in read_visible_words(response)
        assert not any("note" in button for button in list_buttons(response))

    def test_topic_that_is_not_public_by_then_is_refused(self, petra: Client, meeting: Meeting) -> None:
        meeting.agenda.get().topics.add(topic := make_topic())
        submit_and_approve(meeting, topic, by="petra", submitter="anna")
        response = post_release_now(petra, meeting)
        assert "which will not be public under that name by then. Publish both together" in read_visible_words(response)
        assert not Edition.objects.exists()


@pytest.mark.usefixtures("live")
class TestCorrectionRefused:
    @pytest.mark.parametrize(
        ("note", "expected"),
        [
            ("", "Tell readers in one sentence what changed, or tick “Minor correction”."),
            ("   ", "Tell readers in one sentence what changed, or tick “Minor correction”."),
            ("α" * 501, "This must be 500 characters or fewer. It has 501."),
        ],
    )
    def test_note_is_required_and_short(self, petra: Client, meeting: Meeting, note: str, expected: str) -> None:
        response = post_release_now(petra, meeting, note=note)
        assert list_field_errors(response, "note") == [expected]
        assert "maxlength" not in response.content.decode()  # a browser would cut what is pasted, and say nothing
        assert Edition.objects.count() == 1

    def test_text_approved_meanwhile_is_not_published_unseen(self, petra: Client, meeting: Meeting) -> None:
        shown = get_submitted_digests(meeting)
        correct_item_title(meeting, "What a colleague wrote meanwhile")
        submit_and_approve(meeting, by="petra", submitter="anna")
        response = post_release_now(petra, meeting, shown=shown, note="The title.")
        assert "Nothing was published. Check the text again." in read_visible_words(response)
        assert "a colleague wrote meanwhile" in read_visible_words(response)
        assert Edition.objects.count() == 1
        post_release_now(petra, meeting, shown=list_hidden_values(response, "shown"), note="The title.")
        assert Edition.objects.count() == 2

    def test_form_without_digests_publishes_nothing(self, petra: Client, meeting: Meeting) -> None:
        response = post_release_now(petra, meeting, shown=[], note="The title.")
        assert "Nothing was published" in read_visible_words(response)
        assert Edition.objects.count() == 1


@pytest.mark.usefixtures("approved")
class TestNowAndLater:
    def test_publishing_now_needs_confirmation(self, petra: Client, meeting: Meeting) -> None:
        page = read_screen(petra, meeting, "release/")
        assert "What will be published for the first time" in page
        [text] = list_pages_in_frames(petra.get(get_step_url(meeting, "release/")))
        assert "State of play." in text
        assert "What changed" not in page  # readers know nothing yet
        question = post_release(petra, meeting, when="now")
        assert f"When you confirm, this page will be published immediately: {meeting}" in read_visible_words(question)
        assert list_buttons(question) == ["Publish 1 page now", "Go back"]
        back = post_release(petra, meeting, when="now", back="x")
        assert "checked" in back.content.decode()  # what was chosen is still there
        assert not Edition.objects.exists()

    def test_publish_now(self, petra: Client, meeting: Meeting) -> None:
        [message] = take_messages(send_step_now(petra, meeting, "release/", release="x"))
        assert "was published on 14 September 2060, 10:00:01 (Brussels time)." in str(message)
        assert 'href="/en/meetings/jha/2060/09/14/">View on site</a>' in str(message)
        assert list_history(meeting) == ["Published edition 1, from 14 September 2060, 10:00:01 (Brussels time)."]

    def test_scheduling_needs_no_confirmation(self, petra: Client, meeting: Meeting) -> None:
        post_release(petra, meeting, when="at", at="18:00")
        assert Edition.objects.get().available_from.isoformat() == "2060-09-14T16:00:00+00:00"  # Brussels time

    def test_scheduled_edition_has_no_link_to_the_site(self, petra: Client, anna: Client, meeting: Meeting) -> None:
        page = petra.get(post_release(petra, meeting, at="2060-09-14 18:00")["Location"]).content.decode()
        page += read_publication(petra, meeting)
        assert "Approved by petra, 14 Sep 10:00" in page
        assert "Scheduled for 14 Sep 18:00" in page
        see = f'href="{get_step_url(meeting, f"editions/{Edition.objects.get().pk}/")}"'
        call_off = f'href="{get_step_url(meeting, "call-off/")}"'
        assert "View on site" not in page
        assert page.count(see) == page.count(call_off) == 2  # in the message and among the tools
        page = read_publication(anna, meeting)
        assert (page.count(see), page.count(call_off)) == (1, 0)

    def test_shown_time_keeps_its_date_after_midnight(self, petra: Client, meeting: Meeting, clock: Any) -> None:
        clock.move_to(PRESS_DAY.replace(hour=21, minute=58))
        shown = post_release(petra, meeting, at="23:59", check="x").context["form"]["at"].value()
        assert shown == "2060-09-14 23:59"
        clock.move_to(PRESS_DAY.replace(hour=22, minute=1))  # after midnight
        expected = list_field_errors(post_release(petra, meeting, at=shown), "at")
        assert "14 September 2060, 23:59:00 has passed" in expected[0]

    def test_edited_draft_is_published_as_approved(self, petra: Client, meeting: Meeting) -> None:
        correct_item_title(meeting, "Not approved")
        save_correction(meeting, by="anna")
        assert "This version will be published without that change." in read_screen(petra, meeting, "release/")
        post_release_now(petra, meeting)
        assert "Not approved" not in Edition.objects.get().documents.get().document.text


@pytest.mark.usefixtures("live")
class TestCorrection:
    def test_changes_are_shown_word_by_word(self, petra: Client, meeting: Meeting) -> None:
        page = read_screen(petra, meeting, "release/")
        assert "from published edition 1" in page
        assert "new: and asylum" in page

    def test_time_can_be_checked_in_three_time_zones(self, petra: Client, meeting: Meeting) -> None:
        User.objects.update(time_zone="Europe/Athens")
        response = post_release(petra, meeting, at="2060-09-15 18:00", check="x")
        page = read_visible_words(response)
        assert "Brussels Wednesday 15 September 2060, 18:00:00" in page
        assert "UTC Wednesday 15 September 2060, 16:00:00" in page
        assert "Europe/Athens Wednesday 15 September 2060, 19:00:00" in page
        assert response.context["form"].errors == {}  # the note is not written yet
        assert "This is after the end of the meeting (JHA, 14 September 2060, until 14 September 2060)." in page
        assert Edition.objects.count() == 1

    def test_correction_has_a_public_note(self, petra: Client, meeting: Meeting) -> None:
        post_release_now(petra, meeting, note="The title of item 1.")
        edition = Edition.objects.latest("available_from")
        assert (edition.change_note, edition.reason) == ("The title of item 1.", EditionReason.CORRECTION)
        assert list_history(meeting)[-1].endswith("“The title of item 1.”")

    def test_minor_correction_has_no_public_note(self, petra: Client, meeting: Meeting) -> None:
        post_release_now(petra, meeting, note="A letter.", editorial="on")
        edition = Edition.objects.latest("available_from")
        assert (edition.change_note, edition.reason) == ("", EditionReason.EDITORIAL)
        assert Release.objects.get(at=edition.available_from).entries.get().note == "A letter."

    def test_added_language_needs_no_note_but_a_changed_one_does(
        self, petra: Client, meeting: Meeting, clock: Any
    ) -> None:
        publication.publish(meeting, by=get_actor("petra"), note="The title of item 1.")
        clock.move_to(Edition.objects.latest("available_from").available_from)
        translate(meeting, title="Conseil")
        submit_and_approve(meeting, by="petra", submitter="anna")
        post_release_now(petra, meeting)
        edition = Edition.objects.latest("available_from")
        assert (edition.languages, edition.reason) == (["en", "fr"], EditionReason.TRANSLATION)
        clock.move_to(edition.available_from)
        Translation.objects.update(text="Conseil JAI")
        submit_and_approve(meeting, by="petra", submitter="anna")
        assert list_field_errors(post_release_now(petra, meeting), "note")

    def test_lost_translations_are_reported(self, petra: Client, meeting: Meeting, clock: Any) -> None:
        item = meeting.agenda.get()
        translate(meeting, item, title="Politique migratoire")
        translate(meeting, item, "fi", title="Maahanmuuttopolitiikka")
        submit_and_approve(meeting, by="petra", submitter="anna")
        clock.move_to(publication.publish(meeting, by=get_actor("petra"), note="The title.")[0].available_from)
        correct_item_title(meeting, title="Migration and asylum policy")
        translate(meeting, item, "fi", title="Maahanmuutto- ja turvapaikkapolitiikka")
        translate(meeting, item, "el", title="Πολιτική")
        review_actions.submit(meeting, by=get_actor("anna"), languages=["fi"])
        review = Review.latest(meeting)
        assert review
        review_actions.approve(
            meeting, by=get_actor("petra"), shown=[one.shown for one in review.languages], languages=["en", "fi"]
        )
        page = read_screen(petra, meeting, "release/")
        assert "français: readers will see 1 text in the original language again" in page
        assert "suomi: 1 text that" not in page
        assert "Translations not submitted yet: ελληνικά" in page

    def test_missing_public_reason_is_reported_before_publication(self, petra: Client, meeting: Meeting) -> None:
        Meeting.objects.update(start_date=PRESS_DATE + DAY, end_date=PRESS_DATE + DAY)
        page = read_screen(petra, meeting, "submit/")
        assert "Enter the public reason for the change first" in page
        assert "Earlier dates and places" in page

    def test_publish_again_after_a_withdrawal(self, petra: Client, meeting: Meeting, clock: Any) -> None:
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        assert "Not approved." in read_screen(petra, meeting, "release/")  # it is looked at again first
        submit_as(meeting, by="anna")
        review_actions.approve(meeting, by=get_actor("petra"), shown=get_shown(meeting))
        assert "What will be published again after the withdrawal" in read_screen(petra, meeting, "release/")
        post_release_now(petra, meeting, note="It is right now.")
        assert Edition.objects.count() == 3

    def test_opening_screens_changes_nothing(self, petra: Client, meeting: Meeting) -> None:
        Meeting.objects.update(start_date=PRESS_DATE + DAY, end_date=PRESS_DATE + DAY, status_reason="Snow.")
        before = Meeting.objects.values().get()
        for step in ("submit/", "review/", "release/", "force/", "preview/"):
            read_screen(petra, meeting, step)
        assert Meeting.objects.values().get() == before


@pytest.mark.usefixtures("waiting")
class TestScheduledEdition:
    def test_live_and_scheduled_editions_are_compared_with_the_approved_text(
        self, petra: Client, meeting: Meeting
    ) -> None:
        live, pending = read_screen(petra, meeting, "release/").split("An edition is scheduled")
        assert "removed: Migration policy" in live
        assert "for 14 September 2060, 12:00:00 (Brussels time)" in pending
        assert "removed: Migration and asylum" in pending

    def test_screen_says_that_it_is_scheduled_already(self, petra: Client, meeting: Meeting) -> None:
        expected = "This is to be published on 14 September 2060, 12:00:00 (Brussels time)."
        replaces = f"{expected} Publishing now replaces that, unless you choose to keep it."
        assert replaces in read_screen(petra, meeting, "release/")
        correct_item_title(meeting, "Not approved")
        save_correction(meeting, by="anna")
        assert replaces in read_screen(petra, meeting, "force/")
        send_back(meeting)
        assert f"{expected} It will then have the text that was approved" in read_screen(petra, meeting, "release/")

    def test_choice_about_the_scheduled_edition_is_required(self, petra: Client, meeting: Meeting) -> None:
        response = post_release_now(petra, meeting, note="Newer.")
        assert "is already scheduled for 14 September 2060, 12:00:00" in " ".join(
            list_field_errors(response, "pending")
        )
        response = post_release(petra, meeting, note="Newer.", at="2060-09-14 13:00", pending="keep")
        assert list_field_errors(response, "pending")
        assert list_field_errors(post_release_now(petra, meeting, note="Newer.", pending="?"), "pending")
        assert Edition.objects.count() == 2
        post_release(petra, meeting, note="Newer.", at="2060-09-14 13:00", pending="replace")
        assert [edition.change_note for edition in Edition.objects.all()] == ["", "Newer."]

    def test_choice_about_a_held_release_is_required_before_confirmation(self, petra: Client, meeting: Meeting) -> None:
        release = Release.objects.get(at=NOON)
        scheduled_releases.hold_release(release, by=get_actor("petra"), reason="Legal service looks first.")
        response = post_release(petra, meeting, note="Newer.", when="now")
        assert (
            f"On hold; was scheduled for 14 Sep 12:00: {meeting}. “Legal service looks first.”"
            in read_visible_words(response)
        )
        assert "is on hold (reason: “Legal service looks first.”)" in " ".join(list_field_errors(response, "pending"))
        post_release_now(petra, meeting, note="Newer.", pending="replace")
        assert [edition.change_note for edition in Edition.objects.all()] == ["", "Newer."]
        assert not Release.objects.filter(state="held").exists()

    def test_scheduled_edition_can_be_kept(self, petra: Client, meeting: Meeting) -> None:
        send_step_now(petra, meeting, "release/", note="Newer.", pending="keep", release="x")
        assert [edition.change_note for edition in Edition.objects.all()] == ["", "Newer.", "At noon."]


@pytest.mark.usefixtures("approved")
class TestTogether:
    def test_candidates_to_publish_together_are_offered(self, petra: Client, meeting: Meeting) -> None:
        topic, draft, out = make_topic(), make_meeting("env"), make_meeting("gac")
        submit_as(topic, by="anna")
        publish(out)
        page = petra.get(get_step_url(meeting, "release/"))
        assert page.context["offered"] == [(str(topic.pk), "Migration policy")]
        assert str(draft.pk) not in page.content.decode()
        both = petra.get(get_step_url(meeting, "release/"), {"with": str(topic.pk)})
        assert both.context["offered"] == []
        assert "There is no approved text to publish." in read_visible_words(both)

    def test_candidates_are_what_was_submitted_or_approved_whatever_was_saved_since(
        self, petra: Client, meeting: Meeting
    ) -> None:
        in_review, approved, sent_back = make_meeting("env"), make_meeting("gac"), make_meeting("ecofin")
        submit_as(in_review, by="anna")
        submit_as(sent_back, by="anna")
        send_back(sent_back)
        submit_and_approve(approved, by="petra", submitter="anna")
        for other in (in_review, approved, sent_back):
            correct_item_title(other)
            save_correction(other, by="anna")
        page = petra.get(get_step_url(meeting, "release/"))
        assert {key for key, _name in page.context["offered"]} == {str(in_review.pk), str(approved.pk)}

    def test_selected_meetings_are_published_in_the_same_second(self, petra: Client, meeting: Meeting) -> None:
        other = make_meeting("env")
        submit_and_approve(other, by="petra", submitter="anna")
        chosen = {"action": "release_together", "_selected_action": [str(meeting.pk), str(other.pk)]}
        address = petra.post(LIST, chosen)["Location"]
        shown = list_hidden_values(petra.get(address), "shown")
        petra.post(address, {"shown": shown, "at": "18:00", "release": "x"})
        assert {edition.available_from.hour for edition in Edition.objects.all()} == {16}
        assert Release.objects.get().entries.count() == 2

    def test_chosen_but_not_added_subject_is_shown_first(self, petra: Client, meeting: Meeting) -> None:
        both = post_release_now(petra, meeting, more=str(approve_topic().pk))
        assert list_buttons(both)[-1] == "Publish 2 pages"
        assert not Edition.objects.exists()

    def test_publish_two_now(self, petra: Client, meeting: Meeting) -> None:
        topic = approve_topic()
        question = post_release(petra, meeting, topic, when="now")
        start = "When you confirm, these 2 pages will be published immediately:"
        first = f"{meeting} English Preview {meeting} (opens in a new window)"
        assert f"{start} {first} Migration policy English Preview" in read_visible_words(question)
        assert list_buttons(question)[0] == "Publish 2 pages now"
        post_release_now(petra, meeting, topic)
        assert Edition.objects.count() == 2


@pytest.mark.usefixtures("live")
class TestCorrectionTogether:
    def test_typed_values_are_kept_when_subjects_are_added_or_removed(self, petra: Client, meeting: Meeting) -> None:
        topic = approve_topic()
        typed = {"at": "18:00", "when": "at", "note": "The title.", "pending": "keep"}
        both = post_release(petra, meeting, more=str(topic.pk), add="x", **typed)
        page = both.content.decode()
        assert 'value="2060-09-14 18:00"' in page
        assert 'value="The title."' in page
        assert both.context["form"].errors == {}
        assert list_buttons(both)[-1] == "Publish 2 pages"
        alone = petra.post(both.context["here"], typed | {"without": str(topic.pk)})
        assert 'value="2060-09-14 18:00"' in alone.content.decode()
        assert list_buttons(alone)[-1] == "Publish 1 page"
        assert Edition.objects.count() == 1
        petra.post(both.context["here"], typed | {"shown": list_hidden_values(both, "shown"), "release": "x"})
        assert [edition.available_from.hour for edition in Edition.objects.all()][-2:] == [16, 16]

    def test_each_correction_has_its_own_note_and_first_editions_have_none(
        self, petra: Client, meeting: Meeting, clock: Any
    ) -> None:
        topic, other = make_topic(), make_meeting("env")
        publish_now(clock, other)
        correct_item_title(other)
        submit_and_approve(topic, other, by="petra", submitter="anna")
        notes = {f"note-{meeting.pk}": "The policy.", f"note-{other.pk}": " "}
        response = post_release(petra, meeting, topic, other, when="now", **notes)
        assert "note" not in response.context["form"].fields
        assert [*response.context["form"].errors] == [f"note-{other.pk}"]
        assert f"What changed in {other}:" in read_visible_words(response)
        question = post_release(petra, meeting, topic, other, when="now", **notes | {f"editorial-{other.pk}": "on"})
        page = read_visible_words(question)
        assert "Note for readers: “The policy.”" in page
        assert page.count("Minor correction (spelling or wording): readers will not see a note.") == 1
        post_release_now(petra, meeting, topic, other, **notes | {f"note-{other.pk}": "A title."})
        expected = {edition.subject_id: edition.change_note for edition in Edition.objects.order_by("available_from")}
        assert expected == {meeting.pk: "The policy.", other.pk: "A title.", topic.pk: ""}

    def test_refused_minor_correction_is_reported_beside_its_checkbox(
        self, petra: Client, meeting: Meeting, clock: Any
    ) -> None:
        other = make_meeting("env", time_zone="Europe/Brussels")
        publish_now(clock, other)
        Meeting.objects.filter(pk=other.pk).update(time_zone="Europe/Lisbon")
        submit_and_approve(other, by="petra", submitter="anna")
        notes = {f"note-{meeting.pk}": "The policy.", f"editorial-{other.pk}": "on"}
        response = post_release_now(petra, meeting, other, **notes)
        assert "must not change a date, time" in " ".join(list_field_errors(response, f"editorial-{other.pk}"))


@pytest.mark.usefixtures("changed")
class TestLiveTextWithUnapprovedChange:
    """It can be planned, or published without approval; the screen links to the missing step."""

    def offers(self, petra: Client, meeting: Meeting, expected: str, step: str) -> None:
        page = petra.get(get_step_url(meeting, "release/"))
        assert f"Not approved. {expected}" in read_visible_words(page)
        assert f'href="{get_step_url(meeting, step)}"' in page.content.decode()
        assert list_buttons(page) == ["Check the time", "Tomorrow 9:00", "Schedule"]
        assert f'href="{get_step_url(meeting, "force/")}">Publish without approval…' in page.content.decode()

    def test_change_is_unsubmitted_in_review_or_sent_back(self, petra: Client, meeting: Meeting) -> None:
        self.offers(petra, meeting, "The draft has changes that have not been submitted.", "submit/")
        submit_as(meeting, by="anna")
        self.offers(petra, meeting, "It is in review.", "review/")
        correct_item_title(meeting, "Asylum")
        save_correction(meeting, by="anna")
        expected = "It is in review. The draft has changed since it was submitted."
        for step in ("review/", "submit/"):
            self.offers(petra, meeting, expected, step)
        submit_as(meeting, by="anna")
        send_back(meeting)
        self.offers(petra, meeting, "It was sent back.", "submit/")
        correct_item_title(meeting, "Borders")
        save_correction(meeting, by="anna")
        self.offers(petra, meeting, "The draft has changes that have not been submitted.", "submit/")

    def test_plan_has_a_note_for_readers(self, petra: Client, meeting: Meeting) -> None:
        assert list_field_errors(post_release(petra, meeting, at="18:00", plan="x"), "note")
        post_release(petra, meeting, at="18:00", note="The title.", plan="x")
        assert Release.objects.get(state="planned").entries.get().note == "The title."

    def test_draft_identical_to_live_text(self, petra: Client, meeting: Meeting) -> None:
        correct_item_title(meeting, "Migration policy")
        save_correction(meeting, by="anna")
        page = petra.get(get_step_url(meeting, "release/"))
        assert "There is nothing to publish." in read_visible_words(page)
        assert "Not approved" not in read_visible_words(page)
        assert "The text in review is another one." not in read_visible_words(page)
        assert list_buttons(page) == []
        assert "Publish without approval…" not in read_visible_words(page)

    def test_draft_identical_to_live_text_while_a_correction_is_in_review(
        self, petra: Client, meeting: Meeting
    ) -> None:
        submit_as(meeting, by="anna")
        correct_item_title(meeting, "Migration policy")
        save_correction(meeting, by="anna")
        page = petra.get(get_step_url(meeting, "release/"))
        assert "There are no changes from the published edition. The text in review is another one. Review…" in (
            read_visible_words(page)
        )
        assert f'href="{get_step_url(meeting, "submit/")}"' not in page.content.decode()

    def test_text_published_without_approval_is_already_live(self, petra: Client, clock: Any) -> None:
        forced = make_meeting("env")
        clock.move_to(publication.publish(forced, by=get_actor("petra"), force="Now.")[0].available_from)
        page = petra.get(get_step_url(forced, "release/"))
        assert "There is nothing to publish." in read_visible_words(page)
        assert list_buttons(page) == []


@pytest.mark.usefixtures("submitted")
class TestPlanned:
    def test_plan_needs_a_time_and_is_saved(self, petra: Client, meeting: Meeting) -> None:
        page = petra.get(get_step_url(meeting, "release/"))
        assert "If anything is still not approved 30 minutes before, you will see a warning." in read_visible_words(
            page
        )
        assert list_buttons(page) == ["Check the time", "Tomorrow 9:00", "Schedule"]
        response = post_release(petra, meeting, plan="x")
        assert list_field_errors(response, "at") == ["Enter the publication time."]
        assert not Release.objects.exists()
        response = post_release(petra, meeting, at="18:00", plan="x")
        assert "Scheduled for 14 September 2060, 18:00:00 (Brussels time). It will be published then" in read_messages(
            response
        )
        assert not Edition.objects.exists()
        assert "Scheduled for 14 Sep 18:00, not yet approved" in read_screen(petra, meeting, "change/")

    def test_plan_a_correction(self, petra: Client, meeting: Meeting, clock: Any) -> None:
        review_actions.approve(meeting, by=get_actor("petra"), shown=get_shown(meeting))
        publish_approved(clock, meeting)
        correct_item_title(meeting)
        submit_as(meeting, by="anna")
        response = post_release(petra, meeting, at="18:00", note="The title.", plan="x")
        assert "Scheduled for 14 September 2060, 18:00:00" in read_messages(response)
        assert "Once you approve, it will be published automatically" in read_screen(petra, meeting, "review/")
        send_step(petra, meeting, "review/", approve="x")
        assert Edition.objects.latest("available_from").change_note == "The title."

    def test_subject_can_be_planned_only_once(self, petra: Client, meeting: Meeting) -> None:
        planned_releases.plan_release(meeting, by=get_actor("petra"), at=NOON)
        page = petra.get(get_step_url(meeting, "release/"))
        assert "This is scheduled for 14 September 2060, 12:00:00 (Brussels time)" in read_visible_words(page)
        assert "Schedule" not in list_buttons(page)
        assert "Change the time or cancel" in read_visible_words(page)

    def test_subjects_planned_together_are_published_together(self, petra: Client, meeting: Meeting) -> None:
        topic = make_topic()
        post_release(petra, meeting, topic, at="18:00", plan="x")
        review_actions.approve(meeting, by=get_actor("petra"), shown=get_shown(meeting))
        submit_and_approve(topic, by="petra", submitter="anna")
        page = petra.get(get_step_url(topic, "release/"))
        assert "Everything is approved now" in read_visible_words(page)
        assert 'value="2060-09-14 18:00"' in page.content.decode()
        post_release(petra, topic, shown=list_hidden_values(page, "shown"), at="18:00")
        release = Release.objects.get()
        assert release.state == Release.State.SCHEDULED
        assert release.entries.count() == 2


@pytest.mark.usefixtures("draft")
class TestPublishWithoutApproval:
    def test_right_is_required(self, meeting: Meeting) -> None:
        rita = create_client_with_permissions("rita", "view_meeting", "publish_note")
        assert "You cannot publish text that is not approved. Ask one of these people: petra." in read_screen(
            rita, meeting, "release/"
        )
        page = read_visible_words(rita.post(get_step_url(meeting, "force/"), {"force": "Now."}), 403)
        assert (
            f"You do not have permission to publish “{meeting}” without approval. Ask one of these people: petra."
            in page
        )
        assert not Edition.objects.exists()

    def test_reason_is_required(self, petra: Client, meeting: Meeting) -> None:
        response = petra.post(get_step_url(meeting, "force/"), {"when": "now", "confirmed": "x", "force": " "})
        assert list_field_errors(response, "force") == ["Enter the reason for publishing without approval."]
        response = petra.post(get_step_url(meeting, "force/"), {"when": "now", "confirmed": "x", "force": "α" * 501})
        assert list_field_errors(response, "force") == ["This must be 500 characters or fewer. It has 501."]
        assert not Edition.objects.exists()

    def test_change_saved_meanwhile_is_not_published(self, petra: Client, meeting: Meeting) -> None:
        page = petra.get(get_step_url(meeting, "force/"))
        correct_item_title(meeting, "Saved meanwhile")
        values = {"force": "Now.", "shown": list_hidden_values(page, "shown"), "when": "now", "confirmed": "x"}
        response = petra.post(get_step_url(meeting, "force/"), values)
        assert "Someone saved a change after you opened this page. Nothing was published" in read_visible_words(
            response
        )
        assert list_hidden_values(response, "shown") != list_hidden_values(page, "shown")
        assert not Edition.objects.exists()

    def test_text_is_published_without_approval(self, petra: Client, meeting: Meeting) -> None:
        assert "Nobody has approved this text." in read_screen(petra, meeting, "force/")
        response = send_step_now(petra, meeting, "force/", force="The press is waiting.")
        expected = "was published on 14 September 2060, 10:00:01 (Brussels time). Nobody has approved it yet."
        assert expected in read_messages(response)
        assert list_history(meeting)[-1].endswith("Without approval: “The press is waiting.”")
        assert Edition.objects.get().change_note == ""  # the reason is nobody's business outside
        expected = "Published without approval by petra: “The press is waiting.”"
        assert expected in read_screen(petra, meeting, "change/")

    def test_only_the_source_language_is_shown(self, petra: Client, meeting: Meeting) -> None:
        translate(meeting, title="Conseil secret")
        page = petra.get(get_step_url(meeting, "force/"))
        [shown] = list_hidden_values(page, "shown")
        petra.post(get_step_url(meeting, "force/"), FORCED_NOW | {"shown": shown})
        assert Edition.objects.get().languages == ["en"]

    def test_planned_release_is_carried_out(self, petra: Client, meeting: Meeting) -> None:
        planned = planned_releases.plan_release(meeting, by=get_actor("petra"), at=NOON)
        expected = "This publishes what is scheduled for 14 September 2060, 12:00:00 (Brussels time)"
        page = petra.get(get_step_url(meeting, "force/"))
        assert expected in read_visible_words(page)
        values = {"shown": list_hidden_values(page, "shown"), "force": "It burns.", "when": "now"}
        question = petra.post(get_step_url(meeting, "force/"), values)
        assert expected in read_visible_words(question)
        assert Release.objects.get().state == Release.State.PLANNED
        petra.post(get_step_url(meeting, "force/"), values | {"confirmed": "x"})
        assert Release.objects.get() == planned
        assert not AuditEntry.objects.filter(act=Act.CALLED_OFF).exists()
        entry = AuditEntry.objects.get(act=Act.MOVED)
        assert (entry.details["reason"], entry.details["before"]) == ("It burns.", NOON.isoformat())

    def test_plan_is_kept_at_its_time(self, petra: Client, meeting: Meeting) -> None:
        planned_releases.plan_release(meeting, by=get_actor("petra"), at=NOON)
        send_step(petra, meeting, "force/", force="It burns.", when="at", at="12:00")
        assert Release.objects.get().state == Release.State.SCHEDULED
        assert not AuditEntry.objects.filter(act=Act.CALLED_OFF).exists()

    def test_subject_leaves_the_plan(self, petra: Client, meeting: Meeting) -> None:
        topic = make_topic()
        planned = planned_releases.plan_release(meeting, topic, by=get_actor("petra"), at=NOON)
        page = petra.get(get_step_url(meeting, "force/"))
        assert (
            "“JHA, 14 September 2060” will be removed from the publication scheduled for 14 September 2060, 12:00:00 "
            "(Brussels time). Still in it: “Migration policy”." in read_visible_words(page)
        )
        petra.post(get_step_url(meeting, "force/"), FORCED_NOW | {"shown": list_hidden_values(page, "shown")})
        assert [entry.subject_id for entry in planned.entries.all()] == [topic.pk]
        assert AuditEntry.objects.get(act=Act.CALLED_OFF).subject_id == meeting.pk

    def test_each_plan_is_named_with_what_goes_on(self, petra: Client, meeting: Meeting) -> None:
        topic, approved = make_topic(), make_meeting("env")
        review_actions.submit(approved, by=get_actor("anna"))
        review_actions.approve(approved, by=get_actor("petra"), shown=get_shown(approved))
        planned_releases.plan_release(meeting, by=get_actor("petra"), at=NOON)
        planned_releases.plan_release(topic, approved, by=get_actor("petra"), at=NOON + DAY)
        step = f"force/?with={topic.pk}"
        page = petra.get(get_step_url(meeting, step))
        words = read_visible_words(page)
        assert "This cancels the publication scheduled for 14 September 2060, 12:00:00" in words
        assert f"“{topic}” will be removed from the publication scheduled for 15 September 2060, 12:00:00" in words
        answer = petra.post(get_step_url(meeting, step), FORCED_NOW | {"shown": list_hidden_values(page, "shown")})
        assert f"“{approved}”: everything is approved, and will be published on 15 September" in read_messages(answer)

    def test_empty_plan_is_cancelled(self, meeting: Meeting) -> None:
        planned = planned_releases.plan_release(meeting, by=get_actor("petra"), at=NOON)
        publication.publish(meeting, by=get_actor("petra"), force="It burns.")
        planned.refresh_from_db()
        assert (planned.state, planned.reason) == (Release.State.CALLED_OFF, "It burns.")

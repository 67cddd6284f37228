"""Submission for approval, with a checklist and a comment."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from agenda import workflow
from agenda.admin.steps import submitting
from agenda.models import AgendaItem, Revision, RevisionReason
from agenda.workflow import MAX_REMARK_LENGTH
from agenda.workflow.drafts import build_drafts, compute_draft_digest
from meetings.models import Meeting, User
from tests.admin_forms import create_client_with_role, get_form_errors, save_form
from tests.agenda.admin.screens import (
    LIST,
    TOPICS,
    correct_item_title,
    create_client,
    get_actor,
    get_step_url,
    list_buttons,
    list_field_errors,
    list_hidden_values,
    list_history,
    read_screen,
    read_visible_words,
    save_correction,
    send_step,
    submit_and_approve,
)
from tests.factories import PRESS_DATE, PRESS_DAY, make_configuration, make_meeting, make_topic, publish_now, translate

pytestmark = pytest.mark.once


def compute_digests(meeting: Meeting) -> list[str]:
    return [compute_draft_digest(document) for document in build_drafts(meeting, timezone.now())]


def list_submissions() -> int:
    return Revision.objects.filter(why=RevisionReason.SUBMITTED).count()


class TestRefused:
    @pytest.mark.parametrize("role", ["Translators", "Duty", "Administrators"])
    def test_refusal_names_who_may_submit(self, anna: Client, role: str) -> None:
        meeting = make_meeting()
        page = read_visible_words(create_client("somebody", role).get(get_step_url(meeting, "submit/")), 403)
        refusal = f"You do not have permission to submit “{meeting}” for approval. Ask one of these people: anna."
        assert f"{refusal} Nothing was changed." in page

    def test_other_desks_are_refused(self, anna: Client) -> None:
        other = create_client("emil", "Authors", of="env")
        assert other.post(get_step_url(make_meeting(), "submit/")).status_code == 403
        assert list_submissions() == 0

    def test_subject_of_another_desk_is_refused(self, anna: Client) -> None:
        ours, theirs = make_meeting("env"), make_meeting("jha")
        emil = create_client("emil", "Authors", of="env")
        page = read_visible_words(emil.get(get_step_url(ours, f"submit/?with={theirs.pk}")), 403)
        assert f"You do not have permission to submit “{theirs}” for approval" in page

    @pytest.mark.parametrize("key", ["6f0f6b9e-52a4-4f0e-9a55-5d6a5a1c0009"])
    def test_unknown_subject_is_not_found(self, anna: Client, key: str) -> None:
        assert anna.get(get_step_url(make_meeting(), f"submit/?with={key}")).status_code == 404

    def test_errors_prevent_submission(self, anna: Client) -> None:
        response = anna.get(get_step_url(make_meeting(status="cancelled"), "submit/"))
        assert "Enter the public reason why the meeting is postponed or cancelled." in read_visible_words(response)
        assert "This cannot be submitted yet." in read_visible_words(response)
        assert "Submit for approval" not in list_buttons(response)

    def test_circular_agenda_is_reported(self, anna: Client) -> None:
        meeting = make_meeting()
        first, second = meeting.agenda.get(), AgendaItem.objects.create(meeting=meeting, title="Second")
        AgendaItem.objects.filter(pk=first.pk).update(parent=second)
        AgendaItem.objects.filter(pk=second.pk).update(parent=first)
        assert "in a circle" in read_screen(anna, meeting, "submit/")

    def test_change_saved_meanwhile_is_not_submitted(self, anna: Client) -> None:
        meeting = make_meeting()
        page = anna.get(get_step_url(meeting, "submit/"))
        correct_item_title(meeting, "What a colleague saved")
        response = anna.post(get_step_url(meeting, "submit/"), {"shown": list_hidden_values(page, "shown")})
        assert "Someone saved a change after you opened this page" in read_visible_words(response)
        assert list_submissions() == 0
        anna.post(get_step_url(meeting, "submit/"), {"shown": list_hidden_values(response, "shown")})
        assert list_submissions() == 1

    def test_subject_deleted_meanwhile_is_reported(self, anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        meeting = make_meeting()

        def submit_what_is_gone(*subjects: Meeting, **options: Any) -> None:
            Meeting.objects.all().delete()
            workflow.submit(*subjects, **options)

        monkeypatch.setattr(submitting, "submit", submit_what_is_gone)
        page = anna.post(get_step_url(meeting, "submit/"), follow=True)
        assert page.redirect_chain == [(LIST, 302)]
        assert f"“{meeting}” has been deleted." in read_visible_words(page)

    def test_unchanged_text_is_not_submitted_twice(self, anna: Client, petra: Client) -> None:
        meeting = make_meeting()
        send_step(anna, meeting, "submit/")
        self.is_refused(anna, meeting, f"“{meeting}” is already in review and has not changed since.")
        assert list_submissions() == 1

    def is_refused(self, anna: Client, meeting: Meeting, expected: str) -> None:
        page = anna.get(get_step_url(meeting, "submit/"))
        assert expected in read_visible_words(page)
        assert "Submit for approval" not in list_buttons(page)
        assert expected in read_visible_words(
            anna.post(get_step_url(meeting, "submit/"), {"shown": compute_digests(meeting)})
        )

    def test_approved_text_is_not_submitted_again(self, anna: Client, petra: Client, clock: Any) -> None:
        meeting = make_meeting()
        submit_and_approve(meeting, by="petra", submitter="anna")
        self.is_refused(anna, meeting, "is already approved.")
        clock.move_to(workflow.publish(meeting, by=get_actor("petra"))[0].available_from)
        self.is_refused(anna, meeting, "is the same as the published edition.")
        assert list_submissions() == 1

    def test_text_sent_back_can_be_submitted_unchanged(self, anna: Client, petra: Client) -> None:
        meeting = make_meeting()
        send_step(anna, meeting, "submit/")
        send_step(petra, meeting, "review/", send_back="x", remark="Is that so?")
        send_step(anna, meeting, "submit/", remark="It is.")
        assert list_submissions() == 2

    def test_text_published_without_approval_is_not_submitted(self, anna: Client, petra: Client, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        self.is_refused(anna, meeting, "was published without approval. It only needs to be approved now.")
        assert list_submissions() == 0

    def test_text_forced_and_cancelled_can_be_submitted(self, anna: Client, petra: Client) -> None:
        meeting = make_meeting()
        workflow.publish(meeting, by=get_actor("petra"), force="It burns.", at=PRESS_DAY + dt.timedelta(hours=2))
        workflow.call_off_edition(meeting, by=get_actor("petra"))
        send_step(anna, meeting, "submit/")
        assert list_submissions() == 1

    def test_long_comment_is_refused(self, anna: Client) -> None:
        response = send_step(anna, make_meeting(), "submit/", remark="α" * (MAX_REMARK_LENGTH + 1))
        assert list_field_errors(response, "remark") == ["This must be 1000 characters or fewer. It has 1001."]
        assert "maxlength" not in response.content.decode()  # a browser would cut what is pasted, and say nothing
        assert list_submissions() == 0


class TestSubmitted:
    def test_first_submission_shows_a_summary(self, anna: Client) -> None:
        page = read_screen(anna, make_meeting(), "submit/")
        assert "Title Justice and Home Affairs Council" in page
        assert "Dates 14 September 2060 Place Brussels, Europa building" in page
        assert "Agenda items 1 Programme events 1 Links 2" in page
        assert "Migratory pressures" in page  # the link without an address is worth a look

    def test_submit_with_a_comment(self, anna: Client, petra: Client) -> None:
        meeting = make_meeting()
        response = send_step(anna, meeting, "submit/", remark="Άσυλο: please look at item 1.")
        assert f"Submitted for approval: “{meeting}”. These people can approve it: petra." in read_visible_words(
            response
        )
        assert "In review since 14 Sep 10:00, submitted by anna" in read_visible_words(response)
        assert "Waiting for approval. These people can approve it: petra." in read_visible_words(response)
        assert Revision.objects.filter(why=RevisionReason.SUBMITTED).get().remark == "Άσυλο: please look at item 1."
        assert list_history(meeting) == ["Submitted for approval. “Άσυλο: please look at item 1.”"]

    def test_message_if_nobody_else_can_approve(self, petra: Client) -> None:
        response = send_step(petra, make_meeting(), "submit/")
        assert "Nobody else can approve it yet. Contact an administrator." in read_visible_words(response)

    def test_superusers_are_named_as_last_resort(self, petra: Client) -> None:
        User.objects.create_superuser("root", password="x")
        meeting = make_meeting()
        assert "These people can approve it: root." in read_visible_words(send_step(petra, meeting, "submit/"))
        assert "a colleague must approve it. These people can approve it: root." in read_screen(
            petra, meeting, "change/"
        )
        assert "These people can approve it: root." in read_screen(petra, meeting, "review/")

    def test_changes_are_shown_word_by_word(self, anna: Client, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        correct_item_title(meeting, "Migration <policy> & άσυλο")
        page = read_screen(anna, meeting, "submit/")
        assert "from published edition 1" in page
        assert "new: <policy> & άσυλο" in page

    def test_submit_a_topic(self, anna: Client) -> None:
        topic = make_topic()
        assert "Title Migration policy Links 0" in read_screen(anna, topic, "submit/")
        send_step(anna, topic, "submit/")
        assert list_submissions() == 1


class TestTranslations:
    @pytest.fixture
    def meeting(self, anna: Client) -> Meeting:
        """A meeting at 10:00; French and Greek have another time; Finnish is complete."""
        meeting = make_meeting(lead="<p>They meet at 10:00.</p>")
        for code, lead in (
            ("fr", "<p>Ils se réunissent à 11h00.</p>"),
            ("el", "<p>Συνεδριάζουν στις 12:00.</p>"),
            ("fi", "<p>He kokoontuvat klo 10.00.</p>"),
        ):
            translate_all(meeting, code, lead)
        save_correction(meeting, "anna")
        return meeting

    def test_time_differences_of_all_languages_are_listed(self, anna: Client, meeting: Meeting) -> None:
        before = list_submissions()
        page = read_visible_words(send_step(anna, meeting, "submit/", language=["el", "fr", "fi"]))
        assert "ελληνικά: a time differs from the original. The original says 10:00" in page
        assert "français: a time differs from the original. The original says 10:00" in page
        assert list_submissions() == before

    def test_time_difference_does_not_prevent_submission(self, anna: Client, meeting: Meeting) -> None:
        page = anna.get(get_step_url(meeting, "submit/"))
        assert re.findall(r'name="language" value="(\w+)" checked', page.content.decode()) == ["fi"]
        assert "You can submit this language once that is corrected or confirmed" in read_visible_words(page)
        assert f"{LIST}{meeting.pk}/translate/fr/" in page.content.decode()
        send_step(anna, meeting, "submit/", language=["fi"])
        assert list_submissions() == 1


def translate_all(meeting: Meeting, language: str, lead: str) -> None:
    for row, field, text in (
        (meeting, "lead", lead),
        (meeting.agenda.get(), "title", "…"),
        (meeting.agenda.get(), "text", "<p>…</p>"),
        (meeting.sessions.get(), "title", "…"),
        (meeting.chairs.get(), "role", "…"),
        (meeting.programme.get(), "title", "…"),
        (meeting.links.get(), "title", "…"),
        (meeting.agenda.get().links.get(), "title", "…"),
    ):
        translate(meeting, row, language, **{field: text})


class TestTogether:
    def test_submit_from_the_list(self, anna: Client, petra: Client) -> None:
        meetings = [make_meeting("jha"), make_meeting("env")]
        chosen = {"action": "submit_together", "_selected_action": [str(one.pk) for one in meetings]}
        response = anna.post(LIST, chosen, follow=True)
        [(address, _status)] = response.redirect_chain
        assert all(str(one) in read_visible_words(response) for one in meetings)
        anna.post(address, {"shown": list_hidden_values(response, "shown")})
        assert list_submissions() == 2

    def test_meeting_names_the_topic_submitted_with_it(self, anna: Client) -> None:
        meeting, topic = make_meeting(), make_topic()
        meeting.agenda.get().topics.add(topic)
        assert "is not published, so it is left out" in read_screen(anna, meeting, "submit/")
        assert "is left out" not in read_screen(anna, meeting, f"submit/?with={topic.pk}")
        send_step(anna, meeting, f"submit/?with={topic.pk}")
        [document] = Revision.objects.filter(subject_id=meeting.pk, why=RevisionReason.SUBMITTED).get().documents.all()
        assert '"slug":"migration-policy"' in document.document.text

    def test_nothing_is_submitted_if_one_is_refused(self, anna: Client) -> None:
        good, bad = make_meeting("env"), make_meeting(status="cancelled")
        response = anna.get(get_step_url(good, f"submit/?with={bad.pk}"))
        assert "Submit for approval" not in list_buttons(response)
        anna.post(get_step_url(good, f"submit/?with={bad.pk}"), {"shown": ["x"]})
        assert list_submissions() == 0

    @pytest.mark.parametrize("address", [LIST, TOPICS])
    def test_action_is_hidden_without_permission(self, db: None, clock: Any, address: str) -> None:
        make_meeting(), make_topic()
        page = create_client_with_role("Translators").get(address).content.decode()
        assert "submit_together" not in page
        assert "release_together" not in page


class TestSaveAndSubmit:
    """The button saves the meeting or topic and then opens the step."""

    def test_invalid_form_is_not_saved(self, anna: Client) -> None:
        refused = get_form_errors(anna, get_step_url(make_meeting(), "change/"), start_date="soon", _submit="x")
        assert "start_date" in refused

    @pytest.mark.parametrize(("make", "field"), [(make_meeting, "notice"), (make_topic, "title")])
    def test_step_shows_what_was_typed(self, anna: Client, make: Any, field: str) -> None:
        subject = make()
        assert list_buttons(anna.get(get_step_url(subject, "change/")))[0] == "Save and submit…"
        response = save_form(anna, get_step_url(subject, "change/"), **{field: "Just typed", "_submit": "x"})
        assert response["Location"] == get_step_url(subject, "submit/")
        subject.refresh_from_db()
        assert getattr(subject, field) == "Just typed"

    def test_save_and_submit_a_new_meeting(self, anna: Client) -> None:
        values = {"configuration": str(make_configuration().pk), "start_date": str(PRESS_DATE), "_submit": "x"}
        assert save_form(anna, f"{LIST}add/", **values)["Location"].endswith("/submit/")

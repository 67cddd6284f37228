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
from tests.admin_forms import member_of, refusals, saved
from tests.agenda.admin.screens import (
    LIST,
    TOPICS,
    actor,
    address_of,
    approved,
    buttons,
    correct,
    errors_beside,
    hidden,
    history_of,
    kept,
    person,
    sent,
    shown,
    words,
)
from tests.factories import PRESS_DATE, PRESS_DAY, make_configuration, make_meeting, make_topic, publish_now, translate

pytestmark = pytest.mark.once


def digests(meeting: Meeting) -> list[str]:
    return [compute_draft_digest(document) for document in build_drafts(meeting, timezone.now())]


def submissions() -> int:
    return Revision.objects.filter(why=RevisionReason.SUBMITTED).count()


class TestRefused:
    @pytest.mark.parametrize("role", ["Translators", "Duty", "Administrators"])
    def test_refusal_names_who_may_submit(self, anna: Client, role: str) -> None:
        meeting = make_meeting()
        page = words(person("somebody", role).get(address_of(meeting, "submit/")), 403)
        refusal = f"You do not have permission to submit “{meeting}” for approval. Ask one of these people: anna."
        assert f"{refusal} Nothing was changed." in page

    def test_other_desks_are_refused(self, anna: Client) -> None:
        other = person("emil", "Authors", of="env")
        assert other.post(address_of(make_meeting(), "submit/")).status_code == 403
        assert submissions() == 0

    def test_subject_of_another_desk_is_refused(self, anna: Client) -> None:
        ours, theirs = make_meeting("env"), make_meeting("jha")
        emil = person("emil", "Authors", of="env")
        page = words(emil.get(address_of(ours, f"submit/?with={theirs.pk}")), 403)
        assert f"You do not have permission to submit “{theirs}” for approval" in page

    @pytest.mark.parametrize("key", ["6f0f6b9e-52a4-4f0e-9a55-5d6a5a1c0009"])
    def test_unknown_subject_is_not_found(self, anna: Client, key: str) -> None:
        assert anna.get(address_of(make_meeting(), f"submit/?with={key}")).status_code == 404

    def test_errors_prevent_submission(self, anna: Client) -> None:
        response = anna.get(address_of(make_meeting(status="cancelled"), "submit/"))
        assert "Enter the public reason why the meeting is postponed or cancelled." in words(response)
        assert "This cannot be submitted yet." in words(response)
        assert "Submit for approval" not in buttons(response)

    def test_circular_agenda_is_reported(self, anna: Client) -> None:
        meeting = make_meeting()
        first, second = meeting.agenda.get(), AgendaItem.objects.create(meeting=meeting, title="Second")
        AgendaItem.objects.filter(pk=first.pk).update(parent=second)
        AgendaItem.objects.filter(pk=second.pk).update(parent=first)
        assert "in a circle" in shown(anna, meeting, "submit/")

    def test_change_saved_meanwhile_is_not_submitted(self, anna: Client) -> None:
        meeting = make_meeting()
        page = anna.get(address_of(meeting, "submit/"))
        correct(meeting, "What a colleague saved")
        response = anna.post(address_of(meeting, "submit/"), {"shown": hidden(page, "shown")})
        assert "Someone saved a change after you opened this page" in words(response)
        assert submissions() == 0
        anna.post(address_of(meeting, "submit/"), {"shown": hidden(response, "shown")})
        assert submissions() == 1

    def test_subject_deleted_meanwhile_is_reported(self, anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        meeting = make_meeting()

        def submit_what_is_gone(*subjects: Meeting, **options: Any) -> None:
            Meeting.objects.all().delete()
            workflow.submit(*subjects, **options)

        monkeypatch.setattr(submitting, "submit", submit_what_is_gone)
        page = anna.post(address_of(meeting, "submit/"), follow=True)
        assert page.redirect_chain == [(LIST, 302)]
        assert f"“{meeting}” has been deleted." in words(page)

    def test_unchanged_text_is_not_submitted_twice(self, anna: Client, petra: Client) -> None:
        meeting = make_meeting()
        sent(anna, meeting, "submit/")
        self.is_refused(anna, meeting, f"“{meeting}” is already in review and has not changed since.")
        assert submissions() == 1

    def is_refused(self, anna: Client, meeting: Meeting, expected: str) -> None:
        page = anna.get(address_of(meeting, "submit/"))
        assert expected in words(page)
        assert "Submit for approval" not in buttons(page)
        assert expected in words(anna.post(address_of(meeting, "submit/"), {"shown": digests(meeting)}))

    def test_approved_text_is_not_submitted_again(self, anna: Client, petra: Client, clock: Any) -> None:
        meeting = make_meeting()
        approved(meeting, by="petra", submitter="anna")
        self.is_refused(anna, meeting, "is already approved.")
        clock.move_to(workflow.publish(meeting, by=actor("petra"))[0].available_from)
        self.is_refused(anna, meeting, "is the same as the published version.")
        assert submissions() == 1

    def test_text_sent_back_can_be_submitted_unchanged(self, anna: Client, petra: Client) -> None:
        meeting = make_meeting()
        sent(anna, meeting, "submit/")
        sent(petra, meeting, "review/", send_back="x", remark="Is that so?")
        sent(anna, meeting, "submit/", remark="It is.")
        assert submissions() == 2

    def test_text_published_without_approval_is_not_submitted(self, anna: Client, petra: Client, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        self.is_refused(anna, meeting, "was published without approval. It only needs to be approved now.")
        assert submissions() == 0

    def test_text_forced_and_cancelled_can_be_submitted(self, anna: Client, petra: Client) -> None:
        meeting = make_meeting()
        workflow.publish(meeting, by=actor("petra"), force="It burns.", at=PRESS_DAY + dt.timedelta(hours=2))
        workflow.call_off_edition(meeting, by=actor("petra"))
        sent(anna, meeting, "submit/")
        assert submissions() == 1

    def test_long_comment_is_refused(self, anna: Client) -> None:
        response = sent(anna, make_meeting(), "submit/", remark="α" * (MAX_REMARK_LENGTH + 1))
        assert errors_beside(response, "remark") == ["This must be 1000 characters or fewer. It has 1001."]
        assert "maxlength" not in response.content.decode()  # a browser would cut what is pasted, and say nothing
        assert submissions() == 0


class TestSubmitted:
    def test_first_submission_shows_a_summary(self, anna: Client) -> None:
        page = shown(anna, make_meeting(), "submit/")
        assert "Title Justice and Home Affairs Council" in page
        assert "Dates 14 September 2060 Place Brussels, Europa building" in page
        assert "Agenda items 1 Programme events 1 Links 2" in page
        assert "Migratory pressures" in page  # the link without an address is worth a look

    def test_submit_with_a_comment(self, anna: Client, petra: Client) -> None:
        meeting = make_meeting()
        response = sent(anna, meeting, "submit/", remark="Άσυλο: please look at item 1.")
        assert f"Submitted for approval: “{meeting}”. These people can approve it: petra." in words(response)
        assert "Being reviewed since 14 Sep 10:00, submitted by anna" in words(response)
        assert "Waiting for approval. These people can approve it: petra." in words(response)
        assert Revision.objects.filter(why=RevisionReason.SUBMITTED).get().remark == "Άσυλο: please look at item 1."
        assert history_of(meeting) == ["Submitted for approval. “Άσυλο: please look at item 1.”"]

    def test_message_if_nobody_else_can_approve(self, petra: Client) -> None:
        response = sent(petra, make_meeting(), "submit/")
        assert "Nobody else can approve it yet. Contact an administrator." in words(response)

    def test_superusers_are_named_as_last_resort(self, petra: Client) -> None:
        User.objects.create_superuser("root", password="x")
        meeting = make_meeting()
        assert "These people can approve it: root." in words(sent(petra, meeting, "submit/"))
        assert "a colleague must approve it. These people can: root." in shown(petra, meeting, "change/")
        assert "These people can: root." in shown(petra, meeting, "review/")

    def test_changes_are_shown_word_by_word(self, anna: Client, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        correct(meeting, "Migration <policy> & άσυλο")
        page = shown(anna, meeting, "submit/")
        assert "from the published version (edition 1)" in page
        assert "new: <policy> & άσυλο" in page

    def test_submit_a_topic(self, anna: Client) -> None:
        topic = make_topic()
        assert "Title Migration policy Links 0" in shown(anna, topic, "submit/")
        sent(anna, topic, "submit/")
        assert submissions() == 1


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
        kept(meeting, "anna")
        return meeting

    def test_time_differences_of_all_languages_are_listed(self, anna: Client, meeting: Meeting) -> None:
        before = submissions()
        page = words(sent(anna, meeting, "submit/", language=["el", "fr", "fi"]))
        assert "ελληνικά: a time differs from the original. The original says 10:00" in page
        assert "français: a time differs from the original. The original says 10:00" in page
        assert submissions() == before

    def test_time_difference_does_not_prevent_submission(self, anna: Client, meeting: Meeting) -> None:
        page = anna.get(address_of(meeting, "submit/"))
        assert re.findall(r'name="language" value="(\w+)" checked', page.content.decode()) == ["fi"]
        assert "You can submit this language once that is corrected or confirmed" in words(page)
        assert f"{LIST}{meeting.pk}/translate/fr/" in page.content.decode()
        sent(anna, meeting, "submit/", language=["fi"])
        assert submissions() == 1


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
        assert all(str(one) in words(response) for one in meetings)
        anna.post(address, {"shown": hidden(response, "shown")})
        assert submissions() == 2

    def test_meeting_names_the_topic_submitted_with_it(self, anna: Client) -> None:
        meeting, topic = make_meeting(), make_topic()
        meeting.agenda.get().topics.add(topic)
        assert "is not published, so it is left out" in shown(anna, meeting, "submit/")
        assert "is left out" not in shown(anna, meeting, f"submit/?with={topic.pk}")
        sent(anna, meeting, f"submit/?with={topic.pk}")
        [document] = Revision.objects.filter(subject_id=meeting.pk, why=RevisionReason.SUBMITTED).get().documents.all()
        assert '"slug":"migration-policy"' in document.document.text

    def test_nothing_is_submitted_if_one_is_refused(self, anna: Client) -> None:
        good, bad = make_meeting("env"), make_meeting(status="cancelled")
        response = anna.get(address_of(good, f"submit/?with={bad.pk}"))
        assert "Submit for approval" not in buttons(response)
        anna.post(address_of(good, f"submit/?with={bad.pk}"), {"shown": ["x"]})
        assert submissions() == 0

    @pytest.mark.parametrize("address", [LIST, TOPICS])
    def test_action_is_hidden_without_permission(self, db: None, clock: Any, address: str) -> None:
        make_meeting(), make_topic()
        page = member_of("Translators").get(address).content.decode()
        assert "submit_together" not in page
        assert "release_together" not in page


class TestSaveAndSubmit:
    """The button saves the meeting or topic and then opens the step."""

    def test_invalid_form_is_not_saved(self, anna: Client) -> None:
        refused = refusals(anna, address_of(make_meeting(), "change/"), start_date="soon", _submit="x")
        assert "start_date" in refused

    @pytest.mark.parametrize(("make", "field"), [(make_meeting, "notice"), (make_topic, "title")])
    def test_step_shows_what_was_typed(self, anna: Client, make: Any, field: str) -> None:
        subject = make()
        assert buttons(anna.get(address_of(subject, "change/")))[0] == "Save and submit…"
        response = saved(anna, address_of(subject, "change/"), **{field: "Just typed", "_submit": "x"})
        assert response["Location"] == address_of(subject, "submit/")
        subject.refresh_from_db()
        assert getattr(subject, field) == "Just typed"

    def test_save_and_submit_a_new_meeting(self, anna: Client) -> None:
        values = {"configuration": str(make_configuration().pk), "start_date": str(PRESS_DATE), "_submit": "x"}
        assert saved(anna, f"{LIST}add/", **values)["Location"].endswith("/submit/")

"""Submission for approval, with a checklist and a comment."""

import datetime as dt
import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from agenda.admin import publication_outlook, screen
from agenda.admin.steps import submitting
from agenda.models import AgendaItem, Revision, RevisionReason
from agenda.workflow.drafts import build_drafts, compute_draft_digest
from agenda.workflow.errors import MAX_REMARK_LENGTH
from agenda.workflow.publication import publish
from agenda.workflow.review_actions import send_back, submit
from agenda.workflow.scheduled_releases import call_off_edition
from meetings.models import Meeting, User
from tests.admin_forms import read_messages
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
    list_pages_in_frames,
    read_screen,
    read_visible_words,
    save_correction,
    send_step,
    submit_and_approve,
    submit_as,
)
from tests.agenda.admin.translation.editor import translate_texts
from tests.agenda.workflow.revision_helpers import save_revision
from tests.agenda.workflow.users import get_shown
from tests.factories import PRESS_DAY, make_meeting, make_topic, publish_now, translate

pytestmark = pytest.mark.once


def compute_digests(meeting: Meeting) -> list[str]:
    return [compute_draft_digest(document) for document in build_drafts(meeting, timezone.now())]


def post_submission(client: Client, meeting: Meeting, **values: Any) -> Any:
    """Send what the screen sends of a text in one language."""
    return client.post(get_step_url(meeting, "submit/"), {"shown": compute_digests(meeting)} | values)


def list_submissions() -> int:
    return Revision.objects.filter(why=RevisionReason.SUBMITTED).count()


class TestRefused:
    def test_refusal_names_who_may_submit(self, press_office: None) -> None:
        meeting = make_meeting()
        refusal = (
            f"You do not have permission to submit “{meeting}” for approval. Ask one of these people: anna, petra."
        )
        for role in ("Translators", "Duty", "Administrators"):
            client = create_client(role.lower(), role)
            page = read_visible_words(client.get(get_step_url(meeting, "submit/")), 403)
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
        shown = compute_digests(meeting)
        correct_item_title(meeting, "What a colleague saved")
        response = anna.post(get_step_url(meeting, "submit/"), {"shown": shown})
        assert "Someone saved a change after you opened this page" in read_visible_words(response)
        assert list_submissions() == 0
        anna.post(get_step_url(meeting, "submit/"), {"shown": list_hidden_values(response, "shown")})
        assert list_submissions() == 1

    def test_subject_deleted_meanwhile_is_reported(self, anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        meeting = make_meeting()

        def submit_what_is_gone(*subjects: Meeting, **options: Any) -> None:
            Meeting.objects.all().delete()
            submit(*subjects, **options)

        monkeypatch.setattr(submitting, "submit", submit_what_is_gone)
        response = anna.post(get_step_url(meeting, "submit/"))
        assert response["Location"] == LIST
        assert f"“{meeting}” has been deleted." in read_messages(response)

    def test_unchanged_text_has_no_button(self, anna: Client, petra: Client) -> None:
        meeting = make_meeting()
        submit_as(meeting, by="anna")
        page = anna.get(get_step_url(meeting, "submit/"))
        assert f"“{meeting}” is already in review and has not changed since." in read_visible_words(page)
        assert "Submit for approval" not in list_buttons(page)

    def is_refused(self, anna: Client, meeting: Meeting, expected: str) -> None:
        page = post_submission(anna, meeting)
        assert expected in read_visible_words(page)
        assert "Submit for approval" not in list_buttons(page)

    def test_approved_text_is_not_submitted_again(self, anna: Client, petra: Client, clock: Any) -> None:
        meeting = make_meeting()
        submit_and_approve(meeting, by="petra", submitter="anna")
        self.is_refused(anna, meeting, "is already approved.")
        clock.move_to(publish(meeting, by=get_actor("petra"))[0].available_from)
        self.is_refused(anna, meeting, "is the same as the published edition.")
        assert list_submissions() == 1

    def test_text_sent_back_can_be_submitted_unchanged(self, anna: Client, petra: Client) -> None:
        meeting = make_meeting()
        submit_as(meeting, by="anna")
        send_back(meeting, by=get_actor("petra"), shown=get_shown(meeting), remark="Is that so?")
        post_submission(anna, meeting, remark="It is.")
        assert list_submissions() == 2

    def test_text_published_without_approval_is_not_submitted(self, anna: Client, petra: Client, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        self.is_refused(anna, meeting, "was published without approval. It only needs to be approved now.")
        assert list_submissions() == 0

    def test_text_forced_and_cancelled_can_be_submitted(self, anna: Client, petra: Client) -> None:
        meeting = make_meeting()
        publish(meeting, by=get_actor("petra"), force="It burns.", at=PRESS_DAY + dt.timedelta(hours=2))
        call_off_edition(meeting, by=get_actor("petra"))
        post_submission(anna, meeting)
        assert list_submissions() == 1

    def test_long_comment_is_refused(self, anna: Client) -> None:
        response = post_submission(anna, make_meeting(), remark="α" * (MAX_REMARK_LENGTH + 1))
        assert list_field_errors(response, "remark") == ["This must be 1000 characters or fewer. It has 1001."]
        assert "maxlength" not in response.content.decode()  # a browser would cut what is pasted, and say nothing
        assert list_submissions() == 0


class TestSubmitted:
    def test_first_submission_shows_the_whole_text_and_takes_a_comment(self, anna: Client, petra: Client) -> None:
        meeting = make_meeting()
        page = anna.get(get_step_url(meeting, "submit/"))
        [text] = list_pages_in_frames(page)
        assert "Andres Anvelt" in text
        assert "data-text" in text  # as on the review screen
        assert "Migratory pressures" in read_visible_words(page)  # the link without an address is worth a look
        values = {"shown": list_hidden_values(page, "shown"), "remark": "Άσυλο: please look at item 1."}
        response = anna.get(anna.post(get_step_url(meeting, "submit/"), values)["Location"])
        assert f"Submitted for approval: “{meeting}”. These people can approve it: petra." in read_visible_words(
            response
        )
        after = read_screen(anna, meeting, "change/")
        assert "In review since 14 Sep 10:00, submitted by anna" in after
        assert "Waiting for approval. These people can approve it: petra." in after
        assert Revision.objects.filter(why=RevisionReason.SUBMITTED).get().remark == "Άσυλο: please look at item 1."
        assert list_history(meeting) == ["Submitted for approval. “Άσυλο: please look at item 1.”"]

    def test_message_if_nobody_else_can_approve(self, petra: Client) -> None:
        response = post_submission(petra, make_meeting())
        assert "Nobody else can approve it yet. Contact an administrator." in read_messages(response)

    def test_superusers_are_named_as_last_resort(self, petra: Client) -> None:
        User.objects.create_superuser("root", password="x")
        meeting = make_meeting()
        expected = "An administrator can approve it, since nobody else can: root."
        assert expected in read_messages(post_submission(petra, meeting))
        assert f"a colleague must approve it. {expected}" in read_screen(petra, meeting, "change/")

    def test_changes_are_shown_word_by_word(self, anna: Client, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        correct_item_title(meeting, "Migration <policy> & άσυλο")
        page = read_screen(anna, meeting, "submit/")
        assert "from published edition 1" in page
        assert list_pages_in_frames(anna.get(get_step_url(meeting, "submit/"))) == []
        assert "new: <policy> & άσυλο" in page

    def test_submit_a_topic(self, anna: Client) -> None:
        topic = make_topic()
        [text] = list_pages_in_frames(anna.get(get_step_url(topic, "submit/")))
        assert "About migration-policy." in text
        send_step(anna, topic, "submit/")
        assert list_submissions() == 1


@pytest.fixture(scope="class")
def translated(press_office: None, class_clock: Any) -> None:
    """A meeting at 10:00; French and Greek have another time; Finnish is complete."""
    meeting = make_meeting(lead="<p>They meet at 10:00.</p>")
    for code, lead in (
        ("fr", "<p>Ils se réunissent à 11h00.</p>"),
        ("el", "<p>Συνεδριάζουν στις 12:00.</p>"),
        ("fi", "<p>He kokoontuvat klo 10.00.</p>"),
    ):
        translate_all(meeting, code, lead)
    save_correction(meeting, "anna")


def translate_all(meeting: Meeting, language: str, lead: str) -> None:
    item: Any = meeting.agenda.get()
    rows = (item, meeting.sessions.get(), meeting.programme.get(), meeting.links.get(), item.links.get())
    texts = {(meeting, "lead"): lead, (item, "text"): "<p>…</p>", (meeting.chairs.get(), "role"): "…"}
    translate_texts(meeting, language, texts | {(row, "title"): "…" for row in rows})


@pytest.mark.usefixtures("translated")
class TestTranslations:
    def test_time_differences_of_all_languages_are_listed(self, anna: Client) -> None:
        meeting = Meeting.objects.get()
        page = read_visible_words(send_step(anna, meeting, "submit/", language=["el", "fr", "fi"]))
        assert "ελληνικά: a time differs from the original. The original says 10:00" in page
        assert "français: a time differs from the original. The original says 10:00" in page
        assert list_submissions() == 0

    def test_time_difference_does_not_prevent_submission(self, anna: Client) -> None:
        meeting = Meeting.objects.get()
        page = anna.get(get_step_url(meeting, "submit/"))
        assert re.findall(r'name="language" value="(\w+)" checked', page.content.decode()) == ["fi"]
        assert "You can submit this language once that is corrected or confirmed" in read_visible_words(page)
        assert f"{LIST}{meeting.pk}/translate/fr/" in page.content.decode()
        shown = list_hidden_values(page, "shown")
        anna.post(get_step_url(meeting, "submit/"), {"shown": shown, "language": ["fi"]})
        assert list_submissions() == 1


class TestTogether:
    def test_submit_from_the_list(self, anna: Client, petra: Client) -> None:
        meetings = [make_meeting("jha"), make_meeting("env")]
        chosen = {"action": "submit_together", "_selected_action": [str(one.pk) for one in meetings]}
        address = anna.post(LIST, chosen)["Location"]
        response = anna.get(address)
        assert all(str(one) in read_visible_words(response) for one in meetings)
        anna.post(address, {"shown": list_hidden_values(response, "shown")})
        assert list_submissions() == 2

    def test_meeting_names_the_topic_submitted_with_it(self, anna: Client) -> None:
        meeting, topic = make_meeting(), make_topic()
        meeting.agenda.get().topics.add(topic)
        assert "is not published, so it is left out" in read_screen(anna, meeting, "submit/")
        both = anna.get(get_step_url(meeting, f"submit/?with={topic.pk}"))
        assert list_buttons(both) == ["Submit 2 pages for approval"]
        assert "is left out" not in read_visible_words(both)
        anna.post(get_step_url(meeting, f"submit/?with={topic.pk}"), {"shown": list_hidden_values(both, "shown")})
        [document] = Revision.objects.filter(subject_id=meeting.pk, why=RevisionReason.SUBMITTED).get().documents.all()
        assert '"slug":"migration-policy"' in document.document.text

    def test_nothing_is_submitted_if_one_is_refused(self, anna: Client) -> None:
        good, bad = make_meeting("env"), make_meeting(status="cancelled")
        response = anna.post(get_step_url(good, f"submit/?with={bad.pk}"), {"shown": ["x"]})
        assert not any(label.startswith("Submit") for label in list_buttons(response))
        assert list_submissions() == 0

    def test_pages_that_were_deleted_meanwhile_are_not_submitted(self, anna: Client) -> None:
        for key in (str(uuid4()), "x"):
            response = anna.post(LIST, {"action": "submit_together", "index": "0", "_selected_action": [key]})
            assert (response.status_code, response["Location"]) == (302, LIST)

    def test_few_can_be_chosen_together(self, anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        """All are built for one page: twenty-five long drafts took the memory of the editors' process."""
        monkeypatch.setattr(screen, "MAX_SUBJECTS", 2)
        monkeypatch.setattr(publication_outlook, "MAX_PAGE_LENGTH", 0)
        meetings = [make_meeting(slug) for slug in ("env", "jha", "ecofin")]
        query = "&".join(f"with={meeting.pk}" for meeting in meetings[1:])
        page = anna.get(get_step_url(meetings[0], f"submit/?{query}"))
        words = read_visible_words(page)
        assert f"At most 2 meetings and topics can be chosen together. Left out: “{meetings[2]}”." in words
        assert "The texts above are too long for this page to show this one, too." in words
        assert not list_hidden_values(page, "shown")
        assert "Submit 2 pages" not in words

    def test_texts_that_are_chosen_together_are_not_too_long(
        self, anna: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Twenty notes of two megabytes took the memory of the editors' process."""
        monkeypatch.setattr(screen, "MAX_BYTES_TOGETHER", 8_000)
        short, long, translated = (make_meeting(slug, notice="x" * 500) for slug in ("env", "jha", "ecofin"))
        Meeting.objects.filter(pk=long.pk).update(lead="x" * 9_000)
        translate(translated, notice="y" * 9_000)
        for meeting in (short, long, translated):
            save_revision(Meeting.objects.get(pk=meeting.pk))
        for other in (long, translated):
            for first, second in ((short, other), (other, short)):
                page = read_visible_words(anna.get(get_step_url(first, f"submit/?with={second.pk}")))
                assert f"The texts are too long to be shown together. Left out: “{second}”." in page
        monkeypatch.setattr(screen, "MAX_BYTES_TOGETHER", 30_000)
        address = get_step_url(short, f"submit/?with={long.pk}")
        opened = anna.get(address)
        assert "Left out" not in read_visible_words(opened)
        monkeypatch.setattr(screen, "MAX_BYTES_TOGETHER", 8_000)  # as if somebody had saved a longer text meanwhile
        assert anna.post(address, {"shown": list_hidden_values(opened, "shown")})["Location"] == address
        page = read_visible_words(anna.get(address))
        assert "Nothing was done: some of these texts are longer now." in page
        assert list_submissions() == 0

    def test_another_page_can_be_added_while_the_comment_is_too_long(self, anna: Client) -> None:
        meeting, topic = make_meeting(), make_topic()
        page = send_step(anna, meeting, "submit/", more=str(topic.pk), remark="x" * 1_001)
        assert str(topic) in read_visible_words(page)
        assert list_submissions() == 0

    @pytest.mark.parametrize("address", [LIST, TOPICS])
    def test_action_is_hidden_without_permission(self, press_office: None, address: str) -> None:
        make_meeting(), make_topic()
        page = create_client("ines", "Translators").get(address).content.decode()
        assert "submit_together" not in page
        assert "release_together" not in page

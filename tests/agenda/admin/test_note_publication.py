"""What the note editor says about publication: status by language, next step, and approvals lost by a change."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agenda.models import BackgroundTopic
from agenda.workflow.planned_releases import plan_release
from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve, send_back
from meetings.models import Meeting
from tests.agenda.admin.screens import (
    create_client,
    extract_words,
    get_actor,
    read_screen,
    save_correction,
    submit_and_approve,
    submit_as,
)
from tests.agenda.workflow.users import get_shown
from tests.factories import make_meeting, make_topic, publish_now, translate, withdraw
from tests.note_editor import read_publication, save_in_editor

pytestmark = pytest.mark.once

AT_SIX = dt.datetime(2060, 9, 14, 16, tzinfo=dt.UTC)
GONE = "You changed text that was approved. It must be approved again: English."


@pytest.fixture(scope="module")
def approved(press_office: None, world_clock: Any) -> None:
    """A meeting approved by petra."""
    submit_and_approve(make_meeting(), by="petra", submitter="anna")


@pytest.fixture
def meeting(approved: None) -> Meeting:
    return Meeting.objects.get()


class TestChangesOfApprovedText:
    def test_save_without_change_keeps_the_approval(self, anna: Client, meeting: Meeting) -> None:
        assert save_in_editor(anna, meeting)["message"] == ""
        assert "Approved by petra, 14 Sep 10:00" in read_screen(anna, meeting, "change/")

    def test_change_loses_the_approval_with_a_warning(self, anna: Client, meeting: Meeting) -> None:
        answer = save_in_editor(anna, meeting, notice="Another.")
        assert answer["message"] == f"{GONE} Submit it for approval again."
        page = read_screen(anna, meeting, "change/")
        assert "Changed since approval (petra, 14 Sep 10:00)" in page

    def test_first_edit_of_a_live_text_gives_no_warning(self, anna: Client, meeting: Meeting, clock: Any) -> None:
        clock.move_to(publish(meeting, by=get_actor("petra"))[0].available_from)
        assert save_in_editor(anna, meeting, notice="Another.")["message"] == ""
        assert "Changed since edition 1" in read_screen(anna, meeting, "change/")

    def test_approval_is_lost_in_every_changed_language(self, anna: Client, meeting: Meeting) -> None:
        """Translations without new words are approved together with the source text."""
        translate(meeting, meeting.agenda.get(), title="Politique migratoire")
        submit_and_approve(meeting, by="petra", submitter="anna")
        answer = save_in_editor(anna, meeting, lambda note: note["agenda"][0].update(title="Asylum"))
        assert answer["message"] == f"{GONE[:-1]}, français. Submit it for approval again."

    def test_changing_back_to_the_approved_text_restores_the_approval(self, anna: Client, meeting: Meeting) -> None:
        for notice in ("Another.", ""):
            Meeting.objects.update(notice=notice)
            save_correction(meeting, by="anna")
        page = read_screen(anna, meeting, "change/")
        assert "Changed since approval" not in page
        assert "Approved by petra" in page

    def test_scheduled_edition_omits_the_change(self, anna: Client, petra: Client, meeting: Meeting) -> None:
        publish(meeting, by=get_actor("petra"), at=AT_SIX)
        assert "This will be published at 18:00 (Brussels time) as it was approved." in read_screen(
            anna, meeting, "change/"
        )
        answer = save_in_editor(anna, meeting, notice="Another.")
        assert "will be published without your change." in answer["message"]
        page = read_screen(anna, meeting, "change/")
        assert "This will be published at 18:00 without your latest change." in page
        assert "Another text is scheduled for 14 Sep 18:00" in page


def next_step(client: Client, subject: Any) -> str:
    """Return the label of the button of the next step."""
    step = read_publication(client, subject).partition('data-place="step"')[2].partition("</div>")[0]
    buttons = re.findall(r'<(?:a|button)[^>]* class="([^"]*)"[^>]*>(.*?)</', step)
    return " ".join(label for names, label in buttons if "if-unsaved" not in names)


def list_menu(client: Client, subject: Any) -> list[str]:
    """Return the labels of the links of the menu about approval and publication."""
    menu = read_publication(client, subject).partition('data-place="menu"')[2].partition("</ul>")[0]
    return re.findall(r"<a [^>]*>(.*?)</a>", menu)


def read_progress(client: Client, subject: Any) -> str:
    return extract_words(read_publication(client, subject).partition('<div data-place="progress">')[2])


def save_other_title(topic: BackgroundTopic, title: str = "Asylum") -> None:
    BackgroundTopic.objects.filter(pk=topic.pk).update(title=title)
    save_correction(topic, by="anna")


class TestNextStep:
    """Topics have the same steps as meetings."""

    def test_from_draft_to_live(self, anna: Client, petra: Client, clock: Any) -> None:
        topic = make_topic()
        assert next_step(anna, topic) == next_step(petra, topic) == "Submit for approval"
        submit_as(topic, by="anna")
        assert (next_step(anna, topic), next_step(petra, topic)) == ("", "Review…")
        send_back(topic, by=get_actor("petra"), shown=get_shown(topic), remark="Too short.")
        assert next_step(anna, topic) == "Submit for approval"
        BackgroundTopic.objects.update(title="Asylum")
        submit_and_approve(topic, by="petra", submitter="anna")
        assert next_step(petra, topic) == "Publish…"
        clock.move_to(publish(topic, by=get_actor("petra"))[0].available_from)
        assert next_step(petra, topic) == ""

    def test_change_of_a_submitted_text_takes_no_step_from_anybody(self, anna: Client, petra: Client) -> None:
        topic = make_topic()
        submit_as(topic, by="anna")
        save_other_title(topic)
        assert (next_step(anna, topic), next_step(petra, topic)) == ("Submit for approval", "Review…")
        assert list_menu(anna, topic)[:1] == ["View the review"]
        assert list_menu(petra, topic)[:2] == ["Submit for approval…", "Publish…"]
        assert read_progress(anna, topic) == (
            "English In review since 14 Sep 10:00, submitted by anna Draft changed since The draft differs from the "
            "text in review. To have the draft approved instead, submit it again. View the review "
            "Waiting for approval. These people can approve it: petra."
        )
        send_back(topic, by=get_actor("petra"), shown=get_shown(topic), remark="Too short.")
        assert (next_step(anna, topic), next_step(petra, topic)) == ("Submit for approval", "Submit for approval")
        assert read_progress(anna, topic) == "English Draft"

    def test_change_of_an_approved_text_takes_no_step_from_anybody(self, anna: Client, petra: Client) -> None:
        topic = make_topic()
        submit_and_approve(topic, by="petra", submitter="anna")
        save_other_title(topic)
        assert (next_step(anna, topic), next_step(petra, topic)) == ("Submit for approval", "Publish…")
        assert list_menu(petra, topic)[:2] == ["Submit for approval…", "View the review"]
        assert read_progress(petra, topic) == (
            "English Changed since approval (petra, 14 Sep 10:00) The draft differs from the approved text. "
            "To publish the draft instead, submit it for approval."
        )
        assert read_progress(anna, topic).endswith("Approved. These people can publish it: petra.")

    def test_approved_text_can_be_published_while_a_newer_one_is_in_review(
        self, anna: Client, petra: Client, piet: Client
    ) -> None:
        topic = make_topic()
        submit_and_approve(topic, by="petra", submitter="anna")
        save_other_title(topic)
        submit_as(topic, by="petra")
        assert (next_step(anna, topic), next_step(petra, topic), next_step(piet, topic)) == ("", "Publish…", "Review…")
        assert "Publish…" in list_menu(piet, topic)

    def test_correction_waits_although_the_draft_has_the_live_text_again(
        self, anna: Client, petra: Client, clock: Any
    ) -> None:
        topic = make_topic()
        submit_and_approve(topic, by="petra", submitter="anna")
        clock.move_to(publish(topic, by=get_actor("petra"))[0].available_from)
        save_other_title(topic)
        submit_as(topic, by="anna")
        save_other_title(topic, "Migration policy")
        assert (next_step(anna, topic), next_step(petra, topic)) == ("", "Review…")
        assert list_menu(petra, topic)[:1] == ["View edition 1 on the site"]
        assert read_progress(anna, topic).startswith(
            "English Live, edition 1 In review since 14 Sep 10:00, submitted by anna Draft changed since "
            "The draft differs from the text in review. View the review Waiting for approval."
        )
        approve(topic, by=get_actor("petra"), shown=get_shown(topic))
        assert next_step(petra, topic) == "Publish…"
        assert read_progress(petra, topic) == (
            "English Live, edition 1 Changed since approval (petra, 14 Sep 10:00) "
            "The draft differs from the approved text."
        )

    def test_text_published_without_approval_is_reviewed_whatever_was_saved_since(
        self, petra: Client, piet: Client, clock: Any
    ) -> None:
        topic = make_topic()
        clock.move_to(publish(topic, by=get_actor("petra"), force="Now.")[0].available_from)
        assert (next_step(petra, topic), next_step(piet, topic)) == ("", "Review…")
        save_other_title(topic)
        assert (next_step(petra, topic), next_step(piet, topic)) == ("Submit for approval", "Review…")
        assert read_progress(petra, topic).startswith(
            "English Changed since edition 1 Published without approval by petra: “Now.” You wrote or submitted"
        )

    def test_own_text_has_to_be_approved_by_a_colleague(self, petra: Client, piet: Client) -> None:
        topic = make_topic()
        submit_as(topic, by="petra")
        assert next_step(petra, topic) == ""
        expected = (
            "You wrote or submitted this text, so a colleague must approve it. These people can approve it: piet."
        )
        assert expected in read_screen(petra, topic, "change/")

    def test_viewers_see_who_can_do_the_next_step(self, meeting: Meeting) -> None:
        reader = create_client("rita", "Translators")
        draft = make_topic()
        for subject, expected in (
            (meeting, "Approved. These people can publish it: petra."),
            (draft, "These people can submit it for approval: anna, petra."),
        ):
            assert next_step(reader, subject) == ""
            assert expected in read_screen(reader, subject, "change/")

    def test_planned_release_has_no_publish_button(self, petra: Client) -> None:
        topic = make_topic()
        submit_as(topic, by="anna")
        plan_release(topic, by=get_actor("petra"), at=AT_SIX)
        assert next_step(petra, topic) == "Review…"

    def test_next_step_after_a_withdrawal(self, petra: Client, meeting: Meeting, clock: Any) -> None:
        publish_now(clock, meeting)
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        assert "English Withdrawn" in read_screen(petra, meeting, "change/")


def test_same_queries_for_few_and_many_revisions(petra: Client) -> None:
    meeting = make_meeting("env")
    counts = []
    for more in (1, 2):
        for n in range(more):
            Meeting.objects.filter(pk=meeting.pk).update(notice=f"Draft {n} of {more}.")
            save_correction(meeting, by="anna")
            submit_as(meeting, by="anna")
        read_publication(petra, meeting)
        with CaptureQueriesContext(connection) as queries:
            read_publication(petra, meeting)
        counts.append(len(queries))
    assert counts[0] == counts[1]

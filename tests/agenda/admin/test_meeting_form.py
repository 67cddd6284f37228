"""The form of a meeting or topic: status by language, next step, and approvals lost by a change."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agenda import workflow
from meetings.models import Meeting
from tests.admin_forms import post_form, save_form
from tests.agenda.admin.screens import (
    correct_item_title,
    create_client,
    get_actor,
    get_step_url,
    read_screen,
    send_step,
    send_step_now,
    submit_and_approve,
    submit_as,
)
from tests.factories import PRESS_DAY, make_meeting, make_topic, publish_now, translate, withdraw

pytestmark = pytest.mark.once

AT_SIX = dt.datetime(2060, 9, 14, 16, tzinfo=dt.UTC)
GONE = "You changed text that was approved. It must be approved again: English."


@pytest.fixture
def meeting(anna: Client, petra: Client) -> Meeting:
    """Approved by petra."""
    meeting = make_meeting()
    submit_and_approve(meeting, by="petra", submitter="anna")
    return meeting


def in_french(meeting: Meeting) -> None:
    translate(meeting, meeting.agenda.get(), title="Politique migratoire")


class TestChangesOfApprovedText:
    def test_save_without_change_keeps_the_approval(self, anna: Client, meeting: Meeting) -> None:
        post_form(anna, get_step_url(meeting, "change/"))
        page = read_screen(anna, meeting, "change/")
        assert "You changed text that was approved" not in page
        assert "Approved by petra, 14 Sep 10:00" in page

    def test_change_loses_the_approval_with_a_warning(self, anna: Client, meeting: Meeting) -> None:
        post_form(anna, get_step_url(meeting, "change/"), notice="Another.")
        page = read_screen(anna, meeting, "change/")
        assert f"{GONE} Submit it for approval again." in page
        assert "Changed since approval (petra, 14 Sep 10:00)" in page

    def test_first_edit_of_a_live_text_gives_no_warning(self, anna: Client, meeting: Meeting, clock: Any) -> None:
        clock.move_to(workflow.publish(meeting, by=get_actor("petra"))[0].available_from)
        post_form(anna, get_step_url(meeting, "change/"), notice="Another.")
        page = read_screen(anna, meeting, "change/")
        assert "You changed text that was approved" not in page
        assert "Changed since edition 1" in page

    def test_approval_is_lost_in_every_changed_language(self, anna: Client, petra: Client) -> None:
        """Translations without new words are approved together with the source text."""
        meeting = make_meeting()
        in_french(meeting)
        submit_and_approve(meeting, by="petra", submitter="anna")
        item = meeting.agenda.get()
        none: dict[str, Any] = {"topics": [], "points": []}
        post_form(anna, f"/admin/agenda/agendaitem/{item.pk}/change/", title="Asylum", **none)
        assert f"{GONE[:-1]}, français. Submit it for approval again." in read_screen(anna, meeting, "change/")

    def test_changing_back_to_the_approved_text_restores_the_approval(self, anna: Client, meeting: Meeting) -> None:
        post_form(anna, get_step_url(meeting, "change/"), notice="Another.")
        post_form(anna, get_step_url(meeting, "change/"), notice="")
        anna.get(get_step_url(meeting, "change/"))  # what was said of the saving
        page = read_screen(anna, meeting, "change/")
        assert "Changed since approval" not in page
        assert "Approved by petra" in page

    def test_change_on_the_screen_of_an_item_counts(self, anna: Client, meeting: Meeting) -> None:
        point = meeting.programme.get()
        post_form(anna, f"/admin/meetings/programmepoint/{point.pk}/change/", title="Another")
        assert GONE in read_screen(anna, meeting, "change/")

    def test_scheduled_edition_omits_the_change(self, anna: Client, petra: Client, meeting: Meeting) -> None:
        send_step(petra, meeting, "release/", at="18:00", release="x")
        assert "This will be published at 18:00 (Brussels time) as it was approved." in read_screen(
            anna, meeting, "change/"
        )
        post_form(anna, get_step_url(meeting, "change/"), notice="Another.")
        page = read_screen(anna, meeting, "change/")
        assert "will be published without your change." in page
        assert "This will be published at 18:00 without your latest change." in page
        assert "Another text is scheduled for 14 Sep 18:00" in page


def next_step(client: Client, subject: Any) -> str:
    """Return the label of the highlighted next step."""
    page = client.get(get_step_url(subject, "change/")).content.decode()
    found = re.search(r'<a class="next-step"[^>]*>(.*?)</a>', page)
    return found[1] if found else ""


class TestNextStep:
    def test_from_draft_to_live(self, anna: Client, petra: Client, clock: Any) -> None:
        meeting = make_meeting()
        assert next_step(anna, meeting) == next_step(petra, meeting) == "Submit for approval…"
        send_step(anna, meeting, "submit/")
        assert (next_step(anna, meeting), next_step(petra, meeting)) == ("", "Review…")
        send_step(petra, meeting, "review/", send_back="x", remark="Too short.")
        assert next_step(anna, meeting) == "Submit for approval…"
        correct_item_title(meeting)
        send_step(anna, meeting, "submit/")
        send_step(petra, meeting, "review/", approve="x")
        assert (next_step(anna, meeting), next_step(petra, meeting)) == ("", "Publish…")
        send_step_now(petra, meeting, "release/", release="x")
        clock.move_to(PRESS_DAY + dt.timedelta(minutes=1))
        assert next_step(anna, meeting) == next_step(petra, meeting) == ""
        assert "Live, edition 1" in read_screen(anna, meeting, "change/")

    def test_own_text_has_to_be_approved_by_a_colleague(self, petra: Client, piet: Client) -> None:
        meeting = make_meeting()
        submit_as(meeting, by="petra")
        assert next_step(petra, meeting) == ""
        expected = (
            "You wrote or submitted this text, so a colleague must approve it. These people can approve it: piet."
        )
        assert expected in read_screen(petra, meeting, "change/")

    def test_viewers_see_who_can_do_the_next_step(self, meeting: Meeting) -> None:
        reader = create_client("rita", "Translators")
        draft = make_topic()
        assert next_step(reader, meeting) == next_step(reader, draft) == ""
        assert "Approved. These people can publish it: petra." in read_screen(reader, meeting, "change/")
        assert "These people can submit it for approval: anna, petra." in read_screen(reader, draft, "change/")

    def test_planned_release_has_no_publish_button(self, anna: Client, petra: Client) -> None:
        meeting = make_meeting()
        submit_as(meeting, by="anna")
        workflow.plan_release(meeting, by=get_actor("petra"), at=AT_SIX)
        assert next_step(petra, meeting) == "Review…"

    def test_next_step_after_a_withdrawal(self, petra: Client, meeting: Meeting, clock: Any) -> None:
        publish_now(clock, meeting)
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        assert "English Withdrawn" in read_screen(petra, meeting, "change/")


def test_form_takes_the_same_queries_for_1_and_for_8_revisions(anna: Client, petra: Client) -> None:
    meeting = make_meeting()
    counts = []
    for more in (1, 7):
        for n in range(more):
            save_form(anna, get_step_url(meeting, "change/"), notice=f"Draft {n} of {more}.")
            submit_as(meeting, by="anna")
        petra.get(get_step_url(meeting, "change/"))
        with CaptureQueriesContext(connection) as queries:
            petra.get(get_step_url(meeting, "change/"))
        counts.append(len(queries))
    assert counts[0] == counts[1]

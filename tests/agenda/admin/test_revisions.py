"""The screens of revisions: the list, each revision as a page, and comparisons."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agenda.admin import revisions
from agenda.models import BackgroundTopic, Revision
from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve, send_back, submit
from meetings.access.audit import Actor
from meetings.models import Meeting
from tests.admin_forms import create_user, read_messages
from tests.agenda.admin.screens import create_client, get_actor, get_step_url, read_visible_words
from tests.agenda.workflow.revision_helpers import save_revision, suppress_revision
from tests.agenda.workflow.users import get_shown, save_changes, submit_and_approve
from tests.factories import DAY, MINUTE, PRESS_DAY, make_meeting, make_topic, publish_now, translate, withdraw
from tests.note_editor import read_publication, save_in_editor

pytestmark = pytest.mark.once

People = dict[str, Actor]


@pytest.fixture
def author(press_office: None) -> Client:
    return create_client("albert", "Authors", of="jha")


@pytest.fixture
def people(press_office: None) -> People:
    create_user("paul", "Publishers")
    return {name: get_actor(name) for name in ("anna", "paul")}


def get_rows(client: Client, subject: Meeting | BackgroundTopic) -> str:
    return read_visible_words(client.get(get_step_url(subject, "revisions/")))


class TestRefusals:
    def test_unknown_revision_is_not_found(self, author: Client) -> None:
        meeting = make_meeting()
        for key in ("0", "9" * 30):
            for screen in (f"revisions/{key}/", f"revisions/{key}/restore/"):
                assert author.get(get_step_url(meeting, screen)).status_code == 404

    def test_revision_of_another_meeting_is_not_found(self, author: Client) -> None:
        revision = save_revision(make_meeting("env"))
        meeting = make_meeting()
        for screen in (f"revisions/{revision.pk}/", f"revisions/{revision.pk}/restore/"):
            assert author.get(get_step_url(meeting, screen)).status_code == 404
        response = author.get(get_step_url(meeting, f"revisions/compare/?old={revision.pk}&new=now"))
        assert response["Location"] == get_step_url(meeting, "revisions/")
        assert "Choose two drafts to compare." in read_messages(response)

    def test_invalid_comparison_leads_to_the_list(self, author: Client) -> None:
        meeting = make_meeting()
        for query in ("", "?old=1", "?old=x&new=now", "?old=²&new=now", f"?old={'9' * 99}&new=now"):
            response = author.get(get_step_url(meeting, f"revisions/compare/{query}"))
            assert "Choose two drafts to compare." in read_messages(response), query

    def test_invalid_page_number_shows_the_first_page(self, author: Client) -> None:
        meeting = make_meeting()
        save_revision(meeting)
        for query in ("?before=x", "?before=", "?before=²", f"?before={'9' * 99}"):
            assert "a test" in read_visible_words(author.get(get_step_url(meeting, f"revisions/{query}"))), query


class TestList:
    def test_list_can_be_empty(self, author: Client) -> None:
        assert "There are no saved drafts" in get_rows(author, make_meeting())

    def test_list_has_author_and_brussels_time(self, author: Client) -> None:
        meeting = make_meeting()
        save_in_editor(author, meeting, notice="Typed.")
        [revision] = Revision.objects.all()
        page = get_rows(author, meeting)
        assert "14 September 2060, 10:00 (Brussels) albert Saved English" in page
        assert revision.documents.get().document_id[:8] in page

    def test_list_shows_the_outcome(self, author: Client, people: People, clock: Any) -> None:
        meeting = make_meeting()
        submit(meeting, by=people["anna"], remark="Mind the venue.")
        send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="Which room?")
        meeting = save_changes(meeting, venue="Room 2")
        submit_and_approve(people, meeting)
        clock.move_to(PRESS_DAY + MINUTE)
        publish_now(clock, save_changes(meeting, venue="Room 3"))
        page = get_rows(author, meeting)
        assert "Submitted for approval: “Mind the venue.”" in page
        assert "Sent back by paul, 14 September 2060, 10:00 (Brussels): “Which room?”" in page
        assert "Approved by paul, 14 September 2060, 10:00 (Brussels)." in page
        assert (
            "Published as edition 1, 14 September 2060, 10:01:01 (Brussels). Without approval: “It is a test.”" in page
        )

    def test_list_shows_scheduled_editions(self, author: Client, people: People, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        submit_and_approve(people, save_changes(meeting, venue="Room 2"))
        publish(meeting, by=people["paul"], at=PRESS_DAY + DAY, note="The room.")
        assert "Scheduled as edition 2, 15 September 2060, 10:00 (Brussels)." in get_rows(author, meeting)

    def test_topics_have_a_list(self, author: Client) -> None:
        topic = make_topic()
        save_revision(topic)
        assert "Saved English" in get_rows(author, topic)

    def test_list_is_paginated_with_a_constant_number_of_queries(
        self, author: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(revisions, "PAGE_SIZE", 3)
        meeting = make_meeting()
        costs = []
        for last in (2, 5):
            while Revision.objects.count() < last:
                save_revision(meeting, notice=f"Number {Revision.objects.count()}.")
            with CaptureQueriesContext(connection) as queries:
                page = author.get(get_step_url(meeting, "revisions/"))
            costs.append(len(queries))
        # session, user, memberships, alarms; the meeting with its configuration; revisions, documents, verdicts;
        # releases, editions
        assert costs == [10, 10]
        assert len(page.context["entries"]) == 3
        assert "Older drafts" in read_visible_words(page)
        older = author.get(get_step_url(meeting, f"revisions/?before={page.context['older']}"))
        assert len(older.context["entries"]) == 2
        assert older.context["older"] is None


class TestRevisionPage:
    def test_draft_has_a_label(self, author: Client) -> None:
        revision = save_revision(make_meeting(notice="Just typed."))
        response = author.get(get_step_url(Meeting.objects.get(), f"revisions/{revision.pk}/"))
        page = read_visible_words(response)
        assert "DRAFT The draft of 14 September 2060, 10:00 (Brussels) by a test (saved)." in page
        assert "Just typed." in page
        assert "<title>DRAFT: " in response.content.decode()
        assert "no-store" in response["Cache-Control"]
        assert response["X-Robots-Tag"] == "noindex"

    def test_older_revision_is_shown_as_it_was(self, author: Client) -> None:
        meeting = make_meeting(notice="First.")
        first = save_revision(meeting)
        save_revision(meeting, notice="Second.")
        page = read_visible_words(author.get(get_step_url(meeting, f"revisions/{first.pk}/")))
        assert "First." in page
        assert "Second." not in page

    def test_label_follows_the_state(self, author: Client, people: People, clock: Any) -> None:
        meeting = make_meeting()
        [revision] = submit(meeting, by=people["anna"])

        def banner() -> Any:
            return author.get(get_step_url(meeting, f"revisions/{revision.pk}/")).context["banner"]

        assert banner().status == "DRAFT, in review"
        approve(meeting, by=people["paul"], shown=get_shown(meeting))
        assert banner().status == "DRAFT, approved"
        publish(meeting, by=people["paul"], at=PRESS_DAY + DAY)
        assert banner().status == "EMBARGO until 15 September 2060, 10:00 (Brussels)"
        clock.move_to(PRESS_DAY + DAY)
        assert banner().status == ""
        assert banner().message.endswith("It is identical to the published edition.")
        clock.move_to(withdraw(meeting, reason="Sent by mistake.").available_from)
        assert banner().status == "NO LONGER LIVE"

    def test_topic_revision_is_shown(self, author: Client) -> None:
        topic = make_topic(text="<p>At length.</p>")
        revision = save_revision(topic)
        assert "At length." in read_visible_words(author.get(get_step_url(topic, f"revisions/{revision.pk}/")))

    @pytest.mark.parametrize("erased", [False, True])
    def test_suppressed_or_erased_text_is_gone(self, author: Client, clock: Any, erased: bool) -> None:
        meeting = make_meeting(notice="Call Mbabane.")
        revision = suppress_revision(clock, meeting, erased=erased)
        for screen in ("", "restore/"):
            response = author.get(get_step_url(meeting, f"revisions/{revision.pk}/{screen}"))
            page = response.content.decode()
            assert response.status_code == 410
            assert "was removed or erased, so it cannot be shown or restored" in page
            assert revision.documents.get().document_id in page
            assert "Mbabane" not in page


class TestComparing:
    def test_comparison_is_word_by_word(self, author: Client) -> None:
        meeting = make_meeting(notice="The first notice.")
        old, new = save_revision(meeting), save_revision(meeting, notice="The second notice.")
        address = get_step_url(meeting, f"revisions/compare/?old={old.pk}&new={new.pk}")
        page = author.get(address)
        assert "<del>" in page.content.decode()
        page_text = read_visible_words(page)
        assert "English" in page_text
        assert "removed: first new: second" in page_text

    def test_comparison_with_the_working_copy(self, author: Client) -> None:
        meeting = make_meeting(notice="First.")
        revision = save_revision(meeting)
        address = get_step_url(meeting, f"revisions/compare/?old={revision.pk}&new=now")
        assert "There are no changes in this language." in read_visible_words(author.get(address))
        save_changes(meeting, notice="Second.")
        assert "new: Second" in read_visible_words(author.get(address))

    def test_added_language_is_shown(self, author: Client) -> None:
        meeting = make_meeting(notice="In English.")
        old = save_revision(meeting)
        translate(meeting, notice="En français.")
        new = save_revision(meeting, venue="Elsewhere")
        page_text = read_visible_words(
            author.get(get_step_url(meeting, f"revisions/compare/?old={old.pk}&new={new.pk}"))
        )
        back = read_visible_words(author.get(get_step_url(meeting, f"revisions/compare/?old={new.pk}&new={old.pk}")))
        assert "français This language is new." in page_text
        assert "français This language was removed." in back

    def test_suppressed_side_is_refused(self, author: Client, clock: Any) -> None:
        meeting = make_meeting(notice="Call Mbabane.")
        revision = suppress_revision(clock, meeting)
        page = read_visible_words(author.get(get_step_url(meeting, f"revisions/compare/?old={revision.pk}&new=now")))
        assert "The text of one of the two was removed or erased" in page
        assert "Mbabane" not in page
        publisher = create_client("paul", "Publishers")  # who takes out may look
        assert "Mbabane" in read_visible_words(
            publisher.get(get_step_url(meeting, f"revisions/compare/?old={revision.pk}&new=now"))
        )


def test_editor_links_to_revisions(author: Client) -> None:
    meeting = make_meeting()
    assert f'href="{get_step_url(meeting, "revisions/")}"' in read_publication(author, meeting)

"""A revision as a page, and who may read it."""

from typing import Any

import pytest
from django.test import Client

from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve, send_back, submit
from agenda.workflow.revisions import keep_translation_revision
from agenda.workflow.suppression import get_edition_by_number, suppress
from meetings.access.audit import Actor
from meetings.models import Meeting
from tests.admin_forms import create_user
from tests.agenda.admin.screens import create_client, get_actor, get_step_url, read_visible_words
from tests.agenda.workflow.revision_helpers import save_revision, suppress_revision
from tests.agenda.workflow.users import get_shown, save_changes
from tests.factories import COMMAND, DAY, PRESS_DAY, make_meeting, make_topic, publish_now, translate, withdraw

pytestmark = pytest.mark.once

People = dict[str, Actor]


@pytest.fixture
def author(press_office: None) -> Client:
    return create_client("albert", "Authors", of="jha")


@pytest.fixture
def people(press_office: None) -> People:
    create_user("paul", "Publishers")
    return {name: get_actor(name) for name in ("anna", "paul")}


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

    def test_draft_says_that_it_has_changed_since_it_was_submitted_or_approved(
        self, author: Client, people: People
    ) -> None:
        meeting = make_meeting()

        def read_status() -> str:
            status: str = author.get(get_step_url(meeting, "preview/")).context["banner"].status
            return status

        assert read_status() == "DRAFT"
        [revision] = submit(meeting, by=people["anna"])
        assert read_status() == "DRAFT, in review"
        save_revision(meeting, notice="Another.")
        assert read_status() == "DRAFT, changed since it was submitted"
        older = get_step_url(meeting, f"revisions/{revision.pk}/")
        assert author.get(older).context["banner"].status == "DRAFT, in review"
        approve(meeting, by=people["paul"], shown=get_shown(meeting))
        assert read_status() == "DRAFT, changed since it was approved"
        submit(meeting, by=people["anna"])
        assert author.get(older).context["banner"].status == "DRAFT"
        send_back(meeting, by=people["paul"], shown=get_shown(meeting), remark="Too short.")
        assert read_status() == "DRAFT, sent back"
        save_revision(meeting, notice="Yet another.")
        assert read_status() == "DRAFT"

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

    def test_draft_translation_of_a_removed_text_is_gone_too(self, author: Client, clock: Any) -> None:
        """It has the words of the original where nobody has translated them."""
        meeting = make_meeting(notice="Call Mbabane.")
        translate(meeting, None, "fr", lead="<p>Bonjour.</p>")
        revision = keep_translation_revision(meeting, PRESS_DAY, COMMAND, "fr")
        assert revision
        publish_now(clock, meeting)
        publish_now(clock, save_changes(meeting, notice="Corrected."))
        address = get_step_url(meeting, f"revisions/{revision.pk}/?language=fr")
        assert "Mbabane" in author.get(address).content.decode()
        suppress(meeting, get_edition_by_number(meeting, 1), by=COMMAND, reason="A private number.")
        response = author.get(address)
        assert response.status_code == 410
        assert "Mbabane" not in response.content.decode()

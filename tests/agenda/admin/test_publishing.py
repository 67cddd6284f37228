"""Previews and editions in the admin."""

from typing import Any

import pytest
from django.test import Client

from agenda.models import BackgroundTopic
from meetings.models import Edition, Meeting
from tests.agenda.admin.screens import (
    LIST,
    correct_item_title,
    create_client,
    get_step_url,
    read_screen,
    read_visible_words,
)
from tests.factories import (
    DAY,
    PRESS_DATE,
    PRESS_DAY,
    make_configuration,
    make_meeting,
    make_topic,
    publish,
    publish_now,
    withdraw,
)
from tests.note_editor import EditorSession, read_publication

pytestmark = pytest.mark.once

STEPS = ("submit/", "release/", "force/", "call-off/", "withdraw/", "rollback/")
SCREENS = ("review/", "preview/", "history/")


@pytest.fixture
def editor(anna: Client) -> Client:
    return anna


@pytest.fixture
def publisher(petra: Client) -> Client:
    return petra


class TestPermissions:
    def test_editor_cannot_publish_or_withdraw(self, editor: Client, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        for step in STEPS[1:]:
            assert editor.get(get_step_url(meeting, step)).status_code == 403
            assert editor.post(get_step_url(meeting, step), {"confirmed": "1", "reason": "x"}).status_code == 403
        assert Edition.objects.count() == 1

    def test_editor_can_view_previews_and_editions(self, editor: Client, clock: Any) -> None:
        meeting = make_meeting()
        edition = publish_now(clock, meeting)
        for step in (*SCREENS, f"editions/{edition.pk}/"):
            assert editor.get(get_step_url(meeting, step)).status_code == 200
        assert "Withdraw…" not in read_screen(editor, meeting, "history/")

    def test_unknown_meeting_is_not_found(self, publisher: Client) -> None:
        for key in ("nonsense", "6f0f6b9e-52a4-4f0e-9a55-5d6a5a1c0009"):
            for step in (*STEPS, *SCREENS):
                assert publisher.get(f"{LIST}{key}/{step}").status_code == 404

    def test_edition_of_another_meeting_is_not_found(self, publisher: Client, clock: Any) -> None:
        meeting, other = make_meeting(), make_meeting("env")
        edition = publish_now(clock, other)
        assert publisher.get(get_step_url(meeting, f"editions/{edition.pk}/")).status_code == 404
        assert publisher.get(get_step_url(meeting, f"editions/{edition.pk}/changes/")).status_code == 404


class TestPreview:
    def test_viewers_can_preview_and_not_save(self, press_office: None) -> None:
        session = EditorSession(create_client("ines", "Translators"), make_meeting())
        assert not session.page["can_change"]
        assert "Preview the saved draft" in read_publication(session.client, session.subject)

    def test_draft_is_shown_as_public_page(self, editor: Client, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        correct_item_title(meeting, "Only in the working copy")
        response = editor.get(get_step_url(meeting, "preview/"))
        assert "DRAFT This is the draft as last saved." in read_visible_words(response)
        assert "Only in the working copy" in read_visible_words(response)
        assert 'name="robots" content="noindex"' in response.content.decode()
        assert response["X-Robots-Tag"] == "noindex"
        assert "no-store" in response["Cache-Control"]

    def test_preview_does_not_claim_publication(self, editor: Client, clock: Any) -> None:
        """Only editions, published or scheduled, have a publication time."""
        meeting = make_meeting()
        assert "Published not yet published Languages" in read_screen(editor, meeting, "preview/")
        publish_now(clock, meeting)
        assert "not yet published" not in read_screen(editor, meeting, "preview/")
        correct_item_title(meeting)
        assert "Published not yet published Languages" in read_screen(editor, meeting, "preview/")
        [edition] = publish(meeting, at=PRESS_DAY + DAY)
        for step in ("preview/", f"editions/{edition.pk}/"):
            assert "Published scheduled for 15 September 2060, 10:00 (Brussels)" in read_screen(editor, meeting, step)

    def test_preview_of_a_topic_lists_its_meetings(self, editor: Client, clock: Any) -> None:
        topic, meeting = make_topic(), make_meeting()
        meeting.agenda.get().topics.add(topic)
        publish_now(clock, topic, meeting)
        BackgroundTopic.objects.update(title="Asylum")
        page = read_screen(editor, topic, "preview/")
        assert "Asylum" in page
        assert "Justice and Home Affairs Council" in page

    def test_preview_of_an_empty_meeting(self, editor: Client) -> None:
        meeting = Meeting.objects.create(configuration=make_configuration(), start_date=PRESS_DATE)
        assert "Justice and Home Affairs Council" in read_screen(editor, meeting, "preview/")


class TestEditions:
    def test_past_and_scheduled_editions_are_shown(self, editor: Client, clock: Any) -> None:
        meeting = make_meeting()
        first = publish_now(clock, meeting)
        correct_item_title(meeting)
        [second] = publish(meeting, at=PRESS_DAY + DAY, note="The title.")
        before = read_screen(editor, meeting, f"editions/{first.pk}/")
        assert "This is the edition of 14 September 2060, 10:00:01 (Brussels)." in before
        assert "Migration policy" in before
        after = read_screen(editor, meeting, f"editions/{second.pk}/?language=fr")
        assert (
            "EMBARGO until 15 September 2060, 10:00 (Brussels) This edition is scheduled and not public yet." in after
        )
        assert "Migration and asylum" in after

    def test_withdrawal_is_shown(self, editor: Client, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        edition = withdraw(meeting, reason="Sent too early.")
        clock.move_to(edition.available_from)
        assert "Sent too early." in read_screen(editor, meeting, f"editions/{edition.pk}/")

    def test_changes_of_an_edition_lead_to_a_comparison(self, editor: Client, clock: Any) -> None:
        meeting = make_meeting()
        first = publish_now(clock, meeting)
        correct_item_title(meeting)
        second = publish_now(clock, meeting, note="The title.")
        withdrawal = withdraw(meeting, reason="Sent too early.")
        clock.move_to(withdrawal.available_from)
        third = publish_now(clock, meeting)

        def read_changes(edition: Edition) -> str:
            response = editor.get(get_step_url(meeting, f"editions/{edition.pk}/changes/"), follow=True)
            return read_visible_words(response)

        for edition in (first, withdrawal):
            assert "There is nothing to compare it with" in read_changes(edition)
        assert "Agenda, item “Migration and asylum”: title changed" in read_changes(second)
        assert "Changes from the edition of 14 September 2060, 10:00:02 to" in read_changes(third)
        assert "There are no changes in this language." in read_changes(third)

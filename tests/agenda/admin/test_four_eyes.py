"""Every screen names exactly the people who may approve a text, before and after it is changed and submitted."""

from typing import Any

import pytest
from django.test import Client

from agenda.models import Revision
from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve, send_back
from agenda.workflow.translation_submission import submit_translation
from agenda.workflow.withdrawal import rollback
from meetings.models import Meeting, User
from tests.admin_forms import create_user, give_role, read_messages, sign_in
from tests.agenda.admin.screens import (
    create_client,
    get_actor,
    read_dashboard_section,
    read_screen,
    save_correction,
    send_step,
    submit_and_approve,
    submit_as,
)
from tests.agenda.workflow.translations import save_translation
from tests.agenda.workflow.users import get_shown
from tests.factories import make_meeting, make_topic, publish_now
from tests.note_editor import EditorSession

pytestmark = pytest.mark.once

CANNOT = "If you save this, you cannot approve it yourself."
NOBODY = "Nobody else can approve it yet. Contact an administrator."


def can(*names: str) -> str:
    return f"These people can approve it: {', '.join(names)}."


def list_to_approve(client: Client) -> str:
    return read_dashboard_section(client, "Waiting for your approval")


@pytest.fixture
def meeting(anna: Client, petra: Client, piet: Client) -> Meeting:
    """A draft of anna, which petra and piet could approve."""
    meeting = make_meeting(lead="<p>Good morning.</p>")
    save_correction(meeting, by="anna")
    return meeting


def edit(meeting: Meeting, notice: str, by: str) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(notice=notice)
    save_correction(meeting, by=by)


class TestBeforeSaving:
    def test_author_is_told_nothing(self, anna: Client, meeting: Meeting) -> None:
        assert EditorSession("anna", meeting).page["approval_note"] == ""
        assert CANNOT not in read_screen(anna, meeting, "settings/")

    def test_publisher_is_told_who_can_approve_instead(self, meeting: Meeting) -> None:
        assert EditorSession("petra", meeting).page["approval_note"] == f"{CANNOT} {can('piet')}"

    def test_publishers_who_wrote_a_part_are_not_named(self, meeting: Meeting) -> None:
        edit(meeting, "By Piet.", by="piet")
        assert EditorSession("petra", meeting).page["approval_note"] == f"{CANNOT} {NOBODY}"

    def test_publishers_whose_part_is_approved_are_named_again(self, meeting: Meeting) -> None:
        edit(meeting, "By Piet.", by="piet")
        submit_and_approve(meeting, by="petra", submitter="anna")
        assert EditorSession("petra", meeting).page["approval_note"] == f"{CANNOT} {can('piet')}"

    def test_translator_who_saved_beside_the_draft_is_named(self, meeting: Meeting) -> None:
        give_role(User.objects.get(username="piet"), "Translators", language="fr")
        save_translation(meeting, {"theo": get_actor("piet")}, lead="<p>Bonjour.</p>")
        assert EditorSession("petra", meeting).page["approval_note"] == f"{CANNOT} {can('piet')}"

    def test_settings_restoring_and_replacing_say_it_too(self, petra: Client, meeting: Meeting) -> None:
        first = Revision.objects.filter(subject_id=meeting.pk).earliest("pk")
        edit(meeting, "Another.", by="anna")
        for step in ("settings/", f"revisions/{first.pk}/restore/", "everywhere/?find=Another&becomes=Other"):
            assert f"{CANNOT} {can('piet')}" in read_screen(petra, meeting, step)

    def test_same_day_change_costs_nobody_the_right(self, petra: Client, meeting: Meeting, clock: Any) -> None:
        publish_now(clock, meeting)
        give_role(User.objects.get(username="petra"), "Duty")
        assert "cannot approve" not in read_screen(petra, meeting, "facts/")

    def test_reviser_who_translates_is_told(self, meeting: Meeting) -> None:
        create_user("rita", "Translators", "Revisers")
        page = read_screen(sign_in("rita"), meeting, "translate/fr/")
        assert f"{CANNOT} {can('petra', 'piet')}" in page

    def test_force_says_who_can_approve_afterwards(self, petra: Client, meeting: Meeting) -> None:
        assert can("piet") in read_screen(petra, meeting, "force/")


class TestSubmitting:
    def test_publisher_is_told_before(self, petra: Client, meeting: Meeting) -> None:
        page = read_screen(petra, meeting, "submit/")
        assert f"If you submit this, you cannot approve it yourself. {can('piet')}" in page

    def test_author_is_told_before(self, anna: Client, meeting: Meeting) -> None:
        edit(meeting, "By Petra.", by="petra")
        assert can("piet") in read_screen(anna, meeting, "submit/")

    def test_publishers_who_wrote_a_part_are_not_named(self, anna: Client, meeting: Meeting) -> None:
        edit(meeting, "By Petra.", by="petra")
        response = send_step(anna, meeting, "submit/")
        assert read_messages(response) == f"Submitted for approval: “{meeting}”. {can('piet')}"

    def test_each_of_several_texts_has_its_own_approvers(self, anna: Client, meeting: Meeting) -> None:
        topic = make_topic()
        edit(meeting, "By Petra.", by="petra")
        response = send_step(anna, meeting, f"submit/?with={topic.pk}")
        assert f"{meeting}: {can('piet')} {topic}: {can('petra', 'piet')}" in read_messages(response)


class TestInReview:
    def test_authors_are_named_nowhere(self, anna: Client, petra: Client, piet: Client, meeting: Meeting) -> None:
        edit(meeting, "By Petra.", by="petra")
        submit_as(meeting, by="anna")
        assert f"Waiting for approval. {can('piet')}" in read_screen(anna, meeting, "change/")
        expected = f"You wrote or submitted this text, so a colleague must approve it. {can('piet')}"
        assert expected in read_screen(petra, meeting, "change/")
        assert can("piet") in read_screen(petra, meeting, "review/")
        assert can("piet") in read_screen(anna, meeting, "review/")
        assert (list_to_approve(petra), str(meeting) in list_to_approve(piet)) == ("", True)

    def test_duty_officer_and_translator_are_told_who_can(self, meeting: Meeting) -> None:
        submit_as(meeting, by="anna")
        for name, role in (("dora", "Duty"), ("ines", "Translators")):
            page = read_screen(create_client(name, role), meeting, "review/")
            assert f"You can read this text but you cannot approve it. {can('petra', 'piet')}" in page

    def test_inactive_accounts_and_other_desks_are_left_out(self, anna: Client, meeting: Meeting) -> None:
        create_client("emil", "Publishers", of="env")
        User.objects.filter(username="piet").update(is_active=False)
        submit_as(meeting, by="anna")
        assert f"Waiting for approval. {can('petra')}" in read_screen(anna, meeting, "change/")

    @pytest.mark.parametrize(
        ("values", "expected"),
        [
            ({}, "An administrator can approve it, since nobody else can: boss."),
            ({"is_active": False}, NOBODY),
            ({"is_staff": False}, NOBODY),
        ],
    )
    def test_superuser_is_named_only_if_nobody_with_a_role_can(
        self, anna: Client, meeting: Meeting, values: dict[str, bool], expected: str
    ) -> None:
        User.objects.create(username="boss", is_superuser=True, **{"is_staff": True} | values)
        submit_as(meeting, by="anna")
        assert "boss" not in read_screen(anna, meeting, "change/")
        for name in ("petra", "piet"):
            edit(meeting, f"By {name}.", by=name)
        submit_as(meeting, by="anna")
        assert f"Waiting for approval. {expected}" in read_screen(anna, meeting, "change/")

    def test_superuser_who_wrote_a_part_is_not_named(self, anna: Client, meeting: Meeting) -> None:
        User.objects.create(username="boss", is_superuser=True, is_staff=True)
        for name in ("petra", "piet", "boss"):
            edit(meeting, f"By {name}.", by=name)
        submit_as(meeting, by="anna")
        expected = "Waiting for approval. Nobody else can approve it yet. Contact an administrator (boss)."
        assert expected in read_screen(anna, meeting, "change/")

    def test_approver_of_another_text_is_still_asked(self, anna: Client, petra: Client, meeting: Meeting) -> None:
        """She translates too, which makes her no author of the original."""
        save_translation(meeting, {"theo": get_actor("petra")}, lead="<p>Bonjour.</p>")
        submit_as(meeting, by="anna")
        assert str(meeting) in list_to_approve(petra)
        approve(meeting, by=get_actor("petra"), shown=get_shown(meeting), languages=["en"])

    def test_sent_back_text_that_is_submitted_again_names_the_others(self, anna: Client, meeting: Meeting) -> None:
        submit_as(meeting, by="anna")
        send_back(meeting, by=get_actor("petra"), shown=get_shown(meeting), remark="Shorter.")
        edit(meeting, "By Petra.", by="petra")
        submit_as(meeting, by="anna")
        assert f"Waiting for approval. {can('piet')}" in read_screen(anna, meeting, "change/")


class TestTranslations:
    @pytest.fixture
    def approved(self, meeting: Meeting) -> Meeting:
        submit_and_approve(meeting, by="petra", submitter="anna")
        create_user("rita", "Translators", "Revisers")
        return meeting

    def test_each_language_has_its_own_approvers(self, anna: Client, approved: Meeting) -> None:
        give_role(create_user("elena"), "Revisers", language="el")
        save_translation(approved, {"theo": get_actor("rita")}, lead="<p>Bonjour.</p>")
        submit_translation(approved, "fr", by=get_actor("rita"))
        assert f"français: {can('petra', 'piet')}" in read_screen(anna, approved, "change/")
        page = read_screen(sign_in("rita"), approved, "review/")
        assert "These people can approve it: petra, piet." in page

    def test_reviser_has_the_review_as_the_next_step(self, petra: Client, approved: Meeting) -> None:
        save_translation(approved, {"theo": get_actor("rita")}, lead="<p>Bonjour.</p>")
        submit_translation(approved, "fr", by=get_actor("rita"))
        assert "Review…" in read_screen(petra, approved, "change/")
        assert "Review…" not in read_screen(sign_in("rita"), approved, "change/")

    def test_reviser_is_asked_although_another_language_was_submitted_by_them(
        self, petra: Client, approved: Meeting
    ) -> None:
        save_translation(approved, {"theo": get_actor("rita")}, "fr", lead="<p>Bonjour.</p>")
        submit_translation(approved, "fr", by=get_actor("rita"))
        save_translation(approved, {"theo": get_actor("petra")}, "de", lead="<p>Guten Tag.</p>")
        submit_translation(approved, "de", by=get_actor("petra"))
        assert "français" in list_to_approve(petra)
        assert "Deutsch" not in list_to_approve(petra)
        assert "rita, 14 Sep" in list_to_approve(petra)


def test_draft_that_was_taken_back_is_to_be_submitted(
    anna: Client, petra: Client, meeting: Meeting, clock: Any
) -> None:
    for notice in ("First.", "Second."):
        edit(meeting, notice, by="anna")
        submit_and_approve(meeting, by="petra", submitter="anna")
        clock.move_to(publish(meeting, by=get_actor("petra"), note="Changed.")[0].available_from)
    clock.move_to(rollback(meeting, by=get_actor("petra"), reason="It was wrong.").available_from)
    page = read_screen(petra, meeting, "change/")
    assert "The draft still has the text that was taken back." in page
    assert "Publish…" not in page.partition("Approval and publication")[0]
    assert read_dashboard_section(petra, "Approved, ready to publish") == ""
    assert "must be submitted again" in read_screen(petra, meeting, "review/")

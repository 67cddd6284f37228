"""Withdrawal and restoring the previous edition, each with confirmation."""

import json
from typing import Any

import pytest
from django.test import Client

from agenda.workflow.suppression import suppress
from meetings.models import Edition, EditionDocument, EditionReason, Meeting
from tests.admin_forms import read_messages
from tests.agenda.admin.screens import (
    correct_item_title,
    get_step_url,
    list_field_errors,
    list_hidden_values,
    list_history,
    read_screen,
    read_visible_words,
    send_step,
)
from tests.factories import COMMAND, DAY, PRESS_DAY, make_meeting, make_topic, publish, publish_now, withdraw
from tests.public_requests import get_visible_text

pytestmark = pytest.mark.once

STEPS = ("withdraw/", "rollback/")


@pytest.fixture(scope="module")
def published(press_office: None, world_clock: Any) -> None:
    publish_now(world_clock, make_meeting())


@pytest.fixture
def meeting(published: None) -> Meeting:
    return Meeting.objects.get()


@pytest.fixture
def corrected(meeting: Meeting, clock: Any) -> Meeting:
    correct_item_title(meeting)
    publish_now(clock, meeting, note="The title.")
    return meeting


class TestRefused:
    def test_author_sees_who_may_withdraw(self, anna: Client, meeting: Meeting) -> None:
        refusal = f"You do not have permission to withdraw “{meeting}”. Ask one of these people: petra."
        for step in STEPS:
            page = read_visible_words(anna.post(get_step_url(meeting, step), {"confirmed": "1", "reason": "x"}), 403)
            assert f"{refusal} Nothing was changed." in page
        assert Edition.objects.count() == 1
        for place in ("change/", "history/"):
            assert "Withdraw…" not in read_screen(anna, meeting, place)

    def test_nothing_to_withdraw(self, petra: Client) -> None:
        assert "There is nothing published to withdraw." in read_screen(petra, make_meeting("env"), "withdraw/")

    def test_nothing_to_restore(self, petra: Client, meeting: Meeting) -> None:
        assert "There is no previous edition to restore." in read_screen(petra, meeting, "rollback/")
        response = petra.post(get_step_url(meeting, "rollback/"), {"reason": "x"})
        assert "There is no previous edition to restore. Withdraw this one instead." in read_visible_words(response)

    @pytest.mark.parametrize(
        ("step", "expected"),
        [
            ("withdraw/", "Enter the public reason for the withdrawal."),
            ("rollback/", "Tell readers why you restored the previous edition."),
        ],
    )
    def test_reason_is_required(self, petra: Client, corrected: Meeting, step: str, expected: str) -> None:
        response = petra.post(get_step_url(corrected, step), {"reason": " ", "confirmed": "1"})
        assert list_field_errors(response, "reason") == [expected]
        response = petra.post(get_step_url(corrected, step), {"reason": "α" * 501, "confirmed": "1"})
        assert list_field_errors(response, "reason") == ["This must be 500 characters or fewer. It has 501."]
        assert "maxlength" not in response.content.decode()
        assert Edition.objects.count() == 2


class TestRestoreOnlyWhatWasShown:
    """The editions have changed since the page was shown."""

    def pressed(self, petra: Client, meeting: Meeting, page: Any) -> str:
        """Return the text of the response, after checking that the input is kept and nothing was published."""
        editions = Edition.objects.count()
        values = {"reason": "The title was right.", "shown": list_hidden_values(page, "shown")}
        response = petra.post(get_step_url(meeting, "rollback/"), values)
        assert Edition.objects.count() == editions
        assert "The title was right.</textarea>" in response.content.decode()
        return read_visible_words(response)

    def test_page_withdrawn_meanwhile(self, petra: Client, corrected: Meeting, clock: Any) -> None:
        page = petra.get(get_step_url(corrected, "rollback/"))
        clock.move_to(withdraw(corrected, reason="Sent too early.").available_from)
        expected = self.pressed(petra, corrected, page)
        assert (
            "This was withdrawn on 14 September 2060, 10:00:03 (Brussels time), after you opened this page." in expected
        )
        assert "The page will be published again after the withdrawal" in expected  # and here is how it stands
        petra.post(get_step_url(corrected, "rollback/"), {"reason": "x"})  # nor by a form that shows nothing
        assert Edition.objects.latest("available_from").is_tombstone

    def test_page_corrected_meanwhile(self, petra: Client, corrected: Meeting, clock: Any) -> None:
        page = petra.get(get_step_url(corrected, "rollback/"))
        correct_item_title(corrected, "Later")
        publish_now(clock, corrected, note="Later.")
        expected = self.pressed(petra, corrected, page)
        assert "Another edition was published on 14 September 2060, 10:00:03 (Brussels time)" in expected

    def test_button_pressed_twice(self, petra: Client, corrected: Meeting, clock: Any) -> None:
        page = petra.get(get_step_url(corrected, "rollback/"))
        send_step(petra, corrected, "rollback/", reason="Once.")
        clock.move_to(Edition.objects.latest("available_from").available_from)
        assert "Another edition was published on" in self.pressed(petra, corrected, page)

    def test_previous_edition_suppressed_meanwhile(self, petra: Client, corrected: Meeting, clock: Any) -> None:
        correct_item_title(corrected, "Later")
        publish_now(clock, corrected, note="Later.")
        page = petra.get(get_step_url(corrected, "rollback/"))
        second = Edition.objects.order_by("available_from")[1]
        suppress(corrected, second, by=COMMAND, reason="A name.")
        assert "The previous edition has changed since you opened this page" in self.pressed(petra, corrected, page)


class TestWithdraw:
    def test_notice_is_shown_before(self, petra: Client, meeting: Meeting) -> None:
        response = petra.post(get_step_url(meeting, "withdraw/"), {"reason": "Sent <too> early.", "takes_place": "yes"})
        notice = "Date of the meeting: Tuesday 14 September 2060 Sent <too> early. The meeting itself takes place."
        assert notice in read_visible_words(response)  # as on the page
        assert "What readers will see at /en/meetings/jha/2060/09/14/" in read_visible_words(response)
        assert "Sent &lt;too&gt; early." in response.content.decode()
        assert Edition.objects.count() == 1

    def test_reason_that_will_be_refused_is_refused_before_the_notice_is_shown(
        self, petra: Client, meeting: Meeting
    ) -> None:
        values = {"reason": "Sent too\u202eearly.", "takes_place": "yes"}
        response = petra.post(get_step_url(meeting, "withdraw/"), values)
        [error] = list_field_errors(response, "reason")
        assert "U+202E) after “Sent too”" in error
        assert "What readers will see" not in read_visible_words(response)

    def test_page_is_withdrawn_after_confirmation(
        self, petra: Client, meeting: Meeting, client: Client, clock: Any
    ) -> None:
        values = {"reason": "Sent too early.", "takes_place": "no", "confirmed": "Withdraw now"}
        response = petra.post(get_step_url(meeting, "withdraw/"), values)
        assert "was withdrawn at 14 September 2060, 10:00:02 (Brussels time)." in read_messages(response)
        assert list_history(meeting) == ["Withdrawn at 14 September 2060, 10:00:02 (Brussels time). “Sent too early.”"]
        clock.move_to(PRESS_DAY + DAY)
        page = client.get("/en/meetings/jha/2060/09/14/")
        assert page.status_code == 410
        assert "Date of the meeting: Tuesday 14 September 2060 Sent too early. The meeting does not take place." in (
            get_visible_text(page)
        )

    def test_office_must_choose_what_to_say_about_the_meeting(self, petra: Client, meeting: Meeting) -> None:
        response = petra.post(get_step_url(meeting, "withdraw/"), {"reason": "Wrong.", "confirmed": "x"})
        assert "Select what the notice says about the meeting itself." in read_visible_words(response)
        assert Edition.objects.count() == 1

    def test_notice_may_leave_the_meeting_open(self, petra: Client, meeting: Meeting) -> None:
        petra.post(get_step_url(meeting, "withdraw/"), {"reason": "Wrong.", "takes_place": "unknown", "confirmed": "x"})
        notice = EditionDocument.objects.latest("edition__available_from")
        assert json.loads(notice.document.text)["takes_place"] is None

    def test_scheduled_edition_is_deleted_with_a_warning(self, petra: Client, corrected: Meeting) -> None:
        correct_item_title(corrected, "Later")
        publish(corrected, at=PRESS_DAY + DAY, note="Later.")
        assert "will also be deleted" in read_screen(petra, corrected, "withdraw/")
        petra.post(get_step_url(corrected, "withdraw/"), {"reason": "Wrong.", "takes_place": "yes", "confirmed": "x"})
        assert Edition.objects.latest("available_from").is_tombstone

    def test_releases_that_name_the_topic_are_held_with_a_warning(
        self, anna: Client, petra: Client, clock: Any
    ) -> None:
        topic, meeting = make_topic(), make_meeting("env")
        meeting.agenda.get().topics.add(topic)
        publish_now(clock, topic)
        publish(meeting, at=PRESS_DAY + DAY)
        assert "put on hold until someone resumes them: Scheduled for 15 Sep 10:00" in (
            read_screen(petra, topic, "withdraw/")
        )

    def test_releases_with_the_meeting_are_held_with_a_warning(self, petra: Client, corrected: Meeting) -> None:
        correct_item_title(corrected, "Later")
        publish(corrected, make_meeting("env"), at=PRESS_DAY + DAY, note="Later.")
        assert "put on hold until someone resumes them: Scheduled for 15 Sep" in read_screen(
            petra, corrected, "withdraw/"
        )


class TestRestorePreviousEdition:
    def test_screens_link_to_it(self, petra: Client, corrected: Meeting) -> None:
        assert "Restore the previous edition… Withdraw…" in read_screen(petra, corrected, "change/")
        assert "Restore the previous edition… · Withdraw…" in read_screen(petra, corrected, "history/")
        assert "Restore the previous edition instead…" in read_screen(petra, corrected, "withdraw/")

    def test_changes_are_shown_before(self, petra: Client, corrected: Meeting) -> None:
        page = read_screen(petra, corrected, "rollback/")
        expected = "The text of the edition of 14 September 2060, 10:00:01 (Brussels time) will be published now"
        assert expected in page
        assert "removed: and asylum" in page
        assert "new: policy" in page
        assert Edition.objects.count() == 2

    def test_previous_edition_is_restored(self, petra: Client, corrected: Meeting) -> None:
        response = send_step(petra, corrected, "rollback/", reason="The title was right.")
        expected = "Restored the previous edition on 14 September 2060, 10:00:03 (Brussels time). "
        expected += "“The title was right.”"
        assert expected in read_messages(response)
        assert list_history(corrected)[-1] == expected
        last = Edition.objects.latest("available_from")
        assert (last.reason, last.change_note) == (EditionReason.RESTORATION, "The title was right.")

    def test_scheduled_edition_is_kept_with_a_message(self, petra: Client, corrected: Meeting) -> None:
        correct_item_title(corrected, "Later")
        publish(corrected, at=PRESS_DAY + DAY, note="Later.")
        assert (
            "The edition scheduled for 15 September 2060, 10:00:00 (Brussels time) will still be published then."
            in (read_screen(petra, corrected, "rollback/"))
        )

    def test_restore_after_a_withdrawal(self, petra: Client, meeting: Meeting, clock: Any) -> None:
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        assert "The page will be published again after the withdrawal" in read_screen(petra, meeting, "rollback/")
        send_step(petra, meeting, "rollback/", reason="It was right.")
        assert not Edition.objects.latest("available_from").is_tombstone

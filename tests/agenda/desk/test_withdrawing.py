"""Withdrawing, and going back to the edition before: side by side, each after a confirmation."""

from typing import Any

import pytest
from django.test import Client

from agenda.suppressing import suppress
from meetings.models import Edition, EditionReason, Meeting
from tests.agenda.desk.screens import address_of, correct, errors_beside, hidden, history_of, sent, shown, words
from tests.cast import COMMAND, DAY, PRESS_DAY, make_meeting, make_topic, publish, published, withdraw

pytestmark = pytest.mark.once

STEPS = ("withdraw/", "rollback/")


@pytest.fixture
def meeting(petra: Client, clock: Any) -> Meeting:
    meeting = make_meeting()
    published(clock, meeting)
    return meeting


@pytest.fixture
def corrected(meeting: Meeting, clock: Any) -> Meeting:
    correct(meeting)
    published(clock, meeting, note="The title.")
    return meeting


class TestRefused:
    @pytest.mark.parametrize("step", STEPS)
    def test_an_author_learns_who_may(self, anna: Client, meeting: Meeting, step: str) -> None:
        page = words(anna.post(address_of(meeting, step), {"confirmed": "1", "reason": "x"}), 403)
        assert f"You do not have permission to withdraw: “{meeting}”. You can ask: petra. Nothing was changed." in page
        assert Edition.objects.count() == 1
        for place in ("change/", "editions/"):
            assert "Withdraw…" not in shown(anna, meeting, place)

    def test_nothing_to_withdraw(self, petra: Client) -> None:
        assert "Nothing is published that could be withdrawn." in shown(petra, make_meeting("env"), "withdraw/")

    def test_nothing_to_go_back_to(self, petra: Client, meeting: Meeting) -> None:
        assert "There is no edition before this one to go back to." in shown(petra, meeting, "rollback/")
        response = petra.post(address_of(meeting, "rollback/"), {"reason": "x"})
        assert "There is no previous version to restore. Withdraw this one instead." in words(response)

    @pytest.mark.parametrize(
        ("step", "told"),
        [
            ("withdraw/", "Give the public reason for the withdrawal."),
            ("rollback/", "Say, for readers, why the edition before is back."),
        ],
    )
    def test_only_with_a_reason(self, petra: Client, corrected: Meeting, step: str, told: str) -> None:
        response = petra.post(address_of(corrected, step), {"reason": " ", "confirmed": "1"})
        assert errors_beside(response, "reason") == [told]
        response = petra.post(address_of(corrected, step), {"reason": "α" * 501, "confirmed": "1"})
        assert errors_beside(response, "reason") == ["This has 501 characters; at most 500 are possible."]
        assert "maxlength" not in response.content.decode()
        assert Edition.objects.count() == 2


class TestBackToJustWhatWasShown:
    """The page was shown a while ago, and something has become of the editions since."""

    def pressed(self, petra: Client, meeting: Meeting, page: Any) -> str:
        """The words of the answer; what was typed is still there, and nothing was published."""
        editions = Edition.objects.count()
        values = {"reason": "The title was right.", "shown": hidden(page, "shown")}
        response = petra.post(address_of(meeting, "rollback/"), values)
        assert Edition.objects.count() == editions
        assert "The title was right.</textarea>" in response.content.decode()
        return words(response)

    def test_it_was_withdrawn_meanwhile(self, petra: Client, corrected: Meeting, clock: Any) -> None:
        page = petra.get(address_of(corrected, "rollback/"))
        clock.move_to(withdraw(corrected, reason="Sent too early.").available_from)
        told = self.pressed(petra, corrected, page)
        assert "This was withdrawn on 14 September 2060, 10:00:03 (Brussels time), after you opened this page." in told
        assert "It comes back after the withdrawal" in told  # and here is how it stands
        petra.post(address_of(corrected, "rollback/"), {"reason": "x"})  # nor by a form that shows nothing
        assert Edition.objects.latest("available_from").is_tombstone

    def test_it_was_corrected_meanwhile(self, petra: Client, corrected: Meeting, clock: Any) -> None:
        page = petra.get(address_of(corrected, "rollback/"))
        correct(corrected, "Later")
        published(clock, corrected, note="Later.")
        told = self.pressed(petra, corrected, page)
        assert "Another version was published on 14 September 2060, 10:00:03 (Brussels time)" in told

    def test_pressed_twice(self, petra: Client, corrected: Meeting, clock: Any) -> None:
        page = petra.get(address_of(corrected, "rollback/"))
        sent(petra, corrected, "rollback/", reason="Once.")
        clock.move_to(Edition.objects.latest("available_from").available_from)
        assert "Another version was published on" in self.pressed(petra, corrected, page)

    def test_the_one_to_go_back_to_was_taken_out_meanwhile(self, petra: Client, corrected: Meeting, clock: Any) -> None:
        correct(corrected, "Later")
        published(clock, corrected, note="Later.")
        page = petra.get(address_of(corrected, "rollback/"))
        second = Edition.objects.order_by("available_from")[1]
        suppress(corrected, second, by=COMMAND, reason="A name.")
        assert "The previous version has changed since you opened this page" in self.pressed(petra, corrected, page)


class TestWithdrawn:
    def test_what_readers_will_see_is_shown_before(self, petra: Client, meeting: Meeting) -> None:
        response = petra.post(address_of(meeting, "withdraw/"), {"reason": "Sent <too> early."})
        assert "Just this is what readers will see at /en/meetings/jha/2060/09/14/" in words(response)
        assert "Sent &lt;too&gt; early." in response.content.decode()
        assert Edition.objects.count() == 1

    def test_confirmed(self, petra: Client, meeting: Meeting, client: Client, clock: Any) -> None:
        values = {"reason": "Sent too early.", "confirmed": "Withdraw now"}
        response = petra.post(address_of(meeting, "withdraw/"), values, follow=True)
        assert "was withdrawn at 14 September 2060, 10:00:02 (Brussels time)." in words(response)
        assert history_of(meeting) == ["Withdrawn at 14 September 2060, 10:00:02 (Brussels time). “Sent too early.”"]
        clock.move_to(PRESS_DAY + DAY)
        page = client.get("/en/meetings/jha/2060/09/14/")
        assert page.status_code == 410
        assert "Sent too early." in page.content.decode()

    def test_what_is_to_come_goes_with_it_and_that_is_said(self, petra: Client, corrected: Meeting) -> None:
        correct(corrected, "Later")
        publish(corrected, at=PRESS_DAY + DAY, note="Later.")
        assert "is deleted with it" in shown(petra, corrected, "withdraw/")
        petra.post(address_of(corrected, "withdraw/"), {"reason": "Wrong.", "confirmed": "x"})
        assert Edition.objects.latest("available_from").is_tombstone

    def test_a_topic_holds_what_names_it_and_that_is_said(self, anna: Client, petra: Client, clock: Any) -> None:
        topic, meeting = make_topic(), make_meeting("env")
        meeting.agenda.get().topics.add(topic)
        published(clock, topic)
        publish(meeting, at=PRESS_DAY + DAY)
        assert "is held with it, until somebody resumes it: Scheduled for 15 Sep 10:00" in (
            shown(petra, topic, "withdraw/")
        )

    def test_what_was_to_appear_with_it_is_held_and_that_is_said(self, petra: Client, corrected: Meeting) -> None:
        correct(corrected, "Later")
        publish(corrected, make_meeting("env"), at=PRESS_DAY + DAY, note="Later.")
        assert "held with it, until somebody resumes it: Scheduled for 15 Sep" in shown(petra, corrected, "withdraw/")


class TestBack:
    def test_beside_withdrawing(self, petra: Client, corrected: Meeting) -> None:
        assert "Back to the edition before… Withdraw…" in shown(petra, corrected, "change/")
        assert "Back to the edition before… · Withdraw…" in shown(petra, corrected, "editions/")
        assert "Go back to the edition before instead…" in shown(petra, corrected, "withdraw/")

    def test_what_readers_will_see_changed_is_shown_before(self, petra: Client, corrected: Meeting) -> None:
        page = shown(petra, corrected, "rollback/")
        assert "The text of the edition of 14 September 2060, 10:00:01 (Brussels time) becomes a new edition" in page
        assert "removed: and asylum" in page
        assert "new: policy" in page
        assert Edition.objects.count() == 2

    def test_back(self, petra: Client, corrected: Meeting) -> None:
        response = sent(petra, corrected, "rollback/", reason="The title was right.")
        told = "Readers see the edition before again, since 14 September 2060, 10:00:03 (Brussels time). "
        told += "“The title was right.”"
        assert told in words(response)
        assert history_of(corrected)[-1] == told
        last = Edition.objects.latest("available_from")
        assert (last.reason, last.change_note) == (EditionReason.RESTORATION, "The title was right.")

    def test_what_is_to_come_still_appears_and_that_is_said(self, petra: Client, corrected: Meeting) -> None:
        correct(corrected, "Later")
        publish(corrected, at=PRESS_DAY + DAY, note="Later.")
        assert "The edition still to come, on 15 September 2060, 10:00:00 (Brussels time), still appears then." in (
            shown(petra, corrected, "rollback/")
        )

    def test_over_a_withdrawal(self, petra: Client, meeting: Meeting, clock: Any) -> None:
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        assert "It comes back after the withdrawal" in shown(petra, meeting, "rollback/")
        sent(petra, meeting, "rollback/", reason="It was right.")
        assert not Edition.objects.latest("available_from").is_tombstone

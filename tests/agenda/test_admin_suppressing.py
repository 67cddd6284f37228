"""Taking out a past edition in the admin: who may, what is asked, and what its text is to whom afterwards."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from agenda.suppressing import edition_numbered
from meetings.models import Meeting, Suppression
from tests.agenda.desk.screens import address_of, words
from tests.agenda.filling import member_of
from tests.agenda.test_editions_pages import changed, three_editions
from tests.agenda.test_suppressing import REASON, erase, suppress
from tests.cast import DAY, PRESS_DAY, publish, withdraw
from tests.publicity import text

pytestmark = pytest.mark.once


@pytest.fixture
def meeting(db: None, clock: Any) -> Meeting:
    return three_editions(clock)


@pytest.fixture
def editor(meeting: Meeting) -> Client:
    return member_of("Authors")


@pytest.fixture
def publisher(meeting: Meeting) -> Client:
    return member_of("Publishers")


def screen(meeting: Meeting, number: int, step: str = "suppress/") -> str:
    return address_of(meeting, f"editions/{edition_numbered(meeting, number).pk}/{step}")


class TestTakingOut:
    def test_an_editor_may_not(self, editor: Client, meeting: Meeting) -> None:
        for response in (
            editor.get(screen(meeting, 2)),
            editor.post(screen(meeting, 2), {"reason": REASON, "confirmed": "1"}),
        ):
            assert response.status_code == 403
        assert not Suppression.objects.exists()
        assert "Take out…" not in words(editor.get(address_of(meeting, "editions/")))

    @pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
    def test_it_needs_a_reason(self, publisher: Client, meeting: Meeting, reason: str) -> None:
        response = publisher.post(screen(meeting, 2), {"reason": reason, "confirmed": "1"})
        assert response.context["form"].errors["reason"]
        assert not Suppression.objects.exists()

    def test_the_live_edition_is_refused_in_words(self, publisher: Client, meeting: Meeting) -> None:
        response = publisher.post(screen(meeting, 3), {"reason": REASON, "confirmed": "1"}, follow=True)
        assert "This version is live. Publish a corrected version" in words(response)
        assert not Suppression.objects.exists()

    def test_an_edition_of_another_meeting_is_not_found(self, publisher: Client, meeting: Meeting) -> None:
        address = address_of(meeting, f"editions/{meeting.pk}/suppress/")
        assert "There is no such edition" in words(publisher.get(address, follow=True))

    def test_nothing_happens_before_it_is_confirmed(self, publisher: Client, meeting: Meeting) -> None:
        told = words(publisher.post(screen(meeting, 2), {"reason": REASON}))
        assert f"Edition 2: taken out {REASON}" in told
        assert not Suppression.objects.exists()

    def test_then_its_text_is_closed(self, publisher: Client, meeting: Meeting) -> None:
        response = publisher.post(screen(meeting, 2), {"reason": REASON, "confirmed": "1"}, follow=True)
        assert "is taken out: its text is closed" in words(response)
        assert f"Taken out: {REASON}" in words(response)
        assert Suppression.objects.get().edition == edition_numbered(meeting, 2)
        assert REASON in LogEntry.objects.get().get_change_message()
        again = publisher.post(screen(meeting, 2), {"reason": "Another.", "confirmed": "1"}, follow=True)
        assert "was already removed" in words(again)

    def test_the_same_text_elsewhere_is_named(self, publisher: Client, meeting: Meeting, clock: Any) -> None:
        changed(clock, meeting, "Back again.", venue="Mombasa")
        told = words(publisher.get(screen(meeting, 2)))
        assert "English, in the edition of 14 September 2060, 10:03:04" in told
        assert "in the edition of" not in words(publisher.get(screen(meeting, 1)))

    def test_it_is_offered_for_past_editions_only(self, publisher: Client, meeting: Meeting, clock: Any) -> None:
        meeting.venue = "Malindi"
        meeting.save()
        publish(meeting, at=PRESS_DAY + DAY)
        assert words(publisher.get(address_of(meeting, "editions/"))).count("Take out…") == 2
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        assert words(publisher.get(address_of(meeting, "editions/"))).count("Take out…") == 3


class TestAfterwards:
    def test_its_text_is_closed_to_those_without_the_right(self, editor: Client, meeting: Meeting) -> None:
        assert "Mombasa" in text(editor.get(screen(meeting, 2, "")))
        suppress(meeting, 2)
        for address in (screen(meeting, 2, ""), screen(meeting, 2, "changes/"), screen(meeting, 3, "changes/")):
            response = editor.get(address)
            assert response.status_code == 410, address
            assert REASON in text(response)
            assert "Mombasa" not in response.content.decode()

    def test_who_may_take_out_may_look_at_it(self, publisher: Client, meeting: Meeting) -> None:
        suppress(meeting, 2)
        told = text(publisher.get(screen(meeting, 2, "")))
        assert "Mombasa" in told
        assert "It is taken out: readers get the reason only" in told
        assert "Mombasa" in text(publisher.get(screen(meeting, 3, "changes/")))

    def test_what_was_erased_nobody_sees(self, publisher: Client, meeting: Meeting) -> None:
        suppress(meeting, 2)
        erase(meeting, 2)
        assert f"Taken out, and erased: {REASON}" in words(publisher.get(address_of(meeting, "editions/")))
        response = publisher.get(screen(meeting, 2, ""))
        assert response.status_code == 410
        assert "erased for good" in text(response)
        for number in (2, 3):
            response = publisher.get(screen(meeting, number, "changes/"))
            assert response.status_code == 410
            assert "erased for good" in text(response)

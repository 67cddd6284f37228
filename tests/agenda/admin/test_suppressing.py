"""Suppression of a past edition in the admin: permission, confirmation, and who can read the text afterwards."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agenda.dashboard.admin_urls import admin_url
from agenda.workflow import publication
from agenda.workflow.drafts import Subject
from agenda.workflow.reviews import get_submissions
from agenda.workflow.scheduled_releases import find_dependent_releases, hold_release
from agenda.workflow.suppression import get_edition_by_number
from meetings.models import Meeting, Suppression
from tests.actions import find_scheduled_release
from tests.admin_forms import create_user_with_role
from tests.agenda.admin.screens import get_step_url, read_visible_words
from tests.agenda.site.test_edition_history import publish_change, publish_three_editions
from tests.agenda.workflow.revision_helpers import suppress_revision
from tests.agenda.workflow.test_suppressing import REASON, erase, suppress
from tests.agenda.workflow.users import get_people, save_changes, submit_and_approve
from tests.factories import COMMAND, DAY, MINUTE, PRESS_DAY, make_meeting, make_topic, publish, publish_now, withdraw
from tests.public_requests import get_visible_text

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def published(press_office: None, world_clock: Any) -> None:
    """A meeting with three editions."""
    publish_three_editions(world_clock)


@pytest.fixture
def meeting(published: None) -> Meeting:
    return Meeting.objects.get()


@pytest.fixture
def editor(anna: Client) -> Client:
    return anna


@pytest.fixture
def publisher(petra: Client) -> Client:
    return petra


def get_suppress_url(subject: Subject, number: int, step: str = "suppress/") -> str:
    return get_step_url(subject, f"editions/{get_edition_by_number(subject, number).pk}/{step}")


class TestSuppress:
    def test_editor_is_refused(self, editor: Client, meeting: Meeting) -> None:
        for response in (
            editor.get(get_suppress_url(meeting, 2)),
            editor.post(get_suppress_url(meeting, 2), {"reason": REASON, "confirmed": "1"}),
        ):
            assert response.status_code == 403
        assert not Suppression.objects.exists()
        assert "Remove from the site…" not in read_visible_words(editor.get(get_step_url(meeting, "history/")))

    @pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "A private\u202enumber."])
    def test_wrong_reason_is_refused(self, publisher: Client, meeting: Meeting, reason: str) -> None:
        response = publisher.post(get_suppress_url(meeting, 2), {"reason": reason, "confirmed": "1"})
        assert response.context["form"].errors["reason"]
        assert not Suppression.objects.exists()

    def test_live_edition_cannot_be_suppressed(self, publisher: Client, meeting: Meeting) -> None:
        response = publisher.post(get_suppress_url(meeting, 3), {"reason": REASON, "confirmed": "1"}, follow=True)
        assert "This edition is live. Publish a corrected edition" in read_visible_words(response)
        assert not Suppression.objects.exists()

    def test_edition_of_another_meeting_is_not_found(self, publisher: Client, meeting: Meeting) -> None:
        address = get_step_url(meeting, f"editions/{meeting.pk}/suppress/")
        assert "This edition no longer exists" in read_visible_words(publisher.get(address, follow=True))

    def test_nothing_changes_before_confirmation(self, publisher: Client, meeting: Meeting) -> None:
        expected = read_visible_words(publisher.post(get_suppress_url(meeting, 2), {"reason": REASON}))
        assert f"Edition 2: text removed {REASON}" in expected
        assert not Suppression.objects.exists()

    def test_text_is_closed_after_confirmation(self, publisher: Client, meeting: Meeting) -> None:
        response = publisher.post(get_suppress_url(meeting, 2), {"reason": REASON, "confirmed": "1"}, follow=True)
        assert "was removed from the site" in read_visible_words(response)
        assert f"Removed from the site: {REASON}" in read_visible_words(response)
        assert Suppression.objects.get().edition == get_edition_by_number(meeting, 2)
        assert REASON in LogEntry.objects.get().get_change_message()
        again = publisher.post(get_suppress_url(meeting, 2), {"reason": "Another.", "confirmed": "1"}, follow=True)
        assert "was already removed" in read_visible_words(again)

    def test_editions_with_the_same_text_are_named(self, publisher: Client, meeting: Meeting, clock: Any) -> None:
        publish_change(clock, meeting, "Back again.", venue="Mombasa")
        expected = read_visible_words(publisher.get(get_suppress_url(meeting, 2)))
        assert "English, in the edition of 14 September 2060, 10:03:04" in expected
        assert "in the edition of" not in read_visible_words(publisher.get(get_suppress_url(meeting, 1)))

    def test_meetings_that_name_the_topic_are_thought_of(self, publisher: Client, meeting: Meeting, clock: Any) -> None:
        topic, scheduled = make_topic("secret"), make_meeting("env")
        scheduled.agenda.get().topics.add(topic)
        publish_now(clock, topic)
        publish(scheduled, at=PRESS_DAY + DAY)
        publish_now(clock, save_changes(topic, title="Asylum"))
        words = "Meetings that name the topic by a title of that edition keep it"
        assert words in read_visible_words(publisher.get(get_suppress_url(topic, 1)))
        assert words not in read_visible_words(publisher.get(get_suppress_url(meeting, 1)))

    def test_publications_that_are_put_on_hold_are_named_before_and_after(
        self, publisher: Client, meeting: Meeting, clock: Any
    ) -> None:
        topic, scheduled = make_topic("secret"), make_meeting("env")
        scheduled.agenda.get().topics.add(topic)
        publish_now(clock, topic)
        publish(scheduled, at=PRESS_DAY + DAY)
        publish_now(clock, save_changes(topic, title="Asylum"))
        for form in ({}, {"reason": REASON}):
            response = publisher.post(get_suppress_url(topic, 1), form)
            words = read_visible_words(response)
            assert "This scheduled publication will be put on hold" in words
            assert f"{scheduled} : Scheduled for 15 Sep 10:00" in words
            assert admin_url(find_scheduled_release(scheduled), "change") in response.content.decode()
        assert "will be put on hold" not in read_visible_words(publisher.get(get_suppress_url(meeting, 1)))
        confirmed = {"reason": REASON, "confirmed": "1"}
        page = read_visible_words(publisher.post(get_suppress_url(topic, 1), confirmed, follow=True))
        assert f"Put on hold: “{scheduled}”. Cancel it, and submit and publish the meeting again." in page

    def test_publication_that_relies_on_one_of_these_can_be_resumed(
        self, publisher: Client, meeting: Meeting, clock: Any
    ) -> None:
        """The second meeting does not have the title, but another topic that is published with the first one."""
        secret, other, first, second = (
            make_topic("secret"),
            make_topic("other"),
            make_meeting("env"),
            make_meeting("ecofin"),
        )
        first.agenda.get().topics.add(secret)
        second.agenda.get().topics.add(other)
        publish_now(clock, secret)
        create_user_with_role("Publishers", "paul")
        people = get_people()
        submit_and_approve(people, other, first, second)
        for together in ((other, first), (second,)):
            publication.publish(*together, by=people["paul"], at=PRESS_DAY + DAY)
        publish_now(clock, save_changes(secret, title="Asylum"))
        page = read_visible_words(publisher.post(get_suppress_url(secret, 1), {"reason": REASON}))
        assert f"{second} : Scheduled for 15 Sep 10:00" in page
        assert "These scheduled publications will be put on hold" in page
        assert "or rely on one of these publications. Cancel or resume each afterwards." in page
        confirmed = {"reason": REASON, "confirmed": "1"}
        page = read_visible_words(publisher.post(get_suppress_url(secret, 1), confirmed, follow=True))
        assert (
            "Cancel or resume each. Meetings that have the title or the place must be submitted and published again."
            in page
        )

    def test_same_queries_for_few_and_many_publications(
        self, publisher: Client, press_office: None, clock: Any
    ) -> None:
        topic = make_topic("secret")
        publish_now(clock, topic)
        for day in range(4):
            meeting = make_meeting("env", start_date=PRESS_DAY.date() + day * DAY)
            meeting.agenda.get().topics.add(topic)
            publish(meeting, at=PRESS_DAY + DAY + day * MINUTE)
        publish_now(clock, save_changes(topic, title="Asylum"))
        counts = []
        for number in (4, 1):
            for release in find_dependent_releases([get_edition_by_number(topic, 1)], timezone.now())[number:]:
                hold_release(release, by=COMMAND, reason="Not yet.")
            page = read_visible_words(publisher.get(get_suppress_url(topic, 1)))
            assert page.count("Scheduled for") == number
            with CaptureQueriesContext(connection) as queries:
                publisher.get(get_suppress_url(topic, 1))
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_only_past_editions_can_be_suppressed(self, publisher: Client, meeting: Meeting, clock: Any) -> None:
        meeting.venue = "Malindi"
        meeting.save()
        publish(meeting, at=PRESS_DAY + DAY)
        assert read_visible_words(publisher.get(get_step_url(meeting, "history/"))).count("Remove from the site…") == 2
        clock.move_to(withdraw(meeting, reason="Sent too early.").available_from)
        assert read_visible_words(publisher.get(get_step_url(meeting, "history/"))).count("Remove from the site…") == 3


class TestSuppressedEdition:
    def test_text_is_closed_without_the_right(self, editor: Client, meeting: Meeting) -> None:
        assert "Mombasa" in get_visible_text(editor.get(get_suppress_url(meeting, 2, "")))
        suppress(meeting, 2)
        response = editor.get(get_suppress_url(meeting, 2, ""))
        assert response.status_code == 410
        assert REASON in get_visible_text(response)
        assert "Mombasa" not in response.content.decode()
        for number in (2, 3):
            response = editor.get(get_suppress_url(meeting, number, "changes/"), follow=True)
            assert "The text of one of the two was removed or erased" in get_visible_text(response)
            assert "Mombasa" not in response.content.decode()
        assert "Mombasa" not in read_visible_words(editor.get(get_step_url(meeting, "history/")))

    def test_review_of_the_text_is_closed_without_the_right(
        self, editor: Client, publisher: Client, press_office: None, clock: Any
    ) -> None:
        meeting = make_meeting("env", notice="Call Mbabane.")
        suppress_revision(clock, meeting)
        newest, oldest = get_submissions(meeting)
        former, latest = (get_step_url(meeting, f"review/?revision={each.pk}") for each in (oldest, newest))
        for response in (editor.get(former), editor.post(former, {"send_back": "x", "remark": "Shorter."})):
            assert response.status_code == 410
            assert "Mbabane" not in response.content.decode()
        assert "Mbabane" not in read_visible_words(editor.get(latest))  # it is compared with the text before it
        assert "Mbabane" in publisher.get(former).content.decode()
        assert "Mbabane" in read_visible_words(publisher.get(latest))

    def test_text_is_shown_with_the_right(self, publisher: Client, meeting: Meeting) -> None:
        suppress(meeting, 2)
        expected = get_visible_text(publisher.get(get_suppress_url(meeting, 2, "")))
        assert "Mombasa" in expected
        assert "It was removed from the site: readers only see the reason" in expected
        assert "Mombasa" in get_visible_text(publisher.get(get_suppress_url(meeting, 3, "changes/"), follow=True))

    def test_erased_text_is_shown_to_nobody(self, publisher: Client, meeting: Meeting) -> None:
        suppress(meeting, 2)
        erase(meeting, 2)
        assert f"Removed from the site and erased: {REASON}" in read_visible_words(
            publisher.get(get_step_url(meeting, "history/"))
        )
        response = publisher.get(get_suppress_url(meeting, 2, ""))
        assert response.status_code == 410
        assert "permanently erased" in get_visible_text(response)
        for number in (2, 3):
            response = publisher.get(get_suppress_url(meeting, number, "changes/"), follow=True)
            assert "The text of one of the two was removed or erased" in get_visible_text(response)

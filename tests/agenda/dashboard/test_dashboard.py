"""The dashboard: alarms, lists of what waits for whom, upcoming and recent changes."""

import datetime as dt
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agenda import workflow
from agenda.models import Release
from agenda.workflow import suppression
from meetings.editions.freezing import compose_edition, write_editions
from meetings.models import Edition, EditionReason, Meeting, User
from tests.agenda.admin.screens import (
    LIST,
    correct_item_title,
    create_client,
    get_actor,
    get_step_url,
    read_dashboard_section,
    read_visible_words,
    save_correction,
    send_step,
    submit_and_approve,
    submit_as,
)
from tests.factories import (
    COMMAND,
    DAY,
    MINUTE,
    PRESS_DATE,
    PRESS_DAY,
    make_meeting,
    make_meeting_document,
    make_topic,
    publish_now,
    withdraw,
)

AT_SIX = dt.datetime(2060, 9, 14, 16, tzinfo=dt.UTC)
FORCED = "Published without approval: review now"
TO_APPROVE = "Waiting for your approval"
SENT_BACK = "Sent back"
TO_RELEASE = "Approved, ready to publish"
IN_REVIEW = "Waiting for a colleague's approval"
COMING = "Scheduled publications"
UNSUBMITTED = "Draft changes not submitted"
FACTS = "Changes in the last 24 hours"


class TestAlarms:
    @pytest.fixture
    def planned(self, anna: Client, petra: Client) -> Release:
        meeting = make_meeting()
        submit_as(meeting, by="anna")
        return workflow.plan_release(meeting, by=get_actor("petra"), at=AT_SIX)

    def alarm(self, client: Client, address: str = "/admin/") -> str:
        page = client.get(address)
        return read_visible_words(page) if 'class="alarms"' in page.content.decode() else ""

    def test_there_is_no_alarm_until_thirty_minutes_before(self, anna: Client, planned: Release, clock: Any) -> None:
        clock.move_to(AT_SIX - 30 * MINUTE - dt.timedelta(seconds=1))
        assert not self.alarm(anna)
        clock.move_to(AT_SIX - 30 * MINUTE)
        assert "Due 14 Sep 18:00, in 30 minutes. Not everything is approved. JHA, 14 September 2060" in self.alarm(anna)

    def test_alarm_is_on_every_page_for_all_viewers(self, planned: Release, clock: Any) -> None:
        clock.move_to(AT_SIX - 25 * MINUTE)
        meeting = Meeting.objects.get()
        for role in ("Authors", "Publishers", "Translators", "Duty", "Administrators"):
            client = create_client(role.lower(), role)
            addresses = ["/admin/", LIST, get_step_url(meeting, "change/"), get_step_url(planned, "change/")]
            for address in addresses:
                assert "Due 14 Sep 18:00, in 25 minutes. Not everything is approved." in self.alarm(client, address)

    def test_staff_without_a_role_see_no_alarm(self, planned: Release, clock: Any) -> None:
        clock.move_to(AT_SIX)
        clerk = Client()
        clerk.force_login(User.objects.create_user(username="clerk", is_staff=True))
        page = read_visible_words(clerk.get("/admin/"))
        assert "JHA" not in page
        assert "You do not have a role yet" in page

    def test_overdue_release_is_reported(self, anna: Client, planned: Release, clock: Any) -> None:
        clock.move_to(AT_SIX + MINUTE)
        assert "Was due 14 Sep 18:00, 1 minute ago. Not published, because not everything is approved." in self.alarm(
            anna
        )

    def test_approval_ends_the_alarm(self, anna: Client, petra: Client, planned: Release, clock: Any) -> None:
        clock.move_to(AT_SIX - 25 * MINUTE)
        send_step(petra, Meeting.objects.get(), "review/", approve="x")
        assert not self.alarm(anna)

    def test_cancelling_ends_the_alarm(self, anna: Client, petra: Client, planned: Release, clock: Any) -> None:
        clock.move_to(AT_SIX - 25 * MINUTE)
        petra.post(get_step_url(planned, "call-off/"), {"reason": "Not today."})
        assert not self.alarm(anna)

    def test_alarms_take_one_query(self, anna: Client, planned: Release, clock: Any) -> None:
        counts = []
        for instant in (AT_SIX - DAY, AT_SIX):
            clock.move_to(instant)
            with CaptureQueriesContext(connection) as queries:
                anna.get(LIST)
            counts.append(len([x for x in queries.captured_queries if "agenda_releaseentry" in x["sql"][:400]]))
        assert counts[0] == counts[1]


class TestReviewLists:
    @pytest.fixture
    def meeting(self, anna: Client, petra: Client, piet: Client) -> Meeting:
        """Submitted by anna."""
        meeting = make_meeting()
        submit_as(meeting, by="anna", remark="Item 1 is new.")
        return meeting

    def test_draft_is_in_no_list(self, anna: Client, petra: Client) -> None:
        make_meeting(start_date=PRESS_DATE + 9 * DAY)
        for client in (anna, petra):
            assert "There is nothing waiting for you." in read_visible_words(client.get("/admin/"))

    def test_approver_sees_the_submission_with_its_comment(self, petra: Client, meeting: Meeting) -> None:
        expected = f"{meeting} In review anna, 14 Sep 10:00: “Item 1 is new.”"
        assert read_dashboard_section(petra, TO_APPROVE) == expected
        assert get_step_url(meeting, "review/") in petra.get("/admin/").content.decode()

    def test_author_sees_that_it_is_waiting(self, anna: Client, meeting: Meeting) -> None:
        assert read_dashboard_section(anna, TO_APPROVE) == ""
        assert str(meeting) in read_dashboard_section(anna, IN_REVIEW)

    def test_own_text_is_listed_for_others_to_approve(self, petra: Client, piet: Client) -> None:
        topic = make_topic()
        submit_as(topic, by="petra")
        assert read_dashboard_section(petra, TO_APPROVE) == ""
        assert "Migration policy" in read_dashboard_section(petra, IN_REVIEW)
        assert "Migration policy" in read_dashboard_section(piet, TO_APPROVE)

    def test_other_desks_do_not_see_it(self, meeting: Meeting) -> None:
        emil = create_client("emil", "Publishers", of="env")
        assert read_dashboard_section(emil, TO_APPROVE) == read_dashboard_section(emil, IN_REVIEW) == ""

    def test_text_sent_back_is_listed_with_the_comment(self, anna: Client, petra: Client, meeting: Meeting) -> None:
        send_step(petra, meeting, "review/", send_back="x", remark="Which policy?")
        assert read_dashboard_section(anna, SENT_BACK) == f"{meeting} Sent back petra: “Which policy?”"
        assert read_dashboard_section(create_client("emil", "Authors", of="env"), SENT_BACK) == ""
        assert read_dashboard_section(petra, TO_APPROVE) == ""

    def test_approved_text_is_ready_to_publish(self, anna: Client, petra: Client, meeting: Meeting) -> None:
        send_step(petra, meeting, "review/", approve="x")
        assert str(meeting) in read_dashboard_section(petra, TO_RELEASE)
        assert read_dashboard_section(anna, TO_RELEASE) == ""
        send_step(petra, meeting, "release/", at="18:00", release="x")
        assert read_dashboard_section(petra, TO_RELEASE) == ""

    def test_text_changed_since_submission_is_in_no_review_list(
        self, anna: Client, petra: Client, meeting: Meeting
    ) -> None:
        correct_item_title(meeting)
        save_correction(meeting, by="anna")
        assert read_dashboard_section(petra, TO_APPROVE) == read_dashboard_section(anna, IN_REVIEW) == ""


class TestUnsubmitted:
    @pytest.fixture
    def meeting(self, anna: Client, petra: Client, clock: Any) -> Meeting:
        """Published as approved, and changed since."""
        meeting = make_meeting()
        submit_and_approve(meeting, by="petra", submitter="anna")
        [edition] = workflow.publish(meeting, by=get_actor("petra"))
        clock.move_to(edition.available_from)
        return meeting

    def changed(self, meeting: Meeting, title: str = "Migration and asylum") -> None:
        correct_item_title(meeting, title)
        save_correction(meeting, by="anna")

    def test_unchanged_draft_is_not_listed(self, anna: Client, meeting: Meeting) -> None:
        make_meeting("env")  # a draft that nobody has published
        assert read_dashboard_section(anna, UNSUBMITTED) == ""

    def test_change_is_listed_until_it_is_submitted(self, anna: Client, petra: Client, meeting: Meeting) -> None:
        self.changed(meeting)
        for client in (anna, petra):
            assert (
                read_dashboard_section(client, UNSUBMITTED) == f"{meeting} Changed since edition 1 anna, 14 Sep 10:00"
            )
        submit_as(meeting, by="anna")
        assert read_dashboard_section(anna, UNSUBMITTED) == ""

    def test_other_desks_do_not_see_it(self, meeting: Meeting) -> None:
        self.changed(meeting)
        assert read_dashboard_section(create_client("emil", "Authors", of="env"), UNSUBMITTED) == ""

    def test_text_sent_back_is_not_listed(self, anna: Client, petra: Client, meeting: Meeting) -> None:
        self.changed(meeting)
        submit_as(meeting, by="anna")
        send_step(petra, meeting, "review/", send_back="x", remark="Which policy?")
        assert read_dashboard_section(anna, UNSUBMITTED) == ""
        assert str(meeting) in read_dashboard_section(anna, SENT_BACK)

    def test_draft_changed_back_to_an_earlier_edition_is_listed(
        self, anna: Client, petra: Client, meeting: Meeting, clock: Any
    ) -> None:
        """Its text is already approved, but it was not submitted again."""
        self.changed(meeting)
        submit_and_approve(meeting, by="petra", submitter="anna")
        [edition] = workflow.publish(meeting, by=get_actor("petra"), note="Corrected.")
        clock.move_to(edition.available_from)
        self.changed(meeting, "Migration policy")
        assert str(meeting) in read_dashboard_section(anna, UNSUBMITTED)

    def test_scheduled_edition_omits_the_latest_change(self, anna: Client, petra: Client) -> None:
        meeting, topic = make_meeting(), make_topic()
        submit_and_approve(meeting, topic, by="petra", submitter="anna")
        workflow.publish(meeting, by=get_actor("petra"), at=AT_SIX)
        workflow.publish(topic, by=get_actor("petra"), at=AT_SIX + MINUTE)
        assert "latest change" not in read_dashboard_section(anna, COMING)
        self.changed(meeting)
        assert read_dashboard_section(anna, COMING) == (
            f"{meeting} Scheduled for 14 Sep 18:00 without the latest change "
            "Migration policy Scheduled for 14 Sep 18:01"
        )
        assert str(meeting) in read_dashboard_section(anna, UNSUBMITTED)

    def test_release_of_several_names_those_with_changes(self, anna: Client, petra: Client) -> None:
        meeting, topic = make_meeting(), make_topic()
        submit_and_approve(meeting, topic, by="petra", submitter="anna")
        workflow.publish(meeting, topic, by=get_actor("petra"), at=AT_SIX)
        self.changed(meeting)
        assert f"without the latest change of {meeting}" in read_dashboard_section(anna, COMING)


class TestPublishedWithoutApproval:
    @pytest.fixture
    def meeting(self, anna: Client, petra: Client, piet: Client, clock: Any) -> Meeting:
        meeting = make_meeting()
        [edition] = workflow.publish(meeting, by=get_actor("petra"), force="The press is waiting.")
        clock.move_to(edition.available_from)
        return meeting

    def test_it_is_listed_until_a_colleague_approves_it(self, petra: Client, piet: Client, meeting: Meeting) -> None:
        expected = f"{meeting} petra, 14 Sep 10:00:01: “The press is waiting.”"
        assert read_dashboard_section(piet, FORCED) == expected
        assert "yours: a colleague must approve it" in read_dashboard_section(petra, FORCED)
        send_step(piet, meeting, "review/", approve="x")
        assert read_dashboard_section(piet, FORCED) == read_dashboard_section(petra, FORCED) == ""

    def test_approved_newer_text_does_not_hide_it(
        self, anna: Client, petra: Client, piet: Client, meeting: Meeting
    ) -> None:
        correct_item_title(meeting)
        submit_and_approve(meeting, by="piet", submitter="anna")
        assert str(meeting) in read_dashboard_section(piet, FORCED)

    def test_text_sent_back_leaves_the_list_with_its_correction(
        self, piet: Client, petra: Client, meeting: Meeting
    ) -> None:
        send_step(piet, meeting, "review/", send_back="x", remark="The title is wrong.")
        assert str(meeting) in read_dashboard_section(piet, FORCED)
        correct_item_title(meeting)
        submit_and_approve(meeting, by="piet", submitter="anna")
        assert read_dashboard_section(piet, FORCED) == ""

    def test_erased_text_is_not_listed(self, petra: Client, piet: Client, clock: Any, meeting: Meeting) -> None:
        """Nobody can read an erased text, so nobody can approve it."""
        [edition] = Edition.objects.all()
        clock.move_to(withdraw(meeting, reason="Court order.").available_from)
        suppression.suppress(meeting, edition, by=COMMAND, reason="Court order.")
        assert str(meeting) in read_dashboard_section(piet, FORCED)
        suppression.erase(meeting, edition, by=COMMAND, reason="Court order.")
        assert read_dashboard_section(piet, FORCED) == ""

    def test_other_desks_do_not_see_it(self, meeting: Meeting) -> None:
        assert read_dashboard_section(create_client("emil", "Publishers", of="env"), FORCED) == ""

    def test_release_cancelled_before_publication_is_not_listed(self, petra: Client, piet: Client) -> None:
        topic = make_topic()
        workflow.publish(topic, by=get_actor("petra"), force="Now.", at=AT_SIX)
        assert "Migration policy" in read_dashboard_section(piet, FORCED)
        workflow.call_off_edition(topic, by=get_actor("petra"))
        assert "Migration policy" not in read_dashboard_section(piet, FORCED)


class TestUpcomingAndRecent:
    def test_releases_are_in_order_of_time(self, anna: Client, petra: Client) -> None:
        meeting, topic, topic_on_hold = make_meeting(), make_topic(), make_topic("asylum")
        submit_and_approve(meeting, topic_on_hold, by="petra", submitter="anna")
        workflow.plan_release(topic, by=get_actor("petra"), at=AT_SIX)
        workflow.publish(meeting, by=get_actor("petra"), at=AT_SIX - 60 * MINUTE)
        workflow.publish(topic_on_hold, by=get_actor("petra"), at=AT_SIX + 60 * MINUTE)
        workflow.hold_release(
            Release.objects.get(at=AT_SIX + 60 * MINUTE), by=get_actor("petra"), reason="Wait for the minister."
        )
        assert read_dashboard_section(anna, COMING) == (
            "JHA, 14 September 2060 Scheduled for 14 Sep 17:00 "
            "Migration policy Scheduled for 14 Sep 18:00, not yet approved "
            "Asylum On hold; was scheduled for 14 Sep 19:00 Wait for the minister."
        )

    def test_meetings_of_today_and_tomorrow_have_their_status(self, anna: Client) -> None:
        make_meeting()
        make_meeting("env", start_date=PRESS_DATE - DAY, end_date=PRESS_DATE + DAY, status="confirmed")
        make_meeting("gac", start_date=PRESS_DATE + 2 * DAY)
        assert (
            read_dashboard_section(anna, "Today")
            == "ENVI, 13 September 2060 Draft confirmed JHA, 14 September 2060 Draft confirmed"
        )
        assert read_dashboard_section(anna, "Tomorrow") == "ENVI, 13 September 2060 Draft confirmed"

    def test_meetings_are_listed_by_their_published_days(self, anna: Client, clock: Any) -> None:
        """A draft with another day neither hides tomorrow's meeting nor moves it to today."""
        tomorrow, later = (
            make_meeting(start_date=PRESS_DATE + DAY),
            make_meeting("env", start_date=PRESS_DATE + 9 * DAY),
        )
        publish_now(clock, tomorrow, later)
        for meeting, day in ((tomorrow, PRESS_DATE + 5 * DAY), (later, PRESS_DATE)):
            meeting.start_date = meeting.end_date = day
            meeting.status = "provisional"
            meeting.save()
            save_correction(meeting, by="anna")
        assert read_dashboard_section(anna, "Tomorrow") == (
            "JHA, 15 September 2060 Changed since edition 1 the draft moves it to 19 September confirmed"
        )
        assert read_dashboard_section(anna, "Today") == ""

    def test_draft_in_another_year_or_without_a_date(self, anna: Client, clock: Any) -> None:
        one, other = make_meeting(address_word="informal"), make_meeting("env")
        publish_now(clock, one, other)
        one.start_date, one.end_date = dt.date(2061, 1, 2), dt.date(2061, 1, 3)
        one.save()
        other.start_date = other.end_date = None
        other.status = "postponed"
        other.save()
        today = read_dashboard_section(anna, "Today")
        assert (
            "JHA, 14 September 2060, informal Live, edition 1 Published without approval the draft moves it to 2–3 Jan"
            in today
        )
        assert "the draft has no date confirmed" in today

    def test_withdrawn_meeting_is_listed_by_its_draft(self, anna: Client, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        clock.move_to(withdraw(meeting, reason="A mistake.").available_from)
        assert read_dashboard_section(anna, "Today") == "JHA, 14 September 2060 Withdrawn In review confirmed"

    def test_hundred_texts_in_review_do_not_hide_today(self, anna: Client) -> None:
        for n in range(3):
            submit_as(make_meeting(start_date=PRESS_DATE - (n + 9) * DAY), by="anna")
        make_meeting()
        with patch("agenda.dashboard.dashboard.MAX_ROWS", 2):
            assert "JHA, 14 September 2060" in read_dashboard_section(anna, "Today")

    def test_same_day_changes_of_the_last_day_are_listed(self, anna: Client, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        document = make_meeting_document(id=meeting.pk, title="Moved")
        write_editions(
            [
                compose_edition(
                    [document], available_from=PRESS_DAY + MINUTE, reason=EditionReason.FACTS, change_note="14:15."
                )
            ]
        )
        edition = Edition.objects.latest("available_from")
        assert read_dashboard_section(anna, FACTS) == ""
        clock.move_to(PRESS_DAY + MINUTE)
        assert read_dashboard_section(anna, FACTS) == f"{meeting} changed on the day 14 Sep 10:01: 14:15."
        Meeting.objects.update(start_date=PRESS_DATE + DAY, end_date=PRESS_DATE + DAY)  # a draft
        assert read_dashboard_section(anna, FACTS) == "JHA, 14 September 2060 changed on the day 14 Sep 10:01: 14:15."
        assert get_step_url(meeting, f"editions/{edition.pk}/changes/") in anna.get("/admin/").content.decode()
        clock.move_to(PRESS_DAY + MINUTE + DAY)
        assert read_dashboard_section(anna, FACTS) == ""

    def test_withdrawals_and_restorations_name_the_user(
        self, anna: Client, petra: Client, piet: Client, clock: Any
    ) -> None:
        topic = make_topic()
        User.objects.filter(username="petra").update(first_name="Petra", last_name="Moor")
        publish_now(clock, topic)
        clock.move_to(workflow.withdraw(topic, by=get_actor("petra"), reason="A mistake.").available_from)
        assert read_dashboard_section(anna, FACTS) == "Migration policy withdrawn Petra Moor, 14 Sep 10:00:02"
        clock.move_to(workflow.rollback(topic, by=get_actor("piet"), reason="It was right.").available_from)
        assert read_dashboard_section(anna, FACTS).startswith(
            "Migration policy earlier edition restored piet, 14 Sep 10:00:03: It was right. Migration policy withdrawn"
        )

    def test_same_day_changes_name_the_user(self, anna: Client, petra: Client, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        edition = workflow.publish_same_day_change(meeting, workflow.SameDayChange(alert="Wait."), by=COMMAND)
        clock.move_to(edition.available_from)
        assert f"{meeting} changed on the day {COMMAND.name}, 14 Sep 10:00" in read_dashboard_section(anna, FACTS)


def test_dashboard_takes_the_same_queries_for_2_and_for_20_meetings(anna: Client, petra: Client) -> None:
    counts = []
    for first, last in ((0, 2), (2, 20)):
        for n in range(first, last):
            meeting = make_meeting(start_date=PRESS_DATE + n * DAY)
            submit_as(meeting, by="anna")
            workflow.plan_release(make_topic(f"topic-{n}"), by=get_actor("petra"), at=AT_SIX)
        with CaptureQueriesContext(connection) as queries:
            page = petra.get("/admin/")
        assert read_visible_words(page).count("In review") >= last
        counts.append(len(queries))
    # session, user, roles, alarms, facts, forced, meetings, topics, releases, their entries, what is live,
    # the last actions; and of languages: two for what waits to be approved and released, nine for what is translated
    assert counts == [24, 24]

"""The dashboard: alarms, lists of what waits for whom, upcoming and recent changes."""

import datetime as dt
import re
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agenda.models import Release
from agenda.workflow import planned_releases, publication, review_actions, scheduled_releases, suppression, withdrawal
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.same_day_changes.publication import publish_same_day_change
from meetings.editions.freezing import compose_edition, write_editions
from meetings.models import Edition, EditionReason, Meeting, User
from tests.admin_forms import sign_in
from tests.agenda.admin.screens import (
    LIST,
    TOPICS,
    correct_item_title,
    create_client,
    get_actor,
    get_step_url,
    parse_dashboard,
    read_dashboard,
    read_dashboard_section,
    read_visible_words,
    save_correction,
    send_step,
    submit_and_approve,
    submit_as,
)
from tests.agenda.workflow.users import get_shown, get_submitted_digests
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

FAR_AWAY = PRESS_DATE + 90 * DAY
AT_SIX = dt.datetime(2060, 9, 14, 16, tzinfo=dt.UTC)
FORCED = "Published without approval: review now"
FORCED_BY_OTHERS = "Published without approval: a colleague must review it"
TO_APPROVE = "Waiting for your approval"
SENT_BACK = "Sent back"
TO_RELEASE = "Approved, ready to publish"
IN_REVIEW = "Waiting for a colleague's approval"
COMING = "Scheduled publications"
UNSUBMITTED = "Draft changes not submitted"
NEVER_SUBMITTED = "Your drafts, never submitted"
NOT_READY = "Coming meetings, not ready"
FACTS = "Changes in the last 24 hours"


@pytest.fixture(scope="class")
def submitted(press_office: None, class_clock: Any) -> None:
    """Submitted by anna."""
    submit_as(make_meeting(), by="anna", remark="Item 1 is new.")


@pytest.fixture(scope="class")
def planned_release(submitted: None) -> None:
    """Submitted and planned for six o'clock."""
    planned_releases.plan_release(Meeting.objects.get(), by=get_actor("petra"), at=AT_SIX)


@pytest.fixture(scope="class")
def published(press_office: None, class_clock: Any) -> None:
    """Published as approved."""
    meeting = make_meeting()
    submit_and_approve(meeting, by="petra", submitter="anna")
    class_clock.move_to(publication.publish(meeting, by=get_actor("petra"))[0].available_from)


@pytest.fixture(scope="class")
def forced(press_office: None, class_clock: Any) -> None:
    """Published by petra without approval."""
    [edition] = publication.publish(make_meeting(), by=get_actor("petra"), force="The press is waiting.")
    class_clock.move_to(edition.available_from)


@pytest.fixture
def meeting(press_office: None) -> Meeting:
    """The meeting of the class."""
    return Meeting.objects.get()


def send_back(meeting: Meeting, by: str = "petra", remark: str = "Which policy?") -> None:
    review_actions.send_back(meeting, by=get_actor(by), shown=get_shown(meeting), remark=remark)


def approve(meeting: Meeting, by: str = "petra") -> None:
    review_actions.approve(meeting, by=get_actor(by), shown=get_shown(meeting))


def publish_approved(meeting: Meeting, **options: Any) -> Edition:
    """Publish the text that was approved, whatever the draft says now."""
    [edition] = publication.publish(meeting, by=get_actor("petra"), shown=get_submitted_digests(meeting), **options)
    return edition


def take_back_approval(client: Client, meeting: Meeting) -> None:
    """Send the approved text back, by the way that the publish screen offers."""
    page = client.get(get_step_url(meeting, "release/")).content.decode()
    [revision] = re.findall(rf'href="{get_step_url(meeting, "review/")}([?]revision=\d+)">View the review', page)
    send_step(client, meeting, f"review/{revision}", send_back="x", remark="There is a newer one.")


def save_title(meeting: Meeting, title: str, by: str = "anna") -> None:
    correct_item_title(meeting, title)
    save_correction(meeting, by=by)


def save_far_away(meeting: Meeting, title: str = "Asylum", by: str = "anna") -> None:
    """Save another title, and a day of which the dashboard does not list all meetings."""
    Meeting.objects.filter(pk=meeting.pk).update(start_date=FAR_AWAY, end_date=FAR_AWAY)
    save_title(meeting, title, by)


def publish_on(day: dt.date, clock: Any) -> Meeting:
    """Publish a meeting of this day, as approved."""
    meeting = make_meeting("env", day)
    submit_and_approve(meeting, by="petra", submitter="anna")
    clock.move_to(publication.publish(meeting, by=get_actor("petra"))[0].available_from)
    return meeting


@pytest.mark.usefixtures("planned_release")
class TestAlarms:
    @pytest.fixture
    def planned(self, press_office: None) -> Release:
        return Release.objects.get()

    def alarm(self, client: Client, address: str = LIST) -> str:
        page = client.get(address)
        return read_visible_words(page) if 'class="alarms"' in page.content.decode() else ""

    def test_there_is_no_alarm_until_thirty_minutes_before(self, anna: Client, planned: Release, clock: Any) -> None:
        clock.move_to(AT_SIX - 30 * MINUTE - dt.timedelta(seconds=1))
        assert not self.alarm(anna)
        clock.move_to(AT_SIX - 30 * MINUTE)
        assert "Due 14 Sep 18:00, in 30 minutes. Not ready to be published. JHA, 14 September 2060" in self.alarm(anna)

    def test_alarm_is_on_every_page_for_all_viewers(self, planned: Release, clock: Any) -> None:
        clock.move_to(AT_SIX - 25 * MINUTE)
        meeting = Meeting.objects.get()
        expected = "Due 14 Sep 18:00, in 25 minutes. Not ready to be published."
        for role in ("Authors", "Publishers", "Duty", "Administrators"):
            assert expected in self.alarm(create_client(role.lower(), role))
        ines = create_client("ines", "Translators")
        for address in ("/admin/", LIST, get_step_url(meeting, "change/"), get_step_url(planned, "change/")):
            assert expected in self.alarm(ines, address)

    def test_pages_have_the_first_of_many_alarms(self, anna: Client, planned: Release, clock: Any) -> None:
        """One account planned three thousand releases for this minute, and each page had two megabytes more."""
        for number in range(6):
            at = AT_SIX + number * MINUTE
            planned_releases.plan_release(make_topic(f"topic-{number}"), by=get_actor("petra"), at=at)
        clock.move_to(AT_SIX)
        alarm = self.alarm(anna)
        assert [f"Topic {number}" in alarm for number in range(6)] == [True, True, True, True, False, False]
        assert "More publications are due and not ready" in alarm
        Release.objects.filter(at__gte=AT_SIX + 4 * MINUTE).delete()
        assert "More publications are due" not in self.alarm(anna)

    def test_staff_without_a_role_see_no_alarm(self, planned: Release, clock: Any) -> None:
        clock.move_to(AT_SIX)
        clerk = Client()
        clerk.force_login(User.objects.create_user(username="clerk", is_staff=True))
        page = read_visible_words(clerk.get("/admin/"))
        assert "JHA" not in page
        assert "You do not have a role yet" in page

    def test_overdue_release_is_reported(self, anna: Client, planned: Release, clock: Any) -> None:
        clock.move_to(AT_SIX + MINUTE)
        assert "Was due 14 Sep 18:00, 1 minute ago. Not published: it was not ready." in self.alarm(anna)

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


def test_draft_is_listed_for_its_author_only(anna: Client, petra: Client) -> None:
    meeting = make_meeting(start_date=PRESS_DATE + 90 * DAY)
    assert "There is nothing waiting for you." in read_visible_words(anna.get("/admin/"))
    save_correction(meeting, by="anna")
    assert read_dashboard_section(anna, NEVER_SUBMITTED) == f"{meeting} anna, 14 Sep 10:00"
    assert read_dashboard_section(petra, NEVER_SUBMITTED) == ""
    submit_as(meeting, by="anna")
    assert read_dashboard_section(anna, NEVER_SUBMITTED) == ""


def test_days_come_first_if_there_is_a_meeting_today(anna: Client) -> None:
    submit_as(make_topic(), by="anna")
    for start, order in ((PRESS_DATE + DAY, -1), (PRESS_DATE, 1)):
        make_meeting(start_date=start)
        words = read_visible_words(anna.get("/admin/"))
        assert (words.index(IN_REVIEW) - words.index("Tomorrow")) * order > 0


@pytest.mark.usefixtures("submitted")
class TestReviewLists:
    def test_submission_is_listed_for_those_who_act_on_it(self, anna: Client, petra: Client, meeting: Meeting) -> None:
        dashboard = read_dashboard(petra)
        assert dashboard[TO_APPROVE] == f"{meeting} In review anna, 14 Sep 10:00: “Item 1 is new.”"
        dashboard = read_dashboard(anna)
        assert dashboard[TO_APPROVE] == ""
        assert str(meeting) in dashboard[IN_REVIEW]
        dashboard = read_dashboard(create_client("emil", "Publishers", of="env"))
        assert dashboard[TO_APPROVE] == dashboard[IN_REVIEW] == ""

    def test_own_text_is_listed_for_others_to_approve(self, petra: Client, piet: Client, meeting: Meeting) -> None:
        topic = make_topic()
        submit_as(topic, by="petra")
        page = petra.get("/admin/")
        assert get_step_url(meeting, "review/") in page.content.decode()
        dashboard = parse_dashboard(page)
        assert "Migration policy" not in dashboard[TO_APPROVE]
        assert "Migration policy" in dashboard[IN_REVIEW]
        assert "Migration policy" in read_dashboard(piet)[TO_APPROVE]

    def test_text_sent_back_is_listed_with_the_comment(self, anna: Client, petra: Client, meeting: Meeting) -> None:
        send_back(meeting)
        assert read_dashboard(create_client("emil", "Authors", of="env"))[SENT_BACK] == ""
        assert read_dashboard(anna)[SENT_BACK] == f"{meeting} Sent back petra: “Which policy?”"
        assert read_dashboard(petra)[TO_APPROVE] == ""

    def test_approved_text_is_ready_to_publish(self, anna: Client, petra: Client, meeting: Meeting) -> None:
        approve(meeting)
        assert str(meeting) in read_dashboard_section(petra, TO_RELEASE)
        assert read_dashboard_section(anna, TO_RELEASE) == ""
        publication.publish(meeting, by=get_actor("petra"), at=AT_SIX)
        assert read_dashboard_section(petra, TO_RELEASE) == ""

    def test_text_that_was_submitted_waits_although_the_draft_has_changed_since(
        self, anna: Client, petra: Client, meeting: Meeting
    ) -> None:
        """Its author can keep editing, and the colleague reads the text as it was submitted."""
        save_far_away(meeting)
        state = f"{meeting} In review Draft changed since"
        assert read_dashboard(petra)[TO_APPROVE].startswith(state)
        lists = read_dashboard(anna)
        assert lists[IN_REVIEW].startswith(state)
        assert lists[UNSUBMITTED].startswith(state)
        approve(meeting)
        assert read_dashboard(petra)[TO_APPROVE] == read_dashboard(anna)[IN_REVIEW] == ""
        assert str(meeting) in read_dashboard(anna)[UNSUBMITTED]

    def test_own_text_that_was_changed_since_waits_for_others(
        self, petra: Client, piet: Client, meeting: Meeting
    ) -> None:
        save_title(meeting, "Migration", by="petra")
        submit_as(meeting, by="petra")
        save_far_away(meeting, by="petra")
        lists = read_dashboard(petra)
        assert (lists[TO_APPROVE], str(meeting) in lists[IN_REVIEW]) == ("", True)
        assert str(meeting) in read_dashboard(piet)[TO_APPROVE]

    def test_approved_text_is_ready_to_publish_although_the_draft_has_changed_since(
        self, anna: Client, petra: Client, meeting: Meeting
    ) -> None:
        approve(meeting)
        save_far_away(meeting)
        state = f"{meeting} Approved Draft changed since"
        assert read_dashboard(petra)[TO_RELEASE] == f"{state} anna, 14 Sep 10:00: “Item 1 is new.”"
        assert read_dashboard(anna)[UNSUBMITTED].startswith(state)
        publish_approved(meeting, at=AT_SIX)
        assert read_dashboard(petra)[TO_RELEASE] == ""

    def test_approved_text_is_ready_to_publish_although_a_newer_one_is_submitted(
        self, anna: Client, petra: Client, meeting: Meeting
    ) -> None:
        """The line says who submitted the text that can be published."""
        approve(meeting)
        save_title(meeting, "Migration", by="petra")
        submit_as(meeting, by="petra")
        submitted = "anna, 14 Sep 10:00: “Item 1 is new.”"
        state = f"{meeting} Earlier text approved In review"
        assert read_dashboard(petra)[TO_RELEASE] == f"{state} {submitted}"
        assert read_dashboard(petra)[IN_REVIEW].startswith(state)
        save_far_away(meeting)
        state = f"{meeting} Earlier text approved In review Draft changed since"
        assert read_dashboard(petra)[TO_RELEASE] == f"{state} {submitted}"

    def test_approved_text_is_ready_to_publish_although_a_newer_one_was_sent_back(
        self, anna: Client, petra: Client, meeting: Meeting
    ) -> None:
        approve(meeting)
        save_title(meeting, "Migration")
        submit_as(meeting, by="anna")
        send_back(meeting)
        state = f"{meeting} Earlier text approved Sent back"
        assert read_dashboard(petra)[TO_RELEASE].startswith(state)
        assert read_dashboard(anna)[SENT_BACK].startswith(state)
        take_back_approval(petra, meeting)
        assert read_dashboard(petra)[TO_RELEASE] == ""
        approve(meeting)
        assert read_dashboard(petra)[TO_RELEASE].startswith(f"{meeting} Approved anna")


def test_submitted_correction_waits_although_the_draft_has_the_live_text_again(
    anna: Client, petra: Client, clock: Any
) -> None:
    meeting = publish_on(FAR_AWAY, clock)
    save_title(meeting, "Asylum")
    submit_as(meeting, by="anna")
    save_title(meeting, "Migration policy")
    state = f"{meeting} Live, edition 1 In review Draft changed since anna"
    assert read_dashboard(petra)[TO_APPROVE].startswith(state)
    lists = read_dashboard(anna)
    assert (lists[IN_REVIEW].startswith(state), lists[UNSUBMITTED]) == (True, "")
    approve(meeting)
    state = f"{meeting} Live, edition 1 Approved Draft changed since anna"
    assert read_dashboard(petra)[TO_RELEASE].startswith(state)
    clock.move_to(publish_approved(meeting, note="Corrected.").available_from)
    lists = read_dashboard(petra)
    assert [lists[name] for name in (TO_APPROVE, IN_REVIEW, TO_RELEASE)] == [""] * 3


@pytest.mark.usefixtures("submitted")
class TestSuperuser:
    @pytest.fixture
    def boss(self, press_office: None) -> Client:
        User.objects.create_user("boss", is_superuser=True, is_staff=True)
        return sign_in("boss")

    def test_nothing_waits_for_them_while_somebody_with_a_role_can_approve(self, boss: Client) -> None:
        assert read_dashboard(boss)[TO_APPROVE] == ""
        assert str(Meeting.objects.get()) in read_dashboard(boss)[IN_REVIEW]

    def test_author_of_a_text_that_was_changed_since_is_nobody_who_can_approve_it(
        self, boss: Client, petra: Client, piet: Client, meeting: Meeting
    ) -> None:
        save_title(meeting, "Migration", by="petra")
        submit_as(meeting, by="petra")
        save_far_away(meeting, by="petra")
        assert read_dashboard(boss)[TO_APPROVE] == ""
        User.objects.filter(username="piet").update(is_active=False)
        assert str(meeting) in read_dashboard(boss)[TO_APPROVE]

    def test_they_are_the_last_resort(self, boss: Client) -> None:
        User.objects.filter(username__in=("petra", "piet")).update(is_active=False)
        assert str(Meeting.objects.get()) in read_dashboard(boss)[TO_APPROVE]


@pytest.mark.usefixtures("published")
class TestUnsubmitted:
    def test_change_is_listed_after_a_withdrawal(self, anna: Client, clock: Any, meeting: Meeting) -> None:
        self.changed(meeting)
        clock.move_to(withdraw(meeting, reason="Wrong.").available_from)
        assert read_dashboard(anna)[UNSUBMITTED] == f"{meeting} Withdrawn Draft changed since anna, 14 Sep 10:00"

    def changed(self, meeting: Meeting, title: str = "Migration and asylum") -> None:
        correct_item_title(meeting, title)
        save_correction(meeting, by="anna")

    def test_change_is_listed_until_it_is_submitted(self, anna: Client, petra: Client, meeting: Meeting) -> None:
        make_meeting("env")  # a draft that nobody has published
        assert read_dashboard_section(anna, UNSUBMITTED) == ""
        self.changed(meeting)
        expected = f"{meeting} Changed since edition 1 anna, 14 Sep 10:00"
        assert read_dashboard_section(petra, UNSUBMITTED) == expected
        assert read_dashboard_section(create_client("emil", "Authors", of="env"), UNSUBMITTED) == ""
        submit_as(meeting, by="anna")
        assert read_dashboard_section(anna, UNSUBMITTED) == ""

    def test_text_sent_back_is_not_listed(self, anna: Client, meeting: Meeting) -> None:
        self.changed(meeting)
        submit_as(meeting, by="anna")
        send_back(meeting)
        dashboard = read_dashboard(anna)
        assert dashboard[UNSUBMITTED] == ""
        assert str(meeting) in dashboard[SENT_BACK]

    def test_draft_changed_back_to_an_earlier_edition_is_listed(
        self, anna: Client, petra: Client, meeting: Meeting, clock: Any
    ) -> None:
        """Its text is already approved, but it was not submitted again."""
        self.changed(meeting)
        submit_and_approve(meeting, by="petra", submitter="anna")
        [edition] = publication.publish(meeting, by=get_actor("petra"), note="Corrected.")
        clock.move_to(edition.available_from)
        self.changed(meeting, "Migration policy")
        assert str(meeting) in read_dashboard_section(anna, UNSUBMITTED)

    def test_scheduled_edition_omits_the_latest_change(self, anna: Client) -> None:
        meeting, topic, together = make_meeting("env"), make_topic(), make_topic("asylum")
        other = make_meeting("gac")
        submit_and_approve(meeting, topic, together, other, by="petra", submitter="anna")
        publication.publish(meeting, by=get_actor("petra"), at=AT_SIX)
        publication.publish(topic, by=get_actor("petra"), at=AT_SIX + MINUTE)
        publication.publish(together, other, by=get_actor("petra"), at=AT_SIX + 2 * MINUTE)
        self.changed(meeting)
        self.changed(other)
        dashboard = read_dashboard(anna)
        assert dashboard[COMING] == (
            f"{meeting} Scheduled for 14 Sep 18:00 in 8 h without the latest change "
            "Migration policy Scheduled for 14 Sep 18:01 in 8 h 1 min "
            f"Asylum, {other} Scheduled for 14 Sep 18:02 in 8 h 2 min without the latest change of {other}"
        )
        assert str(meeting) in dashboard[UNSUBMITTED]


@pytest.mark.usefixtures("forced")
class TestPublishedWithoutApproval:
    def test_it_is_listed_until_a_colleague_approves_it(self, petra: Client, piet: Client, meeting: Meeting) -> None:
        expected = f"{meeting} petra, 14 Sep 10:00: “The press is waiting.”"
        assert read_dashboard_section(piet, FORCED) == expected
        assert read_dashboard_section(create_client("emil", "Publishers", of="env"), FORCED) == ""
        assert read_dashboard(petra)[FORCED] == ""
        assert "yours" in read_dashboard(petra)[FORCED_BY_OTHERS]
        approve(meeting, by="piet")
        assert read_dashboard(petra)[FORCED_BY_OTHERS] == ""

    def test_only_its_author_is_told_that_it_is_theirs(self, anna: Client, meeting: Meeting) -> None:
        """She saves a later draft, and cannot review."""
        correct_item_title(meeting)
        save_correction(meeting, by="anna")
        assert read_dashboard(anna)[FORCED] == ""
        assert read_dashboard(anna)[FORCED_BY_OTHERS] == f"{meeting} petra, 14 Sep 10:00: “The press is waiting.”"

    def test_withdrawn_text_is_not_listed(self, petra: Client, piet: Client, clock: Any, meeting: Meeting) -> None:
        clock.move_to(withdraw(meeting, reason="Wrong.").available_from)
        for client in (petra, piet):
            dashboard = read_dashboard(client)
            assert [dashboard[name] for name in (FORCED, FORCED_BY_OTHERS, TO_APPROVE, IN_REVIEW)] == [""] * 4

    def test_approved_newer_text_does_not_hide_it(self, piet: Client, meeting: Meeting) -> None:
        correct_item_title(meeting)
        submit_and_approve(meeting, by="piet", submitter="anna")
        assert str(meeting) in read_dashboard_section(piet, FORCED)

    def test_text_sent_back_leaves_the_list_when_its_correction_is_published(
        self, piet: Client, petra: Client, clock: Any, meeting: Meeting
    ) -> None:
        send_back(meeting, by="piet", remark="The title is wrong.")
        correct_item_title(meeting)
        submit_and_approve(meeting, by="piet", submitter="anna")
        assert str(meeting) in read_dashboard_section(piet, FORCED)
        [edition] = publication.publish(meeting, by=get_actor("petra"), note="The title.")
        clock.move_to(edition.available_from)
        assert read_dashboard_section(piet, FORCED) == ""

    def test_erased_text_is_not_listed(self, petra: Client, piet: Client, clock: Any, meeting: Meeting) -> None:
        """Nobody can read an erased text, so nobody can approve it."""
        [edition] = Edition.objects.all()
        clock.move_to(withdraw(meeting, reason="Court order.").available_from)
        suppression.suppress(meeting, edition, by=COMMAND, reason="Court order.")
        suppression.erase(meeting, edition, by=COMMAND, reason="Court order.")
        assert read_dashboard_section(piet, FORCED) == ""

    def test_release_cancelled_before_publication_is_not_listed(self, petra: Client, piet: Client) -> None:
        topic = make_topic()
        publication.publish(topic, by=get_actor("petra"), force="Now.", at=AT_SIX)
        assert "Migration policy" in read_dashboard_section(piet, FORCED)
        scheduled_releases.call_off_edition(topic, by=get_actor("petra"))
        assert "Migration policy" not in read_dashboard_section(piet, FORCED)


class TestUpcomingAndRecent:
    def test_releases_are_in_order_of_time(self, anna: Client, petra: Client) -> None:
        meeting, topic, topic_on_hold = make_meeting(), make_topic(), make_topic("asylum")
        submit_and_approve(meeting, topic_on_hold, by="petra", submitter="anna")
        planned_releases.plan_release(topic, by=get_actor("petra"), at=AT_SIX)
        publication.publish(meeting, by=get_actor("petra"), at=AT_SIX - 60 * MINUTE)
        publication.publish(topic_on_hold, by=get_actor("petra"), at=AT_SIX + 60 * MINUTE)
        scheduled_releases.hold_release(
            Release.objects.get(at=AT_SIX + 60 * MINUTE), by=get_actor("petra"), reason="Wait for the minister."
        )
        assert read_dashboard_section(anna, COMING) == (
            "JHA, 14 September 2060 Scheduled for 14 Sep 17:00 in 7 h "
            "Migration policy Scheduled for 14 Sep 18:00, not yet approved in 8 h "
            "Asylum On hold; was scheduled for 14 Sep 19:00 Wait for the minister."
        )

    def test_overdue_release_is_urgent(self, anna: Client, clock: Any) -> None:
        planned_releases.plan_release(make_topic(), by=get_actor("petra"), at=AT_SIX + DAY)
        clock.move_to(AT_SIX - MINUTE)
        assert " in " not in read_dashboard_section(anna, COMING)
        clock.move_to(AT_SIX + DAY + 65 * MINUTE)
        assert "overdue by 1 h 5 min" in read_dashboard_section(anna, COMING)
        assert '<li class="urgent">' in anna.get("/admin/").content.decode()

    def test_meetings_that_begin_soon_and_are_not_published(self, anna: Client, clock: Any) -> None:
        ready, *_others = (
            make_meeting(start_date=PRESS_DATE + 2 * DAY),
            make_meeting("env", start_date=PRESS_DATE + 14 * DAY),
            make_meeting("gac", start_date=PRESS_DATE + 15 * DAY),
            make_meeting("tte", start_date=PRESS_DATE),
            make_meeting("fac", start_date=None, status="postponed"),
        )
        publish_now(clock, ready)
        assert read_dashboard_section(anna, NOT_READY) == "ENVI, 28 September 2060 Draft in 14 days"
        assert read_dashboard_section(create_client("emil", "Authors", of="gac"), NOT_READY) == ""

    def test_meetings_of_today_and_tomorrow_have_their_status(self, anna: Client) -> None:
        make_meeting()
        make_meeting("env", start_date=PRESS_DATE - DAY, end_date=PRESS_DATE + DAY, status="confirmed")
        make_meeting("gac", start_date=PRESS_DATE + 2 * DAY)
        dashboard = read_dashboard(anna)
        assert dashboard["Today"] == "ENVI, 13 September 2060 Draft confirmed JHA, 14 September 2060 Draft confirmed"
        assert dashboard["Tomorrow"] == "ENVI, 13 September 2060 Draft confirmed"

    def test_meeting_that_was_moved_to_today_is_not_called_postponed(self, anna: Client, clock: Any) -> None:
        meeting = make_meeting(start_date=PRESS_DATE - DAY)
        publish_now(clock, meeting)
        meeting.start_date = meeting.end_date = PRESS_DATE
        meeting.status, meeting.status_reason = "postponed", "Snow."
        meeting.save()
        publish_now(clock, meeting, note="Moved.")
        assert read_dashboard(anna)["Today"].endswith("Published without approval moved")
        Meeting.objects.update(previous=[])  # what is published counts, not the draft
        assert read_dashboard(anna)["Today"].endswith("moved")

    def test_next_day_with_meetings_is_shown_if_there_is_none_tomorrow(self, anna: Client, clock: Any) -> None:
        """The press day is a Tuesday. One of the two on Friday is published; the other one is a draft."""
        friday = PRESS_DATE + 3 * DAY
        publish_now(clock, make_meeting(start_date=friday))
        make_meeting("env", start_date=friday, end_date=friday + DAY)
        make_meeting("gac", start_date=friday + DAY)
        heading = "Friday 17 September"
        shown = read_dashboard(anna)[heading]
        assert shown.startswith("ENVI, 17 September 2060 Draft confirmed JHA, 17 September 2060 Live, edition 1")
        assert "GAC" not in shown
        make_meeting("tte", start_date=PRESS_DATE + DAY)
        dashboard = read_dashboard(anna)
        assert (dashboard["Tomorrow"], dashboard[heading]) == ("TTE, 15 September 2060 Draft confirmed", "")

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
        dashboard = read_dashboard(anna)
        assert dashboard["Tomorrow"] == (
            "JHA, 15 September 2060 Changed since edition 1 Published without approval "
            "the draft moves it to 19 September confirmed"
        )
        assert dashboard["Today"] == ""

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
        assert read_dashboard_section(anna, "Today") == "JHA, 14 September 2060 Withdrawn confirmed"

    @pytest.mark.parametrize("first", [PRESS_DATE - 90 * DAY, FAR_AWAY])
    def test_hundred_texts_in_review_do_not_hide_today(self, anna: Client, first: dt.date) -> None:
        for n in range(3):
            submit_as(make_meeting(start_date=first + n * DAY), by="anna")
        make_meeting()
        with patch("agenda.dashboard.dashboard.MAX_ROWS", 2):
            assert "JHA, 14 September 2060" in read_dashboard_section(anna, "Today")

    @pytest.mark.parametrize("day", [PRESS_DATE - 90 * DAY, FAR_AWAY])
    @pytest.mark.parametrize("is_correction", [False, True])
    def test_texts_that_wait_come_before_meetings_that_are_not_ready(
        self, anna: Client, petra: Client, clock: Any, is_correction: bool, day: dt.date
    ) -> None:
        """A pasted calendar of a hundred meetings pushed them off the page of those who approve them."""
        meeting = publish_on(day, clock) if is_correction else make_meeting("env", day)
        save_title(meeting, "Asylum")
        submit_as(meeting, by="anna")
        for number in (2, 3, 4):
            make_meeting(start_date=PRESS_DATE + number * DAY)
        with patch("agenda.dashboard.dashboard.MAX_ROWS", 2):
            assert str(meeting) in read_dashboard_section(petra, TO_APPROVE)
            approve(meeting)
            assert str(meeting) in read_dashboard_section(petra, TO_RELEASE)
            send_back(meeting)
            assert str(meeting) in read_dashboard_section(anna, SENT_BACK)

    @pytest.mark.postgresql
    def test_texts_are_in_the_order_of_their_days(self, petra: Client) -> None:
        """PostgreSQL ordered them at random if nothing else was on the dashboard."""
        meetings = [make_meeting(start_date=FAR_AWAY + n * DAY) for n in range(6)]
        for meeting in reversed(meetings):
            submit_as(meeting, by="anna")
        shown = read_dashboard_section(petra, TO_APPROVE)
        assert sorted(meetings, key=lambda meeting: shown.index(str(meeting))) == meetings

    def test_texts_of_one_author_do_not_displace_those_of_others(self, petra: Client, piet: Client) -> None:
        """A hundred submissions of one author, for earlier days, kept all others off the page of those who approve."""
        with patch("agenda.dashboard.dashboard.MAX_ROWS", 4), patch("agenda.dashboard.fair_lists.FIRST_OF_EACH", 1):
            for n in range(4):
                submit_as(make_meeting(start_date=FAR_AWAY + n * DAY), by="anna")
            assert "Only some of the texts" not in petra.get("/admin/").content.decode()
            late = make_meeting("env", start_date=FAR_AWAY + 9 * DAY)
            submit_as(late, by="piet")
            assert str(late) in read_dashboard_section(petra, TO_APPROVE)
            for word in "abcd":
                make_meeting(address_word=word)  # today
            assert str(late) in read_dashboard_section(petra, TO_APPROVE)
            assert "Only some of the texts" in petra.get("/admin/").content.decode()

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
        Meeting.objects.update(start_date=PRESS_DATE + DAY, end_date=PRESS_DATE + DAY)  # a draft
        page = anna.get("/admin/")
        assert parse_dashboard(page)[FACTS] == "JHA, 14 September 2060 changed on the day 14 Sep 10:01: 14:15."
        assert get_step_url(meeting, f"editions/{edition.pk}/changes/") in page.content.decode()
        clock.move_to(PRESS_DAY + MINUTE + DAY)
        assert read_dashboard_section(anna, FACTS) == ""

    def test_withdrawals_and_restorations_name_the_user(
        self, anna: Client, petra: Client, piet: Client, clock: Any
    ) -> None:
        topic = make_topic()
        User.objects.filter(username="petra").update(first_name="Petra", last_name="Moor")
        publish_now(clock, topic)
        clock.move_to(withdrawal.withdraw(topic, by=get_actor("petra"), reason="A mistake.").available_from)
        assert read_dashboard_section(anna, FACTS) == "Migration policy withdrawn Petra Moor, 14 Sep 10:00"
        clock.move_to(withdrawal.rollback(topic, by=get_actor("piet"), reason="It was right.").available_from)
        assert read_dashboard_section(anna, FACTS).startswith(
            "Migration policy restored piet, 14 Sep 10:00: It was right. Migration policy withdrawn"
        )

    def test_same_day_changes_name_the_user(self, anna: Client, petra: Client, clock: Any) -> None:
        meeting = make_meeting()
        publish_now(clock, meeting)
        edition = publish_same_day_change(meeting, SameDayChange(alert="Wait."), by=COMMAND)
        clock.move_to(edition.available_from)
        assert f"{meeting} changed on the day {COMMAND.name}, 14 Sep 10:00" in read_dashboard_section(anna, FACTS)


def test_dashboard_takes_the_same_queries_for_few_and_many_meetings(anna: Client, petra: Client) -> None:
    counts = []
    for first, last in ((0, 2), (2, 6)):
        for n in range(first, last):
            meeting, approved = make_meeting(start_date=PRESS_DATE + n * DAY), make_meeting("env", FAR_AWAY + n * DAY)
            submit_as(meeting, by="anna")
            submit_and_approve(approved, by="petra", submitter="anna")
            if n % 2:
                save_title(meeting, "Asylum")
                save_title(approved, "Asylum")
            planned_releases.plan_release(make_topic(f"topic-{n}"), by=get_actor("petra"), at=AT_SIX)
        with CaptureQueriesContext(connection) as queries:
            page = petra.get("/admin/")
        lists = parse_dashboard(page)
        assert (lists[TO_APPROVE].count("In review"), lists[TO_RELEASE].count("Approved")) == (last, last)
        assert lists[UNSUBMITTED].count("Draft changed since") == last
        counts.append(len(queries))
    # session, user, roles, alarms, facts, forced, comments, meetings, topics, three for their authors, releases, their
    # entries, what is live, the last actions; and of languages: two for what waits to be approved and released, ten
    # for what is translated; and two for the next day with meetings
    assert counts == [32, 32]


def test_lists_do_not_load_the_texts_of_their_rows(anna: Client, petra: Client) -> None:
    """With long texts, a hundred topics took the memory of the editors' process on each first page."""
    topic = make_topic()
    save_title(make_meeting(), "Asylum")
    submit_as(topic, by="anna")
    lists = ("/admin/", "/admin/blocks/", "/admin/languages/", TOPICS, LIST)
    for address in lists:
        with CaptureQueriesContext(connection) as queries:
            assert str(topic) in petra.get(address).content.decode() or address not in ("/admin/", TOPICS)
        assert not [query for query in queries if re.search('topic"."text"|meeting"."lead"', query["sql"])], address

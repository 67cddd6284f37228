"""Scheduled publications: read-only rows with steps to move, hold, resume and cancel, each with confirmation."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agenda.models import Release
from agenda.workflow.planned_releases import plan_release
from agenda.workflow.publication import publish
from agenda.workflow.revisions import keep_revision
from agenda.workflow.scheduled_releases import hold_all_releases, hold_release
from meetings.models import Act, AuditEntry, Edition, Meeting, User
from tests.admin_forms import create_user, read_messages, sign_in
from tests.agenda.admin.screens import (
    RELEASES,
    correct_item_title,
    create_client,
    get_actor,
    get_step_url,
    list_buttons,
    list_field_errors,
    read_screen,
    read_visible_words,
    send_step_now,
    submit_and_approve,
)
from tests.factories import COMMAND, PRESS_DAY, make_meeting, make_topic
from tests.note_editor import read_publication

pytestmark = pytest.mark.once

NOON = PRESS_DAY + dt.timedelta(hours=2)
PASSWORD = "a password of petra"
STEPS = ("move/", "hold/", "resume/", "call-off/")


@pytest.fixture(scope="module")
def scheduled(press_office: None, world_clock: Any) -> None:
    """A meeting is live as edition 1; a correction comes at noon."""
    meeting = make_meeting()
    submit_and_approve(meeting, by="petra", submitter="anna")
    [edition] = publish(meeting, by=get_actor("petra"))
    world_clock.move_to(edition.available_from)
    correct_item_title(meeting)
    submit_and_approve(meeting, by="petra", submitter="anna")
    publish(meeting, by=get_actor("petra"), at=NOON, note="The title.")


@pytest.fixture
def live(scheduled: None) -> Meeting:
    return Meeting.objects.get()


@pytest.fixture
def release(scheduled: None) -> Release:
    return Release.objects.get(at=NOON)


def hold(release: Release) -> None:
    hold_release(release, by=get_actor("petra"), reason="Wait.")


def pending() -> list[dt.datetime]:
    return [
        edition.available_from
        for edition in Edition.objects.filter(available_from__gt=PRESS_DAY + dt.timedelta(minutes=1))
    ]


class TestRefused:
    @pytest.mark.parametrize("step", ["move/", "resume/"])
    def test_what_nobody_approved_is_published_only_after_signing_in_again(
        self, live: Meeting, release: Release, clock: Any, step: str
    ) -> None:
        petra = User.objects.get(username="petra")
        petra.set_password(PASSWORD)
        petra.save()
        client, words = sign_in("petra"), "Nobody has approved this"
        correct_item_title(live, words)
        publish(live, by=get_actor("petra"), force="On air.", note="Urgent.", at=NOON, pending="replace")
        release = Release.objects.get(entries__forced_reason="On air.")
        if step == "resume/":
            hold(release)
        clock.move_to(timezone.now() + dt.timedelta(minutes=11))
        sent = {"now": "1", "confirmed": "1"}
        for answers in ({}, {"confirm_password": "guess"}):
            assert "Sign in again" in read_visible_words(client.post(get_step_url(release, step), sent | answers), 403)
        release.refresh_from_db()
        assert release.at == NOON
        assert client.post(get_step_url(release, step), sent | {"confirm_password": PASSWORD}).status_code == 302
        release.refresh_from_db()
        assert release.at < NOON

    def test_author_sees_who_may_publish(self, anna: Client, release: Release) -> None:
        refusal = "You do not have permission to publish “JHA, 14 September 2060”. Ask one of these people: petra."
        for step in STEPS:
            assert anna.get(get_step_url(release, step)).status_code == 403  # not even the question
            page = read_visible_words(anna.post(get_step_url(release, step), {"reason": "x", "at": "15:00"}), 403)
            assert f"{refusal} Nothing was changed." in page
        assert pending() == [NOON]

    def test_staff_without_a_role_read_no_title(self, release: Release) -> None:
        create_user("clerk")
        for step in (*STEPS, "change/"):
            page = read_visible_words(sign_in("clerk").get(get_step_url(release, step)), 403)
            assert "JHA" not in page

    def test_author_sees_the_release_without_steps(self, anna: Client, release: Release) -> None:
        page = read_screen(anna, release, "change/")
        assert "Only people who can publish for every Council configuration concerned can change the time" in page
        assert "Put on hold…" not in page

    def test_other_desks_are_refused(self, release: Release) -> None:
        emil = create_client("emil", "Publishers", of="env")
        assert emil.post(get_step_url(release, "hold/"), {"reason": "x"}).status_code == 403

    def test_unknown_release_is_not_found(self, petra: Client) -> None:
        for key in ("nonsense", "6f0f6b9e-52a4-4f0e-9a55-5d6a5a1c0009"):
            for step in ("change/", *STEPS):
                assert petra.get(f"{RELEASES}{key}/{step}").status_code == 404

    def test_published_release_has_no_steps(self, petra: Client, live: Meeting) -> None:
        out = Release.objects.exclude(at=NOON).get()
        for step in STEPS:
            response = petra.get(get_step_url(out, step))
            assert (response.status_code, response["Location"]) == (302, get_step_url(out, "change/"))
            assert "This is no longer possible: Published 14 Sep 10:00:01." in read_messages(response)
        assert "Put on hold…" not in read_screen(petra, out, "change/")

    @pytest.mark.parametrize(("step", "values"), [("move/", {"at": "15:00"}), ("hold/", {"reason": "x"})])
    def test_release_published_meanwhile_is_refused(
        self, petra: Client, release: Release, clock: Any, step: str, values: dict[str, str]
    ) -> None:
        clock.move_to(NOON + dt.timedelta(seconds=1))
        response = petra.post(get_step_url(release, step), values)
        assert "This was published on 14 September 2060, 12:00:00 (Brussels time)" in read_visible_words(response)
        assert pending() == [NOON]

    @pytest.mark.parametrize("step", ["hold/", "call-off/"])
    def test_missing_or_long_reason_is_refused(self, petra: Client, release: Release, step: str) -> None:
        for reason, expected in (
            (" ", "Enter the reason, for your colleagues."),
            ("α" * 501, "This must be 500 characters or fewer. It has 501."),
        ):
            response = petra.post(get_step_url(release, step), {"reason": reason})
            assert list_field_errors(response, "reason") == [expected]
        assert pending() == [NOON]

    def test_invalid_time_is_refused(self, petra: Client, release: Release) -> None:
        assert list_field_errors(petra.post(get_step_url(release, "move/"), {"at": "9:00"}), "at")
        assert pending() == [NOON]

    def test_releases_cannot_be_added_changed_or_deleted_by_hand(self, petra: Client, release: Release) -> None:
        assert petra.get(f"{RELEASES}add/").status_code == 403
        assert petra.get(get_step_url(release, "delete/")).status_code == 403
        petra.post(get_step_url(release, "change/"), {"at": "2060-09-15 10:00"})
        release.refresh_from_db()
        assert release.at == NOON


class TestSteps:
    """No step changes what is live."""

    @pytest.fixture(autouse=True)
    def live_stays(self, live: Meeting) -> Any:
        first = Edition.objects.earliest("available_from")
        yield
        assert Edition.objects.earliest("available_from") == first

    def test_confirmation_page_changes_nothing(self, petra: Client, release: Release) -> None:
        for step in STEPS:
            petra.get(get_step_url(release, step))
        assert pending() == [NOON]
        assert "The same texts will be published" in read_screen(petra, release, "move/")

    def test_move_to_another_time(self, petra: Client, release: Release) -> None:
        User.objects.update(time_zone="Europe/Athens")
        page = read_visible_words(petra.post(get_step_url(release, "move/"), {"at": "15:00", "check": "x"}))
        assert "UTC Tuesday 14 September 2060, 13:00:00, today" in page
        assert "Europe/Athens Tuesday 14 September 2060, 16:00:00, today" in page
        assert pending() == [NOON]
        response = petra.post(get_step_url(release, "move/"), {"at": "15:00"})
        expected = "Time changed from 14 September 2060, 12:00:00 to 14 September 2060, 15:00:00 (Brussels time)."
        assert expected in read_messages(response)
        assert pending() == [PRESS_DAY + dt.timedelta(hours=5)]

    def test_tomorrow_at_nine_only_fills_in_the_time(self, petra: Client, release: Release) -> None:
        page = petra.post(get_step_url(release, "move/"), {"at": "", "tomorrow": "x"})
        assert 'value="2060-09-15 09:00"' in page.content.decode()
        assert "Brussels Wednesday 15 September 2060, 09:00:00" in read_visible_words(page)
        assert Release.objects.get(pk=release.pk).at == NOON

    def test_move_to_the_same_time_is_refused(self, petra: Client, release: Release) -> None:
        response = petra.post(get_step_url(release, "move/"), {"at": "12:00"})
        assert list_field_errors(response, "at") == ["It is already scheduled for this time. Enter a different time."]

    def test_move_to_now(self, petra: Client, release: Release) -> None:
        page = petra.get(get_step_url(release, "move/"))
        assert 'value="2060-09-14 12:00"' in page.content.decode()  # the time that it has
        question = petra.post(get_step_url(release, "move/"), {"at": "12:00", "now": "x"})
        assert (
            "When you confirm, this page will be published immediately: JHA, 14 September 2060"
            in read_visible_words(question)
        )
        assert list_buttons(question) == ["Publish 1 page now", "Go back"]
        assert pending() == [NOON]
        response = send_step_now(petra, release, "move/")
        assert "Published on 14 September 2060, 10:00:02 (Brussels time)." in read_messages(response)
        assert Edition.objects.latest("available_from").available_from == PRESS_DAY + dt.timedelta(seconds=2)

    def test_going_back_from_the_confirmation_changes_nothing(self, petra: Client, release: Release) -> None:
        values = {"at": "12:30", "now": "x", "back": "x"}
        assert 'value="2060-09-14 12:30"' in petra.post(get_step_url(release, "move/"), values).content.decode()
        assert pending() == [NOON]

    @pytest.mark.parametrize("step", ["move/", "resume/"])
    def test_empty_time_does_not_mean_now(self, petra: Client, release: Release, step: str) -> None:
        if step == "resume/":
            hold(release)
            assert 'value="2060-09-14 12:00"' in petra.get(get_step_url(release, step)).content.decode()
        before = pending()
        response = petra.post(get_step_url(release, step), {"at": " "})
        assert list_field_errors(response, "at") == ["Enter the publication time."]
        assert pending() == before

    def test_resume_now(self, petra: Client, release: Release, clock: Any) -> None:
        hold(release)
        clock.move_to(NOON + dt.timedelta(hours=1))
        assert "2060-09-14" not in petra.get(get_step_url(release, "resume/")).content.decode()  # that time is over
        response = petra.post(get_step_url(release, "resume/"), {"now": "x", "confirmed": "x"})
        assert "Published on 14 September 2060, 13:00:01" in read_messages(response)

    def test_hold_and_resume(self, petra: Client, anna: Client, release: Release, live: Meeting) -> None:
        digest = Edition.objects.get(available_from=NOON).documents.get().document.digest
        response = petra.post(get_step_url(release, "hold/"), {"reason": "The minister is late."}, follow=True)
        assert "On hold; was scheduled for 14 Sep 12:00." in read_visible_words(response)
        assert "The minister is late." in read_visible_words(response)
        assert pending() == []
        assert "On hold; was scheduled for 14 Sep 12:00" in read_screen(anna, live, "change/")
        petra.post(get_step_url(release, "resume/"), {"at": "13:00"})
        assert pending() == [NOON + dt.timedelta(hours=1)]
        assert Edition.objects.latest("available_from").documents.get().document.digest == digest

    def test_plan_on_hold_is_published_now_only_once_it_is_approved(self, petra: Client, press_office: Any) -> None:
        topic = make_topic()
        release = plan_release(topic, by=get_actor("petra"), at=NOON)
        hold_all_releases(by=COMMAND, reason="A backup was restored.")
        address = get_step_url(release, "resume/")
        page = petra.get(address)
        words = "It will be scheduled again for the time you choose, and published then if it is approved."
        assert words in read_visible_words(page)
        assert "with the texts that were put on hold" not in read_visible_words(page)
        assert "Publish now…" not in list_buttons(page)
        refused = read_visible_words(petra.post(address, {"now": "x"}))
        assert "This is not approved yet." in refused
        assert "When you confirm" not in refused
        submit_and_approve(topic, by="petra", submitter="anna")
        assert "Publish now…" in list_buttons(petra.get(address))
        assert "When you confirm, this page will be published immediately" in read_visible_words(
            petra.post(address, {"now": "x"})
        )

    def test_cancel(self, petra: Client, release: Release) -> None:
        petra.post(get_step_url(release, "call-off/"), {"reason": "Not today."})
        assert pending() == []
        assert "Cancelled; was scheduled for 14 Sep 12:00" in read_screen(petra, release, "change/")
        entry = AuditEntry.objects.get(act=Act.CALLED_OFF)
        assert (entry.actor, entry.details["reason"]) == ("petra", "Not today.")

    def test_meeting_links_to_the_release(self, petra: Client, live: Meeting, release: Release) -> None:
        assert petra.get(get_step_url(live, "call-off/"))["Location"] == get_step_url(release, "call-off/")

    def test_meeting_links_to_hold(self, anna: Client, petra: Client, live: Meeting, release: Release) -> None:
        link = f'href="{get_step_url(release, "hold/")}">Put on hold…'
        assert link in read_publication(petra, live)
        assert link not in read_publication(anna, live)

    def test_planned_release_cannot_be_moved_to_now(self, petra: Client) -> None:
        topic = make_topic()
        planned = plan_release(topic, by=get_actor("petra"), at=NOON)
        assert list_field_errors(petra.post(get_step_url(planned, "move/"), {"at": ""}), "at")
        petra.post(get_step_url(planned, "move/"), {"at": "15:00"})
        assert "Scheduled for 14 Sep 15:00, not yet approved" in read_screen(petra, planned, "change/")


class TestPages:
    def test_page_shows_texts_times_and_user(self, anna: Client, release: Release) -> None:
        User.objects.filter(username="anna").update(time_zone="Asia/Tokyo")
        page = read_screen(anna, release, "change/")
        assert "Brussels Tuesday 14 September 2060, 12:00:00, today UTC Tuesday" in page
        assert "Asia/Tokyo Tuesday 14 September 2060, 19:00:00, today Created by petra" in page
        assert "JHA" in page or "Justice and Home Affairs Council" in page
        assert "What changed: “The title.”" in page

    def test_approved_planned_release_links_to_publish(self, anna: Client, petra: Client) -> None:
        topic = make_topic()
        planned = plan_release(topic, by=get_actor("petra"), at=NOON)
        assert "Not approved" in read_screen(petra, planned, "change/")
        submit_and_approve(topic, by="petra", submitter="anna")
        page = petra.get(get_step_url(planned, "change/"))
        assert f'href="{get_step_url(topic, "release/")}">Publish…' in page.content.decode()

    def test_another_text_that_is_approved_can_be_published_from_its_page(
        self, anna: Client, petra: Client, clock: Any
    ) -> None:
        topic = make_topic()
        submit_and_approve(topic, by="petra", submitter="anna")
        clock.shift(dt.timedelta(minutes=1))
        topic.title = "The newest title"
        topic.save()
        keep_revision(topic, timezone.now(), get_actor("anna"))
        planned = plan_release(topic, by=get_actor("petra"), at=NOON)
        words = "Another text is approved. It will not be published automatically."
        assert f"{words} Publish…" in read_screen(petra, planned, "change/")
        assert "published then if it is approved" in read_screen(petra, planned, "move/")
        page = read_screen(petra, topic, "release/")
        assert "Another text is scheduled for 14 September 2060, 12:00:00" in page
        assert "Everything is approved now" not in page

    def test_overdue_release_says_so(self, anna: Client, petra: Client, clock: Any) -> None:
        planned = plan_release(make_topic(), by=get_actor("petra"), at=NOON)
        clock.move_to(NOON + dt.timedelta(minutes=1))
        assert "This was not published on time" in read_screen(petra, planned, "change/")

    def test_deleted_working_copy_is_reported(self, anna: Client, petra: Client) -> None:
        topic = make_topic()
        planned = plan_release(topic, by=get_actor("petra"), at=NOON)
        topic.delete()
        assert "The draft has been deleted." in read_screen(petra, planned, "change/")

    def test_list_can_be_filtered_by_state(self, petra: Client, release: Release) -> None:
        def listed(**query: str) -> list[str]:
            rows = petra.get(RELEASES, query).context["cl"].result_list
            return [f"{row.at:%H:%M:%S}" for row in rows]

        assert listed() == ["10:00:00", "08:00:01"]
        assert listed(state="out") == ["08:00:01"]
        assert listed(state="scheduled") == ["10:00:00"]
        assert listed(state="held") == listed(state="planned") == listed(state="called-off") == []
        assert listed(state="nonsense") == listed()
        page = read_visible_words(petra.get(RELEASES))
        assert "14 September 2060, 12:00:00 Scheduled" in page
        assert "14 September 2060, 10:00:01 Published" in page

    def test_list_takes_the_same_queries_for_few_and_many_releases(self, petra: Client, release: Release) -> None:
        counts = []
        for more in (0, 3):
            for n in range(more):
                plan_release(make_topic(f"topic-{n}"), by=get_actor("petra"), at=NOON)
            with CaptureQueriesContext(connection) as queries:
                petra.get(RELEASES)
            counts.append(len(queries))
        assert counts == [8, 8]  # session, user, roles, alarms, two counts, rows, entries

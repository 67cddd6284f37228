"""Every screen that publishes names the languages that readers have now and will lose."""

import datetime as dt
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from agenda.mail.sending import send_due_notices
from agenda.models import Release
from agenda.workflow.planned_releases import plan_release
from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve, send_back, submit
from agenda.workflow.reviews import Review
from agenda.workflow.scheduled_releases import hold_all_releases, hold_release
from agenda.workflow.translation_submission import submit_translation
from meetings.access.audit import Actor
from meetings.models import Edition, Meeting, User
from tests.admin_forms import read_messages, sign_in
from tests.agenda.admin.screens import (
    get_step_url,
    list_buttons,
    list_hidden_values,
    read_screen,
    read_visible_words,
    send_step,
)
from tests.agenda.workflow.translations import (
    approve_french_translation,
    approve_greek_translation,
    create_translators,
    get_states,
    release_approved_translations,
    save_translation,
)
from tests.agenda.workflow.users import get_people, get_shown, save_changes
from tests.factories import MINUTE, PRESS_DAY, make_meeting
from tests.worlds import share_world

NOON = PRESS_DAY + dt.timedelta(hours=2)
LOST = "Readers have these languages now, and will lose them: français"
DROPPED = "No longer approved since they were scheduled"
People = dict[str, Actor]


@share_world
def published(clock: Any) -> Meeting:
    """A meeting that is live in English and French. Its correction is submitted, and Rita sent its French back."""
    people = create_translators()
    meeting = make_meeting(lead="<p>Ministers meet.</p>", notice="First.")
    submit(meeting, by=people["anna"])
    approve(meeting, by=people["paul"], shown=get_shown(meeting))
    approve_french_translation(meeting, people)
    clock.move_to(publish(meeting, by=people["paul"])[0].available_from)
    submit(save_changes(meeting, notice="Second."), by=people["anna"])
    send_back(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"], remark="Translate all of it.")
    return meeting


@pytest.fixture
def meeting(published: Meeting) -> Meeting:
    return Meeting.objects.get(pk=published.pk)


@pytest.fixture
def people(published: Meeting) -> People:
    return get_people()


@pytest.fixture
def petra(published: Meeting) -> Client:
    return sign_in("petra")


def approve_original(meeting: Meeting, people: People) -> None:
    approve(meeting, by=people["paul"], shown=get_shown(meeting), languages=["en"])


def test_publishing_and_confirming_it(meeting: Meeting, people: People, petra: Client) -> None:
    approve_original(meeting, people)
    assert LOST in read_screen(petra, meeting, "release/")
    question = send_step(petra, meeting, "release/", when="now", note="Corrected.")
    assert "Publish 1 page now" in list_buttons(question)
    assert LOST in read_visible_words(question)


def test_publishing_without_approval(meeting: Meeting) -> None:
    User.objects.filter(username="petra").update(is_superuser=True)
    assert LOST in read_screen(sign_in("petra"), meeting, "force/")


def test_submitting_without_them(meeting: Meeting) -> None:
    save_changes(meeting, notice="Third.")
    assert LOST in read_screen(sign_in("anna"), meeting, "submit/")


def test_approving_what_is_planned(meeting: Meeting, people: People) -> None:
    plan_release(meeting, by=people["petra"], at=NOON, note="Corrected.")
    assert LOST in read_screen(sign_in("paul"), meeting, "review/")


def test_what_takes_languages_away_is_not_scheduled_by_itself(
    meeting: Meeting, people: People, petra: Client, clock: Any
) -> None:
    other = make_meeting("env")
    release = plan_release(meeting, other, by=people["petra"], at=NOON, note="Corrected.")
    approve_original(meeting, people)
    submit(other, by=people["anna"])
    assert f"It is also waiting for: {meeting}" in read_screen(sign_in("paul"), other, "review/")
    answer = send_step(sign_in("paul"), other, "review/", approve="x")
    assert f"Readers would lose languages of “{meeting}”: français. Publish it from its page." in read_messages(answer)
    for step in ("change/", "move/"):
        assert LOST in read_screen(petra, release, step)
    clock.move_to(NOON - dt.timedelta(minutes=20))
    send_due_notices()
    with pytest.raises(CommandError, match="Readers would lose languages"):
        call_command("releases", "--now", str(release.pk), "--reason", "It is due.")
    assert Release.objects.get(pk=release.pk).state == "planned"
    hold_all_releases(by=people["petra"], reason="A backup was restored.")
    with pytest.raises(CommandError, match="Readers would lose languages"):
        call_command("releases", "--now", str(release.pk), "--reason", "It is due.")


def test_translation_of_a_newer_text_does_not_schedule_the_older_one(
    meeting: Meeting, people: People, clock: Any
) -> None:
    """Its reviser decides about the newer one, of which the original still waits."""
    release = plan_release(meeting, by=people["petra"], at=NOON, note="Corrected.")
    approve_original(meeting, people)
    clock.shift(MINUTE)
    submit(save_changes(meeting, notice="Third."), by=people["anna"])
    save_translation(meeting, people, lead="<p>Les ministres.</p>")
    submit_translation(meeting, "fr", by=people["theo"])
    send_step(sign_in("rita"), meeting, "review/", approve="x", language="fr")
    assert get_states(Meeting.objects.get(pk=meeting.pk))["fr"] == "approved"
    assert Release.objects.get(pk=release.pk).state == "planned"


def test_replacing_what_is_scheduled(meeting: Meeting, people: People, petra: Client) -> None:
    approve_original(meeting, people)
    approve_french_translation(meeting, people, lead="<p>Les ministres.</p>")
    publish(meeting, by=people["petra"], at=NOON, note="Corrected.")
    submit(save_changes(meeting, notice="Third."), by=people["anna"])
    send_back(meeting, by=people["rita"], shown=get_shown(meeting), languages=["fr"], remark="Translate all of it.")
    approve_original(meeting, people)
    page = read_screen(petra, meeting, "release/")
    assert "That edition has these languages, and this text has not: français" in page
    assert "français: sent back, left out" in page


def test_nothing_is_lost(meeting: Meeting, people: People, petra: Client) -> None:
    approve_original(meeting, people)
    approve_french_translation(meeting, people, lead="<p>Les ministres.</p>")
    assert "will lose" not in read_screen(petra, meeting, "release/")


class TestRestoring:
    @pytest.fixture
    def with_greek(self, meeting: Meeting, people: People, clock: Any) -> Meeting:
        """The correction is live without French, and Greek has joined it."""
        approve_original(meeting, people)
        clock.move_to(publish(meeting, by=people["paul"], note="Corrected.")[0].available_from)
        approve_greek_translation(meeting, people)
        joined = release_approved_translations(meeting, people["elena"])
        assert joined
        clock.move_to(joined.edition.available_from)
        return meeting

    def test_text_that_was_changed_last_comes_back_although_a_language_was_added(
        self, with_greek: Meeting, petra: Client, clock: Any
    ) -> None:
        page = read_screen(petra, with_greek, "rollback/")
        assert "will lose them: ελληνικά" in page
        assert "removed: Second new: First." in page
        send_step(petra, with_greek, "rollback/", reason="It was wrong.")
        edition = Edition.objects.latest("available_from")
        assert (edition.reason, edition.languages) == ("restoration", ["en", "fr"])

    def test_added_language_alone_can_be_taken_back(self, with_greek: Meeting, petra: Client) -> None:
        before = Edition.objects.order_by("-available_from")[1]
        assert f'href="?edition={before.pk}"' in petra.get(get_step_url(with_greek, "rollback/")).content.decode()
        step = f"rollback/?edition={before.pk}"
        assert "will lose them: ελληνικά" in read_screen(petra, with_greek, step)
        send_step(petra, with_greek, step, reason="The Greek is wrong.")
        edition = Edition.objects.latest("available_from")
        assert (edition.reason, edition.languages) == ("restoration", ["en"])


class TestScheduled:
    """A translation that was itself sent back is left out at another time, and the screens say so."""

    @pytest.fixture
    def release(self, meeting: Meeting, people: People) -> Release:
        approve_original(meeting, people)
        approve_french_translation(meeting, people, lead="<p>Les ministres.</p>")
        publish(meeting, by=people["petra"], at=NOON, note="Corrected.")
        return Release.objects.latest("at")

    def refuse_french(self, meeting: Meeting, people: People, release: Release) -> None:
        revision = release.entries.get().revision
        assert revision
        shown = [each.shown for each in Review.for_revision(meeting, revision).languages]
        facts: dict[str, Any] = {"languages": ["fr"], "remark": "Wrong.", "revision": revision}
        send_back(meeting, by=people["rita"], shown=shown, **facts)

    def test_resuming(self, meeting: Meeting, people: People, petra: Client, release: Release) -> None:
        hold_release(release, by=people["petra"], reason="Wait.")
        assert DROPPED not in read_screen(petra, release, "resume/")
        self.refuse_french(meeting, people, release)
        for step in ("change/", "resume/"):
            page = read_screen(petra, release, step)
            assert f"{DROPPED}, and will not be published: français" in page
        assert LOST in read_screen(petra, release, "resume/")
        petra.post(get_step_url(release, "resume/"), {"at": "13:00"})
        assert Edition.objects.latest("available_from").languages == ["en"]

    def test_language_that_is_lost_while_the_page_is_open(
        self, meeting: Meeting, people: People, petra: Client, release: Release
    ) -> None:
        hold_release(release, by=people["petra"], reason="Wait.")
        shown = list_hidden_values(petra.get(get_step_url(release, "resume/")), "shown")
        self.refuse_french(meeting, people, release)
        answer = petra.post(get_step_url(release, "resume/"), {"at": "13:00", "shown": shown})
        assert "Its texts have changed since you opened this page" in read_visible_words(answer)
        assert Release.objects.get(pk=release.pk).state == "held"

    def test_confirmation_sends_what_it_shows(
        self, meeting: Meeting, people: People, petra: Client, release: Release
    ) -> None:
        """Another language may have joined since the page before."""
        hold_release(release, by=people["petra"], reason="Wait.")
        shown = list_hidden_values(petra.get(get_step_url(release, "resume/")), "shown")
        approve_greek_translation(meeting, people)
        question = petra.post(get_step_url(release, "resume/"), {"now": "x", "shown": shown})
        carried = list_hidden_values(question, "shown")
        assert len(carried) == len(shown) + 1
        petra.post(get_step_url(release, "resume/"), {"now": "x", "shown": carried, "confirmed": "x"})
        assert Edition.objects.latest("available_from").languages == ["el", "en", "fr"]

    def test_another_translation_that_was_approved_meanwhile(
        self, meeting: Meeting, people: People, petra: Client, release: Release
    ) -> None:
        hold_release(release, by=people["petra"], reason="The French is wrong.")
        assert "Another translation is approved" not in read_screen(petra, release, "resume/")
        approve_french_translation(meeting, people, lead="<p>Les ministres se rencontrent.</p>")
        for step in ("change/", "resume/"):
            assert "Another translation is approved by now" in read_screen(petra, release, step)

    def test_changing_the_time_of_what_is_not_approved(self, meeting: Meeting, people: People) -> None:
        User.objects.filter(username="petra").update(is_superuser=True)
        petra = sign_in("petra")
        approve_original(meeting, people)
        approve_french_translation(meeting, people, lead="<p>Les ministres.</p>")
        save_changes(meeting, venue="Room 9")
        publish(meeting, by=people["petra"], at=NOON, note="Corrected.", force="On air.")
        release = Release.objects.latest("at")
        self.refuse_french(meeting, people, release)
        assert f"{DROPPED}. They are still published at this time" in read_screen(petra, release, "change/")
        assert f"{DROPPED}, and will not be published: français" in read_screen(petra, release, "move/")
        petra.post(get_step_url(release, "move/"), {"at": "13:00"})
        assert Edition.objects.latest("available_from").languages == ["en"]

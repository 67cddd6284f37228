"""An approved translation joins what is live or scheduled as its page has said, whatever happens to other pages."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from agenda.models import AgendaItem, BackgroundTopic
from agenda.workflow.errors import WorkflowError
from agenda.workflow.planned_releases import plan_release
from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve
from agenda.workflow.revisions import keep_revision
from agenda.workflow.translation_submission import submit_translation
from agenda.workflow.withdrawal import rollback, withdraw
from meetings.access.audit import Actor
from meetings.models import Edition, Meeting
from tests.admin_forms import read_messages, sign_in
from tests.agenda.admin.screens import read_screen, send_step
from tests.agenda.workflow.translations import (
    FRENCH,
    approve_greek_translation,
    create_translators,
    save_translation,
)
from tests.agenda.workflow.users import get_people, get_shown, save_changes, submit_and_approve
from tests.factories import DAY, MINUTE, PRESS_DATE, PRESS_DAY, make_meeting, make_topic, translate
from tests.worlds import share_world

EVENING = PRESS_DAY + dt.timedelta(hours=8)
People = dict[str, Actor]


@share_world
def press_office_of_two_languages(clock: Any) -> None:
    create_translators()


@pytest.fixture
def people(press_office_of_two_languages: None) -> People:
    return get_people()


@pytest.fixture
def rita(people: People) -> Client:
    return sign_in("rita")


def publish_live(clock: Any, *subjects: Meeting | BackgroundTopic, by: Actor, **options: Any) -> None:
    clock.move_to(publish(*subjects, by=by, **options)[0].available_from)
    clock.shift(MINUTE)


def submit_french(meeting: Meeting, people: People) -> None:
    save_translation(meeting, people, lead=FRENCH)
    submit_translation(meeting, "fr", by=people["theo"])


def correct(meeting: Meeting, people: People, notice: str) -> Meeting:
    corrected: Meeting = save_changes(meeting, notice=notice)
    corrected.increase_version()
    keep_revision(corrected, timezone.now(), people["anna"])
    submit_and_approve(people, corrected)
    return corrected


def test_two_meetings_at_one_address_are_not_planned_together(people: People) -> None:
    """Every page promised their publication, and nothing was published."""
    with pytest.raises(WorkflowError, match="Two of these have the same address"):
        plan_release(make_meeting(), make_meeting(), by=people["petra"], at=EVENING)
    plan_release(make_meeting(), make_meeting(end_date=PRESS_DATE + DAY), by=people["petra"], at=EVENING)


def test_translation_joins_although_the_other_meeting_of_the_publication_was_corrected(
    people: People, rita: Client, clock: Any
) -> None:
    """The rest goes out as it is scheduled."""
    meeting, other = make_meeting(), make_meeting("env")
    submit_and_approve(people, meeting, other)
    publish(meeting, other, by=people["petra"], at=EVENING)
    clock.shift(MINUTE)
    publish_live(clock, correct(other, people, "Corrected."), by=people["petra"], pending="keep")
    submit_french(meeting, people)
    assert "it will be added to the edition scheduled for" in read_screen(rita, meeting, "review/")
    assert "Added to the edition scheduled for" in read_messages(send_step(rita, meeting, "review/", approve="x"))
    scheduled = Edition.objects.filter(available_from=EVENING)
    assert {edition.address: edition.languages for edition in scheduled} == {
        "meetings/env/2060/09/14/": ["en"],
        "meetings/jha/2060/09/14/": ["en", "fr"],
    }


class TestWithdrawnTopic:
    """The live text of a meeting goes on naming it: nobody reads anything that they could not read before."""

    @pytest.fixture
    def topic(self, people: People) -> BackgroundTopic:
        topic = make_topic()
        submit_and_approve(people, topic)
        return topic

    @pytest.fixture
    def meeting(self, topic: BackgroundTopic, people: People, clock: Any) -> Meeting:
        meeting = make_meeting(lead="<p>Ministers meet.</p>")
        AgendaItem.objects.get(meeting=meeting).topics.add(topic)
        publish_live(clock, topic, by=people["petra"])
        submit_and_approve(people, meeting)
        publish_live(clock, meeting, by=people["petra"])
        return meeting

    def withdraw(self, topic: BackgroundTopic, people: People, clock: Any) -> None:
        clock.move_to(withdraw(topic, by=people["petra"], reason="Wrong.").available_from)
        clock.shift(MINUTE)

    def test_translation_with_the_name_that_readers_know_is_published(
        self, topic: BackgroundTopic, meeting: Meeting, people: People, rita: Client, clock: Any
    ) -> None:
        submit_french(meeting, people)
        self.withdraw(topic, people, clock)
        assert "it will be published immediately" in read_screen(rita, meeting, "review/")
        assert "Published on" in read_messages(send_step(rita, meeting, "review/", approve="x"))
        assert Edition.objects.for_subject("meeting", meeting.pk).latest("available_from").languages == ["en", "fr"]

    def test_translation_with_another_name_is_not_and_its_page_says_so(
        self, topic: BackgroundTopic, meeting: Meeting, people: People, rita: Client, clock: Any
    ) -> None:
        translate(topic, by=people["theo"], title="Politique migratoire")
        submit_translation(topic, "fr", by=people["theo"])
        approve(topic, by=people["rita"], shown=get_shown(topic), languages=["fr"])
        publish_live(clock, topic, by=people["petra"])
        submit_french(meeting, people)
        self.withdraw(topic, people, clock)
        assert "It names a topic in a way that is not public" in read_screen(rita, meeting, "review/")
        assert read_messages(send_step(rita, meeting, "review/", approve="x")) == "Approved: français."
        approve_greek_translation(meeting, people)
        assert Edition.objects.for_subject("meeting", meeting.pk).latest("available_from").languages == ["en"]

    def test_previous_edition_can_be_restored(
        self, topic: BackgroundTopic, meeting: Meeting, people: People, clock: Any
    ) -> None:
        publish_live(clock, correct(meeting, people, "Wrong."), by=people["petra"], note="Changed.")
        self.withdraw(topic, people, clock)
        restored = rollback(meeting, by=people["petra"], reason="The change was wrong.")
        assert restored.languages == ["en"]

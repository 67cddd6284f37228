"""Same-day changes apply to scheduled editions, too, without changing their instant."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from agenda.models import Release
from agenda.workflow import planned_releases, publication, scheduled_releases
from agenda.workflow.drafts import build_draft
from agenda.workflow.errors import WorkflowError
from agenda.workflow.reviews import Review
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.same_day_changes.publication import get_live_meeting, preview_same_day_change
from meetings.documents.schema import MeetingDocument
from meetings.editions.freezing import create_edition
from meetings.models import AuditEntry, Edition, Meeting, Translation
from tests.agenda.workflow.same_day_changes.helpers import (
    approve_meeting,
    build_change,
    find_press_conference,
    get_document,
    get_press_conference,
    publish_change,
    save_with_revision,
    submit_meeting,
)
from tests.factories import COMMAND, DAY, PRESS_DATE, PRESS_DAY, make_topic, publish, translate

pytestmark = pytest.mark.django_db
AT_SIX = PRESS_DAY.replace(hour=16)  # 18:00 in Brussels
AT_SEVEN = PRESS_DAY.replace(hour=17)


def schedule_correction(meeting: Meeting, *, at: dt.datetime = AT_SIX) -> Edition:
    """Schedule an approved correction of the item for 18:00."""
    meeting.agenda.update(title="Migration policy: relocation")
    save_with_revision(meeting)
    submit_meeting(meeting)
    approve_meeting(meeting)
    return publication.publish(meeting, by=COMMAND, at=at, note="The item.")[0]


def get_scheduled_document(at: dt.datetime = AT_SIX) -> Edition:
    return Edition.objects.get(available_from=at)


class TestScheduledCorrection:
    """An approved correction is scheduled for 18:00."""

    @pytest.fixture(scope="class")
    @classmethod
    def before(cls, published_day: Meeting, class_clock: Any) -> Edition:
        return schedule_correction(Meeting.objects.get(pk=published_day.pk))

    @pytest.fixture
    def meeting(self, before: Edition) -> Meeting:
        return Meeting.objects.get(pk=before.subject_id)

    def test_scheduled_edition_is_replaced_at_its_instant(self, meeting: Meeting, before: Edition, clock: Any) -> None:
        live = publish_change(clock, meeting, build_change(meeting))
        after = get_scheduled_document()
        assert after.pk != before.pk
        assert (after.reason, after.change_note, after.languages) == ("correction", "The item.", ["en", "fr"])
        for language in ("en", "fr"):
            document = get_document(after, language)
            assert find_press_conference(document).time == "14:15"
            assert [alert.at for alert in document.alerts] == [live.available_from]
        assert get_document(after).agenda[0].title == "Migration policy: relocation"
        assert get_document(live).agenda[0].title == "Migration policy"

    def test_readers_see_the_scheduled_edition_at_its_time(self, meeting: Meeting, clock: Any, visitor: Any) -> None:
        publish_change(clock, meeting, build_change(meeting))
        clock.move_to(AT_SIX - dt.timedelta(seconds=1))
        assert visitor.get_json(f"meetings/{meeting.pk}/")["agenda"][0]["title"] == "Migration policy"
        clock.move_to(AT_SIX)
        answer = visitor.get_json(f"meetings/{meeting.pk}/")
        assert answer["agenda"][0]["title"] == "Migration policy: relocation"
        assert (answer["programme"][1]["time"], answer["edition"]) == ("14:15", 3)

    def test_release_refers_to_the_new_edition(self, meeting: Meeting, clock: Any) -> None:
        publish_change(clock, meeting, build_change(meeting))
        release = scheduled_releases.find_release(get_scheduled_document())
        assert release
        entry = release.entries.get()
        assert entry.revision
        digests = {row.language: row.document_id for row in entry.revision.documents.all()}
        assert digests == dict(get_scheduled_document().documents.values_list("language", "document__digest"))
        scheduled_releases.move_release(release, by=COMMAND, at=AT_SEVEN)
        assert not Edition.objects.filter(available_from=AT_SIX).exists()
        assert find_press_conference(get_document(get_scheduled_document(AT_SEVEN))).time == "14:15"

    def test_several_scheduled_editions_are_changed(self, meeting: Meeting, before: Edition, clock: Any) -> None:
        """The workflow does not make two at once today, but the database allows them."""
        create_edition([get_document(before)], available_from=AT_SEVEN)
        publish_change(clock, meeting, build_change(meeting))
        assert [find_press_conference(get_document(get_scheduled_document(at))).time for at in (AT_SIX, AT_SEVEN)] == [
            "14:15",
            "14:15",
        ]

    def test_scheduled_edition_older_than_a_later_approval_is_changed(
        self, meeting: Meeting, before: Edition, clock: Any
    ) -> None:
        """Two corrections are approved. The first one is scheduled, and moved after the same-day change."""
        release = scheduled_releases.find_release(before)
        assert release
        meeting.agenda.update(title="Migration policy: returns")
        save_with_revision(meeting)
        submit_meeting(meeting)
        approve_meeting(meeting)
        publish_change(clock, meeting, build_change(meeting))
        [edition] = scheduled_releases.move_release(Release.objects.get(pk=release.pk), by=COMMAND, at=AT_SEVEN)
        assert find_press_conference(get_document(edition)).time == "14:15"
        assert get_document(edition).agenda[0].title == "Migration policy: relocation"

    def test_held_release_is_resumed_with_the_change(self, meeting: Meeting, before: Edition, clock: Any) -> None:
        release = scheduled_releases.find_release(before)
        assert release
        scheduled_releases.hold_release(release, by=COMMAND, reason="Wait.")
        publish_change(clock, meeting, build_change(meeting))
        [edition] = scheduled_releases.resume_release(Release.objects.get(pk=release.pk), by=COMMAND, at=AT_SEVEN)
        assert find_press_conference(get_document(edition)).time == "14:15"
        assert get_document(edition).agenda[0].title == "Migration policy: relocation"


def test_other_editions_of_the_release_stay(meeting: Meeting, clock: Any) -> None:
    topic = make_topic()
    meeting.agenda.update(title="Later")
    publish(meeting, topic, at=AT_SIX)
    publish_change(clock, meeting, build_change(meeting))
    release = scheduled_releases.find_release(schedule_edition(topic))
    assert release
    assert {entry.edition_id for entry in release.entries.all()} == {
        schedule_edition(topic).pk,
        schedule_edition(meeting).pk,
    }


def schedule_edition(subject: Any) -> Edition:
    return Edition.objects.get(subject_id=subject.pk, available_from=AT_SIX)


def test_scheduled_edition_keeps_a_place_of_its_own(meeting: Meeting, clock: Any) -> None:
    """The change does not affect the place."""
    press = get_press_conference(meeting)
    press.place, press.speakers = "Agora", []
    press.save()
    publish(meeting, at=AT_SIX)
    publish_change(clock, meeting, SameDayChange(points={press.pk: {"time": "14:15"}}))
    point = find_press_conference(get_document(get_scheduled_document()))
    assert (point.time, point.place) == ("14:15", "Agora")


def test_scheduled_edition_with_another_precision_of_the_same_time_gets_the_new_one(
    meeting: Meeting, clock: Any
) -> None:
    meeting.programme.filter(kind="press_conference").update(time_precision="exact", time_text="13:00")
    publish(meeting, at=AT_SIX)
    publish_change(clock, meeting, build_change(meeting))
    assert find_press_conference(get_document(get_scheduled_document())).time == "14:15"


def test_scheduled_edition_keeps_its_new_point(meeting: Meeting, clock: Any) -> None:
    meeting.programme.create(kind="doorstep", time=dt.time(17), time_precision="exact", position=9)
    publish(meeting, at=AT_SIX)
    publish_change(clock, meeting, build_change(meeting))
    assert [point.kind for point in get_document(get_scheduled_document()).programme] == [
        "round_table",
        "press_conference",
        "doorstep",
    ]


def test_planned_release_is_published_with_the_change(meeting: Meeting, clock: Any) -> None:
    meeting.agenda.update(title="Migration policy: relocation")
    save_with_revision(meeting)
    submit_meeting(meeting)
    release = planned_releases.plan_release(meeting, by=COMMAND, at=AT_SIX, note="The item.")
    publish_change(clock, meeting, build_change(meeting))
    approve_meeting(meeting)
    [edition] = planned_releases.schedule_planned_release(release, COMMAND)
    assert (edition.available_from, find_press_conference(get_document(edition)).time) == (AT_SIX, "14:15")


def test_language_of_the_scheduled_edition_alone_is_changed(meeting: Meeting, clock: Any) -> None:
    translate(meeting, get_press_conference(meeting), language="el", title="Συμβούλιο ΔΕΥ")
    schedule_correction(meeting)
    live = publish_change(clock, meeting, build_change(meeting))
    assert (live.languages, get_scheduled_document().languages) == (["en", "fr"], ["el", "en", "fr"])
    greek = get_document(get_scheduled_document(), "el")
    assert (find_press_conference(greek).time, greek.alerts[0].text) == ("14:15", get_document(live).alerts[0].text)
    assert f"alerts.{greek.alerts[0].id}.text" in greek.fallbacks


def test_scheduled_edition_without_a_date_keeps_none(meeting: Meeting, clock: Any) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(
        start_date=None, end_date=None, status="postponed", status_reason="Elections."
    )
    meeting.refresh_from_db()
    publish(meeting, at=AT_SIX)
    publish_change(clock, meeting, SameDayChange(meeting={"status": "provisional"}))
    assert (get_document(get_scheduled_document()).status, Meeting.objects.get().status) == ("postponed", "postponed")


class TestConflictsOfTheScheduledEdition:
    """A scheduled edition keeps the values that differ from the live edition, as approved."""

    def test_status_and_reason_are_kept(self, meeting: Meeting, clock: Any) -> None:
        schedule_later_edition(meeting, status="cancelled", status_reason="Storm.")
        publish_change(clock, meeting, SameDayChange(meeting={"status": "provisional"}))
        for document in (
            get_document(get_scheduled_document()),
            build_draft(Meeting.objects.get(), get_scheduled_document().available_from),
        ):
            assert isinstance(document, MeetingDocument)
            assert (document.status, document.status_reason) == ("cancelled", "Storm.")
            assert [alert.text for alert in document.alerts] == ["The meeting is provisional."]

    def test_time_is_kept_during_a_delay(self, meeting: Meeting, clock: Any) -> None:
        meeting.programme.filter(kind="press_conference").update(time=dt.time(16), time_text="+/- 16:00")
        schedule_later_edition(meeting)
        live = publish_change(clock, meeting, SameDayChange(delay_minutes=40))
        assert [point.time for point in get_document(live).programme] == ["11:10", "13:40"]
        early, press = get_document(get_scheduled_document()).programme
        assert (early.time, early.state) == ("11:10", "delayed")
        assert (press.time, press.time_text, press.state) == ("16:00", "+/- 16:00", "")
        assert [earlier.time for earlier in press.previous] == ["13:00"]  # readers were told so once
        assert (get_press_conference(meeting).time, get_press_conference(meeting).state) == (dt.time(16), "")

    def test_day_is_kept(self, meeting: Meeting, clock: Any) -> None:
        """The same time on another day is another time."""
        moved = {"start_date": PRESS_DATE + 7 * DAY, "end_date": PRESS_DATE + 7 * DAY}
        schedule_later_edition(meeting, **moved, status_reason="Elections.")
        publish_change(clock, meeting, SameDayChange(delay_minutes=40))
        assert [point.time for point in get_document(get_scheduled_document()).programme] == ["10:30", "13:00"]

    def test_reason_for_a_move_is_kept(self, meeting: Meeting, clock: Any) -> None:
        publish_change(clock, meeting, SameDayChange(meeting={"status": "cancelled", "status_reason": "Storm."}))
        moved = {"start_date": PRESS_DATE + DAY, "end_date": PRESS_DATE + DAY}
        schedule_later_edition(meeting, **moved, status_reason="The storm goes on.")
        live = publish_change(clock, meeting, SameDayChange(meeting={"status": "confirmed"}))
        assert (get_document(live).status, get_document(live).status_reason) == ("confirmed", "")
        later = get_document(get_scheduled_document())
        assert (later.status, later.status_reason) == ("confirmed", "The storm goes on.")

    def test_cancellation_adds_a_reason_if_there_is_none(self, meeting: Meeting, clock: Any) -> None:
        publish_change(clock, meeting, SameDayChange(meeting={"status_reason": "The airport was closed."}))
        schedule_later_edition(meeting, status_reason="")
        publish_change(clock, meeting, SameDayChange(meeting={"status": "cancelled", "status_reason": "Storm."}))
        assert (
            get_document(get_scheduled_document()).status,
            get_document(get_scheduled_document()).status_reason,
        ) == (
            "cancelled",
            "Storm.",
        )

    def test_item_is_kept(self, meeting: Meeting, clock: Any) -> None:
        meeting.agenda.update(state="postponed", state_note="Next week.")
        schedule_later_edition(meeting)
        key = meeting.agenda.get().pk
        publish_change(clock, meeting, SameDayChange(items={key: {"state": "withdrawn", "state_note": "No majority."}}))
        item = get_document(get_scheduled_document()).agenda[0]
        assert (item.state, item.state_note) == ("postponed", "Next week.")

    def test_point_with_another_time_is_cancelled(self, meeting: Meeting, clock: Any) -> None:
        meeting.programme.filter(kind="press_conference").update(time=dt.time(16), time_text="16:00", state="moved")
        schedule_later_edition(meeting)
        publish_change(clock, meeting, SameDayChange(points={get_press_conference(meeting).pk: {"state": "cancelled"}}))
        press = find_press_conference(get_document(get_scheduled_document()))
        assert (press.time, press.state) == ("16:00", "cancelled")

    def test_text_that_differs_only_in_translation_is_changed(self, meeting: Meeting, clock: Any) -> None:
        """The source language decides; otherwise the two languages would contradict each other."""
        Translation.objects.filter(language="fr", field="place").update(text="Salle de presse un")
        schedule_correction(meeting)
        publish_change(clock, meeting, build_change(meeting))
        assert find_press_conference(get_document(get_scheduled_document(), "fr")).place == "Press room 2"

    def test_reason_for_something_else_is_refused(self, meeting: Meeting, clock: Any) -> None:
        schedule_later_edition(meeting, start_date=None, end_date=None, status="postponed", status_reason="Storm.")
        cancelled = SameDayChange(meeting={"status": "cancelled", "status_reason": "Storm."})
        with pytest.raises(
            WorkflowError, match=r"The edition scheduled for 14 September 2060, 18:00:00 .*The public reason is still"
        ):
            publish_change(clock, meeting, cancelled)
        day = get_live_meeting(meeting, timezone.now())
        with pytest.raises(WorkflowError, match="The public reason is still"):
            preview_same_day_change(day, cancelled, timezone.now())

    def test_text_in_review_keeps_its_own_values(self, meeting: Meeting, clock: Any) -> None:
        meeting.programme.filter(kind="press_conference").update(time=dt.time(16), time_text="16:00")
        save_with_revision(meeting)
        submit_meeting(meeting)
        publish_change(clock, meeting, build_change(meeting))
        review = Review.latest(meeting)
        assert review
        assert (
            find_press_conference(review.get_documents()[0]).time,
            find_press_conference(review.get_documents()[0]).place,
        ) == (
            "16:00",
            "Press room 2",
        )

    def test_conflicts_are_reported(self, meeting: Meeting, clock: Any) -> None:
        press = {"time": dt.time(16), "time_text": "16:00", "time_precision": "exact", "live": True}
        meeting.programme.filter(kind="press_conference").update(**press)
        meeting.agenda.update(state="postponed", state_note="Next week.")
        schedule_later_edition(meeting, status="cancelled", status_reason="Storm.")
        key = meeting.agenda.get().pk
        change = SameDayChange(items={key: {"state": "withdrawn"}}, meeting={"status": "provisional"}, delay_minutes=40)
        day = get_live_meeting(meeting, timezone.now())
        conflicts = (
            "The meeting: cancelled, “Storm.”; Press conference: 16:00; “Migration policy”: postponed (Next week.)"
        )
        time = "14 September 2060, 18:00:00"
        _documents, described = preview_same_day_change(day, change, timezone.now())
        assert described == [
            f"The edition scheduled for {time} (Brussels time) keeps its own details: {conflicts}.",
            f"The draft keeps its own details: {conflicts}.",
        ]
        publish_change(clock, meeting, change)
        assert conflicts in AuditEntry.objects.get(act="facts_changed").details["own"][0]


def schedule_later_edition(meeting: Meeting, **values: Any) -> None:
    """Schedule the working copy for 18:00, after saving a revision."""
    Meeting.objects.filter(pk=meeting.pk).update(**values)
    save_with_revision(meeting)
    publish(Meeting.objects.get(pk=meeting.pk), at=AT_SIX)


def test_unpublished_point_is_delayed_too(meeting: Meeting, clock: Any) -> None:
    doorstep = meeting.programme.create(
        kind="doorstep", time=dt.time(17), time_precision="exact", time_text="17:00", position=9
    )
    schedule_later_edition(meeting)
    publish_change(clock, meeting, SameDayChange(delay_minutes=40))
    doorstep.refresh_from_db()
    for point in (get_document(get_scheduled_document()).programme[-1], doorstep):
        assert (point.time, point.time_text, point.state, point.previous) in [
            (time, "17:40", "", []) for time in ("17:40", dt.time(17, 40))
        ]
    assert Meeting.objects.get().digest == get_scheduled_document().documents.get(language="en").document.digest


def test_scheduled_move_with_a_reason_that_readers_know_meanwhile_stays(meeting: Meeting, clock: Any) -> None:
    """It was complete when it was scheduled, and a change of a point does not concern it."""
    for day, options in ((PRESS_DATE + DAY, {"at": AT_SIX}), (PRESS_DATE, {"pending": "keep"})):
        Meeting.objects.filter(pk=meeting.pk).update(start_date=day, end_date=day, status_reason="Fog.")
        [edition] = publish(Meeting.objects.get(), **options)
    clock.move_to(edition.available_from)
    publish_change(clock, meeting, build_change(meeting))
    assert Edition.objects.get(available_from=AT_SIX).start_date == PRESS_DATE + DAY

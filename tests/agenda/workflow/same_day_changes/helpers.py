"""A meeting on its day: live in English and French, with an approved text; and its users."""

import datetime as dt
from typing import Any

from django.utils import timezone

from agenda.workflow.publication import publish
from agenda.workflow.review_actions import approve, submit
from agenda.workflow.reviews import Review
from agenda.workflow.revisions import keep_revision
from agenda.workflow.same_day_changes.changes import SameDayChange
from agenda.workflow.same_day_changes.publication import (
    get_live_meeting,
    preview_same_day_change,
    publish_same_day_change,
)
from meetings.access.audit import Actor
from meetings.documents.encoding import decode_document
from meetings.documents.schema import MeetingDocument
from meetings.models import Edition, Meeting, ProgrammePoint, User
from tests.factories import COMMAND, make_meeting, translate


def create_actor(name: str) -> Actor:
    """Return a superuser: rights have tests of their own."""
    user, _new = User.objects.get_or_create(username=name, defaults={"is_superuser": True, "is_staff": True})
    return Actor(user, name)


def make_day(**values: Any) -> Meeting:
    """Create a meeting with a round table at 10:30, a press conference about 13:00 in press room 1, and one item."""
    meeting = make_meeting(**values)
    ProgrammePoint.objects.create(
        meeting=meeting, kind="round_table", time=dt.time(10, 30), time_precision="exact", position=1
    )
    press = get_press_conference(meeting)
    press.place, press.position = "Press room 1", 2
    press.save()
    translate(meeting, press, title="Conseil JAI", place="Salle de presse 1")
    translate(meeting, meeting.agenda.get(), title="Politique migratoire")
    return meeting


def get_press_conference(meeting: Meeting) -> ProgrammePoint:
    return meeting.programme.get(kind="press_conference")


def submit_meeting(meeting: Meeting, by: str = "anna") -> None:
    meeting.refresh_from_db()
    submit(meeting, by=create_actor(by))


def approve_meeting(meeting: Meeting, by: str = "berta", languages: list[str] | None = None) -> None:
    review = Review.latest(meeting)
    assert review
    approve(meeting, by=create_actor(by), shown=[one.shown for one in review.languages], languages=languages)


def publish_day(clock: Any) -> Meeting:
    meeting = make_day()
    submit_meeting(meeting)
    approve_meeting(meeting)
    [edition] = publish(meeting, by=COMMAND)
    clock.move_to(edition.available_from)
    return meeting


def save_with_revision(meeting: Meeting, by: str = "anna") -> None:
    """Save a revision as the admin does."""
    meeting.refresh_from_db()
    meeting.increase_version()
    keep_revision(meeting, timezone.now(), create_actor(by))


def publish_change(clock: Any, meeting: Meeting, change: SameDayChange, by: Actor = COMMAND) -> Edition:
    edition = publish_same_day_change(meeting, change, by=by)
    clock.move_to(edition.available_from)
    return edition


def preview_change(meeting: Meeting, change: SameDayChange, language: str = "en") -> MeetingDocument:
    """Return the document that would be live after the change, without publishing it."""
    now = timezone.now()
    documents, _conflicts = preview_same_day_change(get_live_meeting(meeting, now), change, now)
    return next(document for document in documents if document.language == language)


def build_change(meeting: Meeting, **more: Any) -> SameDayChange:
    """Return a change that moves the press conference to 14:15 in another room."""
    values = {"time": "14:15", "time_precision": "exact", "place": "Press room 2"} | more
    return SameDayChange(points={get_press_conference(meeting).pk: values})


def get_document(edition: Edition, language: str = "en") -> MeetingDocument:
    document = decode_document(edition.documents.get(language=language).document.text)
    assert isinstance(document, MeetingDocument)
    return document


def find_press_conference(document: Any) -> Any:
    return next(point for point in document.programme if point.kind == "press_conference")

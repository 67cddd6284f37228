"""Releases that are planned before their texts are approved, and the alarm if one is due and not approved."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.models import Release, ReleaseEntry
from agenda.workflow.drafts import Subject
from agenda.workflow.errors import NotApprovedError, WorkflowError, clean_text
from agenda.workflow.publication import (
    ReleaseRequest,
    find_earlier_approval,
    list_approved_topics,
    publish,
    publish_in_transaction,
)
from agenda.workflow.reviews import Review, find_unreleased_review, get_approved_digests, get_last_submission
from agenda.workflow.scheduled_releases import (
    State,
    build_entry,
    get_release_subjects,
    lock_release,
    record_release,
    resume_release,
)
from agenda.workflow.transactions import commit_before, lock_subjects, refuse_past_instant
from agenda.workflow.unsaved_editions import (
    ChangeNote,
    ChangeNotes,
    get_live_digests,
    list_lost_languages,
    list_missing_languages,
)
from meetings.access import NotAllowed, Right, require_right
from meetings.access.audit import Actor
from meetings.database.prepared_query import fetch_objects, pad_keys
from meetings.documents.choices import Language
from meetings.models import Act, Edition

ALARM_LEAD_TIME = dt.timedelta(minutes=30)


def plan_release(
    *subjects: Subject,
    by: Actor,
    at: dt.datetime,
    note: str = "",
    editorial: bool = False,
    change_notes: Mapping[UUID, ChangeNote] | None = None,
) -> Release:
    """Plan a release for `at`. It is scheduled as soon as all of its texts are approved.

    The change notes are as for `publish`. From thirty minutes before, texts that are not approved raise an alarm. Raise
    WorkflowError.
    """
    notes = ChangeNotes.clean(note, editorial, change_notes)
    with transaction.atomic():
        locked = lock_subjects({subject.pk: subject for subject in subjects}.values())
        now = timezone.now()
        for subject in locked:
            require_right(by, Right.PUBLISH, subject)
            refuse_second_plan(subject)
        refuse_past_instant(at, now)
        release = Release.objects.create(
            state=State.PLANNED, at=at, by=by.user, by_name=by.display_name, created_at=now
        )
        ReleaseEntry.objects.bulk_create(
            build_entry(release, subject, notes.for_subject(subject.pk)) for subject in locked
        )
        record_release(by, Act.PLANNED, release, at=at.isoformat())
    return release


def find_planned_release(*subjects: Subject) -> Release | None:
    """Return the planned release of the first of these subjects that has one, in one query."""
    entries = fetch_objects(select_planned_entries, *pad_keys([subject.pk for subject in subjects]))
    planned = {entry.subject_id: entry.release for entry in reversed(entries)}
    return next((planned[subject.pk] for subject in subjects if subject.pk in planned), None)


def select_planned_entries(*keys: UUID) -> QuerySet[ReleaseEntry]:
    entries = ReleaseEntry.objects.filter(release__state=State.PLANNED, subject_id__in=keys)
    return entries.select_related("release").order_by("-release__at", "release_id")


def schedule_planned_release(release: Release, by: Actor) -> list[Edition]:
    """Schedule a planned release for its time, because `by` did the last thing that it waited for.

    The right to publish of the person who planned it counts. Raise WorkflowError and NotAllowed.
    """
    return publish_planned_release(release, by, authority=Actor(release.by, release.by_name))


def publish_planned_release(
    release: Release, by: Actor, *, at: dt.datetime | None = None, now: bool = False, authority: Actor | None = None
) -> list[Edition]:
    """Publish or schedule a planned release, now that all of its texts are approved.

    It goes out at its planned time, at another (`at`), or `now`. `authority` is as for `publish`. Raise WorkflowError
    if a text is not approved.
    """
    subjects = get_release_subjects(release)
    if len(subjects) < release.entries.count():
        message = _("A meeting or topic in this scheduled publication has been deleted. Cancel the publication.")
        raise WorkflowError(message)
    return publish(
        *subjects,
        by=by,
        at=None if now else at or release.at,
        change_notes=get_change_notes(release),
        release=release,
        authority=authority,
    )


def schedule_ready_releases(now: dt.datetime, by: Actor) -> None:
    """Schedule the planned releases due within `ALARM_LEAD_TIME` whose texts are all approved.

    The last approval does that at once. But a release can become ready in other ways, too: by another language rule, or
    if a part of it is published separately. What is ready for a moment hours before decides nothing. A release about
    which a person must decide (`list_undecided_subjects`), or that cannot be scheduled, stays planned and raises its
    alarm; so does one whose time has come.
    """
    for release in find_due_releases(now).filter(at__gt=now).prefetch_related("entries"):
        if is_ready_for_release(release) and not list_undecided_subjects(release, now, by):
            with suppress(WorkflowError, NotAllowed):
                schedule_planned_release(release, by)


def list_undecided_subjects(release: Release, now: dt.datetime, by: Actor) -> list[Subject]:
    """List those in a planned release of which nobody decided to publish the approved text, or its languages.

    Something newer was submitted, the text comes back after a newer approved one, or readers would lose languages.
    """
    request = ReleaseRequest(by, ChangeNotes.clean("", False), authority=Actor(release.by, release.by_name))
    return [subject for subject in get_release_subjects(release) if needs_decision(subject, now, request)]


def needs_decision(subject: Subject, now: dt.datetime, request: ReleaseRequest) -> bool:
    review = find_unreleased_review(subject)
    if review is None or get_last_submission(subject) != review.revision:
        return True
    lost = list_lost_languages(get_live_digests(subject.pk, now), get_approved_digests(review.revision))
    return bool(lost or find_earlier_approval(subject, review, now, request))


def get_change_notes(release: Release) -> dict[UUID, ChangeNote]:
    return {entry.subject_id: ChangeNote(entry.note, entry.is_editorial) for entry in release.entries.all()}


def is_ready_for_release(release: Release) -> bool:
    """Return True if every text of a planned release is approved, and is the working copy."""
    return is_true_of_all(release, is_ready_to_publish)


def has_approved_texts(release: Release) -> bool:
    """Return True if every meeting and topic of a planned release has an approved text (`has_approved_text`)."""
    return is_true_of_all(release, has_approved_text)


def is_true_of_all(release: Release, condition: Callable[[Subject, dt.datetime], bool]) -> bool:
    """Return whether the condition holds now for everything in the release, and nothing of it has been deleted."""
    subjects, now = get_release_subjects(release), timezone.now()
    return len(subjects) == release.entries.count() and all(condition(subject, now) for subject in subjects)


def is_ready_to_publish(subject: Subject, now: dt.datetime) -> bool:
    """Return True if the working copy is approved as it is, in all languages that its rule requires."""
    review = find_unreleased_review(subject)
    return review is not None and review.is_current and not list_awaited_languages(subject, review, now)


def has_approved_text(subject: Subject, now: dt.datetime) -> bool:
    """Return True if a text is approved in all languages that its rule requires; the draft may have changed since.

    Whoever gives the last approval has this text scheduled: a draft that goes on does not stop it.
    """
    review = find_unreleased_review(subject)
    return review is not None and not list_awaited_languages(subject, review, now)


def move_planned_release(release: Release, *, by: Actor, at: dt.datetime | None, reason: str = "") -> None:
    """Move a planned release to another instant. Raise WorkflowError."""
    reason = clean_text(reason, "reason")
    if at is None:
        raise build_not_approved_error()
    with transaction.atomic():
        release = lock_release(release, by, State.PLANNED)
        refuse_past_instant(at, timezone.now())
        record_release(by, Act.MOVED, release, at=at.isoformat(), before=release.at.isoformat(), reason=reason)
        release.at = at
        release.save()


def is_held_plan(release: Release) -> bool:
    """Return True if the release was put on hold before its texts were approved."""
    return release.state == State.ON_HOLD and release.entries.filter(revision=None).exists()


def resume_held_release(
    release: Release,
    *,
    by: Actor,
    at: dt.datetime | None = None,
    reason: str = "",
    shown: Collection[str] | None = None,
) -> list[Edition]:
    """Resume a release that was put on hold, before or after its texts were approved.

    `shown` is as for `resume_release`. Raise WorkflowError and NotAllowed.
    """
    if is_held_plan(release):
        return resume_planned_release(release, by=by, at=at, reason=reason, shown=shown)
    return resume_release(release, by=by, at=at, reason=reason, shown=shown)


def resume_planned_release(
    release: Release,
    *,
    by: Actor,
    at: dt.datetime | None = None,
    reason: str = "",
    shown: Collection[str] | None = None,
) -> list[Edition]:
    """Plan a release again that was put on hold before its texts were approved (`is_held_plan`).

    If they are approved by now, schedule it, or publish it now if `at` is None. Raise WorkflowError and NotAllowed.
    """
    reason, is_scheduled = clean_text(reason, "reason"), at is not None

    def resume(now: dt.datetime, instant: dt.datetime) -> list[Edition]:
        locked = lock_release(release, by, State.ON_HOLD, now=now, list_topics=list_approved_topics)
        subjects, is_ready = get_release_subjects(locked), has_approved_texts(locked)
        if is_scheduled and is_ready:
            is_ready = not list_undecided_subjects(locked, now, by)
        for subject in subjects:
            refuse_second_plan(subject)
        if not is_ready and not is_scheduled:
            raise build_not_approved_error()
        locked.state, locked.at = State.PLANNED, instant
        locked.save()
        if is_ready:
            notes = ChangeNotes.clean("", False, get_change_notes(locked))
            request = ReleaseRequest(by, notes, by, reason=reason, shown=shown, is_scheduled=is_scheduled)
            return publish_in_transaction(subjects, now, instant, request, locked)
        record_release(by, Act.PLANNED, locked, at=instant.isoformat(), reason=reason)
        return []

    return commit_before(at, resume)


def build_not_approved_error() -> NotApprovedError:
    return NotApprovedError(_("This is not approved yet. In an emergency, you can publish it without approval."))


def refuse_second_plan(subject: Subject) -> None:
    """Raise WorkflowError if the subject has a planned release."""
    if find_planned_release(subject):
        raise WorkflowError(_("“%s” is already scheduled. Change its time instead.") % subject)


def list_awaited_languages(subject: Subject, review: Review, now: dt.datetime) -> list[Language]:
    """List the languages that keep an approved text from going out."""
    return list_missing_languages(subject, get_approved_digests(review.revision), now)


@dataclass(frozen=True)
class ReleaseAlarm:
    """A planned release that is due within half an hour, or overdue, with the subjects that are not approved."""

    release: Release
    missing: Sequence[Subject]
    is_overdue: bool


def list_release_alarms(now: dt.datetime) -> list[ReleaseAlarm]:
    """List the planned releases that are due within `ALARM_LEAD_TIME` or overdue, the earliest first."""
    return [build_alarm(release, now) for release in find_due_releases(now)]


def find_due_releases(now: dt.datetime) -> QuerySet[Release]:
    return Release.objects.filter(state=State.PLANNED, at__lte=now + ALARM_LEAD_TIME).order_by("at", "id")


def build_alarm(release: Release, now: dt.datetime) -> ReleaseAlarm:
    missing = [subject for subject in get_release_subjects(release) if not is_ready_to_publish(subject, now)]
    return ReleaseAlarm(release, missing, is_overdue=release.at <= now)

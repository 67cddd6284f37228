"""Releases that are not out yet: planned, moved, held, resumed, called off; and the alarm where approval is missing."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.drafts import Subject, type_of
from agenda.models import BackgroundTopic, Release, ReleaseEntry
from agenda.publishing.instants import before_its_instant, in_brussels, refuse_late
from agenda.publishing.refusals import NotApproved, Refused
from agenda.publishing.releasing import publish
from agenda.publishing.reviewing import lock_all
from agenda.publishing.stored import composed_again
from agenda.reviews import approved_revision
from meetings.audit import Actor, record
from meetings.editions import delete_pending, seal
from meetings.models import Act, Edition, Meeting, SubjectType
from meetings.rights import Right, require

ALARM_AHEAD = dt.timedelta(minutes=30)
State = Release.State


def subjects_of(release: Release) -> list[Subject]:
    """The working copies of what the release holds."""
    keys: dict[str, list[Any]] = {SubjectType.MEETING: [], SubjectType.TOPIC: []}
    for entry in release.entries.all():
        keys[entry.subject_type].append(entry.subject_id)
    topics = BackgroundTopic.objects.filter(pk__in=keys[SubjectType.TOPIC])
    return [*topics, *Meeting.objects.filter(pk__in=keys[SubjectType.MEETING]).select_related("configuration")]


def plan(*subjects: Subject, by: Actor, at: dt.datetime, note: str = "", editorial: bool = False) -> Release:
    """Notes when texts that are not all approved yet are due. They go out then, once all of them are approved.

    Thirty minutes before, what is still not approved alarms. Raises Refused.
    """
    with transaction.atomic():
        locked = lock_all(subjects)
        now = timezone.now()
        for subject in locked:
            require(by, Right.PUBLISH, subject)
            if planned_for(subject):
                raise Refused(_("A release of “%s” is planned already: move that one.") % subject)
        if at <= now or at.microsecond:
            raise Refused(_("The time to publish at must be a whole second in the future."), about="at")
        release = Release.objects.create(state=State.PLANNED, at=at, by=by.user, by_name=by.shown, created_at=now)
        ReleaseEntry.objects.bulk_create(
            ReleaseEntry(
                release=release,
                subject_type=type_of(subject),
                subject_id=subject.pk,
                title=str(subject),
                note=note,
                is_editorial=editorial,
            )
            for subject in locked
        )
        tell_all(by, Act.PLANNED, release, at=at.isoformat())
    return release


def planned_for(subject: Subject) -> Release | None:
    entries = ReleaseEntry.objects.filter(subject_type=type_of(subject), subject_id=subject.pk)
    return Release.objects.filter(state=State.PLANNED, entries__in=entries).first()


def carry_out(release: Release, by: Actor) -> list[Edition]:
    """Schedules a planned release for its time, now that everything in it is approved; Refused where it is not."""
    entries = list(release.entries.all())
    return publish(
        *subjects_of(release),
        by=by,
        at=release.at,
        note=entries[0].note,
        editorial=entries[0].is_editorial,
        release=release,
    )


def is_ready(release: Release) -> bool:
    """Everything in a planned release is approved."""
    return all(approved_revision(subject) for subject in subjects_of(release))


def move(release: Release, *, by: Actor, at: dt.datetime | None = None) -> list[Edition]:
    """Lets it appear at another instant, or now: the same bytes. What is live is not touched. Raises Refused."""
    if release.state == State.PLANNED:
        return move_plan(release, by, at)
    return before_its_instant(at, lambda now, instant: again(release, now, instant, by, Act.MOVED))


def move_plan(release: Release, by: Actor, at: dt.datetime | None) -> list[Edition]:
    if at is None:
        raise NotApproved(_("It is not approved yet. In an emergency, publish it without approval."))
    with transaction.atomic():
        release = locked_release(release, by, State.PLANNED)
        if at <= timezone.now() or at.microsecond:
            raise Refused(_("The time to publish at must be a whole second in the future."), about="at")
        tell_all(by, Act.MOVED, release, at=at.isoformat(), before=release.at.isoformat())
        release.at = at
        release.save()
    return []


def resume(release: Release, *, by: Actor, at: dt.datetime | None = None) -> list[Edition]:
    """Lets what was held appear, now or at an instant: the bytes that it had when it was held. Raises Refused."""
    return before_its_instant(at, lambda now, instant: again(release, now, instant, by, Act.SCHEDULED))


def again(release: Release, now: dt.datetime, instant: dt.datetime, by: Actor, act: Act) -> list[Edition]:
    """Writes the editions of a scheduled or held release anew, for another instant."""
    release = locked_release(release, by, State.SCHEDULED if act == Act.MOVED else State.HELD, now)
    entries = list(release.entries.select_related("revision"))
    waiting = editions_of(release)
    for edition in waiting:
        delete_pending(edition)
    compositions = [composed_again(entry, now, instant) for entry in entries]
    for entry, composition in zip(entries, compositions, strict=True):
        entry.edition_id = composition.edition.pk
    ReleaseEntry.objects.bulk_update(entries, ["edition_id"])
    tell_all(by, act, release, at=instant.isoformat(), before=release.at.isoformat())
    release.state, release.at = State.SCHEDULED, instant
    release.save()
    seal(compositions)
    refuse_late(waiting)
    return [composition.edition for composition in compositions]


def hold(release: Release, *, by: Actor, reason: str) -> None:
    """Stops it: it does not appear until somebody resumes it. What it holds is kept. Raises Refused."""
    before_its_instant(None, lambda now, _instant: stop(release, now, by, reason, Act.HELD))


def call_off_release(release: Release, *, by: Actor, reason: str = "") -> None:
    """Stops it for good: its editions are deleted and do not appear. Raises Refused."""
    before_its_instant(None, lambda now, _instant: stop(release, now, by, reason, Act.CALLED_OFF))


def stop(release: Release, now: dt.datetime, by: Actor, reason: str, act: Act) -> None:
    state = State.HELD if act == Act.HELD else State.CALLED_OFF
    stoppable = [State.SCHEDULED] if act == Act.HELD else [State.SCHEDULED, State.HELD, State.PLANNED]
    release = locked_release(release, by, *stoppable, now=now)
    waiting = editions_of(release)
    for edition in waiting:
        delete_pending(edition)
    release.entries.update(edition_id=None)
    release.state, release.reason = state, reason
    release.save()
    tell_all(by, act, release, reason=reason, at=release.at.isoformat())
    refuse_late(waiting)


def locked_release(release: Release, by: Actor, *states: Any, now: dt.datetime | None = None) -> Release:
    """The release, fresh, with its meetings and topics locked. Raises Refused where it is in none of the states."""
    subjects = lock_all(subjects_of(release))
    for subject in subjects:
        require(by, Right.PUBLISH, subject)
    release = Release.objects.select_for_update().get(pk=release.pk)
    if release.is_out(now or timezone.now()):
        raise Refused(
            _("It has appeared on %s (Brussels time): it can be corrected or withdrawn.") % in_brussels(release.at)
        )
    if release.state not in states:
        raise Refused(_("This release is %s: look at it again.") % release.get_state_display())
    return release


def editions_of(release: Release) -> list[Edition]:
    keys = release.entries.exclude(edition_id=None).values_list("edition_id", flat=True)
    return list(Edition.objects.filter(pk__in=list(keys)))


def release_of(edition: Edition) -> Release | None:
    return Release.objects.filter(entries__edition_id=edition.pk).first()


def call_off(subject: Subject, *, by: Actor, reason: str = "") -> dt.datetime:
    """Deletes the edition that is still to come, with all that was to appear with it. Returns its instant.

    Raises Refused.
    """
    waiting = Edition.objects.of(type_of(subject), subject.pk).pending(timezone.now()).first()
    if waiting is None:
        raise Refused(nothing_to_come())
    release = release_of(waiting)
    if release is not None:
        call_off_release(release, by=by, reason=reason)
    else:  # written before there were releases
        before_its_instant(None, lambda now, _instant: call_off_alone(subject, now, by, reason))
    return waiting.available_from


def nothing_to_come() -> str:
    return _("No edition is still to come: it has appeared already, or was called off.")


def call_off_alone(subject: Subject, now: dt.datetime, by: Actor, reason: str) -> None:
    [subject] = lock_all([subject])
    require(by, Right.PUBLISH, subject)
    waiting = list(Edition.objects.of(type_of(subject), subject.pk).pending(now))
    if not waiting:
        raise Refused(nothing_to_come())
    for edition in waiting:
        delete_pending(edition)
        record(by, Act.CALLED_OFF, edition.subject_type, edition.subject_id, address=edition.address, reason=reason)
    refuse_late(waiting)


def tell_all(by: Actor, act: Act, release: Release, **details: Any) -> None:
    for entry in release.entries.all():
        record(by, act, entry.subject_type, entry.subject_id, title=entry.title, release=str(release.pk), **details)


@dataclass(frozen=True)
class Alarm:
    """A planned release that is due within half an hour, or was, and what of it is not approved."""

    release: Release
    missing: Sequence[Subject]
    is_overdue: bool


def alarms(now: dt.datetime) -> list[Alarm]:
    due: Iterable[Release] = Release.objects.filter(state=State.PLANNED, at__lte=now + ALARM_AHEAD).order_by("at", "id")
    return [
        Alarm(
            release,
            [subject for subject in subjects_of(release) if not approved_revision(subject)],
            release.at <= now,
        )
        for release in due
    ]

"""Releases that are planned before their texts are approved, and the alarm if one is due and not approved."""

import datetime as dt
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.models import Release, ReleaseEntry, Revision
from agenda.workflow.drafts import Subject, SubjectDocument, build_draft, get_subject_type
from agenda.workflow.errors import NotApprovedError, WorkflowError, clean_text
from agenda.workflow.planned_texts import (
    find_planned_review,
    find_same_day_texts,
    find_shown_review,
    get_meant_text,
    is_planned_for,
    load_planned_documents,
)
from agenda.workflow.publication import (
    ReleaseRequest,
    ReleaseText,
    check_note,
    check_text,
    find_earlier_approval,
    list_approved_topics,
    lock_planned_release,
    publish_in_transaction,
    refuse_same_addresses,
)
from agenda.workflow.reviews import (
    Review,
    get_approved_digests,
    load_documents,
)
from agenda.workflow.scheduled_releases import (
    State,
    build_entry,
    get_release_subjects,
    lock_release,
    record_release,
    record_release_entry,
    resume_release,
)
from agenda.workflow.topic_names import TopicReference, find_unknown_names, get_own_reference, refuse_names
from agenda.workflow.transactions import commit_before, lock_subjects, refuse_past_instant
from agenda.workflow.unsaved_editions import (
    ChangeNote,
    ChangeNotes,
    get_live_digests,
    list_lost_languages,
    list_missing_languages,
)
from meetings.access import NotAllowed, Right, has_right, require_right
from meetings.access.audit import Actor
from meetings.database.prepared_query import fetch_objects, pad_keys
from meetings.documents.choices import Language
from meetings.documents.encoding import InvalidDocument
from meetings.models import Act, AuditEntry, Edition, Meeting

logger = logging.getLogger(__name__)
ALARM_LEAD_TIME = dt.timedelta(minutes=30)


def plan_release(
    *subjects: Subject,
    by: Actor,
    at: dt.datetime,
    note: str = "",
    editorial: bool = False,
    change_notes: Mapping[UUID, ChangeNote] | None = None,
    shown: Collection[str] = (),
) -> Release:
    """Plan a release for `at`. It is scheduled as soon as all of its texts are approved.

    The change notes are as for `publish`. `shown` are the digests of the approved texts that the user looked at, which
    still wait for a language or for other texts; of the other subjects, the release is for the working copies. From
    thirty minutes before, texts that are not approved raise an alarm. Raise WorkflowError.
    """
    notes = ChangeNotes.clean(note, editorial, change_notes)
    with transaction.atomic():
        locked = lock_subjects({subject.pk: subject for subject in subjects}.values())
        now = timezone.now()
        meetings = [subject for subject in locked if isinstance(subject, Meeting) and subject.start_date]
        refuse_same_addresses(
            [(each.configuration_id, each.start_date, each.end_date, each.address_word) for each in meetings]
        )
        for subject in locked:
            require_right(by, Right.PUBLISH, subject)
            refuse_second_plan(subject)
            check_planned_note(subject, shown, now, notes.for_subject(subject.pk), is_alone=len(locked) == 1)
        refuse_past_instant(at, now)
        release = Release.objects.create(
            state=State.PLANNED, at=at, by=by.user, by_name=by.display_name, created_at=now
        )
        ReleaseEntry.objects.bulk_create(
            build_entry(release, subject, notes.for_subject(subject.pk), texts=get_meant_text(subject, shown))
            for subject in locked
        )
        for entry in release.entries.all():
            facts = {"note": entry.note, "editorial": entry.is_editorial}
            record_release_entry(by, Act.PLANNED, entry, at=at.isoformat(), **facts)
    return release


def check_planned_note(
    subject: Subject, shown: Collection[str], now: dt.datetime, note: ChangeNote, *, is_alone: bool
) -> None:
    """Raise WorkflowError if the note does not fit the text that is planned (`check_note`)."""
    documents: Sequence[SubjectDocument] = ()
    if note.is_editorial:
        approved = find_shown_review(subject, shown)
        with suppress(InvalidDocument):  # a draft that cannot be shown yet
            documents = approved.get_documents() if approved else [build_draft(subject, now)]
    is_live = bool(get_live_digests(subject.pk, now))
    check_note(subject, documents, now, note, is_alone=is_alone, is_live=is_live)


def explain_publication_refusal(
    release: Release,
    subject: Subject,
    revision: Revision,
    approved: Mapping[str, str],
    now: dt.datetime,
    *,
    assumed: Mapping[UUID, Sequence[SubjectDocument]],
) -> str:
    """Return why a planned release could not publish these texts of a subject if they are approved, or "".

    `approved` are the digests by language, those of the translations of the original with them. `assumed` is as for
    `collect_planned_names`.
    """
    source, is_alone = revision.source_language, len(release.entries.all()) == 1
    digests = [approved[source], *(digest for language, digest in approved.items() if language != source)]
    text = ReleaseText(subject, revision, load_documents(digests), digests)
    try:
        check_text(text, now, ChangeNotes.clean("", False, get_change_notes(release)), is_alone=is_alone)
        if unknown := find_unknown_names(text.documents, max(now, release.at)):
            unknown -= collect_planned_names(release, assumed)
        for document in text.documents:
            refuse_names(document, unknown)
    except WorkflowError as error:
        return str(error)
    return ""


def collect_planned_names(release: Release, assumed: Mapping[UUID, Sequence[SubjectDocument]]) -> set[TopicReference]:
    """Collect how readers will know the topics of a planned release.

    `assumed` are documents that it will publish of a topic, by its key, if something is approved now.
    """
    topics = [subject for subject in get_release_subjects(release) if not isinstance(subject, Meeting)]
    documents = (
        document for topic in topics for document in assumed.get(topic.pk) or load_planned_documents(topic, release)
    )
    return {name for document in documents for name in get_own_reference(document)}


def find_planned_release(*subjects: Subject) -> Release | None:
    """Return the planned release of the first of these subjects that has one, in one query."""
    entries = fetch_objects(select_planned_entries, *pad_keys([subject.pk for subject in subjects]))
    planned = {entry.subject_id: entry.release for entry in reversed(entries)}
    return next((planned[subject.pk] for subject in subjects if subject.pk in planned), None)


def find_plan_for_text(subject: Subject, review: Review, *, since: dt.datetime) -> Release | None:
    """Return the release that is planned or on hold for the original of this review, or None.

    Its translations wait for it, also if another text was submitted since: then a person decides. `since` is when
    somebody decided to publish what readers have or will have: what was put on hold before does not count.
    """
    held = AuditEntry.objects.filter(act=Act.PUT_ON_HOLD, subject_id=subject.pk, at__gte=since)
    keys = [details["release"] for details in held.values_list("details", flat=True) if "release" in details]
    waiting = Release.objects.filter(Q(state=State.PLANNED) | Q(state=State.ON_HOLD, pk__in=keys))
    plans = [*waiting.filter(entries__subject_id=subject.pk).order_by("at", "pk").prefetch_related("entries")]
    texts = find_same_day_texts(get_subject_type(subject), subject.pk, review.source.digest) if plans else ()
    return next((plan for plan in plans if is_planned_for(plan, subject, texts)), None)


def select_planned_entries(*keys: UUID) -> QuerySet[ReleaseEntry]:
    entries = ReleaseEntry.objects.filter(release__state=State.PLANNED, subject_id__in=keys)
    return entries.select_related("release").order_by("-release__at", "release_id")


def schedule_planned_release(
    release: Release, by: Actor, *, seen: Mapping[UUID, Collection[str]] | None = None, takes_over: bool = False
) -> list[Edition]:
    """Schedule a planned release for its time, because `by` did the last thing that it waited for.

    The right to publish of the person who planned it counts. If they have lost it, that of `by` does if `takes_over`:
    the page has said that this is published. `seen` are the languages that readers lose, as `by` was shown them, by the
    key of the subject. About others, and about an earlier text that comes back, a person must decide on the page for
    publishing. Raise WorkflowError and NotAllowed.
    """
    is_lost = not may_planner_publish(release)
    if is_lost and not takes_over:
        for subject in get_release_subjects(release):
            require_right(by, Right.PUBLISH, subject)
        message = _("%s scheduled this, and may no longer publish it.")
        raise NotAllowed(message % release.by_name)
    authority = None if is_lost else Actor(release.by, release.by_name)

    def schedule(now: dt.datetime, instant: dt.datetime) -> list[Edition]:
        lock_decided_texts(release, now, seen or {})
        return publish_plan_in_transaction(release, now, instant, by, is_scheduled=True, authority=authority)

    return commit_before(release.at, schedule)


def may_planner_publish(release: Release) -> bool:
    """Return whether the person who planned the release still may publish all of it. A command may."""
    planner = release.by
    return planner is None or all(
        has_right(planner, Right.PUBLISH, subject) for subject in get_release_subjects(release)
    )


def replace_lost_planner(release: Release, by: Actor) -> None:
    """Make `by` the planner of the release, without saving it, if the planner may not publish it any more."""
    if not may_planner_publish(release):
        release.by, release.by_name = by.user, by.display_name


def lock_decided_texts(release: Release, now: dt.datetime, seen: Mapping[UUID, Collection[str]]) -> None:
    """Lock what is in the release. Raise WorkflowError if a person must decide about a text (`refuse_undecided_text`).

    `seen` is as for `schedule_planned_release`.
    """
    for subject in lock_subjects(get_release_subjects(release), list_approved_topics):
        refuse_undecided_text(subject, release, now, seen.get(subject.pk, ()))


def refuse_undecided_text(subject: Subject, release: Release, now: dt.datetime, seen: Collection[str]) -> None:
    """Raise WorkflowError if readers lose languages other than `seen`, or an earlier approved text comes back."""
    review = find_planned_review(subject, release)
    if review is None:
        return
    lost = list_lost_languages(get_live_digests(subject.pk, now), get_approved_digests(review.revision))
    if unseen := [language.label for language in lost if language not in seen]:
        message = _("Readers would lose languages of “%(title)s”: %(languages)s.")
        raise WorkflowError(message % {"title": subject, "languages": ", ".join(unseen)})
    request = ReleaseRequest(Actor(release.by, release.by_name), ChangeNotes.clean("", False), release)
    if find_earlier_approval(subject, review, now, request):
        message = _("Another text of “%s” was approved after this one, or its author took it back.")
        raise WorkflowError(message % subject)


def publish_planned_release(release: Release, by: Actor, *, reason: str) -> list[Edition]:
    """Publish a planned release now, if nothing in it is undecided. `reason` is for the audit log.

    Raise WorkflowError and NotAllowed.
    """
    reason = clean_text(reason, "reason")

    def publish_now(now: dt.datetime, instant: dt.datetime) -> list[Edition]:
        lock_decided_texts(release, now, {})
        return publish_plan_in_transaction(release, now, instant, by, reason=reason)

    return commit_before(None, publish_now)


def publish_plan_in_transaction(
    release: Release, now: dt.datetime, instant: dt.datetime, by: Actor, **facts: Any
) -> list[Edition]:
    """Publish or schedule a planned release if all of its texts are approved. `facts` are those of `ReleaseRequest`.

    Raise NotApprovedError if one is not, and WorkflowError.
    """
    subjects = lock_subjects(get_release_subjects(release), list_approved_topics)
    lock_planned_release(release)
    if len(subjects) < release.entries.count():
        message = _("A meeting or topic in this scheduled publication has been deleted. Cancel the publication.")
        raise WorkflowError(message)
    if list_unapproved_subjects(release, now):
        raise build_not_approved_error()
    notes = ChangeNotes.clean("", False, get_change_notes(release))
    return publish_in_transaction(subjects, now, instant, ReleaseRequest(by, notes, release, **facts))


def schedule_ready_releases(by: Actor | None = None) -> list[Release]:
    """Schedule the planned releases of which nothing is missing any more, and return them.

    `by` is for the audit log; without it, that names the plan.

    The last approval does that at once. But a release can become ready in other ways, too: by another language rule, if
    a part of it, or a topic that it names, is published separately, or if another publication of a part is cancelled.
    One that cannot be scheduled raises its alarm; so does one whose time has come.
    """
    scheduled, now = [], timezone.now()
    planned = Release.objects.filter(state=State.PLANNED, at__gt=now).order_by("at", "pk")
    for release in planned.prefetch_related("entries"):
        try:
            if not list_unapproved_subjects(release, now):
                schedule_planned_release(release, by or Actor(name=f"plan of {release.by_name[:150]}"))
                scheduled.append(release)
        except (WorkflowError, NotAllowed):
            continue
        except Exception:  # a fault of ours in one must not keep back the others, and all mails
            logger.exception("The planned release %s cannot be scheduled", release.pk)
    return scheduled


def find_plans(subjects: Iterable[Subject]) -> list[Release]:
    """Find the planned releases with these subjects: these are taken from them if they are published."""
    planned = Release.objects.filter(state=State.PLANNED, entries__subject_id__in=[subject.pk for subject in subjects])
    return [*planned.distinct().order_by("at", "pk")]


def get_change_notes(release: Release) -> dict[UUID, ChangeNote]:
    return {entry.subject_id: ChangeNote(entry.note, entry.is_editorial) for entry in release.entries.all()}


def list_unapproved_subjects(release: Release, now: dt.datetime) -> list[Subject]:
    """List those in a planned release that keep it from going out.

    They have no approved text that it may publish (`find_planned_review`), or not in all languages that the rule of the
    meeting requires.
    """
    return [
        subject
        for subject in get_release_subjects(release)
        if (review := find_planned_review(subject, release)) is None or list_awaited_languages(subject, review, now)
    ]


def list_undecided_subjects(release: Release, now: dt.datetime) -> list[Subject]:
    """List those in a planned release about which a person must decide (`refuse_undecided_text`)."""
    undecided = []
    for subject in get_release_subjects(release):
        try:
            refuse_undecided_text(subject, release, now, ())
        except WorkflowError:
            undecided.append(subject)
    return undecided


def list_refused_subjects(
    release: Release, now: dt.datetime, assumed: Mapping[UUID, Sequence[SubjectDocument]]
) -> list[Subject]:
    """List those in a planned release whose approved text cannot be published (`explain_publication_refusal`)."""
    refused = []
    for subject in get_release_subjects(release):
        if review := find_planned_review(subject, release):
            revision, approved = review.revision, get_approved_digests(review.revision)
            is_approved = revision.source_language in approved  # unless a colleague sends it back at this moment
            if is_approved and explain_publication_refusal(release, subject, revision, approved, now, assumed=assumed):
                refused.append(subject)
    return refused


def list_subjects_published_elsewhere(release: Release, now: dt.datetime) -> list[Subject]:
    """List those in a planned release that are in another one, scheduled or on hold: a person must decide."""
    others = ReleaseEntry.objects.filter(release__in=Release.objects.upcoming(now)).exclude(release=release)
    keys = {*others.values_list("subject_id", flat=True)}
    return [subject for subject in get_release_subjects(release) if subject.pk in keys]


def move_planned_release(release: Release, *, by: Actor, at: dt.datetime | None, reason: str = "") -> None:
    """Move a planned release to another instant, and schedule it if it is ready. Raise WorkflowError."""
    reason = clean_text(reason, "reason")
    if at is None:
        raise build_not_approved_error()
    with transaction.atomic():
        release = lock_release(release, by, State.PLANNED)
        refuse_past_instant(at, timezone.now())
        record_release(by, Act.MOVED, release, at=at.isoformat(), before=release.at.isoformat(), reason=reason)
        release.at = at
        replace_lost_planner(release, by)
        release.save()
    with suppress(WorkflowError, NotAllowed):
        schedule_planned_release(release, by)


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
        for subject in get_release_subjects(locked):
            refuse_second_plan(subject)
        locked.state, locked.at = State.PLANNED, instant
        replace_lost_planner(locked, by)
        locked.save()
        undecided = list_undecided_subjects(locked, now) if shown is None else []
        if is_scheduled and (undecided or list_unapproved_subjects(locked, now)):
            record_release(by, Act.PLANNED, locked, at=instant.isoformat(), reason=reason)
            return []
        if undecided:
            lock_decided_texts(locked, now, {})  # says why
        facts = {"reason": reason, "shown": shown, "is_scheduled": is_scheduled}
        return publish_plan_in_transaction(locked, now, instant, by, **facts)

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
    return ReleaseAlarm(release, list_unapproved_subjects(release, now), is_overdue=release.at <= now)

"""Publish approved texts as editions, several together or none of them."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from agenda.documents.checks import format_names
from agenda.models import BackgroundTopic, Release, ReleaseEntry, Revision, RevisionReason
from agenda.workflow.drafts import (
    Subject,
    SubjectDocument,
    SubjectEditions,
    compute_draft_digest,
    find_publication_blockers,
    get_edition_documents,
    get_subject_type,
)
from agenda.workflow.earlier_approvals import (
    find_earlier_approval_of_entry,
    find_later_text,
    find_text_approvals,
    has_author,
    has_newer_text,
    was_replaced,
)
from agenda.workflow.errors import NotApprovedError, PendingEditionError, StaleTextError, WorkflowError, clean_text
from agenda.workflow.notices import UNAPPROVED, notify_approvers
from agenda.workflow.review_actions import DraftTexts, record_revision
from agenda.workflow.reviews import (
    Review,
    find_approved_review,
    get_verdicts,
    load_documents,
)
from agenda.workflow.revisions import write_revision
from agenda.workflow.scheduled_releases import (
    State,
    build_entry,
    delete_unreleased_edition,
    find_held_releases,
    record_release,
    record_release_entry,
    refuse_moved,
    remove_entry,
    unschedule_releases,
)
from agenda.workflow.topic_names import (
    collect_topic_ids,
    refuse_hidden_topics,
    refuse_stranded_meetings,
)
from agenda.workflow.transactions import (
    commit_before,
    format_instant,
    lock_addresses,
    lock_subjects,
    refuse_if_appeared,
)
from agenda.workflow.unsaved_editions import (
    ChangeNote,
    ChangeNotes,
    find_facts_changed_in,
    get_joining_digests,
    get_live_digests,
    get_reason_and_note,
    is_change_for_readers,
    merge_languages,
    refuse_silent_return,
    require_languages,
)
from meetings.access import Right, require_right
from meetings.access.audit import Actor
from meetings.access.lone_acts import EARLIER_APPROVAL
from meetings.documents.document_urls import build_address
from meetings.documents.schema import MeetingDocument
from meetings.editions.freezing import UnsavedEdition, compose_edition, write_editions
from meetings.models import Act, Edition, EditionReason, Meeting

PendingPolicy = Literal["ask", "keep", "replace"]


@dataclass(frozen=True)
class ReleaseRequest:
    """A request to release texts.

    `release` is the planned release that this carries out. `authority` is who planned it, if their right to publish
    counts, and not that of `by`; they stay its creator. `pending` says what to do with a scheduled edition or a release
    on hold: refuse to publish ("ask"), keep it beside the new one, or replace it. `force` is the reason for publishing
    without approval, and `reason` any other for the audit log.
    """

    by: Actor
    notes: ChangeNotes
    release: Release | None = None
    authority: Actor | None = None
    pending: PendingPolicy = "ask"
    force: str = ""
    reason: str = ""
    shown: Collection[str] | None = None
    is_scheduled: bool = False
    translations: Collection[str] | None = None
    """Only translations of the live text, with these digests: the meeting's rule lets them go out, and we check no
    right."""

    @property
    def is_translation_only(self) -> bool:
        return self.translations is not None


@dataclass
class ReleaseText:
    """The text of a meeting or topic that goes out: the documents, the source first, and the digests of their bytes."""

    subject: Subject
    revision: Revision
    documents: list[SubjectDocument]
    digests: list[str]
    replaced_editions: list[Edition] = field(default_factory=list)
    earlier_approval: dt.datetime | None = None
    """See `find_earlier_approval`; of a text that is published without approval, any that it has."""

    @property
    def source(self) -> SubjectDocument:
        return self.documents[0]

    @property
    def digests_by_language(self) -> dict[str, str]:
        return {document.language: digest for document, digest in zip(self.documents, self.digests, strict=True)}


def publish(
    *subjects: Subject,
    by: Actor,
    at: dt.datetime | None = None,
    note: str = "",
    editorial: bool = False,
    change_notes: Mapping[UUID, ChangeNote] | None = None,
    pending: PendingPolicy = "ask",
    force: str = "",
    shown: Collection[str] | None = None,
    release: Release | None = None,
    margin: dt.timedelta = dt.timedelta(),
) -> list[Edition]:
    """Publish or schedule approved texts of meetings and topics together: all from the same second, or none.

    `note` tells readers what changed in each, and `editorial` marks a minor correction; `change_notes`, by the key of
    the meeting or topic, override this for some of them. A first edition carries no note.

    `at` is an instant in UTC. None means now: the next whole second that is at least one second ahead, plus `margin`,
    which gives time to write many editions. `shown` are the digests, in every language, that the user looked at:
    exactly those texts go out. `force` is a reason to publish the working copies as last saved without approval; they
    stay on the dashboard until somebody else approves them. `release` is the planned release that this carries out. See
    `ReleaseRequest` for the rest.

    Raise WorkflowError and NotAllowed.
    """
    notes = ChangeNotes.clean(note, editorial, change_notes)
    facts: dict[str, Any] = {"force": clean_text(force, "force"), "shown": shown, "is_scheduled": at is not None}
    request = ReleaseRequest(by, notes, release, pending=pending, **facts)
    return commit_before(at, lambda now, instant: publish_in_transaction(subjects, now, instant, request), margin)


def publish_translations(
    subject: Subject, translations: Collection[str], *, by: Actor, refuse: Callable[[dt.datetime], None]
) -> list[Edition]:
    """Publish, now, these approved translations of the text that is live. Raise WorkflowError if anything else changed.

    `translations` are their digests. `refuse` is called with the current time once the locks are held, and may raise
    WorkflowError. What is planned or on hold stays as it is.
    """
    request = ReleaseRequest(by, ChangeNotes.clean("", False, None), pending="keep", translations=translations)

    def write(now: dt.datetime, instant: dt.datetime) -> list[Edition]:
        lock_subjects([subject], list_approved_topics)
        refuse(now)
        return publish_in_transaction([subject], now, instant, request)

    return commit_before(None, write)


def publish_in_transaction(
    subjects: Sequence[Subject],
    now: dt.datetime,
    instant: dt.datetime,
    request: ReleaseRequest,
) -> list[Edition]:
    locked = lock_subjects(subjects, list_linked_topics if request.force else list_approved_topics)
    release = lock_planned_release(request.release) if request.release else Release(created_at=now)
    for subject in locked if not request.is_translation_only else ():
        require_right(request.authority or request.by, Right.FORCE if request.force else Right.PUBLISH, subject)
    texts = (
        build_forced_texts(locked, now, request)
        if request.force
        else [get_approved_text(subject, now, request) for subject in locked]
    )
    if request.shown is not None and {digest for text in texts for digest in text.digests} != set(request.shown):
        message = _("Someone saved a change after you opened this page. Nothing was published. Check the text again.")
        raise StaleTextError(message)
    for text in texts:
        text.replaced_editions = find_replaced_editions(text, now, instant, request)
    held_to_replace = find_replaced_releases(locked, request.pending)
    check_release_texts(texts, now, request)
    replaced = [edition for text in texts for edition in text.replaced_editions]
    call_off_replaced(replaced, held_to_replace, locked, request)
    remove_from_plans(locked, release, instant, request)
    for text in texts:
        if isinstance(text.source, MeetingDocument):  # its earlier dates stay with it
            Meeting.objects.filter(pk=text.subject.pk).update(previous=text.source.previous)
    compositions = [compose_text(text, now, instant, request) for text in texts]
    refuse_hidden_topics(compositions, find_live_editions(locked, now) if request.is_translation_only else ())
    refuse_stranded_meetings(replaced, compositions, now)
    save_release(texts, compositions, request, release, instant)
    for text in texts:
        act = Act.FORCED if request.force else Act.SCHEDULED if request.is_scheduled else Act.PUBLISHED
        act = Act.LANGUAGE_ADDED if request.is_translation_only else act
        note = request.notes.for_subject(text.subject.pk)
        details: dict[str, Any] = {"note": note.text, "editorial": note.is_editorial, **describe_planner(request)}
        details["reason"] = request.force or request.reason
        details["replaced"] = [edition.available_from.isoformat() for edition in text.replaced_editions]
        if text.earlier_approval:
            details[EARLIER_APPROVAL] = text.earlier_approval.isoformat()
        record_revision(request.by, act, text.revision, text.source, **details, at=instant.isoformat())
        if request.force:
            notify_approvers(text.subject, text.revision, request.by, now, UNAPPROVED)
        if request.pending == "keep":
            record_kept_texts(text, now, request.by)
    write_editions(compositions)  # must come last: SQLite does not check the clock after it
    refuse_if_appeared(replaced)
    return [composition.edition for composition in compositions]


def find_live_editions(subjects: Iterable[Subject], now: dt.datetime) -> list[Edition]:
    return [edition for subject in subjects if (edition := SubjectEditions(subject, now).live)]


def describe_planner(request: ReleaseRequest) -> dict[str, str]:
    """Return who wrote the note and chose the time, for the audit log, if that is not `by`."""
    return {"planned_by": request.authority.display_name} if request.authority else {}


def list_linked_topics(meeting: Meeting) -> Iterable[UUID]:
    """List the topics that the working copy may name."""
    return BackgroundTopic.objects.filter(items__meeting=meeting).values_list("pk", flat=True)


def list_approved_topics(meeting: Meeting) -> Iterable[UUID]:
    review = find_approved_review(meeting)
    return collect_topic_ids(review.get_documents()) if review else ()


def get_approved_text(subject: Subject, now: dt.datetime, request: ReleaseRequest) -> ReleaseText:
    """Return the newest approved text, byte for byte, in the languages that are approved.

    For a request that is `is_translation_only`, return the live text with the languages that join it.

    Raise StaleTextError if the working copy differs from the approved text, unless the user was shown the approved
    text, or it was planned to go out once it is approved.
    """
    review = find_approved_review(subject)
    if review is None:
        message = _(
            "“%s” is not approved. Submit it for approval by a colleague. In an emergency, you can publish it "
            "without approval."
        )
        raise NotApprovedError(message % subject)
    if request.shown is None and not (review.is_current or request.is_translation_only or request.release):
        message = _("“%s” has changed since it was approved. Get the change approved, or publish the approved text.")
        raise StaleTextError(message % subject)
    if request.translations is not None:
        source, live = subject.source_language, get_live_digests(subject.pk, now)
        approved = get_joining_digests(subject.pk, review.revision)
        texts = {each: digest for each, digest in approved.items() if each == source or digest in request.translations}
        if live.get(source) != texts.get(source):
            message = _("Another text of “%s” has been approved. The translations were not published.")
            raise StaleTextError(message % subject)
        digests = [*merge_languages(live, texts).values()]
        return ReleaseText(subject, review.revision, load_documents(digests), digests)
    earlier_approval = find_earlier_approval(subject, review, now, request)
    return ReleaseText(subject, review.revision, *review.get_approved_texts(), earlier_approval=earlier_approval)


def find_earlier_approval(
    subject: Subject, review: Review, now: dt.datetime, request: ReleaseRequest
) -> dt.datetime | None:
    """Return when the text was approved, if one person brings it back alone; otherwise None.

    That is a text that has been submitted again although another one was approved after it, or published without
    approval, by restoring it or with a same-day change. Its approval still counts, but nobody else has looked at it
    since, unless another person publishes it and was shown it: a planned release shows it to nobody. What a same-day
    change carries stays approved as before. It is also a text after which another one was approved that no longer
    counts (`find_later_text`), one that only its publisher approved, in a submission from before another one, or one
    that its authors took back, until one person approved it (`has_author`).
    """
    verdict, revision = review.source.verdict, review.revision
    if verdict is None:
        return None
    submissions, publisher = review.list_submissions(review.source), (request.authority or request.by).user
    approvals, is_planned = find_text_approvals(verdict, revision), request.release is not None
    is_alone = is_planned or not approvals.find_of_others(publisher)
    if find_later_text(review, publisher, now, is_planned=is_planned) or (is_alone and not has_author(approvals)):
        return approvals.get_of_others_or_first(publisher).at
    submission = next(reversed(submissions), revision)
    is_own = publisher is None or any(each.by_id in (None, publisher.pk) for each in submissions or [submission])
    decider = publisher if is_own else None
    approval = approvals.get_of_others_or_first(decider)
    if approval.at >= submission.at:  # as nearly always
        return None
    if was_replaced(approvals, decider):
        return approval.at
    if not is_own and request.shown is not None:
        return None
    editions = Edition.objects.for_subject(get_subject_type(subject), subject.pk).visible(submission.at)
    reasons = EditionReason.FACTS, EditionReason.RESTORATION
    changed = editions.filter(reason__in=reasons, available_from__gt=approval.at)
    return approval.at if has_newer_text(approval, submission.at) or changed.exists() else None


def build_forced_texts(subjects: Sequence[Subject], now: dt.datetime, request: ReleaseRequest) -> list[ReleaseText]:
    """Save the working copies as revisions that somebody must approve afterwards; other languages as they are approved.

    So an emergency removes no language, and publishes no translation that nobody has reviewed.
    """
    texts = []
    for subject, documents in DraftTexts(subjects, now).build(()):
        revision = write_revision(subject, documents, now, request.by, why=RevisionReason.FORCED, remark=request.force)
        assert revision is not None
        digests = [compute_draft_digest(document) for document in documents]
        verdict = get_verdicts(revision, {revision.source_language: digests[0]}).get(revision.source_language)
        approved_at = verdict.at if verdict and verdict.approved else None
        texts.append(ReleaseText(subject, revision, documents, digests, earlier_approval=approved_at))
    return texts


def lock_planned_release(known: Release) -> Release:
    """Return the release, fresh and locked.

    Raise WorkflowError if somebody has published, moved or called it off.
    """
    release = Release.objects.select_for_update().get(pk=known.pk)
    if release.state != State.PLANNED:
        message = _("This publication has changed: it is now %s. Check it again.")
        raise WorkflowError(message % release.get_state_display())
    refuse_moved(release, known.at)
    return release


def find_replaced_editions(
    text: ReleaseText, now: dt.datetime, instant: dt.datetime, request: ReleaseRequest
) -> list[Edition]:
    """Return the scheduled editions that the new one replaces.

    A scheduled edition can be kept only beside one that is published now, and that it does not undo without a note.
    Raise PendingEditionError otherwise.
    """
    subject = text.subject
    pending_editions = list(Edition.objects.for_subject(get_subject_type(subject), subject.pk).pending(now))
    if any(edition.is_tombstone for edition in pending_editions):
        raise WorkflowError(_("“%s” is being withdrawn right now. Reload the page, then decide.") % subject)
    if request.pending == "replace":
        return pending_editions
    for edition in pending_editions:
        if request.pending == "ask" or request.is_scheduled or instant >= edition.available_from:
            message = _(
                "An edition of “%(subject)s” is already scheduled for %(time)s (Brussels time). "
                "Choose whether to cancel it, or wait until it is published."
            )
            raise PendingEditionError(
                message % {"subject": subject, "time": format_instant(edition.available_from)}, field="pending"
            )
    refuse_silent_return(pending_editions, text.documents, text.digests_by_language)
    return []


def record_kept_texts(text: ReleaseText, now: dt.datetime, by: Actor) -> None:
    """Record scheduled texts that were approved before the one that is published now: they will undo it.

    A colleague must confirm each. If only languages join the live text, they undo nothing else than before.
    """
    language = text.source.language
    if get_live_digests(text.subject.pk, now).get(language) == text.digests_by_language[language]:
        return
    kept = Edition.objects.for_subject(get_subject_type(text.subject), text.subject.pk).pending(now)
    entries = ReleaseEntry.objects.filter(edition_id__in=kept.order_by().values("pk"))
    for entry in entries.select_related("release", "revision"):
        if earlier := find_earlier_approval_of_entry(entry, now, by):
            details = {"at": entry.release.at.isoformat(), EARLIER_APPROVAL: earlier.isoformat()}
            record_release_entry(by, Act.KEPT, entry, **details)


def find_replaced_releases(subjects: Sequence[Subject], pending: str) -> list[Release]:
    """Return the releases on hold that a new one replaces.

    Raise PendingEditionError if the user did not decide what to do with them.
    """
    on_hold = find_held_releases(subjects)
    if on_hold and pending not in ("keep", "replace"):
        message = _("“%(titles)s” is on hold (reason: “%(reason)s”). Choose whether to cancel it or keep it on hold.")
        raise PendingEditionError(message % {"titles": on_hold[0], "reason": on_hold[0].reason}, field="pending")
    return on_hold if pending == "replace" else []


def check_release_texts(texts: Sequence[ReleaseText], now: dt.datetime, request: ReleaseRequest) -> None:
    """Raise WorkflowError if the texts cannot be published, each by itself or together."""
    lock_addresses(text.source for text in texts)
    for text in texts:
        check_text(text, now, request.notes, is_alone=len(texts) == 1, is_released=request.is_translation_only)
        if not request.force:
            require_languages(text.subject, text.digests_by_language, now)
    refuse_same_addresses([build_address(text.source) for text in texts])


def refuse_same_addresses(addresses: Sequence[object]) -> None:
    """Raise WorkflowError if two texts that are published together have the same address."""
    if len({*addresses}) < len(addresses):
        raise WorkflowError(_("Two of these have the same address. Add a word to the address of one of them."))


def check_text(
    text: ReleaseText, now: dt.datetime, notes: ChangeNotes, *, is_alone: bool, is_released: bool = False
) -> None:
    """Raise WorkflowError if a text cannot be published with its note. `is_alone`: nothing else is published then.

    `is_released` is as for `find_blocking_checks`.
    """
    if problems := find_publication_blockers(text.source, now, is_released=is_released):
        raise WorkflowError(" ".join(problems))
    known, note = get_live_digests(text.subject.pk, now), notes.for_subject(text.subject.pk)
    if known == text.digests_by_language:
        message = _("There is nothing to publish. “%s” has not changed since it was published.")
        raise WorkflowError(message % text.subject)
    if not (note.text or note.is_editorial) and is_change_for_readers(known, text.digests_by_language):
        message = _("Tell readers in a sentence what changed in “%s”, or mark it as a minor correction.")
        raise WorkflowError(message % text.subject, field="note", subject_id=text.subject.pk)
    check_note(text.subject, text.documents, now, note, is_alone=is_alone, is_live=bool(known))


def check_note(
    subject: Subject,
    documents: Sequence[SubjectDocument],
    now: dt.datetime,
    note: ChangeNote,
    *,
    is_alone: bool,
    is_live: bool,
) -> None:
    """Raise WorkflowError if the note does not fit what readers have of the subject. `is_alone` is as in `check_text`.

    What was withdrawn needs a sentence. Readers see none for a minor correction, so it must not change anything that
    they act on.
    """
    about: dict[str, Any] = {"subject_id": subject.pk}
    editions = Edition.objects.for_subject(get_subject_type(subject), subject.pk)
    if note.is_editorial and is_alone and not is_live:
        raise WorkflowError(_("“%s” is not published, so there is nothing to correct.") % subject, "editorial", **about)
    live = editions.live(now).first() if note.is_editorial and is_live else None
    if live and (changed := find_facts_changed_in(get_edition_documents(live), documents)):
        message = _(
            "A minor correction must not change a date, time, number, place, person, state, status or address. "
            "Tell readers what changed: %s."
        )
        raise WorkflowError(message % format_names(changed), "editorial", **about)
    if not (is_live or note.text) and editions.visible(now).exists():
        message = _("“%s” was withdrawn. Tell readers in a sentence why it is back.")
        raise WorkflowError(message % subject, "note", **about)


def compose_text(text: ReleaseText, now: dt.datetime, instant: dt.datetime, request: ReleaseRequest) -> UnsavedEdition:
    note = request.notes.for_subject(text.subject.pk)
    facts = get_reason_and_note(text.subject.pk, text.digests_by_language, now, note)
    return compose_edition(text.documents, available_from=instant, **facts, digests=text.digests)


def save_release(
    texts: Sequence[ReleaseText],
    compositions: Sequence[UnsavedEdition],
    request: ReleaseRequest,
    release: Release,
    instant: dt.datetime,
) -> None:
    """Write the release and its entries; it is a new one or a planned one."""
    if not request.authority:
        release.by, release.by_name = request.by.user, request.by.display_name
    release.state, release.at = State.SCHEDULED, instant
    release.save()
    release.entries.all().delete()
    ReleaseEntry.objects.bulk_create(
        build_entry(
            release,
            text.subject,
            request.notes.for_subject(text.subject.pk),
            revision=text.revision,
            forced_reason=request.force,
            edition_id=composition.edition.pk,
        )
        for text, composition in zip(texts, compositions, strict=True)
    )


def call_off_replaced(
    replaced: Sequence[Edition],
    held_releases_to_replace: Sequence[Release],
    subjects: Sequence[Subject],
    request: ReleaseRequest,
) -> None:
    """Call off the releases that this one replaces.

    Raise WorkflowError if one of them contains other subjects: they go out together or not at all.
    """
    reason = request.force or _("Replaced by another edition.")
    entries = ReleaseEntry.objects.filter(edition_id__in=[edition.pk for edition in replaced])
    in_releases = set(entries.values_list("edition_id", flat=True))
    affected = Q(pk__in=entries.values("release")) | Q(pk__in=[release.pk for release in held_releases_to_replace])
    for release in Release.objects.filter(affected).order_by("pk").select_for_update():
        if others := release.entries.exclude(subject_id__in=[subject.pk for subject in subjects]):
            message = _(
                "The edition scheduled for %(time)s (Brussels time) can only be published together with "
                "%(others)s. Publish all of them together, or cancel that scheduled publication first."
            )
            raise WorkflowError(
                message
                % {"time": format_instant(release.at), "others": format_names([entry.title for entry in others])},
                field="pending",
            )
        unschedule_releases([release], request.by, Act.CALLED_OFF, reason)
    for edition in replaced:
        if edition.pk not in in_releases:
            delete_unreleased_edition(edition, request.by, reason)


def remove_from_plans(
    subjects: Sequence[Subject], release: Release, instant: dt.datetime, request: ReleaseRequest
) -> None:
    """Remove the subjects from all planned releases but `release`, which may have moved to another instant.

    A planned release without entries is called off. Languages that join the live text leave a plan as it is.
    """
    if request.is_translation_only:
        return
    if release.state == State.PLANNED and release.at != instant:
        moved = {"at": instant.isoformat(), "before": release.at.isoformat()}
        moved["reason"] = request.force or request.reason
        record_release(request.by, Act.MOVED, release, **moved)
    planned = ReleaseEntry.objects.filter(release__state=State.PLANNED).exclude(release=release)
    for entry in planned.filter(subject_id__in=[subject.pk for subject in subjects]).order_by("release_id"):
        remove_entry(entry, request.by, request.force or _("Published separately."))

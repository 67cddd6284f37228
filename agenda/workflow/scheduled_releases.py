"""Move, hold, resume and call off releases that are not public yet. Live editions stay as they are."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.models import (
    BackgroundTopic,
    Release,
    ReleaseEntry,
    Revision,
    RevisionDocument,
    RevisionReason,
    Verdict,
)
from agenda.workflow.drafts import (
    Subject,
    compute_draft_digest,
    find_publication_blockers,
    get_subject_key,
    get_subject_type,
)
from agenda.workflow.earlier_approvals import find_earlier_approval_of_entry
from agenda.workflow.errors import (
    MovedReleaseError,
    PendingEditionError,
    StaleTextError,
    WorkflowError,
    clean_text,
)
from agenda.workflow.notices import notify_publishers
from agenda.workflow.reviews import find_approved_review
from agenda.workflow.revisions import get_revision_documents
from agenda.workflow.topic_names import (
    collect_topic_ids,
    find_stranded_meetings,
    refuse_hidden_topics,
    refuse_stranded_meetings,
)
from agenda.workflow.transactions import (
    RetryTransaction,
    TopicLister,
    commit_before,
    format_instant,
    lock_addresses,
    lock_subject,
    lock_subjects,
    refuse_if_appeared,
)
from agenda.workflow.unsaved_editions import (
    ChangeNote,
    get_known_texts,
    get_live_digests,
    is_change_for_readers,
    rebuild_edition,
    require_languages,
)
from meetings.access import Right, require_right
from meetings.access.audit import Actor, record_about_document, record_about_edition, record_act
from meetings.access.lone_acts import EARLIER_APPROVAL
from meetings.database.prepared_query import fetch_objects, pad_keys
from meetings.editions.freezing import UnsavedEdition, delete_pending_editions, write_editions
from meetings.models import Act, Edition, EditionDocument, Meeting

State = Release.State


def get_release_subjects(*releases: Release) -> list[Subject]:
    """Return the working copies of the meetings and topics in the releases. Prefetch `entries` if there are several."""
    keys = {entry.subject_id for release in releases for entry in release.entries.all()}
    topics = BackgroundTopic.objects.filter(pk__in=keys)
    return [*topics, *Meeting.objects.filter(pk__in=keys).select_related("configuration")]


def move_release(
    release: Release,
    *,
    by: Actor,
    at: dt.datetime | None = None,
    reason: str = "",
    shown: Collection[str] | None = None,
) -> list[Edition]:
    """Move a release to another instant, or publish it now, with the same bytes.

    `shown` are the digests that the user looked at. Raise WorkflowError, StaleTextError if they are others by now, and
    NotAllowed.
    """
    facts: dict[str, Any] = {"reason": clean_text(reason, "reason"), "act": Act.MOVED, "shown": shown}
    return commit_before(at, lambda now, instant: rewrite_release(release, now, instant, by, **facts))


def resume_release(
    release: Release,
    *,
    by: Actor,
    at: dt.datetime | None = None,
    reason: str = "",
    shown: Collection[str] | None = None,
) -> list[Edition]:
    """Publish or schedule a release that was on hold, with the same bytes. `shown` and errors are as for a move."""
    facts: dict[str, Any] = {"reason": clean_text(reason, "reason"), "act": Act.SCHEDULED, "shown": shown}
    return commit_before(at, lambda now, instant: rewrite_release(release, now, instant, by, **facts))


def refuse_moved(release: Release, at: dt.datetime) -> None:
    """Raise MovedReleaseError if the locked release has another time."""
    if release.at != at:
        message = _("The time of this publication is now %s (Brussels time). Check it again.")
        raise MovedReleaseError(message % format_instant(release.at))


def join_release(release: Release, subject: Subject, translations: Collection[str], *, by: Actor) -> list[Edition]:
    """Rewrite a scheduled release for the same instant, with the approved translations that have these digests.

    If somebody changes its time meanwhile, it keeps the new one. We check no right: the person who scheduled it allowed
    it. Raise WorkflowError.
    """

    def join(now: dt.datetime, instant: dt.datetime) -> list[Edition]:
        facts: dict[str, Any] = {"joining_subject": subject, "joining": translations}
        return rewrite_release(release, now, instant, by, reason="", act=Act.LANGUAGE_ADDED, **facts)

    try:
        return commit_before(release.at, join)
    except MovedReleaseError:
        release.refresh_from_db()
        return commit_before(release.at, join)


def rewrite_release(
    release: Release,
    now: dt.datetime,
    instant: dt.datetime,
    by: Actor,
    *,
    reason: str,
    act: Act,
    joining_subject: Subject | None = None,
    joining: Collection[str] | None = None,
    shown: Collection[str] | None = None,
) -> list[Edition]:
    """Write the editions of a scheduled or held release again, for another instant.

    If translations of `joining_subject` join it, with the digests `joining`, its text comes from the newest approved
    revision with the same source text.
    """

    def released_topics(meeting: Meeting) -> Iterable[UUID]:
        revisions = Revision.objects.filter(pk__in=release.entries.filter(subject_id=meeting.pk).values("revision"))
        return collect_topic_ids(text for revision in revisions for text in get_revision_documents(revision).values())

    state = State.ON_HOLD if act == Act.SCHEDULED else State.SCHEDULED
    release = lock_release(release, None if joining_subject else by, state, now=now, list_topics=released_topics)
    refuse_moved(release, instant if joining_subject else release.at)
    entries = list(release.entries.select_related("revision"))
    pending_editions = get_release_editions(release)
    known = {entry.pk: get_known_texts(entry) for entry in entries}
    if joining_subject:
        for entry in entries:
            entry.revision = find_newest_revision(joining_subject, entry.revision)
    elif any(entry.forced_reason for entry in entries):
        for subject in get_release_subjects(release):
            require_right(by, Right.FORCE, subject)
    delete_pending_editions(*pending_editions)
    compositions = [rebuild_edition(entry, now, instant, known[entry.pk], joining) for entry in entries]
    if shown is not None and {*shown} != {digest for each in compositions for digest in each.digests or ()}:
        raise StaleTextError(_("Its texts have changed since you opened this page. Nothing was done: check it again."))
    changed = select_changed_entries(entries, compositions, joining_subject)
    check_rewritten_release(changed, now, is_released=joining_subject is not None)
    if act == Act.SCHEDULED:  # an approval may have been revoked while it was on hold
        require_release_languages(release, entries, compositions, now)
    refuse_hidden_topics(compositions)
    refuse_stranded_meetings(pending_editions, compositions, now)
    for entry, composition in zip(entries, compositions, strict=True):
        entry.edition_id, entry.texts = composition.edition.pk, {}
    ReleaseEntry.objects.bulk_update(entries, ["edition_id", "texts", "revision"])
    details = {"at": instant.isoformat(), "before": release.at.isoformat(), "reason": reason}
    for entry in entries:
        earlier = None if joining_subject else find_earlier_approval_of_entry(entry, now, by)
        record_release_entry(by, act, entry, **details, **({EARLIER_APPROVAL: earlier.isoformat()} if earlier else {}))
    release.state, release.at = State.SCHEDULED, instant
    release.save()
    write_editions(compositions)
    refuse_if_appeared(pending_editions)
    return [composition.edition for composition in compositions]


def find_newest_revision(subject: Subject, released: Revision | None) -> Revision | None:
    """Return the newest approved revision if it has the source text of `released`, otherwise `released`."""
    review = find_approved_review(subject)
    if review is None or released is None:
        return released
    source = review.source
    same_source = released.documents.filter(language=source.language, document__digest=source.digest)
    return review.revision if same_source else released


def select_changed_entries(
    entries: Sequence[ReleaseEntry], compositions: Sequence[UnsavedEdition], joining_subject: Subject | None
) -> list[tuple[ReleaseEntry, UnsavedEdition]]:
    """Return the entries with their editions. If translations of one subject join, the others go out as scheduled."""
    pairs = zip(entries, compositions, strict=True)
    return [pair for pair in pairs if joining_subject is None or pair[0].subject_id == joining_subject.pk]


def check_rewritten_release(
    rewritten: Sequence[tuple[ReleaseEntry, UnsavedEdition]], now: dt.datetime, *, is_released: bool
) -> None:
    """Raise WorkflowError if publishing now would undo something newer than the release, or change nothing.

    A part that somebody published separately with the same texts goes out again with the others. `is_released` is as
    for `find_blocking_checks`.
    """
    lock_addresses(composition.source_document for _entry, composition in rewritten)
    published = []
    for entry, composition in rewritten:
        document = composition.source_document
        others = Edition.objects.for_subject(entry.subject_type, entry.subject_id)
        if others.pending(now).exists():
            raise PendingEditionError(_("Another edition of “%s” is scheduled. Cancel that one first.") % entry.title)
        released = ReleaseEntry.objects.filter(subject_id=entry.subject_id, edition_id__isnull=False)
        if released.filter(revision__gt=entry.revision_id).exists():
            raise WorkflowError(_("A newer text of “%s” has been published. Cancel this publication.") % entry.title)
        if problems := find_publication_blockers(document, now, is_released=is_released):
            raise WorkflowError(" ".join(problems))
        languages: list[str] = [document_in_language.language for document_in_language in composition.documents]
        assert composition.digests is not None
        texts = dict(zip(languages, composition.digests, strict=True))
        known = get_live_digests(entry.subject_id, now)
        if known == texts:
            published.append(entry.title)
        if is_change_for_readers(known, texts) and not (entry.note or entry.is_editorial):
            message = _(
                "“%s” is already published, and this publication has no note on what changed. Schedule it again."
            )
            raise WorkflowError(message % entry.title)
    if len(published) == len(rewritten):
        message = _("“%s” is already published with exactly this text. Cancel this publication.")
        raise WorkflowError(message % published[0])


def require_release_languages(
    release: Release, entries: Sequence[ReleaseEntry], compositions: Sequence[UnsavedEdition], now: dt.datetime
) -> None:
    """Raise NotApprovedError if an entry lacks a language that the rule of its meeting requires; forced entries may."""
    known = {subject.pk: subject for subject in get_release_subjects(release)}
    for entry, composition in zip(entries, compositions, strict=True):
        if not entry.forced_reason:
            languages = [document.language for document in composition.documents]
            require_languages(known[entry.subject_id], languages, now)


def hold_release(release: Release, *, by: Actor, reason: str) -> None:
    """Put a release on hold: it is not published until somebody resumes it. Raise WorkflowError and NotAllowed."""
    reason = clean_text(reason, "reason")
    commit_before(None, lambda now, _instant: stop_release(release, now, by, reason, Act.PUT_ON_HOLD))


def call_off_release(release: Release, *, by: Actor, reason: str = "") -> None:
    """Call a release off: its editions are deleted and never published. Raise WorkflowError and NotAllowed."""
    reason = clean_text(reason, "reason")
    commit_before(None, lambda now, _instant: stop_release(release, now, by, reason, Act.CALLED_OFF))


def stop_release(release: Release, now: dt.datetime, by: Actor, reason: str, act: Act) -> None:
    stoppable = [State.SCHEDULED] if act == Act.PUT_ON_HOLD else [State.SCHEDULED, State.ON_HOLD, State.PLANNED]
    for_good = act == Act.CALLED_OFF
    release = lock_release(release, by, *stoppable, now=now, for_good=for_good)
    pending_editions = unschedule_releases([release], by, act, reason)
    refuse_stranded_meetings(pending_editions, [], now)
    refuse_if_appeared(pending_editions)


def hold_all_releases(*, by: Actor, reason: str) -> list[Release]:
    """Put all planned and scheduled releases on hold, and return them. Scheduled editions without one are deleted.

    We check no right: this is for the operator of a site that no one else writes to now. Raise WorkflowError.
    """
    reason = clean_text(reason, "reason")
    return commit_before(None, lambda now, _instant: hold_all_in_transaction(now, by, reason))


def hold_all_in_transaction(now: dt.datetime, by: Actor, reason: str) -> list[Release]:
    going_out = Release.objects.upcoming(now).exclude(state=State.ON_HOLD)
    lock_subjects(get_release_subjects(*going_out.prefetch_related("entries")))
    releases = list(going_out.all().select_for_update())
    deleted = unschedule_releases(releases, by, Act.PUT_ON_HOLD, reason)
    for edition in Edition.objects.pending(now).filter(is_tombstone=False):  # written before there were releases
        delete_unreleased_edition(edition, by, reason)
        deleted.append(edition)
    refuse_if_appeared(deleted)
    return releases


def unschedule_releases(releases: Collection[Release], by: Actor, act: Act, reason: str) -> list[Edition]:
    """Hold or call off locked releases. Return their editions, which are deleted."""
    pending_editions = get_release_editions(*releases)
    if act == Act.PUT_ON_HOLD:
        keep_texts(releases)
    delete_pending_editions(*pending_editions)
    state = State.ON_HOLD if act == Act.PUT_ON_HOLD else State.CALLED_OFF
    forgotten: dict[str, Any] = {"texts": {}} if state == State.CALLED_OFF else {}
    ReleaseEntry.objects.filter(release__in=releases).update(edition_id=None, **forgotten)
    Release.objects.filter(pk__in=[release.pk for release in releases]).update(state=state, reason=reason)
    for release in releases:
        release.state, release.reason = state, reason
        record_release(by, act, release, reason=reason, at=release.at.isoformat())
    if state == State.ON_HOLD:
        notify_of_hold(releases, by)
    return pending_editions


def notify_of_hold(releases: Collection[Release], by: Actor) -> None:
    """Tell the publishers of the releases, in five queries and one for each configuration."""
    subjects: dict[UUID, list[Subject]] = defaultdict(list)
    entries = list(ReleaseEntry.objects.filter(release__in=releases).order_by("pk"))
    keys = [entry.subject_id for entry in entries]
    found: dict[UUID, Subject] = {**BackgroundTopic.objects.in_bulk(keys), **Meeting.objects.in_bulk(keys)}
    for entry in entries:
        if entry.subject_id in found:
            subjects[entry.release_id].append(found[entry.subject_id])
    notify_publishers(subjects, by, timezone.now())


def keep_texts(releases: Collection[Release]) -> None:
    """Store in the entries which texts their editions have, before these are deleted."""
    entries = {
        entry.edition_id: entry for entry in ReleaseEntry.objects.filter(release__in=releases, edition_id__isnull=False)
    }
    rows = EditionDocument.objects.filter(edition__in=[*entries])
    for edition, language, digest in rows.values_list("edition", "language", "document__digest"):
        entries[edition].texts[language] = digest
    ReleaseEntry.objects.bulk_update(entries.values(), ["texts"])


def hold_releases(releases: Iterable[Release], by: Actor, reason: str) -> list[Edition]:
    """Put those of the releases on hold that are still to come. Return their editions, which are deleted."""
    states, keys = (State.SCHEDULED, State.PLANNED), [release.pk for release in releases]
    going_out = Release.objects.filter(pk__in=keys, state__in=states).select_for_update()
    return unschedule_releases(list(going_out), by, Act.PUT_ON_HOLD, reason)


def remove_entry(entry: ReleaseEntry, by: Actor, reason: str) -> list[Edition]:
    """Remove an entry from its release. Return the editions that are deleted.

    What was scheduled together goes out together or not at all, so the rest is put on hold. A release without entries
    is called off.
    """
    release = Release.objects.select_for_update().get(pk=entry.release_id)
    if release.entries.count() == 1:
        return unschedule_releases([release], by, Act.CALLED_OFF, reason)
    deleted = list(Edition.objects.filter(pk=entry.edition_id)) if entry.edition_id else []
    delete_pending_editions(*deleted)
    record_release_entry(by, Act.CALLED_OFF, entry, reason=reason, at=release.at.isoformat())
    entry.delete()
    if release.state == State.SCHEDULED:
        deleted += unschedule_releases([release], by, Act.PUT_ON_HOLD, reason)
    return deleted


def lock_release(
    release: Release,
    by: Actor | None,
    *states: Any,
    now: dt.datetime | None = None,
    for_good: bool = False,
    list_topics: TopicLister | None = None,
) -> Release:
    """Return the release, fresh and with its meetings and topics locked.

    If something in it has been deleted, it can only be called off (`for_good`). If `by` is None, we check no right.
    `list_topics` is as for `lock_subjects`.

    Raise WorkflowError if it is public or in none of the `states`.
    """
    subjects = lock_subjects(get_release_subjects(release), list_topics)
    for subject in subjects:
        if by:
            require_right(by, Right.PUBLISH, subject)
    release = Release.objects.select_for_update().get(pk=release.pk)
    if len(subjects) < release.entries.count():
        if not for_good:
            message = _("A meeting or topic in this scheduled publication has been deleted. Cancel the publication.")
            raise WorkflowError(message)
        assert by is not None
        require_right(by, Right.PUBLISH)
    if release.is_out(now or timezone.now()):
        message = _("This was published on %s (Brussels time). You can only correct or withdraw it.")
        raise WorkflowError(message % format_instant(release.at))
    if release.state not in states:
        message = _("This publication has changed: it is now %s. Check it again.")
        raise WorkflowError(message % release.get_state_display())
    return release


def lock_with_releases(
    subject: Subject, find_releases: Callable[[], list[Release]], known: list[Subject]
) -> tuple[Subject, list[Release]]:
    """Return the subject, fresh, and the releases that `find_releases` returns, with all that they contain locked.

    `known` has what earlier attempts have found, and gets what this one finds: it is locked, too, whatever somebody
    does with these releases meanwhile. Raise RetryTransaction if they contain others once the locks are there.
    """
    known += get_release_subjects(*find_releases())
    to_lock = {other.pk: other for other in [*known, subject]}
    locked = {other.pk: other for other in lock_subjects(to_lock.values())}
    releases = find_releases()
    contained = get_release_subjects(*releases)
    if any(other.pk not in locked for other in contained):
        known += contained
        raise RetryTransaction
    return locked[subject.pk], releases


def find_dependent_releases(gone: Sequence[Edition], now: dt.datetime) -> list[Release]:
    """Return the scheduled releases with a meeting that names a topic by a title that only editions in `gone` have.

    Add those that depend in the same way on what these release.
    """
    found: list[Release] = []
    while stranded := find_stranded_meetings(gone, [], now):
        entries = ReleaseEntry.objects.filter(edition_id__in=[edition.pk for edition in stranded])
        releases = Release.objects.filter(pk__in=entries.values("release"), state=State.SCHEDULED)
        releases = releases.prefetch_related("entries")
        if not releases:  # written before there were releases
            break
        found += releases
        gone = [*gone, *get_release_editions(*releases)]
    return found


def get_release_editions(*releases: Release) -> list[Edition]:
    entries = ReleaseEntry.objects.filter(release__in=releases).exclude(edition_id=None)
    return list(Edition.objects.filter(pk__in=list(entries.values_list("edition_id", flat=True))))


def find_open_release(subject: Subject, now: dt.datetime) -> Release | None:
    """Return the first release with the meeting or topic that is neither public nor called off; or None."""
    return next(iter(fetch_objects(select_open_releases, now, get_subject_type(subject), subject.pk)), None)


def select_open_releases(now: dt.datetime, subject_type: str, subject_id: UUID) -> QuerySet[Release]:
    return Release.objects.upcoming(now).for_subject(subject_type, subject_id)[:1]


def find_held_releases(subjects: Sequence[Subject]) -> list[Release]:
    """Return the releases on hold that contain one of the subjects, by their time."""
    releases = fetch_objects(select_held_releases, *pad_keys([subject.pk for subject in subjects]))
    prefetch_related_objects(releases, "entries")
    return releases


def select_held_releases(*keys: UUID) -> QuerySet[Release]:
    entries = ReleaseEntry.objects.filter(subject_id__in=keys)
    return Release.objects.filter(state=State.ON_HOLD, entries__in=entries).distinct().order_by("at", "id")


def has_older_text(entries: QuerySet[ReleaseEntry], now: dt.datetime, by: Actor) -> bool:
    """Return whether a newer text was approved than one of the entries has, so that a colleague must confirm that
    `by` lets it appear (`find_earlier_approval_of_entry`).

    One query finds the entries whose text somebody else approved last, after anything that was published without
    approval. We look only at the others, which are rare.
    """
    approvals = Verdict.objects.filter(
        revision__subject_id=OuterRef("subject_id"),
        source=F("document"),
        approved=True,
        carried_from=None,
    )
    texts = RevisionDocument.objects.filter(revision=OuterRef(OuterRef("revision")))
    forced = Revision.objects.filter(
        subject_id=OuterRef("revision__subject_id"), why=RevisionReason.FORCED, at__gt=OuterRef("at")
    )
    newest = Verdict.objects.filter(
        ~Exists(forced), pk=OuterRef("last_approval"), document__in=texts.values("document")
    )
    if by.user:
        newest = newest.exclude(by=by.user.pk)
    last_approval = Subquery(approvals.order_by("-pk").values("pk")[:1])
    others = entries.exclude(revision=None).annotate(last_approval=last_approval).exclude(Exists(newest))
    return any(find_earlier_approval_of_entry(entry, now, by) for entry in others.select_related("revision"))


def find_release(edition: Edition) -> Release | None:
    return Release.objects.filter(entries__edition_id=edition.pk).first()


def call_off_edition(subject: Subject, *, by: Actor, reason: str = "") -> dt.datetime:
    """Delete the scheduled edition, and all that would go out with it. Return its instant.

    Raise WorkflowError and NotAllowed.
    """
    require_right(by, Right.PUBLISH, subject)
    pending_edition = Edition.objects.for_subject(get_subject_type(subject), subject.pk).pending(timezone.now()).first()
    if pending_edition is None:
        raise WorkflowError(get_nothing_scheduled_message())
    release = find_release(pending_edition)
    if release is not None:
        call_off_release(release, by=by, reason=reason)
    else:  # written before there were releases
        commit_before(None, lambda now, _instant: call_off_unreleased_edition(subject, now, by, reason))
    return pending_edition.available_from


def get_nothing_scheduled_message() -> str:
    return _("No edition is scheduled. It has already been published or cancelled.")


def call_off_unreleased_edition(subject: Subject, now: dt.datetime, by: Actor, reason: str) -> None:
    subject = lock_subject(subject)
    require_right(by, Right.PUBLISH, subject)
    pending_editions = list(Edition.objects.for_subject(get_subject_type(subject), subject.pk).pending(now))
    if not pending_editions:
        raise WorkflowError(get_nothing_scheduled_message())
    if any(find_release(edition) for edition in pending_editions):
        raise WorkflowError(_("Someone has replaced this edition. Check it again."))
    for edition in pending_editions:
        delete_unreleased_edition(edition, by, reason)
    refuse_stranded_meetings(pending_editions, [], now)
    refuse_if_appeared(pending_editions)


def delete_unreleased_edition(edition: Edition, by: Actor, reason: str) -> None:
    """Delete a scheduled edition that was written before there were releases, and record it."""
    record_about_edition(by, Act.CALLED_OFF, edition, reason=reason)
    delete_pending_editions(edition)


def build_entry(release: Release, subject: Subject, note: ChangeNote, **facts: Any) -> ReleaseEntry:
    facts |= {"note": note.text, "is_editorial": note.is_editorial}
    return ReleaseEntry(release=release, **get_subject_key(subject), title=str(subject), **facts)


def record_release(by: Actor, act: Act, release: Release, **details: Any) -> None:
    for entry in release.entries.select_related("revision"):
        record_release_entry(by, act, entry, **details)


def record_release_entry(by: Actor, act: Act, entry: ReleaseEntry, **details: Any) -> None:
    """Record an act on a release entry in the audit log.

    A planned entry has no text to go out yet: then we record the working copy as last saved.
    """
    details["release"] = str(entry.release_id)
    revision = entry.revision or Revision.objects.for_subject(entry.subject_type, entry.subject_id).first()
    source = get_revision_documents(revision).get(revision.source_language) if revision else None
    if source:
        record_about_document(by, act, source, digest=compute_draft_digest(source), **details)
    else:
        record_act(by, act, entry.subject_type, entry.subject_id, title=entry.title, **details)

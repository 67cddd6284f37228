"""Publish a same-day change: one person, one transaction, every text of the meeting."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agenda.models import ReleaseEntry
from agenda.workflow.drafts import Subject, compute_draft_digest, get_edition_documents
from agenda.workflow.errors import MAX_NOTE_LENGTH, PendingEditionError, StaleTextError, WorkflowError
from agenda.workflow.revisions import get_latest_revision
from agenda.workflow.same_day_changes.alerts import build_change_note
from agenda.workflow.same_day_changes.carried_revisions import (
    carry_into_revisions,
    keep_changed_working_copy,
    list_sources_in_review,
)
from agenda.workflow.same_day_changes.changes import ResolvedChange, SameDayChange, apply_change, get_value
from agenda.workflow.same_day_changes.delays import require_press_day
from agenda.workflow.same_day_changes.merging import (
    adapt_change,
    build_document_from_rows,
    describe_conflicts,
    update_working_copy,
)
from agenda.workflow.same_day_changes.resolution import explain_missing_values, resolve_change
from agenda.workflow.transactions import commit_before, format_instant, lock_subject, refuse_if_appeared
from meetings.access import Right, require_right
from meetings.access.audit import Actor, record_about_document
from meetings.access.lone_acts import OWN_WORDS
from meetings.clock import get_next_instant
from meetings.documents.encoding import InvalidDocument, compute_digest
from meetings.documents.schema import Chair, MeetingDocument, Point, Session, Speaker
from meetings.documents.traversal import walk_items
from meetings.editions.freezing import compose_edition, delete_pending_editions, write_editions
from meetings.forms.fields import format_speaker
from meetings.models import Act, Edition, EditionReason, Meeting, SubjectType

MAX_LISTED_CHANGES = 600
"""How many alerts, and earlier times and places of programme events, a note can have. All pages about it show them."""
MAX_REMEMBERED_EDITIONS = 20
"""How many editions we search for the one that the user was shown."""


@dataclass(frozen=True)
class LiveMeeting:
    """The live documents of a meeting, the source first, and its scheduled editions."""

    meeting: Meeting
    documents: Sequence[MeetingDocument]
    pending: Sequence[Edition]

    @property
    def digest(self) -> str:
        return compute_draft_digest(self.documents[0])

    @property
    def shown(self) -> str:
        """Return a digest of all languages, to detect that the page has changed since the user opened the form."""
        return compute_common_digest(self.documents)


def get_live_meeting(meeting: Meeting, now: dt.datetime) -> LiveMeeting:
    """Return the live documents of the meeting. Raise WorkflowError if no same-day change is possible now."""
    live, waiting = get_live_and_pending_editions(meeting, now)
    documents = get_meeting_documents(live)
    require_press_day(documents[0], now)
    return LiveMeeting(meeting, documents, waiting)


def can_change_same_day(meeting: Meeting, now: dt.datetime) -> bool:
    try:
        get_live_meeting(meeting, now)
    except WorkflowError:
        return False
    return True


def find_shown_version(
    live_meeting: LiveMeeting, shown: str, now: dt.datetime
) -> tuple[LiveMeeting, QuerySet[Edition]] | None:
    """Return what readers saw when the page was shown, and the editions since; None if that was too long ago."""
    editions = Edition.objects.for_subject(SubjectType.MEETING, live_meeting.meeting.pk).visible(now)
    for edition in editions.order_by("-available_from")[:MAX_REMEMBERED_EDITIONS] if shown else ():
        documents = get_meeting_documents(edition)
        if documents and compute_common_digest(documents) == shown:
            since = editions.filter(available_from__gt=edition.available_from)
            return LiveMeeting(live_meeting.meeting, documents, ()), since.order_by("available_from")
    return None


def preview_same_day_change(
    live_meeting: LiveMeeting, change: SameDayChange, now: dt.datetime
) -> tuple[list[MeetingDocument], list[str]]:
    """Return the result that `publish_same_day_change` would have, without writing anything.

    These are the live documents after the change, and descriptions of the texts that keep a value of their own. Raise
    WorkflowError.
    """
    texts = [(edition, get_meeting_documents(edition)) for edition in live_meeting.pending]
    resolved, documents_after = resolve_and_apply(change, live_meeting.documents, now, get_next_instant(now))
    for edition, pending_documents in texts:
        apply_to_pending_edition(edition, pending_documents, resolved, documents_after[0])
    return documents_after, [*describe_all_conflicts(live_meeting.meeting, texts, resolved, now)]


def publish_same_day_change(
    meeting: Meeting, change: SameDayChange, *, by: Actor, shown: str = "", reason: str = ""
) -> Edition:
    """Publish a change from the next second, in all languages of the live edition. Return the new edition.

    Scheduled editions, texts in review or approved, and the working copy change too, wherever they have the value that
    readers saw. Nothing else of them changes: drafts stay unpublished, and approvals stay valid. `shown` is the
    `LiveMeeting.shown` of the page that the user saw; `reason` is for the audit log.

    Raise WorkflowError and NotAllowed.
    """
    return commit_before(
        None,
        lambda now, instant: change_in_transaction(
            lock_subject(meeting), change, now, instant, by=by, shown=shown, reason=reason
        ),
    )


def change_in_transaction(
    meeting: Subject,
    change: SameDayChange,
    now: dt.datetime,
    instant: dt.datetime,
    *,
    by: Actor,
    shown: str,
    reason: str,
) -> Edition:
    assert isinstance(meeting, Meeting)
    require_right(by, Right.DUTY, meeting)
    live, pending_editions = get_live_and_pending_editions(meeting, now)
    before = get_meeting_documents(live)
    if shown and compute_common_digest(before) != shown:
        raise StaleTextError(
            _("Someone changed the published page after you opened this one. Your change was not published. Check it.")
        )
    resolved, after = resolve_and_apply(change, before, now, instant)
    if any(edition.available_from <= instant for edition in pending_editions):
        raise PendingEditionError(
            _("An edition is being published right now. Perhaps you sent this change twice. Check the page first.")
        )
    note = build_change_note(resolved, live.source_language, MAX_NOTE_LENGTH)
    new = compose_edition(after, available_from=instant, reason=EditionReason.FACTS, change_note=note)
    texts = [(edition, get_meeting_documents(edition)) for edition in pending_editions]
    replacing = [
        compose_edition(
            apply_to_pending_edition(edition, documents, resolved, after[0]),
            available_from=edition.available_from,
            reason=EditionReason(edition.reason),
            change_note=edition.change_note,
        )
        for edition, documents in texts
    ]
    conflicts = [*describe_all_conflicts(meeting, texts, resolved, now)]
    last_revision = get_latest_revision(meeting)
    carry_into_revisions(meeting, resolved, now, by)
    for edition, composition in zip(pending_editions, replacing, strict=True):
        ReleaseEntry.objects.filter(edition_id=edition.pk).update(edition_id=composition.edition.pk)
    delete_pending_editions(*pending_editions)
    update_working_copy(meeting, resolved)
    keep_changed_working_copy(meeting, last_revision, resolved, now, by)
    record_about_document(
        by,
        Act.FACTS_CHANGED,
        after[0],
        digest=compute_draft_digest(after[0]),
        note=note,
        reason=reason,
        changes=serialize_changed_values(resolved, before[0]),
        at=instant.isoformat(),
        carried_into=[edition.available_from.isoformat() for edition in pending_editions],
        own=conflicts,
        **{OWN_WORDS: [*list_own_words(change), *list_new_names(resolved, before[0])]},
    )
    write_editions([new, *replacing])  # must come last: SQLite does not check the clock after it
    refuse_if_appeared(pending_editions)
    return new.edition


def list_own_words(change: SameDayChange) -> list[str]:
    """Return what the author of the change typed for readers, apart from times, places and people."""
    notes = (values.get("state_note") for values in change.items.values())
    words = (change.alert, change.meeting.get("status_reason"), *notes)
    return [word for word in words if word]


def list_new_names(change: ResolvedChange, live: MeetingDocument) -> Iterator[str]:
    """Yield the places and people that the live text does not name: any sentence can be typed as one of them."""
    parts: tuple[Session | Point, ...] = (*live.sessions, *live.programme)
    places = {"", live.place.city, live.place.venue, *(part.place for part in parts)}
    people: list[Chair | Speaker] = [*live.chairs, *(speaker for point in live.programme for speaker in point.speakers)]
    known = {"", *(person.name for person in people), *(person.role for person in people)}
    for values in change.points.values():
        if values.get("place", "") not in places:
            yield values["place"]
        for speaker in values.get("speakers", ()):
            if {speaker.name, speaker.role} - known:
                yield format_speaker(speaker)


def get_live_and_pending_editions(meeting: Meeting, now: dt.datetime) -> tuple[Edition, list[Edition]]:
    """Return the live edition and the scheduled ones. Raise WorkflowError if nothing is live."""
    editions = Edition.objects.for_subject(SubjectType.MEETING, meeting.pk)
    current = editions.current(now).first()
    if current is None:
        message = _("This meeting is not published yet, so you cannot make a same-day change. Publish it first.")
        raise WorkflowError(message)
    pending_editions = list(editions.pending(now))
    if current.is_tombstone or any(edition.is_tombstone for edition in pending_editions):
        raise WorkflowError(_("This meeting is withdrawn. Same-day changes are only possible while it is published."))
    return current, pending_editions


def get_meeting_documents(edition: Edition) -> list[MeetingDocument]:
    """Return the documents of an edition, the source first."""
    documents = [document for document in get_edition_documents(edition) if isinstance(document, MeetingDocument)]
    return sorted(documents, key=lambda document: document.language != document.source_language)


def compute_common_digest(documents: Iterable[MeetingDocument]) -> str:
    """Compute one digest of the texts in all languages."""
    pairs = sorted(f"{document.language} {compute_draft_digest(document)}" for document in documents)
    return compute_digest("\n".join(pairs))


def resolve_and_apply(
    change: SameDayChange, before: Sequence[MeetingDocument], now: dt.datetime, instant: dt.datetime
) -> tuple[ResolvedChange, list[MeetingDocument]]:
    """Resolve the change, and apply it to the live documents. Raise WorkflowError, also if there were very many."""
    require_press_day(before[0], now)
    resolved = resolve_change(change, before, now, instant)
    try:
        after = apply_change(before, resolved)
    except InvalidDocument as error:
        raise WorkflowError(str(error)) from error
    if len(after[0].alerts) + sum(len(point.previous) for point in after[0].programme) > MAX_LISTED_CHANGES:
        message = _(
            "This note already lists hundreds of same-day changes and earlier times, and cannot list more than "
            "%d. Publish a correction instead."
        )
        raise WorkflowError(message % MAX_LISTED_CHANGES)
    return resolved, after


def apply_to_pending_edition(
    edition: Edition, documents: Sequence[MeetingDocument], change: ResolvedChange, live: MeetingDocument
) -> list[MeetingDocument]:
    """Return the documents of a scheduled edition with the change.

    `live` is what readers will see before it. Raise WorkflowError if the scheduled edition would then lack a public
    reason.
    """
    adapted = adapt_change(change, documents[0])
    documents = apply_change(documents, adapted)
    if change.meeting and (missing := explain_missing_values(documents[0], live)):
        message = _("The edition scheduled for %(time)s (Brussels time) would be incomplete: %(why)s")
        details = {"time": format_instant(edition.available_from), "why": missing}
        raise WorkflowError(message % details, field="status_reason")
    return documents


def describe_all_conflicts(
    meeting: Meeting,
    waiting: Iterable[tuple[Edition, Sequence[MeetingDocument]]],
    change: ResolvedChange,
    now: dt.datetime,
) -> Iterator[str]:
    """Yield a description of each text that keeps values of its own.

    Texts in review that repeat a description are skipped.
    """
    described = {""}
    for edition, documents in waiting:
        conflict = describe_conflicts(change, documents[0])
        described.add(conflict)
        if conflict:
            of_edition = _("The edition scheduled for %(time)s (Brussels time) keeps its own details: %(own)s.")
            yield of_edition % {"time": format_instant(edition.available_from), "own": conflict}
    for source in list_sources_in_review(meeting, now):
        if (conflict := describe_conflicts(change, source)) not in described:
            described.add(conflict)
            yield _("The text that is approved or in review keeps its own details: %s.") % conflict
    if conflict := describe_conflicts(change, build_document_from_rows(meeting, change)):
        yield _("The draft keeps its own details: %s.") % conflict


def serialize_changed_values(change: ResolvedChange, before: MeetingDocument) -> list[dict[str, Any]]:
    """Serialize the old and new values of the change for the audit log."""
    parts: dict[Any, Any] = {point.id: point for point in before.programme}
    parts |= {item.id: item for item, _parent in walk_items(before.agenda)}
    parts[None] = before
    changed = [*change.points.items(), *change.items.items(), *([(None, change.meeting)] if change.meeting else [])]
    return [
        {
            "of": str(key or before.id),
            "old": msgspec.to_builtins({name: get_value(parts[key], name) for name in values}),
            "new": msgspec.to_builtins(dict(values)),
        }
        for key, values in changed
    ]

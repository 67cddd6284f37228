"""Changing facts: one person, one transaction, every text of the meeting."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from agenda.checking import errors_in
from agenda.drafts import Subject, digest_of_draft, documents_of, missing_reason
from agenda.models import ReleaseEntry
from agenda.publishing.facts.carrying import carry_revisions, keep_working_copy
from agenda.publishing.facts.changes import Facts, FactsChange, with_facts
from agenda.publishing.facts.lateness import refuse_other_days
from agenda.publishing.facts.settling import settled
from agenda.publishing.facts.telling import note_of
from agenda.publishing.facts.working_copy import change_rows
from agenda.publishing.instants import before_its_instant, lock, refuse_late
from agenda.publishing.refusals import LONGEST_NOTE, ChangedMeanwhile, PendingEdition, Refused
from agenda.revisions import latest
from meetings.audit import Actor, record
from meetings.clock import next_instant
from meetings.documents.shape import MeetingDocument
from meetings.documents.text import InvalidDocument
from meetings.editions import Composition, compose, delete_pending, seal
from meetings.indexing import walk
from meetings.models import Act, Edition, EditionReason, Meeting, SubjectType
from meetings.rights import Right, require


@dataclass(frozen=True)
class OnTheDay:
    """What readers see of the meeting, the source's document first, and the editions to come."""

    live: Sequence[MeetingDocument]
    pending: Sequence[Edition]

    @property
    def digest(self) -> str:
        return digest_of_draft(self.live[0])


def on_the_day(meeting: Meeting, now: dt.datetime) -> OnTheDay:
    """Raises Refused where no facts may change now, whichever they are."""
    live, waiting = editions_of(meeting, now)
    documents = meeting_documents(live)
    refuse_other_days(documents[0], now)
    return OnTheDay(documents, waiting)


def foreseen(day: OnTheDay, change: FactsChange, now: dt.datetime) -> list[MeetingDocument]:
    """The live documents as `change_facts` would leave them; nothing is written. Raises Refused."""
    return judged(change, day.live, now, next_instant(now))[1]


def change_facts(meeting: Meeting, change: FactsChange, *, by: Actor, shown: str = "", reason: str = "") -> Edition:
    """Makes the facts public from the next second on, in all languages of the live edition. Returns the new one.

    Editions to come, what is in review or approved, and the working copy get the same facts, and nothing else of them
    changes: drafts stay unpublished, approvals stand. `shown` is the digest of the live source document that somebody
    looked at; `reason` is for the audit log. Raises Refused and NotAllowed.
    """
    return before_its_instant(
        None, lambda now, instant: change_once(lock(meeting), change, now, instant, by=by, shown=shown, reason=reason)
    )


def change_once(
    meeting: Subject, change: FactsChange, now: dt.datetime, instant: dt.datetime, *, by: Actor, shown: str, reason: str
) -> Edition:
    assert isinstance(meeting, Meeting)
    require(by, Right.DUTY, meeting)
    live, waiting = editions_of(meeting, now)
    before = meeting_documents(live)
    if shown and digest_of_draft(before[0]) != shown:
        raise ChangedMeanwhile(
            _("Somebody has changed what readers see since this page was shown, and nothing of yours was: look again.")
        )
    facts, after = judged(change, before, now, instant)
    if any(edition.available_from <= instant for edition in waiting):
        raise PendingEdition(
            _("An edition of it appears at this very moment, perhaps this one, sent twice: look at it first.")
        )
    note = note_of(facts, live.source_language, LONGEST_NOTE)
    new = compose(after, available_from=instant, reason=EditionReason.FACTS, change_note=note)
    replacing = [composed_with(edition, facts) for edition in waiting]
    kept = latest(meeting)
    carry_revisions(meeting, facts, now, by)
    for edition, composition in zip(waiting, replacing, strict=True):
        ReleaseEntry.objects.filter(edition_id=edition.pk).update(edition_id=composition.edition.pk)
        delete_pending(edition)
    change_rows(meeting, facts)
    keep_working_copy(meeting, kept, facts, now, by)
    record(
        by,
        Act.FACTS_CHANGED,
        SubjectType.MEETING,
        meeting.pk,
        address=new.edition.address,
        digest=digest_of_draft(after[0]),
        title=after[0].title,
        note=note,
        reason=reason,
        changes=list_of(facts, before[0]),
        at=instant.isoformat(),
        carried_into=[edition.available_from.isoformat() for edition in waiting],
    )
    seal([new, *replacing])  # last of all: on SQLite nothing looks at the clock after it
    refuse_late(waiting)
    return new.edition


def editions_of(meeting: Meeting, now: dt.datetime) -> tuple[Edition, list[Edition]]:
    """The live edition, and those to come. Raises Refused where nothing is live."""
    editions = Edition.objects.of(SubjectType.MEETING, meeting.pk)
    standing = editions.standing(now).first()
    if standing is None:
        raise Refused(_("Nothing of it is published yet: there are no facts to change. Publish it."))
    waiting = list(editions.pending(now))
    if standing.is_tombstone or any(edition.is_tombstone for edition in waiting):
        raise Refused(_("It is withdrawn: facts change only in what readers see."))
    return standing, waiting


def meeting_documents(edition: Edition) -> list[MeetingDocument]:
    """The source's first."""
    documents = [one for one in documents_of(edition) if isinstance(one, MeetingDocument)]
    return sorted(documents, key=lambda document: document.language != document.source_language)


def judged(
    change: FactsChange, before: Sequence[MeetingDocument], now: dt.datetime, instant: dt.datetime
) -> tuple[Facts, list[MeetingDocument]]:
    """The change as settled, and the live documents with it."""
    refuse_other_days(before[0], now)
    facts = settled(change, before, now, instant)
    try:
        after = [with_facts(document, facts) for document in before]
    except InvalidDocument as error:
        raise Refused(str(error)) from error
    if problems := [*errors_in(after[0]), *filter(None, [missing_reason(after[0], before[0])])]:
        raise Refused(" ".join(problems), about="status_reason")
    return facts, after


def composed_with(edition: Edition, facts: Facts) -> Composition:
    """The edition to come, with the facts, for its own instant."""
    return compose(
        [with_facts(document, facts) for document in meeting_documents(edition)],
        available_from=edition.available_from,
        reason=EditionReason(edition.reason),
        change_note=edition.change_note,
    )


def list_of(facts: Facts, before: MeetingDocument) -> list[dict[str, Any]]:
    """For the audit log: what changed of what, from which value to which."""
    parts: dict[Any, Any] = {point.id: point for point in before.programme}
    parts |= {item.id: item for item, _parent in walk(before.agenda)}
    parts[None] = before
    changed = [*facts.points.items(), *facts.items.items(), *([(None, facts.meeting)] if facts.meeting else [])]
    return [
        {
            "of": str(key or before.id),
            "old": msgspec.to_builtins({name: getattr(parts[key], name) for name in values}),
            "new": msgspec.to_builtins(dict(values)),
        }
        for key, values in changed
    ]

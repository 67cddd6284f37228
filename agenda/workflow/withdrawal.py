"""Take back what is public: withdraw it, or restore the previous edition."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from agenda.models import Release, ReleaseEntry
from agenda.workflow.drafts import (
    Subject,
    SubjectDocument,
    compute_draft_digest,
    explain_address_conflict,
    get_edition_documents,
    get_subject_key,
    get_subject_type,
    load_related_editions,
)
from agenda.workflow.errors import PendingEditionError, StaleTextError, WorkflowError, clean_text
from agenda.workflow.planned_texts import load_planned_documents
from agenda.workflow.removed_places import find_removed_words, remove_words
from agenda.workflow.scheduled_releases import (
    State,
    delete_unreleased_edition,
    find_dependent_releases,
    get_release_editions,
    hold_releases,
    lock_with_releases,
    remove_entry,
)
from agenda.workflow.topic_names import collect_topic_ids, refuse_hidden_topics
from agenda.workflow.transactions import (
    commit_before,
    format_instant,
    lock_addresses,
    lock_subject,
    refuse_if_appeared,
)
from agenda.workflow.unsaved_editions import get_edition_digests, is_change_for_readers, refuse_silent_return
from meetings.access import Right, require_right
from meetings.access.audit import Actor, record_about_document, record_about_edition
from meetings.access.lone_acts import OWN_WORDS
from meetings.clock import get_next_instant
from meetings.documents.schema import MeetingDocument, Tombstone
from meetings.editions.freezing import (
    compose_edition,
    create_tombstone,
    find_suppressed_digests,
    refuse_suppressed,
    store_documents,
    write_editions,
)
from meetings.models import Act, Edition, EditionReason, IndexedTopic, Meeting, SubjectType


class WithdrawalNotice(NamedTuple):
    """What readers see instead of the page: why, and whether the meeting itself takes place (None if nobody says)."""

    reason: str
    takes_place: bool | None


def withdraw(subject: Subject, *, by: Actor, reason: str, takes_place: bool | None = None) -> Edition:
    """Replace a live meeting or topic by a tombstone, now: the notice and the reason stay, all texts go.

    `takes_place` tells readers whether the meeting itself takes place; None leaves it open. A scheduled edition is
    deleted, and a scheduled or planned release that contains others as well is put on hold. Raise WorkflowError and
    NotAllowed.
    """
    reason = clean_text(reason, "reason", missing=_("Enter the public reason for the withdrawal."))
    notice = WithdrawalNotice(reason, takes_place)
    known: list[Subject] = []
    return commit_before(
        None, lambda now, instant: withdraw_in_transaction(subject, known, now, instant, by=by, notice=notice)
    )


def withdraw_in_transaction(
    subject: Subject,
    known: list[Subject],
    now: dt.datetime,
    instant: dt.datetime,
    *,
    by: Actor,
    notice: WithdrawalNotice,
) -> Edition:
    """Withdraw the subject. `known` is for `lock_with_releases`."""
    reason = notice.reason
    subject, releases_to_hold = lock_with_releases(subject, lambda: find_releases_to_hold(subject, now), known)
    require_right(by, Right.WITHDRAW, subject)
    editions = Edition.objects.for_subject(get_subject_type(subject), subject.pk)
    live = editions.live(now).first()
    if live is None:
        raise WorkflowError(_("This is not published, so there is nothing to withdraw."))
    common: dict[str, Any] = {"id": live.subject_id, "reason": reason, "address": live.address}
    if isinstance(subject, Meeting):
        common["takes_place"] = notice.takes_place
    documents = get_edition_documents(live)
    tombstones = [Tombstone(language=document.language, title=document.title, **common) for document in documents]
    deleted = [edition for entry in get_open_entries(subject, now) for edition in remove_entry(entry, by, reason)]
    deleted += hold_releases(releases_to_hold, by, reason)
    for edition in editions.pending(now):
        delete_unreleased_edition(edition, by, reason)
        deleted.append(edition)
    on_hold, title = [str(release.pk) for release in releases_to_hold], tombstones[0].title
    called_off = [edition.available_from.isoformat() for edition in deleted]
    details = {"reason": reason, OWN_WORDS: [reason], "deleted": called_off, "held": on_hold}
    record_about_edition(by, Act.WITHDRAWN, live, title=title, **details)
    tombstone = create_tombstone(live, tombstones, available_from=instant)
    refuse_if_appeared(deleted)
    return tombstone


def get_open_entries(subject: Subject, now: dt.datetime) -> QuerySet[ReleaseEntry]:
    """Return the release entries by which the subject could still be published. A withdrawal cancels them."""
    entries = ReleaseEntry.objects.filter(release__in=Release.objects.upcoming(now), **get_subject_key(subject))
    return entries.order_by("release_id")


def find_releases_to_hold(subject: Subject, now: dt.datetime) -> list[Release]:
    """Return the scheduled and planned releases that a withdrawal puts on hold.

    They contain other subjects as well, or a meeting that names the withdrawn topic; or they depend on one of these
    (`find_dependent_releases`).
    """
    own_entries = get_open_entries(subject, now)
    other_entries = ReleaseEntry.objects.filter(release__in=own_entries.values("release")).exclude(pk__in=own_entries)
    topic_rows = IndexedTopic.objects.filter(topic_id=subject.pk, edition__available_from__gt=now)
    affected = Q(pk__in=other_entries) | Q(edition_id__in=topic_rows.values("edition"))
    affected |= Q(pk__in=[entry.pk for entry in find_plans_that_name(subject)])
    releases = ReleaseEntry.objects.filter(affected).values("release")
    going_out = Release.objects.upcoming(now).exclude(state=State.ON_HOLD)
    direct = going_out.filter(pk__in=releases).order_by("pk").prefetch_related("entries")
    return [*direct, *find_dependent_releases(get_release_editions(*direct), now)] if direct else []


def find_plans_that_name(topic: Subject) -> list[ReleaseEntry]:
    """Return the planned meetings whose text names the topic (`load_planned_documents`)."""
    if isinstance(topic, Meeting):
        return []
    planned = ReleaseEntry.objects.filter(release__state=State.PLANNED, subject_type=SubjectType.MEETING)
    meetings = Meeting.objects.in_bulk(planned.values_list("subject_id", flat=True))
    found = []
    for entry in planned.filter(subject_id__in=meetings).select_related("release"):
        meeting = meetings[entry.subject_id]
        if topic.pk in collect_topic_ids(load_planned_documents(meeting, entry.release)):
            found.append(entry)
    return found


def rollback(subject: Subject, *, by: Actor, reason: str, shown: Sequence[str] | None = None) -> Edition:
    """Publish the previous edition again, now, in place of a correction or a withdrawal.

    `reason` is the public change note. The working copy is not changed, and a scheduled edition goes out at its time;
    it must not undo this without a note.
    `shown` are the keys of the current and the previous edition that the user saw; if they are other ones by now,
    nothing is restored. Raise WorkflowError and NotAllowed.
    """
    reason = clean_text(reason, "reason", missing=_("Tell readers why the previous edition is back."))
    return commit_before(
        None,
        lambda now, instant: rollback_in_transaction(
            lock_subject(subject, list_earlier_topics), now, instant, by=by, reason=reason, shown=shown
        ),
    )


def list_earlier_topics(meeting: Meeting) -> Iterable[UUID]:
    """List the topics that any edition of the meeting named."""
    rows = IndexedTopic.objects.filter(edition__subject_id=meeting.pk)
    return rows.values_list("topic_id", flat=True).distinct()


def rollback_in_transaction(
    subject: Subject, now: dt.datetime, instant: dt.datetime, *, by: Actor, reason: str, shown: Sequence[str] | None
) -> Edition:
    require_right(by, Right.WITHDRAW, subject)
    editions = Edition.objects.for_subject(get_subject_type(subject), subject.pk)
    current = editions.current(now).first()
    if current is None:
        raise WorkflowError(_("This was never published, so there is nothing to restore."))
    earlier = find_earlier_editions(current, now)
    if not earlier:
        raise WorkflowError(_("There is no previous edition to restore. Withdraw this one instead."))
    previous = earlier[0] if shown is None else get_shown_edition(current, earlier, shown)
    if any(edition.available_from <= get_next_instant(instant) for edition in editions.pending(now)):
        message = _("Another edition is being published right now. Reload the page, then decide.")
        raise PendingEditionError(message, field="pending")
    digests: Mapping[str, str] = get_edition_digests(previous)
    refuse_suppressed(digests.values())
    documents, removed = get_documents_to_restore(previous, now)
    if removed:
        languages = [document.language for document in documents]
        digests = dict(zip(languages, store_documents(documents), strict=True))
    source = next(document for document in documents if document.language == previous.source_language)
    lock_addresses([source])
    if conflict := explain_address_conflict(source, load_related_editions(source, now)):
        raise WorkflowError(conflict)
    refuse_silent_return(editions.pending(now), documents, digests)
    composition = compose_edition(
        documents,
        available_from=instant,
        reason=EditionReason.RESTORATION,
        change_note=reason,
        digests=[digests[document.language] for document in documents],
    )
    refuse_hidden_topics([composition], [current])
    details = {"reason": reason, "back_to": previous.available_from.isoformat()}
    record_about_document(by, Act.ROLLED_BACK, source, digest=digests[previous.source_language], **details)
    write_editions([composition])
    return composition.edition


def get_documents_to_restore(edition: Edition, now: dt.datetime) -> tuple[list[SubjectDocument], set[str]]:
    """Return the documents of an edition that is published again, and the words that are left out of them.

    These are of earlier places that were removed from the site (`find_removed_words`).
    """
    documents = get_edition_documents(edition)
    source = next(document for document in documents if document.language == edition.source_language)
    if not isinstance(source, MeetingDocument):
        return documents, set()
    removed = find_removed_words(source, now, brings_back=True)
    meetings = (document for document in documents if isinstance(document, MeetingDocument))
    return [remove_words(document, source, removed) for document in meetings], removed


def get_shown_edition(current: Edition, earlier: Sequence[Edition], shown: Sequence[str]) -> Edition:
    """Return the earlier edition that the user was shown.

    Raise StaleTextError if that is none of them by now, or if another one is current.
    """
    for edition in earlier:
        if [*shown] == [str(current.pk), str(edition.pk)]:
            return edition
    if str(current.pk) in shown:
        raise StaleTextError(
            _("The previous edition has changed since you opened this page. Nothing was published. Check it again.")
        )
    message = _("Another edition was published on %s (Brussels time), after you opened this page.")
    if current.is_tombstone:
        message = _("This was withdrawn on %s (Brussels time), after you opened this page.")
    message %= format_instant(current.available_from)
    raise StaleTextError(f"{message} {_('Nothing was published. Check it again.')}")


def find_earlier_editions(current: Edition, now: dt.datetime) -> list[Edition]:
    """Return the editions that can be restored: one, two or none.

    First comes the last one of which the text was changed for readers since. If languages were added or completed after
    that change, the one before these follows, to take back only them. Suppressed editions and those before an earlier
    withdrawal do not count, nor do those that differ from the current one in removed words only.
    """
    earlier = Edition.objects.for_subject(current.subject_type, current.subject_id).filter(
        available_from__lt=current.available_from, is_tombstone=False
    )
    tombstones = Edition.objects.for_subject(current.subject_type, current.subject_id).filter(is_tombstone=True)
    if closed := tombstones.filter(available_from__lt=current.available_from).last():
        earlier = earlier.filter(available_from__gt=closed.available_from)
    current_texts, before_languages = get_edition_digests(current), list[Edition]()
    for edition in earlier.order_by("-available_from")[:100]:
        texts = get_edition_digests(edition)
        if {*texts.values()} == {*current_texts.values()} or find_suppressed_digests({*texts.values()}):
            continue
        if is_change_for_readers(texts, current_texts):
            documents, removed = get_documents_to_restore(edition, now)
            if not removed:
                return [edition, *before_languages]
            unsaved = {compute_draft_digest(document): document for document in documents}
            if {*unsaved} == {*current_texts.values()}:
                continue
            texts = {document.language: digest for digest, document in unsaved.items()}
            if is_change_for_readers(texts, current_texts, unsaved):
                return [edition, *before_languages]
        before_languages = before_languages or [edition]
    return before_languages

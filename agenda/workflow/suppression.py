"""Suppress a single past edition: hide or erase its text, while its number, time and digest stay.

Readers see the notice at once, from the row itself (`Suppression`). The two steps are separate: suppressing hides the
text and can be lifted. Erasing empties the stored text for good, and only an operator can do it.
"""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.models import BackgroundTopic, Comment, EditorDraft, Release, ReleaseEntry
from agenda.workflow.drafts import (
    Subject,
    get_edition_documents,
    get_live_document,
    get_source_document,
    get_subject_key,
    get_subject_type,
)
from agenda.workflow.errors import WorkflowError, clean_text
from agenda.workflow.removed_places import find_editions_with_earlier_words, find_removed_words
from agenda.workflow.revisions import keep_revision
from agenda.workflow.scheduled_releases import (
    find_dependent_releases,
    get_release_editions,
    hold_releases,
    lock_with_releases,
)
from agenda.workflow.topic_names import refuse_stranded_meetings
from agenda.workflow.transactions import commit_before, format_instant, lock_subject, refuse_if_appeared
from meetings.access import Right, require_right
from meetings.access.audit import Actor, record_about_edition
from meetings.access.lone_acts import OWN_WORDS
from meetings.documents.schema import MeetingDocument
from meetings.models import (
    Act,
    Edition,
    EditionDocument,
    Erasure,
    SearchRow,
    StoredDocument,
    StoredSearchResult,
    Suppression,
)
from meetings.models.edition import get_later_notices


def get_edition_by_number(subject: Subject, number: int) -> Edition:
    """Return the edition with this public number. Raise WorkflowError if there is none."""
    editions = list(Edition.objects.for_subject(get_subject_type(subject), subject.pk).visible(timezone.now()))
    if not 1 <= number <= len(editions):
        message = _("“%(subject)s” has no edition %(number)s. Its published editions are numbered up to %(last)d.")
        raise WorkflowError(message % {"subject": subject, "number": number, "last": len(editions)})
    return editions[number - 1]


def get_active_suppression(edition: Edition) -> Suppression | None:
    return Suppression.objects.active().filter(edition=edition).first()


def suppress(subject: Subject, edition: Edition, *, by: Actor, reason: str) -> list[Release]:
    """Suppress an edition that was replaced by another, from now on. Return the releases that this puts on hold.

    See `find_releases_that_repeat`. Raise WorkflowError and NotAllowed.
    """
    reason = clean_text(reason, "reason", missing=_("Enter the reason. Readers will see it."))
    require_right(by, Right.SUPPRESS, subject)
    known: list[Subject] = []
    return commit_before(
        None, lambda now, _instant: suppress_in_transaction(subject, known, edition, now, by=by, reason=reason)
    )


def suppress_in_transaction(
    subject: Subject, known: list[Subject], edition: Edition, now: dt.datetime, *, by: Actor, reason: str
) -> list[Release]:
    """Suppress the edition. `known` is for `lock_with_releases`."""
    subject, releases = lock_with_releases(subject, lambda: find_releases_that_repeat(edition, now), known)
    refuse_unsuppressible(edition)
    deleted = hold_releases(releases, by, reason)
    details: dict[str, Any] = {"edition": edition.available_from.isoformat(), "reason": reason, OWN_WORDS: [reason]}
    record_about_edition(by, Act.SUPPRESSED, edition, **details, held=[str(release.pk) for release in releases])
    Suppression.objects.create(edition=edition, at=timezone.now(), reason=reason)
    refuse_stranded_meetings([edition, *deleted], [], now)  # without a release, it cannot be put on hold
    rename_publications(subject, edition)
    save_without_removed_places(subject, edition, now, by)
    refuse_if_appeared(deleted)
    return releases


def find_releases_that_repeat(edition: Edition, now: dt.datetime) -> list[Release]:
    """Return the scheduled releases that would publish again what is removed with this edition.

    They contain a meeting that names a topic by a title that only this edition has, or as an earlier place that of this
    edition; or they depend on such a release.
    """
    with_place = [other.pk for other, _words in find_editions_with_earlier_words(edition, now)]
    entries = ReleaseEntry.objects.filter(edition_id__in=with_place)
    scheduled = Release.objects.upcoming(now).filter(pk__in=entries.values("release"), state=Release.State.SCHEDULED)
    own = [*scheduled.prefetch_related("entries")]
    others = find_dependent_releases([edition, *get_release_editions(*own)], now)
    return [*own, *(release for release in others if release not in own)]


def save_without_removed_places(subject: Subject, edition: Edition, now: dt.datetime, by: Actor) -> None:
    """Save the draft, if it no longer names an earlier place that the live edition still names.

    Nobody has written anything, so nobody becomes an author.
    """
    live = get_live_document(subject, now)
    if isinstance(live, MeetingDocument) and find_removed_words(live, now):
        subject.increase_version()
        remark = _("Without an earlier place of the edition of %s (Brussels time), which was removed.")
        nobody = Actor(name=by.name, label=by.display_name)
        keep_revision(subject, now, nobody, remark=remark % format_instant(edition.available_from))


def rename_publications(subject: Subject, edition: Edition) -> None:
    """Give the publication of this edition of a topic, and others with its title, the title that readers know now.

    Everybody with a role sees them. A topic that is withdrawn is named by its address. Meetings are named by their day.
    """
    if not isinstance(subject, BackgroundTopic):
        return
    live = Edition.objects.for_subject(get_subject_type(subject), subject.pk).live(timezone.now()).first()
    title = get_source_document(live).title if live else edition.address
    removed = {document.title for document in get_edition_documents(edition)} - {title}
    entries = ReleaseEntry.objects.filter(**get_subject_key(subject))
    entries.filter(Q(edition_id=edition.pk) | Q(title__in=removed)).update(title=title)


def refuse_unsuppressible(edition: Edition) -> None:
    """Raise WorkflowError if the edition cannot be suppressed."""
    now = timezone.now()
    if edition.available_from > now:
        raise WorkflowError(_("This edition is not published yet. Cancel it instead."))
    if edition.is_tombstone:
        raise WorkflowError(
            _("This is a withdrawal notice. It has only the title, the date and the public reason, and stays.")
        )
    if Edition.objects.live(now).filter(pk=edition.pk).exists():
        message = _("This edition is live. Publish a corrected edition or withdraw it first, then remove this one.")
        raise WorkflowError(message)
    documents = edition.documents.values("document")
    pending_edition = (
        Edition.objects.pending(now).filter(documents__document__in=documents).order_by("available_from").first()
    )
    if pending_edition:
        message = _("The same text is scheduled again for %s (Brussels time). Cancel that edition first.")
        raise WorkflowError(message % format_instant(pending_edition.available_from))
    if suppression := get_active_suppression(edition):
        message = _("This edition was already removed from the site on %(time)s (Brussels time): “%(reason)s”")
        raise WorkflowError(message % {"time": format_instant(suppression.at), "reason": suppression.reason})


def lift_suppression(subject: Subject, edition: Edition, *, by: Actor, reason: str) -> Suppression:
    """Show the text of a suppressed edition again. Raise WorkflowError and NotAllowed."""
    reason = clean_text(reason, "reason", missing=_("Enter the reason."))
    require_right(by, Right.SUPPRESS, subject)
    with transaction.atomic():
        lock_subject(subject)
        suppression = get_active_suppression(edition)
        if suppression is None:
            raise WorkflowError(_("This edition has not been removed from the site."))
        if edition.documents.filter(document__text="").exists():
            raise WorkflowError(_("The text of this edition was erased and cannot be restored."))
        record_about_edition(by, Act.REINSTATED, edition, edition=edition.available_from.isoformat(), reason=reason)
        suppression.lifted_at, suppression.lifted_because = timezone.now(), reason
        suppression.save(update_fields=["lifted_at", "lifted_because"])
        return suppression


def erase(
    subject: Subject, edition: Edition, *, by: Actor, reason: str, languages: Collection[str] = ()
) -> list[EditionDocument]:
    """Empty the stored text of a suppressed edition, in these languages or in all. Return the rows that had it.

    This cannot be undone, and only a command can do it: only the digest stays. Revisions of the working copy with the
    same bytes share the stored text and are emptied too. The working copy itself is not changed. Raise WorkflowError
    and NotAllowed.
    """
    reason = clean_text(reason, "reason", missing=_("Enter the reason."))
    if by.user is not None:
        raise WorkflowError(_("Only an operator can erase texts, with a command."))
    with transaction.atomic():
        lock_subject(subject)  # so that nobody publishes the text at the same time
        if get_active_suppression(edition) is None:
            raise WorkflowError(_("This edition is not suppressed. Suppress it first."))
        rows = select_documents(edition, languages)
        digests = {row.document.digest for row in rows}
        refuse_text_readable_elsewhere(edition, digests)
        at, erased = edition.available_from.isoformat(), {row.language: row.document.digest for row in rows}
        record_about_edition(by, Act.ERASED, edition, edition=at, reason=reason, erased=erased)
        rename_publications(subject, edition)  # of an edition that was suppressed before this was done then
        now = timezone.now()
        Erasure.objects.bulk_create(Erasure(digest=digest, at=now, reason=reason) for digest in sorted(digests))
        StoredDocument.objects.filter(digest__in=digests).update(text="")
        Comment.objects.filter(document__in=digests).update(quote="", before="", after="", place="")
        EditorDraft.objects.filter(**get_subject_key(subject)).delete()  # unsaved texts may still contain it
        same = EditionDocument.objects.filter(edition=OuterRef("edition"), language=OuterRef("language"))
        for model in (SearchRow, StoredSearchResult):
            model._default_manager.filter(Exists(same.filter(document__digest__in=digests))).delete()
    return rows


def select_documents(edition: Edition, languages: Collection[str]) -> list[EditionDocument]:
    """Return the documents of the edition in these languages (or all) that are not erased. Raise WorkflowError."""
    rows = list(edition.documents.select_related("document").order_by("language"))
    if unknown := set(languages) - {row.language for row in rows}:
        message = _("This edition has no text in %(unknown)s. Its languages are: %(languages)s.")
        raise WorkflowError(
            message % {"unknown": ", ".join(sorted(unknown)), "languages": ", ".join(edition.languages)}
        )
    rows = [row for row in rows if row.document.text and (not languages or row.language in languages)]
    if not rows:
        raise WorkflowError(_("The text has already been erased."))
    return rows


def refuse_text_readable_elsewhere(edition: Edition, digests: Collection[str]) -> None:
    """Raise WorkflowError if another edition that is not suppressed has the same text."""
    shared = find_same_text_elsewhere(edition, digests)
    if named := [f"{format_instant(row.edition.available_from)} ({row.language})" for row in shared]:
        message = _(
            "Editions that are not suppressed have exactly the same text: %(editions)s (Brussels time). "
            "Suppress them too, or erase other languages only."
        )
        raise WorkflowError(message % {"editions": "; ".join(named)})


def find_text_that_stays(edition: Edition) -> list[EditionDocument]:
    """Return documents of other editions with the same text, without which it can be published again.

    An edition that was withdrawn before this one appeared does not count (`find_suppressed_digests`).
    """
    earlier_notices = get_later_notices("edition__").filter(available_from__lt=edition.available_from)
    return list(find_same_text_elsewhere(edition).filter(~Exists(earlier_notices)))


def find_same_text_elsewhere(edition: Edition, digests: Collection[str] = ()) -> QuerySet[EditionDocument]:
    """Return documents of other editions, not suppressed, with the same text.

    That is the text of the edition, or only the documents with these digests.
    """
    own_documents = edition.documents.values("document")
    same = Q(document__digest__in=digests) if digests else Q(document__in=own_documents)
    others = EditionDocument.objects.filter(same).exclude(edition=edition).readable()
    return others.select_related("edition").order_by("edition__available_from", "language")

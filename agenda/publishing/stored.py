"""Editions made once more from bytes that are stored: what was released, or was public before."""

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from agenda.models import ReleaseEntry
from agenda.publishing.refusals import NotApproved
from agenda.reviews import verdict_on
from agenda.revisions import documents_of_revision
from meetings.closed import refuse_closed
from meetings.editions import Composition, compose
from meetings.models import Edition, EditionReason


def composed_again(entry: ReleaseEntry, now: dt.datetime, instant: dt.datetime) -> Composition:
    """The edition of a release's entry for another instant: the same bytes, in the languages that are approved."""
    revision = entry.revision
    assert revision is not None
    digests = {one.language: one.document_id for one in revision.documents.all()}
    chosen = [revision.source_language]
    if not entry.forced_reason:
        judged = {language: verdict_on(revision, language, digest) for language, digest in digests.items()}
        approved = {language for language, verdict in judged.items() if verdict and verdict.approved}
        if not approved.issuperset(chosen):
            raise NotApproved(_("“%s” is no longer approved: call this release off.") % entry.title)
        chosen += sorted(approved.difference(chosen))
    refuse_closed([digests[language] for language in chosen])
    documents = documents_of_revision(revision)
    return compose(
        [documents[language] for language in chosen],
        available_from=instant,
        reason=reason_for(entry.subject_id, digests[revision.source_language], now, editorial=entry.is_editorial),
        change_note="" if entry.is_editorial else entry.note,
        digests=[digests[language] for language in chosen],
    )


def reason_for(subject_id: UUID, source: str, now: dt.datetime, *, editorial: bool) -> EditionReason:
    """Why there will be an edition with this source text: the first one, a language more, or another text."""
    last = Edition.objects.filter(subject_id=subject_id).visible(now).last()
    if last is None:
        return EditionReason.PUBLICATION
    if last.is_tombstone:
        return EditionReason.AGAIN
    if source in live_digests(subject_id, now).values():
        return EditionReason.TRANSLATION
    return EditionReason.EDITORIAL if editorial else EditionReason.CORRECTION


def live_digests(subject_id: UUID, now: dt.datetime) -> dict[str, str]:
    """By language; empty where nothing is live."""
    live = Edition.objects.filter(subject_id=subject_id).live(now).first()
    return dict(digests_of(live)) if live else {}


def digests_of(edition: Edition) -> Mapping[str, str]:
    """By language."""
    return dict(edition.documents.values_list("language", "document"))

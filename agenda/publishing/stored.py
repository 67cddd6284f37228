"""Editions made once more from bytes that are stored: what was released, or was public before."""

import datetime as dt
from collections.abc import Mapping

from agenda.models import ReleaseEntry, Why
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
    if revision.why != Why.FORCED:
        others = sorted(set(digests) - set(chosen))
        judged = {language: verdict_on(revision, language, digests[language]) for language in others}
        chosen += [language for language, verdict in judged.items() if verdict and verdict.approved]
    refuse_closed([digests[language] for language in chosen])
    documents = documents_of_revision(revision)
    editions = Edition.objects.of(entry.subject_type, entry.subject_id)
    return compose(
        [documents[language] for language in chosen],
        available_from=instant,
        reason=reason_after(editions.visible(now).exists(), editorial=entry.is_editorial),
        change_note="" if entry.is_editorial else entry.note,
        digests=[digests[language] for language in chosen],
    )


def reason_after(earlier: bool, *, editorial: bool) -> EditionReason:
    if not earlier:
        return EditionReason.PUBLICATION
    return EditionReason.EDITORIAL if editorial else EditionReason.CORRECTION


def digests_of(edition: Edition) -> Mapping[str, str]:
    """By language."""
    return dict(edition.documents.values_list("language", "document"))

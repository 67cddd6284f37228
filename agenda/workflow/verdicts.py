"""Store verdicts, and the instants at which approvals end.

The ends follow from the verdicts and editions of a meeting or topic alone, never from the present time. They are stored
because every list of the admin needs them: the query that computes them takes too long to build.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.dispatch import receiver

from agenda.models import ApprovalEnd, Verdict
from meetings.editions.freezing import editions_changed
from meetings.models import Edition, EditionDocument, EditionReason, SubjectType


class EditionTexts(NamedTuple):
    """An edition with the digests of its documents by language."""

    edition: Edition
    digests: dict[str, str]

    @property
    def is_restoration(self) -> bool:
        return self.edition.reason == EditionReason.RESTORATION


def store_verdicts(verdicts: Sequence[Verdict]) -> None:
    """Store new verdicts, in their order, with the ends of those that a scheduled edition ends."""
    Verdict.objects.bulk_create(verdicts)
    refresh_ends({verdict.revision.subject_id for verdict in verdicts})


@receiver(editions_changed)
def refresh_ends_of_editions(subjects: Collection[UUID], unsaved: Sequence[Edition], **_more: Any) -> None:
    refresh_ends(subjects, unsaved)


def refresh_ends(subjects: Collection[UUID], unsaved: Sequence[Edition] = ()) -> None:
    """Store when the approvals of these meetings and topics end.

    `unsaved` are editions that this transaction is about to write; their documents are written already. The caller has
    locked the subjects, or nobody else writes them.
    """
    editions = load_editions(subjects, unsaved)
    stored = ApprovalEnd.objects.filter(verdict__revision__subject_id__in=subjects)
    if not any(text.edition.is_tombstone or text.is_restoration for texts in editions.values() for text in texts):
        stored.delete()
        return
    approvals = Verdict.objects.filter(revision__subject_id__in=subjects, approved=True).order_by("pk")
    ends = {
        approval.pk: find_end(approval, editions[approval.revision.subject_id])
        for approval in approvals.select_related("revision")
    }
    rows = [ApprovalEnd(verdict_id=key, at=at) for key, at in ends.items() if at]
    ApprovalEnd.objects.bulk_create(rows, update_conflicts=True, unique_fields=["verdict"], update_fields=["at"])
    stored.exclude(pk__in=[row.pk for row in rows]).delete()


def load_editions(subjects: Collection[UUID], unsaved: Sequence[Edition]) -> dict[UUID, list[EditionTexts]]:
    """Return all editions of each subject in their order. Only restorations and those before them have digests."""
    saved = Edition.objects.filter(subject_type__in=SubjectType.values, subject_id__in=subjects)
    columns = ("subject_id", "available_from", "is_tombstone", "reason", "source_language")
    editions: dict[UUID, list[EditionTexts]] = defaultdict(list)
    for edition in sorted([*saved.only(*columns), *unsaved], key=lambda edition: edition.available_from):
        editions[edition.subject_id].append(EditionTexts(edition, {}))
    compared = {text.edition.pk: text.digests for texts in editions.values() for text in select_compared(texts)}
    if compared:
        rows = EditionDocument.objects.filter(edition__in=compared)
        for key, language, digest in rows.values_list("edition_id", "language", "document__digest"):
            compared[key][language] = digest
    return editions


def select_compared(texts: Sequence[EditionTexts]) -> Iterable[EditionTexts]:
    """Return the restorations among the editions, and the edition before each."""
    return [
        text
        for text, following in zip(texts, [*texts[1:], None], strict=True)
        if text.is_restoration or (following and following.is_restoration)
    ]


def has_approved_text(digests: Mapping[str, str], approval: Verdict, source_language: str) -> bool:
    """Return whether an edition with these documents has the approved one, for the source for which it was approved."""
    pair = digests.get(approval.language), digests.get(source_language)
    return pair == (approval.document_id, approval.source_id)


def find_end(approval: Verdict, editions: Sequence[EditionTexts]) -> dt.datetime | None:
    """Return the instant at which an approval ends, or None. `editions` are those of its subject, in their order.

    A withdrawal ends all approvals. Restoring an earlier edition ends those of the text that it takes back: of the
    source text, or if that stays, of the translations that go. If a later restoration brings the same text back, it
    was not taken back; publishing it without approval does not do this. So nothing that was taken back is published
    again, or waits for approval, until somebody submits it.
    """
    for number, (edition, digests) in enumerate(editions):
        if edition.available_from <= approval.at:
            continue
        source = edition.source_language
        ends = edition.is_tombstone
        if editions[number].is_restoration:
            replaced = editions[number - 1].digests if number else {}
            is_source_gone = digests.get(source) != replaced.get(source)
            ends = has_approved_text(replaced, approval, source) and (approval.language == source or not is_source_gone)
        if ends and not any(
            text.is_restoration and has_approved_text(text.digests, approval, source) for text in editions[number:]
        ):
            return edition.available_from
    return None

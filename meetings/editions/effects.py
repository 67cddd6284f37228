"""What an edition changes for readers, compared with the edition before it: results, date, or that it is called off.

The effects are stored as index rows when the edition is written, so that lists can be filtered by them.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F
from msgspec.structs import replace

from meetings.documents.called_off import find_move, is_called_off
from meetings.documents.choices import MeetingStatus
from meetings.documents.dates import get_first_and_last_day
from meetings.documents.decoding import decode_document_or_none
from meetings.documents.schema import Item, MeetingDocument
from meetings.documents.traversal import walk_items
from meetings.models import ChangeEffect, Edition, EditionDocument, IndexedEffect, SubjectType

# Members that follow from a new date, status or result. They do not make a change a correction as well.
FOLLOWING_MEMBERS = ("status", "status_reason", "previous", "alerts", "presidency", "results", "address_word")


def list_effects(before: MeetingDocument | None, after: MeetingDocument) -> list[ChangeEffect]:
    """Return the effects of an edition. `before` is None for the first one, which can only call the meeting off."""
    effects = []
    known_status = before.status if before and is_called_off(before) else None
    if is_called_off(after) and after.status != known_status:
        is_cancelled = after.status == MeetingStatus.CANCELLED
        effects.append(ChangeEffect.CANCELLED if is_cancelled else ChangeEffect.POSTPONED)
    if before is None:
        return effects
    has_other_days = get_first_and_last_day(before) != get_first_and_last_day(after)
    if not is_called_off(after) and has_other_days and (before.start_date or find_move(after)):
        effects.append(ChangeEffect.MOVED)
    has_same_words = before.language == after.language
    earlier = list_results(before, with_words=has_same_words)
    if any(result not in earlier for result in list_results(after, with_words=has_same_words)):
        effects.append(ChangeEffect.RESULTS)
    if strip_effects(before) != strip_effects(after):
        effects.append(ChangeEffect.OTHER)
    return effects


def list_results(document: MeetingDocument, *, with_words: bool) -> list[Any]:
    """Return the results with their owners. Without words, those of two source languages can be compared."""
    results: list[Any] = [(item.id, item.result) for item, _parent in walk_items(document.agenda) if item.result]
    results += [(document.id, result) for result in document.results]
    return results if with_words else [(owner, each.id, each.outcome, each.date) for owner, each in results]


def strip_effects(document: MeetingDocument) -> MeetingDocument:
    """Return the document without the dates, the status and the results."""
    empty: dict[str, Any] = dict.fromkeys((*FOLLOWING_MEMBERS, "start_date", "end_date"))
    return replace(document, agenda=[strip_result(item) for item in document.agenda], **empty)


def strip_result(item: Item) -> Item:
    return replace(item, result=None, items=[strip_result(child) for child in item.items])


def build_effect_rows(pairs: Sequence[tuple[Edition, MeetingDocument]]) -> Iterator[IndexedEffect]:
    """Yield the effects of editions that are not stored yet. `pairs` are the editions with their source documents.

    This takes two queries. An edition after a withdrawal counts as a first one.
    """
    stored = find_stored_predecessors([edition for edition, _document in pairs])
    by_subject = defaultdict(list)
    for pair in pairs:
        by_subject[pair[0].subject_id].append(pair)
    for edition, document in pairs:
        unsaved = [each for each in by_subject[edition.subject_id] if each[0].available_from < edition.available_from]
        latest = max(unsaved, key=lambda pair: pair[0].available_from, default=None)
        before = latest[1] if latest else stored.get(edition.pk)
        yield from (IndexedEffect(edition_id=edition.pk, kind=effect) for effect in list_effects(before, document))


def find_stored_predecessors(editions: Sequence[Edition]) -> dict[UUID, MeetingDocument]:
    """Return the source document of the stored edition that each edition follows, by the key of the later one.

    After a withdrawal there is none.
    """
    subjects = {edition.subject_id for edition in editions}
    rows = Edition.objects.filter(subject_type=SubjectType.MEETING, subject_id__in=subjects).order_by("available_from")
    predecessors: dict[UUID, UUID] = {}
    earlier = defaultdict(list)
    for row in rows.only("subject_id", "available_from"):
        earlier[row.subject_id].append(row)
    for edition in editions:
        before = [row for row in earlier[edition.subject_id] if row.available_from < edition.available_from]
        if before:
            predecessors[edition.pk] = before[-1].pk
    sources = EditionDocument.objects.filter(
        edition__in=set(predecessors.values()), language=F("edition__source_language")
    )
    documents = {
        row.edition_id: decode_document_or_none(row.document.text, row.document_id)
        for row in sources.select_related("document")
    }
    found = {key: documents.get(predecessor) for key, predecessor in predecessors.items()}
    return {key: document for key, document in found.items() if isinstance(document, MeetingDocument)}

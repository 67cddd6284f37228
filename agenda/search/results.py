"""Load what the page shows of each hit from the document of its edition, with one database query."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q
from django.utils.translation import get_language

from agenda.search.extracts import HighlightedText, build_extracts, highlight_title
from agenda.search.queries import SearchHit
from agenda.search.query_parser import SearchTerm
from meetings.documents.choices import ItemState, MeetingStatus, PartKind
from meetings.documents.decoding import decode_document_or_none
from meetings.documents.schema import Item, MeetingDocument, TopicDocument
from meetings.documents.traversal import walk_items
from meetings.i18n.page_paths import get_page_path
from meetings.models import EditionDocument
from meetings.search.document_parts import SearchPart, build_search_parts


@dataclass(frozen=True)
class SearchResult:
    """A search result. `meeting` is the document of the meeting, also for an agenda item; it is None for a topic."""

    kind: PartKind
    title: HighlightedText
    extracts: list[HighlightedText]
    path: str
    state: str
    meeting: MeetingDocument | None
    item: Item | None
    available_from: dt.datetime

    @property
    def is_item(self) -> bool:
        return self.kind == PartKind.ITEM


def load_results(hits: Sequence[SearchHit], terms: Sequence[SearchTerm]) -> list[SearchResult]:
    """Return the results in the order of the hits, without those that have since been withdrawn or cannot be read."""
    documents = dict(read_documents(hits))
    results = []
    for hit in hits:
        edition_document, document = documents.get((hit.edition, hit.language), (None, None))
        part = document and next((each for each in build_search_parts(document) if each.id == hit.part), None)
        if edition_document and document and part:
            results.append(build_result(edition_document, document, part, terms))
    return results


StoredDocument = tuple[EditionDocument, MeetingDocument | TopicDocument]


def read_documents(hits: Sequence[SearchHit]) -> Iterator[tuple[tuple[UUID, str], StoredDocument]]:
    if not hits:
        return
    keys = dict.fromkeys((hit.edition, hit.language) for hit in hits)
    condition = reduce(or_, (Q(edition=edition, language=language) for edition, language in keys))
    for edition_document in EditionDocument.objects.filter(condition).select_related("edition", "document"):
        document = decode_document_or_none(edition_document.document.text, edition_document.document_id)
        if isinstance(document, MeetingDocument | TopicDocument):
            yield (edition_document.edition_id, edition_document.language), (edition_document, document)


def build_result(
    edition_document: EditionDocument,
    document: MeetingDocument | TopicDocument,
    part: SearchPart,
    terms: Sequence[SearchTerm],
) -> SearchResult:
    meeting = document if isinstance(document, MeetingDocument) else None
    item = next((each for each, _parent in walk_items(meeting.agenda) if each.id == part.id), None) if meeting else None
    path = get_page_path(edition_document.edition.address, get_language() or "")
    return SearchResult(
        kind=PartKind(part.kind),
        title=highlight_title(part, terms),
        extracts=build_extracts(part, terms),
        path=f"{path}#item-{item.id}" if item else path,
        state=get_state_label(meeting, item),
        meeting=meeting,
        item=item,
        available_from=edition_document.edition.available_from,
    )


def get_state_label(meeting: MeetingDocument | None, item: Item | None) -> str:
    """Return the state of the item, else the status of a meeting that is not confirmed, else an empty string."""
    if item and item.state != ItemState.UNCHANGED:
        return str(item.state.label)
    return str(meeting.status.label) if meeting and meeting.status != MeetingStatus.CONFIRMED else ""

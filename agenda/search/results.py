"""Load what the page shows of each hit, with one prepared query. No document is read."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import UUIDField
from django.utils.translation import get_language

from agenda.search.extracts import HighlightedText, build_extracts, highlight_title
from agenda.search.queries import SearchHit
from agenda.search.query_parser import SearchTerm
from meetings.database.prepared_query import PreparedQuery
from meetings.documents.choices import ItemState, PartKind
from meetings.i18n.page_paths import get_page_path
from meetings.models import StoredSearchResult
from meetings.search.result_contents import (
    MeetingSummary,
    ResultContent,
    decode_result_content_or_none,
)

RESULTS_PER_QUERY = 20
NO_RESULT = UUID(int=0)


@dataclass(frozen=True)
class SearchResult:
    """A search result. `state` is that of an item. `meeting` is that of the item, too; it is None for a topic."""

    kind: PartKind
    title: HighlightedText
    extracts: list[HighlightedText]
    path: str
    state: str
    meeting: MeetingSummary | None
    available_from: dt.datetime

    @property
    def is_item(self) -> bool:
        return self.kind == PartKind.ITEM


class StoredResult(NamedTuple):
    """What is stored of a result, with the address and the instant of its edition."""

    content: ResultContent
    address: str
    available_from: dt.datetime


def load_results(hits: Sequence[SearchHit], terms: Sequence[SearchTerm]) -> list[SearchResult]:
    """Return the results in the order of the hits, without those that have since been withdrawn or cannot be read."""
    stored = dict(read_stored_results(hits))
    found = [(hit, stored.get(hit.result_id)) for hit in hits]
    return [build_result(hit, result, terms) for hit, result in found if result]


def read_stored_results(hits: Sequence[SearchHit]) -> Iterator[tuple[UUID, StoredResult]]:
    for start in range(0, len(hits), RESULTS_PER_QUERY):
        ids = [hit.result_id for hit in hits[start : start + RESULTS_PER_QUERY]]
        ids += [NO_RESULT] * (RESULTS_PER_QUERY - len(ids))
        for key, content, *rest in RESULTS_QUERY.fetch_rows(**dict(zip(RESULTS_QUERY.fields, ids, strict=True))):
            if decoded := decode_result_content_or_none(content, key):
                yield key, StoredResult(decoded, *rest)


def build_results_query(**ids: Any) -> Any:
    found = StoredSearchResult.objects.filter(pk__in=list(ids.values()))
    return found.values_list("pk", "content", "edition__address", "edition__available_from")


RESULTS_QUERY = PreparedQuery(
    build_results_query, **{f"id{number}": UUIDField() for number in range(RESULTS_PER_QUERY)}
)


def build_result(hit: SearchHit, stored: StoredResult, terms: Sequence[SearchTerm]) -> SearchResult:
    content = stored.content
    path = get_page_path(stored.address, get_language() or "")
    return SearchResult(
        kind=PartKind(hit.kind),
        title=highlight_title(content, terms),
        extracts=build_extracts(content, terms),
        path=f"{path}#item-{hit.part_id}" if hit.kind == PartKind.ITEM else path,
        state=str(content.state.label) if content.state != ItemState.UNCHANGED else "",
        meeting=content.meeting,
        available_from=stored.available_from,
    )

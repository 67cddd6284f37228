"""What the page shows of each part that was found: from the document of its edition, read by one question."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q
from django.utils.translation import get_language

from agenda.search.asking import Term
from agenda.search.extracts import Marked, extracts_of, title_of
from agenda.search.finding import Hit
from meetings.answers import html_path
from meetings.documents.legible import legible
from meetings.documents.shape import Item, MeetingDocument, TopicDocument
from meetings.indexing import walk
from meetings.models import EditionDocument
from meetings.search.parts import Part, parts_of
from meetings.vocabulary import ItemState, MeetingStatus, PartKind


@dataclass(frozen=True)
class Result:
    """`meeting` is the document of the meeting that it is, or is an item of; none of a topic."""

    kind: PartKind
    title: Marked
    extracts: list[Marked]
    path: str
    state: str
    meeting: MeetingDocument | None
    item: Item | None
    available_from: dt.datetime

    @property
    def is_item(self) -> bool:
        return self.kind == PartKind.ITEM


def results(hits: Sequence[Hit], terms: Sequence[Term]) -> list[Result]:
    """In the order of the hits. What has been withdrawn since they were found, or cannot be read, is left out."""
    read = dict(documents(hits))
    found = []
    for hit in hits:
        held, document = read.get((hit.edition, hit.language), (None, None))
        part = document and next((each for each in parts_of(document) if each.id == hit.part), None)
        if held and document and part:
            found.append(result(held, document, part, terms))
    return found


Read = tuple[EditionDocument, MeetingDocument | TopicDocument]


def documents(hits: Sequence[Hit]) -> Iterator[tuple[tuple[UUID, str], Read]]:
    if not hits:
        return
    wanted = reduce(or_, (Q(edition=edition, language=language) for edition, language in keys(hits)))
    for held in EditionDocument.objects.filter(wanted).select_related("edition", "document"):
        document = legible(held.document.text, held.document_id)
        if isinstance(document, MeetingDocument | TopicDocument):
            yield (held.edition_id, held.language), (held, document)


def keys(hits: Sequence[Hit]) -> list[tuple[UUID, str]]:
    return list(dict.fromkeys((hit.edition, hit.language) for hit in hits))


def result(
    held: EditionDocument, document: MeetingDocument | TopicDocument, part: Part, terms: Sequence[Term]
) -> Result:
    meeting = document if isinstance(document, MeetingDocument) else None
    item = next((one for one, _parent in walk(meeting.agenda) if one.id == part.id), None) if meeting else None
    path = html_path(held.edition.address, get_language() or "")
    return Result(
        kind=PartKind(part.kind),
        title=title_of(part, terms),
        extracts=extracts_of(part, terms),
        path=f"{path}#item-{item.id}" if item else path,
        state=state_of(meeting, item),
        meeting=meeting,
        item=item,
        available_from=held.edition.available_from,
    )


def state_of(meeting: MeetingDocument | None, item: Item | None) -> str:
    """What readers have to know first: of the item where it has a state, else of the meeting where that is not firm."""
    if item and item.state != ItemState.UNCHANGED:
        return str(item.state.label)
    return str(meeting.status.label) if meeting and meeting.status != MeetingStatus.CONFIRMED else ""

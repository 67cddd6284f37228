"""Build index rows from documents, and conditions on them."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from meetings.documents.choices import MeetingStatus
from meetings.documents.document_numbers import (
    build_indexed_reference,
    get_base_number,
    normalize_reference,
    parse_procedure_code,
)
from meetings.documents.schedule import list_sort_instants, takes_place
from meetings.documents.schema import MeetingDocument, TopicDocument
from meetings.documents.traversal import collect_links, walk_items
from meetings.models import (
    Edition,
    IndexedDelegation,
    IndexedEarlierDays,
    IndexedFile,
    IndexedImage,
    IndexedItem,
    IndexedLink,
    IndexedPoint,
    IndexedReference,
    IndexedTopic,
    IndexRow,
)
from meetings.models.index import compute_image_key
from meetings.reference.delegations import find_delegation_codes


def build_index_rows(edition: Edition, document: MeetingDocument | TopicDocument) -> Iterator[IndexRow]:
    """Yield the index rows of an edition.

    They are built from its source document, because the documents in other languages differ in their texts only.
    """
    if isinstance(document, MeetingDocument):
        yield from build_item_rows(edition, document)
        yield from build_point_rows(edition, document)
        yield from (IndexedEarlierDays(edition_id=edition.pk, **columns) for columns in list_earlier_days(document))
        yield from (
            IndexedDelegation(edition_id=edition.pk, **columns) for columns in list_delegation_columns(document)
        )
    for position, (owner_type, owner_id, link) in enumerate(collect_links(document)):
        yield IndexedLink(
            edition_id=edition.pk,
            link_id=link.id,
            position=position,
            owner_type=owner_type,
            owner_id=owner_id,
            kind=link.kind,
            has_address=bool(link.url),
        )
        if link.image:
            yield IndexedImage(edition_id=edition.pk, key=compute_image_key(link.image.digest), width=link.image.width)


def build_item_rows(edition: Edition, document: MeetingDocument) -> Iterator[IndexRow]:
    session_dates = {session.id: session.date for session in document.sessions}
    for position, (item, parent) in enumerate(walk_items(document.agenda)):
        session_date = session_dates.get(item.session) if item.session else None
        yield IndexedItem(
            edition_id=edition.pk,
            item_id=item.id,
            position=position,
            parent_id=parent.id if parent else None,
            session_id=item.session,
            date=session_date or document.start_date,
            kind=item.kind,
            state=item.state,
            procedure_type=item.procedure_type,
            public=item.public,
            outcome=item.result.outcome if item.result else "",
        )
        documents = [normalize_reference(document) for document in item.documents]
        for kind, references in (
            (IndexedReference.ReferenceKind.DOCUMENT, documents),
            (IndexedReference.ReferenceKind.PROCEDURE, map(normalize_reference, item.procedures)),
            (IndexedReference.ReferenceKind.WHOLE_NUMBER, filter(None, map(get_base_number, documents))),
        ):
            for reference in dict.fromkeys(map(build_indexed_reference, references)):
                yield IndexedReference(edition_id=edition.pk, item_id=item.id, kind=kind, reference=reference)
        date = session_date or document.start_date
        for columns in list_file_columns(item.procedures):
            yield IndexedFile(
                edition_id=edition.pk,
                item_id=item.id,
                position=position,
                date=date,
                state=item.state,
                **columns,
            )
        for topic in item.topics:
            yield IndexedTopic(edition_id=edition.pk, topic_id=topic.id, item_id=item.id)


def list_file_columns(procedures: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield the columns `slug`, `year` and `number` of the files of an item. Other references are left out."""
    codes = (code for code in map(parse_procedure_code, procedures) if code and code.slug)
    for slug, code in {code.slug: code for code in codes}.items():
        yield {"slug": slug, "year": int(code.year), "number": int(code.number[:4])}


def list_delegation_columns(document: MeetingDocument) -> Iterator[dict[str, Any]]:
    """Yield the columns `code`, `role` and `item_id` of what delegations do: for chairs, once for each country."""
    role = IndexedDelegation.Role
    for item, _parent in walk_items(document.agenda):
        for kind, names in ((role.REQUEST, item.information_from), (role.SUPPORT, item.supported_by)):
            for code in list_delegation_codes(names, document.source_language):
                yield {"code": code, "role": kind.value, "item_id": item.id}
    for code in dict.fromkeys(chair.country for chair in document.chairs if chair.country):
        yield {"code": code, "role": role.CHAIR.value, "item_id": None}


def list_delegation_codes(names: Iterable[str], language: str) -> list[str]:
    """Return the codes of the delegations in a member such as `information_from`, each once."""
    return list(dict.fromkeys(code for name in names for code in find_delegation_codes(name, language)))


def build_point_rows(edition: Edition, document: MeetingDocument) -> Iterator[IndexRow]:
    instants = list_sort_instants(document, edition.listed_on)
    for position, (point, sorted_at) in enumerate(zip(document.programme, instants, strict=True)):
        day = point.date or document.start_date
        yield IndexedPoint(
            edition_id=edition.pk,
            point_id=point.id,
            position=position,
            kind=point.kind,
            date=day,
            time=dt.time.fromisoformat(point.time) if point.time else None,
            live=point.live,
            state=point.state,
            sorted_at=sorted_at,
            is_timed=bool(day and point.time),
            takes_place=takes_place(document, point),
            configuration=edition.configuration,
        )


def list_earlier_days(document: MeetingDocument) -> Iterator[dict[str, Any]]:
    """Yield the columns of the rows of earlier days.

    There is one for each earlier entry of the meeting, because it matters whether it had another date, and one for each
    earlier day of a point.
    """
    for entry in document.previous:
        yield {"point_id": None, "start_date": entry.start_date, "end_date": entry.end_date or entry.start_date}
    for point in document.programme:
        for day in dict.fromkeys(earlier.date for earlier in point.previous if earlier.date):
            yield {"point_id": point.id, "start_date": day, "end_date": day}


def build_called_off_condition(edition: str = "") -> Q:
    """Return the condition that an edition's meeting is called off (`is_called_off`).

    `edition` is the lookup prefix of the edition, such as `edition__`; it is empty in queries of editions.
    """
    last_day = Coalesce(OuterRef(f"{edition}end_date"), OuterRef(f"{edition}start_date"))
    had_another_date = IndexedEarlierDays.objects.filter(
        ~Q(start_date=OuterRef(f"{edition}start_date"), end_date=last_day),
        edition=OuterRef(f"{edition}pk"),
        point_id=None,
        start_date__isnull=False,
    )
    has_no_new_date = Q(**{f"{edition}start_date": None}) | Q(~Exists(had_another_date))
    postponed = Q(has_no_new_date, **{f"{edition}status": MeetingStatus.POSTPONED})
    return postponed | Q(**{f"{edition}status": MeetingStatus.CANCELLED})

"""Agenda items and media links: index rows say which there are, the documents of their editions what they are."""

import datetime as dt
import logging
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from agenda.api import shapes
from meetings.answers import api_url, page_url
from meetings.api.editions import absence
from meetings.api.endpoints import ID, Answer, Resource
from meetings.clock import instant_of
from meetings.conditional import Validator
from meetings.documents.legible import legible
from meetings.documents.shape import Item, Link, MeetingDocument, TopicDocument
from meetings.generation import generation
from meetings.indexing import links_of, walk
from meetings.models import EditionDocument, SubjectType
from meetings.paging import Ordering, Orderings, Small, orderings
from meetings.travel import open_texts

log = logging.getLogger(__name__)


class Whole:
    """The document that parts are taken from: read once for all of a page's parts. `held` is from `with_history`."""

    def __init__(self, held: EditionDocument, document: MeetingDocument | TopicDocument, request: Request) -> None:
        self.document, self.held, self.request = document, held, request

    @property
    def edition_id(self) -> UUID:
        return self.held.edition_id

    def page(self, anchor: str = "") -> str:
        return page_url(self.request._request, self.held.edition.address, self.held.language, anchor)

    @cached_property
    def items(self) -> dict[UUID, Item]:
        agenda = self.document.agenda if isinstance(self.document, MeetingDocument) else []
        return {item.id: item for item, _parent in walk(agenda)}

    @cached_property
    def links(self) -> dict[UUID, Link]:
        return {link.id: link for _type, _id, link in links_of(self.document)}

    def fallbacks(self, part: Item | Link) -> list[str]:
        """The borrowed texts of the part and of all within it."""
        within = {str(each) for each in ids_of(part)}
        return [path for path in self.document.fallbacks if not within.isdisjoint(path.split("."))]

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What an answer says of the meeting or topic, whichever it is."""
        return {
            "id": self.document.id,
            "url": api_url(self.request, self.held.edition.subject_type, self.document.id),
            "html_url": self.page(),
            "title": self.document.title,
            "language": self.document.language,
            "source_language": self.document.source_language,
            "fallbacks": [path for path in self.document.fallbacks if path in ("title", "configuration.name")],
            "edition": self.held.history.number,
            "modified_at": self.held.history.modified_at,
            "digest": self.held.document_id,
        }

    @cached_property
    def meeting(self) -> shapes.MeetingOfPart | None:
        if not isinstance(self.document, MeetingDocument):
            return None
        names = ("configuration", "start_date", "end_date", "place", "status")
        return shapes.MeetingOfPart(**self.facts, **{name: getattr(self.document, name) for name in names})

    @cached_property
    def topic(self) -> shapes.TopicOfPart | None:
        if not isinstance(self.document, TopicDocument):
            return None
        return shapes.TopicOfPart(**self.facts, slug=self.document.slug)


def ids_of(part: Item | Link) -> Iterator[UUID]:
    """Those of the part and of the parts, results, links and topics within it, by which `fallbacks` names texts."""
    yield part.id
    if isinstance(part, Item):
        yield from (link.id for link in part.links)
        yield from (topic.id for topic in part.topics)
        if part.result:
            yield from (part.result.id, *(link.id for link in part.result.links))
        for item in part.items:
            yield from ids_of(item)


class PartResource(Resource):
    """Two queries: a page of index rows, and the documents of their editions. `part_id` is the rows' column.

    `appeared` are the rows of withdrawn editions as well.
    """

    queryset: QuerySet[Any]
    appeared: QuerySet[Any]
    part_id: str
    key = ID
    lookup_value_converter = "uuid"
    lookup_url_kwarg = ID.name

    def get_queryset(self) -> QuerySet[Any]:
        """All subjects are named, which changes nothing but where SQLite begins: at the index of the list's order."""
        request = self.request._request
        live = open_texts(request, self.queryset.live(self.at, instant_of(request)))  # type: ignore[attr-defined]
        found: QuerySet[Any] = live.filter(edition__subject_type__in=SubjectType.values).select_related("edition")
        return found

    def those_with(self, key: UUID) -> QuerySet[Any]:
        """That of the edition that appeared last comes first, should it have moved from one meeting to another."""
        return self.get_queryset().filter(**{self.part_id: key}).order_by("-edition__available_from", "id")

    def edition_of(self, key: UUID) -> tuple[UUID, dt.datetime] | None:
        found: tuple[UUID, dt.datetime] | None = (
            self.those_with(key).values_list("edition_id", "edition__available_from").first()
        )
        return found

    def find(self, key: UUID) -> Any:
        found = self.those_with(key).first()
        if found is None:
            seen = self.appeared.filter(**{self.part_id: key, "edition__available_from__lte": self.at})
            raise absence(self, {"subject_id__in": seen.values("edition__subject_id")})
        return found

    def retrieve(self, request: Request, **key: Any) -> Response:
        self.newest = generation(instant_of(request._request)).instant
        return super().retrieve(request, **key)

    def known_by(self, edition: UUID, since: dt.datetime) -> Validator:
        """A part may fall back to another meeting's earlier edition: the only date that never goes back is that of all
        that is published."""
        return super().known_by(edition, self.newest or since)

    def answers(self, rows: Iterable[Any]) -> list[Answer]:
        rows = list(rows)
        documents = EditionDocument.objects.filter(edition__in={row.edition_id for row in rows})
        wholes = {each.edition_id: each for each in self.wholes(documents.in_language(self.language).with_history())}
        return list(self.taken_from(wholes, rows))

    def wholes(self, documents: Iterable[EditionDocument]) -> Iterator[Whole]:
        for held in documents:
            document = legible(held.document.text, held.document_id)
            if isinstance(document, MeetingDocument | TopicDocument):
                yield Whole(held, document, self.request)

    def taken_from(self, wholes: dict[UUID, Whole], rows: Iterable[Any]) -> Iterator[Answer]:
        """A part whose document cannot be read, or does not have it, is left out."""
        for row in rows:
            whole, part = wholes.get(row.edition_id), getattr(row, self.part_id)
            if whole and part not in self.parts(whole):
                log.error("The stored document %s has no part %s, which is indexed", whole.held.document_id, part)
            elif whole:
                yield Answer(whole.held.language, self.answer(whole, row))

    def parts(self, whole: Whole) -> Mapping[UUID, Any]:
        """All that the document has of this kind, by id."""
        raise NotImplementedError

    def answer(self, whole: Whole, row: Any) -> msgspec.Struct:
        raise NotImplementedError


def in_printed_order(name: str) -> Ordering:
    """As the documents stand in their lists, meetings before topics, and within each as printed.

    The first three columns are the first of the index `edition_by_date`, so that a page is read along it.
    """
    columns = {"edition__subject_type": SubjectType, "-edition__listed_on": dt.date, "edition__subject_id": UUID}
    return Ordering(name, {**columns, "position": Small})


def orderings_of_parts(printed: Ordering) -> Orderings:
    """Within a document always as printed. From the other end, topics come first."""
    columns = {"-edition__subject_type": SubjectType, "edition__listed_on": dt.date, "-edition__subject_id": UUID}
    return orderings(printed, {**columns, "position": Small}, within={"position": Small})

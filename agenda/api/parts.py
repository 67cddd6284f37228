"""Serve parts of documents: agenda items, programme points and media links.

Index rows select the parts; their contents come from the documents of the editions.
"""

import datetime as dt
import logging
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from agenda.api import types
from meetings.api.edition_views import find_absence_problem
from meetings.api.resource_urls import build_api_url, build_page_url
from meetings.api.views import Resource, ResourceAnswer
from meetings.clock import get_instant
from meetings.documents.called_off import is_called_off
from meetings.documents.decoding import decode_document_or_none
from meetings.documents.schedule import get_meeting_start
from meetings.documents.schema import Item, Link, MeetingDocument, Point, TopicDocument
from meetings.documents.traversal import collect_links, walk_items
from meetings.editions.keyset import Ordering, Orderings, SmallInteger, build_date_ordering, build_orderings
from meetings.editions.published_version import get_published_version
from meetings.http.conditional_get import Validator
from meetings.http.time_travel import exclude_suppressed
from meetings.models import EditionDocument, SubjectType

log = logging.getLogger(__name__)


class SourceDocument:
    """The document that contains parts. It is decoded once for all parts of a page.

    `edition_document` must come from a queryset `with_history`.
    """

    def __init__(
        self, edition_document: EditionDocument, document: MeetingDocument | TopicDocument, request: Request
    ) -> None:
        self.edition_document, self.document, self.request = edition_document, document, request

    @property
    def edition_id(self) -> UUID:
        return self.edition_document.edition_id

    def get_page_url(self, anchor: str = "") -> str:
        return build_page_url(
            self.request._request, self.edition_document.edition.address, self.edition_document.language, anchor
        )

    @cached_property
    def items(self) -> dict[UUID, Item]:
        agenda = self.document.agenda if isinstance(self.document, MeetingDocument) else []
        return {item.id: item for item, _parent in walk_items(agenda)}

    @cached_property
    def links(self) -> dict[UUID, Link]:
        return {link.id: link for _type, _id, link in collect_links(self.document)}

    @cached_property
    def points(self) -> dict[UUID, Point]:
        programme = self.document.programme if isinstance(self.document, MeetingDocument) else []
        return {point.id: point for point in programme}

    def list_fallbacks(self, part: Item | Link | Point) -> list[str]:
        """Return the paths of the part's texts, and of all texts within it, that are fallbacks."""
        within = {str(each) for each in list_ids(part)}
        return [path for path in self.document.fallbacks if not within.isdisjoint(path.split("."))]

    @cached_property
    def common_members(self) -> dict[str, Any]:
        """The members that answers have about both meetings and topics."""
        return {
            "id": self.document.id,
            "url": build_api_url(self.request, self.edition_document.edition.subject_type, self.document.id),
            "html_url": self.get_page_url(),
            "title": self.document.title,
            "language": self.document.language,
            "source_language": self.document.source_language,
            "fallbacks": [path for path in self.document.fallbacks if path in ("title", "configuration.name")],
            "edition": self.edition_document.history.number,
            "modified_at": self.edition_document.history.modified_at,
            "digest": self.edition_document.document.text_digest,
        }

    @cached_property
    def meeting(self) -> types.MeetingOfPart | None:
        if not isinstance(self.document, MeetingDocument):
            return None
        names = ("configuration", "start_date", "end_date", "place", "previous", "status")
        return types.MeetingOfPart(
            **self.common_members,
            **{name: getattr(self.document, name) for name in names},
            starts_at=get_meeting_start(self.document),
            takes_place=not is_called_off(self.document),
        )

    @cached_property
    def topic(self) -> types.TopicOfPart | None:
        if not isinstance(self.document, TopicDocument):
            return None
        return types.TopicOfPart(**self.common_members, slug=self.document.slug)


def list_ids(part: Item | Link | Point) -> Iterator[UUID]:
    """Yield the ids of the part and of the items, results, links and topics in it. Paths in `fallbacks` have them."""
    yield part.id
    if isinstance(part, Point):
        yield from (link.id for link in part.links)
    if isinstance(part, Item):
        yield from (link.id for link in part.links)
        yield from (topic.id for topic in part.topics)
        if part.result:
            yield from (part.result.id, *(link.id for link in part.result.links))
        for item in part.items:
            yield from list_ids(item)


class PartResource(Resource):
    """A resource whose entries are parts of documents.

    It takes two queries: a page of index rows, and the documents of their editions. `part_id` is the column with the
    id of the part, `parts` the attribute of `SourceDocument` with all parts of this kind. `appeared` are index rows
    that include those of withdrawn editions.
    """

    queryset: QuerySet[Any]
    appeared: QuerySet[Any]
    part_id: str
    parts: str

    def get_queryset(self) -> QuerySet[Any]:
        """Return the index rows of live editions.

        The condition on `subject_type` matches all rows. It makes SQLite start with the index of the list's order.
        """
        return self.find_live_rows().filter(edition__subject_type__in=SubjectType.values)

    def find_live_rows(self) -> QuerySet[Any]:
        request = self.request._request
        live: QuerySet[Any] = self.queryset.live(self.at, get_instant(request))  # type: ignore[attr-defined]
        return exclude_suppressed(request, live).select_related("edition")  # type: ignore[type-var]

    def filter_by_key(self, key: UUID) -> QuerySet[Any]:
        """Return the rows of a part, newest edition first, in case it has moved from one meeting to another."""
        return self.get_queryset().filter(**{self.part_id: key}).order_by("-edition__available_from", "id")

    def find_edition(self, key: UUID) -> tuple[UUID, dt.datetime] | None:
        found: tuple[UUID, dt.datetime] | None = (
            self.filter_by_key(key).values_list("edition_id", "edition__available_from").first()
        )
        return found

    def find(self, key: UUID) -> Any:
        found = self.filter_by_key(key).first()
        if found is None:
            seen = self.appeared.filter(**{self.part_id: key, "edition__available_from__lte": self.at})
            raise find_absence_problem(self, {"subject_id__in": seen.values("edition__subject_id")})
        return found

    def retrieve(self, request: Request, **key: Any) -> Response:
        self.latest_publication = get_published_version(get_instant(request._request)).instant
        return super().retrieve(request, **key)

    def build_detail_validator(self, edition: UUID, since: dt.datetime) -> Validator:
        """Return the validator of one part.

        A part may go back to an earlier edition, of another meeting. So the only date that never decreases is that of
        the newest edition of all.
        """
        return super().build_detail_validator(edition, self.latest_publication or since)

    def build_answers(self, rows: Iterable[Any]) -> list[ResourceAnswer]:
        rows = list(rows)
        documents = EditionDocument.objects.filter(edition__in={row.edition_id for row in rows})
        sources = {
            each.edition_id: each for each in self.load_sources(documents.in_language(self.language).with_history())
        }
        return list(self.build_part_answers(sources, rows))

    def load_sources(self, documents: Iterable[EditionDocument]) -> Iterator[SourceDocument]:
        for edition_document in documents:
            document = decode_document_or_none(edition_document.document.text, edition_document.document_id)
            if isinstance(document, MeetingDocument | TopicDocument):
                yield SourceDocument(edition_document, document, self.request)

    def build_part_answers(self, sources: dict[UUID, SourceDocument], rows: Iterable[Any]) -> Iterator[ResourceAnswer]:
        """Yield the answers. A part whose document cannot be read, or does not contain it, is left out."""
        for row in rows:
            source, part = sources.get(row.edition_id), getattr(row, self.part_id)
            if source and part not in getattr(source, self.parts):
                key = source.edition_document.document_id
                log.error("The stored document %s has no part %s, which is indexed", key, part)
            elif source:
                yield ResourceAnswer(source.edition_document.language, self.build_body(source, row))

    def build_body(self, source: SourceDocument, row: Any) -> msgspec.Struct:
        raise NotImplementedError


def build_printed_ordering(name: str) -> Ordering:
    """Return the default ordering: meetings before topics, each as in its own list, and parts in printed order.

    The columns of the edition are also the first of the index `edition_by_date`, so that a page is read from it.
    """
    columns = {"edition__subject_type": SubjectType, "-edition__listed_on": dt.date, "edition__subject_id": UUID}
    return build_date_ordering(name, {**columns, "position": SmallInteger})


def build_part_orderings(printed: Ordering) -> Orderings:
    """Return the orderings of parts. In all of them, parts of a document are in printed order.

    In the reverse of the default ordering, topics come first.
    """
    columns = {"-edition__subject_type": SubjectType, "edition__listed_on": dt.date, "-edition__subject_id": UUID}
    return build_orderings(printed, {**columns, "position": SmallInteger}, within={"position": SmallInteger})

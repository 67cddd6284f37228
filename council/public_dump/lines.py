"""Write everything that is public to one file of JSON lines: answers as in the API, and a digest of all of them."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

import msgspec
from django.http import HttpRequest
from django.utils.encoding import iri_to_uri
from rest_framework.request import Request

from meetings.api.changes import build_next_url
from meetings.api.reference import ConfigurationResource, PresidencyResource
from meetings.api.renderers import wrap_in_envelope
from meetings.api.views import Resource
from meetings.documents.choices import Language
from meetings.documents.decoding import can_decode_document
from meetings.editions.keyset import KeysetPage, Ordering, ShortText
from meetings.http.licence import get_licence
from meetings.models import EditionDocument, SubjectType

DUMP_VERSION = 1
PAGE_SIZE = 100
LAST_ID = UUID(int=2**128 - 1)  # after the id of every edition
DUMP_ORDERING = Ordering(
    "dump", {"-edition__listed_on": dt.date, "edition__subject_id": UUID, "language": ShortText}, has_history=False
)
DOCUMENT_RESOURCES = {SubjectType.TOPIC: "topics", SubjectType.MEETING: "meetings"}
REFERENCE_RESOURCES: dict[str, type[Resource]] = {
    "configurations": ConfigurationResource,
    "presidencies": PresidencyResource,
}


class DetachedRequest(HttpRequest):
    """A request to the site at `base` that nobody sent. Answers take their addresses from it."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.method = "GET"
        self.site_address = iri_to_uri(urljoin(base, "/")).rstrip("/")


def build_dump_lines(base: str, at: dt.datetime, now: dt.datetime) -> Iterator[bytes]:
    """Yield the lines of the dump: what was live at `at`, without what was withdrawn or suppressed by `now`.

    Editions up to `at` are complete and never change. So pages that are read one after the other are as of the same
    instant, as long as `at` is earlier than the margin for readers in order (decision 36). Reference data is as it is
    when it is read. At most a hundred documents are in memory at once.
    """
    digest, count = hashlib.sha256(), 0
    request = Request(DetachedRequest(base))
    changes = build_next_url(request, (at, LAST_ID))
    head = {"version": DUMP_VERSION, "as_of": at, "changes": changes, "licence": get_licence()}
    for resource, answer in chain([("dump", head)], build_answers(request, at, now)):
        line = serialize_line(resource, answer)
        digest.update(line)
        count += 1
        yield line
    yield serialize_line("end", {"lines": count, "sha256": digest.hexdigest()})


def serialize_line(resource: str, answer: Any) -> bytes:
    return msgspec.json.encode({"resource": resource, "answer": answer}) + b"\n"


def build_answers(request: Request, at: dt.datetime, now: dt.datetime) -> Iterator[tuple[str, Any]]:
    for subject_type, resource in DOCUMENT_RESOURCES.items():
        for edition_document in find_documents(subject_type, at, now):
            yield resource, wrap_in_envelope(edition_document, request)
    for resource, view in REFERENCE_RESOURCES.items():
        yield from ((resource, answer) for answer in build_reference_answers(view, request))


def find_documents(subject_type: SubjectType, at: dt.datetime, now: dt.datetime) -> Iterator[EditionDocument]:
    """Yield the documents in all languages, page by page, by day."""
    live = EditionDocument.objects.live(at, now).filter(edition__subject_type=subject_type).with_history()
    page = KeysetPage(live, at=at, limit=PAGE_SIZE, ordering=DUMP_ORDERING)
    yield from filter(is_readable, page.rows)
    while page.next:
        page = KeysetPage(live, at=at, limit=PAGE_SIZE, ordering=DUMP_ORDERING, cursor=page.next)
        yield from filter(is_readable, page.rows)


def is_readable(edition_document: EditionDocument) -> bool:
    """Return False if the text has been erased meanwhile, or cannot be decoded (which is logged, as in lists)."""
    return bool(edition_document.document.text) and can_decode_document(
        edition_document.document.text, edition_document.document_id
    )


def build_reference_answers(kind: type[Resource], request: Request) -> Iterable[Any]:
    """Yield the answers about reference data, in each language that has a name for it."""
    view = kind()
    view.request = request
    for row in view.get_queryset().order_by(*view.ordering.get_order_by(backwards=False)):
        for language in Language:
            view.language = language
            [answer] = view.build_answers([row])
            if answer.language == language:
                yield answer.body

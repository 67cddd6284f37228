"""Everything that is public, in one file of JSON lines: each answer as the API gives it, and a digest over all."""

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

from meetings.answers import in_envelope
from meetings.api.changes import address_behind
from meetings.api.endpoints import Resource
from meetings.api.reference import ConfigurationResource, PresidencyResource
from meetings.documents.legible import is_legible
from meetings.licence import licence
from meetings.models import EditionDocument, SubjectType
from meetings.paging import Ordering, Word
from meetings.vocabulary import Language

VERSION = 1
PAGE = 100
LAST = UUID(int=2**128 - 1)  # behind the id of every edition
DOCUMENTS = Ordering("dump", {"-edition__listed_on": dt.date, "edition__subject_id": UUID, "language": Word})
RESOURCES = {SubjectType.TOPIC: "topics", SubjectType.MEETING: "meetings"}
REFERENCE: dict[str, type[Resource]] = {"configurations": ConfigurationResource, "presidencies": PresidencyResource}


class Elsewhere(HttpRequest):
    """What answers take their addresses from, where nobody asked: the site at `base`."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.method = "GET"
        self.site_address = iri_to_uri(urljoin(base, "/")).rstrip("/")


def lines(base: str, at: dt.datetime, now: dt.datetime) -> Iterator[bytes]:
    """What was live at `at`, without what was withdrawn or taken out by `now`; a hundred documents in memory at once.

    Editions up to `at` are complete and never change, so that pages read one after the other are of one instant, as
    long as `at` leaves the margin of who reads in order (decision 36). Reference data is as it is when it is read.
    """
    digest, count = hashlib.sha256(), 0
    request = Request(Elsewhere(base))
    changes = address_behind(request, (at, LAST))
    head = {"version": VERSION, "as_of": at, "changes": changes, "licence": licence()}
    for resource, answer in chain([("dump", head)], answers(request, at, now)):
        line = written(resource, answer)
        digest.update(line)
        count += 1
        yield line
    yield written("end", {"lines": count, "sha256": digest.hexdigest()})


def written(resource: str, answer: Any) -> bytes:
    return msgspec.json.encode({"resource": resource, "answer": answer}) + b"\n"


def answers(request: Request, at: dt.datetime, now: dt.datetime) -> Iterator[tuple[str, Any]]:
    for subject_type, resource in RESOURCES.items():
        for held in documents(subject_type, at, now):
            yield resource, in_envelope(held, request)
    for resource, view in REFERENCE.items():
        yield from ((resource, answer) for answer in reference(view, request))


def documents(subject_type: SubjectType, at: dt.datetime, now: dt.datetime) -> Iterator[EditionDocument]:
    """Of all languages, page by page, along the index that the API's lists go along."""
    live = EditionDocument.objects.live(at, now).filter(edition__subject_type=subject_type).with_history()
    ordered = live.order_by(*DOCUMENTS.by(backwards=False))
    page = list(ordered[:PAGE])
    while page:
        yield from filter(is_readable, page)
        page = list(ordered.filter(DOCUMENTS.behind(DOCUMENTS.values_of(page[-1]), backwards=False))[:PAGE])


def is_readable(held: EditionDocument) -> bool:
    """It was not erased meanwhile. What is no document is left out, as lists do, and told to the log."""
    return bool(held.document.text) and is_legible(held.document.text, held.document_id)


def reference(kind: type[Resource], request: Request) -> Iterable[Any]:
    """In each language that it has a name in."""
    view = kind()
    view.request = request
    for row in view.get_queryset().order_by(*view.ordering.by(backwards=False)):
        for language in Language:
            view.language = language
            [answer] = view.answers([row])
            if answer.language == language:
                yield answer.body

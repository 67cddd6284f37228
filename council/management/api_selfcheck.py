"""Build the API's answer for every stored row in every language: of live, past, withdrawn and scheduled editions.

An answer that cannot be built would be an error for clients, and would break every list that contains it.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

import msgspec
from django.db.models import F, Q
from django.utils import timezone
from rest_framework.request import Request

from agenda.api.parts import PartResource
from council.public_dump.lines import DetachedRequest
from council.urls.api import router
from meetings.api import types
from meetings.api.changes import serialize_change
from meetings.api.edition_views import EditionResource
from meetings.api.views import Resource
from meetings.documents.choices import Language
from meetings.editions.edition_history import build_changes, get_appeared_editions
from meetings.models import EditionDocument

BATCH = 50
UNREADABLE = "its document cannot be read, so lists leave it out (see the log for the reason)"
BuildBodies = Callable[[list[Any]], list[Any]]


class StoredAnswer(NamedTuple):
    """The answer for one row. `body` is what would be sent; it is empty if there is a `fault`, which says why."""

    resource: str
    row: str
    language: str
    shape: type[msgspec.Struct]
    body: bytes
    fault: str = ""


def build_stored_answers() -> Iterator[StoredAnswer]:
    resources: list[tuple[str, Any, str]] = router.registry
    for name, resource, _basename in resources:
        for language in Language.values:
            view = resource()
            view.request, view.language = Request(DetachedRequest("http://localhost/")), language
            yield from check_rows(name, language, view.shape, find_rows(view), partial(build_bodies, view))
    for language in Language.values:
        published = get_appeared_editions(timezone.now(), timezone.now()).order_by("available_from", "id")
        yield from check_rows("changes", language, types.Change, published, partial(build_change_bodies, language))


def find_rows(view: Resource) -> Iterable[Any]:
    """Return the rows that the resource could ever answer from, in the view's language; no suppressed texts."""
    if isinstance(view, EditionResource):
        edition_documents = EditionDocument.objects.readable().filter(
            language=view.language, edition__is_tombstone=False
        )
        return edition_documents.filter(edition__subject_type=view.subject_type).with_history().order_by("pk")
    if isinstance(view, PartResource):
        edition_documents = EditionDocument.objects.readable().filter(
            Q(language=view.language) | Q(language=F("edition__source_language"), edition__is_tombstone=False)
        )
        parts = view.queryset.filter(edition__in=edition_documents.values("edition"))
        return parts.select_related("edition").order_by("pk")
    return view.queryset.all()  # type: ignore[union-attr]


def build_bodies(view: Resource, rows: list[Any]) -> list[Any]:
    return [answer.body for answer in view.build_answers(rows)]


def build_change_bodies(language: str, editions: list[Any]) -> list[Any]:
    request = Request(DetachedRequest("http://localhost/"))
    return [serialize_change(change, request) for change in build_changes(editions, language, timezone.now())]


def check_rows(
    name: str, language: str, shape: type[msgspec.Struct], rows: Iterable[Any], build: BuildBodies
) -> Iterator[StoredAnswer]:
    """Yield the answers for the rows, built page by page as in a list."""
    remaining = iter(rows.iterator(chunk_size=BATCH) if hasattr(rows, "iterator") else rows)
    while page := list(islice(remaining, BATCH)):
        for row, body, fault in encode_page(page, build):
            yield StoredAnswer(name, str(row.pk), language, shape, body, fault or find_fault(body, shape))


def encode_page(page: list[Any], build: BuildBodies) -> Iterator[tuple[Any, bytes, str]]:
    """Yield each row with its answer and, if there is none, the reason.

    If the page cannot be built, its rows are tried one by one to find the faulty ones.
    """
    fault = UNREADABLE
    try:
        bodies = [msgspec.json.encode(each) for each in build(page)]
    except Exception as error:  # whatever it is, a client would get a 500
        bodies, fault = [], f"{type(error).__name__}: {error}"
    if len(bodies) == len(page):
        yield from ((row, body, "") for row, body in zip(page, bodies, strict=True))
    elif len(page) > 1:
        for row in page:
            yield from encode_page([row], build)
    else:
        yield page[0], b"", fault


def find_fault(body: bytes, shape: type[msgspec.Struct]) -> str:
    """Return how the answer differs from its type; empty if it does not."""
    try:
        msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        return str(error)
    return ""

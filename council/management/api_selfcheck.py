"""Build the API's answer for every stored row in every language: of live, past, withdrawn and scheduled editions.

An answer that cannot be built would be an error for clients, and would break every list that contains it.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

import msgspec
from django.db.models import F, Q
from django.utils import timezone
from rest_framework.request import Request

from agenda.api.parts import PartResource
from council.management.public_dump import DetachedRequest
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
            view = build_view(resource, language)
            build = get_builder(view)
            yield from check_rows(name, language, view.shape, find_rows(view), build)
    for language in Language.values:
        request = Request(DetachedRequest("http://localhost/"))
        published = get_appeared_editions(timezone.now(), timezone.now()).order_by("available_from", "id")

        def changes(editions: list[Any], language: str = language, request: Request = request) -> list[Any]:
            return [serialize_change(change, request) for change in build_changes(editions, language)]

        yield from check_rows("changes", language, types.Change, published, changes)


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
        return (
            view.queryset.filter(edition__in=edition_documents.values("edition"))
            .select_related("edition")
            .order_by("pk")
        )
    return view.queryset.all()  # type: ignore[union-attr]


def get_builder(view: Resource) -> BuildBodies:
    return lambda rows: [answer.body for answer in view.build_answers(rows)]


def check_rows(
    name: str, language: str, shape: type[msgspec.Struct], rows: Iterable[Any], build: BuildBodies
) -> Iterator[StoredAnswer]:
    """Yield the answers for the rows, built page by page as in a list.

    If a page cannot be built, its rows are tried one by one to find the faulty ones.
    """
    remaining = iter(rows.iterator(chunk_size=BATCH) if hasattr(rows, "iterator") else rows)
    while page := list(islice(remaining, BATCH)):
        try:
            bodies = [msgspec.json.encode(each) for each in build(page)]
        except Exception:  # whatever it is, a client would get a 500
            bodies = []
        if len(bodies) == len(page):
            for row, body in zip(page, bodies, strict=True):
                yield StoredAnswer(name, str(row.pk), language, shape, body, find_fault(body, shape))
        else:
            for row in page:
                yield check_row(name, language, shape, row, build)


def check_row(name: str, language: str, shape: type[msgspec.Struct], row: Any, build: BuildBodies) -> StoredAnswer:
    try:
        bodies = [msgspec.json.encode(answer) for answer in build([row])]
    except Exception as error:
        return StoredAnswer(name, str(row.pk), language, shape, b"", f"{type(error).__name__}: {error}")
    if not bodies:
        return StoredAnswer(name, str(row.pk), language, shape, b"", UNREADABLE)
    return StoredAnswer(name, str(row.pk), language, shape, bodies[0], find_fault(bodies[0], shape))


def find_fault(body: bytes, shape: type[msgspec.Struct]) -> str:
    """Return how the answer differs from its type; empty if it does not."""
    try:
        msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        return str(error)
    return ""


def build_view(resource: type[Resource], language: str) -> Resource:
    view = resource()
    view.request, view.language = Request(DetachedRequest("http://localhost/")), language
    return view

"""Every stored row as the API answers it, in every language: of editions that are live, past, withdrawn or to come.

An answer that cannot be made would be a fault for whoever asks, and break the whole list that it stands in.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

import msgspec
from django.conf import settings
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.request import Request

from agenda.api.parts import PartResource
from council.api import router
from meetings.api import shapes
from meetings.api.changes import told
from meetings.api.editions import EditionResource
from meetings.api.endpoints import Resource
from meetings.changes import appeared, changes_of
from meetings.models import EditionDocument
from meetings.vocabulary import Language

BATCH = 50
UNREADABLE = "its document cannot be read, so that lists leave it out (the log says why)"
Make = Callable[[list[Any]], list[Any]]


class StoredAnswer(NamedTuple):
    """`body` is what would be sent. It is empty where there is a `fault`, in words."""

    resource: str
    row: str
    language: str
    shape: type[msgspec.Struct]
    body: bytes
    fault: str = ""


def stored_answers() -> Iterator[StoredAnswer]:
    resources: list[tuple[str, Any, str]] = router.registry
    for name, resource, _basename in resources:
        for language in Language.values:
            view = viewed(resource, language)
            make = maker(view)
            yield from made(name, language, view.shape, rows_of(view), make)
    for language in Language.values:
        request = asked()
        everything = appeared(timezone.now(), timezone.now()).order_by("available_from", "id")

        def changes(editions: list[Any], language: str = language, request: Request = request) -> list[Any]:
            return [told(change, request) for change in changes_of(editions, language)]

        yield from made("changes", language, shapes.Change, everything, changes)


def rows_of(view: Resource) -> Iterable[Any]:
    """What the resource could ever answer from in the view's language: a text that was taken out is none of it."""
    if isinstance(view, EditionResource):
        held = EditionDocument.objects.readable().filter(language=view.language, edition__is_tombstone=False)
        return held.filter(edition__subject_type=view.subject_type).with_history().order_by("pk")
    if isinstance(view, PartResource):
        held = EditionDocument.objects.readable().filter(
            Q(language=view.language) | Q(language=F("edition__source_language"), edition__is_tombstone=False)
        )
        return view.queryset.filter(edition__in=held.values("edition")).select_related("edition").order_by("pk")
    return view.queryset.all()  # type: ignore[union-attr]


def maker(view: Resource) -> Make:
    return lambda rows: [answer.body for answer in view.answers(rows)]


def made(
    name: str, language: str, shape: type[msgspec.Struct], rows: Iterable[Any], make: Make
) -> Iterator[StoredAnswer]:
    """A page at a time, as in a list; where a page cannot be made, one by one, to find the rows that are at fault."""
    left = iter(rows.iterator(chunk_size=BATCH) if hasattr(rows, "iterator") else rows)
    while page := list(islice(left, BATCH)):
        try:
            bodies = [msgspec.json.encode(each) for each in make(page)]
        except Exception:  # whatever it is, somebody who asks would get a 500
            bodies = []
        if len(bodies) == len(page):
            for row, body in zip(page, bodies, strict=True):
                yield StoredAnswer(name, str(row.pk), language, shape, body, fault_of(body, shape))
        else:
            for row in page:
                yield alone(name, language, shape, row, make)


def alone(name: str, language: str, shape: type[msgspec.Struct], row: Any, make: Make) -> StoredAnswer:
    try:
        bodies = [msgspec.json.encode(answer) for answer in make([row])]
    except Exception as error:
        return StoredAnswer(name, str(row.pk), language, shape, b"", f"{type(error).__name__}: {error}")
    if not bodies:
        return StoredAnswer(name, str(row.pk), language, shape, b"", UNREADABLE)
    return StoredAnswer(name, str(row.pk), language, shape, bodies[0], fault_of(bodies[0], shape))


def fault_of(body: bytes, shape: type[msgspec.Struct]) -> str:
    """Where the answer departs from its shape."""
    try:
        msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        return str(error)
    return ""


def viewed(resource: type[Resource], language: str) -> Resource:
    view = resource()
    view.request, view.language = asked(), language
    return view


def asked() -> Request:
    host = next((host.lstrip(".") for host in settings.ALLOWED_HOSTS if host != "*"), "localhost")
    request = HttpRequest()
    request.META = {"HTTP_HOST": host, "SERVER_NAME": host, "SERVER_PORT": "80"}
    return Request(request)

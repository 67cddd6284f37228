"""Answers about editions that each process keeps, for the lists and details of the API (decision 153).

An edition never changes. What the API says of it follows from the edition, the language and the address of the site
alone. That it is live is read from the database for each answer.
"""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from meetings.api.views import ResourceAnswer
from meetings.bounded_store import BoundedStore
from meetings.http.conditional_get import CACHE_VALIDATION_HEADERS, PRECONDITION_HEADERS
from meetings.http.links import get_site_url
from meetings.http.time_travel import get_time_travel

CAPACITY, DETAIL_CAPACITY = 8_000_000, 1_000_000  # bytes: some 500 agendas, and some 700 details
OVERHEAD = 300  # bytes for the key and the objects of an answer, roughly
DETAIL_SIZE = 1_400  # bytes, of which most are for the headers
MAX_NAME_LENGTH = 300  # characters
CONDITIONS = frozenset(
    f"HTTP_{name.upper().replace('-', '_')}" for name in (*CACHE_VALIDATION_HEADERS, *PRECONDITION_HEADERS)
)


class AnswerName(NamedTuple):
    """What an answer depends on. The language is the one that was asked for."""

    site: str
    edition: UUID
    language: str


class DetailName(NamedTuple):
    """What the headers of a detail depend on, besides the edition."""

    address: str
    accept: str
    accept_language: str


class KeptDetail(NamedTuple):
    """The headers of a detail, and what its body is kept by."""

    subject: UUID
    answer: AnswerName
    headers: Mapping[str, str]


kept_answers = BoundedStore[AnswerName, ResourceAnswer](CAPACITY)
kept_details = BoundedStore[DetailName, KeptDetail](DETAIL_CAPACITY)


def keep_answer(name: AnswerName, answer: ResourceAnswer) -> None:
    kept_answers.put(name, answer, len(bytes(answer.body)) + OVERHEAD)


def keep_detail(name: DetailName, subject: UUID, answer: AnswerName, response: HttpResponse) -> None:
    kept_details.put(name, KeptDetail(subject, answer, dict(response.items())), DETAIL_SIZE)


def name_detail(request: HttpRequest) -> DetailName | None:
    """Return the name of the detail that is asked for, or None for a request to which no kept one is the answer."""
    name = DetailName(
        get_site_url(request) + request.get_full_path(),
        request.META.get("HTTP_ACCEPT", ""),
        request.META.get("HTTP_ACCEPT_LANGUAGE", ""),
    )
    if (
        request.method != "GET"
        or not request.GET.keys() <= {"lang"}
        or sum(map(len, name)) > MAX_NAME_LENGTH
        or not CONDITIONS.isdisjoint(request.META)
        or get_time_travel(request)
    ):
        return None
    return name

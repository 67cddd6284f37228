"""Request an address and record the response: everything that a stranger could see, and what it took to build it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import cycle
from typing import Any
from urllib.parse import quote, quote_plus

from django.db import connection

from agenda.export.formats import WORD_CONTENT_TYPE
from agenda.site import downloads
from meetings.api.kept_answers import kept_answers, kept_details
from meetings.site.kept_parts import kept_query_pages
from tests.agenda.export.file_readers import extract_pdf_words, extract_word_words
from tests.leaks.addresses import OTHER_LANGUAGES
from tests.leaks.names import PAIRS
from tests.public_requests import Visitor

REQUEST_FORMS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "HEAD": ("head", {}),
    "OPTIONS": ("options", {}),
    "GET in Greek": ("get", {"accept-language": "el, en;q=0.1"}),
    "GET": ("get", {}),
}
FILE_READERS = {
    "application/pdf": cache(extract_pdf_words),
    WORD_CONTENT_TYPE: cache(extract_word_words),
}  # the files are the same in each test
# Both names of each pair, to remove them from a response.
DIFFERING_NAMES = sorted(
    {
        name
        for one, other in PAIRS
        for kind in one
        for pair in zip(one[kind], other[kind], strict=True)
        for name in (*pair, *map(quote, pair), *map(quote_plus, pair))
        if pair[0] != pair[1]
    },
    key=len,
    reverse=True,
)
DIFFERING_NAME = re.compile(rf"(?<![\w.])({'|'.join(map(re.escape, DIFFERING_NAMES))})(?![\w.])", re.IGNORECASE)


CHANCE_HEADERS = ("Date", "Expires", "X-Request-Id")  # they follow from the time of the request, or from chance
ENTRY_ID = re.compile(r"<id>[^<]*</id>")
FORM_TOKEN = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+')


@dataclass(frozen=True)
class RecordedAnswer:
    """A response. `statements` are the SQL texts without values, and without savepoints, whose names are counted."""

    status: int
    headers: Mapping[str, str]
    body: str
    statements: tuple[str, ...]

    @property
    def without_names(self) -> "RecordedAnswer":
        """The response without the requested names, which it may repeat, and the ETag, which depends on them."""
        headers = {name: DIFFERING_NAME.sub("·", value) for name, value in self.headers.items() if name != "ETag"}
        return RecordedAnswer(self.status, headers, DIFFERING_NAME.sub("·", self.body), self.statements)


def fetch_answer(
    visitor: Visitor, path: str, method: str = "get", headers: Mapping[str, str] | None = None
) -> RecordedAnswer:
    """Request an address in a process that has kept none of what takes other statements once it is kept."""
    downloads.clear_file_cache()
    for store in (kept_answers, kept_details, kept_query_pages):
        store.clear()
    response: Any = getattr(visitor, method)(path, headers=headers or {})
    kept_headers = {name: value for name, value in response.headers.items() if name not in CHANCE_HEADERS}
    body = extract_text(response).replace(response.headers.get("X-Request-Id", "\0"), "·")
    body = FORM_TOKEN.sub("·", body)
    return RecordedAnswer(response.status_code, kept_headers, body, tuple(visitor.queries))


def extract_text(response: Any) -> str:
    """Return all readable text of a response, also from compressed files."""
    body: str = response.content.decode(errors="backslashreplace")
    content_type = response.headers.get("Content-Type", "").partition(";")[0]
    if content_type == "text/calendar":
        body = body.replace("\r\n ", "")  # a name may go over two lines
    elif content_type == "application/atom+xml":
        body = ENTRY_ID.sub("·", body, count=1)  # that of the feed follows from its address
    reader = FILE_READERS.get(response.headers.get("Content-Type", ""))
    return f"{reader(response.content)}\n{body}" if reader and response.content else body


RequestKey = tuple[str, str]  # way and path
AnswersByRequest = dict[RequestKey, RecordedAnswer]


def list_requests(paths: Iterable[str]) -> list[RequestKey]:
    """Return a GET request for every path, and one of the other forms in turn for each English one without a query.

    All forms for every path would take twice as long. On PostgreSQL its tables of readers are tested, which know no
    forms of requests.
    """
    found = [("GET", path) for path in dict.fromkeys(paths)]
    if connection.vendor == "sqlite":
        others = cycle(way for way in REQUEST_FORMS if way != "GET")
        plain = [path for _way, path in found if "?" not in path and not path.startswith(OTHER_LANGUAGES)]
        found += [(next(others), path) for path in plain]
    return found


def fetch_answers(visitor: Visitor, asked: Iterable[RequestKey]) -> AnswersByRequest:
    return {(way, path): fetch_answer(visitor, path, *REQUEST_FORMS[way]) for way, path in asked}

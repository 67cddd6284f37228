"""A WSGI application that keeps the responses of public pages, the API, calendars and feeds, and sends them again.

A stored response is sent only while it is what Django would send, byte for byte:

- Nothing has been published, withdrawn or suppressed since: see `council.response_cache.epochs`.
- Its lifetime is not over. Views limit that with `meetings.clock.limit_lifetime`, for example to the present minute.
- The request has the same address and, for programs, the same `Accept` and `Accept-Language`.

Requests with a session are never answered from here; nor are those with conditions that this module does not know. But
all answers are compressed here, since what the front server must keep for slow clients is limited.
"""

import datetime as dt
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, nullcontext
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone

from council.middleware.request_ids import choose_request_id
from council.middleware.slow_requests import one_waiting_thread
from council.program_paths import is_calendar, is_costly, is_for_programs
from council.response_cache.encodings import choose_encoding
from council.response_cache.epochs import Epochs
from council.response_cache.stored_response import EncodedResponse, StoredResponse
from meetings.bounded_store import BoundedStore
from meetings.clock import CHANGES_AT, INSTANT

PUBLIC_PATH = re.compile(r"^/(?:[a-z]{2}/|api/(?!v1/dump/)|sitemap)")  # the file of the dump does not fit into memory
# What a request may not have: conditions that only Django compares, what identifies a person, and what asks for the
# script of a service worker, which Django answers in the same way at each address.
UNKNOWN_HEADERS = (
    "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE", "HTTP_RANGE", "HTTP_AUTHORIZATION",
    "HTTP_SERVICE_WORKER",
)  # fmt: skip
MAX_ADDRESS_LENGTH, MAX_HEADER_LENGTH = 1_000, 300  # characters; longer ones are rare, and would fill the memory
QUERY_SHARE = 4  # queries and forms for programs get a quarter of the memory: invented ones displace no page
MAX_SHARE = 16  # of a store that one response may take
OVERHEAD = 1_000  # bytes for the key and the objects of a stored response, roughly
HOUR = dt.timedelta(hours=1)
MAX_REPEATED_LENGTH = 40_000  # bytes of a body that the front server may keep: nearly all, compressed (decision 102)
MAX_DELAY = 0.5  # seconds between the front server's sending of a request and our reading of it
KNOWN_VARIATIONS = frozenset(("accept", "accept-encoding", "accept-language", "origin"))
"""Headers on which a response may depend. Only programs get one that depends on `Accept` and `Accept-Language`."""
ORIGIN = re.compile(r"null|[a-z][a-z0-9+.-]*://[a-z0-9.-]+(?::[0-9]+)?", re.IGNORECASE | re.ASCII)
"""An `Origin` as browsers send it. The response to any other may have no `Access-Control-Allow-Origin`."""

Environment = dict[str, Any]
Application = Callable[[Environment, Callable[..., Any]], Iterable[bytes]]


class Key(NamedTuple):
    """What a response depends on. For pages, the last members are empty.

    A 304 is stored beside the whole response (`is_unchanged`), because its headers differ.
    """

    host: str
    scheme: str
    path: str
    query: str
    accept: str = ""
    accept_language: str = ""
    has_origin: bool = False
    is_unchanged: bool = False


Store = BoundedStore[Key, StoredResponse]


class Reply(NamedTuple):
    """A response to send, and the instant that it is as of. `key` is where it is stored; None if it is not."""

    response: StoredResponse
    instant: dt.datetime
    key: Key | None


class Turn:
    """The threads that are building a response or waiting for it, one after the other."""

    def __init__(self) -> None:
        self.lock, self.threads = threading.Lock(), 0


class ResponseCache:
    """The WSGI application. `application` is Django's; `capacity` is the memory for responses in bytes."""

    def __init__(self, application: Application, capacity: int) -> None:
        self.application = application
        self.epochs = Epochs()
        pages = capacity * (QUERY_SHARE - 1) // QUERY_SHARE
        self.pages, self.queries = Store(pages), Store(capacity - pages)
        self.lock = threading.Lock()
        self.turns: dict[Key, Turn] = {}

    def __call__(self, environ: Environment, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not is_public(environ):
            return self.application(environ, start_response)
        key = build_key(environ)
        request_id = environ["HTTP_X_REQUEST_ID"] = choose_request_id(environ.get("HTTP_X_REQUEST_ID", ""))
        reply = self.find_or_build(key, environ) if key else self.build(None, environ, timezone.now(), None)
        encoding = choose_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        encoded = reply.response.get_encoded(encoding)
        if encoded is None:
            encoded = reply.response.encode(encoding)
            self.keep_encoded(reply, encoding, encoded)
        headers = [*encoded.headers, ("X-Request-Id", request_id)]
        can_be_repeated = reply.key and not reply.response.is_unchanged and len(encoded.body) <= MAX_REPEATED_LENGTH
        if can_be_repeated and can_front_keep_time(environ, reply.instant):
            # The front server may send it again until this second ends, and no longer.
            headers.append(("X-Accel-Expires", f"@{int(reply.instant.timestamp())}"))
        start_response(reply.response.status, headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else encoded.body]

    def find_or_build(self, key: Key, environ: Environment) -> Reply:
        """Return the stored response, or build it.

        Of requests for one address at the same time, one builds it. If the others cannot use what it has built, they do
        not wait for each other. Only one thread waits for a file, a search or a calendar, which may take long, so that
        threads remain for pages: Django answers the others, and refuses them (`council.middleware.slow_requests`).
        """
        sent_tags = environ.get("HTTP_IF_NONE_MATCH", "")
        instant, epoch = self.epochs.confirm()
        if reply := self.find(key, sent_tags, instant, epoch):
            return reply
        with self.take_turn(key) as has_waited:
            instant, epoch = self.epochs.confirm()
            reply = self.find(key, sent_tags, instant, epoch)
            if reply or not has_waited:
                return reply or self.build(key, environ, instant, epoch)
        return self.build(key, environ, instant, epoch)

    def find(self, key: Key, sent_tags: str, instant: dt.datetime, epoch: int | None) -> Reply | None:
        """Return what is stored for an address and is valid: the 304 if an ETag that was sent matches, or the whole."""
        names = (key._replace(is_unchanged=True), key) if sent_tags else (key,)
        for name in names:
            stored = self.get_store(key).get(name)
            if stored and stored.is_valid(instant, epoch) and stored.is_answer_to(sent_tags):
                return Reply(stored, instant, name)
        return None

    def build(self, key: Key | None, environ: Environment, instant: dt.datetime, epoch: int | None) -> Reply:
        """Return Django's response, and store it if it has a key and can be used again."""
        environ = {**environ, "REQUEST_METHOD": "GET", INSTANT: instant}
        status, headers, body = run_application(self.application, environ)
        end_of_hour = instant.replace(minute=0, second=0, microsecond=0) + HOUR
        until = min(environ.get(CHANGES_AT, end_of_hour), end_of_hour)
        encoding = choose_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        response = StoredResponse(status, headers, body, encoding=encoding, epoch=epoch, until=until)
        if key is None or not response.is_valid(instant, epoch) or not is_for_everybody(key, response):
            return Reply(response, instant, None)
        name, store = key._replace(is_unchanged=True) if response.is_unchanged else key, self.get_store(key)
        if not store.capacity:
            return Reply(response, instant, None)
        if response.size <= store.capacity // MAX_SHARE:
            store.put(name, response, response.size + OVERHEAD)
        return Reply(response, instant, name)

    def keep_encoded(self, reply: Reply, encoding: str, encoded: EncodedResponse) -> None:
        """Keep the response in another encoding, too, unless it then takes too much memory."""
        if reply.key is None:
            return
        store = self.get_store(reply.key)
        if reply.response.size + len(encoded.body) <= store.capacity // MAX_SHARE:
            reply.response.encoded[encoding] = encoded
            store.put(reply.key, reply.response, reply.response.size + OVERHEAD)

    def get_store(self, key: Key) -> Store:
        is_for_few = key.query or key.accept or key.accept_language or key.has_origin
        return self.queries if is_for_few else self.pages

    @contextmanager
    def take_turn(self, key: Key) -> Iterator[bool]:
        """Let one thread after the other into the block, for each key. Yield True if another was there first."""
        with self.lock:
            turn = self.turns.setdefault(key, Turn())
            has_waited = turn.threads > 0
            is_long = has_waited and (is_costly(key.path, key.query) or is_calendar(key.path))
            may_wait = not is_long or one_waiting_thread.acquire(blocking=False)
            turn.threads += 1
        try:
            with turn.lock if may_wait else nullcontext():
                yield has_waited
        finally:
            with self.lock:
                turn.threads -= 1
                if is_long and may_wait:
                    one_waiting_thread.release()
                if not turn.threads:
                    del self.turns[key]


def is_public(environ: Environment) -> bool:
    """Return True for a request to read what is public, without a session."""
    has_session = settings.EDITING and settings.SESSION_COOKIE_NAME in environ.get("HTTP_COOKIE", "")
    is_read = environ["REQUEST_METHOD"] in ("GET", "HEAD")
    return is_read and not has_session and PUBLIC_PATH.match(environ["PATH_INFO"]) is not None


def build_key(environ: Environment) -> Key | None:
    """Return all that the response to a public request depends on, or None if the request must go to Django."""
    path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
    if (
        len(path) + len(query) > MAX_ADDRESS_LENGTH
        or any(name in environ for name in UNKNOWN_HEADERS)
        or not can_compare_tags(environ)
    ):
        return None
    key = Key(environ.get("HTTP_HOST", ""), environ.get("HTTP_X_FORWARDED_PROTO", ""), path, query)
    if not is_for_programs(path):
        return key
    accept, language = environ.get("HTTP_ACCEPT", ""), environ.get("HTTP_ACCEPT_LANGUAGE", "")
    origin = environ.get("HTTP_ORIGIN")
    if max(len(accept), len(language)) > MAX_HEADER_LENGTH or not (origin is None or ORIGIN.fullmatch(origin)):
        return None
    return key._replace(accept=accept, accept_language=language, has_origin=origin is not None)


def can_compare_tags(environ: Environment) -> bool:
    """Return True if the request has no condition, or one that compares ETags. Django alone compares dates and `*`."""
    sent = environ.get("HTTP_IF_NONE_MATCH", "")
    if not sent:
        return "HTTP_IF_NONE_MATCH" not in environ and "HTTP_IF_MODIFIED_SINCE" not in environ
    return len(sent) <= MAX_HEADER_LENGTH and sent.strip() != "*"


def can_front_keep_time(environ: Environment, instant: dt.datetime) -> bool:
    """Return True if the front server has sent its time, and its clock is not late.

    With a late clock it would send an answer again when another edition is public. A clock that is ahead does no harm.
    """
    try:
        return instant.timestamp() - float(environ["HTTP_X_FRONT_TIME"]) < MAX_DELAY
    except (KeyError, ValueError):
        return False


def is_for_everybody(key: Key, response: StoredResponse) -> bool:
    """Return True for a 200 or 304 that others with the same key may get, too."""
    headers = {name.lower(): value for name, value in response.headers}
    varies = {name.strip().lower() for name in headers.get("vary", "").split(",")} - {""}
    return (
        response.status[:3] in ("200", "304")
        and headers.get("cache-control") == "no-cache"
        and "set-cookie" not in headers
        and varies <= KNOWN_VARIATIONS
        and (is_for_programs(key.path) or not varies & {"accept", "accept-language"})
    )


def run_application(application: Application, environ: Environment) -> tuple[str, list[tuple[str, str]], bytes]:
    """Return the status, headers and body of a WSGI application's response."""
    begun: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        begun.append((status, headers))

    content: Any = application(environ, start_response)
    with closing(content) if hasattr(content, "close") else nullcontext():
        body = b"".join(content)
    status, headers = begun[-1]
    return status, headers, body

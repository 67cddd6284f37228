"""Which responses the cache keeps, for how long, and what it sends."""

import gzip
import threading
import time
from collections.abc import Callable
from typing import Any

import brotli
import pytest
from django.db import DatabaseError

from council.response_cache import epochs
from council.response_cache.cache import MAX_ADDRESS_LENGTH, MAX_HEADER_LENGTH, ResponseCache
from meetings.clock import CHANGES_AT, INSTANT
from meetings.editions.published_version import PublishedVersion
from tests.council.response_cache.sending import send
from tests.factories import DAY, MINUTE, SECOND

PAGE, PROGRAM = "/en/meetings/", "/api/v1/meetings/"
TEXT = b"Ministers meet. " * 200
CACHEABLE = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-cache", "ETag": '"one"'}


class Application:
    """Stands for Django. It counts the responses that it builds, and sends what a test sets."""

    def __init__(self) -> None:
        self.status, self.headers, self.body = "200 OK", dict(CACHEABLE), TEXT
        self.lifetime: Any = None
        self.requests: list[dict[str, Any]] = []
        self.seconds = 0.0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        self.requests.append(environ)
        time.sleep(self.seconds)
        if self.lifetime is not None:
            environ[CHANGES_AT] = environ[INSTANT] + self.lifetime
        if environ.get("HTTP_IF_NONE_MATCH", "").removeprefix("W/") == self.headers.get("ETag"):
            start_response("304 Not Modified", [("ETag", self.headers["ETag"]), ("Cache-Control", "no-cache")])
            return [b""]
        start_response(self.status, [*self.headers.items()])
        return [self.body]

    @property
    def builds(self) -> int:
        return len(self.requests)


@pytest.fixture
def application() -> Application:
    return Application()


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is published: append something to publish it. An empty list means that the database does not answer."""
    tags = ["first"]

    def read(second: Any) -> PublishedVersion:
        if not tags:
            raise DatabaseError
        return PublishedVersion(None, tags[-1])

    monkeypatch.setattr(epochs, "get_published_version", read)
    monkeypatch.setattr(epochs, "connection", type("Connection", (), {name: lambda: None for name in CLOSING}))
    return tags


CLOSING = ("close", "close_if_unusable_or_obsolete")


@pytest.fixture
def cache(application: Application, published: list[str], clock: Any) -> ResponseCache:
    return ResponseCache(application, 400_000)


class TestNotStored:
    @pytest.mark.parametrize(
        "headers",
        [
            {"authorization": "Basic x"},
            {"range": "bytes=0-9"},
            {"if_match": '"one"'},
            {"if_unmodified_since": "Thu, 16 Sep 2060 08:00:00 GMT"},
            {"if_modified_since": "Thu, 16 Sep 2060 08:00:00 GMT"},
            {"if_none_match": "*"},
            {"if_none_match": ""},
            {"cookie": "sessionid=x"},
        ],
        ids=str,
    )
    def test_request_that_only_django_can_answer(
        self, cache: ResponseCache, application: Application, headers: dict[str, str]
    ) -> None:
        send(cache, PAGE)
        for expected in (2, 3):
            send(cache, PAGE, **headers)
            assert application.builds == expected

    @pytest.mark.parametrize("path", ["/admin/", "/preview/x/", "/images/x/full.jpg", "/healthz", "/", "/robots.txt"])
    def test_other_address(self, cache: ResponseCache, application: Application, path: str) -> None:
        assert [send(cache, path).status for _request in range(2)] == [200, 200]
        assert application.builds == 2

    @pytest.mark.parametrize("method", ["POST", "OPTIONS", "PUT"])
    def test_other_method(self, cache: ResponseCache, application: Application, method: str) -> None:
        send(cache, PAGE)
        send(cache, PAGE, method)
        assert application.builds == 2

    @pytest.mark.parametrize(
        ("status", "headers"),
        [
            ("404 Not Found", {}),
            ("429 Too Many Requests", {}),
            ("500 Internal Server Error", {}),
            ("302 Found", {"Location": "/fr/"}),
            ("200 OK", {"Cache-Control": "no-store"}),
            ("200 OK", {"Set-Cookie": "csrftoken=x"}),
            ("200 OK", {"Vary": "User-Agent"}),
            ("200 OK", {"Vary": "Cookie"}),  # such as the token of a form
            ("200 OK", {"Vary": "Accept-Language"}),  # a page depends on its address only
        ],
    )
    def test_response_for_one_request(
        self, cache: ResponseCache, application: Application, status: str, headers: dict[str, str]
    ) -> None:
        application.status, application.headers = status, CACHEABLE | headers
        for expected in (1, 2):
            reply = send(cache, PAGE, accept_encoding="gzip")
            assert (f"{reply.status}", application.builds) == (status[:3], expected)

    @pytest.mark.parametrize("origin", ["", "http://[", "elsewhere.example"])
    def test_answer_to_an_origin_that_browsers_do_not_send(
        self, cache: ResponseCache, application: Application, origin: str
    ) -> None:
        """It has no `Access-Control-Allow-Origin`, which others need."""
        send(cache, PROGRAM, origin=origin)
        for expected in (2, 2):
            send(cache, PROGRAM, origin="https://elsewhere.example")
            assert application.builds == expected

    def test_response_that_is_never_the_same(self, cache: ResponseCache, application: Application) -> None:
        application.lifetime = 0 * SECOND
        send(cache, PAGE)
        send(cache, PAGE)
        assert application.builds == 2

    def test_long_address_and_long_header(self, cache: ResponseCache, application: Application) -> None:
        long = "x" * (MAX_ADDRESS_LENGTH + 1)
        for path, headers in (
            (f"/en/{long}/", {}),
            (f"/en/?q={long}", {}),
            (PROGRAM, {"accept": long[: MAX_HEADER_LENGTH + 1]}),
        ):
            before = application.builds
            send(cache, path, **headers)
            send(cache, path, **headers)
            assert application.builds == before + 2

    def test_while_the_database_does_not_say_what_is_published(
        self, cache: ResponseCache, application: Application, published: list[str], clock: Any
    ) -> None:
        send(cache, PAGE)
        published.clear()
        clock.shift(SECOND)
        application.status, application.body = "503 Service Unavailable", b"later"
        assert [send(cache, PAGE).status for _request in range(2)] == [503, 503]
        published.append("first")
        clock.shift(SECOND)
        application.status, application.body = "200 OK", b"again"
        assert send(cache, PAGE).body == b"again"


class TestStored:
    def test_until_something_is_published(
        self, cache: ResponseCache, application: Application, published: list[str], clock: Any
    ) -> None:
        for step in (0, 0.4, 0.6, 20):
            clock.shift(step)
            assert (send(cache, PAGE).body, application.builds) == (TEXT, 1)
        published.append("second")
        application.body = b"new"
        clock.shift(SECOND)
        assert send(cache, PAGE).body == b"new"

    def test_not_after_a_version_has_come_back(
        self, cache: ResponseCache, application: Application, published: list[str], clock: Any
    ) -> None:
        """A suppression that is lifted gives an old version, but a response may have been built in between."""
        send(cache, PAGE)
        for tag in ("second", "first"):
            published.append(tag)
            clock.shift(SECOND)
            send(cache, PROGRAM)
        send(cache, PAGE)
        assert application.builds == 4

    def test_not_after_the_clock_was_set_back(self, cache: ResponseCache, application: Application, clock: Any) -> None:
        send(cache, PAGE)
        clock.shift(-SECOND)
        send(cache, PAGE)
        assert application.builds == 2

    def test_until_the_instant_that_the_view_names_or_the_end_of_the_hour(
        self, cache: ResponseCache, application: Application, clock: Any
    ) -> None:
        application.lifetime = MINUTE
        send(cache, PAGE)
        clock.shift(MINUTE - SECOND)
        send(cache, PAGE)
        assert application.builds == 1
        clock.shift(SECOND)
        application.lifetime = DAY
        send(cache, PAGE)
        clock.shift(58 * MINUTE)
        send(cache, PAGE)
        assert application.builds == 2
        clock.shift(MINUTE)
        send(cache, PAGE)
        assert application.builds == 3

    def test_apart_for_each_host_scheme_and_address(self, cache: ResponseCache, application: Application) -> None:
        variants: list[tuple[str, dict[str, str]]] = [
            (PAGE, {}),
            (PAGE, {"host": "other.example"}),
            (PAGE, {"x_forwarded_proto": "https"}),
            (f"{PAGE}?page=2", {}),
            ("/fr/meetings/", {}),
        ]
        for path, headers in variants * 2:
            send(cache, path, **headers)
        assert application.builds == len(variants)

    def test_apart_for_what_programs_accept(self, cache: ResponseCache, application: Application) -> None:
        variants: list[dict[str, str]] = [
            {}, {"accept": "text/csv"}, {"accept_language": "fr"}, {"origin": "https://elsewhere.example"},
        ]  # fmt: skip
        for headers in variants * 2:
            send(cache, PROGRAM, **headers)
        assert application.builds == len(variants)
        for headers in variants:
            send(cache, PAGE, **headers)
        assert application.builds == len(variants) + 1

    def test_in_bounded_memory_and_invented_requests_displace_no_page(
        self, cache: ResponseCache, application: Application
    ) -> None:
        send(cache, PAGE)
        application.body = bytes(5_000)
        application.headers["Content-Type"] = "application/pdf"
        for number in range(60):
            send(cache, f"/en/search/?q={number}")
            send(cache, PROGRAM, accept=f"text/csv; q=0.{number}", accept_language="fr")
            assert cache.queries.size <= cache.queries.capacity == 100_000
        assert cache.pages.size < 10_000
        application.requests.clear()
        send(cache, PAGE)
        assert application.builds == 0

    def test_in_no_encoding_that_takes_much_memory(self, cache: ResponseCache, application: Application) -> None:
        application.body = bytes(cache.pages.capacity)
        for encoding in ("gzip", "", "br", "gzip"):
            reply = send(cache, PAGE, accept_encoding=encoding)
            assert reply.headers["Content-Length"] == str(len(reply.body))
            assert cache.pages.size < cache.pages.capacity / 16
        assert application.builds == 1

    def test_response_that_takes_much_memory_is_not_kept(self, cache: ResponseCache, application: Application) -> None:
        application.headers["Content-Type"] = "application/pdf"
        application.body = bytes(cache.pages.capacity // 16)
        send(cache, "/en/")
        send(cache, "/en/")
        assert application.builds == 2


class TestReply:
    def test_each_has_the_id_of_its_request(self, cache: ResponseCache) -> None:
        ids = [send(cache, PAGE, x_request_id=sent).headers["X-Request-Id"] for sent in ("", "", "a" * 32, "no id")]
        assert ids[2] == "a" * 32
        assert len(set(ids)) == 4
        assert all(len(each) == 32 for each in ids)

    def test_django_logs_the_same_id_and_sees_the_same_instant(
        self, cache: ResponseCache, application: Application, clock: Any
    ) -> None:
        reply = send(cache, PAGE)
        [environ] = application.requests
        assert environ["HTTP_X_REQUEST_ID"] == reply.headers["X-Request-Id"]
        assert environ[INSTANT].timestamp() == time.time()

    @pytest.mark.parametrize(
        ("accepted", "encoding"),
        [
            ("", ""),
            ("br", "br"),
            ("gzip, deflate, BR , zstd", "br"),
            ("gzip;q=1.0, br;q=0.5", "br"),
            ("br ; q=0.010", "br"),
            ("gzip", "gzip"),
            ("br;q=0, gzip", "gzip"),
            ("br;q=0.000", ""),
            ("xbr, brx, x-gzip", ""),
            ("*", ""),
            ("br;q=much", ""),
        ],
    )
    def test_compressed_as_the_client_accepts(
        self, cache: ResponseCache, application: Application, accepted: str, encoding: str
    ) -> None:
        send(cache, PAGE)
        reply = send(cache, PAGE, accept_encoding=accepted)
        decompress: dict[str, Any] = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}
        assert decompress[encoding](reply.body) == TEXT
        assert reply.headers.get("Content-Encoding", "") == encoding
        assert (reply.headers["Content-Length"], reply.headers["Vary"]) == (str(len(reply.body)), "Accept-Encoding")
        assert reply.headers["ETag"] == ('W/"one"' if encoding else '"one"')
        assert application.builds == 1

    @pytest.mark.parametrize(
        "headers", [{"if_match": "*"}, {"range": "bytes=0-"}, {"accept": "a" * 2_000}], ids=",".join
    )
    def test_compressed_although_it_is_not_kept(
        self, cache: ResponseCache, application: Application, headers: dict[str, str]
    ) -> None:
        """The front server has room for few slow clients whose answers are whole, and expects the others compressed."""
        for expected in (1, 2):
            reply = send(cache, PROGRAM, accept_encoding="br", **headers)
            assert (brotli.decompress(reply.body), application.builds) == (TEXT, expected)

    @pytest.mark.parametrize(
        ("body", "headers"),
        [
            (b"short", {}),
            (TEXT, {"Content-Type": "application/pdf"}),
            (TEXT, {"Content-Encoding": "zstd"}),
        ],
    )
    def test_left_as_it_is(
        self, cache: ResponseCache, application: Application, body: bytes, headers: dict[str, str]
    ) -> None:
        application.body, application.headers = body, CACHEABLE | headers
        for _request in range(2):
            reply = send(cache, PAGE, accept_encoding="br, gzip")
            assert (reply.body, reply.headers.get("Content-Encoding")) == (body, headers.get("Content-Encoding"))

    def test_one_encoding_follows_from_another(self, cache: ResponseCache, application: Application) -> None:
        decompress: dict[str, Any] = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}
        for encoding in ("br", "gzip", "", "br"):
            assert decompress[encoding](send(cache, PAGE, accept_encoding=encoding).body) == TEXT
        assert application.builds == 1

    def test_head_has_the_headers_of_get(self, cache: ResponseCache, application: Application) -> None:
        first = send(cache, PAGE, "HEAD", x_request_id="request-1")
        whole = send(cache, PAGE, x_request_id="request-1")
        assert (first.body, first.headers, application.builds) == (b"", whole.headers, 1)

    def test_304_if_the_client_has_it(self, cache: ResponseCache, application: Application) -> None:
        for tags in ('"one"', 'W/"one"', '"other", W/"one"'):
            reply = send(cache, PAGE, if_none_match=tags)
            assert (reply.status, reply.body, "Content-Length" in reply.headers) == (304, b"", False)
        assert application.builds == 1
        for tags in ('"other"', "no tag"):
            assert send(cache, PAGE, if_none_match=tags).body == TEXT
        assert application.builds == 2

    def test_front_server_may_repeat_it_until_the_second_ends_if_its_clock_is_not_late(
        self, cache: ResponseCache, application: Application, clock: Any
    ) -> None:
        clock.shift(0.9)
        now = time.time()
        for sent, expected in (
            (now, f"@{int(now)}"),
            (now + 9, f"@{int(now)}"),
            (now - 1, None),
            ("nan", None),
            ("", None),
        ):
            assert send(cache, PAGE, x_front_time=str(sent)).headers.get("X-Accel-Expires") == expected
        assert "X-Accel-Expires" not in send(cache, PAGE).headers
        unchanged = send(cache, PAGE, x_front_time=str(now), if_none_match='"one"')
        assert (unchanged.status, "X-Accel-Expires" in unchanged.headers) == (304, False)
        application.headers["Cache-Control"] = "no-store"
        assert "X-Accel-Expires" not in send(cache, "/en/other/", x_front_time=str(now)).headers


def run_at_once(function: Callable[[], object]) -> None:
    """Run the function in eight threads."""
    threads = [threading.Thread(target=function) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("tag", ["first", None])
def test_a_slow_reading_is_for_all_who_wait_for_it(
    cache: ResponseCache, monkeypatch: pytest.MonkeyPatch, clock: Any, tag: str | None
) -> None:
    """A reading that takes longer than a second must not be followed by one for each of those who waited."""
    readings: list[Any] = []

    def read(second: Any) -> PublishedVersion:
        readings.append(second)
        time.sleep(0.3)
        clock.shift(2 * SECOND)
        if tag is None:
            raise DatabaseError
        return PublishedVersion(None, tag)

    monkeypatch.setattr(epochs, "get_published_version", read)
    confirmed: list[Any] = []
    run_at_once(lambda: confirmed.append(cache.epochs.confirm()))
    assert len(readings) == 1
    assert {instant.replace(microsecond=0) for instant, _epoch in confirmed} == {*readings}


@pytest.mark.parametrize("path", [PAGE, PROGRAM])
def test_one_builds_what_many_ask_for_at_once(cache: ResponseCache, application: Application, path: str) -> None:
    application.seconds = 0.2
    replies: list[bytes] = []
    run_at_once(lambda: replies.append(send(cache, path).body))
    assert (replies, application.builds) == ([TEXT] * 8, 1)
    assert cache.turns == {}


@pytest.mark.parametrize("path", ["/en/meetings/jha/2060/09/14/note.pdf", "/en/meetings/calendar.ics"])
def test_one_request_only_waits_for_what_is_slow(cache: ResponseCache, application: Application, path: str) -> None:
    """A slow PDF or calendar, asked for eight times at once, kept the threads of both workers from all pages."""
    application.seconds = 0.3
    begun = time.perf_counter()
    run_at_once(lambda: send(cache, path))
    assert application.builds == 7
    assert time.perf_counter() - begun < 4 * application.seconds
    assert cache.turns == {}


def test_one_request_only_waits_for_all_files_and_searches(cache: ResponseCache, application: Application) -> None:
    """One waited for each of them, so that two searches at once occupied four threads."""
    application.seconds = 0.3
    paths = ["/en/search/", "/fr/search/"] * 4
    run_at_once(lambda: send(cache, paths.pop()))
    assert application.builds == 7
    assert cache.turns == {}


def test_requests_do_not_wait_in_turn_for_a_response_that_cannot_be_kept(
    cache: ResponseCache, application: Application
) -> None:
    application.status, application.seconds = "404 Not Found", 0.3
    begun = time.perf_counter()
    run_at_once(lambda: send(cache, PAGE))
    assert application.builds == 8
    assert time.perf_counter() - begun < 4 * application.seconds
    assert cache.turns == {}

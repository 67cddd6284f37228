"""Requests of the link checker: they reach nothing private, nothing holds them up, and they are polite."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from threading import Thread
from typing import Any

import pytest

from agenda.link_check.fetching import Fetcher, FetchResult, PinnedConnection, resolve_host
from agenda.models import LinkProblem
from tests.agenda.link_check.server import AGENT, LocalServer, is_loopback, serve
from tests.external_tools import find_free_port

pytestmark = pytest.mark.once


def answer_endless_headers(handler: BaseHTTPRequestHandler) -> None:
    """Send one header line after the other, each in time."""
    with suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        for _letter in range(1000):
            handler.wfile.write(b"x")
            time.sleep(0.05)


def answer_large_page(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200 if handler.command == "GET" else 405)
    handler.end_headers()
    with suppress(OSError):
        for _block in range(10_000):
            handler.wfile.write(b"x" * 65536)


def answer_nothing(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(5)


def answer_nonsense(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"It is what it is.\r\n\r\n")


def answer_only_get(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200 if handler.command == "GET" else 501)
    handler.end_headers()


ANSWERS: dict[str, Any] = {
    "/ok": 200,
    "/gone": 410,
    "/broken": 500,
    "/forbidden": 403,
    "/busy": 429,
    "/moved": (301, "/ok"),
    "/loop": (302, "/loop"),
    "/to-file": (302, "file:///etc/passwd"),
    "/to-gopher": (302, "gopher://works.example:80/x"),
    "/to-nonsense": (302, "http://[::1"),
    "/endless": answer_endless_headers,
    "/large": answer_large_page,
    "/silent": answer_nothing,
    "/nonsense": answer_nonsense,
    "/only-get": answer_only_get,
    "/%C3%A9t%C3%A9?q=%C3%A9&a=b": 200,
}


@pytest.fixture(scope="module")
def running() -> Iterator[LocalServer]:
    with serve(ANSWERS) as server:
        yield server


@pytest.fixture
def server(running: LocalServer) -> LocalServer:
    for seen in (running.requests, running.headers, running.resolved):
        seen.clear()
    return running


class TestPrivateNetworks:
    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1/", "http://[::1]/", "http://localhost/", "http://2130706433/", "http://0x7f.1/",
            "http://169.254.169.254/latest/meta-data/", "http://user:password@127.0.0.1/", "http://10.0.0.1:8080/",
        ],
    )  # fmt: skip
    def test_nothing_is_requested(self, url: str) -> None:
        assert Fetcher(AGENT).fetch(url).problem in (LinkProblem.NOT_PUBLIC, LinkProblem.NO_HOST)

    def test_local_server_is_not_reached_without_permission(self, server: LocalServer) -> None:
        fetcher = Fetcher(AGENT, ports=None)
        assert fetcher.fetch(f"http://127.0.0.1:{server.port}/ok") == FetchResult(LinkProblem.NOT_PUBLIC)
        assert server.requests == []

    def test_name_of_a_private_address_is_refused(self, server: LocalServer) -> None:
        fetcher = Fetcher(AGENT, ports=None, resolve=server.resolve)
        assert fetcher.fetch(server.url("/ok")).problem == LinkProblem.NOT_PUBLIC
        assert server.requests == []

    def test_one_private_address_among_several_is_refused(self, server: LocalServer) -> None:
        fetcher = server.make_fetcher(resolve=lambda host, port: ["127.0.0.1", "10.0.0.1"])
        assert fetcher.fetch(server.url("/ok")).problem == LinkProblem.NOT_PUBLIC
        assert server.requests == []

    def test_each_redirect_is_checked(self, server: LocalServer) -> None:
        """The first host is permitted, and the one that it redirects to is not."""
        server.answers["/to-private"] = (302, f"http://inside.example:{server.port}/ok")
        addresses = {"works.example": ["127.0.0.1"], "inside.example": ["10.0.0.1"]}
        fetcher = server.make_fetcher(resolve=lambda host, port: addresses[host])
        assert fetcher.fetch(server.url("/to-private")).problem == LinkProblem.NOT_PUBLIC
        assert [path for _method, _host, path in server.requests] == ["/to-private"]

    def test_connection_goes_to_the_address_that_was_checked(self, server: LocalServer) -> None:
        """A name that resolves to another address a moment later (DNS rebinding) has no effect."""
        answers = iter([["127.0.0.1"]])
        fetcher = server.make_fetcher(resolve=lambda host, port: next(answers, ["10.0.0.1"]))
        assert fetcher.fetch(server.url("/ok", "rebinds.example")) == FetchResult(status=200)
        assert server.requests == [("HEAD", f"rebinds.example:{server.port}", "/ok")]

    def test_get_after_head_resolves_and_checks_again(self, server: LocalServer) -> None:
        answers = iter([["127.0.0.1"]])
        fetcher = server.make_fetcher(resolve=lambda host, port: next(answers, ["10.0.0.1"]))
        assert fetcher.fetch(server.url("/only-get")).problem == LinkProblem.NOT_PUBLIC

    @pytest.mark.parametrize("port", [22, 25, 5432, 6379])
    def test_other_ports_are_not_requested(self, port: int) -> None:
        fetcher = Fetcher(AGENT, is_permitted=is_loopback, resolve=lambda host, port: ["127.0.0.1"])
        assert fetcher.fetch(f"http://works.example:{port}/").problem == LinkProblem.NOT_CHECKABLE


class TestProblems:
    @pytest.mark.parametrize(
        ("path", "result"),
        [
            ("/gone", FetchResult(LinkProblem.HTTP, 410)),
            ("/missing", FetchResult(LinkProblem.HTTP, 404)),
            ("/broken", FetchResult(LinkProblem.HTTP, 500)),
            ("/forbidden", FetchResult(LinkProblem.NOT_CHECKABLE, 403)),
            ("/busy", FetchResult(LinkProblem.NOT_CHECKABLE, 429)),
            ("/loop", FetchResult(LinkProblem.REDIRECTS, 302)),
            ("/to-file", FetchResult(LinkProblem.INVALID)),
            ("/to-gopher", FetchResult(LinkProblem.INVALID)),
            ("/to-nonsense", FetchResult(LinkProblem.INVALID)),
            ("/nonsense", FetchResult(LinkProblem.PROTOCOL)),
        ],
    )
    def test_problem_is_named(self, server: LocalServer, path: str, result: FetchResult) -> None:
        assert server.make_fetcher().fetch(server.url(path)) == result

    @pytest.mark.parametrize("url", ["ftp://works.example/", "http://", "http://[::1", "http://a..b/", "http://x:y/"])
    def test_invalid_address_is_named(self, url: str) -> None:
        assert Fetcher(AGENT).fetch(url).problem == LinkProblem.INVALID

    def test_unknown_host_is_named(self) -> None:
        def resolve(host: str, port: int) -> list[str]:
            raise socket.gaierror

        assert Fetcher(AGENT, resolve=resolve).fetch("https://unknown.example/").problem == LinkProblem.NO_HOST

    def test_closed_port_is_named(self, server: LocalServer) -> None:
        url = f"http://works.example:{find_free_port()}/"
        assert server.make_fetcher().fetch(url).problem == LinkProblem.CONNECTION

    def test_certificate_is_checked(self, server: LocalServer) -> None:
        """This server speaks no TLS at all."""
        url = server.url("/ok").replace("http://", "https://")
        assert server.make_fetcher().fetch(url).problem == LinkProblem.CERTIFICATE


class TestLimits:
    @pytest.mark.parametrize("path", ["/silent", "/endless"])
    def test_slow_server_does_not_hold_it_up(self, server: LocalServer, path: str) -> None:
        start = time.monotonic()
        assert server.make_fetcher(total_seconds=0.5).fetch(server.url(path)).problem == LinkProblem.TIMEOUT
        assert time.monotonic() - start < 3

    def test_server_that_never_answers_the_tls_handshake_does_not_hold_it_up(self, server: LocalServer) -> None:
        start = time.monotonic()
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"https://works.example:{silent.getsockname()[1]}/"
            assert server.make_fetcher(total_seconds=0.5).fetch(url).problem == LinkProblem.TIMEOUT
        assert time.monotonic() - start < 3

    def test_name_that_is_not_resolved_does_not_hold_it_up(self, server: LocalServer) -> None:
        is_over = threading.Event()

        def resolve(_host: str, _port: int) -> list[str]:
            is_over.wait(10)
            return ["127.0.0.1"]

        start = time.monotonic()
        result = server.make_fetcher(total_seconds=0.5, resolve=resolve).fetch(server.url("/ok"))
        is_over.set()
        assert result.problem == LinkProblem.TIMEOUT
        assert time.monotonic() - start < 3

    def test_resolving_and_requesting_share_the_time(self, server: LocalServer) -> None:
        def resolve(_host: str, _port: int) -> list[str]:
            time.sleep(0.4)
            return ["127.0.0.1"]

        start = time.monotonic()
        fetcher = server.make_fetcher(total_seconds=0.6, resolve=resolve)
        assert fetcher.fetch(server.url("/silent")).problem == LinkProblem.TIMEOUT
        assert time.monotonic() - start < 0.9

    def test_connection_that_comes_too_late_is_not_used(
        self, server: LocalServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The time is over before there is a socket that could be closed."""
        connect = socket.create_connection

        def connect_late(*arguments: Any, **options: Any) -> socket.socket:
            time.sleep(0.5)
            return connect(*arguments, **options)

        monkeypatch.setattr(socket, "create_connection", connect_late)
        fetcher = server.make_fetcher(total_seconds=0.3)
        start = time.monotonic()
        assert fetcher.fetch(server.url("/endless")).problem == LinkProblem.TIMEOUT
        assert time.monotonic() - start < 3

    def test_addresses_that_do_not_answer_share_the_time(
        self, server: LocalServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waits = []

        def connect_in_vain(_address: Any, timeout: float) -> socket.socket:
            waits.append(timeout)
            time.sleep(min(timeout, 0.2))
            raise TimeoutError

        monkeypatch.setattr(socket, "create_connection", connect_in_vain)
        fetcher = server.make_fetcher(total_seconds=0.5, resolve=lambda host, port: ["127.0.0.1"] * 9)
        assert fetcher.fetch(server.url("/ok")).problem == LinkProblem.TIMEOUT
        assert len(waits) == 3
        assert sum(waits) < 1.0

    def test_large_page_is_not_read(self, server: LocalServer) -> None:
        start = time.monotonic()
        assert server.make_fetcher().fetch(server.url("/large")) == FetchResult(status=200)
        assert time.monotonic() - start < 3

    def test_loop_ends_after_five_redirects(self, server: LocalServer) -> None:
        server.make_fetcher().fetch(server.url("/loop"))
        assert len(server.requests) == 6


class TestRequests:
    def test_head_comes_first_and_get_only_if_it_fails(self, server: LocalServer) -> None:
        fetcher = server.make_fetcher()
        assert fetcher.fetch(server.url("/ok")) == FetchResult(status=200)
        assert fetcher.fetch(server.url("/only-get")) == FetchResult(status=200)
        assert [method for method, _host, _path in server.requests] == ["HEAD", "HEAD", "GET"]

    def test_redirect_is_followed(self, server: LocalServer) -> None:
        assert server.make_fetcher().fetch(server.url("/moved")) == FetchResult(status=200)

    def test_it_says_who_asks_and_nothing_else(self, server: LocalServer) -> None:
        fetcher = server.make_fetcher()
        fetcher.fetch(server.url("/ok", "user:password@works.example"))
        [headers] = server.headers
        assert headers == {
            "Host": f"works.example:{server.port}",
            "User-Agent": AGENT,
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }

    def test_letters_beyond_ascii_are_encoded(self, server: LocalServer) -> None:
        url = server.url("/été?q=é&a=b#part", "été.example")
        assert server.make_fetcher().fetch(url) == FetchResult(status=200)
        assert server.requests == [("HEAD", f"xn--t-9fab.example:{server.port}", "/%C3%A9t%C3%A9?q=%C3%A9&a=b")]

    def test_requests_to_one_host_wait_for_each_other(self, server: LocalServer) -> None:
        fetcher = server.make_fetcher(interval=0.3)
        threads = [Thread(target=fetcher.fetch, args=[server.url("/ok")]) for _n in range(3)]
        start = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert time.monotonic() - start >= 0.6

    def test_next_address_of_a_host_is_tried(self, server: LocalServer) -> None:
        addresses = ["127.0.0.9", "127.0.0.1"]  # nothing listens on the first
        connection = PinnedConnection("works.example", server.port, addresses, None)
        connection.connect()
        assert connection.sock.getpeername()[0] == "127.0.0.1"
        connection.close()

    def test_names_are_resolved_by_the_system(self) -> None:
        assert "127.0.0.1" in resolve_host("127.0.0.1", 80)

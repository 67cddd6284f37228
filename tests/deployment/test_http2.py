"""What a client of HTTP/2 can let nginx keep: many requests on one connection can wait until it takes their bodies."""

import socket
import ssl
import struct
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.deployment.stack import HOST, Front, start_front
from tests.external_tools import find_free_port

pytestmark = pytest.mark.browser
MAX_STREAMS = 32
HEADERS, RESET, SETTINGS, GO_AWAY = 1, 3, 4, 7  # types of frames
END_STREAM, END_HEADERS = 1, 4
TAKES_NO_BODIES = struct.pack(">HI", 4, 0)  # the initial window of each stream has no byte


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """Start nginx without a web process."""
    with start_front(tmp_path_factory.mktemp("front"), public=find_free_port(), editor=find_free_port()) as started:
        yield started


def build_frame(kind: int, flags: int, stream: int, content: bytes) -> bytes:
    return struct.pack(">I", len(content))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + content


def build_request(stream: int, host: str, path: str) -> bytes:
    """Return a GET request over HTTPS, without a body. Names and values are literals of RFC 7541 (HPACK)."""
    path_and_host = [bytes([index, len(value), *value.encode()]) for index, value in ((4, path), (1, host))]
    return build_frame(HEADERS, END_STREAM | END_HEADERS, stream, b"\x82\x87" + b"".join(path_and_host))


def open_connection(front: Front) -> socket.socket:
    speaks_http2 = ssl.create_default_context()
    speaks_http2.check_hostname, speaks_http2.verify_mode = False, ssl.CERT_NONE
    speaks_http2.set_alpn_protocols(["h2"])
    plain = socket.create_connection(("127.0.0.1", front.ports["https"]), timeout=30)
    connection = speaks_http2.wrap_socket(plain, server_hostname=HOST)
    connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + build_frame(SETTINGS, 0, 0, TAKES_NO_BODIES))
    return connection


def ask(front: Front, requests: int, host: str = HOST, path: str = "/en/") -> dict[int, str]:
    """Send requests at once, take no bodies, and return for each stream whether it ended, waits or was refused."""
    streams = range(1, 2 * requests, 2)
    outcomes: dict[int, str] = {}
    with closing(open_connection(front)) as connection, connection.makefile("rb") as received:
        connection.sendall(b"".join(build_request(stream, host, path) for stream in streams))
        while len(outcomes) < requests and (head := received.read(9)):
            length, kind, flags = int.from_bytes(head[:3]), head[3], head[4]
            stream = int.from_bytes(head[5:])
            received.read(length)
            if kind == HEADERS:
                outcomes[stream] = "ended" if flags & END_STREAM else "waits"
            elif kind == RESET:
                outcomes.setdefault(stream, "refused")
            elif kind == GO_AWAY:
                break
    return outcomes


@pytest.mark.parametrize(
    ("host", "path"), [("evil.example", "/en/"), (HOST, "/admin/"), (HOST, "/admin/x/change/picture/")]
)
def test_what_is_refused_before_it_is_counted_does_not_wait(front: Front, host: str, path: str) -> None:
    """Each held 67 kB while its body waited: 1.5 MB that one client sent ended a worker of nginx."""
    assert {*ask(front, MAX_STREAMS, host, path).values()} == {"ended"}


def test_connection_has_few_requests_at_once(front: Front) -> None:
    outcomes = ask(front, 128)
    assert list(outcomes.values()).count("waits") <= MAX_STREAMS  # a 503 with a page: nothing runs behind nginx
    assert "refused" in outcomes.values()


def test_network_that_asks_too_often_lets_nothing_wait(tmp_path: Path) -> None:
    with start_front(tmp_path, public=find_free_port(), editor=find_free_port()) as front:
        for _time in range(200):
            outcomes = ask(front, MAX_STREAMS)
            if "waits" not in outcomes.values():
                break
        assert {*outcomes.values()} == {"ended"}
        answers = (front.ask("/en/") for _time in range(50))  # by now, a few requests may be allowed again
        refused = next(answer for answer in answers if answer.status == 429)
        assert refused.headers["Retry-After"] == "1"
        assert "too many requests from your network" in refused.body

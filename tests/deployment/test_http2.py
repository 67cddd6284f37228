"""What a client of HTTP/2 can let nginx keep: many requests on one connection can wait until it takes their bodies."""

import socket
import ssl
import struct
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.deployment.stack import HOST, Front, start_front
from tests.external_tools import find_free_port

pytestmark = pytest.mark.browser
MAX_STREAMS, MAX_WAITING = 16, 300  # on a connection, and of a network
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


def ask(connection: socket.socket, requests: int, host: str = HOST, path: str = "/en/") -> list[str]:
    """Send requests at once, take no bodies, and return for each whether it ended, waits or was refused."""
    streams = range(1, 2 * requests, 2)
    outcomes: dict[int, str] = {}
    connection.sendall(b"".join(build_request(stream, host, path) for stream in streams))
    with connection.makefile("rb") as received:
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
    return [*outcomes.values()]


@pytest.mark.parametrize(("host", "path"), [("evil.example", "/en/"), (HOST, "/admin/"), (HOST, "/en/")])
def test_network_lets_few_answers_wait(tmp_path: Path, host: str, path: str) -> None:
    """Each that was refused held 67 kB while its body waited: 1.5 MB that one client sent ended a worker of nginx."""
    with start_front(tmp_path, public=find_free_port(), editor=find_free_port()) as front, ExitStack() as opened:
        connections = [opened.enter_context(closing(open_connection(front))) for _number in range(24)]
        outcomes = [outcome for connection in connections for outcome in ask(connection, MAX_STREAMS, host, path)]
        assert set(outcomes) == {"waits", "ended"}
        assert outcomes.count("waits") <= MAX_WAITING


def test_connection_has_few_requests_at_once(front: Front) -> None:
    with closing(open_connection(front)) as connection:
        outcomes = ask(connection, 128)
    assert outcomes.count("waits") <= MAX_STREAMS  # a 503 with a page: nothing runs behind nginx
    assert "refused" in outcomes


def test_refused_network_is_told_why(front: Front) -> None:
    answers = (front.ask("/en/") for _time in range(3_000))
    refused = next(answer for answer in answers if answer.status == 429)
    assert refused.headers["Retry-After"] == "1"
    assert "too many requests from your network" in refused.body

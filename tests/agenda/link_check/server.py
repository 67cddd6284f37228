"""A web server on this machine, and a fetcher that may request it. Only these tests permit loopback addresses."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from threading import Thread
from typing import Any

from agenda.link_check.fetching import Fetcher

Answer = Callable[[BaseHTTPRequestHandler], None]
AGENT = "council-agenda-link-check/1.0 (+https://agenda.example.eu/en/about/)"


def is_loopback(address: str) -> bool:
    return ip_address(address).is_loopback


class LocalServer:
    """Answers by path: with a status, with a status and a location, or as a function does."""

    def __init__(self, port: int, answers: dict[str, Any]) -> None:
        self.port, self.answers = port, answers
        self.requests: list[tuple[str, str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.resolved: list[str] = []

    def url(self, path: str, host: str = "works.example") -> str:
        return f"http://{host}:{self.port}{path}"

    def resolve(self, host: str, _port: int) -> list[str]:
        """Resolve every name to this machine."""
        self.resolved.append(host)
        return ["127.0.0.1"]

    def make_fetcher(self, **options: Any) -> Fetcher:
        settings = {"is_permitted": is_loopback, "ports": None, "resolve": self.resolve, "interval": 0.0}
        return Fetcher(AGENT, **{**settings, **options})


@contextmanager
def serve(answers: dict[str, Any]) -> Iterator[LocalServer]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            local.requests.append((self.command, self.headers.get("Host", ""), self.path))
            local.headers.append(dict(self.headers))
            match local.answers.get(self.path, 404):
                case int() as status:
                    self.send_response(status)
                case (status, str() as location):
                    self.send_response(status)
                    self.send_header("Location", location)
                case function:
                    function(self)
                    return
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_HEAD = answer  # noqa: N815

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    local = LocalServer(server.server_address[1], answers)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield local
    finally:
        server.shutdown()
        server.server_close()

"""A small fake site with the part of the API that the example client uses."""

import gzip
import hashlib
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import rfc8785

from tests.factories import make_uuid

Json = dict[str, Any]
DAY = "2060-09-14T08:00:{:02}Z"


class FakeSite:
    """A fake site. `faults` replace the next answers; `meanwhile` are actions run once before an address is answered.

    `broken` are meetings and topics with an unreadable text.
    """

    def __init__(self) -> None:
        self.address = ""
        self.page = 100
        self.changes: list[Json] = []
        self.change_count = 0
        self.numbers = Counter[str]()
        self.live: dict[str, dict[str, Json]] = {}
        self.withdrawn: dict[str, Json] = {}
        self.broken: set[str] = set()
        self.faults: list[tuple[int, dict[str, str], bytes]] = []
        self.meanwhile: dict[str, Callable[[], object]] = {}
        self.requests: list[tuple[str, Message, int]] = []
        self.names = {"en": "Estonia", "fr": "Estonie"}

    def publish(self, name: str, kind: str = "meeting", **titles: str) -> str:
        """Publish an edition in these languages and return the id of the subject."""
        key = str(make_uuid(name))
        self.withdrawn.pop(key, None)
        url = f"{self.address}/api/v1/{kind}s/{key}/"
        envelope = {"url": url, "edition": self.change(key, kind, "correction"), "languages": list(titles)}
        self.live[key] = {}
        for language, title in titles.items():
            document = {
                "type": kind,
                "id": key,
                "language": language,
                "title": title,
                "text": "<p>\u00e9\u2028\x7f\\</p>",
            }
            self.live[key][language] = {**document, **envelope, "digest": compute_digest(document)}
        self.changes[-1]["digests"] = {language: text["digest"] for language, text in self.live[key].items()}
        return key

    def withdraw(self, name: str, reason: str = "Sent too early.") -> None:
        key = str(make_uuid(name))
        self.live.pop(key)
        self.changes = [change for change in self.changes if change["subject_id"] != key or change["reason"]]
        self.change(key, "meeting", "withdrawal", reason)
        self.withdrawn[key] = {"status": 410, "detail": reason}

    def change(self, key: str, type_: str, kind: str, reason: str = "") -> int:
        self.numbers[key] += 1
        self.change_count += 1
        members = {
            "kind": kind,
            "edition": self.numbers[key],
            "reason": reason,
            "title": "",
            "digests": {},
            "at": DAY.format(self.change_count),
        }
        url = f"{self.address}/api/v1/{type_}s/{key}/"
        self.changes.append(
            {"place": self.change_count, "subject_type": type_, "subject_id": key, "url": url, **members}
        )
        return self.numbers[key]

    def build_answer(self, path: str, query: dict[str, str]) -> tuple[int, Json]:
        kind, _, key = path.removeprefix("/api/v1/").strip("/").partition("/")
        language = query.get("lang", "en")
        if kind == "changes":
            return 200, self.build_changes(int(query.get("cursor", 0)))
        if kind in ("configurations", "presidencies"):
            return 200, {"next": None, "results": [{"name": self.names.get(language, ""), "language": language}]}
        if key in self.broken:
            return 500, {"status": 500, "detail": "It cannot be read."}
        if key:
            texts = self.live.get(key, {})
            return (
                (200, choose_language(texts, language))
                if texts
                else (404 + 6 * (key in self.withdrawn), self.withdrawn.get(key, {}))
            )
        found = [choose_language(texts, language) for key, texts in self.live.items() if key not in self.broken]
        return 200, {"next": None, "results": [text for text in found if text["type"] == kind.removesuffix("s")]}

    def build_changes(self, cursor: int) -> Json:
        later = [change for change in self.changes if change["place"] > cursor]
        results = later[: self.page]
        end = results[-1]["place"] if results else cursor
        following = f"{self.address}/api/v1/changes/?cursor={end}"
        return {"next": following, "up_to_date": results == later, "results": results}

    def take_requested_paths(self) -> list[str]:
        """Return the paths below /api/v1/ that were requested since the last call."""
        found = [path.removeprefix("/api/v1/") for path, _headers, _status in self.requests]
        self.requests.clear()
        return found


def choose_language(texts: dict[str, Json], language: str) -> Json:
    return texts.get(language) or next(iter(texts.values()))


def compute_digest(document: Json) -> str:
    return hashlib.sha256(rfc8785.dumps(document)).hexdigest()


def build_handler(site: FakeSite) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.meanwhile.pop(self.path.removeprefix("/api/v1/"), lambda: None)()
            if site.faults:
                status, headers, sent = site.faults.pop(0)
            else:
                status, headers, sent = self.usual()
            site.requests.append((self.path, self.headers, status))
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(sent))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sent)

        def usual(self) -> tuple[int, dict[str, str], bytes]:
            parts = urlsplit(self.path)
            status, body = site.build_answer(parts.path, dict(parse_qsl(parts.query)))
            written = json.dumps(body, ensure_ascii=False).encode()
            headers = {"ETag": f'"{hashlib.sha256(written).hexdigest()}"'}
            if self.headers["If-None-Match"] == headers["ETag"]:
                return 304, headers, b""
            if self.headers["Accept-Encoding"] != "gzip":
                return status, headers, written
            return status, {**headers, "Content-Encoding": "gzip"}, gzip.compress(written)

        def log_message(self, *_args: Any) -> None:
            pass

    return Handler


@contextmanager
def start_site() -> Iterator[FakeSite]:
    site = FakeSite()
    server = ThreadingTCPServer(("127.0.0.1", 0), build_handler(site))
    site.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""A process without the folder of pictures gets them from the front server, and nothing else from anywhere else."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from agenda.export.imprint import Imprint
from agenda.export.note_builder import build_printable_note
from meetings.documents import schema
from meetings.images import store
from tests.factories import PRESS_DAY, make_meeting_document, make_uuid

PICTURE = b"\xff\xd8 a picture"
STORED, MOVED, LARGE = "5" * 64, "6" * 64, "7" * 64


class PictureHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, body = {
            f"/images/55/{STORED}/480.jpg": (200, PICTURE),
            f"/images/77/{LARGE}/480.jpg": (200, PICTURE * 10),
            f"/images/66/{MOVED}/480.jpg": (302, b""),
        }.get(self.path, (404, b""))
        self.send_response(status)
        self.send_header("Location", f"/images/55/{STORED}/480.jpg")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def front(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(store, "MAX_FILE_BYTES", 100)
    with HTTPServer(("127.0.0.1", 0), PictureHandler) as server:
        settings.PICTURES_URL = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever).start()
        yield
        server.shutdown()


@pytest.mark.usefixtures("front")
@pytest.mark.parametrize(("digest", "content"), [(STORED, PICTURE), (MOVED, None), (LARGE, None), ("8" * 64, None)])
def test_picture_is_read_from_the_front_server(digest: str, content: bytes | None) -> None:
    assert store.read_image_file(digest, "480.jpg") == content


def test_front_server_that_is_away_has_no_picture(settings: Any) -> None:
    settings.PICTURES_URL = "http://127.0.0.1:1"
    assert store.read_image_file(STORED, "480.jpg") is None


@pytest.mark.usefixtures("front")
def test_one_missing_picture_does_not_hide_the_others() -> None:
    reader = store.ImageReader()
    assert [reader.read(digest, "480.jpg") for digest in ("8" * 64, STORED)] == [None, PICTURE]


def test_front_server_that_does_not_answer_is_asked_once_for_a_file(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PICTURES_URL, asked = "http://front", list[str]()

    def wait_in_vain(server: Any, path: str) -> bytes:
        asked.append(path)
        raise TimeoutError

    monkeypatch.setattr(store, "fetch_file", wait_in_vain)
    pictures = [schema.Image(digest=f"{n:064x}", alt="Arrivals", width=1200, height=800) for n in range(30)]
    links = [schema.Link(id=make_uuid(image.digest), title="Arrivals", image=image) for image in pictures]
    build_printable_note(make_meeting_document(links=links), Imprint(at=PRESS_DAY))
    assert len(asked) == 1

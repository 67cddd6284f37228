"""The process that writes PDF and Word files: its ends, its limits, and what it knows."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agenda.export import rendering_process as module
from agenda.export.errors import TooManyFilesError, TypesettingError
from agenda.export.note_builder import build_printable_note
from agenda.export.rendering_process import MAX_REQUESTS, RenderingProcess
from meetings.documents.schema import MeetingDocument
from meetings.http.processor_time import OTHER_SECONDS
from meetings.models import Edition
from tests.agenda.export.file_readers import IMPRINT
from tests.factories import make_meeting, make_meeting_document, publish_now
from tests.paths import ROOT
from tests.public_requests import Visitor

pytestmark = pytest.mark.once
# Those of PDF and Word belong to the process that writes these files. The others are loaded when they are needed.
LIBRARIES_LOADED_LATER = (
    *("docx", "typst", "PIL", "cryptography", "drf_spectacular.openapi", "fido2", "icalendar", "markdown_it"),
    *("qrcode", "snowballstemmer"),
)
SECRET_VARIABLES = (b"SECRET_KEY", b"DATABASE_URL", b"PGPASSWORD")


@pytest.fixture
def process() -> Iterator[RenderingProcess]:
    started = RenderingProcess()
    yield started
    started.child.stop()


def render(process: RenderingProcess, form: str = "pdf", document: MeetingDocument | None = None) -> bytes:
    note = build_printable_note(document or make_meeting_document(), IMPRINT)
    return process.render(form, note, IMPRINT.at)


def test_one_process_writes_all_files(process: RenderingProcess) -> None:
    assert render(process).startswith(b"%PDF")
    first = process.child.process
    assert render(process, "docx").startswith(b"PK")
    assert process.child.process is first


def test_its_processor_time_is_told(process: RenderingProcess) -> None:
    render(process)
    before = OTHER_SECONDS.get()
    render(process)
    assert 0 < OTHER_SECONDS.get() - before < 10


def test_process_that_died_is_replaced(process: RenderingProcess) -> None:
    render(process)
    assert process.child.process
    os.kill(process.child.process.pid, signal.SIGKILL)
    process.child.process.wait()
    assert render(process).startswith(b"%PDF")


def test_process_that_dies_each_time_gives_an_error(
    process: RenderingProcess, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(process.child, "module", "this")  # ends at once
    with pytest.raises(TypesettingError):
        render(process)
    assert "could not be written as pdf" in caplog.text


def test_file_that_takes_too_long_ends_the_process(process: RenderingProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    render(process)
    with monkeypatch.context() as patch, pytest.raises(TypesettingError):
        patch.setattr(process.child, "max_seconds", 0)
        render(
            process, document=make_meeting_document(lead="<p>A paragraph.</p>" * 2_000)
        )  # a busy machine is slow, too
    assert process.child.process is None
    assert render(process).startswith(b"%PDF")


def test_messages_are_in_the_log_of_the_request(process: RenderingProcess, caplog: pytest.LogCaptureFixture) -> None:
    render(process, document=make_meeting_document(lead="<p>No font has this: 中文 😀</p>"))
    assert "could not be displayed" in caplog.text


def test_process_gets_no_secret(process: RenderingProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRET_VARIABLES:
        monkeypatch.setenv(name.decode(), "secret")
    render(process)
    assert process.child.process
    environment = Path(f"/proc/{process.child.process.pid}/environ").read_bytes()
    assert not [name for name in SECRET_VARIABLES if name in environment]


class TestManyRequests:
    @pytest.fixture
    def edition(self, db: None, clock: Any) -> Edition:
        return publish_now(clock, make_meeting())

    def test_no_thread_waits_behind_others(self, process: RenderingProcess) -> None:
        for _request in range(MAX_REQUESTS):
            process.waiting.acquire()
        with pytest.raises(TooManyFilesError):
            render(process)

    def test_reader_is_told_when_to_try_again(
        self, visitor: Visitor, edition: Edition, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*job: Any) -> bytes:
            raise TooManyFilesError

        monkeypatch.setattr(module, "typeset_pdf", refuse)
        answer = visitor.get(f"/en/{edition.address}note.pdf")
        assert (answer.status_code, answer["Retry-After"]) == (503, "30")
        assert "Please try again in half a minute" in answer.content.decode()


def test_web_process_starts_without_what_few_requests_need(tmp_path: Path) -> None:
    script = (
        "import sys, council.wsgi; from django.urls import get_resolver as r; len(r().reverse_dict); "
        f"print(sorted(set({LIBRARIES_LOADED_LATER}) & sys.modules.keys()))"
    )
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "DATABASE_URL": "sqlite://:memory:"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"

"""Write PDF and Word files in a process of their own.

The libraries for them take memory, may stop a process, and may take long for a strange note. So they are not in the web
processes: one file after the other is written in another process, with limits of time, memory and waiting.
"""

import atexit
import datetime as dt
import logging
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

import msgspec
from django.conf import settings

from agenda.export.blocks import PrintableNote
from agenda.export.errors import TooManyFilesError, TypesettingError
from meetings.http.processor_time import add_seconds

MAX_SECONDS = 30  # for one file; usual ones take less than one second
MAX_REQUESTS = 2  # one is written and one waits, so that other threads remain for pages
WORKER = "agenda.export.rendering_worker"
KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")  # the process gets no password

log = logging.getLogger(__name__)


class RenderingProcess:
    """A process that is started when a file is to be written. It ends by itself when it is idle."""

    def __init__(self) -> None:
        self.waiting, self.lock = threading.BoundedSemaphore(MAX_REQUESTS), threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.connection: Connection[Any, Any] | None = None

    def render(self, form: str, note: PrintableNote, at: dt.datetime) -> bytes:
        """Return the file. Raise TypesettingError if it cannot be written, and TooManyFilesError if others wait."""
        if not self.waiting.acquire(blocking=False):
            raise TooManyFilesError(note.title)
        try:
            with self.lock:
                begun = time.monotonic()
                outcome = self.send(form, note, at)
                add_seconds(outcome["seconds"] if outcome else time.monotonic() - begun)
        finally:
            self.waiting.release()
        if outcome is None:
            log.error("“%s” could not be written as %s: the process ended or took too long.", note.title, form)
            raise TypesettingError(note.title)
        for message in outcome["messages"]:
            log.warning("%s", message)
        if outcome["content"] is None:
            raise TypesettingError(note.title)
        return bytes(outcome["content"])

    def send(self, *job: Any) -> dict[str, Any] | None:
        """Return what the process answers; None if it ended or took too long, and then end it.

        The answer consists of plain values, so the process could not make this one run anything.
        """
        while True:
            is_new = self.start()
            assert self.connection
            with suppress(EOFError, OSError):  # the process has ended
                self.connection.send(job)
                if self.connection.poll(MAX_SECONDS):
                    answer: dict[str, Any] = msgspec.msgpack.decode(self.connection.recv_bytes())
                    return answer
                is_new = True  # it would take too long again
            self.stop()
            if is_new:
                return None

    def start(self) -> bool:
        """Start the process if there is none. Return True if it is new."""
        if self.process and self.process.poll() is None:
            return False
        self.stop()
        self.connection, other = Pipe()
        environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        command = [sys.executable, "-m", WORKER, str(other.fileno())]
        with other:
            self.process = subprocess.Popen(  # noqa: S603 (nothing in the command comes from outside)
                command, cwd=settings.BASE_DIR, env=environment, pass_fds=[other.fileno()], stdin=subprocess.DEVNULL
            )
        return True

    def stop(self) -> None:
        if self.connection:
            self.connection.close()
        if self.process:
            self.process.kill()
            self.process.wait()
        self.connection = self.process = None


rendering_process = RenderingProcess()
atexit.register(rendering_process.stop)


def typeset_pdf(note: PrintableNote, at: dt.datetime) -> bytes:
    """Return the PDF. `at` becomes its creation date. Raise TypesettingError."""
    return rendering_process.render("pdf", note, at)


def build_word_file(note: PrintableNote, at: dt.datetime) -> bytes:
    """Return the Word file. `at` becomes its creation date. Raise TypesettingError."""
    return rendering_process.render("docx", note, at)

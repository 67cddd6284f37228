"""Write PDF and Word files in a process of their own.

The libraries for them take memory, may stop a process, and may take long for a strange note. So they are not in the web
processes: one file after the other is written in another process, with limits of time, memory and waiting.
"""

import datetime as dt
import logging
import threading
import time

from agenda.export.blocks import PrintableNote
from agenda.export.errors import TooManyFilesError, TypesettingError
from meetings.child_process import ChildProcess
from meetings.http.processor_time import add_seconds

MAX_SECONDS = 30  # for one file; usual ones take less than one second
MAX_REQUESTS = 2  # one is written and one waits, so that other threads remain for pages

log = logging.getLogger(__name__)


class RenderingProcess:
    """The process that writes files: one after the other, and one request may wait."""

    def __init__(self) -> None:
        self.waiting, self.lock = threading.BoundedSemaphore(MAX_REQUESTS), threading.Lock()
        self.child = ChildProcess("agenda.export.rendering_worker", MAX_SECONDS)

    def render(self, form: str, note: PrintableNote, at: dt.datetime) -> bytes:
        """Return the file. Raise TypesettingError if it cannot be written, and TooManyFilesError if others wait."""
        if not self.waiting.acquire(blocking=False):
            raise TooManyFilesError(note.title)
        try:
            with self.lock:
                begun = time.monotonic()
                outcome = self.child.send(form, note, at)
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


rendering_process = RenderingProcess()


def typeset_pdf(note: PrintableNote, at: dt.datetime) -> bytes:
    """Return the PDF. `at` becomes its creation date. Raise TypesettingError."""
    return rendering_process.render("pdf", note, at)


def build_word_file(note: PrintableNote, at: dt.datetime) -> bytes:
    """Return the Word file. `at` becomes its creation date. Raise TypesettingError."""
    return rendering_process.render("docx", note, at)

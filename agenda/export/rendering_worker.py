"""The process that writes PDF and Word files: `agenda.export.rendering_process` starts it with a connection.

It knows neither Django nor the database.
"""

import datetime as dt
import logging
import sys
import time
from collections.abc import Callable, Mapping

import msgspec

from agenda.export.blocks import PrintableNote
from agenda.export.errors import TypesettingError
from agenda.export.pdf import typeset_pdf
from agenda.export.word import build_word_file
from meetings.child_process import answer_jobs

MAX_MEMORY = 1 << 30  # bytes of addresses; the largest note takes some hundred megabytes

WRITERS: Mapping[str, Callable[[PrintableNote, dt.datetime], bytes]] = {"pdf": typeset_pdf, "docx": build_word_file}


class WrittenFile(msgspec.Struct):
    """The file, or None if the note cannot be written; the messages for the log; and the processor time in seconds."""

    content: bytes | None
    messages: list[str] = []
    seconds: float = 0.0


class MessageCollector(logging.Handler):
    """Collects log messages, because the process that asked knows which request they are about."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def write_file(form: str, note: PrintableNote, at: dt.datetime) -> WrittenFile:
    collector, begun = MessageCollector(), time.process_time()
    logging.getLogger().addHandler(collector)
    content = None
    try:
        content = WRITERS[form](note, at)
    except TypesettingError:
        pass
    except MemoryError:
        collector.messages.append(f"“{note.title}” needs too much memory as {form}.")
    finally:
        logging.getLogger().removeHandler(collector)
    return WrittenFile(content, collector.messages, time.process_time() - begun)


if __name__ == "__main__":
    answer_jobs(int(sys.argv[1]), write_file, MAX_MEMORY)

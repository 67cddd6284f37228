"""The process that writes PDF and Word files: `agenda.export.rendering_process` starts it with a connection.

It knows neither Django nor the database. It has a limit of memory, and ends when it has had nothing to do for a while
or when the process that started it has ended.
"""

import datetime as dt
import logging
import resource
import sys
import time
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection

import msgspec

from agenda.export.blocks import PrintableNote
from agenda.export.errors import TypesettingError
from agenda.export.pdf import typeset_pdf
from agenda.export.word import build_word_file

MAX_MEMORY = 2 << 30  # bytes of addresses; the largest note takes some hundred megabytes
IDLE_SECONDS = 60

WRITERS: Mapping[str, Callable[[PrintableNote, dt.datetime], bytes]] = {"pdf": typeset_pdf, "docx": build_word_file}


class Outcome(msgspec.Struct):
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


def write_file(form: str, note: PrintableNote, at: dt.datetime) -> Outcome:
    collector = MessageCollector()
    logging.getLogger().addHandler(collector)
    try:
        return Outcome(WRITERS[form](note, at), collector.messages)
    except TypesettingError:
        return Outcome(None, collector.messages)
    except MemoryError:
        return Outcome(None, [*collector.messages, f"“{note.title}” needs too much memory as {form}."])
    finally:
        logging.getLogger().removeHandler(collector)


def main(descriptor: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    with Connection(descriptor) as connection:
        try:
            while connection.poll(IDLE_SECONDS):
                job, begun = connection.recv(), time.process_time()
                outcome = write_file(*job)
                outcome.seconds = time.process_time() - begun
                connection.send_bytes(msgspec.msgpack.encode(outcome))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return  # the process that started this one has ended


if __name__ == "__main__":
    main(int(sys.argv[1]))

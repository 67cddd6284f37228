"""Typeset a note as PDF: accessible (PDF/UA-1), fit for archives (PDF/A-2a), and with the same bytes each time."""

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import typst

from agenda.export.blocks import PrintableNote, remove_control_characters
from agenda.export.errors import TypesettingError

TYPST_TEMPLATE = Path(__file__).with_name("note.typ")
PDF_STANDARDS: tuple[list["typst.PDFStandard"], ...] = (["ua-1", "a-2a"], [])
"""Tried in this order. A note with a character that our fonts lack cannot meet the standards; it becomes plain PDF."""
MAX_DATA_LENGTH = 1_000_000  # characters of data: some two hundred pages, and a second of work
log = logging.getLogger(__name__)


@cache
def load_fonts() -> typst.Fonts:
    """Return the fonts of the library alone (Latin, Greek and Cyrillic), so that PDFs are the same on every machine."""
    return typst.Fonts(include_system_fonts=False)


def typeset_pdf(note: PrintableNote, at: dt.datetime) -> bytes:
    """Return the PDF. `at` becomes its creation date. Raises TypesettingError if the note cannot be typeset."""
    content = msgspec.structs.replace(note, files={})
    data = msgspec.json.encode(remove_control_characters(msgspec.to_builtins(content))).decode()
    if len(data) > MAX_DATA_LENGTH:
        log.warning("“%s” is too long to be set: %d characters of data.", note.title, len(data))
        raise TypesettingError(note.title)
    with provide_template(note) as template:
        return compile_template(template, data, note.title, at)


@contextmanager
def provide_template(note: PrintableNote) -> Iterator[Path]:
    """Provide the template, beside the files of the note if it has any: it reads nothing outside its folder."""
    if not note.files:
        yield TYPST_TEMPLATE
        return
    with TemporaryDirectory() as folder:
        for name, content in note.files.items():
            Path(folder, name).write_bytes(content)
        template = Path(folder, TYPST_TEMPLATE.name)
        template.write_bytes(TYPST_TEMPLATE.read_bytes())
        yield template


def compile_template(template: Path, data: str, title: str, at: dt.datetime) -> bytes:
    for standards in PDF_STANDARDS:
        try:
            return typst.compile(
                template,
                font_paths=load_fonts(),
                ignore_system_fonts=True,
                sys_inputs={"note": data},
                pdf_standards=standards,
                timestamp=at.astimezone(dt.UTC).replace(microsecond=0),
            )
        except BaseException as error:  # The library's PanicException is not a subclass of Exception.
            if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
                raise
            log.warning("“%s” cannot be set as %s: %s", title, "+".join(standards) or "plain PDF", error)
    raise TypesettingError(title)

"""A note as PDF: tagged for those who hear it (PDF/UA-1), kept for good (PDF/A-2a), the same bytes of the same note."""

import datetime as dt
import logging
from functools import cache
from pathlib import Path

import msgspec
import typst

from agenda.exporting.blocks import Note, printable

TEMPLATE = Path(__file__).with_name("note.typ")
STANDARDS: tuple[list["typst.PDFStandard"], ...] = (["ua-1", "a-2a"], [])
"""A note with a sign that no font of ours has cannot be kept to the letter: it is set all the same."""
LONGEST = 1_000_000  # characters of data: some two hundred pages, and a second of work
log = logging.getLogger(__name__)


class CannotBeSet(ValueError):
    """There is no PDF of the note. The log says why."""


@cache
def fonts() -> typst.Fonts:
    """Those within the library, so that a note is the same wherever it is set: Latin, Greek and Cyrillic."""
    return typst.Fonts(include_system_fonts=False)


def pdf_of(note: Note, at: dt.datetime) -> bytes:
    """`at` is the date that the file says it is of. Raises CannotBeSet."""
    said = msgspec.json.encode(printable(msgspec.to_builtins(note))).decode()
    if len(said) > LONGEST:
        log.warning("“%s” is too long to be set: %d characters of data.", note.title, len(said))
        raise CannotBeSet(note.title)
    for standards in STANDARDS:
        try:
            return typst.compile(
                TEMPLATE,
                font_paths=fonts(),
                ignore_system_fonts=True,
                sys_inputs={"note": said},
                pdf_standards=standards,
                timestamp=at.astimezone(dt.UTC).replace(microsecond=0),
            )
        except BaseException as error:  # a fault within the library is a PanicException, and no Exception
            if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
                raise
            log.warning("“%s” cannot be set as %s: %s", note.title, "+".join(standards) or "plain PDF", error)
    raise CannotBeSet(note.title)

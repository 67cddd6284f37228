"""Read a file into lines with their inline markup: the first of the three steps of an import.

Readers of other formats (Word, PDF) should produce the same lines. The text of a line keeps its inline markup in the
notation of `agenda.notes.inline_markup`: `**bold**`, `[words](address)`, `<address>`, and a backslash before a sign
that is meant literally.
"""

import codecs
import re
import unicodedata
from dataclasses import dataclass

from meetings.documents.combining_marks import MAX_MARKS, find_excess_mark
from meetings.fields.line import DIRECTION_SIGNS, HIDDEN_SIGNS, describe_sign

MAX_FILE_SIZE = 2_000_000
"""In bytes."""
MAX_LINE_LENGTH = 20_000
MAX_LINES = 10_000
"""Not counting empty ones. The longest notes have some hundreds; ten thousand take some seconds."""
BULLETS = "-–—•◦▪·●○‣⁃*"

LINE_END = re.compile("\r\n|[\r\n\f\u2028\u2029]")
BULLET = re.compile(rf"([{re.escape(BULLETS)}])\s+(?=\S)")
CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
INVISIBLE_SIGN = re.compile(f"[{DIRECTION_SIGNS}{HIDDEN_SIGNS}]")
UTF_16_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
OTHER_FORMATS = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a Word document or another zipped file",
    b"\xd0\xcf\x11\xe0": "an old Word document",
    b"{\\rtf": "a rich text file",
}


class NoteError(ValueError):
    """An error for a note that cannot be read. The message says what is wrong, on which line, and how to correct it."""

    def __init__(self, line: int | None, message: str) -> None:
        super().__init__(line, message)
        self.line = line
        self.message = message

    def __str__(self) -> str:
        return self.message if self.line is None else f"line {self.line}: {self.message}"


@dataclass(frozen=True)
class NoteLine:
    """A line of the file. `source` is the line without surrounding white space, `text` its part after the bullet."""

    number: int
    source: str
    indent: int = 0
    bullet: str = ""

    @property
    def text(self) -> str:
        return self.source[len(self.bullet) :].lstrip()


def read_lines(data: bytes) -> list[NoteLine]:
    """Return the lines of a text file, including empty ones, in Unicode's composed form (NFC).

    Raise NoteError if the file is too large, empty, not plain text, or has too many lines or one that is too long.
    """
    if len(data) > MAX_FILE_SIZE:
        raise NoteError(
            None,
            f"The file has more than {MAX_FILE_SIZE:,} bytes, the most that a note can have. Check that it is the "
            "right file, and save the note as plain text.",
        )
    for start, name in OTHER_FORMATS.items():
        if data.startswith(start):
            raise NoteError(
                None, f"The file is {name}. Only plain text can be read. Save the note as plain text (UTF-8)."
            )
    text = decode_text(data)
    if not text.strip():
        raise NoteError(None, "The file is empty. Use a file with the text of a note.")
    texts = LINE_END.split(text)
    if sum(not text.isspace() for text in texts if text) > MAX_LINES:
        raise NoteError(
            None,
            f"The file has more than {MAX_LINES:,} lines, the most that a note can have. Check that it is the right "
            "file.",
        )
    return [parse_line(number, text) for number, text in enumerate(texts, start=1)]


def decode_text(data: bytes) -> str:
    encoding, data = detect_encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, errors="replace")
        raise NoteError(
            len(LINE_END.findall(before)) + 1,
            f"The byte 0x{data[error.start]:02X} is not valid {encoding.upper()}. Save the file again as UTF-8 text.",
        ) from error
    if control := CONTROL_CHARACTER.search(text):
        raise NoteError(
            len(LINE_END.findall(text[: control.start()])) + 1,
            f"The file is binary or damaged: it contains the control character 0x{ord(control[0]):02X}. "
            "Save the note as plain text (UTF-8).",
        )
    if sign := INVISIBLE_SIGN.search(text):
        raise NoteError(
            len(LINE_END.findall(text[: sign.start()])) + 1,
            f"The line has {describe_sign(sign[0])}. Delete it.",
        )
    if mark := find_excess_mark(text):
        line = len(LINE_END.findall(text[:mark])) + 1
        raise NoteError(line, f"A letter of the line has more than {MAX_MARKS} accents or other marks. Correct it.")
    return unicodedata.normalize("NFC", text)


def detect_encoding(data: bytes) -> tuple[str, bytes]:
    """Return the encoding, detected by the byte order mark, and the data without that mark."""
    for mark, encoding in UTF_16_MARKS.items():
        if data.startswith(mark):
            return encoding, data[len(mark) :]
    return "utf-8", data.removeprefix(codecs.BOM_UTF8)


def parse_line(number: int, text: str) -> NoteLine:
    source = text.strip()
    if len(source) > MAX_LINE_LENGTH:
        raise NoteError(
            number,
            f"The line has {len(source):,} characters. A line can have at most {MAX_LINE_LENGTH:,}. Break it into "
            "paragraphs.",
        )
    indent = len(text.expandtabs(4)) - len(text.expandtabs(4).lstrip())
    bullet = BULLET.match(source)
    return NoteLine(number, source, indent, bullet[1] if bullet else "")

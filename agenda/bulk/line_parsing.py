"""Parse lines of JSON. Each is one document of a meeting or topic, in one language.

The lines of one meeting or topic follow each other. One of them is in the source language. From the others, only texts
are used: everything else (dates, numbers, order) comes from the source line.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from agenda.documents.translations.segments import list_segments
from agenda.workflow.drafts import SubjectDocument
from meetings.documents.encoding import InvalidDocument, convert_document
from meetings.documents.schema import Tombstone

UTF8_BOM = b"\xef\xbb\xbf"  # some editors put it at the start of a file


class LineError(ValueError):
    """A line cannot be loaded. The message says which one, why, and how to correct it."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(_("line %(line)d: %(message)s") % {"line": line, "message": message})
        self.line = line


@dataclass(frozen=True)
class DocumentLine:
    """A line of the file, and the document in it. `offset` is the number of bytes before the line."""

    number: int
    document: SubjectDocument
    offset: int = 0


@dataclass(frozen=True)
class SubjectLines:
    """The lines of one meeting or topic: its document in the source language, and its translations."""

    source: DocumentLine
    translations: tuple[DocumentLine, ...]

    @property
    def document(self) -> SubjectDocument:
        return self.source.document

    @property
    def lines(self) -> list[DocumentLine]:
        return [self.source, *self.translations]

    @property
    def first(self) -> DocumentLine:
        """The line that comes first in the file."""
        return min(self.lines, key=lambda line: line.number)

    @property
    def last_line(self) -> int:
        return max(line.number for line in self.lines)


def group_lines(lines: Iterable[DocumentLine | LineError]) -> Iterator[SubjectLines | LineError]:
    """Yield the groups of lines, and the errors in them, in the order of the file.

    Only one group is in memory at a time.
    """
    first_lines: dict[UUID, int] = {}
    for _key, same in groupby(lines, lambda line: line.document.id if isinstance(line, DocumentLine) else line.line):
        group = list(same)
        if isinstance(first := group[0], LineError):
            yield first
            continue
        key = first.document.id
        try:
            if key in first_lines:
                message = _("all lines of a meeting or topic must be together, but those of %s start in line %d")
                raise LineError(first.number, message % (key, first_lines[key]))
            first_lines[key] = first.number
            yield build_subject_lines([line for line in group if isinstance(line, DocumentLine)])
        except LineError as error:
            yield error


def read_lines(file: Iterable[bytes], number: int = 1, offset: int = 0) -> Iterator[DocumentLine | LineError]:
    """Yield the lines and the errors in them. `number` and `offset` are those of the first line."""
    for text in file:
        if text.removeprefix(UTF8_BOM).strip():
            try:
                yield DocumentLine(number, parse_document(text.removeprefix(UTF8_BOM)), offset)
            except InvalidDocument as error:
                yield LineError(number, str(error))
        number, offset = number + 1, offset + len(text)


def parse_document(text: bytes) -> SubjectDocument:
    """Return the document of a line. Raise InvalidDocument, also for an unknown member: nothing is ignored."""
    try:
        data = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        message = _("it is not valid JSON (%s). Each line must be one whole document, in UTF-8 and without line breaks")
        raise InvalidDocument(message % error) from error
    document = convert_document(data)
    if isinstance(document, Tombstone):
        raise InvalidDocument(_("a withdrawal cannot be loaded. Remove the line"))
    if msgspec.json.encode(data, order="sorted") == msgspec.json.encode(document, order="sorted"):
        return document  # as nearly always, and found out faster than below
    if unknown := next(find_unknown_members(data, msgspec.to_builtins(document)), ""):
        raise InvalidDocument(_("documents have no member “%s”. Correct its name or remove it") % unknown)
    return document


def find_unknown_members(data: Any, known: Any, path: str = "") -> Iterator[str]:
    """Yield the paths of members of the JSON data that the document, as plain data (`known`), does not have."""
    if isinstance(data, dict) and isinstance(known, dict):
        for name, value in data.items():
            if name not in known:
                yield f"{path}{name}"
            else:
                yield from find_unknown_members(value, known[name], f"{path}{name}.")
    elif isinstance(data, list) and isinstance(known, list):
        for position, (entry, known_entry) in enumerate(zip(data, known, strict=True)):
            yield from find_unknown_members(entry, known_entry, f"{path}{position}.")


def build_subject_lines(group: list[DocumentLine]) -> SubjectLines:
    """Return the group of lines of one subject. Raise LineError if they do not belong together."""
    by_language: dict[str, DocumentLine] = {}
    for line in group:
        document, first = line.document, group[0].document
        if type(document) is not type(first) or document.source_language != first.source_language:
            message = _(
                "it has the same id as line %d, but a different type or source_language. Use the same in both lines"
            )
            raise LineError(line.number, message % group[0].number)
        if document.language in by_language:
            message = _("line %d is already in “%s”. Remove one of the two")
            raise LineError(line.number, message % (by_language[document.language].number, document.language))
        by_language[document.language] = line
    source_language = group[0].document.source_language
    source = by_language.pop(source_language, None)
    if source is None:
        message = _("the source language of %s is “%s”, but it has no line in that language. Add one")
        raise LineError(group[0].number, message % (group[0].document.id, source_language))
    for line in by_language.values():
        refuse_unknown_texts(line, source)
    return SubjectLines(source, tuple(by_language.values()))


def refuse_unknown_texts(line: DocumentLine, source: DocumentLine) -> None:
    known = {segment.key for segment in list_segments(source.document)}
    for segment in list_segments(line.document):
        if segment.key not in known:
            message = _(
                "“%s” is not a text of line %d, which it translates. Use the same ids for the parts in both lines"
            )
            raise LineError(line.number, message % (segment.path, source.number))

"""Lines of JSON: each holds one document of a meeting or topic, in one language.

The lines of one meeting or topic follow each other. One of them is in the language that it was written in; the others
give its texts in theirs, and nothing else: what is no text (dates, numbers, order) is the source's.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from agenda.drafts import SubjectDocument
from agenda.translating import segments
from meetings.documents.shape import Tombstone
from meetings.documents.text import InvalidDocument, of_any_type

MARK = b"\xef\xbb\xbf"  # which some editors put before UTF-8


class LineError(ValueError):
    """A line that cannot be loaded; the message says which, why, and how to mend it."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(_("line %(line)d: %(message)s") % {"line": line, "message": message})
        self.line = line


@dataclass(frozen=True)
class Line:
    number: int
    document: SubjectDocument


@dataclass(frozen=True)
class Entry:
    """A meeting or topic: its document in the language that it was written in, and its translations."""

    source: Line
    translations: tuple[Line, ...]

    @property
    def document(self) -> SubjectDocument:
        return self.source.document

    @property
    def lines(self) -> list[Line]:
        return [self.source, *self.translations]

    @property
    def last(self) -> int:
        return max(line.number for line in self.lines)


def entries(file: Iterable[bytes]) -> Iterator[Entry | LineError]:
    """What the lines say, and what is wrong with them, in the order of the file. Holds one meeting at a time."""
    began: dict[UUID, int] = {}
    for _key, same in groupby(lines(file), lambda one: one.document.id if isinstance(one, Line) else one.line):
        group = list(same)
        if isinstance(first := group[0], LineError):
            yield first
            continue
        key = first.document.id
        try:
            if key in began:
                told = _("the lines of one meeting or topic follow each other, and those of %s begin in line %d")
                raise LineError(first.number, told % (key, began[key]))
            began[key] = first.number
            yield entry([line for line in group if isinstance(line, Line)])
        except LineError as error:
            yield error


def lines(file: Iterable[bytes]) -> Iterator[Line | LineError]:
    for number, text in enumerate(file, 1):
        if not text.removeprefix(MARK).strip():
            continue
        try:
            yield Line(number, document_of(text.removeprefix(MARK)))
        except InvalidDocument as error:
            yield LineError(number, str(error))


def document_of(text: bytes) -> SubjectDocument:
    """Raises InvalidDocument, also for a member that no document has: nothing is left out without a word."""
    try:
        given = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        told = _("not JSON (%s): a line holds one whole document, in UTF-8 and without line breaks")
        raise InvalidDocument(told % error) from error
    document = of_any_type(given)
    if isinstance(document, Tombstone):
        raise InvalidDocument(_("a withdrawal cannot be loaded: leave the line out"))
    if unknown := next(unknown_members(given, msgspec.to_builtins(document)), ""):
        raise InvalidDocument(_("no document has a member “%s”: correct its name, or leave it out") % unknown)
    return document


def unknown_members(given: Any, known: Any, path: str = "") -> Iterator[str]:
    if isinstance(given, dict) and isinstance(known, dict):
        for name, value in given.items():
            if name not in known:
                yield f"{path}{name}"
            else:
                yield from unknown_members(value, known[name], f"{path}{name}.")
    elif isinstance(given, list) and isinstance(known, list):
        for place, (one, other) in enumerate(zip(given, known, strict=True)):
            yield from unknown_members(one, other, f"{path}{place}.")


def entry(group: list[Line]) -> Entry:
    """Raises LineError."""
    by_language: dict[str, Line] = {}
    for line in group:
        document, first = line.document, group[0].document
        if type(document) is not type(first) or document.source_language != first.source_language:
            told = _("it has the id of line %d, but another type or source_language: give both lines the same")
            raise LineError(line.number, told % group[0].number)
        if document.language in by_language:
            told = _("line %d is in “%s” already: leave one of the two out")
            raise LineError(line.number, told % (by_language[document.language].number, document.language))
        by_language[document.language] = line
    wanted = group[0].document.source_language
    source = by_language.pop(wanted, None)
    if source is None:
        told = _("%s was written in “%s”, and there is no line in that language beside this one: add it")
        raise LineError(group[0].number, told % (group[0].document.id, wanted))
    for line in by_language.values():
        refuse_strange_texts(line, source)
    return Entry(source, tuple(by_language.values()))


def refuse_strange_texts(line: Line, source: Line) -> None:
    known = {segment.key for segment in segments(source.document)}
    for segment in segments(line.document):
        if segment.key not in known:
            told = _("“%s” is no text of line %d, which it translates: give the parts the same ids in both")
            raise LineError(line.number, told % (segment.path, source.number))

"""Match the parts of a note with those of its source document, and compare what all languages share."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from msgspec import Struct

from agenda.documents.diff.labels import get_part_name
from agenda.documents.fact_check.disagreements import strip_url_language
from agenda.translation.note_matching.evidence import (
    MatchEvidence,
    extract_digits,
    identify_providers,
    normalize_item_number,
    normalize_person_name,
)
from agenda.translation.note_matching.matcher import is_in_order, match_parts
from meetings.documents import schema
from meetings.documents.document_numbers import normalize_document_number, normalize_reference
from meetings.documents.members import get_members
from meetings.documents.schema import MeetingDocument
from meetings.documents.traversal import convert_to_list, get_part_kind, is_part
from meetings.i18n.printed_times import format_printed_time


@dataclass
class NoteAlignment:
    """The matched parts of a note and its source document.

    `rows` maps rows of the note to rows of the source; `pairs` are the matched parts, the note's first. `disordered`
    are the paths of lists that have another order in the note. `candidates` are the parts of the source that an
    unmatched part of the note may be, by its id.
    """

    rows: dict[UUID, UUID] = field(default_factory=dict)
    pairs: list[tuple[Any, Any]] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    candidates: dict[UUID, list[Any]] = field(default_factory=dict)


def align_note(note: MeetingDocument, source: MeetingDocument) -> NoteAlignment:
    """Match all parts of a note: the sessions first, since they help to match the items and points in them."""
    alignment = NoteAlignment({note.id: source.id}, [(note, source)])
    evidence = MatchEvidence(note, source, {})
    indexes = match_parts(note.sessions, source.sessions, evidence)
    sessions = {note.sessions[index].id: source.sessions[other].id for index, other in indexes.items()}
    align_children(alignment, note, source, MatchEvidence(note, source, sessions))
    return alignment


def align_children(alignment: NoteAlignment, note: Struct, source: Any, evidence: MatchEvidence) -> None:
    for name in get_members(type(note)):
        ours, theirs = (
            [part for part in convert_to_list(getattr(owner, name)) if is_part(part)] for owner in (note, source)
        )
        indexes = match_parts(ours, theirs, evidence) if ours and theirs else {}
        if not is_in_order(indexes):
            alignment.disordered.append(f"{get_part_kind(source)}.{source.id}.{name}" if is_part(source) else name)
        matched = set(indexes.values())
        unmatched = [part for index, part in enumerate(theirs) if index not in matched]
        for index, part in enumerate(ours):
            if index not in indexes:
                alignment.candidates[part.id] = [other for other in unmatched if evidence.is_candidate(part, other)]
        for index, other_index in sorted(indexes.items()):
            alignment.rows[ours[index].id] = theirs[other_index].id
            alignment.pairs.append((ours[index], theirs[other_index]))
            align_children(alignment, ours[index], theirs[other_index], evidence)


Normalize = Callable[[Any, str], Any]
NORMALIZERS: dict[str, Normalize] = {
    "value": lambda value, language: value,
    "person": lambda name, language: normalize_person_name(name),
    "item_number": lambda number, language: normalize_item_number(number),
    "document_number": lambda number, language: normalize_document_number(number),
    "reference": lambda reference, language: normalize_reference(reference),
    "telephone": lambda telephone, language: extract_digits(telephone),
    "provider": lambda name, language: identify_providers([name], language)[0],
}
"""Functions of a value and its language that make the values of two languages comparable, by `in_note` of members."""


def find_shared_differences(note: Any, source: Any, languages: tuple[str, str]) -> Iterator[tuple[str, Any, Any]]:
    """Yield what should be the same in every language but differs: the member, and the values of note and source.

    Values that the note leaves out are no differences. `languages` are those of the source and of the note.
    """
    part_type: type[Struct] = type(note)
    for name, member in get_members(part_type).items():
        value, expected = getattr(note, name), getattr(source, name)
        if not member.in_note or not value or (name == "end_date" and is_one_day(note, source)):
            continue
        if not is_same_value(member.in_note, value, expected, languages):
            yield name, value, expected
    if isinstance(note, schema.Point) and has_other_time(note, source):
        yield "time", format_compared_time(note), format_compared_time(source)


def is_same_value(normalizer: str, note: Any, source: Any, languages: tuple[str, str]) -> bool:
    """Return whether two values are the same, whatever the order of a list."""
    if normalizer == "address":
        return is_same_url(note, source, languages)
    normalize = NORMALIZERS[normalizer]
    if isinstance(note, list):
        ours, theirs = (
            [normalize(each, language) for each in value]
            for value, language in ((note, languages[1]), (source, languages[0]))
        )
        return sorted(ours) == sorted(theirs)
    return bool(source) and normalize(note, languages[1]) == normalize(source, languages[0])


def is_same_url(note: str, source: str, languages: tuple[str, str]) -> bool:
    """Return whether two URLs are the same, apart from the language that they name."""
    return strip_url_language(note, languages) == strip_url_language(source, languages)


def format_name_with_time(part: Any) -> str:
    return f"{get_part_name(part)}{format_time_in_brackets(part)}"


def format_time_in_brackets(part: Any) -> str:
    time = format_compared_time(part) if isinstance(part, schema.Point) else ""
    return f" ({time})" if time else ""


def is_one_day(*documents: MeetingDocument) -> bool:
    """Return whether each meeting lasts one day, so that the last day adds nothing to the first."""
    return all(document.end_date in (None, document.start_date) for document in documents)


def has_other_time(note: schema.Point, source: schema.Point) -> bool:
    """Return whether the note has a time, or a precision of it, that differs from the source."""
    pairs = (note.time, source.time), (note.time_precision, source.time_precision)
    return any(value and value != expected for value, expected in pairs)


def format_compared_time(point: schema.Point) -> str:
    time = dt.time.fromisoformat(point.time) if point.time else None
    return format_printed_time(time, point.time_precision) or point.time_text or point.time or ""

"""Match the parts of a note with those of its source document, and compare what all languages share."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from msgspec import Struct

from agenda.documents.diff.document_side import convert_to_list
from agenda.documents.diff.labels import get_part_kind, get_part_name, is_part
from agenda.documents.fact_check.disagreements import strip_url_language
from agenda.documents.translations.segments import get_member_names
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
from meetings.documents.schema import MeetingDocument
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
    indexes = match_parts(note.sessions, source.sessions, evidence.build_rules())
    sessions = {note.sessions[index].id: source.sessions[other].id for index, other in indexes.items()}
    align_children(alignment, note, source, MatchEvidence(note, source, sessions))
    return alignment


def align_children(alignment: NoteAlignment, note: Any, source: Any, evidence: MatchEvidence) -> None:
    part_type: type[Struct] = type(note)
    for name in get_member_names(part_type):
        ours, theirs = (
            [part for part in convert_to_list(getattr(owner, name)) if is_part(part)] for owner in (note, source)
        )
        indexes = match_parts(ours, theirs, evidence.build_rules()) if ours and theirs else {}
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


Normalize = Callable[[Any], Any]
SHARED_MEMBERS: dict[type, dict[str, Normalize]] = {
    MeetingDocument: {
        "start_date": lambda value: value,
        "end_date": lambda value: value,
        "issued_on": lambda value: value,
        "document_number": normalize_document_number,
        "references": lambda value: sorted(map(normalize_reference, value)),
    },
    schema.Chair: {"name": normalize_person_name, "country": str, "date": lambda value: value},
    schema.Session: {"date": lambda value: value},
    schema.Item: {
        "number": normalize_item_number,
        "public": str,
        "public_basis": str,
        "documents": lambda value: sorted(map(normalize_document_number, value)),
        "procedures": lambda value: sorted(map(normalize_reference, value)),
    },
    schema.Point: {
        "date": lambda value: value,
        "live": bool,
        "in_margins": bool,
    },
    schema.Contact: {
        "name": normalize_person_name,
        "phones": lambda value: sorted(map(extract_digits, value)),
        "email": str,
        "url": str,
    },
    schema.Footnote: {"mark": str},
}
PROVIDER_FIELDS = ("information_from", "supported_by")


def find_shared_differences(note: Any, source: Any, languages: tuple[str, str]) -> Iterator[tuple[str, Any, Any]]:
    """Yield what should be the same in every language but differs: the member, and the values of note and source.

    Values that the note leaves out are no differences. `languages` are those of the source and of the note.
    """
    for name, normalize in SHARED_MEMBERS.get(type(note), {}).items():
        value, expected = getattr(note, name), getattr(source, name)
        if name == "end_date" and is_one_day(note, source):
            continue
        if value and (not expected or normalize(value) != normalize(expected)):
            yield name, value, expected
    if isinstance(note, schema.Point) and has_other_time(note, source):
        yield "time", format_compared_time(note), format_compared_time(source)
    if isinstance(note, schema.Item):
        for name in PROVIDER_FIELDS:
            ours, theirs = getattr(note, name), getattr(source, name)
            if ours and sorted(identify_providers(ours, languages[1])) != sorted(
                identify_providers(theirs, languages[0])
            ):
                yield name, ours, theirs
    if isinstance(note, schema.Link) and note.url and not is_same_url(note.url, source.url, languages):
        yield "url", note.url, source.url


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

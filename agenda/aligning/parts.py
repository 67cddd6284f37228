"""Which part of a note is which part of the source document, and what the two say differently that is shared."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from msgspec import Struct

from agenda.aligning.bearings import Bearings, digits, document_number, name_alone, number_in_latin, who
from agenda.aligning.pairing import in_order, pair
from agenda.comparing.labels import is_part, kind_of, name_of
from agenda.comparing.sides import listed
from agenda.translating.agreeing import in_no_language
from agenda.translating.segments import members_of
from meetings.documents import shape
from meetings.documents.shape import MeetingDocument
from meetings.indexing import squeezed
from meetings.times import printed_time


@dataclass
class Alignment:
    """`rows` says which row of the source a row of the note is; `pairs` are the parts, the note's first.

    `disordered` are the lists whose order is another in the note, by the path of what they belong to; `left` are the
    parts of the source that a part of the note could be, where it is not certain which.
    """

    rows: dict[UUID, UUID] = field(default_factory=dict)
    pairs: list[tuple[Any, Any]] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    left: dict[UUID, list[Any]] = field(default_factory=dict)


def align(note: MeetingDocument, source: MeetingDocument) -> Alignment:
    alignment = Alignment({note.id: source.id}, [(note, source)])
    bearings = Bearings(note, source, {})
    places = pair(note.sessions, source.sessions, bearings.likeness())
    sessions = {note.sessions[one].id: source.sessions[other].id for one, other in places.items()}
    align_within(alignment, note, source, Bearings(note, source, sessions))
    return alignment


def align_within(alignment: Alignment, note: Any, source: Any, bearings: Bearings) -> None:
    shape_of: type[Struct] = type(note)
    for name in members_of(shape_of):
        ours, theirs = ([part for part in listed(getattr(owner, name)) if is_part(part)] for owner in (note, source))
        places = pair(ours, theirs, bearings.likeness()) if ours and theirs else {}
        if not in_order(places):
            alignment.disordered.append(f"{kind_of(source)}.{source.id}.{name}" if is_part(source) else name)
        taken = set(places.values())
        left = [part for place, part in enumerate(theirs) if place not in taken]
        for place, part in enumerate(ours):
            if place not in places:
                alignment.left[part.id] = [other for other in left if bearings.could_be(part, other)]
        for one, other in sorted(places.items()):
            alignment.rows[ours[one].id] = theirs[other].id
            alignment.pairs.append((ours[one], theirs[other]))
            align_within(alignment, ours[one], theirs[other], bearings)


Key = Callable[[Any], Any]
SHARED: dict[type, dict[str, Key]] = {
    MeetingDocument: {
        "start_date": lambda value: value,
        "end_date": lambda value: value,
        "issued_on": lambda value: value,
        "document_number": document_number,
        "references": lambda value: sorted(map(squeezed, value)),
    },
    shape.Chair: {"name": name_alone, "country": str, "date": lambda value: value},
    shape.Session: {"date": lambda value: value},
    shape.Item: {
        "number": number_in_latin,
        "public": str,
        "public_basis": str,
        "documents": lambda value: sorted(map(document_number, value)),
        "procedures": lambda value: sorted(map(squeezed, value)),
    },
    shape.Point: {
        "date": lambda value: value,
        "live": bool,
        "in_margins": bool,
    },
    shape.Contact: {"name": name_alone, "phones": lambda value: sorted(map(digits, value)), "email": str, "url": str},
    shape.Footnote: {"mark": str},
}
PROVIDERS = ("information_from", "supported_by")


def shared_differences(note: Any, source: Any, languages: tuple[str, str]) -> Iterator[tuple[str, Any, Any]]:
    """What of a pair is the same in every language and yet differs: the member, and what note and source say.

    What a note does not say at all is the source's. `languages` are the source's and the note's.
    """
    for name, key in SHARED.get(type(note), {}).items():
        said, wanted = getattr(note, name), getattr(source, name)
        if said and (not wanted or key(said) != key(wanted)) and not (name == "end_date" and lasts_a_day(note, source)):
            yield name, said, wanted
    if isinstance(note, shape.Point) and has_another_hour(note, source):
        yield "time", printed_hour(note), printed_hour(source)
    if isinstance(note, shape.Item):
        for name in PROVIDERS:
            ours, theirs = getattr(note, name), getattr(source, name)
            if ours and sorted(who(ours, languages[1])) != sorted(who(theirs, languages[0])):
                yield name, ours, theirs
    if isinstance(note, shape.Link) and note.url and not same_address(note.url, source.url, languages):
        yield "url", note.url, source.url


def same_address(note: str, source: str, languages: tuple[str, str]) -> bool:
    """But for the language that an address names."""
    return in_no_language(note, languages) == in_no_language(source, languages)


def name_with_hour(part: Any) -> str:
    return f"{name_of(part)}{in_brackets(part)}"


def in_brackets(part: Any) -> str:
    hour = printed_hour(part) if isinstance(part, shape.Point) else ""
    return f" ({hour})" if hour else ""


def lasts_a_day(*documents: MeetingDocument) -> bool:
    """Each of them, so that the last day says no more than the first."""
    return all(document.end_date in (None, document.start_date) for document in documents)


def has_another_hour(note: shape.Point, source: shape.Point) -> bool:
    pairs = (note.time, source.time), (note.time_precision, source.time_precision)
    return any(said and said != wanted for said, wanted in pairs)


def printed_hour(point: shape.Point) -> str:
    time = dt.time.fromisoformat(point.time) if point.time else None
    return printed_time(time, point.time_precision) or point.time_text or point.time or ""

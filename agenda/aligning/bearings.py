"""What a part of a document may be told by in every language: numbers, names, addresses, hours, and its structure."""

import datetime as dt
import re
import unicodedata
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from agenda.aligning.pairing import Likeness, Mark
from agenda.notes.english import ENGLISH
from agenda.notes.languages import READABLE
from agenda.notes.words import unaccented
from agenda.translating import Kind, Segment, blocks, disagreements_in, segments
from agenda.translating.agreeing import in_no_language, words_of
from agenda.translating.reading import facts_in
from meetings.documents import shape
from meetings.indexing import squeezed, walk
from meetings.reference.delegations import BY_CODE, delegations_by_name
from meetings.reference.delegations import DEFAULT_LANGUAGE as REFERENCE
from meetings.reference.phrases import known_phrase
from meetings.vocabulary import LinkKind, PointKind

GREEK_NUMERALS = "α β γ δ ε στ ζ η θ ι".split()
WEAK = (frozenset({"time", "date", "who informs", "kind"}), frozenset({"number"}))
LATIN = "abcdefghij"
KNOWN = {*BY_CODE, *ENGLISH.agenda.institutions.values()}
PEOPLE = (shape.Chair, shape.Contact)
GRAVE = frozenset({Kind.TIME, Kind.DATE, Kind.NUMBER, Kind.DOCUMENT, Kind.PROCEDURE, Kind.LINK})


def number_in_latin(number: str) -> str:
    """“8 β” as “8 b”: the one part of a printed number that is of a language."""
    return " ".join(
        LATIN[GREEK_NUMERALS.index(part)] if part in GREEK_NUMERALS else part for part in number.casefold().split()
    )


def document_number(number: str) -> str:
    return squeezed(number).replace("+", "").replace("INIT", "")


def name_alone(name: str) -> str:
    return unaccented(re.sub(r"^(?:M\.|Mme|Mr|Mrs|Ms|κ\.|κα) ", "", " ".join(name.split())))


def in_other_letters(name: str, other: str) -> bool:
    """Whether two names are of different alphabets, so that they cannot be compared."""
    return alphabets(name).isdisjoint(alphabets(other))


def alphabets(name: str) -> set[str]:
    return {unicodedata.name(sign, "").partition(" ")[0] for sign in name if sign.isalpha()}


def digits(telephone: str) -> str:
    return re.sub(r"\D", "", telephone)


def who(names: Sequence[str], language: str) -> list[str]:
    """Delegations and institutions as one calls them in any language; what is not known as it is written."""
    words = READABLE.get(language)
    countries = delegations_by_name(language)
    in_english = words.agenda.in_english if words else {}
    return [
        countries[name.casefold()].code if name.casefold() in countries else in_english.get(name, name)
        for name in names
    ]


class Bearings:
    """Of the parts of a note and its source; `sessions` says which session of the source one of the note is."""

    def __init__(
        self, note: shape.MeetingDocument, source: shape.MeetingDocument, sessions: Mapping[UUID, UUID]
    ) -> None:
        self.note, self.source, self.sessions = note, source, sessions
        self.strands = {**sessions, **{each: each for each in sessions.values()}}
        self.languages = (source.language, note.language)
        self.segments: dict[UUID, dict[str, Segment]] = {}
        for segment in (*segments(note), *segments(source)):
            self.segments.setdefault(segment.row, {})[segment.field] = segment
        self.kinds: dict[UUID, tuple[str, ...]] = {}
        """Of the items in a session."""
        for item, _parent in (*walk(note.agenda), *walk(source.agenda)):
            if item.session:
                self.kinds[item.session] = (*self.kinds.get(item.session, ()), str(item.kind))

    def likeness(self) -> Likeness[Any]:
        return Likeness(
            self.marks_of_note,
            self.marks_of_source,
            WEAK,
            self.outline,
            self.may_be,
            self.is_like,
            self.tells,
            needs_to_be_alone=self.is_person_without_bearings,
            stands_out=self.is_point_of_one_kind_and_day,
        )

    def marks_of_note(self, part: Any) -> Iterator[Mark]:
        return self.marks(part, self.note.language)

    def marks_of_source(self, part: Any) -> Iterator[Mark]:
        return self.marks(part, self.source.language)

    def marks(self, part: Any, language: str) -> Iterator[Mark]:
        match part:
            case shape.Chair():
                yield "name", name_alone(part.name)
            case shape.Contact():
                yield "name", name_alone(part.name)
                yield from (("telephone", digits(each)) for each in part.phones)
                yield from (("address", each) for each in (part.email, part.url) if each)
            case shape.Footnote():
                yield "mark", part.mark
            case shape.Session():
                yield from marks_of_session(part, language)
            case shape.Link():
                yield from self.marks_of_link(part)
            case shape.Point():
                yield from self.marks_of_point(part)
            case shape.Item():
                yield from self.marks_of_item(part, language)

    def marks_of_link(self, link: shape.Link) -> Iterator[Mark]:
        if link.url:
            yield self.address(link)
        elif link.kind != LinkKind.WEB:
            yield "kind", link.kind

    def marks_of_point(self, point: shape.Point) -> Iterator[Mark]:
        if point.session and point.session in self.strands:
            yield "session", (point.kind, self.strands[point.session])
        if point.time:
            yield "time", (point.date, point.time)
        yield from (self.address(link) for link in point.links if link.url)

    def marks_of_item(self, item: shape.Item, language: str) -> Iterator[Mark]:
        if item.number:
            yield "number", number_in_latin(item.number)
        if KNOWN.issuperset(informing := who(item.information_from, language)) and informing:
            yield "who informs", tuple(sorted(informing))
        yield from (("document", document_number(each)) for each in item.documents)
        yield from (("procedure", squeezed(each)) for each in item.procedures)
        yield from (self.address(link) for link in item.links if link.url)

    def address(self, link: shape.Link) -> Mark:
        return "address", in_no_language(link.url, self.languages)

    def may_be(self, note: Any, source: Any) -> bool:
        match note:
            case shape.Item():
                return note.kind == source.kind and self.is_in(note.session, source.session)
            case shape.Point():
                in_session = source.session is None or self.is_in(note.session, source.session)
                return note.kind == source.kind and in_session
            case shape.Chair() | shape.Contact():
                return self.may_be_one_person(note, source)
        return True

    def could_be(self, note: Any, source: Any) -> bool:
        """For people who look for it: a point may have another kind, but hardly another day."""
        if isinstance(note, shape.Point):
            return len({*self.days_of(note, source)} - {None}) < 2
        return not isinstance(note, shape.Item) or self.may_be(note, source)

    def is_in(self, session: UUID | None, there: UUID | None) -> bool:
        return session is None or self.sessions.get(session, there) == there

    def may_be_one_person(self, note: Any, source: Any) -> bool:
        """Not with another name, unless the two cannot be compared, or a telephone or address is the same."""
        if not self.is_person_without_bearings(note, source):
            return True
        both_called = isinstance(note, shape.Contact) and note.phones and source.phones
        return in_other_letters(note.name, source.name) and not both_called

    def is_person_without_bearings(self, note: Any, source: Any) -> bool:
        return isinstance(note, PEOPLE) and set(self.marks_of_note(note)).isdisjoint(self.marks_of_source(source))

    def is_point_of_one_kind_and_day(self, note: Any, source: Any) -> bool:
        if not isinstance(note, shape.Point) or note.kind == PointKind.OTHER or note.kind != source.kind:
            return False
        one, other = self.days_of(note, source)
        return one == other is not None

    def days_of(self, note: shape.Point, source: shape.Point) -> tuple[dt.date | None, dt.date | None]:
        return day_of(note, self.note), day_of(source, self.source)

    def outline(self, part: Any) -> Hashable:
        """Which texts are there, in which paragraphs and lists, how many links; of a session, what stands in it."""
        if isinstance(part, shape.Session):
            return self.kinds.get(part.id, ())
        texts = ((field, elements_of(segment)) for field, segment in self.texts(part).items())
        return (*texts, len(getattr(part, "links", ())))

    def is_like(self, note: Any, source: Any) -> bool:
        """Of parts with one outline: no mark of a sort that both have differs, nor a fact in their texts."""
        ours, theirs = marks_by_sort(self.marks_of_note(note)), marks_by_sort(self.marks_of_source(source))
        if any(ours[sort] != theirs[sort] for sort in ours.keys() & theirs.keys()):
            return False
        if isinstance(note, shape.Session):
            return True
        texts = self.texts(note)
        return all(agree(one, texts[field].text, self.languages) for field, one in self.texts(source).items())

    def texts(self, part: Any) -> dict[str, Segment]:
        """Without those who inform: the note may name them in another order."""
        return {field: one for field, one in self.segments.get(part.id, {}).items() if "." not in field}

    def tells(self, note: Any) -> bool:
        """Numbers, several paragraphs, or links: something that another part hardly has as well."""
        if any(sort != "number" for sort, _value in self.marks_of_note(note)) or len(getattr(note, "links", ())) > 1:
            return True
        return any(
            len(blocks(segment.text)) > 1 or facts_in(words_of(segment.text), self.note.language).all
            for segment in self.texts(note).values()
        )


def day_of(point: shape.Point, document: shape.MeetingDocument) -> dt.date | None:
    only = document.start_date if document.end_date in (None, document.start_date) else None
    return point.date or only


def marks_of_session(session: shape.Session, language: str) -> Iterator[Mark]:
    """Most strands of the Council are named in reference data."""
    if session.date:
        yield "date", session.date
    if strand := known_phrase(session.title, "session", REFERENCE, language):
        yield "strand", strand


def marks_by_sort(marks: Iterator[Mark]) -> dict[str, set[Hashable]]:
    found: dict[str, set[Hashable]] = {}
    for sort, value in marks:
        found.setdefault(sort, set()).add(value)
    return found


def agree(source: Segment, text: str, languages: tuple[str, str]) -> bool:
    return not any(found.kind in GRAVE for found in disagreements_in(source, text, *languages))


def elements_of(segment: Segment) -> tuple[str, ...]:
    return elements(segment.text) if segment.rich else ()


def elements(html: str) -> tuple[str, ...]:
    return tuple(block.element for block in blocks(html))

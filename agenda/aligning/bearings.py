"""What a part of a document may be told by in every language: numbers, names, addresses, hours, and its structure."""

import re
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

GREEK_NUMERALS = "α β γ δ ε στ ζ η θ ι".split()
WEAK = frozenset({"number", "time", "date", "who informs"})
LATIN = "abcdefghij"
KNOWN = {*BY_CODE, *ENGLISH.agenda.institutions.values()}
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
            self.marks_of_note, self.marks_of_source, WEAK, self.outline, self.may_be, self.is_like, self.tells
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
            case shape.Session() if part.date:
                yield "date", part.date
            case shape.Link() if part.url:
                yield self.address(part)
            case shape.Point():
                if part.time:
                    yield "time", (part.date, part.time)
                yield from (self.address(link) for link in part.links if link.url)
            case shape.Item():
                yield from self.marks_of_item(part, language)

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
        if isinstance(note, shape.Item | shape.Point) and note.kind != source.kind:
            return False
        session = getattr(note, "session", None)
        there = getattr(source, "session", None)
        return not isinstance(note, shape.Item) or self.sessions.get(session or note.id, there) == there

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

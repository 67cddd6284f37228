"""Identify the parts of a document in any language: by numbers, names, URLs, times, and by their structure."""

import datetime as dt
import re
import unicodedata
from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from agenda.documents.fact_check.disagreements import find_text_disagreements, strip_url_language
from agenda.documents.fact_check.extract_facts import extract_facts
from agenda.documents.fact_check.facts import FactKind
from agenda.documents.translations.segments import Segment, list_segments, split_blocks
from agenda.notes.language_detection import load_phrases_of_notes
from agenda.notes.phrases import fold_case_and_accents
from meetings.documents import schema
from meetings.documents.choices import LinkKind, PointKind
from meetings.documents.document_numbers import normalize_document_number, normalize_reference
from meetings.documents.plain_text import html_to_words
from meetings.documents.traversal import walk_items
from meetings.reference.delegations import DEFAULT_LANGUAGE as REFERENCE
from meetings.reference.delegations import DELEGATIONS_BY_CODE, get_delegations_by_name
from meetings.reference.phrases import translate_phrase

GREEK_NUMERALS = "α β γ δ ε στ ζ η θ ι".split()
Identifier = tuple[str, Hashable]
"""A kind and a value by which a part is recognised."""
WEAK_IDENTIFIERS = (frozenset({"time", "date", "who informs", "kind"}), frozenset({"number"}))
"""Kinds that may have changed, as printed numbers do after an item is left out; the stronger ones first."""
LATIN = "abcdefghij"
PERSON_TYPES = (schema.Chair, schema.Contact)
COMPARED_KINDS = frozenset(
    {FactKind.TIME, FactKind.DATE, FactKind.NUMBER, FactKind.DOCUMENT, FactKind.PROCEDURE, FactKind.LINK}
)


def normalize_item_number(number: str) -> str:
    """Return “8 β” as “8 b”: the letter is the only part of a printed number that depends on the language."""
    return " ".join(
        LATIN[GREEK_NUMERALS.index(part)] if part in GREEK_NUMERALS else part for part in number.casefold().split()
    )


def normalize_person_name(name: str) -> str:
    return fold_case_and_accents(re.sub(r"^(?:M\.|Mme|Mr|Mrs|Ms|κ\.|κα) ", "", " ".join(name.split())))


def has_other_alphabet(name: str, other: str) -> bool:
    """Return whether two names are in different alphabets, so that they cannot be compared."""
    return find_alphabets(name).isdisjoint(find_alphabets(other))


def find_alphabets(name: str) -> set[str]:
    return {unicodedata.name(sign, "").partition(" ")[0] for sign in name if sign.isalpha()}


def extract_digits(telephone: str) -> str:
    return re.sub(r"\D", "", telephone)


@cache
def get_known_providers() -> frozenset[str]:
    """Return the country codes of delegations and the English names of institutions."""
    return frozenset({*DELEGATIONS_BY_CODE, *load_phrases_of_notes().agenda.institutions.values()})


def identify_providers(names: Sequence[str], language: str) -> list[str]:
    """Return country codes and English names for delegations and institutions; unknown names stay as they are."""
    countries = get_delegations_by_name(language)
    in_english = load_phrases_of_notes(language).agenda.in_english
    return [
        countries[name.casefold()].code if name.casefold() in countries else in_english.get(name, name)
        for name in names
    ]


class MatchEvidence:
    """The evidence for matching the parts of a note with those of its source document.

    Methods with two parts take that of the note first. `sessions` maps sessions of the note to sessions of the source.
    """

    def __init__(
        self, note: schema.MeetingDocument, source: schema.MeetingDocument, sessions: Mapping[UUID, UUID]
    ) -> None:
        self.note, self.source, self.sessions = note, source, sessions
        self.source_sessions = {**sessions, **{each: each for each in sessions.values()}}
        self.languages = (source.language, note.language)
        self.segments: dict[UUID, dict[str, Segment]] = {}
        for segment in (*list_segments(note), *list_segments(source)):
            self.segments.setdefault(segment.row, {})[segment.field] = segment
        self.item_kinds: dict[UUID, tuple[str, ...]] = {}
        """The kinds of the items in each session."""
        for item, _parent in (*walk_items(note.agenda), *walk_items(source.agenda)):
            if item.session:
                self.item_kinds[item.session] = (*self.item_kinds.get(item.session, ()), str(item.kind))

    def list_note_identifiers(self, part: Any) -> Iterator[Identifier]:
        return self.list_identifiers(part, self.note.language)

    def list_source_identifiers(self, part: Any) -> Iterator[Identifier]:
        return self.list_identifiers(part, self.source.language)

    def list_identifiers(self, part: Any, language: str) -> Iterator[Identifier]:
        match part:
            case schema.Chair():
                yield "name", normalize_person_name(part.name)
            case schema.Contact():
                yield "name", normalize_person_name(part.name)
                yield from (("telephone", extract_digits(each)) for each in part.phones)
                yield from (("address", each) for each in (part.email, part.url) if each)
            case schema.Footnote():
                yield "mark", part.mark
            case schema.Session():
                yield from list_session_identifiers(part, language)
            case schema.Link():
                yield from self.list_link_identifiers(part)
            case schema.Point():
                yield from self.list_point_identifiers(part)
            case schema.Item():
                yield from self.list_item_identifiers(part, language)

    def list_link_identifiers(self, link: schema.Link) -> Iterator[Identifier]:
        if link.url:
            yield self.get_link_identifier(link)
        elif link.kind != LinkKind.WEB:
            yield "kind", link.kind

    def list_point_identifiers(self, point: schema.Point) -> Iterator[Identifier]:
        if point.session and point.session in self.source_sessions:
            yield "session", (point.kind, self.source_sessions[point.session])
        if point.time:
            yield "time", (point.date, point.time)
        yield from (self.get_link_identifier(link) for link in point.links if link.url)

    def list_item_identifiers(self, item: schema.Item, language: str) -> Iterator[Identifier]:
        if item.number:
            yield "number", normalize_item_number(item.number)
        if (
            get_known_providers().issuperset(informing := identify_providers(item.information_from, language))
            and informing
        ):
            yield "who informs", tuple(sorted(informing))
        yield from (("document", normalize_document_number(each)) for each in item.documents)
        yield from (("procedure", normalize_reference(each)) for each in item.procedures)
        yield from (self.get_link_identifier(link) for link in item.links if link.url)

    def get_link_identifier(self, link: schema.Link) -> Identifier:
        return "address", strip_url_language(link.url, self.languages)

    def may_match(self, note: Any, source: Any) -> bool:
        """Return whether nothing excludes that the two parts are the same."""
        match note:
            case schema.Item():
                return note.kind == source.kind and self.is_in_session(note.session, source.session)
            case schema.Point():
                in_session = source.session is None or self.is_in_session(note.session, source.session)
                return note.kind == source.kind and in_session
            case schema.Chair() | schema.Contact():
                return self.may_be_same_person(note, source)
        return True

    def is_candidate(self, note: Any, source: Any) -> bool:
        """Return whether a person should check if the two parts are the same.

        This is looser than `may_match`: a programme point may have another kind, but hardly another day.
        """
        if isinstance(note, schema.Point):
            return len({*self.get_days(note, source)} - {None}) < 2
        return not isinstance(note, schema.Item) or self.may_match(note, source)

    def is_in_session(self, session: UUID | None, source_session: UUID | None) -> bool:
        return session is None or self.sessions.get(session, source_session) == source_session

    def may_be_same_person(self, note: Any, source: Any) -> bool:
        """Return False for another name, unless the alphabets differ, or a telephone or an address is the same."""
        if not self.is_person_without_shared_identifier(note, source):
            return True
        both_have_phones = isinstance(note, schema.Contact) and note.phones and source.phones
        return has_other_alphabet(note.name, source.name) and not both_have_phones

    def is_person_without_shared_identifier(self, note: Any, source: Any) -> bool:
        """Return whether the two are only matched if no other part is left on either side."""
        return isinstance(note, PERSON_TYPES) and set(self.list_note_identifiers(note)).isdisjoint(
            self.list_source_identifiers(source)
        )

    def is_point_of_same_kind_and_day(self, note: Any, source: Any) -> bool:
        """Return whether there is hardly a second pair like this between the same neighbours."""
        if not isinstance(note, schema.Point) or note.kind == PointKind.OTHER or note.kind != source.kind:
            return False
        day, source_day = self.get_days(note, source)
        return day == source_day is not None

    def get_days(self, note: schema.Point, source: schema.Point) -> tuple[dt.date | None, dt.date | None]:
        return get_point_day(note, self.note), get_point_day(source, self.source)

    def get_outline(self, part: Any) -> Hashable:
        """Return the structure of a part: its texts with their paragraphs and lists, and the number of links.

        For a session, that is the kinds of its items.
        """
        if isinstance(part, schema.Session):
            return self.item_kinds.get(part.id, ())
        texts = self.get_texts(part).items()
        elements = ((field, list_elements(segment.text) if segment.rich else ()) for field, segment in texts)
        return (*elements, len(getattr(part, "links", ())))

    def is_similar(self, note: Any, source: Any) -> bool:
        """Return whether two parts with the same outline agree in every identifier and fact that both have."""
        ours = group_identifiers_by_kind(self.list_note_identifiers(note))
        theirs = group_identifiers_by_kind(self.list_source_identifiers(source))
        if any(ours[kind] != theirs[kind] for kind in ours.keys() & theirs.keys()):
            return False
        if isinstance(note, schema.Session):
            return True
        texts = self.get_texts(note)
        return all(
            has_same_facts(segment, texts[field].text, self.languages)
            for field, segment in self.get_texts(source).items()
        )

    def get_texts(self, part: Any) -> dict[str, Segment]:
        """Return the texts by field, without the delegations that inform: the note may name them in another order."""
        return {field: segment for field, segment in self.segments.get(part.id, {}).items() if "." not in field}

    def is_distinctive(self, note: Any) -> bool:
        """Return whether the part has facts, several paragraphs or links that another part hardly has, too."""
        has_identifier = any(kind != "number" for kind, _value in self.list_note_identifiers(note))
        if has_identifier or len(getattr(note, "links", ())) > 1:
            return True
        return any(
            len(split_blocks(segment.text)) > 1 or extract_facts(html_to_words(segment.text), self.note.language).all
            for segment in self.get_texts(note).values()
        )


def get_point_day(point: schema.Point, document: schema.MeetingDocument) -> dt.date | None:
    """Return the day of a programme point: its own, or that of a meeting of one day."""
    only_day = document.start_date if document.end_date in (None, document.start_date) else None
    return point.date or only_day


def list_session_identifiers(session: schema.Session, language: str) -> Iterator[Identifier]:
    """Yield the date of a session, and its English name if it is in the reference data, as most are."""
    if session.date:
        yield "date", session.date
    if strand := translate_phrase(session.title, "session", REFERENCE, language):
        yield "strand", strand


def group_identifiers_by_kind(identifiers: Iterator[Identifier]) -> dict[str, set[Hashable]]:
    found: dict[str, set[Hashable]] = {}
    for kind, value in identifiers:
        found.setdefault(kind, set()).add(value)
    return found


def has_same_facts(source: Segment, text: str, languages: tuple[str, str]) -> bool:
    return not any(found.kind in COMPARED_KINDS for found in find_text_disagreements(source, text, *languages))


def list_elements(html: str) -> tuple[str, ...]:
    return tuple(block.element for block in split_blocks(html))

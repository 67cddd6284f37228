"""The line that names an agenda item: its number, its title, and the facts printed behind the title."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from agenda.notes.marks import Anchor, anchors, plain, read_marks
from agenda.notes.paragraphs import NUMBERED
from agenda.notes.providers import read_codes, read_providers
from agenda.notes.references import DOCUMENT, PROCEDURE, documents_in, procedures_in
from agenda.notes.words import NoteWords, phrase
from meetings.vocabulary import ItemKind, PublicBasis, PublicSession

BRACKET = re.compile(r"(?<!\\)\((?P<inner>(?:[^()\\]|\\.|\([^()]*\))*)\)$")
STARS = re.compile(r"\*{1,4}")
LONGEST = 1000
LONGEST_WITH_FACTS = 2000


@dataclass
class TitleFacts:
    title: str = ""
    number: str = ""
    kind: ItemKind = ItemKind.ITEM
    public: PublicSession = PublicSession.NOT_STATED
    public_basis: PublicBasis = PublicBasis.NOT_STATED
    documents: list[str] = field(default_factory=list)
    procedures: list[str] = field(default_factory=list)
    information_from: list[str] = field(default_factory=list)
    supported_by: list[str] = field(default_factory=list)
    links: list[Anchor] = field(default_factory=list)
    consumed: bool = False
    """Some of the line's words stand in the facts only."""


Reader = Callable[[str, TitleFacts, NoteWords], bool]


def read_title(text: str, words: NoteWords) -> TitleFacts:
    """The facts of a title line in the notation. What is not wholly understood stays in the title."""
    facts = TitleFacts()
    text = text.strip()
    if number := NUMBERED.match(text):
        facts.number = (number["digits"] or number["letter"]) + (f" {number['part']}" if number["part"] else "")
        text = text[number.end() :]
    if lunch := words.agenda.lunch.match(text):
        facts.kind, facts.consumed, text = ItemKind.MEAL, True, text[lunch.end() :]
    elif words.agenda.meal.fullmatch(plain(read_marks(text))):
        facts.kind = ItemKind.MEAL
    text = strip_facts(text, facts, words)
    runs = read_marks(text)
    facts.title, facts.links = plain(runs), anchors(runs)
    facts.documents += [
        number for number in documents_in(facts.title, words.agenda.regulations) if number not in facts.documents
    ]
    facts.procedures += [code for code in procedures_in(facts.title) if code not in facts.procedures]
    if not facts.public:
        derive_public(text, facts, words)
    return facts


def strip_facts(text: str, facts: TitleFacts, words: NoteWords) -> str:
    """The text without the facts at its end, which go into `facts`; never the whole of it."""
    while True:
        for take in TAILS:
            rest = take(text, facts, words)
            if rest is not None and plain(read_marks(rest)):
                facts.consumed = True
                text = rest
                break
        else:
            return text


def take_bracket(text: str, facts: TitleFacts, words: NoteWords) -> str | None:
    bracket = BRACKET.search(text)
    if bracket is None:
        return None
    inner, rest = bracket["inner"].strip(), text[: bracket.start()].rstrip().rstrip(":").rstrip()
    if not plain(read_marks(rest)):
        return None
    understood = any(
        read(inner, facts, words) for read in (public_mark, numbers, information, countries, footnote_mark)
    )
    return rest if understood else None


def take_information(text: str, facts: TitleFacts, words: NoteWords) -> str | None:
    """Behind a colon, dash or comma: “Honey: information from the Slovenian delegation”."""
    for separator in re.finditer(r"\s*(?<!\\)[:–—,]\s+|\s+-\s+", text):
        if text[: separator.start()].strip() and information(text[separator.end() :], facts, words):
            return text[: separator.start()]
    return None


def take_number(text: str, facts: TitleFacts, words: NoteWords) -> str | None:
    """A document or file number without brackets, as the last words."""
    for pattern in (DOCUMENT, PROCEDURE):
        for match in pattern.finditer(text):
            if match.end() == len(text) and match.start() > 1 and numbers(match[0], facts, words):
                before = text[: match.start()]
                if before[-1].isspace() and not words.agenda.regulations.search(before):
                    return before.rstrip().rstrip(",:–-").rstrip()
    return None


TAILS = (take_bracket, take_information, take_number)


def public_mark(text: str, facts: TitleFacts, words: NoteWords) -> bool:
    for pattern, public, basis in words.agenda.public:
        if not facts.public and pattern.fullmatch(text):
            facts.public, facts.public_basis = public, basis
            return True
    return False


def numbers(text: str, facts: TitleFacts, words: NoteWords) -> bool:
    """Documents and files, and nothing else but commas between them."""
    documents, procedures = documents_in(text, words.agenda.regulations), procedures_in(text)
    rest = PROCEDURE.sub("", DOCUMENT.sub("", text))
    if not (documents or procedures) or not re.fullmatch(rf"(?:[\s,;+]|\b{words.agenda.conjunction}\b)*", rest):
        return False
    facts.documents[:0] = [each for each in documents if each not in facts.documents]
    facts.procedures[:0] = [each for each in procedures if each not in facts.procedures]
    return True


def information(text: str, facts: TitleFacts, words: NoteWords) -> bool:
    match = words.agenda.information.fullmatch(plain(read_marks(text)).rstrip("."))
    providers = read_providers(match["providers"], words) if match else None
    if providers is None or facts.information_from:
        return False
    facts.information_from, facts.supported_by = providers.information_from, providers.supported_by
    return True


def countries(text: str, facts: TitleFacts, words: NoteWords) -> bool:
    names = read_codes(text, words)
    if names is None or facts.information_from:
        return False
    facts.information_from = names
    return True


def footnote_mark(text: str, _facts: TitleFacts, _words: NoteWords) -> bool:
    return bool(STARS.fullmatch(text))


def derive_public(text: str, facts: TitleFacts, words: NoteWords) -> None:
    """A mark within a longer bracket, “(+/- 12.50 public session)”, tells the fact and stays in the title."""
    bracket = BRACKET.search(text)
    if bracket is None or bracket.start() == 0:
        return
    for pattern, public, basis in words.agenda.public:
        if phrase(rf".*\b(?:{pattern.pattern})").fullmatch(bracket["inner"]):
            facts.public, facts.public_basis = public, basis
            return

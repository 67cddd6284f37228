"""Parse the line with the title of an agenda item: its number, its title, and the facts printed after the title."""

import re
from dataclasses import dataclass, field

from agenda.notes.inline_markup import Anchor, get_anchors, get_plain_text, parse_markup
from agenda.notes.paragraphs import LEADING_NUMBER
from agenda.notes.phrases import NotePhrases, compile_phrase
from agenda.notes.providers import parse_country_codes, parse_providers
from meetings.documents.choices import ItemKind, PublicBasis, PublicSession
from meetings.documents.document_numbers import (
    PRINTED_DOCUMENT,
    PRINTED_PROCEDURE,
    find_document_numbers,
    find_procedure_codes,
)

BRACKET = re.compile(r"(?<!\\)\((?P<inner>(?:[^()\\]|\\.|\([^()]*\))*)\)$")
STARS = re.compile(r"\*{1,4}")


@dataclass
class ParsedItemTitle:
    """The title of an agenda item and the facts of its line."""

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
    has_removed_facts: bool = False
    """True if words of the line are only in the facts and no longer in the title."""


def parse_item_title(text: str, phrases: NotePhrases) -> ParsedItemTitle:
    """Return the title and the facts of a line in the notation. Facts not wholly understood stay in the title."""
    facts = ParsedItemTitle()
    text = text.strip()
    if number := LEADING_NUMBER.match(text):
        facts.number = (number["digits"] or number["letter"]) + (f" {number['part']}" if number["part"] else "")
        text = text[number.end() :]
    if lunch := phrases.agenda.lunch_prefix.match(text):
        facts.kind, facts.has_removed_facts, text = ItemKind.MEAL, True, text[lunch.end() :]
    elif phrases.agenda.meal.fullmatch(get_plain_text(parse_markup(text))):
        facts.kind = ItemKind.MEAL
    text = strip_facts(text, facts, phrases)
    runs = parse_markup(text)
    facts.title, facts.links = get_plain_text(runs), get_anchors(runs)
    facts.documents += [
        number
        for number in find_document_numbers(facts.title, phrases.agenda.act_reference)
        if number not in facts.documents
    ]
    facts.procedures += [code for code in find_procedure_codes(facts.title) if code not in facts.procedures]
    if not facts.public:
        read_public_mark_in_bracket(text, facts, phrases)
    return facts


def strip_facts(text: str, facts: ParsedItemTitle, phrases: NotePhrases) -> str:
    """Return the text without the facts at its end, which are added to `facts`. At least a title is left."""
    while True:
        for take in TAIL_STRIPPERS:
            rest = take(text, facts, phrases)
            if rest is not None and get_plain_text(parse_markup(rest)):
                facts.has_removed_facts = True
                text = rest
                break
        else:
            return text


def strip_bracket(text: str, facts: ParsedItemTitle, phrases: NotePhrases) -> str | None:
    """Read the bracket at the end, if all of it is facts."""
    bracket = BRACKET.search(text)
    if bracket is None:
        return None
    inner, rest = bracket["inner"].strip(), text[: bracket.start()].rstrip().rstrip(":").rstrip()
    if not get_plain_text(parse_markup(rest)):
        return None
    understood = any(
        read(inner, facts, phrases)
        for read in (read_public_mark, read_numbers, read_information, read_countries, is_footnote_reference)
    )
    return rest if understood else None


def strip_information(text: str, facts: ParsedItemTitle, phrases: NotePhrases) -> str | None:
    """Read who informs after a colon, dash or comma: “Honey: information from the Slovenian delegation”."""
    for separator in re.finditer(r"\s*(?<!\\)[:–—,]\s+|\s+-\s+", text):
        if text[: separator.start()].strip() and read_information(text[separator.end() :], facts, phrases):
            return text[: separator.start()]
    return None


def strip_number(text: str, facts: ParsedItemTitle, phrases: NotePhrases) -> str | None:
    """Read a document or file number without brackets that is the end of the text."""
    for pattern in (PRINTED_DOCUMENT, PRINTED_PROCEDURE):
        for match in pattern.finditer(text):
            if match.end() == len(text) and match.start() > 1 and read_numbers(match[0], facts, phrases):
                before = text[: match.start()]
                if before[-1].isspace() and not phrases.agenda.act_reference.search(before):
                    return before.rstrip().rstrip(",:–-").rstrip()
    return None


TAIL_STRIPPERS = (strip_bracket, strip_information, strip_number)


def read_public_mark(text: str, facts: ParsedItemTitle, phrases: NotePhrases) -> bool:
    for pattern, public, basis in phrases.agenda.public_marks:
        if not facts.public and pattern.fullmatch(text):
            facts.public, facts.public_basis = public, basis
            return True
    return False


def read_numbers(text: str, facts: ParsedItemTitle, phrases: NotePhrases) -> bool:
    """Read a text that has nothing but document and file numbers, separated by commas."""
    documents, procedures = find_document_numbers(text, phrases.agenda.act_reference), find_procedure_codes(text)
    rest = PRINTED_PROCEDURE.sub("", PRINTED_DOCUMENT.sub("", text))
    if not (documents or procedures) or not re.fullmatch(rf"(?:[\s,;+]|\b{phrases.agenda.conjunction}\b)*", rest):
        return False
    facts.documents[:0] = [number for number in documents if number not in facts.documents]
    facts.procedures[:0] = [number for number in procedures if number not in facts.procedures]
    return True


def read_information(text: str, facts: ParsedItemTitle, phrases: NotePhrases) -> bool:
    match = phrases.agenda.information.fullmatch(get_plain_text(parse_markup(text)).rstrip("."))
    providers = parse_providers(match["providers"], phrases) if match else None
    if providers is None or facts.information_from:
        return False
    facts.information_from, facts.supported_by = providers.information_from, providers.supported_by
    return True


def read_countries(text: str, facts: ParsedItemTitle, phrases: NotePhrases) -> bool:
    names = parse_country_codes(text, phrases)
    if names is None or facts.information_from:
        return False
    facts.information_from = names
    return True


def is_footnote_reference(text: str, _facts: ParsedItemTitle, _words: NotePhrases) -> bool:
    return bool(STARS.fullmatch(text))


def read_public_mark_in_bracket(text: str, facts: ParsedItemTitle, phrases: NotePhrases) -> None:
    """Read a public mark within a longer bracket, “(+/- 12.50 public session)”. The bracket stays in the title."""
    bracket = BRACKET.search(text)
    if bracket is None or bracket.start() == 0:
        return
    for pattern, public, basis in phrases.agenda.public_marks:
        if compile_phrase(rf".*\b(?:{pattern.pattern})").fullmatch(bracket["inner"]):
            facts.public, facts.public_basis = public, basis
            return
